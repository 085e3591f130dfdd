"""Sealing (field-level encryption with AES-SIV): the database stores identifiers only encrypted, so a stolen dump reveals nothing.

AES-SIV (RFC 5297) is deterministic: equal plaintexts of one kind give equal sealed values. So uniqueness, joins and
equality look-ups work on the sealed value, while the key stays in a file outside the database. The kind ("nik", "kk",
"phone", "account", "row") is associated
data: a sealed phone never equals a sealed NIK. The first byte is the key's version, by which a rotation recognises old
values.
"""

import os
from collections.abc import Mapping
from pathlib import Path

import polars as pl
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from jamsos.errors import SealKeyMissing, SealKeyWrong
from jamsos.sealing_blocks import BLOCK, BlockSealer

KEY_BYTES = 64
MASK = "*"


class Sealer:
    """A cipher that seals with the newest key and unseals with any key of the file."""

    def __init__(self, keys: Mapping[int, bytes]) -> None:
        self._ciphers = {version: AESSIV(key) for version, key in keys.items()}
        self._keys = dict(keys)
        self._derived: dict[str, Sealer] = {}
        self.version = max(keys)
        self.versions = frozenset(keys)

    def derived(self, purpose: str) -> "Sealer":
        """Return a sealer with keys derived for one purpose (HKDF, RFC 5869). No other sealer opens its values."""
        if (known := self._derived.get(purpose)) is None:
            keys = {version: _derive(key, purpose) for version, key in self._keys.items()}
            known = self._derived[purpose] = Sealer(keys)
        return known

    def seal(self, kind: str, plain: str) -> bytes:
        return self.seal_bytes(kind, plain.encode())

    def seal_bytes(self, kind: str, plain: bytes) -> bytes:
        return bytes((self.version,)) + self._ciphers[self.version].encrypt(plain, [kind.encode()])

    def seal_all(self, kind: str, plains: pl.Series) -> pl.Series:
        """Seal a column of texts and return bytes; a missing value stays missing.

        Short texts are sealed together, which gives the same bytes in a twentieth of the time.
        """
        present = plains.drop_nulls()
        if present.str.len_bytes().is_between(1, BLOCK).all():
            sealed = BlockSealer(self._keys[self.version], kind, self.version).sealed(present)
        else:
            sealed = pl.Series([self.seal(kind, plain) for plain in present], dtype=pl.Binary)
        if not plains.has_nulls():
            return sealed
        places = pl.select(pl.when(plains.is_not_null()).then(plains.is_not_null().cum_sum() - 1)).to_series()
        return sealed.gather(places)

    def seal_every(self, kind: str, plain: str) -> list[bytes]:
        """Return the value sealed under every key of the file. During a rotation the database contains one of these."""
        context = [kind.encode()]
        return [
            bytes((version,)) + cipher.encrypt(plain.encode(), context) for version, cipher in self._ciphers.items()
        ]

    def unseal(self, kind: str, sealed: bytes) -> str:
        return self.unseal_bytes(kind, sealed).decode()

    def unseal_bytes(self, kind: str, sealed: bytes) -> bytes:
        """Return the plain bytes. Raises SealKeyWrong when the key is unknown or the value was altered."""
        try:
            return self._ciphers[sealed[0]].decrypt(sealed[1:], [kind.encode()])
        except (KeyError, InvalidTag):
            raise SealKeyWrong(path="", reason=f"a sealed {kind} does not open") from None


def _derive(key: bytes, purpose: str) -> bytes:
    return HKDF(hashes.SHA512(), KEY_BYTES, salt=None, info=f"jamsos {purpose}".encode()).derive(key)


def mask(plain: str) -> str:
    """Return the text with all but its last two characters masked. With more, region, birth date and serial would rebuild a NIK."""
    return MASK * (len(plain) - 2) + plain[-2:] if len(plain) > 2 else MASK * len(plain)


def read_key_file(path: Path) -> Sealer:
    """Return the sealer of a key file. Raises SealKeyMissing, SealKeyWrong."""
    if not path.exists():
        raise SealKeyMissing(path=path)
    return read_keys(path.read_text(), str(path))


def read_keys(text: str, place: str) -> Sealer:
    """Return the sealer of keys in the form `version:hex`, one a line. Raises SealKeyWrong with the place."""
    try:
        pairs = [line.split(":") for line in text.split()]
        return Sealer({int(version): _key(key) for version, key in pairs})
    except ValueError as wrong:
        raise SealKeyWrong(path=place, reason=wrong) from None


def _key(text: str) -> bytes:
    key = bytes.fromhex(text)
    if len(key) != KEY_BYTES:
        raise ValueError(f"a key has {KEY_BYTES} bytes, not {len(key)}")
    return key


def drop_old_keys(path: Path) -> list[int]:
    """Replace the key file atomically by one with only the newest key, and return the dropped versions."""
    kept = read_key_file(path).version
    lines = path.read_text().split()
    fresh = path.with_suffix(".new")
    _write(fresh, os.O_TRUNC, "".join(f"{line}\n" for line in lines if int(line.split(":")[0]) == kept))
    fresh.replace(path)
    return sorted(version for line in lines if (version := int(line.split(":")[0])) != kept)


def add_key(path: Path) -> int:
    """Append a new key to the file, readable by its owner only, and return its version (the first is 1)."""
    version = read_key_file(path).version + 1 if path.exists() else 1
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, os.O_APPEND, f"{version}:{os.urandom(KEY_BYTES).hex()}\n")
    return version


def _write(path: Path, how: int, text: str) -> None:
    """Write a file that only its owner can read, and sync it to the disk."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | how, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
