/* The demo's story three times: over the local data, over an account that is the stand-in's, and over the tape of that.
   Every answer is the same, byte for byte. The tape is kept in fixtures/rest/story;
   CARTO_MCP_WRITE=1 records it anew, into an empty directory. */
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

#define STORY_TAPE "fixtures/rest/story"
#define STORY_STEPS (sizeof demo_steps / sizeof *demo_steps)

/* ---- the stand-in, served over HTTP by a process of its own */

#define STORY_TOKEN "story-token"

typedef struct service {
  pid_t pid;
  int out; /* a byte for each request that was answered */
  char url[64];
} service;

typedef struct counted {
  carto_http_handler handler;
  int to;
} counted;

static carto_status counted_handle(const carto_call *call, void *user, const carto_http_incoming *in,
                                   carto_http_outgoing *out, carto_error *error) {
  counted *c = (counted *)user;
  if (write(c->to, "x", 1) != 1) return CARTO_ERR_IO;
  return c->handler.handle(call, c->handler.user, in, out, error);
}

/* Of the child: serves until it is told to end. */
static void service_run(int to) {
  static demo_world world;
  carto_standin_desc desc = carto_standin_desc_default();
  carto_serve_desc http = carto_serve_desc_default();
  carto_standin standin;
  carto_serve serve;
  counted c;
  char port[16] = "";
  demo_open(&world, "fixtures/workflows");
  desc.warehouses = &world.warehouse;
  desc.warehouse_count = 1;
  desc.server = &world.server;
  desc.token = STR(STORY_TOKEN);
  if (carto_standin_init(&standin, &desc, NULL) != CARTO_OK) _exit(3);
  c.handler = carto_standin_handler(&standin);
  c.to = to;
  http.listen = "127.0.0.1:0";
  http.handler.handle = counted_handle;
  http.handler.user = &c;
  if (carto_serve_open(&serve, &http, NULL) != CARTO_OK) _exit(3);
  snprintf(port, sizeof port, "%d", carto_serve_port(&serve));
  if (write(to, port, sizeof port) != (ssize_t)sizeof port) _exit(3);
  while (carto_serve_poll(&serve, carto_server_has_work(&world.server) ? 0 : 1000, NULL) == CARTO_OK)
    if (carto_server_has_work(&world.server)) (void)carto_server_work(&world.server, NULL, NULL);
  _exit(3);
}

static void service_open(service *s) {
  int ends[2];
  char port[16];
  memset(s, 0, sizeof *s);
  if (pipe(ends) != 0) exit(2);
  fflush(stdout);
  s->pid = fork();
  if (s->pid == 0) {
    close(ends[0]);
    service_run(ends[1]);
  }
  close(ends[1]);
  s->out = ends[0];
  if (s->pid < 0 || read(s->out, port, sizeof port) != (ssize_t)sizeof port) {
    printf("the stand-in does not start\n");
    exit(2);
  }
  snprintf(s->url, sizeof s->url, "http://127.0.0.1:%s", port);
}

/* Ends it; how many requests it was sent. */
static size_t service_close(service *s) {
  char bytes[512];
  size_t requests = 0;
  ssize_t got;
  kill(s->pid, SIGTERM);
  waitpid(s->pid, NULL, 0);
  while ((got = read(s->out, bytes, sizeof bytes)) > 0) requests += (size_t)got;
  close(s->out);
  return requests;
}

/* ---- the story */

typedef struct story {
  char *answers[STORY_STEPS]; /* the result of each call, as JSON */
  size_t tables;              /* of results at once that were named, and are evened out */
} story;

/* What must differ: an id that the service chose for its job's table, and the table of a result at once, which only the
   local warehouse keeps. */
static size_t even_out(char *text) {
  static const char id[] = "hotspots_", table[] = ",\"workflowOutputTableName\":\"demo.workflows_temp.site_selection_";
  static const char quoted[] = ",\\\"workflowOutputTableName\\\":\\\"demo.workflows_temp.site_selection_";
  char *at, *end;
  size_t tables = 0;
  for (at = text; (at = strstr(at, id)) != NULL; at += sizeof id - 1)
    for (end = at + sizeof id - 1; strspn(end, "0123456789abcdef") > 0; end++) *end = '0';
  for (int i = 0; i < 2; i++)
    while ((at = strstr(text, i ? quoted : table)) != NULL) {
      end = at + (i ? sizeof quoted : sizeof table) - 1;
      end += strspn(end, "0123456789abcdef") + (i ? 2 : 1);
      memmove(at, end, strlen(end) + 1);
      tables++;
    }
  return tables;
}

