"""A small programme, made by hand: three districts, thirteen workers, three months, one death.

Rows are put straight into the tables, so that the warehouse is tested against figures that no room computed. Everything
that must not leave the programme is a canary: a text or a day that stands nowhere else.
"""

import hashlib
from datetime import date

from sqlalchemy import LargeBinary, Text, insert, text
from sqlalchemy.exc import IntegrityError

from jamsos.access.rules import COMMAND_LINE
from jamsos.claims.tables import claims
from jamsos.complaints.tables import complaint_steps, complaints
from jamsos.coverage.tables import (
    bills,
    confirmed_months,
    coverage_differences,
    insurer_receipts,
    paid_months,
    payments,
    worker_months,
)
from jamsos.data_classes import HANDLING, class_of
from jamsos.decrees.tables import decree_lines, decrees
from jamsos.donations.tables import bank_lines, donation_matches, pledges
from jamsos.enrolment.tables import enrolment_answers, enrolment_batches, enrolments
from jamsos.ledger import service as ledger
from jamsos.ledger.rules import DocumentKind, FundKind
from jamsos.people.tables import life_events, people, person_groups, person_sources
from jamsos.registry.tables import registry_loads, registry_rows
from jamsos.selection.tables import criteria, selection_candidates, selection_runs
from jamsos.tables import metadata
from tests.money import TOBACCO, add_fund, commit, receive
from tests.officers import officer

KOMODO, LEMBOR, BOLENG = "53.15.05.2001", "53.15.03.2003", "53.15.06.2001"
CANARIES = ("kanari", "1984-03-07")
MARCH_31 = date(2024, 3, 31)


def january(month=1):
    return date(2024, month, 1)


def sha(text):
    return hashlib.sha256(text.encode()).digest()


async def put(connection, table, **values):
    """One row; its id, where the table has one."""
    of = {"office_code": "53.15"} if "office_code" in table.c else {}
    statement = insert(table).values(**of | values)
    if "id" not in table.c:
        await connection.execute(statement)
        return None
    return (await connection.execute(statement.returning(table.c.id))).scalar_one()


async def add_person(connection, number, *, groups=("farmer",), **changed):
    facts = {
        "nik_sealed": b"kanari nik %d" % number, "kk_sealed": b"kanari kk", "phone_sealed": b"kanari phone",
        "bank_account_sealed": b"kanari account", "full_name": f"Kanari Nama {number}", "birth_place": "Kanari Tempat",
        "birth_date": date(1984, 3, 7), "address": "Kanari Alamat", "sex": "female", "village_code": KOMODO,
        "occupation": "farmer", "decile": 2,
    }  # fmt: skip
    person_id = await put(connection, people, **facts | changed)
    for group in groups:
        await put(connection, person_groups, person_id=person_id, group_code=group)
    return person_id


async def add_register(connection, source, person_ids):
    """A file of a register that knows these persons."""
    count = len(person_ids)
    load_id = await put(
        connection, registry_loads,
        source=source, as_of=date(2023, 12, 31), file_name=f"{source}.csv", file_sha256=sha(source), byte_size=1,
        header_line=1, columns={}, rows_received=count, rows_kept=count, rows_rejected=0, office_code="53.15", loaded_by="test",
    )  # fmt: skip
    for line, person_id in enumerate(person_ids, start=2):
        row_id = await put(
            connection, registry_rows, load_id=load_id, line=line, full_name="Kanari Baris", name_key="kanari",
            birth_date=date(1984, 3, 7), address="Kanari Alamat",
        )  # fmt: skip
        await put(connection, person_sources, person_id=person_id, row_id=row_id, method="nik", score=1)


async def add_run(connection, fund_id, outcomes):
    """A run whose candidates are {person: (outcome, reason, village, decile)}."""
    criteria_id = await put(connection, criteria, code="mabar", version=1, document={}, document_sha256=sha("criteria"))
    chosen = [person for person, facts in outcomes.items() if facts[0] == "chosen"]
    eligible = [person for person, facts in outcomes.items() if facts[0] != "excluded"]
    run_id = await put(
        connection, selection_runs, year=2024, criteria_id=criteria_id, fund_id=fund_id, ceiling=660_000,
        month_from=january(), month_to=january(3), as_of=january(), rate=16_800, worker_cost=50_400,
        candidates=len(outcomes), eligible=len(eligible), chosen=len(chosen), cost=50_400 * len(chosen),
        inputs_sha256=sha("inputs"), list_sha256=sha("list"), office_code="53.15", run_by="test",
    )  # fmt: skip
    for person_id, (outcome, reason, village, decile) in outcomes.items():
        await put(
            connection, selection_candidates, run_id=run_id, person_id=person_id, score=1, score_parts={},
            outcome=outcome, reason=reason, group_code="farmer", decile=decile, village_code=village,
        )  # fmt: skip
    return run_id


