"""The gate every call passes before the methods of a model: ``create``, ``write``...

It stands in front of the overrides of the model: what those add to values is code's,
what comes through it is the caller's. Code passes with ``_by_code``.
"""

from __future__ import annotations

import base64
import hashlib
from contextlib import contextmanager
from functools import wraps

from odoo.exceptions import AccessError, UserError

from .book import BY_CODE, KEY
from .rules import ALL

#: Context keys of Odoo that switch rules off; a caller from outside never passes them,
#: code gives them the value ``BY_CODE``.
LIFTING = (
    "_force_unlink",
    "mail_create_nolog",
    "mail_notrack",
    "skip_validation_check",
    "tracking_disable",
)
SHOWN = 3


def by_code(env) -> bool:
    return env.context.get(KEY) is BY_CODE


def install(env) -> None:
    """Put the gate in front of every model that has a rule."""
    for model_cls in env.registry.guard_book.guarded():
        for name, make in GATES.items():
            if not getattr(model_cls.__dict__.get(name), "is_gate", False):
                setattr(model_cls, name, _mount(model_cls, name, make))


def _mount(model_cls, name: str, make):
    """The gate as a method of the registry class of a model.

    The method behind is looked for at each call: what stands there may change when
    another add-on is installed. A copy of the model (``_inherit`` with a new ``_name``)
    has a gate of its own: the one of its prototype lets it through.
    """
    patched = model_cls.__dict__.get(name)

    def behind(self):
        found = patched or getattr(super(model_cls, self), name)
        return found.__get__(self) if patched else found

    gate = make(behind)

    @wraps(getattr(model_cls, name))
    def method(self, *args, **kwargs):
        if type(self) is not model_cls:
            return behind(self)(*args, **kwargs)
        return gate(self, *args, **kwargs)

    method.is_gate = True
    return method


# The gates


def _gate_create(behind):
    def create(self, vals_list):
        vals_list = [vals_list] if isinstance(vals_list, dict) else vals_list
        if by_code(self.env):
            return _closed_again(behind(self)(vals_list))
        model = _without_lifting(self)
        with _refusing(model, "create"):
            _refuse_new_under_frozen(model, vals_list)
            vals_list = [_checked_new(model, vals) for vals in vals_list]
        records = behind(model)(vals_list)
        _refuse_under_frozen(records)
        _refuse_links(records, dict.fromkeys(_shared_links(records), ()))
        return records

    return create


def _gate_write(behind):
    def write(self, vals):
        if by_code(self.env):
            _refuse_unknown_arrow(self, vals)
            return behind(self)(vals)
        records = _without_lifting(self)
        with _refusing(records, "write"):
            vals = _checked_change(records, vals)
        links = {
            name: records.sudo()[name] for name in _shared_links(records) & vals.keys()
        }
        result = behind(records)(vals)
        if _may_move(records, vals):
            _refuse_under_frozen(records)
        _refuse_links(records, links)
        return result

    return write


def _gate_unlink(behind):
    def unlink(self):
        if by_code(self.env) or (self.env.su and self.env.context.get("_force_unlink")):
            return behind(self)()
        records = _without_lifting(self)
        with _refusing(records, "unlink"):
            _refuse_deletion(records)
            _refuse_under_frozen(records)
        return behind(records)()

    return unlink


def _gate_copy_data(behind):
    def copy_data(self, default=None):
        vals_list = behind(self)(default)
        if by_code(self.env):
            return vals_list
        closed = _rules(self).closed
        return [
            {name: value for name, value in vals.items() if name not in closed}
            for vals in vals_list
        ]

    return copy_data


def _gate_default_get(behind):
    """The start value of what code alone writes, or another role, is the field's own:
    neither the caller's context nor a default a user stored for a field changes it."""

    def default_get(self, fields):
        closed = _not_for(self).intersection(fields)
        if not closed or self._transient:
            return behind(self)(fields)
        hidden = {f"default_{name}" for name in closed}
        if hidden & self.env.context.keys():
            self = _without_context(self, hidden)
        values = behind(self)([name for name in fields if name not in closed])
        for name in closed:
            field = self._fields[name]
            if field.default:
                value = field.convert_to_cache(field.default(self), self, False)
                values[name] = field.convert_to_write(value, self)
        return values

    return default_get


