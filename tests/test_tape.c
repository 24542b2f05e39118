/* >>tape: what is recorded is replayed, without secrets; in order; what is missing, torn or too much is told. */
#define _POSIX_C_SOURCE 200809L
#define CARTO_MCP_NO_SQL
#define CARTO_MCP_NO_MAP
#define CARTO_MCP_NO_CHART
#define CARTO_MCP_NO_WORKFLOW
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
#include "test.h"
#include "memory_files.h"
#include "memory_store.h"

/* ---- a service that answers from a list, and a sink that keeps what comes */

typedef struct answer {
  int status; /* negative: the connection fails with it */
  const char *type, *body;
  size_t len; /* 0: up to the NUL */
} answer;

typedef struct service {
  const answer *answers;
  size_t at, pieces; /* bytes of a piece; 0: all at once */
  int waits;
} service;

static carto_status service_send(const carto_call *call, void *user, const carto_http_request *request,
                                 const carto_http_sink *sink, carto_error *error) {
  service *s = (service *)user;
  const answer *a = &s->answers[s->at++];
  carto_header headers[4] = {{STR("Content-Type"), STR(a->type)},
                             {STR("Set-Cookie"), STR("sid=COOKIE-OF-OURS")},
                             {STR("Retry-After"), STR("3")},
                             {STR("Location"), STR("http://api.test:81/v3/next?access_token=abc&x=1")}};
  carto_http_head head = {a->status, headers, a->status == 429 || a->status == 302 ? 4 : 2};
  size_t len = a->len ? a->len : strlen(a->body), at, step = s->pieces ? s->pieces : len;
  carto_status status;
  (void)call, (void)request;
  if (a->status < 0) return memory_fail(error, (carto_status)a->status, "the service went away", STR(""));
  status = sink->head(sink->user, &head, error);
  for (at = 0; status == CARTO_OK && at < len; at += step)
    status = sink->body(sink->user, carto_str_make(a->body + at, len - at < step ? len - at : step), error);
  return status;
}

static carto_status service_wait(const carto_call *call, void *user, uint32_t ms, carto_error *error) {
  (void)call, (void)error;
  ((service *)user)->waits += (int)ms;
  return CARTO_OK;
}

static carto_carrier service_of(service *s, const answer *answers) {
  carto_carrier carrier = {service_send, service_wait, s};
  memset(s, 0, sizeof *s);
  s->answers = answers;
  return carrier;
}

typedef struct kept {
  int heads, status, fail; /* fail: at the head (1) or the first piece (2) */
  char headers[600];
  char *body;
  size_t len;
} kept;

static carto_status keep_head(void *user, const carto_http_head *head, carto_error *error) {
  kept *k = (kept *)user;
  if (k->fail == 1) return memory_fail(error, CARTO_ERR_CANCELLED, "no more", STR(""));
  k->heads++;
  k->status = head->status;
  k->headers[0] = 0;
  for (size_t i = 0; i < head->header_count; i++)
    snprintf(k->headers + strlen(k->headers), sizeof k->headers - strlen(k->headers), "%.*s: %.*s\n",
             (int)head->headers[i].name.len, head->headers[i].name.ptr, (int)head->headers[i].value.len,
             head->headers[i].value.ptr);
  return CARTO_OK;
}

static carto_status keep_body(void *user, carto_str piece, carto_error *error) {
  kept *k = (kept *)user;
  if (k->fail == 2) return memory_fail(error, CARTO_ERR_LIMIT, "no more", STR(""));
  k->body = (char *)realloc(k->body, k->len + piece.len);
  memcpy(k->body + k->len, piece.ptr, piece.len);
  k->len += piece.len;
  return CARTO_OK;
}

static carto_str kept_body(const kept *k) { return carto_str_make(k->body, k->len); }

#define HOST "http://api.test:81"
#define TOKEN "t0ken-OF-OURS"

/* Sends through a carrier as the account's driver would. */
static carto_status ask(carto_carrier carrier, carto_arena *arena, const char *method, const char *url,
                        carto_str body, kept *out, carto_error *error) {
  static const carto_header headers[] = {{{"Accept", 6}, {"application/json", 16}},
                                         {{"X-Secret", 8}, {"XSECRET", 7}},
                                         {{"Content-Type", 12}, {"application/json", 16}}};
  carto_http_request request;
  carto_http_sink sink = {keep_head, keep_body, out};
  carto_call call;
  int fail = out->fail;
  memset(&request, 0, sizeof request);
  memset(&call, 0, sizeof call);
  memset(out, 0, sizeof *out);
  memset(error, 0, sizeof *error);
  out->fail = fail;
  call.arena = arena;
  request.method = method;
  request.url = STR(url);
  request.headers = headers;
  request.header_count = 3;
  request.token = STR(TOKEN);
  request.body = body;
  return carrier.send(&call, carrier.user, &request, &sink, error);
}

static carto_alloc libc_alloc;

/* The tape that a store has. */
static carto_files files_of(memory_store *s) {
  carto_files files = {store_list, store_read, s};
  return files;
}

static void put(memory_store *s, const char *name, const char *text) {
  carto_str part = STR(text);
  CHECK_INT(store_write(NULL, s, STR(name), &part, 1, NULL), CARTO_OK);
}

static carto_str text_of(memory_store *s, const char *name) {
  store_file *file = store_find(s, STR(name));
  if (!CHECK(file != NULL)) printf("  no file %s\n", name);
  return file ? carto_str_make(file->text, file->len) : STR("");
}

