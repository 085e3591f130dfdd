"""The annex as an office prints it, and the office's file of leavers."""

import csv
import io

import pytest
from sqlalchemy import text

from jamsos.access.rules import COMMAND_LINE
from jamsos.decrees import amendments
from jamsos.decrees.annex import AnnexDifference, annex, check, listed
from jamsos.decrees.rules import EndReason, Leaving
from jamsos.decrees.service import amended_decree
from jamsos.errors import LineWrong, NotFound
from jamsos.months import Month
from tests.decrees.builders import NUMBER, amend, decreed, line_of, nik
from tests.protected import end

MAR, APR, BEFORE = Month(2024, 3), Month(2024, 4), Month(2023, 12)


async def printed(connection, sealer, number=NUMBER, **changed):
    content = await annex(connection, COMMAND_LINE, sealer, number=number, form=".csv", **changed)
    return list(csv.DictReader(io.StringIO(content.decode())))


async def test_the_annex_for_the_wall_shows_two_digits_of_a_nik_and_no_birth_date(connection, sealer):
    await decreed(connection, sealer=sealer)

    lines = await printed(connection, sealer)

    assert [line["No"] for line in lines] == ["1", "2", "3"]
    assert {line["NIK"] for line in lines} == {"*" * 14 + f"{number:02d}" for number in (1, 2, 3)}
    assert lines[0].keys() == {"No", "Nama", "NIK", "Jenis Kelamin", "Desa/Kelurahan", "Kecamatan", "Keterangan"}
    assert (lines[0]["Desa/Kelurahan"], lines[0]["Kecamatan"]) == ("Komodo", "Komodo")
    assert lines[0]["Keterangan"] == "petani, Januari 2024 sampai Desember 2024"


async def test_with_a_purpose_it_is_whole_and_the_purpose_stands_in_the_trail(connection, sealer):
    await decreed(connection, sealer=sealer)

    lines = await printed(connection, sealer, purpose="tanda tangan Bupati")

    assert {line["NIK"] for line in lines} == {nik(number) for number in (1, 2, 3)}
    assert lines[0]["Tanggal Lahir"] == "1984-01-01"
    purposes = await connection.execute(text("select purpose from programme.audit_entries where act = 'unseal'"))
    assert purposes.scalars().all() == ["tanda tangan Bupati"]


async def test_an_amendment_prints_who_ends_and_who_follows(connection, sealer):
    _, (dead, refused, _third), _waiting = await decreed(connection, sealer=sealer)
    first, second = await line_of(connection, dead), await line_of(connection, refused)
    await amend(
        connection,
        Leaving(first.id, EndReason.died, MAR),
        Leaving(second.id, EndReason.refused_by_insurer, BEFORE),
        fill_from=APR,
    )

    remarks = [line["Keterangan"] for line in await printed(connection, sealer, "317/KEP/HK/2024")]

    lines = dict(
        (
            await connection.execute(
                text("select person_id, line from programme.decree_lines where action = 'inclusion'")
            )
        ).all()
    )
    assert remarks[0] == f"berhenti setelah Maret 2024, meninggal dunia (nomor {lines[dead]}, {NUMBER})"
    assert remarks[1] == f"batal sejak awal, ditolak BPJS Ketenagakerjaan (nomor {lines[refused]}, {NUMBER})"
    assert sorted(remarks[2:]) == sorted(
        f"menggantikan nomor {lines[person]}, {NUMBER}, April 2024 sampai Desember 2024" for person in (dead, refused)
    )


async def test_an_unknown_decree_has_no_annex(connection, sealer):
    with pytest.raises(NotFound, match="decree 1/X"):
        await annex(connection, COMMAND_LINE, sealer, number="1/X", form=".csv")


def leavings_file(tmp_path, *rows):
    path = tmp_path / "berhenti.csv"
    path.write_text("\n".join(["nik,alasan,bulan_terakhir,nik_pengganti", *rows]) + "\n")
    return path


async def test_the_office_lists_who_leaves_and_who_follows(connection, sealer, tmp_path):
    _, chosen, waiting = await decreed(connection, sealer=sealer)
    path = leavings_file(tmp_path, f"{nik(1)},MENINGGAL,2024-03,{nik(5)}", f"{nik(2)},GANDA,2023-12,")

    found = await amendments.read_changes(connection, sealer, path, await amended_decree(connection, NUMBER))

    assert found.leavings == [
        Leaving((await line_of(connection, chosen[0])).id, EndReason.died, MAR, waiting[1]),
        Leaving((await line_of(connection, chosen[1])).id, EndReason.duplicate, BEFORE, None),
    ]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (f"{nik(9)},MENINGGAL,2024-03,", "line 2, column nik: this person is not protected"),
        (f"{nik(4)},MENINGGAL,2024-03,", "line 2, column nik: this person is not protected"),  # only waiting
        (f"{nik(1)},BOSAN,2024-03,", "line 2, column alasan"),
        (f"{nik(1)},MENINGGAL,Maret,", "line 2, column bulan_terakhir"),
        (f"{nik(1)},MENINGGAL,2024-03,\n{nik(1)},PINDAH,2024-04,", "line 3, column nik: it is named twice"),
        (f"{nik(1)},MENINGGAL,2024-03,{nik(9)}", "line 2, column nik_pengganti: no person with this NIK is known"),
    ],
)
async def test_a_wrong_row_is_named_by_its_line(connection, sealer, tmp_path, row, says):
    await decreed(connection, sealer=sealer)

    with pytest.raises(LineWrong, match=says):
        await amendments.read_changes(
            connection, sealer, leavings_file(tmp_path, row), await amended_decree(connection, NUMBER)
        )


