from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .portal_common import PortalCase

#: Models a creditor reads, and fields of each that stay inside.
INSIDE = {
    "srm.debt.file": (
        "score",
        "exposure_fine",
        "exposure_next_month",
        "note",
        "next_action",
        "distress",
        "service_continuity",
        "user_id",
        "contact_ids",
        "message_ids",
        "access_token",
        "block_ids",
        "commitment_ids",
        "score_line_ids",
    ),
    "srm.debt": (
        "exposure_fine",
        "exposure_next_month",
        "bearer",
        "transfer_act",
        "ledger_note",
        "block_ids",
        "certified_by_id",
        "explanation",
        "amount_payable",
    ),
    "srm.debt.document": ("file", "user_id", "reference", "reviewed_by_id"),
    "srm.debt.payment": ("create_uid",),
    "srm.settlement": (
        "note",
        "signed_document",
        "portal_document",
        "partner_bank_id",
        "portal_decision_ip",
        "user_id",
        "interest_claimed",
    ),
    "srm.settlement.line": ("amount_payable", "allocation_ids"),
    "srm.settlement.instalment": ("allocation_ids", "order_id", "refusal_reason"),
    "srm.debt.objection": ("answered_by_id", "user_id"),
    "srm.debt.document.type": ("required_works",),
}
CLOSED = (
    "srm.debt.contact",
    "srm.debt.commitment",
    "srm.debt.block",
    "srm.debt.block.reason",
    "srm.debt.score.line",
    "srm.debt.score.log",
    "srm.settlement.allocation",
    "srm.arrears.snapshot",
    "srm.arrears.snapshot.line",
    "srm.payment.delay.report",
    "srm.debt.letter",
    "srm.key.rate",
    "account.payment.order",
    "account.payment.line",
)


