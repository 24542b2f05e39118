/* Filters, areas, selections and widgets. Expected values come from ECMAScript (Number, localeCompare of a
   Node with ICU), from PostGIS's rules for what meets, and from plain loops written here; what the public
   client computes is in tests/corpora/widgets. */
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
#include "test.h"
#include "widget_case.h"

#include <math.h>

static carto_arena arena;
static carto_call call;

static void begin(carto_alloc alloc) {
  memset(&call, 0, sizeof call);
  carto_arena_init(&arena, alloc, 0);
  call.arena = &arena;
}

static void begin_libc(void) {
  carto_alloc libc = {NULL, NULL};
  begin(libc);
}

static void end(void) { carto_arena_free(&arena); }

static carto_json_doc parse(const char *text) {
  carto_json_doc doc;
  CHECK_INT(carto_json_parse(&arena, carto_str_from(text), &doc, NULL), CARTO_OK);
  return doc;
}

static carto_filters filters_of(const char *text) {
  carto_filters f;
  carto_json_doc doc = parse(text);
  CHECK_INT(carto_filters_read(&arena, doc.root, &f, NULL), CARTO_OK);
  return f;
}

/* ---- texts */

static void test_numbers(void) {
  static const struct {
    const char *text;
    double value;
  } good[] = {{"", 0}, {"  ", 0}, {" 57 ", 57}, {"\xc2\xa0" "7\xe2\x80\xa8", 7}, {"+5", 5}, {".5", .5}, {"-.5", -.5},
              {"5.", 5}, {"5.e1", 50}, {"-5.", -5}, {"1e3", 1000}, {"0x1F", 31}, {"0b101", 5}, {"0o17", 15},
              {"007", 7}, {"Infinity", HUGE_VAL}, {"-Infinity", -HUGE_VAL}, {"+.25e2", 25}};
  static const char *const bad[] = {"n/a", ".", "+", "-", "1_000", "1,5", "0x", "0xg", "--5", "+-5", "5e", "infinity",
                                    "1 2", "-0x10", ".e1", "5.5.", "e5"};
  for (size_t i = 0; i < sizeof good / sizeof *good; i++)
    CHECK_DOUBLE(carto__text_number(carto_str_from(good[i].text)), good[i].value);
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    double x = carto__text_number(carto_str_from(bad[i]));
    if (!CHECK(x != x)) printf("  %s\n", bad[i]);
  }
}

static void test_dates(void) {
  static const struct {
    const char *text;
    double ms;
  } good[] = {{"1970", 0}, {"2024-05", 1714521600000}, {"2024-05-05", 1714867200000},
              {"2024-03-31T23:30:00-02:00", 1711935000000}, {"2024-03-31 23:30", 1711927800000},
              {"1969-12-31T23:59:59.9995Z", -1}};
  static const char *const bad[] = {"", "not a date", "1714867200000", "202", "20240", "2024-13", "2024-02-30", "24-05-05"};
  double ms;
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    CHECK(carto__text_date(carto_str_from(good[i].text), &ms));
    CHECK_DOUBLE(ms, good[i].ms);
  }
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) CHECK(!carto__text_date(carto_str_from(bad[i]), &ms));
}

static int sign(int x) { return (x > 0) - (x < 0); }

/* What Node sorts with localeCompare(..., 'en'). */
static void test_collation(void) {
  static const char *const order[] = {
"\t", "\n", " ", "_", "-", ",", ";", ":", "!", "?", ".", "'", "\"", "(", ")", "[", "]", "{", "}", "@", "*",
    "/", "\\", "&", "#", "%", "`", "^", "+", "<", "=", ">", "|", "~", "$", "0", "1", "10", "9", "a", "A",
    "\xc3\xa1", "a b", "a-b", "ab", "Ab", "AB", "\xc3\xa1" "c", "b", "B", "e", "E", "\xc3\xa9", "\xc3\x89", "f",
    "n", "\xc3\xb1", "o", "\xc3\xb8", "p", "z", "\xce\xb1", "\xd1\x8f"};
  const size_t n = sizeof order / sizeof *order;
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < n; k++) {
      int got = sign(carto__collate(carto_str_from(order[i]), carto_str_from(order[k])));
      if (!CHECK(got == (i < k ? -1 : i > k))) printf("  %s %s\n", order[i], order[k]);
    }
}

/* A day is shown without its clock, whatever was in the room before. */
static void test_days(void) {
  for (int fill = 0; fill < 256; fill++) {
    carto__cell_room room;
    memset(&room, fill, sizeof room);
    CHECK_STR(carto__time_as_text(INT64_C(1709164800000000), true, &room), "2024-02-29");
    CHECK_STR(carto__time_as_text(INT64_C(1709164800000000), false, &room), "2024-02-29T00:00:00.000Z");
  }
}

static void test_units(void) {
  /* U+FF5E is one unit, U+1F600 begins with U+D83D */
  CHECK(carto__compare_units(carto_str_from("\xf0\x9f\x98\x80"), carto_str_from("\xef\xbd\x9e")) < 0);
  CHECK(carto__compare_units(carto_str_from("\xf0\x9f\x98\x80"), carto_str_from("\xe3\x81\x82")) > 0);
  CHECK(carto__compare_units(carto_str_from("Z"), carto_str_from("\xc3\xa9")) < 0);
  CHECK(carto__compare_units(carto_str_from("10"), carto_str_from("100")) < 0);
}

/* ---- filter sets */

static void check_filters(carto_filters f, const char *want) {
  carto_buf out;
  carto_json_writer writer;
  carto_buf_init(&out, carto_arena_allocator(&arena), 0);
  carto_json_writer_init(&writer, &out);
  carto_filters_write(f, &writer);
  CHECK_STR(carto_buf_str(&out), want);
}

