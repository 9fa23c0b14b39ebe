"""What the loser of a race reads, on every way in."""

import json
import xmlrpc.client
from unittest.mock import patch

from psycopg2.errors import (
    ForeignKeyViolation,
    SerializationFailure,
    UniqueViolation,
)

from odoo.exceptions import LockError
from odoo.modules.registry import Registry
from odoo.service import model as service_model
from odoo.tests import HttpCase, TransactionCase, get_db_name, new_test_user, tagged
from odoo.tools import mute_logger

ADVICE = "read the record again"


class Raced(SerializationFailure):
    """As the database raises it."""

    pgcode = "40001"


def race(*_args, **_kwargs):
    raise Raced("could not serialize access due to concurrent update")


def hold(*_args, **_kwargs):
    raise LockError("Cannot grab a lock on records")


@tagged("post_install", "-at_install")
class TestLosers(HttpCase):
    """A method of partners meets somebody else's call each time it is tried."""

    def setUp(self):
        super().setUp()
        self.patch(service_model.random, "uniform", lambda _low, _high: 0.0)
        self.user = new_test_user(
            self.env, "t_loser", groups="base.group_user", password="t_loser_1"
        )

    def call(self, loses=race):
        partners = self.registry["res.partner"]
        self.authenticate("t_loser", "t_loser_1")
        with patch.object(partners, "web_save", loses):
            answer = self.url_open(
                "/web/dataset/call_kw/res.partner/web_save",
                data=json.dumps(
                    {
                        "params": {
                            "model": "res.partner",
                            "method": "web_save",
                            "args": [[self.user.partner_id.id], {}, {}],
                            "kwargs": {},
                        }
                    }
                ),
                headers={"Content-Type": "application/json"},
            )
        return answer.json()["error"]["data"]

    def assertAdvised(self, text):
        self.assertIn(ADVICE, text)
        self.assertNotIn("serialize", text)
        self.assertNotIn("lock on records", text)

    def test_in_the_web_client(self):
        error = self.call()
        self.assertEqual(error["name"], "odoo.exceptions.UserError")
        self.assertAdvised(error["message"])
        self.assertTrue(error["context"]["srm_repeat"], "a phone sends it again")

    def test_a_lock_is_shown_as_a_refusal_not_as_a_fault(self):
        error = self.call(hold)
        self.assertEqual(error["name"], "odoo.exceptions.UserError")

    def test_by_xmlrpc(self):
        partners = self.registry["res.partner"]
        with (
            patch.object(partners, "search_count", race),
            self.assertRaises(xmlrpc.client.Fault) as raised,
        ):
            self.xmlrpc_object.execute_kw(
                *(self.env.cr.dbname, self.user.id, "t_loser_1"),
                *("res.partner", "search_count", [[]]),
            )
        self.assertAdvised(raised.exception.faultString)

    def test_on_a_page(self):
        self.authenticate("t_loser", "t_loser_1")
        with (
            patch.object(self.registry["ir.http"], "_dispatch", race),
            mute_logger("odoo.http"),
        ):
            answer = self.url_open("/web/login?redirect=/x", allow_redirects=False)
        self.assertEqual(answer.status_code, 409)
        self.assertAdvised(answer.text)

    def test_in_the_language_of_the_reader(self):
        """The sentence is looked up in the catalogue of the reader's language."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.user.lang = "fr_FR"
        asked = []

        def look_up(module, lang, source, args):
            asked.append((module, lang))
            return source % args if args else source

        with patch("odoo.addons.srm_kit.service.refusals.get_translation", look_up):
            self.call()
        self.assertIn(("srm_kit", "fr_FR"), asked)


@tagged("post_install", "-at_install")
class TestLock(TransactionCase):
    def test_the_record_is_named(self):
        """Another transaction holds the row, for real."""
        partner = self.env.ref("base.main_partner")
        with Registry(get_db_name()).cursor() as other:
            other.execute(
                "SELECT 1 FROM res_partner WHERE id = %s FOR UPDATE", [partner.id]
            )
            with self.assertRaisesRegex(LockError, ADVICE) as raised:
                partner.lock_for_update()
        self.assertIn(partner.display_name, str(raised.exception))

    @mute_logger("odoo.sql_db")
    def test_values_already_taken(self):
        """A unique index of which nobody wrote the message."""
        cr, partners = self.env.cr, self.env["res.partner"]
        cr.execute("CREATE UNIQUE INDEX t_ref ON res_partner (ref, id)")
        main = self.env.ref("base.main_partner")
        main.ref = "R-7"
        self.env.flush_all()
        with self.assertRaises(UniqueViolation) as raised, cr.savepoint():
            cr.execute(
                "INSERT INTO res_partner (id, ref, complete_name, autopost_bills)"
                " VALUES (%s, 'R-7', 'x', 'ask')",
                [main.id],
            )
        text = partners._sql_error_to_message_generic(raised.exception)
        self.assertIn("enter other values", text)
        self.assertNotIn("violates", text)

    @mute_logger("odoo.sql_db")
    def test_a_choice_that_was_deleted_meanwhile(self):
        cr = self.env.cr
        partner = self.env["res.partner"].create({"name": "Child"})
        with self.assertRaises(ForeignKeyViolation) as raised, cr.savepoint():
            cr.execute(
                "UPDATE res_partner SET parent_id = %s WHERE id = %s",
                [2**31 - 1, partner.id],
            )
        text = partner._sql_error_to_message_generic(raised.exception)
        self.assertIn("deleted meanwhile", text)
