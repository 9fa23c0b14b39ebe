"""Freezes the database holds by itself: triggers, whoever asks and however.

A trigger refuses a change of what is frozen, a state that leaves it otherwise than by a
declared step, the deletion of the record, and anything on its frozen children.
"""

from __future__ import annotations

from contextlib import contextmanager

from odoo.tools import SQL

from .book import Parent, Rules
from .gate import named
from .rules import ALL, Freeze

PREFIX = "guard_"
REFUSE = SQL(
    """
    CREATE OR REPLACE FUNCTION srm_guard_refuse() RETURNS trigger AS $$
    BEGIN
        RAISE EXCEPTION '%% %%: what is frozen does not change', TG_TABLE_NAME, OLD.id
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
                  DETAIL = OLD.id::text;
    END
    $$ LANGUAGE plpgsql
    """
)
# Arguments: table of the parent, column that leads to it, condition that freezes it.
REFUSE_CHILD = SQL(
    """
    CREATE OR REPLACE FUNCTION srm_guard_refuse_child() RETURNS trigger AS $$
    DECLARE
        ids integer[];
        held boolean;
    BEGIN
        IF TG_OP <> 'INSERT' THEN
            ids := ids || (to_jsonb(OLD) ->> TG_ARGV[1])::integer;
        END IF;
        IF TG_OP <> 'DELETE' THEN
            ids := ids || (to_jsonb(NEW) ->> TG_ARGV[1])::integer;
        END IF;
        EXECUTE format(
            'SELECT EXISTS (SELECT FROM %%I held WHERE id = ANY ($1) AND %%s)',
            TG_ARGV[0], TG_ARGV[2]
        ) INTO held USING ids;
        IF held THEN
            RAISE EXCEPTION '%%: a part of a frozen record of %%',
                TG_TABLE_NAME, TG_ARGV[0]
                USING ERRCODE = 'integrity_constraint_violation',
                      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
                      COLUMN = TG_ARGV[1], DETAIL = ids[1]::text;
        END IF;
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END
    $$ LANGUAGE plpgsql
    """
)


def apply(model) -> None:
    """Set the triggers of a model, and those of the children it freezes."""
    book = model.pool.guard_book
    children = {
        model._fields[child].comodel_name
        for freeze, _names in book[model._name].frozen
        for child in freeze.children
    }
    for name in {model._name, *children}:
        _apply(model.env[name], book)


@contextmanager
def disarmed(env, *models: str):
    """Set the triggers of these models aside, for the code that makes up a past: a
    demonstration with dates set back, a test that cleans up after itself."""
    env.flush_all()
    tables = [SQL.identifier(env[name]._table) for name in models]
    for table in tables:
        env.cr.execute(SQL("ALTER TABLE %s DISABLE TRIGGER USER", table))
    yield
    env.flush_all()
    for table in tables:
        env.cr.execute(SQL("ALTER TABLE %s ENABLE TRIGGER USER", table))


def _apply(model, book) -> None:
    rules = book[model._name]
    wanted = [
        *_own_triggers(model, rules),
        *_child_triggers(model, rules, book),
    ]
    cr = model.env.cr
    present = _present(cr, model._table)
    if not wanted and not present:
        return
    for name in present:
        cr.execute(
            SQL(
                "DROP TRIGGER %s ON %s",
                SQL.identifier(name),
                SQL.identifier(model._table),
            )
        )
    cr.execute(REFUSE)
    cr.execute(REFUSE_CHILD)
    for statement in wanted:
        cr.execute(statement)


def _present(cr, table: str) -> list[str]:
    cr.execute(
        SQL(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass(%s)"
            " AND starts_with(tgname, %s)",
            table,
            PREFIX,
        )
    )
    return [name for (name,) in cr.fetchall()]


def _own_triggers(model, rules: Rules) -> list[SQL]:
    statements = []
    for rank, (freeze, names) in enumerate(rules.frozen):
        if not freeze.database:
            continue
        held = _condition(freeze, rules.guard.state, SQL("OLD."))
        changes = _changes(model, freeze, names, rules)
        if freeze.states and rules.guard.steps:
            changes.append(_strays(freeze, rules))
        if changes:
            changed = SQL("(%s) AND (%s)", held, SQL(" OR ").join(changes))
            statements.append(_trigger(model, f"{rank}_upd", SQL("UPDATE"), changed))
        if freeze.fields == ALL or rules.kept:
            kept = SQL(
                "%s AND %s AND %s",
                held,
                _undeletable(freeze, rules),
                _has_been(model),
            )
            statements.append(_trigger(model, f"{rank}_del", SQL("DELETE"), kept))
    return statements


def _changes(model, freeze: Freeze, names, rules: Rules) -> list[SQL]:
    """A change of what is frozen, but for what a step records when it is taken."""
    recorded = rules.guard.recorded if freeze.states else set()
    changes = []
    for name in _columns(model, freeze, names, rules.guard.held):
        change = _changed(name)
        if name in recorded:
            change = SQL("(NOT (%s) AND %s)", _changed(rules.guard.state), change)
        changes.append(change)
    if freeze.revised and changes:
        unrevised = SQL("NOT (%s)", _changed(freeze.revised))
        changes = [SQL("(%s AND (%s))", unrevised, SQL(" OR ").join(changes))]
    return changes


