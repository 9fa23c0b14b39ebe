from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..amounts import exact


class SrmWorkMeasure(models.Model):
    """Quantity found done on site, with what proves it; counts once validated."""

    _name = "srm.work.measure"
    _inherit = ["srm.step.mixin", "srm.evidence.mixin", "srm.author.mixin"]
    _description = "Measure of Works"
    _order = "date desc, id desc"
    _rec_name = "item_id"
    _state_by_steps = True
    _evidence_fields = ("attachment_ids",)
    _author_field = "measured_by_id"

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

    def write(self, vals):
        changed = vals.keys() - {"state", "validated_by_id", "attachment_ids"}
        if changed and any(measure.state != "draft" for measure in self):
            raise UserError(
                self.env._(
                    "A measure that was decided does not change: enter a correction "
                    "(a negative quantity)."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        if any(measure.state == "validated" for measure in self):
            raise UserError(
                self.env._("A validated measure stays: enter a correction instead.")
            )

    def action_validate(self):
        """The measure counts; refused beyond what the item holds."""
        moving = self._check_validation()
        return bool(
            moving._step(
                ["draft"],
                "validated",
                "srm_base.group_project_manager",
                validated_by_id=self.env.uid,
            )
        )

    def action_refuse(self):
        self._step(["draft"], "refused", "srm_base.group_project_manager")

    def _check_validation(self):
        for measure in self.filtered(lambda m: m.state == "draft"):
            if measure.measured_by_id == self.env.user:
                raise UserError(
                    self.env._(
                        "%(user)s measured %(item)s: somebody else validates it.",
                        user=self.env.user.name,
                        item=measure.item_id.display_name,
                    )
                )
            item = measure.item_id
            after = exact(item.measured) + exact(measure.quantity)
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
        return self
