"""`jamsos report` from an officer's view: real processes over a warehouse that dbt built."""

from pathlib import Path

import pytest

from tests.cli.test_main import jamsos
from tests.warehouse.conftest import built, papers

__all__ = ["built", "papers"]


@pytest.fixture
def office(built, tmp_path):
    """A command of the office in whose warehouse the small programme was walked."""
    return lambda *arguments: jamsos(
        "report", *arguments, JAMSOS_DATABASE_URL=built[0], JAMSOS_HOME=str(tmp_path), JAMSOS_LANGUAGE="id"
    )


def test_a_report_is_printed_checked_and_checked_again_without_a_database(office, tmp_path):
    out = str(tmp_path / "out")
    printed = office(
        "coverage-statement",
        "--year",
        "2024",
        "--regency",
        "53.15",
        "--out",
        out,
        "--dated",
        "2024-04-01",
        "--for",
        "provinsi",
    )
    path = f"{out}/coverage-statement-53.15-2024.pdf"
    assert (printed.returncode, printed.stdout.strip()) == (0, f"Tercetak: {path}"), printed.stderr

    checked = office("verify", path)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "TERBUKTI: coverage-statement-53.15-2024.pdf sama persis" in checked.stdout

    offline = jamsos("report", "verify", "--offline", path, JAMSOS_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert offline.returncode == 3, offline.stderr
    assert offline.stdout.startswith("NOT PROVEN: ")

    Path(path).write_bytes(Path(path).read_bytes() + b"disahkan")
    altered = office("verify", path)
    assert (altered.returncode, altered.stdout.splitlines()[0][:6]) == (4, "PALSU:")
    assert "provinsi" in office("register").stdout


def test_the_reports_are_listed(office):
    listed = office("list").stdout

    assert "coverage-statement" in listed and "contribution-reconciliation" in listed


@pytest.mark.parametrize(
    ("arguments", "code", "named"),
    [
        (("--year", "1999"), "YEAR_UNKNOWN", "1999"),
        (("--year", "2024", "--regency", "53.10"), "OFFICE_ELSEWHERE", "53.10"),
        (("--year", "2024", "--letterhead", "none.toml"), "FILE_MISSING", "none.toml"),
        (("--year", "2024", "--out", "/dev/null/out"), "FOLDER_UNWRITABLE", "/dev/null/out"),
    ],
)
def test_a_report_that_cannot_be_printed_is_refused_in_one_sentence(office, tmp_path, arguments, code, named):
    refused = office("coverage-statement", "--out", str(tmp_path / "out"), *arguments)

    assert refused.returncode == 1
    assert code in refused.stderr and named in refused.stderr and "Traceback" not in refused.stderr
    assert not list(tmp_path.rglob("*.pdf"))


@pytest.mark.parametrize("year", ["dua ribu", "0", "-1", "99999"])
def test_a_year_that_is_none_is_misuse(office, year):
    refused = office("coverage-statement", "--year", year)

    assert (refused.returncode, "Traceback" in refused.stderr) == (2, False)