/* ---- what is recorded is replayed */

static const answer round_trip[] = {
  {200, "application/json", "{\"rows\":[{\"quadbin\":5256683984082960383,\"a\":1.50,\"b\":1e2}]}", 0},
  {200, "application/json", " [1, 2 , \"\\u00e9\\u0000\"]\n", 0},
  {502, "text/html", "<html>\n\"Bad\" gateway \xc3\xa9</html>", 0},
  {200, "image/png", "\x89PNG\r\n\x1a\n\0\xff", 10},
  {204, "text/plain", "", 0},
  {200, "application/json", "1],[2", 0},
  {200, "application/json", "null", 0},
  {429, "application/json", "{\"error\":\"slow down\"}", 0},
  {200, "application/json",
   "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
   "]]]]]]]]]]]]",0}, /* 63 deep */
};

#define ROUND_TRIP (sizeof round_trip / sizeof *round_trip)

static void round_trip_ask(carto_carrier carrier, carto_arena *arena, size_t i, kept *out, carto_error *error) {
  char url[120], body[120];
  snprintf(url, sizeof url, HOST "/v3/sql/%zu/query?q=SELECT%%20%zu&client=x", i, i);
  snprintf(body, sizeof body, i == 2 ? "plain %zu" : i == 3 ? "\xff%zu" : "{\"q\":\"SELECT\",\"n\":%zu}", i);
  CHECK_INT(ask(carrier, arena, i % 2 ? "POST" : "GET", url, i % 2 || i == 2 ? STR(body) : STR(""), out, error), CARTO_OK);
}

static void test_round_trip(void) {
  static memory_store store;
  carto_store to = store_of(&store);
  carto_files from = files_of(&store);
  carto_arena arena = test_arena();
  carto_carrier inner, carrier;
  carto_tape tape;
  carto_error error;
  service s;
  kept first[ROUND_TRIP], second;
  size_t i, pieces;
  for (pieces = 0; pieces < 3; pieces++) {
    inner = service_of(&s, round_trip);
    s.pieces = pieces;
    CHECK_INT(carto_tape_record(&tape, &inner, &to, libc_alloc, &error), CARTO_OK);
    carrier = carto_tape_carrier(&tape);
    for (i = 0; i < ROUND_TRIP; i++) {
      round_trip_ask(carrier, &arena, i, memset(&first[i], 0, sizeof first[i]), &error);
      CHECK_INT(first[i].status, round_trip[i].status);
      CHECK(carto_str_equal(kept_body(&first[i]), carto_str_make(round_trip[i].body, round_trip[i].len
                                                                   ? round_trip[i].len : strlen(round_trip[i].body))));
    }
    CHECK_INT(carrier.wait(NULL, carrier.user, 7, &error), CARTO_OK);
    CHECK_INT(s.waits, 7);
    carto_tape_free(&tape);
    CHECK_UINT(store.count, ROUND_TRIP);
    CHECK_INT(carto_tape_replay(&tape, &from, libc_alloc, &error), CARTO_OK);
    carrier = carto_tape_carrier(&tape);
    CHECK(carrier.wait == NULL);
    for (i = ROUND_TRIP; i-- > 0;) { /* any order: they are different requests */
      round_trip_ask(carrier, &arena, i, memset(&second, 0, sizeof second), &error);
      CHECK_INT(second.heads, 1);
      CHECK_INT(second.status, first[i].status);
      if (i == 1) CHECK_STR(kept_body(&second), "[1,2,\"\xc3\xa9\\u0000\"]");
      else CHECK(carto_str_equal(kept_body(&second), kept_body(&first[i])));
      if (i == 7) CHECK_STR(STR(second.headers), "content-type: application/json\n"
                            "location: http://api.test:81/v3/next?access_token=removed&x=1\nretry-after: 3\n");
      free(second.body);
      free(first[i].body);
    }
    carto_tape_free(&tape);
    CHECK_CONTAINS(text_of(&store, "0001-get-v3-sql-0-query.json"),
                   ",\n \"request\": {\"method\":\"GET\",\"url\":\"/v3/sql/0/query?q=SELECT%200&client=x\",\"headers\":"
                   "{\"accept\":\"application/json\",\"content-type\":\"application/json\"}},\n \"response\": {\"status\":200,"
                   "\"headers\":{\"content-type\":\"application/json\"},\"body\":{\"rows\":[{\"quadbin\":5256683984082960383,"
                   "\"a\":1.50,\"b\":1e2}]}}}\n");
    CHECK_CONTAINS(text_of(&store, "0002-post-v3-sql-1-query.json"), "\"body\":{\"q\":\"SELECT\",\"n\":1}}");
    CHECK_CONTAINS(text_of(&store, "0003-get-v3-sql-2-query.json"), "\"text\":\"plain 2\"}");
    CHECK_CONTAINS(text_of(&store, "0003-get-v3-sql-2-query.json"), "\"text\":\"<html>");
    CHECK_CONTAINS(text_of(&store, "0004-post-v3-sql-3-query.json"), "\"base64\":\"iVBORw0KGgoA/w==\"");
    CHECK_CONTAINS(text_of(&store, "0006-post-v3-sql-5-query.json"), "\"text\":\"1],[2\"");
    CHECK_CONTAINS(text_of(&store, "0009-get-v3-sql-8-query.json"), "\"text\":\"[[[[");
    store_clear(&store);
    memset(&store, 0, sizeof store);
  }
  carto_arena_free(&arena);
}

