"""Code words: the words, in Indonesian or English, that an officer may type for a code of a closed list.

The code itself is always accepted. The catalogue has the words under `code.<list>.<code>`, where the list is the name
of the enum in snake case. A code without words is typed as the code itself.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar

from jamsos.messages import Language, catalogue

T = TypeVar("T", bound=StrEnum)
_LANGUAGES: tuple[Language, ...] = ("id", "en")


def key_of(text: str) -> str:
    """Return `text` without case, spaces, hyphens, underscores and punctuation."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


def word_of(code: StrEnum, language: Language) -> str:
    """Return the word for the code in commands and files of this language."""
    return word_in(list_of(type(code)), code.value, language)


def word_in(name: str, code: str, language: Language) -> str:
    """Return the word of a code in the list `name`, such as `step`."""
    texts = catalogue().get(f"code.{name}.{code}")
    return texts[language] if texts else code


def accepted(codes: Iterable[T]) -> dict[str, T]:
    """Return the codes under the key of each spelling: the code itself first, then its words in both languages."""
    codes = tuple(codes)
    found = {key_of(code.value): code for code in codes}
    for code in codes:
        for language in _LANGUAGES:
            found.setdefault(key_of(word_of(code, language)), code)
    return found


def list_of(codes: type[StrEnum]) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", codes.__name__.lstrip("_")).lower()
