import re
from datetime import date
from decimal import Decimal

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .contract_common import ContractCase
from .test_srm_contract import read_cases

MONTH0, MONTH = date(2024, 3, 20), date(2025, 6, 5)


@tagged("post_install", "-at_install")
class TestSrmRevisionFormula(ContractCase):
    def formula(self, fixed, terms):
        """Formula whose indices moved from 100 to ``100 x ratio``."""
        commands = []
        for rank, (weight, ratio) in enumerate(terms):
            index = self.env["srm.price.index"].create(
                {
                    "code": f"T{self.serial}{rank}",
                    "name": f"Indice {rank}",
                    "value_ids": [
                        Command.create({"month": MONTH0, "value": 100}),
                        Command.create({"month": MONTH, "value": 100 * ratio}),
                    ],
                }
            )
            commands.append(Command.create({"index_id": index.id, "weight": weight}))
        type(self).serial += 1
        return self.env["srm.revision.formula"].create(
            {"name": "Formule", "fixed_share": fixed, "term_ids": commands}
        )

    def test_published_price_revision(self):
        row = read_cases()["V01"]
        fixed, *terms = row["inputs"].split("; ")[1].split("+")
        pairs = [tuple(map(float, re.findall(r"[\d.]+", item))) for item in terms]
        formula = self.formula(float(fixed), pairs)
        self.assertEqual(formula._revise(MONTH0, MONTH), Decimal(row["expected"]))

    def test_shipped_formulas_make_one(self):
        for name in ("formula_pipes", "formula_civil"):
            formula = self.env.ref(f"srm_procurement.{name}")
            weights = sum(formula.term_ids.mapped("weight")) + formula.fixed_share
            self.assertAlmostEqual(weights, 1, 6)
            self.assertIn("0.15 + 0.30 S/S0", formula.expression)

    def test_weights_are_checked_together(self):
        formula = self.formula(0.15, [(0.5, 1), (0.35, 1)])
        formula.write(
            {
                "term_ids": [
                    Command.update(formula.term_ids[0].id, {"weight": 0.4}),
                    Command.update(formula.term_ids[1].id, {"weight": 0.45}),
                ]
            }
        )
        with self.assertRefused("make 1 with the weights", ValidationError):
            formula.term_ids[0].weight = 0.3
        with self.assertRefused("make 1 with the weights", ValidationError):
            self.formula(0.2, [(0.5, 1)])

    @mute_logger("odoo.sql_db")
    def test_the_fixed_share_is_at_least_fifteen_percent(self):
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.formula(0.14, [(0.86, 1)])

    def test_a_missing_value_is_named(self):
        formula = self.formula(0.15, [(0.85, 1)])
        with self.assertRefused("has no value for 12/2025"):
            formula._revise(MONTH0, date(2025, 12, 1))

    @mute_logger("odoo.sql_db")
    def test_one_value_per_index_and_month(self):
        formula = self.formula(0.15, [(0.85, 1)])
        value = formula.term_ids.index_id.value_ids[:1]
        self.assertEqual(value.month.day, 1)
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            value.copy()
