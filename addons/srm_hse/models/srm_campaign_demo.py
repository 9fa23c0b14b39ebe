from datetime import datetime, time, timedelta

from odoo import api, fields, models

GIVEN = (
    ("Brahim", "إبراهيم"),
    ("Lahcen", "لحسن"),
    ("Fatima Zahra", "فاطمة الزهراء"),
    ("Mohamed", "محمد"),
    ("Khadija", "خديجة"),
    ("Hassan", "حسن"),
    ("Rachida", "رشيدة"),
    ("Abdellah", "عبد الله"),
    ("Naima", "نعيمة"),
    ("Said", "سعيد"),
    ("Omar", "عمر"),
    ("Zineb", "زينب"),
    ("Youssef", "يوسف"),
)
FAMILY = (
    ("Aït Lahcen", "أيت لحسن"),
    ("Oubella", "أوبلا"),
    ("Amghar", "أمغار"),
    ("Ouhammou", "أوحمو"),
    ("Bouzid", "بوزيد"),
    ("El Idrissi", "الإدريسي"),
    ("Tafraouti", "التفراوتي"),
    ("Soussi", "السوسي"),
    ("Aznag", "أزناك"),
    ("Id Brahim", "إد إبراهيم"),
    ("Chtouki", "الشتوكي"),
)
CONTRACTORS = (
    "Atlas Travaux",
    "Souss Génie Civil",
    "Anti-Atlas Réseaux",
    "Arganier BTP",
)
JOBS = ("Electrician", "Water network operator", "Plant operator", "Driver", "Clerk")
EMPLOYEES, EXTERNALS = 100, 150
#: Persons reached of each population: 90 + 120 of 250 make 84.0 %.
REACHED = {"employee": 90, "subcontractor": 120}
PROVINCES = 6
SHEET = 18


