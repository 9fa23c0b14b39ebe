from odoo.tests import TransactionCase, tagged

from odoo.addons.srm_procurement.models.srm_contract_demo import SAMPLES


@tagged("post_install", "-at_install")
class TestSrmContractDemo(TransactionCase):
    def test_samples_measure_within_their_schedule(self):
        names = [sample.name for sample in SAMPLES]
        self.assertEqual(len(set(names)), len(names))
        for sample in SAMPLES:
            self.assertLessEqual(len(sample.statements), 3)
            self.assertTrue(all(price.quantity > 0 for price in sample.prices))

    def test_loading_twice_adds_nothing(self):
        contracts = self.env["srm.contract"].search([])
        if not contracts:
            self.env["srm.contract"].create(
                {
                    "name": "DEJA/1",
                    "title": "Déjà là",
                    "partner_id": self.env.company.partner_id.id,
                    "regime_id": self.env.ref("srm_procurement.regime_own").id,
                }
            )
            contracts = self.env["srm.contract"].search([])
        self.env["srm.contract.demo"]._load()
        self.assertEqual(self.env["srm.contract"].search([]), contracts)
