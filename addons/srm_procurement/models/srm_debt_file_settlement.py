from odoo import fields, models


class SrmDebtFile(models.Model):
    """Settlements and payments on the creditor's file."""

    _inherit = "srm.debt.file"

    settlement_ids = fields.One2many("srm.settlement", "file_id", string="Settlements")
    settlement_count = fields.Integer(compute="_compute_settlement_count")
    instalment_ids = fields.One2many(
        "srm.settlement.instalment", "file_id", string="Instalments"
    )

    def _compute_settlement_count(self):
        counts = dict(
            self.env["srm.settlement"]._read_group(
                [("file_id", "in", self.ids)], ["file_id"], ["__count"]
            )
        )
        for file in self:
            file.settlement_count = counts.get(file._origin, 0)

    def _settleable_debts(self):
        """Scored, unblocked debts with something payable that no agreement holds."""
        return self.env["srm.debt"].search(
            [("file_id", "in", self.ids), *self.env["srm.debt"]._settleable_domain()]
        )

    def action_view_settlements(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "srm_procurement.srm_settlement_action"
        )
        return action | {
            "domain": [("file_id", "in", self.ids)],
            "context": {"default_file_id": self.id},
        }

    def action_prepare_settlement(self):
        """Draft agreement with every debt that can be settled."""
        self.ensure_one()
        settlement = self.env["srm.settlement"].create({"file_id": self.id})
        settlement.action_add_payable_debts()
        return {
            "type": "ir.actions.act_window",
            "res_model": "srm.settlement",
            "res_id": settlement.id,
            "view_mode": "form",
        }

    def action_view_book_items(self):
        return self.debt_ids.action_view_book_items()
