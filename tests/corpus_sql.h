/* Corpus runner for SQL: lines {"sql", "columns", "types", "rows", "ordered"} or {"sql", "error"} with
   PostgreSQL's answer, asked of the local warehouse over fixtures/data. tests/sql/oracle.py writes them, and
   has its own questions judged here too, so this is the one place that says when two answers are alike:

   names     the same, in the same order
   kinds     by the table below; a whole number counts as a number too
   integers, booleans, texts   exact, and so are times, to the microsecond
   numbers   differ by 1e-9 of the wanted one at most, or by 1e-12; NaN and the infinities exact
   geometry  as WKT, each coordinate as a number but to 1e-9; so is text that begins as WKT or as GeoJSON
   arrays    as JSON, element by element, each by its kind
   rows      in order when "ordered", else as a multiset
   errors    the SQLSTATE. XX000, which is all that PostGIS has to say, stands for any data exception (22...).
             "unsupported": a refusal as not part of the dialect (0A000) is right as well. That an error is
             placed at the byte "at" is only noted */
#ifndef CORPUS_SQL_H
#define CORPUS_SQL_H

#include "corpus.h"

#include <math.h>
#include <time.h>

typedef struct sql_bench {
  carto_local local;
  carto_warehouse warehouse;
  carto_arena arena; /* of one question */
  char wrong[600];   /* why the last one failed */
  long elsewhere;    /* the last one is right, but its error is placed here, not at "at"; else -1 */
} sql_bench;

