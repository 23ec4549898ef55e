"""Prints every statement of lake/sql, each ended by a NUL: Athena takes one statement at a time."""

import pathlib
import sys

SQL = pathlib.Path(__file__).resolve().parents[1] / "sql"


def statements():
    """A statement ends with a semicolon at the end of a line; a test holds that this finds all of them."""
    for file in sorted(SQL.glob("*.sql")):
        for part in file.read_text(encoding="utf-8").split(";\n"):
            if part.strip():
                yield part.strip()


if __name__ == "__main__":
    for statement in statements():
        sys.stdout.write(statement + "\0")