class SrmCampaignDemo(models.AbstractModel):
    """Fictional workers, campaigns, sessions, certificates and authorisations."""

    _name = "srm.campaign.demo"
    _description = "Demonstration of Campaigns"

    @api.model
    def _load(self) -> None:
        if self.env["srm.worker"].search_count([("badge", "=", "D0001")], limit=1):
            return
        demo = self.with_context(tracking_disable=True, mail_create_nolog=True)
        places = self.env["srm.territory"].search([("level", "=", "province")])
        workers = demo._employees(places) + demo._externals(places)
        safety = demo._campaign("Zéro accident", "safety", -150, 60)
        demo._hold(safety, demo._reached(workers))
        safety.objective = 90
        demo._past(workers)
        demo._draft_campaign()
        demo._authorisations(workers)

    # Workers

    def _employees(self, places):
        jobs = self.env["hr.job"].create([{"name": name} for name in JOBS])
        employees = self.env["hr.employee"].create(
            [
                {"name": _name(index, 0), "job_id": jobs[index % len(jobs)].id}
                for index in range(EMPLOYEES)
            ]
        )
        origins = self.env["srm.predecessor"].search([], limit=3)
        return self.env["srm.worker"].create(
            [
                {
                    **self._person(index, places),
                    "employee_id": employee.id,
                    "predecessor_id": origins[index % len(origins)].id,
                }
                for index, employee in enumerate(employees)
            ]
        )

    def _externals(self, places):
        firms = self.env["res.partner"].create(
            [{"name": name, "is_company": True} for name in CONTRACTORS]
        )
        workers = self.env["srm.worker"].create(
            [
                {**self._person(EMPLOYEES + index, places), "kind": "subcontractor"}
                for index in range(EXTERNALS)
            ]
        )
        self.env["srm.worker.assignment"].create(
            [
                {
                    "worker_id": worker.id,
                    "employer_id": firms[index % len(firms)].id,
                    "contract_reference": f"{12 + index % len(firms)}/2026",
                }
                for index, worker in enumerate(workers)
            ]
        )
        return workers

    def _person(self, index: int, places) -> dict:
        languages = self.env["srm.spoken.language"].search([("active", "=", True)])
        return {
            "name": _name(index, 0),
            "name_ar": _name(index, 1),
            "badge": f"D{index + 1:04}",
            "phone": f"+2126000{index:05}",
            "territory_id": places[index % len(places)].id,
            "language_id": languages[index % len(languages)].id,
        }

    def _reached(self, workers):
        """The first of each population, province after province."""
        chosen = workers.browse()
        order = {worker: index for index, worker in enumerate(workers)}
        # Some provinces are further than others, as they would be.
        effort = workers.sorted(
            lambda one: order[one] * 7 % 13 + order[one] % PROVINCES * 3
        )
        for kind, count in REACHED.items():
            chosen += effort.filtered(lambda one, kind=kind: one.kind == kind)[:count]
        return chosen

    # Campaigns

    def _campaign(self, name: str, theme: str, start: int, length: int):
        today = fields.Date.context_today(self)
        campaign = self.env["srm.campaign"].create(
            {
                "name": name,
                "theme_ids": self.env.ref(f"srm_hse.theme_{theme}").ids,
                "population_ids": self.env["srm.population"].search([], limit=2).ids,
                "date_start": today + timedelta(days=start),
                "date_end": today + timedelta(days=start + length + 120),
                "user_id": self._leader().id,
                "budget": 180000,
            }
        )
        campaign.action_compute_targets()
        campaign.action_freeze()
        return campaign

    def _leader(self):
        demo = self.env.ref("srm_base.user_demo_hse_officer", raise_if_not_found=False)
        return demo or self.env.user

    def _hold(self, campaign, workers) -> None:
        """Sessions by province, held week after week, and one planned for today."""
        week = 0
        for place, people in workers.grouped("province_id").items():
            for first in range(0, len(people), SHEET):
                day = campaign.date_start + timedelta(days=7 * week)
                session = self._session(campaign, place, day)
                session._expect(people[first : first + SHEET])
                session.attendance_ids._sign_in("office")
                session.attendance_ids.score_after = 80
                session.action_done()
                session.attendance_ids[:6].action_issue_certificate()
                week += 1
        missing = campaign.target_ids.worker_id - workers
        place = max(missing.grouped("province_id").items(), key=lambda one: len(one[1]))
        today = self._session(campaign, place[0], fields.Date.context_today(self))
        today.action_fill()

    def _session(self, campaign, place, day):
        start = datetime.combine(day, time(8))
        session = self.env["srm.campaign.session"].create(
            {
                "campaign_id": campaign.id,
                "territory_id": place.id,
                "place": self.env._("Provincial office"),
                "start": start,
                "stop": start + timedelta(hours=2),
                "user_id": self._leader().id,
            }
        )
        session.action_plan()
        return session

    def _past(self, workers) -> None:
        """A closed campaign to compare with."""
        campaign = self._campaign("Économisons l'eau", "resources", -320, 40)
        self._hold(campaign, workers[::2])
        planned = campaign.session_ids.filtered(lambda item: item.state == "planned")
        planned.action_cancel()
        campaign.action_close()

    def _draft_campaign(self) -> None:
        today = fields.Date.context_today(self)
        self.env["srm.campaign"].create(
            {
                "name": "Tri des déchets de chantier",
                "theme_ids": self.env.ref("srm_hse.theme_environment").ids,
                "population_ids": self.env.ref("srm_hse.population_subcontractors").ids,
                "date_start": today + timedelta(days=30),
                "date_end": today + timedelta(days=120),
            }
        )

    # Authorisations

    def _authorisations(self, workers) -> None:
        electrical = self.env.ref("srm_hse.authorisation_type_electrical")
        height = self.env.ref("srm_hse.authorisation_type_height")
        today = fields.Date.context_today(self)
        holders = workers[:40]
        self.env["srm.medical.exam"].create(
            [
                {
                    "worker_id": worker.id,
                    "conclusion": "fit",
                    "date": today - timedelta(days=60),
                }
                for worker in holders
            ]
        )
        symbols = ("B1V", "B2V", "BR", "H1", "BC", "H2V")
        titles = self.env["srm.authorisation"].create(
            [
                {
                    "worker_id": worker.id,
                    "type_id": electrical.id,
                    "symbol": symbols[index % len(symbols)],
                    "date_from": today - timedelta(days=60 + 28 * index),
                    "responsible_id": self._leader().id,
                }
                for index, worker in enumerate(holders)
            ]
            + [
                {
                    "worker_id": worker.id,
                    "type_id": height.id,
                    "responsible_id": self._leader().id,
                }
                for worker in holders[::3]
            ]
        )
        titles.action_grant()


def _name(index: int, language: int) -> str:
    """A fictional name; every pair of given and family name comes once."""
    given = GIVEN[index % len(GIVEN)][language]
    family = FAMILY[index % len(FAMILY)][language]
    return f"{given} {family}" if index < 143 else f"{given} {family} {index - 142}"
