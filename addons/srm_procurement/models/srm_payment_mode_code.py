from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SrmPaymentModeCode(models.Model):
    """Code of a payment mode in the declaration of payment delays.

    The official list is to be confirmed (domain/procurement 9, point 14): codes and
    what leads to them are data. The first line that fits a payment gives its code.
    """

    _name = "srm.payment.mode.code"
    _description = "Payment Mode of the Declaration"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="As written in the file.")
    sequence = fields.Integer(default=10)
    journal_type = fields.Selection(
        [("cash", "Cash"), ("bank", "Bank")],
        help="Payments of a journal of this type; empty: any journal.",
    )
    method_codes = fields.Char(
        string="Payment methods",
        help="Technical codes of payment methods, separated by commas, for instance "
        "check_printing; empty: any method.",
    )
    is_default = fields.Boolean(
        string="Otherwise", help="Code of the payments that fit no line."
    )

    _code_unique = models.Constraint(
        "UNIQUE (code)", "This code is already in the table."
    )
    _default_unique = models.UniqueIndex(
        "(is_default) WHERE is_default", "One line only can take all other payments."
    )

    @api.constrains("is_default", "journal_type", "method_codes")
    def _check_reachable(self):
        """A line with neither condition would take every payment by surprise."""
        for line in self:
            if not (line.is_default or line.journal_type or line.method_codes):
                continue
            if line.is_default and (line.journal_type or line.method_codes):
                raise ValidationError(
                    self.env._(
                        "%(mode)s takes all other payments: remove its conditions.",
                        mode=line.name,
                    )
                )

    @api.model
    def _rules(self) -> "ModeRules":
        """The table as plain values, for a mass computation."""
        lines = self.search([("code", "!=", False)])
        rules = [
            (
                line.journal_type or None,
                {code.strip() for code in (line.method_codes or "").split(",")} - {""},
                line.code,
            )
            for line in lines
            if line.journal_type or line.method_codes
        ]
        return ModeRules(rules, lines.filtered("is_default")[:1].code or "")


class ModeRules:
    """Which code a payment gets.

    >>> rules = ModeRules([("cash", set(), "1"), (None, {"check_printing"}, "2")], "4")
    >>> rules.code("cash", "manual"), rules.code("bank", "check_printing")
    ('1', '2')
    >>> rules.code("bank", None)
    '4'
    """

    def __init__(self, rules: list[tuple], default: str) -> None:
        self.rules = rules
        self.default = default

    def code(self, journal_type: str | None, method: str | None) -> str:
        """First line whose conditions all fit, else the default."""
        for wanted_type, methods, code in self.rules:
            if wanted_type in (None, journal_type) and (
                not methods or method in methods
            ):
                return code
        return self.default
