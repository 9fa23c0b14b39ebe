"""A kind of import with amounts, for the tests of the control totals.

Its records are partners whose latitude stands for the amount: what matters is a stored
number that the totals read back from the records.
"""

from decimal import Decimal
from unittest.mock import patch

from odoo import models
from odoo.exceptions import UserError
from odoo.orm.model_classes import add_to_registry

from ..importer.api import Existing, ImportField, OriginKey
from ..models.srm_import import SrmImport

HEADERS = ["Dossier", "Origine", "Nom", "Montant TTC", "Date facture", "Délai (j)"]


class FakeHandler(models.AbstractModel):
    _name = "srm.import.handler.fake"
    _inherit = ["srm.import.handler"]
    _description = "Take-on of the tests"
    _module = "srm_base"
    _import_group = "srm_base.group_finance_officer"
    _target_model = "res.partner"
    _amount_fields = ("amount",)
    _target_amount_fields = {"amount": "partner_latitude"}

    def _fields_spec(self):
        return [
            ImportField("reference", "Dossier", required=True),
            ImportField("predecessor", "Origine", kind="predecessor", required=True),
            ImportField("name", "Nom", required=True),
            ImportField(
                "amount",
                "Montant",
                kind="amount",
                required=True,
                synonyms=("Montant TTC",),
                minimum=0,
            ),
            ImportField("date", "Date facture", kind="date"),
            ImportField("days", "Délai", kind="integer", minimum=0, maximum=365),
        ]

    def _reason_texts(self):
        return {"forbidden": "%(value)s is forbidden until %(until)s"}

    def _origin_key(self, values):
        return values.get("predecessor") or "", values.get("reference") or ""

    def _existing(self, keys):
        partners = self.env["res.partner"].search(
            [("ref", "in", [f"{key[0]}/{key[1]}" for key in keys])]
        )
        found = {partner.ref: partner for partner in partners}
        return {
            OriginKey(*key): Existing(
                partner.id,
                {"name": partner.name, "amount": self._amount(partner)},
            )
            for key in keys
            if (partner := found.get(f"{key[0]}/{key[1]}"))
        }

    def _amount(self, partner):
        return Decimal(f"{partner.partner_latitude:.2f}")

    def _check_rows(self, rows, ctx):
        for row in rows:
            if row.get("name") == "Interdit":
                row.add_error(
                    "name", "forbidden", until=ctx.import_id.create_date.date()
                )

    def _load_rows(self, rows, ctx):
        if any(row.get("name") == "Refus" for row in rows):
            raise UserError(self.env._("Refused by the record"))
        for row in rows:
            vals = {
                "name": row.get("name"),
                "partner_latitude": row.get("amount"),
                "ref": "/".join(row.origin_key),
            }
            if row.existing:
                self.env["res.partner"].browse(row.existing.res_id).write(vals)
                row.res_id = row.existing.res_id
            else:
                row.res_id = self.env["res.partner"].create(vals).id


# Else a registry loaded later in the same process would hold it too.
models.MetaModel._module_to_models__["srm_base"].remove(FakeHandler)


def install(test_class):
    """Make the kind "suppliers" of this test class be handled by the fake."""
    add_to_registry(test_class.registry, FakeHandler)
    test_class.registry._setup_models__(test_class.env.cr, ["srm.import.handler.fake"])
    test_class.addClassCleanup(
        test_class.registry._setup_models__, test_class.env.cr, []
    )
    test_class.addClassCleanup(
        test_class.registry.__delitem__, "srm.import.handler.fake"
    )
    patcher = patch.object(
        SrmImport,
        "_kind_handler",
        lambda self, kind: self.env["srm.import.handler.fake"],
    )
    patcher.start()
    test_class.addClassCleanup(patcher.stop)
