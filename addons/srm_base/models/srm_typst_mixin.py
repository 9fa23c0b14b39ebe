from urllib.parse import urlencode

from odoo import fields, models

from ..tools.typst_pdf import DOCUMENT, number, render


class SrmTypstMixin(models.AbstractModel):
    """Records printed by Typst: blocks of figures, tables and text.

    A model writes ``_print_blocks()``; the address of the PDF takes the language of
    the reader, so the same document prints in French and in Arabic.
    """

    _name = "srm.typst.mixin"
    _description = "Printed by Typst"

    #: Template that lays the blocks out: path below the add-ons folder, no extension.
    _print_template = DOCUMENT

    def action_print(self):
        query = urlencode({"ids": ",".join(map(str, self.ids))})
        return {
            "type": "ir.actions.act_url",
            "url": f"/srm/pdf/{self._name}?{query}",
            "target": "new",
        }

    def _print_title(self):
        raise NotImplementedError

    def _print_subtitle(self):
        return ""

    def _print_blocks(self):
        """List of blocks, see the builders below."""
        raise NotImplementedError

    def _render_pdf(self):
        """PDF of one record, in the language of the environment."""
        self.ensure_one()
        company = self.company_id if "company_id" in self else self.env.company
        return render(
            self._print_template,
            {
                "title": self._print_title(),
                "subtitle": self._print_subtitle(),
                "company": company.name,
                "reference": self.display_name,
                "footer": self.env._(
                    "Printed on %(date)s by %(user)s",
                    date=fields.Date.context_today(self).strftime("%d/%m/%Y"),
                    user=self.env.user.name,
                ),
                "blocks": self._print_blocks(),
            },
            self.env.lang,
        )

    # Builders

    def _number(self, value, decimals=1):
        return number(value, decimals, self.env.lang or "en")

    def _left_to_right(self, text):
        """Keep the order of "3 / 12" in a line that runs from right to left."""
        return f"\N{LEFT-TO-RIGHT ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}"

    def _label_of(self, field):
        """The label of a selection value, in the language of the reader."""
        self.ensure_one()
        options = dict(self._fields[field]._description_selection(self.env))
        return options.get(self[field], "")

    def _block_figures(self, items):
        """:param items: list of (label, value, hint, tone)"""
        keys = ("label", "value", "hint", "tone")
        return {
            "kind": "figures",
            "items": [dict(zip(keys, item, strict=True)) for item in items],
        }

    def _block_boxed(self, title, text):
        return {"kind": "boxed", "title": title, "text": text}

    def _block_paragraph(self, title, text):
        return {"kind": "paragraph", "title": title, "text": text or "-"}

    def _block_table(self, title, columns, rows, empty=""):
        """:param columns: list of (label, relative width, "text" or "number")"""
        return {
            "kind": "table",
            "title": title,
            "columns": [label for label, _width, _kind in columns],
            "widths": [width for _label, width, _kind in columns],
            "kinds": [kind for _label, _width, kind in columns],
            "rows": [[cell or "" for cell in row] for row in rows],
            "empty": empty or self.env._("None."),
        }

    def _block_signatures(self, names):
        return {"kind": "signatures", "names": names}
