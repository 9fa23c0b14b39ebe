from odoo import api, fields, models

from .srm_worker import normal_identifier


class SrmWorker(models.Model):
    """Keep the workers in step with the employees of Human Resources.

    An employee hired this month and not on the workers' list would be in no campaign:
    every night who is missing is added, who left gets the last day of work.
    """

    _inherit = "srm.worker"

    def action_sync_employees(self):
        """Add the employees who are missing, close those who left; repeatable.

        :return: a message with both counts
        """
        self.browse().check_access("create")
        added, closed = self._sync_employees(self.env.company)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "Employees added: %(added)s; employees who left: %(closed)s.",
                    added=len(added),
                    closed=len(closed),
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _cron_sync_employees(self):
        # sudo: see _sync_employees; companies without employees have nothing to follow.
        groups = self.env["hr.employee"].sudo()._read_group([], ["company_id"])
        for (company,) in groups:
            self.with_company(company)._sync_employees(company)

    @api.model
    def _sync_employees(self, company):
        """:return: workers added or linked, workers who left"""
        # sudo: the employee files are closed to HSE; only what a colleague knows (and
        # the numbers that tell persons apart) is copied.
        employees = (
            self.env["hr.employee"]
            .sudo()
            .with_context(active_test=False)
            .search([("company_id", "=", company.id)])
        )
        workers = self.sudo().with_context(active_test=False)
        known = workers.search([("employee_id", "in", employees.ids)])
        missing = (employees - known.employee_id).filtered("active")
        added = self._link_or_add(missing, company)
        return added, self._close_leavers(known)

    @api.model
    def _link_or_add(self, employees, company):
        """A person known by badge or identity card is linked, not added again."""
        by_number, taken = self._by_number(employees), set()
        added, vals_list = self.sudo().browse(), []
        for employee in employees:
            numbers = self._numbers_of(employee)
            worker = next(
                (by_number[n] for n in numbers.values() if n in by_number), False
            )
            if worker and worker.kind == "employee" and not worker.employee_id:
                worker.employee_id = employee
                added |= worker
            elif not worker:
                # A number that two employees' files share is given to the first only.
                own = {name: n for name, n in numbers.items() if n and n not in taken}
                taken.update(own.values())
                vals_list.append(
                    {"employee_id": employee.id, "company_id": company.id, **own}
                )
        return added | self.sudo().create(vals_list)

    @api.model
    def _numbers_of(self, employee) -> dict:
        return {
            "badge": normal_identifier(employee.barcode),
            "cin": normal_identifier(employee.identification_id),
        }

    @api.model
    def _by_number(self, employees) -> dict:
        numbers = {
            number
            for employee in employees
            for number in self._numbers_of(employee).values()
            if number
        }
        found = self.sudo().with_context(active_test=False)
        found = found.search(
            ["|", ("badge", "in", list(numbers)), ("cin", "in", list(numbers))]
        )
        return {number: w for w in found for number in (w.badge, w.cin) if number}

    @api.model
    def _close_leavers(self, workers):
        """The last day is that of the employee's file, today when it says none."""
        today = fields.Date.context_today(self)
        left = workers.filtered(
            lambda w: (
                not w.end_date
                and (w.employee_id.departure_date or not w.employee_id.active)
            )
        )
        for worker in left:
            day = worker.employee_id.departure_date or today
            worker.end_date = max(day, worker.start_date or day)
        return left
