"""Idempotency: a mutation that is sent twice with one `Idempotency-Key` runs once and returns the same response twice.

The key is claimed in the transaction of the mutations. The response is stored beside their rows, sealed, because it may contain
personal data or a new key. A second request with the same key waits for the first. A long mutation has no transaction around it:
its response is stored afterwards, and the mutation runs again if that fails.
"""

import re
from collections.abc import Awaitable, Callable

from api.context import Context
from api.errors import IdempotencyKeyMalformed
from jamsos.access import service

HEADER = "Idempotency-Key"
_KIND = "answer"


def checked(key: str | None) -> str | None:
    """Return the key. Raises IdempotencyKeyMalformed."""
    if key is not None and not re.fullmatch(r"[A-Za-z0-9._:-]{8,128}", key):
        raise IdempotencyKeyMalformed()
    return key


async def once(context: Context, key: str | None, fingerprint: bytes, act: Callable[[], Awaitable[bytes]]) -> bytes:
    """Return the response of `act`, or the earlier response for this key. Raises IdempotencyKeyReused."""
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
