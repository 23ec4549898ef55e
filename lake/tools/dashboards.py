"""Writes the dashboards for Superset and Grafana from lake/dashboards/dashboards.toml.

    python3 lake/tools/dashboards.py write             writes lake/dashboards/superset and lake/dashboards/grafana anew
    python3 lake/tools/dashboards.py check             exit 1 when they differ from the source
    python3 lake/tools/dashboards.py bundle URI ZIP    packs lake/dashboards/superset for import, over the database at the
                                                       SQLAlchemy URI: awsathena+rest://…, or duckdb:////path/to/lake.duckdb
"""

import shutil
import sys
import zipfile

import charts
import grafana_dashboards
import superset_bundle

FOLDER = charts.SOURCE.parent


def rendered(source):
    """Every generated file, by its path below lake/dashboards."""
    made = {f"superset/{name}": text for name, text in superset_bundle.files(source).items()}
    return made | {f"grafana/{name}": text for name, text in grafana_dashboards.files(source).items()}


def write(source):
    for folder in ("superset", "grafana"):
        shutil.rmtree(FOLDER / folder, ignore_errors=True)
    for name, text in rendered(source).items():
        file = FOLDER / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")


def differing(source):
    """Generated files that are missing, old or no longer made."""
    made = rendered(source)
    held = {
        file.relative_to(FOLDER).as_posix(): file.read_text(encoding="utf-8")
        for folder in ("superset", "grafana") for file in sorted((FOLDER / folder).rglob("*")) if file.is_file()
    }
    return sorted(name for name in made.keys() | held.keys() if made.get(name) != held.get(name))


def bundle(source, uri, target):
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, text in superset_bundle.files(source, uri).items():
            pack.writestr(f"bcce/{name}", text)


def main(arguments):
    try:
        source = charts.load()
    except charts.SourceError as error:
        sys.exit(f"error: {error}")
    match arguments:
        case ["write"]:
            write(source)
        case ["check"]:
            if names := differing(source):
                sys.exit(f"lake/dashboards/{names[0]} differs from dashboards.toml; run python3 lake/tools/dashboards.py write")
        case ["bundle", uri, target]:
            bundle(source, uri, target)
        case _:
            print(__doc__, file=sys.stderr)
            sys.exit(64)


if __name__ == "__main__":
    main(sys.argv[1:])
