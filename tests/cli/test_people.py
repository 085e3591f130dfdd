"""Registers and people on the command line: real processes, one database."""

import pytest

from tests.cli.test_main import jamsos
from tests.extracts import register

MARIA = "5315994505850001"


@pytest.fixture
def desk(database_url, tmp_path, own_key):
    """Commands of an officer, by her key."""

    def run(*arguments):
        given = {"JAMSOS_DATABASE_URL": database_url, "JAMSOS_HOME": str(tmp_path)} | own_key
        done = jamsos(*map(str, arguments), **given)
        assert "Traceback" not in done.stderr
        return done

    assert run("seal", "key").returncode == 0
    return run


def test_a_file_becomes_a_person_whose_numbers_are_masked(desk, tmp_path):
    extract = register(tmp_path / "dtks.csv", "dtks", {}, {"nik_art": "5,31E+15"})
    events = tmp_path / "peristiwa.csv"
    events.write_text(
        f"nik,peristiwa,tanggal,keterangan\n{MARIA},PINDAH,2025-01-02,\n5315994505850009,PINDAH,2025-01-02,\n"
    )

    loaded = desk("registry", "load", extract, "--source", "dtks", "--as-of", "2023-11-30")
    matched = desk("people", "match")
    happened = desk("people", "events", events)
    shown = desk("people", "show", "1")
    withdrawn = desk("people", "withdraw", "1", "--reason", "NIK salah ketik")
    again = desk("people", "withdraw", "1", "--reason", "NIK salah ketik")
    shown_after = desk("people", "show", "1")
    loads = desk("registry", "list")
    quality = desk("registry", "quality", "1")
    page = desk("registry", "quality", "1", "--html", tmp_path / "q.html")
    repair = desk("registry", "repair", "1", tmp_path / "repair.xlsx", "--village", "53.15.05.2001")
    untouched = desk("registry", "load", tmp_path / "repair.xlsx")

    assert "2 rows received, 1 used, 1 rejected" in loaded.stdout
    assert "1 new persons" in matched.stdout
    assert "1 events recorded" in happened.stdout and "1 people are unknown, in lines 3" in happened.stdout
    assert "**************01" in shown.stdout and "moved away" in shown.stdout and "dtks.csv" in shown.stdout
    assert "Event 1 of person 1 is withdrawn." in withdrawn.stdout
    assert again.returncode == 1 and "Event 1 was withdrawn before" in again.stderr
    assert "by Maria Jebarus: NIK salah ketik" in shown_after.stdout and "moved away" in shown_after.stdout
    assert [line for line in loads.stdout.splitlines() if "dtks.csv" in line and "2023-11-30" in line]
    assert "dtks.csv, register dtks as of 30 November 2023, load 1: 2 rows received, 1 used" in quality.stdout
    assert "nik_scientific" in quality.stdout
    assert "dtks.csv" in (tmp_path / "q.html").read_text() and MARIA not in (tmp_path / "q.html").read_text()
    assert "1 rows of load 1 to correct" in repair.stdout
    assert untouched.returncode == 1 and "not one row was changed" in untouched.stderr
    for told in (loaded, matched, happened, shown, quality, page, repair, untouched):
        assert MARIA not in told.stdout + told.stderr


def test_a_trial_shows_columns_defects_and_lines_and_nobody(desk, tmp_path):
    extract = register(tmp_path / "dtks.csv", "dtks", {}, {"nik_art": "5,31E+15"})

    tried = desk("registry", "load", extract, "--source", "dtks", "--as-of", "2023-11-30", "--dry-run")
    loaded = desk("registry", "load", extract, "--source", "dtks", "--as-of", "2023-11-30")
    quality = desk("registry", "quality", "1")

    assert "nothing was stored" in tried.stdout
    assert "Read as the register dtks as of 30 November 2023: column headers in line 1" in tried.stdout
    assert "nik_art" in tried.stdout and "line 3" in tried.stdout and "Not in the file: ID" not in tried.stdout
    assert "Not in the file: Desil" in tried.stdout
    assert "load 1." in loaded.stdout
    assert (
        "dtks.csv, register dtks as of 30 November 2023, load 1: 2 rows received, 1 used, 1 rejected" in quality.stdout
    )
    assert MARIA not in tried.stdout + loaded.stdout + quality.stdout


