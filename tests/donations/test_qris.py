"""QRIS against the vectors of the domain dossier (EMVCo MPM, CRC-16/CCITT-FALSE)."""

import binascii

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jamsos.donations.errors import QrisMalformed, QrisWithFee
from jamsos.donations.qris import parse, signed, with_amount

STATIC = (
    "00020101021126690017ID.CO.EXAMPLE.WWW011893600000000000001802150000000000000010303UMI51440014ID.CO.QRIS.WWW0215"
    "ID10200000000010303UMI5204839853033605802ID5917JAMSOS MABAR TEST6011LABUAN BAJO610586554630468BF"
)
DYNAMIC = (
    "00020101021226690017ID.CO.EXAMPLE.WWW011893600000000000001802150000000000000010303UMI51440014ID.CO.QRIS.WWW0215"
    "ID10200000000010303UMI52048398530336054062016005802ID5917JAMSOS MABAR TEST6011LABUAN BAJO61058655462150511"
    "DON2025000163045E1D"
)


def test_the_crc_is_the_standards_check_value():
    assert binascii.crc_hqx(b"123456789", 0xFFFF) == 0x29B1


def test_the_static_code_with_an_amount_is_the_published_dynamic_one():
    assert with_amount(STATIC, 201_600, "DON20250001") == DYNAMIC


@given(st.integers(1, 10**12), st.from_regex(r"[A-Z0-9]{1,25}", fullmatch=True))
def test_amount_and_reference_read_back_and_the_merchant_stays(amount, reference):
    tags = parse(with_amount(STATIC, amount, reference))

    assert (tags["54"], tags["62"], tags["01"]) == (str(amount), f"05{len(reference):02d}{reference}", "12")
    assert {tag: tags[tag] for tag in ("26", "51", "59")} == {tag: parse(STATIC)[tag] for tag in ("26", "51", "59")}


@pytest.mark.parametrize(
    "spoilt", [STATIC[:-1], STATIC.replace("MABAR", "NABAR"), STATIC[:40], "", "00", "hello", STATIC + "00"]
)
def test_a_cut_or_altered_code_is_refused(spoilt):
    with pytest.raises(QrisMalformed):
        with_amount(spoilt, 16_800, "X")


def spoken(**tags):
    """Return the static code with tags inserted in order."""
    found = parse(STATIC)
    found.pop("63")
    found |= {tag.strip("t"): value for tag, value in tags.items()}
    return signed("".join(f"{tag}{len(found[tag]):02d}{found[tag]}" for tag in sorted(found)))


def test_additional_data_of_the_merchant_stay_beside_the_reference():
    tags = parse(with_amount(spoken(t62="0304TOKO0706KASIR1"), 16_800, "DON1"))

    assert tags["62"] == "0304TOKO0504DON10706KASIR1"


def test_a_tip_that_is_only_asked_for_is_left_out():
    assert "55" not in parse(with_amount(spoken(t55="01"), 16_800, "DON1"))


@pytest.mark.parametrize("tags", [{"t55": "02", "t56": "500"}, {"t55": "03", "t57": "2.5"}, {"t56": "500"}])
def test_a_code_that_adds_a_fee_is_refused(tags):
    with pytest.raises(QrisWithFee, match="ask the bank for a code without one"):
        with_amount(spoken(**tags), 16_800, "DON1")


@pytest.mark.parametrize("twice", ["5802ID", "6005BARAT"])
def test_a_code_with_a_tag_twice_is_refused(twice):
    with pytest.raises(QrisMalformed):
        with_amount(signed(STATIC[:-8] + twice), 16_800, "DON1")
