"""From one invoice's facts to the rows of a declaration. No Odoo import, no database.

A fact sheet (:class:`Source`) comes from a supplier debt or from a vendor bill; the
rules are those of :mod:`srm_engine.delay_declaration`.
"""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from operator import itemgetter
from typing import NamedTuple

from srm_engine.dates import add_days
from srm_engine.delay_declaration import PAID, DeclaredLine, Period, court_on, declare
from srm_engine.late_payment import Invoice, KeyRate, term_days

ZERO = Decimal("0.00")
UNPAID_KEY = "unpaid"


class Paid(NamedTuple):
    """A payment as the declaration tells it; ``key`` identifies it for corrections."""

    date: date
    amount: Decimal
    key: str
    mode: str
    reference: str


class Supplier(NamedTuple):
    """Identity of the supplier, as printed in the file."""

    name: str
    tax_id: str | None
    rc: str | None
    ice: str | None
    address: str | None


class Source(NamedTuple):
    """One invoice: what the law looks at, and what the file repeats.

    ``declared_until``: last day that filed declarations cover. ``start_event``: why the
    delay starts when it does. ``amount_disputed``, ``amount_judged``: None when the
    whole unpaid part is before the court. ``amount_invoiced``: TTC of the invoice of a
    statement, of which the retention and the other deductions are not due yet.
    """

    debt_id: int | None
    move_id: int | None
    partner_id: int
    invoice: Invoice
    declared_until: date | None
    paid: tuple[Paid, ...]
    number: str | None
    nature: str | None
    delivery_date: date | None
    service_date: date | None
    deposit_date: date | None
    amount_disputed: Decimal | None = None
    amount_judged: Decimal | None = None
    amount_invoiced: Decimal | None = None


class Rules(NamedTuple):
    """Period declared, counting of the company, key rates."""

    period: Period
    counting: str
    key_rates: tuple[KeyRate, ...]


#: Columns of a line that come from the facts, in the order of ``source_rows``.
COLUMNS = (
    "debt_id",
    "move_id",
    "partner_id",
    "kind",
    "payment_key",
    "supplier_name",
    "supplier_tax_id",
    "supplier_rc",
    "supplier_ice",
    "supplier_address",
    "invoice_number",
    "invoice_date",
    "nature",
    "delivery_date",
    "periodic_month",
    "service_date",
    "deposit_date",
    "agreed_days",
    "sector_days",
    "expected_date",
    "agreed_date",
    "sector_date",
    "amount_ttc",
    "amount_unpaid",
    "amount_paid_late",
    "payment_date",
    "amount_disputed",
    "court_date",
    "amount_judged",
    "judgment_date",
    "payment_mode",
    "payment_reference",
    "start_event",
    "start_date",
    "term_days",
    "due_date",
    "until_date",
    "first_rate",
    "months",
    "months_before",
    "months_caught_up",
    "rate",
    "fine",
    "declared_until",
    "steps",
)

_in_order = itemgetter(*COLUMNS)


def start_event(invoice: Invoice) -> str:
    """Why the delay starts when it does (see ``late_payment.start_date``).

    >>> start_event(
    ...     Invoice(date(2026, 2, 3), Decimal(1), delivery_date=date(2026, 1, 2)))
    'delivery'
    """
    if invoice.service_date:
        return "service"
    if invoice.periodic_month:
        return "periodic"
    delivery = invoice.delivery_date
    if delivery and (delivery.year, delivery.month) < (
        invoice.invoice_date.year,
        invoice.invoice_date.month,
    ):
        return "delivery"
    return "invoice"


def source_rows(source: Source, supplier: Supplier, rules: Rules) -> list[tuple]:
    """Rows of one invoice, values in the order of :data:`COLUMNS`.

    :raise RuleError: the facts make no sense (court dates, negative terms)
    """
    found = declare(
        source.invoice,
        rules.period,
        source.declared_until,
        rules.counting,
        rules.key_rates,
    )
    if not found.lines:
        return []
    left = list(source.paid)
    common = _common(source, supplier, found)
    rows = []
    for line in found.lines:
        values = common | _own(source, line, left, rules)
        rows.append(_in_order(values))
    return rows


