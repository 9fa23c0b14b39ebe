from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.srm_kit.guard import MEMORY


class SrmPaymentDelayMonth(models.Model):
    """Register of the months of delay that filed declarations carry.

    Written when a declaration is filed, never changed: the two unique indexes are what
    makes a month of an invoice impossible to declare twice, whatever the code does.
    """

    _name = "srm.payment.delay.month"
    _description = "Declared Month of Delay"
    _order = "day desc, id desc"
    _rec_name = "day"
    _log_access = False
    _guard = MEMORY

    declaration_id = fields.Many2one(
        "srm.payment.delay.declaration",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    debt_id = fields.Many2one("srm.debt", readonly=True, ondelete="restrict")
    move_id = fields.Many2one(
        "account.move", string="Vendor bill", readonly=True, ondelete="restrict"
    )
    partner_id = fields.Many2one("res.partner", string="Supplier", readonly=True)
    day = fields.Date(
        string="First day of the month",
        required=True,
        readonly=True,
        help="First day of delay that is charged in the month.",
    )

    _debt_unique = models.UniqueIndex(
        "(debt_id, day) WHERE debt_id IS NOT NULL",
        "This month of delay is already declared. Propose the declaration again.",
    )
    _move_unique = models.UniqueIndex(
        "(move_id, day) WHERE move_id IS NOT NULL",
        "This month of delay is already declared. Propose the declaration again.",
    )
    _one_source = models.Constraint(
        "CHECK ((debt_id IS NULL) <> (move_id IS NULL))",
        "A declared month belongs to a debt or to a vendor bill.",
    )

    @api.model
    def _enter(self, declaration) -> int:
        """Enter the months of a declaration that is being filed.

        A correction repeats months that are already declared, and adds others.

        :return: months entered
        """
        conflict = SQL("ON CONFLICT DO NOTHING")
        query = SQL(
            """
            INSERT INTO srm_payment_delay_month
                        (declaration_id, company_id, debt_id, move_id, partner_id, day)
            SELECT DISTINCT l.declaration_id, l.company_id, l.debt_id, l.move_id,
                            l.partner_id, (step.value ->> 0)::date
              FROM srm_payment_delay_line l
             CROSS JOIN LATERAL jsonb_array_elements(l.steps) AS step
             WHERE l.declaration_id = %s
            %s RETURNING 1
            """,
            declaration.id,
            conflict if declaration.kind == "correction" else SQL(""),
        )
        return len(self.env.execute_query(query))
