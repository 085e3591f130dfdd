"""Ranking: judge, score and order every candidate, over whole columns.

The input is the table of inputs (one row per person, `INPUTS`), the criteria and the terms. The output is the same rows
with points, rank, outcome, reason and distance to the cut (`RANKED`). The ranking is pure: the order of the input rows
changes nothing.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from jamsos.months import Month
from jamsos.registry.rules import Occupation
from jamsos.selection.criteria import REASON_OF, Criteria, GroupMerit, Quota, Tie
from jamsos.selection.rules import Outcome, Reason, Terms, cut
from jamsos.worker_groups import Group

# One row per person of the regency. `groups` and `events` are codes in alphabetical order, separated by spaces. `sex`
# decides nothing; fairness needs it.
INPUTS: Mapping[str, type[pl.DataType]] = {
    "person_id": pl.Int64,
    "village_code": pl.String,
    "birth_date": pl.Date,
    "sex": pl.String,
    "has_nik": pl.Boolean,
    "is_dukcapil_matched": pl.Boolean,
    "occupation": pl.String,
    "decile": pl.Int16,
    "decile_source": pl.String,
    "groups": pl.String,
    "events": pl.String,
    "has_other_payer": pl.Boolean,
    "is_continuing": pl.Boolean,
    "is_covered": pl.Boolean,
    "is_refused_by_insurer": pl.Boolean,
}
OUTCOME, REASON = (pl.Enum([choice.value for choice in choices]) for choices in (Outcome, Reason))
RANKED: Mapping[str, Any] = {
    "person_id": pl.Int64,
    "rank": pl.Int32,
    "score": pl.Int32,
    "continuity_points": pl.Int32,
    "group_points": pl.Int32,
    "decile_points": pl.Int32,
    "outcome": OUTCOME,
    "reason": REASON,
    "distance": pl.Int32,
    "group_code": pl.String,
    "decile": pl.Int16,
    "village_code": pl.String,
}
# Ties as whole numbers, smaller first: (column, number of possible values).
_TIES = {
    Tie.decile: (pl.col("counted_decile"), 16),
    Tie.older: (pl.col("birth_date").cast(pl.Int32) + (1 << 19), 1 << 20),
}
_MOST_POINTS = 1 << 24


def rank(inputs: pl.DataFrame, criteria: Criteria, terms: Terms) -> pl.DataFrame:
    """Return every candidate: first the eligible by rank from 1, then the excluded by person. Columns `RANKED`."""
    judged = judge(inputs, criteria, terms)
    eligible = judged.filter(pl.col("bar").is_null())
    # a collision of 64-bit hashes is unlikely; then the person's number decides
    ordered = eligible.with_columns(_draws(eligible, terms.seed)).sort("standing", "draw", "person_id")
    ranked = ordered.with_columns(rank=pl.int_range(1, pl.len() + 1, dtype=pl.Int32))
    places = cut(ranked.height, terms).places
    chosen = _reached_within_quotas(ranked, criteria, places) if criteria.quotas else _reached(ranked, places)
    excluded = judged.filter(pl.col("bar").is_not_null()).sort("person_id").with_columns(
        rank=None, outcome=pl.lit(Outcome.excluded.value, OUTCOME), reason="bar", distance=None
    )  # fmt: skip
    columns = [pl.col(name).cast(kind) for name, kind in RANKED.items()]
    return pl.concat([chosen.select(columns), excluded.select(columns)])


def _reached(ranked: pl.DataFrame, places: int) -> pl.DataFrame:
    return _told(ranked, pl.col("rank") <= places).with_columns(distance=pl.col("rank") - places)


def _reached_within_quotas(ranked: pl.DataFrame, criteria: Criteria, places: int) -> pl.DataFrame:
    """Return the candidates by rank, and pass over each with a full quota.

    A candidate whom a quota bars has no distance, because more money would not reach that candidate.
    """
    turns, full = within_quotas(ranked["village_code"], ranked["group_code"], criteria.quotas, places)
    told = ranked.with_columns(turn=pl.Series(turns, dtype=pl.Int32), full=pl.Series(full, dtype=pl.Boolean))
    taken = min(places, told["turn"].max() or 0)
    told = _told(told, (pl.col("turn") <= taken).fill_null(value=False))
    passed = pl.lit(Reason.quota_full.value, REASON)
    return told.with_columns(reason=pl.when("full").then(passed).otherwise("reason"), distance=pl.col("turn") - taken)


def within_quotas(
    villages: Iterable[str], groups: Iterable[str], quotas: Sequence[Quota], places: int
) -> tuple[list[int | None], list[bool]]:
    """Return for each candidate, by rank, the turn, and whether a quota was full when the places ended.

    The turn is the place that the candidate takes, or would take if there were more than `places`. It is None where a
    full quota passes the candidate over.
    """
    left = [quota.at_most for quota in quotas]
    at_the_end = left if places else left.copy()  # the same list until the last place is taken
    turns: list[int | None] = []
    full, taken = [], 0
    for village, group in zip(villages, groups, strict=True):
        touched = [n for n, quota in enumerate(quotas) if falls_under(quota, village, group)]
        full.append(any(at_the_end[n] == 0 for n in touched))
        if any(left[n] == 0 for n in touched):
            turns.append(None)
            continue
        for n in touched:
            left[n] -= 1
        taken += 1
        turns.append(taken)
        if taken == places:
            at_the_end = left.copy()
    return turns, full


def falls_under(quota: Quota, village: str, group: str) -> bool:
    return (quota.region is None or village.startswith(quota.region)) and quota.group in (None, group)


def choose(inputs: pl.DataFrame, criteria: Criteria, terms: Terms) -> pl.DataFrame:
    """Return the inputs with `outcome`, `reason`, `score` and `group_code`, in the order of the inputs.

    `rank` chooses the same persons, but more slowly: here only persons equal at the cut need a draw (with quotas, all
    do).
    """
    judged = judge(inputs, criteria, terms)
    if criteria.quotas:
        found = rank(inputs, criteria, terms).select("person_id", "outcome", "reason")
        return judged.join(found, on="person_id", how="left", maintain_order="left")
    standing = judged.filter(pl.col("bar").is_null())["standing"].sort()
    places = cut(standing.len(), terms).places
    last = standing[places - 1] if places else -1
    at_the_cut = judged.filter(pl.col("bar").is_null(), pl.col("standing") == last)
    drawn = at_the_cut.with_columns(_draws(at_the_cut, terms.seed)).sort("draw", "person_id")["person_id"]
    lucky = drawn.head(places - int((standing < last).sum()))
    reached = (pl.col("standing") < last) | ((pl.col("standing") == last) & pl.col("person_id").is_in(lucky.implode()))
    return _told(judged, reached).with_columns(
        outcome=pl.when(pl.col("bar").is_null()).then("outcome").otherwise(pl.lit(Outcome.excluded.value, OUTCOME)),
        reason=pl.coalesce("bar", "reason"),
    )


def _told(candidates: pl.DataFrame, reached: pl.Expr) -> pl.DataFrame:
    """Add the outcome, chosen or not reached, and the reason."""
    chosen, waiting = pl.lit(Outcome.chosen.value, OUTCOME), pl.lit(Outcome.not_reached.value, OUTCOME)
    within, below = pl.lit(Reason.within_budget.value, REASON), pl.lit(Reason.below_the_cut.value, REASON)
    return candidates.with_columns(
        outcome=pl.when(reached).then(chosen).otherwise(waiting), reason=pl.when(reached).then(within).otherwise(below)
    )


def judge(inputs: pl.DataFrame, criteria: Criteria, terms: Terms) -> pl.DataFrame:
    """Return the inputs with points, the group that counts, `standing` and `bar`.

    A smaller `standing` comes first; the draw decides between equals. `bar` is the first reason against the person,
    null for none.
    """
    against = objections(criteria, terms)
    first = pl.coalesce(pl.when(stands).then(pl.lit(reason.value, REASON)) for reason, stands in against.items())
    return _weigh(inputs, criteria, terms).with_columns(bar=first, standing=_standing(criteria))


def _standing(criteria: Criteria) -> pl.Expr:
    """Return points and ties as one whole number, so that one comparison orders two of a million candidates."""
    number = _MOST_POINTS - pl.col("score").cast(pl.Int64)
    for tie in criteria.order.ties:
        if tie in _TIES:
            column, values = _TIES[tie]
            number = number * values + column
    return number


def objections(criteria: Criteria, terms: Terms) -> dict[Reason, pl.Expr]:
    """Return the reasons against a person, in order of precedence. Each expression is true of the weighed rows that it bars."""
    not_asked = {
        Reason.other_payer: not criteria.exclusions.other_payer,
        Reason.nik_unusable: criteria.identity.nik != "required",
        Reason.not_in_dukcapil: criteria.identity.dukcapil != "required",
        Reason.no_work: not criteria.work.required,
    }
    against = _events_against(criteria) | _facts_against(criteria, terms.month_from.first_day)
    return {reason: against[reason] for reason in Reason if reason in against and not not_asked.get(reason)}


def _events_against(criteria: Criteria) -> dict[Reason, pl.Expr]:
    """Return the reasons from life events. A wage earner by the register counts like one by a life event."""
    events = pl.col("events").fill_null("")
    by_event = {
        REASON_OF[event]: events.str.contains(event.value, literal=True) for event in criteria.exclusions.events
    }
    if Reason.wage_earner in by_event:
        by_event[Reason.wage_earner] |= _work == Occupation.employed.value
    return by_event


_work = pl.col("occupation").fill_null(Occupation.none.value)


def _facts_against(criteria: Criteria, registered: date) -> dict[Reason, pl.Expr]:
    lives_here = [pl.col("village_code").str.starts_with(region) for region in criteria.residence.regions]
    born = pl.col("birth_date")
    return {
        Reason.not_resident: ~pl.any_horizontal(lives_here),
        Reason.other_payer: pl.col("has_other_payer"),
        Reason.already_protected: pl.col("is_covered"),
        Reason.refused_by_insurer: pl.col("is_refused_by_insurer"),
        Reason.nik_unusable: ~pl.col("has_nik"),
        Reason.not_in_dukcapil: ~pl.col("is_dukcapil_matched").fill_null(value=False),
        Reason.birth_date_unknown: born.is_null(),
        Reason.too_young: born > _years_before(registered, criteria.age.at_least),
        Reason.too_old: born <= _years_before(registered, criteria.age.limit(Month.of(registered))),
        Reason.no_work: _work == Occupation.none.value,
        Reason.no_group: pl.col("group_code").is_null(),
        Reason.not_for_this_fund: ~pl.col("is_paid_for"),
        Reason.decile_unknown: pl.col("counted_decile").is_null(),
        Reason.decile_too_high: pl.col("counted_decile") > pl.col("decile_limit"),
    }


def _years_before(day: date, years: int) -> date:
    """Return the latest birth date of a person who is `years` old on the first day of a month."""
    return day.replace(year=day.year - years)


def _weigh(inputs: pl.DataFrame, criteria: Criteria, terms: Terms) -> pl.DataFrame:
    """Add the points, the group that counts, the decile that counts, and the highest decile admitted."""
    deciles = criteria.deciles
    limits = {source.value: limit for source, limit in deciles.at_most.items()}
    counted = pl.col("decile").fill_null(deciles.unknown_counts_as) if deciles.unknown_counts_as else pl.col("decile")
    of_register = pl.col("decile_source").replace_strict(
        limits, default=deciles.otherwise, return_dtype=pl.Int16
    )  # fmt: skip
    return (
        inputs.join(_merits(inputs, criteria, terms), on="groups", how="left", nulls_equal=True)
        .with_columns(counted_decile=counted)
        .with_columns(
            continuity_points=pl.when("is_continuing").then(criteria.continuity.points).otherwise(0),
            decile_points=pl.col("counted_decile").replace_strict(
                dict(deciles.points), default=0, return_dtype=pl.Int32
            ),
            decile_limit=pl.max_horizontal(of_register.fill_null(deciles.otherwise), "group_decile_limit"),
        )
        .with_columns(score=pl.sum_horizontal("continuity_points", "group_points", "decile_points"))
    )


def _merits(inputs: pl.DataFrame, criteria: Criteria, terms: Terms) -> pl.DataFrame:
    """Return the effect of each combination of groups in the inputs. There are few combinations, so each is computed once."""
    only = payable(criteria, terms)
    combinations = inputs["groups"].unique().to_list()
    merits = [_merit(frozenset((groups or "").split()), criteria.groups, only) for groups in combinations]
    return pl.DataFrame(
        [(groups, *merit) for groups, merit in zip(combinations, merits, strict=True)],
        schema={
            "groups": pl.String,
            "group_points": pl.Int32,
            "group_code": pl.String,
            "group_decile_limit": pl.Int16,
            "is_paid_for": pl.Boolean,
        },
        orient="row",
    )


def payable(criteria: Criteria, terms: Terms) -> frozenset[str] | None:
    """Return the groups that both the criteria and the fund's own rules allow for this money; None for every group."""
    rule = {str(kind): rule for kind, rule in criteria.funds.items()}.get(terms.fund_kind or "")
    ties = [frozenset(map(str, rule.only))] if rule else []
    ties += [frozenset(terms.fund_groups.split())] if terms.fund_groups is not None else []
    return frozenset.intersection(*ties) if ties else None


