"""Types on one sheet: what can be asked, in the order of the walk: which table, which relations, what it is counted by.

Columns become fields, filters and orders by themselves (api/declaring.py); words about them stand in words.toml. What needs
no scope is public; who sees which rows is decided by the database, by region.
"""

from sqlalchemy import Column

from api.declaring import THINGS, Node, answers, complete, many
from api.sql.things import sums_of
from jamsos.access.rules import Scope
from jamsos.access.tables import agencies, audit_entries
from jamsos.claims.tables import claims
from jamsos.complaints.tables import CASES_THEN, complaint_acts, complaint_cases
from jamsos.coverage.minutes_tables import minute_differences, minute_lines, minutes, minutes_reopenings
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
from jamsos.decrees.tables import decree_lines, decrees, run_approvals
from jamsos.donations.tables import bank_lines, donation_matches, pledges
from jamsos.enrolment.tables import enrolment_answers, enrolment_batches, enrolments
from jamsos.ledger.tables import (
    contribution_rates,
    documents,
    fund_balances,
    fund_groups,
    fund_shares,
    funds,
    journal_transactions,
    postings,
)
from jamsos.people.tables import (
    identity_events,
    life_event_withdrawals,
    life_events,
    match_decisions,
    match_likenesses,
    match_reviews,
    people,
    person_groups,
    person_sums,
    person_versions,
)
from jamsos.regions.tables import districts, provinces, regencies, village_aliases, villages
from jamsos.registry.tables import (
    registry_alias_uses,
    registry_defects,
    registry_loads,
    registry_rejects,
    registry_rows,
)
from jamsos.selection.tables import criteria, selection_candidates, selection_runs

__all__ = ["THINGS", "Node"]

PEOPLE, MONEY, AUDIT = (Scope.read_people,), (Scope.read_money,), (Scope.read_audit,)
EITHER = (Scope.read_people, Scope.read_money)
REGION = ("village", "district", "regency", "province")
ABOVE = ("regency", "province")


def then(column: "Column[object]") -> str:
    """Recorded when this column of its own says."""
    return f"{{t}}.{column.name}"


def when(reference: "Column[object]", column: "Column[object]") -> str:
    """Recorded together with the row that `reference` names, when `column` of that row says; also where that row is out of sight."""
    is_told = column.table.info.get("times") == column.name
    times, at = (f"{column.table.fullname}_times", "recorded_at") if is_told else (column.table.fullname, column.name)
    return f"(select w.{at} from {times} w where w.id = {{t}}.{reference.name})"


# --- regions and agencies ----------------------------------------------------------------------------------------


@answers(provinces)
class Province(Node):
    """A province, by its Kemendagri code: 53."""

    regencies = many("Regency", "province", "Its regencies and cities.")


@answers(regencies, by=("province",))
class Regency(Node):
    """A regency or city: 53.15."""

    districts = many("District", "regency", "Its districts.")
    funds = many("Fund", "regency", "Its funds.")
    decrees = many("Decree", "regency", "Its decrees.")
    selection_runs = many("SelectionRun", "regency", "Its selection runs.")


@answers(districts, by=("regency",))
class District(Node):
    """A district: 53.15.05."""

    villages = many("Village", "district", "Its villages.")


@answers(villages, by=("district", "kind"))
class Village(Node):
    """A village or urban ward: 53.15.05.2001."""

    people = many("Person", "village", "Who lives there.")
    coverage_months = many("CoverageMonth", "village", "The worker-months billed for it.")


@answers(village_aliases, needs=PEOPLE, by=("village", *ABOVE), recorded=then(village_aliases.c.recorded_at))
class VillageAlias(Node):
    """Another name or an old code of a village, as its regency's office uses it; the last one of a name counts."""


@answers(agencies, by=("kind",))
class Agency(Node):
    """An office that asks and acts here."""


# --- money -------------------------------------------------------------------------------------------------------


