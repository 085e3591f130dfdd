"""The programme's first tables, their guards and views."""

from alembic import op

from jamsos.migrations.draft import statements

revision = "2026_11_23_programme"
down_revision = None


def upgrade() -> None:
    for statement in statements():
        op.get_bind().exec_driver_sql(statement)
