"""Selection, decrees and enrolment over the API: each mutation has the effect of the command, and a refusal changes nothing."""

import base64
import csv
import io
import json
import zipfile
from datetime import UTC, date, datetime

import pytest
from graphql import get_named_type
from sqlalchemy import text

from api.mutations import Mutation
from api.schema.build import build_schema
from api.schema.types import ENTITIES
from api.sql.global_ids import id_of
from jamsos.access.rules import COMMAND_LINE, Scope
from jamsos.ledger import service as ledger
from jamsos.ledger.rules import FundKind
from jamsos.selection import audit_bundle
from tests.officers import personal_key, program_key
from tests.reports.paper import text_of
from tests.selection.builders import MABAR, settle

RUN = """mutation($input: RunSelectionInput!) { runSelection(input: $input) {
    runId inputsSha256 listSha256 manifestSha256 figures { candidates eligible chosen cost remainder shortfall workerCost ceiling }
    refusal { code message } } }"""
PREVIEW = """mutation($input: PreviewSelectionInput!) { previewSelection(input: $input) {
    figures { eligible chosen remainder shortfall } reasons { outcome reason count }
    reach { by value candidates eligible chosen } refusal { code } } }"""
BESIDE = """comparison { stay costChange enter { personId rankBefore rankNow } leave { personId rankBefore rankNow }
    endBefore { lastId nextId } endNow { lastId nextId } changes { by value before now enter leave costChange } }"""
AGAINST = (
    f"mutation($input: PreviewSelectionInput!) {{ previewSelection(input: $input) {{ {BESIDE} refusal {{ code }} }} }}"
)
COMPARE = f"mutation($input: CompareSelectionsInput!) {{ compareSelections(input: $input) {{ {BESIDE} refusal {{ code }} }} }}"
VERIFY = """mutation($input: VerifySelectionInput!) { verifySelection(input: $input) {
    isEqual broken differences { personId } refusal { code } } }"""
WHY = {"x_purpose": "Pemeriksaan berkas"}
EXPLAIN = """mutation($input: ExplainCandidateInput!) { explainCandidate(input: $input) {
    outcome reason objections sentences refusal { code } } }"""
ISSUE = """mutation($input: IssueDecreeInput!) { issueDecree(input: $input) {
    decreeId workers amount listSha256 refusal { code message } } }"""
AMEND = """mutation($input: AmendDecreeInput!) { amendDecree(input: $input) {
    ended filled openPlaces refusal { code message } } }"""
SEND = """mutation($input: SendEnrolmentInput!) { sendEnrolment(input: $input) {
    batchId sent carried contentBase64 cautions { caution personIds } refusal { code } } }"""
TRY = """mutation($of: String!) { previewEnrolment(input: {decreeNumber: $of}) {
    sent carried cautions { caution personIds } refusal { code } } }"""
AGAIN = """mutation($batch: ID!) { rewriteEnrolment(input: {batchId: $batch, isCsv: true}) {
    sent isSame contentBase64 refusal { code } } }"""
ANSWERS = """mutation($input: ReadAnswersInput!) { readAnswers(input: $input) {
    recorded { answer count } known leftAside refusal { code message } } }"""
NUMBER = "298/KEP/HK/2024"


def nik(number):
    return f"5315990101840{number:03d}"


@pytest.fixture
async def people(engine, sealer):
    """Create five farmers with NIK and money for three; return their numbers."""
    async with engine.begin() as connection:
        await ledger.load_rates(connection)
        fund = {"name": "APBD", "kind": FundKind.regional_budget, "fiscal_year": 2024, "is_via_apbd": True}
        await ledger.add_fund(connection, COMMAND_LINE, code="APBD-2024", office_code="53.15", **fund)
        await ledger.deposit(
            connection, COMMAND_LINE, fund_code="APBD-2024", amount=604_800, day=date(2024, 1, 2), document_number="R"
        )
        return [
            (
                await settle(
                    connection, 1, nik_sealed=sealer.seal("nik", nik(number)), birth_date=date(1970 + number, 1, 1)
                )
            )[0]
            for number in range(1, 6)
        ]


def terms(**changed):
    criteria = {} if "criteria" in changed else {"criteriaDocument": MABAR.document}
    return {"input": {"terms": {"year": 2024, "asOf": "2024-01-01", "fundCode": "APBD-2024"} | criteria | changed}}


async def ran(caller):
    return (await caller.data(RUN, terms()))["runSelection"]["runId"]


async def decreed(caller, **changed):
    run = changed.pop("runId", None) or await ran(caller)
    asked = {"number": NUMBER, "runId": run, "signedDate": "2024-01-04", "legalBase": "Perda 5/2023"}
    return (await caller.data(ISSUE, {"input": asked | changed}))["issueDecree"]


async def answer(caller, *rows):
    operations = {"query": ANSWERS, "variables": {"input": {"file": None}}}
    form = {"operations": json.dumps(operations), "map": json.dumps({"0": ["variables.input.file"]})}
    content = "\n".join(["NIK,KPJ,Status,Keterangan,Bulan Mulai", *rows]).encode()
    headers = caller.headers("mabar", x_jamsos_upload="1", **WHY)
    files = {"0": ("jawaban.csv", content, "text/csv")}
    return (await caller.client.post("/graphql", data=form, files=files, headers=headers)).json()["data"]["readAnswers"]


