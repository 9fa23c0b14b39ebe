import base64
import datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.srm_base.tests.srm_import_common import xlsx

from .common import HseCase

WORKERS = [
    "Matricule",
    "Origine",
    "Nom et prénom",
    "Nom en arabe",
    "CIN",
    "N° badge",
    "Catégorie",
    "Employeur",
    "N° marché",
    "Localité",
    "Date d'entrée",
]
TRAININGS = [
    "N° attestation",
    "Origine",
    "Matricule",
    "Formation",
    "Thème",
    "Date de formation",
    "Durée (h)",
    "Validité",
]
HIRED = datetime.date(2019, 9, 2)
TRAINED = datetime.date(2023, 5, 4)


def employee(number, **changes):
    """A good row of an employee, as a dict by header."""
    return {
        "Matricule": f"T-{number:04}",
        "Origine": "RAMSA",
        "Nom et prénom": f"Agent {number}",
        "CIN": f"TZ {number:06}",
        "N° badge": f"TB-{number:04}",
        "Catégorie": "Salarié",
        "Localité": "Agadir",
        "Date d'entrée": HIRED,
        **changes,
    }


def external(number, **changes):
    """A good row of a subcontractor's worker."""
    firm = {
        "Catégorie": "Sous-traitant",
        "Employeur": "Test Travaux",
        "N° marché": "12/2024",
    }
    return employee(number, **firm | changes)


def training(number, **changes):
    """A good row of a past training of the worker of the same number."""
    return {
        "N° attestation": f"A-{number:04}",
        "Origine": "RAMSA",
        "Matricule": f"T-{number:04}",
        "Formation": "Habilitation électrique B1V",
        "Thème": "safety",
        "Date de formation": TRAINED,
        "Durée (h)": 14,
        "Validité": datetime.date(2026, 5, 4),
        **changes,
    }


def workbook(headers, rows):
    return xlsx([headers, *([row.get(name) for name in headers] for row in rows)])


@tagged("post_install", "-at_install")
class TestTakeOn(HseCase):
    """Workers, then their past trainings: file, preview, check, load, totals, close."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contractor.is_company = True

    def _checked(self, kind, headers, rows, user=None):
        record = (
            self.env["srm.import"]
            .with_user(user or self.hr_officer)
            .create(
                {
                    "kind": kind,
                    "file": base64.b64encode(workbook(headers, rows)),
                    "file_name": f"{kind}.xlsx",
                }
            )
        )
        record.action_preview()
        record.action_check()
        return record

    def _loaded(self, *args):
        record = self._checked(*args)
        record.action_load()
        record.invalidate_recordset()
        return record

    def _lines(self, record, *names):
        rows = record.row_ids.sorted("line_number")
        return [tuple(row[name] for name in ("line_number", *names)) for row in rows]

    def _codes(self, record, line):
        row = record.row_ids.filtered(lambda item: item.line_number == line)
        return [(reason["field"], reason["code"]) for reason in row.reasons]

    def test_workers_from_the_file_to_the_closing(self):
        known = self._workers(1, "Already here", cin="TZ000006")
        rows = [employee(number) for number in range(1, 4)]
        rows += [external(number) for number in range(4, 8)]
        rows[3]["Nom en arabe"] = "لحسن أمغار"
        rows[6]["Employeur"] = "Firme inconnue"
        record = self._checked("workers", WORKERS, rows)
        self.assertEqual(
            [state for _line, state in self._lines(record, "state")],
            ["ok"] * 5 + ["flagged", "error"],
        )
        self.assertEqual(self._codes(record, 8), [("employer", "employer_unknown")])

        record.action_load()
        workers = self.env["srm.worker"].search([("origin_reference", "like", "T-000")])
        self.assertEqual(
            {kind: len(found) for kind, found in workers.grouped("kind").items()},
            {"employee": 3, "subcontractor": 2},
        )
        first = workers.filtered(lambda one: one.origin_reference == "T-0001")
        self.assertEqual((first.cin, first.badge), ("TZ000001", "TB0001"))
        self.assertEqual((first.start_date, first.province_id.code), (HIRED, "09.001"))
        self.assertEqual(first.predecessor_id.code, "ramsa")
        fourth = workers.filtered(lambda one: one.origin_reference == "T-0004")
        self.assertEqual(fourth.name_ar, "لحسن أمغار")
        self._attach_then_close(record, known)

    def _attach_then_close(self, record, known):
        """The same person at a second employer waits for somebody to decide."""
        with self.assertRaisesRegex(UserError, "1 rows wait"), self.cr.savepoint():
            record.action_close()
        record.row_ids.filtered(lambda row: row.line_number == 7).action_decide_link()
        record.action_load()
        self.assertEqual(known.assignment_ids.employer_id, self.contractor)
        record.invalidate_recordset()
        (total,) = record.total_ids
        self.assertEqual(
            (total.file_count, total.loaded_count, total.rejected_count), (7, 6, 1)
        )
        self.assertEqual(total.difference_count, 0)
        record.action_close()
        self.assertEqual(
            (record.state, record.closed_by_id), ("closed", record.user_id)
        )
        self.assertTrue(record.report)

    def test_a_second_load_changes_nothing_and_a_correction_updates(self):
        rows = [employee(1), external(2)]
        self._loaded("workers", WORKERS, rows)
        again = self._loaded("workers", WORKERS, rows)
        self.assertEqual(
            {state for _line, state in self._lines(again, "state")}, {"unchanged"}
        )
        changed = [employee(1, **{"Nom et prénom": "Agent Un"}), external(2)]
        self._loaded("workers", WORKERS, changed)
        workers = self.env["srm.worker"].search([("origin_reference", "like", "T-000")])
        self.assertEqual(len(workers), 2)
        self.assertEqual(sorted(workers.mapped("name")), ["Agent 2", "Agent Un"])
        self.assertEqual(len(workers.assignment_ids), 1)

    def test_trainings_with_control_totals_in_hours(self):
        self._loaded("workers", WORKERS, [employee(number) for number in (1, 2, 3)])
        rows = [
            training(1),
            training(2, **{"Durée (h)": "7,5"}),
            training(3, Matricule="TB-0003", **{"Durée (h)": 21}),
            training(4, **{"Durée (h)": 35}),
        ]
        record = self._checked("trainings", TRAININGS, rows)
        self.assertEqual(self._codes(record, 5), [("person", "person_unknown")])
        record.action_load()
        record.row_ids.filtered(lambda row: row.state == "error").action_decide_reject()
        record.invalidate_recordset()
        hours = record.total_ids.filtered(lambda one: one.amount_field == "hours")
        self.assertEqual(
            (hours.file_amount, hours.loaded_amount, hours.rejected_amount),
            (77.5, 42.5, 35),
        )
        self.assertEqual((hours.difference_count, hours.difference_amount), (0, 0))
        record.action_close()
        self.assertEqual(record.state, "closed")

        certificates = self.env["srm.certificate"].search(
            [("origin_reference", "like", "A-000")]
        )
        self.assertEqual(sum(certificates.mapped("hours")), 42.5)
        self.assertEqual(
            sorted(certificates.worker_id.mapped("origin_reference")),
            ["T-0001", "T-0002", "T-0003"],
        )
        self.assertEqual(certificates.theme_ids.mapped("code"), ["safety"])
        # Past trainings are competence, never coverage of a campaign of ours.
        self.assertFalse(certificates.campaign_id)

    def test_who_may_take_on_people(self):
        for user in (self.director, self.leader, self.doctor):
            with self.assertRaises(AccessError), self.cr.savepoint():
                self._checked("workers", WORKERS, [employee(1)], user)
