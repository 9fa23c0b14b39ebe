"""Payment delay declaration (law 69-21) of ``size`` late invoices.

Half of them are vendor bills with their payments, half supplier debts; one in three is
unpaid, one was paid late, one partly. One of each is made by the ORM, then copied by
SQL. Measured, as people press the buttons: the proposal (reading, fines, writing; chunk
after chunk as the scheduled action does it), the checks, the XML with its validation
and its archive, the auditor's workbook, and the filing with its register of months.

``seconds_asked`` is proposal + XML + workbook; ``cpu_asked`` what this process computed
meanwhile (the database apart), which other work on the machine disturbs less;
``memory_mb`` is the peak of the process.
"""

import datetime
import os
import resource
import tempfile
import time

from bench._copies import copy_rows
from srm_engine.dates import ONE_DAY
from srm_engine.delay_declaration import quarter_of

from odoo import Command, fields

from srm_cli.bench import timed

SIZE = 100_000
INVOICES_PER_SUPPLIER = 20
LIMIT_SECONDS = 60
LIMIT_MB = 1024
TODAY = datetime.date.today()
PERIOD = quarter_of(quarter_of(TODAY).first - ONE_DAY)
#: Issued so that every term of 60 days ends within the quarter, 12 days before its end.
FIRST_ISSUE = PERIOD.first - datetime.timedelta(60)


