from odoo import api, models

from ..tools.seed import Seed, load_seed, names, read_csv

REGION_CODE = "09"
REGION_XMLID = "territory_region_09"
REGION_NAMES = ("Souss-Massa", "سوس ماسة")


def territory_xmlid(code):
    """External identifier (without module) of the territory with this HCP code."""
    if code == REGION_CODE:
        return REGION_XMLID
    return f"territory_{code}".replace(".", "_")


class SrmTerritory(models.Model):
    """Loading of the census files shipped in ``data/territory``."""

    _inherit = "srm.territory"

    def action_restore_official(self):
        """Write the shipped census figures and names over local changes."""
        self.env["srm.territory"].check_access("write")
        self._load_official_data(force=True)

    @api.model
    def _load_official_data(self, force=False):
        """Create the tree and its figures from ``data/territory/*.csv``.

        Safe to repeat: each record has an external identifier made of its code.
        """
        load_seed(self, [self._region_seed()], force)
        self._load_level(self._province_seeds(), force)
        self._load_level(self._cercle_seeds(), force)
        self._load_level(self._commune_seeds(), force)
        self.env["srm.territory.access"]._load_official_data(force)

    def _load_level(self, parents_and_seeds, force):
        """Load one level; the parents, of the level above, exist already."""
        ids = {
            territory.code: territory.id
            for territory in self.with_context(active_test=False).search_fetch(
                [("code", "in", [parent for parent, _seed in parents_and_seeds])],
                ["code"],
            )
        }
        seeds = [
            Seed(
                seed.xmlid, {**seed.values, "parent_id": ids[parent]}, seed.translations
            )
            for parent, seed in parents_and_seeds
        ]
        load_seed(self, seeds, force)

    def _region_seed(self):
        provinces = read_csv("data/territory/provinces.csv")

        def total(column):
            return sum(int(row[column]) for row in provinces)

        french, arabic = REGION_NAMES
        values = {
            "code": REGION_CODE,
            "name": french,
            "level": "region",
            "population_2014": total("population_2014_sum_of_communes"),
            "population_2024": total("population_2024"),
            "households_2024": total("households_2024"),
            "source": provinces[0]["source"],
        }
        return Seed(REGION_XMLID, values, names(french, arabic))

    def _province_seeds(self):
        return [
            (
                REGION_CODE,
                self._territory_seed(
                    row,
                    "province",
                    (row["name_fr"], row["name_ar"]),
                    kind=row["type"],
                    population_2014=int(row["population_2014_sum_of_communes"]),
                ),
            )
            for row in read_csv("data/territory/provinces.csv")
        ]

    def _cercle_seeds(self):
        before = {}
        for row in read_csv("data/territory/communes.csv"):
            code = row["cercle_code"]
            before[code] = before.get(code, 0) + int(row["population_2014"])
        return [
            (
                row["province_code"],
                self._territory_seed(
                    row,
                    "cercle",
                    (row["name_fr"], row["name_ar"]),
                    population_2014=before[row["code"]],
                ),
            )
            for row in read_csv("data/territory/cercles.csv")
        ]

    def _commune_seeds(self):
        return [
            (
                row["cercle_code"] or row["province_code"],
                self._territory_seed(
                    row,
                    "commune",
                    (row["commune_fr"], row["commune_ar"]),
                    kind=row["type"],
                    population_2014=int(row["population_2014"]),
                ),
            )
            for row in read_csv("data/territory/communes.csv")
        ]

    def _territory_seed(self, row, level, french_arabic, **values):
        french, arabic = french_arabic
        values.update(
            code=row["code"],
            name=french,
            level=level,
            population_2024=int(row["population_2024"]),
            households_2024=int(row["households_2024"]),
            source=row["source"],
        )
        return Seed(territory_xmlid(row["code"]), values, names(french, arabic))
