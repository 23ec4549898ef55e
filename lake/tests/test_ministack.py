"""The stack in an emulator that checks signatures and evaluates IAM policies: who may do what, and events of the real program
delivered by Firehose through the Glue table into Parquet, counted back.

What the emulator does not know stands in emulator.py.
"""

import collections
import gzip
import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

import pytest

import promises

pytest.importorskip("boto3")
duckdb = pytest.importorskip("duckdb")
from botocore.exceptions import ClientError  # noqa: E402

from emulator import ACCOUNT, Emulator, adapted  # noqa: E402

pytestmark = pytest.mark.skipif(
    not importlib.util.find_spec("ministack"), reason="ministack is not installed: lake/requirements-ministack.txt"
)

REGIONS = ["eu-central-1", "us-east-1"]
EXTERNAL_ID = "-".join(["only", "for", "this", "test"])
AGENT = os.environ.get("BCCE_AGENT")


@pytest.fixture(scope="module")
def emulator(tmp_path_factory):
    one = Emulator(tmp_path_factory.mktemp("ministack"))
    yield one
    one.end()


@pytest.fixture(scope="module")
def laptop(emulator):
    """A user of an organization who may try to become the laptop writer, and everything else."""
    arn, credentials = emulator.make_user("laptop")
    return {"organization": emulator.organization(), "arn": arn, "credentials": credentials}


@pytest.fixture(scope="module", params=REGIONS)
def lake(request, emulator, laptop):
    """A region with the stack in it: its name and the stack's outputs."""
    outputs = emulator.make_stack(
        request.param,
        "lake",
        adapted(),
        OrganizationId=laptop["organization"],
        LaptopPrincipalArn=laptop["arn"],
        ExternalId=EXTERNAL_ID,
        AlarmEmail="ops@example.com",
        LaptopMaxTier="content",
    )
    return {"region": request.param, **outputs}


@pytest.fixture(scope="module")
def writer(emulator, laptop, lake):
    """What a laptop holds once it has become the laptop writer."""
    given = emulator.become(lake["region"], laptop["credentials"], lake["LaptopWriterRoleArn"], ExternalId=EXTERNAL_ID)
    return {name.lower(): value for name, value in given.items()}


def refused(call, **arguments):
    with pytest.raises(ClientError) as error:
        call(**arguments)
    code = error.value.response["Error"]["Code"]
    return code in ("AccessDenied", "AccessDeniedException")


def test_only_who_says_the_external_id_becomes_the_writer(emulator, laptop, lake):
    sts = emulator.client("sts", lake["region"], **laptop["credentials"])
    role = {"RoleArn": lake["LaptopWriterRoleArn"], "RoleSessionName": "laptop"}
    assert refused(sts.assume_role, **role, ExternalId="another")
    assert refused(sts.assume_role, **role)
    iam = emulator.client("iam", "us-east-1")
    if not any(user["UserName"] == "stranger" for user in iam.list_users()["Users"]):
        iam.create_user(UserName="stranger")
    key = iam.create_access_key(UserName="stranger")["AccessKey"]
    stranger = {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}
    sts = emulator.client("sts", lake["region"], **stranger)
    assert refused(sts.assume_role, **role, ExternalId=EXTERNAL_ID)


def test_a_writer_puts_into_the_streams_and_does_nothing_else(emulator, lake, writer):
    region = lake["region"]
    firehose = emulator.client("firehose", region, **writer)
    own = emulator.client("firehose", region)
    if "other" not in own.list_delivery_streams()["DeliveryStreamNames"]:
        emulator.make_bucket(region, f"other-{region}")
        own.create_delivery_stream(
            DeliveryStreamName="other",
            S3DestinationConfiguration={"BucketARN": f"arn:aws:s3:::other-{region}", "RoleARN": lake["LaptopWriterRoleArn"]},
        )
    records = [{"Data": b"{}\n"}]
    assert refused(firehose.put_record_batch, DeliveryStreamName="other", Records=records)
    for name in promises.DATA:
        stream = lake[f"{name}StreamName"]
        assert refused(firehose.put_record, DeliveryStreamName=stream, Record=records[0])
        assert refused(firehose.describe_delivery_stream, DeliveryStreamName=stream)
        assert refused(firehose.delete_delivery_stream, DeliveryStreamName=stream)
        bucket = f"bcce-{name.lower()}-{ACCOUNT}-{region}"
        assert refused(emulator.client("s3", region, **writer).list_objects_v2, Bucket=bucket)
    assert refused(emulator.client("athena", region, **writer).list_work_groups)
    assert refused(emulator.client("glue", region, **writer).get_tables, DatabaseName="bcce")


