/* Charts: what is wrong with a specification is told with its place and with what is allowed there; what is right
   is accepted; the tool that does so. The examples of Vega-Lite are a corpus of their own (carto-corpus charts),
   and tests/charts/oracle.mjs holds the rules against Vega-Lite's schema. */
#define CARTO_MCP_NO_FILES
#define CARTO_MCP_NO_STDIO
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
#include "test.h"
#include "map_world.h"

static const carto_alloc libc_alloc;

/* Checks a text; the error's text, or "" when it is accepted. */
static const char *verdict(const char *text, carto_error *error) {
  static carto_error told;
  carto_arena arena = test_arena();
  carto_chart chart;
  carto_json_doc doc;
  carto_status status;
  CHECK_INT(carto_chart_init(&chart, libc_alloc, NULL), CARTO_OK);
  memset(&told, 0, sizeof told);
  status = carto_json_parse(&arena, STR(text), &doc, &told);
  if (!CHECK(status == CARTO_OK)) printf("  %s\n", text);
  if (status == CARTO_OK) status = carto_chart_check(&chart, &arena, doc.root, &told);
  if (status == CARTO_OK) status = carto_chart_check_fields(&arena, doc.root, NULL, &told);
  CHECK((status == CARTO_OK) == (told.text[0] == 0));
  CHECK_INT(status, told.status);
  carto_chart_free(&chart);
  carto_arena_free(&arena);
  if (error) *error = told;
  return told.text;
}

static void check_verdicts(const char *const (*cases)[2], size_t count) {
  for (size_t i = 0; i < count; i++) {
    const char *told = verdict(cases[i][0], NULL);
    size_t n = strlen(cases[i][1]);
    if (!CHECK(n ? strncmp(told, cases[i][1], n) == 0 : told[0] == 0))
      printf("  %s\n  got  %s\n  want %s\n", cases[i][0], told, cases[i][1]);
  }
}

#define CHECK_VERDICTS(cases) check_verdicts(cases, sizeof(cases) / sizeof *(cases))

#define D "\"data\":{\"url\":\"d.csv\"},"
#define R "\"data\":{\"values\":[{\"date\":1,\"price\":2},{\"date\":2,\"price\":3,\"late\":1}]},"
#define X(def) "{" D "\"mark\":\"bar\",\"encoding\":{\"x\":" def "}}"

static void test_names(void) {
  static const char *const cases[][2] = {
    {"{" D "\"mark\":\"bar\"}", ""},
    {"{" D "\"marks\":\"bar\"}", "the specification: there is no \"marks\"; did you mean \"mark\"?"},
    {"{" D "\"mark\":\"bar\",\"encodings\":{}}", "the specification: there is no \"encodings\"; did you mean \"encoding\"?"},
    {X("{\"feild\":\"a\"}"), "encoding.x: there is no \"feild\"; did you mean \"field\"?"},
    {X("{\"column\":\"a\"}"), "encoding.x: there is no \"column\""},
    {X("{\"FIELD\":\"a\"}"), "encoding.x: there is no \"FIELD\"; did you mean \"field\"?"},
    {"{" D "\"mark\":\"bar\",\"encoding\":{\"xx\":{}}}", "encoding: there is no \"xx\""},
    {"{" D "\"mark\":\"bar\",\"encoding\":{\"colour\":{}}}", "encoding: there is no \"colour\"; did you mean \"color\"?"},
    {X("{\"field\":\"a\",\"axis\":{\"tittle\":\"a\"}}"), "encoding.x.axis: there is no \"tittle\"; did you mean \"title\"?"},
    /* misplaced: where it belongs */
    {"{" D "\"mark\":\"bar\",\"x\":{\"field\":\"a\"}}", "the specification: there is no \"x\" here; it belongs in encoding"},
    {"{" D "\"mark\":{\"type\":\"bar\",\"encoding\":{}}}", "mark: there is no \"encoding\" here; it belongs in the specification"},
    {X("{\"field\":\"a\",\"zero\":false}"), "encoding.x: there is no \"zero\" here; it belongs in scale"},
    {X("{\"field\":\"a\",\"axis\":{\"aggregate\":\"sum\"}}"), "encoding.x.axis: there is no \"aggregate\" here; it belongs in encoding.x"},
    {"{" D "\"mark\":\"bar\",\"encoding\":{\"y\":{\"field\":\"a\"},\"type\":\"nominal\"}}", "encoding: there is no \"type\" here; it belongs in y"},
    {"{\"$schema\":\"s\"," D "\"vconcat\":[{\"mark\":\"bar\",\"$schema\":\"s\"}]}", "vconcat[0]: there is no \"$schema\" here; it belongs in the specification"},
    {"{" D "\"mark\":\"bar\",\"encoding\":{\"\\u0000\":{}}}", "encoding: there is no \"?\""},
    {"{" D "\"layer\":[{\"mark\":\"bar\"}],\"mark\":\"bar\"}", "the specification: there is no \"mark\" here; it belongs in each element of layer"},
    {"{" D "\"mark\":\"bar\",\"selection\":{\"a\":{\"type\":\"interval\"}}}", "the specification: there is no \"selection\" since Vega-Lite 5; use \"params\""},
  };
  CHECK_VERDICTS(cases);
}

