"""People queries. matching.sql contains the steps of matching; this module adds the choice of facts per column."""

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Date,
    Integer,
    LargeBinary,
    RowMapping,
    Text,
    TextClause,
    and_,
    any_,
    bindparam,
    exists,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.db import SEAL_LOCK
from jamsos.people.rules import SCORES, Bearer, Circumstances, LifeEvent, MatchMethod, ReviewKind
from jamsos.people.tables import (
    life_event_withdrawals,
    life_events,
    people,
    person_groups,
    person_rows,
    person_versions,
)
from jamsos.registry.rules import Defect
from jamsos.registry.tables import registry_loads, registry_rows
from jamsos.sql_files import sql_file
from jamsos.worker_groups import Group

# A person's facts, the row's column for each, and what can make a fact doubtful.
_SAID = {
    "kk_sealed": "kk_sealed", "phone_sealed": "phone_sealed", "full_name": "full_name", "name_key": "name_key", "sex": "sex",
    "birth_place": "birth_place", "birth_date": "birth_date", "address": "address", "village_code": "village_code",
    "occupation": "occupation", "relation": "relation", "marital_status": "marital_status", "disability": "disability",
    "decile": "decile", "decile_source": "source", "decile_as_of": "as_of", "is_dukcapil_matched": "is_dukcapil_matched",
    "other_payer_from": "paid_from", "other_payer_to": "paid_to",
}  # fmt: skip
_DOUBT = {"full_name": "is_name_doubtful", "name_key": "is_name_doubtful", "birth_date": "is_birth_doubtful"}
_DOUBTS = """r.warnings && array['birth_placeholder', 'nik_contradicts_birth'] as is_birth_doubtful,
       r.warnings && array['name_titled', 'name_address_swapped'] as is_name_doubtful"""
_WHERE = {
    "decile_source": "decile",
    "decile_as_of": "decile",
    "other_payer_from": "paid_from",
    "other_payer_to": "paid_from",
}
# Where a row contradicts its NIK, the NIK may be another person's.
_MISTRUSTED = (Defect.nik_contradicts_birth, Defect.nik_contradicts_sex, Defect.nik_date_impossible)


def _newest(fact: str) -> str:
    said, doubt = _SAID[fact], f"v.{_DOUBT[fact]}, " if fact in _DOUBT else ""
    order = f"{doubt}v.as_of desc, v.load_id desc, v.id desc"
    return f"(array_agg(v.{said} order by {order}) filter (where v.{_WHERE.get(fact, said)} is not null))[1] as {fact}"


def _steps() -> dict[str, TextClause]:
    """Return the steps of matching.sql by name."""
    written = Path(__file__).with_name("matching.sql").read_text(encoding="utf-8")
    facts = {
        "{mistrusted}": f"array[{', '.join(repr(str(defect)) for defect in _MISTRUSTED)}]",
        "{facts}": ", ".join(_SAID),
        "{from_facts}": ", ".join(f"f.{fact}" for fact in _SAID),
        "{from_people}": ", ".join(f"p.{fact}" for fact in _SAID),
        "{doubts}": _DOUBTS,
        "{newest}": ",\n       ".join(map(_newest, _SAID)),
    }
    for mark, sql in facts.items():
        written = written.replace(mark, sql)
    parts = re.split(r"^-- name: (\w+)\n", written, flags=re.MULTILINE)
    return {name: text(sql) for name, sql in zip(parts[1::2], parts[2::2], strict=True)}


STEPS = _steps()
_TABLES = re.findall(r"create temp table (temp_\w+)", " ".join(map(str, STEPS.values())))


async def step(connection: AsyncConnection, name: str, **values: Any) -> int:
    """Run one step of matching.sql, and return how many rows it wrote."""
    return (await connection.execute(STEPS[name], values)).rowcount


async def begin(connection: AsyncConnection) -> None:
    """Lock matching, and drop the working tables of an earlier matching in this transaction."""
    await connection.execute(text("select pg_advisory_xact_lock(hashtext('jamsos.people.match'))"))
    await connection.execute(text(f"select pg_advisory_xact_lock_shared(hashtext('{SEAL_LOCK}'))"))
    await connection.execute(text("select set_config('work_mem', '128MB', true)"))
    await connection.execute(text(f"drop table if exists {', '.join(_TABLES)}"))


