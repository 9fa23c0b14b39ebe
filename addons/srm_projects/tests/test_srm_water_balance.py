from decimal import Decimal

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common_works import WorksCase


class SupplyCase(WorksCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second_manager = cls._user("t_region", "srm_projects.group_network_manager")
        cls.month = fields.Date.subtract(
            fields.Date.start_of(cls.today, "month"), months=1
        )

    def sector(self, code="T-1", **values):
        return (
            self.env["srm.sector"]
            .with_user(self.network_officer)
            .create(
                {
                    "code": code,
                    "name": f"Sector {code}",
                    "service_id": self.water.id,
                    "territory_id": self.commune.id,
                    "km": 120,
                    **values,
                }
            )
        )

    def volume(self, sector=None, brought=1500000, billed=1150000, **values):
        sector = sector or self.sector()
        return (
            self.env["srm.water.balance"]
            .with_user(self.network_officer)
            .create(
                {
                    "sector_id": sector.id,
                    "month": self.month,
                    "brought_in": brought,
                    "billed_metered": billed,
                    **values,
                }
            )
        )


@tagged("post_install", "-at_install")
class TestWaterBalance(SupplyCase):
    def test_net_01_yield(self):
        volume = self.volume()
        self.assertEqual(volume.yield_primary, 76.67)
        self.assertEqual(volume.losses, 350000)
        self.assertEqual(volume.band, "medium")

    def test_wb_01_balance(self):
        volume = self.volume(
            brought=10000,
            billed=7000,
            billed_unmetered=500,
            unbilled_metered=200,
            unbilled_unmetered=100,
            unauthorised=300,
            meter_inaccuracy=400,
        )
        self.assertEqual((volume.billed, volume.losses), (7500, 2200))
        self.assertEqual((volume.real_losses, volume.nrw), (1500, 25))
        self.assertEqual((volume.yield_primary, volume.yield_p104), (75, 78))

    def test_dwh_05_an_exact_bound_has_one_band(self):
        for number, (billed, expected) in enumerate(
            ((800, "good"), (790, "medium"), (600, "medium"), (590, "weak"))
        ):
            volume = self.volume(self.sector(f"B-{number}"), 1000, billed)
            self.assertEqual(volume.band, expected)

    def test_more_billed_than_brought_in_is_an_alert(self):
        volume = self.volume(brought=1000, billed=1100)
        self.assertTrue(volume.mismatch)
        self.assertFalse(volume.band)
        self.assertIn("periods", volume.alert)

    def test_leakage_index_outside_its_limits_is_said(self):
        volume = self.volume(self.sector(connections=500, pressure=40, private_m=15))
        self.assertTrue(volume.ili)
        self.assertIn("5,000 connections", volume.alert)

    def test_two_levels_two_people(self):
        volume = self.volume()
        with self.assertRaises(AccessError):
            volume.action_validate_directorate()
        volume.with_user(self.network_manager).action_validate_directorate()
        with self.assertRaisesRegex(UserError, "somebody else"):
            volume.with_user(self.network_manager).action_validate_region()
        self.second_manager.srm_territory_ids = self.province
        with self.assertRaises(AccessError):
            volume.with_user(self.second_manager).action_validate_region()
        self.second_manager.srm_territory_ids = False
        volume.with_user(self.second_manager).action_validate_region()
        self.assertEqual(volume.state, "region")

    def test_own_entry_is_not_validated(self):
        volume = self.volume()
        volume.sudo().entered_by_id = self.network_manager
        with self.assertRaisesRegex(UserError, "somebody else"):
            volume.with_user(self.network_manager).action_validate_directorate()

    def test_refused_with_a_reason_then_corrected(self):
        volume = self.volume()
        volume.with_user(self.network_manager).action_validate_directorate()
        with self.assertRaisesRegex(UserError, "refused"):
            volume.brought_in = 1
        wizard = self.env["srm.water.balance.reject"].with_user(self.network_manager)
        wizard.create(
            {"volume_id": volume.id, "reason": "Wrong index"}
        ).action_confirm()
        self.assertEqual((volume.state, volume.rejection), ("draft", "Wrong index"))
        volume.write({"brought_in": 1400000, "billed_metered": 1150000})
        (log,) = volume.log_ids
        self.assertEqual((log.before, log.after), (1500000, 1400000))
        with self.assertRaises(UserError):
            log.sudo().after = 1

    def test_a_directorate_counts_where_no_part_does(self):
        whole = self.sector("D", kind="directorate")
        there = self.sector("E", kind="directorate", territory_id=self.other_commune.id)
        part = self.volume(self.sector("P"), 100, 80)
        double = self.volume(whole, 1000, 700)
        other = self.volume(there, 500, 400)
        records = part | double | other
        counted = records._counted([("id", "in", records.ids)])
        self.assertEqual(counted, part | other)

    def test_volumes_from_the_meters(self):
        here, next_one = self.sector("A"), self.sector("B")
        meters = self.env["srm.bulk.meter"].create(
            [
                {"code": "M1", "to_id": here.id},
                {"code": "M2", "from_id": here.id, "to_id": next_one.id},
            ]
        )
        for meter, volume in zip(meters, (1000, 300), strict=True):
            meter.reading_ids = [
                Command.create({"month": self.month, "volume": volume})
            ]
        record = self.volume(here, 1, 0)
        record.action_take_meters()
        self.assertEqual((record.brought_in, record.exported), (1000, 300))
        with self.assertRaisesRegex(UserError, "no meter"):
            self.volume(self.sector("C")).action_take_meters()

    def test_once_a_month_by_its_first_day(self):
        volume = self.volume()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                self.volume(volume.sector_id)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                self.volume(self.sector("Z"), month=self.month.replace(day=2))
        with self.assertRaises(ValidationError):
            self.volume(self.sector("F"), month=fields.Date.add(self.month, months=2))

    def test_dwh_04_shares_of_a_commercial_sector(self):
        one, two = self.sector("A"), self.sector("B")
        commercial = self.env["srm.commercial.sector"].create(
            {
                "code": "S1",
                "share_ids": [
                    Command.create({"sector_id": one.id, "share": 3}),
                    Command.create({"sector_id": two.id, "share": 3}),
                ],
            }
        )
        found = commercial._share(Decimal(1000))
        self.assertEqual([float(v) for v in found.values()], [500, 500])
        self.assertEqual(commercial.share_ids.mapped("effective"), [50, 50])

    def test_dwh_01_a_group_sums_its_sectors_once(self):
        sectors = self.sector("A", km=410.5) | self.sector("B", km=364.5)
        sectors |= self.sector("C", km=0)
        group = self.env["srm.sector.group"].create(
            {"name": "A+B+C", "sector_ids": [Command.set(sectors.ids)]}
        )
        self.assertEqual((group.km, group.with_length), (775, 2))

    def test_roles_and_territory(self):
        volume = self.volume()
        self.assertTrue(volume.with_user(self.director).yield_primary)
        for user in (self.director, self.manager):
            with self.assertRaises(AccessError):
                volume.with_user(user).brought_in = 1
        user = new_test_user(
            self.env, "t_far", groups="srm_projects.group_network_officer"
        )
        user.srm_territory_ids = self.other_province
        found = self.env["srm.water.balance"].with_user(user).search([])
        self.assertNotIn(volume, found)

    def test_dashboard(self):
        self.volume()
        page = self.env["srm.yield.dashboard"].with_user(self.director)
        data = page.get_dashboard({"province": self.province.id})
        cards = {card["key"]: card["value"] for card in data["cards"]}
        self.assertEqual(cards["yield"], 76.67)
        self.assertEqual(cards["waiting"], 1)
