from datetime import date, timedelta
from typing import NamedTuple

from odoo import Command, api, fields, models


class Price(NamedTuple):
    """One price of a schedule."""

    number: str
    name: str
    quantity: float
    price: float


class Sample(NamedTuple):
    """A fictional contract and how far it went; months are counted back from today."""

    name: str
    title: str
    ice: str
    place: str
    nature: str
    regime: str
    months: int
    term: int
    prices: tuple[Price, ...]
    statements: tuple[str, ...] = ()
    predecessor: str = ""
    lot: str = ""
    formula: str = ""
    advance: bool = False
    stop: bool = False
    contested: float = 0.0
    pledged: bool = False
    accepted: int = 0
    closed: bool = False


PIPES = (
    Price("1.1", "Terrassement en tranchée", 4200, 95),
    Price("1.2", "Conduite PEHD DN 200 PN 16, fournie et posée", 3800, 540),
    Price("1.3", "Conduite PEHD DN 110 PN 16, fournie et posée", 2600, 260),
    Price("1.4", "Regard de vannes en béton armé", 42, 8900),
)
TANK = (
    Price("A1", "Béton armé dosé à 350 kg", 640, 1850),
    Price("A2", "Acier haute adhérence", 52000, 17.5),
    Price("A3", "Étanchéité et cuvelage", 1150, 310),
)
NETWORK = (
    Price("E1", "Câble souterrain HTA 3x240 mm²", 2400, 620),
    Price("E2", "Poste de transformation 630 kVA", 3, 285000),
)
CLEANING = (Price("S1", "Curage mécanisé de collecteurs", 18000, 28),)
STUDY = (
    Price("P1", "Levés topographiques", 1, 180000),
    Price("P2", "Étude d'exécution du réseau", 1, 320000),
)

SAMPLES = (
    Sample(
        "12/SRM-SM/2026",
        "Renforcement du réseau d'eau potable de Drargua",
        "007100068000040",
        "Drargua",
        "works",
        "own",
        8,
        10,
        PIPES,
        ("posted", "posted", "draft"),
        lot="Lot 1",
        formula="formula_pipes",
        advance=True,
        stop=True,
        contested=120,
    ),
    Sample(
        "18/SRM-SM/2026",
        "Réservoir semi-enterré de 1000 m3 à Taroudannt",
        "007100186000055",
        "Taroudannt",
        "works",
        "own",
        5,
        8,
        TANK,
        ("posted", "drawn"),
        lot="Lot unique",
    ),
    Sample(
        "23/SRM-SM/2026",
        "Curage des collecteurs d'assainissement du Grand Agadir",
        "007100549000051",
        "Inezgane",
        "services",
        "law_69_21",
        6,
        12,
        CLEANING,
        ("approved",),
    ),
    Sample(
        "40/T/2023",
        "Poste et réseau HTA de la zone industrielle",
        "007100689000054",
        "Ait Melloul",
        "works",
        "public",
        26,
        12,
        NETWORK,
        ("posted", "posted"),
        predecessor="srm_base.predecessor_ramsa",
        accepted=13,
        closed=True,
    ),
    Sample(
        "27/SRM-SM/2026",
        "Terrassements et pistes d'accès, Sidi Bibi",
        "007100472000093",
        "Sidi Bibi",
        "works",
        "law_69_21",
        3,
        6,
        (Price("T1", "Déblais en terrain rocheux", 9000, 85),),
        ("draft",),
        pledged=True,
    ),
    Sample(
        "31/SRM-SM/2026",
        "Étude du schéma directeur de l'eau potable de Tata",
        "007101012000063",
        "Tata",
        "studies",
        "own",
        0,
        5,
        STUDY,
    ),
)
#: Share of the schedule measured by each statement of a contract.
STEPS = (0.28, 0.35, 0.2)


