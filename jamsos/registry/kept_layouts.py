"""Stored layouts: the office's own layouts beside the shipped ones, and the text of each layout that read a load."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.access.service import audit
from jamsos.errors import FileMissing
from jamsos.registry import layouts, store
from jamsos.registry.errors import LayoutKept, LayoutVersionOld, LayoutWrong
from jamsos.registry.layouts import Layout

LARGEST = 1 << 20  # largest size of a layout file in bytes


async def all_layouts(connection: AsyncConnection) -> list[Layout]:
    """Return every layout in its newest version; the office's own replaces a shipped one of the same name."""
    own = {row["name"]: layouts.parse(row["name"], row["content"]) for row in await store.own_layouts(connection)}
    return list((layouts.shipped() | own).values())


async def layout_of_load(connection: AsyncConnection, layout_id: int | None) -> list[Layout]:
    """Return the layout that read a load, with its text of that time; every layout where the load names none."""
    kept = await store.layout_by_id(connection, layout_id) if layout_id else None
    if kept is None or kept["name"] == layouts.GENERAL:
        return await all_layouts(connection)
    return [layouts.parse(kept["name"], kept["content"])]


def read_layout(path: Path) -> Layout:
    """Return the layout of a file; the name of the file is that of the layout. Raises FileMissing, LayoutWrong."""
    if not path.is_file():
        raise FileMissing(file=path.name)
    try:
        content = path.read_bytes()[: LARGEST + 1].decode("utf-8-sig")
    except UnicodeDecodeError:
        raise LayoutWrong(layout=path.stem[:40], part="UTF-8", why="layout.toml") from None
    if len(content) > LARGEST:
        raise LayoutWrong(layout=path.stem[:40], part="UTF-8", why="layout.toml")
    return layouts.parse(path.stem, content)


async def add_layout(connection: AsyncConnection, actor: Actor, path: Path) -> Layout:
    """Store a layout of the office, which then reads files like the shipped ones.

    Raises FileMissing, LayoutWrong, LayoutKept for the same text, LayoutVersionOld where its version has another text.
    """
    layout = read_layout(path)
    kept = await store.kept_layout(connection, layout.name, layout.version)
    if kept is not None and kept["is_own"]:
        if kept["content"] == layout.content:
            raise LayoutKept(layout=layout.name, version=layout.version)
        raise LayoutVersionOld(layout=layout.name, version=layout.version)
    if kept is not None:
        raise LayoutVersionOld(layout=layout.name, version=layout.version)
    layout_id = await _keep(connection, actor, layout, layout.version, is_own=True)
    await audit(connection, actor, "registry.add_layout", subject="registry_layout", subject_ids=[layout_id])
    return layout


async def keep_layout(connection: AsyncConnection, actor: Actor, layout: Layout) -> int:
    """Return the id of the layout that reads a load, stored word for word; a changed text gets the next version."""
    versions: Sequence[tuple[int, int, str]] = await store.versions_of(connection, layout.name)
    for layout_id, _, content in versions:
        if content == layout.content:
            return layout_id
    newest = max((version for _, version, _ in versions), default=0)
    return await _keep(connection, actor, layout, max(layout.version, newest + 1), is_own=False)


async def _keep(connection: AsyncConnection, actor: Actor, layout: Layout, version: int, *, is_own: bool) -> int:
    return await store.add_layout(
        connection, name=layout.name, version=version, content=layout.content,
        content_sha256=hashlib.sha256(layout.content.encode()).digest(), is_own=is_own, recorded_by=actor.name,
    )  # fmt: skip
