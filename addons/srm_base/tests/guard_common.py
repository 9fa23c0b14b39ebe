"""What a client may call to change a record, for the tests of what is kept."""

from functools import partial

from odoo import Command
from odoo.exceptions import UserError
from odoo.models import MAGIC_COLUMNS
from odoo.tools import mute_logger


class GuardedCase:
    """Mixin of test cases on records that do not change any more."""

    def assertKept(self, record, values, children=()):
        """Refused: every change of these fields and children, and the deletion.

        :param record: with the rights of somebody who may write it
        :param values: another value for each field
        """
        self.env.flush_all()
        before = self._columns(record)
        attacks = {**_own(record, values), **_on_children(record, children)}
        self.assertRefused(attacks)
        record.invalidate_recordset()
        self.assertEqual(self._columns(record), before)

    def _columns(self, record):
        columns = [
            name
            for name, field in record._fields.items()
            if field.store and field.column_type and name not in MAGIC_COLUMNS
        ]
        return record.sudo().read(columns)

    def assertRefused(self, attacks, error=UserError):
        for name, attack in attacks.items():
            with self.subTest(name), self.assertRaises(error):
                attack()

    def assertClosed(self, model, vals, closed):
        """Refused: giving one of these fields to a new record, or slipping it in."""
        for name, value in closed.items():
            with self.subTest(name), self.assertRaises(UserError):
                model.create({**vals, name: value})
            with self.subTest(f"default {name}"), self.env.cr.savepoint() as savepoint:
                record = model.with_context(**{f"default_{name}": value}).create(vals)
                field = record._fields[name]
                given = field.convert_to_write(record.sudo()[name], record)
                self.assertNotEqual(given, value)
                savepoint.rollback()
            self.env.invalidate_all()

    def assertHeld(self, *queries):
        """Refused by the database itself."""
        self.env.flush_all()
        for query in queries:
            with (
                self.subTest(query),
                mute_logger("odoo.sql_db"),
                self.assertRaisesRegex(Exception, "frozen"),
                self.env.cr.savepoint(flush=False),
            ):
                self.env.cr.execute(query)


def _own(record, values) -> dict:
    forced = record.with_context(_force_unlink=True)
    found = {"unlink": record.unlink, "forced unlink": forced.unlink}
    for name, value in values.items():
        found[f"write {name}"] = partial(record.write, {name: value})
        found[f"save {name}"] = partial(record.web_save, {name: value}, {})
    return found


def _on_children(record, names) -> dict:
    found = {}
    for name in names:
        line, link = record[name][:1], record._fields[name].inverse_name
        (vals,) = line.sudo()._by_code().copy_data()
        alone = {key: value for key, value in vals.items() if key != link}
        given = line.with_context(**{f"default_{link}": record.id})
        found |= {
            f"{name}: delete": line.unlink,
            f"{name}: move out": partial(line.write, {link: False}),
            f"{name}: create": partial(line.create, {**vals, link: record.id}),
            f"{name}: create by default": partial(given.create, alone),
            f"{name}: add": partial(record.write, {name: [Command.create(alone)]}),
            f"{name}: remove": partial(record.write, {name: [Command.delete(line.id)]}),
        }
    return found
