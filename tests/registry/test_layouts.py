"""Layouts as data: headers distinguish each from all others, an office adds its own, and a load names its layout."""

from datetime import date

import pytest
from sqlalchemy import text

from jamsos.access.rules import COMMAND_LINE
from jamsos.registry.errors import (
    ExtractElsewhere,
    ExtractReadWrong,
    LayoutKept,
    LayoutUnknown,
    LayoutVersionOld,
    LayoutWrong,
)
from jamsos.registry.files.drafts import draft
from jamsos.registry.files.extract import open_extract
from jamsos.registry.kept_layouts import add_layout, all_layouts
from jamsos.registry.layouts import common, general, header_key, parse, read_headers, shipped
from jamsos.registry.rules import DateReading, Reading, Source
from jamsos.registry.service import load_extract
from tests.registry.test_register_cases import CASES, SIX, case

OWN = """version = 1
register = "office"
title.id = "Daftar kelompok tani"
title.en = "Members of farmers' groups"
sources = ["the agriculture office's list"]
unread = ["No Anggota"]

[columns]
nik = ["Nomor Identitas"]
name = ["Nama Anggota Kelompok"]
village_name = ["Tempat Tinggal"]
occupation = ["Usaha"]

[codes.occupation]
A = "PETANI"
"""


def test_a_layout_is_told_from_every_other_by_its_own_headers():
    found = {}
    for layout in shipped().values():
        headers = [names[0] for names in layout.columns.values()] + list(layout.unread)
        columns = read_headers(headers, list(shipped().values()))
        found[layout.name] = columns.layout.name
        assert {each: headers[at] for each, at in columns.places.items() if each in layout.columns} == {
            each: names[0] for each, names in layout.columns.items()
        }
    assert found == {name: name for name in shipped()}


def test_every_layout_says_where_it_is_known_from():
    assert [layout.name for layout in shipped().values() if not all(layout.sources)] == []
    assert len(shipped()) >= 17


def test_no_header_of_all_registers_means_two_fields():
    keys = [(header_key(header), field) for field, headers in common().items() for header in headers]

    assert len({key for key, _ in keys}) == len(set(keys))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("version = 1", "version = 0"), "version: write a whole number"),
        (('register = "office"', 'register = "tani"'), "register: this value is not one"),
        (("[columns]", "[kolom]"), "kolom: this key is not known"),
        (('name = ["Nama Anggota Kelompok"]', ""), "needed: name: required, but not among the columns"),
        (("occupation = [", "job = ["), r"columns\.job: this key is not known"),
        (
            ('["Usaha"]', '["nomor identitas"]'),
            r"columns\.occupation: nomor identitas: another field already has this header",
        ),
        (("[codes.occupation]", "[codes.occupation"), "TOML line"),
    ],
)
def test_a_wrong_layout_is_refused_by_its_key(change, complaint):
    with pytest.raises(LayoutWrong, match=complaint):
        parse("tani", OWN.replace(*change))


def sheet(path, rows=(("5315994505850001", "MARIA JELITA", "Komodo", "A", "1"),)):
    lines = [["Nomor Identitas", "Nama Anggota Kelompok", "Tempat Tinggal", "Usaha", "No Anggota"], *rows]
    path.write_text("".join(";".join(line) + "\n" for line in lines))
    return path


async def load(connection, sealer, path, source=None, **said):
    return await load_extract(
        connection, COMMAND_LINE, sealer, path, source=source, as_of=date(2026, 1, 1), office_code="53.15",
        reading=Reading(**said),
    )  # fmt: skip


async def test_an_office_adds_a_layout_and_the_next_file_like_it_is_recognised(connection, sealer, tmp_path):
    (tmp_path / "tani.toml").write_text(OWN)
    await add_layout(connection, COMMAND_LINE, tmp_path / "tani.toml")

    result = await load(connection, sealer, sheet(tmp_path / "x.csv"))

    assert (result.layout, result.source, result.unread, result.rows_kept) == ("tani", Source.office, ["No Anggota"], 1)
    kept = await connection.execute(
        text("""select l.name, l.version, l.is_own, r.unread, w.occupation from programme.registry_loads r
                  join programme.registry_layouts l on l.id = r.layout_id join programme.registry_rows w on w.load_id = r.id""")
    )
    assert kept.one() == ("tani", 1, True, ["No Anggota"], "farmer")


