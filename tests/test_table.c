/* Tables: the builder, the readers of CSV, GeoJSON and newline-delimited JSON, their errors and
   limits. Expected values of files come from Python's csv and json modules. */
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
#include "test.h"

typedef carto_status (*reader)(const carto_call *call, carto_alloc alloc, carto_str file,
                               carto_str text, carto_table *out, carto_error *error);

static const carto_alloc libc_alloc;

static carto_status read_text(reader read, carto_str text, carto_table *out, carto_error *error) {
  carto_call call;
  memset(&call, 0, sizeof call);
  return read(&call, libc_alloc, carto_str_from("t"), text, out, error);
}

/* Reads what must be readable. The text is copied so that a byte too far is seen. */
static carto_table load_bytes(reader read, const char *ptr, size_t len) {
  char *copy = (char *)malloc(len ? len : 1);
  carto_table table;
  carto_error error;
  memset(&error, 0, sizeof error);
  memcpy(copy, ptr, len);
  if (read_text(read, carto_str_make(copy, len), &table, &error) != CARTO_OK) {
    CHECK(!"readable");
    printf("  %s\n  in %.*s\n", error.text, (int)(len < 200 ? len : 200), ptr);
  }
  free(copy); /* nothing may point into it */
  return table;
}

static carto_table load(reader read, const char *text) {
  return load_bytes(read, text, strlen(text));
}

static carto_table load_file(reader read, const char *path) {
  size_t len;
  char *text = test_read_file(path, &len);
  carto_table table = load_bytes(read, text, len);
  free(text);
  return table;
}

static const carto_column *column(const carto_table *table, const char *name) {
  const carto_column *found = carto_table_find(table, carto_str_from(name));
  static carto_column none;
  if (!found) printf("  no column %s\n", name);
  CHECK(found != NULL);
  return found ? found : &none;
}

/* One value as text: null, 1.5, true, 'text', 12us, WKT, h3:..., quadbin:... */
static const char *show(const carto_column *c, size_t row) {
  static char out[4096];
  unsigned char room[21];
  carto_str s;
  carto_buf buf;
  if (carto_column_is_null(c, row)) return "null";
  switch (c->type) {
    case CARTO_TYPE_NUMBER: snprintf(out, sizeof out, "%.17g", c->data.number[row]); break;
    case CARTO_TYPE_INTEGER: snprintf(out, sizeof out, "%" PRId64, c->data.integer[row]); break;
    case CARTO_TYPE_TIMESTAMP:
      snprintf(out, sizeof out, "%" PRId64 "us", c->data.integer[row]);
      break;
    case CARTO_TYPE_BOOLEAN:
      snprintf(out, sizeof out, "%s", c->data.boolean[row] ? "true" : "false");
      break;
    case CARTO_TYPE_H3: snprintf(out, sizeof out, "h3:%" PRIx64, c->data.cell[row]); break;
    case CARTO_TYPE_QUADBIN:
      snprintf(out, sizeof out, "quadbin:%" PRIu64, c->data.cell[row]);
      break;
    case CARTO_TYPE_STRING:
      s = carto_column_string(c, row);
      snprintf(out, sizeof out, "'%.*s'", (int)s.len, s.ptr);
      break;
    default:
      carto_buf_init(&buf, libc_alloc, 0);
      carto_geom_to_wkt(carto_column_geom(c, row, room), &buf);
      snprintf(out, sizeof out, "%.*s", (int)buf.len, buf.ptr);
      carto_buf_free(&buf);
  }
  return out;
}

/* All values of a column, separated by spaces. */
static carto_str show_all(const carto_table *table, const char *name) {
  static char out[65536];
  const carto_column *c = column(table, name);
  size_t len = 0, row;
  for (row = 0; c->name.len && row < table->row_count && len < sizeof out - 5000; row++)
    len += (size_t)snprintf(out + len, sizeof out - len, "%s%s", row ? " " : "", show(c, row));
  return carto_str_make(out, len);
}

/* The names of all columns with their types. */
static carto_str show_columns(const carto_table *table) {
  static const char *const types[] = {"number", "integer", "string",  "boolean",
                                      "time",   "geom",    "h3", "quadbin"};
  static char out[65536];
  size_t len = 0, i;
  for (i = 0; i < table->column_count; i++)
    len += (size_t)snprintf(out + len, sizeof out - len, "%s%.*s:%s", i ? " " : "",
                            (int)table->columns[i].name.len, table->columns[i].name.ptr,
                            types[table->columns[i].type]);
  return carto_str_make(out, len);
}

/* What must hold for any table. */
static void check_invariants(const carto_table *table) {
  size_t i, row;
  for (i = 0; i < table->column_count; i++) {
    const carto_column *c = &table->columns[i];
    size_t nulls = 0;
    for (row = 0; row < table->row_count; row++) nulls += carto_column_is_null(c, row);
    CHECK_UINT(nulls, c->null_count);
    CHECK((c->valid == NULL) == (c->null_count == 0));
    if (c->type == CARTO_TYPE_STRING) {
      uint32_t seen = 0; /* codes appear in order */
      for (row = 0; row < table->row_count; row++) {
        if (carto_column_is_null(c, row)) {
          CHECK_UINT(c->data.code[row], 0);
          continue;
        }
        if (c->data.code[row] > seen) CHECK(0);
        if (c->data.code[row] == seen) seen++;
      }
      CHECK_UINT(seen, c->dict_count);
    }
  }
}

static void free_table(carto_table *table) {
  check_invariants(table);
  carto_table_free(table);
  CHECK(table->columns == NULL && table->row_count == 0 && table->memory_bytes == 0);
  carto_table_free(table);
}

/* Loads a text and compares its columns' list and one column's values. */
static void expect(reader read, const char *text, const char *columns, const char *name,
                   const char *values) {
  carto_table table = load(read, text);
  CHECK_STR(show_columns(&table), columns);
  if (name) CHECK_STR(show_all(&table, name), values);
  if (test_failures && name && !carto_str_equal(show_all(&table, name), carto_str_from(values)))
    printf("  from %s\n", text);
  free_table(&table);
}

/* A text that must be refused: status, 1-based line, byte offset, part of the message. */
static void refuse_bytes(reader read, carto_str text, carto_status status, size_t line,
                         size_t offset, const char *part) {
  carto_table table;
  carto_error error;
  carto_str message;
  int before = test_failures;
  memset(&table, 0x55, sizeof table);
  memset(&error, 0, sizeof error);
  CHECK_INT(read_text(read, text, &table, &error), status);
  CHECK_INT(error.status, status);
  CHECK_UINT(error.line, line);
  CHECK_UINT(error.offset, offset);
  message = carto_str_from(error.text);
  CHECK_CONTAINS(message, part);
  CHECK(table.columns == NULL && table.column_count == 0 && table.row_count == 0);
  if (test_failures > before)
    printf("  from %.*s\n", (int)(text.len < 300 ? text.len : 300), text.ptr);
}

static void refuse(reader read, const char *text, size_t line, size_t offset, const char *part) {
  refuse_bytes(read, carto_str_from(text), CARTO_ERR_SYNTAX, line, offset, part);
}

#define CSV carto_table_read_csv
#define GEOJSON carto_table_read_geojson
#define NDJSON carto_table_read_ndjson

/* ---- builder */

static void test_builder(void) {
  static const unsigned char line[] = {1, 2,    0,    0, 0,    2, 0, 0, 0, 0, 0,    0,    0,   0,
                                       0, 0xf0, 0x3f, 0, 0,    0, 0, 0, 0, 0, 0x40, 0,    0,   0,
                                       0, 0,    0,    8, 0x40, 0, 0, 0, 0, 0, 0,    0x10, 0x40};
  carto_table_builder b;
  carto_table t;
  carto_lnglat point;
  carto_geom geom;
  int i;
  for (i = 0; i < 2; i++) {
    carto_table_builder_init(&b, libc_alloc, i ? 1000 : 0);
    CHECK_UINT(carto_table_builder_add_column(&b, carto_str_from("n"), CARTO_TYPE_NUMBER), 0);
    CHECK_UINT(carto_table_builder_add_column(&b, carto_str_from("i"), CARTO_TYPE_INTEGER), 1);
    CHECK_UINT(carto_table_builder_add_column(&b, carto_str_from("s"), CARTO_TYPE_STRING), 2);
    CHECK_UINT(carto_table_builder_add_column(&b, carto_str_from("b"), CARTO_TYPE_BOOLEAN), 3);
    CHECK_UINT(carto_table_builder_add_column(&b, carto_str_from("t"), CARTO_TYPE_TIMESTAMP), 4);
    CHECK_UINT(carto_table_builder_add_column(&b, carto_str_from("g"), CARTO_TYPE_GEOMETRY), 5);
    CHECK_UINT(carto_table_builder_add_column(&b, carto_str_from("h"), CARTO_TYPE_H3), 6);
    CHECK_UINT(carto_table_builder_add_column(&b, carto_str_from("q"), CARTO_TYPE_QUADBIN), 7);
    CHECK_UINT(carto_table_builder_add_column(&b, carto_str_from("none"), CARTO_TYPE_STRING), 8);
    point.lng = 1;
    point.lat = -2.5;
    carto_table_builder_set_number(&b, 0, 1.5);
    carto_table_builder_set_string(&b, 2, carto_str_from("x"));
    carto_table_builder_set_point(&b, 5, point);
    carto_table_builder_end_row(&b);
    carto_table_builder_end_row(&b);
    carto_table_builder_set_integer(&b, 1, INT64_MIN);
    carto_table_builder_set_string(&b, 2, carto_str_from(""));
    carto_table_builder_set_bool(&b, 3, true);
    carto_table_builder_set_time(&b, 4, 86400000000);
    geom.wkb = line;
    geom.size = sizeof line;
    carto_table_builder_set_geom(&b, 5, geom);
    carto_table_builder_set_cell(&b, 6, UINT64_C(0x8928308280fffff));
    carto_table_builder_set_cell(&b, 7, UINT64_C(5215347588890361855));
    carto_table_builder_end_row(&b);
    carto_table_builder_set_string(&b, 2, carto_str_from("x"));
    carto_table_builder_set_time(&b, 4, 1);
    geom.size = 0; /* none: null */
    carto_table_builder_set_geom(&b, 5, geom);
    carto_table_builder_end_row(&b);
    CHECK_INT(carto_table_builder_end(&b, &t, NULL), CARTO_OK);
    CHECK_UINT(t.row_count, 4);
    CHECK_STR(show_columns(&t),
              "n:number i:integer s:string b:boolean t:time g:geom h:h3 q:quadbin none:string");
    CHECK_STR(show_all(&t, "n"), "1.5 null null null");
    CHECK_STR(show_all(&t, "i"), "null null -9223372036854775808 null");
    CHECK_STR(show_all(&t, "s"), "'x' null '' 'x'");
    CHECK_STR(show_all(&t, "b"), "null null true null");
    CHECK_STR(show_all(&t, "t"), "null null 86400000000us 1us");
    CHECK_STR(show_all(&t, "g"), "POINT(1 -2.5) null LINESTRING(1 2,3 4) null");
    CHECK_STR(show_all(&t, "h"), "null null h3:8928308280fffff null");
    CHECK_STR(show_all(&t, "q"), "null null quadbin:5215347588890361855 null");
    CHECK_STR(show_all(&t, "none"), "null null null null");
    CHECK_UINT(column(&t, "g")->geom_types, 1u << CARTO_GEOM_POINT | 1u << CARTO_GEOM_LINESTRING);
    CHECK_UINT(column(&t, "s")->dict_count, 2);
    CHECK_STR(carto_column_dict(column(&t, "s"), 0), "x");
    CHECK_STR(carto_column_dict(column(&t, "s"), 1), "");
    CHECK_STR(carto_column_dict(column(&t, "s"), 2), "");
    CHECK_STR(carto_column_string(column(&t, "n"), 0), "");
    CHECK(carto_column_geom(column(&t, "n"), 0, NULL).size == 0);
    CHECK(column(&t, "h")->cell_text && !column(&t, "q")->cell_text && !column(&t, "t")->date_only);
    CHECK(carto_table_spatial(&t) == column(&t, "g"));
    CHECK(carto_table_find(&t, carto_str_from("N")) == NULL);
    free_table(&t);
  }
}

