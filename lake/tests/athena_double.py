"""Plays Athena, with the views of lake/sql in DuckDB: takes queries as Athena takes them, and answers in pages.

It speaks what `bcce` asks of it: StartQueryExecution with parameters, GetQueryExecution, GetQueryResults, and DescribeStacks of
CloudFormation. Parameters are read as Athena reads them, as literals of SQL, and put in after the query was parsed. Whatever else is
asked is refused, as of somebody who may query and look at nothing.
"""

import http.server
import json
import threading

import duckdb
import sqlglot

PAGE = 7
DENIED = """<ErrorResponse xmlns="urn:x"><Error><Code>AccessDenied</Code><Message>not authorized</Message></Error></ErrorResponse>"""
STACK = """<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member>
<StackName>bcce-lake</StackName><Parameters><member><ParameterKey>Prefix</ParameterKey><ParameterValue>acme</ParameterValue></member>
<member><ParameterKey>Database</ParameterKey><ParameterValue>events</ParameterValue></member></Parameters></member></Stacks>
</DescribeStacksResult></DescribeStacksResponse>"""


class Double:
    """A server on loopback over one warehouse."""

    def __init__(self, connection):
        self.connection = connection
        self.asked = []
        self.answers = {}
        self.refusal = None
        # Views that nobody who asks may read.
        self.denied = set()
        double = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                target = self.headers.get("x-amz-target", "")
                status = 200
                if target.startswith("AmazonAthena."):
                    answer = json.dumps(double.answer(target.removeprefix("AmazonAthena."), json.loads(body)))
                elif target:
                    status, answer = 400, json.dumps({"__type": "AccessDeniedException", "Message": "not authorized"})
                elif b"Action=DescribeStacks" in body:
                    answer = STACK
                else:
                    status, answer = 403, DENIED
                self.send_response(status)
                self.send_header("content-length", str(len(answer.encode())))
                self.end_headers()
                self.wfile.write(answer.encode())

            def log_message(self, *_):
                pass

        self.server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def end(self):
        self.server.shutdown()

    def answer(self, action, ask):
        return getattr(self, action)(ask)

    def StartQueryExecution(self, ask):  # noqa: N802
        assert len(ask["ClientRequestToken"]) >= 32
        self.asked.append(ask)
        name = str(len(self.asked))
        self.answers[name] = self.run(ask["QueryString"], ask.get("ExecutionParameters", []))
        return {"QueryExecutionId": name}

    def run(self, query, parameters):
        """Rows with the head first, or a text that says what failed."""
        if self.refusal:
            return self.refusal
        values = iter([sqlglot.parse_one(parameter, read="trino") for parameter in parameters])
        tree = sqlglot.parse_one(query, read="trino")
        if denied := self.denied & {table.name for table in tree.find_all(sqlglot.exp.Table)}:
            return f"Access Denied: Cannot select from {min(denied)}"
        # In the order of the text, as Athena fills them in.
        filled = tree.transform(lambda node: next(values) if isinstance(node, sqlglot.exp.Placeholder) else node)
        assert next(values, None) is None, "more parameters than places"
        try:
            done = self.connection.execute(filled.sql("duckdb"))
        except duckdb.Error as error:
            return str(error)
        return [[column[0] for column in done.description], *done.fetchall()]

    def GetQueryExecution(self, ask):  # noqa: N802
        held = self.answers[ask["QueryExecutionId"]]
        status = {"State": "FAILED", "StateChangeReason": held} if isinstance(held, str) else {"State": "SUCCEEDED"}
        return {"QueryExecution": {"Status": status}}

    def GetQueryResults(self, ask):  # noqa: N802
        held = self.answers[ask["QueryExecutionId"]]
        first = int(ask.get("NextToken", 0))
        rows = [{"Data": [{} if cell is None else {"VarCharValue": shown(cell)} for cell in row]} for row in held[first : first + PAGE]]
        more = {"NextToken": str(first + PAGE)} if first + PAGE < len(held) else {}
        return {"ResultSet": {"Rows": rows}, **more}


def shown(cell):
    return str(cell).lower() if isinstance(cell, bool) else str(cell)
