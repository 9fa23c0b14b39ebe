from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestUpdate(TransactionCase):
    """The end of an update of the kit, as when nothing loaded after it was seen."""

    def test_fields_of_mixins_stay_where_the_code_has_them(self):
        names = ("access_secret", "access_token_expiry")
        fields = self.env["ir.model.fields"].search([("name", "in", names)])
        self.assertTrue(fields.filtered("store"))
        for field in fields:
            self.env["ir.model.data"]._process_end_unlink_record(field)
        self.assertEqual(fields.exists(), fields)

    def test_a_field_the_code_lost_goes(self):
        model = self.env["ir.model"]._get("res.partner")
        lost = self.env["ir.model.fields"].create(
            {"name": "x_lost", "model_id": model.id, "ttype": "char"}
        )
        del self.registry["res.partner"]._fields__["x_lost"]
        self.env["ir.model.data"]._process_end_unlink_record(lost)
        self.assertFalse(lost.exists())
