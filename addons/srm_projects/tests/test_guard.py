import base64
from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.srm_base.tests.guard_common import GuardedCase

from .test_srm_network import NetworkCase

FILE = base64.b64encode(b"seen")


class KeptCase(GuardedCase, NetworkCase):
    """Records that went through their steps, to be attacked by who may write them."""

    def attached(self, user, **values):
        files = self.env["ir.attachment"].with_user(user)
        return files.create({"name": "proof.pdf", "raw": b"seen", **values})

    def assertFileKept(self, file):
        self.assertRefused(
            {
                "replaced": lambda: file.write({"raw": b"forged"}),
                "renamed": lambda: file.write({"name": "other.pdf"}),
                "moved": lambda: file.write({"res_id": 0}),
                "deleted": file.unlink,
            }
        )

    def assertTableHeld(self, record, *changes):
        table = record._table
        self.assertHeld(
            *(f"UPDATE {table} SET {one} WHERE id = {record.id}" for one in changes),
            f"DELETE FROM {table} WHERE id = {record.id}",
        )


@tagged("post_install", "-at_install")
class TestWorksAreKept(KeptCase):
    """Projects, baselines, measures, reservations, the programme, the site diary."""

    def built(self):
        project = self.project()
        self.baseline(project)
        project.action_srm_begin()
        for item in project.srm_item_ids:
            self.measure(item, item.quantity)
        project.action_srm_accept_provisionally()
        return project

    def test_what_was_promised(self):
        baseline = self.baseline(self.project())
        self.assertKept(
            baseline,
            {
                "name": "Other",
                "reason": "Other",
                "date": "2020-01-01",
                "budget": 1,
                "set_by_id": self.manager.id,
                "project_id": self.project().id,
            },
            children=("line_ids",),
        )
        line = baseline.line_ids[0]
        self.assertKept(line, {"budget": 1, "weight": 9, "planned_finish": self.today})
        self.assertTableHeld(baseline, "budget = 1", "set_by_id = NULL")
        self.assertTableHeld(line, "weight = 9", "baseline_id = NULL")
        self.assertHeld(
            "INSERT INTO srm_project_baseline_line (baseline_id, code, name)"
            f" VALUES ({baseline.id}, '9', 'Other')"
        )

    def test_figures_of_a_month(self):
        project = self.project()
        self.baseline(project)
        project.with_user(self.programme_manager).action_srm_freeze()
        snapshot = project.srm_snapshot_ids.with_user(self.programme_manager)
        self.assertKept(snapshot, {"physical": 1, "date": self.today, "drift": "none"})
        self.assertTableHeld(snapshot, "physical = 1", "missing = 'x'")

    def test_measures_that_were_decided(self):
        project = self.project()
        item = project.srm_item_ids[0]
        photo = self.attached(self.manager)
        measure = self.measure(item, 10, validate=False)
        measure.attachment_ids = photo
        measure.with_user(self.programme_manager).action_validate()
        self.assertKept(
            measure,
            {
                "quantity": 20,
                "evidence": "Other",
                "state": "draft",
                "measured_by_id": self.programme_manager.id,
                "validated_by_id": self.manager.id,
                "author_ids": [Command.clear()],
                "attachment_ids": [Command.clear()],
                "item_id": project.srm_item_ids[1].id,
            },
        )
        self.assertFileKept(photo)
        self.assertTableHeld(measure, "quantity = 20", "state = 'draft'")
        self.assertRefused(
            {
                "its item": item.with_user(self.manager).unlink,
                "its unit": lambda: item.write({"unit": "km"}),
                "its project": project.with_user(self.manager).unlink,
            }
        )

    def test_accepted_works_and_their_reservations(self):
        project = self.built()
        item = project.srm_item_ids[0]
        self.assertKept(
            project,
            {"srm_state": "study", "srm_date_provisional": False, "srm_budget": 1},
            children=("srm_item_ids",),
        )
        with self.assertRaises(UserError):
            item.quantity = 1000
        reservations = self.env["srm.project.reservation"].with_user(self.manager)
        reservation = reservations.create(
            {"project_id": project.id, "name": "Cover missing"}
        )
        self.assertKept(
            reservation,
            {"name": "Nothing", "project_id": self.project().id, "state": "lifted"},
        )
        reservation.evidence = "Visit of today"
        reservation.action_lift()
        self.assertKept(reservation, {"evidence": "Other", "deadline": self.today})
        project.action_srm_accept_finally()
        self.assertKept(
            project,
            {"name": "Other", "date": self.today, "srm_kind": "study"},
            children=("srm_reservation_ids",),
        )
        asset = project.srm_asset_ids[:1]
        self.assertKept(asset, {"project_id": self.project().id})
        with self.assertRaisesRegex(UserError, "Final"):
            project.action_srm_schedule()

    def test_the_programme_once_approved(self):
        programmes = self.env["srm.programme"].with_user(self.manager)
        programme = programmes.create(
            {
                "name": "Test programme",
                "year_from": 2026,
                "year_to": 2028,
                "line_ids": [
                    Command.create({"head": head, "year": 2026, "initial": 1000})
                    for head in ("water", "common")
                ],
            }
        )
        programme.with_user(self.programme_manager).action_approve()
        self.assertKept(
            programme,
            {
                "name": "Other",
                "year_to": 2040,
                "note": "Other",
                "version": 7,
                "state": "draft",
                "approved_by_id": self.manager.id,
            },
            children=("line_ids",),
        )
        line, other = programme.line_ids
        self.assertKept(
            line,
            {
                "initial": 5000,
                "name": "Other",
                "territory_id": self.commune.id,
                "ceiling": 1,
                "state": "draft",
            },
        )
        self.assertTableHeld(programme, "year_to = 2040", "state = 'draft'")
        self.assertTableHeld(line, "initial = 1", "name = 'x'")
        transfers = self.env["srm.programme.transfer"]
        vals = {
            "programme_id": programme.id,
            "from_id": line.id,
            "to_id": other.id,
            "amount": 300,
            "reason": "Late",
        }
        own = transfers.with_user(self.programme_manager).create(vals)
        with self.assertRaisesRegex(UserError, "somebody else"):
            own.action_approve()
        transfer = transfers.with_user(self.manager).create(vals)
        transfer.with_user(self.programme_manager).action_approve()
        self.assertKept(
            transfer,
            {"amount": 1, "reason": "Other", "to_id": line.id, "state": "draft"},
        )
        self.assertTableHeld(transfer, "amount = 1", "decided_by_id = NULL")
        elsewhere = programme.copy({"name": "Other programme"}).line_ids[0]
        with self.assertRaisesRegex(ValidationError, "its own lines"):
            transfers.create({**vals, "to_id": elsewhere.id})

    def test_the_site_diary(self):
        entries = self.env["srm.site.entry"].with_user(self.manager)
        photo = self.attached(self.manager)
        entry = entries.create(
            {
                "project_id": self.project().id,
                "text": "Trench open",
                "photo_ids": [Command.link(photo.id)],
            }
        )
        self.assertKept(
            entry,
            {
                "text": "Other",
                "date": "2020-01-01 10:00:00",
                "blocking": True,
                "user_id": self.programme_manager.id,
                "photo_ids": [Command.clear()],
            },
        )
        self.assertFileKept(photo)
        self.assertEqual(photo.res_id, entry.id)
        photo.sudo()._by_code().raw = b"forged behind its back"
        with self.assertRaisesRegex(UserError, "SHA-256"):
            self.env["ir.binary"]._get_stream_from(photo)
        self.assertTableHeld(entry, "text = 'Other'", "date = '2020-01-01'")
        with self.assertRaises(UserError):
            entries.create(
                {
                    "project_id": entry.project_id.id,
                    "text": "In another's name",
                    "user_id": self.programme_manager.id,
                }
            )

    def test_projects_are_numbered_by_code(self):
        projects = self.env["project.project"].with_user(self.manager)
        self.assertClosed(
            projects,
            {"name": "New", "company_id": self.env.company.id},
            {
                "srm_number": "P/1",
                "srm_state": "final",
                "srm_date_final": "2020-01-01",
            },
        )