static void test_builder_many_rows(void) {
  carto_table_builder b;
  carto_table t;
  size_t i;
  char text[32];
  carto_table_builder_init(&b, libc_alloc, 0);
  carto_table_builder_add_column(&b, carto_str_from("i"), CARTO_TYPE_INTEGER);
  carto_table_builder_add_column(&b, carto_str_from("s"), CARTO_TYPE_STRING);
  for (i = 0; i < 200000; i++) {
    if (i % 7 != 3) carto_table_builder_set_integer(&b, 0, (int64_t)i);
    snprintf(text, sizeof text, "text %zu", i % 150000);
    if (i > 100) carto_table_builder_set_string(&b, 1, carto_str_from(text));
    carto_table_builder_end_row(&b);
  }
  CHECK_INT(carto_table_builder_end(&b, &t, NULL), CARTO_OK);
  CHECK_UINT(t.row_count, 200000);
  CHECK_UINT(column(&t, "i")->null_count, 28571);
  CHECK_UINT(column(&t, "s")->null_count, 101);
  CHECK_UINT(column(&t, "s")->dict_count, 150000);
  for (i = 101; i < 200000; i++) {
    snprintf(text, sizeof text, "text %zu", i % 150000);
    if (!carto_str_equal(carto_column_string(column(&t, "s"), i), carto_str_from(text))) {
      CHECK(!"text kept");
      break;
    }
  }
  free_table(&t);
}

static void builder_must_fail(carto_table_builder *b, carto_status status) {
  carto_table t;
  carto_error error;
  memset(&t, 0x55, sizeof t);
  CHECK_INT(b->status, status);
  CHECK_INT(carto_table_builder_end(b, &t, &error), status);
  CHECK(t.columns == NULL && t.row_count == 0);
  CHECK_INT(error.status, status);
  CHECK(b->_columns == NULL); /* freed */
  carto_table_builder_free(b);
}

static void test_builder_errors(void) {
  char name[CARTO_MCP_MAX_NAME + 2];
  carto_table_builder b;
  int i;
  memset(name, 'x', sizeof name);
  for (i = 0; i < 13; i++) {
    carto_table_builder_init(&b, libc_alloc, 0);
    carto_table_builder_add_column(&b, carto_str_from("a"), CARTO_TYPE_NUMBER);
    carto_table_builder_add_column(&b, carto_str_from("h"), CARTO_TYPE_H3);
    switch (i) {
      case 0: carto_table_builder_add_column(&b, carto_str_from(""), CARTO_TYPE_NUMBER); break;
      case 1:
        carto_table_builder_add_column(&b, carto_str_make(name, sizeof name - 1),
                                       CARTO_TYPE_NUMBER);
        break;
      case 2: carto_table_builder_add_column(&b, carto_str_from("a"), CARTO_TYPE_STRING); break;
      case 3: carto_table_builder_add_column(&b, carto_str_from("b"), 8); break;
      case 4: carto_table_builder_add_column(&b, carto_str_from("b"), -1); break;
      case 5: carto_table_builder_set_number(&b, 2, 1); break;
      case 6: carto_table_builder_set_string(&b, 0, carto_str_from("1")); break;
      case 7:
        carto_table_builder_set_number(&b, 0, 1), carto_table_builder_set_number(&b, 0, 2);
        break;
      case 8:
        carto_table_builder_end_row(&b);
        carto_table_builder_add_column(&b, carto_str_from("b"), 0);
        break;
      case 9: carto_table_builder_set_cell(&b, 1, 12345); break;
      case 10: carto_table_builder_set_cell(&b, 0, UINT64_C(0x8928308280fffff)); break;
      case 11: carto_table_builder_set_time(&b, 0, 1); break;
      default: carto_table_builder_set_bool(&b, 99, true); break;
    }
    carto_table_builder_set_number(&b, 0, 1); /* later calls do nothing */
    carto_table_builder_end_row(&b);
    builder_must_fail(&b, CARTO_ERR_ARG);
  }
  carto_table_builder_init(&b, libc_alloc, 0); /* a value in a row that was never ended */
  carto_table_builder_add_column(&b, carto_str_from("a"), CARTO_TYPE_NUMBER);
  carto_table_builder_set_number(&b, 0, 1);
  {
    carto_table t;
    CHECK_INT(carto_table_builder_end(&b, &t, NULL), CARTO_ERR_ARG);
  }
  carto_table_builder_init(&b, libc_alloc, 0);
  for (i = 0; i <= CARTO_MCP_MAX_COLUMNS; i++) {
    CHECK_INT(b.status, CARTO_OK);
    snprintf(name, sizeof name, "c%d", i);
    carto_table_builder_add_column(&b, carto_str_from(name), CARTO_TYPE_BOOLEAN);
  }
  builder_must_fail(&b, CARTO_ERR_LIMIT);
  for (i = 1; i < 4; i++) { /* a name there was no memory for is not compared with the next one */
    test_memory m;
    carto_table_builder_init(&b, test_alloc(&m), 0);
    m.fail_at = (size_t)i;
    m.fail_on = 1;
    carto_table_builder_add_column(&b, carto_str_from("first"), CARTO_TYPE_NUMBER);
    carto_table_builder_add_column(&b, carto_str_from("other"), CARTO_TYPE_NUMBER);
    carto_table_builder_set_number(&b, 1, 1);
    carto_table_builder_end_row(&b);
    builder_must_fail(&b, CARTO_ERR_NOMEM);
    CHECK_UINT(m.live_count, 0);
  }
  carto_table_builder_init(&b, libc_alloc, 0);
  carto_table_builder_add_column(&b, carto_str_from("a"), CARTO_TYPE_NUMBER);
  b._row_count = UINT32_MAX - 1; /* as if so many rows had been ended */
  carto_table_builder_end_row(&b);
  builder_must_fail(&b, CARTO_ERR_LIMIT);
  carto_table_builder_init(&b, libc_alloc, 0); /* nothing at all is a table too */
  {
    carto_table t;
    CHECK_INT(carto_table_builder_end(&b, &t, NULL), CARTO_OK);
    CHECK(t.column_count == 0 && carto_table_spatial(&t) == NULL);
    free_table(&t);
  }
}

/* Texts and geometries of one column: 4 GiB are refused before they are touched. */
static void test_column_limits(void) {
  carto_table_builder b;
  carto_geom geom;
  static unsigned char little[64];
  memset(&geom, 0, sizeof geom);
  if (sizeof(size_t) < 8) return;
  carto_table_builder_init(&b, libc_alloc, 0);
  carto_table_builder_add_column(&b, carto_str_from("s"), CARTO_TYPE_STRING);
  CHECK(carto__dict_append(&b._columns[0].dict, carto_str_make((char *)little, UINT32_MAX)) ==
        CARTO_ERR_LIMIT);
  carto_table_builder_free(&b);
  carto_table_builder_init(&b, libc_alloc, 0);
  carto_table_builder_add_column(&b, carto_str_from("g"), CARTO_TYPE_GEOMETRY);
  b._columns[0].points = false;
  geom.wkb = little;
  geom.size = 64;
  carto__column_add_wkb(&b, &b._columns[0], geom);
  CHECK_INT(b.status, CARTO_OK);
  geom.size = (size_t)UINT32_MAX - 63;
  carto__column_add_wkb(&b, &b._columns[0], geom);
  builder_must_fail(&b, CARTO_ERR_LIMIT);
}

/* ---- CSV */

static void test_csv_shape(void) {
  expect(CSV, "a,b\n1,x\n2,y\n", "a:integer b:string", "b", "'x' 'y'");
  expect(CSV, "a,b\n1,x\n2,y", "a:integer b:string", "b", "'x' 'y'");
  expect(CSV, "a,b\r\n1,x\r\n2,y\r\n", "a:integer b:string", "b", "'x' 'y'");
  expect(CSV, "a,b\r\n1,x\r\n2,y\r", "a:integer b:string", "b", "'x' 'y'");
  expect(CSV, "\xef\xbb\xbf" "a,b\n1,x\n", "a:integer b:string", "a", "1");
  expect(CSV, "\xef\xbb\xbf\"a\",b\n1,x\n", "a:integer b:string", "a", "1");
  expect(CSV, "a,b\n\"x,y\",\"say \"\"hi\"\"\"\n", "a:string b:string", "b", "'say \"hi\"'");
  expect(CSV, "a,b\n\"x,y\",\"say \"\"hi\"\"\"\n", "a:string b:string", "a", "'x,y'");
  expect(CSV, "a,b\n\"two\nlines\",\"\"\"\"\n", "a:string b:string", "a", "'two\nlines'");
  expect(CSV, "a,b\n\"two\r\nlines\",\"\"\"\"\n", "a:string b:string", "b", "'\"'");
  expect(CSV, "a,b\nit's 5\" long,a\"b\"c\n", "a:string b:string", "a", "'it's 5\" long'");
  expect(CSV, "\"a\nb\",\"c\"\"d\"\n1,2\n", "a\nb:integer c\"d:integer", NULL, NULL);
  expect(CSV, "a,b\n", "a:string b:string", "a", "");
  expect(CSV, "a,b", "a:string b:string", "b", "");
  expect(CSV, "a,b\n,\n", "a:string b:string", "b", "null");
  expect(CSV, "a,b\n1,2\n\n\r\n3,4\n\n", "a:integer b:integer", "b", "2 4");
  expect(CSV, "a\n1\n\n2\n", "a:integer", "a", "1 null 2");
  expect(CSV, "a\n1\n\r\n\n", "a:integer", "a", "1 null null");
  expect(CSV, " a ,b\n 1 ,2\n", " a :string b:integer", " a ", "' 1 '");
  expect(CSV, "name\nOsl\xc3\xb8\n", "name:string", "name", "'Osl\xc3\xb8'");
  expect(CSV, "a,b\n\"1\",\"true\"\n", "a:integer b:boolean", "a", "1");
}

