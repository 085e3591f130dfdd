"""Documents are entered into the register before and after printing, not during it."""

from contextlib import asynccontextmanager
from datetime import UTC, date, datetime

from sqlalchemy import text

from jamsos.access.rules import COMMAND_LINE
from jamsos.issuance.service import Origin, Subject, issue

SUBJECT = Subject("decree_annex", "298/KEP/HK/2024 masked", "53.15", 2024, "298/KEP/HK/2024", date(2024, 1, 4))
ORIGIN = Origin({}, {"weasyprint": "70"}, b"draft" * 6, datetime(2024, 1, 4, tzinfo=UTC))


class Books:
    """Counts the open transactions."""

    def __init__(self, connection):
        self.connection, self.opened, self.prints = connection, 0, []

    @asynccontextmanager
    async def acting(self):
        self.opened += 1
        yield self.connection
        self.opened -= 1

    async def printed(self, serial):
        assert self.opened == 0
        self.prints.append(serial)
        return f"%PDF {serial}".encode(), []

    async def issue(self):
        return await issue(self.acting, COMMAND_LINE, SUBJECT, ORIGIN, self.printed, is_kept=False)


async def test_no_transaction_is_open_while_a_paper_is_printed(connection):
    books = Books(connection)

    first, again = await books.issue(), await books.issue()

    assert first == again and len(set(books.prints)) == 1
    count = await connection.execute(text("select count(*) from programme.issued_papers"))
    assert count.scalar_one() == 1


async def test_a_paper_that_another_issued_meanwhile_is_followed_not_repeated(connection):
    books, other = Books(connection), Books(connection)
    plain = books.printed

    async def printed_beside(serial):
        books.printed = plain
        await other.issue()
        return await plain(serial)

    books.printed = printed_beside
    content = await books.issue()

    assert content == f"%PDF {other.prints[0]}".encode()
    serials = (await connection.execute(text("select serial from programme.issued_papers"))).scalars().all()
    assert serials == [other.prints[0]]
