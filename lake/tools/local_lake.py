"""Opens a folder as a lake: tables and views of lake/sql in DuckDB, over the files that agents wrote or that came from S3.

The folder's form is that of the agent's own folder, `bcce-agent demo` makes one:

    class=<internal|confidential|restricted>/dt=<YYYY-MM-DD>/*.ndjson, *.ndjson.gz, *.parquet
    teams/*.csv                                with the columns user,team; without it everybody is unassigned

`aws s3 sync s3://<internal bucket>/events <folder>/class=internal` brings the files of an AWS lake.

Nothing is passed over in silence but names that begin with a dot or an underscore, as Athena does it: a file of another kind, one
that is torn, a line that is no event and an unknown schema are each a `LakeError`. Its text holds no content of the files. The
columns are those of the Glue tables, and the views are the very statements that Athena gets, turned into DuckDB's SQL; some are kept
as tables.

    python3 lake/tools/local_lake.py FOLDER FILE.duckdb     writes tables and views to a new DuckDB file, as for Superset
"""

import gzip
import json
import pathlib
import re
import sys
import zlib

import duckdb
import sqlglot

import glue_columns

LAKE = pathlib.Path(__file__).resolve().parents[1]
SCHEMA = "bcce.event.v1"
EVENTS = re.compile(r"class=(internal|confidential|restricted)/dt=\d{4}-\d{2}-\d{2}/[^/]+\.(ndjson|ndjson\.gz|parquet)")
TEAMS = re.compile(r"teams/[^/]+\.csv")
# Views on which nearly all others rest, and those whose few rows take seconds over ten million events. A folder does not change while
# it is open, so they are worked out once and kept as tables. What asks for the present time is not among them.
KEPT = ("events", "message_usage", "message_cost", "tool_calls", "cost_by_tool", "redaction_trends", "consent_evidence", "duplicates")


class LakeError(Exception):
    """Why a folder cannot be used, and what helps."""

    def __init__(self, text, hint):
        super().__init__(text)
        self.hint = hint


def open_folder(folder, database=":memory:", kept=KEPT, settings=None):
    """A DuckDB connection with every table filled and every view made; raises `LakeError`. `database` is a new file, if any. Without
    `kept` views every view looks at the tables as they are when it is asked."""
    folder = pathlib.Path(folder)
    events, teams = find(folder)
    for file in events:
        if file.suffix != ".parquet":
            check_lines(folder, file)
    connection = connect(database, settings)
    create_tables(connection)
    for data_class in glue_columns.CLASSES:
        of_class = [file for file in events if file.parent.parent.name == f"class={data_class}"]
        load_lines(connection, data_class, [file for file in of_class if file.suffix != ".parquet"])
        load_parquet(connection, data_class, [file for file in of_class if file.suffix == ".parquet"], folder)
    load_teams(connection, teams)
    for data_class in ("confidential", "restricted"):
        narrow(connection, data_class)
    create_views(connection, kept)
    return connection


def connect(database=":memory:", settings=None):
    """`settings` are DuckDB's own, such as threads and memory_limit."""
    connection = duckdb.connect(str(database), config=settings or {})
    connection.execute("SET TimeZone = 'UTC'")
    # sqlglot 28, which Superset needs, still writes lambdas with an arrow.
    connection.execute("SET lambda_syntax = 'ENABLE_SINGLE_ARROW'")
    return connection


def create_tables(connection):
    for data_class in glue_columns.CLASSES:
        columns = ", ".join(f'"{name}" {of}' for name, of in column_types(data_class).items())
        connection.execute(f"CREATE TABLE events_{data_class} ({columns})")
    connection.execute('CREATE TABLE teams ("user" VARCHAR, team VARCHAR)')


def column_types(data_class):
    """Columns of a class's table and their types in DuckDB, the partition last."""
    of = {name: sqlglot.exp.DataType.build(glue, dialect="hive").sql("duckdb") for name, glue in glue_columns.columns(data_class).items()}
    return of | {"dt": "VARCHAR"}


def narrow(connection, data_class):
    """Runs the template's narrowing for every day, not only for yesterday."""
    text = glue_columns.narrowing(data_class)
    select = text.replace("INSERT INTO events_internal ", "").split(" WHERE dt = ")[0]
    names = ", ".join(f'"{name}"' for name in column_types("internal"))
    made = sqlglot.transpile(select, read="trino", write="duckdb")[0]
    connection.execute(f"INSERT INTO events_internal ({names}) {made}")


def statements():
    """Every statement of lake/sql in the order of its files."""
    for file in sorted((LAKE / "sql").glob("*.sql")):
        for statement in sqlglot.parse(file.read_text(encoding="utf-8"), read="trino"):
            if statement is not None and not isinstance(statement, sqlglot.exp.Semicolon):
                yield file.name, statement


def create_views(connection, kept=KEPT):
    for _, statement in statements():
        if statement.this.name in kept:
            statement.set("kind", "TABLE")
        unnest_in_place(statement)
        connection.execute(statement.sql("duckdb"))


def unnest_in_place(statement):
    """Turns `FROM x CROSS JOIN UNNEST(list) AS a (item)` into a column of `x`: the same rows, which DuckDB makes ten to fifty times as
    fast. As a join it first gathers all lists that differ."""
    for select in statement.find_all(sqlglot.exp.Select):
        for join in list(select.args.get("joins") or []):
            if not isinstance(join.this, sqlglot.exp.Unnest):
                continue
            [items], name = join.this.expressions, join.this.args["alias"]
            item = sqlglot.exp.alias_(sqlglot.exp.Anonymous(this="UNNEST", expressions=[items]), name.columns[0])
            source = select.find(sqlglot.exp.From)
            source.set("this", sqlglot.exp.select("*", item).from_(source.this).subquery(name.name))
            join.pop()


