"""Coverage relations: the release of a regency's year, which is every published report of it and what the public marts show.

Whatever document prints an answer, it is suppressed in the light of all others: `published` asks them all.
"""

from collections.abc import Iterator, Sequence

from jamsos.linked_tables import Key, Line, Release, Table, Weighted
from jamsos.months import Month, span
from reports.documents import questions as q
from reports.marts import Question, Questions
from reports.suppression import ALL, Answers, Counts, Row

_PERSONS: Key = ("persons", ALL)
_DIVISIONS = ("sex", "decile", "disability")

# Everything that is published of a year; a question of a new document joins here, and its sums in `relations`.
RELEASE = (
    q.TARGET, q.REGION, q.DECREES, q.SELECTIONS, q.FUNDS, q.MONTHS, q.DISTRICTS, q.BY_SEX, q.BY_GROUP, q.BY_BASIS, q.BY_DECILE,
    q.BY_DISABILITY, q.CONTINUITY, q.PAYMENTS, q.CHANGES, q.REASONS, q.CLAIMS, q.DONATIONS, q.DIFFERENCES, q.PAGE_DISTRICTS, q.PAGE_GROUPS,
)  # fmt: skip


def published(*printed: Question) -> Questions:
    """Return the questions of a published document, beside everything else that is published."""
    return Questions(printed, [question for question in RELEASE if question not in printed], relations)


def relations(counts: Counts, answers: Answers) -> Release:
    """Return the release of a year: everything that its report prints, and the months by district and group that the page shows."""
    tables = [
        *counts.parts(["decree"]),
        *counts.parts(["billed", "paid", "confirmed"]),
        *counts.parts(["inclusions", "terminations", "replacements"]),
        *counts.parts(["reason"], [("terminations", ALL)]),
        *counts.parts(["claims"]),
        *counts.parts(["continuity"]),
        *counts.parts(["difference"]),
        *(table for name in _DIVISIONS for table in counts.parts([name], [_PERSONS])),
        *counts.rest("billed", "paid", "unpaid"),
        *counts.rest("paid", "confirmed", "unconfirmed"),
        *counts.rest("persons", "confirmed_persons", "unconfirmed_persons"),
        *counts.rest("bill", "bill_confirmed", "bill_unconfirmed"),
        *counts.rest("group", "basis", "group_only"),
        *_traits(counts),
        *_chosen(counts, answers[q.SELECTIONS.name]),
        *_page(counts, "district"),
        *_page(counts, "basis"),
        *_bills(counts, answers[q.PAYMENTS.name]),
        *counts.parts(["unpaid"]),
        *counts.parts(["unconfirmed"]),
    ]
    follows = [*counts.same, *_together(answers[q.PAYMENTS.name])]
    pairs = [(frozenset([one]), frozenset([other])) for one, other in follows]
    pairs += [(frozenset([key]), frozenset([("decree_paid", key[1])])) for key in counts.named("decree")]
    return Release(counts.values, tables, [*_weighted(answers)], pairs, counts.marked, counts.published)


def _traits(counts: Counts) -> Iterator[Table]:
    """Yield each trait with those who have it not; a disability stands in two tables."""
    for key in counts.named("group"):
        yield Table([Line({True: key, False: ("without", key[1])}, _PERSONS)], [True, False])
    yield from _equal(counts, ("group", "disability"), ("disability", True))


def _equal(counts: Counts, one: Key, other: Key) -> Iterator[Table]:
    """Yield a table of one cell, where two counts are the same one."""
    if one in counts.values and counts.values[one] == counts.values.get(other):
        yield Table([Line({ALL: one}, other)], [ALL])


