"""What a client may try on a record that must not change."""

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tools import SQL, mute_logger


class FrozenCase:
    """Refusals of a frozen record, tried one after the other."""

    def assertHeld(self, record, user, values, parts=(), kept=True):
        """``user`` changes nothing of a record: neither itself nor its parts.

        :param values: what is tried, field by field
        :param parts: ``(records, values)`` of its parts: each is changed, deleted,
            added to, by value and by default
        """
        mine = record.with_user(user)
        attacks = {
            f"write {name}": lambda name=name, value=value: mine.write({name: value})
            for name, value in values.items()
        }
        for part, part_values in parts:
            attacks |= self._attacks_on(mine, part[:1].with_user(user), part_values)
        if kept:
            forced = mine.with_context(_force_unlink=True, force_delete=True)
            attacks |= {"unlink": mine.unlink, "forced unlink": forced.unlink}
        self.assertAllRefused(attacks)

    def _attacks_on(self, record, part, values):
        name = part._name
        link = next(
            field.inverse_name
            for field in record._fields.values()
            if field.type == "one2many" and field.comodel_name == name
        )
        copied = part.sudo()._by_code().copy_data()[0] | {link: record.id}
        default = part.with_context(**{f"default_{link}": record.id})
        rest = {key: value for key, value in copied.items() if key != link}
        return {
            f"{name}: write": lambda: part.write(values),
            f"{name}: write by the system": lambda: part.sudo().write(values),
            f"{name}: unlink": part.unlink,
            f"{name}: create": lambda: part.create(copied),
            f"{name}: create by default": lambda: default.create(rest),
        }

    def assertAllRefused(self, attacks):
        """Each attack is refused and leaves nothing behind."""
        for name, attack in attacks.items():
            with self.subTest(name):
                self.assertTrue(self._is_refused(attack), "the attack went through")

    def _is_refused(self, attack):
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                attack()
        except (UserError, IntegrityError):
            return True
        return False

    def assertDatabaseHolds(self, record, column, value, deletion=True):
        """A statement by SQL is refused, too."""
        self.env.flush_all()
        table = SQL.identifier(record._table)
        statements = [
            SQL(
                "UPDATE %s SET %s = %s WHERE id = %s",
                table,
                SQL.identifier(column),
                value,
                record.id,
            )
        ]
        if deletion:
            statements.append(SQL("DELETE FROM %s WHERE id = %s", table, record.id))
        for statement in statements:
            with (
                self.subTest(statement.code),
                self.assertRaisesRegex(IntegrityError, "frozen"),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(statement)
