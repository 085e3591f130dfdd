"""Errors: the refusals of the public pages, each with a stable code."""

from jamsos.errors import JamsosError


class FormFromElsewhere(JamsosError):
    """A form that was not sent from a page of ours."""


class FormTooLarge(JamsosError): ...


class LinkOld(JamsosError):
    """An address with a sealed word that is none of ours, or whose hour is over."""
