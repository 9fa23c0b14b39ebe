"""Nobody goes round a rule: every record, every state, every role, every way in.

What succeeds must be among what is allowed, with its reason (`allowed.py`).
"""

from __future__ import annotations

from collections import Counter
from functools import partial

import allowed
import pytest
from attacker import (
    Attacker,
    not_entered,
    other_value,
    state_field,
    suite_fields,
)


@pytest.fixture(scope="module")
def root(registry):
    from odoo import SUPERUSER_ID, api

    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {"lang": "en_US"})
        fill_states(env)
        yield env
        cr.rollback()


@pytest.fixture(scope="module")
def attackers(root):
    """One user of each set of groups and territories: colleagues may do the same."""
    users = root["res.users"].search([("login", "!=", "admin")], order="id")
    alike = {
        (tuple(user.all_group_ids.ids), tuple(user.srm_territory_ids.ids)): user
        for user in reversed(users)
    }
    return [Attacker(root(user=user.id, su=False)) for user in reversed(alike.values())]


def fill_states(env) -> None:
    """Give every state a record, where another state can spare one.

    The database's own checks stay: a state that needs more than its name has none.
    """
    for name in sorted(env.registry):
        model = env[name]
        field = state_field(model) if model._auto and not model._abstract else ""
        if not field or model._fields[field].compute or model._fields[field].related:
            continue
        found = {
            value: model.search([(field, "=", value)], limit=3)
            for value in model._fields[field].get_values(env)
        }
        for value in [value for value, records in found.items() if not records]:
            _spare(env, model, field, value, found)
    env.invalidate_all()


def _spare(env, model, field, value, found) -> None:
    from psycopg2 import Error

    from odoo.tools import SQL, mute_logger

    for state, records in found.items():
        if len(records) < 2:
            continue
        query = SQL(
            "ALTER TABLE %(table)s DISABLE TRIGGER USER;"
            "UPDATE %(table)s SET %(field)s = %(value)s WHERE id = %(id)s;"
            "ALTER TABLE %(table)s ENABLE TRIGGER USER",
            table=SQL.identifier(model._table),
            field=SQL.identifier(field),
            value=value,
            id=records[-1].id,
        )
        try:
            with mute_logger("odoo.sql_db"), env.cr.savepoint(flush=False):
                env.cr.execute(query)
        except Error:
            continue
        found[state], found[value] = records[:-1], records[-1]
        return


def report(holes: Counter) -> str:
    rows = [f"{what}: {who}" for what, who in sorted(holes.items())]
    return f"{len(rows)} holes\n" + "\n".join(rows)


# What is declared


def test_every_state_moves_by_steps(registry, root):
    """A state nobody declares the steps of is a state anybody may come to move."""
    loose = [
        model._name
        for model in map(root.__getitem__, sorted(registry))
        if model._auto and not model._abstract and not model._transient
        if (name := state_field(model)) and not model._fields[name].compute
        if not model._fields[name].related
        if not registry.guard_book[model._name].guard.steps
        if model._name not in allowed.STATES_WITHOUT_STEPS
    ]
    assert not loose, "\n".join(loose)


def test_steps_name_what_exists(registry, root):
    """Declarations speak of states, fields, methods and groups that are there."""
    wrong = []
    for model_cls in registry.guard_book.guarded():
        model, rules = root[model_cls._name], registry.guard_book[model_cls._name]
        wrong += [f"{model._name}: {text}" for text in _misnamed(model, rules)]
    assert not wrong, "\n".join(wrong)


def _misnamed(model, rules):
    guard = rules.guard
    states = set()
    if guard.steps or any(freeze.states for freeze in guard.freezes):
        states = set(model._fields[guard.state].get_values(model.env))
    names = {*guard.closed, *guard.free, *guard.reserved, *guard.proofs}
    names |= set(guard.proofs.values())
    for key, step in guard.steps.items():
        names |= {*step.not_by, *step.writes, *filter(None, (step.signs, step.dated))}
        yield from (f"{key}: {s}" for s in {*step.sources, step.target} - states)
        if step.check and not hasattr(model, step.check):
            yield f"{key}: {step.check}"
        for group in step.groups:
            if not model.env.ref(group, raise_if_not_found=False):
                yield f"{key}: {group}"
    for freeze in guard.freezes:
        names |= {*freeze.fields, *freeze.but, *freeze.children} - {"*"}
        yield from set(freeze.states) - states
    yield from set(guard.deletable or ()) - states
    yield from names - model._fields.keys()


