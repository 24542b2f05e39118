#!/usr/bin/python3
"""oracle.py [--engine PROGRAM] [--write] [--only NAME] [--seconds N] [--seed N] [--places] [QUERY]

Compares the SQL engine with PostgreSQL and PostGIS. Starts a private PostgreSQL in build/oracle, reads
fixtures/data/demo into it by means of its own, and then

  checks that tests/sql/*.jsonl still are PostgreSQL's answers to tests/sql/*.sql (--write: writes them),
  has the engine answer the same, and says where it differs,
  does so with random queries for a bounded time (--seconds, or ORACLE_SECONDS, 60; --seed, or
  ORACLE_SEED, the time; see generate.py).

The engine is build/sql-engine, which holds the rules of when two answers are alike (tests/corpus_sql.h).
With a QUERY it only shows PostgreSQL's answer, and the engine's word on it.

A query file holds queries that end with a semicolon at the end of a line. Comment lines before one:
  -- any words            its name
  -- as: QUERY            what PostgreSQL runs instead, where it lacks the name
  -- parameters: JSON     an array ($1, ?) or an object (:name, @name)
  -- error: CODE          the SQLSTATE wanted, where PostgreSQL itself would run it
  -- unsupported          the engine may also say 0A000
  -- stored               the answer in the .jsonl is not PostgreSQL's; keep it
"""
import argparse
import csv
import glob
import json
import os
import pwd
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time

import psycopg2
import psycopg2.extensions

import generate

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HERE = os.path.join(ROOT, "tests", "sql")
DATA = os.path.join(ROOT, "fixtures", "data", "demo")
CLUSTER = os.path.join(ROOT, "build", "oracle")
SOCKETS = CLUSTER if len(CLUSTER) < 80 else tempfile.gettempdir()  # the system limits a socket's path
PORT = 54329


# ---- the private server

def binaries():
    paths = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
    return paths[-1] if paths else os.path.dirname(shutil.which("initdb") or "")


