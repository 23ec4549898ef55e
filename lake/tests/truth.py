"""What the generator's events must come to: cost of a message from config/prices.toml, and the rows of every chart of
lake/dashboards/dashboards.toml, in plain Python and without any SQL of the lake.
"""

import collections
import datetime
import functools

import pytest

import price_table


@functools.cache
def price_list():
    return price_table.prices()["model"]


# By hand, not by the tool: on Amazon Bedrock the one model that the generator knows costs a tenth more than its own price, the other
# has a price of its own. No fast mode is sold there.
BEDROCK = "us.anthropic."
BEDROCK_TENTH_MORE = "us.anthropic.claude-opus-4-5-20251101-v1:0"
BEDROCK_OWN = {"us.anthropic.claude-3-5-sonnet-20241022-v2:0": [6.0, 30.0, 7.5, 12.0, 0.6]}
# How many times as much fast mode costs of the models that the generator knows.
FAST = {"claude-opus-4-6": 6.0, "claude-opus-5-5": 2.0}


def tokens(message):
    """The five kinds, as `bcce-agent stats` counts them."""
    usage = message["usage"]
    hour = usage.get("cache_creation_1h", 0)
    five = max(usage.get("cache_creation_5m", 0), usage["cache_creation"] - hour)
    return usage["input_tokens"], usage["output_tokens"], five, hour, usage["cache_read"]


def price(message):
    """The five prices in force, read from config/prices.toml by itself; `None` when the model has none, or none at that speed."""
    name = message["model"].removesuffix("[1m]")
    factor = {"standard": 1.0, "fast": FAST.get(name), "other": None}[message["speed"]]
    if factor is None:
        return None
    if name in BEDROCK_OWN:
        return BEDROCK_OWN[name]
    factor = 1.1 if name == BEDROCK_TENTH_MORE else factor
    name = name.removeprefix(BEDROCK).removesuffix("-v1:0")
    head, _, date = name.rpartition("-")
    name = head if len(date) == 8 and date.isdigit() else name
    known = [one for one in price_list() if one["id"] == name and one.get("from", "") <= str(message["day"])]
    if not known:
        return None
    found = max(known, key=lambda one: one.get("from", ""))
    plain, _, five, hour, read = tokens(message)
    if "above" in found and plain + five + hour + read > found["above"]["prompt_tokens"]:
        found = found["above"]
    return [found[kind] * factor for kind in ("input", "output", "cache_write_5m", "cache_write_1h", "cache_read")]


def cost(message):
    rates = price(message)
    return None if rates is None else sum(rate * count for rate, count in zip(rates, tokens(message))) / 1e6


# What the agent makes of no record: views of what was read leave these out.
OWN_KINDS = ("agent_health", "erasure_request")


