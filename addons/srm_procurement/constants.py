"""Words shared by the models of the arrears desk: stages, natures, regimes."""

#: Life of a debt, least advanced first (domain/procurement, clearance framework).
STAGES = [
    ("registered", "Registered"),
    ("documents", "Documents complete"),
    ("reconciled", "Reconciled"),
    ("certified", "Certified"),
    ("classified", "Classified"),
    ("scored", "Scored"),
    ("proposed", "Proposed"),
    ("agreed", "Agreed"),
    ("scheduled", "Scheduled"),
    ("paid", "Paid"),
    ("closed", "Closed"),
]
STAGE_CODES = [code for code, _label in STAGES]
STAGE_RANK = {code: rank for rank, code in enumerate(STAGE_CODES)}

#: A blocked debt stays at or before this stage.
LAST_STAGE_WHEN_BLOCKED = "certified"
#: From this stage on, the settlement moves the debt, possibly several steps at once.
FIRST_SETTLEMENT_STAGE = "scored"

#: Nothing is payable on a debt at these stages.
DONE = ("paid", "closed")

#: The money is promised by an agreement.
IN_SETTLEMENT = ("proposed", "agreed", "scheduled")


def stages(first: str, last: str = "closed") -> tuple[str, ...]:
    """Stages from ``first`` to ``last``, both included.

    >>> stages("scored", "agreed")
    ('scored', 'proposed', 'agreed')
    """
    return tuple(STAGE_CODES[STAGE_RANK[first] : STAGE_RANK[last] + 1])


NATURES = [
    ("works", "Works"),
    ("supplies", "Supplies"),
    ("services", "Services"),
    ("studies", "Studies"),
]

REGIMES = [
    ("law_69_21", "Law 69-21"),
    ("public_2_16_344", "Public order (decree 2-16-344)"),
    ("own", "Own procurement rules"),
]

BEARERS = [
    ("srm", "SRM"),
    ("ramsa", "RAMSA"),
    ("onee", "ONEE"),
    ("state", "The State"),
    ("other", "Other"),
]

AGE_BUCKETS = [
    ("not_due", "Not due"),
    ("0_30", "0 to 30 days"),
    ("31_60", "31 to 60 days"),
    ("61_90", "61 to 90 days"),
    ("91_180", "91 to 180 days"),
    ("181_365", "181 to 365 days"),
    ("over_365", "Over one year"),
]

COUNTING = [
    ("calendar", "Calendar months touched"),
    ("date_to_date", "Months from date to date"),
]

#: Day basis of late interest (decree 2-16-344), an open point of its text.
INTEREST_YEARS = [("365", "365 days"), ("360", "360 days")]

LEVELS = [("0", "None"), ("1", "Low"), ("2", "Medium"), ("3", "High")]

#: Same scale as on the supplier's card.
DISTRESS = [
    ("0", "None known"),
    ("1", "Strained cash"),
    ("2", "Late wages or suppliers"),
    ("3", "Survival at stake"),
]

#: Event from which the payment delay of a contract runs.
PAYMENT_STARTS = [
    ("issue", "Date of the invoice"),
    ("deposit", "Deposit at the mail registry"),
    ("service", "Acknowledged service"),
]

TERM_UNITS = [("days", "Days"), ("months", "Months")]

#: What retention and penalties are a share of.
BASES = [("ttc", "Amount with VAT"), ("ht", "Amount without VAT")]

PROCEDURES = [
    ("open", "Open call for tenders"),
    ("restricted", "Restricted call for tenders"),
    ("design", "Competition"),
    ("negotiated", "Negotiated procedure"),
    ("purchase_order", "Purchase order"),
    ("framework", "Framework contract"),
]

#: Same codes as on the supplier's card.
FIRM_SIZES = [
    ("micro", "Very small"),
    ("small", "Small"),
    ("medium", "Medium"),
    ("large", "Large"),
]
SMALL_FIRMS = ("micro", "small")
