from srm_engine.identifiers import check_ice, warn_if, warn_rc

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..tools.identifiers import refusal, warning_text

MOROCCO = "MA"
CNSS_LENGTH = 7
#: Roles that deal with suppliers by their accounts, or look after the whole.
ACCOUNT_READERS = (
    "srm_base.group_finance_officer,srm_base.group_contract_manager,"
    "srm_base.group_director,srm_base.group_administrator"
)
ICE_INPUTS = {"company_registry", "country_id", "is_company", "srm_is_supplier"}


def warn_cnss(value):
    """Why a CNSS membership number (7 digits) looks unusual, or ``""``."""
    number = (value or "").replace(" ", "")
    if not number:
        return ""
    if not number.isdigit():
        return "not_digits"
    return "" if len(number) == CNSS_LENGTH else "length"


class ResPartner(models.Model):
    """Identifiers of Moroccan businesses.

    The ICE is the core field ``company_registry`` and the IF the core field ``vat``. An
    ICE must be right (check digits) and belongs to one active business only; the IF,
    the trade register and the CNSS number have no public check digit: they only warn.
    """

    _inherit = "res.partner"

    bank_ids = fields.One2many(groups=ACCOUNT_READERS)
    srm_is_supplier = fields.Boolean("Supplier")
    srm_trade_register = fields.Char("Trade register (RC)")
    srm_cnss = fields.Char("CNSS number")
    srm_business_tax = fields.Char("Business tax number (TP)")
    srm_firm_size = fields.Selection(
        [
            ("micro", "Very small"),
            ("small", "Small"),
            ("medium", "Medium"),
            ("large", "Large"),
        ],
        string="Size of the firm",
    )
    srm_distress = fields.Selection(
        [
            ("0", "None known"),
            ("1", "Strained cash"),
            ("2", "Late wages or suppliers"),
            ("3", "Survival at stake"),
        ],
        string="Financial distress",
        default="0",
    )
    srm_ice = fields.Char(
        "Checked ICE",
        compute="_compute_srm_ice",
        store=True,
        copy=False,
        help="The ICE of an active business: no two may have the same",
    )
    srm_duplicate_rib = fields.Boolean(
        "Bank account shared with another supplier",
        compute="_compute_srm_duplicate_rib",
        compute_sudo=True,
        search="_search_srm_duplicate_rib",
    )
    identifier_warning = fields.Text(compute="_compute_identifier_warning")

    _srm_ice_unique = models.UniqueIndex(
        "(srm_ice) WHERE srm_ice IS NOT NULL",
        "Another active business already has this ICE.",
    )

    @api.depends(
        "company_registry",
        "country_id",
        "is_company",
        "srm_is_supplier",
        "parent_id",
        "active",
    )
    def _compute_srm_ice(self):
        for partner in self:
            subject = partner.active and partner._srm_has_ice()
            check = subject and check_ice(partner.company_registry)
            partner.srm_ice = check.normalized if check and check.valid else False

    def _srm_has_ice(self):
        """Whether ``company_registry`` is the ICE of the record itself.

        Contacts repeat the number of their company, and foreign companies have another
        kind of number in this field.
        """
        self.ensure_one()
        if not self.company_registry or (self.parent_id and not self.is_company):
            return False
        if self.country_id:
            return self.country_id.code == MOROCCO
        return self.is_company or self.srm_is_supplier

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._srm_normalize_ice(vals) for vals in vals_list])

    def write(self, vals):
        vals = dict(vals)
        if vals.get("name") and not self.env["res.partner.bank"].has_access("write"):
            self.check_access("write")
            # sudo: Odoo renames the holder of the accounts as well, and whoever
            # renames a partner need not read them.
            super(ResPartner, self.sudo()).write({"name": vals.pop("name")})
        if not vals.get("company_registry"):
            return super().write(vals)
        moroccan = self.filtered(
            lambda partner: partner._srm_country_code(vals) in (MOROCCO, False)
        )
        foreign = self - moroccan
        if foreign:
            super(ResPartner, foreign).write(vals)
        return super(ResPartner, moroccan).write(moroccan._srm_normalize_ice(vals))

    def _srm_country_code(self, vals):
        country = self.country_id
        if "country_id" in vals:
            country = country.browse(vals["country_id"])
        return country.code

    def _srm_normalize_ice(self, vals):
        """Write the ICE with its 15 digits, leading zeros included."""
        value = vals.get("company_registry")
        if not value or self[:1]._srm_country_code(vals) not in (MOROCCO, False):
            return vals
        check = check_ice(value)
        return {**vals, "company_registry": check.normalized} if check.valid else vals

    @api.constrains(*ICE_INPUTS)
    def _check_business_ice(self):
        """Say what is wrong with the number.

        Checks run in the order of their names: this one comes before that of
        ``l10n_ma`` (``_check_company_registry_ma``), which only counts the digits.
        """
        for partner in self.filtered(lambda partner: partner._srm_has_ice()):
            check = check_ice(partner.company_registry)
            if not check.valid:
                raise ValidationError(
                    self.env._(
                        "%(partner)s: %(reason)s If the company is not Moroccan, set"
                        " its country.",
                        partner=partner.display_name,
                        reason=refusal(self.env, "ice", check),
                    )
                )

    @api.constrains(*ICE_INPUTS, "active", "parent_id")
    def _check_srm_ice_unique(self):
        """Name the other business; the unique index stays the guard in a race."""
        subjects = self.filtered(
            lambda partner: partner.active and partner._srm_has_ice()
        )
        if not subjects:
            return
        # sudo: the rule holds for the whole database, whatever the user may see.
        others = self.sudo().search_fetch(
            [("company_registry", "in", subjects.mapped("company_registry"))],
            ["company_registry", "country_id", "is_company", "name"],
        )
        owners = {}
        for partner in others.filtered(lambda partner: partner._srm_has_ice()):
            owner = owners.setdefault(partner.company_registry, partner)
            if owner != partner:
                self._srm_refuse_duplicate(owner, partner)

    @api.constrains("country_id")
    def _check_srm_bank_accounts(self):
        # A number that a foreign holder may have is not one for a Moroccan holder.
        # sudo: numbers are checked whoever changes the country, and not shown.
        self.sudo().bank_ids._check_srm_account_number()

    def _srm_refuse_duplicate(self, *partners):
        newcomer = next(partner for partner in partners if partner in self)
        owner = next(partner for partner in partners if partner != newcomer)
        raise ValidationError(
            self.env._(
                "%(newcomer)s cannot have the ICE %(ice)s: %(owner)s (no. %(number)s)"
                " already has it. Open that record instead, or correct one of them.",
                newcomer=newcomer.display_name,
                ice=owner.company_registry,
                owner=owner.display_name,
                number=owner.id,
            )
        )

    @api.depends(
        "vat", "srm_trade_register", "srm_cnss", "country_id", "parent_id", "is_company"
    )
    def _compute_identifier_warning(self):
        for partner in self:
            moroccan = partner.country_id.code in (MOROCCO, False)
            own = partner.is_company or not partner.parent_id
            warnings = partner._srm_identifier_warnings() if moroccan and own else []
            partner.identifier_warning = "\n".join(warnings) or False

    def _srm_identifier_warnings(self):
        codes = {
            self.env._("The IF (tax number)"): warn_if(self.vat or ""),
            self.env._("The RC (trade register)"): warn_rc(
                self.srm_trade_register or ""
            ),
            self.env._("The CNSS number"): warn_cnss(self.srm_cnss),
        }
        return [
            warning_text(self.env, name, code) for name, code in codes.items() if code
        ]

    @api.depends("bank_ids.srm_duplicate_rib")
    def _compute_srm_duplicate_rib(self):
        for partner in self:
            partner.srm_duplicate_rib = any(
                partner.bank_ids.mapped("srm_duplicate_rib")
            )

    @api.model
    def _search_srm_duplicate_rib(self, operator, value):
        if operator != "in":
            return NotImplemented
        # sudo: whether an account is shared is a warning for all, its number is not.
        accounts = self.env["res.partner.bank"].sudo()
        found = accounts._search([("srm_duplicate_rib", "in", value)])
        return Domain("id", "in", found.subselect("partner_id"))

    # Messages

    def _srm_of_suppliers(self):
        """Suppliers and their contacts."""
        return self.filtered(
            lambda partner: (
                partner.srm_is_supplier or partner.commercial_partner_id.srm_is_supplier
            )
        )

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """What is said of a supplier is for those who deal with it."""
        found = super()._mail_get_operation_for_mail_message_operation(
            message_operation
        )
        if not self.env.user.has_groups(ACCOUNT_READERS):
            # sudo: what kind of partner it is, whoever asks.
            found |= dict.fromkeys(self & self.sudo()._srm_of_suppliers(), "write")
        return found
