/* >>rows: an answer read in pieces of any size is the same table, and has what carto_json_parse finds in it;
   types; what is refused, and where; limits; memory. */
#define CARTO_MCP_NO_SQL
#define CARTO_MCP_NO_MAP
#define CARTO_MCP_NO_CHART
#define CARTO_MCP_NO_WORKFLOW
#define CARTO_MCP_MAX_FIELD ((size_t)1 << 16)
#define CARTO_MCP__ASK_STEPS 64
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"

#include "rows_check.h"
#include "test.h"

#include <dirent.h>

static const carto_alloc libc_alloc = {NULL, NULL};

/* Rows of every kind of value, of types that change, of keys that come and go. */
static const char *const answers[] = {
  "{}",
  "{\"rows\":[]}",
  " { \"rows\" : [ ] , \"schema\" : [ ] } ",
  "{\"error\":\"no such table\",\"hint\":[1,{\"a\":null}]}",
  "{\"rows\":[{}]}",
  "{\"rows\":[{},{\"a\":1},{}]}",
  "{\"rows\":[{\"a\":1,\"b\":\"x\",\"c\":true,\"d\":null,\"e\":1.5},{\"a\":2,\"b\":\"y\",\"c\":false,\"d\":null,\"e\":-2}]}",
  "{\"ROWS\":[{\"A\":1}],\"SCHEMA\":[{\"NAME\":\"A\",\"TYPE\":\"NUMBER\"}],\"META\":{\"cacheHit\":false}}",
  "{\"schema\":[{\"name\":\"b\",\"type\":\"string\"},{\"name\":\"a\",\"type\":\"number\"}],\"rows\":[{\"a\":1,\"b\":\"x\"}]}",
  "{\"rows\":[{\"quadbin\":5256683984082960383},{\"quadbin\":5256690581152727039}]}",
  "{\"rows\":[{\"a\":9223372036854775807},{\"a\":-9223372036854775808},{\"a\":0},{\"a\":-1}]}",
  "{\"rows\":[{\"a\":1},{\"a\":18446744073709551615},{\"a\":123456789012345678901234567890}]}",
  "{\"rows\":[{\"a\":1},{\"a\":2.5},{\"a\":1e3},{\"a\":-0.0},{\"a\":4.9e-324},{\"a\":1.7976931348623157e308}]}",
  "{\"rows\":[{\"a\":9007199254740993},{\"a\":0.5}]}",
  "{\"rows\":[{\"a\":1},{\"a\":\"x\"},{\"a\":true},{\"a\":[1, 2]},{\"a\":{\"k\" : 1}},{\"a\":1.50}]}",
  "{\"rows\":[{\"a\":true},{\"a\":\"x\"},{\"a\":false}]}",
  "{\"rows\":[{\"a\":1.25},{\"a\":\"x\"},{\"a\":-0.0},{\"a\":1e300}]}",
  "{\"rows\":[{\"a\":1.25},{\"a\":1e300},{\"a\":1152921504606846976},{\"a\":\"x\"}]}",
  "{\"rows\":[{\"t\":\"2024-02-29T23:59:59.999Z\"},{\"t\":null},{\"t\":\"1969-12-31T00:00:00.001Z\"}]}",
  "{\"rows\":[{\"t\":\"2024-02-29\"},{\"t\":\"0001-01-01\"},{\"t\":\"9999-12-31\"}]}",
  "{\"rows\":[{\"t\":\"2024-02-29 10:00:00+02:00\"},{\"t\":\"2024-02-29 00:00:00+02:00\"},{\"t\":\"x\"}]}",
  "{\"rows\":[{\"t\":\"2024-02-29 10:00\"},{\"t\":\"2024-02-30 10:00\"}]}",
  "{\"rows\":[{\"t\":\"2024-02-29 10:00:00.123456\"},{\"t\":\"2024-03-01T10:00:00Z\"},{\"t\":\"2024-03-01\"}]}",
  "{\"rows\":[{\"t\":\"2024-02-29 10:00:00.1234567\"},{\"t\":\"2024-03-01T10:00:00Z\"}]}",
  "{\"rows\":[{\"g\":{\"type\":\"Point\",\"coordinates\":[-3.7,40.4]}},{\"g\":null},{\"g\":{\"type\":\"Point\",\"coordinates\":[1,2]}}]}",
  "{\"rows\":[{\"g\":{\"type\":\"Point\",\"coordinates\":[1,2]}},{\"g\":{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0],[1,1],[0,0]]]}},"
  "{\"g\":{\"coordinates\":[3, 4],\"type\":\"Point\"}}]}",
  "{\"rows\":[{\"g\":{\"type\":\"Point\",\"coordinates\":[1,2]}},{\"g\":{\"type\":\"Thing\"}},{\"g\":3}]}",
  "{\"rows\":[{\"g\":\"POINT(1 2)\"},{\"g\":\"LINESTRING(0 0,1 1)\"}],\"schema\":[{\"name\":\"g\",\"type\":\"geometry\"}]}",
  "{\"rows\":[{\"g\":\"0101000000000000000000F03F0000000000000040\"},{\"g\":null}],\"schema\":[{\"name\":\"g\",\"type\":\"geometry\"}]}",
  "{\"rows\":[{\"h3\":\"8928308280fffff\"},{\"h3\":\"8928308280bffff\"},{\"h3\":null}],\"schema\":[{\"name\":\"h3\",\"type\":\"string\"}]}",
  "{\"rows\":[{\"h3\":\"8928308280fffff\"},{\"h3\":\"8928308280BFFFF\"}]}",
  "{\"rows\":[{\"h3\":\"8928308280fffff\"},{\"h3\":\"no cell\"}]}",
  "{\"rows\":[{\"id\":\"12\"},{\"id\":\"-3\"},{\"id\":\"9223372036854775807\"}],\"schema\":[{\"name\":\"id\",\"type\":\"bigint\"}]}",
  "{\"rows\":[{\"id\":\"12\"},{\"id\":\"1.5\"}],\"schema\":[{\"name\":\"id\",\"type\":\"number\"}]}",
  "{\"rows\":[{\"id\":\"12\"},{\"id\":\"x\"}],\"schema\":[{\"name\":\"id\",\"type\":\"number\"}]}",
  "{\"rows\":[{\"b\":\"TRUE\"},{\"b\":\"false\"},{}],\"schema\":[{\"name\":\"b\",\"type\":\"Boolean\"}]}",
  "{\"rows\":[{\"n\":{\"a\":[1,2,{\"b\":null}]}},{\"n\":[]},{\"n\":null}],\"schema\":[{\"name\":\"n\",\"type\":\"object\"}]}",
  "{\"rows\":[{\"a\":1,\"b\":2},{\"b\":3,\"a\":4},{\"c\":5,\"a\":6},{\"a\":7,\"c\":8,\"b\":9}]}",
  "{\"rows\":[{\"a\":1,\"a\":2},{\"a\":3,\"a\":null},{\"a\":null,\"a\":4},{\"a\":\"x\",\"a\":5}]}",
  "{\"rows\":[{\"a\":\"x\",\"a\":5},{\"a\":{\"type\":\"Point\",\"coordinates\":[1,2]},\"a\":6}]}",
  "{\"rows\":[{\"g\":{\"type\":\"LineString\",\"coordinates\":[[1,2],[3,4]]}},{\"g\":{\"type\":\"LineString\",\"coordinates\":[[1,2],[3,4]]},"
  "\"g\":null},{\"g\":{\"type\":\"Point\",\"coordinates\":[1,2]},\"g\":{\"type\":\"Point\",\"coordinates\":[3,4]}}]}",
  "{\"rows\":[{\"\\u0061\":1,\"b\\n\":2},{\"a\":3,\"b\\n\":4},{\"\\u0061\":5,\"b\\u000a\":6}]}",
  "{\"rows\":[{\"\xc3\xa9\":\"\xe2\x82\xac\xf0\x9f\x98\x80\",\"s\":\"\\u20ac\\ud83d\\ude00\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\"}]}",
  "{\"rows\" :\n [\n  { \"a\" : 1 ,\n \"b\" : \"x\" } ,\n  { \"a\" : 2 , \"b\" : null }\n ]\n , \"meta\" : { \"x\" : [ ] } }\n",
  "{\"rows\":[{\"a\": 1, \"b\": \"x\"}, {\"a\": 2, \"b\": \"y\"}], \"schema\": [{\"name\": \"a\", \"type\": \"number\"}]}",
  "{\"rows\":[{\"a\":1}],\"rows\":[{\"b\":2},{\"b\":3}]}",
  "{\"rows\":[{\"a\":1}],\"Rows\":null}",
  "{\"rows\":null,\"x\":1}",
  "{\"rows\":{\"a\":1}}",
  "{\"r\\u006fws\":[{\"a\":1}],\"other\\\"\":\"}]\\\\\"}",
  "{\"rows\":[],\"schema\":[{\"name\":\"a\",\"type\":\"number\"},{\"name\":\"b\",\"type\":\"bigint\"},{\"name\":\"c\",\"type\":\"string\"},"
  "{\"name\":\"d\",\"type\":\"boolean\"},{\"name\":\"e\",\"type\":\"timestamp\"},{\"name\":\"f\",\"type\":\"geometry\"},"
  "{\"name\":\"g\",\"type\":\"object\"},{\"name\":\"h\",\"type\":\"variant\"},{\"name\":\"i\",\"type\":\"unknown\"},{\"name\":\"a\",\"type\":\"string\"}]}",
  "{\"rows\":[{\"x\":1}],\"schema\":[{\"name\":\"y\",\"type\":\"number\"},{\"type\":\"number\"},7,{\"name\":\"X\",\"type\":3}]}",
  "{\"rows\":[{\"long_name_of_a_column_that_goes_on\":1,\"long_name_of_a_column_that_goes_up\":\"2\"},"
  "{\"long_name_of_a_column_that_goes_on\":3,\"long_name_of_a_column_that_goes_up\":\"4\"}]}",
  /* refused */
  "",
  " ",
  "[]",
  "7",
  "{",
  "{\"rows\"",
  "{\"rows\":",
  "{\"rows\":[",
  "{\"rows\":[{",
  "{\"rows\":[{\"a",
  "{\"rows\":[{\"a\"",
  "{\"rows\":[{\"a\":",
  "{\"rows\":[{\"a\":1",
  "{\"rows\":[{\"a\":1,",
  "{\"rows\":[{\"a\":1}",
  "{\"rows\":[{\"a\":1},",
  "{\"rows\":[{\"a\":1}]",
  "{\"rows\":[{\"a\":1}],",
  "{\"rows\":[{\"a\":\"x",
  "{\"rows\":[{\"a\":\"x\\",
  "{\"rows\":[{\"a\":\"x\\u12",
  "{\"rows\":[{\"a\":tru",
  "{\"rows\":[{\"a\":{\"b\":[1",
  "{\"rows\":[1]}",
  "{\"rows\":[null]}",
  "{\"rows\":[[]]}",
  "{\"rows\":[{\"a\":1}{\"a\":2}]}",
  "{\"rows\":[{\"a\":1},]}",
  "{\"rows\":[,{\"a\":1}]}",
  "{\"rows\":[{\"a\":1,}]}",
  "{\"rows\":[{,\"a\":1}]}",
  "{\"rows\":[{\"a\" 1}]}",
  "{\"rows\":[{\"a\":}]}",
  "{\"rows\":[{\"a\":1 2}]}",
  "{\"rows\":[{\"a\":1 \"b\":2}]}",
  "{\"rows\":[{\"a\":1]}",
  "{\"rows\":[{\"a\":[1}}]}",
  "{\"rows\":[{a:1}]}",
  "{\"rows\":[{\"a\":01}]}",
  "{\"rows\":[{\"a\":1.}]}",
  "{\"rows\":[{\"a\":.5}]}",
  "{\"rows\":[{\"a\":1e}]}",
  "{\"rows\":[{\"a\":+1}]}",
  "{\"rows\":[{\"a\":-}]}",
  "{\"rows\":[{\"a\":--1}]}",
  "{\"rows\":[{\"a\":NaN}]}",
  "{\"rows\":[{\"a\":nul}]}",
  "{\"rows\":[{\"a\":nulll}]}",
  "{\"rows\":[{\"a\":\"\\x\"}]}",
  "{\"rows\":[{\"a\":\"\\ud800\"}]}",
  "{\"rows\":[{\"a\":\"\xff\"}]}",
  "{\"rows\":[{\"a\":\"\xc3\"}]}",
  "{\"rows\":[{\"a\":\"\xed\xa0\x80\"}]}",
  "{\"rows\":[{\"a\":\"a\nb\"}]}",
  "{\"rows\":[{\"a\n\":1}]}",
  "{\"rows\":[{\"\":1}]}",
  "{\"rows\":[]} x",
  "{\"rows\":[]}}",
  "{\"rows\":[]]",
  "{\"a\":1,}",
  "{\"a\":1 \"b\":2}",
  "\xef\xbb\xbf{}",
};