static void test_words(void) {
  static const char *const cases[][2] = {
    {"{" D "\"mark\":\"barr\"}", "mark: \"barr\" is no mark; did you mean \"bar\"? (arc, area, bar,"},
    {"{" D "\"mark\":\"pie\"}", "mark: \"pie\" is no mark; did you mean \"arc\"?"},
    {"{" D "\"mark\":{\"type\":\"scatter\"}}", "mark.type: \"scatter\" is no type; did you mean \"point\"?"},
    {X("{\"field\":\"a\",\"type\":\"quantitive\"}"),
     "encoding.x.type: \"quantitive\" is no type; did you mean \"quantitative\"? (quantitative, ordinal, temporal, nominal)"},
    {X("{\"field\":\"a\",\"type\":\"categorical\"}"), "encoding.x.type: \"categorical\" is no type; did you mean \"nominal\"?"},
    {X("{\"field\":\"a\",\"aggregate\":\"avg\"}"), "encoding.x.aggregate: \"avg\" is no aggregate; did you mean \"average\"?"},
    {X("{\"field\":\"a\",\"scale\":{\"type\":\"logarithmic\"}}"), "encoding.x.scale.type: \"logarithmic\" is no type; it takes linear, log,"},
    {X("{\"field\":\"a\",\"timeUnit\":\"yearmont\"}"), "encoding.x.timeUnit: \"yearmont\" is no timeUnit; did you mean \"yearmonth\"?"},
    {X("{\"field\":\"a\",\"sort\":\"asc\"}"), "encoding.x.sort: \"asc\" is no sort; did you mean \"ascending\"?"},
    {X("{\"field\":\"a\",\"timeUnit\":\"binnedutcyearmonthdate\"}"), ""},
    {X("{\"field\":\"a\",\"timeUnit\":\"utcminutesseconds\"}"), ""},
    {X("{\"field\":\"a\",\"timeUnit\":\"binnedquarter\"}"), "encoding.x.timeUnit: \"binnedquarter\" is no timeUnit"},
    {X("{\"field\":\"a\",\"scale\":{\"scheme\":\"blueorange\"}}"), ""},
    {X("{\"field\":\"a\",\"scale\":{\"scheme\":\"blueorange-3\"}}"), ""},
    {X("{\"field\":\"a\",\"scale\":{\"scheme\":\"blueorange-11\"}}"), ""},
    {X("{\"field\":\"a\",\"scale\":{\"scheme\":\"blueorange-12\"}}"), "encoding.x.scale.scheme: \"blueorange-12\" is no scheme"},
    {X("{\"field\":\"a\",\"scale\":{\"scheme\":\"blueorange-2\"}}"), "encoding.x.scale.scheme: \"blueorange-2\" is no scheme"},
    {X("{\"field\":\"a\",\"scale\":{\"scheme\":\"blueorange-03\"}}"), "encoding.x.scale.scheme: \"blueorange-03\" is no scheme"},
    {X("{\"field\":\"a\",\"scale\":{\"scheme\":\"blues-3\"}}"), "encoding.x.scale.scheme: \"blues-3\" is no scheme"},
    {X("{\"field\":\"a\",\"scale\":{\"scheme\":\"-3\"}}"), "encoding.x.scale.scheme: \"-3\" is no scheme"},
    {"{" D "\"mark\":\"bar\",\"encoding\":{\"x2\":{\"field\":\"a\",\"type\":\"nominal\"}}}", "encoding.x2: there is no \"type\"; it takes bin"},
  };
  CHECK_VERDICTS(cases);
}

static void test_values(void) {
  static const char *const cases[][2] = {
    {"[]", "the specification: it takes an object; not an array (0)"},
    {"5", "the specification: it takes an object"},
    {"null", "the specification: it takes an object"},
    {X("5"), "encoding.x: it takes an object; not 5"},
    {X("[]"), "encoding.x: it takes an object; not an array (0)"},
    {X("{\"field\":\"a\",\"bin\":\"yes\"}"), "encoding.x.bin: \"yes\" is no bin; it takes true or false, binned, null, an object"},
    {X("{\"field\":\"a\",\"scale\":{\"zero\":\"false\"}}"), "encoding.x.scale.zero: it takes true or false, an object with \"expr\"; not \"false\""},
    {X("{\"field\":\"a\",\"bandPosition\":1.5}"), "encoding.x.bandPosition: it takes a number (0 to 1); not 1.5"},
    {X("{\"field\":\"a\",\"bin\":{\"maxbins\":1}}"), "encoding.x.bin.maxbins: it takes a number (2 or more); not 1"},
    {X("{\"field\":\"a\",\"axis\":{\"labelAngle\":-361}}"), "encoding.x.axis.labelAngle: it takes a number (-360 to 360), an object with \"expr\"; not -361"},
    {X("{\"field\":\"a\",\"axis\":{\"values\":[1,\"a\"]}}"), "encoding.x.axis.values[1]: it takes a number; not \"a\""},
    {X("{\"field\":\"a\",\"axis\":{\"values\":[\"a\",\"b\"]}}"), ""},
    {X("{\"field\":\"a\",\"axis\":{\"values\":[]}}"), ""},
    {"{" D "\"mark\":\"bar\",\"encoding\":{\"tooltip\":[\"a\"]}}", "encoding.tooltip[0]: it takes an object; not \"a\""},
    {"{" D "\"mark\":\"bar\",\"transform\":{}}", "transform: it takes an array; not an object"},
    {"{" D "\"mark\":\"bar\",\"transform\":[{\"density\":\"a\",\"extent\":[1]}]}", "transform[0].extent: it takes an array (2); not an array (1)"},
    {"{\"data\":\"d.csv\",\"mark\":\"bar\"}", "data: it takes null, an object with \"url\" or \"values\""},
    {"{\"data\":{\"url\":\"d\",\"format\":{\"type\":\"dsv\",\"delimiter\":\"||\"}},\"mark\":\"bar\"}", "data.format.delimiter: it takes a string (1); not \"||\""},
    {"{\"data\":{\"url\":\"d\",\"format\":{\"type\":\"dsv\",\"delimiter\":\"\xc2\xa7\"}},\"mark\":\"bar\"}", ""},
    {X("{\"value\":5,\"type\":\"nominal\"}"), "encoding.x: there is no \"type\"; it takes value"},
    {X("{\"datum\":5,\"field\":\"a\"}"), "encoding.x: there is no \"field\""},
  };
  CHECK_VERDICTS(cases);
}

