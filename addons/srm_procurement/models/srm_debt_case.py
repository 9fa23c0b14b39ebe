from srm_engine.late_payment import Court

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import Freeze, Guard, Step
from odoo.addons.srm_kit.guard.gate import by_code

from ..amounts import money
from .srm_debt import MANAGER

_lt = LazyTranslate(__name__)

STATES = [
    ("open", "Before the court"),
    ("judged", "Final judgment"),
    ("cancelled", "Entered in error"),
]
OUTCOMES = [
    ("accepted", "Claim accepted"),
    ("partly", "Claim partly accepted"),
    ("rejected", "Claim rejected"),
    ("withdrawn", "Action withdrawn"),
    ("settled", "Settled out of court"),
]
#: What the screens of a closed case still write: who follows it, and remarks.
FOLLOW_UP = ("user_id", "lawyer_id", "note", "block_ids")


class SrmDebtCase(models.Model):
    """One judicial action about a debt, from the claim to the final judgment.

    The fine of law 69-21 does not run between the two (domain/procurement 1.3): the
    engine's inputs of the debt read the dates here, and nowhere else. An appeal belongs
    to the same case: the judgment that counts is the final one.
    """

    _name = "srm.debt.case"
    _description = "Court Case about a Debt"
    _order = "date_action desc, id desc"
    _rec_names_search = ["reference", "court_name"]
    _guard = Guard(
        steps={
            "judge": Step(
                ("open",),
                "judged",
                group=MANAGER,
                signs="judged_by_id",
                check="_check_judgment",
            ),
            "cancel": Step(("open",), "cancelled", group=MANAGER),
            "reopen": Step(
                ("judged",), "open", group=MANAGER, writes=("judged_by_id",)
            ),
        },
        freezes=(
            Freeze(always=True, fields=("debt_id",)),
            Freeze(
                ("judged", "cancelled"),
                but=FOLLOW_UP,
                files=True,
                database=True,
                remedy=_lt("A manager reopens a judged case to correct it."),
            ),
        ),
        deletable=(),
        proofs={"judgment": "judgment_sha256"},
    )

    reference = fields.Char(string="Case number", index="trigram")
    debt_id = fields.Many2one(
        "srm.debt", required=True, index=True, ondelete="restrict"
    )
    file_id = fields.Many2one(
        related="debt_id.file_id", store=True, index=True, precompute=True
    )
    partner_id = fields.Many2one(related="debt_id.partner_id", string="Creditor")
    company_id = fields.Many2one(
        related="debt_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    court_name = fields.Char(string="Court")
    lawyer_id = fields.Many2one("res.partner", string="Lawyer of the company")
    user_id = fields.Many2one(
        "res.users", string="Followed by", default=lambda self: self.env.user
    )
    amount_contested = fields.Monetary(
        string="Amount in dispute",
        compute="_compute_amount_contested",
        store=True,
        readonly=False,
        precompute=True,
        entered="proposed from what remains of the debt, corrected by the officer",
        help="What the action is about, TTC.",
    )
    date_action = fields.Date(
        string="Action brought on",
        required=True,
        help="The fine of law 69-21 stops on this day.",
    )
    date_hearing = fields.Date(string="Next hearing", index="btree_not_null")
    date_first_judgment = fields.Date(string="First judgment")
    date_final = fields.Date(
        string="Final judgment on",
        help="The fine of law 69-21 runs again from the next day.",
    )
    outcome = fields.Selection(OUTCOMES)
    amount_judged = fields.Monetary(
        string="Amount judged", help="What the final judgment orders to pay, TTC."
    )
    judgment = fields.Binary(string="Judgment (document)", attachment=True, copy=False)
    judgment_name = fields.Char(copy=False)
    judgment_sha256 = fields.Char(
        string="SHA-256 of the judgment", readonly=True, copy=False
    )
    judged_by_id = fields.Many2one(
        "res.users", string="Recorded by", readonly=True, copy=False
    )
    note = fields.Text()
    state = fields.Selection(
        STATES, required=True, readonly=True, default="open", copy=False, index=True
    )
    block_ids = fields.One2many("srm.debt.block", "case_id", string="Blocks")

    _dates_order = models.Constraint(
        "CHECK (date_final IS NULL OR date_final >= date_action)",
        "The judgment cannot come before the claim.",
    )
    _amounts_positive = models.Constraint(
        "CHECK (amount_contested >= 0 AND amount_judged >= 0)",
        "The amounts of a court case cannot be negative.",
    )
    _judged_complete = models.Constraint(
        "CHECK (state != 'judged' OR (date_final IS NOT NULL AND outcome IS NOT NULL))",
        "A final judgment has a date and an outcome.",
    )

    @api.depends("debt_id")
    def _compute_amount_contested(self):
        for case in self.filtered(lambda item: not item.amount_contested):
            case.amount_contested = case.debt_id.amount_remaining

    @api.depends("reference", "court_name", "debt_id")
    def _compute_display_name(self):
        for case in self:
            case.display_name = joined(
                case.reference, case.court_name, case.debt_id.origin_reference
            )

    @api.model_create_multi
    def create(self, vals_list):
        cases = super().create(vals_list)
        if not by_code(self.env):
            cases._open_blocks()
        return cases

    # --- engine ----------------------------------------------------------------------
    def _engine_courts(self) -> tuple[Court, ...]:
        """Periods during which the fine of the debt does not run."""
        return tuple(
            Court(case.date_action, case.date_final or None)
            for case in self
            if case.state != "cancelled" and case.date_action
        )

    # --- buttons ---------------------------------------------------------------------
    def action_judge(self):
        """Open -> judged: the final judgment is known; the debt is unblocked."""
        for case in self._take_step("judge"):
            case._close_blocks(case._judgment_text())
        return True

    def action_cancel(self):
        """Entered in error: it never suspended anything."""
        self._take_step("cancel")._close_blocks(self.env._("Case entered in error"))
        return True

    def action_reopen(self):
        """The judgment was not final after all: back before the court."""
        self._take_step("reopen", judged_by_id=False)._open_blocks()
        return True

    def action_open_debt(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "srm.debt",
            "res_id": self.debt_id.id,
            "views": [[False, "form"]],
        }

    def _check_judgment(self):
        for case in self:
            case._check_judgment_complete()

    def _check_judgment_complete(self):
        missing = [
            self._fields[name]._description_string(self.env)
            for name in ("date_final", "outcome", "reference", "court_name")
            if not self[name]
        ]
        if missing:
            raise UserError(
                self.env._(
                    "The case %(case)s cannot be judged without: %(missing)s.",
                    case=self.display_name,
                    missing=", ".join(missing),
                )
            )
        if self.date_final > fields.Date.context_today(self):
            raise UserError(
                self.env._(
                    "%(case)s: the final judgment is in the future.",
                    case=self.display_name,
                )
            )
        if money(self.amount_judged) > money(self.debt_id.amount_claimed):
            raise UserError(
                self.env._(
                    "%(case)s: the amount judged is above the claim. Interest and "
                    "costs of the court are recorded as another debt.",
                    case=self.display_name,
                )
            )

    def _judgment_text(self) -> str:
        outcome = dict(self._fields["outcome"]._description_selection(self.env))
        return self.env._(
            "Final judgment of %(day)s: %(outcome)s, %(amount)s",
            day=fields.Date.to_string(self.date_final),
            outcome=outcome[self.outcome],
            amount=self.currency_id.format(self.amount_judged),
        )

    # --- blocks ----------------------------------------------------------------------
    def _open_blocks(self):
        """A debt before the court is blocked by the reason “court”."""
        reason = self.env.ref("srm_procurement.block_reason_court")
        opened = self.env["srm.debt.block"].search(
            [
                ("debt_id", "in", self.debt_id.ids),
                ("reason_id", "=", reason.id),
                ("date_closed", "=", False),
            ]
        )
        cases = self.filtered(
            lambda item: item.state == "open" and item.debt_id not in opened.debt_id
        )
        self.env["srm.debt.block"]._by_code().create(
            [
                {
                    "debt_id": case.debt_id.id,
                    "reason_id": reason.id,
                    "case_id": case.id,
                    "user_id": case.user_id.id,
                    "note": case.display_name,
                }
                for case in cases.grouped("debt_id").values()
                for case in case[:1]
            ]
        )

    def _close_blocks(self, note: str):
        """Unless another case of the debt is still before the court."""
        for debt in self.debt_id:
            others = debt.case_ids.filtered(lambda item: item.state == "open")
            blocks = debt.block_ids.filtered(
                lambda item: item.court and not item.date_closed
            )
            if others:
                blocks._by_code().write({"case_id": others[0].id})
            else:
                blocks.write({"closing_note": note})
                blocks._close()
