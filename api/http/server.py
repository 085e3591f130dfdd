"""Server: the application under uvicorn, in one or several processes, with structured logs on standard error."""

import logging
from typing import Any

import uvicorn
from starlette.applications import Starlette

from api.http.protocol import BoundedProtocol
from api.http.telemetry import Lines, silence_access_logs
from jamsos.settings import Settings

GRACE_SECONDS = 10
# Our parser with limits, no websockets, and no access log of uvicorn: its lines contain addresses with queries.
BOUNDED: dict[str, Any] = {
    "http": BoundedProtocol,
    "ws": "none",
    "access_log": False,
    "log_config": None,
    "server_header": False,
}


def log_as_json() -> None:
    """Write all log records, ours and the server's, as one JSON object per line."""
    # unused fields are not computed (an optimisation from the documentation of `logging`)
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
