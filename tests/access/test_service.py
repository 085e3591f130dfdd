import pytest
from sqlalchemy import text

from jamsos.access import service
from jamsos.access.errors import AgencyExists, KeyDaysWrong, KeyIsPersonal, NoLiveKey, ScopeUnknown
from jamsos.access.rules import COMMAND_LINE, AgencyKind
from tests.officers import ADMINISTRATOR, STAFF, personal_key

ROLES = (STAFF, ADMINISTRATOR)


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
    expired = await service.issue_key(connection, COMMAND_LINE, agency_code="mabar", label="new")
    await connection.execute(
        text("update programme.api_keys set expires_at = now() - interval '1 second' where label = 'new'")
    )

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


@pytest.mark.parametrize("days", [0, -1, 3651, 2**31])
async def test_a_key_lives_from_a_day_to_ten_years(connection, days):
    await register(connection)

    with pytest.raises(KeyDaysWrong, match="1 to 3,650 days"):
        await service.issue_key(connection, COMMAND_LINE, agency_code="mabar", label="desk", days=days)

    assert await service.keys_of(connection) == []


async def test_a_rotated_key_has_the_same_scopes_and_the_old_one_ends_after_the_overlap(connection):
    await register(connection)
    given = {"agency_code": "mabar", "label": "desk"}
    old = await service.issue_key(connection, COMMAND_LINE, **given, scopes=["read:people"])
    other = await service.issue_key(connection, COMMAND_LINE, agency_code="mabar", label="other")

    new = await service.rotate_key(connection, COMMAND_LINE, **given, overlap_hours=2)

    assert (await service.recognise(connection, new)).scopes == {"read:people"}
    assert await service.recognise(connection, old)
    hours = text(
        "select label, round(extract(epoch from expires_at - now()) / 3600) from programme.api_keys order by id"
    )
    kept = [tuple(row) for row in await connection.execute(hours)]
    assert kept == [("desk", 2), ("other", 365 * 24), ("desk", 365 * 24)]

    last = await service.rotate_key(connection, COMMAND_LINE, **given, overlap_hours=0)
    assert [bool(await service.recognise(connection, key)) for key in (old, new, last, other)] == [
        False,
        False,
        True,
        True,
    ]


async def test_officers_replace_their_own_keys_and_nobody_else_does(connection):
    """The fresh key has no other issuer than the one it replaces, so nobody gets rid of an issuer by it."""
    await register(connection)
    root = await service.recognise(connection, await personal_key(connection, "mabar", "Rikardus", ROLES))
    old = await personal_key(connection, "mabar", "Maria", issuer=root)
    maria = await service.recognise(connection, old)
    given = {"agency_code": "mabar", "label": "Maria"}

    for actor in (root, COMMAND_LINE):
        with pytest.raises(KeyIsPersonal, match="invite the officer again"):
            await service.rotate_key(connection, actor, **given)
    new = await service.rotate_key(connection, maria, **given)

    renewed = await service.recognise(connection, new)
    assert (renewed.officer, renewed.proof == maria.proof) == (maria.officer, False)
    assert renewed.officer.voucher_ids == {root.officer_id}


async def test_an_overlap_never_makes_a_key_live_longer(connection):
    await register(connection)
    await service.issue_key(connection, COMMAND_LINE, agency_code="mabar", label="desk", days=1)

    await service.rotate_key(connection, COMMAND_LINE, agency_code="mabar", label="desk", overlap_hours=720)

    hours = text("select round(extract(epoch from expires_at - now()) / 3600) from programme.api_keys order by id")
    assert list((await connection.execute(hours)).scalars()) == [24, 365 * 24]


async def test_what_is_not_there_cannot_be_rotated(connection):
    await register(connection)
    await service.issue_key(connection, COMMAND_LINE, agency_code="mabar", label="desk")
    await service.revoke_keys(connection, COMMAND_LINE, agency_code="mabar", label="desk")

    with pytest.raises(NoLiveKey, match="'desk'"):
        await service.rotate_key(connection, COMMAND_LINE, agency_code="mabar", label="desk")


async def test_the_list_of_keys_tells_expiry_and_last_use_and_no_key(connection):
    await register(connection)
    key = await service.issue_key(connection, COMMAND_LINE, agency_code="mabar", label="desk", scopes=["read:money"])
    await service.recognise(connection, key)

    (listed,) = await service.keys_of(connection, "mabar")

    assert (listed["agency"], listed["label"], listed["scopes"]) == ("mabar", "desk", ["read:money"])
    assert listed["last_used_at"] and listed["expires_at"]
    assert key.split("_", 2)[2] not in str(listed)
    assert await service.keys_of(connection, "elsewhere") == []
