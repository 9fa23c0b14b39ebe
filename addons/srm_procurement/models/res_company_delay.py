import base64
import io

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.misc import file_open

from ..delay_xml import SchemaError, load_schema

SHIPPED_SCHEMA = "srm_procurement/data/payment_delay_declaration.xsd"


class ResCompany(models.Model):
    """Settings of the payment delay declaration."""

    _inherit = "res.company"

    srm_delay_schema = fields.Binary(
        string="Schema of the declaration",
        attachment=True,
        help="XSD of the tax administration; empty: the schema of the suite.",
    )
    srm_delay_schema_name = fields.Char(string="File of the schema")
    srm_delay_declared_until = fields.Date(
        string="Declared elsewhere up to",
        help="Months of delay up to this day were declared in another system.",
    )
    srm_delay_user_id = fields.Many2one(
        "res.users",
        string="In charge of the declarations",
        help="Receives an activity for each quarter to declare.",
    )

    @api.constrains("srm_delay_schema")
    def _check_srm_delay_schema(self):
        for company in self.filtered("srm_delay_schema"):
            try:
                company._srm_delay_schema()
            except SchemaError as error:
                raise ValidationError(
                    self.env._(
                        "%(company)s: the file is not a schema that can be used "
                        "(%(reason)s). Choose the XSD of the tax administration, or "
                        "remove the file to come back to the schema of the suite.",
                        company=company.name,
                        reason=error,
                    )
                ) from error

    def _srm_delay_schema(self):
        """The schema the file of this company has to follow."""
        self.ensure_one()
        if self.srm_delay_schema:
            return load_schema(io.BytesIO(base64.b64decode(self.srm_delay_schema)))
        with file_open(SHIPPED_SCHEMA, "rb") as stream:
            return load_schema(stream)
