"""Ranking: every candidate judged, scored and put in one order, over whole columns at once.

Takes the table of inputs (one row per person, `INPUTS`), the criteria and the terms; hands back the same rows with points,
rank, outcome, reason and distance to the cut (`RANKED`). Pure: the order of the rows it is given changes nothing.
"""

import hashlib
from collections.abc import Mapping
from datetime import date
from functools import reduce

import polars as pl

from jamsos.people.rules import Group, LifeEvent
from jamsos.registry.rules import Occupation
from jamsos.selection.criteria import REASON_OF, Criteria, GroupMerit, Tie
from jamsos.selection.rules import Outcome, Reason, Terms, cut

# One row per person of the regency. `groups` and `events` are codes with a space between, in alphabetical order.
# `sex` decides nothing; it is kept so that fairness can be shown.
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
RANKED: Mapping[str, type[pl.DataType]] = {
    "person_id": pl.Int64,
    "rank": pl.Int32,
    "score": pl.Int32,
    "continuity_points": pl.Int32,
    "group_points": pl.Int32,
    "decile_points": pl.Int32,
    "outcome": pl.String,
    "reason": pl.String,
    "distance": pl.Int32,
    "group_code": pl.String,
    "decile": pl.Int16,
    "village_code": pl.String,
}
_NOTHING = pl.lit("")


def rank(inputs: pl.DataFrame, criteria: Criteria, terms: Terms) -> pl.DataFrame:
    """Every candidate: first the eligible by rank from 1, then the excluded by person. Columns `RANKED`."""
    judged = judge(inputs, criteria, terms.month_from.first_day)
    barred = pl.col("bar").is_not_null()
    ordered = _in_order(judged.filter(~barred), criteria, terms.seed).with_columns(
        rank=pl.int_range(1, pl.len() + 1, dtype=pl.Int32)
    )
    places = cut(ordered.height, terms).places
    reached = pl.col("rank") <= places
    chosen = ordered.with_columns(
        outcome=pl.when(reached).then(pl.lit(Outcome.chosen.value)).otherwise(pl.lit(Outcome.not_reached.value)),
        reason=pl.when(reached).then(pl.lit(Reason.within_budget.value)).otherwise(pl.lit(Reason.below_the_cut.value)),
        distance=pl.col("rank") - places,
    )
    excluded = judged.filter(barred).sort("person_id").with_columns(
        rank=None, outcome=pl.lit(Outcome.excluded.value), reason="bar", distance=None
    )  # fmt: skip
    columns = [pl.col(name).cast(kind) for name, kind in RANKED.items()]
    return pl.concat([chosen.select(columns), excluded.select(columns)])


def judge(inputs: pl.DataFrame, criteria: Criteria, registered: date) -> pl.DataFrame:
    """The inputs with points, the group counted, and `bar`: the first reason against the person, null for none."""
    weighed = _weigh(inputs, criteria)
    against = objections(criteria, registered)
    first = pl.coalesce(
        pl.when(stands.fill_null(value=False)).then(pl.lit(reason.value)) for reason, stands in against.items()
    )
    return weighed.with_columns(bar=first)


def objections(criteria: Criteria, registered: date) -> dict[Reason, pl.Expr]:
    """What may stand against a person, in the order in which it is told; each is true of the weighed rows it bars."""
    born, decile = pl.col("birth_date"), pl.col("counted_decile")
    lives_here = reduce(
        pl.Expr.or_, (pl.col("village_code").str.starts_with(region) for region in criteria.residence.regions)
    )
    events = pl.col("events").fill_null("")
    excluding = [event for event in LifeEvent if event in criteria.exclusions.events]
    by_event = {REASON_OF[event]: events.str.contains(event.value, literal=True) for event in excluding}
    no_work = pl.col("occupation").fill_null(Occupation.none.value) == Occupation.none.value
    no_nik, no_match = ~pl.col("has_nik"), ~pl.col("is_dukcapil_matched").fill_null(value=False)
    asked = {
        Reason.other_payer: (criteria.exclusions.other_payer, pl.col("has_other_payer")),
        Reason.nik_unusable: (criteria.identity.nik == "required", no_nik),
        Reason.not_in_dukcapil: (criteria.identity.dukcapil == "required", no_match),
        Reason.no_work: (criteria.work.required, no_work),
    }
    against = by_event | {reason: stands for reason, (is_asked, stands) in asked.items() if is_asked} | {
        Reason.not_resident: ~lives_here.fill_null(value=False),
        Reason.already_protected: pl.col("is_covered"),
        Reason.refused_by_insurer: pl.col("is_refused_by_insurer"),
        Reason.birth_date_unknown: born.is_null(),
        Reason.too_young: born > _years_before(registered, criteria.age.at_least),
        Reason.too_old: born <= _years_before(registered, criteria.age.below),
        Reason.no_group: pl.col("group_code").is_null(),
        Reason.decile_unknown: decile.is_null(),
        Reason.decile_too_high: decile > pl.col("decile_limit"),
    }  # fmt: skip
    return {reason: against[reason] for reason in Reason if reason in against}