/* In two pieces, cut everywhere, in pieces of one byte and of a few. */
static void test_splits(void) {
  carto_buf whole, part;
  rows_read r;
  carto_buf_init(&whole, libc_alloc, 0);
  carto_buf_init(&part, libc_alloc, 0);
  for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
    carto_str text = STR(answers[i]);
    const char *wrong;
    rows_open(&r, NULL, libc_alloc, 0, text, 0, text.len + 1);
    rows_dump(&r, &whole);
    wrong = rows_compare(&r, text);
    if (!test_report(!wrong, __FILE__, __LINE__, "as JSON reads it"))
      printf("  %s\n  %s\n  %.*s\n", answers[i], wrong, (int)whole.len, whole.ptr);
    rows_close(&r);
    for (size_t first = 0; first <= text.len; first++) {
      rows_open(&r, NULL, libc_alloc, 0, text, first, first ? text.len + 1 : 1);
      rows_dump(&r, &part);
      if (!test_report(carto_str_equal(carto_buf_str(&whole), carto_buf_str(&part)), __FILE__, __LINE__, "the same in pieces"))
        printf("  %s\n  cut at %zu\n  whole %.*s\n  part  %.*s\n", answers[i], first, (int)whole.len, whole.ptr, (int)part.len,
               part.ptr);
      rows_close(&r);
    }
  }
  carto_buf_free(&whole);
  carto_buf_free(&part);
}

