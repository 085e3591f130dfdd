"""The ledger by mutation: funds, deposits, corrections, and the verification of the journal."""

from collections import Counter
from datetime import date

import strawberry

from api.http.uploads import Upload
from api.mutations.base import Payload, mutation
from api.mutations.files import paper
from api.resolvers import Info
from api.schema.descriptions import described
from api.schema.scalars import Rupiah
from jamsos.access.rules import Scope
from jamsos.coverage.billing.release import release_promise
from jamsos.ledger import allocation, corrections, service
from jamsos.ledger.allocation import Unusable
from jamsos.ledger.rules import FundKind, Head, Parts, Share
from jamsos.months import Month, span
from jamsos.worker_groups import Group

described(FundKind)
described(Group)
described(Unusable)


@strawberry.type(description="Rupiah of one field of a fund.")
class FieldAmount:
    field: str = strawberry.field(
        description="The field, for instance `welfare`; `general` where a fund has no shares."
    )
    amount: Rupiah = strawberry.field(description="Its part.")


@strawberry.type(description="Money received into a fund.")
class Received:
    fund_code: str = strawberry.field(description="The fund.")
    amount: Rupiah = strawberry.field(description="How much.")


@strawberry.type(description="The last link of a fund's chain of transactions: write it into the minutes.")
class JournalHead:
    fund_code: str = strawberry.field(description="The fund.")
    number: int = strawberry.field(description="The transaction's number in the fund.")
    stamp: str = strawberry.field(description="Its SHA-256, which depends on every transaction before it.")


@strawberry.input(description="A part of a fund that its regulation ties to a field.")
class FundShareInput:
    field: str = strawberry.field(description="Small letters and underscores, for instance `welfare`.")
    basis_points: int = strawberry.field(description="Hundredths of a percent; all shares together 10000.")
    pays_contributions: bool = strawberry.field(description="Whether this share may pay contributions.")


@strawberry.input(description="A fund of one fiscal year.")
class AddFundInput:
    code: str = strawberry.field(description="Short name, unique: `APBD-2024`.")
    name: str = strawberry.field(description="The fund's name in full.")
    kind: FundKind = strawberry.field(description="Where its money comes from.")
    fiscal_year: int = strawberry.field(description="The fiscal year.")
    is_via_apbd: bool = strawberry.field(description="Whether its money passes through the APBD; decides the rate.")
    regulation: str | None = strawberry.field(default=None, description="The regulation it rests on.")
    account_code: str | None = strawberry.field(default=None, description="The budget's account code.")
    account_name: str | None = strawberry.field(default=None, description="The account's name.")
    shares: list[FundShareInput] | None = strawberry.field(
        default=None, description="How its regulation ties it; without them it may be used whole."
    )
    groups: list[Group] | None = strawberry.field(
        default=None,
        description="The groups it may pay for, from the fiscal year's first month; without them every group.",
    )


@strawberry.type(description="The fund that was registered.")
class AddFundPayload(Payload):
    fund_code: str | None = strawberry.field(default=None, description="Its code.")


@strawberry.input(description="For which groups funds may pay.")
class LoadFundGroupsInput:
    file: Upload = strawberry.field(
        description="CSV: fund_code,group_code,is_allowed (yes/no),valid_from (month),source,verified_on."
    )


@strawberry.type(description="Number of new rules.")
class LoadFundGroupsPayload(Payload):
    count: int | None = strawberry.field(default=None, description="Rules not known before.")


@strawberry.input(description="Dated contribution rates.")
class LoadRatesInput:
    file: Upload = strawberry.field(description="CSV in the form of the rates shipped with the programme.")


@strawberry.type(description="Number of new rates.")
class LoadRatesPayload(Payload):
    count: int | None = strawberry.field(default=None, description="Rates not known before.")


@strawberry.input(description="One deposit into a fund.")
class RecordDepositInput:
    fund_code: str = strawberry.field(description="The fund.")
    amount: Rupiah = strawberry.field(description="How much.")
    day: date = strawberry.field(description="When it came in.")
    document_number: str = strawberry.field(description="The number of the deposit; it counts once.")
    description: str | None = strawberry.field(default=None, description="The kind.")


@strawberry.type(description="The amount that the deposit made free.")
class RecordDepositPayload(Payload):
    freed: list[FieldAmount] | None = strawberry.field(default=None, description="By field, as the shares divide it.")


@strawberry.input(description="Deposits in a file.")
class RecordDepositsInput:
    file: Upload = strawberry.field(description="CSV: fund_code,received_date,document_number,amount,description.")


