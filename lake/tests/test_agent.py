"""The views over events that the real program made: BCCE_AGENT names the binary, without it this is skipped."""

import collections
import gzip
import json
import os
import subprocess

import pytest

import local_lake

AGENT = os.environ.get("BCCE_AGENT")


@pytest.mark.skipif(not AGENT, reason="BCCE_AGENT does not name a bcce-agent binary")
def test_events_of_the_agents_demo_come_out_whole(tmp_path):
    subprocess.run([os.path.abspath(AGENT), "demo"], cwd=tmp_path, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    lines = []
    for file in sorted(tmp_path.glob("bcce-demo/lake/class=*/dt=*/*.ndjson.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as events:
            lines += [json.loads(line) for line in events]
    connection = local_lake.open_folder(tmp_path / "bcce-demo" / "lake")

    assert len(lines) > 100
    ids = {event["event_id"] for event in lines}
    assert connection.execute("SELECT count(*) FROM events").fetchone() == (len(ids),)
    largest = collections.defaultdict(int)
    for event in lines:
        if "usage" in event and event["model"] != "<synthetic>":
            key = event.get("message_id") or event.get("record") or event["event_id"]
            largest[key] = max(largest[key], event["usage"].get("output_tokens", 0))
    held = connection.execute("SELECT count(*), sum(output_tokens) FROM message_cost").fetchone()
    assert held == (len(largest), sum(largest.values()))
    calls = {tool["id"] for event in lines if event["kind"] == "assistant" for tool in event.get("tools", []) if "id" in tool and "outcome" not in tool}
    assert connection.execute("SELECT count(*) FROM tool_calls").fetchone() == (len(calls),)
