"""Foreign and unknown records: a mutation on a record of another regency gets the same response as on an unknown one, and changes
nothing.

The neighbour's office has every scope. So has the village office, which sees public acts of higher levels and may do none of
them.
"""

import re
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from jamsos.access.rules import Scope
from jamsos.db import engine_for
from jamsos.settings import Settings
from jamsos.tables import metadata
from tests.api import scene
from tests.api.conftest import keys_for, opened
from tests.conftest import _own_database
from tests.officers import ADMINISTRATOR, STAFF, personal_key

DAY, NOWHERE = "2024-06-01", "9" * 6
# the record of each mutation: of the scene, and an unknown one
THERE = {
    "run": "SelectionRun:2", "person": "Person:1", "decree": scene.NUMBER, "bill": "B-2024-02", "fund": "APBD-2024",
    "nik": scene.WORKERS[0][0], "agency": "mabar", "complaint": 1, "batch": "1", "event": "1",
}  # fmt: skip
NOBODY = {
    "run": f"SelectionRun:{NOWHERE}", "person": f"Person:{NOWHERE}", "decree": "1/KEP/HK/1999", "bill": "B-1999-01",
    "fund": "APBD-1999", "nik": "5315990101990099", "agency": "nobody", "complaint": 999_999, "batch": NOWHERE, "event": NOWHERE,
}  # fmt: skip
ACTS = {
    "verifySelection": lambda of: {"runId": of["run"]},
    "explainCandidate": lambda of: {"runId": of["run"], "personId": of["person"]},
    "selectionLetter": lambda of: {"runId": of["run"], "personId": of["person"]},
    "compareSelections": lambda of: {"beforeId": of["run"], "nowId": of["run"]},
    "previewSelection": lambda of: {
        "terms": {"year": 2025, "headcount": 1}, "againstId": of["run"], "knownToId": of["run"],
    },
    "approveRun": lambda of: {"runId": of["run"], "step": "x", "sha256": "0" * 64},
    "issueDecree": lambda of: {"number": "9/KEP", "runId": of["run"], "signedDate": DAY, "legalBase": "x"},
    "amendDecree": lambda of: {
        "number": "9/KEP", "of": of["decree"], "signedDate": DAY,
        "leavings": [{"personId": of["person"], "reason": "died", "lastMonth": "2024-06"}],
    },
    "previewAmendment": lambda of: {
        "number": "9/KEP", "of": of["decree"], "signedDate": DAY, "named": [{"placeOf": of["person"], "personId": of["person"]}],
    },
    "previewEnrolment": lambda of: {"decreeNumber": of["decree"]},
    "sendEnrolment": lambda of: {"decreeNumber": of["decree"]},
    "rewriteEnrolment": lambda of: {"batchId": f"EnrolmentBatch:{of['batch']}"},
    "billDecree": lambda of: {
        "decreeNumber": of["decree"], "monthFrom": "2024-03", "monthTo": "2024-03", "billingCode": "X-1", "day": DAY,
    },
    "payBill": lambda of: {"billingCode": of["bill"], "amount": 100_800, "sp2d": {"number": "9/SP2D", "day": DAY}},
    "recordDeposit": lambda of: {"fundCode": of["fund"], "amount": 1, "day": DAY, "documentNumber": "D-9"},
    "releaseCommitment": lambda of: {"decreeNumber": of["decree"], "amount": 1, "day": DAY},
    "reverseTransaction": lambda of: {"fundCode": of["fund"], "number": 1, "day": DAY, "reason": "x"},
    "carryOver": lambda of: {"fromCode": of["fund"], "toCode": of["fund"], "day": DAY},
    "recordLifeEvent": lambda of: {"nik": of["nik"], "kind": "died", "day": DAY, "evidence": "x"},
    "withdrawLifeEvent": lambda of: {"eventId": f"LifeEvent:{of['event']}", "reason": "x"},
    "answerComplaint": lambda of: {"number": of["complaint"], "words": "x"},
    "decideComplaint": lambda of: {"number": of["complaint"], "decision": "upheld", "words": "x"},
    "remedyComplaint": lambda of: {"number": of["complaint"], "words": "x"},
    "issueApiKey": lambda of: {"agencyCode": of["agency"], "label": "x"},
    "rotateApiKey": lambda of: {"agencyCode": of["agency"], "label": "desk"},
    "revokeApiKeys": lambda of: {"agencyCode": of["agency"], "label": "desk"},
}  # fmt: skip
RUN = """mutation { runSelection(input: {terms: {year: 2025, ceiling: 1000000, regionCode: "53.15"}})
    { runId refusal { code message } } }"""
