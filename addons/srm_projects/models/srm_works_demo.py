from datetime import timedelta

from odoo import Command, api, fields, models

#: name, service, kind, communes (codes), items (code, name, weight, budget in kDH,
#: quantity, unit, start and finish in days from today, part done), cost factor
PROJECTS = [
    (
        "Alimentation en eau potable d'Aziar et de 25 douars",
        "water",
        "extension",
        ["Aziar"],
        [
            ("1.1", "Conduite d'adduction DN200", 50, 9000, 14000, "m", -200, -40, 1),
            ("1.2", "Réservoir semi-enterré 300 m³", 20, 3200, 1, "u", -150, -10, 0),
            ("1.3", "Bornes-fontaines et comptage", 30, 2600, 25, "u", -60, 60, 0.2),
        ],
        1.12,
    ),
    (
        "Reprise des ouvrages d'Aït Amira : réseau, compteurs, réservoirs",
        "water",
        "renewal",
        ["Ait Amira"],
        [
            ("1.1", "Renouvellement du réseau", 60, 96000, 82000, "m", -260, 300, 0.45),
            ("1.2", "Pose de compteurs", 20, 31000, 18000, "u", -120, 200, 0.4),
            ("1.3", "Liaison Douira", 20, 48000, 7600, "m", -90, 240, 0.35),
        ],
        0.98,
    ),
    (
        "Assainissement liquide de la ville de Tiznit",
        "sanitation",
        "extension",
        ["Tiznit"],
        [
            ("1.1", "Collecteurs principaux", 45, 62000, 21000, "m", -300, 90, 0.7),
            ("1.2", "Extension de la STEP", 40, 58000, 1, "u", -220, 260, 0),
            ("1.3", "Branchements", 15, 21000, 3500, "u", -100, 200, 0.3),
        ],
        1.25,
    ),
    (
        "Recherche de fuites et modulation de pression, Grand Agadir",
        "water",
        "leaks",
        ["Agadir", "Inezgane"],
        [
            ("1.1", "Campagne acoustique", 50, 2600, 1900, "km", -150, 200, 0.5),
            ("1.2", "Stabilisateurs de pression", 50, 3400, 18, "u", -80, 120, 0.4),
        ],
        1.0,
    ),
    (
        "Télégestion des réservoirs de Taroudannt",
        "water",
        "telecontrol",
        ["Taroudannt"],
        [
            ("1.1", "Automates et capteurs", 70, 5200, 26, "u", 30, 180, 0),
            ("1.2", "Poste central", 30, 2100, 1, "u", 60, 200, 0),
        ],
        1.0,
    ),
    (
        "Réutilisation des eaux épurées de M'zar : espaces verts",
        "sanitation",
        "reuse",
        ["Agadir"],
        [
            ("1.1", "Réservoirs 13 000 m³", 40, 42000, 3, "u", -400, -60, 1),
            ("1.2", "Réseau de distribution", 45, 68000, 87, "km", -380, -20, 1),
            ("1.3", "Pompage", 15, 16000, 2, "u", -200, -5, 1),
        ],
        1.03,
    ),
]
PROGRAMME = {
    "water": [2400, 1500, 900, 600, 350],
    "sanitation": [837, 700, 520, 400, 280],
    "electricity": [168, 150, 120, 90, 70],
    "common": [44, 40, 36, 34, 33],
}


