import csv
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools.misc import file_open

from ..constants import STAGE_RANK

FOLDER = "srm_procurement/demo"
MANAGER = "srm_base.group_finance_manager"
PLAIN = (
    "contract_reference",
    "description",
    "nature",
    "invoice_reference",
    "agreed_days",
    "amount_claimed",
    "amount_paid_before",
    "amount_retention",
    "amount_contested",
    "bearer",
    "transfer_act",
)
DATES = ("invoice_date", "deposit_date", "service_date")


def read_demo(name: str) -> list[dict]:
    """Rows of a CSV file of the demonstration."""
    with file_open(f"{FOLDER}/{name}.csv") as stream:
        return list(csv.DictReader(stream))


class SrmDebtDemo(models.AbstractModel):
    """Demonstration: fictional creditors whose debts have gone through the desk.

    The debts advance by the same buttons as in real life, up to "scored"; agreements
    and payments come from the demonstration of the settlements.
    """

    _name = "srm.debt.demo"
    _description = "Demonstration of the arrears desk"

    @api.model
    def _load(self) -> None:
        """Load everything once; called by the demo data of the add-on."""
        if self.env["srm.debt"].search_count([], limit=1):
            return
        quiet = self.with_context(tracking_disable=True, mail_notrack=True)
        files = quiet._load_suppliers()
        stages = quiet._load_debts(files)
        quiet._load_documents(stages)
        quiet._advance(stages)
        quiet._load_dialogue(files)
        quiet._spread_registration(files)

    def _load_suppliers(self) -> dict:
        """Creditor files by the code of their supplier."""
        rows = read_demo("suppliers")
        partners = self.env["res.partner"].create(
            [self._prepare_supplier(row) for row in rows]
        )
        pairs = list(zip(rows, partners, strict=True))
        self.env["res.partner.bank"].create(
            [{"acc_number": row["rib"], "partner_id": item.id} for row, item in pairs]
        )
        files = self.env["srm.debt.file"].create(
            [
                {
                    "partner_id": item.id,
                    "service_continuity": row["continuity"],
                    "user_id": self._owner(rank).id,
                }
                for rank, (row, item) in enumerate(pairs)
            ]
        )
        return {row["code"]: file for row, file in zip(rows, files, strict=True)}

    def _prepare_supplier(self, row: dict) -> dict:
        return {
            "name": row["name"],
            "is_company": True,
            "srm_is_supplier": True,
            "country_id": self.env.ref("base.ma").id,
            "city": row["city"],
            "company_registry": row["ice"],
            "vat": row["tax_id"],
            "srm_trade_register": row["trade_register"],
            "srm_firm_size": row["firm_size"],
            "srm_distress": row["distress"],
            "email": row["email"],
            "phone": row["phone"],
        }

    def _owner(self, rank: int):
        """Officers share the files; one in eight has no owner yet."""
        officers = self.env.ref("srm_base.group_finance_officer").all_user_ids
        if not officers or rank % 8 == 7:
            return self.env["res.users"]
        return officers[rank % len(officers)]

    def _load_debts(self, files: dict) -> dict[str, list]:
        """``(row, debt)`` pairs by the stage the debt has to reach."""
        debt_rows = {}
        rows = read_demo("debts")
        territories = self.env["srm.territory"]
        communes = territories._match([row["commune"] for row in rows])
        debts = self.env["srm.debt"].create(
            [
                self._prepare_debt(row)
                | {
                    "file_id": files[row["supplier"]].id,
                    "territory_id": communes.get(
                        territories._match_key(row["commune"])
                    ),
                }
                for row in rows
            ]
        )
        pairs = list(zip(rows, debts, strict=True))
        for row, debt in pairs:
            debt_rows.setdefault(row["stage"], []).append((row, debt))
        return debt_rows

    def _prepare_debt(self, row: dict) -> dict:
        predecessor = row["predecessor"]
        origin = f"srm_base.predecessor_{predecessor}"
        dates = {name: self._date(row[name]) for name in DATES}
        return (
            {name: row[name] or False for name in PLAIN}
            | dates
            | {
                "origin_reference": row["reference"],
                "predecessor_id": self.env.ref(origin).id if predecessor else False,
                "date_registered": dates["deposit_date"],
            }
        )

    def _reached(self, stages: dict, stage: str):
        """Debts that go at least to ``stage``."""
        ids = [
            debt.id
            for code, pairs in stages.items()
            if STAGE_RANK[code] >= STAGE_RANK[stage]
            for _row, debt in pairs
        ]
        return self.env["srm.debt"].browse(ids)

    def _load_documents(self, stages: dict) -> None:
        required = self.env["srm.debt.document.type"]._required_by_nature()
        self.env["srm.debt.document"].create(
            [
                {"debt_id": debt.id, "type_id": item.id, "date": debt.deposit_date}
                for debt in self._reached(stages, "documents")
                for item in required[debt.nature]
            ]
        )

    def _advance(self, stages: dict) -> None:
        """The same buttons as on screen; certified by the finance manager."""
        officer, manager = self._people()
        self._reached(stages, "documents").with_user(
            officer
        ).action_documents_complete()
        reconciled = self._reached(stages, "reconciled")
        for rank, debt in enumerate(reconciled, start=1):
            origin = debt.predecessor_id.code or "srm"
            debt.write(
                {
                    "ledger_reference": f"GL-{origin}-{rank}",
                    "ledger_date": debt.invoice_date,
                    "ledger_amount": debt.amount_claimed,
                }
            )
        reconciled.with_user(officer).action_reconcile()
        self._reached(stages, "certified").with_user(manager).action_certify()
        self._reached(stages, "classified").with_user(officer).action_classify()
        self._reached(stages, "scored").with_user(officer).action_score()
        self._load_blocks(stages)

    def _people(self) -> tuple:
        """An officer, and the manager who certifies."""
        managers = self.env.ref(MANAGER).all_user_ids
        officers = self.env.ref("srm_base.group_finance_officer").all_user_ids
        root = self.env.ref("base.user_root")
        manager = managers[:1] or root
        # An officer of one province does not see every file.
        free = (officers - managers).filtered(lambda user: not user.srm_territory_ids)
        return free[:1] or manager, manager

    def _load_blocks(self, stages: dict) -> None:
        officer, _manager = self._people()
        today = fields.Date.context_today(self)
        self.env["srm.debt.block"].with_user(officer).create(
            [
                {
                    "debt_id": debt.id,
                    "reason_id": self.env.ref(
                        f"srm_procurement.block_reason_{row['block']}"
                    ).id,
                    "note": row["block_note"],
                    "court_from": row["block"] == "court"
                    and today - timedelta(days=200),
                }
                for pairs in stages.values()
                for row, debt in pairs
                if row["block"]
            ]
        )

    def _load_dialogue(self, files: dict) -> None:
        officer, _manager = self._people()
        rows = read_demo("dialogue")
        by_kind = {"contact": [], "commitment": [], "action": []}
        for row in rows:
            by_kind[row["kind"]].append(row)
        self.env["srm.debt.contact"].create(
            [self._prepare_contact(row, files, officer) for row in by_kind["contact"]]
        )
        self.env["srm.debt.commitment"]._by_code().create(
            [
                self._prepare_commitment(row, files, officer)
                for row in by_kind["commitment"]
            ]
        )
        for row in by_kind["action"]:
            files[row["supplier"]].write(
                {"next_action": row["text"], "next_action_date": self._day(row["days"])}
            )

    def _prepare_contact(self, row: dict, files: dict, officer) -> dict:
        file = files[row["supplier"]]
        return {
            "file_id": file.id,
            "date": self._day(row["days"]),
            "channel": row["channel_or_party"],
            "contact_name": row["with"],
            "summary": row["text"],
            "user_id": (file.user_id or officer).id,
        }

    def _prepare_commitment(self, row: dict, files: dict, officer) -> dict:
        file = files[row["supplier"]]
        return {
            "file_id": file.id,
            "party": row["channel_or_party"],
            "promise": row["text"],
            "date": self._day(row["days"]),
            "date_due": self._day(row["due_days"]),
            "user_id": (file.user_id or officer).id,
            "state": row["state"],
        }

    def _date(self, text: str):
        """A date of the past, or a number of days before today for recent debts."""
        return self._day(text) if text.startswith("-") else text

    def _day(self, days: str):
        """The demonstration stays alive: its dates are counted from today."""
        return fields.Date.context_today(self) + timedelta(days=int(days))

    def _spread_registration(self, files: dict) -> None:
        """Files were registered one after the other, not all on the same day."""
        first = fields.Date.context_today(self) - timedelta(days=120)
        for rank, file in enumerate(files.values()):
            file.date_registered = first + timedelta(days=rank)