/* Between many rows, where the fast way is taken, and with any size of pieces. */
static void test_long(void) {
  for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
    static const size_t steps[] = {1, 2, 3, 7, 16, 61, 64, 97, 128, 256, 1000};
    carto_str one = STR(answers[i]), text;
    const char *from = strchr(answers[i], '['), *to = strrchr(answers[i], ']');
    carto_buf many, whole, part;
    rows_read r;
    const char *wrong;
    if (!from || !to || strncmp(answers[i], "{\"rows\":[{\"", 11) != 0) continue;
    while (to > from && to[-1] != '}') to--;
    for (const char *p = from; p < to && (p = strstr(p, "],\"")) != NULL; p++) to = p;
    carto_buf_init(&many, libc_alloc, 0);
    carto_buf_init(&whole, libc_alloc, 0);
    carto_buf_init(&part, libc_alloc, 0);
    carto_buf_append(&many, answers[i], (size_t)(from + 1 - answers[i]));
    for (int k = 0; k < 5; k++) {
      carto_buf_append(&many, from + 1, (size_t)(to - from - 1));
      carto_buf_append(&many, k % 2 ? ", " : ",\n", 2);
    }
    carto_buf_append(&many, from + 1, one.len - (size_t)(from + 1 - answers[i]));
    text = carto_buf_str(&many);
    rows_open(&r, NULL, libc_alloc, 0, text, 0, text.len);
    rows_dump(&r, &whole);
    wrong = rows_compare(&r, text);
    if (!test_report(!wrong, __FILE__, __LINE__, "as JSON reads it")) printf("  %.*s\n  %s\n", (int)text.len, text.ptr, wrong);
    rows_close(&r);
    for (size_t k = 0; k < sizeof steps / sizeof *steps; k++) {
      rows_open(&r, NULL, libc_alloc, 0, text, 0, steps[k]);
      rows_dump(&r, &part);
      if (!test_report(carto_str_equal(carto_buf_str(&whole), carto_buf_str(&part)), __FILE__, __LINE__, "the same in pieces"))
        printf("  pieces of %zu\n  whole %.*s\n  part  %.*s\n", steps[k], (int)whole.len, whole.ptr, (int)part.len, part.ptr);
      rows_close(&r);
    }
    carto_buf_free(&many);
    carto_buf_free(&whole);
    carto_buf_free(&part);
  }
}

