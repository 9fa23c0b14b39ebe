from odoo import fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .srm_payment_delay_declaration import WORKFLOW_TOKEN

MANAGER = "srm_base.group_finance_manager"
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
    "file_digest": False,
    "checked_by_id": False,
}


class SrmPaymentDelayDeclaration(models.Model):
    """Buttons of the declaration; each may be pressed twice without harm."""

    _inherit = "srm.payment.delay.declaration"

    def action_propose(self):
        """Compute the lines again, replacing those of a former proposal."""
        for declaration in self._to_move(("draft", "proposed", "checked")):
            declaration._reset()
            declaration._write_workflow(
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
        self._to_move(("proposed", "checked"))
        self._check_not_computing()
        self._run_checks()
        if self.blocking_count:
            self._write_workflow({"state": "proposed"})
            return self.action_view_checks()
        self._write_workflow({"state": "checked", "checked_by_id": self.env.uid})
        return True

    def action_back_to_draft(self):
        """Proposed or checked -> draft: the lines are forgotten."""
        self._to_move(("draft", "proposed", "checked"))._reset()
        return True

    def action_file(self):
        """Checked -> filed, by a finance manager who did not prepare it.

        The months are entered in the register in the same transaction: two people who
        file at once, or two declarations with the same month, cannot both succeed.
        """
        self._check_manager()
        for declaration in self._to_move(("checked", "filed")):
            if declaration.state == "filed":
                continue
            declaration._check_can_be_filed()
            declaration._enter_months()
            declaration._write_workflow(
                {
                    "state": "filed",
                    "filed_by_id": self.env.uid,
                    "filed_at": fields.Datetime.now(),
                }
            )
            declaration.activity_unlink(["mail.mail_activity_data_todo"])
        return True

    def action_correct(self):
        """Filed -> a new declaration that will carry the differences."""
        self.ensure_one()
        self._to_move(("filed",))
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
        workflow = self.with_context(srm_delay_workflow=WORKFLOW_TOKEN)
        correction = workflow.create(
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
        return correction.with_env(self.env)

    # --- moves ---------------------------------------------------------------------
    def _to_move(self, sources: tuple[str, ...]):
        """Lock, read the state again, and refuse the others.

        The lock makes the second of two simultaneous clicks fail with a message
        instead of computing, or filing, twice.

        :raise UserError: one of them is in another state
        """
        self.check_access("write")
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        labels = dict(self._fields["state"]._description_selection(self.env))
        for declaration in self:
            if declaration.state not in sources:
                raise UserError(
                    self.env._(
                        "%(name)s is %(state)s: this step is not possible.",
                        name=declaration.display_name,
                        state=labels[declaration.state],
                    )
                )
        return self

    def _reset(self) -> None:
        """Forget lines, checks and file."""
        self.env["srm.payment.delay.line"]._remove(self)
        # Officers do not own the checks: they are made for them.
        self.env["srm.payment.delay.check"].sudo().search(
            [("declaration_id", "in", self.ids)]
        ).unlink()
        attachments = self.attachment_id
        for declaration in self:
            kind = "correction" if declaration.corrected_id else "normal"
            declaration._write_workflow(
                RESET | {"state": "draft", "kind": kind, "attachment_id": False}
            )
        attachments.sudo().unlink()

    def _enter_months(self) -> None:
        """Enter the months in the register; refuse a month declared meanwhile."""
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
        self.env["srm.payment.delay.month"]._enter(self)

    # --- checks --------------------------------------------------------------------
    def _check_manager(self) -> None:
        if not (self.env.su or self.env.user.has_group(MANAGER)):
            raise AccessError(self.env._("Only a finance manager files a declaration."))

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
        """Two people, a file, a reference, the auditor's visa."""
        self.ensure_one()
        if self.prepared_by_id == self.env.user:
            raise UserError(
                self.env._(
                    "%(user)s prepared %(name)s: who prepares a declaration does not "
                    "file it. Ask another finance manager.",
                    user=self.env.user.name,
                    name=self.display_name,
                )
            )
        if not self.attachment_id:
            raise UserError(
                self.env._(
                    "%(name)s: make the file for SIMPL and send it first.",
                    name=self.display_name,
                )
            )
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
        self._check_filing_dates()

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
