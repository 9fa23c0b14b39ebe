from decimal import Decimal

from srm_engine.duplicates import Claim, Pair, find_duplicates

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.srm_kit.guard import Freeze, Guard, Step

REASONS = [
    ("invoice", "Same invoice number and amount"),
    ("reference", "Same invoice number, close date"),
    ("amount_date", "Same amount, close date"),
    ("amount", "Same amount"),
]
STATES = [
    ("open", "To be examined"),
    ("dismissed", "Not a duplicate"),
    ("confirmed", "Duplicate"),
]


class SrmDebtDuplicate(models.Model):
    """Two debts of one creditor that are perhaps the same invoice.

    Both debts are kept. “Not a duplicate” is remembered and not asked again;
    “duplicate” blocks one of the two, with a reason, until somebody settles it.
    Pairs are found by ``srm_engine.duplicates``; lower debt id first.
    """

    _name = "srm.debt.duplicate"
    _description = "Probable Duplicate"
    _order = "state, amount desc, id"
    _guard = Guard(
        steps={
            state: Step(
                ("open",),
                state,
                signs="decided_by_id",
                dated="date_decided",
                writes=("decision", "block_id"),
            )
            for state in ("dismissed", "confirmed")
        },
        freezes=(Freeze(("dismissed", "confirmed"), database=True),),
        deletable=(),
    )

    debt_id = fields.Many2one(
        "srm.debt", required=True, readonly=True, index=True, ondelete="cascade"
    )
    other_id = fields.Many2one(
        "srm.debt",
        string="Other debt",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    file_id = fields.Many2one(
        "srm.debt.file",
        string="Creditor file",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    partner_id = fields.Many2one(related="file_id.partner_id", string="Creditor")
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(
        string="At stake", readonly=True, help="The lower of the two claims."
    )
    reason = fields.Selection(REASONS, string="Why", required=True, readonly=True)
    predecessor_id = fields.Many2one(related="debt_id.predecessor_id")
    other_predecessor_id = fields.Many2one(
        related="other_id.predecessor_id", string="Other debtor of origin"
    )
    invoice_reference = fields.Char(related="debt_id.invoice_reference")
    other_reference = fields.Char(
        related="other_id.invoice_reference", string="Other invoice"
    )
    invoice_date = fields.Date(related="debt_id.invoice_date")
    other_date = fields.Date(related="other_id.invoice_date", string="Other date")
    amount_claimed = fields.Monetary(related="debt_id.amount_claimed")
    other_amount = fields.Monetary(
        related="other_id.amount_claimed", string="Other claim"
    )
    stage = fields.Selection(related="debt_id.stage")
    other_stage = fields.Selection(related="other_id.stage", string="Other stage")
    state = fields.Selection(
        STATES, required=True, readonly=True, default="open", index=True
    )
    decided_by_id = fields.Many2one("res.users", readonly=True)
    date_decided = fields.Date(string="Decided on", readonly=True)
    decision = fields.Char(readonly=True)
    block_id = fields.Many2one("srm.debt.block", readonly=True, ondelete="set null")

    _pair_unique = models.UniqueIndex(
        "(debt_id, other_id)", "These two debts are already compared."
    )
    _pair_ordered = models.Constraint(
        "CHECK (debt_id < other_id)", "A pair is kept once, the older debt first."
    )

    @api.depends("debt_id", "other_id")
    def _compute_display_name(self):
        for pair in self:
            one, other = pair.debt_id.origin_reference, pair.other_id.origin_reference
            pair.display_name = one and f"{one} = {other}?"

    # --- decision --------------------------------------------------------------------
    def action_decide(self):
        """Say whether it is the same invoice."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("The same invoice?"),
            "res_model": "srm.debt.duplicate.decide",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_duplicate_id": self.id},
        }

    def action_dismiss(self):
        """These pairs are not duplicates: they are not shown again."""
        self._to_decide()._write_decision("dismissed", self.env._("Not a duplicate"))
        return True

    def action_open_pair(self):
        """The two debts next to each other."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "srm_procurement.action_srm_debt"
        )
        pair = (self.debt_id | self.other_id).ids
        return action | {"domain": [("id", "in", pair)], "context": {}}

    def _confirm(self, blocked, note: str):
        """It is the same invoice: ``blocked`` waits, the other debt goes on."""
        self.ensure_one()
        if not self._to_decide():
            return
        if blocked not in (self.debt_id | self.other_id):
            raise UserError(self.env._("Choose one of the two debts to block."))
        kept = (self.debt_id | self.other_id) - blocked
        reason = self.env.ref("srm_procurement.block_reason_duplicate")
        block = blocked._open_blocks().filtered(
            lambda item: item.reason_id == reason and item.debt_id == blocked
        ) or self.env["srm.debt.block"].create(
            {
                "debt_id": blocked.id,
                "reason_id": reason.id,
                "user_id": blocked.file_id.user_id.id,
                "note": self.env._(
                    "Same invoice as %(debt)s: %(note)s",
                    debt=kept.display_name,
                    note=note,
                ),
            }
        )
        self._write_decision("confirmed", note, block)

    def _to_decide(self):
        """Locked pairs nobody has decided on yet."""
        self.env["srm.debt"].check_access("write")
        self.check_access("read")
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        return self.filtered(lambda item: item.state == "open")

    def _write_decision(self, state: str, note: str, block=None):
        # sudo: officers decide; the pairs themselves are written by the search only.
        self.sudo()._take_step(state, decision=note, block_id=block and block.id)

    # --- search ----------------------------------------------------------------------
    @api.model
    def action_search(self):
        """Compare again all the debts of the companies of the user."""
        self.env["srm.debt"].check_access("write")
        self._search_duplicates(self.env.companies)
        return True

    @api.model
    def _cron_search(self):
        # sudo: the scheduled action compares the debts of every company.
        companies = self.env["res.company"].sudo()
        self._search_duplicates(companies.search([("active", "=", True)]))

    @api.model
    def _search_duplicates(self, companies) -> int:
        """Find the pairs in one reading, the engine, and one writing.

        Pairs already decided are left alone; open ones that are no longer probable
        disappear.

        :return: number of new pairs
        """
        self.env["srm.debt"].flush_model()
        self.env["srm.debt.file"].flush_model()
        self.env["res.partner"].flush_model(["company_registry"])
        self.flush_model()
        pairs = find_duplicates(self._claims(companies))
        self._forget_open(companies, pairs)
        return self._insert_pairs(pairs)

    @api.model
    def _claims(self, companies) -> list[Claim]:
        """Every debt not closed; firms with one ICE are one creditor."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT d.id, d.company_id,
                       COALESCE(NULLIF(TRIM(p.company_registry), ''), 'P' || p.id),
                       d.amount_claimed::text, COALESCE(d.invoice_reference, ''),
                       d.invoice_date
                  FROM srm_debt d
                  JOIN res_partner p ON p.id = d.partner_id
                 WHERE d.company_id IN %s
                """,
                companies._ids or (0,),
            )
        )
        return [
            Claim(key, (company, creditor), Decimal(amount), reference, day)
            for key, company, creditor, amount, reference, day in rows
        ]

    @api.model
    def _forget_open(self, companies, pairs: list[Pair]) -> None:
        self.env.execute_query(
            SQL(
                """
                DELETE FROM srm_debt_duplicate old
                 WHERE old.state = 'open' AND old.company_id IN %(companies)s
                   AND NOT EXISTS (
                       SELECT 1 FROM unnest(%(first)s::int[], %(second)s::int[])
                                     AS v(first, second)
                        WHERE v.first = old.debt_id AND v.second = old.other_id)
             RETURNING old.id
                """,
                companies=companies._ids or (0,),
                first=[pair.first for pair in pairs],
                second=[pair.second for pair in pairs],
            )
        )
        self.invalidate_model(flush=False)

    @api.model
    def _insert_pairs(self, pairs: list[Pair]) -> int:
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO srm_debt_duplicate AS known
                       (debt_id, other_id, reason, file_id, company_id, amount, state,
                        create_uid, create_date, write_uid, write_date)
                SELECT v.first, v.second, v.reason, d.file_id, d.company_id,
                       LEAST(d.amount_claimed, o.amount_claimed), 'open',
                       %(uid)s, now() AT TIME ZONE 'UTC',
                       %(uid)s, now() AT TIME ZONE 'UTC'
                  FROM unnest(%(first)s::int[], %(second)s::int[],
                              %(reason)s::varchar[]) AS v(first, second, reason)
                  JOIN srm_debt d ON d.id = v.first
                  JOIN srm_debt o ON o.id = v.second
                    ON CONFLICT (debt_id, other_id) DO UPDATE
                   SET reason = EXCLUDED.reason, amount = EXCLUDED.amount
                 WHERE known.state = 'open'
                   AND (known.reason, known.amount) IS DISTINCT FROM
                       (EXCLUDED.reason, EXCLUDED.amount)
             RETURNING (xmax = 0)
                """,
                uid=self.env.uid,
                first=[pair.first for pair in pairs],
                second=[pair.second for pair in pairs],
                reason=[pair.reason for pair in pairs],
            )
        )
        self.invalidate_model(flush=False)
        return sum(1 for (created,) in rows if created)
