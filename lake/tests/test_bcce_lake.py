"""`bcce` over a folder and over Athena's double: costs and finds equal what plain Python counts, and an erasure leaves nothing.

Set BCCE to the program; without it these are skipped.
"""

import collections
import datetime
import gzip
import hashlib
import json
import os
import pathlib
import subprocess

import duckdb
import pytest

import athena_double
import generator
import warehouse
from truth import cost, tokens

BCCE = os.environ.get("BCCE")
pytestmark = pytest.mark.skipif(not BCCE, reason="BCCE does not name a bcce binary")

TODAY = datetime.datetime.now(datetime.timezone.utc).date()
KINDS = ("input", "output", "cache_write_5m", "cache_write_1h", "cache_read")
KEYS = {
    "day": lambda made, message: str(message["day"]),
    "team": lambda made, message: made.teams.get(message["person"]["user"], "unassigned"),
    "model": lambda made, message: message["model"],
    "project": lambda made, message: message["project"],
    "user": lambda made, message: message["person"]["user"],
    "org": lambda made, message: message["person"]["org"],
}


def bcce(*arguments, code=0, **environment):
    own = {"PATH": os.environ["PATH"], "AWS_EC2_METADATA_DISABLED": "true", **environment}
    done = subprocess.run([os.path.abspath(BCCE), *map(str, arguments)], env=own, capture_output=True, text=True, timeout=300)
    assert done.returncode == code, (done.returncode, done.stdout[-2000:], done.stderr[-2000:])
    return done


def answer(*arguments, **more):
    return json.loads(bcce("--json", *arguments, **more).stdout)


def write(folder, made):
    """A folder lake, several files a day and class, some not packed."""
    files = collections.defaultdict(list)
    for number, (data_class, dt, event) in enumerate(made.lines):
        files[data_class, dt, number % 3].append(json.dumps(event) + "\n")
    for (data_class, dt, number), lines in files.items():
        place = folder / f"class={data_class}" / f"dt={dt}"
        place.mkdir(parents=True, exist_ok=True)
        if number:
            (place / f"part-{number}.ndjson.gz").write_bytes(gzip.compress("".join(lines).encode()))
        else:
            (place / f"part-{number}.ndjson").write_text("".join(lines), encoding="utf-8")
    (folder / "teams").mkdir(exist_ok=True)
    rows = [f"{user},{team}\n" for user, team in made.teams.items()]
    (folder / "teams" / "all.csv").write_text("user,team\n" + "".join(rows))
    return folder


@pytest.fixture(scope="module", params=[3, 20261126])
def made(request):
    return generator.Generator(request.param, TODAY).make()


@pytest.fixture(scope="module")
def folder(made, tmp_path_factory):
    return write(tmp_path_factory.mktemp("folder"), made)


@pytest.fixture(scope="module")
def athena(made, tmp_path_factory):
    double = athena_double.Double(warehouse.opened(made.lines, made.teams, tmp_path_factory.mktemp("athena")))
    yield double
    double.end()


@pytest.fixture(params=["folder", "athena"])
def lake(request, made):
    """How `bcce` is told which lake to ask."""
    if request.param == "folder":
        return ["--lake", request.getfixturevalue("folder")], {}
    return asking(request.getfixturevalue("athena"))


def asking(double):
    credentials = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
    return ["--endpoint-url", double.url, "--region", "eu-central-1"], credentials


def expected(made, key, first, last):
    sums = collections.defaultdict(lambda: [0, 0, 0, 0, 0, 0, 0.0, 0])
    for message in made.truth.messages:
        if first <= message["day"] <= last:
            money = cost(message)
            of = sums[key(made, message)]
            for place, value in enumerate([1, *tokens(message), money or 0.0, money is None]):
                of[place] += value
    return sums


