"""One writer at a time, every table in place, and a file that can always be built again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time

import duckdb
import pytest

from arobase import warehouse
from arobase.catalog import Catalog, catalog
from arobase.errors import WarehouseBusy, WarehouseUnusable
from arobase.settings import settings
from arobase.warehouse import schema

HOLD = """
import sys
from arobase import warehouse
with warehouse.writer_lock():
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(home):
    """Another process that is the writer until its standard input closes."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()


def _tables(connection):
    return {
        f"{schema_name}.{name}"
        for schema_name, name in connection.execute(
            "select schema_name, table_name from duckdb_tables()"
        ).fetchall()
    }


def test_every_stream_of_the_catalogue_has_its_table_from_the_start(home):
    with warehouse.writer() as connection:
        present = _tables(connection)

    expected = {
        schema.raw_table(source.id, stream_id)
        for source in catalog().sources.values()
        for stream_id in source.streams
    }
    assert "raw.family_portal__requests" in expected
    assert expected | {"raw.batches", "raw.quarantine", "meta.marks"} <= present


def test_a_column_the_catalogue_gained_is_added_and_rows_stay(home):
    source = catalog().sources["family_portal"]
    stream = source.streams["accounts"]
    fewer = {key: column for key, column in stream.columns.items() if key != "caf_linked"}
    former = source.model_copy(
        update={"streams": {"accounts": stream.model_copy(update={"columns": fewer})}}
    )
    with duckdb.connect() as connection:
        schema.ensure_tables(connection, Catalog({source.id: former}, {}, {}, {}))
        connection.execute("insert into raw.family_portal__accounts (account_id) values ('1')")
        schema.ensure_tables(connection, catalog())

        rows = connection.execute("select account_id, caf_linked from raw.family_portal__accounts")
        assert rows.fetchall() == [("1", None)]


def test_a_second_writer_waits_then_names_the_first(holder):
    with pytest.raises(WarehouseBusy, match=f"process {holder.pid}"), warehouse.writer(wait_s=0.3):
        pass


def test_a_second_writer_goes_on_when_the_first_has_finished(holder):
    holder.stdin.close()

    with warehouse.writer(wait_s=30) as connection:
        assert connection.execute("select 1").fetchall() == [(1,)]


def test_a_killed_writer_leaves_no_lock(holder):
    holder.kill()
    holder.wait()

    with warehouse.writer_lock(wait_s=5):
        pass


def test_too_little_disk_is_said_before_anything_is_written(home, monkeypatch):
    usage = shutil.disk_usage(home.parent)._replace(free=1000)
    monkeypatch.setattr(warehouse.shutil, "disk_usage", lambda path: usage)

    with pytest.raises(WarehouseUnusable, match="free some space"), warehouse.writer():
        pass
    assert not settings().warehouse.exists()


COMMIT_WITHOUT_CHECKPOINT = """
import os
from arobase import warehouse
with warehouse.writer() as connection:
    connection.execute("insert into meta.marks (step) values ('lost')")
    os._exit(9)
"""


def test_a_journal_that_cannot_be_replayed_is_set_aside_and_all_is_looked_at_again(home):
    with warehouse.writer() as connection:
        connection.execute("insert into meta.marks (step) values ('kept')")
    warehouse.replay_done()
    subprocess.run([sys.executable, "-c", COMMIT_WITHOUT_CHECKPOINT], check=False)
    journal = settings().warehouse.with_name("warehouse.duckdb.wal")
    content = bytearray(journal.read_bytes())
    content[len(content) // 2] ^= 255
    journal.write_bytes(content)

    with warehouse.writer() as connection:
        assert connection.execute("select step from meta.marks").fetchall() == [("kept",)]

    assert warehouse.replay_needed()
    assert len(list(journal.parent.glob("*.wal.unreadable-*"))) == 1


def test_a_killed_writer_keeps_what_it_committed(home):
    subprocess.run([sys.executable, "-c", COMMIT_WITHOUT_CHECKPOINT], check=False)

    with warehouse.writer() as connection:
        assert connection.execute("select step from meta.marks").fetchall() == [("lost",)]


def test_a_damaged_file_says_how_to_build_it_again(home):
    settings().warehouse.parent.mkdir(parents=True)
    settings().warehouse.write_bytes(os.urandom(20_000))

    with pytest.raises(WarehouseUnusable, match="arobase refresh"), warehouse.writer():
        pass


def test_opening_an_existing_warehouse_is_quick(home):
    with warehouse.writer():
        pass

    start = time.process_time()
    with warehouse.writer():
        pass
    assert time.process_time() - start < 1
