from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.service import model as service_model
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger


class Raced(SerializationFailure):
    pgcode = "40001"


def race(*_args, **_kwargs):
    raise Raced("could not serialize access due to concurrent update")


@tagged("post_install", "-at_install")
class TestPortalRace(HttpCase):
    def test_a_creditor_who_loses_a_race_reads_what_to_do(self):
        self.patch(service_model.random, "uniform", lambda _low, _high: 0.0)
        new_test_user(
            self.env, "t_racer", groups="base.group_portal", password="t_racer_1"
        )
        self.authenticate("t_racer", "t_racer_1")
        with (
            patch.object(self.registry["ir.http"], "_dispatch", race),
            mute_logger("odoo.http"),
        ):
            answer = self.url_open("/my", allow_redirects=False)
        self.assertEqual(answer.status_code, 409)
        self.assertIn("read the record again", answer.text)
        self.assertNotIn("serialize", answer.text)
