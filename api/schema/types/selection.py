"""GraphQL types of selection: which tables they read, and how they are related, filtered and grouped."""

from api.schema.type_registry import Node, graphql_entity, has_many
from api.schema.types.base import EITHER, OWNER, PEOPLE, REGION, then, when
from jamsos.decrees.tables import decree_lines, decrees, run_approvals
from jamsos.selection.tables import criteria, selection_candidates, selection_runs


@graphql_entity(criteria, plural="criteriaVersions", needs=EITHER, recorded=then(criteria.c.created_at))
class Criteria(Node):
    """The rules of eligibility and order, as a versioned document."""

    runs = has_many("SelectionRun", "criteria", "The runs decided by it.")


@graphql_entity(
    selection_runs,
    needs=EITHER,
    by=("year", "fund", "criteria", *OWNER),
    hidden=("manifest",),  # runManifest returns it
    recorded=then(selection_runs.c.run_at),
)
class SelectionRun(Node):
    """One ranking and cut, with the hashes for recomputing it."""

    ranking = has_many("SelectionCandidate", "run", "Every candidate with rank and reason.")
    approvals = has_many("RunApproval", "run", "The steps of the approval: officer and hash.")
    decrees = has_many("Decree", "run", "The decrees issued from it.")


@graphql_entity(
    selection_candidates,
    needs=PEOPLE,
    by=("run", "outcome", "reason", "group", *REGION),
    recorded=when(selection_candidates.c.run_id, selection_runs.c.run_at),
    subject="person_id",
)
class SelectionCandidate(Node):
    """A person in a selection run, with her outcome and its reason."""


@graphql_entity(
    run_approvals,
    needs=EITHER,
    by=("step", "run", *OWNER),
    recorded=then(run_approvals.c.approved_at),
)
class RunApproval(Node):
    """A step in the approval of a run's list, or of an amendment of its decree: the officer and the approved hash."""


@graphql_entity(
    decrees,
    needs=EITHER,
    by=("kind", "year", "fund", "signed_date:month", *OWNER),
    recorded=then(decrees.c.issued_at),
)
class Decree(Node):
    """A decree of the Regent: numbered, dated, its list frozen."""

    lines = has_many("DecreeLine", "decree", "The names it holds.")
    amendments = has_many("Decree", "amends", "Later decrees that amend it.")
    batches = has_many("EnrolmentBatch", "decree", "When its names were sent to the insurer.")
    bills = has_many("Bill", "decree", "The insurer's bills under the decree.")


@graphql_entity(
    decree_lines,
    needs=PEOPLE,
    by=("decree", "action", "reason", "group", *REGION),
    recorded=when(decree_lines.c.decree_id, decrees.c.issued_at),
    subject="person_id",
)
class DecreeLine(Node):
    """A name in a decree, and its protected months."""

    replaced_by = has_many("DecreeLine", "replacesLine", "Lines of later decrees that end it or take over its place.")
    enrolments = has_many("Enrolment", "decreeLine", "When it was sent to the insurer.")
    coverage_months = has_many("CoverageMonth", "decreeLine", "The months billed for it.")