static void test_filter_sets(void) {
  static const char text[] =
    "{\"a\":{\"in\":{\"values\":[1,\"x\",true,null],\"owner\":\"w1\"},\"between\":{\"values\":[[0,5],[null,1],[2]]}},"
    "\"b\":{},\"c\":{\"stringSearch\":{\"values\":[\"s\"],\"params\":{\"mustEnd\":true}}}}";
  carto_filters f, g, h;
  carto_filter one;
  begin_libc();
  f = filters_of(text);
  check_filters(f, text);
  CHECK_INT(carto_filters_copy(&arena, f, &g), CARTO_OK);
  CHECK(carto_filters_equal(f, g));
  check_filters(g, text);
  CHECK_INT(carto_filters_for(&arena, f, carto_str_from("w1"), &g), CARTO_OK);
  check_filters(g, "{\"a\":{\"between\":{\"values\":[[0,5],[null,1],[2]]}},"
                   "\"c\":{\"stringSearch\":{\"values\":[\"s\"],\"params\":{\"mustEnd\":true}}}}");
  CHECK(!carto_filters_equal(f, g));
  one = f.items[0];
  one.owner = carto_str_from("w2");
  one.value_count = 1;
  CHECK_INT(carto_filters_set(&arena, g, &one, &h, NULL), CARTO_OK);
  check_filters(h, "{\"a\":{\"between\":{\"values\":[[0,5],[null,1],[2]]},\"in\":{\"values\":[1],\"owner\":\"w2\"}},"
                   "\"c\":{\"stringSearch\":{\"values\":[\"s\"],\"params\":{\"mustEnd\":true}}}}");
  CHECK(carto_filters_find(h, carto_str_from("a"), CARTO_FILTER_IN) != NULL);
  CHECK(carto_filters_find(h, carto_str_from("b"), CARTO_FILTER_IN) == NULL);
  CHECK_INT(carto_filters_remove(&arena, h, carto_str_from("a"), carto_str_from("w2"), &g), CARTO_OK);
  CHECK(carto_filters_find(g, carto_str_from("a"), CARTO_FILTER_IN) == NULL);
  CHECK(carto_filters_find(g, carto_str_from("a"), CARTO_FILTER_BETWEEN) != NULL);
  CHECK_INT(carto_filters_remove(&arena, g, carto_str_from("a"), carto_str_from(""), &h), CARTO_OK);
  check_filters(h, "{\"c\":{\"stringSearch\":{\"values\":[\"s\"],\"params\":{\"mustEnd\":true}}}}");
  end();
}

static void test_bad_filters(void) {
  static const struct {
    const char *text, *says;
  } cases[] = {{"[]", "an object of columns"},
               {"{\"a\":1}", "column \"a\""},
               {"{\"a\":{\"in\":{}}}", "filter \"in\" of column \"a\": expected a list of values"},
               {"{\"a\":{\"in\":{\"values\":[[1]]}}}", "expected texts, numbers, booleans or null"},
               {"{\"a\":{\"between\":{\"values\":[1]}}}", "expected intervals [low, high]"},
               {"{\"a\":{\"time\":{\"values\":[[1,2,3]]}}}", "expected intervals [low, high]"}};
  carto_error error;
  carto_filters f;
  begin_libc();
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    carto_json_doc doc = parse(cases[i].text);
    CHECK_INT(carto_filters_read(&arena, doc.root, &f, &error), CARTO_ERR_ARG);
    CHECK_CONTAINS(carto_str_from(error.text), cases[i].says);
    CHECK_UINT(f.count, 0);
  }
  end();
}

static void test_filter_limits(void) {
  carto_buf text;
  carto_json_doc doc;
  carto_filters f;
  carto_error error;
  begin_libc();
  carto_buf_init(&text, carto_arena_allocator(&arena), 0);
  carto_buf_append_text(&text, "{\"a\":{\"in\":{\"values\":[0");
  for (int i = 0; i < CARTO_MCP__FILTER_VALUES; i++) carto_buf_append_text(&text, ",1");
  carto_buf_append_text(&text, "]}}}");
  CHECK_INT(carto_json_parse(&arena, carto_buf_str(&text), &doc, NULL), CARTO_OK);
  CHECK_INT(carto_filters_read(&arena, doc.root, &f, &error), CARTO_ERR_LIMIT);
  CHECK_CONTAINS(carto_str_from(error.text), "20001 values; at most 20000");
  carto_buf_clear(&text);
  for (int i = 0; i <= CARTO_MCP__FILTERS; i++) {
    carto_buf_append_text(&text, i ? ",\"" : "{\"");
    carto_buf_append_int(&text, i);
    carto_buf_append_text(&text, "\":{}");
  }
  carto_buf_append_text(&text, "}");
  CHECK_INT(carto_json_parse(&arena, carto_buf_str(&text), &doc, NULL), CARTO_OK);
  CHECK_INT(carto_filters_read(&arena, doc.root, &f, &error), CARTO_ERR_LIMIT);
  CHECK_CONTAINS(carto_str_from(error.text), "1001 filters; at most 1000");
  end();
}

/* ---- typed columns */

static carto_table typed_table(void) {
  static const char csv[] =
    "id,day,at,flag,name,n\n"
    "1,2024-01-01,2024-01-01T10:00:00.000500Z,true,Sevilla,10\n"
    "2,2024-01-02,2024-01-01T10:00:00.001Z,false,S\xc3\xa9vill\xc3\xa0,20\n"
    "3,2024-02-29,2024-02-29T00:00:00Z,true,\"a.b(c)\",-5.5\n"
    "4,,,,,\n"
    "5,2023-12-31,1969-12-31T23:59:59Z,false,105,7\n";
  carto_table t;
  CHECK_INT(carto_table_read_csv(&call, carto_arena_allocator(&arena), carto_str_from("t"), carto_str_from(csv), &t,
                                 NULL), CARTO_OK);
  CHECK_INT(carto_table_find(&t, carto_str_from("at"))->type, CARTO_TYPE_TIMESTAMP);
  return t;
}

/* The rows that pass, as digits: "13" for the first and third. */
static void check_rows(const carto_table *t, const char *filters, const char *want) {
  carto_selection s;
  carto_geom none = {NULL, 0};
  carto_error error;
  char got[100] = "";
  if (carto_select(&call, carto_arena_allocator(&arena), t, filters_of(filters), none, &s, &error) != CARTO_OK) {
    printf("  %s: %s\n", filters, error.text);
    CHECK(0);
    return;
  }
  for (size_t i = 0; i < t->row_count; i++)
    if (carto__bit(s.rows, i)) sprintf(got + strlen(got), "%u", (unsigned)i + 1);
  if (!CHECK(strcmp(got, want) == 0)) printf("  %s: got %s, want %s\n", filters, got, want);
  CHECK_UINT(s.count, strlen(want));
}

