"""Header rows of public registers (benchmarks/layouts.toml): at least forty, recognised by themselves, and no column misread."""

from benchmarks.layouts import outcomes

FOUND = outcomes()


def test_no_column_is_misread():
    assert {each.name: each.misread for each in FOUND if each.misread} == {}


def test_every_layout_is_taken_for_what_it_is():
    assert {each.name: each.layout for each in FOUND if each.wanted and each.layout != each.wanted} == {}


def test_of_forty_sources_nineteen_in_twenty_are_recognised():
    known = [each for each in FOUND if each.is_recognised]

    assert len(FOUND) >= 40
    assert len(known) >= 0.95 * len(FOUND), [each.name for each in FOUND if not each.is_recognised]
