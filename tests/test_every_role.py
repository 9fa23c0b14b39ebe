"""No dead end for anybody: what the menus of a role show, the role can read.

Every screen of every role's menus is read as the web client reads it, in the demo
database: lists and cards, a form of existing records and of a new one, the smart
buttons shown on it, the forms behind the links of these screens, and what the figures
of dashboards open.
"""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from lxml import etree

SKIPPED = {
    # Odoo itself sends those who are not of HR to the public card of the employee.
    "hr.employee",
}
VIEWS = ("list", "kanban", "form")


@pytest.fixture(scope="module")
def people(registry):
    """One user of each set of groups and territories: colleagues see the same."""
    from odoo import SUPERUSER_ID, api

    with registry.cursor() as cr:
        users = api.Environment(cr, SUPERUSER_ID, {})["res.users"].search(
            [("share", "=", False), ("login", "!=", "admin")], order="id"
        )
        alike = {}
        for user in users:
            key = (tuple(user.all_group_ids.ids), tuple(user.srm_territory_ids.ids))
            alike.setdefault(key, user.id)
        return list(alike.values())


class Reader:
    """Reads screens with the rights of one user and keeps what was refused."""

    def __init__(self, env) -> None:
        self.env = env
        self.login = env.user.login
        self.refused: list[str] = []
        self.linked: set[str] = set()

    @contextmanager
    def step(self, what: str):
        """What fails inside is kept; what it wrote is undone."""
        try:
            with self.env.cr.savepoint():
                yield
        except Exception as error:
            sentence = " ".join(str(error).split())[:200]
            self.refused.append(f"{self.login}, {what}: {sentence}")
        self.env.invalidate_all()

    def read_menus(self) -> None:
        for action in self.actions("ir.actions.act_window"):
            if action.res_model in self.env:
                self.read_action(action)
        for action in self.actions("ir.actions.client"):
            if action.tag == "srm_base.dashboard":
                self.read_dashboard(action.params["model"])
        done = set(SKIPPED)
        while waiting := sorted(self.linked - done):
            done.update(waiting)
            for model in waiting:
                if self.env[model].has_access("read"):
                    self.read_link(model)

    def actions(self, kind: str):
        menus = self.env["ir.ui.menu"].load_menus(False).values()
        ids = {menu["action_id"] for menu in menus if menu.get("action_model") == kind}
        return self.env[kind].sudo().browse(sorted(ids))

    def read_dashboard(self, name: str) -> None:
        """The page, and what each of its figures opens."""
        with self.step(f"dashboard {name}"):
            for card in self.env[name].get_dashboard()["cards"]:
                if (card["action"] or {}).get("res_model"):
                    self._follow(card["action"])

    def read_action(self, action) -> None:
        model = self.env[action.res_model]
        asked = [pair for pair in action.views if pair[1] in VIEWS]
        if not any(kind == "form" for _id, kind in asked):
            asked.append((False, "form"))
        with self.step(f"{action.name} ({model._name})"):
            views = model.get_views(asked)["views"]
            for kind, view in views.items():
                self.read_view(model, kind, etree.fromstring(view["arch"]))

    def read_view(self, model, kind: str, arch) -> None:
        if kind == "form":
            self.read_form(model, arch)
            if arch.get("create") not in ("0", "false") and model.has_access("create"):
                with self.step(f"new record of {model._name}"):
                    model.onchange({}, [], self.specification(model, arch))
            return
        with self.step(f"{kind} of {model._name}"):
            model.search([], limit=20).web_read(self.specification(model, arch))

    def read_form(self, model, arch) -> None:
        with self.step(f"form of {model._name}"):
            records = model.search([], limit=2)
            shown = self._shown(records.web_read(self.specification(model, arch)))
            for button in arch.xpath(
                "//div[@name='button_box']//button[@type='object']"
            ):
                if records and not self._hidden(button, shown):
                    self.press(records[:1], button.get("name"))

    def read_link(self, name: str) -> None:
        """The form that links to a model lead to."""
        model = self.env[name]
        with self.step(f"link to {name}"):
            view = model.get_views([(False, "form")])["views"]["form"]
            self.read_form(model, etree.fromstring(view["arch"]))

    def specification(self, model, node) -> dict:
        """The fields of a view as the web client asks for them."""
        spec: dict = {}
        self._add_fields(model, node, spec)
        return spec

    def _add_fields(self, model, node, spec: dict) -> None:
        for child in node.iterchildren(tag=etree.Element):
            name = child.get("name")
            if child.tag != "field":
                self._add_fields(model, child, spec)
            elif name in model._fields:
                spec[name] = self._field(model._fields[name], child)

    def _field(self, field, node) -> dict:
        if field.type in ("many2one", "reference"):
            if field.type == "many2one" and self._is_opened(field.comodel_name):
                self.linked.add(field.comodel_name)
            return {"fields": {"display_name": {}}}
        if field.type not in ("one2many", "many2many"):
            return {}
        inner: dict = {}
        for view in node.iterchildren(*VIEWS):
            self._add_fields(self.env[field.comodel_name], view, inner)
        return {"fields": inner or {"display_name": {}}, "limit": 40}

    @staticmethod
    def _is_opened(model: str) -> bool:
        books = ("account.move", "account.payment", "account.payment.order")
        return model in books or model.startswith(
            ("srm.", "project.", "maintenance.", "res.partner")
        )

    @staticmethod
    def _shown(rows: list[dict]) -> dict:
        """Values of the first record, as the conditions of its view want them."""
        return {
            name: value["id"] if isinstance(value, dict) and "id" in value else value
            for row in rows[:1]
            for name, value in row.items()
        }

    def press(self, record, name: str) -> None:
        """A smart button that is shown opens records the user can read."""
        with self.step(f"button {name} of {record._name}"):
            action = getattr(record, name)()
            if isinstance(action, dict) and action.get("res_model"):
                self._follow(action)

    def _follow(self, action: dict) -> None:
        model = self.env[action["res_model"]]
        if self._is_opened(model._name):
            self.linked.add(model._name)
        kinds = [kind for _id, kind in action.get("views") or [] if kind in VIEWS]
        records = model.browse(action.get("res_id") or [])
        if not records and isinstance(action.get("domain") or [], list):
            records = model.search(action.get("domain") or [], limit=5)
        default = "form" if action.get("res_id") else "list"
        asked = [(False, kind) for kind in kinds or [default]]
        for view in model.get_views(asked)["views"].values():
            spec = self.specification(model, etree.fromstring(view["arch"]))
            records.web_read(spec)

    @staticmethod
    def _hidden(node, values: dict) -> bool:
        """Whether an ``invisible`` of the button or of what holds it is true."""
        from odoo.tools.safe_eval import safe_eval

        return any(
            safe_eval(holder.get("invisible"), dict(values))
            for holder in (node, *node.iterancestors())
            if holder.get("invisible")
        )


def test_every_menu_of_every_role(registry, people):
    from odoo import api

    refused = []
    for user_id in people:
        with registry.cursor() as cr:
            reader = Reader(api.Environment(cr, user_id, {"lang": "en_US"}))
            reader.read_menus()
            refused += reader.refused
            cr.rollback()
    assert not refused, "\n".join(refused)
