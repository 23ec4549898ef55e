"""`bcce validate` and `bcce audit report` over the stack in the emulator: what is well, what is broken on purpose, and what the stack's
own roles may look at.

BCCE names the program.
"""

import csv
import importlib.util
import io
import json
import os
import subprocess

import pytest

pytest.importorskip("boto3")

from emulator import ACCOUNT, Emulator, adapted  # noqa: E402

PROGRAM = os.environ.get("BCCE")
pytestmark = [
    pytest.mark.skipif(not importlib.util.find_spec("ministack"), reason="ministack is not installed: lake/requirements-ministack.txt"),
    pytest.mark.skipif(not PROGRAM, reason="BCCE does not name a bcce binary"),
]

REGION = "eu-central-1"
BUCKETS = {name: f"bcce-{name}-{ACCOUNT}-{REGION}" for name in ("internal", "confidential", "restricted", "results", "trail", "access-logs")}
# What the emulator makes otherwise than the template says, so that bcce rightly finds it missing: CloudFormation there sets no
# encryption, no lifecycle and no access logs of buckets, has no trail, and tells of no actions of alarms; nobody made the views.
MADE_OTHERWISE = {"template", "encryption", "lifecycle", "access-logs", "trail", "alarms", "views"}


OF_EVENTS = {"consent", "policies", "retention", "agents", "redaction", "erasure-requests"}


@pytest.fixture(scope="module")
def emulator(tmp_path_factory):
    one = Emulator(tmp_path_factory.mktemp("ministack"))
    yield one
    one.end()


@pytest.fixture(scope="module")
def made(emulator):
    """The stack; gives its outputs."""
    return emulator.make_stack(
        REGION,
        "bcce-lake",
        adapted(),
        OrganizationId=emulator.organization(),
        LaptopPrincipalArn=f"arn:aws:iam::{ACCOUNT}:root",
        ExternalId="-".join(["only", "for", "this", "test"]),
        AlarmEmail="ops@example.com",
    )


@pytest.fixture(scope="module")
def become(emulator, made):
    """Credentials of one of the stack's roles."""
    _, own = emulator.make_user("person")
    return lambda output: emulator.become(REGION, own, made[output])


@pytest.fixture(scope="module")
def owner(emulator, made):
    """The account's owner, whom the emulator lets look at everything."""
    root = {"AWS_ACCESS_KEY_ID": ACCOUNT, "AWS_SECRET_ACCESS_KEY": "root"}
    return lambda *arguments: ran(emulator, root, *arguments)


def ran(emulator, credentials, *arguments):
    own = {"HOME": "/nonexistent", "AWS_ENDPOINT_URL": emulator.url, "AWS_REGION": REGION, **credentials}
    command = [os.path.abspath(PROGRAM), *arguments]
    return subprocess.run(command, env=own, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300)


def outcomes(done):
    return {finding["check"]: finding["outcome"] for finding in json.loads(done.stdout)["findings"]}


def problems(done):
    return {check for check, outcome in outcomes(done).items() if outcome == "problem"}


def dark(done):
    return {check for check, outcome in outcomes(done).items() if outcome == "no-evidence"}


def test_what_the_emulator_made_otherwise_is_found_and_nothing_else(owner):
    done = owner("--json", "validate")
    assert done.returncode == 1, done.stderr
    assert problems(done) == MADE_OTHERWISE, done.stdout
    assert dark(done) <= OF_EVENTS | {"erasures"}, "nothing was erased yet"
    assert owner("validate", "--min-score", "0").returncode == 0


def test_the_auditor_may_look_at_all_that_a_report_needs(emulator, become):
    done = ran(emulator, become("AuditorRoleArn"), "--json", "validate")
    # The buckets' policies refuse plain HTTP, which is all that the emulator speaks; its owner is let through all the same.
    buckets = {"encryption", "public-access", "transport", "organisation", "versions", "lifecycle", "access-logs", "erasures"}
    assert dark(done) == buckets | (OF_EVENTS & dark(done)), done.stdout


