"""What bulk work leaves behind on its connection: no plan made for tables as small as they were."""

from __future__ import annotations

import pytest

from adoption.tenancy.actions.bulk import MANY, in_bulk, read, run

pytestmark = pytest.mark.django_db

# A directory of one, analysed as such, and rows that refer to it: enough of them that the check of the key keeps its plan.
SMALL = """
CREATE TEMP TABLE one (id integer PRIMARY KEY) ON COMMIT DROP;
CREATE TEMP TABLE many (one_id integer REFERENCES one) ON COMMIT DROP;
INSERT INTO one VALUES (1);
ANALYZE one;
INSERT INTO many SELECT 1 FROM generate_series(1, 20)
"""
LARGE = "INSERT INTO one SELECT generate_series(2, 20000)"
REFER = "INSERT INTO many SELECT generate_series(11, 20)"
SCANS = "SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relid = 'one'::regclass"


def whole_readings() -> int:
    """How often the table was read from end to end while ten rows were written that refer to it."""
    ((before,),) = read(SCANS, {})
    assert run(REFER, {}) == 10
    ((after,),) = read(SCANS, {})
    return int(after - before)


@pytest.fixture
def grown() -> None:
    """The small table has become large, and its foreign key is still checked as if it were not."""
    run(SMALL, {})
    run(LARGE, {})
    assert whole_readings() == 10


def test_after_bulk_work_a_foreign_key_is_checked_by_a_plan_for_the_table_as_it_has_become(grown: None) -> None:
    with in_bulk(MANY):
        pass
    assert whole_readings() == 0


def test_work_on_a_few_rows_leaves_the_plans_alone(grown: None) -> None:
    with in_bulk(MANY - 1):
        pass
    assert whole_readings() == 10
