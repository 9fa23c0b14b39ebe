from datetime import timedelta

from markupsafe import Markup
from srm_engine.late_interest import quarter_start

from odoo import Command, api, fields, models

from ..amounts import money
from .srm_debt_demo import read_demo

DOCUMENT = "RG9jdW1lbnQgZGUgZMOpbW9uc3RyYXRpb24="
#: Fictional account of the assignee (valid check digits).
ASSIGNEE_RIB = "007010000098765432100030"
#: Illustrative treasury-bill means, one per quarter, the oldest first.
TREASURY_RATES = (3.05, 3.0, 2.9, 2.8, 2.75, 2.6, 2.45, 2.3, 2.2, 2.1, 2.0, 1.95)
COURTS = (
    ("2025/8201/114", "Tribunal de commerce d'Agadir"),
    ("2025/8204/37", "Tribunal administratif d'Agadir"),
    ("2025/8201/288", "Tribunal de commerce d'Agadir"),
    ("2026/8201/19", "Tribunal de commerce d'Agadir"),
)
DISPUTES = (
    ("quantity", "Métré contradictoire inférieur aux quantités facturées"),
    ("price", "Prix nouveau sans avenant approuvé"),
    ("penalty", "Pénalités de retard non déduites"),
    ("quality", "Réserves de la réception provisoire non levées"),
)


