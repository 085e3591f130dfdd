"""Donations by mutation: pledges and bank statements. No payload contains data of a donor."""

from datetime import date

import strawberry

from api.http.uploads import Upload
from api.mutations.base import Payload, mutation
from api.mutations.files import paper
from api.resolvers import Info
from api.schema.descriptions import described
from api.schema.scalars import Rupiah
from api.schema.types import ENTITIES
from api.sql.global_ids import key_of
from jamsos.access.rules import Scope
from jamsos.donations import matching, service, unmatched_lines
from jamsos.donations.rules import LineDecision, MatchOutcome

described(MatchOutcome)
described(LineDecision)


@strawberry.type(description="Bank lines of one outcome.")
class OutcomeCount:
    outcome: MatchOutcome = strawberry.field(description="The matches of the lines.")
    count: int = strawberry.field(description="The number.")


@strawberry.input(description="A pledge.")
class PledgeDonationInput:
    amount: Rupiah = strawberry.field(description="How much is promised.")
    day: date = strawberry.field(description="When.")
    donor_name: str | None = strawberry.field(default=None, description="Kept only when the donor may be named.")
    is_named: bool = strawberry.field(default=False, description="Whether the donor may be named.")
    phone: str | None = strawberry.field(default=None, description="Kept sealed.")
    fund_code: str | None = strawberry.field(
        default=None, description="The fund; without it the only donation fund of the year."
    )


@strawberry.type(description="The pledge's code.")
class PledgeDonationPayload(Payload):
    code: str | None = strawberry.field(default=None, description="The text for the donor's transfer message.")


@strawberry.input(description="Pledges from paper forms.")
class LoadPledgesInput:
    file: Upload = strawberry.field(description="CSV: kode,tanggal,nama,anonim,no_hp,jumlah.")
    fund_code: str | None = strawberry.field(
        default=None, description="The fund; without it that of each pledge's year."
    )


@strawberry.type(description="Number of recorded pledges.")
class LoadPledgesPayload(Payload):
    count: int | None = strawberry.field(default=None, description="Pledges.")


@strawberry.input(description="A bank statement.")
class MatchStatementInput:
    file: Upload = strawberry.field(description="MT940, camt.053, CSV or workbook.")


@strawberry.type(description="The result of the statement.")
class MatchStatementPayload(Payload):
    outcomes: list[OutcomeCount] | None = strawberry.field(default=None, description="Lines by outcome.")
    repeated: int | None = strawberry.field(default=None, description="Lines that were read before.")
    booked: Rupiah | None = strawberry.field(default=None, description="Rupiah that entered the donation funds.")
    refunded: Rupiah | None = strawberry.field(default=None, description="Rupiah that went back to donors.")


@strawberry.input(description="A decision about a bank line that was kept aside.")
class ResolveBankLineInput:
    bank_line_id: strawberry.ID = strawberry.field(description="The line.")
    decision: LineDecision = strawberry.field(description="The use of its money.")
    reason: str = strawberry.field(description="Why; kept sealed.")
    pledge_code: str | None = strawberry.field(default=None, description="For `pledge`: which.")
    fund_code: str | None = strawberry.field(default=None, description="For `fund`: which.")


@strawberry.type(description="The new outcome of the line.")
class ResolveBankLinePayload(Payload):
    outcome: MatchOutcome | None = strawberry.field(
        default=None, description="exact, partial, over, assigned, returning or settled."
    )


@strawberry.type
class DonationMutations:
    @mutation(Scope.act_donations)
    async def pledge_donation(self, info: Info, input: PledgeDonationInput) -> PledgeDonationPayload:
        """Record a pledge; its money counts only when a bank line matches it."""
        context = info.context
        return PledgeDonationPayload(
            code=await service.pledge(context.connection, context.actor, context.sealer, **vars(input))
        )

    @mutation(Scope.act_donations)
    async def load_pledges(self, info: Info, input: LoadPledgesInput) -> LoadPledgesPayload:
        """Record pledges from paper forms, all or none."""
        context = info.context
        count = await service.load_pledges(
            context.connection, context.actor, context.sealer, paper(input.file), fund_code=input.fund_code
        )
        return LoadPledgesPayload(count=count)

    @mutation(Scope.act_donations)
    async def match_statement(self, info: Info, input: MatchStatementInput) -> MatchStatementPayload:
        """Match a bank statement with the pledges; matched money enters its fund."""
        context = info.context
        found = await matching.match_statement(context.connection, context.actor, context.sealer, paper(input.file))
        return MatchStatementPayload(
            outcomes=[OutcomeCount(outcome=outcome, count=count) for outcome, count in found.lines.items()],
            repeated=found.repeated,
            booked=Rupiah(found.booked),
            refunded=Rupiah(found.refunded),
        )

    @mutation(Scope.act_donations, binds=True)
    async def resolve_bank_line(self, info: Info, input: ResolveBankLineInput) -> ResolveBankLinePayload:
        """Decide about a bank line without a pledge or of a pledge that was paid already; `donationMatches` lists the waiting ones."""
        context, facts = info.context, dict(vars(input))
        (number,) = key_of(ENTITIES["BankLine"], facts.pop("bank_line_id"))
        outcome = await unmatched_lines.resolve(
            context.connection, context.actor, context.sealer, number=number, **facts
        )
        return ResolveBankLinePayload(outcome=outcome)