async def add_decree(connection, fund_id, workers, number="298/KEP/HK/2024", **changed):
    """A decree for three months; `workers` is {person: village}. Returns its id and {person: line}."""
    facts = {
        "kind": "determination", "signed_date": date(2024, 1, 2), "year": 2024, "month_from": january(),
        "month_to": january(3), "legal_base": "Perda 5/2023", "fund_id": fund_id, "rate": 16_800,
        "worker_count": len(workers), "amount": 50_400 * len(workers), "list_sha256": sha(number),
        "office_code": "53.15", "issued_by": "test",
    }  # fmt: skip
    decree_id = await put(connection, decrees, number=number, **facts | changed)
    lines = {}
    for line, (person_id, village) in enumerate(workers.items(), start=1):
        lines[person_id] = await add_line(connection, decree_id, line, person_id, village)
    return decree_id, lines


async def add_line(connection, decree_id, line, person_id, village, **changed):
    facts = {"action": "inclusion", "month_from": january(), "month_to": january(3), "group_code": "farmer"}
    return await put(
        connection, decree_lines,
        decree_id=decree_id, line=line, person_id=person_id, village_code=village, **facts | changed,
    )  # fmt: skip


async def enrol(connection, decree_id, lines, refused=()):
    batch_id = await put(
        connection, enrolment_batches, decree_id=decree_id, worker_count=len(lines), file_sha256=sha("batch"),
        office_code="53.15", sent_by="test",
    )  # fmt: skip
    for number, (person_id, line_id) in enumerate(lines.items(), start=1):
        enrolment_id = await put(
            connection, enrolments, batch_id=batch_id, decree_line_id=line_id, person_id=person_id,
            start_month=january(), village_code=KOMODO,
        )  # fmt: skip
        answer = "already_member" if person_id in refused else "accepted"
        await put(
            connection, enrolment_answers, enrolment_id=enrolment_id, person_id=person_id, answer=answer,
            membership_number=f"kanari{number}", file_sha256=sha("answers"), line=number, village_code=KOMODO,
        )  # fmt: skip


async def bill(connection, fund_id, decree_id, month, workers, lines):
    """One month's bill for {person: village}, 16,800 rupiah each."""
    code, amount = f"KI-{month:%Y-%m}", 16_800 * len(workers)
    transaction_id = await ledger.post_bill(
        connection, COMMAND_LINE, fund_id=fund_id, amount=amount, day=month, billing_code=code
    )
    bill_id = await put(
        connection, bills, billing_code=code, decree_id=decree_id, fund_id=fund_id, month_from=month, month_to=month,
        issued_date=month, worker_count=len(workers), worker_months=len(workers), amount=amount,
        list_sha256=sha(code), transaction_id=transaction_id, office_code="53.15",
    )  # fmt: skip
    rows = [
        {
            "person_id": person_id, "month": month, "bill_id": bill_id, "decree_line_id": lines[person_id],
            "fund_id": fund_id, "group_code": "farmer", "village_code": village,
            "jkk_amount": 10_000, "jkm_amount": 6_800, "amount": 16_800,
        }
        for person_id, village in workers.items()
    ]  # fmt: skip
    await connection.execute(insert(worker_months), rows)
    return bill_id


async def complain(connection, run_id, person_id):
    """One complaint that was answered and rejected within its days, and one that nobody has looked at."""
    facts = {
        "office_code": "53.15", "words_sealed": b"kanari words", "contact_sealed": b"kanari contact", "filed_by": "Kanari",
        "filed_date": date(2024, 2, 1), "due_date": date(2024, 4, 1), "person_id": person_id,
    }  # fmt: skip
    complaint = await put(connection, complaints, code_sha256=sha("one"), kind="not_chosen", run_id=run_id, **facts)
    await put(connection, complaints, code_sha256=sha("two"), kind="other", **facts)
    for step, decision, day, name in (("answered", None, 5, "kanari a"), ("decided", "rejected", 9, "kanari b")):
        by = await officer(connection, name)
        await put(
            connection, complaint_steps, complaint_id=complaint, step=step, decision=decision, words_sealed=b"kanari answer",
            officer=name, officer_id=by.officer_id, done_date=date(2024, 2, day), recorded_by="test", proof=by.proof,
        )  # fmt: skip