static void test_typed_filters(void) {
  static const struct {
    const char *filters, *rows;
  } cases[] = {
    {"{\"id\":{\"in\":{\"values\":[1,3,\"5\"]}}}", "13"},
    {"{\"id\":{\"between\":{\"values\":[[4,null],[null,1]]}}}", "145"},
    {"{\"id\":{\"closed_open\":{\"values\":[[2,4]]}}}", "23"},
    {"{\"id\":{\"stringSearch\":{\"values\":[\"4\"]}}}", "4"},
    {"{\"n\":{\"between\":{\"values\":[[-5.5,10]]}}}", "135"},
    {"{\"n\":{\"closed_open\":{\"values\":[[-5.5,10]]}}}", "35"},
    {"{\"n\":{\"between\":{\"values\":[[0,8],[6,15],[19,21]]}}}", "125"},
    {"{\"n\":{\"between\":{\"values\":[[\"6\",\"15\"]]}}}", "15"},
    {"{\"n\":{\"between\":{\"values\":[[null,null]]}}}", "3"},
    {"{\"n\":{\"between\":{\"values\":[[15,6]]}}}", ""},
    {"{\"n\":{\"in\":{\"values\":[]}}}", ""},
    {"{\"n\":{}}", "1235"},
    {"{\"n\":{\"stringSearch\":{\"values\":[\"5.\"]}}}", "3"},
    {"{\"flag\":{\"in\":{\"values\":[true]}}}", "13"},
    {"{\"flag\":{\"in\":{\"values\":[1]}}}", ""},
    {"{\"flag\":{\"between\":{\"values\":[[0,0]]}}}", "25"},
    {"{\"flag\":{\"stringSearch\":{\"values\":[\"TR\"]}}}", "13"},
    {"{\"at\":{\"time\":{\"values\":[[1704103200000,1704103200000]]}}}", "1"},
    {"{\"at\":{\"time\":{\"values\":[[1704103200001,null]]}}}", "23"},
    {"{\"at\":{\"time\":{\"values\":[[\"2024-01-01\",null]]}}}", ""},
    {"{\"at\":{\"between\":{\"values\":[[\"2024-02-01\",null]]}}}", "3"},
    {"{\"day\":{\"in\":{\"values\":[\"2024-02-29\"]}}}", "3"},
    {"{\"day\":{\"time\":{\"values\":[[1704067200000,1704153600000]]}}}", "12"},
    {"{\"name\":{\"stringSearch\":{\"values\":[\"SEVILLA\"]}}}", "12"},
    {"{\"name\":{\"stringSearch\":{\"values\":[\"SEVILLA\"],\"params\":{\"keepSpecialCharacters\":true}}}}", "1"},
    {"{\"name\":{\"stringSearch\":{\"values\":[\"S\"],\"params\":{\"caseSensitive\":true}}}}", "12"},
    {"{\"name\":{\"stringSearch\":{\"values\":[\"b(\",\"05\"]}}}", "35"},
    {"{\"name\":{\"stringSearch\":{\"values\":[\"^s.v\",\"0+\"],\"params\":{\"useRegExp\":true}}}}", "125"},
    {"{\"name\":{\"stringSearch\":{\"values\":[\"e\",\"a\"],\"params\":{\"useRegExp\":true,\"mustStart\":true}}}}", "3"},
    {"{\"name\":{\"stringSearch\":{\"values\":[]}}}", "1235"},
    {"{\"name\":{\"between\":{\"values\":[[100,200]]}}}", "5"},
    {"{\"name\":{\"between\":{\"values\":[[\"1\",\"T\"]]}}}", "125"},
    {"{\"gone\":{\"in\":{\"values\":[1]}}}", ""},
    {"{\"id\":{\"in\":{\"values\":[1,2]}},\"flag\":{\"in\":{\"values\":[false]}}}", "2"},
  };
  carto_table t;
  carto_filters f;
  carto_selection s;
  carto_geom none = {NULL, 0};
  carto_error error;
  begin_libc();
  t = typed_table();
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) check_rows(&t, cases[i].filters, cases[i].rows);
  f = filters_of("{\"id\":{\"in\":{\"values\":[1]}},\"flag\":{\"in\":{\"values\":[false]}}}");
  f.any = true;
  CHECK_INT(carto_select(&call, carto_arena_allocator(&arena), &t, f, none, &s, NULL), CARTO_OK);
  CHECK_UINT(s.count, 3);
  f = filters_of("{\"name\":{\"time\":{\"values\":[[0,1]]}}}");
  CHECK_INT(carto_select(&call, carto_arena_allocator(&arena), &t, f, none, &s, &error), CARTO_ERR_ARG);
  CHECK_STR(carto_str_from(error.text), "Column used to filter by time isn't well formatted.");
  CHECK(s.rows == NULL);
  f = filters_of("{\"name\":{\"stringSearch\":{\"values\":[\"(\"],\"params\":{\"useRegExp\":true}}}}");
  CHECK_INT(carto_select(&call, carto_arena_allocator(&arena), &t, f, none, &s, &error), CARTO_ERR_ARG);
  CHECK_CONTAINS(carto_str_from(error.text), "of column \"name\": \"(\" as an expression");
  f = filters_of("{\"name\":{\"stringSearch\":{\"values\":[\"a\",\"b(?=c)\"],\"params\":{\"useRegExp\":true}}}}");
  CHECK_INT(carto_select(&call, carto_arena_allocator(&arena), &t, f, none, &s, &error), CARTO_ERR_UNSUPPORTED);
  CHECK_STR(carto_str_from(error.text), "filter \"stringSearch\" of column \"name\": \"b(?=c)\" as an expression: "
                                        "look-ahead is not supported");
  end();
}

/* ---- widgets over typed columns */

static carto_status read_into(const carto_table *t, const carto_selection *s, const char *model, const char *params,
                              carto_buf *out, carto_error *error) {
  carto_widget_spec spec;
  carto_widget_result result;
  carto_json_writer writer;
  carto_json_doc doc;
  carto_status status = carto_json_parse(call.arena, carto_str_from(params), &doc, error);
  if (status == CARTO_OK)
    status = carto_widget_read_spec(call.arena, carto_str_from(model), doc.root, &spec, error);
  if (status == CARTO_OK) status = carto_widget_read(&call, t, s, &spec, &result, error);
  if (status != CARTO_OK) return status;
  carto_json_writer_init(&writer, out);
  carto_widget_write(&result, &writer);
  return (carto_status)out->status;
}

static carto_selection all_rows(const carto_table *t) {
  carto_selection s;
  carto_geom none = {NULL, 0};
  carto_filters no_filters = {NULL, 0, false};
  CHECK_INT(carto_select(&call, carto_arena_allocator(&arena), t, no_filters, none, &s, NULL), CARTO_OK);
  CHECK(s.rows == NULL);
  return s;
}

static void check_widget(const carto_table *t, const char *model, const char *params, const char *want) {
  carto_selection s = all_rows(t);
  carto_buf out;
  carto_error error;
  carto_buf_init(&out, carto_arena_allocator(&arena), 0);
  if (read_into(t, &s, model, params, &out, &error) != CARTO_OK) CHECK_STR(carto_str_from(error.text), want);
  else CHECK_STR(carto_buf_str(&out), want);
}

