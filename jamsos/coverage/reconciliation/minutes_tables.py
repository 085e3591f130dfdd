"""Minutes tables: a month as both sides signed it, and the guard that nothing is added to it until it is opened again."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, Table, UniqueConstraint

from jamsos.coverage.rules import Resolution
from jamsos.coverage.tables import coverage_differences
from jamsos.data_classes import GENERAL, OFFICIAL, OPEN
from jamsos.db import choice, code, day, identity, instant, metadata, month, rupiah, text_
from jamsos.ledger.tables import funds
from jamsos.regions.tables import regencies

# Whoever adds to a month and whoever signs it wait for each other. Both guards look once at the months of a whole statement.
FREEZE_LOCK = "jamsos.minutes"
_STANDING = "not exists (select from programme.minutes_reopenings o where o.minutes_id = m.id)"
_FROZEN = (
    f"""
create function programme.refuse_frozen_months() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock_shared(hashtext('{FREEZE_LOCK}'));
    if exists (select from (select distinct month, left(village_code, 5) as regency_code from arrived) a
               join programme.minutes m using (month, regency_code) where {_STANDING})
    then raise exception 'the minutes of that month are signed' using errcode = 'restrict_violation'; end if;
    return null;
end $$
""",
    f"""
create function programme.refuse_frozen_confirmations() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock_shared(hashtext('{FREEZE_LOCK}'));
    if exists (select from arrived a
               join programme.minutes m on m.month = a.month and m.regency_code = left(a.village_code, 5)
               where {_STANDING} and not exists (select from programme.minute_differences n
                   join programme.coverage_differences d on d.id = n.difference_id
                   where n.minutes_id = m.id and d.person_id = a.person_id and d.month = a.month))
    then raise exception 'the minutes of that month are signed' using errcode = 'restrict_violation'; end if;
    return null;
end $$
""",
    *(
        f"""
create trigger refuse_frozen_months after insert on programme.{table} referencing new table as arrived
    for each statement execute function programme.refuse_frozen_{what}()
"""
        for table, what in (
            ("worker_months", "months"),
            ("paid_months", "months"),
            ("confirmed_months", "confirmations"),
        )
    ),
)

minutes = Table(
    "minutes",
    metadata,
    identity(),
    code("number", info=OPEN),
    month("month", info=OPEN),
    day("signed_date", info=OPEN),
    text_("office_signatory", info=OFFICIAL),
    text_("insurer_signatory", info=OFFICIAL),
    Column("lines_sha256", LargeBinary, nullable=False, info=OPEN),
    Column("file_sha256", LargeBinary, info=OPEN),  # of the signed paper, where it was given
    code("regency_code", ForeignKey(regencies.c.code)),
    text_("recorded_by", info=OFFICIAL),
    instant(),
    Column("replaces_id", BigInteger, ForeignKey("programme.minutes.id"), unique=True),  # those that were opened again
    UniqueConstraint("regency_code", "month", "replaces_id", postgresql_nulls_not_distinct=True),
    UniqueConstraint("regency_code", "number"),
    info={"grows": True, "umbrella": "regency_code", "also": _FROZEN},
)

# A month has one minutes that stand; later ones follow on those that were opened again, by somebody who signed neither side.
_IN_TURN = (
    f"""
create function programme.refuse_second_minutes() returns trigger language plpgsql as $$
begin
    if exists (select from programme.minutes m where m.regency_code = new.regency_code and m.month = new.month and {_STANDING})
       or new.replaces_id is distinct from
          (select max(m.id) from programme.minutes m where m.regency_code = new.regency_code and m.month = new.month)
    then raise exception 'the minutes of that month stand, or are not the ones named' using errcode = 'restrict_violation'; end if;
    return new;
end $$
""",
    """
create trigger refuse_second_minutes before insert on programme.minutes
    for each row execute function programme.refuse_second_minutes()
""",
    r"""
create function programme.refuse_signers_reopening() returns trigger language plpgsql as $$
begin
    if exists (select from programme.minutes m, unnest(array[m.office_signatory, m.insurer_signatory]) as s (name)
               where m.id = new.minutes_id
                 and (lower(regexp_replace(trim(s.name), '\s+', ' ', 'g')) = lower(regexp_replace(trim(new.officer), '\s+', ' ', 'g'))
                      or new.opened_date < m.signed_date))
    then raise exception 'whoever signed does not open again, nor before the signing' using errcode = 'restrict_violation'; end if;
    return new;
end $$
""",
    """
create trigger refuse_signers_reopening before insert on programme.minutes_reopenings
    for each row execute function programme.refuse_signers_reopening()
""",
)

minutes_reopenings = Table(
    "minutes_reopenings",
    metadata,
    identity(),
    Column("minutes_id", BigInteger, ForeignKey(minutes.c.id), nullable=False, unique=True),
    text_("officer", info=OFFICIAL),
    text_("reason", info=OFFICIAL),
    day("opened_date", info=OPEN),
    text_("recorded_by", info=OFFICIAL),
    instant(),
    info={"grows": True, "through": "minutes_id", "also": _IN_TURN},
)

# Workers and rupiah of one fund: named by decrees (N1), confirmed by the insurer (N2), billed (N3), paid (N4).
minute_lines = Table(
    "minute_lines",
    metadata,
    identity(),
    Column("minutes_id", BigInteger, ForeignKey(minutes.c.id), nullable=False),
    Column("fund_id", BigInteger, ForeignKey(funds.c.id), nullable=False),
    Column("named", Integer, nullable=False, info=OPEN),
    Column("confirmed", Integer, nullable=False, info=OPEN),
    Column("billed", Integer, nullable=False, info=OPEN),
    Column("paid", Integer, nullable=False, info=OPEN),
    rupiah("billed_amount", info=OPEN),
    rupiah("paid_amount", info=OPEN),
    rupiah("confirmed_amount", info=OPEN),
    UniqueConstraint("minutes_id", "fund_id"),
    info={"grows": True, "through": "minutes_id"},
)

# The differences of the month as they stood: the correction agreed on, or none, and then carried to the next bill.
minute_differences = Table(
    "minute_differences",
    metadata,
    identity(),
    Column("minutes_id", BigInteger, ForeignKey(minutes.c.id), nullable=False),
    Column("difference_id", BigInteger, ForeignKey(coverage_differences.c.id), nullable=False, index=True),
    choice("agreed", Resolution, nullable=True, info=GENERAL),
    code("village_code", nullable=True, info=GENERAL),
    UniqueConstraint("minutes_id", "difference_id"),
    info={"grows": True, "sight": "village_code"},
)
