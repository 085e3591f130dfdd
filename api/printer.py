"""The press: papers that name people, printed for whoever asks by mutation.

Doors do not import each other, so whoever opens this one hands over what the paper door does (`cli/printer.py`). Printing takes
seconds: it is asked for in a thread, where other requests are answered meanwhile.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from jamsos.decrees.annex import Annex, AnnexDifference
from jamsos.selection.letters import Letter


class DocumentPrinter(Protocol):
    """All raise LibraryMissing."""

    def annex(self, found: Annex) -> bytes:
        """The list of a decree as PDF."""

    def letter(self, found: Letter) -> bytes:
        """What one person is told, as PDF in the letter's language."""

    def is_whole(self, path: Path) -> bool:
        """Whether a signed annex shows every number open. Raises PdfUnreadable."""

    def compare(self, found: Annex, path: Path) -> tuple[Sequence[AnnexDifference], bool]:
        """Where a signed annex is not the frozen list, and whether its pages hold the same words. Raises PdfUnreadable."""