async def test_a_layout_is_kept_once_and_a_new_text_needs_a_new_version(connection, tmp_path):
    path = tmp_path / "tani.toml"
    path.write_text(OWN)
    await add_layout(connection, COMMAND_LINE, path)

    with pytest.raises(LayoutKept):
        await add_layout(connection, COMMAND_LINE, path)
    path.write_text(OWN + 'B = "NELAYAN"\n')
    with pytest.raises(LayoutVersionOld):
        await add_layout(connection, COMMAND_LINE, path)
    path.write_text(path.read_text().replace("version = 1", "version = 2"))
    await add_layout(connection, COMMAND_LINE, path)

    [own] = [each for each in await all_layouts(connection) if each.name == "tani"]
    assert (own.version, own.codes["occupation"]) == (2, {"A": "PETANI", "B": "NELAYAN"})


async def test_a_load_keeps_the_text_of_the_layout_it_was_read_by_once(connection, sealer):
    first = await load(connection, sealer, case("r29-"))
    await load(connection, sealer, case("B2-"))

    rows = (await connection.execute(text("select name, content, is_own from programme.registry_layouts"))).all()
    assert first.layout == "siak"
    assert [tuple(row) for row in rows] == [("siak", shipped()["siak"].content, False)]


def test_a_draft_of_a_layout_is_made_from_the_headers_and_what_is_said_of_them(tmp_path):
    path = sheet(tmp_path / "x.csv")

    said = {"nik": "Nomor Identitas", "name": "Nama Anggota Kelompok", "village_name": "Tempat Tinggal"}

    content = draft(path, "tani", Source.office, said)
    extract = open_extract(path, None, Reading(), [parse("tani", content)])

    assert extract.layout.name == "tani"
    assert extract.columns == said
    assert extract.unread == ["Usaha", "No Anggota"]


def test_an_unknown_layout_is_refused(tmp_path):
    with pytest.raises(LayoutUnknown, match="The layout tani is unknown"):
        open_extract(sheet(tmp_path / "x.csv"), None, Reading(layout="tani"))


async def test_a_file_that_is_read_wrong_is_refused_with_the_other_reading_and_taken_by_it(connection, sealer):
    with pytest.raises(
        ExtractReadWrong, match=r"birth dates of 6 rows .* the month is read before .* of 0 only .*--dates month-first"
    ):
        await load(connection, sealer, case("r14"), Source.dtks)
    with pytest.raises(ExtractReadWrong, match=r"the sexes of 3 rows .*--sex turned, or with --sex as-written"):
        await load(connection, sealer, case("r25"), Source.dtks)
    assert (await connection.execute(text("select count(*) from programme.registry_loads"))).scalar_one() == 0

    result = await load(connection, sealer, case("r14"), Source.dtks, dates=DateReading.month_first)

    born = (await connection.execute(text("select birth_date from programme.registry_rows order by line"))).scalars()
    assert (result.defects, list(born)) == ({}, [each for _, _, each in SIX])
    said = (await connection.execute(text("select reading from programme.registry_loads"))).scalar_one()
    assert said == {"dates": "month_first"}


async def test_a_register_of_another_regency_is_asked_about_and_only_ours_is_taken(connection, sealer, tmp_path):
    rows = (CASES / next(path.name for path in CASES.glob("r79*"))).read_text().splitlines()
    other = [row.replace("003,001,KOMODO,KOMODO", "003,001,53.10.01.2001,RUTENG") for row in rows[1:5]]
    path = tmp_path / "x.csv"
    path.write_text(
        "\n".join(
            [
                rows[0].replace("Desa", "Kode Desa"),
                *other,
                *(r.replace("001,KOMODO", "001,53.15.05.2001") for r in rows[5:]),
            ]
        )
    )

    with pytest.raises(ExtractElsewhere, match=r"4 of 6 rows are from outside the regency 53\.15.*--ours-only"):
        await load(connection, sealer, path, Source.dtks)
    result = await load(connection, sealer, path, Source.dtks, takes_elsewhere=True)

    assert (result.rows_kept, result.defects) == (2, {"outside_regency": 4})


def test_the_general_names_read_a_sheet_that_no_layout_fits():
    columns = read_headers(["No", "NIK", "Nama", "Desa", "Pekerjaan", "Lahan"], list(shipped().values()))

    assert (columns.layout, columns.unread) == (general(), ["No", "Lahan"])
    assert columns.places == {"nik": 1, "name": 2, "village_name": 3, "occupation": 4}
