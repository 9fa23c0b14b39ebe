from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import HseCase


@tagged("post_install", "-at_install")
class TestSrmAuthorisation(HseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.worker = cls._workers(1, "Electrician")
        cls.electrical = cls.env.ref("srm_hse.authorisation_type_electrical")
        cls.height = cls.env.ref("srm_hse.authorisation_type_height")
        cls.first_aid = cls.env.ref("srm_hse.authorisation_type_first_aid")
        cls.today = fields.Date.context_today(cls.worker)

    def _title(self, **vals):
        return self.env["srm.authorisation"].create(
            {"worker_id": self.worker.id, "type_id": self.electrical.id, **vals}
        )

    def _fit(self, **vals):
        return self.env["srm.medical.exam"].create(
            {"worker_id": self.worker.id, "conclusion": "fit", **vals}
        )

    def test_case_hab_02_proposed_validity(self):
        for vals, expected in (
            ({"symbol": "B2V"}, "2029-03-10"),
            ({"symbol": "B2V", "occasional": True}, "2028-03-10"),
            ({"symbol": "B1T"}, "2027-03-10"),
        ):
            title = self._title(date_from="2026-03-10", **vals)
            self.assertEqual(title.date_to.isoformat(), expected)
        self.electrical.live_year_end = True
        title = self._title(date_from="2026-03-10", symbol="H1T")
        self.assertEqual(title.date_to.isoformat(), "2026-12-31")

    def test_other_types_have_no_default_duration(self):
        self.assertFalse(self._title(type_id=self.height.id).date_to)

    def test_symbol_is_checked_and_tidied(self):
        self.assertEqual(self._title(symbol="b2v essai").symbol, "B2V Essai")
        for symbol in ("B0V", "HR", "B9", "B2V Danse", False):
            with self.assertRaises(ValidationError), self.cr.savepoint():
                self._title(symbol=symbol)
        with self.assertRaises(ValidationError):
            self._title(type_id=self.height.id, symbol="B1")

    def test_granting_needs_a_medical_fitness(self):
        title = self._title(symbol="B1V")
        with self.assertRaises(UserError), self.cr.savepoint():
            title.action_grant()
        self._fit()
        title.with_user(self.hse).action_grant()
        title.action_grant()
        self.assertEqual((title.state, title.issued_by_id), ("granted", self.hse))
        with self.assertRaises(UserError):
            title.symbol = "H2V"

    def test_status_over_time(self):
        for days, status in (
            (100, "valid"),
            (80, "expiring"),
            (0, "expiring"),
            (-1, "expired"),
        ):
            title = self._title(
                type_id=self.first_aid.id,
                date_from="2020-01-01",
                date_to=self.today + relativedelta(days=days),
            )
            title.action_grant()
            self.assertEqual(title.status, status)
            found = title.search([("status", "=", status), ("id", "=", title.id)])
            self.assertEqual(found, title)

    def test_renewal_is_announced_once(self):
        title = self._title(
            type_id=self.first_aid.id,
            date_from="2020-01-01",
            date_to=self.today + relativedelta(days=60),
        )
        title.action_grant()
        title._cron_renewals()
        title._cron_renewals()
        self.assertEqual(len(title.activity_ids), 1)
        self.assertEqual(title.activity_ids.date_deadline, title.date_to)
        other = self._title(
            type_id=self.first_aid.id,
            worker_id=self._workers(1, "Other").id,
            date_from="2020-01-01",
            date_to=self.today + relativedelta(days=60),
        )
        other.action_grant()
        other.action_renew()
        other._cron_renewals()
        self.assertFalse(other.activity_ids)

    def test_withdrawal_needs_a_reason(self):
        title = self._title(type_id=self.first_aid.id)
        title.action_grant()
        with self.assertRaises(UserError), self.cr.savepoint():
            title.action_withdraw()
        title.reason = "Left the trade"
        title.action_withdraw()
        self.assertEqual(title.status, "withdrawn")
        with self.assertRaises(UserError):
            title.unlink()

    def test_roles(self):
        title = self._title(type_id=self.first_aid.id)
        for user in (self.director, self.doctor, self.leader):
            self.assertEqual(title.with_user(user).status, "draft")
            with self.assertRaises(AccessError):
                title.with_user(user).action_grant()


@tagged("post_install", "-at_install")
class TestGate(HseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.worker, cls.other = cls._workers(2, "Electrician")
        cls.electrical = cls.env.ref("srm_hse.authorisation_type_electrical")

    def _grant(self, worker, symbol, **vals):
        self.env["srm.medical.exam"].create(
            {"worker_id": worker.id, "conclusion": "fit", "date": "2026-01-05"}
        )
        title = self.env["srm.authorisation"].create(
            {
                "worker_id": worker.id,
                "type_id": self.electrical.id,
                "symbol": symbol,
                "date_from": "2026-01-10",
                **vals,
            }
        )
        title.action_grant()
        return title

    def _codes(self, worker, kind="electrical_lv", day="2026-06-01"):
        answer = self.env["srm.worker"].may_perform(worker.ids, kind, day)[worker.id]
        self.assertEqual(answer["allowed"], not answer["reasons"])
        return [reason["code"] for reason in answer["reasons"]]

    def test_title_symbol_and_dates(self):
        self.assertEqual(self._codes(self.worker), ["authorisation"])
        self._grant(self.worker, "B1V")
        self.assertEqual(self._codes(self.worker), [])
        self.assertEqual(self._codes(self.other), ["authorisation"])
        self.assertEqual(self._codes(self.worker, "electrical_hv"), ["authorisation"])
        self.assertEqual(self._codes(self.worker, day="2026-01-09"), ["authorisation"])
        self.assertEqual(self._codes(self.worker, day="2029-01-11"), ["authorisation"])

    def test_medical_fitness_on_the_day(self):
        self._grant(self.worker, "B1V")
        self.assertEqual(self._codes(self.worker, day="2027-06-01"), ["medical"])
        exam = {"worker_id": self.worker.id, "date": "2026-05-01", "notes": "Secret"}
        exams = self.env["srm.medical.exam"]
        restricted = {**exam, "conclusion": "restricted"}
        exams.create({**restricted, "excluded_type_ids": self.electrical.ids})
        self.assertEqual(self._codes(self.worker), ["medical"])
        exams.create(restricted)
        self.assertEqual(self._codes(self.worker), [])
        exams.create({**exam, "conclusion": "unfit_temporary"})
        answer = (
            self.env["srm.worker"]
            .with_user(self.hse)
            .may_perform(self.worker.ids, "electrical_lv", "2026-06-01")
        )
        self.assertNotIn("Secret", str(answer))
        self.assertNotIn("nfit for", str(answer))

    def test_requirements_of_the_job_are_added(self):
        job = self.env["hr.job"].create({"name": "Driver"})
        driving = self.env.ref("srm_hse.authorisation_type_first_aid")
        self.env["srm.work.requirement"].create(
            {"job_id": job.id, "type_id": driving.id}
        )
        self._grant(self.worker, "BR")
        self.worker.job_id = job
        self.assertEqual(self._codes(self.worker), ["authorisation"])

    def test_who_left_or_has_not_started(self):
        self._grant(self.worker, "B1V")
        self.worker.write({"start_date": "2026-02-01", "end_date": "2026-06-30"})
        self.assertEqual(self._codes(self.worker, day="2026-01-20"), ["not_started"])
        self.assertEqual(self._codes(self.worker, day="2026-06-30"), [])
        self.assertEqual(self._codes(self.worker, day="2026-07-01"), ["left"])

    def test_suspended_title_is_no_title(self):
        title = self._grant(self.worker, "B1V")
        title.reason = "Incident"
        title.action_suspend()
        self.assertEqual(self._codes(self.worker), ["authorisation"])

    def test_unknown_kind_of_work(self):
        with self.assertRaises(UserError):
            self.env["srm.worker"].may_perform(self.worker.ids, "juggling")

    def test_many_people_few_queries(self):
        crowd = self._workers(60, "Crowd")
        self.env["srm.worker"].may_perform(crowd[:2].ids, "electrical_lv")
        self.env.invalidate_all()
        with self.assertQueryCount(20):
            self.env["srm.worker"].may_perform(crowd.ids, "electrical_lv")


@tagged("post_install", "-at_install")
class TestMedicalExam(HseCase):
    def test_only_the_doctor(self):
        worker = self._workers(1)
        exam = (
            self.env["srm.medical.exam"]
            .with_user(self.doctor)
            .create({"worker_id": worker.id, "conclusion": "fit", "date": "2026-03-01"})
        )
        self.assertEqual(exam.valid_until.isoformat(), "2027-03-01")
        admin = self._user("t_admin", "srm_base.group_administrator")
        for user in (self.hse, self.hr_officer, self.director, self.leader, admin):
            with self.assertRaises(AccessError):
                exam.with_user(user).read(["conclusion"])
            with self.assertRaises(AccessError):
                worker.with_user(user).read(["exam_ids"])

    def test_minors_are_seen_every_six_months(self):
        worker = self._workers(1, birth_date="2009-06-01")
        exam = self.env["srm.medical.exam"].create(
            {"worker_id": worker.id, "conclusion": "fit", "date": "2026-03-01"}
        )
        self.assertEqual(exam.valid_until.isoformat(), "2026-09-01")