class Charts:
    """The rows of each chart over the days from `first` to `last`: a method a chart, which gives {values of by: metrics}."""

    def __init__(self, made, first, last):
        self.made = made
        self.last = last
        held = lambda day: first <= day <= last  # noqa: E731
        truth = made.truth
        self.messages = [one for one in truth.messages if held(one["day"])]
        self.calls = [one for one in truth.calls if held(one["day"])]
        self.redactions = {key: count for key, count in truth.redactions.items() if held(key[0])}
        self.all_events = list(truth.events.values())
        self.events = [one for one in self.all_events if held(day_of(one["event_time"]))]
        self.ingested = [one for one in self.all_events if held(day_of(one["ingest_time"])) and one["kind"] not in OWN_KINDS]
        self.arrived = [(dt, event["event_id"]) for _, dt, event in made.lines if held(datetime.date.fromisoformat(dt))]
        self.reports = [one for one in self.events if one["kind"] == "agent_health"]

    def team(self, message):
        return self.made.teams.get(message["person"]["user"], "unassigned")

    # Executive

    def executive_users(self):
        return grouped(self.messages, lambda one: (), users)

    def executive_sessions(self):
        return grouped(self.messages, lambda one: (), sessions)

    def executive_cost(self):
        return grouped(self.messages, lambda one: (), money)

    def executive_cost_per_user(self):
        return grouped(self.messages, lambda one: (), lambda of: money(of) / users(of))

    def executive_users_by_day(self):
        return grouped(self.messages, lambda one: (one["day"],), users)

    def executive_cost_by_day(self):
        return grouped(self.messages, lambda one: (one["day"], self.team(one)), money)

    def executive_teams(self):
        return grouped(self.messages, lambda one: (self.team(one),), money, users, sessions, len)

    # Engineering

    def engineering_error_by_day(self):
        return grouped(self.calls, lambda one: (one["day"],), error_share)

    def engineering_cache_by_day(self):
        return grouped(self.messages, lambda one: (one["day"],), lambda of: sum(tokens(one)[4] for one in of) / prompt_tokens(of))

    def engineering_calls_by_tool(self):
        return grouped(self.calls, lambda one: (one["name"],), len)

    def engineering_subagents(self):
        return grouped([one for one in self.calls if "agent_type" in one], lambda one: (one["agent_type"],), len)

    def engineering_tools(self):
        return grouped(self.calls, lambda one: (one["name"],), len, errors, error_share)

    def engineering_mcp(self):
        return grouped([one for one in self.calls if one["name"].startswith("mcp:")], lambda one: tuple(one["name"].split(":")[1:]), len, errors)

    # Cost

    def cost_total(self):
        return self.executive_cost()

    def cost_saving(self):
        return grouped(self.messages, lambda one: (), lambda of: sum(saving(one) for one in of))

    def cost_subagents(self):
        return grouped([one for one in self.messages if one["sidechain"]], lambda one: (), money)

    def cost_unpriced(self):
        return grouped(self.messages, lambda one: (), unpriced)

    def cost_by_day(self):
        return grouped(self.messages, lambda one: (one["day"], one["model"]), money)

    def cost_by_tool(self):
        parts = [(tool, (cost(one) or 0.0) / max(len(one["calls"]), 1)) for one in self.messages for tool in one["calls"] or ["(none)"]]
        return grouped(parts, lambda part: part[:1], lambda of: sum(part[1] for part in of))

    def cost_models(self):
        return grouped(self.messages, lambda one: (one["model"],), money, len, prompt_tokens, output_tokens, unpriced)

    def cost_projects(self):
        return grouped(self.messages, lambda one: (one["project"],), money, sessions, len)

    # Privacy

    def privacy_without_consent(self):
        return {(): [0]}

    def privacy_consents(self):
        return grouped(self.events, lambda one: (), lambda of: len({one["consent_id"] for one in of}))

    def privacy_redacted(self):
        return {(): [sum(self.redactions.values())]}

    def privacy_redacted_by_day(self):
        return {key: [count] for key, count in self.redactions.items()}

    def privacy_tiers_by_day(self):
        return grouped(self.events, lambda one: (day_of(one["event_time"]), one["tier"]), len)

    def privacy_dropped(self):
        read = [one for one in self.events if one["kind"] not in OWN_KINDS]
        return grouped(read, lambda one: (one["cc_version"],), lambda of: sum(one["dropped_fields"] for one in of))

    def privacy_retention(self):
        # The narrowed copies of the wider classes lie in the internal table as well.
        days = {"internal": self.made.lines, "confidential": [line for line in self.made.lines if line[0] == "confidential"]}
        age = lambda of: (self.made.today - min(datetime.date.fromisoformat(dt) for _, dt, _ in of)).days  # noqa: E731
        return {(name, False): [len(of), age(of), {"internal": 1096, "confidential": 2557}[name]] for name, of in days.items()}

    # Fleet health

    def agents(self):
        """The events of each, the newest last."""
        of = {}
        for event in sorted(self.all_events, key=lambda one: one["ingest_time"]):
            of.setdefault(event["user"], []).append(event)
        return list(of.values())

    def silent(self):
        heard = lambda of: max(day_of(one["ingest_time"]) for one in of)  # noqa: E731
        return [of for of in self.agents() if (self.made.today - heard(of)).days >= 3]

    def fleet_agents(self):
        return {(): [len(self.agents())]}

    def fleet_silent(self):
        return {(): [len(self.silent())]}

    def fleet_wait(self):
        return grouped(self.reports, lambda one: (), oldest_seconds)

    def fleet_fresh_by_day(self):
        late = lambda one: time_of(one["ingest_time"]) - time_of(one["event_time"]) > datetime.timedelta(minutes=15)  # noqa: E731
        share = lambda of: sum(not late(one) for one in of) / len(of)  # noqa: E731
        return grouped(self.ingested, lambda one: (day_of(one["ingest_time"]),), share)

    def fleet_repeated_by_day(self):
        return grouped(self.arrived, lambda one: (datetime.date.fromisoformat(one[0]),), lambda of: 1 - len(set(of)) / len(of))

    def fleet_versions(self):
        return grouped(self.agents(), lambda of: (of[0]["agent_version"],), len)

    def fleet_systems(self):
        return grouped(self.agents(), lambda of: (of[0]["os"],), len)

    def fleet_states(self):
        key = lambda one: (one["health"]["state"], one["health"].get("trouble"))  # noqa: E731
        return grouped(self.reports, key, len, oldest_seconds, lambda of: max(one["health"]["spool_events"] for one in of))

    def fleet_silent_list(self):
        first = {}
        for _, dt, event in self.made.lines:
            first[event["event_id"]] = min(dt, first.get(event["event_id"], dt))
        last = lambda of: max(first[one["event_id"]] for one in of)  # noqa: E731
        return {(of[-1]["user"], of[-1]["host"], of[-1]["agent_version"], last(of)): [len(of)] for of in self.silent()}

    def rows(self, chart):
        """What the chart must show, in its order and up to its limit."""
        rows = [(*key, *values) for key, values in getattr(self, chart.id)().items()]
        keys = len(chart.columns) - len(chart.metrics)
        rows.sort(key=lambda row: [absent_last(value) for value in row[:keys]])
        if not chart.by_day and keys:
            rows.sort(key=lambda row: (row[keys] is None, -(row[keys] or 0)))
        return rows[:chart.limit]


