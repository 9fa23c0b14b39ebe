"""Users by role and made-up identifiers, for the tests of every add-on of the suite."""

from contextlib import contextmanager

from odoo import SUPERUSER_ID, api
from odoo.sql_db import db_connect
from odoo.tests import BaseCase, TransactionCase, get_db_name, new_test_user

ROLES = (
    "user",
    "finance_officer",
    "finance_manager",
    "contract_manager",
    "billing_officer",
    "billing_manager",
    "call_centre_agent",
    "field_technician",
    "meter_reader",
    "project_manager",
    "hse_officer",
    "hr_officer",
    "director",
    "administrator",
)


def make_ice(number):
    """A valid ICE: nine digits of the firm, establishment 1, key."""
    base = f"{number:09d}0001"
    return f"{base}{97 - int(base) * 100 % 97:02d}"


def make_rib(number):
    """A valid RIB of an imaginary bank."""
    base = f"0115190{number:015d}"
    return f"{base}{97 - int(base) * 100 % 97:02d}"


class SrmCase(TransactionCase):
    """Tests of the suite: :meth:`user` gives a user who has one role only."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Messages are compared with their source, whatever the language of the users.
        context = {"tracking_disable": True, "lang": "en_US"}
        cls.env = cls.env(context={**cls.env.context, **context})
        cls.users = {}
        cls.morocco = cls.env.ref("base.ma")
        cls.france = cls.env.ref("base.fr")

    def setUp(self):
        super().setUp()
        # A user made in one test is rolled back with it.
        cls = type(self)
        self.addCleanup(setattr, cls, "users", dict(cls.users))

    @classmethod
    def user(cls, role, **values):
        """The user of the tests for ``role`` (name of a group without ``group_``)."""
        key = (role, *sorted(values))
        if key not in cls.users:
            cls.users[key] = new_test_user(
                cls.env,
                login=f"test.{role}.{len(cls.users)}",
                groups=f"srm_base.group_{role}",
                **values,
            )
        return cls.users[key]

    @classmethod
    def supplier(cls, name, **values):
        """A Moroccan company that is a supplier."""
        return cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "srm_is_supplier": True,
                "country_id": cls.morocco.id,
                **values,
            }
        )

    def territory(self, code):
        return self.env["srm.territory"].search([("code", "=", code)])


class ConcurrencyCase(BaseCase):
    """Two people, two real transactions, the same records.

    The records of :meth:`_create` are committed, so that both transactions see them,
    and :meth:`_remove` takes them away at the end whatever happened.
    """

    def setUp(self):
        super().setUp()
        self.database = db_connect(get_db_name())
        with self._transaction(commit=True) as env:
            self._create(env)
        self.addCleanup(self._remove)

    @contextmanager
    def _transaction(self, commit=False):
        context = {"tracking_disable": True, "mail_notrack": True}
        with self.database.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, context)
            yield env
            if commit:
                env.flush_all()  # leaving the block commits
            else:
                env.clear()
                cr.rollback()

    def _create(self, env):
        raise NotImplementedError

    def _remove(self):
        raise NotImplementedError