def run_as_postgres(*command):
    if os.getuid() == 0:
        command = ("runuser", "-u", "postgres", "--") + command
    done = subprocess.run(command, cwd="/", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise OSError(f"{' '.join(command)}: {done.stdout.strip()}")


def start_server():
    where = binaries()
    data, log = os.path.join(CLUSTER, "data"), os.path.join(CLUSTER, "log")
    os.makedirs(CLUSTER, exist_ok=True)
    if os.getuid() == 0:
        postgres = pwd.getpwnam("postgres")
        os.chown(CLUSTER, postgres.pw_uid, postgres.pw_gid)
    if not os.path.exists(os.path.join(data, "PG_VERSION")):
        run_as_postgres(f"{where}/initdb", "-D", data, "-U", "oracle", "-A", "trust", "-E", "UTF8",
                        "--locale=C", "--lc-ctype=C.UTF-8", "--no-sync")
    options = f"-k {SOCKETS} -p {PORT} -c listen_addresses= -c fsync=off -c shared_buffers=64MB"
    run_as_postgres(f"{where}/pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start")


def stop_server():
    data = os.path.join(CLUSTER, "data")
    if os.path.exists(os.path.join(data, "postmaster.pid")):
        run_as_postgres(f"{binaries()}/pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def connect(database):
    connection = psycopg2.connect(host=SOCKETS, port=PORT, user="oracle", dbname=database)
    connection.autocommit = True
    connection.set_client_encoding("UTF8")
    return connection


# ---- the data, read without the code under test

def column_type(values):
    """The type that the tables' reader gives a column, by its own documented rules."""
    values = [v for v in values if v is not None]
    if all(isinstance(v, bool) or v in ("true", "false") for v in values):
        return "boolean"
    texts = [v if isinstance(v, str) else repr(v) for v in values]
    if all(re.fullmatch(r"-?(0|[1-9]\d*)", t) for t in texts):
        return "bigint"
    if all(re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?", t) for t in texts):
        return "double precision"
    if all(re.fullmatch(r"\d{4}-\d\d-\d\d", t) for t in texts):
        return "date"
    if all(re.match(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d", t) for t in texts):
        return "timestamptz"
    return "text"


def read_table(path):
    """Column names, rows of values, and geometries as GeoJSON texts or None."""
    with open(path, encoding="utf-8", newline="") as file:
        if path.endswith(".csv"):
            rows = list(csv.reader(file))
            names, rows = rows[0], [[v if v != "" else None for v in row] for row in rows[1:] if row]
            geometries = None
            if "longitude" in names and "latitude" in names:
                x, y = names.index("longitude"), names.index("latitude")
                geometries = ['{"type":"Point","coordinates":[%s,%s]}' % (row[x], row[y]) for row in rows]
            return names, rows, geometries
        features = json.load(file)["features"]
    names = list(dict.fromkeys(name for f in features for name in f["properties"]))
    return (names, [[f["properties"].get(n) for n in names] for f in features],
            [f["geometry"] and json.dumps(f["geometry"]) for f in features])


def load_data():
    admin = connect("postgres")
    cursor = admin.cursor()
    cursor.execute("drop database if exists demo")
    cursor.execute("create database demo template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C.UTF-8'")
    cursor.execute("alter database demo set timezone to 'UTC'")
    cursor.execute("alter database demo set datestyle to 'ISO, YMD'")
    cursor.execute("alter database demo set default_transaction_read_only to on")
    cursor.execute("alter database demo set search_path to world, climate, cells, public")
    cursor.execute("alter database demo set jit to off")
    cursor.execute("alter database demo set statement_timeout to '20s'")
    cursor.execute("alter database demo set row_security to on")
    admin.close()
    demo = connect("demo")
    cursor = demo.cursor()
    cursor.execute("set default_transaction_read_only to off")
    cursor.execute("create extension postgis")
    for path in sorted(glob.glob(os.path.join(DATA, "*", "*.*"))):
        schema, table = path.split(os.sep)[-2], os.path.basename(path).rsplit(".", 1)[0]
        names, rows, geometries = read_table(path)
        types = [column_type(list(column)) for column in zip(*rows)]
        quoted = ['"%s"' % n.replace('"', '""') for n in names]
        columns = [f"{n} {t}" for n, t in zip(quoted, types)]
        holders = ["%s"] * len(names)
        if geometries:
            columns.append("geom geometry(Geometry, 4326)")
            holders.append("ST_GeomFromGeoJSON(%s)")
            rows = [row + [g] for row, g in zip(rows, geometries)]
        cursor.execute(f'create schema if not exists {schema}; create table {schema}.{table} ({", ".join(columns)})')
        insert = f'({", ".join(holders)})'
        for at in range(0, len(rows), 500):
            values = b",".join(cursor.mogrify(insert, row) for row in rows[at:at + 500])
            cursor.execute(f"insert into {schema}.{table} values ".encode() + values)
        cursor.execute(f"analyze {schema}.{table}")
    demo.close()


# ---- the query files

def read_queries(path):
    """The queries of a file as dictionaries: sql, as, parameters, error, unsupported, stored."""
    queries, query, lines = [], {}, []
    with open(path, encoding="utf-8") as file:
        for line in file.read().split("\n"):
            note = re.fullmatch(r"-- (as|parameters|error): (.*)", line)
            if note:
                key, value = note.groups()
                query[key] = json.loads(value) if key == "parameters" else value
            elif not lines and line in ("-- unsupported", "-- stored"):
                query[line[3:]] = True
            elif not lines and line.startswith("-- ") or not lines and not line.strip():
                continue
            elif line.endswith(";") and not line.endswith(";;"):
                query["sql"] = "\n".join(lines + [line[:-1]])
                queries.append(query)
                query, lines = {}, []
            else:
                lines.append(line)
    if lines:
        raise ValueError(f"{path}: the last query does not end with ';'")
    return queries


TOKEN = re.compile(r"""
    '(?:[^']|'')*' | "(?:[^"]|"")*" | --[^\n]* | /\*.*?\*/ | \$(\w*)\$.*?\$\1\$ | :: | :=
  | (?P<number>\$\d+) | (?P<mark>\?) | (?<![\w@:<])(?P<name>[:@][A-Za-z_]\w*)""", re.X | re.S)


def literal(value):
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"({value})::bigint"
    if isinstance(value, float):
        return f"({value!r})::float8"
    return "'" + str(value).replace("'", "''") + "'"


def bind(sql, parameters):
    """The query with its parameters written out as constants."""
    count = 0

    def replace(match):
        nonlocal count
        if match["number"]:
            at = int(match["number"][1:]) - 1
            return literal(parameters[at]) if at < len(parameters) else match[0]
        if match["mark"]:
            count += 1
            return literal(parameters[count - 1])
        return literal(parameters[match["name"][1:]]) if match["name"] else match[0]

    return TOKEN.sub(replace, sql)


# ---- asking PostgreSQL

class Postgres:
    def __init__(self):
        self.connection = connect("demo")
        self.cursor = self.connection.cursor()
        self.cursor.execute("select oid, typname, typelem <> 0 and typname like '\\_%', "
                            "format_type(oid, null) from pg_type")
        self.types = {oid: (name, array, full) for oid, name, array, full in self.cursor.fetchall()}
        text = psycopg2.extensions.new_type(tuple(self.types), "TEXT", lambda value, cursor: value)
        psycopg2.extensions.register_type(text, self.connection)

    def convert(self, oid, values):
        """The values of a column, which come as PostgreSQL's texts, in the form of the stored answers."""
        name, array, full = self.types[oid]
        if name in ("int2", "int4", "int8", "oid"):
            change = int
        elif name in ("float4", "float8", "numeric"):
            change = number
        elif name == "bool":
            change = {"t": True, "f": False}.get
        elif name in ("timestamp", "timestamptz"):
            change = timestamp
        elif name in ("geometry", "geography") or array:
            return self.on_server("ST_AsText(v::geometry, 15)" if not array else "to_json(v)",
                                  full, values, json.loads if array else str)
        else:
            change = str
        return [None if v is None else change(v) for v in values]

    def on_server(self, expression, full, values, change):
        cursor = self.connection.cursor()
        out = []
        for value in values:
            cursor.execute(f"select ({expression})::text from (select %s::{full}) x(v)", (value,))
            out.append(cursor.fetchone()[0])
        return [None if v is None else change(v) for v in out]

    def ask(self, sql):
        """{"columns", "types", "rows"}, or {"error", "message", "at"}."""
        try:
            self.cursor.execute(sql)
            if self.cursor.description is None:
                return {"error": "none", "message": "no rows came back"}
            description, rows = self.cursor.description, self.cursor.fetchall()
        except psycopg2.Error as error:
            answer = {"error": error.pgcode, "message": error.diag.message_primary}
            if error.diag.message_hint:
                answer["hint"] = error.diag.message_hint
            if error.diag.statement_position:
                answer["at"] = len(sql[:int(error.diag.statement_position) - 1].encode())
            return answer
        columns = [self.convert(d.type_code, values) for d, values in zip(description, zip(*rows))]
        return {"columns": [d.name for d in description],
                "types": [self.types[d.type_code][0] for d in description],
                "rows": [list(row) for row in zip(*columns)] if columns else [[] for _ in rows]}

    def answer(self, query):
        sql = query.get("as", query["sql"])
        answer = {"sql": query["sql"]}
        if "parameters" in query:
            answer["parameters"] = query["parameters"]
        if "error" in query:
            answer["error"] = query["error"]
        else:
            if "parameters" in query:
                sql = bind(sql, query["parameters"])
            answer.update(self.ask(sql))
            if "rows" in answer:
                answer["ordered"] = is_ordered(query["sql"])
            if "as" in query or "parameters" in query:
                answer.pop("at", None)
        if query.get("unsupported"):
            answer["unsupported"] = True
        return answer


def number(text):
    if text in ("NaN", "Infinity", "-Infinity"):
        return text
    if re.fullmatch(r"-?\d+(\.0*)?", text) and abs(int(text.split(".")[0])) < 2 ** 63:
        return int(text.split(".")[0])
    return float(text)


def timestamp(text):
    return re.sub(r"(\.\d*?)0+(?=\+|$)", r"\1", text).replace(" ", "T", 1).replace("+00", "Z")


def is_ordered(sql):
    """Whether the outermost level of a query has an ORDER BY."""
    sql = re.sub(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/|\$(\w*)\$.*?\$\1\$", "''", sql, flags=re.S)
    while True:
        shorter = re.sub(r"\([^()]*\)", " ", sql)
        if shorter == sql:
            return re.search(r"\border\s+by\b", sql, re.I) is not None
        sql = shorter


# ---- asking the engine

class Engine:
    """build/sql-engine, started again when it ends."""

    def __init__(self, program):
        self.program, self.process, self.elsewhere = program, None, []

    def judge(self, answer):
        """None when the engine's answer to a query is the given one, else what is wrong."""
        if self.process is None or self.process.poll() is not None:
            self.process = subprocess.Popen([self.program], cwd=ROOT, stdin=subprocess.PIPE,
                                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            self.process.stdin.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
            self.process.stdin.flush()
            if not select.select([self.process.stdout], [], [], 100)[0]:  # the engine's own limit is 60 s
                self.process.kill()
            line = self.process.stdout.readline().decode(errors="replace").strip()
        except BrokenPipeError:
            line = ""
        if line.startswith("wrong: "):
            return line[7:]
        if line.startswith("ok"):
            if line != "ok":
                self.elsewhere.append(f"{line[4:]}: {answer['sql']}")
            return None
        rest = self.process.communicate()[0].decode(errors="replace")
        return f"the engine ended with {self.process.returncode}: {(line + rest)[:2000]}"


# ---- the steps

class Tally:
    def __init__(self):
        self.passed = self.failed = 0

    def note(self, where, wrong, sql):
        if wrong is None:
            self.passed += 1
            return
        self.failed += 1
        print(f"FAILED {where}: {wrong}\n    {sql}", flush=True)


def write_answers(path, answers):
    with open(path, "w", encoding="utf-8") as file:
        for answer in answers:
            file.write(json.dumps(answer, ensure_ascii=False) + "\n")


def stored_answers(path):
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def same_answer(a, b):
    """Whether a stored answer still is PostgreSQL's: but for the order of rows that have none."""
    a, b = dict(a), dict(b)
    for answer in (a, b):
        if "rows" in answer and not answer["ordered"]:
            answer["rows"] = sorted(json.dumps(row) for row in answer["rows"])
    return a == b


def run_corpus(options, postgres, engine, tally):
    for path in sorted(glob.glob(os.path.join(HERE, "*.sql"))):
        name = os.path.basename(path)[:-4]
        if options.only and name != options.only:
            continue
        stored_path = path[:-4] + ".jsonl"
        stored = stored_answers(stored_path)
        queries, by_sql = read_queries(path), {a["sql"]: a for a in stored}
        answers = [by_sql[q["sql"]] if q.get("stored") else postgres.answer(q) for q in queries]
        if options.write:
            write_answers(stored_path, answers)
        else:
            for at, answer in enumerate(answers):
                old = stored[at] if at < len(stored) else {"sql": None}
                tally.note(f"{name}.jsonl:{at + 1}",
                           None if same_answer(answer, old) else "this is not PostgreSQL's answer now", answer["sql"])
            if len(stored) > len(answers):
                tally.note(f"{name}.jsonl", "has more lines than there are queries", "")
        for at, answer in enumerate(answers if engine else []):
            tally.note(f"{name}.jsonl:{at + 1}", engine.judge(answer), answer["sql"])


def run_random(options, postgres, engine, tally):
    seed = options.seed if options.seed is not None else int(time.time())
    print(f"random queries: --seed {seed}", flush=True)
    stop, most = time.monotonic() + options.seconds, tally.failed + options.failures
    count = skipped = known = 0

    def wrong_with(query):
        answer = postgres.answer({"sql": query})
        wrong = None if generate.is_loose(answer) else engine.judge(answer)
        return None if generate.is_difference(wrong) else wrong

    while time.monotonic() < stop and tally.failed < most:
        query = generate.query(seed, count)
        count += 1
        answer = postgres.answer({"sql": str(query)})
        if generate.is_loose(answer):
            skipped += 1
            continue
        wrong = engine.judge(answer)
        if generate.is_difference(wrong):
            known += 1
            continue
        if wrong is not None:
            query = generate.shrink(query, lambda smaller: wrong_with(str(smaller)) is not None)
            wrong = wrong_with(str(query)) or wrong
        tally.note(f"--seed {seed} query {count}", wrong, query)
    print(f"random queries: {count}, of which {skipped} have no one answer and {known} a known other one", flush=True)


def show(query, postgres, engine):
    answer = postgres.answer({"sql": query})
    for key, value in answer.items():
        if key == "rows":
            print("rows")
            for row in value[:50]:
                print("  " + json.dumps(row, ensure_ascii=False))
        elif key != "sql":
            print(key, json.dumps(value, ensure_ascii=False))
    if engine:
        print("engine", engine.judge(answer) or "agrees")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--engine")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--only")
    parser.add_argument("--seconds", type=float, default=float(os.environ.get("ORACLE_SECONDS", 60)))
    parser.add_argument("--seed", type=int, default=os.environ.get("ORACLE_SEED"))
    parser.add_argument("--failures", type=int, default=50, help="stop the random queries after so many")
    parser.add_argument("--places", action="store_true", help="list errors placed elsewhere than by PostgreSQL")
    parser.add_argument("query", nargs="?")
    options = parser.parse_args()
    engine = Engine(os.path.join(ROOT, options.engine)) if options.engine else None
    tally = Tally()
    try:
        stop_server()
        start_server()
    except (OSError, KeyError) as error:
        print(f"skipped: PostgreSQL does not start: {error}")
        return 0
    try:
        load_data()
        postgres = Postgres()
        if options.query:
            show(options.query, postgres, engine)
            return 0
        run_corpus(options, postgres, engine, tally)
        if engine and not options.only and not options.write and options.seconds > 0:
            run_random(options, postgres, engine, tally)
    finally:
        stop_server()
    if engine and engine.elsewhere:
        print("\n".join(engine.elsewhere) if options.places else
              f"{len(engine.elsewhere)} errors are placed elsewhere than by PostgreSQL; --places lists them")
    print(f"{tally.passed} passed, {tally.failed} failed")
    return tally.failed != 0


if __name__ == "__main__":
    sys.exit(main())
