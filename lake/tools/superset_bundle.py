"""Makes Superset's import bundle: one database, one dataset for each view, charts and dashboards, as YAML that Superset itself exports.

Charts use saved metrics of their dataset, so that what an analyst explores from a chart is counted in the same way. A chart keeps
its query as well (`query_context`): alerts, reports and the API need it, and the test reads its numbers by it.
"""

import json
import uuid

import yaml

import charts
import local_lake

# Fixed for ever: a bundle that is imported again finds what it made by these.
NAMESPACE = uuid.UUID("5f0f7a34-7a7f-4d0a-9d0b-0c6f6a0b6d11")
DATABASE = "BCCE lake"
URI = "awsathena+rest://athena.eu-central-1.amazonaws.com:443/bcce?work_group=bcce-user"
FORMATS = {"count": ",d", "usd": "$,.2f", "share": ".1%", "tokens": ",d", "seconds": ",d", "days": ",d"}
# Units that no format shows: they are said in words.
SPOKEN = ("seconds", "days")
VISUALS = {
    "stat": "big_number_total", "line": "echarts_timeseries_line", "columns": "echarts_timeseries_bar", "bar": "echarts_timeseries_bar",
    "table": "table",
}
# Rows of Superset's grid, of 8 px.
HEIGHTS = {"stat": 16, "line": 40, "columns": 40, "bar": 40, "table": 40}
ROWS_MAX = 10_000


def files(source, uri=URI):
    """Path in the bundle to text."""
    made = {"metadata.yaml": {"version": "1.0.0", "type": "Dashboard", "timestamp": "2026-11-26T00:00:00+00:00"}}
    made["databases/bcce_lake.yaml"] = {
        "database_name": DATABASE, "sqlalchemy_uri": uri, "expose_in_sqllab": True, "allow_run_async": False, "allow_ctas": False,
        "allow_cvas": False, "allow_dml": False, "allow_csv_upload": False, "extra": {}, "uuid": identity("database"), "version": "1.0.0",
    }
    connection = empty_lake()
    for view in source.views:
        made[f"datasets/bcce_lake/{view}.yaml"] = dataset(source, view, connection)
    for chart in source.charts:
        made[f"charts/{chart.id}.yaml"] = chart_file(source, chart)
    for dashboard in source.dashboards:
        made[f"dashboards/{dashboard.id}.yaml"] = dashboard_file(source, dashboard)
    return {name: yaml.safe_dump(of, sort_keys=False, allow_unicode=True, width=120) for name, of in made.items()}


def identity(name):
    return str(uuid.uuid5(NAMESPACE, name))


def empty_lake():
    connection = local_lake.connect()
    local_lake.create_tables(connection)
    local_lake.create_views(connection)
    return connection


def dataset(source, view, connection):
    columns = [
        {
            # DuckDB's sums are wider than Athena's.
            "column_name": name, "verbose_name": charts.heading(name), "type": of.replace("HUGEINT", "BIGINT"),
            "is_dttm": of in ("DATE", "TIMESTAMP"), "is_active": True, "groupby": True, "filterable": True,
        }
        for name, of, *_ in connection.execute(f"DESCRIBE {view}").fetchall()
        # What has parts cannot be grouped by.
        if of in ("VARCHAR", "BIGINT", "INTEGER", "DOUBLE", "BOOLEAN", "DATE", "TIMESTAMP", "HUGEINT")
    ]
    used = {metric.name: metric for chart in source.charts if chart.view == view for metric in chart.metrics}
    metrics = [
        {
            "metric_name": name, "verbose_name": f"{of.title}, {of.unit}" if of.unit in SPOKEN else of.title, "expression": of.sql,
            "metric_type": None, "d3format": FORMATS[of.unit],
        }
        for name, of in used.items()
    ]
    return {
        "table_name": view, "main_dttm_col": source.views[view] or None, "description": f"The view {view} of lake/sql.", "schema": None, "sql": None,
        "filter_select_enabled": True, "uuid": identity(f"dataset {view}"), "metrics": metrics, "columns": columns, "version": "1.0.0",
        "database_uuid": identity("database"),
    }


def chart_file(source, chart):
    params = form(source, chart)
    return {
        "slice_name": chart.title, "description": chart.text, "viz_type": params["viz_type"], "params": params,
        "query_context": json.dumps(query_context(source, chart, params)), "cache_timeout": None, "uuid": identity(f"chart {chart.id}"),
        "version": "1.0.0", "dataset_uuid": identity(f"dataset {chart.view}"),
    }