@pytest.mark.parametrize("form", [".csv", ".xlsx"])
@pytest.mark.parametrize("purpose", [None, "tanda tangan"])
async def test_a_signed_annex_that_was_read_back_is_the_frozen_list(connection, sealer, tmp_path, form, purpose):
    await decreed(connection, sealer=sealer)
    path = tmp_path / f"lampiran{form}"
    path.write_bytes(await annex(connection, COMMAND_LINE, sealer, number=NUMBER, form=form, purpose=purpose))

    assert (await check(connection, COMMAND_LINE, sealer, number=NUMBER, path=path)).differences == []


@pytest.mark.parametrize(
    ("column", "written"),
    [("Desa/Kelurahan", "Lain"), ("Kecamatan", "Lain"), ("Jenis Kelamin", "X"), ("Keterangan", "sampai Maret 2025")],
)
async def test_every_column_that_was_changed_is_named(connection, sealer, tmp_path, column, written):
    await decreed(connection, sealer=sealer)
    head, first, *rest = csv.reader(
        (await annex(connection, COMMAND_LINE, sealer, number=NUMBER, form=".csv")).decode().splitlines()
    )
    first[head.index(column)] = written
    with (tmp_path / "a.csv").open("w", newline="") as file:
        csv.writer(file).writerows([head, first, *rest])

    found = (await check(connection, COMMAND_LINE, sealer, number=NUMBER, path=tmp_path / "a.csv")).differences

    assert found == [AnnexDifference(1, column)]


@pytest.mark.parametrize("written", ["1984-01-01", "01-01-1984", "01/01/1984", "1984-01-01 00:00:00"])
async def test_a_day_is_the_same_however_it_is_written(connection, sealer, tmp_path, written):
    await decreed(connection, chosen=1, sealer=sealer)
    rows = [f"No,NIK,Nama,Tanggal Lahir\n1,{nik(1)},ORANG 1,{day}\n" for day in (written, "1984-01-02")]
    found = []
    for row in rows:
        (tmp_path / "a.csv").write_text(row)
        found.append(
            (await check(connection, COMMAND_LINE, sealer, number=NUMBER, path=tmp_path / "a.csv")).differences
        )

    assert found == [[], [AnnexDifference(1, "Tanggal Lahir")]]


async def test_a_line_that_stands_twice_is_one_too_many(connection, sealer, tmp_path):
    await decreed(connection, sealer=sealer)
    lines = (await annex(connection, COMMAND_LINE, sealer, number=NUMBER, form=".csv")).decode().splitlines()
    (tmp_path / "a.csv").write_text("\n".join([*lines, lines[1]]))

    found = (await check(connection, COMMAND_LINE, sealer, number=NUMBER, path=tmp_path / "a.csv")).differences

    assert found == [AnnexDifference(1, None)]


async def test_every_line_that_was_changed_is_named(connection, sealer, tmp_path):
    await decreed(connection, chosen=4, waiting=0, sealer=sealer)
    content = await annex(connection, COMMAND_LINE, sealer, number=NUMBER, form=".csv", purpose="tanda tangan")
    head, one, two, three, four = content.decode().splitlines()
    swapped = two.split(",")
    swapped[2] = nik(9)
    (tmp_path / "a.csv").write_text(
        "\n".join([head, one.replace("ORANG", "orang  "), ",".join(swapped), f"9{four[1:]}", three])
    )

    found = (await check(connection, COMMAND_LINE, sealer, number=NUMBER, path=tmp_path / "a.csv")).differences

    assert found == [AnnexDifference(2, "NIK"), AnnexDifference(4, None), AnnexDifference(9, None)]


RENAMED = "update programme.people set full_name = 'NAMA BARU' where id = :id"


async def test_the_annex_prints_the_words_that_were_signed_whatever_a_later_register_says(connection, sealer, tmp_path):
    _, chosen, _ = await decreed(connection, sealer=sealer)
    before = await annex(connection, COMMAND_LINE, sealer, number=NUMBER, form=".csv")
    await connection.execute(text(RENAMED), {"id": chosen[0]})
    path = tmp_path / "signed.csv"
    path.write_text(before.decode().replace("\ufeff", ""))

    later = await listed(connection, COMMAND_LINE, sealer, number=NUMBER)

    assert await annex(connection, COMMAND_LINE, sealer, number=NUMBER, form=".csv") == before
    assert (await check(connection, COMMAND_LINE, sealer, number=NUMBER, path=path)).differences == []
    assert [each for each in later.renewed if each.column == "Nama"] == [
        AnnexDifference((await line_of(connection, chosen[0])).number, "Nama")
    ]


async def test_a_merge_leaves_the_signed_words_and_shows_where_today_knows_otherwise(connection, sealer):
    _, chosen, (other, *_) = await decreed(connection, sealer=sealer)
    before = await annex(connection, COMMAND_LINE, sealer, number=NUMBER, form=".csv")
    await end(connection, chosen[0], other)

    found = await listed(connection, COMMAND_LINE, sealer, number=NUMBER)

    assert await annex(connection, COMMAND_LINE, sealer, number=NUMBER, form=".csv") == before
    assert {each.column for each in found.renewed} == {"Nama", "NIK"}


async def test_the_database_sets_the_signed_version_whatever_is_written(connection, sealer):
    _, chosen, _ = await decreed(connection, sealer=sealer)
    await connection.execute(text(RENAMED), {"id": chosen[0]})

    signed = await connection.execute(
        text(
            """select l.person_version, p.version from programme.decree_lines l join programme.people p on p.id = l.person_id
               where l.person_id = :id"""
        ),
        {"id": chosen[0]},
    )

    assert signed.one() == (2, 3)
