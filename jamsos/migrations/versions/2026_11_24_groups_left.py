"""Groups that a person left are kept, so that a past day can be asked."""

from pathlib import Path

from alembic import op

from jamsos.migrations.draft import read

revision = "2026_11_24_groups_left"
down_revision = "2026_11_24_complaint_proofs"


def upgrade() -> None:
    for statement in read(Path(__file__).with_suffix(".sql")):
        op.get_bind().exec_driver_sql(statement)
