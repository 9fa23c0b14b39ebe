from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .settlement_common import SettlementCase, rib


@tagged("post_install", "-at_install")
class TestBankApproval(SettlementCase):
    """Two people stand between a typed account number and a payment to it."""

    def _new_account(self, user=None):
        self.__class__.serial += 1
        accounts = self.env["res.partner.bank"].with_user(user or self.env.user).sudo()
        return accounts.create(
            {"acc_number": rib(self.serial), "partner_id": self.file.partner_id.id}
        ).sudo(False)

    def test_who_entered_the_number_does_not_approve_it(self):
        account = self._new_account(self.manager)
        self.assertEqual(account.srm_approval, "to_approve")
        self.assertFalse(account.with_user(self.manager).srm_can_approve)
        with self.assertRefused("belongs to somebody else"):
            account.with_user(self.manager).action_srm_approve()
        account.with_user(self.certifier).action_srm_approve()
        self.assertEqual(account.srm_approved_by_id, self.certifier)
        approved_on = account.srm_approved_on
        account.with_user(self.certifier).action_srm_approve()
        self.assertEqual(account.srm_approved_on, approved_on, "a second click")

    def test_an_officer_does_not_approve(self):
        account = self._new_account()
        with self.assertRefused("Finance manager", AccessError):
            account.with_user(self.officer).action_srm_approve()

    def test_a_changed_number_is_approved_again(self):
        account = self._new_account()
        account.with_user(self.certifier).action_srm_approve()
        account.acc_number = account.acc_number
        self.assertEqual(account.srm_approval, "approved", "the same number")
        account.acc_number = rib(777)
        self.assertEqual(account.srm_approval, "to_approve")
        self.assertFalse(account.srm_approved_by_id)

    def test_an_approval_is_not_typed(self):
        account = self._new_account().with_user(self.manager)
        for vals in (
            {"srm_approval": "approved"},
            {"srm_approved_by_id": self.manager.id},
        ):
            with self.assertRefused("button"):
                account.write(vals)
        with self.assertRaises(UserError):
            account.create(
                {
                    "acc_number": rib(778),
                    "partner_id": self.file.partner_id.id,
                    "srm_approval": "approved",
                }
            )
