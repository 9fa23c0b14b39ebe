from odoo import models
from odoo.orm.model_classes import add_to_registry
from odoo.tests import tagged

from .common import SrmCase

PLACE = "srm.test.place"
RULE = """([(1, '=', 1)] if not user.srm_territory_ids else
 ['|', ('territory_id', '=', False),
  ('territory_id', 'child_of', user.srm_territory_ids.ids)])"""


def place_model():
    """A model of this test only: there is no table for it elsewhere."""

    class Place(models.Model):
        _name = PLACE
        _description = "Place of the tests"
        _inherit = "srm.territory.mixin"
        _module = "srm_base"

    # Else a registry loaded later in the same process would hold it too.
    models.MetaModel._module_to_models__["srm_base"].remove(Place)
    return Place


@tagged("post_install", "-at_install")
class TestSrmTerritoryMixin(SrmCase):
    """The record rule that the documentation of the mixin prescribes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.addClassCleanup(cls.forget_model)
        add_to_registry(cls.registry, place_model())
        cls.registry._setup_models__(cls.env.cr, [PLACE])
        cls.registry.init_models(cls.env.cr, [PLACE], {"models_to_check": True})
        model = cls.env["ir.model"]._get(PLACE)
        cls.env["ir.model.access"].create(
            {
                "name": "test place",
                "model_id": model.id,
                "group_id": cls.env.ref("srm_base.group_user").id,
                "perm_read": True,
            }
        )
        cls.env["ir.rule"].create(
            {"name": "test place", "model_id": model.id, "domain_force": RULE}
        )
        territory = cls.env["srm.territory"]
        cls.tiznit = territory.search([("code", "=", "09.581")])
        cls.tata = territory.search([("code", "=", "09.551")])
        in_tiznit = territory.search([("code", "=", "09.581.01.07")])
        in_tata = territory.search([("code", "=", "09.551.01.07")])
        cls.places = cls.env["srm.test.place"].create(
            [
                {"territory_id": in_tiznit.id},
                {"territory_id": in_tata.id},
                {"territory_id": False},
            ]
        )

    @classmethod
    def forget_model(cls):
        """Other tests must not follow the links to a table that is rolled back."""
        del cls.registry[PLACE]
        cls.registry._setup_models__(cls.env.cr, [])

    def seen_by(self, user):
        return self.env["srm.test.place"].with_user(user).search([])

    def test_province_is_stored(self):
        self.assertEqual(self.places.mapped("province_id"), self.tiznit | self.tata)

    def test_without_territories_the_whole_company(self):
        self.assertEqual(self.seen_by(self.user("finance_officer")), self.places)

    def test_a_provincial_user_sees_the_province_and_what_has_no_place(self):
        user = self.user("finance_officer", srm_territory_ids=self.tiznit.ids)
        self.assertEqual(self.seen_by(user), self.places[0] | self.places[2])

    def test_a_change_of_territories_counts_at_once(self):
        user = self.user("finance_officer", srm_territory_ids=self.tiznit.ids)
        self.assertNotIn(self.places[1], self.seen_by(user))
        user.srm_territory_ids |= self.tata
        self.assertEqual(self.seen_by(user), self.places)
        user.srm_territory_ids = self.tiznit
        self.assertNotIn(self.places[1], self.seen_by(user))
