from odoo import api, fields, models
from odoo.tools import SQL, LazyTranslate

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import Freeze, Guard

from ..constants import DISTRESS, DONE, LEVELS, STAGE_CODES, STAGE_RANK, STAGES

_lt = LazyTranslate(__name__)

SUMS = (
    "amount_claimed",
    "amount_certified",
    "amount_contested",
    "amount_paid",
    "amount_retention",
    "amount_remaining",
    "amount_open",
    "amount_payable",
    "exposure_fine",
    "exposure_next_month",
    "interest_claimed",
    "interest_to_date",
    "interest_next_month",
)
#: Totals that change with the date alone.
DELAY_FIELDS = (
    "oldest_due_date",
    "age_days",
    "exposure_fine",
    "exposure_next_month",
    "interest_to_date",
    "interest_next_month",
)


class SrmDebtFile(models.Model):
    """The creditor's file: all its debts, the dialogue, the score, what comes next.

    One file per creditor and company. Amounts, stage and exposure are the sums of
    its debts; ``score`` is explained line by line in ``score_line_ids``.
    """

    _name = "srm.debt.file"
    _inherit = ["mail.thread", "mail.activity.mixin", "srm.territory.mixin"]
    _description = "Creditor File"
    _order = "score desc, date_registered, id"
    _check_company_auto = True
    _guard = Guard(
        freezes=(
            Freeze(
                once="date_certified",
                fields=("partner_id", "company_id"),
                database=True,
                remedy=_lt(
                    "Debts are certified for this creditor. Record another holder of "
                    "the claims by an assignment."
                ),
            ),
        ),
    )

    name = fields.Char(required=True, readonly=True, copy=False, default="/")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id", store=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Creditor",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    user_id = fields.Many2one(
        "res.users", string="Owner", index="btree_not_null", tracking=True
    )
    date_registered = fields.Date(
        required=True, default=fields.Date.context_today, index=True
    )
    debt_ids = fields.One2many("srm.debt", "file_id", string="Debts")
    debt_count = fields.Integer(compute="_compute_totals", store=True)
    open_debt_count = fields.Integer(compute="_compute_totals", store=True)
    stage = fields.Selection(
        STAGES,
        compute="_compute_totals",
        store=True,
        index=True,
        group_expand=True,
        tracking=True,
        help="Least advanced stage of the open debts.",
    )
    blocked = fields.Boolean(compute="_compute_blocked", store=True, tracking=True)
    date_certified = fields.Date(
        string="First certification", compute="_compute_date_certified", store=True
    )

    territory_id = fields.Many2one(
        compute="_compute_territory",
        store=True,
        help="Place common to all the debts; empty when they lie in several provinces.",
    )

    # Sums of the debts
    amount_claimed = fields.Monetary(
        string="Claimed", compute="_compute_totals", store=True
    )
    amount_certified = fields.Monetary(
        string="Certified", compute="_compute_totals", store=True
    )
    amount_contested = fields.Monetary(
        string="Contested", compute="_compute_totals", store=True
    )
    amount_paid = fields.Monetary(string="Paid", compute="_compute_totals", store=True)
    amount_retention = fields.Monetary(
        string="Retention", compute="_compute_totals", store=True
    )
    amount_remaining = fields.Monetary(
        string="Remaining", compute="_compute_totals", store=True
    )
    amount_open = fields.Monetary(
        string="Certified unpaid", compute="_compute_totals", store=True
    )
    amount_payable = fields.Monetary(
        string="Payable now", compute="_compute_totals", store=True
    )
    oldest_due_date = fields.Date(compute="_compute_totals", store=True)
    age_days = fields.Integer(
        string="Oldest delay (days)",
        compute="_compute_totals",
        store=True,
        aggregator="max",
    )
    exposure_fine = fields.Monetary(
        string="Fine to date", compute="_compute_totals", store=True
    )
    exposure_next_month = fields.Monetary(
        string="Fine per further month", compute="_compute_totals", store=True
    )

    interest_claimed = fields.Monetary(
        string="Late interest claimed", compute="_compute_totals", store=True
    )
    interest_to_date = fields.Monetary(
        string="Late interest to date", compute="_compute_totals", store=True
    )
    interest_next_month = fields.Monetary(
        string="Interest per further month", compute="_compute_totals", store=True
    )

    # Priority
    distress = fields.Selection(
        DISTRESS,
        string="Firm in distress",
        compute="_compute_distress",
        store=True,
        readonly=False,
        precompute=True,
        entered="proposed from the creditor's card, judged by the officer",
    )
    service_continuity = fields.Selection(
        LEVELS,
        default="0",
        help="How much the service depends on this creditor going on working.",
    )
    score = fields.Float(digits=(5, 2), readonly=True, copy=False, aggregator="avg")
    score_date = fields.Datetime(readonly=True, copy=False)
    score_stale = fields.Boolean(readonly=True, copy=False)
    score_line_ids = fields.One2many(
        "srm.debt.score.line", "file_id", string="Components of the score"
    )
    score_log_ids = fields.One2many(
        "srm.debt.score.log", "file_id", string="History of the score"
    )

    # Payment
    partner_bank_id = fields.Many2one(
        "res.partner.bank",
        string="Account to pay",
        compute="_compute_partner_bank",
        store=True,
        readonly=False,
        domain="[('partner_id', '=', partner_id)]",
        tracking=True,
        entered="proposed from the accounts of the creditor, chosen by the officer",
    )

    # Dialogue and next step
    block_ids = fields.One2many("srm.debt.block", "file_id", string="Blocks")
    open_block_count = fields.Integer(compute="_compute_blocked", store=True)
    contact_ids = fields.One2many("srm.debt.contact", "file_id", string="Dialogue")
    commitment_ids = fields.One2many(
        "srm.debt.commitment", "file_id", string="Commitments"
    )
    next_action = fields.Char(tracking=True)
    next_action_date = fields.Date(tracking=True, index="btree_not_null")
    note = fields.Html()

    _partner_unique = models.Constraint(
        "UNIQUE (company_id, partner_id)",
        "This creditor already has a file in this company.",
    )

    @api.depends(
        "debt_ids.stage",
        "debt_ids.due_date",
        "debt_ids.late_days",
        *[f"debt_ids.{name}" for name in SUMS],
    )
    def _compute_totals(self):
        """Sums of the debts by one grouped query, whatever the number of files."""
        aggregates = ["__count", "due_date:min", "late_days:max"]
        aggregates += [f"{name}:sum" for name in SUMS]
        rows = {}
        for file, *row in self.env["srm.debt"]._read_group(
            [("file_id", "in", self.ids)], ["file_id", "stage"], aggregates
        ):
            rows.setdefault(file.id, []).append(row)
        for file in self:
            file.update(self._fold_totals(rows.get(file._origin.id, [])))

    @api.model
    def _fold_totals(self, rows: list[list]) -> dict:
        """Totals of one file from its rows (stage, count, due date, delay, sums)."""
        live = [row for row in rows if row[0] not in DONE]
        ranks = [STAGE_RANK[row[0]] for row in rows if row[0] != "closed"]
        last = "closed" if rows else "registered"
        sums = [sum(column) for column in zip(*(row[4:] for row in rows), strict=True)]
        return {
            "debt_count": sum(row[1] for row in rows),
            "open_debt_count": sum(row[1] for row in live),
            "stage": STAGE_CODES[min(ranks)] if ranks else last,
            "oldest_due_date": min((row[2] for row in live if row[2]), default=False),
            "age_days": max((row[3] or 0 for row in live), default=0),
            **dict(zip(SUMS, sums or [0.0] * len(SUMS), strict=True)),
        }

    def _refresh_delays(self) -> None:
        """What the passing of time changes in the totals, by one statement.

        The nightly refresh writes the debts by SQL; a recomputation of every total of
        every file by the ORM would take longer than the refresh itself.
        """
        self.env.execute_query(
            SQL(
                """
                UPDATE srm_debt_file f
                   SET oldest_due_date = t.due_date, age_days = t.late_days,
                       exposure_fine = t.fine, exposure_next_month = t.next_month,
                       interest_to_date = t.interest,
                       interest_next_month = t.interest_more
                  FROM (SELECT file_id,
                               min(due_date) FILTER (WHERE live) AS due_date,
                               COALESCE(max(late_days) FILTER (WHERE live), 0)
                                   AS late_days,
                               sum(exposure_fine) AS fine,
                               sum(exposure_next_month) AS next_month,
                               sum(interest_to_date) AS interest,
                               sum(interest_next_month) AS interest_more
                          FROM (SELECT *, stage NOT IN %(done)s AS live
                                  FROM srm_debt WHERE file_id = ANY(%(ids)s)) d
                         GROUP BY file_id) t
                 WHERE f.id = t.file_id
             RETURNING f.id
                """,
                done=DONE,
                ids=self.ids,
            )
        )
        self.invalidate_recordset(DELAY_FIELDS, flush=False)

    @api.depends("debt_ids.certified_date")
    def _compute_date_certified(self):
        dates = dict(
            self.env["srm.debt"]._read_group(
                [("file_id", "in", self.ids)], ["file_id"], ["certified_date:min"]
            )
        )
        for file in self:
            file.date_certified = dates.get(file._origin, False)

    @api.depends("debt_ids.territory_id")
    def _compute_territory(self):
        """The territory of all debts, else their province, else nothing.

        A provincial user must be able to open the file of each debt it sees.
        """
        places = {
            file.id: territories if len(territories) == 1 else provinces
            for file, count, placed, territories, provinces in self.env[
                "srm.debt"
            ]._read_group(
                [("file_id", "in", self.ids)],
                ["file_id"],
                [
                    "__count",
                    "territory_id:count",
                    "territory_id:recordset",
                    "province_id:recordset",
                ],
            )
            if count == placed
        }
        for file in self:
            common = places.get(file._origin.id, ())
            file.territory_id = common if len(common) == 1 else False

    @api.depends("block_ids.date_closed")
    def _compute_blocked(self):
        counts = dict(
            self.env["srm.debt.block"]._read_group(
                [("file_id", "in", self.ids), ("date_closed", "=", False)],
                ["file_id"],
                ["__count"],
            )
        )
        for file in self:
            file.open_block_count = counts.get(file._origin, 0)
            file.blocked = bool(file.open_block_count)

    @api.depends("partner_id.srm_distress")
    def _compute_distress(self):
        for file in self:
            file.distress = file.partner_id.srm_distress or "0"

    @api.depends("partner_id.bank_ids.active")
    def _compute_partner_bank(self):
        for file in self:
            banks = file.partner_id.bank_ids
            if file.partner_bank_id not in banks:
                file.partner_bank_id = banks[:1]

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for file in self:
            file.display_name = joined(file.name, file.partner_id.name)

    @api.model_create_multi
    def create(self, vals_list):
        unnamed = [vals for vals in vals_list if vals.get("name", "/") == "/"]
        names = self._next_names(len(unnamed))
        for vals, name in zip(unnamed, names, strict=True):
            vals["name"] = name
        return super().create(vals_list)

    @api.model
    def _next_names(self, count: int) -> list[str]:
        """Numbers of new files, taken from the sequence in one query."""
        # The sequence is shared by all companies and its table is not open to officers.
        sequence = self.env.ref("srm_procurement.sequence_debt_file").sudo()
        if sequence.implementation != "standard" or sequence.use_date_range:
            return [sequence.next_by_id() for _number in range(count)]
        rows = self.env.execute_query(
            SQL(
                "SELECT nextval(%s) FROM generate_series(1, %s)",
                f"ir_sequence_{sequence.id:03d}",
                count,
            )
        )
        return [sequence.get_next_char(number) for (number,) in rows]

    def _has_valid_bank(self) -> bool:
        """Whether the account to pay can receive a transfer."""
        account = self.partner_bank_id
        return account.active and bool(account.srm_rib)

    # Buttons

    def action_view_debts(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "srm_procurement.action_srm_debt"
        )
        return action | {
            "domain": [("file_id", "=", self.id)],
            "context": {"default_file_id": self.id},
        }

    def action_view_blocks(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "srm_procurement.action_srm_debt_block"
        )
        return action | {
            "domain": [("file_id", "=", self.id)],
            "context": {"default_file_id": self.id},
        }

    def action_block(self):
        """Open a blocking reason that holds the whole file."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Block the file"),
            "res_model": "srm.debt.block",
            "views": [
                [self.env.ref("srm_procurement.view_srm_debt_block_form").id, "form"]
            ],
            "target": "new",
            "context": {"default_file_id": self.id},
        }

    def action_take(self):
        """The user becomes the owner of the file."""
        self.write({"user_id": self.env.uid})
        return True

    def action_export_register(self):
        """Download the register of the debts of these files."""
        return self.debt_ids.action_export_register()