@pytest.mark.parametrize("by", KEYS)
def test_costs_equal_the_truth(made, lake, by):
    where, credentials = lake
    got = answer(*where, "cost", "analysis", "--period", "15d", "--by", by, **credentials)
    first = TODAY - datetime.timedelta(days=14)
    wanted = expected(made, KEYS[by], first, TODAY)
    assert len(wanted) > 1
    held = {row["name"]: [row["messages"], *(row["tokens"][kind] for kind in KINDS), row["cost_usd"], row["unpriced_messages"]] for row in got["rows"]}
    assert {name: [*of[:6], of[7]] for name, of in held.items()} == {name: [*of[:6], of[7]] for name, of in wanted.items()}
    for name, of in wanted.items():
        assert held[name][6] == pytest.approx(of[6], rel=1e-9)
    total = sum(of[6] for of in wanted.values())
    assert got["total"]["cost_usd"] == pytest.approx(total, rel=1e-9)
    before = expected(made, lambda *_: "", first - datetime.timedelta(days=15), first - datetime.timedelta(days=1))[""]
    assert got["before"]["cost_usd"] == pytest.approx(before[6], rel=1e-9)
    assert got["change"] == pytest.approx(total / before[6] - 1, rel=1e-6)
    assert got["month_usd"] == pytest.approx(total * 2, rel=1e-9)
    assert sum(row["share"] for row in got["rows"]) == pytest.approx(1)


def test_a_threshold_decides_the_exit_code_and_is_spoken_of(lake):
    where, credentials = lake
    total = answer(*where, "cost", "analysis", **credentials)["total"]["cost_usd"]
    above = bcce(*where, "cost", "analysis", "--alert-threshold", total / 2, code=1, **credentials)
    assert "above the threshold" in above.stderr and "without a known price" in above.stderr
    assert "checked" in above.stdout and "list prices" in above.stdout.lower()
    below = bcce(*where, "cost", "analysis", "--alert-threshold", total * 2, **credentials)
    assert "above the threshold" not in below.stderr
    for odd in ("NaN", "-1", "inf", "much"):
        assert "number of US dollars" in bcce(*where, "cost", "analysis", "--alert-threshold", odd, code=64, **credentials).stderr


def matching(made, first, **wanted):
    def holds(event):
        tools = {tool.get("name") for tool in event.get("tools", [])}
        of = {**event, "tool": tools & {wanted.get("tool")} and wanted.get("tool"), "rule": wanted.get("rule") if wanted.get("rule") in event.get("redactions", {}) else None}
        return event["event_time"] >= str(first) and all(of.get(name) == value for name, value in wanted.items())

    return sorted((event for event in made.truth.events.values() if holds(event)), key=lambda event: event["event_time"], reverse=True)


def test_a_search_finds_what_matches_and_shows_no_text(made, lake):
    where, credentials = lake
    first = TODAY - datetime.timedelta(days=14)
    person = made.users[3]
    filters = [
        {"user": person["user"]}, {"consent_id": person["consent"], "kind": "assistant"}, {"kind": "user", "rule": "github-pat"},
        {"tool": "Bash"}, {"policy_id": "p" * 16, "tool": "mcp:0a1b2c3d:4e5f6071"},
        {"session": next(event["session"] for event in matching(made, first, user=person["user"]) if "session" in event)},
    ]
    for wanted in filters:
        options = [part for name, value in wanted.items() for part in (f"--{name.removesuffix('_id')}", value)]
        done = bcce("--json", *where, "audit", "search", "--period", "15d", "--limit", 9999, *options, **credentials)
        got = json.loads(done.stdout)
        held = matching(made, first, **wanted)
        assert held and not got["cut_off"]
        assert {event["event_id"] for event in got["events"]} == {event["event_id"] for event in held}, wanted
        times = [event["at"] for event in got["events"]]
        assert times == sorted(times, reverse=True)
        truth = made.truth.events
        for event in got["events"]:
            of = truth[event["event_id"]]
            assert event["tools"] == [tool["name"] for tool in of.get("tools", []) if "name" in tool]
            assert dict(event["redactions"]) == of.get("redactions", {})
            assert (event["tier"], event["consent_id"], event["session"]) == (of["tier"], of["consent_id"], of.get("session"))
        assert "said" not in done.stdout and "body" not in done.stdout


