"""The wheel: built, installed beside nothing of this tree, and run."""

import importlib.util
import os
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
import time
import tomllib
import zipfile
from importlib.metadata import distributions
from pathlib import Path
from urllib.request import urlopen

import pytest

from api.http import health

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


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The folder of an environment that holds the wheel, and this environment's libraries behind it."""
    folder = tmp_path_factory.mktemp("installed") / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", folder)
    python = folder / "bin/python"
    site = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index", wheel)
    # the libraries of this environment, without the links of its editable installs
    places = [sysconfig.get_path("purelib"), LIBRARIES]
    Path(site, "libraries.pth").write_text(f"import sys; sys.path += {places!r}\n")
    return folder


@pytest.mark.slow
def test_an_installed_wheel_runs_the_command(installed, tmp_path):
    python = installed / "bin/python"
    site = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("JAMSOS_", "PYTHON"))}
    options = {"cwd": tmp_path, "env": clean | {"JAMSOS_LANGUAGE": "en"}}

    assert "registry" in run(installed / "bin/jamsos", "--help", **options)
    assert run(python, "-c", "import jamsos; print(jamsos.__file__)", **options).startswith(site)
    assert (
        run(python, "-c", "from importlib.metadata import version; print(version('jamsos'))", **options)
        == f"{PROJECT['version']}\n"
    )
    assert run(installed / "bin/jamsos", "api", "schema", **options) == (ROOT / "schema.graphql").read_text()


# where the isolated process finds the libraries, whatever folder this environment lies in
LIBRARIES = "/mnt/libraries"
# What the task of infra/terraform says: a root that nobody writes to, two folders for what is on its way, another user, no home.
ISOLATED = """
mount --make-rprivate / && mount -t tmpfs tmpfs /mnt && mkdir /mnt/venv /mnt/data /mnt/libraries && mount --bind "$1" /mnt/venv
mount --bind "$4" /mnt/libraries
mount --bind "$2" /mnt/data && mount -t tmpfs -o mode=1777 tmpfs /tmp
mount -o remount,bind,ro / && mount -o remount,ro /mnt && cd /mnt/data
exec env -i PATH=/mnt/venv/bin:/usr/bin:/bin $3 setpriv --reuid 10001 --regid 10001 --clear-groups \\
    --inh-caps +dac_read_search --ambient-caps +dac_read_search /mnt/venv/bin/python -c 'from cli.main import main; main()' api serve
"""


def may_isolate():
    """Whether this user may make a namespace of mounts."""
    if os.geteuid() != 0 or not (shutil.which("unshare") and shutil.which("setpriv")):
        return False
    return subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode == 0


def task():
    """The task's definition as far as it is plain text: environment of the module, and where it may write."""
    text = (ROOT / "infra/terraform/modules/service/main.tf").read_text()
    writable = re.search(r"writable += (\{.*\})", text)[1]
    environment = re.search(r"environment = merge\((\{.*?\})", text)[1]
    return dict(re.findall(r'(\w+) = "([^"]+)"', environment)), re.findall(r'"([^"]+)"', writable)


def test_the_task_writes_to_its_folders_only_and_listens_to_the_balancer():
    environment, writable = task()

    assert environment["JAMSOS_API_HOST"] == "0.0.0.0"
    assert writable == ["/data", "/tmp"]


@pytest.mark.slow
@pytest.mark.skipif(not may_isolate(), reason="only root may lay a read-only root around a process")
def test_the_installed_wheel_serves_as_its_task_describes_it(installed, tmp_path, database_url):
    data, script, port = tmp_path / "data", tmp_path / "isolated.sh", free_port()
    data.mkdir()
    os.chown(data, 10001, 10001)
    script.write_text(ISOLATED)
    environment = task()[0] | {
        "JAMSOS_API_PORT": str(port),
        "JAMSOS_SEAL_KEYS": f"1:{'ab' * 64}",
        "JAMSOS_DATABASE_URL": tcp(database_url),
    }
    said = " ".join(f"{name}={value}" for name, value in environment.items())
    with (tmp_path / "log").open("w") as log:
        served = subprocess.Popen(
            ["unshare", "--mount", "sh", "-e", script, installed, data, said, sysconfig.get_path("purelib")],
            stdout=log,
            stderr=log,
        )
    try:
        wait_for(port, served, tmp_path / "log")
        with urlopen(f"http://127.0.0.1:{port}/export/provinces.csv") as answer:  # what is written on its way
            assert answer.read().startswith(b"id,code,name")
        assert health.is_ready(port)
        assert listening(port) == "00000000"
    finally:
        served.terminate()
        served.wait(20)
    assert not health.is_ready(port)


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def tcp(url):
    return url.partition("?")[0] if "@/" not in url else url


def wait_for(port, served, log):
    for _ in range(240):
        assert served.poll() is None, log.read_text()[-3000:]
        if health.is_ready(port):
            return
        time.sleep(0.25)
    raise AssertionError(log.read_text()[-3000:])


def listening(port):
    """The address in hexadecimal on which the port is listened to, as the kernel tells."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return next(row[1].split(":")[0] for row in rows if row[3] == "0A" and int(row[1].split(":")[1], 16) == port)


def test_the_image_keeps_what_runs_and_drops_the_tools_of_the_tests():
    spec = importlib.util.spec_from_file_location("prune", ROOT / "scripts/prune.py")
    prune = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(prune)
    installed = {prune.plain(each.metadata["Name"]): each for each in distributions()}

    dropped = set(prune.unneeded(installed))

    assert {"pytest", "hypothesis", "mypy", "ruff", "playwright", "import-linter", "pip"} <= dropped
    assert not dropped & {"sqlalchemy", "greenlet", "uvloop", "httptools", "weasyprint", "dbt-postgres", "jamsos"}


def test_the_image_has_a_health_check_of_its_own():
    text = (ROOT / "Dockerfile").read_text()

    assert 'CMD ["python", "-m", "api.http.health"]' in text
    assert "python scripts/prune.py" in text
    assert 'VOLUME ["/data", "/tmp"]' in text
