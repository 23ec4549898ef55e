"""`bcce deploy` as an administrator runs it: the stack and its views in the emulator, dashboards into servers that look at what they get.

BCCE names the program.
"""

import http.server
import importlib.util
import io
import json
import os
import pathlib
import re
import subprocess
import threading
import tomllib
import urllib.request
import warnings
import zipfile

import pytest

pytest.importorskip("boto3")
import yaml  # noqa: E402
from botocore.exceptions import ClientError  # noqa: E402

from emulator import ACCOUNT, ROOT, Emulator, adapted  # noqa: E402

PROGRAM = os.environ.get("BCCE")
pytestmark = [
    pytest.mark.skipif(not importlib.util.find_spec("ministack"), reason="ministack is not installed: lake/requirements-ministack.txt"),
    pytest.mark.skipif(not PROGRAM, reason="BCCE does not name a bcce binary"),
]

REGION = "eu-central-1"
EXTERNAL_ID = "-".join(["only", "for", "this", "test"])
LAKE = pathlib.Path(__file__).resolve().parents[1]
PARAMETERS = ["--parameter=OrganizationId=o-exampleorg1", f"--parameter=LaptopPrincipalArn=arn:aws:iam::{ACCOUNT}:root",
              f"--parameter=ExternalId={EXTERNAL_ID}"]


@pytest.fixture(scope="module")
def emulator(tmp_path_factory):
    one = Emulator(tmp_path_factory.mktemp("ministack"))
    for region in (REGION, "eu-west-1", "us-east-1"):
        one.make_bucket(region, f"templates-{region}")
    yield one
    one.end()


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    file = tmp_path_factory.mktemp("template") / "template.json"
    file.write_text(json.dumps(adapted()))
    return file


class Ran:
    """What the program said; the external id is never among it."""

    def __init__(self, emulator, arguments, **environment):
        keys = {name.upper(): value for name, value in ROOT.items()}
        own = {"HOME": "/nonexistent", "AWS_EC2_METADATA_DISABLED": "true", "AWS_ENDPOINT_URL": emulator.url, **keys, **environment}
        command = [os.path.abspath(PROGRAM), *map(str, arguments)]
        done = subprocess.run(command, env=own, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300)
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr
        assert EXTERNAL_ID not in self.out + self.err

    def json(self):
        return json.loads(self.out)


def infrastructure(emulator, template, *arguments, region=REGION, **environment):
    words = ["deploy", "--component", "infrastructure", "--region", region, "--template", template,
             "--template-bucket", "templates-{region}", *arguments]
    return Ran(emulator, words, **environment)


def stacks(emulator, region):
    return emulator.client("cloudformation", region).describe_stacks()["Stacks"]


def waiting(emulator):
    """Change sets of the stack that could still be executed."""
    made = emulator.client("cloudformation", REGION).list_change_sets(StackName="bcce-lake")["Summaries"]
    return [one for one in made if one["ExecutionStatus"] != "EXECUTE_COMPLETE"]


@pytest.fixture(scope="module")
def deployed(emulator, template):
    """The stack, made by the program in a region of its own."""
    ran = infrastructure(emulator, template, "--yes", "--json", "-v", *PARAMETERS)
    assert ran.code == 0, ran.err
    return ran


def test_a_dry_run_shows_everything_and_leaves_nothing(emulator, template):
    ran = infrastructure(emulator, template, "--dry-run", *PARAMETERS, region="eu-west-1")
    assert ran.code == 0, ran.err
    assert re.search(r"^Add +InternalBucket +AWS::S3::Bucket$", ran.out, re.MULTILINE), ran.out
    assert f"account {ACCOUNT} as " in ran.err
    assert stacks(emulator, "eu-west-1") == []


