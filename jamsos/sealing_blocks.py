"""Sealing by the column: a million short numbers sealed as one, to the same bytes as one by one.

AES-SIV (RFC 5297) of a text of at most sixteen bytes is two encryptions of single blocks and some exclusive-ors: the tag is the
CMAC of the text beside a constant of key and kind, and one block of counter mode hides the text. So a column needs two calls of AES.
The bare block mode is no mode of ours here: it is the part of which RFC 5297 is made, and tests compare every byte with the library's.
"""

from collections.abc import Sequence
from itertools import groupby

import numpy as np
import numpy.typing as npt
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC

BLOCK = 16
Blocks = npt.NDArray[np.uint8]


class BlockSealer:
    """One key, its version, and one kind."""

    def __init__(self, key: bytes, kind: str, version: int) -> None:
        self._head = np.uint8(version)
        mac_key, counter_key = key[: len(key) // 2], key[len(key) // 2 :]
        self._mac = Cipher(algorithms.AES(mac_key), modes.ECB())  # noqa: S305
        self._counter = Cipher(algorithms.AES(counter_key), modes.ECB())  # noqa: S305
        beside = _xor(_doubled(_cmac(mac_key, bytes(BLOCK))), _cmac(mac_key, kind.encode()))
        subkey = _doubled(self._mac.encryptor().update(bytes(BLOCK)))
        # a whole block is mixed with the constant, a shorter one is padded and mixed with its double (S2V)
        self._whole, self._short = (np.frombuffer(_xor(each, subkey), np.uint8) for each in (beside, _doubled(beside)))

    def sealed(self, plains: Sequence[bytes]) -> list[bytes]:
        """Version, tag and hidden text of each; none is empty or longer than a block."""
        if len(sizes := set(map(len, plains))) == 1:
            return self._of_size(sizes.pop(), b"".join(plains))
        order = sorted(range(len(plains)), key=lambda index: len(plains[index]))
        found: list[bytes] = [b""] * len(plains)
        for size, group in groupby(order, key=lambda index: len(plains[index])):
            at = list(group)
            for index, sealed in zip(at, self._of_size(size, b"".join(plains[index] for index in at)), strict=True):
                found[index] = sealed
        return found

    def _of_size(self, size: int, joined: bytes) -> list[bytes]:
        count = len(joined) // size
        plain = np.zeros((count, BLOCK), np.uint8)
        plain[:, :size] = np.frombuffer(joined, np.uint8).reshape(count, size)
        mixed = plain ^ self._whole if size == BLOCK else plain ^ self._short
        if size < BLOCK:
            mixed[:, size] ^= 0x80
        tags = _encrypted(self._mac, mixed)
        first = tags.copy()
        first[:, [8, 12]] &= 0x7F
        hidden = (plain ^ _encrypted(self._counter, first))[:, :size]
        whole = np.hstack([np.full((count, 1), self._head), tags, hidden]).tobytes()
        width = 1 + BLOCK + size
        return [whole[start : start + width] for start in range(0, len(whole), width)]


def _encrypted(cipher: "Cipher[modes.ECB]", blocks: Blocks) -> Blocks:
    """Each block by itself."""
    return np.frombuffer(cipher.encryptor().update(blocks.tobytes()), np.uint8).reshape(blocks.shape)


def _cmac(key: bytes, text: bytes) -> bytes:
    mac = CMAC(algorithms.AES(key))
    mac.update(text)
    return mac.finalize()


def _doubled(block: bytes) -> bytes:
    """Times two in the field of AES-CMAC."""
    number = int.from_bytes(block) << 1
    return ((number ^ 0x87) & (2**128 - 1) if number >> 128 else number).to_bytes(BLOCK)


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
