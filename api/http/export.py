"""Export: `GET /export/<connection>.csv|jsonl|parquet`; a whole connection in one file, page after page.

An export is the connection's own query, asked again with each next cursor inside one read-only snapshot: so filter, rights,
masks and the trail of unmasked reads are those of the API by construction, and memory stays that of one page. Arguments are
those of the connection, as JSON (`filter`, `orderBy`, `asOf`), and `fields=fullName,village.name`; without `fields`, every plain
field of the thing. The whole file is written before its first byte is sent: what goes wrong is refused with a status of its own,
and a slow reader holds a file and no connection.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, NoReturn

import anyio
import orjson
from graphql import GraphQLError
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from api.context import Context
from api.errors import ExportTooLarge, ExportUnknown, RequestMalformed, TooBusy
from api.http import export_formats
from api.http.error_format import BAD_INPUT
from api.http.export_connections import Connection
from api.http.request_head import RequestHead
from api.http.state import AppState, state_of
from api.operations import DocumentRefused

ARGUMENTS = ("filter", "orderBy", "asOf")
WEIGHT = 10  # what an export takes from the asker's rate
PIECE = 1 << 18
WAIT_SECONDS = 60  # for another export to end

Rows = AsyncIterator[list[dict[str, Any]]]


async def export(request: Request, head: RequestHead) -> Response:
    app_state = state_of(request)
    actor = await app_state.admit(head, weight=WEIGHT)
    head.notes["kind"] = "export"
    connection = Connection(app_state.schema._schema, request.path_params["name"])
    kind = request.path_params["kind"]
    if kind not in export_formats.MEDIA:
        raise ExportUnknown(name=f"{connection.name}.{kind[:10]}", known=", ".join(export_formats.MEDIA))
    columns = connection.columns(request.query_params.get("fields"))
    given = _given(request)
    operation = await app_state.find(head, actor, connection.document(columns, given), None)
    context = app_state.context(head, actor, operation)
    async with AsyncExitStack() as folder_of_the_answer:
        folder = Path(folder_of_the_answer.enter_context(tempfile.TemporaryDirectory(prefix="jamsos-")))
        file = await _written(request, app_state, context, kind, columns, given, folder)
        kept = folder_of_the_answer.pop_all()
    disposition = f'attachment; filename="{connection.name}.{kind}"'
    headers = {"Content-Disposition": disposition, "Content-Length": str(file.stat().st_size)}
    return _FileOnce(file, kept, kind, headers)


async def _written(
    request: Request, app_state: AppState, context: Context, kind: str, columns: export_formats.Columns, given: dict[str, Any], folder: Path
) -> Path:  # fmt: skip
    """The file. A few exports at once, so that most connections answer questions. Raises TooBusy, ExportTooLarge, ClientDisconnect."""
    lines, file = folder / "rows.jsonl", folder / f"rows.{kind}"
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            await app_state.exports.acquire()
    except TimeoutError:
        raise TooBusy() from None
    try:
        async with context.snapshot():
            await _write_lines(request, app_state, context, kind, columns, given, lines)
        if kind == "parquet":
            await run_in_threadpool(export_formats.write_parquet, lines, file, columns)
            return file
        return lines
    finally:
        app_state.exports.release()


async def _write_lines(
    request: Request, app_state: AppState, context: Context, kind: str, columns: export_formats.Columns, given: dict[str, Any], path: Path
) -> None:  # fmt: skip
    line, limit, size = export_formats.LINES[kind], app_state.settings.api_export_megabytes, 0
    async with await anyio.open_file(path, "wb") as file:
        if kind == "csv":
            await file.write(export_formats.csv_head(columns))
        async for page in _pages(app_state, context, given):
            piece = b"".join(line(row, columns) for row in page)
            size += len(piece)
            if size > limit << 20:
                raise ExportTooLarge(limit=limit)
            await file.write(piece)
            if await request.is_disconnected():
                raise ClientDisconnect()


class _FileOnce(StreamingResponse):
    """A file that is gone once it was sent, or its reader has left."""

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
