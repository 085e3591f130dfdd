"""Nothing runs out of its page, even where the figures are those of a whole province."""

import pytest
from weasyprint import HTML

from reports.documents import contribution_reconciliation as minutes_of
from reports.documents import questions as q
from reports.printing import DOCUMENTS
from reports.record import figures_of
from reports.render import TEMPLATES, html
from tests.reports import example

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
