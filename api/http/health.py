"""Health: `python -m api.http.health` ends with 0 where this machine's own process and its database answer, with 1 where not.

A container asks it every ten seconds, so it loads nothing of the programme.
"""

import os
import sys
from http.client import HTTPConnection, HTTPException

SECONDS = 4
PORT = 8000


def is_ready(port: int) -> bool:
    """Ask past any proxy."""
    connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if is_ready(int(os.environ.get("JAMSOS_API_PORT") or PORT)) else 1)
