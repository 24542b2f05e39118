/* The demo's story three times: over the local data, over an account that is the stand-in's, and over the tape of that.
   Every answer is the same, byte for byte. CARTO_MCP_STORY=DIR keeps the tape. */
#define _POSIX_C_SOURCE 200809L
#define _XOPEN_SOURCE 700 /* realpath */
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"

#include <signal.h>
#include <sys/wait.h>

#include "test.h"
#include "memory_files.h"
#include "memory_store.h"
#include "demo_world.h"
#include "../examples/demo.h"

#define STORY_STEPS (sizeof demo_steps / sizeof *demo_steps)
#define STORY_MOST 512 /* exchanges of a tape */

/* ---- the stand-in */

typedef struct service {
  demo_world world;
  carto_standin standin;
  carto_arena arena;
  size_t sent;
} service;

static void service_open(service *s) {
  carto_standin_desc desc = carto_standin_desc_default();
  carto_error error;
  memset(s, 0, sizeof *s);
  s->arena = test_arena();
  demo_open(&s->world);
  desc.warehouses = &s->world.warehouse;
  desc.warehouse_count = 1;
  desc.server = &s->world.server;
  desc.token = STR("story-token");
  CHECK_INT(carto_standin_init(&s->standin, &desc, &error), CARTO_OK);
}

static void service_close(service *s) {
  carto_standin_free(&s->standin);
  demo_close(&s->world);
  carto_arena_free(&s->arena);
}

/* Hands a request to the stand-in, without sockets. */
static carto_status service_send(const carto_call *call, void *user, const carto_http_request *request,
                                 const carto_http_sink *sink, carto_error *error) {
  service *s = (service *)user;
  carto_http_handler handler = carto_standin_handler(&s->standin);
  carto_http_incoming in;
  carto_http_outgoing out;
  carto_http_head head;
  carto_header headers[2] = {{STR("host"), STR("stand.in:8766")}, {STR("authorization"), STR("")}};
  carto_alloc libc = {NULL, NULL};
  carto_buf body, bearer;
  carto__url url;
  carto_call own = *call;
  carto_status status;
  carto_arena_reset(&s->arena);
  own.arena = &s->arena;
  memset(&in, 0, sizeof in);
  memset(&out, 0, sizeof out);
  carto_buf_init(&body, libc, 0);
  carto_buf_init(&bearer, libc, 0);
  if (!CHECK(carto__url_parse(request->url, &url))) return CARTO_ERR_ARG;
  carto_buf_append_text(&bearer, "Bearer ");
  carto_buf_append_str(&bearer, request->token);
  headers[1].value = carto_buf_str(&bearer);
  in.method = STR(request->method);
  in.query = url.target;
  in.path = carto__str_cut(&in.query, '?');
  in.headers = headers;
  in.header_count = 2;
  in.body = request->body;
  out.body = &body;
  s->sent++;
  status = handler.handle(&own, handler.user, &in, &out, error);
  head.status = out.status ? out.status : 200;
  head.headers = out.headers;
  head.header_count = out.header_count;
  if (status == CARTO_OK) status = sink->head(sink->user, &head, error);
  if (status == CARTO_OK && body.len > 0) status = sink->body(sink->user, carto_buf_str(&body), error);
  carto_buf_free(&body);
  carto_buf_free(&bearer);
  while (carto_server_has_work(&s->world.server)) (void)carto_server_work(&s->world.server, NULL, NULL);
  return status;
}

/* ---- the story */

typedef struct story {
  char *answers[STORY_STEPS]; /* the result of each call, as JSON */
} story;

