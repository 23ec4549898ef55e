"""Grafana's dashboards follow its published schema, and their queries give the ground truth as its Athena plugin would ask them."""

import json
import re

import jsonschema
import pytest

import charts
import dashboards
from test_dashboards import FIRST, LAST, SOURCE, connection, lake  # noqa: F401, fixtures
import truth
import warehouse

SCHEMA = json.loads((warehouse.LAKE / "tests" / "grafana_schema.json").read_text(encoding="utf-8"))
FILES = {one.id: json.loads((charts.SOURCE.parent / "grafana" / f"{one.id}.json").read_text(encoding="utf-8")) for one in SOURCE.dashboards}


def follows(name, value):
    jsonschema.Draft7Validator(SCHEMA["properties"][name]).validate(value)


@pytest.mark.parametrize("name", FILES)
def test_a_dashboard_follows_the_published_schema(name):
    follows("dashboard", FILES[name])
    for panel in FILES[name]["panels"]:
        follows(panel["type"], panel["options"])
        custom = panel["fieldConfig"]["defaults"].get("custom")
        if custom:
            follows(f"{panel['type']}Field", custom)


def test_the_schema_finds_what_does_not_fit():
    for name, odd in (("dashboard", {"schemaVersion": "42"}), ("dashboard", FILES["cost"] | {"colour": 1}), ("timeseriesField", {"drawStyle": "dots"}),
                      ("stat", {"graphMode": 1})):
        with pytest.raises(jsonschema.ValidationError):
            follows(name, odd)


@pytest.mark.parametrize("name", FILES)
def test_panels_fill_the_grid_and_ask_the_chosen_data_source(name):
    held = FILES[name]
    assert [one["name"] for one in held["templating"]["list"]] == ["datasource"]
    taken = set()
    for panel in held["panels"]:
        [target] = panel["targets"]
        # AthenaQuery of the plugin, src/types.ts.
        assert set(target) == {"refId", "datasource", "format", "rawSQL", "connectionArgs"}
        assert panel["datasource"] == target["datasource"] == {"type": "grafana-athena-datasource", "uid": "${datasource}"}
        place = panel["gridPos"]
        cells = {(x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])}
        assert not cells & taken and max(x for x, _ in cells) < 24
        taken |= cells
    assert len({panel["id"] for panel in held["panels"]}) == len(held["panels"])


@pytest.mark.parametrize("chart", SOURCE.charts, ids=lambda chart: chart.id)
def test_numbers_equal_the_ground_truth(lake, connection, chart):  # noqa: F811
    [dashboard] = [one for one in SOURCE.dashboards if chart in one.charts]
    panel = FILES[dashboard.id]["panels"][dashboard.charts.index(chart)]
    assert panel["title"] == chart.title
    result = connection.execute(expanded(panel["targets"][0]["rawSQL"]))
    truth.same(chart, result.fetchall(), lake[1].rows(chart))


def expanded(text):
    """The one macro, as pkg/athena/macros.go of the plugin writes it."""
    made = re.sub(r"\$__dateFilter\((\w+)\)", rf"\1 BETWEEN date '{FIRST}' AND date '{LAST}'", text)
    assert "$" not in made
    return made


def test_the_generated_files_are_in_step_with_the_source():
    assert dashboards.differing(SOURCE) == []
