#!/usr/bin/env python3
"""Recompute an audit bundle from its files alone: `python3 recompute.py FOLDER`.

It was written from docs/verify.md, with the standard library only and without code of the program that made the bundle. It prints
one line per check, and each difference with its file and number. The exit code is 0 if all agree, 1 if something differs, and 2
if the folder cannot be read.
"""

import csv
import hashlib
import json
import sys
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

SHOWN = 20  # limit of printed differences; all are counted


class Findings:
    """The performed comparisons and the differences."""

    def __init__(self):
        self.checked, self.differences = Counter(), []

    def equal(self, check, where, told, found):
        self.checked[check] += 1
        if told != found:
            self.differences.append(f"{check}: {where}: the bundle says {told!r}, recomputed {found!r}")

    def true(self, check, where, holds, what):
        self.checked[check] += 1
        if not holds:
            self.differences.append(f"{check}: {where}: {what}")


class Bundle:
    """The files of a folder; a table is a list of dictionaries of text, '' for an unknown value."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.manifest = json.loads(self.bytes("manifest.json"))

    def bytes(self, name):
        return (self.folder / name).read_bytes()

    def table(self, name):
        with (self.folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def journal(self):
        return [json.loads(line) for line in self.bytes("journal.jsonl").decode().splitlines()]


def sha256(content):
    return hashlib.sha256(content if isinstance(content, bytes) else content.encode()).hexdigest()


def number(text):
    return int(text) if text else None


def by(rows, *names):
    """Group rows by one or several columns."""
    grouped = defaultdict(list)
    for row in rows:
        key = row[names[0]] if len(names) == 1 else tuple(row[name] for name in names)
        grouped[key].append(row)
    return grouped


def months(first, last):
    while first <= last:
        yield first
        year, month = int(first[:4]), int(first[5:7])
        first = f"{year + month // 12}-{month % 12 + 1:02}-01"


# --- the files themselves -------------------------------------------------------------------------------------------


def check_files(bundle, found):
    listed = bundle.manifest["files"]
    there = {str(path.relative_to(bundle.folder)) for path in bundle.folder.rglob("*") if path.is_file()}
    for name in sorted(there - listed.keys() - {"manifest.json"}):
        found.true("files", name, False, "is not in the manifest")
    for name, told in listed.items():
        found.equal("files", name, told, sha256(bundle.bytes(name)) if name in there else None)


# --- lists ----------------------------------------------------------------------------------------------------------

REASONS = (
    "died", "moved", "not_resident", "wage_earner", "civil_servant", "refused", "other_payer", "already_protected",
    "refused_by_insurer", "nik_unusable", "not_in_dukcapil", "birth_date_unknown", "too_young", "too_old", "no_work", "no_group",
    "not_for_this_fund", "decile_unknown", "decile_too_high",
)  # fmt: skip
EVENTS = {
    "died": "died", "moved": "moved", "became_wage_earner": "wage_earner", "became_civil_servant": "civil_servant",
    "refused": "refused",
}  # fmt: skip


def check_runs(bundle, found):
    """Check every run; return the selected people of each, in order."""
    chosen = {}
    limits = bundle.table("legal_terms")
    approvals = by(bundle.table("approvals"), "run_id")
    for decree in bundle.table("decrees"):
        if run := decree["run_id"]:
            chosen[run] = check_run(bundle, found, run, limits, approvals[run])
    return chosen


def check_run(bundle, found, run, limits, approvals):
    folder = f"runs/{run}"
    manifest_bytes, inputs_bytes = bundle.bytes(f"{folder}/manifest.json"), bundle.bytes(f"{folder}/inputs.csv")
    criteria_bytes, list_bytes = bundle.bytes(f"{folder}/criteria.json"), bundle.bytes(f"{folder}/list.csv")
    manifest, criteria = json.loads(manifest_bytes), json.loads(criteria_bytes)
    for name, content in (("inputs", inputs_bytes), ("criteria", criteria_bytes), ("list", list_bytes)):
        found.equal("hashes of a list", f"{folder} {name}", manifest[f"{name}_sha256"], sha256(content))
    found.equal("manifests in canonical form", folder, canonical(manifest), manifest_bytes)
    found.equal("manifests in canonical form", f"{folder} criteria", canonical(criteria), criteria_bytes)
    steps = criteria.get("approval", {}).get("steps", [])
    approved = [each["step"] for each in approvals if each["list_sha256"] == sha256(manifest_bytes)]
    found.equal("approvals", folder, steps, approved)
    inputs = bundle.table(f"{folder}/inputs")
    ranked = rank(inputs, criteria, manifest, limits)
    written = csv_of(ranked)
    if written != list_bytes:
        kept = {row["person_id"]: row for row in bundle.table(f"{folder}/list")}
        for row in ranked:
            found.equal("lists", f"{folder} person {row['person_id']}", kept.get(row["person_id"]), row)
        found.true("lists", folder, False, "the list is not the one that its inputs give")
    found.checked["lists"] += 1
    chosen = [row for row in ranked if row["outcome"] == "chosen"]
    eligible = sum(row["rank"] != "" for row in ranked)
    figures = len(ranked), eligible, len(chosen), len(chosen) * manifest["worker_cost"]
    told = tuple(manifest[name] for name in ("candidates", "eligible", "chosen", "cost"))
    found.equal("figures of a list", folder, told, figures)
    return chosen


def canonical(document):
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


LIST = (
    "person_id", "rank", "score", "continuity_points", "group_points", "decile_points", "outcome", "reason", "distance", "group_code",
    "decile", "village_code",
)  # fmt: skip


def csv_of(ranked):
    lines = [",".join(LIST)] + [",".join(row[name] for name in LIST) for row in ranked]
    return ("\n".join(lines) + "\n").encode()


def rank(inputs, criteria, terms, limits):
    judged = [judge(person, criteria, terms, limits) for person in inputs]
    eligible = sorted((each for each in judged if each["bar"] is None), key=lambda each: each["order"])
    wanted = terms["headcount"]
    places = min(len(eligible), terms["ceiling"] // terms["worker_cost"], len(eligible) if wanted is None else wanted)
    turns, full = take(eligible, criteria.get("quotas", []), places)
    reached = min(places, max((turn for turn in turns if turn), default=0))
    for position, (each, turn, is_full) in enumerate(zip(eligible, turns, full, strict=True), start=1):
        is_chosen = turn is not None and turn <= reached
        each["rank"] = str(position)
        each["outcome"] = "chosen" if is_chosen else "not_reached"
        each["reason"] = "quota_full" if is_full and criteria.get("quotas") else "within_budget" if is_chosen else "below_the_cut"
        each["distance"] = "" if turn is None else str(turn - reached)
    barred = sorted((each for each in judged if each["bar"]), key=lambda each: int(each["person_id"]))
    for each in barred:
        each |= {"rank": "", "outcome": "excluded", "reason": each["bar"], "distance": ""}
    return [{name: each[name] for name in LIST} for each in [*eligible, *barred]]


def take(eligible, quotas, places):
    """Return the position of each candidate by rank, None if a full quota excludes her; and whether that quota was full when the last
    position was taken."""
    left, turns, full, taken = [quota["at_most"] for quota in quotas], [], [], 0
    ended = None if places else list(left)
    for each in eligible:
        touched = [
            place for place, quota in enumerate(quotas)
            if each["village_code"].startswith(quota.get("region") or "") and quota.get("group") in (None, each["group_code"])
        ]  # fmt: skip
        full.append(any((left if ended is None else ended)[place] == 0 for place in touched))
        if any(left[place] == 0 for place in touched):
            turns.append(None)
            continue
        for place in touched:
            left[place] -= 1
        taken += 1
        turns.append(taken)
        if taken == places:
            ended = list(left)
    return turns, full


def judge(person, criteria, terms, limits):
    groups = set(person["groups"].split())
    merits = [merit for merit in criteria["groups"] if merit["code"] in groups]
    allowed = payable(criteria, terms)
    paid = [merit for merit in merits if allowed is None or merit["code"] in allowed]
    # for equal points the first one in the criteria
    counted_group = max(paid or merits, key=lambda merit: merit["points"], default=None)
    deciles = criteria["deciles"]
    decile = number(person["decile"])
    counted = deciles.get("unknown_counts_as") if decile is None else decile
    limit = deciles["at_most"].get(person["decile_source"], deciles["otherwise"])
    limit = max([limit, *(merit["decile_at_most"] for merit in merits if merit.get("decile_at_most") is not None)])
    points = {
        "continuity_points": criteria["continuity"]["points"] if person["is_continuing"] == "true" else 0,
        "group_points": sum(merit["points"] for merit in merits),
        "decile_points": deciles["points"].get(str(counted), 0),
    }
    score = sum(points.values())
    against = objections(person, criteria, terms, limits, counted_group, paid, allowed, counted, limit)
    bar = next((reason for reason in REASONS if reason in against), None)
    return {
        "person_id": person["person_id"], "score": str(score), **{name: str(value) for name, value in points.items()},
        "group_code": counted_group["code"] if counted_group else "", "decile": person["decile"],
        "village_code": person["village_code"], "bar": bar,
        "order": standing(person, criteria, terms, score, counted) if bar is None else None,
    }  # fmt: skip


def payable(criteria, terms):
    rule = criteria.get("funds", {}).get(terms["fund_kind"] or "")
    ties = ([set(rule["only"])] if rule else []) + ([set(terms["fund_groups"].split())] if terms["fund_groups"] is not None else [])
    return set.intersection(*ties) if ties else None


def standing(person, criteria, terms, score, counted):
    """Smaller goes first: points, then ties in their order, then the draw, then the number."""
    ties = {"decile": counted, "older": date.fromisoformat(person["birth_date"])}
    drawn = int.from_bytes(hashlib.sha256(f"{terms['seed']}:{person['person_id']}".encode()).digest()[:8], "big")
    return (-score, *(ties[tie] for tie in criteria["order"]["ties"] if tie in ties), drawn, int(person["person_id"]))


def objections(person, criteria, terms, limits, counted_group, paid, allowed, counted, limit):
    first_day = date.fromisoformat(f"{terms['month_from']}-01")
    events = person["events"].split()
    against = {EVENTS[event] for event in criteria["exclusions"]["events"] if event in events}
    work = person["occupation"] or "none"
    if "became_wage_earner" in criteria["exclusions"]["events"] and work == "employed":
        against.add("wage_earner")
    born = date.fromisoformat(person["birth_date"]) if person["birth_date"] else None
    age = criteria["age"]
    law = law_limit(limits, "registration_age_limit", terms["month_from"])
    too_old = min(age.get("below") or law, law)
    facts = {
        "not_resident": not any(person["village_code"].startswith(region) for region in criteria["residence"]["regions"])
        and person["village_code"] != "",
        "other_payer": criteria["exclusions"]["other_payer"] and person["has_other_payer"] == "true",
        "already_protected": person["is_covered"] == "true",
        "refused_by_insurer": person["is_refused_by_insurer"] == "true",
        "nik_unusable": criteria["identity"]["nik"] == "required" and person["has_nik"] != "true",
        "not_in_dukcapil": criteria["identity"]["dukcapil"] == "required" and person["is_dukcapil_matched"] != "true",
        "birth_date_unknown": born is None,
        "too_young": born is not None and born > years_before(first_day, age["at_least"]),
        "too_old": born is not None and born <= years_before(first_day, too_old),
        "no_work": criteria["work"]["required"] and work == "none",
        "no_group": counted_group is None,
        "not_for_this_fund": not paid and allowed is not None,
        "decile_unknown": counted is None,
        "decile_too_high": counted is not None and counted > limit,
    }  # fmt: skip
    return against | {reason for reason, stands in facts.items() if stands}


def years_before(day, years):
    return day.replace(year=day.year - years)


def law_limit(limits, term, month):
    """Return the latest rule in force; before the first rule, the first."""
    rules = sorted((row["valid_from"], int(row["value"])) for row in limits if row["term"] == term)
    begun = [value for since, value in rules if since <= month]
    return begun[-1] if begun else rules[0][1]


# --- decrees --------------------------------------------------------------------------------------------------------

FROZEN = (
    "line",
    "action",
    "person_id",
    "replaces_line_id",
    "reason",
    "month_from",
    "month_to",
    "group_code",
    "village_code",
)


def check_decrees(bundle, found, chosen):
    lines = by(bundle.table("decree_lines"), "decree_id")
    every = {line["id"]: line for rows in lines.values() for line in rows}
    for decree in bundle.table("decrees"):
        rows = lines[decree["id"]]
        text = "\n".join("\t".join(row[name] for name in FROZEN) for row in rows)
        found.equal("hashes of a decree", decree["number"], decree["list_sha256"], sha256(text))
        found.equal("lines of a decree", decree["number"], [str(n + 1) for n in range(len(rows))], [row["line"] for row in rows])
        if decree["run_id"]:
            named = [(row["person_id"], row["group_code"], row["village_code"]) for row in rows]
            listed = sorted(chosen[decree["run_id"]], key=lambda row: (row["village_code"], int(row["rank"])))
            ranked = [(row["person_id"], row["group_code"], row["village_code"]) for row in listed]
            found.equal("names of a decree", decree["number"], ranked, named)
            span = {(decree["month_from"], decree["month_to"], "inclusion")}
            told = {(row["month_from"], row["month_to"], row["action"]) for row in rows}
            found.equal("months of a decree", decree["number"], span, told)
        for row in rows:
            if decree["amends_id"] and row["replaces_line_id"]:
                check_amended(found, decree, row, every)
    holding = places(bundle)
    taken = Counter((line["person_id"], month) for line in holding for month in months(line["month_from"], line["last"]))
    found.equal("one place a month", "decrees", [], sorted(key for key, count in taken.items() if count > 1))


def check_amended(found, decree, row, every):
    ended, where = every.get(row["replaces_line_id"]), f"{decree['number']} line {row['line']}"
    found.true("amendments", where, ended, "names a line that is not there")
    if ended and row["action"] == "termination":
        found.equal("amendments", where, ended["person_id"], row["person_id"])
        found.true("amendments", where, row["month_to"] <= ended["month_to"], "ends after its line")


def places(bundle):
    """Return every line with a place, with its last month after terminations, and the times of both issues."""
    decrees = {row["id"]: row for row in bundle.table("decrees")}
    rows = bundle.table("decree_lines")
    ends = {row["replaces_line_id"]: row for row in rows if row["action"] == "termination"}
    held = []
    for row in rows:
        if row["action"] == "termination":
            continue
        decree, end = decrees[row["decree_id"]], ends.get(row["id"])
        last = min(row["month_to"], end["month_to"]) if end else row["month_to"]
        held.append(row | {
            "root": decree["amends_id"] or decree["id"], "last": last, "issued_at": decree["issued_at"],
            "ended_at": decrees[end["decree_id"]]["issued_at"] if end else "",
        })  # fmt: skip
    return held


# --- bills ----------------------------------------------------------------------------------------------------------


def check_bills(bundle, found):
    months_of = by(bundle.table("worker_months"), "bill_id")
    answers, deaths, held = (
        by(bundle.table("answers"), "person_id"),
        by(bundle.table("deaths"), "person_id"),
        places(bundle),
    )
    roots = {row["id"]: row["amends_id"] or row["id"] for row in bundle.table("decrees")}
    line_root = {row["id"]: roots[row["decree_id"]] for row in bundle.table("decree_lines")}
    billed = set()
    for bill in bundle.table("bills"):
        rows, where = months_of[bill["id"]], f"bill {bill['billing_code']}"
        found.equal("sums of a bill", where, int(bill["amount"]), sum(int(row["amount"]) for row in rows))
        found.equal("sums of a bill", where, int(bill["worker_months"]), len(rows))
        found.equal("sums of a bill", where, int(bill["worker_count"]), len({row["person_id"] for row in rows}))
        for row in rows:
            if int(row["jkk_amount"]) + int(row["jkm_amount"]) != int(row["amount"]):
                found.true("sums of a bill", f"{where} person {row['person_id']}", False, "JKK and JKM are not the amount")
        members = accepted(answers, line_root, bill)
        owed = owed_by(bill, held, members, deaths, billed)
        told = {(row["person_id"], row["month"]): row["decree_line_id"] for row in rows}
        found.equal("months of a bill", where, [], sorted(set(owed.items()) ^ set(told.items()))[:SHOWN])
        billed |= told.keys()
        known = [row for row in rows if row["person_id"] in members]
        facts = ((row["month"][:7], members[row["person_id"]][0], row["jkk_amount"], row["jkm_amount"]) for row in known)
        listed = sorted(facts)
        text = "\n".join(f"{number_};{month};{jkk};{jkm}" for month, number_, jkk, jkm in listed)
        found.equal("hashes of a bill", where, bill["list_sha256"], sha256(text))


def accepted(answers, line_root, bill):
    """Return for each person accepted before the bill: the latest number, and the first month of cover."""
    members = {}
    for person, rows in answers.items():
        known = [
            row for row in rows
            if row["answer"] == "accepted" and row["answered_at"] <= bill["recorded_at"]
            and line_root[row["decree_line_id"]] == bill["decree_id"]
        ]  # fmt: skip
        if known:
            latest = max(known, key=lambda row: int(row["id"]))
            members[person] = latest["membership_number"], min(row["start_month"] for row in known)
    return members


def owed_by(bill, held, members, deaths, billed):
    owed = {}
    for line in sorted(held, key=lambda row: int(row["id"])):
        person = line["person_id"]
        if line["root"] != bill["decree_id"] or person not in members or line["issued_at"] > bill["recorded_at"]:
            continue
        is_ended = line["ended_at"] and line["ended_at"] <= bill["recorded_at"]
        last = line["last"] if is_ended else line["month_to"]
        first = max(line["month_from"], members[person][1], bill["month_from"])
        died = min((row["event_date"] for row in deaths.get(person, []) if known_at(row, bill["recorded_at"])), default=None)
        for month in months(first, min(last, bill["month_to"])):
            is_after_death = died is not None and month > died[:7] + "-31"
            if (person, month) not in billed and not is_after_death:
                owed.setdefault((person, month), line["id"])
    return owed


def known_at(row, instant):
    return row["recorded_at"] <= instant and not ("" < row["withdrawn_at"] <= instant)


# --- payments and confirmations -------------------------------------------------------------------------------------


def check_payments(bundle, found):
    months_of, paid = by(bundle.table("worker_months"), "bill_id"), by(bundle.table("paid_months"), "payment_id")
    before = Counter()
    for payment in bundle.table("payments"):
        start = before[payment["bill_id"]]
        end, reach, bought = start + int(payment["amount"]), 0, set()
        for row in sorted(months_of[payment["bill_id"]], key=lambda row: (row["month"], int(row["decree_line_id"]), int(row["person_id"]))):
            reach += int(row["amount"])
            if start < reach <= end:
                bought.add((row["person_id"], row["month"]))
        told = {(row["person_id"], row["month"]) for row in paid[payment["id"]]}
        found.equal("paid months", f"payment {payment['id']}", [], sorted(told ^ bought)[:SHOWN])
        found.checked["paid months"] += len(bought)
        before[payment["bill_id"]] = end
    for bill in bundle.table("bills"):
        found.true(
            "paid months",
            f"bill {bill['billing_code']}",
            before[bill["id"]] <= int(bill["amount"]),
            "more is paid than billed",
        )


def check_confirmations(bundle, found):
    """Check that every row of the insurer's file is a confirmed month or a difference, and so is each unconfirmed month of those rows."""
    bill_rows = by(bundle.table("worker_months"), "bill_id")
    amounts = {(row["person_id"], row["month"]): int(row["amount"]) for rows in bill_rows.values() for row in rows}
    paid = {(row["person_id"], row["month"]) for row in bundle.table("paid_months")}
    confirmed, differences = (
        by(bundle.table("confirmed_months"), "insurer_receipt_id"),
        by(bundle.table("differences"), "insurer_receipt_id"),
    )
    for receipt in bundle.table("insurer_receipts"):
        where = f"insurer receipt {receipt['id']}"
        told, found_here = confirmed[receipt["id"]], differences[receipt["id"]]
        of_rows = [row for row in found_here if row["line"]]
        over = {(row["person_id"], row["month"]): int(row["received_amount"]) for row in of_rows if row["kind"] == "over"}
        keys = [(row["person_id"], row["month"]) for row in told]
        rows = len(keys) + sum(row["kind"] != "over" for row in of_rows)
        amount = sum(over.get(key, amounts[key]) for key in keys)
        amount += sum(int(row["received_amount"]) for row in of_rows if row["kind"] != "over")
        found.equal("confirmed months", where, (int(receipt["worker_months"]), int(receipt["amount"])), (rows, amount))
        found.equal("confirmed months", where, [], [key for key in keys if key not in paid][:SHOWN])
        found.checked["confirmed months"] += len(keys)


