"""GraphQL types of coverage: which tables they read, and how they are related, filtered and grouped."""

from api.schema.type_registry import Node, graphql_entity, has_many
from api.schema.types.base import EITHER, MONEY, OWNER, PEOPLE, REGION, then, when
from api.sql.entities import rollup_of
from jamsos.claims.tables import claims
from jamsos.coverage.reconciliation.minutes_tables import minute_differences, minute_lines, minutes, minutes_reopenings
from jamsos.coverage.tables import (
    bills,
    carried_differences,
    coverage_differences,
    coverage_months,
    difference_resolutions,
    insurer_receipts,
    payments,
    vain_months,
    worker_month_sums,
)
from jamsos.enrolment.tables import enrolment_answers, enrolment_batches, enrolments


@graphql_entity(
    enrolment_batches,
    needs=EITHER,
    by=("decree", "sent_at:month", *OWNER),
    recorded=then(enrolment_batches.c.sent_at),
)
class EnrolmentBatch(Node):
    """Names sent to the insurer in one file."""

    enrolments = has_many("Enrolment", "batch", "The names in it.")


@graphql_entity(
    enrolments,
    needs=PEOPLE,
    by=("batch", "start_month", *REGION),
    recorded=when(enrolments.c.batch_id, enrolment_batches.c.sent_at),
    subject="person_id",
)
class Enrolment(Node):
    """A name sent to the insurer."""

    graphql_entity = has_many("EnrolmentAnswer", "enrolment", "The insurer's answer.")


@graphql_entity(
    enrolment_answers,
    needs=PEOPLE,
    by=("answer", "start_month", *REGION),
    recorded=then(enrolment_answers.c.answered_at),
    subject="person_id",
)
class EnrolmentAnswer(Node):
    """The insurer's answer about a name."""


@graphql_entity(
    bills,
    needs=MONEY,
    by=("decree", "fund", "issued_date:month", "issued_date:year", *OWNER),
    recorded=then(bills.c.recorded_at),
)
class Bill(Node):
    """The insurer's bill for a list of worker-months."""

    months = has_many("CoverageMonth", "bill", "The worker-months it asks for.")
    payments = has_many("Payment", "bill", "The payments of it.")
    insurer_receipts = has_many("InsurerReceipt", "bill", "The insurer's confirmations.")
    carried = has_many("CarriedDifference", "bill", "Differences of earlier bills that were open when it was issued.")


@graphql_entity(
    payments,
    needs=MONEY,
    by=("fund", "bill", "paid_date:month", "paid_date:year", *OWNER),
    recorded=then(payments.c.recorded_at),
)
class Payment(Node):
    """Money paid to the insurer for a bill."""

    months = has_many("CoverageMonth", "payment", "The worker-months it pays for.")


@graphql_entity(
    insurer_receipts,
    needs=MONEY,
    by=("bill", "received_date:month", "received_date:year", *OWNER),
    recorded=then(insurer_receipts.c.recorded_at),
)
class InsurerReceipt(Node):
    """The insurer's confirmation of the money that it received."""

    months = has_many("CoverageMonth", "insurerReceipt", "The worker-months it confirms.")
    differences = has_many("CoverageDifference", "insurerReceipt", "Where it says otherwise than our bill.")


_MONTHS_THEN = """
    select w.person_id, w.month, w.bill_id, w.decree_line_id, w.fund_id, w.group_code, w.village_code,
           w.jkk_amount, w.jkm_amount, w.amount,
           case when r.id is not null then 'confirmed' when y.id is not null then 'paid' else 'billed' end as state,
           y.id as payment_id, r.id as insurer_receipt_id
    from programme.worker_months w
    join programme.bills b on b.id = w.bill_id and b.recorded_at <= {at}
    left join programme.paid_months p on p.person_id = w.person_id and p.month = w.month
    left join programme.payments y on y.id = p.payment_id and y.recorded_at <= {at}
    left join programme.confirmed_months c on c.person_id = w.person_id and c.month = w.month
    left join programme.insurer_receipts r on r.id = c.insurer_receipt_id and r.recorded_at <= {at}
"""


