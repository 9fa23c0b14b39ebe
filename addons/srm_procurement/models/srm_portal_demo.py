import base64

from odoo import api, fields, models


class SrmPortalDemo(models.AbstractModel):
    """Demonstration: a creditor with a proposal to answer has a login."""

    _name = "srm.portal.demo"
    _description = "Demonstration of the supplier portal"

    @api.model
    def _load(self) -> None:
        """Give the creditor of an open proposal, with documents missing, a login."""
        user = self.env.ref("srm_procurement.user_demo_supplier")
        settlement = self.env["srm.settlement"].search(
            [("state", "=", "proposed"), ("portal_decision", "=", False)],
            order="id",
            limit=1,
        )
        firm = settlement.partner_id
        if not firm or user.partner_id.parent_id:
            return
        user.partner_id.write({"parent_id": firm.id, "function": "Gérante"})
        settlement._freeze_proposal()
        self._add_debt_to_document(settlement.file_id)

    def _add_debt_to_document(self, file) -> None:
        """One more invoice, whose documents are asked for."""
        sample = file.debt_ids[:1]
        debt = self.env["srm.debt"].create(
            {
                "file_id": file.id,
                "predecessor_id": sample.predecessor_id.id,
                "territory_id": sample.territory_id.id,
                "origin_reference": f"{sample.origin_reference}-B",
                "invoice_reference": "FA-2024-0411",
                "invoice_date": "2024-05-20",
                "service_date": "2024-05-11",
                "deposit_date": "2024-05-24",
                "description": "Réparation de fuites sur le réseau",
                "contract_reference": sample.contract_reference,
                "nature": "services",
                "amount_claimed": 84250.80,
            }
        )
        kinds = debt.missing_document_ids
        self.env["srm.debt.document"].create(
            {
                "debt_id": debt.id,
                "type_id": kinds[:1].id,
                "date": fields.Date.context_today(self),
                "file": base64.b64encode(b"%PDF-1.4 demonstration"),
                "file_name": "contrat.pdf",
            }
        )