@tagged("post_install", "-at_install")
class TestMoneyIsKept(KeptCase):
    """Conventions, calls, credits and what consumes them."""

    def convention(self):
        funders = self.env["res.partner"].create([{"name": "A"}, {"name": "B"}])
        fundings = self.env["srm.funding"].with_user(self.manager)
        convention = fundings.create(
            {
                "name": "C/9",
                "title": "Sewer",
                "cost": 20,
                "date_signed": self.today,
                "document_ids": [Command.link(self.attached(self.manager).id)],
                "party_ids": [
                    Command.create({"partner_id": partner.id, "amount": 10})
                    for partner in funders
                ],
                "content_ids": [Command.create({"name": "Pipes", "planned": 5})],
            }
        )
        convention.action_sign()
        return convention

    def test_what_was_signed(self):
        convention = self.convention()
        self.assertKept(
            convention,
            {
                "name": "C/10",
                "cost": 1,
                "date_signed": "2020-01-01",
                "document_ids": [Command.clear()],
                "resources": 1,
                "state": "draft",
            },
            children=("party_ids", "content_ids"),
        )
        party = convention.party_ids[0]
        self.assertKept(party, {"amount": 1, "role": "owner", "partner_id": 1})
        self.assertFileKept(convention.document_ids)
        content = convention.content_ids
        with self.assertRaises(UserError):
            content.planned = 9
        content.realised = 2
        project = self.project()
        project.srm_funding_ids = [Command.link(convention.id)]
        self.assertTableHeld(convention, "cost = 1", "state = 'draft'")
        self.assertTableHeld(party, "amount = 1", "funding_id = NULL")
        self.assertHeld(
            "INSERT INTO srm_funding_party (funding_id, partner_id, role)"
            f" VALUES ({convention.id}, 1, 'owner')"
        )

    def test_what_was_called_and_received(self):
        convention = self.convention()
        calls = self.env["srm.funding.call"].with_user(self.manager)
        vals = {"funding_id": convention.id, "reference": "AF 1", "amount": 4}
        call = calls.create({**vals, "party_id": convention.party_ids[0].id})
        call.action_call()
        self.assertKept(call, {"amount": 1, "date": self.today + timedelta(9)})
        self.assertTableHeld(call, "amount = 1", "reference = 'x'")
        receipt = {
            "date_received": self.today,
            "amount_received": 4,
            "evidence": "Credit advice",
        }
        call.write(receipt)
        call.action_receive()
        self.assertKept(
            call,
            {
                "amount_received": 1,
                "date_received": "2020-01-01",
                "evidence": "Other",
                "state": "called",
            },
        )
        self.assertTableHeld(call, "amount_received = 1", "state = 'draft'")
        other = self.convention_of_another_name()
        with self.assertRaisesRegex(ValidationError, "another convention"):
            calls.create({**vals, "party_id": other.party_ids.id})
        project = self.project()
        convention.with_user(self.programme_manager).action_close()
        with self.assertRaises(UserError):
            project.srm_funding_ids = [Command.link(convention.id)]
        with self.assertRaises(UserError):
            calls.create({**vals, "party_id": convention.party_ids[0].id})

    def convention_of_another_name(self):
        partner = self.env["res.partner"].create({"name": "C"})
        party = Command.create({"partner_id": partner.id, "amount": 1})
        return self.env["srm.funding"].create(
            {"name": "C/11", "title": "Other", "cost": 1, "party_ids": [party]}
        )

    def line(self, user=None, **values):
        lines = self.env["srm.budget.line"].with_user(user or self.programme_manager)
        return lines.create(
            {
                "project_id": self.project().id,
                "name": "Works",
                "credits": 100,
                **values,
            }
        )

    def test_who_spends_does_not_lift_the_control(self):
        line = self.line().with_user(self.manager)
        for values in ({"control": "warn"}, {"credits": 1000}):
            with self.assertRaisesRegex(AccessError, "Programme manager"):
                line.write(values)
            with self.assertRaisesRegex(AccessError, "Programme manager"):
                self.line(self.manager, name="Other", **{"credits": 0, **values})
        context = {"default_control": "warn", "default_credits": 1000}
        slipped = line.with_context(**context).create(
            {"project_id": line.project_id.id, "name": "Slipped in"}
        )
        self.assertEqual((slipped.control, slipped.credits), ("block", 0))

    def test_entries_that_were_confirmed(self):
        line = self.line()
        entries = self.env["srm.budget.entry"].with_user(self.manager)
        vals = {"line_id": line.id, "document": "Contract", "amount": 60}
        entry = entries.create(vals)
        entry.action_confirm()
        self.assertKept(
            entry,
            {
                "amount": 1,
                "document": "Other",
                "kind": "payment",
                "line_id": self.line(name="Other").id,
                "state": "draft",
            },
        )
        self.assertTableHeld(entry, "amount = 1", "state = 'draft'")
        mine = line.with_user(self.manager)
        self.assertKept(mine, {"project_id": self.project().id, "committed": 1})
        elsewhere = self.line(name="Elsewhere")
        with self.assertRaisesRegex(ValidationError, "another budget line"):
            entries.create(
                {
                    **vals,
                    "line_id": elsewhere.id,
                    "kind": "emission",
                    "parent_id": entry.id,
                }
            )
        order = entries.create({**vals, "kind": "emission", "parent_id": entry.id})
        entry.action_cancel()
        with self.assertRaisesRegex(UserError, r"Contract \(Cancelled\)"):
            order.action_confirm()


