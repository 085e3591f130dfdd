"""Document printer (port): documents that name persons, printed for a mutation.

Doors do not import each other, so whoever opens this one hands over what the paper door does (`cli/printer.py`). Printing takes
seconds: it happens in a thread, where other requests are answered meanwhile.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from jamsos.access.rules import Actor
from jamsos.db import Acting
from jamsos.decrees.annex import Annex, AnnexDifference
from jamsos.sealing import Sealer
from jamsos.selection.letters import Letter


class Checked(Protocol):
    """What is said of a signed annex; the verdict has an `answer` and a `reason`."""

    @property
    def verdict(self) -> Any: ...

    @property
    def differences(self) -> Sequence[AnnexDifference]: ...


class DocumentPrinter(Protocol):
    """All raise LibraryMissing, GlyphMissing."""

    async def annex(self, acting: Acting, actor: Actor, found: Annex, purpose: str | None) -> bytes:
        """The list of a decree as PDF."""

    async def letter(self, acting: Acting, actor: Actor, found: Letter) -> bytes:
        """What one person is told, as PDF in the letter's language."""

    async def check(
        self,
        desk: tuple[AsyncConnection, Actor, Sealer],
        number: str,
        path: Path,
    ) -> Checked:
        """Whether a signed annex is the one that was issued. Raises NotFound, ScopeMissing."""
