import os

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jamsos.errors import SealKeyMissing, SealKeyWrong
from jamsos.sealing import Sealer, add_key, drop_old_keys, mask, read_key_file, read_keys

NIK = "5315994505850001"


def test_equal_values_seal_alike_so_that_uniqueness_works(sealer):
    assert sealer.seal("nik", NIK) == sealer.seal("nik", NIK)
    assert sealer.seal("nik", NIK) != sealer.seal("nik", NIK[:-1] + "2")


def test_a_value_sealed_as_one_kind_never_equals_another_kind(sealer):
    assert sealer.seal("nik", NIK) != sealer.seal("kk", NIK)
    with pytest.raises(SealKeyWrong, match="Restore the office's key file"):
        sealer.unseal("kk", sealer.seal("nik", NIK))


def test_a_sealed_value_opens_only_whole(sealer):
    sealed = sealer.seal("nik", NIK)

    assert sealer.unseal("nik", sealed) == NIK
    with pytest.raises(SealKeyWrong):
        sealer.unseal("nik", sealed[:-1] + bytes([sealed[-1] ^ 1]))


def test_a_column_seals_as_its_values_do_and_keeps_what_is_missing(sealer):
    assert sealer.seal_all("nik", pl.Series([NIK, None])).to_list() == [sealer.seal("nik", NIK), None]


def test_after_a_rotation_old_values_still_open_and_new_ones_use_the_new_key(sealer):
    rotated = Sealer({1: bytes(range(64)), 2: os.urandom(64)})

    assert rotated.unseal("nik", sealer.seal("nik", NIK)) == NIK
    assert rotated.seal("nik", NIK)[0] == 2


def test_a_mask_shows_two_digits_at_most():
    assert mask(NIK) == "**************01"
    assert mask("12") == "**"
    assert mask("") == ""


def test_a_key_file_is_made_for_its_owner_only_and_read_back(tmp_path):
    path = tmp_path / "keys" / "seal.key"

    assert (add_key(path), add_key(path)) == (1, 2)

    assert path.stat().st_mode & 0o777 == 0o600
    assert read_key_file(path).version == 2


def test_a_missing_or_spoilt_key_file_is_refused_by_its_path(tmp_path):
    with pytest.raises(SealKeyMissing, match=r"seal\.key"):
        read_key_file(tmp_path / "seal.key")
    for spoilt in ("1:zz", "1:00ff", "x:" + "00" * 64, "1"):
        with pytest.raises(SealKeyWrong, match="JAMSOS_SEAL_KEYS"):
            read_keys(spoilt, "JAMSOS_SEAL_KEYS")


def test_old_keys_are_dropped_and_the_newest_stays_as_it_was(tmp_path):
    path = tmp_path / "seal.key"
    add_key(path)
    add_key(path)
    sealed = read_key_file(path).seal("nik", NIK)

    assert drop_old_keys(path) == [1]

    assert read_key_file(path).versions == {2}
    assert read_key_file(path).unseal("nik", sealed) == NIK
    assert (path.stat().st_mode & 0o777, list(tmp_path.iterdir())) == (0o600, [path])


def test_a_value_is_looked_for_under_every_key():
    sealer = Sealer({1: bytes(range(64)), 2: bytes(range(1, 65))})

    assert [sealer.unseal("nik", sealed) for sealed in sealer.seal_every("nik", NIK)] == [NIK, NIK]
    assert [sealed[0] for sealed in sealer.seal_every("nik", NIK)] == [1, 2]


@given(
    st.lists(st.one_of(st.none(), st.text(max_size=20)), max_size=40),
    st.binary(min_size=64, max_size=64),
    st.sampled_from(["nik", "kk", "phone"]),
)
def test_a_column_is_sealed_to_the_same_bytes_as_one_by_one(plains, key, kind):
    sealer = Sealer({3: key})

    sealed = sealer.seal_all(kind, pl.Series(plains, dtype=pl.String))

    assert sealed.dtype == pl.Binary
    assert sealed.to_list() == [None if plain is None else sealer.seal(kind, plain) for plain in plains]