@tagged("post_install", "-at_install")
class TestMeetingsAreKept(KeptCase):
    """Minutes, presence, decisions, partnerships."""

    def meeting(self):
        meetings = self.env["srm.minutes"].with_user(self.manager)
        minutes = meetings.create(
            {
                "kind_id": self.env.ref("srm_projects.meeting_kind_governor").id,
                "title": "Follow-up",
                "presence_ids": [Command.create({"name": name}) for name in "AB"],
                "item_ids": [Command.create({"name": "Works"})],
                "decision_ids": [
                    Command.create(
                        {"kind": "action", "name": "Act", "date_due": self.today}
                    )
                ],
            }
        )
        minutes.action_open()
        return minutes

    def closed(self):
        minutes = self.meeting()
        minutes.action_close()
        return minutes

    def test_minutes_once_closed_then_signed(self):
        minutes = self.closed()
        children = ("presence_ids", "item_ids", "decision_ids")
        values = {
            "title": "Other",
            "date": "2020-01-01 10:00:00",
            "chair_id": 1,
            "name": "PV/1",
            "state": "open",
            "approved_in_id": minutes.id,
        }
        self.assertKept(minutes, values, children)
        signed = self.attached(self.manager)
        minutes.signed_document_ids = signed
        minutes.action_sign()
        self.assertKept(
            minutes, {**values, "signed_document_ids": [Command.clear()]}, children
        )
        self.assertFileKept(signed)
        self.assertTableHeld(minutes, "title = 'x'", "state = 'open'")
        presence = minutes.presence_ids[0]
        self.assertKept(presence, {"name": "C", "status": "absent"})
        self.assertTableHeld(presence, "status = 'absent'", "minutes_id = NULL")
        self.assertHeld(
            "INSERT INTO srm_minutes_presence (minutes_id, name, status)"
            f" VALUES ({minutes.id}, 'C', 'present')"
        )

    def test_a_meeting_that_was_held_is_not_taken_away(self):
        minutes = self.meeting()
        with self.assertRaises(UserError):
            minutes.unlink()
        minutes.action_cancel()
        self.assertKept(minutes, {"title": "Other"}, children=("presence_ids",))

    def test_decisions_are_proved_once(self):
        decision = self.closed().decision_ids
        self.assertKept(
            decision,
            {
                "name": "Other",
                "date_due": "2099-01-01",
                "kind": "information",
                "state": "done",
                "number": "X",
                "minutes_id": self.meeting().id,
            },
        )
        decision.user_id = self.programme_manager
        letter = self.attached(self.manager)
        decision.evidence_ids = letter
        decision.action_done()
        self.assertKept(
            decision,
            {
                "evidence": "Other",
                "evidence_ids": [Command.clear()],
                "date_done": "2020-01-01",
                "user_id": self.manager.id,
            },
        )
        self.assertFileKept(letter)
        self.assertTableHeld(decision, "evidence = 'x'", "name = 'x'", "state = 'open'")

    def test_partnerships_in_force(self):
        partnerships = self.env["srm.partnership"].with_user(self.manager)
        item = partnerships.create(
            {
                "name": "Research",
                "partner_id": self.env["res.partner"].create({"name": "U"}).id,
                "date_start": self.today,
                "date_end": self.today,
            }
        )
        item.action_sign()
        self.assertKept(
            item, {"name": "Other", "date_end": "2099-01-01", "state": "draft"}
        )
        item.user_id = self.programme_manager
        self.assertTableHeld(item, "commitments = 'x'", "state = 'draft'")


