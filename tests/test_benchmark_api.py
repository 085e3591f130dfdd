"""The API's benchmark compares only what is answered alike, and our side only with its masks on."""

import pytest

from benchmarks.api.cases import NAMES, Rows, cases, documents, same

WORKER = {"fullName": "Ana", "sex": "female", "coverageMonths": {"nodes": [{"month": "2024-01", "amount": 16800}]}}
MASKED = WORKER | {"fullName": "***"}
PEERS = WORKER | {"coverageMonths": {"nodes": [{"month": "2024-01-01", "amount": "16800"}]}}


def answers(*, ours=MASKED, peers=PEERS, loaders=WORKER, floor=WORKER):
    return dict(zip(NAMES, (ours, peers, loaders, floor), strict=True))


def test_the_same_values_in_other_clothes_are_the_same():
    assert same(answers())


@pytest.mark.parametrize(
    "changed",
    [
        {"ours": WORKER},  # a name that should be masked
        {"floor": MASKED},
        {"peers": PEERS | {"sex": "male"}},
        {"loaders": WORKER | {"coverageMonths": {"nodes": []}}},
    ],
    ids=["ours unmasked", "floor masked", "another value", "a row less"],
)
def test_another_answer_is_not_the_same(changed):
    assert not same(answers(**changed))


def test_every_contestant_is_asked_as_often_and_no_document_comes_twice():
    rows = Rows(1000, ["53.15.05.2001", "53.15.05.2002"], ["53.15.05"])
    assert all(len({len(asked) for asked in case.asked.values()}) == 1 for case in cases(rows))
    assert len({ours for ours, _, _ in documents(rows.villages)}) == 20