# --- journal --------------------------------------------------------------------------------------------------------

MONEY = {"cash", "received", "contribution", "refund", "carried"}
PROMISES = {"budget", "free", "committed", "payable"}


def check_journal(bundle, found):
    postings = by(bundle.table("postings"), "transaction_id")
    heads, balances = {}, Counter()
    for link in bundle.journal():
        where, fund = f"fund {link['fund_id']} number {link['number']}", link["fund_id"]
        rows = sorted(postings[str(link["id"])], key=lambda row: (row["field"], row["account"]))
        text = "\n".join(f"{row['field']} {row['account']} {row['amount']}" for row in rows)
        found.equal("hashes of postings", where, link["postings_sha256"], sha256(text))
        number_, previous = heads.get(fund, (0, ""))
        found.equal("chain", where, (number_ + 1, previous), (link["number"], link["previous_hash"] or ""))
        found.equal("chain", where, link["hash"], sha256(linked(link)))
        heads[fund] = link["number"], link["hash"]
        for half in (MONEY, PROMISES):
            for field in {row["field"] for row in rows}:
                total = sum(int(row["amount"]) for row in rows if row["field"] == field and row["account"] in half)
                found.equal("sums of postings", where, 0, total)
        for row in rows:
            balances[str(fund), row["field"], row["account"]] += int(row["amount"])
    told = {(row["fund_id"], row["field"], row["account"]): int(row["balance"]) for row in bundle.table("balances")}
    for key in sorted(told.keys() | balances.keys()):
        found.equal("balances", " ".join(key), told.get(key, 0), balances[key])
    check_bills_in_journal(bundle, found)