/* Recording goes on behind what is there; what brings no whole answer leaves no file. */
static void test_recording(void) {
  static const answer answers[] = {{CARTO_ERR_IO, "", "", 0}, {200, "text/plain", "a", 0}, {200, "text/plain", "b", 0},
                                   {200, "text/plain", "c", 0}, {200, "text/plain", "d", 0}};
  static memory_store store;
  carto_store to = store_of(&store);
  carto_arena arena = test_arena();
  service s;
  carto_carrier inner = service_of(&s, answers), carrier;
  carto_tape tape;
  carto_error error;
  kept k;
  put(&store, "0041-get-x.json", "{}");
  put(&store, "7-get-x.json", "{}");
  put(&store, "README.md", "");
  CHECK_INT(carto_tape_record(&tape, &inner, &to, libc_alloc, &error), CARTO_OK);
  carrier = carto_tape_carrier(&tape);
  memset(&k, 0, sizeof k);
  CHECK_INT(ask(carrier, &arena, "GET", HOST "/x", STR(""), &k, &error), CARTO_ERR_IO);
  k.fail = 1;
  CHECK_INT(ask(carrier, &arena, "GET", HOST "/x", STR(""), &k, &error), CARTO_ERR_CANCELLED);
  k.fail = 2;
  CHECK_INT(ask(carrier, &arena, "GET", HOST "/x", STR(""), &k, &error), CARTO_ERR_LIMIT);
  CHECK_UINT(store.count, 3);
  memset(&k, 0, sizeof k);
  store.fail_at = store.writes + 1;
  CHECK_INT(ask(carrier, &arena, "GET", HOST "/x", STR(""), &k, &error), CARTO_ERR_IO);
  CHECK_STR(STR(error.text), "no space is left for 0042-get-x.json");
  free(k.body);
  CHECK_INT(ask(carrier, &arena, "DELETE", HOST "/%2e%2e/A%20b//caf%C3%A9/?q=1#x", STR(""), &k, &error), CARTO_OK);
  CHECK_STR(STR(store.files[3].name), "0042-delete-a-20b-caf-c3-a9.json");
  CHECK_CONTAINS(text_of(&store, "0042-delete-a-20b-caf-c3-a9.json"), "\"/../A%20b//caf%C3%A9/?q=1\"");
  free(k.body);
  carto_tape_free(&tape);
  carto_tape_free(&tape);
  store_clear(&store);
  carto_arena_free(&arena);
}

/* What is larger than a tape keeps is passed on whole, and noted. */
static carto_status flood(const carto_call *call, void *user, const carto_http_request *request,
                          const carto_http_sink *sink, carto_error *error) {
  static char piece[1 << 20];
  carto_http_head head = {200, NULL, 0};
  carto_status status = sink->head(sink->user, &head, error);
  (void)call, (void)user, (void)request;
  memset(piece, 'x', sizeof piece);
  for (int i = 0; i < 65 && status == CARTO_OK; i++)
    status = sink->body(sink->user, carto_str_make(piece, sizeof piece), error);
  return status;
}

static void test_flood(void) {
  static memory_store store;
  carto_store to = store_of(&store);
  carto_files from = files_of(&store);
  carto_arena arena = test_arena();
  carto_carrier inner = {flood, NULL, NULL};
  carto_tape tape;
  carto_error error;
  kept k;
  memset(&k, 0, sizeof k);
  CHECK_INT(carto_tape_record(&tape, &inner, &to, libc_alloc, &error), CARTO_OK);
  CHECK(carto_tape_carrier(&tape).wait == NULL);
  CHECK_INT(ask(carto_tape_carrier(&tape), &arena, "GET", HOST "/x", STR(""), &k, &error), CARTO_OK);
  CHECK_UINT(k.len, 65u << 20);
  free(k.body);
  carto_tape_free(&tape);
  CHECK_INT(carto_tape_replay(&tape, &from, libc_alloc, &error), CARTO_OK);
  CHECK_INT(ask(carto_tape_carrier(&tape), &arena, "GET", HOST "/x", STR(""), &k, &error), CARTO_ERR_LIMIT);
  CHECK_CONTAINS(STR(error.text), "0001-get-x.json: the answer was left out");
  carto_tape_free(&tape);
  store_clear(&store);
  carto_arena_free(&arena);
}

/* ---- secrets */

