"""The command door as an officer meets it: real processes."""

import os
import subprocess
import sys

import pytest


def jamsos(*arguments, **environment):
    settings = {key: value for key, value in os.environ.items() if not key.startswith("JAMSOS_")}
    return subprocess.run(
        [sys.executable, "-m", "cli", *arguments],
        env=settings | {"LANG": "C.UTF-8"} | environment,
        capture_output=True,
        text=True,
    )


def test_help_speaks_indonesian_where_the_machine_does():
    assert "Melindungi pekerja rentan" in jamsos("--help", LANG="id_ID.UTF-8").stdout
    assert "vulnerable workers" in jamsos("--help").stdout
    assert "Melindungi pekerja rentan" in jamsos("--help", JAMSOS_LANGUAGE="id").stdout


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