def test_a_word_of_a_file_that_is_not_known_is_refused_with_those_that_are(desk, tmp_path):
    events = tmp_path / "peristiwa.csv"
    events.write_text(f"nik,peristiwa,tanggal,keterangan\n{MARIA},meninggal dunia,2025-01-02,\n")

    refused = desk("people", "events", events)

    assert "line 2, column peristiwa: write one of MENINGGAL, PINDAH, PENERIMA_UPAH, ASN, MENOLAK." in refused.stderr
    assert MARIA not in refused.stderr


def test_a_refused_file_is_one_sentence_and_exits_with_one(desk, tmp_path):
    extract = register(tmp_path / "dtks.csv", "dtks")
    arguments = ("registry", "load", extract, "--source", "dtks", "--as-of", "2023-11-30")
    desk(*arguments)

    refused = desk(*arguments)

    assert (refused.returncode, refused.stdout) == (1, "")
    assert "EXTRACT_KNOWN" in refused.stderr and len(refused.stderr.strip().splitlines()) == 1


def test_a_key_is_changed_and_the_old_one_goes_only_when_nothing_needs_it(desk, tmp_path):
    keys = tmp_path / "seal.key"
    desk("registry", "load", register(tmp_path / "dtks.csv", "dtks"), "--source", "dtks", "--as-of", "2023-11-30")
    desk("people", "match")
    assert (desk("seal", "key").returncode, len(keys.read_text().split())) == (1, 1)

    rotated = desk("seal", "rotate")
    assert "sealed with key 2" in rotated.stdout and len(keys.read_text().split()) == 2
    retired = desk("seal", "retire")

    assert "1 old keys removed" in retired.stdout
    assert [line.split(":")[0] for line in keys.read_text().split()] == ["2"]
    assert "**************01" in desk("people", "show", "1").stdout


def test_a_key_that_sealed_values_need_stays(desk, tmp_path):
    desk("registry", "load", register(tmp_path / "dtks.csv", "dtks"), "--source", "dtks", "--as-of", "2023-11-30")
    keys = tmp_path / "seal.key"
    keys.write_text(keys.read_text() + "2:" + "ab" * 64 + "\n")

    refused = desk("seal", "retire")

    assert refused.returncode == 1 and "SEAL_KEY_NEEDED" in refused.stderr
    assert len(keys.read_text().split()) == 2


def test_a_pair_is_listed_shown_decided_and_taken_back(desk, tmp_path):
    second = "5315994505857001"
    for source, day, change in (("dtks", "2023-11-30", {}), ("dtsen", "2024-12-31", {"nik": second})):
        desk(
            "registry", "load", register(tmp_path / f"{source}.csv", source, change), "--source", source, "--as-of", day
        )
    why = ("--reason", "KTP dilihat")
    desk("people", "match")

    listed = desk("people", "review", "list")
    shown = desk("people", "review", "show", "1")
    whole = desk("people", "review", "show", "1", "--purpose", "pemeriksaan ganda")
    unsure = desk("people", "review", "decide", "1", *why)
    decided = desk("people", "review", "decide", "1", "--same", *why)
    told = desk("people", "review", "show", "1")
    ended = desk("people", "show", "2")
    back = desk("people", "split", "1", "--back", "2", *why)
    merged = desk("people", "merge", "1", "2", *why)

    assert "1 pairs wait" in listed.stdout and "MARIA JELITA" in listed.stdout and "DTSEN:2" in listed.stdout
    assert all("53.15.05.2001 Komodo" in said.stdout for said in (listed, shown, ended))
    assert "**************01" in shown.stdout and second not in shown.stdout and "≠" in shown.stdout
    assert second in whole.stdout and "1985-05-05" in whole.stdout
    assert unsure.returncode == 2 and "--same" in unsure.stderr
    assert "now belongs to person 1" in decided.stdout
    assert "the same person. KTP dilihat" in told.stdout
    assert "the person is now number 1" in ended.stdout and "merged: 1 rows from person 2 to person 1" in ended.stdout
    assert "1 rows of person 1 now belong to person 2" in back.stdout
    assert "the number 2 points to 1." in merged.stdout
    assert "No pair waits" in desk("people", "review", "list").stdout
