"""Selection acts: preview a list, or make and store one; and queries by which later rooms read a stored list."""

import asyncio
import dataclasses
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

import polars as pl
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.errors import RegionUnknown
from jamsos.access.rules import Actor
from jamsos.access.service import audit
from jamsos.errors import NotFound
from jamsos.ledger.service import free_to_spend, fund_by_code, groups_throughout, monthly_rate
from jamsos.months import ALWAYS, Month, end_of, span, today
from jamsos.offices.service import need_office
from jamsos.regions.service import need_region
from jamsos.selection import manifest, ranking, store
from jamsos.selection.criteria import Criteria, criteria_of
from jamsos.selection.errors import (
    CeilingTooLow,
    CriteriaKnown,
    CriteriaWrong,
    NobodyKnownThen,
    NobodyToChoose,
    RunBroken,
    TermsWrong,
)
from jamsos.selection.rules import Cut, History, Outcome, Terms, cut


@dataclass(frozen=True)
class Selection:
    """A list in preparation. `seen` shows who would be chosen; `ranked` ranks every candidate and takes longer."""

    terms: Terms
    criteria: Criteria
    fund_id: int | None
    fund_code: str | None
    inputs: pl.DataFrame  # columns `ranking.INPUTS`

    @cached_property
    def seen(self) -> pl.DataFrame:
        """The inputs with outcome, reason, score and group_code."""
        return ranking.choose(self.inputs, self.criteria, self.terms)

    @cached_property
    def ranked(self) -> pl.DataFrame:
        """Every candidate, with the columns `ranking.RANKED`."""
        return ranking.rank(self.inputs, self.criteria, self.terms)

    @cached_property
    def listed(self) -> pl.DataFrame:
        """The inputs with outcome, reason, score, rank and group_code, like verification.seen. Takes as long as `ranked`."""
        return listed(self.inputs, self.ranked)

    @property
    def eligible(self) -> int:
        return int((self.seen["outcome"] != Outcome.excluded).sum())

    @property
    def cut(self) -> Cut:
        return cut(int((self.seen["outcome"] == Outcome.chosen).sum()), self.terms)


def listed(inputs: pl.DataFrame, ranked: pl.DataFrame) -> pl.DataFrame:
    """Return the inputs joined with the result of a list, for comparison.py."""
    told = ranked.select("person_id", "outcome", "reason", "score", "rank", "group_code")
    return inputs.join(told, on="person_id", how="inner")


@dataclass(frozen=True)
class Run:
    """A stored list with its manifest."""

    id: int
    year: int
    office_code: str
    criteria_id: int
    fund_id: int | None
    ceiling: int
    headcount: int | None
    month_from: Month
    month_to: Month
    as_of: date
    rate: int
    worker_cost: int
    fund_kind: str | None
    fund_groups: str | None
    candidates: int
    eligible: int
    chosen: int
    cost: int
    inputs_sha256: bytes
    list_sha256: bytes
    run_by: str
    run_at: datetime
    fund_code: str | None
    manifest: Mapping[str, Any] | None  # as stored; the oldest runs have none
    manifest_sha256: bytes | None

    @property
    def approved_sha256(self) -> bytes:
        """The hash that the approvals name: of the manifest, or of the list where an older run has no manifest."""
        return self.manifest_sha256 or self.list_sha256

    def stated(self, criteria: Criteria) -> dict[str, Any]:
        """Return the manifest recomputed from the run's own columns."""
        return manifest.stated(vars(self), self.terms.seed, criteria.sha256)

    @property
    def terms(self) -> Terms:
        return Terms(**{field.name: getattr(self, field.name) for field in dataclasses.fields(Terms)})

    @property
    def cut(self) -> Cut:
        return cut(self.chosen, self.terms)


