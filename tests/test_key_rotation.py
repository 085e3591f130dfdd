"""A new sealing key: everything is sealed again at once, or nothing is."""

from datetime import date

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from jamsos import key_rotation
from jamsos.access.rules import COMMAND_LINE
from jamsos.db import engine_for
from jamsos.donations.tables import pledges
from jamsos.errors import SealKeyOld, SealKeyWrong, SealRotationUnfinished
from jamsos.people import service
from jamsos.people.tables import people
from jamsos.registry.service import received_file
from jamsos.sealing import Sealer
from jamsos.tables import metadata
from tests.people.builders import Office

MARIA, PHONE = "5315994505850001", "081234567890"
FIRST, SECOND = bytes(range(64)), bytes(range(64, 128))
OLD, BOTH, NEW = Sealer({1: FIRST}), Sealer({1: FIRST, 2: SECOND}), Sealer({2: SECOND})


async def loaded(connection, folder):
    office = Office(connection, OLD, folder)
    await office.load("dtks", {}, {"nik_art": "", "nama_art": "YOSEF JELITA", "jenis_kelamin": "L", "no_hp": ""})
    await office.load("p3ke")
    await office.match()
    return office


@pytest.fixture
async def office(connection, tmp_path):
    return await loaded(connection, tmp_path)


async def columns_but_sealed(connection):
    """Every row of every table without its sealed values; the trail is left out, because a rotation adds to it."""
    kept = {}
    for table in metadata.sorted_tables:
        if "view" not in table.info and table.name != "audit_entries":
            sealed = [column.name for column in table.columns if "sealed" in column.info]
            rows = await connection.execute(
                text(f"select (to_jsonb(t) - cast(:sealed as text[]))::text from {table.fullname} t order by 1"),
                {"sealed": sealed},
            )
            kept[table.name] = rows.scalars().all()
    return kept


async def test_every_value_needs_the_new_key_and_nothing_else_has_changed(office):
    before, by_key = await columns_but_sealed(office.connection), await key_rotation.values_by_key(office.connection)

    count = await key_rotation.rotate(office.connection, COMMAND_LINE, BOTH)

    assert by_key == {1: count}
    assert await key_rotation.values_by_key(office.connection) == {2: count}
    assert await columns_but_sealed(office.connection) == before


async def test_after_it_the_new_key_alone_opens_and_finds_everything(office):
    await key_rotation.rotate(office.connection, COMMAND_LINE, BOTH)

    maria = await service.by_nik(office.connection, NEW, MARIA)
    [identity] = await service.unsealed(
        office.connection, COMMAND_LINE, NEW, [maria], [people.c.nik_sealed], purpose="test"
    )
    [(phone,)] = await office.rows(f"select phone_sealed from programme.people where id = {maria}")
    [(first,), *_] = await office.rows("select id from programme.registry_loads order by id")
    received = await received_file(office.connection, COMMAND_LINE, NEW, first)

    assert (identity.nik, NEW.unseal("phone", phone)) == (MARIA, PHONE)
    assert received == (office.folder / "1-dtks.csv").read_bytes()


async def test_equal_values_stay_equal_so_that_matching_goes_on(office):
    await key_rotation.rotate(office.connection, COMMAND_LINE, BOTH)

    office.sealer = NEW
    await office.load("dtsen")

    assert (await office.match()).people_new == 0


async def test_a_second_rotation_to_the_same_key_finds_nothing_to_do(office):
    await key_rotation.rotate(office.connection, COMMAND_LINE, BOTH)

    assert await key_rotation.rotate(office.connection, COMMAND_LINE, BOTH) == 0


async def test_other_rooms_sealed_values_turn_with_it(office):
    funds = """insert into programme.funds (code, name, kind, fiscal_year, is_via_apbd, office_code)
               values ('D', 'D', 'donation', 2025, false, '53.15') returning id"""
    [(fund_id,)] = await office.rows(funds)
    pledge = {
        "office_code": "53.15", "code": "X", "fund_id": fund_id, "pledged_date": date(2025, 1, 1), "amount": 16_800, "is_named": False,
        "phone_sealed": OLD.seal("phone", PHONE),
    }  # fmt: skip
    await office.connection.execute(insert(pledges).values(pledge))

    await key_rotation.rotate(office.connection, COMMAND_LINE, BOTH)

    [(phone,)] = await office.rows("select phone_sealed from programme.pledges")
    assert NEW.unseal("phone", phone) == PHONE


async def test_only_sealed_columns_of_facts_may_change_and_only_in_a_rotation(office):
    await key_rotation.rotate(office.connection, COMMAND_LINE, BOTH)
    with pytest.raises(DBAPIError, match="only grow"):
        async with office.connection.begin_nested():
            await office.rows("update programme.registry_rows set full_name = 'x' returning id")
    await office.connection.execute(text("select set_config('jamsos.rotation', '', true)"))
    with pytest.raises(DBAPIError, match="only grow"):
        async with office.connection.begin_nested():
            await office.rows("update programme.registry_rows set nik_sealed = null returning id")


async def test_a_value_that_does_not_open_stops_it_and_nothing_has_changed(office):
    before = await key_rotation.values_by_key(office.connection)

    with pytest.raises(SealKeyWrong):
        async with office.connection.begin_nested():
            await key_rotation.rotate(office.connection, COMMAND_LINE, Sealer({1: SECOND, 2: SECOND}))

    assert await key_rotation.values_by_key(office.connection) == before


async def test_keys_older_than_the_database_are_refused(office):
    await key_rotation.rotate(office.connection, COMMAND_LINE, BOTH)

    with pytest.raises(SealKeyOld, match="key 2"):
        await key_rotation.rotate(office.connection, COMMAND_LINE, OLD)
    with pytest.raises(SealKeyOld, match="key 2"):
        await service.by_nik(office.connection, OLD, MARIA)


@pytest.mark.parametrize("sealer", [BOTH, NEW])
async def test_nothing_new_is_sealed_while_the_newest_key_is_not_the_databases(office, sealer):
    office.sealer = sealer

    with pytest.raises(SealRotationUnfinished, match="key 1"):
        await office.load("dtsen")

    assert await office.rows("select 1 from programme.registry_loads where source = 'dtsen'") == []


async def test_killed_in_the_middle_everything_is_as_before_and_the_next_one_completes_it(database_url, tmp_path):
    engine, killer = engine_for(database_url), engine_for(database_url)
    async with engine.begin() as connection:
        await loaded(connection, tmp_path)
    async with engine.connect() as connection:
        before = await key_rotation.values_by_key(connection)
        [backend] = (await connection.execute(text("select pg_backend_pid()"))).one()
        killed = []

        def kill(done, total):
            killed.append((done, total))
            if len(killed) == 2:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            await key_rotation.rotate(connection, COMMAND_LINE, BOTH, progress=kill)
        assert 0 < killed[1][0] < killed[1][1]
        async with killer.connect() as other:
            await other.execute(text("select pg_terminate_backend(:backend)"), {"backend": backend})
        await connection.invalidate()

    async with killer.begin() as connection:
        assert await key_rotation.values_by_key(connection) == before
        assert await service.by_nik(connection, OLD, MARIA) is not None
        assert await key_rotation.rotate(connection, COMMAND_LINE, BOTH) == before[1]
    await engine.dispose()
    await killer.dispose()
