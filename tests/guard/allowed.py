"""What the attacks of `test_every_attack.py` may do, each with its reason.

Fields that a person enters although they are computed or read-only say so themselves,
where they are defined (parameter ``entered``).
"""

#: Models with a state that no step moves: model -> why.
STATES_WITHOUT_STEPS: dict[str, str] = {
    # srm_base
    "srm.import.row": "the verdict of a check, written by SQL on whole files; the field"
    " is closed, and the rows are frozen with their import",
    "srm.import.run": "how far a job is, written by the job; no role writes runs",
    # srm_projects
    "srm.minutes.presence": "its status is who was there: entered, then frozen with the"
    " minutes",
    # srm_hse
    "srm.standard.edition": "certified against, in transition or withdrawn: what the "
    "certification body says of a standard, kept up to date by the HSE manager",
    # srm_procurement: contracts, statements, declarations, withholding, scenarios
    "srm.arrears.snapshot.line": "the stage a debt had at the end of a quarter: a copy",
    # srm_procurement: debts, settlements, payments
}

#: Final states in which fields stay open: model -> why.
OPEN_AT_THE_END: dict[str, str] = {
    # srm_base
    # srm_projects
    # srm_hse
    # srm_procurement: contracts, statements, declarations, withholding, scenarios
    # srm_procurement: debts, settlements, payments
}

