"""A creditor, people of each role and debts taken along by the buttons."""

from odoo import Command
from odoo.tests import TransactionCase, new_test_user

FINANCE = "srm_base.group_finance_officer"
MANAGER = "srm_base.group_finance_manager"


def rib(number: int) -> str:
    """Valid RIB whose account number is ``number``."""
    body = f"{11:03d}{640:03d}{number:016d}"
    return f"{body}{97 - int(body + '00') % 97:02d}"


def ice(number: int) -> str:
    """Valid ICE whose enterprise number is ``number``."""
    body = f"{number:09d}0000"
    return f"{body}{97 - int(body + '00') % 97:02d}"


class ArrearsCase(TransactionCase):
    """Officer, manager and director; one creditor file; helpers to make debts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.officer = new_test_user(cls.env, "arr_officer", groups=FINANCE)
        cls.manager = new_test_user(cls.env, "arr_manager", groups=MANAGER)
        cls.director = new_test_user(
            cls.env, "arr_director", groups="srm_base.group_director"
        )
        cls.ramsa = cls.env.ref("srm_base.predecessor_ramsa")
        cls.onee = cls.env.ref("srm_base.predecessor_onee_water")
        communes = cls.env["srm.territory"].search(
            [("level", "=", "commune"), ("name", "in", ("Agadir", "Drargua", "Tata"))]
        )
        cls.agadir, cls.drargua, cls.tata = (
            communes.filtered(lambda item, name=name: item.name == name)
            for name in ("Agadir", "Drargua", "Tata")
        )
        cls.serial = 660000
        cls.file = cls.new_file("Entreprise Tigmi & Fils")

    @classmethod
    def new_file(cls, name, **values):
        cls.serial += 1
        partner = cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "country_id": cls.env.ref("base.ma").id,
                "company_registry": ice(cls.serial),
                "srm_firm_size": "small",
                "bank_ids": [Command.create({"acc_number": rib(cls.serial)})],
            }
        )
        return cls.env["srm.debt.file"].create({"partner_id": partner.id} | values)

    @classmethod
    def debt_vals(cls, amount=100000.0, **values):
        cls.serial += 1
        return {
            "file_id": cls.file.id,
            "predecessor_id": cls.ramsa.id,
            "origin_reference": f"T-{cls.serial}",
            "invoice_reference": f"F-{cls.serial}",
            "invoice_date": "2024-01-10",
            "service_date": "2024-01-05",
            "nature": "supplies",
            "amount_claimed": amount,
            "territory_id": cls.agadir.id,
        } | values

    @classmethod
    def new_debt(cls, amount=100000.0, stage="registered", **values):
        debt = cls.env["srm.debt"].create(cls.debt_vals(amount, **values))
        return cls.advance(debt, stage)

    @classmethod
    def advance(cls, debts, stage):
        """Take debts to ``stage`` as people do, facts included."""
        steps = {
            "registered": lambda: None,
            "documents": lambda: cls.complete_documents(debts),
            "reconciled": lambda: cls.reconcile(debts),
            "certified": lambda: cls.certify(debts),
            "classified": debts.action_classify,
            "scored": debts.action_score,
        }
        for code, step in steps.items():
            step()
            if code == stage:
                return debts
        raise AssertionError(f"{stage} is reached by a settlement")

    @classmethod
    def complete_documents(cls, debts):
        cls.env["srm.debt.document"].create(
            [
                {"debt_id": debt.id, "type_id": item.id}
                for debt in debts
                for item in debt.missing_document_ids
            ]
        )
        debts.with_user(cls.officer).action_documents_complete()

    @classmethod
    def reconcile(cls, debts):
        for debt in debts:
            debt.write(
                {
                    "ledger_reference": f"GL-{debt.id}",
                    "ledger_date": "2024-10-14",
                    "ledger_amount": debt.amount_claimed,
                }
            )
        debts.with_user(cls.officer).action_reconcile()

    @classmethod
    def certify(cls, debts):
        debts.write({"bearer": "srm", "transfer_act": "Convention, annexe 4"})
        debts.with_user(cls.manager).action_certify()
