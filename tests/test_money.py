import pytest
from hypothesis import given
from hypothesis import strategies as st

from jamsos.money import grouped, in_words, rupiah_text

WORDS = """
0            nol
11           sebelas
16           enam belas
100          seratus
1000         seribu
1100         seribu seratus
11000        sebelas ribu
1001000      satu juta seribu
16800        enam belas ribu delapan ratus
201600000    dua ratus satu juta enam ratus ribu
570326400    lima ratus tujuh puluh juta tiga ratus dua puluh enam ribu empat ratus
937238400    sembilan ratus tiga puluh tujuh juta dua ratus tiga puluh delapan ribu empat ratus
1114448000   satu miliar seratus empat belas juta empat ratus empat puluh delapan ribu
"""

DIGITS = "nol satu dua tiga empat lima enam tujuh delapan sembilan"
VALUES = {word: number for number, word in enumerate(DIGITS.split())}
SCALES = {"ribu": 10**3, "juta": 10**6, "miliar": 10**9, "triliun": 10**12}


def read(words):
    """Terbilang back to a number, by a different road than in_words takes."""
    total = group = digit = 0
    for word in words.replace("seribu", "satu ribu").replace("seratus", "satu ratus").split():
        match word:
            case "sepuluh":
                digit = 10
            case "sebelas":
                digit = 11
            case "belas":
                digit += 10
            case "puluh":
                group, digit = group + digit * 10, 0
            case "ratus":
                group, digit = group + digit * 100, 0
            case scale if scale in SCALES:
                total, group, digit = total + (group + digit) * SCALES[scale], 0, 0
            case _:
                digit = VALUES[word]
    return total + group + digit


@pytest.mark.parametrize("line", WORDS.strip().splitlines())
def test_a_sum_is_spelled_as_offices_spell_it(line):
    number, words = line.split(maxsplit=1)
    assert in_words(int(number)) == words


@given(st.integers(0, 10**15 - 1))
def test_a_spelled_sum_reads_back(number):
    assert read(in_words(number)) == number


def test_rupiah_are_grouped_by_points():
    assert rupiah_text(570_326_400) == "Rp570.326.400"
    assert rupiah_text(-16_800) == "-Rp16.800"


def test_a_negative_sum_is_spelled_and_written_with_its_sign():
    assert (in_words(-11_000), rupiah_text(-16_800)) == ("minus sebelas ribu", "-Rp16.800")
    assert (grouped(4649, "id"), grouped(4649, "en")) == ("4.649", "4,649")
