from datetime import date

import pytest

from jamsos.access.rules import Officer
from jamsos.complaints.rules import (
    ComplaintStep,
    Decision,
    code_key,
    due,
    is_remedy_due,
    new_code,
    step_mistake,
    words_mistake,
)

MARIA, YOSEF, AGNES = Officer(1, "Maria"), Officer(2, "Yosef"), Officer(3, "Agnes")
ANSWERED, DECIDED, APPEALED, AGAIN, REMEDIED = ComplaintStep


@pytest.mark.parametrize(
    ("done", "step", "officer", "mistake"),
    [
        ({}, ANSWERED, MARIA, None),
        ({}, DECIDED, MARIA, "complaint.step.early"),
        ({}, APPEALED, None, "complaint.step.early"),
        ({"answered": MARIA}, ANSWERED, YOSEF, "complaint.step.done"),
        ({"answered": MARIA}, DECIDED, MARIA, "officer.same"),
        ({"answered": MARIA}, DECIDED, YOSEF._replace(voucher_ids=frozenset({1})), "officer.issuer"),
        ({"answered": MARIA}, DECIDED, YOSEF, None),
        ({"answered": MARIA, "decided": YOSEF}, APPEALED, None, None),
        ({"answered": MARIA, "decided": YOSEF}, AGAIN, AGNES, "complaint.step.early"),
        ({"answered": MARIA, "decided": YOSEF, "appealed": None}, AGAIN, YOSEF, "officer.same"),
        ({"answered": MARIA, "decided": YOSEF, "appealed": None}, AGAIN, AGNES, None),
    ],
)
def test_each_step_comes_in_its_turn_and_from_another_officer(done, step, officer, mistake):
    assert step_mistake(done, step, officer) == mistake


def test_a_code_is_easy_to_copy_and_hard_to_guess():
    codes = {new_code() for _ in range(1_000)}

    assert len(codes) == 1_000
    assert all(len(code) == 14 and not set(code) & set("01IO") for code in codes)
    assert code_key("k7qm 2xwp-9drt") == code_key("K7QM-2XWP-9DRT") == "K7QM2XWP9DRT"


def test_a_complaint_is_decided_within_sixty_days():
    assert due(date(2024, 1, 1)) == date(2024, 3, 1)


@pytest.mark.parametrize(
    ("words", "is_ours", "mistake"),
    [
        ("Urutan 1.204 dari 2.000, Rp201.600.000; 2024-01-04 2024-12-31.", True, None),
        (" \n", True, "complaint.words.missing"),
        ("", False, "complaint.words.missing"),
        ("Tetangga Ibu, 5315990101840001, di atas", True, "complaint.words.number"),
        ("531599 010184 0001", True, "complaint.words.number"),
        ("5315-9901-0184-0001", True, "complaint.words.number"),
        ("NIK saya 5315990101840001", False, None),
    ],
)
def test_words_say_something_and_an_answer_holds_nobodys_number(words, is_ours, mistake):
    assert words_mistake(words, is_ours=is_ours) == mistake


@pytest.mark.parametrize(
    ("steps", "is_due"),
    [
        ([], False),
        ([(ANSWERED, None)], False),
        ([(ANSWERED, None), (DECIDED, Decision.upheld)], True),
        ([(DECIDED, Decision.rejected)], False),
        ([(DECIDED, Decision.rejected), (APPEALED, None)], False),
        ([(DECIDED, Decision.upheld), (APPEALED, None)], True),
        ([(DECIDED, Decision.upheld), (APPEALED, None), (AGAIN, Decision.rejected)], False),
        ([(DECIDED, Decision.upheld), (REMEDIED, None)], False),
        ([(DECIDED, Decision.rejected), (REMEDIED, None)], False),
    ],
)
def test_a_remedy_is_due_from_the_decision_that_upholds_until_an_officer_writes_it(steps, is_due):
    assert is_remedy_due(steps) is is_due
