from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..amounts import ZERO, money, total


class SrmDebt(models.Model):
    """Disputes, court cases, set-offs, assignments and doubles of a debt."""

    _inherit = "srm.debt"

    dispute_ids = fields.One2many("srm.debt.dispute", "debt_id", string="Disputes")
    amount_unexplained = fields.Monetary(
        string="Contested without a reason",
        compute="_compute_amount_unexplained",
        help="Contested part that no dispute explains yet.",
    )
    case_ids = fields.One2many("srm.debt.case", "debt_id", string="Court cases")
    case_count = fields.Integer(compute="_compute_depth_counts")
    setoff_ids = fields.One2many("srm.debt.setoff", "debt_id", string="Set-offs")
    setoff_count = fields.Integer(compute="_compute_depth_counts")
    assignment_ids = fields.Many2many(
        "srm.debt.assignment",
        "srm_debt_assignment_debt_rel",
        "debt_id",
        "assignment_id",
        string="Assignments",
    )
    payee_id = fields.Many2one(
        "res.partner",
        string="To be paid to",
        compute="_compute_payee_id",
        store=True,
        index=True,
        precompute=True,
        help="The creditor, or who the claim was assigned to.",
    )
    assigned = fields.Boolean(
        string="Claim assigned",
        compute="_compute_payee_id",
        store=True,
        precompute=True,
    )

    duplicate_count = fields.Integer(
        string="Probable duplicates",
        compute="_compute_duplicate_count",
        search="_search_duplicate_count",
        help="Other debts of the creditor that are perhaps the same invoice.",
    )

    @api.depends("amount_contested", "dispute_ids.state", "dispute_ids.amount")
    def _compute_amount_unexplained(self):
        for debt in self:
            explained = total(debt._open_disputes().mapped("amount"))
            debt.amount_unexplained = float(
                max(money(debt.amount_contested) - explained, ZERO)
            )

    @api.constrains("amount_contested")
    def _check_contested_covers_disputes(self):
        for debt in self:
            explained = total(debt._open_disputes().mapped("amount"))
            if money(debt.amount_contested) < explained:
                raise ValidationError(
                    self.env._(
                        "%(debt)s: its open disputes add up to %(amount)s. Withdraw "
                        "them or decide on them to contest less.",
                        debt=debt.display_name,
                        amount=debt.currency_id.format(float(explained)),
                    )
                )

    @api.depends("case_ids", "setoff_ids")
    def _compute_depth_counts(self):
        for name, model in (("case", "srm.debt.case"), ("setoff", "srm.debt.setoff")):
            counts = dict(
                self.env[model]._read_group(
                    [("debt_id", "in", self.ids)], ["debt_id"], ["__count"]
                )
            )
            for debt in self:
                debt[f"{name}_count"] = counts.get(debt._origin, 0)

    @api.depends("file_id.partner_id", "assignment_ids.state")
    def _compute_payee_id(self):
        for debt in self:
            active = debt.assignment_ids.filtered(lambda item: item.state == "notified")
            debt.assigned = bool(active)
            debt.payee_id = active[:1].assignee_id or debt.file_id.partner_id

    def _compute_duplicate_count(self):
        counts = dict.fromkeys(self.ids, 0)
        model = self.env["srm.debt.duplicate"]
        for name in ("debt_id", "other_id"):
            for debt, count in model._read_group(
                [(name, "in", self.ids), ("state", "=", "open")], [name], ["__count"]
            ):
                counts[debt.id] += count
        for debt in self:
            debt.duplicate_count = counts.get(debt._origin.id, 0)

    def _search_duplicate_count(self, operator, value):
        """Only “with” and “without” make sense: ``> 0`` and ``= 0``."""
        if operator not in (">", "in") or (operator == ">" and value):
            return NotImplemented
        pairs = self.env["srm.debt.duplicate"].search_fetch(
            [("state", "=", "open")], ["debt_id", "other_id"]
        )
        ids = (pairs.debt_id | pairs.other_id).ids
        wanted = operator == ">" or 0 not in value
        return [("id", "in" if wanted else "not in", ids)]

    def _open_disputes(self):
        return self.dispute_ids.filtered(lambda item: item.state == "open")

    @api.model
    def _settleable_domain(self) -> list:
        """Scored, unblocked, something payable, promised to nobody yet."""
        return [
            ("stage", "=", "scored"),
            ("blocked", "=", False),
            ("amount_payable", ">", 0),
            ("settlement_line_ids", "not any", [("live", "=", True)]),
        ]

    def _held_by_settlement(self):
        """Settlement lines that hold these debts: they are promised elsewhere."""
        return self.env["srm.settlement.line"].search(
            [("debt_id", "in", self.ids), ("live", "=", True)]
        )

    # --- screens ---------------------------------------------------------------------
    def _open_new(self, name: str, model: str, context: dict, view: str = "") -> dict:
        """Dialog on a new record about this debt."""
        self.ensure_one()
        view_id = self.env.ref(f"srm_procurement.{view}").id if view else False
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [[view_id, "form"]],
            "target": "new",
            "context": {"default_debt_id": self.id} | context,
        }

    def action_contest(self):
        """Contest part of the claim, with its reason."""
        return self._open_new(
            self.env._("Contest part of the claim"),
            "srm.debt.dispute",
            {"default_amount": self.amount_unexplained},
            "view_srm_debt_dispute_new",
        )

    def _open_related(self, xmlid: str) -> dict:
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"srm_procurement.{xmlid}"
        )
        return action | {
            "domain": [("debt_id", "=", self.id)],
            "context": {"default_debt_id": self.id, "default_file_id": self.file_id.id},
        }

    def action_view_cases(self):
        return self._open_related("action_srm_debt_case")

    def action_view_setoffs(self):
        return self._open_related("action_srm_debt_setoff")

    def action_view_duplicates(self):
        """Every other debt that is perhaps the same invoice."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "srm_procurement.action_srm_debt_duplicate"
        )
        return action | {
            "domain": ["|", ("debt_id", "=", self.id), ("other_id", "=", self.id)],
            "context": {},
        }
