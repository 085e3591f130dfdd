"""Profile: the connection of dbt, from the database's URL; the password is an environment variable and never on disk."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import make_url

from jamsos.months import OFFICE
from jamsos.policies import DBT

THREADS = 4
APPLICATION = "jamsos warehouse"
_PASSWORD = "DBT_ENV_SECRET_JAMSOS_PASSWORD"  # noqa: S105 - the variable's name; dbt hides the value of such names in its log
# sorts and joins of a whole programme need more memory than a request; a stopped build must leave no query
_OPTIONS = "-c jit=off -c work_mem=64MB -c client_connection_check_interval=1s"
_PASSED_ON = ("sslmode", "sslcert", "sslkey", "sslrootcert", "connect_timeout")


@contextmanager
def profile_for(url: str) -> Iterator[Path]:
    """Yield a folder with profiles.yml while dbt runs; dbt uses its own role and the office's time zone."""
    password = make_url(url).password or ""
    with tempfile.TemporaryDirectory(prefix="jamsos-dbt-") as folder, _environment(password):
        output = {"target": "office", "outputs": {"office": _output(url)}}
        (Path(folder) / "profiles.yml").write_text(yaml.safe_dump({"jamsos": output}), encoding="utf-8")
        yield Path(folder)


def _output(url: str) -> dict[str, Any]:
    """Return the connection settings; libpq has defaults for empty values."""
    parts = make_url(url)
    query = {name: value for name, value in parts.query.items() if isinstance(value, str)}
    return {
        "type": "postgres",
        "host": parts.host or query.get("host", ""),
        "port": parts.port or int(query.get("port", 5432)),
        "user": parts.username or "",
        "password": f"{{{{ env_var('{_PASSWORD}', '') }}}}",
        "dbname": parts.database or "",
        "schema": "staging",
        "role": DBT,
        "application_name": APPLICATION,
        "threads": THREADS,
    } | {name: int(query[name]) if query[name].isdigit() else query[name] for name in _PASSED_ON if name in query}


@contextmanager
def _environment(password: str) -> Iterator[None]:
    """Return libpq's variables for settings that a dbt profile lacks; `timezone` makes the day of an instant the office's day."""
    changed = {_PASSWORD: password, "PGTZ": str(OFFICE), "PGOPTIONS": _OPTIONS}
    before = {name: os.environ.get(name) for name in changed}
    _set(changed)
    try:
        yield
    finally:
        _set(before)


def _set(values: Mapping[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
