from odoo import SUPERUSER_ID, Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from ..guard import database, gate, screen
from ..guard.book import BY_CODE, KEY, Book


class Base(models.AbstractModel):
    """Rules that hold whoever calls, on every model that declares them (``_guard``)."""

    _inherit = "base"

    #: Declaration of the model's rules: a ``Guard`` of ``odoo.addons.srm_kit.guard``.
    _guard = None

    # Set-up

    @api.model
    def _post_model_setup__(self):
        if self._name == "base":
            # The fields have changed: what was compiled from them is out of date.
            self.pool.guard_book = Book(self.pool)
        return super()._post_model_setup__()

    def _register_hook(self):
        if self._name == "base":
            gate.install(self.env)
        return super()._register_hook()

    def init(self):
        if self._auto and not self._abstract and not self._transient:
            self.pool.post_init(database.apply, self)
        return super().init()

    def _valid_field_parameter(self, field, name):
        # entered: why a person may enter a field that is computed or read-only
        return name == "entered" or super()._valid_field_parameter(field, name)

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type in ("form", "list"):
            screen.show_frozen(self, arch)
        return arch, view

    def _sql_error_to_message(self, exc):
        return database.refusal_text(self, exc) or super()._sql_error_to_message(exc)

    # Proofs keep their digest from the first on: also those of a demonstration, made
    # while the add-ons are loaded and no gate stands yet.

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([gate.with_digests(self, vals) for vals in vals_list])

    def write(self, vals):
        return super().write(gate.with_digests(self, vals))

    # Code

    def _by_code(self):
        """The same records, on which code writes what nobody enters."""
        return self.with_context(**{KEY: BY_CODE})

    # Steps

    def _take_step(self, name: str, *, via=None, **values):
        """Take a declared step: locked, signed, refused to whom it does not belong.

        Records already in the target state are left alone, so a step may be repeated;
        two persons who take it at once: the second one finds it done, or is refused.

        :param name: key of ``Guard.steps``
        :param via: what writes the state, given the records that move: the method of
            another add-on to which the document belongs
        :param values: what the step records, among its ``writes``
        :return: the records that moved
        """
        step = self.pool.guard_book[self._name].guard.steps[name]
        if unknown := values.keys() - set(step.writes):
            raise ValueError(f"{self._name}, step {name}: {unknown} is not recorded")
        self._require_group(step.groups)
        moving = self._step_movable(step)
        if moving and step.check:
            getattr(moving, step.check)()
        if moving:
            recorded = {**moving._step_values(step), **values}
            if via:
                moving._write_via(via, recorded)
            else:
                self.env.flush_all()  # before the database freezes what it holds
                moving._by_code().write(recorded)
            # What the database frees may change again from here on.
            moving.flush_recordset([self.pool.guard_book[self._name].guard.state])
        return moving

    def _write_via(self, via, recorded: dict) -> None:
        """What a step records is written first, then the state, by another method."""
        state = self.pool.guard_book[self._name].guard.state
        target = recorded.pop(state)
        if recorded:
            self._by_code().write(recorded)
        self.env.flush_all()
        via(self._by_code())
        if any(record[state] != target for record in self):
            raise UserError(gate.unfit_text(self))

    def _step_movable(self, step):
        """Those that are not there yet, locked and fit to go."""
        state = self.pool.guard_book[self._name].guard.state
        moving = self.filtered(lambda record: record[state] != step.target)
        if not moving:
            return moving
        moving.check_access("write")
        moving.lock_for_update()
        moving.invalidate_recordset([state, *step.not_by])
        moving._require_state(*step.sources)
        moving._refuse_same_person(step.not_by)
        return moving

    def _step_values(self, step) -> dict:
        values = {self.pool.guard_book[self._name].guard.state: step.target}
        if step.signs:
            values[step.signs] = self.env.uid
        if step.dated:
            is_date = self._fields[step.dated].type == "date"
            now = fields.Date.context_today(self) if is_date else fields.Datetime.now()
            values[step.dated] = now
        return values

    def _require_state(self, *states: str) -> None:
        """Refuse records in another state, for what needs one and is no step."""
        state = self.pool.guard_book[self._name].guard.state
        wrong = self.filtered(lambda record: record[state] not in states)
        if wrong:
            raise UserError(gate.unfit_text(wrong))

    def _require_group(self, groups) -> None:
        """Refuse who has none of the groups (external ids); the system has them all."""
        groups = (groups,) if isinstance(groups, str) else groups
        if not groups or self.env.su:
            return
        if not any(self.env.user.has_group(group) for group in groups):
            names = [self.env.ref(group).sudo().name for group in groups]
            raise AccessError(
                self.env._(
                    "This step belongs to: %(roles)s. Your role does not allow it.",
                    roles=", ".join(names),
                )
            )

    def _note_author(self, name: str) -> None:
        """Keep in this many2many that the user has a part in what these records say,
        so that a step may be refused to who has (``Step.not_by``)."""
        if self.env.uid != SUPERUSER_ID:
            # sudo: who may change a part of a record is noted on the whole.
            self.sudo()._by_code().write({name: [Command.link(self.env.uid)]})

    def _refuse_same_person(self, names) -> None:
        """Separation of duties: who is kept in one of these fields does not go on."""
        for record in self:
            own = [name for name in names if self.env.user in record.sudo()[name]]
            if own:
                field = self._fields[own[0]]._description_string(self.env)
                raise UserError(
                    self.env._(
                        "%(record)s: you appear under “%(duty)s”. This step belongs to "
                        "somebody else.",
                        record=gate.named(record),
                        duty=field,
                    )
                )
