from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestTranslations(TransactionCase):
    def test_payment_orders_in_arabic(self):
        """The add-on of payment orders has no Arabic of its own: ``i18n_extra``."""
        lang = self.env["res.lang"]._activate_lang("ar_001")
        module = self.env["ir.module.module"]._get("srm_procurement")
        module._update_translations([lang.code])
        field = self.env["ir.model.fields"]._get(
            "account.payment.order", "date_generated"
        )
        self.assertEqual(
            field.with_context(lang=lang.code).field_description, "تاريخ إنشاء الملف"
        )
