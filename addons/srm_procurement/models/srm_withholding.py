from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from srm_engine.dates import month_end
from srm_engine.withholding import (
    EXCLUDED,
    FEES,
    NON_RESIDENT,
    NON_RESIDENT_TAX,
    VAT_TAX,
    WORKS,
    Kept,
    Parties,
    TaxDue,
    is_small_operation,
    part_of,
    taxes_due,
)

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import Freeze, Guard

from ..amounts import ZERO, money
from .account_tax import CODES
from .res_partner_withholding import SUPPLIES

#: States of a payment that never was, or is not yet, in the books.
NOT_POSTED = ("draft", "canceled")
#: What was withheld, from whom, why: written once, with the payment.
FACTS = (
    "payment_id",
    "partner_id",
    "company_id",
    "tax_id",
    "code",
    "supply",
    "move_id",
    "debt_id",
    "certificate_id",
    "gross",
    "base",
    "rate",
    "amount",
    "exempt",
    "reversal_of_id",
    "reversal_date",
)


class Claim(NamedTuple):
    """A bill or a debt of which a part is paid; amounts in MAD."""

    source: models.Model
    partner: models.Model
    ht: Decimal
    vat: Decimal
    gross: Decimal
    supply: str
    paid: Decimal


class SrmWithholding(models.Model):
    """Tax kept from one payment of one bill or debt: a journal that only grows.

    A refused payment is answered by a line of opposite amounts on the day of the
    refusal. Sums of the lines tell what was kept from a claim, and what is due to the
    Treasury for a month.
    """

    _name = "srm.withholding"
    _description = "Withheld Tax"
    _order = "date desc, id desc"
    _check_company_auto = True
    _guard = Guard(freezes=(Freeze(always=True, fields=FACTS, database=True),))

    payment_id = fields.Many2one(
        "account.payment", required=True, readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Supplier",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    tax_id = fields.Many2one(
        "account.tax",
        string="Tax in the books",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    code = fields.Selection(CODES, string="Tax", readonly=True, index=True)
    supply = fields.Selection(SUPPLIES, string="For", readonly=True)
    move_id = fields.Many2one(
        "account.move", string="Bill", readonly=True, index="btree_not_null"
    )
    debt_id = fields.Many2one(
        "srm.debt", string="Supplier debt", readonly=True, index="btree_not_null"
    )
    certificate_id = fields.Many2one(
        "srm.tax.certificate", readonly=True, index="btree_not_null"
    )
    gross = fields.Monetary(string="Paid (TTC)", readonly=True)
    base = fields.Monetary(
        readonly=True, help="VAT for the tax on VAT, amount HT for the tax on income."
    )
    rate = fields.Float(string="Rate (%)", readonly=True, aggregator=None)
    amount = fields.Monetary(string="Withheld", readonly=True)
    exempt = fields.Boolean(
        string="Small operation",
        readonly=True,
        help="At most 5,000 DH TTC, within 50,000 DH per month and supplier: nothing "
        "is withheld.",
    )
    reversal_of_id = fields.Many2one(
        "srm.withholding", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    reversal_date = fields.Date(readonly=True)
    date = fields.Date(compute="_compute_date", store=True, index=True)
    payment_state = fields.Selection(related="payment_id.state", store=True)
    statement_id = fields.Many2one(
        "srm.withholding.statement",
        string="Withholding statement",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )

    _debt_idx = models.Index("(debt_id, tax_id) WHERE debt_id IS NOT NULL")
    _reversed_once = models.UniqueIndex(
        "(reversal_of_id) WHERE reversal_of_id IS NOT NULL",
        "This withheld tax was given back already.",
    )

    @api.depends("payment_id.date", "reversal_date")
    def _compute_date(self):
        for line in self:
            line.date = line.reversal_date or line.payment_id.date

    @api.depends("code", "payment_id.name", "partner_id.name")
    def _compute_display_name(self):
        labels = dict(self._fields["code"]._description_selection(self.env))
        for line in self:
            line.display_name = joined(
                labels.get(line.code, ""), line.partner_id.name, by=" "
            )

    # --- rules ---------------------------------------------------------------------
    @api.model
    def _propose(self, company, claims: list[Claim], day) -> list[list[dict]]:
        """Taxes to keep from each claim: values of lines, without their payment.

        One reading round whatever the number of claims; several parts of one claim
        among them count one after the other.

        :raise UserError: the payer's status or the supply of a claim is unknown
        """
        asked = [claim for claim in claims if self._may_bear(claim)]
        if not asked:
            return [[] for _claim in claims]
        self._check_supplies(asked)
        facts = self._read_facts(company, asked, day)
        return [
            self._propose_one(claim, facts) if self._may_bear(claim) else []
            for claim in claims
        ]

    def _may_bear(self, claim: Claim) -> bool:
        """Whether a tax could be due, whatever the status of the payer."""
        if claim.partner._srm_is_non_resident():
            return claim.supply not in (WORKS, EXCLUDED)
        return bool(claim.vat or claim.supply == FEES)

    def _check_supplies(self, claims: list[Claim]):
        for claim in claims:
            if not claim.supply:
                raise UserError(
                    self.env._(
                        "%(claim)s: say what is paid (services, works, fees...) on the "
                        "payment, or on the card of %(supplier)s: it decides the tax "
                        "to withhold.",
                        claim=claim.source.display_name,
                        supplier=claim.partner.name,
                    )
                )

    def _read_facts(self, company, claims: list[Claim], day) -> dict:
        partners = self.env["res.partner"].union(*(item.partner for item in claims))
        certificates = self.env["srm.tax.certificate"]._valid_on(partners, day)
        return {
            "company": company,
            "status": company._srm_payer_status(),
            "certificates": certificates,
            "taxes": self.env["account.tax"]._srm_by_code(company),
            "kept": self._kept_before(claims),
            "exempt": self._exempt_before(company, partners, day),
        }

    def _kept_before(self, claims: list[Claim]) -> defaultdict:
        """``{(source, tax): Kept}`` of the payments that were not cancelled."""
        kept = defaultdict(Kept)
        for name in ("debt_id", "move_id"):
            model = self._fields[name].comodel_name
            ids = [item.source.id for item in claims if item.source._name == model]
            if not ids:
                continue
            groups = self.sudo()._read_group(  # whoever may pay must not withhold twice
                [
                    (name, "in", ids),
                    ("exempt", "=", False),
                    ("payment_state", "!=", "canceled"),
                ],
                [name, "tax_id"],
                ["gross:sum", "base:sum", "amount:sum"],
            )
            for source, tax, *sums in groups:
                kept[source.id, model, tax.id] = Kept(*map(money, sums))
        return kept

    def _exempt_before(self, company, partners, day) -> defaultdict:
        """Small operations exempted this month, by supplier, in MAD."""
        groups = self.sudo()._read_group(  # the ceiling is that of the whole company
            [
                ("company_id", "=", company.id),
                ("partner_id", "in", partners.ids),
                ("exempt", "=", True),
                ("payment_state", "!=", "canceled"),
                ("date", ">=", day.replace(day=1)),
                ("date", "<=", month_end(day)),
            ],
            ["partner_id"],
            ["gross:sum"],
        )
        found = {partner.id: money(amount) for partner, amount in groups}
        return defaultdict(lambda: ZERO, found)

    def _propose_one(self, claim: Claim, facts: dict) -> list[dict]:
        partner = claim.partner
        certificate = facts["certificates"].get(partner)
        kind = partner.srm_legal_status
        if partner._srm_is_non_resident():
            kind = NON_RESIDENT
        parties = Parties(facts["status"], kind, bool(certificate))
        small = is_small_operation(claim.gross, claim.paid, facts["exempt"][partner.id])
        lines = []
        for due in taxes_due(claim.ht, claim.vat, claim.supply, parties, small):
            vals = self._prepare_line(claim, due, facts)
            lines.append(
                vals | {"certificate_id": certificate.id if certificate else False}
            )
            if due.exempt:
                facts["exempt"][partner.id] += claim.paid
        return lines

    def _prepare_line(self, claim: Claim, due: TaxDue, facts: dict) -> dict:
        tax = self._tax_of(due, claim.partner, facts)
        key = (claim.source.id, claim.source._name, tax.id)
        before = Kept() if due.exempt else facts["kept"][key]
        part = part_of(due, claim.gross, before, claim.paid)
        if not due.exempt:
            facts["kept"][key] = Kept(
                before.paid + part.paid,
                before.base + part.base,
                before.amount + part.amount,
            )
        is_debt = claim.source._name == "srm.debt"
        return {
            "partner_id": claim.partner.id,
            "company_id": facts["company"].id,
            "tax_id": tax.id,
            "code": tax.srm_withheld,
            "supply": claim.supply,
            "debt_id": claim.source.id if is_debt else False,
            "move_id": False if is_debt else claim.source.id,
            "gross": float(part.paid),
            "base": float(part.base),
            "rate": float(due.rate),
            "amount": float(part.amount),
            "exempt": due.exempt,
        }

    def _tax_of(self, due: TaxDue, partner, facts: dict):
        if due.kind == VAT_TAX:
            code = f"vat_{due.rate:.0f}"
        elif due.kind == NON_RESIDENT_TAX:
            code = "nr_10"
        else:
            code = "is_5" if partner.srm_legal_status == "company" else "ir_10"
        tax = facts["taxes"].get(code)
        if not tax:
            raise UserError(
                self.env._(
                    "%(company)s has no tax for a withholding of %(rate)s %%: create "
                    "what is missing in Settings > Arrears.",
                    company=facts["company"].name,
                    rate=due.rate,
                )
            )
        return tax

    # --- payments ------------------------------------------------------------------
    @api.model
    def _record(self, pairs: list[tuple]):
        """Keep the lines of payments.

        :param pairs: ``(payment, values of its lines)``
        """
        vals_list = [
            vals | {"payment_id": payment.id}
            for payment, lines in pairs
            for vals in lines
        ]
        # sudo: people pay, this code alone writes what was withheld.
        return self.sudo().create(vals_list).sudo(False)

    def _reverse(self, date):
        """Answer these lines by opposite ones on the day the payment was refused."""
        lines = self.sudo()  # see _record
        known = lines.search([("reversal_of_id", "in", self.ids)]).reversal_of_id
        todo = lines.filtered(lambda line: not line.reversal_of_id) - known
        return lines.create(
            [
                line._by_code().copy_data()[0]
                | {
                    "gross": -line.gross,
                    "base": -line.base,
                    "amount": -line.amount,
                    "reversal_of_id": line.id,
                    "reversal_date": date,
                    "statement_id": False,
                }
                for line in todo
            ]
        )

    def action_open_payment(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.payment",
            "res_id": self.payment_id.id,
            "view_mode": "form",
        }
