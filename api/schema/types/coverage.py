"""GraphQL types of coverage: which tables they read, and how they are related, filtered and grouped."""

from api.schema.type_registry import Node, answers, many
from api.schema.types.base import ABOVE, EITHER, MONEY, PEOPLE, REGION, then, when
from api.sql.entities import sums_of
from jamsos.claims.tables import claims
from jamsos.coverage.reconciliation.minutes_tables import minute_differences, minute_lines, minutes, minutes_reopenings
from jamsos.coverage.tables import (
    bills,
    carried_differences,
    coverage_months,
    difference_resolutions,
    insurer_receipts,
    payments,
    receipt_differences,
    worker_month_sums,
)
from jamsos.enrolment.tables import enrolment_answers, enrolment_batches, enrolments


@answers(
    enrolment_batches,
    needs=EITHER,
    by=("decree", "sent_at:month", *ABOVE),
    recorded=then(enrolment_batches.c.sent_at),
)
class EnrolmentBatch(Node):
    """Names sent to the insurer in one file."""

    enrolments = many("Enrolment", "batch", "The names in it.")


@answers(
    enrolments,
    needs=PEOPLE,
    by=("batch", "start_month", *REGION),
    recorded=when(enrolments.c.batch_id, enrolment_batches.c.sent_at),
    subject="person_id",
)
class Enrolment(Node):
    """A name sent to the insurer."""

    answers = many("EnrolmentAnswer", "enrolment", "What the insurer answered.")


@answers(
    enrolment_answers,
    needs=PEOPLE,
    by=("answer", "start_month", *REGION),
    recorded=then(enrolment_answers.c.answered_at),
    subject="person_id",
)
class EnrolmentAnswer(Node):
    """The insurer's answer about a name."""


@answers(
    bills,
    needs=MONEY,
    by=("decree", "fund", "issued_date:month", "issued_date:year", *ABOVE),
    recorded=then(bills.c.recorded_at),
)
class Bill(Node):
    """What the insurer asks for a list of worker-months."""

    months = many("CoverageMonth", "bill", "The worker-months it asks for.")
    payments = many("Payment", "bill", "What was paid of it.")
    receipts = many("InsurerReceipt", "bill", "What the insurer confirmed of it.")
    carried = many("CarriedDifference", "bill", "Differences of earlier bills that were open when it was issued.")


@answers(
    payments,
    needs=MONEY,
    by=("fund", "bill", "paid_date:month", "paid_date:year", *ABOVE),
    recorded=then(payments.c.recorded_at),
)
class Payment(Node):
    """Money paid to the insurer for a bill."""

    months = many("CoverageMonth", "payment", "The worker-months it pays for.")


@answers(
    insurer_receipts,
    needs=MONEY,
    by=("bill", "received_date:month", "received_date:year", *ABOVE),
    recorded=then(insurer_receipts.c.recorded_at),
)
class InsurerReceipt(Node):
    """What the insurer says it received."""

    months = many("CoverageMonth", "receipt", "The worker-months it confirms.")
    differences = many("ReceiptDifference", "receipt", "Where it says otherwise than our bill.")


_MONTHS_THEN = """
    select w.person_id, w.month, w.bill_id, w.decree_line_id, w.fund_id, w.group_code, w.village_code,
           w.jkk_amount, w.jkm_amount, w.amount,
           case when r.id is not null then 'confirmed' when y.id is not null then 'paid' else 'billed' end as state,
           y.id as payment_id, r.id as receipt_id
    from programme.worker_months w
    join programme.bills b on b.id = w.bill_id and b.recorded_at <= {at}
    left join programme.paid_months p on p.person_id = w.person_id and p.month = w.month
    left join programme.payments y on y.id = p.payment_id and y.recorded_at <= {at}
    left join programme.confirmed_months c on c.person_id = w.person_id and c.month = w.month
    left join programme.insurer_receipts r on r.id = c.receipt_id and r.recorded_at <= {at}
"""


@answers(
    coverage_months,
    needs=PEOPLE,
    by=("month", "month:year", "state", "fund", "group", "bill", *REGION),
    past=_MONTHS_THEN,
    sums=sums_of(worker_month_sums, "worker_months"),
    subject="person_id",
)
class CoverageMonth(Node):
    """One person protected in one calendar month: billed, paid, confirmed."""


@answers(
    receipt_differences,
    needs=PEOPLE,
    by=("kind", "owner", "receipt", "month", *REGION),
    recorded=then(receipt_differences.c.recorded_at),
    subject="person_id",
)
class ReceiptDifference(Node):
    """Where decree, bill and the insurer's receipt do not agree."""

    resolutions = many("DifferenceResolution", "difference", "How it was settled: one, or none while it is open.")
    carried_to = many("CarriedDifference", "difference", "The bills that carried it on.")
    followed_by = many("ReceiptDifference", "follows", "The same, found anew after it was withdrawn: one, or none.")


@answers(
    difference_resolutions,
    needs=PEOPLE,
    by=("resolution", "resolved_date:month", *REGION),
    recorded=then(difference_resolutions.c.recorded_at),
)
class DifferenceResolution(Node):
    """How a difference was settled."""


@answers(carried_differences, needs=PEOPLE, by=("bill", *REGION), recorded=then(carried_differences.c.recorded_at))
class CarriedDifference(Node):
    """A difference that was open when a later bill of its fund was issued."""


@answers(
    minutes,
    plural="reconciliations",
    needs=MONEY,
    by=("month", "month:year", *ABOVE),
    recorded=then(minutes.c.recorded_at),
)
class Reconciliation(Node):
    """The minutes (berita acara) of a month: signed by the office and the insurer, they freeze it."""

    lines = many("MinuteLine", "minutes", "Both sides' numbers, by fund.")
    differences = many("MinuteDifference", "minutes", "The differences, and what was agreed on.")
    reopenings = many("MinutesReopening", "minutes", "Who opened them again, and why: one, or none while they stand.")
    replaced_by = many("Reconciliation", "replaces", "The minutes that follow on them: one, or none.")


@answers(
    minutes_reopenings,
    needs=MONEY,
    by=("minutes", "opened_date:month"),
    recorded=then(minutes_reopenings.c.recorded_at),
)
class MinutesReopening(Node):
    """Signed minutes were opened again, so that their month may be added to until others are signed."""


@answers(
    minute_lines, needs=MONEY, by=("fund", "minutes"), recorded=when(minute_lines.c.minutes_id, minutes.c.recorded_at)
)
class MinuteLine(Node):
    """One fund's numbers of a month: workers named by decrees (N1), confirmed (N2), billed (N3), paid (N4)."""


@answers(
    minute_differences,
    needs=PEOPLE,
    by=("minutes", "agreed", *REGION),
    recorded=when(minute_differences.c.minutes_id, minutes.c.recorded_at),
)
class MinuteDifference(Node):
    """A difference as the minutes found it; without an agreed correction it is carried to the next bill."""


@answers(
    claims,
    needs=PEOPLE,
    by=("kind", "event_date:month", "event_date:year", "paid_date:month", "paid_date:year", *REGION),
    recorded=then(claims.c.recorded_at),
    subject="person_id",
)
class Claim(Node):
    """A benefit that the insurer paid."""
