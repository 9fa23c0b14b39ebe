from datetime import timedelta

from odoo import api, fields, models

#: Days between two reminders about the same overdue promise or block.
REPEAT_DAYS = 7
#: Files reminded of in one run of the scheduled action.
CHUNK = 500


class SrmDebtFile(models.Model):
    """Reminders: promises not kept in time, blocks past their deadline."""

    _inherit = "srm.debt.file"

    late_commitment_count = fields.Integer(
        string="Late commitments", compute="_compute_overdue_counts"
    )
    overdue_block_count = fields.Integer(
        string="Overdue blocks", compute="_compute_overdue_counts"
    )

    def _compute_overdue_counts(self):
        overdue = {
            "late_commitment_count": ("srm.debt.commitment", "late"),
            "overdue_block_count": ("srm.debt.block", "overdue"),
        }
        for name, (model, flag) in overdue.items():
            counts = dict(
                self.env[model]._read_group(
                    [("file_id", "in", self.ids), (flag, "=", True)],
                    ["file_id"],
                    ["__count"],
                )
            )
            for file in self:
                file[name] = counts.get(file._origin, 0)

    @api.model
    def _cron_alert(self) -> None:
        """One activity per overdue promise or block, repeated every week."""
        for model, flag in (
            ("srm.debt.commitment", "late"),
            ("srm.debt.block", "overdue"),
        ):
            remaining = 1
            while remaining:
                done, remaining = self._alert_overdue(model, flag)
                left = self.env["ir.cron"]._commit_progress(done, remaining=remaining)
                if not left:
                    return  # called again soon: what is done carries its date

    @api.model
    def _alert_overdue(self, model: str, flag: str) -> tuple[int, int]:
        """Remind the people of at most ``CHUNK`` overdue records.

        :return: records done, records still to do
        """
        before = fields.Date.context_today(self) - timedelta(days=REPEAT_DAYS)
        domain = [
            (flag, "=", True),
            "|",
            "|",
            ("date_alerted", "=", False),
            ("date_alerted", "<=", before),
            ("date_alerted", ">", "today"),  # by a clock that was wrong
        ]
        records = self.env[model].search(domain, limit=CHUNK, order="id")
        records._remind()
        records.write({"date_alerted": fields.Date.context_today(self)})
        remaining = 0
        if len(records) == CHUNK:
            remaining = self.env[model].search_count(domain)
        return len(records), remaining

    def _remind(self, user, summary: str, note: str) -> None:
        """To do on the file, for who answers for it."""
        self.ensure_one()
        responsible = user or self.user_id
        if responsible and responsible.active:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=summary,
                note=note,
                user_id=responsible.id,
            )
        else:
            body = " — ".join((summary, note))
            self.message_post(body=body)


class SrmDebtCommitment(models.Model):
    _inherit = "srm.debt.commitment"

    def _remind(self) -> None:
        labels = dict(self._fields["party"]._description_selection(self.env))

        def remind(item):
            item.file_id._remind(
                item.user_id,
                self.env._("Commitment late: %(promise)s", promise=item.promise),
                self.env._(
                    "%(party)s had promised it for %(day)s: record it as kept or "
                    "broken.",
                    party=labels[item.party],
                    day=fields.Date.to_string(item.date_due),
                ),
            )

        self._each(remind)


class SrmDebtBlock(models.Model):
    _inherit = "srm.debt.block"

    def _remind(self) -> None:
        def remind(item):
            item.file_id._remind(
                item.user_id,
                self.env._("Block overdue: %(reason)s", reason=item.reason_id.name),
                self.env._(
                    "To be settled by %(day)s. %(note)s",
                    day=fields.Date.to_string(item.date_deadline),
                    note=item.note or "",
                ),
            )

        self._each(remind)