async def count(engine, table):
    async with engine.connect() as connection:
        return (await connection.execute(text(f"select count(*) from programme.{table}"))).scalar_one()


async def test_a_list_is_drawn_up_kept_and_can_be_read_back(caller, people):
    run = (await caller.data(RUN, terms()))["runSelection"]
    read = await caller.data(
        "query($id: ID!) { selectionRun(id: $id) { chosen ranking(orderBy: [{rank: asc}]) { nodes { rank outcome } } } }",
        {"id": run["runId"]},
    )

    assert run["figures"] == {
        "candidates": 5, "eligible": 5, "chosen": 3, "cost": 604_800, "remainder": 0, "shortfall": 0,
        "workerCost": 201_600, "ceiling": 604_800,
    }  # fmt: skip
    assert [row["outcome"] for row in read["selectionRun"]["ranking"]["nodes"]] == ["chosen"] * 3 + ["not_reached"] * 2
    assert (await caller.data(VERIFY, {"input": {"runId": run["runId"]}}))["verifySelection"] == {
        "isEqual": True, "broken": [], "differences": [], "refusal": None,
    }  # fmt: skip


async def test_a_preview_tells_and_writes_nothing(caller, engine, people):
    found = (await caller.data(PREVIEW, terms(headcount=4)))["previewSelection"]

    assert found["figures"] == {"eligible": 5, "chosen": 3, "remainder": 0, "shortfall": 201_600}
    assert found["reasons"] == [
        {"outcome": "chosen", "reason": "within_budget", "count": 3},
        {"outcome": "not_reached", "reason": "below_the_cut", "count": 2},
    ]
    assert {"by": "group", "value": "farmer", "candidates": 5, "eligible": 5, "chosen": 3} in found["reach"]
    assert await count(engine, "selection_runs") == 0


async def test_a_list_is_tried_against_a_decreed_one_as_if_it_had_never_been(caller, people):
    run = await ran(caller)
    await decreed(caller, runId=run)
    asked = terms(ceiling=403_200)
    asked["input"]["againstId"] = run

    found = (await caller.data(AGAINST, asked))["previewSelection"]["comparison"]

    ids = [id_of(ENTITIES["Person"], person) for person in people]
    assert (found["stay"], found["enter"], found["costChange"]) == (2, [], -201_600)
    assert found["leave"] == [{"personId": ids[2], "rankBefore": 3, "rankNow": 3}]
    assert found["endBefore"] == {"lastId": ids[2], "nextId": ids[3]}
    assert found["endNow"] == {"lastId": ids[1], "nextId": ids[2]}
    farmers = {"before": 3, "now": 2, "enter": 0, "leave": 1, "costChange": -201_600}
    assert {"by": "group", "value": "farmer"} | farmers in found["changes"]
    assert {"by": "village", "value": "53.15.05.2001"} | farmers in found["changes"]


async def test_two_kept_lists_are_compared_and_an_unknown_one_is_refused(caller, people):
    three, two = await ran(caller), (await caller.data(RUN, terms(ceiling=403_200)))["runSelection"]["runId"]

    found = (await caller.data(COMPARE, {"input": {"beforeId": two, "nowId": three}}))["compareSelections"]
    nobody = id_of(ENTITIES["SelectionRun"], 999)
    unknown = (await caller.data(COMPARE, {"input": {"beforeId": two, "nowId": nobody}}))["compareSelections"]

    assert found["comparison"]["enter"] == [
        {"personId": id_of(ENTITIES["Person"], people[2]), "rankBefore": 3, "rankNow": 3}
    ]
    assert unknown["refusal"]["code"] == "NOT_FOUND"


async def test_own_criteria_come_as_a_document_and_are_checked(caller, people):
    older = MABAR.document | {"code": "mine", "age": {"at_least": 52, "below": 65}}
    found = (await caller.data(PREVIEW, terms(criteriaDocument=older)))["previewSelection"]
    wrong = (await caller.data(PREVIEW, terms(criteriaDocument=older | {"age": {"at_least": "52"}})))[
        "previewSelection"
    ]

    assert found["figures"]["eligible"] == 2  # born 1971 and 1972
    assert wrong["refusal"]["code"] == "CRITERIA_WRONG"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"fundCode": None}, "TERMS_WRONG"),
        ({"fundCode": "NONE"}, "FUND_UNKNOWN"),
        ({"criteria": "../../etc/passwd"}, "NOT_FOUND"),
        ({"regionCode": "53.10"}, "NOT_FOUND"),
        ({"ceiling": 5}, "CEILING_TOO_LOW"),
    ],
)
async def test_terms_that_make_no_sense_are_refused(caller, engine, people, changed, code):
    refused = (await caller.data(RUN, terms(**changed)))["runSelection"]

    assert (refused["refusal"]["code"], refused["runId"]) == (code, None)
    assert await count(engine, "selection_runs") == 0


async def test_a_village_office_draws_up_no_list(caller, people):
    assert (await caller.data(RUN, terms(), key="golo"))["runSelection"]["refusal"]["code"] == "SCOPE_MISSING"


