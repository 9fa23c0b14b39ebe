import datetime
from decimal import Decimal

from odoo.tests import tagged

from odoo.addons.srm_base.importer.api import ImportContext, OriginKey, ParsedRow

from .common import HseCase


class ImportCase(HseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contractor.is_company = True
        cls.predecessor = cls.env.ref("srm_base.predecessor_ramsa")
        cls.handler = cls.env[cls.handler_name].with_user(cls.hr_officer)

    def _context(self):
        return ImportContext(
            self.env["srm.import"], predecessor_ids={"ramsa": self.predecessor.id}
        )

    def _row(self, line, **values):
        values = {"predecessor": "ramsa", **values}
        texts = {name: str(value) for name, value in values.items()}
        row = ParsedRow(line, [], values, texts)
        row.origin_key = OriginKey(*self.handler._origin_key(values))
        return row

    def _run(self, rows, decisions=()):
        """Check then load, as the framework does; returns the rows loaded."""
        context = self._context()
        existing = self.handler._existing([row.origin_key for row in rows])
        for row in rows:
            row.existing = existing.get(row.origin_key)
            known = row.existing.values if row.existing else {}
            row.changes = {
                name: (known[name], value)
                for name, value in row.values.items()
                if row.existing and name in known and value != known[name]
            }
        self.handler._check_rows(rows, context)
        good = [
            row
            for row in rows
            if row.ok
            and (not row.flags or row.decision)
            and (not row.existing or row.changes)
        ]
        self.handler._load_rows(good, context)
        return good


@tagged("post_install", "-at_install")
class TestWorkerImport(ImportCase):
    handler_name = "srm.import.handler.workers"

    def test_rows_become_workers_once(self):
        def rows():
            return [
                self._row(
                    2,
                    reference="M1",
                    name="Brahim",
                    cin="jb 1",
                    kind="employee",
                    commune=self.commune.id,
                ),
                self._row(
                    3,
                    reference="M2",
                    name="Lahcen",
                    badge="b-2",
                    kind="subcontractor",
                    employer="TEST travaux",
                    contract="12/2024",
                    start_date=datetime.date(2024, 1, 1),
                ),
            ]

        self.assertEqual(len(self._run(rows())), 2)
        workers = self.env["srm.worker"].search(
            [("origin_reference", "in", ("M1", "M2"))]
        )
        first, second = workers.sorted("origin_reference")
        self.assertEqual((first.cin, first.province_id), ("JB1", self.province))
        self.assertEqual(second.employer_id, self.contractor)
        self.assertEqual(second.contract_reference, "12/2024")
        self.assertEqual(self._run(rows()), [])
        changed = rows()
        changed[0].values["phone"] = "0600000000"
        self._run(changed)
        self.assertEqual(first.phone, "0600000000")
        self.assertEqual(len(second.assignment_ids), 1)

    def test_same_person_at_two_employers_is_flagged_then_attached(self):
        self._run([self._row(2, reference="M1", name="Brahim", cin="JB1")])
        known = self.env["srm.worker"].search([("cin", "=", "JB1")])
        twin = self._row(
            3,
            reference="X9",
            name="B. Ait",
            cin="jb-1",
            kind="subcontractor",
            employer="Test Travaux",
        )
        self._run([twin])
        self.assertEqual([flag["res_id"] for flag in twin.flags], [known.id])
        twin.flags, twin.decision, twin.link_id = [], "link", known.id
        self.handler._load_rows([twin], self._context())
        self.assertEqual(known.assignment_ids.employer_id, self.contractor)
        key = OriginKey("ramsa", "X9")
        self.assertEqual(self.handler._existing([key])[key].res_id, known.id)

    def test_every_reason_is_given(self):
        rows = [
            self._row(2, reference="1", name="A", kind="subcontractor"),
            self._row(
                3,
                reference="2",
                name="B",
                employer="Nobody",
                job="Wizard",
                birth_date=datetime.date(2099, 1, 1),
            ),
            self._row(
                4,
                reference="3",
                name="C",
                cin="Z1",
                start_date=datetime.date(2024, 1, 2),
                end_date=datetime.date(2024, 1, 1),
            ),
            self._row(5, reference="4", name="D", cin="z1"),
            self._row(6, reference="5", name="E", cin="Z-1"),
        ]
        self.handler._check_rows(rows, self._context())
        codes = [{reason["code"] for reason in row.errors} for row in rows]
        self.assertEqual(
            codes,
            [
                {"employer_missing"},
                {"employer_unknown", "job_unknown", "born_later"},
                {"left_before_start"},
                set(),
                {"cin_twice"},
            ],
        )
        self.assertLessEqual(set().union(*codes), set(self.handler._reason_texts()))


@tagged("post_install", "-at_install")
class TestTrainingImport(ImportCase):
    handler_name = "srm.import.handler.trainings"

    def _training(self, line=2, **values):
        return self._row(
            line,
            **{
                "reference": "F1",
                "person": "B 77",
                "title": "Habilitation B1V",
                "date": datetime.date(2023, 5, 4),
                "hours": Decimal("14"),
                "theme": "safety",
                **values,
            },
        )

    def test_past_training_is_a_certificate_once(self):
        worker = self._workers(1, badge="B77")
        self._run([self._training()])
        certificate = worker.certificate_ids
        self.assertEqual((certificate.hours, certificate.date.year), (14, 2023))
        self.assertEqual(certificate.theme_ids.code, "safety")
        self.assertEqual(self._run([self._training()]), [])
        self._run([self._training(hours=Decimal("21"))])
        self.assertEqual(certificate.hours, 21)

    def test_person_by_former_number(self):
        worker = self._workers(1)
        self.env["srm.origin"].create(
            {
                "model": "srm.worker",
                "res_id": worker.id,
                "predecessor_id": self.predecessor.id,
                "reference": "M55",
            }
        )
        self._run([self._training(person="M55")])
        self.assertEqual(worker.certificate_ids.title, "Habilitation B1V")

    def test_reasons(self):
        self._workers(1, badge="B77")
        rows = [
            self._training(person="nobody"),
            self._training(theme="magic"),
            self._training(date=datetime.date(2099, 1, 1)),
            self._training(valid_until=datetime.date(2020, 1, 1)),
        ]
        self.handler._check_rows(rows, self._context())
        codes = [row.errors[0]["code"] for row in rows]
        self.assertEqual(
            codes,
            ["person_unknown", "theme_unknown", "date_future", "expired_before"],
        )
        self.assertLessEqual(set(codes), set(self.handler._reason_texts()))
