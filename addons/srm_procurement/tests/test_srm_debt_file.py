import psycopg2

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.srm_debt_file import DELAY_FIELDS
from .arrears_common import ArrearsCase


@tagged("post_install", "-at_install")
class TestSrmDebtFile(ArrearsCase):
    def test_file_adds_up_its_debts(self):
        self.new_debt(1000, "certified", amount_contested=100)
        self.new_debt(500, amount_paid_before=200)
        file = self.file
        self.assertEqual(file.debt_count, 2)
        self.assertEqual(file.amount_claimed, 1500)
        self.assertEqual(file.amount_certified, 900)
        self.assertEqual(file.amount_contested, 100)
        self.assertEqual(file.amount_paid, 200)
        self.assertEqual(file.amount_remaining, 1300)
        self.assertEqual(file.amount_payable, 900)
        self.assertEqual(file.exposure_fine, sum(file.debt_ids.mapped("exposure_fine")))

    def test_stage_is_the_least_advanced_of_the_open_debts(self):
        first = self.new_debt(stage="scored")
        self.assertEqual(self.file.stage, "scored")
        second = self.new_debt()
        self.assertEqual(self.file.stage, "registered")
        second.unlink()
        self.assertEqual(self.file.stage, "scored")
        first._set_stage("closed")
        self.assertEqual(self.file.stage, "closed")
        self.assertEqual(self.file.open_debt_count, 0)

    def test_age_is_that_of_the_oldest_open_debt(self):
        old = self.new_debt(invoice_date="2023-08-01", service_date="2023-07-20")
        self.new_debt(stage="certified", amount_paid_before=100000)
        self.assertEqual(self.file.oldest_due_date, old.due_date)
        self.assertEqual(self.file.age_days, old.late_days)

    def test_territory_is_what_the_debts_share(self):
        self.new_debt()
        self.assertEqual(self.file.territory_id, self.agadir)
        self.new_debt(territory_id=self.drargua.id)
        self.assertEqual(self.file.territory_id, self.agadir.province_id)
        self.new_debt(territory_id=self.tata.id)
        self.assertFalse(self.file.territory_id)

    def test_a_debt_without_place_keeps_the_file_open_to_all(self):
        self.new_debt()
        self.new_debt(territory_id=False)
        self.assertFalse(self.file.territory_id)

    def test_one_file_per_creditor(self):
        with (
            self.assertRaises(psycopg2.IntegrityError),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self.env["srm.debt.file"].create({"partner_id": self.file.partner_id.id})

    def test_numbers_follow_each_other(self):
        names = [self.new_file(f"Firme {rank}").name for rank in range(3)]
        numbers = [int(name.rsplit("/", 1)[1]) for name in names]
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + 3)))
        self.assertTrue(names[0].startswith("DF/"))

    def test_account_to_pay_is_the_first_valid_one(self):
        self.assertEqual(self.file.partner_bank_id, self.file.partner_id.bank_ids)
        self.assertTrue(self.file._has_valid_bank())
        self.file.partner_id.bank_ids.action_archive()
        self.assertFalse(self.file._has_valid_bank())

    def test_distress_is_proposed_by_the_supplier(self):
        self.file.partner_id.srm_distress = "2"
        self.assertEqual(self.file.distress, "2")
        self.file.distress = "3"
        self.assertEqual(self.file.distress, "3")

    def test_taking_a_file(self):
        self.file.with_user(self.officer).action_take()
        self.assertEqual(self.file.user_id, self.officer)

    def test_buttons_open_what_they_say(self):
        debt = self.new_debt()
        found = self.env["srm.debt"].search(self.file.action_view_debts()["domain"])
        self.assertEqual(found, debt)
        self.assertEqual(
            self.file.action_view_blocks()["domain"], [("file_id", "=", self.file.id)]
        )
        self.assertEqual(
            self.file.partner_id.action_view_debt_file()["res_id"], self.file.id
        )

    def test_totals_of_many_files_in_one_query(self):
        files = self.file + sum(
            (self.new_file(f"Firme {rank}") for rank in range(20)), self.file.browse()
        )
        for file in files:
            self.new_debt(1000, file_id=file.id)
        self.env.flush_all()
        self.env.invalidate_all()
        files.mapped("name")
        with self.assertQueryCount(2):
            files._compute_totals()
            self.assertEqual(sum(files.mapped("amount_claimed")), 21000)

    def test_sql_and_orm_totals_agree(self):
        self.new_debt(20000, invoice_date="2023-09-01", service_date="2023-08-20")
        self.new_debt(40000, "certified", amount_rejected=40000)
        self.new_debt(30000, predecessor_id=False, invoice_date="2025-02-01")
        self.env.flush_all()
        by_orm = self.file.read(DELAY_FIELDS)
        self.cr.execute(
            "UPDATE srm_debt_file SET age_days = -1, exposure_fine = -1,"
            " exposure_next_month = -1, oldest_due_date = NULL WHERE id = %s",
            [self.file.id],
        )
        self.file._refresh_delays()
        self.assertEqual(self.file.read(DELAY_FIELDS), by_orm)
