import pytest
from hypothesis import given
from hypothesis import strategies as st

from jamsos.donations import rules
from jamsos.donations.rules import ALPHABET, MatchOutcome, Pledge

FREE = st.text(ALPHABET, min_size=6, max_size=6)


def code(free):
    return rules.checked(free)


@given(FREE, st.integers(3, 9), st.sampled_from(ALPHABET))
def test_one_wrong_letter_is_noticed(free, place, letter):
    right = code(free)
    wrong = right[:place] + letter + right[place + 1 :]

    assert rules.is_well_formed(wrong) == (wrong == right)


@given(FREE, st.integers(3, 8))
def test_two_swapped_letters_are_noticed(free, place):
    right = code(free)
    swapped = right[:place] + right[place + 1] + right[place] + right[place + 2 :]

    assert rules.is_well_formed(swapped) == (swapped == right)


def test_fresh_codes_are_well_formed_short_and_unalike():
    codes = {rules.fresh_code() for _ in range(200)}

    assert len(codes) == 200
    assert all(rules.is_well_formed(each) and len(each) == 10 for each in codes)
    assert not set("".join(codes)[3:]) & set("01IL")


@pytest.mark.parametrize(
    "text",
    ["TRSF E-BANKING CR {} BUDI", "trf {} ibu maria", "QRIS/{}/0810", "{}"],
)
def test_a_code_is_found_wherever_it_stands(text):
    mine = code("K7M9QX")

    assert mine in rules.codes_in(text.format(mine))
    assert "DON20240012" in rules.codes_in(text.format("DON20240012"))


def test_a_code_is_found_where_the_bank_cuts_it():
    mine = code("K7M9QX")

    assert mine in rules.codes_in(f"SETOR TUNAI {mine[:5]} {mine[5:]} HAMBA ALLAH")
    assert mine in rules.codes_in(f"BI-FAST DON-{mine[3:6]}-{mine[6:].lower()}")


@pytest.mark.parametrize(
    ("signed", "pledge", "outcome"),
    [
        (100, Pledge(1, "A", 1, open=100, paid=0, aside=0), MatchOutcome.exact),
        (99, Pledge(1, "A", 1, open=100, paid=0, aside=0), MatchOutcome.partial),
        (50, Pledge(1, "A", 1, open=50, paid=50, aside=0), MatchOutcome.exact),
        (101, Pledge(1, "A", 1, open=100, paid=0, aside=0), MatchOutcome.over),
        (100, Pledge(1, "A", 1, open=0, paid=100, aside=0), MatchOutcome.duplicate),
        (100, Pledge(1, "A", 1, open=-5, paid=105, aside=0), MatchOutcome.duplicate),
        (100, None, MatchOutcome.unknown),
        (-100, Pledge(1, "A", 1, open=0, paid=100, aside=0), MatchOutcome.refunded),
        (-100, Pledge(1, "A", 1, open=0, paid=10, aside=100), MatchOutcome.refunded),
        (-100, Pledge(1, "A", 1, open=50, paid=50, aside=0), MatchOutcome.outgoing),
        (-100, None, MatchOutcome.outgoing),
    ],
)
def test_a_line_says_something_about_a_pledge(signed, pledge, outcome):
    assert rules.judge(signed, pledge) is outcome


def test_codes_for_paper_forms_are_all_different_and_well_formed():
    codes = rules.fresh_codes(500)
    assert len(set(codes)) == 500 and all(map(rules.is_well_formed, codes))


def test_references_are_words_with_a_digit_of_some_length():
    text = "QRIS/TRX-2024-0001 donasi Maria 12345 123456 " + "9" * 65

    assert rules.references_in(text) == {"TRX-2024-0001", "123456"}


@pytest.mark.parametrize(
    ("arrived", "returned", "is_late", "state"),
    [
        (0, 0, False, "waiting"),
        (0, 0, True, "expired"),
        (100, 0, True, "exact"),
        (99, 0, False, "partial"),
        (101, 0, False, "over"),
        (150, 50, False, "exact"),
        (100, 1, False, "partial"),
        (100, 100, False, "refunded"),
        (100, 101, False, "refunded"),
    ],
)
def test_a_pledge_stands_by_what_arrived_and_went_back(arrived, returned, is_late, state):
    assert rules.pledge_state(100, arrived, returned, is_late) == state


def test_a_code_is_checked_by_the_places_of_its_letters():
    assert (rules.checked("222222"), rules.checked("322222"), rules.checked("223456")) == (
        "DON2222222",
        "DON3222223",
        "DON223456N",
    )


def test_words_of_four_to_twenty_five_letters_may_be_codes_and_a_line_may_cut_them():
    found = rules.codes_in(f"ABC ABCD {'A' * 25} {'B' * 26} DON2024\n0012")

    assert {"ABCD", "A" * 25, "DON20240012"} <= found
    assert not {"ABC", "B" * 26} & found


def test_a_reference_has_six_to_sixty_four_letters_of_any_case():
    assert rules.references_in(f"abc12 abcd12 {'1' * 64} {'2' * 65}") == {"abcd12", "1" * 64}


@pytest.mark.parametrize(
    ("signed", "pledge", "outcome"),
    [
        (0, None, MatchOutcome.unknown),
        (1, Pledge(1, "A", 1, open=1, paid=0, aside=0), MatchOutcome.exact),
    ],
)
def test_a_line_of_a_rupiah_or_none_is_judged_like_any(signed, pledge, outcome):
    assert rules.judge(signed, pledge) == outcome
