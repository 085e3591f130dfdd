"""Export: `GET /export/<connection>.csv|jsonl|parquet` returns a whole connection in one file.

An export runs the query of the connection page by page with the next cursor, in one read-only snapshot. Filter, rights, masks and
audit of unmasked reads are therefore those of the API, and memory is that of one page. Arguments are those of the connection as
JSON (`filter`, `orderBy`, `asOf`), and `fields=fullName,village.name`; the default are all plain fields of the entity. The whole
file is written before the first byte is sent: errors get their own status, and a slow client holds a file but no connection.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, NoReturn

import anyio
import orjson
from graphql import GraphQLError
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from api.context import Context
from api.errors import ExportTooLarge, ExportUnknown, TooBusy
from api.http import export_formats
from api.http.error_format import BAD_INPUT
from api.http.export_connections import Connection
from api.http.request_context import ExportParams, RequestContext
from api.http.state import AppState
from api.operations import DocumentRefused

PIECE = 1 << 18
WAIT_SECONDS = 60  # for another export to end

Rows = AsyncIterator[list[dict[str, Any]]]


async def export(app_state: AppState, asked: RequestContext[ExportParams]) -> Response:
    params = asked.params
    connection = Connection(app_state.schema._schema, params.name)
    if params.kind not in export_formats.MEDIA:
        raise ExportUnknown(name=f"{connection.name}.{params.kind[:10]}", known=", ".join(export_formats.MEDIA))
    columns = connection.columns(params.fields)
    operation = await app_state.find(asked, connection.document(columns, params.arguments), None)
    context = app_state.context(asked, operation)
    async with AsyncExitStack() as folder_of_the_answer:
        folder = Path(folder_of_the_answer.enter_context(tempfile.TemporaryDirectory(prefix="jamsos-")))
        file = await _written(app_state, context, params, columns, folder)
        kept = folder_of_the_answer.pop_all()
    disposition = f'attachment; filename="{connection.name}.{params.kind}"'
    headers = {"Content-Disposition": disposition, "Content-Length": str(file.stat().st_size)}
    return _FileOnce(file, kept, params.kind, headers)


async def _written(
    app_state: AppState, context: Context, params: ExportParams, columns: export_formats.Columns, folder: Path
) -> Path:
    """Write the file. Few exports run at once, so that most connections remain for queries. Raises TooBusy, ExportTooLarge,
    ClientDisconnect."""
    lines, file = folder / "rows.jsonl", folder / f"rows.{params.kind}"
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            await app_state.exports.acquire()
    except TimeoutError:
        raise TooBusy() from None
    try:
        async with context.snapshot():
            await _write_lines(app_state, context, params, columns, lines)
        if params.kind == "parquet":
            await run_in_threadpool(export_formats.write_parquet, lines, file, columns)
            return file
        return lines
    finally:
        app_state.exports.release()


async def _write_lines(
    app_state: AppState, context: Context, params: ExportParams, columns: export_formats.Columns, path: Path
) -> None:
    line, limit, size = export_formats.LINES[params.kind], app_state.settings.api_export_megabytes, 0
    async with await anyio.open_file(path, "wb") as file:
        if params.kind == "csv":
            await file.write(export_formats.csv_head(columns))
        async for page in _pages(app_state, context, params.arguments):
            piece = b"".join(line(row, columns) for row in page)
            size += len(piece)
            if size > limit << 20:
                raise ExportTooLarge(limit=limit)
            await file.write(piece)
            if await params.has_left():
                raise ClientDisconnect()


class _FileOnce(StreamingResponse):
    """A file response that deletes its file when it is sent, or when the client has left."""

    def __init__(self, path: Path, kept: AsyncExitStack, kind: str, headers: dict[str, str]) -> None:
        super().__init__(self._read(path), media_type=export_formats.MEDIA[kind], headers=headers)
        self._kept = kept

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._kept:
            await super().__call__(scope, receive, send)

    async def _read(self, path: Path) -> AsyncIterator[bytes]:
        async with await anyio.open_file(path, "rb") as file:
            while piece := await file.read(PIECE):
                yield piece


async def _pages(app_state: AppState, context: Context, arguments: Mapping[str, Any]) -> Rows:
    """Yield every page of the connection, in the snapshot of `context`."""
    variables: dict[str, Any] = {**arguments, "first": app_state.settings.api_page_size, "after": None}
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
