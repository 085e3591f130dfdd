"""Money trace: forward from a deposit or gift to worker-months, and backward from a worker's month.

These queries are not compiled: a service answers in one read-only transaction, as the command does.
"""

from datetime import date
from typing import Annotated

import strawberry

from api.resolvers import Info, field, need, snapshot
from api.schema.scalars import Rupiah
from api.schema.types import ENTITIES
from api.sql.global_ids import key_of
from jamsos.access.rules import Scope
from jamsos.coverage.tracing import service as tracing
from jamsos.errors import NotFound
from jamsos.ledger.errors import FundUnknown
from jamsos.months import Month

FundCode = Annotated[str, strawberry.argument(description="The fund that the money entered.")]
Reference = Annotated[str, strawberry.argument(description="The deposit's number, or the code of the gift's pledge.")]
PersonId = Annotated[strawberry.ID, strawberry.argument(description="The worker.")]
OfMonth = Annotated[Month, strawberry.argument(description="The month of cover.")]


_FEW = "Without read:people null if it would reveal fewer than five workers."


@strawberry.type(description="The use of the money in one fund: `amount` = `bought` + `carried` + `left`.")
class MoneyStep:
    fund_code: str = strawberry.field(description="The fund.")
    amount: Rupiah = strawberry.field(description="The received amount.")
    bought: Rupiah | None = strawberry.field(description=f"What paid worker-months. {_FEW}")
    carried: Rupiah = strawberry.field(description="The amount carried to another year's fund, which is the next step.")
    left: Rupiah | None = strawberry.field(description=f"What is still there. {_FEW}")


@strawberry.type(description="Worker-months of one district and month that the money paid.")
class MonthsBought:
    fund_code: str = strawberry.field(description="The fund that paid them.")
    district_code: str = strawberry.field(description="Kemendagri code of the district.")
    month: Month = strawberry.field(description="The month of cover.")
    worker_months: int = strawberry.field(description="The number.")
    shared: int = strawberry.field(description="How many of them were paid together with other money.")
    amount: Rupiah = strawberry.field(description="The amount that they used of this money.")


@strawberry.type(description="Forward: what a deposit or gift bought. `amount` = `spent` + `left`; nobody is named.")
class MoneyTrace:
    amount: Rupiah = strawberry.field(description="The received amount minus refunds.")
    spent: Rupiah | None = strawberry.field(description=f"The sum over `bought`. {_FEW}")
    left: Rupiah | None = strawberry.field(description=f"What waits its turn, in the funds of the last steps. {_FEW}")
    worker_months: int | None = strawberry.field(description=f"Worker-months that it helped to pay. {_FEW}")
    shared: int | None = strawberry.field(description=f"How many of them were paid together with other money. {_FEW}")
    steps: list[MoneyStep] = strawberry.field(description="Fund by fund, as the money was carried.")
    found: strawberry.Private[tracing.Spent]

    @field
    def bought(self, info: Info) -> list[MonthsBought] | None:
        """The worker-months by district and month. Needs read:people."""
        need(info, Scope.read_people)
        return [MonthsBought(**each._asdict()) for each in self.found.bought]


@strawberry.type(description="Rupiah of a worker's month that came from one source.")
class MonthFunding:
    fund_code: str = strawberry.field(description="The fund that the money entered.")
    reference: str = strawberry.field(description="The deposit's number, or the code of the gift's pledge.")
    amount: Rupiah = strawberry.field(description="How much of the month it paid.")


@strawberry.type(
    description="Backward: how a worker's month was paid. The amounts of `sources` add up to `amount`, those of the bill's months to"
    " `billAmount`, and those of the bill's payments to what was paid of it."
)
class MonthTrace:
    amount: Rupiah = strawberry.field(description="The month's contribution.")
    fund_code: str = strawberry.field(description="The fund that paid it.")
    decree_number: str = strawberry.field(description="The decree by which the worker is protected.")
    billing_code: str = strawberry.field(description="The bill.")
    bill_amount: Rupiah = strawberry.field(description="The amount of the bill.")
    sp2d_number: str = strawberry.field(description="The disbursement order.")
    paid_date: date = strawberry.field(description="Its day.")
    paid_amount: Rupiah = strawberry.field(description="The paid amount.")
    funding: list[MonthFunding] = strawberry.field(description="The sources of the money, first in, first out.")


@strawberry.type
class Traces:
    @field
    async def money_trace(self, info: Info, fund_code: FundCode, reference: Reference) -> MoneyTrace | None:
        """The worker-months that a deposit (by its number) or a gift (by its pledge's code) paid for; null if none is visible. Needs
        read:money."""
        need(info, Scope.read_money)
        try:
            async with snapshot(info) as connection:
                found = await tracing.trace_money(connection, fund_code=fund_code, reference=reference)
        except (FundUnknown, NotFound):
            return None
        return _shown(found, is_whole=info.context.actor.may(Scope.read_people))

    @field
    async def month_trace(self, info: Info, person_id: PersonId, month: OfMonth) -> MonthTrace | None:
        """The sources of the money for a worker's month; null if no visible worker was paid for it. Needs read:people and read:money."""
        need(info, Scope.read_people, Scope.read_money)
        (person,) = key_of(ENTITIES["Person"], person_id)
        try:
            async with snapshot(info) as connection:
                found = await tracing.trace_month(connection, person_id=person, month=month)
        except NotFound:
            return None
        facts = {name: value for name, value in vars(found).items() if name != "slices"}
        return MonthTrace(
            **facts,
            funding=[
                MonthFunding(fund_code=s.fund_code, reference=s.reference, amount=Rupiah(s.amount))
                for s in found.slices
            ],
        )


def _shown(found: tracing.Spent, *, is_whole: bool) -> MoneyTrace:
    """Return what of a trace may be told. Rupiah go with the worker-months that they follow from."""
    is_open = is_whole or not found.is_of_few
    steps = [
        MoneyStep(
            fund_code=step.fund_code,
            amount=Rupiah(step.amount),
            bought=Rupiah(step.bought) if is_open else None,
            carried=Rupiah(step.carried),
            left=Rupiah(step.left) if is_open else None,
        )
        for step in found.steps
    ]
    return MoneyTrace(
        amount=Rupiah(found.amount),
        spent=Rupiah(found.amount - found.left) if is_open else None,
        left=Rupiah(found.left) if is_open else None,
        worker_months=found.worker_months if is_open else None,
        shared=found.shared if is_whole or not found.is_shared_of_few else None,
        steps=steps,
        found=found,
    )
