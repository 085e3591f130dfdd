"""Selection by mutation: draw up a list, preview one, compare two, and recompute one."""

from datetime import date
from typing import Any, cast

import strawberry
from sqlalchemy.ext.asyncio import AsyncConnection
from strawberry.scalars import JSON

from api.mutations.base import Payload, mutation
from api.resolvers import Info
from api.schema.descriptions import described
from api.schema.scalars import Rupiah
from api.schema.types import ENTITIES
from api.sql.global_ids import id_of, key_of
from jamsos.access.rules import Actor, Scope
from jamsos.decrees import approvals
from jamsos.enrolment import service as enrolment
from jamsos.months import Month, today
from jamsos.regions.store import names_of
from jamsos.selection import service, verification
from jamsos.selection.comparison import By, Margin, Move, changes, compare, margin, moves, reach
from jamsos.selection.criteria import Criteria, criteria_of, shipped_criteria
from jamsos.selection.letters import sentences
from jamsos.selection.rules import Outcome, Reason, Terms

for choices in (Outcome, Reason, By):
    described(choices)


@strawberry.input(description="The region, months and money of a list. At least one limit is needed.")
class SelectionTermsInput:
    year: int = strawberry.field(description="The year of the list.")
    month_from: Month | None = strawberry.field(default=None, description="The first month; January unless given.")
    month_to: Month | None = strawberry.field(default=None, description="The last month; December unless given.")
    region_code: str | None = strawberry.field(default=None, description="The regency; yours unless given.")
    criteria: str = strawberry.field(default="mabar", description="Code of criteria that come with the programme.")
    criteria_document: JSON | None = strawberry.field(
        default=None, description="Criteria of your own, instead of the code; the keys are those of the TOML file."
    )
    as_of: date | None = strawberry.field(
        default=None, description="Life events after this day do not count; today unless given."
    )
    ceiling: Rupiah | None = strawberry.field(default=None, description="At most so much money.")
    fund_code: str | None = strawberry.field(default=None, description="At most the free amount of this fund.")
    headcount: int | None = strawberry.field(default=None, description="At most so many people.")


@strawberry.type(description="Number of candidates with one outcome and reason.")
class ReasonCount:
    outcome: Outcome = strawberry.field(description="Chosen, not reached or excluded.")
    reason: Reason = strawberry.field(description="The reason.")
    count: int = strawberry.field(description="The number.")


@strawberry.type(description="The coverage of a list in one group, sex, district, village or decile.")
class Reach:
    by: By = strawberry.field(description="The breakdown of the list.")
    value: str | None = strawberry.field(description="Which; null where it is not known.")
    candidates: int = strawberry.field(description="The total number.")
    eligible: int = strawberry.field(description="Number of eligible people.")
    chosen: int = strawberry.field(description="Number of selected people.")


@strawberry.type(description="The figures of a list.")
class ListFigures:
    candidates: int = strawberry.field(description="All candidates.")
    eligible: int = strawberry.field(description="Number of eligible people.")
    chosen: int = strawberry.field(description="Number of people that the money is sufficient for.")
    worker_cost: Rupiah = strawberry.field(description="The cost of one worker over all months.")
    ceiling: Rupiah = strawberry.field(description="The smallest of the limits, in rupiah.")
    cost: Rupiah = strawberry.field(description="The cost of the selected people.")
    remainder: Rupiah = strawberry.field(description="The rest of the ceiling.")
    shortfall: Rupiah = strawberry.field(description="The cost of the requested headcount beyond the ceiling.")


@strawberry.input(description="A list to draw up.")
class RunSelectionInput:
    terms: SelectionTermsInput = strawberry.field(description="Its terms.")


@strawberry.type(description="The stored list.")
class RunSelectionPayload(Payload):
    run_id: strawberry.ID | None = strawberry.field(default=None, description="The id of the SelectionRun.")
    figures: ListFigures | None = strawberry.field(default=None, description="The figures of the list.")
    inputs_sha256: str | None = strawberry.field(default=None, description="SHA-256 of the inputs, in hex.")
    list_sha256: str | None = strawberry.field(default=None, description="SHA-256 of the list, in hex.")
    manifest_sha256: str | None = strawberry.field(
        default=None, description="SHA-256 of the manifest (terms, figures and hashes), in hex: the approved hash."
    )


@strawberry.type(description="Where a list ends.")
class ListEnd:
    last_id: strawberry.ID | None = strawberry.field(description="The id of the Person chosen last.")
    next_id: strawberry.ID | None = strawberry.field(description="The id of the next Person in rank.")


