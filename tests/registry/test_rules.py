import pytest

from jamsos.registry.rules import (
    Presence,
    Reading,
    SexReading,
    meaning_of_words,
    name_key,
    presence_of,
    presence_within,
    sound,
    suggested_nik,
)


def test_what_an_officer_said_of_a_file_is_kept_and_nothing_else():
    assert Reading().as_json() == {}
    assert Reading(layout="dtks", sex=next(iter(SexReading)), takes_struck=True).as_json() == {
        "layout": "dtks",
        "sex": next(iter(SexReading)),
        "takes_struck": True,
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Drs. Frans  Jehamun", "JEHAMUN FRANSISKUS"),
        ("Maria Jélita", "MARIA YELITA"),
        ("Ç\u0301ecilia", "Cecilia"),
        ("O'Te", "OTE"),
    ],
)
def test_spellings_of_one_name_have_one_key(one, other):
    assert name_key(one) == name_key(other) != ""


def test_an_initial_stands_for_a_name_where_the_sex_is_known_and_a_title_alone_is_a_name():
    assert name_key("M. Jelita", "female") == name_key("Maria Jelita")
    assert name_key("M. Jelita") != name_key("Maria Jelita")
    assert (name_key("Bapak"), name_key("")) == (name_key("BAPAK"), "") and name_key("Bapak")


@pytest.mark.parametrize(
    ("written", "nik"),
    [
        ("531599150380OOO1", "5315991503800001"),
        ("5315991503800001", None),
        ("53159915038OOO1", None),
        ("Oo", None),
        ("531599150380000X", None),
    ],
)
def test_letters_in_a_nik_are_read_as_the_digits_they_look_like(written, nik):
    assert suggested_nik(written) == nik


@pytest.mark.parametrize(
    ("text", "presence"),
    [
        ("Pindah", Presence.moved),
        ("ada", Presence.present),
        ("sudah pindah ke Ruteng 2023", Presence.moved),
        ("meninggal th 2022", Presence.died),
        ("tidak ditemukan waktu survei", Presence.not_found),
        ("rumah panggung", None),
        ("", None),
    ],
)
def test_a_remark_tells_who_is_not_there_any_more(text, presence):
    assert presence_within(text) is presence


def test_a_word_of_status_is_known_or_not():
    assert (presence_of("Tidak berdomisili"), presence_of("sudah pindah ke Ruteng")) == (Presence.moved, None)


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (["Pindah", "ada", "x"], "presence"),
        (["Kawin", "Belum Kawin", "x"], "marital_status"),
        (["ada", "x"], None),
        ([], None),
    ],
)
def test_a_column_of_unclear_name_holds_what_most_of_its_words_say(words, field):
    assert meaning_of_words(words) == field


SOUNDS = """
STEPHANUS STEFANUS
JOHANNES  YOHANES
MARYA     MARIA
CECILIA   SESILIA
CORNELIS  KORNELIS
VICTOR    FIKTOR
ZAKARIA   SAKARIA
XAVERIUS  KSAFERIUS
THERESIA  TERESIA
DJOKO     YOKO
TJAHYO    KAHIO
SJAHRIR   SAHRIR
OEMAR     UMAR
QUIRINUS  KIRINUS
QORI      KORI
CHARLES   KARLES
ROSALLIA  ROSALIA
YACOB     YAKOB
YYANI     YANI
"""


@pytest.mark.parametrize("line", SOUNDS.strip().splitlines())
def test_spellings_of_one_sound_are_written_in_one_way(line):
    written, spoken = line.split()

    assert sound(written) == spoken == sound(spoken)