static void test_secrets(void) {
  static const answer answers[] = {
    {200, "application/json",
     "{\"token\":\"SECRET1\",\"Access_Token\":{\"a\":\"SECRET2\"},\"refreshToken\":12345678,\"client-secret\":[\"SECRET3\"],"
     "\"API_KEY\":\"SECRET4\",\"password\":null,\"tokens\":\"kept\",\"note\":\"you sent " TOKEN "!\",\"" TOKEN "\":true,"
     "\"url\":\"" HOST "/v3/maps?a=1&token=SECRET5&b=2\",\"other\":\"http://api.test:810/\",\"bare\":\"" HOST "\","
     "\"inner\":\"{\\\"token\\\": \\\"SECRET6\\\", \\\"n\\\": 1}\",\"deep\":[{\"id_token\":\"SECRET7\"}]}", 0},
    {200, "application/json", "{\"rows\": [1], \"token\": \"SECRET8\", \"secret\" : SECRET9, \"password\": \"SECR\\\"ET10", 0},
    {200, "text/html", "<a href='?api_key=SECRET11'>" TOKEN "</a> password=kept", 0},
    {200, "application/octet-stream", "\xff" TOKEN "\xfe", 0},
    {302, "text/plain", "", 0}};
  static memory_store store;
  carto_store to = store_of(&store);
  carto_files from = files_of(&store);
  carto_arena arena = test_arena();
  service s;
  carto_carrier inner = service_of(&s, answers), carrier;
  carto_tape tape;
  carto_error error;
  kept k;
  static const char *const urls[] = {
    HOST "/v3/x?access_token=QUERY1&params=%7B%22password%22%3A%22QUERY2%22,%22b%22%3A1%7D&u=http%3A%2F%2Fh%2F%3Ftoken%3DQUERY3",
    HOST "/v3/" TOKEN "/x?a=" TOKEN "&api%5Fkey=QUERY4", HOST "/oauth/token", HOST "/b", HOST "/c"};
  static const char *const bodies[] = {"{\"client_secret\":\"BODY1\",\"q\":\"" TOKEN "\"}", "", "a=1&client_secret=BODY2&password=BODY3",
                                       "", ""};
  size_t i;
  memset(&k, 0, sizeof k);
  CHECK_INT(carto_tape_record(&tape, &inner, &to, libc_alloc, &error), CARTO_OK);
  for (i = 0; i < 5; i++) {
    CHECK_INT(ask(carto_tape_carrier(&tape), &arena, "POST", urls[i], STR(bodies[i]), &k, &error), CARTO_OK);
    CHECK(carto_str_equal(kept_body(&k), STR(answers[i].body))); /* what is passed on stays as it was */
    free(k.body);
  }
  carto_tape_free(&tape);
  for (i = 0; i < store.count; i++) {
    static const char *const never[] = {"SECRET", "SECR", "ET10", TOKEN, "QUERY", "BODY", "12345678", "XSECRET", "COOKIE", "uthorization",
                                        "dDBrZW4tT0YtT1VSU"}; /* the token as base64 at that place */
    carto_str text = carto_str_make(store.files[i].text, store.files[i].len);
    for (size_t n = 0; n < sizeof never / sizeof *never; n++)
      if (!CHECK(!test_contains(text, never[n]))) printf("  %s in %.*s\n", never[n], (int)text.len, text.ptr);
    CHECK(!test_contains(STR(store.files[i].name), "t0ken"));
  }
  CHECK_CONTAINS(carto_str_make(store.files[0].text, store.files[0].len),
    "\"body\":{\"token\":\"removed\",\"Access_Token\":\"removed\",\"refreshToken\":\"removed\",\"client-secret\":\"removed\","
    "\"API_KEY\":\"removed\",\"password\":null,\"tokens\":\"kept\",\"note\":\"you sent removed!\",\"removed\":true,"
    "\"url\":\"{origin}/v3/maps?a=1&token=removed&b=2\",\"other\":\"http://api.test:810/\",\"bare\":\"{origin}\","
    "\"inner\":\"{\\\"token\\\": \\\"removed\\\", \\\"n\\\": 1}\",\"deep\":[{\"id_token\":\"removed\"}]}");
  CHECK_CONTAINS(carto_str_make(store.files[0].text, store.files[0].len),
    "\"/v3/x?access_token=removed&params=%7B%22password%22%3A%22removed%22%2C%22b%22%3A1%7D&u=http%3A%2F%2Fh%2F%3Ftoken%3Dremoved\"");
  CHECK_CONTAINS(carto_str_make(store.files[1].text, store.files[1].len),
    "\"text\":\"{\\\"rows\\\": [1], \\\"token\\\": \\\"removed\\\", \\\"secret\\\" : removed, \\\"password\\\": \\\"removed\\\"\"");
  CHECK_CONTAINS(carto_str_make(store.files[2].text, store.files[2].len), "\"text\":\"a=1&client_secret=removed&password=removed\"");
  CHECK_CONTAINS(carto_str_make(store.files[2].text, store.files[2].len), "<a href='?api_key=removed'>removed</a> password=kept");
  CHECK_INT(carto_tape_replay(&tape, &from, libc_alloc, &error), CARTO_OK);
  carrier = carto_tape_carrier(&tape);
  for (i = 0; i < 5; i++) { /* found all the same, and under another origin */
    char url[400];
    snprintf(url, sizeof url, "https://other.test%s", urls[i] + strlen(HOST));
    CHECK_INT(ask(carrier, &arena, "POST", url, STR(bodies[i]), &k, &error), CARTO_OK);
    if (i == 0) CHECK_CONTAINS(kept_body(&k), "\"url\":\"https://other.test/v3/maps?a=1&token=removed&b=2\"");
    if (i == 4) CHECK_CONTAINS(STR(k.headers), "location: https://other.test/v3/next?access_token=removed&x=1\n");
    free(k.body);
  }
  CHECK_INT(ask(carrier, &arena, "POST", HOST "/v3/x?access_token=QUERY1&params=1&u=" TOKEN, STR(bodies[0]), &k, &error),
            CARTO_ERR_NOT_FOUND);
  CHECK(!test_contains(STR(error.text), "QUERY") && !test_contains(STR(error.text), TOKEN));
  carto_tape_free(&tape);
  store_clear(&store);
  carto_arena_free(&arena);
}

/* ---- tapes written by hand: what is the same request, in which order, what is nearest */

#define EXCHANGE(method, url, body, answer)                                                              \
  "{\"provenance\": \"documented: a test\", \"request\": {\"method\": \"" method "\", \"url\": \"" url "\"" body \
  "}, \"response\": {\"status\": 200, \"body\": " answer "}}"

