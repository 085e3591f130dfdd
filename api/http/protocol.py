"""HTTP protocol: uvicorn's parser with limits in bytes and time, before our own code sees a request.

Limits apply to the size and duration of a request's head, the progress of its body and of the response, and the number of
connections, per process and per address. A connection that exceeds a limit is closed. Behind a proxy all clients share its
address, so only the limit per process applies.
"""

import asyncio
from collections import Counter
from enum import Enum
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.http.telemetry import HEAD_BYTES
from jamsos.rate_limit import network_of

HEAD_SECONDS = 10.0
BODY_SECONDS, BODY_LEAST = 10.0, 4_096  # bytes that must arrive in each such period
SEND_SECONDS = 30.0
CONNECTIONS, OF_ADDRESS = 800, 400
SWEEP_SECONDS = 1.0


class _At(Enum):
    """The state that a connection waits in."""

    head = "head"
    body = "body"
    answer = "answer"


class BoundedProtocol(HttpToolsProtocol):
    """One connection with its limits."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._at, self._since = _At.head, self.loop.time()
        self._arrived = self._unparsed = 0
        self._is_refused = False
        self._paused_since: float | None = None
        self._address = network_of(self.client[0]) if self.client and not self.config.proxy_headers else None
        watch = _watch_of(self)
        if not watch.enter(self):
            self._refuse(503, "Too many connections.")

    def connection_lost(self, exc: Exception | None) -> None:
        _watch_of(self).leave(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._is_refused:
            return
        if self._at is _At.answer:  # a reused connection, or a request sent before the response to the previous one
            self._at, self._since = _At.head, self.loop.time()
        self._arrived += len(data)
        was_head = self._at is _At.head
        super().data_received(data)
        if was_head and self._at is _At.head:
            self._unparsed += len(data)
            if self._unparsed > HEAD_BYTES:
                self._refuse(431, "The request's head is too large.")

    def on_headers_complete(self) -> None:
        head = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if head > HEAD_BYTES:
            self._refuse(431, "The request's head is too large.")
        if self._is_refused:
            return
        self._at, self._since, self._arrived, self._unparsed = _At.body, self.loop.time(), 0, 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if not self._is_refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        if not self._is_refused:
            self._at = _At.answer
            super().on_message_complete()

    def pause_writing(self) -> None:
        self._paused_since = self.loop.time()
        super().pause_writing()

    def resume_writing(self) -> None:
        self._paused_since = None
        super().resume_writing()

    def check(self, now: float) -> None:
        """Close the connection if it exceeds a limit."""
        if self._paused_since is not None and now - self._paused_since > SEND_SECONDS:
            self.transport.abort()
        elif self._at is _At.head and now - self._since > HEAD_SECONDS:
            self._refuse(408, "The request did not come.")
        elif self._at is _At.body and now - self._since > BODY_SECONDS:
            if self._arrived < BODY_LEAST and not self.flow.read_paused:
                self.transport.abort()
            self._since, self._arrived = now, 0

    def _refuse(self, status: int, words: str) -> None:
        """Refuse in plain text, because the accepted formats of the client are not known yet."""
        self._is_refused = True
        if self.transport.is_closing():
            return
        body = words.encode()
        head = (
            f"HTTP/1.1 {status} Refused\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: {len(body)}\r\n"
            "connection: close\r\nretry-after: 5\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()


class _Watch:
    """The connections of one server, checked once a second."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._held: set[BoundedProtocol] = set()
        self._of_address: Counter[str] = Counter()
        self._next: asyncio.TimerHandle | None = None

    def enter(self, connection: BoundedProtocol) -> bool:
        """Return whether another connection is allowed."""
        address = connection._address
        if len(self._held) >= CONNECTIONS or (address and self._of_address[address] >= OF_ADDRESS):
            return False
        self._held.add(connection)
        if address:
            self._of_address[address] += 1
        if self._next is None:
            self._next = self._loop.call_later(SWEEP_SECONDS, self._sweep)
        return True

    def leave(self, connection: BoundedProtocol) -> None:
        if connection not in self._held:
            return
        self._held.discard(connection)
        if address := connection._address:
            self._of_address[address] -= 1
            if not self._of_address[address]:
                del self._of_address[address]

    def _sweep(self) -> None:
        now = self._loop.time()
        for connection in tuple(self._held):
            connection.check(now)
        self._next = self._loop.call_later(SWEEP_SECONDS, self._sweep) if self._held else None


def _watch_of(connection: BoundedProtocol) -> _Watch:
    """Return the watch of a server, stored where uvicorn stores the shared state of its connections."""
    shared: Any = connection.server_state
    if not hasattr(shared, "watch"):
        shared.watch = _Watch(connection.loop)
    watch: _Watch = shared.watch
    return watch