def test_a_search_says_what_it_cut_off_and_that_it_found_nothing(lake):
    where, credentials = lake
    cut = bcce(*where, "audit", "search", "--limit", 5, **credentials)
    assert len(cut.stdout.splitlines()) == 6 and "older ones match" in cut.stderr
    none = bcce(*where, "audit", "search", "--consent", "' OR 1=1 --", code=1, **credentials)
    assert none.stdout == "" and "no event" in none.stderr


def test_values_go_to_athena_as_parameters_in_the_workgroup_of_the_role(athena):
    where, credentials = asking(athena)
    athena.asked.clear()
    bcce(*where, "audit", "search", "--consent", "o'brien", code=1, **credentials)
    bcce(*where, "cost", "analysis", **credentials)
    search, *costs = athena.asked
    assert "brien" not in search["QueryString"] and "'o''brien'" in search["ExecutionParameters"]
    assert search["WorkGroup"] == "acme-auditor" and {one["WorkGroup"] for one in costs} == {"acme-cost"}
    assert {one["QueryExecutionContext"]["Database"] for one in athena.asked} == {"events"}


def test_a_failed_query_says_what_athena_said_and_what_helps(athena):
    where, credentials = asking(athena)
    athena.refusal = "TABLE_NOT_FOUND: line 1:8: Table 'awsdatacatalog.events.cost_by_model' does not exist"
    try:
        failed = bcce(*where, "cost", "analysis", code=2, **credentials).stderr
    finally:
        athena.refusal = None
    assert "TABLE_NOT_FOUND" in failed and "hint: the views are missing or old: `bcce deploy --component log-aggregation`" in failed


def test_the_whole_folder_reads_as_a_copy_of_a_bucket_does(made, tmp_path):
    """`raw/` of the internal bucket, as `aws s3 sync` brings it: narrowed copies are not in it."""
    of_class = [(dt, event) for data_class, dt, event in made.lines if data_class == "internal"]
    for number, (dt, event) in enumerate(of_class):
        place = tmp_path / "raw" / f"dt={dt}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"stream-1-{number}.gz").write_bytes(gzip.compress(json.dumps(event).encode()))
    got = answer("--lake", tmp_path, "cost", "analysis", "--period", "60d")
    internal = [message for message in made.truth.messages if message["person"]["tier"] == "metrics"]
    assert got["total"]["messages"] == len(internal)


# Erasing


def held_by(folder, user):
    """Events of a user in the lines and in the Parquet of a folder, read by another program."""
    count = 0
    for file in folder.rglob("*"):
        if file.name.endswith(".ndjson.gz") or file.suffix == ".gz":
            count += sum(json.loads(line).get("user") == user for line in gzip.decompress(file.read_bytes()).splitlines() if line)
        elif file.suffix == ".ndjson":
            count += sum(json.loads(line)["user"] == user for line in file.read_text(encoding="utf-8").splitlines())
        elif file.suffix == ".parquet":
            count += duckdb.sql(f"SELECT count(*) FROM '{file}' WHERE \"user\" = '{user}'").fetchone()[0]
    return count


def test_an_erasure_leaves_nothing_of_the_user_and_all_of_the_others(made, tmp_path):
    folder = write(tmp_path / "lake", made)
    gone, stays = made.users[3]["user"], [person["user"] for person in made.users if person is not made.users[3]]
    before = {user: held_by(folder, user) for user in [gone, *stays]}
    plan = answer("--lake", folder, "erase", "--pseudonym", gone, "--dry-run")
    assert sum(of["events"] for of in plan["found"].values()) == before[gone] == held_by(folder, gone)
    assert "no terminal" in bcce("--lake", folder, "erase", "--pseudonym", gone, code=2).stderr
    assert held_by(folder, gone) == before[gone], "nobody said yes"
    done = answer("--lake", folder, "erase", "--pseudonym", gone, "--yes")
    assert done["state"] == "done" and done["erased"] == plan["found"] and set(done["erased"]) == {"restricted"}
    assert held_by(folder, gone) == 0
    assert {user: held_by(folder, user) for user in stays} == {user: before[user] for user in stays}
    record = pathlib.Path(done["record"]).read_text()
    assert gone not in record and hashlib.sha256(gone.encode()).hexdigest() in record and json.loads(record)["state"] == "done"
    again = answer("--lake", folder, "erase", "--pseudonym", gone, "--yes")
    assert again["found"] == {} and again["state"] == "done"
    bcce("--lake", folder, "audit", "search", "--user", gone, "--period", "60d", code=1)
    assert answer("--lake", folder, "cost", "analysis", "--period", "60d")["total"]["messages"] == sum(
        message["person"]["user"] != gone for message in made.truth.messages
    )


