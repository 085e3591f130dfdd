"""The warehouse over the small programme, and the example's reports printed once."""

import pytest

from reports.printing import printed
from tests.reports import example
from tests.warehouse.conftest import built, built_again, papers

__all__ = ["built", "built_again", "papers"]


@pytest.fixture(scope="session")
async def statement():
    return await printed(example.marts(), example.heading("coverage_statement"))


@pytest.fixture(scope="session")
async def minutes():
    return await printed(example.marts(), example.heading("contribution_reconciliation"))