@strawberry.type(description="The deposits recorded.")
class RecordDepositsPayload(Payload):
    received: list[Received] | None = strawberry.field(default=None, description="One by one, in the file's order.")


@strawberry.type(description="Workers of one month whom a fund can pay for.")
class PlannedMonth:
    fund_code: str = strawberry.field(description="The fund.")
    month: Month = strawberry.field(description="The month.")
    group: Group | None = strawberry.field(default=None, description="The group; null if unknown.")
    workers: int = strawberry.field(description="Number of workers.")
    amount: Rupiah = strawberry.field(description="Their cost.")


@strawberry.type(description="Money of a fund that pays nothing in the plan, and why.")
class UnusedMoney:
    fund_code: str = strawberry.field(description="The fund.")
    rule: Unusable = strawberry.field(description="The rule that keeps it.")
    amount: Rupiah = strawberry.field(description="How much.")


@strawberry.input(description="Workers of one group.")
class GroupWorkersInput:
    group: Group = strawberry.field(description="The group.")
    workers: int = strawberry.field(description="Workers in each month.")


@strawberry.input(description="Workers, months, and the funds that might pay.")
class AllocateInput:
    fund_codes: list[str] = strawberry.field(description="The funds; where a tie is left, the first named goes first.")
    workers: int | None = strawberry.field(
        default=None,
        description="Workers of unknown group in each month; a fund limited to groups cannot pay for them.",
    )
    groups: list[GroupWorkersInput] | None = strawberry.field(
        default=None, description="Workers in each month by group; a group named twice is added up."
    )
    month_from: Month = strawberry.field(description="The first month.")
    month_to: Month = strawberry.field(description="The last month.")


@strawberry.type(description="The plan; nothing is posted until a decree is issued.")
class AllocatePayload(Payload):
    planned: list[PlannedMonth] | None = strawberry.field(default=None, description="By month and fund.")
    needed: int | None = strawberry.field(default=None, description="Worker-months asked for.")
    covered: int | None = strawberry.field(default=None, description="Worker-months that can be paid.")
    amount: Rupiah | None = strawberry.field(default=None, description="Their cost.")
    unused: list[UnusedMoney] | None = strawberry.field(default=None, description="The unusable money, by rule.")
    shortfall: Rupiah | None = strawberry.field(default=None, description="The missing amount for all workers.")


@strawberry.input(description="Committed money that will not be billed.")
class ReleaseCommitmentInput:
    decree_number: str = strawberry.field(description="The decree it was promised to.")
    amount: Rupiah | None = strawberry.field(default=None, description="How much; empty: all that may be released.")
    day: date = strawberry.field(description="The day of the transaction.")


@strawberry.type(description="The released amount.")
class ReleaseCommitmentPayload(Payload):
    amount: Rupiah | None = strawberry.field(default=None, description="How much.")


@strawberry.input(description="A transaction to take back.")
class ReverseTransactionInput:
    fund_code: str = strawberry.field(description="The fund.")
    number: int = strawberry.field(description="The transaction's number in the fund.")
    day: date = strawberry.field(description="The day of the reversal.")
    reason: str = strawberry.field(description="The reason.")


@strawberry.type(description="The reversal.")
class ReverseTransactionPayload(Payload):
    number: int | None = strawberry.field(default=None, description="The number of the reversed transaction.")


@strawberry.input(description="Two funds of different years.")
class CarryOverInput:
    from_code: str = strawberry.field(description="The fund whose free money moves.")
    to_code: str = strawberry.field(description="The fund that takes it.")
    day: date = strawberry.field(description="The day of the transaction.")


@strawberry.type(description="The carried amount.")
class CarryOverPayload(Payload):
    carried: list[FieldAmount] | None = strawberry.field(default=None, description="By field.")


@strawberry.input(description="The scope of the verification.")
class VerifyJournalInput:
    stamp: str | None = strawberry.field(
        default=None, description="A stamp from earlier minutes that must still be there."
    )


@strawberry.type(description="The proof.")
class VerifyJournalPayload(Payload):
    heads: list[JournalHead] | None = strawberry.field(default=None, description="The head of every fund's chain.")
    stamped: JournalHead | None = strawberry.field(default=None, description="The transaction the given stamp names.")


def _fields(parts: Parts) -> list[FieldAmount]:
    return [FieldAmount(field=field, amount=Rupiah(amount)) for field, amount in parts.items()]


def _head(head: Head) -> JournalHead:
    return JournalHead(fund_code=head.fund, number=head.number, stamp=head.hash.hex())