static void test_typed_widgets(void) {
  static const char *const cases[][3] = {
    {"range", "{\"column\":\"day\"}", "{\"min\":\"2023-12-31\",\"max\":\"2024-02-29\"}"},
    {"range", "{\"column\":\"at\"}", "{\"min\":\"1969-12-31T23:59:59.000Z\",\"max\":\"2024-02-29T00:00:00.000Z\"}"},
    {"range", "{\"column\":\"id\"}", "{\"min\":1,\"max\":5}"},
    {"range", "{\"column\":\"name\"}", "{\"min\":null,\"max\":null}"},
    {"formula", "{\"column\":\"flag\",\"operation\":\"sum\"}", "{\"value\":2}"},
    {"formula", "{\"column\":\"n\",\"operation\":\"average\"}", "{\"value\":7.875}"},
    {"formula", "{\"column\":\"*\",\"operation\":\"sum\"}", "InvalidColumnError: Missing column(s): *"},
    {"formula", "{\"operation\":\"median\"}", "operation: expected count, sum, avg, min or max"},
    {"formula", "{\"column\":[\"n\",\"id\"],\"operation\":\"sum\"}", "undefined isn't a valid aggregation function"},
    {"formula", "{\"column\":[\"gone\",\"lost\",\"gone\"],\"joinOperation\":\"sum\",\"operation\":\"sum\"}",
     "InvalidColumnError: Missing column(s): gone, lost"},
    {"categories", "{\"column\":\"flag\"}",
     "[{\"name\":false,\"value\":2},{\"name\":true,\"value\":2},{\"name\":null,\"value\":1}]"},
    {"categories", "{\"column\":\"day\",\"operation\":\"max\",\"operationColumn\":\"n\",\"orderBy\":\"alphabetical_asc\"}",
     "[{\"name\":\"2023-12-31\",\"value\":7},{\"name\":\"2024-01-01\",\"value\":10},{\"name\":\"2024-01-02\",\"value\":20},"
     "{\"name\":\"2024-02-29\",\"value\":-5.5},{\"name\":null,\"value\":null}]"},
    {"category", "{\"column\":\"id\",\"operation\":\"sum\",\"limit\":2}",
     "[{\"name\":5,\"value\":5},{\"name\":4,\"value\":4}]"},
    {"categories", "{\"column\":\"id\",\"operation\":\"avg\",\"othersThreshold\":2}",
     "[{\"name\":5,\"value\":5},{\"name\":4,\"value\":4},{\"name\":3,\"value\":3},{\"name\":2,\"value\":2},"
     "{\"name\":1,\"value\":1},{\"name\":\"_carto_others\",\"value\":2}]"},
    {"histogram", "{\"column\":\"id\",\"ticks\":[2,4]}", "[1,2,2]"},
    {"histogram", "{\"column\":\"id\",\"ticks\":[4,2]}", "[3,0,2]"},
    {"histogram", "{\"column\":\"id\",\"ticks\":[3,3,4],\"operation\":\"min\"}", "[1,0,3,4]"},
    {"histogram", "{\"column\":\"id\",\"ticks\":\"4\"}", "ticks: expected a list of numbers"},
    {"timeSeries", "{\"column\":\"day\",\"stepSize\":\"month\",\"operation\":\"sum\",\"operationColumn\":\"n\"}",
     "{\"rows\":[{\"name\":0,\"value\":0},{\"name\":1701388800000,\"value\":7},{\"name\":1704067200000,\"value\":30},"
     "{\"name\":1706745600000,\"value\":-5.5}]}"},
    {"timeseries", "{\"column\":\"at\",\"stepSize\":\"year\",\"timeRange\":[0,1704103200]}",
     "{\"rows\":[{\"name\":0,\"value\":0},{\"name\":1704067200000,\"value\":1}]}"},
    {"timeSeries",
     "{\"column\":\"day\",\"stepSize\":\"year\",\"timeRange\":[1,2000000000],\"series\":[{\"operation\":\"count\"},"
     "{\"operation\":\"sum\",\"operationColumn\":\"n\"},{\"operation\":\"max\",\"operationColumn\":\"n\"}]}",
     "{\"rows\":[{\"name\":1672531200000,\"value\":1,\"category\":\"count of records\"},"
     "{\"name\":1672531200000,\"value\":7,\"category\":\"sum of n\"},"
     "{\"name\":1672531200000,\"value\":7,\"category\":\"max of n\"},"
     "{\"name\":1704067200000,\"value\":3,\"category\":\"count of records\"},"
     "{\"name\":1704067200000,\"value\":24.5,\"category\":\"sum of n\"},"
     "{\"name\":1704067200000,\"value\":20,\"category\":\"max of n\"}],"
     "\"categories\":[\"count of records\",\"sum of n\",\"max of n\"]}"},
    {"scatterplot", "{\"xAxisColumn\":\"id\",\"yAxisColumn\":\"n\"}", "[[1,10],[2,20],[3,-5.5],[5,7]]"},
    {"table", "{\"columns\":[\"id\",\"at\"],\"sortBy\":\"n\",\"sortByColumnType\":\"number\",\"sortDirection\":\"desc\","
              "\"offset\":1,\"limit\":2}",
     "{\"rows\":[{\"id\":1,\"at\":\"2024-01-01T10:00:00.000500Z\"},{\"id\":5,\"at\":\"1969-12-31T23:59:59.000Z\"}],"
     "\"totalCount\":5}"},
    {"table", "{\"columns\":[\"id\"],\"searchFilterColumn\":\"name\",\"searchFilterText\":\"SEV\"}",
     "{\"rows\":[{\"id\":1}],\"totalCount\":1}"},
    {"table", "{\"columns\":[\"id\"],\"sortDirection\":\"up\"}", "sortDirection: expected asc or desc"},
    {"aggregations", "{\"aggregations\":[{\"column\":\"n\",\"operation\":\"sum\",\"alias\":\"A\"},"
                     "{\"column\":\"n\",\"operation\":\"min\",\"alias\":\"a\"}]}", "Duplicate alias: a"},
    {"heatmap", "{}", "there is no widget model \"heatmap\"; there are formula, categories, histogram, range, "
                      "scatter, table, timeSeries and aggregations"},
  };
  carto_table t;
  begin_libc();
  t = typed_table();
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    check_widget(&t, cases[i][0], cases[i][1], cases[i][2]);
  end();
}

static void test_ticks(void) {
  double ticks[3];
  carto_widget_ticks(-10, 10, 4, ticks);
  CHECK_DOUBLE(ticks[0], -5);
  CHECK_DOUBLE(ticks[1], 0);
  CHECK_DOUBLE(ticks[2], 5);
}

/* ---- areas */

static carto_geom geom_of(const char *wkt) {
  carto_geom g;
  CHECK_INT(carto_geom_from_wkt(&arena, carto_str_from(wkt), &g, NULL), CARTO_OK);
  return g;
}

