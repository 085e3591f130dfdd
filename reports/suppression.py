"""Suppression: the rows of a report's questions without what would tell a small count. `jamsos.disclosure` alone decides.

A report is one release with the public marts: a row that they mark (`is_suppressed`, from `marts.suppressed_cells`) is suppressed here too.
A total stands in a row of its own, whose part is `all`. Every figure of a suppressed row goes, because rupiah and months follow from it.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from jamsos.disclosure import SUPPRESSED, Column, is_small, suppress

Row = dict[str, Any]
Rule = Callable[[list[Row]], list[Row]]
ALL = "all"
MARK = "is_suppressed"


def split(rows: Sequence[Row], part: str) -> tuple[list[Row], Row]:
    """Return the rows of the parts, and the row of their total."""
    return [row for row in rows if row[part] != ALL], next((row for row in rows if row[part] == ALL), {})


def parts(part: str, *counts: str, others: Sequence[str] = ()) -> Rule:
    """Make a rule for parts that add up to a published total. ``counts``: of persons; ``others``: what follows from them."""

    def rule(rows: list[Row]) -> list[Row]:
        body = [row for row in rows if row[part] != ALL]
        columns = [Column({row[part]: row[count] or 0 for row in body}) for count in counts]
        found = suppress(columns, [row[part] for row in body], marked=[row[part] for row in body if row.get(MARK)])
        shown = []
        for row in rows:
            away = {count for number, count in enumerate(counts) if _hides(found, row[part], number)}
            shown.append(_without(row, [*away, *others] if away else []))
        return shown

    return rule


def _hides(found: Any, part: Any, number: int) -> bool:
    return number in found.whole if part == ALL else found.hides(part, number)


def either(count: str, rest: str, others: Sequence[str] = ()) -> Rule:
    """Make a rule for traits that overlap: a row is suppressed where few have the trait or few (``rest``) have it not."""

    def rule(rows: list[Row]) -> list[Row]:
        return [
            {
                name: value
                for name, value in _without(row, [count, *others] if _tells(row, count, rest) else []).items()
                if name != rest
            }
            for row in rows
        ]

    return rule


def _tells(row: Row, count: str, rest: str) -> bool:
    return bool(suppress([Column({True: row[count], False: row[rest]})], [True, False]))


def alone(*counts: str) -> Rule:
    """Make a rule for counts that add up to nothing published."""
    return lambda rows: [_without(row, [count for count in counts if is_small(row[count] or 0)]) for row in rows]


def chosen_of_candidates(rows: list[Row]) -> list[Row]:
    """Suppress few excluded or few not reached, and the sums that hold them: the chosen stand in the decree and are public."""
    shown = []
    for row in rows:
        excluded, waiting = is_small(row["excluded"]), is_small(row["not_reached"])
        away = ["excluded"] * excluded + ["not_reached", "eligible"] * waiting + ["candidates"] * (excluded or waiting)
        shown.append(_without(row, away))
    return shown


def bills(rows: list[Row]) -> list[Row]:
    """Suppress bills of few workers with every bill of the same months, whose sum is public, and the bills of suppressed months."""
    body = [row for row in rows if row["billing_code"] != ALL]
    away = {row["billing_code"] for row in body if row[MARK] or is_small(row["workers"])}
    while (
        more := {
            row["billing_code"] for row in body for other in body if other["billing_code"] in away and _meet(row, other)
        }
        - away
    ):
        away |= more
    total = suppress(
        [Column({row["billing_code"]: row["workers"] for row in body})], [row["billing_code"] for row in body]
    )
    names = (
        "workers",
        "worker_months",
        "jkk_amount",
        "jkm_amount",
        "amount",
        "paid_amount",
        "confirmed_months",
        "confirmed_amount",
    )
    return [
        _without(row, names if row["billing_code"] in away or (row["billing_code"] == ALL and total.whole) else ())
        for row in rows
    ]


def _meet(one: Row, other: Row) -> bool:
    return bool(one["month_from"] <= other["month_to"] and other["month_from"] <= one["month_to"])


def _without(row: Row, names: Iterable[str]) -> Row:
    away = set(names)
    return {name: SUPPRESSED if name in away else value for name, value in row.items() if name != MARK}