static void test_missing(void) {
  static const char *const cases[][2] = {
    {"{}", "the specification: \"data\" is missing: it takes null, an object with \"url\""},
    {"{\"mark\":\"bar\"}", "the specification: \"data\" is missing"},
    {"{\"data\":null,\"mark\":\"bar\"}", ""},
    {"{\"layer\":[{\"mark\":\"bar\"}]}", ""},
    {"{" D "\"encoding\":{}}", "the specification: \"mark\" is missing: it takes arc, area"},
    {"{" D "\"layer\":[{}]}", "layer[0]: \"mark\" is missing"},
    {"{" D "\"mark\":{}}", "mark: \"type\" is missing"},
    {"{\"data\":{},\"mark\":\"bar\"}", "data: it needs one of url, values, sequence, sphere, graticule, name"},
    {"{\"data\":{\"vales\":[]},\"mark\":\"bar\"}", "data: there is no \"vales\" here; did you mean \"values\"?"},
    {"{" D "\"mark\":\"bar\",\"params\":[{\"name\":\"p\",\"select\":\"interval\",\"bind\":{\"a\":1}}]}", "params[0].bind.a: it takes an object"},
    {"{" D "\"layer\":[{\"mark\":\"bar\",\"width\":{},\"encoding\":{}}]}", "layer[0]: there is no \"width\""},
    {"{" D "\"mark\":{\"type\":\"bar\",\"x\":{\"exp\":\"a\"}}}", "mark.x: there is no \"exp\"; did you mean \"expr\"?"},
    {X("{\"field\":\"a\",\"scale\":{\"domain\":{\"parm\":\"a\"}}}"), "encoding.x.scale.domain: there is no \"parm\" here; did you mean \"param\"? (param, unionWith, expr)"},
    {"{" D "\"mark\":\"bar\",\"transform\":[{}]}", "transform[0]: it needs one of aggregate, joinaggregate, bin, calculate"},
    {"{" D "\"mark\":\"bar\",\"transform\":[{\"calcualte\":\"1\",\"as\":\"a\"}]}", "transform[0]: there is no \"calcualte\" here; did you mean \"calculate\"?"},
    {"{" D "\"mark\":\"bar\",\"transform\":[{\"calculate\":\"1\"}]}", "transform[0]: \"as\" is missing: it takes a string"},
    {"{" D "\"mark\":\"bar\",\"transform\":[{\"filter\":{\"field\":\"a\"}}]}", "transform[0].filter: it needs one of equal, lt, lte, gt, gte, range, oneOf, valid"},
    {"{" D "\"mark\":\"bar\",\"transform\":[{\"filter\":{\"field\":\"a\",\"lt\":1,\"gt\":0}}]}", "transform[0].filter: it needs one of equal, lt, lte, gt, gte, range, oneOf, valid, not several"},
    {"{" D "\"mark\":\"bar\",\"transform\":[{\"filter\":{\"and\":[\"a\",{\"not\":{\"field\":\"a\",\"lt\":1}}]}}]}", ""},
    {"{" D "\"facet\":{\"field\":\"a\"}}", "the specification: \"spec\" is missing"},
    {"{\"facet\":{\"field\":\"a\"},\"spec\":{\"mark\":\"bar\"}}", "the specification: \"data\" is missing"},
    {"{" D "\"repeat\":[\"a\"],\"spec\":{\"mark\":\"bar\"}}", ""},
    {"{" D "\"repeat\":{\"layer\":[\"a\"]},\"spec\":{\"hconcat\":[]}}", "spec: there is no \"hconcat\""},
  };
  CHECK_VERDICTS(cases);
}

