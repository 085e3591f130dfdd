import re

from jamsos.issuance.rules import MOST_ENDS, ends_of, fresh_serial


def test_a_serial_is_twelve_letters_that_nobody_misreads_and_no_two_are_alike():
    serials = {fresh_serial() for _ in range(200)}

    assert len(serials) == 200
    assert all(re.fullmatch(r"([A-HJ-NP-Z2-9]{4}-){2}[A-HJ-NP-Z2-9]{4}", serial) for serial in serials)


def test_a_paper_that_was_signed_later_ended_with_or_without_the_end_of_its_line():
    first, signed = b"%PDF one %%EOF\r\n", b"signature %%EOF\n"

    assert ends_of(first + signed) == [32, 14, 16, 31]
    assert ends_of(b"no end") == [6]


def test_a_file_of_many_ends_is_read_to_a_limit():
    assert len(ends_of(b"%%EOF\n" * 500)) == MOST_ENDS + 1