static void check_wkt(carto_geom g, const char *want) {
  carto_buf out;
  carto_buf_init(&out, carto_arena_allocator(&arena), 0);
  carto_geom_to_wkt(g, &out);
  CHECK_STR(carto_buf_str(&out), want);
}

static void test_areas(void) {
  carto_geom area;
  carto_error error;
  carto_box box = {170, -10, 200, 10};
  begin_libc();
  CHECK_INT(carto_area_of_view(&arena, box, &area, NULL), CARTO_OK);
  CHECK_INT(carto_geom_type_of(area), CARTO_GEOM_MULTIPOLYGON);
  CHECK_DOUBLE(carto__geom_measure(area, CARTO__MEASURE_AREA, true, NULL), 600);
  box.xmin = -560, box.xmax = -530; /* -200 to -170, moved twice */
  CHECK_INT(carto_area_of_view(&arena, box, &area, NULL), CARTO_OK);
  CHECK_DOUBLE(carto__geom_measure(area, CARTO__MEASURE_AREA, true, NULL), 600);
  box.xmin = 10, box.xmax = 5;
  CHECK_INT(carto_area_of_view(&arena, box, &area, &error), CARTO_ERR_ARG);
  CHECK_INT(carto_area_of_geom(&arena, geom_of("POINT(1 2)"), &area, &error), CARTO_ERR_ARG);
  CHECK_INT(carto_area_of_geom(&arena, geom_of("POLYGON EMPTY"), &area, &error), CARTO_ERR_ARG);
  CHECK_INT(carto_area_of_geom(&arena, geom_of("POLYGON((0 0,4000 0,4000 1,0 0))"), &area, &error), CARTO_ERR_ARG);
  CHECK_CONTAINS(carto_str_from(error.text), "times round the world");
  CHECK_INT(carto_area_of_geom(&arena, geom_of("POLYGON((0 91,1 91,1 92,0 91))"), &area, &error), CARTO_ERR_ARG);
  CHECK_INT(carto_area_of_geom(&arena, geom_of("POLYGON((0 80,2 80,2 100,0 100,0 80))"), &area, NULL), CARTO_OK);
  CHECK_DOUBLE(carto__geom_measure(area, CARTO__MEASURE_AREA, true, NULL), 20);
  CHECK_DOUBLE(carto_geom_box(area).ymax, 90);
  CHECK_INT(carto_area_of_geom(&arena, geom_of("POLYGON((0 0,1 0,1 1,0 0))"), &area, NULL), CARTO_OK);
  check_wkt(area, "POLYGON((0 0,1 0,1 1,0 0))");
  /* a hole across the line is in both parts */
  CHECK_INT(carto_area_of_geom(&arena, geom_of("POLYGON((170 0,190 0,190 10,170 10,170 0),(175 2,185 2,185 4,175 4,175 2))"),
                               &area, NULL), CARTO_OK);
  CHECK_DOUBLE(carto__geom_measure(area, CARTO__MEASURE_AREA, true, NULL), 180);
  end();
}

static const char *const shapes[] = {
  "POINT(0 0)", "POINT(5 5)", "POINT(10 10)", "POINT(10.5 5)", "POINT(4 4)", "MULTIPOINT((20 20),(1 1))",
  "LINESTRING(-5 5,-1 5)", "LINESTRING(-5 5,0 5)", "LINESTRING(4.5 4.5,5.5 5.5)", "LINESTRING(-5 -5,20 20)",
  "POLYGON((-20 -20,30 -20,30 30,-20 30,-20 -20))", "POLYGON((4.2 4.2,5.8 4.2,5.8 5.8,4.2 5.8,4.2 4.2))",
  "POLYGON((10 0,20 0,20 10,10 10,10 0))", "POLYGON((11 0,20 0,20 10,11 10,11 0))", NULL};
/* PostGIS's ST_Intersects with POLYGON((0 0,10 0,10 10,0 10,0 0),(4 4,6 4,6 6,4 6,4 4)) */
static const char meets[] = "10101101011010";

static carto_table shapes_table(void) {
  carto_table_builder b;
  carto_table t;
  carto_table_builder_init(&b, carto_arena_allocator(&arena), 0);
  carto_table_builder_add_column(&b, carto_str_from("geom"), CARTO_TYPE_GEOMETRY);
  for (size_t i = 0; shapes[i]; i++) {
    carto_table_builder_set_geom(&b, 0, geom_of(shapes[i]));
    carto_table_builder_end_row(&b);
  }
  carto_table_builder_end_row(&b); /* and one without */
  CHECK_INT(carto_table_builder_end(&b, &t, NULL), CARTO_OK);
  return t;
}

static void test_meeting(void) {
  carto_filters none = {NULL, 0, false};
  carto_selection s;
  carto_table t;
  carto_geom area;
  begin_libc();
  t = shapes_table();
  area = geom_of("POLYGON((0 0,10 0,10 10,0 10,0 0),(4 4,6 4,6 6,4 6,4 4))");
  CHECK_INT(carto_select(&call, carto_arena_allocator(&arena), &t, none, area, &s, NULL), CARTO_OK);
  for (size_t i = 0; shapes[i]; i++)
    if (!CHECK(carto__bit(s.rows, i) == (meets[i] == '1'))) printf("  %s\n", shapes[i]);
  CHECK(!carto__bit(s.rows, t.row_count - 1));
  area = geom_of("POLYGON((100 0,110 0,110 10,100 0))");
  CHECK_INT(carto_select(&call, carto_arena_allocator(&arena), &t, none, area, &s, NULL), CARTO_OK);
  CHECK_UINT(s.count, 0);
  CHECK_UINT(s.first, t.row_count);
  end();
}

static void test_no_place(void) {
  carto_filters none = {NULL, 0, false};
  carto_selection s;
  carto_table t;
  carto_error error;
  begin_libc();
  t = typed_table();
  CHECK_INT(carto_select(&call, carto_arena_allocator(&arena), &t, none, geom_of("POLYGON((0 0,1 0,1 1,0 0))"), &s,
                         &error), CARTO_ERR_ARG);
  CHECK_CONTAINS(carto_str_from(error.text), "cannot be filtered spatially");
  end();
}

