"""Runs moto server on a free loopback port with one bucket and one delivery stream for each data class.

Speaks to the test over its own standard streams: first prints {"url": ...}; then for each line on stdin that names a
stream prints how many bytes its objects hold, and the bytes themselves. Ends when stdin ends.
"""

import logging
import sys

import boto3
from moto.server import ThreadedMotoServer

BUCKET = "lake"
STREAMS = ("bcce-internal", "bcce-confidential", "bcce-restricted")
REGION = "eu-central-1"


def main():
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    clients = {name: boto3.client(name, region_name=REGION, endpoint_url=url, **keys) for name in ("s3", "firehose")}
    s3 = clients["s3"]
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    for stream in STREAMS:
        destination = {
            "RoleARN": "arn:aws:iam::123456789012:role/delivery",
            "BucketARN": f"arn:aws:s3:::{BUCKET}",
            "Prefix": f"{stream}/",
        }
        clients["firehose"].create_delivery_stream(
            DeliveryStreamName=stream,
            DeliveryStreamType="DirectPut",
            ExtendedS3DestinationConfiguration=destination,
        )
    out = sys.stdout.buffer
    out.write(b'{"url": "%s"}\n' % url.encode())
    out.flush()
    for line in sys.stdin:
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=f"{line.strip()}/")
        keys = [found["Key"] for page in pages for found in page.get("Contents", [])]
        content = b"".join(s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in keys)
        out.write(b"%d\n" % len(content))
        out.write(content)
        out.flush()
    server.stop()


if __name__ == "__main__":
    main()
