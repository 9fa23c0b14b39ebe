from odoo import fields, models


class SurveyUserInput(models.Model):
    """A quiz answered before or after a session gives its score to the attendance."""

    _inherit = "survey.user_input"

    srm_attendance_id = fields.Many2one(
        "srm.attendance", string="Attendance", index="btree_not_null", readonly=True
    )
    srm_moment = fields.Selection(
        [("before", "Before the session"), ("after", "After the session")],
        string="Moment",
        readonly=True,
    )

    def _mark_done(self):
        result = super()._mark_done()
        for answer in self.filtered("srm_attendance_id"):
            # sudo: the person who answers the quiz is nobody in the system.
            answer.sudo().srm_attendance_id._record_score(
                answer.srm_moment, max(0, min(100, answer.scoring_percentage))
            )
        return result
