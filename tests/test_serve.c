/* The HTTP server: one thread is the server and all of its clients, so what happens when is the test's choice, but for
   deadlines, which are short. */
#define CARTO_MCP_NO_SQL
#define CARTO_MCP_NO_MAP
#define CARTO_MCP_NO_CHART
#define CARTO_MCP_NO_WORKFLOW
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
#include "test.h"
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>

#define PATIENCE 20000 /* milliseconds after which a loaded machine is no excuse */

static carto_serve serve;
static test_memory memory;
static int handled;        /* requests that reached the handler */
static int slow_asked;     /* checkpoints that one was given    */
static int slow_cancelled;
static int slow_until;     /* checkpoints after which it answers */
static void (*slow_meanwhile)(int asked);

/* CHECK_INT that says whether it was so. */
static int same(intmax_t actual, intmax_t expected, int line, const char *what) {
  int ok = test_report(actual == expected, __FILE__, line, what);
  if (!ok) printf("  got %jd, want %jd\n", actual, expected);
  return ok;
}

#define SAME(actual, expected) same(actual, expected, __LINE__, #actual " == " #expected)

static int64_t clock_ms(void) { return carto__net_now(); }

/* ---- the handler: says what it was asked, or does what the path says */

static size_t number_of(carto_str text) {
  uint64_t number = 0;
  return carto_uint_parse(text, &number) ? (size_t)number : 0;
}

static carto_status run_slowly(const carto_call *call, carto_error *error) {
  carto_error none;
  for (slow_asked = 0; slow_asked < slow_until; slow_asked++) {
    int64_t until = clock_ms() + CARTO_MCP__SERVE_LOOK_MS;
    if (slow_meanwhile) slow_meanwhile(slow_asked);
    while (clock_ms() < until) {
    }
    CHECK_INT(carto_serve_poll(&serve, 0, &none), CARTO_OK); /* does nothing */
    if (!call->checkpoint(call->user)) {
      slow_cancelled++;
      return carto__fail(error, CARTO_ERR_CANCELLED, 0, "cancelled");
    }
  }
  return CARTO_OK;
}

static void run_busily(size_t ms) {
  int64_t until = clock_ms() + (int64_t)ms;
  while (clock_ms() < until) {
  }
}

static carto_status handle(const carto_call *call, void *user, const carto_http_incoming *in, carto_http_outgoing *out,
                           carto_error *error) {
  size_t number = number_of(in->query);
  CHECK(user == &handled);
  CHECK(call->now && call->now(call->user) > INT64_C(1700000000000000));
  handled++;
  if (carto__str_is(in->path, "/slow")) {
    carto_status status = run_slowly(call, error);
    if (status != CARTO_OK) return status;
  }
  if (carto__str_is(in->path, "/busy")) run_busily(number);
  if (carto__str_is(in->path, "/big"))
    for (size_t i = 0; i < number; i++) carto_buf_append(out->body, "0123456789" + i % 10, 1);
  else if (carto__str_is(in->path, "/arena")) {
    if (!carto_arena_alloc(call->arena, number)) return carto__fail_memory(call->arena, error);
  } else if (carto__str_is(in->path, "/status")) out->status = (int)number;
  else if (carto__str_is(in->path, "/fail"))
    return carto__fail(error, (carto_status) - (int)number, 0, "it \"failed\"");
  else if (carto__str_is(in->path, "/failed")) return CARTO_ERR_IO;
  else if (carto__str_is(in->path, "/headers")) {
    out->content_type = "text/plain";
    out->header_count = number;
    for (size_t i = 0; i < number && i < 8; i++) {
      out->headers[i].name = carto_str_from(i % 2 ? "X-B" : "X-A");
      out->headers[i].value = carto_str_from("v");
    }
    if (number == 7) out->headers[0].value = carto_str_from("a\r\nX-Evil: 1");
    if (number == 6) out->headers[0].name = carto_str_from("X Y");
    if (number == 5) out->content_type = "a\nb";
  } else {
    carto_buf_append_str(out->body, in->method);
    carto_buf_append(out->body, " ", 1);
    carto_buf_append_str(out->body, in->path);
    carto_buf_append(out->body, " ", 1);
    carto_buf_append_str(out->body, in->query);
    carto_buf_append(out->body, " ", 1);
    carto_buf_append_str(out->body, in->body);
  }
  return CARTO_OK;
}

static carto_serve_desc usual(void) {
  carto_serve_desc desc = carto_serve_desc_default();
  desc.listen = "127.0.0.1:0";
  desc.handler.handle = handle;
  desc.handler.user = &handled;
  desc.alloc = test_alloc(&memory);
  desc.request_ms = desc.idle_ms = desc.send_ms = PATIENCE;
  return desc;
}

static void begin_with(carto_serve_desc desc) {
  carto_error error;
  handled = slow_cancelled = 0;
  slow_meanwhile = NULL;
  slow_until = 1 << 30;
  if (!SAME(carto_serve_open(&serve, &desc, &error), CARTO_OK)) {
    printf("%s\n", error.text);
    exit(1);
  }
}

static void begin(void) { begin_with(usual()); }

static void end(void) {
  carto_serve_close(&serve);
  carto_serve_close(&serve);
  CHECK_UINT(memory.live_count, 0);
  CHECK_UINT(memory.live_bytes, 0);
}

/* ---- clients */

typedef struct client {
  int fd;
  bool closed, reset;
  char *got;
  size_t len, cap;
} client;

static client arrive(void) {
  client c;
  struct sockaddr_in to;
  memset(&c, 0, sizeof c);
  memset(&to, 0, sizeof to);
  c.fd = socket(AF_INET, SOCK_STREAM, 0);
  to.sin_family = AF_INET;
  to.sin_port = htons((uint16_t)carto_serve_port(&serve));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (c.fd < 0 || connect(c.fd, (struct sockaddr *)&to, sizeof to) != 0 || fcntl(c.fd, F_SETFL, O_NONBLOCK) != 0) {
    perror("connect");
    exit(1);
  }
  return c;
}

static void leave(client *c) {
  close(c->fd);
  free(c->got);
  memset(c, 0, sizeof *c);
}

/* Takes what is there. */
static void take(client *c) {
  while (!c->closed) {
    ssize_t got;
    if (c->cap - c->len < 65536) c->got = (char *)realloc(c->got, c->cap = c->cap * 2 + 131072);
    got = recv(c->fd, c->got + c->len, c->cap - c->len - 1, 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) c->closed = true;
    if (got < 0) c->reset = true;
    if (got > 0) c->len += (size_t)got;
  }
}

static void turn(int ms) {
  carto_error error;
  CHECK_INT(carto_serve_poll(&serve, ms, &error), CARTO_OK);
}

/* So many whole answers in what came; their statuses, how long they are. heads: answers to HEAD. */
static size_t answers(const client *c, bool heads, int *statuses, size_t most, size_t *used) {
  carto_alloc libc = {NULL, NULL};
  carto__http_parser parser;
  carto_error error;
  size_t count = 0, at = 0;
  carto__http_init(&parser, libc, false, 0);
  for (;;) {
    carto__http_begin(&parser, heads);
    size_t n = 0;
    carto_status status =
      carto__http_feed(&parser, carto_str_make(c->got + at, c->len - at), &n, NULL, &error);
    if (!SAME(status, CARTO_OK)) printf("  %s\n", error.text);
    if (status != CARTO_OK || !parser.done) break;
    at += n;
    if (statuses && count < most) statuses[count] = parser.status;
    count++;
  }
  carto__http_free(&parser);
  if (used) *used = at;
  return count;
}

static void say(client *c, const char *text, size_t len) {
  int64_t until = clock_ms() + PATIENCE;
  while (len > 0 && clock_ms() < until) {
    ssize_t put = send(c->fd, text, len, MSG_NOSIGNAL);
    if (put < 0 && errno != EAGAIN) {
      c->reset = true;
      return;
    }
    if (put > 0) text += put, len -= (size_t)put;
    turn(0);
    if (len > 0) take(c);
  }
}

static void say_text(client *c, const char *text) { say(c, text, strlen(text)); }

