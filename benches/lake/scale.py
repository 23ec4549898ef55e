"""How long the lake's queries take over many events, and how small they are as Parquet: the figures of `benches/README.md`.

    python3 benches/lake/scale.py [EVENTS] [FOLDER]        10,000,000 events and a temporary folder where nothing is said

Events are those of the tests' generator (lake/tests/generator.py), multiplied in DuckDB: each copy has ids, messages, sessions and
users of its own. They are written as Parquet as Firehose writes it (Snappy, a partition a day), opened by lake/tools/local_lake.py, and
every view is read whole, then every chart as a dashboard asks it. Two threads, 4 GB of memory at most. Where a folder is named that holds
an opened lake (lake.duckdb) of before, that is asked. Times are of the wall and, in brackets, of processors: half of these is what two
cores take that do nothing else. Needs lake/requirements.txt.
"""

import datetime
import pathlib
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1] / "lake" / "tools"), str(HERE.parents[1] / "lake" / "tests")]

import duckdb  # noqa: E402

import charts  # noqa: E402
import generator  # noqa: E402
import local_lake  # noqa: E402
import warehouse  # noqa: E402

TODAY = datetime.datetime.now(datetime.timezone.utc).date()
# Ids that make an event another one, and a user another one of 500 for each of the generator's.
FRESH = ("event_id", "session", "record", "message_id")
OWNERS = ("user", "host")
SHOWN = 12
SETTINGS = {"threads": 2, "memory_limit": "4GB"}


def base(folder):
    """Some thousand events as the tests make them, in tables."""
    made = generator.Generator(7, TODAY, users=40).make().tell()
    warehouse.write(made.lines, made.teams, folder)
    connection = local_lake.connect()
    local_lake.create_tables(connection)
    for file in folder.glob("class=internal/dt=*/*.ndjson"):
        local_lake.load_lines(connection, "internal", [file])
    return connection


def multiply(connection, events, folder):
    """Writes `events` events as Parquet; gives the bytes of Parquet and, measured on the first copies, of the same as NDJSON."""
    [count] = connection.execute("SELECT count(*) FROM events_internal").fetchone()
    copies = -(-events // count)
    changed = [f"md5(\"{name}\" || '-' || copy)[:length(\"{name}\")] AS \"{name}\"" for name in FRESH]
    changed += [f"md5(\"{name}\" || '-' || (copy % 500))[:16] AS \"{name}\"" for name in OWNERS]
    tools = "list_transform(tools, lambda tool: struct_update(tool, id := tool.id || copy)) AS tools"
    names = ", ".join(f'"{name}"' for name in (*FRESH, *OWNERS))
    rows = f"SELECT * EXCLUDE ({names}, tools, copy), {', '.join(changed)}, {tools} FROM events_internal, range({{}}) AS r(copy)"
    target = folder / "class=internal"
    options = "FORMAT parquet, COMPRESSION snappy, PARTITION_BY (dt), FILENAME_PATTERN 'part-{i}'"
    connection.execute(f"COPY ({rows.format(copies)}) TO '{target}' ({options})")
    sample = folder / "sample.ndjson"
    few = max(1, copies // 100)
    connection.execute(f"COPY ({rows.format(few)}) TO '{sample}' (FORMAT json)")
    # NDJSON of the agent has no fields that are empty; DuckDB writes them as null.
    lines = (line for line in sample.open(encoding="utf-8"))
    plain = sum(len(without_empty(line)) for line in lines) * copies / few
    sample.unlink()
    return copies * count, sum(file.stat().st_size for file in target.rglob("*.parquet")), plain


def without_empty(line):
    import json

    def kept(value):
        if isinstance(value, dict):
            return {key: kept(one) for key, one in value.items() if one is not None}
        return [kept(one) for one in value] if isinstance(value, list) else value

    return json.dumps(kept(json.loads(line)), separators=(",", ":")) + "\n"


def timed(connection, text):
    """Seconds of the wall and of processors."""
    wall, processors = time.perf_counter(), time.process_time()
    connection.execute(text).fetchall()
    return time.perf_counter() - wall, time.process_time() - processors


def shown(title, times):
    walls, processors = zip(*times.values())
    print(f"{title}: {len(times)}, slowest {max(walls):.2f} s ({max(processors):.2f} s), together {sum(walls):.1f} s ({sum(processors):.1f} s)")
    for name, (wall, processor) in sorted(times.items(), key=lambda item: -item[1][1])[:SHOWN]:
        print(f"  {wall:6.2f} s ({processor:.2f} s)  {name}")


def made(place, events):
    """Makes events and opens them, as place/lake.duckdb."""
    (place / "base").mkdir()
    few = base(place / "base")
    (place / "lake").mkdir()
    count, parquet, plain = multiply(few, events, place / "lake")
    few.close()
    print(f"{count:,} events: {plain / 1e6:,.0f} MB as NDJSON, {parquet / 1e6:,.0f} MB as Parquet, {parquet / plain:.1%}")
    wall, processors = time.perf_counter(), time.process_time()
    local_lake.open_folder(place / "lake", place / "lake.duckdb", settings=SETTINGS).close()
    print(f"opened as a DuckDB file in {time.perf_counter() - wall:.0f} s ({time.process_time() - processors:.0f} s)")


def main(arguments):
    events = int(arguments[0]) if arguments else 10_000_000
    with tempfile.TemporaryDirectory() as place:
        place = pathlib.Path(arguments[1] if len(arguments) > 1 else place)
        if not (place / "lake.duckdb").exists():
            made(place, events)
        connection = local_lake.connect(place / "lake.duckdb", SETTINGS)
        views = [statement.this.name for _, statement in local_lake.statements()]
        # Each row is looked at whole, and none is kept.
        shown("views, read whole", {name: timed(connection, f"SELECT sum(hash(one)) FROM {name} AS one") for name in views})
        source = charts.load()
        period = charts.between(TODAY - datetime.timedelta(days=source.days), TODAY - datetime.timedelta(days=1))
        shown("charts of 30 days", {chart.id: timed(connection, chart.sql(period)) for chart in source.charts})


if __name__ == "__main__":
    print(f"DuckDB {duckdb.__version__}")
    main(sys.argv[1:])
