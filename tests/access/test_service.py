import pytest
from sqlalchemy import text

from jamsos.access import service
from jamsos.access.rules import COMMAND_LINE, AgencyKind
from jamsos.errors import AgencyExists, ScopeUnknown


async def register(connection, code="mabar", kind=AgencyKind.regency_office, region_code="53.15"):
    await service.register_agency(
        connection, COMMAND_LINE, code=code, name="Dinas Nakertranskopukm", kind=kind, region_code=region_code
    )


async def test_a_key_is_recognised_with_its_agency_region_and_scopes(connection):
    await register(connection)
    key = await service.issue_key(connection, COMMAND_LINE, agency_code="mabar", label="desk")

    actor = await service.recognise(connection, key)

    assert (actor.name, actor.region_code, actor.kind) == ("mabar", "53.15", AgencyKind.regency_office)
    assert actor.may("act:decrees")


@pytest.mark.parametrize("spoil", [lambda key: key[:-1], lambda key: "x" + key, lambda key: "", lambda key: key[:16]])
async def test_a_spoilt_key_is_nobody(connection, spoil):
    await register(connection)
    key = await service.issue_key(connection, COMMAND_LINE, agency_code="mabar", label="desk")

    assert await service.recognise(connection, spoil(key)) is None


async def test_a_revoked_or_expired_key_is_nobody(connection):
    await register(connection)
    revoked = await service.issue_key(connection, COMMAND_LINE, agency_code="mabar", label="old")
    expired = await service.issue_key(connection, COMMAND_LINE, agency_code="mabar", label="new", days=-1)

    assert await service.revoke_keys(connection, COMMAND_LINE, agency_code="mabar", label="old") == 1

    assert await service.recognise(connection, revoked) is None
    assert await service.recognise(connection, expired) is None


async def test_the_database_keeps_no_key(connection):
    await register(connection)
    key = await service.issue_key(connection, COMMAND_LINE, agency_code="mabar", label="desk")

    kept = (await connection.execute(text("select k::text from programme.api_keys k"))).scalars().all()

    assert not any(key.split("_", 2)[2] in row for row in kept)


async def test_a_second_agency_of_the_same_code_is_refused(connection):
    await register(connection)
    with pytest.raises(AgencyExists, match="mabar"):
        await register(connection)


async def test_an_unknown_scope_is_refused_and_no_key_is_made(connection):
    await register(connection)
    with pytest.raises(ScopeUnknown, match="read:everything"):
        await service.issue_key(connection, COMMAND_LINE, agency_code="mabar", label="desk", scopes=["read:everything"])
    assert (await connection.execute(text("select count(*) from programme.api_keys"))).scalar_one() == 0


async def test_kept_answers_are_forgotten_when_they_are_old(connection):
    await register(connection)
    await connection.execute(
        text("""insert into programme.idempotency_keys (agency_id, key, operation_hash, created_at)
            select id, 'key-' || days, '', now() - make_interval(days => days)
            from programme.agencies, unnest(array[29, 31, 400]) days where code = 'mabar'""")
    )

    assert await service.forget_answers(connection, COMMAND_LINE, days=30) == 2

    left = (await connection.execute(text("select key from programme.idempotency_keys"))).scalars().all()
    assert left == ["key-29"]