def test_parquet_is_rewritten_row_by_row_and_column_by_column(made, tmp_path):
    """Nested columns of every kind that the tables have: structures, lists of structures, maps."""
    connection = warehouse.opened(made.lines, made.teams, tmp_path / "warehouse")
    place = tmp_path / "lake" / "class=restricted" / "dt=2026-01-01"
    place.mkdir(parents=True)
    file = place / "a.parquet"
    for codec in ("SNAPPY", "GZIP", "UNCOMPRESSED"):
        connection.execute(f"COPY (SELECT * EXCLUDE dt FROM events_restricted) TO '{file}' (FORMAT PARQUET, COMPRESSION {codec}, ROW_GROUP_SIZE 2048)")
        [gone] = connection.execute("SELECT min(\"user\") FROM events_restricted").fetchone()[:1]
        first = connection.execute(f"SELECT count(*), count(*) FILTER (WHERE \"user\" = '{gone}') FROM '{file}'").fetchone()
        other = "f" * 16
        connection.execute(f"COPY (SELECT * REPLACE (CASE WHEN row_number() OVER () % 3 = 0 THEN '{other}' ELSE \"user\" END AS \"user\") FROM '{file}') TO '{file}.tmp' (FORMAT PARQUET, COMPRESSION {codec}, ROW_GROUP_SIZE 2048)")
        pathlib.Path(f"{file}.tmp").rename(file)
        wanted = connection.execute(f"SELECT * FROM '{file}' WHERE \"user\" <> '{other}' ORDER BY ALL").fetchall()
        shape = connection.execute(f"DESCRIBE SELECT * FROM '{file}'").fetchall()
        assert 0 < len(wanted) < first[0]
        done = answer("--lake", tmp_path / "lake", "erase", "--pseudonym", other, "--yes")
        assert done["erased"]["restricted"]["events"] == first[0] - len(wanted)
        assert connection.execute(f"SELECT * FROM '{file}' ORDER BY ALL").fetchall() == wanted
        assert connection.execute(f"DESCRIBE SELECT * FROM '{file}'").fetchall() == shape
        done = answer("--lake", tmp_path / "lake", "erase", "--pseudonym", gone, "--yes")
        assert not file.exists() and done["erased"]["restricted"]["events"] == len(wanted)
        # A lake without a file is none: another one keeps it.
        connection.execute(f"COPY (SELECT '{'0' * 16}' AS \"user\") TO '{place}/b.parquet' (FORMAT PARQUET)")


def test_what_cannot_be_looked_at_is_named_and_not_called_erased(made, tmp_path):
    folder = write(tmp_path / "lake", made)
    gone = made.users[0]["user"]
    torn = folder / "class=internal" / "dt=2026-01-01" / "torn.ndjson.gz"
    torn.parent.mkdir(parents=True, exist_ok=True)
    torn.write_bytes(gzip.compress(os.urandom(9999))[:5000])
    odd = folder / "class=internal" / "dt=2026-01-01" / "odd.parquet"
    duckdb.sql(f"COPY (SELECT 1 AS x) TO '{odd}' (FORMAT PARQUET)")
    (folder / "mail.txt").write_text(json.dumps({"user": gone}))
    done = bcce("--json", "--lake", folder, "erase", "--pseudonym", gone, "--yes", code=2)
    got = json.loads(done.stdout)
    assert got["state"] == "incomplete"
    assert {pathlib.Path(left["place"]).name for left in got["not_erased"]} == {"torn.ndjson.gz", "odd.parquet", "mail.txt"}
    assert done.stderr.count("not erased:") == len(got["not_erased"])
    torn.unlink()
    assert held_by(folder / "class=internal", gone) == 0 if not odd.unlink() else None
    for odd_name in ("short", "G" * 16, "A" * 16):
        assert "16 hexadecimal digits" in bcce("--lake", folder, "erase", "--pseudonym", odd_name, code=64).stderr