static void test_cells(void) {
  carto_table_builder b;
  carto_table t;
  carto_filters none = {NULL, 0, false};
  carto_selection s;
  carto_lnglat madrid = {-3.7, 40.4};
  begin_libc();
  carto_table_builder_init(&b, carto_arena_allocator(&arena), 0);
  carto_table_builder_add_column(&b, carto_str_from("h3"), CARTO_TYPE_H3);
  carto_table_builder_set_cell(&b, 0, carto_h3_from_point(madrid, 5));
  carto_table_builder_end_row(&b);
  CHECK_INT(carto_table_builder_end(&b, &t, NULL), CARTO_OK);
  CHECK_INT(carto_select(&call, carto_arena_allocator(&arena), &t, none, geom_of("POLYGON((-4 40,-3 40,-3 41,-4 41,-4 40))"),
                         &s, NULL), CARTO_OK);
  CHECK_UINT(s.count, 1);
  /* the corner of the cell, not its centre */
  CHECK_INT(carto_select(&call, carto_arena_allocator(&arena), &t, none, geom_of("POLYGON((-4 40,-3.9 40,-3.9 40.1,-4 40))"),
                         &s, NULL), CARTO_OK);
  CHECK_UINT(s.count, 0);
  check_rows(&t, "{\"h3\":{\"in\":{\"values\":[\"85390ca3fffffff\"]}}}",
             carto_h3_from_point(madrid, 5) == UINT64_C(0x85390ca3fffffff) ? "1" : "");
  carto_table_builder_init(&b, carto_arena_allocator(&arena), 0);
  carto_table_builder_add_column(&b, carto_str_from("quadbin"), CARTO_TYPE_QUADBIN);
  for (uint32_t x = 0; x < 4; x++) {
    carto_table_builder_set_cell(&b, 0, carto_quadbin_from_tile(2, x, 1));
    carto_table_builder_end_row(&b);
  }
  CHECK_INT(carto_table_builder_end(&b, &t, NULL), CARTO_OK); /* -180 to -90, to 0, to 90, to 180 */
  CHECK_INT(carto_select(&call, carto_arena_allocator(&arena), &t, none, geom_of("POLYGON((-90 10,0 10,0 20,-90 20,-90 10))"),
                         &s, NULL), CARTO_OK);
  CHECK_UINT(s.count, 1); /* touching is not enough */
  CHECK(carto__bit(s.rows, 1));
  end();
}

/* ---- many rows, beside plain loops */

#define MANY 5000
#define KINDS 7

typedef struct many {
  double v[MANY], x[MANY], y[MANY];
  int kind[MANY], has[MANY];
  int64_t ms[MANY];
  carto_table table;
} many;

static uint64_t state = 88172645463325252u;

static uint64_t random_word(void) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

static double random_unit(void) { return (double)(random_word() >> 11) * 0x1p-53; }

static void fill(many *m) {
  carto_table_builder b;
  carto_table_builder_init(&b, carto_arena_allocator(&arena), MANY);
  carto_table_builder_add_column(&b, carto_str_from("v"), CARTO_TYPE_NUMBER);
  carto_table_builder_add_column(&b, carto_str_from("kind"), CARTO_TYPE_STRING);
  carto_table_builder_add_column(&b, carto_str_from("at"), CARTO_TYPE_TIMESTAMP);
  carto_table_builder_add_column(&b, carto_str_from("geom"), CARTO_TYPE_GEOMETRY);
  for (int i = 0; i < MANY; i++) {
    char name[8];
    carto_lnglat p;
    m->v[i] = random_unit() * 100 - 20;
    m->has[i] = random_word() % 8 != 0;
    m->kind[i] = (int)(random_word() % KINDS);
    m->ms[i] = (int64_t)(random_word() % 200000000000) - 100000000000;
    p.lng = m->x[i] = random_unit() * 20;
    p.lat = m->y[i] = random_unit() * 20;
    sprintf(name, "k%d", m->kind[i]);
    if (m->has[i]) carto_table_builder_set_number(&b, 0, m->v[i]);
    carto_table_builder_set_string(&b, 1, carto_str_from(name));
    carto_table_builder_set_time(&b, 2, m->ms[i] * 1000);
    carto_table_builder_set_point(&b, 3, p);
    carto_table_builder_end_row(&b);
  }
  CHECK_INT(carto_table_builder_end(&b, &m->table, NULL), CARTO_OK);
}

/* |x - 10| + |y - 10| <= 8, kind 1, 3 or 5, v from 0 to 60. */
static int passes(const many *m, int i) {
  return m->kind[i] % 2 == 1 && m->has[i] && m->v[i] >= 0 && m->v[i] <= 60 &&
         fabs(m->x[i] - 10) + fabs(m->y[i] - 10) <= 8;
}

static void test_many(void) {
  static many m;
  carto_filters f;
  carto_selection s;
  carto_widget_spec spec;
  carto_widget_result r;
  carto_json_doc doc;
  carto_geom area;
  double sum = 0, bins[4] = {0, 0, 0, 0}, kinds[KINDS] = {0};
  size_t count = 0;
  begin_libc();
  fill(&m);
  f = filters_of("{\"kind\":{\"in\":{\"values\":[\"k1\",\"k3\",\"k5\"]}},\"v\":{\"between\":{\"values\":[[0,60]]}}}");
  area = geom_of("POLYGON((10 2,18 10,10 18,2 10,10 2))");
  CHECK_INT(carto_select(&call, carto_arena_allocator(&arena), &m.table, f, area, &s, NULL), CARTO_OK);
  for (int i = 0; i < MANY; i++) {
    int pass = passes(&m, i);
    if (pass != carto__bit(s.rows, (size_t)i)) CHECK_INT(i, -1);
    if (!pass) continue;
    count++;
    sum += m.v[i];
    kinds[m.kind[i]] += m.v[i];
    bins[m.v[i] < 10 ? 0 : m.v[i] < 20 ? 1 : m.v[i] < 40 ? 2 : 3]++;
  }
  CHECK(count > 100);
  CHECK_UINT(s.count, count);
  doc = parse("{\"column\":\"v\",\"operation\":\"sum\"}");
  CHECK_INT(carto_widget_read_spec(&arena, carto_str_from("formula"), doc.root, &spec, NULL), CARTO_OK);
  CHECK_INT(carto_widget_read(&call, &m.table, &s, &spec, &r, NULL), CARTO_OK);
  CHECK_DOUBLE(r.value.number, sum);
  doc = parse("{\"column\":\"kind\",\"operation\":\"sum\",\"operationColumn\":\"v\",\"orderBy\":\"alphabetical_asc\"}");
  CHECK_INT(carto_widget_read_spec(&arena, carto_str_from("categories"), doc.root, &spec, NULL), CARTO_OK);
  CHECK_INT(carto_widget_read(&call, &m.table, &s, &spec, &r, NULL), CARTO_OK);
  CHECK_UINT(r.row_count, 3);
  for (size_t i = 0; i < r.row_count; i++) CHECK_DOUBLE(r.rows[i].value.number, kinds[2 * i + 1]);
  doc = parse("{\"column\":\"v\",\"ticks\":[10,20,40]}");
  CHECK_INT(carto_widget_read_spec(&arena, carto_str_from("histogram"), doc.root, &spec, NULL), CARTO_OK);
  CHECK_INT(carto_widget_read(&call, &m.table, &s, &spec, &r, NULL), CARTO_OK);
  for (int i = 0; i < 4; i++) CHECK_DOUBLE(r.numbers[i], bins[i]);
  end();
}

