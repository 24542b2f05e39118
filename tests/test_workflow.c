/* >>workflow: published workflows by the names of their tools, jobs in all their states, documents that are wrong.
   The results of fixtures/workflows are compared with tests/workflows, which expect.py computes by other means. */
#define _POSIX_C_SOURCE 200809L
#define CARTO_MCP_NO_STDIO
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
#include "test.h"
#include "memory_files.h"
#include "flow_world.h"
#include "typed_document.h"

#include <dirent.h>

static flow_world w;
static carto_str out;

static carto_status call(const char *tool, const char *arguments) { return flow_call(&w, tool, arguments, &out); }

#define GETS(tool, arguments) CHECK_INT(call(tool, arguments), CARTO_OK)
#define REFUSES(tool, arguments, text)             \
  do {                                             \
    CHECK(call(tool, arguments) != CARTO_OK);      \
    CHECK_CONTAINS(out, text);                     \
  } while (0)

/* Something of the last result, by its place such as data.rows.0.name. */
static const carto_json *at(const char *path) {
  carto_json_doc *doc = (carto_json_doc *)carto_arena_alloc(&w.arena, sizeof *doc);
  carto_str rest = STR(path);
  const carto_json *value;
  uint64_t index;
  if (!CHECK(carto_json_parse(&w.arena, out, doc, NULL) == CARTO_OK)) return NULL;
  for (value = doc->root; rest.len && value;) {
    carto_str part = carto__str_cut(&rest, '.');
    if (carto_json_type_of(value) == CARTO_JSON_ARRAY && carto_uint_parse(part, &index)) {
      if (index >= carto_json_count(value)) return NULL;
      for (value = carto_json_first(value); index > 0; index--) value = carto_json_next(value);
    } else {
      value = carto_json_find(value, part);
    }
  }
  return value;
}

static carto_str text(const char *path) { return carto_json_string(at(path)); }

static double number(const char *path) { return carto_json_double(at(path)); }

/* The arguments of a tool about the job that was launched last. */
typedef struct launched {
  char id[32], table[128];
  char job[200], agent[200], get[200], results[400];
} launched;

static launched launch(const char *tool, const char *arguments) {
  launched l;
  memset(&l, 0, sizeof l);
  GETS(tool, arguments);
  snprintf(l.id, sizeof l.id, "%.*s", (int)text("data.jobId").len, text("data.jobId").ptr);
  snprintf(l.table, sizeof l.table, "%.*s", (int)text("data.workflowOutputTableName").len,
           text("data.workflowOutputTableName").ptr);
  snprintf(l.job, sizeof l.job, "{\"jobId\":\"%s\",\"connectionName\":\"local\"}", l.id);
  snprintf(l.agent, sizeof l.agent, "{\"jobId\":\"%s\"}", l.id);
  snprintf(l.get, sizeof l.get, "{\"jobId\":\"%s\",\"connection\":\"local\"}", l.id);
  snprintf(l.results, sizeof l.results,
           "{\"jobId\":\"%s\",\"connectionName\":\"local\",\"providerId\":\"postgres\","
           "\"workflowOutputTableName\":\"%s\"}", l.id, l.table);
  return l;
}

#define STATUS "async_workflow_job_get_status_v1_0_0"
#define RESULTS "async_workflow_job_get_results_v1_0_0"
#define CHECKS "async_workflows_check_results"
#define GET "async_workflows_get_results"

static void has_status(const launched *l, const char *status) {
  GETS(STATUS, l->job);
  CHECK_STR(text("data.status"), status);
}

static bool work(void) { return carto_server_work(&w.m.server, NULL, NULL) == CARTO_OK; }

/* ---- at once */

static void test_sync(void) {
  CHECK_INT(flow_open(&w, carto_server_desc_default()), CARTO_OK);
  CHECK_UINT(carto_server_problem_count(&w.m.server), 0);
  GETS("cities", "{\"least\":500000}");
  CHECK_UINT(carto_json_count(at("data.rows")), 3);
  CHECK_STR(text("data.rows.0.name"), "Lisboa");
  CHECK_STR(text("data.rows.0.geom"), "POINT(-9.1393 38.7223)");
  CHECK_INT((int)number("data.rows.0.population"), 545796);
  CHECK_STR(text("data.schema.0.type"), "STRING");
  CHECK_STR(text("data.schema.1.type"), "INT64");
  CHECK_STR(text("data.schema.2.type"), "GEOGRAPHY");
  CHECK_INT((int)number("status"), 200);
  GETS("cities", "{}");
  CHECK_INT((int)number("data.total"), 4);
  /* the rows are a table too: for SQL, describe and the map */
  CHECK_CONTAINS(text("data.workflowOutputTableName"), "demo.workflows_temp.cities_");
  {
    char arguments[300];
    carto_str table = text("data.workflowOutputTableName");
    snprintf(arguments, sizeof arguments, "{\"source\":\"%.*s\",\"connection\":\"local\"}", (int)table.len, table.ptr);
    GETS("add_source_from_workflows", arguments);
    CHECK_STR(text("geoColumn"), "geom");
    CHECK_STR(text("type"), "table");
    CHECK_STR(text("provider"), "postgres");
    snprintf(arguments, sizeof arguments, "{\"connection_name\":\"local\",\"sql\":\"SELECT sum(population) FROM %.*s\"}",
             (int)table.len, table.ptr);
    GETS("execute_query", arguments);
    CHECK_CONTAINS(out, "[[4689522]]");
  }
  flow_close(&w);
}

static void test_arguments(void) {
  CHECK_INT(flow_open(&w, carto_server_desc_default()), CARTO_OK);
  REFUSES("cities", "{\"most\":1}", "there is no \"most\"");
  REFUSES("cities", "{\"leats\":1}", "did you mean \"least\"?");
  REFUSES("cities", "{\"least\":\"1\"}", "\"least\" must be a number, not a string");
  REFUSES("cities", "{\"least\":-1}", "\"least\" must be 0 to 1000000000, not -1");
  REFUSES("slow_cities", "{\"least\":1e10}", "\"least\" must be 0 to");
  CHECK(!carto_server_has_work(&w.m.server));
  flow_close(&w);
}

/* ---- documents */

#define DOCUMENT(inputs, sql)                                                                               \
  "{\"name\": \"d\", \"description\": \"D.\", \"inputs\": [" inputs "],\n\"sql\": [\"SELECT\",\n\"" sql "\"]}\n"
#define INPUT(name, more) "\n{\"name\": \"" name "\", \"description\": \"N.\", " more "}"


/* flow_open clears w: the files are set up again behind it. */
static carto_status open_documents(const memory_file *rows, size_t count, carto_alloc alloc) {
  static memory_files files;
  carto_server_desc desc = carto_server_desc_default();
  desc.workflow_files = memory_files_of(&files, rows, count);
  desc.alloc = alloc;
  return flow_open(&w, desc);
}

