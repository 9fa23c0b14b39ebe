from odoo.tests import TransactionCase, new_test_user


class HseCase(TransactionCase):
    """Users by role and helpers to make workers.

    Attributes: ``hse``, ``hr_officer``, ``director``, ``doctor``, ``leader`` (users),
    ``province`` and ``other_province`` (with nobody in them), ``commune`` (in the
    first), ``contractor`` (partner).
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.hse = cls._user("t_hse", "srm_base.group_hse_officer")
        cls.hr_officer = cls._user("t_hr", "srm_base.group_hr_officer")
        cls.director = cls._user("t_director", "srm_base.group_director")
        cls.doctor = cls._user("t_doctor", "srm_hse.group_occupational_doctor")
        cls.leader = cls._user("t_leader", "srm_hse.group_session_leader")
        # Provinces of their own: whatever is in the database is elsewhere.
        cls.province, cls.other_province = cls.env["srm.territory"].create(
            [
                {"name": f"Test province {n}", "code": f"98.00{n}", "level": "province"}
                for n in (1, 2)
            ]
        )
        cls.commune = cls.env["srm.territory"].create(
            {
                "name": "Test commune",
                "code": "98.001.01.01",
                "level": "commune",
                "parent_id": cls.province.id,
            }
        )
        cls.contractor = cls.env["res.partner"].create({"name": "Test Travaux"})

    @classmethod
    def _user(cls, login, group):
        return new_test_user(cls.env, login=login, groups=group)

    @classmethod
    def _workers(cls, count, prefix="Worker", **vals):
        vals = {"territory_id": cls.province.id, **vals}
        return cls.env["srm.worker"].create(
            [{"name": f"{prefix} {index:03}", **vals} for index in range(count)]
        )

    # Campaigns

    @classmethod
    def _campaign(cls, **vals):
        populations = cls.env.ref("srm_hse.population_employees") | cls.env.ref(
            "srm_hse.population_subcontractors"
        )
        return cls.env["srm.campaign"].create(
            {
                "name": "Test campaign",
                "theme_ids": cls.env.ref("srm_hse.theme_safety").ids,
                "population_ids": populations.ids,
                "province_ids": (cls.province | cls.other_province).ids,
                "date_start": "2026-01-01",
                "date_end": "2026-12-31",
                **vals,
            }
        )

    @classmethod
    def _running(cls, **vals):
        """A campaign whose list holds the workers made so far."""
        campaign = cls._campaign(**vals)
        campaign.action_compute_targets()
        campaign.action_freeze()
        return campaign

    @classmethod
    def _session(cls, campaign, **vals):
        """A planned session that has begun, led by the session leader."""
        session = cls.env["srm.campaign.session"].create(
            {
                "campaign_id": campaign.id,
                "territory_id": cls.province.id,
                "start": "2026-03-02 09:00:00",
                "stop": "2026-03-02 11:30:00",
                "user_id": cls.leader.id,
                **vals,
            }
        )
        session.action_plan()
        return session

    @classmethod
    def _attend(cls, session, workers):
        """Sign workers in at the office."""
        session._expect(workers)
        lines = session.attendance_ids.filtered(lambda one: one.worker_id in workers)
        lines.action_present()
        return lines