/* What comes of an answer: by hand, from the rules of the local readers and the schema. */
static void test_tables(void) {
  static const struct {
    const char *text, *want;
  } rows[] = {
    {"{}", "rows 0 0 0 {}"},
    {"{\"error\":\"x\"}", "rows 0 0 0 {\"error\":\"x\"}"},
    {"{\"rows\":[],\"meta\":1}", "rows 1 0 0 {\"meta\":1}"},
    {"{ \"rows\" : [ ] , \"meta\" : { \"a\" : 1 } , \"b\" :\n[ ] }", "rows 1 0 0 {\"meta\" :{ \"a\" : 1 },\"b\" :[ ]}"},
    {"{\"rows\":[{\"a\":1},{\"a\":null},{}]}", "rows 1 3 3 {}\na 1 0 2: 1,null,null"},
    {"{\"rows\":[{\"a\":1},{\"a\":1.5}]}", "rows 1 2 2 {}\na 0 0 0: 1,1.5"},
    {"{\"rows\":[{\"a\":9007199254740993},{\"a\":1.5}]}", "rows 1 2 2 {}\na 2 0 0: \"9007199254740993\",\"1.5\""},
    {"{\"rows\":[{\"a\":18446744073709551615}]}", "rows 1 1 1 {}\na 2 0 0: \"18446744073709551615\""},
    {"{\"rows\":[{\"a\":1e400}]}", "rows 1 1 1 {}\na 2 0 0: \"1e400\""},
    {"{\"rows\":[{\"quadbin\":5256683984082960383}],\"schema\":[{\"name\":\"quadbin\",\"type\":\"number\"}]}",
     "rows 1 1 1 {\"schema\":[{\"name\":\"quadbin\",\"type\":\"number\"}]}\nquadbin 7 0 0: 5256683984082960383"},
    {"{\"rows\":[{\"h3\":\"8928308280fffff\"}],\"schema\":[{\"name\":\"h3\",\"type\":\"string\"}]}",
     "rows 1 1 1 {\"schema\":[{\"name\":\"h3\",\"type\":\"string\"}]}\nh3 6 text 0 0: \"8928308280fffff\""},
    {"{\"rows\":[{\"id\":\"8928308280fffff\"}]}", "rows 1 1 1 {}\nid 2 0 0: \"8928308280fffff\""},
    {"{\"rows\":[{\"a\":\"2024-01-02\"}]}", "rows 1 1 1 {}\na 4 days 0 0: \"2024-01-02\""},
    {"{\"rows\":[{\"a\":\"2024-01-02\"}],\"schema\":[{\"name\":\"a\",\"type\":\"string\"}]}",
     "rows 1 1 1 {\"schema\":[{\"name\":\"a\",\"type\":\"string\"}]}\na 2 0 0: \"2024-01-02\""},
    {"{\"rows\":[{\"a\":\"2024-01-02 10:30+02\"},{\"a\":\"2024-01-02 08:30Z\"}]}",
     "rows 1 2 2 {}\na 4 0 0: \"2024-01-02T08:30:00.000Z\",\"2024-01-02T08:30:00.000Z\""},
    {"{\"rows\":[{\"a\":\"2024-01-02\"},{\"a\":\"2024-01-02 10:00\"},{\"a\":\"never\"}]}",
     "rows 1 3 3 {}\na 2 0 0: \"2024-01-02\",\"2024-01-02 10:00\",\"never\""},
    {"{\"rows\":[{\"a\":\"x\"},{\"a\":\"2024-01-02\"}],\"schema\":[{\"name\":\"a\",\"type\":\"timestamp\"}]}",
     "rows 1 2 2 {\"schema\":[{\"name\":\"a\",\"type\":\"timestamp\"}]}\na 2 0 0: \"x\",\"2024-01-02\""},
    {"{\"rows\":[{\"b\":1,\"a\":2}],\"schema\":[{\"name\":\"a\",\"type\":\"NUMBER\"},{\"name\":\"c\",\"type\":\"Boolean\"}]}",
     "rows 1 1 1 {\"schema\":[{\"name\":\"a\",\"type\":\"NUMBER\"},{\"name\":\"c\",\"type\":\"Boolean\"}]}\na 1 0 0: 2\nc 3 0 1: "
     "null\nb 1 0 0: 1"},
    {"{\"rows\":[{\"n\":{\"a\" : [1, 2.50]}},{\"n\":null}]}", "rows 1 2 2 {}\nn 2 json 0 1: {\"a\":[1,2.50]},null"},
    {"{\"rows\":[{\"n\":[1]},{\"n\":\"x\"}]}", "rows 1 2 2 {}\nn 2 0 0: \"[1]\",\"x\""},
    {"{\"rows\":[{\"g\":{\"type\":\"Point\",\"coordinates\":[1,2]}}]}",
     "rows 1 1 1 {}\ng 5 2 0: {\"type\":\"Point\",\"coordinates\":[1,2]}"},
    {"{\"rows\":[{\"g\":\"POINT(1 2)\"}],\"schema\":[{\"name\":\"g\",\"type\":\"geometry\"}]}",
     "rows 1 1 1 {\"schema\":[{\"name\":\"g\",\"type\":\"geometry\"}]}\ng 5 2 0: {\"type\":\"Point\",\"coordinates\":[1,2]}"},
    {"{\"rows\":[{\"g\":\"POINT(1 2)\"}],\"schema\":[{\"name\":\"g\",\"type\":\"string\"}]}",
     "rows 1 1 1 {\"schema\":[{\"name\":\"g\",\"type\":\"string\"}]}\ng 2 0 0: \"POINT(1 2)\""},
    {"{\"rows\":[{\"a\":1}],\"rows\":[{\"b\":\"x\"}]}", "rows 1 1 1 {}\nb 2 0 0: \"x\""},
    {"{\"rows\":[{\"a\":1}],\"rows\":null}", "rows 0 0 0 {\"rows\":null}"},
  };
  carto_buf out;
  rows_read r;
  carto_buf_init(&out, libc_alloc, 0);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    rows_open(&r, NULL, libc_alloc, 0, STR(rows[i].text), 0, 1000);
    rows_dump(&r, &out);
    CHECK_STR(carto_buf_str(&out), rows[i].want);
    rows_close(&r);
  }
  carto_buf_free(&out);
}