async def test_a_person_hears_why_in_her_language(caller, people):
    asked = {"input": {"runId": await ran(caller), "personId": f"Person:{people[4]}"}}

    told = (await caller.data(EXPLAIN, asked, accept_language="id", **WHY))["explainCandidate"]

    assert (told["outcome"], told["reason"], told["objections"]) == ("not_reached", "below_the_cut", [])
    assert told["sentences"][1] == (
        f"Orang nomor {people[4]}: tidak terjangkau, karena memenuhi syarat, tetapi daftar berakhir sebelum urutannya."
    )


async def test_a_decree_is_issued_once(caller, people):
    run = await ran(caller)
    decree, again = await decreed(caller, runId=run), await decreed(caller, runId=run, number="299/KEP/HK/2024")
    strange = await decreed(caller, runId="Decree:1")

    assert (decree["workers"], decree["amount"], decree["refusal"]) == (3, 604_800, None)
    assert (again["refusal"]["code"], strange["refusal"]["code"]) == ("RUN_DECREED", "ID_MALFORMED")


async def test_a_list_is_approved_step_by_step_before_it_is_decreed(caller, engine, people):
    strict = MABAR.document | {"code": "strict", "approval": {"steps": ["propose", "approve"]}}
    run = (await caller.data(RUN, terms(criteriaDocument=strict)))["runSelection"]
    approve = "mutation($input: ApproveRunInput!) { approveRun(input: $input) { missing refusal { code } } }"
    step = {"runId": run["runId"], "sha256": run["manifestSha256"]}

    first = await caller.data(approve, {"input": step | {"step": "propose"}})
    same = await caller.data(approve, {"input": step | {"step": "approve"}})
    early = await decreed(caller, runId=run["runId"])
    async with engine.begin() as connection:
        second = await personal_key(connection, "mabar", "Yosef Hambur")
    last = await caller.data(approve, {"input": step | {"step": "approve"}}, key=second)

    assert first["approveRun"] == {"missing": ["approve"], "refusal": None}
    assert same["approveRun"]["refusal"]["code"] == "APPROVAL_WRONG"
    assert early["refusal"]["code"] == "NOT_APPROVED"
    assert last["approveRun"]["missing"] == []
    assert (await decreed(caller, runId=run["runId"]))["workers"] == 3


async def test_who_approved_what_is_asked_back_with_the_hash(caller, people):
    strict = MABAR.document | {"code": "strict", "approval": {"steps": ["propose", "approve"]}}
    run = (await caller.data(RUN, terms(criteriaDocument=strict)))["runSelection"]
    step = {
        "runId": run["runId"],
        "sha256": run["manifestSha256"],
        "step": "propose",
        "note": "sah",
    }
    approve = "mutation($input: ApproveRunInput!) { approveRun(input: $input) { missing } }"
    query = """query($then: DateTime) { runApprovals(filter: {officer: {eq: "Maria Jebarus"}}, asOf: $then, orderBy: [{approvedAt: asc}]) {
        totalCount nodes { step officer listSha256 note recordedBy run { id approvals { totalCount } } } } }"""

    before = datetime.now(UTC).isoformat()
    await caller.data(approve, {"input": step})
    found = (await caller.data(query))["runApprovals"]

    assert found == {
        "totalCount": 1,
        "nodes": [
            {
                "step": "propose", "officer": "Maria Jebarus", "listSha256": run["manifestSha256"], "note": "sah",
                "recordedBy": "Maria Jebarus",
                "run": {"id": run["runId"], "approvals": {"totalCount": 1}},
            }
        ],
    }  # fmt: skip
    assert (await caller.data(query, {"then": before}))["runApprovals"]["totalCount"] == 0
    assert (await caller.data(query, key="manggarai"))["runApprovals"]["totalCount"] == 0


async def test_a_kept_list_tells_whom_it_reaches_by_group_sex_place_and_decile(caller, people):
    fairness = """mutation($input: SelectionFairnessInput!) { selectionFairness(input: $input) {
        reach { by value candidates eligible chosen } refusal { code } } }"""
    asked = {"input": {"runId": await ran(caller)}}

    found = (await caller.data(fairness, asked))["selectionFairness"]

    three_of_five = {"candidates": 5, "eligible": 5, "chosen": 3}
    assert {"by": "village", "value": "53.15.05.2001"} | three_of_five in found["reach"]
    assert {each["by"] for each in found["reach"]} == {"group", "sex", "district", "village", "decile"}
    assert (await caller.data(fairness, asked, key="golo"))["selectionFairness"]["refusal"]["code"] == "SCOPE_MISSING"
    assert (await caller.data(fairness, asked, key="manggarai"))["selectionFairness"]["refusal"]["code"] == "NOT_FOUND"


async def test_criteria_are_read_in_words_and_wrong_ones_are_refused(caller):
    tell = """mutation($input: TellCriteriaInput!) { tellCriteria(input: $input) { sentences refusal { code message } } }"""
    shipped = await caller.data(tell, {"input": {}}, accept_language="id")
    wrong = await caller.data(tell, {"input": {"criteriaDocument": MABAR.document | {"age": {"at_least": "52"}}}})

    assert shipped["tellCriteria"]["sentences"][1] == "Dasar hukum: Perda Kab. Manggarai Barat 5/2023."
    assert "Bertempat tinggal di wilayah 53.15 Kabupaten Manggarai Barat." in shipped["tellCriteria"]["sentences"]
    assert wrong["tellCriteria"]["refusal"]["code"] == "CRITERIA_WRONG"


