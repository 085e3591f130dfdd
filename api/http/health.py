"""Health check: `python -m api.http.health` exits with 0 if the local process and its database respond, otherwise with 1.

A container runs it every ten seconds, so it imports no other module of the program.
"""

import os
import sys
from http.client import HTTPConnection, HTTPException

SECONDS = 4
PORT = 8000


def is_ready(port: int) -> bool:
    """Request the local address without any proxy."""
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
