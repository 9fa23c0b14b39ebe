from odoo import api, models
from odoo.exceptions import AccessError, UserError

#: Only code of the suite can hold this object: no call from outside passes it.
STEP_TOKEN = object()


class SrmStepMixin(models.AbstractModel):
    """Steps of a record: locked, refused outside their state, reserved to a role."""

    _name = "srm.step.mixin"
    _description = "Record with steps"

    #: The state moves by steps only, also against a direct write.
    _state_by_steps = False

    @api.model_create_multi
    def create(self, vals_list):
        if self._state_by_steps and not self._within_step():
            first = self._fields["state"].default(self)
            if any(vals.get("state", first) != first for vals in vals_list):
                self._refuse_state()
        return super().create(vals_list)

    def write(self, vals):
        if self._state_by_steps and "state" in vals and not self._within_step():
            self._refuse_state()
        return super().write(vals)

    def _within_step(self):
        return self.env.context.get("srm_step") is STEP_TOKEN

    def _by_step(self):
        """The same records, on which code of the suite may write the state."""
        return self.with_context(srm_step=STEP_TOKEN)

    def _refuse_state(self):
        raise UserError(
            self.env._("The state changes with the buttons of the document only.")
        )

    def _step(self, allowed, target, group="", **values):
        """Move to ``target``, safely when two persons click at once.

        :param allowed: states the step starts from; records already in ``target`` are
            left as they are, so a step may be repeated
        :param group: group needed, empty for whoever may write
        :return: the records that moved
        """
        self._require_group(group)
        moving = self.filtered(lambda record: record.state != target)
        if not moving:
            return moving
        moving.lock_for_update()
        wrong = moving.filtered(lambda record: record.state not in allowed)
        if wrong:
            raise UserError(
                self.env._(
                    "Not possible in the present state: %(records)s.",
                    records=", ".join(
                        f"{record.display_name} ({record._state_label()})"
                        for record in wrong
                    ),
                )
            )
        moving._by_step().write({"state": target, **values})
        return moving

    def _state_label(self):
        self.ensure_one()
        labels = dict(self._fields["state"]._description_selection(self.env))
        return labels.get(self.state, self.state)

    def _require_group(self, group):
        if group and not (self.env.su or self.env.user.has_group(group)):
            raise AccessError(self.env._("Your role does not allow this step."))