static carto_str wrap(carto_buf *out, const char *before, carto_str text, const char *behind) {
  carto_buf_clear(out);
  carto_buf_append_text(out, before);
  carto_buf_append_str(out, text);
  carto_buf_append_text(out, behind);
  return carto_buf_str(out);
}

/* The JSON corpus, each text as a value of a row and beside the rows: judged alike, at the same byte. */
static void test_corpus(void) {
  static const char dir[] = "tests/corpora/json/JSONTestSuite/test_parsing";
  static const char *const around[][2] = {
    {"{\"rows\":[{\"a\":", "}],\"z\":1}"}, {"{\"z\":", ",\"rows\":[]}"}, {"{\"rows\":[{\"b\":1,\"a\":2},{\"b\":3,\"a\":", ",\"c\":4}]}"}};
  DIR *d = opendir(dir);
  struct dirent *entry;
  carto_buf out;
  int count = 0;
  carto_buf_init(&out, libc_alloc, 0);
  while (d && (entry = readdir(d)) != NULL) {
    char path[600];
    size_t len;
    char *text;
    if (entry->d_name[0] == '.') continue;
    snprintf(path, sizeof path, "%s/%s", dir, entry->d_name);
    text = test_read_file(path, &len);
    for (size_t k = 0; len < 60000 && k < sizeof around / sizeof *around; k++) {
      static const size_t steps[] = {1, 5, 100000};
      carto_str all = wrap(&out, around[k][0], carto_str_make(text, len), around[k][1]);
      carto_arena arena = test_arena();
      carto_json_doc doc;
      carto_error error;
      carto_status status;
      memset(&error, 0, sizeof error);
      status = carto_json_parse(&arena, all, &doc, &error);
      for (size_t s = 0; s < 3; s++) {
        rows_read r;
        rows_open(&r, NULL, libc_alloc, 0, all, 0, steps[s]);
        int row_rule = r.status == CARTO_ERR_SYNTAX && r.error.offset < error.offset && test_contains(STR(r.error.text), "a row (an object)");
        if (!test_report((r.status == status && r.error.offset == error.offset) || row_rule, __FILE__, __LINE__, "judged alike"))
          printf("  %s, %s..., pieces of %zu\n  got  %d at %zu: %s\n  want %d at %zu: %s\n", entry->d_name, around[k][0],
                 steps[s], r.status, r.error.offset, r.error.text, status, error.offset, error.text);
        if (status == CARTO_OK) {
          const char *wrong = rows_compare(&r, all);
          if (!test_report(!wrong, __FILE__, __LINE__, "as JSON reads it")) printf("  %s: %s\n", entry->d_name, wrong);
        }
        rows_close(&r);
      }
      carto_arena_free(&arena);
      count++;
    }
    free(text);
  }
  if (d) closedir(d);
  carto_buf_free(&out);
  CHECK(count > 900);
}