async def preview(
    connection: AsyncConnection,
    actor: Actor,
    *,
    year: int,
    office_code: str,
    criteria: Criteria,
    as_of: date,
    ceiling: int | None = None,
    fund_code: str | None = None,
    headcount: int | None = None,
    months: tuple[Month, Month] | None = None,
    history: History | None = None,
    known_to: int | None = None,
    known_on: date | None = None,
) -> Selection:
    """Return the list that a run would make, and write nothing. Raises the errors of run_selection.

    `known_to` is an earlier run: the people are judged as that run knew them, by the registers, events and decrees of
    its day. Then `as_of` and `history` have no effect.

    `known_on` is a past day: the people are judged as the office knew them at its end. The fund has the money and the
    groups known then, and `history` must be of that day, too. Raises NobodyKnownThen where nobody was known yet.

    Rates have no such history: a preview always uses today's rates.
    """
    _must_see(actor, office_code)
    await need_office(connection, office_code)
    await _need_regions(connection, criteria)
    first, last = months or (Month(year, 1), Month(year, 12))
    if not (first <= last and first.year == last.year == year):
        raise TermsWrong(wish="selection.terms.months")
    fund = await fund_by_code(connection, fund_code, office_code) if fund_code else None
    told = history or History()
    free = (
        await free_to_spend(connection, fund.code, known_on, office_code) + told.freed.get(fund.id, 0) if fund else None
    )
    rates = await _rates(connection, first, last, fund is None or fund.is_via_apbd)
    limit = _ceiling(ceiling, free, headcount, sum(rates))
    terms = Terms(
        year, office_code, first, last, as_of, limit, headcount, rates[0], sum(rates), fund.kind if fund else None,
        await fund_groups(connection, fund.id, (first, last), known_on) if fund else None,
    )  # fmt: skip
    inputs = await _inputs(connection, terms, told, known_to, known_on)
    if inputs.is_empty():
        raise NobodyKnownThen(region=office_code, day=known_on) if known_on else NobodyToChoose(region=office_code)
    return Selection(terms, criteria, fund.id if fund else None, fund.code if fund else None, inputs)


async def _need_regions(connection: AsyncConnection, criteria: Criteria) -> None:
    """Raise CriteriaWrong for an unknown region, because a quota of such a region would never bind."""
    for place, code in criteria.regions.items():
        try:
            await need_region(connection, code)
        except RegionUnknown:
            name = f"{criteria.code} {criteria.version}"
            raise CriteriaWrong(name, [(place, "criteria.wrong.region_unknown", {"code": code})]) from None


async def fund_groups(
    connection: AsyncConnection, fund_id: int, months: tuple[Month, Month], known_on: date | None = None
) -> str | None:
    """Return the groups that the fund may pay for in all these months, in the form of `Terms`.

    With a day, the rules known at its end decide.
    """
    allowed = await groups_throughout(connection, fund_id, span(*months), end_of(known_on) if known_on else ALWAYS)
    return None if allowed is None else " ".join(sorted(allowed))


async def _inputs(
    connection: AsyncConnection, terms: Terms, told: History, known_to: int | None, known_on: date | None
) -> pl.DataFrame:
    """Return the inputs of the list.

    Raises NotFound for an unknown run or one of another regency, TermsWrong for a future day, or for both a run and a
    day.
    """
    if known_on is not None and (known_to is not None or known_on > today()):
        raise TermsWrong(wish="selection.terms.known")
    if known_to is None:
        return await store.inputs(connection, terms, told, end_of(known_on) if known_on else None)
    run = await run_by_id(connection, known_to)
    if run.office_code != terms.office_code:
        raise NotFound(what="run", which=known_to)
    return await kept_inputs(connection, run)


async def _rates(connection: AsyncConnection, first: Month, last: Month, is_via_apbd: bool) -> list[int]:
    """Return the rupiah for one worker, month by month."""
    return [(await monthly_rate(connection, month=month, is_via_apbd=is_via_apbd)).total for month in span(first, last)]


def _must_see(actor: Actor, office_code: str) -> None:
    """Raise NotFound where the actor sees only a part of the regency, because the list would omit the other people."""
    if not _sees(actor, office_code):
        raise NotFound(what="region", which=office_code)


def _sees(actor: Actor, office_code: str) -> bool:
    sight = actor.sight
    return sight.first <= office_code and f"{office_code}~" <= sight.beyond