static carto_status play(const memory_file *rows, size_t count, carto_tape *tape, carto_error *error) {
  static memory_files m;
  carto_files files = memory_files_of(&m, rows, count);
  memset(error, 0, sizeof *error);
  return carto_tape_replay(tape, &files, libc_alloc, error);
}

/* The answer, or the error's text. */
static const char *asked(carto_tape *tape, const char *method, const char *url, const char *body) {
  static char text[1000];
  carto_arena arena = test_arena();
  carto_error error;
  kept k;
  memset(&k, 0, sizeof k);
  if (ask(carto_tape_carrier(tape), &arena, method, url, STR(body), &k, &error) == CARTO_OK)
    snprintf(text, sizeof text, "%.*s", (int)k.len, k.body);
  else snprintf(text, sizeof text, "%s", error.text);
  free(k.body);
  carto_arena_free(&arena);
  return text;
}

#define ASK(method, url, body, expected) CHECK_STR(STR(asked(&tape, method, url, body)), expected)

static void test_matching(void) {
  static const memory_file rows[] = {
    {"10-c.json", EXCHANGE("GET", "/job", "", "\"success\""), 0, 0},
    {"9-b.json", EXCHANGE("GET", "/job", "", "\"running\""), 0, 0},
    {"0008-a.json", EXCHANGE("GET", "/job", "", "\"pending\""), 0, 0},
    {"b.json", EXCHANGE("GET", "/q?b=2&a=1&a=3&j=%7B%22x%22%3A1%2C%22y%22%3A%5B%5D%7D", "", "1"), 0, 0},
    {"c.json", EXCHANGE("POST", "/q", ", \"body\": {\"b\": [1, 2.0, 5256683984082960383], \"a\": {\"x\": null, \"y\": \"z\"}}", "2"), 0, 0},
    {"d.json", EXCHANGE("POST", "/q", ", \"text\": \"[1, 2]\"", "3"), 0, 0},
    {"e.json", EXCHANGE("GET", "/a%2Fb/%C3%A9?x=a+b&y", "", "4"), 0, 0},
    {"f.json", EXCHANGE("POST", "/q", ", \"base64\": \"/w==\"", "5"), 0, 0},
    {"g.json", EXCHANGE("GET", "/bad?x=%zz&y=%FF", "", "6"), 0, 0},
    {"notes.txt", "none", 0, 0},
    {"sub/x.json", "none", 0, 0},
  };
  carto_tape tape;
  carto_error error;
  CHECK_INT(play(rows, MEMORY_COUNT(rows), &tape, &error), CARTO_OK);
  ASK("GET", HOST "/job", "", "\"pending\"");
  ASK("GET", HOST "/job", "", "\"running\"");
  ASK("GET", HOST "/job", "", "\"success\"");
  ASK("GET", HOST "/job", "", "\"success\"");
  ASK("GET", HOST "/q?a=3&a=1&b=2&j={\"y\":[],%20\"x\":1.0}", "", "1");
  ASK("GET", HOST "/q?a=3&&a=1&b=2&j=%7B%22y%22:[],%22x%22:0.1e1%7D#there", "", "1");
  ASK("POST", HOST "/q", "{\"a\":{\"y\":\"z\",\"x\":null},\"b\":[1e0,2,5256683984082960383]}", "2");
  ASK("POST", HOST "/q", "[1,2]", "3");
  ASK("GET", HOST "/a%2fb/\xc3\xa9?y=&x=a%20b", "", "4");
  ASK("POST", "https://elsewhere/q", "\xff", "5");
  ASK("GET", HOST "/bad?y=%FF&x=%zz", "", "6");
  ASK("POST", HOST "/q", "{\"b\":[1,2,5256683984082960384],\"a\":{\"x\":null,\"y\":\"z\"}}",
      "the tape has no such POST /q; nearest: c.json, whose body has '2,5256683984082960383]}', not "
      "'2,5256683984082960384]}'");
  ASK("GET", HOST "/a/b/%C3%A9?x=a+b&y", "", "the tape has no GET /a/b/%C3%A9; nearest: e.json, GET /a%2Fb/%C3%A9");
  carto_tape_free(&tape);
}