/* Values of one column, its type, and the values as they are kept. */
static void test_csv_types(void) {
  static const char *const cases[][3] = {
    {"1\n-2\n0\n", "integer", "1 -2 0"},
    {"9223372036854775807\n-9223372036854775808\n", "integer",
     "9223372036854775807 -9223372036854775808"},
    {"9223372036854775808\n", "string", "'9223372036854775808'"},
    {"1\n9223372036854775808\n", "string", "'1' '9223372036854775808'"},
    {"1\n18446744073709551616\n", "string", "'1' '18446744073709551616'"},
    {"1.5\n100000000000000000000\n", "string", "'1.5' '100000000000000000000'"},
    {"1.5\n1e20\n", "number", "1.5 1e+20"},
    {"1.5\n123456789012345678901.5\n", "number", "1.5 1.2345678901234568e+20"},
    {"1.5\n1e999\n", "string", "'1.5' '1e999'"},
    {"1.5\n-1e999\n", "string", "'1.5' '-1e999'"},
    {"1\n1.50\n1e5\n-2E-2\n", "number", "1 1.5 100000 -0.02"},
    {"1.5\n7\n-9007199254740992\n", "number", "1.5 7 -9007199254740992"},
    {"1.5\n9007199254740993\n", "string", "'1.5' '9007199254740993'"},
    {"9007199254740993\n1.5\n", "string", "'9007199254740993' '1.5'"},
    {"9007199254740994\n1.5\n", "number", "9007199254740994 1.5"},
    {"-9223372036854775808\n1.5\n", "number", "-9.2233720368547758e+18 1.5"},
    {"0\n-0\n", "number", "0 -0"},
    {"007\n8\n", "string", "'007' '8'"},
    {"8\n007\n", "string", "'8' '007'"},
    {"8\n00.5\n", "string", "'8' '00.5'"},
    {"+1\n", "string", "'+1'"},
    {"1\n1.\n", "string", "'1' '1.'"},
    {"1\n.5\n", "string", "'1' '.5'"},
    {"1\n1e\n", "string", "'1' '1e'"},
    {"1\n0x10\n", "string", "'1' '0x10'"},
    {"1\nNaN\n", "string", "'1' 'NaN'"},
    {"1\n 2\n", "string", "'1' ' 2'"},
    {"1.25\nx\n", "string", "'1.25' 'x'"},
    {"\"1\"\n\"\"\n3\n", "integer", "1 null 3"},
    {"\"\"\n\"x\"\n", "string", "'' 'x'"},
    {"\n\"\"\nx\n\n", "string", "null '' 'x' null"},
    {"\"\"\n1\nx\n", "string", "'' '1' 'x'"},
    {"\"\"\n\"\"\n", "string", "'' ''"},
    {"\"\"\n\n", "string", "'' null"},
    {"\"\"\n2\n", "integer", "null 2"},
    {"\n\n\n", "string", "null null null"},
    {"\n\n5\n", "integer", "null null 5"},
    {"true\nFALSE\nTrue\n", "boolean", "true false true"},
    {"true\nt\n", "string", "'true' 't'"},
    {"t\nf\n", "string", "'t' 'f'"},
    {"true\n1\n", "string", "'true' '1'"},
    {"0\n1\n", "integer", "0 1"},
    {"2020-01-01\n\n2020-02-29\n", "time", "1577836800000000us null 1582934400000000us"},
    {"2020-02-30\n", "string", "'2020-02-30'"},
    {"2021-02-29T00:00:00\n", "string", "'2021-02-29T00:00:00'"},
    {"1970-01-01T00:00:01Z\n1970-01-01 00:00:02\n1970-01-01\n", "time", "1000000us 2000000us 0us"},
    {"1970-01-01T00:00:01.25Z\n1970-01-01T01:00:02+01:00\n1970-01-01T00:01\n", "time",
     "1250000us 2000000us 60000000us"},
    {"1969-12-31T23:59:59\n0001-01-01T00:00:00Z\n9999-12-31T23:59:59Z\n", "time",
     "-1000000us -62135596800000000us 253402300799000000us"},
    {"1970-01-01T00:00:01Z\n1970-01-01T24:00:00Z\n", "string",
     "'1970-01-01T00:00:01Z' '1970-01-01T24:00:00Z'"},
    {"1970-01-01T00:00:01Z\n0000-01-01T00:00:00Z\n", "string",
     "'1970-01-01T00:00:01Z' '0000-01-01T00:00:00Z'"},
    {"1970-01-01T00:00:01Z\n1970-13-01T00:00:00Z\n", "string",
     "'1970-01-01T00:00:01Z' '1970-13-01T00:00:00Z'"},
    {"1970-01-01T00:00:01Z\n1970-01-01T00:00:60Z\n", "string",
     "'1970-01-01T00:00:01Z' '1970-01-01T00:00:60Z'"},
    {"2020-01-01\nsoon\n", "string", "'2020-01-01' 'soon'"},
    {"2020\n2021\n", "integer", "2020 2021"},
    {"POINT(1 2)\n\npoint (3 4)\n", "geom", "POINT(1 2) null POINT(3 4)"},
    {"POINT(1 2)\n\n\"LINESTRING(0 0,1 1)\"\nPOINT EMPTY\n", "geom",
     "POINT(1 2) null LINESTRING(0 0,1 1) POINT EMPTY"},
    {"POINT EMPTY\nPOINT(1 2)\n", "geom", "POINT EMPTY POINT(1 2)"},
    {"POINT(1 2)\nnowhere\n", "string", "'POINT(1 2)' 'nowhere'"},
    {"nowhere\nPOINT(1 2)\n", "string", "'nowhere' 'POINT(1 2)'"},
    {"SRID=4326;POINT(1 2)\n", "geom", "POINT(1 2)"},
    {"SRID=3857;POINT(1 2)\n", "string", "'SRID=3857;POINT(1 2)'"},
    {"0101000000000000000000F03F0000000000000040\n", "geom", "POINT(1 2)"},
    {"0101000020E6100000000000000000F03F0000000000000040\n", "geom", "POINT(1 2)"},
    {"0101000000000000000000F03F00000000000000\n", "string",
     "'0101000000000000000000F03F00000000000000'"},
    {"\"{\"\"type\"\":\"\"Point\"\",\"\"coordinates\"\":[1,2]}\"\n", "geom", "POINT(1 2)"},
    {"\"{\"\"type\"\":\"\"Thing\"\"}\"\n", "string", "'{\"type\":\"Thing\"}'"},
    {"{\n", "string", "'{'"}};
  size_t i;
  for (i = 0; i < sizeof cases / sizeof *cases; i++) {
    char text[512], columns[64];
    snprintf(text, sizeof text, "v\n%s", cases[i][0]);
    snprintf(columns, sizeof columns, "v:%s", cases[i][1]);
    expect(CSV, text, columns, "v", cases[i][2]);
  }
}

static void test_csv_dates(void) {
  carto_table t = load(CSV, "d,t\n2020-01-01,2020-01-01\n2020-01-02,2020-01-02T00:00:00Z\n");
  CHECK(column(&t, "d")->date_only && !column(&t, "t")->date_only);
  free_table(&t);
}

static void test_csv_cells(void) {
  carto_table t = load_file(CSV, "fixtures/data/demo/cells/places_h3.csv");
  const carto_column *c = column(&t, "h3");
  CHECK_UINT(t.row_count, 4868);
  CHECK_INT(c->type, CARTO_TYPE_H3);
  CHECK(c->cell_text && c->null_count == 0 && carto_table_spatial(&t) == c);
  CHECK_UINT(c->data.cell[0], UINT64_C(0x83006efffffffff));
  CHECK_UINT(c->data.cell[4867], UINT64_C(0x83f293fffffffff));
  free_table(&t);
  t = load_file(CSV, "fixtures/data/demo/cells/places_quadbin.csv");
  c = column(&t, "quadbin");
  CHECK_UINT(t.row_count, 902);
  CHECK_INT(c->type, CARTO_TYPE_QUADBIN);
  CHECK(!c->cell_text && carto_table_spatial(&t) == c);
  CHECK_UINT(c->data.cell[0], UINT64_C(5215347588890361855));
  CHECK_UINT(c->data.cell[901], UINT64_C(5219524633564282879));
  free_table(&t);
  /* by name, all values, one way of writing */
  expect(CSV, "my_h3,other\n8928308280fffff,8928308280fffff\n", "my_h3:h3 other:string", "my_h3",
         "h3:8928308280fffff");
  expect(CSV, "hex_id\n8928308280FFFFF\n", "hex_id:h3", "hex_id", "h3:8928308280fffff");
  expect(CSV, "h3int\n617700169958293503\n\n", "h3int:h3", "h3int", "h3:8928308280fffff null");
  expect(CSV, "h3\n617700169958293503\n7\n", "h3:integer", "h3", "617700169958293503 7");
  expect(CSV, "h3\n617700169958293503\n1.5\n", "h3:string", "h3", "'617700169958293503' '1.5'");
  expect(CSV, "h3\n8928308280fffff\nx\n", "h3:string", "h3", "'8928308280fffff' 'x'");
  expect(CSV, "h3\n8928308280fffff\n617700169958293503\n", "h3:string", "h3",
         "'8928308280fffff' '617700169958293503'");
  expect(CSV, "h3\n617700169958293503\n8928308280fffff\n", "h3:string", "h3",
         "'617700169958293503' '8928308280fffff'");
  expect(CSV, "h3\nabc\n8928308280fffff\n", "h3:string", "h3", "'abc' '8928308280fffff'");
  expect(CSV, "h3\n\nffffffffffffffffffff\n", "h3:string", "h3", "null 'ffffffffffffffffffff'");
  expect(CSV, "cell\n5215347588890361855\n", "cell:quadbin", "cell", "quadbin:5215347588890361855");
  expect(CSV, "cell\n8928308280fffff\n", "cell:h3", "cell", "h3:8928308280fffff");
  expect(CSV, "Quadbin\n5215347588890361855\n1\n", "Quadbin:integer", "Quadbin",
         "5215347588890361855 1");
  expect(CSV, "q\n5215347588890361855\n", "q:integer", "q", "5215347588890361855");
  expect(CSV, "quadbin\n4860a5fffffffffe\n", "quadbin:string", "quadbin", "'4860a5fffffffffe'");
  t = load(CSV, "quadbin\n480fffffffffffff\n"); /* level 0 */
  CHECK(t.columns[0].type == CARTO_TYPE_QUADBIN && t.columns[0].cell_text);
  free_table(&t);
}