/* Weeks from Monday, in plain arithmetic. */
static void test_many_weeks(void) {
  static many m;
  static double counts[2000];
  const int64_t week = 604800000, monday = -3 * 86400000ll;
  carto_selection s;
  carto_widget_spec spec;
  carto_widget_result r;
  carto_json_doc doc;
  size_t at = 0;
  begin_libc();
  fill(&m);
  memset(counts, 0, sizeof counts);
  for (int i = 0; i < MANY; i++) counts[(m.ms[i] - monday + 1000 * week) / week]++;
  s = all_rows(&m.table);
  doc = parse("{\"column\":\"at\",\"stepSize\":\"week\",\"operation\":\"count\"}");
  CHECK_INT(carto_widget_read_spec(&arena, carto_str_from("timeSeries"), doc.root, &spec, NULL), CARTO_OK);
  CHECK_INT(carto_widget_read(&call, &m.table, &s, &spec, &r, NULL), CARTO_OK);
  for (int64_t i = 0; i < 2000; i++) {
    if (counts[i] == 0) continue;
    if (!CHECK(at < r.row_count)) break;
    CHECK_DOUBLE(r.rows[at].name.number, (double)((i - 1000) * week + monday));
    CHECK_DOUBLE(r.rows[at++].value.number, counts[i]);
  }
  CHECK_UINT(r.row_count, at);
  end();
}

/* ---- limits */

static void test_limits(void) {
  carto_table_builder b;
  carto_table t;
  carto_selection s;
  carto_widget_spec spec;
  carto_widget_result r;
  carto_error error;
  carto_json_doc doc;
  begin_libc();
  carto_table_builder_init(&b, carto_arena_allocator(&arena), 0);
  carto_table_builder_add_column(&b, carto_str_from("v"), CARTO_TYPE_INTEGER);
  for (int i = 0; i < 6000; i++) {
    carto_table_builder_set_integer(&b, 0, i);
    carto_table_builder_end_row(&b);
  }
  CHECK_INT(carto_table_builder_end(&b, &t, NULL), CARTO_OK);
  s = all_rows(&t);
  doc = parse("{\"column\":\"v\",\"stepSize\":\"second\",\"xAxisColumn\":\"v\",\"yAxisColumn\":\"v\",\"orderBy\":"
              "\"alphabetical_asc\"}");
  CHECK_INT(carto_widget_read_spec(&arena, carto_str_from("categories"), doc.root, &spec, NULL), CARTO_OK);
  CHECK_INT(carto_widget_read(&call, &t, &s, &spec, &r, NULL), CARTO_OK);
  CHECK_UINT(r.row_count, 5000);
  CHECK_UINT(r.total, 6000);
  CHECK_DOUBLE(r.rows[4999].name.number, 4999);
  spec.has_others = spec.cut = true;
  spec.others = 10;
  CHECK_INT(carto_widget_read(&call, &t, &s, &spec, &r, NULL), CARTO_OK);
  CHECK_UINT(r.row_count, 10);
  CHECK_DOUBLE(r.others.number, 5990);
  CHECK_INT(carto_widget_read_spec(&arena, carto_str_from("scatter"), doc.root, &spec, NULL), CARTO_OK);
  CHECK_INT(carto_widget_read(&call, &t, &s, &spec, &r, NULL), CARTO_OK);
  CHECK_UINT(r.number_count, 1000);
  CHECK_UINT(r.total, 6000);
  memset(&spec, 0, sizeof spec);
  spec.op = CARTO_WIDGET_OP_HISTOGRAM;
  spec.tick_count = CARTO_MCP__WIDGET_TICKS + 1;
  CHECK_INT(carto_widget_read(&call, &t, &s, &spec, &r, &error), CARTO_ERR_LIMIT);
  CHECK_CONTAINS(carto_str_from(error.text), "10001 ticks; at most 10000");
  spec.op = 99;
  CHECK_INT(carto_widget_read(&call, &t, &s, &spec, &r, &error), CARTO_ERR_ARG);
  s.row_count--;
  spec.op = CARTO_WIDGET_OP_FORMULA;
  CHECK_INT(carto_widget_read(&call, &t, &s, &spec, &r, &error), CARTO_ERR_ARG);
  end();
}

/* ---- stopping, and little memory */

static const char *const asked[][2] = {
  {"formula", "{\"column\":\"v\",\"operation\":\"avg\"}"},
  {"categories", "{\"column\":\"kind\",\"operation\":\"sum\",\"operationColumn\":\"v\",\"othersThreshold\":2}"},
  {"categories", "{\"column\":\"v\"}"},
  {"histogram", "{\"column\":\"v\",\"ticks\":[10,20]}"},
  {"range", "{\"column\":[\"v\",\"v\"],\"joinOperation\":\"sum\"}"},
  {"range", "{\"column\":\"at\"}"},
  {"scatter", "{\"xAxisColumn\":\"v\",\"yAxisColumn\":\"v\"}"},
  {"table", "{\"columns\":[\"kind\"],\"sortBy\":[\"kind\",\"v\"],\"searchFilterColumn\":\"kind\",\"searchFilterText\":\"k\"}"},
  {"timeSeries", "{\"column\":\"at\",\"stepSize\":\"month\",\"splitByCategory\":\"kind\"}"},
  {"aggregations", "{\"aggregations\":[{\"column\":\"v\",\"operation\":\"max\",\"alias\":\"a\"}]}"},
};

#define ASKED (sizeof asked / sizeof *asked)

static bool stop_after(void *user) { return --*(int *)user > 0; }

/* Stops at every checkpoint in turn, until one is not reached. */
static void test_cancel(void) {
  static many m;
  carto_filters f;
  carto_geom area;
  carto_alloc libc = {NULL, NULL};
  int after, left, reached = 0;
  begin_libc();
  fill(&m);
  f = filters_of("{\"kind\":{\"stringSearch\":{\"values\":[\"1\",\"3\"]}},\"at\":{\"stringSearch\":{\"values\":[\"1\"]}}}");
  area = geom_of("POLYGON((10 2,18 10,10 18,2 10,10 2))");
  call.checkpoint = stop_after;
  call.user = &left;
  for (after = 1; after < 1000; after++) {
    carto_selection s;
    carto_error error;
    carto_status status;
    left = after;
    status = carto_select(&call, libc, &m.table, f, area, &s, &error);
    if (left > 0) CHECK_INT(status, CARTO_OK);
    else {
      CHECK_INT(status, CARTO_ERR_CANCELLED);
      CHECK(s.rows == NULL && error.text[0]);
      reached++;
    }
    carto_selection_free(&s);
    if (left > 0) break;
  }
  CHECK(reached > 0 && after < 1000);
  end();
}

