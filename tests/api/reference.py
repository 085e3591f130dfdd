"""The reference: a slow and plain implementation of every query, for comparison with the compiled one.

graphql-core's own executor runs over rows in memory. Visibility, filters, orders, pages, aggregates and the past are implemented
here a second time, in Python. They use the same declarations (api/schema/types/__init__.py) and no code of the compiler.
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cmp_to_key
from typing import Any

from graphql import build_schema, execute_sync, parse

from api.sql.entities import Kind
from jamsos.access.rules import Actor
from jamsos.db import reference_of
from jamsos.months import OFFICE
from jamsos.tables import metadata

LEVELS = {"province": 2, "regency": 5, "district": 8, "village": 13}


def camel(name):
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def shown(column, value):
    """Convert a value to its form in the response."""
    if value is None:
        return None
    if column.kind is Kind.month:
        return f"{value:%Y-%m}"
    if column.kind is Kind.hash:
        return value.hex()
    if isinstance(value, datetime):
        whole, micro = value.strftime("%Y-%m-%dT%H:%M:%S"), f"{value.microsecond:06d}".rstrip("0")
        return whole + (f".{micro}" if micro else "") + "+00:00"
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def id_of(thing, row):
    return ":".join([thing.name, *(str(shown(column, row[column.sql])) for column in thing.key)])


def lowered(text):
    return "".join(letter.lower() if letter.isascii() else letter for letter in text)


@dataclass(frozen=True)
class Row:
    thing: Any
    values: dict = field(hash=False)
    as_of: datetime | None


@dataclass(frozen=True)
class Page:
    rows: list
    total: int
    info: dict


@dataclass(frozen=True)
class Edge:
    row: Row


@dataclass(frozen=True)
class Group:
    thing: Any
    by: dict
    rows: list
    as_of: datetime | None


@dataclass(frozen=True)
class Figures:
    group: Group
    function: str


class Reference:
    """`tables`: every table's rows, as the owner sees them."""

    def __init__(self, sdl, things, tables, sealer):
        self.schema = build_schema(sdl)
        self.things, self.tables, self.sealer = things, tables, sealer
        self.by_table = {f"programme.{table.name}": table for table in metadata.sorted_tables}
        self.roots = {}
        for thing in things:
            one = thing.name[0].lower() + thing.name[1:]
            self.roots |= {
                one: ("one", thing),
                thing.plural: ("page", thing),
                f"{thing.plural}Aggregate": ("group", thing),
            }

    def run(self, query, variables, actor: Actor, refused=(), refused_at=()):
        """Run an operation. `refused`: keys of root fields that are null; `refused_at`: positions in a list of them."""
        self.actor, self.seen, self.refused, self.refused_at = actor, {}, refused, refused_at
        return execute_sync(
            self.schema,
            parse(query),
            None,
            variable_values=variables,
            field_resolver=self.resolve,
            type_resolver=lambda value, info, type_: value.thing.name,
        )

    # --- who sees what -----------------------------------------------------------------------------------------

    def visible(self, name):
        """Return the visible rows of a table for the actor."""
        if name not in self.seen:
            table = metadata.tables[name]
            self.seen[name] = [row for row in self.tables[table.name] if self.is_seen(table, row)]
        return self.seen[name]

    def is_seen(self, table, row):
        info, (first, beyond) = table.info, self.actor.sight
        if "view" in info:
            code = row.get("village_code", row.get("office_code"))
            return code is not None and first <= code < beyond
        if column := info.get("sight") or info.get("umbrella"):
            code = row[column]
            inside = code is not None and first <= code < beyond
            return inside or bool("umbrella" in info and code is not None and first.startswith(code))
        if key := info.get("through") or info.get("within"):
            return self.is_below(table, row, key, strictly="within" in info)
        if "seen" in info:  # the trail
            agency = next((one for one in self.tables["agencies"] if one["id"] == row["agency_id"]), None)
            code = agency and agency["region_code"]
            office = row["office_code"]
            is_ours = first == "0" or (office is not None and first <= office < beyond)
            return (row["agency_id"] is None and is_ours) or (code is not None and first <= code < beyond)
        return True

    def is_below(self, table, row, key, strictly):
        there = reference_of(table.c[key]).column.table
        found = [one for one in self.visible(f"programme.{there.name}") if one["id"] == row[key]]
        column = there.info.get("sight") or there.info.get("umbrella")
        if found and strictly and column:
            first, beyond = self.actor.sight
            return first <= found[0][column] < beyond
        return bool(found)

    def rows(self, thing, as_of):
        """Return the visible rows, as recorded at an instant."""
        if as_of is None:
            return self.visible(thing.table)
        if thing.name == "CoverageMonth":
            return list(self.months_then(as_of))
        if thing.name == "FundBalance":
            return self.balances_then(as_of)
        if thing.name == "Complaint":
            return list(self.complaints_then(as_of))
        if thing.recorded is None:
            return self.visible(thing.table)
        return [row for row in self.visible(thing.table) if (at := self.recorded(thing, row)) and at <= as_of]

    def recorded(self, thing, row):
        if found := re.fullmatch(r"\{t\}\.(\w+)", thing.recorded):
            return row[found[1]]
        at, table, key = re.fullmatch(
            r"\(select w\.(\w+) from (\S+) w where w\.id = \{t\}\.(\w+)\)", thing.recorded
        ).groups()
        if table == "programme.registry_loads_times":  # includes files that are not visible
            return next(one["loaded_at"] for one in self.tables["registry_loads"] if one["id"] == row[key])
        return next((one[at] for one in self.visible(table) if one["id"] == row[key]), None)

    def months_then(self, as_of):
        for row in self.visible("programme.worker_months"):
            bills = {one["id"]: one for one in self.visible("programme.bills") if one["recorded_at"] <= as_of}
            if row["bill_id"] not in bills:
                continue
            payment = self.told(row, "paid_months", "payment_id", "payments", as_of)
            receipt = self.told(row, "confirmed_months", "insurer_receipt_id", "insurer_receipts", as_of)
            state = "confirmed" if receipt else "paid" if payment else "billed"
            yield row | {"state": state, "payment_id": payment, "insurer_receipt_id": receipt}

    def told(self, row, months, key, papers, as_of):
        for month in self.visible(f"programme.{months}"):
            if (month["person_id"], month["month"]) == (row["person_id"], row["month"]):
                for paper in self.visible(f"programme.{papers}"):
                    if paper["id"] == month[key] and paper["recorded_at"] <= as_of:
                        return paper["id"]
        return None

    def complaints_then(self, as_of):
        for row in self.visible("programme.complaint_cases"):
            if row["recorded_at"] > as_of:
                continue
            steps = [
                one
                for one in self.tables["complaint_steps"]
                if one["complaint_id"] == row["id"] and one["recorded_at"] <= as_of
            ]
            taken = [one for one in steps if one["step"] != "remedied"]
            last = max(taken, key=lambda one: one["id"], default={"step": "filed", "decision": None})
            [filed] = (one for one in self.tables["complaints"] if one["id"] == row["id"])
            done, due = {one["step"]: one["done_date"] for one in steps}, filed["due_date"]
            is_late = done.get("decided", due) > due
            if "appealed" in done:
                due = done["appealed"] + (due - filed["filed_date"])
            if last["step"] in ("decided", "appeal_decided"):
                deadline = "missed" if is_late or done.get("appeal_decided", due) > due else "kept"
            else:
                deadline = "running" if as_of.astimezone(OFFICE).date() <= due else "overdue"
            told = {"state": last["step"], "decision": last["decision"], "deadline": deadline, "due_date": due}
            yield row | told | self.remedied_then(filed, steps, as_of)

    def remedied_then(self, filed, steps, as_of):
        last = max((one for one in steps if one["decision"]), key=lambda one: one["id"], default=None)
        if last is None or last["decision"] != "upheld":
            return {"upheld_date": None, "remedy": None, "remedied_date": None}
        found = sorted(one for one in self.remedies_since(filed, steps, last) if one[0] <= as_of)
        _, remedy, day = found[0] if found else (None, "due", None)
        return {"upheld_date": last["done_date"], "remedy": remedy, "remedied_date": day}

    def remedies_since(self, filed, steps, upheld):
        """Return (instant, kind, day) of every remedy for a complaint that this step upheld."""
        person, since = filed["person_id"], upheld["recorded_at"]
        of = {name: self.visible(f"programme.{name}") for name in ("people", "decrees", "decree_lines", "life_events")}
        selves = {person, *(one["merged_into_id"] for one in of["people"] if one["id"] == person)} - {None}
        decrees = {one["id"]: one for one in of["decrees"] if one["issued_at"] >= since}
        events = {one["id"] for one in of["life_events"] if person is not None and one["person_id"] == person}
        for line in of["decree_lines"]:
            is_fitting = (line["action"] == "termination") == (filed["kind"] == "should_not_receive")
            if is_fitting and line["person_id"] in selves and line["decree_id"] in decrees:
                decree = decrees[line["decree_id"]]
                yield decree["issued_at"], "decreed", decree["signed_date"]
        for one in self.visible("programme.life_event_withdrawals"):
            if filed["kind"] == "wrong_facts" and one["event_id"] in events and one["recorded_at"] >= since:
                yield one["recorded_at"], "corrected", one["recorded_at"].astimezone(OFFICE).date()
        for one in steps:
            if one["step"] == "remedied" and one["id"] > upheld["id"]:
                yield one["recorded_at"], "recorded", one["done_date"]

    def balances_then(self, as_of):
        known = {one["id"] for one in self.visible("programme.journal_transactions") if one["recorded_at"] <= as_of}
        sums = {}
        for row in self.visible("programme.postings"):
            if row["transaction_id"] in known:
                key = (row["fund_id"], row["field"], row["account"])
                sums[key] = sums.get(key, 0) + row["amount"]
        return [
            dict(zip(("fund_id", "field", "account"), key, strict=True)) | {"balance": value}
            for key, value in sums.items()
        ]

    # --- fields ------------------------------------------------------------------------------------------------

    def resolve(self, source, info, **given):
        name = info.field_name
        if source is None:
            return None if info.path.key in self.refused else self.root(name, given, info.path.key)
        match source:
            case Row():
                return self.of_row(source, name, given)
            case Page():
                return {
                    "nodes": lambda: source.rows,
                    "edges": lambda: [Edge(row) for row in source.rows],
                    "pageInfo": lambda: source.info,
                    "totalCount": lambda: source.total,
                }[name]()
            case Edge():
                return source.row if name == "node" else id_of(source.row.thing, source.row.values)
            case Group():
                return self.of_group(source, name)
            case Figures():
                return self.figure(source, name)
        return source[name] if isinstance(source, dict) else self.of_key(source, name)

    def root(self, name, given, key):
        as_of = given.get("asOf") and datetime.fromisoformat(given["asOf"])
        if name == "node":
            return self.by_id(self.things[given["id"].partition(":")[0]], given["id"], None)
        if name == "nodes":
            return [
                None if (key, place) in self.refused_at else self.by_id(self.things[one.partition(":")[0]], one, None)
                for place, one in enumerate(given["ids"])
            ]
        if name == "personByNik":
            rows = self.visible("programme.people")
            sealed = self.sealer.seal("nik", given["nik"])
            living = [row["merged_into_id"] or row["id"] for row in rows if row["nik_sealed"] == sealed]
            return next((Row(self.things["Person"], row, None) for row in rows if row["id"] in living), None)
        kind, thing = self.roots[name]
        if kind == "one":
            return self.by_id(thing, given["id"], as_of)
        rows = self.living(thing, self.rows(thing, as_of), given.get("filter"))
        return self.page(thing, rows, given, as_of) if kind == "page" else self.groups(thing, rows, given, as_of)

    def by_id(self, thing, wanted, as_of):
        return next((Row(thing, row, as_of) for row in self.rows(thing, as_of) if id_of(thing, row) == wanted), None)

    def of_row(self, source, name, given):
        thing, row = source.thing, source.values
        if name == "id":
            return id_of(thing, row)
        if column := thing.columns.get(name):
            return self.value(column, row[column.sql])
        if one := thing.ones.get(name):
            return self.to_one(one, row, source.as_of)
        many = thing.collections[name.removesuffix("Aggregate") if name not in thing.collections else name]
        target = self.things[many.target]
        rows = self.below(many, row, self.rows(target, source.as_of))
        rows = rows if many.by == "mergedInto" else self.living(target, rows, given.get("filter"))
        make = self.page if name in thing.collections else self.groups
        return make(target, rows, given, source.as_of)

    def living(self, thing, rows, wanted):
        """Omit merged people, unless that column or their id is requested."""
        if thing.name != "Person" or self.speaks_of_ended(wanted or {}):
            return rows
        return [row for row in rows if row["merged_into_id"] is None]

    def speaks_of_ended(self, wanted):
        parts = [*(wanted.get("and") or ()), *(wanted.get("or") or ()), *filter(None, [wanted.get("not")])]
        asked = {"mergedInto", "mergedIntoExists"} & wanted.keys() or {"eq", "in"} & wanted.get("id", {}).keys()
        return bool(asked) or any(map(self.speaks_of_ended, parts))

    def below(self, many, row, rows):
        pairs = self.things[many.target].ones[many.by].pairs
        return [one for one in rows if all(row[there] is not None and one[here] == row[there] for here, there in pairs)]

    def to_one(self, one, row, as_of=None):
        """Return the related row at any time of the past, because the referenced row existed then."""
        target = self.things[one.target]
        for found in self.visible(target.table):
            if all(row[here] is not None and found[there] == row[here] for here, there in one.pairs):
                return Row(target, found, as_of)
        return None

    def value(self, column, value):
        if column.mask and not (column.mask in self.actor.scopes and self.actor.purpose):
            if value is None or column.kind not in (Kind.text, Kind.code, Kind.sealed):
                return None
            return "*" * 16 if column.sealed in ("nik", "kk") else "***"
        if column.sealed:
            return value and self.sealer.unseal(column.sealed, value)
        return shown(column, value)

    # --- filters and orders ------------------------------------------------------------------------------------

    def fits(self, thing, row, wanted, as_of):
        return all(self.part(thing, row, name, given, as_of) for name, given in wanted.items())

    def part(self, thing, row, name, given, as_of):
        if name == "and":
            return all(self.fits(thing, row, one, as_of) for one in given)
        if name == "or":
            return any(self.fits(thing, row, one, as_of) for one in given)
        if name == "not":
            return not self.fits(thing, row, given, as_of)
        if name == "id":
            return all(compared(op, id_of(thing, row), value) for op, value in given.items())
        if column := thing.columns.get(name):
            return all(self.compare(column, op, row[column.sql], value) for op, value in given.items())
        if name.endswith("Exists"):
            return (self.to_one(thing.ones[name.removesuffix("Exists")], row) is not None) == given
        if one := thing.ones.get(name):
            found = self.to_one(one, row)
            return found is not None and self.fits(found.thing, found.values, given, as_of)
        many = thing.collections[name]
        target = self.things[many.target]
        if len(given) > 1:
            return all(self.part(thing, row, name, {way: sub}, as_of) for way, sub in given.items())
        rows, ((way, sub),) = self.below(many, row, self.rows(target, as_of)), given.items()
        rows = rows if many.by == "mergedInto" else self.living(target, rows, {} if way == "exists" else sub)
        if way == "exists":
            return bool(rows) == sub
        fitting = [self.fits(target, one, sub, as_of) for sub in given.values() for one in rows]
        ways = {"some": any, "none": lambda found: not any(found), "every": all}
        return ways[next(iter(given))](fitting)

    def compare(self, column, op, value, given):
        if op == "isNull":
            return (value is None) == given
        if column.kind is Kind.instant:
            given = [datetime.fromisoformat(one) for one in given] if op == "in" else datetime.fromisoformat(given)
        elif column.kind not in (Kind.text, Kind.code):
            value = shown(column, value)
        elif column.kind is Kind.text and op in ("startsWith", "contains") and value is not None:
            value, given = lowered(value), lowered(given)
        return compared(op, value, given)

    def compared_rows(self, thing, orders):
        """Compare rows in a total order; a missing value is the greatest."""
        terms = [self.term(thing, order) for order in orders]
        terms += [(lambda row, name=column.sql: row[name], False) for column in thing.key]

        def compare(one, other):
            for get, down in terms:
                a, b = get(one), get(other)
                if a != b:
                    less = b is None or (a is not None and a < b)
                    return (-1 if less else 1) * (-1 if down else 1)
            return 0

        return compare

    def term(self, thing, order):
        ((name, given),) = order.items()
        if column := thing.columns.get(name):
            return (lambda row: row[column.sql]), given == "desc"
        one = thing.ones[name]
        get, down = self.term(self.things[one.target], given)

        def far(row):
            found = self.to_one(one, row)
            return found and get(found.values)

        return far, down

    def page(self, thing, rows, given, as_of):
        wanted, orders = given.get("filter"), given.get("orderBy") or []
        rows = [row for row in rows if wanted is None or self.fits(thing, row, wanted, as_of)]
        compare = self.compared_rows(thing, orders)
        total, rows = len(rows), sorted(rows, key=cmp_to_key(compare))
        if given.get("after") is not None:
            at = self.cursor(thing, given["after"], orders, as_of)
            rows = [row for row in rows if at is not None and compare(row, at) > 0]
        if given.get("before") is not None:
            at = self.cursor(thing, given["before"], orders, as_of)
            rows = [row for row in rows if at is not None and compare(row, at) < 0]
        backward, size = (
            given.get("last") is not None,
            given.get("last") if given.get("last") is not None else given.get("first"),
        )
        size = 25 if size is None else size
        kept = (rows[len(rows) - size :] if size < len(rows) else rows) if backward else rows[:size]
        more = len(rows) > len(kept)
        info = {
            "hasNextPage": given.get("before") is not None if backward else more,
            "hasPreviousPage": more if backward else given.get("after") is not None,
            "startCursor": id_of(thing, kept[0]) if kept else None,
            "endCursor": id_of(thing, kept[-1]) if kept else None,
        }
        return Page([Row(thing, row, as_of) for row in kept], total, info)

    def cursor(self, thing, wanted, orders, as_of):
        """Return the position of the cursor's row. With an order by key alone, the row need not be visible."""
        rows = self.tables[thing.table.split(".")[1]] if not orders else self.standing(thing, as_of)
        return next((row for row in rows if id_of(thing, row) == wanted), None)

    def standing(self, thing, as_of):
        return self.rows(thing, as_of) if thing.past else self.visible(thing.table)

    # --- figures -----------------------------------------------------------------------------------------------

    def groups(self, thing, rows, given, as_of):
        wanted = given.get("filter")
        rows = [row for row in rows if wanted is None or self.fits(thing, row, wanted, as_of)]
        by = list(dict.fromkeys(given.get("groupBy") or []))
        found = {}
        for row in rows:
            found.setdefault(tuple(self.shared(thing, name, row) for name in by), []).append(row)
        if not by:
            found = {(): rows}
        keys = sorted(found, key=lambda key: [(value is None, value) for value in key])
        return [Group(thing, dict(zip(by, key, strict=True)), found[key], as_of) for key in keys]

    def shared(self, thing, name, row):
        grouping = thing.groupings[name]
        if grouping.one and name not in thing.ones:
            code = row["village_code"] if "village" in thing.ones else row.get("office_code", row.get("regency_code"))
            return code and code[: LEVELS[name]]
        if grouping.one:
            return row[grouping.one.pairs[0][0]]
        value = row[grouping.column.sql]
        if value is None or name in thing.columns:
            return value
        return value.year if grouping.column.kind is Kind.int else date(value.year, value.month, 1)

    def of_group(self, group, name):
        if name == "count":
            return len(group.rows)
        return (group,) if name == "key" else Figures(group, name)

    def of_key(self, source, name):
        (group,) = source
        if name not in group.by or group.by[name] is None:
            return None
        grouping, value = group.thing.groupings[name], group.by[name]
        if grouping.one is None:
            return shown(grouping.column, value)
        target = self.things[grouping.one.target]
        there = grouping.one.pairs[0][1]
        return next((Row(target, row, group.as_of) for row in self.visible(target.table) if row[there] == value), None)

    def figure(self, source, name):
        thing, function = source.group.thing, source.function
        column = thing.columns.get(name)
        sql = column.sql if column else thing.ones[name].pairs[0][0]
        values = [row[sql] for row in source.group.rows if row[sql] is not None]
        if function == "countDistinct":
            return len(set(values))
        if not values:
            return None
        if function == "sum":
            return sum(values)
        if function == "avg":
            mean = Decimal(sum(values)) / len(values)
            return float(mean.quantize(Decimal("0.01"), ROUND_HALF_UP))
        return shown(column, min(values) if function == "min" else max(values))


def compared(op, value, given):
    if op == "ne":
        return value != given
    if value is None:
        return False
    if op == "in":
        return value in given
    return {
        "eq": lambda: value == given,
        "lt": lambda: value < given,
        "lte": lambda: value <= given,
        "gt": lambda: value > given,
        "gte": lambda: value >= given,
        "startsWith": lambda: value.startswith(given),
        "contains": lambda: given in value,
    }[op]()
