from odoo import api, fields, models
from odoo.tools import SQL

from ...service import beats, time_zones


class SrmHeartbeat(models.Model):
    """Last sign of life of the schedulers, of the job runner, of the start.

    Written by the processes themselves, each on a connection of its own; read by
    ``/web/health``.
    """

    _name = "srm.heartbeat"
    _description = "Sign of Life"
    _order = "name"
    _log_access = False

    name = fields.Char(required=True, readonly=True)
    beat_at = fields.Datetime(string="Last heard", required=True, readonly=True)
    busy = fields.Char(string="Busy with", readonly=True)
    place = fields.Char(string="Machine and process", readonly=True)

    _name_uidx = models.UniqueIndex("(name)", "Each part has one sign of life.")

    @api.model
    def _register_hook(self):
        """Checked at each start: the rules of time zones."""
        super()._register_hook()
        wrong = time_zones.wrong_in_python()
        if time_zones.wrong_in_database(self.env.cr):
            wrong.append("PostgreSQL")
        time_zones.report(tuple(wrong))

    @api.model
    def _wake(self, record, method: str, action: str) -> None:
        """Have long work done in the background, from where it stands.

        By a queue job, several of which go on side by side; by the scheduled action
        when no runner was heard of, which also picks up what a killed job left.

        :param method: of the record, declared as a queue job function
        :param action: external id of the scheduled action
        """
        if self._is_alive(beats.JOBS):
            key = f"{record._name}-{record.id}-{method}"
            delayed = record.with_delay(
                description=record.display_name, identity_key=key
            )
            getattr(delayed, method)()
        else:
            # Who launches the work has no right on scheduled actions.
            self.env.ref(action).sudo()._trigger()

    @api.model
    def _is_alive(self, name: str) -> bool:
        """Whether a part was heard of lately, by the clock of the database."""
        rows = self.env.execute_query(
            SQL(
                "SELECT abs(EXTRACT(EPOCH FROM now() AT TIME ZONE 'UTC' - beat_at))"
                " < %s"
                " FROM srm_heartbeat WHERE name = %s",
                beats.SILENCE,
                name,
            )
        )
        return rows == [(True,)]
