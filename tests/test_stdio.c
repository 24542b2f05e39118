/* >>stdio: carto_serve_stdio in a thread, over pipes and socket pairs, against a client that behaves in every
   way a client may. The program ignores SIGPIPE, as the manual asks. */
#define _POSIX_C_SOURCE 200809L
#include <stddef.h>
#include <sys/ioctl.h>

static size_t queue_most = (size_t)64 << 20;

#define CARTO_MCP_MAX_QUEUE queue_most
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>

#include "conversation.h"

#define PING(id) "{\"jsonrpc\":\"2.0\",\"id\":" id ",\"method\":\"ping\"}\n"
#define PONG(id) "{\"jsonrpc\":\"2.0\",\"id\":" id ",\"result\":{}}\n"
#define CALL(id, tool) \
  "{\"jsonrpc\":\"2.0\",\"id\":" id ",\"method\":\"tools/call\",\"params\":{\"name\":\"" tool "\"}}\n"

/* ---- a server in a thread and a client's end of it */

typedef struct wire {
  memory_server m;
  int in, out;         /* the server's ends; the thread closes them */
  int to, from;        /* the client's ends */
  pthread_t thread;
  carto_status status;
  carto_error error;
} wire;

/* Runs until it is cancelled, or the client is gone, or for good. */
static carto_status host_wait(const carto_tool_call *call, carto_json_writer *out, carto_error *error) {
  (void)out;
  while (call->work->checkpoint(call->work->user)) sched_yield();
  return memory_fail(error, CARTO_ERR_CANCELLED, "cancelled", carto_str_make("", 0));
}

static const carto_tool host_tools[] = {
  {"wait", NULL, NULL, "Waits.", NULL, 0, NULL, 0, NULL, 0, 0, host_wait, NULL},
};

static void *wire_run(void *user) {
  wire *l = (wire *)user;
  l->status = carto_serve_stdio(&l->m.server, l->in, l->out, &l->error);
  close(l->out);
  if (l->in != l->out) close(l->in);
  return NULL;
}

enum { OVER_PIPES, OVER_SOCKET, OVER_SOCKETS, WAYS };

static void wire_connect(wire *l, int way) {
  int a[2], b[2];
  if (way == OVER_PIPES) CHECK(pipe(a) == 0 && pipe(b) == 0);
  else CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, a) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, b) == 0);
  l->in = a[0];
  l->to = a[1];
  l->from = b[0];
  l->out = b[1];
  if (way != OVER_SOCKET) return;
  close(b[0]);
  close(b[1]);
  l->out = l->in; /* one socket for both directions */
  l->from = l->to;
}

static carto_status wire_open(wire *l, int way, carto_server_desc desc) {
  carto_status status;
  memset(l, 0, sizeof *l);
  status = memory_server_open(&l->m, desc, &l->error);
  if (status != CARTO_OK) return status;
  wire_connect(l, way);
  CHECK(pthread_create(&l->thread, NULL, wire_run, l) == 0);
  return CARTO_OK;
}

static carto_server_desc wire_desc(void) {
  carto_server_desc desc = carto_server_desc_default();
  desc.tools = host_tools;
  desc.tool_count = 1;
  return desc;
}

static void hang_up(wire *l) {
  if (l->to == l->from) shutdown(l->to, SHUT_WR);
  else close(l->to);
}

static bool put(wire *l, const char *ptr, size_t len) {
  while (len > 0) {
    ssize_t n = write(l->to, ptr, len);
    if (n <= 0) return false;
    ptr += n;
    len -= (size_t)n;
  }
  return true;
}

static void say(wire *l, const char *text) { CHECK(put(l, text, strlen(text))); }

/* The next len bytes, or what came before the end. */
static carto_str hear(wire *l, char *room, size_t len) {
  size_t at = 0;
  ssize_t n;
  while (at < len && (n = read(l->from, room + at, len - at)) > 0) at += (size_t)n;
  return carto_str_make(room, at);
}

