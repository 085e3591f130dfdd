"""For which office a command works: the one given, the only one there is, or a refusal that lists them."""

from tests.cli.test_main import jamsos

BALANCES = ("ledger", "balances")


def test_a_command_says_for_whom_it_works_as_soon_as_there_are_two_offices(database_url):
    def run(*arguments, **settings):
        done = jamsos(*arguments, JAMSOS_DATABASE_URL=database_url, **settings)
        assert "Traceback" not in done.stderr
        return done

    alone = run(*BALANCES)
    added = run("office", "add", "53")
    nobody = run(*BALANCES)
    unknown = run("--office", "53.09", *BALANCES)
    named = [run("--office", "53", *BALANCES), run(*BALANCES, JAMSOS_OFFICE="53.15")]
    listed = run("office", "list")

    assert (alone.returncode, added.returncode) == (0, 0)
    assert (nobody.returncode, nobody.stdout) == (1, "")
    assert "53, 53.15" in nobody.stderr and "[OFFICE_NEEDED]" in nobody.stderr
    assert "53.09" in unknown.stderr and "[OFFICE_UNKNOWN]" in unknown.stderr
    assert [each.returncode for each in named] == [0, 0]
    assert "53.15" in listed.stdout and "Nusa Tenggara Timur" in listed.stdout
