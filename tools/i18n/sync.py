"""Keep the French and Arabic catalogues of the add-ons in step with their source.

    ./srm i18n export [--todo FILE] [ADDON ...]
    ./srm i18n fill --from FILE

``export`` writes ``i18n/<addon>.pot`` for every add-on from the tests' template, merges
it into ``fr.po`` and ``ar.po`` (what was translated stays, what left the source goes)
and completes them with the words Odoo itself already translates. ``--todo FILE`` lists
what a person has still to translate as ``{"fr": {"addon": {"source": ""}}, ...}``;
``fill`` reads the same file back once its values are written.
"""

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[2]
ADDONS = ROOT / "addons"
LANGUAGES = ("fr", "ar")
MEMORY_MODULES = ("base", "web", "mail", "account", "base_setup", "project", "product")
# Names that arrive in both languages with their own data files, never through .po
DATA_MODELS = ("srm.territory",)
PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]|%[sd]|\{[a-z_]*\}")


def addon_names() -> list[str]:
    return sorted(path.parent.name for path in ADDONS.glob("*/__manifest__.py"))


def odoo_addons() -> Path:
    import odoo.modules

    return Path(odoo.modules.__file__).resolve().parents[1] / "addons"


def load_memory(lang: str) -> dict[str, str]:
    """Words Odoo's own modules already translate, first module wins."""
    memory: dict[str, str] = {}
    addons = odoo_addons()
    for module in MEMORY_MODULES:
        path = addons / module / "i18n" / f"{lang}.po"
        if path.exists():
            for entry in polib.pofile(str(path)).translated_entries():
                memory.setdefault(entry.msgid, entry.msgstr)
    return memory


def export_template(database: str, addon: str) -> polib.POFile:
    target = ADDONS / addon / "i18n" / f"{addon}.pot"
    target.parent.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "odoo", "i18n", "export"]
    command += ["-d", database, "-l", "pot", "-o", str(target.with_suffix(".po"))]
    subprocess.run([*command, addon], check=True)
    target.with_suffix(".po").replace(target)
    template = polib.pofile(str(target), wrapwidth=78)
    for entry in [e for e in template if comes_with_data(e)]:
        template.remove(entry)
    stabilise_header(template, addon)
    template.save(str(target))
    return template


def comes_with_data(entry: polib.POEntry) -> bool:
    models = [ref.split(",")[0] for ref, _line in entry.occurrences]
    return bool(models) and all(
        any(ref == f"model:{model}" for model in DATA_MODELS) for ref in models
    )


def stabilise_header(catalogue: polib.POFile, addon: str) -> None:
    """Dates and tool versions would make every export differ from the last."""
    catalogue.metadata = {
        "Project-Id-Version": f"SRM Suite: {addon}",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }


def merge(addon: str, lang: str, template: polib.POFile, memory: dict) -> polib.POFile:
    path = ADDONS / addon / "i18n" / f"{lang}.po"
    catalogue = polib.pofile(str(path), wrapwidth=78) if path.exists() else None
    known = {e.msgid: e.msgstr for e in catalogue or () if e.msgstr}
    merged = polib.POFile(wrapwidth=78)
    merged.metadata = {**template.metadata, "Language": lang}
    for source in template:
        merged.append(
            polib.POEntry(
                msgid=source.msgid,
                msgstr=known.get(source.msgid) or memory.get(source.msgid, ""),
                occurrences=source.occurrences,
                comment=source.comment,
                flags=[flag for flag in source.flags if flag != "fuzzy"],
            )
        )
    merged.save(str(path))
    return merged


def export(arguments: argparse.Namespace) -> int:
    memories = {lang: load_memory(lang) for lang in LANGUAGES}
    todo: dict[str, dict] = {lang: {} for lang in LANGUAGES}
    for addon in arguments.addons or addon_names():
        template = export_template(arguments.database, addon)
        for lang in LANGUAGES:
            merged = merge(addon, lang, template, memories[lang])
            missing = [e.msgid for e in merged if not e.msgstr]
            print(f"{addon} {lang}: {len(merged)} terms, {len(missing)} missing")
            if missing:
                todo[lang][addon] = dict.fromkeys(missing, "")
    if arguments.todo:
        text = json.dumps(todo, ensure_ascii=False, indent=1)
        Path(arguments.todo).write_text(text + "\n", encoding="utf-8")
    return 0


def placeholders_differ(source: str, translation: str) -> bool:
    def found(text: str) -> list[str]:
        return sorted(PLACEHOLDER.findall(text))

    return found(source) != found(translation)


def fill(arguments: argparse.Namespace) -> int:
    given = json.loads(Path(arguments.source).read_text(encoding="utf-8"))
    refused = []
    for lang, addons in given.items():
        for addon, translations in addons.items():
            path = ADDONS / addon / "i18n" / f"{lang}.po"
            catalogue = polib.pofile(str(path), wrapwidth=78)
            for entry in catalogue:
                text = translations.get(entry.msgid)
                if text and placeholders_differ(entry.msgid, text):
                    refused.append(f"{path.name} {addon}: {entry.msgid!r} -> {text!r}")
                elif text:
                    entry.msgstr = text
            catalogue.save(str(path))
    for line in refused:
        print("placeholders differ:", line)
    return 1 if refused else 0


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    commands = top.add_subparsers(required=True)
    exporter = commands.add_parser("export")
    exporter.add_argument("--database", default=os.environ.get("PGDATABASE"))
    exporter.add_argument("--todo", help="write what is left to translate there")
    exporter.add_argument("addons", nargs="*")
    exporter.set_defaults(run=export)
    filler = commands.add_parser("fill")
    filler.add_argument("--from", dest="source", required=True)
    filler.set_defaults(run=fill)
    return top


if __name__ == "__main__":
    parsed = parser().parse_args()
    sys.exit(parsed.run(parsed))
