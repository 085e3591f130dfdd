"""`jamsos`: the commands in the order of the walk. A refusal prints one sentence and exits with 1."""

import importlib
import importlib.util
import signal
import sys
from typing import Any

import click
from asyncpg import PostgresError
from rich.text import Text
from sqlalchemy.exc import DBAPIError

from cli import runtime
from cli.click_messages import install
from cli.runtime import err, language, t
from jamsos.db import refusal_of
from jamsos.errors import JamsosError

# In the order of the programme; each module has `group`.
ROOMS = (
    "demo",
    "sample",
    "access",
    "regions",
    "office",
    "registry",
    "people",
    "selection",
    "decree",
    "enrolment",
    "complaint",
    "ledger",
    "donations",
    "coverage",
    "claims",
    "warehouse",
    "report",
    "audit",
    "api",
    "seal",
    "database",
)


class Walk(click.Group):
    """Loads a room's commands only on use, so that `jamsos --help` is fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [room for room in ROOMS if importlib.util.find_spec(f"cli.{room}")]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        group: click.Command = importlib.import_module(f"cli.{cmd_name}").group
        return group


@click.command(cls=Walk, help=t("jamsos.help"))
@click.option("--office", "office_code", help=t("jamsos.option.office"))
def jamsos(office_code: str | None) -> None:
    runtime.office_given = office_code


def main(arguments: list[str] | None = None, **options: Any) -> None:
    # on SIGTERM (a service manager, `timeout`) stop the command in the same way as on Ctrl-C
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    install()
    try:
        # use the command's return value as the exit status, such as 1 where a list is not the signed one
        sys.exit(jamsos.main(arguments, prog_name="jamsos", standalone_mode=False, **options) or 0)
    except (JamsosError, DBAPIError, PostgresError, OSError) as error:
        if (refusal := refusal_of(error)) is None:
            raise
        err.print(Text.assemble(("✗ ", "bold red"), refusal.sentence(language()), (f" [{refusal.code}]", "dim")))
        sys.exit(1)
    except click.ClickException as misuse:
        misuse.show()
        sys.exit(misuse.exit_code)
    except (KeyboardInterrupt, click.Abort):
        err.print(t("jamsos.interrupted"))
        sys.exit(130)
