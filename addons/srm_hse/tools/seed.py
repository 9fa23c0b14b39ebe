"""Load the CSV tables shipped by this add-on, once, with French and Arabic names."""

import csv

from odoo.tools import file_open

from odoo.addons.srm_base.tools.seed import ARABIC, FRENCH, store_translations

MODULE = "srm_hse"


def read_csv(name):
    """Rows of ``data/seed/<name>.csv`` as a list of dicts of strings."""
    with file_open(f"{MODULE}/data/seed/{name}.csv", "r") as handle:
        return list(csv.DictReader(handle))


def load_rows(model, rows, values):
    """Create the records of ``rows`` that are missing; what people changed stays.

    :param rows: dicts with ``xmlid``, ``name_en``, ``name_fr``, ``name_ar``
    :param values: function of a row giving the field values besides ``name``
    :return: the records, in the order of the rows
    """
    model = model.with_context(lang=None)
    records = model._load_records(
        [
            {
                "xml_id": f"{MODULE}.{row['xmlid']}",
                "values": {"name": row["name_en"], **values(row)},
                "noupdate": True,
            }
            for row in rows
        ],
        update=True,
    )
    texts = {
        record.id: {FRENCH: row["name_fr"], ARABIC: row["name_ar"]}
        for record, row in zip(records, rows, strict=True)
    }
    store_translations(model, "name", texts)
    return records
