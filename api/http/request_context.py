"""Request context: the parsed, frozen request. Endpoints and responses use it, never the request itself.

Parsing has two steps (api/http/requests.py): first the head, which every refusal needs, then the client and the parameters.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from api.http import negotiation
from jamsos.access.rules import Actor
from jamsos.messages import Language

P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class RequestHead:
    """The head of a request, before its body. `network` distinguishes clients without a key. `notes` collects the content of the log
    line; it is the only mutable part."""

    request_id: str
    method: str
    language: Language
    media_type: str
    credential: str | None
    purpose: str | None
    network: str
    is_page_wanted: bool
    accept_encoding: str
    known_etags: str
    idempotency_key: str | None
    notes: dict[str, Any]

    @property
    def takes_gzip(self) -> bool:
        return negotiation.takes_gzip(self.accept_encoding)

    @property
    def document_status(self) -> int:
        """Return the status for a violation of GraphQL's own rules: plain JSON clients expect 200."""
        return 200 if self.media_type == negotiation.JSON else 400


@dataclass(frozen=True, slots=True)
class RequestContext(RequestHead, Generic[P]):
    """The whole request: head, actor and parameters."""

    actor: Actor
    params: P


def with_params(head: RequestHead, actor: Actor, params: P) -> RequestContext[P]:
    """Return the context of a request with a parsed head; written field by field, because every request calls it."""
    return RequestContext(
        head.request_id,
        head.method,
        head.language,
        head.media_type,
        head.credential,
        head.purpose,
        head.network,
        head.is_page_wanted,
        head.accept_encoding,
        head.known_etags,
        head.idempotency_key,
        head.notes,
        actor,
        params,
    )


@dataclass(frozen=True, slots=True)
class GraphQLParams:
    """One operation of a request. `is_get`: the request is a GET, so it may only read."""

    query: str | None
    document_id: str | None
    operation_name: str | None
    variables: dict[str, Any]
    is_get: bool = False

    def fingerprint(self, scopes: Iterable[str], purpose: str | None, proof: str | None) -> bytes:
        """Return the SHA-256 of all inputs of the response: document, variables, files, scopes, purpose and who proved to ask."""
        plain = [self.query, self.document_id, self.operation_name, self.variables, sorted(scopes), purpose, proof]
        return hashlib.sha256(json.dumps(plain, sort_keys=True, default=_file_hash).encode()).digest()


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file of a mutation: its name at the sender, and its path until the request ends."""

    name: str
    path: Path
    size: int
    sha256: str


def _file_hash(value: Any) -> str:
    if isinstance(value, UploadedFile):
        return value.sha256
    raise TypeError(type(value).__name__)


@dataclass(frozen=True, slots=True)
class ExportParams:
    """One export request. `fields` None: all plain fields. `has_left`: whether the client has disconnected."""

    name: str
    kind: str
    fields: str | None
    arguments: Mapping[str, Any]
    has_left: Callable[[], Awaitable[bool]]
