import base64
import datetime
import io
import json
from itertools import pairwise

import xlsxwriter
from psycopg2.errors import SerializationFailure

from odoo.service import model as service_model
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_srm_telemetry import START, TelemetryCase, TestTelemetryEndpoint, at

GOOD = 7


@tagged("post_install", "-at_install")
class TestPoisonedPoints(TelemetryCase):
    """A point that cannot be is refused with its place and reason, the others kept."""

    def raw(self, *points):
        """A body as no JSON library writes it."""
        body = ", ".join(points)
        channels = self.env["srm.telemetry.channel"].with_user(self.gateway)
        return channels._receive(b'{"points": [' + body.encode() + b"]}")

    def test_each_kind_beside_good_points(self):
        channel = self.channel()
        huge, deep = "1" + "0" * 400, "[" * 500 + "]" * 500
        poison = {
            f'["C1", {huge}, 1]': "clock",
            f'["C1", "{huge}", 1]': "read",
            f'["C1", {START.timestamp():.0f}, {huge}]': "sensor",
            f'["C1", {START.timestamp():.0f}, -1e13]': "sensor",
            f'["C1", "{at(0)}", 1e999]': "sensor",
            f'["C1", "{at(0)}", NaN]': "number",
            f'["C1", "{at(0)}", "NaN"]': "number",
            f'["C1", "{at(0)}", -Infinity]': "sensor",
            '["C1", NaN, 1]': "read",
            f'["C1", "{at(0)}", "1_000"]': "number",
            f'["C1", "{at(0)}", "١٢"]': "number",
            f'["C1", "{at(0)}", true]': "number",
            f'["C1", "{at(0)}", null]': "number",
            f'["C1", "{at(0)}", {{}}]': "number",
            f'["C1", "{at(0)}", {deep}]': "number",
            f'["C1", {deep}, 1]': "read",
            f'[{deep}, "{at(0)}", 1]': "code",
            '["C1", "9999-12-31T23:59:59Z", 1]': "clock",
            '["C1", "9999-12-31T23:59:59-12:00", 1]': "clock",
            '["C1", "0001-01-01T00:00:00+14:00", 1]': "clock",
            '["C1", true, 1]': "read",
            '["C1", "²²", 1]': "read",
            f'["\\ud800", "{at(0)}", 1]': "code",
            '["C1", "\\udfff", 1]': "read",
            f'["C1", "{at(0)}", "\\ud800"]': "number",
            f'["\\u0000", "{at(0)}", 1]': "code",
            f'[["C1"], "{at(0)}", 1]': "code",
            f'[null, "{at(0)}", 1]': "code",
            '"C1a"': "a point is",
            '{"a": 1, "b": 2, "c": 3}': "a point is",
            "[]": "a point is",
            "12": "a point is",
        }
        good = f'["C1", "{at(GOOD)}", 5.5]'
        sent = [good, *poison, f'["C1", "{at(GOOD + 1)}", 6]']
        found = self.raw(*sent)
        self.assertEqual((found["added"], found["refused"]), (2, len(poison)))
        reasons = dict(found["reasons"])
        for number, (point, word) in enumerate(poison.items(), start=2):
            self.assertIn(word, reasons[number], point[:80])
        (block,) = self.blocks(channel)
        self.assertEqual((block.count, block.low, block.high), (2, 5.5, 6))
        delivery = self.env["srm.telemetry.delivery"].browse(found["delivery"])
        kept = base64.b64decode(delivery.refused_file).decode("utf-8-sig")
        self.assertEqual(len(kept.splitlines()), len(poison) + 1)
        self.assertLess(len(kept), 20_000)

    def test_a_point_that_no_parser_reads(self):
        self.channel()
        good = f'["C1", "{at(0)}", 1]', f'["C1", "{at(15)}", 2]'
        for poison in ("[" * 100_000 + "]" * 100_000, '["C1", 1.2.3, 4]', "", "x"):
            found = self.raw(good[0], poison, good[1])
            self.assertEqual((found["received"], found["refused"]), (3, 1))
            self.assertEqual([number for number, _text in found["reasons"]], [2])

    def test_bytes_that_are_no_text(self):
        self.channel()
        body = b'{"points": [["C\xff", 1, 1], ["C1", "%s", 2]]}' % at(0).encode()
        channels = self.env["srm.telemetry.channel"].with_user(self.gateway)
        found = channels._receive(body)
        self.assertEqual((found["added"], found["refused"]), (1, 1))

    def test_two_values_for_one_moment(self):
        channel = self.channel()
        found = self.send([["C1", at(0), 1], ["C1", at(0), 99], ["C1", at(0), 1]])
        self.assertEqual(
            (found["added"], found["unchanged"], found["refused"]), (1, 1, 1)
        )
        self.assertEqual([number for number, _text in found["reasons"]], [2])
        self.assertIn("another value", found["reasons"][0][1])
        self.assertEqual(self.blocks(channel).high, 1)

    # Files

    def read_file(self, content, name="points.csv"):
        wizard = (
            self.env["srm.telemetry.file"]
            .with_user(self.network_officer)
            .create(
                {
                    "file": base64.b64encode(content),
                    "file_name": name,
                    "tz": "Africa/Casablanca",
                }
            )
        )
        delivery = self.env["srm.telemetry.delivery"]
        return delivery.browse(wizard.action_read()["res_id"])

    def csv(self, moments):
        lines = [f"C1;{moment};{100 + n}" for n, moment in enumerate(moments)]
        return "\n".join(["canal;moment;valeur", *lines]).encode()

    def test_the_hour_the_clock_shows_twice(self):
        """15/02/2026: at three it is two again. The order tells the passes apart."""
        channel = self.channel()
        hours = [0, 1, 2, 2, 3, 4]
        moments = [
            f"15/02/2026 {hour:02}:{minute:02}"
            for hour in hours
            for minute in (0, 15, 30, 45)
        ]
        delivery = self.read_file(self.csv(moments))
        self.assertEqual((delivery.added, delivery.refused), (24, 0))
        blocks = self.blocks(channel)
        self.assertEqual(sum(blocks.mapped("count")), 24)
        points = blocks._points(channel, min(blocks.mapped("day")), blocks[0].day)
        values = [value for _moment, value in points[channel.id]]
        self.assertEqual(
            values, [100 + n for n in range(24)], "nothing is written over"
        )
        moments = [moment for moment, _value in points[channel.id]]
        steps = {later - earlier for earlier, later in pairwise(moments)}
        self.assertEqual(steps, {900})

    def test_half_of_that_hour_says_nothing(self):
        self.channel()
        moments = ["15/02/2026 01:30", "15/02/2026 02:15", "15/02/2026 03:30"]
        delivery = self.read_file(self.csv(moments))
        self.assertEqual((delivery.added, delivery.refused), (2, 1))
        text = base64.b64decode(delivery.refused_file).decode("utf-8-sig")
        self.assertIn("twice", text)

    def test_an_hour_the_clock_left_out(self):
        self.channel()
        moments = ["22/03/2026 01:45", "22/03/2026 02:15", "22/03/2026 03:00"]
        delivery = self.read_file(self.csv(moments))
        self.assertEqual((delivery.added, delivery.refused), (2, 1))

    def test_midnight_in_a_workbook(self):
        """A date cell of midnight has no hours: 23:00 to 00:45 are eight points."""
        channel = self.channel()
        stream = io.BytesIO()
        book = xlsxwriter.Workbook(stream)
        sheet = book.add_worksheet()
        style = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        first = datetime.datetime(2026, 1, 10, 23)
        for row in range(8):
            moment = first + datetime.timedelta(minutes=15 * row)
            sheet.write_string(row, 0, "C1")
            sheet.write_datetime(row, 1, moment, style)
            sheet.write_number(row, 2, row)
        book.close()
        delivery = self.read_file(stream.getvalue(), "points.xlsx")
        self.assertEqual((delivery.added, delivery.refused), (8, 0))
        self.assertEqual(sum(self.blocks(channel).mapped("count")), 8)

    # Nights

    def test_nights_of_the_days_on_which_the_clock_is_changed(self):
        """100 m³/h all the time: 25 hours bring 2,500 m³, 23 hours 2,300."""
        self.env.company.partner_id.tz = "Africa/Casablanca"
        sector = self.sector()
        self.channel("IN", sector_id=sector.id, direction="in", step=3600)
        for first, days in (
            (datetime.date(2026, 2, 13), 4),
            (datetime.date(2026, 3, 20), 5),
        ):
            start = datetime.datetime.combine(first, datetime.time(), datetime.UTC)
            seconds = int(start.timestamp())
            self.send(
                [["IN", seconds + 3600 * hour, 100] for hour in range(24 * days + 3)]
            )
        self.check()
        nights = {night.date: night for night in sector.night_ids}
        longer = nights[datetime.date(2026, 2, 15)]
        shorter = nights[datetime.date(2026, 3, 22)]
        plain = nights[datetime.date(2026, 3, 21)]
        self.assertEqual((longer.night_flow, longer.volume), (100, 2500))
        self.assertEqual((shorter.night_flow, shorter.volume), (100, 2300))
        self.assertEqual((plain.night_flow, plain.volume), (100, 2400))


