from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common_management import ManagementCase


@tagged("post_install", "-at_install")
class TestMeasuringDevice(ManagementCase):
    def _device(self, *checks):
        """Checks: (months ago, result)."""
        today = fields.Date.context_today(self.env.user)
        return (
            self.env["srm.measuring.device"]
            .with_user(self.hse)
            .create(
                {
                    "name": "Four-gas detector",
                    "serial": f"T-{self.env['srm.measuring.device'].search_count([])}",
                    "quantity": "O2, LEL, H2S, CO",
                    "site_id": self.site.id,
                    "check_ids": [
                        Command.create(
                            {
                                "date": today - relativedelta(months=months),
                                "laboratory": "Laboratory",
                                "certificate": f"C-{months}",
                                "result": result,
                            }
                        )
                        for months, result in checks
                    ],
                }
            )
        )

    def test_last_check_decides(self):
        device = self._device((20, "fit"), (2, "fit"))
        self.assertEqual((device.fit, device.late), (True, False))
        self.assertEqual(device.next_check, device.last_check + relativedelta(years=1))
        unfit = self._device((8, "fit"), (1, "unfit"))
        self.assertEqual((unfit.fit, unfit.late), (False, True))

    def test_never_checked_or_long_ago_is_not_to_be_used(self):
        never, old = self._device(), self._device((13, "fit"))
        good = self._device((1, "fit"))
        mine = never | old | good
        late = mine.search([("id", "in", mine.ids), ("late", "=", True)])
        self.assertEqual(late, never | old)
        self.assertEqual(mine.filtered("late"), late)

    def test_reminder_once(self):
        device = self._device((12, "fit"))
        self.env["srm.measuring.device"]._cron_remind()
        self.env["srm.measuring.device"]._cron_remind()
        self.assertEqual(len(device.activity_ids), 1)
        self.assertEqual(device.activity_ids.date_deadline, device.next_check)

    def test_roles(self):
        device = self._device((1, "fit"))
        self.assertTrue(device.with_user(self.director).fit)
        self.assertEqual(len(device.with_user(self.director).check_ids), 1)
        with self.assertRaises(AccessError):
            device.with_user(self.director).write({"quantity": "x"})
        with self.assertRaises(AccessError):
            device.check_ids.with_user(self.director).write({"certificate": "x"})
        with self.assertRaises(AccessError):
            device.with_user(self.staff).read(["name"])
