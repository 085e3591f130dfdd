"""Idempotency: a mutation sent twice under one `Idempotency-Key` runs once and returns the same response twice.

The key is claimed in the acts' own transaction, and the answer is kept beside what they wrote, sealed, because an answer may
show a person or a fresh key. A second request of the same key waits for the first to end. A long act has no transaction around it:
its answer is kept afterwards, and done again where that did not happen.
"""

import re
from collections.abc import Awaitable, Callable

from api.context import Context
from api.errors import IdempotencyKeyMalformed
from jamsos.access import service

HEADER = "Idempotency-Key"
_KIND = "answer"


def checked(key: str | None) -> str | None:
    """Raises IdempotencyKeyMalformed."""
    if key is not None and not re.fullmatch(r"[A-Za-z0-9._:-]{8,128}", key):
        raise IdempotencyKeyMalformed()
    return key


async def once(context: Context, key: str | None, fingerprint: bytes, act: Callable[[], Awaitable[bytes]]) -> bytes:
    """The answer of `act`, or the one that this key got before. Raises IdempotencyKeyReused."""
    if key is None:
        return await act()
    async with context.acting() as connection:
        sealed = await service.earlier_answer(connection, context.actor, key, fingerprint)
    if sealed is not None:
        return context.sealer.unseal_bytes(_KIND, sealed)
    answer = await act()
    async with context.acting() as connection:
        await service.keep_answer(connection, context.actor, key, context.sealer.seal_bytes(_KIND, answer))
    return answer
