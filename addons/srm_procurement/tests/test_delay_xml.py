import io
from datetime import date
from decimal import Decimal

from lxml import etree

from odoo.tests import BaseCase, tagged
from odoo.tools.misc import file_open

from ..delay_xml import (
    HEADER,
    LINE,
    SchemaError,
    load_schema,
    text,
    validate,
    write,
)

HEAD = {
    "tax_id": "40218765",
    "year": 2026,
    "period": 1,
    "activity": 1,
    "turnover": Decimal(1_250_000_000),
}
SHORT = {
    "supplier_tax_id": "37928360",
    "supplier_rc": "20570",
    "supplier_address": "12, avenue Hassan II, Agadir",
    "invoice_number": "FA-118",
    "invoice_date": date(2026, 1, 15),
    "expected_date": date(2026, 3, 16),
    "amount_ttc": Decimal("245595.80"),
    "amount_unpaid": Decimal("245595.80"),
    "amount_paid_late": Decimal(0),
}
FULL = SHORT | {
    "nature": "Pièces & <robinets>",
    "delivery_date": date(2026, 1, 10),
    "transaction_month": 1,
    "transaction_year": 2026,
    "service_date": date(2026, 1, 11),
    "sector_days": 150,
    "sector_date": date(2026, 6, 14),
    "payment_date": date(2026, 3, 20),
    "amount_disputed": Decimal(10),
    "court_date": date(2026, 2, 1),
    "amount_judged": Decimal(5),
    "judgment_date": date(2026, 3, 1),
    "payment_mode": "4",
    "payment_reference": "PR/2026/00001",
}


@tagged("post_install", "-at_install")
class TestDelayXml(BaseCase):
    def setUp(self):
        super().setUp()
        with file_open("srm_procurement/data/payment_delay_declaration.xsd", "rb") as f:
            self.schema = load_schema(f)

    def _file(self, *lines, **header):
        stream = io.BytesIO()
        write(stream, HEAD | header, lines)
        return stream

    def _tags(self, stream):
        root = etree.fromstring(stream.getvalue())
        item = root.find(".//FactureHorsDelai")
        return [child.tag for child in root], [child.tag for child in item]

    def _refused(self, stream):
        stream.seek(0)
        with self.assertRaises(SchemaError) as caught:
            validate(stream, self.schema)
        return str(caught.exception)

    def test_order_of_all_the_elements(self):
        stream = self._file(
            FULL | {"agreed_date": date(2026, 3, 16), "expected_date": None},
            activity=2,
            judgment_date=date(2025, 12, 1),
        )
        header, line = self._tags(stream)
        self.assertEqual(
            header, [tag for tag, _key in HEADER] + ["listeFacturesHorsDelai"]
        )
        self.assertEqual(line, [tag for tag, key in LINE if key != "expected_date"])
        stream.seek(0)
        self.assertEqual(validate(stream, self.schema), 1)

    def test_presence_of_the_least(self):
        """What is always there is there even empty; what is not given is not."""
        stream = self._file(SHORT)
        header, line = self._tags(stream)
        self.assertNotIn("dateJugementOuvrProc", header)
        self.assertEqual(
            line,
            [
                "identifiantFiscal",
                "numRC",
                "adresseSiegeSocial",
                "numFacture",
                "dateEmission",
                "natureMarchandise",
                "dateLivraisonMarchandise",
                "datePrevuePaiement",
                "montantFactureTtc",
                "montantNonEncorePaye",
                "montantPayeHorsDelai",
            ],
        )
        stream.seek(0)
        self.assertEqual(validate(stream, self.schema), 1)

    def test_nil_file(self):
        stream = self._file()
        self.assertIn(b"<listeFacturesHorsDelai", stream.getvalue())
        stream.seek(0)
        self.assertEqual(validate(stream, self.schema), 0)

    def test_encoding_and_declaration(self):
        data = self._file(FULL).getvalue()
        self.assertTrue(data.startswith(b"<?xml version='1.0' encoding='UTF-8'?>"))
        self.assertIn("Pièces &amp; &lt;robinets&gt;".encode(), data)

    def test_control_characters_never_reach_the_file(self):
        stream = self._file(SHORT | {"nature": "a\x00b\nc\x0bd"})
        item = etree.fromstring(stream.getvalue()).find(".//natureMarchandise")
        self.assertEqual(item.text, "a b c d")

    def test_dates_and_amounts(self):
        self.assertEqual(text(Decimal("5525.9")), "5525.90")
        self.assertEqual(text(date(2026, 3, 31)), "2026-03-31")
        self.assertEqual(text(False), "")

    def test_the_schema_refuses(self):
        for change, named in (
            ({"supplier_tax_id": ""}, "identifiantFiscal"),
            ({"supplier_rc": None}, "numRC"),
            ({"invoice_number": None}, "numFacture"),
            ({"expected_date": None}, "montantFactureTtc"),
            ({"court_date": date(2026, 2, 1)}, "dateRecoursJudiciaire"),
            ({"payment_mode": "4"}, "modePaiement"),
            ({"transaction_month": 13, "transaction_year": 2026}, "moisTransaction"),
            ({"agreed_date": date(2026, 3, 1)}, "dateConvenuePaiementFacture"),
        ):
            with self.subTest(change):
                fault = self._refused(self._file(SHORT | change))
                self.assertTrue(named in fault or "FactureHorsDelai" in fault, fault)

    def test_the_schema_refuses_another_order(self):
        stream = self._file(SHORT)
        data = (
            stream.getvalue()
            .replace(b"numRC", b"swap")
            .replace(b"adresseSiegeSocial", b"numRC")
            .replace(b"swap", b"adresseSiegeSocial")
        )
        self.assertIn("adresseSiegeSocial", self._refused(io.BytesIO(data)))

    def test_a_broken_schema_is_said(self):
        with self.assertRaises(SchemaError):
            load_schema(io.BytesIO(b"<not-a-schema/>"))
        with self.assertRaises(SchemaError):
            load_schema(io.BytesIO(b"plain text"))