def _ceiling(given: int | None, free: int | None, headcount: int | None, worker_cost: int) -> int:
    """Return the smallest of the given limits. Raises TermsWrong, CeilingTooLow."""
    if headcount is not None and headcount < 1:
        raise TermsWrong(wish="selection.terms.headcount")
    limits = [limit for limit in (given, free) if limit is not None]
    if not limits and headcount is None:
        raise TermsWrong(wish="selection.terms.limit")
    ceiling = min(limits, default=(headcount or 0) * worker_cost)
    if ceiling < worker_cost:
        raise CeilingTooLow(ceiling=ceiling, worker_cost=worker_cost)
    return ceiling


async def run_selection(connection: AsyncConnection, actor: Actor, *, criteria: Criteria, **terms: Any) -> Run:
    """Make a list and store it with every candidate, its inputs and its hashes. Takes the arguments of preview.

    Raises NotFound, RegionUnknown, CriteriaWrong, TermsWrong, CeilingTooLow, NobodyToChoose, CriteriaKnown,
    FundUnknown, RateUnknown.
    """
    selection = await preview(connection, actor, criteria=criteria, **terms)
    return await keep(connection, actor, selection)


async def keep(connection: AsyncConnection, actor: Actor, selection: Selection) -> Run:
    """Store a list that was computed in this transaction, and return its run."""
    of, ranked = selection.terms, selection.ranked
    criteria_id = await _keep_criteria(connection, of.office_code, selection.criteria)
    made = asyncio.gather(
        asyncio.to_thread(manifest.sha256_of, ranked),
        asyncio.to_thread(manifest.sha256_of, selection.inputs),
        asyncio.to_thread(manifest.blocks_of, selection.inputs),
    )
    await store.bring_candidates(connection, ranked)  # while the threads compute
    list_sha256, inputs_sha256, blocks = await made
    found = cut(int((ranked["outcome"] == Outcome.chosen).sum()), of)
    facts = vars(of) | {
        "candidates": ranked.height, "eligible": ranked["rank"].count(), "chosen": found.places, "cost": found.cost,
        "inputs_sha256": inputs_sha256, "list_sha256": list_sha256, "run_by": actor.name, "run_at": await store.now(connection),
    }  # fmt: skip
    whole = manifest.stated(facts | {"fund_code": selection.fund_code}, of.seed, selection.criteria.sha256)
    run_id = await store.add_run(
        connection,
        **facts | {"month_from": of.month_from.first_day, "month_to": of.month_to.first_day},
        criteria_id=criteria_id,
        fund_id=selection.fund_id,
        manifest=whole,
        manifest_sha256=manifest.sha256_of_document(whole),
    )
    await store.keep_inputs(connection, run_id, of.office_code, blocks)
    await store.keep_candidates(connection, run_id)
    kept = await run_by_id(connection, run_id)
    await audit(
        connection,
        actor,
        "run_selection",
        subject="selection_run",
        subject_ids=[run_id],
        details={"chosen": found.places, "cost": found.cost, "sha256": kept.approved_sha256.hex()},
    )
    return kept


async def _keep_criteria(connection: AsyncConnection, office_code: str, criteria: Criteria) -> int:
    """Return the id of the stored document. Raises CriteriaKnown when another document has its code and version."""
    await store.add_criteria(
        connection,
        office_code=office_code,
        code=criteria.code,
        version=criteria.version,
        document=criteria.document,
        document_sha256=criteria.sha256,
    )
    kept = await store.criteria_by(connection, office_code=office_code, code=criteria.code, version=criteria.version)
    if kept is None or kept["document_sha256"] != criteria.sha256:
        raise CriteriaKnown(code=criteria.code, version=criteria.version)
    return int(kept["id"])


async def run_by_id(connection: AsyncConnection, run_id: int) -> Run:
    """Return the run with this id. Raises NotFound."""
    found = await store.run_by_id(connection, run_id)
    if found is None:
        raise NotFound(what="run", which=run_id)
    return _run(found)


async def run_within(connection: AsyncConnection, actor: Actor, run_id: int) -> Run:
    """Return a run whose whole list the actor sees. Raises NotFound, also for a village office, which may know of the run."""
    run = await run_by_id(connection, run_id)
    if not _sees(actor, run.office_code):
        raise NotFound(what="run", which=run_id)
    return run


