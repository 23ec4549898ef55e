"""A real Superset over DuckDB takes the bundle, and every chart's data equals the ground truth.

Needs lake/requirements-superset.txt, without it this is skipped. With a chromedriver every dashboard is drawn as well;
BCCE_SCREENSHOTS names a folder that keeps the pictures.
"""

import datetime
import os
import pathlib
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time

import pytest

pytest.importorskip("superset")

import requests  # noqa: E402, comes with Superset

import charts  # noqa: E402
import dashboards  # noqa: E402
import generator  # noqa: E402
import local_lake  # noqa: E402
import truth  # noqa: E402
import warehouse  # noqa: E402

TODAY = datetime.datetime.now(datetime.timezone.utc).date()
SOURCE = charts.load()
FIRST, LAST = TODAY - datetime.timedelta(days=SOURCE.days), TODAY - datetime.timedelta(days=1)
EVERY_CHART = pytest.mark.parametrize("chart", SOURCE.charts, ids=lambda chart: chart.id)
START_SECONDS_MAX = 300


class Superset:
    """A server on the loopback interface with a metadata database of its own, and one session of its admin."""

    def __init__(self, folder):
        self.password = secrets.token_hex(16)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{free.getsockname()[1]}"
        (folder / "superset_config.py").write_text(
            f"SECRET_KEY = '{secrets.token_hex(32)}'\n"
            f"SQLALCHEMY_DATABASE_URI = 'sqlite:///{folder}/superset.db'\n"
            # Plain http, and a file as database: only because this is a test.
            "WTF_CSRF_ENABLED = False\nTALISMAN_ENABLED = False\nPREVENT_UNSAFE_DB_CONNECTIONS = False\nSESSION_COOKIE_SECURE = False\n"
            "RATELIMIT_ENABLED = False\nFEATURE_FLAGS = {'DASHBOARD_VIRTUALIZATION': False}\n",
            encoding="utf-8",
        )
        self.environment = os.environ | {
            "SUPERSET_CONFIG_PATH": str(folder / "superset_config.py"), "SUPERSET_HOME": str(folder), "FLASK_APP": "superset.app:create_app()",
            "TZ": "UTC",
        }
        self.log = (folder / "superset.log").open("wb")
        self.program = pathlib.Path(sys.executable).parent / "superset"
        self.call("db", "upgrade")
        self.call("fab", "create-admin", "--username", "admin", "--firstname", "a", "--lastname", "b", "--email", "admin@example.com",
                  "--password", self.password)
        self.call("init")
        self.server = subprocess.Popen(
            [self.program, "run", "--port", self.url.rpartition(":")[2], "--with-threads"], env=self.environment, stdout=self.log, stderr=self.log,
        )
        self.session = requests.Session()
        self.wait()
        answer = self.session.post(
            f"{self.url}/api/v1/security/login", json={"username": "admin", "password": self.password, "provider": "db", "refresh": False},
        )
        self.session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def call(self, *arguments):
        subprocess.run([self.program, *arguments], env=self.environment, check=True, stdout=self.log, stderr=self.log, timeout=START_SECONDS_MAX)

    def wait(self):
        end = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < end and self.server.poll() is None:
            try:
                if self.session.get(f"{self.url}/health", timeout=5).ok:
                    return
            except requests.ConnectionError:
                time.sleep(0.5)
        raise AssertionError("Superset did not start; its log is superset.log in the test's folder")

    def take(self, bundle):
        with bundle.open("rb") as file:
            return self.session.post(f"{self.url}/api/v1/dashboard/import/", files={"formData": file}, data={"overwrite": "true"})

    def charts(self):
        """The number of each chart by its uuid."""
        answer = self.session.get(f"{self.url}/api/v1/chart/", params={"q": "(page_size:100,columns:!(id,uuid))"})
        return {one["uuid"]: one["id"] for one in answer.json()["result"]}

    def data(self, number):
        return self.session.get(f"{self.url}/api/v1/chart/{number}/data/")

    def stop(self):
        self.server.terminate()
        self.server.wait(30)
        self.log.close()


@pytest.fixture(scope="module")
def made():
    return generator.Generator(20261126, TODAY).make().tell()


@pytest.fixture(scope="module")
def superset(made, tmp_path_factory):
    folder = tmp_path_factory.mktemp("superset")
    warehouse.write(made.lines, made.teams, folder / "lake")
    local_lake.open_folder(folder / "lake", folder / "lake.duckdb").close()
    dashboards.bundle(SOURCE, f"duckdb:///{folder}/lake.duckdb?access_mode=read_only", folder / "bundle.zip")
    server = Superset(folder)
    try:
        answer = server.take(folder / "bundle.zip")
        assert answer.ok, answer.text
        yield server
    finally:
        server.stop()


