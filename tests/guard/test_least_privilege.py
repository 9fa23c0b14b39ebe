"""What a role does not need, it finds nowhere: account numbers of suppliers, what is
said of them, identity numbers of persons, in any field of any model.

On the demo database, as each role; whichever field leads to a number counts, be it the
name of a linked record.
"""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from attacker import Attacker

ROWS = 60  # of each model
TEXTS = ("char", "text", "html", "json", "many2one", "reference")
#: Groups that deal with suppliers by their accounts, or look after the whole.
ACCOUNTS = (
    "srm_base.group_finance_officer,srm_base.group_contract_manager,"
    "srm_base.group_director,srm_base.group_administrator"
)
#: Roles that keep the workers, and those who look after the whole.
IDENTITY = (
    "srm_base.group_hse_officer,srm_base.group_hr_officer,"
    "srm_hse.group_occupational_doctor,srm_base.group_director,"
    "srm_base.group_administrator"
)


@pytest.fixture(scope="module")
def root(registry):
    from odoo import SUPERUSER_ID, api

    with registry.cursor() as cr:
        yield api.Environment(cr, SUPERUSER_ID, {"lang": "en_US"})
        cr.rollback()


@pytest.fixture(scope="module")
def people(root):
    """One user of each set of groups."""
    users = root["res.users"].search([("login", "!=", "admin")], order="id")
    return list({tuple(user.all_group_ids.ids): user for user in users}.values())


@pytest.fixture(scope="module")
def secrets(root) -> dict[str, tuple[str, set[str]]]:
    """What is hidden -> groups that read it, and its values."""
    accounts = root["res.partner.bank"].with_context(active_test=False).search([])
    numbers = {*accounts.mapped("sanitized_acc_number"), *accounts.mapped("srm_rib")}
    workers = root["srm.worker"].search([("employee_id", "=", False)], limit=40)
    for number, worker in enumerate(workers):
        worker.cin = f"JZ{number:06d}"
    root.flush_all()
    return {
        "account": (ACCOUNTS, numbers - {False, ""}),
        "identity": (IDENTITY, set(workers.mapped("cin"))),
    }


def texts(env, model) -> str:
    """All that a user reads of some records of a model, without separators."""
    names = [
        name
        for name, field in model._fields.items()
        if field.type in TEXTS and model._has_field_access(field, "read")
    ]
    with suppress(Exception):  # a list the role cannot search is one it does not read
        records = model.search([], limit=ROWS)
        with suppress(Exception), env.cr.savepoint():
            return _dump(records.read(names))
        # A computed field the role cannot compute: one by one.
        return "".join(_field(records, name) for name in names)
    return ""


def _field(records, name: str) -> str:
    with suppress(Exception), records.env.cr.savepoint():
        return _dump(records.read([name]))
    return ""


def _dump(rows: list[dict]) -> str:
    return json.dumps(rows, default=str).replace(" ", "")


def test_no_role_reads_the_numbers_it_does_not_need(
    root, people, secrets, record_property
):
    holes, looked = [], 0
    for user in people:
        env = Attacker(root(user=user.id, su=False)).env
        hidden = {
            what: values
            for what, (groups, values) in secrets.items()
            if not user.has_groups(groups)
        }
        for name in sorted(env.registry) if hidden else ():
            model = env[name]
            if not model._auto or model._abstract or not model.has_access("read"):
                continue
            env.invalidate_all()
            looked += 1
            text = texts(env, model)
            holes += [
                f"{user.login} reads {what} numbers in {name}"
                for what, values in hidden.items()
                if any(value in text for value in values)
            ]
    record_property("models read, over all roles", looked)
    assert looked
    assert not holes, "\n".join(holes)
