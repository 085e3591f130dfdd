"""People added up by village, sex and occupation as they are written."""

from pathlib import Path

from alembic import op

from jamsos.migrations.draft import read

revision = "2026_11_23_person_sums"
down_revision = "2026_11_23_lines_aside"


def upgrade() -> None:
    for statement in read(Path(__file__).with_suffix(".sql")):
        op.get_bind().exec_driver_sql(statement)