def _has_been(model) -> SQL:
    """What was made at a time that has not come yet, by a clock that was wrong, is no
    memory of anything: code may take it back (``_made_ahead``)."""
    if not model._log_access:
        return SQL("TRUE")
    return SQL(
        "COALESCE(OLD.create_date"
        " <= (now() AT TIME ZONE 'UTC') + interval '5 minutes', TRUE)"
    )


def _trigger(model, suffix: str, event: SQL, when: SQL) -> SQL:
    return SQL(
        "CREATE TRIGGER %s BEFORE %s ON %s FOR EACH ROW WHEN (%s)"
        " EXECUTE FUNCTION srm_guard_refuse()",
        SQL.identifier(f"{PREFIX}{suffix}"),
        event,
        SQL.identifier(model._table),
        when,
    )


def _child_triggers(model, rules: Rules, book) -> list[SQL]:
    statements = []
    for rank, parent in enumerate(rules.parents):
        if not parent.freeze.database:
            continue
        names = rules.holdable - set(parent.freeze.children_but)
        columns = _columns(model, Freeze(), names, rules.guard.held)
        changed = SQL(" OR ").join(_changed(name) for name in columns)
        for event, when in (
            ("INSERT", SQL()),
            ("DELETE", SQL()),
            ("UPDATE", SQL("WHEN (%s)", changed)),
        ):
            name = f"{PREFIX}child_{rank}_{event.lower()}"
            statements.append(_child_trigger(model, name, event, when, parent, book))
    return statements


def _child_trigger(model, name, event, when, parent: Parent, book) -> SQL:
    holder = model.env[parent.model]
    state = book[parent.model].guard.state
    condition = _condition(parent.freeze, state, SQL("held."))
    text = model.env.cr.mogrify(condition.code, condition.params).decode()
    return SQL(
        "CREATE TRIGGER %s BEFORE %s ON %s FOR EACH ROW %s"
        " EXECUTE FUNCTION srm_guard_refuse_child(%s, %s, %s)",
        SQL.identifier(name),
        SQL(event),
        SQL.identifier(model._table),
        when,
        holder._table,
        parent.field,
        text,
    )


def _condition(freeze: Freeze, state: str, row: SQL) -> SQL:
    """When a freeze holds the row of this name."""
    if freeze.always:
        return SQL("true")
    if freeze.once:
        return SQL("%s%s IS NOT NULL", row, SQL.identifier(freeze.once))
    return SQL(
        "%s%s IN (%s)",
        row,
        SQL.identifier(state),
        SQL(", ").join(SQL("%s", value) for value in freeze.states),
    )


def _columns(model, freeze: Freeze, names, held=()) -> list[str]:
    """Columns that hold what was said; those that follow another record may follow it,
    unless the freeze names them or the model says it is held."""
    return sorted(
        name
        for name in names
        if (field := model._fields[name]).store
        and field.column_type
        and (
            freeze.fields != ALL or name in held or not (field.compute or field.related)
        )
    )


def _changed(name: str) -> SQL:
    column = SQL.identifier(name)
    return SQL("OLD.%s IS DISTINCT FROM NEW.%s", column, column)


def _undeletable(freeze: Freeze, rules: Rules) -> SQL:
    """A record of which a part is frozen goes as long as its state lets it go."""
    states = rules.guard.deletable
    if freeze.fields == ALL or not (states and rules.guard.steps):
        return SQL("true")
    return SQL(
        "OLD.%s NOT IN (%s)",
        SQL.identifier(rules.guard.state),
        SQL(", ").join(SQL("%s", value) for value in states),
    )


def _strays(freeze: Freeze, rules: Rules) -> SQL:
    """The state leaves the freeze otherwise than along a step."""
    state = SQL.identifier(rules.guard.state)
    arrows = sorted(arrow for arrow in rules.guard.arrows if arrow[0] in freeze.states)
    stray = SQL("OLD.%s IS DISTINCT FROM NEW.%s", state, state)
    if not arrows:
        return stray
    allowed = SQL(", ").join(SQL("(%s, %s)", *arrow) for arrow in arrows)
    return SQL("(%s AND (OLD.%s, NEW.%s) NOT IN (%s))", stray, state, state, allowed)


def refusal_text(model, exc) -> str:
    """What a person reads when one of these triggers refused; else empty."""
    if not (exc.diag.constraint_name or "").startswith(PREFIX):
        return ""
    leads = exc.diag.column_name  # from a part to the record it belongs to
    kept = model.env[model._fields[leads].comodel_name] if leads else model
    record = kept.browse(int(exc.diag.message_detail)).exists()
    return model.env._(
        "%(record)s is kept as it was: it neither changes nor goes. Correct it "
        "by another record.",
        record=named(record),
    )
