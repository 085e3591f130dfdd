"""Every record that excludes a person is named: an event, a line of a register, a decree, an answer of the insurer."""

from datetime import date

import pytest

from jamsos.access.rules import COMMAND_LINE
from jamsos.decrees import letters
from jamsos.decrees.rules import EndReason, Leaving
from jamsos.enrolment import service
from jamsos.enrolment.explanations import explain, explain_today
from jamsos.ledger import service as ledger
from jamsos.months import Month
from jamsos.people import service as people
from jamsos.people.rules import LifeEvent
from jamsos.selection.evidence import Evidence
from jamsos.selection.letters import explained, letter, letter_sentences
from jamsos.selection.rules import Reason
from tests.decrees import builders as decrees
from tests.decrees.builders import NUMBER, run
from tests.enrolment.test_service import answer_file, decreed, read, refuses, send
from tests.people.builders import Office
from tests.selection.builders import settle

HALF = (Month(2024, 7), Month(2024, 12))


async def second_list(connection, **changed):
    """Create a list for the second half of the year, with knowledge of the earlier decree and answers."""
    history = await service.history(connection, office_code="53.15", month_from=HALF[0], month_to=HALF[1])
    return await run(connection, months=HALF, fund_code=None, ceiling=1_000_000, history=history, **changed)


async def told(connection, run_id, person):
    return await explain(connection, COMMAND_LINE, run_id, person)


async def test_an_event_of_a_file_names_file_and_line(connection):
    [person] = await settle(connection, 1)
    await settle(connection, 1)
    await people.record_event(
        connection,
        COMMAND_LINE,
        person_id=person,
        kind=LifeEvent.died,
        day=date(2023, 11, 5),
        evidence="peristiwa.csv:7",
    )
    kept = await run(connection, fund_code=None, ceiling=1_000_000)

    found = await told(connection, kept.id, person)

    assert found.evidence == [Evidence(Reason.died, "event", date(2023, 11, 5), "peristiwa.csv", 7)]
    assert explained(found, "en")[2].strip() == "According to an event of 5 November 2023, file peristiwa.csv line 7."
    assert (
        explained(found, "id")[2].strip() == "Menurut peristiwa tanggal 5 November 2023, berkas peristiwa.csv baris 7."
    )


