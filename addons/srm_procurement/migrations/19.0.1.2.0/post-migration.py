from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Create the withheld tax of non-residents where it is missing."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["res.company"].search([])._srm_setup_withholding()
