import base64
from datetime import datetime, timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common_guard import GuardedCase

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\nsigned")


@tagged("post_install", "-at_install")
class TestManagementGuard(GuardedCase):
    """What was found, decided, signed and closed stays what it was."""

    def _incident(self):
        incident = self.env["srm.incident"].create(
            {
                "title": "Cut",
                "kind": "injury",
                "occurred": datetime(2026, 11, 2, 9, 0),
                "informed": datetime(2026, 11, 2, 11, 0),
                "site_id": self.site.id,
                "person_ids": [
                    Command.create({"name": "Said", "outcome": "1_first_aid"})
                ],
                "cause_ids": [Command.create({"name": "Blade", "root": True})],
            }
        )
        incident.with_user(self.hse).action_qualify()
        return incident

    def _action(self, record, **vals):
        return self.env["srm.action"].create(
            {
                "title": "Blade guard",
                "res_model": record._name,
                "res_id": record.id,
                "control": "3_engineering",
                "user_id": self.second_officer.id,
                "deadline": "2026-12-31",
                "evidence": "Photos",
                **vals,
            }
        )

    # Incidents and actions

    def test_the_moments_and_deadlines_of_an_accident(self):
        incident = self._incident()
        for name, value in {
            "occurred": datetime(2026, 11, 3),
            "informed": datetime(2026, 11, 5),
        }.items():
            self.assertRefused(
                lambda v={name: value}: incident.with_user(self.manager).write(v), name
            )
        deadline = incident.deadline_ids[-1]
        deadline.done = datetime(2026, 11, 10)
        other = self._incident()
        self.attack(
            deadline,
            self.manager,
            closed={"due": datetime(2027, 1, 1), "alarm_sent": True},
            frozen={"incident_id": other.id, "done": datetime(2026, 11, 3)},
            held={"incident_id": other.id, "done": datetime(2026, 11, 3)},
        )
        deadline.with_user(self.hse).evidence = "Receipt 12"

    def test_a_rule_that_changes_makes_no_deadline_of_the_past_timely(self):
        deadline = self._incident().deadline_ids[-1]
        due = deadline.due
        deadline.rule_id.delay += 30
        self.env.flush_all()
        self.assertEqual(deadline.due, due)

    def test_a_closed_incident(self):
        incident = self._incident()
        incident.deadline_ids.filtered(lambda d: not d.done).done = datetime(
            2026, 11, 3
        )
        incident.with_user(self.hse).action_decide()
        incident.with_user(self.manager).action_close()
        self.attack(
            incident,
            self.manager,
            closed={"state": "declared", "name": "INC/0", "lost_days": 1},
            frozen={
                "title": "Other",
                "kind": "near_miss",
                "potential": "high",
                "immediate_action": "x",
            },
            parts={
                "person_ids": ({"name": "B"}, {"outcome": "0_unharmed"}),
                "cause_ids": ({"name": "B"}, {"name": "Other"}),
            },
            held={"title": "Other"},
        )
        incident.person_ids.with_user(self.hse).returned = "2026-11-20"
        incident.with_user(self.manager).action_reopen()
        incident.with_user(self.hse).potential = "medium"

    def test_who_declares_adds_nobody_after_the_facts_are_confirmed(self):
        vals = {"title": "Slip", "kind": "injury"}
        incident = self.env["srm.incident"].with_user(self.staff).create(vals)
        person = {"incident_id": incident.id, "name": "Said", "outcome": "2_medical"}
        incident.person_ids.create(person)
        incident.with_user(self.hse).action_qualify()
        with self.assertRaises(AccessError):
            incident.person_ids.with_user(self.staff).create(person)

    def test_an_action(self):
        incident, other = self._incident(), self._incident()
        action = self._action(incident, check_note="Seen")
        closed = {
            "state": "closed",
            "done_by_id": self.hse.id,
            "done_date": "2026-01-01",
            "checked_by_id": self.hse.id,
            "checked_date": "2026-01-01",
            "reopened_count": 7,
        }
        away = {"res_id": other.id, "res_model": "srm.audit"}
        self.attack(
            action, self.manager, closed, frozen=away, held={"res_id": other.id}
        )
        action.with_user(self.second_officer).action_done()
        fixed = {"user_id": self.hse.id, "evidence": "x", "deadline": "2027-01-01"}
        self.attack(action, self.manager, frozen=fixed)
        action.with_user(self.hse).action_effective()
        self.attack(
            action,
            self.manager,
            frozen={**fixed, "check_note": "x"},
            held={"check_note": "x", "checked_date": "2026-01-01"},
        )

    def test_the_effect_is_not_checked_by_who_did_it(self):
        action = self._action(self._incident(), check_note="Seen")
        action.with_user(self.hse).action_done()
        for user in (self.hse, self.second_officer):
            self.assertRefused(action.with_user(user).action_effective, user.login)
        action.with_user(self.manager).action_effective()

    def test_an_owner_does_not_put_off_own_action(self):
        action = self._action(self._incident(), user_id=self.staff.id)
        mine = action.with_user(self.staff)
        for vals in ({"deadline": "2099-01-01"}, {"user_id": self.hse.id}):
            with self.assertRaises(AccessError):
                mine.write(vals)
        mine.evidence = "Photo 3"
        mine.action_done()
        self.assertEqual(action.done_by_id, self.staff)

    def test_actions_are_decided_on_records_that_have_some(self):
        with self.assertRaisesRegex(ValidationError, "no actions"):
            self._action(self.env["res.users"].browse(self.hse.id))

    # Committees

    def test_a_meeting_held(self):
        body = self.env["srm.committee"].create(
            {"name": "CSH", "member_ids": [Command.create({"name": n}) for n in "AB"]}
        )
        meetings = self.env["srm.committee.meeting"].create(
            [
                {
                    "committee_id": body.id,
                    "date": datetime(2026, month, 1, 9),
                    "minutes": "<p>Minutes</p>",
                }
                for month in (3, 6)
            ]
        )
        meetings.presence_ids.present = True
        meetings.with_user(self.manager).action_held()
        meeting = meetings[0]
        stranger = self.env["srm.committee.member"].create(
            {"committee_id": body.id, "name": "C"}
        )
        attacks = {
            "closed": {"state": "planned", "approved_in_id": meetings[0].id},
            "frozen": {"minutes": "<p>Other</p>", "date": datetime(2026, 3, 2)},
            "parts": {"presence_ids": ({"member_id": stranger.id}, {"present": False})},
            "held": {"minutes": "<p>Other</p>"},
        }
        self.attack(meeting, self.manager, **attacks)
        meeting.with_user(self.manager).action_approve()
        self.attack(meeting, self.manager, **attacks)
        # Its members are those who sat there.
        member = body.member_ids[0]
        self.attack(
            member,
            self.manager,
            frozen={"name": "Z", "side": "employer"},
            held={"name": "Z"},
            kept=False,
        )
        quorum = meeting.quorum
        body.member_ids.with_user(self.manager).seat = "substitute"
        self.env.invalidate_all()
        self.assertEqual((meeting.quorum, meeting.quorum_reached), (quorum, True))

    def test_a_report_sent(self):
        body = self.env["srm.committee"].create({"name": "CSH"})
        report = self.env["srm.committee.report"].create(
            {"committee_id": body.id, "year": 2025, "evidence": "Receipts 1 and 2"}
        )
        report.with_user(self.manager).action_sent()
        self.attack(
            report,
            self.manager,
            closed={"state": "draft", "sent_date": "2026-01-01"},
            frozen={"evidence": "x", "risks": "<p>None</p>"},
            held={"evidence": "x"},
        )

    # Management system

    def test_an_audit_reported(self):
        audit = self.env["srm.audit"].create(
            {
                "title": "Stores",
                "date": "2026-05-04",
                "line_ids": [
                    Command.create(
                        {
                            "question": "Signs",
                            "result": "nonconformity",
                            "evidence": "None",
                        }
                    )
                ],
            }
        )
        audit.with_user(self.hse).action_start()
        audit.with_user(self.hse).action_report()
        self.attack(
            audit,
            self.manager,
            closed={"state": "planned"},
            frozen={"conclusion": "<p>x</p>", "auditor_ids": [Command.clear()]},
            parts={
                "line_ids": (
                    {"question": "Doors"},
                    {"result": "conform", "evidence": "Seen"},
                )
            },
            held={"title": "Other"},
        )
        finding = audit.line_ids.nonconformity_id
        self.attack(finding, self.manager, closed={"state": "closed", "name": "NC/0"})

    def test_a_nonconformity(self):
        record = self.env["srm.nonconformity"].create(
            {
                "title": "x",
                "description": "x",
                "correction": "Isolated",
                "cause": "No training",
                "user_id": self.hse.id,
            }
        )
        record.with_user(self.manager).action_analyse()
        self.attack(
            record,
            self.manager,
            closed={"analysed_by_id": self.hse.id, "closed_date": "2026-01-01"},
            frozen={"cause": "x", "user_id": self.second_officer.id, "major": True},
        )
        action = self._action(record, check_note="Seen")
        action.with_user(self.second_officer).action_done()
        action.with_user(self.hse).action_effective()
        self.assertRefused(
            record.with_user(self.manager).action_close, "by who wrote the cause"
        )
        other = self._user("t_hse_manager_2", "srm_hse.group_hse_manager")
        record.with_user(other).action_close()
        self.attack(
            record, other, frozen={"deadline": "2027-01-01"}, held={"cause": "x"}
        )

    def test_a_policy_in_force(self):
        policy = self.env["srm.policy"].create({"name": "Policy"})
        version = self.env["srm.policy.version"].with_user(self.hse)
        version = version.create({"policy_id": policy.id, "text": "<p>x</p>"})
        # Neither who wrote it nor who changed it last puts it in force.
        version.with_user(self.manager).text = "<p>y</p>"
        self.assertRefused(version.with_user(self.manager).action_approve, "own text")
        version.change = "Reviewed"
        version.with_user(self.manager).action_approve()
        diffusion = {"proof": "Photo 3"}
        version.with_user(self.hse).diffusion_ids = [Command.create(diffusion)]
        self.attack(
            version.sudo(False),
            self.manager,
            closed={"state": "draft", "number": 9, "approved_by_id": self.hse.id},
            frozen={"text": "<p>z</p>", "change": "x"},
            held={"text": "<p>z</p>"},
        )
        self.attack(
            version.diffusion_ids,
            self.manager,
            None,
            {"proof": "x"},
            None,
            {"proof": "x"},
        )

    def test_a_change(self):
        reviews = ("risk_review", "aspect_review", "obligation_review")
        change = self.env["srm.change"].create(
            {
                "title": "Hypochlorite",
                "reason": "Safer",
                "planned_date": "2026-02-01",
                **dict.fromkeys((*reviews, "training_review", "consulted"), "Seen"),
            }
        )
        # Whoever recorded the request is not made somebody else by naming another.
        asked = change.copy({"requester_id": self.hse.id})
        mine = self.env["srm.change"].with_user(self.manager)
        mine = mine.create(asked.copy_data()[0])
        self.assertRefused(mine.action_approve, "own request")
        change.with_user(self.manager).action_approve()
        fixed = {"requester_id": self.hse.id, "risk_review": "x", "title": "x"}
        closed = {"state": "draft", "approved_by_id": self.hse.id}
        self.attack(change, self.manager, closed, fixed)
        change.result = "Stable"
        change.action_done()
        self.attack(change, self.manager, frozen={"result": "x"}, held={"result": "x"})

    def test_an_evaluation(self):
        method = self.env["srm.scoring.method"].search(
            [("applies_to", "=", "srm.risk"), ("state", "=", "used")], limit=1
        )
        risk, other = self.env["srm.risk"].create([{"name": "A"}, {"name": "B"}])
        evaluation = self.env["srm.evaluation"].create(
            {
                "res_model": "srm.risk",
                "res_id": risk.id,
                "method_id": method.id,
                "value_ids": [
                    Command.create({"criterion_id": one.id, "value": one.minimum})
                    for one in method.criterion_ids
                ],
            }
        )
        evaluation.with_user(self.hse).action_confirm()
        self.attack(
            evaluation,
            self.manager,
            closed={"state": "draft", "score": 99, "user_id": self.hse.id},
            frozen={"res_id": other.id, "note": "x"},
            parts={
                "value_ids": (
                    {"criterion_id": method.criterion_ids[0].id, "value": 2},
                    {"value": 2},
                )
            },
            held={"note": "x"},
        )
        for vals in ({"score": 99.0}, {"level": "3_high"}, {"evaluated": False}):
            self.assertRefused(
                lambda v=vals: risk.with_user(self.manager).write(v), str(vals)
            )
        self.attack(
            method,
            self.manager,
            closed={"state": "draft", "version": 9},
            frozen={"high_from": 99},
            parts={"criterion_ids": ({"name": "x"}, {"maximum": 9})},
        )

    def test_an_evaluation_of_compliance(self):
        obligation = self.env["srm.obligation"].create(
            {
                "name": "Noise",
                "reference": "T-1",
                "application_ids": [Command.create({"site_id": self.site.id})],
            }
        )
        line = obligation.application_ids
        evaluation = self.env["srm.compliance.evaluation"].create(
            {"application_id": line.id, "result": "compliant", "evidence": "Measured"}
        )
        self.attack(
            evaluation,
            self.manager,
            closed={"user_id": self.hse.id},
            frozen={"result": "not_compliant", "evidence": "x"},
            held={"evidence": "x"},
        )
        fixed = {"site_id": self.other_site.id}
        self.attack(line, self.manager, frozen=fixed, kept=False)
        # The last word of a day counts.
        evaluation.copy({"result": "partly"})
        self.assertEqual(line.result, "partly")

    def test_a_check_of_a_device(self):
        device = self.env["srm.measuring.device"].create(
            {"name": "Detector", "serial": "T-9", "quantity": "H2S"}
        )
        device.check_ids = [
            Command.create(
                {"laboratory": "LPEE", "certificate": "8", "result": "unfit"}
            )
        ]
        check = device.check_ids
        self.attack(
            check, self.manager, frozen={"result": "fit"}, held={"result": "fit"}
        )
        self.attack(device, self.manager, {"fit": True}, {"serial": "T-10"})

    def test_a_review_held(self):
        review = self.env["srm.management.review"].create(
            {
                "date": "2026-12-10",
                "attendee_ids": [Command.set(self.director.ids)],
                "conclusion": "<p>Suitable</p>",
            }
        )
        review.input_ids.content = "Presented"
        # A required input that is taken off the list comes back.
        review.input_ids[0].with_user(self.manager).unlink()
        with self.assertRaisesRegex(UserError, "Missing"):
            review.with_user(self.manager).action_held()
        review.with_user(self.manager).action_list_inputs()
        review.input_ids.filtered("missing").content = "Presented"
        review.with_user(self.manager).action_held()
        topic = self.env["srm.review.topic"].create({"name": "New", "code": "T-NEW"})
        self.attack(
            review,
            self.manager,
            closed={"state": "planned"},
            frozen={"conclusion": "<p>x</p>", "attendee_ids": [Command.clear()]},
            parts={"input_ids": ({"topic_id": topic.id}, {"decision": "x"})},
            held={"date": "2026-12-11"},
        )

    def test_an_objective(self):
        objective = self.env["srm.objective"].create(
            {
                "name": "Carbon",
                "indicator": "kg",
                "unit": "kg",
                "target": 10,
                "direction": "down",
                "deadline": "2026-01-01",
                "value_ids": [
                    Command.create(
                        {"date": "2025-12-01", "value": 12, "source": "Statement"}
                    )
                ],
            }
        )
        objective.with_user(self.hse).action_start()
        aim = {"target": 20, "deadline": "2027-01-01", "direction": "up"}
        self.attack(objective, self.manager, {"state": "met", "on_target": True}, aim)
        objective.with_user(self.manager).action_conclude()
        self.assertEqual(objective.state, "missed")
        self.attack(
            objective,
            self.manager,
            frozen={**aim, "name": "x"},
            parts={"value_ids": ({"value": 1, "source": "x"}, {"value": 1})},
            held={"name": "x"},
        )

    def test_programmes_plans_and_drills(self):
        programme = self.env["srm.audit.programme"].create(
            {"name": "2026", "date_from": "2026-01-01", "date_to": "2026-12-31"}
        )
        programme.with_user(self.manager).action_approve()
        sites = [Command.set(self.site.ids)]
        self.attack(
            programme,
            self.manager,
            {"state": "draft"},
            {"name": "x", "site_ids": sites},
        )
        plan = self.env["srm.emergency.plan"].create(
            {"name": "Fire", "site_ids": sites}
        )
        plan.with_user(self.manager).action_approve()
        self.attack(
            plan,
            self.manager,
            {"state": "draft", "next_drill": "2099-01-01"},
            {"drill_months": 99, "review_date": "2099-01-01", "procedure": "<p>x</p>"},
        )
        drill = self.env["srm.emergency.drill"].create(
            {
                "plan_id": plan.id,
                "site_id": self.site.id,
                "date": "2026-02-02",
                "participants": 9,
                "lessons": "Door",
            }
        )
        drill.with_user(self.hse).action_report()
        self.attack(
            drill,
            self.manager,
            {"state": "planned"},
            {"participants": 90, "date": "2026-11-02"},
            held={"participants": 90},
        )

    def test_a_message_done(self):
        message = self.env["srm.communication"].create({"subject": "Odour"})
        message.with_user(self.hse).action_done()
        self.attack(
            message,
            self.manager,
            {"state": "open", "answer_date": "2026-01-01"},
            {"answer": "x", "subject": "x", "user_id": self.hse.id},
            held={"answer": "x"},
        )

    # Works and contractors

    def test_a_work_permit(self):
        start = datetime.now().replace(microsecond=0)
        people = self._workers(2)
        kind = self.env["srm.work.kind"].create({"name": "Paint", "code": "T-P"})
        values = {
            "work_kind_id": kind.id,
            "site_id": self.site.id,
            "place": "Room 2",
            "works": "Paint",
            "precautions": "Barrier",
            "start": start,
            "end": start + timedelta(hours=4),
            "leader_id": people[0].id,
            "worker_ids": [Command.set(people.ids)],
            "requester_id": self.second_officer.id,
        }
        permits = self.env["srm.work.permit"]
        own = permits.with_user(self.hse).create(values)
        self.assertRefused(own.action_issue, "own permit in another's name")
        permit = permits.with_user(self.second_officer).create(values)
        permit.with_user(self.hse).action_issue()
        self.attack(
            permit,
            self.manager,
            {"state": "draft", "issued_by_id": self.manager.id},
            {
                "worker_ids": [Command.clear()],
                "end": start + timedelta(hours=9),
                "isolation_verified": True,
                "requester_id": self.manager.id,
            },
            held={"place": "Room 3", "end": start + timedelta(hours=9)},
        )
        permit.closing_note = "Clean"
        permit.action_close()
        self.attack(
            permit, self.manager, frozen={"closing_note": "x"}, held={"place": "x"}
        )

    def test_the_file_of_a_contractor(self):
        file = self.env["srm.contractor.file"].create(
            {
                "partner_id": self.contractor.id,
                "contract_reference": "M-12",
                "works": "Pipes",
                "date_from": "2026-01-01",
                "evaluation_note": "Good",
            }
        )
        file.document_ids.write({"received": "2026-01-05", "valid_to": "2099-12-31"})
        with self.assertRaises(AccessError):
            file.document_ids[0].with_user(self.manager).unlink()
        file.with_user(self.hse).action_accept()
        fixed = {"partner_id": self.env.company.partner_id.id}
        self.attack(file, self.manager, {"accepted_date": "2026-01-01"}, fixed)
        induction = self.env["srm.induction"].create(
            {
                "file_id": file.id,
                "worker_id": self._workers(1).id,
                "valid_to": "2099-01-01",
                "signature": PNG,
            }
        )
        self.attack(
            induction,
            self.manager,
            {"signature_sha256": "0"},
            {"valid_to": "2027-01-01"},
        )
        file.with_user(self.manager).action_close()
        kind = self.env["srm.contractor.document.type"].create({"name": "T"})
        self.attack(
            file,
            self.manager,
            {"state": "draft"},
            {**fixed, "score": 100, "evaluation_note": "x"},
            {
                "document_ids": ({"type_id": kind.id}, {"valid_to": "2100-01-01"}),
                "induction_ids": (
                    {"worker_id": self._workers(1).id, "valid_to": "2099-01-01"},
                    {"understood": True},
                ),
            },
        )
        self.assertProof(induction, self.manager, "signature")

    def test_equipment_signed_for(self):
        item = self.env["srm.ppe.item"].create({"name": "Helmet"})
        issue = self.env["srm.ppe.issue"].create(
            {"worker_id": self._workers(1).id, "item_id": item.id, "signature": PNG}
        )
        self.attack(
            issue,
            self.manager,
            {"signature_sha256": "0"},
            {"quantity": 9, "signature": PNG + PNG},
            held={"quantity": 9},
        )
        self.assertProof(issue, self.manager, "signature")
        issue.with_user(self.hse).returned = "2099-01-01"

    def test_an_inspection(self):
        photo = self.env["ir.attachment"].with_user(self.manager)
        photo = photo.create({"name": "photo", "raw": b"1"})
        inspection = self.env["srm.inspection"].create(
            {
                "site_id": self.site.id,
                "theme": "Chlorine",
                "line_ids": [
                    Command.create(
                        {
                            "name": "Mask",
                            "result": "yes",
                            "attachment_ids": [Command.set(photo.ids)],
                        }
                    )
                ],
            }
        )
        inspection.with_user(self.hse).action_done()
        self.attack(
            inspection,
            self.manager,
            {"state": "draft", "conform_rate": 1},
            {"theme": "x", "user_id": self.manager.id},
            {"line_ids": ({"name": "x"}, {"result": "no"})},
            {"theme": "x"},
        )
        self.assertRefused(photo.unlink, "photo of a point")

    # Figures

    def test_hours_and_rates(self):
        line = self.env["srm.worked.hours"].create(
            {
                "month": "2026-01-01",
                "site_id": self.site.id,
                "headcount": 100,
                "hours": 16_000,
            }
        )
        line.with_user(self.hse).action_confirm()
        self.attack(
            line, self.manager, {"state": "draft"}, {"hours": 1}, held={"hours": 1.0}
        )
        rate = self.env["srm.safety.rate"].with_user(self.manager)
        rate = rate.create({"date_from": "2026-01-01", "date_to": "2026-01-31"})
        # Published are the figures of the period that is written on the record.
        rate.date_from = "2025-12-01"
        rate.action_publish()
        self.assertEqual(rate.missing_months, "2025-12")
        self.attack(
            rate.sudo(False),
            self.manager,
            {"state": "draft", "tf": 1.0, "hours": 1.0, "computed_on": "2026-01-01"},
            {"date_to": "2026-02-28", "scope": "employee"},
            held={"tf": 1.0, "hours": 1.0},
        )

    def test_a_social_claim(self):
        claim = self.env["srm.social.claim"].with_user(self.hr_officer)
        claim = claim.create({"title": "Heat", "description": "Summer"})
        claim.action_talk()
        claim.round_ids = [Command.create({"minutes": "Agreed"})]
        promise = {"name": "Pause", "deadline": "2020-06-01"}
        claim.commitment_ids = [Command.create(promise)]
        claim.action_agree()
        fixed = {"title": "x", "description": "x"}
        parts = {
            "round_ids": ({"minutes": "x"}, {"minutes": "x"}),
            "commitment_ids": (promise, {"deadline": "2030-06-01"}),
        }
        self.attack(claim, self.hr_officer, {"state": "open"}, fixed, parts)
        kept = {"kept_date": "2020-05-30", "proof": "Note 8"}
        claim.write({"commitment_ids": [Command.update(claim.commitment_ids.id, kept)]})
        claim.action_close()
        parts["commitment_ids"] = (promise, {"proof": "x"})
        self.attack(
            claim, self.hr_officer, {"state": "open"}, fixed, parts, {"title": "x"}
        )

    def test_evidence_counts_what_its_author_may_read(self):
        vals = {
            "name": "Unfit",
            "code": "T-1",
            "model": "srm.medical.exam",
            "domain": "[('conclusion', '=', 'unfit')]",
            "date_field": "date",
        }
        evidence = self.env["srm.clause.evidence"].with_user(self.manager)
        with self.assertRaises(AccessError):
            evidence.create(vals)
        mine = evidence.create({**vals, "model": "srm.audit", "domain": "[]"})
        with self.assertRaisesRegex(ValidationError, "not valid"):
            mine.write({"model": "res.users.log", "date_field": "create_date"})
