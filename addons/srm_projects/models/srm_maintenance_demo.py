from odoo import Command, api, fields, models

#: name, code of the structure, every, unit, first (days from today)
PLANS = (
    ("Lavage du réservoir Tilila", "R-AG-01", 1, "year", -400),
    ("Contrôle des pompes, Inezgane", "SP-IN-01", 1, "month", -95),
    ("Visite du forage Aït Amira", "F-AM-01", 3, "month", 4),
)


class SrmMaintenanceDemo(models.AbstractModel):
    """Demonstration plans, by the calendar and by running hours, and their orders."""

    _name = "srm.maintenance.demo"
    _description = "Demonstration Maintenance"

    @api.model
    def _load(self):
        officer = self.env.ref("srm_projects.user_demo_network_officer")
        team = self.env["maintenance.team"].create(
            {
                "name": "Équipe électromécanique",
                "company_id": self.env.company.id,
                "member_ids": [Command.set(officer.ids)],
            }
        )
        demo = self.with_user(officer)
        plans = demo._calendar_plans(team, officer) | demo._counter_plan(team, officer)
        orders = plans._make_orders()
        done = self.env["maintenance.stage"].search([("done", "=", True)], limit=1)
        orders[:1].stage_id = done

    @api.model
    def _structure(self, code):
        return self.env["srm.network.section"].search([("code", "=", code)], limit=1)

    @api.model
    def _calendar_plans(self, team, officer):
        today = fields.Date.context_today(self)
        return self.env["srm.maintenance.plan"].create(
            [
                {
                    "name": name,
                    "section_id": self._structure(code).id,
                    "maintenance_team_id": team.id,
                    "user_id": officer.id,
                    "every": every,
                    "unit": unit,
                    "date_start": fields.Date.add(today, days=first),
                }
                for name, code, every, unit, first in PLANS
            ]
        )

    @api.model
    def _counter_plan(self, team, officer):
        today = fields.Date.context_today(self)
        return self.env["srm.maintenance.plan"].create(
            {
                "name": "Vidange du groupe de secours, Inezgane",
                "section_id": self._structure("SP-IN-01").id,
                "maintenance_team_id": team.id,
                "user_id": officer.id,
                "trigger": "counter",
                "counter_every": 250,
                "counter_last": 1000,
                "reading_ids": [
                    Command.create(
                        {"date": fields.Date.subtract(today, days=30), "value": 1180}
                    ),
                    Command.create({"date": today, "value": 1262}),
                ],
            }
        )
