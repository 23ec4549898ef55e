"""Every number of lake/sql equals what the generator knows, over duplicates, growing usage, narrowing and price bands."""

import collections
import datetime
import json

import jsonschema
import pytest
import sqlglot
import trino_sql_validator

import generator
import price_table
import statements
import warehouse
from truth import cost, price, tokens

TODAY = datetime.datetime.now(datetime.timezone.utc).date()
SEEDS = [1, 20261126]


@pytest.fixture(scope="module", params=SEEDS)
def world(request, tmp_path_factory):
    """A warehouse with all views over one seed's events, and what is true of them."""
    made = generator.Generator(request.param, TODAY).make()
    connection = warehouse.opened(made.lines, made.teams, tmp_path_factory.mktemp("lake"))
    return connection, made


def rows(connection, query):
    return connection.execute(query).fetchall()


def expected_cost(made, key):
    """Messages, five kinds of tokens, cost and unpriced messages by a key."""
    sums = collections.defaultdict(lambda: [0, 0, 0, 0, 0, 0, 0.0, 0])
    for message in made.truth.messages:
        sums_of = sums[key(message)]
        money = cost(message)
        for place, value in enumerate([1, *tokens(message), money or 0.0, money is None]):
            sums_of[place] += value
    return {of: [pytest.approx(value, rel=1e-9) for value in values] for of, values in sums.items()}


