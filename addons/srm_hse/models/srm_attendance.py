from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, float_compare, format_datetime

from odoo.addons.srm_kit.guard import Freeze, Guard, Step

STATUSES = [
    ("invited", "Expected"),
    ("present", "Present"),
    ("absent", "Absent"),
    ("excused", "Excused"),
]
METHODS = [
    ("badge", "Badge scanned"),
    ("search", "Found by name"),
    ("office", "Entered at the office"),
    ("import", "Taken on"),
]
REGION_TZ = "Africa/Casablanca"
SCORES = ("score_before", "score_after")
LANGUAGE_OF = {"ar": "ar_001", "fr": "fr_FR"}


class SrmAttendance(models.Model):
    """One person at one session: expected, then present with a signature or absent.

    Coverage counts persons, not these lines: attending twice changes nothing.
    """

    _name = "srm.attendance"
    _description = "Attendance"
    _order = "session_id desc, worker_id"
    _rec_name = "worker_id"
    _guard = Guard(
        state="status",
        steps={
            "sign_in": Step(
                ("invited", "absent", "excused"),
                "present",
                signs="recorded_by_id",
                dated="check_in",
                writes=(
                    "check_in",
                    "method",
                    "reason",
                    "recorded_by_id",
                    "signature",
                    "submission_id",
                ),
                check="_check_day",
            ),
            "miss": Step(
                ("invited", "present", "excused"),
                "absent",
                writes=("check_in", "method"),
                check="_check_withdrawal",
            ),
            "excuse": Step(
                ("invited", "present", "absent"),
                "excused",
                writes=("check_in", "method"),
                check="_check_withdrawal",
            ),
        },
        freezes=(
            Freeze(
                ("present", "absent", "excused"),
                fields=("session_id", "worker_id"),
                database=True,
            ),
            # The hours of who left early are corrected until the sheet is closed.
            Freeze(once="signature_sha256", but=("hours",), database=True),
        ),
        # What comes after the presence, whatever the state of the sheet.
        free=("certificate_id", "reason", "result", *SCORES, "satisfaction"),
        deletable=("invited",),
        proofs={"signature": "signature_sha256"},
    )

    session_id = fields.Many2one(
        "srm.campaign.session", required=True, index=True, ondelete="restrict"
    )
    campaign_id = fields.Many2one(
        related="session_id.campaign_id", store=True, precompute=True
    )
    date = fields.Date(related="session_id.date", store=True, precompute=True)
    province_id = fields.Many2one(related="session_id.province_id", store=True)
    user_id = fields.Many2one(related="session_id.user_id", store=True)
    company_id = fields.Many2one(related="session_id.company_id", store=True)
    worker_id = fields.Many2one(
        "srm.worker", required=True, index=True, ondelete="restrict"
    )
    employer_id = fields.Many2one(
        "res.partner",
        compute="_compute_employer_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        help="Employer on the day, kept even if the person changes contractor",
    )

    # Presence
    status = fields.Selection(
        STATUSES, required=True, default="invited", readonly=True, index=True
    )
    check_in = fields.Datetime("Signed in at", readonly=True)
    method = fields.Selection(METHODS, readonly=True)
    signature = fields.Binary(attachment=True, readonly=True)
    signature_sha256 = fields.Char("SHA-256 of the signature", readonly=True)
    recorded_by_id = fields.Many2one("res.users", readonly=True)
    submission_id = fields.Many2one(
        "srm.submission", readonly=True, index="btree_not_null"
    )
    hours = fields.Float(
        compute="_compute_hours",
        store=True,
        precompute=True,
        readonly=False,
        entered="those of the session, less for who left early",
    )
    reason = fields.Char("Reason of the absence")

    # Invitation
    invited_on = fields.Datetime(readonly=True)
    invitation_channel = fields.Selection(
        [("mail", "Mail"), ("sms", "SMS"), ("none", "No contact known")], readonly=True
    )
    invitation_lang = fields.Char(compute="_compute_invitation")
    start_text = fields.Char(compute="_compute_invitation")

    # Evaluation
    score_before = fields.Float(
        "Quiz before (%)", digits=(5, 1), aggregator="avg", readonly=True
    )
    score_after = fields.Float(
        "Quiz after (%)", digits=(5, 1), aggregator="avg", readonly=True
    )
    result = fields.Selection(
        [("pending", "Not evaluated"), ("passed", "Passed"), ("failed", "Failed")],
        default="pending",
        required=True,
        readonly=True,
    )
    satisfaction = fields.Selection([(str(stars), str(stars)) for stars in range(1, 6)])
    answer_ids = fields.One2many("survey.user_input", "srm_attendance_id")
    certificate_id = fields.Many2one(
        "srm.certificate", readonly=True, index="btree_not_null", copy=False
    )

    _worker_unique = models.Constraint(
        "UNIQUE (session_id, worker_id)", "This person is already on the sheet."
    )
    _score_percent = models.Constraint(
        "CHECK (score_before BETWEEN 0 AND 100 AND score_after BETWEEN 0 AND 100)",
        "A score is a percentage from 0 to 100.",
    )
    _hours_positive = models.Constraint(
        "CHECK (hours >= 0)", "Training hours cannot be negative."
    )
    # Every coverage question is "who was present in this campaign, and when".
    _coverage_idx = models.Index(
        "(campaign_id, worker_id, date, result) WHERE status = 'present'"
    )

    @api.depends("worker_id")
    def _compute_employer_id(self):
        for attendance in self:
            attendance.employer_id = attendance.worker_id.employer_id

    @api.depends("session_id")
    def _compute_hours(self):
        for attendance in self:
            attendance.hours = attendance.session_id.duration

    @api.constrains("hours")
    def _check_hours(self):
        for line in self:
            if float_compare(line.hours, line.session_id.duration, 2) > 0:
                raise ValidationError(
                    self.env._(
                        "%(worker)s: the session lasts %(hours)s hours, nobody was"
                        " trained longer.",
                        worker=line.worker_id.name,
                        hours=line.session_id.duration,
                    )
                )

    @api.depends("worker_id.language_id", "session_id.start")
    def _compute_invitation(self):
        """Language of the person, and the start by the clock of the region."""
        installed = {code for code, _name in self.env["res.lang"].get_installed()}
        for attendance in self:
            lang = LANGUAGE_OF.get(attendance.worker_id.language_id.code, "fr_FR")
            lang = lang if lang in installed else self.env.lang
            attendance.invitation_lang = lang
            attendance.start_text = format_datetime(
                self.env,
                attendance.session_id.start,
                tz=REGION_TZ,
                dt_format="short",
                lang_code=lang,
            )

    # Presence

    def action_present(self):
        """Signed in at the office (paper sheet, correction)."""
        self._sign_in(method="office")
        return True

    def action_absent(self):
        self._take_step("miss", check_in=False, method=False)
        return True

    def action_excused(self):
        self._take_step("excuse", check_in=False, method=False)
        return True

    def _check_withdrawal(self) -> None:
        if self.filtered("signature_sha256"):
            raise UserError(
                self.env._("This person signed: the presence cannot be withdrawn.")
            )
        self._check_sessions()

    def _sign_in(self, method: str, **vals) -> None:
        """Mark present; a person already present keeps the first record of it."""
        self._take_step("sign_in", method=method, reason=False, **vals)

    def _check_day(self) -> None:
        """Nobody was at a session that is still to come."""
        self._check_sessions()
        today = fields.Date.context_today(self.with_context(tz=REGION_TZ))
        for session in self.session_id.filtered(lambda item: item.date > today):
            raise UserError(
                self.env._("“%(name)s” has not started yet.", name=session.name)
            )

    def _check_sessions(self) -> None:
        for session in self.session_id:
            if session.state not in ("planned", "done"):
                raise UserError(
                    self.env._(
                        "“%(name)s” is not planned: nobody can be signed in.",
                        name=session.name,
                    )
                )

    # Evaluation

    def _record_score(self, moment: str, score: float) -> None:
        """Keep a quiz score in percent; the one after the session decides."""
        self.ensure_one()
        vals = {f"score_{moment}": score}
        if moment == "after":
            passed = score >= self.campaign_id.pass_mark
            vals["result"] = "passed" if passed else "failed"
        self._by_code().write(vals)

    def action_quiz_before(self):
        return self._open_quiz("before")

    def action_quiz_after(self):
        return self._open_quiz("after")

    def _open_quiz(self, moment: str) -> dict:
        self.ensure_one()
        self.check_access("write")
        survey = self.campaign_id[f"quiz_{moment}_id"]
        if not survey:
            raise UserError(self.env._("The campaign has no quiz for this moment."))
        answer = self.answer_ids.filtered(
            lambda item: item.srm_moment == moment and item.state != "done"
        )[:1]
        # sudo: session leaders hold no survey role, the quiz is part of their session.
        answer = answer or survey.sudo()._create_answer(
            email=self.worker_id.email,
            check_attempts=False,
            srm_attendance_id=self.id,
            srm_moment=moment,
            nickname=self.worker_id.name,
        )
        return {
            "type": "ir.actions.act_url",
            "url": answer.sudo().get_start_url(),
            "target": "new",
        }

    # Invitations

    def _send_invitations(self) -> None:
        """Queue one message per person; the mail and SMS crons send them."""
        by_mail = self.filtered("worker_id.email")
        by_sms = (self - by_mail).filtered("worker_id.phone")
        by_mail._queue_mails()
        # sudo: the table of SMS is writable by mail gateways only.
        self.env["sms.sms"].sudo().create(
            [
                {"number": item.worker_id.phone, "body": item._sms_text()}
                for item in by_sms
            ]
        )
        now = fields.Datetime.now()
        by_mail._by_code().write({"invited_on": now, "invitation_channel": "mail"})
        by_sms._by_code().write({"invited_on": now, "invitation_channel": "sms"})
        (self - by_mail - by_sms)._by_code().invitation_channel = "none"

    def _queue_mails(self) -> None:
        """One mail per person, to the bare address: sending the template itself would
        make a contact of every worker."""
        template = self.env.ref("srm_hse.mail_template_invitation").sudo()
        subjects = template._render_field("subject", self.ids, compute_lang=True)
        bodies = template._render_field("body_html", self.ids, compute_lang=True)
        # sudo: the outgoing queue belongs to the system.
        self.env["mail.mail"].sudo().create(
            [
                {
                    "subject": subjects[item.id],
                    "body_html": bodies[item.id],
                    "email_to": item.worker_id.email,
                    "email_from": item.company_id.email_formatted
                    or self.env.user.email_formatted,
                    "auto_delete": True,
                    "model": item._name,
                    "res_id": item.id,
                }
                for item in self
            ]
        )

    def _sms_text(self) -> str:
        item = self.with_context(lang=self.invitation_lang)
        return item.env._(
            "Safety session “%(name)s”: %(start)s, %(place)s. Please bring your badge.",
            name=item.campaign_id.name,
            start=item.start_text,
            place=item.session_id.place or item.session_id.territory_id.name or "",
        )

    # Certificates

    def action_issue_certificate(self):
        """Issue the certificates of those who are entitled and have none."""
        entitled = self.filtered(
            lambda item: (
                item.status == "present"
                and not item.certificate_id
                and (item.result == "passed" or not item.campaign_id.require_pass)
            )
        )
        certificates = (
            self.env["srm.certificate"]
            ._by_code()
            .create([item._prepare_certificate() for item in entitled])
        )
        for item, certificate in zip(entitled, certificates, strict=True):
            item._by_code().certificate_id = certificate
        return self._open_certificates()

    def _prepare_certificate(self) -> dict:
        return {
            "worker_id": self.worker_id.id,
            "title": self.campaign_id.name,
            "campaign_id": self.campaign_id.id,
            "session_id": self.session_id.id,
            "theme_ids": [fields.Command.set(self.session_id.theme_ids.ids)],
            "date": self.date,
            "hours": self.hours,
        }

    def _print_sheet_row(self, number: int) -> dict:
        """Cells and signature (bytes as a list) of a line of the printed sheet."""
        labels = dict(self._fields["status"]._description_selection(self.env))
        signature = self.signature_sha256 and list(self._proof("signature"))
        # sudo: the name of the employer only.
        employer = self.sudo().employer_id.name or ""
        return {
            "cells": [str(number), self.worker_id.name, employer, labels[self.status]],
            "signature": signature or None,
        }

    def _open_certificates(self) -> dict:
        action = self.env["ir.actions.actions"]._for_xml_id(
            "srm_hse.srm_certificate_action"
        )
        return action | {"domain": [("id", "in", self.certificate_id.ids)]}

    @api.model
    def _first_presence_sql(self, campaign_ids: list[int], until) -> SQL:
        """``(campaign_id, worker_id, date)``: first day each person was reached."""
        return SQL(
            """
            SELECT attendance.campaign_id, attendance.worker_id,
                   min(attendance.date) AS date
              FROM srm_attendance AS attendance
              JOIN srm_campaign AS campaign ON campaign.id = attendance.campaign_id
             WHERE attendance.campaign_id IN %s
               AND attendance.status = 'present' AND attendance.date <= %s
               AND (campaign.require_pass IS NOT TRUE OR attendance.result = 'passed')
             GROUP BY attendance.campaign_id, attendance.worker_id
            """,
            tuple(campaign_ids),
            until,
        )
