from odoo import fields, models

from ..constants import REGIMES


class SrmContractRegime(models.Model):
    """Rules a contract follows: payment delay, start event and default rates.

    They are data: the company edits them when its procurement rules change. A contract
    copies them when it is prepared and keeps its own afterwards.
    """

    _name = "srm.contract.regime"
    _inherit = ["srm.contract.terms.mixin"]
    _description = "Contract Regime"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Selection(
        REGIMES, string="Delay regime", required=True, help="Law that sets the delay."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    note = fields.Text(
        string="Source", translate=True, help="Text the values come from."
    )
    contract_count = fields.Integer(compute="_compute_contract_count")

    def _compute_contract_count(self):
        counts = dict(
            self.env["srm.contract"]._read_group(
                [("regime_id", "in", self.ids)], ["regime_id"], ["__count"]
            )
        )
        for regime in self:
            regime.contract_count = counts.get(regime, 0)

    def action_view_contracts(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "srm_procurement.action_srm_contract"
        )
        return action | {"domain": [("regime_id", "in", self.ids)], "context": {}}
