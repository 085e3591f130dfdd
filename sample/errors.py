"""Errors: the refusals of the sample programme, each with a stable code."""

from jamsos.errors import JamsosError


class SampleFolderInUse(JamsosError):
    is_repetition = True
