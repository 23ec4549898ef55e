"""`bcce erase` against an emulator: Parquet that its Firehose delivered, raw lines, refused records, and versions that were
overwritten or deleted before. What the emulator's Athena cannot do (parameters of queries, views) is tested with a double of it,
in test_bcce_lake.py.
"""

import base64
import gzip
import http.client
import http.server
import importlib.util
import json
import os
import re
import subprocess
import tempfile
import threading
import urllib.parse

import pytest

pytest.importorskip("boto3")
duckdb = pytest.importorskip("duckdb")

import stack  # noqa: E402
from emulator import ACCOUNT, ROOT, Emulator, adapted  # noqa: E402

BCCE = os.environ.get("BCCE")
pytestmark = [
    pytest.mark.skipif(not importlib.util.find_spec("ministack"), reason="ministack is not installed: lake/requirements-ministack.txt"),
    pytest.mark.skipif(not BCCE, reason="BCCE does not name a bcce binary"),
]
REGION = "eu-central-1"
GONE, STAYS = "00000000000000aa", "00000000000000bb"
CLASSES = ("internal", "confidential", "restricted")


@pytest.fixture(scope="module")
def emulator(tmp_path_factory):
    one = Emulator(tmp_path_factory.mktemp("ministack"))
    yield one
    one.end()


@pytest.fixture(scope="module")
def outputs(emulator):
    """What the stack says of itself."""
    made = adapted()
    for policy in stack.of_type(made, "AWS::S3::BucketPolicy").values():
        # The emulator speaks no TLS here; what the two statements refuse is tested in test_template.py.
        document = policy["Properties"]["PolicyDocument"]
        document["Statement"] = [one for one in document["Statement"] if not one.get("Sid", "").startswith("OnlyTls")]
    return emulator.make_stack(
        REGION,
        "bcce-lake",
        made,
        OrganizationId=emulator.organization(),
        LaptopPrincipalArn=f"arn:aws:iam::{ACCOUNT}:root",
        ExternalId="-".join(["only", "for", "this", "test"]),
        AlarmEmail="ops@example.com",
    )


@pytest.fixture(scope="module")
def admin(emulator, outputs):
    """What the stack's admin may do, and nothing else."""
    _, own = emulator.make_user("person")
    return emulator.become(REGION, own, outputs["AdminRoleArn"])


def event(user, number, data_class):
    return {
        "schema": "bcce.event.v1", "event_id": f"{number:032x}", "ingest_time": "2026-11-20T00:00:00.000Z", "tier": "metrics",
        "data_class": data_class, "kind": "assistant", "user": user, "host": "h" * 16, "os": "linux", "dropped_fields": 0,
        "agent_version": "0.1.0", "policy_id": "p" * 16, "consent_id": "c" * 32, "event_time": "2026-11-20T00:00:00.000Z",
        "usage": {"input_tokens": number, "output_tokens": 2}, "redactions": {"email": number},
        "tools": [{"id": f"toolu_{number}", "name": "Bash"}, {"id": f"toolu_{number}b", "outcome": "ok"}],
    }


def lines(*events):
    return "".join(json.dumps(one) + "\n" for one in events).encode()


def versions(emulator, name):
    """Every version of every object below events/, raw/ and errors/: whether it is the latest, and its content."""
    storage = emulator.client("s3", REGION)
    bucket = f"bcce-{name}-{ACCOUNT}-{REGION}"
    held = []
    for page in storage.get_paginator("list_object_versions").paginate(Bucket=bucket):
        for one in page.get("Versions", []):
            if one["Key"].startswith(("events/", "raw/", "errors/")):
                body = storage.get_object(Bucket=bucket, Key=one["Key"], VersionId=one["VersionId"])["Body"].read()
                held.append((one["Key"], one["IsLatest"], body))
    return held


def users(body):
    """The users in a file, each as often as it has events."""
    if body.startswith(b"PAR1"):
        with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
            file.write(body)
            file.flush()
            return [user for (user,) in duckdb.sql(f"SELECT \"user\" FROM '{file.name}'").fetchall()]
    text = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
    found = []
    for line in text.splitlines():
        try:
            one = json.loads(line)
        except ValueError:
            found += [user for user in (GONE, STAYS) if user.encode() in line]
            continue
        found += users(base64.b64decode(one["rawData"])) if "rawData" in one else [one["user"]]
    return found