async def test_an_annex_is_written_masked_or_whole_for_a_purpose(caller, engine, people):
    write = """mutation($input: WriteDecreeAnnexInput!) { writeDecreeAnnex(input: $input) {
        contentBase64 refusal { code } } }"""
    await decreed(caller)
    asked = {"number": NUMBER, "form": "csv"}

    masked = (await caller.data(write, {"input": asked}, **WHY))["writeDecreeAnnex"]
    whole = (await caller.data(write, {"input": asked | {"purpose": "pemeriksaan"}}, **WHY))["writeDecreeAnnex"]
    sheet = (await caller.data(write, {"input": {"number": NUMBER}}, **WHY))["writeDecreeAnnex"]

    niks = [[line["NIK"] for line in _lines(made)] for made in (masked, whole)]
    assert [len(each) for each in niks] == [3, 3]
    assert all(each.startswith("*") for each in niks[0]) and {nik(1)} <= set(niks[1])
    assert base64.b64decode(sheet["contentBase64"])[:2] == b"PK"
    async with engine.connect() as connection:
        trail = await connection.execute(
            text("select act from programme.audit_entries where purpose = 'pemeriksaan' order by act")
        )
        assert trail.scalars().all() == ["issue_paper", "unseal"]
    for key, code in (("golo", "SCOPE_MISSING"), ("manggarai", "NOT_FOUND")):
        assert (await caller.data(write, {"input": asked}, key=key, **WHY))["writeDecreeAnnex"]["refusal"][
            "code"
        ] == code


def _lines(made):
    return list(csv.DictReader(io.StringIO(base64.b64decode(made["contentBase64"]).decode("utf-8-sig"))))


async def test_names_go_to_the_insurer_answers_come_back_and_the_refused_are_replaced(caller, people):
    await decreed(caller)
    tried = (await caller.data(TRY, {"of": NUMBER}))["previewEnrolment"]
    sent = (await caller.data(SEND, {"input": {"decreeNumber": NUMBER, "isCsv": True}}, **WHY))["sendEnrolment"]
    again = (await caller.data(AGAIN, {"batch": sent["batchId"]}, **WHY))["rewriteEnrolment"]
    lines = list(csv.DictReader(io.StringIO(base64.b64decode(sent["contentBase64"]).decode())))
    first, second, third = (line["NIK"] for line in lines)

    read = await answer(
        caller, f"{first},24000000001,DITERIMA,,2024-01", f"{second},,DITOLAK,NIK tidak valid,", f"{nik(9)},,DITOLAK,,"
    )
    amended = (
        await caller.data(
            AMEND,
            {
                "input": {
                    "number": "317/KEP/HK/2024",
                    "of": NUMBER,
                    "signedDate": "2024-01-08",
                    "fromAnswers": True,
                    "fillFrom": "2024-01",
                }
            },
        )
    )["amendDecree"]

    assert (sent["sent"], sent["carried"], sent["cautions"]) == (3, 0, [])
    assert tried == {"sent": 3, "carried": 0, "cautions": [], "refusal": None}
    assert again == {"sent": 3, "isSame": True, "contentBase64": sent["contentBase64"], "refusal": None}
    assert sorted(each["answer"] for each in read["recorded"]) == ["accepted", "refused"]
    assert read["leftAside"] == 1
    assert amended == {"ended": 1, "filled": 1, "openPlaces": 0, "refusal": None}
    assert third not in (first, second)


async def test_somebody_is_ended_and_followed_by_name(caller, people):
    await decreed(caller)
    leaving = {
        "personId": f"Person:{people[0]}",
        "reason": "died",
        "lastMonth": "2024-03",
        "successorId": f"Person:{people[4]}",
    }
    asked = {"number": "317/KEP/HK/2024", "of": NUMBER, "signedDate": "2024-04-02", "leavings": [leaving]}

    done = (await caller.data(AMEND, {"input": asked}))["amendDecree"]
    again = (await caller.data(AMEND, {"input": asked | {"number": "318/KEP/HK/2024"}}))["amendDecree"]

    assert done == {"ended": 1, "filled": 1, "openPlaces": 0, "refusal": None}
    assert again["refusal"]["code"] == "NOT_FOUND"


RETURN = """mutation($input: PreviewAmendmentInput!) { previewAmendment(input: $input) {
    filled openPlaces lines { action personId monthFrom } cautions { caution lines month sentence } refusal { code message } } }"""


