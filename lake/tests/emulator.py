"""An emulator of AWS that checks signatures and evaluates IAM policies, as a process of its own, and the template as far as it knows
what stands in it.

ministack 1.5.33, seen 2026-11-26: its CloudFormation knows no budgets, no trails and no alarms over sums of metrics. They are left
out and named loudly; everything else of the template is created as it stands.
"""

import collections
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
