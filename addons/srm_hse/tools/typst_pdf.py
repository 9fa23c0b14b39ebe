"""Printed documents by Typst: a template, one JSON value, French or Arabic."""

import json
from functools import lru_cache
from pathlib import Path

import typst

from odoo.tools import file_path

TEMPLATES = "srm_hse/report/typst"
#: Covers Latin and Arabic, and ships with Odoo.
FONTS = "web/static/fonts/google/Tajawal/Tajawal-Regular.ttf"


@lru_cache(maxsize=1)
def _font_folder():
    return str(Path(file_path(FONTS)).parent)


def render(template, data, lang):
    """PDF of a template.

    :param template: name of a file of ``report/typst``, without extension
    :param data: JSON value the template reads; every text already translated
    :param lang: language code; Arabic is laid out from right to left
    :return: bytes of the PDF
    """
    language = (lang or "en").split("_")[0]
    values = {"lang": language, "rtl": language == "ar", **data}
    source = file_path(f"{TEMPLATES}/{template}.typ")
    return typst.compile(
        source,
        root=str(Path(source).parent),
        font_paths=[_font_folder()],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(values, ensure_ascii=False, default=str)},
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