static void test_fields(void) {
  static const char *const cases[][2] = {
    {"{" R "\"mark\":\"bar\",\"encoding\":{\"x\":{\"field\":\"date\"},\"y\":{\"field\":\"price\"},\"color\":{\"field\":\"late\"}}}", ""},
    {"{" R "\"mark\":\"bar\",\"encoding\":{\"x\":{\"field\":\"pricee\"}}}", "encoding.x.field: the data has no field \"pricee\"; did you mean \"price\"? (date, price)"},
    {"{" R "\"mark\":\"bar\",\"encoding\":{\"x\":{\"field\":\"Price\"}}}", "encoding.x.field: the data has no field \"Price\"; did you mean \"price\"?"},
    {"{" R "\"mark\":\"bar\",\"encoding\":{\"x\":{\"field\":\"date\",\"sort\":{\"field\":\"volume\"}}}}", "encoding.x.sort.field: the data has no field \"volume\"; it has date, price"},
    {"{" R "\"mark\":\"bar\",\"encoding\":{\"x\":{\"field\":\"price.low\"},\"y\":{\"field\":\"date[0]\"}}}", ""},
    {"{\"data\":{\"values\":[{\"a.b\":1}]},\"mark\":\"bar\",\"encoding\":{\"x\":{\"field\":\"a\\\\.b\"}}}", ""},
    {"{\"data\":{\"values\":[{\"a.b\":1}]},\"mark\":\"bar\",\"encoding\":{\"x\":{\"field\":\"a\\\\.c\"}}}", "encoding.x.field: the data has no field"},
    {"{\"data\":{\"values\":[1,2]},\"mark\":\"bar\",\"encoding\":{\"x\":{\"field\":\"data\"}}}", ""},
    {"{\"data\":{\"values\":[1,2]},\"mark\":\"bar\",\"encoding\":{\"x\":{\"field\":\"value\"}}}", "encoding.x.field: the data has no field \"value\"; it has data"},
    {"{\"data\":{\"sequence\":{\"start\":0,\"stop\":9,\"as\":\"t\"}},\"mark\":\"bar\",\"encoding\":{\"x\":{\"field\":\"t\"},\"y\":{\"field\":\"u\"}}}", "encoding.y.field: the data has no field \"u\"; it has t"},
    {"{\"data\":{\"values\":\"a,\\\"b c\\\"\\r\\n1,2\",\"format\":{\"type\":\"csv\"}},\"mark\":\"bar\",\"encoding\":{\"x\":{\"field\":\"b c\"},\"y\":{\"field\":\"c\"}}}", "encoding.y.field: the data has no field \"c\"; it has a, b c"},
    {"{\"data\":{\"values\":\"a\\tb\\n1\\t2\",\"format\":{\"type\":\"tsv\"}},\"mark\":\"bar\",\"encoding\":{\"x\":{\"field\":\"b\"}}}", ""},
    {"{\"data\":{\"values\":[{\"f\":[{\"a\":1}]}],\"format\":{\"property\":\"f\"}},\"mark\":\"bar\",\"encoding\":{\"x\":{\"field\":\"a\"}}}", ""},
    {"{\"data\":{\"values\":\"a,\\\"b,c\\\"\\n1,2\",\"format\":{\"type\":\"csv\"}},\"mark\":\"bar\",\"encoding\":{\"x\":{\"field\":\"b,c\"},\"y\":{\"field\":\"b\"}}}", "encoding.y.field: the data has no field \"b\"; it has a, b,c"},
    {"{\"data\":{\"values\":\"a,\\\"b\\\"\\\"c\\\"\\n1,2\",\"format\":{\"type\":\"csv\"}},\"mark\":\"bar\",\"encoding\":{\"x\":{\"field\":\"b\\\"c\"}}}", ""},
    {"{\"data\":{\"values\":\"a,\\\"b\\nc\\\"\\n1,2\",\"format\":{\"type\":\"csv\"}},\"mark\":\"bar\",\"encoding\":{\"x\":{\"field\":\"b\\nc\"}}}", ""},
    {"{" R "\"mark\":\"bar\",\"encoding\":{\"x\":{\"field\":\"_vgsid_\"}}}", ""},
    {"{\"datasets\":{\"d\":[{\"a\":1}]},\"data\":{\"name\":\"d\"},\"mark\":\"bar\",\"encoding\":{\"x\":{\"field\":\"b\"}}}", "encoding.x.field: the data has no field \"b\"; it has a"},
    {"{\"data\":{\"name\":\"elsewhere\"},\"mark\":\"bar\",\"encoding\":{\"x\":{\"field\":\"b\"}}}", ""},
    /* transforms make fields, and some leave nothing else */
    {"{" R "\"mark\":\"bar\",\"transform\":[{\"calculate\":\"1\",\"as\":\"a\"}],\"encoding\":{\"x\":{\"field\":\"a\"},\"y\":{\"field\":\"date\"}}}", ""},
    {"{" R "\"mark\":\"bar\",\"transform\":[{\"aggregate\":[{\"op\":\"sum\",\"field\":\"price\",\"as\":\"a\"}],\"groupby\":[\"date\"]}],\"encoding\":{\"x\":{\"field\":\"a\"},\"y\":{\"field\":\"date\"}}}", ""},
    {"{" R "\"mark\":\"bar\",\"transform\":[{\"aggregate\":[{\"op\":\"sum\",\"field\":\"price\",\"as\":\"a\"}]}],\"encoding\":{\"x\":{\"field\":\"price\"}}}", "encoding.x.field: the data has no field \"price\"; it has a"},
    {"{" R "\"mark\":\"bar\",\"transform\":[{\"aggregate\":[{\"op\":\"sum\",\"field\":\"prise\",\"as\":\"a\"}]}]}", "transform[0].aggregate[0].field: the data has no field \"prise\"; did you mean \"price\"?"},
    {"{" R "\"mark\":\"bar\",\"transform\":[{\"fold\":[\"date\",\"prise\"]}]}", "transform[0].fold[1]: the data has no field \"prise\""},
    {"{" R "\"mark\":\"bar\",\"transform\":[{\"fold\":[\"date\",\"price\"]}],\"encoding\":{\"x\":{\"field\":\"key\"},\"y\":{\"field\":\"value\"}}}", ""},
    {"{" R "\"mark\":\"bar\",\"transform\":[{\"filter\":{\"or\":[{\"field\":\"dat\",\"lt\":1}]}}]}", "transform[0].filter.or[0].field: the data has no field \"dat\"; did you mean \"date\"?"},
    {"{" R "\"mark\":\"bar\",\"transform\":[{\"density\":\"price\"}],\"encoding\":{\"x\":{\"field\":\"value\"},\"y\":{\"field\":\"density\"}}}", ""},
    {"{" R "\"mark\":\"bar\",\"transform\":[{\"timeUnit\":\"year\",\"field\":\"date\",\"as\":\"y\"}],\"encoding\":{\"x\":{\"field\":\"y\"},\"x2\":{\"field\":\"y_end\"}}}", ""},
    {"{" R "\"mark\":\"bar\",\"transform\":[{\"pivot\":\"date\",\"value\":\"price\"}],\"encoding\":{\"x\":{\"field\":\"1\"}}}", ""},
    {"{" R "\"mark\":\"bar\",\"transform\":[{\"lookup\":\"date\",\"from\":{\"data\":{\"url\":\"u\"},\"key\":\"k\"},\"as\":\"o\"}],\"encoding\":{\"x\":{\"field\":\"o.a\"}}}", ""},
    {"{" R "\"mark\":\"bar\",\"transform\":[{\"window\":[{\"op\":\"rank\",\"as\":\"r\"}],\"sort\":[{\"field\":\"pris\"}]}]}", "transform[0].sort[0].field: the data has no field \"pris\""},
    /* views inherit */
    {"{" R "\"layer\":[{\"mark\":\"bar\",\"encoding\":{\"x\":{\"field\":\"pri\"}}}]}", "layer[0].encoding.x.field: the data has no field \"pri\""},
    {"{" R "\"layer\":[{\"data\":{\"values\":[{\"pri\":1}]},\"mark\":\"bar\",\"encoding\":{\"x\":{\"field\":\"pri\"}}}]}", ""},
    {"{" R "\"encoding\":{\"x\":{\"field\":\"pri\"}},\"layer\":[{\"data\":{\"values\":[{\"pri\":1}]},\"mark\":\"bar\"}]}", ""},
    {"{" R "\"encoding\":{\"x\":{\"field\":\"pri\"}},\"layer\":[{\"mark\":\"bar\"}]}", "encoding.x.field: the data has no field \"pri\""},
    {"{" R "\"repeat\":[\"date\",\"pri\"],\"spec\":{\"mark\":\"bar\",\"encoding\":{\"x\":{\"field\":{\"repeat\":\"repeat\"}}}}}", "repeat[1]: the data has no field \"pri\""},
    {"{" R "\"facet\":{\"row\":{\"field\":\"pri\"}},\"spec\":{\"mark\":\"bar\"}}", "facet.row.field: the data has no field \"pri\""},
    {"{" R "\"hconcat\":[{\"mark\":\"bar\"},{\"mark\":\"bar\",\"encoding\":{\"x\":{\"aggregate\":{\"argmax\":\"pri\"},\"field\":\"date\"}}}]}", "hconcat[1].encoding.x.aggregate.argmax: the data has no field \"pri\""},
  };
  CHECK_VERDICTS(cases);
}