def _merit(
    groups: frozenset[str], known: tuple[GroupMerit, ...], only: frozenset[str] | None
) -> tuple[int, Group | None, int | None, bool]:
    """Return the points of all groups, the group that counts, the highest decile admitted, and whether the fund may pay.

    The group that counts has the most points, among the groups that the fund may pay for, if any.
    """
    of = [merit for merit in known if merit.code in groups]
    paid = [merit for merit in of if only is None or merit.code in only]
    counted = max(paid or of, key=lambda merit: merit.points, default=None)
    limits = [merit.decile_at_most for merit in of if merit.decile_at_most is not None]
    points = sum(merit.points for merit in of)
    return points, counted.code if counted else None, max(limits, default=None), bool(paid) or only is None


def _draws(candidates: pl.DataFrame, seed: str) -> pl.Series:
    """Return a number per person for the draw. Only equal candidates need a number; the others get 0."""
    equal = candidates["standing"].is_duplicated()
    texts = (
        candidates.filter(equal).select(f"{seed}:" + pl.col("person_id").cast(pl.String)).to_series().cast(pl.Binary)
    )
    digests = b"".join(hashlib.sha256(text).digest() for text in texts.to_list())
    numbers = np.zeros(candidates.height, np.uint64)
    numbers[equal.to_numpy()] = np.frombuffer(digests, ">u8")[::4]
    return pl.Series("draw", numbers)


def draw(seed: str, person_id: int) -> int:
    """Return the first 8 bytes of the SHA-256 of `seed:person`: `printf '53.15:2024:17' | sha256sum`."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{person_id}".encode()).digest()[:8], "big")


def decile_of(inputs: pl.DataFrame, criteria: Criteria, terms: Terms) -> tuple[int | None, int]:
    """Return the decile that counts, and the highest that is admitted, of the one person in `inputs`."""
    weighed = _weigh(inputs, criteria, terms)
    return weighed["counted_decile"].item(), weighed["decile_limit"].item()


def all_objections(inputs: pl.DataFrame, criteria: Criteria, terms: Terms) -> list[Reason]:
    """Return every reason against the one person in `inputs`, in order of precedence."""
    against = objections(criteria, terms)
    stands = _weigh(inputs, criteria, terms).select(
        **{reason.value: bars.fill_null(value=False) for reason, bars in against.items()}
    )
    return [reason for reason in against if stands[reason.value].item()]
