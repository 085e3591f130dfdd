"""Uploads: files of a mutation, by the GraphQL multipart request specification.

The form contains `operations` (the JSON with null in place of each file), `map` (the place of each file) and the files. They are
streamed to a temporary folder of the request, which only this process can read, and deleted when the request ends.
"""

import hashlib
import shutil
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from typing import Any, NewType

import orjson
import strawberry
from graphql import GraphQLError
from python_multipart.exceptions import FormParserError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from api.errors import CsrfHeaderMissing, RequestMalformed
from api.http.body import FORM, checked_params
from api.http.request_context import GraphQLParams, UploadedFile

CSRF_HEADER = "X-Jamsos-Upload"
FILES = 4
NAME_BYTES = 200  # file systems allow 255


def _only_a_file(value: Any) -> UploadedFile:
    if not isinstance(value, UploadedFile):
        raise GraphQLError("A file comes by the multipart request specification, not as a value.")
    return value


Upload = NewType("Upload", UploadedFile)
# for the schema's scalar_map
UPLOAD = strawberry.scalar(
    name="Upload",
    description="A file, sent by the GraphQL multipart request specification; null in the variables.",
    parse_value=_only_a_file,
)


async def params_with_files(
    headers: Headers, pieces: AsyncGenerator[bytes, None], folder: Path, part_limit: int
) -> GraphQLParams:
    """Parse the form. `pieces` is the body, `part_limit` the limit in bytes of a part that is not a file. Raises CsrfHeaderMissing,
    RequestTooLarge, RequestMalformed."""
    if CSRF_HEADER.lower() not in headers:
        raise CsrfHeaderMissing(header=CSRF_HEADER)
    try:
        parser = MultiPartParser(headers, pieces, max_files=FILES, max_fields=FILES, max_part_size=part_limit)
        form = await parser.parse()
    except (MultiPartException, FormParserError):
        raise RequestMalformed(reason=FORM) from None
    try:
        return await _asked(form, folder)
    finally:
        await form.close()


async def _asked(form: FormData, folder: Path) -> GraphQLParams:
    operations, places = _json(form, "operations"), _json(form, "map")
    params = checked_params(operations)
    if not isinstance(places, dict):
        raise RequestMalformed(reason="map")
    for number, (name, paths) in enumerate(places.items()):
        part = form.get(name)
        if not isinstance(part, UploadFile) or not isinstance(paths, list):
            raise RequestMalformed(reason=f"map.{name}")
        file = await run_in_threadpool(_keep, part, folder / str(number))
        for path in paths:
            _place(operations, str(path), file)
    return params


def _json(form: FormData, name: str) -> Any:
    text = form.get(name)
    try:
        return orjson.loads(text if isinstance(text, str) else "")
    except orjson.JSONDecodeError:
        raise RequestMalformed(reason=name) from None


def _keep(part: UploadFile, folder: Path) -> UploadedFile:
    """Store the file under its own name in its own folder, because the ending of the name selects the reader."""
    sent = Path((part.filename or "").replace("\\", "/").replace("\0", "")).name
    name = sent.encode()[-NAME_BYTES:].decode(errors="ignore") or "file"
    folder.mkdir()
    path = folder / name
    with path.open("xb") as kept:
        shutil.copyfileobj(part.file, kept, 1 << 20)
    digest = hashlib.sha256()
    for piece in _pieces(path):
        digest.update(piece)
    return UploadedFile(name=name, path=path, size=path.stat().st_size, sha256=digest.hexdigest())


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as kept:
        while piece := kept.read(1 << 20):
            yield piece


def _place(operations: Any, path: str, file: UploadedFile) -> None:
    """Put the file at the path `variables.input.file` or `variables.files.0`; only a null may be replaced."""
    *way, last = [int(step) if step.isdecimal() else step for step in path.split(".")]
    try:
        holder = operations
        for step in way:
            holder = holder[step]
        if path.split(".")[0] != "variables" or holder[last] is not None:
            raise KeyError(path)
        holder[last] = file
    except (KeyError, IndexError, TypeError):
        raise RequestMalformed(reason=f"map → {path}") from None
