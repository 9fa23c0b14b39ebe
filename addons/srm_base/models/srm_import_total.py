from odoo import api, fields, models


class SrmImportTotal(models.Model):
    """Control totals of one import, per predecessor and amount.

    In the file (as read), plus the corrections made by people, must equal loaded plus
    rejected: rows and dirhams. What was announced with the file, when typed in, must
    equal what the file holds.
    """

    _name = "srm.import.total"
    _description = "Take-on Control Total"
    _order = "import_id desc, group_code, amount_field"
    _rec_name = "group_name"

    import_id = fields.Many2one(
        "srm.import", required=True, readonly=True, ondelete="cascade"
    )
    group_code = fields.Char(required=True, readonly=True)
    group_name = fields.Char(string="Predecessor", compute="_compute_names")
    amount_field = fields.Char(readonly=True, default="", required=False)
    amount_name = fields.Char(string="Amount", compute="_compute_names")
    currency_id = fields.Many2one(related="import_id.company_id.currency_id")

    declared_count = fields.Integer(string="Rows announced")
    declared_amount = fields.Monetary(string="Amount announced")
    file_count = fields.Integer(string="Rows in the file", readonly=True)
    file_amount = fields.Monetary(string="Amount in the file", readonly=True)
    unreadable_count = fields.Integer(
        string="Unreadable amounts",
        readonly=True,
        help="Rows whose amount is not a number: they count for 0 in the amounts, "
        "though their number is exact.",
    )
    corrected_count = fields.Integer(
        string="Rows moved",
        readonly=True,
        help="Rows that a correction moved to or from another predecessor.",
    )
    corrected_amount = fields.Monetary(string="Corrections", readonly=True)
    loaded_count = fields.Integer(string="Rows loaded", readonly=True)
    loaded_amount = fields.Monetary(string="Amount loaded", readonly=True)
    rejected_count = fields.Integer(string="Rows rejected", readonly=True)
    rejected_amount = fields.Monetary(string="Amount rejected", readonly=True)
    waiting_count = fields.Integer(string="Rows waiting", readonly=True)
    waiting_amount = fields.Monetary(string="Amount waiting", readonly=True)
    difference_count = fields.Integer(
        string="Gap in rows", compute="_compute_difference"
    )
    difference_amount = fields.Monetary(string="Gap", compute="_compute_difference")

    _group_uidx = models.UniqueIndex(
        "(import_id, group_code, amount_field)", "One control total per predecessor."
    )

    @api.depends("group_code", "amount_field", "import_id.kind")
    @api.depends_context("lang")
    def _compute_names(self):
        names = self.env["srm.import"]._group_names()
        for total in self:
            total.group_name = names.get(total.group_code, total.group_code)
            of = total.import_id
            labels = of._field_labels() if of else {}
            total.amount_name = labels.get(total.amount_field, "")

    @api.depends(
        "file_count",
        "file_amount",
        "corrected_count",
        "corrected_amount",
        "loaded_count",
        "loaded_amount",
        "rejected_count",
        "rejected_amount",
    )
    def _compute_difference(self):
        for total in self:
            total.difference_count = (
                total.file_count
                + total.corrected_count
                - total.loaded_count
                - total.rejected_count
            )
            total.difference_amount = total.currency_id.round(
                total.file_amount
                + total.corrected_amount
                - total.loaded_amount
                - total.rejected_amount
            )

    def _gaps(self):
        """Why these totals forbid to close the import, in sentences."""
        return [gap for total in self for gap in total._own_gaps()]

    def _own_gaps(self):
        self.ensure_one()
        gaps = []
        if self.difference_count or not self.currency_id.is_zero(
            self.difference_amount
        ):
            gaps.append(self._gap_text())
        if self.declared_count and self.declared_count != self.file_count:
            gaps.append(
                self.env._(
                    "%(group)s: %(declared)s rows were announced, the file holds "
                    "%(found)s",
                    group=self.group_name,
                    declared=self.declared_count,
                    found=self.file_count,
                )
            )
        missing = self.declared_amount - self.file_amount
        if self.declared_amount and not self.currency_id.is_zero(missing):
            gaps.append(
                self.env._(
                    "%(group)s: %(declared)s were announced, the file holds %(found)s",
                    group=self.group_name,
                    declared=self._money(self.declared_amount),
                    found=self._money(self.file_amount),
                )
            )
        return gaps

    def _gap_text(self):
        if not self.amount_field:
            return self.env._(
                "%(group)s: %(rows)s rows of the file are neither loaded nor rejected",
                group=self.group_name,
                rows=self.difference_count,
            )
        return self.env._(
            "%(group)s: %(rows)s rows and %(amount)s of the file are neither loaded "
            "nor rejected",
            group=self.group_name,
            rows=self.difference_count,
            amount=self._money(self.difference_amount),
        )

    def _money(self, amount):
        return self.currency_id.format(amount)