async def document(connection, kind, number, day):
    return await ledger.keep_document(connection, kind=kind, number=number, day=day, office_code="53.15")


async def pay(connection, fund_id, bill_id, month, workers):
    day, name = date(2024, month.month, 12), f"{month:%Y-%m}"
    papers = {kind: await document(connection, kind, f"{kind}/{name}".upper(), day) for kind in ("spp", "spm", "sp2d")}
    amount = 16_800 * len(workers)
    transaction_id = await ledger.post_payment(
        connection, COMMAND_LINE, fund_id=fund_id, amount=amount, day=day, billing_code=f"KI-{name}",
        document_id=papers["sp2d"],
    )  # fmt: skip
    payment_id = await put(
        connection, payments, bill_id=bill_id, fund_id=fund_id, sp2d_id=papers["sp2d"], spp_id=papers["spp"],
        spm_id=papers["spm"], paid_date=day, amount=amount, transaction_id=transaction_id, office_code="53.15",
    )  # fmt: skip
    rows = [{"person_id": p, "month": month, "payment_id": payment_id, "village_code": v} for p, v in workers.items()]
    await connection.execute(insert(paid_months), rows)


async def confirm(connection, bill_id, month, workers):
    """The insurer receipt for these workers; its id."""
    document_id = await document(connection, DocumentKind.insurer_receipt, f"BPJS-{month:%Y-%m}", date(2024, 2, 5))
    insurer_receipt_id = await put(
        connection, insurer_receipts, bill_id=bill_id, document_id=document_id, received_date=date(2024, 2, 5),
        worker_months=len(workers), amount=16_800 * len(workers), office_code="53.15",
    )  # fmt: skip
    rows = [
        {"person_id": p, "month": month, "insurer_receipt_id": insurer_receipt_id, "village_code": v}
        for p, v in workers.items()
    ]
    await connection.execute(insert(confirmed_months), rows)
    return insurer_receipt_id


async def give(connection, fund_id):
    """A gift that keeps its pledge, a pledge not kept, money nobody explains, and the bank's fee."""
    facts = {
        "fund_id": fund_id,
        "is_named": True,
        "donor_name_sealed": b"kanari donatur",
        "phone_sealed": b"kanari phone",
    }
    kept = await put(connection, pledges, code="DON-A", pledged_date=date(2024, 2, 1), amount=50_400, **facts)
    await put(connection, pledges, code="DON-B", pledged_date=date(2024, 3, 1), amount=16_800, **facts)
    statement_id = await document(connection, DocumentKind.bank_statement, "RK-1", date(2024, 3, 31))
    gift = await ledger.take_gift(
        connection, COMMAND_LINE, fund_id=fund_id, amount=50_400, day=date(2024, 2, 3), reference="DON-A",
        document_id=statement_id,
    )  # fmt: skip
    lines = [
        (date(2024, 2, 3), 50_400, "exact", kept, gift),
        (date(2024, 3, 4), 20_000, "unknown", None, None),
        (date(2024, 3, 31), -5_000, "outgoing", None, None),
    ]
    for number, (day, amount, outcome, pledge_id, transaction_id) in enumerate(lines, start=1):
        line_id = await put(
            connection, bank_lines, statement_id=statement_id, line=number, booked_date=day, amount=amount,
            line_sha256=sha(f"line {number}"), description_sealed=b"kanari keterangan",
        )  # fmt: skip
        await put(
            connection, donation_matches, bank_line_id=line_id, pledge_id=pledge_id, outcome=outcome, amount=amount,
            transaction_id=transaction_id,
        )  # fmt: skip


def can_hold_a_canary(column):
    """Free words and bytes of a table; a closed list, a month or a number cannot, and a view holds nothing of its own."""
    is_free = isinstance(column.type, Text | LargeBinary) and "choices" not in column.info
    return is_free and "view" not in column.table.info