async def test_who_was_ended_is_named_again_for_the_place_that_is_open(caller, people):
    await decreed(caller)
    she, of = f"Person:{people[0]}", {"of": NUMBER, "signedDate": "2024-04-02"}
    leaving = {"personId": she, "reason": "moved", "lastMonth": "2024-03"}
    named = {"placeOf": she, "personId": she, "monthFrom": "2024-05"}
    asked = {"number": "318/KEP/HK/2024", "of": NUMBER, "signedDate": "2024-07-01", "named": [named]}
    none_open = (await caller.data(RETURN, {"input": asked}))["previewAmendment"]["refusal"]
    await caller.data(AMEND, {"input": of | {"number": "317/KEP/HK/2024", "leavings": [leaving]}})

    seen = (await caller.data(RETURN, {"input": asked}))["previewAmendment"]
    done = (await caller.data(AMEND, {"input": asked}))["amendDecree"]

    assert (none_open["code"], none_open["message"]) == ("NOT_FOUND", f"There is no vacant place left by {she}.")
    assert seen["lines"] == [{"action": "replacement", "personId": she, "monthFrom": "2024-05"}]
    assert seen["cautions"] == [
        {
            "caution": "starts_in_past", "lines": [1], "month": "2024-05",
            "sentence": "1 lines begin before the month of signing, from May 2024; ask the insurer from when it accepts them",
        }
    ]  # fmt: skip
    assert done == {"ended": 0, "filled": 1, "openPlaces": 0, "refusal": None}


async def test_a_file_leaves_by_the_scopes_of_its_columns_for_a_purpose_and_the_trail_lists_them(
    caller, engine, people
):
    """Before, NIK, birth date and address were exported without purpose or scope, and the trail named columns that were not in the
    file."""
    await decreed(caller)
    sent = (await caller.data(SEND, {"input": {"decreeNumber": NUMBER}}, **WHY))["sendEnrolment"]
    async with engine.begin() as connection:
        issued = {"agency_code": "mabar", "label": "half", "scopes": [Scope.act_enrolment, Scope.unmask_identity]}
        half = await program_key(connection, **issued)

    async def code(key, **why):
        answer = (await caller.data(AGAIN, {"batch": sent["batchId"]}, key=key, **why))["rewriteEnrolment"]
        return answer["refusal"] and answer["refusal"]["code"]

    assert await code("mabar") == "PURPOSE_MISSING"
    assert await code(half, **WHY) == "SCOPE_MISSING"
    assert await code("labuan", **WHY) == "SCOPE_MISSING"
    assert await code("mabar", **WHY) is None
    async with engine.connect() as connection:
        trail = await connection.execute(
            text("select purpose, fields from programme.audit_entries where act = 'unseal' order by id desc limit 2")
        )
        listed = ["address", "birth_date", "birth_place", "full_name", "nik"]
        assert [tuple(row) for row in trail] == [(WHY["x_purpose"], listed)] * 2


async def test_who_follows_by_a_later_decree_is_told_so_wherever_she_asks(caller, people):
    run = await ran(caller)
    await decreed(caller, runId=run)
    leaving = {"personId": f"Person:{people[0]}", "reason": "moved", "lastMonth": "2024-03"}
    asked = {"number": "317/KEP/HK/2024", "of": NUMBER, "signedDate": "2024-04-02", "fillFrom": "2024-04"}
    await caller.data(AMEND, {"input": asked | {"leavings": [leaving]}})
    file = "mutation($input: FileComplaintInput!) { fileComplaint(input: $input) { code } }"
    complaint = {"kind": "not_chosen", "regionCode": "53.15", "words": "x", "nik": nik(4), "runId": run}
    await caller.data(file, {"input": complaint}, key=None)
    opening = "mutation { openComplaint(input: {number: 1}) { ranking { outcome sentences } } }"
    who = {"input": {"runId": run, "personId": f"Person:{people[3]}"}}

    told = (await caller.data(EXPLAIN, who, accept_language="en", **WHY))["explainCandidate"]
    opened = (await caller.data(opening, {}, accept_language="en", **WHY))["openComplaint"]["ranking"]
    indonesian, english = (await caller.data(LETTER, who, **WHY))["selectionLetter"]["letters"]

    assert told["outcome"] == opened["outcome"] == "not_reached"
    assert (
        told["sentences"][-1] == opened["sentences"][-1]
        == "Decree 317/KEP/HK/2024 of 2 April 2024: replaces another recipient, protected from April 2024 to December 2024."
    )  # fmt: skip
    assert "menggantikan penerima lain" in indonesian["sentences"][0]
    assert "replacing another recipient" in english["sentences"][0]


async def test_a_wrong_answer_is_named_by_its_line(caller, engine, people):
    await decreed(caller)
    await caller.data(SEND, {"input": {"decreeNumber": NUMBER}}, **WHY)

    refused = await answer(caller, f"{nik(1)},123,DITERIMA,,2024-01")

    assert refused["refusal"]["code"] == "LINE_WRONG"
    assert "jawaban.csv line 2, column KPJ" in refused["refusal"]["message"]
    assert await count(engine, "enrolment_answers") == 0


