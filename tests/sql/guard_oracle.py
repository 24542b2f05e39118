#!/usr/bin/python3
"""guard_oracle.py PROGRAM [SECONDS [SEED]]

Asks PostgreSQL, in transactions that only read, about queries that PROGRAM --ask lets pass (build/test_guard):
none may be refused by it as a write, run as something else than a query, or more than one. The queries are those
of tests/guard_cases.h, a list of writes, and random ones full of quotes and comments, under both settings of
standard_conforming_strings.
"""
import os
import random
import re
import subprocess
import sys
import time

import psycopg2

import oracle

WRITES = """
INSERT INTO t VALUES (1)|UPDATE t SET a = 1|DELETE FROM t|TRUNCATE t|MERGE INTO t USING t u ON t.a = u.a WHEN MATCHED THEN DELETE
SELECT * INTO u FROM t|SELECT a INTO TEMP u FROM t|SELECT INTO u FROM t|CREATE TABLE u AS SELECT 1|CREATE TEMP TABLE u (a int)
WITH x AS (DELETE FROM t RETURNING a) SELECT * FROM x|WITH x AS (INSERT INTO t VALUES (1) RETURNING a) TABLE x
WITH x AS (UPDATE t SET a = 1 RETURNING a), y AS (SELECT 1) SELECT * FROM x, y|WITH x AS (SELECT 1) DELETE FROM t
WITH x AS NOT MATERIALIZED (DELETE FROM t RETURNING 1) SELECT 1|WITH RECURSIVE x AS (DELETE FROM t RETURNING 1) SELECT 1
SELECT nextval('s')|SELECT setval('s', 4)|SELECT "nextval"('s')|SELECT pg_catalog . nextval ('s')|SELECT (SELECT nextval('s'))
SELECT * FROM nextval('s')|SELECT * FROM ROWS FROM (nextval('s'))|VALUES (nextval('s'))|SELECT 1 ORDER BY nextval('s')
SELECT * FROM t FOR UPDATE|SELECT * FROM t FOR SHARE|SELECT * FROM t FOR NO KEY UPDATE|SELECT * FROM t FOR KEY SHARE
(SELECT * FROM t) FOR UPDATE|SELECT * FROM ((SELECT * FROM t) FOR SHARE) u|SELECT 1 FROM t WHERE a IN (SELECT a FROM t FOR SHARE)
SELECT * FROM t u FOR UPDATE OF u SKIP LOCKED|WITH x AS (SELECT * FROM t FOR UPDATE) SELECT * FROM x
SELECT lo_create(0)|SELECT lo_from_bytea(0, 'x')|SELECT lo_unlink(1)|SELECT lo_creat(-1)|SELECT lo_put(1, 0, 'x')
DROP TABLE t|ALTER TABLE t ADD c int|CREATE VIEW v AS SELECT 1|GRANT SELECT ON t TO public|REVOKE ALL ON t FROM public
COPY t FROM STDIN|VACUUM t|ANALYZE t|CLUSTER t|REINDEX TABLE t|COMMENT ON TABLE t IS 'x'|SECURITY LABEL ON TABLE t IS 'x'
CALL p()|DO $$ BEGIN DELETE FROM t; END $$|PREPARE q AS DELETE FROM t|EXPLAIN ANALYZE DELETE FROM t|LOCK TABLE t IN SHARE MODE
REFRESH MATERIALIZED VIEW m|NOTIFY x|LISTEN x|CHECKPOINT|IMPORT FOREIGN SCHEMA x FROM SERVER y INTO z|REASSIGN OWNED BY reader TO reader
SELECT 1; DELETE FROM t|SELECT 1; SELECT nextval('s')|SELECT brin_summarize_new_values('i')|SELECT gin_clean_pending_list('i')
SELECT pg_import_system_collations('public')|SELECT query_to_xml('select nextval(''s'')', true, true, '')
SELECT ts_stat('select nextval(''s'')::text::tsvector')|SELECT pg_nextoid('pg_class', 'oid', 'pg_class_oid_index')
SELECT pg_current_xact_id()|SELECT txid_current()
"""

PIECES = ["'", "''", "\\", "\\'", "\\\\", "E'", "e'", "U&'", "N'", "x'", '"', '""', "$$", "$a$", "$1", "a$", "--", "\n",
          "/*", "*/", "/", "*", "-", "+", "#", "`", "(", ")", " ", " ", "1", "a", ",", "\n", "||", "::text", "AS b", ";",
          "; DELETE FROM t", " DELETE FROM t ", " INTO u ", " FOR UPDATE ", "nextval('s')", "SELECT", " FROM t", "SELECT 1 "]