def grouped(items, key, *folds):
    groups = collections.defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return {of: [fold(group) for fold in folds] for of, group in groups.items()}


def absent_last(value):
    return (value is None, value)


def time_of(text):
    return datetime.datetime.fromisoformat(text)


def day_of(text):
    return time_of(text).date()


def users(messages):
    return len({one["person"]["user"] for one in messages})


def sessions(messages):
    return len({one["session"] for one in messages})


def money(messages):
    """`None` where no message has a price."""
    known = [price for price in map(cost, messages) if price is not None]
    return sum(known) if known else None


def saving(message):
    rates = price(message)
    if rates is None:
        return 0.0
    _, _, five, hour, read = tokens(message)
    return ((five + hour + read) * rates[0] - five * rates[2] - hour * rates[3] - read * rates[4]) / 1e6


def unpriced(messages):
    return sum(price(one) is None for one in messages)


def prompt_tokens(messages):
    return sum(sum(tokens(one)) - tokens(one)[1] for one in messages)


def output_tokens(messages):
    return sum(tokens(one)[1] for one in messages)


def errors(calls):
    return sum(one["outcome"] == "error" and one["denial"] is None for one in calls)


def error_share(calls):
    known = sum(one["outcome"] is not None for one in calls)
    return errors(calls) / known if known else None


def oldest_seconds(reports):
    return max(one["health"]["oldest_seconds"] for one in reports)


def same(chart, held, wanted):
    """Rows in order; numbers to nine digits, far within the promised 0.1 % of the cost."""
    assert wanted, "a chart that shows nothing proves nothing"
    width = len(chart.metrics)
    assert [tuple(row[:-width]) for row in held] == [row[:-width] for row in wanted]
    for row, of in zip(held, wanted):
        assert list(row[-width:]) == [value if value is None else pytest.approx(value, rel=1e-9) for value in of[-width:]], row