def test_what_is_deployed_stands(emulator, deployed):
    (region,) = deployed.json()["regions"]
    assert (region["region"], region["outcome"], region["account"]) == (REGION, "deployed", ACCOUNT)
    assert region["parameters"]["ExternalId"] == "****"
    (stack,) = stacks(emulator, REGION)
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert region["outputs"] == {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}
    made = {change["logical_id"] for change in region["changes"] if change["action"] == "Add"}
    kept = emulator.client("cloudformation", REGION).list_stack_resources(StackName="bcce-lake")["StackResourceSummaries"]
    assert {one["LogicalResourceId"] for one in kept} <= made
    assert "CREATE_COMPLETE InternalBucket AWS::S3::Bucket" in deployed.err
    policy = tomllib.loads(region["agent_policy"])
    assert policy["max_tier"] == "metrics", "the stack takes no more where nobody said so"
    firehose = policy["sink"]["firehose"]
    assert firehose["region"] == REGION
    known = emulator.client("firehose", REGION).list_delivery_streams()["DeliveryStreamNames"]
    assert sorted(firehose["streams"].values()) == sorted(known)
    assert emulator.client("iam", REGION).get_role(RoleName=firehose["assume_role"]["role_arn"].split("/")[-1])


def test_deployed_again_nothing_changes(emulator, template, deployed):
    ran = infrastructure(emulator, template, "--json")
    assert ran.code == 0, ran.err
    (region,) = ran.json()["regions"]
    assert region["outcome"] == "unchanged" and "changes" not in region
    assert waiting(emulator) == []


def test_a_changed_parameter_changes_what_it_is_for_and_no_other(emulator, template, deployed):
    ran = infrastructure(emulator, template, "--json", "--yes", "--parameter", "RawDays=30")
    assert ran.code == 0, ran.err
    (region,) = ran.json()["regions"]
    # The emulator names all that refers to a bucket as well.
    assert {change["action"] for change in region["changes"]} == {"Modify"}
    assert "InternalBucket" in {change["logical_id"] for change in region["changes"]}
    assert region["outcome"] == "deployed"
    (stack,) = stacks(emulator, REGION)
    parameters = {one["ParameterKey"]: one["ParameterValue"] for one in stack["Parameters"]}
    assert (parameters["RawDays"], parameters["OrganizationId"]) == ("30", "o-exampleorg1")


def test_without_a_yes_nothing_is_changed(emulator, template, deployed):
    ran = infrastructure(emulator, template, "--parameter", "RawDays=31")
    assert ran.code == 2 and "nobody can be asked" in ran.err, ran.err
    assert waiting(emulator) == []


def test_a_rollback_is_reported_and_the_stack_then_refused(emulator, tmp_path):
    broken = tmp_path / "broken.yaml"
    bus = {"Type": "AWS::Events::EventBus", "Properties": {"Name": "twice"}}
    broken.write_text(yaml.safe_dump({"Resources": {"First": bus, "Second": bus | {"DependsOn": "First"}}}))
    words = ["deploy", "--component", "infrastructure", "--stack", "broken", "--template", broken, "--yes", "--region"]
    ran = Ran(emulator, [*words, REGION, "--region", "us-east-1", "--json"])
    assert ran.code == 2
    assert "Second (AWS::Events::EventBus): " in ran.err and "ROLLBACK_COMPLETE" in ran.err, ran.err
    assert "delete-stack --region eu-central-1 --stack-name broken" in ran.err
    first, second = ran.json()["regions"]
    assert (first["outcome"], second["outcome"]) == ("failed", "not_begun")
    assert [one["logical_id"] for one in first["failures"]] == ["Second"]
    ran = Ran(emulator, [*words, REGION])
    assert ran.code == 2 and "is in state ROLLBACK_COMPLETE; nothing was changed" in ran.err, ran.err