class SrmDebtDepthDemo(models.AbstractModel):
    """Demonstration of the files in depth: court, set-off, assignment, scenarios."""

    _name = "srm.debt.depth.demo"
    _description = "Demonstration of the debt files in depth"

    @api.model
    def _load(self):
        """Load everything once; called by the demo data of the add-on."""
        if self.env["srm.payment.scenario"].search_count([], limit=1):
            return
        quiet = self.with_context(tracking_disable=True, mail_notrack=True)
        quiet._score_classified()
        quiet._load_rates()
        quiet._detail_cases()
        quiet._detail_disputes()
        quiet._detail_blocks()
        quiet._load_persons()
        quiet._claim_interest()
        quiet._load_setoffs()
        quiet._load_assignment()
        quiet._load_double()
        quiet._load_scenarios()

    def _people(self) -> tuple:
        """Officer, and the manager who did not certify."""
        return self.env["srm.settlement.demo"]._people()

    def _today(self, **back):
        return fields.Date.subtract(fields.Date.context_today(self), **back)

    def _debts(self, *domain, limit=None):
        demo = [row["reference"] for row in read_demo("debts")]
        return self.env["srm.debt"].search(
            [("origin_reference", "in", demo), *domain], order="id", limit=limit
        )

    def _score_classified(self):
        """Files that no settlement holds yet: the scenarios plan them."""
        officer, _manager = self._people()
        ready = self._debts(("stage", "=", "classified"), ("blocked", "=", False))
        ready.with_user(officer).action_score()

    def _load_rates(self):
        first = quarter_start(self._today(months=3 * (len(TREASURY_RATES) - 1)))
        self.env["srm.interest.rate"].create(
            [
                {
                    "date_from": fields.Date.add(first, months=3 * rank),
                    "treasury_rate": rate,
                    "note": "Chiffre illustratif de la démonstration",
                }
                for rank, rate in enumerate(TREASURY_RATES)
            ]
        )
        remaining = 1
        while remaining:
            _done, remaining = self.env["srm.debt"]._refresh_exposure()

    def _detail_cases(self):
        """Each blocked debt has its case; the oldest one is judged."""
        cases = self.env["srm.debt.case"].search([("state", "=", "open")], order="id")
        for rank, (case, (reference, court)) in enumerate(
            zip(cases, COURTS, strict=False)
        ):
            case.write(
                {
                    "reference": reference,
                    "court_name": court,
                    "date_hearing": fields.Date.add(self._today(), days=9 + 14 * rank),
                    "note": "Assignation en paiement, expertise demandée.",
                }
            )
        if cases:
            _officer, manager = self._people()
            cases[0].write(
                {
                    "date_first_judgment": self._today(days=90),
                    "date_final": self._today(days=20),
                    "outcome": "partly",
                    "amount_judged": round(cases[0].amount_contested * 0.8, 2),
                    "judgment": DOCUMENT,
                    "judgment_name": "jugement.txt",
                }
            )
            cases[0].with_user(manager).action_judge()

    def _detail_disputes(self):
        """Contested parts get their grounds; one is decided."""
        officer, manager = self._people()
        debts = self._debts(("amount_contested", ">", 0), limit=8)
        disputes = self.env["srm.debt.dispute"]
        for rank, debt in enumerate(debts):
            reason, note = DISPUTES[rank % len(DISPUTES)]
            disputes |= disputes.with_user(officer).create(
                {
                    "debt_id": debt.id,
                    "reason": reason,
                    "amount": debt.amount_contested,
                    "note": note,
                    "date_opened": self._today(days=60 - 5 * rank),
                }
            )
        if disputes:
            debt, amount = disputes[0].debt_id, money(disputes[0].amount)
            accepted = money(float(amount) * 0.6)
            debt.with_user(manager)._resolve_dispute(
                accepted, amount - accepted, "PV de métré contradictoire", disputes[0]
            )

    def _detail_blocks(self):
        """Who has to settle each block, and by when; some are overdue."""
        blocks = self.env["srm.debt.block"].search(
            [("date_closed", "=", False)], order="id"
        )
        for rank, block in enumerate(blocks[:24]):
            days = (rank % 6) * 7 - 10
            block.write(
                {
                    "user_id": block.file_id.user_id.id,
                    "date_deadline": fields.Date.add(self._today(), days=days),
                }
            )

    def _load_persons(self):
        """The people of each creditor, and who came to its meetings."""
        rows = {row["name"]: row for row in read_demo("suppliers")}
        files = self.env["srm.debt.file"].search(
            [("partner_id.name", "in", list(rows))]
        )
        self.env["res.partner"].create(
            [
                {
                    "name": rows[file.partner_id.name]["contact"],
                    "parent_id": file.partner_id.id,
                    "type": "contact",
                    "function": "Gérant",
                    "phone": file.partner_id.phone,
                }
                for file in files
            ]
        )
        meetings = self.env["srm.debt.contact"].search(
            [("channel", "=", "meeting"), ("file_id", "in", files.ids)]
        )
        for meeting in meetings:
            meeting.attendee_ids = meeting.partner_id.child_ids[:1]
            meeting.minutes = Markup("<p>%s</p>") % meeting.summary
            promised = meeting.file_id.commitment_ids.filtered(
                lambda item: item.state == "open" and not item.contact_id
            )
            promised[:1].contact_id = meeting

    def _claim_interest(self):
        debts = self._debts(("interest_to_date", ">", 0), limit=12)
        for rank, debt in enumerate(debts):
            debt.interest_claimed = round(
                debt.interest_to_date * (1.4 if rank % 3 else 0.9), 2
            )

    # --- set-off and assignment ------------------------------------------------------
    def _free_debts(self):
        debts = self._debts(*self.env["srm.debt"]._settleable_domain())
        return debts.filtered(lambda debt: debt.amount_payable > 30000)

    def _load_setoffs(self):
        """One booked, one proposed: penalties the creditors owe."""
        officer, manager = self._people()
        for rank, debt in enumerate(self._free_debts()[:2]):
            line = self._receivable(debt.partner_id, 12500.0 + 4300 * rank)
            setoff = (
                self.env["srm.debt.setoff"]
                .with_user(officer)
                .create(
                    {
                        "debt_id": debt.id,
                        "receivable_line_id": line.id,
                        "amount": line.amount_residual,
                        "note": "Pénalités de retard notifiées à l'entreprise",
                        "document": DOCUMENT,
                        "document_name": "accord-de-compensation.txt",
                    }
                )
            )
            setoff.action_propose()
            if not rank:
                setoff.with_user(manager).action_agree()
                setoff.action_book()

    def _receivable(self, partner, amount: float):
        """Open item on the customers account: what the creditor owes."""
        company = self.env.company
        account = self.env["account.account"].with_company(company)
        domain = [("company_ids", "in", company.ids)]
        receivable = account.search(
            [("account_type", "=", "asset_receivable"), *domain], limit=1
        )
        income = account.search(
            [("account_type", "in", ("income_other", "income")), *domain], limit=1
        )
        label = "Pénalités de retard"
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": company._srm_get_debt_journal().id,
                "ref": label,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": receivable.id,
                            "partner_id": partner.id,
                            "name": label,
                            "debit": amount,
                        }
                    ),
                    Command.create(
                        {"account_id": income.id, "name": label, "credit": amount}
                    ),
                ],
            }
        )
        move._post(soft=False)
        return move.line_ids.filtered(lambda line: line.account_id == receivable)

    def _load_assignment(self):
        officer, manager = self._people()
        assignee = self.env["res.partner"].create(
            {
                "name": "Souss Affacturage SA",
                "is_company": True,
                "country_id": self.env.ref("base.ma").id,
                "city": "Casablanca",
                "email": "contact@souss-affacturage.example.com",
                "bank_ids": [Command.create({"acc_number": ASSIGNEE_RIB})],
            }
        )
        debt = self._free_debts().filtered(lambda item: not item.setoff_ids)[:1]
        if not debt:
            return
        assignment = (
            self.env["srm.debt.assignment"]
            .with_user(officer)
            .create(
                {
                    "file_id": debt.file_id.id,
                    "debt_ids": [Command.set(debt.ids)],
                    "assignee_id": assignee.id,
                    "partner_bank_id": assignee.bank_ids.id,
                    "date_notified": self._today(days=35),
                    "reference": "Exploit d'huissier n° 412",
                    "document": DOCUMENT,
                    "document_name": "acte-de-cession.txt",
                }
            )
        )
        assignment.with_user(manager).action_notify()

    def _load_double(self):
        """The same invoice in the registers of two predecessors."""
        debt = self._debts(("stage", "=", "registered"), limit=1)
        debt.copy(
            {
                "origin_reference": f"{debt.origin_reference}-BIS",
                "predecessor_id": self.env.ref("srm_base.predecessor_onee_water").id,
                "invoice_reference": debt.invoice_reference.replace("FA-", "Facture "),
                "invoice_date": debt.invoice_date + timedelta(days=2),
            }
        )
        self.env["srm.debt.duplicate"]._search_duplicates(self.env.company)

    # --- scenarios -------------------------------------------------------------------
    def _load_scenarios(self):
        """Three ways to pay the same files; the second one is chosen."""
        officer, manager = self._people()
        payable = sum(
            self._debts(*self.env["srm.debt"]._settleable_domain()).mapped(
                "amount_payable"
            )
        )
        ceiling = round(payable / 6, -4) or 10000.0
        scenarios = (
            self.env["srm.payment.scenario"]
            .with_user(officer)
            .create(
                [
                    {
                        "name": "Plafond prudent, par score",
                        "ceiling": ceiling * 0.6,
                        "deduct_agreed": False,
                    },
                    {
                        "name": "Plafond budgété, par score",
                        "ceiling": ceiling,
                        "deduct_agreed": False,
                    },
                    {
                        "name": "Plafond budgété, petites créances d'abord",
                        "ceiling": ceiling,
                        "order_by": "smallest",
                        "deduct_agreed": False,
                    },
                ]
            )
        )
        scenarios.action_compute()
        scenarios[1].with_user(manager)._freeze(
            "Tous les créanciers sont payés dans l'enveloppe votée; les dossiers les "
            "plus fragiles passent d'abord."
        )
