"""GraphQL types of audit: which tables they read, and how they are related, filtered and grouped."""

from api.schema.type_registry import Node, graphql_entity
from api.schema.types.base import AUDIT, then
from jamsos.access.tables import audit_entries


@graphql_entity(
    audit_entries, needs=AUDIT, by=("act", "agency", "office", "at:month"), recorded=then(audit_entries.c.at)
)
class AuditEntry(Node):
    """An entry of the audit trail: actor, act, time and purpose."""
