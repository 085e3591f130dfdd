"""Server: the application under uvicorn, in one process or several, with structured logs on standard error."""

import logging
from typing import Any

import uvicorn
from starlette.applications import Starlette

from api.http.protocol import BoundedProtocol
from api.http.telemetry import Lines, silence_access_logs
from jamsos.settings import Settings

GRACE_SECONDS = 10
# The parser with our bounds, no websockets, and no line of uvicorn's own: those hold addresses with their queries.
BOUNDED: dict[str, Any] = {
    "http": BoundedProtocol,
    "ws": "none",
    "access_log": False,
    "log_config": None,
    "server_header": False,
}


def log_as_json() -> None:
    """Everything that is logged, ours and the server's, as one JSON object a line."""
    # what no line tells is not looked up for it (as the handbook of `logging` has it)
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    vars(logging)["_srcfile"] = None
    logging.basicConfig(handlers=[Lines()], level=logging.INFO, force=True)
    silence_access_logs()


def serve(app: Starlette | str, settings: Settings, *, host: str, port: int, processes: int = 1) -> None:
    """Serve until interrupted. `app` is an application, or `module:factory` where several processes make their own."""
    factory = isinstance(app, str)
    uvicorn.run(
        app,
        factory=factory,
        host=host,
        port=port,
        workers=processes if factory else None,
        proxy_headers=settings.api_proxies is not None,
        forwarded_allow_ips=settings.api_proxies,
        timeout_graceful_shutdown=GRACE_SECONDS,
        **BOUNDED,
    )
