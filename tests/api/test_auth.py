"""Authentication: keys, tokens of the one issuer, and requests without either."""

import asyncio
import json
import time

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from sqlalchemy import text

from api.errors import IssuerUnreachable, TokenNotRecognised
from api.http import oidc
from api.http.auth import Authenticator
from api.pools import open_pools
from jamsos.access import service
from jamsos.access.errors import KeyMissing, KeyNotRecognised
from jamsos.access.rules import COMMAND_LINE, AgencyKind
from jamsos.errors import SettingWrong
from jamsos.settings import Settings, settings
from tests.api.test_access import REGISTER, agency
from tests.officers import program_key

ISSUER, AUDIENCE, JWKS = "https://sso.test/realms/ntt", "jamsos", "https://sso.test/keys"
OIDC = Settings(oidc_issuer=ISSUER, oidc_audience=AUDIENCE, oidc_jwks_url=JWKS)
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())


def published(**keys):
    """Return the JWKS of public keys by their ids."""
    algorithms = {
        rsa.RSAPrivateKey: jwt.algorithms.RSAAlgorithm,
        ec.EllipticCurvePrivateKey: jwt.algorithms.ECAlgorithm,
    }
    listed = []
    for kid, key in keys.items():
        algorithm = next(made for kind, made in algorithms.items() if isinstance(key, kind))
        listed.append(json.loads(algorithm.to_jwk(key.public_key())) | {"kid": kid})
    return {"keys": listed}


def token(key=RSA_KEY, kid="one", algorithm="RS256", **changed):
    now = int(time.time())
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "7b1f",
        "iat": now,
        "exp": now + 300,
        "agency": "mabar",
        "scope": "openid read:people act:decrees",
    }
    claims = {name: value for name, value in (claims | changed).items() if value is not None}
    return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": kid})


class Keys(httpx.AsyncBaseTransport):
    """The issuer's JWKS; counts its requests."""

    def __init__(self, **keys):
        self.keys, self.asked, self.up = keys, 0, True

    async def handle_async_request(self, request):
        self.asked += 1
        return httpx.Response(200 if self.up else 503, json=published(**self.keys))


@pytest.fixture
def issuer():
    keys = Keys(one=RSA_KEY, two=EC_KEY)
    made = oidc.Issuer(OIDC, keys)
    made.published = keys
    return made


async def test_a_token_proves_its_agency_and_scopes(issuer):
    claims = await issuer.claims(token())
    listed = await issuer.claims(token(EC_KEY, "two", "ES256", scope=["read:people"]))

    assert claims == oidc.Claims("7b1f", "mabar", frozenset({"openid", "read:people", "act:decrees"}))
    assert listed.scopes == {"read:people"}
    assert issuer.published.asked == 1


