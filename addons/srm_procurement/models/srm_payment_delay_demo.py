from datetime import timedelta

from srm_engine.dates import ONE_DAY
from srm_engine.delay_declaration import quarter_of

from odoo import Command, api, fields, models

TAX_ID = "40218765"
TURNOVER = 1_250_000_000.0
AUDITOR = "Cabinet Audit Souss (fictif)"
#: Number, days before the end of the filed quarter, amount HT, agreed days, paid after.
BILLS = (
    ("FA-118", 150, 48_000.0, 0, 100),
    ("FA-204", 130, 125_400.0, 60, None),
    ("FA-231", 115, 9_800.0, 0, 95),
    ("FA-377", 100, 310_000.0, 90, None),
    ("FA-402", 95, 22_150.0, 0, 40),
    ("FA-455", 80, 64_300.0, 60, None),
)


class SrmPaymentDelayDemo(models.AbstractModel):
    """Demonstration: the quarter before last is filed, the last one is being prepared.

    Declared by the buttons people press; only the date of the filing is set back.
    """

    _name = "srm.payment.delay.demo"
    _description = "Demonstration of the payment delay declaration"

    @api.model
    def _load(self) -> None:
        """Load everything once; called by the demo data of the add-on."""
        if self.env["srm.payment.delay.declaration"].search_count([], limit=1):
            return
        quiet = self.with_context(tracking_disable=True, mail_notrack=True)
        today = fields.Date.context_today(self)
        current = quarter_of(quarter_of(today).first - ONE_DAY)
        filed = quarter_of(current.first - ONE_DAY)
        quiet._set_company(filed)
        quiet._create_bills(filed)
        quiet._file(quiet._declare(filed), filed)
        quiet._declare(current)

    def _set_company(self, filed) -> None:
        company = self.env.company
        company.write(
            {
                "vat": company.vat or TAX_ID,
                "srm_delay_declared_until": filed.first - ONE_DAY,
                "srm_delay_user_id": self.env.ref(
                    "srm_base.user_demo_finance_officer"
                ).id,
            }
        )

    def _create_bills(self, filed) -> None:
        """Ordinary bills of the first suppliers, some paid late."""
        files = self.env["srm.debt.file"].search([], order="id", limit=len(BILLS))
        bills = self.env["account.move"].create(
            [
                self._prepare_bill(file.partner_id, filed.last, *row)
                for file, row in zip(files, BILLS, strict=False)
            ]
        )
        bills._post(soft=False)
        for bill, row in zip(bills, BILLS, strict=False):
            if row[-1]:
                self._pay(bill, bill.invoice_date + timedelta(row[-1]))

    def _prepare_bill(self, partner, end, number, before, amount, agreed, _paid):
        issued = end - timedelta(before)
        return {
            "move_type": "in_invoice",
            "partner_id": partner.id,
            "ref": f"{number}/{issued.year}",
            "invoice_date": issued,
            "date": issued,
            "srm_deposit_date": issued + timedelta(6),
            "srm_agreed_days": agreed,
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": "Fourniture de pièces de rechange",
                        "price_unit": amount,
                        "quantity": 1,
                    }
                )
            ],
        }

    def _pay(self, bill, day) -> None:
        journal = self.env.company.srm_payment_mode_id.fixed_journal_id
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=bill.ids
        )
        payment = wizard.create({"payment_date": day, "journal_id": journal.id})
        payment.action_create_payments()

    def _declare(self, period):
        """Draft of the officer, its lines proposed."""
        officer = self.env.ref("srm_base.user_demo_finance_officer")
        declaration = (
            self.env["srm.payment.delay.declaration"]
            .with_user(officer)
            .create(
                {
                    "year": period.year,
                    "period": str(period.number),
                    "turnover": TURNOVER,
                }
            )
        )
        declaration.action_propose()
        return declaration

    def _file(self, declaration, period) -> None:
        """Checked, made, sent; recorded by a manager who did not prepare it."""
        manager = self.env.ref("srm_procurement.user_demo_finance_manager_2")
        declaration.action_check()
        declaration.action_make_file()
        day = min(period.deadline - timedelta(3), fields.Date.context_today(self))
        declaration.write(
            {
                "visa_auditor": AUDITOR,
                "visa_date": day,
                "filing_reference": f"SIMPL-{period.label}-000481",
                "filing_date": day,
            }
        )
        declaration.with_user(manager).action_file()
