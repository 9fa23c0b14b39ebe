import re
from contextlib import contextmanager

from srm_engine.identifiers import iban_from_rib

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, new_test_user

from odoo.addons.srm_kit.guard.database import disarmed

COMPANY_RIB = "011519000001205000534921"
FINANCE = "srm_base.group_finance_officer"
MANAGER = "srm_base.group_finance_manager"
DIRECTOR = "srm_base.group_director"


def rib(number: int) -> str:
    """Valid RIB whose account number is ``number``."""
    body = f"{11:03d}{780:03d}{number:016d}"
    return f"{body}{97 - int(body + '00') % 97:02d}"


def ice(number: int) -> str:
    """Valid ICE whose enterprise number is ``number``."""
    body = f"{number:09d}0000"
    return f"{body}{97 - int(body + '00') % 97:02d}"


class SettlementCase(TransactionCase):
    """A Moroccan company with one predecessor, three finance people and a creditor."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.company = cls.env.company
        assert cls.company.chart_template == "ma", "the hook loads the Moroccan chart"
        cls.officer = cls._user("set_officer", FINANCE)
        cls.certifier = cls._user("set_certifier", MANAGER)
        cls.manager = cls._user("set_manager", MANAGER)
        cls.director = cls._user("set_director", DIRECTOR)
        cls.predecessor = cls.env["srm.predecessor"].create(
            {"name": "Régie d'essai", "code": "test_office"}
        )
        cls.company._srm_setup_settlement()
        cls.company.srm_payer_status = "public_enterprise"
        cls.accounts = cls.env["srm.predecessor.account"]._for_origin(
            cls.company, cls.predecessor
        )
        cls._set_company_account()
        cls.serial = 900000
        cls.file = cls._file("Entreprise Élan & Fils")

    @classmethod
    def _user(cls, login, groups):
        return new_test_user(
            cls.env,
            login,
            groups=groups,
            company_id=cls.company.id,
        )

    @classmethod
    def _set_company_account(cls):
        journal = cls.company.srm_payment_mode_id.fixed_journal_id
        if not journal.bank_account_id:
            journal.bank_account_id = cls.env["res.partner.bank"].create(
                {
                    "acc_number": iban_from_rib(COMPANY_RIB),
                    "partner_id": cls.company.partner_id.id,
                }
            )
        cls.journal = journal

    @classmethod
    def _file(cls, name):
        cls.serial += 1
        partner = cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "country_id": cls.env.ref("base.ma").id,
                "city": "Agadir",
                "company_registry": ice(cls.serial),
                "bank_ids": [Command.create({"acc_number": rib(cls.serial)})],
            }
        )
        cls._make_payable(partner)
        return cls.env["srm.debt.file"].create({"partner_id": partner.id})

    @classmethod
    def _make_payable(cls, partner):
        """Account approved by a second person, tax certificate verified."""
        partner.bank_ids.with_user(cls.manager).action_srm_approve()
        cls._certificate(partner)

    @classmethod
    def _certificate(cls, partner, issued=None, verify=True):
        certificate = cls.env["srm.tax.certificate"].create(
            {
                "partner_id": partner.id,
                "number": f"ARF-{partner.id}-{issued or ''}",
                "date_issue": issued or fields.Date.today(),
                "file": "YXR0ZXN0YXRpb24=",
            }
        )
        if verify:
            certificate.with_user(cls.officer).action_verify()
        return certificate

    @classmethod
    def _drop_certificates(cls, partner):
        """As if none had ever been verified: in fact those are kept."""
        with disarmed(cls.env, "srm.tax.certificate"):
            partner.srm_certificate_ids._by_code().unlink()

    @classmethod
    def _debt_vals(cls, amount, **values):
        cls.serial += 1
        return {
            "file_id": cls.file.id,
            "predecessor_id": cls.predecessor.id,
            "origin_reference": f"T/{cls.serial}",
            "invoice_reference": f"F-{cls.serial}",
            "invoice_date": "2024-03-01",
            "nature": "works",
            "amount_claimed": amount,
            "bearer": "srm",
            "transfer_act": "Convention de transfert",
            "ledger_reference": f"G/{cls.serial}",
            "ledger_date": "2024-10-14",
            "ledger_amount": amount,
        } | values

    @classmethod
    def _debts(cls, *vals_list, stage="scored"):
        """Debts taken to ``stage`` by the buttons people press."""
        debts = cls.env["srm.debt"].create(list(vals_list))
        types = cls.env["srm.debt.document.type"].search([])
        cls.env["srm.debt.document"].create(
            [
                {"debt_id": debt.id, "type_id": kind.id}
                for debt in debts
                for kind in types
            ]
        )
        debts.action_documents_complete()
        debts.action_reconcile()
        debts._refresh_exposure()
        if stage == "reconciled":
            return debts
        debts.with_user(cls.certifier).action_certify()
        if stage == "certified":
            return debts
        debts.action_classify()
        debts.action_score()
        return debts

    @classmethod
    def _debt(cls, amount, stage="scored", **values):
        return cls._debts(cls._debt_vals(amount, **values), stage=stage)

    def _settlement(self, debts, count=3, first=None, **values):
        """Draft of the officer with ``count`` equal instalments."""
        settlement = (
            self.env["srm.settlement"]
            .with_user(self.officer)
            .create(
                {
                    "file_id": debts.file_id.id,
                    "line_ids": [
                        Command.create({"debt_id": debt.id, "amount": amount})
                        for debt in debts
                        if (amount := values.pop("amount", debt.amount_payable))
                    ],
                }
                | values
            )
        )
        self._plan(settlement, count, first)
        return settlement

    def _plan(self, settlement, count=3, first=None, **values):
        wizard = self.env["srm.settlement.plan"].create(
            {
                "settlement_id": settlement.id,
                "count": count,
                "date_first": first or fields.Date.today(),
            }
            | values
        )
        wizard.action_generate()

    def _sign(self, settlement):
        settlement.with_user(self.officer).write(
            {
                "signed_document": "cHJvdG9jb2xl",
                "signed_filename": "protocole.pdf",
                "date_signed": fields.Date.today(),
                "signatory": "M. Alami, gérant",
            }
        )

    def _schedule(self, settlement):
        settlement.with_user(self.officer).action_propose()
        self._sign(settlement)
        settlement.with_user(self.manager).action_agree()
        settlement.with_user(self.officer).action_schedule()

    def _order(self, instalments):
        """Draft payment order of these instalments."""
        action = instalments.with_user(self.officer).action_prepare_orders()
        return self.env["account.payment.order"].browse(action["res_id"])

    def _send(self, order):
        """Confirm, make the file and hand it to the bank; returns the file."""
        order.with_user(self.manager).draft2open()
        order.with_user(self.officer).open2generated()
        order.with_user(self.officer).generated2uploaded()
        return self.env["ir.attachment"].search(
            [("res_model", "=", order._name), ("res_id", "=", order.id)]
        )

    def _bank(self, order, outcome, lines=None, **values):
        wizard = (
            self.env["srm.payment.outcome"]
            .with_user(self.officer)
            .create({"order_id": order.id, "outcome": outcome} | values)
        )
        if lines is not None:
            wizard.line_ids = lines
        wizard.action_confirm()

    @contextmanager
    def assertRefused(self, text, error=UserError):
        """The block fails with ``error`` saying ``text``, and leaves nothing behind."""
        with (
            self.assertRaisesRegex(error, re.escape(text)),
            self.env.cr.savepoint(),
        ):
            yield

    def _control(self):
        self.env["srm.arrears.control"].invalidate_model()
        return self.env["srm.arrears.control"].search(
            [("mapping_id", "=", self.accounts.id)]
        )

    def assertBalanced(self, debts=None, transit=None):
        """Both sides of the control agree, and so does every posted entry."""
        control = self._control()
        self.assertEqual(control.difference, 0, "debts and control accounts differ")
        self.assertEqual(control.amount_unposted, 0)
        if debts is not None:
            self.assertAlmostEqual(control.amount_debts, debts, 2)
        if transit is not None:
            self.assertAlmostEqual(control.amount_transit, transit, 2)
        moves = (
            self.env["account.move.line"]
            .search(
                [
                    (
                        "account_id",
                        "in",
                        (
                            self.accounts.payable_account_id
                            | self.accounts.retention_account_id
                        ).ids,
                    )
                ]
            )
            .move_id
        )
        for move in moves:
            self.assertEqual(
                round(sum(move.line_ids.mapped("debit")), 2),
                round(sum(move.line_ids.mapped("credit")), 2),
            )