def _chosen(counts: Counts, rows: Sequence[Row]) -> Iterator[Table]:
    """Yield the sums of a run: its candidates, and the workers of its decrees, which are those that it chose."""
    decrees: dict[int, dict[str, Key]] = {}
    for row in rows:
        decrees.setdefault(row["run_id"], {})[row["decree_number"]] = ("decree", row["decree_number"])
    for run, cells in decrees.items():
        yield Table(
            [Line({"chosen": ("chosen", run), "not_reached": ("not_reached", run)}, ("eligible", run))],
            ["chosen", "not_reached"],
        )
        yield Table(
            [Line({"eligible": ("eligible", run), "excluded": ("excluded", run)}, ("candidates", run))],
            ["eligible", "excluded"],
        )
        known = {part: key for part, key in cells.items() if key in counts.values}
        if counts.sum(known.values()) == counts.values["chosen", run]:
            yield Table([Line(known, ("chosen", run))], list(known))


def _page(counts: Counts, name: str) -> Iterator[Table]:
    """Yield the months of the page by part, which add up to the month's total, beside the different persons of the year."""
    cells: dict[str, dict[str, Key]] = {}
    for key in counts.values:
        if key[0] == name and len(key) == 3 and key[2] != "other":
            cells.setdefault(key[2], {})[key[1]] = key
    lines = []
    for month, parts in sorted(cells.items()):
        total: Key = ("paid", month)
        if counts.values.get(total) != counts.sum(parts.values()):
            total = (name, month, "sum", "page")
            counts.values[total] = counts.sum(parts.values())
        lines.append(Line(parts, total))
    for table in counts.parts([name], [_PERSONS]):
        [persons] = table.lines
        if not lines:
            yield table
            continue
        order = sorted({*persons.cells, *(part for line in lines for part in line.cells)}, key=str)
        yield Table([*lines, persons], order, has_persons=True)


def _bills(counts: Counts, rows: Sequence[Row]) -> Iterator[Table]:
    """Yield the bills of one month, which add up to the month."""
    months: dict[str, dict[str, Key]] = {}
    for row in rows:
        if row["billing_code"] != ALL and row["month_from"] == row["month_to"]:
            months.setdefault(row["month_from"], {})[row["billing_code"]] = ("bill", row["billing_code"])
    for month, cells in months.items():
        for name, total in (("bill", "billed"), ("bill_confirmed", "confirmed")):
            keys = {code: (name, code) for code in cells}
            if counts.values.get((total, month)) == counts.sum(keys.values()):
                yield Table([Line(keys, (total, month))], list(keys))


def _together(rows: Sequence[Row]) -> Iterator[tuple[Key, Key]]:
    """Yield what goes together around a bill of several months: with it the other bills of these months, and with a month the bill."""
    bills = [row for row in rows if row["billing_code"] != ALL]
    for one in bills:
        if one["month_from"] != one["month_to"]:
            for other in bills:
                if one["month_from"] <= other["month_to"] and other["month_from"] <= one["month_to"]:
                    yield ("bill", one["billing_code"]), ("bill", other["billing_code"])
                    yield ("bill", other["billing_code"]), ("bill", one["billing_code"])
            for month in _months(one):
                yield ("billed", month), ("bill", one["billing_code"])


def _months(row: Row) -> Iterator[str]:
    first, last = (Month.parse(row[name][:7]) for name in ("month_from", "month_to"))
    yield from (month.first_day.isoformat() for month in span(first, last))


def _weighted(answers: Answers) -> Iterator[Weighted]:
    """Yield the sums in which counts stand times their months or rupiah: the year's target, and what funds and decrees owe and paid."""
    sums: dict[Key, dict[Key, int]] = {}

    def add(total: Key, key: Key, weight: int) -> None:
        if weight:
            sums.setdefault(total, {})[key] = weight

    for row in answers[q.DECREES.name]:
        key = ("decree", row["decree_number"])
        if row["workers"]:
            add(("target_months", ALL), key, row["worker_months"] // row["workers"])
            add(("fund_committed", row["fund_code"]), key, row["amount"] // row["workers"])
    for row in answers[q.PAYMENTS.name]:
        key = ("bill", row["billing_code"])
        if row["billing_code"] != ALL and row["workers"] and row["paid_amount"]:
            weight = max(row["amount"] // row["workers"], 1)
            add(("fund_paid", row["fund_code"]), key, weight)
            add(("decree_paid", row["decree_number"]), key, weight)
    yield from (Weighted(total, weights) for total, weights in sums.items())