static void story_play(carto_server *server, story *out) {
  demo_reader reader;
  carto_session session;
  carto_alloc libc = {NULL, NULL};
  size_t i;
  memset(&session, 0, sizeof session);
  memset(out, 0, sizeof *out);
  carto_arena_init(&reader.arena, libc, 0);
  demo_job[0] = demo_table[0] = 0;
  demo_clock = MEMORY_TIME;
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
    out->tables += even_out(text.ptr);
    /* and it is an answer, but where the story has a mistake */
    if (!CHECK((strstr(text.ptr, "\"isError\":true") != NULL) ==
               (demo_steps[i].question && strstr(demo_steps[i].question, "mistypes"))))
      printf("  step %zu, %s: %.300s\n", i, demo_steps[i].tool, text.ptr);
    if (result && demo_steps[i].answer == demo_started) {
      demo_remember(carto_json_get(result, "structuredContent"));
      demo_clock += INT64_C(60000000); /* the agent waits a little */
    }
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
  demo_serve(&world, carto_rest_warehouse(&rest), "fixtures/rest/workflows");
  story_play(&world.server, out);
  carto_server_free(&world.server);
  carto_rest_free(&rest);
}

static void compare(const char *what, const story *a, const story *b) {
  CHECK_UINT(a->tables, 2); /* of one result, as an object and as text */
  CHECK_UINT(b->tables, 0);
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

/* With CARTO_MCP_WRITE, the tape takes the place of the one that is kept. Where it is from is what is always true of it. */
static void keep(const memory_store *store) {
  char path[400];
  if (!getenv("CARTO_MCP_WRITE")) return;
  for (size_t i = 0; i < store->count; i++) {
    const char *text = store->files[i].text, *rest = (const char *)memchr(text, '\n', store->files[i].len);
    FILE *f;
    snprintf(path, sizeof path, STORY_TAPE "/%s", store->files[i].name);
    f = fopen(path, "wb");
    if (!CHECK(f != NULL && rest != NULL)) return;
    fputs("{\"provenance\": \"recorded from the stand-in over fixtures/data, whose clock stands still\",", f);
    fwrite(rest, 1, store->files[i].len - (size_t)(rest - text), f);
    fclose(f);
  }
}

/* The tape that is kept has the same answers: no sockets, and no stand-in. */
static void test_tape(void) {
  static demo_world local;
  static story told[2];
  carto_files from = carto_files_directory(STORY_TAPE);
  carto_alloc libc = {NULL, NULL};
  carto_tape tape;
  carto_error error;
  if (!CHECK(carto_tape_replay(&tape, &from, libc, &error) == CARTO_OK)) printf("  %s\n", error.text);
  story_of_account(carto_tape_carrier(&tape), "https://elsewhere.test", "", &told[1]);
  carto_tape_free(&tape);
  demo_open(&local, "fixtures/workflows");
  story_play(&local.server, &told[0]);
  demo_close(&local);
  compare("from " STORY_TAPE, &told[0], &told[1]);
  for (int i = 0; i < 2; i++) story_free(&told[i]);
}

static void test_three_ways(void) {
  static demo_world local;
  static memory_store store;
  static story told[3];
  carto_store to = store_of(&store);
  carto_files from = {store_list, store_read, &store};
  carto_alloc libc = {NULL, NULL};
  carto_carrier inner;
  carto_net net;
  carto_tape tape;
  carto_error error;
  service s;
  service_open(&s);
  demo_open(&local, "fixtures/workflows");
  story_play(&local.server, &told[0]);
  demo_close(&local);
  CHECK_INT(carto_net_init(&net, STR(""), STR(""), libc, &error), CARTO_OK);
  inner = carto_net_carrier(&net);
  CHECK_INT(carto_tape_record(&tape, &inner, &to, libc, &error), CARTO_OK);
  story_of_account(carto_tape_carrier(&tape), s.url, STORY_TOKEN, &told[1]);
  carto_tape_free(&tape);
  carto_net_free(&net);
  CHECK_UINT(service_close(&s), store.count); /* nothing passed by, and from here on nobody is there */
  CHECK(store.count > 20);
  compare("over HTTP", &told[0], &told[1]);
  CHECK_INT(carto_tape_replay(&tape, &from, libc, &error), CARTO_OK);
  story_of_account(carto_tape_carrier(&tape), "https://elsewhere.test", "", &told[2]);
  carto_tape_free(&tape);
  compare("by replay", &told[0], &told[2]);
  for (size_t i = 0; i < store.count; i++)
    CHECK(!test_contains(carto_str_make(store.files[i].text, store.files[i].len), STORY_TOKEN));
  for (int i = 0; i < 3; i++) story_free(&told[i]);
  keep(&store);
  store_clear(&store);
}

static const test_case cases[] = {{"three ways", test_three_ways}, {"tape", test_tape}};
TEST_MAIN(cases)
