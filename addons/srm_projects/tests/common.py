from odoo.tests import TransactionCase, new_test_user


class ProjectsCase(TransactionCase):
    """Users by role and places with nothing in them.

    Attributes: ``manager`` (project manager), ``programme_manager``,
    ``network_officer``, ``network_manager``, ``director`` (users), ``province`` and
    ``other_province``, ``commune`` (in the first) and ``other_commune``.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.manager = cls._user("t_project", "srm_base.group_project_manager")
        cls.programme_manager = cls._user(
            "t_programme", "srm_projects.group_programme_manager"
        )
        cls.network_officer = cls._user(
            "t_network", "srm_projects.group_network_officer"
        )
        cls.network_manager = cls._user(
            "t_network_manager", "srm_projects.group_network_manager"
        )
        cls.director = cls._user("t_director", "srm_base.group_director")
        cls.province = cls._place("province", "97.001")
        cls.other_province = cls._place("province", "97.002")
        cls.commune = cls._place("commune", "97.001.01.01", cls.province)
        cls.other_commune = cls._place("commune", "97.002.01.01", cls.other_province)

    @classmethod
    def _user(cls, login, group):
        return new_test_user(cls.env, login=login, groups=group)

    @classmethod
    def _place(cls, level, code, parent=None):
        return cls.env["srm.territory"].create(
            {
                "name": f"Test {level} {code}",
                "code": code,
                "level": level,
                "parent_id": parent.id if parent else False,
            }
        )
