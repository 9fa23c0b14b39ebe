from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class SrmDebtBlock(models.Model):
    """A reason that holds a debt, or the whole file when no debt is named.

    Opened and closed with who, when and why; never deleted. An automatic one is
    opened and closed by the system as the facts change.
    """

    _name = "srm.debt.block"
    _description = "Blocking Reason of a Debt"
    _order = "date_closed desc, date_opened desc, id desc"
    _rec_name = "reason_id"

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
    court_reference = fields.Char(string="Case number")
    court_from = fields.Date(string="Claim lodged on")
    court_until = fields.Date(string="Final judgment on")

    _open_uniq = models.UniqueIndex(
        "(file_id, COALESCE(debt_id, 0), reason_id) WHERE date_closed IS NULL",
        "This reason is already open.",
    )
    _closing_complete = models.Constraint(
        "CHECK ((date_closed IS NULL) = (closed_by_id IS NULL))",
        "A reason is closed by somebody, on a date.",
    )
    _court_order = models.Constraint(
        "CHECK (court_until IS NULL OR court_until >= court_from)",
        "The judgment cannot come before the claim.",
    )

    @api.constrains("file_id", "debt_id")
    def _check_debt_of_file(self):
        for block in self.filtered("debt_id"):
            if block.debt_id.file_id != block.file_id:
                raise ValidationError(
                    self.env._("The debt belongs to another creditor's file.")
                )

    @api.constrains("reason_id", "court_from", "debt_id")
    def _check_court(self):
        """The fine stops from a date, for a debt: both must be known."""
        for block in self.filtered("court"):
            if not block.court_from or not block.debt_id:
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
        blocks = super().create(vals_list)
        if not self.env.context.get("tracking_disable"):
            blocks._log(self.env._("Blocked"))
        return blocks

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        raise UserError(
            self.env._("A blocking reason is closed, not deleted: it is history.")
        )

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
        self.write(
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
        self.create(
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
