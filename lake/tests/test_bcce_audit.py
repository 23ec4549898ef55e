"""What `bcce validate` and `bcce audit report` say of events, over a folder and over Athena's double, equals what plain Python counts.

The queries run on DuckDB over the views of lake/sql. Settings of AWS are in test_bcce_evidence.py. Set BCCE to the program.
"""

import collections
import datetime
import json

import pytest

import athena_double
import generator
import warehouse
from test_bcce_lake import BCCE, TODAY, asking, bcce, write

pytestmark = pytest.mark.skipif(not BCCE, reason="BCCE does not name a bcce binary")

DAYS = 30
OF_EVENTS = ("consent", "policies", "retention", "agents", "redaction", "erasure-requests")


@pytest.fixture(scope="module")
def made():
    """Events under two policies and without a consent, of a silent agent, and requests for erasure, done and open."""
    made = generator.Generator(606, TODAY).make()
    # Silent at whatever hour this runs.
    at = datetime.datetime.combine(TODAY - datetime.timedelta(days=4), datetime.time(9))
    first, second, *_ = made.users
    made.event(second, at, "user", consent_id="", session="5" * 16)
    made.event(second, at, "user", policy_id="q" * 16, session="5" * 16, redactions={"email": 7})
    # The first one's events are held still, and nothing is of somebody who was erased.
    gone = made.person(0) | {"tier": "metrics"}
    for person in (first, gone):
        made.event(person, at, "erasure_request")
    return made


@pytest.fixture(scope="module")
def places(made, tmp_path_factory):
    double = athena_double.Double(warehouse.opened(made.lines, made.teams, tmp_path_factory.mktemp("athena")))
    yield {"folder": (["--lake", write(tmp_path_factory.mktemp("folder"), made)], {}), "athena": asking(double), "double": double}
    double.end()


@pytest.fixture(params=["folder", "athena"])
def place(request, places):
    return places[request.param]


def day(event):
    return datetime.date.fromisoformat(event["event_time"][:10])


def time(text):
    return datetime.datetime.fromisoformat(text)


def found(made, first, last):
    """The sentences of all checks of events, from plain sums."""
    events = [event for event in made.truth.events.values() if first <= day(event) <= last]
    without = sum(event["consent_id"] == "" for event in events)
    redacted = collections.Counter()
    heard = {}
    for event in events:
        redacted.update(event.get("redactions", {}))
        heard[event["user"]] = max(heard.get(event["user"], ""), event["ingest_time"])
    end = min(datetime.datetime.now(datetime.timezone.utc), datetime.datetime.combine(last, datetime.time(), datetime.timezone.utc) + datetime.timedelta(days=1))
    silent = sum(end - time(at) >= datetime.timedelta(days=3) for at in heard.values())
    oldest = {name: min((dt for of, dt, _ in made.lines if of == name or name == "internal"), default=None) for name in ("internal", "confidential", "restricted")}
    requests = [event for event in made.truth.events.values() if event["kind"] == "erasure_request"]
    others = [event for event in made.truth.events.values() if event["kind"] != "erasure_request"]
    left = [asked for asked in requests if any(of["user"] == asked["user"] and time(of["ingest_time"]) <= time(asked["event_time"]) for of in others)]
    assert without and silent and len(redacted) > 1 and 0 < len(left) < len(requests)
    return {
        "consent": f"{without} of {len(events)} events on {len({day(event) for event in events})} days name no consent",
        "policies": f"versions of the policy that were in force: {len({event['policy_id'] for event in events})}",
        "agents": f"agents heard of: {len(heard)}, silent: {silent}",
        "redaction": f"{sum(redacted.values())} values were redacted on laptops by {len(redacted)} rules before anything left",
        "retention": "oldest day by class: " + ", ".join(f"{name} {dt}" for name, dt in oldest.items()),
        "erasure-requests": f"requests for erasure: {len(requests)}; events from before are still held of {len(left)} (restricted ones as their narrowed copies tell)",
    }


