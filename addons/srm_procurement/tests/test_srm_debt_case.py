from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError
from srm_engine.late_payment import Court, Invoice, assess, exposure

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..amounts import money
from .arrears_common import ArrearsCase

OWN = {"predecessor_id": False, "invoice_date": "2025-01-01", "service_date": False}


@tagged("post_install", "-at_install")
class TestSrmDebtCase(ArrearsCase):
    def case(self, debt, **values):
        return (
            self.env["srm.debt.case"]
            .with_user(self.officer)
            .create({"debt_id": debt.id, "date_action": "2025-04-01"} | values)
        )

    def judge(self, case, **values):
        case.write(
            {
                "reference": "2025/8201/1",
                "court_name": "Tribunal de commerce d'Agadir",
                "date_final": "2025-05-31",
                "outcome": "partly",
                "amount_judged": 600,
            }
            | values
        )
        case.with_user(self.manager).action_judge()

    def fine(self, as_of, *courts):
        """What the engine says of a debt of 1,000 DH of January 2025."""
        invoice = Invoice(
            date(2025, 1, 1),
            money(1000),
            further_courts=tuple(Court(*c) for c in courts),
        )
        return float(exposure(invoice, as_of).fine_to_date)

    @freeze_time("2025-09-30")
    def test_fine_stops_between_action_and_judgment(self):
        today = date(2025, 9, 30)
        debt = self.new_debt(1000, **OWN)
        self.assertEqual(debt.exposure_fine, self.fine(today))
        case = self.case(debt)
        self.assertEqual(debt.exposure_fine, 22.50, "March only")
        self.assertEqual(debt.exposure_next_month, 0)
        self.judge(case)
        self.assertEqual(
            debt.exposure_fine, self.fine(today, (date(2025, 4, 1), date(2025, 5, 31)))
        )
        self.assertEqual(debt.exposure_fine, 56.50, "March, June to September")

    @freeze_time("2025-09-30")
    def test_bulk_sql_gives_what_the_engine_gives(self):
        """Two cases, one of them an appeal of another claim, one entered in error."""
        debts = self.env["srm.debt"].create(
            [self.debt_vals(1000, **OWN) for _rank in range(3)]
        )
        with freeze_time("2025-07-31"):
            self.judge(self.case(debts[0]), date_final="2025-04-30")
            second = self.case(debts[0], date_action="2025-08-01")
            error = self.case(debts[1])
            error.with_user(self.manager).action_cancel()
        self.assertEqual(second.state, "open")
        self.env.flush_all()
        self.env["srm.debt"]._refresh_exposure(limit=100000)
        bulk = debts.mapped("exposure_fine")
        self.env.add_to_compute(self.env["srm.debt"]._fields["exposure_fine"], debts)
        self.env.flush_all()
        self.assertEqual(debts.mapped("exposure_fine"), bulk)
        expected = self.fine(
            date(2025, 9, 30),
            (date(2025, 4, 1), date(2025, 4, 30)),
            (date(2025, 8, 1), None),
        )
        self.assertEqual(bulk, [expected, bulk[2], self.fine(date(2025, 9, 30))])

    @freeze_time("2025-09-30")
    def test_engine_inputs_of_the_declaration_carry_the_cases(self):
        """One place gives what the law looks at, quarter by quarter included."""
        from ..models.srm_debt_exposure import engine_invoice

        debt = self.new_debt(1000, **OWN)
        self.judge(self.case(debt))
        found = assess(engine_invoice(debt._exposure_facts()), date(2025, 9, 30))
        self.assertEqual(
            {key: str(value) for key, value in found.by_quarter.items()},
            {"2025-T1": "22.50", "2025-T2": "8.50", "2025-T3": "25.50"},
        )

    def test_case_blocks_the_debt_until_the_judgment(self):
        debt = self.new_debt(1000)
        case = self.case(debt)
        self.assertTrue(debt.blocked)
        block = case.block_ids
        self.assertEqual(block.reason_id.code, "court")
        self.assertEqual(block.court_from, date(2025, 4, 1))
        self.judge(case)
        self.assertFalse(debt.blocked)
        self.assertIn("2025-05-31", block.closing_note)
        case.with_user(self.manager).action_judge()
        self.assertEqual(len(case.block_ids), 1, "a second click does nothing")
        case.with_user(self.manager).action_reopen()
        self.assertTrue(debt.blocked)

    def test_block_given_with_dates_makes_its_case(self):
        debt = self.new_debt(1000)
        block = self.env["srm.debt.block"].create(
            {
                "debt_id": debt.id,
                "reason_id": self.env.ref("srm_procurement.block_reason_court").id,
                "court_from": "2025-04-01",
                "court_reference": "2025/8201/9",
            }
        )
        self.assertEqual(block.case_id.reference, "2025/8201/9")
        self.assertEqual(debt.case_ids, block.case_id)
        self.assertEqual(len(debt.block_ids), 1)

    def test_two_open_cases_share_one_block(self):
        debt = self.new_debt(1000)
        first = self.case(debt)
        second = self.case(debt, date_action="2025-05-02")
        self.assertEqual(len(debt.block_ids), 1)
        self.judge(first)
        self.assertTrue(debt.blocked, "the other case is still before the court")
        self.judge(second)
        self.assertFalse(debt.blocked)

    def test_judgment_is_complete_and_frozen(self):
        debt = self.new_debt(1000)
        case = self.case(debt)
        with self.assertRaisesRegex(UserError, "Final judgment on"):
            case.with_user(self.manager).action_judge()
        with self.assertRaisesRegex(UserError, "above the claim"):
            self.judge(case, amount_judged=1000.01)
        self.judge(case)
        self.assertEqual(case.judged_by_id, self.manager)
        with self.assertRaisesRegex(UserError, "cannot change any more"):
            case.date_final = "2025-06-30"
        with self.assertRaisesRegex(UserError, "buttons"):
            case.state = "open"
        with self.assertRaises(UserError):
            case.sudo().unlink()

    def test_judgment_does_not_come_before_the_action(self):
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self.case(self.new_debt(1000), date_final="2025-03-31")

    def test_officer_does_not_judge(self):
        case = self.case(self.new_debt(1000))
        for action in ("action_judge", "action_cancel", "action_reopen"):
            with self.assertRaises(AccessError):
                getattr(case, action)()
