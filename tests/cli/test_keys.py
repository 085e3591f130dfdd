"""Which commands work under an officer's key: every command that changes data, but those of the operator.

Each command of the programme is typed without a key, with arguments made from its parameters. A command that is neither in a list
here nor asks for a key fails, so that a new one must be judged.
"""

import click
import pytest
from click.testing import CliRunner

from cli import runtime
from cli.main import jamsos
from cli.param_types import DAY, MONTHS, RUPIAH, STEP
from jamsos.access.errors import KeyNeeded

# The operator installs, migrates, backs up, builds, bootstraps keys and loads registers in bulk.
OPERATORS = {
    "access accept", "access agency", "access invite", "access key", "access link-subject", "access officer", "access revoke",
    "access rotate", "api forget", "api serve", "api trust", "audit bundle", "complaint appeal", "complaint file", "database upgrade",
    "demo", "ledger rates", "office add", "people match", "regions aliases", "regions load", "registry add-layout", "registry facts",
    "registry load", "registry repair", "sample form", "sample insurer-receipt", "sample write", "seal key", "seal retire",
    "seal rotate", "seal show", "warehouse analyst", "warehouse build", "warehouse docs", "warehouse test",
}  # fmt: skip
KEYED = {
    "claims load", "complaint answer", "complaint decide", "complaint remedy", "coverage bill", "coverage confirm", "coverage pay",
    "coverage reopen", "coverage resolve", "coverage sign", "decree amend", "decree approve", "decree issue", "donations erase",
    "donations match", "donations pledge", "donations resolve", "enrolment answers", "enrolment file", "enrolment send",
    "ledger carry-over", "ledger deposit", "ledger fund", "ledger groups", "ledger release", "ledger reverse", "people events",
    "people merge", "people review decide", "people split", "people withdraw", "selection run",
}  # fmt: skip
READING = {
    "access keys", "access officers", "api schema", "claims balance", "complaint follow", "complaint list", "complaint show",
    "coverage differences", "coverage list", "coverage minutes", "coverage origin", "coverage show", "coverage trace", "decree annex",
    "decree approvals", "decree check", "decree list", "decree show", "donations codes", "donations receipt", "donations unmatched",
    "donations year", "enrolment preview", "ledger allocate", "ledger balances", "ledger verify", "office list", "people review list",
    "people review show", "people show", "registry check-layout", "registry draft-layout", "registry example", "registry layouts",
    "registry list", "registry quality", "report contribution-reconciliation", "report coverage-statement", "report list",
    "report register", "report verify", "selection compare", "selection criteria", "selection explain", "selection fairness",
    "selection letter", "selection manifest", "selection preview", "selection runs", "selection verify",
}  # fmt: skip
# One of several options is needed, which no parameter says.
MORE = {
    "people review decide": ["--same"], "people split": ["--row", "1"], "donations resolve": ["--told"],
    "donations pledge": ["--amount", "1000"], "ledger deposit": ["file.csv"], "coverage pay": ["file.csv"],
}  # fmt: skip
EXAMPLES = {id(DAY): "2024-01-05", id(MONTHS): "2024-01:2024-12", id(RUPIAH): "1000", id(STEP): "propose"}


class Opened(Exception):
    """The database is asked for without a key."""


def leaves(command=jamsos, path=()):
    for name in command.list_commands(click.Context(command)):
        found = command.get_command(click.Context(command), name)
        if isinstance(found, click.Group):
            yield from leaves(found, (*path, name))
        else:
            yield " ".join((*path, name)), found


COMMANDS = dict(leaves())


def example(parameter):
    kind = parameter.type
    if choices := getattr(kind, "choices", None):
        return str(next(iter(choices)))
    if isinstance(kind, click.types.IntParamType):
        return str(max(1, getattr(kind, "min", None) or 1))
    if id(kind) in EXAMPLES:
        return EXAMPLES[id(kind)]
    return "file.xlsx" if parameter.name in ("file", "path", "folder") or isinstance(kind, click.Path) else "text-1"


def typed(name):
    """The command with an example of each parameter that it must have."""
    words = name.split()
    for parameter in COMMANDS[name].params:
        if parameter.required:
            option = [] if isinstance(parameter, click.Argument) else [parameter.opts[0]]
            words += option if getattr(parameter, "is_flag", False) else [*option, example(parameter)]
    return words + MORE.get(name, [])


@pytest.fixture
def without_key(monkeypatch, tmp_path):
    async def opened(work):
        raise Opened

    monkeypatch.setattr(runtime, "_in_transaction", opened)
    monkeypatch.delenv("JAMSOS_KEY", raising=False)
    monkeypatch.chdir(tmp_path)
    for name in ("file.csv", "file.xlsx"):
        (tmp_path / name).write_text("x")

    def run(name):
        return CliRunner().invoke(jamsos, typed(name), input="text\n" * 5, standalone_mode=False).exception

    return run


def test_every_command_is_judged():
    assert sorted([*KEYED, *OPERATORS, *READING]) == sorted(COMMANDS)


@pytest.mark.parametrize("name", sorted(KEYED))
def test_a_command_that_changes_data_asks_for_a_key_before_the_database(without_key, name):
    refused = without_key(name)

    assert isinstance(refused, KeyNeeded), (typed(name), refused)
    assert f" {name}` needs an officer's personal key" in refused.sentence("en")