#: Models whose records a role may delete in any state: model -> why.
DELETED_FREELY: dict[str, str] = {
    # srm_base
    **dict.fromkeys(
        (
            "srm.agency",
            "srm.perimeter",
            "srm.predecessor",
            "srm.service",
            "srm.shareholder",
            "srm.territory",
            "srm.territory.access",
        ),
        "reference of the administrator; what is used is held by those who use it",
    ),
    "srm.import.mapping": "proposed again by each preview; frozen once rows are staged",
    "srm.import.profile": "a proposal for the next file, nothing was read by it",
    "srm.origin": "of a record that is gone, so that it may be taken on again",
    # srm_projects
    **dict.fromkeys(
        (
            "srm.bulk.reading",
            "srm.counter.reading",
            "srm.leak",
            "srm.leak.campaign",
            "srm.network.break",
        ),
        "entered twice, or in the wrong place: the network manager takes it away",
    ),
    **dict.fromkeys(
        (
            "srm.defect.code",
            "srm.defect.score",
            "srm.grading.scale",
            "srm.grading.threshold",
            "srm.material",
            "srm.meeting.kind",
            "srm.priority.grid",
            "srm.quality.parameter",
            "srm.unit.cost",
        ),
        "reference of a manager; what judged a record is kept with that record",
    ),
    **dict.fromkeys(
        (
            "srm.commercial.sector",
            "srm.commercial.share",
            "srm.maintenance.plan",
            "srm.network.section",
            "srm.pressure.regulator",
            "srm.sector.group",
        ),
        "describes a network; what was used is held by those who use it",
    ),
    **dict.fromkeys(
        (
            "srm.diagnosis.line",
            "srm.funding.content",
            "srm.funding.party",
            "srm.minutes.item",
            "srm.minutes.presence",
            "srm.network.defect",
            "srm.programme.line",
            "srm.urgent.plan.line",
        ),
        "part of a draft; that of a record past it is frozen with the record",
    ),
    "srm.committee.file": "figures put together to be printed, made again at will",
    "srm.priority.criterion": "its removal is logged in the history of its grid",
    "srm.programme.allocation": "a plan of who uses a line, no money moves by it",
    "srm.project.cost": "entered by hand until contracts tell; months keep what was",
    "srm.reuse.volume": "of a month that is being entered",
    "srm.work.item": "the breakdown is planned again until the works are accepted",
    "srm.work.link": "the schedule is planned again until the works are accepted",
    "maintenance.request": "entered by hand; those a plan made are kept",
    # srm_hse: reference data, of which the database keeps what records use
    "srm.authorisation.type": "kind of title, as long as nobody holds one",
    "srm.clause.evidence": "what is asked to prove a clause; nothing is recorded on it",
    "srm.contractor.document.type": "kind of paper, as long as no file asks for it",
    "srm.deadline.rule": "legal delay, as long as no incident runs under it",
    "srm.emission.factor": "version of a factor, as long as no line relies on it",
    "srm.gas": "gas, as long as no source, line or blend names it",
    "srm.gas.component": "part of a blend: lines keep the potential they were made of",
    "srm.population": "rule of who is addressed, as long as no list was made of it",
    "srm.ppe.item": "kind of equipment, as long as none was handed out",
    "srm.review.topic": "input of reviews, as long as no review looked at it",
    "srm.spoken.language": "language, as long as no session or person speaks it",
    "srm.standard": "standard with its editions: a catalogue",
    "srm.standard.clause": "clause by its number: a catalogue",
    "srm.standard.edition": "edition of a standard: a catalogue",
    "srm.work.kind": "kind of work, as long as no permit was asked for it",
    "srm.work.requirement": "what a kind of work or a job asks for: a rule in force",
    # srm_hse: parts of a document in preparation, frozen with it afterwards
    "srm.audit.line": "point of a checklist until the audit is reported",
    "srm.campaign.target": "person on a list under review, until the list is frozen",
    "srm.carbon.output": "output of a month that is still open",
    "srm.committee.member": "member never called to a meeting: presences keep theirs",
    "srm.committee.presence": "line of a meeting that was not held yet",
    "srm.evaluation.value": "value of an evaluation that is not confirmed",
    "srm.incident.cause": "branch of a tree of causes until the incident is closed",
    "srm.incident.lost.period": "certificate entered on the wrong person: published "
    "rates keep their figures",
    "srm.incident.person": "person listed by mistake, until the incident is closed",
    "srm.induction": "arrival that was not signed, of a file that is not closed",
    "srm.inspection.line": "point of a visit that is not done",
    "srm.management.review.input": "line of a review in preparation: the required "
    "ones come back when it is held",
    "srm.objective.value": "measure entered by mistake, until the end of its objective",
    "srm.obligation.application": "site listed by mistake: evaluations keep theirs",
    "srm.ppe.issue": "equipment listed by mistake, until it is signed for",
    "srm.risk.control": "part of the description of a risk, whose scores are kept",
    "srm.scoring.criterion": "criterion of a method that is not in use yet",
    "srm.social.commitment": "promise under discussion, until the parties agree",
    "srm.social.round": "round entered by mistake, until the talks are over",
    "srm.worker.assignment": "assignment entered by mistake: lists and sheets keep "
    "the employer of the day",
    # srm_procurement: contracts, statements, declarations, withholding, scenarios
    "account.tax": "Odoo's own rules; a tax once withheld is held by what was kept",
    "srm.contract.line": "a price of a draft; those that were signed are frozen",
    "srm.contract.statement.line": "an attachment of a draft, frozen once it is drawn",
    "srm.contract.regime": "rules a contract copies; those in use are held by it",
    "srm.price.index": "published figures; those in a formula are held by it",
    "srm.price.index.value": "published figures; a statement keeps its coefficient",
    "srm.revision.formula": "free until a contract that follows it is notified",
    "srm.revision.formula.term": "free with its formula, whose weights must make one",
    "srm.key.rate": "published figures; a declaration keeps the rates it applied",
    "srm.interest.rate": "published figures; a claim keeps the rates it applied",
    "srm.payment.mode.code": "a code of the file; a declaration keeps those it wrote",
    "srm.payment.scenario.ceiling": "a parameter, frozen with the chosen scenario",
    "srm.predecessor.account": "free until the first entry on these accounts",
    "srm.tax.certificate": "free until somebody verifies it",
    # srm_procurement: debts, settlements, payments
    "account.journal": "Odoo's own rules; a journal with entries is held by them",
    "project.task": "Odoo's own rules; the suite adds the end of its links only",
    "srm.settlement.line": "of a draft agreement; that of a signed one is frozen",
    "srm.vat.rate": "published rates; a bill keeps the tax it was entered with",
}