async def test_anybody_complains_and_follows_without_a_key_and_the_office_decides(caller, engine):
    file = "mutation($input: FileComplaintInput!) { fileComplaint(input: $input) { code refusal { code } } }"
    follow = """mutation($input: FollowComplaintInput!) {
        followComplaint(input: $input) { kind steps { step decision words } refusal { code } } }"""
    answer_ = (
        "mutation($input: AnswerComplaintInput!) { answerComplaint(input: $input) { isRecorded refusal { code } } }"
    )
    decide = (
        "mutation($input: DecideComplaintInput!) { decideComplaint(input: $input) { isRecorded refusal { code } } }"
    )
    complaint = {"kind": "not_chosen", "regionCode": "53.15", "words": "Saya janda.", "nik": nik(1)}
    filed = (await caller.data(file, {"input": complaint}, key=None))["fileComplaint"]
    async with engine.connect() as connection:
        number = (await connection.execute(text("select id from programme.complaints"))).scalar_one()

    public = await caller.data(answer_, {"input": {"number": number, "words": "x"}}, key=None)
    first = await caller.data(answer_, {"input": {"number": number, "words": "Urutan 1.204."}})
    verdict = {"number": number, "words": "Sesuai kriteria.", "decision": "rejected"}
    same = await caller.data(decide, {"input": verdict})
    async with engine.begin() as connection:
        second = await personal_key(connection, "mabar", "Yosef Hambur")
    last = await caller.data(decide, {"input": verdict}, key=second)
    told = (await caller.data(follow, {"input": {"code": filed["code"]}}, key=None))["followComplaint"]

    assert public["answerComplaint"]["refusal"]["code"] in ("SCOPE_MISSING", "UNAUTHENTICATED")
    assert first["answerComplaint"] == {"isRecorded": True, "refusal": None}
    assert same["decideComplaint"]["refusal"]["code"] == "COMPLAINT_STEP_WRONG"
    assert last["decideComplaint"] == {"isRecorded": True, "refusal": None}
    assert told == {
        "kind": "not_chosen",
        "steps": [
            {"step": "answered", "decision": None, "words": "Urutan 1.204."},
            {"step": "decided", "decision": "rejected", "words": "Sesuai kriteria."},
        ],
        "refusal": None,
    }


async def test_a_complainant_is_told_her_own_place_by_nik_and_family_card(caller, engine, sealer, people):
    await decreed(caller)
    async with engine.begin() as connection:
        await connection.execute(
            text("update programme.people set kk_sealed = :kk where id = :id"),
            {"kk": sealer.seal("kk", "5315990101000001"), "id": people[4]},
        )
    file = "mutation($input: FileComplaintInput!) { fileComplaint(input: $input) { code refusal { code } } }"
    follow = """mutation($input: FollowComplaintInput!) { followComplaint(input: $input) {
        ranking { outcome reason rank distance sentences } refusal { code } } }"""
    complaint = {"kind": "not_chosen", "regionCode": "53.15", "words": "x", "nik": nik(5)}

    async def told(**proof):
        code = (await caller.data(file, {"input": complaint | proof}, key=None))["fileComplaint"]["code"]
        return (await caller.data(follow, {"input": {"code": code}}, key=None))["followComplaint"]["ranking"]

    assert await told() is None
    place = await told(kk="5315990101000001")
    assert {name: place[name] for name in ("outcome", "reason", "rank", "distance")} == {
        "outcome": "not_reached", "reason": "below_the_cut", "rank": 5, "distance": 2,
    }  # fmt: skip
    assert f"Person number {people[4]}" in place["sentences"][1]


MANIFEST = """query($run: ID!) { runManifest(run: $run) {
    inputsSha256 criteriaSha256 listSha256 criteriaCode criteriaVersion manifest } }"""
LETTER = """mutation($input: SelectionLetterInput!) { selectionLetter(input: $input) {
    reference letters { language subject sentences foot } refusal { code } } }"""
CHECK = """mutation($input: CheckDecreeAnnexInput!) { checkDecreeAnnex(input: $input) {
    answer isEqual differences { number column } refusal { code } } }"""


async def test_a_manifest_tells_the_hashes_and_the_version_of_the_criteria(caller, people):
    run = (await caller.data(RUN, terms()))["runSelection"]
    query = "query($id: ID!) { selectionRun(id: $id) { inputsSha256 listSha256 criteria { version documentSha256 } } }"

    told = (await caller.data(MANIFEST, {"run": run["runId"]}))["runManifest"]
    kept = (await caller.data(query, {"id": run["runId"]}))["selectionRun"]

    assert (told["inputsSha256"], told["listSha256"]) == (kept["inputsSha256"], kept["listSha256"])
    assert told["criteriaSha256"] == kept["criteria"]["documentSha256"] == MABAR.sha256.hex()
    assert (told["criteriaCode"], told["criteriaVersion"]) == ("mabar", kept["criteria"]["version"])
    manifest = told["manifest"]
    assert (manifest["chosen"], manifest["cost"], manifest["month_to"]) == (3, 604_800, "2024-12")
    assert manifest["list_sha256"] == told["listSha256"]


async def test_a_manifest_is_for_its_region_and_for_who_may_read(caller, people):
    run = await ran(caller)

    assert await caller.data(MANIFEST, {"run": run}, key="manggarai") == {"runManifest": None}
    assert await caller.data(MANIFEST, {"run": "SelectionRun:999999"}) == {"runManifest": None}
    assert (await caller.data(MANIFEST, {"run": run}, key="bpk"))["runManifest"] is not None
    assert await caller.code(MANIFEST, {"run": "Person:1"}) == "ID_MALFORMED"