@graphql_entity(
    coverage_months,
    needs=PEOPLE,
    by=("month", "month:year", "state", "fund", "group", "bill", *REGION),
    past=_MONTHS_THEN,
    sums=rollup_of(worker_month_sums, "worker_months"),
    subject="person_id",
)
class CoverageMonth(Node):
    """One person protected in one calendar month: billed, paid, confirmed."""


@graphql_entity(
    coverage_differences,
    needs=PEOPLE,
    by=("kind", "owner", "insurerReceipt", "month", *REGION),
    recorded=then(coverage_differences.c.recorded_at),
    subject="person_id",
)
class CoverageDifference(Node):
    """A difference between decree, bill and insurer receipt."""

    resolutions = has_many("DifferenceResolution", "difference", "How it was settled: one, or none while it is open.")
    carried_to = has_many("CarriedDifference", "difference", "The bills that carried it on.")
    followed_by = has_many(
        "CoverageDifference", "follows", "The same, found anew after it was withdrawn: one, or none."
    )


@graphql_entity(
    vain_months,
    needs=PEOPLE,
    by=("kind", "month", "fund", "bill", "state", "is_open", *REGION),
    subject="person_id",
)
class VainMonth(Node):
    """A month paid after the worker died, moved away or was paid for by another, or under two ids of one worker."""


@graphql_entity(
    difference_resolutions,
    needs=PEOPLE,
    by=("resolution", "resolved_date:month", *REGION),
    recorded=then(difference_resolutions.c.recorded_at),
)
class DifferenceResolution(Node):
    """The settlement of a difference."""


@graphql_entity(
    carried_differences, needs=PEOPLE, by=("bill", *REGION), recorded=then(carried_differences.c.recorded_at)
)
class CarriedDifference(Node):
    """A difference that was open when a later bill of its fund was issued."""


@graphql_entity(
    minutes,
    plural="reconciliations",
    needs=MONEY,
    by=("month", "month:year", *OWNER),
    recorded=then(minutes.c.recorded_at),
)
class Reconciliation(Node):
    """The minutes (berita acara) of a month, signed by the office and the insurer; they freeze the month."""

    lines = has_many("MinuteLine", "minutes", "Both sides' numbers, by fund.")
    differences = has_many("MinuteDifference", "minutes", "The differences, and what was agreed on.")
    reopenings = has_many("MinutesReopening", "minutes", "The reopening of the minutes, if any.")
    replaced_by = has_many("Reconciliation", "replaces", "The minutes that follow on them: one, or none.")


@graphql_entity(
    minutes_reopenings,
    needs=MONEY,
    by=("minutes", "opened_date:month"),
    recorded=then(minutes_reopenings.c.recorded_at),
)
class MinutesReopening(Node):
    """A reopening of signed minutes: months can be added until new minutes are signed."""


@graphql_entity(
    minute_lines, needs=MONEY, by=("fund", "minutes"), recorded=when(minute_lines.c.minutes_id, minutes.c.recorded_at)
)
class MinuteLine(Node):
    """One fund's numbers of a month: workers named by decrees (N1), confirmed (N2), billed (N3), paid (N4)."""


@graphql_entity(
    minute_differences,
    needs=PEOPLE,
    by=("minutes", "agreed", *REGION),
    recorded=when(minute_differences.c.minutes_id, minutes.c.recorded_at),
)
class MinuteDifference(Node):
    """A difference as recorded in the minutes; without an agreed correction it is carried to the next bill."""


@graphql_entity(
    claims,
    needs=PEOPLE,
    by=("kind", "event_date:month", "event_date:year", "paid_date:month", "paid_date:year", *REGION),
    recorded=then(claims.c.recorded_at),
    subject="person_id",
)
class Claim(Node):
    """A benefit that the insurer paid."""
