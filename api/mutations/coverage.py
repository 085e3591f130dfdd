"""Coverage by mutation: bill, pay, confirm. The insurer's list contains NIKs, so only the command writes it."""

from datetime import date

import strawberry

from api.http.uploads import Upload
from api.mutations.base import Payload, mutation
from api.mutations.files import paper
from api.resolvers import Info
from api.schema.descriptions import described
from api.schema.scalars import Rupiah
from jamsos.access.rules import Scope
from jamsos.coverage import service
from jamsos.coverage.billing import payments
from jamsos.coverage.reconciliation import minutes
from jamsos.coverage.rules import Difference, Resolution
from jamsos.months import Month

described(Difference)
described(Resolution)


@strawberry.type(description="A payment of a bill, as it was recorded.")
class PaidBill:
    billing_code: str = strawberry.field(description="The bill.")
    amount: Rupiah = strawberry.field(description="The paid amount.")
    worker_months: int = strawberry.field(description="Worker-months this payment made whole.")
    still_open: Rupiah = strawberry.field(description="The open amount of the bill.")


@strawberry.type(description="Differences of one kind.")
class DifferenceCount:
    kind: Difference = strawberry.field(description="The kind of difference.")
    count: int = strawberry.field(description="The number.")


@strawberry.type(description="The result of an insurer receipt for one bill.")
class ConfirmedBill:
    billing_code: str = strawberry.field(description="The bill.")
    confirmed: int = strawberry.field(description="Worker-months confirmed.")
    amount: Rupiah = strawberry.field(description="Rupiah the insurer received.")
    differences: list[DifferenceCount] = strawberry.field(description="By kind; empty when all agrees.")


@strawberry.input(description="Months of a decree to bill.")
class BillDecreeInput:
    decree_number: str = strawberry.field(description="The decree.")
    month_from: Month = strawberry.field(description="The first month.")
    month_to: Month = strawberry.field(description="The last month.")
    billing_code: str = strawberry.field(description="The insurer's billing code, unique.")
    day: date = strawberry.field(description="The day of the bill.")
    is_rest: bool = strawberry.field(default=False, description="Bill only months not billed yet.")


@strawberry.type(description="The bill.")
class BillDecreePayload(Payload):
    billing_code: str | None = strawberry.field(default=None, description="Its code.")
    workers: int | None = strawberry.field(default=None, description="Workers on it.")
    worker_months: int | None = strawberry.field(default=None, description="Worker-months on it.")
    amount: Rupiah | None = strawberry.field(default=None, description="The amount owed to the insurer.")
    after_death: int | None = strawberry.field(
        default=None, description="Worker-months left out, because the worker is known to have died before."
    )
    carried: int | None = strawberry.field(
        default=None, description="Differences of earlier bills of the fund that are still open."
    )
    carried_amount: Rupiah | None = strawberry.field(
        default=None, description="Received less billed, of those differences."
    )


@strawberry.input(description="A document of the treasury.")
class DisbursementOrderInput:
    number: str = strawberry.field(description="Its number.")
    day: date = strawberry.field(description="Its date.")


@strawberry.input(description="A payment of a bill.")
class PayBillInput:
    billing_code: str = strawberry.field(description="The bill.")
    amount: Rupiah = strawberry.field(description="The whole, or a part that pays whole worker-months.")
    sp2d: DisbursementOrderInput = strawberry.field(description="The disbursement order; a number counts once.")
    spp: DisbursementOrderInput | None = strawberry.field(default=None, description="The payment request.")
    spm: DisbursementOrderInput | None = strawberry.field(default=None, description="The payment order.")
    fund_code: str | None = strawberry.field(default=None, description="Refused where it is not the bill's fund.")


@strawberry.type(description="The payment.")
class PayBillPayload(Payload):
    payment: PaidBill | None = strawberry.field(default=None, description="As it was recorded.")


@strawberry.input(description="Payments in a file.")
class PayBillsInput:
    file: Upload = strawberry.field(description="The treasury's CSV of SPP, SPM and SP2D.")


@strawberry.type(description="The payments.")
class PayBillsPayload(Payload):
    payments: list[PaidBill] | None = strawberry.field(default=None, description="In the file's order.")


@strawberry.input(description="The insurer receipt.")
class ConfirmInsurerReceiptInput:
    file: Upload = strawberry.field(description="CSV: Kode Iuran,Bulan,KPJ,JKK,JKM,Jumlah,Tanggal Terima.")


@strawberry.type(description="The result of the insurer receipt.")
class ConfirmInsurerReceiptPayload(Payload):
    bills: list[ConfirmedBill] | None = strawberry.field(default=None, description="Bill by bill.")


@strawberry.input(description="How a difference was settled.")
class ResolveDifferenceInput:
    number: int = strawberry.field(
        description="The number of the difference, as in the command and in the result of a receipt."
    )
    resolution: Resolution = strawberry.field(
        description="credited, refunded, corrected or accepted; the others are found by the programme."
    )
    remark: str = strawberry.field(description="Why, with the number of the letter or proof.")
    day: date | None = strawberry.field(default=None, description="The day it was settled; today where none is given.")


@strawberry.type(description="The settled difference.")
class ResolveDifferencePayload(Payload):
    number: int | None = strawberry.field(default=None, description="Its number.")
    resolution: Resolution | None = strawberry.field(default=None, description="The settlement.")
    age: int | None = strawberry.field(default=None, description="Days from the insurer receipt to the settlement.")


