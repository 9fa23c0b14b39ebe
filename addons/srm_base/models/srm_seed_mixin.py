from odoo import api, models

from ..tools.seed import ARABIC, FRENCH, Seed, load_seed, read_csv


class SrmSeedMixin(models.AbstractModel):
    """A reference table whose first records ship in ``data/seed/<model>.csv``."""

    _name = "srm.seed.mixin"
    _description = "Records shipped in a file"

    @api.model
    def _load_seed_csv(self):
        """Create the records of the file that are missing, leave the others alone.

        Columns: ``xmlid``, then fields of the model; a translated field has three
        columns, ``name_en``, ``name_fr`` and ``name_ar``.
        """
        self._load_seed_rows(read_csv(f"data/seed/{self._table}.csv"))

    @api.model
    def _load_seed_rows(self, rows):
        load_seed(self, [self._seed(row) for row in rows])

    def _seed(self, row):
        translations = {
            name: {FRENCH: row[f"{name}_fr"], ARABIC: row[f"{name}_ar"]}
            for name in self._seed_translated(row)
        }
        return Seed(row["xmlid"], self._seed_values(row), translations)

    @api.model
    def _seed_translated(self, row):
        """Names of the translated fields that the row fills."""
        names = [column.removesuffix("_en") for column in row if column.endswith("_en")]
        return [name for name in names if row[f"{name}_en"]]

    @api.model
    def _seed_values(self, row):
        """Field values of a row of the file; empty cells keep the default."""
        values = {
            name: cell for name, cell in row.items() if name in self._fields and cell
        }
        sources = {name: row[f"{name}_en"] for name in self._seed_translated(row)}
        return {**values, **sources}

    @api.model
    def _seed_ids(self, comodel, cell):
        """Ids of the records of ``comodel`` whose codes are in ``cell`` (``a;b``)."""
        codes = [code for code in cell.split(";") if code]
        return self.env[comodel].search([("code", "in", codes)]).ids
