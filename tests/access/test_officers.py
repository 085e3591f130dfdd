"""Officers are persons of an agency: registered with roles and a term, and each gets a key by a one-time invitation."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from jamsos.access import officers, service
from jamsos.access.errors import (
    InvitationWrong,
    KeyNeeded,
    OfficerExists,
    OfficerInactive,
    OfficerWrong,
    ProofNeeded,
    ScopeMissing,
    SubjectTaken,
)
from jamsos.access.rules import COMMAND_LINE, Actor, AgencyKind, Officer, OfficerRole, Scope, second_person_mistake
from jamsos.errors import NotFound, OutsideSight
from jamsos.months import today
from tests.officers import ADMINISTRATOR, agency, officer, personal_key, program_key

MARIA = {"agency_code": "mabar", "name": "Maria Jebarus"}


async def register(connection, actor=COMMAND_LINE, **changed):
    return await officers.register_officer(connection, actor, **MARIA | changed)


@pytest.fixture
async def office(connection):
    await agency(connection)
    return connection


async def administrator(connection):
    return await service.recognise(connection, await personal_key(connection, "mabar", "Rikardus", (ADMINISTRATOR,)))


async def trail(connection):
    rows = await connection.execute(
        text("""select e.actor, a.code, o.name, e.act from programme.audit_entries e
                  left join programme.agencies a on a.id = e.agency_id
                  left join programme.officers o on o.id = e.officer_id order by e.id""")
    )
    return [tuple(row) for row in rows]


@pytest.mark.parametrize(
    ("one", "others", "mistake"),
    [
        (Officer(1, "Maria"), [], None),
        (Officer(1, "Maria"), [Officer(2, "Maria")], None),
        (Officer(1, "Maria"), [Officer(2, "Yosef"), Officer(1, "Mariah")], "officer.same"),
        (Officer(1, "Maria", frozenset({2})), [Officer(2, "Yosef")], "officer.issuer"),
        (Officer(1, "Maria"), [Officer(2, "Yosef", frozenset({1, 3}))], "officer.issuer"),
        (Officer(1, "Maria", frozenset({3})), [Officer(2, "Yosef", frozenset({3}))], None),
    ],
)
def test_a_second_person_is_neither_the_first_nor_who_issued_a_key_of_the_two(one, others, mistake):
    assert second_person_mistake(one, others) == mistake


async def test_an_invitation_makes_one_key_whose_holder_is_the_officer(office):
    await register(office)
    code = await officers.invite(office, COMMAND_LINE, **MARIA)

    made = await officers.accept(office, code=code)

    actor = await service.recognise(office, made.key)
    assert (made.officer, made.agency, actor.name, actor.officer.name) == (
        "Maria Jebarus",
        "mabar",
        *["Maria Jebarus"] * 2,
    )
    assert actor.may(Scope.act_decrees) and not actor.may(Scope.act_access)
    with pytest.raises(InvitationWrong):
        await officers.accept(office, code=code)
    assert await trail(office) == [
        ("operator", "mabar", None, "register_officer"),
        ("operator", "mabar", None, "invite_officer"),
        ("Maria Jebarus", "mabar", "Maria Jebarus", "accept_invitation"),
    ]


@pytest.mark.parametrize(
    "spoil", [lambda code: code[:-1], lambda code: code.replace("jmi", "jms"), lambda code: "", lambda code: code[:16]]
)
async def test_a_spoilt_code_makes_no_key(office, spoil):
    await register(office)
    code = await officers.invite(office, COMMAND_LINE, **MARIA)

    with pytest.raises(InvitationWrong):
        await officers.accept(office, code=spoil(code))
    assert await service.keys_of(office) == []


async def test_an_expired_invitation_makes_no_key_and_the_database_holds_no_code(office):
    await register(office)
    code = await officers.invite(office, COMMAND_LINE, **MARIA)
    stored = (await office.execute(text("select i::text from programme.officer_invitations i"))).scalar_one()
    await office.execute(text("update programme.officer_invitations set expires_at = now() - interval '1 second'"))

    assert code.split("_", 2)[2] not in stored
    with pytest.raises(InvitationWrong):
        await officers.accept(office, code=code)


async def test_the_operator_issues_keys_only_until_an_administrator_can(office):
    await administrator(office)

    for issue in (
        lambda: register(office),
        lambda: officers.invite(office, COMMAND_LINE, agency_code="mabar", name="Rikardus"),
        lambda: service.issue_key(office, COMMAND_LINE, agency_code="mabar", label="program"),
    ):
        with pytest.raises(KeyNeeded, match="needs an officer's personal key"):
            await issue()
    await agency(office, "ntt", AgencyKind.province, "53")
    assert await register(office, agency_code="ntt")  # whom no administrator sees


async def test_a_program_issues_no_key_and_registers_nobody(office):
    program = await service.recognise(office, await program_key(office, "mabar"))

    for issue in (
        lambda: register(office, program),
        lambda: service.issue_key(office, program, agency_code="mabar", label="another"),
        lambda: service.rotate_key(office, program, agency_code="mabar", label="program"),
    ):
        with pytest.raises(ProofNeeded, match="personal key of the officer"):
            await issue()
    assert len(await service.keys_of(office)) == 1


async def test_a_key_knows_everybody_who_vouched_for_it(office):
    root = await administrator(office)
    helper = await service.recognise(
        office, await personal_key(office, "mabar", "Helena", (ADMINISTRATOR,), issuer=root)
    )
    maria = await service.recognise(office, await personal_key(office, "mabar", "Maria", issuer=helper))

    assert maria.officer.voucher_ids == {root.officer_id, helper.officer_id}
    await officers.link_subject(
        office, helper, agency_code="mabar", name="Maria", issuer="https://sso.test", subject="7b1f"
    )
    token = await service.recognise_subject(office, "https://sso.test", "7b1f", "mabar", [*Scope])
    assert (token.officer_id, token.officer.voucher_ids) == (maria.officer_id, maria.officer.voucher_ids)
    assert token.proof.startswith("token ")
    with pytest.raises(SubjectTaken):
        await officers.link_subject(
            office, helper, agency_code="mabar", name="Helena", issuer="https://sso.test", subject="7b1f"
        )


async def test_a_token_of_nobody_is_its_agencys_and_one_of_another_agency_is_nobodys(office):
    root = await administrator(office)
    await agency(office, "labuan", AgencyKind.bpjs_branch)
    await officers.link_subject(office, root, agency_code="mabar", name="Rikardus", issuer="sso", subject="1")

    assert (await service.recognise_subject(office, "sso", "2", "mabar", ["read:people"])).officer is None
    assert await service.recognise_subject(office, "sso", "1", "labuan", ["read:people"]) is None
    assert (await service.recognise_subject(office, "sso", "1", "mabar", [*Scope])).scopes <= root.scopes


async def test_the_end_of_a_term_ends_the_officers_keys_and_a_role_bounds_them(office):
    root = await administrator(office)
    key = await personal_key(office, "mabar", "Maria Jebarus")

    await officers.change_officer(office, root, **MARIA, roles=[OfficerRole.reader])
    assert not (await service.recognise(office, key)).may(Scope.act_people)
    await officers.change_officer(office, root, **MARIA, active_to=today() - timedelta(days=1))
    assert await service.recognise(office, key) is None
    with pytest.raises(OfficerInactive):
        await officers.invite(office, root, **MARIA)
    terms = await office.execute(text("select roles from programme.officer_terms order by id"))
    assert len(terms.all()) == 4  # a term is never changed, another follows


@pytest.mark.parametrize(
    ("changed", "wish"),
    [
        ({"name": "  "}, "a name is needed"),
        ({"roles": []}, "at least one role"),
        ({"active_from": date(2025, 1, 2), "active_to": date(2025, 1, 1)}, "ends before it begins"),
    ],
)
async def test_an_officer_has_a_name_a_role_and_days_in_order(office, changed, wish):
    with pytest.raises(OfficerWrong, match=wish):
        await register(office, **changed)


async def test_one_name_is_one_officer_of_an_agency_in_any_case(office):
    await register(office)

    with pytest.raises(OfficerExists):
        await register(office, name=" MARIA  Jebarus")


async def test_nobody_invites_above_or_beside_or_gives_a_scope_that_the_roles_do_not(office):
    root = await administrator(office)
    await agency(office, "manggarai", region="53.10")
    await register(office, root)

    with pytest.raises(OutsideSight):
        await register(office, root, agency_code="manggarai")
    with pytest.raises(NotFound):
        await officers.invite(office, root, agency_code="mabar", name="Nobody")
    with pytest.raises(ScopeMissing):
        await officers.invite(office, root, **MARIA, scopes=["act:access"])


async def test_an_act_without_proof_is_nobodys(office):
    maria = await officer(office)

    assert service.officer_of(maria) == maria.officer
    for actor in (COMMAND_LINE, replace(maria, officer=None), replace(maria, proof=None), Actor("public")):
        with pytest.raises(ProofNeeded):
            service.officer_of(actor)


async def test_officers_and_terms_are_never_changed(office):
    await officer(office)
    for statement in ("update programme.officers set name = 'x'", "delete from programme.officer_terms"):
        with pytest.raises(DBAPIError, match=r"only grow|refuse"):
            async with office.begin_nested():
                await office.execute(text(statement))
