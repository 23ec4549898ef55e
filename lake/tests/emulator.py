"""An emulator of AWS that checks signatures and evaluates IAM policies, as a process of its own, and the template as far as it knows
what stands in it.

ministack 1.5.33, seen 2026-11-26: its CloudFormation knows no budgets, no trails and no alarms over sums of metrics. They are left
out and named loudly; everything else of the template is created as it stands.
"""

import collections
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
import warnings

import boto3

import stack

ACCOUNT = "123456789012"
# The emulator takes an account's id as the key of its root.
ROOT = {"aws_access_key_id": ACCOUNT, "aws_secret_access_key": "root"}


class Emulator:
    """The emulator's process, on loopback only."""

    def __init__(self, folder, **settings):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        own = {"AUTH": "true", "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "HOME": str(folder), "TMPDIR": str(folder)}
        # Nothing else may listen, and nothing may be kept.
        own |= {"IOT_MTLS_ENABLED": "false", "SFTP_ENABLED": "false", "PERSIST_STATE": "0", "MINISTACK_ACCOUNT_ID": ACCOUNT, **settings}
        with open(folder / "log", "wb") as log:
            command = [sys.executable, "-m", "ministack"]
            self.process = subprocess.Popen(command, cwd=folder, env=kept | own, stdout=log, stderr=log)
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{self.url}/_ministack/health", timeout=1).close()
                return
            except OSError:
                assert self.process.poll() is None, (folder / "log").read_text(errors="replace")[-2000:]
                time.sleep(0.1)
        raise AssertionError("the emulator does not answer")

    def client(self, service, region, **credentials):
        return boto3.client(service, region_name=region, endpoint_url=self.url, **(credentials or ROOT))

    def make_bucket(self, region, name):
        place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        self.client("s3", region).create_bucket(Bucket=name, **place)

    def organization(self):
        return self.client("organizations", "us-east-1").describe_organization()["Organization"]["Id"]

    def make_stack(self, region, name, template, **parameters):
        """Makes the stack, by its template as an object, in a bucket of its own; gives its outputs."""
        bucket = f"{name}-template-{region}"
        self.make_bucket(region, bucket)
        self.client("s3", region).put_object(Bucket=bucket, Key="template", Body=json.dumps(template))
        client = self.client("cloudformation", region)
        client.create_stack(
            StackName=name,
            TemplateURL=f"{self.url}/{bucket}/template",
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )
        for _ in range(600):
            [made] = client.describe_stacks(StackName=name)["Stacks"]
            if not made["StackStatus"].endswith("IN_PROGRESS"):
                break
            time.sleep(0.2)
        failed = [
            f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason')}"
            for event in client.describe_stack_events(StackName=name)["StackEvents"]
            if event["ResourceStatus"].endswith("FAILED")
        ]
        assert made["StackStatus"] == "CREATE_COMPLETE", failed
        return {one["OutputKey"]: one["OutputValue"] for one in made["Outputs"]}

    def make_user(self, name):
        """A user who may try to become any role; gives its ARN and keys."""
        iam = self.client("iam", "us-east-1")
        arn = iam.create_user(UserName=name)["User"]["Arn"]
        everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}]}
        iam.put_user_policy(UserName=name, PolicyName="roles", PolicyDocument=json.dumps(everything))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return arn, {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}

    def become(self, region, keys, role, **more):
        """Keys of a role, as variables of the environment."""
        given = self.client("sts", region, **keys).assume_role(RoleArn=role, RoleSessionName="test", **more)["Credentials"]
        return {
            "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
            "AWS_SESSION_TOKEN": given["SessionToken"],
        }

    def end(self):
        self.process.terminate()
        self.process.wait(timeout=20)


def adapted():
    """The template without what the emulator's CloudFormation does not know."""
    made = stack.template()
    unknown = ("AWS::Budgets::Budget", "AWS::CloudTrail::Trail")
    left_out = collections.Counter()
    for name, one in list(made["Resources"].items()):
        if one["Type"] in unknown or one["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in one["Properties"]:
            left_out[one["Type"]] += 1
            del made["Resources"][name]
    for of, count in left_out.items():
        warnings.warn(f"NOT MADE BY THE EMULATOR'S CLOUDFORMATION: {count} x {of}", stacklevel=2)
    return made
