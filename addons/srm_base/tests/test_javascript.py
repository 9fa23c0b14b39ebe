from odoo.tests import HttpCase, tagged

from odoo.addons.web.tests.test_js import unit_test_error_checker


@tagged("post_install", "-at_install")
class TestJavascript(HttpCase):
    def test_unit_tests_of_the_screens(self):
        self.browser_js(
            "/web/tests?headless&loglevel=2&preset=desktop&timeout=15000"
            "&filter=%40srm_base",
            "",
            "",
            login="admin",
            timeout=300,
            error_checker=unit_test_error_checker,
            success_signal="[HOOT] Test suite succeeded",
        )
