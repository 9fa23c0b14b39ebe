"""Files made to break who opens them, small enough to be made in a moment."""

import io
import struct
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CELL = '<c r="A1"><v>1</v></c>'
MILLION = 1_000_000


def sheet(rows: str, before: str = "", after: str = "") -> str:
    return (
        f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}'
        "</worksheet>"
    )


def row(cells: str, number: object = 1) -> str:
    return f'<row r="{number}">{cells}</row>'


def strings(*items: str) -> str:
    listed = "".join(f"<si><t>{item}</t></si>" for item in items)
    return f'<sst xmlns="{MAIN}">{listed}</sst>'


def workbook(content: str = "", sheets: int = 1, **parts: object) -> bytes:
    """A workbook whose sheets all hold ``content``, with other parts as given."""
    listed = "".join(
        f'<sheet name="S{n}" sheetId="{n}" r:id="r1"/>' for n in range(sheets)
    )
    members = {
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="r"><Relationship Id="r1" '
        'Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": content,
        **{f"xl/{name}.xml": text for name, text in parts.items()},
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return stream.getvalue()


def _entities(kind: str) -> str:
    """Ten entities, each ten times the one before: a billion letters."""
    names = "abcdefghij"
    listed = '<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">'
        for before, name in zip(names, names[1:], strict=False)
    )
    use = {
        "text": row('<c r="A1" t="inlineStr"><is><t>&j;</t></is></c>'),
        "attribute": row('<c r="&j;"><v>1</v></c>'),
    }[kind]
    return f"<!DOCTYPE worksheet [{listed}]>{sheet(use)}"


def _lying() -> bytes:
    """A part far larger than the archive says."""
    content = bytearray(workbook(sheet(row(CELL) + " " * 30 * MILLION)))
    place = content.rfind(b"xl/worksheets/sheet1.xml") - 46  # in the list of parts
    struct.pack_into("<I", content, place + 24, 200)
    return bytes(content)


def _flagged(bits: int = 0, method: int | None = None) -> bytes:
    """Parts said to be encrypted, or packed in another way."""
    content = bytearray(workbook(sheet(row(CELL))))
    place = 0
    while (place := content.find(b"PK\x01\x02", place)) >= 0:
        content[place + 8] |= bits
        if method is not None:
            struct.pack_into("<H", content, place + 10, method)
        place += 4
    return bytes(content)


def _many_parts() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(60_000):
            archive.writestr(f"xl/media/a part of a workbook {number}.bin", b"")
    return stream.getvalue()


def _long_text(length: int) -> str:
    return f'<c r="A1" t="inlineStr"><is><t>{"x" * length}</t></is></c>'


def _many_references() -> bytes:
    """A text of 32,000 letters, shown four times a line on three thousand lines."""
    cells = "".join(f'<c t="s"><v>{n}</v></c>' for n in (0, 0, 0, 0))
    lines = "".join(row(cells, n) for n in range(1, 3_001))
    return workbook(sheet(lines), sharedStrings=strings("x" * 32_000))


