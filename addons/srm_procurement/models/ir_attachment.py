from odoo import api, models, tools
from odoo.exceptions import AccessError
from odoo.fields import Domain


class IrAttachment(models.Model):
    """Files of the records shared on the portal are not shared with them.

    Odoo opens every attachment of a record to whoever reads the record: a note's file,
    a scan of the staff. The creditor gets its own files from the portal's addresses,
    which check each of them.
    """

    _inherit = "ir.attachment"

    @api.model
    @tools.ormcache()
    def _srm_shared_models(self) -> tuple[str, ...]:
        shared = self.env.registry["srm.portal.shared"]
        return tuple(
            name
            for name, model in self.env.registry.items()
            if issubclass(model, shared)
        )

    def _srm_limited(self) -> bool:
        return not self.env.su and self.env.user.share

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if not self._srm_limited():
            return result
        names = self._srm_shared_models()
        # sudo: only to see what each file belongs to.
        hidden = self.sudo().filtered(
            lambda item: item.res_model in names and not item.public
        )
        if not hidden:
            return result
        forbidden, error = result or (self.browse(), self._srm_refusal)
        return forbidden | hidden.sudo(False), error

    def _srm_refusal(self):
        return AccessError(
            self.env._("Sorry, you are not allowed to access this document.")
        )

    @api.model
    def _search(self, domain, *args, **kwargs):
        if self._srm_limited() and not kwargs.get("bypass_access"):
            hidden = Domain("res_model", "in", self._srm_shared_models())
            domain = Domain(domain) & (~hidden | Domain("public", "=", True))
        return super()._search(domain, *args, **kwargs)
