import base64
import datetime
import json
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .test_srm_water_balance import SupplyCase

GATEWAY = "srm_projects.group_telemetry_gateway"
START = datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC)


def at(minutes: int) -> str:
    return (START + datetime.timedelta(minutes=minutes)).isoformat()


class TelemetryCase(SupplyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gateway = cls._user("t_gateway", GATEWAY)

    def channel(self, code="C1", **values):
        return (
            self.env["srm.telemetry.channel"]
            .with_user(self.network_officer)
            .create(
                {
                    "code": code,
                    "name": f"Channel {code}",
                    "gateway_id": self.gateway.id,
                    **values,
                }
            )
        )

    def send(self, points, user=None):
        channels = self.env["srm.telemetry.channel"].with_user(user or self.gateway)
        return channels._receive(json.dumps({"points": points}).encode())

    def check(self):
        """The scheduled job, without its commits."""
        cron = self.env.registry["ir.cron"]
        with patch.object(cron, "_commit_progress", return_value=60):
            self.env["srm.telemetry.finding"]._cron_check()

    def blocks(self, channel):
        return self.env["srm.telemetry.block"].search([("channel_id", "=", channel.id)])


@tagged("post_install", "-at_install")
class TestTelemetry(TelemetryCase):
    def test_sent_twice_changes_nothing(self):
        channel = self.channel()
        points = [["C1", at(0), 5.5], ["C1", at(15), 6], ["C1", at(1440), 7]]
        found = self.send(points)
        self.assertEqual((found["added"], found["refused"]), (3, 0))
        again = self.send(points)
        self.assertEqual((again["added"], again["unchanged"]), (0, 3))
        corrected = self.send([["C1", at(15), 8]])
        self.assertEqual((corrected["added"], corrected["changed"]), (0, 1))
        second, first = self.blocks(channel)
        self.assertEqual((first.count, first.low, first.high), (2, 5.5, 8))
        self.assertEqual(channel.last_value, 7)
        self.send([["C1", at(30), 1]])
        self.assertEqual(channel.last_value, 7, "an older point is not the last one")
        points = second._points(channel, first.day, second.day)[channel.id]
        self.assertEqual([value for _moment, value in points], [5.5, 8, 1, 7])

    def test_as_many_queries_for_many_points(self):
        """A request costs the same queries whatever it holds."""
        for code in ("C1", "C2", "C3"):
            self.channel(code)
        self.send([["C1", at(0), 1]])
        counts = []
        for points in (
            [["C1", at(0), 2], ["C1", at(15), 1]],
            [[f"C{n % 3 + 1}", at(15 * n), n] for n in range(900)],
        ):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.send(points)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_what_is_refused_is_kept_with_its_reason(self):
        self.channel()
        found = self.send(
            [
                ["C1", at(0), 1],
                ["C9", at(0), 1],
                ["C1", "2026-03-02T00:00:00", 1],
                ["C1", at(0), "=cmd|x"],
                ["C1", 4_000_000_000, 1],
                ["C1"],
                "C1",
            ]
        )
        self.assertEqual((found["added"], found["refused"]), (1, 6))
        reasons = dict(found["reasons"])
        for number, word in ((2, "code"), (3, "zone"), (4, "number"), (5, "clock")):
            self.assertIn(word, reasons[number])
        delivery = self.env["srm.telemetry.delivery"].browse(found["delivery"])
        text = base64.b64decode(delivery.refused_file).decode("utf-8-sig")
        self.assertEqual(len(text.splitlines()), 7)
        self.assertIn("'=cmd", text)

    def test_a_body_that_is_no_list_of_points(self):
        channels = self.env["srm.telemetry.channel"].with_user(self.gateway)
        for body in (b"x", b"[]", b'{"points": 3}'):
            with self.assertRaises(UserError):
                channels._receive(body)
        with self.assertRaises(AccessError):
            self.send([], self.director)

    def test_range_jump_and_gap_are_found_once(self):
        channel = self.channel(bounded=True, low=0, high=50, jump=30)
        self.send([["C1", at(15 * n), 10] for n in range(8)])
        self.send([["C1", at(120), 60], ["C1", at(135), 10], ["C1", at(300), 10]])
        self.check()
        found = channel.finding_ids
        self.assertEqual(
            sorted(found.mapped("kind")), ["gap", "jump", "jump", "out_of_range"]
        )
        gap = found.filtered(lambda one: one.kind == "gap")
        gap.with_user(self.network_officer).write({"note": "Battery changed"})
        gap.with_user(self.network_officer).action_explain()
        self.send([["C1", at(315), 10]])
        self.check()
        self.assertEqual(len(channel.finding_ids), 4)
        self.assertEqual((gap.state, gap.note), ("explained", "Battery changed"))
        self.send([["C1", at(120), 20]])
        self.check()
        self.assertEqual(channel.finding_ids, gap)

    def test_a_gap_over_midnight(self):
        channel = self.channel()
        self.send([["C1", at(0), 1]])
        self.check()
        self.send([["C1", at(1500), 1]])
        self.check()
        self.assertEqual(channel.finding_ids.mapped("kind"), ["gap"])

    def test_silent_until_it_sends_again(self):
        channel = self.channel()
        self.send([["C1", at(0), 1]])
        self.check()
        self.assertTrue(channel.silent)
        now = int(fields.Datetime.now().replace(tzinfo=datetime.UTC).timestamp())
        self.send([["C1", now, 1]])
        self.assertFalse(channel.silent)

    def test_night_flow_of_a_sector(self):
        """100 m³/h by day, 20 at night, 5 going out: what stays is 15 at night."""
        self.env.company.partner_id.tz = "UTC"
        sector = self.sector()
        self.channel("IN", sector_id=sector.id, direction="in", step=3600)
        self.channel("OUT", sector_id=sector.id, direction="out", step=3600)
        flows = [20 if 2 <= hour < 4 else 100 for hour in range(24)]
        self.send(
            [["IN", at(60 * hour), flow] for hour, flow in enumerate(flows)]
            + [["OUT", at(60 * hour), 5] for hour in range(24)]
        )
        self.check()
        night = sector.night_ids.filtered(lambda one: one.date == START.date())
        self.assertEqual(night.night_flow, 15)
        self.assertEqual(night.volume, 22 * 95 + 2 * 15)
        self.assertAlmostEqual(night.pseudo_yield, 100 - 100 * 15 * 24 / 2120, 2)
        self.send([["IN", at(120), 30], ["IN", at(180), 30]])
        self.check()
        self.assertEqual(night.night_flow, 25)

    def test_no_night_flow_without_the_hours(self):
        self.env.company.partner_id.tz = "UTC"
        sector = self.sector()
        self.channel("IN", sector_id=sector.id, direction="in", step=3600)
        self.send([["IN", at(60 * hour), 9] for hour in (1, 2, 5)])
        self.check()
        self.assertFalse(sector.night_ids)

    def test_points_of_a_file(self):
        channel = self.channel()
        text = (
            "channel;moment;value\n"
            "C1;02/03/2026 00:00;12,5\n"
            "C1;2026-03-02 00:15;13\n"
            "C9;2026-03-02 00:15;13\n"
        )
        wizard = (
            self.env["srm.telemetry.file"]
            .with_user(self.network_officer)
            .create(
                {
                    "file": base64.b64encode(text.encode()),
                    "file_name": "points.csv",
                    "tz": "Africa/Casablanca",
                }
            )
        )
        delivery = self.env["srm.telemetry.delivery"].browse(
            wizard.action_read()["res_id"]
        )
        self.assertEqual((delivery.added, delivery.refused), (2, 1))
        self.assertEqual(delivery.file_name, "points.csv")
        (block,) = self.blocks(channel)
        self.assertEqual((block.count, block.low, block.high), (2, 12.5, 13))
        wizard.file = base64.b64encode(b"%PDF-1.4")
        with self.assertRaises(UserError):
            wizard.action_read()

    def test_regulator_off_its_set_point(self):
        sector = self.sector()
        after = self.channel("P", quantity="pressure", sector_id=sector.id)
        regulator = self.env["srm.pressure.regulator"].create(
            {
                "code": "R",
                "name": "R",
                "sector_id": sector.id,
                "kind": "night",
                "setpoint_day": 45,
                "setpoint_night": 30,
                "tolerance": 3,
                "downstream_id": after.id,
            }
        )
        self.assertFalse(regulator.off)
        self.send([["P", at(0), 31]])
        self.assertEqual((regulator.gap, regulator.off), (1, False))
        self.send([["P", at(15), 60]])
        self.assertEqual((regulator.gap, regulator.off), (15, True))
        self.assertIn(
            regulator, regulator.search([("off", "=", True)]), "found by the filter"
        )

    def test_page_of_a_year_and_of_a_day(self):
        sector = self.sector()
        self.channel("F", sector_id=sector.id, direction="in")
        now = int(fields.Datetime.now().replace(tzinfo=datetime.UTC).timestamp())
        self.send([["F", now - 900 * n, n] for n in range(200)])
        page = self.env["srm.telemetry.page"].with_user(self.director)
        for period in ("day", "week", "month", "year"):
            data = page.get_dashboard({"sector": sector.id, "period": period})
            (chart,) = data["charts"]
            self.assertTrue(chart["labels"], period)

    def test_territory_and_roles(self):
        sector = self.sector()
        channel = self.channel(sector_id=sector.id)
        far = new_test_user(
            self.env, "t_far", groups="srm_projects.group_network_officer"
        )
        far.srm_territory_ids = self.other_province
        self.assertNotIn(channel, channel.with_user(far).search([]))
        self.send([["C1", at(0), 1]])
        self.assertFalse(
            self.env["srm.telemetry.block"]
            .with_user(far)
            .search([("channel_id", "=", channel.id)])
        )
        for user in (self.director, self.manager, self.gateway):
            with self.assertRaises(AccessError):
                channel.with_user(user).step = 60
        with self.assertRaises(AccessError):
            self.env["srm.sector"].with_user(self.gateway).search([])

    def test_a_key_only_for_an_account_that_only_sends(self):
        wizard = self.env["srm.telemetry.key"].with_user(self.network_manager)
        key = wizard.create({"user_id": self.gateway.id, "days": 30})
        key.action_issue()
        self.assertTrue(key.key)
        for user in (self.network_officer, self.director):
            with self.assertRaisesRegex(UserError, "other rights"):
                wizard.create({"user_id": user.id}).action_issue()
        with self.assertRaises(AccessError):
            self.env["srm.telemetry.key"].with_user(self.network_officer).create(
                {"user_id": self.gateway.id}
            )


@tagged("post_install", "-at_install")
class TestTelemetryEndpoint(HttpCase):
    URL = "/srm/telemetry/v1/points"

    def setUp(self):
        super().setUp()
        self.gateway = new_test_user(self.env, "t_machine", groups=GATEWAY)
        manager = new_test_user(
            self.env, "t_chief", groups="srm_projects.group_network_manager"
        )
        wizard = (
            self.env["srm.telemetry.key"]
            .with_user(manager)
            .create({"user_id": self.gateway.id, "days": 30})
        )
        wizard.action_issue()
        self.key = wizard.key
        self.channel = self.env["srm.telemetry.channel"].create(
            {"code": "HTTP-1", "name": "Test", "gateway_id": self.gateway.id}
        )

    def post(self, body, key=None, **headers):
        if key:
            headers["Authorization"] = f"Bearer {key}"
        return self.url_open(
            self.URL, data=body, headers={"Content-Type": "application/json", **headers}
        )

    def test_points_with_a_key(self):
        body = json.dumps({"points": [["HTTP-1", at(0), 4.2], ["NO", at(0), 1]]})
        answer = self.post(body, self.key)
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.json()["added"], 1)
        self.assertEqual(answer.json()["refused"], 1)
        self.channel.invalidate_recordset()
        self.assertEqual(self.channel.last_value, 4.2)

    def test_without_a_key_nothing_enters(self):
        body = json.dumps({"points": [["HTTP-1", at(0), 4.2]]})
        for key in (None, "0" * 40, self.key[:-1] + "x"):
            self.assertEqual(self.post(body, key).status_code, 401)
        self.assertEqual(self.url_open(f"{self.URL}?points=1").status_code, 405)
        self.channel.invalidate_recordset()
        self.assertFalse(self.channel.last_moment)

    def test_an_expired_key_is_refused(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_users_apikeys SET expiration_date = now() - interval '1 day'"
            " WHERE user_id = %s",
            [self.gateway.id],
        )
        self.env.registry.clear_cache()
        answer = self.post(json.dumps({"points": []}), self.key)
        self.assertEqual(answer.status_code, 401)

    def test_errors_are_said(self):
        self.assertEqual(self.post("x", self.key).status_code, 400)
        self.assertIn("points", self.post("{}", self.key).json()["error"])
        self.gateway.group_ids = [Command.set(self.env.ref("base.group_portal").ids)]
        self.assertEqual(self.post('{"points": []}', self.key).status_code, 403)