@strawberry.type(description="Of one group, district or village: chosen in the first list and in the second.")
class ListChange:
    by: By = strawberry.field(description="The breakdown of the lists.")
    value: str | None = strawberry.field(description="Which; null where it is not known.")
    before: int = strawberry.field(description="Chosen in the first list.")
    now: int = strawberry.field(description="Chosen in the second.")
    enter: int = strawberry.field(description="Chosen in the second only.")
    leave: int = strawberry.field(description="Chosen in the first only.")
    shift: int = strawberry.field(
        description="Chosen in both and counted here in the second only, less in the first only: now = before + enter - leave + shift."
    )
    cost_change: Rupiah = strawberry.field(description="Their cost in the second list minus that in the first.")


@strawberry.type(description="A person whom only one of the lists selects.")
class ListMove:
    person_id: strawberry.ID = strawberry.field(description="The id of the Person.")
    rank_before: int | None = strawberry.field(description="Her rank in the first list; null where it excludes her.")
    rank_now: int | None = strawberry.field(description="Her rank in the second.")


@strawberry.type(description="Two lists side by side.")
class ListComparison:
    stay: int = strawberry.field(description="Chosen in both.")
    enter: list[ListMove] = strawberry.field(description="Chosen in the second only, by rank.")
    leave: list[ListMove] = strawberry.field(description="Chosen in the first only, by rank.")
    cost_change: Rupiah = strawberry.field(description="The cost of the second list minus that of the first.")
    end_before: ListEnd = strawberry.field(description="Where the first list ends.")
    end_now: ListEnd = strawberry.field(description="Where the second ends.")
    changes: list[ListChange] = strawberry.field(description="By group, district and village.")


@strawberry.input(description="Two stored lists.")
class CompareSelectionsInput:
    before_id: strawberry.ID = strawberry.field(description="The id of the first SelectionRun.")
    now_id: strawberry.ID = strawberry.field(description="The id of the second.")


@strawberry.type(description="The two lists side by side.")
class CompareSelectionsPayload(Payload):
    comparison: ListComparison | None = strawberry.field(
        default=None, description="The people who enter and leave, and the cost."
    )


@strawberry.input(description="A list to try.")
class PreviewSelectionInput:
    terms: SelectionTermsInput = strawberry.field(description="Its terms.")
    against_id: strawberry.ID | None = strawberry.field(
        default=None, description="A SelectionRun to compare with, as if it had never been decreed."
    )
    known_to_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="Use the people's data of this SelectionRun, not those of the current registers.",
    )
    known_on: date | None = strawberry.field(
        default=None,
        description="Judge people as the office knew them at the end of this day: registers, events, decrees, the insurer's answers;"
        " the fund has the money and the groups known then. Rates are today's.",
    )


@strawberry.type(description="The preview of a list; nothing was written.")
class PreviewSelectionPayload(Payload):
    figures: ListFigures | None = strawberry.field(default=None, description="The figures of the list.")
    reasons: list[ReasonCount] | None = strawberry.field(default=None, description="Candidates by reason.")
    reach: list[Reach] | None = strawberry.field(default=None, description="The coverage of the list.")
    comparison: ListComparison | None = strawberry.field(default=None, description="Beside the run compared with.")


@strawberry.input(description="A stored list to check before it is signed.")
class SelectionFairnessInput:
    run_id: strawberry.ID = strawberry.field(description="The id of the SelectionRun.")


@strawberry.type(description="The coverage of a stored list.")
class SelectionFairnessPayload(Payload):
    reach: list[Reach] | None = strawberry.field(
        default=None,
        description="By group, sex, district, village and decile; a person of several groups counts in each.",
    )


@strawberry.input(
    description="Criteria to check and to read, by the code of those that come with the programme or as a document."
)
class TellCriteriaInput:
    criteria: str = strawberry.field(default="mabar", description="Code of criteria that come with the programme.")
    criteria_document: JSON | None = strawberry.field(
        default=None, description="Criteria of your own, instead of the code; the keys are those of the TOML file."
    )


@strawberry.type(description="The criteria in words; nothing was written.")
class TellCriteriaPayload(Payload):
    sentences: list[str] | None = strawberry.field(
        default=None, description="The title, then one criterion a sentence, in the language of Accept-Language."
    )


@strawberry.input(description="A run to work out again.")
class VerifySelectionInput:
    run_id: strawberry.ID = strawberry.field(description="The id of the SelectionRun.")


@strawberry.type(description="A person with different results in the stored and the recomputed list.")
class ListDifference:
    person_id: strawberry.ID = strawberry.field(description="The id of the Person.")
    kept_rank: int | None = strawberry.field(description="The stored rank.")
    rank_now: int | None = strawberry.field(description="The rank worked out again.")
    columns: list[str] = strawberry.field(description="In which columns of the list the two differ.")