def run(env, size, compare):
    """Figures of the bench; times in seconds."""
    suppliers = max(size // INVOICES_PER_SUPPLIER, 1)
    figures = {"period": PERIOD.label, "suppliers": suppliers}
    env = env(su=True, context=dict(env.context, tracking_disable=True))
    with timed(figures, "generate"):
        Generator(env, size, suppliers).write()
    figures["memory_before_mb"] = memory_mb()
    declaration = prepare(env)
    begin = time.process_time()
    with timed(figures, "proposal"):
        propose(env, declaration)
    cpu = time.process_time() - begin
    figures["lines"] = declaration.line_count
    figures["fine_total"] = declaration.fine_total
    with timed(figures, "checks"):
        declaration.action_check()
        env.cr.commit()
    assert declaration.state == "checked", declaration.check_ids.mapped("code")[:10]
    begin = time.process_time()
    with timed(figures, "xml_zip"):
        declaration.action_make_file()
        env.cr.commit()
    figures["zip_mb"] = round(len(declaration._proof("file")) / 2**20, 1)
    with timed(figures, "xlsx"):
        figures["xlsx_mb"] = write_xlsx(declaration)
    figures["cpu_asked"] = round(cpu + time.process_time() - begin, 1)
    figures["load_average"] = round(os.getloadavg()[0], 1)
    with timed(figures, "filing"):
        file(env, declaration)
    figures["memory_mb"] = memory_mb()
    return figures | verdict(figures)


def write_xlsx(declaration) -> float:
    """Write the auditor's workbook to a file; its size in MB."""
    # Known once Odoo has found the add-ons.
    from odoo.addons.srm_base.tools.xlsx import write_workbook_to

    with tempfile.TemporaryFile() as stream:
        write_workbook_to(stream, declaration._xlsx_report_auditor().sheets)
        return round(stream.tell() / 2**20, 1)


def verdict(figures) -> dict:
    """The two promises, and whether they are kept."""
    asked = sum(figures[key] for key in ("proposal", "xml_zip", "xlsx"))
    return {
        "seconds_asked": round(asked, 1),
        "under_60_s": asked < LIMIT_SECONDS,
        "under_1_gib": figures["memory_mb"] < LIMIT_MB,
    }


def memory_mb() -> int:
    """Peak memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def prepare(env):
    """Declaration of the quarter that ended last, of a company that can declare."""
    env.company.vat = "40218765"
    declaration = env["srm.payment.delay.declaration"].create(
        {
            "year": PERIOD.year,
            "period": str(PERIOD.number),
            "turnover": 12_000_000,
        }
    )
    env.cr.commit()
    return declaration


def propose(env, declaration) -> None:
    """The button, then the chunks of the scheduled action, each committed."""
    declaration.action_propose()
    env.cr.commit()
    while declaration.computing:
        declaration._propose_chunk()
        env.cr.commit()
    env.invalidate_all()


def file(env, declaration) -> None:
    """Filed by somebody else than who prepared it."""
    env.cr.execute(
        "UPDATE srm_payment_delay_declaration SET prepared_by_id = %s WHERE id = %s",
        (env.ref("base.public_user").id, declaration.id),
    )
    declaration.invalidate_recordset()
    declaration.write({"filing_reference": "BENCH", "filing_date": fields.Date.today()})
    declaration.action_file()
    env.cr.commit()


class Generator:
    """Copies one bill, its payment, and one debt, with other dates and amounts."""

    def __init__(self, env, size: int, suppliers: int) -> None:
        self.env = env
        self.suppliers = suppliers
        self.bills = size // 2
        self.debts = size - self.bills

    def write(self) -> None:
        """Write everything and refresh the statistics of the tables."""
        supplier, bill, payment, debt = self._models()
        self.env.flush_all()
        self.partner = self._copy("res_partner", supplier.id, self.suppliers, PARTNER)
        file = self._copy(
            "srm_debt_file",
            debt.file_id.id,
            self.suppliers,
            {
                "name": "'B/' || n",
                "partner_id": f"{self.partner} + n",
            },
        )
        self._copy_bills(bill, payment)
        self._copy_debts(debt, file)
        # The bill was paid in time; the debt was not.
        debt.payment_ids.unlink()
        debt.unlink()
        self.env.cr.commit()
        self.env.cr.execute(
            "ANALYZE res_partner, account_move, account_move_line, account_payment,"
            " account_partial_reconcile, srm_debt, srm_debt_payment"
        )
        self.env.cr.commit()
        self.env.invalidate_all(flush=False)

    # --- the originals -------------------------------------------------------------
    def _models(self):
        supplier = self.env["res.partner"].create(
            {
                "name": "Modèle",
                "is_company": True,
                "srm_is_supplier": True,
                "country_id": self.env.ref("base.ma").id,
                "vat": "37928360",
                "srm_trade_register": "20570",
                "street": "12, avenue Hassan II",
                "city": "Agadir",
            }
        )
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": supplier.id,
                "ref": "BENCH",
                "invoice_date": FIRST_ISSUE,
                "date": FIRST_ISSUE,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Pièces", "price_unit": 1000, "tax_ids": []}
                    )
                ],
            }
        )
        bill._post(soft=False)
        payment = self._pay(bill)
        return supplier, bill, payment, self._debt(supplier)

    def _pay(self, bill):
        journal = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.env.company.id)], limit=1
        )
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=bill.ids
        )
        return wizard.create(
            {"payment_date": PERIOD.first, "journal_id": journal.id}
        )._create_payments()

    def _debt(self, supplier):
        file = self.env["srm.debt.file"].create({"partner_id": supplier.id})
        debt = self.env["srm.debt"].create(
            {
                "file_id": file.id,
                "origin_reference": "BENCH",
                "invoice_reference": "BENCH",
                "invoice_date": FIRST_ISSUE,
                "amount_claimed": 1000,
                "bearer": "srm",
                "transfer_act": "bench",
            }
        )
        debt._by_code().write({"amount_certified": 1000})
        self.env["srm.debt.payment"].create(
            {"debt_id": debt.id, "date": PERIOD.first, "amount": 1, "reference": "X"}
        )
        return debt

    # --- copies --------------------------------------------------------------------
    def _copy_bills(self, bill, payment) -> None:
        """Bills, then for two in three the payment, its entry and the match."""
        payable = bill.line_ids.filtered(lambda line: line.credit)
        partner = f"{self.partner} + 1 + n %% {self.suppliers}"
        owed = self._copy_bill(bill, payable, partner)
        debit = self._copy_payment(payment, payable.account_id, partner)
        self._copy(
            "account_partial_reconcile",
            payable.matched_debit_ids.id,
            self.bills,
            {
                "debit_move_id": f"{debit} + n",
                "credit_move_id": f"{owed} + n",
                "amount": PAID,
                "max_date": CREDITED,
                "full_reconcile_id": "NULL",
            },
            LATE,
        )

    def _copy_bill(self, bill, payable, partner: str) -> int:
        """:return: the id before those of the lines owed"""
        values = {
            "partner_id": partner,
            "commercial_partner_id": partner,
            "name": "'BENCH/' || n",
            "ref": "'F' || n",
            "sequence_number": "n",
            "invoice_date": ISSUED,
            "date": ISSUED,
            "amount_total": AMOUNT,
            "amount_total_signed": f"-{AMOUNT}",
        }
        move = self._copy("account_move", bill.id, self.bills, values)
        item = {"move_id": f"{move} + n", "partner_id": partner, "date": ISSUED}
        credit = {
            "credit": AMOUNT,
            "balance": f"-{AMOUNT}",
            "full_reconcile_id": "NULL",
            "amount_residual": f"{PAID} - {AMOUNT}",
        }
        owed = self._copy("account_move_line", payable.id, self.bills, item | credit)
        cost = bill.line_ids - payable
        debit = {"debit": AMOUNT, "balance": AMOUNT}
        self._copy("account_move_line", cost.id, self.bills, item | debit)
        return owed

    def _copy_payment(self, payment, account, partner: str) -> int:
        """:return: the id before those of the lines that pay"""
        values = {
            "partner_id": partner,
            "commercial_partner_id": partner,
            "name": "'BENCHP/' || n",
            "sequence_number": "n",
            "date": CREDITED,
            "origin_payment_id": "NULL",
        }
        move = payment.move_id
        entry = self._copy("account_move", move.id, self.bills, values, LATE)
        values = {
            "name": "'P' || n",
            "move_id": f"{entry} + n",
            "partner_id": partner,
            "date": CREDITED,
            "amount": PAID,
        }
        paying = self._copy("account_payment", payment.id, self.bills, values, LATE)
        self.env.cr.execute(
            "UPDATE account_move SET origin_payment_id = id - %s + %s"
            " WHERE id > %s AND name LIKE 'BENCHP/%%'",
            (entry, paying, entry),
        )
        line = move.line_ids.filtered(lambda line: line.account_id == account)
        values = {
            "move_id": f"{entry} + n",
            "partner_id": partner,
            "debit": PAID,
            "balance": PAID,
            "date": CREDITED,
            "payment_id": f"{paying} + n",
            "full_reconcile_id": "NULL",
        }
        return self._copy("account_move_line", line.id, self.bills, values, LATE)

    def _copy_debts(self, debt, file: int) -> None:
        owner = f"1 + n %% {self.suppliers}"
        partner = f"{self.partner} + {owner}"
        copied = self._copy(
            "srm_debt",
            debt.id,
            self.debts,
            {
                "origin_reference": "'B-' || n",
                "invoice_reference": "'D' || n",
                "file_id": f"{file} + {owner}",
                "partner_id": partner,
                "invoice_date": ISSUED,
                "due_date": f"{ISSUED} + 60",
                "amount_claimed": AMOUNT,
                "amount_certified": AMOUNT,
                "amount_settled": PAID,
                "amount_paid": PAID,
                "amount_remaining": f"{AMOUNT} - {PAID}",
                "amount_open": f"{AMOUNT} - {PAID}",
                "amount_payable": f"{AMOUNT} - {PAID}",
            },
        )
        self._copy(
            "srm_debt_payment",
            debt.payment_ids.id,
            self.debts,
            {
                "debt_id": f"{copied} + n",
                "file_id": f"{file} + {owner}",
                "partner_id": partner,
                "date": CREDITED,
                "amount": PAID,
                "reference": "'PR' || n",
            },
            LATE,
        )

    def _copy(self, table, model_id, many, changes, condition="TRUE") -> int:
        return copy_rows(self.env.cr, table, model_id, many, changes, condition)


ISSUED = f"(DATE '{FIRST_ISSUE}' + (n %% 80)::int)"
CREDITED = f"({ISSUED} + 63 + (n %% 7)::int)"
AMOUNT = "(10001 + (n * 7919) %% 900000)::numeric"
#: Two in three are paid late: one wholly, one for a half.
LATE = "n %% 3 > 0"
PAID = f"(CASE n %% 3 WHEN 0 THEN 0 WHEN 1 THEN {AMOUNT} ELSE {AMOUNT} - 5000 END)"
_BODY = "lpad((700000000 + n)::text, 9, '0') || '0000'"
_ICE = f"{_BODY} || lpad((97 - (({_BODY})::bigint * 100) %% 97)::text, 2, '0')"
PARTNER = {
    "name": "'Firme ' || n",
    "complete_name": "'Firme ' || n",
    "company_registry": _ICE,
    "srm_ice": _ICE,
    "commercial_partner_id": "NULL",
}
