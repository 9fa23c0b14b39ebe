"""Printed documents by Typst: a template, one JSON value, French or Arabic."""

import json
import os.path
from functools import lru_cache
from pathlib import Path

import typst

from odoo.tools import file_path

#: Lays out the blocks of ``srm.typst.mixin``.
DOCUMENT = "srm_base/report/typst/document"
#: Page, title block, figures and tables: a template of any add-on takes them with
#: ``#import sys.inputs.lib: *``.
LIBRARY = "srm_base/report/typst/lib"
#: Covers Latin and Arabic, and ships with Odoo.
FONTS = "web/static/fonts/google/Tajawal/Tajawal-Regular.ttf"


@lru_cache(maxsize=1)
def _font_folder():
    return str(Path(file_path(FONTS)).parent)


def render(template, data, lang):
    """PDF of a template.

    :param template: path below the add-ons folder, without extension
    :param data: JSON value the template reads; every text already translated
    :param lang: language code; Arabic is laid out from right to left
    :return: bytes of the PDF
    """
    language = (lang or "en").split("_")[0]
    values = {"lang": language, "rtl": language == "ar", **data}
    source, library = file_path(f"{template}.typ"), file_path(f"{LIBRARY}.typ")
    root = os.path.commonpath([os.path.dirname(source), os.path.dirname(library)])
    return typst.compile(
        source,
        root=root,
        font_paths=[_font_folder()],
        ignore_system_fonts=True,
        sys_inputs={
            "data": json.dumps(values, ensure_ascii=False, default=str),
            "lib": f"/{os.path.relpath(library, root)}",
        },
    )


def number(value, decimals=1, lang="fr"):
    """A number as printed: thousands apart, comma in French.

    >>> number(4403.74, 1), number(-1234567, 0, "en")
    ('4\xa0403,7', '-1,234,567')
    """
    text = f"{value:,.{decimals}f}"
    if lang.startswith("en"):
        return text
    return text.replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")
