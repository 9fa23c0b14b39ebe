"""Is this server a demonstration? Its published passwords must not open another."""

from odoo.tools import config
from odoo.tools.misc import str2bool

OPTION = "srm_demo"


def is_demo_mode():
    """Whether the server configuration says ``srm_demo = True``."""
    return str2bool(str(config.get(OPTION) or ""), default=False)