async def plant(connection):
    """A canary in every free column that the warehouse may not read, past the guards: new tables and columns, too."""
    await connection.execute(text("set local session_replication_role = replica"))
    for table in metadata.sorted_tables:
        for column in table.columns:
            if not HANDLING[class_of(column)].in_warehouse and can_hold_a_canary(column):
                canary = "'kanari ' || ctid::text"
                if isinstance(column.type, LargeBinary):
                    canary = f"convert_to({canary}, 'utf8')"
                planted = f"update {table.fullname} set {column.name} = {canary}"
                try:
                    async with connection.begin_nested():
                        await connection.execute(text(planted))
                except IntegrityError:  # a check wants some of them empty
                    await connection.execute(text(f"{planted} where {column.name} is not null"))
    await connection.execute(text("set local session_replication_role = origin"))


async def walk(connection):
    """The whole small programme. January is confirmed but for one worker, February paid, March billed."""
    fund_id = await add_fund(connection)
    await receive(connection, 1_000_000)
    tied_fund = await add_fund(connection, "DBHCHT-2024", kind=FundKind.tobacco_excise, shares=TOBACCO)
    await receive(connection, 100_000, "DBHCHT-2024", number="STS-2")
    assert tied_fund
    donation_fund = await add_fund(connection, "DONASI-2024", kind=FundKind.donation, is_via_apbd=False)

    villages = [KOMODO] * 6 + [LEMBOR] * 5 + [BOLENG] * 2
    workers = {}
    for number, village in enumerate(villages, start=1):
        sex = "male" if village == LEMBOR else "female"
        workers[await add_person(connection, number, village_code=village, sex=sex)] = village
    *_, dead = workers
    first, *_ = workers
    waiting = await add_person(connection, 14, groups=("fisher", "disability"), decile=4)
    nowhere = await add_person(connection, 15, groups=(), village_code=None, sex=None, birth_date=None, decile=None)
    await add_register(connection, "p3ke", [*workers, waiting])
    await add_register(connection, "dtks", [first])

    outcomes = {person: ("chosen", "within_budget", village, 1) for person, village in workers.items()}
    outcomes[waiting] = ("not_reached", "below_the_cut", KOMODO, 3)
    outcomes[nowhere] = ("excluded", "not_resident", None, None)
    run_id = await add_run(connection, fund_id, outcomes)
    decree_id, lines = await add_decree(connection, fund_id, workers, run_id=run_id)
    await commit(connection, fund_id, 655_200)
    await enrol(connection, decree_id, lines, refused=[first])

    await put(connection, life_events, person_id=dead, kind="died", event_date=date(2024, 2, 20), evidence="test")
    amendment_id, _ = await add_decree(
        connection, fund_id, {}, "301/KEP/HK/2024", kind="amendment", amends_id=decree_id, signed_date=date(2024, 2, 26)
    )
    ended = {"reason": "died", "replaces_line_id": lines[dead]}
    await add_line(connection, amendment_id, 1, dead, BOLENG, action="termination", month_to=january(2), **ended)
    lines[waiting] = await add_line(
        connection, amendment_id, 2, waiting, KOMODO, action="replacement", month_from=january(3), **ended
    )

    bill_id = await bill(connection, fund_id, decree_id, january(), workers, lines)
    await pay(connection, fund_id, bill_id, january(), workers)
    confirmed = {person: village for person, village in workers.items() if person != first}
    insurer_receipt_id = await confirm(connection, bill_id, january(), confirmed)
    await put(
        connection, coverage_differences, insurer_receipt_id=insurer_receipt_id, kind="not_confirmed", person_id=first, month=january(),
        billed_amount=16_800, received_amount=0, village_code=KOMODO,
    )  # fmt: skip
    bill_id = await bill(connection, fund_id, decree_id, january(2), workers, lines)
    await pay(connection, fund_id, bill_id, january(2), workers)
    march = {person: village for person, village in workers.items() if person != dead} | {waiting: KOMODO}
    await bill(connection, fund_id, decree_id, january(3), march, lines)

    await put(
        connection, claims, number="KANARI-KLAIM", person_id=dead, kind="death", event_date=date(2024, 2, 20),
        paid_date=date(2024, 3, 15), amount=10_000_000, valid_month=january(2), file_sha256=sha("claims"), line=2,
        village_code=BOLENG,
    )  # fmt: skip
    await complain(connection, run_id, first)
    await give(connection, donation_fund)
    await plant(connection)