def test_generated_events_follow_the_schema(world):
    _, made = world
    schema = json.loads(warehouse.glue_columns.SCHEMA.read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    for _, _, event in made.lines:
        validator.validate(event)


def test_the_generator_plants_what_the_views_must_survive(world):
    _, made = world
    truth = made.truth
    assert truth.repeated > 100
    assert {data_class for data_class, _, _ in made.lines} == {"internal", "confidential", "restricted"}
    records = sum(1 for event in truth.events.values() if "usage" in event)
    assert records > 1.5 * len(truth.messages)
    naive = sum(event["usage"]["output_tokens"] for _, _, event in made.lines if "usage" in event)
    assert naive > 1.3 * sum(message["usage"]["output_tokens"] for message in truth.messages)
    assert any(price(message) is None for message in truth.messages)
    fast = [message for message in truth.messages if message["speed"] == "fast"]
    assert {price(message) is None for message in fast} == {True, False}
    assert any(price(message) for message in truth.messages if "3-5-sonnet" in message["model"])


@pytest.mark.parametrize("file", sorted(file.name for file in (warehouse.LAKE / "sql").glob("*.sql")))
def test_trino_takes_the_text_without_warnings(file):
    text = (warehouse.LAKE / "sql" / file).read_text(encoding="utf-8")
    for statement in [part for part in text.split(";\n") if part.strip()]:
        found = trino_sql_validator.validate(statement)
        assert found.valid, f"{file}: {found}"
        assert not [one for one in dir(found) if one.endswith("warnings") and getattr(found, one)], f"{file}: {found}"


def test_statements_are_found_for_deployment():
    assert len(list(statements.statements())) == len(list(warehouse.statements()))


@pytest.mark.parametrize("data_class", ["confidential", "restricted"])
def test_trino_takes_the_narrowing(data_class):
    assert trino_sql_validator.validate(warehouse.glue_columns.narrowing(data_class)).valid


def test_views_have_no_column_that_athena_cannot_hold(world):
    connection, _ = world
    held = rows(connection, "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE data_type LIKE '%TIME ZONE%'")
    assert held == []
    odd = rows(connection, "SELECT table_name, column_name FROM information_schema.columns WHERE NOT regexp_matches(column_name, '^[a-z0-9_]+$')")
    assert odd == []


def test_each_event_stands_once_from_every_class(world):
    connection, made = world
    assert rows(connection, "SELECT count(*), count(DISTINCT event_id) FROM events") == [(len(made.truth.events),) * 2]
    # Narrowed events carry the class of the table that they are in.
    assert rows(connection, "SELECT DISTINCT data_class FROM events_internal") == [("internal",)]
    tiers = collections.Counter(event["tier"] for event in made.truth.events.values())
    assert dict(rows(connection, "SELECT tier, count(*) FROM events GROUP BY 1")) == tiers


def test_the_internal_table_has_nothing_of_the_wider_classes(world):
    connection, _ = world
    kept = {name for (name,) in rows(connection, "SELECT column_name FROM information_schema.columns WHERE table_name = 'events_internal'")}
    assert not kept & {"text", "shapes", "branch"}
    types = rows(connection, "SELECT data_type FROM information_schema.columns WHERE table_name = 'events_internal' AND column_name IN ('tools', 'labels')")
    assert not [one for (one,) in types if "command" in one or "input_bytes" in one or "error_class" in one]


def test_usage_of_a_message_is_its_largest(world):
    connection, made = world
    held = {
        key: tuple(counts)
        for key, *counts in rows(connection, "SELECT message_key, speed, input_tokens, output_tokens, cache_write_5m, cache_write_1h, cache_read FROM message_usage")
        if key not in made.truth.synthetic
    }
    assert held == {message["key"]: (message["speed"], *tokens(message)) for message in made.truth.messages}


def test_a_message_is_of_the_session_that_said_it_first(world):
    connection, made = world
    held = {row[0]: row[1:] for row in rows(connection, "SELECT message_key, session, project FROM message_usage") if row[0] not in made.truth.synthetic}
    assert held == {message["key"]: (message["session"], message["project"]) for message in made.truth.messages}


def test_cost_of_each_message(world):
    connection, made = world
    held = dict(rows(connection, "SELECT message_key, cost_usd FROM message_cost"))
    for message in made.truth.messages:
        wanted = cost(message)
        assert held[message["key"]] == (None if wanted is None else pytest.approx(wanted, rel=1e-9)), message


@pytest.mark.parametrize(
    ("view", "columns", "key"),
    [
        ("cost_by_day", "day", lambda made, message: (message["day"],)),
        ("cost_by_team", "day, team", lambda made, message: (message["day"], made.teams.get(message["person"]["user"], "unassigned"))),
        ("cost_by_org", "day, org", lambda made, message: (message["day"], message["person"]["org"])),
        ("cost_by_model", "day, model", lambda made, message: (message["day"], message["model"])),
        ("cost_by_project", "day, project", lambda made, message: (message["day"], message["project"])),
        ("cost_by_user", 'day, "user"', lambda made, message: (message["day"], message["person"]["user"])),
    ],
)
def test_usage_and_cost(world, view, columns, key):
    connection, made = world
    wide = len(columns.split(","))
    held = rows(connection, f"SELECT {columns}, messages, input_tokens, output_tokens, cache_write_5m, cache_write_1h, cache_read, cost_usd, unpriced_messages FROM {view}")
    assert {row[:wide]: list(row[wide:]) for row in held} == expected_cost(made, lambda message: key(made, message))


def test_price_bands_and_dates_do_not_overlap():
    spans = price_table.rows()
    for one in spans:
        for other in spans:
            if one is not other and one[0] == other[0] and {one[-1], other[-1]} != {"own", "elsewhere"}:
                assert one[2] < other[1] or other[2] < one[1] or one[4] < other[3] or other[4] < one[3], (one, other)


def test_tool_errors(world):
    connection, made = world
    wanted = collections.defaultdict(lambda: [0, 0, 0, 0, 0])
    ran = collections.Counter()
    for call in made.truth.calls:
        outcome, denied = call["outcome"], call["denial"] is not None
        for place, value in enumerate([1, outcome is not None, outcome == "error" and not denied, outcome == "interrupted", denied]):
            wanted[call["day"], call["name"]][place] += value
        ran[call["day"], call["name"]] += outcome is not None and not denied
    held = rows(connection, "SELECT day, tool, calls, known_outcomes, errors, interrupted, denied, error_rate FROM tool_errors")
    assert {row[:2]: list(row[2:7]) for row in held} == wanted
    assert sum(row[6] for row in held) > 0
    for row in held:
        known = ran[row[:2]]
        assert row[7] == (pytest.approx(row[4] / known) if known else None)


def test_edit_acceptance(world):
    connection, made = world
    wanted = collections.defaultdict(lambda: [0] * 6)
    for call in made.truth.calls:
        if call["name"] == "Edit":
            ok, denial = call["outcome"] == "ok", call["denial"]
            counts = [1, ok, ok and call["modified"], denial == "user-rejected", denial not in (None, "user-rejected"), call["outcome"] == "error" and denial is None]
            wanted[call["day"],] = [one + more for one, more in zip(wanted[call["day"],], counts)]
    held = rows(connection, "SELECT day, calls, accepted, changed, rejected, not_run, failed FROM edit_acceptance WHERE tool = 'Edit'")
    assert {row[:1]: list(row[1:]) for row in held} == wanted
    assert all(map(sum, zip(*wanted.values()))), "each column is met"


def test_turns_are_prompts_that_a_model_answered_each_once(world):
    connection, made = world
    held = collections.defaultdict(list)
    for user, session, *turn in rows(connection, 'SELECT "user", session, asked_at, first_answer_at, last_answer_at FROM turns ORDER BY asked_at'):
        held[user, session].append(turn)
    assert held == made.truth.turns
    took = rows(connection, "SELECT first_answer_ms, last_answer_ms, asked_at, first_answer_at, last_answer_at, day, model FROM turns")
    for first_ms, last_ms, asked, first, last, day, model in took:
        assert (first_ms, last_ms) == tuple((at - asked) / datetime.timedelta(milliseconds=1) for at in (first, last))
        assert day == asked.date() and model in generator.MODELS


def test_what_claude_code_wrote_itself_is_nobodys_use(world):
    connection, made = world
    keys = {key for (key,) in rows(connection, "SELECT message_key FROM message_usage WHERE model = '<synthetic>'")}
    assert keys == set(made.truth.synthetic) and len(keys) > 20
    assert rows(connection, "SELECT count(*), count(model) FILTER (WHERE model = '<synthetic>') FROM message_cost") == [(len(made.truth.messages), 0)]
    failed = rows(connection, "SELECT metadata.uid FROM siem_ocsf WHERE status_id = 2")
    assert {key for (key,) in failed} == keys, "failed calls are told of to a SIEM"


def test_consents_tell_who_said_yes_and_when(world):
    connection, made = world
    spans = {}
    for event in made.truth.events.values():
        of = spans.setdefault((event["user"], event["consent_id"]), [event["ingest_time"], event["ingest_time"], 0, event["tier"]])
        of[:] = min(of[0], event["ingest_time"]), max(of[1], event["ingest_time"]), of[2] + 1, of[3]
    picked = '"user", consent_id, first_ingest_at, last_ingest_at, events, widest_tier'
    held = {row[:2]: row[2:] for row in rows(connection, f"SELECT {picked} FROM consents")}
    assert held == {key: (generator.time(first), generator.time(last), *rest) for key, (first, last, *rest) in spans.items()}
    person = made.users[0]
    told = "SELECT consented_at, consented_tier, given, text_version FROM consents WHERE \"user\" = '%s'" % person["user"]
    assert rows(connection, told) == [(None, None, None, None)]
    connection.execute("BEGIN")
    connection.execute(
        "INSERT INTO events_internal BY NAME SELECT repeat('7', 32) AS event_id, 'agent_health' AS kind, 'metrics' AS tier,"
        f" '{TODAY}T01:00:00Z' AS ingest_time, '{TODAY}T01:00:00Z' AS event_time, '{TODAY}' AS dt, '{person['user']}' AS \"user\","
        f" '{person['host']}' AS host, '{person['consent']}' AS consent_id, {{'consent_at': '2026-01-02T03:04:05.678Z',"
        " 'consent_tier': 'activity', 'consent_given': 'terminal', 'consent_text': 3} AS health"
    )
    assert rows(connection, told) == [(datetime.datetime(2026, 1, 2, 3, 4, 5, 678000), "activity", "terminal", 3)]
    connection.execute("ROLLBACK")


def test_cost_by_tool_shares_out_the_whole_cost(world):
    connection, made = world
    wanted = collections.Counter()
    for message in made.truth.messages:
        for tool in message["calls"] or ["(none)"]:
            wanted[message["day"], tool] += (cost(message) or 0.0) / max(len(message["calls"]), 1)
    held = {row[:2]: row[2] for row in rows(connection, "SELECT day, tool, cost_usd FROM cost_by_tool")}
    assert held == {key: pytest.approx(value, rel=1e-9) for key, value in wanted.items()}


def test_mcp_use(world):
    connection, made = world
    wanted = collections.Counter((call["day"], *call["name"].split(":")[1:]) for call in made.truth.calls if call["name"].startswith("mcp:"))
    held = rows(connection, "SELECT day, server, tool, calls FROM mcp_use")
    assert {row[:3]: row[3] for row in held} == wanted


def test_subagents(world):
    connection, made = world
    runs = collections.Counter((call["day"], call["agent_type"]) for call in made.truth.calls if "agent_type" in call)
    reported = collections.Counter()
    for call in made.truth.calls:
        if "total_tokens" in call:
            reported[call["day"], call["agent_type"]] += call["total_tokens"]
    held = rows(connection, "SELECT day, agent_type, runs, coalesce(reported_tokens, 0) FROM subagent_types")
    assert {row[:2]: row[2:] for row in held} == {key: (count, reported[key]) for key, count in runs.items()}
    wanted = collections.defaultdict(lambda: [set(), 0, 0, 0, 0.0])
    for message in made.truth.messages:
        if message["sidechain"]:
            of = wanted[message["day"]]
            plain, out, five, hour, read = tokens(message)
            of[0].add(message["agent"])
            of[1:] = [of[1] + 1, of[2] + plain + five + hour + read, of[3] + out, of[4] + (cost(message) or 0.0)]
    held = rows(connection, "SELECT day, threads, messages, prompt_tokens, output_tokens, cost_usd FROM subagents")
    assert {row[0]: list(row[1:]) for row in held} == {day: [len(of[0]), *of[1:4], pytest.approx(of[4])] for day, of in wanted.items()}


def test_cache_efficiency(world):
    connection, made = world
    wanted = collections.defaultdict(lambda: [0, 0, 0.0])
    for message in made.truth.messages:
        plain, _, five, hour, read = tokens(message)
        of = wanted[message["day"], message["model"]]
        of[0] += plain + five + hour + read
        of[1] += read
        rates = price(message)
        if rates:
            # The same prompt without a cache, less what its parts cost with one.
            of[2] += ((five + hour + read) * rates[0] - five * rates[2] - hour * rates[3] - read * rates[4]) / 1e6
    held = rows(connection, "SELECT day, model, prompt_tokens, cache_read, saving_usd, read_rate FROM cache_efficiency")
    assert {row[:2]: list(row[2:5]) for row in held} == {key: [*of[:2], pytest.approx(of[2])] for key, of in wanted.items()}
    assert all(row[5] == pytest.approx(row[3] / row[2]) for row in held)


def test_adoption(world):
    connection, made = world
    by_day, by_month = collections.defaultdict(set), collections.defaultdict(set)
    for message in made.truth.messages:
        by_day[message["day"]].add(message["person"]["user"])
        by_month[message["day"].replace(day=1)].add(message["person"]["user"])
    assert dict(rows(connection, "SELECT day, CAST(sum(active_users) AS BIGINT) FROM adoption_daily GROUP BY 1")) == {day: len(users) for day, users in by_day.items()}
    for month, monthly, mean, ratio in rows(connection, "SELECT CAST(month AS DATE), active_users, active_users_daily_mean, daily_to_monthly FROM adoption_monthly"):
        days = [len(users) for day, users in by_day.items() if day.replace(day=1) == month]
        assert monthly == len(by_month[month])
        assert mean == pytest.approx(sum(days) / len(days))
        assert ratio == pytest.approx(mean / monthly)


def test_redactions_and_consent(world):
    connection, made = world
    held = rows(connection, "SELECT day, rule, redacted FROM redaction_trends")
    assert {row[:2]: row[2] for row in held} == made.truth.redactions
    assert rows(connection, "SELECT sum(events), sum(without_consent) FROM consent_evidence") == [(len(made.truth.events), 0)]
    wanted = collections.Counter((event["event_time"][:10], event["tier"], event["policy_id"]) for event in made.truth.events.values())
    held = rows(connection, "SELECT CAST(day AS VARCHAR), tier, policy_id, events FROM consent_evidence")
    assert {row[:3]: row[3] for row in held} == wanted


def test_dropped_fields(world):
    connection, made = world
    wanted = collections.defaultdict(lambda: [0, 0])
    for event in made.truth.events.values():
        of = wanted[event["event_time"][:10], event["cc_version"]]
        of[:] = of[0] + 1, of[1] + event["dropped_fields"]
    held = rows(connection, "SELECT CAST(day AS VARCHAR), cc_version, events, dropped_fields FROM dropped_fields_by_version")
    assert {row[:2]: list(row[2:]) for row in held} == wanted


def test_agent_health_finds_the_silent_one(world):
    connection, made = world
    held = {user: of for user, *of in rows(connection, 'SELECT "user", events, silent, host FROM agent_health')}
    assert {key: of[0] for key, of in held.items()} == {key: of["events"] for key, of in made.truth.agents.items()}
    assert {key for key, of in held.items() if of[1]} == {made.users[0]["user"]}
    # One of them was renamed, and is one agent still.
    assert len({event["host"] for event in made.truth.events.values() if event["user"] == made.users[1]["user"]}) == 2
    assert {user: of[2] for user, of in held.items()} == {person["user"]: person["host"] for person in made.users}


def test_what_an_agent_tells_of_itself_stands_apart_from_its_events(world):
    connection, made = world
    user, host = made.users[0]["user"], made.users[0]["host"]
    tell = (
        "INSERT INTO events_internal BY NAME SELECT repeat('9', 32) AS event_id, 'agent_health' AS kind, 'metrics' AS tier,"
        f" '{TODAY}T01:00:00Z' AS ingest_time, '{TODAY}T01:00:00Z' AS event_time, '{TODAY}' AS dt,"
        f" '{user}' AS \"user\", '{host}' AS host, 'consent-1' AS consent_id, {{'since': '{TODAY}', 'until': '{TODAY}',"
        " 'lines': 7, 'oldest_seconds': 901, 'state': 'held', 'trouble': 'access_denied'} AS health"
    )
    before = rows(connection, f"SELECT cc_version, tier FROM agent_health WHERE host = '{host}'")
    connection.execute("BEGIN")
    connection.execute(tell)
    told = rows(connection, "SELECT host, lines, fresh, state, trouble FROM agent_reports")
    assert told == [(host, 7, False, "held", "access_denied")]
    after = rows(connection, f"SELECT cc_version, tier, silent FROM agent_health WHERE host = '{host}'")
    assert after == [(*row, False) for row in before], "it is heard of again, and what it reads is as before"
    assert rows(connection, "SELECT sum(events) FROM freshness") == [(len(made.truth.events),)]
    connection.execute("ROLLBACK")


def test_freshness_counts_every_event_once(world):
    connection, made = world
    assert rows(connection, "SELECT sum(events) FROM freshness") == [(len(made.truth.events),)]


def test_retention_evidence(world):
    connection, made = world
    for data_class, view in (("confidential", "retention_evidence"), ("restricted", "retention_evidence_restricted")):
        days = {dt: count for (of, dt), count in made.truth.received.items() if of == data_class}
        [row] = rows(connection, f"SELECT events, oldest_day, newest_day, days, overdue FROM {view} WHERE data_class = '{data_class}'")
        assert row == (sum(days.values()), min(days), max(days), len(days), False)


def test_retention_evidence_tells_of_what_should_be_gone(world):
    connection, _ = world
    old = TODAY - datetime.timedelta(days=1200)
    connection.execute("BEGIN")
    connection.execute(f"INSERT INTO events_internal (event_id, ingest_time, dt) VALUES ('{'0' * 32}', '{old}T00:00:00Z', '{old}')")
    assert rows(connection, "SELECT overdue FROM retention_evidence WHERE data_class = 'internal'") == [(True,)]
    connection.execute("ROLLBACK")


def test_a_request_for_erasure_tells_what_is_left_from_before_it_and_is_nothing_that_was_read(world):
    connection, made = world
    person = next(one for one in made.users if one["tier"] == "content")
    other = next(one for one in made.users if one is not person)
    read = sorted((event["ingest_time"], data_class) for data_class, _, event in made.lines if event["user"] == person["user"])
    at = read[len(read) // 2][0]
    before = collections.Counter(data_class for ingest, data_class in read if ingest <= at)
    ask = (
        "INSERT INTO events_internal BY NAME SELECT repeat('8', 32) AS event_id, 'erasure_request' AS kind, 'metrics' AS tier,"
        f" '{at}' AS ingest_time, '{at}' AS event_time, '{{dt}}' AS dt, '{person['user']}' AS \"user\","
        f" '{person['host']}' AS host, 'acme' AS org, 'consent-1' AS consent_id"
    )
    internal = "SELECT count(*) FROM events_internal WHERE \"user\" = '%s' AND ingest_time <= '%s'"
    [(held,)] = rows(connection, internal % (person["user"], at))
    # Of events of the same moment either version may be the last.
    last = f"SELECT cc_version IS NOT NULL, tier FROM agent_health WHERE \"user\" = '{person['user']}'"
    connection.execute("BEGIN")
    # As delivery may have it: twice.
    connection.execute(ask.format(dt=TODAY))
    connection.execute(ask.format(dt=TODAY))
    told = rows(connection, 'SELECT "user", host, org, arrived, internal_left, confidential_left FROM erasure_requests')
    assert told == [(person["user"], person["host"], "acme", str(TODAY), held, before["confidential"])]
    assert held > 0 and before["restricted"] > 0
    assert rows(connection, "SELECT restricted_left FROM erasure_requests_restricted") == [(before["restricted"],)]
    # It is no record, and changes nothing that is said of records.
    assert rows(connection, "SELECT sum(events) FROM freshness") == [(len(made.truth.events),)]
    assert rows(connection, last) == [(True, "content")]
    for table in ("events_internal", "events_confidential", "events_restricted"):
        connection.execute(f"DELETE FROM {table} WHERE \"user\" = '{person['user']}' AND ingest_time <= '{at}' AND kind <> 'erasure_request'")
    assert rows(connection, "SELECT internal_left + confidential_left FROM erasure_requests") == [(0,)]
    assert rows(connection, "SELECT restricted_left FROM erasure_requests_restricted") == [(0,)]
    assert rows(connection, f"SELECT count(*) > 0 FROM events WHERE \"user\" = '{other['user']}'") == [(True,)]
    connection.execute("ROLLBACK")


def test_siem_views(world):
    connection, made = world
    assert rows(connection, "SELECT count(*), sum(message_context.completion_tokens), bool_and(type_uid = class_uid * 100 + activity_id) FROM siem_ocsf") == [
        (len(made.truth.messages) + len(made.truth.synthetic), sum(message["usage"]["output_tokens"] for message in made.truth.messages), True)
    ]
    counts = "message_context.prompt_tokens, message_context.completion_tokens, message_context.total_tokens, " + ", ".join(
        f"unmapped.{kind}" for kind in ("input_tokens", "cache_write_5m", "cache_write_1h", "cache_read"))
    held = {row[0]: row[1:] for row in rows(connection, f'SELECT metadata.uid, actor."user".uid, ai_model.model_name, unmapped.cost_usd, {counts} FROM siem_ocsf WHERE ai_model.model_name <> \'<synthetic>\'')}
    wanted = {}
    for message in made.truth.messages:
        plain, out, five, hour, read = tokens(message)
        prompt, money = plain + five + hour + read, cost(message)
        wanted[message["key"]] = (message["person"]["user"], message["model"], None if money is None else pytest.approx(money, rel=1e-9),
                                  prompt, out, prompt + out, plain, five, hour, read)
    assert held == wanted
    assert rows(connection, "SELECT count(DISTINCT event.id), bool_and(\"user\".id IS NOT NULL) FROM siem_ecs") == [(len(made.truth.events), True)]
    # Whoever runs a model: also one under Amazon Bedrock's longer name is of its maker.
    makers = dict(rows(connection, "SELECT DISTINCT ai_model.model_name, ai_model.ai_provider FROM siem_ocsf"))
    assert any(".anthropic.claude-" in model for model in makers if model)
    assert makers == {model: "Anthropic" if model and "claude-" in model else "Unknown" for model in makers}
    systems = rows(connection, "SELECT DISTINCT gen_ai.response.model, gen_ai.system FROM siem_ecs WHERE gen_ai IS NOT NULL")
    assert systems and all(system == ("anthropic" if "claude-" in model else None) for model, system in systems)


@pytest.mark.parametrize("view", ["message_cost", "siem_ocsf", "siem_ecs"])
def test_what_jobs_ask_for_often_reads_events_once(view):
    """Athena bills what is scanned, and scans anew for each time that a view is named."""
    views = {statement.this.name: statement for _, statement in warehouse.statements()}

    def scans(name):
        tables = [table.name for table in views[name].expression.find_all(sqlglot.exp.Table)]
        return sum(1 if table == "events" else scans(table) for table in tables if table == "events" or table in views)

    assert scans(view) == 1


def test_what_duckdb_is_spared_changes_no_row(tmp_path, monkeypatch):
    """Views kept as tables, and lists taken apart in place: nothing differs from the statements as they stand."""
    made = generator.Generator(3, TODAY).make().tell()
    warehouse.write(made.lines, made.teams, tmp_path)
    quick = warehouse.local_lake.open_folder(tmp_path)
    monkeypatch.setattr(warehouse.local_lake, "unnest_in_place", lambda statement: None)
    plain = warehouse.local_lake.open_folder(tmp_path, kept=())
    kinds = dict(rows(quick, "SELECT table_name, table_type FROM information_schema.tables"))
    assert {name for name in warehouse.local_lake.KEPT if kinds[name] != "BASE TABLE"} == set()

    def held(connection, name):
        # Of events that an agent read in the same millisecond either may be its newest.
        picked = '"user", host, os, last_ingest_at, last_event_at, last_arrival, events, silent' if name == "agent_health" else "*"
        # Sums of fractions depend on the order of what is added.
        return sorted(repr([round(cell, 9) if isinstance(cell, float) else cell for cell in row]) for row in rows(connection, f"SELECT {picked} FROM {name}"))

    for _, statement in warehouse.statements():
        name = statement.this.name
        wanted = held(plain, name)
        assert held(quick, name) == wanted, name
        assert wanted or name.endswith("_restricted") or name in ("erasure_requests", "siem_ecs"), f"{name} is empty"