/* Waits for so many answers. */
static void hear_kind(client *c, size_t count, bool heads) {
  int64_t until = clock_ms() + PATIENCE;
  size_t seen = (size_t)-1;
  for (;;) {
    take(c);
    if (c->len == seen || c->closed || c->len < 100000) /* reading it all anew takes long */
      if (answers(c, heads, NULL, 0, NULL) >= count) return;
    seen = c->len;
    if (c->closed || !CHECK(clock_ms() < until)) return;
    turn(10);
  }
}

static void hear(client *c, size_t count) { hear_kind(c, count, false); }

static void hear_end(client *c) {
  int64_t until = clock_ms() + PATIENCE;
  for (take(c); !c->closed && CHECK(clock_ms() < until); take(c)) turn(10);
}

static carto_str said(const client *c) { return carto_str_make(c->got, c->len); }

/* What came, with every date the same. */
static void blank_dates(client *c) {
  for (size_t i = 0; i + 37 <= c->len; i++)
    if (memcmp(c->got + i, "\r\nDate: ", 8) == 0) memset(c->got + i + 8, '#', 29);
}

#define DATE "Date: #############################\r\n"
#define HOST "Host: localhost:%d\r\n"

/* The text of a request, with the port where it says %d. */
static const char *with_port(const char *text) {
  static char room[70000];
  snprintf(room, sizeof room, text, carto_serve_port(&serve), carto_serve_port(&serve), carto_serve_port(&serve));
  return room;
}

/* Asks on a connection of its own and gives the status of the one answer; 0 without one. */
static int ask(const char *text, bool *closed) {
  client c = arrive();
  int status = 0;
  say_text(&c, with_port(text));
  hear(&c, 1);
  answers(&c, false, &status, 1, NULL);
  if (closed) {
    turn(0);
    take(&c);
    *closed = c.closed;
  }
  leave(&c);
  turn(0);
  return status;
}

/* ---- plain questions */

static void test_answers(void) {
  client c;
  begin();
  c = arrive();
  say_text(&c, with_port("GET /a%%20b?c=d HTTP/1.1\r\n" HOST "\r\n"));
  hear(&c, 1);
  blank_dates(&c);
  CHECK_STR(said(&c), "HTTP/1.1 200 OK\r\n" DATE
                      "Content-Type: application/json\r\nContent-Length: 15\r\n\r\nGET /a%20b c=d ");
  CHECK(!c.closed);
  c.len = 0;
  say_text(&c, with_port("POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello"));
  hear(&c, 1);
  blank_dates(&c);
  CHECK_STR(said(&c), "HTTP/1.1 200 OK\r\n" DATE
                      "Content-Type: application/json\r\nContent-Length: 13\r\n\r\nPOST /  hello");
  c.len = 0;
  say_text(&c, with_port("POST /x HTTP/1.1\r\n" HOST
                         "Transfer-Encoding: chunked\r\n\r\n2;x=y\r\nhe\r\n3\r\nllo\r\n0\r\nX: y\r\n\r\n"));
  hear(&c, 1);
  CHECK_CONTAINS(said(&c), "POST /x  hello");
  c.len = 0;
  say_text(&c, with_port("GET /headers?2 HTTP/1.1\r\n" HOST "\r\n"));
  hear(&c, 1);
  blank_dates(&c);
  CHECK_STR(said(&c), "HTTP/1.1 200 OK\r\n" DATE
                      "Content-Type: text/plain\r\nContent-Length: 0\r\nX-A: v\r\nX-B: v\r\n\r\n");
  CHECK_INT(handled, 4);
  leave(&c);
  end();
}

static void test_connection(void) {
  static const struct {
    const char *request;
    bool closes;
    const char *says;
  } rows[] = {
    {"GET / HTTP/1.1\r\n" HOST "\r\n", false, NULL},
    {"GET / HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n", true, "Connection: close\r\n"},
    {"GET / HTTP/1.1\r\n" HOST "Connection: x, CLOSE\r\n\r\n", true, "Connection: close\r\n"},
    {"GET / HTTP/1.0\r\n\r\n", true, "Connection: close\r\n"},
    {"GET / HTTP/1.0\r\n" HOST "Connection: keep-alive\r\n\r\n", false, "Connection: keep-alive\r\n"},
    {"\r\nGET / HTTP/1.1\r\n" HOST "\r\n", false, NULL},
  };
  begin();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    client c = arrive();
    say_text(&c, with_port(rows[i].request));
    hear(&c, 1);
    CHECK_CONTAINS(said(&c), "HTTP/1.1 200 OK\r\n");
    if (rows[i].says) CHECK_CONTAINS(said(&c), rows[i].says);
    else CHECK(!test_contains(said(&c), "Connection:"));
    if (rows[i].closes) hear_end(&c);
    else {
      c.len = 0;
      say_text(&c, with_port("GET /again HTTP/1.1\r\n" HOST "\r\n"));
      hear(&c, 1);
      CHECK_CONTAINS(said(&c), "GET /again");
    }
    CHECK(!c.reset);
    leave(&c);
  }
  end();
}

static void test_without_body(void) {
  client c;
  begin();
  c = arrive();
  say_text(&c, with_port("HEAD /x HTTP/1.1\r\n" HOST "\r\n"));
  hear_kind(&c, 1, true);
  blank_dates(&c);
  CHECK_STR(said(&c), "HTTP/1.1 200 OK\r\n" DATE "Content-Type: application/json\r\nContent-Length: 8\r\n\r\n");
  c.len = 0;
  say_text(&c, with_port("HEAD /big?100000 HTTP/1.1\r\n" HOST "\r\n"));
  hear_kind(&c, 1, true);
  CHECK_CONTAINS(said(&c), "Content-Length: 100000\r\n\r\n");
  CHECK_UINT(c.len, (size_t)(strstr(c.got, "\r\n\r\n") + 4 - c.got));
  c.len = 0;
  say_text(&c, with_port("GET /status?204 HTTP/1.1\r\n" HOST "\r\nGET /status?304 HTTP/1.1\r\n" HOST "\r\n"));
  hear(&c, 2);
  blank_dates(&c);
  CHECK_STR(said(&c), "HTTP/1.1 204 No Content\r\n" DATE "\r\nHTTP/1.1 304 Not Modified\r\n" DATE "\r\n");
  leave(&c);
  end();
}

static void test_expect(void) {
  client c;
  begin();
  c = arrive();
  say_text(&c, with_port("POST / HTTP/1.1\r\n" HOST "Expect: 100-Continue\r\nContent-Length: 2\r\n\r\n"));
  for (int i = 0; i < 5; i++) turn(5), take(&c);
  CHECK_STR(said(&c), "HTTP/1.1 100 Continue\r\n\r\n");
  CHECK_INT(handled, 0);
  say_text(&c, "hi");
  hear(&c, 1);
  CHECK_CONTAINS(said(&c), "POST /  hi");
  c.len = 0; /* behind an answer it comes behind that */
  say_text(&c, with_port("GET /1 HTTP/1.1\r\n" HOST "\r\nPOST /2 HTTP/1.1\r\n" HOST
                         "Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n"));
  for (int i = 0; i < 5; i++) turn(5), take(&c);
  CHECK_CONTAINS(said(&c), "GET /1  HTTP/1.1 100 Continue\r\n\r\n");
  say_text(&c, "0\r\n\r\n");
  hear(&c, 2);
  CHECK_CONTAINS(said(&c), "POST /2");
  leave(&c);
  /* nothing is to come, or who asks cannot know what it means */
  c = arrive();
  say_text(&c, with_port("GET / HTTP/1.1\r\n" HOST "Expect: 100-continue\r\n\r\n"));
  hear(&c, 1);
  CHECK(!test_contains(said(&c), "100 Continue"));
  leave(&c);
  c = arrive();
  say_text(&c, with_port("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx"));
  hear(&c, 1);
  CHECK(!test_contains(said(&c), "100 Continue"));
  leave(&c);
  CHECK_INT(ask("POST / HTTP/1.1\r\n" HOST "Expect: 200-ok\r\nContent-Length: 1\r\n\r\n", NULL), 417);
  end();
}

