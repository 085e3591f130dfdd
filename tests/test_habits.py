"""The files around the code: changelog, decisions, templates of the forge."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
CHANGELOG = (ROOT / "CHANGELOG.md").read_text()
LINES = [line for line in CHANGELOG[CHANGELOG.index("\n## ") :].splitlines() if line]
BULLETS = [line for line in LINES if line.startswith("- ")]
KINDS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_the_changelog_has_the_form_of_keep_a_changelog():
    headings = re.findall(r"^## (.*)$", CHANGELOG, flags=re.M)
    numbered = [re.fullmatch(r"(\d+\.\d+\.\d+) - (\d{4}-\d\d-\d\d)", heading) for heading in headings[1:]]

    assert headings[0] == "Unreleased"
    assert None not in numbered
    assert [found[2] for found in numbered] == sorted((found[2] for found in numbered), reverse=True)
    assert set(re.findall(r"^### (.*)$", CHANGELOG, flags=re.M)) <= KINDS


def test_the_newest_version_of_the_changelog_is_the_package_s():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]

    assert re.findall(r"^## (\d\S*)", CHANGELOG, flags=re.M)[0] == version


def test_a_bullet_of_the_changelog_is_one_sentence_of_at_most_twenty_words():
    too_long = [bullet for bullet in BULLETS if len(bullet.split()) - 1 > 20 or not bullet.endswith(".")]
    neither = [line for line in LINES if not re.match(r"- |##|\*\*[^*]+\*\*$", line)]

    assert len(BULLETS) > 100
    assert (too_long, neither) == ([], [])


def test_the_index_of_decisions_is_complete_and_tells_each_status():
    folder = ROOT / "docs/decisions"
    rows = re.findall(r"^\| (\d+) \| \[(.+)\]\((.+\.md)\) \| (.+) \|$", (folder / "README.md").read_text(), flags=re.M)
    pages = {page.name: page.read_text().splitlines()[0] for page in folder.glob("[0-9]*.md")}

    assert {file: f"# {int(number)}. {title}" for number, title, file, _ in rows} == pages
    assert [int(number) for number, *_ in rows] == list(range(1, len(pages) + 1))
    for *_, status in rows:
        replacing = re.fullmatch(r"replaced by \[\d+\]\((.+)\)", status)
        assert replacing[1] in pages if replacing else status in {"accepted", "proposed"}


def test_the_forge_runs_what_everybody_can_run():
    steps = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())["jobs"]["check"]["steps"]

    assert [step["run"] for step in steps if "run" in step] == [".ci/run"]
    assert (ROOT / ".ci/run").stat().st_mode & 0o111


@pytest.mark.parametrize(
    "form", sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("[!c]*.yml")), ids=lambda form: form.stem
)
def test_a_form_for_issues_asks_in_both_languages_and_only_what_a_forge_knows(form):
    asked = yaml.safe_load(form.read_text())

    assert {"name", "description", "labels", "body"} == set(asked)
    assert {part["type"] for part in asked["body"]} <= {"markdown", "textarea", "input", "checkboxes"}
    for part in asked["body"]:
        if part["type"] != "markdown":
            assert " / " in part["attributes"]["label"], part["id"]


def test_every_path_with_owners_leads_to_a_file():
    known = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    owned = [
        line.split()[0]
        for line in (ROOT / ".github/CODEOWNERS").read_text().splitlines()
        if line.startswith(("/", "*"))
    ]
    patterns = {path: re.escape(path).replace(r"\*\*/", "(.*/)?").replace(r"\*", "[^/]*") for path in owned}

    assert [
        path for path, pattern in patterns.items() if not re.search(rf"^{pattern.removeprefix('/')}", known, flags=re.M)
    ] == []


def test_a_container_for_development_sets_up_as_everybody_does():
    container = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text())

    assert container["postCreateCommand"] == "make setup"


def test_both_readmes_show_the_same_pictures_and_commands():
    english, indonesian = ((ROOT / name).read_text() for name in ("README.md", "README.id.md"))

    for shown in (r'src="([^"]+)"', r"^(make \w+|docker .*)"):
        assert re.findall(shown, english, flags=re.M) == re.findall(shown, indonesian, flags=re.M) != []
    assert [picture for picture in re.findall(r'src="([^"]+)"', english) if not (ROOT / picture).exists()] == []


def test_every_measured_figure_names_a_benchmark_that_can_be_run():
    rows = (ROOT / "README.md").read_text().split("## Measured")[1].split("\n## ")[0]
    named = re.findall(r"`python -m benchmarks (\w+)` \|$", rows, flags=re.M)

    assert len(named) == len(re.findall(r"^\| (?!what)\w", rows, flags=re.M)) > 5
    for name in named:
        assert list((ROOT / "benchmarks").glob(f"{name}.py")) or (ROOT / "benchmarks" / name).is_dir()
