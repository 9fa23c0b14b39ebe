import base64

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models.srm_letter_mixin import LANGUAGES
from .settlement_common import SettlementCase


@tagged("post_install", "-at_install")
class TestSrmLetters(SettlementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debt = cls._debt(1000.50)
        cls.open_debt = cls.env["srm.debt"].create(cls._debt_vals(500))
        cls.file.partner_id.write({"lang": "ar_001", "email": "firme@example.com"})

    def texts(self, record, kind, lang="en_US"):
        """Every text of a letter, as one string."""
        data = record.with_context(lang=lang)._letter_data(kind, "")
        parts = [data["title"], data["addressee"], *data["address"]]
        for block in data["blocks"]:
            parts += [block.get("title", ""), block.get("text", "")]
            parts += [cell for row in block.get("rows", []) for cell in row]
        return "\n".join(parts)

    def paid_instalment(self):
        settlement = self._settlement(self.debt, count=2)
        self._schedule(settlement)
        first = settlement.instalment_ids.sorted("date")[0]
        order = self._order(first)
        self._send(order)
        self._bank(order, "credited")
        return first, order

    def wizard(self, action):
        return (
            self.env[action["res_model"]]
            .with_user(self.officer)
            .with_context(**action["context"])
            .create({})
        )

    def test_reminder_lists_what_is_missing(self):
        text = self.texts(self.file, "missing")
        self.assertIn(self.open_debt.invoice_reference, text)
        for kind in self.open_debt.missing_document_ids:
            self.assertIn(kind.name, text)
        self.assertNotIn(self.debt.invoice_reference, text)
        self.assertIn("/my/arrears", text)

    def test_reminder_without_anything_missing(self):
        self.open_debt.unlink()
        with self.assertRefused("No document is missing"):
            self.file.with_user(self.officer).action_letter_missing()

    def test_agreement_has_debts_plan_and_account(self):
        settlement = self._settlement(
            self.debt, count=3, interest_claimed=40, interest_waived=30
        )
        with self.assertRefused("must be proposed"):
            settlement.action_letter_agreement()
        settlement.with_user(self.officer).action_propose()
        text = self.texts(settlement, "agreement")
        self.assertIn("1,000.50", text)
        self.assertIn(self.debt.invoice_reference, text)
        self.assertIn(settlement.partner_bank_id.acc_number, text)
        self.assertIn("claims late interest of 40.00", text)
        for item in settlement.instalment_ids:
            self.assertIn(item.date.strftime("%d/%m/%Y"), text)
        blocks = settlement._letter_agreement()
        self.assertEqual(len(blocks[-1]["names"]), 2)

    def test_agreement_of_a_judgment_names_it(self):
        settlement = self._settlement(
            self.debt,
            count=1,
            mode="court",
            court_name="Tribunal de commerce d'Agadir",
            judgment_reference="2025/12",
            judgment_date="2025-01-31",
        )
        self.assertIn("2025/12 of 31/01/2025", self.texts(settlement, "agreement"))

    def test_payment_advice(self):
        instalment, order = self.paid_instalment()
        text = self.texts(instalment, "advice")
        reference = order.payment_ids._srm_end_to_end_reference()
        self.assertTrue(reference)
        for part in (
            reference,
            self.debt.invoice_reference,
            instalment.credit_date.strftime("%d/%m/%Y"),
            f"{instalment.amount:,.2f}",
        ):
            self.assertIn(part, text)
        other = instalment.settlement_id.instalment_ids - instalment
        with self.assertRefused("not credited yet"):
            other.action_letter_advice()

    def test_advices_of_an_order_are_written_once(self):
        _instalment, order = self.paid_instalment()
        mine = order.with_user(self.officer)
        first = mine.action_srm_payment_advices()["domain"]
        self.assertEqual(mine.action_srm_payment_advices()["domain"], first)
        letters = self.file.contact_ids.filtered("letter_kind")
        self.assertEqual(letters.mapped("letter_kind"), ["advice"])

    def test_every_letter_prints_in_both_languages(self):
        instalment, _order = self.paid_instalment()
        records = {
            "missing": self.file,
            "agreement": instalment.settlement_id,
            "advice": instalment,
        }
        for kind, record in records.items():
            for lang, _name in LANGUAGES:
                content = record._letter_pdf(kind, lang, "Une phrase.")
                self.assertEqual(content[:5], b"%PDF-", f"{kind} {lang}")

    def test_the_letter_takes_the_language_of_the_creditor(self):
        self.env["res.lang"]._activate_lang("ar_001")
        self.assertEqual(self.file._letter_lang(), "ar_001")
        self.file.partner_id.lang = "en_US"
        self.assertEqual(self.file._letter_lang(), "fr_FR")

    def test_kept_in_the_dialogue_and_history(self):
        wizard = self.wizard(self.file.with_user(self.officer).action_letter_missing())
        self.assertEqual(wizard.file_id, self.file)
        wizard.lang = "fr_FR"
        url = wizard.action_keep()["url"]
        letter = self.file.contact_ids
        self.assertEqual(letter.channel, "letter")
        self.assertIn(f"/{letter.id}/document", url)
        self.assertEqual(base64.b64decode(letter.document)[:5], b"%PDF-")
        message = self.file.message_ids[:1]
        self.assertEqual(message.attachment_ids.mimetype, "application/pdf")

    def test_sent_by_mail_with_the_pdf_and_a_link(self):
        wizard = self.wizard(self.file.with_user(self.officer).action_letter_missing())
        action = wizard.action_send()
        context = action["context"]
        self.assertIn("access_token=", context["default_body"])
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.officer)
            .with_context(**context)
            .create({})
        )
        self.assertEqual(composer.attachment_ids.mimetype, "application/pdf")
        composer._action_send_mail()
        message = self.file.message_ids[:1]
        self.assertEqual(message.partner_ids, self.file.partner_id)
        self.assertEqual(len(message.attachment_ids), 1)

    def test_only_about_the_own_file(self):
        other = self._file("Autre")
        wizard = (
            self.env["srm.debt.letter"]
            .with_user(self.officer)
            .create(
                {
                    "file_id": other.id,
                    "res_model": "srm.debt.file",
                    "res_id": self.file.id,
                    "kind": "missing",
                    "lang": "fr_FR",
                }
            )
        )
        with self.assertRefused("another file"):
            wizard.action_keep()
        wizard.res_model = "res.partner"
        with self.assertRefused("no such letter"):
            wizard.action_keep()

    def test_the_director_writes_no_letter(self):
        with self.assertRaises(AccessError):
            self.env["srm.debt.letter"].with_user(self.director).create({})
        with self.assertRaises(AccessError):
            self.file.with_user(self.director)._letter_keep("missing", "fr_FR")