async def test_an_event_that_an_officer_entered_names_what_the_officer_named(connection):
    [person] = await settle(connection, 1)
    await settle(connection, 1)
    await people.record_event(
        connection,
        COMMAND_LINE,
        person_id=person,
        kind=LifeEvent.moved,
        day=date(2023, 11, 5),
        evidence="Surat desa 12",
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
    assert (work.kind, work.line) == ("dtks", 2)
    assert work.name.endswith(".csv")
    assert f"According to DTKS as of {work.day.day} " in " ".join(explained(found, "en"))


async def test_a_decree_that_protects_already_is_named_with_the_place_in_its_list(connection, sealer):
    (first, *_), _, _ = await decreed(connection, sealer)
    kept = await second_list(connection)

    found = await told(connection, kept.id, first)

    [said] = found.evidence
    assert (said.reason, said.kind, said.name) == (Reason.already_protected, "decree", NUMBER)
    assert said.day == date(2024, 1, 4)
    assert f"According to the decree {NUMBER} of 4 January 2024" in " ".join(explained(found, "en"))


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
    assert (said.kind, said.name, said.line) == ("answer", "jawaban.csv", 3)
    [said] = [each for each in refused.evidence if each.reason is Reason.refused_by_insurer]
    assert (said.kind, said.name, said.line) == ("answer", "jawaban.csv", 2)


async def test_what_became_known_after_the_list_is_no_evidence_for_it(connection, sealer):
    (first, *_), waiting, _ = await decreed(connection, sealer)
    kept = await run(connection, fund_code=None, ceiling=1_000_000)

    found = await told(connection, kept.id, waiting[0])

    assert found.evidence == []
    assert (await told(connection, kept.id, first)).evidence == []


@pytest.fixture
async def amended(connection):
    """Terminate one of three after March; the first of two waiting people replaces her."""
    decree, (leaves, *stay), (follows, *wait) = await decrees.decreed(connection)
    line = await decrees.line_of(connection, leaves)
    leaving = Leaving(line.id, EndReason.moved, Month(2024, 3))
    await decrees.amend(connection, leaving, signed_date=date(2024, 4, 2), fill_from=Month(2024, 4))
    return decree.run_id, {"ended": leaves, "stays": stay[0], "follows": follows, "waits": wait[0]}


async def to_her(connection, run_id, person, language="en"):
    found, namings = await explain_today(connection, COMMAND_LINE, run_id, person)
    return letter_sentences(found, language, letters.letter_sentences(namings, language))


INCLUDED = (
    "Decree 298/KEP/HK/2024 of 4 January 2024 names you as a recipient of the contribution subsidy "
    "from January 2024 to December 2024."
)
FOLLOWS = (
    "Decree 317/KEP/HK/2024 of 2 April 2024 names you as a recipient of the contribution subsidy "
    "from April 2024 to December 2024, replacing another recipient."
)
ENDED = "Decree 317/KEP/HK/2024 of 2 April 2024 ends your protection after March 2024, because: moved away."


@pytest.mark.parametrize(
    ("who", "decreed", "outcome"),
    [
        ("stays", [INCLUDED], "You were chosen"),
        ("ended", [INCLUDED, ENDED], "You were chosen"),
        ("follows", [FOLLOWS], "You meet the criteria, but were not chosen"),
    ],
)
async def test_a_letter_says_first_what_decrees_did_with_her_whatever_the_list_said(
    connection, amended, who, decreed, outcome
):
    run_id, persons = amended

    said = await to_her(connection, run_id, persons[who])

    assert said[: len(decreed)] == decreed
    assert said[len(decreed)] == "Your position on the selection list of 2024:"
    assert said[len(decreed) + 1].startswith(outcome)


async def test_a_letter_to_whom_no_decree_names_tells_the_list_alone(connection, amended):
    run_id, persons = amended

    found, namings = await explain_today(connection, COMMAND_LINE, run_id, persons["waits"])

    assert namings == []
    assert await to_her(connection, run_id, persons["waits"]) == letter_sentences(found, "en")
    assert letter_sentences(found, "en")[0].startswith("You meet the criteria, but were not chosen")


async def test_a_letter_speaks_of_decrees_in_indonesian_too(connection, amended):
    run_id, persons = amended

    follows, ended = [await to_her(connection, run_id, persons[who], "id") for who in ("follows", "ended")]

    assert follows[0] == (
        "Keputusan 317/KEP/HK/2024 tanggal 2 April 2024 menetapkan Ibu/Bapak sebagai penerima bantuan iuran dari April 2024 "
        "sampai Desember 2024, menggantikan penerima lain."
    )
    assert follows[1] == "Posisi Ibu/Bapak dalam daftar seleksi tahun 2024:"
    assert ended[1].endswith("mengakhiri perlindungan Ibu/Bapak setelah Maret 2024, karena pindah.")


async def test_who_was_never_taken_up_is_told_that_it_is_void(connection):
    decree, (refused, *_), _ = await decrees.decreed(connection)
    line = await decrees.line_of(connection, refused)
    await decrees.amend(connection, Leaving(line.id, EndReason.refused_by_insurer, Month(2023, 12)))

    said = await to_her(connection, decree.run_id, refused)

    assert said[1] == (
        "Decree 317/KEP/HK/2024 of 8 January 2024 declares your protection void from the start, because: refused by the insurer."
    )


async def test_the_text_of_the_letter_carries_it(connection, amended):
    run_id, persons = amended
    found, namings = await explain_today(connection, COMMAND_LINE, run_id, persons["follows"])
    who = people.Portrait({"full_name": "MARIA"}, None, None, [], [], [], [], 0)

    paper = letter(found, who, "Komodo", date(2024, 4, 3), "en", letters.letter_sentences(namings, "en"))

    assert f"\n\n{FOLLOWS}\n\nYour position" in paper.text