@pytest.mark.parametrize(("tier", "open_to"), [("metrics", ["Internal"]), ("activity", ["Internal", "Confidential"])])
def test_a_writer_puts_into_no_wider_stream_than_the_lake_takes(emulator, laptop, tier, open_to):
    region = {"metrics": "eu-west-1", "activity": "eu-north-1"}[tier]
    parameters = {"OrganizationId": laptop["organization"], "LaptopPrincipalArn": laptop["arn"], "ExternalId": EXTERNAL_ID}
    # What is the default is not said.
    parameters |= {"LaptopMaxTier": tier} if tier != "metrics" else {}
    outputs = emulator.make_stack(region, "lake", adapted(), **parameters)
    given = emulator.become(region, laptop["credentials"], outputs["LaptopWriterRoleArn"], ExternalId=EXTERNAL_ID)
    firehose = emulator.client("firehose", region, **{name.lower(): value for name, value in given.items()})
    for name in promises.DATA:
        put = {"DeliveryStreamName": outputs[f"{name}StreamName"], "Records": [{"Data": b"{}\n"}]}
        if name in open_to:
            assert firehose.put_record_batch(**put)["FailedPutCount"] == 0
        else:
            assert refused(firehose.put_record_batch, **put)


def test_private_endpoints_are_made_where_a_vpc_is_named_and_nowhere_else(emulator, laptop, lake):
    assert emulator.client("ec2", lake["region"]).describe_vpc_endpoints()["VpcEndpoints"] == []
    region = {"eu-central-1": "eu-south-1", "us-east-1": "us-west-2"}[lake["region"]]
    ec2 = emulator.client("ec2", region)
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.1.1.0/24")["Subnet"]["SubnetId"]
    routes = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    emulator.make_stack(
        region, "lake", adapted(), OrganizationId=laptop["organization"], LaptopPrincipalArn=laptop["arn"], ExternalId=EXTERNAL_ID,
        VpcId=vpc, SubnetIds=subnet, RouteTableIds=routes, EndpointClientCidr="10.1.0.0/16",
    )
    made = {
        one["ServiceName"].removeprefix(f"com.amazonaws.{region}."): (one["VpcId"], one["VpcEndpointType"], one["SubnetIds"], one["RouteTableIds"])
        for one in ec2.describe_vpc_endpoints()["VpcEndpoints"]
    }
    assert made == {
        "kinesis-firehose": (vpc, "Interface", [subnet], []), "sts": (vpc, "Interface", [subnet], []), "s3": (vpc, "Gateway", [], [routes]),
    }
    [group] = [one for one in ec2.describe_security_groups()["SecurityGroups"] if one["GroupName"] != "default" and one["VpcId"] == vpc]
    [rule] = group["IpPermissions"]
    assert (rule["IpProtocol"], rule["FromPort"], rule["ToPort"], [one["CidrIp"] for one in rule["IpRanges"]]) == ("tcp", 443, 443, ["10.1.0.0/16"])
    assert [one["CidrIp"] for rule in group["IpPermissionsEgress"] for one in rule["IpRanges"]] == ["255.255.255.255/32"]


def objects(emulator, region, name, prefix):
    storage = emulator.client("s3", region)
    bucket = f"bcce-{name.lower()}-{ACCOUNT}-{region}"
    pages = storage.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    keys = [one["Key"] for page in pages for one in page.get("Contents", [])]
    return {key: storage.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}


def event_ids(body):
    """The ids of the events in a Parquet file."""
    with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
        file.write(body)
        file.flush()
        return {row[0] for row in duckdb.execute("SELECT event_id FROM read_parquet(?)", [file.name]).fetchall()}


