"""The pages that people open, in headless Chromium and read as a person reads them: `bcce-agent report`, and the lake's report.

Visible text against the same numbers as JSON, light and dark, wide and narrow, and on paper. BCCE_SCREENSHOTS names a folder that keeps
the pictures. Needs chromedriver; BCCE_AGENT names the program.
"""

import base64
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

from test_dashboards import FIRST, LAST, SOURCE, lake  # noqa: F401, a fixture
from warehouse import LAKE

AGENT = os.environ.get("BCCE_AGENT")
pytestmark = pytest.mark.skipif(not shutil.which("chromedriver"), reason="there is no chromedriver")

WIDE, NARROW = 1200, 420
# A table of the agent's page names so many.
ROWS = 20


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    for flag in ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--disable-component-update",
                 "--no-first-run", f"--user-data-dir={tmp_path_factory.mktemp('browser')}"):
        options.add_argument(flag)
    one = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    yield one
    one.quit()


@pytest.fixture(scope="module")
def usage(tmp_path_factory):
    """The agent's page over the transcripts of its demo, and what `stats` says of the same."""
    if not AGENT:
        pytest.skip("BCCE_AGENT does not name a bcce-agent binary")
    folder = tmp_path_factory.mktemp("usage")

    def agent(*words):
        own = {name: value for name, value in os.environ.items() if name not in ("CI", "DO_NOT_TRACK")} | {"HOME": str(folder), "BCCE_ALLOW_ROOT": "1"}
        return subprocess.run([os.path.abspath(AGENT), *words], cwd=folder, env=own, check=True, capture_output=True, text=True).stdout

    agent("demo")
    root = ["--root", str(folder / "bcce-demo" / "claude"), "--state-dir", str(folder / "state")]
    agent(*root, "report", "--output", "usage.html")
    return folder / "usage.html", {by: json.loads(agent(*root, "stats", "--json", "--by", by)) for by in ("day", "model", "project", "tool", "subagent", "redaction")}


@pytest.fixture(scope="module")
def nightly(lake, tmp_path_factory):  # noqa: F811
    """The lake's page."""
    page = tmp_path_factory.mktemp("nightly") / "nightly.html"
    tool = str(LAKE / "tools" / "report.py")
    subprocess.run([sys.executable, tool, str(lake[0]), str(page), "--from", str(FIRST), "--to", str(LAST)], check=True)
    return page


def opened(browser, page, scheme="light", width=WIDE):
    """Opens a page anew; nothing may be complained of, and nothing fetched but the page itself."""
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": 1000, "deviceScaleFactor": 1, "mobile": False})
    for kind in ("browser", "performance"):
        browser.get_log(kind)
    browser.get(page.as_uri())
    assert browser.get_log("browser") == []
    sent = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = {one["params"]["request"]["url"] for one in sent if one["method"] == "Network.requestWillBeSent"}
    assert {url for url in asked if not url.startswith("data:")} == {page.as_uri()}


def picture(browser, name, tmp_path):
    """A picture of the whole page."""
    size = browser.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
    clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
    taken = base64.b64decode(browser.execute_cdp_cmd("Page.captureScreenshot", {"clip": clip, "captureBeyondViewport": True})["data"])
    (pathlib.Path(os.environ.get("BCCE_SCREENSHOTS", tmp_path)) / f"{name}.png").write_bytes(taken)
    return taken


def grouped(count):
    return f"{count:,}"


def test_the_agents_page_says_what_stats_says(browser, usage):
    page, stats = usage
    opened(browser, page)
    text = browser.find_element("tag name", "body").text
    total = stats["day"]["total"]
    tokens = total["tokens"]
    for shown in (f"${total['cost']:.2f}", grouped(sum(tokens.values())), grouped(tokens["output"]), grouped(stats["tool"]["total"]["calls"]), grouped(total["prompts"])):
        assert re.search(rf"(?<![\d.,]){re.escape(shown)}(?![\d.,]*\d)", text), shown
    tables = {heading.text.lower(): heading.find_element("xpath", "following::table[1]") for heading in browser.find_elements("tag name", "h2")}
    for by in ("model", "project", "tool", "subagent"):
        [name] = [name for name in tables if name == f"by {by}"]
        rows = [[cell.text for cell in row.find_elements("tag name", "td")] for row in tables[name].find_elements("css selector", "tbody tr")]
        wanted, left_out = stats[by]["rows"][:ROWS], len(stats[by]["rows"]) - ROWS
        if left_out > 0:
            assert f"{left_out} more are in the sum" in text
        assert [row[0] for row in rows] == [row["name"] for row in wanted], by
        for row, of in zip(rows, wanted):
            counts = [of["calls"], of["failures"]] if by == "tool" else [of["messages"], of["tokens"]["output"]]
            assert all(grouped(count) in row for count in counts), (by, row, of)
    rows = [[cell.text for cell in row.find_elements("tag name", "td")] for row in tables["by redaction"].find_elements("css selector", "tr")]
    found = stats["redaction"]
    assert len(found["rows"]) > ROWS and found["total"]["count"] == sum(of["count"] for of in found["rows"])
    assert [row for row in rows if row] == [[of["name"], grouped(of["count"])] for of in [*found["rows"][:ROWS], found["total"]]]
    assert f"{len(found['rows']) - ROWS} more are in the sum" in text


@pytest.mark.parametrize("name", ["usage", "nightly"])
def test_a_page_is_for_light_and_dark_wide_and_narrow_screens(browser, name, request, tmp_path):
    page = request.getfixturevalue(name)
    page = page[0] if name == "usage" else page
    seen = {}
    for scheme in ("light", "dark"):
        for width in (WIDE, NARROW):
            opened(browser, page, scheme, width)
            assert browser.execute_script("return document.documentElement.scrollWidth") <= width, f"{width}: it must be pushed to the side"
            for name_cell in browser.find_elements("css selector", "tbody tr:first-child td:first-child"):
                assert not name_cell.is_displayed() or name_cell.size["width"] >= 60, f"{width}: {name_cell.text} stands letter under letter"
            colours = browser.execute_script("const of = getComputedStyle(document.body); return [of.color, of.backgroundColor]")
            assert contrast(*colours) >= 4.5, colours
            seen[scheme] = colours
            assert len(picture(browser, f"{name}-{scheme}-{width}", tmp_path)) > 20_000
    assert luminance(seen["light"][1]) > 0.8 > 0.2 > luminance(seen["dark"][1])


@pytest.mark.parametrize("name", ["usage", "nightly"])
def test_a_page_can_be_printed(browser, name, request, tmp_path):
    page = request.getfixturevalue(name)
    opened(browser, page[0] if name == "usage" else page)
    paper = base64.b64decode(browser.print_page())
    (pathlib.Path(os.environ.get("BCCE_SCREENSHOTS", tmp_path)) / f"{name}.pdf").write_bytes(paper)
    assert paper.startswith(b"%PDF") and len(re.findall(rb"/Type\s*/Page\b", paper)) >= 1


def test_every_chart_of_the_nightly_page_draws(browser, nightly):
    opened(browser, nightly)
    text = browser.find_element("tag name", "body").text
    assert all(chart.title in text for chart in SOURCE.charts)
    for chart in SOURCE.charts:
        section = browser.find_element("id", chart.id)
        assert section.is_displayed() and section.size["height"] > 40, chart.id
        if chart.kind in ("line", "columns", "bar"):
            drawn = section.find_elements("css selector", "svg, canvas")
            assert drawn and drawn[0].size["width"] > 100 and drawn[0].size["height"] > 60, chart.id


def luminance(colour):
    """Of WCAG 2.2, of `rgb(…)`."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)