@answers(funds, needs=MONEY, by=("kind", "fiscal_year", *ABOVE), recorded=then(funds.c.created_at))
class Fund(Node):
    """Money of one source and one year, with its own rules."""

    shares = many("FundShare", "fund", "Which part of it may be used for what; none, when it may be used whole.")
    groups = many("FundGroup", "fund", "For whom it may pay, from a month on; none, when it may pay for every group.")
    balances = many("FundBalance", "fund", "Where it stands, by field and account.")
    documents = many("Document", "fund", "The papers about it.")
    transactions = many("JournalTransaction", "fund", "Every movement of it.")
    pledges = many("Pledge", "fund", "Gifts promised to it.")
    decrees = many("Decree", "fund", "Decrees that it pays for.")
    bills = many("Bill", "fund", "Bills that it pays.")
    payments = many("Payment", "fund", "What was paid from it.")


@answers(fund_shares, needs=MONEY, by=("fund", "field"))
class FundShare(Node):
    """A part of a fund that may be used for one field only, from a day on."""


@answers(fund_groups, needs=MONEY, by=("fund", "group"), recorded=then(fund_groups.c.recorded_at))
class FundGroup(Node):
    """A rule that lets a fund pay for a group of workers from a month on, or ends it."""


_BALANCES_THEN = """
    select p.fund_id, p.field, p.account, sum(p.amount)::bigint as balance
    from programme.postings p join programme.journal_transactions j on j.id = p.transaction_id
    where j.recorded_at <= {at} group by 1, 2, 3
"""


@answers(fund_balances, needs=MONEY, by=("fund", "field", "account"), past=_BALANCES_THEN)
class FundBalance(Node):
    """What an account of a fund's field holds; debit is positive."""


@answers(contribution_rates, by=("programme", "payer_class"))
class ContributionRate(Node):
    """What one programme costs for one worker and one month."""


@answers(
    documents,
    needs=MONEY,
    by=("kind", "fund", "document_date:month", "document_date:year", *ABOVE),
    recorded=then(documents.c.recorded_at),
)
class Document(Node):
    """A numbered paper about money: a receipt, an order, a bank's statement."""


@answers(
    journal_transactions,
    needs=MONEY,
    by=("fund", "act", "day:month", "day:year"),
    recorded=then(journal_transactions.c.recorded_at),
)
class JournalTransaction(Node):
    """One movement of money of one fund, linked by hash to the one before."""

    postings = many("Posting", "transaction", "Its postings; they sum to zero.")


@answers(
    postings,
    needs=MONEY,
    by=("fund", "field", "account"),
    recorded=when(postings.c.transaction_id, journal_transactions.c.recorded_at),
)
class Posting(Node):
    """One side of a movement; debit is positive."""


# --- donations ---------------------------------------------------------------------------------------------------


@answers(
    pledges,
    needs=MONEY,
    by=("fund", "is_named", "pledged_date:month", "pledged_date:year"),
    recorded=then(pledges.c.recorded_at),
)
class Pledge(Node):
    """A gift that was promised; it is money only when a bank line matches it."""

    matches = many("DonationMatch", "pledge", "The bank lines that name it.")


@answers(
    bank_lines,
    needs=MONEY,
    by=("statement", "booked_date:month", "booked_date:year"),
    recorded=when(bank_lines.c.statement_id, documents.c.recorded_at),
)
class BankLine(Node):
    """A line of a bank's statement as received."""

    matches = many("DonationMatch", "bankLine", "What it was taken for.")


@answers(donation_matches, needs=MONEY, by=("outcome", "pledge"), recorded=then(donation_matches.c.recorded_at))
class DonationMatch(Node):
    """What a bank line says about a pledge, or what was decided about it in place of that."""

    replaced_by = many("DonationMatch", "replaces", "The decision in its place: one, or none.")


# --- registry and people -----------------------------------------------------------------------------------------


@answers(registry_loads, needs=PEOPLE, by=("source", *ABOVE), recorded=then(registry_loads.c.loaded_at))
class RegistryLoad(Node):
    """An extract as it arrived: which register, which file, how many rows were kept and put aside."""

    rows = many("RegistryRow", "load", "The rows kept.")
    rejects = many("RegistryReject", "load", "The rows put aside, with their reasons.")
    defects = many("RegistryDefect", "load", "How good it is: its defects by village.")
    alias_uses = many("RegistryAliasUse", "load", "By which of the office's other names villages were found.")


