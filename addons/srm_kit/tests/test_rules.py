import doctest

from odoo.tests import BaseCase, tagged

from ..guard import book, rules


@tagged("post_install", "-at_install")
class TestRules(BaseCase):
    def test_doctests(self):
        for module in (book, rules):
            found = doctest.testmod(module)
            self.assertTrue(found.attempted, module)
            self.assertFalse(found.failed, module)