def form(source, chart):
    """What Superset's chart editor keeps."""
    names = [metric.name for metric in chart.metrics]
    number = FORMATS[chart.metrics[0].unit]
    made = {"viz_type": VISUALS[chart.kind], "adhoc_filters": filters(source, chart), "row_limit": chart.limit or ROWS_MAX}
    if chart.kind == "stat":
        unit = chart.metrics[0].unit
        return made | {
            "metric": names[0], "y_axis_format": number, "header_font_size": 0.4, "subtitle_font_size": 0.2,
            "subtitle": unit if unit in SPOKEN else "",
        }
    if chart.kind == "table":
        columns = {metric.name: {"d3NumberFormat": FORMATS[metric.unit]} for metric in chart.metrics}
        return made | {
            "query_mode": "aggregate", "groupby": chart.by, "metrics": names, "timeseries_limit_metric": names[0], "order_desc": True,
            "column_config": columns, "table_timestamp_format": "smart_date",
            "show_cell_bars": False,
        }
    made |= {
        "metrics": names, "y_axis_format": number, "truncateYAxis": False, "show_legend": bool(chart.by) and chart.by_day, "rich_tooltip": True,
        "show_empty_columns": False, "sort_series_type": "sum",
    }
    if chart.kind == "bar":
        return made | {
            "x_axis": chart.by[0], "orientation": "horizontal", "x_axis_sort": names[0], "x_axis_sort_asc": True, "x_axis_sort_series": "sum",
            "x_axis_sort_series_ascending": True, "xAxisForceCategorical": True, "groupby": [], "order_desc": True,
            "timeseries_limit_metric": names[0],
        }
    stacked = {"stack": "Stack"} if chart.kind == "columns" else {"markerEnabled": True, "markerSize": 5}
    return made | stacked | {"x_axis": chart.day, "time_grain_sqla": "P1D", "groupby": chart.by, "x_axis_time_format": "%d %b"}


def filters(source, chart):
    made = []
    if chart.day:
        made.append({
            "clause": "WHERE", "expressionType": "SIMPLE", "subject": chart.day, "operator": "TEMPORAL_RANGE", "comparator": period(source),
        })
    if chart.where:
        made.append({"clause": "WHERE", "expressionType": "SQL", "sqlExpression": chart.where})
    return made


def period(source):
    """Superset's words for the last whole days: today is not among them."""
    return f"Last {source.days} days"


def query_context(source, chart, params):
    names = [metric.name for metric in chart.metrics]
    axis = {"columnType": "BASE_AXIS", "sqlExpression": chart.day, "label": chart.day, "expressionType": "SQL", "timeGrain": "P1D"}
    columns = ([axis] if chart.by_day else []) + chart.by
    keys = ([chart.day] if chart.by_day else []) + chart.by
    order = [[key, True] for key in keys]
    query = {
        "columns": columns, "metrics": names, "row_limit": params["row_limit"],
        "orderby": order if chart.by_day or not keys else [[names[0], False], *order],
        "filters": [{"col": chart.day, "op": "TEMPORAL_RANGE", "val": period(source)}] if chart.day else [],
        "extras": ({"where": f"({chart.where})"} if chart.where else {}) | ({"time_grain_sqla": "P1D"} if chart.by_day else {}),
    }
    # Superset writes its own number over the 0.
    return {
        "datasource": {"id": 0, "type": "table"}, "force": False, "queries": [query], "form_data": params, "result_format": "json",
        "result_type": "full",
    }


def dashboard_file(source, dashboard):
    timed = [chart for chart in dashboard.charts if chart.day]
    return {
        "dashboard_title": f"BCCE {dashboard.title}", "description": dashboard.description, "css": "", "published": True,
        "slug": f"bcce-{dashboard.id}",
        "uuid": identity(f"dashboard {dashboard.id}"), "position": position(dashboard),
        "metadata": {
            "color_scheme": "supersetColors", "refresh_frequency": 0, "cross_filters_enabled": False,
            "native_filter_configuration": [{
                "id": f"NATIVE_FILTER-{dashboard.id}", "name": "Days", "filterType": "filter_time", "type": "NATIVE_FILTER", "targets": [{}],
                "scope": {"rootPath": ["ROOT_ID"], "excluded": [number(chart) for chart in dashboard.charts if chart not in timed]},
                "defaultDataMask": {"extraFormData": {"time_range": period(source)}, "filterState": {"value": period(source)}},
                "cascadeParentIds": [], "controlValues": {},
            }],
        },
        "version": "1.0.0",
    }


def number(chart):
    """A chart's number within the bundle; Superset gives it one of its own and puts that in everywhere."""
    return uuid.UUID(identity(f"chart {chart.id}")).int % 1_000_000_000


def position(dashboard):
    made = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
        "HEADER_ID": {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": f"BCCE {dashboard.title}"}},
        "GRID_ID": {"type": "GRID", "id": "GRID_ID", "children": [], "parents": ["ROOT_ID"]},
    }
    for place, row in enumerate(dashboard.rows(), 1):
        name = f"ROW-{place}"
        made["GRID_ID"]["children"].append(name)
        made[name] = {
            "type": "ROW", "id": name, "children": [f"CHART-{chart.id}" for chart, _ in row], "parents": ["ROOT_ID", "GRID_ID"],
            "meta": {"background": "BACKGROUND_TRANSPARENT"},
        }
        for chart, width in row:
            made[f"CHART-{chart.id}"] = {
                "type": "CHART", "id": f"CHART-{chart.id}", "children": [], "parents": ["ROOT_ID", "GRID_ID", name],
                "meta": {
                    "uuid": identity(f"chart {chart.id}"), "chartId": number(chart), "width": width, "height": HEIGHTS[chart.kind],
                    "sliceName": chart.title,
                },
            }
    return made
