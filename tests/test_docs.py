"""What the documents promise is there."""

import re
from pathlib import Path

from jamsos.settings import Settings

ROOT = Path(__file__).parents[1]
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("infra/**/*.md")]


def test_every_setting_stands_in_running_md():
    text = (ROOT / "docs/running.md").read_text()
    documented = set(re.findall(r"`(JAMSOS_[A-Z_]+)`", text.split("## Settings")[1]))

    assert documented == {f"JAMSOS_{name.upper()}" for name in Settings.model_fields}


def test_every_link_between_documents_leads_somewhere():
    broken = [
        f"{document.name}: {target}"
        for document in DOCUMENTS
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", document.read_text())
        if not (document.parent / target).exists()
    ]

    assert broken == []
