"""Selection acts: drawing up a list, seeing what another one would be, explaining it, and working it out again."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.access.service import audit
from jamsos.errors import CeilingTooLow, CriteriaKnown, NobodyToChoose, NotFound, TermsWrong
from jamsos.ledger.service import free_to_spend, fund_by_code, monthly_rate
from jamsos.months import Month, span
from jamsos.regions.service import need_region
from jamsos.selection import ranking, receipt, store
from jamsos.selection.criteria import Criteria, criteria_of
from jamsos.selection.receipt import Difference
from jamsos.selection.rules import Cut, History, Terms, cut


@dataclass(frozen=True)
class Selection:
    """A list that was worked out: the inputs and every candidate of them (columns `ranking.INPUTS`, `ranking.RANKED`)."""

    terms: Terms
    criteria: Criteria
    fund_id: int | None
    inputs: pl.DataFrame
    ranked: pl.DataFrame

    @property
    def eligible(self) -> int:
        return self.ranked["rank"].count()

    @property
    def cut(self) -> Cut:
        return cut(self.eligible, self.terms)


@dataclass(frozen=True)
class Run:
    """A list that was kept: the receipt."""

    id: int
    year: int
    regency_code: str
    criteria_id: int
    fund_id: int | None
    ceiling: int
    headcount: int | None
    month_from: Month
    month_to: Month
    as_of: date
    rate: int
    worker_cost: int
    candidates: int
    eligible: int
    chosen: int
    cost: int
    inputs_sha256: bytes
    list_sha256: bytes

    @property
    def terms(self) -> Terms:
        return Terms(**{field.name: getattr(self, field.name) for field in dataclasses.fields(Terms)})

    @property
    def cut(self) -> Cut:
        return cut(self.eligible, self.terms)


async def preview(
    connection: AsyncConnection,
    actor: Actor,
    *,
    year: int,
    regency_code: str,
    criteria: Criteria,
    as_of: date,
    ceiling: int | None = None,
    fund_code: str | None = None,
    headcount: int | None = None,
    months: tuple[Month, Month] | None = None,
    history: History | None = None,
) -> Selection:
    """What a run would choose; nothing is written. Raises what run_selection raises."""
    _must_see(actor, regency_code)
    await need_region(connection, regency_code)
    first, last = months or (Month(year, 1), Month(year, 12))
    if not (first <= last and first.year == last.year == year):
        raise TermsWrong(wish="selection.terms.months")
    fund = await fund_by_code(connection, fund_code) if fund_code else None
    rates = [
        (await monthly_rate(connection, month=month, is_via_apbd=fund is None or fund.is_via_apbd)).total
        for month in span(first, last)
    ]
    free = await free_to_spend(connection, fund_code) if fund_code else None
    limit = _ceiling(ceiling, free, headcount, sum(rates))
    terms = Terms(year, regency_code, first, last, as_of, limit, headcount, rates[0], sum(rates))
    inputs = await store.inputs(
        connection,
        regency_code=regency_code,
        first=first.first_day,
        last=last.first_day,
        as_of=as_of,
        history=history or History(),
    )
    if inputs.is_empty():
        raise NobodyToChoose(region=regency_code)
    return Selection(terms, criteria, fund.id if fund else None, inputs, ranking.rank(inputs, criteria, terms))


def _must_see(actor: Actor, regency_code: str) -> None:
    """Who sees only a part of the regency would draw up a list without the others."""
    sight = actor.sight
    if not (sight.first <= regency_code and f"{regency_code}~" <= sight.beyond):
        raise NotFound(what="region", which=regency_code)


def _ceiling(given: int | None, free: int | None, headcount: int | None, worker_cost: int) -> int:
    """The smallest of the limits given. Raises TermsWrong, CeilingTooLow."""
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
    """Draw up a list and keep it with every candidate, its inputs and its hashes. Takes what preview takes.

    Raises NotFound, RegionUnknown, TermsWrong, CeilingTooLow, NobodyToChoose, CriteriaKnown, FundUnknown, RateUnknown.
    """
    selection = await preview(connection, actor, criteria=criteria, **terms)
    return await keep(connection, actor, selection)


async def keep(connection: AsyncConnection, actor: Actor, selection: Selection) -> Run:
    """Keep a list that was worked out in this transaction."""
    of, found = selection.terms, selection.cut
    row = await store.add_run(
        connection,
        **dataclasses.asdict(of) | {"month_from": of.month_from.first_day, "month_to": of.month_to.first_day},
        criteria_id=await _keep_criteria(connection, selection.criteria),
        fund_id=selection.fund_id,
        candidates=selection.ranked.height,
        eligible=selection.eligible,
        chosen=found.places,
        cost=found.cost,
        inputs_sha256=receipt.sha256_of(selection.inputs),
        list_sha256=receipt.sha256_of(selection.ranked),
        run_by=actor.name,
    )
    await store.keep_inputs(connection, row["id"], of.regency_code, receipt.blocks_of(selection.inputs))
    await store.keep_candidates(connection, row["id"], selection.ranked)
    await audit(
        connection,
        actor,
        "run_selection",
        subject="selection_run",
        subject_ids=[row["id"]],
        details={"chosen": found.places, "cost": found.cost, "list_sha256": row["list_sha256"].hex()},
    )
    return _run(row)


async def _keep_criteria(connection: AsyncConnection, criteria: Criteria) -> int:
    """The id of the document, kept once. Raises CriteriaKnown when another stands under its code and version."""
    await store.add_criteria(
        connection,
        code=criteria.code,
        version=criteria.version,
        document=criteria.document,
        document_sha256=criteria.sha256,
    )
    kept = await store.criteria_by(connection, code=criteria.code, version=criteria.version)
    if kept is None or kept["document_sha256"] != criteria.sha256:
        raise CriteriaKnown(code=criteria.code, version=criteria.version)
    return int(kept["id"])


async def run_by_id(connection: AsyncConnection, run_id: int) -> Run:
    """Raises NotFound."""
    found = await store.run_by_id(connection, run_id)
    if found is None:
        raise NotFound(what="run", which=run_id)
    return _run(found)


async def runs(connection: AsyncConnection) -> list[Run]:
    return [_run(row) for row in await store.runs(connection)]


def _run(row: RowMapping) -> Run:
    values = {field.name: row[field.name] for field in dataclasses.fields(Run)}
    months = {name: Month.of(row[name]) for name in ("month_from", "month_to")}
    return Run(**values | months)


async def criteria_of_run(connection: AsyncConnection, run: Run) -> Criteria:
    """The document the run was decided by. Raises CriteriaWrong when it cannot be read any more."""
    kept = await store.criteria_by_id(connection, run.criteria_id)
    return criteria_of(kept["document"], f"{kept['code']} {kept['version']}")


@dataclass(frozen=True)
class Verdict:
    """What working a run out again showed: which parts of the receipt hold, and who stands elsewhere now."""

    parts: Mapping[str, bool]
    differences: list[Difference]

    @property
    def is_equal(self) -> bool:
        return all(self.parts.values()) and not self.differences


async def verify(connection: AsyncConnection, run_id: int) -> Verdict:
    """Decide the run again from the inputs and the criteria it kept, and compare with the kept list. Raises NotFound."""
    run = await run_by_id(connection, run_id)
    criteria = await criteria_of_run(connection, run)
    kept_criteria = await store.criteria_by_id(connection, run.criteria_id)
    inputs = receipt.inputs_of(await store.kept_inputs(connection, run_id))
    now = ranking.rank(inputs, criteria, run.terms)
    return Verdict(
        parts={
            "inputs": receipt.sha256_of(inputs) == run.inputs_sha256,
            "criteria": criteria.sha256 == kept_criteria["document_sha256"],
            "list": receipt.sha256_of(now) == run.list_sha256,
        },
        differences=receipt.differences(await store.ranked(connection, run_id), now),
    )


@dataclass(frozen=True)
class Explanation:
    """Why a person stands where she stands. `objections` are all reasons against her, not only the first."""

    run: Run
    person_id: int
    outcome: str
    reason: str
    objections: list[str]
    rank: int | None
    score: int
    score_parts: Mapping[str, int]
    distance: int | None
    last_score: int
    group_code: str | None
    decile: int | None


async def explain(connection: AsyncConnection, actor: Actor, run_id: int, person_id: int) -> Explanation:
    """Audited, because it tells one person's circumstances. Raises NotFound."""
    run = await run_by_id(connection, run_id)
    found = await store.candidate(connection, run_id, person_id)
    if found is None:
        raise NotFound(what="candidate", which=person_id)
    criteria = await criteria_of_run(connection, run)
    inputs = receipt.inputs_of(await store.kept_inputs(connection, run_id)).filter(person_id=person_id)
    await audit(connection, actor, "explain", subject="person", subject_ids=[person_id], details={"run": run_id})
    return Explanation(
        run=run,
        person_id=person_id,
        objections=[str(reason) for reason in ranking.all_objections(inputs, criteria, run.terms)],
        last_score=await store.last_score(connection, run_id),
        **{
            name: found[name]
            for name in ("outcome", "reason", "rank", "score", "score_parts", "distance", "group_code", "decile")
        },
    )
