"""Errors: the refusals of the reports, each with a stable code."""

from jamsos.errors import JamsosError


class OfficeFileWrong(JamsosError): ...


class YearUnknown(JamsosError): ...


class FolderUnwritable(JamsosError): ...


class PaperTooWide(JamsosError):
    """A table runs out of its page however small it is set."""


class GlyphMissing(JamsosError):
    """A character that none of the fonts of a paper draws."""
