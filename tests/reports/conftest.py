"""The warehouse over the small programme, and the example's reports printed once."""

from dataclasses import dataclass

import pytest

from jamsos.access.rules import COMMAND_LINE
from jamsos.db import in_transaction
from jamsos.decrees.annex import listed
from reports.decrees import annex_draft
from reports.issuing import books, issue
from reports.office import read_office
from reports.printing import drafted, printed
from tests.decrees.builders import NUMBER, decreed
from tests.reports import example
from tests.warehouse.conftest import _copy, built, built_again, papers

__all__ = ["built", "built_again", "papers"]


@pytest.fixture(scope="session")
async def statement():
    return await printed(example.marts(), example.heading("coverage_statement"))


@pytest.fixture(scope="session")
async def minutes():
    return await printed(example.marts(), example.heading("contribution_reconciliation"))


@pytest.fixture(scope="session")
async def coded():
    """Minutes with a serial, of an office that has public pages."""
    facts = {"serial": "K7QD-M2XA-9RTB", "public_url": "https://jamsos.example/"}
    return await printed(example.marts(), example.heading("contribution_reconciliation", **facts))


@dataclass(frozen=True)
class Issued:
    """An office that has issued minutes and an annex: its database and their bytes."""

    url: str
    papers: dict[str, bytes]


@pytest.fixture(scope="session")
async def issued(server, template, sealer):
    url = await _copy(server, template)
    async with books(url) as connection:
        await decreed(connection, sealer=sealer)
        frozen = await listed(connection, COMMAND_LINE, sealer, number=NUMBER)
        drafts = {
            "minutes": await drafted(example.marts(), example.heading("contribution_reconciliation")),
            "annex": annex_draft(frozen, office=read_office()),
        }
        papers = {
            name: await issue(in_transaction(connection), COMMAND_LINE, draft, printed_for="provinsi")
            for name, draft in drafts.items()
        }
    return Issued(url, papers)
