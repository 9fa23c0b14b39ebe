from odoo import fields, models
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

#: Code of a reason -> what the creditor reads, unless the company words it itself.
WORDINGS = {
    "missing_order": _lt("The service order is missing from the file."),
    "missing_statement": _lt("The statement of quantities is missing or not signed."),
    "missing_acceptance": _lt("The acceptance report is missing from the file."),
    "quantity_dispute": _lt("The quantities are being checked with you."),
    "price_amendment": _lt("A price or an amendment of the contract is missing."),
    "ownership": _lt("The transfer of the debt to us is being completed."),
    "pledge": _lt("The contract is pledged: the release of the bank is needed."),
    "bank_identifier": _lt("Your bank account or ICE must be confirmed."),
    "certificate": _lt("A valid certificate is needed from you."),
    "court": _lt("The debt is before the court."),
    "budget": _lt("The payment is being programmed."),
}
OTHER = _lt("The debt is being examined by our services.")


class SrmDebtBlockReason(models.Model):
    """How a blocking reason is told outside: never the note of the staff."""

    _inherit = "srm.debt.block.reason"

    portal_text = fields.Char(
        string="Words for the creditor",
        translate=True,
        help="Shown on the supplier portal instead of the name of the reason. Empty: "
        "the wording that comes with the application.",
    )

    def _portal_wording(self) -> str:
        self.ensure_one()
        # LazyGettext renders in the language of the environment it is given to.
        default = WORDINGS.get(self.code, OTHER)
        return self.portal_text or self.env._(default)