static void test_depth(void) {
  for (int levels = CARTO_MCP_MAX_DEPTH - 4; levels <= CARTO_MCP_MAX_DEPTH; levels++) {
    char text[300];
    rows_read r;
    size_t n = (size_t)levels;
    memset(text, '[', n);
    memset(text + n, ']', n);
    for (int k = 0; k < 2; k++) {
      carto_buf out;
      carto_arena arena = test_arena();
      carto_json_doc doc;
      carto_str all;
      carto_error error;
      carto_buf_init(&out, libc_alloc, 0);
      all = wrap(&out, k ? "{\"rows\":[{\"a\":" : "{\"z\":", carto_str_make(text, 2 * n), k ? "}]}" : "}");
      memset(&error, 0, sizeof error);
      for (size_t step = 1; step < 400; step += 130) {
        rows_open(&r, NULL, libc_alloc, 0, all, 0, step);
        CHECK_INT(r.status, carto_json_parse(&arena, all, &doc, &error));
        CHECK_UINT(r.error.offset, error.offset);
        rows_close(&r);
      }
      carto_arena_free(&arena);
      carto_buf_free(&out);
    }
  }
}

/* ---- limits */

static void test_limits(void) {
  size_t n = (size_t)5 << 20;
  char *text = (char *)malloc(n + 200), name[400];
  carto_buf out;
  rows_read r;
  if (!text) exit(2);
  carto_buf_init(&out, libc_alloc, 0);
  memset(text, 'x', n);
  /* a value that does not end */
  rows_open(&r, NULL, libc_alloc, 0, wrap(&out, "{\"rows\":[{\"a\":\"", carto_str_make(text, 100000), "\"}]}"), 0, 1000);
  CHECK_INT(r.status, CARTO_ERR_LIMIT);
  CHECK_CONTAINS(STR(r.error.text), "CARTO_MCP_MAX_FIELD");
  rows_close(&r);
  rows_open(&r, NULL, libc_alloc, 0, wrap(&out, "{\"rows\":[{\"a\":\"", carto_str_make(text, 60000), "\"}]}"), 0, 1000);
  CHECK_INT(r.status, CARTO_OK);
  CHECK(r.rows.held.cap <= 1 << 17);
  rows_close(&r);
  /* the rest */
  rows_open(&r, NULL, libc_alloc, 0, wrap(&out, "{\"z\":\"", carto_str_make(text, n), "\"}"), 0, n + 100);
  CHECK_INT(r.status, CARTO_ERR_LIMIT);
  CHECK_CONTAINS(STR(r.error.text), "beside its rows");
  rows_close(&r);
  /* names */
  rows_open(&r, NULL, libc_alloc, 0, wrap(&out, "{\"rows\":[{\"", carto_str_make(text, 256), "\":1}]}"), 0, 1000);
  CHECK_INT(r.status, CARTO_ERR_LIMIT);
  CHECK_CONTAINS(STR(r.error.text), "too long");
  rows_close(&r);
  rows_open(&r, NULL, libc_alloc, 0, wrap(&out, "{\"rows\":[{\"", carto_str_make(text, 255), "\":1}]}"), 0, 1000);
  CHECK_INT(r.status, CARTO_OK);
  rows_close(&r);
  /* columns */
  for (size_t most = CARTO_MCP_MAX_COLUMNS; most <= CARTO_MCP_MAX_COLUMNS + 1; most++) {
    carto_buf_clear(&out);
    carto_buf_append_text(&out, "{\"rows\":[{");
    for (size_t i = 0; i < most; i++) {
      snprintf(name, sizeof name, "%s\"c%zu\":%zu", i ? "," : "", i, i);
      carto_buf_append_text(&out, name);
    }
    carto_buf_append_text(&out, "}]}");
    rows_open(&r, NULL, libc_alloc, 0, carto_buf_str(&out), 0, 777);
    CHECK_INT(r.status, most == CARTO_MCP_MAX_COLUMNS ? CARTO_OK : CARTO_ERR_LIMIT);
    rows_close(&r);
  }
  /* what the table may take */
  carto_buf_clear(&out);
  carto_buf_append_text(&out, "{\"rows\":[{\"a\":1}");
  for (int i = 0; i < 20000; i++) carto_buf_append_text(&out, ",{\"a\":1}");
  carto_buf_append_text(&out, "]}");
  rows_open(&r, NULL, libc_alloc, 100000, carto_buf_str(&out), 0, 777);
  CHECK_INT(r.status, CARTO_ERR_LIMIT);
  CHECK_CONTAINS(STR(r.error.text), "more memory than it may");
  CHECK(r.rows.live_bytes <= 100000);
  rows_close(&r);
  rows_open(&r, NULL, libc_alloc, 400000, carto_buf_str(&out), 0, 777);
  CHECK_INT(r.status, CARTO_OK);
  CHECK_UINT(r.table.row_count, 20001);
  rows_close(&r);
  carto_buf_free(&out);
  free(text);
}

