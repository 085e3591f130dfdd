"""Every expected defect of real extracts: the row, its code, and the treatment.

The list is that of the domain's dossier ("Defects to expect in real extracts"); two rows or a whole file show the defects that
one row cannot.
"""

from dataclasses import dataclass, field
from datetime import date

import polars as pl
import pytest
from sqlalchemy import text

from jamsos.access.rules import COMMAND_LINE
from jamsos.people.service import match_people
from jamsos.registry.errors import ExtractIsOfFamilies
from jamsos.registry.files.extract import open_extract
from jamsos.registry.rules import Defect, Source, Treatment, treatment
from jamsos.registry.service import load_extract
from jamsos.registry.validation import Checker
from jamsos.registry.village_matching import Villages
from tests.extracts import DTKS, GOOD, OTHERS, dtks, ods, register, row, workbook

VILLAGES = [
    ("53.15.05.2001", "Komodo", "Komodo"),
    ("53.15.02.2001", "Golo Ru'u", "Kuwus"),
    ("53.15.04.2003", "Golo Ndaring", "Sano Nggoang"),
]


@dataclass(frozen=True)
class Case:
    """A row with what differs from a good one; the defects it gets; what the facts then are."""

    changed: dict[str, str]
    defects: dict[str, str]
    facts: dict[str, object] = field(default_factory=dict)


ASIDE, CLEANED, WARNED = Treatment.quarantined, Treatment.cleaned, Treatment.warned
NOWHERE = {"kode_desa": "", "nama_desa": "", "nama_kecamatan": ""}

