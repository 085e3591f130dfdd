"""Every row that stands against a person is named: an event, a line of a register, a decree, an answer of the insurer."""

from datetime import date

import pytest

from jamsos.access.rules import COMMAND_LINE
from jamsos.enrolment import service
from jamsos.enrolment.explaining import explain
from jamsos.ledger import service as ledger
from jamsos.months import Month
from jamsos.people import service as people
from jamsos.people.rules import LifeEvent
from jamsos.selection.evidence import Evidence
from jamsos.selection.rules import Reason
from jamsos.selection.telling import explained
from tests.decrees.builders import NUMBER, run
from tests.enrolment.test_service import answer_file, decreed, read, refuses, send
from tests.people.builders import Office
from tests.selection.builders import settle

HALF = (Month(2024, 7), Month(2024, 12))


async def second_list(connection, **changed):
    """A list for the second half of the year, heard of what was decreed and answered before."""
    history = await service.history(connection, regency_code="53.15", month_from=HALF[0], month_to=HALF[1])
    return await run(connection, months=HALF, fund_code=None, ceiling=1_000_000, history=history, **changed)


async def told(connection, run_id, person):
    return await explain(connection, COMMAND_LINE, run_id, person)


async def test_an_event_of_a_file_names_file_and_line(connection):
    [person] = await settle(connection, 1)
    await settle(connection, 1)
    await people.record_event(
        connection, COMMAND_LINE, person_id=person, kind=LifeEvent.died, day=date(2023, 11, 5), source="peristiwa.csv:7"
    )
    kept = await run(connection, fund_code=None, ceiling=1_000_000)

    found = await told(connection, kept.id, person)

    assert found.evidence == [Evidence(Reason.died, "event", date(2023, 11, 5), "peristiwa.csv", 7)]
    assert explained(found, "en")[2].strip() == "By an event of 5 November 2023, file peristiwa.csv line 7."
    assert (
        explained(found, "id")[2].strip() == "Menurut peristiwa tanggal 5 November 2023, berkas peristiwa.csv baris 7."
    )


async def test_an_event_that_an_officer_entered_names_what_the_officer_named(connection):
    [person] = await settle(connection, 1)
    await settle(connection, 1)
    await people.record_event(
        connection, COMMAND_LINE, person_id=person, kind=LifeEvent.moved, day=date(2023, 11, 5), source="Surat desa 12"
    )
    kept = await run(connection, fund_code=None, ceiling=1_000_000)

    [found] = (await told(connection, kept.id, person)).evidence

    assert found == Evidence(Reason.moved, "event", date(2023, 11, 5), "Surat desa 12", None)


@pytest.fixture
def office(connection, sealer, tmp_path):
    return Office(connection, sealer, tmp_path)


async def test_what_a_register_says_names_register_day_file_and_line(connection, office):
    await ledger.load_rates(connection)
    await office.load("dtks", {"pekerjaan": "TIDAK BEKERJA"})
    await office.match()
    [[person]] = await office.people("id")
    await settle(connection, 1)
    kept = await run(connection, fund_code=None, ceiling=1_000_000)

    found = await told(connection, kept.id, person)

    [work] = [each for each in found.evidence if each.reason is Reason.no_work]
    assert (work.source, work.line) == ("dtks", 2)
    assert work.name.endswith(".csv")
    assert f"By DTKS as of {work.day.day} " in " ".join(explained(found, "en"))


async def test_a_decree_that_protects_already_is_named_with_the_place_in_its_list(connection, sealer):
    (first, *_), _, _ = await decreed(connection, sealer)
    kept = await second_list(connection)

    found = await told(connection, kept.id, first)

    [said] = found.evidence
    assert (said.reason, said.source, said.name) == (Reason.already_protected, "decree", NUMBER)
    assert said.day == date(2024, 1, 4)
    assert f"By the decree {NUMBER} of 4 January 2024" in " ".join(explained(found, "en"))


async def test_a_member_of_another_payer_by_the_insurers_answer_is_excluded_before_selection_and_shown_the_line(
    connection, sealer, tmp_path
):
    (first, second, _), _, niks = await decreed(connection, sealer)
    await send(connection, sealer)
    elsewhere = f"{niks[second]},X,24000000002,SUDAH_PESERTA,,"
    await read(connection, sealer, answer_file(tmp_path, refuses(niks[first]), elsewhere))
    kept = await second_list(connection)

    refused, member = [await told(connection, kept.id, person) for person in (first, second)]

    assert (member.outcome, member.reason) == ("excluded", "other_payer")
    [said] = [each for each in member.evidence if each.reason is Reason.other_payer]
    assert (said.source, said.name, said.line) == ("answer", "jawaban.csv", 3)
    [said] = [each for each in refused.evidence if each.reason is Reason.refused_by_insurer]
    assert (said.source, said.name, said.line) == ("answer", "jawaban.csv", 2)


async def test_what_became_known_after_the_list_is_no_evidence_for_it(connection, sealer):
    (first, *_), waiting, _ = await decreed(connection, sealer)
    kept = await run(connection, fund_code=None, ceiling=1_000_000)

    found = await told(connection, kept.id, waiting[0])

    assert found.evidence == []
    assert (await told(connection, kept.id, first)).evidence == []
