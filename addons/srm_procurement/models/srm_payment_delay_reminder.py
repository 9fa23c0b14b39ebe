from srm_engine.dates import ONE_DAY
from srm_engine.delay_declaration import quarter_of

from odoo import api, fields, models

ACTIVITY = "mail.mail_activity_data_todo"


class SrmPaymentDelayDeclaration(models.Model):
    """Calendar: the draft of the quarter that ended, and an activity until it is filed.

    Only for companies that named somebody in charge of the declarations.
    """

    _inherit = "srm.payment.delay.declaration"

    @api.model
    def _cron_remind(self) -> None:
        """Every day: open the draft of the last quarter, remind who is in charge."""
        ahead = self._made_ahead().filtered(lambda item: item.state == "draft")
        ahead._by_code().unlink()
        today = fields.Date.context_today(self)
        last = quarter_of(quarter_of(today).first - ONE_DAY)
        companies = self.env["res.company"].search([("srm_delay_user_id", "!=", False)])
        covered = self.search(
            [
                ("company_id", "in", companies.ids),
                ("year", "=", last.year),
                ("period", "in", [str(last.number), "5"]),
                ("kind", "!=", "correction"),
            ]
        )
        missing = companies - covered.company_id
        drafts = self.create(
            [
                {
                    "company_id": company.id,
                    "year": last.year,
                    "period": str(last.number),
                    "turnover": self.with_company(company)._default_turnover(),
                }
                for company in missing
            ]
        )
        (covered | drafts)._remind()

    def _remind(self) -> None:
        """One activity per declaration, due on the last day to declare."""
        waiting = self.filtered(
            lambda item: item.state != "filed" and not item.activity_ids
        )

        def remind(declaration):
            declaration.activity_schedule(
                ACTIVITY,
                date_deadline=declaration.date_deadline,
                summary=self.env._(
                    "File the payment delay declaration %(period)s",
                    period=declaration._period().label,
                ),
                user_id=declaration.company_id.srm_delay_user_id.id,
            )

        waiting._each(remind)
