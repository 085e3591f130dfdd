"""Comparison and fairness: compare two lists, and count how a list reaches groups, sexes, regions and deciles.

All functions are pure. They take tables with a row per candidate: person_id, outcome, village_code, group_code.
Fairness also needs groups, sex and decile.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

import polars as pl

from jamsos.selection.rules import Outcome, Reason

_IS_CHOSEN = pl.col("outcome").cast(pl.String) == Outcome.chosen.value
_IS_ELIGIBLE = pl.col("outcome").cast(pl.String) != Outcome.excluded.value
_DISTRICT = pl.col("village_code").str.slice(0, 8)  # `53.15.05`


class By(StrEnum):
    """A dimension by which a list is counted."""

    group = "group"
    sex = "sex"
    district = "district"
    village = "village"
    decile = "decile"


_KEYS = {
    By.group: pl.col("group_code"),
    By.sex: pl.col("sex"),
    By.district: _DISTRICT,
    By.village: pl.col("village_code"),
    By.decile: pl.col("decile").cast(pl.String),
}


class Share(NamedTuple):
    """The number of candidates, eligible and chosen of one group, region, sex or decile."""

    value: str | None
    candidates: int
    eligible: int
    chosen: int

    @property
    def percent(self) -> float:
        """The chosen in percent of the eligible; 0 where nobody is eligible."""
        return 100 * self.chosen / self.eligible if self.eligible else 0.0


def fairness(candidates: pl.DataFrame, by: By) -> list[Share]:
    """Return one row per value, in order of value. A person of several groups counts in each of them."""
    if by == By.group:
        candidates = candidates.with_columns(group_code=pl.col("groups").str.split(" ")).explode("group_code")
    counted = candidates.group_by(value=_KEYS[by]).agg(
        candidates=pl.len(), eligible=_IS_ELIGIBLE.sum(), chosen=_IS_CHOSEN.sum()
    )
    return [Share(*row) for row in _in_order(counted, by).iter_rows()]


def reach(candidates: pl.DataFrame, by: Iterable[By] = By) -> dict[By, list[Share]]:
    """Return the fairness by each of these dimensions, in the given order."""
    return {each: fairness(candidates, each) for each in by}


def _in_order(counted: pl.DataFrame, by: By) -> pl.DataFrame:
    """Return the rows in order of value. Deciles sort as numbers, so that 10 follows 9."""
    value = pl.col("value").cast(pl.Int16) if by == By.decile else pl.col("value")
    return counted.sort(value, nulls_last=True)


class Change(NamedTuple):
    """The chosen of one group or region before and now, and how many of them enter and leave the list."""

    value: str | None
    before: int
    now: int
    enter: int
    leave: int

    @property
    def shift(self) -> int:
        """How many of the staying persons count here only now, less those who counted here only before.

        before + enter - leave + shift = now.
        """
        return self.now - self.before - self.enter + self.leave


class Move(NamedTuple):
    """A person whom one list chooses and the other does not. A rank is None where that list excludes the person."""

    person_id: int
    village_code: str
    group_code: str | None
    rank_before: int | None
    rank_now: int | None


class Comparison(NamedTuple):
    """Two lists compared: the number who stay, and the persons who enter and leave, by number."""

    stay: int
    enter: list[int]
    leave: list[int]


class Margin(NamedTuple):
    """The last chosen person, and the next person whom more money would reach; None where there is nobody."""

    last: int | None
    next: int | None


def margin(ranked: pl.DataFrame) -> Margin:
    """Return the margin of a list with ranks and reasons. A person passed over for a full quota is not the next."""
    order = ranked.sort("rank", nulls_last=True)
    chosen = order.filter(_IS_CHOSEN)["person_id"]
    waiting = order.filter(pl.col("reason").cast(pl.String) == Reason.below_the_cut.value)["person_id"]
    return Margin(chosen[-1] if len(chosen) else None, waiting[0] if len(waiting) else None)


def moves(before: pl.DataFrame, now: pl.DataFrame) -> tuple[list[Move], list[Move]]:
    """Return who enters and who leaves, each in order of rank in the list that chooses them. Both lists have ranks."""
    ranks = [table.select("person_id", rank) for table, rank in ((before, pl.col("rank").alias("was")), (now, "rank"))]
    moved = _both(before, now).filter(pl.col("state") != "stay")
    for each in ranks:
        moved = moved.join(each, on="person_id", how="left")
    columns = "person_id", "village_code", "group_code", "was", "rank"
    enter = moved.filter(state="enter").sort("rank").select(columns)
    leave = moved.filter(state="leave").sort("was").select(columns)
    return [Move(*row) for row in enter.iter_rows()], [Move(*row) for row in leave.iter_rows()]


def compare(before: pl.DataFrame, now: pl.DataFrame) -> Comparison:
    both = _both(before, now)
    stay, enter, leave = (both.filter(state=state)["person_id"].to_list() for state in ("stay", "enter", "leave"))
    return Comparison(len(stay), enter, leave)


def changes(before: pl.DataFrame, now: pl.DataFrame, by: By) -> list[Change]:
    """Return one row per group, district or village, in order of value. A staying person counts under the present value in `now`."""
    was, is_now = (table.filter(_IS_CHOSEN) for table in (before, now))
    counted = _counted(was, is_now, by, "before", "leave").join(
        _counted(is_now, was, by, "now", "enter"), on="value", how="full", coalesce=True, nulls_equal=True
    )
    told = counted.select("value", pl.col("before", "now", "enter", "leave").fill_null(0))
    return [Change(*row) for row in told.sort("value", nulls_last=True).iter_rows()]


def _counted(chosen: pl.DataFrame, other: pl.DataFrame, by: By, all_: str, only: str) -> pl.DataFrame:
    """Return by value how many are chosen, and how many of them are not in the other list."""
    is_moved = ~pl.col("person_id").is_in(other["person_id"].implode())
    return chosen.group_by(value=_KEYS[by]).agg(pl.len().alias(all_), is_moved.sum().alias(only))


def _both(before: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """Return every person whom either list chooses, by person, with `state`: stay, enter or leave."""
    was, is_now = (
        table.filter(_IS_CHOSEN).select("person_id", "village_code", "group_code", chosen=pl.lit(value=True))
        for table in (before, now)
    )
    joined = was.join(is_now, on="person_id", how="full", coalesce=True, suffix="_now").sort("person_id")
    return joined.select(
        "person_id",
        village_code=pl.coalesce("village_code", "village_code_now"),
        group_code=pl.coalesce("group_code", "group_code_now"),
        state=pl.when(pl.col("chosen").is_null())
        .then(pl.lit("enter"))
        .when(pl.col("chosen_now").is_null())
        .then(pl.lit("leave"))
        .otherwise(pl.lit("stay")),
    )
