import re

from odoo import fields, http
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .portal_common import PASSWORD, PDF, PortalCase


@tagged("post_install", "-at_install")
class TestSrmPortalHttp(PortalCase, HttpCase):
    """The portal as an attacker meets it: addresses, forms, links and RPC."""

    def setUp(self):
        super().setUp()
        self.settlement = self._proposal()
        self.document = self._upload().sudo()
        self.internal = self.env["srm.debt.document"].create(
            {
                "debt_id": self.open_debt.id,
                "type_id": self.open_debt.missing_document_ids[-1:].id,
                "file": "PGh0bWw+",
                "file_name": "interne.html",
            }
        )

    def login(self, user):
        self.authenticate(user.login, PASSWORD)

    def get(self, url):
        return self.url_open(url, allow_redirects=False)

    def post(self, url, data, **options):
        token = http.Request.csrf_token(self) if options.pop("csrf", True) else None
        values = {"csrf_token": token} | data if token else data
        return self.url_open(url, data=values, allow_redirects=False, **options)

    def pages(self):
        debt, settlement = self.open_debt.id, self.settlement.id
        return (
            f"/my/arrears/{self.file.id}",
            f"/my/arrears/debt/{debt}",
            f"/my/arrears/proposal/{settlement}",
            f"/my/arrears/proposal/{settlement}/pdf",
            f"/my/arrears/document/{self.document.id}",
        )

    def steps(self):
        debt, settlement = self.open_debt.id, self.settlement.id
        return {
            f"/my/arrears/debt/{debt}/upload": {"type_id": str(self.kind.id)},
            f"/my/arrears/debt/{debt}/dispute": {
                "subject": "claimed",
                "amount": "600",
                "reason": "Il manque la révision.",
            },
            f"/my/arrears/proposal/{settlement}/accept": {
                "name": "Fatima Alami",
                "agree": "1",
                "document_hash": self.settlement.portal_document_hash,
            },
            f"/my/arrears/proposal/{settlement}/refuse": {
                "name": "Fatima Alami",
                "reason": "Délai trop long.",
            },
        }

    # --- the creditor --------------------------------------------------------------
    def test_own_pages(self):
        self.login(self.creditor)
        for url in self.pages():
            response = self.get(url)
            self.assertEqual(response.status_code, 200, url)
            self.assertEqual(response.headers["Cache-Control"], "no-store")
        page = self.get(f"/my/arrears/{self.file.id}").text
        self.assertIn(self.debt.invoice_reference, page)
        self.assertNotIn(self.other_debt.invoice_reference, page)
        self.assertEqual(self.get("/my/arrears").status_code, 303)
        self.assertIn("/my/arrears", self.url_open("/my").text)

    def test_page_says_nothing_of_the_inside(self):
        self.file.write({"note": "<p>SECRETNOTE</p>", "next_action": "SECRETACTION"})
        self.file.sudo().score = 77.77
        self.env["srm.debt.block"].create(
            {
                "debt_id": self.open_debt.id,
                "reason_id": self.env.ref("srm_procurement.block_reason_other").id,
                "note": "SECRETBLOCK",
            }
        )
        self.login(self.creditor)
        for url in self.pages()[:3]:
            text = self.get(url).text
            for secret in ("SECRET", "77.77", "77,77"):
                self.assertNotIn(secret, text, url)
        self.assertIn("examined by our services", self.get(self.pages()[1]).text)

    def test_upload_and_download(self):
        self.login(self.creditor)
        self.document._by_code().unlink()
        url = f"/my/arrears/debt/{self.open_debt.id}/upload"
        files = {"document": ("facture.pdf", PDF, "application/pdf")}
        response = self.post(url, {"type_id": str(self.kind.id)}, files=files)
        self.assertEqual(response.status_code, 303)
        document = self.open_debt.document_ids.filtered("from_creditor")
        response = self.get(f"/my/arrears/document/{document.id}")
        self.assertEqual(response.content, PDF)
        self.assertIn("attachment", response.headers["Content-Disposition"])
        self.assertEqual(response.headers["X-Content-Type-Options"], "nosniff")
        self.assertIn("sandbox", response.headers["Content-Security-Policy"])

    def test_html_disguised_as_pdf_is_refused(self):
        self.login(self.creditor)
        self.document._by_code().unlink()
        url = f"/my/arrears/debt/{self.open_debt.id}/upload"
        files = {"document": ("x.pdf", b"<html><script>", "application/pdf")}
        response = self.post(url, {"type_id": str(self.kind.id)}, files=files)
        self.assertEqual(response.status_code, 200)
        self.assertIn("Send a PDF, JPEG or PNG file.", response.text)
        self.assertFalse(self.open_debt.document_ids.filtered("from_creditor"))

    def test_accept_records_the_address(self):
        self.login(self.creditor)
        (url, data) = list(self.steps().items())[2]
        self.assertEqual(self.post(url, data | {"agree": ""}).status_code, 200)
        self.assertFalse(self.settlement.portal_decision)
        self.assertEqual(self.post(url, data).status_code, 303)
        self.settlement.invalidate_recordset()
        self.assertEqual(self.settlement.portal_decision, "accepted")
        self.assertEqual(self.settlement.portal_decision_ip, "127.0.0.1")
        again = self.post(url, data)
        self.assertIn("does not wait for an answer", again.text)

    def test_dispute(self):
        self.login(self.creditor)
        (url, data) = list(self.steps().items())[1]
        page = self.get(f"/my/arrears/debt/{self.open_debt.id}").text
        self.assertIn('<textarea name="reason"', page)
        again = self.post(url, data | {"amount": "abc"}).text
        self.assertIn(data["reason"], again, "what was typed is not lost")
        for amount in ("abc", "-5", "1e9", "nan"):
            self.assertEqual(self.post(url, data | {"amount": amount}).status_code, 200)
        reply = self.post(url, data | {"amount": "1\u00a0600,55"})
        self.assertEqual(reply.status_code, 303)
        objection = self.file.objection_ids
        self.assertEqual(objection.amount_asked, 1600.55)

    def test_text_of_the_creditor_is_escaped(self):
        self.login(self.creditor)
        (url, data) = list(self.steps().items())[1]
        self.post(url, data | {"reason": "<script>alert('x')</script>"})
        page = self.get(f"/my/arrears/debt/{self.open_debt.id}").text
        self.assertNotIn("<script>alert", page)
        self.assertIn("&lt;script&gt;alert", page)
        bodies = "".join(self.file.message_ids.mapped("body"))
        self.assertNotIn("<script>", bodies)

    # --- somebody else -------------------------------------------------------------
    def test_forged_ids_do_not_exist(self):
        self.login(self.stranger)
        for url in self.pages():
            self.assertEqual(self.get(url).status_code, 404, url)
        for url, data in self.steps().items():
            self.assertEqual(self.post(url, data).status_code, 404, url)
        for url in (
            "/my/arrears/999999",
            "/my/arrears/debt/999999",
            f"/my/arrears/{10**30}",
            f"/my/arrears/debt/{10**30}",
        ):
            self.assertEqual(self.get(url).status_code, 404)
        self.assertFalse(self.settlement.portal_decision)
        self.assertFalse(self.file.objection_ids)

    def test_attachments_of_the_others(self):
        attachments = self.env["ir.attachment"].search(
            [
                ("res_model", "=", "srm.debt.document"),
                ("res_id", "in", (self.document + self.internal).ids),
                ("res_field", "=", "file"),
            ]
        )
        self.assertEqual(len(attachments), 2)
        for user in (self.stranger, self.creditor):
            self.login(user)
            for url in (
                *(f"/web/content/{item.id}" for item in attachments),
                f"/web/content/srm.debt.document/{self.document.id}/file",
                f"/web/content/srm.debt.document/{self.internal.id}/file",
                f"/web/content/srm.settlement/{self.settlement.id}/portal_document",
                f"/web/image/srm.debt.document/{self.document.id}/file",
            ):
                response = self.get(url)
                self.assertNotIn(PDF, response.content, url)
                self.assertNotIn(b"<html>", response.content[:6], url)
        # Not even the creditor gets what the staff scanned.
        self.assertEqual(
            self.get(f"/my/arrears/document/{self.internal.id}").status_code, 404
        )

    def test_letters_of_the_others(self):
        letter = self.file.with_user(self.officer)._letter_keep("missing", "fr_FR")
        url = f"/my/arrears/letter/{self.file.id}/{letter.id}"
        self.login(self.creditor)
        response = self.get(url)
        self.assertEqual(response.content[:5], b"%PDF-")
        self.assertEqual(
            self.get(f"/my/arrears/letter/{self.file.id}/{letter.id + 1}").status_code,
            404,
        )
        self.login(self.stranger)
        self.assertEqual(self.get(url).status_code, 404)
        crossed = f"/my/arrears/letter/{self.other_file.id}/{letter.id}"
        self.assertEqual(self.get(crossed).status_code, 404)

    def test_visitors_log_in_first(self):
        self.authenticate(None, None)
        for url in self.pages():
            response = self.get(url)
            self.assertEqual(response.status_code, 303, url)
            self.assertIn("/web/login", response.headers["Location"])
        for url, data in self.steps().items():
            self.post(url, data)
        self.assertFalse(self.settlement.portal_decision)
        self.assertFalse(self.file.objection_ids)

    def test_staff_without_a_creditor_is_not_a_creditor(self):
        self.officer.password = PASSWORD
        self.login(self.officer)
        for url in self.pages():
            self.assertEqual(self.get(url).status_code, 404, url)

    # --- changes are posted, with a token ------------------------------------------
    def test_reading_an_address_changes_nothing(self):
        self.login(self.creditor)
        for url in self.steps():
            self.assertEqual(self.get(url).status_code, 405, url)
        before = self.file.message_ids
        for url in self.pages():
            self.get(url)
        self.assertEqual(self.file.message_ids, before)
        self.assertFalse(self.settlement.portal_decision)

    @mute_logger("odoo.http")
    def test_a_form_of_another_site_is_refused(self):
        self.login(self.creditor)
        for url, data in self.steps().items():
            self.assertEqual(self.post(url, data, csrf=False).status_code, 400, url)
        self.assertFalse(self.settlement.portal_decision)
        self.assertFalse(self.file.objection_ids)

    # --- links ---------------------------------------------------------------------
    def test_a_link_reads_one_file_and_does_nothing(self):
        token = self.file._portal_ensure_token()
        self.authenticate(None, None)
        response = self.get(f"/my/arrears/{self.file.id}?access_token={token}")
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")
        self.assertNotIn("<form name=", response.text)
        self.assertIsNone(
            re.search(r'href="/my/arrears/(debt|proposal)', response.text)
        )
        for url in self.pages()[1:]:
            answer = self.get(f"{url}?access_token={token}")
            self.assertEqual(answer.status_code, 303, url)
        other = self.get(f"/my/arrears/{self.other_file.id}?access_token={token}")
        self.assertEqual(other.status_code, 303)

    def test_forged_and_expired_links(self):
        token = self.file._portal_ensure_token()
        self.authenticate(None, None)
        url = f"/my/arrears/{self.file.id}?access_token="
        for forged in ("", "x", token[:-1], token.swapcase(), "0" * len(token)):
            self.assertEqual(self.get(url + forged).status_code, 303, forged)
        self.file.access_token_expiry = fields.Datetime.subtract(
            fields.Datetime.now(), minutes=1
        )
        self.assertEqual(self.get(url + token).status_code, 303)
        self.login(self.stranger)
        self.assertEqual(self.get(url + token).status_code, 404)

    # --- RPC -----------------------------------------------------------------------
    def rpc(self, model, method, *args, **kwargs):
        response = self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            json={
                "jsonrpc": "2.0",
                "method": "call",
                "id": 1,
                "params": {
                    "model": model,
                    "method": method,
                    "args": list(args),
                    "kwargs": kwargs,
                },
            },
        )
        return response.json()

    def assertRefusedRpc(self, model, method, *args, **kwargs):
        answer = self.rpc(model, method, *args, **kwargs)
        self.assertIn("error", answer, f"{model}.{method}{args}")
        self.assertNotIn("result", answer)

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_model")
    def test_rpc_of_a_stranger(self):
        self.login(self.stranger)
        records = {
            "srm.debt.file": self.file,
            "srm.debt": self.debt,
            "srm.debt.document": self.document,
            "srm.settlement": self.settlement,
            "srm.settlement.line": self.settlement.line_ids[0],
            "srm.settlement.instalment": self.settlement.instalment_ids[0],
        }
        for model, record in records.items():
            found = self.rpc(
                model, "search_read", [["id", "=", record.id]], ["id"], order="id"
            )
            self.assertEqual(found["result"], [], model)
            self.assertRefusedRpc(model, "read", [record.id], ["create_date"])
            self.assertRefusedRpc(model, "write", [record.id], {"company_id": 1})
            self.assertRefusedRpc(model, "unlink", [record.id])
            self.assertRefusedRpc(model, "create", {})
            self.assertRefusedRpc(model, "copy", [record.id])

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_model")
    def test_rpc_of_the_creditor(self):
        self.login(self.creditor)
        found = self.rpc("srm.debt", "search_read", [], ["amount_claimed"])["result"]
        self.assertEqual(
            {row["id"] for row in found}, set((self.debt + self.open_debt).ids)
        )
        for name in ("exposure_fine", "bearer", "certified_by_id", "file_id.score"):
            self.assertRefusedRpc("srm.debt", "search_read", [], [name])
        self.assertRefusedRpc("srm.debt.file", "search_read", [], ["score"], order="id")
        self.assertRefusedRpc("srm.debt.document", "search_read", [], ["file"])
        for model, method, args in (
            ("srm.debt", "_portal_upload", [[self.open_debt.id], 1, "a.pdf", "", ""]),
            ("srm.settlement", "action_agree", [[self.settlement.id]]),
            ("srm.settlement", "action_publish_proposal", [[self.settlement.id]]),
            ("srm.settlement", "_write_decision", [[self.settlement.id], {}]),
            ("srm.debt.document", "action_accept", [[self.document.id]]),
            ("srm.debt.file", "action_revoke_link", [[self.file.id]]),
            ("srm.debt.file", "action_invite_portal", [[self.file.id]]),
            ("srm.debt.file", "message_post", [[self.file.id]]),
            ("srm.debt", "action_certify", [[self.open_debt.id]]),
            ("srm.debt", "action_documents_complete", [[self.open_debt.id]]),
        ):
            self.assertRefusedRpc(model, method, *args)
        self.assertRefusedRpc(
            "srm.settlement.cancel",
            "create",
            {"settlement_ids": [self.settlement.id], "reason": "x"},
        )
        self.assertEqual(self.settlement.state, "proposed")

    def test_workbooks_and_prints_stay_inside(self):
        self.login(self.creditor)
        for url in (
            f"/srm/xlsx/srm.debt/register?ids={self.debt.id}",
            "/srm/xlsx/srm.arrears.dashboard/dashboard",
            f"/srm/xlsx/srm.arrears.snapshot/snapshot?ids={self.file.id}",
            f"/srm/pdf/srm.settlement?ids={self.settlement.id}",
        ):
            self.assertNotEqual(self.get(url).status_code, 200, url)