def test_what_is_finished_is_frozen_and_kept(registry):
    """A record with steps says when it may be deleted, and is frozen at its end."""
    loose = []
    for model_cls in registry.guard_book.guarded():
        rules = registry.guard_book[model_cls._name]
        if not rules.guard.steps or model_cls._name in allowed.OPEN_AT_THE_END:
            continue
        if not rules.kept:
            loose.append(f"{model_cls._name}: may be deleted in any state")
        reached = {arrow[1] for arrow in rules.guard.arrows}
        ends = reached - {arrow[0] for arrow in rules.guard.arrows}
        frozen = {state for freeze in rules.guard.freezes for state in freeze.states}
        always = any(freeze.always or freeze.once for freeze in rules.guard.freezes)
        if ends - frozen and not always:
            loose.append(f"{model_cls._name}: open in {sorted(ends - frozen)}")
    assert not loose, "\n".join(loose)


# Attacks


def test_fields_of_code_are_not_written(attackers, record_property):
    holes: Counter = Counter()
    fields = set()
    for attacker in attackers:
        for model in attacker.models("write"):
            for record in attacker.samples(model):
                for name in not_entered(model):
                    key = f"{model._name}.{name}"
                    fields.add(key)
                    if key not in holes and attacker.writes(record, name):
                        holes[key] = attacker.login
    models = {key.rpartition(".")[0] for key in fields}
    tried = sum(attacker.tried for attacker in attackers)
    record_property("attacked", f"{len(fields)} fields of {len(models)} models")
    record_property("attempts", tried)
    record_property("holes", len(holes))
    assert not holes, report(holes)


@pytest.mark.parametrize("by_context", [False, True], ids=["values", "defaults"])
def test_fields_of_code_are_not_given_at_creation(attackers, by_context):
    holes: Counter = Counter()
    for attacker in attackers:
        for model in attacker.models("create"):
            for record in attacker.samples(model)[:1]:
                for name in not_entered(model):
                    key = f"{model._name}.{name}"
                    if key not in holes and attacker.gives(record, name, by_context):
                        holes[key] = attacker.login
    assert not holes, report(holes)


@pytest.mark.parametrize("context", [{}, {"_force_unlink": True}], ids=str)
def test_records_are_not_deleted(registry, attackers, context):
    holes: Counter = Counter()
    for attacker in attackers:
        for model in attacker.models("unlink"):
            if model._name in allowed.DELETED_FREELY:
                continue
            rules = registry.guard_book[model._name]
            for record in attacker.samples(model):
                state = rules.state and record.sudo()[rules.state]
                if rules.kept and state in rules.guard.deletable:
                    continue
                if attacker.deletes(record, **context):
                    holes[f"{model._name} {state}"] = attacker.login
    assert not holes, report(holes)


def held_samples(attacker, registry, operation="write"):
    """Records of which a freeze holds something, with what it holds."""
    from odoo.addons.srm_kit.guard.gate import holds

    for model in attacker.models(operation):
        for freeze, names in registry.guard_book[model._name].frozen:
            for record in attacker.samples(model):
                if holds(freeze, record):
                    yield record, freeze, names


def test_frozen_fields_do_not_change(registry, attackers):
    holes: Counter = Counter()
    for attacker in attackers:
        for record, _freeze, names in held_samples(attacker, registry):
            for name in names:
                key = f"{record._name}.{name}"
                if key not in holes and attacker.writes(record, name):
                    holes[key] = attacker.login
    assert not holes, report(holes)


def test_children_of_frozen_records_do_not_change(registry, attackers):
    holes: Counter = Counter()
    for attacker in attackers:
        for record, freeze, _names in held_samples(attacker, registry, "read"):
            for child in freeze.children:
                for what in attack_children(attacker, record, freeze, child):
                    holes[f"{record._name}.{child}: {what}"] = attacker.login
    assert not holes, report(holes)