GONE, STAYS = "00000000000000aa", "00000000000000bb"
DAY = "class=internal/dt=2026-01-01"


def small(folder):
    """A lake of one file."""
    file = folder / DAY / "part-1.ndjson"
    file.parent.mkdir(parents=True)
    file.write_text("".join(json.dumps({"user": user}) + "\n" for user in (GONE, STAYS)))
    return file


def erasing(folder, *more, code=0):
    done = bcce("--json", "--lake", folder, "erase", "--pseudonym", GONE, *(more or ("--yes",)), code=code)
    return json.loads(done.stdout), done.stderr


def test_links_and_folders_that_are_not_looked_into_are_never_called_clean(tmp_path):
    folder, outside = tmp_path / "lake", tmp_path / "outside"
    small(folder)
    small(outside)
    linked = folder / DAY / "part-2.ndjson"
    linked.symlink_to(outside / DAY / "part-1.ndjson")
    (folder / "class=restricted").symlink_to(outside, target_is_directory=True)
    deep = folder.joinpath(*"abcdefghi")
    for place in (folder / ".trash", folder / DAY / "_old", deep):
        place.mkdir(parents=True)
        (place / "part-1.ndjson").write_text(json.dumps({"user": GONE}))
    os.mkfifo(folder / DAY / "part-3.ndjson")
    (folder / "steered\x1b[2J.txt").write_text(GONE)
    before = (outside / DAY / "part-1.ndjson").read_text()
    plan, _ = erasing(folder, "--dry-run", code=2)
    got, told = erasing(folder, code=2)
    assert got["state"] == "incomplete" and got["erased"]["internal"] == {"files": 1, "events": 1}
    wanted = [f"{DAY}/part-2.ndjson", "class=restricted", "a/b/c/d/e/f/g/h", ".trash", f"{DAY}/_old", f"{DAY}/part-3.ndjson", "steered\ufffd[2J.txt"]
    assert sorted(left["place"] for left in got["not_erased"]) == sorted(wanted) == sorted(left["place"] for left in plan["not_erased"])
    assert "\x1b" not in told
    assert linked.is_symlink() and (outside / DAY / "part-1.ndjson").read_text() == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_what_may_not_be_read_is_never_called_clean(tmp_path):
    file = small(tmp_path)
    (tmp_path / "notes.txt").write_text(GONE)
    (tmp_path / "locked").mkdir()
    shut = [file, tmp_path / "notes.txt", tmp_path / "locked"]
    other = tmp_path / DAY / "part-2.ndjson"
    other.write_text(json.dumps({"user": STAYS}))
    for place in shut:
        place.chmod(0)
    got, _ = erasing(tmp_path, code=2)
    for place in shut:
        place.chmod(0o700)
    assert {left["place"] for left in got["not_erased"]} == {f"{DAY}/part-1.ndjson", "notes.txt", "locked"}


def test_a_file_keeps_its_rights_and_nothing_is_written_through_a_planted_name(tmp_path):
    folder = tmp_path / "lake"
    file = small(folder)
    file.chmod(0o640)
    erasing(folder)
    assert file.stat().st_mode & 0o777 == 0o640
    assert [place.name for place in file.parent.iterdir()] == ["part-1.ndjson"]
    file.write_text("".join(json.dumps({"user": user}) + "\n" for user in (GONE, STAYS)))
    outside = tmp_path / "outside"
    outside.write_text("mine")
    file.with_name(f".{file.name}.erasing").symlink_to(outside)
    got, _ = erasing(folder, code=2)
    assert outside.read_text() == "mine" and got["erased"]["internal"]["events"] == 1 and not file.is_symlink()


