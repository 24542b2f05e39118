/* The carriers against a server that makes every fault in turn. Deadlines are short; nothing here depends on being
   fast, only on an end that comes. */
#define CARTO_MCP_NO_SQL
#define CARTO_MCP_NO_MAP
#define CARTO_MCP_NO_CHART
#define CARTO_MCP_NO_WORKFLOW
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
#include "test.h"
#include "torture.h"
#include <sys/wait.h>

#define OK_HEAD "HTTP/1.1 200 OK\r\n"
#define OK_TEXT OK_HEAD "Content-Type: application/json\r\nContent-Length: 13\r\n\r\n{\"rows\":[1]}\n"
#define SOON 150    /* milliseconds, where the time is what ends it      */
#define LATE 60000  /* where something else ends it                      */
#define SLACK 20000 /* by which an end may come late on a loaded machine */

enum { ANY = 1 }; /* OK or a broken connection: who is first is the system's choice */

typedef struct fault {
  torture_row row;
  int status, http; /* what it ends in; http: where that is CARTO_OK */
  int reads;        /* how often what is safe arrives; what is not arrives once */
} fault;

#define ROW(name, how, first, again, times, then) \
  { name, how, first, again, times, then, false }

/* safe requests are tried three times in all */
static const fault faults[] = {
  {ROW("ok", AT_ONCE, OK_TEXT, NULL, 0, THEN_KEEP), CARTO_OK, 200, 1},
  {ROW("close", AT_ONCE, OK_HEAD "Connection: close\r\nContent-Length: 2\r\n\r\n{}", NULL, 0, THEN_CLOSE), CARTO_OK, 200, 1},
  {ROW("bytes", BYTE_BY_BYTE, OK_TEXT, NULL, 0, THEN_KEEP), CARTO_OK, 200, 1},
  {ROW("chunks", BYTE_BY_BYTE,
       OK_HEAD "Transfer-Encoding: chunked\r\n\r\n4;a=b\r\n{\"ro\r\n9\r\nws\":[1]}\n\r\n0\r\nX-T: 1\r\n\r\n", NULL, 0, THEN_KEEP),
   CARTO_OK, 200, 1},
  {ROW("until-end", AT_ONCE, OK_HEAD "\r\n{\"rows\":[1]}\n", NULL, 0, THEN_CLOSE), CARTO_OK, 200, 1},
  {ROW("interim", AT_ONCE, "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" OK_TEXT, NULL, 0, THEN_KEEP), CARTO_OK, 200, 1},
  {ROW("no-content", AT_ONCE, "HTTP/1.1 204 No Content\r\n\r\n", NULL, 0, THEN_KEEP), CARTO_OK, 204, 1},
  {ROW("html", AT_ONCE, OK_HEAD "Content-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>", NULL, 0, THEN_KEEP),
   CARTO_OK, 200, 1}, /* whether it is JSON is for those who asked */
  /* slow, silent */
  {ROW("slow", SLOWLY, OK_TEXT, NULL, 0, THEN_KEEP), CARTO_ERR_LIMIT, 0, 1},
  {ROW("silent", AT_ONCE, "", NULL, 0, THEN_SILENCE), CARTO_ERR_LIMIT, 0, 1},
  {ROW("head", AT_ONCE, OK_HEAD "Content-Length: 13\r\n\r\n", NULL, 0, THEN_KEEP), CARTO_ERR_LIMIT, 0, 1},
  {ROW("silent-head", AT_ONCE, OK_HEAD "Content-Len", NULL, 0, THEN_SILENCE), CARTO_ERR_LIMIT, 0, 1},
  {ROW("silent-body", AT_ONCE, OK_HEAD "Content-Length: 13\r\n\r\n{\"ro", NULL, 0, THEN_SILENCE), CARTO_ERR_LIMIT, 0, 1},
  {ROW("silent-chunk", AT_ONCE, OK_HEAD "Transfer-Encoding: chunked\r\n\r\n5\r\nhel", NULL, 0, THEN_SILENCE), CARTO_ERR_LIMIT, 0, 1},
  {ROW("silent-end", AT_ONCE, OK_HEAD "\r\nhello", NULL, 0, THEN_SILENCE), CARTO_ERR_LIMIT, 0, 1},
  /* gone */
  {ROW("gone", AT_ONCE, "", NULL, 0, THEN_CLOSE), CARTO_ERR_IO, 0, 4}, /* once on a kept connection */
  {ROW("reset", AT_ONCE, "", NULL, 0, THEN_RESET), CARTO_ERR_IO, 0, 4},
  {ROW("reset-body", AT_ONCE, OK_HEAD "Content-Length: 100\r\n\r\nhello", NULL, 0, THEN_RESET), CARTO_ERR_IO, 0, -1},
  /* wrong lengths */
  {ROW("short", AT_ONCE, OK_HEAD "Content-Length: 14\r\n\r\n{\"rows\":[1]}\n", NULL, 0, THEN_CLOSE), CARTO_ERR_IO, 0, 1},
  {ROW("long", AT_ONCE, OK_HEAD "Content-Length: 12\r\n\r\n{\"rows\":[1]}\n", NULL, 0, THEN_KEEP), CARTO_OK, 200, 1},
  {ROW("two-lengths", AT_ONCE, OK_HEAD "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", NULL, 0, THEN_KEEP), CARTO_ERR_SYNTAX, 0, 1},
  {ROW("both-lengths", AT_ONCE, OK_HEAD "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", NULL, 0, THEN_KEEP),
   CARTO_ERR_SYNTAX, 0, 1},
  {ROW("negative", AT_ONCE, OK_HEAD "Content-Length: -1\r\n\r\n{}", NULL, 0, THEN_KEEP), CARTO_ERR_SYNTAX, 0, 1},
  {ROW("endless-length", AT_ONCE, OK_HEAD "Content-Length: 99999999999999999999\r\n\r\n{}", NULL, 0, THEN_KEEP), CARTO_ERR_SYNTAX, 0, 1},
  {ROW("two", AT_ONCE, OK_TEXT OK_HEAD "Content-Length: 5\r\n\r\nother", NULL, 0, THEN_KEEP), CARTO_OK, 200, 1},
  /* chunk bombs */
  {ROW("chunk-huge", AT_ONCE, OK_HEAD "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx", NULL, 0, THEN_SILENCE), CARTO_ERR_SYNTAX, 0, 1},
  {ROW("chunk-zeros", AT_ONCE, OK_HEAD "Transfer-Encoding: chunked\r\n\r\n", "0", SIZE_MAX, THEN_CLOSE), CARTO_ERR_LIMIT, 0, 1},
  {ROW("chunk-extension", AT_ONCE, OK_HEAD "Transfer-Encoding: chunked\r\n\r\n5;a=", "x", SIZE_MAX, THEN_CLOSE), CARTO_ERR_LIMIT, 0, 1},
  {ROW("chunk-dust", AT_ONCE, OK_HEAD "Transfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n", SIZE_MAX, THEN_CLOSE), CARTO_ERR_LIMIT, 0, 1},
  {ROW("chunk-trailer", AT_ONCE, OK_HEAD "Transfer-Encoding: chunked\r\n\r\n0\r\n", "X-T: 1\r\n", SIZE_MAX, THEN_CLOSE), CARTO_ERR_LIMIT, 0, 1},
  {ROW("chunk-word", AT_ONCE, OK_HEAD "Transfer-Encoding: chunked\r\n\r\nzz\r\n", NULL, 0, THEN_KEEP), CARTO_ERR_SYNTAX, 0, 1},
  {ROW("endless", AT_ONCE, OK_HEAD "\r\n", "x", SIZE_MAX, THEN_CLOSE), CARTO_ERR_LIMIT, 0, 1},
  /* heads */
  {ROW("million", AT_ONCE, OK_HEAD, "X-H: 1\r\n", 1000000, THEN_CLOSE), CARTO_ERR_LIMIT, 0, 1},
  {ROW("long-header", AT_ONCE, OK_HEAD "X-H: ", "x", SIZE_MAX, THEN_CLOSE), CARTO_ERR_LIMIT, 0, 1},
  {ROW("long-status", AT_ONCE, "HTTP/1.1 200 ", "x", SIZE_MAX, THEN_CLOSE), CARTO_ERR_LIMIT, 0, 1},
  {ROW("interims", AT_ONCE, "", "HTTP/1.1 102 Processing\r\n\r\n", SIZE_MAX, THEN_CLOSE), CARTO_ERR_LIMIT, 0, 1},
  {ROW("fold", AT_ONCE, OK_HEAD "X-H: 1\r\n 2\r\nContent-Length: 2\r\n\r\n{}", NULL, 0, THEN_KEEP), CARTO_ERR_SYNTAX, 0, 1},
  {ROW("no-http", AT_ONCE, "SSH-2.0-OpenSSH_9.2\r\n", NULL, 0, THEN_SILENCE), CARTO_ERR_SYNTAX, 0, 1},
  {ROW("http-0.9", AT_ONCE, "{\"rows\":[1]}\n", NULL, 0, THEN_CLOSE), CARTO_ERR_SYNTAX, 0, 1},
  {ROW("http-2", AT_ONCE, "HTTP/2 200\r\nContent-Length: 2\r\n\r\n{}", NULL, 0, THEN_KEEP), CARTO_ERR_SYNTAX, 0, 1},
  {ROW("upgrade", AT_ONCE, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", NULL, 0, THEN_SILENCE), CARTO_ERR_SYNTAX, 0, 1},
  {ROW("gzip", AT_ONCE, OK_HEAD "Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x01", NULL, 0, THEN_KEEP), CARTO_ERR_SYNTAX, 0, 1},
  {ROW("gzip-coding", AT_ONCE, OK_HEAD "Transfer-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x01", NULL, 0, THEN_CLOSE), CARTO_ERR_SYNTAX, 0, 1},
  {ROW("gzip-chunks", AT_ONCE, OK_HEAD "Transfer-Encoding: gzip, chunked\r\n\r\n4\r\n\x1f\x8b\x08\x01\r\n0\r\n\r\n", NULL, 0, THEN_KEEP), CARTO_ERR_SYNTAX, 0, 1},
  {ROW("identity-coding", AT_ONCE, OK_HEAD "Transfer-Encoding: chunked, identity\r\n\r\n2\r\n{}\r\n0\r\n\r\n", NULL, 0, THEN_CLOSE), CARTO_ERR_SYNTAX, 0, 1},
  /* redirects */
  {ROW("loop", AT_ONCE, "HTTP/1.1 307 Loop\r\nLocation: /loop\r\nContent-Length: 0\r\n\r\n", NULL, 0, THEN_KEEP), CARTO_ERR_SYNTAX, 0, 6},
  {ROW("elsewhere", AT_ONCE, "HTTP/1.1 302 Found\r\nLocation: http://localhost:1/ok\r\nContent-Length: 0\r\n\r\n", NULL, 0, THEN_KEEP),
   CARTO_ERR_SYNTAX, 0, 1},
  {ROW("there", AT_ONCE, "HTTP/1.1 303 See Other\r\nLocation: ok\r\nContent-Length: 0\r\n\r\n", NULL, 0, THEN_KEEP), CARTO_OK, 200, 2},
  /* failures of the service */
  {ROW("500", AT_ONCE, "HTTP/1.1 500 Oops\r\nContent-Length: 2\r\n\r\n{}", NULL, 0, THEN_KEEP), CARTO_OK, 500, 1},
  {ROW("503", AT_ONCE, "HTTP/1.1 503 Busy\r\nContent-Length: 2\r\n\r\n{}", NULL, 0, THEN_KEEP), CARTO_OK, 503, 3},
};

enum { FAULTS = sizeof faults / sizeof *faults };

static torture_row rows[FAULTS + 8];
static long last_id;

/* ---- asking */

typedef struct answer {
  int heads, http;
  size_t len;
  char body[256];
  uint32_t waits;
} answer;

static carto_status answer_head(void *user, const carto_http_head *head, carto_error *error) {
  answer *a = (answer *)user;
  (void)error;
  a->heads++;
  a->http = head->status;
  return CARTO_OK;
}

static carto_status answer_body(void *user, carto_str piece, carto_error *error) {
  answer *a = (answer *)user;
  size_t room = sizeof a->body - 1 - (a->len < sizeof a->body - 1 ? a->len : sizeof a->body - 1);
  (void)error;
  memcpy(a->body + (sizeof a->body - 1 - room), piece.ptr, piece.len < room ? piece.len : room);
  a->len += piece.len;
  return CARTO_OK;
}

/* Time that passes in no time. */
static carto_status no_wait(const carto_call *call, void *user, uint32_t ms, carto_error *error) {
  (void)call, (void)user, (void)ms, (void)error;
  return CARTO_OK;
}

static carto_call a_call(carto_arena *arena) {
  carto_call call;
  memset(&call, 0, sizeof call);
  call.arena = arena;
  return call;
}

typedef struct ask {
  const char *method, *token;
  carto_str body;
  bool safe, once; /* once: straight through the carrier */
  uint32_t timeout_ms;
  bool (*checkpoint)(void *user);
  void *user;
} ask;

static ask asking(bool safe, uint32_t timeout_ms) {
  ask a;
  memset(&a, 0, sizeof a);
  a.method = safe ? "GET" : "POST";
  a.safe = safe;
  a.timeout_ms = timeout_ms;
  if (!safe) a.body = STR("{\"sql\":\"x\"}");
  a.token = "s3cr3t-token";
  return a;
}

/* Sends one request with a new X-Id, last_id. */
static carto_status fetch(const carto_carrier *carrier, const char *url, ask how, answer *out, carto_error *error) {
  carto_arena arena = test_arena();
  carto_call call = a_call(&arena);
  carto_carrier quick = *carrier;
  carto_http_request request;
  carto_http_sink sink;
  carto_header id;
  carto_status status;
  char digits[16];
  memset(out, 0, sizeof *out);
  memset(error, 0, sizeof *error);
  memset(&request, 0, sizeof request);
  quick.wait = no_wait;
  snprintf(digits, sizeof digits, "%ld", ++last_id);
  id.name = STR("X-Id");
  id.value = STR(digits);
  request.method = how.method;
  request.url = STR(url);
  request.headers = &id;
  request.header_count = 1;
  request.token = STR(how.token);
  request.body = how.body;
  request.safe = how.safe;
  request.timeout_ms = how.timeout_ms;
  call.checkpoint = how.checkpoint;
  call.user = how.user;
  sink.head = answer_head;
  sink.body = answer_body;
  sink.user = out;
  if (how.once) status = carrier->send(&call, carrier->user, &request, &sink, error);
  else status = carto_http_fetch(&call, &quick, &request, 2, &sink, error);
  carto_arena_free(&arena);
  CHECK(!test_contains(STR(error->text), "s3cr3t"));
  CHECK_INT(status == CARTO_OK, error->status == CARTO_OK);
  CHECK_INT(status != CARTO_OK, error->text[0] != 0);
  return status;
}

static const char *url_of(const torture *t, const char *path) {
  static char url[512];
  snprintf(url, sizeof url, "http://127.0.0.1:%d%s", t->port, path);
  return url;
}

static carto_net a_net(void) {
  carto_net net;
  carto_alloc libc;
  memset(&libc, 0, sizeof libc);
  CHECK_INT(carto_net_init(&net, STR(""), STR(""), libc, NULL), CARTO_OK);
  return net;
}

static void start(torture *t) {
  size_t i;
  for (i = 0; i < FAULTS; i++) rows[i] = faults[i].row;
  torture_start(t, rows, FAULTS);
}

/* ---- every fault */

static void one_fault(torture *t, const carto_carrier *carrier, const fault *f, bool safe, bool strict) {
  bool timed = f->status == CARTO_ERR_LIMIT || (!strict && f->row.then == THEN_SILENCE);
  char path[TORTURE_NAME];
  answer a;
  carto_error error;
  carto_status status;
  int64_t started = carto__net_now(), took;
  int arrived;
  snprintf(path, sizeof path, "/%s", f->row.name);
  status = fetch(carrier, url_of(t, path), asking(safe, timed ? SOON : LATE), &a, &error);
  took = carto__net_now() - started;
  arrived = torture_seen(t, last_id);
  if (!safe && strcmp(f->row.name, "loop") == 0) CHECK_INT(status, CARTO_ERR_SYNTAX);
  else if (strict) CHECK_INT(status, f->status);
  else if (strcmp(f->row.name, "http-2") != 0) CHECK_INT(status == CARTO_OK, f->status == CARTO_OK);
  if (status == CARTO_OK && f->http) {
    CHECK_INT(a.heads, 1);
    CHECK_INT(a.http, f->http);
  }
  if (status == CARTO_ERR_IO && !test_contains(STR(error.text), "closed"))
    CHECK_CONTAINS(STR(error.text), "127.0.0.1");
  CHECK(took < (timed ? SOON : LATE) + SLACK);
  if (safe && f->reads > 0 && strict) CHECK_INT(arrived, f->reads);
  if (safe) CHECK(arrived <= 6);
  /* the second request to where a 303 leads is a GET */
  if (!safe) CHECK_INT(arrived, f->reads == 2 ? 2 : 1);
  if (test_failures) printf("  with %s%s: %s\n", f->row.name, safe ? "" : ", not safe", error.text);
}

static void every_fault_with(const carto_carrier *carrier, bool strict) {
  torture t;
  size_t i;
  int before = test_failures;
  answer a;
  carto_error error;
  start(&t);
  for (i = 0; i < 2 * FAULTS && test_failures == before; i++) {
    one_fault(&t, carrier, &faults[i / 2], i % 2 == 0, strict);
    /* and what comes next is not disturbed */
    CHECK_INT(fetch(carrier, url_of(&t, "/ok"), asking(true, LATE), &a, &error), CARTO_OK);
    CHECK_STR(carto_str_make(a.body, a.len), "{\"rows\":[1]}\n");
  }
  torture_stop(&t);
}

static void every_fault(void) {
  carto_net net = a_net();
  carto_carrier carrier = carto_net_carrier(&net);
  every_fault_with(&carrier, true);
  carto_net_free(&net);
}

/* ---- cut off at each byte */

static void cut_row(torture *t, const carto_carrier *carrier, const char *name, size_t whole_from) {
  size_t i, len = strlen(torture_find(t, name, strlen(name))->first);
  char path[TORTURE_NAME];
  answer a;
  carto_error error;
  for (i = 0; i <= len; i++) {
    bool safe = i % 2 == 0;
    carto_status status;
    snprintf(path, sizeof path, "/cut/%zu/%s", i, name);
    status = fetch(carrier, url_of(t, path), asking(safe, LATE), &a, &error);
    CHECK_INT(status, i < whole_from ? CARTO_ERR_IO : CARTO_OK);
    CHECK(torture_seen(t, last_id) <= (safe ? 4 : 1));
    CHECK(torture_seen(t, last_id) >= 1);
  }
}

static void cuts_with(const carto_carrier *carrier) {
  torture t;
  start(&t);
  cut_row(&t, carrier, "ok", sizeof OK_TEXT - 1);
  cut_row(&t, carrier, "chunks", strlen(torture_find(&t, "chunks", 6)->first));
  cut_row(&t, carrier, "interim", strlen(torture_find(&t, "interim", 7)->first));
  cut_row(&t, carrier, "until-end", sizeof OK_HEAD - 1 + 2);
  torture_stop(&t);
}

static void cut_at_each_byte(void) {
  carto_net net = a_net();
  carto_carrier carrier = carto_net_carrier(&net);
  cuts_with(&carrier);
  carto_net_free(&net);
}

/* ---- services that recover */

static void later_answers_with(const carto_carrier *carrier) {
  static const struct {
    const char *path;
    bool safe;
    int status, http, arrivals;
  } cases[] = {
    {"/turn/500/ok", true, CARTO_OK, 500, 1},   {"/turn/503/ok", true, CARTO_OK, 200, 2},
    {"/turn/503/ok", false, CARTO_OK, 503, 1},  {"/turn/gone/ok", true, CARTO_OK, 200, 2},
    {"/turn/gone/ok", false, CARTO_ERR_IO, 0, 1}, {"/turn/reset/ok", true, CARTO_OK, 200, 2},
    {"/turn/503/500", true, CARTO_OK, 500, 2},
  };
  torture t;
  size_t i;
  answer a;
  carto_error error;
  start(&t);
  for (i = 0; i < sizeof cases / sizeof *cases; i++) {
    CHECK_INT(fetch(carrier, url_of(&t, cases[i].path), asking(cases[i].safe, LATE), &a, &error), cases[i].status);
    CHECK_INT(a.http, cases[i].http);
    CHECK_INT(torture_seen(&t, last_id), cases[i].arrivals);
  }
  torture_stop(&t);
}

static void later_answers(void) {
  carto_net net = a_net();
  carto_carrier carrier = carto_net_carrier(&net);
  later_answers_with(&carrier);
  carto_net_free(&net);
}

/* ---- connections that are kept */

static void keeping(void) {
  carto_net net = a_net();
  carto_carrier carrier = carto_net_carrier(&net);
  torture t;
  answer a;
  carto_error error;
  int i;
  start(&t);
  for (i = 0; i < 20; i++) {
    CHECK_INT(fetch(&carrier, url_of(&t, i % 2 ? "/ok" : "/chunks"), asking(i % 3 == 0, LATE), &a, &error), CARTO_OK);
    CHECK_STR(carto_str_make(a.body, a.len), "{\"rows\":[1]}\n");
  }
  CHECK_INT(torture_connections(&t), 1);
  /* without a body, though a length is told */
  {
    ask head = asking(true, LATE);
    head.method = "HEAD";
    CHECK_INT(fetch(&carrier, url_of(&t, "/head"), head, &a, &error), CARTO_OK);
    CHECK_UINT(a.len, 0);
  }
  /* bodies of all sizes arrive whole */
  for (i = 1; i <= 8 << 20; i *= 8) {
    ask post = asking(false, LATE);
    char *body = (char *)malloc((size_t)i), expected[64];
    uint32_t hash = 2166136261u;
    int k;
    for (k = 0; k < i; k++) body[k] = (char)(' ' + k % 90), hash = (hash ^ (unsigned char)body[k]) * 16777619u;
    post.body = carto_str_make(body, (size_t)i);
    CHECK_INT(fetch(&carrier, url_of(&t, "/echo"), post, &a, &error), CARTO_OK);
    snprintf(expected, sizeof expected, "POST %d %08x", i, (unsigned)hash);
    CHECK_STR(carto_str_make(a.body, a.len), expected);
    free(body);
  }
  CHECK_INT(torture_connections(&t), 1);
  torture_stop(&t);
  carto_net_free(&net);
}

/* A kept connection was closed, spoken on, or breaks under the request. */
static void kept_breaks(void) {
  carto_net net = a_net();
  carto_carrier carrier = carto_net_carrier(&net);
  torture t;
  answer a;
  carto_error error;
  ask get = asking(true, LATE), post = asking(false, LATE);
  struct timespec while_it_arrives = {0, 100000000};
  static const char *const then[] = {"closes", "resets", "talks"};
  char path[TORTURE_NAME];
  size_t i;
  get.once = post.once = true;
  for (i = 0; i < FAULTS; i++) rows[i] = faults[i].row;
  rows[FAULTS] = rows[FAULTS + 1] = rows[FAULTS + 2] = faults[0].row;
  rows[FAULTS].name = "closes";
  rows[FAULTS].then = THEN_CLOSE;
  rows[FAULTS + 1].name = "resets";
  rows[FAULTS + 1].then = THEN_RESET;
  rows[FAULTS + 2].name = "talks";
  rows[FAULTS + 2].then = THEN_TALK;
  torture_start(&t, rows, FAULTS + 3);
  for (i = 0; i < 3; i++) {
    snprintf(path, sizeof path, "/%s", then[i]);
    CHECK_INT(fetch(&carrier, url_of(&t, path), get, &a, &error), i == 1 ? error.status : CARTO_OK);
    nanosleep(&while_it_arrives, NULL);
    CHECK_INT(fetch(&carrier, url_of(&t, "/ok"), post, &a, &error), CARTO_OK);
    CHECK_STR(carto_str_make(a.body, a.len), "{\"rows\":[1]}\n");
    CHECK_INT(torture_seen(&t, last_id), 1);
  }
  /* it breaks when the request has gone: what is safe is sent once more on a new one, the rest never */
  for (i = 0; i < 2; i++) {
    snprintf(path, sizeof path, "/kept/ok/%s", i ? "reset" : "gone");
    carto_net_free(&net);
    net = a_net();
    CHECK_INT(fetch(&carrier, url_of(&t, path), get, &a, &error), CARTO_OK);
    CHECK_INT(fetch(&carrier, url_of(&t, path), get, &a, &error), CARTO_OK);
    CHECK_INT(torture_seen(&t, last_id), 2);
    CHECK_INT(fetch(&carrier, url_of(&t, path), post, &a, &error), CARTO_ERR_IO);
    CHECK_INT(torture_seen(&t, last_id), 1);
    CHECK_CONTAINS(STR(error.text), "no answer from 127.0.0.1, port ");
    CHECK(!net._idle);
  }
  /* after two answers for one request nothing more is asked there */
  CHECK_INT(fetch(&carrier, url_of(&t, "/two"), get, &a, &error), CARTO_OK);
  CHECK_STR(carto_str_make(a.body, a.len), "{\"rows\":[1]}\n");
  CHECK(!net._idle);
  /* half an answer is an answer: nothing is sent again */
  CHECK_INT(fetch(&carrier, url_of(&t, "/ok"), get, &a, &error), CARTO_OK);
  CHECK_INT(fetch(&carrier, url_of(&t, "/cut/20/ok"), get, &a, &error), CARTO_ERR_IO);
  CHECK_INT(torture_seen(&t, last_id), 1);
  torture_stop(&t);
  carto_net_free(&net);
}

/* No more are kept than there is room for, and none that grew old. */
static void kept_bounds(void) {
  enum { SERVERS = CARTO_MCP__NET_IDLE + 3 };
  static torture t[SERVERS];
  carto_net net = a_net();
  carto_carrier carrier = carto_net_carrier(&net);
  carto__net_connection *c;
  answer a;
  carto_error error;
  int i, kept = 0;
  for (i = 0; i < SERVERS; i++) {
    start(&t[i]);
    CHECK_INT(fetch(&carrier, url_of(&t[i], "/ok"), asking(true, LATE), &a, &error), CARTO_OK);
  }
  for (c = net._idle; c; c = c->next) kept++;
  CHECK_INT(kept, CARTO_MCP__NET_IDLE);
  CHECK_INT(net._idle->port, t[SERVERS - 1].port);
  for (c = net._idle; c; c = c->next) c->since -= CARTO_MCP__NET_IDLE_MS;
  CHECK_INT(fetch(&carrier, url_of(&t[SERVERS - 1], "/ok"), asking(true, LATE), &a, &error), CARTO_OK);
  CHECK(net._idle && !net._idle->next);
  CHECK_INT(torture_connections(&t[SERVERS - 1]), 2);
  for (i = 0; i < SERVERS; i++) torture_stop(&t[i]);
  carto_net_free(&net);
  carto_net_free(&net);
}

/* ---- while the body is being sent */

static void early_answers(void) {
  carto_net net = a_net();
  carto_carrier carrier = carto_net_carrier(&net);
  torture t;
  torture_row early[3];
  answer a;
  carto_error error;
  ask post = asking(false, LATE);
  carto_status status;
  char *body = (char *)calloc(1, 64 << 20);
  memset(early, 0, sizeof early);
  early[0].name = "early";
  early[0].first = "HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\n{}";
  early[0].then = THEN_SILENCE;
  early[0].early = true;
  early[1] = early[0];
  early[1].name = "early-close";
  early[1].then = THEN_CLOSE;
  early[2] = early[0];
  early[2].name = "stuck";
  early[2].first = "";
  torture_start(&t, early, 3);
  post.body = carto_str_make(body, 64 << 20);
  CHECK_INT(fetch(&carrier, url_of(&t, "/early"), post, &a, &error), CARTO_OK);
  CHECK_INT(a.http, 413);
  CHECK(!net._idle);
  status = fetch(&carrier, url_of(&t, "/early-close"), post, &a, &error);
  CHECK(status == CARTO_OK ? a.http == 413 : status == CARTO_ERR_IO);
  post.timeout_ms = 2 * SOON;
  CHECK_INT(fetch(&carrier, url_of(&t, "/stuck"), post, &a, &error), CARTO_ERR_LIMIT);
  CHECK_CONTAINS(STR(error.text), "within 300 milliseconds");
  torture_stop(&t);
  carto_net_free(&net);
  free(body);
}

/* ---- cancelling */

typedef struct asked {
  int times, most;
  int64_t last, gap, stopped;
} asked;

static bool asked_checkpoint(void *user) {
  asked *a = (asked *)user;
  int64_t now = carto__net_now();
  if (a->times && now - a->last > a->gap) a->gap = now - a->last;
  a->last = now;
  if (++a->times <= a->most) return true;
  if (!a->stopped) a->stopped = now;
  return false;
}

static void cancelling_with(const carto_carrier *carrier) {
  static const char *const paths[] = {"/silent", "/silent-body", "/slow", "/chunk-dust", "/endless", "/ok"};
  torture t;
  asked asked;
  answer a;
  carto_error error;
  size_t i;
  start(&t);
  for (i = 0; i < sizeof paths / sizeof *paths; i++) {
    ask get = asking(true, LATE);
    memset(&asked, 0, sizeof asked);
    asked.most = i == 5 ? 0 : 20;
    get.checkpoint = asked_checkpoint;
    get.user = &asked;
    CHECK_INT(fetch(carrier, url_of(&t, paths[i]), get, &a, &error), CARTO_ERR_CANCELLED);
    CHECK(carto__net_now() - asked.stopped < SLACK);
    CHECK(asked.times >= asked.most);
    if (i == 5) CHECK_INT(torture_seen(&t, last_id), 0);
  }
  memset(&asked, 0, sizeof asked);
  asked.most = 3;
  {
    carto_arena arena = test_arena();
    carto_call call = a_call(&arena);
    int64_t before = carto__net_now();
    CHECK_INT(carrier->wait(&call, carrier->user, 30, &error), CARTO_OK);
    CHECK(carto__net_now() - before >= 25);
    call.checkpoint = asked_checkpoint;
    call.user = &asked;
    CHECK_INT(carrier->wait(&call, carrier->user, LATE, &error), CARTO_ERR_CANCELLED);
    CHECK(carto__net_now() - before < LATE);
    carto_arena_free(&arena);
  }
  torture_stop(&t);
}

static void cancelling(void) {
  carto_net net = a_net();
  carto_carrier carrier = carto_net_carrier(&net);
  cancelling_with(&carrier);
  carto_net_free(&net);
}

/* ---- finding the host */

static void addresses(void) {
  carto_net net = a_net();
  carto_carrier carrier = carto_net_carrier(&net);
  torture t;
  answer a;
  carto_error error;
  char url[128];
  int port = 0, closed = torture_listen(AF_INET, 1, &port);
  close(closed);
  snprintf(url, sizeof url, "http://127.0.0.1:%d/a?key=s3cr3t", port);
  CHECK_INT(fetch(&carrier, url, asking(true, LATE), &a, &error), CARTO_ERR_IO);
  CHECK_CONTAINS(STR(error.text), "cannot reach 127.0.0.1, port ");
  CHECK_CONTAINS(STR(error.text), "the connection was refused (errno ");
  CHECK_INT(fetch(&carrier, "http://no-such-host.invalid/", asking(true, LATE), &a, &error), CARTO_ERR_IO);
  CHECK_CONTAINS(STR(error.text), "cannot find the address of no-such-host.invalid: ");
  CHECK_INT(fetch(&carrier, "https://127.0.0.1/", asking(true, LATE), &a, &error), CARTO_ERR_UNSUPPORTED);
  CHECK_CONTAINS(STR(error.text), "CARTO_MCP_USE_CURL");
  /* one family alone, behind a name that has both */
  start(&t);
  snprintf(url, sizeof url, "http://localhost:%d/ok", t.port);
  CHECK_INT(fetch(&carrier, url, asking(true, LATE), &a, &error), CARTO_OK);
  torture_stop(&t);
  if (torture_start_on(&t, AF_INET6, rows, FAULTS)) {
    snprintf(url, sizeof url, "http://[::1]:%d/ok", t.port);
    CHECK_INT(fetch(&carrier, url, asking(false, LATE), &a, &error), CARTO_OK);
    CHECK_INT(a.http, 200);
    torture_stop(&t);
  } else {
    printf("skipped: IPv6, which is not here\n");
  }
  carto_net_free(&net);
}

static void address_make(struct addrinfo *to, struct sockaddr_in *at, struct addrinfo *next, uint32_t host, int port) {
  memset(to, 0, sizeof *to);
  memset(at, 0, sizeof *at);
  at->sin_family = AF_INET;
  at->sin_addr.s_addr = htonl(host);
  at->sin_port = htons((uint16_t)port);
  to->ai_family = AF_INET;
  to->ai_socktype = SOCK_STREAM;
  to->ai_addr = (struct sockaddr *)at;
  to->ai_addrlen = sizeof *at;
  to->ai_next = next;
}

/* The first address takes no connections and says nothing: its queue is full. The second is tried beside it. */
static void next_address(void) {
  struct addrinfo to[3];
  struct sockaddr_in at[3];
  const struct addrinfo *order[CARTO_MCP__NET_ADDRESSES];
  carto_arena arena = test_arena();
  carto_call call = a_call(&arena);
  carto__net_exchange x;
  carto_error error;
  torture t;
  int full_port = 0, full = torture_listen(AF_INET, 0, &full_port), clients[16], fd, i;
  start(&t);
  address_make(&to[2], &at[2], NULL, INADDR_LOOPBACK, t.port);
  address_make(&to[1], &at[1], &to[2], INADDR_LOOPBACK, 1);
  address_make(&to[0], &at[0], &to[1], INADDR_LOOPBACK, full_port);
  for (i = 0; i < 16; i++) clients[i] = carto__net_socket(&to[0]);
  memset(&x, 0, sizeof x);
  x.call = &call;
  x.error = &error;
  x.host = STR("example");
  x.timeout_ms = LATE;
  x.deadline = carto__net_now() + LATE;
  CHECK_UINT(carto__net_order(&to[0], order), 3);
  CHECK_INT(carto__net_reach(&x, order, 3, &fd), CARTO_OK);
  CHECK(fd >= 0);
  CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC);
  close(fd);
  /* alone, it takes no longer than there is time */
  x.timeout_ms = SOON;
  x.deadline = carto__net_now() + SOON;
  CHECK_INT(carto__net_reach(&x, order, 1, &fd), CARTO_ERR_LIMIT);
  CHECK_INT(fd, -1);
  /* the families take turns */
  to[1].ai_family = AF_INET6;
  CHECK_UINT(carto__net_order(&to[0], order), 3);
  CHECK(order[0] == &to[0] && order[1] == &to[1] && order[2] == &to[2]);
  to[0].ai_family = AF_INET6;
  CHECK_UINT(carto__net_order(&to[0], order), 3);
  CHECK(order[0] == &to[0] && order[1] == &to[2] && order[2] == &to[1]);
  for (i = 0; i < 16; i++)
    if (clients[i] >= 0) close(clients[i]);
  close(full);
  torture_stop(&t);
  carto_arena_free(&arena);
}

/* ---- proxies */

static void proxies(void) {
  static const struct {
    const char *list, *host;
    int port;
    bool spared;
  } cases[] = {
    {"", "example.com", 80, false},
    {"*", "example.com", 80, true},
    {"example.com", "example.com", 80, true},
    {"example.com", "www.example.com", 80, true},
    {"example.com", "www.notexample.com", 80, false},
    {"example.com", "notexample.com", 80, false},
    {"example.com", "example.com.othertld", 80, false},
    {".example.com", "example.com", 80, true},
    {".example.com", "a.b.example.com", 80, true},
    {".example.com", "notexample.com", 80, false},
    {"Example.COM", "EXAMPLE.com", 80, true},
    {"example.com.", "example.com", 80, true},
    {"example.com", "example.com.", 80, true},
    {"a, b ,example.com", "example.com", 80, true},
    {"a b example.com", "example.com", 80, true},
    {",,,", "example.com", 80, false},
    {"example.com:8080", "example.com", 8080, true},
    {"example.com:8080", "example.com", 80, false},
    {"example.com:x", "example.com", 80, false},
    {"127.0.0.1", "127.0.0.1", 80, true},
    {"7.0.0.1", "127.0.0.1", 80, false},
    {"0.0.1", "127.0.0.1", 80, false},
    {"127.0.0.1:81", "127.0.0.1", 80, false},
    {"10.0.0.0/8", "10.255.1.2", 80, true},
    {"10.0.0.0/8", "11.255.1.2", 80, false},
    {"10.0.0.128/25", "10.0.0.200", 80, true},
    {"10.0.0.128/25", "10.0.0.100", 80, false},
    {"10.0.0.0/33", "10.0.0.0", 80, false},
    {"10.0.0.0/", "10.0.0.0", 80, false},
    {"0.0.0.0/0", "10.0.0.0", 80, true},
    {"10.0.0.0/8", "10.example.com", 80, false},
    {"::1", "::1", 80, true},
    {"[::1]", "::1", 80, true},
    {"[::1]:80", "::1", 80, true},
    {"[::1]:81", "::1", 80, false},
    {"::1", "::2", 80, false},
    {"fe80::/10", "fe80::1", 80, true},
    {"fe80::/10", "fec0::1", 80, false},
    {"0:0:0:0:0:0:0:1", "::1", 80, true},
  };
  static const struct {
    const char *proxy, *host;
    int port;
  } texts[] = {
    {"http://proxy:3128", "proxy", 3128}, {"http://proxy:3128/", "proxy", 3128}, {"HTTP://proxy", "proxy", 1080},
    {"proxy:3128", "proxy", 3128},        {"proxy", "proxy", 1080},              {"http://[::1]:3128", "::1", 3128},
    {"[::1]", "::1", 1080},               {"http://u:p@proxy:1", NULL, 0},       {"https://proxy:1", NULL, 0},
    {"socks5://proxy:1", NULL, 0},        {"http://proxy:0", NULL, 0},           {"http://proxy:1/x", NULL, 0},
    {"http://", NULL, 0},
  };
  carto_alloc libc;
  carto_net net;
  carto_carrier carrier;
  torture t;
  answer a;
  carto_error error;
  char proxy[64], head[2048];
  size_t i;
  memset(&libc, 0, sizeof libc);
  for (i = 0; i < sizeof cases / sizeof *cases; i++) {
    CHECK_INT(carto__net_no_proxy(STR(cases[i].list), STR(cases[i].host), (uint16_t)cases[i].port), cases[i].spared);
    if (carto__net_no_proxy(STR(cases[i].list), STR(cases[i].host), (uint16_t)cases[i].port) != cases[i].spared)
      printf("  with %s and %s\n", cases[i].list, cases[i].host);
  }
  for (i = 0; i < sizeof texts / sizeof *texts; i++) {
    carto_status status = carto_net_init(&net, STR(texts[i].proxy), STR(""), libc, &error);
    CHECK_INT(status, texts[i].host ? CARTO_OK : CARTO_ERR_ARG);
    if (status == CARTO_OK) CHECK_STR(net._proxy, texts[i].host);
    if (status == CARTO_OK) CHECK_INT(net._proxy_port, texts[i].port);
    CHECK(!test_contains(STR(error.text), "u:p"));
    carto_net_free(&net);
  }
  start(&t);
  snprintf(proxy, sizeof proxy, "http://127.0.0.1:%d", t.port);
  CHECK_INT(carto_net_init(&net, STR(proxy), STR("localhost"), libc, &error), CARTO_OK);
  carrier = carto_net_carrier(&net);
  for (i = 0; i < 3; i++) { /* one connection for all hosts */
    snprintf(head, sizeof head, "http://host%zu.invalid:8080/ok?x=1", i);
    CHECK_INT(fetch(&carrier, head, asking(true, LATE), &a, &error), CARTO_OK);
    torture_head(&t, head, sizeof head);
    snprintf(proxy + 40, 20, "host%zu.invalid", i);
    CHECK_CONTAINS(STR(head), proxy + 40);
    CHECK(strncmp(head, "GET http://host", 15) == 0);
    CHECK_CONTAINS(STR(head), ".invalid:8080/ok?x=1 HTTP/1.1\r\nHost: host");
  }
  CHECK_INT(torture_connections(&t), 1);
  snprintf(head, sizeof head, "http://localhost:%d/ok", t.port);
  CHECK_INT(fetch(&carrier, head, asking(true, LATE), &a, &error), CARTO_OK);
  torture_head(&t, head, sizeof head);
  CHECK(strncmp(head, "GET /ok HTTP/1.1\r\n", 18) == 0);
  torture_stop(&t);
  CHECK_INT(fetch(&carrier, "http://host.invalid/", asking(false, LATE), &a, &error), CARTO_ERR_IO);
  CHECK_CONTAINS(STR(error.text), "127.0.0.1"); /* the proxy is who is not there */
  carto_net_free(&net);
}

/* ---- secrets */

/* The token goes to the origin alone, in one header. */
static void token_stays(void) {
  carto_net net = a_net();
  carto_carrier carrier = carto_net_carrier(&net);
  torture here, there;
  torture_row away[2];
  answer a;
  carto_error error;
  char head[2048], text[256];
  start(&there);
  memset(away, 0, sizeof away);
  snprintf(text, sizeof text, "HTTP/1.1 307 Away\r\nLocation: http://127.0.0.1:%d/ok\r\nContent-Length: 0\r\n\r\n", there.port);
  away[0].name = "away";
  away[0].first = text;
  away[1] = faults[0].row;
  torture_start(&here, away, 2);
  CHECK_INT(fetch(&carrier, url_of(&here, "/away"), asking(true, LATE), &a, &error), CARTO_ERR_SYNTAX);
  CHECK_INT(torture_connections(&there), 0);
  torture_head(&here, head, sizeof head);
  CHECK_CONTAINS(STR(head), "\r\nAuthorization: Bearer s3cr3t-token\r\n");
  CHECK(strncmp(head, "GET /away HTTP/1.1\r\n", 20) == 0);
  torture_stop(&here);
  torture_stop(&there);
  carto_net_free(&net);
}

/* ---- requests from within an answer, memory */

static carto_status nested_body(void *user, carto_str piece, carto_error *error) {
  carto_carrier *carrier = (carto_carrier *)user;
  answer a;
  (void)piece, (void)error;
  {
    carto_error inner;
    CHECK_INT(fetch(carrier, url_of((torture *)carrier[1].user, "/chunks"), asking(true, LATE), &a, &inner), CARTO_OK);
    CHECK_STR(carto_str_make(a.body, a.len), "{\"rows\":[1]}\n");
  }
  return CARTO_OK;
}

static void nested(void) {
  carto_net net = a_net();
  carto_carrier carrier[2];
  carto_arena arena = test_arena();
  carto_call call = a_call(&arena);
  carto_http_request request;
  carto_http_sink sink;
  carto_error error;
  torture t;
  start(&t);
  carrier[0] = carto_net_carrier(&net);
  carrier[1].user = &t;
  memset(&request, 0, sizeof request);
  request.method = "GET";
  request.url = STR(url_of(&t, "/bytes"));
  sink.head = NULL;
  sink.body = nested_body;
  sink.user = carrier;
  CHECK_INT(carrier[0].send(&call, carrier[0].user, &request, &sink, &error), CARTO_OK);
  torture_stop(&t);
  carto_net_free(&net);
  carto_arena_free(&arena);
}

static torture memory_server;

static int out_of_memory(carto_alloc alloc) {
  carto_net net;
  carto_carrier carrier;
  carto_arena arena = test_arena();
  carto_call call = a_call(&arena);
  carto_http_request request;
  carto_http_sink sink;
  carto_error error;
  carto_status status = CARTO_OK;
  answer a;
  int i;
  char url[64];
  CHECK_INT(carto_net_init(&net, STR(""), STR(""), alloc, &error), CARTO_OK);
  carrier = carto_net_carrier(&net);
  memset(&request, 0, sizeof request);
  memset(&a, 0, sizeof a);
  snprintf(url, sizeof url, "http://127.0.0.1:%d/chunks", memory_server.port);
  request.method = "POST";
  request.url = STR(url);
  request.body = STR("{}");
  sink.head = answer_head;
  sink.body = answer_body;
  sink.user = &a;
  for (i = 0; i < 2 && status == CARTO_OK; i++) status = carrier.send(&call, carrier.user, &request, &sink, &error);
  if (status != CARTO_OK) CHECK_INT(status, CARTO_ERR_NOMEM);
  carto_net_free(&net);
  carto_arena_free(&arena);
  return status == CARTO_OK;
}

static void every_allocation(void) {
  start(&memory_server);
  test_every_allocation(out_of_memory, 100);
  torture_stop(&memory_server);
}

/* ---- libcurl */

#ifdef CARTO_MCP_USE_CURL

static carto_curl a_curl_with(const char *ca_file) {
  carto_curl curl;
  carto_curl_desc desc = carto_curl_desc_default();
  desc.ca_file = ca_file;
  CHECK_INT(carto_curl_init(&curl, &desc, NULL), CARTO_OK);
  return curl;
}

static carto_curl a_curl(void) { return a_curl_with(NULL); }

static void curl_descriptor(void) {
  carto_curl_desc desc = carto_curl_desc_default();
  carto_curl curl;
  carto_error error;
  desc._end = 1;
  CHECK_INT(carto_curl_init(&curl, &desc, &error), CARTO_ERR_ARG);
  CHECK_CONTAINS(STR(error.text), "carto_curl_desc_default");
  carto_curl_free(&curl);
}

/* http_proxy and no_proxy are libcurl's to read. A proxy is asked for https by CONNECT, which no token goes with. */
static void curl_proxies(void) {
  carto_curl curl;
  carto_carrier carrier;
  torture t;
  answer a;
  carto_error error;
  char text[2048];
  start(&t);
  snprintf(text, sizeof text, "http://127.0.0.1:%d", t.port);
  setenv("http_proxy", text, 1);
  setenv("https_proxy", text, 1);
  setenv("no_proxy", "localhost", 1);
  curl = a_curl();
  carrier = carto_curl_carrier(&curl);
  CHECK_INT(fetch(&carrier, "http://host.invalid:8080/ok?x=1", asking(true, LATE), &a, &error), CARTO_OK);
  CHECK_STR(carto_str_make(a.body, a.len), "{\"rows\":[1]}\n");
  torture_head(&t, text, sizeof text);
  CHECK(strncmp(text, "GET http://host.invalid:8080/ok?x=1 HTTP/1.1\r\nHost: host.invalid:8080\r\n", 70) == 0);
  CHECK_CONTAINS(STR(text), "\r\nAuthorization: Bearer s3cr3t-token\r\n");
  CHECK_INT(fetch(&carrier, "https://host.invalid/ok", asking(false, LATE), &a, &error), CARTO_ERR_IO);
  torture_head(&t, text, sizeof text);
  CHECK(strncmp(text, "CONNECT host.invalid:443 HTTP/1.1\r\n", 35) == 0);
  CHECK(!test_contains(STR(text), "s3cr3t"));
  snprintf(text, sizeof text, "http://localhost:%d/ok", t.port);
  CHECK_INT(fetch(&carrier, text, asking(true, LATE), &a, &error), CARTO_OK);
  torture_head(&t, text, sizeof text);
  CHECK(strncmp(text, "GET /ok HTTP/1.1\r\n", 18) == 0);
  unsetenv("http_proxy");
  unsetenv("https_proxy");
  unsetenv("no_proxy");
  torture_stop(&t);
  carto_curl_free(&curl);
}

/* What libcurl takes for an error, and how, is its own: only that it ends, in time, and nothing is sent twice. */
static void curl_faults(void) {
  carto_curl curl = a_curl();
  carto_carrier carrier = carto_curl_carrier(&curl);
  every_fault_with(&carrier, false);
  later_answers_with(&carrier);
  cancelling_with(&carrier);
  carto_curl_free(&curl);
  carto_curl_free(&curl);
}

static void curl_cuts(void) {
  static const char *const names[] = {"ok", "chunks", "interim"};
  carto_curl curl = a_curl();
  carto_carrier carrier = carto_curl_carrier(&curl);
  torture t;
  size_t i, k;
  char path[TORTURE_NAME];
  answer a;
  carto_error error;
  start(&t);
  for (k = 0; k < sizeof names / sizeof *names; k++)
    for (i = 0; i + 1 < strlen(torture_find(&t, names[k], strlen(names[k]))->first); i++) { /* a last LF it does not miss */
      int before = test_failures;
      snprintf(path, sizeof path, "/cut/%zu/%s", i, names[k]);
      CHECK(fetch(&carrier, url_of(&t, path), asking(i % 2 == 0, LATE), &a, &error) != CARTO_OK);
      CHECK(torture_seen(&t, last_id) <= (i % 2 == 0 ? 6 : 1));
      if (test_failures != before) printf("  with %s\n", path);
    }
  torture_stop(&t);
  carto_curl_free(&curl);
}

static void curl_requests(void) {
  carto_curl curl = a_curl();
  carto_carrier carrier = carto_curl_carrier(&curl);
  torture t;
  answer a;
  carto_error error;
  char head[2048], url[128];
  ask how = asking(false, LATE);
  int i;
  start(&t);
  for (i = 0; i < 3; i++) { /* what is not safe has a connection of its own, on which nothing has happened */
    how.body = i == 2 ? STR("") : STR("{\"sql\":\"x\"}");
    CHECK_INT(fetch(&carrier, url_of(&t, "/echo"), how, &a, &error), CARTO_OK);
    CHECK_CONTAINS(carto_str_make(a.body, a.len), i == 2 ? "POST 0 " : "POST 11 ");
    CHECK_INT(torture_connections(&t), i + 1);
  }
  CHECK_INT(fetch(&carrier, url_of(&t, "/kept/ok/gone"), how, &a, &error), CARTO_OK);
  torture_head(&t, head, sizeof head);
  CHECK_CONTAINS(STR(head), "\r\nAuthorization: Bearer s3cr3t-token\r\n");
  CHECK_CONTAINS(STR(head), "\r\nAccept-Encoding: identity\r\n");
  CHECK_CONTAINS(STR(head), "\r\nUser-Agent: carto_mcp/");
  CHECK(!test_contains(STR(head), "Expect"));
  for (i = 0; i < 5; i++) { /* what is safe shares one */
    how = asking(true, LATE);
    how.method = i == 3 ? "HEAD" : i == 4 ? "DELETE" : "GET";
    CHECK_INT(fetch(&carrier, url_of(&t, i == 3 ? "/head" : "/ok"), how, &a, &error), CARTO_OK);
    CHECK_UINT(a.len, i == 3 ? 0 : 13);
    torture_head(&t, head, sizeof head);
    CHECK(strncmp(head, how.method, strlen(how.method)) == 0);
  }
  CHECK(torture_connections(&t) <= 5);
  /* TLS where none is spoken */
  snprintf(url, sizeof url, "https://127.0.0.1:%d/ok?key=s3cr3t", t.port);
  CHECK_INT(fetch(&carrier, url, asking(false, LATE), &a, &error), CARTO_ERR_IO);
  CHECK_CONTAINS(STR(error.text), "127.0.0.1");
  torture_stop(&t);
  CHECK_INT(fetch(&carrier, url_of(&t, "/ok?key=s3cr3t"), asking(false, LATE), &a, &error), CARTO_ERR_IO);
  CHECK_CONTAINS(STR(error.text), "no answer from 127.0.0.1, port ");
  CHECK_INT(fetch(&carrier, "ftp://127.0.0.1/", asking(true, LATE), &a, &error), CARTO_ERR_ARG);
  CHECK_INT(fetch(&carrier, "file:///etc/passwd", asking(true, LATE), &a, &error), CARTO_ERR_ARG);
  carto_curl_free(&curl);
}

static int curl_out_of_memory(carto_alloc alloc) {
  carto_curl_desc desc = carto_curl_desc_default();
  carto_curl curl;
  carto_carrier carrier;
  carto_arena arena = test_arena();
  carto_call call = a_call(&arena);
  carto_http_request request;
  carto_http_sink sink;
  carto_error error;
  carto_status status;
  answer a;
  char url[64];
  desc.alloc = alloc;
  CHECK_INT(carto_curl_init(&curl, &desc, &error), CARTO_OK);
  carrier = carto_curl_carrier(&curl);
  memset(&request, 0, sizeof request);
  memset(&a, 0, sizeof a);
  snprintf(url, sizeof url, "http://127.0.0.1:%d/chunks", memory_server.port);
  request.method = "POST";
  request.url = STR(url);
  request.body = STR("{}");
  request.token = STR("s3cr3t");
  sink.head = answer_head;
  sink.body = answer_body;
  sink.user = &a;
  status = carrier.send(&call, carrier.user, &request, &sink, &error);
  if (status != CARTO_OK) CHECK_INT(status, CARTO_ERR_NOMEM);
  carto_curl_free(&curl);
  carto_arena_free(&arena);
  return status == CARTO_OK;
}

static void curl_every_allocation(void) {
  start(&memory_server);
  test_every_allocation(curl_out_of_memory, 100);
  torture_stop(&memory_server);
}

/* A server with a certificate that no one signed but itself; then the same one, trusted. */
static void curl_certificates(void) {
  carto_curl curl = a_curl();
  carto_carrier carrier = carto_curl_carrier(&curl);
  answer a;
  carto_error error;
  char command[1024], url[64];
  struct timespec slice = {0, 20000000};
  int port = 0, fd = torture_listen(AF_INET, 1, &port), tries;
  char dir[] = "/tmp/carto-tls-XXXXXX";
  pid_t server;
  close(fd);
  CHECK(mkdtemp(dir) != NULL);
  snprintf(command, sizeof command,
           "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost "
           "-keyout %s/key.pem -out %s/cert.pem >/dev/null 2>&1", dir, dir);
  if (system(command) != 0) {
    printf("skipped: certificates, since there is no openssl\n");
    carto_curl_free(&curl);
    return;
  }
  server = fork();
  if (server == 0) {
    char accept[32], key[64], cert[64];
    int none = open("/dev/null", O_RDWR);
    dup2(none, 0), dup2(none, 1), dup2(none, 2);
    snprintf(accept, sizeof accept, "127.0.0.1:%d", port);
    snprintf(key, sizeof key, "%s/key.pem", dir);
    snprintf(cert, sizeof cert, "%s/cert.pem", dir);
    execlp("openssl", "openssl", "s_server", "-accept", accept, "-key", key, "-cert", cert, "-www", (char *)NULL);
    _exit(127);
  }
  snprintf(url, sizeof url, "https://localhost:%d/", port);
  for (tries = 0; tries < 500; tries++) { /* until it listens */
    struct sockaddr_in to;
    int probe = socket(AF_INET, SOCK_STREAM, 0), up;
    memset(&to, 0, sizeof to);
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons((uint16_t)port);
    up = connect(probe, (struct sockaddr *)&to, sizeof to) == 0;
    close(probe);
    if (up) break;
    nanosleep(&slice, NULL);
  }
  CHECK_INT(fetch(&carrier, url, asking(true, LATE), &a, &error), CARTO_ERR_UNSUPPORTED);
  CHECK_CONTAINS(STR(error.text), "certificate");
  CHECK_INT(a.heads, 0);
  CHECK_CONTAINS(STR(error.text), "by a CA file");
  carto_curl_free(&curl);
  snprintf(command, sizeof command, "%s/none.pem", dir);
  curl = a_curl_with(command);
  CHECK_INT(fetch(&carrier, url, asking(true, LATE), &a, &error), CARTO_ERR_UNSUPPORTED);
  CHECK_CONTAINS(STR(error.text), "none.pem");
  carto_curl_free(&curl);
  snprintf(command, sizeof command, "%s/cert.pem", dir);
  curl = a_curl_with(command);
  memset(command, 'x', sizeof command);
  CHECK_INT(fetch(&carrier, url, asking(true, LATE), &a, &error), CARTO_OK);
  CHECK_INT(a.http, 200);
  snprintf(url, sizeof url, "https://127.0.0.1:%d/", port); /* trusted, but not for this name */
  CHECK_INT(fetch(&carrier, url, asking(true, LATE), &a, &error), CARTO_ERR_UNSUPPORTED);
  kill(server, SIGKILL);
  waitpid(server, NULL, 0);
  snprintf(command, sizeof command, "rm -r %s", dir);
  CHECK_INT(system(command), 0);
  carto_curl_free(&curl);
}

#endif

static const test_case cases[] = {
  {"every_fault", every_fault},
  {"cut_at_each_byte", cut_at_each_byte},
  {"later_answers", later_answers},
  {"keeping", keeping},
  {"kept_breaks", kept_breaks},
  {"kept_bounds", kept_bounds},
  {"early_answers", early_answers},
  {"cancelling", cancelling},
  {"addresses", addresses},
  {"next_address", next_address},
  {"proxies", proxies},
  {"token_stays", token_stays},
  {"nested", nested},
  {"every_allocation", every_allocation},
#ifdef CARTO_MCP_USE_CURL
  {"curl_descriptor", curl_descriptor},
  {"curl_proxies", curl_proxies},
  {"curl_faults", curl_faults},
  {"curl_cuts", curl_cuts},
  {"curl_requests", curl_requests},
  {"curl_every_allocation", curl_every_allocation},
  {"curl_certificates", curl_certificates},
#endif
};

TEST_MAIN(cases)