/* ---- limits */

static void test_deep(void) {
  char text[16 * 40 + 64];
  carto_error error;
  size_t n, i;
  for (n = 1; n < 40; n++) {
    size_t len = 0;
    const char *told;
    for (i = 0; i < n; i++) len += (size_t)sprintf(text + len, "{\"layer\":[");
    len += (size_t)sprintf(text + len, "{\"mark\":\"bar\"}");
    for (i = 0; i < n; i++) len += (size_t)sprintf(text + len, "]}");
    if (2 * n + 1 > CARTO_MCP_MAX_DEPTH) break;
    told = verdict(text, &error);
    if (!CHECK(told[0] == 0)) printf("  %zu: %s\n", n, told);
  }
  CHECK(n > 20);
}

/* More views with more fields than are compared: what is there is never called missing. */
static void test_many_fields(void) {
  static const int sizes[][2] = {{1000, 520}, {500, 3000}, {2000, 300}, {707, 708}};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    char *text = (char *)malloc((size_t)sizes[i][0] * 12 + (size_t)sizes[i][1] * 64 + 100), *end = text;
    carto_error error;
    end += sprintf(end, "{\"data\":{\"values\":[{");
    for (int n = 0; n < sizes[i][0]; n++) end += sprintf(end, "%s\"f%d\":1", n ? "," : "", n);
    end += sprintf(end, "}]},\"concat\":[");
    for (int n = 0; n < sizes[i][1]; n++)
      end += sprintf(end, "%s{\"mark\":\"bar\",\"encoding\":{\"x\":{\"field\":\"f%d\"}}}", n ? "," : "", sizes[i][0] - 1);
    sprintf(end, "]}");
    CHECK_STR(STR(verdict(text, &error)), "");
    free(text);
  }
}

