import ast

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command, Domain

from odoo.addons.srm_base.tools.seed import ARABIC, FRENCH, store_translations
from odoo.addons.srm_kit.guard.book import of_suite

from ..tools.seed import load_rows, read_csv


class SrmClauseEvidence(models.Model):
    """What proves a clause: live records of a kind, recent enough, none overdue.

    * green: at least ``minimum`` records, the last not older than ``max_age_days``,
      and no record in ``late_domain``;
    * late: records exist, but too old or with overdue ones;
    * missing: none.

    Nothing is ticked by hand: the auditor opens the records themselves.
    """

    _name = "srm.clause.evidence"
    _description = "Required Evidence"
    _order = "name"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    active = fields.Boolean(default=True)
    clause_ids = fields.Many2many(
        "srm.standard.clause", "srm_clause_evidence_rel", "evidence_id", "clause_id"
    )
    model = fields.Char(required=True)
    domain = fields.Char(required=True, default="[]")
    date_field = fields.Char(required=True, default="create_date")
    max_age_days = fields.Integer(required=True, default=365)
    minimum = fields.Integer(required=True, default=1)
    late_domain = fields.Char(
        required=True, default="[]", help="Records that make the evidence late."
    )
    status = fields.Selection(
        [("green", "Proved"), ("late", "Late"), ("missing", "Missing")],
        compute="_compute_status",
    )
    record_count = fields.Integer(compute="_compute_status", string="Records")
    late_count = fields.Integer(compute="_compute_status", string="Overdue records")
    last_date = fields.Date(compute="_compute_status", string="Last record")
    reason = fields.Char(compute="_compute_status")

    _code_unique = models.UniqueIndex("(code)", "This evidence exists already.")
    _positive = models.Constraint(
        "CHECK (max_age_days > 0 AND minimum > 0)", "Age and number must be above zero."
    )

    @api.constrains("model", "domain", "late_domain", "date_field")
    def _check_definition(self):
        for evidence in self:
            try:
                model = self.env[evidence.model]
                evidence._get_domain().validate(model)
                evidence._get_late_domain().validate(model)
                known = of_suite(model._original_module)
                known = known and evidence.date_field in model._fields
            except (KeyError, ValueError, SyntaxError):
                known = False
            if not known:
                raise ValidationError(
                    self.env._(
                        "%(evidence)s: the model, the conditions or the date are not"
                        " valid.",
                        evidence=evidence.name,
                    )
                )
            evidence._check_readable(model)

    def _check_readable(self, model):
        """Counting needs no right: who defines what is counted must have them all."""
        model = model.with_user(self.env.user)  # constraints run with all rights
        model._read_group(self._get_domain(), aggregates=[f"{self.date_field}:max"])
        model.search(self._get_late_domain(), limit=1)

    def _get_domain(self):
        self.ensure_one()
        return Domain(ast.literal_eval(self.domain))

    def _get_late_domain(self):
        """Records that make the evidence late; nothing when none is asked."""
        self.ensure_one()
        late = ast.literal_eval(self.late_domain)
        return Domain(late) if late else Domain.FALSE

    @api.depends_context("lang")
    def _compute_status(self):
        """One aggregate per kind of evidence; records the reader may not see are
        counted too, because a proof exists whoever looks."""
        today = fields.Date.context_today(self)
        for evidence in self:
            # sudo: counts and dates only; opening the records applies the rights
            model = self.env[evidence.model].sudo()
            evidence.update(evidence._prepare_status(model, today))

    def _prepare_status(self, model, today):
        self.ensure_one()
        field = self.date_field
        count, last = model._read_group(
            self._get_domain(), aggregates=["__count", f"{field}:max"]
        )[0]
        last = fields.Date.to_date(last) if last else False
        late = model.search_count(self._get_late_domain())
        oldest = today - relativedelta(days=self.max_age_days)
        status, reason = "green", False
        if count < self.minimum:
            status = "missing"
            reason = self.env._("No record: start one.")
        elif not last or last < oldest:
            status = "late"
            reason = self.env._(
                "The last record is older than %(days)s days.", days=self.max_age_days
            )
        elif late:
            status, reason = (
                "late",
                self.env._("%(count)s records are overdue.", count=late),
            )
        return {
            "record_count": count,
            "late_count": late,
            "last_date": last,
            "status": status,
            "reason": reason,
        }

    def action_open_records(self):
        return self._open_records(self._get_domain())

    def action_open_late(self):
        return self._open_records(self._get_late_domain())

    def _open_records(self, domain):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self.model,
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
            "domain": list(domain),
        }

    @api.model
    def _load_seed(self):
        load_rows(self, read_csv("srm_clause_evidence"), self._seed_values)

    @api.model
    def _reload_seed(self, xmlids):
        """Take the shipped definitions again, over what the database holds.

        Definitions are data of the company, so an update leaves them alone: a version
        that corrects some of them names them here, from its migration.
        """
        model, texts = self.with_context(lang=None), {}
        for row in read_csv("srm_clause_evidence"):
            evidence = row["xmlid"] in xmlids and model.env.ref(
                f"srm_hse.{row['xmlid']}", raise_if_not_found=False
            )
            if evidence:
                evidence.write({"name": row["name_en"], **self._seed_values(row)})
                texts[evidence.id] = {FRENCH: row["name_fr"], ARABIC: row["name_ar"]}
        store_translations(model, "name", texts, force=True)

    @api.model
    def _seed_values(self, row):
        clauses = [
            self.env.ref(f"srm_hse.{xmlid}").id for xmlid in row["clauses"].split(";")
        ]
        names = ("code", "model", "domain", "date_field", "late_domain")
        return {
            **{name: row[name] for name in names},
            "max_age_days": int(row["max_age_days"]),
            "minimum": int(row["minimum"]),
            "clause_ids": [Command.set(clauses)],
        }
