"""Makes events that follow config/event.schema.json from a seed, and knows every number that the views must find in them.

What it plants: messages of several records whose usage grows, records delivered twice (on the same day and days later), events of
the wider classes that reach the internal table only by narrowing, prompts above and below the price bands, messages in fast mode,
models without a price, cache writes with and without parts, records without a message id, calls without a result and calls that never
ran, MCP tools, subagents, what Claude Code wrote itself (for some the only thing on a day), sessions that repeat another one's records, a
laptop whose host is renamed.
"""

import collections
import datetime
import random

CLASSES = {"metrics": "internal", "activity": "confidential", "content": "restricted"}
TOOLS = ["Bash", "Edit", "Read", "Task", "mcp:0a1b2c3d:4e5f6071", "mcp:0a1b2c3d:99999999", "mcp:deadbeef:00000001"]
MODELS = [
    "claude-opus-4-5-20251101", "claude-sonnet-4-5-20250929", "claude-sonnet-4-5[1m]", "claude-haiku-5-5", "claude-sonnet-5-5", "other",
    "us.anthropic.claude-opus-4-5-20251101-v1:0", "us.anthropic.claude-3-5-sonnet-20241022-v2:0", "claude-opus-4-6", "claude-opus-5-5",
]
SPEEDS = ["standard"] * 5 + ["fast", "fast", "other"]
RULES = ["github-pat", "email", "aws-access-key"]
USAGE = ("input_tokens", "output_tokens", "cache_creation", "cache_creation_5m", "cache_creation_1h", "cache_read")


class Truth:
    """Every number in plain sums, kept while the events are made."""

    def __init__(self):
        self.messages = []
        # Messages that Claude Code wrote itself.
        self.synthetic = []
        # Prompts that were answered: (user, session): [asked, first and last answer].
        self.turns = collections.defaultdict(list)
        self.calls = []
        self.redactions = collections.Counter()
        self.events = {}
        self.received = collections.Counter()
        self.repeated = 0
        self.agents = {}


