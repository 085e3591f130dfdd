"""An office's other names of villages are stored with author and time, used in registers, and reported for every load."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from jamsos.access.rules import COMMAND_LINE
from jamsos.errors import HeaderMissing
from jamsos.regions.aliases import aliases, load_aliases
from jamsos.regions.errors import AliasEmpty, AliasIsVillage, AliasNowhere
from jamsos.registry.quality import quality
from jamsos.registry.rules import Source
from jamsos.registry.service import load_extract
from tests.extracts import dtks, row

REGENCY = "53.15"
KOMODO, GOLO_NDARING = "53.15.05.2001", "53.15.04.2001"


async def loaded(connection, path, *lines):
    path.write_text("\n".join(["nama,kecamatan,kode_desa,sumber", *lines]) + "\n")
    return await load_aliases(connection, COMMAND_LINE, path, regency_code=REGENCY)


async def known(connection):
    return [(each.name, each.district_name, each.village_code) for each in await aliases(connection, REGENCY)]


async def registered(connection, sealer, path, *places):
    rows = [
        row(kode_desa=code, nama_desa=name, nama_kecamatan=district, nik_art=f"53159945058500{number:02}")
        for number, (code, name, district) in enumerate(places, start=1)
    ]
    return await load_extract(
        connection,
        COMMAND_LINE,
        sealer,
        dtks(path, *rows),
        source=Source.dtks,
        as_of=date(2024, 1, 1),
        office_code=REGENCY,
    )


async def test_a_name_is_kept_with_who_and_when_and_by_which_rule(connection, tmp_path):
    count = await loaded(
        connection, tmp_path / "a.csv", "Pulau Komodo,,53.15.05.2001,Perda 5/2011", "Komodo Lama,Komodo,5315052001,"
    )

    [first, second] = await aliases(connection, REGENCY)
    assert count == 2
    assert (first.name, first.district_name, first.village_code, first.village) == (
        "Komodo Lama",
        "Komodo",
        KOMODO,
        "Komodo",
    )
    assert (second.name, second.regulation, second.recorded_by) == ("Pulau Komodo", "Perda 5/2011", "command line")
    assert second.recorded_at is not None
    trail = await connection.execute(
        text("select act, subject_ids from programme.audit_entries where act = 'load_aliases'")
    )
    assert len(trail.one().subject_ids) == 2


async def test_the_same_file_again_says_nothing_new_and_a_later_line_stands_for_an_earlier_one(connection, tmp_path):
    await loaded(connection, tmp_path / "a.csv", "Pulau Komodo,,53.15.05.2001,")

    again = await loaded(connection, tmp_path / "a.csv", "PULAU KOMODO,,53.15.05.2001,")
    changed = await loaded(connection, tmp_path / "a.csv", f"Pulau Komodo,,{GOLO_NDARING},")
    moved = await known(connection)
    ended = await loaded(connection, tmp_path / "a.csv", "Pulau Komodo,,,")

    assert (again, changed, ended) == (0, 1, 1)
    assert moved == [("Pulau Komodo", None, GOLO_NDARING)]
    assert await known(connection) == []
    assert (await connection.execute(text("select count(*) from programme.village_aliases"))).scalar_one() == 3


REFUSED = {
    "a village of nowhere": ("Pulau Komodo,,53.15.99.2001,", AliasNowhere, "line 3"),
    "a village of another regency": ("Pulau Komodo,,53.10.01.2001,", AliasNowhere, "line 3"),
    "no name": ("Desa - ,,53.15.05.2001,", AliasEmpty, "line 3"),
    "the name of another village": (f"Komodo,,{GOLO_NDARING},", AliasIsVillage, "line 3.*53.15.05.2001"),
    "the code of another village": (f"53.15.05.2001,,{GOLO_NDARING},", AliasIsVillage, "line 3.*53.15.05.2001"),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_a_line_that_cannot_be_meant_is_refused_by_its_line_and_nothing_is_kept(connection, tmp_path, case):
    line, refusal, says = REFUSED[case]

    with pytest.raises(refusal, match=says):
        async with connection.begin_nested():
            await loaded(connection, tmp_path / "a.csv", "Pulau Komodo,,53.15.05.2001,", line)

    assert await known(connection) == []


async def test_a_file_without_the_columns_is_refused(connection, tmp_path):
    (tmp_path / "a.csv").write_text("nama;desa\nx;y\n")

    with pytest.raises(HeaderMissing, match="kode_desa"):
        await load_aliases(connection, COMMAND_LINE, tmp_path / "a.csv", regency_code=REGENCY)


async def test_the_name_of_another_village_may_be_meant_under_a_district_where_there_is_none_of_it(
    connection, tmp_path
):
    assert await loaded(connection, tmp_path / "a.csv", f"Komodo,Sano Nggoang,{GOLO_NDARING},") == 1


async def test_the_next_load_finds_villages_by_them_and_its_quality_tells_which(connection, sealer, tmp_path):
    places = [
        ("", "DESA PULAU KOMODO", "KOMODO"),
        ("", "Pulau Komodo", "Boleng"),
        ("53.15.05.2099", "", ""),
        ("53.15.05.2001", "Pulau Komodo", "Komodo"),
        ("", "Antah Berantah", "Komodo"),
    ]
    before = await registered(
        connection, sealer, tmp_path / "before.csv", *places, ("53.15.05.2001", "Komodo", "Komodo")
    )
    await loaded(
        connection, tmp_path / "a.csv", "Pulau Komodo,,53.15.05.2001,Perda 5/2011", "53.15.05.2099,,53.15.04.2001,"
    )

    after = await registered(connection, sealer, tmp_path / "after.csv", *places)

    assert (before.defects["village_contradicts_name"], before.defects["village_unknown"]) == (1, 4)
    assert "village_by_alias" not in before.defects
    assert (after.defects["village_by_alias"], after.defects["village_unknown"]) == (3, 1)
    assert "village_contradicts_name" not in after.defects
    found = await connection.execute(
        text("select village_code, warnings from programme.registry_rows where load_id = :load order by line"),
        {"load": after.load_id},
    )
    assert [each.village_code for each in found] == [KOMODO, KOMODO, GOLO_NDARING, KOMODO]
    told = await quality(connection, after.load_id)
    assert [(use.name, use.village, use.rows, use.regulation, use.recorded_by) for use in told.aliases] == [
        ("Pulau Komodo", "Komodo", 2, "Perda 5/2011", "command line"),
        ("53.15.05.2099", "Golo Ndaring", 1, None, "command line"),
    ]
    assert (await quality(connection, before.load_id)).aliases == []


async def test_what_a_load_used_is_told_as_it_was_whatever_the_name_means_later(connection, sealer, tmp_path):
    await loaded(connection, tmp_path / "a.csv", "Pulau Komodo,,53.15.05.2001,")
    load = await registered(connection, sealer, tmp_path / "x.csv", ("", "Pulau Komodo", ""))

    await loaded(connection, tmp_path / "a.csv", f"Pulau Komodo,,{GOLO_NDARING},")

    [use] = (await quality(connection, load.load_id)).aliases
    assert (use.village_code, use.rows) == (KOMODO, 1)


@pytest.mark.parametrize(
    "change", ["update programme.village_aliases set name = 'x'", "delete from programme.village_aliases"]
)
async def test_what_was_said_is_never_changed(connection, tmp_path, change):
    await loaded(connection, tmp_path / "a.csv", "Pulau Komodo,,53.15.05.2001,")

    with pytest.raises(DBAPIError, match="village_aliases"):
        await connection.execute(text(change))