static void test_csv_points(void) {
  expect(CSV, "lon,lat\n1,2.5\n,3\n4,\n5,6\n", "lon:integer lat:number geom:geom", "geom",
         "POINT(1 2.5) null null POINT(5 6)");
  expect(CSV, "Latitude,name,LONGITUDE\n2,x,1\n",
         "Latitude:integer name:string LONGITUDE:integer geom:geom", "geom", "POINT(1 2)");
  expect(CSV, "lng,lat\n-180,-90\n180,90\n", "lng:integer lat:integer geom:geom", "geom",
         "POINT(-180 -90) POINT(180 90)");
  expect(CSV, "long,lat\n1.5,2\n", "long:number lat:integer geom:geom", "geom", "POINT(1.5 2)");
  expect(CSV, "x,y\n1,2\n", "x:integer y:integer geom:geom", "geom", "POINT(1 2)");
  expect(CSV, "x,y\n1,2\n181,2\n", "x:integer y:integer", NULL, NULL);
  expect(CSV, "lon,lat\n1,90.5\n", "lon:integer lat:number", NULL, NULL);
  expect(CSV, "lon,lat\n-180.0001,9\n", "lon:number lat:integer", NULL, NULL);
  expect(CSV, "lon,lat,x,y\n500,9,1,2\n", "lon:integer lat:integer x:integer y:integer geom:geom",
         "geom", "POINT(1 2)");
  expect(CSV, "lon,lat\n1,two\n", "lon:integer lat:string", NULL, NULL);
  expect(CSV, "lon,y\n1,2\n", "lon:integer y:integer", NULL, NULL);
  expect(CSV, "lon,lat,geom\n1,2,x\n", "lon:integer lat:integer geom:string", NULL, NULL);
  expect(CSV, "lon,lat,shape\n1,2,POINT(3 4)\n", "lon:integer lat:integer shape:geom", NULL, NULL);
  expect(CSV, "lon,lat\n,\n", "lon:string lat:string", NULL, NULL);
  expect(CSV, "lon,lat\n", "lon:string lat:string", NULL, NULL);
}

static void test_csv_errors(void) {
  refuse(CSV, "", 1, 0, "t, line 1: the file is empty");
  refuse(CSV, "\xef\xbb\xbf", 1, 0, "the file is empty");
  refuse(CSV, "a,b\n1,2\n3\n4,5\n", 3, 8, "line 3: the row has too few fields, none for \"b\"");
  refuse(CSV, "a,b\n1,2\n3,4,5\n", 3, 8, "line 3: the row has fields after its last, \"b\"");
  refuse(CSV, "a\n1\n3,4\n", 3, 4, "line 3: the row has fields after its last, \"a\"");
  refuse(CSV, "a,b\n\"1\n1\",2\n3,4,\n", 4, 12, "after its last");
  refuse(CSV, "a,b\n1,2\n3,\"4\n5,6\n", 3, 10, "line 3: a quote is opened here and never closed");
  refuse(CSV, "a,b\n1,2\n3,\"4\"\"\n5,6", 3, 10, "never closed");
  refuse(CSV, "a,\"b\n1,2\n", 1, 2, "never closed");
  refuse(CSV, "a,b\n1,\"2\"x\n", 2, 9, "line 2: text follows a closing quote");
  refuse(CSV, "\"a\" ,b\n1,2\n", 1, 3, "text follows a closing quote");
  refuse(CSV, "a,,b\n1,2,3\n", 1, 2, "a column needs a name");
  refuse(CSV, "\na\n", 1, 0, "a column needs a name");
  refuse(CSV, "a,\"\"\n1,2\n", 1, 2, "a column needs a name");
  refuse(CSV, "a,b,a\n1,2,3\n", 1, 4, "two columns are named \"a\"");
  refuse(CSV, "a,b\r1,2\r", 1, 3, "a carriage return without line feed");
  refuse(CSV, "a,b\n1\r2,3\n", 2, 5, "a carriage return without line feed");
  refuse(CSV, "a,b\n1,2\r3\n", 2, 7, "a carriage return without line feed");
  refuse(CSV, "a,b\n1,\xff\n", 2, 6, "line 2: expected UTF-8 text");
  refuse(CSV, "a,b\n1,\xc3", 2, 6, "expected UTF-8 text");
  refuse(CSV, "a,\xc0\x80\n1,2\n", 1, 2, "expected UTF-8 text");
  refuse_bytes(CSV, carto_str_make("a\nx\0y\n", 6), CARTO_ERR_SYNTAX, 2, 3, "a NUL byte in a text");
  refuse_bytes(CSV, carto_str_make("a\nx\n\0", 5), CARTO_ERR_SYNTAX, 3, 4, "a NUL byte in a text");
  refuse_bytes(CSV, carto_str_make("\0\0\0\0", 4), CARTO_ERR_SYNTAX, 1, 0, "a NUL byte");
  refuse_bytes(CSV,
               carto_str_make("\xff\xfe"
                              "a\0,\0",
                              6),
               CARTO_ERR_SYNTAX, 1, 0, "expected UTF-8 text");
  {
    carto_table t;
    carto_error error; /* no error wanted is fine too */
    CHECK_INT(read_text(CSV, carto_str_from("a,a\n"), &t, NULL), CARTO_ERR_SYNTAX);
    CHECK_INT(read_text(CSV, carto_str_from("a,b\n1\n"), &t, &error), CARTO_ERR_SYNTAX);
  }
}

/* 1 M integers and a word in the last row: every text is as it was. */
static void test_csv_late_text(void) {
  size_t rows = 1000000, cap = rows * 16, len, i;
  char *text = (char *)malloc(cap);
  carto_table t;
  const carto_column *c;
  len = (size_t)snprintf(text, cap, "a,b,c\n");
  for (i = 0; i < rows; i++)
    len += (size_t)snprintf(text + len, cap - len, "%zu,%zu,\n", i, i % 1000);
  len += (size_t)snprintf(text + len, cap - len, "word,1.5,\"\"\n");
  t = load_bytes(CSV, text, len);
  CHECK_UINT(t.row_count, rows + 1);
  CHECK_STR(show_columns(&t), "a:string b:number c:string");
  c = column(&t, "a");
  CHECK_UINT(c->dict_count, rows + 1);
  CHECK_STR(carto_column_string(c, rows), "word");
  for (i = 0; i < rows; i++) {
    char want[24];
    snprintf(want, sizeof want, "%zu", i);
    if (!carto_str_equal(carto_column_string(c, i), carto_str_from(want))) {
      CHECK(!"text kept");
      break;
    }
  }
  CHECK_DOUBLE(column(&t, "b")->data.number[999999], 999);
  CHECK_DOUBLE(column(&t, "b")->data.number[rows], 1.5);
  CHECK_UINT(column(&t, "c")->null_count, rows); /* the "" is a text */
  free_table(&t);
  free(text);
}

/* After loading nothing is held that the columns do not need. */
static void test_memory_is_tight(void) {
  size_t rows = 300000, cap = rows * 80, len, i;
  char *text = (char *)malloc(cap);
  test_memory m;
  carto_alloc alloc = test_alloc(&m);
  carto_call call;
  carto_table t;
  memset(&call, 0, sizeof call);
  len = (size_t)snprintf(text, cap, "lon,lat,category,value,timestamp\n");
  for (i = 0; i < rows; i++)
    len += (size_t)snprintf(text + len, cap - len,
                            "%.4f,%.4f,category %zu,%s,2024-01-%02zuT00:00:%02zuZ\n",
                            (double)(i % 3600) / 10 - 180, (double)(i % 1800) / 10 - 90, i % 100,
                            i % 50 ? "12.5" : "", i % 28 + 1, i % 60);
  CHECK_INT(
    carto_table_read_csv(&call, alloc, carto_str_from("t"), carto_str_make(text, len), &t, NULL),
    CARTO_OK);
  CHECK_UINT(t.row_count, rows);
  CHECK_UINT(t.memory_bytes, m.live_bytes);
  CHECK(t.memory_bytes < rows * (8 + 8 + 4 + 8 + 8 + 16) + rows / 8 + 100 * 20 + 4096);
  carto_table_free(&t);
  CHECK_UINT(m.live_count, 0);
  free(text);
}

static void test_limits(void) {
  size_t cap = 300000, len = 0, i;
  char *text = (char *)malloc(cap);
  carto_table t;
  for (i = 0; i < CARTO_MCP_MAX_COLUMNS; i++)
    len += (size_t)snprintf(text + len, cap - len, i ? ",c%zu" : "c%zu", i);
  t = load_bytes(CSV, text, len);
  CHECK_UINT(t.column_count, CARTO_MCP_MAX_COLUMNS);
  free_table(&t);
  len += (size_t)snprintf(text + len, cap - len, ",one_more\n1\n");
  refuse_bytes(CSV, carto_str_make(text, len), CARTO_ERR_LIMIT, 1, len - 11,
               "too many columns, no room for \"one_more\"");
  len = (size_t)snprintf(text, cap, "{");
  for (i = 0; i <= CARTO_MCP_MAX_COLUMNS; i++)
    len += (size_t)snprintf(text + len, cap - len, i ? ",\"c%zu\":1" : "\"c%zu\":1", i);
  len += (size_t)snprintf(text + len, cap - len, "}");
  refuse_bytes(NDJSON, carto_str_make(text, len), CARTO_ERR_LIMIT, 1, 0, "too many columns");
  memset(text, 'n', CARTO_MCP_MAX_NAME + 1);
  t = load_bytes(CSV, text, CARTO_MCP_MAX_NAME);
  free_table(&t);
  refuse_bytes(CSV, carto_str_make(text, CARTO_MCP_MAX_NAME + 1), CARTO_ERR_LIMIT, 1, 0,
               "name is too long");
  refuse_bytes(CSV, carto_str_make(text, CARTO_MCP_MAX_FILE + 1), CARTO_ERR_LIMIT, 1, 0,
               "the file is too long");
  refuse_bytes(GEOJSON, carto_str_make(text, CARTO_MCP_MAX_FILE + 1), CARTO_ERR_LIMIT, 1, 0,
               "the file is too long");
  refuse_bytes(NDJSON, carto_str_make(text, CARTO_MCP_MAX_FILE + 1), CARTO_ERR_LIMIT, 1, 0,
               "the file is too long");
  len = 0; /* a property takes every name that the geometry could have */
  len += (size_t)snprintf(text, cap,
                          "{\"type\":\"Feature\",\"geometry\":null,\"properties\":{\"geom\":1");
  for (i = 0; i <= CARTO_MCP_MAX_NAME - 8; i++)
    len += (size_t)snprintf(
      text + len, cap - len, ",\"geometry%.*s\":1", (int)i,
      "________________________________________________________________________________"
      "________________________________________________________________________________"
      "________________________________________________________________________________"
      "________________________________________________________________________________");
  len += (size_t)snprintf(text + len, cap - len, "}}");
  refuse_bytes(GEOJSON, carto_str_make(text, len), CARTO_ERR_LIMIT, 1, 0, "no name is left");
  len = 0;
  for (i = 0; i <= CARTO_MCP_MAX_DEPTH; i++) text[len++] = '[';
  refuse_bytes(NDJSON, carto_str_make(text, len), CARTO_ERR_LIMIT, 1, CARTO_MCP_MAX_DEPTH,
               "deeper");
  free(text);
}

