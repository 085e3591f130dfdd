"""Coverage tables: bills, worker-months, payments, the insurer's receipts and the differences they show."""

from sqlalchemy import (
    BigInteger,
    Column,
    Computed,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from jamsos.coverage.rules import OWNERS, CoverageState, Difference, Owner, Resolution
from jamsos.data_classes import GENERAL, NARRATIVE, OFFICIAL, OPEN, PSEUDONYM, VULNERABILITY
from jamsos.db import SCHEMA, choice, code, day, identity, instant, metadata, month, rupiah, text_
from jamsos.decrees.tables import decree_lines, decrees
from jamsos.ledger.tables import documents, funds, journal_transactions
from jamsos.people.tables import people
from jamsos.regions.tables import regencies
from jamsos.worker_groups import Group

bills = Table(
    "bills",
    metadata,
    identity(),
    code("billing_code", unique=True, info=OPEN),
    Column("decree_id", BigInteger, ForeignKey(decrees.c.id), nullable=False, index=True),
    Column("fund_id", BigInteger, ForeignKey(funds.c.id), nullable=False, index=True),
    month("month_from", info=OPEN),
    month("month_to", info=OPEN),
    day("issued_date", info=OPEN),
    Column("worker_count", Integer, nullable=False, info=OPEN),
    Column("worker_months", Integer, nullable=False, info=OPEN),
    rupiah(info=OPEN),
    Column("list_sha256", LargeBinary, nullable=False, info=OPEN),
    Column("transaction_id", BigInteger, ForeignKey(journal_transactions.c.id), nullable=False),
    code("regency_code", ForeignKey(regencies.c.code)),
    instant(),
    info={"grows": True, "umbrella": "regency_code"},
)

# A billed month never moves: no later decree may end a line before the last month billed of it, nor start a successor in one.
_BILLED = (
    """
create function programme.refuse_moving_billed_months() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock(hashtext('jamsos.decree_lines'));
    if exists (select from programme.worker_months w where w.decree_line_id = new.replaces_line_id
               and w.month >= case new.action when 'termination' then new.month_to + 1 else new.month_from end)
    then raise exception 'line % is billed beyond that month', new.replaces_line_id using errcode = 'restrict_violation'; end if;
    return new;
end $$
""",
    """
create trigger refuse_moving_billed_months before insert on programme.decree_lines
    for each row when (new.replaces_line_id is not null) execute function programme.refuse_moving_billed_months()
""",
)

# And no line is billed for a month in which it protects nobody; bills and amendments that arrive at once wait for each other.
_HELD = (
    """
create function programme.refuse_unheld_months() returns trigger
    language plpgsql security definer set search_path = programme, pg_temp as $$
begin
    perform pg_advisory_xact_lock(hashtext('jamsos.decree_lines'));
    if exists (select from added a
               join decree_lines l on l.id = a.decree_line_id
               left join decree_lines e on e.replaces_line_id = l.id and e.action = 'termination'
               where l.action = 'termination' or a.month < l.month_from or a.month > least(l.month_to, e.month_to))
    then raise exception 'a month is billed that no line protects' using errcode = 'restrict_violation'; end if;
    return null;
end $$
""",
    """
create trigger refuse_unheld_months after insert on programme.worker_months
    referencing new table as added for each statement execute function programme.refuse_unheld_months()
""",
)

# A fund with rules for groups pays for a group from the month a rule allows it, until one ends it. The kinds that arrive are few, the
# rows many: only the kinds are judged, and only where a fund has rules.
_PAYABLE = (
    """
create function programme.refuse_strange_groups() returns trigger
    language plpgsql security definer set search_path = programme, pg_temp as $$
declare strange record;
begin
    if not exists (select from fund_groups g where exists (select from added a where a.fund_id = g.fund_id)) then return null; end if;
    select l.line, k.group_code, to_char(k.month, 'YYYY-MM') as month into strange
      from (select month, fund_id, group_code, min(decree_line_id) as line_id from added group by 1, 2, 3) k
      join decree_lines l on l.id = k.line_id
     where exists (select from fund_groups g where g.fund_id = k.fund_id)
       and (select g.is_allowed from fund_groups g where g.fund_id = k.fund_id and g.group_code = k.group_code and g.valid_from <= k.month
             order by g.valid_from desc, g.id desc limit 1) is not true
     order by k.month, l.line limit 1;
    if found then raise exception 'the fund may not pay for line % (%) in %', strange.line, strange.group_code, strange.month
        using errcode = 'restrict_violation'; end if;
    return null;
end $$
""",
    """
create trigger refuse_strange_groups after insert on programme.worker_months
    referencing new table as added for each statement execute function programme.refuse_strange_groups()
""",
)

# Who stands on a list in force, or is billed for months that the insurer has not confirmed, keeps id and NIK: bills, answers and
# receipts come back under them.
_KEPT = (
    """
create function programme.keep_who_is_on_lists() returns trigger
    language plpgsql security definer set search_path = programme, pg_temp as $$
begin
    if exists (select from decree_lines l left join decree_lines e on e.replaces_line_id = l.id and e.action = 'termination'
               where l.person_id = old.id and l.action <> 'termination'
                 and coalesce(e.month_to, l.month_to) >= date_trunc('month', now() at time zone 'Asia/Makassar'))
       or exists (select from worker_months w left join confirmed_months c using (person_id, month)
                  where w.person_id = old.id and c.person_id is null)
    then raise exception 'person % stands on a list in force', old.id using errcode = 'restrict_violation'; end if;
    return new;
end $$
""",
    """
create trigger keep_who_is_on_lists before update of merged_into_id, nik_sealed on programme.people for each row
    when ((old.merged_into_id is null and new.merged_into_id is not null) or (old.nik_sealed is not null and new.nik_sealed is null))
    execute function programme.keep_who_is_on_lists()
""",
)

worker_months = Table(
    "worker_months",
    metadata,
    Column("person_id", BigInteger, ForeignKey(people.c.id), primary_key=True),
    month("month", primary_key=True, info=GENERAL),
    Column("bill_id", BigInteger, ForeignKey(bills.c.id), nullable=False),
    Column("decree_line_id", BigInteger, ForeignKey(decree_lines.c.id), nullable=False, index=True),
    Column("fund_id", BigInteger, ForeignKey(funds.c.id), nullable=False),
    choice("group_code", Group, nullable=True, info=VULNERABILITY),
    code("village_code", nullable=False, info=GENERAL),
    rupiah("jkk_amount", info=GENERAL),
    rupiah("jkm_amount", info=GENERAL),
    rupiah(info=GENERAL),
    Index("worker_months_bill_id_idx", "bill_id"),
    Index("worker_months_village_code_month_idx", "village_code", "month"),
    info={"grows": True, "sight": "village_code", "also": (*_BILLED, *_HELD, *_PAYABLE)},
)

# Each statement that adds worker-months also writes how many of a kind it added, so that the whole is counted without looking at
# every one. Only added to as well: two bills never wait for each other, and nothing can be counted back.
_ADDED_UP = (
    """
create function programme.add_up_worker_months() returns trigger language plpgsql as $$
begin
    insert into programme.worker_month_sums
           (month, bill_id, fund_id, group_code, village_code, worker_months, jkk_amount, jkm_amount, amount)
    select month, bill_id, fund_id, group_code, village_code, count(*), sum(jkk_amount), sum(jkm_amount), sum(amount)
      from added group by month, bill_id, fund_id, group_code, village_code;
    return null;
end $$
""",
    """
create trigger add_up_worker_months after insert on programme.worker_months
    referencing new table as added for each statement execute function programme.add_up_worker_months()
""",
)

worker_month_sums = Table(
    "worker_month_sums",
    metadata,
    identity(),
    month("month", info=OPEN),
    Column("bill_id", BigInteger, ForeignKey(bills.c.id), nullable=False),
    Column("fund_id", BigInteger, ForeignKey(funds.c.id), nullable=False),
    choice("group_code", Group, nullable=True, info=VULNERABILITY),
    code("village_code", nullable=False, info=OPEN),
    Column("worker_months", BigInteger, nullable=False, info=OPEN),
    rupiah("jkk_amount", info=OPEN),
    rupiah("jkm_amount", info=OPEN),
    rupiah(info=OPEN),
    Index("worker_month_sums_village_code_month_idx", "village_code", "month"),
    info={"grows": True, "sight": "village_code", "also": _ADDED_UP},
)

payments = Table(
    "payments",
    metadata,
    identity(),
    Column("bill_id", BigInteger, ForeignKey(bills.c.id), nullable=False, index=True),
    Column("fund_id", BigInteger, ForeignKey(funds.c.id), nullable=False, index=True),
    Column("sp2d_id", BigInteger, ForeignKey(documents.c.id), nullable=False, unique=True),
    Column("spp_id", BigInteger, ForeignKey(documents.c.id)),
    Column("spm_id", BigInteger, ForeignKey(documents.c.id)),
    day("paid_date", info=OPEN),
    rupiah(info=OPEN),
    Column("transaction_id", BigInteger, ForeignKey(journal_transactions.c.id), nullable=False),
    code("regency_code", ForeignKey(regencies.c.code)),
    instant(),
    info={"grows": True, "umbrella": "regency_code"},
)

paid_months = Table(
    "paid_months",
    metadata,
    Column("person_id", BigInteger, info=PSEUDONYM),
    month("month", info=GENERAL),
    Column("payment_id", BigInteger, ForeignKey(payments.c.id), nullable=False, index=True),
    code("village_code", nullable=False, info=GENERAL),
    # included, so that a state is read from the index alone
    PrimaryKeyConstraint("person_id", "month", postgresql_include=["payment_id", "village_code"]),
    ForeignKeyConstraint(["person_id", "month"], [worker_months.c.person_id, worker_months.c.month]),
    info={"grows": True, "sight": "village_code"},
)

insurer_receipts = Table(
    "insurer_receipts",
    metadata,
    identity(),
    Column("bill_id", BigInteger, ForeignKey(bills.c.id), nullable=False, index=True),
    Column("document_id", BigInteger, ForeignKey(documents.c.id), nullable=False, unique=True),
    day("received_date", info=OPEN),
    Column("worker_months", Integer, nullable=False, info=OPEN),
    rupiah(info=OPEN),
    code("regency_code", ForeignKey(regencies.c.code)),
    instant(),
    info={"grows": True, "umbrella": "regency_code"},
)

confirmed_months = Table(
    "confirmed_months",
    metadata,
    Column("person_id", BigInteger, info=PSEUDONYM),
    month("month", info=GENERAL),
    Column("receipt_id", BigInteger, ForeignKey(insurer_receipts.c.id), nullable=False, index=True),
    code("village_code", nullable=False, info=GENERAL),
    # included, so that a state is read from the index alone
    PrimaryKeyConstraint("person_id", "month", postgresql_include=["receipt_id", "village_code"]),
    ForeignKeyConstraint(["person_id", "month"], [worker_months.c.person_id, worker_months.c.month]),
    info={"grows": True, "sight": "village_code", "also": _KEPT},
)

_OWNER = (
    "case "
    + " ".join(
        f"when kind in ({', '.join(repr(str(kind)) for kind, whose in OWNERS.items() if whose is owner)}) then '{owner}'"
        for owner in (Owner.office, Owner.treasury)
    )
    + f" else '{Owner.insurer}' end"
)

# Months of a person that need not be paid, and why: after the one of a death, a move, another's paying; and of an id that ended in
# another, those that were paid for the worker under the other, too.
unneeded_months = Table(
    "unneeded_months",
    metadata,
    Column("person_id", BigInteger, nullable=False, info=PSEUDONYM),
    Column("kind", Text, nullable=False, info=GENERAL | {"choices": Difference}),
    day("month_from", info=GENERAL),
    day("month_to", info=GENERAL),
    info={
        "view": f"""
            create view {SCHEMA}.unneeded_months with (security_invoker = true) as
            select person_id, case kind when 'died' then 'died' when 'moved' then 'moved' else 'other_payer' end as kind,
                   (date_trunc('month', min(event_date)) + interval '1 month')::date as month_from, 'infinity'::date as month_to
              from {SCHEMA}.standing_life_events where kind <> 'refused' group by 1, 2
            union all
            select id, 'other_payer', other_payer_from, coalesce(other_payer_to, 'infinity')
              from {SCHEMA}.people where other_payer_from is not null
            union all
            select p.id, 'double', c.month, c.month
              from {SCHEMA}.people p
              join {SCHEMA}.confirmed_months c on c.person_id = p.id
             where p.merged_into_id is not null
               and exists (select from {SCHEMA}.confirmed_months o where o.month = c.month and o.person_id in (
                    select q.id from {SCHEMA}.people q
                     where q.id = p.merged_into_id or q.merged_into_id = p.merged_into_id and q.id < p.id))
        """
    },
)

# The insurer received what was billed, so the sums agree; what was paid in vain is the amount of either side. What was closed because
# its ground was withdrawn is opened anew when there is one again.
_IN_VAIN = "kind in ('died', 'moved', 'other_payer') or kind = 'double' and line is null"


def find_in_vain(whose: str) -> str:
    """Writes the confirmed months `c` that need not have been paid and are not known as such; `whose`: which of them, or of
    `unneeded_months u`."""
    return f"""
    insert into {SCHEMA}.coverage_differences
           (receipt_id, kind, person_id, month, billed_amount, received_amount, village_code, follows_id)
    select distinct on (c.person_id, c.month) c.receipt_id, u.kind, c.person_id, c.month, w.amount, w.amount, c.village_code,
           (select max(d.id) from {SCHEMA}.coverage_differences d join {SCHEMA}.difference_resolutions s on s.difference_id = d.id
             where d.person_id = c.person_id and d.month = c.month and s.resolution = 'withdrawn')
      from {SCHEMA}.unneeded_months u
      join {SCHEMA}.confirmed_months c on c.person_id = u.person_id and c.month between u.month_from and u.month_to
      join {SCHEMA}.worker_months w on w.person_id = c.person_id and w.month = c.month
     where {whose}
     order by c.person_id, c.month, u.kind
    on conflict (person_id, month, coalesce(follows_id, 0)) where {_IN_VAIN} do nothing"""


def groundless(known: str = "true") -> str:
    """Of what was paid in vain the open differences `d` whose ground no longer stands; `known`: which of `unneeded_months u` to ask."""
    return f"""({_IN_VAIN.replace("kind", "d.kind").replace("line", "d.line")})
       and not exists (select from {SCHEMA}.difference_resolutions s where s.difference_id = d.id)
       and not exists (select from {SCHEMA}.unneeded_months u
                        where u.person_id = d.person_id and u.kind = d.kind and d.month between u.month_from and u.month_to and {known})"""


# With an event its differences are withdrawn, whoever withdraws it and by what act. As the owner, because the person may have moved
# out of the sight in which it is withdrawn; with an array of persons, because a join is not looked up in a view that adds up.
_WITHDRAWN = (
    f"""
create function programme.close_withdrawn_differences() returns trigger
    language plpgsql security definer set search_path = programme, pg_temp as $$
declare
    persons bigint[] := (select array_agg(distinct e.person_id) from arrived a join life_events e on e.id = a.event_id);
begin
    insert into difference_resolutions (difference_id, resolution, remark, resolved_date, resolved_by, village_code)
    select distinct on (d.id) d.id, 'withdrawn', a.reason, (now() at time zone 'Asia/Makassar')::date, a.officer, d.village_code
      from arrived a
      join life_events e on e.id = a.event_id
      join coverage_differences d on d.person_id = e.person_id
     where {groundless("u.person_id = any(persons)")}
     order by d.id, a.id
    on conflict (difference_id) do nothing;
    {find_in_vain("u.person_id = any(persons)")};
    return null;
end $$
""",
    """
create trigger close_withdrawn_differences after insert on programme.life_event_withdrawals
    referencing new table as arrived for each statement execute function programme.close_withdrawn_differences()
""",
)

coverage_differences = Table(
    "coverage_differences",
    metadata,
    identity(),
    Column("receipt_id", BigInteger, ForeignKey(insurer_receipts.c.id), nullable=False, index=True),
    choice("kind", Difference, info=GENERAL),
    Column("line", Integer, info=GENERAL),
    Column("person_id", BigInteger, ForeignKey(people.c.id)),
    month("month", nullable=True, info=GENERAL),
    rupiah("billed_amount", info=GENERAL),
    rupiah("received_amount", info=GENERAL),
    code("village_code", nullable=True, info=GENERAL),
    instant(),
    Column(
        "owner",
        Text(collation="C"),
        Computed(_OWNER, persisted=True),
        nullable=False,
        info=GENERAL | {"choices": Owner},
    ),
    # the difference of that month that was withdrawn before this one was found
    Column("follows_id", BigInteger, ForeignKey("programme.coverage_differences.id")),
    # a month is paid in vain once, whatever became known first
    Index(
        "coverage_differences_in_vain_key",
        "person_id",
        "month",
        text("coalesce(follows_id, 0)"),
        unique=True,
        postgresql_where=text(_IN_VAIN),
    ),
    info={"grows": True, "sight": "village_code", "also": _WITHDRAWN},
)

difference_resolutions = Table(
    "difference_resolutions",
    metadata,
    identity(),
    Column("difference_id", BigInteger, ForeignKey(coverage_differences.c.id), nullable=False, unique=True),
    choice("resolution", Resolution, info=GENERAL),
    text_("remark", nullable=True, info=NARRATIVE),
    day("resolved_date", info=GENERAL),
    text_("resolved_by", info=OFFICIAL),
    code("village_code", nullable=True, info=GENERAL),
    instant(),
    info={"grows": True, "sight": "village_code"},
)

# What was still open of a fund when its next bill was issued, each time anew until it is settled.
carried_differences = Table(
    "carried_differences",
    metadata,
    identity(),
    Column("bill_id", BigInteger, ForeignKey(bills.c.id), nullable=False),
    Column("difference_id", BigInteger, ForeignKey(coverage_differences.c.id), nullable=False, index=True),
    code("village_code", nullable=True, info=GENERAL),
    instant(),
    UniqueConstraint("bill_id", "difference_id"),
    info={"grows": True, "sight": "village_code"},
)

# A view (made by migration), declared here so that queries can name it; it carries row security of the tables below it.
coverage_months = Table(
    "coverage_months",
    metadata,
    Column("person_id", BigInteger, ForeignKey(people.c.id), primary_key=True),
    Column("month", Date, primary_key=True, info=GENERAL | {"month": True}),
    Column("bill_id", BigInteger, ForeignKey(bills.c.id)),
    Column("decree_line_id", BigInteger, ForeignKey(decree_lines.c.id)),
    Column("fund_id", BigInteger, ForeignKey(funds.c.id)),
    Column("group_code", Text, info=VULNERABILITY | {"choices": Group}),
    Column("village_code", Text, info=GENERAL),
    Column("jkk_amount", BigInteger, info=GENERAL | {"money": True}),
    Column("jkm_amount", BigInteger, info=GENERAL | {"money": True}),
    Column("amount", BigInteger, info=GENERAL | {"money": True}),
    Column("state", Text, info=GENERAL | {"choices": CoverageState}),
    Column("payment_id", BigInteger, ForeignKey(payments.c.id)),
    Column("receipt_id", BigInteger, ForeignKey(insurer_receipts.c.id)),
    info={
        "view": f"""
            create view {SCHEMA}.coverage_months with (security_invoker = true) as
            select w.person_id, w.month, w.bill_id, w.decree_line_id, w.fund_id, w.group_code, w.village_code,
                   w.jkk_amount, w.jkm_amount, w.amount,
                   case when c.person_id is not null then 'confirmed' when p.person_id is not null then 'paid' else 'billed' end
                       as state,
                   p.payment_id, c.receipt_id
            from {SCHEMA}.worker_months w
            left join {SCHEMA}.paid_months p using (person_id, month)
            left join {SCHEMA}.confirmed_months c using (person_id, month)
        """
    },
)