@answers(
    registry_rows,
    needs=PEOPLE,
    by=("load", "sex", "occupation", *REGION),
    recorded=when(registry_rows.c.load_id, registry_loads.c.loaded_at),
)
class RegistryRow(Node):
    """A readable row of an extract, as received."""


@answers(
    registry_rejects,
    needs=PEOPLE,
    by=("load", "reason", *REGION),
    recorded=when(registry_rejects.c.load_id, registry_loads.c.loaded_at),
)
class RegistryReject(Node):
    """A row that was put aside, with its line and reason."""


@answers(registry_defects, needs=PEOPLE, by=("load", "defect", "treatment", *REGION))
class RegistryDefect(Node):
    """How many rows of a load and village have one defect, what was done about it, and where in the file to look."""


@answers(
    registry_alias_uses,
    needs=PEOPLE,
    by=("load", "alias"),
    recorded=when(registry_alias_uses.c.load_id, registry_loads.c.loaded_at),
)
class RegistryAliasUse(Node):
    """Another name by which villages of a load's rows were found."""


@answers(
    people,
    needs=PEOPLE,
    by=("sex", "occupation", *REGION),
    sums=sums_of(person_sums, "people", moves=True),
)
class Person(Node):
    """A worker, one per NIK, as the registers know them today."""

    reviews = many("MatchReview", "person", "Rows that may speak of them.")
    likenesses = many("MatchLikeness", "person", "What rows without a NIK were weighed by.")
    merged_from = many("Person", "mergedInto", "Ids that ended in this one.")
    rows_lost = many("IdentityEvent", "fromPerson", "When rows were taken for somebody else's.")
    rows_won = many("IdentityEvent", "toPerson", "When rows of others were taken for theirs.")
    groups = many("PersonGroup", "person", "The groups they belong to.")
    versions = many("PersonVersion", "person", "What was known of them before, version by version.")
    life_events = many("LifeEvent", "person", "What happened to them.")
    candidacies = many("SelectionCandidate", "person", "The selection runs that looked at them.")
    decree_lines = many("DecreeLine", "person", "The decrees that name them.")
    enrolments = many("Enrolment", "person", "When their name was sent to the insurer.")
    coverage_months = many("CoverageMonth", "person", "The months for which they were billed, paid and confirmed.")
    claims = many("Claim", "person", "What the insurer paid for them.")


@answers(
    person_versions,
    needs=PEOPLE,
    recorded=then(person_versions.c.recorded_at),
    subject="person_id",
)
class PersonVersion(Node):
    """What was known of a person from one moment to the next."""


@answers(
    match_reviews,
    needs=PEOPLE,
    by=("kind", *REGION),
    recorded=then(match_reviews.c.raised_at),
    subject="person_id",
)
class MatchReview(Node):
    """A row and a person that may be one: an officer looks at both and decides."""

    decisions = many("MatchDecision", "review", "What was decided; none while it waits.")


@answers(
    match_likenesses,
    needs=PEOPLE,
    by=("model", *REGION),
    recorded=then(match_likenesses.c.weighed_at),
    subject="person_id",
)
class MatchLikeness(Node):
    """What speaks for a row without a NIK being a person: how alike they are, by dated parameters."""


@answers(match_decisions, needs=PEOPLE, by=("verdict",), recorded=then(match_decisions.c.decided_at))
class MatchDecision(Node):
    """What an officer decided of a review, for ever."""


@answers(
    identity_events,
    needs=PEOPLE,
    by=("kind", *REGION),
    recorded=then(identity_events.c.recorded_at),
    subject="to_person_id",
)
class IdentityEvent(Node):
    """Rows went from one person to another: two ids were merged, one was split, or a row moved."""


@answers(person_groups, needs=PEOPLE, by=("group", *REGION), subject="person_id")
class PersonGroup(Node):
    """A person belongs to a group that a programme may put first."""


@answers(
    life_events,
    needs=PEOPLE,
    by=("kind", "event_date:month", "event_date:year", *REGION),
    recorded=then(life_events.c.recorded_at),
    subject="person_id",
)
class LifeEvent(Node):
    """Something that changes whether a person can be protected."""

    withdrawals = many("LifeEventWithdrawal", "event", "Who withdrew it, and why: one, or none while it stands.")
    followed_by = many("LifeEvent", "follows", "The same, recorded anew after it was withdrawn: one, or none.")


