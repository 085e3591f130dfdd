"""GraphQL types of complaints: which tables they read, and how they are related, filtered and grouped."""

from api.schema.type_registry import Node, graphql_entity, has_many
from api.schema.types.base import OWNER, PEOPLE, then
from jamsos.complaints.tables import CASES_THEN, complaint_acts, complaint_cases


@graphql_entity(
    complaint_cases,
    plural="complaints",
    needs=PEOPLE,
    by=("kind", "state", "decision", "deadline", "remedy", "run", "filed_date:month", "filed_date:year", *OWNER),
    past=CASES_THEN,
    subject="person_id",
)
class Complaint(Node):
    """An objection, how far it has come and how it stands to its deadline, today or as of an instant; where it was upheld,
    whether it was acted on. Its words stay sealed."""

    acts = has_many("ComplaintAct", "complaint", "What was done with it.")


@graphql_entity(
    complaint_acts,
    needs=PEOPLE,
    by=("step", "decision", "done_date:month", *OWNER),
    recorded=then(complaint_acts.c.recorded_at),
)
class ComplaintAct(Node):
    """Something that was done with a complaint."""