static const struct {
  const char *document;
  int line;
  const char *problem;
} wrong_documents[] = {
  {"{\"name\":\"d\"", 1, "not JSON"},
  {"\n\n[1]", 3, "must be an object"},
  {"{\"name\":\"d\",\n\"sql\":\"SELECT 1\"}", 1, "\"description\" is missing"},
  {"{\"name\":\"d\",\n\"description\":\"\",\"sql\":\"SELECT 1\"}", 1, "\"description\" must be 1 to 10000"},
  {"{\"name\":\"d\",\"description\":\"D.\"}", 1, "give \"sql\", \"procedure\" or \"steps\""},
  {"{\"name\":\"d\",\"description\":\"D.\",\"sqll\":\"SELECT 1\"}", 1, "did you mean \"sql\"?"},
  {"{\"name\":\"d e\",\"description\":\"D.\",\"sql\":\"SELECT 1\"}", 1, "must be 1 to 64 of A-Z"},
  {"{\"description\":\"D.\",\n\"name\":\"describe\",\n\"sql\":\"SELECT 1\"}", 2, "is that of another tool"},
  {"{\"name\":\"get_column_stats\",\"description\":\"D.\",\"sql\":\"SELECT 1\"}", 1, "is that of another tool"},
  {"{\n\"name\":\"cities\",\"description\":\"D.\",\"sql\":\"SELECT 1\"}", 2, "is that of the workflow in cities"},
  {DOCUMENT("", "x FROM"), 3, "(SQLSTATE 42601)"},
  {DOCUMENT("", "nmae FROM demo.world.cities"), 3, "(SQLSTATE 42703)"},
  {DOCUMENT("", "\\\"nmae\\\" FROM demo.world.cities"), 3, "(SQLSTATE 42703)"},
  {"{\"name\":\"d\",\"description\":\"\\\"D\\\"\",\n\"notes\":[\"\\\"\",1,true],\"sql\":[\"SELECT 1 AS \\\"a\\\",\",\n"
   "\"2 AS \\\"b\\\",\",\n\"\\\"c\\\"\"]}\n\n", 4, "(SQLSTATE 42703)"},
  {DOCUMENT("", "1 FROM demo.world.citys"), 3, "nearest: \"cities\""},
  {DOCUMENT("", "@n"), 3, "there is no input \"n\""},
  {DOCUMENT("", "$1"), 3, "there is no parameter $1; an input is written @name"},
  {DOCUMENT(INPUT("since", "\"type\": \"Number\""), "@sinse"), 4, "no input \"sinse\"; did you mean \"since\"?"},
  {DOCUMENT(INPUT("since", "\"type\": \"Number\""), "{{ sinse }}"), 4, "no input \"sinse\"; did you mean"},
  {DOCUMENT(INPUT("t", "\"type\": \"Table\""), "@tt FROM t"), 4, "there is no input \"tt\""},
  {DOCUMENT(INPUT("n", "\"type\": \"Number\""), "1 /* /* @n */ @n */"), 2, "no step reads the input \"n\""},
  {DOCUMENT(INPUT("n", "\"type\": \"Number\""), "1"), 2, "no step reads the input \"n\""},
  {DOCUMENT(INPUT("n", "\"type\": \"Number\""), "'@n' -- @n"), 2, "no step reads the input \"n\""},
  {DOCUMENT(INPUT("n", "\"type\": \"Numer\""), "@n"), 2, "\"type\" must be one of Number|"},
  {DOCUMENT("\n{\"name\": \"n\", \"type\": \"Number\"}", "@n"), 2, "\"description\" is missing"},
  {DOCUMENT(INPUT("n n", "\"type\": \"Number\""), "@n"), 2, "is no name for an input"},
  {DOCUMENT(INPUT("n", "\"type\": \"Number\"") "," INPUT("n", "\"type\": \"String\""), "@n"), 3, "two inputs \"n\""},
  {DOCUMENT(INPUT("n", "\"type\": \"Number\", \"default\": \"x\""), "@n"), 2, "default"},
  {DOCUMENT(INPUT("n", "\"type\": \"Number\", \"minimum\": 2, \"default\": 1"), "@n"), 2, "default"},
  {DOCUMENT(INPUT("n", "\"type\": \"Number\", \"enum\": [\"1\"]"), "@n"), 2, "\"enum\" is for String"},
  {DOCUMENT(INPUT("n", "\"type\": \"Number\", \"minimum\": 2, \"maximum\": 1"), "@n"), 2, "that nothing is in"},
  {DOCUMENT(INPUT("n", "\"type\": \"String\", \"enum\": [\"a|b\"]"), "@n"), 2, "cannot hold a |"},
  {DOCUMENT(INPUT("g", "\"type\": \"Geometry\", \"enum\": [\"Point\", \"polygon\"]"), "@g"), 2,
   "\"enum\" must be of Point, LineString"},
  {DOCUMENT(INPUT("n", "\"type\": \"Date\", \"minimum\": \"soon\""), "@n"), 2, "of what is no date"},
  {DOCUMENT(INPUT("t", "\"type\": \"Table\", \"list\": true"), "1 FROM t"), 2, "cannot be a list"},
  {DOCUMENT(INPUT("c", "\"type\": \"Column\""), "c"), 2, "needs a \"table\""},
  {DOCUMENT(INPUT("t", "\"type\": \"Table\", \"default\": \"cities\"") ","
            INPUT("c", "\"type\": \"Column\", \"table\": \"t\", \"default\": \"nmae\""), "c FROM t"), 3,
   "\"c\": there is no column \"nmae\"; nearest: name"},
  {DOCUMENT(INPUT("t", "\"type\": \"Table\", \"default\": \"cities\"") ","
            INPUT("c", "\"type\": \"Column\", \"table\": \"t\", \"kinds\": [\"Number\"], \"default\": \"name\""),
            "c FROM t"), 3, "column \"name\" is String; it must be Number"},
  {"{\"name\":\"d\",\"description\":\"D.\",\"connection\":\"loca\",\"sql\":\"SELECT 1\"}", 1, "nearest: \"local\""},
  {"{\"name\":\"d\",\"description\":\"D.\",\"steps\":[{\"sql\":\"SELECT 1\"},{\"sql\":\"SELECT 2\"}]}", 1,
   "needs a \"name\""},
  {"{\"name\":\"d\",\"description\":\"D.\",\"steps\":[{\"name\":\"A\",\"sql\":\"SELECT 1\"}]}", 1, "no name for a step"},
  {"{\"name\":\"d\",\"description\":\"D.\",\"steps\":[{\"function\":\"getis\"}]}", 1, "there is no function \"getis\""},
  {"{\"name\":\"d\",\"description\":\"D.\",\"steps\":[{\"function\":\"getis_ord_h3\",\n\"arguments\":{}}]}", 1,
   "\"table\" is missing"},
  {"{\"name\":\"d\",\"description\":\"D.\",\"sql\":\"SELECT 1 AS a\",\"output\":{\"columns\":[{\"name\":\"b\",\"type\":"
   "\"Number\"}]}}", 1, "gives no column \"b\""},
  {"{\"name\":\"d\",\"description\":\"D.\",\"sql\":\"SELECT 1 AS a, 2 AS b, 3 AS a\"}", 1,
   "there are two columns \"a\"; name each of them with AS"},
  {"{\"name\":\"d\",\"description\":\"D.\",\"sql\":\"SELECT 1\",\"steps\":[{\"sql\":\"SELECT 1\"}]}", 1,
   "give \"sql\", \"procedure\" or \"steps\", one of them"},
  {"{\"name\":\"d\",\"description\":\"D.\",\n\"steps\":[{\"name\":\"c\",\"sql\":\"SELECT 1 AS n\"},\n{\"function\":"
   "\"getis_ord_h3\",\"arguments\":{\"table\":\"c\",\"cell\":\"n\",\"value\":\"n\",\"kernel\":\"@kernal\"}}]}", 3,
   "there is no input \"kernal\""},
  {"{\"name\":\"d\",\"description\":\"D.\",\"sql\":\"SELECT 1 AS a\",\"output\":{\"columns\":[{\"name\":\"a\",\"type\":"
   "\"String\"}]}}", 1, "\"a\" is Number, not String"},
  {"{\"name\":\"d\",\"description\":\"D.\",\"sql\":[\"SELECT 1\",\n2]}", 2, "a list of lines"},
  {"{\"name\":\"d\",\"description\":\" \",\"sql\":\"SELECT 1\"}", 0, "it has no description"},
  {"{\"name\":\"d\",\"description\":\"D.\",\n\"sql\":\"SELECT 1\",\n\"sql\":\"SELECT 2\"}", 2, "\"sql\" is there twice"},
  {"{\"name\":\"d\",\"description\":\"D.\",\"steps\":[{\"name\":\"a\",\"sql\":\"SELECT 1 AS n\"},\n{\"sql\":\"SELECT x\"}]}",
   2, "step 2: column \"x\" does not exist"},
};

/* A default table that is not there is told; then the input and the table's columns must be given. */
static void test_other_data(void) {
  static const memory_file rows[] = {
    {"d.json", DOCUMENT(INPUT("t", "\"type\": \"Table\", \"default\": \"citys\"") ","
                        INPUT("c", "\"type\": \"Column\", \"table\": \"t\", \"default\": \"nmae\""), "min(c) AS c FROM t"), 0},
    {"marked.json", "\xEF\xBB\xBF{\"name\":\"marked\",\"description\":\"D.\",\"sql\":\"SELECT 7 AS n\"}", 0}};
  carto_alloc libc = {NULL, NULL};
  CHECK_INT(open_documents(rows, 2, libc), CARTO_OK);
  CHECK_UINT(carto_server_problem_count(&w.m.server), 1);
  CHECK_INT((int)carto_server_problem(&w.m.server, 0).line, 2);
  CHECK_CONTAINS(carto_server_problem(&w.m.server, 0).text, "\"t\": no table \"citys\"");
  CHECK_CONTAINS(carto_server_problem(&w.m.server, 0).text, "so the input is required");
  REFUSES("d", "{}", "\"t\" is missing");
  REFUSES("d", "{\"t\":\"cities\"}", "\"c\" is missing");
  GETS("d", "{\"t\":\"cities\",\"c\":\"name\"}");
  CHECK_STR(text("data.rows.0.c"), "Lisboa");
  GETS("marked", "{}");
  flow_close(&w);
}

/* What is wrong is told with file and line, and the others are there. */
static void test_wrong_documents(void) {
  for (size_t i = 0; i < MEMORY_COUNT(wrong_documents); i++) {
    memory_file rows[2];
    carto_problem problem;
    carto_alloc libc = {NULL, NULL};
    memset(rows, 0, sizeof rows);
    rows[0].path = "bad.json";
    rows[0].text = wrong_documents[i].document;
    rows[1].path = "good.json";
    rows[1].text = "{\"name\":\"good\",\"description\":\"D.\",\"sql\":\"SELECT 7 AS n\"}";
    CHECK_INT(open_documents(rows, 2, libc), CARTO_OK);
    problem = carto_server_problem(&w.m.server, 0);
    if (!CHECK(carto_server_problem_count(&w.m.server) >= 1 && test_contains(problem.text, wrong_documents[i].problem)))
      printf("  document %d: %.*s\n  want %s\n", (int)i, (int)problem.text.len, problem.text.ptr,
             wrong_documents[i].problem);
    CHECK_STR(problem.file, "bad.json");
    if ((size_t)wrong_documents[i].line != problem.line)
      printf("  document %d: line %d, not %d\n", (int)i, (int)problem.line, wrong_documents[i].line);
    CHECK_INT(problem.line, wrong_documents[i].line);
    GETS("good", "{}");
    CHECK_INT((int)number("data.rows.0.n"), 7);
    CHECK(call("d", "{}") == CARTO_ERR_NOT_FOUND);
    flow_close(&w);
  }
}

#define TYPED(n, i, s, d, g, l, more)                                                                         \
  "{\"n\":" n ",\"i\":" i ",\"s\":\"" s "\",\"d\":\"" d "\",\"g\":" g ",\"l\":" l more "}"
#define POINT "{\"type\":\"Point\",\"coordinates\":[1,2]}"

