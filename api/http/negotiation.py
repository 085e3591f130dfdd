"""Content negotiation by RFC 9110: accepted values have weights from 0 (refused) to 1; the best offered value is chosen."""

import re
from collections.abc import Iterator

from jamsos.messages import Language

GRAPHQL, JSON, HTML = "application/graphql-response+json", "application/json", "text/html"
_PLAIN = {
    "": JSON,
    "*/*": JSON,
    JSON: JSON,
    GRAPHQL: GRAPHQL,
    f"{GRAPHQL}, {JSON}": GRAPHQL,
    f"{JSON}, {GRAPHQL}": GRAPHQL,
}
_WEIGHT = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")


def media_type(accept: str) -> str:
    """Return `application/graphql-response+json` if the client names it and prefers nothing else, otherwise `application/json`."""
    if (plain := _PLAIN.get(accept)) is not None:
        return plain
    weights = dict(_weighted(accept))
    named = weights.get(GRAPHQL, 0.0)
    return GRAPHQL if named > 0 and named >= _of_media(JSON, weights) else JSON


def prefers_page(accept: str) -> bool:
    """Return whether a browser requests a page: it names HTML and prefers it to JSON."""
    if HTML not in accept:
        return False
    weights = dict(_weighted(accept))
    return weights.get(HTML, 0.0) > max(weights.get(JSON, 0.0), weights.get(GRAPHQL, 0.0))


def takes_gzip(accept_encoding: str) -> bool:
    weights = dict(_weighted(accept_encoding))
    return weights.get("gzip", weights.get("*", 0.0)) > 0


def language(accept_language: str, default: Language) -> Language:
    """Return the supported language with the highest weight, the first of several; without one, the default."""
    best, found = 0.0, default
    for tag, weight in _weighted(accept_language):
        spoken: Language | None = default if tag == "*" else _SPOKEN.get(tag.partition("-")[0])
        if spoken and weight > best:
            best, found = weight, spoken
    return found


_SPOKEN: dict[str, Language] = {"id": "id", "in": "id", "en": "en"}


def _of_media(media: str, weights: dict[str, float]) -> float:
    """Return the weight of the most specific matching range."""
    ranges = (media, f"{media.partition('/')[0]}/*", "*/*")
    return next((weights[name] for name in ranges if name in weights), 0.0)


def _weighted(header: str) -> Iterator[tuple[str, float]]:
    """Return each value in lower case with its weight; an invalid weight is 0."""
    for part in header.lower().split(","):
        value, *parameters = (piece.strip() for piece in part.split(";"))
        if value:
            stated = next((text[2:].strip() for text in parameters if text.startswith("q=")), "1")
            yield value, float(stated) if _WEIGHT.fullmatch(stated) else 0.0
