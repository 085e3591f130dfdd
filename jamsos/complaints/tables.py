"""Complaint tables: objections with their words sealed, and what was done with each.

The code that follows a complaint stands only hashed. A complaint is seen within its regency, and by whoever has shown its code in the
transaction (`jamsos.complaint`): who files sees nothing else of the programme. The schema reads two views, without words, names or codes.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    Table,
    Text,
    text,
)

from jamsos.complaints.rules import ComplaintKind, ComplaintState, ComplaintStep, Deadline, Decision, Remedy
from jamsos.data_classes import CONTACT, GENERAL, NARRATIVE, OFFICIAL, OPEN, SECRET
from jamsos.db import SCHEMA, choice, code, day, identity, instant, metadata, sealed, text_
from jamsos.months import OFFICE
from jamsos.people.tables import people
from jamsos.regions.tables import regencies
from jamsos.selection.tables import selection_runs

_SEEN = """regency_code >= current_setting('jamsos.sight_from', true) and regency_code < current_setting('jamsos.sight_to', true)
    or encode(code_sha256, 'hex') = current_setting('jamsos.complaint', true)"""

complaints = Table(
    "complaints",
    metadata,
    identity(),
    Column("code_sha256", LargeBinary, nullable=False, unique=True, info=SECRET),
    choice("kind", ComplaintKind, info=GENERAL),
    code("regency_code", ForeignKey(regencies.c.code), index=True, info=GENERAL),
    Column("run_id", BigInteger, ForeignKey(selection_runs.c.id)),
    # whom it is about, where a NIK was given that we know
    Column("person_id", BigInteger, ForeignKey(people.c.id), index=True),
    sealed("words_sealed", "complaint", nullable=False, info=NARRATIVE),
    sealed("contact_sealed", "phone", info=CONTACT),
    day("filed_date", info=GENERAL),
    day("due_date", info=GENERAL),
    text_("filed_by", info=OFFICIAL),
    instant("recorded_at"),
    # who complains knew the person's family card too, so that her own place in the list may be told to them
    Column("is_own", Boolean, nullable=False, server_default="false", info=GENERAL),
    info={"grows": True, "seen": _SEEN},
)

# A step of the office names the key or token of the officer, whatever program writes it; steps of old have none. Each is
# another officer's, but for what was done about a complaint that was upheld: anybody of the office may write that.
_PROVEN = (
    """create function programme.refuse_unproven_step() returns trigger language plpgsql as $$
begin
    if new.step <> 'appealed' and new.proof is null
    then raise exception 'step % of complaint % names no key', new.step, new.complaint_id using errcode = 'check_violation'; end if;
    if new.step = 'remedied' and (select s.decision from programme.complaint_steps s where s.complaint_id = new.complaint_id
                                    and s.decision is not null order by s.id desc limit 1) is distinct from 'upheld'
    then raise exception 'complaint % is not upheld', new.complaint_id using errcode = 'check_violation'; end if;
    if new.step <> 'remedied' and exists (
        select from programme.complaint_steps s where s.complaint_id = new.complaint_id and s.step <> 'remedied'
           and programme.officer_named(s.officer) = programme.officer_named(new.officer))
    then raise exception 'one officer does two steps of complaint %', new.complaint_id using errcode = 'check_violation'; end if;
    return new;
