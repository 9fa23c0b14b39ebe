from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import HseCase


@tagged("post_install", "-at_install")
class TestSrmWorker(HseCase):
    def test_same_person_through_two_contractors_is_one_worker(self):
        worker = self.env["srm.worker"].create(
            {
                "name": "Brahim Aït Lahcen",
                "kind": "subcontractor",
                "cin": "jb 12.34-56",
                "employer_id": self.contractor.id,
            }
        )
        self.assertEqual(worker.cin, "JB123456")
        self.assertEqual(worker.assignment_ids.employer_id, self.contractor)
        second = self.env["res.partner"].create({"name": "Souss Génie"})
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.cr.savepoint():
                self.env["srm.worker"].create(
                    {
                        "name": "B. Ait Lahcen",
                        "kind": "subcontractor",
                        "cin": "JB123456",
                        "employer_id": second.id,
                    }
                )
        worker.employer_id = second
        self.assertEqual(worker.assignment_ids.employer_id, self.contractor | second)
        self.assertEqual(worker.employer_id, second)

    def test_employer_is_that_of_the_assignment_that_lasts(self):
        worker = self._workers(1, kind="subcontractor")
        ended, open_ = self.env["srm.worker.assignment"].create(
            [
                {
                    "worker_id": worker.id,
                    "employer_id": self.contractor.id,
                    "date_from": "2026-06-01",
                    "date_to": "2026-08-31",
                },
                {
                    "worker_id": worker.id,
                    "employer_id": self.env.company.partner_id.id,
                    "date_from": "2026-01-01",
                    "contract_reference": "12/2026",
                },
            ]
        )
        self.assertEqual(worker.employer_id, open_.employer_id)
        self.assertEqual(worker.contract_reference, "12/2026")
        open_.date_to = "2026-02-01"
        self.assertEqual(worker.employer_id, ended.employer_id)

    def test_employee_fills_the_card(self):
        job = self.env["hr.job"].create({"name": "Electrician"})
        employee = self.env["hr.employee"].create(
            {"name": "Fatima Zahra Oubella", "job_id": job.id, "work_email": "f@x.ma"}
        )
        worker = self.env["srm.worker"].create({"employee_id": employee.id})
        self.assertEqual(worker.name, "Fatima Zahra Oubella")
        self.assertEqual((worker.job_id, worker.email), (job, "f@x.ma"))
        self.assertEqual(worker.employer_id, self.env.company.partner_id)
        with self.assertRaises(ValidationError):
            worker.kind = "subcontractor"

    def test_roles(self):
        worker = self._workers(1, cin="JB99")
        self.assertEqual(worker.with_user(self.hse).cin, "JB99")
        worker.with_user(self.hr_officer).phone = "0600000000"
        self.assertEqual(worker.with_user(self.director).cin, "JB99")
        for user in (self.director, self.doctor, self.leader):
            with self.assertRaises(AccessError):
                worker.with_user(user).write({"phone": "0611111111"})
        with self.assertRaises(AccessError):
            worker.with_user(self.leader).read(["cin"])
        self.assertEqual(worker.with_user(self.leader).name, worker.name)

    def test_provincial_user_sees_the_province(self):
        here = self._workers(1, "Here")
        there = self._workers(1, "There", territory_id=self.other_province.id)
        self.hse.srm_territory_ids = self.province
        found = (
            self.env["srm.worker"]
            .with_user(self.hse)
            .search([("id", "in", (here | there).ids)])
        )
        self.assertEqual(found, here)

    def test_name_as_the_reader_writes_it(self):
        self.env["res.lang"]._activate_lang("ar_001")
        worker, other = self._workers(2, "Lahcen")
        worker.name_ar = "لحسن"
        arabic = (worker | other).with_context(lang="ar_001")
        self.assertEqual(arabic.mapped("display_name"), ["لحسن", "Lahcen 001"])
        self.assertEqual(worker.with_context(lang="fr_FR").display_name, "Lahcen 000")
