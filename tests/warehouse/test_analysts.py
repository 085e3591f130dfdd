"""An analyst's login reads the marts within limits, and is no other role's."""

import contextlib

import psycopg2
import pytest
from sqlalchemy import make_url

from warehouse.analysts import CONNECTIONS, admit
from warehouse.errors import LoginMalformed, LoginTaken


@pytest.fixture
def login(database_url):
    """The URL of a login that is admitted; roles belong to the server, so it goes again."""
    admit(database_url, "ayu")
    yield make_url(database_url).set(username="ayu").render_as_string(hide_password=False)
    with contextlib.closing(psycopg2.connect(database_url)) as owner, owner, owner.cursor() as cursor:
        cursor.execute("drop role ayu")


async def test_an_analyst_reads_within_limits(login, database_url):
    with contextlib.ExitStack() as stack:
        open_ = [stack.enter_context(contextlib.closing(psycopg2.connect(login))) for _ in range(CONNECTIONS)]
        cursor = open_[0].cursor()
        cursor.execute("select count(*) from marts.releases")
        assert cursor.fetchone() == (0,)
        cursor.execute(
            "select name, setting from pg_settings where name in ('statement_timeout', 'temp_file_limit', 'work_mem') order by 1"
        )
        assert cursor.fetchall() == [
            ("statement_timeout", "300000"),
            ("temp_file_limit", "2097152"),
            ("work_mem", "32768"),
        ]
        with pytest.raises(psycopg2.Error, match="permission denied"):
            cursor.execute("set temp_file_limit = -1")
        with pytest.raises(psycopg2.OperationalError, match="too many connections"):
            psycopg2.connect(login)
    assert admit(database_url, "ayu")["connections"] == "4"


async def test_a_name_of_another_role_or_no_name_is_refused(database_url):
    for name in ("jamsos_api", "postgres"):
        with pytest.raises(LoginTaken):
            admit(database_url, name)
    for name in ("Ayu", "a b", ""):
        with pytest.raises(LoginMalformed):
            admit(database_url, name)
