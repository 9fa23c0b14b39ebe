from datetime import timedelta
from operator import attrgetter

from odoo import api, fields, models

from odoo.addons.srm_base.tools.xlsx import Column, Report, Sheet

from ..tools.coverage import by, persons, summed

COLUMN_CHOICES = ("kind", "theme", "employer")
#: Employers shown as columns of the heat table; the others are in the list below.
EMPLOYER_COLUMNS = 6


class SrmCoveragePage(models.AbstractModel):
    """What the coverage screen and its workbook show, ready to draw.

    Ids are kept beside every figure: the screen opens the persons behind it.
    """

    _name = "srm.coverage.page"
    _description = "Coverage Screen"

    @api.model
    @api.readonly
    def get_page(self, campaign_id=None, until=None, columns="kind"):
        """Figures of one campaign.

        :param until: cut-off date (ISO), default see ``srm.coverage._cut_off``
        :param columns: axis across the heat table, one of :data:`COLUMN_CHOICES`
        """
        choices = self._campaigns()
        campaign = choices.filtered(lambda item: item.id == campaign_id) or choices[:1]
        page = {
            "campaigns": [
                {"id": item.id, "name": f"{item.code} · {item.name}"}
                for item in choices
            ],
            "comparison": self._comparison(choices),
        }
        if campaign:
            page.update(self._figures(campaign, until, columns))
        return page

    def _campaigns(self):
        return self.env["srm.campaign"].search(
            [("state", "in", ("running", "closed"))], limit=50
        )

    def _figures(self, campaign, until, columns) -> dict:
        coverage = self.env["srm.coverage"]
        until = coverage._cut_off(campaign, until)
        counts = coverage._counts(campaign, until)
        cells = persons(counts)
        themes = coverage._theme_cells(campaign, counts)
        total = summed(cells)
        return {
            "campaign": self._describe(campaign),
            "until": until.isoformat(),
            "total": _figure(total),
            "effort": coverage._effort(campaign, until)[campaign.id],
            "tables": {
                "province": self._axis_rows(cells, "province", campaign),
                "kind": self._axis_rows(cells, "kind", campaign),
                "employer": self._axis_rows(cells, "employer", campaign),
                "theme": self._axis_rows(themes, "theme", campaign),
            },
            "heat": self._heat(cells, themes, columns, campaign),
            "curve": self._curve(campaign, until, total),
        }

    def _describe(self, campaign) -> dict:
        states = dict(campaign._fields["state"]._description_selection(self.env))
        return {
            "id": campaign.id,
            "name": campaign.name,
            "state": states[campaign.state],
            "objective": campaign.objective,
            "frozen_date": campaign.frozen_date.isoformat(),
            "require_pass": campaign.require_pass,
        }

    def _axis_rows(self, cells, axis: str, campaign) -> list[dict]:
        """Rows of one axis, by name; a province without anybody is a dash."""
        rates = by(cells, lambda cell: getattr(cell, axis))
        labels = self._labels(axis, rates, campaign)
        return [
            {"id": value or False, "name": label, **_figure(rates.get(value))}
            for value, label in labels.items()
        ]

    def _labels(self, axis: str, rates, campaign) -> dict:
        if axis == "kind":
            kinds = self.env["srm.worker"]._fields["kind"]
            return dict(kinds._description_selection(self.env))
        if axis == "province":
            records = campaign.province_ids or self.env["srm.territory"].search(
                [("level", "=", "province")]
            )
        elif axis == "theme":
            records = campaign.theme_ids
        else:
            # sudo: names of employers only, on a screen of figures.
            ids = [value for value in rates if value]
            records = self.env["res.partner"].sudo().browse(ids).sorted("name")
        labels = {record.id: record.name for record in records}
        if None in rates:
            labels[None] = self.env._("Not stated")
        return labels

    def _heat(self, cells, themes, columns: str, campaign) -> dict:
        """Provinces down, ``columns`` across, with re-summed margins."""
        axis = columns if columns in COLUMN_CHOICES else "kind"
        source = themes if axis == "theme" else cells
        across = self._labels(axis, by(source, lambda c: getattr(c, axis)), campaign)
        if axis == "employer":
            across = self._largest(source, across)
        rates = by(source, lambda cell: (cell.province, getattr(cell, axis)))
        margins = by(cells, lambda cell: cell.province)
        down = self._labels("province", margins, campaign)
        return {
            "axis": axis,
            "columns": [{"id": key or False, "name": across[key]} for key in across],
            "rows": [
                {
                    "id": place or False,
                    "name": name,
                    "code": self._code_of(place),
                    "cells": [_figure(rates.get((place, key))) for key in across],
                    "total": _figure(margins.get(place)),
                }
                for place, name in down.items()
            ],
        }

    def _code_of(self, province_id) -> str:
        return self.env["srm.territory"].browse(province_id or []).code or ""

    def _largest(self, cells, labels: dict) -> dict:
        rates = by(cells, lambda cell: cell.employer)
        ranked = sorted(labels, key=lambda key: -rates[key].target)
        return {key: labels[key] for key in ranked[:EMPLOYER_COLUMNS]}

    def _curve(self, campaign, until, total) -> dict:
        """From nobody on the first day to the cut-off date, so that it reads as a line
        against the objective from the first session on."""
        days = self.env["srm.coverage"]._curve(campaign, until)
        if days:
            start = min(campaign.date_start, days[0][0] - timedelta(days=1))
            last = max(fields.Date.to_date(until), days[-1][0])
            days = [(start, 0), *days]
            if last > days[-1][0]:
                days.append((last, days[-1][1]))
        return {
            "days": [day.isoformat() for day, _count in days],
            "rates": [
                round(count * 100 / total.target, 1) if total.target else None
                for _day, count in days
            ],
        }

    def _comparison(self, campaigns) -> list[dict]:
        """One line per campaign, each at its own cut-off date."""
        coverage = self.env["srm.coverage"]
        lines = {}
        # One statement per cut-off date: running campaigns share today's.
        for until, group in campaigns.grouped(coverage._cut_off).items():
            rates = by(coverage._cube(group, until), lambda cell: cell.campaign)
            effort = coverage._effort(group, until)
            for campaign in group:
                lines[campaign.id] = {
                    **self._describe(campaign),
                    **_figure(rates.get(campaign.id)),
                    **effort[campaign.id],
                    "until": until.isoformat(),
                }
        return [lines[campaign.id] for campaign in campaigns]

    # Workbook

    @api.model
    def _xlsx_report_coverage(self, campaign_id=None, until=None):
        """Every table of the screen, numerator and denominator in their columns."""
        page = self.get_page(campaign_id, until)
        titles = {
            "province": self.env._("Prefectures and provinces"),
            "kind": self.env._("Populations"),
            "employer": self.env._("Employers"),
            "theme": self.env._("Themes"),
        }
        sheets = [
            self._sheet(titles[axis], rows, page["total"])
            for axis, rows in page.get("tables", {}).items()
        ]
        sheets.append(self._comparison_sheet(page["comparison"]))
        if page.get("campaign"):
            number = page["campaign"]["id"]
            sheets.append(self._cuts_sheet(number, page["until"]))
            sheets.append(self._missing_sheet(number))
        return Report(self.env._("coverage"), sheets)

    def _sheet(self, title: str, rows, total: dict) -> Sheet:
        lines = [(row["name"], *_numbers(row)) for row in rows]
        return Sheet(
            title,
            [
                Column(title, 40),
                Column(self.env._("Persons to reach"), kind="integer"),
                Column(self.env._("Persons reached"), kind="integer"),
                Column(self.env._("Coverage (%)"), kind="percent"),
            ],
            [*lines, (self.env._("All persons"), *_numbers(total))],
        )

    def _cuts_sheet(self, campaign_id: int, until) -> Sheet:
        """Province x population x employer x theme: two themes share persons."""
        campaign = self.env["srm.campaign"].browse(campaign_id)
        cells = self.env["srm.coverage"]._theme_cube(campaign, until)
        titles = {
            "province": self.env._("Prefecture or province"),
            "kind": self.env._("Population"),
            "employer": self.env._("Employer"),
            "theme": self.env._("Theme"),
        }
        names = {
            axis: self._labels(axis, by(cells, attrgetter(axis)), campaign)
            for axis in titles
        }
        rates = by(cells, attrgetter(*titles))
        rows = [
            (
                *(
                    names[axis].get(value)
                    for axis, value in zip(titles, key, strict=True)
                ),
                *_numbers(_figure(rate)),
            )
            for key, rate in rates.items()
        ]
        return Sheet(
            self.env._("Every cut"),
            [
                *(Column(title, 30) for title in titles.values()),
                Column(self.env._("Persons to reach"), kind="integer"),
                Column(self.env._("Persons reached"), kind="integer"),
                Column(self.env._("Coverage (%)"), kind="percent"),
            ],
            sorted(rows, key=lambda row: [text or "" for text in row[:4]]),
        )

    def _missing_sheet(self, campaign_id: int) -> Sheet:
        """Who is still to be reached, by name, as the list of the screen shows."""
        missing = self.env["srm.campaign.target"].search(
            self.open_targets(campaign_id, {}, covered=False)["domain"]
        )
        kinds = dict(missing._fields["kind"]._description_selection(self.env))
        # sudo: names of employers only.
        employers = missing.sudo().employer_id
        names = {employer.id: employer.name for employer in employers}
        rows = (
            (
                target.worker_id.display_name,
                target.badge,
                kinds.get(target.kind),
                names.get(target.employer_id.id),
                target.province_id.name,
                target.phone,
            )
            for target in missing
        )
        return Sheet(
            self.env._("Not reached"),
            [
                Column(self.env._("Person"), 32),
                Column(self.env._("Badge"), 14),
                Column(self.env._("Population"), 24),
                Column(self.env._("Employer"), 32),
                Column(self.env._("Prefecture or province"), 28),
                Column(self.env._("Phone"), 18),
            ],
            rows,
        )

    def _comparison_sheet(self, lines) -> Sheet:
        return Sheet(
            self.env._("Campaigns"),
            [
                Column(self.env._("Campaign"), 40),
                Column(self.env._("Frozen on"), kind="text"),
                Column(self.env._("Persons to reach"), kind="integer"),
                Column(self.env._("Persons reached"), kind="integer"),
                Column(self.env._("Coverage (%)"), kind="percent"),
                Column(self.env._("Objective (%)"), kind="percent"),
                Column(self.env._("Attendances"), kind="integer"),
                Column(self.env._("Training hours"), kind="decimal"),
                Column(self.env._("Sessions held"), kind="integer"),
            ],
            [
                (
                    line["name"],
                    line["frozen_date"],
                    *_numbers(line),
                    line["objective"],
                    line["attendances"],
                    line["hours"],
                    line["held"],
                )
                for line in lines
            ],
        )

    # Openings

    @api.model
    def open_targets(self, campaign_id, values, covered=None):
        """Persons behind a figure.

        :param values: ``{"province_id" | "kind" | "employer_id": value}``
        :param covered: True, False, or None for all
        """
        domain = [("campaign_id", "=", campaign_id), ("excluded", "=", False)]
        domain += [
            (name, "=", value)
            for name, value in values.items()
            if name in ("province_id", "kind", "employer_id")
        ]
        if covered is not None:
            domain.append(("covered", "=", covered))
        action = self.env["ir.actions.actions"]._for_xml_id(
            "srm_hse.srm_campaign_target_action"
        )
        return action | {"domain": domain, "context": {}}


def _figure(rate) -> dict:
    """Numerator and denominator always travel with the rate; no target, no rate."""
    if not rate or not rate.target:
        return {"target": 0, "covered": 0, "rate": None}
    return {"target": rate.target, "covered": rate.covered, "rate": float(rate.rate)}


def _numbers(figure: dict) -> tuple:
    return figure["target"], figure["covered"], figure["rate"]