/* Deeper than any text that is parsed: a tree made by hand. */
static void test_too_deep(void) {
  enum { LEVELS = CARTO_MCP_MAX_DEPTH };
  static carto_json nodes[3 * LEVELS];
  carto_arena arena = test_arena();
  carto_chart chart;
  carto_error error;
  size_t i;
  for (i = 0; i < LEVELS; i++) { /* {"layer":[ */
    carto_json *n = &nodes[3 * i];
    n[0]._tag = CARTO_JSON_OBJECT;
    n[0]._size = 1;
    n[0]._as.skip = 3 * (LEVELS - i);
    n[1]._tag = CARTO_JSON_STRING;
    n[1]._size = 5;
    n[1]._as.str = "layer";
    n[2]._tag = CARTO_JSON_ARRAY;
    n[2]._size = i + 1 < LEVELS;
    n[2]._as.skip = n[0]._as.skip - 2;
  }
  CHECK_INT(carto_chart_init(&chart, libc_alloc, NULL), CARTO_OK);
  CHECK_INT(carto_chart_check(&chart, &arena, nodes, &error), CARTO_ERR_LIMIT);
  CHECK_CONTAINS(STR(error.text), "nested more than 64 deep");
  CHECK_INT(carto_chart_check_fields(&arena, nodes, NULL, &error), CARTO_OK);
  carto_chart_free(&chart);
  carto_arena_free(&arena);
}

static void test_long_paths(void) {
  char text[4000];
  carto_error error;
  size_t i, len = 0;
  for (i = 0; i < 30; i++) len += (size_t)sprintf(text + len, "{\"vconcat\":[");
  len += (size_t)sprintf(text + len, "{\"mark\":\"bar\",\"");
  for (i = 0; i < 300; i++) text[len++] = i % 2 ? 'a' : '"' + 12;
  len += (size_t)sprintf(text + len, "\":1}");
  for (i = 0; i < 30; i++) len += (size_t)sprintf(text + len, "]}");
  verdict(text, &error);
  CHECK_INT(error.status, CARTO_ERR_ARG);
  CHECK_CONTAINS(STR(error.text), "vconcat[0].vconcat[0]: there is no \"");
}

static void test_names_twice(void) {
  char text[4000] = "{" D "\"mark\":\"bar\"", last[2000];
  size_t i;
  static const char *const cases[][2] = {
    {"{" D "\"mark\":\"baz\",\"mark\":\"bar\"}", ""},
    {"{" D "\"mark\":\"bar\",\"mark\":\"baz\"}", "mark: \"baz\" is no mark"},
    {"{" D "\"mark\":\"bar\",\"encoding\":{\"x\":{\"scale\":{\"type\":\"no\"}}},\"encoding\":{}}", ""},
    {"{" D "\"encoding\":{\"x\":5,\"x\":{}},\"mark\":\"bar\"}", ""},
    {"{" D "\"mark\":{\"size\":1},\"mark\":\"bar\"}", ""},
  };
  CHECK_VERDICTS(cases);
  for (i = 0; i < 100; i++) strcat(text, ",\"mark\":1"); /* so often that nobody means it */
  strcpy(last, ",\"mark\":\"bar\"}");
  strcat(text, last);
  CHECK_CONTAINS(STR(verdict(text, NULL)), "mark: it takes");
}

/* A large one takes time in proportion: what is compared is bounded. */
static void test_huge(void) {
  size_t cap = 1 << 20, len = 0, i;
  char *text = (char *)malloc(cap + 100);
  len += (size_t)sprintf(text, "{\"data\":{\"values\":[");
  for (i = 0; len < cap - 60000; i++) len += (size_t)sprintf(text + len, "%s{\"a%zu\":1}", i ? "," : "", i);
  len += (size_t)sprintf(text + len, "]},\"mark\":\"bar\",\"encoding\":{\"tooltip\":[");
  for (i = 0; i < 1000; i++) len += (size_t)sprintf(text + len, "%s{\"field\":\"a%zu\"}", i ? "," : "", i * 60);
  sprintf(text + len, "]}}");
  CHECK_STR(STR(verdict(text, NULL)), "");
  free(text);
}

static void test_rules(void) {
  carto_chart chart;
  size_t i, bytes = 0;
  CHECK_INT(carto_chart_init(&chart, libc_alloc, NULL), CARTO_OK);
  CHECK(!chart._index->broken);
  for (i = 0; i < sizeof carto__chart_rules / sizeof *carto__chart_rules; i++)
    bytes += strlen(carto__chart_rules[i]);
  CHECK(bytes <= 24 * 1024);
  CHECK(sizeof *chart._index <= 100 * 1024);
  for (i = 1; i < chart._index->type_count; i++) { /* of several objects at most one is known by nothing */
    const carto__chart_type *t = &chart._index->types[i];
    size_t k, open = 0;
    for (k = 0; k < t->count; k++) {
      const carto__chart_term *term = &chart._index->terms[t->first + k];
      open += term->kind == CARTO__CHART_ROW && chart._index->rows[term->of].condition_count == 0;
    }
    if (!CHECK(open <= 1)) printf("  %.*s\n", (int)t->text.len, t->text.ptr);
  }
  carto_chart_free(&chart);
  carto_chart_free(&chart);
}

