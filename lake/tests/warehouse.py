"""The lake's tables and views in DuckDB over the generator's events."""

import json

import local_lake
from local_lake import LAKE, glue_columns, statements  # noqa: F401, for the tests


def write(lines, teams, folder):
    """Events as a folder of the agent's form, and the teams beside them."""
    files = {}
    for data_class, dt, event in lines:
        files.setdefault((data_class, dt), []).append(json.dumps(event) + "\n")
    for (data_class, dt), text in files.items():
        place = folder / f"class={data_class}" / f"dt={dt}"
        place.mkdir(parents=True, exist_ok=True)
        (place / "part-1.ndjson").write_text("".join(text), encoding="utf-8")
    if teams:
        (folder / "teams").mkdir()
        rows = "".join(f"{user},{team}\n" for user, team in teams.items())
        (folder / "teams" / "teams.csv").write_text("user,team\n" + rows, encoding="utf-8")


def opened(lines, teams, folder):
    """The lake over these events, through the very path of the report."""
    write(lines, teams, folder)
    return local_lake.open_folder(folder, kept=())
