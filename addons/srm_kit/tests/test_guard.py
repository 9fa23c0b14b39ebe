import base64
import copy

import psycopg2
from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..guard import BY_CODE
from ..guard.gate import LIFTING
from .fake_models import SYSTEM, GuardCase

PAPER = base64.b64encode(b"signed")


@tagged("post_install", "-at_install")
class TestGuard(GuardCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.alice, cls.bob = (
            new_test_user(cls.env, login=login, groups="base.group_user")
            for login in ("kit.alice", "kit.bob")
        )
        cls.orders = cls.env["srm.kit.order"].with_user(cls.alice)

    def new_order(self, **values):
        line = Command.create({"amount": 10})
        return self.orders.create({"name": "O1", "line_ids": [line], **values})

    def approved(self, **values):
        order = self.new_order(**values)
        order._take_step("submit")
        order.with_user(self.bob)._take_step("approve", reason="fits")
        return order

    # What code alone writes

    def test_closed_fields_are_not_written(self):
        order = self.new_order()
        for name, value in {
            "number": "7",
            "total": 5.0,
            "state": "approved",
            "approved_by_id": self.alice.id,
        }.items():
            with self.subTest(name), self.assertRaisesRegex(UserError, "O1"):
                order.write({name: value})

    def test_closed_fields_are_not_given_at_creation(self):
        for name, value in {"number": "7", "state": "approved", "total": 1.0}.items():
            with self.subTest(name), self.assertRaises(UserError):
                self.new_order(**{name: value})

    def test_defaults_of_the_caller_do_not_reach_them(self):
        self.env["ir.default"].set("srm.kit.order", "number", "user", self.alice.id)
        context = {
            "default_number": "7",
            "default_state": "closed",
            "default_note": "n",
        }
        order = self.orders.with_context(**context).create({"name": "O2"})
        self.assertEqual(order.number, "new")
        self.assertEqual(order.state, "draft")
        self.assertEqual(order.note, "n")
        self.assertEqual(order.sudo().with_context(**context).copy().number, "new")

    def test_unchanged_values_pass(self):
        order = self.new_order()
        order.write({"number": "new", "state": "draft", "name": "O3"})
        self.assertEqual(order.name, "O3")
        self.assertEqual(self.new_order(number="new", state="draft").number, "new")

    def test_a_value_that_stops_a_computation_is_not_kept(self):
        order = self.new_order(total=0.0)
        self.assertEqual(order.total, 10)

    def test_entered_proposals(self):
        order = self.new_order(amount=8)
        order.proposed = 9
        self.assertEqual(order.proposed, 9)

    def test_a_copy_starts_anew(self):
        order = self.approved()
        copied = order.copy({"state": "closed"})
        self.assertEqual((copied.state, copied.reason), ("draft", False))

    def test_the_key_is_not_expressible(self):
        order = self.new_order()
        for value in (True, "BY_CODE", "by code", {}, 1):
            with self.assertRaises(UserError):
                order.with_context(guard=value).write({"number": "7"})
        copied = copy.deepcopy(dict(order._by_code().env.context))
        with self.assertRaises(UserError):
            order.with_context(**copied).write({"number": "7"})

    def test_what_code_makes_is_given_back_closed(self):
        order = self.orders._by_code().create({"name": "O4", "number": "9"})
        self.assertEqual(order.number, "9")
        with self.assertRaises(UserError):
            order.number = "10"

    def test_the_system_moves_states_by_steps_too(self):
        order = self.new_order().sudo()
        order.number = "8"
        with self.assertRaisesRegex(UserError, "buttons"):
            order.state = "approved"
        with self.assertRaisesRegex(UserError, "present state"):
            order._by_code().write({"state": "closed"})

    def test_a_refusal_tells_a_stranger_nothing(self):
        stranger = new_test_user(self.env, login="kit.eve", groups="base.group_portal")
        order = self.approved().with_user(stranger)
        for attack in (
            lambda: order.write({"number": "7"}),
            lambda: order.write({"name": "x"}),
            lambda: order.create({"name": "x", "number": "7"}),
            lambda: order.env["srm.kit.order.line"].create({"order_id": order.id}),
            order.unlink,
        ):
            with self.assertRaises(AccessError) as caught:
                attack()
            self.assertNotIn("O1", str(caught.exception))

    def test_import(self):
        result = self.orders.load(["name", "number"], [["A", "12"], ["B", "new"]])
        self.assertFalse(result["ids"])
        self.assertIn("Number", result["messages"][0]["message"])

    # Steps

    def test_steps_are_signed_and_repeatable(self):
        order = self.approved()
        self.assertEqual(order.submitted_by_id, self.alice)
        self.assertEqual((order.approved_by_id, order.reason), (self.bob, "fits"))
        self.assertTrue(order.approved_on)
        self.assertFalse(order.with_user(self.bob)._take_step("approve"))

    def test_steps_have_their_sources(self):
        with self.assertRaisesRegex(UserError, r"O1 \(Draft\)"):
            self.new_order()._take_step("approve")

    def test_duties_are_separate(self):
        order = self.new_order()
        order._take_step("submit")
        with self.assertRaisesRegex(UserError, "Submitted By|Submitted by"):
            order._take_step("approve")

    def test_steps_belong_to_a_role(self):
        order = self.approved()
        with self.assertRaisesRegex(AccessError, self.env.ref(SYSTEM).name):
            order._take_step("close")

    def test_a_step_checks_what_it_must(self):
        order = self.orders.create({"name": "empty"})
        with self.assertRaisesRegex(UserError, "No line"):
            order._take_step("submit")

    def test_a_step_records_what_it_says(self):
        order = self.new_order()
        with self.assertRaises(ValueError):
            order._take_step("submit", reason="no")

    def test_reserved_fields(self):
        order = self.new_order()
        with self.assertRaisesRegex(AccessError, "Ceiling"):
            order.ceiling = 5
        with self.assertRaises(AccessError):
            self.new_order(ceiling=5)
        order.ceiling = 0
        by_context = self.orders.with_context(default_ceiling=5).create({"name": "O5"})
        self.assertEqual(by_context.ceiling, 0)

    def test_what_needs_a_state_and_is_no_step(self):
        order = self.new_order()
        order._require_state("draft", "submitted")
        with self.assertRaisesRegex(UserError, r"O1 \(Draft\)"):
            order._require_state("approved")

    def test_keys_that_lift_rules_are_code_s(self):
        def tracked(**context):
            order = self.orders.with_context(**context).create({"name": "O6"})
            return bool(order.sudo().message_ids)

        self.assertTrue(tracked(tracking_disable=True))
        self.assertFalse(tracked(tracking_disable=BY_CODE))

    # Frozen records

    def test_frozen_fields(self):
        order = self.approved()
        with self.assertRaisesRegex(UserError, "Name cannot change.*another order"):
            order.name = "other"
        order.write({"note": "allowed", "name": "O1"})
        with self.assertRaises(UserError):
            order.sudo().name = "other"

    def test_frozen_fields_of_one_state(self):
        order = self.new_order()
        order._take_step("submit")
        order.name = "renamed"
        with self.assertRaises(UserError):
            order.amount = 3

    def test_children_are_frozen_with_it(self):
        order, other = self.approved(), self.new_order()
        line, free = order.line_ids, other.line_ids
        attacks = {
            "write": lambda: line.write({"amount": 3}),
            "archive": line.action_archive,
            "unlink": line.unlink,
            "create": lambda: line.create({"order_id": order.id}),
            "move in": lambda: free.write({"order_id": order.id}),
            "move out": lambda: line.write({"order_id": other.id}),
            "command": lambda: order.write({"line_ids": [Command.clear()]}),
            "system": lambda: line.sudo().write({"amount": 3}),
            "default": lambda: line.with_context(default_order_id=order.id).create({}),
        }
        for name, attack in attacks.items():
            with self.subTest(name), self.assertRaises(UserError):
                attack()
        line.remark = "free"
        order.line_ids = [Command.update(line.id, {"delivered": True})]
        order.visit_ids = [Command.create({})]

    def test_lists_written_from_their_other_side(self):
        binder = self.env["srm.kit.binder"].with_user(self.alice).create({"name": "b"})
        order, draft = self.approved(), self.new_order()
        for name, attack in {
            "frozen": lambda: binder.write({"tagged_ids": [Command.link(order.id)]}),
            "system": lambda: binder.sudo().write({"tagged_ids": order.ids}),
            "closed": lambda: binder.write({"sealed_ids": [Command.link(draft.id)]}),
            "new": lambda: binder.create({"name": "c", "tagged_ids": order.ids}),
        }.items():
            with (
                self.subTest(name),
                self.assertRaisesRegex(UserError, "O1"),
                self.env.cr.savepoint(),
            ):
                attack()
        binder.write({"tagged_ids": [Command.link(draft.id)]})

    def test_children_by_a_computed_link_are_frozen_with_it(self):
        order = self.new_order()
        extras = order.env["srm.kit.order.extra"]
        counted = extras.create({"order_id": order.id, "counts": True})
        order._take_step("submit")
        plain = extras.create({"order_id": order.id})
        plain.amount = 2
        elsewhere = extras.create({"order_id": self.new_order().id, "counts": True})
        for name, attack in {
            "create": lambda: extras.create({"order_id": order.id, "counts": True}),
            "write": lambda: counted.write({"amount": 3}),
            "move in": lambda: plain.write({"counts": True}),
            "re-parent": lambda: elsewhere.write({"order_id": order.id}),
            "move out": lambda: counted.write({"counts": False}),
            "unlink": counted.unlink,
        }.items():
            with (
                self.subTest(name),
                self.assertRaises(UserError),
                self.env.cr.savepoint(),
            ):
                attack()

    def test_deletion(self):
        order = self.approved()
        for key in (*LIFTING, "force_unlink"):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                order.with_context(**{key: True}).unlink()
        self.new_order().unlink()

    def test_what_would_be_deleted_with_a_record(self):
        binders = self.env["srm.kit.binder"].with_user(self.alice)
        full, spare = binders.create([{"name": "full"}, {"name": "spare"}])
        order = self.approved(binder_id=full.id)
        self.new_order(binder_id=spare.id)
        with self.assertRaisesRegex(UserError, "O1 is kept"):
            full.unlink()
        spare.unlink()
        self.assertTrue(order.exists())

    def test_what_would_be_deleted_with_the_record_it_is_a_part_of(self):
        whole = self.new_order()
        part = self.approved(parent_id=whole.id)
        with self.assertRaisesRegex(UserError, "O1 is kept"):
            whole.unlink()
        self.new_order().unlink()
        self.assertTrue(part.exists())

    def test_a_part_frozen_always_lets_a_draft_go(self):
        order = self.new_order()
        binder = self.env["srm.kit.binder"].create({"name": "B"})
        with self.assertRaises(UserError):
            order.binder_id = binder
        self.env.flush_all()
        order.unlink()
        self.env.flush_all()
        kept = self.approved().id
        self.assertHeld("DELETE FROM srm_kit_order WHERE id = %s", kept)

    def test_memories(self):
        memory = self.env["srm.kit.memory"].with_user(self.alice).create({"name": "m"})
        with self.assertRaises(UserError):
            memory.name = "n"
        with self.assertRaises(UserError):
            memory.unlink()

    # The database

    def assertHeld(self, query, *params):
        with (
            self.assertRaises(psycopg2.IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(query, params)

    def test_the_database_holds_what_is_frozen(self):
        order, other = self.approved(), self.new_order()
        self.env.flush_all()
        line, free = order.line_ids.id, other.line_ids.id
        for query, *params in (
            ("UPDATE srm_kit_order SET name = 'x' WHERE id = %s", order.id),
            ("UPDATE srm_kit_order SET state = 'draft' WHERE id = %s", order.id),
            ("DELETE FROM srm_kit_order WHERE id = %s", order.id),
            ("UPDATE srm_kit_order_line SET amount = 1 WHERE id = %s", line),
            ("DELETE FROM srm_kit_order_line WHERE id = %s", line),
            ("INSERT INTO srm_kit_order_line (order_id) VALUES (%s)", order.id),
            (
                "UPDATE srm_kit_order_line SET order_id = %s WHERE id = %s",
                order.id,
                free,
            ),
        ):
            with self.subTest(query):
                self.assertHeld(query, *params)
        self.env.cr.execute(
            "UPDATE srm_kit_order SET state = 'closed', note = 'n' WHERE id = %s",
            [order.id],
        )
        self.env.cr.execute(
            "UPDATE srm_kit_order_line SET remark = 'r', delivered = true"
            " WHERE id = %s",
            [line],
        )

    def test_what_a_step_frees_changes_again(self):
        order = self.approved().sudo()
        order._take_step("close")
        order._take_step("reopen")
        order.name = "corrected"
        self.env.flush_all()
        self.assertEqual((order.name, order.state), ("corrected", "draft"))

    def test_a_refusal_of_the_database_speaks(self):
        memory = self.env["srm.kit.memory"].create({"name": "of June"})
        self.env.flush_all()
        with (
            self.assertRaises(psycopg2.IntegrityError) as caught,
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute("DELETE FROM srm_kit_memory")
        text = memory._sql_error_to_message(caught.exception)
        self.assertIn("of June is kept as it was", text)

    # Proofs

    def paper_of(self, order):
        return self.env["ir.attachment"].search(
            [
                ("res_model", "=", order._name),
                ("res_id", "=", order.id),
                ("res_field", "=", "paper"),
            ]
        )

    def test_a_proof_keeps_its_digest(self):
        order = self.approved(paper=PAPER)
        self.assertEqual(order._proof("paper"), b"signed")
        self.assertEqual(len(order.paper_sha256), 64)
        self.paper_of(order)._by_code().write({"raw": b"forged"})
        for use in (
            lambda: order._proof("paper"),
            lambda: self.env["ir.binary"]._get_stream_from(order, "paper"),
        ):
            with self.assertRaisesRegex(UserError, "SHA-256"):
                use()

    def test_a_proof_made_before_the_gates_keeps_its_digest(self):
        create = type(self.orders).create.__wrapped__
        order = create(self.orders.sudo(), [{"name": "early", "paper": PAPER}])
        self.assertEqual(order._proof("paper"), b"signed")

    def test_a_proof_is_not_replaced(self):
        order = self.approved(paper=PAPER)
        paper = self.paper_of(order).with_user(self.alice)
        other = (
            self.env["ir.attachment"]
            .with_user(self.alice)
            .create({"name": "mine", "raw": b"forged"})
        )
        place = {"res_model": order._name, "res_id": order.id, "res_field": "paper"}
        for name, attack in {
            "content": lambda: paper.write({"raw": b"forged"}),
            "data": lambda: paper.write({"datas": base64.b64encode(b"forged")}),
            "delete": paper.unlink,
            "system": lambda: paper.sudo().unlink(),
            "field": lambda: order.write({"paper": PAPER + PAPER}),
            "away": lambda: paper.write({"res_id": 0}),
            "beside": lambda: other.write(place),
            "create": lambda: other.create({"name": "x", "raw": b"f", **place}),
        }.items():
            with self.subTest(name), self.assertRaises(UserError):
                attack()

    def test_a_proof_is_given_on_its_record_only(self):
        order = self.new_order()
        place = {"res_model": order._name, "res_id": order.id, "res_field": "paper"}
        files = self.env["ir.attachment"].with_user(self.alice)
        with self.assertRaises(UserError):
            files.create({"name": "x", "raw": b"f", **place})
        order.paper = PAPER
        with self.assertRaises(UserError):
            self.paper_of(order).with_user(self.alice).write({"raw": b"forged"})
        order.paper = PAPER + PAPER
        self.assertEqual(order._proof("paper"), b"signed" * 2)

    def test_files_of_the_parts_of_a_frozen_record_stay(self):
        files = self.env["ir.attachment"].with_user(self.alice)
        photo = files.create({"name": "photo", "raw": b"1"})
        line = {"amount": 1, "scan": PAPER, "photo_ids": [Command.set(photo.ids)]}
        order = self.approved(line_ids=[Command.create(line)])
        scan = files.sudo().search(
            [
                ("res_model", "=", "srm.kit.order.line"),
                ("res_id", "=", order.line_ids.id),
                ("res_field", "=", "scan"),
            ]
        )
        for file in (photo, scan.with_user(self.alice)):
            for attack in (file.unlink, lambda file=file: file.write({"raw": b"2"})):
                with self.assertRaisesRegex(UserError, "proves"):
                    attack()

    def test_listed_and_joined_files_stay(self):
        files = self.env["ir.attachment"].with_user(self.alice)
        photo = files.create({"name": "photo", "raw": b"1"})
        order = self.approved(photo_ids=[Command.set(photo.ids)])
        joined = files._by_code().create(
            {"name": "j", "raw": b"2", "res_model": order._name, "res_id": order.id}
        )
        for file in (photo, files.browse(joined.id)):
            with self.assertRaisesRegex(UserError, "proves"):
                file.unlink()
            with self.assertRaises(UserError):
                file.raw = b"3"

    # Screens

    def test_screens_show_what_is_frozen(self):
        view = self.env["ir.ui.view"].create(
            {
                "model": "srm.kit.order",
                "arch": """<form>
                    <field name="name" readonly="not number"/>
                    <field name="note"/>
                    <field name="amount"/>
                    <field name="line_ids">
                        <list><field name="amount"/></list>
                    </field>
                    <field name="number" readonly="1"/>
                    <field name="total"/>
                </form>""",
            }
        )
        arch = self.orders.get_view(view.id, "form")["arch"]
        shown = {
            node.get("name"): node.get("readonly")
            for node in etree.fromstring(arch).findall("field")
        }
        late = "(state in ['approved', 'closed'])"
        self.assertEqual(shown["name"], f"(not number) or {late}")
        self.assertEqual(shown["amount"], f"(state in ['submitted']) or {late}")
        self.assertEqual(shown["line_ids"], "(state in ['submitted'])")
        self.assertEqual(shown["number"], "1")
        self.assertFalse(shown["note"])
        self.assertFalse(shown["total"], "the field itself is read-only")
        self.assertIn("state", shown, "what the conditions read is there")
