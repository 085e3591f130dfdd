"""`jamsos api`: serve the GraphQL API, print its schema, and register trusted documents."""

import gc
from pathlib import Path

import click
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.applications import Starlette

from api.errors import DocumentWrong
from api.http.app import create_app
from api.http.server import log_as_json, serve
from api.mutations import Mutation
from api.operations import AGENCY, DocumentRefused, Operations
from api.schema.build import build_schema
from cli.printer import document_printer
from cli.runtime import act, database_url, out, sealer, t
from cli.site import site
from jamsos.access import service
from jamsos.access.rules import COMMAND_LINE
from jamsos.errors import JamsosError
from jamsos.settings import settings


@click.group(help=t("api.help"))
def group() -> None: ...


@group.command("serve", help=t("api.serve.help"))
@click.option("--host", help=t("api.serve.host"))
@click.option("--port", type=click.IntRange(1, 65535), help=t("api.serve.port"))
@click.option("--processes", type=click.IntRange(1, 64), default=1, show_default=True, help=t("api.serve.processes"))
def serve_(host: str | None, port: int | None, processes: int) -> None:
    host, port = host or settings().api_host, port or settings().api_port
    act(_nothing)
    sealer()
    site(), document_printer()  # refuse a wrong office file or a truncated QRIS before the server starts
    out.print(t("api.serve.at", address=f"http://{host}:{port}/graphql"))
    serve("cli.api:app", settings(), host=host, port=port, processes=processes)


async def _nothing(connection: AsyncConnection) -> None:
    """Do nothing: opening the transaction already detects a database that is missing, outdated or down."""


def app() -> Starlette:
    """Return the application of one process, from the settings."""
    log_as_json()
    made = create_app(settings(), database_url(), sealer(), beside=site(), printer=document_printer())
    gc.collect()
    gc.freeze()  # the schema exists as long as the process, so garbage collection skips it
    return made


@group.command("forget", help=t("api.forget.help"))
@click.option("--days", type=click.IntRange(1, 3650), default=30, show_default=True)
def forget(days: int) -> None:
    out.print(t("api.forget.done", count=act(lambda c: service.forget_answers(c, COMMAND_LINE, days=days))))


@group.command("schema", help=t("api.schema.help"))
def schema() -> None:
    click.echo(build_schema(Mutation).as_str())


@group.command("trust", help=t("api.trust.help"))
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
def trust(files: tuple[Path, ...]) -> None:
    operations = Operations(build_schema(Mutation)._schema, introspection=False)
    documents = [(file, _checked(file, operations)) for file in files]
    for file, document in act(lambda connection: _trust(connection, documents)):
        out.print(f"{document}  {file}")


def _checked(file: Path, operations: Operations) -> str:
    """Return the file's text if every operation in it matches the schema and the limits."""
    try:
        body = file.read_text(encoding="utf-8")
        operations.prepare(body, AGENCY)
    except UnicodeDecodeError:
        raise DocumentWrong(file=file, reason="UTF-8") from None
    except DocumentRefused as wrong:
        first = wrong.errors[0]
        line = f"{first.locations[0].line}: " if first.locations else ""
        raise DocumentWrong(file=file, reason=line + first.message) from None
    except JamsosError as wrong:
        raise DocumentWrong(file=file, reason=wrong.sentence()) from None
    return body


async def _trust(connection: AsyncConnection, documents: list[tuple[Path, str]]) -> list[tuple[Path, str]]:
    return [
        (file, await service.trust_document(connection, COMMAND_LINE, name=file.name, body=body))
        for file, body in documents
    ]