static void story_play(carto_server *server, story *out) {
  demo_reader reader;
  carto_session session;
  carto_alloc libc = {NULL, NULL};
  size_t i;
  memset(&session, 0, sizeof session);
  memset(out, 0, sizeof *out);
  carto_arena_init(&reader.arena, libc, 0);
  demo_job[0] = demo_table[0] = 0;
  CHECK(demo_ask(server, &session, &reader, "initialize",
                 "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"demo\",\"version\":\"1\"}}"));
  for (i = 0; i < STORY_STEPS; i++) {
    char params[1536], arguments[1280];
    carto_buf text;
    carto_json_writer writer;
    const carto_json *result;
    demo_fill(demo_steps[i].arguments, arguments, sizeof arguments);
    demo_params(&demo_steps[i], arguments, params, sizeof params);
    result = demo_ask(server, &session, &reader, "tools/call", params);
    carto_buf_init(&text, libc, 0);
    carto_json_writer_init(&writer, &text);
    if (result) carto_json_write_value(&writer, &reader.doc, result);
    carto_buf_append(&text, "", 1);
    out->answers[i] = text.ptr;
    if (result && demo_steps[i].answer == demo_started) demo_started(carto_json_get(result, "structuredContent"));
    while (carto_server_has_work(server)) (void)carto_server_work(server, NULL, NULL);
  }
  carto_arena_free(&reader.arena);
}

static void story_free(story *s) {
  for (size_t i = 0; i < STORY_STEPS; i++) free(s->answers[i]);
}

/* The answers over an account, which a carrier reaches. */
static void story_of_account(carto_carrier carrier, const char *url, const char *token, story *out) {
  carto_rest_desc desc = carto_rest_desc_default();
  static demo_world world;
  carto_rest rest;
  carto_error error;
  memset(&world, 0, sizeof world);
  desc.base_url = STR(url);
  desc.token = STR(token);
  desc.carrier = carrier;
  desc.query_sources = true;
  CHECK_INT(carto_rest_init(&rest, &desc, &error), CARTO_OK);
  demo_serve(&world, carto_rest_warehouse(&rest));
  story_play(&world.server, out);
  carto_server_free(&world.server);
  carto_rest_free(&rest);
}

static void compare(const char *what, const story *a, const story *b) {
  for (size_t i = 0; i < STORY_STEPS; i++) {
    const char *x = a->answers[i], *y = b->answers[i];
    size_t at = 0, from;
    if (CHECK(strcmp(x, y) == 0)) continue;
    while (x[at] && x[at] == y[at]) at++;
    from = at > 200 ? at - 200 : 0;
    printf("%s, step %zu, %s %.200s, at byte %zu:\n  local   %.600s\n  account %.600s\n", what, i, demo_steps[i].tool,
           demo_steps[i].arguments, at, x + from, y + from);
  }
}

static void test_three_ways(void) {
  static demo_world local;
  static service s;
  static memory_store store;
  static story told[3];
  carto_store to = store_of(&store);
  carto_files from = {store_list, store_read, &store};
  carto_carrier direct = {service_send, NULL, &s};
  carto_alloc libc = {NULL, NULL};
  carto_tape tape;
  carto_error error;
  size_t sent;
  demo_open(&local);
  story_play(&local.server, &told[0]);
  demo_close(&local);
  service_open(&s);
  CHECK_INT(carto_tape_record(&tape, &direct, &to, libc, &error), CARTO_OK);
  story_of_account(carto_tape_carrier(&tape), "http://stand.in:8766", "story-token", &told[1]);
  carto_tape_free(&tape);
  sent = s.sent;
  CHECK(sent > 20);
  CHECK_UINT(store.count, sent);
  compare("over the account", &told[0], &told[1]);
  CHECK_INT(carto_tape_replay(&tape, &from, libc, &error), CARTO_OK);
  story_of_account(carto_tape_carrier(&tape), "https://elsewhere.test", "", &told[2]);
  carto_tape_free(&tape);
  CHECK_UINT(s.sent, sent);
  compare("by replay", &told[0], &told[2]);
  for (size_t i = 0; i < store.count; i++)
    CHECK(!test_contains(carto_str_make(store.files[i].text, store.files[i].len), "story-token"));
  for (int i = 0; i < 3; i++) story_free(&told[i]);
  service_close(&s);
  store_clear(&store);
}

static const test_case cases[] = {{"three ways", test_three_ways}};
TEST_MAIN(cases)
