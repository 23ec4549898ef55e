"""`bcce erase` against an emulator: Parquet that its Firehose delivered, raw lines, refused records, and versions that were
overwritten or deleted before. What the emulator's Athena cannot do (parameters of queries, views) is tested with a double of it,
in test_bcce_lake.py.
"""

import base64
import gzip
import importlib.util
import json
import os
import subprocess
import tempfile

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
    one.make_bucket(REGION, "templates")
    yield one
    one.end()


@pytest.fixture(scope="module")
def outputs(emulator):
    """What the stack says of itself."""
    organization = emulator.client("organizations", "us-east-1").describe_organization()["Organization"]["Id"]
    made = adapted()
    for policy in stack.of_type(made, "AWS::S3::BucketPolicy").values():
        # The emulator speaks no TLS here; what the two statements refuse is tested in test_template.py.
        document = policy["Properties"]["PolicyDocument"]
        document["Statement"] = [one for one in document["Statement"] if not one.get("Sid", "").startswith("OnlyTls")]
    emulator.client("s3", REGION).put_object(Bucket="templates", Key="template", Body=json.dumps(made))
    client = emulator.client("cloudformation", REGION)
    parameters = {
        "OrganizationId": organization, "LaptopPrincipalArn": f"arn:aws:iam::{ACCOUNT}:root",
        "ExternalId": "-".join(["only", "for", "this", "test"]), "AlarmEmail": "ops@example.com",
    }
    client.create_stack(
        StackName="bcce-lake", TemplateURL=f"{emulator.url}/templates/template", Capabilities=["CAPABILITY_NAMED_IAM"],
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
    )
    client.get_waiter("stack_create_complete").wait(StackName="bcce-lake", WaiterConfig={"Delay": 1, "MaxAttempts": 120})
    [made] = client.describe_stacks(StackName="bcce-lake")["Stacks"]
    return {one["OutputKey"]: one["OutputValue"] for one in made["Outputs"]}


@pytest.fixture(scope="module")
def admin(emulator, outputs):
    """What the stack's admin may do, and nothing else."""
    iam = emulator.client("iam", "us-east-1")
    iam.create_user(UserName="person")
    may = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}]}
    iam.put_user_policy(UserName="person", PolicyName="roles", PolicyDocument=json.dumps(may))
    key = iam.create_access_key(UserName="person")["AccessKey"]
    own = {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}
    sts = emulator.client("sts", REGION, **own)
    given = sts.assume_role(RoleArn=outputs["AdminRoleArn"], RoleSessionName="admin")["Credentials"]
    return {"AWS_ACCESS_KEY_ID": given["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"], "AWS_SESSION_TOKEN": given["SessionToken"]}


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
    environment = {"PATH": os.environ["PATH"], "AWS_EC2_METADATA_DISABLED": "true", **credentials}
    command = [os.path.abspath(BCCE), "--json", "--endpoint-url", emulator.url, "--region", REGION, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == code, (done.stdout[-2000:], done.stderr[-2000:])
    return json.loads(done.stdout)


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


def test_a_stack_that_is_not_there_is_a_clear_error(emulator):
    environment = {"PATH": os.environ["PATH"], "AWS_EC2_METADATA_DISABLED": "true", **{name.upper(): value for name, value in ROOT.items()}}
    command = [os.path.abspath(BCCE), "--endpoint-url", emulator.url, "--region", "us-east-1", "--stack", "none", "cost", "analysis"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "there is no stack none in us-east-1" in done.stderr and "bcce deploy --component infrastructure" in done.stderr
