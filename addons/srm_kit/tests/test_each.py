from psycopg2 import InterfaceError

from odoo.exceptions import LockError, UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestEach(TransactionCase):
    """Scheduled work: one record that fails does not stop those behind it."""

    def setUp(self):
        super().setUp()
        self.partners = self.env["res.partner"].create(
            [{"name": f"Partner {n}"} for n in range(4)]
        )

    def work(self, error):
        def work(partner):
            partner.ref = "seen"
            if partner == self.partners[1]:
                raise error

        with mute_logger("odoo.addons.srm_kit.models.service.base_each"):
            return self.partners._each(work)

    def test_the_others_go_on_and_what_failed_is_undone(self):
        for error in (UserError("No"), ZeroDivisionError(), LockError("Held")):
            self.partners.ref = False
            done = self.work(error)
            self.assertEqual(done, self.partners - self.partners[1])
            self.assertEqual(
                self.partners.mapped("ref"), ["seen", False, "seen", "seen"]
            )

    def test_the_database_that_goes_away_stops_the_work(self):
        with self.assertRaises(InterfaceError):
            self.work(InterfaceError("connection already closed"))