@answers(life_event_withdrawals, needs=PEOPLE, by=REGION, recorded=then(life_event_withdrawals.c.recorded_at))
class LifeEventWithdrawal(Node):
    """A life event was wrong: it stays on record, and counts no longer."""


# --- selection and decrees ---------------------------------------------------------------------------------------


@answers(criteria, plural="criteriaVersions", needs=EITHER, recorded=then(criteria.c.created_at))
class Criteria(Node):
    """Who may be chosen and in which order, as a versioned document."""

    runs = many("SelectionRun", "criteria", "The runs decided by it.")


@answers(
    selection_runs,
    needs=EITHER,
    by=("year", "fund", "criteria", *ABOVE),
    hidden=("receipt",),  # selectionReceipt tells it
    recorded=then(selection_runs.c.run_at),
)
class SelectionRun(Node):
    """One ranking and cut, with the hashes that let it be decided again."""

    ranking = many("SelectionCandidate", "run", "Every candidate with rank and reason.")
    approvals = many("RunApproval", "run", "Who did which step of the approval, on which hash.")
    decrees = many("Decree", "run", "The decrees issued from it.")


@answers(
    selection_candidates,
    needs=PEOPLE,
    by=("run", "outcome", "reason", "group", *REGION),
    recorded=when(selection_candidates.c.run_id, selection_runs.c.run_at),
    subject="person_id",
)
class SelectionCandidate(Node):
    """A person in a selection run: chosen or not, and why."""


@answers(
    run_approvals,
    needs=EITHER,
    by=("step", "run", *ABOVE),
    recorded=then(run_approvals.c.approved_at),
)
class RunApproval(Node):
    """A step of the approval of a run's list, or of an amendment of its decree: by whom, and on which hash."""


@answers(
    decrees,
    needs=EITHER,
    by=("kind", "year", "fund", "signed_date:month", *ABOVE),
    recorded=then(decrees.c.issued_at),
)
class Decree(Node):
    """A decree of the Regent: numbered, dated, its list frozen."""

    lines = many("DecreeLine", "decree", "The names it holds.")
    amendments = many("Decree", "amends", "Later decrees that amend it.")
    batches = many("EnrolmentBatch", "decree", "When its names were sent to the insurer.")
    bills = many("Bill", "decree", "What the insurer billed under it.")


@answers(
    decree_lines,
    needs=PEOPLE,
    by=("decree", "action", "reason", "group", *REGION),
    recorded=when(decree_lines.c.decree_id, decrees.c.issued_at),
    subject="person_id",
)
class DecreeLine(Node):
    """A name in a decree, and the months for which it is protected."""

    replaced_by = many("DecreeLine", "replacesLine", "Lines of later decrees that end it or take over its place.")
    enrolments = many("Enrolment", "decreeLine", "When it was sent to the insurer.")
    coverage_months = many("CoverageMonth", "decreeLine", "The months billed for it.")


# --- enrolment and coverage --------------------------------------------------------------------------------------


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


# --- complaints --------------------------------------------------------------------------------------------------


@answers(
    complaint_cases,
    plural="complaints",
    needs=PEOPLE,
    by=("kind", "state", "decision", "deadline", "remedy", "run", "filed_date:month", "filed_date:year", *ABOVE),
    past=CASES_THEN,
    subject="person_id",
)
class Complaint(Node):
    """An objection, how far it has come and how it stands to its deadline, today or as of an instant; where it was upheld,
    whether it was acted on. Its words stay sealed."""

    acts = many("ComplaintAct", "complaint", "What was done with it.")


@answers(
    complaint_acts,
    needs=PEOPLE,
    by=("step", "decision", "done_date:month", *ABOVE),
    recorded=then(complaint_acts.c.recorded_at),
)
class ComplaintAct(Node):
    """Something that was done with a complaint."""


# --- the trail ---------------------------------------------------------------------------------------------------


@answers(audit_entries, needs=AUDIT, by=("act", "agency", "at:month"), recorded=then(audit_entries.c.at))
class AuditEntry(Node):
    """Who did what, when and why."""


complete()
