"""`jamsos seal`: the keys for sealing identifiers."""

import click

from cli.runtime import act, out, progress, sealer, t
from cli.tables import table
from jamsos import key_rotation
from jamsos.access.rules import COMMAND_LINE
from jamsos.errors import SealKeyExists, SealKeyNeeded, SealKeysInEnvironment
from jamsos.sealing import add_key, drop_old_keys, read_key_file
from jamsos.settings import settings


@click.group(help=t("seal.help"))
def group() -> None: ...


@group.command("key", help=t("seal.key.help"))
def key() -> None:
    path = settings().seal_key_path
    if path.exists():
        raise SealKeyExists(path=path)
    add_key(path)
    out.print(t("seal.key.done", path=path))


@group.command("show", help=t("seal.show.help"))
def show() -> None:
    by_key = act(key_rotation.values_by_key)
    newest = sealer().version
    rows = [(version, by_key.get(version, 0)) for version in sorted({*by_key, newest})]
    table(t("seal.show.title"), [t("word.key"), t("word.values")], rows)


@group.command("rotate", help=t("seal.rotate.help"))
def rotate() -> None:
    """Rotate the sealing key. A key newer than every sealed value comes from an interrupted rotation, and is used instead of a new one."""
    by_key = act(key_rotation.values_by_key)
    newest = sealer()
    if by_key and newest.version <= max(by_key):
        if settings().seal_keys:
            raise SealKeysInEnvironment()
        add_key(settings().seal_key_path)
        newest = read_key_file(settings().seal_key_path)
    with progress(t("seal.rotate.progress")) as report:
        count = act(lambda connection: key_rotation.rotate(connection, COMMAND_LINE, newest, progress=report))
    out.print(t("seal.rotate.done", count=count, version=newest.version))


@group.command("retire", help=t("seal.retire.help"))
def retire() -> None:
    if settings().seal_keys:
        raise SealKeysInEnvironment()
    newest = sealer().version
    needed = {version: count for version, count in act(key_rotation.values_by_key).items() if version != newest}
    if needed:
        raise SealKeyNeeded(versions=", ".join(map(str, needed)), count=sum(needed.values()))
    dropped = drop_old_keys(settings().seal_key_path)
    out.print(t("seal.retire.done", count=len(dropped), version=newest))
