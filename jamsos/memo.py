"""Memo: answers about short texts, remembered; long ones are worked out each time, so that a file cannot fill the memory."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Concatenate, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
LONGEST = 100  # characters; at most this, times the number of answers, is kept


def remember_short(count: int) -> Callable[[Callable[Concatenate[str, P], T]], Callable[Concatenate[str, P], T]]:
    """Remember up to `count` answers of a pure function whose first argument is text from outside."""

    def remembering(work: Callable[Concatenate[str, P], T]) -> Callable[Concatenate[str, P], T]:
        known = lru_cache(count)(work)

        @wraps(work)
        def answer(text: str, /, *more: P.args, **named: P.kwargs) -> T:
            if len(text) > LONGEST:
                return work(text, *more, **named)
            return known(text, *more, **named)  # type: ignore[arg-type]

        return answer

    return remembering
