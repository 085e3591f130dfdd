"""Issued papers: a serial leads to the register of issue; nothing of a person stands there."""

import hashlib
import re
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime

import pytest

from jamsos.access.rules import COMMAND_LINE
from jamsos.issuance.service import Origin, Subject, issue
from jamsos.offices.service import add_office
from tests.web.conftest import composed, visiting
from tests.web.giving import settings
from tests.web.test_home import words

PARAMETERS = {"office": {"head": "Yohanes Rahasia"}}


async def issued(connection, content, kind="coverage_statement", number="560/12/2024", regency="53.15", draft=b"draft"):
    subject = Subject(kind, "about Maria Rahasia", regency, 2024, number, date(2025, 1, 31))
    origin = Origin(PARAMETERS, {}, draft * 4, datetime(2025, 1, 30, tzinfo=UTC), date(2025, 1, 29))
    seen = []

    @asynccontextmanager
    async def acting():
        yield connection

    async def printed(serial):
        seen.append(serial)
        return content + serial.encode(), []

    bytes_of = await issue(
        acting, COMMAND_LINE, subject, origin, printed, is_kept=False, printed_for="Gubernur Rahasia"
    )
    return seen[-1], bytes_of


@pytest.fixture
async def serials(engine):
    async with engine.begin() as connection:
        await add_office(connection, COMMAND_LINE, "53.10")
        old = await issued(connection, b"old", draft=b"old")
        new = await issued(connection, b"new", draft=b"new")
        other = await issued(connection, b"other", regency="53.10")
    return old, new, other


@pytest.fixture
async def visitor(database_url, sealer, serials):
    async with visiting(composed(database_url, sealer, settings())) as visitor:
        yield visitor


async def test_a_serial_leads_to_what_was_issued_and_names_nobody(visitor, serials):
    _, (serial, content), _ = serials

    page = await visitor.get(f"/verify/{serial}")

    seen = words(page)
    assert page.status_code == 200
    assert (
        "laporan realisasi perlindungan, 560/12/2024" in seen
        and "31 Januari 2025" in seen
        and "29 Januari 2025" in seen
    )
    assert hashlib.sha256(content).hexdigest() in re.sub(r"\s", "", seen)
    assert "Status terbaru" in seen
    assert "Rahasia" not in page.text


async def test_an_old_paper_is_shown_with_the_one_that_supersedes_it(visitor, serials):
    (old, _), (new, _), _ = serials

    before, after = [await visitor.get(f"/en/verify/{serial}") for serial in (old, new)]

    assert "has superseded this one: " + new in words(before) and "Status superseded" in words(before)
    assert "Supersedes " + old in words(after)


async def test_a_serial_may_be_typed_in_any_way(visitor, serials):
    _, (serial, _), _ = serials

    answer = await visitor.get("/verify", params={"seri": " " + serial.replace("-", "").lower()})

    assert (answer.status_code, answer.headers["location"]) == (303, f"/verify/{serial}")


@pytest.mark.parametrize("typed", ["AAAA-BBBB-CCCC", "x", "K7QD-M2XA-9RT0", "<script>", "%00", "a" * 5000])
async def test_what_the_register_does_not_hold_is_never_called_ours(visitor, typed):
    page = await visitor.get(f"/verify/{typed}")

    assert page.status_code == 404
    assert "SHA-256" not in page.text and "<script>" not in page.text


async def test_another_offices_paper_is_not_on_this_offices_page(visitor, serials):
    *_, (elsewhere, _) = serials

    assert (await visitor.get(f"/verify/{elsewhere}")).status_code == 404


async def test_one_address_may_not_try_many_serials(database_url, sealer, serials):
    async with visiting(composed(database_url, sealer, settings(pledges_per_hour=1))) as visitor:
        answers = [(await visitor.get("/verify/AAAA-BBBB-CCCC")).status_code for _ in range(6)]

    assert answers == [404] * 5 + [429]
