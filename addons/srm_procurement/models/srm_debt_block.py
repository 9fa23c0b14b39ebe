from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import LazyTranslate

from odoo.addons.srm_kit.guard import Freeze, Guard

_lt = LazyTranslate(__name__)

#: Field given with a blocking reason “court” -> field of its case.
COURT_FIELDS = {
    "court_reference": "reference",
    "court_from": "date_action",
    "court_until": "date_final",
}


class SrmDebtBlock(models.Model):
    """A reason that holds a debt, or the whole file when no debt is named.

    Opened and closed with who, when and why; never deleted. An automatic one is
    opened and closed by the system as the facts change.
    """

    _name = "srm.debt.block"
    _description = "Blocking Reason of a Debt"
    _order = "date_closed desc, date_opened desc, id desc"
    _rec_name = "reason_id"
    _guard = Guard(
        freezes=(
            Freeze(
                always=True,
                fields=("file_id", "debt_id", "reason_id"),
                remedy=_lt("Close it and open another one."),
            ),
            Freeze(once="date_closed", database=True),
        ),
        deletable=(),
    )

    file_id = fields.Many2one(
        "srm.debt.file",
        string="Creditor file",
        required=True,
        index=True,
        ondelete="cascade",
    )
    debt_id = fields.Many2one(
        "srm.debt",
        index=True,
        ondelete="cascade",
        domain="[('file_id', '=', file_id)]",
        help="Empty: the whole file is blocked.",
    )
    company_id = fields.Many2one(related="file_id.company_id", store=True)
    partner_id = fields.Many2one(related="file_id.partner_id", string="Creditor")
    reason_id = fields.Many2one(
        "srm.debt.block.reason", required=True, index=True, ondelete="restrict"
    )
    court = fields.Boolean(related="reason_id.court")
    note = fields.Text()
    automatic = fields.Boolean(readonly=True)
    date_opened = fields.Date(
        required=True, readonly=True, default=fields.Date.context_today
    )
    opened_by_id = fields.Many2one(
        "res.users", required=True, readonly=True, default=lambda self: self.env.user
    )
    date_closed = fields.Date(readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    closing_note = fields.Text(copy=False)
    user_id = fields.Many2one(
        "res.users",
        string="To be settled by",
        index="btree_not_null",
        help="Who has to get this reason out of the way.",
    )
    date_deadline = fields.Date(string="Deadline", index="btree_not_null")
    date_alerted = fields.Date(string="Last alert", readonly=True, copy=False)
    overdue = fields.Boolean(compute="_compute_overdue", search="_search_overdue")
    # The dates of a court case are kept on the case, which the fine reads.
    case_id = fields.Many2one(
        "srm.debt.case", index="btree_not_null", readonly=True, ondelete="restrict"
    )
    court_reference = fields.Char(related="case_id.reference", string="Case number")
    court_from = fields.Date(related="case_id.date_action", string="Claim lodged on")
    court_until = fields.Date(related="case_id.date_final", string="Final judgment on")

    _open_uniq = models.UniqueIndex(
        "(file_id, COALESCE(debt_id, 0), reason_id) WHERE date_closed IS NULL",
        "This reason is already open.",
    )
    _closing_complete = models.Constraint(
        "CHECK ((date_closed IS NULL) = (closed_by_id IS NULL))",
        "A reason is closed by somebody, on a date.",
    )

    @api.constrains("file_id", "debt_id")
    def _check_debt_of_file(self):
        for block in self.filtered("debt_id"):
            if block.debt_id.file_id != block.file_id:
                raise ValidationError(
                    self.env._("The debt belongs to another creditor's file.")
                )

    @api.depends("date_closed", "date_deadline")
    @api.depends_context("tz")
    def _compute_overdue(self):
        today = fields.Date.context_today(self)
        for block in self:
            block.overdue = bool(
                not block.date_closed
                and block.date_deadline
                and block.date_deadline < today
            )

    def _search_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        overdue = [("date_closed", "=", False), ("date_deadline", "<", "today")]
        return overdue if True in value else ["!", "&", *overdue]

    @api.constrains("reason_id", "case_id", "debt_id")
    def _check_court(self):
        """The fine stops from a date, for a debt: both must be known."""
        for block in self.filtered("court"):
            if not block.case_id or not block.debt_id:
                raise ValidationError(
                    self.env._("A court case needs the debt and the date of the claim.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        debts = self.env["srm.debt"].browse(
            [vals["debt_id"] for vals in vals_list if vals.get("debt_id")]
        )
        files = {debt.id: debt.file_id.id for debt in debts}
        for vals in vals_list:
            if vals.get("debt_id"):
                vals.setdefault("file_id", files[vals["debt_id"]])
            self._take_case(vals)
        blocks = super().create(vals_list)
        if not self.env.context.get("tracking_disable"):
            blocks._log(self.env._("Blocked"))
        return blocks

    @api.model
    def _take_case(self, vals):
        """The dates given with a blocking reason “court” make its case."""
        given = {}
        for name, target in COURT_FIELDS.items():
            if value := vals.pop(name, None):
                given[target] = value
        if given.get("date_action") and vals.get("debt_id"):
            # By code: the block of the case is the one being made here.
            cases = self.env["srm.debt.case"]._by_code()
            case = cases.create(given | {"debt_id": vals["debt_id"]})
            vals["case_id"] = case.id

    def action_open_case(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "srm.debt.case",
            "res_id": self.case_id.id,
            "views": [[False, "form"]],
        }

    def action_close(self):
        """Close the reason; the closing note says how it was settled."""
        blocks = self.filtered(lambda item: not item.date_closed)
        if blocks.filtered("automatic"):
            raise UserError(
                self.env._(
                    "This reason closes by itself when the data of the creditor or "
                    "of the debt are put right."
                )
            )
        for block in blocks:
            if not block.closing_note:
                raise UserError(
                    self.env._(
                        "Say in the closing note how “%(reason)s” was settled.",
                        reason=block.reason_id.name,
                    )
                )
        blocks._close()
        return True

    def action_open_form(self):
        """Open the reason in a dialog, to note its settlement."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [
                [self.env.ref("srm_procurement.view_srm_debt_block_form").id, "form"]
            ],
            "target": "new",
        }

    def _close(self) -> None:
        self._by_code().write(
            {
                "date_closed": fields.Date.context_today(self),
                "closed_by_id": self.env.uid,
            }
        )
        # The unique index must see it before the same reason is opened again.
        self.flush_recordset(["date_closed", "closed_by_id"])
        self._log(self.env._("Unblocked"))

    def _log(self, text: str) -> None:
        for (file, reason), blocks in self.grouped(
            lambda item: (item.file_id, item.reason_id)
        ).items():
            names = ", ".join(blocks.debt_id.mapped("origin_reference")[:10])
            notes = "; ".join(note for note in blocks.mapped("closing_note") if note)
            parts = (f"{text}: {reason.name}", names, notes)
            file.message_post(body=" — ".join(part for part in parts if part))

    @api.model
    def _sync_automatic(self, debts, faults: dict) -> None:
        """Open and close the automatic reasons of ``debts``.

        :param faults: {reason code: debts at fault, a subset of ``debts``}
        """
        reasons = self.env["srm.debt.block.reason"].search(
            [("code", "in", list(faults))]
        )
        opened = self.search(
            [
                ("debt_id", "in", debts.ids),
                ("reason_id", "in", reasons.ids),
                ("date_closed", "=", False),
            ]
        )
        self._by_code().create(
            [
                {"debt_id": debt.id, "reason_id": reason.id, "automatic": True}
                for reason in reasons
                for debt in faults[reason.code]
                - opened.filtered(lambda item, r=reason: item.reason_id == r).debt_id
            ]
        )
        opened.filtered(
            lambda item: (
                item.automatic and item.debt_id not in faults[item.reason_id.code]
            )
        )._close()
