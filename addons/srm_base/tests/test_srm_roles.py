from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import ROLES, SrmCase

REFERENCE = (
    "srm.territory",
    "srm.territory.access",
    "srm.service",
    "srm.predecessor",
    "srm.perimeter",
    "srm.agency",
    "srm.shareholder",
)
CHANGES = ("write", "create", "unlink")


@tagged("post_install", "-at_install")
class TestSrmRoles(SrmCase):
    """What each role may and may not do with the records of this add-on."""

    def assert_reads_only(self, role):
        env = self.env(user=self.user(role))
        for name in REFERENCE:
            self.assertTrue(env[name].has_access("read"), name)
            for operation in CHANGES:
                self.assertFalse(env[name].has_access(operation), (name, operation))

    def assert_partners(self, role, allowed):
        partners = self.env["res.partner"].with_user(self.user(role))
        for operation in ("write", "create"):
            self.assertIs(partners.has_access(operation), allowed, operation)

    def test_roles_are_complete(self):
        for role in ROLES:
            group = self.env.ref(f"srm_base.group_{role}")
            self.assertTrue(group.privilege_id, role)
            self.assertIn(
                self.env.ref("srm_base.group_user"),
                group | group.all_implied_ids,
                role,
            )

    def test_a_role_does_not_bring_another(self):
        implied = {"finance_manager": {"finance_officer"}}
        implied["billing_manager"] = {"billing_officer"}
        for role in ROLES:
            user = self.user(role)
            found = {
                other for other in ROLES if user.has_group(f"srm_base.group_{other}")
            }
            self.assertEqual(found, {role, "user"} | implied.get(role, set()))

    def test_everybody_but_readers_and_directors_contributes(self):
        contributes = {
            role
            for role in ROLES
            if self.user(role).has_group("srm_base.group_contributor")
        }
        self.assertEqual(set(ROLES) - contributes, {"user", "director"})

    def test_staff_member(self):
        self.assert_reads_only("contributor")
        self.assert_partners("contributor", False)

    def test_reader(self):
        self.assert_reads_only("user")
        self.assert_partners("user", False)

    def test_finance_officer(self):
        self.assert_reads_only("finance_officer")
        self.assert_partners("finance_officer", True)

    def test_finance_manager(self):
        self.assert_reads_only("finance_manager")
        self.assert_partners("finance_manager", True)

    def test_contract_manager(self):
        self.assert_reads_only("contract_manager")
        self.assert_partners("contract_manager", True)

    def test_billing_officer(self):
        self.assert_reads_only("billing_officer")
        self.assert_partners("billing_officer", False)

    def test_billing_manager(self):
        self.assert_reads_only("billing_manager")
        self.assert_partners("billing_manager", False)

    def test_call_centre_agent(self):
        self.assert_reads_only("call_centre_agent")
        self.assert_partners("call_centre_agent", False)

    def test_field_technician(self):
        self.assert_reads_only("field_technician")
        self.assert_partners("field_technician", False)

    def test_meter_reader(self):
        self.assert_reads_only("meter_reader")
        self.assert_partners("meter_reader", False)

    def test_project_manager(self):
        self.assert_reads_only("project_manager")
        self.assert_partners("project_manager", True)

    def test_hse_officer(self):
        self.assert_reads_only("hse_officer")
        self.assert_partners("hse_officer", False)

    def test_hr_officer(self):
        self.assert_reads_only("hr_officer")
        self.assert_partners("hr_officer", False)

    def test_director(self):
        self.assert_reads_only("director")
        self.assert_partners("director", False)

    def test_administrator(self):
        env = self.env(user=self.user("administrator"))
        for name in REFERENCE:
            for operation in ("read", *CHANGES):
                self.assertTrue(env[name].has_access(operation), (name, operation))
        self.territory("09.001.01.01").with_env(env).aliases = "Ville d'Agadir"
        env["res.users"].check_access("create")

    def test_staff_cannot_restore_the_census(self):
        territory = self.env["srm.territory"].with_user(self.user("finance_manager"))
        with self.assertRaises(AccessError):
            territory.action_restore_official()

    def test_outsiders_see_no_menu(self):
        menu = self.env.ref("srm_base.menu_root")
        staff = self.user("user")
        outsider = new_test_user(self.env, "outsider", "base.group_user")
        menus = self.env["ir.ui.menu"]
        self.assertIn(menu.id, menus.with_user(staff)._visible_menu_ids())
        self.assertNotIn(menu.id, menus.with_user(outsider)._visible_menu_ids())
        configuration = self.env.ref("srm_base.menu_configuration")
        self.assertNotIn(configuration.id, menus.with_user(staff)._visible_menu_ids())

    def test_director_reads_every_model_of_the_suite_and_changes_none(self):
        env = self.env(user=self.user("director"))
        models = [
            name
            for name, model in self.registry.items()
            if name.startswith("srm.") and not model._abstract and not model._transient
        ]
        self.assertGreater(len(models), len(REFERENCE))
        # Medical secrecy, and who failed to log in: a director does not read these.
        unreadable = [
            name
            for name in models
            if not env[name].has_access("read")
            and not getattr(env[name], "_medical_secrecy", False)
            and name not in ("srm.login.attempt", "srm.password.request")
        ]
        self.assertEqual(unreadable, [], "not readable by the director")
        changed = [
            (name, operation)
            for name in models
            for operation in CHANGES
            if env[name].has_access(operation)
        ]
        self.assertEqual(changed, [], "changed by the director")
