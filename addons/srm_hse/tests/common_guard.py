import psycopg2

from odoo.exceptions import UserError
from odoo.tools import SQL, mute_logger

from .common_management import ManagementCase


class GuardedCase(ManagementCase):
    """Attacks on records with the plain calls of a client, each refused."""

    def attack(
        self, record, user, closed=None, frozen=None, parts=None, held=None, kept=True
    ):
        """Try everything with the rights of ``user``, who may otherwise write.

        :param closed: ``{field: value}`` code alone writes
        :param frozen: ``{field: value}`` of what does not change any more
        :param parts: ``{one2many: (values of a new one, values to change)}`` of the
            frozen parts, of which there is one at least
        :param held: ``{field: value}`` the database refuses too
        :param kept: nobody deletes it
        """
        mine = record.with_user(user)
        mine.check_access("write")
        for name, value in (closed or {}).items():
            self._attack_closed(mine, name, value)
        for name, value in (frozen or {}).items():
            self.assertRefused(lambda v={name: value}: mine.write(v), name)
            self.assertRefused(lambda v={name: value}: record.sudo().write(v), name)
        for name, (new, change) in (parts or {}).items():
            self._attack_parts(mine, name, new, change)
        for context in ({}, {"_force_unlink": True}) if kept else ():
            with self.assertRaises(UserError):
                mine.with_context(**context).unlink()
        for name, value in (held or {}).items():
            self._attack_database(record, name, value)

    def assertRefused(self, attack, what):
        """By the guard, and not for want of rights."""
        with self.subTest(what):
            with self.assertRaises(UserError) as caught:
                attack()
            self.assertIs(type(caught.exception), UserError, caught.exception)

    def _attack_closed(self, mine, name, value):
        self.assertRefused(lambda: mine.write({name: value}), name)
        start = mine.default_get([name]).get(name)
        if (value or False) == (start or False):  # what every new record begins with
            return
        values = mine.sudo()._by_code().copy_data()[0] | {name: value}
        self.assertRefused(lambda: mine.create(values), f"create with {name}")
        model = mine.browse().with_context(**{f"default_{name}": value})
        self.assertEqual(model.default_get([name]).get(name), start)

    def _attack_parts(self, mine, name, new, change):
        link = mine._fields[name].inverse_name
        parts = mine[name]
        part = parts[0]
        stranger = mine.search([("id", "not in", mine.ids)], limit=1)
        attacks = {
            "create": lambda: parts.create({link: mine.id, **new}),
            "default": lambda: parts.with_context(
                **{f"default_{link}": mine.id}
            ).create(new),
            "write": lambda: part.write(change),
            "write as system": lambda: part.sudo().write(change),
            "move out": lambda: part.write({link: stranger.id}),
            "clear": lambda: mine.write({name: [(5, 0, 0)]}),
        }
        if part.browse().has_access("unlink"):
            attacks["unlink"] = part.unlink
        else:
            del attacks["clear"]
        if not stranger:
            del attacks["move out"]
        for what, attack in attacks.items():
            self.assertRefused(attack, f"{name}: {what}")

    def _attack_database(self, record, name, value):
        self.env.flush_all()
        table = SQL.identifier(record._table)
        for query in (
            SQL(
                "UPDATE %s SET %s = %s WHERE id = %s",
                table,
                SQL.identifier(name),
                record._fields[name].convert_to_column_insert(value, record),
                record.id,
            ),
            SQL("DELETE FROM %s WHERE id = %s", table, record.id),
        ):
            with (
                self.subTest(f"{query.code} {name}"),
                self.assertRaises(psycopg2.IntegrityError),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(flush=False),
            ):
                self.env.cr.execute(query)

    def assertProof(self, record, user, name):
        """A file is neither replaced nor deleted, and its content is compared."""
        file = self.env["ir.attachment"].search(
            [
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
                ("res_field", "=", name),
            ]
        )
        mine = file.with_user(user)
        forged = {"raw": b"forged"}
        self.assertRefused(lambda: mine.write(forged), "replace the file")
        self.assertRefused(mine.unlink, "delete the file")
        self.assertTrue(record._proof(name))
        file._by_code().write(forged)
        with self.assertRaisesRegex(UserError, "SHA-256"):
            record._proof(name)