class SrmWorksDemo(models.AbstractModel):
    """Demonstration projects, moved through their steps by their buttons."""

    _name = "srm.works.demo"
    _description = "Demonstration Projects"

    @api.model
    def _load(self):
        manager = self.env.ref("srm_base.user_demo_project_manager")
        approver = self.env.ref("srm_projects.user_demo_programme_manager")
        for row in PROJECTS:
            project = self.with_user(manager)._create_project(row, manager)
            self._move(project, row, approver)
        self._programme(approver)

    @api.model
    def _create_project(self, row, manager):
        name, service, kind, communes, items, _factor = row
        places = self.env["srm.territory"].search(
            [("name", "in", communes), ("level", "=", "commune")]
        )
        today = fields.Date.context_today(self)
        return self.env["project.project"].create(
            {
                "name": name,
                "srm_service_id": self.env["srm.service"]
                .search([("code", "=", service)])
                .id,
                "srm_kind": kind,
                "srm_territory_ids": [Command.set(places.ids)],
                "territory_id": places[:1].id,
                "user_id": manager.id,
                "company_id": self.env.company.id,
                "date_start": today + timedelta(min(item[6] for item in items)),
                "date": today + timedelta(max(item[7] for item in items)),
                "srm_item_ids": [
                    Command.create(self._item_vals(item, today)) for item in items
                ],
            }
        )

    @api.model
    def _item_vals(self, item, today):
        code, name, weight, budget, quantity, unit, start, finish, _done = item
        return {
            "code": code,
            "name": name,
            "weight": weight,
            "budget": budget * 1000,
            "quantity": quantity,
            "unit": unit,
            "planned_start": today + timedelta(start),
            "planned_finish": today + timedelta(finish),
        }

    @api.model
    def _move(self, project, row, approver):
        self.env["srm.project.baseline"].with_user(approver).create(
            {
                "project_id": project.id,
                "name": "Marché initial",
                "reason": "Marché notifié",
            }
        )
        before, *rest = project.srm_item_ids
        for after in rest:
            self.env["srm.work.link"].create(
                {"before_id": before.id, "after_id": after.id, "kind": "SS", "lag": 30}
            )
        started = [item for item in row[4] if item[8]]
        if not started:
            return
        project.action_srm_begin()
        project.action_srm_schedule()
        self._measure(project, row, approver)
        self._costs(project, row)
        self._risks(project)
        if all(item[8] == 1 for item in row[4]):
            project.with_user(approver).action_srm_accept_provisionally()

    @api.model
    def _measure(self, project, row, approver):
        today = fields.Date.context_today(self)
        parts = {item[0]: item for item in row[4]}
        for item in project.srm_item_ids:
            done = parts[item.code][8] * item.quantity
            if done:
                measure = self.env["srm.work.measure"].with_user(project.user_id)
                measure = measure.create(
                    {
                        "item_id": item.id,
                        "date": today - timedelta(12),
                        "quantity": done,
                        "evidence": f"Attachement {item.code} contradictoire",
                    }
                )
                measure.with_user(approver).action_validate()

    @api.model
    def _costs(self, project, row):
        today = fields.Date.context_today(self)
        for number, months in enumerate((150, 90, 30), start=1):
            amount = sum(i[3] * 1000 * i[8] for i in row[4]) * row[5] / 3
            self.env["srm.project.cost"].create(
                {
                    "project_id": project.id,
                    "date": today - timedelta(months),
                    "name": f"Décompte n° {number}",
                    "amount": round(amount, 2),
                }
            )

    @api.model
    def _risks(self, project):
        self.env["srm.project.risk"].create(
            [
                {
                    "project_id": project.id,
                    "name": "Autorisation de traversée de la route nationale",
                    "probability": "4",
                    "impact": "3",
                    "reserve": 250000,
                    "response": "Réunion avec la direction provinciale de l'équipement",
                    "user_id": project.user_id.id,
                },
                {
                    "project_id": project.id,
                    "name": "Retard de livraison des conduites",
                    "probability": "3",
                    "impact": "4",
                    "reserve": 400000,
                    "response": "Approvisionnement anticipé",
                    "user_id": project.user_id.id,
                },
            ]
        )

    @api.model
    def _programme(self, approver):
        year = fields.Date.context_today(self).year
        programme = self.env["srm.programme"].create(
            {
                "name": "Programme d'investissement",
                "year_from": year,
                "year_to": year + 4,
                "line_ids": [
                    Command.create(
                        {
                            "head": head,
                            "year": year + number,
                            "initial": amount * 1000000,
                        }
                    )
                    for head, amounts in PROGRAMME.items()
                    for number, amount in enumerate(amounts)
                ],
            }
        )
        programme.with_user(approver).action_approve()
        lines = {line.head: line for line in programme.line_ids if line.year == year}
        self.env["srm.programme.allocation"].create(
            [
                {
                    "line_id": lines[project.srm_service_id.code].id,
                    "project_id": project.id,
                    "amount": project.srm_budget,
                }
                for project in self.env["project.project"].search(
                    [("srm_service_id.code", "in", list(lines))]
                )
                if project.srm_budget
            ]
        )