def test_an_erasure_that_was_killed_is_finished_by_the_next(tmp_path):
    file = small(tmp_path)
    first, _ = erasing(tmp_path)
    # As a run leaves it that was killed between two files.
    file.write_text("".join(json.dumps({"user": user}) + "\n" for user in (GONE, STAYS)))
    record = pathlib.Path(first["record"])
    begun = json.loads(record.read_text()) | {"state": "begun", "ended": None}
    record.write_text(json.dumps(begun))
    other = record.with_name("20260101T000000Z-other.json")
    other.write_text(json.dumps(begun | {"pseudonyms_sha256": ["0" * 64]}))
    for place in (file.with_name(".0123.erasing"), record.with_name(".4567.erasing")):
        place.write_text(json.dumps({"user": GONE}))
    done, _ = erasing(tmp_path)
    assert done["state"] == "done" and done["not_erased"] == []
    closed = json.loads(record.read_text())
    assert closed["state"] == "done" and closed["closed_by"] == pathlib.Path(done["record"]).name and closed["ended"]
    assert json.loads(other.read_text())["state"] == "begun", "that one is of somebody else"
    assert not list(tmp_path.rglob(".*"))
    # And one that was killed after the last file.
    file.unlink()
    record.write_text(json.dumps(begun))
    assert erasing(tmp_path)[0]["state"] == "done" and json.loads(record.read_text())["state"] == "done"


@pytest.mark.parametrize("pid, age, words", [
    (os.getpid(), 0, "wait until it has ended"),
    (2**22 + 1, 0, "which is gone"),
    (os.getpid(), 2, "for more than a day"),
])
def test_two_erasures_do_not_work_on_one_folder(tmp_path, pid, age, words):
    file = small(tmp_path)
    lock = tmp_path / "_erasures" / ".lock"
    lock.parent.mkdir()
    lock.write_text(str(pid))
    then = datetime.datetime.now().timestamp() - age * 86400
    os.utime(lock, (then, then))
    before = file.read_text()
    told = bcce("--lake", tmp_path, "erase", "--pseudonym", GONE, "--yes", code=2).stderr
    assert words in told and f"process {pid}" in told and "hint:" in told and "_erasures/.lock" in told
    assert lock.exists() and file.read_text() == before
    lock.unlink()
    assert erasing(tmp_path)[0]["state"] == "done" and not lock.exists()


def test_rows_of_teams_are_erased_and_counted_by_themselves(tmp_path):
    small(tmp_path)
    file = tmp_path / "teams" / "all.csv"
    file.parent.mkdir()
    file.write_bytes(f'\ufeffteam,user\r\n"x, ""y""",{STAYS}\r\nx,{GONE}\r\n'.encode())
    got, _ = erasing(tmp_path)
    assert got["state"] == "done" and got["erased"] == {"internal": {"files": 1, "events": 1}, "teams rows": {"files": 1, "events": 1}}
    assert file.read_bytes() == f'\ufeffteam,user\r\n"x, ""y""",{STAYS}\r\n'.encode()


def test_a_file_of_teams_that_names_the_user_elsewhere_is_left(tmp_path):
    small(tmp_path)
    (tmp_path / "teams").mkdir()
    (tmp_path / "teams" / "odd.csv").write_text(f"person;team\n{GONE};x\n")
    got, _ = erasing(tmp_path, code=2)
    assert [left["place"] for left in got["not_erased"]] == ["teams/odd.csv"]


def test_what_nobody_confirmed_is_told_as_json_too(tmp_path):
    file = small(tmp_path)
    before = file.read_text()
    done = bcce("--json", "--lake", tmp_path, "erase", "--pseudonym", GONE, code=2)
    got = json.loads(done.stdout)
    assert got["state"] == "declined" and got["found"]["internal"]["events"] == 1 and got["erased"] is None
    assert file.read_text() == before and not (tmp_path / "_erasures").exists()
    # At a terminal somebody says no.
    ours, theirs = os.openpty()
    command = [os.path.abspath(BCCE), "--json", "--lake", str(tmp_path), "erase", "--pseudonym", GONE]
    asked = subprocess.Popen(command, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    os.write(ours, b"no\n")
    told, _ = asked.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)
    assert asked.returncode == 1 and json.loads(told)["state"] == "declined"
