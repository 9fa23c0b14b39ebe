import doctest
import re

from odoo.tests import TransactionCase, tagged

from ..tools import names

#: What a value that is not there leaves behind in a name put together from parts.
LEFT_BEHIND = re.compile(r"\b(False|None)\b|^\W+$|^\W*·|·\s*$|\s$")


@tagged("post_install", "-at_install")
class TestNames(TransactionCase):
    def test_doctests(self):
        found = doctest.testmod(names)
        self.assertTrue(found.attempted)
        self.assertEqual(found.failed, 0)

    def test_a_record_being_entered_has_no_odd_name(self):
        """It stands in the breadcrumb while the form is filled."""
        for name, model in self.env.registry.items():
            if not name.startswith("srm.") or model._abstract:
                continue
            with self.subTest(name):
                entered = self.env[name]
                record = entered.new(entered.default_get(list(entered._fields)))
                self.assertNotRegex(record.display_name or "New", LEFT_BEHIND)
