import json
import threading
import xmlrpc.client
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import SQL, mute_logger

from .test_srm_telemetry import GATEWAY, TelemetryCase, at


@tagged("post_install", "-at_install")
class TestTelemetryDoors(TelemetryCase):
    """A gateway sends the points of its channels, and what it replaces is kept."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_gateway = cls._user("t_other_gateway", GATEWAY)

    def corrections(self, channel):
        return self.env["srm.telemetry.correction"].search(
            [("channel_id", "=", channel.id)]
        )

    def test_a_point_of_another_gateways_channel_is_refused(self):
        mine, free = self.channel(), self.channel("FREE", gateway_id=False)
        found = self.send([["C1", at(0), 1], ["FREE", at(0), 1]], self.other_gateway)
        self.assertEqual((found["added"], found["refused"]), (0, 2))
        self.assertIn("bound to another gateway", found["reasons"][0][1])
        self.assertFalse(self.blocks(mine) | self.blocks(free))
        self.assertEqual(self.send([["C1", at(0), 1]])["added"], 1)

    def test_a_gateway_neither_binds_channels_nor_reads_those_of_others(self):
        channel = self.channel()
        self.assertFalse(channel.with_user(self.other_gateway).search([]))
        with self.assertRaises(AccessError):
            channel.with_user(self.other_gateway).read(["code"])
        for user in (self.gateway, self.other_gateway):
            with self.assertRaises(AccessError):
                channel.with_user(user).gateway_id = user
        self.assertEqual(channel.gateway_id, self.gateway)

    def test_a_correction_keeps_the_values_before(self):
        channel = self.channel()
        self.send([["C1", at(0), 5.5], ["C1", at(15), 6], ["C1", at(1440), 7]])
        self.assertFalse(self.corrections(channel))
        self.send([["C1", at(0), 5.5], ["C1", at(15), 8], ["C1", at(1440), 9]])
        second, first = self.corrections(channel)
        self.assertEqual(first._values(), {15 * 60: 6.0})
        self.assertEqual(second._values(), {0: 7.0})
        self.assertEqual((first.user_id, first.count), (self.gateway, 1))
        self.assertTrue(first.moment)
        self.assertEqual(first.with_user(self.network_officer).before, "0:15:00  6")
        self.send([["C1", at(15), 10]])
        last = self.corrections(channel)[0]
        self.assertEqual(last._values(), {15 * 60: 8.0})
        self.assertEqual(channel.correction_count, 3)

    def test_nobody_changes_what_was_replaced(self):
        channel = self.channel()
        self.send([["C1", at(0), 1]])
        self.send([["C1", at(0), 2]])
        kept = self.corrections(channel)
        for user in (self.network_officer, self.manager, self.director, self.gateway):
            mine = kept.with_user(user)
            for attack in (
                lambda mine=mine: mine.write({"count": 0}),
                lambda mine=mine: mine.write({"data": False}),
                mine.unlink,
                lambda mine=mine: mine.create({"channel_id": channel.id}),
            ):
                with self.assertRaises(UserError):
                    attack()
        for query in (
            SQL("UPDATE srm_telemetry_correction SET data = %s", b""),
            SQL("DELETE FROM srm_telemetry_correction"),
        ):
            with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
                with self.env.cr.savepoint():
                    self.env.cr.execute(query)
        self.assertEqual(kept._values(), {0: 1.0})

    def test_the_key_is_in_no_column_of_the_database(self):
        wizard = self.env["srm.telemetry.key"].with_user(self.network_manager)
        issued = wizard.create({"user_id": self.gateway.id, "days": 30})
        action = issued.action_issue()
        key = action["context"]["default_key"]
        self.assertEqual(len(key), 40)
        shown = self.env["srm.telemetry.key"].with_user(self.network_manager)
        shown = shown.with_context(**action["context"])
        self.assertEqual(shown.default_get(["key"])["key"], key)
        shown.create({"user_id": self.gateway.id, "key": key})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(issued.key)
        self.env.cr.execute("SELECT * FROM srm_telemetry_key")
        self.assertNotIn(key, str(self.env.cr.fetchall()))
        self.env.cr.execute("SELECT * FROM res_users_apikeys")
        self.assertNotIn(key, str(self.env.cr.fetchall()))
        self.assertFalse(self.tables_that_hold(key))

    def tables_that_hold(self, text):
        self.env.cr.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        found = []
        for (table,) in self.env.cr.fetchall():
            name = SQL.identifier(table)
            self.env.cr.execute(
                SQL("SELECT 1 FROM %s t WHERE strpos(t::text, %s) > 0", name, text)
            )
            found += [table] if self.env.cr.rowcount else []
        return found

    def test_a_manager_makes_keys_of_gateways_only(self):
        for user in (self.manager, self.env.ref("base.user_admin")):
            with self.assertRaises(UserError):
                wizard = self.env["srm.telemetry.key"].with_user(self.network_manager)
                wizard.create({"user_id": user.id, "days": 30}).action_issue()


@tagged("post_install", "-at_install")
class TestTelemetryKey(HttpCase):
    """The key of a gateway opens the endpoint of the points and nothing else."""

    POINTS = "/srm/telemetry/v1/points"

    def setUp(self):
        super().setUp()
        self.gateway = new_test_user(self.env, "door_machine", groups=GATEWAY)
        manager = new_test_user(
            self.env, "door_chief", groups="srm_projects.group_network_manager"
        )
        wizard = self.env["srm.telemetry.key"].with_user(manager)
        issued = wizard.create({"user_id": self.gateway.id, "days": 30})
        self.key = issued.action_issue()["context"]["default_key"]
        self.channel = self.env["srm.telemetry.channel"].create(
            {"code": "DOOR-1", "name": "Test", "gateway_id": self.gateway.id}
        )

    def post(self, url, key=None, body=None):
        headers = {"Content-Type": "application/json"}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        return self.url_open(url, data=json.dumps(body or {}), headers=headers)

    def points(self, key):
        body = {"points": [["DOOR-1", at(0), 1]]}
        return self.post(self.POINTS, key, body).status_code

    def rpc(self, service, method, *args):
        params = {"service": service, "method": method, "args": args}
        return self.post("/jsonrpc", body={"jsonrpc": "2.0", "params": params}).json()

    def test_it_opens_its_endpoint(self):
        self.assertEqual(self.points(self.key), 200)

    @mute_logger("odoo.http", "odoo.addons.rpc.controllers.jsonrpc")
    def test_it_opens_nothing_else(self):
        for call in ("res.users/context_get", "srm.telemetry.channel/search_read"):
            answer = self.post(f"/json/2/{call}", self.key)
            self.assertIn(answer.status_code, (401, 403), call)
        for page in ("/odoo", "/web", "/my", "/my/home", "/srm/m/attendance"):
            headers = {"Authorization": f"Bearer {self.key}"}
            answer = self.url_open(page, headers=headers, allow_redirects=False)
            self.assertEqual(answer.status_code, 303, page)
            self.assertIn("/web/login", answer.headers["Location"])
        database, login = self.env.cr.dbname, self.gateway.login
        found = self.rpc("common", "authenticate", database, login, self.key, {})
        self.assertFalse(found["result"])
        args = (database, self.gateway.id, self.key, "res.users", "context_get")
        self.assertIn("error", self.rpc("object", "execute", *args))

    @mute_logger("odoo.http", "odoo.addons.rpc.controllers.xmlrpc")
    def test_it_opens_nothing_by_xmlrpc(self):
        database, login = self.env.cr.dbname, self.gateway.login
        for path in ("/xmlrpc/common", "/xmlrpc/2/common"):
            for method, more in (("login", ()), ("authenticate", ({},))):
                found = self.xmlrpc(path, method, database, login, self.key, *more)
                self.assertFalse(found, path)
        args = (database, self.gateway.id, self.key)
        for path in ("/xmlrpc/object", "/xmlrpc/2/object"):
            for model in ("res.users", "srm.telemetry.channel"):
                with self.assertRaises(xmlrpc.client.Fault):
                    call = (model, "search_read", [[]])
                    self.xmlrpc(path, "execute_kw", *args, *call)

    def xmlrpc(self, path, method, *args):
        body = xmlrpc.client.dumps(args, method)
        headers = {"Content-Type": "text/xml"}
        answer = self.url_open(path, data=body, headers=headers)
        return xmlrpc.client.loads(answer.text)[0][0]

    @mute_logger("odoo.http")
    def test_it_opens_no_session(self):
        database, login = self.env.cr.dbname, self.gateway.login
        params = {"db": database, "login": login, "password": self.key}
        call = {"jsonrpc": "2.0", "params": params}
        answer = self.post("/web/session/authenticate", body=call).json()
        self.assertFalse(answer.get("result", {}).get("uid"))

    @mute_logger("odoo.http")
    def test_it_opens_no_other_page_of_the_suite(self):
        """Whatever pages there are: those for the signed in, and those for keys."""
        thread = threading.current_thread()
        with patch.object(thread, "dbname", self.env.cr.dbname, create=True):
            rules = list(self.env["ir.http"].routing_map().iter_rules())
        paths = {
            rule.rule: rule.endpoint.routing
            for rule in rules
            if rule.rule.startswith(("/srm/", "/web/dataset/", "/my/"))
            and "<" not in rule.rule
        }
        for path, routing in paths.items():
            if routing["auth"] in ("public", "none") or path == self.POINTS:
                continue
            with self.subTest(path):
                headers = {"Authorization": f"Bearer {self.key}"}
                answer = self.url_open(path, headers=headers, allow_redirects=False)
                self.assertIn(answer.status_code, (303, 400, 401, 403, 404, 405, 415))

    @mute_logger("odoo.http", "odoo.addons.rpc.controllers.jsonrpc")
    def test_a_password_opens_nothing_either(self):
        self.gateway.password = "a password somebody gave it"
        database, login = self.env.cr.dbname, self.gateway.login
        account = (database, login, "a password somebody gave it", {})
        self.assertFalse(self.rpc("common", "authenticate", *account)["result"])

    def test_keys_of_people_do_not_send_points(self):
        officer = new_test_user(
            self.env, "door_officer", groups="srm_projects.group_network_officer"
        )
        keys = self.env["res.users.apikeys"].with_user(officer).sudo()
        for scope in ("rpc", None):
            self.assertEqual(self.points(keys._generate(scope, "x", False)), 401)
        self.channel.invalidate_recordset()
        self.assertFalse(self.channel.last_moment)
