from odoo import models

from ...service import beats


class IrCron(models.Model):
    _inherit = "ir.cron"

    @classmethod
    def _process_job(cls, cron_cr, job):
        """Say what takes long: a scheduler at work looks for no other work."""
        beats.beat(cron_cr.dbname, beats.CRON, busy=job["cron_name"])
        try:
            return super()._process_job(cron_cr, job)
        finally:
            beats.beat(cron_cr.dbname, beats.CRON)
