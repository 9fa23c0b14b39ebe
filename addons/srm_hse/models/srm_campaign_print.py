from odoo import fields, models

#: Photos on a campaign report: enough to show, few enough to print.
PHOTOS = 6
#: Signatures drawn on a campaign report. Above, the report names the sheets, which are
#: printed by session: a hundred pages of drawings prove nothing more.
SIGNATURES = 600


class SrmCampaign(models.Model):
    """The printed report of a campaign."""

    _name = "srm.campaign"
    _inherit = ["srm.campaign", "srm.typst.mixin"]
    _print_template = "srm_hse/report/typst/campaign"

    def _print_title(self):
        return self.name

    def _print_subtitle(self):
        return self.env._(
            "%(code)s, from %(start)s to %(end)s, list frozen on %(frozen)s",
            code=self.code,
            start=day_text(self.date_start),
            end=day_text(self.date_end),
            frozen=day_text(self.frozen_date),
        )

    def _print_blocks(self):
        page = self.env["srm.coverage.page"].get_page(self.id)
        total, effort = page["total"], page["effort"]
        return [
            self._block_figures(
                [
                    (
                        self.env._("Coverage"),
                        self._percent(total),
                        # The marks keep the order of the two in an Arabic page.
                        f"{total['covered']}\N{LEFT-TO-RIGHT MARK} / "
                        f"\N{LEFT-TO-RIGHT MARK}{total['target']}",
                        "",
                    ),
                    (
                        self.env._("Objective"),
                        f"{self._number(self.objective)} %",
                        "",
                        "",
                    ),
                    (
                        self.env._("Attendances"),
                        self._number(effort["attendances"], 0),
                        self.env._("not a number of persons"),
                        "",
                    ),
                    (
                        self.env._("Training hours"),
                        self._number(effort["hours"]),
                        "",
                        "",
                    ),
                    (
                        self.env._("Sessions"),
                        str(effort["held"]),
                        self.env._("%(count)s planned", count=effort["planned"]),
                        "",
                    ),
                ]
            ),
            self._block_boxed(
                self.env._("How coverage is counted"), self._definition()
            ),
            *self._print_tables(page),
            self._print_sessions(),
            *self._print_photos(),
            *self._print_signature_lists(),
            self._block_signatures([self.env._("Owner"), self.env._("Director")]),
        ]

    def _definition(self) -> str:
        return self.env._(
            "Distinct persons of the frozen list who attended at least one session, out"
            " of the persons of that list still at work on the cut-off date. Totals are"
            " counted again from the persons, never averaged."
        )

    def _percent(self, figure: dict) -> str:
        rate = figure["rate"]
        return "—" if rate is None else f"{self._number(rate)} %"

    def _print_tables(self, page: dict) -> list[dict]:
        titles = {
            "province": self.env._("By prefecture and province"),
            "kind": self.env._("By population"),
            "theme": self.env._("By theme"),
            "employer": self.env._("By employer"),
        }
        return [
            self._block_table(
                title,
                self._print_columns(title),
                [self._print_row(row) for row in page["tables"][axis]]
                + [
                    self._print_row(page["total"] | {"name": self.env._("All persons")})
                ],
            )
            for axis, title in titles.items()
        ]

    def _print_columns(self, title: str) -> list[tuple]:
        return [
            (title, 4, "text"),
            (self.env._("Persons to reach"), 2, "number"),
            (self.env._("Persons reached"), 2, "number"),
            (self.env._("Coverage"), 2, "number"),
        ]

    def _print_row(self, row: dict) -> list[str]:
        return [
            row["name"],
            self._number(row["target"], 0),
            self._number(row["covered"], 0),
            self._percent(row),
        ]

    def _print_sessions(self) -> dict:
        held = self.session_ids.filtered(lambda item: item.state == "done")
        return self._block_table(
            self.env._("Sessions held"),
            [
                (self.env._("Date"), 2, "text"),
                (self.env._("Session"), 5, "text"),
                (self.env._("Prefecture or province"), 3, "text"),
                (self.env._("Present"), 1, "number"),
                (self.env._("Hours"), 1, "number"),
            ],
            [
                [
                    day_text(item.date),
                    item.name,
                    item.province_id.name,
                    str(item.present_count),
                    self._number(item.duration),
                ]
                for item in held.sorted("start")
            ],
        )

    def _print_signature_lists(self) -> list[dict]:
        """The sheets of the sessions held, drawn signatures included."""
        held = self.session_ids.filtered(lambda item: item.state == "done")
        signed = held.attendance_ids.filtered(lambda item: item.status == "present")
        if len(signed) <= SIGNATURES:
            return [item._print_sheet() for item in held.sorted("start")]
        text = self.env._(
            "%(count)s presences: the signatures are on the sheet of each session.",
            count=self._number(len(signed), 0),
        )
        return [self._block_boxed(self.env._("Signatures"), text)]

    def _print_photos(self) -> list[dict]:
        images = self.session_ids.photo_ids.filtered(
            lambda item: item.mimetype in ("image/png", "image/jpeg")
        )
        if not images:
            return []
        return [
            {"kind": "photos", "items": [list(item.raw) for item in images[:PHOTOS]]}
        ]


def day_text(value) -> str:
    return fields.Date.to_date(value).strftime("%d/%m/%Y") if value else ""