@pytest.mark.parametrize(
    "changed, reason",
    [
        ({"aud": "elsewhere"}, "InvalidAudienceError"),
        ({"iss": "https://evil.test"}, "InvalidIssuerError"),
        ({"exp": int(time.time()) - 120}, "ExpiredSignatureError"),
        ({"nbf": int(time.time()) + 86_400}, "ImmatureSignatureError"),
        ({"iat": int(time.time()) + 86_400}, "ImmatureSignatureError"),
        ({"exp": None}, "MissingRequiredClaimError"),
        ({"sub": None}, "MissingRequiredClaimError"),
        ({"agency": None}, "no agency"),
        ({"agency": 5}, "no agency"),
        ({"key": EC_KEY, "algorithm": "ES256"}, "InvalidAlgorithmError"),
        ({"key": rsa.generate_private_key(65537, 2048)}, "InvalidSignatureError"),
        ({"kid": "unknown"}, "InvalidKeyError"),
        ({"key": "a shared secret of thirty-two bytes", "algorithm": "HS256"}, "InvalidAlgorithmError"),
        ({"key": None, "algorithm": "none"}, "InvalidAlgorithmError"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
async def test_a_token_that_proves_nothing_is_refused_by_its_reason(issuer, changed, reason):
    with pytest.raises(TokenNotRecognised) as refused:
        await issuer.claims(token(**changed))

    assert refused.value.fields == {"reason": reason}


async def test_clocks_may_differ_by_a_minute(issuer):
    now = int(time.time())

    assert await issuer.claims(token(iat=now + 50, exp=now + 300))
    assert await issuer.claims(token(iat=now - 300, exp=now - 50))


async def test_a_fresh_key_of_the_issuer_is_fetched_once_and_unknown_ones_seldom(issuer, monkeypatch):
    clock = [1000.0]
    monkeypatch.setattr(oidc.time, "monotonic", lambda: clock[0])
    await issuer.claims(token())
    issuer.published.keys["three"] = RSA_KEY
    with pytest.raises(TokenNotRecognised):
        await issuer.claims(token(kid="three"))
    assert issuer.published.asked == 1

    clock[0] += 11
    assert await issuer.claims(token(kid="three"))
    assert issuer.published.asked == 2


async def test_known_keys_stay_good_while_the_issuer_is_away(issuer, monkeypatch):
    clock = [1000.0]
    monkeypatch.setattr(oidc.time, "monotonic", lambda: clock[0])
    await issuer.claims(token())
    issuer.published.up = False
    clock[0] += 3600

    assert await issuer.claims(token())


async def test_without_any_key_the_issuer_is_named_unreachable(issuer):
    issuer.published.up = False

    with pytest.raises(IssuerUnreachable):
        await issuer.claims(token())


@pytest.fixture
async def gate(database_url, engine, issuer):
    async with engine.begin() as connection:
        await service.register_agency(
            connection,
            COMMAND_LINE,
            code="mabar",
            name="x",
            kind=AgencyKind.village_office,
            region_code="53.15.05.2001",
        )
    async with open_pools(database_url, OIDC) as pools:
        gate = Authenticator(pools, OIDC)
        gate._issuer = issuer
        yield gate


async def test_a_tokens_scopes_never_exceed_what_its_kind_of_agency_may_have(gate):
    actor = await gate.actor(f"Bearer {token()}", "audit 2026", "r-1")

    assert (actor.name, actor.region_code, actor.purpose, actor.request_id) == (
        "mabar/7b1f",
        "53.15.05.2001",
        "audit 2026",
        "r-1",
    )
    assert actor.scopes == {"read:people"}


async def test_a_token_of_an_unknown_agency_is_nobody(gate):
    with pytest.raises(KeyNotRecognised):
        await gate.actor(f"Bearer {token(agency='strange')}", None, "r-1")


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Basic abc", "jms_x_y", "Bearer jms_", "Bearer jms_a_b", "Bearer é"]
)
async def test_a_header_that_names_nobody_is_refused(gate, header):
    with pytest.raises((KeyNotRecognised, TokenNotRecognised)):
        await gate.actor(header, None, "r-1")


async def test_without_a_key_one_is_the_public_or_refused(database_url):
    async with open_pools(database_url, Settings()) as pools:
        public = await Authenticator(pools, Settings()).actor(None, None, "r-1")
        assert (public.kind, public.region_code, public.agency_id) == (AgencyKind.public, None, None)
        assert public.scopes == {"read:money", "act:complaints"}

        with pytest.raises(KeyMissing):
            await Authenticator(pools, Settings(api_public=False)).actor(None, None, "r-1")


async def test_a_token_is_not_looked_at_where_no_issuer_is_set(database_url):
    async with open_pools(database_url, Settings()) as pools:
        with pytest.raises(KeyNotRecognised):
            await Authenticator(pools, Settings()).actor(f"Bearer {token()}", None, "r-1")


async def test_a_key_revoked_elsewhere_dies_within_ten_seconds(gate, engine, monkeypatch):
    clock = [1000.0]
    monkeypatch.setattr("api.http.auth.time.monotonic", lambda: clock[0])
    async with engine.begin() as connection:
        key = await program_key(connection, agency_code="mabar", label="desk")
    assert await gate.actor(f"Bearer {key}", None, "r-1")
    async with engine.begin() as connection:
        await connection.execute(text("update programme.api_keys set revoked_at = now()"))

    clock[0] += 9
    assert await gate.actor(f"Bearer {key}", None, "r-1")
    clock[0] += 2
    with pytest.raises(KeyNotRecognised):
        await gate.actor(f"Bearer {key}", None, "r-1")


@pytest.fixture
async def slow(gate, engine, monkeypatch):
    """Yield a key, the number of its look-ups, and an event that releases waiting look-ups."""
    async with engine.begin() as connection:
        key = await program_key(connection, agency_code="mabar", label="desk")
    looked_up, go, recognise = [], asyncio.Event(), gate._recognise

    async def waiting(credential):
        looked_up.append(1)
        actor = await recognise(credential)
        await go.wait()
        return actor

    monkeypatch.setattr(gate, "_recognise", waiting)
    return f"Bearer {key}", looked_up, go


async def test_a_key_that_many_requests_bring_at_once_is_looked_up_once(gate, slow):
    key, looked_up, go = slow
    waiting = [asyncio.ensure_future(gate.actor(key, None, f"r-{number}")) for number in range(9)]
    await asyncio.sleep(0)
    waiting[0].cancel()  # its client disconnected; the others continue to wait
    go.set()

    actors = await asyncio.gather(*waiting[1:])
    assert ({actor.name for actor in actors}, len(looked_up)) == ({"mabar"}, 1)
    assert [actor.request_id for actor in actors] == [f"r-{number}" for number in range(1, 9)]


async def test_what_was_looked_up_before_keys_were_revoked_is_not_remembered(gate, slow):
    key, looked_up, go = slow
    early = asyncio.ensure_future(gate.actor(key, None, "r-1"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    gate.forget()
    go.set()
    await early
    assert not gate._known

    await gate.actor(key, None, "r-2")
    assert (len(gate._known), len(looked_up)) == (1, 2)


async def test_what_is_remembered_of_a_key_does_not_open_the_door(gate, engine):
    async with engine.begin() as connection:
        key = await program_key(connection, agency_code="mabar", label="desk")
    await gate.actor(f"Bearer {key}", None, "r-1")

    assert key.split("_", 2)[2] not in repr(gate._known)


def test_half_an_issuer_stops_the_start(monkeypatch):
    monkeypatch.setenv("JAMSOS_OIDC_ISSUER", ISSUER)
    settings.cache_clear()
    try:
        with pytest.raises(SettingWrong, match="belong together"):
            settings()
    finally:
        settings.cache_clear()


async def test_a_purpose_may_be_written_in_any_language(caller, engine):
    purpose = "kunjungan ke Golo Mori — évaluasi"
    await caller.data(REGISTER, agency(), x_purpose=purpose.encode())

    async with engine.connect() as connection:
        kept = await connection.execute(
            text("select purpose from programme.audit_entries where act = 'register_agency' and purpose is not null")
        )
        assert kept.scalars().all() == [purpose]


async def test_an_asker_reads_who_the_api_takes_them_for(caller, engine):
    async with engine.begin() as connection:
        key = await program_key(connection, agency_code="mabar", label="short", days=30)
    asked = "{ viewer { name kind regionCode scopes purpose until } }"

    agency = (await caller.run(asked, key=key, x_purpose="test"))["data"]["viewer"]
    stranger = (await caller.run(asked, key=None))["data"]["viewer"]

    assert (agency["name"], agency["kind"], agency["regionCode"], agency["purpose"]) == (
        "mabar",
        "regency_office",
        "53.15",
        "test",
    )
    assert "read:people" in agency["scopes"] and agency["until"] is not None
    assert stranger["name"] == "public" and stranger["until"] is None
    assert stranger["scopes"] == ["act:complaints", "read:money"]
