from odoo import SUPERUSER_ID, api

#: A draft campaign or title proved a clause, clauses had no evidence, documents of one
#: kind made those of another late: the definitions shipped before are taken again.
CORRECTED = {
    "evidence_awareness",
    "evidence_competence",
    "evidence_nc",
    "evidence_objectives",
    "evidence_permits",
    "evidence_policy",
    "evidence_review",
    "evidence_scope",
}


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["srm.clause.evidence"]._reload_seed(CORRECTED)