@strawberry.type(description="A term, figure or hash that the manifest states otherwise than the run does now.")
class ManifestChange:
    name: str = strawberry.field(description="Its name in `manifest.json`.")
    stated: str | None = strawberry.field(description="The value in the manifest.")
    now: str | None = strawberry.field(description="The value of the run.")


@strawberry.type(description="The result of recomputing the run.")
class VerifySelectionPayload(Payload):
    is_equal: bool | None = strawberry.field(default=None, description="Everything comes out the same.")
    broken: list[str] | None = strawberry.field(
        default=None,
        description="Which are not what the manifest names: manifest (its own text or hash, or a term), inputs, criteria, list (worked out"
        " again), kept (the list as kept), figures, approved (no officer's approval names it).",
    )
    changed: list[ManifestChange] | None = strawberry.field(
        default=None, description="The differences between the manifest and the run."
    )
    is_of_old: bool | None = strawberry.field(
        default=None,
        description="Kept before manifests had a hash: its terms are checked only by the list they lead to.",
    )
    differences: list[ListDifference] | None = strawberry.field(default=None, description="The first twenty, by rank.")


async def _asked(
    connection: AsyncConnection,
    actor: Actor,
    terms: SelectionTermsInput,
    instead_of: int | None = None,
    known_on: date | None = None,
) -> dict[str, Any]:
    """Return the terms with parsed criteria, and with the knowledge from decrees and the insurer's answers."""
    region = terms.region_code or actor.region_code or ""
    months = terms.month_from or _month(terms.year, 1), terms.month_to or _month(terms.year, 12)
    return {
        "year": terms.year,
        "months": months,
        "office_code": region,
        "criteria": _criteria(terms),
        "as_of": terms.as_of or today(),
        "ceiling": terms.ceiling,
        "fund_code": terms.fund_code,
        "headcount": terms.headcount,
        "history": await enrolment.history(
            connection, office_code=region, month_from=months[0], month_to=months[1], instead_of=instead_of, known_on=known_on
        ),
    }  # fmt: skip


def _criteria(of: SelectionTermsInput | TellCriteriaInput) -> Criteria:
    """Return the criteria. Raises CriteriaWrong, NotFound."""
    own = of.criteria_document
    return shipped_criteria(of.criteria) if own is None else criteria_of(cast(dict[str, Any], own), "criteriaDocument")


def _reach(candidates: Any) -> list[Reach]:
    return [Reach(by=by, **share._asdict()) for by, shares in reach(candidates).items() for share in shares]


def _month(year: int, month: int) -> Month:
    """Return the month. Raises MonthMalformed for an impossible year."""
    return Month.parse(f"{year:04d}-{month:02d}")


def _figures(of: Any, candidates: int, eligible: int) -> ListFigures:
    terms, found = of.terms, of.cut
    return ListFigures(
        candidates=candidates, eligible=eligible, chosen=found.places, worker_cost=Rupiah(terms.worker_cost),
        ceiling=Rupiah(terms.ceiling), cost=Rupiah(found.cost), remainder=Rupiah(found.remainder),
        shortfall=Rupiah(found.shortfall),
    )  # fmt: skip


def _beside(before: Any, was: Terms, now: Any, of: Terms) -> ListComparison:
    found, (enter, leave) = compare(before, now), moves(before, now)
    counted = [
        ListChange(
            by=by, value=c.value, before=c.before, now=c.now, enter=c.enter, leave=c.leave, shift=c.shift,
            cost_change=Rupiah(c.now * of.worker_cost - c.before * was.worker_cost),
        )
        for by in (By.group, By.district, By.village)
        for c in changes(before, now, by)
    ]  # fmt: skip
    counts = found.stay + len(found.leave), found.stay + len(found.enter)
    return ListComparison(
        stay=found.stay, enter=list(map(_moved, enter)), leave=list(map(_moved, leave)), changes=counted,
        cost_change=Rupiah(counts[1] * of.worker_cost - counts[0] * was.worker_cost),
        end_before=_end(margin(before)), end_now=_end(margin(now)),
    )  # fmt: skip


def _moved(move: Move) -> ListMove:
    return ListMove(person_id=person_id(move.person_id), rank_before=move.rank_before, rank_now=move.rank_now)


def _end(found: Margin) -> ListEnd:
    last, following = (person_id(each) if each is not None else None for each in found)
    return ListEnd(last_id=last, next_id=following)


def _plainly(value: object) -> str | None:
    return None if value is None else str(value)