async def test_a_letter_speaks_both_languages_names_nobody_and_is_noted(caller, engine, people):
    asked = {"input": {"runId": await ran(caller), "personId": f"Person:{people[4]}"}}

    told = (await caller.data(LETTER, asked, **WHY))["selectionLetter"]

    indonesian, english = told["letters"]
    assert (indonesian["language"], english["language"]) == ("id", "en")
    assert told["reference"] == f"S{asked['input']['runId'].split(':')[1]}-{people[4]}"
    assert told["reference"] in indonesian["foot"] and told["reference"] in english["foot"]
    assert len(indonesian["sentences"]) == len(english["sentences"]) > 3
    assert "Somebody" not in json.dumps(told)
    async with engine.connect() as connection:
        trail = await connection.execute(
            text("select actor, subject_ids from programme.audit_entries where act = 'explain'")
        )
        assert [tuple(row) for row in trail] == [("Maria Jebarus", [people[4]])]
    assert (await caller.data(LETTER, asked, key="golo", **WHY))["selectionLetter"]["refusal"][
        "code"
    ] == "SCOPE_MISSING"
    assert (await caller.data(LETTER, asked, key="manggarai", **WHY))["selectionLetter"]["refusal"][
        "code"
    ] == "NOT_FOUND"


async def test_a_signed_annex_is_checked_line_by_line(caller, engine, people):
    await decreed(caller)
    lines = [{"number": number, "nik": nik(number), "name": "SOMEBODY"} for number in (1, 2, 3)]

    async def check(*lines, key="mabar", number=NUMBER):
        return (await caller.data(CHECK, {"input": {"number": number, "lines": lines}}, key=key, **WHY))[
            "checkDecreeAnnex"
        ]

    assert await check(*lines) == {"answer": "not_proven", "isEqual": True, "differences": [], "refusal": None}
    masked = lines[0] | {"nik": "**************01"}
    assert (await check(masked, *lines[1:]))["isEqual"] is True
    elsewhere = await check(lines[0] | {"village": "Nowhere"}, *lines[1:], lines[2])
    assert elsewhere["differences"] == [{"number": 1, "column": "Desa/Kelurahan"}, {"number": 3, "column": None}]
    wrong = await check(lines[0] | {"nik": nik(4)}, lines[1] | {"name": "Other"}, {**lines[2], "number": 4})
    assert wrong["differences"] == [
        {"number": 1, "column": "NIK"},
        {"number": 2, "column": "Nama"},
        {"number": 3, "column": None},
        {"number": 4, "column": None},
    ]
    assert (await check(*lines, key="golo"))["refusal"]["code"] == "SCOPE_MISSING"
    assert (await check(*lines, number="1/X"))["refusal"]["code"] == "NOT_FOUND"


async def by_file(caller, query, name, content, **asked):
    """Return the response of a mutation whose input contains a file."""
    operations = {"query": query, "variables": {"input": asked | {"file": None}}}
    form = {"operations": json.dumps(operations), "map": json.dumps({"0": ["variables.input.file"]})}
    headers = caller.headers("mabar", x_jamsos_upload="1", **WHY)
    return (await caller.client.post("/graphql", data=form, files={"0": (name, content)}, headers=headers)).json()[
        "data"
    ]


WRITE = (
    "mutation($input: WriteDecreeAnnexInput!) { writeDecreeAnnex(input: $input) { contentBase64 refusal { code } } }"
)


async def test_an_annex_is_printed_too_and_a_signed_file_of_each_form_is_checked(caller, engine, people):
    await decreed(caller)

    for form in ("csv", "xlsx", "pdf"):
        for purpose in (None, "arsip"):
            asked = {"number": NUMBER, "form": form, "purpose": purpose}
            written = (await caller.data(WRITE, {"input": asked}, **WHY))["writeDecreeAnnex"]
            content = base64.b64decode(written["contentBase64"])
            found = await by_file(caller, CHECK, f"Lampiran.{form}", content, number=NUMBER)
            assert found["checkDecreeAnnex"] == {
                "answer": "proven",
                "isEqual": True,
                "differences": [],
                "refusal": None,
            }
    said = text_of(content)
    assert "298/KEP/HK/2024" in said and nik(1) in said.replace(" ", "")

    async with engine.begin() as connection:
        await connection.execute(
            text("update programme.people set full_name = 'ANOTHER' where id = :id"), {"id": people[0]}
        )
    # an issued document remains valid after a change of the person's name
    honest = await by_file(caller, CHECK, "lampiran.pdf", content, number=NUMBER)
    assert honest["checkDecreeAnnex"]["answer"] == "proven"
    altered = await by_file(caller, CHECK, "lampiran.pdf", content + b"x", number=NUMBER)
    assert (altered["checkDecreeAnnex"]["answer"], altered["checkDecreeAnnex"]["isEqual"]) == ("falsified", False)


async def test_a_signed_annex_comes_by_one_way_only_and_only_to_who_may_see_numbers(caller, engine, people):
    await decreed(caller)
    async with engine.begin() as connection:
        scopes = [Scope.act_decrees, Scope.read_people]
        blind = await program_key(connection, agency_code="mabar", label="blind", scopes=scopes)

    async def refused(asked, key="mabar"):
        return (await caller.data(CHECK, {"input": {"number": NUMBER} | asked}, key=key, **WHY))["checkDecreeAnnex"][
            "refusal"
        ]["code"]

    assert await refused({}) == "ANNEX_NEEDED"
    assert await refused({"lines": [{"number": 1, "nik": nik(1), "name": "SOMEBODY"}]}, key=blind) == "SCOPE_MISSING"
    nonsense = await by_file(caller, CHECK, "lampiran.pdf", b"%PDF-1.7 nothing", number=NUMBER)
    assert (nonsense["checkDecreeAnnex"]["answer"], nonsense["checkDecreeAnnex"]["isEqual"]) == ("not_proven", False)
    both = await by_file(caller, CHECK, "lampiran.csv", b"No", number=NUMBER, lines=[])
    assert both["checkDecreeAnnex"]["refusal"]["code"] == "ANNEX_NEEDED"


