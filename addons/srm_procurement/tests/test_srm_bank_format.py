from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools.misc import file_open

from .settlement_common import SettlementCase

GOLDEN = "srm_procurement/tests/data/bank"


@tagged("post_install", "-at_install")
class TestBankFormat(SettlementCase):
    """Bank files described by data: golden files, preview, choice, refusals."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fixed = cls.env.ref("srm_procurement.bank_format_fixed_example")
        cls.csv = cls.env.ref("srm_procurement.bank_format_csv_example")
        for layout in cls.fixed | cls.csv:
            assert not layout.preview_error, layout.preview_error

    def _open_order(self, layout, nature="services"):
        debt = self._debt(120000, nature=nature)
        settlement = self._settlement(debt, count=1)
        self._schedule(settlement)
        order = self._order(settlement.instalment_ids)
        order.srm_bank_format_id = layout
        order.with_user(self.manager).draft2open()
        return order

    def test_shipped_formats_write_their_golden_files(self):
        for layout, name in ((self.fixed, "fixed.txt"), (self.csv, "values.csv")):
            rendered = layout._render(layout._sample_batch())
            with file_open(f"{GOLDEN}/{name}", "rb") as stream:
                self.assertEqual(rendered.data, stream.read(), name)
            self.assertEqual(layout.preview, rendered.text)

    def test_every_record_of_the_fixed_format_has_400_characters(self):
        self.assertEqual(self.fixed.width, 400)
        text = self.fixed.preview
        self.assertEqual({len(row) for row in text.split("\r\n") if row}, {400})

    def test_the_file_of_an_order_carries_the_net(self):
        order = self._open_order(self.fixed)
        order.with_user(self.officer).open2generated()
        file = self.env["ir.attachment"].search(
            [("res_model", "=", order._name), ("res_id", "=", order.id)]
        )
        self.assertEqual(file.name, f"{order.name}.txt".replace("/", "-"))
        header, line, trailer = file.raw.decode("ascii").split("\r\n")[:3]
        account = self.settlement_account(order)
        self.assertEqual(header[2:26], self.journal.bank_account_id.srm_rib)
        self.assertEqual(line[7:31], account.srm_rib)
        self.assertEqual(line[31:66].rstrip(), "Entreprise Elan & Fils")
        self.assertEqual(int(line[66:82]), 10500000, "120,000 less 15,000 of VAT")
        reference = order.payment_ids._srm_end_to_end_reference()
        self.assertEqual(line[82:117].rstrip(), reference)
        self.assertEqual((int(trailer[2:7]), int(trailer[7:23])), (1, 10500000))
        self.assertEqual(trailer[23:39], account.srm_rib[-16:])

    def settlement_account(self, order):
        return order.payment_line_ids.partner_bank_id

    def test_preview_of_an_order(self):
        order = self._open_order(self.csv)
        action = order.with_user(self.officer).action_srm_preview_file()
        preview = self.env["srm.bank.file.preview"].browse(action["res_id"])
        self.assertEqual((preview.line_count, preview.total_amount), (1, 105000))
        self.assertIn(";105000,00;MAD;", preview.text)
        self.assertEqual(order.state, "open")

    def test_mode_then_journal_then_pain(self):
        mode = self.company.srm_payment_mode_id
        orders = self.env["account.payment.order"]
        self.assertFalse(orders.new({"payment_mode_id": mode.id}).srm_bank_format_id)
        self.journal.srm_bank_format_id = self.csv
        vals = orders._srm_prepare_order_vals(mode)
        self.assertEqual(orders.create(vals).srm_bank_format_id, self.csv)
        mode.srm_bank_format_id = self.fixed
        self.assertEqual(orders.create(vals).srm_bank_format_id, self.fixed)
        order = self._open_order(False)
        order.with_user(self.officer).open2generated()
        self.assertIn(b"pain.001.001", self._file_of(order))

    def _file_of(self, order):
        domain = [("res_model", "=", order._name), ("res_id", "=", order.id)]
        return self.env["ir.attachment"].search(domain).raw

    def test_refusals_name_the_format_the_column_and_the_remedy(self):
        layout = self.fixed.copy()
        line = layout.record_ids.filtered(lambda record: record.kind == "line")
        line.column_ids.filtered(lambda item: item.source == "amount").width = 5
        self.assertIn("Amount in centimes", layout.preview_error)
        self.assertIn("does not fit in 5 characters on line 1", layout.preview_error)
        with self.assertRaises(ValidationError):
            line.column_ids[0].width = 0

    def test_a_copy_keeps_its_columns(self):
        copy = self.fixed.copy()
        self.assertEqual(copy.preview, self.fixed.preview)
        self.assertFalse(copy.record_ids & self.fixed.record_ids)

    def test_execution_date_of_a_past_instalment_is_today(self):
        order = self._open_order(self.fixed, nature="works")
        batch = order._srm_bank_batch()
        self.assertEqual(batch.order["execution_date"], fields.Date.today())
