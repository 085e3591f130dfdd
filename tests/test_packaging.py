"""The wheel: built, installed beside nothing of this tree, and run."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PACKAGES = ("jamsos", "api", "reports", "warehouse", "sample", "web", "cli")


def run(*command, **options):
    ended = subprocess.run([*map(str, command)], capture_output=True, text=True, **options)
    assert ended.returncode == 0, ended.stderr[-3000:]
    return ended.stdout


def copied(folder):
    """The files that git knows, so that building leaves no trace in the tree."""
    for name in run("git", "ls-files", *PACKAGES, "pyproject.toml", "README.md", "LICENSE", cwd=ROOT).splitlines():
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    run(
        *pip,
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--no-build-isolation",
        "-w",
        folder,
        copied(folder / "tree"),
    )
    return next(folder.glob("*.whl"))


@pytest.mark.slow
def test_the_wheel_holds_every_file_of_the_packages(wheel):
    held = set(zipfile.ZipFile(wheel).namelist())
    known = run("git", "ls-files", *PACKAGES, cwd=ROOT).splitlines()

    assert [name for name in known if name not in held and (ROOT / name).exists()] == []


@pytest.mark.slow
def test_an_installed_wheel_runs_the_command(wheel, tmp_path):
    run(sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv")
    python = tmp_path / "venv/bin/python"
    site = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index", wheel)
    # the libraries of this environment, without the links of its editable installs
    Path(site, "libraries.pth").write_text(f"import sys; sys.path.append({sysconfig.get_path('purelib')!r})\n")
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("JAMSOS_", "PYTHON"))}
    options = {"cwd": tmp_path, "env": clean | {"JAMSOS_LANGUAGE": "en"}}

    assert "registry" in run(tmp_path / "venv/bin/jamsos", "--help", **options)
    assert run(python, "-c", "import jamsos; print(jamsos.__file__)", **options).startswith(site)
    assert (
        run(python, "-c", "from importlib.metadata import version; print(version('jamsos'))", **options)
        == f"{PROJECT['version']}\n"
    )
    assert run(tmp_path / "venv/bin/jamsos", "api", "schema", **options) == (ROOT / "schema.graphql").read_text()