@tagged("post_install", "-at_install")
class TestMachineAnswers(TestTelemetryEndpoint):
    """Whatever is sent, the answer is JSON that says what to do."""

    def test_bodies_nobody_can_read(self):
        deep = '{"points":' + "[" * 100_000 + "]" * 100_000 + "}"
        for body in (deep, " ", "{", '{"points": {}}', "\x00", '"points"', "[1]"):
            answer = self.post(body, self.key)
            self.assertEqual(answer.status_code, 400, body[:20])
            self.assertIn("points", answer.json()["error"])

    def test_poison_over_the_wire(self):
        points = [
            f'["HTTP-1", "{at(0)}", 1]',
            f'["HTTP-1", 1{"0" * 5000}, 1]',
            '["\\ud800", 1, 1]',
            f'["HTTP-1", "{at(15)}", 2]',
        ]
        body = '{"points": [' + ", ".join(points) + "]}"
        answer = self.post(body, self.key)
        self.assertEqual(answer.status_code, 200)
        found = answer.json()
        self.assertEqual((found["added"], found["refused"]), (2, 2))

    def test_refusals_are_json_too(self):
        for key, status in ((None, 401), ("0" * 40, 401)):
            answer = self.post(json.dumps({"points": []}), key)
            self.assertEqual(answer.status_code, status)
            self.assertTrue(answer.json()["error"])
            self.assertIn("WWW-Authenticate", answer.headers)

    def test_a_race_is_a_request_to_send_again(self):
        channels = self.registry["srm.telemetry.channel"]
        self.patch(channels, "_receive", _raise(Raced()))
        self.patch(service_model.random, "uniform", lambda _low, _high: 0.0)
        answer = self.post(json.dumps({"points": []}), self.key)
        self.assertEqual(answer.status_code, 503)
        self.assertIn("Somebody else", answer.json()["error"])
        self.assertTrue(answer.headers["Retry-After"])

    def test_a_mistake_of_ours_is_said_as_such(self):
        channels = self.registry["srm.telemetry.channel"]
        self.patch(channels, "_receive", _raise(ZeroDivisionError()))
        with mute_logger("odoo.http"):
            answer = self.post(json.dumps({"points": []}), self.key)
        self.assertEqual(answer.status_code, 500)
        self.assertIn("operator", answer.json()["error"])


class Raced(SerializationFailure):
    pgcode = "40001"


def _raise(error):
    def receive(_self, _body):
        raise error

    return receive