def linked(link):
    """Return the hashed text: a JSON array as PostgreSQL writes it, with a space after each comma."""
    parts = [
        link["previous_hash"], link["fund_id"], link["number"], link["day"], link["kind"], link["reference"], link["memo"],
        link["document"], link["reverses_id"], link["recorded_at"], link["postings_sha256"],
    ]  # fmt: skip
    return json.dumps(parts, ensure_ascii=False, separators=(", ", ": "))


def check_bills_in_journal(bundle, found):
    """Check that bills and payments are in the journal with their amounts."""
    moved = defaultdict(Counter)
    for row in bundle.table("postings"):
        moved[row["transaction_id"]][row["account"]] += int(row["amount"])
    for bill in bundle.table("bills"):
        found.equal("bills in the journal", bill["billing_code"], -int(bill["amount"]), moved[bill["transaction_id"]]["payable"])
    for payment in bundle.table("payments"):
        found.equal("payments in the journal", payment["id"], -int(payment["amount"]), moved[payment["transaction_id"]]["cash"])


# --- first in, first out --------------------------------------------------------------------------------------------


def check_sources(bundle, found):
    """Check that rupiah n of a fund's outflows is rupiah n of its sources, in the order of the journal's numbers."""
    untied = tied_fields(bundle)
    postings, links = by(bundle.table("postings"), "transaction_id"), by(bundle.journal(), "fund_id")
    told = by(bundle.table("sources"), "fund_id", "side")
    for fund, chain in links.items():
        reversed_ = {link["reverses_id"] for link in chain if link["reverses_id"]}
        cash = {link["id"]: free_cash(postings[str(link["id"])], untied, fund) for link in chain}
        moved = [
            (link, sum(cash[link["id"]])) for link in chain
            if cash[link["id"]] and link["kind"] != "reverse" and link["id"] not in reversed_
        ]  # fmt: skip
        sources = laid(kept(moved))
        outflows = laid([(link["id"], -amount) for link, amount in moved if link["kind"] in ("pay", "carry") and amount < 0])
        for side, spans in (("source", sources), ("outflow", outflows)):
            listed = [(int(row["transaction_id"]), int(row["starts"]), int(row["ends"])) for row in told[str(fund), side]]
            found.equal("first in, first out", f"fund {fund} {side}s", sorted(listed), sorted(spans))
        if sources and outflows:
            found.true("first in, first out", f"fund {fund}", outflows[-1][2] <= sources[-1][2], "more left than came")