/* A long field, and a long row that crosses every check of UTF-8. */
static void test_csv_long_field(void) {
  size_t size = 5u << 20, len;
  char *text = (char *)malloc(size + 64);
  carto_table t;
  len = (size_t)snprintf(text, 64, "a,b\n1,\"");
  while (len < size) memcpy(text + len, "\xe2\x82\xac", 3), len += 3;
  memcpy(text + len, "\"\n", 2);
  len += 2;
  t = load_bytes(CSV, text, len);
  CHECK_UINT(carto_column_string(column(&t, "b"), 0).len, len - 9);
  free_table(&t);
  text[len - 3] = 'x'; /* the last character is cut */
  refuse_bytes(CSV, carto_str_make(text, len), CARTO_ERR_SYNTAX, 2, len - 5, "UTF-8");
  memset(text + 7, 0x80, 2u << 20);
  refuse_bytes(CSV, carto_str_make(text, len), CARTO_ERR_SYNTAX, 2, 7, "UTF-8");
  free(text);
}

/* ---- GeoJSON */

#define FEATURES(list) "{\"type\":\"FeatureCollection\",\"features\":[" list "]}"
#define FEATURE(geometry, properties) \
  "{\"type\":\"Feature\",\"geometry\":" geometry ",\"properties\":" properties "}"
#define POINT(x, y) "{\"type\":\"Point\",\"coordinates\":[" x "," y "]}"

static void test_geojson_documents(void) {
  expect(GEOJSON, FEATURES(""), "geom:geom", "geom", "");
  expect(GEOJSON, FEATURES(FEATURE(POINT("1", "2.5"), "{\"a\":1}")), "a:integer geom:geom", "geom",
         "POINT(1 2.5)");
  expect(GEOJSON, "\xef\xbb\xbf " FEATURES(FEATURE("null", "null")) "\n", "geom:geom", "geom",
         "null");
  expect(GEOJSON, FEATURE(POINT("1", "2"), "{\"a\":\"x\"}"), "a:string geom:geom", "a", "'x'");
  expect(GEOJSON, POINT("1", "2"), "geom:geom", "geom", "POINT(1 2)");
  expect(GEOJSON, "{\"coordinates\":[1,2,3],\"type\":\"Point\"}", "geom:geom", "geom",
         "POINT Z (1 2 3)");
  expect(GEOJSON, "{\"type\":\"GeometryCollection\",\"geometries\":[" POINT("1", "2") "]}",
         "geom:geom", "geom", "GEOMETRYCOLLECTION(POINT(1 2))");
  expect(GEOJSON,
         "{\"features\":[" FEATURE(POINT("1", "2"),
                                   "{}") "],\"name\":[{}],\"type\":\"FeatureCollection\"}",
         "geom:geom", "geom", "POINT(1 2)");
  expect(GEOJSON,
         " { \"type\" : \"FeatureCollection\" , \"features\" : [ " FEATURE(
           "null", "{}") " , " FEATURE(POINT("1", "2"), "{ }") " ] } ",
         "geom:geom", "geom", "null POINT(1 2)");
  expect(GEOJSON,
         FEATURES(FEATURE(POINT("1", "2"), "{}") "," FEATURE("null", "{}") "," FEATURE(
           "{\"type\":\"LineString\",\"coordinates\":[[0,0],[1,1]]}",
           "{}") "," FEATURE(POINT("3", "4"), "{}")),
         "geom:geom", "geom", "POINT(1 2) null LINESTRING(0 0,1 1) POINT(3 4)");
}

static void test_geojson_properties(void) {
  expect(
    GEOJSON,
    FEATURES(
      FEATURE("null", "{\"a\":1,\"b\":2}") "," FEATURE("null", "{\"c\":3,\"b\":1.5}") "," FEATURE(
        "null", "null") "," FEATURE("null", "{\"b\":4,\"a\":null}")),
    "a:integer b:number c:integer geom:geom", "b", "2 1.5 null 4");
  expect(GEOJSON,
         FEATURES(FEATURE("null", "{\"b\":1,\"a\":2}") "," FEATURE("null", "{\"a\":3,\"b\":4}")),
         "b:integer a:integer geom:geom", "a", "2 3");
  expect(
    GEOJSON,
    FEATURES(FEATURE("null", "{\"a\":1}") "," FEATURE("null", "{\"a\":\"x\"}") "," FEATURE(
      "null",
      "{\"a\":1.50}") "," FEATURE("null",
                                  "{\"a\":true}") "," FEATURE("null",
                                                              "{\"a\":null}") "," FEATURE("null",
                                                                                          "{\"a\":{"
                                                                                          "\"k\": "
                                                                                          "[1, "
                                                                                          "2.0, "
                                                                                          "\"\\u00e"
                                                                                          "9\"]}"
                                                                                          "}")),
    "a:string geom:geom", "a", "'1' 'x' '1.50' 'true' null '{\"k\":[1,2.0,\"\xc3\xa9\"]}'");
  expect(GEOJSON, FEATURES(FEATURE("null", "{\"a\":[1, 2]}") "," FEATURE("null", "{\"a\":{}}")),
         "a:string geom:geom", "a", "'[1,2]' '{}'");
  expect(GEOJSON, FEATURES(FEATURE("null", "{\"a\":true}") "," FEATURE("null", "{\"a\":false}")),
         "a:boolean geom:geom", "a", "true false");
  expect(GEOJSON, FEATURES(FEATURE("null", "{\"a\":true}") "," FEATURE("null", "{\"a\":\"true\"}")),
         "a:string geom:geom", "a", "'true' 'true'");
  expect(GEOJSON,
         FEATURES(
           FEATURE("null", "{\"a\":\"2020-01-01\"}") "," FEATURE("null", "{\"a\":\"2020-01-02\"}")),
         "a:time geom:geom", "a", "1577836800000000us 1577923200000000us");
  expect(
    GEOJSON,
    FEATURES(FEATURE("null", "{\"a\":\"2020-01-01\"}") "," FEATURE("null", "{\"a\":20200102}")),
    "a:string geom:geom", "a", "'2020-01-01' '20200102'");
  expect(GEOJSON, FEATURES(FEATURE("null", "{\"a\":\"12\"}") "," FEATURE("null", "{\"a\":\"13\"}")),
         "a:string geom:geom", "a", "'12' '13'");
  expect(GEOJSON, FEATURES(FEATURE("null", "{\"a\":\"\"}")), "a:string geom:geom", "a", "''");
  expect(GEOJSON, FEATURES(FEATURE("null", "{\"a\":1e400}")), "a:string geom:geom", "a", "'1e400'");
  expect(GEOJSON, FEATURES(FEATURE("null", "{\"a\":12345678901234567890}")), "a:string geom:geom",
         "a", "'12345678901234567890'");
  expect(GEOJSON, FEATURES(FEATURE("null", "{\"a\":3.0}")), "a:number geom:geom", "a", "3");
  expect(GEOJSON, FEATURES(FEATURE("null", "{\"quadbin\":5215347588890361855}")),
         "quadbin:quadbin geom:geom", "quadbin", "quadbin:5215347588890361855");
  expect(GEOJSON, FEATURES(FEATURE("null", "{\"quadbin\":\"5215347588890361855\"}")),
         "quadbin:quadbin geom:geom", "quadbin", "quadbin:5215347588890361855");
  expect(GEOJSON, FEATURES(FEATURE("null", "{\"h3\":\"8928308280fffff\"}")), "h3:h3 geom:geom",
         "h3", "h3:8928308280fffff");
  expect(GEOJSON, FEATURES(FEATURE("null", "{\"lon\":1,\"lat\":2}")),
         "lon:integer lat:integer geom:geom", "geom", "null");
}

static void test_geojson_names(void) {
  expect(GEOJSON,
         FEATURES("{\"type\":\"Feature\",\"id\":7,\"geometry\":null,\"properties\":{\"a\":1}},"
                  "{\"type\":\"Feature\",\"id\":\"x\",\"geometry\":null,\"properties\":{}}"),
         "id:string a:integer geom:geom", "id", "'7' 'x'");
  expect(
    GEOJSON,
    FEATURES("{\"type\":\"Feature\",\"id\":7,\"geometry\":null,\"properties\":{\"id\":\"own\"}}"),
    "id:string geom:geom", "id", "'own'");
  expect(GEOJSON, FEATURES(FEATURE(POINT("1", "2"), "{\"geom\":1}")), "geom:integer geometry:geom",
         "geometry", "POINT(1 2)");
  expect(GEOJSON, FEATURES(FEATURE(POINT("1", "2"), "{\"geometry\":1,\"geom\":2,\"geometry_\":3}")),
         "geometry:integer geom:integer geometry_:integer geometry__:geom", "geometry__",
         "POINT(1 2)");
}

