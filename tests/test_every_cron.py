"""The works of the night run on the demonstration, one after the other."""


def test_every_work_of_the_suite_runs(registry):
    from odoo import SUPERUSER_ID, api

    failed = {}
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        crons = env["ir.cron"].search([])
        names = crons.get_external_id()
        ours = crons.filtered(lambda cron: names[cron.id].startswith("srm_"))
        assert len(ours) > 20
        for cron in ours:
            try:
                cron.ir_actions_server_id.run()
                cr.commit()
            except Exception as error:
                cr.rollback()
                failed[names[cron.id]] = repr(error)
    assert not failed, failed
