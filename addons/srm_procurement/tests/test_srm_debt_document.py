from odoo.tests import Form, tagged

from .arrears_common import ArrearsCase


@tagged("post_install", "-at_install")
class TestSrmDebtDocument(ArrearsCase):
    def test_missing_documents_are_ticked_together(self):
        debt = self.new_debt()
        missing = debt.missing_document_ids
        wizard = Form(
            self.env["srm.debt.receive.documents"]
            .with_user(self.officer)
            .with_context(default_debt_id=debt.id)
        ).save()
        self.assertEqual(wizard.type_ids, missing)
        wizard.action_confirm()
        self.assertEqual(debt.document_ids.type_id, missing)
        self.assertEqual(debt.document_ids.user_id, self.officer)
        debt.with_user(self.officer).action_documents_complete()
        self.assertEqual(debt.stage, "documents")

    def test_confirming_twice_records_once(self):
        debt = self.new_debt()
        wizard = self.env["srm.debt.receive.documents"].create({"debt_id": debt.id})
        wizard.action_confirm()
        count = len(debt.document_ids)
        wizard.action_confirm()
        self.assertEqual(len(debt.document_ids), count)

    def test_checklist_is_data(self):
        debt = self.new_debt(nature="studies")
        cnss = self.env.ref("srm_procurement.document_type_cnss_certificate")
        self.assertNotIn(cnss, debt.missing_document_ids)
        cnss.required_studies = True
        debt.invalidate_recordset()
        self.assertIn(cnss, debt.missing_document_ids)

    def test_contract_manager_adds_documents_only(self):
        user = self.officer.copy({"login": "arr_contract"})
        user.group_ids = self.env.ref("srm_base.group_contract_manager")
        debt = self.new_debt()
        invoice = self.env.ref("srm_procurement.document_type_invoice")
        self.env["srm.debt.document"].with_user(user).create(
            {"debt_id": debt.id, "type_id": invoice.id}
        )
        self.assertEqual(debt.document_ids.user_id, user)
