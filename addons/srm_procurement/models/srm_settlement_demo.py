from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG
from odoo.addons.srm_kit.guard.database import disarmed

#: Fictional account of the demonstration company (valid check digits).
COMPANY_RIB = "007010000123456700000103"
#: Months over which past payments are spread.
ROUNDS = (4, 3, 2, 1)
#: First instalment of a proposal that waits for its answer.
DAYS_AHEAD = 15


class Plan(NamedTuple):
    """How far one creditor's agreement went.

    ``paid`` instalments were credited in the last months; ``next`` says where the
    following one is: "bank" (with the bank), "order" (draft order) or "" (to pay).
    """

    mode: str
    count: int
    state: str
    paid: int = 0
    next: str = ""


PLANS = (
    Plan("cash", 1, "scheduled", paid=1),
    Plan("instalments", 3, "scheduled", paid=2, next="bank"),
    Plan("instalments", 4, "proposed"),
    Plan("cash", 1, "scheduled", paid=1),
    Plan("instalments", 6, "scheduled", paid=1),
    Plan("instalments", 3, "agreed"),
    Plan("instalments", 2, "draft"),
    Plan("instalments", 4, "scheduled", next="bank"),
    Plan("court", 2, "scheduled", next="order"),
    Plan("cash", 1, "scheduled", paid=1),
    Plan("instalments", 12, "scheduled", paid=3),
)
#: One file in seven has no agreement yet: something is left to do on screen.
WITHOUT_AGREEMENT = 7


