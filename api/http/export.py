"""Export: `GET /export/<connection>.csv|jsonl|parquet`: all of a connection in one file, page after page.

An export is the connection's own query, asked again with each next cursor inside one read-only snapshot: so filter, rights,
masks and the trail of unmasked reads are those of the API by construction, and memory stays that of one page. Arguments are
those of the connection, as JSON (`filter`, `orderBy`, `asOf`), and `fields=fullName,village.name`; without `fields`, every plain
field of the thing. What is refused is refused before the first byte; a later failure breaks the connection off.
"""

import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, NoReturn

import anyio
import orjson
from graphql import GraphQLError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.context import Context
from api.errors import ExportUnknown, RequestMalformed
from api.http import export_formats
from api.http.error_format import BAD_INPUT
from api.http.export_connections import Connection
from api.http.state import AppState, state_of
from api.operations import DocumentRefused

ARGUMENTS = ("filter", "orderBy", "asOf")
WEIGHT = 10  # what an export takes from the asker's rate
PIECE = 1 << 18

Rows = AsyncIterator[list[dict[str, Any]]]


async def export(request: Request) -> Response:
    app_state = state_of(request)
    actor = await app_state.admit(request, weight=WEIGHT)
    request.state.kind = "export"
    connection = Connection(app_state.schema._schema, request.path_params["name"])
    kind = request.path_params["kind"]
    if kind not in export_formats.MEDIA:
        raise ExportUnknown(name=f"{connection.name}.{kind[:10]}", known=", ".join(export_formats.MEDIA))
    columns = connection.columns(request.query_params.get("fields"))
    given = _given(request)
    operation = app_state.operations.find(connection.document(columns, given), None, suggestions=False)
    context = app_state.context(request, actor, operation)
    async with AsyncExitStack() as open_until_the_end:
        await open_until_the_end.enter_async_context(context.snapshot())
        pages = _pages(app_state, context, given)
        first = await anext(pages)
        stay = open_until_the_end.pop_all()
    body = _parquet if kind == "parquet" else _lines
    return StreamingResponse(
        body(kind, columns, first, pages, stay),
        media_type=export_formats.MEDIA[kind],
        headers={"Content-Disposition": f'attachment; filename="{connection.name}.{kind}"'},
    )


def _given(request: Request) -> dict[str, Any]:
    """The connection's arguments; text that is not JSON is itself. Raises RequestMalformed for anything else asked."""
    unknown = request.query_params.keys() - {*ARGUMENTS, "fields"}
    if unknown:
        raise RequestMalformed(reason=min(unknown)[:40])
    return {name: _loaded(request.query_params[name]) for name in ARGUMENTS if name in request.query_params}


def _loaded(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


async def _pages(app_state: AppState, context: Context, given: dict[str, Any]) -> Rows:
    """Every page of the connection, in the snapshot of `context`."""
    variables: dict[str, Any] = {**given, "first": app_state.settings.api_page_size, "after": None}
    while True:
        result = await app_state.execute(context, variables)
        if result.errors:
            _refuse(result.errors[0])
        page = orjson.loads(orjson.dumps(result.data))["page"]
        yield page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return
        variables["after"] = page["pageInfo"]["endCursor"]


def _refuse(error: GraphQLError) -> NoReturn:
    if error.original_error is None or isinstance(error.original_error, GraphQLError):
        raise DocumentRefused([error], BAD_INPUT)
    raise error.original_error


async def _lines(
    kind: str, columns: export_formats.Columns, first: list[dict[str, Any]], pages: Rows, stay: AsyncExitStack
) -> AsyncIterator[bytes]:
    line = export_formats.LINES[kind]
    async with stay:
        if kind == "csv":
            yield export_formats.csv_head(columns)
        yield b"".join(line(row, columns) for row in first)
        async for page in pages:
            yield b"".join(line(row, columns) for row in page)


async def _parquet(
    kind: str, columns: export_formats.Columns, first: list[dict[str, Any]], pages: Rows, stay: AsyncExitStack
) -> AsyncIterator[bytes]:
    with tempfile.TemporaryDirectory(prefix="jamsos-") as folder:
        lines, parquet = Path(folder, "rows.jsonl"), Path(folder, "rows.parquet")
        async with await anyio.open_file(lines, "wb") as file:
            async for piece in _lines(kind, columns, first, pages, stay):
                await file.write(piece)
        await run_in_threadpool(export_formats.write_parquet, lines, parquet, columns)
        async with await anyio.open_file(parquet, "rb") as file:
            while piece := await file.read(PIECE):
                yield piece
