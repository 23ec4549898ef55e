"""Every number of every dashboard equals the ground truth, and what is generated is in step with its source."""

import datetime

import pytest
import trino_sql_validator

import charts
import generator
import truth
import warehouse

TODAY = datetime.datetime.now(datetime.timezone.utc).date()
SOURCE = charts.load()
FIRST, LAST = TODAY - datetime.timedelta(days=SOURCE.days), TODAY - datetime.timedelta(days=1)
PERIOD = charts.between(FIRST, LAST)
EVERY_CHART = pytest.mark.parametrize("chart", SOURCE.charts, ids=lambda chart: chart.id)


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    """A folder of events with reports of the agents, and what is true of them."""
    made = generator.Generator(20261126, TODAY).make().tell()
    folder = tmp_path_factory.mktemp("lake")
    warehouse.write(made.lines, made.teams, folder)
    return folder, truth.Charts(made, FIRST, LAST)


@pytest.fixture(scope="module")
def connection(lake):
    return warehouse.local_lake.open_folder(lake[0])


@EVERY_CHART
def test_numbers_equal_the_ground_truth(lake, connection, chart):
    result = connection.execute(chart.sql(PERIOD))
    assert [column[0] for column in result.description] == chart.columns
    truth.same(chart, result.fetchall(), lake[1].rows(chart))


@EVERY_CHART
def test_trino_takes_the_query_as_it_stands(chart):
    assert trino_sql_validator.validate(chart.sql(PERIOD)).valid


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ('view = "mcp_use"', 'view = "mcp"', "engineering_mcp: unknown view mcp"),
        ('metrics = ["sessions"]', 'metrics = ["sesions"]', "executive_sessions: unknown metric sesions"),
        ('kind = "line"', 'kind = "pie"', "executive_users_by_day: unknown kind pie"),
        ('metrics = ["sessions"]', 'metrics = ["sessions", "messages"]', "executive_sessions: a stat has 1 to 1 in `metrics`, not 2"),
        ('view = "freshness"', 'view = "agent_health"', "fleet_fresh_by_day: the view agent_health has no day for a line"),
        ('unit = "tokens"', 'unit = "coins"', "metric prompt_tokens: unknown unit coins"),
        ('id = "cost_total"', 'id = "cost_saving"', "the id cost_saving stands twice"),
        ('id = "cost_total"', 'id = "total"', "total: its id must begin with cost_"),
        ('where = "sidechain"', 'filter = "sidechain"', "dashboards.toml: "),
        ("days = 30", "days =", "dashboards.toml: "),
        ('agent_health = ""', 'agent_health = ""\nsubagents = "day"', "subagents is in no chart"),
    ],
)
def test_a_source_that_cannot_be_is_named(tmp_path, old, new, error):
    text = charts.SOURCE.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "dashboards.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(charts.SourceError) as found:
        charts.load(tmp_path / "dashboards.toml")
    assert str(found.value).startswith(error)
