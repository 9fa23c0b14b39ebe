from odoo import fields, models


class SrmGasComponent(models.Model):
    _name = "srm.gas.component"
    _description = "Component of a Gas Blend"

    gas_id = fields.Many2one("srm.gas", required=True, index=True, ondelete="cascade")
    component_id = fields.Many2one("srm.gas", required=True, ondelete="restrict")
    share = fields.Float("Share by mass (%)", (6, 3), required=True)

    _component_unique = models.UniqueIndex(
        "(gas_id, component_id)", "A component is listed once."
    )
    _share_bounds = models.Constraint(
        "CHECK (share > 0 AND share <= 100)", "A share lies between 0 and 100 %."
    )
    _not_itself = models.Constraint(
        "CHECK (gas_id <> component_id)", "A gas is not a component of itself."
    )