def test_what_is_mended_and_what_is_broken_is_seen(emulator, owner):
    storage = emulator.client("s3", REGION)
    keys = emulator.client("kms", REGION)
    for name, bucket in BUCKETS.items():
        days = 1096 if name == "internal" else 2557
        rule = {"ID": "all", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": days},
                "NoncurrentVersionExpiration": {"NoncurrentDays": 30}}
        storage.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})
        of = {"results": "restricted", "trail": "operations", "access-logs": "operations"}.get(name, name)
        arn = keys.describe_key(KeyId=f"alias/bcce-{of}")["KeyMetadata"]["Arn"]
        encryption = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": arn}}
        storage.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [encryption]})
        logging = {"LoggingEnabled": {"TargetBucket": BUCKETS["access-logs"], "TargetPrefix": f"{name}/"}}
        storage.put_bucket_logging(Bucket=bucket, BucketLoggingStatus=logging)
    left = MADE_OTHERWISE - {"encryption", "lifecycle", "access-logs"}
    assert problems(owner("--json", "validate")) == left

    restricted = BUCKETS["restricted"]
    block = storage.get_public_access_block(Bucket=restricted)["PublicAccessBlockConfiguration"]
    storage.put_public_access_block(Bucket=restricted, PublicAccessBlockConfiguration=block | {"BlockPublicPolicy": False})
    policy = storage.get_bucket_policy(Bucket=restricted)["Policy"]
    storage.delete_bucket_policy(Bucket=restricted)
    key = keys.describe_key(KeyId="alias/bcce-restricted")["KeyMetadata"]["KeyId"]
    keys.disable_key_rotation(KeyId=key)
    internal = keys.describe_key(KeyId="alias/bcce-internal")["KeyMetadata"]["Arn"]
    other = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": internal}}
    storage.put_bucket_encryption(Bucket=restricted, ServerSideEncryptionConfiguration={"Rules": [other]})
    roles = emulator.client("iam", REGION)
    more = {"RoleName": f"bcce-laptop-writer-{REGION}", "PolicyName": "put-more"}
    stream = f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/bcce-restricted"
    put = {"Statement": [{"Effect": "Allow", "Action": "firehose:PutRecordBatch", "Resource": stream}]}
    roles.put_role_policy(**more, PolicyDocument=json.dumps(put | {"Version": "2012-10-17"}))
    try:
        broken = {"public-access", "transport", "organisation", "key-rotation", "encryption", "laptop-streams"}
        done = owner("--json", "validate")
        assert problems(done) == left | broken, done.stdout
        found = {one["check"]: one["found"] for one in json.loads(done.stdout)["findings"]}
        assert all("RestrictedBucket" in found[check] for check in broken - {"key-rotation", "laptop-streams"})
        assert "LaptopMaxTier is metrics, which leaves out: restricted" in found["laptop-streams"]
    finally:
        roles.delete_role_policy(**more)
        storage.put_public_access_block(Bucket=restricted, PublicAccessBlockConfiguration=block)
        storage.put_bucket_policy(Bucket=restricted, Policy=policy)
        keys.enable_key_rotation(KeyId=key)


def test_who_may_not_look_is_told_so(emulator, made, become):
    user = ran(emulator, become("UserRoleArn"), "--json", "validate")
    seen = outcomes(user)
    assert "ok" not in {seen[check] for check in ("key-rotation", "public-access", "roles", "trail", "alarms")}, user.stdout
    none = ran(emulator, {}, "validate")
    assert none.returncode == 2 and "no AWS credentials" in none.stderr and "hint:" in none.stderr, none.stderr


def test_a_stack_that_is_not_there_is_an_error_with_a_hint(owner):
    done = owner("--stack", "nothing", "audit", "report", "--framework", "soc2")
    assert (done.returncode, done.stdout) == (2, ""), done
    assert "there is no stack nothing" in done.stderr and "bcce deploy" in done.stderr


def test_a_report_holds_every_control_in_every_format(owner):
    for framework, control in (("soc2", "CC6.6"), ("hipaa", "164.312(b)")):
        told = owner("audit", "report", "--framework", framework, "--format", "json")
        assert told.returncode == 1, told.stderr
        report = json.loads(told.stdout)
        assert report["account"] == ACCOUNT and report["identity"].endswith(":root")
        ids = [one["id"] for one in report["controls"]]
        assert control in ids
        rows = list(csv.DictReader(io.StringIO(owner("audit", "report", "--framework", framework, "--format", "csv").stdout)))
        assert sorted({row["control"] for row in rows}) == sorted(ids)
        for format in ("md", "html"):
            text = owner("audit", "report", "--framework", framework, "--format", format).stdout
            assert all(one in text for one in ids)
