"""Cover: whether a worker is protected on a day, and what the paid months are worth, as the command `coverage show` says.

A service answers, in one read-only transaction; the marts and the public page count by the same spells.
"""

from datetime import date
from typing import Annotated

import strawberry

from api.queries.money_trace import PersonId
from api.resolvers import Info, field, need, snapshot
from api.schema.descriptions import described
from api.schema.types import ENTITIES
from api.sql.global_ids import key_of
from jamsos.access.rules import Scope
from jamsos.coverage import service
from jamsos.coverage.rules import Cover, EndOfCover
from jamsos.errors import NotFound
from jamsos.months import Month, today

OnDay = Annotated[date | None, strawberry.argument(description="The day; today when it is left out.")]
described(Cover)
described(EndOfCover)


@strawberry.type(description="Paid months in a row under one decree line, and the days on which they protect.")
class CoverSpell:
    run_from: Month = strawberry.field(description="First month of the unbroken run that these months belong to.")
    month_from: Month = strawberry.field(description="First paid month.")
    month_to: Month = strawberry.field(description="Last paid month.")
    protected_from: date = strawberry.field(description="First day of cover.")
    protected_to: date = strawberry.field(description="Last day of cover, the months of grace included.")
    end_reason: EndOfCover = strawberry.field(description="Why it ends, unless its next month is paid.")


@strawberry.type(description="A worker's cover on one day.")
class CoverOfDay:
    day: date = strawberry.field(description="The day.")
    cover: Cover = strawberry.field(description="How the worker is covered.")
    is_protected: bool = strawberry.field(description="Whether the month is paid or in grace.")
    consecutive_months: int = strawberry.field(description="Paid months in a row; 0 without cover.")
    has_full_death_benefit: bool = strawberry.field(
        description="Whether the months paid before this one open the full death benefit."
    )
    has_scholarship: bool = strawberry.field(description="Whether they open the scholarship at an ordinary death.")
    spells: list[CoverSpell] = strawberry.field(description="Every spell of cover, in order.")


@strawberry.type
class Covers:
    @field
    async def cover(self, info: Info, person_id: PersonId, day: OnDay = None) -> CoverOfDay | None:
        """A worker's cover on a day; null when nobody in sight was ever billed for the worker. Needs read:people."""
        need(info, Scope.read_people)
        (person,) = key_of(ENTITIES["Person"], person_id)
        asked = day or today()
        try:
            async with snapshot(info) as connection:
                found = await service.calendar(connection, person=str(person), day=asked)
        except NotFound:
            return None
        state = found.benefit_state
        return CoverOfDay(
            day=asked, cover=state.cover, is_protected=state.is_protected, consecutive_months=state.consecutive,
            has_full_death_benefit=state.has_full_death_benefit, has_scholarship=state.has_scholarship,
            spells=[CoverSpell(**each._asdict()) for each in found.spells],
        )  # fmt: skip
