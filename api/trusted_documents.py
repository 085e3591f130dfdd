"""Trusted documents: operations that the office registered (`jamsos api trust FILE…`), requested by their id.

The id is `sha256:` and the hash of the text, so anybody can compute it from the file; the text of an id never changes.
"""

from collections import OrderedDict

from api.errors import DocumentsOnly, DocumentUnknown, RequestMalformed
from api.http.request_context import GraphQLParams
from api.pools import Pools
from jamsos.access.rules import NOTHING
from jamsos.access.service import document_id

REMEMBERED = 1000
_TEXT = "select body from programme.trusted_documents where id = $1"


class Documents:
    def __init__(self, pools: Pools, *, only: bool) -> None:
        self._pools = pools
        self._only = only
        self._known: OrderedDict[str, str] = OrderedDict()

    async def text_of(self, asked: GraphQLParams) -> str:
        """Return the requested text, given directly or by its id. Raises DocumentUnknown, DocumentsOnly, RequestMalformed."""
        if asked.document_id is None:
            if self._only:
                raise DocumentsOnly()
            return asked.query or ""
        if asked.query is not None and document_id(asked.query) != asked.document_id:
            raise RequestMalformed(reason="documentId ≠ query")
        if asked.document_id not in self._known:
            await self._fetch(asked.document_id)
        return self._known[asked.document_id]

    async def _fetch(self, document: str) -> None:
        text = await self._pools.answer(NOTHING, _TEXT, document)
        if text is None:
            raise DocumentUnknown(document=document[:80])
        self._known[document] = text
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