def _gate_translations(behind):
    def update_field_translations(self, field_name, *args, **kwargs):
        if not by_code(self.env):
            # A text of its own for each language: whatever it is, it is a change.
            with _refusing(self, "write"):
                _refuse_closed(self, [field_name])
                _refuse_frozen(self, {field_name: None})
                _refuse_under_frozen(self, {field_name})
        return behind(self)(field_name, *args, **kwargs)

    return update_field_translations


GATES = {
    "create": _gate_create,
    "write": _gate_write,
    "unlink": _gate_unlink,
    "copy_data": _gate_copy_data,
    "default_get": _gate_default_get,
    "update_field_translations": _gate_translations,
}


# What passes


def _rules(records):
    return records.pool.guard_book[records._name]


@contextmanager
def _refusing(records, operation: str):
    """Who may not even try is told that, and nothing of the record."""
    try:
        yield
    except UserError:
        records.check_access(operation)
        raise


def _without_context(records, keys):
    context = {k: v for k, v in records.env.context.items() if k not in keys}
    return records.with_env(records.env(context=context))


def _closed_again(records):
    """What code made is given back as anybody has it: the key goes no further."""
    return _without_context(records, {KEY})


def _without_lifting(records):
    if records.env.su:
        return records
    context = records.env.context
    found = [k for k in LIFTING if context.get(k) and context[k] is not BY_CODE]
    return records.with_context(**dict.fromkeys(found, False)) if found else records


def _checked_new(model, vals: dict) -> dict:
    """The values of a new record without those that say nothing."""
    rules = _rules(model)
    vals = dict(vals)
    given = _outside_names(model, rules) & vals.keys()
    for name in given:
        if _is_start_value(model, name, vals[name]):
            del vals[name]
    _refuse_closed(model, given & vals.keys())
    _refuse_reserved(model, vals)
    return vals


def _checked_change(records, vals: dict) -> dict:
    """The values to write without those that change nothing."""
    rules = _rules(records)
    vals = dict(vals)
    given = _outside_names(records, rules) & vals.keys()
    for name in given:
        if all(_is_same(record, name, vals[name]) for record in records):
            del vals[name]
    _refuse_closed(records, given & vals.keys())
    _refuse_reserved(records, vals)
    _refuse_frozen(records, vals)
    _refuse_under_frozen(records, vals.keys() & rules.holdable)
    _refuse_given_under_frozen(records, [vals])
    return vals


def with_digests(records, vals: dict) -> dict:
    """The values, with the SHA-256 of each proof among them."""
    proofs = _rules(records).guard.proofs
    digests = {
        proofs[name]: vals[name]
        and hashlib.sha256(_content(records, name, vals[name])).hexdigest()
        for name in proofs.keys() & vals.keys()
    }
    return {**vals, **digests} if digests else vals


def _content(records, name: str, value) -> bytes:
    """Content of a proof: given in base 64, or that of the attachment it leads to."""
    if records._fields[name].type == "binary":
        return base64.b64decode(value)
    return records.env["ir.attachment"].sudo().browse(value).raw or b""


def _outside_names(records, rules) -> frozenset[str]:
    """Fields the caller does not write: with the system's rights, the state only."""
    if records.env.su:
        return frozenset({rules.state} if rules.state else ())
    return rules.closed


def _not_for(records) -> frozenset[str]:
    """Fields whose start value the user does not choose."""
    rules = _rules(records)
    if records.env.su:
        return rules.closed
    user = records.env.user
    reserved = rules.guard.reserved.items()
    return rules.closed.union(n for n, group in reserved if not user.has_group(group))


