"""GraphiQL page: an IDE in the browser, served from our own files. No script of another host sees a key or a response."""

from pathlib import Path

from starlette.responses import FileResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

FOLDER = Path(__file__).parent / "graphiql"
# CodeMirror sets styles on elements; everything else comes from our own files.
POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; frame-ancestors 'none'"


def page() -> Response:
    return FileResponse(
        FOLDER / "index.html", headers={"Content-Security-Policy": POLICY, "Referrer-Policy": "no-referrer"}
    )


def assets() -> Mount:
    return Mount("/graphiql", StaticFiles(directory=FOLDER), name="graphiql")
