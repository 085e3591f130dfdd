"""Verification: recompute a stored list, and explain one person's position. Nothing is decided here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.access.service import audit
from jamsos.data_classes import shown_names
from jamsos.errors import NotFound
from jamsos.people import service as people
from jamsos.regions.store import names_of
from jamsos.selection import manifest, ranking, store
from jamsos.selection.criteria import Criteria, Quota
from jamsos.selection.errors import RunBroken
from jamsos.selection.evidence import Evidence, evidence_of
from jamsos.selection.manifest import Difference
from jamsos.selection.rules import Outcome, Terms
from jamsos.selection.service import Run, criteria_of_run, kept_inputs, kept_list, listed, run_by_id, run_within
from jamsos.selection.tables import selection_candidates


class Changed(NamedTuple):
    """A field where the stored manifest differs from the run's own columns and criteria."""

    name: str
    stated: object
    now: object


@dataclass(frozen=True)
class Verdict:
    """The result of recomputing a run: which parts of the manifest match, and whose position differs."""

    parts: Mapping[str, bool]
    differences: list[Difference]
    sha256: bytes  # the hash that its approvals must name: of the manifest, or of the list for the oldest runs
    changed: Sequence[Changed] = ()
    is_of_old: bool = False  # stored before manifests existed: only its list confirms its terms

    @property
    def is_equal(self) -> bool:
        return all(self.parts.values()) and not self.differences


async def verify(connection: AsyncConnection, actor: Actor, run_id: int) -> Verdict:
    """Recompute the run from its stored inputs and criteria, and compare with the stored list. Raises NotFound, CriteriaWrong."""
    run = await run_within(connection, actor, run_id)
    criteria = await criteria_of_run(connection, run)
    kept_criteria = await store.criteria_by_id(connection, run.criteria_id)
    try:
        inputs = await kept_inputs(connection, run)
    except (NotFound, RunBroken):
        inputs = pl.DataFrame(schema=ranking.INPUTS)  # the verdict then shows that the inputs and every position differ
    now, kept = ranking.rank(inputs, criteria, run.terms), await store.ranked(connection, run_id)
    changed = _changed(run, criteria)
    return Verdict(
        parts={
            **({} if run.manifest is None else {"manifest": _is_sealed(run) and not changed}),
            "inputs": manifest.sha256_of(inputs) == run.inputs_sha256
            and manifest.bounds_of(inputs) == await store.kept_bounds(connection, run_id),
            "criteria": (criteria.code, criteria.version, criteria.sha256)
            == tuple(kept_criteria[name] for name in ("code", "version", "document_sha256")),
            "list": manifest.sha256_of(now) == run.list_sha256,
            "kept": manifest.sha256_of(kept) == run.list_sha256,
            "figures": figures_of(now, run.terms) == (run.candidates, run.eligible, run.chosen, run.cost),
        },
        differences=manifest.differences(kept, now),
        sha256=run.approved_sha256,
        changed=changed,
        is_of_old=run.manifest is None,
    )


def _is_sealed(run: Run) -> bool:
    return run.manifest is not None and manifest.sha256_of_document(run.manifest) == run.manifest_sha256


def _changed(run: Run, criteria: Criteria) -> list[Changed]:
    if run.manifest is None:
        return []
    stated, now = run.manifest, run.stated(criteria)
    both = ((name, stated.get(name), now.get(name)) for name in sorted({*stated, *now}))
    return [Changed(*each) for each in both if each[1] != each[2]]


async def must_hold(connection: AsyncConnection, run: Run) -> None:
    """Raise RunBroken when the run does not match its manifest."""
    if run.manifest is not None and (not _is_sealed(run) or _changed(run, await criteria_of_run(connection, run))):
        raise RunBroken(run=run.id)


def figures_of(ranked: pl.DataFrame, terms: Terms) -> tuple[int, int, int, int]:
    """Return the number of candidates, eligible and chosen, and their cost, counted from the list itself."""
    chosen = int((ranked["outcome"] == Outcome.chosen).sum())
    return ranked.height, ranked["rank"].count(), chosen, chosen * terms.worker_cost


# The columns that an explanation shows of a person. The person may see them; a caller that shows them to others checks the scopes.
EXPLAINED = [selection_candidates.c[name] for name in ("score", "score_parts", "group_code", "decile")]


@dataclass(frozen=True)
class Explanation:
    """Why a person has this position. `objections` are all reasons against the person, not only the first."""

    run: Run
    person_id: int
    outcome: str
    reason: str
    objections: list[str]
    rank: int | None
    score: int
    score_parts: Mapping[str, int]
    distance: int | None
    last_score: int | None  # None where nobody was chosen
    group_code: str | None
    decile: int | None  # as the register gives it
    counted_decile: int | None
    decile_limit: int
    criteria: Criteria
    quotas: Sequence[Quota]  # the quotas that apply to the person
    places: Mapping[str, str]  # the names, by code, of the regions in the criteria
    evidence: Sequence[Evidence]  # the rows behind the objections


async def explain(connection: AsyncConnection, actor: Actor, run_id: int, person_id: int) -> Explanation:
    """Return the explanation of one person's position in a run, and audit it, because it shows the person's circumstances.

    A person who was merged since the run is found under the earlier number. Raises NotFound, RunBroken.
    """
    run = await run_by_id(connection, run_id)
    found = await store.candidate(connection, run_id, [person_id, *await people.ids_of(connection, person_id)])
    if found is None:
        raise NotFound(what="candidate", which=person_id)
    person_id = found["person_id"]
    criteria = await criteria_of_run(connection, run)
    inputs = (await kept_inputs(connection, run, person_id)).filter(person_id=person_id)
    if inputs.is_empty():
        raise RunBroken(run=run_id)
    against = ranking.all_objections(inputs, criteria, run.terms)
    counted, limit = ranking.decile_of(inputs, criteria, run.terms)
    fields, details = shown_names(EXPLAINED), {"run": run_id}
    await audit(connection, actor, "explain", subject="person", subject_ids=[person_id], fields=fields, details=details)
    return Explanation(
        run=run,
        person_id=person_id,
        objections=list(map(str, against)),
        evidence=await evidence_of(connection, run, person_id, against),
        last_score=await store.last_score(connection, run_id),
        criteria=criteria,
        counted_decile=counted,
        decile_limit=limit,
        places=await names_of(connection, criteria.regions.values()),
        quotas=[
            quota for quota in criteria.quotas if ranking.falls_under(quota, found["village_code"], found["group_code"])
        ],
        **{
            name: found[name]
            for name in ("outcome", "reason", "rank", "score", "score_parts", "distance", "group_code", "decile")
        },
    )


async def seen(connection: AsyncConnection, actor: Actor, run_id: int) -> pl.DataFrame:
    """Return the stored inputs of a run with outcome, score and group, for comparison.py. Raises NotFound, RunBroken."""
    run = await run_within(connection, actor, run_id)
    inputs = await kept_inputs(connection, run)
    if manifest.sha256_of(inputs) != run.inputs_sha256:
        raise RunBroken(run=run_id)
    return listed(inputs, await kept_list(connection, run))
