"""Memo: cache the results for short texts. Long texts are not cached, so that a file cannot fill the memory."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Concatenate, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
LONGEST = 100  # characters; the product with the number of results bounds the memory


def remember_short(count: int) -> Callable[[Callable[Concatenate[str, P], T]], Callable[Concatenate[str, P], T]]:
    """Cache up to `count` results of a pure function whose first argument is external text."""

    def remembering(work: Callable[Concatenate[str, P], T]) -> Callable[Concatenate[str, P], T]:
        known = lru_cache(count)(work)

        @wraps(work)
        def answer(text: str, /, *more: P.args, **named: P.kwargs) -> T:
            if len(text) > LONGEST:
                return work(text, *more, **named)
            return known(text, *more, **named)  # type: ignore[arg-type]

        return answer

    return remembering