static void test_nearest(void) {
  static const memory_file rows[] = {
    {"1.json", EXCHANGE("GET", "/v3/connections?client=a", "", "1"), 0, 0},
    {"2.json", EXCHANGE("GET", "/v3/sql/dw/query?client=a&q=SELECT%20name%20FROM%20towns%20WHERE%20population%20%3E%201000%20ORDER%20BY%20name", "", "1"), 0, 0},
    {"3.json", EXCHANGE("POST", "/v3/sql/dw/job", ", \"body\": {\"query\": \"CALL p(1)\"}", "1"), 0, 0},
    {"4.json", EXCHANGE("GET", "/v3/stats/dw/t/c", "", "1"), 0, 0},
  };
  carto_tape tape;
  carto_error error;
  CHECK_INT(play(rows, 0, &tape, &error), CARTO_OK);
  ASK("GET", HOST "/v3/x?token=1", "", "the tape has no GET /v3/x; it is empty");
  carto_tape_free(&tape);
  CHECK_INT(play(rows, MEMORY_COUNT(rows), &tape, &error), CARTO_OK);
  ASK("GET", HOST "/v3/connections?client=b", "", "the tape has no such GET /v3/connections; nearest: 1.json, whose client has 'a', not 'b'");
  ASK("GET", HOST "/v3/connections", "", "the tape has no such GET /v3/connections; nearest: 1.json, which has \"client\", too");
  ASK("GET", HOST "/v3/connections?client=a&page=2", "", "the tape has no such GET /v3/connections; nearest: 1.json, which has no \"page\"");
  ASK("GET", HOST "/v3/sql/dw/query?client=a&q=SELECT%20name%20FROM%20towns%20WHERE%20population%20%3E%202000%20ORDER%20BY%20name", "",
      "the tape has no such GET /v3/sql/dw/query; nearest: 2.json, whose q has ' WHERE population > 1000 ORDER BY name', not "
      "' WHERE population > 2000 ORDER BY name'");
  ASK("POST", HOST "/v3/sql/dw/job", "{\"query\":\"CALL p(2)\"}",
      "the tape has no such POST /v3/sql/dw/job; nearest: 3.json, whose body has '{\"query\":\"CALL p(1)\"}', not '{\"query\":\"CALL p(2)\"}'");
  ASK("DELETE", HOST "/v3/sql/dw/job", "", "the tape has no DELETE /v3/sql/dw/job; nearest: 3.json, POST /v3/sql/dw/job");
  ASK("GET", HOST "/v3/stats/dw/t/d", "", "the tape has no GET /v3/stats/dw/t/d; nearest: 4.json, GET /v3/stats/dw/t/c");
  carto_tape_free(&tape);
}

/* A poll of a job, and one that differs: an error changes nothing. */
static void test_answers(void) {
  static const memory_file rows[] = {
    {"1.json", "{\"provenance\":\"recorded from x\",\"request\":{\"method\":\"GET\",\"url\":\"/a\"},\"response\":{\"status\":503,"
               "\"headers\":{\"retry-after\":\"1\",\"link\":\"{origin}/b\"},\"text\":\"see {origin}/c\"}}", 0, 0},
    {"2.json", "{\"provenance\":\"recorded from x\",\"request\":{\"method\":\"GET\",\"url\":\"/a\"},\"response\":{\"status\":200,"
               "\"base64\":\"e29yaWdpbn0=\"}}", 0, 0},
  };
  carto_arena arena = test_arena();
  carto_tape tape;
  carto_error error;
  kept k;
  memset(&k, 0, sizeof k);
  CHECK_INT(play(rows, MEMORY_COUNT(rows), &tape, &error), CARTO_OK);
  CHECK_INT(ask(carto_tape_carrier(&tape), &arena, "GET", HOST "/a", STR(""), &k, &error), CARTO_OK);
  CHECK_INT(k.status, 503);
  CHECK_STR(STR(k.headers), "retry-after: 1\nlink: " HOST "/b\n");
  CHECK_STR(kept_body(&k), "see " HOST "/c");
  free(k.body);
  ASK("GET", HOST "/b", "", "the tape has no GET /b; nearest: 1.json, GET /a");
  ASK("GET", HOST "/a", "", "{origin}"); /* bytes are not looked into */
  k.fail = 1;
  CHECK_INT(ask(carto_tape_carrier(&tape), &arena, "GET", HOST "/a", STR(""), &k, &error), CARTO_ERR_CANCELLED);
  k.fail = 2;
  CHECK_INT(ask(carto_tape_carrier(&tape), &arena, "GET", HOST "/a", STR(""), &k, &error), CARTO_ERR_LIMIT);
  carto_tape_free(&tape);
  carto_arena_free(&arena);
}

/* ---- files that are torn or wrong */

static void test_wrong_files(void) {
  static const struct {
    const char *text, *error;
  } cases[] = {
    {"", "x.json, line 1: "},
    {"{\"provenance\": \"recorded\",\n\n\"request\": {\"method", "x.json, line 3: "},
    {"[]", "x.json: \"the value\" must be an object, not an array"},
    {"{}", "x.json: \"provenance\" is missing: where it is from"},
    {"{\"provenance\":\"mine\",\"request\":{\"method\":\"GET\",\"url\":\"/\"},\"response\":{\"status\":200}}",
     "x.json: provenance must begin with documented, constructed or recorded"},
    {"{\"provenance\":\"recorded\",\"request\":{\"method\":\"GET\"},\"response\":{\"status\":200}}", "\"request.url\" is missing"},
    {"{\"provenance\":\"recorded\",\"request\":{\"method\":\"GET\",\"url\":\"http://x/\"},\"response\":{\"status\":200}}",
     "x.json: request.url must begin with /"},
    {"{\"provenance\":\"recorded\",\"request\":{\"method\":\"GET\",\"url\":\"/a b\"},\"response\":{\"status\":200}}", "neither spaces"},
    {"{\"provenance\":\"recorded\",\"request\":{\"method\":\"GET\",\"url\":\"/\"},\"response\":{\"status\":100}}",
     "\"response.status\" must be 200 to 599, not 100"},
    {"{\"provenance\":\"recorded\",\"request\":{\"method\":\"GET\",\"url\":\"/\"},\"response\":{\"status\":200,\"boddy\":1}}",
     "there is no \"response.boddy\"; did you mean \"body\"?"},
    {"{\"provenance\":\"recorded\",\"request\":{\"method\":\"GET\",\"url\":\"/\"},\"response\":{\"status\":200,\"headers\":{\"a\":1}}}",
     "\"response.headers.a\" must be a string, not a number"},
    {"{\"provenance\":\"recorded\",\"request\":{\"method\":\"GET\",\"url\":\"/\",\"body\":null,\"text\":\"\"},\"response\":{\"status\":200}}",
     "x.json: body, text and base64"},
    {"{\"provenance\":\"recorded\",\"request\":{\"method\":\"GET\",\"url\":\"/\"},\"response\":{\"status\":200,\"base64\":\"abc\"}}",
     "x.json: base64 is no padded base64"},
    {"{\"provenance\":\"recorded\",\"request\":{\"method\":\"GET\",\"url\":\"/\"},\"response\":{\"status\":200}}x", "x.json, line 1: "},
  };
  carto_tape tape;
  carto_error error;
  size_t i, k;
  for (i = 0; i < sizeof cases / sizeof *cases; i++) {
    memory_file rows[2] = {{"a.json", EXCHANGE("GET", "/", "", "1"), 0, 0}, {"x.json", cases[i].text, 0, 0}};
    CHECK_INT(play(rows, 2, &tape, &error), CARTO_ERR_SYNTAX);
    CHECK_CONTAINS(STR(error.text), cases[i].error);
    CHECK_UINT(tape._count, 0);
  }
  { /* torn at every byte */
    static const char whole[] = EXCHANGE("POST", "/v3/x?a=1", ", \"body\": {\"a\": [1, \"x\"]}", "{\"token\": \"\xc3\xa9\"}");
    for (k = 1; k < sizeof whole - 1; k++) {
      memory_file row = {"torn.json", whole, 0, 0};
      row.len = k;
      CHECK_INT(play(&row, 1, &tape, &error), CARTO_ERR_SYNTAX);
      CHECK_CONTAINS(STR(error.text), "torn.json, line 1: ");
    }
  }
  {
    memory_file gone = {"gone.json", NULL, 0, 0};
    CHECK_INT(play(&gone, 1, &tape, &error), CARTO_ERR_IO);
    CHECK_CONTAINS(STR(error.text), "gone.json");
  }
}

