from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..tools.seed import read_csv
from .common import SrmCase


@tagged("post_install", "-at_install")
class TestSrmTerritory(SrmCase):
    def count(self, level):
        return self.env["srm.territory"].search_count([("level", "=", level)])

    def names(self, territory):
        return (
            self.env["srm.territory"]
            ._fields["name"]
            ._get_stored_translations(territory)
        )

    def find(self, text, **context):
        model = self.env["srm.territory"].with_context(**context)
        return [name for _id, name in model.name_search(text)]

    # The tree

    def test_levels_and_totals(self):
        levels = ("region", "province", "cercle", "commune")
        self.assertEqual([self.count(level) for level in levels], [1, 6, 18, 175])
        region = self.env.ref("srm_base.territory_region_09")
        communes = self.env["srm.territory"].search(
            [("id", "child_of", region.id), ("level", "=", "commune")]
        )
        self.assertEqual(len(communes), 175)
        self.assertEqual(sum(communes.mapped("population_2024")), 3020431)
        self.assertEqual(region.population_2024, 3020431)
        self.assertEqual(region.households_2024, 785208)

    def test_every_row_of_the_files_is_there(self):
        for row in read_csv("data/territory/communes.csv"):
            xmlid = "srm_base.territory_" + row["code"].replace(".", "_")
            commune = self.env.ref(xmlid)
            self.assertEqual(commune.code_digits, row["code_digits"])
            self.assertEqual(commune.population_2014, int(row["population_2014"]))
            self.assertEqual(
                commune.parent_id.code, row["cercle_code"] or row["province_code"]
            )
            self.assertEqual(commune.province_id.code, row["province_code"])
            self.assertEqual(
                self.names(commune),
                {
                    "en_US": row["commune_fr"],
                    "fr_FR": row["commune_fr"],
                    "ar_001": row["commune_ar"],
                },
            )

    def test_change_agrees_with_the_census(self):
        agadir = self.territory("09.001.01.01")
        self.assertAlmostEqual(agadir.population_change, 19.66, 2)
        rows = read_csv("data/territory/communes.csv")
        for row in rows:
            self.assertAlmostEqual(
                self.territory(row["code"]).population_change,
                float(row["change_pct"]),
                1,
                row["commune_fr"],
            )

    def test_province_of_each_level(self):
        tiznit = self.territory("09.581")
        self.assertEqual(tiznit.province_id, tiznit)
        self.assertEqual(self.territory("09.581.03").province_id, tiznit)
        self.assertFalse(self.env.ref("srm_base.territory_region_09").province_id)

    def test_province_follows_a_move(self):
        cercle = self.territory("09.581.03")
        commune = cercle.child_ids[0]
        cercle.parent_id = self.territory("09.551")
        self.assertEqual(commune.province_id.code, "09.551")

    def test_no_cycle(self):
        region = self.env.ref("srm_base.territory_region_09")
        with self.assertRaises(UserError):
            region.parent_id = self.territory("09.581.03")

    def test_counts_in_one_go(self):
        territories = self.env["srm.territory"].search([("level", "!=", "commune")])
        self.env.invalidate_all()
        with self.assertQueryCount(3):
            counts = {
                territory.code: (
                    territory.province_count,
                    territory.cercle_count,
                    territory.commune_count,
                )
                for territory in territories
            }
        self.assertEqual(counts["09"], (6, 18, 175))
        self.assertEqual(counts["09.541"], (0, 6, 89))
        self.assertEqual(counts["09.581.03"], (0, 0, 9))

    # Access to services

    def test_access_comes_from_the_census(self):
        agadir = self.territory("09.001")
        self.assertEqual(agadir.electricity_pct, 99)
        self.assertEqual(agadir.public_sewer_pct, 85.8)

    def test_access_of_a_cercle_is_the_weighted_mean(self):
        cercle = self.territory("09.581.03")
        self.assertFalse(cercle.access_ids)
        having = sum(
            part.running_water_pct * part.households_2024 for part in cercle.child_ids
        )
        expected = having / sum(cercle.child_ids.mapped("households_2024"))
        self.assertAlmostEqual(cercle.running_water_pct, expected, 1)
        self.assertGreater(cercle.running_water_pct, 0)

    def test_access_takes_the_latest_year(self):
        commune = self.territory("09.001.01.01")
        self.env["srm.territory.access"].create(
            {
                "territory_id": commune.id,
                "year": 2030,
                "households": 150000,
                "running_water_pct": 99.9,
            }
        )
        self.assertEqual(commune.running_water_pct, 99.9)

    # Loading

    def test_loading_again_changes_nothing(self):
        before = self.env["srm.territory"].search_count([])
        access = self.env["srm.territory.access"].search_count([])
        self.env["srm.territory"]._load_official_data()
        self.assertEqual(self.env["srm.territory"].search_count([]), before)
        self.assertEqual(self.env["srm.territory.access"].search_count([]), access)

    def test_loading_again_keeps_what_people_changed(self):
        commune = self.territory("09.581.01.07")
        commune.name = "Tiznit-Ville"
        commune.population_2024 = 90000
        self.env["srm.territory"]._load_official_data()
        self.assertEqual(commune.name, "Tiznit-Ville")
        self.assertEqual(commune.population_2024, 90000)
        self.assertEqual(self.names(commune)["ar_001"], "تيزنيت")

    def test_loading_again_brings_back_what_is_missing(self):
        commune = self.territory("09.581.01.07")
        commune.unlink()
        self.env["srm.territory"]._load_official_data()
        again = self.env.ref("srm_base.territory_09_581_01_07")
        self.assertEqual(again.population_2024, 86595)
        self.assertEqual(again.access_ids.year, 2024)

    def test_restore_official_figures(self):
        commune = self.territory("09.581.01.07")
        commune.write({"name": "Autre", "population_2024": 1})
        self.env["srm.territory"].action_restore_official()
        self.assertEqual(commune.name, "Tiznit")
        self.assertEqual(commune.population_2024, 86595)
        commune.population_2024 = 2
        self.env["srm.territory"]._load_official_data()
        self.assertEqual(commune.population_2024, 2)

    def test_names_appear_when_the_language_is_loaded(self):
        for code in ("fr_FR", "ar_001"):
            self.env["res.lang"]._activate_lang(code)
        commune = self.territory("09.273.01.15")
        self.assertEqual(commune.with_context(lang="ar_001").name, "إنزكان")
        self.assertEqual(commune.with_context(lang="fr_FR").name, "Inezgane")

    # Search

    def test_search_with_and_without_accents_in_both_scripts(self):
        for text in (
            "Aït Melloul",
            "ait melloul",
            "AIT-MELLOUL",
            "آيت ملول",
            "ايت ملول",
        ):
            self.assertIn("Ait Melloul", self.find(text), text)
        self.assertIn("Inezgane", self.find("inzegane"[:2] + "ezgane"))
        self.assertIn("Inezgane", self.find("انزكان"))
        self.assertIn("Inezgane", self.find("إنزكان", lang=None))

    def test_search_by_code(self):
        self.assertEqual(self.find("09.273.01.05"), ["Ait Melloul"])
        self.assertEqual(self.find("092730105"), ["Ait Melloul"])

    def test_search_excluding(self):
        found = self.env["srm.territory"].search(
            [("level", "=", "commune"), ("display_name", "not ilike", "aït")]
        )
        self.assertNotIn(self.territory("09.273.01.05"), found)
        self.assertIn(self.territory("09.001.01.01"), found)

    def test_search_of_nothing_finds_all(self):
        found = self.env["srm.territory"].name_search("", limit=None)
        self.assertEqual(len(found), 200)

    def test_search_follows_a_new_name_and_other_spellings(self):
        commune = self.territory("09.001.01.01")
        commune.aliases = "Agadir Ville\nVille d'Agadir"
        self.assertIn("Agadir", self.find("ville d'agadir"))
        commune.name = "Gadir"
        self.assertIn("Gadir", self.find("gadir"))
        self.env["res.lang"]._activate_lang("ar_001")
        commune.with_context(lang="ar_001").name = "مدينة"
        self.assertIn("Gadir", self.find("مدينه"))

    def test_search_uses_the_trigram_index(self):
        self.env.cr.execute(
            "SELECT indexdef FROM pg_indexes"
            " WHERE tablename = 'srm_territory' AND indexdef LIKE '%gin_trgm_ops%'"
        )
        self.assertIn("search_text", "".join(row[0] for row in self.env.cr.fetchall()))

    # Recognition of legacy texts

    def test_match(self):
        territory = self.env["srm.territory"]
        texts = ["AGADIR", "أكادير", "09.273.01.05", "Tiznit", "Nulle part", ""]
        found = territory._match(texts)
        agadir = self.territory("09.001.01.01").id
        self.assertEqual(found[territory._match_key("Agadir")], agadir)
        self.assertEqual(found[territory._match_key("أكادير")], agadir)
        self.assertEqual(
            found[territory._match_key("09.273.01.05")],
            self.territory("09.273.01.05").id,
        )
        self.assertEqual(
            found[territory._match_key("Tiznit")], self.territory("09.581.01.07").id
        )
        self.assertNotIn(territory._match_key("Nulle part"), found)
        self.assertEqual(len(found), 4)

    def test_match_refuses_to_guess(self):
        self.territory("09.581.01.07").aliases = "Ville"
        self.territory("09.551.01.07").aliases = "Ville"
        self.assertEqual(self.env["srm.territory"]._match(["ville"]), {})

    def test_match_other_levels(self):
        territory = self.env["srm.territory"]
        found = territory._match(["Tiznit"], [("level", "=", "province")])
        self.assertEqual(list(found.values()), [self.territory("09.581").id])

    def test_match_in_one_query(self):
        territory = self.env["srm.territory"]
        texts = [row["commune_fr"] for row in read_csv("data/territory/communes.csv")]
        with self.assertQueryCount(1):
            found = territory._match(texts)
        self.assertEqual(len(found), 175)

    # Display

    def test_display_name_tells_levels_apart_on_demand(self):
        province = self.territory("09.581")
        commune = self.territory("09.581.01.07")
        self.assertEqual(province.display_name, commune.display_name)
        shown = (province | commune).with_context(srm_show_level=True)
        self.assertEqual(
            shown.mapped("display_name"),
            ["Tiznit (Province)", "Tiznit (Urban commune)"],
        )
        detailed = commune.with_context(formatted_display_name=True)
        self.assertEqual(detailed.display_name, "Tiznit --Urban commune · Tiznit--")

    def test_open_parts(self):
        province = self.territory("09.581")
        action = province.with_context(srm_level="cercle").action_open_parts()
        found = self.env["srm.territory"].search(action["domain"])
        self.assertEqual(set(found.mapped("level")), {"cercle"})
        self.assertEqual(len(found), 3)

    def test_form(self):
        with Form(self.env["srm.territory"]) as form:
            form.name = "Douar"
            form.code = "09.581.01.99"
            form.level = "commune"
            form.parent_id = self.territory("09.581")
        self.assertEqual(form.record.code_digits, "095810199")
        self.assertEqual(form.record.province_id.code, "09.581")
