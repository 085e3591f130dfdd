"""The verbs of the Makefile: each test belongs to one, and what a wider verb runs contains what a narrower one runs."""

import re
import tomllib
from pathlib import Path

import pytest
from _pytest.mark.expression import Expression

from tests.conftest import MARKS, PATIENT

ROOT = Path(__file__).parents[1]
MAKEFILE = (ROOT / "Makefile").read_text()
VERBS = ("PURE", "QUICK", "ALL", "STRESS")


def expression(verb):
    return Expression.compile(re.search(rf'^{verb} := "(.+)"$', MAKEFILE, flags=re.M)[1])


@pytest.fixture
def run_by(request):
    """The tests of each verb, of all that were collected here."""
    found = request.config.stash[MARKS]
    compiled = {verb: expression(verb) for verb in VERBS}
    return {
        verb: {test for test, marks in found.items() if rule.evaluate(marks.__contains__)}
        for verb, rule in compiled.items()
    }


def test_every_test_belongs_to_one_verb_of_the_two_that_run_everything(run_by, request):
    assert run_by["ALL"] | run_by["STRESS"] == set(request.config.stash[MARKS])
    assert run_by["ALL"] & run_by["STRESS"] == set()


def test_a_wider_verb_runs_what_a_narrower_one_runs(run_by, request):
    assert run_by["PURE"] <= run_by["QUICK"] <= run_by["ALL"]
    assert request.node.nodeid in run_by["PURE"]


@pytest.mark.parametrize(
    ("verb", "rule"), [("check", "PURE"), ("test", "QUICK"), ("test-all", "ALL"), ("stress", "STRESS")]
)
def test_a_verb_runs_the_tests_of_its_rule(verb, rule):
    recipe = re.search(rf"^{verb}: .*\n((?:\t.*\n)+)", MAKEFILE, flags=re.M)[1]

    assert re.findall(r"-m \$\((\w+)\)", recipe) == [rule]


def test_ci_runs_all_but_the_stress():
    assert (ROOT / ".ci/run").read_text().splitlines()[-1] == "make test-all"


def test_the_marks_that_ask_for_patience_are_those_of_the_quick_rule():
    marks = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]["markers"]

    assert {mark.split(":")[0] for mark in marks} == {*PATIENT, "pure", "heavy"}
    assert set(re.findall(r"\w+", re.search(r'^QUICK := "not (.+)"', MAKEFILE, flags=re.M)[1])) - {"or"} == PATIENT
