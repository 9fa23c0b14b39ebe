from odoo import api, fields, models

SUPPLIES = [
    ("services", "Services"),
    ("works", "Works or goods"),
    ("fees", "Fees (articles 15 bis and 45 bis)"),
    ("excluded", "Excluded: water, electricity, sanitation, telecommunications"),
]
#: Who reads the register of certificates; others open suppliers without it.
CERTIFICATE_READERS = (
    "srm_base.group_finance_officer,srm_base.group_contract_manager,"
    "srm_base.group_director,srm_base.group_administrator"
)


class ResPartner(models.Model):
    """What decides the taxes withheld from a supplier."""

    _inherit = "res.partner"

    srm_legal_status = fields.Selection(
        [
            ("company", "Company (corporate tax)"),
            ("individual", "Individual (RNR, RNS)"),
        ],
        string="Legal status",
        compute="_compute_srm_legal_status",
        store=True,
        readonly=False,
        entered="proposed from the kind of contact, corrected from the card",
    )
    srm_supply_nature = fields.Selection(
        SUPPLIES,
        string="Usual supply",
        help="Proposed when a bill of this supplier is paid.",
    )
    srm_certificate_ids = fields.One2many(
        "srm.tax.certificate",
        "partner_id",
        string="Tax certificates",
        groups=CERTIFICATE_READERS,
    )
    srm_certificate_expiry = fields.Date(
        string="Tax certificate valid until",
        compute="_compute_srm_certificate_expiry",
        groups=CERTIFICATE_READERS,
    )

    @api.depends("is_company")
    def _compute_srm_legal_status(self):
        for partner in self:
            partner.srm_legal_status = "company" if partner.is_company else "individual"

    @api.depends(
        "srm_certificate_ids.date_expiry", "srm_certificate_ids.verified_by_id"
    )
    def _compute_srm_certificate_expiry(self):
        """Last expiry of the certificates someone verified; empty without one."""
        found = dict(
            self.env["srm.tax.certificate"]._read_group(
                [("partner_id", "in", self.ids), ("verified_by_id", "!=", False)],
                ["partner_id"],
                ["date_expiry:max"],
            )
        )
        for partner in self:
            partner.srm_certificate_expiry = found.get(partner._origin)

    def _srm_is_non_resident(self) -> bool:
        """Whether the supplier is abroad; a card without country counts as local."""
        return self.country_id.code not in ("MA", False)

    def _srm_commercial(self):
        """The business behind a contact: certificates are in its name."""
        return self.commercial_partner_id or self