/* A table and little more, while much more text goes by. */
static void test_streamed(void) {
  test_memory memory;
  carto__rows rows;
  carto_table table;
  carto_error error;
  char piece[20000], row[200];
  size_t used = 0, fed = 0;
  carto__rows_init(&rows, NULL, test_alloc(&memory), 0);
  used = (size_t)snprintf(piece, sizeof piece, "{\"rows\":[");
  for (int i = 0; i < 100000; i++) {
    size_t n = (size_t)snprintf(row, sizeof row, "%s{\"some_long_name\":%d,\"another_long_name\":\"%s\",\"the_third_column\":%d.25}",
                                i ? "," : "", i, i % 3 ? "red" : "blue", i);
    if (used + n > 16384) {
      CHECK_INT(carto__rows_feed(&rows, carto_str_make(piece, used), &error), CARTO_OK);
      fed += used;
      used = 0;
    }
    memcpy(piece + used, row, n);
    used += n;
  }
  memcpy(piece + used, "]}", 2);
  CHECK_INT(carto__rows_feed(&rows, carto_str_make(piece, used + 2), &error), CARTO_OK);
  CHECK_INT(carto__rows_end(&rows, &table, &error), CARTO_OK);
  CHECK_UINT(table.row_count, 100000);
  CHECK(fed > 7000000);
  CHECK(table.memory_bytes < 2100000);
  CHECK(memory.peak_bytes < 2 * table.memory_bytes + 100000);
  carto__rows_free(&rows);
  CHECK_UINT(memory.live_bytes, table.memory_bytes);
  carto_table_free(&table);
  CHECK_UINT(memory.live_bytes, 0);
}

static size_t memory_at;

static int memory_body(carto_alloc alloc) {
  rows_read r;
  int done;
  carto_arena arena;
  rows_open(&r, NULL, alloc, 0, STR(answers[memory_at]), 0, 13);
  done = r.status != CARTO_ERR_NOMEM;
  if (!done) CHECK(!r.table.columns && r.error.text[0]);
  (void)arena;
  rows_close(&r);
  return done;
}

static void test_every_failure(void) {
  for (memory_at = 0; memory_at < sizeof answers / sizeof *answers; memory_at++)
    test_every_allocation(memory_body, 400);
}

/* ---- asked whether to go on */

static int asked, asked_until;

static bool go_on(void *user) {
  (void)user;
  return ++asked < asked_until;
}

static void test_cancel(void) {
  carto_call call;
  memset(&call, 0, sizeof call);
  call.checkpoint = go_on;
  for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
    carto_buf whole, part;
    rows_read r;
    carto_buf_init(&whole, libc_alloc, 0);
    carto_buf_init(&part, libc_alloc, 0);
    rows_open(&r, NULL, libc_alloc, 0, STR(answers[i]), 0, 29);
    rows_dump(&r, &whole);
    rows_close(&r);
    for (asked_until = 1; asked_until < 1000; asked_until++) {
      asked = 0;
      rows_open(&r, &call, libc_alloc, 0, STR(answers[i]), 0, 29);
      rows_dump(&r, &part);
      if (asked < asked_until) {
        CHECK(carto_str_equal(carto_buf_str(&whole), carto_buf_str(&part)));
        rows_close(&r);
        break;
      }
      CHECK_INT(r.status, CARTO_ERR_CANCELLED);
      CHECK(r.table.columns == NULL);
      rows_close(&r);
    }
    CHECK(asked_until < 1000);
    carto_buf_free(&whole);
    carto_buf_free(&part);
  }
}

