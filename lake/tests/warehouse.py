"""The lake's tables and views in DuckDB: columns as Glue has them, SQL as Athena gets it, transpiled."""

import json
import pathlib

import duckdb
import sqlglot

import glue_columns

LAKE = pathlib.Path(__file__).resolve().parents[1]


def statements():
    """Every statement of lake/sql in the order of its files."""
    for file in sorted((LAKE / "sql").glob("*.sql")):
        for statement in sqlglot.parse(file.read_text(encoding="utf-8"), read="trino"):
            if statement is not None and not isinstance(statement, sqlglot.exp.Semicolon):
                yield file.name, statement


def duck_type(glue):
    """`array<struct<a:bigint>>` as DuckDB writes it."""
    return sqlglot.exp.DataType.build(glue, dialect="hive").sql("duckdb")


def create_tables(connection):
    for data_class in glue_columns.CLASSES:
        columns = ", ".join(f'"{name}" {duck_type(of)}' for name, of in glue_columns.columns(data_class).items())
        connection.execute(f"CREATE TABLE events_{data_class} ({columns}, dt VARCHAR)")
    connection.execute('CREATE TABLE teams ("user" VARCHAR, team VARCHAR)')


def load(connection, lines, folder):
    """Does what Firehose does: keeps of each event the columns that the class's table has."""
    for data_class in glue_columns.CLASSES:
        file = folder / f"{data_class}.ndjson"
        with file.open("w", encoding="utf-8") as out:
            for of, dt, event in lines:
                if of == data_class:
                    out.write(json.dumps(dict(event, dt=dt)) + "\n")
        types = {name: duck_type(of) for name, of in glue_columns.columns(data_class).items()} | {"dt": "VARCHAR"}
        shape = ", ".join(f"'{name}': '{of}'" for name, of in types.items())
        connection.execute(
            f"INSERT INTO events_{data_class} BY NAME SELECT * FROM read_json('{file}', format='newline_delimited', columns={{{shape}}})"
        )


def narrow(connection, data_class):
    """Runs the template's narrowing for every day, not only for yesterday."""
    text = glue_columns.narrowing(data_class)
    select = text.replace("INSERT INTO events_internal ", "").split(" WHERE dt = ")[0]
    names = ", ".join(f'"{name}"' for name in [*glue_columns.columns("internal"), "dt"])
    made = sqlglot.transpile(select, read="trino", write="duckdb")[0]
    connection.execute(f"INSERT INTO events_internal ({names}) {made}")


def create_views(connection):
    for _, statement in statements():
        connection.execute(statement.sql("duckdb"))


def connect():
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    return connection