@strawberry.type
class LedgerMutations:
    @mutation(Scope.act_ledger)
    async def add_fund(self, info: Info, input: AddFundInput) -> AddFundPayload:
        """Register a fund of one fiscal year in your regency."""
        shares = [Share(s.field, s.basis_points, s.pays_contributions) for s in input.shares or ()]
        await service.add_fund(
            info.context.connection,
            info.context.actor,
            **vars(input) | {"shares": shares, "groups": input.groups or ()},
        )
        return AddFundPayload(fund_code=input.code)

    @mutation(Scope.act_ledger)
    async def load_fund_groups(self, info: Info, input: LoadFundGroupsInput) -> LoadFundGroupsPayload:
        """Load the groups that funds may pay for, from which month and by which source; a corrected row is a later version."""
        count = await service.load_groups(info.context.connection, info.context.actor, paper(input.file))
        return LoadFundGroupsPayload(count=count)

    @mutation(Scope.act_ledger)
    async def load_rates(self, info: Info, input: LoadRatesInput) -> LoadRatesPayload:
        """Load dated contribution rates; a corrected row is a later version of its rule."""
        context = info.context
        return LoadRatesPayload(
            count=await service.load_rates(context.connection, paper(input.file), actor=context.actor)
        )

    @mutation(Scope.act_ledger)
    async def record_deposit(self, info: Info, input: RecordDepositInput) -> RecordDepositPayload:
        """Record a deposit into a fund; the fund's shares decide its permitted use."""
        parts = await service.deposit(info.context.connection, info.context.actor, **vars(input))
        return RecordDepositPayload(freed=_fields(parts))

    @mutation(Scope.act_ledger)
    async def record_deposits(self, info: Info, input: RecordDepositsInput) -> RecordDepositsPayload:
        """Record the deposits of a file, all or none."""
        made = await service.deposit_file(info.context.connection, info.context.actor, paper(input.file))
        return RecordDepositsPayload(received=[Received(fund_code=fund, amount=Rupiah(each)) for fund, each in made])

    @mutation(Scope.act_ledger)
    async def allocate(self, info: Info, input: AllocateInput) -> AllocatePayload:
        """Plan which fund pays for which worker-months: as many as the funds' rules allow, at the lowest cost."""
        demand = Counter[Group | None]() if input.workers is None else Counter({None: input.workers})
        for each in input.groups or ():
            demand[each.group] += each.workers
        found = await allocation.allocate(
            info.context.connection,
            fund_codes=input.fund_codes,
            demand=demand,
            months=span(input.month_from, input.month_to),
        )
        return AllocatePayload(
            planned=[
                PlannedMonth(
                    fund_code=row.fund, month=row.month, group=row.group, workers=row.workers, amount=Rupiah(row.amount)
                )
                for row in found.planned
            ],
            needed=found.needed,
            covered=found.covered,
            amount=Rupiah(found.amount),
            unused=[
                UnusedMoney(fund_code=each.fund, rule=each.rule, amount=Rupiah(each.amount)) for each in found.unused
            ],
            shortfall=Rupiah(found.shortfall),
        )

    @mutation(Scope.act_ledger, binds=True)
    async def release_commitment(self, info: Info, input: ReleaseCommitmentInput) -> ReleaseCommitmentPayload:
        """Release money that is committed to a decree and can no longer be billed."""
        freed = await release_promise(info.context.connection, info.context.actor, **vars(input))
        return ReleaseCommitmentPayload(amount=Rupiah(freed))

    @mutation(Scope.act_ledger, binds=True)
    async def reverse_transaction(self, info: Info, input: ReverseTransactionInput) -> ReverseTransactionPayload:
        """Reverse a transaction by its mirror image; both remain on record."""
        await corrections.reverse(info.context.connection, info.context.actor, **vars(input))
        return ReverseTransactionPayload(number=input.number)

    @mutation(Scope.act_ledger, binds=True)
    async def carry_over(self, info: Info, input: CarryOverInput) -> CarryOverPayload:
        """Carry the free amount to another year's fund, each field to the same field."""
        parts = await corrections.carry_over(info.context.connection, info.context.actor, **vars(input))
        return CarryOverPayload(carried=_fields(parts))

    @mutation(Scope.act_ledger)
    async def verify_journal(self, info: Info, input: VerifyJournalInput) -> VerifyJournalPayload:
        """Recompute every link, sum and balance of the funds that you see; refused at the first error."""
        heads = await service.verify(info.context.connection)
        known = await service.stamped(info.context.connection, input.stamp) if input.stamp else None
        return VerifyJournalPayload(heads=list(map(_head, heads)), stamped=_head(known) if known else None)