end $$""",
    """create trigger refuse_unproven_step before insert on programme.complaint_steps
    for each row execute function programme.refuse_unproven_step()""",
)


def _once(column: str) -> Index:
    name = f"complaint_steps_complaint_id_{column}_key"
    return Index(name, "complaint_id", column, unique=True, postgresql_where=text("step <> 'remedied'"))


complaint_steps = Table(
    "complaint_steps",
    metadata,
    identity(),
    Column("complaint_id", BigInteger, ForeignKey(complaints.c.id), nullable=False),
    choice("step", ComplaintStep, info=GENERAL),
    choice("decision", Decision, nullable=True, info=GENERAL),
    sealed("words_sealed", "complaint", info=NARRATIVE),
    text_("officer", nullable=True, info=OFFICIAL),
    code("officer_key", nullable=True, info=SECRET),
    day("done_date", info=GENERAL),
    text_("recorded_by", info=OFFICIAL),
    instant("recorded_at"),
    code(
        "proof", nullable=True, info=SECRET
    ),  # the officer's key or token; empty where the complainant appeals, and on steps of old
    _once("step"),
    _once("officer_key"),  # nobody decides what they answered
    _once("proof"),
    CheckConstraint(
        "(step = 'appealed') = (officer_key is null) and (step in ('decided', 'appeal_decided')) = (decision is not null)",
        name="whose",
    ),
    info={"grows": True, "through": "complaint_id", "also": _PROVEN},
)

# An appeal has as many days of its own as the complaint had.
_DUE = "coalesce(s.appealed_date + (c.due_date - c.filed_date), c.due_date)"

_DAY = f"at time zone '{OFFICE.key}')::date"
# What has happened since a complaint was upheld that does it justice, the first of them.
_REMEDY = f"""
                select remedy, day from (
                    select 'decreed' as remedy, d.signed_date as day, d.issued_at as at
                      from {SCHEMA}.decree_lines l join {SCHEMA}.decrees d on d.id = l.decree_id
                     where (l.person_id = c.person_id or l.person_id = (select merged_into_id from {SCHEMA}.people where id = c.person_id))
                       and (l.action = 'termination') = (c.kind = 'should_not_receive') and d.issued_at >= s.upheld_at
                    union all
                    select 'corrected', (w.recorded_at {_DAY}, w.recorded_at
                      from {SCHEMA}.life_event_withdrawals w join {SCHEMA}.life_events e on e.id = w.event_id
                     where e.person_id = c.person_id and c.kind = 'wrong_facts' and w.recorded_at >= s.upheld_at
                    union all
                    select 'recorded', x.done_date, x.recorded_at
                      from {SCHEMA}.complaint_steps x
                     where x.complaint_id = c.id and x.step = 'remedied' and x.id > s.upheld_id) r
                 where at <= {{now}} order by at, remedy limit 1"""
_CASES = f"""
            select c.id, c.id as number, c.kind, c.regency_code, c.run_id, c.person_id, c.filed_date, {_DUE} as due_date,
                   coalesce(s.step, 'filed') as state, s.decision,
                   case when s.step in ('decided', 'appeal_decided')
                        then case when s.decided_date > c.due_date or s.appeal_decided_date > {_DUE} then 'missed' else 'kept' end
                        when ({{now}} {_DAY} <= {_DUE} then 'running' else 'overdue' end as deadline,
                   c.recorded_at, s.upheld_date, case when s.upheld_id is not null then coalesce(r.remedy, 'due') end as remedy,
                   r.day as remedied_date
            from {SCHEMA}.complaints c
            left join lateral (
                select (array_agg(step order by id desc) filter (where step <> 'remedied'))[1] as step,
                       (array_agg(decision order by id desc) filter (where step <> 'remedied'))[1] as decision,
                       max(done_date) filter (where step = 'decided') as decided_date,
                       max(done_date) filter (where step = 'appealed') as appealed_date,
                       max(done_date) filter (where step = 'appeal_decided') as appeal_decided_date,
                       case when (array_agg(decision order by id desc) filter (where decision is not null))[1] = 'upheld'
                            then max(id) filter (where decision is not null) end as upheld_id,
                       (array_agg(recorded_at order by id desc) filter (where decision is not null))[1] as upheld_at,
                       case when (array_agg(decision order by id desc) filter (where decision is not null))[1] = 'upheld'
                            then (array_agg(done_date order by id desc) filter (where decision is not null))[1] end as upheld_date
                from {SCHEMA}.complaint_steps where complaint_id = c.id{{steps}}) s on true
            left join lateral ({_REMEDY}) r on s.upheld_id is not null{{filed}}
"""
# As they stood at the instant `{at}`.
CASES_THEN = _CASES.format(steps=" and recorded_at <= {at}", filed=" where c.recorded_at <= {at}", now="{at}")

# Views with the rights of their reader: what may be listed of complaints, and how each stands to its deadline today.
complaint_cases = Table(
    "complaint_cases",
    metadata,
    Column("id", BigInteger, primary_key=True, info=OPEN),
    Column("number", BigInteger, nullable=False, info=GENERAL),
    Column("kind", Text, info=GENERAL | {"choices": ComplaintKind}, nullable=False),
    Column("regency_code", Text, ForeignKey(regencies.c.code), nullable=False, info=GENERAL),
    Column("run_id", BigInteger, ForeignKey(selection_runs.c.id)),
    Column("person_id", BigInteger, ForeignKey(people.c.id)),
    Column("filed_date", Date, nullable=False, info=GENERAL),
    Column("due_date", Date, nullable=False, info=GENERAL),
    Column("state", Text, info=GENERAL | {"choices": ComplaintState}, nullable=False),
    Column("decision", Text, info=GENERAL | {"choices": Decision}),
    Column("deadline", Text, info=GENERAL | {"choices": Deadline}, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False, info=GENERAL),
    Column("upheld_date", Date, info=GENERAL),  # of the last decision, where that upheld it
    Column("remedy", Text, info=GENERAL | {"choices": Remedy}),
    Column("remedied_date", Date, info=GENERAL),
    info={
        "view": f"create view {SCHEMA}.complaint_cases with (security_invoker = true) as"
        + _CASES.format(steps="", filed="", now="now()")
    },
)

complaint_acts = Table(
    "complaint_acts",
    metadata,
    Column("id", BigInteger, primary_key=True, info=OPEN),
    Column("complaint_id", BigInteger, ForeignKey(complaint_cases.c.id), nullable=False),
    Column("step", Text, info=GENERAL | {"choices": ComplaintStep}, nullable=False),
    Column("decision", Text, info=GENERAL | {"choices": Decision}),
    Column("done_date", Date, nullable=False, info=GENERAL),
    Column("regency_code", Text, ForeignKey(regencies.c.code), nullable=False, info=GENERAL),
    Column("recorded_at", DateTime(timezone=True), nullable=False, info=GENERAL),
    info={
        "view": f"""
            create view {SCHEMA}.complaint_acts with (security_invoker = true) as
            select s.id, s.complaint_id, s.step, s.decision, s.done_date, c.regency_code, s.recorded_at
            from {SCHEMA}.complaint_steps s join {SCHEMA}.complaints c on c.id = s.complaint_id
        """
    },
)
