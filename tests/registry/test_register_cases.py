"""Registers of offices (tests/cases/registers): each is recognised by its layout and read correctly, or refused with a question."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from jamsos.registry.errors import ExtractAddsFacts, ExtractVillageNeeded
from jamsos.registry.files.extract import open_extract
from jamsos.registry.rules import DateReading, Reading, SexReading, Source
from jamsos.registry.validation import Checker

CASES = Path(__file__).parents[1] / "cases" / "registers"
VILLAGES = [("53.15.05.2001", "Komodo", "Komodo"), ("53.15.05.2002", "Gorontalo", "Komodo")]
SIX = [
    ("5315995203850001", "female", date(1985, 3, 12)),
    ("5315990411790002", "male", date(1979, 11, 4)),
    ("5315995509920003", "female", date(1992, 9, 15)),
    ("5315992902960004", "male", date(1996, 2, 29)),
    ("5315990107700005", "male", date(1970, 7, 1)),
    ("5315994212880006", "female", date(1988, 12, 2)),
]
THREE = [
    ("5315995505850001", "female", date(1985, 5, 15)),
    ("5315991203790002", "male", date(1979, 3, 12)),
    ("5315994711930003", "female", date(1993, 11, 7)),
]


def case(start):
    [path] = CASES.glob(f"{start}*")
    return path


class Read:
    """A case as it is read and checked."""

    def __init__(self, start, source=None, **said):
        reading = Reading(**said)
        self.extract = open_extract(case(start), source, reading)
        fields = frozenset(self.extract.columns) | frozenset(self.extract.told)
        self.checker = Checker(self.extract.register, fields, VILLAGES, date(2026, 1, 1), reading=reading)
        checked = [self.checker.check(frame) for frame in self.extract.slices()]
        self.rows = pl.concat([each.rows for each in checked])
        self.rejects = pl.concat([each.rejects for each in checked])
        self.defects = {code: count for each in checked for code, count in each.defects().items() if count}

    def facts(self):
        return self.rows.select("nik", "sex", "birth_date").rows()

    def values(self, field):
        return self.rows[field].to_list()


@pytest.mark.parametrize(
    ("start", "layout", "register", "people"),
    [
        ("B2-", "siak", Source.civil_registry, THREE),
        ("C-", "bip_2016", Source.civil_registry, THREE),
        ("r06", "dtks", Source.dtks, SIX),
        ("r12", "dtks", Source.dtks, SIX),
        ("r22", "general", Source.office, SIX),
        ("r26", "dtks", Source.dtks, SIX),
        ("r28", "opensid", Source.village, SIX),
        ("r30", "bip_2012", Source.civil_registry, SIX),
        ("r33", "siksng", Source.dtks, SIX),
        ("r34", "p3ke", Source.p3ke, SIX),
        ("r49", "dtks", Source.dtks, SIX),
        ("r55", "dtks", Source.dtks, SIX),
        ("r63", "dtks", Source.dtks, SIX),
        ("r74", "dtks", Source.dtks, SIX),
        ("r79", "dtks", Source.dtks, SIX),
        ("r89", "dtks", Source.dtks, SIX),
    ],
)
def test_a_file_is_recognised_and_its_people_are_read(start, layout, register, people):
    found = Read(start)

    assert (found.extract.layout.name, found.extract.register) == (layout, register)
    assert found.facts() == people
    assert found.rejects.height == 0
    assert set(found.values("village_code")) <= {"53.15.05.2001", "53.15.05.2002"}


def test_a_village_system_s_codes_are_read_by_their_public_list():
    found = Read("A-", village_code="53.15.05.2002")

    assert (found.extract.layout.name, found.facts()) == ("opensid", THREE)
    assert found.rows.select("relation", "marital_status", "occupation", "occupation_text", "presence").rows() == [
        ("spouse", "married", "farmer", "PETANI/PEKEBUN", "present"),
        ("head", "married", "farmer", "PETANI/PEKEBUN", "present"),
        ("head", "married", "farmer", "PETANI/PEKEBUN", "present"),
    ]
    assert found.values("disability") == [None, None, None]
    assert found.values("village_code") == ["53.15.05.2002"] * 3


def test_a_file_that_is_one_village_s_is_asked_for_it_once():
    for start in ("A-", "r35"):
        with pytest.raises(ExtractVillageNeeded, match="give its code with --village"):
            open_extract(case(start))


def test_numbers_of_a_questionnaire_are_headers_too():
    found = Read("r35", village_code="53.15.05.2001")

    assert (found.extract.layout.name, found.extract.register) == ("regsosek_2022", Source.regsosek)
    assert [(nik, born) for nik, _, born in found.facts()] == [(nik, born) for nik, _, born in SIX]
    assert found.values("presence") == ["present"] * 6
    assert found.values("marital_status") == ["married"] * 6


@pytest.mark.parametrize("start", ["B4-", "B5-", "r79"])
@pytest.mark.parametrize("source", [Source.dtks, Source.dtsen, Source.p3ke])
def test_a_village_told_by_its_name_alone_is_enough_for_every_register(start, source):
    found = Read(start, source)

    assert found.extract.register is source
    assert (found.rejects.height, found.defects) == (0, {})


def test_who_is_dead_gone_or_invalid_is_recorded_as_that():
    for start in ("r29-", "r29b"):
        found = Read(start)

        assert found.extract.layout.name == "siak"
        assert dict(zip(found.values("nik"), found.values("presence"), strict=True)) == {
            SIX[0][0]: "present", SIX[1][0]: "died", SIX[2][0]: "moved", SIX[4][0]: "present", SIX[5][0]: "present",
        }  # fmt: skip
        assert found.rejects.select("line", "reason").rows() == [(5, "record_invalid")]
        assert {"NIK Ayah", "NIK Ibu"} <= set(found.extract.unread)


def test_a_title_block_tells_the_village_and_a_row_above_the_family():
    found = Read("C-")

    assert found.extract.told == {"district_name": "KOMODO", "village_name": "GORONTALO"}
    assert found.rows.select("line", "kk", "address", "relation", "village_code").rows() == [
        (10, "5315990101100001", "WAE CICU", "spouse", "53.15.05.2002"),
        (11, "5315990101100001", "WAE CICU", "head", "53.15.05.2002"),
        (13, "5315990101100002", "WAE CICU", "head", "53.15.05.2002"),
    ]


def test_a_header_of_its_own_above_each_family_is_no_row():
    found = Read("r30")

    assert found.rows.select("line", "kk", "address").rows() == [
        (line, f"531599010110000{family}", "DUSUN")
        for family, lines in ((1, (11, 12)), (2, (16, 17)), (3, (21, 22)))
        for line in lines
    ]


def test_deciles_by_family_card_are_no_register_of_persons():
    with pytest.raises(ExtractAddsFacts, match="siksng_decile"):
        open_extract(case("E-"))


@pytest.mark.parametrize("start", ["r06", "r12"])
def test_a_number_of_sixteen_digits_that_ends_in_no_zero_was_not_cut_and_is_noted(start):
    assert Read(start).defects == {"nik_was_number": 6}


@pytest.mark.parametrize(
    ("start", "other", "as_read", "turned"), [("r14", DateReading.month_first, 0, 6), ("r21", DateReading.turned, 0, 4)]
)
def test_the_order_of_day_and_month_is_judged_over_the_whole_column(start, other, as_read, turned):
    assert Read(start).checker.survey.better_days() == (other, as_read, turned)
    assert Read(start, dates=other).facts() == SIX


def test_the_coding_of_sex_is_judged_over_the_whole_column():
    assert Read("r25").checker.survey.better_sexes() == (0, 3)
    assert Read("r25", sex=SexReading.turned).facts() == SIX


def test_words_of_status_in_a_name_are_facts():
    found = Read("r26")

    assert found.values("presence") == [None, "died", None, None, None, None]
    assert found.values("full_name")[1] == "YOSEF BIN HALU (ALM)"
    assert found.defects["reported_dead"] == 1


@pytest.mark.parametrize(
    ("start", "reason", "lines", "said"),
    [
        ("r39", "row_hidden", [3, 5], {"takes_hidden": True}),
        ("r44", "row_struck", [3], {"takes_struck": True}),
        ("r84", "row_shifted", [4], {}),
    ],
)
def test_rows_that_are_hidden_struck_through_or_shifted_are_put_aside_by_line(start, reason, lines, said):
    found = Read(start)

    assert found.rejects.select("line", "reason").rows() == [(line, reason) for line in lines]
    assert found.rows.height == 6 - len(lines)
    if said:
        assert Read(start, **said).facts() == SIX


def test_a_nul_in_a_cell_is_read_as_a_blank_and_noted():
    found = Read("r55")

    assert found.values("address") == ["DU SUN KAMPUNG TENGAH"] * 2 + ["DUSUN KAMPUNG TENGAH"] * 4
    assert found.defects == {"nul_removed": 2}


def test_one_nik_for_all_rows_is_told_row_by_row():
    found = Read("r81")

    assert found.defects == {"nik_date_impossible": 6, "nik_repeated": 5}


def test_of_a_telephone_number_that_lost_digits_nothing_is_made():
    assert Read("r89").values("phone") == [None, "081234567890", "081234567890", "081234567890", None, "038541234"]