/* After a failure nothing more is taken, and freeing twice does no harm. */
static void test_after(void) {
  rows_read r;
  rows_open(&r, NULL, libc_alloc, 0, STR("{\"rows\":[{\"a\":x}]}"), 0, 100);
  CHECK_INT(r.status, CARTO_ERR_SYNTAX);
  CHECK_INT(carto__rows_feed(&r.rows, STR("{}"), &r.error), CARTO_ERR_SYNTAX);
  CHECK_INT(carto__rows_end(&r.rows, &r.table, &r.error), CARTO_ERR_SYNTAX);
  rows_close(&r);
  rows_close(&r);
}

/* Random rows against the second reading. */
static void random_value(carto_buf *out, int kind) {
  static const char *const texts[] = {"\"x\"", "\"red\"", "\"\"", "\"2024-01-02T03:04:05Z\"", "\"2023-12-31T23:59:59Z\"", "\"a\\tb\"",
                                      "\"\xc3\xa9\"", "{\"type\":\"Point\",\"coordinates\":[1.5,-2.25]}", "[1,[2]]", "{\"k\":{}}",
                                      "null", "true", "false", "-0", "0.1", "1e5", "12345678901234567890", "{\"type\":\"LineString\","
                                      "\"coordinates\":[[0,0],[1.125,7]]}"};
  char text[60];
  if (test_random(20) == 0) kind = (int)test_random(5);
  switch (kind) {
  case 0: snprintf(text, sizeof text, "%" PRId64, (int64_t)test_random_bits() >> test_random(64)); break;
  case 1: snprintf(text, sizeof text, "%.*g", (int)test_random(17) + 1, (double)(int64_t)test_random_bits() / 1e15); break;
  case 2: snprintf(text, sizeof text, "\"name %d\"", (int)test_random(30)); break;
  case 3: snprintf(text, sizeof text, "%s", test_random(2) ? "true" : "false"); break;
  default: snprintf(text, sizeof text, "%s", texts[test_random(sizeof texts / sizeof *texts)]); break;
  }
  if (strstr(text, "e+") || strstr(text, "inf")) snprintf(text, sizeof text, "7");
  carto_buf_append_text(out, text);
}

static void test_random_rows(void) {
  for (int round = 0; round < 400; round++) {
    carto_buf text, whole, part;
    rows_read r;
    const char *wrong;
    char key[40];
    int kinds[6], columns = 1 + (int)test_random(6), rows = (int)test_random(60);
    carto_buf_init(&text, libc_alloc, 0);
    carto_buf_init(&whole, libc_alloc, 0);
    carto_buf_init(&part, libc_alloc, 0);
    for (int c = 0; c < 6; c++) kinds[c] = (int)test_random(5);
    carto_buf_append_text(&text, "{\"rows\":[");
    for (int i = 0; i < rows; i++) {
      int count = 0;
      carto_buf_append_text(&text, i ? ",{" : "{");
      for (int c = 0; c < columns; c++) {
        if (test_random(12) == 0) continue;
        snprintf(key, sizeof key, "%s\"c%d\":%s", count++ ? "," : "", test_random(40) ? c : (int)test_random(7),
                 test_random(9) ? "" : " ");
        carto_buf_append_text(&text, key);
        random_value(&text, kinds[c]);
      }
      carto_buf_append_text(&text, "}");
    }
    carto_buf_append_text(&text, "]}");
    rows_open(&r, NULL, libc_alloc, 0, carto_buf_str(&text), 0, text.len);
    rows_dump(&r, &whole);
    wrong = r.status == CARTO_OK ? rows_compare(&r, carto_buf_str(&text)) : r.error.text;
    if (!test_report(!wrong, __FILE__, __LINE__, "as JSON reads it")) printf("  %.*s\n  %s\n", (int)text.len, text.ptr, wrong);
    rows_close(&r);
    rows_open(&r, NULL, libc_alloc, 0, carto_buf_str(&text), test_random(50), 1 + test_random(300));
    rows_dump(&r, &part);
    CHECK(carto_str_equal(carto_buf_str(&whole), carto_buf_str(&part)));
    rows_close(&r);
    carto_buf_free(&text);
    carto_buf_free(&whole);
    carto_buf_free(&part);
  }
}

static const test_case cases[] = {
  {"splits", test_splits}, {"long", test_long},     {"tables", test_tables},          {"corpus", test_corpus},
  {"depth", test_depth},   {"limits", test_limits}, {"memory", test_streamed},          {"failure", test_every_failure},
  {"cancel", test_cancel}, {"after", test_after},   {"random", test_random_rows},
};

TEST_MAIN(cases)
