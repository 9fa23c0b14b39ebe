from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import LazyTranslate

from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from ..amounts import exact

_lt = LazyTranslate(__name__)
MANAGER = "srm_base.group_project_manager"


class SrmWorkMeasure(models.Model):
    """Quantity found done on site, with what proves it; counts once validated."""

    _name = "srm.work.measure"
    _inherit = ["srm.evidence.mixin", "srm.author.mixin"]
    _description = "Measure of Works"
    _order = "date desc, id desc"
    _rec_name = "item_id"
    _evidence_fields = ("attachment_ids",)
    _entered_fields = frozenset({"item_id", "quantity", "date", "evidence"})
    _guard = Guard(
        steps={
            "validate": Step(
                ("draft",),
                "validated",
                group=MANAGER,
                signs="validated_by_id",
                not_by=("measured_by_id", "author_ids"),
                check="_check_validation",
            ),
            "refuse": Step(("draft",), "refused", group=MANAGER),
        },
        freezes=(
            Freeze(
                ("validated", "refused"),
                database=True,
                remedy=_lt("Enter a correction (a negative quantity)."),
            ),
        ),
        deletable=("draft",),
    )

    item_id = fields.Many2one(
        "srm.work.item",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('child_ids', '=', False)]",
    )
    project_id = fields.Many2one(
        related="item_id.project_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(related="item_id.company_id", store=True)
    territory_id = fields.Many2one(
        related="item_id.territory_id", store=True, index="btree_not_null"
    )
    unit = fields.Char(related="item_id.unit")
    date = fields.Date(required=True, default=fields.Date.context_today)
    quantity = fields.Float(
        digits=(16, 3), required=True, help="Done since the last measure."
    )
    evidence = fields.Char(
        help="Minutes, attachment or photo that proves it.", required=True
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Files")
    state = fields.Selection(
        [("draft", "To validate"), ("validated", "Validated"), ("refused", "Refused")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
    )
    measured_by_id = fields.Many2one(
        "res.users",
        string="Measured by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    validated_by_id = fields.Many2one(
        "res.users", string="Validated by", readonly=True, copy=False
    )

    _validated_by_another = models.Constraint(
        "CHECK (state != 'validated' OR validated_by_id != measured_by_id)",
        "Who measures does not validate.",
    )

    @api.constrains("item_id")
    def _check_item(self):
        for measure in self:
            if measure.item_id.child_ids:
                raise ValidationError(
                    self.env._(
                        "%(item)s has parts: measure the parts.",
                        item=measure.item_id.display_name,
                    )
                )

    def action_validate(self):
        """The measure counts; refused beyond what the item holds."""
        # One after the other: the second one of an item finds the first one done.
        return any([bool(measure._take_step("validate")) for measure in self])

    def action_refuse(self):
        self._take_step("refuse")

    def _check_validation(self):
        self.project_id._require_state("study", "works")
        item = self.item_id
        item.sudo().lock_for_update()  # who validates need not write the breakdown
        item.invalidate_recordset(["measured"])
        after = exact(item.measured) + exact(self.quantity)
        if not 0 <= after <= exact(item.quantity):
            raise UserError(
                self.env._(
                    "%(item)s: %(after)s %(unit)s would be done of %(quantity)s. "
                    "Correct the measure, or the quantity of the item.",
                    item=item.display_name,
                    after=f"{after:f}",
                    unit=item.unit or "",
                    quantity=f"{exact(item.quantity):f}",
                )
            )
