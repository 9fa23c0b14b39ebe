import json
from urllib.parse import urlencode

from odoo import api, models
from odoo.exceptions import AccessError

from ..tools.xlsx import Column, Report, Sheet

LABEL_WIDTH = 40
CARD_KINDS = {
    "money": "money",
    "integer": "integer",
    "percent": "percent",
    "decimal": "decimal",
}


def xlsx_url(model, report, ids=(), **options):
    """Address of the workbook ``report`` of ``model``, for ``ir.actions.act_url``."""
    query = {}
    if ids:
        query["ids"] = ",".join(map(str, ids))
    if options:
        query["options"] = json.dumps(options)
    return f"/srm/xlsx/{model}/{report}?{urlencode(query)}"


class SrmDashboardMixin(models.AbstractModel):
    """A page of key figures, drawn by the client action ``srm_base.dashboard``.

    An add-on declares an abstract model that inherits this one, sets
    :attr:`_dashboard_groups` and writes :meth:`_get_dashboard`; the figures come from
    grouped queries made with the rights of the user. Percents are in points (97.9).
    """

    _name = "srm.dashboard.mixin"
    _description = "Page of key figures"

    # Groups that may open the page; one is enough.
    _dashboard_groups = ("srm_base.group_user",)

    @api.model
    @api.readonly
    def get_dashboard(self, filters=None):
        """Figures of the page, for the client action.

        :param filters: ``{name: value}`` as chosen on screen; unknown names are ignored
        :return: dict with ``title``, ``currency_id``, ``filters``, ``cards``,
            ``charts`` and ``tables`` (see the client action)
        :raises AccessError: when the user has none of the groups of the page
        """
        self._check_dashboard_access()
        data = self._get_dashboard(dict(filters or {}))
        return {
            "currency_id": self.env.company.currency_id.id,
            "filters": [],
            "cards": [],
            "charts": [],
            "tables": [],
            **data,
        }

    @api.model
    def _check_dashboard_access(self):
        if self.env.su or any(map(self.env.user.has_group, self._dashboard_groups)):
            return
        raise AccessError(self.env._("You are not allowed to see this dashboard."))

    @api.model
    def _get_dashboard(self, filters):
        """Title, filters, cards, charts and tables. To be written by the add-on."""
        raise NotImplementedError

    # Builders

    @api.model
    def _dashboard_filter(self, name, label, options, value=""):
        """:param options: list of ``(value, label)``; the empty value means all"""
        return {"name": name, "label": label, "options": options, "value": value}

    @api.model
    def _dashboard_card(self, key, label, value, kind="integer", **extra):
        """One figure. ``extra``: ``hint``, ``action``, ``tone``."""
        return {
            "key": key,
            "label": label,
            "value": value,
            "format": kind,
            "hint": "",
            "action": None,
            "tone": "info",
            **extra,
        }

    @api.model
    def _dashboard_chart(self, key, title, kind, labels, datasets, **extra):
        """One chart.

        :param kind: ``bar``, ``line``, ``pie`` or ``doughnut``
        :param datasets: list of ``(label, figures)``
        :param extra: ``actions`` (one per label), ``format`` of the figures
        """
        return {
            "key": key,
            "title": title,
            "type": kind,
            "labels": labels,
            "datasets": [{"label": name, "data": data} for name, data in datasets],
            "actions": None,
            "format": "integer",
            **extra,
        }

    @api.model
    def _dashboard_table(self, title, columns, rows, actions=None):
        """:param columns: list of ``(label, format)``; :param actions: one per row"""
        return {
            "title": title,
            "columns": [{"label": label, "format": kind} for label, kind in columns],
            "rows": rows,
            "actions": actions,
        }

    @api.model
    def _dashboard_action(self, xmlid, name, domain, **context):
        """The window action ``xmlid`` narrowed to ``domain``, filters cleared."""
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        views = [(False, mode) for mode in action["view_mode"].split(",") if mode]
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": action["res_model"],
            "views": views,
            "domain": domain,
            "context": context,
        }

    # Workbook of the page

    @api.model
    def _xlsx_report_dashboard(self, filters=None):
        """The figures of the page, one sheet per block."""
        data = self.get_dashboard(filters)
        sheets = [self._cards_sheet(data["cards"])] if data["cards"] else []
        sheets += [self._chart_sheet(chart) for chart in data["charts"]]
        sheets += [self._table_sheet(table) for table in data["tables"]]
        return Report(data["title"], sheets)

    @api.model
    def _cards_sheet(self, cards):
        columns = [
            Column(self.env._("Figure"), LABEL_WIDTH),
            Column(self.env._("Value"), kind="decimal"),
            Column(self.env._("Explanation"), LABEL_WIDTH),
        ]
        rows = [[card["label"], card["value"], card.get("hint")] for card in cards]
        return Sheet(self.env._("Key figures"), columns, rows)

    @api.model
    def _chart_sheet(self, chart):
        kind = CARD_KINDS.get(chart.get("format"), "decimal")
        columns = [Column(chart["title"], LABEL_WIDTH)]
        columns += [Column(entry["label"], kind=kind) for entry in chart["datasets"]]
        series = [entry["data"] for entry in chart["datasets"]]
        return Sheet(
            chart["title"],
            columns,
            [list(row) for row in zip(chart["labels"], *series, strict=True)],
        )

    @api.model
    def _table_sheet(self, table):
        columns = [
            Column(column["label"], kind=CARD_KINDS.get(column["format"], "text"))
            for column in table["columns"]
        ]
        return Sheet(table["title"], columns, table["rows"])
