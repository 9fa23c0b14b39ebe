from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Approve the accounts that were paid before, create the withheld taxes.

    An account a manager has released a credited payment to was approved in fact: by
    that manager, unless the same person entered it. All others wait for an approval.
    """
    cr.execute(
        """UPDATE res_partner_bank account
              SET srm_approval = 'approved',
                  srm_approved_by_id = paid.user_id,
                  srm_approved_on = paid.day
             FROM (SELECT DISTINCT ON (line.partner_bank_id)
                          line.partner_bank_id,
                          o.srm_confirmed_by_id AS user_id,
                          o.date_uploaded AS day
                     FROM account_payment_line line
                     JOIN account_payment_order o ON o.id = line.order_id
                    WHERE line.srm_credit_date IS NOT NULL
                      AND line.srm_refusal_date IS NULL
                      AND o.srm_confirmed_by_id IS NOT NULL
                    ORDER BY line.partner_bank_id, line.srm_credit_date DESC) paid
            WHERE paid.partner_bank_id = account.id
              AND account.srm_approval = 'to_approve'
              AND account.srm_entered_by_id IS DISTINCT FROM paid.user_id"""
    )
    env = api.Environment(cr, SUPERUSER_ID, {})
    env.invalidate_all()
    env["res.company"].search([])._srm_setup_withholding()
