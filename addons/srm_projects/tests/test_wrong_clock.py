"""What the schedulers made by a clock that was wrong is taken back when it is right."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from .common_works import WorksCase
from .test_srm_telemetry import TelemetryCase, at

YEAR = timedelta(days=365)


def made_ahead(records):
    """For the database, a year from now."""
    records.env.flush_all()
    records.env.cr.execute(
        f"UPDATE {records._table} SET create_date = create_date + interval '1 year'"
        " WHERE id = ANY(%s)",
        [records.ids],
    )
    records.invalidate_recordset()


@tagged("post_install", "-at_install")
class TestTelemetryClock(TelemetryCase):
    def test_a_last_point_of_the_future_gives_way_to_the_next(self):
        channel = self.channel()
        self.send([["C1", at(0), 5]])
        channel._by_code().write(
            {"last_moment": fields.Datetime.now() + YEAR, "last_value": 99}
        )
        self.send([["C1", at(15), 6]])
        self.assertEqual(channel.last_value, 6)
        self.assertLess(channel.last_moment, fields.Datetime.now())


@tagged("post_install", "-at_install")
class TestFreezeClock(WorksCase):
    def test_a_month_frozen_before_it_was_over(self):
        snapshots = self.env["srm.project.snapshot"]
        project = self.project()
        early = snapshots.create(
            {
                "project_id": project.id,
                "company_id": self.env.company.id,
                "date": fields.Date.today() + YEAR,
            }
        )
        before = snapshots.create(
            {
                "project_id": project.id,
                "company_id": self.env.company.id,
                "date": fields.Date.today() - YEAR,
            }
        )
        made_ahead(early)
        with patch.object(self.registry["project.project"], "_srm_freeze_month"):
            self.env["project.project"]._cron_srm_freeze()
        self.assertFalse(early.exists())
        self.assertTrue(before.exists(), "a memory stays")
