"""Writes all dashboards over a lake's folder into one HTML file, for those who run neither Superset nor Grafana.

    python3 lake/tools/report.py FOLDER OUT.html [--from YYYY-MM-DD --to YYYY-MM-DD]

FOLDER is what the agent writes, or what was brought from S3: see local_lake.py. Without days: the last 30 whole ones, by UTC.
The file needs no network when it is opened: charts are Vega-Lite specifications with their data in them, and Vega stands in the
file. The numbers of each chart stand beneath it as a table. Ends with 0; 1 when no event is of these days, the report is
written all the same; 2 when there is none, with an error and a hint; 64 on wrong usage.
"""

import argparse
import datetime
import html
import json
import pathlib
import sys

import duckdb
import vl_convert

import charts
import local_lake

FORMATS = {"count": ",.0f", "usd": "$,.2f", "share": ".1%", "tokens": ",.0f", "seconds": ",.0f", "days": ",.0f"}
SUFFIXES = {"seconds": " s", "days": " days"}
VEGA_LITE = "https://vega.github.io/schema/vega-lite/v6.json"
# Of Okabe and Ito, to be told apart by colour-blind people; each reads on white and on the dark ground below.
COLOURS = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8c8c8c", "#b8a400"]
# Whatever stood in the file, it could reach no network. Vega makes functions of its expressions.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline' 'unsafe-eval'"
STYLE = """
:root { color-scheme: light dark; --ground: #fff; --ink: #1c1f23; --quiet: #5c636b; --line: #d9dce0; }
@media (prefers-color-scheme: dark) { :root { --ground: #16191d; --ink: #e8eaed; --quiet: #a2a9b1; --line: #343a41; } }
@media print { :root { color-scheme: light; --ground: #fff; --ink: #000; --quiet: #444; --line: #bbb; }
  nav, details { display: none; } h2, h2 + p { break-after: avoid; }
}
body { background: var(--ground); color: var(--ink); font: 15px/1.45 system-ui, sans-serif; margin: 0 auto; max-width: 1200px; padding: 1.5rem; }
h1 { font-size: 1.5rem; } h2 { border-bottom: 1px solid var(--line); font-size: 1.25rem; margin-top: 2.5rem; } h3 { font-size: 1rem; margin: 0; }
p, summary { color: var(--quiet); font-size: .87rem; margin: .2rem 0 .5rem; } nav a { color: inherit; margin-right: 1rem; }
.row { display: grid; gap: 1.5rem; grid-template-columns: repeat(12, 1fr); margin: 1.2rem 0; }
section.chart { break-inside: avoid; min-width: 0; } .number { font-size: 2rem; font-weight: 600; font-variant-numeric: tabular-nums; }
table { border-collapse: collapse; font-size: .87rem; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: .25rem .5rem; text-align: left; }
.value { font-variant-numeric: tabular-nums; text-align: right; } .scroll { overflow-x: auto; }
.plot { width: 100%; } .plot svg { height: auto; max-width: 100%; } .plot text { fill: var(--ink) !important; }
.plot .role-axis line, .plot .role-axis path { stroke: var(--line) !important; }
@media screen and (max-width: 800px) { .row > * { grid-column: span 12 !important; } }
"""
SCRIPT = """
for (const element of document.querySelectorAll('script[type="application/vega-lite+json"]')) {
  vegaEmbed(element.previousElementSibling, JSON.parse(element.textContent), {renderer: "svg", actions: false});
}
"""


def report(folder, first, last, now):
    """The report as text, and how many events are of these days; raises `LakeError`."""
    source = charts.load()
    connection = local_lake.open_folder(folder)
    period = charts.between(first, last)
    events, oldest, newest = connection.execute(
        f"SELECT count(*) FILTER (WHERE {period.format(day='day')}), min(day), max(day) FROM events"
    ).fetchone()
    note = "" if events else f"No event is of these days; the lake holds {oldest} to {newest}."
    parts = [section(connection, dashboard, period) for dashboard in source.dashboards]
    links = "".join(f'<a href="#{one.id}">{html.escape(one.title)}</a>' for one in source.dashboards)
    # A closing tag within the code would end the script.
    code = vl_convert.javascript_bundle(SCRIPT).replace("</script", "<\\/script")
    text = (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        f"<title>BCCE, {first} to {last}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>BCCE, {first} to {last}</h1>\n"
        f"<p>Made {now:%Y-%m-%d %H:%M} UTC from {events:,} events of these days. {note}</p>\n<nav>{links}</nav>\n"
        + "\n".join(parts) + f'\n<script type="module">{code}</script>\n</body>\n</html>\n'
    )
    return text, note


def section(connection, dashboard, period):
    rows = []
    for row in dashboard.rows():
        cells = [f'<section class="chart" id="{of.id}" style="grid-column: span {width}">{cell(connection, of, period)}</section>' for of, width in row]
        rows.append(f'<div class="row">{"".join(cells)}</div>')
    title, text = html.escape(dashboard.title), html.escape(dashboard.description)
    return f'<h2 id="{dashboard.id}">{title}</h2>\n<p>{text}</p>\n' + "\n".join(rows)


def cell(connection, chart, period):
    rows = connection.execute(chart.sql(period)).fetchall()
    head = f"<h3>{html.escape(chart.title)}</h3><p>{html.escape(chart.text)}</p>"
    if chart.kind == "stat":
        return f'{head}<div class="number">{shown(rows[0][0], chart.metrics[0])}</div>'
    if not rows:
        return head + "<p>Nothing in these days.</p>"
    if chart.kind == "table":
        return head + table(chart, rows)
    # No closing tag can stand in it: `<` is written as an escape.
    spec = json.dumps(specification(chart, rows), default=str).replace("<", "\\u003c")
    label = html.escape(chart.title, quote=True)
    return (
        f'{head}<div class="plot" role="img" aria-label="{label}"></div><script type="application/vega-lite+json">{spec}</script>'
        f"<details><summary>Numbers</summary>{table(chart, rows)}</details>"
    )


def name_of(value):
    """A value of a column of `by`, as SQL writes it."""
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def shown(value, metric):
    """A number with its unit; a dash where there is none."""
    if value is None:
        return "–"
    text = {"usd": f"${value:,.2f}", "share": f"{value:.1%}"}.get(metric.unit, f"{value:,.0f}")
    return text + SUFFIXES.get(metric.unit, "")


def table(chart, rows):
    keys = len(chart.columns) - len(chart.metrics)
    head = [f"<th>{html.escape(charts.heading(name))}</th>" for name in chart.columns[:keys]]
    head += [f'<th class="value">{html.escape(metric.title)}</th>' for metric in chart.metrics]
    body = []
    for row in rows:
        cells = [f"<td>{html.escape(name_of(value))}</td>" for value in row[:keys]]
        cells += [f'<td class="value">{shown(value, metric)}</td>' for value, metric in zip(row[keys:], chart.metrics)]
        body.append(f"<tr>{''.join(cells)}</tr>")
    return f'<div class="scroll"><table><thead><tr>{"".join(head)}</tr></thead><tbody>{"".join(body)}</tbody></table></div>'


def specification(chart, rows):
    """The chart as Vega-Lite, with its rows."""
    metric = chart.metrics[0]
    value = {"field": metric.name, "type": "quantitative", "title": metric.title, "axis": {"format": FORMATS[metric.unit], "tickCount": 5}}
    tips = [{"field": metric.name, "title": metric.title, "format": FORMATS[metric.unit]}]
    tips = [{"field": name, "title": charts.heading(name)} | ({"type": "temporal"} if name == chart.day else {}) for name in chart.columns[:-1]] + tips
    if chart.kind == "bar":
        mark = {"type": "bar", "color": COLOURS[0]}
        encoding = {"y": {"field": chart.by[0], "type": "nominal", "sort": None, "title": None, "axis": {"labelLimit": 220}}, "x": value}
    else:
        mark = {"type": "line", "point": True} if chart.kind == "line" else {"type": "bar"}
        # Days as they stand, whatever the zone of who reads.
        day = {"field": chart.day, "type": "temporal", "timeUnit": "utcyearmonthdate", "title": None, "axis": {"format": "%d %b"}}
        encoding = {"x": day, "y": value}
        if chart.by:
            encoding["color"] = {"field": chart.by[0], "type": "nominal", "title": None}
        else:
            mark["color"] = COLOURS[0]
    return {
        "$schema": VEGA_LITE, "width": "container", "height": 22 * max(1, len(rows)) if chart.kind == "bar" else 240, "background": None,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": [dict(zip(chart.columns, row)) for row in rows]}, "mark": mark, "encoding": encoding | {"tooltip": tips},
        "config": {
            "view": {"stroke": None}, "range": {"category": COLOURS}, "legend": {"orient": "bottom", "columns": 4, "labelLimit": 200},
            "axis": {"labelFontSize": 11, "titleFontWeight": "normal"},
        },
    }


def arguments(today):
    source = charts.load()
    parser = argparse.ArgumentParser(description="Writes all dashboards over a lake's folder into one HTML file.")
    parser.add_argument("folder", type=pathlib.Path, help="holds class=<class>/dt=<day>/…, as the agent writes it")
    parser.add_argument("out", type=pathlib.Path, help="the HTML file to write")
    parser.add_argument("--from", dest="first", type=datetime.date.fromisoformat, metavar="YYYY-MM-DD",
                        default=today - datetime.timedelta(days=source.days), help=f"first day, default: {source.days} days ago")
    parser.add_argument("--to", dest="last", type=datetime.date.fromisoformat, metavar="YYYY-MM-DD",
                        default=today - datetime.timedelta(days=1), help="last day, default: yesterday")
    given = parser.parse_args()
    if given.first > given.last:
        parser.error(f"--from {given.first} is after --to {given.last}")
    return given


def main():
    now = datetime.datetime.now(datetime.timezone.utc)
    try:
        given = arguments(now.date())
    except SystemExit as end:
        sys.exit(64 if end.code else 0)
    try:
        if given.out.resolve().is_relative_to(given.folder.resolve()):
            raise local_lake.LakeError(f"{given.out} lies in the lake", "write it elsewhere: in a lake it would be a foreign file")
        if not given.out.parent.is_dir():
            raise local_lake.LakeError(f"{given.out.parent} is no folder", "name a file in a folder that is there")
        text, note = report(given.folder, given.first, given.last, now)
        given.out.write_text(text, encoding="utf-8")
    except local_lake.LakeError as error:
        print(f"error: {error}\nhint: {error.hint}", file=sys.stderr)
        sys.exit(2)
    except duckdb.Error:
        # Its text would quote the value.
        print("error: a view cannot read a value of these events\nhint: times must be as in config/event.schema.json", file=sys.stderr)
        sys.exit(2)
    except OSError as error:
        print(f"error: cannot write {given.out}: {error.strerror}\nhint: look at the rights and at the space", file=sys.stderr)
        sys.exit(2)
    if note:
        print(f"{note}\nhint: choose days by --from and --to", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
