"""A run keeps its receipt: terms, figures and hashes in one document, whose hash is approved; and a list knows what other offices recorded
of its residents."""

from pathlib import Path

from alembic import op

from jamsos.migrations.draft import read

revision = "2026_11_29_run_receipts"
down_revision = "2026_11_29_event_withdrawals"


def upgrade() -> None:
    for statement in read(Path(__file__).with_suffix(".sql")):
        op.get_bind().exec_driver_sql(statement)
