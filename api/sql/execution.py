"""Execution: runs a statement for one viewer, unseals permitted values, and writes the audit trail.

A read that shows or uses masked values runs in the transaction that also writes its audit entry, so that no such read is
unrecorded.
"""

from typing import Any

import orjson

from api.context import Context
from api.sql.compiler import Compiled
from api.sql.cursors import seal_marked
from api.sql.unmasking import Unmasked, unseal
from jamsos.access.service import audit


async def answer(context: Context, compiled: Compiled, values: list[Any]) -> bytes:
    """Return the JSON of `data`. Raises DatabaseUnreachable, QueryTooSlow, SealKeyWrong."""
    if not compiled.is_noted:
        return await _fetched(context, compiled, values)
    async with context.acting() as connection:
        body = await _fetched(context, compiled, values)
        seen: Unmasked = {}
        if compiled.reveal:
            shown = orjson.loads(body)
            unseal(shown, compiled.reveal, context.sealer, seen)
            body = orjson.dumps(shown)
        for subject, fields, ids in _entries(compiled, seen):
            act = "look_up_nik" if compiled.look_ups and subject == "person" else "read_unmasked"
            await audit(
                connection,
                context.actor,
                act,
                subject=subject,
                subject_ids=sorted(ids),
                fields=sorted(fields),
                details=_used(compiled, subject),
            )
    return body


async def _fetched(context: Context, compiled: Compiled, values: list[Any]) -> bytes:
    body = bytes(await context.answer(compiled.sql, *values))
    return seal_marked(body, context.sealer) if compiled.has_cursors else body


def _entries(compiled: Compiled, seen: Unmasked) -> list[tuple[str, set[str], set[int]]]:
    """Return the audit entries: for each subject the shown fields and persons, and the fields used only in filters, orders or look-ups."""
    subjects = dict.fromkeys([*seen, *sorted({subject for subject, _ in compiled.used})])
    if compiled.look_ups:
        subjects["person"] = None
    return [(subject, *seen.get(subject, (set(), set()))) for subject in subjects if _is_told(compiled, subject, seen)]


def _is_told(compiled: Compiled, subject: str, seen: Unmasked) -> bool:
    """Return False for a read that returned no rows: it is not audited."""
    shown = bool(seen.get(subject, (set(), set()))[1])
    return shown or subject in {used for used, _ in compiled.used} or (compiled.look_ups > 0 and subject == "person")


def _used(compiled: Compiled, subject: str) -> dict[str, Any]:
    by = sorted(name for used, name in compiled.used if used == subject)
    return {"by": by} if by else {}