def test_what_cannot_be_deployed_leaves_nothing(emulator, template, tmp_path):
    empty = tmp_path / "empty.yaml"
    empty.write_text("Description: nothing\n")
    bare = ["deploy", "--component", "infrastructure", "--region", "us-east-1", "--yes", *PARAMETERS]
    for ran, said in [
        (infrastructure(emulator, empty, region="us-east-1"), "At least one Resources member"),
        (infrastructure(emulator, template, "--yes", *PARAMETERS, "--parameter=Perfix=x", region="us-east-1"), "no parameter Perfix"),
        (infrastructure(emulator, template, "--yes", *PARAMETERS[1:], region="us-east-1"), "OrganizationId"),
        (Ran(emulator, [*bare, "--template-bucket", "nowhere"]), "there is no bucket nowhere"),
        (Ran(emulator, bare), "of which CloudFormation takes 51200 directly"),
        (infrastructure(emulator, template, "--yes", *PARAMETERS, region="us-east-1", AWS_ACCESS_KEY_ID="stranger"), "hint: "),
        (infrastructure(emulator, tmp_path / "missing.yaml", region="us-east-1"), "cannot read"),
    ]:
        assert ran.code == 2 and said in ran.err, (said, ran.out, ran.err)
    assert stacks(emulator, "us-east-1") == []


def test_who_may_not_is_told_so(emulator, template):
    iam = emulator.client("iam", REGION)
    iam.create_user(UserName="guest")
    key = iam.create_access_key(UserName="guest")["AccessKey"]
    keys = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
    ran = infrastructure(emulator, template, "--yes", *PARAMETERS, region="us-east-1", **keys)
    assert ran.code == 2 and "AccessDenied" in ran.err and "hint: this identity may not do that" in ran.err, ran.err


def engine(emulator, name):
    body = json.dumps({"athena.ATHENA_ENGINE": name}).encode()
    request = urllib.request.Request(f"{emulator.url}/_ministack/config", body, {"Content-Type": "application/json"})
    urllib.request.urlopen(request, timeout=5).close()


def views(emulator, *arguments, region=REGION):
    return Ran(emulator, ["deploy", "--component", "log-aggregation", "--region", region, *arguments])


def test_views_are_made_in_their_order(emulator, deployed):
    ran = views(emulator, "--dry-run", "--json")
    assert ran.code == 0, ran.err
    (region,) = ran.json()["regions"]
    written = re.findall("^CREATE OR REPLACE VIEW (\\w+)", "".join(
        file.read_text() for file in sorted((LAKE / "sql").glob("*.sql"))), re.MULTILINE)
    assert region["views"] == written and region["outcome"] == "dry_run"
    athena = emulator.client("athena", REGION)
    before = len(athena.list_query_executions(WorkGroup="bcce-admin")["QueryExecutionIds"])
    assert before == 0, "a dry run asks Athena nothing"
    # The emulator's engine keeps no view: it takes the statements unread, so their number and place are all that is seen here.
    warnings.warn("NOT CHECKED BY THE EMULATOR'S ATHENA: the SQL of views; test_sql.py does", stacklevel=1)
    engine(emulator, "mock")
    ran = views(emulator, "--yes", "--json")
    assert ran.code == 0, ran.err
    assert ran.json()["regions"][0]["views"] == written
    ids = athena.list_query_executions(WorkGroup="bcce-admin", MaxResults=50)["QueryExecutionIds"]
    asked = [athena.get_query_execution(QueryExecutionId=one)["QueryExecution"] for one in ids]
    assert {one["QueryExecutionContext"]["Database"] for one in asked} == {"bcce"}
    assert sorted(re.search("VIEW (\\w+)", one["Query"])[1] for one in asked) == sorted(written)


def test_a_view_that_fails_is_named_with_what_athena_said(emulator, deployed):
    # The emulator's other engine runs each statement in a database of its own: what reads an earlier view fails.
    engine(emulator, "duckdb")
    ran = views(emulator, "--yes", "--json")
    assert ran.code == 2
    (region,) = ran.json()["regions"]
    assert re.search(r"Athena did not make the view \w+ \(\d\d_\w+\.sql\): .+", ran.err), ran.err
    assert region["outcome"] == "failed"
    warnings.warn(f"NOT MADE BY THE EMULATOR'S ATHENA: all views after {region.get('views', [])}", stacklevel=1)