async def bearers(connection: AsyncConnection) -> dict[bytes, list[Bearer]]:
    """Return the contested NIKs, sealed, with the names of each."""
    found: dict[bytes, list[Bearer]] = {}
    rows = await connection.execute(
        text("select nik_sealed, name_key, rows, trusted, is_known, first_row from temp_bearers")
    )
    for row in rows:
        found.setdefault(row[0], []).append(Bearer(*row[1:]))
    return found


async def estrange(connection: AsyncConnection, niks: Sequence[bytes], names: Sequence[str]) -> None:
    statement = STEPS["estrange"].bindparams(bindparam("niks", type_=ARRAY(LargeBinary)))
    await connection.execute(statement, {"niks": list(niks), "names": list(names)})


async def circumstances(connection: AsyncConnection) -> dict[str, Circumstances]:
    """Return every distinct set of circumstances by its text."""
    rows = await connection.execute(text("select distinct circumstances from temp_circumstances"))
    return {row[0]: Circumstances(*json.loads(row[0])) for row in rows}


async def keep_groups(connection: AsyncConnection, groups: Mapping[str, Iterable[Group]]) -> None:
    pairs = [(written, str(group)) for written, each in groups.items() for group in sorted(each)]
    values = {"circumstances": [written for written, _ in pairs], "groups": [group for _, group in pairs]}
    await step(connection, "groups", **values)
    await step(connection, "no_longer")
    await step(connection, "from_now")


async def namesakes(connection: AsyncConnection) -> Sequence[tuple[int, int, str, str]]:
    """Return newcomers, and persons beside them who may be the same with another NIK, with the name keys of both."""
    for name in ("neighbours", "neighbours_known"):
        await step(connection, name)
    rows = await connection.execute(STEPS["namesakes"])
    return [(row[0], row[1], row[2], row[3]) for row in rows]


async def ask_namesakes(connection: AsyncConnection, pairs: Sequence[tuple[int, int, str, str]]) -> int:
    """Raise reviews for two NIKs that may be one person's, and for known people without one; return how many are new."""
    statement = STEPS["second_niks"].bindparams(
        *(bindparam(name, type_=ARRAY(BigInteger)) for name in ("ones", "others"))
    )
    ids = {"ones": [one for one, *_ in pairs], "others": [other for _, other, *_ in pairs]}
    return (await connection.execute(statement, ids | {"second_nik": str(ReviewKind.second_nik)})).rowcount


async def waiting(connection: AsyncConnection) -> int:
    """Return how many arrivals have no person until an officer decides."""
    found = await connection.execute(
        text("select count(*) from temp_arrivals where row_id not in (select row_id from temp_matched)")
    )
    return int(found.scalar_one())


NIK = {"nik": str(MatchMethod.nik), "nik_score": SCORES[MatchMethod.nik]}
HOUSEHOLD = {"household": str(MatchMethod.household), "household_score": SCORES[MatchMethod.household]}
LIKENESS = {"likeness": str(MatchMethod.probabilistic)}
HUMAN = {"human": str(MatchMethod.human), "human_score": SCORES[MatchMethod.human]}


# --- called by other rooms ---------------------------------------------------------------------------------------


async def sealed_with(connection: AsyncConnection) -> int | None:
    """Return the key version of the sealed NIKs; None without any person."""
    first = select(func.get_byte(people.c.nik_sealed, 0)).where(people.c.nik_sealed.is_not(None)).limit(1)
    version: int | None = (await connection.execute(first)).scalar_one_or_none()
    return version


async def ids_by_nik(connection: AsyncConnection, sealed: Iterable[bytes]) -> dict[bytes, int]:
    """Return person ids by sealed NIK; the NIK of a merged id belongs to the surviving person."""
    statement = select(people.c.nik_sealed, func.coalesce(people.c.merged_into_id, people.c.id)).where(
        people.c.nik_sealed == any_(literal(list(sealed), ARRAY(LargeBinary)))
    )
    return {row[0]: row[1] for row in await connection.execute(statement)}