@tagged("post_install", "-at_install")
class TestSrmPortalAccess(PortalCase):
    def test_own_records_only(self):
        mine = self.env["srm.debt"].with_user(self.creditor)
        self.assertEqual(mine.search([]).sudo(), self.debt + self.open_debt)
        files = self.env["srm.debt.file"].with_user(self.creditor)
        self.assertEqual(files.search([], order="id").sudo(), self.file)
        self.assertEqual(
            files.browse(self.file.id).read(["amount_remaining"])[0][
                "amount_remaining"
            ],
            self.file.amount_remaining,
        )
        with self.assertRaises(AccessError):
            mine.browse(self.other_debt.id).read(["amount_claimed"])

    def test_the_creditor_itself_sees_as_its_contacts_do(self):
        user = new_test_user(self.env, "set_boss", groups="base.group_portal")
        user.partner_id = self.file.partner_id
        self.assertEqual(
            self.env["srm.debt"].with_user(user).search([]).sudo(),
            self.debt + self.open_debt,
        )

    def test_a_login_without_company_sees_nothing(self):
        user = new_test_user(self.env, "set_alone", groups="base.group_portal")
        for model in ("srm.debt", "srm.settlement", "srm.debt.payment"):
            self.assertFalse(self.env[model].with_user(user).search([]))

    def test_fields_not_meant_for_the_creditor(self):
        self._proposal()
        for model, names in INSIDE.items():
            records = self.env[model].with_user(self.creditor)
            found = records.fields_get()
            for name in names:
                self.assertNotIn(name, found, f"{model}.{name}")
                with self.assertRaises(AccessError, msg=f"{model}.{name}"):
                    records.search([], order="id", limit=1).read([name])
                    records.search_fetch([(name, "!=", False)], ["id"], order="id")

    def test_hidden_fields_cannot_be_guessed_by_searching(self):
        debts = self.env["srm.debt"].with_user(self.creditor)
        for domain in (
            [("exposure_fine", ">", 0)],
            [("file_id.score", ">", 0)],
            [("file_id", "any", [("score", ">", 0)])],
        ):
            with self.assertRaises(AccessError):
                debts.search(domain)
        with self.assertRaises(AccessError):
            debts.search([], order="exposure_fine")
        with self.assertRaises(AccessError):
            debts._read_group([], ["bearer"])
        with self.assertRaises(AccessError):
            debts._read_group([], [], ["exposure_fine:sum"])

    def test_a_new_field_is_hidden_until_listed(self):
        record = self.debt.with_user(self.creditor)
        for name, field in record._fields.items():
            listed = name in type(record)._portal_fields or name in (
                "id",
                "create_date",
                "currency_id",
                "company_id",
            )
            self.assertEqual(record._has_field_access(field, "read"), listed, name)
            self.assertFalse(record._has_field_access(field, "write"), name)

    def test_nothing_is_written_directly(self):
        settlement = self._proposal()
        for record in (
            self.file,
            self.debt,
            settlement,
            settlement.line_ids[0],
            settlement.instalment_ids[0],
            self.open_debt.document_ids or self._upload().sudo(),
            self._dispute().sudo(),
        ):
            mine = record.with_user(self.creditor)
            for operation in ("write", "create", "unlink"):
                self.assertFalse(mine.has_access(operation), f"{record} {operation}")
            with self.assertRaises(AccessError):
                mine.write({"company_id": 1})
            with self.assertRaises(AccessError):
                mine.unlink()

    def _dispute(self):
        return self.debt.with_user(self.creditor)._portal_dispute(
            "certified", 1000.50, "Les quantités sont fausses."
        )

    def test_closed_models(self):
        for model in CLOSED:
            with self.assertRaises(AccessError, msg=model):
                self.env[model].with_user(self.creditor).search([])

    def test_drafts_and_their_lines_stay_inside(self):
        settlement = self._settlement(self.debt)
        for model in (
            "srm.settlement",
            "srm.settlement.line",
            "srm.settlement.instalment",
        ):
            self.assertFalse(self.env[model].with_user(self.creditor).search([]))
        settlement.with_user(self.officer).action_propose()
        mine = self.env["srm.settlement"].with_user(self.creditor)
        self.assertEqual(mine.search([]).sudo(), settlement.sudo())
        self.assertFalse(self.env["srm.settlement"].with_user(self.stranger).search([]))
        settlement.with_user(self.officer).action_back_to_draft()
        self.assertFalse(mine.search([]))

    def test_history_of_the_file_stays_inside(self):
        message = self.file.with_user(self.officer).message_post(
            body="Le gérant exagère.", subtype_xmlid="mail.mt_comment"
        )
        with self.assertRaises(AccessError):
            message.with_user(self.creditor).read(["body"])
        self.assertFalse(
            self.env["mail.message"]
            .with_user(self.creditor)
            .search([("model", "=", "srm.debt.file")])
        )
        with self.assertRaises(AccessError):
            self.file.with_user(self.creditor).message_post(body="Bonjour")

    def test_nobody_outside_follows_the_discussion(self):
        partner = self.creditor.partner_id
        for record in (self.file, self._proposal()):
            mine = record.with_user(self.creditor)
            with self.assertRaises(AccessError):
                mine.message_subscribe(partner_ids=partner.ids)
            self.assertNotIn(partner, record.message_partner_ids)
            token = self.file._portal_ensure_token()
            for user in (self.creditor, self.env.ref("base.public_user")):
                thread = record.with_user(user)._get_thread_with_access(
                    record.id, mode="read", token=token
                )
                self.assertFalse(thread)

    def test_files_of_the_staff_stay_inside(self):
        scan = self.env["srm.debt.document"].create(
            {
                "debt_id": self.open_debt.id,
                "type_id": self.kind.id,
                "file": "c2Nhbg==",
                "file_name": "scan.pdf",
            }
        )
        files = self.env["ir.attachment"]
        notes = files.create(
            [
                {"name": "note.pdf", "raw": b"x", "res_model": name, "res_id": res_id}
                for name, res_id in (
                    ("srm.debt.file", self.file.id),
                    ("srm.settlement", self._proposal().id),
                )
            ]
        )
        scans = files.search(
            [
                ("res_model", "=", "srm.debt.document"),
                ("res_id", "=", scan.id),
                ("res_field", "=", "file"),
            ]
        )
        self.assertTrue(scans)
        mine = files.with_user(self.creditor)
        for attachment in notes | scans:
            with self.assertRaises(AccessError):
                attachment.with_user(self.creditor).read(["datas"])
        for domain in (
            [("res_model", "=", "srm.debt.file")],
            [("res_model", "=", "srm.debt.document"), ("res_field", "=", "file")],
        ):
            with self.assertRaises(AccessError):
                mine.search_read(domain, ["name"])
        self.assertFalse(
            mine.search_read([("id", "in", (notes | scans).ids)], ["name"])
        )
        self.assertEqual(notes[0].with_user(self.officer).raw, b"x")

    def test_steps_are_refused_to_the_others(self):
        settlement = self._proposal()
        document_hash = settlement.portal_document_hash
        for user in (self.stranger, self.officer, self.env.ref("base.public_user")):
            with self.assertRaises(AccessError):
                self._upload(user=user)
            with self.assertRaises(AccessError):
                self.debt.with_user(user)._portal_dispute("paid", 1, "Pas d'accord !!")
            mine = settlement.with_user(user)
            with self.assertRaises(AccessError):
                mine._portal_accept("Nom Prénom", document_hash, "1.1.1.1")
            with self.assertRaises(AccessError):
                mine._portal_refuse("Nom Prénom", "Pas d'accord !!", "1.1.1.1")
        self.assertFalse(settlement.portal_decision)
        self.assertFalse(self.open_debt.document_ids)

    def test_staff_is_not_limited_to_the_list(self):
        self.assertTrue(self.debt.with_user(self.director).exposure_date)
        self.assertIn("score", self.file.with_user(self.officer).read(["score"])[0])
