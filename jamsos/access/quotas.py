"""Quotas: how often an act may be asked for from one address, and how often a secret may be guessed, at every door and in all processes.

A count stands in the database under a hash that nobody can turn back without the sealing key. It is spent before the act, so that an
act that is refused counts, too.
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
    """`who` may ask for `act` at most `most` times in `seconds`."""

    act: str
    who: str
    most: int
    seconds: int


def of_address(act: str, network: str, an_hour: int) -> Quota:
    """For an asker without a key: reading has quotas of its own, and no act takes from another's."""
    return Quota(act, network, an_hour, HOUR)


def of_second_number(nik: str) -> Quota:
    """For the number that proves who a NIK belongs to (family card, KPJ), whoever guesses it and from wherever."""
    return Quota("second number", re.sub(r"\D", "", nik), GUESSES_A_DAY, DAY)


async def spend(connection: AsyncConnection, sealer: Sealer, quota: Quota) -> None:
    """Count one time. Raises TooManyRequests with the seconds to wait."""
    asker = hashlib.sha256(sealer.seal("asker", f"{quota.act}\n{quota.who}")).digest()
    count, left = await store.count_act(connection, quota.act, asker, most=quota.most, seconds=quota.seconds)
    if count > quota.most:
        raise TooManyRequests(seconds=max(1, math.ceil(left)))
