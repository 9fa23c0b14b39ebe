from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import HseCase


@tagged("post_install", "-at_install")
class TestWorkerEmployee(HseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Whoever is in the database is already a worker.
        cls.env["srm.worker"]._sync_employees(cls.env.company)

    def _employee(self, name="Said Amrani", **vals):
        return self.env["hr.employee"].create({"name": name, **vals})

    def _sync(self):
        return self.env["srm.worker"]._sync_employees(self.env.company)

    def _workers_of(self, employees):
        return self.env["srm.worker"].search([("employee_id", "in", employees.ids)])

    def test_new_employees_become_workers_once(self):
        job = self.env["hr.job"].create({"name": "Fitter"})
        employee = self._employee(job_id=job.id, barcode="0419")
        added, _closed = self._sync()
        self.assertEqual(added.employee_id, employee)
        self.assertEqual((added.name, added.job_id), ("Said Amrani", job))
        self.assertEqual((added.kind, added.badge), ("employee", "0419"))
        added, closed = self._sync()
        self.assertFalse(added | closed)

    def test_person_known_by_badge_is_linked(self):
        worker = self._workers(1, badge="041 77")
        employee = self._employee("Worker 000", barcode="04177")
        added, _closed = self._sync()
        self.assertEqual((added, worker.employee_id), (worker, employee))

    def test_number_shared_by_two_files_stops_nothing(self):
        twins = self._employee(identification_id="JB5") | self._employee(
            "Omar Amrani", identification_id="jb 5"
        )
        self._sync()
        found = self._workers_of(twins)
        self.assertEqual(len(found), 2)
        self.assertEqual(sorted(found.mapped(lambda w: w.cin or "")), ["", "JB5"])

    def test_who_left_is_no_longer_counted(self):
        employee = self._employee()
        self._sync()
        worker = self._workers_of(employee)
        employee.departure_date = "2026-03-31"
        _added, closed = self._sync()
        self.assertEqual(closed, worker)
        self.assertEqual(str(worker.end_date), "2026-03-31")

    def test_roles(self):
        self._employee()
        with self.assertRaises(AccessError):
            self.env["srm.worker"].with_user(self.director).action_sync_employees()
        action = self.env["srm.worker"].with_user(self.hr_officer)
        message = action.action_sync_employees()["params"]["message"]
        self.assertIn("1", message)
