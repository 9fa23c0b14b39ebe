"""Load shipped reference data so that an update neither doubles nor overwrites.

A seed row becomes one record with an external identifier marked ``noupdate``: it is
created once, and what a person changed afterwards stays. Names are stored for French
and Arabic even while those languages are inactive, so that they show as soon as the
language is loaded: the ORM refuses a ``lang`` that is not installed, hence the SQL.
"""

import csv
import json
from dataclasses import dataclass, field

from odoo.tools import SQL, file_open

FRENCH = "fr_FR"
ARABIC = "ar_001"
MODULE = "srm_base"


@dataclass(frozen=True)
class Seed:
    """One shipped record.

    :param xmlid: external identifier without module
    :param values: field values, the translatable ones in the source language
    :param translations: ``{field name: {language code: text}}``
    """

    xmlid: str
    values: dict
    translations: dict = field(default_factory=dict)


def read_csv(path):
    """Rows of a CSV file shipped by the add-on, as a list of dicts of strings."""
    with file_open(f"{MODULE}/{path}", "r") as handle:
        return list(csv.DictReader(handle))


def names(french, arabic):
    """Translations of ``name`` for a seed whose source text is French."""
    return {"name": {FRENCH: french, ARABIC: arabic}}


def load_seed(model, seeds, force=False):
    """Create the seeds that are missing and complete their translations.

    :param force: also write the shipped values over what people changed
    :return: the records, in the order of ``seeds``
    """
    model = model.with_context(lang=None)
    records = model._load_records(
        [
            {
                "xml_id": f"{MODULE}.{seed.xmlid}",
                "values": dict(seed.values),
                "noupdate": True,
            }
            for seed in seeds
        ],
        # An update skips the records marked noupdate, unless forced.
        update=not force,
    )
    for name in sorted({name for seed in seeds for name in seed.translations}):
        texts = {
            record.id: seed.translations[name]
            for record, seed in zip(records, seeds, strict=True)
            if name in seed.translations
        }
        store_translations(model, name, texts, force)
    return records


def store_translations(model, name, texts, force=False):
    """Write ``{record id: {language: text}}`` into the translated field ``name``.

    What is stored already wins, unless ``force``.
    """
    if not texts:
        return
    records = model.browse(texts)
    records.flush_recordset([name])
    column = SQL.identifier(model._table, name)
    shipped = SQL("shipped.texts")
    merged = (column, shipped) if force else (shipped, column)
    model.env.cr.execute(
        SQL(
            "UPDATE %(table)s SET %(name)s = %(first)s || %(second)s"
            " FROM (VALUES %(values)s) AS shipped (id, texts)"
            " WHERE %(table)s.id = shipped.id",
            table=SQL.identifier(model._table),
            name=SQL.identifier(name),
            first=merged[0],
            second=merged[1],
            values=SQL(", ").join(
                SQL("(%s, %s::jsonb)", record_id, json.dumps(translations))
                for record_id, translations in texts.items()
            ),
        )
    )
    records.invalidate_recordset([name])
    records.modified([name])