def bcce(emulator, credentials, *arguments, code=0):
    return json.loads(run(emulator.url, credentials, *arguments, code=code).stdout)


def run(url, credentials, *arguments, code=0):
    environment = {"PATH": os.environ["PATH"], "AWS_EC2_METADATA_DISABLED": "true", **credentials}
    command = [os.path.abspath(BCCE), "--json", "--endpoint-url", url, "--region", REGION, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == code, (done.stdout[-2000:], done.stderr[-2000:])
    return done


BUCKET = f"bcce-internal-{ACCOUNT}-{REGION}"
# It keeps for seven years what it holds.
RECORDS = f"bcce-confidential-{ACCOUNT}-{REGION}"
ALL = {name.upper(): value for name, value in ROOT.items()}


class Proxy(http.server.ThreadingHTTPServer):
    """Between the command and the emulator: `fault(method, path)` may do something first, and gives an answer in place of the
    emulator's: a status and a body, `"cut"` for none at all, or None for the emulator's own."""

    def __init__(self, emulator, fault):
        self.to, self.fault, self.seen = emulator.url.removeprefix("http://"), fault, []
        super().__init__(("127.0.0.1", 0), Passing)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class Passing(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def passed(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        self.server.seen.append((self.command, self.path, dict(self.headers)))
        fault = self.server.fault(self.command, urllib.parse.unquote(self.path))
        self.close_connection = True
        if fault == "cut":
            return
        if fault is None:
            # The signature covers the host that was asked.
            connection = http.client.HTTPConnection(self.server.to, timeout=60)
            connection.request(self.command, self.path, body, dict(self.headers))
            got = connection.getresponse()
            status, headers, body = got.status, got.getheaders(), got.read()
        else:
            status, headers, body = fault[0], [], fault[1].encode()
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in ("content-length", "transfer-encoding", "connection", "date", "server"):
                self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = passed


def test_an_erasure_reaches_every_version_in_every_bucket(emulator, outputs, admin):
    firehose, storage = emulator.client("firehose", REGION), emulator.client("s3", REGION)
    for name in CLASSES:
        of = [event(GONE if number % 2 else STAYS, number, name) for number in range(1, 7)]
        odd = event(GONE, 8, name) | {"usage": "none"}
        broken = lines(event(GONE, 9, name), event(STAYS, 10, name))[:-9]
        records = [lines(*of[:4]), lines(of[4]), lines(of[5]), lines(odd, event(STAYS, 7, name)), broken]
        done = firehose.put_record_batch(
            DeliveryStreamName=outputs[f"{name.capitalize()}StreamName"], Records=[{"Data": record} for record in records]
        )
        assert done["FailedPutCount"] == 0
        # What a bucket keeps as it came, should the emulator not keep it.
        storage.put_object(Bucket=f"bcce-{name}-{ACCOUNT}-{REGION}", Key="raw/dt=2026-11-20/stream-1.gz", Body=gzip.compress(b"".join(records[:3])))
    before = {name: versions(emulator, name) for name in CLASSES}
    for name, held in before.items():
        kinds = {key.split("/")[0] for key, _, _ in held}
        assert kinds >= {"events", "raw", "errors"}, (name, kinds)
        # One is overwritten with itself, one is deleted: what is below stays for 30 days.
        bucket = f"bcce-{name}-{ACCOUNT}-{REGION}"
        with_gone = [(key, body) for key, _, body in held if key.startswith("events/") and GONE in users(body)]
        storage.put_object(Bucket=bucket, Key=with_gone[0][0], Body=with_gone[0][1])
        storage.delete_object(Bucket=bucket, Key=with_gone[-1][0])
    latest = {name: sorted(user for _, is_latest, body in versions(emulator, name) if is_latest for user in users(body)) for name in CLASSES}
    assert all(GONE in held and STAYS in held for held in latest.values())

    plan = bcce(emulator, admin, "erase", "--pseudonym", GONE, "--dry-run")
    count = {name: sum(users(body).count(GONE) for _, _, body in versions(emulator, name)) for name in CLASSES}
    assert {name: of["events"] for name, of in plan["found"].items()} == count

    done = bcce(emulator, admin, "erase", "--pseudonym", GONE, "--yes")
    assert done["state"] == "done" and done["erased"] == plan["found"] and done["not_erased"] == []
    for name in CLASSES:
        held = versions(emulator, name)
        assert not any(GONE in users(body) for _, _, body in held)
        assert not any(GONE.encode() in body for _, _, body in held)
        left = sorted(user for _, is_latest, body in held if is_latest for user in users(body))
        assert left == [user for user in latest[name] if user == STAYS], "nobody else loses anything, and nothing comes back"
    internal, key = done["record"].removeprefix("s3://").split("/", 1)
    record = json.loads(storage.get_object(Bucket=internal, Key=key)["Body"].read())
    assert record["state"] == "done" and "assumed-role/bcce-admin" in record["by"] and GONE not in json.dumps(record)

    again = bcce(emulator, admin, "erase", "--pseudonym", GONE, "--yes")
    assert again["found"] == {} and again["state"] == "done"


GONE_2 = "00000000000000cc"


def put(emulator, key, *of):
    return emulator.client("s3", REGION).put_object(Bucket=BUCKET, Key=key, Body=lines(*of))["VersionId"]


def held_under(emulator, key):
    return [(is_latest, sorted(users(body))) for name, is_latest, body in versions(emulator, "internal") if name == key]


def erased(where, credentials, user, code=0):
    return json.loads(run(where.url, credentials, "erase", "--pseudonym", user, "--yes", code=code).stdout)


@pytest.mark.parametrize("status", ["Suspended", ""])
def test_nothing_is_changed_where_a_bucket_keeps_no_versions(emulator, outputs, admin, status):
    key = f"raw/dt=2026-11-21/suspended{status}.ndjson"
    storage = emulator.client("s3", REGION)
    put(emulator, key, event(GONE, 1, "internal"), event(STAYS, 2, "internal"))
    before = versions(emulator, "internal")
    off = "<VersioningConfiguration/>"

    def fault(method, path):
        return (200, off) if not status and method == "GET" and "restricted" in path and "versioning" in path else None

    if status:
        storage.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": status})
    try:
        with Proxy(emulator, fault) as proxy:
            told = run(proxy.url, admin, "erase", "--pseudonym", GONE, "--yes", code=2).stderr
            assert not any(method in ("PUT", "DELETE") for method, _, _ in proxy.seen)
    finally:
        storage.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    assert f"is {status.lower() or 'off'}" in told and "hint: `bcce deploy --component infrastructure`" in told
    assert versions(emulator, "internal") == before
    erased(emulator, admin, GONE)
    assert held_under(emulator, key) == [(True, [STAYS])]


def test_who_may_not_ask_for_versioning_erases_nothing(emulator, outputs, admin):
    denied = "<Error><Code>AccessDenied</Code><Message>no</Message></Error>"
    with Proxy(emulator, lambda method, path: (403, denied) if path.endswith("versioning=") else None) as proxy:
        told = run(proxy.url, admin, "erase", "--pseudonym", GONE, "--yes", code=2).stderr
        assert not any(method in ("PUT", "DELETE") for method, _, _ in proxy.seen)
    assert "s3:GetBucketVersioning" in told


def test_a_version_is_not_deleted_where_the_new_object_took_its_place(emulator, outputs, admin):
    """Versioning goes off after it was asked for."""
    key = "raw/dt=2026-11-21/place.ndjson"
    storage = emulator.client("s3", REGION)
    put(emulator, key, event(GONE, 1, "internal"), event(STAYS, 2, "internal"))

    def fault(method, path):
        if method == "PUT" and "/erasures/" in path:
            storage.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Suspended"})

    try:
        with Proxy(emulator, fault) as proxy:
            got = erased(proxy, admin, GONE, code=2)
    finally:
        storage.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    assert any("no version of its own" in left["reason"] for left in got["not_erased"])
    assert (True, [STAYS]) in held_under(emulator, key)
    assert erased(emulator, admin, GONE)["state"] == "done"
    assert held_under(emulator, key) == [(True, [STAYS])]


def test_two_erasures_at_once_bring_nothing_back(emulator, outputs, admin):
    key = "raw/dt=2026-11-22/twice.ndjson"
    put(emulator, key, event(GONE, 1, "internal"), event(GONE_2, 2, "internal"), event(STAYS, 3, "internal"))
    other = []

    def fault(method, path):
        # Just before the first one writes, another erases another user from the same object.
        if method == "PUT" and key in path and not other:
            other.append(True)
            assert erased(emulator, admin, GONE_2)["state"] == "done"

    with Proxy(emulator, fault) as proxy:
        got = erased(proxy, admin, GONE)
        assert all("if-match" in {name.lower() for name in headers} for method, path, headers in proxy.seen if method == "PUT" and key in urllib.parse.unquote(path))
    assert got["state"] == "done" and other
    assert held_under(emulator, key) == [(True, [STAYS])]


def test_an_object_that_others_change_all_the_time_is_left_after_three_rounds(emulator, outputs, admin):
    key = "raw/dt=2026-11-22/busy.ndjson"
    of = [event(GONE, 1, "internal"), event(STAYS, 2, "internal")]
    put(emulator, key, *of)
    written = []

    def fault(method, path):
        if method == "PUT" and key in path:
            written.append(put(emulator, key, *of, event(STAYS, len(written), "internal")))

    with Proxy(emulator, fault) as proxy:
        got = erased(proxy, admin, GONE, code=2)
    assert len(written) == 3 and got["state"] == "incomplete"
    assert any(key in left["place"] and "still holds" in left["reason"] for left in got["not_erased"])
    assert erased(emulator, admin, GONE)["state"] == "done"
    assert held_under(emulator, key) == [(True, [STAYS, STAYS])]


def test_what_is_listed_and_not_given_is_left(emulator, outputs, admin):
    keys = {"missing": "raw/dt=2026-11-23/missing.ndjson", "cut": "raw/dt=2026-11-23/cut.ndjson", "gone": "raw/dt=2026-11-23/gone.ndjson"}
    ids = {name: put(emulator, key, event(GONE, 1, "internal")) for name, key in keys.items()}
    storage = emulator.client("s3", REGION)

    def fault(method, path):
        if method == "GET" and "versionId" in path:
            if keys["missing"] in path:
                return 404, "<Error><Code>NoSuchKey</Code><Message>\x9b2J</Message></Error>"
            if keys["cut"] in path:
                return "cut"
            if keys["gone"] in path:
                storage.delete_object(Bucket=BUCKET, Key=keys["gone"], VersionId=ids["gone"])
        return None

    with Proxy(emulator, fault) as proxy:
        done = run(proxy.url, admin, "erase", "--pseudonym", GONE, "--dry-run", code=2)
    got = json.loads(done.stdout)
    assert sorted(re.search(r"(\w+)\.ndjson", left["place"])[1] for left in got["not_erased"]) == ["cut", "missing"]
    assert "\x9b" not in done.stderr
    assert erased(emulator, admin, GONE)["state"] == "done"


def test_a_list_that_is_none_is_not_told_as_athenas(emulator, outputs, admin):
    with Proxy(emulator, lambda method, path: (200, "{}") if "versions=" in path else None) as proxy:
        told = run(proxy.url, admin, "erase", "--pseudonym", GONE, "--dry-run", code=2).stderr
    assert "S3's list" in told and "Athena" not in told


def test_odd_keys_and_files_of_teams_are_reached(emulator, outputs, admin):
    odd, teams = "raw/dt=2026-11-24/a b+c%20d\u00fc&.ndjson", "reference/teams/all.csv"
    put(emulator, odd, event(GONE, 1, "internal"), event(STAYS, 2, "internal"))
    storage = emulator.client("s3", REGION)
    storage.put_object(Bucket=BUCKET, Key=teams, Body=f"user,team\r\n{GONE},x\r\n{STAYS},\"x, y\"\r\n".encode())
    got = erased(emulator, admin, GONE)
    assert got["state"] == "done" and got["erased"]["teams rows"] == {"files": 1, "events": 1} and got["erased"]["internal"]["events"] == 1
    assert held_under(emulator, odd) == [(True, [STAYS])]
    listed = storage.list_object_versions(Bucket=BUCKET, Prefix=teams)["Versions"]
    assert [storage.get_object(Bucket=BUCKET, Key=teams, VersionId=one["VersionId"])["Body"].read() for one in listed] == [f"user,team\r\n{STAYS},\"x, y\"\r\n".encode()]


def test_what_the_look_afterwards_cannot_read_is_left(emulator, outputs, admin):
    key = "raw/dt=2026-11-24/afterwards.ndjson"
    put(emulator, key, event(GONE, 1, "internal"), event(STAYS, 2, "internal"))
    deleted = []

    def fault(method, path):
        if key in path:
            if method == "DELETE":
                deleted.append(path)
            elif method == "GET" and deleted and "versionId" in path:
                return 403, "<Error><Code>AccessDenied</Code><Message>no</Message></Error>"
        return None

    with Proxy(emulator, fault) as proxy:
        got = erased(proxy, admin, GONE, code=2)
    assert deleted and [key in left["place"] for left in got["not_erased"]] == [True]


def test_an_interrupted_erasure_is_closed_by_the_run_that_finishes_it(emulator, outputs, admin):
    key = "raw/dt=2026-11-24/interrupted.ndjson"
    put(emulator, key, event(GONE, 1, "internal"), event(STAYS, 2, "internal"))
    denied = (403, "<Error><Code>AccessDenied</Code><Message>no</Message></Error>")
    with Proxy(emulator, lambda method, path: denied if method == "PUT" and key in path else None) as proxy:
        told = run(proxy.url, admin, "erase", "--pseudonym", GONE, "--yes", code=2).stderr
    assert "interrupted" in told
    storage = emulator.client("s3", REGION)

    def records():
        kept = storage.list_objects_v2(Bucket=RECORDS, Prefix="erasures/")["Contents"]
        return {one["Key"]: json.loads(storage.get_object(Bucket=RECORDS, Key=one["Key"])["Body"].read()) for one in kept}

    [begun] = [name for name, record in records().items() if record["state"] == "begun"]
    done = erased(emulator, admin, GONE)
    closed = records()[begun]
    assert closed["state"] == "done" and done["record"].endswith(closed["closed_by"])


def test_a_lake_that_is_only_assumed_is_named(emulator, outputs, admin):
    told = "<Error><Code>AccessDenied</Code><Message>no</Message></Error>"

    def fault(method, path):
        return (403, told) if method == "POST" and path == "/" and fault.denies.pop("once", False) else None

    fault.denies = {"once": True}
    with Proxy(emulator, fault) as proxy:
        done = run(proxy.url, admin, "erase", "--pseudonym", GONE, "--dry-run")
    got = json.loads(done.stdout)
    assert got["notes"] and "note: " in done.stderr and BUCKET in got["lake"]
    fault.denies = {"once": True}
    with Proxy(emulator, fault) as proxy:
        refused = run(proxy.url, admin, "--stack", "other", "erase", "--pseudonym", GONE, "--yes", code=2)
        assert not any(method in ("PUT", "DELETE") for method, _, _ in proxy.seen)
    assert "hint:" in refused.stderr


def test_a_stack_that_is_not_there_is_a_clear_error(emulator):
    environment = {"PATH": os.environ["PATH"], "AWS_EC2_METADATA_DISABLED": "true", **{name.upper(): value for name, value in ROOT.items()}}
    command = [os.path.abspath(BCCE), "--endpoint-url", emulator.url, "--region", "us-east-1", "--stack", "none", "cost", "analysis"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "there is no stack none in us-east-1" in done.stderr and "bcce deploy --component infrastructure" in done.stderr
