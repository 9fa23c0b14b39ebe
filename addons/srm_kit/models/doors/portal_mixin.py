import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import consteq
from odoo.tools.misc import format_datetime

from ...guard import Guard

#: A mail sent just before the end of a link must still be readable for a while.
RENEW_BEFORE = timedelta(days=3)
LINK_DAYS = 30
MOST_LINK_DAYS = 90


def refuse_share_user(env) -> None:
    """Tokens and links are for the staff: a person from outside has a login.

    Pages shown to such a person make theirs with the system's rights.
    """
    if env.user.share and not env.su:
        raise AccessError(env._("Links to documents are given by the staff only."))


class PortalMixin(models.AbstractModel):
    """Links that open a document without a login.

    They are asked for by the staff that reads the document, they work for some days,
    and a withdrawn one stays withdrawn. What Odoo and other add-ons compare with the
    token of an address is ``access_token``: out of date or withdrawn, it is empty.
    """

    _inherit = "portal.mixin"
    _guard = Guard(
        free=(
            "access_secret",
            "access_token_expiry",
            "access_revoked_on",
            "access_revoked_by_id",
        )
    )

    access_secret = fields.Char(readonly=True, copy=False, groups=fields.NO_ACCESS)
    access_token = fields.Char(
        compute="_compute_access_token",
        inverse="_inverse_access_token",
        compute_sudo=True,
        groups="base.group_user",
    )
    access_token_expiry = fields.Datetime(
        string="Link valid until", readonly=True, copy=False, groups="base.group_user"
    )
    access_revoked_on = fields.Datetime(
        string="Links withdrawn on", readonly=True, copy=False, groups="base.group_user"
    )
    access_revoked_by_id = fields.Many2one(
        "res.users",
        string="Links withdrawn by",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )

    @api.depends("access_secret", "access_token_expiry", "access_revoked_on")
    def _compute_access_token(self):
        now = fields.Datetime.now()
        for record in self:
            expiry = record.access_token_expiry
            works = expiry and now < expiry and not record.access_revoked_on
            # Never False: it is compared with what an address says.
            record.access_token = (works and record.access_secret) or ""

    def _inverse_access_token(self):
        """A token is made here, never chosen; emptying it ends the link."""
        for record in self:
            if record.access_token and not self.env.su:
                raise AccessError(
                    self.env._("The token of a link is drawn, not entered.")
                )
            if record.access_token:
                record._renew_link()
            else:
                record._end_link()
        self.invalidate_recordset(["access_token"])

    def _renew_link(self) -> None:
        days = timedelta(days=self._portal_link_days())
        # sudo: whoever may send a link may read the document, not write it.
        self.sudo()._by_code().write(
            {
                "access_secret": secrets.token_urlsafe(32),
                "access_token_expiry": fields.Datetime.now() + days,
            }
        )

    def _end_link(self, **more) -> None:
        # sudo: nobody writes the secret; the caller was asked for his rights.
        self.sudo()._by_code().write(
            {"access_secret": False, "access_token_expiry": False, **more}
        )

    def _portal_link_days(self) -> int:
        """How long a link of this document works."""
        # sudo: a setting of the suite, no secret.
        setting = self.env["ir.config_parameter"].sudo().get_param("srm_kit.link_days")
        text = str(setting or "")
        days = int(text) if text.isdigit() and len(text) < 5 else LINK_DAYS
        return min(max(days, 1), MOST_LINK_DAYS)

    # What gives a link

    def _portal_ensure_token(self):
        """The token of the link; empty once links of the document are withdrawn."""
        self.ensure_one()
        document = self.sudo()  # the token is given to who was asked for his rights
        if document.access_revoked_on:
            return ""
        expiry = document.access_token_expiry
        if not document.access_token or expiry - fields.Datetime.now() < RENEW_BEFORE:
            document._renew_link()
        return document.access_token

    def _portal_token_valid(self, token: str | None) -> bool:
        """Whether a token given in an address opens this document now."""
        self.ensure_one()
        known = self.sudo().access_token  # the visitor is judged by the token alone
        # Other letters cannot be compared in constant time.
        return bool(token and known and token.isascii() and consteq(known, token))

    def _check_link_right(self) -> None:
        """Links are given by the staff, to documents the person reads."""
        refuse_share_user(self.env)
        self.check_access("read")

    def _check_link_allowed(self) -> None:
        withdrawn = self.sudo().filtered("access_revoked_on")[:1]
        if withdrawn and not self.env.su:
            raise UserError(
                self.env._(
                    "The links to %(record)s were withdrawn by %(who)s on %(day)s. "
                    "Allow links again before you send one.",
                    record=withdrawn.display_name,
                    who=withdrawn.access_revoked_by_id.name,
                    day=format_datetime(self.env, withdrawn.access_revoked_on),
                )
            )

    def get_portal_url(self, *args, **kwargs):
        self._check_link_right()
        self._check_link_allowed()
        return super().get_portal_url(*args, **kwargs)

    def _get_share_url(self, *args, share_token=True, **kwargs):
        """Who is sent to his own document by a login needs no token."""
        outside = self.env.user.share and not self.env.su
        return super()._get_share_url(
            *args, share_token=share_token and not outside, **kwargs
        )

    @api.model
    def action_share(self):
        ids = self.env.context.get("active_ids") or []
        found = self.browse(ids or self.env.context.get("active_id"))
        found._check_link_right()
        found._check_link_allowed()
        return super().action_share()

    # Withdrawing

    def action_revoke_link(self):
        """Links already sent stop working at once, and none is made until allowed."""
        self.check_access("write")
        self._end_link(
            access_revoked_on=fields.Datetime.now(), access_revoked_by_id=self.env.uid
        )
        return True

    def action_allow_link(self):
        """Links may be made again; those sent before stay withdrawn."""
        self.check_access("write")
        withdrawn = self.sudo().filtered("access_revoked_on")
        withdrawn._end_link(access_revoked_on=False, access_revoked_by_id=False)
        return True

    @api.autovacuum
    def _gc_portal_tokens(self):
        """A link that has expired is forgotten: nothing can bring it back."""
        if not self._abstract:
            self.search(
                [("access_token_expiry", "<", fields.Datetime.now())]
            )._end_link()
