"""Errors: the refusals of the public pages, each with a stable code."""

from jamsos.errors import JamsosError


class FormFromElsewhere(JamsosError):
    """A form was not sent from a page of this site."""


class FormTooLarge(JamsosError): ...


class LinkOld(JamsosError):
    """An address contains a foreign or expired sealed token."""
