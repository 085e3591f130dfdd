"""Donors' names stand sealed. Names written open before, in databases older than the first release, are dropped and not sealed:
a migration has no key.
"""

from alembic import op

revision = "2026_11_23_donor_names"
down_revision = "2026_11_23_pledge_pages"


def upgrade() -> None:
    # a view of the warehouse holds on to every column of its table; the next build makes it again
    op.execute("drop view if exists staging.stg_jamsos__pledges cascade")
    op.execute("alter table programme.pledges rename column donor_name to donor_name_sealed")
    op.execute("alter table programme.pledges alter column donor_name_sealed type bytea using null")
