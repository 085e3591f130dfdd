"""`jamsos warehouse` as an officer meets it: real processes."""

import contextlib
import os
import signal
import subprocess
import sys
import time

import psycopg2
import pytest

pytestmark = pytest.mark.kill

STUCK = "select count(*) from pg_stat_activity where application_name = 'jamsos warehouse' and wait_event_type = 'Lock'"
LEFT = "select count(*) from pg_stat_activity where application_name = 'jamsos warehouse'"


@pytest.fixture
def command(built_again, papers):
    """Starts `jamsos warehouse …` on a programme of its own."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("JAMSOS_")}
    settings = clean | {"LANG": "C.UTF-8", "JAMSOS_DATABASE_URL": built_again, "JAMSOS_HOME": str(papers.parent)}

    def start(*arguments, **environment):
        return subprocess.Popen(
            [sys.executable, "-m", "cli", "warehouse", *arguments],
            env=settings | environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    return start


def count(cursor, query):
    cursor.execute(query)
    return cursor.fetchone()[0]


def wait_for(cursor, query, condition):
    until = time.monotonic() + 300
    while not condition(count(cursor, query)):
        assert time.monotonic() < until, query
        time.sleep(0.1)


def test_a_build_that_is_stopped_leaves_every_mart_whole_and_the_next_one_finishes(command, built_again):
    with (
        contextlib.closing(psycopg2.connect(built_again)) as holder,
        contextlib.closing(psycopg2.connect(built_again)) as watcher,
    ):
        watcher.autocommit = True
        holder.cursor().execute("lock table programme.claims in access exclusive mode")
        stopped = command("build", "--full-refresh")
        wait_for(watcher.cursor(), STUCK, lambda stuck: stuck > 0)

        stopped.send_signal(signal.SIGINT)

        said, complaints = stopped.communicate(timeout=120)
        assert (stopped.returncode, said) == (130, "")
        assert complaints.startswith("Interrupted. The marts that are read")
        wait_for(watcher.cursor(), LEFT, lambda left: left == 0)
        assert count(watcher.cursor(), "select count(*) from marts.coverage_months") == 39
        holder.rollback()

    finished = command("build", JAMSOS_LANGUAGE="id")
    said, complaints = finished.communicate()
    assert (finished.returncode, complaints) == (0, "")
    assert said.startswith("Rilis 2: 77 tabel dan tampilan dibangun, 96 aturan terpenuhi, ")


@pytest.mark.parametrize(
    ("held", "how"),
    [
        ("programme.claims", signal.SIGTERM),
        ("build.funds", signal.SIGKILL),
        ("store.funds", signal.SIGKILL),
        ("store.releases", signal.SIGTERM),
    ],
)
def test_a_build_that_is_ended_anywhere_changes_nothing_that_is_read(command, built_again, held, how):
    """It waits for a table that it reads, builds, or publishes, and is ended there."""
    with (
        contextlib.closing(psycopg2.connect(built_again)) as holder,
        contextlib.closing(psycopg2.connect(built_again)) as watcher,
    ):
        watcher.autocommit = True
        cursor = watcher.cursor()
        read = "select (select max(id) from marts.releases), md5(string_agg(f::text, '')) from marts.funds f"
        cursor.execute(read)
        before = cursor.fetchone()
        mode = "access exclusive" if held == "programme.claims" else "share"
        holder.cursor().execute(f"lock table {held} in {mode} mode")
        ended = command("build")
        wait_for(cursor, STUCK, lambda stuck: stuck > 0)

        ended.send_signal(how)

        said, complaints = ended.communicate(timeout=120)
        assert said == "" and "Traceback" not in complaints and "permission denied" not in complaints
        assert ended.returncode == (143 if how == signal.SIGTERM else -9)
        wait_for(cursor, LEFT, lambda left: left == 0)
        cursor.execute(read)
        assert cursor.fetchone() == before


def test_an_unreachable_database_is_one_sentence(command):
    refused = command("build", JAMSOS_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")

    _, complaints = refused.communicate()
    assert refused.returncode == 1
    assert "DATABASE_UNREACHABLE" in complaints and "Traceback" not in complaints
