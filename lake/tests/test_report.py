"""The static report shows the ground truth, needs no network, and a lake that cannot be trusted is an error with a hint."""

import gzip
import html.parser
import json
import subprocess
import sys

import duckdb
import pytest
import vl_convert

import charts
import glue_columns
import local_lake
import report
import truth
from test_dashboards import EVERY_CHART, FIRST, LAST, SOURCE, lake  # noqa: F401, a fixture
from warehouse import LAKE

EVENT = {
    "schema": "bcce.event.v1", "event_id": "0" * 32, "ingest_time": f"{LAST}T10:00:00Z", "event_time": f"{LAST}T10:00:00Z", "tier": "metrics",
    "data_class": "internal", "kind": "user", "user": "u", "host": "h", "os": "linux", "dropped_fields": 0, "agent_version": "0.1.0",
    "policy_id": "p", "consent_id": "c",
}
PLACE = f"class=internal/dt={LAST}"


class Page(html.parser.HTMLParser):
    """Of each chart: texts of its cells and number, and its specification. Of the page: what it would load."""

    def __init__(self, text):
        super().__init__()
        self.cells, self.numbers, self.specs, self.loads = {}, {}, {}, []
        self.chart = self.inside = None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        of = dict(attributes)
        self.loads += [value for name, value in attributes if name in ("src", "href") and not value.startswith("#")]
        if tag == "section":
            self.chart = of["id"]
        self.inside = (tag, of.get("class") or of.get("type"))
        if tag == "tr":
            self.cells.setdefault(self.chart, []).append([])
        if tag == "td":
            self.cells[self.chart][-1].append("")

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, data):
        match self.inside:
            case ("td", _):
                self.cells[self.chart][-1][-1] += data
            case ("div", "number"):
                self.numbers[self.chart] = data
            case ("script", "application/vega-lite+json"):
                self.specs[self.chart] = json.loads(data)


@pytest.fixture(scope="module")
def page(lake, tmp_path_factory):  # noqa: F811
    out = tmp_path_factory.mktemp("report") / "out.html"
    done = run(lake[0], out)
    assert (done.returncode, done.stderr) == (0, "")
    return Page(out.read_text(encoding="utf-8"))


def run(*arguments):
    return subprocess.run([sys.executable, LAKE / "tools" / "report.py", *map(str, arguments)], capture_output=True, text=True, timeout=120)


@EVERY_CHART
def test_numbers_equal_the_ground_truth(lake, page, chart):  # noqa: F811
    wanted = lake[1].rows(chart)
    if chart.kind == "stat":
        assert page.numbers[chart.id] == report.shown(wanted[0][0], chart.metrics[0])
        return
    keys = len(chart.columns) - len(chart.metrics)
    texts = [
        [{None: "", False: "false", True: "true"}.get(value, str(value)) for value in row[:keys]] + [report.shown(value, of) for value, of in zip(row[keys:], chart.metrics)]
        for row in wanted
    ]
    assert [row for row in page.cells[chart.id] if row] == texts
    if chart.kind != "table":
        rows = [tuple(row[name] for name in chart.columns) for row in page.specs[chart.id]["data"]["values"]]
        days = [(str(row[0]), *row[1:]) if chart.by_day else row for row in wanted]
        truth.same(chart, rows, days)


@pytest.mark.parametrize("chart", [of for of in SOURCE.charts if of.kind in ("line", "columns", "bar")], ids=lambda chart: chart.id)
def test_vega_draws_every_row(page, chart):
    spec = page.specs[chart.id]
    drawn = vl_convert.vegalite_to_svg(spec | {"width": 500})
    values = [row for row in spec["data"]["values"] if row[chart.columns[-1]] is not None]
    marks = drawn.count('aria-roledescription="bar"') if chart.kind != "line" else drawn.count('aria-roledescription="point"')
    assert marks >= len(values)


def test_the_page_loads_nothing(page):
    assert page.loads == []
    assert "default-src 'none'" in report.POLICY


def test_parquet_as_firehose_writes_it_gives_the_same_lake(lake, tmp_path):  # noqa: F811
    of_lines = local_lake.open_folder(lake[0])
    for data_class in glue_columns.CLASSES:
        names = ", ".join(f'"{name}"' for name in glue_columns.columns(data_class))
        # The narrowed rows are made again: in AWS they lie in the files, and no number counts them twice.
        for (dt,) in of_lines.execute(f"SELECT DISTINCT dt FROM events_{data_class}").fetchall():
            place = tmp_path / f"class={data_class}" / f"dt={dt}"
            place.mkdir(parents=True)
            of_lines.execute(f"COPY (SELECT {names} FROM events_{data_class} WHERE dt = '{dt}') TO '{place}/a.parquet' (FORMAT parquet)")
    (tmp_path / "teams").mkdir()
    of_lines.execute(f"COPY teams TO '{tmp_path}/teams/teams.csv' (HEADER)")
    of_parquet = local_lake.open_folder(tmp_path)
    # What arrived is counted before duplicates are removed.
    for chart in SOURCE.charts:
        if chart.view not in ("duplicates", "retention_evidence"):
            truth.same(chart, of_parquet.execute(chart.sql(charts.between(FIRST, LAST))).fetchall(), lake[1].rows(chart))


def lines(*events):
    return "".join(json.dumps(event) + "\n" for event in events).encode()


TORN = gzip.compress(lines(*[EVENT | {"event_id": f"{number:032x}"} for number in range(2000)]))[:-40]


