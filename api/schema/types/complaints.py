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
    """A complaint with its current step and the state of its deadline, today or as of an instant; if it was upheld, whether a remedy
    exists. Its text remains sealed."""

    acts = has_many("ComplaintAct", "complaint", "The steps of the complaint.")


@graphql_entity(
    complaint_acts,
    needs=PEOPLE,
    by=("step", "decision", "done_date:month", *OWNER),
    recorded=then(complaint_acts.c.recorded_at),
)
class ComplaintAct(Node):
    """A step of a complaint."""