def free_cash(rows, tied, fund):
    """Return the movements of a fund's cash in the fields that may pay contributions."""
    return [int(row["amount"]) for row in rows if row["account"] == "cash" and (str(fund), row["field"]) not in tied]


def tied_fields(bundle):
    """Return the fields of a fund that may not pay contributions, by the latest share of each."""
    latest = {}
    for row in bundle.table("fund_shares"):
        key = row["fund_id"], row["field"]
        if key not in latest or row["valid_from"] > latest[key]["valid_from"]:
            latest[key] = row
    return {key for key, row in latest.items() if row["pays_contributions"] != "true"}


def kept(moved):
    """Return the sources minus refunds to donors, which reduce the newest deposit of the same gift."""
    returned = Counter()
    for link, amount in moved:
        if link["kind"] == "refund":
            returned[link["reference"]] -= amount
    came = [(link, amount) for link, amount in moved if link["kind"] in ("receive", "donate", "carry") and amount > 0]
    left = []
    for link, amount in reversed(came):
        taken = min(amount, returned[link["reference"]]) if link["reference"] is not None else 0
        returned[link["reference"]] -= taken
        left.append((link["id"], amount - taken))
    return [(number_, amount) for number_, amount in reversed(left) if amount > 0]


def laid(parts):
    spans, end = [], 0
    for number_, amount in parts:
        spans.append((number_, end, end + amount))
        end += amount
    return spans


def main(folder):
    try:
        bundle, found = Bundle(folder), Findings()
        check_files(bundle, found)
        check_decrees(bundle, found, check_runs(bundle, found))
        for check in (check_bills, check_payments, check_confirmations, check_journal, check_sources):
            check(bundle, found)
    except (OSError, ValueError, KeyError) as wrong:
        print(f"{folder}: cannot be read as an audit bundle: {type(wrong).__name__} {wrong}", file=sys.stderr)
        return 2
    for check, count in found.checked.items():
        print(f"{count:8} {check}")
    for difference in found.differences[:SHOWN]:
        print(f"DIFFERS {difference}")
    print("no difference" if not found.differences else f"{len(found.differences)} differences")
    return 1 if found.differences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else print(__doc__, file=sys.stderr) or 2)
