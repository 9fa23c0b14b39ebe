import hashlib

from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..models.srm_debt_portal import MAX_WAITING
from .portal_common import PDF, PortalCase


@tagged("post_install", "-at_install")
class TestSrmPortalSteps(PortalCase):
    # --- documents -----------------------------------------------------------------
    def test_a_document_counts_once_it_is_accepted(self):
        document = self._upload(name="C:\\dossier\\facture.pdf")
        self.assertEqual(document.file_name, "facture.pdf")
        self.assertEqual(document.review, "to_check")
        self.assertTrue(document.from_creditor)
        self.assertIn(self.kind, self.open_debt.missing_document_ids)
        attachment = self.env["ir.attachment"].search(
            [
                ("res_model", "=", "srm.debt.document"),
                ("res_id", "=", document.id),
                ("res_field", "=", "file"),
            ]
        )
        self.assertEqual(attachment.raw, PDF)
        self.assertFalse(attachment.public)
        document.with_user(self.officer).action_accept()
        self.assertNotIn(self.kind, self.open_debt.missing_document_ids)
        self.assertEqual(document.reviewed_by_id, self.officer)

    def test_a_refused_document_is_asked_for_again_with_the_reason(self):
        document = self._upload().with_user(self.officer).sudo(False)
        with self.assertRefused("Why refused"):
            document.action_refuse()
        document.review_note = "Illisible"
        document.action_refuse()
        item = self.open_debt._portal_checklist()[0]
        self.assertEqual(item["type"], self.kind)
        self.assertEqual(item["refused"].review_note, "Illisible")
        self.assertFalse(item["waiting"])
        document.action_accept()
        self.assertEqual(document.review, "refused", "a decision does not change")

    def test_files_that_are_not_what_they_say(self):
        for name, content, text in (
            ("a.pdf", b"<html>", "PDF, JPEG or PNG"),
            ("a.html", b"<html>", "PDF, JPEG or PNG"),
            ("a.pdf", b"", "Choose a file"),
            ("a.pdf", PDF + b"0" * (10 * 1024 * 1024), "larger than 10 MB"),
        ):
            with self.assertRefused(text):
                self._upload(name=name, content=content)
        self.assertFalse(self.open_debt.document_ids)

    def test_only_what_is_asked_for(self):
        with self.assertRefused("not asked for"):
            self._upload(debt=self.debt)
        other = self.env["srm.debt.document.type"].search(
            [("id", "not in", self.open_debt.missing_document_ids.ids)], limit=1
        )
        with self.assertRefused("not asked for"):
            self._upload(kind=other)

    def test_a_flood_of_files_stops(self):
        for _rank in range(MAX_WAITING):
            self._upload()
        with self.assertRefused("still checking"):
            self._upload()

    def test_each_step_is_in_the_history(self):
        self._upload()
        self.debt.with_user(self.creditor)._portal_dispute(
            "certified", 1000.5, "Attachement 3 oublié."
        )
        steps = self.file.contact_ids.filtered(lambda item: item.channel == "portal")
        self.assertEqual(len(steps), 2)
        self.assertEqual(steps.user_id, self.officer)
        self.assertEqual(set(steps.mapped("contact_name")), {"M. set_creditor"})
        bodies = " ".join(self.file.message_ids.mapped("body"))
        self.assertIn("Attachement 3 oublié.", bodies)
        notes = self.file.message_ids.filtered(
            lambda item: item.author_id == self.creditor.partner_id
        )
        self.assertEqual(len(notes), 2)
        self.assertTrue(all(notes.mapped("is_internal")) or notes.subtype_id.internal)
        self.assertEqual(len(self.file.activity_ids), 2)
        self.assertEqual(self.file.activity_ids.user_id, self.officer)

    # --- objections ----------------------------------------------------------------
    def test_an_objection_changes_no_amount(self):
        names = ("claimed", "certified", "contested", "rejected", "paid", "remaining")
        before = [self.debt[f"amount_{name}"] for name in names]
        objection = self.debt.with_user(self.creditor)._portal_dispute(
            "certified", 1000.50, "  Les 100 dirhams contestés sont dus.  "
        )
        self.assertEqual([self.debt[f"amount_{name}"] for name in names], before)
        self.assertEqual(self.debt.stage, "scored")
        self.assertEqual(objection.amount_shown, 900.50)
        self.assertEqual(objection.reason, "Les 100 dirhams contestés sont dus.")
        self.assertEqual(self.file.open_objection_count, 1)
        with self.assertRefused("examined already"):
            self.debt.with_user(self.creditor)._portal_dispute(
                "certified", 1, "Encore une fois !"
            )

    def test_an_objection_needs_sense(self):
        mine = self.debt.with_user(self.creditor)
        for subject, amount, reason, text in (
            ("payable", 1, "Pas d'accord !", "Choose the amount"),
            ("paid", 1, "Non", "Say in a few words"),
            ("paid", -1, "Pas d'accord !", "Write the amount"),
            ("paid", float("nan"), "Pas d'accord !", "Write the amount"),
            ("paid", float("inf"), "Pas d'accord !", "Write the amount"),
        ):
            with self.assertRefused(text):
                mine._portal_dispute(subject, amount, reason)

    def test_the_officer_answers_once(self):
        objection = self.debt.with_user(self.creditor)._portal_dispute(
            "paid", 50, "Un virement manque ici."
        )
        mine = objection.with_user(self.officer).sudo(False)
        with self.assertRefused("Write the answer"):
            mine.action_refuse()
        mine.answer = "Le virement du 3 mars est compté."
        mine.action_refuse()
        mine.action_accept()
        self.assertEqual(mine.state, "refused")
        self.assertEqual(mine.answered_by_id, self.officer)
        with self.assertRefused("cannot change any more"):
            mine.answer = "Autre chose"
        self.assertEqual(
            objection.with_user(self.creditor)
            .sudo(False)
            .read(["answer"])[0]["answer"],
            "Le virement du 3 mars est compté.",
        )

    def test_who_answers_objections(self):
        objection = self.debt.with_user(self.creditor)._portal_dispute(
            "paid", 50, "Un virement manque ici."
        )
        for role, rights in (
            ("finance_officer", "rw"),
            ("finance_manager", "rw"),
            ("contract_manager", "r"),
            ("director", "r"),
            ("administrator", "r"),
            ("meter_reader", ""),
        ):
            user = new_test_user(
                self.env, f"obj_{role}", groups=f"srm_base.group_{role}"
            )
            mine = objection.sudo(False).with_user(user)
            for letter, operation in (("r", "read"), ("w", "write"), ("c", "create")):
                self.assertEqual(
                    mine.has_access(operation), letter in rights, f"{role} {operation}"
                )
            self.assertFalse(mine.has_access("unlink"))
        provincial = self._user("obj_tata", "srm_base.group_finance_officer")
        tata = self.env["srm.territory"].search([("name", "=", "Tata")], limit=1)
        provincial.srm_territory_ids = tata
        self.debt.territory_id = self.env["srm.territory"].search(
            [("name", "=", "Agadir"), ("level", "=", "commune")], limit=1
        )
        self.assertFalse(
            self.env["srm.debt.objection"].with_user(provincial).search([])
        )

    # --- proposals -----------------------------------------------------------------
    def test_acceptance_records_who_when_where_and_what(self):
        settlement = self._proposal()
        content = settlement.sudo()._portal_pdf()
        digest = hashlib.sha256(content).hexdigest()
        self.assertEqual(settlement.portal_document_hash, digest)
        self.assertEqual(content[:5], b"%PDF-")
        settlement.with_user(self.creditor)._portal_accept(
            " Fatima Alami ", digest, "192.0.2.7"
        )
        self.assertEqual(settlement.portal_decision, "accepted")
        self.assertEqual(settlement.portal_decision_name, "Fatima Alami")
        self.assertEqual(settlement.portal_decision_user_id, self.creditor)
        self.assertEqual(settlement.portal_decision_ip, "192.0.2.7")
        self.assertEqual(settlement.portal_decision_hash, digest)
        self.assertEqual(settlement.portal_decision_date.date(), fields.Date.today())
        step = self.file.contact_ids[:1].summary
        for part in ("Fatima Alami", "192.0.2.7", digest, settlement.name):
            self.assertIn(part, step)
        # The company's own step is what it was: a signed document, another manager.
        self.assertEqual(settlement.state, "proposed")
        with self.assertRefused("cannot be approved without"):
            settlement.with_user(self.manager).action_agree()
        self._sign(settlement)
        settlement.with_user(self.manager).action_agree()
        self.assertEqual(settlement.state, "agreed")

    def test_an_answer_is_given_once(self):
        settlement = self._proposal()
        mine = settlement.with_user(self.creditor)
        mine._portal_refuse("Fatima Alami", "Délai trop long.", "192.0.2.7")
        self.assertEqual(settlement.portal_decision, "refused")
        with self.assertRefused("does not wait for an answer"):
            mine._portal_accept(
                "Fatima Alami", settlement.portal_document_hash, "192.0.2.7"
            )

    def test_another_document_is_not_accepted(self):
        settlement = self._proposal()
        mine = settlement.with_user(self.creditor)
        with self.assertRefused("has changed"):
            mine._portal_accept("Fatima Alami", "0" * 64, "192.0.2.7")
        with self.assertRefused("full name"):
            mine._portal_accept(" ", settlement.portal_document_hash, "192.0.2.7")
        file = self.env["ir.attachment"].search(
            [
                ("res_model", "=", settlement._name),
                ("res_id", "=", settlement.id),
                ("res_field", "=", "portal_document"),
            ]
        )
        file._by_code().write({"raw": b"another"})
        with self.assertRefused("SHA-256"):
            mine._portal_accept(
                "Fatima Alami", settlement.portal_document_hash, "192.0.2.7"
            )

    def test_new_terms_forget_the_answer_and_keep_its_trace(self):
        settlement = self._proposal()
        settlement.with_user(self.creditor)._portal_refuse(
            "Fatima Alami", "Délai trop long.", "192.0.2.7"
        )
        settlement.with_user(self.officer).action_back_to_draft()
        self.assertFalse(settlement.portal_decision)
        self.assertFalse(settlement.portal_document)
        self.assertIn("Délai trop long.", self.file.contact_ids[:1].summary)
        settlement.with_user(self.officer).action_propose()
        self.assertTrue(settlement.sudo()._portal_can_answer())

    def test_nobody_writes_the_answer_by_hand(self):
        settlement = self._proposal()
        for name, value in (
            ("portal_decision", "accepted"),
            ("portal_document_hash", "0" * 64),
            ("portal_decision_ip", "192.0.2.7"),
        ):
            with self.assertRefused("nobody enters it"):
                settlement.with_user(self.officer).write({name: value})

    # --- links and invitations -----------------------------------------------------
    def test_a_link_expires(self):
        token = self.file.with_user(self.officer)._portal_ensure_token()
        self.assertGreaterEqual(len(token), 40)
        self.assertEqual(self.file._portal_ensure_token(), token)
        self.assertTrue(self.file._portal_token_valid(token))
        for forged in (None, "", token[:-1], token + "x", "0" * 43, "é" * 43):
            self.assertFalse(self.file._portal_token_valid(forged))
        self.assertFalse(self.other_file._portal_token_valid(token))
        self.file.access_token_expiry = fields.Datetime.subtract(
            fields.Datetime.now(), seconds=1
        )
        self.assertFalse(self.file._portal_token_valid(token))
        self.assertNotEqual(self.file._portal_ensure_token(), token)

    def test_links_are_withdrawn_and_forgotten(self):
        token = self.file._portal_ensure_token()
        self.file.with_user(self.officer).action_revoke_link()
        self.assertFalse(self.file._portal_token_valid(token))
        self.file._portal_ensure_token()
        self.file.access_token_expiry = "2020-01-01 00:00:00"
        self.env["srm.debt.file"]._gc_portal_tokens()
        self.assertFalse(self.file.access_token)

    def test_days_of_a_link_are_a_setting(self):
        self.company.srm_portal_link_days = 2
        self.file._portal_ensure_token()
        left = self.file.access_token_expiry - fields.Datetime.now()
        self.assertLessEqual(left.days, 2)

    def test_invitation(self):
        partner = self.other_file.partner_id
        self.stranger.partner_id.email = False
        partner.email = False
        with self.assertRefused("has no e-mail address"):
            self.other_file.with_user(self.officer).action_invite_portal()
        partner.email = "gerant@example.com"
        action = self.other_file.with_user(self.officer).action_invite_portal()
        wizard = self.env["portal.wizard"].browse(action["res_id"])
        row = wizard.user_ids.filtered(lambda item: item.partner_id == partner)
        row.with_user(self.officer).action_grant_access()
        user = partner.user_ids
        self.assertTrue(user._is_portal())
        self.assertEqual(
            self.env["srm.debt"].with_user(user).search([]).sudo(), self.other_debt
        )
        self.assertIn("invited", self.other_file.message_ids[:1].body)
        self.other_file.invalidate_recordset()
        self.assertEqual(self.other_file.portal_user_count, 2)

    # --- blocking reasons ----------------------------------------------------------
    def test_reasons_are_worded_for_the_outside(self):
        block = self.env["srm.debt.block"].create(
            {
                "debt_id": self.open_debt.id,
                "reason_id": self.env.ref("srm_procurement.block_reason_budget").id,
                "note": "Le directeur ne veut pas payer.",
            }
        )
        texts = self.file._portal_blocks(self.open_debt)
        self.assertEqual(texts, ["The payment is being programmed."])
        block.reason_id.portal_text = "Paiement programmé."
        self.assertEqual(
            self.file._portal_blocks(self.open_debt), ["Paiement programmé."]
        )
        self.assertEqual(self.file._portal_blocks(), [])
        for reason in self.env["srm.debt.block.reason"].search([]):
            self.assertTrue(reason._portal_wording())

    def test_stages_of_the_desk_are_told_simply(self):
        self.assertEqual(self.debt._portal_stage(), "Certified")
        self.assertEqual(self.open_debt._portal_stage(), "Registered")

    @mute_logger("odoo.sql_db")
    def test_a_link_works_for_some_days_at_least(self):
        with self.assertRaises(CheckViolation), self.env.cr.savepoint():
            self.company.srm_portal_link_days = 0
            self.env.flush_all()
