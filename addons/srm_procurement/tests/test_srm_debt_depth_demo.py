from srm_engine.identifiers import check_rib

from odoo.tests import tagged

from ..models.srm_debt_depth_demo import ASSIGNEE_RIB
from .arrears_common import ArrearsCase


@tagged("post_install", "-at_install")
class TestSrmDebtDepthDemo(ArrearsCase):
    def test_the_account_of_the_assignee_is_valid(self):
        self.assertTrue(check_rib(ASSIGNEE_RIB).valid)