async def run_beside(connection: AsyncConnection, actor: Actor, run_id: int, office_code: str) -> Run:
    """Return a run to compare with another list. Raises NotFound, TermsWrong when the run is of another regency."""
    run = await run_within(connection, actor, run_id)
    if run.office_code != office_code:
        raise TermsWrong(wish="selection.terms.regencies")
    return run


async def runs(connection: AsyncConnection) -> list[Run]:
    return [_run(row) for row in await store.runs(connection)]


def _run(row: RowMapping) -> Run:
    values = {field.name: row[field.name] for field in dataclasses.fields(Run)}
    months = {name: Month.of(row[name]) for name in ("month_from", "month_to")}
    return Run(**values | months)


async def criteria_of_run(connection: AsyncConnection, run: Run) -> Criteria:
    """Return the criteria of a run. Raises CriteriaWrong when the stored document is not valid any more."""
    kept = await store.criteria_by_id(connection, run.criteria_id)
    return criteria_of(kept["document"], f"{kept['code']} {kept['version']}")


# --- called by later rooms ---------------------------------------------------------------------------------------


async def chosen_of(connection: AsyncConnection, run: Run) -> list[dict[str, Any]]:
    """Return person_id, group_code and village_code of the chosen, by village and rank. Raises RunBroken."""
    ranked = await kept_list(connection, run)
    chosen = ranked.filter(outcome=Outcome.chosen.value).sort("village_code", "rank")
    return chosen.select("person_id", "group_code", "village_code").to_dicts()


async def waiting_of(
    connection: AsyncConnection,
    run: Run,
    *,
    fund_id: int,
    months: tuple[Month, Month],
    as_of: date,
    history: History,
    named: Collection[int] = (),
) -> dict[int, dict[str, Any]]:
    """Return group_code and village_code by person, in order of rank, of those who could fill a vacant place.

    These are persons whom the run did not reach and who now meet the criteria, for these months and the fund's rules.
    Nobody whom a quota bars is among them. A `named` person may also be one whom the list chose or excluded, because
    that decision may have ended since.
    Raises RunBroken.
    """
    ranked, criteria = await kept_list(connection, run), await criteria_of_run(connection, run)
    groups = await fund_groups(connection, fund_id, months)
    terms = replace(run.terms, month_from=months[0], month_to=months[1], as_of=as_of, fund_groups=groups)
    inputs = await store.inputs(connection, terms, history)
    still = ranking.judge(inputs, criteria, terms).filter(pl.col("bar").is_null()).select("person_id", "group_code")
    is_not_reached = pl.col("outcome") == Outcome.not_reached.value
    is_named = pl.col("person_id").is_in(list(named)) & ~is_not_reached
    waiting = (
        ranked.filter(is_named | is_not_reached & pl.col("distance").is_not_null())
        .drop("group_code")
        .join(still, on="person_id", how="inner")
        .sort("rank")
    )
    rows = waiting.select("person_id", "group_code", "village_code").to_dicts()
    return {row["person_id"]: row for row in rows}


async def kept_inputs(connection: AsyncConnection, run: Run, person_id: int | None = None) -> pl.DataFrame:
    """Return the stored inputs of a run, of one person or of all, with the columns `ranking.INPUTS`.

    Raises NotFound when none are stored or visible, RunBroken when they are unreadable.
    """
    blocks = await store.kept_inputs(connection, run.id, person_id)
    if not blocks:
        raise NotFound(what="run", which=run.id)
    try:
        return manifest.inputs_of(blocks)
    except (ValueError, pl.exceptions.PolarsError):
        raise RunBroken(run=run.id) from None


async def kept_list(connection: AsyncConnection, run: Run) -> pl.DataFrame:
    """Return every candidate of a stored list by rank, with the columns `ranking.RANKED`.

    Raises RunBroken when the list does not match its manifest.
    """
    ranked = await store.ranked(connection, run.id)
    if manifest.sha256_of(ranked) != run.list_sha256:
        raise RunBroken(run=run.id)
    return ranked
