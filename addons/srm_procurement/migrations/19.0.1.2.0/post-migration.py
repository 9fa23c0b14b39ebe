from odoo import SUPERUSER_ID, api
from odoo.tools import convert_file


def migrate(cr, version):
    """Withheld tax of non-residents; territory of a debt rather than of its file.

    The record rules are not updated with the add-on: they are read again, as they
    showed the cases of other provinces when a creditor has debts in several.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["res.company"].search([])._srm_setup_withholding()
    for name in ("srm_procurement_security", "srm_debt_depth_security"):
        convert_file(env, "srm_procurement", f"security/{name}.xml", None, mode="init")
