"""The code on each page leads to the register of issue."""

import pypdfium2
import zxingcpp

from reports.inspection import files_of
from reports.record import read_record


def codes_of(content):
    document = pypdfium2.PdfDocument(content)
    return [[code.text for code in zxingcpp.read_barcodes(page.render(scale=200 / 72).to_pil())] for page in document]


def test_each_page_bears_the_address_of_its_serial(coded):
    assert codes_of(coded) == [["https://jamsos.example/verify/K7QD-M2XA-9RTB"]] * 5


def test_an_office_without_public_pages_prints_no_code(minutes):
    assert codes_of(minutes) == [[]] * 5


def test_a_report_holds_where_its_codes_lead_so_that_it_prints_again(coded):
    kept = read_record(files_of(coded))

    assert (kept.heading.serial, kept.heading.public_url) == ("K7QD-M2XA-9RTB", "https://jamsos.example/")