static void test_base64(void) {
  static const char *const bad[] = {"A", "AB", "ABC", "A===", "====", "AB=A", "A=BC", "AB==CDEF", "AB C", "AB\n=", "AR==", "AAB=", "A-_A"};
  carto_arena arena = test_arena();
  char bytes[40];
  size_t i, len;
  for (len = 0; len < sizeof bytes; len++) {
    carto_buf text, back;
    for (i = 0; i < len; i++) bytes[i] = (char)test_random(256);
    carto_buf_init(&text, carto_arena_allocator(&arena), 0);
    carto_buf_init(&back, carto_arena_allocator(&arena), 0);
    carto_buf_append_base64(&text, bytes, len);
    CHECK(carto__base64_read(carto_buf_str(&text), &back));
    CHECK(carto_str_equal(carto_buf_str(&back), carto_str_make(bytes, len)));
  }
  for (i = 0; i < sizeof bad / sizeof *bad; i++) {
    carto_buf back;
    carto_buf_init(&back, carto_arena_allocator(&arena), 0);
    if (!CHECK(!carto__base64_read(STR(bad[i]), &back))) printf("  %s\n", bad[i]);
  }
  carto_arena_free(&arena);
}

/* ---- too many files, no memory */

static carto_status many_list(const carto_call *call, void *user, carto_str path, carto_file **out, size_t *count,
                              carto_error *error) {
  size_t i;
  (void)path, (void)error;
  *count = *(size_t *)user;
  *out = (carto_file *)carto_arena_alloc(call->arena, *count * sizeof **out);
  for (i = 0; i < *count; i++) {
    memset(&(*out)[i], 0, sizeof **out);
    (*out)[i].name = STR("x.json");
  }
  return CARTO_OK;
}

static carto_status large_read(const carto_call *call, void *user, carto_str path, carto_buf *out, carto_error *error) {
  static const char head[] = "{\"provenance\":\"recorded\",\"request\":{\"method\":\"GET\",\"url\":\"/\"},\"response\":{\"status\":200,\"text\":\"";
  char *room;
  const size_t size = 100u << 20;
  (void)call, (void)user;
  carto_buf_append_text(out, head);
  room = carto__buf_room(out, size);
  if (!room) return memory_fail(error, (carto_status)out->status, "no room for ", path);
  memset(room, 'x', size);
  out->len += size;
  carto_buf_append_text(out, "\"}}");
  return CARTO_OK;
}

static void test_limits(void) {
  size_t count = CARTO_MCP__TAPE_FILES + 1;
  carto_files files = {many_list, large_read, &count};
  carto_tape tape;
  carto_error error;
  CHECK_INT(carto_tape_replay(&tape, &files, libc_alloc, &error), CARTO_ERR_LIMIT);
  CHECK_STR(STR(error.text), "the tape has 10001 files; the limit is 10000");
  count = 3;
  CHECK_INT(carto_tape_replay(&tape, &files, libc_alloc, &error), CARTO_ERR_LIMIT);
  CHECK_STR(STR(error.text), "x.json: the tape has more than 268435456 bytes");
}