@EVERY_CHART
def test_data_of_a_chart_equals_the_ground_truth(superset, made, chart):
    answer = superset.data(superset.charts()[dashboards.superset_bundle.identity(f"chart {chart.id}")])
    assert answer.ok, answer.text
    [result] = answer.json()["result"]
    held = [tuple(value(row[name], name == chart.day and chart.by_day) for name in chart.columns) for row in result["data"]]
    truth.same(chart, held, truth.Charts(made, FIRST, LAST).rows(chart))


def value(of, day):
    """Superset gives days as milliseconds."""
    return datetime.datetime.fromtimestamp(of / 1000, datetime.timezone.utc).date() if day else of


def test_a_missing_view_is_named(superset, made, tmp_path):
    """A lake to which lake/sql was not applied: the import works, and each chart says which view is missing."""
    local_lake.connect(tmp_path / "empty.duckdb").close()
    dashboards.bundle(SOURCE, f"duckdb:///{tmp_path}/empty.duckdb", tmp_path / "bundle.zip")
    server = Superset(tmp_path)
    try:
        assert server.take(tmp_path / "bundle.zip").ok
        answer = server.data(server.charts()[dashboards.superset_bundle.identity("chart executive_users")])
        assert not answer.ok and "message_cost does not exist" in answer.text
    finally:
        server.stop()


@pytest.mark.skipif("BCCE" not in os.environ, reason="BCCE does not name a bcce binary")
def test_the_command_imports_the_same(superset, tmp_path):
    """Over what is there already: nothing is doubled, and the data stays."""
    before = superset.charts()
    words = ["deploy", "--component", "dashboards", "--superset", superset.url, "--database-uri", "duckdb:///:memory:", "--yes"]
    login = {"HOME": str(tmp_path), "SUPERSET_USERNAME": "admin", "SUPERSET_PASSWORD": superset.password}
    done = subprocess.run([os.path.abspath(os.environ["BCCE"]), *words], env=login, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout) == (0, f"{len(SOURCE.dashboards)} dashboards imported\n"), done.stderr
    assert superset.charts() == before
    login["SUPERSET_PASSWORD"] = secrets.token_hex(16)
    done = subprocess.run([os.path.abspath(os.environ["BCCE"]), *words], env=login, capture_output=True, text=True, timeout=120)
    assert done.returncode == 2 and "does not let us in" in done.stderr and login["SUPERSET_PASSWORD"] not in done.stderr, done.stderr


@pytest.mark.skipif(not shutil.which("chromedriver"), reason="there is no chromedriver")
@pytest.mark.parametrize("dashboard", SOURCE.dashboards, ids=lambda dashboard: dashboard.id)
def test_every_chart_draws(superset, dashboard, tmp_path):
    from selenium import webdriver

    superset.session.post(f"{superset.url}/login/", data={"username": "admin", "password": superset.password})
    options = webdriver.ChromeOptions()
    for flag in ("--headless", "--no-sandbox", "--disable-gpu", "--window-size=1500,1700", "--disable-background-networking", "--disable-quic",
                 "--disable-sync", "--disable-component-update", "--no-first-run", f"--user-data-dir={tmp_path}/browser"):
        options.add_argument(flag)
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    try:
        browser.get(f"{superset.url}/health")
        for cookie in superset.session.cookies:
            browser.add_cookie({"name": cookie.name, "value": cookie.value})
        browser.get(f"{superset.url}/superset/dashboard/bcce-{dashboard.id}/?standalone=1")
        drawn = settled(browser, len(dashboard.charts))
        browser.save_screenshot(str(pathlib.Path(os.environ.get("BCCE_SCREENSHOTS", tmp_path)) / f"superset-{dashboard.id}.png"))
        assert drawn == len(dashboard.charts)
        text = browser.find_element("tag name", "body").text
        assert not re.search("no results|unexpected error|failed to load", text, re.IGNORECASE), text
        assert all(chart.title in text for chart in dashboard.charts), text
    finally:
        browser.quit()


def settled(browser, wanted):
    """How many charts are drawn, once none of them is being loaded; what is missing after two minutes stays missing."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        drawn = len(browser.find_elements("css selector", ".slice_container"))
        if drawn == wanted and not browser.find_elements("css selector", ".loading, [data-test=loading-indicator]"):
            # The animation of the columns.
            time.sleep(2)
            return drawn
        time.sleep(0.5)
    return drawn
