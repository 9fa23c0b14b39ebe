from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.misc import format_date

from ..constants import AGE_BUCKETS, DONE, STAGES

DEBT_ACTION = "srm_procurement.action_srm_debt"
FILE_ACTION = "srm_procurement.action_srm_debt_file"
PAYMENT_ACTION = "srm_procurement.action_srm_debt_payment"
TOP = 10
MONTHS = 12
DIMENSIONS = ("stage", "predecessor_id", "province_id", "age_bucket", "blocked")
MEASURES = (
    "amount_claimed",
    "amount_certified",
    "amount_contested",
    "amount_paid",
    "amount_remaining",
    "amount_payable",
    "exposure_fine",
    "exposure_next_month",
)
OPEN = Domain("stage", "not in", DONE)


class Cell(NamedTuple):
    """Debts that share stage, predecessor, province, age and block; sums in dirhams."""

    key: dict
    count: int
    sums: dict[str, float]


class SrmArrearsDashboard(models.AbstractModel):
    """Stock, age, cost and settlement of the arrears.

    One grouped query gives the cells that every card and chart adds up, so that all
    figures of the page agree with each other and with the lists they open.
    """

    _name = "srm.arrears.dashboard"
    _inherit = "srm.dashboard.mixin"
    _description = "Arrears dashboard"
    _dashboard_groups = (
        "srm_base.group_finance_officer",
        "srm_base.group_contract_manager",
        "srm_base.group_director",
        "srm_base.group_administrator",
    )

    @api.model
    def _get_dashboard(self, filters: dict) -> dict:
        domain = self._debt_domain(filters)
        cells, files = self._cells(domain), self._file_rows(domain)
        return {
            "title": self.env._("Arrears dashboard"),
            "filters": self._filters(filters),
            "cards": self._cards(cells, files, domain),
            "charts": self._charts(cells, domain, filters),
            "tables": [self._top_table(files)],
        }

    # What is counted

    @api.model
    def _debt_domain(self, filters: dict) -> Domain:
        domain = Domain("company_id", "in", self.env.companies.ids)
        for name, field in self._filter_fields().items():
            if value := self._filter_value(filters, name):
                domain &= Domain(field, "=", value)
        return domain

    @api.model
    def _filter_fields(self) -> dict[str, str]:
        return {
            "predecessor": "predecessor_id",
            "province": "province_id",
            "bucket": "age_bucket",
        }

    @api.model
    def _filter_value(self, filters: dict, name: str):
        value = str(filters.get(name) or "")
        if name == "bucket":
            return value if value in dict(AGE_BUCKETS) else False
        return int(value) if value.isdigit() else False

    @api.model
    def _cells(self, domain: Domain) -> list[Cell]:
        aggregates = ["__count", *(f"{name}:sum" for name in MEASURES)]
        # An explicit order spares the joins that sort the groups by their names.
        groups = self.env["srm.debt"]._read_group(
            domain, DIMENSIONS, aggregates, order="stage"
        )
        size = len(DIMENSIONS)
        return [
            Cell(
                key=dict(zip(DIMENSIONS, group[:size], strict=True)),
                count=group[size],
                sums=dict(zip(MEASURES, group[size + 1 :], strict=True)),
            )
            for group in groups
        ]

    @api.model
    def _total(self, cells: Iterable[Cell], name: str) -> float:
        # The sums come from numeric columns; the last float digits are noise.
        return round(sum(cell.sums[name] or 0.0 for cell in cells), 2)

    @api.model
    def _fold(self, cells: Iterable[Cell], dimension: str) -> dict:
        groups = defaultdict(list)
        for cell in cells:
            groups[cell.key[dimension]].append(cell)
        return groups

    @api.model
    def _open_cells(self, cells: Iterable[Cell]) -> list[Cell]:
        return [cell for cell in cells if cell.key["stage"] not in DONE]

    # Filters

    @api.model
    def _filters(self, filters: dict) -> list[dict]:
        predecessors = self.env["srm.predecessor"].search_fetch([], ["name"])
        provinces = self.env["srm.territory"].search_fetch(
            [("level", "=", "province")], ["name"]
        )
        buckets = self._labels("age_bucket")
        choices = {
            "predecessor": (
                self.env._("Predecessor"),
                self.env._("All predecessors"),
                [(str(item.id), item.name) for item in predecessors],
            ),
            "province": (
                self.env._("Prefecture or province"),
                self.env._("The whole region"),
                [(str(item.id), item.name) for item in provinces],
            ),
            "bucket": (
                self.env._("Age"),
                self.env._("All ages"),
                list(buckets.items()),
            ),
        }
        return [
            self._dashboard_filter(
                name,
                label,
                [("", every), *options],
                str(self._filter_value(filters, name) or ""),
            )
            for name, (label, every, options) in choices.items()
        ]

    @api.model
    def _labels(self, field: str) -> dict[str, str]:
        selection = self.env["srm.debt"]._fields[field]
        return dict(selection._description_selection(self.env))

    # Cards

    @api.model
    def _cards(self, cells: list[Cell], files: list, domain: Domain) -> list[dict]:
        return [
            *self._stock_cards(cells, domain),
            *self._exposure_cards(cells, domain),
            *self._file_cards(cells, files, domain),
        ]

    @api.model
    def _stock_cards(self, cells: list[Cell], domain: Domain) -> list[dict]:
        specs = [
            ("amount_claimed", self.env._("Amount claimed"), "info"),
            ("amount_certified", self.env._("Amount certified"), "info"),
            ("amount_contested", self.env._("Amount contested"), "warning"),
            ("amount_paid", self.env._("Amount paid"), "success"),
            ("amount_remaining", self.env._("Remaining"), "danger"),
            ("amount_payable", self.env._("Payable now"), "info"),
        ]
        return [
            self._money_card(cells, domain & Domain(name, ">", 0), name, label, tone)
            for name, label, tone in specs
        ]

    @api.model
    def _money_card(self, cells, domain, name, label, tone, hint="") -> dict:
        return self._dashboard_card(
            name,
            label,
            self._total(cells, name),
            "money",
            hint=hint,
            tone=tone,
            action=self._debts(label, domain),
        )

    @api.model
    def _exposure_cards(self, cells: list[Cell], domain: Domain) -> list[dict]:
        return [
            self._money_card(
                cells,
                domain & Domain("exposure_fine", ">", 0),
                "exposure_fine",
                self.env._("Fine to date (law 69-21)"),
                "danger",
                self._rate_hint(),
            ),
            self._money_card(
                cells,
                domain & Domain("exposure_next_month", ">", 0),
                "exposure_next_month",
                self.env._("Fine per further month"),
                "warning",
                self.env._("What waiting one more month adds"),
            ),
        ]

    @api.model
    def _rate_hint(self) -> str:
        unconfirmed = self.env["srm.key.rate"].sudo()._first_unconfirmed()
        if not unconfirmed:
            return self.env._("Key rates confirmed")
        return self.env._(
            "Key rate to be confirmed from %(day)s",
            day=format_date(self.env, unconfirmed),
        )

    @api.model
    def _file_rows(self, domain: Domain) -> list[tuple]:
        """One row per file with open debts, the largest remaining amount first.

        :return: (file, any debt blocked, remaining, payable, fine per further month,
            oldest delay in days)
        """
        return self.env["srm.debt"]._read_group(
            domain & OPEN,
            ["file_id"],
            [
                "blocked:bool_or",
                "amount_remaining:sum",
                "amount_payable:sum",
                "exposure_next_month:sum",
                "late_days:max",
            ],
            order="amount_remaining:sum DESC",
        )

    @api.model
    def _file_cards(self, cells, files: list[tuple], domain: Domain) -> list[dict]:
        live = self._open_cells(cells)
        debts = sum(cell.count for cell in live)
        held_debts = sum(cell.count for cell in live if cell.key["blocked"])
        held_files = sum(1 for _file, blocked, *_figures in files if blocked)
        return [
            self._dashboard_card(
                "creditors",
                self.env._("Creditors with open debts"),
                len(files),
                hint=self.env._("%(count)s open debts", count=debts),
                action=self._files(self.env._("Creditor files"), domain & OPEN),
            ),
            self._dashboard_card(
                "blocked",
                self.env._("Blocked files"),
                held_files,
                hint=self.env._("%(count)s blocked debts", count=held_debts),
                tone="warning" if held_files else "success",
                action=self._files(
                    self.env._("Blocked files"),
                    domain & OPEN & Domain("blocked", "=", True),
                ),
            ),
        ]

    # Charts

    @api.model
    def _charts(self, cells: list[Cell], domain: Domain, filters: dict) -> list[dict]:
        live = self._open_cells(cells)
        return [
            self._age_chart(live, domain),
            self._stage_chart(cells, domain),
            self._relation_chart(
                "predecessor",
                self.env._("By predecessor"),
                "predecessor_id",
                cells,
                domain,
            ),
            self._relation_chart(
                "province", self.env._("By province"), "province_id", cells, domain
            ),
            self._settled_chart(filters),
        ]

    @api.model
    def _age_chart(self, cells: list[Cell], domain: Domain) -> dict:
        labels = self._labels("age_bucket")
        groups = self._fold(cells, "age_bucket")
        return self._dashboard_chart(
            "age",
            self.env._("Age of the open debts"),
            "bar",
            list(labels.values()),
            self._series(
                [groups.get(code, []) for code in labels],
                {
                    "amount_remaining": self.env._("Remaining"),
                    "exposure_fine": self.env._("Fine to date"),
                },
            ),
            actions=self._part_actions("age_bucket", labels.items(), domain & OPEN),
            format="money",
        )

    @api.model
    def _stage_chart(self, cells: list[Cell], domain: Domain) -> dict:
        labels = self._labels("stage")
        groups = self._fold(cells, "stage")
        return self._dashboard_chart(
            "stage",
            self.env._("By stage"),
            "bar",
            list(labels.values()),
            self._series(
                [groups.get(code, []) for code, _label in STAGES],
                {"amount_claimed": self.env._("Claimed")},
            ),
            actions=self._part_actions("stage", labels.items(), domain),
            format="money",
        )

    @api.model
    def _relation_chart(self, key, title, dimension, cells, domain) -> dict:
        groups = self._fold(cells, dimension)
        records = sorted(groups, key=lambda item: item.display_name or "")
        none = (
            self.env._("The company itself")
            if dimension == "predecessor_id"
            else self.env._("Not set")
        )
        names = [item.display_name or none for item in records]
        return self._dashboard_chart(
            key,
            title,
            "bar",
            names,
            self._series(
                [groups[item] for item in records],
                {
                    "amount_claimed": self.env._("Claimed"),
                    "amount_remaining": self.env._("Remaining"),
                },
            ),
            actions=self._part_actions(
                dimension,
                [(item.id, name) for item, name in zip(records, names, strict=True)],
                domain,
            ),
            format="money",
        )

    @api.model
    def _series(self, groups: list[list[Cell]], measures: dict[str, str]) -> list:
        return [
            (label, [self._total(group, name) for group in groups])
            for name, label in measures.items()
        ]

    @api.model
    def _part_actions(self, field: str, parts: Iterable, domain: Domain) -> list[dict]:
        return [
            self._debts(str(label), domain & Domain(field, "=", value))
            for value, label in parts
        ]

    @api.model
    def _settled_chart(self, filters: dict) -> dict:
        """Money credited to creditors in each of the last twelve months."""
        months = self._months()
        domain = self._payment_domain(filters) & Domain("date", ">=", months[0])
        sums = {
            month: amount
            for month, amount in self.env["srm.debt.payment"]._read_group(
                domain, ["date:month"], ["amount:sum"]
            )
        }
        labels = [format_date(self.env, day, date_format="MMM yyyy") for day in months]
        return self._dashboard_chart(
            "settled",
            self.env._("Settled per month"),
            "line",
            labels,
            [(self.env._("Settled"), [sums.get(day, 0.0) for day in months])],
            actions=[
                self._dashboard_action(
                    PAYMENT_ACTION,
                    label,
                    list(domain & self._month_domain(day)),
                )
                for day, label in zip(months, labels, strict=True)
            ],
            format="money",
        )

    @api.model
    def _months(self) -> list[date]:
        first = fields.Date.context_today(self).replace(day=1)
        return [
            first - relativedelta(months=back) for back in range(MONTHS - 1, -1, -1)
        ]

    @api.model
    def _month_domain(self, day: date) -> Domain:
        after = day + relativedelta(months=1)
        return Domain("date", ">=", day) & Domain("date", "<", after)

    @api.model
    def _payment_domain(self, filters: dict) -> Domain:
        domain = Domain("company_id", "in", self.env.companies.ids)
        for name in ("predecessor", "province"):
            if value := self._filter_value(filters, name):
                domain &= Domain(self._filter_fields()[name], "=", value)
        return domain

    # Table

    @api.model
    def _top_table(self, files: list[tuple]) -> dict:
        # Read these files alone: the groups would prefetch a thousand others.
        records = self.env["srm.debt.file"].browse([row[0].id for row in files[:TOP]])
        largest = list(zip(records, files, strict=False))
        return self._dashboard_table(
            self.env._("The ten largest creditors"),
            [
                (self.env._("Creditor"), "text"),
                (self.env._("Remaining"), "money"),
                (self.env._("Payable now"), "money"),
                (self.env._("Fine per further month"), "money"),
                (self.env._("Oldest delay (days)"), "integer"),
                (self.env._("Score"), "decimal"),
            ],
            [
                [file.partner_id.display_name, *figures, file.score]
                for file, (_group, _blocked, *figures) in largest
            ],
            actions=[self._form_action(file) for file in records],
        )

    # Drill-down

    @api.model
    def _debts(self, name: str, domain: Domain) -> dict:
        return self._dashboard_action(DEBT_ACTION, name, list(domain))

    @api.model
    def _files(self, name: str, domain: Domain) -> dict:
        inside = [("debt_ids", "any", list(domain))]
        return self._dashboard_action(FILE_ACTION, name, inside)

    @api.model
    def _form_action(self, file) -> dict:
        return {
            "type": "ir.actions.act_window",
            "name": file.display_name,
            "res_model": "srm.debt.file",
            "res_id": file.id,
            "views": [(False, "form")],
        }
