from odoo import fields, models
from odoo.exceptions import UserError, ValidationError

#: What a new proposal, or a return to draft, forgets.
RESET = {
    "line_count": 0,
    "invoice_count": 0,
    "caught_up_count": 0,
    "amount_unpaid": 0.0,
    "amount_paid_late": 0.0,
    "fine_total": 0.0,
    "position_debt": 0,
    "position_move": 0,
    "progress_done": 0,
    "progress_total": 0,
    "computing": False,
    "file": False,
    "file_name": False,
    "file_digest": False,
    "checked_by_id": False,
}


class SrmPaymentDelayDeclaration(models.Model):
    """Buttons of the declaration; each may be pressed twice without harm."""

    _inherit = "srm.payment.delay.declaration"

    def action_propose(self):
        """Compute the lines again, replacing those of a former proposal."""
        self._reset()
        for declaration in self:
            declaration._by_code().write(
                {
                    "prepared_by_id": self.env.uid,
                    "prepared_on": fields.Datetime.now(),
                }
            )
            declaration._start_proposal()
        return True

    def action_check(self):
        """Proposed -> checked when nothing blocks; else open what does.

        Pressing again checks again: a supplier's card may have been completed.
        """
        self.ensure_one()
        self._lock_open()
        self._take_step("doubt")
        self._check_not_computing()
        self._run_checks()
        if self.blocking_count:
            return self.action_view_checks()
        self._take_step("check")
        return True

    def action_back_to_draft(self):
        """Proposed or checked -> draft: the lines are forgotten."""
        self._reset()
        return True

    def action_file(self):
        """Checked -> filed, by a finance manager who did not prepare it.

        The months are entered in the register in the same transaction: two people who
        file at once, or two declarations with the same month, cannot both succeed.
        """
        for declaration in self._take_step("file"):
            self.env["srm.payment.delay.month"]._enter(declaration)
            declaration.activity_unlink(["mail.mail_activity_data_todo"])
        return True

    def action_correct(self):
        """Filed -> a new declaration that will carry the differences."""
        self.ensure_one()
        self.check_access("write")
        self.lock_for_update()
        self._require_state("filed")
        if self.kind == "correction":
            raise UserError(
                self.env._(
                    "%(name)s is a correction: correct %(origin)s, its differences "
                    "will take this one into account.",
                    name=self.display_name,
                    origin=self.corrected_id.display_name,
                )
            )
        under_way = [("corrected_id", "=", self.id), ("state", "!=", "filed")]
        correction = self.search(under_way, limit=1) or self._create_correction()
        return self._action_form(correction)

    def _create_correction(self):
        correction = self._by_code().create(
            {
                "company_id": self.company_id.id,
                "year": self.year,
                "period": self.period,
                "kind": "correction",
                "corrected_id": self.id,
                "activity": self.activity,
                "insolvency_date": self.insolvency_date,
                "turnover": self.turnover,
            }
        )
        self.message_post(
            body=self.env._("Correction opened: %(name)s", name=correction.name)
        )
        return correction

    # --- moves ---------------------------------------------------------------------
    def _lock_open(self) -> None:
        """The second of two simultaneous clicks fails instead of computing twice."""
        self.check_access("write")
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        self._require_state("draft", "proposed", "checked")

    def _reset(self) -> None:
        """Forget lines, checks and file; the state is draft again."""
        self._lock_open()
        self._take_step("reset")
        self.env["srm.payment.delay.line"]._remove(self)
        # Officers do not own the checks: they are made for them.
        checks = self.env["srm.payment.delay.check"].sudo()
        checks.search([("declaration_id", "in", self.ids)]).unlink()
        for declaration in self:
            kind = "correction" if declaration.corrected_id else "normal"
            declaration._by_code().write(RESET | {"kind": kind})

    # --- checks --------------------------------------------------------------------
    def _check_not_computing(self) -> None:
        if self.computing:
            raise UserError(
                self.env._(
                    "%(name)s is still being computed (%(done)d of %(total)d "
                    "invoices): wait for the end.",
                    name=self.display_name,
                    done=self.progress_done,
                    total=self.progress_total,
                )
            )

    def _check_can_be_filed(self) -> None:
        """A file as it was made, a reference, the visa, months declared once."""
        for declaration in self:
            declaration._check_file()
            declaration._check_filing_facts()
            declaration._check_filing_dates()
            declaration._check_not_declared_meanwhile()

    def _check_file(self) -> None:
        if not self.file_sha256:
            raise UserError(
                self.env._(
                    "%(name)s: make the file for SIMPL and send it first.",
                    name=self.display_name,
                )
            )
        self._proof("file")

    def _check_filing_facts(self) -> None:
        wanted = ["filing_reference", "filing_date"]
        if self.visa_required:
            wanted += ["visa_auditor", "visa_date"]
        missing = [
            self._fields[name]._description_string(self.env)
            for name in wanted
            if not self[name]
        ]
        if missing:
            raise UserError(
                self.env._(
                    "%(name)s cannot be filed without: %(missing)s.",
                    name=self.display_name,
                    missing=", ".join(missing),
                )
            )

    def _check_not_declared_meanwhile(self) -> None:
        overlap = self._declared_meanwhile()
        if overlap:
            raise UserError(
                self.env._(
                    "%(name)s: invoice %(invoice)s of %(supplier)s was declared "
                    "meanwhile by another declaration. Propose the lines again.",
                    name=self.display_name,
                    invoice=overlap.invoice_number,
                    supplier=overlap.supplier_name,
                )
            )

    def _check_filing_dates(self) -> None:
        today = fields.Date.context_today(self)
        for name in ("filing_date", "visa_date"):
            day = self[name]
            if day and not self.date_to < day <= today:
                raise ValidationError(
                    self.env._(
                        "%(name)s: %(field)s must lie after the period and not in the "
                        "future.",
                        name=self.display_name,
                        field=self._fields[name]._description_string(self.env),
                    )
                )

    # --- screens -------------------------------------------------------------------
    def action_view_lines(self):
        """Open the lines of this declaration."""
        self.ensure_one()
        return self.env["srm.payment.delay.line"]._action_view(
            [("declaration_id", "=", self.id)], self.display_name
        )

    def action_view_checks(self):
        """Open what blocks, then what warns."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "srm_procurement.action_srm_payment_delay_check"
        )
        return action | {
            "domain": [("declaration_id", "=", self.id)],
            "context": {"search_default_group_code": 1},
            "display_name": self.display_name,
        }

    def action_view_corrections(self):
        """Open the corrections of this declaration."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "srm_procurement.action_srm_payment_delay_declaration"
        )
        return action | {
            "domain": [("corrected_id", "=", self.id)],
            "context": {"create": False},
        }

    def _action_form(self, declaration) -> dict:
        return {
            "type": "ir.actions.act_window",
            "res_model": declaration._name,
            "res_id": declaration.id,
            "views": [[False, "form"]],
        }