@pytest.mark.parametrize(
    ("files", "error"),
    [
        ({}, "{lake} holds no events"),
        ({f"{PLACE}/.part-1.ndjson": b"", "_SUCCESS": b""}, "{lake} holds no events"),
        ({f"{PLACE}/a.ndjson": lines(EVENT), "notes.txt": b"secret"}, "1 files in {lake} do not belong to a lake, the first is notes.txt"),
        ({"class=public/dt=2026-01-01/a.ndjson": lines(EVENT)}, "1 files in {lake} do not belong to a lake, the first is class=public/dt=2026-01-01/a.ndjson"),
        ({f"{PLACE}/a.ndjson.gz": TORN}, f"{PLACE}/a.ndjson.gz is torn: it cannot be unpacked after line "),
        ({f"{PLACE}/a.ndjson.gz": b"secret"}, f"{PLACE}/a.ndjson.gz is torn: it cannot be unpacked after line 0"),
        ({f"{PLACE}/a.ndjson": lines(EVENT) + b'{"secret\n'}, f"{PLACE}/a.ndjson, line 2 is no JSON"),
        ({f"{PLACE}/a.ndjson": b'{"schema": "secret\xff"}\n'}, f"{PLACE}/a.ndjson, line 1 is no JSON"),
        ({f"{PLACE}/a.ndjson": b"[" * 100_000 + b"\n"}, f"{PLACE}/a.ndjson, line 1 is no JSON"),
        ({f"{PLACE}/a.ndjson": lines([1])}, f"{PLACE}/a.ndjson, line 1 is no event of BCCE Agent"),
        ({f"{PLACE}/a.ndjson": lines(EVENT | {"schema": "secret"})}, f"{PLACE}/a.ndjson, line 1 is no event of BCCE Agent"),
        ({f"{PLACE}/a.ndjson": lines(EVENT, EVENT | {"schema": "bcce.event.v2"})}, f"{PLACE}/a.ndjson, line 2 has the schema bcce.event.v2, and only bcce.event.v1 is known here"),
        ({f"{PLACE}/a.ndjson": lines(EVENT | {"data_class": "restricted"})}, f"{PLACE}/a.ndjson, line 1 is of another class than internal"),
        ({f"{PLACE}/a.ndjson": lines(EVENT), f"{PLACE}/b.ndjson": lines(EVENT | {"usage": {"input_tokens": "secret"}})}, f"{PLACE}/b.ndjson has a value of another type than its column"),
        ({f"{PLACE}/a.ndjson": lines(EVENT | {"event_time": "secret"})}, "a view cannot read a value of these events"),
        ({f"{PLACE}/a.parquet": b"PAR1secret"}, f"{PLACE}/a.parquet is no whole Parquet file of this lake"),
        ({f"{PLACE}/a.ndjson": lines(EVENT), "teams/t.csv": b"secret\n1\n"}, "teams/t.csv has not the columns user,team"),
    ],
)
def test_what_is_no_whole_lake_is_an_error_with_a_hint(tmp_path, files, error):
    folder = tmp_path / "lake"
    folder.mkdir()
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    done = run(folder, tmp_path / "out.html")
    assert done.returncode == 2, done.stderr
    first, hint = done.stderr.splitlines()
    assert first.startswith("error: " + error.format(lake=folder)) and hint.startswith("hint: ")
    assert "secret" not in done.stderr and not (tmp_path / "out.html").exists()


def test_parquet_of_an_unknown_schema_is_an_error(tmp_path):
    place = tmp_path / PLACE
    place.mkdir(parents=True)
    for number, select in enumerate(["'bcce.event.v2' AS schema", "1 AS x"]):
        duckdb.execute(f"COPY (SELECT {select}) TO '{place}/a.parquet' (FORMAT parquet)")
        done = run(tmp_path, tmp_path.parent / f"{number}.html")
        assert done.returncode == 2 and f"{PLACE}/a.parquet has rows of a schema other than" in done.stderr


def test_a_folder_that_is_not_there_and_a_place_that_cannot_be_written(lake, tmp_path):  # noqa: F811
    done = run(tmp_path / "nowhere", tmp_path / "out.html")
    assert (done.returncode, done.stderr.splitlines()[0]) == (2, f"error: {tmp_path}/nowhere is no folder")
    done = run(lake[0], tmp_path / "nowhere" / "out.html")
    assert (done.returncode, done.stderr.splitlines()[0]) == (2, f"error: {tmp_path}/nowhere is no folder")


def test_days_without_events_are_told(tmp_path):
    (tmp_path / "lake" / PLACE).mkdir(parents=True)
    (tmp_path / "lake" / PLACE / "a.ndjson").write_bytes(lines(EVENT))
    done = run(tmp_path / "lake", tmp_path / "out.html", "--from", "2020-01-01", "--to", "2020-01-31")
    assert (done.returncode, done.stderr.splitlines()[0]) == (1, f"No event is of these days; the lake holds {LAST} to {LAST}.")
    assert done.stderr.splitlines()[0] in (tmp_path / "out.html").read_text(encoding="utf-8")


def test_a_report_within_the_lake_is_refused(lake):  # noqa: F811
    done = run(lake[0], lake[0] / "out.html")
    assert done.returncode == 2 and "lies in the lake" in done.stderr and not (lake[0] / "out.html").exists()


@pytest.mark.parametrize("arguments", [[], ["a"], ["a", "b", "--from", "yesterday"], ["a", "b", "--from", "2026-02-02", "--to", "2026-02-01"]])
def test_wrong_usage_is_64(arguments):
    assert run(*arguments).returncode == 64
