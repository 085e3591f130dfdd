"""Request head: what a request says of itself before its body, read once. Every response is made of it, none of the request."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from api.http import negotiation
from jamsos.messages import Language
from jamsos.rate_limit import network_of

PURPOSE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class RequestHead:
    """`network` tells askers without a key apart. `notes` is what the log will tell of the request."""

    request_id: str
    method: str
    language: Language
    media_type: str
    credential: str | None
    purpose: str | None
    network: str
    accept: str
    accept_encoding: str
    known_etags: str
    idempotency_key: str | None
    notes: dict[str, Any]

    @property
    def is_page_wanted(self) -> bool:
        return self.method != "POST" and negotiation.prefers_page(self.accept)

    @property
    def takes_gzip(self) -> bool:
        return negotiation.takes_gzip(self.accept_encoding)

    @property
    def status_of_words(self) -> int:
        """What a breach of GraphQL's own rules is answered with: plain JSON clients expect 200."""
        return 200 if self.media_type == negotiation.JSON else 400


def head_of(request: Request, default: Language) -> RequestHead:
    """`default`: the office's language."""
    headers, state = request.headers, request.scope["state"]
    accept = headers.get("accept") or ""
    spoken = headers.get("accept-language")
    return RequestHead(
        request_id=state["request_id"],
        method=request.scope["method"],
        language=negotiation.language(spoken, default) if spoken else default,
        media_type=negotiation.media_type(accept),
        credential=headers.get("authorization"),
        purpose=_purpose(headers.get("x-purpose")),
        network=network_of(request.client.host) if request.client else "",
        accept=accept,
        accept_encoding=headers.get("accept-encoding") or "",
        known_etags=headers.get("if-none-match") or "",
        idempotency_key=headers.get("idempotency-key"),
        notes=state,
    )


def _purpose(stated: str | None) -> str | None:
    """Headers arrive as Latin-1; a purpose may be UTF-8."""
    return (stated and stated.encode("latin-1").decode("utf-8", "replace").strip()[:PURPOSE_LENGTH]) or None
