"""A line of an amendment fits a place of its decree, amendments follow each other, and what is upheld is acted on."""

from pathlib import Path

from alembic import op

from jamsos.migrations.draft import read

revision = "2026_11_30_remedies"
down_revision = "2026_11_29_withdrawn_differences"


def upgrade() -> None:
    for statement in read(Path(__file__).with_suffix(".sql")):
        op.get_bind().exec_driver_sql(statement)
