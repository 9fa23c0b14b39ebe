from datetime import timedelta

from odoo import Command, api, fields, models

FUNDERS = {
    "interior": "Ministère de l'Intérieur (DGCT) - démo",
    "region": "Région Souss-Massa - démo",
    "water": "Secrétariat d'État chargé de l'eau - démo",
    "group": "Groupement des communes - démo",
    "university": "Université Ibn Zohr - démo",
    "association": "Association des usagers de l'eau - démo",
}
#: reference, title, project name starts with, service, commune, shares in kDH
CONVENTIONS = [
    (
        "CONV/2025/03",
        "Réutilisation des eaux usées épurées à Agadir",
        "Réutilisation",
        "sanitation",
        "Agadir",
        {"interior": 40000, "water": 40000, "group": 46000},
    ),
    (
        "CONV/2025/07",
        "Assainissement de la ville de Tiznit",
        "Assainissement",
        "sanitation",
        "Tiznit",
        {"interior": 70500, "region": 28200, "group": 42300},
    ),
    (
        "CONV/2026/02",
        "Alimentation en eau d'Aziar et de 25 douars",
        "Alimentation",
        "water",
        "Aziar",
        {"region": 2960, "interior": 7400, "group": 4440},
    ),
]


class SrmMoneyDemo(models.AbstractModel):
    """Demonstration conventions, credits, meetings and decisions."""

    _name = "srm.money.demo"
    _description = "Demonstration Funding and Meetings"

    @api.model
    def _load(self):
        manager = self.env.ref("srm_base.user_demo_project_manager")
        partners = {
            code: self.env["res.partner"].create(
                {
                    "name": name,
                    "is_company": True,
                    "email": f"{code}@example.com",
                    "country_id": self.env.ref("base.ma").id,
                }
            )
            for code, name in FUNDERS.items()
        }
        demo = self.with_user(manager)
        for row in CONVENTIONS:
            demo._convention(row, partners)
        demo._credits()
        demo._meetings(partners, manager)
        demo._partnerships(partners)

    @api.model
    def _place(self, name):
        return self.env["srm.territory"].search(
            [("name", "=", name), ("level", "=", "commune")], limit=1
        )

    @api.model
    def _project(self, start):
        return self.env["project.project"].search(
            [("name", "=like", f"{start}%")], limit=1
        )

    @api.model
    def _convention(self, row, partners):
        name, title, start, service, commune, shares = row
        today = fields.Date.context_today(self)
        convention = self.env["srm.funding"].create(
            {
                "name": name,
                "title": title,
                "service_id": self.env["srm.service"]
                .search([("code", "=", service)])
                .id,
                "territory_id": self._place(commune).id,
                "project_ids": [Command.set(self._project(start).ids)],
                "cost": sum(shares.values()) * 1000,
                "date_signed": today - timedelta(300),
                "date_end": today + timedelta(700),
                "committee_ids": [Command.set([partners[code].id for code in shares])],
                "party_ids": [
                    Command.create(
                        {
                            "partner_id": partners[code].id,
                            "role": "delegated" if code == "group" else "funder",
                            "amount": amount * 1000,
                        }
                    )
                    for code, amount in shares.items()
                ],
                "content_ids": [
                    Command.create(
                        {
                            "name": "Réseau posé",
                            "planned": 24,
                            "realised": 11.5,
                            "unit": "km",
                        }
                    )
                ],
            }
        )
        convention.action_sign()
        self._calls(convention, today)

    @api.model
    def _calls(self, convention, today):
        for party in convention.party_ids:
            calls = self.env["srm.funding.call"].create(
                [
                    {
                        "funding_id": convention.id,
                        "party_id": party.id,
                        "reference": f"AF {party.id}-{number}",
                        "date": today + timedelta(days),
                        "amount": round(party.amount * part, 2),
                    }
                    for number, (days, part) in enumerate(
                        ((-200, 0.3), (-40, 0.3), (120, 0.4)), start=1
                    )
                ]
            )
            calls[:2].action_call()
            calls[0].write(
                {
                    "date_received": today - timedelta(150),
                    "amount_received": calls[0].amount,
                    "evidence": "Avis de crédit",
                }
            )
            calls[0].action_receive()

    @api.model
    def _credits(self):
        today = fields.Date.context_today(self)
        approver = self.env.ref("srm_projects.user_demo_programme_manager")
        for project in self.env["project.project"].search(
            [("srm_state", "in", ("works", "provisional"))]
        ):
            line = (
                self.env["srm.budget.line"]
                .with_user(approver)
                .create(
                    {
                        "project_id": project.id,
                        "name": "Travaux",
                        "credits": round(project.srm_budget * 0.6, 2),
                    }
                )
            )
            self.env["srm.budget.entry"].create(
                {
                    "line_id": line.id,
                    "date": today - timedelta(120),
                    "document": f"Marché {project.srm_number}",
                    "amount": round(line.credits * 0.8, 2),
                }
            ).action_confirm()

    @api.model
    def _meetings(self, partners, manager):
        now = fields.Datetime.now()
        tiznit = self._place("Tiznit")
        first = self._meeting("governor", tiznit, now - timedelta(60), partners)
        first.action_open()
        today = fields.Date.context_today(self)
        project = self._project("Assainissement")
        decisions = self.env["srm.decision"].create(
            [
                {
                    "minutes_id": first.id,
                    "kind": kind,
                    "name": text,
                    "project_id": project.id,
                    "user_id": manager.id,
                    "date_due": today + timedelta(days) if days else False,
                }
                for kind, text, days in (
                    ("information", "État d'avancement présenté par la SRM-SM", 0),
                    ("decision", "Libérer l'emprise du collecteur n° 2", -15),
                    ("action", "Programmer les traversées de la RN1", 20),
                    ("request", "Raccorder le quartier Al Massira", 0),
                )
            ]
        )
        first.action_close()
        first.signed_document_ids = self.env["ir.attachment"].create(
            {"name": "PV signé.pdf", "raw": first._render_pdf()}
        )
        first.action_sign()
        decisions[2].action_start()
        second = self._meeting("governor", tiznit, now - timedelta(3), partners)
        second.action_open()
        self._meeting("commune", self._place("Ait Amira"), now + timedelta(8), partners)

    @api.model
    def _meeting(self, kind, place, date, partners):
        return self.env["srm.minutes"].create(
            {
                "kind_id": self.env.ref(f"srm_projects.meeting_kind_{kind}").id,
                "title": f"Suivi des projets de {place.name}",
                "territory_id": place.id,
                "date": date,
                "place": f"Siège de la province, {place.name}",
                "project_ids": [Command.set(self._project("Assainissement").ids)],
                "item_ids": [
                    Command.create({"name": "Avancement des travaux"}),
                    Command.create({"name": "Contraintes foncières"}),
                ],
                "presence_ids": [
                    Command.create({"partner_id": partners[code].id})
                    for code in ("interior", "group", "region")
                ],
            }
        )

    @api.model
    def _partnerships(self, partners):
        today = fields.Date.context_today(self)
        items = self.env["srm.partnership"].create(
            [
                {
                    "name": "Recherche sur les pertes en eau",
                    "reference": "P/2025/1",
                    "partner_id": partners["university"].id,
                    "kind": "university",
                    "date_start": today - timedelta(300),
                    "date_end": today + timedelta(45),
                },
                {
                    "name": "Sensibilisation des usagers",
                    "reference": "P/2026/1",
                    "partner_id": partners["association"].id,
                    "kind": "association",
                    "date_start": today - timedelta(90),
                    "date_end": today + timedelta(640),
                },
            ]
        )
        items.action_sign()
