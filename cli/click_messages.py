"""Click's own messages (usage, a missing option, an unknown command) in the officer's language.

click asks gettext for its sentences under their English text; here the catalogue answers, under `click.` and that text. A sentence
of click's that the catalogue does not have stays English.
"""

from types import ModuleType

from click import core, decorators, exceptions, formatting, parser, termui, types

from cli.runtime import language
from jamsos.messages import catalogue

SPEAKING: tuple[ModuleType, ...] = (core, decorators, exceptions, formatting, parser, termui, types)


def said(text: str) -> str:
    """The sentence with its fields still open, as gettext gives it."""
    found = catalogue().get(f"click.{text}")
    return found[language()] if found else text


def counted(one: str, more: str, count: int) -> str:
    return said(one if count == 1 else more)


def first_sentence(command: core.Command, limit: int = 45) -> str:
    """What a list of commands says of one, whole: click would cut it in the middle."""
    return " ".join((command.help or "").split()).partition(". ")[0].removesuffix(".") + "."


def install() -> None:
    """From now on click says its own in the officer's language."""
    core.Command.get_short_help_str = first_sentence  # type: ignore[method-assign, assignment]
    for module in SPEAKING:
        for name, words in (("_", said), ("ngettext", counted)):
            if hasattr(module, name):
                setattr(module, name, words)
