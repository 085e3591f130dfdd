"""Every defect of real extracts by its code (domain: defects in real extracts)."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jamsos.registry.files.extract import open_extract
from jamsos.registry.rules import MENDABLE, REJECTING, Defect, Source
from jamsos.registry.validation import Checker, read_birth
from tests.extracts import dtks, register, row

VILLAGES = [
    ("53.15.05.2001", "Komodo", "Komodo"),
    ("53.15.08.2003", "Golo Ru'u", "Kuwus"),
    ("53.15.03.2002", "Golo Ndaring", "Sano Nggoang"),
]

CASES = """
nik_art      5,31599E+15           nik_scientific
nik_art      5.315994505850001E+15 nik_scientific
nik_art      5315994505850000      nik_rounded
nik_art      531599450585001       nik_length
nik_art      53159945058500012     nik_length
nik_art      531599450585OOO1      nik_letters
nama_art     -                     name_missing
kode_desa    53.15.99.2001         village_unknown
kode_desa    53.10.01.2001         outside_regency
nik_art                            nik_missing
nik_art      '5315994505850001     nik_cleaned
nik_art      5315.9945.0585.0001   nik_cleaned
tanggal_lahir 06/05/1985           nik_contradicts_birth
jenis_kelamin L                    nik_contradicts_sex
nik_art      5315999905850001      nik_date_impossible
no_kk        53159901011000        kk_malformed
no_hp        12                    phone_malformed
nama_art     MARIA__JELITA         name_cleaned
nama_art     Hj._MARIA_JELITA      name_titled
tanggal_lahir                      birth_missing
tanggal_lahir 05/05/85             birth_two_digits
tanggal_lahir 31172                birth_serial
tanggal_lahir 31/02/1985           birth_impossible
tanggal_lahir 01/01/1985           birth_placeholder
jenis_kelamin ?                    sex_missing
tanggal_lahir 05/05/2030           birth_impossible
status_kawin ?                     marital_unknown
pekerjaan    astronot              occupation_unknown
alamat       RT_1_0812_3456_7890   number_in_text
"""


def checked(tmp_path, *rows):
    return check(dtks(tmp_path / "dtks.csv", *rows), Source.dtks)


def check(path, source):
    extract = open_extract(path, source)
    checker = Checker(source, frozenset(extract.columns), VILLAGES, date(2024, 1, 1))
    [checked] = map(checker.check, extract.slices())
    return checked


def found(result):
    return {code: count for code, count in result.defects().items() if count}


@pytest.mark.parametrize("case", CASES.strip().splitlines())
def test_a_defect_is_found_by_its_code(tmp_path, case):
    field, *value, code = case.split()
    changed = row(**{field: value[0].replace("__", "  ").replace("_", " ") if value else ""})
    if code.startswith("village") or code == "outside_regency":
        changed |= {"nama_desa": "", "nama_kecamatan": ""}

    result = checked(tmp_path, changed)

    assert code in found(result)
    assert result.rejects.height == (code in REJECTING)


def test_a_good_row_has_no_defect_and_every_fact(tmp_path):
    result = checked(tmp_path, row())

    assert found(result) == {}
    fact = result.rows.row(0, named=True)
    assert (fact["nik"], fact["kk"]) == ("5315994505850001", "5315990101100001")
    assert (fact["line"], fact["sex"], fact["birth_date"]) == (2, "female", date(1985, 5, 5))
    assert (fact["occupation"], fact["marital_status"], fact["relation"]) == ("artisan", "widowed", "head")
    assert (fact["village_code"], fact["phone"]) == ("53.15.05.2001", "081234567890")


@pytest.mark.parametrize(
    ("name", "district", "how"),
    [
        ("Golo Ruu", "Kuwus", "village_by_name"),
        ("DS. GOLO RU`U", "KEC. KUWUS", "village_by_name"),
        ("Ds.Golo Ruu", "Kec.Kuwus", "village_by_name"),
        ("DESA/KEL. GOLO RUU", "Kecamatan : Kuwus", "village_by_name"),
        ("Golo Ndarring", "Sano Nggoang", "village_by_likeness"),
    ],
)
def test_a_village_is_found_by_its_name_within_its_district(tmp_path, name, district, how):
    result = checked(tmp_path, row(kode_desa="", nama_desa=name, nama_kecamatan=district))

    assert found(result) == {how: 1}


def test_a_number_and_a_card_that_changed_places_are_put_back(tmp_path):
    result = checked(tmp_path, row(nik_art="5315990101100001", no_kk="5315994505850001"))

    assert found(result) == {"nik_kk_swapped": 1}
    assert result.rows["nik"].to_list() == ["5315994505850001"]


def test_a_name_and_an_address_that_changed_places_are_put_back(tmp_path):
    result = checked(tmp_path, row(nama_art="DUSUN GORONTALO", alamat="MARIA JELITA"))

    assert found(result) == {"name_address_swapped": 1}
    assert result.rows["full_name"].to_list() == ["MARIA JELITA"]


def test_the_same_number_twice_is_noted_on_the_later_row(tmp_path):
    result = checked(tmp_path, row(), row(nama_art="YOSEF JELITA"))

    assert found(result) == {"nik_repeated": 1}


def test_a_serial_of_a_spreadsheet_is_the_day_it_counts(tmp_path):
    result = checked(tmp_path, row(tanggal_lahir="31172"))

    assert result.rows["birth_date"].to_list() == [date(1985, 5, 5)]


@pytest.mark.parametrize(
    ("written", "is_cleaned"),
    [
        ("05/05/1985", False),
        ("5.5.1985", False),
        ("1985/05/05", False),
        ("1985-05-05T00:00:00", False),
        ("1985-05-05 00:00:00.000000", False),
        ("05/05/1985 00:00", False),
        ("05/05/1985 07:30", True),
        ("5 Mei 1985", True),
        ("05-MEI-1985", True),
        ("5 May 1985", True),
        (" 05/05/1985", True),
        ("05/05/1985 ", True),
        ("LABUAN BAJO, 05-05-1985", True),
    ],
)
def test_a_day_is_read_as_people_and_programs_write_it_and_what_was_tidied_is_recorded(tmp_path, written, is_cleaned):
    result = checked(tmp_path, row(tanggal_lahir=written), row(tanggal_lahir="01/01/1985"))

    placeholder = {"birth_placeholder": 1, "nik_contradicts_birth": 1, "nik_repeated": 1}
    assert result.rows["birth_date"].to_list() == [date(1985, 5, 5), date(1985, 1, 1)]
    assert found(result) == placeholder | ({"birth_cleaned": 1} if is_cleaned else {})


@pytest.mark.parametrize("written", ["1985", "00000", "0", "05051985", "5 Foo 1985", "31 Februari 1985"])
def test_what_is_no_day_is_not_made_one(tmp_path, written):
    result = checked(tmp_path, row(tanggal_lahir=written))

    assert (result.rows["birth_date"].to_list(), found(result)) == ([None], {"birth_impossible": 1})


@pytest.mark.parametrize("written", ["81234567890", "6281234567890", "+62 812-3456-7890"])
def test_a_telephone_number_without_its_zero_is_given_it(tmp_path, written):
    result = checked(tmp_path, row(no_hp=written))

    assert (result.rows["phone"].to_list(), found(result)) == (["081234567890"], {"phone_cleaned": 1})


def test_every_defect_is_either_rejecting_or_noted():
    assert set(REJECTING) < set(Defect)
    assert Defect.nik_contradicts_birth not in REJECTING


@pytest.mark.parametrize(
    ("name", "sex", "key"),
    [
        ("M. JELITA", "P", "MARIA YELITA"),
        ("M. Salim", "L", "MUHAMAD SALIM"),
        ("M. Salim", "?", "M SALIM"),
        ("Drs. Frans  Jehamun", "L", "FRANSISKUS YEHAMUN"),
        ("JEHAMUN, FRANSISCUS", "L", "FRANSISKUS YEHAMUN"),
        ("Moh. Salim", "L", "MUHAMAD SALIM"),
        ("Yoh. Jebarut", "L", "YEBARUT YOHANES"),
        ("Haji", "L", "HAYI"),
    ],
)
def test_a_name_has_one_key_however_it_is_written(tmp_path, name, sex, key):
    result = checked(tmp_path, row(nama_art=name, jenis_kelamin=sex))

    assert result.rows["name_key"].to_list() == [key]


def test_a_long_number_in_free_text_is_masked(tmp_path):
    result = checked(tmp_path, row(alamat="DUSUN A NIK 5315994505850001"))

    assert result.rows["address"].to_list() == ["DUSUN A NIK ***"]


@pytest.mark.parametrize(
    "cells",
    [
        {"nama_art": "Jumlah", "alamat": "200"},
        {"nama_art": "DESA GOLO MORI"},
        {"tanggal_lahir": "Labuan Bajo, 12 Januari 2023"},
        {"nama_desa": "Kepala Dinas Sosial,"},
        {"tempat_lahir": "Camat", "pekerjaan": "NIP. 19700101 199003 1 001"},
    ],
)
def test_a_total_a_heading_and_a_signature_are_put_aside_as_no_person_and_nobody_is_asked_to_mend_them(tmp_path, cells):
    found = checked(tmp_path, dict.fromkeys(row(), "") | cells, row())

    assert found.rejects.select("line", "reason").rows() == [(2, "row_bare")]
    assert found.rows["line"].to_list() == [3]
    assert Defect.row_bare not in MENDABLE


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"nama_art": "MARIA", "nik_art": "5315994505850001"}, "village_unknown"),
        ({"nama_art": "MARIA", "nama_desa": "Antah"}, "village_unknown"),
        ({"nama_art": "MARIA", "tanggal_lahir": "05/05/1985"}, "village_unknown"),
        ({"nama_art": "MARIA", "alamat": "DUSUN A", "pekerjaan": "PENENUN"}, "village_unknown"),
        ({"no_kk": "5315990101100001"}, "name_missing"),
    ],
)
def test_of_whom_little_is_said_something_can_still_be_mended(tmp_path, cells, reason):
    found = checked(tmp_path, dict.fromkeys(row(), "") | cells)

    assert found.rejects["reason"].to_list() == [reason]
    assert Defect(reason) in MENDABLE


def test_of_whom_only_name_and_village_are_said_she_is_kept(tmp_path):
    cells = {"nama_art": "MARIA", "kode_desa": "53.15.05.2001"}

    assert checked(tmp_path, dict.fromkeys(row(), "") | cells).rows.height == 1


def test_a_row_that_was_cut_off_is_put_aside_and_its_neighbours_are_not(tmp_path):
    path = dtks(tmp_path / "dtks.csv", row(), row(nik_art="5315994505850002"))
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], lines[1][:80], lines[2] + ";;"]) + "\n")

    result = check(path, Source.dtks)

    assert result.rejects.select("line", "reason").rows() == [(2, "row_broken")]
    assert result.rows["line"].to_list() == [3]


@pytest.mark.parametrize(
    ("changed", "rejected"),
    [
        ({}, []),
        ({"bulan_selesai": ""}, []),
        ({"bulan_mulai": "01/2025"}, []),
        ({"bulan_mulai": "01/01/2025", "bulan_selesai": "31/12/2025"}, []),
        ({"bulan_mulai": "Januari 2025", "bulan_selesai": "Des 2025"}, []),
        ({"bulan_mulai": "45658", "bulan_selesai": "46022"}, []),
        ({"bulan_mulai": "2025-01-01 00:00:00", "bulan_selesai": "2025-12-31 00:00:00"}, []),
        ({"bulan_mulai": "Jan-25"}, ["paid_unreadable"]),
        ({"bulan_mulai": "13/2025"}, ["paid_unreadable"]),
        ({"bulan_mulai": "Januari"}, ["paid_unreadable"]),
        ({"bulan_selesai": "2024-12"}, ["paid_unreadable"]),
    ],
)
def test_a_payment_of_the_province_is_nothing_without_its_months(tmp_path, changed, rejected):
    result = check(register(tmp_path / "p.csv", "province", changed), Source.province)

    assert result.rejects["reason"].to_list() == rejected


def test_a_defect_is_noted_only_for_columns_that_the_register_has(tmp_path):
    assert found(check(register(tmp_path / "p.csv", "province"), Source.province)) == {}
    assert found(check(register(tmp_path / "d.csv", "disability"), Source.disability)) == {}


def test_a_kind_of_disability_that_no_word_tells_is_still_a_disability(tmp_path):
    result = check(register(tmp_path / "d.csv", "disability", {"Jenis Disabilitas": "lainnya"}), Source.disability)

    assert (result.rows["disability"].to_list(), found(result)) == (["unspecified"], {"disability_unknown": 1})


@given(
    st.dates(date(1850, 1, 1), date(2030, 12, 31)), st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%y-%m-%d"])
)
def test_a_birth_date_is_read_by_columns_as_one_by_one(day, pattern):
    as_of, written = date(2024, 1, 1), day.strftime(pattern)
    frame = pl.DataFrame({"birth_date": [written, None, f" {written}", "05/05/1985"]})

    found = Checker(Source.dtks, frozenset(["birth_date"]), VILLAGES, as_of)._births(frame)

    read, how = read_birth(written, as_of)
    assert found["birth_date"].cast(str).to_list() == [read, None, read, "1985-05-05"]
    assert how is None or found[f"is_{how}"].to_list() == [True, False, True, False]
