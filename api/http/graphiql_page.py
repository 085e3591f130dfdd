"""GraphiQL: a page to try questions on, served wholly from here: no script of a foreign host sees a key or an answer."""

from collections.abc import Collection
from pathlib import Path

from starlette.responses import FileResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from api.http.request_head import RequestHead
from jamsos.settings import Settings

FOLDER = Path(__file__).parent / "graphiql"
# CodeMirror sets styles on elements; everything else comes from files of ours.
POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; frame-ancestors 'none'"


def is_wanted(head: RequestHead, asked: Collection[str], settings: Settings) -> bool:
    """A browser came to look, it did not ask. `asked`: the names of what it asked."""
    return settings.graphiql and head.is_page_wanted and not {"query", "documentId"} & set(asked)


def page() -> Response:
    return FileResponse(
        FOLDER / "index.html", headers={"Content-Security-Policy": POLICY, "Referrer-Policy": "no-referrer"}
    )


def assets() -> Mount:
    return Mount("/graphiql", StaticFiles(directory=FOLDER), name="graphiql")