def of_events(findings):
    return {one["check"]: one["found"] for one in findings if one["check"] in OF_EVENTS}


def test_what_events_say_of_a_lake_equals_the_truth(made, place):
    where, credentials = place
    done = json.loads(bcce("--json", *where, "validate", code=1, **credentials).stdout)
    assert of_events(done["findings"]) == found(made, TODAY - datetime.timedelta(days=DAYS - 1), TODAY)
    outcomes = {one["check"]: one["outcome"] for one in done["findings"] if one["check"] in OF_EVENTS}
    assert outcomes == {name: "ok" if name in ("policies", "retention", "redaction") else "problem" for name in OF_EVENTS}


def test_a_single_silent_agent_is_told_of_where_a_job_asks_for_that(made, place):
    where, credentials = place
    told = found(made, TODAY - datetime.timedelta(days=DAYS - 1), TODAY)["agents"]
    silent = int(told.split()[-1])
    assert silent > 0
    for most, code in [(silent, 0), (silent - 1, 1)]:
        done = bcce(*where, "validate", "--min-score", "0", "--max-silent", most, code=code, **credentials)
        assert ("--max-silent" in done.stderr) == (code == 1)
    assert bcce(*where, "validate", "--min-score", "0", code=0, **credentials)


def test_agents_of_which_nothing_is_known_are_not_called_heard_of(places):
    where, credentials = places["athena"]
    places["double"].denied = {"events"}
    try:
        done = bcce(*where, "validate", "--min-score", "0", "--max-silent", "1000", code=1, **credentials)
    finally:
        places["double"].denied = set()
    assert "nobody could tell" in done.stderr


@pytest.mark.parametrize("name", ["md", "html", "csv"])
def test_two_formats_at_once_are_wrong_usage(place, name):
    where, credentials = place
    wrong = bcce("--json", *where, "audit", "report", "--framework", "soc2", "--format", name, code=64, **credentials)
    assert wrong.stdout == "" and "hint:" in wrong.stderr
    assert json.loads(bcce("--json", *where, "audit", "report", "--framework", "soc2", "--format", "json", code=1, **credentials).stdout)


@pytest.mark.parametrize("framework", ["soc2", "hipaa"])
@pytest.mark.parametrize("days", [9, 30])
def test_a_report_counts_the_days_that_were_asked_for(made, place, framework, days):
    where, credentials = place
    report = json.loads(bcce("--json", *where, "audit", "report", "--framework", framework, "--period", f"{days}d", code=1, **credentials).stdout)
    told = of_events([finding for control in report["controls"] for finding in control["findings"]])
    truth = found(made, TODAY - datetime.timedelta(days=days - 1), TODAY)
    assert len(told) >= 4 and told == {name: truth[name] for name in told}


def test_settings_that_nobody_may_see_are_no_evidence_and_the_events_are_still_told(places):
    where, credentials = places["athena"]
    done = json.loads(bcce("--json", *where, "validate", code=1, **credentials).stdout)
    others = {one["outcome"] for one in done["findings"] if one["check"] not in OF_EVENTS}
    assert others == {"no-evidence"}


def test_a_class_that_only_the_admin_reads_is_not_called_well(places):
    where, credentials = places["athena"]
    places["double"].denied = {"retention_evidence_restricted"}
    try:
        done = json.loads(bcce("--json", *where, "validate", code=1, **credentials).stdout)
    finally:
        places["double"].denied = set()
    [retention] = [one for one in done["findings"] if one["check"] == "retention"]
    assert retention["outcome"] == "no-evidence" and retention["found"].endswith("restricted not seen")
    places["double"].denied = {"consent_evidence", "redaction_trends"}
    try:
        done = json.loads(bcce("--json", *where, "validate", code=1, **credentials).stdout)
    finally:
        places["double"].denied = set()
    dark = {one["check"]: one["found"] for one in done["findings"] if one["outcome"] == "no-evidence" and one["check"] in OF_EVENTS}
    assert set(dark) == {"consent", "policies", "redaction"} and "Access Denied" in dark["redaction"]