def test_without_tables_there_are_no_views(emulator):
    ran = views(emulator, "--yes", region="us-east-1")
    assert ran.code == 2 and "there is no stack bcce-lake in us-east-1" in ran.err, ran.err
    glue = emulator.client("glue", REGION)
    glue.delete_table(DatabaseName="bcce", Name="teams")
    ran = views(emulator, "--yes")
    assert ran.code == 2 and "missing tables in the database bcce: teams" in ran.err, ran.err
    assert "hint: `bcce deploy --component infrastructure --region eu-central-1` first" in ran.err


class Superset(http.server.BaseHTTPRequestHandler):
    """Takes a bundle from who logged in, and only with the cookie and the token that it gave."""

    taken = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/api/v1/security/login":
            right = json.loads(body) == {"username": "ada", "password": EXTERNAL_ID, "provider": "db", "refresh": False}
            return self.answer(200, {"access_token": "bearer"}) if right else self.answer(401, {"message": "Not authorized"})
        told = [self.headers[name] for name in ("Authorization", "X-CSRFToken", "Cookie")]
        if self.path != "/api/v1/dashboard/import/" or told != ["Bearer bearer", "csrf", "session=one"]:
            return self.answer(400, {"message": "The CSRF token is missing."})
        boundary = self.headers["Content-Type"].split("boundary=")[1].encode()
        parts = [part.partition(b"\r\n\r\n") for part in body.split(b"--" + boundary)[1:-1]]
        self.taken.append({re.search(b' name="(\\w+)"', head)[1].decode(): content[:-2] for head, _, content in parts})
        return self.answer(200, {"message": "OK"})

    def do_GET(self):
        self.answer(200, {"result": "csrf"}, {"Set-Cookie": "session=one; HttpOnly; Path=/"})

    def answer(self, status, body, headers=None):
        text = json.dumps(body).encode()
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(text))} | (headers or {})).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


def test_superset_gets_the_bundle_over_the_named_database(emulator):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Superset)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    uri = 'duckdb:////a "quoted"/lake.duckdb'
    words = ["deploy", "--component", "dashboards", "--superset", f"http://127.0.0.1:{server.server_port}", "--yes"]
    login = {"SUPERSET_USERNAME": "ada", "SUPERSET_PASSWORD": EXTERNAL_ID}
    try:
        ran = Ran(emulator, [*words, "--database-uri", uri], **login)
        assert ran.code == 0 and ran.out == "5 dashboards imported\n", ran.err
        (form,) = Superset.taken
        assert form["overwrite"] == b"true"
        with zipfile.ZipFile(io.BytesIO(form["formData"])) as pack:
            assert pack.testzip() is None
            held = {name: yaml.safe_load(pack.read(name)) for name in pack.namelist()}
        folder = LAKE / "dashboards" / "superset"
        files = {f"bcce/{file.relative_to(folder).as_posix()}": yaml.safe_load(file.read_text()) for file in folder.rglob("*.yaml")}
        assert files["bcce/databases/bcce_lake.yaml"]["sqlalchemy_uri"] != uri
        files["bcce/databases/bcce_lake.yaml"]["sqlalchemy_uri"] = uri
        assert held == files
        ran = Ran(emulator, [*words, "--region", "eu-west-1", "--json"], **login | {"SUPERSET_USERNAME": "eve"})
        assert ran.code == 2 and "does not let us in (HTTP 401: Not authorized)" in ran.err, ran.err
        ran = Ran(emulator, words, **login)
        assert ran.code == 2 and "no database is named" in ran.err, ran.err
    finally:
        server.shutdown()
