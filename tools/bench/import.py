"""Staging and checking a take-on file, against Odoo's own import.

A deterministic workbook of suppliers (22 columns, 2 % of bad rows, amounts and dates
as texts and as cells) is uploaded, staged and checked in the background way: chunk
after chunk, each in its own transaction. The peer is ``base_import`` in test mode on
the first rows of the same data, which checks what it can and writes nothing.
"""

import base64
import csv
import io
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HEADERS = [
    "Code fournisseur",
    "Raison sociale",
    "Origine",
    "ICE",
    "IF",
    "RC",
    "CNSS",
    "TP",
    "RIB",
    "Ville",
    "Adresse",
    "Téléphone",
    "E-mail",
    "Taille",
    "Date création",
    "Date agrément",
    "Chiffre d'affaires",
    "Solde",
    "Effectif",
    "Activité",
    "Contact",
    "Observation",
]
ORIGINS = ("RAMSA", "ONEE-Eau", "ONEE-Électricité")
TOWNS = ("Agadir", "Inezgane", "Tiznit", "Taroudannt", "Tata", "Biougra", "Ait Melloul")
SIZES = ("TPE", "PME", "GE")
BAD_SHARE = 0.02
PEER_ROWS = 1000
MEBIBYTE = 1024


def keyed(base):
    """A number completed by its two check digits (modulo 97)."""
    return base + f"{97 - int(base) * 100 % 97:02d}"


def supplier_line(number, draw):
    """The cells of one supplier."""
    bad = draw.random() < BAD_SHARE
    ice = keyed(f"{number:09d}0001")
    return [
        f"F-{number:06d}",
        f"Entreprise {number} {draw.choice(('SARL', 'SA', 'SARL AU'))}",
        draw.choice(ORIGINS),
        "000000000000001" if bad else ice,
        f"{number:08d}",
        f"{draw.randrange(99999)}",
        f"{draw.randrange(10**6, 10**7)}",
        f"{draw.randrange(10**7, 10**8)}",
        keyed(f"0077801{number:015d}"),
        draw.choice(TOWNS),
        f"{draw.randrange(400)}, avenue Hassan II",
        f"05280{draw.randrange(10**5):05d}",
        f"contact{number}@exemple.ma",
        draw.choice(SIZES),
        f"{draw.randrange(1, 29):02d}/{draw.randrange(1, 13):02d}/2015",
        f"2024-{draw.randrange(1, 13):02d}-{draw.randrange(1, 29):02d}",
        f"{draw.randrange(10**7)},{draw.randrange(100):02d}",
        round(draw.random() * 10**6, 2),
        draw.randrange(500),
        draw.choice(("Travaux", "Fournitures", "Études", "Services")),
        f"M. Contact {number}",
        "",
    ]


def supplier_lines(size):
    draw = random.Random(2025)
    return (supplier_line(number, draw) for number in range(1, size + 1))


def write_workbook(path, size):
    """Write the file as Excel does, with a table of shared strings."""
    import xlsxwriter

    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Fournisseurs")
    sheet.write_row(0, 0, ["Fichier des fournisseurs"])
    sheet.write_row(2, 0, HEADERS)
    for index, line in enumerate(supplier_lines(size), start=3):
        sheet.write_row(index, 0, line)
    book.close()


def workbook(size):
    """Bytes of the workbook, made in another process: its memory is not ours."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "suppliers.xlsx"
        subprocess.run([sys.executable, __file__, str(path), str(size)], check=True)
        return path.read_bytes()


def memory(key):
    """``VmRSS`` or ``VmHWM`` of this process, in MiB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(key):
            return int(line.split()[1]) / MEBIBYTE
    raise LookupError(key)


def check_import(env, content):
    """Stage and check; returns the import."""
    record = env["srm.import"].create(
        {
            "kind": "suppliers",
            "file": base64.b64encode(content),
            "file_name": "suppliers.xlsx",
        }
    )
    record.action_preview()
    env.cr.commit()
    return record


def stage(env, record):
    """Launch the check and work it through as the background job does.

    Returns the seconds it took, and those this process worked (the rest is the
    database, or other programs of a busy machine).
    """

    def commit(_rows):
        env.cr.commit()
        env.invalidate_all()
        return True

    record._drop_rows()
    run = record._launch("check", 10**9)
    env.cr.commit()
    started, worked = time.perf_counter(), time.process_time()
    run._work(commit)
    env.cr.commit()
    return time.perf_counter() - started, time.process_time() - worked


def peer_seconds(env, rows):
    """Seconds ``base_import`` takes to test the same suppliers."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(["name", "company_registry", "vat", "city", "phone", "email"])
    for line in supplier_lines(rows):
        writer.writerow(
            [
                line[1],
                keyed(f"{line[0][2:]:0>9}0001"),
                *line[4:5],
                *line[9:13:3],
                line[12],
            ]
        )
    wizard = env["base_import.import"].create(
        {
            "res_model": "res.partner",
            "file": stream.getvalue().encode(),
            "file_type": "text/csv",
            "file_name": "suppliers.csv",
        }
    )
    fields = ["name", "company_registry", "vat", "city", "phone", "email"]
    options = {
        "quoting": '"',
        "separator": ",",
        "has_headers": True,
        "encoding": "utf-8",
    }
    started = time.perf_counter()
    result = wizard.execute_import(fields, fields, options, dryrun=True)
    seconds = time.perf_counter() - started
    errors = [m for m in result["messages"] if m.get("type") == "error"]
    if errors:
        raise RuntimeError(f"base_import refused the data: {errors[0]['message']}")
    return seconds


def run(env, size: int, compare: bool) -> dict:
    """Figures of staging and checking ``size`` rows."""
    content = workbook(size)
    record = check_import(env, content)
    file_mib = len(content) / MEBIBYTE**2
    del content
    Path("/proc/self/clear_refs").write_text("5")
    before = memory("VmRSS")
    try:
        seconds, cpu = stage(env, record)
        result = {
            "rows": record.row_count,
            "rejected": record.error_count,
            "seconds": round(seconds, 1),
            "cpu_seconds": round(cpu, 1),
            "rows_per_second": round(record.row_count / seconds),
            "file_mib": round(file_mib, 1),
            "memory_before_mib": round(before),
            "memory_peak_mib": round(memory("VmHWM")),
        }
        if compare:
            rows = min(size, PEER_ROWS)
            peer = rows / peer_seconds(env, rows)
            env.cr.rollback()
            result["peer_rows"] = rows
            result["peer_rows_per_second"] = round(peer)
            result["ratio"] = round(result["rows_per_second"] / peer, 1)
        return result
    finally:
        env.cr.rollback()
        record._drop_rows()
        record.unlink()
        env.cr.commit()


if __name__ == "__main__":
    write_workbook(sys.argv[1], int(sys.argv[2]))
