from odoo import api, models
from odoo.tools import config


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @api.model
    def get_frontend_session_info(self):
        return {**super().get_frontend_session_info(), **_websocket()}

    def session_info(self):
        return {**super().session_info(), **_websocket()}


def _websocket() -> dict:
    """Where web sockets are, when it is not where the pages are."""
    if config["workers"] and not config["proxy_mode"]:
        return {"srm_websocket_port": config["gevent_port"]}
    return {}