def find(folder):
    """The files with events and those with teams."""
    if not folder.is_dir():
        raise LakeError(f"{folder} is no folder", "name the folder that holds class=…, as `bcce-agent demo` makes it: bcce-demo/lake")
    events, teams, foreign = [], [], []
    for file in sorted(folder.rglob("*")):
        place = file.relative_to(folder)
        if file.is_dir() or any(part.startswith((".", "_")) for part in place.parts):
            continue
        kind = events if EVENTS.fullmatch(place.as_posix()) else teams if TEAMS.fullmatch(place.as_posix()) else foreign
        kind.append(file)
    if foreign:
        raise LakeError(
            f"{len(foreign)} files in {folder} do not belong to a lake, the first is {foreign[0].relative_to(folder)}",
            "a lake holds class=<class>/dt=<YYYY-MM-DD>/*.ndjson[.gz] or *.parquet, and teams/*.csv; move the others away",
        )
    if not events:
        raise LakeError(f"{folder} holds no events", "name the folder that holds class=…/dt=…; `aws s3 sync` brings the files of an AWS lake")
    return events, teams


def check_lines(folder, file):
    """That each line is an event of the schema that this version knows, and lies under its own class."""
    place = file.relative_to(folder)
    data_class = file.parent.parent.name.removeprefix("class=")
    number = 0
    try:
        with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                check_event(json.loads(line), f"{place}, line {number}", data_class)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise LakeError(
            f"{place} is torn: it cannot be unpacked after line {number}",
            "copy it again from where it came; the agent itself never leaves a torn file under such a name",
        ) from None
    except (ValueError, RecursionError):
        raise LakeError(f"{place}, line {number} is no JSON", "copy the file again from where it came, or move it away") from None
    except OSError as error:
        raise LakeError(f"cannot read {place}: {error.strerror}", "look at the file's rights") from None


def check_event(event, where, data_class):
    schema = event.get("schema") if isinstance(event, dict) else None
    if not isinstance(schema, str) or not re.fullmatch(r"bcce\.event\.v\d{1,4}", schema):
        raise LakeError(f"{where} is no event of BCCE Agent", "move the file away")
    if schema != SCHEMA:
        raise LakeError(f"{where} has the schema {schema}, and only {SCHEMA} is known here", "use the lake/ of the version that wrote it")
    if event.get("data_class") != data_class:
        raise LakeError(f"{where} is of another class than {data_class}", "move the file to the folder of its class")


def load_lines(connection, data_class, files):
    """Does what Firehose does: keeps of each event the columns that the class's table has."""
    types = column_types(data_class)
    shape = ", ".join(f"'{name}': '{of}'" for name, of in types.items() if name != "dt")
    names = ", ".join(f'"{name}"' for name in types)

    def take(of):
        read = f"read_json(?, format = 'newline_delimited', columns = {{{shape}}}, hive_partitioning = true, hive_types = {{'dt': VARCHAR}})"
        connection.execute(f"INSERT INTO events_{data_class} ({names}) SELECT {names} FROM {read}", [of])

    load(take, files, "has a value of another type than its column", "config/event.schema.json says which types fields have; move the file away")


def load_parquet(connection, data_class, files, folder):
    """Columns that an older file does not have are empty; columns that the table does not have are left out."""
    read = "read_parquet(?, union_by_name = true, filename = true, hive_partitioning = true, hive_types = {'dt': VARCHAR})"

    def take(of):
        held = {name for (name, *_) in connection.execute(f"DESCRIBE SELECT * FROM {read}", [of]).fetchall()}
        other = f"schema IS DISTINCT FROM '{SCHEMA}'" if "schema" in held else "true"
        [odd] = connection.execute(f"SELECT min(filename) FROM {read} WHERE {other}", [of]).fetchone()
        if odd:
            place = pathlib.Path(odd).relative_to(folder)
            raise LakeError(f"{place} has rows of a schema other than {SCHEMA}", "use the lake/ of the version that wrote it, or move the file away")
        names = ", ".join(f'"{name}"' for name in column_types(data_class) if name in held)
        connection.execute(f"INSERT INTO events_{data_class} ({names}) SELECT {names} FROM {read}", [of])

    load(take, files, "is no whole Parquet file of this lake", "copy it again from where it came")


def load(take, files, error, hint):
    """Takes all files at once; when that fails finds the one to name. DuckDB's own text would quote values."""
    names = [str(file) for file in files]
    if not names:
        return
    try:
        take(names)
        return
    except duckdb.Error:
        pass
    for name in names:
        try:
            take([name])
        except duckdb.Error:
            raise LakeError(f"{'/'.join(pathlib.Path(name).parts[-3:])} {error}", hint) from None
    raise LakeError(f"{'/'.join(pathlib.Path(names[0]).parts[-3:])} and others do not fit together", hint)


def load_teams(connection, files):
    for file in files:
        try:
            connection.execute("INSERT INTO teams SELECT \"user\", team FROM read_csv(?, header = true, all_varchar = true)", [str(file)])
        except duckdb.Error:
            raise LakeError(f"teams/{file.name} has not the columns user,team", "its first line must be: user,team") from None


def stop(error):
    sys.exit(f"error: {error}\nhint: {error.hint}")


def main(arguments):
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        sys.exit(64)
    folder, target = arguments
    if pathlib.Path(target).exists():
        stop(LakeError(f"{target} is there already", "remove it, or name a new file"))
    try:
        open_folder(folder, target).close()
    except LakeError as error:
        pathlib.Path(target).unlink(missing_ok=True)
        stop(error)


if __name__ == "__main__":
    main(sys.argv[1:])