static int64_t sql_now(void *user) {
  struct timespec t;
  (void)user;
  clock_gettime(CLOCK_REALTIME, &t);
  return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void sql_open(sql_bench *b) {
  carto_local_desc desc = carto_local_desc_default();
  memset(b, 0, sizeof *b);
  desc.data = carto_files_directory("fixtures/data");
  if (carto_local_init(&b->local, &desc, NULL) != CARTO_OK) exit(2);
  b->warehouse = carto_local_warehouse(&b->local);
  carto_arena_init(&b->arena, desc.alloc, 0);
}

static void sql_close(sql_bench *b) {
  carto_arena_free(&b->arena);
  carto_local_free(&b->local);
}

static int sql_wrong(sql_bench *b, const char *fmt, ...) {
  va_list args;
  va_start(args, fmt);
  vsnprintf(b->wrong, sizeof b->wrong, fmt, args);
  va_end(args);
  return 0;
}

/* ---- values */

static int sql_near(double a, double b, double least) {
  return a == b || (a != a && b != b) || fabs(a - b) <= least || fabs(a - b) <= 1e-9 * fabs(b);
}

/* Texts that are alike but for the numbers in them. */
static int sql_near_text(const char *a, const char *b) {
  while (*a && *b) {
    char *after_a, *after_b;
    if (strchr("-.0123456789", *a) && strchr("-.0123456789", *b)) {
      if (!sql_near(strtod(a, &after_a), strtod(b, &after_b), 1e-9)) return 0;
      if (after_a != a && after_b != b) {
        a = after_a;
        b = after_b;
        continue;
      }
    }
    if (*a++ != *b++) return 0;
  }
  return *a == *b;
}

static int sql_is_geometry(const char *text) {
  static const char *const starts[] = {"POINT", "LINESTRING", "POLYGON", "MULTI", "GEOMETRYCOLLECTION",
                                       "{\"type\":\"", "SRID="};
  size_t i;
  for (i = 0; i < sizeof starts / sizeof *starts; i++)
    if (strncmp(text, starts[i], strlen(starts[i])) == 0) return 1;
  return 0;
}

static char *sql_text(sql_bench *b, carto_str text) {
  char *copy = (char *)carto_arena_alloc(&b->arena, text.len + 1);
  if (!copy) exit(2);
  if (text.len) memcpy(copy, text.ptr, text.len);
  copy[text.len] = 0;
  return copy;
}

static int sql_same_text(sql_bench *b, carto_str got, carto_str want) {
  const char *text;
  if (carto_str_equal(got, want)) return 1;
  text = sql_text(b, want);
  return sql_is_geometry(text) && sql_near_text(sql_text(b, got), text);
}

static int sql_same_number(double got, const carto_json *want) {
  carto_str name = carto_json_string(want);
  if (name.len) return carto_str_equal(name, carto_str_from(got != got ? "NaN" : got > 1e308 ? "Infinity" :
                                                            got < -1e308 ? "-Infinity" : "a number"));
  return sql_near(got, carto_json_double(want), 1e-12);
}

static int sql_same_json(sql_bench *b, const carto_json *got, const carto_json *want, int depth) {
  size_t i, count = carto_json_count(want);
  if (carto_json_is_number(got)) return carto_json_is_number(want) && sql_same_number(carto_json_double(got), want);
  if (carto_json_type_of(got) != carto_json_type_of(want)) return 0;
  if (carto_json_type_of(got) == CARTO_JSON_STRING)
    return sql_same_text(b, carto_json_string(got), carto_json_string(want));
  if (carto_json_count(got) != count || depth > 8) return 0;
  got = carto_json_first(got);
  want = carto_json_first(want);
  for (i = 0; i < count; i++, got = carto_json_next(got), want = carto_json_next(want))
    if (!sql_same_json(b, got, want, depth + 1)) return 0;
  return 1;
}

static int sql_same_array(sql_bench *b, carto_str got, const carto_json *want) {
  carto_json_doc doc;
  return carto_json_parse(&b->arena, got, &doc, NULL) == CARTO_OK && sql_same_json(b, doc.root, want, 0);
}

/* ---- columns: what may stand for each of PostgreSQL's types */

enum { SQL_INTEGER, SQL_NUMBER, SQL_TEXT, SQL_BOOLEAN, SQL_TIME, SQL_GEOMETRY, SQL_ARRAY };

static const struct {
  const char *types;
  int kind;
  unsigned allowed; /* 1 << carto_type */
} sql_kinds[] = {
  {" int2 int4 int8 oid ", SQL_INTEGER, 1u << CARTO_TYPE_INTEGER | 1u << CARTO_TYPE_QUADBIN},
  {" float4 float8 numeric ", SQL_NUMBER, 1u << CARTO_TYPE_NUMBER | 1u << CARTO_TYPE_INTEGER},
  {" text varchar bpchar name char unknown interval regtype time ", SQL_TEXT,
   1u << CARTO_TYPE_STRING | 1u << CARTO_TYPE_H3},
  {" bool ", SQL_BOOLEAN, 1u << CARTO_TYPE_BOOLEAN},
  {" date timestamp timestamptz ", SQL_TIME, 1u << CARTO_TYPE_TIMESTAMP},
  {" geometry geography ", SQL_GEOMETRY, 1u << CARTO_TYPE_GEOMETRY},
};

/* The row of a type; -1 when there is none, and past the end for an array. */
static int sql_kind_row(carto_str type) {
  char name[80];
  int i, rows = (int)(sizeof sql_kinds / sizeof *sql_kinds);
  if (type.len > 0 && type.ptr[0] == '_') return rows;
  snprintf(name, sizeof name, " %.*s ", (int)type.len, type.ptr);
  for (i = 0; i < rows; i++)
    if (strstr(sql_kinds[i].types, name)) return i;
  return -1;
}

static int sql_kind(carto_str type) {
  int row = sql_kind_row(type);
  return row == (int)(sizeof sql_kinds / sizeof *sql_kinds) ? SQL_ARRAY : sql_kinds[row].kind;
}

static int sql_check_columns(sql_bench *b, const carto_table *table, const carto_json *line) {
  const carto_json *name = carto_json_get(line, "columns"), *type = carto_json_get(line, "types");
  size_t i, count = carto_json_count(name);
  if (table->column_count != count)
    return sql_wrong(b, "%ld columns, not %ld", (long)table->column_count, (long)count);
  name = carto_json_first(name);
  type = carto_json_first(type);
  for (i = 0; i < count; i++, name = carto_json_next(name), type = carto_json_next(type)) {
    const carto_column *column = &table->columns[i];
    carto_str want = carto_json_string(name), kind = carto_json_string(type);
    int row = sql_kind_row(kind), array = row == (int)(sizeof sql_kinds / sizeof *sql_kinds);
    if (!carto_str_equal(column->name, want))
      return sql_wrong(b, "column %ld is named %.*s, not %.*s", (long)i + 1, (int)column->name.len,
                       column->name.ptr, (int)want.len, want.ptr);
    if (row < 0 || (array ? column->type != CARTO_TYPE_STRING || !column->json
                          : !(sql_kinds[row].allowed >> column->type & 1u)))
      return sql_wrong(b, "column %ld has kind %d, not that of %.*s", (long)i + 1, column->type, (int)kind.len,
                       kind.ptr);
  }
  return 1;
}

static int sql_same_time(int64_t got, carto_str want) {
  int64_t time;
  return carto_time_parse(want, &time, NULL) && time == got;
}

static int sql_same_value(sql_bench *b, const carto_column *column, size_t row, carto_str type,
                          const carto_json *want) {
  unsigned char room[21];
  char cell[17];
  carto_buf wkt;
  int64_t exact;
  int kind = sql_kind(type), same;
  if (carto_json_type_of(want) == CARTO_JSON_NULL || carto_column_is_null(column, row))
    return carto_json_type_of(want) == CARTO_JSON_NULL && carto_column_is_null(column, row);
  switch (column->type) {
  case CARTO_TYPE_NUMBER: return sql_same_number(column->data.number[row], want);
  case CARTO_TYPE_INTEGER:
    if (carto_json_int64(want, &exact)) return exact == column->data.integer[row];
    return kind == SQL_NUMBER && sql_same_number((double)column->data.integer[row], want);
  case CARTO_TYPE_BOOLEAN:
    return carto_json_type_of(want) == (column->data.boolean[row] ? CARTO_JSON_TRUE : CARTO_JSON_FALSE);
  case CARTO_TYPE_TIMESTAMP: return sql_same_time(column->data.integer[row], carto_json_string(want));
  case CARTO_TYPE_H3:
    carto_h3_text(column->data.cell[row], cell);
    return carto_str_equal(carto_str_from(cell), carto_json_string(want));
  case CARTO_TYPE_QUADBIN:
    return carto_json_int64(want, &exact) && exact == (int64_t)column->data.cell[row];
  case CARTO_TYPE_GEOMETRY:
    carto_buf_init(&wkt, carto_arena_allocator(&b->arena), 0);
    carto_geom_to_wkt(carto_column_geom(column, row, room), &wkt);
    same = sql_near_text(sql_text(b, carto_buf_str(&wkt)), sql_text(b, carto_json_string(want)));
    carto_buf_free(&wkt);
    return same;
  default:
    return kind == SQL_ARRAY ? sql_same_array(b, carto_column_string(column, row), want)
                             : sql_same_text(b, carto_column_string(column, row), carto_json_string(want));
  }
}

/* ---- rows */

/* The first column in which a row differs from the wanted one; the number of columns when in none. */
static size_t sql_difference(sql_bench *b, const carto_table *table, size_t row, const carto_json *types,
                             const carto_json *want) {
  const carto_json *type = carto_json_first(types), *value = carto_json_first(want);
  size_t i;
  for (i = 0; i < table->column_count; i++, type = carto_json_next(type), value = carto_json_next(value))
    if (!sql_same_value(b, &table->columns[i], row, carto_json_string(type), value)) break;
  return i;
}

/* A value for a person. */
static const char *sql_show(sql_bench *b, const carto_column *column, size_t row) {
  unsigned char room[21];
  carto_buf out;
  carto_buf_init(&out, carto_arena_allocator(&b->arena), 0);
  if (carto_column_is_null(column, row)) carto_buf_append_text(&out, "null");
  else if (column->type == CARTO_TYPE_NUMBER) carto_buf_append_double(&out, column->data.number[row]);
  else if (column->type == CARTO_TYPE_INTEGER) carto_buf_append_int(&out, column->data.integer[row]);
  else if (column->type == CARTO_TYPE_BOOLEAN)
    carto_buf_append_text(&out, column->data.boolean[row] ? "true" : "false");
  else if (column->type == CARTO_TYPE_TIMESTAMP) carto_buf_append_time(&out, column->data.integer[row]);
  else if (column->type == CARTO_TYPE_GEOMETRY) carto_geom_to_wkt(carto_column_geom(column, row, room), &out);
  else if (column->type == CARTO_TYPE_STRING) carto_buf_append_str(&out, carto_column_string(column, row));
  else carto_buf_append_uint(&out, column->data.cell[row]);
  return sql_text(b, carto_buf_str(&out));
}

static const char *sql_show_json(sql_bench *b, const carto_json_doc *doc, const carto_json *value) {
  carto_json_writer writer;
  carto_buf out;
  carto_buf_init(&out, carto_arena_allocator(&b->arena), 0);
  carto_json_writer_init(&writer, &out);
  carto_json_write_value(&writer, doc, value);
  return sql_text(b, carto_buf_str(&out));
}

static const carto_json *sql_element(const carto_json *list, size_t index) {
  const carto_json *value = carto_json_first(list);
  while (index-- > 0) value = carto_json_next(value);
  return value;
}

static int sql_check_rows(sql_bench *b, const carto_table *table, const carto_json_doc *doc) {
  const carto_json *rows = carto_json_get(doc->root, "rows"), *types = carto_json_get(doc->root, "types");
  const carto_json *want = carto_json_first(rows);
  size_t count = carto_json_count(rows), i, k, column;
  int ordered = carto_json_bool(carto_json_get(doc->root, "ordered"));
  char *used;
  if (table->row_count != count)
    return sql_wrong(b, "%ld rows, not %ld", (long)table->row_count, (long)count);
  used = (char *)carto_arena_alloc(&b->arena, count + 1);
  if (!used) exit(2);
  memset(used, 0, count + 1);
  for (i = 0; i < count; i++, want = carto_json_next(want)) {
    for (k = ordered ? i : 0; k < (ordered ? i + 1 : count); k++)
      if (!used[k] && sql_difference(b, table, k, types, want) == table->column_count) break;
    if (k < (ordered ? i + 1 : count)) {
      used[k] = 1;
      continue;
    }
    if (!ordered && count > 1) return sql_wrong(b, "there is no row %.400s", sql_show_json(b, doc, want));
    column = sql_difference(b, table, i, types, want);
    return sql_wrong(b, "row %ld, column %ld: %.200s, not %.200s", (long)i + 1, (long)column + 1,
                     sql_show(b, &table->columns[column], i),
                     sql_show_json(b, doc, sql_element(want, column)));
  }
  return 1;
}

/* ---- one question */

static int sql_check_error(sql_bench *b, const carto_json *line, const carto_error *error) {
  carto_str want = carto_json_string(carto_json_get(line, "error"));
  int64_t at;
  if (carto_str_equal(want, carto_str_from(error->code))) {
    if (carto_json_int64(carto_json_get(line, "at"), &at) && (uint64_t)at != error->offset)
      b->elsewhere = (long)error->offset;
    return 1;
  }
  if (carto_str_equal(want, carto_str_from("XX000")) && strncmp(error->code, "22", 2) == 0) return 1;
  if (strcmp(error->code, "0A000") == 0 && carto_json_bool(carto_json_get(line, "unsupported"))) return 1;
  if (want.len) return sql_wrong(b, "%s %.300s, not %.*s", error->code, error->text, (int)want.len, want.ptr);
  return sql_wrong(b, "%s %.300s", error->code, error->text);
}

/* Runs a query; doc: its "parameters". Whether there is a table. */
static bool sql_ask(sql_bench *b, carto_str text, const carto_json_doc *doc, carto_table *table,
                    carto_error *error) {
  carto_source source;
  carto_alloc libc = {NULL, NULL};
  carto_call call;
  memset(&source, 0, sizeof source);
  memset(error, 0, sizeof *error);
  memset(&call, 0, sizeof call);
  call.arena = &b->arena;
  call.now = sql_now;
  source.connection = carto_str_from("local");
  source.is_query = true;
  source.text = text;
  source.parameters_doc = doc;
  source.parameters = doc ? carto_json_get(doc->root, "parameters") : NULL;
  return b->warehouse.driver->query(&call, b->warehouse.state, &source, libc, table, error) == CARTO_OK;
}

/* Whether the answer to the line is the one it holds; if not, b->wrong says why. */
static int sql_check(sql_bench *b, const carto_json_doc *doc) {
  const carto_json *want = carto_json_get(doc->root, "error");
  carto_table table;
  carto_error error;
  int ok;
  if (!sql_ask(b, carto_json_string(carto_json_get(doc->root, "sql")), doc, &table, &error))
    return sql_check_error(b, doc->root, &error);
  ok = want ? sql_wrong(b, "no error, but %ld rows", (long)table.row_count)
            : sql_check_columns(b, &table, doc->root) && sql_check_rows(b, &table, doc);
  carto_table_free(&table);
  return ok;
}

/* A line of a file. */
static int sql_check_line(sql_bench *b, carto_str line) {
  carto_json_doc doc;
  carto_error error;
  int ok;
  b->wrong[0] = 0;
  b->elsewhere = -1;
  if (carto_json_parse(&b->arena, line, &doc, &error) != CARTO_OK) ok = sql_wrong(b, "%s", error.text);
  else ok = sql_check(b, &doc);
  carto_arena_reset(&b->arena);
  return ok;
}

/* Runs a text for nothing but to see that it ends, and that an error has its SQLSTATE. */
static int sql_check_text(sql_bench *b, carto_str text) {
  carto_table table;
  carto_error error;
  int ok = 1;
  if (sql_ask(b, text, NULL, &table, &error))
    carto_table_free(&table);
  else if (strlen(error.code) != 5 || !error.text[0] || error.offset > text.len)
    ok = sql_wrong(b, "an error with code '%s', at %ld of %ld: %.200s", error.code, (long)error.offset,
                   (long)text.len, error.text);
  carto_arena_reset(&b->arena);
  return ok;
}

/* A query file cut off after every byte: the start of each query up to its semicolon. */
/* All of them take minutes; PREFIX_STEP=n takes every n-th. */
static void corpus_sql_prefixes(corpus *c, const char *path, carto_str text) {
  const char *given = getenv("PREFIX_STEP");
  size_t start = 0, end, step = given && atoi(given) > 0 ? (size_t)atoi(given) : 1;
  sql_bench b;
  sql_open(&b);
  for (end = 0; end <= text.len; end++) {
    if ((end + start) % step == 0) {
      char *copy = (char *)malloc(end - start + 1); /* so that reading on is seen */
      if (!copy) exit(2);
      memcpy(copy, text.ptr + start, end - start);
      if (sql_check_text(&b, carto_str_make(copy, end - start))) corpus_pass(c);
      else corpus_fail(c, path, (long)end, "%s\n    %.*s", b.wrong, (int)(end - start), copy);
      free(copy);
    }
    if (end > 0 && end < text.len && text.ptr[end - 1] == ';' && text.ptr[end] == '\n') start = end + 1;
    if (end < start) end = start - 1;
  }
  sql_close(&b);
}

static void corpus_sql(corpus *c, const char *path, carto_str text) {
  sql_bench b;
  long at;
  sql_open(&b);
  for (at = 1; text.len; at++) {
    const char *end = (const char *)memchr(text.ptr, '\n', text.len);
    size_t len = end ? (size_t)(end - text.ptr) : text.len, step = len + (end != NULL);
    if (sql_check_line(&b, carto_str_make(text.ptr, len))) corpus_pass(c);
    else corpus_fail(c, path, at, "%s\n    %.*s", b.wrong, (int)(len < 300 ? len : 300), text.ptr);
    text = carto_str_make(text.ptr + step, text.len - step);
  }
  sql_close(&b);
}

#endif