static void test_geojson_crs(void) {
#define CRS(value) "{\"type\":\"FeatureCollection\",\"crs\":" value ",\"features\":[]}"
#define CRS_NAME(name) CRS("{\"type\":\"name\",\"properties\":{\"name\":\"" name "\"}}")
  static const char *const good[] = {
    CRS("null"),           CRS_NAME("urn:ogc:def:crs:OGC:1.3:CRS84"),
    CRS_NAME("EPSG:4326"), CRS_NAME("urn:ogc:def:crs:EPSG::4326"),
    CRS_NAME("OGC:CRS84"), CRS_NAME("http://www.opengis.net/def/crs/OGC/1.3/CRS84")};
  static const char *const bad[] = {CRS_NAME("urn:ogc:def:crs:EPSG::3857"), CRS_NAME("EPSG:14326"),
                                    CRS("1"), CRS("{\"type\":\"link\"}"),
                                    "{\"type\":\"Point\",\"coordinates\":[1,2],\"crs\":{}}"};
  size_t i;
  for (i = 0; i < sizeof good / sizeof *good; i++)
    expect(GEOJSON, good[i], "geom:geom", NULL, NULL);
  for (i = 0; i < sizeof bad / sizeof *bad; i++)
    refuse_bytes(GEOJSON, carto_str_from(bad[i]), CARTO_ERR_UNSUPPORTED, 1, i == 4 ? 36 : 28,
                 "must be WGS 84");
}

static void test_geojson_errors(void) {
  refuse(GEOJSON, "", 1, 0, "the file is empty");
  refuse(GEOJSON, "  \n ", 2, 4, "expected a GeoJSON object");
  refuse(GEOJSON, "[]", 1, 0, "expected a GeoJSON object");
  refuse(GEOJSON, "null", 1, 0, "expected a GeoJSON object");
  refuse_bytes(GEOJSON, carto_str_make("\0\0\0", 3), CARTO_ERR_SYNTAX, 1, 0,
               "expected a GeoJSON object");
  refuse(GEOJSON, "{}", 1, 0, "needs a member \"type\"");
  refuse(GEOJSON, "{", 1, 1, "expected a value, but the text ends");
  refuse(GEOJSON, "{\"type\"", 1, 7, "expected ':'");
  refuse(GEOJSON, "{\"type\":", 1, 8, "expected a value, but the text ends");
  refuse(GEOJSON, "{1:2}", 1, 1, "expected a member's name in quotes");
  refuse(GEOJSON, "{\"type\":\"Point\"\n\"coordinates\":[1,2]}", 2, 16,
         "line 2: expected ',' or '}'");
  refuse(GEOJSON, "{\"type\":\"FeatureCollection\",}", 1, 28, "expected a value");
  refuse(GEOJSON, "{\"type\":\"FeatureCollection\"}", 1, 0, "needs a member \"features\"");
  refuse(GEOJSON, "{\"type\":\"FeatureCollection\",\"features\":{}}", 1, 39,
         "the features must be an array");
  refuse(GEOJSON, "{\"type\":\"FeatureCollection\",\"features\":[],\"features\":[]}", 1, 42,
         "two members \"features\"");
  refuse(GEOJSON, "{\"type\":\"FeatureCollection\",\"type\":\"Feature\",\"features\":[]}", 1, 28,
         "two members \"type\"");
  refuse(GEOJSON, "{\"type\":\"Feature\",\"features\":[],\"geometry\":null,\"properties\":null}", 1,
         0, "may not have a member \"features\"");
  refuse(GEOJSON, "{\"type\":\"FeatureCollection\",\"features\":[],\"properties\":{}}", 1, 0,
         "may not have a member \"properties\"");
  refuse(GEOJSON, "{\"type\":\"Point\",\"coordinates\":[1,2],\"geometry\":null}", 1, 31,
         "expected a geometry without members of a feature");
  refuse(GEOJSON, "{\"type\":\"FeatureCollection\",\"features\":[]} x", 1, 43, "text follows");
  refuse(GEOJSON,
         FEATURES("\n" FEATURE(
           "null", "{}") ",\n{\"type\":\"Featre\",\"geometry\":null,\"properties\":{}}"),
         3, 93, "line 3: expected an object of type \"Feature\"");
  refuse(GEOJSON, FEATURES("1"), 1, 40, "expected a Feature object");
  refuse(GEOJSON, FEATURES(FEATURE("null", "{}") " " FEATURE("null", "{}")), 1, 91,
         "expected ',' or ']'");
  refuse(GEOJSON, FEATURES(FEATURE("null", "{}") ","), 1, 91, "expected a value");
  refuse(GEOJSON, FEATURES(FEATURE("null", "[]")), 1, 40,
         "the properties of a Feature must be an object or null");
  refuse(GEOJSON, FEATURES("{\"type\":\"Feature\",\"geometry\":null}"), 1, 40,
         "needs a member \"properties\"");
  refuse(GEOJSON, FEATURES("{\"type\":\"Feature\",\"properties\":null}"), 1, 40,
         "needs a member \"geometry\"");
  refuse(GEOJSON, FEATURES("{\"type\":\"Feature\",\"id\":{},\"geometry\":null,\"properties\":{}}"),
         1, 40, "the id of a Feature");
  refuse(GEOJSON,
         FEATURES("{\"type\":\"Feature\",\"bbox\":[1,2,3],\"geometry\":null,\"properties\":{}}"), 1,
         40, "a bbox must");
  refuse(GEOJSON,
         FEATURES("{\"type\":\"Feature\",\"bbox\":{},\"geometry\":null,\"properties\":{}}"), 1, 40,
         "a bbox must");
  refuse(GEOJSON, "{\"type\":\"Point\",\"coordinates\":[2,2],\"bbox\":[1,2,3,\"4\"]}", 1, 36,
         "a bbox must");
  refuse(GEOJSON, FEATURES(FEATURE("null", "{\"a\":1,\"a\":2}")), 1, 40,
         "an object has two members \"a\"");
  refuse(GEOJSON, FEATURES(FEATURE("null", "{\"\":1}")), 1, 40, "a column needs a name");
  refuse(GEOJSON, FEATURES(FEATURE("null", "{\"a\":tru}")), 1, 95, "expected true");
  refuse(GEOJSON, FEATURES(FEATURE("null", "{\"a\":\"\xff\"}")), 1, 93, "expected UTF-8");
}

/* Errors within a geometry: the words are those of the geometry reader, the line is the
   feature's. */
static void test_geojson_bad_geometries(void) {
  static const char *const bad[] = {
    "{}",
    "1",
    "{\"type\":\"Thing\"}",
    "{\"type\":\"Point\"}",
    "{\"type\":\"Point\",\"coordinates\":[2]}",
    "{\"type\":\"Point\",\"coordinates\":[2,\"3\"]}",
    "{\"type\":\"MultiPolygon\",\"coordinates\":[[[1]]]}",
    "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0],[1,1],[0,1]]]}",
    "{\"type\":\"Point\",\"coordinates\":[1e999,0]}",
    "{\"type\":\"GeometryCollection\",\"geometries\":[false]}"};
  size_t i;
  for (i = 0; i < sizeof bad / sizeof *bad; i++) {
    char text[512];
    carto_table t;
    carto_error error;
    carto_status status;
    snprintf(text, sizeof text,
             "{\"type\":\"FeatureCollection\",\"features\":[\n\n" FEATURE("%s", "{}") "]}", bad[i]);
    status = read_text(GEOJSON, carto_str_from(text), &t, &error);
    CHECK(status == CARTO_ERR_SYNTAX || status == CARTO_ERR_UNSUPPORTED);
    CHECK_UINT(error.line, 3);
  }
}

/* ---- newline-delimited JSON */

static void test_ndjson(void) {
  expect(NDJSON, "{\"a\":1,\"b\":\"x\"}\n{\"b\":\"y\"}\n", "a:integer b:string", "a", "1 null");
  expect(NDJSON, "\n{\"a\":1}\r\n\n  {\"a\":2}", "a:integer", "a", "1 2");
  expect(NDJSON, "{}\n{ }\n", "", NULL, NULL);
  expect(NDJSON, "{}\n{\"a\":1}\n{}\n", "a:integer", "a", "null 1 null");
  expect(NDJSON, "{\"lon\":1,\"lat\":2}\n{\"lon\":null,\"lat\":2}\n",
         "lon:integer lat:integer geom:geom", "geom", "POINT(1 2) null");
  expect(NDJSON,
         "{\"shape\":" POINT("1", "2") "}\n{\"shape\":null}\n{\"shape\":" POINT("3", "4") "}\n",
         "shape:geom", "shape", "POINT(1 2) null POINT(3 4)");
  expect(NDJSON, "{\"shape\":" POINT("1", "2") "}\n{\"shape\":{\"type\":\"x\"}}\n", "shape:string",
         "shape", "'{\"type\":\"Point\",\"coordinates\":[1,2]}' '{\"type\":\"x\"}'");
  expect(NDJSON, "{\"shape\":\"POINT(1 2)\"}\n", "shape:geom", "shape", "POINT(1 2)");
  expect(NDJSON, "{\"type\":\"Feature\",\"a\":1}\n", "type:string a:integer", "a", "1");
  expect(NDJSON, FEATURE(POINT("1", "2"), "{\"a\":1}") "\n" FEATURE("null", "{\"a\":2}") "\n",
         "a:integer geom:geom", "geom", "POINT(1 2) null");
  expect(NDJSON,
         "\x1e" FEATURE(POINT("1", "2"), "{\"a\":\n1}") "\n\x1e\n" FEATURE("null",
                                                                           "{\"a\":2}") "\n\x1e\n",
         "a:integer geom:geom", "geom", "POINT(1 2) null");
  expect(NDJSON, "\xef\xbb\xbf{\"a\":1}", "a:integer", "a", "1");
  expect(NDJSON, "{\"a\\u0041\":\"\\u0000\"}", "aA:string", NULL, NULL);
  refuse(NDJSON, "", 1, 0, "the file is empty");
  refuse(NDJSON, "\n \n", 1, 0, "the file has no objects");
  refuse(NDJSON, "{\"a\":1}\n{\"a\":\n2}\n", 2, 13, "line 2: expected a value, but the text ends");
  refuse(NDJSON, "{\"a\":1}\n[1]\n", 2, 8, "line 2: expected an object on this line");
  refuse(NDJSON, "{\"a\":1}\n{\"a\":1} {\"a\":2}\n", 2, 16, "line 2: text follows the object");
  refuse(NDJSON, "{\"a\":1}\n{\"a\":1,\"a\":2}\n", 2, 8, "line 2: an object has two members \"a\"");
  refuse(NDJSON, FEATURE("null", "{}") "\n{\"a\":1}\n", 2, 51,
         "line 2: expected an object of type \"Feature\"");
  refuse_bytes(NDJSON, carto_str_make("\0\0", 2), CARTO_ERR_SYNTAX, 1, 0, "expected a value");
}

/* ---- files */

