from srm_engine.identifiers import check_iban, check_rib, compact

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import plaintext2html

from ..tools.identifiers import refusal
from .res_partner import MOROCCO

RIB_LENGTH = 24
ACTIVITY = "srm_base.mail_activity_duplicate_rib"


def rib_of(number):
    """The RIB behind a valid account number, RIB or Moroccan IBAN, or ``""``."""
    if check_iban(number).valid:
        return compact(number)[4:]
    check = check_rib(number)
    return check.normalized if check.valid else ""


class ResPartnerBank(models.Model):
    _inherit = "res.partner.bank"

    srm_rib = fields.Char(
        "RIB",
        compute="_compute_srm_rib",
        store=True,
        index="btree_not_null",
        help="The 24 digits, whether the account was entered as a RIB or as an IBAN",
    )
    srm_duplicate_rib = fields.Boolean(
        "Shared with another supplier",
        compute="_compute_srm_duplicate_rib",
        search="_search_srm_duplicate_rib",
    )

    @api.depends("acc_number")
    def _compute_srm_rib(self):
        for account in self:
            account.srm_rib = rib_of(account.acc_number or "") or False

    @api.constrains("acc_number", "partner_id")
    def _check_srm_account_number(self):
        for account in self:
            kind = account._srm_number_kind()
            if not kind:
                continue
            check = {"rib": check_rib, "iban": check_iban}[kind](account.acc_number)
            if not check.valid:
                raise ValidationError(
                    self.env._(
                        "Bank account of %(partner)s: %(reason)s",
                        partner=account.partner_id.display_name,
                        reason=refusal(self.env, kind, check),
                    )
                )

    def _srm_number_kind(self):
        """How to check the number: ``rib``, ``iban``, or ``""`` when it is foreign.

        A number without country is taken for Moroccan when its holder is, or when it
        has the length of a RIB.
        """
        self.ensure_one()
        number = compact(self.acc_number or "")
        if number.startswith(MOROCCO):
            return "iban"
        country = self.partner_id.country_id.code
        if number[:2].isalpha() or country not in (MOROCCO, False):
            return ""
        return "rib" if country or len(number) == RIB_LENGTH else ""

    @api.depends("srm_rib", "partner_id.commercial_partner_id", "active")
    def _compute_srm_duplicate_rib(self):
        shared = self._srm_shared_ribs(self.filtered("active").mapped("srm_rib"))
        for account in self:
            account.srm_duplicate_rib = account.active and account.srm_rib in shared

    @api.model
    def _search_srm_duplicate_rib(self, operator, value):
        if operator != "in":
            return NotImplemented
        inside = Domain("srm_rib", "in", list(self._srm_shared_ribs()))
        return Domain.OR([inside if flag else ~inside for flag in value])

    @api.model
    def _srm_shared_ribs(self, ribs=None):
        """RIBs held by several businesses, in one query.

        :param ribs: RIBs to look at, default all
        :return: ``{rib: accounts}``; the accounts are privileged records: a shared
            account is worth a warning even when the user may not see its other holder
        """
        accounts = self.env["res.partner.bank"].sudo()
        domain = [("srm_rib", "!=", False)]
        if ribs is not None:
            domain = [("srm_rib", "in", list(filter(None, ribs)))]
        groups = accounts._read_group(
            domain, ["srm_rib"], ["id:recordset"], having=[("__count", ">", 1)]
        )
        return {
            rib: found
            for rib, found in groups
            if len(found.partner_id.commercial_partner_id) > 1
        }

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create(vals_list)
        accounts._srm_report_shared()
        return accounts

    def write(self, vals):
        result = super().write(vals)
        if {"acc_number", "partner_id", "active"} & vals.keys():
            self._srm_report_shared()
        return result

    def _srm_report_shared(self):
        """Ask each finance manager to look at the accounts that are shared.

        One activity per business and manager; an activity still open is not repeated.
        """
        shared = self._srm_shared_ribs(self.filtered("active").mapped("srm_rib"))
        managers = self.env.ref("srm_base.group_finance_manager").all_user_ids
        if not shared or not managers:
            return
        holders = {}
        for rib, accounts in shared.items():
            for business in accounts.partner_id.commercial_partner_id:
                holders.setdefault(business, (rib, accounts))
        activity_type = self.env.ref(ACTIVITY)
        opened = self._srm_open_reports(activity_type, holders)
        vals_list = [
            {
                **self._prepare_duplicate_activity(business, user, rib, accounts),
                "activity_type_id": activity_type.id,
            }
            for business, (rib, accounts) in holders.items()
            for user in managers
            if (business.id, user.id) not in opened
        ]
        # sudo: the activity is addressed to the managers, whoever typed the number.
        activities = self.env["mail.activity"].sudo()
        activities.with_context(mail_activity_quick_update=True).create(vals_list)

    def _srm_open_reports(self, activity_type, businesses):
        """Activities still open, as ``{(business id, user id)}``."""
        activities = self.env["mail.activity"].sudo()
        found = activities.search_fetch(
            [
                ("activity_type_id", "=", activity_type.id),
                ("res_model", "=", "res.partner"),
                ("res_id", "in", [business.id for business in businesses]),
            ],
            ["res_id", "user_id"],
        )
        return {(activity.res_id, activity.user_id.id) for activity in found}

    def _prepare_duplicate_activity(self, business, user, rib, accounts):
        others = accounts.partner_id.commercial_partner_id - business
        env = self.with_context(lang=user.lang).env
        return {
            "res_model_id": self.env["ir.model"]._get_id("res.partner"),
            "res_id": business.id,
            "user_id": user.id,
            "summary": env._("Bank account shared with another supplier"),
            "note": plaintext2html(
                env._(
                    "The account %(rib)s also belongs to %(others)s. Check it before"
                    " any payment.",
                    rib=f"…{rib[-4:]}",  # the activity is read by all the staff
                    others=", ".join(others.mapped("display_name")),
                )
            ),
        }