async def ids_of(connection: AsyncConnection, person_id: int) -> list[int]:
    """Return every id of the person with this id: the surviving one first, then the ids merged into it."""
    statement = text(
        """with lives as (select coalesce(merged_into_id, id) as id from programme.people where id = :person)
           select id from lives union all select p.id from programme.people p join lives on p.merged_into_id = lives.id"""
    )
    return list((await connection.execute(statement, {"person": person_id})).scalars())


async def by_ids(connection: AsyncConnection, person_ids: Sequence[int]) -> dict[int, RowMapping]:
    rows = await connection.execute(
        select(people).where(people.c.id == any_(literal(list(person_ids), ARRAY(BigInteger))))
    )
    return {row["id"]: row for row in rows.mappings()}


async def by_versions(connection: AsyncConnection, versions: Mapping[int, int]) -> dict[int, RowMapping]:
    """Return the given version of each person, by person."""
    wanted = (
        func.unnest(literal(list(versions), ARRAY(BigInteger)), literal(list(versions.values()), ARRAY(Integer)))
        .table_valued("person_id", "version")
        .render_derived()
    )
    c = person_versions.c
    rows = await connection.execute(
        select(person_versions, c.person_id.label("id")).join(
            wanted, and_(c.person_id == wanted.c.person_id, c.version == wanted.c.version)
        )
    )
    return {row["id"]: row for row in rows.mappings()}


# --- life events -------------------------------------------------------------------------------------------------


_EVENT = {
    "person_id": BigInteger, "kind": Text, "event_date": Date, "evidence": Text, "remark": Text, "village_code": Text,
}  # fmt: skip
# arrays: a statement with separate values for a thousand events takes longer to compile than to run
_EVENTS = text(
    f"""insert into programme.life_events ({", ".join(_EVENT)})
        select * from unnest({", ".join(f":{name}" for name in _EVENT)}) on conflict do nothing"""
).bindparams(*(bindparam(name, type_=ARRAY(type_)) for name, type_ in _EVENT.items()))


async def add_events(connection: AsyncConnection, events: Sequence[Mapping[str, Any]]) -> int:
    """Insert events and return how many were new; the village is the person's."""
    if not events:
        return 0
    return (await connection.execute(_EVENTS, {name: [each[name] for each in events] for name in _EVENT})).rowcount


TOLD = ("person_id", "kind", "event_date", "evidence")


async def withdrawn_of(connection: AsyncConnection, file: str) -> set[tuple[Any, ...]]:
    """Return the columns `TOLD` of withdrawn events from a file of this name."""
    c, w = life_events.c, life_event_withdrawals.c
    found = select(*(c[name] for name in TOLD)).join(life_event_withdrawals, w.event_id == c.id)
    return set(map(tuple, await connection.execute(found.where(func.starts_with(c.evidence, f"{file}:")))))


async def event(connection: AsyncConnection, event_id: int) -> RowMapping | None:
    """Return the event with the `merged_into_id` of its person."""
    found = select(life_events, people.c.merged_into_id).join(people, people.c.id == life_events.c.person_id)
    return (await connection.execute(found.where(life_events.c.id == event_id))).mappings().one_or_none()


async def withdraw(connection: AsyncConnection, event: RowMapping, **by: Any) -> list[int]:
    """Withdraw an event, and the same event of the ids merged into its person. Return the withdrawn ids.

    The ids lack the event itself when it was withdrawn before. `by`: officer, reason, recorded_by.
    """
    withdrawn = await connection.execute(
        text(sql_file(__file__, "withdrawn_event")),
        {name: event[name] for name in ("id", "kind", "person_id")} | {"day": event["event_date"], **by},
    )
    return list(withdrawn.scalars())


async def living(connection: AsyncConnection, person_ids: Iterable[int]) -> dict[int, int]:
    """Return the surviving id of each of these ids; unknown ids are absent."""
    statement = select(people.c.id, func.coalesce(people.c.merged_into_id, people.c.id)).where(
        people.c.id == any_(literal(list(person_ids), ARRAY(BigInteger)))
    )
    return {row[0]: row[1] for row in await connection.execute(statement)}


async def villages_of(connection: AsyncConnection, person_ids: Iterable[int]) -> dict[int, str | None]:
    statement = select(people.c.id, people.c.village_code).where(
        people.c.id == any_(literal(list(person_ids), ARRAY(BigInteger)))
    )
    return {row[0]: row[1] for row in await connection.execute(statement)}