CASES = {
    # NIK read as a number by a spreadsheet
    "NIK in scientific notation": Case({"nik_art": "5,31599E+15"}, {"nik_scientific": ASIDE}),
    "NIK in scientific notation with a point": Case({"nik_art": "5.31599E+15"}, {"nik_scientific": ASIDE}),
    "last digits of the NIK turned to 0000": Case({"nik_art": "5315994505850000"}, {"nik_rounded": ASIDE}),
    # A NIK of Papua exceeds 2^53: it is text everywhere, so every digit stays
    "NIK beyond 2^53": Case({"nik_art": "9415994505850001"}, {}, {"nik": "9415994505850001"}),
    # Apostrophe, spaces, no-break space, dots
    "apostrophe before the NIK": Case({"nik_art": "'5315994505850001"}, {"nik_cleaned": CLEANED}, {"nik": GOOD["nik_art"]}),
    "spaces around the NIK": Case({"nik_art": " 5315994505850001 "}, {"nik_cleaned": CLEANED}, {"nik": GOOD["nik_art"]}),
    "no-break space in the NIK": Case({"nik_art": "531599\u00a04505850001"}, {"nik_cleaned": CLEANED}, {"nik": GOOD["nik_art"]}),
    "dots in the NIK": Case({"nik_art": "5315.9945.0585.0001"}, {"nik_cleaned": CLEANED}, {"nik": GOOD["nik_art"]}),
    "no width and a mark of direction around the NIK": Case(
        {"nik_art": "\u200b\u202a5315994505850001\u202c"}, {"nik_cleaned": CLEANED}, {"nik": GOOD["nik_art"]}
    ),
    "a typographic apostrophe before the NIK": Case(
        {"nik_art": "\u20185315994505850001"}, {"nik_cleaned": CLEANED}, {"nik": GOOD["nik_art"]}
    ),
    "the NIK as a formula that keeps it text": Case({"nik_art": '="5315994505850001"'}, {"nik_cleaned": CLEANED}, {"nik": GOOD["nik_art"]}),
    # 15 or 17 digits; letters
    "NIK of 15 digits": Case({"nik_art": "531599450585001"}, {"nik_length": ASIDE}),
    "NIK of 17 digits": Case({"nik_art": "53159945058500012"}, {"nik_length": ASIDE}),
    "letter O for 0": Case({"nik_art": "531599450585OOO1"}, {"nik_letters": ASIDE}),
    "letter I for 1": Case({"nik_art": "5315994505850OOI"}, {"nik_letters": ASIDE}),
    # Changed places
    "NIK and KK number changed places": Case(
        {"nik_art": GOOD["no_kk"], "no_kk": GOOD["nik_art"]},
        {"nik_kk_swapped": CLEANED},
        {"nik": GOOD["nik_art"], "kk": GOOD["no_kk"]},
    ),
    "name and address changed places": Case(
        {"nama_art": "DUSUN GORONTALO", "alamat": "MARIA JELITA"},
        {"name_address_swapped": CLEANED},
        {"full_name": "MARIA JELITA", "address": "DUSUN GORONTALO"},
    ),
    # The region in the NIK is where it was first given
    "NIK of another regency": Case({"nik_art": "5310014505850001"}, {}, {"nik": "5310014505850001"}),
    "NIK of no province": Case({"nik_art": "9915994505850001"}, {"nik_region_unknown": WARNED}, {"nik": "9915994505850001"}),
    # A lawful NIK may contradict the row (PP 40/2019 art. 30(2))
    "NIK of another birth date": Case({"tanggal_lahir": "06/05/1985"}, {"nik_contradicts_birth": WARNED}),
    "NIK of the other sex": Case({"jenis_kelamin": "L"}, {"nik_contradicts_sex": WARNED}),
    "impossible date in the NIK": Case({"nik_art": "5315999905850001"}, {"nik_date_impossible": WARNED}),
    "no NIK": Case({"nik_art": ""}, {"nik_missing": WARNED}, {"nik": None}),
    "no NIK, in words": Case({"nik_art": "belum ada"}, {"nik_missing": WARNED}, {"nik": None}),
    "no NIK, as a nought": Case({"nik_art": "0"}, {"nik_missing": WARNED}, {"nik": None}),
    "no NIK, as sixteen noughts": Case({"nik_art": "0000000000000000"}, {"nik_missing": WARNED}, {"nik": None}),
    "digits of another script": Case({"nik_art": "\uff15315994505850001"}, {"nik_letters": ASIDE}),
    # The KK number as a spreadsheet leaves it
    "KK number in scientific notation": Case({"no_kk": "5,3159901011000E+15"}, {"kk_malformed": WARNED}, {"kk": None}),
    "last digits of the KK number turned to 0000": Case({"no_kk": "5315990101100000"}, {"kk_malformed": WARNED}, {"kk": None}),
    "letter O in the KK number": Case({"no_kk": "5315990101100O001"}, {"kk_malformed": WARNED}, {"kk": None}),
    "dots in the KK number": Case({"no_kk": "'5315.9901.0110.0001"}, {"kk_cleaned": CLEANED}, {"kk": GOOD["no_kk"]}),
    # Other numbers that are tidied
    "telephone number with its country": Case({"no_hp": "+62 812-3456-7890"}, {"phone_cleaned": CLEANED}, {"phone": "081234567890"}),
    "telephone number that is none": Case({"no_hp": "ada"}, {"phone_malformed": WARNED}, {"phone": None}),
    # Dates
    "date as dd/mm/yyyy": Case({"tanggal_lahir": "05/05/1985"}, {}, {"birth_date": date(1985, 5, 5)}),
    "date as a serial number": Case({"tanggal_lahir": "31172"}, {"birth_serial": CLEANED}, {"birth_date": date(1985, 5, 5)}),
    "1 January as a placeholder": Case(
        {"tanggal_lahir": "01/01/1985", "nik_art": "5315994101850001"}, {"birth_placeholder": WARNED}, {"birth_date": date(1985, 1, 1)}
    ),
    "year in two digits": Case({"tanggal_lahir": "05/05/85"}, {"birth_two_digits": WARNED}, {"birth_date": None}),
    "a day that does not exist": Case({"tanggal_lahir": "31/02/1985"}, {"birth_impossible": WARNED}, {"birth_date": None}),
    "an apostrophe before the date": Case(
        {"tanggal_lahir": "'05/05/1985"}, {"birth_cleaned": CLEANED}, {"birth_date": date(1985, 5, 5)}
    ),
    "August as it is shortened": Case(
        {"tanggal_lahir": "05 Agt 1985", "nik_art": "5315994508850001"}, {"birth_cleaned": CLEANED}, {"birth_date": date(1985, 8, 5)}
    ),
    "a spreadsheet's day nought": Case({"tanggal_lahir": "1899-12-31 00:00:00"}, {"birth_impossible": WARNED}, {"birth_date": None}),
    "a database's first day": Case({"tanggal_lahir": "01/01/1900"}, {"birth_impossible": WARNED}, {"birth_date": None}),
    "no birth date": Case({"tanggal_lahir": ""}, {"birth_missing": WARNED}, {"birth_date": None}),
    # Names: the key is made alike, the spelling is kept
    "title before the name": Case(
        {"nama_art": "Hj. MARIA JELITA"}, {"name_titled": CLEANED}, {"full_name": "Hj. MARIA JELITA", "name_key": "MARIA YELITA"}
    ),
    "title after the name": Case({"nama_art": "MARIA JELITA, S.Pd"}, {}, {"full_name": "MARIA JELITA, S.Pd"}),
    "Fransiskus as Frans": Case({"nama_art": "FRANS JELITA"}, {}, {"full_name": "FRANS JELITA", "name_key": "FRANSISKUS YELITA"}),
    "Theresia as Teresia": Case({"nama_art": "THERESIA JELITA"}, {}, {"name_key": "TERESIA YELITA"}),
    "M. for Maria": Case({"nama_art": "M. JELITA"}, {}, {"full_name": "M. JELITA", "name_key": "MARIA YELITA"}),
    "a single name": Case({"nama_art": "YULIANA"}, {}, {"full_name": "YULIANA", "name_key": "YULIANA"}),
    "two spaces in the name": Case({"nama_art": "MARIA  JELITA"}, {"name_cleaned": CLEANED}, {"full_name": "MARIA JELITA"}),
    "no name": Case({"nama_art": ""}, {"name_missing": ASIDE}),
    # Villages typed as text
    "village by its name": Case(
        NOWHERE | {"nama_desa": "GOLO RUU", "nama_kecamatan": "KUWUS"}, {"village_by_name": CLEANED}, {"village_code": "53.15.02.2001"}
    ),
    "village with another apostrophe": Case(
        NOWHERE | {"nama_desa": "Golo Ru`u", "nama_kecamatan": "Kuwus"}, {"village_by_name": CLEANED}, {"village_code": "53.15.02.2001"}
    ),
    "village spelt otherwise": Case(
        NOWHERE | {"nama_desa": "Golo Ndarring", "nama_kecamatan": "Sano Nggoang"},
        {"village_by_likeness": CLEANED},
        {"village_code": "53.15.04.2003"},
    ),
    "village under the district it belonged to before": Case(
        NOWHERE | {"nama_desa": "GOLO NDARING", "nama_kecamatan": "KOMODO"},
        {"village_by_likeness": CLEANED},
        {"village_code": "53.15.04.2003"},
    ),
    "village's code with blanks": Case(
        NOWHERE | {"kode_desa": " 53 15 05 2001 "}, {"village_code_cleaned": CLEANED}, {"village_code": "53.15.05.2001"}
    ),
    "village's code behind an apostrophe": Case(
        NOWHERE | {"kode_desa": "'5315052001"}, {"village_code_cleaned": CLEANED}, {"village_code": "53.15.05.2001"}
    ),
    "village's code as a number with a decimal": Case(
        NOWHERE | {"kode_desa": "5315052001.0"}, {"village_code_cleaned": CLEANED}, {"village_code": "53.15.05.2001"}
    ),
    "village's code without dots": Case(NOWHERE | {"kode_desa": "5315052001"}, {}, {"village_code": "53.15.05.2001"}),
    # The code and the name written beside it
    "code of one village, name of another": Case(
        {"nama_desa": "Golo Ndaring"}, {"village_contradicts_name": WARNED}, {"village_code": "53.15.05.2001"}
    ),
    "code of one village, name of none": Case(
        {"nama_desa": "Wae Mulu"}, {"village_contradicts_name": WARNED}, {"village_code": "53.15.05.2001"}
    ),
    "code and its name spelt otherwise": Case({"nama_desa": "Desa Komoddo"}, {}, {"village_code": "53.15.05.2001"}),
    "code and a dash for its name": Case({"nama_desa": "-"}, {}, {"village_code": "53.15.05.2001"}),
    # Relation to the head of the household
    "relation that is none of the usual": Case({"hubungan_keluarga": "MENANTU"}, {}, {"relation": "other"}),
    "relation nobody knows": Case({"hubungan_keluarga": "XYZ"}, {"relation_unknown": WARNED}, {"relation": "other"}),
    "village nobody knows": Case(NOWHERE | {"nama_desa": "ANTAH"}, {"village_unknown": ASIDE}),
    "village of another regency": Case(NOWHERE | {"kode_desa": "53.10.01.2001"}, {"outside_regency": ASIDE}),
    # Too old, or dead
    "65 years old": Case({"tanggal_lahir": "01/12/1958", "nik_art": "5315994112580001"}, {"age_over": WARNED}),
    "64 years old": Case({"tanggal_lahir": "02/01/1959", "nik_art": "5315994201590001"}, {}),
}  # fmt: skip


