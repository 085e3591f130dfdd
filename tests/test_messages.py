"""The catalogue: every refusal and every text in both languages, with the same fields."""

import string
from decimal import Decimal

from jamsos import messages
from jamsos.decrees.errors import NotApproved
from jamsos.errors import NotFound, refusals
from jamsos.months import Month


def fields_of(sentence):
    return sorted({name for _, name, _, _ in string.Formatter().parse(sentence) if name})


def test_every_text_stands_in_both_languages_with_the_same_fields():
    catalogue = messages.catalogue()

    assert len(catalogue) > 2_000
    assert [key for key, texts in catalogue.items() if set(texts) != {"id", "en"}] == []
    assert [key for key, texts in catalogue.items() if fields_of(texts["id"]) != fields_of(texts["en"])] == []
    assert [key for key, texts in catalogue.items() if not all(text.strip() for text in texts.values())] == []


def test_every_refusal_has_a_code_and_a_sentence():
    assert len(refusals()) > 200
    assert [refusal.__name__ for refusal in refusals() if refusal.code not in messages.catalogue()] == []


def test_a_thing_that_is_not_found_is_named_in_the_readers_language():
    refusal = NotFound(what="agency", which="mabar")

    assert refusal.sentence("id") == "Instansi mabar tidak ditemukan."
    assert refusal.sentence("en") == "There is no agency mabar."


def test_a_secret_that_leads_nowhere_is_not_repeated():
    refusal = NotFound(what="complaint", which="-")

    assert refusal.sentence("id") == "Pengaduan itu tidak ditemukan; periksa kembali yang Anda ketik."
    assert refusal.sentence("en") == "There is no such complaint; check what you typed."


def test_a_sentence_prints_money_days_and_months_as_the_office_writes_them():
    sentence = messages._Sentence("id").format(
        "{a:rupiah} {m:month} {n:number} {p:percent}", a=570_326_400, m=Month(2024, 7), n=4649, p=Decimal("0.9504")
    )

    assert sentence == "Rp570.326.400 Juli 2024 4.649 95,04%"


def test_steps_of_approval_are_told_in_words_beside_the_code_that_commands_take():
    refusal = NotApproved(run=3, steps="propose, review, approve, sekda_paraf")

    assert "pengusulan (usul), pemeriksaan (periksa), persetujuan (setuju), sekda_paraf." in refusal.sentence("id")
    assert "still needs: propose, review, approve, sekda_paraf." in refusal.sentence("en")
    assert messages.say("criteria.approval", "id", steps="propose → approve").endswith(
        ": pengusulan (usul) → persetujuan (setuju)."
    )


def test_every_package_and_room_declares_its_refusals_itself():
    modules = {refusal.__module__ for refusal in refusals()}

    assert all(module.endswith("errors") for module in modules)
    assert {"jamsos.errors", "jamsos.ledger.errors", "api.errors", "web.errors", "warehouse.errors"} <= modules
    assert len({refusal.code for refusal in refusals()}) == len(refusals())