static void test_types(void) {
  carto_alloc libc = {NULL, NULL};
  CHECK_INT(open_documents(typed_documents, 1, libc), CARTO_OK);
  CHECK_UINT(carto_server_problem_count(&w.m.server), 0);
  GETS("all_types", TYPED("2", "2", "'; DROP TABLE cities; --", "2024-02-28", POINT, "[1,2,3]",
                          ",\"sl\":[\"y\",\"x\"],\"gl\":[" POINT "," POINT "],\"b\":true"));
  CHECK_DOUBLE(number("data.rows.0.n"), 3.5);
  CHECK_INT((int)number("data.rows.0.i"), 3);
  CHECK_STR(text("data.rows.0.s"), "'; DROP TABLE cities; --");
  CHECK_STR(text("data.rows.0.e"), "red");
  CHECK_STR(text("data.rows.0.d"), "2024-02-29");
  CHECK_STR(text("data.rows.0.g"), "POINT(1 2)");
  CHECK(carto_json_bool(at("data.rows.0.b")) && carto_json_bool(at("data.rows.0.l")));
  CHECK(carto_json_bool(at("data.rows.0.sl")) && carto_json_bool(at("data.rows.0.o")));
  CHECK_INT((int)number("data.rows.0.gl"), 2);
  GETS("all_types", TYPED("7e0", "1", "\\u0000\\\"$1 @n {{n}}", "2024-12-31T10:00:00Z",
                          "{\"type\":\"Feature\",\"properties\":null,\"geometry\":" POINT "}", "[4]", ""));
  CHECK_DOUBLE(number("data.rows.0.n"), 1);
  CHECK_UINT(text("data.rows.0.s").len, 13);
  CHECK(!carto_json_bool(at("data.rows.0.l")));
  REFUSES("all_types", TYPED("2", "2", "ab", "2024-02-30", POINT, "[1]", ""), "\"d\" must be a date such as");
  REFUSES("all_types", TYPED("2", "2", "ab", "1999-12-31", POINT, "[1]", ""), "\"d\" must not be before 2000-01-01");
  REFUSES("all_types", TYPED("2", "2", "ab", "2030-01-02", POINT, "[1]", ""), "\"d\" must not be after 2030-01-01");
  REFUSES("all_types", TYPED("2", "2", "ab", "2024-01-01", "{\"type\":\"Point\",\"coordinates\":[1]}", "[1]", ""),
          "\"g\" must be a GeoJSON geometry");
  REFUSES("all_types", TYPED("2", "2", "ab", "2024-01-01", "{\"type\":\"LineString\",\"coordinates\":[[1,2],[3,4]]}",
                             "[1]", ""), "\"g\" must be a GeoJSON geometry: its type must be one of Point|Polygon, not LineString");
  REFUSES("all_types", TYPED("2", "2", "ab", "2024-01-01", "{\"type\":\"Feature\"}", "[1]", ""),
          "\"g\" must be a GeoJSON geometry");
  REFUSES("all_types", TYPED("2", "2", "ab", "2024-01-01", POINT, "[1]", ",\"gl\":[" POINT ",{\"type\":\"Dot\"}]"),
          "\"gl[1]\" must be a GeoJSON geometry");
  REFUSES("all_types", TYPED("2", "2", "ab", "2024-01-01", "{\"type\":\"Point\",\"coordinates\":[500,100]}", "[1]", ""),
          "longitudes are -180 to 180");
  REFUSES("all_types", TYPED("2", "2", "ab", "2024-01-01", "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,1],[1,0],"
                             "[0,1],[0,0]]]}", "[1]", ""), "crosses itself at");
  GETS("all_types", TYPED("1e17", "9007199254740993", "ab", "2030-01-01T23:59:59Z", POINT, "[1]", ""));
  REFUSES("all_types", TYPED("2", "2", "a", "2024-01-01", POINT, "[1]", ""), "\"s\" must be 2 to 60 characters long");
  REFUSES("all_types", TYPED("2", "0", "ab", "2024-01-01", POINT, "[1]", ""), "\"i\" must be at least 1, not 0");
  REFUSES("all_types", TYPED("2", "1.5", "ab", "2024-01-01", POINT, "[1]", ""), "\"i\" must be an integer, not a fraction");
  REFUSES("all_types", TYPED("2", "2", "ab", "2024-01-01", POINT, "[1,2,3,4]", ""), "\"l\" must be 0 to 3 elements long");
  REFUSES("all_types", TYPED("2", "2", "ab", "2024-01-01", POINT, "[\"1\"]", ""), "\"l[0]\" must be a number");
  REFUSES("all_types", TYPED("2", "2", "ab", "2024-01-01", POINT, "[1]", ",\"e\":\"blue\""), "must be one of red|green");
  REFUSES("all_types", TYPED("0", "2", "ab", "2024-01-01", POINT, "[1]", ""), "SQLSTATE 22012");
  REFUSES("all_types", "{\"n\":1}", "\"i\" is missing");
  flow_close(&w);
}

/* ---- jobs */

static void test_job(void) {
  launched l;
  CHECK_INT(flow_open(&w, carto_server_desc_default()), CARTO_OK);
  l = launch("slow_cities", "{\"least\":600000}");
  CHECK_CONTAINS(out, "{\"status\":200,\"data\":{\"jobId\":\"job-");
  CHECK_CONTAINS(out, "\"connectionName\":\"local\",\"providerId\":\"postgres\","
                      "\"workflowOutputTableName\":\"demo.workflows_temp.slow_cities_");
  CHECK(carto_server_has_work(&w.m.server));
  GETS(STATUS, l.job);
  CHECK_CONTAINS(out, "{\"status\":200,\"data\":{\"jobId\":\"job-");
  CHECK_CONTAINS(out, "\",\"connectionName\":\"local\",\"providerId\":\"postgres\",\"status\":\"pending\","
                      "\"error\":null,\"createdAt\":\"2026-01-02T03:04:05.");
  REFUSES(RESULTS, l.results, "is pending, there is no result yet; poll");
  REFUSES(GET, l.get, "is pending, there is no result yet");
  GETS(CHECKS, l.agent);
  CHECK_CONTAINS(out, "\"status\":\"running\",\"progress\":0}]}");
  CHECK(work());
  CHECK(!work());
  has_status(&l, "success");
  GETS(RESULTS, l.results);
  CHECK_INT((int)number("data.total"), 2);
  CHECK_STR(text("data.rows.1.name"), "Sevilla");
  GETS(CHECKS, l.agent);
  CHECK_CONTAINS(out, "\"status\":\"completed\",\"progress\":1}]}");
  GETS(GET, l.get);
  CHECK_STR(text("workflowOutputTableName"), l.table);
  CHECK_STR(text("providerId"), "postgres");
  REFUSES(RESULTS, "{\"jobId\":\"job-0000000000000001\",\"connectionName\":\"local\",\"providerId\":\"postgres\","
                   "\"workflowOutputTableName\":\"x\"}", "there is no job \"job-0000000000000001\"");
  REFUSES(STATUS, "{\"jobId\":\"abc-123\",\"connectionName\":\"local\"}", "there is no job \"abc-123\"");
  l.job[strlen(l.job) - 3] = 'x';
  REFUSES(STATUS, l.job, "runs on \"local\", not on \"locax\"");
  flow_close(&w);
}

static void test_failed_jobs(void) {
  launched late, counting;
  CHECK_INT(flow_open(&w, carto_server_desc_default()), CARTO_OK);
  late = launch("late", "{}");
  counting = launch("counting", "{\"least\":5}");
  CHECK(work());
  has_status(&late, "failure");
  CHECK_CONTAINS(text("data.error"), "step shares: division by zero (SQLSTATE 22012)");
  REFUSES(RESULTS, late.results, "failed and has no result: step shares: division by zero");
  GETS(CHECKS, late.agent);
  CHECK_CONTAINS(out, "\"status\":\"failed\"");
  CHECK(work());
  GETS(RESULTS, counting.results);
  CHECK_INT((int)number("data.total"), 5);
  counting = launch("counting", "{\"least\":5000}");
  CHECK(work());
  has_status(&counting, "failure");
  CHECK_STR(text("data.error"), "counts to 1000 at most");
  flow_close(&w);
}

/* While a job runs, everything else is answered. */
typedef struct meanwhile {
  launched *running, *waiting;
  int asked, cancel_at;
  double progress;
} meanwhile;

static bool meanwhile_asked(void *user) {
  meanwhile *m = (meanwhile *)user;
  if (m->asked++ > 0 && m->asked != m->cancel_at) {
    if (m->asked % 8 == 0) {
      GETS(CHECKS, m->running->agent);
      CHECK(number("jobs.0.progress") >= m->progress && number("jobs.0.progress") <= 1);
      m->progress = number("jobs.0.progress");
    }
    return true;
  }
  if (m->cancel_at && m->asked == m->cancel_at) {
    GETS("async_workflow_job_cancel", m->running->job);
    return true;
  }
  has_status(m->running, "running");
  has_status(m->waiting, "pending");
  GETS("execute_query", "{\"connection_name\":\"local\",\"sql\":\"SELECT count(*) FROM demo.world.cities\"}");
  CHECK_CONTAINS(out, "[[5]]");
  GETS("cities", "{}");
  CHECK_INT(carto_server_work(&w.m.server, NULL, NULL), CARTO_ERR_NOT_FOUND);
  CHECK(!carto_server_has_work(&w.m.server));
  return true;
}

static void test_meanwhile(void) {
  carto_server_desc desc = carto_server_desc_default();
  launched running, waiting;
  meanwhile m;
  memset(&m, 0, sizeof m);
  desc.allow = "job,workflow,data,extension";
  CHECK_INT(flow_open(&w, desc), CARTO_OK);
  running = launch("sleepy", "{}");
  waiting = launch("slow_cities", "{}");
  m.running = &running;
  m.waiting = &waiting;
  CHECK_INT(carto_server_work(&w.m.server, meanwhile_asked, &m), CARTO_OK);
  CHECK(m.asked > 3);
  CHECK(m.progress > 0);
  has_status(&running, "success");
  GETS(RESULTS, running.results);
  CHECK_INT((int)number("data.rows.0.n"), 300000);
  has_status(&waiting, "pending");
  GETS("async_workflow_job_cancel", waiting.job);
  CHECK_STR(text("data.status"), "cancelled");
  REFUSES("async_workflow_job_cancel", waiting.job, "is done already: cancelled");
  REFUSES(RESULTS, waiting.results, "was cancelled and has no result; run slow_cities again");
  CHECK(!work());
  for (int i = 2; i < 6; i++) { /* at whatever checkpoint */
    memset(&m, 0, sizeof m);
    running = launch("sleepy", "{}");
    waiting = launch("cities", "{}"), waiting = running;
    m.running = m.waiting = &running;
    m.asked = 1;
    m.cancel_at = i;
    CHECK_INT(carto_server_work(&w.m.server, meanwhile_asked, &m), CARTO_OK);
    has_status(&running, "cancelled");
    CHECK(m.asked == i);
  }
  flow_close(&w);
}