def checked(path, source):
    extract = open_extract(path, source)
    [found] = map(Checker(source, frozenset(extract.columns), VILLAGES, date(2024, 1, 1)).check, extract.slices())
    return found


@pytest.mark.parametrize("case", CASES)
def test_a_row_gets_the_code_of_its_defect_and_its_treatment(tmp_path, case):
    given = CASES[case]

    found = checked(dtks(tmp_path / "dtks.csv", row(**given.changed)), Source.dtks)

    codes = {code: treatment(Defect(code)) for code, count in found.defects().items() if count}
    assert codes == given.defects
    is_aside = ASIDE in given.defects.values()
    assert (found.rows.height, found.rejects.height) == ((0, 1) if is_aside else (1, 0))
    for fact, value in given.facts.items():
        assert found.rows[fact].to_list() == [value]
    if CLEANED in given.defects.values():  # the cleaning stands in the row
        assert found.rows["warnings"].to_list() == [list(given.defects)]


def numeric_cell(path):
    header = DTKS.split(";")
    cells = [GOOD[name] for name in header]
    cells[header.index("nik_art")] = 5315994505850010
    return workbook(path.with_suffix(".xlsx"), [header, cells])


def numeric_column(kind):
    def make(path):
        pl.DataFrame([GOOD | {"nik_art": 5315994505850010}]).with_columns(pl.col("nik_art").cast(kind)).write_parquet(
            path
        )
        return path

    return make