def _may_move(records, vals: dict) -> bool:
    """Whether a write may change the parent of records: its link is written, or
    follows other fields."""
    return any(
        parent.field in vals or records._fields[parent.field].compute
        for parent in _rules(records).parents
    )


def _is_start_value(model, name: str, value) -> bool:
    field = model._fields[name]
    start = field.default(model) if field.default else False
    return _as_record(field, value, model) == _as_record(field, start, model)


def _is_same(record, name: str, value) -> bool:
    field = record._fields[name]
    if field.type in ("one2many", "many2many", "binary"):
        return False
    return _as_record(field, value, record) == record.sudo()[name]


def _as_record(field, value, record):
    if field.type in ("one2many", "many2many"):
        return value or False
    model = record.sudo()
    cached = field.convert_to_cache(value, model, validate=False)
    return field.convert_to_record(cached, model)


# Refusals: each names the record, the rule and what to do instead


def _refuse_closed(records, names) -> None:
    for name in sorted(_rules(records).closed.intersection(names)):
        raise UserError(_closed_text(records, name))


def _closed_text(records, name: str) -> str:
    field = records._fields[name]
    label = field._description_string(records.env)
    values = {"record": named(records), "field": label}
    if name == _rules(records).state:
        return records.env._(
            "%(record)s: the state changes with the buttons of the document only.",
            **values,
        )
    if field.compute or field.related:
        return records.env._(
            "%(record)s: “%(field)s” follows from other figures: change those.",
            **values,
        )
    return records.env._(
        "%(record)s: “%(field)s” is recorded by the steps of the document, nobody "
        "enters it. Use its buttons.",
        **values,
    )


def _refuse_reserved(records, vals: dict) -> None:
    if records.env.su:
        return
    for name, group in _rules(records).guard.reserved.items():
        if name not in vals or records.env.user.has_group(group):
            continue
        if records and all(_is_same(record, name, vals[name]) for record in records):
            continue
        if not records and _is_start_value(records, name, vals[name]):
            continue
        raise AccessError(
            records.env._(
                "%(record)s: “%(field)s” is set by the role “%(group)s”: ask one of "
                "them.",
                record=named(records),
                field=records._fields[name]._description_string(records.env),
                group=records.env.ref(group).sudo().display_name,
            )
        )


def _refuse_frozen(records, vals: dict) -> None:
    for freeze, names in _rules(records).frozen:
        given = names & vals.keys()
        if not given:
            continue
        for record in records:
            changed = [name for name in given if not _is_same(record, name, vals[name])]
            if changed and holds(freeze, record):
                raise UserError(_frozen_text(record, sorted(changed), freeze))


def _refuse_under_frozen(records, names=None) -> None:
    """Refuse a change of these fields, or any, of the parts of a frozen record."""
    for parent in _rules(records).parents:
        if names is None or names - set(parent.freeze.children_but):
            _refuse_held(records, parent, records.sudo()[parent.field])


def _refuse_new_under_frozen(model, vals_list) -> None:
    """Before the database does, whose words are fewer."""
    start = {
        parent.field: model.env.context.get(f"default_{parent.field}")
        for parent in _rules(model).parents
    }
    _refuse_given_under_frozen(model, [start | vals for vals in vals_list])


def _refuse_given_under_frozen(records, vals_list) -> None:
    for parent in _rules(records).parents:
        ids = filter(None, {vals.get(parent.field) for vals in vals_list})
        holders = records.env[parent.model].sudo().browse(ids).exists()
        _refuse_held(records, parent, holders)


def _refuse_held(records, parent, holders) -> None:
    for holder in holders:
        if holds(parent.freeze, holder):
            holder.with_env(records.env).check_access("read")
            what = records.env["ir.model"]._get(records._name).name
            raise UserError(_frozen_text(holder, [], parent.freeze, what))


def _shared_links(records) -> set[str]:
    """Many2many fields whose other side has a rule."""
    return set(_rules(records).links)


