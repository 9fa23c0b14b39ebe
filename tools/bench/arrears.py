"""Ageing, scoring and dashboard of the arrears desk.

``size`` debts of ``size / 10`` creditors are written by SQL, spread over predecessors,
communes, stages and ages. Measured: the nightly refresh of delays and fines of every
debt, the scoring of every file, and the dashboard (median of five loads, the first
one apart).

Peers, on the same debts: the aged partner balance of OCA ``account_financial_report``
(installed in the throw-away database only) on PEER_LINES of the debts entered as
journal items, against our ageing by creditor of the same debts, both totals compared;
the ageing table made by ``search_read`` and sums in Python dictionaries; and the
refresh done by the stored computes of the ORM, measured on a sample and brought to
``size``.
"""

import resource
import statistics
import time
from collections import defaultdict

from bench._copies import copy_rows

from odoo import Command

from srm_cli.bench import timed

SIZE = 200_000
DEBTS_PER_FILE = 10
CHUNK = 20_000
PEER_SAMPLE = 5000
#: What the OCA report does in reasonable time and memory on two cores.
PEER_LINES = 50_000
AMOUNTS = ("amount_remaining", "exposure_fine")


def run(env, size, compare):
    """Figures of the bench; amounts of time in seconds."""
    figures = {"files": max(size // DEBTS_PER_FILE, 1)}
    with timed(figures, "generate"):
        generate(env, size, figures["files"])
    with timed(figures, "refresh_exposure"):
        refresh(env)
    files = env["srm.debt.file"].search([])
    with timed(figures, "scoring"):
        files._compute_scores("bench")
        env.cr.commit()
    with timed(figures, "scoring_again"):
        files._compute_scores("bench")
        env.cr.commit()
    figures |= dashboard(env)
    figures["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    if compare:
        figures |= peers(env, size, figures)
    return figures


def generate(env, size, files):
    """Write the creditors, their files and their debts, in three statements."""
    env.flush_all()
    parameters = {
        "size": size,
        "files": files,
        "company": env.company.id,
        "currency": env.company.currency_id.id,
        "user": env.uid,
        "predecessors": env["srm.predecessor"].search([]).ids,
        "communes": env["srm.territory"].search([("level", "=", "commune")]).ids,
    }
    env.cr.execute("SELECT setseed(0.6921)")
    for statement in (PARTNERS, FILES, DEBTS):
        env.cr.execute(statement, parameters)
    env.cr.commit()
    env.cr.execute("ANALYZE srm_debt, srm_debt_file, res_partner")
    env.cr.commit()
    env.invalidate_all(flush=False)


PARTNERS = """
    INSERT INTO res_partner (name, complete_name, is_company, active, type,
                             srm_is_supplier, srm_firm_size, srm_distress,
                             company_registry, autopost_bills)
    SELECT 'Firme ' || n, 'Firme ' || n, TRUE, TRUE, 'contact', TRUE,
           (ARRAY['micro', 'small', 'medium', 'large'])[1 + n %% 4],
           (n %% 4)::text, 'BENCH' || n, 'ask'
      FROM generate_series(1, %(files)s) AS n
"""

FILES = """
    INSERT INTO srm_debt_file (name, company_id, currency_id, partner_id, stage,
                               date_registered, distress, service_continuity, blocked)
    SELECT 'B/' || p.id, %(company)s, %(currency)s, p.id, 'registered', CURRENT_DATE,
           p.srm_distress, (p.id %% 4)::text, FALSE
      FROM res_partner p WHERE p.company_registry LIKE 'BENCH%%'
"""

DEBTS = """
    WITH creditor AS (
        SELECT id, partner_id, row_number() OVER (ORDER BY id) AS rank
          FROM srm_debt_file WHERE name LIKE 'B/%%'
    ), drawn AS (
        SELECT n, random() AS age,
               round((exp(7 + 6 * random()))::numeric, 2) AS claimed,
               (ARRAY['registered', 'documents', 'reconciled', 'certified',
                      'classified', 'scored', 'closed'])[1 + n %% 7] AS stage
          FROM generate_series(1, %(size)s) AS n
    ), invoice AS (
        SELECT *, (CURRENT_DATE - (30 + 1400 * age)::int) AS invoice_date,
               stage IN ('certified', 'classified', 'scored', 'closed') AS accepted
          FROM drawn
    )
    INSERT INTO srm_debt (company_id, currency_id, file_id, partner_id, predecessor_id,
        origin_reference, date_registered, nature, regime, territory_id, province_id,
        invoice_reference, invoice_date, service_date, agreed_days,
        amount_claimed, amount_certified,
        amount_contested, amount_rejected, amount_paid_before, amount_settled,
        amount_paid, amount_remaining, amount_open, amount_payable, amount_retention,
        retention_released, stage, blocked, bearer, transfer_act, certified_by_id,
        create_uid, write_uid, create_date, write_date)
    SELECT %(company)s, %(currency)s, c.id, c.partner_id,
           (%(predecessors)s)[1 + i.n %% array_length(%(predecessors)s, 1)],
           'B-' || i.n, CURRENT_DATE,
           (ARRAY['works', 'supplies', 'services', 'studies'])[1 + i.n %% 4],
           'public_2_16_344',
           t.id, t.province_id,
           'F' || i.n, i.invoice_date, i.invoice_date - (i.n %% 30),
           (ARRAY[0, 60, 90, 120])[1 + i.n %% 4],
           i.claimed, CASE WHEN accepted THEN i.claimed ELSE 0 END, 0, 0, p.paid, 0,
           p.paid, i.claimed - p.paid,
           CASE WHEN accepted THEN i.claimed - p.paid ELSE 0 END,
           CASE WHEN accepted THEN i.claimed - p.paid ELSE 0 END, 0,
           FALSE, i.stage, i.n %% 11 = 0,
           CASE WHEN accepted THEN 'srm' END, CASE WHEN accepted THEN 'bench' END,
           CASE WHEN accepted THEN %(user)s END,
           %(user)s, %(user)s, now(), now()
      FROM invoice i
      JOIN srm_territory t
        ON t.id = (%(communes)s)[1 + (i.n * 7) %% array_length(%(communes)s, 1)]
      JOIN creditor c ON c.rank = 1 + (i.n - 1) %% %(files)s
     CROSS JOIN LATERAL (
           SELECT CASE WHEN i.stage = 'closed' THEN i.claimed
                       WHEN i.n %% 5 = 0 THEN round(i.claimed * 0.3, 2)
                       ELSE 0 END AS paid
     ) p
"""


def refresh(env):
    """The nightly refresh, chunk after chunk as the scheduled action does it."""
    remaining = 1
    while remaining:
        _done, remaining = env["srm.debt"]._refresh_exposure(CHUNK)
        env.cr.commit()
        env.invalidate_all()


def dashboard(env):
    """First load, then the median of four others, caches of the ORM emptied."""
    seconds = []
    for _load in range(5):
        env.invalidate_all()
        begin = time.perf_counter()
        env["srm.arrears.dashboard"].get_dashboard({})
        seconds.append(time.perf_counter() - begin)
    return {
        "dashboard_first": round(seconds[0], 3),
        "dashboard": round(statistics.median(seconds[1:]), 3),
    }


def peers(env, size, figures):
    """The same work by the usual ways, and how many times slower they are."""
    env.invalidate_all()
    found = {}
    with timed(found, "peer_search_read_ageing"):
        aged_by_search_read(env)
    env.invalidate_all()
    sample = env["srm.debt"].search([], limit=PEER_SAMPLE)
    with timed(found, "sample"):
        # The stored compute of the ORM, in one batch: what a plain add-on would do.
        env.add_to_compute(sample._fields["due_date"], sample)
        env.flush_all()
    env.cr.rollback()
    found["peer_orm_refresh"] = round(found.pop("sample") * size / len(sample), 1)
    found["ratio_dashboard"] = round(
        found["peer_search_read_ageing"] / figures["dashboard"], 1
    )
    found["ratio_refresh"] = round(
        found["peer_orm_refresh"] / figures["refresh_exposure"], 1
    )
    return found | aged_partner_balance(env, min(size, PEER_LINES))


def aged_partner_balance(env, lines):
    """Our ageing by creditor against the aged partner balance of the OCA report."""
    debts = env["srm.debt"].search(
        [("amount_remaining", ">", 0)], order="id", limit=lines
    )
    found = {"peer_lines": len(debts)}
    last, day = debts[-1].id, debts[0].exposure_date
    env.invalidate_all()
    with timed(found, "ageing_by_creditor"):
        groups = env["srm.debt"]._read_group(
            [("amount_remaining", ">", 0), ("id", "<=", last)],
            ["partner_id", "age_bucket"],
            ["amount_remaining:sum"],
        )
        ours = sum(amount for _partner, _bucket, amount in groups)
    account = enter_in_books(env, last)
    report, data = oca_report(env, account, day)
    env.invalidate_all()
    with timed(found, "peer_oca_aged_partner_balance"):
        values = report._get_report_values(data["wizard_id"], data)
    theirs = -sum(item["residual"] for item in values["aged_partner_balance"])
    assert abs(ours - theirs) < 1, f"the two ageings differ: {ours} and {theirs}"
    found["ratio_oca_aged_partner_balance"] = round(
        found["peer_oca_aged_partner_balance"] / found["ageing_by_creditor"], 1
    )
    return found


def enter_in_books(env, last):
    """One posted entry per debt on a payable account of its own; the account."""
    account = env["account.account"].create(
        {"name": "Bench", "code": "441199", "account_type": "liability_payable"}
    )
    cost = env["account.account"].search([("account_type", "=", "expense")], limit=1)
    sides = ((account, {"credit": 1.0}), (cost, {"debit": 1.0}))
    move = env["account.move"].create(
        {
            "move_type": "entry",
            "line_ids": [
                Command.create({"account_id": side.id, "name": "Bench"} | amount)
                for side, amount in sides
            ],
        }
    )
    move._post(soft=False)
    item = move.line_ids.filtered("credit")
    env.flush_all()
    count = numbered_debts(env, last)
    entry = copy_rows(
        *(env.cr, "account_move", move.id, count),
        {"name": "'BENCH/' || n", "sequence_number": "n", "ref": "'B' || n"},
    )
    base = copy_rows(
        *(env.cr, "account_move_line", item.id, count), {"move_id": f"{entry} + n"}
    )
    env.cr.execute(
        """UPDATE account_move_line l
              SET partner_id = b.partner_id, credit = b.amount_remaining,
                  balance = -b.amount_remaining, amount_residual = -b.amount_remaining,
                  date_maturity = b.due_date
             FROM bench_debt b WHERE l.id = %s + b.n""",
        (base,),
    )
    env.cr.execute("DELETE FROM account_move_line WHERE move_id = %s", (move.id,))
    env.cr.commit()
    env.cr.execute("ANALYZE account_move, account_move_line")
    env.cr.commit()
    env.invalidate_all(flush=False)
    return account


def numbered_debts(env, last):
    """Number the debts from 1 in a temporary table; their count."""
    env.cr.execute(
        """CREATE TEMPORARY TABLE bench_debt AS
           SELECT row_number() OVER (ORDER BY id) AS n, partner_id,
                  amount_remaining, due_date
             FROM srm_debt WHERE amount_remaining > 0 AND id <= %s""",
        (last,),
    )
    env.cr.execute("SELECT count(*) FROM bench_debt")
    return env.cr.fetchone()[0]


def oca_report(env, account, day):
    """The OCA report and what its wizard gives it."""
    module = env["ir.module.module"].search([("name", "=", "account_financial_report")])
    if not module:
        env["ir.module.module"].update_list()
        module = module.search([("name", "=", "account_financial_report")])
    module.button_immediate_install()
    env.reset()
    fresh = env(su=True)
    wizard = fresh["aged.partner.balance.report.wizard"].create(
        {"date_at": day, "account_ids": [Command.set(account.ids)]}
    )
    data = wizard._prepare_report_data()
    data["date_at"] = day.isoformat()
    name = "report.account_financial_report.aged_partner_balance"
    return fresh[name], data


def aged_by_search_read(env):
    """Ageing by predecessor and province: every line read, summed in Python."""
    lines = env["srm.debt"].search_read(
        [("stage", "not in", ("paid", "closed"))],
        ["predecessor_id", "province_id", "age_bucket", "stage", *AMOUNTS],
    )
    totals = defaultdict(lambda: dict.fromkeys(AMOUNTS, 0.0))
    for line in lines:
        origin, province = line["predecessor_id"], line["province_id"]
        key = (origin and origin[0], province and province[0], line["age_bucket"])
        for name in AMOUNTS:
            totals[key][name] += line[name]
    return totals
