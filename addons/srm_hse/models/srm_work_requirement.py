from srm_engine.authorisations import parse_symbol
from srm_engine.errors import RuleError

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SrmWorkRequirement(models.Model):
    """What a kind of work, or a job, asks of the person: one line per authorisation.

    Every line must be met. ``symbols`` lists the electrical symbols any one of which
    is enough; nothing is inferred from one symbol to another.
    """

    _name = "srm.work.requirement"
    _description = "Required Authorisation"
    _order = "work_kind_id, job_id, type_id"
    _rec_name = "type_id"

    work_kind_id = fields.Many2one(
        "srm.work.kind", index="btree_not_null", ondelete="cascade"
    )
    job_id = fields.Many2one("hr.job", index="btree_not_null", ondelete="cascade")
    type_id = fields.Many2one(
        "srm.authorisation.type", required=True, index=True, ondelete="restrict"
    )
    with_symbol = fields.Boolean(related="type_id.with_symbol")
    symbols = fields.Char(
        "One of the symbols", help="Separated by commas; empty: any title of the type"
    )

    _subject = models.Constraint(
        "CHECK ((work_kind_id IS NULL) != (job_id IS NULL))",
        "A requirement belongs to a kind of work or to a job.",
    )
    _line_unique = models.UniqueIndex(
        "(COALESCE(work_kind_id, 0), COALESCE(job_id, 0), type_id,"
        " COALESCE(symbols, ''))",
        "This requirement is already listed.",
    )

    @api.constrains("symbols")
    def _check_symbols(self):
        for line in self:
            try:
                line._symbol_list()
            except RuleError as error:
                raise ValidationError(
                    self.env._(
                        "Symbols of %(type)s: %(reason)s.",
                        type=line.type_id.name,
                        reason=error,
                    )
                ) from error

    def _symbol_list(self) -> list[str]:
        """The symbols as written on titles; raises ``RuleError`` for a wrong one."""
        texts = (self.symbols or "").replace(";", ",").split(",")
        return [str(parse_symbol(text)) for text in texts if text.strip()]
