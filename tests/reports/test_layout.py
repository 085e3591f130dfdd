"""Nothing exceeds its page, even with the figures of a whole province."""

import pypdfium2
import pytest
from weasyprint import HTML

from reports.documents import contribution_reconciliation as minutes_of
from reports.documents import questions as q
from reports.errors import PaperTooWide
from reports.printing import DOCUMENTS, printed
from reports.record import figures_of
from reports.render import TEMPLATES, html
from tests.reports import example
from tests.reports.paper import text_of

pytestmark = pytest.mark.heavy


def grown(rows):
    """A hundred times as much money and people, two SP2D a bill, and bills of several months."""
    larger = [
        {key: value * 100 if type(value) is int and "rate" not in key else value for key, value in row.items()}
        for row in rows
    ]
    for row in larger:
        if "sp2d_numbers" in row:
            row |= {"sp2d_numbers": "530137/SP2D-LS/2025, 530138/SP2D-LS/2025", "month_to": example.january(12)}
        if "fund_code" in row:
            row |= {"fund_code": "DBHCHT-2024"}
    return larger


async def boxes(name, changed):
    """(page, tag, right edge, the page's own) of everything laid out."""
    marts, heading = example.marts(changed), example.heading(name)
    document = await DOCUMENTS[name].read(marts, heading)
    page = html(name, document=document, heading=heading, office=heading.office, figures=figures_of(marts.answers))
    for number, laid in enumerate(HTML(string=page, base_url=f"{TEMPLATES / name}/").render().pages, start=1):
        box = laid._page_box
        edge = box.content_box_x() + box.width
        for each in box.descendants():
            if each.element_tag in ("table", "td", "th", "p", "dl", "svg", "h1", "h2", "h3", "figcaption"):
                yield number, each.element_tag, each.position_x + each.margin_width(), edge


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("size", ["a regency's", "a province's"])
async def test_nothing_is_wider_than_its_page(name, size):
    money = (q.TARGET, q.DECREES, q.FUNDS, q.MONTHS, q.DISTRICTS, q.PAYMENTS, q.CLAIMS, q.DONATIONS)
    money += (minutes_of.NUMBERS, minutes_of.RECEIPTS, minutes_of.RATES)
    changed = {question: grown(example.ANSWERS[question]) for question in money} if size == "a province's" else {}

    found = [each async for each in boxes(name, changed)]

    assert len(found) > 200
    assert [(page, tag, right, edge) for page, tag, right, edge in found if right > edge + 0.5] == []


LONG = "00123/SP2D-LS/5.3.15/NAKERTRANSKOPUKM/2024, 00124/SP2D-LS/5.3.15/NAKERTRANSKOPUKM/2024"


async def test_long_numbers_and_large_figures_stay_on_their_page():
    bills = [
        example.bill(month)
        | {"sp2d_numbers": LONG, "fund_code": "APBD-PERUBAHAN-2024-KEDUA", "amount": 168_000_000_000}
        for month in range(1, 13)
    ]
    heading = example.heading("contribution_reconciliation")

    content = await printed(example.marts({minutes_of.RECEIPTS: bills}), heading)

    assert "00124/SP2D-LS" in text_of(content).replace(" ", "")
    assert beyond(content) == []


async def test_what_no_type_is_small_enough_for_is_refused_by_page_and_millimetres(monkeypatch):
    monkeypatch.setattr("reports.pdf_ua.beyond_the_page", lambda document: iter([(3, 16.84)]))

    with pytest.raises(PaperTooWide) as refused:
        await printed(example.marts(), example.heading("contribution_reconciliation"))
    assert "page 3 is 16,8 mm" in refused.value.sentence()


def beyond(content):
    """Pages on which a letter stands outside the margin of 12 mm."""
    document = pypdfium2.PdfDocument(content)
    found = []
    for number in range(len(document)):
        page = document[number]
        text = page.get_textpage()
        edge = page.get_width() - 12 / 25.4 * 72
        if any(text.get_charbox(place)[2] > edge for place in range(text.count_chars())):
            found.append(number + 1)
    return found
