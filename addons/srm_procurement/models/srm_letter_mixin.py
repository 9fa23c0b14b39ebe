from odoo import fields, models
from odoo.tools import html2plaintext

from odoo.addons.srm_base.tools.typst_pdf import number, render

TEMPLATE = "srm_procurement/report/typst/letter"
#: Kinds of letters: the record they are about has a method ``_letter_<kind>``.
LETTERS = [
    ("advice", "Payment advice"),
    ("agreement", "Settlement agreement"),
    ("missing", "Reminder of missing documents"),
]
LANGUAGES = [("fr_FR", "French"), ("ar_001", "Arabic")]


class SrmLetterMixin(models.AbstractModel):
    """Records about which letters are written to their creditor.

    ``_letter_<kind>()`` gives the blocks of a letter in the language of the
    environment; a block is made by ``_letter_text``, ``_letter_boxed``,
    ``_letter_table`` or ``_letter_signatures``.
    """

    _name = "srm.letter.mixin"
    _description = "Letters to a creditor"

    def _letter_file(self):
        """The creditor's file that keeps the letters about this record."""
        return self.file_id

    def _letter_reference(self) -> str:
        return self.name

    def _letter_lang(self) -> str:
        """The creditor's language when letters exist in it, else French."""
        lang = self._letter_file().partner_id.lang
        return lang if lang in dict(LANGUAGES) else "fr_FR"

    def _letter_title(self, kind: str) -> str:
        titles = {
            "advice": self.env._("Payment advice"),
            "agreement": self.env._("Settlement agreement"),
            "missing": self.env._("Reminder of missing documents"),
        }
        return titles[kind]

    def _letter_name(self, kind: str) -> str:
        """File name of a letter."""
        reference = self._letter_reference().replace("/", "-")
        return f"{self._letter_title(kind)} {reference}.pdf"

    def _letter_pdf(self, kind: str, lang: str, note: str = "") -> bytes:
        """Print a letter.

        :param kind: a key of ``LETTERS``
        :param lang: ``fr_FR`` or ``ar_001``
        :param note: sentence of the writer, added before the signatures
        """
        self.ensure_one()
        record = self.with_context(lang=lang)
        return render(TEMPLATE, record._letter_data(kind, note), lang)

    def _letter_data(self, kind: str, note: str) -> dict:
        file = self._letter_file()
        company, partner = file.company_id, file.partner_id
        today = fields.Date.context_today(self)
        blocks = getattr(self, f"_letter_{kind}")()
        if note:
            ends = [block for block in blocks if block["kind"] == "signatures"]
            blocks = [block for block in blocks if block["kind"] != "signatures"]
            blocks += [self._letter_text(note), *ends]
        return {
            "title": self._letter_title(kind),
            "company": company.name,
            "sender": self._letter_lines(
                company.street,
                company.city,
                self._left_to_right(company.phone),
                self._labelled("ICE", company.company_registry),
            ),
            "addressee": partner.name,
            "address": self._letter_lines(
                partner.street,
                " ".join(filter(None, (partner.zip, partner.city))),
                self._labelled("ICE", partner.company_registry),
            ),
            "reference": self.env._(
                "Our reference: %(reference)s", reference=self._letter_reference()
            ),
            "place_date": ", ".join(filter(None, (company.city, self._day(today)))),
            "footer": " · ".join(filter(None, (company.name, file.name))),
            "blocks": blocks,
        }

    # --- blocks --------------------------------------------------------------------
    def _letter_lines(self, *lines) -> list[str]:
        return [line for line in lines if line]

    def _labelled(self, label: str, value) -> str:
        return f"{label} {value}" if value else ""

    def _left_to_right(self, text) -> str:
        """Keep the order of "+212 5..." in a line that runs from right to left."""
        isolate, end = "\N{LEFT-TO-RIGHT ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
        return f"{isolate}{text}{end}" if text else ""

    def _day(self, value) -> str:
        return value.strftime("%d/%m/%Y") if value else ""

    def _amount(self, value) -> str:
        return number(value, 2, self.env.lang or "fr_FR")

    def _letter_text(self, text: str, title: str = "") -> dict:
        return {"kind": "text", "title": title, "text": text}

    def _letter_boxed(self, title: str, text: str) -> dict:
        return {"kind": "boxed", "title": title, "text": text}

    def _letter_table(self, title: str, columns: list, rows: list) -> dict:
        """:param columns: list of (label, relative width, "text" or "number")"""
        return {
            "kind": "table",
            "title": title,
            "columns": [label for label, _width, _kind in columns],
            "widths": [width for _label, width, _kind in columns],
            "kinds": [kind for _label, _width, kind in columns],
            "rows": [[str(cell or "") for cell in row] for row in rows],
            "empty": self.env._("None."),
        }

    def _letter_signatures(self, *names: str) -> dict:
        return {"kind": "signatures", "names": list(names)}

    def _plain(self, html) -> str:
        return html2plaintext(html or "").strip()

    # --- keeping -------------------------------------------------------------------
    def _letter_keep(self, kind: str, lang: str, note: str = ""):
        """Print the letter and keep it in the dialogue and history of the file.

        :return: the new ``srm.debt.contact``
        """
        self.ensure_one()
        file = self._letter_file()
        content = self._letter_pdf(kind, lang, note)
        name = self.with_context(lang=lang)._letter_name(kind)
        contact = self.env["srm.debt.contact"]._record_letter(self, kind, name, content)
        file.message_post(
            body=" — ".join((self._letter_title(kind), self._letter_reference())),
            attachments=[(name, content)],
        )
        return contact

    def _open_letter_wizard(self, kind: str) -> dict:
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self._letter_title(kind),
            "res_model": "srm.debt.letter",
            "view_mode": "form",
            "views": [[False, "form"]],
            "target": "new",
            "context": {
                "default_file_id": self._letter_file().id,
                "default_res_model": self._name,
                "default_res_id": self.id,
                "default_kind": kind,
                "default_lang": self._letter_lang(),
            },
        }
