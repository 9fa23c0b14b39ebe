from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..amounts import money, total
from .account_payment_order import MANAGER


class Finding(NamedTuple):
    """One thing looked at; ``reason`` is empty when it is as it should be."""

    record: models.BaseModel
    reason: str = ""
    remedy: str = ""


class AccountPaymentOrder(models.Model):
    """Checks before the release of an order, shown as a list and enforced.

    ``_srm_release_findings`` gives, per check, what was looked at: other topics (a
    pledge, for instance) add their own code to ``srm.payment.check`` and their findings
    here.
    """

    _inherit = "account.payment.order"

    srm_check_ids = fields.One2many(
        "srm.payment.check", "order_id", string="Checks before release"
    )
    srm_checked_on = fields.Datetime(string="Checked on", readonly=True, copy=False)
    srm_red_count = fields.Integer(
        string="Checks in red", compute="_compute_srm_red_count"
    )

    @api.depends("srm_check_ids.passed")
    def _compute_srm_red_count(self):
        for order in self:
            order.srm_red_count = len(
                order.srm_check_ids.filtered(lambda item: not item.passed)
            )

    def action_srm_check(self):
        """Look at everything again, as of now."""
        for order in self.filtered(lambda item: item.state == "draft"):
            order._srm_run_checks()
        return True

    def _srm_check_release(self):
        """Refuse the release, naming every red check and its remedy."""
        result = super()._srm_check_release()
        self._srm_run_checks()
        red = self.srm_check_ids.filtered(lambda item: not item.passed)
        if red:
            raise UserError(
                "\n".join(
                    [
                        self.env._("%(order)s cannot be released:", order=self.name),
                        *(
                            f"• {check.subject}: {check.reason} {check.remedy}"
                            for check in red
                        ),
                    ]
                )
            )
        return result

    def _srm_run_checks(self):
        """Replace the list of checks: one green line per check, one per red finding."""
        self.ensure_one()
        vals_list = []
        for sequence, (code, findings) in enumerate(
            self._srm_release_findings().items()
        ):
            vals_list += [
                vals | {"order_id": self.id, "sequence": sequence, "code": code}
                for vals in self._srm_check_vals(findings)
            ]
        # sudo: the list is written by this code only.
        self.sudo().srm_check_ids.unlink()
        self.env["srm.payment.check"].sudo().create(vals_list)
        self.sudo().srm_checked_on = fields.Datetime.now()
        self.invalidate_recordset(["srm_check_ids", "srm_red_count"])

    def _srm_check_vals(self, findings: list[Finding]) -> list[dict]:
        red = [found for found in findings if found.reason]
        if red:
            return [
                {
                    "passed": False,
                    "subject": found.record.display_name,
                    "reason": found.reason,
                    "remedy": found.remedy,
                    "res_model": found.record._name,
                    "res_id": found.record.id,
                }
                for found in red
            ]
        names = list(dict.fromkeys(item.record.display_name for item in findings))
        shown = ", ".join(names[:3]) + (" …" if len(names) > 3 else "")
        return [{"passed": True, "subject": shown, "reason": "", "remedy": ""}]

    def _srm_release_findings(self) -> dict[str, list[Finding]]:
        """``{code of the check: findings}``, in the order of the screen."""
        self.ensure_one()
        return {
            "payer_status": self._srm_find_payer_status(),
            "settlement": self._srm_find_settlements(),
            "supply": self._srm_find_supplies(),
            "bank": self._srm_find_accounts(),
            "certificate": self._srm_find_certificates(),
            "blocked": self._srm_find_blocks(),
            "remaining": self._srm_find_remaining(),
            "duties": self._srm_find_duties(),
        }

    def _srm_find_payer_status(self):
        reason = remedy = ""
        if not self.company_id.srm_payer_status:
            reason = self.env._("The tax department has not decided the status.")
            remedy = self.env._("Set it in Settings > Arrears.")
        return [Finding(self.company_id, reason, remedy)]

    def _srm_find_settlements(self):
        settlements = self._srm_lines().srm_instalment_id.settlement_id
        return [
            Finding(
                settlement,
                self.env._("The agreement is not scheduled."),
                self.env._("Schedule it, or take its instalments out of the order."),
            )
            if settlement.state != "scheduled"
            else Finding(settlement)
            for settlement in settlements
        ]

    def _srm_find_supplies(self):
        return [
            Finding(debt)
            if debt._srm_supply()
            else Finding(
                debt,
                self.env._("Nothing says what is paid: the tax cannot be computed."),
                self.env._("Choose the nature of the debt."),
            )
            for debt in self._srm_lines().srm_debt_id
        ]

    def _srm_find_accounts(self):
        return [
            Finding(account)
            if account.srm_approval == "approved"
            else Finding(
                account,
                self.env._("No second person has approved this account."),
                self.env._(
                    "A finance manager other than %(author)s opens and approves it.",
                    author=account.srm_entered_by_id.name or self.env._("its author"),
                ),
            )
            for account in self._srm_lines().partner_bank_id
        ]

    def _srm_find_certificates(self):
        lines = self._srm_lines()
        partners = lines.partner_id._srm_commercial().filtered(
            lambda partner: not partner._srm_is_non_resident()
        )
        today = fields.Date.context_today(self)
        valid = self.env["srm.tax.certificate"]._valid_on(partners, today)
        if self.company_id.srm_certificate_rule == "withhold" or not partners:
            return [Finding(self.company_id)]
        return [
            Finding(certificate)
            if (certificate := valid.get(partner))
            else Finding(
                partner,
                self.env._("No verified tax certificate under 6 months old."),
                self.env._("Register the certificate and verify it."),
            )
            for partner in partners
        ]

    def _srm_find_blocks(self):
        return [
            Finding(
                debt,
                self.env._("The debt is blocked."),
                self.env._("Lift the block, or take it out of the order."),
            )
            if debt.blocked
            else Finding(debt)
            for debt in self._srm_lines().srm_debt_id
        ]

    def _srm_find_remaining(self):
        findings = []
        for debt, lines in self._srm_lines().grouped("srm_debt_id").items():
            asked = total(lines.mapped("amount_currency"))
            left = -money(debt.opening_line_id.amount_residual)
            reason = remedy = ""
            if asked > left:
                reason = self.env._(
                    "%(asked)s is asked, %(left)s is left.",
                    asked=self.company_currency_id.format(float(asked)),
                    left=self.company_currency_id.format(float(left)),
                )
                remedy = self.env._("Cancel the agreement and plan it again.")
            findings.append(Finding(debt, reason, remedy))
        return findings

    def _srm_find_duties(self):
        """Who certified a debt or entered an account does not release the order.

        The list is the same for all readers: it names those who may; the release
        itself refuses the others.
        """
        lines = self._srm_lines()
        excluded = lines.srm_debt_id.certified_by_id
        excluded |= lines.partner_bank_id.srm_entered_by_id
        managers = self.env.ref(MANAGER).all_user_ids.filtered(
            lambda user: user.active and self.company_id in user.company_ids
        )
        if allowed := managers - excluded:
            return [Finding(user) for user in allowed]
        reason = self.env._(
            "Every finance manager certified a debt or entered an account of the order."
        )
        remedy = self.env._("Have another finance manager appointed.")
        return [Finding(self, reason, remedy)]