/* ---- memory */

static int memory_round(carto_alloc alloc) {
  static const char spec[] =
    "{" R "\"mark\":\"bar\",\"transform\":[{\"timeUnit\":\"year\",\"field\":\"date\",\"as\":\"y\"}],"
    "\"layer\":[{\"mark\":\"bar\",\"encoding\":{\"x\":{\"field\":\"y\"}}}]}";
  carto_arena ours = test_arena(), arena;
  carto_json_doc doc;
  carto_chart chart;
  carto_error error;
  carto_status status;
  CHECK_INT(carto_json_parse(&ours, STR(spec), &doc, NULL), CARTO_OK);
  carto_arena_init(&arena, alloc, 0);
  status = carto_chart_init(&chart, alloc, &error);
  if (status != CARTO_OK) CHECK(!chart._index);
  if (status == CARTO_OK) status = carto_chart_check(&chart, &arena, doc.root, &error);
  if (status == CARTO_ERR_ARG) status = carto_chart_check_fields(&arena, doc.root, NULL, &error);
  if (status != CARTO_OK) {
    CHECK_INT(status, CARTO_ERR_NOMEM);
    CHECK_CONTAINS(STR(error.text), "memory");
  }
  carto_chart_free(&chart);
  carto_arena_free(&arena);
  carto_arena_free(&ours);
  return status == CARTO_OK;
}

static void test_allocation(void) { test_every_allocation(memory_round, 100); }

static void test_small_arena(void) {
  carto_arena ours = test_arena(), arena;
  carto_json_doc doc;
  carto_chart chart;
  carto_error error;
  CHECK_INT(carto_json_parse(&ours, STR("{" D "\"mark\":\"bar\"}"), &doc, NULL), CARTO_OK);
  CHECK_INT(carto_chart_init(&chart, libc_alloc, NULL), CARTO_OK);
  carto_arena_init(&arena, libc_alloc, 1000);
  CHECK_INT(carto_chart_check(&chart, &arena, doc.root, &error), CARTO_ERR_LIMIT);
  CHECK_INT(carto_chart_check_fields(&arena, doc.root, NULL, &error), CARTO_ERR_LIMIT);
  carto_arena_free(&arena);
  carto_arena_free(&ours);
  carto_chart_free(&chart);
}

/* ---- the tool */

static void open_world(map_world *w, carto_alloc alloc) {
  carto_server_desc desc = carto_server_desc_default();
  desc.alloc = alloc;
  desc.allow = "data,map,insights";
  CHECK_INT(map_world_open(w, desc), CARTO_OK);
}

#define CHART(spec, more) "{\"spec\":" spec more "}"
#define STORES(field) "{\"data\":{\"name\":\"s1\"},\"mark\":\"bar\",\"encoding\":{\"x\":{\"field\":\"" field "\"}}}"
#define NAMED "{\"data\":{\"name\":\"q\"},\"mark\":\"bar\",\"encoding\":{\"x\":{\"field\":\"total\"}}}"
#define SETS(more) ",\"datasets\":[{\"name\":\"q\",\"connection_name\":\"shop\"" more "}]"

static void test_tool(void) {
  static const struct {
    const char *arguments, *told; /* NULL: it is drawn */
  } cases[] = {
    {CHART(STORES("revenue"), ""), NULL},
    {CHART(STORES("revenu"), ""), "encoding.x.field: the data has no field \"revenu\"; did you mean \"revenue\"?"},
    {CHART("{\"data\":{\"name\":\"s7\"},\"mark\":\"bar\"}", ""), "data.name: there is no dataset \"s7\"; nearest: \"s1\""},
    {CHART("{\"hconcat\":[{\"data\":{\"name\":\"s7\"},\"mark\":\"bar\"}]}", ""), "hconcat[0].data.name: there is no dataset"},
    {CHART("{\"data\":{\"name\":\"t\",\"url\":\"http://127.0.0.1/\"},\"layer\":[{\"data\":{\"name\":\"t\"},\"mark\":\"bar\"}]}", ""), NULL},
    {CHART("{\"datasets\":{\"t\":[]},\"data\":{\"name\":\"t\"},\"mark\":\"bar\"}", ""), NULL},
    {CHART(NAMED, SETS(",\"sql\":\"SELECT sum(revenue) AS total FROM stores\"")), NULL},
    {CHART(NAMED, SETS(",\"sql\":\"SELECT kind FROM stores\"")), "encoding.x.field: the data has no field \"total\"; it has kind"},
    {CHART(NAMED, SETS(",\"sql\":\"SELECT nothing FROM stores\"")), "data.name: "},
    {CHART(NAMED, SETS(",\"table_fqn\":\"demo.shop.stores\"")), "encoding.x.field: the data has no field \"total\"; it has name, kind"},
    {CHART(NAMED, SETS(",\"table_fqn\":\"demo.shop.sores\"")), "data.name: "},
    {CHART(NAMED, SETS("")), "data.name: dataset \"q\" takes \"sql\" or \"table_fqn\", one of the two"},
    {CHART(NAMED, SETS(",\"sql\":\"SELECT 1\",\"table_fqn\":\"stores\"")), "data.name: dataset \"q\" takes"},
    {CHART(NAMED, SETS(",\"query\":\"SELECT 1\"")), "Invalid arguments for generate_chart: there is no \"datasets[0].query\""},
    {CHART("\"bar\"", ""), "Invalid arguments for generate_chart: \"spec\" must be an object"},
    {"{}", "Invalid arguments for generate_chart: \"spec\" is missing"},
    {CHART("{\"mark\":\"bar\"}", ""), "the specification: \"data\" is missing"},
  };
  map_world w;
  open_world(&w, libc_alloc);
  CHECK_INT(map_world_call(&w, "add_source", "{\"type\":\"table\",\"source\":\"stores\",\"connection\":\"shop\","
                                             "\"provider\":\"postgres\"}"), CARTO_OK);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    carto_status status = map_world_call(&w, "generate_chart", cases[i].arguments);
    if (!CHECK((status == CARTO_OK) == !cases[i].told)) printf("  %s\n  %s\n", cases[i].arguments, w.error.text);
    if (!cases[i].told) CHECK_STR(carto_buf_str(&w.out), "\"Chart rendered successfully\"");
    else if (!CHECK(strncmp(w.error.text, cases[i].told, strlen(cases[i].told)) == 0))
      printf("  got  %s\n  want %s\n", w.error.text, cases[i].told);
  }
  map_world_close(&w);
}

