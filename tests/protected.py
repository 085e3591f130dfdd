"""Builders of a decree with accepted workers, as the rooms before coverage create them, written in sets."""

from datetime import date

from sqlalchemy import text

PEOPLE = """
    with villages as (
        select array_agg(code order by code) as codes from programme.villages where code >= '53.15' and code < '53.15~'
    )
    insert into programme.people (nik_sealed, full_name, sex, birth_date, village_code, occupation)
    select convert_to('nik' || cast(:first as bigint) + n, 'UTF8'), 'Worker ' || cast(:first as bigint) + n, 'female',
           '1980-01-01', codes[1 + n % 169], :occupation
      from villages, generate_series(0, :count - 1) n returning id
"""
DECREE = """
    with rules as (
        insert into programme.criteria (office_code, code, version, document, document_sha256)
        values ('53.15', :number, 1, '{}', '') returning id
    ), run as (
        insert into programme.selection_runs (year, criteria_id, fund_id, ceiling, month_from, month_to, as_of, rate, worker_cost,
                                              candidates, eligible, chosen, cost, inputs_sha256, list_sha256, office_code, run_by)
        select extract(year from cast(:month_from as date)), id, :fund_id, 0, :month_from, :month_to, :month_from, 16800, 0, 0, 0, 0, 0,
               '', '', '53.15', 'test' from rules returning id
    )
    insert into programme.decrees (number, kind, signed_date, year, month_from, month_to, legal_base, fund_id, amends_id, run_id, rate,
                                   worker_count, amount, list_sha256, office_code, issued_by)
    select :number, :kind, :month_from, extract(year from cast(:month_from as date)), :month_from, :month_to, 'Perda 5/2023',
           :fund_id, :amends_id, case when cast(:kind as text) = 'determination' then id end, 16800, :count, 0, '', '53.15', 'test' from run
    returning id
"""
LINES = """
    insert into programme.decree_lines (decree_id, line, action, person_id, month_from, month_to, group_code, village_code,
                                        person_version)
    select :decree_id, row_number() over (order by id), 'inclusion', id, :month_from, :month_to, 'farmer', village_code, version
      from programme.people where id = any(:people)
"""
ENROLMENTS = """
    with batch as (
        insert into programme.enrolment_batches (decree_id, worker_count, file_sha256, office_code, sent_by)
        select id, 0, '', office_code, 'test' from programme.decrees where id = :decree_id returning id
    ), sent as (
        insert into programme.enrolments (batch_id, decree_line_id, person_id, start_month, village_code)
        select b.id, l.id, l.person_id, l.month_from, l.village_code
          from batch b, programme.decree_lines l where l.decree_id = :decree_id and l.action <> 'termination'
        returning *
    )
    insert into programme.enrolment_answers
           (enrolment_id, person_id, answer, membership_number, start_month, file_sha256, line, village_code)
    select id, person_id, 'accepted', lpad((53000000000 + person_id)::text, 11, '0'), start_month, '', 1, village_code from sent
"""


async def add_people(connection, count, first=0, occupation="farmer"):
    values = {"count": count, "first": first, "occupation": occupation}
    return list((await connection.execute(text(PEOPLE), values)).scalars())


async def end(connection, person, into):
    """Retire the id in favour of another, as after a merge in a later year, when its list is no longer in force."""
    await connection.execute(text("set local session_replication_role = replica"))
    values = {"id": person, "into": into}
    await connection.execute(text("update programme.people set merged_into_id = :into where id = :id"), values)
    await connection.execute(text("set local session_replication_role = origin"))


async def add_decree(
    connection, fund_id, people, number="298/KEP/HK/2024", months=(date(2024, 1, 1), date(2024, 12, 1)), amends_id=None
):
    """A decree of these people, all accepted; its id. Its commitment is the ledger's (tests/money.py)."""
    span = {"month_from": months[0], "month_to": months[1]}
    values = {
        "number": number,
        "kind": "amendment" if amends_id else "determination",
        "fund_id": fund_id,
        "amends_id": amends_id,
        "count": len(people),
    }
    decree_id = (await connection.execute(text(DECREE), values | span)).scalar_one()
    await connection.execute(text(LINES), {"decree_id": decree_id, "people": people} | span)
    await accept(connection, decree_id)
    return decree_id


async def accept(connection, decree_id):
    await connection.execute(text(ENROLMENTS), {"decree_id": decree_id})


async def kpj(connection, person_id):
    found = await connection.execute(
        text("select membership_number from programme.enrolment_answers where person_id = :id"), {"id": person_id}
    )
    return found.scalars().first()