class Generator:
    """Events over `days` days that end yesterday."""

    def __init__(self, seed, today, users=7, days=40):
        self.dice = random.Random(seed)
        self.today = today
        self.days = days
        self.truth = Truth()
        # Lines as they arrive: (class, dt, event).
        self.lines = []
        self.users = [self.person(number) for number in range(users)]
        self.teams = {person["user"]: f"team-{number % 3}" for number, person in enumerate(self.users) if number % 4 != 3}

    def hex(self, digits):
        return f"{self.dice.getrandbits(4 * digits):0{digits}x}"

    def person(self, number):
        tier = ("metrics", "metrics", "activity", "content")[number % 4]
        return {
            "user": self.hex(16), "host": self.hex(16), "tier": tier, "os": self.dice.choice(["linux", "macos", "windows"]),
            "org": self.dice.choice(["acme", "acme-labs"]), "projects": [self.hex(16) for _ in range(2)], "consent": self.hex(32),
            # The last of them stops early: a silent agent.
            "until": self.days - 1 - (6 if number == 0 else 0),
        }

    def make(self):
        for person in self.users:
            for day in range(person["until"] + 1):
                if person is self.users[1] and day == self.days // 2:
                    person["host"] = self.hex(16)
                date = self.today - datetime.timedelta(days=self.days - day)
                if day == person["until"] or self.dice.random() < 0.7:
                    self.session(person, date)
                else:
                    self.synthetic(person, datetime.datetime.combine(date, datetime.time(9)), self.hex(16), person["projects"][0])
        self.dice.shuffle(self.lines)
        return self

    def tell(self):
        """What each agent tells of itself once a day, on top of what `make` made."""
        for person in self.users:
            for day in range(person["until"] + 1):
                date = self.today - datetime.timedelta(days=self.days - day)
                state, trouble = self.dice.choice([("idle", None), ("idle", None), ("idle", None), ("backing_off", "throttled"), ("held", "access_denied")])
                health = {
                    "since": str(date), "until": str(date), "lines": self.dice.randrange(5000), "state": state,
                    "oldest_seconds": self.dice.randrange(30, 3000 if trouble else 300), "spool_events": self.dice.randrange(400),
                }
                if trouble:
                    health["trouble"] = trouble
                self.event(person, datetime.datetime.combine(date, datetime.time(21, 30)), "agent_health", health=health)
        return self

    def event(self, person, at, kind, **fields):
        # Some arrive after midnight, some after a weekend.
        delay = self.dice.choice([20, 30, 60, 600, 3600, 100_000])
        ingest = min(at + datetime.timedelta(seconds=delay), datetime.datetime.combine(self.today, datetime.time(0, 0, 1)))
        event = {
            "schema": "bcce.event.v1", "event_id": self.hex(32), "ingest_time": stamp(ingest), "tier": person["tier"],
            "data_class": CLASSES[person["tier"]], "kind": kind, "user": person["user"], "host": person["host"], "os": person["os"],
            "org": person["org"], "dropped_fields": self.dice.randrange(3), "agent_version": "0.1.0", "policy_id": "p" * 16,
            "consent_id": person["consent"], "event_time": stamp(at), "cc_version": self.dice.choice(["2.1.121", "2.1.232"]), **fields,
        }
        if person["tier"] != "metrics":
            event["branch"] = self.hex(16)
            event["shapes"] = [{"role": "prompt", "bytes": self.dice.randrange(9000), "lines": 3}]
        if person["tier"] == "content":
            event["text"] = [{"role": "prompt", "body": "[email:1a2b3c4d] said 'so' \\ \u00fc"}]
        self.deliver(event, at, ingest)
        return event

    def deliver(self, event, at, ingest):
        truth = self.truth
        dt = ingest.date()
        truth.events[event["event_id"]] = event
        for rule, count in event.get("redactions", {}).items():
            truth.redactions[at.date(), rule] += count
        known = truth.agents.setdefault(event["user"], {"last": event["ingest_time"], "events": 0})
        known["last"] = max(known["last"], event["ingest_time"])
        known["events"] += 1
        self.line(event, dt)
        if self.dice.random() < 0.15:
            # The same record again: a call that was repeated, or a copy in a resumed session days later.
            truth.repeated += 1
            later = min(dt + datetime.timedelta(days=self.dice.choice([0, 1, 9])), self.today)
            again = dict(event, ingest_time=stamp(ingest + datetime.timedelta(seconds=5)) if later == dt else stamp(midday(later)))
            self.line(again, later)

    def line(self, event, dt):
        self.truth.received[event["data_class"], str(dt)] += 1
        self.lines.append((event["data_class"], str(dt), event))

    def session(self, person, day):
        at = datetime.datetime.combine(day, datetime.time(self.dice.randrange(7, 20), self.dice.randrange(60)))
        session, project = self.hex(16), self.dice.choice(person["projects"])
        for _ in range(self.dice.randrange(2, 7)):
            at += datetime.timedelta(seconds=self.dice.randrange(20, 400))
            redactions = {rule: self.dice.randrange(1, 4) for rule in RULES if self.dice.random() < 0.2}
            extra = {"redactions": redactions} if redactions else {}
            prompt = self.event(person, at, "user", session=session, project=project, sidechain=False, record=self.hex(16), **extra)
            if self.dice.random() < 0.1:
                self.synthetic(person, at + datetime.timedelta(seconds=1), session, project)
            if self.dice.random() < 0.1:
                # A command's output, which nobody answers, and what Claude Code puts before a prompt.
                self.event(person, at - datetime.timedelta(seconds=2), "user", session=session, project=project, sidechain=False)
                self.event(person, at + datetime.timedelta(seconds=1), "user", session=session, project=project, sidechain=False, labels={"meta": True})
            asked, at = at, self.message(person, at, session, project)
            message = self.truth.messages[-1]
            if message["sidechain"]:
                continue
            self.truth.turns[person["user"], session].append([asked, *message["span"]])
            if self.dice.random() < 0.1:
                self.resumed(person, prompt, message)

    def resumed(self, person, prompt, message):
        """A session under another id that repeats a prompt and the beginning of its answer, and is read later."""
        first = message["span"][0]
        # Nothing is read later than at the second after the last that `event` reads.
        late = min(time(prompt["ingest_time"]) + datetime.timedelta(days=2), datetime.datetime.combine(self.today, datetime.time(0, 0, 2)))
        same = {"session": self.hex(16), "ingest_time": stamp(late)}
        answer = {"kind": "assistant", "event_time": stamp(first), **{name: message[name] for name in ("record", "model", "usage", "sidechain")}}
        if message["key"] != message["record"]:
            answer["message_id"] = message["key"]
        plain = {name: value for name, value in prompt.items() if name != "redactions"}
        self.deliver(dict(prompt, event_id=self.hex(32), **same), time(prompt["event_time"]), late)
        self.deliver({**plain, "event_id": self.hex(32), **answer, **same}, first, late)

    def synthetic(self, person, at, session, project):
        """What Claude Code writes in a model's place when a call fails."""
        key = "msg_" + self.hex(20)
        self.event(person, at, "assistant", session=session, project=project, sidechain=False, model="<synthetic>", message_id=key,
                   record=self.hex(16), usage=dict.fromkeys(USAGE, 0), labels={"api_error": True})
        self.truth.synthetic.append(key)

    def message(self, person, at, session, project):
        dice = self.dice
        sidechain = dice.random() < 0.25
        model = dice.choice(MODELS)
        speed = dice.choice(SPEEDS)
        final = self.usage()
        records = dice.choice([1, 2, 3, 4])
        nameless = dice.random() < 0.1
        records = 1 if nameless else records
        message_id = None if nameless else "msg_" + self.hex(20)
        record_id = self.hex(16)
        agent = {"agent": self.hex(16)} if sidechain else {}
        calls = []
        first = at + datetime.timedelta(seconds=2)
        for number in range(records):
            at = first + datetime.timedelta(seconds=3 * number)
            usage = dict(final)
            if number < records - 1:
                usage["output_tokens"] = final["output_tokens"] * (number + 1) // (records + 1)
            fields = {"usage": usage, "model": model, "session": session, "project": project, "sidechain": sidechain, **agent}
            fields["record"] = record_id if nameless else self.hex(16)
            first_record = fields["record"] if number == 0 else first_record
            if message_id:
                fields["message_id"] = message_id
            if dice.random() < 0.5:
                fields["tools"] = [self.call(calls) for _ in range(dice.randrange(1, 3))]
                if person["tier"] != "metrics":
                    fields["tools"][0]["input_bytes"] = 77
            # Old records tell no speed; of the others the last one surely does.
            tells = {"speed": speed} if number == records - 1 or dice.random() < 0.5 else {}
            self.event(person, at, "assistant", labels={"service_tier": "standard", "api_error": False, **tells}, **fields)
        self.truth.messages.append({
            "key": message_id or record_id, "record": first_record, "day": first.date(), "person": person, "project": project, "session": session, "model": model, "speed": speed,
            "sidechain": sidechain, "agent": agent.get("agent"), "span": (first, at), "usage": final, "calls": [call["name"] for call in calls],
        })
        for call in calls:
            at += datetime.timedelta(seconds=1)
            call.update(day=first.date(), outcome=None, denial=None, modified=False)
            # Kept with the day of the message's record that made the call, which is the same day.
            if dice.random() < 0.9:
                call["outcome"] = dice.choice(["ok", "ok", "ok", "error", "interrupted"])
                result = {"id": call["id"], "outcome": call["outcome"]}
                if call["outcome"] == "error" and dice.random() < 0.5:
                    result["denial"] = call["denial"] = dice.choice(["user-rejected", "user-rejected", "permission-rule", "cancelled"])
                if call["outcome"] == "ok" and call["name"] == "Edit":
                    result["user_modified"] = call["modified"] = dice.random() < 0.3
                if call["name"] == "Task":
                    call["total_tokens"] = result["total_tokens"] = dice.randrange(100, 9000)
                self.event(person, at, "user", session=session, project=project, sidechain=sidechain, tools=[result], **agent)
        self.truth.calls += calls
        return at

    def call(self, calls):
        call = {"id": "toolu_" + self.hex(20), "name": self.dice.choice(TOOLS)}
        if call["name"] == "Task":
            call["agent_type"] = self.dice.choice(["Explore", "Plan", "other"])
        calls.append(dict(call))
        return call

    def usage(self):
        dice = self.dice
        five, hour = dice.choice([(0, 0), (1200, 0), (0, 4000), (300, 700)])
        usage = {
            "input_tokens": dice.randrange(1, 3000), "output_tokens": dice.randrange(5, 8000), "cache_creation": five + hour,
            # Around both bands of config/prices.toml, and on them.
            "cache_read": dice.choice([0, 5000, 99_000, 100_000 - five - hour, 150_000, 200_000 - five - hour, 250_000]),
        }
        if dice.random() < 0.8:
            usage.update(cache_creation_5m=five, cache_creation_1h=hour)
        return usage


def stamp(at):
    return at.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def time(text):
    return datetime.datetime.fromisoformat(text.removesuffix("Z"))


def midday(day):
    return datetime.datetime.combine(day, datetime.time(12))
