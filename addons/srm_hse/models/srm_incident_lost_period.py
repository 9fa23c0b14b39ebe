from odoo import api, fields, models
from odoo.exceptions import ValidationError

CERTIFICATES = [
    ("initial", "Initial"),
    ("extension", "Extension"),
    ("relapse", "Relapse"),
    ("aggravation", "Aggravation"),
]


class SrmIncidentLostPeriod(models.Model):
    """Days off work after an accident, by medical certificate.

    Calendar days, from the day after the accident, both ends included; a period that
    runs on has no end and counts until the day asked.
    """

    _name = "srm.incident.lost.period"
    _description = "Days off after an Accident"
    _order = "person_id, date_from"

    person_id = fields.Many2one(
        "srm.incident.person", required=True, index=True, ondelete="cascade"
    )
    date_from = fields.Date(required=True, index=True)
    date_to = fields.Date(index=True)
    certificate = fields.Selection(CERTIFICATES, required=True, default="initial")
    days = fields.Integer(compute="_compute_days", store=True)

    _dates_ordered = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "A period cannot end before it starts.",
    )

    @api.depends("date_from", "date_to")
    def _compute_days(self):
        for period in self:
            period.days = period._days_between(False, False)

    def _days_between(self, first, last):
        """Days of the period inside a window; an open end counts up to ``last``."""
        self.ensure_one()
        start = max(self.date_from, first) if first else self.date_from
        end = min(self.date_to or last or start, last or self.date_to or start)
        if not self.date_to and not last:
            return 0
        return max(0, (end - start).days + 1)

    @api.constrains("date_from", "date_to", "person_id")
    def _check_dates(self):
        for period in self:
            accident = period.person_id.occurred_date
            if accident and period.date_from <= accident:
                raise ValidationError(
                    self.env._(
                        "%(name)s: days off are counted from the day after the"
                        " accident.",
                        name=period.person_id.name,
                    )
                )
            others = period.person_id.period_ids - period
            if any(period._overlaps(other) for other in others):
                raise ValidationError(
                    self.env._(
                        "%(name)s: two periods overlap, so days would count twice.",
                        name=period.person_id.name,
                    )
                )

    def _overlaps(self, other):
        far = fields.Date.to_date("9999-12-31")
        return self.date_from <= (other.date_to or far) and other.date_from <= (
            self.date_to or far
        )
