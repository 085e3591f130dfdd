"""CONTRIBUTING's four changes are typed in a copy of the tree: each block is applied, each command is run, and the files are counted."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CHAPTERS = dict(re.findall(r"^### (.+?)\n(.*?)(?=^### |\Z)", (ROOT / "CONTRIBUTING.md").read_text(), flags=re.M | re.S))
BLOCK = re.compile(r'^```(\w+)(?: title="(.+?)")?\n(.*?)^```$', flags=re.M | re.S)


def git(folder, *arguments):
    return subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def tree(tmp_path):
    for name in git(ROOT, "ls-files").splitlines():
        if (ROOT / name).exists():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tmp_path / name)
    if (ROOT / ".mypy_cache").exists():
        shutil.copytree(ROOT / ".mypy_cache", tmp_path / ".mypy_cache")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    return tmp_path


def patched(text, block):
    """The text with the block's lines: those with `-` give way to those with `+`, the others say where."""
    lines = block.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if line[0] != "+")
    after = "".join(line[1:] for line in lines if line[0] != "-")
    assert text.count(before) == 1, f"stands {text.count(before)} times:\n{before}"
    return text.replace(before, after)


def run(command, tree):
    """A command as it is typed, with the environment of this test in place of one that `make setup` makes."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("JAMSOS_", "PYTEST"))}
    environment |= {"PYTHONPATH": str(tree), "PATH": f"{sys.prefix}/bin:{os.environ['PATH']}", "JAMSOS_LANGUAGE": "en"}
    typed = re.sub(r"^make ", f"make VENV={sys.prefix} -o {sys.prefix}/.ready ", command)
    ended = subprocess.run(typed, shell=True, cwd=tree, env=environment, capture_output=True, text=True)
    assert ended.returncode == 0, f"{command}\n{ended.stdout[-3000:]}\n{ended.stderr[-3000:]}"


@pytest.mark.slow
def test_the_steps_of_the_four_changes_can_be_followed_one_after_the_other(tree):
    for chapter, text in CHAPTERS.items():
        follow(text, tree)
        touched = {line[3:] for line in git(tree, "status", "--porcelain", "-uall").splitlines() if line[1] != " "}
        titles = {title for _, title, _ in BLOCK.findall(text) if title}
        by_hand, generated = re.search(r"Files: (\d+) by hand(?:, (\d+) generated)?", text).groups(default="0")
        assert titles <= touched, chapter
        assert (int(by_hand), int(generated)) == (len(titles), len(touched - titles)), (chapter, touched - titles)
        git(tree, "add", "-A")


def follow(chapter, tree):
    for kind, title, body in BLOCK.findall(chapter):
        if kind == "sh":
            for command in body.splitlines():
                run(command, tree)
        elif kind == "diff":
            (tree / title).write_text(patched((tree / title).read_text(), body))
        else:
            assert not (tree / title).exists(), title
            (tree / title).parent.mkdir(parents=True, exist_ok=True)
            (tree / title).write_text(body)


def test_there_are_four_changes():
    assert list(CHAPTERS) == ["A column", "A register", "A report", "A mutation"]
