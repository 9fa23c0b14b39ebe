"""File of the SIMPL service: order, presence, schema. No Odoo import.

Order and presence of the elements: domain/procurement 1.5. The file is written and
checked element by element, so that memory does not grow with the number of invoices.
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, BinaryIO

from lxml import etree

ROOT = "DeclarationDelaiPaiement"
LIST = "listeFacturesHorsDelai"
ITEM = "FactureHorsDelai"

#: Element -> key of the header; a value of None leaves the element out.
HEADER = (
    ("identifiantFiscal", "tax_id"),
    ("annee", "year"),
    ("periode", "period"),
    ("activite", "activity"),
    ("dateJugementOuvrProc", "judgment_date"),
    ("chiffreAffaire", "turnover"),
)
#: Element -> key of the line.
LINE = (
    ("identifiantFiscal", "supplier_tax_id"),
    ("numRC", "supplier_rc"),
    ("adresseSiegeSocial", "supplier_address"),
    ("numFacture", "invoice_number"),
    ("dateEmission", "invoice_date"),
    ("natureMarchandise", "nature"),
    ("dateLivraisonMarchandise", "delivery_date"),
    ("moisTransaction", "transaction_month"),
    ("anneeTransaction", "transaction_year"),
    ("dateConstatation", "service_date"),
    ("datePrevuePaiement", "expected_date"),
    ("dateConvenuePaiementFacture", "agreed_date"),
    ("delaiPaiementSecteurActivite", "sector_days"),
    ("datePrevueSelonDelaiFixeSecteur", "sector_date"),
    ("montantFactureTtc", "amount_ttc"),
    ("montantNonEncorePaye", "amount_unpaid"),
    ("montantPayeHorsDelai", "amount_paid_late"),
    ("datePaiementHorsDelai", "payment_date"),
    ("montantObjetDeLitige", "amount_disputed"),
    ("dateRecoursJudiciaire", "court_date"),
    ("montantApresJugement", "amount_judged"),
    ("dateJugementDefinitif", "judgment_date"),
    ("modePaiement", "payment_mode"),
    ("referencePaiement", "payment_reference"),
)
#: Always there; an absent value gives an empty element.
ALWAYS = {
    "supplier_tax_id",
    "supplier_rc",
    "supplier_address",
    "invoice_number",
    "invoice_date",
    "nature",
    "delivery_date",
    "amount_ttc",
    "amount_unpaid",
    "amount_paid_late",
}


class SchemaError(Exception):
    """The file does not follow the schema; the message names line and element."""


def text(value: Any) -> str:
    """Write a value the way the service reads it.

    >>> text(Decimal("1234.5")), text(datetime.date(2026, 3, 31)), text(None), text(3)
    ('1234.50', '2026-03-31', '', '3')
    """
    if isinstance(value, str):
        return _printable(value)
    if value is None or value is False:
        return ""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value)


def _printable(value: str) -> str:
    """XML 1.0 cannot hold control characters; line ends become spaces."""
    if value.isprintable():
        return value.strip()
    return "".join(
        character if character.isprintable() else " " for character in value
    ).strip()


def line_element(values: Mapping[str, Any]) -> etree._Element:
    """One invoice payment.

    >>> element = line_element({"supplier_tax_id": "12345678", "payment_mode": "4"})
    >>> [child.tag for child in element][-2:]
    ['montantPayeHorsDelai', 'modePaiement']
    """
    element = etree.Element(ITEM)
    for tag, key in LINE:
        value = values.get(key)
        if value is None and key not in ALWAYS:
            continue
        etree.SubElement(element, tag).text = text(value)
    return element


def write(
    stream: BinaryIO, header: Mapping[str, Any], lines: Iterable[Mapping[str, Any]]
) -> int:
    """Write the file; return the number of lines."""
    count = 0
    with etree.xmlfile(stream, encoding="UTF-8") as output:
        output.write_declaration()
        with output.element(ROOT):
            for tag, key in HEADER:
                if header.get(key) is not None:
                    element = etree.Element(tag)
                    element.text = text(header[key])
                    output.write(element)
            with output.element(LIST):
                for values in lines:
                    output.write(line_element(values))
                    count += 1
    return count


def load_schema(source: BinaryIO) -> etree.XMLSchema:
    """Read an XSD without following any outside reference.

    :raise SchemaError: it is not a schema
    """
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        return etree.XMLSchema(etree.parse(source, parser))
    except (etree.XMLSyntaxError, etree.XMLSchemaParseError) as error:
        raise SchemaError(str(error)) from error


def validate(stream: BinaryIO, schema: etree.XMLSchema) -> int:
    """Check the file against the schema while reading it; return its lines.

    :raise SchemaError: first fault found
    """
    count = 0
    try:
        for _event, element in _elements(stream, schema):
            count += 1
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise SchemaError(str(error)) from error
    return count


def _elements(stream: BinaryIO, schema: etree.XMLSchema) -> Iterator[tuple]:
    return etree.iterparse(
        stream, tag=ITEM, schema=schema, resolve_entities=False, no_network=True
    )
