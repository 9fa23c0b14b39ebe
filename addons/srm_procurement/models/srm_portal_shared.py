from odoo import models
from odoo.exceptions import AccessError
from odoo.fields import Domain

#: Fields every web page may read of a record it may open.
COMMON_FIELDS = frozenset({"id", "create_date", "currency_id", "company_id"})


class SrmPortalShared(models.AbstractModel):
    """Records of a creditor that its own people read on the portal.

    Two locks besides the record rules. A share user reads the fields listed in
    ``_portal_fields`` and no other, so that a field added later stays inside until
    somebody decides otherwise; and it writes nothing: changes are made by private
    methods that name the owner they check.
    """

    _name = "srm.portal.shared"
    _description = "Shared with the creditor on the portal"

    #: What the creditor may read: an allow-list, never "all but".
    _portal_fields = frozenset()
    #: Path from the record to its creditor.
    _portal_owner_path = "partner_id"

    def _has_field_access(self, field, operation):
        allowed = super()._has_field_access(field, operation)
        if not allowed or self.env.su or not self.env.user.share:
            return allowed
        return operation == "read" and (
            field.name in COMMON_FIELDS or field.name in self._portal_fields
        )

    def _portal_domain(self) -> Domain:
        """Records of the creditor the user belongs to; nobody's for the public."""
        user = self.env.user
        if user._is_public() or not user.share:
            return Domain.FALSE
        path = f"{self._portal_owner_path}.commercial_partner_id"
        return Domain(path, "=", user.commercial_partner_id.id)

    def _portal_own(self, ids=None, order=None):
        """The user's own records, as the superuser sees them.

        Searched with the rights and rules of the user first, and with the owner in the
        domain besides: a forged id finds nothing.

        :param ids: ids given by the address, unknown ones are left out; None: all
        """
        domain = self._portal_domain()
        if ids is not None:
            domain &= Domain("id", "in", ids)
        return self.search(domain, order=order or "id").sudo()

    def _portal_check_owner(self) -> None:
        """Refuse a record that is not the user's own, whatever the caller checked.

        :raise AccessError: in the same words whether the record exists or not
        """
        if self.sudo(False)._portal_own(self.ids) != self.sudo():
            raise AccessError(self.env._("This record is not one of your company's."))

    def _portal_sender(self) -> str:
        """Who acts: the person, and the company when it is another name."""
        partner = self.env.user.partner_id
        firm = partner.commercial_partner_id
        return partner.name if partner == firm else f"{partner.name}, {firm.name}"
