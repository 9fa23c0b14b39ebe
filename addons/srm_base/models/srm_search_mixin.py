import re

from srm_engine.tabular import fold

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

SEPARATOR = "|"
POSITIVE = ("like", "ilike")
NEGATIVE = ("not like", "not ilike")


def fold_key(text):
    """Case, accents, Arabic marks and punctuation removed: what two spellings share."""
    return re.sub(r"[\W_]+", " ", fold(text or "")).strip()


class SrmSearchMixin(models.AbstractModel):
    """A short reference table found by name in any language, with or without accents.

    The model must have a translated ``name`` and a ``code``; ``aliases`` holds other
    spellings met in legacy files, one per line.
    """

    _name = "srm.search.mixin"
    _inherit = "srm.seed.mixin"
    _description = "Name search without accents in every language"

    aliases = fields.Text(
        string="Other spellings",
        help="Other names met in legacy files, one per line. They are recognised by"
        " the search and by the take-on imports.",
    )
    search_text = fields.Char(
        compute="_compute_search_text",
        store=True,
        index="trigram",
        export_string_translation=False,
        help="Code, names in every language and other spellings, folded.",
    )

    @api.depends("name", "code", "aliases")
    def _compute_search_text(self):
        stored = self._stored_names()
        for record in self:
            spellings = [
                *record._search_codes(),
                *stored.get(record.id, [record.name]),
                *(record.aliases or "").splitlines(),
            ]
            keys = dict.fromkeys(filter(None, map(fold_key, spellings)))
            record.search_text = SEPARATOR + SEPARATOR.join(keys) + SEPARATOR

    def _search_codes(self):
        """Codes by which the record is known besides its name."""
        self.ensure_one()
        return [self.code]

    def _stored_names(self):
        """Names in every language, inactive ones included: ``{id: [name, ...]}``."""
        ids = [record_id for record_id in self.ids if record_id]
        if not ids:
            return {}
        self.browse(ids).flush_recordset(["name"])
        rows = self.env.execute_query(
            SQL(
                "SELECT id, name FROM %s WHERE id IN %s",
                SQL.identifier(self._table),
                tuple(ids),
            )
        )
        return {record_id: list((texts or {}).values()) for record_id, texts in rows}

    @api.model
    def _search_display_name(self, operator, value):
        if operator in NEGATIVE:
            return NotImplemented
        key = fold_key(value) if isinstance(value, str) else ""
        if operator in POSITIVE and key:
            return Domain("search_text", "ilike", key)
        return super()._search_display_name(operator, value)

    @api.model
    def _match_domain(self):
        """Records that :meth:`_match` may answer."""
        return Domain.TRUE

    @api.model
    def _match(self, names, domain=None):
        """Recognise names or codes written by people.

        :param names: texts as found in a file
        :param domain: records to choose from, default :meth:`_match_domain`
        :return: ``{folded text: record id}``; unknown and ambiguous texts are absent
            (fold a text with :meth:`_match_key` to look it up)
        """
        wanted = {self._match_key(name) for name in names} - {""}
        if not wanted:
            return {}
        candidates = self.search_fetch(
            Domain(self._match_domain() if domain is None else domain),
            ["search_text"],
        )
        found = {}
        for record in candidates:
            for key in wanted.intersection(record.search_text.split(SEPARATOR)):
                found.setdefault(key, set()).add(record.id)
        return {key: ids.pop() for key, ids in found.items() if len(ids) == 1}

    @api.model
    def _match_key(self, text):
        """The key under which :meth:`_match` answers ``text``."""
        return fold_key(text)

    @api.model
    def _seed_values(self, row):
        aliases = (row.get("aliases") or "").replace(";", "\n")
        return {**super()._seed_values(row), "aliases": aliases}