static bool stop_at_once(void *user) {
  (void)user;
  return false;
}

static bool takes_a_second(void *user) {
  (void)user;
  w.clock += 1000000;
  return true;
}

static void test_stopped(void) {
  carto_server_desc desc = carto_server_desc_default();
  launched l;
  carto_job job;
  desc.job_time_s = 2;
  CHECK_INT(flow_open(&w, desc), CARTO_OK);
  l = launch("sleepy", "{}");
  CHECK_INT(carto_server_work(&w.m.server, takes_a_second, NULL), CARTO_OK);
  has_status(&l, "failure");
  CHECK_CONTAINS(text("data.error"), "the job took longer than a job may (job_time_s)");
  flow_close(&w);
  CHECK_INT(flow_open(&w, carto_server_desc_default()), CARTO_OK);
  l = launch("sleepy", "{}");
  CHECK_INT(carto_server_work(&w.m.server, stop_at_once, NULL), CARTO_OK);
  has_status(&l, "failure");
  CHECK_CONTAINS(text("data.error"), "the server stopped while the job ran");
  l = launch("sleepy", "{}");
  CHECK_INT(carto_server_cancel_job(&w.m.server, STR(l.id), NULL), CARTO_OK);
  CHECK_INT(carto_server_cancel_job(&w.m.server, STR(l.id), NULL), CARTO_ERR_ARG);
  CHECK_INT(carto_server_cancel_job(&w.m.server, STR("job-1"), NULL), CARTO_ERR_NOT_FOUND);
  CHECK_INT(carto_server_job(&w.m.server, STR(l.id), &job), CARTO_OK);
  CHECK_INT(job.state, 4);
  flow_close(&w);
}

/* What a call answered at once gives way to jobs, and never takes a job's place. */
static void test_results_give_way(void) {
  carto_server_desc desc = carto_server_desc_default();
  launched l;
  char sql[200];
  desc.jobs = 3;
  CHECK_INT(flow_open(&w, desc), CARTO_OK);
  l = launch("slow_cities", "{}");
  CHECK(work());
  for (int i = 0; i < 5; i++) GETS("cities", "{}");
  snprintf(sql, sizeof sql, "{\"connection_name\":\"local\",\"sql\":\"SELECT * FROM %.*s\"}",
           (int)text("data.workflowOutputTableName").len, text("data.workflowOutputTableName").ptr);
  has_status(&l, "success");
  GETS(RESULTS, l.results);
  GETS("execute_query", sql);
  CHECK_UINT(w.m.server._flows->job_count, 3);
  launch("slow_cities", "{}"), launch("slow_cities", "{}");
  CHECK(work() && work());
  has_status(&l, "success");
  CHECK(call("execute_query", sql) != CARTO_OK);
  GETS("cities", "{}"); /* there is no room to keep its rows */
  CHECK_CONTAINS(out, "\"rows\":[{");
  has_status(&l, "success");
  launch("slow_cities", "{}");
  REFUSES(STATUS, l.job, "has expired");
  flow_close(&w);
}

/* Bounded in number, bytes and age. */
static void test_bounds(void) {
  carto_server_desc desc = carto_server_desc_default();
  launched first, second, third;
  desc.jobs = 2;
  desc.job_bytes = 100000;
  desc.job_age_s = 60;
  CHECK_INT(flow_open(&w, desc), CARTO_OK);
  first = launch("slow_cities", "{}");
  second = launch("slow_cities", "{}");
  REFUSES("slow_cities", "{}", "there are 2 jobs, of which 2 wait");
  CHECK(work());
  third = launch("slow_cities", "{}");
  REFUSES(STATUS, first.job, "has expired, and its result is gone; run the workflow again");
  CHECK(work() && work());
  w.clock += 30 * INT64_C(1000000);
  has_status(&second, "success");
  w.clock += 40 * INT64_C(1000000);
  first = launch("slow_cities", "{}");
  REFUSES(STATUS, second.job, "has expired");
  REFUSES(STATUS, third.job, "has expired");
  CHECK(work());
  has_status(&first, "success");
  flow_close(&w);
  desc.jobs = 8;
  desc.job_bytes = 4000;
  CHECK_INT(flow_open(&w, desc), CARTO_OK);
  for (int i = 0; i < 7; i++) first = launch("slow_cities", "{}");
  while (work()) CHECK(w.m.server._flows->table_bytes <= 4000);
  has_status(&first, "success");
  CHECK(w.m.server._flows->job_count < 7);
  flow_close(&w);
  desc.job_bytes = 100;
  CHECK_INT(flow_open(&w, desc), CARTO_OK);
  first = launch("slow_cities", "{}");
  CHECK(work());
  has_status(&first, "failure");
  CHECK_CONTAINS(text("data.error"), "the limit is 100");
  flow_close(&w);
}

/* ---- sessions */

typedef struct told {
  char last[4000];
  int list_changed;
} told;

static bool told_write(void *user, carto_str message) {
  told *t = (told *)user;
  if (test_contains(message, "notifications/tools/list_changed")) {
    t->list_changed++;
    snprintf(t->last, sizeof t->last, "%.*s", (int)message.len, message.ptr);
    return true;
  }
  snprintf(t->last, sizeof t->last, "%.*s", (int)message.len, message.ptr);
  return true;
}

static const char *tell(carto_session *session, told *t, const char *message) {
  carto_peer peer = {told_write, NULL, NULL};
  peer.user = t;
  t->last[0] = 0;
  CHECK_INT(carto_server_handle(&w.m.server, session, &peer, STR(message)), CARTO_OK);
  return t->last;
}

#define HELLO                                                                                                  \
  "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-06-18\"," \
  "\"capabilities\":{},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}}"
#define MODERN "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"," \
  "\"io.modelcontextprotocol/clientCapabilities\":{}}"

#define TOOL "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"tools/call\",\"params\":{\"name\":"
#define READ TOOL "\"get_formula_widget\",\"arguments\":{\"map\":\"ours\",\"widgetId\":\"w1\"}}}"

