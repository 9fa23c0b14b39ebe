import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import Freeze, Guard

_lt = LazyTranslate(__name__)
#: What the revocation says, after the issue.
REVOCATION = ("revoked_date", "revoked_reason")
REMEDY = _lt("Revoke it, and issue another.")


class SrmCertificate(models.Model):
    """Proof that a person was trained, verifiable by anybody through its QR code."""

    _name = "srm.certificate"
    _inherit = ["mail.thread"]
    _description = "Training Certificate"
    _order = "date desc, id desc"
    _guard = Guard(
        freezes=(
            Freeze(always=True, but=REVOCATION, remedy=REMEDY),
            # A training taken on from the past is corrected by its take-on.
            Freeze(once="issued_by_id", but=REVOCATION, database=True, remedy=REMEDY),
            Freeze(once="revoked_date", fields=REVOCATION, database=True),
        ),
        deletable=(),
    )

    name = fields.Char("Number", readonly=True, copy=False, default="/", index=True)
    worker_id = fields.Many2one(
        "srm.worker", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="worker_id.company_id", store=True)
    province_id = fields.Many2one(related="worker_id.province_id", store=True)
    title = fields.Char(required=True)
    title_ar = fields.Char(string="Title in Arabic")
    theme_ids = fields.Many2many("srm.theme", string="Themes")
    campaign_id = fields.Many2one(
        "srm.campaign", index="btree_not_null", ondelete="restrict", readonly=True
    )
    session_id = fields.Many2one(
        "srm.campaign.session",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
    )
    issued_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    date = fields.Date(required=True, default=fields.Date.context_today, index=True)
    hours = fields.Float()
    valid_until = fields.Date(index="btree_not_null")
    token = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: secrets.token_urlsafe(24),
        groups="srm_base.group_administrator",
    )
    revoked_date = fields.Date(readonly=True, copy=False, tracking=True)
    revoked_reason = fields.Char(copy=False)
    status = fields.Selection(
        [("valid", "Valid"), ("expired", "Expired"), ("revoked", "Revoked")],
        compute="_compute_status",
    )
    organiser = fields.Char(help="Who trained, for a training taken on from the past")
    predecessor_id = fields.Many2one(
        "srm.predecessor",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
        copy=False,
    )
    origin_reference = fields.Char(readonly=True, copy=False)

    _token_unique = models.Constraint("UNIQUE (token)", "This token already exists.")
    _origin_unique = models.UniqueIndex(
        "(company_id, predecessor_id, origin_reference)"
        " WHERE origin_reference IS NOT NULL",
        "This past training is already taken on.",
    )
    _validity_order = models.Constraint(
        "CHECK (valid_until IS NULL OR valid_until >= date)",
        "A certificate cannot expire before its date.",
    )
    _hours_positive = models.Constraint(
        "CHECK (hours >= 0)", "Training hours cannot be negative."
    )

    @api.model_create_multi
    def create(self, vals_list):
        numbers = self._next_numbers(len(vals_list))
        return super().create(
            [
                {"issued_by_id": self.env.uid, **vals, "name": number}
                for vals, number in zip(vals_list, numbers, strict=True)
            ]
        )

    @api.model
    def _next_numbers(self, count: int) -> list[str]:
        # sudo: taking a number changes the sequence, which no role may edit.
        sequence = (
            self.env["ir.sequence"]
            .sudo()
            .search([("code", "=", "srm.certificate")], limit=1)
        )
        return [sequence.next_by_id() for _index in range(count)]

    @api.depends("name")
    def _compute_display_name(self):
        for certificate in self:
            certificate.display_name = joined(certificate.name)

    @api.depends("valid_until", "revoked_date")
    def _compute_status(self):
        today = fields.Date.context_today(self)
        for certificate in self:
            if certificate.revoked_date:
                certificate.status = "revoked"
            elif certificate.valid_until and certificate.valid_until < today:
                certificate.status = "expired"
            else:
                certificate.status = "valid"

    def action_revoke(self):
        certificates = self.filtered(lambda item: not item.revoked_date)
        for certificate in certificates:
            if not certificate.revoked_reason:
                raise UserError(
                    self.env._(
                        "Say why the certificate %(name)s is revoked.",
                        name=certificate.name,
                    )
                )
        certificates._by_code().revoked_date = fields.Date.context_today(self)
        return True

    def _verify_url(self) -> str:
        """Address in the QR code: anybody may ask, only the token answers."""
        self.ensure_one()
        # sudo: the token is a secret of the paper, not of the person who prints it.
        return f"{self.get_base_url()}/srm/hse/verify/{self.sudo().token}"

    def action_print(self):
        """The certificates as one PDF, a page each."""
        ids = ",".join(map(str, self.ids))
        return {
            "type": "ir.actions.act_url",
            "url": f"/srm/hse/certificates?ids={ids}",
            "target": "new",
        }
