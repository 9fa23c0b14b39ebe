from srm_engine.authorisations import satisfies

from odoo import api, fields, models
from odoo.exceptions import UserError


class SrmWorker(models.Model):
    """May this person do this work today? The question other add-ons ask."""

    _inherit = "srm.worker"

    authorisation_ids = fields.One2many("srm.authorisation", "worker_id")
    certificate_ids = fields.One2many("srm.certificate", "worker_id")
    attendance_ids = fields.One2many("srm.attendance", "worker_id")
    exam_ids = fields.One2many(
        "srm.medical.exam", "worker_id", groups="srm_hse.group_occupational_doctor"
    )
    authorisation_count = fields.Integer(compute="_compute_counts")
    certificate_count = fields.Integer(compute="_compute_counts")
    attendance_count = fields.Integer(compute="_compute_counts")

    def _compute_counts(self):
        for name, model, extra in (
            ("authorisation_count", "srm.authorisation", []),
            ("certificate_count", "srm.certificate", []),
            ("attendance_count", "srm.attendance", [("status", "=", "present")]),
        ):
            counts = dict(
                self.env[model]._read_group(
                    [("worker_id", "in", self.ids), *extra], ["worker_id"], ["__count"]
                )
            )
            for worker in self:
                worker[name] = counts.get(worker._origin, 0)

    @api.model
    def may_perform(self, worker_ids: list[int], work_kind, date=None) -> dict:
        """Ask whether persons may do a kind of work on a day.

        Required: being at work that day, and for every line of the kind of work and
        of the person's job a granted title in force (with one of the symbols asked
        for), with a medical fitness in force where the type demands it.

        :param worker_ids: ids of ``srm.worker``
        :param work_kind: code (or record) of ``srm.work.kind``
        :param date: ``date`` or ISO text, default today
        :return: ``{worker id: {"allowed": bool, "reasons": [{"code", "text"}]}}`` with
            codes ``left``, ``not_started``, ``archived``, ``authorisation``,
            ``medical``; no medical detail ever leaves
        :raise UserError: unknown kind of work
        """
        day = fields.Date.to_date(date) or fields.Date.context_today(self)
        kind = self._work_kind(work_kind)
        workers = self.browse(worker_ids)
        workers.check_access("read")
        # sudo: who asks (a permit, a work order) may see the person, not the titles.
        lines = kind.sudo().requirement_ids | self._job_requirements(workers)
        titles = self._titles_in_force(workers, day)
        fit = self.env["srm.medical.exam"]._fitness(workers.ids, day)
        answers = {}
        for worker in workers.sudo():
            asked = lines.filtered(
                lambda line, job=worker.job_id: not line.job_id or line.job_id == job
            )
            reasons = worker._presence_reasons(day)
            for line in asked:
                reasons += worker._reasons(
                    line, titles.get((worker.id, line.type_id.id), []), fit
                )
            answers[worker.id] = {"allowed": not reasons, "reasons": reasons}
        return answers

    def _work_kind(self, work_kind):
        if not isinstance(work_kind, str):
            return work_kind
        kind = self.env["srm.work.kind"].sudo().search([("code", "=", work_kind)])
        if not kind:
            raise UserError(
                self.env._("There is no kind of work “%(code)s”.", code=work_kind)
            )
        return kind

    def _job_requirements(self, workers):
        jobs = workers.sudo().job_id
        return (
            self.env["srm.work.requirement"].sudo().search([("job_id", "in", jobs.ids)])
        )

    def _titles_in_force(self, workers, day) -> dict:
        """``{(worker id, type id): [symbols]}``, "" for a title without symbol."""
        held: dict = {}
        titles = (
            self.env["srm.authorisation"]
            .sudo()
            .search_fetch(
                [
                    ("worker_id", "in", workers.ids),
                    ("state", "=", "granted"),
                    ("date_from", "<=", day),
                    "|",
                    ("date_to", "=", False),
                    ("date_to", ">=", day),
                ],
                ["worker_id", "type_id", "symbol"],
            )
        )
        for title in titles:
            key = (title.worker_id.id, title.type_id.id)
            held.setdefault(key, []).append(title.symbol or "")
        return held

    def _presence_reasons(self, day) -> list[dict]:
        reasons = []
        if not self.active:
            reasons.append(
                self._reason("archived", self.env._("The card is archived."))
            )
        if self.end_date and self.end_date < day:
            text = self.env._("Left on %(date)s.", date=self.end_date)
            reasons.append(self._reason("left", text))
        if self.start_date and self.start_date > day:
            text = self.env._("Starts on %(date)s.", date=self.start_date)
            reasons.append(self._reason("not_started", text))
        return reasons

    def _reasons(self, line, symbols: list[str], fit: dict) -> list[dict]:
        wanted = line._symbol_list()
        kind = line.type_id
        if not symbols or (wanted and not satisfies(filter(None, symbols), wanted)):
            text = self.env._(
                "No authorisation in force: %(type)s %(symbols)s",
                type=kind.name,
                symbols=" / ".join(wanted),
            )
            return [self._reason("authorisation", text.strip())]
        suspended = fit.get(self.id)
        if kind.medical_required and (suspended is None or kind.id in suspended):
            text = self.env._("No medical fitness in force: %(type)s", type=kind.name)
            return [self._reason("medical", text)]
        return []

    @api.model
    def _reason(self, code: str, text: str) -> dict:
        return {"code": code, "text": text}

    # Openings

    def action_open_authorisations(self):
        return self._open_related("srm_hse.srm_authorisation_action")

    def action_open_certificates(self):
        return self._open_related("srm_hse.srm_certificate_action")

    def action_open_attendances(self):
        return self._open_related("srm_hse.srm_attendance_action")

    def _open_related(self, xmlid: str) -> dict:
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(xmlid)
        return action | {
            "domain": [("worker_id", "=", self.id)],
            "context": {"default_worker_id": self.id},
        }