static void test_foreign(void) {
  carto_session one, two;
  static told t;
  char message[600];
  const char *id;
  carto_server_desc desc = carto_server_desc_default();
  desc.allow = "data,map,widget,job,workflow,extension";
  CHECK_INT(flow_open(&w, desc), CARTO_OK);
  memset(&one, 0, sizeof one);
  memset(&two, 0, sizeof two);
  tell(&one, &t, HELLO);
  tell(&two, &t, HELLO);
  tell(&one, &t, "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":{\"name\":\"sleepy\"}}");
  id = strstr(t.last, "job-");
  if (!CHECK(id != NULL)) return;
  snprintf(message, sizeof message,
           "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"tools/call\",\"params\":{\"name\":\"" STATUS
           "\",\"arguments\":{\"jobId\":\"%.20s\",\"connectionName\":\"local\"}}}", id);
  CHECK(strstr(tell(&two, &t, message), "belongs to another session; run the workflow yourself"));
  CHECK(strstr(tell(&one, &t, message), "pending"));
  /* nor by the name of its table, which a query of the job's own session reads */
  while (work()) {
  }
  {
    char key[17];
    memcpy(key, strstr(message, "job-") + 4, 16);
    key[16] = 0;
    snprintf(message, sizeof message,
             "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"tools/call\",\"params\":{\"name\":\"execute_query\","
             "\"arguments\":{\"connection_name\":\"local\",\"sql\":\"SELECT n FROM "
             "demo.workflows_temp.sleepy_%s\"}}}", key);
    CHECK(strstr(tell(&two, &t, message), "belongs to another session; run the workflow yourself"));
    CHECK(!strstr(t.last, "300000"));
    CHECK(strstr(tell(&one, &t, message), "300000"));
    /* nor by what a query of its own session has left with a map that both see */
    snprintf(message, sizeof message,
             TOOL "\"add_source\",\"arguments\":{\"map\":\"ours\",\"type\":\"query\",\"connection\":\"local\","
             "\"provider\":\"postgres\",\"source\":\"SELECT n, ST_Point(1, 1) AS geom FROM "
             "demo.workflows_temp.sleepy_%s\"}}}", key);
    CHECK(strstr(tell(&one, &t, message), "\\\"id\\\":\\\"s1\\\""));
    CHECK(strstr(tell(&one, &t, TOOL "\"add_widget\",\"arguments\":{\"map\":\"ours\",\"datasetId\":\"s1\",\"type\":"
                                "\"formula\",\"operation\":\"sum\",\"column\":\"n\"}}}"), "w1"));
    CHECK(strstr(tell(&one, &t, READ), "300000"));
    CHECK(strstr(tell(&two, &t, READ), "belongs to another session"));
    CHECK(strstr(tell(&one, &t, READ), "300000"));
  }
  flow_close(&w);
}

static const memory_file later_documents[] = {
  {"a.json", "{\"name\":\"a\",\"description\":\"A.\",\"mode\":\"async\",\"sql\":\"SELECT 1 AS n\"}", 0, 0},
  {"b.json", "{\"name\":\"b\",\"description\":\"B.\",\"sql\":\"SELECT 2 AS n\"}", 0, 0},
  {"c.json", "{\"name\":\"c\",\"description\":\"C.\",\"sql\":\"SELECT 3 AS n FROM\"}", 0, 0},
};

/* Files that change are picked up, and clients of both eras are told. A job goes on with what it was made of. */
static void test_sync_documents(void) {
  carto_alloc libc = {NULL, NULL};
  carto_session legacy, modern;
  static told t, m;
  memory_files *files;
  launched l;
  CHECK_INT(open_documents(later_documents, 1, libc), CARTO_OK);
  files = (memory_files *)w.m.server._desc.workflow_files.user;
  memset(&legacy, 0, sizeof legacy);
  memset(&modern, 0, sizeof modern);
  t.list_changed = m.list_changed = 0;
  CHECK(strstr(tell(&legacy, &t, HELLO), "\"tools\":{\"listChanged\":true}"));
  CHECK(strstr(tell(&modern, &m, "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"subscriptions/listen\",\"params\":{"
                                 "\"notifications\":{\"toolsListChanged\":true}," MODERN "}}"),
               "\"toolsListChanged\":true"));
  l = launch("a", "{}");
  CHECK(call("b", "{}") == CARTO_ERR_NOT_FOUND);
  files->rows = later_documents + 1;
  files->count = 2;
  carto_server_ask_sync(&w.m.server);
  CHECK_INT(carto_server_sync(&w.m.server, NULL), CARTO_OK);
  CHECK_UINT(carto_server_problem_count(&w.m.server), 1);
  CHECK_STR(carto_server_problem(&w.m.server, 0).file, "c.json");
  tell(&legacy, &t, "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"ping\"}");
  CHECK_INT(t.list_changed, 1);
  tell(&legacy, &t, "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"ping\"}");
  CHECK_INT(t.list_changed, 1);
  tell(&modern, &m, "{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"tools/call\",\"params\":{\"name\":\"b\"," MODERN "}}");
  CHECK_INT(m.list_changed, 1);
  CHECK(call("a", "{}") == CARTO_ERR_NOT_FOUND);
  GETS("b", "{}");
  CHECK(work());
  GETS(RESULTS, l.results);
  CHECK_INT((int)number("data.rows.0.n"), 1);
  flow_close(&w);
}

/* ---- several connections */

static const memory_file other_data[] = {{"other/s/regions.csv", "country,region\nES,South\nPT,West\n", 0, 0}};

/* Steps on two connections, and a table that an input names. */
static void test_connections(void) {
  static const carto_workflow_input inputs[] = {
    {"places", CARTO_INPUT_TABLE, false, false, "Places.", "\"demo.world.cities\"", NULL, 0, 0, 0, 0, NULL, NULL, NULL, NULL},
    {"people", CARTO_INPUT_COLUMN, false, false, "People.", "\"population\"", NULL, 0, 0, 0, 0, NULL, NULL, "places",
     "Number"}};
  static const carto_workflow_step steps[] = {
    {"regions", "SELECT country, region FROM regions", NULL, NULL, "second"},
    {NULL, "SELECT r.region, sum(p.people) AS people FROM places p JOIN regions r ON r.country = p.country "
           "GROUP BY 1 ORDER BY 1", NULL, NULL, NULL}};
  static const carto_workflow row = {"regions", NULL, "Regions.", "local", true, inputs, 2, steps, 2, NULL, NULL, 0};
  carto_local_desc local = carto_local_desc_default();
  carto_server_desc desc = carto_server_desc_default();
  carto_local locals[2];
  carto_warehouse warehouses[2];
  memory_files files[2];
  launched l;
  memset(&w, 0, sizeof w);
  w.arena = test_arena();
  local.name = STR("second");
  local.data = memory_files_of(&files[1], other_data, MEMORY_COUNT(other_data));
  CHECK_INT(carto_local_init(&locals[1], &local, NULL), CARTO_OK);
  local.name = STR("local");
  local.data = memory_files_of(&files[0], memory_data, MEMORY_COUNT(memory_data));
  CHECK_INT(carto_local_init(&locals[0], &local, NULL), CARTO_OK);
  for (int i = 0; i < 2; i++) warehouses[i] = carto_local_warehouse(&locals[i]);
  desc.warehouses = warehouses;
  desc.warehouse_count = 2;
  desc.workflows = &row;
  desc.workflow_count = 1;
  CHECK_INT(carto_server_init(&w.m.server, &desc, NULL), CARTO_OK);
  CHECK_UINT(carto_server_problem_count(&w.m.server), 0);
  l = launch("regions", "{}");
  CHECK(work());
  GETS(RESULTS, l.results);
  CHECK_STR(text("data.rows.0.region"), "South");
  CHECK_INT((int)number("data.rows.0.people"), 3911926);
  CHECK_INT((int)number("data.rows.1.people"), 777596);
  l = launch("regions", "{\"places\":\"demo.world.citis\"}");
  CHECK(work());
  has_status(&l, "failure");
  CHECK_CONTAINS(text("data.error"), "\"places\": no table \"citis\" in demo.world; nearest: \"cities\"");
  l = launch("regions", "{\"people\":\"name\"}");
  CHECK(work());
  has_status(&l, "failure");
  CHECK_CONTAINS(text("data.error"), "\"people\": column \"name\" is String; it must be Number");
  l = launch("regions", "{\"places\":\"cities; DROP TABLE x\"}");
  CHECK(work());
  has_status(&l, "failure");
  CHECK_CONTAINS(text("data.error"), "no table \"cities; DROP TABLE x\"");
  carto_server_free(&w.m.server);
  carto_local_free(&locals[0]);
  carto_local_free(&locals[1]);
  carto_arena_free(&w.arena);
}

/* ---- jobs that outlive the program */

static memory_store store;

static carto_status reopen(bool first) {
  carto_server_desc desc = carto_server_desc_default();
  if (!first) flow_close(&w);
  desc.store = store_of(&store);
  desc.allow = "job,workflow,data,extension";
  return flow_open(&w, desc);
}

static void test_store(void) {
  launched done, late, waiting, cancelled;
  store_clear(&store);
  CHECK_INT(reopen(true), CARTO_OK);
  done = launch("slow_cities", "{\"least\":600000}");
  late = launch("late", "{}");
  CHECK(work() && work());
  waiting = launch("counting", "{\"least\":7}");
  cancelled = launch("sleepy", "{}");
  GETS("async_workflow_job_cancel", cancelled.job);
  CHECK_INT(reopen(false), CARTO_OK);
  CHECK_UINT(carto_server_problem_count(&w.m.server), 0);
  has_status(&done, "success");
  has_status(&late, "failure");
  CHECK_CONTAINS(text("data.error"), "division by zero");
  has_status(&cancelled, "cancelled");
  has_status(&waiting, "pending");
  GETS(RESULTS, done.results);
  CHECK_INT((int)number("data.total"), 2);
  CHECK_STR(text("data.rows.0.geom"), "POINT(-3.7038 40.4168)");
  CHECK_STR(text("data.schema.1.type"), "INT64");
  CHECK(work());
  GETS(RESULTS, waiting.results);
  CHECK_INT((int)number("data.total"), 7);
  store_clear(&store);
  flow_close(&w);
}

/* Every column there can be comes back as it was; so do results of no rows, of nothing but nulls. */
static void test_store_columns(void) {
  static const char *const queries[] = {
    "SELECT * FROM (VALUES (1, 1.5, 'a', true, DATE '2024-01-02', TIMESTAMP '2024-01-02 03:04:05.6', "
    "ST_Point(1, 2), ST_GeomFromText('LINESTRING(1 2,3 4)'), '8928308280fffff', ARRAY[1,2]), "
    "(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL), "
    "(-9223372036854775807, 'NaN', 'a', false, DATE '0001-01-01', NULL, ST_Point(-180, 90), "
    "ST_GeomFromText('POLYGON((0 0,1 0,1 1,0 0))'), '8928308280fffff', ARRAY[3])) AS t(i, n, s, b, d, t, p, g, h, a)",
    "SELECT NULL::geometry AS g, NULL::text AS s, NULL::date AS d FROM generate_series(1, 70)",
    "SELECT name, geom, population FROM demo.world.cities WHERE false",
    "SELECT 1 AS a, '' AS \"A\", ST_Point(1, 2) AS g",
    "SELECT ST_GeomFromText('POINT EMPTY') AS g, NULL AS n",
  };
  for (size_t i = 0; i < MEMORY_COUNT(queries); i++) {
    carto_workflow_step step = {NULL, queries[i], NULL, NULL, NULL};
    carto_workflow row = {"kinds", NULL, "Kinds.", NULL, true, NULL, 0, &step, 1, NULL, NULL, 0};
    carto_server_desc desc = carto_server_desc_default();
    char before[3000];
    launched l;
    store_clear(&store);
    desc.store = store_of(&store);
    desc.workflows = &row;
    desc.workflow_count = 1;
    CHECK_INT(flow_open(&w, desc), CARTO_OK);
    if (!CHECK(carto_server_problem_count(&w.m.server) == 0))
      printf("  %.*s\n", (int)carto_server_problem(&w.m.server, 0).text.len,
             carto_server_problem(&w.m.server, 0).text.ptr);
    l = launch("kinds", "{}");
    CHECK(work());
    GETS(RESULTS, l.results);
    snprintf(before, sizeof before, "%.*s", (int)out.len, out.ptr);
    flow_close(&w);
    CHECK_INT(flow_open(&w, desc), CARTO_OK);
    GETS(RESULTS, l.results);
    CHECK_STR(out, before);
    flow_close(&w);
  }
  store_clear(&store);
}

/* A cancellation is acknowledged once it is kept; an end that could not be kept is kept later. */
static void test_cancel_kept(void) {
  launched l;
  store_clear(&store);
  CHECK_INT(reopen(true), CARTO_OK);
  l = launch("slow_cities", "{}");
  store.writes = 0;
  store.fail_at = 1;
  CHECK(carto_server_cancel_job(&w.m.server, STR(l.id), &w.error) != CARTO_OK);
  CHECK_CONTAINS(STR(w.error.text), "is not cancelled, for that cannot be kept: no space is left");
  has_status(&l, "pending");
  store.fail_at = 0;
  CHECK_INT(carto_server_cancel_job(&w.m.server, STR(l.id), &w.error), CARTO_OK);
  CHECK_INT(reopen(false), CARTO_OK);
  has_status(&l, "cancelled");
  CHECK(!work());
  flow_close(&w);
  store_clear(&store);
  CHECK_INT(reopen(true), CARTO_OK);
  l = launch("sleepy", "{}");
  store.writes = 0;
  store.fail_at = 2; /* its end: the first write says that it runs */
  CHECK_INT(carto_server_work(&w.m.server, stop_at_once, NULL), CARTO_OK);
  has_status(&l, "failure");
  store.fail_at = 0;
  w.clock += 2000000;
  has_status(&l, "failure");
  CHECK_CONTAINS(text("data.error"), "the server stopped while the job ran; run the workflow again");
  CHECK_INT(reopen(false), CARTO_OK);
  has_status(&l, "failure");
  CHECK_CONTAINS(text("data.error"), "the server stopped while the job ran; run the workflow again");
  flow_close(&w);
  store_clear(&store);
}

/* The disk is full at each write in turn, or the power goes there: what was acknowledged is there afterwards, in one
   of the defined states, and a result is whole or not served. */
static void test_store_faults(void) {
  for (int cut = 0; cut < 2; cut++) {
    for (int n = 1; n <= 8; n++) {
      launched l;
      carto_status launched_it;
      store_clear(&store);
      CHECK_INT(reopen(true), CARTO_OK);
      if (cut) store.stop_at = n;
      else store.fail_at = n;
      launched_it = call("slow_cities", "{}");
      if (launched_it != CARTO_OK) {
        CHECK(!cut && n == 1);
        CHECK_CONTAINS(out, "the job cannot be kept: no space is left for job-");
        CHECK(!work());
        flow_close(&w);
        continue;
      }
      store.writes = 0;
      if (store.fail_at) store.fail_at = n - 1;
      if (store.stop_at) store.stop_at = n > 1 ? n - 1 : 1;
      snprintf(l.job, sizeof l.job, "{\"jobId\":\"%.*s\",\"connectionName\":\"local\"}", (int)text("data.jobId").len,
               text("data.jobId").ptr);
      snprintf(l.results, sizeof l.results,
               "{\"jobId\":\"%.*s\",\"connectionName\":\"local\",\"providerId\":\"postgres\","
               "\"workflowOutputTableName\":\"%.*s\"}",
               (int)text("data.jobId").len, text("data.jobId").ptr, (int)text("data.workflowOutputTableName").len,
               text("data.workflowOutputTableName").ptr);
      CHECK(work());
      GETS(STATUS, l.job);
      if (!cut && n >= 2 && n <= 4) {
        CHECK_STR(text("data.status"), "failure");
        CHECK_CONTAINS(text("data.error"), "no space is left for job-");
        REFUSES(RESULTS, l.results, "; run slow_cities again, with other inputs if these are the reason");
      } else {
        CHECK_STR(text("data.status"), "success");
      }
      store.fail_at = store.stop_at = 0;
      CHECK_INT(reopen(false), CARTO_OK);
      if (cut && n == 1) { /* nothing was ever kept, though the disk said so: a disk that lies */
        CHECK(call(STATUS, l.job) != CARTO_OK);
      } else {
        GETS(STATUS, l.job);
        if (carto__str_is(text("data.status"), "pending")) {
          CHECK(work());
          GETS(STATUS, l.job);
        }
        if (carto__str_is(text("data.status"), "success")) {
          GETS(RESULTS, l.results);
          CHECK_INT((int)number("data.total"), 4);
        } else {
          CHECK_STR(text("data.status"), "failure");
          REFUSES(RESULTS, l.results, "failed and has no result");
        }
      }
      flow_close(&w);
    }
  }
  store_clear(&store);
}

/* Torn files, byte by byte: reported, never served. */
static void test_torn(void) {
  launched l;
  store_file *record, *rows;
  char name[64];
  size_t whole;
  store_clear(&store);
  CHECK_INT(reopen(true), CARTO_OK);
  l = launch("slow_cities", "{}");
  CHECK(work());
  flow_close(&w);
  snprintf(name, sizeof name, "%s.rows", l.id);
  rows = store_find(&store, STR(name));
  if (!CHECK(rows != NULL)) return;
  whole = rows->len;
  for (size_t cut = 0; cut < whole; cut += cut < 80 ? 1 : 13) {
    char *kept;
    size_t record_len;
    snprintf(name, sizeof name, "%s.job", l.id);
    record = store_find(&store, STR(name));
    kept = (char *)malloc(record->len);
    memcpy(kept, record->text, record->len);
    record_len = record->len;
    rows->len = cut;
    CHECK_INT(reopen(true), CARTO_OK);
    CHECK(call(RESULTS, l.results) != CARTO_OK);
    CHECK_CONTAINS(out, "the stored result is damaged or gone; run the workflow again");
    CHECK_UINT(carto_server_problem_count(&w.m.server), 1);
    has_status(&l, "failure");
    flow_close(&w);
    record = store_find(&store, STR(name));
    free(record->text);
    record->text = kept;
    record->len = record_len;
  }
  rows->len = whole;
  rows->text[whole / 2] ^= 1;
  CHECK_INT(reopen(true), CARTO_OK);
  CHECK(call(RESULTS, l.results) != CARTO_OK);
  flow_close(&w);
  record = store_find(&store, STR(name));
  record->text[record->len / 2] ^= 1;
  CHECK_INT(reopen(true), CARTO_OK);
  has_status(&l, "failure");
  CHECK_CONTAINS(text("data.error"), "the record of the job is damaged");
  CHECK_UINT(carto_server_problem_count(&w.m.server), 1);
  flow_close(&w);
  store_clear(&store);
}

/* ---- what comes between */

/* One file that is read in two steps, with a look around between them. */
static carto_status slow_read(const carto_call *call, void *user, carto_str name, carto_buf *to, carto_error *error) {
  carto_status status = store_read(call, user, name, to, error);
  if (status == CARTO_OK && call->checkpoint && !call->checkpoint(call->user)) return CARTO_ERR_CANCELLED;
  return status;
}

static const carto_workflow_input reader_inputs[] = {
  {"places", CARTO_INPUT_TABLE, false, false, "Places.", "\"demo.world.cities\"", NULL, 0, 0, 0, 0, NULL, NULL, NULL,
   NULL}};
static const carto_workflow_step reader_steps[] = {
  {NULL, "SELECT count(*) AS n, min(name) AS name FROM places", NULL, NULL, NULL}};
static const carto_workflow reader_rows[] = {
  {"slow_cities", NULL, "Cities.", NULL, true, flow_inputs, 1, flow_city_steps, 1, NULL, NULL, 0},
  {"reader", NULL, "Reads a table.", NULL, true, reader_inputs, 1, reader_steps, 1, NULL, NULL, 0}};

static carto_status open_reader(size_t job_bytes) {
  carto_server_desc desc = carto_server_desc_default();
  desc.store = store_of(&store);
  desc.store.read = slow_read;
  desc.workflows = reader_rows;
  desc.workflow_count = 2;
  desc.job_bytes = job_bytes;
  return flow_open(&w, desc);
}

static size_t held_bytes(void) {
  size_t bytes = 0;
  for (carto__job *job = w.m.server._flows->jobs; job; job = job->next)
    if (job->in_memory) bytes += job->table.memory_bytes;
  return bytes;
}

static bool reads_the_same(void *user) {
  GETS(RESULTS, ((launched *)user)->results);
  return true;
}

/* A job reads a stored table; while it waits for the file somebody asks for the same one. */
static void test_same_table(void) {
  launched made, reading;
  char arguments[200];
  store_clear(&store);
  CHECK_INT(open_reader(0), CARTO_OK);
  made = launch("slow_cities", "{}");
  CHECK(work());
  flow_close(&w);
  CHECK_INT(open_reader(0), CARTO_OK);
  snprintf(arguments, sizeof arguments, "{\"places\":\"%s\"}", made.table);
  reading = launch("reader", arguments);
  CHECK_INT(carto_server_work(&w.m.server, reads_the_same, &made), CARTO_OK);
  has_status(&reading, "success");
  CHECK_UINT(w.m.server._flows->table_bytes, held_bytes());
  GETS(RESULTS, reading.results);
  CHECK_INT((int)number("data.rows.0.n"), 4);
  flow_close(&w);
  store_clear(&store);
}

/* Stored results that are read one after the other leave memory again, and what is too old is gone though nothing
   else happens. */
static void test_results_in_memory(void) {
  launched made[20];
  size_t one;
  store_clear(&store);
  CHECK_INT(open_reader(0), CARTO_OK);
  for (int i = 0; i < 20; i++) {
    made[i] = launch("slow_cities", "{}");
    CHECK(work());
  }
  one = held_bytes() / 20;
  flow_close(&w);
  CHECK_INT(open_reader(2 * one), CARTO_OK);
  for (int i = 0; i < 20; i++) {
    GETS(RESULTS, made[i].results);
    CHECK_INT((int)number("data.total"), 4);
    CHECK(held_bytes() <= 3 * one);
  }
  w.clock += INT64_C(86500) * 1000000;
  REFUSES(RESULTS, made[0].results, "has expired, and its result is gone");
  CHECK_UINT(held_bytes(), 0);
  CHECK_UINT(store.count, 0);
  flow_close(&w);
  store_clear(&store);
}

/* How far a job is only grows, also from one step to the next. */
static bool only_grows(void *user) {
  meanwhile *m = (meanwhile *)user;
  carto_job job;
  CHECK_INT(carto_server_job(&w.m.server, STR(m->running->id), &job), CARTO_OK);
  CHECK(job.progress >= m->progress && job.progress <= 1);
  m->progress = job.progress;
  return true;
}

static carto_status flow_reporting(const carto_workflow_call *call, carto_alloc alloc, carto_table *to,
                                   carto_error *error) {
  const carto_call *work = call->work;
  carto_table_builder build;
  for (int i = 0; i <= 10 && !call->columns_only; i += 5) {
    work->progress(work->user, (uint64_t)i, 10, "");
    if (!work->checkpoint(work->user)) return CARTO_ERR_CANCELLED;
  }
  carto_table_builder_init(&build, alloc, 0);
  carto_table_builder_add_column(&build, STR("n"), CARTO_TYPE_INTEGER);
  return carto_table_builder_end(&build, to, error);
}

static void test_progress(void) {
  static const carto_workflow_step steps[] = {{"a", NULL, flow_reporting, NULL, NULL},
                                              {NULL, NULL, flow_reporting, NULL, NULL}};
  static const carto_workflow row = {"reporting", NULL, "Reports.", NULL, true, NULL, 0, steps, 2, NULL, NULL, 0};
  carto_server_desc desc = carto_server_desc_default();
  launched running;
  meanwhile m;
  memset(&m, 0, sizeof m);
  desc.workflows = &row;
  desc.workflow_count = 1;
  CHECK_INT(flow_open(&w, desc), CARTO_OK);
  running = launch("reporting", "{}");
  m.running = &running;
  CHECK_INT(carto_server_work(&w.m.server, only_grows, &m), CARTO_OK);
  CHECK_DOUBLE(m.progress, 1);
  flow_close(&w);
}

/* A job that waited while its workflow became another: what it was given is looked at again. */
static void test_other_workflow(void) {
  static const memory_file rows[] = {
    {"d.json", "{\"name\":\"d\",\"description\":\"D.\",\"mode\":\"async\",\"inputs\":[{\"name\":\"n\",\"type\":"
               "\"String\",\"description\":\"N.\"}],\"sql\":\"SELECT @n AS n\"}", 0, 0},
    {"d.json", "{\"name\":\"d\",\"description\":\"D.\",\"mode\":\"async\",\"inputs\":[{\"name\":\"n\",\"type\":"
               "\"Number\",\"list\":true,\"description\":\"N.\"},{\"name\":\"m\",\"type\":\"Number\","
               "\"description\":\"M.\"}],\"sql\":\"SELECT @m AS n FROM (SELECT 1) AS t WHERE 1 IN (@n)\"}", 0, 0}};
  launched l;
  store_clear(&store);
  for (int i = 0; i < 2; i++) {
    memory_files files;
    carto_server_desc desc = carto_server_desc_default();
    desc.workflow_files = memory_files_of(&files, rows + i, 1);
    desc.store = store_of(&store);
    CHECK_INT(flow_open(&w, desc), CARTO_OK);
    CHECK_UINT(carto_server_problem_count(&w.m.server), 0);
    if (i == 0) {
      l = launch("d", "{\"n\":\"x\"}");
    } else {
      has_status(&l, "pending");
      CHECK(work());
      has_status(&l, "failure");
      CHECK_CONTAINS(text("data.error"), "\"n\" must be an array, not a string");
    }
    flow_close(&w);
  }
  store_clear(&store);
}

/* A job with large arguments is cancelled for good. */
static void test_large_cancel(void) {
  static const memory_file row = {
    "d.json", "{\"name\":\"d\",\"description\":\"D.\",\"mode\":\"async\",\"inputs\":[{\"name\":\"n\",\"type\":"
              "\"String\",\"description\":\"N.\"}],\"sql\":\"SELECT length(@n) AS n\"}", 0, 0};
  enum { SIZE = 1200000 };
  static char arguments[SIZE + 20];
  launched l;
  memset(arguments, 'x', sizeof arguments);
  memcpy(arguments, "{\"n\":\"", 6);
  memcpy(arguments + SIZE, "\"}", 3);
  store_clear(&store);
  for (int i = 0; i < 2; i++) {
    memory_files files;
    carto_server_desc desc = carto_server_desc_default();
    desc.workflow_files = memory_files_of(&files, &row, 1);
    desc.store = store_of(&store);
    CHECK_INT(flow_open(&w, desc), CARTO_OK);
    if (i == 0) {
      l = launch("d", arguments);
      CHECK_INT(carto_server_cancel_job(&w.m.server, STR(l.id), NULL), CARTO_OK);
    }
    CHECK_UINT(carto_server_problem_count(&w.m.server), 0);
    has_status(&l, "cancelled");
    flow_close(&w);
  }
  store_clear(&store);
}

/* A step that takes all the memory a request may take: that is what the record says. */
static carto_status flow_greedy(const carto_workflow_call *call, carto_alloc alloc, carto_table *to,
                                carto_error *error) {
  carto_table_builder build;
  if (!call->columns_only) {
    while (carto_arena_alloc(call->work->arena, 16)) {
    }
    return memory_fail(error, CARTO_ERR_LIMIT, "too greedy", STR(""));
  }
  carto_table_builder_init(&build, alloc, 0);
  carto_table_builder_add_column(&build, STR("n"), CARTO_TYPE_INTEGER);
  return carto_table_builder_end(&build, to, error);
}

static void test_greedy(void) {
  static const carto_workflow_step step = {NULL, NULL, flow_greedy, NULL, NULL};
  static const carto_workflow row = {"greedy", NULL, "Takes all.", NULL, true, NULL, 0, &step, 1, NULL, NULL, 0};
  carto_server_desc desc = carto_server_desc_default();
  launched l;
  store_clear(&store);
  desc.store = store_of(&store);
  desc.workflows = &row;
  desc.workflow_count = 1;
  desc.arena_bytes = (size_t)1 << 20;
  for (int i = 0; i < 2; i++) {
    CHECK_INT(flow_open(&w, desc), CARTO_OK);
    if (i == 0) {
      l = launch("greedy", "{}");
      CHECK(work());
    }
    CHECK_UINT(carto_server_problem_count(&w.m.server), 0);
    has_status(&l, "failure");
    CHECK_STR(text("data.error"), "too greedy");
    flow_close(&w);
  }
  store_clear(&store);
}

/* Files in the store that are none of a job's stay; a record of a time that there is not is damaged. */
static void test_strange_store(void) {
  static const char record[] =
    "{\"workflow\":\"w\",\"connection\":\"local\",\"provider\":\"postgres\",\"table\":\"t\",\"state\":\"success\","
    "\"failure\":\"\",\"createdAt\":1,\"endedAt\":-9223372036854775808,\"rows\":1,\"bytes\":1,\"arguments\":{}}";
  char line[CARTO_MCP__STORE_LINE];
  carto_call none;
  carto_str parts[2];
  memset(&none, 0, sizeof none);
  store_clear(&store);
  parts[1] = STR(record);
  parts[0] = carto__store_line(line, "job", parts[1].len, carto__seal(parts[1]));
  CHECK_INT(store_write(&none, &store, STR("job-00000000000000ab.job"), parts, 2, NULL), CARTO_OK);
  CHECK_INT(store_write(&none, &store, STR("notes.rows"), parts, 1, NULL), CARTO_OK);
  CHECK_INT(store_write(&none, &store, STR("job-00000000000000ac.rows"), parts, 1, NULL), CARTO_OK);
  CHECK_INT(reopen(true), CARTO_OK);
  CHECK_UINT(carto_server_problem_count(&w.m.server), 1);
  GETS(STATUS, "{\"jobId\":\"job-00000000000000ab\",\"connectionName\":\"local\"}");
  CHECK_CONTAINS(out, "the record of the job is damaged");
  CHECK(store_find(&store, STR("notes.rows")) != NULL);
  CHECK(store_find(&store, STR("job-00000000000000ac.rows")) == NULL);
  flow_close(&w);
  store_clear(&store);
}

/* ---- out of memory */

static int allocation_body(carto_alloc alloc) {
  int done = 0;
  launched l;
  static memory_files files;
  carto_server_desc desc = carto_server_desc_default();
  memset(&l, 0, sizeof l);
  desc.workflows = flow_rows; /* cities, and the same as a job */
  desc.workflow_count = 2;
  desc.workflow_files = memory_files_of(&files, typed_documents, 1);
  desc.alloc = alloc;
  if (flow_open(&w, desc) == CARTO_OK && w.m.server._tool_count > 0) {
    if (call("slow_cities", "{}") == CARTO_OK) {
      snprintf(l.results, sizeof l.results,
               "{\"jobId\":\"%.*s\",\"connectionName\":\"local\",\"providerId\":\"postgres\","
               "\"workflowOutputTableName\":\"%.*s\"}",
               (int)text("data.jobId").len, text("data.jobId").ptr, (int)text("data.workflowOutputTableName").len,
               text("data.workflowOutputTableName").ptr);
      while (work()) {
      }
      if (call(RESULTS, l.results) == CARTO_OK && call("cities", "{}") == CARTO_OK &&
          carto_server_sync(&w.m.server, NULL) == CARTO_OK &&
          call("all_types", TYPED("2", "2", "ab", "2024-02-28", POINT, "[1,2,3]", "")) == CARTO_OK)
        done = 1;
    }
  }
  flow_close(&w);
  return done;
}

/* The same with a store: whatever fails, what was acknowledged is one of the defined states afterwards. */
static int allocation_store_body(carto_alloc alloc) {
  carto_server_desc desc = carto_server_desc_default();
  char id[32] = "";
  int done = 0;
  store_clear(&store);
  desc.store = store_of(&store);
  desc.workflows = flow_rows + 1;
  desc.workflow_count = 1;
  desc.alloc = alloc;
  if (flow_open(&w, desc) == CARTO_OK && call("slow_cities", "{}") == CARTO_OK) {
    snprintf(id, sizeof id, "%.*s", (int)text("data.jobId").len, text("data.jobId").ptr);
    while (work()) {
    }
  }
  flow_close(&w);
  if (flow_open(&w, desc) == CARTO_OK && w.m.server._flows->job_count > 0) {
    carto_job job;
    const carto_table *table;
    carto_call ask;
    CHECK(id[0] != 0);
    CHECK_INT(carto_server_job(&w.m.server, STR(id), &job), CARTO_OK);
    CHECK(job.state == 0 || job.state == 2 || job.state == 3);
    memset(&ask, 0, sizeof ask);
    ask.arena = &w.arena;
    if (job.state == 2 &&
        carto__job_table(w.m.server._flows, &ask, w.m.server._flows->jobs, &table, NULL) == CARTO_OK) {
      CHECK_UINT(table->row_count, 4);
      done = 1;
    }
  }
  flow_close(&w);
  store_clear(&store);
  return done;
}

static void test_allocations(void) {
  test_every_allocation(allocation_body, 5000);
  test_every_allocation(allocation_store_body, 5000);
}

/* ---- the workflows that are shipped */

static bool near_enough(const carto_json *a, const carto_json *b) {
  double x = carto_json_double(a), y = carto_json_double(b), d = x < y ? y - x : x - y;
  if (carto_json_type_of(b) == CARTO_JSON_STRING) return carto_str_equal(carto_json_string(a), carto_json_string(b));
  if (carto_json_type_of(b) == CARTO_JSON_NULL) return carto_json_type_of(a) == CARTO_JSON_NULL;
  return carto_json_is_number(a) && d <= 1e-9 * (y < 0 ? -y : y) + 1e-300;
}

/* The row at its place; or, since rows whose scores are the same but for rounding may change places, the one with the
   same first member. */
static const carto_json *row_like(const carto_json *rows, const carto_json *place, const carto_json *row) {
  carto_str key = carto_json_string(carto_json_first(row));
  const carto_json *at = carto_json_first(rows), *want = carto_json_find(row, key);
  if (near_enough(carto_json_find(place, key), want)) return place;
  for (size_t i = carto_json_count(rows); i > 0; i--, at = carto_json_next(at))
    if (near_enough(carto_json_find(at, key), want)) return at;
  return place;
}

static void check_expected(carto_server *server, const char *path) {
  carto_alloc libc = {NULL, NULL};
  carto_arena arena;
  carto_call job;
  carto_json_doc want, got;
  carto_buf result, arguments;
  carto_json_writer writer;
  carto_error error;
  carto_str tool;
  const carto_json *row, *mine, *rows, *place = NULL;
  size_t len, left;
  char *file = test_read_file(path, &len);
  carto_arena_init(&arena, libc, 0);
  memset(&job, 0, sizeof job);
  job.arena = &arena;
  CHECK_INT(carto_json_parse(&arena, carto_str_make(file, len), &want, &error), CARTO_OK);
  tool = carto_json_string(carto_json_get(want.root, "tool"));
  carto_buf_init(&arguments, libc, 0);
  carto_json_writer_init(&writer, &arguments);
  carto_json_write_value(&writer, &want, carto_json_get(want.root, "arguments"));
  carto_buf_init(&result, libc, 0);
  carto_json_writer_init(&writer, &result);
  if (carto_server_call(server, &job, tool, carto_buf_str(&arguments), &writer, &error) != CARTO_OK) {
    printf("%s: %s\n", path, error.text);
    CHECK(0);
  } else {
    CHECK_INT(carto_json_parse(&arena, carto_buf_str(&result), &got, NULL), CARTO_OK);
    mine = carto_json_get(got.root, "data");
    if (carto_json_get(mine, "jobId")) {
      carto_buf ask;
      CHECK_INT(carto_server_work(server, NULL, NULL), CARTO_OK);
      carto_buf_init(&ask, libc, 0);
      carto_json_writer_init(&writer, &ask);
      carto_json_write_value(&writer, &got, mine);
      carto_buf_clear(&result);
      carto_json_writer_init(&writer, &result);
      CHECK_INT(carto_server_call(server, &job, STR(RESULTS), carto_buf_str(&ask), &writer, &error), CARTO_OK);
      CHECK_INT(carto_json_parse(&arena, carto_buf_str(&result), &got, NULL), CARTO_OK);
      mine = carto_json_get(got.root, "data");
      carto_buf_free(&ask);
    }
    mine = carto_json_get(mine, "rows");
    row = carto_json_get(want.root, "rows");
    CHECK_UINT(carto_json_count(mine), carto_json_count(row));
    left = carto_json_count(mine) == carto_json_count(row) ? carto_json_count(row) : 0;
    rows = mine;
    for (mine = carto_json_first(mine), row = carto_json_first(row); left > 0; left--, place = carto_json_next(place)) {
      const carto_json *key = carto_json_first(row);
      if (left == carto_json_count(rows)) place = mine;
      mine = row_like(rows, place, row);
      for (size_t k = carto_json_count(row); k > 0; k--, key = carto_json_next(carto_json_value_of(key)))
        if (!CHECK(near_enough(carto_json_find(mine, carto_json_string(key)), carto_json_value_of(key))))
          printf("  %s: row %d from the end, %.*s\n", path, (int)left, (int)carto_json_string(key).len,
                 carto_json_string(key).ptr);
      row = carto_json_next(row);
    }
  }
  carto_buf_free(&arguments);
  carto_buf_free(&result);
  carto_arena_free(&arena);
  free(file);
}

static void test_fixtures(void) {
  static carto_local local;
  static carto_server server;
  carto_local_desc data = carto_local_desc_default();
  carto_server_desc desc = carto_server_desc_default();
  carto_warehouse warehouse;
  carto_error error;
  struct dirent *entry;
  int count = 0;
  DIR *dir;
  data.name = STR("demo");
  data.data = carto_files_directory("fixtures/data");
  CHECK_INT(carto_local_init(&local, &data, NULL), CARTO_OK);
  warehouse = carto_local_warehouse(&local);
  desc.warehouses = &warehouse;
  desc.warehouse_count = 1;
  desc.workflow_files = carto_files_directory("fixtures/workflows");
  if (!CHECK(carto_server_init(&server, &desc, &error) == CARTO_OK)) printf("  %s\n", error.text);
  for (size_t i = 0; i < carto_server_problem_count(&server); i++)
    printf("  %.*s\n", (int)carto_server_problem(&server, i).text.len, carto_server_problem(&server, i).text.ptr);
  CHECK_UINT(carto_server_problem_count(&server), 0);
  dir = opendir("tests/workflows");
  while (CHECK(dir != NULL) && (entry = readdir(dir)) != NULL) {
    char path[400];
    if (!strstr(entry->d_name, ".json")) continue;
    snprintf(path, sizeof path, "tests/workflows/%s", entry->d_name);
    check_expected(&server, path);
    count++;
  }
  if (dir) closedir(dir);
  CHECK_INT(count, 9);
  carto_server_free(&server);
  carto_local_free(&local);
}

/* Gi* of a small case by hand: five cells in a row of values 0, 0, 10, 0, 0 would need cells in a row; here a cell
   and its ring, all neighbours of the middle alone. n = 7, value 10 in the middle, 1 around it. */
static void test_by_hand(void) {
  static const char sql[] =
    "SELECT cell AS h3, CASE WHEN cell = '8928308280fffff' THEN 10.0 ELSE 1.0 END AS v "
    "FROM unnest(h3_kring('8928308280fffff', 1)) AS t(cell)";
  carto_workflow_step steps[2] = {{"c", sql, NULL, NULL, NULL},
                                  {NULL, NULL, carto__flow_getis_ord,
                                   "{\"table\":\"c\",\"cell\":\"h3\",\"value\":\"v\"}", NULL}};
  carto_workflow row = {"gi", NULL, "Gi.", NULL, false, NULL, 0, steps, 2, NULL, NULL, 0};
  carto_server_desc desc = carto_server_desc_default();
  int found = 0;
  desc.workflows = &row;
  desc.workflow_count = 1;
  CHECK_INT(flow_open(&w, desc), CARTO_OK);
  CHECK_UINT(carto_server_problem_count(&w.m.server), 0);
  GETS("gi", "{}");
  CHECK_INT((int)number("data.total"), 7);
  for (int i = 0; i < 7; i++) {
    char path[40];
    snprintf(path, sizeof path, "data.rows.%d.v", i);
    if (number(path) == 10) { /* all are its neighbours: nothing is left to compare with */
      snprintf(path, sizeof path, "data.rows.%d.gi", i);
      CHECK_INT(carto_json_type_of(at(path)), CARTO_JSON_NULL);
      found++;
      continue;
    }
    /* sum 16, mean 16/7; squares 106, S^2 = 106/7 - (16/7)^2 = 486/49; near: itself, two of the ring, the middle:
       13 of weight 4; (13 - 64/7) / (S sqrt((7 * 4 - 16) / 6)) = (27/7) / ((sqrt(486)/7) sqrt(2)) = 27 / sqrt(972) */
    snprintf(path, sizeof path, "data.rows.%d.gi", i);
    CHECK_NEAR(number(path), 0.8660254037844386, 1e-12);
    snprintf(path, sizeof path, "data.rows.%d.p_value", i);
    CHECK_NEAR(number(path), 0.3864762307712327, 1e-12); /* erfc(sqrt(3/8)) */
  }
  CHECK_INT(found, 1);
  flow_close(&w);
}

/* Against Python's math.erfc. */
static void test_erfc(void) {
  static const double known[][2] = {{0, 1.0}, {0.5, 0.4795001221869535}, {1, 0.15729920705028513}, {1.5, 0.033894853524689274}, {1.999, 0.004698443348629488}, {2, 0.004677734981047265}, {2.001, 0.00465710928147535}, {3, 2.2090496998585438e-05}, {5, 1.5374597944280351e-12}, {10, 2.088487583762545e-45}, {26, 5.663192408856143e-296}};
  for (size_t i = 0; i < MEMORY_COUNT(known); i++) {
    double e = carto__erfc(known[i][0]) / known[i][1];
    if (!CHECK(e > 1 - 1e-12 && e < 1 + 1e-12)) printf("  erfc(%g) is off by %g\n", known[i][0], e - 1);
  }
}

int main(int argc, char **argv) {
  static const test_case cases[] = {
    {"sync", test_sync}, {"arguments", test_arguments}, {"wrong_documents", test_wrong_documents},
    {"other_data", test_other_data}, {"types", test_types}, {"job", test_job}, {"failures", test_failed_jobs}, {"meanwhile", test_meanwhile},
    {"stopped", test_stopped}, {"results_give_way", test_results_give_way}, {"bounds", test_bounds}, {"foreign", test_foreign},
    {"connections", test_connections}, {"sync_documents", test_sync_documents}, {"store", test_store}, {"store_columns", test_store_columns},
    {"cancel_kept", test_cancel_kept}, {"store_faults", test_store_faults}, {"torn", test_torn},
    {"same_table", test_same_table}, {"results_in_memory", test_results_in_memory}, {"progress", test_progress},
    {"other_workflow", test_other_workflow}, {"large_cancel", test_large_cancel}, {"greedy", test_greedy},
    {"strange_store", test_strange_store}, {"allocations", test_allocations},
    {"fixtures", test_fixtures}, {"by_hand", test_by_hand}, {"erfc", test_erfc}};
  return test_main(argc, argv, cases, sizeof cases / sizeof *cases);
}
