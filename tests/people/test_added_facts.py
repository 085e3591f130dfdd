"""Lists that add facts about known people: deciles by family card, receivers of an aid programme."""

from datetime import date

import pytest
from sqlalchemy import text

from jamsos.access.rules import COMMAND_LINE
from jamsos.people.added_facts import add_facts
from jamsos.people.service import match_people
from jamsos.registry.errors import ExtractAddsNothing, ExtractKnown
from jamsos.registry.service import load_extract
from tests.registry.test_register_cases import THREE, case

DAY = date(2026, 1, 10)


@pytest.fixture
async def three(connection, sealer):
    """Three persons of two families, as the population office's export tells them."""
    facts = {"source": None, "as_of": date(2026, 1, 1), "office_code": "53.15"}
    await load_extract(connection, COMMAND_LINE, sealer, case("B2-"), **facts)
    await match_people(connection, COMMAND_LINE, sealer, office_code="53.15")
    return connection


async def add(connection, sealer, path, **said):
    return await add_facts(connection, COMMAND_LINE, sealer, path, as_of=DAY, office_code="53.15", **said)


async def deciles(connection):
    rows = await connection.execute(
        text("select full_name, decile, decile_as_of, decile_source from programme.people order by full_name")
    )
    return [tuple(row) for row in rows]


async def test_a_list_of_deciles_sets_them_for_the_known_persons_of_each_family(three, sealer):
    found = await add(three, sealer, case("E-"))
    await match_people(three, COMMAND_LINE, sealer, office_code="53.15")

    assert (found.layout, found.lines, found.persons, found.aside) == ("siksng_decile", 2, 3, {})
    assert await deciles(three) == [
        ("MARIA JELITA", 2, DAY, "dtsen"), ("TERESIA WULAN", 1, DAY, "dtsen"), ("YOSEF NDARU", 2, DAY, "dtsen"),
    ]  # fmt: skip
    assert (await three.execute(text("select count(*) from programme.people"))).scalar_one() == 3


async def test_families_that_are_not_known_and_numbers_that_are_wrong_are_told_by_line(three, sealer, tmp_path):
    path = tmp_path / "desil.csv"
    path.write_text(
        "No KK,Desil\n5315990101100001,3\n5315990101109999,4\n531599,1\n5315990101100002,11\nJUMLAH,\n",
        encoding="utf-8",
    )

    found = await add(three, sealer, path)

    assert (found.persons, found.aside) == (
        2, {"kk_malformed": [4], "decile_impossible": [5], "row_bare": [6], "family_unknown": [3]}
    )  # fmt: skip
    put = await three.execute(text("select line, reason from programme.registry_rejects order by line"))
    assert [tuple(row) for row in put] == [
        (3, "family_unknown"),
        (4, "kk_malformed"),
        (5, "decile_impossible"),
        (6, "row_bare"),
    ]


async def test_a_list_of_receivers_is_kept_with_its_programme_and_says_who_is_not_known(three, sealer, tmp_path):
    path = tmp_path / "pkh.csv"
    rows = [(THREE[0][0], "Maria Jelita"), (THREE[1][0], "SOMEBODY ELSE"), ("5315990101700099", "NOBODY KNOWN")]
    path.write_text("Peserta,NIK,Nama\n" + "".join(f"{n},{nik},{name}\n" for n, (nik, name) in enumerate(rows, 1)))

    found = await add(three, sealer, path, programme="PKH")

    assert (found.layout, found.persons, found.aside) == (
        "aid_programme",
        1,
        {"name_differs": [3], "person_unknown": [4]},
    )
    kept = await three.execute(text("select line, programme from programme.registry_rows where programme is not null"))
    assert [tuple(row) for row in kept] == [(2, "PKH")]


async def test_a_trial_keeps_nothing_and_the_same_list_is_refused(three, sealer):
    assert (await add(three, sealer, case("E-"), is_dry_run=True)).load_id is None
    await add(three, sealer, case("E-"))

    with pytest.raises(ExtractKnown):
        await add(three, sealer, case("E-"))
    with pytest.raises(ExtractAddsNothing, match="read as dtks"):
        await add(three, sealer, case("r79"))
