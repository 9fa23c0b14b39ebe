"""Two creditors with a login each, a proposal and debts whose documents are missing."""

from odoo.tests import new_test_user

from .settlement_common import SettlementCase

PDF = b"%PDF-1.4 piece justificative"
PASSWORD = "portal-secret-1"


class PortalCase(SettlementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file.user_id = cls.officer
        cls.other_file = cls._file("Autre Entreprise")
        cls.creditor = cls._portal_user("set_creditor", cls.file)
        cls.stranger = cls._portal_user("set_stranger", cls.other_file)
        cls.debt = cls._debt(1000.50, amount_contested=100)
        cls.open_debt = cls.env["srm.debt"].create(cls._debt_vals(500))
        cls.other_debt = cls.env["srm.debt"].create(
            cls._debt_vals(700, file_id=cls.other_file.id)
        )
        cls.kind = cls.open_debt.missing_document_ids[:1]

    @classmethod
    def _portal_user(cls, login, file):
        """A contact below the creditor with a portal login."""
        user = new_test_user(
            cls.env, login, groups="base.group_portal", password=PASSWORD
        )
        user.partner_id.write({"parent_id": file.partner_id.id, "name": f"M. {login}"})
        return user

    def _proposal(self, debt=None):
        settlement = self._settlement(debt or self.debt, count=2)
        settlement.with_user(self.officer).action_propose()
        return settlement

    def _upload(self, user=None, debt=None, kind=None, name="a.pdf", content=PDF):
        debt = (debt or self.open_debt).with_user(user or self.creditor)
        return debt._portal_upload(
            (kind or self.kind).id, name, "application/pdf", content
        )
