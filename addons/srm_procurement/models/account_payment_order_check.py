from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError

from .srm_debt import MANAGER


class Finding(NamedTuple):
    """One thing looked at; ``reason`` is empty when it is as it should be."""

    record: models.BaseModel
    reason: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        return f"• {self.record.display_name}: {self.reason} {self.remedy}"


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

    def _srm_check_releasable(self):
        """Refuse the release, naming every red check and its remedy."""
        result = super()._srm_check_releasable()
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
        """``{code of the check: findings}``, in the order of the screen.

        Account, amount and duties are looked at for every order, the rest for those
        that pay agreements.
        """
        self.ensure_one()
        agreements = bool(self._srm_lines())
        return {
            "payer_status": self._srm_find_payer_status() if agreements else [],
            "settlement": self._srm_find_settlements(),
            "supply": self._srm_find_supplies(),
            "bank": self._srm_find_accounts(),
            "certificate": self._srm_find_certificates() if agreements else [],
            "blocked": self._srm_find_blocks(),
            "remaining": self._srm_find_amounts(),
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
        """Where the money goes: accounts approved by a second person, as approved."""
        lines = self.payment_line_ids
        findings = [
            Finding(account, *account._srm_payment_refusal())
            for account in lines.partner_bank_id
        ]
        missing = lines.filtered(
            lambda line: line._srm_needs_account() and not line.partner_bank_id
        )
        findings += [
            Finding(
                line,
                self.env._("The line has no bank account."),
                self.env._("Choose an approved account of the payee."),
            )
            for line in missing
        ]
        if self.srm_bank_format_id:
            layout = self.srm_bank_format_id
            findings.append(Finding(layout, *layout._payment_refusal()))
        return findings

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

    def _srm_find_amounts(self):
        """Amount and payee of each line are those of what it settles."""
        return [
            Finding(line.srm_debt_id or line, *line._srm_settling_refusal())
            for line in self.payment_line_ids
        ]

    def _srm_find_duties(self):
        """Who certified a debt or entered an account does not release the order.

        The list is the same for all readers: it names those who may; the release
        itself refuses the others.
        """
        accounts = self.payment_line_ids.partner_bank_id
        authors = accounts._srm_authors()
        if own := self.srm_preparer_ids & authors:
            return [
                Finding(
                    self,
                    self.env._(
                        "%(user)s prepared the order and entered one of its accounts.",
                        user=own[0].name,
                    ),
                    self.env._("Have somebody else prepare the payment."),
                )
            ]
        excluded = self._srm_lines().srm_debt_id.certified_by_id | authors
        excluded |= self.srm_preparer_ids
        managers = self.env.ref(MANAGER).all_user_ids.filtered(
            lambda user: user.active and self.company_id in user.company_ids
        )
        if allowed := managers - excluded:
            return [Finding(user) for user in allowed]
        reason = self.env._(
            "Every finance manager certified a debt, entered an account or prepared "
            "the order."
        )
        remedy = self.env._("Have another finance manager appointed.")
        return [Finding(self, reason, remedy)]

    # --- once released -------------------------------------------------------------
    def _srm_check_transfers(self):
        """What was released is still right, and the file says nothing else.

        Looked at again when the file is made and when it is uploaded.
        """
        for order in self._srm_outbound():
            order._srm_refuse_findings(
                [
                    *order._srm_find_accounts(),
                    *order._srm_find_amounts(),
                    *order._srm_find_changes(),
                ]
            )

    def _srm_check_generate(self):
        """No file is made for what has been blocked since the release."""
        for order in self._srm_outbound():
            order._srm_refuse_findings(
                [*order._srm_find_settlements(), *order._srm_find_blocks()]
            )
        self._srm_check_transfers()

    def _srm_refuse_findings(self, findings):
        red = [str(finding) for finding in findings if finding.reason]
        if red:
            title = self.env._("%(order)s does not go to the bank:", order=self.name)
            raise UserError("\n".join([title, *red]))

    def _srm_find_changes(self):
        """Accounts, holders and amounts are those that were released."""
        cancel = self.env._("Cancel the order and prepare another one.")
        findings = [
            Finding(line, self.env._("It is not what was released."), cancel)
            for line in self.payment_line_ids
            if not line._srm_is_as_kept()
        ]
        strange = self.payment_ids.filtered(lambda item: not item._srm_pays_its_lines())
        paid = self.payment_ids.payment_line_ids
        if strange or paid != self.payment_line_ids:
            reason = self.env._("Its payments are not those of its lines.")
            findings.append(Finding(self, reason, cancel))
        return findings

    def _srm_check_upload(self):
        self._srm_check_transfers()
        for order in self.filtered("srm_file_id"):
            order._proof("srm_file_id")