@pytest.mark.parametrize("make", [numeric_cell, numeric_column(pl.Int64), numeric_column(pl.Float64)])
def test_a_nik_that_a_file_keeps_as_a_number_is_put_aside_whatever_it_says(tmp_path, make):
    found = checked(make(tmp_path / "register"), Source.dtks)

    assert found.rejects["reason"].to_list() == ["nik_rounded"]
    assert treatment(Defect.nik_rounded) is ASIDE


def kept_as_a_number(form, changed):
    def make(path):
        cells = GOOD | changed
        if form == "parquet":
            pl.DataFrame([cells]).write_parquet(path)
            return path
        lines = [list(cells), list(cells.values())]
        return workbook(path.with_suffix(".xlsx"), lines) if form == "xlsx" else ods(path, {"Data": lines})

    return make


@pytest.mark.parametrize("form", ["xlsx", "ods", "parquet"])
def test_a_kk_number_that_a_file_keeps_as_a_number_is_not_used_because_other_families_have_it_too(tmp_path, form):
    found = checked(kept_as_a_number(form, {"no_kk": 5315990101100010})(tmp_path / "register"), Source.dtks)

    assert found.rows.select("kk", "warnings").rows() == [(None, ["kk_malformed"])]
    assert found.rejects.is_empty()


FAMILIES = {
    "cut as a number": ({"id_dtks": 5315000000000010, "no_kk": ""}, None, ["kk_malformed"]),
    "in scientific notation": ({"id_dtks": "5,31500E+15", "no_kk": ""}, None, ["kk_malformed"]),
    "shown as cut by a repair workbook": ({"id_dtks": "531500000000001?", "no_kk": ""}, None, ["kk_malformed"]),
    "a number short enough": ({"id_dtks": 5315000010, "no_kk": ""}, "5315000010", []),
    "cut, beside a whole KK number": ({"id_dtks": 5315000000000010}, "5315000000000010", []),
}


@pytest.mark.parametrize("case", FAMILIES)
def test_a_familys_own_number_that_is_cut_brings_no_strangers_into_one_household(tmp_path, case):
    changed, household, warnings = FAMILIES[case]

    found = checked(kept_as_a_number("xlsx", changed)(tmp_path / "register"), Source.dtks)

    assert found.rows.select("household", "warnings").rows() == [(household, warnings)]


def test_a_person_who_died_as_the_register_says_is_noted(tmp_path):
    found = checked(register(tmp_path / "dtsen.csv", "dtsen", {"keberadaan": "MENINGGAL"}), Source.dtsen)

    assert found.rows["warnings"].to_list() == [["reported_dead"]]
    assert treatment(Defect.reported_dead) is WARNED


