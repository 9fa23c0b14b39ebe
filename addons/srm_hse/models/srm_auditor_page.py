from odoo import api, models

TONES = {"green": "success", "late": "warning", "missing": "danger", "none": "info"}


class SrmAuditorPage(models.AbstractModel):
    """Shown to the auditor: each clause, its proofs, what is late or missing."""

    _name = "srm.auditor.page"
    _inherit = "srm.dashboard.mixin"
    _description = "Auditor's Page"

    _dashboard_groups = (
        "srm_base.group_hse_officer",
        "srm_base.group_director",
        "srm_base.group_administrator",
    )

    @api.model
    def _get_dashboard(self, filters):
        editions = self.env["srm.standard.edition"].search(
            [("status", "!=", "withdrawn")]
        )
        chosen = editions.filtered(lambda e: str(e.id) == filters.get("edition"))
        shown = chosen or editions[:1]
        clauses = shown.clause_ids
        labels = dict(clauses._fields["status"]._description_selection(self.env))
        return {
            "title": self.env._("Auditor's page"),
            "filters": [
                self._dashboard_filter(
                    "edition",
                    self.env._("Standard"),
                    [(str(e.id), e.display_name) for e in editions],
                    str(shown.id or ""),
                )
            ],
            "cards": [self._status_card(key, labels[key], clauses) for key in TONES],
            "tables": [
                self._todo_table(clauses),
                self._edition_table(shown, labels),
            ],
        }

    @api.model
    def _clause_action(self, name, clauses):
        return self._dashboard_action(
            "srm_hse.srm_standard_clause_action", name, [("id", "in", clauses.ids)]
        )

    @api.model
    def _status_card(self, key, label, clauses):
        found = clauses.filtered(lambda c: c.status == key)
        return self._dashboard_card(
            key,
            label,
            len(found),
            tone=TONES[key],
            action=self._clause_action(label, found),
        )

    @api.model
    def _todo_table(self, clauses):
        evidences = clauses.evidence_ids.filtered(lambda e: e.status != "green")
        labels = dict(evidences._fields["status"]._description_selection(self.env))
        return self._dashboard_table(
            self.env._("To do before the audit"),
            [
                (self.env._("Evidence"), "text"),
                (self.env._("Clauses"), "text"),
                (self.env._("State"), "text"),
                (self.env._("Why"), "text"),
            ],
            [
                [
                    evidence.name,
                    ", ".join(sorted(set(evidence.clause_ids.mapped("number")))),
                    labels[evidence.status],
                    evidence.reason or "",
                ]
                for evidence in evidences
            ],
            [evidence.action_open_records() for evidence in evidences],
        )

    @api.model
    def _edition_table(self, edition, labels):
        return self._dashboard_table(
            edition.display_name or self.env._("No standard"),
            [
                (self.env._("Clause"), "text"),
                (self.env._("Topic"), "text"),
                (self.env._("State"), "text"),
                (self.env._("Records"), "integer"),
                (self.env._("Evidence"), "text"),
            ],
            [
                [
                    clause.number,
                    clause.name,
                    labels[clause.status],
                    clause.record_count,
                    " · ".join(clause.evidence_ids.mapped("name")),
                ]
                for clause in edition.clause_ids
            ],
            [self._clause_form(clause) for clause in edition.clause_ids],
        )

    @api.model
    def _clause_form(self, clause):
        return {
            "type": "ir.actions.act_window",
            "name": clause.display_name,
            "res_model": clause._name,
            "res_id": clause.id,
            "views": [(False, "form")],
        }
