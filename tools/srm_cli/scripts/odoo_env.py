"""An Odoo environment for the scripts of the command line."""

from collections.abc import Iterator
from contextlib import contextmanager

from odoo import api
from odoo.modules.registry import Registry
from odoo.tools import config


@contextmanager
def administrator(conf: str, database: str) -> Iterator[api.Environment]:
    """Environment of the administrator; committed when the block ends well."""
    config.parse_config(["-c", conf, "-d", database, "--log-level=warn"])
    with Registry(database).cursor() as cursor:
        root = api.Environment(cursor, api.SUPERUSER_ID, {})
        yield root(user=root.ref("base.user_admin"))
