from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import LazyTranslate

from odoo.addons.srm_kit.guard import Freeze, Guard

_lt = LazyTranslate(__name__)

#: Yearly examination, every six months under 18 (labour code, art. 327): proposals
#: that the doctor changes for exposed, pregnant or disabled persons.
MONTHS, MONTHS_MINOR, ADULT_AGE = 12, 6, 18


class SrmMedicalExam(models.Model):
    """A medical examination: read and written by the occupational doctor alone.

    Everybody else only ever learns, through the gate, whether a medical fitness is in
    force on a day.
    """

    _name = "srm.medical.exam"
    _description = "Medical Examination"
    _order = "date desc, id desc"
    _rec_name = "worker_id"
    _guard = Guard(
        freezes=(
            Freeze(
                always=True,
                but=("notes",),
                database=True,
                remedy=_lt("Record another examination."),
            ),
        ),
        deletable=(),
    )
    #: Not even a director, who reads everything else, may open these records.
    _medical_secrecy = True

    worker_id = fields.Many2one(
        "srm.worker", required=True, index=True, ondelete="restrict"
    )
    date = fields.Date(required=True, default=fields.Date.context_today, index=True)
    kind = fields.Selection(
        [
            ("hiring", "Hiring"),
            ("periodic", "Periodic"),
            ("return", "Return to work"),
            ("accident", "After an accident or a disease"),
            ("request", "On request"),
        ],
        required=True,
        default="periodic",
    )
    conclusion = fields.Selection(
        [
            ("fit", "Fit"),
            ("restricted", "Fit with restrictions"),
            ("unfit_temporary", "Unfit for a time"),
            ("unfit", "Unfit"),
        ],
        required=True,
    )
    excluded_type_ids = fields.Many2many(
        "srm.authorisation.type",
        string="Restricted from",
        help="Authorisations the restrictions suspend, when fit with restrictions",
    )
    valid_until = fields.Date(
        compute="_compute_valid_until",
        store=True,
        readonly=False,
        index=True,
        entered="as the labour code says, sooner where the doctor decides so",
    )
    doctor_id = fields.Many2one(
        "res.users",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    notes = fields.Html(help="Medical secret")

    _validity_order = models.Constraint(
        "CHECK (valid_until IS NULL OR valid_until >= date)",
        "A fitness cannot end before the examination.",
    )

    @api.depends("date", "worker_id")
    def _compute_valid_until(self):
        for exam in self:
            birth = exam.worker_id.birth_date
            minor = (
                birth
                and exam.date
                and birth + relativedelta(years=ADULT_AGE) > exam.date
            )
            exam.valid_until = exam.date and exam.date + relativedelta(
                months=MONTHS_MINOR if minor else MONTHS
            )

    @api.model
    def _fitness(self, worker_ids: list[int], day) -> dict:
        """Last examination of each worker up to ``day``, when still in force.

        :return: ``{worker id: set of suspended authorisation type ids}``; a worker
            without a fitness in force on that day is absent
        """
        fit = {}
        # sudo: the answer "in force or not" is the only thing that leaves this model.
        exams = self.sudo().search(
            [("worker_id", "in", worker_ids), ("date", "<=", day)],
            order="date, id",
        )
        for exam in exams:
            fit.pop(exam.worker_id.id, None)
            if exam.conclusion in ("fit", "restricted") and exam.valid_until >= day:
                suspended = exam.excluded_type_ids.ids
                fit[exam.worker_id.id] = (
                    set(suspended) if exam.conclusion == "restricted" else set()
                )
        return fit
