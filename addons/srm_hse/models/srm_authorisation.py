from dateutil.relativedelta import relativedelta
from srm_engine.authorisations import LIVE, expiry, parse_symbol, practice_of
from srm_engine.errors import RuleError

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from odoo.addons.srm_kit.guard import Freeze, Guard, Step

_lt = LazyTranslate(__name__)

STATES = [
    ("draft", "Prepared"),
    ("granted", "Granted"),
    ("suspended", "Suspended"),
    ("withdrawn", "Withdrawn"),
]
STATUSES = [
    ("draft", "Prepared"),
    ("valid", "In force"),
    ("expiring", "To renew"),
    ("expired", "Expired"),
    ("suspended", "Suspended"),
    ("withdrawn", "Withdrawn"),
]


class SrmAuthorisation(models.Model):
    """A title the employer delivers to one person: training alone is not a title."""

    _name = "srm.authorisation"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Authorisation"
    _order = "date_to, id"
    _guard = Guard(
        steps={
            "grant": Step(
                ("draft", "suspended"),
                "granted",
                signs="issued_by_id",
                writes=("reason",),
                check="_check_fitness",
            ),
            "suspend": Step(("granted",), "suspended", check="_check_reason"),
            "withdraw": Step(
                ("granted", "suspended"), "withdrawn", check="_check_reason"
            ),
        },
        freezes=(
            Freeze(
                ("granted", "suspended", "withdrawn"),
                fields=(
                    "worker_id",
                    "type_id",
                    "symbol",
                    "occasional",
                    "limits",
                    "training_id",
                    "date_from",
                    "date_to",
                ),
                files=True,
                database=True,
                remedy=_lt("Withdraw it, or renew it."),
            ),
            Freeze(("withdrawn",), but=("document", "document_name"), database=True),
            Freeze(once="document_sha256", fields=("document", "document_name")),
        ),
        deletable=("draft",),
        proofs={"document": "document_sha256"},
    )

    name = fields.Char(compute="_compute_name", store=True)
    worker_id = fields.Many2one(
        "srm.worker", required=True, index=True, ondelete="restrict", tracking=True
    )
    company_id = fields.Many2one(related="worker_id.company_id", store=True)
    province_id = fields.Many2one(related="worker_id.province_id", store=True)
    employer_id = fields.Many2one(related="worker_id.employer_id", store=True)
    type_id = fields.Many2one(
        "srm.authorisation.type",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    family = fields.Selection(related="type_id.family", store=True)
    with_symbol = fields.Boolean(related="type_id.with_symbol")
    symbol = fields.Char(tracking=True, help="B1V, H2, BE Manoeuvre...")
    occasional = fields.Boolean("Occasional practice")
    limits = fields.Char("Works, places and limits")
    training_id = fields.Many2one(
        "srm.certificate",
        domain="[('worker_id', '=', worker_id)]",
        ondelete="restrict",
        index="btree_not_null",
    )
    document = fields.Binary(attachment=True, copy=False)
    document_name = fields.Char(copy=False)
    document_sha256 = fields.Char("SHA-256 of the document", readonly=True, copy=False)

    date_from = fields.Date(
        "Issued on", required=True, default=fields.Date.context_today, tracking=True
    )
    date_to = fields.Date(
        "Valid until",
        compute="_compute_date_to",
        store=True,
        readonly=False,
        index="btree_not_null",
        tracking=True,
        entered="proposed from the type, decided by the employer",
        help="Proposed from the type; the employer decides. Empty: no limit",
    )
    issued_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    state = fields.Selection(
        STATES,
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    reason = fields.Char("Reason of the suspension or withdrawal", copy=False)
    status = fields.Selection(
        STATUSES, compute="_compute_status", search="_search_status"
    )
    lapsed = fields.Boolean(
        compute="_compute_lapsed",
        search="_search_lapsed",
        help="Expired without a later title, for a person still at work",
    )
    responsible_id = fields.Many2one(
        "res.users",
        default=lambda self: self.env.user,
        required=True,
        help="Prepares the renewal",
    )

    _validity_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "An authorisation cannot end before it starts.",
    )
    _granted_idx = models.Index("(worker_id, type_id, date_to) WHERE state = 'granted'")

    @api.constrains("symbol", "type_id")
    def _check_symbol(self):
        for title in self:
            if title.type_id.with_symbol:
                title._parse_symbol()
            elif title.symbol:
                raise ValidationError(
                    self.env._("“%(type)s” has no symbol.", type=title.type_id.name)
                )

    def _parse_symbol(self):
        """The symbol in parts, or a sentence saying what is wrong with it."""
        self.ensure_one()
        try:
            return parse_symbol(self.symbol or "")
        except RuleError as error:
            raise ValidationError(self._symbol_text(error)) from error

    def _symbol_text(self, error: RuleError) -> str:
        texts = {
            "symbol_shape": self.env._(
                "“%(symbol)s” is not an electrical symbol such as B2V, HC or BE"
                " Manoeuvre.",
                symbol=self.symbol or "",
            ),
            "symbol_attribute": self.env._(
                "“%(symbol)s”: this symbol takes no such attribute.",
                symbol=self.symbol or "",
            ),
            "symbol_low_voltage": self.env._(
                "“%(symbol)s” does not exist: this operation is low voltage only.",
                symbol=self.symbol or "",
            ),
            "symbol_nature": self.env._(
                "“%(symbol)s” does not exist: this nature of work does not go with it.",
                symbol=self.symbol or "",
            ),
        }
        return texts[error.code]

    @api.depends("type_id", "symbol", "worker_id")
    def _compute_name(self):
        for title in self:
            title.name = " · ".join(
                filter(None, [title.worker_id.name, title.type_id.name, title.symbol])
            )

    @api.depends("type_id", "symbol", "occasional", "date_from")
    def _compute_date_to(self):
        for title in self:
            title.date_to = title._propose_end()

    def _propose_end(self):
        if not self.type_id or not self.date_from:
            return False
        practice = "occasional" if self.occasional else "ordinary"
        if self.type_id.with_symbol:
            try:
                practice = practice_of(parse_symbol(self.symbol or ""), self.occasional)
            except RuleError:
                # Refused by the constraint on saving; nothing to propose meanwhile.
                return False
        year_end = practice == LIVE and self.type_id.live_year_end
        months = self.type_id._months(practice)
        return expiry(self.date_from, months, year_end) or False

    @api.depends("state", "date_to", "type_id.notice_months")
    def _compute_status(self):
        today = fields.Date.context_today(self)
        for title in self:
            granted = title.state == "granted"
            title.status = title._status_on(today) if granted else title.state

    def _status_on(self, day) -> str:
        if not self.date_to:
            return "valid"
        if self.date_to < day:
            return "expired"
        notice = day + relativedelta(months=self.type_id.notice_months)
        return "expiring" if self.date_to <= notice else "valid"

    @api.model
    def _search_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        dated = self.search([("state", "=", "granted")])
        found = dated.filtered(lambda title: title.status in value)
        states = [state for state, _label in STATES if state in value]
        return ["|", ("id", "in", found.ids), ("state", "in", states)]

    @api.depends("state", "date_to", "worker_id.end_date")
    def _compute_lapsed(self):
        found = self.search([("id", "in", self.ids), ("lapsed", "=", True)])
        for title in self:
            title.lapsed = title._origin in found

    @api.model
    def _search_lapsed(self, operator, value):
        """Compared with the last end of the same worker, type and symbol."""
        if operator != "in" or True not in value:
            return NotImplemented
        today = fields.Date.context_today(self)
        at_work = Domain("worker_id.end_date", "=", False) | Domain(
            "worker_id.end_date", ">=", today
        )
        granted = Domain("state", "=", "granted")
        expired = self.search(granted & at_work & Domain("date_to", "<", today))
        inforce = self._read_group(
            granted
            & Domain("worker_id", "in", expired.worker_id.ids)
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", today)),
            ["worker_id", "type_id", "symbol"],
        )
        renewed = {tuple(key) for key in inforce}
        lapsed = expired.filtered(
            lambda item: (item.worker_id, item.type_id, item.symbol) not in renewed
        )
        return Domain("id", "in", lapsed.ids)

    def write(self, vals):
        if "symbol" in vals and vals["symbol"]:
            vals = vals | {"symbol": _tidy(vals["symbol"])}
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        return super().create(
            [vals | {"symbol": _tidy(vals.get("symbol"))} for vals in vals_list]
        )

    # Life

    def action_grant(self):
        """The employer delivers the title, once training and fitness are there."""
        self._take_step("grant", reason=False)
        return True

    def _check_fitness(self) -> None:
        asking = self.filtered("type_id.medical_required")
        fit = self.env["srm.medical.exam"]._fitness(
            asking.worker_id.ids, fields.Date.context_today(self)
        )
        for title in asking:
            suspended = fit.get(title.worker_id.id)
            if suspended is None or title.type_id.id in suspended:
                raise UserError(
                    self.env._(
                        "%(name)s has no medical fitness in force for this title: ask"
                        " the occupational doctor.",
                        name=title.worker_id.name,
                    )
                )

    def action_suspend(self):
        self._take_step("suspend")
        return True

    def action_withdraw(self):
        self._take_step("withdraw")
        return True

    def _check_reason(self) -> None:
        for title in self.filtered(lambda item: not item.reason):
            raise UserError(
                self.env._("Say why “%(name)s” is stopped.", name=title.name)
            )

    def action_renew(self):
        """Prepare the title that follows this one."""
        self.ensure_one()
        renewal = self.copy({"date_from": fields.Date.context_today(self)})
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": renewal.id,
            "views": [[False, "form"]],
        }

    # Renewals

    @api.model
    def _cron_renewals(self) -> None:
        """Announce the titles to renew, once each, to who prepares the renewal."""
        due = self.search([("status", "in", ("expiring", "expired"))])
        due = due - due._renewed() - due._announced()
        for (responsible, day), titles in due.grouped(
            lambda item: (item.responsible_id, item.date_to)
        ).items():
            titles.activity_schedule(
                "mail.mail_activity_data_todo",
                day,
                summary=self.env._("Authorisation to renew"),
                user_id=responsible.id,
            )

    def _announced(self):
        activities = self.env["mail.activity"].search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        )
        return self.browse(activities.mapped("res_id"))

    def _renewed(self):
        """Titles that a later one of the same worker, type and symbol replaces."""
        later = self.search(
            [
                ("worker_id", "in", self.worker_id.ids),
                ("state", "in", ("draft", "granted")),
            ]
        )
        last = {}
        for title in later.sorted("date_from"):
            last[title.worker_id, title.type_id, title.symbol] = title
        return self.filtered(
            lambda item: last[item.worker_id, item.type_id, item.symbol] != item
        )


def _tidy(symbol):
    """The symbol as on a title; what cannot be read is left for the constraint."""
    try:
        return str(parse_symbol(symbol)) if symbol else symbol
    except RuleError:
        return symbol
