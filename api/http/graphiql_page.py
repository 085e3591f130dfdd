"""GraphiQL page: an in-browser IDE served from here; no foreign host's script sees a key or an answer."""

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
    """Return True when a browser requests the page rather than a query. `asked`: the names of its query parameters."""
    return settings.graphiql and head.is_page_wanted and not {"query", "documentId"} & set(asked)


def page() -> Response:
    return FileResponse(
        FOLDER / "index.html", headers={"Content-Security-Policy": POLICY, "Referrer-Policy": "no-referrer"}
    )


def assets() -> Mount:
    return Mount("/graphiql", StaticFiles(directory=FOLDER), name="graphiql")