def _refuse_links(records, before) -> None:
    """Refuse links to records whose own list of them does not change.

    :param before: linked records by field, as they were
    """
    for name, former in before.items():
        now = records.sudo()[name]
        changed = (now - former) | (former - now) if former else now
        _model, other = _rules(records).links[name]
        refusal = _link_refusal(changed.with_env(records.env), other)
        if refusal:
            raise UserError(refusal)


def _link_refusal(records, name: str) -> str:
    """Why the list ``name`` of these records does not change; empty when it may."""
    rules = _rules(records)
    if records and name in rules.closed and not records.env.su:
        return _closed_text(records[:1], name)
    for freeze, names in rules.frozen:
        for record in records if name in names else ():
            if holds(freeze, record):
                return _frozen_text(record, [name], freeze)
    return ""


def _refuse_deletion(records) -> None:
    """Refuse what is kept, and what the database would delete something kept with."""
    rules = _rules(records)
    for record in records:
        if rules.kept and not _is_deletable(record, rules):
            raise UserError(_kept_text(record))
        for freeze, _names in rules.frozen:
            if freeze.fields == ALL and holds(freeze, record):
                raise UserError(_kept_text(record, freeze))
    for model, field in rules.cascades if records else ():
        parts = records.env[model].sudo().with_context(active_test=False)
        _refuse_deletion(parts.search([(field, "in", records.ids)]))


def _is_deletable(record, rules) -> bool:
    state = rules.guard.state
    return state in record._fields and record.sudo()[state] in rules.guard.deletable


def _refuse_unknown_arrow(records, vals: dict) -> None:
    """Code, too, moves a state along the declared steps only."""
    rules = _rules(records)
    if rules.state not in vals or not rules.guard.steps:
        return
    target = vals[rules.state]
    for record in records:
        source = record.sudo()[rules.state]
        if source != target and (source, target) not in rules.guard.arrows:
            raise UserError(unfit_text(record))


def holds(freeze, record, through: str = "") -> bool:
    """Whether a freeze holds a record, as it is in the database.

    :param through: many2one to the record that is frozen, of a part of it
    """
    record = record.sudo()[through] if through else record.sudo()
    if not record:
        return False
    if freeze.always:
        return True
    if freeze.once:
        return bool(record[freeze.once])
    return record[_rules(record).guard.state] in freeze.states


# Texts


def named(records) -> str:
    """Names of records for a message; of a new one: what it is."""
    if not records:
        return records.env["ir.model"]._get(records._name).name or records._name
    names = records[:SHOWN].sudo().mapped("display_name")
    more = "…" if len(records) > SHOWN else ""
    return ", ".join(name or records._description for name in names) + more


def state_label(record) -> str:
    name = _rules(record).guard.state
    if name not in record._fields:
        return ""
    labels = dict(record._fields[name]._description_selection(record.env))
    return labels.get(record.sudo()[name]) or ""


def unfit_text(records) -> str:
    return records.env._(
        "Not possible in the present state: %(records)s.",
        records=", ".join(
            f"{named(record)} ({state_label(record)})" for record in records
        ),
    )


def _frozen_text(record, names, freeze, children: str = "") -> str:
    env = record.env
    values = {
        "record": named(record),
        "state": state_label(record),
        "what": children
        or ", ".join(record._fields[n]._description_string(env) for n in names[:SHOWN]),
    }
    if freeze.states:
        text = env._(
            "%(record)s is at the step “%(state)s”: %(what)s cannot change any more.",
            **values,
        )
    else:
        text = env._("%(record)s is kept as it was: %(what)s cannot change.", **values)
    return " ".join(part for part in (text, remedy(env, freeze)) if part)


def _kept_text(record, freeze=None) -> str:
    text = record.env._(
        "%(record)s is kept: it cannot be deleted. Cancel it, or correct it by another "
        "record.",
        record=named(record),
    )
    hint = remedy(record.env, freeze) if freeze else ""
    return " ".join(part for part in (text, hint) if part)


def remedy(env, freeze) -> str:
    return str(env._(freeze.remedy)) if freeze.remedy else ""