# --- one person --------------------------------------------------------------------------------------------------


async def sources_of(connection: AsyncConnection, person_id: int) -> Sequence[RowMapping]:
    """Return the rows of a person, the newest register first."""
    statement = (
        select(
            registry_loads.c.source,
            registry_loads.c.as_of,
            registry_loads.c.file_name,
            registry_rows.c.line,
            person_rows.c.row_id,
            person_rows.c.method,
            person_rows.c.score,
        )
        .join_from(person_rows, registry_rows, registry_rows.c.id == person_rows.c.row_id)
        .join(registry_loads, registry_loads.c.id == registry_rows.c.load_id)
        .where(person_rows.c.person_id == person_id)
        .order_by(registry_loads.c.as_of.desc(), registry_loads.c.id.desc(), registry_rows.c.line)
    )
    return (await connection.execute(statement)).mappings().all()


async def word_for(connection: AsyncConnection, person_id: int, fact: str, before: datetime) -> RowMapping | None:
    """Return the register row from which a person's fact was taken, among the rows matched before an instant."""
    doubt = f"v.{_DOUBT[fact]}, " if fact in _DOUBT else ""
    found = await connection.execute(
        text(sql_file(__file__, "row_of_a_fact", doubts=_DOUBTS, doubt=doubt, known=_WHERE.get(fact, _SAID[fact]))),
        {"person": person_id, "before": before},
    )
    return found.mappings().first()


async def event_before(
    connection: AsyncConnection, person_id: int, kind: LifeEvent, day: date, known_at: datetime
) -> RowMapping | None:
    """Return the first event of a kind up to a day, recorded until an instant and not withdrawn by then."""
    c, w = life_events.c, life_event_withdrawals.c
    withdrawn = exists().where(w.event_id == c.id, w.recorded_at <= known_at)
    found = select(life_events).where(
        c.person_id == person_id, c.kind == kind, c.event_date <= day, c.recorded_at <= known_at, ~withdrawn
    )
    return (await connection.execute(found.order_by(c.event_date, c.id).limit(1))).mappings().first()


async def register_of(connection: AsyncConnection, load_id: int) -> RowMapping:
    found = select(registry_loads.c.source, registry_loads.c.as_of, registry_loads.c.file_name)
    return (await connection.execute(found.where(registry_loads.c.id == load_id))).mappings().one()


async def groups_of(connection: AsyncConnection, person_id: int) -> list[Group]:
    statement = select(person_groups.c.group_code).where(person_groups.c.person_id == person_id)
    return [Group(row[0]) for row in await connection.execute(statement.order_by("group_code"))]


async def events_of(connection: AsyncConnection, person_id: int) -> Sequence[RowMapping]:
    """Return every event, also withdrawn ones, with withdrawn_by, withdrawn_at and reason."""
    c, w = life_events.c, life_event_withdrawals.c
    told = (w.officer.label("withdrawn_by"), w.recorded_at.label("withdrawn_at"), w.reason)
    statement = select(life_events, *told).outerjoin(life_event_withdrawals, w.event_id == c.id)
    statement = statement.where(c.person_id == person_id).order_by(c.event_date, c.id)
    return (await connection.execute(statement)).mappings().all()


async def known_by(
    connection: AsyncConnection, kind: Literal["nik", "kk"], sealed: Collection[bytes], office_code: str
) -> dict[bytes, list[RowMapping]]:
    """Return persons of a regency by their sealed NIK or family card, with only the facts that identify them."""
    c = people.c
    key = c.nik_sealed if kind == "nik" else c.kk_sealed
    statement = (
        select(
            key.label("key"), c.nik_sealed, c.kk_sealed, c.full_name, c.name_key, c.sex, c.birth_date, c.village_code
        )
        .where(key.in_(sealed), c.merged_into_id.is_(None), c.village_code.startswith(f"{office_code}."))
        .order_by(c.id)
    )
    found: dict[bytes, list[RowMapping]] = {}
    for row in (await connection.execute(statement)).mappings():
        found.setdefault(bytes(row["key"]), []).append(row)
    return found