/* The same of widgets over 100,000 different keys, at the 1st, 2nd, 4th ... checkpoint. */
static void test_cancel_widgets(void) {
  carto_table_builder b;
  carto_table t;
  carto_selection s;
  carto_alloc libc = {NULL, NULL};
  int left, reached = 0;
  begin_libc();
  carto_table_builder_init(&b, libc, 0);
  carto_table_builder_add_column(&b, carto_str_from("v"), CARTO_TYPE_INTEGER);
  carto_table_builder_add_column(&b, carto_str_from("kind"), CARTO_TYPE_STRING);
  carto_table_builder_add_column(&b, carto_str_from("at"), CARTO_TYPE_TIMESTAMP);
  for (int i = 0; i < 100000; i++) {
    char name[16];
    sprintf(name, "k%d", i * 7 % 100000);
    carto_table_builder_set_integer(&b, 0, i * 13 % 100000);
    carto_table_builder_set_string(&b, 1, carto_str_from(name));
    carto_table_builder_set_time(&b, 2, (int64_t)i * 86400000000);
    carto_table_builder_end_row(&b);
  }
  CHECK_INT(carto_table_builder_end(&b, &t, NULL), CARTO_OK);
  s = all_rows(&t);
  call.checkpoint = stop_after;
  call.user = &left;
  for (size_t i = 0; i < ASKED; i++)
    for (int after = 1, last = 0; after < 100000 && !last; after *= 2) {
      carto_buf out;
      carto_error error;
      carto_status status;
      carto_mark mark = carto_arena_mark(&arena);
      carto_buf_init(&out, libc, 0);
      left = after;
      status = read_into(&t, &s, asked[i][0], asked[i][1], &out, &error);
      last = left > 0;
      if (!CHECK(status == (last ? CARTO_OK : CARTO_ERR_CANCELLED))) printf("  %s: %s\n", asked[i][0], error.text);
      reached += !last;
      carto_buf_free(&out);
      carto_arena_rewind(&arena, mark);
    }
  CHECK(reached > 20);
  carto_table_free(&t);
  end();
}

static size_t which;

/* One widget over a mixed table and a typed one, with filters and an area. */
static int little_memory(carto_alloc alloc) {
  static const char rows[] =
    "{\"rows\":[{\"v\":1,\"kind\":\"k1\",\"at\":\"2024-01-01\",\"geom\":{\"type\":\"Point\",\"coordinates\":[5,5]}},"
    "{\"v\":\"2\",\"kind\":\"k2\",\"at\":0},{\"v\":3.5,\"kind\":\"k2\",\"at\":null}],"
    "\"spatialFilter\":{\"type\":\"Polygon\",\"coordinates\":[[[-1,-1],[190,-1],[190,9],[-1,9],[-1,-1]]]},"
    "\"filters\":{\"kind\":{\"stringSearch\":{\"values\":[\"K\"]},\"in\":{\"values\":[\"k1\",\"k2\"]}},"
    "\"v\":{\"between\":{\"values\":[[0,100]]}}}}";
  carto_json_doc doc;
  carto_filters f;
  carto_selection s;
  carto_geom area;
  carto_error error;
  carto_status status;
  widgets_case w;
  carto_buf out;
  begin(alloc);
  memset(&w, 0, sizeof w);
  memset(&s, 0, sizeof s);
  carto_buf_init(&out, alloc, 0);
  w.arena = &arena;
  status = carto_json_parse(&arena, carto_str_from(rows), &doc, NULL);
  w.line = status == CARTO_OK ? doc.root : NULL;
  w.call = call;
  if (status == CARTO_OK) status = widgets_table(&w, carto_json_get(doc.root, "rows"), &w.table);
  if (status == CARTO_OK) status = widgets_filters(&w, &f);
  if (status == CARTO_OK) status = widgets_area(&w, &area);
  if (status == CARTO_OK) status = carto_select(&call, alloc, &w.table, f, area, &s, &error);
  if (status == CARTO_OK)
    status = read_into(&w.table, &s, asked[which][0], asked[which][1], &out, &error);
  CHECK(status == CARTO_OK || status == CARTO_ERR_NOMEM);
  carto_buf_free(&out);
  carto_selection_free(&s);
  end();
  return status == CARTO_OK;
}

static void test_little_memory(void) {
  for (which = 0; which < ASKED; which++) test_every_allocation(little_memory, 200);
}

/* In a block that is too small it is a limit, or the memory of the call. */
static void test_small_arena(void) {
  static many m;
  carto_alloc libc = {NULL, NULL};
  carto_arena small;
  carto_selection s;
  begin_libc();
  fill(&m);
  s = all_rows(&m.table);
  for (size_t cap = 1024; cap <= 1 << 23; cap *= 2)
    for (size_t i = 0; i < ASKED; i++) {
      carto_error error;
      carto_buf out;
      carto_status status;
      carto_arena_init(&small, libc, cap);
      call.arena = &small;
      carto_buf_init(&out, libc, 0);
      status = read_into(&m.table, &s, asked[i][0], asked[i][1], &out, &error);
      CHECK(status == CARTO_OK || (status == CARTO_ERR_LIMIT && error.text[0]));
      CHECK(cap < 1 << 23 || status == CARTO_OK);
      carto_buf_free(&out);
      carto_arena_free(&small);
    }
  call.arena = &arena;
  end();
}

static const test_case cases[] = {
  {"numbers", test_numbers},
  {"dates", test_dates},
  {"days", test_days},
  {"collation", test_collation},
  {"units", test_units},
  {"filter sets", test_filter_sets},
  {"bad filters", test_bad_filters},
  {"filter limits", test_filter_limits},
  {"typed filters", test_typed_filters},
  {"typed widgets", test_typed_widgets},
  {"ticks", test_ticks},
  {"areas", test_areas},
  {"meeting", test_meeting},
  {"no place", test_no_place},
  {"cells", test_cells},
  {"many", test_many},
  {"many weeks", test_many_weeks},
  {"limits", test_limits},
  {"cancel", test_cancel},
  {"cancel widgets", test_cancel_widgets},
  {"memory", test_little_memory},
  {"small arena", test_small_arena},
};

TEST_MAIN(cases)