/* Rows, columns, and for one column its type, nulls, distinct texts or first and last value. */
static void test_files(void) {
  static const struct {
    const char *path, *column;
    size_t rows;
    int type;
    size_t nulls, distinct;
    const char *first, *last;
  } files[] = {
    {"world/populated_places.csv", "id", 7343, CARTO_TYPE_INTEGER, 0, 0, "1", "7343"},
    {"world/populated_places.csv", "name", 7343, CARTO_TYPE_STRING, 0, 7099, "'Tokyo'", "'Agdam'"},
    {"world/populated_places.csv", "namealt", 7343, CARTO_TYPE_STRING, 6864, 478, "null", "null"},
    {"world/populated_places.csv", "iso_a2", 7343, CARTO_TYPE_STRING, 12, 225, "'JP'", "'AZ'"},
    {"world/populated_places.csv", "is_capital", 7343, CARTO_TYPE_BOOLEAN, 0, 0, "true", "false"},
    {"world/populated_places.csv", "pop_max", 7343, CARTO_TYPE_INTEGER, 0, 0, "35676000", "0"},
    {"world/populated_places.csv", "timezone", 7343, CARTO_TYPE_STRING, 1185, 320, "'Asia/Tokyo'",
     "'Asia/Baku'"},
    {"world/populated_places.csv", "latitude", 7343, CARTO_TYPE_NUMBER, 0, 0, "35.685017000000002",
     "40.905278000000003"},
    {"world/populated_places.csv", "geom", 7343, CARTO_TYPE_GEOMETRY, 0, 0,
     "POINT(139.751407 35.685017)", "POINT(45.556389 40.905278)"},
    {"climate/seattle_weather.csv", "date", 1461, CARTO_TYPE_TIMESTAMP, 0, 0, "1325376000000000us",
     "1451520000000000us"},
    {"climate/seattle_weather.csv", "precipitation", 1461, CARTO_TYPE_NUMBER, 0, 0, "0", "0"},
    {"climate/seattle_weather.csv", "weather", 1461, CARTO_TYPE_STRING, 0, 5, "'drizzle'", "'sun'"},
    {"climate/mauna_loa_co2.csv", "Date", 741, CARTO_TYPE_TIMESTAMP, 0, 0, "-373593600000000us",
     "1585699200000000us"},
    {"climate/mauna_loa_co2.csv", "adjusted CO2", 741, CARTO_TYPE_NUMBER, 0, 0, "314.44",
     "413.35000000000002"},
    {"cells/places_h3.csv", "largest_place", 4868, CARTO_TYPE_STRING, 1, 4751, "'Nord'",
     "'AmundseniScott South Pole Station'"},
    {"cells/places_quadbin.csv", "pop_sum", 902, CARTO_TYPE_INTEGER, 0, 0, "10", "1085"},
    {"world/countries.geojson", "id", 177, CARTO_TYPE_INTEGER, 0, 0, "1", "177"},
    {"world/countries.geojson", "name", 177, CARTO_TYPE_STRING, 0, 177, "'Afghanistan'",
     "'Zimbabwe'"},
    {"world/countries.geojson", "iso_a3", 177, CARTO_TYPE_STRING, 5, 172, "'AFG'", "'ZWE'"},
    {"world/countries.geojson", "gdp_md", 177, CARTO_TYPE_NUMBER, 0, 0, "64080", "28330"},
    {"world/countries.geojson", "lastcensus", 177, CARTO_TYPE_INTEGER, 10, 0, "1979", "2002"},
    {"world/rivers.geojson", "name_alt", 13, CARTO_TYPE_STRING, 12, 1, "null", "null"},
    {"world/rivers.geojson", "min_zoom", 13, CARTO_TYPE_NUMBER, 0, 0, "2.1000000000000001", "2"},
    {"world/us_states.geojson", "iso_3166_2", 51, CARTO_TYPE_STRING, 0, 51, "'US-AL'", "'US-WY'"}};
  size_t i;
  for (i = 0; i < sizeof files / sizeof *files; i++) {
    char path[128];
    carto_table t;
    const carto_column *c;
    snprintf(path, sizeof path, "fixtures/data/demo/%s", files[i].path);
    t = load_file(strstr(path, ".csv") ? CSV : GEOJSON, path);
    c = column(&t, files[i].column);
    CHECK_UINT(t.row_count, files[i].rows);
    CHECK_INT(c->type, files[i].type);
    CHECK_UINT(c->null_count, files[i].nulls);
    CHECK_UINT(c->dict_count, files[i].distinct);
    CHECK_STR(carto_str_from(show(c, 0)), files[i].first);
    CHECK_STR(carto_str_from(show(c, t.row_count - 1)), files[i].last);
    free_table(&t);
  }
}

static void test_file_geometries(void) {
  carto_table t = load_file(GEOJSON, "fixtures/data/demo/world/countries.geojson");
  const carto_column *c = carto_table_spatial(&t);
  size_t row, polygons = 0;
  unsigned char room[21];
  CHECK_UINT(t.column_count, 18);
  CHECK_STR(c->name, "geom");
  CHECK_UINT(c->geom_types, 1u << CARTO_GEOM_POLYGON | 1u << CARTO_GEOM_MULTIPOLYGON);
  for (row = 0; row < t.row_count; row++)
    polygons += carto_geom_type_of(carto_column_geom(c, row, room)) == CARTO_GEOM_POLYGON;
  CHECK_UINT(polygons, 148);
  free_table(&t);
}

/* Times in Seattle's file are days: so every one is a date. */
static void test_file_dates(void) {
  carto_table t = load_file(CSV, "fixtures/data/demo/climate/seattle_weather.csv");
  CHECK(column(&t, "date")->date_only);
  free_table(&t);
}

/* ---- what every reader must stand */

static const struct {
  reader read;
  const char *text;
} samples[] = {
  {CSV, "a,b,c,d,\"e \"\"\",h3,f,lon,lat\r\n1,x,true,2020-01-01,\"q "
        "\"\"q\"\"\",8928308280fffff,POINT(1 2),1,2\r\n"
        ",\"\",,,\"two\nlines\",,\"LINESTRING(0 0,1 1)\",,\r\n2.5,7,x,soon,z,no,,3,4\r\n"},
  {CSV, "lon,lat,s\n1,2,a\n3.5,4,\"\"\n,,b\n"},
  {GEOJSON,
   "{\"type\":\"FeatureCollection\",\"bbox\":[1,2,3,4],\"features\":[\n"
   "{\"type\":\"Feature\",\"id\":1,\"geometry\":" POINT(
     "1", "2") ",\"properties\":{\"a\":1,\"b\":{\"c\":[1]}}},\n"
               "{\"type\":\"Feature\",\"id\":\"\\u00e9\",\"geometry\":{\"type\":\"LineString\","
               "\"coordinates\":[[0,0],[1,1]]},"
               "\"properties\":{\"a\":1.5,\"d\":\"x\"}},\n"
               "{\"type\":\"Feature\",\"geometry\":null,\"properties\":{\"a\":\"x\"}}]}\n"},
  {GEOJSON, "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0],[1,1],[0,0]]]}"},
  {NDJSON,
   "{\"a\":1,\"g\":" POINT(
     "1",
     "2") ",\"s\":\"x\"}\n{\"a\":null,\"g\":{\"type\":\"MultiPoint\",\"coordinates\":[[1,2]]}}\n"
          "{\"a\":2.5,\"lon\":1,\"lat\":2,\"t\":\"2020-01-01T00:00:00Z\",\"s\":[1,2]}\n"},
  {NDJSON, "\x1e{\"lon\":1,\"lat\":2}\n\x1e{\"lon\":3,\"lat\":4}\n"}};

#define SAMPLES (sizeof samples / sizeof *samples)

static size_t current;

static int read_sample(carto_alloc alloc) {
  carto_call call;
  carto_table t;
  carto_error error;
  carto_status status;
  memset(&call, 0, sizeof call);
  memset(&error, 0, sizeof error);
  memset(&t, 0x55, sizeof t);
  status = samples[current].read(&call, alloc, carto_str_from("t"),
                                 carto_str_from(samples[current].text), &t, &error);
  if (status == CARTO_OK) {
    check_invariants(&t);
    carto_table_free(&t);
    return 1;
  }
  CHECK_INT(status, CARTO_ERR_NOMEM);
  CHECK_INT(error.status, CARTO_ERR_NOMEM);
  CHECK(t.columns == NULL && t.memory_bytes == 0);
  return 0;
}

static int build_sample(carto_alloc alloc) {
  carto_table_builder b;
  carto_table t;
  carto_lnglat point = {1, 2};
  carto_status status;
  int i;
  carto_table_builder_init(&b, alloc, 0);
  carto_table_builder_add_column(&b, carto_str_from("a"), CARTO_TYPE_STRING);
  carto_table_builder_add_column(&b, carto_str_from("b"), CARTO_TYPE_GEOMETRY);
  for (i = 0; i < 200; i++) {
    char text[8];
    snprintf(text, sizeof text, "%d", i);
    if (i % 3) carto_table_builder_set_string(&b, 0, carto_str_from(text));
    if (i % 5) carto_table_builder_set_point(&b, 1, point);
    carto_table_builder_end_row(&b);
  }
  status = carto_table_builder_end(&b, &t, NULL);
  if (status == CARTO_OK) carto_table_free(&t);
  else CHECK_INT(status, CARTO_ERR_NOMEM);
  return status == CARTO_OK;
}

static void test_allocation_failures(void) {
  for (current = 0; current < SAMPLES; current++) test_every_allocation(read_sample, 2000);
  test_every_allocation(build_sample, 200);
}

/* In one block that is made smaller until it does not do any more. */
static void test_fixed_block(void) {
  static unsigned char memory[1 << 18];
  for (current = 0; current < SAMPLES; current++) {
    size_t size = sizeof memory;
    int done;
    do {
      carto_block block;
      carto_block_init(&block, memory, size);
      done = read_sample(carto_block_alloc(&block));
      CHECK_UINT(block._used, 0);
      size -= size / 8;
    } while (done && size > 1000);
    CHECK(size < sizeof memory / 2);
  }
}

/* Cut anywhere, and with any byte changed: an answer, no crash, no leak, and the place within
   the text. */
static void test_cut_and_damaged(void) {
  size_t i, cut;
  for (i = 0; i < SAMPLES; i++) {
    size_t len = strlen(samples[i].text);
    for (cut = 0; cut < 2 * len; cut++) {
      size_t keep = cut < len ? cut : len;
      char *copy = (char *)malloc(keep ? keep : 1);
      test_memory m;
      carto_alloc alloc = test_alloc(&m);
      carto_call call;
      carto_table t;
      carto_error error;
      carto_status status;
      memset(&call, 0, sizeof call);
      memcpy(copy, samples[i].text, keep);
      if (cut >= len) copy[cut - len] = (char)(cut % 3 == 0 ? 0 : cut % 3 == 1 ? '"' : 0xff);
      status =
        samples[i].read(&call, alloc, carto_str_from("t"), carto_str_make(copy, keep), &t, &error);
      if (status == CARTO_OK) check_invariants(&t);
      else CHECK(error.offset <= keep && error.line >= 1);
      if (samples[i].read == GEOJSON && cut < len - 1) CHECK_INT(status, CARTO_ERR_SYNTAX);
      carto_table_free(&t);
      CHECK_UINT(m.live_count, 0);
      free(copy);
    }
  }
}