/* In whatever pieces it comes, the answers are the same. */
static void test_pieces(void) {
  const char *text;
  char request[1000];
  char *whole;
  size_t len, whole_len;
  client c;
  begin();
  text = with_port("GET /1 HTTP/1.1\r\n" HOST "\r\nPOST /2 HTTP/1.1\r\n" HOST
                   "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\nPOST /3 HTTP/1.1\r\n" HOST
                   "Content-Length: 4\r\n\r\nbodyGET /big?30 HTTP/1.1\r\nHost: [::1]:1\r\n\r\n");
  len = strlen(text);
  memcpy(request, text, len + 1);
  c = arrive();
  say(&c, request, len);
  hear_end(&c);
  blank_dates(&c);
  whole = c.got, whole_len = c.len;
  CHECK_CONTAINS(said(&c), "POST /3  body");
  CHECK_CONTAINS(said(&c), "421 Misdirected Request");
  close(c.fd);
  for (size_t step = 1; step < len; step = step < 4 ? step + 1 : step + 13) {
    c = arrive();
    for (size_t at = 0; at < len; at += step) say(&c, request + at, step < len - at ? step : len - at);
    hear_end(&c);
    blank_dates(&c);
    CHECK(carto_str_equal(said(&c), carto_str_make(whole, whole_len)));
    leave(&c);
  }
  for (size_t at = 1; at < len; at++) {
    c = arrive();
    say(&c, request, at);
    say(&c, request + at, len - at);
    hear_end(&c);
    blank_dates(&c);
    CHECK(carto_str_equal(said(&c), carto_str_make(whole, whole_len)));
    leave(&c);
  }
  free(whole);
  end();
}

static void test_pipelined(void) {
  enum { COUNT = 3000 };
  char *all = (char *)malloc(COUNT * 100);
  size_t len = 0, at = 0;
  int64_t start;
  client c, other;
  begin();
  for (int i = 0; i < COUNT; i++)
    len += (size_t)sprintf(all + len, "GET /%d HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n", i, carto_serve_port(&serve));
  c = arrive();
  other = arrive();
  say(&c, all, len);
  say_text(&other, with_port("GET /other HTTP/1.1\r\n" HOST "\r\n"));
  turn(0);
  turn(0);
  take(&other); /* has its turn before the many are through */
  CHECK_CONTAINS(said(&other), "GET /other");
  hear(&c, COUNT);
  CHECK_INT(handled, COUNT + 1);
  handled = 0;
  CHECK_INT(send(other.fd, all, 5000, 0), 5000); /* more than a hundred at once */
  turn(1000);
  CHECK(handled > 0 && handled <= CARTO_MCP__SERVE_TURNS);
  start = clock_ms();
  turn(5000); /* what has come already is not waited for */
  CHECK(handled > CARTO_MCP__SERVE_TURNS && clock_ms() - start < 2500);
  for (int i = 0; i < COUNT; i++) {
    char want[40];
    const char *found;
    sprintf(want, "GET /%d  ", i);
    c.got[c.len] = 0;
    found = strstr(c.got + at, want);
    if (!CHECK(found != NULL)) break;
    at = (size_t)(found - c.got);
  }
  leave(&c);
  leave(&other);
  free(all);
  end();
}

