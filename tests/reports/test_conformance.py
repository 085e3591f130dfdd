"""The veraPDF engine finds no broken rule of PDF/A-3a or PDF/UA-1, and does find a deliberate one."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from reports.documents import questions as q
from reports.printing import printed
from tests.reports import example

pytestmark = pytest.mark.conformance

SCRIPT = Path(__file__).parents[2] / "scripts/conformance.py"
needs_java = pytest.mark.skipif(shutil.which("java") is None, reason="the veraPDF engine needs Java 11 or newer")


def judged(*files):
    return subprocess.run([sys.executable, SCRIPT, *files], capture_output=True, text=True)


@needs_java
def test_both_reports_keep_every_rule_also_with_a_code_on_each_page(statement, minutes, coded, tmp_path):
    paths = [tmp_path / "statement.pdf", tmp_path / "minutes.pdf", tmp_path / "coded.pdf"]
    for path, content in zip(paths, (statement, minutes, coded), strict=True):
        path.write_bytes(content)

    found = judged(*paths)

    assert found.returncode == 0, found.stdout + found.stderr
    assert found.stdout.count(" holds") == 6


@needs_java
async def test_a_year_in_which_nothing_happened_keeps_every_rule(tmp_path):
    nothing = {question: [] for question in example.ANSWERS if question not in (q.TARGET, q.REGION)}
    zero = {name: None if name.endswith("percent") else 0 for name in example.ANSWERS[q.TARGET][0]}
    paths = []
    for name in ("coverage_statement", "contribution_reconciliation"):
        paths.append(tmp_path / f"{name}.pdf")
        paths[-1].write_bytes(await printed(example.marts(nothing | {q.TARGET: [zero]}), example.heading(name)))

    found = judged(*paths)

    assert found.returncode == 0, found.stdout + found.stderr


@needs_java
async def test_the_engine_objects_where_the_finishing_is_left_out(monkeypatch, tmp_path):
    """Rule 5-1 of PDF/UA-1: the file says that it is one."""
    monkeypatch.setattr("reports.pdf_ua.add_pdf_ua", lambda *_: None)
    path = tmp_path / "unfinished.pdf"
    path.write_bytes(await printed(example.marts(), example.heading("contribution_reconciliation")))

    found = judged(path)

    assert found.returncode == 1
    assert "PDF/UA-1 FAILS" in found.stdout and "clause=5, testNumber=1" in found.stdout
