"""SNAP's signature with vectors from openssl, and its notices, accepted or refused by field."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from jamsos.donations.errors import NoticeMalformed, NoticeNotSigned
from jamsos.donations.snap import Headers, NoticeStatus, check, minified, read, string_to_sign

PARTNER, SECRET, PATH = "JAMSOS-MABAR", "rahasia-penyedia-contoh", "/v1.0/qr/qr-mpm-notify"
SENT, TOKEN = "2026-11-23T17:40:00+07:00", "gSNfcFyM6YA97pnw4SvUhQ"
NOW = datetime(2026, 11, 23, 10, 40, tzinfo=UTC)
BODY = (
    rb'{"originalReferenceNo":"2020102977770000000009","originalPartnerReferenceNo":"DON2345678","latestTransactionStatus":"00",'
    rb'"transactionStatusDesc":"success","amount":{"value":"50400.00","currency":"IDR"},"additionalInfo":{"issuer":"BANK  NTT \" A",'
    rb'"note":"a\\"}}'
)
# printf '%s' "$BODY" | openssl dgst -sha256; printf '%s' "$STRING" | openssl dgst -sha512 -hmac "$SECRET" -binary | base64
SHA256 = "37ac0c7e18535dbfff1d0ac2f1076142ba600342038eab89f1ef913949f13d18"
BASE64 = "xht50fRK4kxDZ+Q5ItQ0QAhHYiCDRZTUvN7gDJ4wQ3fDKE2jnO3XJkqjk1L9raK5YgMmWieZLbPwMPjZOf4aEQ=="
HEX = "c61b79d1f44ae24c4367e43922d4344008476220834594d4bcdee00c9e304377c3284da39cedd7264aa39352fdada2b96203265a27992db3f030f8d939fe1a11"


def headers(**changed):
    facts = {"partner": PARTNER, "timestamp": SENT, "signature": BASE64, "external_id": "1", "token": TOKEN}
    return Headers(**facts | changed)


def is_signed(now=NOW, body=BODY, path=PATH, method="POST", secret=SECRET, **changed):
    try:
        found = check(headers(**changed), partner=PARTNER, secret=secret, method=method, path=path, body=body, now=now)
    except NoticeNotSigned:
        return False
    return found == NOW


def test_what_is_signed_is_written_as_the_standard_says():
    assert string_to_sign("POST", PATH, TOKEN, BODY, SENT) == f"POST:{PATH}:{TOKEN}:{SHA256}:{SENT}"


def test_a_signature_made_by_openssl_is_known_in_both_ways_of_writing_it():
    assert is_signed()
    assert is_signed(signature=HEX) and is_signed(signature=HEX.upper())


def test_blanks_between_the_parts_of_a_body_are_not_signed_and_those_within_quotes_are():
    spread = BODY.replace(b'":', b'" :\r\n\t').replace(b',"', b', "')
    assert spread != BODY and minified(spread) == BODY
    assert is_signed(body=spread)
    assert not is_signed(body=BODY.replace(b"BANK  NTT", b"BANK NTT"))


@pytest.mark.parametrize(
    "changed",
    [
        {"partner": "JAMSOS-MABAS"}, {"partner": ""}, {"token": ""}, {"signature": ""}, {"signature": "bukan base64"},
        {"signature": BASE64[:-4]}, {"signature": "0" * 128}, {"timestamp": "2026-11-23T17:40:01+07:00"}, {"path": "/v1.0/qr"},
        {"method": "PUT"}, {"secret": SECRET + "x"}, {"body": BODY.replace(b"50400", b"50401")}, {"timestamp": "2026-11-23T17:40:00"},
        {"timestamp": "kemarin"},
    ],
)  # fmt: skip
def test_whatever_else_was_signed_is_refused(changed):
    assert not is_signed(**changed)


def test_five_minutes_either_way_are_believed_and_no_more():
    five, more = timedelta(minutes=5), timedelta(minutes=5, seconds=1)
    assert is_signed(now=NOW + five) and is_signed(now=NOW - five)
    assert not is_signed(now=NOW + more) and not is_signed(now=NOW - more)


def body(**changed):
    return json.dumps(json.loads(BODY) | changed).encode()


def amount(value, currency="IDR"):
    return {"amount": {"value": value, "currency": currency}}


def test_a_notice_says_which_payment_how_much_and_every_text_in_it():
    found = read(BODY)

    assert (found.reference, found.status, found.amount) == ("2020102977770000000009", NoticeStatus.paid, 50_400)
    assert "DON2345678" in found.text.split("\n") and 'BANK  NTT " A' in found.text


@pytest.mark.parametrize(
    ("code", "status"), [("00", NoticeStatus.paid), ("04", NoticeStatus.refunded), ("03", None), ("06", None)]
)
def test_only_paid_and_refunded_move_money(code, status):
    assert read(body(latestTransactionStatus=code)).status == status


@pytest.mark.parametrize(
    ("value", "rupiah"), [("50400.00", 50_400), ("50400", 50_400), ("1.0", 1), ("999999999999.00", 999_999_999_999)]
)
def test_an_amount_is_whole_rupiah(value, rupiah):
    assert read(body(**amount(value))).amount == rupiah


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        (amount("50400.50"), "amount.value"), (amount("50.400,00"), "amount.value"), (amount(50400), "amount.value"),
        (amount("-1.00"), "amount.value"), (amount("0.00"), "amount.value"), (amount("1e5"), "amount.value"), (amount("٥"), "amount.value"),
        (amount("9" * 16), "amount.value"), (amount("1.00", "USD"), "amount.currency"), ({"amount": None}, "amount.currency"),
        ({"latestTransactionStatus": "99"}, "latestTransactionStatus"), ({"latestTransactionStatus": 0}, "latestTransactionStatus"),
        ({"originalReferenceNo": "x" * 65}, "originalReferenceNo"), ({"originalReferenceNo": " "}, "originalReferenceNo"),
        ({"originalReferenceNo": "a\0b"}, "originalReferenceNo"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_its_field(changed, field):
    with pytest.raises(NoticeMalformed) as refused:
        read(body(**changed))
    assert refused.value.fields == {"field": field}


@pytest.mark.parametrize("written", [b"", b"[]", b"{", b"\xff", b"[" * 20_000, b'"x"'])
def test_what_is_no_object_is_refused(written):
    with pytest.raises(NoticeMalformed):
        read(written)