def person_id(number: int) -> strawberry.ID:
    return strawberry.ID(id_of(ENTITIES["Person"], number))


def run_number(run_id: str) -> int:
    """Return the number of the run of an id. Raises IdMalformed."""
    return int(key_of(ENTITIES["SelectionRun"], run_id)[0])


def person_number(person_id: str) -> int:
    """Return the number of the person of an id. Raises IdMalformed."""
    return int(key_of(ENTITIES["Person"], person_id)[0])


@strawberry.type
class SelectionMutations:
    @mutation(Scope.act_selection)
    async def run_selection(self, info: Info, input: RunSelectionInput) -> RunSelectionPayload:
        """Draw up a list until the money ends, and store every candidate with its reason."""
        connection, actor = info.context.connection, info.context.actor
        run = await service.run_selection(connection, actor, **await _asked(connection, actor, input.terms))
        return RunSelectionPayload(
            run_id=strawberry.ID(id_of(ENTITIES["SelectionRun"], run.id)),
            figures=_figures(run, run.candidates, run.eligible),
            inputs_sha256=run.inputs_sha256.hex(),
            list_sha256=run.list_sha256.hex(),
            manifest_sha256=run.approved_sha256.hex(),
        )

    @mutation(Scope.act_selection)
    async def preview_selection(self, info: Info, input: PreviewSelectionInput) -> PreviewSelectionPayload:
        """Return the list of the given terms without writing anything."""
        connection, actor = info.context.connection, info.context.actor
        before = run_number(input.against_id) if input.against_id else None
        known_to = run_number(input.known_to_id) if input.known_to_id else None
        asked = await _asked(connection, actor, input.terms, before, input.known_on)
        found = await service.preview(connection, actor, known_to=known_to, known_on=input.known_on, **asked)
        beside = None
        if before is not None:
            run = await service.run_beside(connection, actor, before, found.terms.office_code)
            beside = _beside(await verification.seen(connection, actor, before), run.terms, found.listed, found.terms)
        counts = found.seen.group_by("outcome", "reason").len().sort("outcome", "reason")
        return PreviewSelectionPayload(
            figures=_figures(found, found.inputs.height, found.eligible),
            reasons=[
                ReasonCount(outcome=Outcome(row[0]), reason=Reason(row[1]), count=row[2]) for row in counts.iter_rows()
            ],
            reach=_reach(found.seen),
            comparison=beside,
        )

    @mutation(Scope.act_selection)
    async def compare_selections(self, info: Info, input: CompareSelectionsInput) -> CompareSelectionsPayload:
        """Compare two stored lists: who enters, who leaves, the cost, by group and village. Writes nothing."""
        connection, actor = info.context.connection, info.context.actor
        before = await service.run_within(connection, actor, run_number(input.before_id))
        now = await service.run_beside(connection, actor, run_number(input.now_id), before.office_code)
        was, is_now = [await verification.seen(connection, actor, run.id) for run in (before, now)]
        return CompareSelectionsPayload(comparison=_beside(was, before.terms, is_now, now.terms))

    @mutation(Scope.act_selection)
    async def selection_fairness(self, info: Info, input: SelectionFairnessInput) -> SelectionFairnessPayload:
        """Show the coverage of a stored list among its candidates, before anyone signs. Writes nothing."""
        seen = await verification.seen(info.context.connection, info.context.actor, run_number(input.run_id))
        return SelectionFairnessPayload(reach=_reach(seen))

    @mutation(Scope.act_selection)
    async def tell_criteria(self, info: Info, input: TellCriteriaInput) -> TellCriteriaPayload:
        """Check criteria and state them in words, with the hash of the document. Writes nothing."""
        criteria = _criteria(input)
        places = await names_of(info.context.connection, criteria.regions.values())
        return TellCriteriaPayload(sentences=sentences(criteria, info.context.language, places))

    @mutation(Scope.act_selection)
    async def verify_selection(self, info: Info, input: VerifySelectionInput) -> VerifySelectionPayload:
        """Recompute a run from its stored inputs and criteria, and compare."""
        found = await approvals.verify(info.context.connection, info.context.actor, run_number(input.run_id))
        return VerifySelectionPayload(
            is_equal=found.is_equal,
            broken=[part for part, holds in found.parts.items() if not holds],
            changed=[
                ManifestChange(name=name, stated=_plainly(stated), now=_plainly(now))
                for name, stated, now in found.changed
            ],
            is_of_old=found.is_of_old,
            differences=[
                ListDifference(
                    person_id=person_id(each.person_id),
                    kept_rank=each.kept_rank,
                    rank_now=each.now_rank,
                    columns=each.columns,
                )
                for each in found.differences
            ],
        )
