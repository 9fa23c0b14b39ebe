from odoo import models
from odoo.exceptions import AccessError, UserError


class SrmStepMixin(models.AbstractModel):
    """Steps of a record: locked, refused outside their state, reserved to a role."""

    _name = "srm.step.mixin"
    _description = "Record with steps"

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
        moving.write({"state": target, **values})
        return moving

    def _state_label(self):
        self.ensure_one()
        labels = dict(self._fields["state"]._description_selection(self.env))
        return labels.get(self.state, self.state)

    def _require_group(self, group):
        if group and not (self.env.su or self.env.user.has_group(group)):
            raise AccessError(self.env._("Your role does not allow this step."))
