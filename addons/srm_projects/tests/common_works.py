from datetime import timedelta

from odoo import Command, fields

from .common import ProjectsCase


class WorksCase(ProjectsCase):
    """A water project of two items in one commune.

    Attributes: ``water`` (service), ``today``; :meth:`project` makes a project worth
    1,000,000: pipes (weight 3, 800,000, 100 m) and a tank (weight 1, 200,000, 1).
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.water = cls.env["srm.service"].search([("code", "=", "water")])
        cls.today = fields.Date.context_today(cls.env["srm.programme"])

    @classmethod
    def item(cls, code, weight, budget, quantity, first, last, **values):
        return Command.create(
            {
                "code": code,
                "name": f"Item {code}",
                "weight": weight,
                "budget": budget,
                "quantity": quantity,
                "planned_start": cls.today + timedelta(first),
                "planned_finish": cls.today + timedelta(last),
                **values,
            }
        )

    @classmethod
    def project(cls, user=None, **values):
        return (
            cls.env["project.project"]
            .with_user(user or cls.manager)
            .create(
                {
                    "name": "Test project",
                    "company_id": cls.env.company.id,
                    "srm_service_id": cls.water.id,
                    "srm_kind": "extension",
                    "srm_territory_ids": [Command.set(cls.commune.ids)],
                    "territory_id": cls.commune.id,
                    "srm_item_ids": [
                        cls.item("1", 3, 800000, 100, -99, 100),
                        cls.item("2", 1, 200000, 1, 0, 99),
                    ],
                    **values,
                }
            )
        )

    @classmethod
    def baseline(cls, project, name="Contract", user=None):
        return (
            cls.env["srm.project.baseline"]
            .with_user(user or cls.programme_manager)
            .create({"project_id": project.id, "name": name, "reason": "Signed"})
        )

    def measure(self, item, quantity, validate=True):
        measure = (
            self.env["srm.work.measure"]
            .with_user(self.manager)
            .create({"item_id": item.id, "quantity": quantity, "evidence": "PV 1"})
        )
        if validate:
            measure.with_user(self.programme_manager).action_validate()
        return measure

    def cost(self, project, amount, days=1):
        return self.env["srm.project.cost"].create(
            {
                "project_id": project.id,
                "name": "Statement 1",
                "amount": amount,
                "date": self.today - timedelta(days),
            }
        )
