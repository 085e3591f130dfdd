"""The first page of a village's people is read without the rest of the village."""

from alembic import op

revision = "2026_11_23_village_pages"
down_revision = "2026_11_23_minutes_reopenings"


def upgrade() -> None:
    op.get_bind().exec_driver_sql("create index people_village_code_id_idx on programme.people (village_code, id)")
    op.get_bind().exec_driver_sql("drop index programme.people_village_code_idx")
