"""Click's own messages (usage, a missing option, an unknown command) in the officer's language.

click looks up its sentences by their English text with gettext. Here the catalogue answers, under `click.` and that text. A
sentence that the catalogue does not contain remains English.
"""

from types import ModuleType

from click import core, decorators, exceptions, formatting, parser, termui, types

from cli.runtime import language
from jamsos.messages import catalogue

SPEAKING: tuple[ModuleType, ...] = (core, decorators, exceptions, formatting, parser, termui, types)


def said(text: str) -> str:
    """Return the sentence with its placeholders, as gettext does."""
    found = catalogue().get(f"click.{text}")
    return found[language()] if found else text


def counted(one: str, more: str, count: int) -> str:
    return said(one if count == 1 else more)


def first_sentence(command: core.Command, limit: int = 45) -> str:
    """Return the first sentence of a command's help for a list of commands, because click would truncate it."""
    return " ".join((command.help or "").split()).partition(". ")[0].removesuffix(".") + "."


def value_name(parameter: core.Parameter, ctx: core.Context) -> str:
    """Return what stands for an option's value in help, such as `TEKS`."""
    if parameter.metavar is not None:
        return parameter.metavar
    name = parameter.type.get_metavar(parameter, ctx) or said(parameter.type.name).upper().replace(" ", "_")
    return name + ("..." if parameter.nargs != 1 else "")


def usage_pieces(command: core.Command, ctx: core.Context) -> list[str]:
    """Return the parts of the usage line after the command's name."""
    pieces = [command.options_metavar] if command.options_metavar else []
    pieces += [piece for parameter in command.get_params(ctx) for piece in parameter.get_usage_pieces(ctx)]
    if isinstance(command, core.Group):
        pieces.append(command.subcommand_metavar)
    return [said(piece) for piece in pieces]


def install() -> None:
    """Make click use the officer's language."""
    core.Command.get_short_help_str = first_sentence  # type: ignore[method-assign, assignment]
    core.Parameter.make_metavar = value_name  # type: ignore[method-assign, assignment]
    for kind in (core.Command, core.Group):
        kind.collect_usage_pieces = usage_pieces  # type: ignore[method-assign, assignment]
    for number in (types.IntParamType, types.IntRange, types.FloatParamType):
        number.name = said(number.name)
    for module in SPEAKING:
        for name, words in (("_", said), ("ngettext", counted)):
            if hasattr(module, name):
                setattr(module, name, words)