def attack_children(attacker, record, freeze, child):
    field = record._fields[child]
    link = field.inverse_name
    lines = attacker.env[field.comodel_name]
    trusted = attacker.root[record._name].browse(record.id)[child]
    holdable = attacker.book[lines._name].holdable - set(freeze.children_but)
    for line in lines.browse(trusted[:1].ids):
        for name in holdable:
            if attacker.writes(line, name):
                yield f"write {name}"
        if attacker.deletes(line):
            yield "delete"
        values = trusted[:1]._by_code().copy_data()
        if attacker.succeeds(partial(lines.create, values), lambda: True):
            yield "create"
    strangers = attacker.root[lines._name].search([(link, "!=", record.id)], limit=1)
    for line in lines.browse(strangers.ids):
        if attacker.succeeds(
            lambda line=line: line.write({link: record.id}),
            lambda: strangers[link].id == record.id,
        ):
            yield "move in"


def test_the_database_holds_by_itself(registry, root, record_property):
    """Where a freeze says so, a change by SQL is refused."""
    from psycopg2 import IntegrityError

    from odoo.tools import SQL, mute_logger

    from odoo.addons.srm_kit.guard.gate import holds

    holes, tried = [], 0
    for model_cls in registry.guard_book.guarded():
        model, rules = root[model_cls._name], registry.guard_book[model_cls._name]
        for freeze, names in rules.frozen:
            held = freeze.database and next(
                (r for r in model.search([], limit=200) if holds(freeze, r)), None
            )
            for name in names if held else ():
                field = suite_fields(model).get(name)
                if not field or not field.column_type or field.compute or field.related:
                    continue
                try:
                    value = other_value(held, name)
                except LookupError:
                    continue
                tried += 1
                query = SQL(
                    "UPDATE %s SET %s = %s WHERE id = %s",
                    SQL.identifier(model._table),
                    SQL.identifier(name),
                    field.convert_to_column_insert(value, held),
                    held.id,
                )
                try:
                    with mute_logger("odoo.sql_db"), root.cr.savepoint(flush=False):
                        root.cr.execute(query)
                        holes.append(f"{model._name}.{name}")
                except IntegrityError:
                    pass
    record_property("changes by SQL", tried)
    assert not holes, "\n".join(holes)


def test_proofs_are_not_replaced(registry, root, attackers, record_property):
    """Files of closed and frozen fields, and those a frozen record lists."""
    holes: Counter = Counter()
    files = root["ir.attachment"].search([("res_field", "!=", False)])
    proofs = [file for file in files if _is_proof(registry, root, file)]
    for attacker in attackers:
        for file in proofs:
            mine = attacker.env["ir.attachment"].browse(file.id)
            key = f"{file.res_model}.{file.res_field}"
            if attacker.succeeds(
                lambda mine=mine: mine.write({"raw": b"forged"}),
                lambda file=file: file.raw == b"forged",
            ):
                holes[f"{key}: replaced"] = attacker.login
            if attacker.deletes(mine):
                holes[f"{key}: deleted"] = attacker.login
    record_property("proofs", len(proofs))
    assert not holes, report(holes)


def _is_proof(registry, root, file) -> bool:
    from odoo.addons.srm_kit.guard.gate import holds

    if file.res_model not in registry:
        return False
    rules = registry.guard_book[file.res_model]
    record = root[file.res_model].browse(file.res_id).exists()
    return bool(record) and (
        file.res_field in rules.closed
        or any(
            file.res_field in names and holds(freeze, record)
            for freeze, names in rules.frozen
        )
    )


def test_history_stays(root, attackers):
    """Lines the suite wrote: neither edited, deleted nor written for another."""
    holes: Counter = Counter()
    lines = root["mail.message"].search(
        [("model", "=like", "srm.%"), ("message_type", "=", "notification")], limit=200
    )
    stranger = root.ref("base.user_root").partner_id
    for attacker in attackers:
        for line in lines.grouped("model").values():
            mine = attacker.env["mail.message"].browse(line[0].id)
            document = attacker.env[mine.sudo().model].browse(mine.sudo().res_id)
            if attacker.writes(mine, "body"):
                holes[f"{document._name}: edited"] = attacker.login
            if attacker.deletes(mine):
                holes[f"{document._name}: deleted"] = attacker.login
            if attacker.succeeds(
                lambda document=document: document.message_post(
                    body="I agree", author_id=stranger.id
                ),
                lambda: True,
            ):
                holes[f"{document._name}: in another's name"] = attacker.login
    assert not holes, report(holes)