class SrmSettlementDemo(models.AbstractModel):
    """Demonstration: agreements and payments made by the buttons people press.

    Only the dates are set back afterwards, so that the last months have a history.
    """

    _name = "srm.settlement.demo"
    _description = "Demonstration of the settlements"

    @api.model
    def _replace_sample_books(self):
        """Give the demonstration company Moroccan books.

        Only the sample entries that Odoo's demonstration made on its generic chart
        are removed, the way Odoo removes them when it changes a demonstration chart.
        """
        company = self.env.ref("base.main_company")
        if company.chart_template == "generic_coa":
            discard = self.with_context(**{MODULE_UNINSTALL_FLAG: True}).env
            for model in ("account.payment", "account.move"):
                discard[model].search([("company_id", "=", company.id)]).unlink()
        self.env["res.company"]._srm_install_settlement()

    @api.model
    def _load(self):
        """Load everything once; called by the demo data of the add-on."""
        if self.env["srm.settlement"].search_count([], limit=1):
            return
        quiet = self.with_context(tracking_disable=True, mail_notrack=True)
        quiet._set_company_account()
        quiet._set_back_openings()
        agreements = quiet._create_agreements()
        for months in ROUNDS:
            quiet._pay_round(agreements, months)
        quiet._prepare_current_orders(agreements)

    def _people(self) -> tuple:
        """Officer, and the manager who did not certify."""
        return (
            self.env.ref("srm_base.user_demo_finance_officer"),
            self.env.ref("srm_procurement.user_demo_finance_manager_2"),
        )

    def _today(self, **back):
        return fields.Date.subtract(fields.Date.context_today(self), **back)

    def _set_company_account(self):
        journal = self.env.company.srm_payment_mode_id.fixed_journal_id
        journal.bank_account_id = self.env["res.partner.bank"].create(
            {
                "acc_number": COMPANY_RIB,
                "partner_id": self.env.company.partner_id.id,
                "bank_id": self.env["res.bank"]
                .create({"name": "Banque de démonstration"})
                .id,
            }
        )

    def _set_back_openings(self):
        """The debts entered the books before the first payment."""
        debts = self.env["srm.debt"].search([("booked_date", "!=", False)])
        items = debts.opening_line_id | debts.retention_line_id
        day = self._today(months=max(ROUNDS) + 1)
        moves = items.move_id
        moves.button_draft()
        moves.write({"date": day, "name": False})
        moves.action_post()
        with disarmed(self.env, "srm.debt"):
            debts._by_code().write({"booked_date": day, "certified_date": day})

    # --- agreements ----------------------------------------------------------------
    def _create_agreements(self) -> list[tuple]:
        """``(plan, settlement)`` for the creditors that can be paid."""
        files = self.env["srm.debt.file"].search(
            [("amount_payable", ">", 0), ("blocked", "=", False)], order="score desc"
        )
        ready = files.filtered(lambda file: file._settleable_debts())
        chosen = [
            file for rank, file in enumerate(ready) if (rank + 1) % WITHOUT_AGREEMENT
        ]
        return [
            (PLANS[rank % len(PLANS)], self._create_agreement(file, rank))
            for rank, file in enumerate(chosen)
        ]

    def _create_agreement(self, file, rank):
        plan = PLANS[rank % len(PLANS)]
        officer, manager = self._people()
        action = file.with_user(officer).action_prepare_settlement()
        settlement = self.env["srm.settlement"].browse(action["res_id"])
        settlement.write({"mode": plan.mode} | self._interest(settlement, rank))
        self.env["srm.settlement.plan"].create(
            {
                "settlement_id": settlement.id,
                "count": plan.count,
                "date_first": self._first_date(plan),
            }
        ).action_generate()
        if plan.state != "draft":
            settlement.with_user(officer).action_propose()
        if plan.state in ("agreed", "scheduled"):
            settlement.with_user(officer).write(self._proof(settlement, plan))
            settlement.with_user(manager).action_agree()
        if plan.state == "scheduled":
            settlement.with_user(officer).action_schedule()
            self._set_back(settlement, self._months_back(plan, rank), days=rank % 20)
        return settlement

    def _first_date(self, plan):
        """What is not scheduled yet can still be accepted some days from now."""
        ahead = 0 if plan.state == "scheduled" else DAYS_AHEAD
        return self._today() + timedelta(ahead)

    def _months_back(self, plan, rank) -> int:
        """Months since the first instalment; single payments are spread."""
        single = plan.mode == "cash" and plan.paid
        return ROUNDS[rank % len(ROUNDS)] if single else plan.paid

    def _interest(self, settlement, rank) -> dict:
        """One creditor in three claims interest and gives up most of it."""
        if rank % 3:
            return {}
        claimed = round(settlement.amount_total * 0.04, 2)
        return {
            "interest_claimed": claimed,
            "interest_waived": round(claimed * 0.75, 2),
        }

    def _proof(self, settlement, plan) -> dict:
        vals = {
            "signed_document": "UHJvdG9jb2xlIGRlIGTDqW1vbnN0cmF0aW9u",
            "signed_filename": f"{settlement.name.replace('/', '-')}.txt",
            "date_signed": self._today(),
            "signatory": "Le gérant",
        }
        if plan.mode == "court":
            vals |= {
                "court_name": "Tribunal de commerce d'Agadir",
                "judgment_reference": f"2025/{settlement.id}",
                "judgment_date": self._today(months=2),
            }
        return vals

    def _set_back(self, settlement, months: int, days: int):
        """The agreement was made before its paid instalments."""
        if not months:
            return
        with disarmed(self.env, "srm.settlement", "srm.settlement.instalment"):
            self._write_past(settlement, months, days)
        self.env.invalidate_all()
        settlement.instalment_ids.modified(["date"])

    def _write_past(self, settlement, months: int, days: int):
        self.env.cr.execute(
            SQL(
                """UPDATE srm_settlement_instalment
                      SET date = (date - make_interval(months => %s))::date + %s
                    WHERE settlement_id = %s""",
                months,
                days,
                settlement.id,
            )
        )
        day = self._today(months=months, days=20)
        self.env.cr.execute(
            SQL(
                """UPDATE srm_settlement
                      SET date_proposed = %(day)s, date_signed = %(day)s,
                          date_agreed = %(day)s, date_scheduled = %(day)s
                    WHERE id = %(id)s""",
                day=day,
                id=settlement.id,
            )
        )

    # --- payments ------------------------------------------------------------------
    def _pay_round(self, agreements, months: int):
        """Everything that was due ``months`` months ago, in one order."""
        instalments = self.env["srm.settlement.instalment"]
        for rank, (plan, settlement) in enumerate(agreements):
            ordered = settlement.instalment_ids.sorted("date")
            if plan.mode == "cash" and plan.paid:
                if self._months_back(plan, rank) == months:
                    instalments |= ordered
            elif months <= plan.paid:
                instalments |= ordered[plan.paid - months]
        if instalments:
            order = self._send(instalments, self._today(months=months) + timedelta(2))
            lines = order.payment_line_ids
            order._srm_register_credit(lines, order.date_uploaded + timedelta(1))

    def _send(self, instalments, day):
        """Order released, written and handed to the bank on ``day``."""
        officer, manager = self._people()
        order = self._create_order(instalments)
        order.with_user(manager).draft2open()
        order.payment_ids._by_code().write({"date": day})
        order.with_user(officer).open2generated()
        order.with_user(officer).generated2uploaded()
        order._by_code().write({"date_generated": day, "date_uploaded": day})
        return order

    def _create_order(self, instalments):
        officer, _manager = self._people()
        action = instalments.with_user(officer).action_prepare_orders()
        return self.env["account.payment.order"].browse(action["res_id"])

    def _prepare_current_orders(self, agreements):
        """One order with the bank, one refused transfer in it, and one draft."""
        current = {"bank": [], "order": []}
        for plan, settlement in agreements:
            upcoming = settlement.instalment_ids.sorted("date")[plan.paid :]
            if plan.next:
                current[plan.next].append(upcoming[:1].id)
        instalments = self.env["srm.settlement.instalment"]
        sent = self._send(instalments.browse(current["bank"]), self._today(days=3))
        if len(sent.payment_ids) > 1:
            refused = sent.payment_ids[:1].payment_line_ids
            sent._srm_register_refusal(
                refused, self._today(days=1), "Compte du bénéficiaire clôturé"
            )
        self._create_order(instalments.browse(current["order"]))
