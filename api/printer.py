"""Document printer (port): documents that name persons, printed for a mutation.

Outer packages do not import each other. The program that starts the API therefore passes the functions of the reports in
(`cli/printer.py`). Printing takes seconds, so it runs in a thread while other requests continue.
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
    """The result of checking a signed annex; the verdict has an `answer` and a `reason`."""

    @property
    def verdict(self) -> Any: ...

    @property
    def differences(self) -> Sequence[AnnexDifference]: ...


class DocumentPrinter(Protocol):
    """Prints documents. All methods raise LibraryMissing, GlyphMissing."""

    async def annex(self, acting: Acting, actor: Actor, found: Annex, purpose: str | None) -> bytes:
        """Return the list of a decree as PDF."""

    async def letter(self, acting: Acting, actor: Actor, found: Letter) -> bytes:
        """Return the explanation for one person as PDF in the letter's language."""

    async def check(
        self,
        session: tuple[AsyncConnection, Actor, Sealer],
        number: str,
        path: Path,
    ) -> Checked:
        """Check whether a signed annex is the issued one. Raises NotFound, ScopeMissing."""