@tagged("post_install", "-at_install")
class TestNetworksAreKept(KeptCase):
    """Inspections, volumes, rankings, plans, campaigns, anomalies, results."""

    def validated(self):
        sewer = self.section(kind="sewer", service_id=self.sanitation.id)
        photo = self.attached(self.network_officer)
        inspection = self.inspection(
            sewer, (self.bac, 1), document_ids=[Command.link(photo.id)]
        )
        inspection.with_user(self.network_manager).action_validate()
        return inspection.with_user(self.network_manager)

    def test_inspections_once_validated(self):
        inspection = self.validated()
        self.assertKept(
            inspection,
            {
                "length_m": 1,
                "date": "2020-01-01",
                "grade": "1",
                "grade_seen": "1",
                "state": "draft",
                "name": "X",
                "entered_by_id": self.network_manager.id,
                "author_ids": [Command.clear()],
                "document_ids": [Command.clear()],
            },
            children=("defect_ids",),
        )
        self.assertFileKept(inspection.document_ids)
        self.assertTableHeld(
            inspection, "length_m = 1", "grade = '1'", "state = 'draft'"
        )
        defect = inspection.defect_ids
        self.assertTableHeld(defect, "position = 9", "inspection_id = NULL")

    def test_a_scale_changed_later_judges_nothing_that_was_validated(self):
        inspection = self.validated()
        draft = self.inspection(inspection.section_id, (self.bac, 1))
        for bound in self.scale.threshold_ids:
            bound.peak += 100
        self.env.flush_all()
        self.assertEqual((inspection.grade, draft.grade), ("3", "1"))

    def test_who_adds_a_defect_does_not_validate(self):
        inspection = self.inspection(self.section(), (self.bac, 1))
        for act in (
            lambda found: found.defect_ids.write({"position": 5}),
            lambda found: found.write({"length_m": 30}),
            lambda found: found.defect_ids.unlink(),
        ):
            copied = inspection.copy().with_user(self.network_manager)
            act(copied)
            with self.assertRaisesRegex(UserError, "somebody else"):
                copied.action_validate()

    def test_volumes_once_validated(self):
        volume = self.volume().with_user(self.network_manager)
        volume.action_validate_directorate()
        values = {
            "brought_in": 1,
            "days": 9,
            "month": "2020-01-01",
            "yield_primary": 99,
            "state": "region",
            "directorate_by_id": self.network_officer.id,
            "entered_by_id": self.network_manager.id,
            "rejection": "x",
        }
        self.assertKept(volume, values)
        volume.with_user(self.second_manager).action_validate_region()
        self.assertKept(volume, {**values, "state": "draft"})
        self.assertTableHeld(
            volume, "brought_in = 1", "yield_primary = 99", "month = '2020-01-01'"
        )
        before = volume.ilp
        volume.sector_id.km = 1
        self.env.flush_all()
        self.assertEqual(volume.ilp, before)
        volume._reject("Wrong length")
        self.env.flush_all()
        self.assertNotEqual(volume.ilp, before)

    def test_who_corrects_the_volumes_does_not_validate_them(self):
        volume = self.volume()
        volume.with_user(self.network_manager).billed_metered = 1400000
        with self.assertRaisesRegex(UserError, "somebody else"):
            volume.with_user(self.network_manager).action_validate_directorate()
        self.assertKept(
            volume.log_ids.with_user(self.network_manager), {"after": 1, "before": 1}
        )
        with self.assertRaises(UserError):
            volume.sudo().unlink()

    def test_rankings_and_plans(self):
        for code in "AB":
            self.section(code, cost_entered=10)
        ranking = self.ranking().with_user(self.network_manager)
        self.assertKept(
            ranking, {"weights": {}, "date": "2020-01-01", "service_id": 1, "name": "X"}
        )
        line = ranking.line_ids[0]
        self.assertKept(line, {"score": 1, "rank": 9})
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            line.section_id.with_user(self.network_manager).unlink()
        plan = self.plan(ranking, 100).with_user(self.network_manager)
        with self.assertRaises(UserError):
            plan.line_ids[0].cost = 1
        plan.action_approve()
        self.assertKept(
            plan,
            {"title": "Other", "ceiling": 1, "taken_cost": 1, "state": "draft"},
            children=("line_ids",),
        )
        with self.assertRaisesRegex(UserError, r"\(Approved\)"):
            plan.action_build()

    def test_weights_are_logged_whatever_the_context(self):
        grid = self.env.ref("srm_projects.grid_equal").with_user(self.network_manager)
        criterion = grid.criterion_ids[0].with_context(install_mode=True)
        criterion.weight = 9
        self.assertIn("→ 9", grid.message_ids[0].body)
        self.assertRefused(
            {
                "criterion": lambda: criterion.write({"code": "age"}),
                "grid": lambda: criterion.write({"grid_id": grid.copy().id}),
            }
        )

    def test_campaigns_under_way(self):
        self.section(length_m=400)
        diagnosis = (
            self.env["srm.diagnosis"]
            .with_user(self.network_officer)
            .create(
                {
                    "name": "D",
                    "service_id": self.water.id,
                    "territory_id": self.province.id,
                    "date_start": self.today,
                    "date_end": self.today,
                }
            )
        )
        diagnosis.action_propose_communes()
        diagnosis.with_user(self.network_manager).action_start()
        self.assertKept(
            diagnosis, {"name": "Other", "state": "done"}, children=("line_ids",)
        )

    def test_anomalies_that_were_explained(self):
        channel = self.env["srm.telemetry.channel"].create({"code": "F", "name": "F"})
        finding = self.env["srm.telemetry.finding"].create(
            {"channel_id": channel.id, "kind": "gap", "moment": "2026-01-01 10:00:00"}
        )
        finding = finding.with_user(self.network_officer)
        self.assertKept(finding, {"moment": "2020-01-01", "user_id": 1, "state": False})
        finding.note = "Battery changed"
        finding.action_explain()
        self.assertEqual(finding.user_id, self.network_officer)
        self.assertKept(finding, {"note": "Other", "state": "open"})

    def test_a_limit_that_was_exceeded(self):
        parameter = self.env["srm.quality.parameter"].create(
            {"code": "test", "name": "Test", "limit": 30}
        )
        result = (
            self.env["srm.quality.result"]
            .with_user(self.network_officer)
            .create(
                {
                    "plant_id": self.env["srm.treatment.plant"]
                    .create({"name": "P", "territory_id": self.commune.id})
                    .id,
                    "parameter_id": parameter.id,
                    "value": 31,
                }
            )
        )
        self.assertKept(result, {"value": 29, "date": "2020-01-01", "limit": 99})
        result.note = "Sample taken after the storm"

    def test_orders_of_a_plan(self):
        team = self.env["maintenance.team"].create({"name": "Team"})
        plan = (
            self.env["srm.maintenance.plan"]
            .with_user(self.network_officer)
            .create(
                {
                    "name": "Cleaning",
                    "section_id": self.section(kind="tank", length_m=0).id,
                    "maintenance_team_id": team.id,
                }
            )
        )
        plan.action_make_orders()
        order = plan.request_ids.with_user(self.network_officer)
        self.assertKept(
            order,
            {
                "srm_due_date": "2099-01-01",
                "srm_due_key": "x",
                "srm_plan_id": False,
                "srm_section_id": self.section("S-2").id,
            },
        )
