"""A contract carried out by the people of each role, with the Moroccan books."""

import re
from contextlib import contextmanager

from srm_engine.identifiers import iban_from_rib

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, new_test_user

ROLES = {
    "buyer": "srm_base.group_contract_manager",
    "officer": "srm_base.group_finance_officer",
    "manager": "srm_base.group_finance_manager",
    "director": "srm_base.group_director",
}


def rib(number: int) -> str:
    """Valid RIB whose account number is ``number``."""
    body = f"{11:03d}{520:03d}{number:016d}"
    return f"{body}{97 - int(body + '00') % 97:02d}"


class ContractCase(TransactionCase):
    """Contracts at plain figures: every price is a lump sum of one dirham.

    A quantity is then an amount, as in the published cases.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        context = {"tracking_disable": True, "lang": "en_US"}
        cls.env = cls.env(context={**cls.env.context, **context})
        cls.company = cls.env.company
        cls.company._srm_setup_settlement()
        for name, group in ROLES.items():
            user = new_test_user(
                cls.env, f"ctr_{name}", groups=group, company_id=cls.company.id
            )
            setattr(cls, name, user)
        cls.serial = 0
        cls.partner = cls.supplier("Entreprise Amlal Travaux")
        cls.regime = cls.env.ref("srm_procurement.regime_own")
        cls.vat20 = cls.company.account_purchase_tax_id
        assert cls.vat20.amount == 20
        cls.no_vat = cls.vat20.copy({"name": "Exonéré d'essai", "amount": 0})
        cls.today = fields.Date.context_today(cls.env["srm.contract"])

    @classmethod
    def supplier(cls, name):
        cls.serial += 1
        return cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "country_id": cls.env.ref("base.ma").id,
                "bank_ids": [
                    Command.create({"acc_number": iban_from_rib(rib(cls.serial))})
                ],
            }
        )

    def ago(self, days):
        return fields.Date.subtract(self.today, days=days)

    def draft(self, amount, prices=None, **values):
        """Contract in preparation whose schedule is worth ``amount`` HT."""
        type(self).serial += 1
        prices = prices or [("1", float(amount), 1.0)]
        return self.env["srm.contract"].create(
            {
                "name": f"{self.serial}/ESSAI",
                "title": "Pose de conduites",
                "partner_id": self.partner.id,
                "regime_id": self.regime.id,
                "tax_id": self.vat20.id,
                "date_signed": self.ago(400),
                "date_approved": self.ago(400),
                "line_ids": [
                    Command.create(
                        {
                            "number": number,
                            "name": f"Prix {number}",
                            "quantity": quantity,
                            "price_unit": price,
                        }
                    )
                    for number, quantity, price in prices
                ],
                **values,
            }
        )

    def running(self, amount, start=None, **values):
        """Contract whose works were started on ``start`` (a year ago)."""
        contract = self.draft(amount, **{"term_value": 24, **values})
        contract.with_user(self.buyer).action_notify()
        self.order(contract, "start", start or self.ago(365))
        return contract

    def order(self, contract, kind, date, reason="Motif"):
        order = self.draft_order(contract, kind, date, reason)
        order.action_issue()
        return order

    def draft_order(self, contract, kind, date, reason="Motif"):
        return (
            self.env["srm.contract.order"]
            .with_user(self.buyer)
            .create(
                {
                    "contract_id": contract.id,
                    "kind": kind,
                    "name": kind,
                    "reason": reason,
                    "date_effect": date,
                }
            )
        )

    def guarantee(self, contract, kind, amount=None, **values):
        vals = {
            "contract_id": contract.id,
            "kind": kind,
            "bank": "Banque d'essai",
            "reference": f"CB-{contract.id}-{kind}",
            "date_issued": self.ago(300),
            **values,
        }
        if amount is not None:
            vals["amount"] = amount
        deed = self.env["srm.contract.guarantee"].with_user(self.buyer).create(vals)
        deed.action_receive()
        return deed

    def pay_advance(self, contract):
        self.guarantee(contract, "advance")
        contract.with_user(self.manager).action_bill_advance()

    def statement(self, contract, amount=None, date=None, **values):
        """Draft of the officer with one attachment of ``amount`` dirhams."""
        lines = values.pop("lines", None)
        if lines is None and amount is not None:
            lines = [{"quantity": float(amount)}]
        day = date or self.ago(30)
        return (
            self.env["srm.contract.statement"]
            .with_user(self.officer)
            .create(
                {
                    "contract_id": contract.id,
                    "date": day,
                    "date_acceptance": day,
                    "line_ids": [
                        Command.create(
                            {
                                "contract_line_id": contract.line_ids[:1].id,
                                "place": "PK 2+150",
                                "date": day,
                                **line,
                            }
                        )
                        for line in lines or []
                    ],
                    **values,
                }
            )
        )

    def approve(self, statement):
        statement.with_user(self.officer).action_draw()
        statement.with_user(self.buyer).action_approve()
        statement.with_user(self.manager).action_approve()
        return statement

    def post(self, statement):
        """Drawn, approved, invoiced and put in the books."""
        if statement.state == "draft":
            self.approve(statement)
        statement.with_user(self.officer).write(
            {
                "invoice_reference": f"F-{statement.id}",
                "invoice_date": statement.date,
                "deposit_date": statement.date,
            }
        )
        statement.with_user(self.manager).action_post()
        return statement

    def accept(self, contract, kind="provisional", date=None):
        acceptance = (
            self.env["srm.contract.acceptance"]
            .with_user(self.buyer)
            .create(
                {
                    "contract_id": contract.id,
                    "kind": kind,
                    "date": date or self.today,
                    "minutes": f"PV {kind}",
                }
            )
        )
        acceptance.action_pronounce()
        return acceptance

    def balance(self, contract, kind):
        """Credit balance of a contract account for this contract, in dirhams."""
        account = self.company._srm_contract_account(kind)
        lines = self.env["account.move.line"].search(
            [
                ("move_id.srm_contract_id", "=", contract.id),
                ("account_id", "=", account.id),
                ("parent_state", "=", "posted"),
            ]
        )
        return round(-sum(lines.mapped("balance")), 2)

    @contextmanager
    def assertRefused(self, text, error=UserError):
        """The block fails with ``error`` saying ``text``, and leaves nothing behind."""
        with (
            self.assertRaisesRegex(error, re.escape(text)),
            self.env.cr.savepoint(),
        ):
            yield
