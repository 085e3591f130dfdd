"""Every code that can stand in a mart has its word on paper."""

import pytest

from jamsos.claims.rules import ClaimKind
from jamsos.coverage.rules import Difference
from jamsos.decrees.rules import EndReason, LineAction
from jamsos.messages import catalogue
from jamsos.worker_groups import Group
from reports.documents.labels import label

FAMILIES = {
    "group": [*Group, "none"], "reason": EndReason, "action": LineAction, "claim": ClaimKind, "difference": Difference,
    "sex": ["female", "male", "unknown"], "disability": ["true", "false"], "continuity": ["below_3", "from_3", "from_36"],
    "month": range(1, 13),
}  # fmt: skip


@pytest.mark.parametrize(("family", "code"), [(family, code) for family, codes in FAMILIES.items() for code in codes])
def test_a_code_has_its_word_on_paper(family, code):
    assert f"paper.{family}.{code}" in catalogue()


def test_a_decile_is_numbered_and_a_missing_one_is_said():
    assert (label("decile", 3), label("decile", None), label("sex", "female")) == (
        "desil 3",
        "tidak diketahui",
        "perempuan",
    )