class SrmContractDemo(models.AbstractModel):
    """Demonstration: contracts carried out by the buttons people press."""

    _name = "srm.contract.demo"
    _description = "Demonstration of the contracts"

    @api.model
    def _load(self):
        """Load everything once; called by the demo data of the add-on."""
        if self.env["srm.contract"].search_count([], limit=1):
            return
        quiet = self.with_context(tracking_disable=True, mail_notrack=True)
        quiet._enter_indices()
        for sample in SAMPLES:
            quiet._carry_out(sample)

    def _as(self, user: str, records):
        """The records in the hands of a demonstration user."""
        return records.with_user(self.env.ref(f"srm_base.user_demo_{user}"))

    def _months_ago(self, months: int, day: int = 10) -> date:
        today = fields.Date.context_today(self)
        return min(fields.Date.subtract(today, months=months).replace(day=day), today)

    def _enter_indices(self):
        """Fictional values of the last three years, for the two formulas shipped."""
        indices = self.env["srm.price.index"].search([("code", "!=", False)])
        vals_list = []
        for rank, index in enumerate(indices, 1):
            for months in range(36, -1, -1):
                month = self._months_ago(months, 1)
                vals_list.append(
                    {
                        "index_id": index.id,
                        "month": month,
                        "value": 100 + rank + (36 - months) * (0.11 + 0.03 * rank),
                        "source": "Valeurs de démonstration",
                    }
                )
        self.env["srm.price.index.value"].create(vals_list)

    def _carry_out(self, sample: Sample):
        contract = self._create_contract(sample)
        if not sample.months:
            return
        contract = self._as("contract_manager", contract)
        contract._notify(self._months_ago(sample.months))
        self._receive_guarantees(contract, sample)
        self._issue_order(contract, sample, "start", "Commencement des travaux", 0)
        if sample.advance:
            self._as("finance_manager", contract).action_bill_advance()
        if sample.stop:
            self._issue_order(contract, sample, "stop", "Arrêt des travaux", 40)
            self._issue_order(contract, sample, "resume", "Reprise des travaux", 58)
        if sample.pledged:
            self._pledge(contract)
        for rank, state in enumerate(sample.statements):
            self._statement(contract, sample, rank, state)
        if sample.accepted:
            self._accept(contract, sample)

    def _create_contract(self, sample: Sample):
        partner = self.env["res.partner"].search(
            [("company_registry", "=", sample.ice)], limit=1
        )
        commune = self.env["srm.territory"].search(
            [("level", "=", "commune"), ("name", "=", sample.place)], limit=1
        )
        signed = self._months_ago(sample.months + 1)
        predecessor = self.env.ref(sample.predecessor) if sample.predecessor else None
        formula = sample.formula and self.env.ref(f"srm_procurement.{sample.formula}")
        manager = self.env.ref("srm_base.user_demo_contract_manager")
        vals = {
            "name": sample.name,
            "title": sample.title,
            "partner_id": (partner or self._partner(sample)).id,
            "territory_id": commune.id,
            "user_id": manager.id,
            "nature": sample.nature,
            "regime_id": self.env.ref(f"srm_procurement.regime_{sample.regime}").id,
            "tender_reference": f"AO {sample.name}",
            "lot": sample.lot,
            "term_value": sample.term,
            "date_bid_deadline": self._months_ago(sample.months + 3),
            "date_signed": signed,
            "date_approved": signed,
            "formula_id": formula.id if formula else False,
            "predecessor_id": predecessor.id if predecessor else False,
            "transfer_act": "Convention de transfert, annexe 7" if predecessor else "",
            "line_ids": [
                Command.create(
                    {
                        "sequence": rank,
                        "number": price.number,
                        "name": price.name,
                        "quantity": price.quantity,
                        "price_unit": price.price,
                    }
                )
                for rank, price in enumerate(sample.prices)
            ],
        }
        return self.env["srm.contract"].create(vals)

    def _partner(self, sample: Sample):
        """A supplier of the register is missing: the contract brings its own."""
        return self.env["res.partner"].create(
            {"name": f"Entreprise {sample.place}", "is_company": True}
        )

    def _receive_guarantees(self, contract, sample: Sample):
        kinds = ["definitive", "advance"] if sample.advance else ["definitive"]
        issued = self._months_ago(sample.months)
        guarantees = self._as(
            "contract_manager", self.env["srm.contract.guarantee"]
        ).create(
            [
                {
                    "contract_id": contract.id,
                    "kind": kind,
                    "bank": "Banque Atlas (fictive)",
                    "reference": f"CB-{contract.id:04d}-{rank}",
                    "date_issued": issued,
                    "date_expiry": self._expiry(sample, rank),
                }
                for rank, kind in enumerate(kinds, 1)
            ]
        )
        guarantees.action_receive()

    def _expiry(self, sample: Sample, rank: int) -> date:
        """One guarantee of the demonstration expires soon, the others later."""
        days = 21 if sample.stop and rank == 2 else 90 * (sample.term % 5 + 2)
        return fields.Date.context_today(self) + timedelta(days=days)

    def _issue_order(
        self, contract, sample: Sample, kind: str, subject: str, days: int
    ):
        start = self._months_ago(sample.months)
        order = self._as("contract_manager", self.env["srm.contract.order"]).create(
            {
                "contract_id": contract.id,
                "kind": kind,
                "name": subject,
                "reason": "Intempéries et déviation de réseaux" if days else False,
                "date_effect": start + timedelta(days=days),
            }
        )
        # The history of the demonstration is older than today.
        order._issue(order.date_effect)
        order.date_signed = order.date_effect

    def _pledge(self, contract):
        lender = self.env["res.partner"].create(
            {
                "name": "Caisse de financement des marchés (fictive)",
                "is_company": True,
                "country_id": self.env.ref("base.ma").id,
            }
        )
        pledge = self._as("contract_manager", self.env["srm.contract.pledge"]).create(
            {
                "contract_id": contract.id,
                "partner_id": lender.id,
                "reference": "NANT-2026-014",
            }
        )
        pledge.action_activate()

    def _statement(self, contract, sample: Sample, rank: int, state: str):
        drawn = self._months_ago(max(sample.months - 2 * (rank + 1), 0), 5)
        share = STEPS[rank]
        lines = []
        for line in contract.line_ids:
            contested = sample.contested if rank == 1 and line.number == "1.2" else 0
            lines.append(
                {
                    "reference": f"AT-{rank + 1:02d}",
                    "contract_line_id": line.id,
                    "date": drawn,
                    "place": sample.place,
                    "quantity": round(line.quantity * share, 3),
                    "quantity_contested": contested,
                    "contest_reason": "Métré contradictoire en cours"
                    if contested
                    else False,
                }
            )
        statement = self._as(
            "finance_officer", self.env["srm.contract.statement"]
        ).create(
            {
                "contract_id": contract.id,
                "date": drawn,
                "date_acceptance": drawn,
                "line_ids": [Command.create(vals) for vals in lines],
            }
        )
        if state != "draft":
            self._advance(statement, state, drawn)

    def _advance(self, statement, state: str, drawn: date):
        statement.action_draw()
        if state == "drawn":
            return
        self._as("contract_manager", statement).action_approve()
        self._as("finance_manager", statement).action_approve()
        statement.write(
            {
                "invoice_reference": f"FA-{statement.id:04d}",
                "invoice_date": drawn,
                "deposit_date": drawn,
            }
        )
        if state == "posted":
            self._as("finance_manager", statement).action_post()

    def _accept(self, contract, sample: Sample):
        kinds = ["provisional", "final"] if sample.closed else ["provisional"]
        for kind in kinds:
            months = sample.accepted if kind == "provisional" else 0
            acceptance = self._as(
                "contract_manager", self.env["srm.contract.acceptance"]
            ).create(
                {
                    "contract_id": contract.id,
                    "kind": kind,
                    "date": self._months_ago(months, 1),
                    "minutes": f"PV-{contract.id:04d}-{kind[0].upper()}",
                    "members": "Commission de réception",
                }
            )
            acceptance.action_pronounce()
