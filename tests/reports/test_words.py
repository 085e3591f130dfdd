"""Every code that can stand in a mart has its word on paper."""

import pytest

from jamsos.claims.rules import ClaimKind
from jamsos.coverage.rules import Difference
from jamsos.decrees.rules import EndReason, LineAction
from jamsos.messages import catalogue
from jamsos.people.rules import Group

FAMILIES = {"group": Group, "reason": EndReason, "action": LineAction, "claim": ClaimKind, "difference": Difference}


@pytest.mark.parametrize(("family", "code"), [(family, code) for family, codes in FAMILIES.items() for code in codes])
def test_a_code_has_its_word_on_paper(family, code):
    assert f"paper.{family}.{code}" in catalogue()
