"""A company that declares, its suppliers, bills, debts and people."""

from odoo import Command, fields

from .settlement_common import SettlementCase, ice

TAX_ID = "40218765"
AUDITOR = "Cabinet Audit Souss"


class DelayCase(SettlementCase):
    """Officer prepares, manager files; bills without VAT, so that totals are exact."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"vat": TAX_ID, "srm_counting": "calendar"})
        cls.supplier = cls._supplier("Fournitures du Souss")
        cls.file.partner_id.write(cls._identity())
        cls.Declaration = cls.env["srm.payment.delay.declaration"].with_user(
            cls.officer
        )

    @classmethod
    def _identity(cls):
        cls.serial += 1
        return {
            "vat": f"37{cls.serial}",
            "srm_trade_register": "20570",
            "street": "12, avenue Hassan II",
            "city": "Agadir",
        }

    @classmethod
    def _supplier(cls, name, **values):
        identity = cls._identity()
        return cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "country_id": cls.env.ref("base.ma").id,
                "company_registry": ice(cls.serial),
            }
            | identity
            | values
        )

    @classmethod
    def _bill(cls, amount, issued, post=True, **values):
        cls.serial += 1
        bill = cls.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": cls.supplier.id,
                "ref": f"FA-{cls.serial}",
                "invoice_date": issued,
                "date": issued,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Pièces", "price_unit": amount, "tax_ids": []}
                    )
                ],
            }
            | values
        )
        if post:
            bill._post(soft=False)
        return bill

    @classmethod
    def _pay(cls, bill, day, amount=None):
        values = {"payment_date": day, "journal_id": cls.journal.id}
        if amount:
            values["amount"] = amount
        wizard = (
            cls.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=bill.ids)
            .create(values)
        )
        return wizard._create_payments()

    @classmethod
    def _credit(cls, debt, day, amount):
        """Money the bank credited on a debt."""
        cls.serial += 1
        return cls.env["srm.debt.payment"].create(
            {
                "debt_id": debt.id,
                "date": day,
                "amount": amount,
                "reference": f"PR-{cls.serial}",
            }
        )

    @classmethod
    def _law_debt(cls, amount, issued, **values):
        """Debt of the company itself, certified so that it can be credited."""
        debt = cls.env["srm.debt"].create(
            cls._debt_vals(amount, invoice_date=issued, predecessor_id=False) | values
        )
        debt._by_code().write({"amount_certified": amount})
        return debt

    def _declare(self, year, quarter, **values):
        declaration = self.Declaration.create(
            {"year": year, "period": str(quarter), "turnover": 12_000_000} | values
        )
        declaration.action_propose()
        return declaration

    def _file_declaration(self, declaration, **values):
        """All the steps up to the filing by the manager."""
        declaration.action_check()
        self.assertEqual(
            declaration.state, "checked", declaration.check_ids.mapped("code")
        )
        declaration.action_make_file()
        declaration.write(
            {
                "filing_reference": f"SIMPL-{declaration.id}",
                "filing_date": min(declaration.date_deadline, fields.Date.today()),
            }
            | values
        )
        declaration.with_user(self.manager).action_file()
        return declaration

    def _filed(self, year, quarter, **values):
        return self._file_declaration(self._declare(year, quarter), **values)

    def assertLines(self, declaration, *expected):
        """``(kind, amount, months, fine)`` of the lines, in the order of their days."""
        found = [
            (
                line.kind,
                line.amount_unpaid + line.amount_paid_late,
                line.months,
                line.fine,
            )
            for line in declaration.line_ids.sorted("until_date")
        ]
        self.assertEqual(found, list(expected))