def test_a_list_of_heads_of_households_is_refused_because_they_are_not_the_workers(tmp_path):
    families = {"Kepala Keluarga" if name == "Nama" else name: value for name, value in OTHERS["p3ke"].items()}
    (tmp_path / "p3ke.csv").write_text(";".join(families) + "\n" + ";".join(families.values()) + "\n")

    with pytest.raises(ExtractIsOfFamilies):
        open_extract(tmp_path / "p3ke.csv", Source.p3ke)


SEVERAL = {
    "the same NIK twice with different names": ({"nama_art": "YOSEF BARUS", "jenis_kelamin": "L"}, "other_name"),
    "the same person with two NIK": ({"nik_art": "5315994505850002"}, "second_nik"),
}


@pytest.mark.parametrize("case", SEVERAL)
async def test_what_only_two_rows_show_waits_for_an_officer(connection, sealer, tmp_path, case):
    changed, kind = SEVERAL[case]
    path = dtks(tmp_path / "dtks.csv", row(), row(**changed))
    result = await load_extract(
        connection, COMMAND_LINE, sealer, path, source=Source.dtks, as_of=date(2024, 1, 1), office_code="53.15"
    )

    await match_people(connection, COMMAND_LINE, sealer, office_code="53.15")

    assert (result.defects.get("nik_repeated", 0) == 1) == (kind == "other_name")
    reviews = await connection.execute(text("select kind from programme.match_reviews"))
    assert reviews.scalars().all() == [kind]


def test_a_name_of_one_district_and_a_likeness_in_another_is_nobodys_guess():
    known = Villages([("53.15.04.2001", "Golo Ndaring", "Sano Nggoang"), ("53.15.07.2019", "Golo Ndari", "Welak")])

    assert known.find(None, "Golo Ndari", "Welak") == ("53.15.07.2019", "village_by_name", None)
    assert known.find(None, "Golo Ndari", "Sano Nggoang") == (None, "village_unknown", None)


@pytest.mark.parametrize("district", ["", "Antah"])
def test_of_two_villages_with_one_name_none_is_taken_without_its_district(district):
    known = Villages([("53.15.04.2001", "Wae Bangka", "Lembor"), ("53.15.07.2019", "Wae Bangka", "Welak")])

    assert known.find(None, "Wae Bangka", district) == (None, "village_unknown", None)
    assert known.find(None, "Wae Bangka", "Welak") == ("53.15.07.2019", "village_by_name", None)


def test_of_two_names_that_are_alike_the_one_that_is_written_contradicts_the_others_code():
    known = Villages([("53.15.04.2001", "Golo Ndaring", "Sano Nggoang"), ("53.15.07.2019", "Golo Ndari", "Welak")])

    assert known.find("53.15.04.2001", "Golo Ndari", "Welak") == ("53.15.04.2001", "village_contradicts_name", None)
    assert known.find("53.15.04.2001", "Golo Ndarring", "") == ("53.15.04.2001", None, None)


TIDIED = {
    "a decile in words": ("dtsen", {"desil": "Desil 3"}, "decile_cleaned", ("decile", 3)),
    "a KPJ with dots": (
        "province",
        {"kpj": "25.123.456.789"},
        "membership_cleaned",
        ("membership_number", "25123456789"),
    ),
    "months as serial numbers": ("province", {"bulan_mulai": "45658"}, "paid_cleaned", ("paid_from", date(2025, 1, 1))),
}


@pytest.mark.parametrize("case", TIDIED)
def test_what_only_other_registers_have_is_tidied_with_a_record_of_it(tmp_path, case):
    source, changed, defect, (fact, value) = TIDIED[case]

    found = checked(register(tmp_path / "x.csv", source, changed), Source(source))

    assert found.rows.select(fact, "warnings").rows() == [(value, [defect])]
    assert treatment(Defect(defect)) is CLEANED


def test_every_defect_has_one_treatment_and_the_same_group_puts_rows_aside():
    by = {each: {defect for defect in Defect if treatment(defect) is each} for each in Treatment}

    assert sum(map(len, by.values())) == len(Defect)
    assert {Defect.nik_length, Defect.nik_letters, Defect.nik_scientific, Defect.nik_rounded} < by[ASIDE]
    assert {Defect.nik_contradicts_birth, Defect.nik_contradicts_sex} < by[WARNED]
