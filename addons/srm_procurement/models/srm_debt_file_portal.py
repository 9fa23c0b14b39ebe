from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.srm_kit.guard import Guard


class SrmDebtFile(models.Model):
    """The creditor's file as its people see it on the portal.

    A link sent by mail opens the file without a login for some days, for reading only;
    everything else needs a login of the creditor.
    """

    _name = "srm.debt.file"
    _inherit = ["srm.portal.thread", "srm.debt.file", "portal.mixin"]
    _guard = Guard(closed=("access_token", "access_token_expiry"))
    _portal_fields = frozenset(
        {
            "name",
            "display_name",
            "partner_id",
            "date_registered",
            "debt_ids",
            "debt_count",
            "stage",
            "blocked",
            "amount_claimed",
            "amount_certified",
            "amount_contested",
            "amount_paid",
            "amount_retention",
            "amount_remaining",
            "access_url",
        }
    )

    objection_ids = fields.One2many(
        "srm.debt.objection", "file_id", string="Objections"
    )
    open_objection_count = fields.Integer(compute="_compute_portal_counts")
    to_check_count = fields.Integer(
        string="Documents to check", compute="_compute_portal_counts"
    )
    portal_user_count = fields.Integer(
        string="Portal logins", compute="_compute_portal_user_count"
    )

    def _compute_access_url(self):
        for file in self:
            file.access_url = f"/my/arrears/{file.id}"

    def _compute_portal_counts(self):
        objections = self.env["srm.debt.objection"]._read_group(
            [("file_id", "in", self.ids), ("state", "=", "open")],
            ["file_id"],
            ["__count"],
        )
        documents = self.env["srm.debt.document"]._read_group(
            [("debt_id.file_id", "in", self.ids), ("review", "=", "to_check")],
            ["file_id"],
            ["__count"],
        )
        for name, counts in (
            ("open_objection_count", dict(objections)),
            ("to_check_count", dict(documents)),
        ):
            for file in self:
                file[name] = counts.get(file._origin, 0)

    def _compute_portal_user_count(self):
        # sudo: officers read no users of other companies; only the number is shown.
        groups = (
            self.env["res.users"]
            .sudo()
            ._read_group(
                [
                    ("share", "=", True),
                    (
                        "partner_id.commercial_partner_id",
                        "in",
                        self.partner_id.commercial_partner_id.ids,
                    ),
                ],
                ["partner_id"],
                ["__count"],
            )
        )
        counts = {}
        for partner, count in groups:
            firm = partner.commercial_partner_id.id
            counts[firm] = counts.get(firm, 0) + count
        for file in self:
            firm = file.partner_id.commercial_partner_id.id
            file.portal_user_count = counts.get(firm, 0)

    # --- links sent by mail --------------------------------------------------------
    def _portal_link_days(self):
        return max(self.sudo().company_id.srm_portal_link_days, 1)

    # --- what the creditor reads ---------------------------------------------------
    def _portal_blocks(self, debt=None) -> list[str]:
        """Why payment waits, in the words chosen for the outside.

        :param debt: reasons that hold this debt; None: those that hold the whole file
        """
        self.ensure_one()
        target = debt or self.env["srm.debt"]
        blocks = self.block_ids.filtered(
            lambda item: not item.date_closed and item.debt_id == target
        )
        texts = [block.reason_id._portal_wording() for block in blocks]
        return list(dict.fromkeys(texts))

    def _portal_settlements(self):
        """Agreements the creditor knows of: proposed to it at least once."""
        return self.settlement_ids.filtered(
            lambda item: item.date_proposed and item.state != "draft"
        )

    def _portal_staff_env(self):
        """Environment that words the steps in the language of who answers them."""
        lang = self.sudo().user_id.lang or self.sudo().company_id.partner_id.lang
        return self.with_context(lang=lang or self.env.lang).env

    def _portal_record_step(self, summary: str) -> None:
        """One step of the creditor: in the dialogue, in the history, to the owner.

        Called with rights given by an ownership check of the caller.
        """
        self.ensure_one()
        file = self.sudo()
        root = self.env.ref("base.user_root")
        file.env["srm.debt.contact"].create(
            {
                "file_id": file.id,
                "source": "portal",
                "channel": "portal",
                "contact_name": self.env.user.name,
                "user_id": (file.user_id or root).id,
                "summary": summary,
            }
        )
        file.message_post(
            body=summary,
            author_id=self.env.user.partner_id.id,
            subtype_xmlid="mail.mt_note",
        )
        if file.user_id:
            file.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self._portal_staff_env()._("Answer the creditor"),
                note=summary,
                user_id=file.user_id.id,
            )

    # --- buttons -------------------------------------------------------------------
    def action_invite_portal(self):
        """Choose who of the creditor gets a login, and send the invitation."""
        self.ensure_one()
        people = self.partner_id | self.partner_id.child_ids
        if not people.filtered("email"):
            raise UserError(
                self.env._(
                    "%(creditor)s has no e-mail address: write one on the creditor or "
                    "on one of its contacts, then invite it.",
                    creditor=self.partner_id.name,
                )
            )
        wizard = (
            self.env["portal.wizard"]
            .with_context(default_partner_ids=self.partner_id.ids)
            .create({})
        )
        return wizard._action_open_modal()

    def action_send_link(self):
        """Mail the creditor a link to its file; the link expires."""
        self.ensure_one()
        return self._open_composer(
            self.env._("Your file %(name)s", name=self.name), self._link_body()
        )

    def action_view_objections(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "srm_procurement.action_srm_debt_objection"
        )
        return action | {"domain": [("file_id", "in", self.ids)], "context": {}}

    def action_view_to_check(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "srm_procurement.action_srm_debt_document_to_check"
        )
        return action | {
            "domain": [("debt_id.file_id", "in", self.ids)],
            "context": {"search_default_to_check": 1},
        }
