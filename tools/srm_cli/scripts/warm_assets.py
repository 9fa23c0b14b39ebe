"""Build the web client's bundles, in both directions, before anyone waits for them.

Arguments: configuration, database. Copies of the database then start warm.
"""

import sys

from odoo_env import administrator

JAVASCRIPT = (
    "web.assets_frontend_minimal",
    "web.assets_frontend_lazy",
    "web.assets_web",
    "web.assets_emoji",
    "bus.websocket_worker_assets",
)
STYLES = ("web.assets_frontend", "web.assets_web", "web.assets_web_print")


def main(conf: str, database: str) -> None:
    with administrator(conf, database) as env:
        qweb = env["ir.qweb"].sudo()
        for name in JAVASCRIPT:
            qweb._get_asset_bundle(name, css=False, js=True).js()
        for name in STYLES:
            for rtl in (False, True):
                qweb._get_asset_bundle(name, css=True, js=False, rtl=rtl).css()


main(*sys.argv[1:])