typedef struct watch {
  size_t asked, stop_at, reports;
  uint64_t done, total;
} watch;

static bool watch_checkpoint(void *user) {
  watch *w = (watch *)user;
  return ++w->asked != w->stop_at;
}

static void watch_progress(void *user, uint64_t done, uint64_t total, const char *what) {
  watch *w = (watch *)user;
  CHECK(done > w->done && done <= total && what != NULL);
  w->done = done;
  w->total = total;
  w->reports++;
}

/* A few MiB in rows of one kind and another: the checkpoint is asked often, each time it can
   stop the work, and reports only grow, also when columns are read again. */
static void test_cancel_and_progress(void) {
  static const struct {
    reader read;
    const char *head, *row, *last, *tail;
  } kinds[] = {{CSV, "a,b,lon,lat\n", "1234567,some text of a row,1,2\n", "word,x,3,4\n", ""},
               {GEOJSON, "{\"type\":\"FeatureCollection\",\"features\":[",
                FEATURE(POINT("1", "2"), "{\"a\":1}") ",\n",
                FEATURE(POINT("1", "2"), "{\"a\":\"word\"}"), "]}"},
               {NDJSON, "", "{\"a\":1,\"b\":\"some text of a row\"}\n", "{\"a\":\"word\"}\n", ""}};
  size_t i, cap = 4u << 20, len;
  char *text = (char *)malloc(cap);
  for (i = 0; i < 3; i++) {
    size_t stop, rows = 1;
    carto_call call;
    carto_table t;
    carto_error error;
    watch w;
    len = (size_t)snprintf(text, cap, "%s", kinds[i].head);
    for (; len < cap - 500; rows++)
      len += (size_t)snprintf(text + len, cap - len, "%s", kinds[i].row);
    len += (size_t)snprintf(text + len, cap - len, "%s%s", kinds[i].last, kinds[i].tail);
    for (stop = 1;; stop += 1 + stop / 4) {
      test_memory m;
      carto_alloc alloc = test_alloc(&m);
      carto_status status;
      memset(&call, 0, sizeof call);
      memset(&w, 0, sizeof w);
      w.stop_at = stop;
      call.user = &w;
      call.checkpoint = watch_checkpoint;
      call.progress = watch_progress;
      status =
        kinds[i].read(&call, alloc, carto_str_from("t"), carto_str_make(text, len), &t, &error);
      if (status == CARTO_OK) {
        CHECK_UINT(t.row_count, rows);
        CHECK_INT(column(&t, "a")->type, CARTO_TYPE_STRING);
        CHECK(w.done == len && w.total == len && w.reports >= 4);
        CHECK(stop > 8); /* twice over 4 MiB, at least once per MiB */
      } else {
        CHECK_INT(status, CARTO_ERR_CANCELLED);
        CHECK_INT(error.status, CARTO_ERR_CANCELLED);
        CHECK_UINT(w.asked, stop);
      }
      carto_table_free(&t);
      CHECK_UINT(m.live_count, 0);
      if (status == CARTO_OK || stop > 100) break;
    }
  }
  free(text);
}

/* Files longer than the sample: types that change behind it, and features cut behind it. */
static void test_behind_the_sample(void) {
  size_t cap = 1u << 20, len, i, rows = 0;
  char *text = (char *)malloc(cap);
  carto_table t;
  len = (size_t)snprintf(text, cap, "i,n,s,e,g\n");
  for (; len < cap - 200; rows++)
    len += (size_t)snprintf(text + len, cap - len, "%zu,%s,\"\",,POINT(1 2)\n", rows,
                            rows < 20000 ? "7" : "7.5");
  len += (size_t)snprintf(text + len, cap - len, "8,9,x,2020-01-01,\"LINESTRING(0 0,1 1)\"\n");
  t = load_bytes(CSV, text, len);
  CHECK_UINT(t.row_count, rows + 1);
  CHECK_STR(show_columns(&t), "i:integer n:number s:string e:time g:geom");
  CHECK_STR(carto_str_from(show(column(&t, "n"), 20000)), "7.5");
  CHECK_STR(carto_str_from(show(column(&t, "n"), 19999)), "7");
  CHECK_UINT(column(&t, "s")->dict_count, 2);
  CHECK_UINT(column(&t, "e")->null_count, rows);
  CHECK_STR(carto_str_from(show(column(&t, "g"), 12345)), "POINT(1 2)");
  CHECK_STR(carto_str_from(show(column(&t, "g"), rows)), "LINESTRING(0 0,1 1)");
  free_table(&t);
  len = (size_t)snprintf(text, cap, "{\"type\":\"FeatureCollection\",\"features\":[");
  for (i = 0; len < cap - 200; i++)
    len += (size_t)snprintf(text + len, cap - len, "%s" FEATURE(POINT("1", "2"), "{\"a\":1}"),
                            i ? "," : "");
  refuse_bytes(GEOJSON, carto_str_make(text, len), CARTO_ERR_SYNTAX, 1, len, "expected ',' or ']'");
  text[len] = ']';
  refuse_bytes(GEOJSON, carto_str_make(text, len + 1), CARTO_ERR_SYNTAX, 1, len + 1,
               "expected ',' or '}'");
  text[len + 1] = '}';
  t = load_bytes(GEOJSON, text, len + 2);
  CHECK_UINT(t.row_count, i);
  free_table(&t);
  free(text);
}

/* Grants nothing above 64 MiB at once. */
static void *modest_realloc(void *user, void *ptr, size_t old_size, size_t new_size) {
  return new_size > ((size_t)64 << 20) ? NULL : test_realloc(user, ptr, old_size, new_size);
}

/* Short rows first and then a long one: far more rows are expected than come. That they do not
   get their room must not matter. */
static void test_too_many_expected(void) {
  size_t cap = 22u << 20, len = 2, rows = 150000, i;
  char *text = (char *)malloc(cap);
  test_memory m;
  carto_alloc alloc = test_alloc(&m);
  carto_call call;
  carto_table t;
  alloc.fn = modest_realloc;
  memset(&call, 0, sizeof call);
  memcpy(text, "a\n", 2);
  for (i = 0; i < rows; i++, len += 2) memcpy(text + len, "1\n", 2);
  memset(text + len, 'x', (size_t)20 << 20);
  len += (size_t)20 << 20;
  CHECK_INT(
    carto_table_read_csv(&call, alloc, carto_str_from("t"), carto_str_make(text, len), &t, NULL),
    CARTO_OK);
  CHECK_UINT(t.row_count, rows + 1);
  CHECK_UINT(carto_column_string(&t.columns[0], rows).len, (size_t)20 << 20);
  carto_table_free(&t);
  CHECK_UINT(m.live_count, 0);
  free(text);
}

/* A document that ends just behind the feature that fills the sample is cut off all the same. */
static void test_cut_at_the_sample(void) {
  static const char *const tails[] = {",\n", "\n", "]\n", "", ","};
  static const char feature[] = "{\"type\":\"Feature\",\"properties\":{\"a\":1},\"geometry\":null}";
  const size_t sample = (size_t)1 << 18, step = sizeof feature + 1;
  char *text = (char *)malloc(2 * sample);
  for (size_t features = sample / step - 3; features < sample / step + 4; features++) {
    for (size_t k = 0; k < 5; k++) {
      carto_table table;
      int len = snprintf(text, 2 * sample, "{\"type\":\"FeatureCollection\",\"features\":[");
      for (size_t i = 0; i < features; i++)
        len += snprintf(text + len, 2 * sample - (size_t)len, "%s%s", i ? ",\n" : "", feature);
      len += snprintf(text + len, 2 * sample - (size_t)len, "%s", tails[k]);
      CHECK_INT(read_text(carto_table_read_geojson, carto_str_make(text, (size_t)len), &table, NULL),
                CARTO_ERR_SYNTAX);
    }
  }
  free(text);
}

/* A field over the limit is refused where it begins, quoted or not. */
static void test_field_limit(void) {
  const size_t len = CARTO_MCP_MAX_FIELD + 16;
  char *text = (char *)malloc(len);
  for (int quoted = 0; quoted < 2; quoted++) {
    carto_table table;
    carto_error error;
    memset(text, 'x', len);
    memcpy(text, quoted ? "a\n\"" : "a\n", quoted ? 3 : 2);
    memcpy(text + len - 2, "\"\n", 2);
    CHECK_INT(read_text(carto_table_read_csv, carto_str_make(text, len), &table, &error), CARTO_ERR_LIMIT);
    CHECK_UINT(error.line, 2);
    CHECK_UINT(error.offset, 2);
  }
  free(text);
}

static const test_case cases[] = {
  {"field_limit", test_field_limit},
  {"builder", test_builder},
  {"cut_at_the_sample", test_cut_at_the_sample},
  {"builder_many_rows", test_builder_many_rows},
  {"builder_errors", test_builder_errors},
  {"column_limits", test_column_limits},
  {"csv_shape", test_csv_shape},
  {"csv_types", test_csv_types},
  {"csv_dates", test_csv_dates},
  {"csv_cells", test_csv_cells},
  {"csv_points", test_csv_points},
  {"csv_errors", test_csv_errors},
  {"csv_late_text", test_csv_late_text},
  {"csv_long_field", test_csv_long_field},
  {"memory_is_tight", test_memory_is_tight},
  {"limits", test_limits},
  {"geojson_documents", test_geojson_documents},
  {"geojson_properties", test_geojson_properties},
  {"geojson_names", test_geojson_names},
  {"geojson_crs", test_geojson_crs},
  {"geojson_errors", test_geojson_errors},
  {"geojson_bad_geometries", test_geojson_bad_geometries},
  {"ndjson", test_ndjson},
  {"files", test_files},
  {"file_geometries", test_file_geometries},
  {"file_dates", test_file_dates},
  {"allocation_failures", test_allocation_failures},
  {"fixed_block", test_fixed_block},
  {"cut_and_damaged", test_cut_and_damaged},
  {"cancel_and_progress", test_cancel_and_progress},
  {"behind_the_sample", test_behind_the_sample},
  {"too_many_expected", test_too_many_expected},
};

TEST_MAIN(cases)
