"""Reads lake/dashboards/dashboards.toml, the one source of every dashboard, and makes each chart's SQL.

What the source can say stands at its top. Here each part of it becomes a checked value; what does not fit is a `SourceError` that names
the chart. The SQL is the same for Athena and DuckDB, and for Superset, Grafana and the report but for the condition on the day.
"""

import dataclasses
import pathlib
import tomllib

SOURCE = pathlib.Path(__file__).resolve().parents[1] / "dashboards" / "dashboards.toml"
KINDS = ("stat", "line", "columns", "bar", "table")
UNITS = ("count", "usd", "share", "tokens", "seconds", "days")


class SourceError(Exception):
    """What of dashboards.toml cannot be."""


@dataclasses.dataclass(frozen=True)
class Metric:
    name: str
    title: str
    sql: str
    unit: str


@dataclasses.dataclass(frozen=True)
class Chart:
    id: str
    title: str
    kind: str
    view: str
    metrics: list[Metric]
    description: str
    # The view's day; "" where the view shows what is so now.
    day: str
    by: list[str] = dataclasses.field(default_factory=list)
    where: str = ""
    limit: int | None = None
    needs: str = ""

    @property
    def by_day(self):
        return self.kind in ("line", "columns")

    @property
    def columns(self):
        """Names of the result's columns."""
        return [*([self.day] if self.by_day else []), *self.by, *(metric.name for metric in self.metrics)]

    @property
    def text(self):
        """The description as people read it."""
        return self.description + (f" Needs the role {self.needs}." if self.needs else "")

    def sql(self, period):
        """The chart's query; `period` is the condition on `{day}`, used where the view has one."""
        keys = ([self.day] if self.by_day else []) + self.by
        picked = [quoted(key) for key in keys] + [f"{metric.sql} AS {quoted(metric.name)}" for metric in self.metrics]
        text = f"SELECT {', '.join(picked)}\nFROM {self.view}"
        conditions = ([period.format(day=self.day)] if self.day else []) + ([f"({self.where})"] if self.where else [])
        if conditions:
            text += "\nWHERE " + " AND ".join(conditions)
        if keys:
            places = [str(place) for place in range(1, len(keys) + 1)]
            text += f"\nGROUP BY {', '.join(places)}"
            text += f"\nORDER BY {', '.join(places if self.by_day else [f'{len(keys) + 1} DESC', *places])}"
        return text + (f"\nLIMIT {self.limit}" if self.limit else "")


@dataclasses.dataclass(frozen=True)
class Dashboard:
    id: str
    title: str
    description: str
    charts: list[Chart]

    def rows(self):
        """The charts in rows of twelve columns, as (chart, width): stats share a row, two others stand side by side, a table alone."""
        rows, row = [], []
        for chart in self.charts:
            if row and (chart.kind == "table" or kind_of_row(row) != kind_of_row([chart]) or (chart.kind != "stat" and len(row) == 2)):
                rows.append(row)
                row = []
            row.append(chart)
        return [[(chart, 12 // len(row)) for chart in row] for row in rows + [row]]


@dataclasses.dataclass(frozen=True)
class Source:
    days: int
    views: dict[str, str]
    metrics: dict[str, Metric]
    dashboards: list[Dashboard]

    @property
    def charts(self):
        return [chart for dashboard in self.dashboards for chart in dashboard.charts]


def between(first, last):
    """The condition on the day, with `{day}` where its column stands."""
    return f"{{day}} BETWEEN DATE '{first}' AND DATE '{last}'"


def quoted(name):
    return f'"{name}"'


def heading(column):
    """A column's name as people read it."""
    return column.replace("_", " ").capitalize()


def kind_of_row(row):
    return row[0].kind if row[0].kind in ("stat", "table") else "chart"


def load(path=SOURCE):
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        metrics = {name: Metric(name, **of) for name, of in data["metrics"].items()}
        dashboards = [
            Dashboard(one["id"], one["title"], one["description"], [chart(of, data["views"], metrics) for of in one["chart"]])
            for one in data["dashboard"]
        ]
        source = Source(data["days"], data["views"], metrics, dashboards)
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise SourceError(f"{path.name}: {error}") from None
    check(source)
    return source


def chart(of, views, metrics):
    name = of.get("id", "a chart without an id")
    for what, known in (("view", views), ("kind", KINDS)):
        if of.get(what) not in known:
            raise SourceError(f"{name}: unknown {what} {of.get(what)}")
    if unknown := [metric for metric in of.get("metrics", []) if metric not in metrics]:
        raise SourceError(f"{name}: unknown metric {unknown[0]}")
    return Chart(**of | {"metrics": [metrics[metric] for metric in of["metrics"]], "day": views[of["view"]]})


def check(source):
    # How many metrics and columns of `by` each kind shows: fewest and most.
    shapes = {"stat": ((1, 1), (0, 0)), "line": ((1, 1), (0, 1)), "columns": ((1, 1), (0, 1)), "bar": ((1, 1), (1, 1)), "table": ((1, 9), (1, 9))}
    for of in source.charts:
        for (fewest, most), held, what in zip(shapes[of.kind], (of.metrics, of.by), ("metrics", "by")):
            if not fewest <= len(held) <= most:
                raise SourceError(f"{of.id}: a {of.kind} has {fewest} to {most} in `{what}`, not {len(held)}")
        if of.by_day and not of.day:
            raise SourceError(f"{of.id}: the view {of.view} has no day for a {of.kind}")
    for metric in source.metrics.values():
        if metric.unit not in UNITS:
            raise SourceError(f"metric {metric.name}: unknown unit {metric.unit}")
    ids = [of.id for of in source.charts]
    if twice := [one for one in ids if ids.count(one) > 1]:
        raise SourceError(f"the id {twice[0]} stands twice")
    for dashboard in source.dashboards:
        if odd := [of.id for of in dashboard.charts if not of.id.startswith(dashboard.id + "_")]:
            raise SourceError(f"{odd[0]}: its id must begin with {dashboard.id}_")
    used = {metric.name for of in source.charts for metric in of.metrics}
    if unused := (set(source.metrics) - used) | (set(source.views) - {of.view for of in source.charts}):
        raise SourceError(f"{min(unused)} is in no chart")