static int record_body(carto_alloc alloc) {
  static memory_store store;
  carto_store to = store_of(&store);
  carto_files from = files_of(&store);
  carto_arena arena = test_arena();
  carto_carrier inner;
  carto_tape tape;
  carto_error error;
  carto_status status;
  service s;
  size_t i;
  kept k;
  memset(&k, 0, sizeof k);
  inner = service_of(&s, round_trip);
  s.pieces = 5;
  status = carto_tape_record(&tape, &inner, &to, alloc, &error);
  for (i = 0; i < ROUND_TRIP && status == CARTO_OK; i++) {
    status = ask(carto_tape_carrier(&tape), &arena, "POST", HOST "/v3/x?token=1&q=%7B%22b%22%3A1%2C%22a%22%3A2%7D",
                 STR("{\"b\":1,\"a\":{\"x\":1,\"c\":\"" TOKEN "\"}}"), &k, &error);
    CHECK(status != CARTO_OK || k.heads == 1);
    free(k.body);
  }
  CHECK_UINT(store.count, i - (status != CARTO_OK && i > 0)); /* whole files alone */
  carto_tape_free(&tape);
  if (status == CARTO_OK) status = carto_tape_replay(&tape, &from, libc_alloc, &error);
  if (status == CARTO_OK) carto_tape_free(&tape);
  store_clear(&store);
  memset(&store, 0, sizeof store);
  carto_arena_free(&arena);
  if (!CHECK(status == CARTO_OK || status == CARTO_ERR_NOMEM)) printf("  %d %s\n", status, error.text);
  return status == CARTO_OK;
}

static int replay_body(carto_alloc alloc) {
  static const memory_file rows[] = {
    {"1.json", EXCHANGE("GET", "/q?b=2&a=1&j=%7B%22x%22%3A1%2C%22y%22%3A%5B%5D%7D", "", "{\"a\":[1,2,\"{origin}/x\"]}"), 0, 0},
    {"2.json", EXCHANGE("POST", "/q", ", \"body\": {\"b\": [1, 2.0], \"a\": {\"x\": null, \"y\": \"z\"}}", "2"), 0, 0},
    {"3.json", EXCHANGE("POST", "/q", ", \"base64\": \"/w==\"", "3"), 0, 0}};
  static memory_files m;
  carto_files files = memory_files_of(&m, rows, 3);
  carto_arena arena = test_arena();
  carto_carrier carrier;
  carto_tape tape;
  carto_error error;
  carto_status status = carto_tape_replay(&tape, &files, alloc, &error);
  kept k;
  memset(&k, 0, sizeof k);
  carrier = carto_tape_carrier(&tape);
  if (status == CARTO_OK) {
    status = ask(carrier, &arena, "GET", HOST "/q?a=1&b=2&j=%7B%22y%22%3A%5B%5D%2C%22x%22%3A1%7D", STR(""), &k, &error);
    if (status == CARTO_OK) CHECK_STR(kept_body(&k), "{\"a\":[1,2,\"" HOST "/x\"]}");
    free(k.body);
  }
  if (status == CARTO_OK) {
    status = ask(carrier, &arena, "POST", HOST "/q", STR("{\"b\":[1,2],\"a\":{\"y\":\"z\",\"x\":null}}"), &k, &error);
    free(k.body);
  }
  if (status == CARTO_OK) {
    status = ask(carrier, &arena, "POST", HOST "/q?x=%zz", STR("\xff"), &k, &error);
    CHECK(status == CARTO_ERR_NOT_FOUND || status == CARTO_ERR_NOMEM);
    if (status == CARTO_ERR_NOT_FOUND) status = CARTO_OK;
  }
  carto_tape_free(&tape);
  carto_arena_free(&arena);
  if (!CHECK(status == CARTO_OK || status == CARTO_ERR_NOMEM)) printf("  %d %s\n", status, error.text);
  return status == CARTO_OK;
}

static void test_no_memory(void) {
  test_every_allocation(record_body, 3000);
  test_every_allocation(replay_body, 1000);
}

/* One who wants neither head nor body is recorded and answered like others. */
static void test_no_sink(void) {
  static const answer answers[] = {{200, "text/plain", "abc", 0}};
  static memory_store store;
  carto_store to = store_of(&store);
  carto_files from = files_of(&store);
  carto_arena arena = test_arena();
  carto_http_sink none = {NULL, NULL, NULL};
  carto_http_request request;
  carto_carrier inner, carrier;
  carto_call call;
  carto_tape tape;
  carto_error error;
  service s;
  memset(&call, 0, sizeof call);
  memset(&request, 0, sizeof request);
  call.arena = &arena;
  request.method = "GET";
  request.url = STR(HOST "/x");
  inner = service_of(&s, answers);
  CHECK_INT(carto_tape_record(&tape, &inner, &to, libc_alloc, &error), CARTO_OK);
  carrier = carto_tape_carrier(&tape);
  CHECK_INT(carrier.send(&call, carrier.user, &request, &none, &error), CARTO_OK);
  carto_tape_free(&tape);
  CHECK_CONTAINS(text_of(&store, "0001-get-x.json"), "\"text\":\"abc\"");
  CHECK_INT(carto_tape_replay(&tape, &from, libc_alloc, &error), CARTO_OK);
  carrier = carto_tape_carrier(&tape);
  CHECK_INT(carrier.send(&call, carrier.user, &request, &none, &error), CARTO_OK);
  carto_tape_free(&tape);
  store_clear(&store);
  carto_arena_free(&arena);
}

static const test_case cases[] = {
  {"round trip", test_round_trip}, {"recording", test_recording}, {"flood", test_flood},
  {"secrets", test_secrets},       {"matching", test_matching},   {"nearest", test_nearest},
  {"answers", test_answers},       {"wrong files", test_wrong_files}, {"base64", test_base64},
  {"limits", test_limits},         {"no memory", test_no_memory},
  {"no sink", test_no_sink},
};
TEST_MAIN(cases)
