import hashlib

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

#: What says to whom the money goes.
PAYEE_FIELDS = ("acc_number", "partner_id", "acc_holder_name")


class ResPartnerBank(models.Model):
    """Who entered an account, and what of it must not change under a payment."""

    _inherit = "res.partner.bank"

    srm_entered_by_id = fields.Many2one(
        "res.users",
        string="Number entered by",
        readonly=True,
        copy=False,
        help="Person who entered the account number, or changed it last. This person "
        "does not approve payments to it.",
    )
    srm_changed_by_ids = fields.Many2many(
        "res.users",
        "srm_partner_bank_changer_rel",
        "bank_id",
        "user_id",
        string="Holder or owner changed by",
        readonly=True,
        copy=False,
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals["srm_entered_by_id"] = self.env.uid
        return super().create(vals_list)

    def write(self, vals):
        vals = dict(vals)
        self._sanitize_vals(vals)
        changed = self.filtered(lambda account: account._srm_turns_into(vals))
        (self if vals.get("active") is False else changed)._srm_refuse_in_use()
        result = super().write(vals)
        if changed:
            changed._srm_changed(number="acc_number" in vals)
        return result

    def _srm_turns_into(self, vals) -> bool:
        """Whether these values make it the account of somebody else."""
        return any(
            self._fields[name].convert_to_write(self[name], self) != vals[name]
            for name in PAYEE_FIELDS
            if name in vals
        )

    def _srm_changed(self, number=False):
        """The user is an author of these accounts; what was approved is no more."""
        author = [Command.link(self.env.uid)]
        vals = {"srm_changed_by_ids": author}
        if number:
            vals = {"srm_entered_by_id": self.env.uid}
        # sudo: whoever may change an account is recorded on it.
        self.sudo()._by_code().write(vals | self._srm_not_approved())

    def _srm_not_approved(self) -> dict:
        return {}

    def _srm_refuse_in_use(self):
        """A released order pays them: the bank must get what was approved."""
        # sudo: an order the user does not see counts too.
        line = (
            self.env["account.payment.line"]
            .sudo()
            .search(
                [
                    ("partner_bank_id", "in", self.ids),
                    ("payment_type", "=", "outbound"),
                    ("order_id.state", "in", ("open", "generated")),
                ],
                limit=1,
            )
        )
        if line:
            raise UserError(
                self.env._(
                    "The account %(account)s of %(holder)s is paid by order %(order)s, "
                    "not yet with the bank: it does not change before. Upload or "
                    "cancel the order first.",
                    account=line.partner_bank_id.acc_number,
                    holder=line.partner_bank_id.partner_id.name,
                    order=line.order_id.name,
                )
            )

    # --- what a payment reads ------------------------------------------------------
    def _srm_authors(self):
        return self.srm_entered_by_id | self.srm_changed_by_ids

    def _srm_number(self) -> str:
        return self.srm_rib or self.sanitized_acc_number or ""

    def _srm_holder(self) -> str:
        return self.acc_holder_name or self.partner_id.name or ""

    def _srm_payee_digest(self) -> str:
        """Number, holder and owner, as one value to compare."""
        owner = self.partner_id.commercial_partner_id.id
        parts = (self._srm_number(), self._srm_holder(), str(owner))
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()
