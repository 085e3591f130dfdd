"""GraphiQL: a page to try questions on, served wholly from here: no script of a foreign host sees a key or an answer."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from jamsos.settings import Settings

FOLDER = Path(__file__).parent / "graphiql"
# CodeMirror sets styles on elements; everything else comes from files of ours.
POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; frame-ancestors 'none'"


def is_wanted(request: Request, settings: Settings) -> bool:
    """A browser came to look, it did not ask."""
    return (
        settings.graphiql
        and request.method != "POST"
        and "text/html" in request.headers.get("accept", "")
        and not {"query", "documentId"} & request.query_params.keys()
    )


def page() -> Response:
    return FileResponse(
        FOLDER / "index.html", headers={"Content-Security-Policy": POLICY, "Referrer-Policy": "no-referrer"}
    )


def assets() -> Mount:
    return Mount("/graphiql", StaticFiles(directory=FOLDER), name="graphiql")