/* An answer is one write: so it is one record of a socket that keeps them apart. */
static void test_one_write(void) {
  static const char *const asks[] = {"GET / HTTP/1.1\r\n" HOST "\r\n", "GET /big?16384 HTTP/1.1\r\n" HOST "\r\n",
                                     "GET /big?16385 HTTP/1.1\r\n" HOST "\r\n",
                                     "GET /big?60000 HTTP/1.1\r\n" HOST "\r\n", "GET x\r\n\r\n"};
  static char got[100000];
  begin();
  for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
    int pair[2];
    ssize_t len;
    client c;
    const char *text = with_port(asks[i]);
    CHECK_INT(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
    carto__serve_adopt(&serve, pair[1]);
    CHECK(send(pair[0], text, strlen(text), 0) > 0);
    turn(1000);
    len = recv(pair[0], got, sizeof got, MSG_DONTWAIT);
    CHECK(len > 0);
    c.got = got, c.len = len > 0 ? (size_t)len : 0;
    CHECK_UINT(answers(&c, false, NULL, 0, NULL), 1);
    close(pair[0]);
    turn(1000);
  }
  /* and two requests in one packet are answered in one */
  {
    int pair[2];
    const char *text = with_port("GET /1 HTTP/1.1\r\n" HOST "\r\nGET /big?40000 HTTP/1.1\r\n" HOST "\r\n");
    client c;
    CHECK_INT(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
    carto__serve_adopt(&serve, pair[1]);
    CHECK(send(pair[0], text, strlen(text), 0) > 0);
    turn(1000);
    c.got = got, c.len = (size_t)recv(pair[0], got, sizeof got, MSG_DONTWAIT);
    CHECK_UINT(answers(&c, false, NULL, 0, NULL), 2);
    close(pair[0]);
  }
  end();
}

/* ---- what is refused */

static void test_refused(void) {
  static const struct {
    const char *request;
    int status;
  } rows[] = {
    {"hello\r\n\r\n", 400},
    {"\x16\x03\x01\x02", 400}, /* TLS */
    {"GET /\r\n\r\n", 400},
    {"GET / HTTP/2.0\r\n" HOST "\r\n", 400},
    {"GET / HTTP/1.1\n" HOST "\n", 400},
    {"GET / HTTP/1.1\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" HOST HOST "\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" HOST "X : y\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" HOST "X: y\r\n z\r\n\r\n", 400},
    {"GET x HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET * HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET /a#b HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET ftp://localhost/ HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET http://u@localhost:%d/ HTTP/1.1\r\n" HOST "\r\n", 400},
    {"BREW / HTTP/1.1\r\n" HOST "\r\n", 501},
    {"get / HTTP/1.1\r\n" HOST "\r\n", 501},
    {"TRACE / HTTP/1.1\r\n" HOST "\r\n", 501},
    {"CONNECT http://localhost:%d HTTP/1.1\r\n" HOST "\r\n", 501},
    /* what two readers could cut at different places; what stands behind is never another request */
    {"POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n" HOST "\r\n",
     400},
    {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n" HOST "\r\n",
     400},
    {"POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\nContent-Length: 0\r\n\r\nhelloGET /x HTTP/1.1\r\n" HOST "\r\n", 400},
    {"POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhelloGET /x HTTP/1.1\r\n" HOST "\r\n", 400},
    {"POST / HTTP/1.1\r\n" HOST "Content-Length: 5, 5\r\n\r\nhelloGET /x HTTP/1.1\r\n" HOST "\r\n", 400},
    {"POST / HTTP/1.1\r\n" HOST "Content-Length: +5\r\n\r\nhelloGET /x HTTP/1.1\r\n" HOST "\r\n", 400},
    {"POST / HTTP/1.1\r\n" HOST "Content-Length: -1\r\n\r\nGET /x HTTP/1.1\r\n" HOST "\r\n", 400},
    {"POST / HTTP/1.1\r\n" HOST "Content-Length : 5\r\n\r\nhelloGET /x HTTP/1.1\r\n" HOST "\r\n", 400},
    {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n" HOST "\r\n", 400},
    {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: identity\r\n\r\nGET /x HTTP/1.1\r\n" HOST "\r\n", 400},
    {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n" HOST "\r\n", 400},
    {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
    {"POST / HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n" HOST "\r\n", 400},
    {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n3\r\nhello\r\n0\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n11111111111111111\r\n", 400},
  };
  begin();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    bool closed = false;
    if (!SAME(ask(rows[i].request, &closed), rows[i].status)) printf("  %s", rows[i].request);
    CHECK(closed);
    if (!SAME(handled, 0)) printf("  %s", rows[i].request);
    handled = 0;
  }
  CHECK_INT(ask("OPTIONS * HTTP/1.1\r\n" HOST "\r\n", NULL), 200);
  CHECK_INT(ask("GET http://localhost:%d/x?y HTTP/1.1\r\n" HOST "\r\n", NULL), 200);
  CHECK_INT(ask("GET http://localhost:%d?y HTTP/1.1\r\n" HOST "\r\n", NULL), 200);
  CHECK_INT(ask("PATCH /x HTTP/1.1\r\n" HOST "\r\n", NULL), 200);
  end();
}

/* Who asks through a name that was turned to this machine, and pages of elsewhere. */
static void test_hosts(void) {
  static const struct {
    const char *headers;
    int status;
  } rows[] = {
    {"Host: localhost:%d", 200},
    {"Host: LocalHost:%d", 200},
    {"Host: 127.0.0.1:%d", 200},
    {"Host: [::1]:%d", 200},
    {"Host: localhost", 421},
    {"Host: localhost:1", 421},
    {"Host: localhost:", 421},
    {"Host: localhost.:%d", 421},
    {"Host: 127.0.0.2:%d", 421},
    {"Host: ::1:%d", 400},
    {"Host: [::1:%d", 400},
    {"Host: localhost:99999", 400},
    {"Host: localhost:x", 400},
    {"Host: evil.example", 421},
    {"Host: evil.example:%d", 421},
    {"Host: localhost.evil.example:%d", 421},
    {"Host: localhost:%d\r\nOrigin: http://localhost:%d", 200},
    {"Host: localhost:%d\r\nOrigin: http://localhost:5173", 200},
    {"Host: localhost:%d\r\nOrigin: https://127.0.0.1", 200},
    {"Host: localhost:%d\r\nOrigin: http://[::1]:8080", 200},
    {"Host: localhost:%d\r\nOrigin: https://evil.example", 403},
    {"Host: localhost:%d\r\nOrigin: http://localhost.evil.example", 403},
    {"Host: localhost:%d\r\nOrigin: http://localhost@evil.example", 403},
    {"Host: localhost:%d\r\nOrigin: null", 403},
    {"Host: localhost:%d\r\nOrigin: localhost", 403},
    {"Host: localhost:%d\r\nOrigin: ftp://localhost", 403},
  };
  carto_serve_desc desc = usual();
  char text[300];
  client c;
  begin();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    sprintf(text, "GET / HTTP/1.1\r\n%s\r\n\r\n", rows[i].headers);
    if (!SAME(ask(text, NULL), rows[i].status)) printf("  %s\n", rows[i].headers);
  }
  CHECK_INT(ask("GET http://evil.example/ HTTP/1.1\r\n" HOST "\r\n", NULL), 421);
  CHECK_INT(ask("GET http://localhost/ HTTP/1.1\r\n" HOST "\r\n", NULL), 421);
  c = arrive(); /* who is refused is told why */
  say_text(&c, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  hear_end(&c);
  CHECK_CONTAINS(said(&c), "{\"error\":\"Host must be localhost, 127.0.0.1 or [::1], with the port\"}");
  leave(&c);
  c = arrive();
  say_text(&c, with_port("GET / HTTP/1.1\r\n" HOST "Origin: https://app.example\r\n\r\n"));
  hear_end(&c);
  CHECK_CONTAINS(said(&c), "{\"error\":\"only pages of this machine may ask: Origin is of another\"}");
  leave(&c);
  end();
  desc.any_origin = true;
  begin_with(desc);
  CHECK_INT(ask("GET / HTTP/1.1\r\n" HOST "Origin: https://app.example\r\n\r\n", NULL), 200);
  CHECK_INT(ask("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", NULL), 421);
  end();
  desc.any_origin = false;
  desc.any_address = true;
  desc.listen = "0.0.0.0:0";
  begin_with(desc);
  CHECK_INT(ask("GET / HTTP/1.1\r\nHost: machine.example\r\nOrigin: https://app.example\r\n\r\n", NULL), 200);
  CHECK_INT(ask("GET / HTTP/1.1\r\nHost: a:b:c\r\n\r\n", NULL), 400);
  end();
}

static void test_limits(void) {
  carto_serve_desc desc = usual();
  static char text[70000];
  client c;
  int n;
  desc.head_bytes = 1000;
  desc.body_bytes = 1000;
  desc.reply_bytes = 100000;
  desc.arena_bytes = 100000;
  begin_with(desc);
  for (int size = 900; size <= 1100; size += 100) { /* a line, then a header */
    n = sprintf(text, "GET /%0*d HTTP/1.1\r\nHost: localhost:%%d\r\n\r\n", size - 60, 1);
    CHECK_INT(ask(text, NULL), size < 1000 ? 200 : n > 1010 ? 431 : 200);
    n = sprintf(text, "GET / HTTP/1.1\r\nHost: localhost:%%d\r\nX: %0*d\r\n\r\n", size - 60, 1);
    CHECK_INT(ask(text, NULL), n > 1010 ? 431 : 200);
  }
  n = sprintf(text, "GET / HTTP/1.1\r\nHost: localhost:%%d\r\n");
  for (int i = 0; i < 101; i++) n += sprintf(text + n, "A:\r\n");
  sprintf(text + n, "\r\n");
  CHECK_INT(ask(text, NULL), 431);
  /* bodies: what says that it is too large is refused before it comes */
  sprintf(text, "POST / HTTP/1.1\r\nHost: localhost:%%d\r\nContent-Length: 1000\r\n\r\n%01000d", 1);
  CHECK_INT(ask(text, NULL), 200);
  CHECK_INT(ask("POST / HTTP/1.1\r\n" HOST "Content-Length: 1001\r\n\r\n", NULL), 413);
  CHECK_INT(ask("POST / HTTP/1.1\r\n" HOST "Content-Length: 1001\r\nExpect: 100-continue\r\n\r\n", NULL), 413);
  CHECK_INT(ask("POST / HTTP/1.1\r\n" HOST "Content-Length: 9223372036854775807\r\n\r\n", NULL), 413);
  n = sprintf(text, "POST / HTTP/1.1\r\nHost: localhost:%%d\r\nTransfer-Encoding: chunked\r\n\r\n");
  sprintf(text + n, "3e8\r\n%01000d\r\n0\r\n\r\n", 1);
  CHECK_INT(ask(text, NULL), 200);
  sprintf(text + n, "3e9\r\n%01001d\r\n0\r\n\r\n", 1);
  CHECK_INT(ask(text, NULL), 413);
  sprintf(text + n, "3e8\r\n%01000d\r\n1\r\nx\r\n0\r\n\r\n", 1);
  CHECK_INT(ask(text, NULL), 413);
  sprintf(text + n, "1;%02000d\r\nx\r\n", 1);
  CHECK_INT(ask(text, NULL), 431);
  /* answers, and what they take */
  CHECK_INT(ask("GET /big?100000 HTTP/1.1\r\n" HOST "\r\n", NULL), 200);
  c = arrive();
  say_text(&c, with_port("GET /big?100001 HTTP/1.1\r\n" HOST "\r\n"));
  hear(&c, 1);
  CHECK_CONTAINS(said(&c), "HTTP/1.1 500 Internal Server Error\r\n");
  CHECK_CONTAINS(said(&c), "{\"error\":\"the answer is larger than 100000 bytes\"}");
  c.len = 0; /* which ends nothing */
  say_text(&c, with_port("GET /arena?200000 HTTP/1.1\r\n" HOST "\r\nGET /arena?50000 HTTP/1.1\r\n" HOST "\r\n"));
  hear(&c, 2);
  CHECK_CONTAINS(said(&c), "memory limit of 100000 bytes");
  CHECK_CONTAINS(said(&c), "200 OK");
  leave(&c);
  end();
}

/* Whoever comes after a client that went in the middle of a large body has the same limits. */
static void test_limits_after_others(void) {
  carto_serve_desc desc = usual();
  static char text[150000];
  client c;
  int n;
  desc.body_bytes = 100000;
  begin_with(desc);
  c = arrive();
  n = sprintf(text, "POST / HTTP/1.1\r\nHost: localhost:%d\r\nContent-Length: 100000\r\n\r\n%090000d", carto_serve_port(&serve), 1);
  say(&c, text, (size_t)n);
  leave(&c);
  for (int i = 0; i < 100 && serve._client_count > 0; i++) turn(10);
  CHECK_UINT(serve._client_count, 0);
  c = arrive();
  n = sprintf(text, "POST / HTTP/1.1\r\nHost: localhost:%d\r\nTransfer-Encoding: chunked\r\n\r\n186a1\r\n%0100001d\r\n0\r\n\r\n",
              carto_serve_port(&serve), 1);
  say(&c, text, (size_t)n);
  hear_end(&c);
  CHECK_CONTAINS(said(&c), "HTTP/1.1 413 ");
  CHECK_INT(handled, 0);
  leave(&c);
  end();
}

/* One who is refused while still sending reads why. */
static void test_refused_while_sending(void) {
  carto_serve_desc desc = usual();
  static char text[200000];
  client c;
  desc.body_bytes = 1000;
  begin_with(desc);
  memset(text, 'x', sizeof text);
  c = arrive();
  say_text(&c, with_port("POST / HTTP/1.1\r\n" HOST "Content-Length: 5000000\r\n\r\n"));
  for (int i = 0; i < 25; i++) say(&c, text, sizeof text);
  hear_end(&c);
  CHECK_CONTAINS(said(&c), "413 ");
  CHECK(!c.reset);
  CHECK_INT(handled, 0);
  leave(&c);
  end();
}

static void test_what_fails(void) {
  static const struct {
    const char *path;
    int status;
    const char *says;
  } rows[] = {
    {"/fail?6", 500, "{\"error\":\"it \\\"failed\\\"\"}"}, /* CARTO_ERR_IO */
    {"/fail?2", 503, "{\"error\":\"it \\\"failed\\\"\"}"}, /* CARTO_ERR_NOMEM */
    {"/failed", 500, "{\"error\":\"input or output failed\"}"},
    {"/headers?7", 500, "{\"error\":\"the answer cannot stand in HTTP\"}"},
    {"/headers?6", 500, "cannot stand in HTTP"},
    {"/headers?5", 500, "cannot stand in HTTP"},
    {"/headers?9", 500, "cannot stand in HTTP"},
    {"/headers?8", 200, ""},
    {"/status?100", 500, ""},
    {"/status?600", 500, ""},
    {"/status?404", 404, ""},
    {"/status?405", 405, ""},
  };
  client c;
  begin();
  c = arrive();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char text[200];
    int status = 0;
    sprintf(text, "GET %s HTTP/1.1\r\nHost: localhost:%d\r\n\r\n", rows[i].path, carto_serve_port(&serve));
    c.len = 0;
    say_text(&c, text);
    hear(&c, 1);
    answers(&c, false, &status, 1, NULL);
    CHECK_INT(status, rows[i].status);
    CHECK_CONTAINS(said(&c), rows[i].says);
    CHECK(!test_contains(said(&c), "X-Evil"));
    CHECK(!c.closed);
  }
  leave(&c);
  c = arrive(); /* CARTO_ERR_CANCELLED */
  say_text(&c, with_port("GET /fail?7 HTTP/1.1\r\n" HOST "\r\n"));
  hear_end(&c);
  CHECK_UINT(c.len, 0);
  leave(&c);
  end();
}

/* ---- time */

static void test_deadlines(void) {
  carto_serve_desc desc = usual();
  static const char *const begun[] = {"G", "GET / HTTP/1.1\r\nHost: localhost:%d\r\n",
                                      "POST / HTTP/1.1\r\nHost: localhost:%d\r\nContent-Length: 5\r\n\r\nhell",
                                      "POST / HTTP/1.1\r\nHost: localhost:%d\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n"};
  client c;
  int64_t start;
  desc.request_ms = 150;
  desc.idle_ms = 300;
  begin_with(desc);
  for (size_t i = 0; i < sizeof begun / sizeof *begun; i++) {
    int status = 0;
    c = arrive();
    start = clock_ms();
    say_text(&c, with_port(begun[i]));
    hear_end(&c);
    CHECK(clock_ms() - start >= 150);
    answers(&c, false, &status, 1, NULL);
    CHECK_INT(status, 408);
    CHECK(!c.reset);
    leave(&c);
  }
  /* a byte now and then does not help */
  c = arrive();
  start = clock_ms();
  while (!c.closed && CHECK(clock_ms() - start < PATIENCE)) {
    say_text(&c, "G");
    turn(20);
    take(&c);
    if (c.len > 0) break;
  }
  CHECK(clock_ms() - start >= 32 * 20 || c.len > 0);
  leave(&c);
  /* who says nothing is closed without a word, before the first request and behind one */
  for (int i = 0; i < 2; i++) {
    c = arrive();
    if (i > 0) {
      say_text(&c, with_port("GET / HTTP/1.1\r\n" HOST "\r\n"));
      hear(&c, 1);
      c.len = 0;
    }
    start = clock_ms();
    hear_end(&c);
    CHECK(clock_ms() - start >= 250);
    CHECK_UINT(c.len, 0);
    leave(&c);
  }
  CHECK_INT(handled, 1);
  CHECK_UINT(serve._client_count, 0);
  end();
}

static void test_slow_header(void) { /* the time is of the request, not of a byte */
  carto_serve_desc desc = usual();
  client c;
  int64_t start = clock_ms();
  int status = 0;
  desc.request_ms = 200;
  begin_with(desc);
  c = arrive();
  say_text(&c, with_port("GET / HTTP/1.1\r\n" HOST "X: "));
  while (!c.closed && CHECK(clock_ms() - start < PATIENCE)) {
    if (c.len == 0) say_text(&c, "x");
    turn(10);
    take(&c);
  }
  answers(&c, false, &status, 1, NULL);
  CHECK_INT(status, 408);
  leave(&c);
  end();
}

static void shrink(int fd, int size) {
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
}

static void test_slow_reader(void) {
  carto_serve_desc desc = usual();
  client c, other;
  int64_t start;
  char byte;
  desc.send_ms = 200;
  desc.idle_ms = PATIENCE;
  begin_with(desc);
  c = arrive();
  other = arrive();
  shrink(c.fd, 4096);
  say_text(&c, with_port("GET /big?20000000 HTTP/1.1\r\n" HOST "\r\nGET /next HTTP/1.1\r\n" HOST "\r\n"));
  start = clock_ms();
  while (serve._client_count == 2 && CHECK(clock_ms() - start < PATIENCE)) { /* reads a byte now and then */
    turn(20);
    (void)!recv(c.fd, &byte, 1, 0);
  }
  CHECK(clock_ms() - start >= 150);
  CHECK_INT(handled, 1); /* what stands behind had to wait */
  say_text(&other, with_port("GET / HTTP/1.1\r\n" HOST "\r\n"));
  hear(&other, 1);
  CHECK_CONTAINS(said(&other), "200 OK");
  leave(&c);
  leave(&other);
  end();
}

static void test_large_answers(void) {
  client c;
  size_t sizes[] = {16384, 16385, 100000, 1 << 20, 3000000};
  begin();
  c = arrive();
  shrink(c.fd, 32768);
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    char text[200];
    const char *body;
    int wrong = 0;
    sprintf(text, "GET /1 HTTP/1.1\r\nHost: localhost:%d\r\n\r\nGET /big?%d HTTP/1.1\r\nHost: localhost:%d\r\n\r\n"
            "GET /3 HTTP/1.1\r\nHost: localhost:%d\r\n\r\n", carto_serve_port(&serve), (int)sizes[i],
            carto_serve_port(&serve), carto_serve_port(&serve));
    c.len = 0;
    say_text(&c, text);
    hear(&c, 3);
    CHECK_UINT(answers(&c, false, NULL, 0, NULL), 3);
    body = strstr(c.got + 40, "\r\n\r\n");
    body = strstr(body + 4, "\r\n\r\n") + 4;
    for (size_t k = 0; k < sizes[i]; k++) wrong += body[k] != (char)('0' + k % 10);
    CHECK_INT(wrong, 0);
  }
  leave(&c);
  end();
}

/* What does not fit into the socket is cut anywhere: within a head, between answers, within a body. */
static void test_cut_answers(void) {
  for (int small = 1; small < 60; small++) {
    char text[12000];
    int pair[2], size = 4608, n = 0, wrong = 0, ends = 0;
    size_t big = 16385 + (size_t)small;
    client c;
    begin();
    memset(&c, 0, sizeof c);
    for (int i = 0; i < small; i++) n += sprintf(text + n, "GET /%0100d HTTP/1.1\r\nHost: localhost:%d\r\n\r\n", i, carto_serve_port(&serve));
    sprintf(text + n, "GET /big?%d HTTP/1.1\r\nHost: localhost:%d\r\n\r\n", (int)big, carto_serve_port(&serve));
    CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    setsockopt(pair[1], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    fcntl(pair[0], F_SETFL, O_NONBLOCK);
    c.fd = pair[0];
    carto__serve_adopt(&serve, pair[1]);
    say_text(&c, text);
    turn(0);
    hear(&c, (size_t)small + 1);
    CHECK_UINT(answers(&c, false, NULL, 0, NULL), (size_t)small + 1);
    for (size_t i = 0; i < big && i < c.len; i++) wrong += c.got[c.len - big + i] != (char)('0' + i % 10);
    CHECK_INT(wrong, 0);
    for (size_t i = 0; i + 9 < c.len; i++) ends += memcmp(c.got + i, "HTTP/1.1 ", 9) == 0;
    CHECK_INT(ends, small + 1);
    leave(&c);
    end();
  }
}

/* ---- many, and those who go */

static void test_300_clients(void) {
  enum { COUNT = 300 };
  static client all[COUNT];
  struct rlimit limit;
  int64_t until = clock_ms() + 3 * PATIENCE;
  int open = COUNT;
  getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur < 1024) limit.rlim_cur = 1024;
  setrlimit(RLIMIT_NOFILE, &limit);
  begin();
  for (int i = 0; i < COUNT; i++) {
    char text[100];
    int n = sprintf(text, "GET /%d HTTP/1.1\r\nHost: localhost:%d\r\n\r\n", i, carto_serve_port(&serve));
    all[i] = arrive();
    CHECK_INT(send(all[i].fd, text, (size_t)n, 0), n);
    if (i % 50 == 0) turn(0);
  }
  /* those who were answered stay, and those who wait have their turn all the same */
  while (open > 0 && CHECK(clock_ms() < until)) {
    turn(10);
    for (int i = 0; i < COUNT; i++) {
      size_t before = all[i].len;
      take(&all[i]);
      if (before == 0 && all[i].len > 0) open--;
    }
  }
  for (int i = 0; i < COUNT; i++) {
    char want[40];
    sprintf(want, "GET /%d  ", i);
    CHECK_CONTAINS(said(&all[i]), want);
    CHECK(!all[i].reset);
    leave(&all[i]);
  }
  CHECK_INT(handled, COUNT);
  end();
}

static void test_crowded(void) {
  carto_serve_desc desc = usual();
  client idle, busy, third;
  int64_t start;
  desc.connections = 2;
  begin_with(desc);
  idle = arrive();
  busy = arrive();
  say_text(&busy, with_port("GET /1 HTTP/1.1\r\n" HOST "\r\n"));
  hear(&busy, 1); /* keeps its connection, since nobody waits */
  CHECK(!test_contains(said(&busy), "Connection: close"));
  third = arrive();
  start = clock_ms();
  while (!idle.closed && CHECK(clock_ms() - start < PATIENCE)) {
    say_text(&third, with_port("GET /3 HTTP/1.1\r\n" HOST "\r\n"));
    turn(50);
    take(&idle);
  }
  CHECK(clock_ms() - start >= 500 && clock_ms() - start < PATIENCE / 2);
  hear(&third, 1);
  CHECK_CONTAINS(said(&third), "GET /3");
  leave(&idle);
  leave(&third);
  leave(&busy);
  /* who is answered while another waits makes room */
  turn(0);
  idle = arrive();
  busy = arrive();
  turn(0);
  third = arrive();
  say_text(&busy, with_port("GET /1 HTTP/1.1\r\n" HOST "\r\n"));
  hear_end(&busy);
  CHECK_CONTAINS(said(&busy), "Connection: close\r\n");
  say_text(&third, with_port("GET /3 HTTP/1.1\r\n" HOST "\r\n"));
  hear(&third, 1);
  CHECK_CONTAINS(said(&third), "GET /3");
  leave(&idle);
  leave(&busy);
  leave(&third);
  end();
}

/* Who is ahead by a request when room is made loses no answer: what it sent does not reset the connection. */
static void test_crowded_ahead(void) {
  carto_serve_desc desc = usual();
  static char text[CARTO_MCP__SERVE_READ + 200];
  client ahead, other;
  int n, head;
  desc.connections = 1;
  begin_with(desc);
  ahead = arrive();
  turn(0);
  other = arrive();
  head = sprintf(text, "POST / HTTP/1.1\r\nHost: localhost:%d\r\nContent-Length: 16000\r\nX: ", carto_serve_port(&serve));
  n = sprintf(text + head, "%0*d\r\n\r\n%016000d", (int)CARTO_MCP__SERVE_READ - head - 16004, 1, 1) + head;
  CHECK_UINT((size_t)n, CARTO_MCP__SERVE_READ); /* all that is read at once */
  n += sprintf(text + n, "GET / HTTP/1.1\r\nHost: localhost:%d\r\n\r\n", carto_serve_port(&serve));
  say(&ahead, text, (size_t)n);
  hear_end(&ahead);
  CHECK_CONTAINS(said(&ahead), "Connection: close\r\n");
  CHECK(!ahead.reset);
  CHECK_INT(handled, 1);
  leave(&ahead);
  say_text(&other, with_port("GET /3 HTTP/1.1\r\n" HOST "\r\n"));
  hear(&other, 1);
  CHECK_CONTAINS(said(&other), "GET /3");
  leave(&other);
  end();
}

/* Where there are no descriptors the server does not spin, and goes on when there are. */
static void test_no_descriptors(void) {
  struct rlimit limit, low;
  client c, other;
  int64_t start;
  int turns = 0, lowest;
  begin();
  other = arrive();
  say_text(&other, with_port("GET /1 HTTP/1.1\r\n" HOST "\r\n"));
  hear(&other, 1);
  c = arrive();
  getrlimit(RLIMIT_NOFILE, &limit);
  low = limit;
  lowest = dup(0);
  close(lowest);
  low.rlim_cur = (rlim_t)lowest;
  CHECK_INT(setrlimit(RLIMIT_NOFILE, &low), 0);
  start = clock_ms();
  while (clock_ms() - start < 350) turn(1000), turns++;
  CHECK(turns < 40);
  CHECK_UINT(serve._client_count, 1);
  other.len = 0;
  say_text(&other, with_port("GET /2 HTTP/1.1\r\n" HOST "\r\n"));
  hear(&other, 1);
  CHECK_CONTAINS(said(&other), "GET /2");
  CHECK_INT(setrlimit(RLIMIT_NOFILE, &limit), 0);
  say_text(&c, with_port("GET /3 HTTP/1.1\r\n" HOST "\r\n"));
  hear(&c, 1);
  CHECK_CONTAINS(said(&c), "GET /3");
  leave(&c);
  leave(&other);
  end();
}

static void reset(client *c) {
  struct linger linger = {1, 0};
  setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
  leave(c);
}

static void test_who_goes(void) {
  static const char *const texts[] = {"", "GET / HT", "POST / HTTP/1.1\r\n" HOST "Content-Length: 10\r\n\r\nhel",
                                      "GET / HTTP/1.1\r\n" HOST "\r\n", "GET /big?9000000 HTTP/1.1\r\n" HOST "\r\n", "x\r\n"};
  client other;
  begin();
  other = arrive();
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    for (int how = 0; how < 4; how++) {
      client c = arrive();
      const char *text = with_port(texts[i]);
      if (how < 2) say_text(&c, text);
      else CHECK_INT(send(c.fd, text, strlen(text), 0), (int)strlen(text));
      if (how % 2) reset(&c);
      else leave(&c);
      for (int k = 0; k < 3; k++) turn(1);
      other.len = 0;
      say_text(&other, with_port("GET /other HTTP/1.1\r\n" HOST "\r\n"));
      hear(&other, 1);
      CHECK_CONTAINS(said(&other), "GET /other");
    }
  for (int64_t until = clock_ms() + PATIENCE; serve._client_count > 1 && CHECK(clock_ms() < until);) turn(10);
  leave(&other);
  end();
}

/* One who says no more is answered what was asked before. */
static void test_half_closed(void) {
  client c;
  begin();
  c = arrive();
  say_text(&c, with_port("GET /1 HTTP/1.1\r\n" HOST "\r\nGET /big?3000000 HTTP/1.1\r\n" HOST "\r\nGET /3 HTTP/1.1\r\n" HOST "\r\nGET /4"));
  shutdown(c.fd, SHUT_WR);
  hear_end(&c);
  CHECK_UINT(answers(&c, false, NULL, 0, NULL), 3);
  CHECK(!c.reset);
  leave(&c);
  end();
}

/* ---- while a request runs */

static client runner, bystander, newcomer;

static void bystander_asks(int asked) {
  const char *text = with_port("GET /bystander HTTP/1.1\r\n" HOST "\r\n");
  if (asked == 1) CHECK(send(bystander.fd, text, strlen(text), 0) > 0);
  if (asked == 2) newcomer = arrive();
  if (asked > 2 && asked < 10) CHECK_INT(handled, 2);
  if (asked == 10) CHECK_UINT(serve._client_count, 3);
}

static void test_checkpoint(void) {
  begin();
  runner = arrive();
  bystander = arrive();
  turn(0);
  slow_until = 20;
  slow_meanwhile = bystander_asks;
  say_text(&runner, with_port("GET /first HTTP/1.1\r\n" HOST "\r\nGET /slow HTTP/1.1\r\n" HOST "\r\nGET /last HTTP/1.1\r\n" HOST "\r\n"));
  hear(&runner, 3);
  CHECK_INT(slow_asked, 20);
  CHECK_CONTAINS(said(&runner), "GET /last");
  hear(&bystander, 1);
  CHECK_CONTAINS(said(&bystander), "GET /bystander");
  leave(&runner);
  leave(&bystander);
  leave(&newcomer);
  end();
}

/* An answer ahead of one that takes its time leaves meanwhile. */
static void runner_hears(int asked) {
  if (asked < 3) return;
  take(&runner);
  CHECK_CONTAINS(said(&runner), "GET /first");
}

static void runner_goes(int asked) {
  if (asked == 3) close(runner.fd);
}

static void runner_resets(int asked) {
  struct linger linger = {1, 0};
  if (asked == 2) setsockopt(runner.fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
  if (asked == 3) close(runner.fd);
}

static void test_cancelled(void) {
  begin();
  slow_until = 10;
  slow_meanwhile = runner_hears;
  runner = arrive();
  say_text(&runner, with_port("GET /first HTTP/1.1\r\n" HOST "\r\nGET /slow HTTP/1.1\r\n" HOST "\r\n"));
  hear(&runner, 2);
  leave(&runner);
  slow_until = 4000;
  for (int how = 0; how < 2; how++) {
    runner = arrive();
    slow_meanwhile = how ? runner_resets : runner_goes;
    slow_cancelled = 0;
    say_text(&runner, with_port("GET /slow HTTP/1.1\r\n" HOST "\r\n"));
    for (int64_t until = clock_ms() + PATIENCE; slow_cancelled == 0 && CHECK(clock_ms() < until);) turn(10);
    CHECK_INT(slow_cancelled, 1);
    CHECK(slow_asked < 3000);
    free(runner.got);
    turn(10);
    CHECK_UINT(serve._client_count, 0);
  }
  end();
}

/* Deadlines of others do not run out because one request takes long and does not ask. */
static void test_no_checkpoint(void) {
  carto_serve_desc desc = usual();
  const char *text;
  client late, third;
  desc.request_ms = desc.idle_ms = 200;
  begin_with(desc);
  runner = arrive();
  late = arrive();
  third = arrive();
  turn(0);
  say_text(&late, "GET / HTTP/1.1\r\n");
  text = with_port("GET /busy?500 HTTP/1.1\r\n" HOST "\r\n");
  CHECK_INT(send(runner.fd, text, strlen(text), 0), (int)strlen(text));
  text = with_port(HOST "\r\n");
  CHECK_INT(send(late.fd, text, strlen(text), 0), (int)strlen(text));
  text = with_port("GET /1 HTTP/1.1\r\n" HOST "\r\n");
  CHECK_INT(send(third.fd, text, strlen(text), 0), (int)strlen(text));
  hear(&late, 1);
  CHECK_CONTAINS(said(&late), "200 OK");
  hear(&runner, 1);
  CHECK_CONTAINS(said(&runner), "200 OK");
  hear(&third, 1);
  CHECK_CONTAINS(said(&third), "200 OK");
  turn(0); /* who has just been answered idles from then on */
  turn(0);
  take(&third);
  take(&late);
  CHECK(!third.closed && !late.closed);
  leave(&runner);
  leave(&late);
  leave(&third);
  end();
}

/* ---- memory */

static void test_steady(void) {
  client c;
  size_t before = 0;
  begin();
  c = arrive();
  for (int i = 0; i < 200; i++) {
    c.len = 0;
    say_text(&c, with_port("POST /arena?5000 HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhelloGET /big?20000 HTTP/1.1\r\n" HOST "\r\n"));
    hear(&c, 2);
    if (i == 10) before = memory.calls;
  }
  CHECK_UINT(memory.calls, before);
  /* nor do others who come and go */
  for (int i = 0; i < 20; i++) {
    CHECK_INT(ask("POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello", NULL), 200);
    if (i == 2) before = memory.calls;
  }
  CHECK_UINT(memory.calls, before);
  leave(&c);
  end();
}

static void test_held(void) {
  carto_serve_desc desc = usual();
  client a, b;
  static char text[300000];
  desc.held_bytes = 1000000;
  begin_with(desc);
  a = arrive();
  b = arrive();
  memset(text, 'x', sizeof text);
  say_text(&a, with_port("POST / HTTP/1.1\r\n" HOST "Content-Length: 600000\r\n\r\n"));
  say_text(&b, with_port("POST / HTTP/1.1\r\n" HOST "Content-Length: 600000\r\n\r\n"));
  say(&a, text, sizeof text);
  say(&a, text, sizeof text / 2);
  say(&b, text, sizeof text);
  say(&b, text, sizeof text / 2);
  hear(&b, 1);
  CHECK_CONTAINS(said(&b), "503 Service Unavailable");
  CHECK(serve._held <= 1000000);
  hear_end(&b);
  CHECK(a.len == 0 && !a.closed);
  leave(&a);
  leave(&b);
  turn(10);
  CHECK_INT(ask("GET / HTTP/1.1\r\n" HOST "\r\n", NULL), 200);
  end();
}

/* Whatever allocation fails: whole answers or a closed connection, and the others live. */
static void test_allocations(void) {
  for (int fail_on = 0; fail_on < 2; fail_on++)
    for (size_t n = 1;; n++) {
      carto_serve_desc desc = usual();
      carto_error error;
      client c, other;
      enum { COUNT = 43 };
      char small[4000];
      size_t calls, used, whole, n_small = 0;
      int statuses[COUNT] = {0};
      memory.fail_at = n;
      memory.fail_on = fail_on;
      if (carto_serve_open(&serve, &desc, &error) != CARTO_OK) {
        CHECK_INT(error.status, CARTO_ERR_NOMEM);
        CHECK_UINT(memory.live_count, 0);
        continue;
      }
      other = arrive();
      c = arrive();
      say_text(&c, with_port("POST /a HTTP/1.1\r\n" HOST "A: 1\r\nContent-Length: 5\r\n\r\nhelloGET /big?70000 HTTP/1.1\r\n" HOST
                             "\r\nGET /arena?9000 HTTP/1.1\r\n" HOST "\r\n"));
      for (int i = 0; i < 40; i++) /* more than the server has room for from the start */
        n_small += (size_t)sprintf(small + n_small, "GET /%d HTTP/1.1\r\nHost: localhost:%d\r\n\r\n", i, carto_serve_port(&serve));
      say(&c, small, n_small);
      hear(&c, COUNT);
      whole = answers(&c, false, statuses, COUNT, &used);
      CHECK_UINT(used, c.len);
      CHECK(whole == COUNT || c.closed);
      for (size_t i = 0; i < whole; i++) CHECK(statuses[i] == 200 || statuses[i] == 503);
      calls = memory.calls;
      memory.fail_at = 0;
      say_text(&other, with_port("GET /other HTTP/1.1\r\n" HOST "\r\n"));
      hear(&other, 1);
      if (!other.closed) CHECK_CONTAINS(said(&other), "GET /other");
      leave(&other);
      CHECK_INT(ask("GET / HTTP/1.1\r\n" HOST "\r\n", NULL), 200);
      leave(&c);
      end();
      if (calls < n) {
        CHECK(whole == COUNT && statuses[2] == 200);
        break;
      }
      if (!CHECK(n < 200)) break;
    }
}

/* ---- opening */

static void test_opening(void) {
  static const char *const wrong[] = {"", ":", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "127.0.0.1:-1",
                                      "[::1]", "[::1:80", "::1:80", "[127.0.0.1]:80", "[]:80", ":80", "example.com:80",
                                      "127.0.0.1:80:80", "127.0.0.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1:80", "localhost:"};
  static const char *const far[] = {"0.0.0.0:0", "[::]:0", "10.0.0.1:0", "128.0.0.1:0"};
  carto_serve_desc desc;
  carto_serve second;
  carto_error error;
  char text[40];
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    desc = usual();
    desc.any_address = true;
    desc.listen = wrong[i];
    if (!SAME(carto_serve_open(&serve, &desc, &error), CARTO_ERR_ARG)) printf("  %s\n", wrong[i]);
    CHECK_UINT(memory.live_count, 0);
  }
  for (size_t i = 0; i < sizeof far / sizeof *far; i++) {
    desc = usual();
    desc.listen = far[i];
    CHECK_INT(carto_serve_open(&serve, &desc, &error), CARTO_ERR_ARG);
    CHECK_CONTAINS(STR(error.text), "other machines");
  }
  desc = usual();
  desc.handler.handle = NULL;
  CHECK_INT(carto_serve_open(&serve, &desc, &error), CARTO_ERR_ARG);
  desc = usual();
  desc._start = 1;
  CHECK_INT(carto_serve_open(&serve, &desc, &error), CARTO_ERR_ARG);
  desc = usual();
  desc.connections = SIZE_MAX;
  CHECK_INT(carto_serve_open(&serve, &desc, &error), CARTO_ERR_ARG);
  carto_serve_close(&serve);
  /* a port that is in use */
  begin();
  CHECK(carto_serve_port(&serve) > 0);
  sprintf(text, "127.0.0.1:%d", carto_serve_port(&serve));
  desc = carto_serve_desc_default();
  desc.handler.handle = handle;
  desc.listen = text;
  CHECK_INT(carto_serve_open(&second, &desc, &error), CARTO_ERR_IO);
  CHECK_CONTAINS(STR(error.text), text);
  CHECK_CONTAINS(STR(error.text), "it is in use");
  CHECK_INT(ask("GET / HTTP/1.1\r\n" HOST "\r\n", NULL), 200);
  end();
  /* and none is left behind */
  begin();
  sprintf(text, "localhost:%d", carto_serve_port(&serve));
  CHECK_INT(ask("GET / HTTP/1.1\r\n" HOST "\r\n", NULL), 200);
  end();
  desc = usual();
  desc.listen = text;
  begin_with(desc);
  CHECK_INT(ask("GET / HTTP/1.1\r\n" HOST "\r\n", NULL), 200);
  end();
}

static void test_ipv6(void) {
  carto_serve_desc desc = usual();
  carto_error error;
  struct sockaddr_in6 to;
  client c;
  int fd = socket(AF_INET6, SOCK_STREAM, 0);
  memset(&to, 0, sizeof to);
  to.sin6_family = AF_INET6;
  to.sin6_addr.s6_addr[15] = 1;
  if (fd < 0 || bind(fd, (struct sockaddr *)&to, sizeof to) != 0) {
    printf("skipped: this machine has no IPv6\n");
    if (fd >= 0) close(fd);
    return;
  }
  close(fd);
  handled = 0;
  desc.listen = "[::1]:0";
  if (!SAME(carto_serve_open(&serve, &desc, &error), CARTO_OK)) return;
  memset(&c, 0, sizeof c);
  c.fd = socket(AF_INET6, SOCK_STREAM, 0);
  to.sin6_port = htons((uint16_t)carto_serve_port(&serve));
  CHECK_INT(connect(c.fd, (struct sockaddr *)&to, sizeof to), 0);
  fcntl(c.fd, F_SETFL, O_NONBLOCK);
  say_text(&c, with_port("GET /six HTTP/1.1\r\nHost: [::1]:%d\r\n\r\n"));
  hear(&c, 1);
  CHECK_CONTAINS(said(&c), "GET /six");
  leave(&c);
  end();
}

static void test_descriptors(void) {
  client c;
  begin();
  c = arrive();
  turn(100);
  CHECK(fcntl(serve._listener, F_GETFD) & FD_CLOEXEC);
  CHECK(fcntl(serve._clients[0].fd, F_GETFD) & FD_CLOEXEC);
  CHECK(fcntl(serve._listener, F_GETFL) & O_NONBLOCK);
  CHECK(fcntl(serve._clients[0].fd, F_GETFL) & O_NONBLOCK);
  leave(&c);
  end();
}

static void on_alarm(int number) { (void)number; }

/* A signal ends the waiting. */
static void test_signal(void) {
  struct sigaction action;
  struct itimerval soon = {{0, 0}, {0, 50000}};
  int64_t start = clock_ms();
  memset(&action, 0, sizeof action);
  action.sa_handler = on_alarm;
  sigaction(SIGALRM, &action, NULL);
  begin();
  setitimer(ITIMER_REAL, &soon, NULL);
  turn(-1);
  CHECK(clock_ms() - start < PATIENCE);
  end();
}

static void test_dates(void) {
  static const int64_t seconds[] = {0, 784111777, 951782400, 1709164800, 1735689599, 4102444800, 253402300799};
  for (size_t i = 0; i < sizeof seconds / sizeof *seconds; i++) {
    char ours[41], theirs[60];
    time_t t = (time_t)seconds[i];
    memset(ours, 0, sizeof ours);
    carto__serve_date(ours, seconds[i]);
    strftime(theirs, sizeof theirs, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", gmtime(&t));
    CHECK_STR(carto_str_make(ours, 37), theirs);
  }
}

int main(int argc, char **argv) {
  static const test_case cases[] = {
    {"answers", test_answers},
    {"connection", test_connection},
    {"without body", test_without_body},
    {"expect", test_expect},
    {"pieces", test_pieces},
    {"pipelined", test_pipelined},
    {"one write", test_one_write},
    {"refused", test_refused},
    {"hosts", test_hosts},
    {"limits", test_limits},
    {"limits after others", test_limits_after_others},
    {"refused while sending", test_refused_while_sending},
    {"failures", test_what_fails},
    {"deadlines", test_deadlines},
    {"slow header", test_slow_header},
    {"slow reader", test_slow_reader},
    {"large answers", test_large_answers},
    {"cut answers", test_cut_answers},
    {"300 clients", test_300_clients},
    {"crowded", test_crowded},
    {"crowded ahead", test_crowded_ahead},
    {"no descriptors", test_no_descriptors},
    {"who goes", test_who_goes},
    {"half closed", test_half_closed},
    {"checkpoint", test_checkpoint},
    {"cancelled", test_cancelled},
    {"no checkpoint", test_no_checkpoint},
    {"steady", test_steady},
    {"held", test_held},
    {"allocations", test_allocations},
    {"opening", test_opening},
    {"ipv6", test_ipv6},
    {"descriptors", test_descriptors},
    {"signal", test_signal},
    {"dates", test_dates},
  };
  return test_main(argc, argv, cases, sizeof cases / sizeof *cases);
}