STARTS = ["SELECT ", "SELECT 'x", "SELECT E'x", "SELECT a FROM t --", "SELECT 1 /*", "WITH x AS (", "SELECT $$", 'SELECT "a',
          "VALUES (", "(", "SELECT $a$x", "SELECT 'x' "]
ENDS = ["", "; DELETE FROM t", "; DELETE FROM t --", "; DELETE FROM t /*", "'; DELETE FROM t --'", "*/; DELETE FROM t",
        " FROM t FOR UPDATE", " INTO u FROM t", "$$; DELETE FROM t --$$", '"; DELETE FROM t --"', "\n; DELETE FROM t --'",
        " DELETE FROM t RETURNING 1) SELECT 1", "nextval('s') --'"]


def random_query(rng):
    return rng.choice(STARTS) + "".join(rng.choice(PIECES) for _ in range(rng.randrange(8))) + rng.choice(ENDS)


def passes(program, queries):
    """Those of the queries that the program lets pass."""
    text = b"".join(q.encode() + b"\0" for q in queries)
    answers = subprocess.run([program, "--ask"], input=text, stdout=subprocess.PIPE, check=True).stdout
    assert len(answers) == len(queries)
    return [q for q, answer in zip(queries, answers) if answer == ord("1")]


def cases():
    with open(os.path.join(oracle.ROOT, "tests", "guard_cases.h"), encoding="utf-8") as file:
        for text in re.findall(r'^  \{[^,]+, ((?:"(?:[^"\\]|\\.)*" ?)+),', file.read(), re.M):
            yield "".join(eval("b" + part).decode("utf-8", "replace") for part in re.findall(r'"(?:[^"\\]|\\.)*"', text))


class Reader:
    def __init__(self, escapes):
        self.connection = oracle.connect("guard")
        self.connection.autocommit = True
        cursor = self.connection.cursor()
        cursor.execute("SET default_transaction_read_only = on; SET statement_timeout = 200; SET escape_string_warning = off; "
                       "SET standard_conforming_strings = " + ("off" if escapes else "on"))
        cursor.close()

    def wrong(self, query):
        """What is wrong with a query that passed; None: nothing."""
        cursor = self.connection.cursor()
        try:
            cursor.execute(query.encode())
            tag = cursor.statusmessage
            return None if tag and tag.startswith("SELECT ") else f"ran as {tag}"
        except psycopg2.Error as error:
            return f"a write: {error.pgerror}" if error.pgcode == "25006" else None
        finally:
            cursor.close()


def set_up():
    admin = oracle.connect("postgres")
    admin.autocommit = True
    cursor = admin.cursor()
    cursor.execute("DROP DATABASE IF EXISTS guard")
    cursor.execute("CREATE DATABASE guard")
    admin.close()
    guard = oracle.connect("guard")
    guard.autocommit = True
    guard.cursor().execute("CREATE TABLE t (a int, b text, u int); INSERT INTO t VALUES (1, 'x', 2); CREATE SEQUENCE s; "
                           "CREATE INDEX i ON t USING brin (a); CREATE TABLE x (a int); CREATE PROCEDURE p() LANGUAGE sql AS ''")
    guard.close()


def main():
    program, seconds = os.path.abspath(sys.argv[1]), float(sys.argv[2] if len(sys.argv) > 2 else os.environ.get("ORACLE_SECONDS") or 60)
    seed = int((sys.argv[3] if len(sys.argv) > 3 else os.environ.get("ORACLE_SEED")) or time.time())
    rng = random.Random(seed)
    passed = failed = 0
    oracle.start_server()
    try:
        set_up()
        readers = [Reader(False), Reader(True)]
        writes = [q for line in WRITES.strip().splitlines() for q in line.split("|")]
        refused = sum(1 for q in writes if readers[0].wrong(q))
        assert refused > 40, refused  # the list is one of writes
        end = time.time() + seconds
        queries = writes + list(cases())
        while True:
            for query in passes(program, queries):
                wrong = readers[0].wrong(query) or readers[1].wrong(query)
                if wrong:
                    failed += 1
                    print(f"FAILED {query!r}: {wrong}")
                else:
                    passed += 1
            if time.time() > end or failed > 20:
                break
            queries = [random_query(rng) for _ in range(5000)]
    finally:
        oracle.stop_server()
    print(f"seed {seed}")
    print(f"{passed} passed, {failed} failed")
    return failed != 0 or passed == 0


if __name__ == "__main__":
    sys.exit(main())
