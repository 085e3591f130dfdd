"""The payment provider's door: signed calls book once, everybody else is refused before the database is asked."""

import base64
import json
from datetime import timedelta

import pytest
from sqlalchemy import text

from jamsos.access.rules import COMMAND_LINE
from jamsos.donations import service
from jamsos.donations.snap import signature, string_to_sign
from jamsos.months import OFFICE, now, today
from tests.web.conftest import composed, visiting
from tests.web.giving import open_office, settings
from tests.web.test_home import words

PATH, PARTNER, SECRET = "/v1.0/qr/qr-mpm-notify", "JAMSOS-MABAR", "rahasia-penyedia-contoh"


@pytest.fixture
async def code(engine, sealer):
    async with engine.begin() as connection:
        await open_office(connection)
        return await service.pledge(connection, COMMAND_LINE, sealer, amount=50_400, day=today())


@pytest.fixture
async def provider(database_url, sealer, code):
    keys = {"snap_partner_id": PARTNER, "snap_secret": SECRET}
    async with visiting(composed(database_url, sealer, settings(**keys))) as visitor:
        yield visitor


@pytest.fixture
def kept(engine):
    async def ask(query="select outcome, amount from programme.donation_matches order by id"):
        async with engine.connect() as connection:
            return [tuple(row) for row in await connection.execute(text(query))]

    return ask


def notice(code, reference="RRN0001", value="50400.00", status="00"):
    told = {
        "originalReferenceNo": reference, "latestTransactionStatus": status, "transactionStatusDesc": "x",
        "amount": {"value": value, "currency": "IDR"}, "additionalInfo": {"note": f"DONASI {code}"},
    }  # fmt: skip
    return json.dumps(told, indent=2).encode()


def signed(body, call="1", ago=timedelta(0), secret=SECRET, token="abc", **changed):
    at = (now() - ago).astimezone(OFFICE).isoformat(timespec="seconds")
    made = base64.b64encode(signature(secret, string_to_sign("POST", PATH, token, body, at))).decode()
    return {
        "X-PARTNER-ID": PARTNER, "X-EXTERNAL-ID": call, "X-TIMESTAMP": at, "X-SIGNATURE": made, "CHANNEL-ID": "95221",
        "Authorization": f"Bearer {token}", "Content-Type": "application/json",
    } | changed  # fmt: skip


async def tell(provider, body, **options):
    answer = await provider.post(PATH, content=body, headers=signed(body, **options))
    return answer.status_code, answer.json()["responseCode"]


async def test_a_signed_notice_makes_a_pledge_money(provider, code, kept):
    answer = await provider.post(PATH, content=(body := notice(code)), headers=signed(body))

    assert (answer.status_code, answer.json()) == (200, {"responseCode": "2005200", "responseMessage": "Successful"})
    assert await kept() == [("exact", 50_400)]
    assert await kept("select actor from programme.audit_entries where act = 'donations.notice'") == [
        ("payment provider",)
    ]
    assert "Rp50.400 diterima" in words(await provider.get(f"/kuitansi/{code}"))


async def test_a_replayed_call_is_a_conflict_and_a_second_call_about_the_same_payment_books_nothing(
    provider, code, kept
):
    body = notice(code)
    headers = signed(body)
    answers = [(await provider.post(PATH, content=body, headers=headers)).json()["responseCode"] for _ in range(2)]

    assert answers == ["2005200", "4095200"]
    assert await tell(provider, body, call="2") == (200, "2005200")
    assert await kept() == [("exact", 50_400)]


@pytest.mark.parametrize(
    "options",
    [
        {"secret": "rahasia-yang-lain-lagi"},
        {"X-PARTNER-ID": "LAIN"},
        {"X-SIGNATURE": "x"},
        {"X-SIGNATURE": ""},
        {"X-TIMESTAMP": "kemarin"},
        {"Authorization": "Bearer lain"},
        {"ago": timedelta(minutes=6)},
        {"ago": timedelta(minutes=-7)},
    ],
)
async def test_who_has_not_signed_is_refused_and_nothing_is_kept(provider, code, kept, options):
    assert await tell(provider, notice(code), **options) == (401, "4015200")
    assert await kept("select id from programme.bank_lines") == []


async def test_a_wrong_signature_costs_no_question_to_the_database(database_url, sealer):
    keys = {"snap_partner_id": PARTNER, "snap_secret": SECRET}
    nowhere = "postgresql://nobody@127.0.0.1:1/none"
    async with visiting(composed(nowhere, sealer, settings(**keys))) as provider:
        assert await tell(provider, notice("X"), secret="rahasia-yang-lain-lagi") == (401, "4015200")
        assert await tell(provider, notice("X")) == (503, "5035200")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (notice("X", value="50400.50"), "amount.value"),
        (notice("X", status="77"), "latestTransactionStatus"),
        (b"[]", "body"),
    ],
)
async def test_a_signed_notice_that_cannot_be_read_names_its_field(provider, kept, body, field):
    answer = await provider.post(PATH, content=body, headers=signed(body))

    assert (answer.status_code, answer.json()["responseCode"]) == (400, "4005201")
    assert answer.json()["responseMessage"] == f"Invalid Field Format {field}"
    assert await kept() == []


async def test_a_call_without_a_number_or_too_large_is_refused(provider, code):
    assert await tell(provider, notice(code), call="") == (400, "4005201")
    assert await tell(provider, notice("X" * 20_000)) == (413, "4135200")
    assert (await provider.get(PATH)).status_code in (404, 405)


async def test_without_the_settings_there_is_no_such_address(database_url, sealer, code):
    async with visiting(composed(database_url, sealer, settings())) as provider:
        assert await tell(provider, notice(code)) == (404, "4045200")
