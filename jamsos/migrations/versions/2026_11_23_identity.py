"""Reviews are decided, persons merged and split: decisions, events, the links they ended; who is on a list keeps id and NIK."""

from pathlib import Path

from alembic import op

from jamsos.migrations.draft import read

revision = "2026_11_23_identity"
down_revision = "2026_11_23_person_sums"


def upgrade() -> None:
    for statement in read(Path(__file__).with_suffix(".sql")):
        op.get_bind().exec_driver_sql(statement)