@pytest.fixture(scope="module")
def shipped(emulator, laptop, lake, tmp_path_factory):
    """Sample transcripts, shipped by the real program at the content tier, which becomes the laptop writer by itself: what it said while
    it gave another external id, and the events that the same program wrote into a local lake."""
    if not AGENT:
        pytest.skip("BCCE_AGENT does not name a bcce-agent binary")
    folder = tmp_path_factory.mktemp("agent")
    program = os.path.abspath(AGENT)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([program, "demo"], cwd=folder, check=True, **quiet)
    settings = folder / "config.toml"
    streams = "".join(f'{name.lower()} = "{lake[f"{name}StreamName"]}"\n' for name in promises.DATA)

    def say(external_id):
        settings.write_text(
            f'[sink]\nkind = "firehose"\n[sink.firehose]\nregion = "{lake["region"]}"\nendpoint_url = "{emulator.url}"\n'
            f'flush_interval = "1s"\n[sink.firehose.streams]\n{streams}'
            f'[sink.firehose.assume_role]\nrole_arn = "{lake["LaptopWriterRoleArn"]}"\nexternal_id = "{external_id}"\n'
            f'[limits]\nstart_jitter = "0s"\n'
        )

    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "BCCE_ALLOW_ROOT": "1",
        "AWS_EC2_METADATA_DISABLED": "true",
        **{name.upper(): value for name, value in laptop["credentials"].items()},
    }

    def run(*arguments):
        places = ["--config", settings, "--state-dir", folder / "state", "--root", folder / "bcce-demo" / "claude"]
        return subprocess.run([program, *places, *arguments], env=environment, capture_output=True, text=True, timeout=300)

    def must(*arguments):
        done = run(*arguments)
        assert done.returncode == 0, done.stderr[-2000:]

    say("another")
    must("consent", "grant", "--tier", "content", "--backfill", "--yes")
    refusal = run("run", "--once")
    left = objects(emulator, lake["region"], "Restricted", "")
    say(EXTERNAL_ID)
    must("run", "--once")
    lines = []
    for file in (folder / "bcce-demo" / "lake").glob("class=*/dt=*/*.ndjson.gz"):
        with gzip.open(file, "rt", encoding="utf-8") as events:
            lines += [json.loads(line) for line in events]
    shutil.rmtree(folder / "bcce-demo")
    return {"refusal": refusal, "left": left, "lines": lines}


def test_the_agent_that_says_another_external_id_sends_nothing_and_says_why(shipped):
    assert shipped["refusal"].returncode not in (0, None)
    assert shipped["left"] == {}
    assert "the AWS credentials may not take on their role" in shipped["refusal"].stderr, shipped["refusal"].stderr[-1500:]
    assert "sink.firehose.assume_role" in shipped["refusal"].stderr


def test_events_of_the_agent_lie_in_parquet(emulator, lake, shipped, tmp_path):
    shipped = shipped["lines"]
    local = collections.Counter(event["kind"] for event in shipped)
    assert sum(local.values()) > 100
    columns = "event_id, kind, dt"
    connection = duckdb.connect()
    # The emulator answers before it has written, so that objects come in late.
    for _ in range(40):
        delivered = objects(emulator, lake["region"], "Restricted", "events/")
        if len(set().union(*map(event_ids, delivered.values()))) >= len(shipped):
            break
        time.sleep(0.5)
    assert delivered and all(body.startswith(b"PAR1") for body in delivered.values()), sorted(delivered)[:3]
    for number, (key, body) in enumerate(sorted(delivered.items())):
        partition = pathlib.PurePosixPath(key).parent.name
        assert partition.startswith("dt=20"), key
        (tmp_path / partition).mkdir(exist_ok=True)
        (tmp_path / partition / f"{number}.parquet").write_bytes(body)
    source = f"read_parquet('{tmp_path}/*/*.parquet', hive_partitioning = true)"
    # Delivery is at least once: what a busy emulator answers too late comes again, under the same ids.
    once = f"(SELECT DISTINCT ON (event_id) * FROM {source})"
    rows = connection.execute(f"SELECT {columns} FROM {once}").fetchall()
    assert collections.Counter(kind for _, kind, _ in rows) == local
    tokens = connection.execute(f"SELECT sum(usage.output_tokens) FROM {once}").fetchone()
    assert tokens == (sum(event.get("usage", {}).get("output_tokens", 0) for event in shipped),)
    assert not objects(emulator, lake["region"], "Restricted", "errors/"), "the table refuses nothing"
    for name in ("Internal", "Confidential"):
        assert not objects(emulator, lake["region"], name, "events/"), "nothing was granted at another tier"