async def test_a_letter_is_printed_with_her_name_for_who_may_see_it(caller, engine, people):
    write = """mutation($input: WriteSelectionLetterInput!) { writeSelectionLetter(input: $input) {
        contentBase64 refusal { code } } }"""
    asked = {"input": {"runId": await ran(caller), "personId": f"Person:{people[4]}"}}

    printed = [
        (await caller.data(write, asked, accept_language=each, **WHY))["writeSelectionLetter"] for each in ("id", "en")
    ]

    indonesian, english = (text_of(base64.b64decode(each["contentBase64"])) for each in printed)
    assert "SOMEBODY" in indonesian.upper() and nik(5) not in indonesian + english
    assert "Seleksi penerima bantuan iuran" in indonesian and "Selection for the" in english
    assert await count(engine, "audit_entries where act = 'explain'") == 2
    for key, code in (("golo", "SCOPE_MISSING"), ("manggarai", "NOT_FOUND")):
        assert (await caller.data(write, asked, key=key, **WHY))["writeSelectionLetter"]["refusal"]["code"] == code


async def test_a_run_is_handed_out_as_files_that_work_out_the_same_elsewhere(caller, engine, people, tmp_path):
    write = """mutation($input: WriteSelectionBundleInput!) { writeSelectionBundle(input: $input) {
        contentBase64 refusal { code } } }"""
    asked = {"input": {"runId": await ran(caller), "purpose": "Pemeriksaan"}}

    handed = (await caller.data(write, asked, **WHY))["writeSelectionBundle"]["contentBase64"]
    again = (await caller.data(write, asked, **WHY))["writeSelectionBundle"]["contentBase64"]

    zipfile.ZipFile(io.BytesIO(base64.b64decode(handed))).extractall(tmp_path)
    assert (audit_bundle.check_bundle(tmp_path).is_equal, handed == again) == (True, True)
    assert await count(engine, "audit_entries where act = 'hand_out_run' and purpose = 'Pemeriksaan'") == 2
    for key, code in (("golo", "SCOPE_MISSING"), ("manggarai", "NOT_FOUND")):
        assert (await caller.data(write, asked, key=key, **WHY))["writeSelectionBundle"]["refusal"]["code"] == code


def gives_a_file(field):
    return any(name.endswith("ontentBase64") for name in get_named_type(field.type).fields)


# A file of an act is given here, so that a new one is asked about; a repair workbook needs a register (tests/api/test_people.py).
HANDED_OUT = {
    "writeSelectionLetter": lambda of: {"runId": of["run"], "personId": f"Person:{of['person']}"},
    "writeSelectionBundle": lambda of: {"runId": of["run"], "purpose": ""},
    "writeDecreeAnnex": lambda of: {"number": NUMBER, "form": "csv"},
    "sendEnrolment": lambda of: {"decreeNumber": NUMBER, "isRetry": True},
    "rewriteEnrolment": lambda of: {"batchId": of["batch"]},
    "writeRepairWorkbook": None,
}


def test_every_act_that_gives_a_file_is_asked_about():
    fields = build_schema(Mutation)._schema.mutation_type.fields

    assert {name for name, field in fields.items() if gives_a_file(field)} == HANDED_OUT.keys()


async def test_no_file_leaves_without_the_scopes_and_the_purpose_and_a_refusal_tells_nothing(caller, engine, people):
    of = {"run": await ran(caller), "person": people[0]}
    await decreed(caller, runId=of["run"])
    async with engine.begin() as connection:
        scopes = [scope for scope in Scope if not scope.startswith("unmask:")]
        blind = await program_key(connection, agency_code="mabar", label="blind", scopes=scopes)
    send = "mutation($input: SendEnrolmentInput!) { sendEnrolment(input: $input) { batchId } }"
    for key, why, code in ((blind, WHY, "SCOPE_MISSING"), ("mabar", {}, "PURPOSE_MISSING")):
        for name, given in HANDED_OUT.items():
            if name == "rewriteEnrolment" and "batch" not in of:
                sent = await caller.data(send, {"input": {"decreeNumber": NUMBER}}, **WHY)
                of["batch"] = sent["sendEnrolment"]["batchId"]
                await answer(caller, f"{nik(1)},,DITOLAK,,", f"{nik(2)},,DITOLAK,,", f"{nik(3)},,DITOLAK,,")
            if given is not None:
                type_ = f"{name[0].upper()}{name[1:]}Input!"
                query = f"mutation($input: {type_}) {{ {name}(input: $input) {{ contentBase64 refusal {{ code message }} }} }}"
                told = (await caller.data(query, {"input": given(of)}, key=key, **why))[name]
                assert (told["contentBase64"], told["refusal"]["code"]) == (None, code), name
                assert "SOMEBODY" not in str(told).upper() and nik(1) not in str(told)
