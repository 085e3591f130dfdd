"""Quotas: limit how often one address may request an act, and how often a secret may be guessed, across all interfaces and processes.

The database stores a counter under a hash that nobody can reverse without the sealing key. Each request counts before
its act, so refused acts count as well.
"""

import hashlib
import math
import re
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access import store
from jamsos.errors import TooManyRequests
from jamsos.sealing import Sealer

HOUR, DAY = 3_600, 86_400
GUESSES_A_DAY = 10


class Quota(NamedTuple):
    """A limit: `who` may request `act` at most `most` times in `seconds`."""

    act: str
    who: str
    most: int
    seconds: int


def of_address(act: str, network: str, an_hour: int) -> Quota:
    """Return the quota of an anonymous address for one act. Each act has its own quota, and reads have quotas elsewhere."""
    return Quota(act, network, an_hour, HOUR)


def of_second_number(nik: str) -> Quota:
    """Return the quota of guesses at the second number (family card, KPJ) that proves who a NIK belongs to, from all addresses."""
    return Quota("second number", re.sub(r"\D", "", nik), GUESSES_A_DAY, DAY)


async def spend(connection: AsyncConnection, sealer: Sealer, quota: Quota) -> None:
    """Count one request. Raises TooManyRequests with the seconds to wait."""
    asker = hashlib.sha256(sealer.seal("asker", f"{quota.act}\n{quota.who}")).digest()
    count, left = await store.count_act(connection, quota.act, asker, most=quota.most, seconds=quota.seconds)
    if count > quota.most:
        raise TooManyRequests(seconds=max(1, math.ceil(left)))