static bool keep(void *user, carto_str message) {
  carto_buf_append_str((carto_buf *)user, message);
  return true;
}

/* On the wire: the words of the tools' reference. */
static void test_wire(void) {
  static const char *const messages[][2] = {
    {"{\"data\":{\"values\":[]},\"mark\":\"bar\"}",
     "\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"\\\"Chart rendered successfully\\\"\"}],"
     "\"structuredContent\":{\"result\":\"Chart rendered successfully\"}}"},
    {"{\"data\":{\"values\":[]},\"mark\":\"baar\"}",
     "\"text\":\"{\\\"error\\\":\\\"mark: \\\\\\\"baar\\\\\\\" is no mark; did you mean \\\\\\\"bar\\\\\\\"? (arc,"},
  };
  static const char hello[] =
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-06-18\","
    "\"capabilities\":{},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}}";
  map_world w;
  carto_session session;
  carto_peer peer;
  carto_buf told;
  open_world(&w, libc_alloc);
  memset(&session, 0, sizeof session);
  memset(&peer, 0, sizeof peer);
  carto_buf_init(&told, libc_alloc, 0);
  peer.write = keep;
  peer.user = &told;
  CHECK_INT(carto_server_handle(&w.server, &session, &peer, STR(hello)), CARTO_OK);
  for (size_t i = 0; i < sizeof messages / sizeof *messages; i++) {
    char call[600];
    snprintf(call, sizeof call,
             "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":{\"name\":\"generate_chart\","
             "\"arguments\":{\"spec\":%s}}}", messages[i][0]);
    carto_buf_clear(&told);
    CHECK_INT(carto_server_handle(&w.server, &session, &peer, STR(call)), CARTO_OK);
    CHECK_CONTAINS(carto_buf_str(&told), messages[i][1]);
    CHECK_INT(test_contains(carto_buf_str(&told), "\"isError\":true"), i > 0);
  }
  carto_buf_free(&told);
  map_world_close(&w);
}

static int tool_round(carto_alloc alloc) {
  test_memory *m = (test_memory *)alloc.user;
  size_t fail_at = m->fail_at, calls;
  map_world w;
  carto_status status;
  m->fail_at = 0; /* the server is there; then memory fails */
  open_world(&w, alloc);
  m->calls = 0;
  m->fail_at = fail_at;
  status = map_world_call(&w, "generate_chart", CHART(NAMED, SETS(",\"sql\":\"SELECT sum(revenue) AS total FROM stores\"")));
  calls = m->calls;
  m->fail_at = 0;
  if (status != CARTO_OK) {
    CHECK_INT(status, CARTO_ERR_NOMEM);
    if (w.out.status == CARTO_OK) CHECK_CONTAINS(STR(w.error.text), "memory"); /* else it was the caller's buffer */
    CHECK_INT(map_world_call(&w, "generate_chart", CHART(NAMED, SETS(",\"sql\":\"SELECT sum(revenue) AS total FROM stores\""))), CARTO_OK);
  }
  map_world_close(&w);
  m->calls = calls;
  return status == CARTO_OK;
}

static void test_tool_allocation(void) { test_every_allocation(tool_round, 400); }

int main(int argc, char **argv) {
  static const test_case cases[] = {
    {"rules", test_rules},       {"names", test_names},     {"words", test_words},
    {"values", test_values},     {"missing", test_missing}, {"fields", test_fields},
    {"deep", test_deep}, {"many_fields", test_many_fields},         {"too deep", test_too_deep}, {"long paths", test_long_paths}, {"names twice", test_names_twice},
    {"huge", test_huge},         {"allocation", test_allocation}, {"small arena", test_small_arena},
    {"tool", test_tool},         {"wire", test_wire},       {"tool allocation", test_tool_allocation},
  };
  return test_main(argc, argv, cases, sizeof cases / sizeof *cases);
}
