from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

from odoo.addons.srm_kit.guard import Freeze, Guard, Step
from odoo.addons.srm_kit.guard.gate import by_code

from .srm_debt import MANAGER

_lt = LazyTranslate(__name__)

#: Released: what the order says is what the bank gets.
RELEASED = ("open", "generated", "uploaded")
#: Where the money comes from, when, and in which file.
TERMS = (
    "payment_mode_id",
    "journal_id",
    "payment_type",
    "date_prefered",
    "date_scheduled",
    "charge_bearer",
    "batch_booking",
)


class AccountPaymentOrder(models.Model):
    """Payment orders: who prepares them, who releases them, what may still change.

    The states and methods are those of ``account_payment_order``; each of its buttons
    is a declared step here, and goes through that method.
    """

    _inherit = "account.payment.order"
    _guard = Guard(
        steps={
            "release": Step(
                ("draft",),
                "open",
                signs="srm_confirmed_by_id",
                check="_srm_check_release",
            ),
            "generate": Step(("open",), "generated", check="_srm_check_generate"),
            "upload": Step(("generated",), "uploaded", check="_srm_check_upload"),
            "cancel": Step(("draft", "open", "generated"), "cancel"),
            "recall": Step(
                ("uploaded",), "cancel", group=MANAGER, check="_srm_check_recall"
            ),
            "reopen": Step(
                ("cancel",),
                "draft",
                writes=("srm_confirmed_by_id",),
                check="_srm_check_reopen",
            ),
        },
        freezes=(
            Freeze(
                RELEASED,
                fields=(*TERMS, "srm_bank_format_id", "srm_confirmed_by_id"),
                children=("payment_line_ids", "payment_ids", "srm_check_ids"),
                database=True,
                remedy=_lt("Cancel the order and prepare another one."),
            ),
            Freeze(
                once="srm_file_sha256",
                fields=("srm_file_id", "srm_file_sha256"),
                files=True,
                database=True,
            ),
        ),
        closed=("date_generated", "date_uploaded", "generated_user_id"),
        held=TERMS,
        deletable=("draft",),
        proofs={"srm_file_id": "srm_file_sha256"},
    )

    srm_instalment_count = fields.Integer(
        string="Instalments", compute="_compute_srm_counts"
    )
    srm_to_record_count = fields.Integer(
        string="Outcomes to record", compute="_compute_srm_counts"
    )
    srm_preparer_ids = fields.Many2many(
        "res.users",
        "srm_payment_order_preparer_rel",
        "order_id",
        "user_id",
        string="Prepared by",
        readonly=True,
        copy=False,
        help="Who made the order, or made or changed one of its lines.",
    )
    srm_confirmed_by_id = fields.Many2one(
        "res.users", string="Released by", readonly=True, copy=False
    )
    srm_file_id = fields.Many2one(
        "ir.attachment",
        string="Bank file",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    srm_file_sha256 = fields.Char(
        string="SHA-256 of the bank file", readonly=True, copy=False
    )

    @api.depends(
        "payment_line_ids.srm_instalment_id", "payment_line_ids.srm_in_transit"
    )
    def _compute_srm_counts(self):
        for order in self:
            lines = order.payment_line_ids
            order.srm_instalment_count = len(lines.srm_instalment_id)
            order.srm_to_record_count = len(lines.filtered("srm_in_transit"))

    @api.model
    def _srm_prepare_order_vals(self, mode) -> dict:
        return {
            "payment_mode_id": mode.id,
            "date_prefered": "due",
            # The creditor must get the agreed amount in full.
            "charge_bearer": "DEBT",
            "description": self.env._("Settlement of supplier arrears"),
        }

    def _srm_lines(self):
        return self.payment_line_ids.filtered("srm_allocation_id")

    @api.depends("company_id.currency_id")
    def _compute_sepa(self):
        """A domestic transfer in dirhams is not expected to be a SEPA payment."""
        result = super()._compute_sepa()
        euro = self.env.ref("base.EUR")
        for order in self:
            if order.company_currency_id != euro:
                order.show_warning_not_sepa = False
        return result

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders._note_author("srm_preparer_ids")
        return orders

    def _srm_outbound(self):
        """Orders that pay; one that is said to collect money makes no transfer.

        :raise UserError: an order that collects would make the file of a transfer
        """
        paying = self.filtered(lambda order: order.payment_type == "outbound")
        for order in self - paying:
            if order._srm_makes_transfers():
                raise UserError(
                    self.env._(
                        "%(order)s collects money and makes no transfer. Prepare "
                        "another order, with a payment mode that pays.",
                        order=order.name,
                    )
                )
        return paying

    def _srm_makes_transfers(self) -> bool:
        """Mode and method may be changed under an order: each of them counts."""
        method = self.payment_mode_id.payment_method_id
        return (
            bool(self.srm_bank_format_id)
            or method.code == "sepa_credit_transfer"
            or "outbound" in (self.payment_mode_id.payment_type, method.payment_type)
        )

    # --- steps ---------------------------------------------------------------------
    def draft2open(self):
        """Confirm: refused to who prepared the order or entered one of its accounts.

        A second click on a confirmed order does nothing: the original would delete
        the payments and make them again.
        """
        self.filtered(lambda order: order.state == "draft")._take_step(
            "release",
            via=lambda orders: super().draft2open(),
        )
        return True

    def open2generated(self):
        """Write the bank file; a second click opens the file already made."""
        self.ensure_one()
        actions = []
        if self.state == "open":
            self._take_step(
                "generate",
                via=lambda order: actions.append(super().open2generated()),
            )
        if not actions:
            return self._srm_open_file()
        self._by_code().srm_file_id = actions[0].get("res_id")
        return actions[0]

    def generated2uploaded(self):
        """File handed to the bank: the payments are booked, once."""
        self.filtered(lambda order: order.state == "generated")._take_step(
            "upload",
            via=lambda orders: super().generated2uploaded(),
        )
        return True

    def action_cancel(self):
        sent = self.filtered(lambda order: order.state == "uploaded")
        for step, orders in (("recall", sent), ("cancel", self - sent)):
            orders._take_step(
                step,
                via=lambda found: super().action_cancel(),
            )
        return True

    def cancel2draft(self):
        reopened = self._take_step(
            "reopen",
            via=lambda orders: super().cancel2draft(),
            srm_confirmed_by_id=False,
        )
        reopened.payment_line_ids._srm_forget_transfer()
        return True

    def post_and_reconcile(self):
        self._srm_refuse_by_hand()
        return super().post_and_reconcile()

    def generate_payment_file(self):
        self._srm_refuse_by_hand()
        return super().generate_payment_file()

    def _srm_refuse_by_hand(self):
        if not by_code(self.env):
            raise UserError(
                self.env._(
                    "%(orders)s: files are made and payments booked with the buttons "
                    "of the order only.",
                    orders=", ".join(self.mapped("name")),
                )
            )

    def _srm_open_file(self):
        if not self.srm_file_id:
            raise UserError(
                self.env._("Confirm %(order)s before making its file.", order=self.name)
            )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.srm_file_id.id}?download=true",
            "target": "self",
        }

    def unlink(self):
        # The database would remove the lines without telling their instalments.
        self._srm_lines().unlink()
        return super().unlink()

    # --- checks of the steps -------------------------------------------------------
    def _srm_check_release(self):
        """Rules of the release, one order after the other; then the transfers stay."""
        for order in self._srm_outbound():
            order._srm_check_releasable()
            order.payment_line_ids._srm_keep_transfer()

    def _srm_check_releasable(self):
        self.ensure_one()
        self._require_group(MANAGER)
        lines = self._srm_lines()
        lines.srm_instalment_id.settlement_id._srm_check_release(self.env.user)
        self._refuse_same_person(("srm_preparer_ids",))
        self.payment_line_ids.partner_bank_id._refuse_same_person(
            ("srm_entered_by_id", "srm_changed_by_ids")
        )
        lines.srm_allocation_id._check_can_be_ordered()

    def _srm_check_recall(self):
        sent = self.filtered(lambda order: order._srm_lines())
        if sent:
            raise UserError(
                self.env._(
                    "Payment order %(order)s is with the bank and in the books: "
                    "record the refused payments one by one instead of cancelling it.",
                    order=sent[0].name,
                )
            )

    def _srm_check_reopen(self):
        """Its file may be with the bank, its instalments in another order by now."""
        for order in self.filtered("srm_file_id"):
            raise UserError(
                self.env._(
                    "The file of %(order)s was made: prepare another order.",
                    order=order.name,
                )
            )
        shares = self._srm_lines().srm_allocation_id
        taken = shares.filtered(lambda share: share.state != "to_pay")
        if taken:
            raise UserError(
                self.env._(
                    "Instalment %(instalment)s was put in payment order %(order)s "
                    "meanwhile.",
                    instalment=taken[0].instalment_id.name,
                    order=taken[0].instalment_id.order_id.name,
                )
            )

    # --- screens -------------------------------------------------------------------
    def action_srm_view_instalments(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "srm_procurement.srm_settlement_instalment_action"
        )
        instalments = self._srm_lines().srm_instalment_id
        return action | {"domain": [("id", "in", instalments.ids)], "context": {}}

    def action_srm_record_outcome(self):
        """Say when the bank credited the creditors, or why it refused."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Outcome of the payments"),
            "res_model": "srm.payment.outcome",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }
