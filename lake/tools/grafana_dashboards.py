"""Makes dashboards for Grafana with its data source for Amazon Athena (grafana-athena-datasource), as JSON for its import.

Which data source is asked is a variable of the dashboard, so that a file fits every Grafana. The forms were taken from @grafana/schema
13.2.3, against which a test checks them, and from the plugin's own query model and macros (github.com/grafana/athena-datasource,
looked at 2026-11-26).
"""

import json

import charts

PLUGIN = "grafana-athena-datasource"
DATA_SOURCE = {"type": PLUGIN, "uid": "${datasource}"}
SCHEMA_VERSION = 42
# The plugin's formats. A time series makes one line for each value of the text column.
TIME_SERIES, TABLE = 0, 1
# The macro for days, both ends included.
PERIOD = "$__dateFilter({day})"
UNITS = {"count": "locale", "usd": "currencyUSD", "share": "percentunit", "tokens": "locale", "seconds": "s", "days": "d"}
DECIMALS = {"count": 0, "usd": 2, "share": 1, "tokens": 0, "seconds": 0, "days": 0}
PANELS = {"stat": "stat", "line": "timeseries", "columns": "timeseries", "bar": "barchart", "table": "table"}
# Grafana's grid has 24 columns, and rows of 30 px.
HEIGHTS = {"stat": 4, "line": 9, "columns": 9, "bar": 9, "table": 9}


def files(source):
    """File name to text."""
    return {f"{one.id}.json": json.dumps(dashboard(source, one), indent=2, ensure_ascii=False) + "\n" for one in source.dashboards}


def dashboard(source, of):
    panels, top = [], 0
    for row in of.rows():
        left = 0
        for chart, width in row:
            place = {"h": HEIGHTS[chart.kind], "w": 2 * width, "x": left, "y": top}
            panels.append(panel(chart, place, len(panels) + 1))
            left += 2 * width
        top += HEIGHTS[row[0][0].kind]
    return {
        "uid": f"bcce-{of.id}", "title": f"BCCE {of.title}", "description": of.description, "tags": ["bcce"], "schemaVersion": SCHEMA_VERSION,
        "timezone": "utc", "editable": True, "graphTooltip": 1, "refresh": "",
        # Whole days, by UTC: yesterday is the last.
        "time": {"from": f"now-{source.days}d/d", "to": "now-1d/d"},
        "templating": {"list": [{"name": "datasource", "label": "Lake", "type": "datasource", "query": PLUGIN, "refresh": 1, "hide": 0}]},
        "panels": panels,
    }


def panel(chart, place, number):
    return {
        "id": number, "type": PANELS[chart.kind], "title": chart.title, "description": chart.text, "gridPos": place, "datasource": DATA_SOURCE,
        "targets": [target(chart)], "fieldConfig": {"defaults": defaults(chart), "overrides": overrides(chart)}, "options": options(chart),
    }


def target(chart):
    return {
        "refId": "A", "datasource": DATA_SOURCE, "format": TIME_SERIES if chart.by_day else TABLE, "rawSQL": chart.sql(PERIOD),
        # Region, catalog and database are those of the data source.
        "connectionArgs": {"region": "__default", "catalog": "__default", "database": "__default"},
    }


def defaults(chart):
    metric = chart.metrics[0]
    made = {"unit": UNITS[metric.unit], "decimals": DECIMALS[metric.unit], }
    match chart.kind:
        case "table":
            return {}
        case "line":
            custom = {"drawStyle": "line", "lineWidth": 2, "showPoints": "auto", "spanNulls": False}
        case "columns":
            custom = {"drawStyle": "bars", "fillOpacity": 80, "lineWidth": 0, "stacking": {"mode": "normal", "group": "A"}}
        case "bar":
            custom = {"fillOpacity": 80, "lineWidth": 0}
        case _:
            return made
    name = {"displayName": f"${{__field.labels.{chart.by[0]}}}" if chart.by else metric.title} if chart.by_day else {}
    return made | name | {"custom": custom, "color": {"mode": "palette-classic"}}


def overrides(chart):
    """Headings of columns, and units where there are several."""
    if chart.kind not in ("bar", "table"):
        return []
    made = [override(name, {"displayName": charts.heading(name)}) for name in chart.by]
    for metric in chart.metrics:
        made.append(override(metric.name, {"displayName": metric.title, "unit": UNITS[metric.unit], "decimals": DECIMALS[metric.unit]}))
    return made


def override(name, properties):
    return {"matcher": {"id": "byName", "options": name}, "properties": [{"id": of, "value": value} for of, value in properties.items()]}


def options(chart):
    legend = {"showLegend": bool(chart.by), "displayMode": "list", "placement": "bottom", "calcs": []}
    match chart.kind:
        case "stat":
            return {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}, "colorMode": "none", "graphMode": "none"}
        case "table":
            return {"showHeader": True, "cellHeight": "sm"}
        case "bar":
            return {
                "orientation": "horizontal", "showValue": "auto", "stacking": "none",
                "legend": legend | {"showLegend": False}, "tooltip": {"mode": "single", "sort": "none"},
            }
        case _:
            return {"legend": legend, "tooltip": {"mode": "multi", "sort": "desc"}}
