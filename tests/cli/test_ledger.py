"""Funds and their groups on the command line: real processes, one database."""

from tests.cli.test_main import jamsos


def test_a_fund_with_groups_is_opened_changed_by_a_file_and_planned_with(database_url, tmp_path, own_key):
    def run(*arguments):
        done = jamsos(*map(str, arguments), JAMSOS_DATABASE_URL=database_url, JAMSOS_HOME=str(tmp_path), **own_key)
        assert "Traceback" not in done.stderr
        return done

    file = tmp_path / "kelompok.csv"
    file.write_text(
        "fund_code,group_code,is_allowed,valid_from,regulation,verified_on\n"
        "DBHCHT-2026,fisher,yes,2026-02,Perbup 11/2026,\n"
    )
    fund = (
        "ledger",
        "fund",
        "DBHCHT-2026",
        "--name",
        "DBH CHT",
        "--kind",
        "tobacco_excise",
        "--year",
        "2026",
        "--via-apbd",
    )
    deposit = ("--fund", "DBHCHT-2026", "--amount", 10 * 16_800, "--date", "2026-01-05", "--number", "KM-1")
    plan = ("ledger", "allocate", "DBHCHT-2026", "--months", "2026-01:2026-02")

    opened = run(*fund, "--group", "farmer", "--region", "53.15")
    loaded = [run("ledger", "groups", file) for _ in range(2)]
    run("ledger", "deposit", *deposit)
    planned = run(*plan, "--group", "farmer=2", "--group", "fisher=3")
    untold = run(*plan, "--workers", 1)
    wrong = [run(*plan), run(*plan, "--group", "farmer=0"), run(*plan, "--group", "farmer=1", "--group", "farmer=2")]
    unread = run("ledger", "groups", tmp_path / "nowhere.csv")

    assert opened.returncode == 0, opened.stderr
    assert ["1 new group rules" in loaded[0].stdout, "0 new group rules" in loaded[1].stdout] == [True, True]
    rows = [line.split()[1:] for line in planned.stdout.splitlines() if "DBHCHT-2026 " in line and "2026-0" in line]
    assert [[word for word in row if word != "│"] for row in rows] == [
        ["DBHCHT-2026", "2026-01", "farmers", "2", "33,600"],
        ["DBHCHT-2026", "2026-02", "farmers", "2", "33,600"],
        ["DBHCHT-2026", "2026-02", "fishers", "3", "50,400"],
    ]
    assert "7 of 10 worker-months can be paid" in planned.stdout
    assert "may pay only for other groups" in planned.stdout and "may pay only for other groups" in untold.stdout
    assert [each.returncode for each in wrong] == [2, 2, 2]
    assert "--group group=count" in wrong[0].stderr and all("farmer=" in each.stderr for each in wrong[1:])
    assert (unread.returncode, len(unread.stderr.strip().splitlines())) == (1, 1)