@strawberry.input(description="The minutes (berita acara) of a month, as both sides signed them.")
class SignMinutesInput:
    office_code: str = strawberry.field(description="The regency: 53.15.")
    month: Month = strawberry.field(description="The month.")
    number: str = strawberry.field(description="The number of the minutes.")
    day: date = strawberry.field(description="The day they were signed.")
    insurer_signatory: str = strawberry.field(
        description="Who signed for the insurer, as printed in the minutes. The acting officer signs for the office."
    )
    file: Upload | None = strawberry.field(default=None, description="The signed document; only its SHA-256 is stored.")


@strawberry.type(description="The minutes.")
class SignMinutesPayload(Payload):
    number: str | None = strawberry.field(default=None, description="Their number.")
    lines_sha256: str | None = strawberry.field(
        default=None, description="SHA-256 of the signed numbers and differences, in hex."
    )
    differences: int | None = strawberry.field(default=None, description="Differences of the month.")
    carried: int | None = strawberry.field(default=None, description="Of them, those carried to the next bill.")


@strawberry.input(description="Signed minutes that have to be opened again.")
class ReopenMinutesInput:
    office_code: str = strawberry.field(description="The regency: 53.15.")
    number: str = strawberry.field(description="The number of the minutes.")
    reason: str = strawberry.field(description="The reason.")
    day: date = strawberry.field(description="When.")


@strawberry.type(description="The month that is open again.")
class ReopenMinutesPayload(Payload):
    month: Month | None = strawberry.field(default=None, description="Until new minutes are signed.")


def _paid(made: payments.Payment) -> PaidBill:
    return PaidBill(
        billing_code=made.billing_code, amount=Rupiah(made.amount), worker_months=made.worker_months,
        still_open=Rupiah(made.still_open),
    )  # fmt: skip


def _order(given: DisbursementOrderInput | None) -> payments.DisbursementOrder | None:
    return payments.DisbursementOrder(given.number, given.day) if given else None


@strawberry.type
class CoverageMutations:
    @mutation(Scope.act_coverage, binds=True)
    async def resolve_difference(self, info: Info, input: ResolveDifferenceInput) -> ResolveDifferencePayload:
        """Settle a difference between decree, bill and insurer receipt, once and with a reason."""
        found = await service.resolve(
            info.context.connection, info.context.actor, difference_id=input.number, resolution=input.resolution,
            remark=input.remark, day=input.day,
        )  # fmt: skip
        return ResolveDifferencePayload(number=found.id, resolution=found.resolution, age=found.age)

    @mutation(Scope.act_coverage, binds=True)
    async def reopen_minutes(self, info: Info, input: ReopenMinutesInput) -> ReopenMinutesPayload:
        """Reopen signed minutes. They do not change; months can be added until new minutes are signed."""
        facts = vars(input)
        return ReopenMinutesPayload(month=await minutes.reopen(info.context.connection, info.context.actor, **facts))

    @mutation(Scope.act_coverage, binds=True)
    async def sign_minutes(self, info: Info, input: SignMinutesInput) -> SignMinutesPayload:
        """Record the signed minutes of a month. Nothing can be added to the month afterwards."""
        facts = vars(input) | {"file": paper(input.file) if input.file else None}
        made = await minutes.sign(info.context.connection, info.context.actor, **facts)
        return SignMinutesPayload(
            number=made.number, lines_sha256=made.sha256.hex(), differences=len(made.differences), carried=made.carried
        )

    @mutation(Scope.act_coverage)
    async def bill_decree(self, info: Info, input: BillDecreeInput) -> BillDecreePayload:
        """Bill months of a decree for the accepted workers; each month of each worker once."""
        made = await service.bill(info.context.connection, info.context.actor, **vars(input))
        return BillDecreePayload(
            billing_code=made.billing_code, workers=made.workers, worker_months=made.worker_months,
            amount=Rupiah(made.amount), after_death=made.after_death, carried=made.carried,
            carried_amount=Rupiah(made.carried_amount),
        )  # fmt: skip

    @mutation(Scope.act_coverage)
    async def pay_bill(self, info: Info, input: PayBillInput) -> PayBillPayload:
        """Record a full or partial payment of a bill from its fund."""
        made = await service.pay(
            info.context.connection, info.context.actor, billing_code=input.billing_code, amount=input.amount,
            sp2d=payments.DisbursementOrder(input.sp2d.number, input.sp2d.day), spp=_order(input.spp), spm=_order(input.spm),
            fund_code=input.fund_code,
        )  # fmt: skip
        return PayBillPayload(payment=_paid(made))

    @mutation(Scope.act_coverage)
    async def pay_bills(self, info: Info, input: PayBillsInput) -> PayBillsPayload:
        """Record the payments of a file, all or none."""
        made = await service.pay_file(info.context.connection, info.context.actor, paper(input.file))
        return PayBillsPayload(payments=list(map(_paid, made)))

    @mutation(Scope.act_coverage)
    async def confirm_insurer_receipt(
        self, info: Info, input: ConfirmInsurerReceiptInput
    ) -> ConfirmInsurerReceiptPayload:
        """Compare the insurer receipt with bills and payments; every difference gets its kind."""
        found = await service.confirm_file(info.context.connection, info.context.actor, paper(input.file))
        return ConfirmInsurerReceiptPayload(
            bills=[
                ConfirmedBill(
                    billing_code=each.billing_code,
                    confirmed=each.confirmed,
                    amount=Rupiah(each.amount),
                    differences=[DifferenceCount(kind=kind, count=count) for kind, count in each.differences.items()],
                )
                for each in found
            ]
        )
