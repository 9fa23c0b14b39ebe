from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

FINISHED = ("closed", "cancelled")


class SrmActionMixin(models.AbstractModel):
    """A record that decides actions."""

    _name = "srm.action.mixin"
    _description = "Record with actions"

    action_ids = fields.One2many("srm.action", "res_id", string="Actions")
    action_count = fields.Integer(compute="_compute_action_count")
    open_action_count = fields.Integer(
        compute="_compute_action_count", search="_search_open_action_count"
    )

    @api.depends("action_ids.state")
    def _compute_action_count(self):
        totals, unfinished = {}, {}
        for res_id, state, count in self.env["srm.action"]._read_group(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)],
            ["res_id", "state"],
            ["__count"],
        ):
            totals[res_id] = totals.get(res_id, 0) + count
            if state not in FINISHED:
                unfinished[res_id] = unfinished.get(res_id, 0) + count
        for record in self:
            record.action_count = totals.get(record.id, 0)
            record.open_action_count = unfinished.get(record.id, 0)

    @api.model
    def _search_open_action_count(self, operator, value):
        """Only asked as "none" (``= 0``) or "some" (``> 0``)."""
        unfinished = Domain("state", "not in", FINISHED)
        if operator == "in" and set(value) == {0}:
            return ~Domain("action_ids", "any", unfinished)
        if operator == ">" and value == 0:
            return Domain("action_ids", "any", unfinished)
        return NotImplemented

    def _prepare_action_context(self):
        """Defaults of an action decided here."""
        self.ensure_one()
        return {
            "default_res_model": self._name,
            "default_res_id": self.id,
            "default_site_id": self.site_id.id if "site_id" in self else False,
        }

    def action_open_actions(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "srm_hse.srm_action_action"
        )
        return {
            **action,
            "domain": [("res_model", "=", self._name), ("res_id", "=", self.id)],
            "context": self._prepare_action_context(),
        }

    def _check_actions_finished(self):
        """Refuse to close while an action is not found effective."""
        for record in self.filtered("open_action_count"):
            raise UserError(
                self.env._(
                    "%(record)s: %(count)s actions are not finished and found"
                    " effective.",
                    record=record.display_name,
                    count=record.open_action_count,
                )
            )
