"""Errors: the refusals of the reports, each with a stable code."""

from jamsos.errors import JamsosError


class OfficeFileWrong(JamsosError): ...


class YearUnknown(JamsosError): ...


class FolderUnwritable(JamsosError): ...


class PaperTooWide(JamsosError):
    """A table exceeds its page even in the smallest type."""


class GlyphMissing(JamsosError):
    """None of the fonts of a document contains a character."""