#: Name -> (how it is made, what is said of it, with the place where there is one).
DAMAGED = {
    "a column far beyond Excel's": (
        lambda: workbook(sheet(row('<c r="ZZZZZZZ1"><v>1</v></c>'))),
        "line 1: a cell 'ZZZZZZZ1'",
    ),
    "a column beyond a register's": (
        lambda: workbook(sheet(row('<c r="XFD1"><v>1</v></c>'))),
        "cell XFD1",
    ),
    "a reference that is none": (
        lambda: workbook(sheet(row(CELL) + row('<c r="1A"><v>1</v></c>', 2))),
        "line 2: a cell '1A'",
    ),
    "a reference without a line": (
        lambda: workbook(sheet(row('<c r="A"><v>1</v></c>'))),
        "a cell 'A'",
    ),
    "the same cell twice": (lambda: workbook(sheet(row(CELL + CELL))), "cell A1"),
    "a line far beyond Excel's": (
        lambda: workbook(sheet(row(CELL) + row(CELL, 99_999_999))),
        "line 1: a line 99999999",
    ),
    "a line without end": (
        lambda: workbook(sheet(row(CELL, "9" * 6_000))),
        "line 0: a line",
    ),
    "a line before the first": (lambda: workbook(sheet(row(CELL, -1))), "line 0"),
    "a line before the last": (
        lambda: workbook(sheet(row(CELL, 5) + row(CELL, 4))),
        "line 5: a line 4",
    ),
    "a type that is none": (
        lambda: workbook(sheet(row('<c r="A1" t="zzz"><v>1</v></c>'))),
        "cell A1: a cell of type zzz",
    ),
    "a text that is not there": (
        lambda: workbook(sheet(row('<c r="A1" t="s"><v>7</v></c>'))),
        "cell A1: no such text",
    ),
    "a text longer than a cell": (
        lambda: workbook(sheet(row(_long_text(40_000)))),
        "line 1: a text of more than",
    ),
    "a text longer than a parser's memory": (
        lambda: workbook(sheet(row(_long_text(15 * MILLION)))),
        "",
    ),
    "a shared text longer than a cell": (
        lambda: workbook(
            sheet(row('<c r="A1" t="s"><v>0</v></c>')),
            sharedStrings=strings("x" * 60 * MILLION),
        ),
        "",
    ),
    "one text shown for ever": (_many_references, "line 2098: too much text"),
    "a line of endless texts": (
        lambda: workbook(
            sheet(row("".join('<c t="s"><v>0</v></c>' for _n in range(500)))),
            sharedStrings=strings("x" * 32_000),
        ),
        "line 1: too much text",
    ),
    "elements that are no lines": (
        lambda: workbook(sheet(row(CELL) + "<a/>" * 8 * MILLION)),
        "line 1: too much between",
    ),
    "columns without end": (
        lambda: workbook(sheet(row(CELL), before="<col/>" * 5 * MILLION)),
        "too much between",
    ),
    "elements within elements": (
        lambda: workbook(sheet("<a>" * 100_000 + "</a>" * 100_000)),
        "",
    ),
    "a billion letters by entities": (lambda: workbook(_entities("text")), ""),
    "entities in an attribute": (lambda: workbook(_entities("attribute")), ""),
    "styles without end": (
        lambda: workbook(
            sheet(row(CELL)),
            styles=f'<styleSheet xmlns="{MAIN}"><cellXfs>{"<xf/>" * 100_000}</cellXfs>'
            "</styleSheet>",
        ),
        "too many styles",
    ),
    "a style that is no number": (
        lambda: workbook(
            sheet(row(CELL)),
            styles=f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="x"/></cellXfs>'
            "</styleSheet>",
        ),
        "",
    ),
    "sheets without end": (
        lambda: workbook(sheet(row(CELL)), sheets=10_000),
        "too many sheets",
    ),
    "parts without end": (_many_parts, "too many parts"),
    "a part larger than it says": (_lying, ""),
    "encrypted parts": (lambda: _flagged(bits=1), ""),
    "parts packed with much memory": (
        lambda: _flagged(method=zipfile.ZIP_LZMA),
        "packed",
    ),
    "no sheet where there should be one": (
        lambda: workbook(**{"_rels/workbook": ""})[:-30] + b"PK",
        "",
    ),
    "half an archive": (lambda: workbook(sheet(row(CELL)))[:400], ""),
    "a text file without lines": (lambda: b"a;b\n" + b";" * 40 * MILLION, "line 2"),
    "a quote that never closes": (
        lambda: b'a;b\n"' + b"x;y\n" * 5 * MILLION,
        "",
    ),
    "quotes that span the file": (lambda: b"a;b\n" + b'"x\n";' * 5 * MILLION, "line 2"),
    "a text file with a thousand columns and more": (
        lambda: b"a;b\n" + b";" * 3_000 + b"\n",
        "line 2: more than 1024 columns",
    ),
    "a cell of a text file longer than Excel's": (
        lambda: b"a;b\n" + b"x" * 40_000 + b";1\n",
        "line 2: a text of more than",
    ),
}
#: Opened, they would fill the disk.
TOO_LARGE = {
    "a bomb of blanks": lambda: workbook(sheet(row(CELL) + " " * 80 * MILLION)),
}
#: Odd, and nothing more: what a person put there is read.
HARMLESS = {
    "a sheet that claims to be endless": lambda: workbook(
        sheet(row(CELL), before=f'<dimension ref="A1:XFD{"9" * 300}"/>')
    ),
    "empty cells to the last column": lambda: workbook(
        sheet(row(CELL + '<c r="XFD1" s="3"/>'))
    ),
    "much that follows the lines": lambda: workbook(
        sheet(row(CELL), after="<hyperlink/>" * MILLION)
    ),
}