def _years_before(day: date, years: int) -> date:
    """The latest birth that makes somebody `years` old on the first day of a month."""
    return day.replace(year=day.year - years)


def _weigh(inputs: pl.DataFrame, criteria: Criteria) -> pl.DataFrame:
    """Points, the group that counts, the decile that counts, and the highest decile admitted."""
    deciles = criteria.deciles
    limits = {source.value: limit for source, limit in deciles.at_most.items()}
    counted = pl.col("decile").fill_null(deciles.unknown_counts_as) if deciles.unknown_counts_as else pl.col("decile")
    of_register = pl.col("decile_source").replace_strict(
        limits, default=deciles.otherwise, return_dtype=pl.Int16
    )  # fmt: skip
    return (
        inputs.join(_merits(inputs, criteria), on="groups", how="left", nulls_equal=True)
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


def _merits(inputs: pl.DataFrame, criteria: Criteria) -> pl.DataFrame:
    """What each combination of groups that occurs brings: there are few of them, so each is worked out once."""
    combinations = inputs["groups"].unique().to_list()
    merits = [_merit(frozenset((groups or "").split()), criteria.groups) for groups in combinations]
    return pl.DataFrame(
        [(groups, *merit) for groups, merit in zip(combinations, merits, strict=True)],
        schema={
            "groups": pl.String,
            "group_points": pl.Int32,
            "group_code": pl.String,
            "group_decile_limit": pl.Int16,
        },
        orient="row",
    )


def _merit(groups: frozenset[str], known: tuple[GroupMerit, ...]) -> tuple[int, Group | None, int | None]:
    """(points of all groups together, the group that counts: the one with most points, the most generous decile)."""
    of = [merit for merit in known if merit.code in groups]
    counted = max(of, key=lambda merit: merit.points, default=None)
    limits = [merit.decile_at_most for merit in of if merit.decile_at_most is not None]
    return sum(merit.points for merit in of), counted.code if counted else None, max(limits, default=None)


def _in_order(eligible: pl.DataFrame, criteria: Criteria, seed: str) -> pl.DataFrame:
    """Most points first; between equals as the criteria declare, at last by the draw."""
    keys = {Tie.decile: "counted_decile", Tie.older: "birth_date"}
    before_the_draw = ["score", *(keys[tie] for tie in criteria.order.ties if tie in keys)]
    drawn = eligible.with_columns(_draws(eligible, before_the_draw, seed))
    # 64 bits of a hash have never met by chance; should they, the person's number decides
    by = [*before_the_draw, "draw", "person_id"]
    return drawn.sort(by, descending=[True] + [False] * (len(by) - 1))


def _draws(eligible: pl.DataFrame, keys: list[str], seed: str) -> pl.Series:
    """A number per person for the draw; only who is equal to somebody else needs one, for the others it is 0."""
    equal = eligible.select(pl.struct(keys).is_duplicated().alias("equal"))["equal"]
    numbers = [draw(seed, person) if drawn else 0 for person, drawn in zip(eligible["person_id"], equal, strict=True)]
    return pl.Series("draw", numbers, dtype=pl.UInt64)


def draw(seed: str, person_id: int) -> int:
    """The first 8 bytes of the SHA-256 of `seed:person`: `printf '53.15:2024:17' | sha256sum`."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{person_id}".encode()).digest()[:8], "big")


def all_objections(inputs: pl.DataFrame, criteria: Criteria, terms: Terms) -> list[Reason]:
    """Everything that stands against the one person in `inputs`, in the order in which it is told."""
    against = objections(criteria, terms.month_from.first_day)
    stands = _weigh(inputs, criteria).select(
        **{reason.value: bars.fill_null(value=False) for reason, bars in against.items()}
    )
    return [reason for reason in against if stands[reason.value].item()]
