from odoo import models

#: Scope of the keys of gateways: they open no endpoint that asks for another one.
KEY_SCOPE = "srm.telemetry"


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _auth_method_srm_gateway(cls):
        """Gateways bring a key made for the endpoint of the points."""
        cls._auth_by_key(KEY_SCOPE)