def _common(source: Source, supplier: Supplier, found) -> dict:
    """What all the lines of an invoice say alike."""
    invoice, due = source.invoice, found.due_date
    agreed, sector = invoice.agreed_days, invoice.sector_days
    return {
        "debt_id": source.debt_id,
        "move_id": source.move_id,
        "partner_id": source.partner_id,
        "supplier_name": supplier.name,
        "supplier_tax_id": supplier.tax_id,
        "supplier_rc": supplier.rc,
        "supplier_ice": supplier.ice,
        "supplier_address": supplier.address,
        "invoice_number": source.number,
        "invoice_date": invoice.invoice_date,
        "nature": source.nature,
        "delivery_date": source.delivery_date,
        "periodic_month": invoice.periodic_month,
        "service_date": source.service_date,
        "deposit_date": source.deposit_date,
        "agreed_days": agreed,
        "sector_days": sector,
        "expected_date": due if agreed is None else None,
        "agreed_date": due if agreed is not None else None,
        "sector_date": sector and _sector_date(invoice, found.start_date),
        "amount_ttc": _or(source.amount_invoiced, invoice.amount_ttc),
        "start_event": start_event(invoice),
        "start_date": found.start_date,
        "term_days": term_days(invoice),
        "due_date": due,
    }


def _sector_date(invoice: Invoice, start: date) -> date:
    """The date of the decree, whatever was agreed."""
    return add_days(start, term_days(replace(invoice, agreed_days=None)))


def _own(source: Source, line: DeclaredLine, left: list[Paid], rules: Rules) -> dict:
    """What belongs to one payment, or to the unpaid part."""
    paid = _payment(source, line, left)
    return {
        "kind": line.kind,
        "payment_key": paid.key if paid else UNPAID_KEY,
        "amount_unpaid": ZERO if paid else line.amount,
        "amount_paid_late": line.amount if paid else ZERO,
        "payment_date": paid and line.until,
        "payment_mode": paid and paid.mode,
        "payment_reference": paid and paid.reference,
        "until_date": line.until,
        "first_rate": line.first_rate,
        "months": len(line.months),
        "months_before": line.before,
        "months_caught_up": line.caught_up,
        "rate": line.rate,
        "fine": line.fine,
        "declared_until": rules.period.last,
        "steps": _steps(line),
        **_court(source, line, rules.period.last),
    }


def _payment(source: Source, line: DeclaredLine, left: list[Paid]) -> Paid | None:
    """The payment of a line: same day and amount; two alike are interchangeable."""
    if line.kind != PAID:
        return None
    wanted = source.invoice.payments[line.payment]
    for index, paid in enumerate(left):
        if (paid.date, paid.amount) == (wanted.date, wanted.amount):
            return left.pop(index)
    return Paid(wanted.date, wanted.amount, f"day:{wanted.date}", "", "")


def _court(source: Source, line: DeclaredLine, last: date) -> dict:
    """Judicial action begun, judgment given by the last day of the period."""
    court = court_on(source.invoice, last)
    begun = court is not None
    judged = begun and court.until is not None and court.until <= last
    disputed = source.amount_disputed
    accepted = source.amount_judged
    return {
        "amount_disputed": _or(disputed, line.amount) if begun else None,
        "court_date": court.start if begun else None,
        "amount_judged": _or(accepted, line.amount) if judged else None,
        "judgment_date": court.until if judged else None,
    }


def _or(value: Decimal | None, default: Decimal) -> Decimal:
    return default if value is None else value


def _steps(line: DeclaredLine) -> str:
    """Months of the line as JSON: day, percent, 1 when caught up."""
    return json.dumps(
        [[str(item.day), str(item.rate), int(item.caught_up)] for item in line.months]
    )
