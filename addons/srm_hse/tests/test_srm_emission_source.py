from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_management import ManagementCase


@tagged("post_install", "-at_install")
class TestEmissionSource(ManagementCase):
    def test_exclusion_without_reason_is_refused(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self._source("T-S1", self.diesel, perimeter_reason=False)

    def test_deciding_needs_the_reason_first(self):
        source = self._source(
            "T-S2", self.diesel, perimeter="undecided", perimeter_reason=False
        )
        with self.assertRaisesRegex(ValidationError, "Write the reason"):
            source.action_exclude()
        source.perimeter_reason = "Measured from next year"
        source.action_exclude()
        source.action_exclude()
        self.assertEqual(source.perimeter, "excluded")

    def test_cubic_metres_against_a_factor_per_kwh_are_refused(self):
        """Trap CB-03: 5000 m3 of gas times 0.205 per kWh."""
        gas_kwh = self.env.ref("srm_hse.emission_factor_fu_natgas_kwhnet_desnz26")
        with self.assertRaisesRegex(ValidationError, "cannot be multiplied"):
            self._source("T-S3", gas_kwh, entry_unit="m3")

    def test_cubic_metres_with_the_right_factor(self):
        gas_m3 = self.env.ref("srm_hse.emission_factor_fu_natgas_m3_desnz26")
        source = self._source("T-S4", gas_m3)
        line = self._line(self._statement(self._period()), source)
        line.quantity = 5000
        self.assertEqual(line.kgco2e, 10249.35)

    def test_megawatt_hours_are_converted(self):
        source = self._source("T-S5", self.grid, entry_unit="MWh")
        line = self._line(self._statement(self._period()), source)
        line.quantity = 3.2
        self.assertEqual(line.kgco2e, 1848.48)

    def test_ratio_of_bottles(self):
        butane = self.env.ref("srm_hse.emission_factor_fu_butane_kg_desnz26")
        source = self._source(
            "T-S6",
            butane,
            entry_unit="bottle of 12 kg",
            entry_ratio=12,
            ratio_note="Label",
        )
        line = self._line(self._statement(self._period()), source)
        line.quantity = 1
        self.assertAlmostEqual(line.kgco2e, 36.400568, places=6)

    def test_ratio_without_another_unit_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "the ratio is 1"):
            self._source("T-S7", self.diesel, entry_ratio=2)