#define HEAR(l, expected)                                                 \
  do {                                                                    \
    static char room_[1 << 16];                                           \
    CHECK_STR(hear((l), room_, strlen(expected)), expected);              \
  } while (0)

static void wire_close(wire *l, carto_status status) {
  CHECK(pthread_join(l->thread, NULL) == 0);
  CHECK_INT(l->status, status);
  CHECK_INT(l->error.status, status);
  close(l->from);
  memory_server_close(&l->m);
}

/* All that the server says to an input, until it ends. */
static char *run_whole(int way, carto_server_desc desc, const char *input, size_t len, size_t *said) {
  wire l;
  size_t cap = 1 << 20;
  char *room = (char *)malloc(cap);
  CHECK_INT(wire_open(&l, way, desc), CARTO_OK);
  CHECK(put(&l, input, len));
  hang_up(&l);
  *said = hear(&l, room, cap - 1).len;
  room[*said] = 0;
  wire_close(&l, CARTO_OK);
  return room;
}

/* ---- lines */

static void test_lines(void) {
  static const struct {
    const char *input, *output;
  } rows[] = {
    {"", ""},
    {"\n", ""},
    {"\n\r\n \t \n\n", ""},
    {PING("1"), PONG("1")},
    {PING("1") PING("2") PING("\"3\""), PONG("1") PONG("2") PONG("\"3\"")},
    {"\n\n" PING("1") "\r\n\r\n" PING("2") "  \n", PONG("1") PONG("2")},
    {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\r\n", PONG("1")},
    {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}", PONG("1")},
    {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\r", PONG("1")},
    {PING("1") "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\n   ", PONG("1")},
  };
  size_t i, len;
  int way;
  for (way = 0; way < WAYS; way++) {
    for (i = 0; i < sizeof rows / sizeof *rows; i++) {
      char *said = run_whole(way, wire_desc(), rows[i].input, strlen(rows[i].input), &len);
      CHECK_STR(carto_str_make(said, len), rows[i].output);
      free(said);
    }
  }
}

/* A broken line is answered, and so is the next. */
static void test_broken_lines(void) {
  size_t len;
  const char input[] = "{\"jsonrpc\n" PING("1") "\0\n" PING("2") "{\"jsonrpc\":\"2.0\",\"id\":1,";
  char *said = run_whole(OVER_PIPES, wire_desc(), input, sizeof input - 1, &len);
  carto_str rest = carto_str_make(said, len);
  CHECK_CONTAINS(carto__str_cut(&rest, '\n'), "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,");
  CHECK_STR(carto__str_cut(&rest, '\n'), "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
  CHECK_CONTAINS(carto__str_cut(&rest, '\n'), "\"code\":-32700,");
  CHECK_STR(carto__str_cut(&rest, '\n'), "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{}}");
  CHECK_CONTAINS(carto__str_cut(&rest, '\n'), "\"code\":-32700,");
  CHECK_UINT(rest.len, 0);
  free(said);
}

/* A line over the limit is answered once, however it arrives; what follows is served. */
static void test_long_lines(void) {
  static const size_t limits[] = {2000, 0};
  size_t i, k, len, limit, most;
  for (i = 0; i < 2; i++) {
    carto_server_desc desc = wire_desc();
    desc.message_bytes = limits[i];
    limit = limits[i] ? limits[i] : CARTO_MCP_MAX_MESSAGE;
    most = limit * 3;
    for (k = 0; k < 12; k++) {
      static const int over[] = {0, 1, 2, 3, 100, 65536};
      char *input = (char *)malloc(most + 200000), *said;
      size_t size = limit + (size_t)over[k % 6] + (k == 11 ? most - limit : 0);
      bool ends = k < 6;
      memset(input, ' ', size);
      memcpy(input, PING("1"), sizeof(PING("1")) - 2);
      input[size] = '\n';
      memcpy(input + size + 1, PING("2"), sizeof(PING("2")));
      said = run_whole(k % 2 ? OVER_PIPES : OVER_SOCKETS, desc, input, ends ? size + sizeof(PING("2")) : size, &len);
      if (size == limit) CHECK_STR(carto_str_make(said, len), ends ? PONG("1") PONG("2") : PONG("1"));
      else CHECK_CONTAINS(carto_str_make(said, len), "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32600,");
      if (ends && size != limit) CHECK_CONTAINS(carto_str_make(said, len), "}}\n" PONG("2"));
      if (!ends && size != limit) CHECK(strchr(said, '\n') == said + len - 1);
      free(said);
      free(input);
    }
  }
}

/* ---- conversations */

static void conversation_streams(const conversation *talk, carto_buf *asked, carto_buf *answered) {
  carto_alloc libc = {NULL, NULL};
  size_t i;
  carto_buf_init(asked, libc, 0);
  carto_buf_init(answered, libc, 0);
  for (i = 0; i < talk->count; i++) {
    carto_buf *to = talk->turns[i].dir == '>' ? asked : answered;
    if (talk->turns[i].dir == '#' || talk->turns[i].text.len == 0) continue;
    carto_buf_append_str(to, talk->turns[i].text);
    carto_buf_append(to, "\n", 1);
  }
}

/* Waits until the server has read all there is. */
static void wait_read(wire *l) {
  int left;
  while (ioctl(l->in, FIONREAD, &left) == 0 && left > 0) sched_yield();
}

static int line_order(const void *a, const void *b) {
  return carto_str_compare(*(const carto_str *)a, *(const carto_str *)b);
}

/* The same lines in any order: a ping that waits is answered before the call it waits for. */
static bool same_lines(carto_str a, carto_str b) {
  static carto_str lines[2][CONVERSATION_MOST];
  size_t count[2] = {0, 0}, i;
  while (a.len > 0 && count[0] < CONVERSATION_MOST) lines[0][count[0]++] = carto__str_cut(&a, '\n');
  while (b.len > 0 && count[1] < CONVERSATION_MOST) lines[1][count[1]++] = carto__str_cut(&b, '\n');
  for (i = 0; i < 2; i++) qsort(lines[i], count[i], sizeof lines[i][0], line_order);
  for (i = 0; i < count[0] && i < count[1]; i++)
    if (!carto_str_equal(lines[0][i], lines[1][i])) return false;
  return count[0] == count[1];
}

static void test_conversations_whole(void) {
  size_t i, len;
  int way;
  for (i = 0; i < CONVERSATION_COUNT; i++) {
    conversation talk;
    carto_buf asked, answered;
    conversation_open(&talk, conversations[i]);
    conversation_streams(&talk, &asked, &answered);
    for (way = 0; way < WAYS; way++) {
      char *said = run_whole(way, conversation_desc_of(talk.path), asked.ptr, asked.len, &len);
      CHECK(same_lines(carto_str_make(said, len), carto_buf_str(&answered)));
      free(said);
    }
    carto_buf_free(&asked);
    carto_buf_free(&answered);
    conversation_close(&talk);
  }
}

/* In two parts: at every byte, or at every step-th. */
static void split_conversation(const char *path, size_t step) {
  conversation talk;
  carto_buf asked, answered;
  size_t cut;
  char *room = (char *)malloc(1 << 20);
  conversation_open(&talk, path);
  conversation_streams(&talk, &asked, &answered);
  for (cut = 1; cut < asked.len; cut += step) {
    wire l;
    CHECK_INT(wire_open(&l, OVER_PIPES, conversation_desc_of(talk.path)), CARTO_OK);
    CHECK(put(&l, asked.ptr, cut));
    wait_read(&l);
    CHECK(put(&l, asked.ptr + cut, asked.len - cut));
    hang_up(&l);
    CHECK(carto_str_equal(hear(&l, room, 1 << 20), carto_buf_str(&answered)));
    wire_close(&l, CARTO_OK);
  }
  free(room);
  carto_buf_free(&asked);
  carto_buf_free(&answered);
  conversation_close(&talk);
}

static void test_conversations_split(void) {
  split_conversation("fixtures/mcp/batches.jsonl", 1);
  split_conversation("fixtures/mcp/mixed-era.jsonl", 7);
  split_conversation("fixtures/mcp/errors.jsonl", 11);
}

static void test_conversations_by_byte(void) {
  size_t i, at;
  char *room = (char *)malloc(1 << 20);
  for (i = 0; i < CONVERSATION_COUNT; i++) {
    conversation talk;
    carto_buf asked, answered;
    wire l;
    conversation_open(&talk, conversations[i]);
    conversation_streams(&talk, &asked, &answered);
    CHECK_INT(wire_open(&l, OVER_PIPES, conversation_desc_of(talk.path)), CARTO_OK);
    for (at = 0; at < asked.len; at++) {
      CHECK(put(&l, asked.ptr + at, 1));
      wait_read(&l);
    }
    hang_up(&l);
    CHECK(carto_str_equal(hear(&l, room, 1 << 20), carto_buf_str(&answered)));
    wire_close(&l, CARTO_OK);
    carto_buf_free(&asked);
    carto_buf_free(&answered);
    conversation_close(&talk);
  }
  free(room);
}

/* ---- flow */

/* A client that writes everything before it reads anything. */
static void test_pipelined(void) {
  const int count = 20000;
  int way, i;
  char line[2000];
  for (way = 0; way < WAYS; way++) {
    wire l;
    FILE *from;
    CHECK_INT(wire_open(&l, way, wire_desc()), CARTO_OK);
    for (i = 0; i < count; i++) {
      snprintf(line, sizeof line, i % 4 ? "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"ping\"}\n" : CALL("%d", "list_connections"), i);
      say(&l, line);
    }
    hang_up(&l);
    from = fdopen(dup(l.from), "r");
    for (i = 0; i < count; i++) { /* every answer, in order, once */
      char want[64];
      snprintf(want, sizeof want, "{\"jsonrpc\":\"2.0\",\"id\":%d,\"result\":{", i);
      if (!CHECK(fgets(line, sizeof line, from) && strncmp(line, want, strlen(want)) == 0)) break;
    }
    CHECK(!fgets(line, sizeof line, from));
    fclose(from);
    wire_close(&l, CARTO_OK);
  }
}

/* Input is taken until the queue is full, and again when answers have left. */
static void test_backpressure(void) {
  static char junk[65536];
  size_t sent = 0, heard = 0, at, lines = 0;
  wire l;
  ssize_t n;
  int i, quiet = 0;
  queue_most = 100000;
  for (at = 0; at + sizeof(PING("1")) - 1 <= sizeof junk; at += sizeof(PING("1")) - 1)
    memcpy(junk + at, PING("1"), sizeof(PING("1")) - 1);
  CHECK_INT(wire_open(&l, OVER_PIPES, wire_desc()), CARTO_OK);
  CHECK(fcntl(l.to, F_SETFL, O_NONBLOCK) == 0);
  for (at = 0; quiet < 200;) { /* until nothing is taken for 200 ms */
    const char *ping = PING("1");
    n = write(l.to, ping + at, 1 + (sizeof(PING("1")) - 2 - at));
    if (n > 0) sent += (size_t)n, at = (at + (size_t)n) % (sizeof(PING("1")) - 1), quiet = 0;
    else quiet++, poll(NULL, 0, 1);
    if (sent > 10000000) break;
  }
  /* two pipes of 64 KiB, the queue with one read beyond, what is held back */
  CHECK(sent > 100000 && sent < 100000 + 4 * 65536 + 2 * 65536);
  CHECK(fcntl(l.to, F_SETFL, 0) == 0);
  if (at) CHECK(put(&l, PING("1") + at, sizeof(PING("1")) - 1 - at)), sent += sizeof(PING("1")) - 1 - at;
  for (i = 0; i < 3; i++) {
    lines = sent / (sizeof(PING("1")) - 1) * (sizeof(PONG("1")) - 1);
    while (heard < lines && (n = read(l.from, junk, sizeof junk)) > 0) heard += (size_t)n;
    CHECK_UINT(heard, lines);
    say(&l, PING("1"));
    sent += sizeof(PING("1")) - 1;
  }
  hang_up(&l);
  HEAR(&l, PONG("1"));
  wire_close(&l, CARTO_OK);
  queue_most = 10; /* less than one line: it is read to its end all the same */
  CHECK_INT(wire_open(&l, OVER_SOCKET, wire_desc()), CARTO_OK);
  say(&l, PING("1") PING("2") CALL("3", "nothing") PING("4"));
  HEAR(&l, PONG("1") PONG("2") "{\"jsonrpc\":\"2.0\",\"id\":3,\"error\":{\"code\":-32602,\"message\":\"Unknown tool: nothing\"}}\n" PONG("4"));
  hang_up(&l);
  wire_close(&l, CARTO_OK);
  queue_most = (size_t)64 << 20;
}

/* A client that reads a little now and then: the queue of answers stays small. */
static void test_slow_reader(void) {
  test_memory m;
  carto_server_desc desc = wire_desc();
  wire l;
  char room[1000];
  size_t len = sizeof(PONG("1")) - 1, heard = 0, i, total = 20000;
  desc.alloc = test_alloc(&m);
  CHECK_INT(wire_open(&l, OVER_SOCKETS, desc), CARTO_OK);
  for (i = 0; i < total; i++) {
    say(&l, PING("1"));
    if (i > total / 2) heard += hear(&l, room, len).len;
  }
  hang_up(&l);
  while ((i = hear(&l, room, sizeof room).len) > 0) heard += i;
  CHECK_UINT(heard, total * len);
  wire_close(&l, CARTO_OK);
  CHECK_UINT(m.live_count, 0);
  CHECK(m.peak_bytes < 2000000);
}

static void test_while_running(void) {
  int way;
  for (way = 0; way < WAYS; way++) {
    wire l;
    CHECK_INT(wire_open(&l, way, wire_desc()), CARTO_OK);
    say(&l, CALL("1", "wait") PING("2"));
    HEAR(&l, PONG("2")); /* the call is still running */
    say(&l, "\r\n" PING("\"3\""));
    HEAR(&l, PONG("\"3\""));
    say(&l, CALL("4", "wait") "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":9}}\n");
    say(&l, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/can");
    say(&l, "celled\",\"params\":{\"requestId\":1}}\n");
    say(&l, PING("5"));
    HEAR(&l, PONG("5")); /* 1 ended without an answer, 4 is running or about to */
    say(&l, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":4}}\n" CALL("6", "no"));
    HEAR(&l, "{\"jsonrpc\":\"2.0\",\"id\":6,\"error\":{\"code\":-32602,\"message\":\"Unknown tool: no\"}}\n");
    hang_up(&l);
    CHECK_UINT(hear(&l, (char[1]){0}, 1).len, 0);
    wire_close(&l, CARTO_OK);
  }
}

#define CANCEL(id) "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":" id "}}\n"

/* Requests that wait behind a long one can be cancelled before they begin. */
static void test_cancelled_while_waiting(void) {
  char line[400];
  wire l;
  int i;
  CHECK_INT(wire_open(&l, OVER_PIPES, wire_desc()), CARTO_OK);
  say(&l, CALL("1", "wait") CALL("2", "wait") CALL("\"2\"", "no") CALL("3", "no") CANCEL("2") CANCEL("9") PING("4"));
  HEAR(&l, PONG("4"));
  say(&l, CANCEL("1") CANCEL("1") PING("5"));
  HEAR(&l, PONG("5") "{\"jsonrpc\":\"2.0\",\"id\":\"2\",\"error\":{\"code\":-32602,\"message\":\"Unknown tool: no\"}}\n"
               "{\"jsonrpc\":\"2.0\",\"id\":3,\"error\":{\"code\":-32602,\"message\":\"Unknown tool: no\"}}\n");
  say(&l, PING("2") PING("9")); /* an id may come again once it is done with */
  HEAR(&l, PONG("2") PONG("9"));
  say(&l, CALL("1", "wait"));
  for (i = 0; i < 40; i++) { /* more than is remembered: the last ones count, and nothing breaks */
    snprintf(line, sizeof line, "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"tools/list\",\"params\":{\"cursor\":7}}\n", 100 + i);
    say(&l, line);
    snprintf(line, sizeof line, CANCEL("%d"), 100 + i);
    say(&l, line);
  }
  say(&l, "{\"jsonrpc\":\"2.0\",\"id\":200,\"method\":\"initialize\",\"params\":{\"protocolVersion\":7}}\n" CANCEL("200"));
  say(&l, PING("6"));
  HEAR(&l, PONG("6"));
  say(&l, CANCEL("1"));
  for (i = 0; i < 25; i++) {
    snprintf(line, sizeof line, "{\"jsonrpc\":\"2.0\",\"id\":%d,\"error\":{\"code\":-32602,\"message\":\"\\\"cursor\\\" is not "
             "one that this server gave out: start again without it\"}}\n", 100 + i);
    HEAR(&l, line);
  }
  HEAR(&l, "{\"jsonrpc\":\"2.0\",\"id\":200,\"error\":"); /* a handshake cannot be cancelled */
  hang_up(&l);
  while (read(l.from, line, sizeof line) > 0) {
  }
  wire_close(&l, CARTO_OK);
}

/* A line without an end, while a call runs: no more of it is taken than a message may have. */
static void test_endless_line(void) {
  test_memory m;
  carto_server_desc desc = wire_desc();
  static char junk[65536];
  wire l;
  size_t sent = 0;
  int quiet = 0;
  queue_most = 100000;
  desc.message_bytes = 2000;
  desc.alloc = test_alloc(&m);
  CHECK_INT(wire_open(&l, OVER_PIPES, desc), CARTO_OK);
  say(&l, CALL("1", "wait") PING("2"));
  HEAR(&l, PONG("2"));
  memset(junk, 'x', sizeof junk);
  CHECK(fcntl(l.to, F_SETFL, O_NONBLOCK) == 0);
  while (quiet < 100 && sent < 20000000) {
    ssize_t n = write(l.to, junk, sizeof junk);
    if (n > 0) sent += (size_t)n, quiet = 0;
    else quiet++, poll(NULL, 0, 1);
  }
  CHECK(sent < 600000);
  CHECK(fcntl(l.to, F_SETFL, 0) == 0);
  if (l.to != l.from) close(l.from); /* gone: it cannot be told to stop any more */
  l.from = -1;
  close(l.to);
  wire_close(&l, CARTO_ERR_IO);
  CHECK_UINT(m.live_count, 0);
  CHECK(m.peak_bytes < 1000000);
  queue_most = (size_t)64 << 20;
}

/* Input may end while a call runs: it is finished. A client that is gone ends it. */
static void test_gone(void) {
  int way, i;
  for (way = 0; way < WAYS; way++) {
    wire l;
    CHECK_INT(wire_open(&l, way, wire_desc()), CARTO_OK); /* while a call runs */
    say(&l, CALL("1", "wait") PING("2"));
    HEAR(&l, PONG("2"));
    if (l.to != l.from) close(l.to);
    close(l.from);
    l.from = -1;
    wire_close(&l, CARTO_ERR_IO);
    CHECK_CONTAINS(carto_str_from(l.error.text), "the output is closed");
    CHECK_INT(wire_open(&l, way, wire_desc()), CARTO_OK); /* while there is nothing to do */
    say(&l, PING("1"));
    HEAR(&l, PONG("1"));
    if (l.to != l.from) close(l.to);
    close(l.from);
    l.from = -1;
    wire_close(&l, CARTO_OK);
    if (way == OVER_SOCKET) continue;
    CHECK_INT(wire_open(&l, way, wire_desc()), CARTO_OK); /* only its ear */
    close(l.from);
    l.from = -1;
    for (i = 0; i < 100000 && put(&l, PING("1"), sizeof(PING("1")) - 1); i++) {
    }
    CHECK(i < 100000);
    wire_close(&l, CARTO_ERR_IO);
    close(l.to);
  }
}

static void no_op(int number) { (void)number; }

/* Signals come in between all the time. */
static void test_interrupted(void) {
  struct sigaction action;
  int way, i;
  memset(&action, 0, sizeof action);
  action.sa_handler = no_op;
  sigaction(SIGUSR1, &action, NULL);
  for (way = 0; way < WAYS; way++) {
    wire l;
    CHECK_INT(wire_open(&l, way, wire_desc()), CARTO_OK);
    for (i = 0; i < 2000; i++) {
      pthread_kill(l.thread, SIGUSR1);
      say(&l, PING("1"));
      pthread_kill(l.thread, SIGUSR1);
      HEAR(&l, PONG("1"));
    }
    pthread_kill(l.thread, SIGUSR1);
    hang_up(&l);
    wire_close(&l, CARTO_OK);
  }
}

static void test_descriptors(void) {
  wire l;
  memory_server m;
  carto_error error;
  char room[200];
  int fd, out, i;
  FILE *in_file = tmpfile(), *out_file = tmpfile();
  CHECK_INT(memory_server_open(&m, wire_desc(), NULL), CARTO_OK);
  CHECK_INT(carto_serve_stdio(&m.server, -1, 1, &error), CARTO_ERR_IO);
  CHECK_INT(carto_serve_stdio(&m.server, 0, 1000, &error), CARTO_ERR_IO);
  CHECK_CONTAINS(carto_str_from(error.text), "no open descriptor");
  fd = open(".", O_RDONLY);
  CHECK_INT(carto_serve_stdio(&m.server, fd, 1, &error), CARTO_ERR_IO);
  CHECK_CONTAINS(carto_str_from(error.text), "reading failed (errno ");
  CHECK_INT(carto_serve_stdio(&m.server, fd, 1, NULL), CARTO_ERR_IO);
  close(fd);
  fputs(PING("1") CALL("2", "no") PING("3"), in_file); /* ordinary files */
  rewind(in_file);
  CHECK_INT(carto_serve_stdio(&m.server, fileno(in_file), fileno(out_file), &error), CARTO_OK);
  rewind(out_file);
  CHECK(fread(room, 1, sizeof room, out_file) > 100 && memcmp(room, PONG("1"), sizeof(PONG("1")) - 1) == 0);
  rewind(in_file);
  out = open("/dev/full", O_WRONLY);
  if (out >= 0) CHECK_INT(carto_serve_stdio(&m.server, fileno(in_file), out, &error), CARTO_ERR_IO);
  close(out);
  memory_server_close(&m);
  for (i = 0; i < WAYS; i++) { /* descriptors that never block */
    CHECK_INT(memory_server_open(&l.m, wire_desc(), NULL), CARTO_OK);
    wire_connect(&l, i);
    CHECK(fcntl(l.in, F_SETFL, O_NONBLOCK) == 0 && fcntl(l.out, F_SETFL, O_NONBLOCK) == 0);
    CHECK(pthread_create(&l.thread, NULL, wire_run, &l) == 0);
    say(&l, PING("1"));
    HEAR(&l, PONG("1"));
    hang_up(&l);
    wire_close(&l, CARTO_OK);
  }
  fclose(in_file);
  fclose(out_file);
}

/* ---- memory */

/* A session with memory refused: every request is answered all the same, once. */
static int stdio_body(carto_alloc alloc) {
  static const char tail[] = "{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"tools/list\"}\n" CALL("5", "list_connections")
    "{\"jsonrpc\":\"2.0\",\"id\":6,\"method\":\"resources/read\",\"params\":{\"uri\":\"carto://sql/reference\"}}\n" PING("7");
  carto_server_desc desc = carto_server_desc_default();
  wire l;
  char *room = (char *)malloc(1 << 17);
  carto_str said, rest;
  carto_status status;
  int i, whole = 1;
  desc.alloc = alloc;
  status = wire_open(&l, OVER_SOCKETS, desc);
  if (status != CARTO_OK) {
    CHECK_INT(status, CARTO_ERR_NOMEM);
    memory_server_close(&l.m);
    free(room);
    return 0;
  }
  (void)put(&l, PING("1"), sizeof(PING("1")) - 1); /* it may be gone already */
  memset(room, ' ', 10000); /* longer than the queue is from the start */
  memcpy(room, PING("2"), sizeof(PING("2")) - 2);
  (void)put(&l, room, 10000);
  (void)put(&l, "\n" PING("3"), sizeof(PING("3")));
  (void)put(&l, tail, sizeof tail - 1);
  shutdown(l.to, SHUT_WR);
  said = rest = hear(&l, room, 1 << 17);
  CHECK(pthread_join(l.thread, NULL) == 0);
  CHECK(l.status == CARTO_OK || l.status == CARTO_ERR_NOMEM);
  for (i = 1; i <= 7 && l.status == CARTO_OK; i++) {
    carto_str line = carto__str_cut(&rest, '\n');
    char want[60];
    snprintf(want, sizeof want, "{\"jsonrpc\":\"2.0\",\"id\":%d,\"result\":", i);
    if (test_contains(line, want) && !test_contains(line, "memory")) continue;
    whole = 0;
    CHECK(test_contains(line, "\"code\":-32603") || test_contains(line, "\"isError\":true"));
  }
  if (l.status != CARTO_OK) whole = 0;
  else CHECK_UINT(rest.len, 0);
  if (l.status != CARTO_OK) CHECK_UINT(said.len, 0);
  close(l.to);
  close(l.from);
  memory_server_close(&l.m);
  free(room);
  return whole;
}

static void test_memory_refused(void) { test_every_allocation(stdio_body, 500); }

/* Everything in one block, then in less and less of it. */
static void test_block(void) {
  static uint64_t room[256 * 1024 / 8];
  carto_block block;
  size_t size, least = 0;
  for (size = sizeof room; size > 1024; size -= 1024) {
    carto_block_init(&block, room, size);
    if (!stdio_body(carto_block_alloc(&block)) && least == 0) least = size;
    CHECK_UINT(block._used, 0);
  }
  CHECK(least > 0 && least < sizeof room);
}

static const test_case cases[] = {
  {"lines", test_lines},
  {"broken lines", test_broken_lines},
  {"long lines", test_long_lines},
  {"conversations whole", test_conversations_whole},
  {"conversations split", test_conversations_split},
  {"conversations by byte", test_conversations_by_byte},
  {"pipelined", test_pipelined},
  {"backpressure", test_backpressure},
  {"slow reader", test_slow_reader},
  {"while running", test_while_running},
  {"cancelled while waiting", test_cancelled_while_waiting},
  {"endless line", test_endless_line},
  {"gone", test_gone},
  {"interrupted", test_interrupted},
  {"descriptors", test_descriptors},
  {"memory refused", test_memory_refused},
  {"block", test_block},
};

int main(int argc, char **argv) {
  signal(SIGPIPE, SIG_IGN);
  alarm(120); /* a test that hangs is one that failed */
  return test_main(argc, argv, cases, sizeof cases / sizeof *cases);
}