MOVED = """mutation($nik: NIK!) { recordLifeEvent(input: {nik: $nik, kind: moved, day: "2062-01-01", evidence: "x"}) { isNew } }"""
FILE = """mutation { fileComplaint(input: {kind: not_chosen, regionCode: "53.15", words: "x"}) { code refusal { code } } }"""


@pytest.fixture(scope="module")
async def offices(server, template, sealer):
    """Yield the API over the scene with a run and a complaint, and keys with every scope for the neighbour and the village."""
    async for url in _own_database(server, template):
        engine = engine_for(url)
        keys = await keys_for(engine)
        async with engine.begin() as connection:
            await scene.settle(connection, sealer)
            issued = {"label": "all", "scopes": [*Scope]}
            for agency in ("manggarai", "golo"):
                keys[agency] = await personal_key(
                    connection, agency, f"Semua {agency}", (STAFF, ADMINISTRATOR), **issued
                )
        async with opened(Settings(api_requests_per_second=10_000), url, sealer, keys) as caller:
            assert (await caller.data(RUN))["runSelection"] == {"runId": "SelectionRun:2", "refusal": None}
            assert (await caller.data(FILE))["fileComplaint"]["refusal"] is None
            assert (await caller.data(MOVED, {"nik": scene.WORKERS[0][0]}))["recordLifeEvent"]["isNew"]
            yield SimpleNamespace(caller=caller, engine=engine)
        await engine.dispose()


async def rows(offices):
    """Return every row of every table except the audit trail."""
    kept = [table.fullname for table in metadata.sorted_tables if table.name != "audit_entries"]
    async with offices.engine.connect() as connection:
        counts = [
            f"select md5(string_agg((to_jsonb(t) - 'last_used_at')::text, '' order by t::text)) from {name} t"
            for name in kept
        ]
        return [(await connection.execute(text(count))).scalar_one() for count in counts]


async def refusal(offices, act, of, key):
    query = (
        f"mutation($input: {act[0].upper()}{act[1:]}Input!) {{ {act}(input: $input) {{ refusal {{ code message }} }} }}"
    )
    answer = await offices.caller.data(query, {"input": ACTS[act](of)}, key=key, x_purpose="curiosity")
    return answer[act]["refusal"]


def without_names(found, of):
    """Return the message without the client's own text, and without numbers."""
    said = found["message"]
    for name in sorted(map(str, of.values()), key=len, reverse=True):
        said = said.replace(name, "…") if len(name) > 1 else said
    return re.sub(r"\d+", "…", said)


@pytest.mark.parametrize("act", ACTS)
async def test_what_lies_beside_is_refused_like_what_is_not_there(offices, act):
    before = await rows(offices)

    hidden = await refusal(offices, act, THERE, "manggarai")
    missing = await refusal(offices, act, NOBODY, "manggarai")

    assert hidden and missing
    assert hidden["code"] == missing["code"] != "ID_MALFORMED"
    assert without_names(hidden, THERE) == without_names(missing, NOBODY)
    assert await rows(offices) == before


@pytest.mark.parametrize("act", sorted({*ACTS} - {"recordLifeEvent", "withdrawLifeEvent"}))
async def test_a_village_office_does_no_act_of_the_regency(offices, act):
    before = await rows(offices)

    assert (await refusal(offices, act, THERE, "golo"))["code"] != "ID_MALFORMED"
    assert await rows(offices) == before
