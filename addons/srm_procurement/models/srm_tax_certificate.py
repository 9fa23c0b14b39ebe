from datetime import timedelta

from srm_engine.withholding import certificate_expiry

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from odoo.addons.srm_kit.guard import Freeze, Guard

_lt = LazyTranslate(__name__)

#: Days before the expiry from which a person is asked to fetch another one.
ALERT_DAYS = 15


class SrmTaxCertificate(models.Model):
    """Tax-compliance certificate (attestation de régularité fiscale, AAC270B-241).

    It serves for less than 6 months, and only after a person of the company has found
    it on the site of the tax authority.
    """

    _name = "srm.tax.certificate"
    _description = "Tax Certificate"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_expiry desc, id desc"
    _rec_name = "number"
    _rec_names_search = ["number", "partner_id"]
    _guard = Guard(
        freezes=(
            Freeze(
                once="verified_by_id",
                database=True,
                files=True,
                remedy=_lt("Register another certificate instead."),
            ),
        ),
        held=("date_expiry",),
        proofs={"file": "file_sha256"},
    )

    partner_id = fields.Many2one(
        "res.partner",
        string="Supplier",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('parent_id', '=', False)]",
        tracking=True,
    )
    number = fields.Char(required=True, tracking=True)
    date_issue = fields.Date(string="Issued on", required=True, tracking=True)
    date_expiry = fields.Date(
        string="Valid until",
        compute="_compute_date_expiry",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        tracking=True,
        entered="proposed from the issue, corrected when the certificate says less",
        help="Last day it serves: less than 6 months after its issue.",
    )
    file = fields.Binary(string="Certificate", attachment=True, copy=False)
    file_name = fields.Char(copy=False)
    file_sha256 = fields.Char(string="Fingerprint (SHA-256)", readonly=True, copy=False)
    verified_by_id = fields.Many2one(
        "res.users",
        string="Verified by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        tracking=True,
    )
    verified_on = fields.Datetime(readonly=True, copy=False)
    state = fields.Selection(
        [
            ("to_verify", "To verify"),
            ("valid", "Valid"),
            ("expiring", "Expiring"),
            ("expired", "Expired"),
        ],
        compute="_compute_state",
        search="_search_state",
    )
    days_left = fields.Integer(compute="_compute_state", aggregator=None)

    _number_unique = models.Constraint(
        "UNIQUE (partner_id, number)", "This certificate is already registered."
    )
    _dates_valid = models.Constraint(
        "CHECK (date_expiry >= date_issue)",
        "A certificate cannot expire before it is issued.",
    )

    @api.depends("date_issue")
    def _compute_date_expiry(self):
        for certificate in self:
            issued = certificate.date_issue
            certificate.date_expiry = certificate_expiry(issued) if issued else False

    @api.depends("date_expiry", "verified_by_id")
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for certificate in self:
            left = (
                (certificate.date_expiry - today).days
                if (certificate.date_expiry)
                else -1
            )
            certificate.days_left = max(left, 0)
            certificate.state = certificate._state_for(left)

    def _state_for(self, left: int) -> str:
        if left < 0:
            return "expired"
        if not self.verified_by_id:
            return "to_verify"
        return "expiring" if left <= ALERT_DAYS else "valid"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        soon = today + timedelta(days=ALERT_DAYS)
        alive = Domain("date_expiry", ">=", today)
        verified = alive & Domain("verified_by_id", "!=", False)
        domains = {
            "expired": Domain("date_expiry", "<", today),
            "to_verify": alive & Domain("verified_by_id", "=", False),
            "expiring": verified & Domain("date_expiry", "<=", soon),
            "valid": verified & Domain("date_expiry", ">", soon),
        }
        return Domain.OR([domains[state] for state in value if state in domains])

    @api.constrains("date_issue", "date_expiry")
    def _check_dates(self):
        for certificate in self:
            if certificate.date_issue > fields.Date.context_today(self):
                raise ValidationError(
                    self.env._(
                        "Certificate %(number)s: the date of issue is in the future.",
                        number=certificate.number,
                    )
                )
            if certificate.date_expiry > certificate_expiry(certificate.date_issue):
                raise ValidationError(
                    self.env._(
                        "Certificate %(number)s serves for less than 6 months: until "
                        "%(date)s at most.",
                        number=certificate.number,
                        date=certificate_expiry(certificate.date_issue),
                    )
                )

    def action_verify(self):
        """I found it on the site of the tax authority; a second click does nothing."""
        self.check_access("write")
        self.lock_for_update()
        todo = self.filtered(lambda item: not item.verified_by_id)
        without = todo.filtered(lambda item: not item.file)
        if without:
            raise UserError(
                self.env._(
                    "Attach the certificate %(number)s of %(supplier)s before "
                    "verifying it.",
                    number=without[0].number,
                    supplier=without[0].partner_id.name,
                )
            )
        todo._by_code().write(
            {"verified_by_id": self.env.uid, "verified_on": fields.Datetime.now()}
        )
        return True

    def _valid_on(self, partners, day) -> dict:
        """``{partner: certificate}`` of the verified certificates that serve on a day.

        :param partners: businesses (``_srm_commercial``)
        """
        found = self.search(
            [
                ("partner_id", "in", partners.ids),
                ("verified_by_id", "!=", False),
                ("date_issue", "<=", day),
                ("date_expiry", ">=", day),
            ],
            order="date_expiry",
        )
        return {item.partner_id: item for item in found}

    # --- alerts --------------------------------------------------------------------
    @api.model
    def _cron_alert_expiring(self):
        """Ask who verified a certificate to fetch the next one, once, in time.

        A supplier that already has a later one is left alone.
        """
        expiring = self.search([("state", "=", "expiring")])
        last = dict(
            self._read_group(
                [("partner_id", "in", expiring.partner_id.ids)],
                ["partner_id"],
                ["date_expiry:max"],
            )
        )
        todo = expiring.filtered(
            lambda item: (
                item.date_expiry == last[item.partner_id] and not item.activity_ids
            )
        )
        for user, certificates in todo.grouped("verified_by_id").items():
            summary = self.with_context(lang=user.lang).env._(
                "Ask for a new tax certificate"
            )
            for certificate in certificates:
                certificate.activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=certificate.date_expiry,
                    summary=summary,
                    user_id=user.id,
                )
