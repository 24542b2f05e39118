/* The SQL bench tables in SQLite, for bench_sql.mjs: makes them in memory, then runs each line of the
   input as a query, reads all of its rows and prints the milliseconds that took.
     cc -O2 bench_sqlite.c -o bench_sqlite -lsqlite3 -lm */
#define _POSIX_C_SOURCE 200809L
#include "bench.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#define ROWS 1000000
#define DIM_ROWS 1000

static sqlite3 *db;

static void check(int code) {
  if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW) return;
  fprintf(stderr, "SQLite: %s\n", sqlite3_errmsg(db));
  exit(1);
}

static sqlite3_stmt *prepare(const char *sql) {
  sqlite3_stmt *statement;
  check(sqlite3_prepare_v2(db, sql, -1, &statement, NULL));
  return statement;
}

static void insert(sqlite3_stmt *statement) {
  check(sqlite3_step(statement));
  check(sqlite3_reset(statement));
}

/* The names are all different: 16909 and 26 * 26 * 26 * 26 have no common divisor. */
static void make_name(char name[4], int i) {
  int code = (int)((unsigned)i * 16909 % 456976);
  name[0] = (char)('a' + code / 17576);
  name[1] = (char)('a' + code / 676 % 26);
  name[2] = (char)('a' + code / 26 % 26);
  name[3] = (char)('a' + code % 26);
}

static void make_dim(void) {
  static const char *const regions[] = {"north", "north-east", "east", "south-east",
                                        "south", "south-west", "west", "north-west"};
  sqlite3_stmt *statement;
  int i;
  check(sqlite3_exec(db, "CREATE TABLE dim (k INTEGER PRIMARY KEY, region TEXT, name TEXT UNIQUE)",
                     NULL, NULL, NULL));
  statement = prepare("INSERT INTO dim VALUES (?, ?, ?)");
  for (i = 0; i < DIM_ROWS; i++) {
    char name[4];
    make_name(name, i);
    check(sqlite3_bind_int(statement, 1, i));
    check(sqlite3_bind_text(statement, 2, regions[i % 8], -1, SQLITE_STATIC));
    check(sqlite3_bind_text(statement, 3, name, 4, SQLITE_TRANSIENT));
    insert(statement);
  }
  check(sqlite3_finalize(statement));
}

static void make_rows(void) {
  sqlite3_stmt *statement;
  int i;
  check(sqlite3_exec(
    db, "CREATE TABLE t (v REAL, w REAL, cat TEXT, k INTEGER, ts INTEGER, lng REAL, lat REAL)",
    NULL, NULL, NULL));
  check(sqlite3_exec(db, "BEGIN", NULL, NULL, NULL));
  statement = prepare("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?)");
  for (i = 0; i < ROWS; i++) {
    char name[4];
    make_name(name, (int)(random_unit() * DIM_ROWS));
    check(sqlite3_bind_double(statement, 1, random_unit() * 100));
    check(sqlite3_bind_double(
      statement, 2,
      exp(2 * sqrt(-2 * log(1 - random_unit())) * cos(6.283185307179586 * random_unit()))));
    check(sqlite3_bind_text(statement, 3, name, 4, SQLITE_TRANSIENT));
    check(sqlite3_bind_int(statement, 4, (int)(random_unit() * DIM_ROWS)));
    check(sqlite3_bind_int64(statement, 5, 1400000000 + (int64_t)(random_unit() * 315360000)));
    check(sqlite3_bind_double(statement, 6, random_unit() * 360 - 180));
    check(sqlite3_bind_double(statement, 7, random_unit() * 170 - 85));
    insert(statement);
  }
  check(sqlite3_finalize(statement));
  check(sqlite3_exec(db, "COMMIT; ANALYZE", NULL, NULL, NULL));
}

static void run(const char *sql) {
  double start = now_ms();
  sqlite3_stmt *statement = prepare(sql);
  int code, columns = sqlite3_column_count(statement), i;
  while ((code = sqlite3_step(statement)) == SQLITE_ROW)
    for (i = 0; i < columns; i++) (void)sqlite3_column_double(statement, i);
  check(code);
  check(sqlite3_finalize(statement));
  printf("{\"ms\":%.2f}\n", now_ms() - start);
  fflush(stdout);
}

int main(void) {
  static char line[1 << 16];
  check(sqlite3_open(":memory:", &db));
  check(sqlite3_exec(db, "PRAGMA temp_store = memory; PRAGMA threads = 0", NULL, NULL, NULL));
  make_dim();
  make_rows();
  printf("{\"version\":\"%s\"}\n", sqlite3_libversion());
  fflush(stdout);
  while (fgets(line, sizeof line, stdin)) run(line);
  check(sqlite3_close(db));
  return 0;
}
