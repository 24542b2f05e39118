/* carto-mcp api: answers as CARTO's REST API does, over the local data, for programs that are made for an account.
   Included by carto-mcp.c, after the implementation and account.h. */
#ifndef API_H
#define API_H

#include <signal.h>
#include <stdio.h>
#include <string.h>

#define API_USAGE                                                                                            \
  "  api                 answer as CARTO's REST API does, over the local data, until it is told to end; --listen\n" \
  "                      ADDRESS: there (127.0.0.1:8766 unless given; port 0: any); --token-file FILE: to\n" \
  "                      those alone who bear that token, which others than this machine need\n"

typedef struct api {
  carto_server *server;
  carto_standin standin;
  carto_http_handler handler; /* the stand-in's */
  carto_serve serve;
  account bearer; /* the token that is wanted */
  const char *listen;
  char map_token[33];
} api;

static volatile sig_atomic_t api_ends, api_hung_up;

static void api_on_end(int number) {
  (void)number;
  api_ends = 1;
}

static void api_on_hangup(int number) {
  (void)number;
  api_hung_up = 1;
}

static void api_catch(int number, void (*handler)(int)) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = handler;
  sigaction(number, &action, NULL);
}

/* ---- requests end with the program, too */

static bool api_go_on(void *user) {
  const carto_call *call = (const carto_call *)user;
  return !api_ends && call->checkpoint(call->user);
}

static int64_t api_now(void *user) {
  const carto_call *call = (const carto_call *)user;
  return call->now(call->user);
}

static carto_status api_handle(const carto_call *call, void *user, const carto_http_incoming *in, carto_http_outgoing *out,
                               carto_error *error) {
  const api *a = (const api *)user;
  carto_call inner = *call, asked = *call;
  inner.checkpoint = api_go_on;
  inner.now = api_now;
  inner.user = &asked;
  return a->handler.handle(&inner, a->handler.user, in, out, error);
}

/* ---- setting up */

/* What saved maps give out, where a token is wanted: it reads their data and nothing else. */
static int api_make_map_token(api *a) {
  unsigned char bytes[16];
  FILE *f = fopen("/dev/urandom", "rb");
  size_t got = f ? fread(bytes, 1, sizeof bytes, f) : 0;
  if (f) fclose(f);
  if (got != sizeof bytes) return account_fail("cannot read /dev/urandom", NULL);
  for (size_t i = 0; i < sizeof bytes; i++) snprintf(a->map_token + 2 * i, 3, "%02x", bytes[i]);
  return 0;
}

static int api_open(api *a, const carto_warehouse *warehouses, size_t count) {
  carto_standin_desc standin = carto_standin_desc_default();
  carto_serve_desc serve = carto_serve_desc_default();
  carto_error error;
  int status = 0;
  if (a->bearer.token_file) status = account_read_token(&a->bearer);
  if (status == 0 && a->bearer.token_file) status = api_make_map_token(a);
  if (status != 0) return status;
  standin.warehouses = warehouses;
  standin.warehouse_count = count;
  standin.server = a->server;
  standin.token = a->bearer.token_text;
  standin.map_token = carto_str_from(a->map_token);
  if (carto_standin_init(&a->standin, &standin, &error) != CARTO_OK) return account_fail(error.text, NULL);
  a->handler = carto_standin_handler(&a->standin);
  serve.listen = a->listen;
  serve.any_address = a->bearer.token_file != NULL;
  serve.handler.handle = api_handle;
  serve.handler.user = a;
  if (carto_serve_open(&a->serve, &serve, &error) == CARTO_OK) return 0;
  account_fail(error.text, error.status == CARTO_ERR_ARG && !a->bearer.token_file ? "(--token-file allows it)" : NULL);
  return error.status == CARTO_ERR_ARG ? 2 : 1;
}

/* ---- serving */

/* While a job runs requests are answered. */
static bool api_serve(void *user) {
  return !api_ends && carto_serve_poll((carto_serve *)user, 0, NULL) == CARTO_OK;
}

static int api_loop(api *a) {
  carto_error error;
  while (!api_ends) {
    if (api_hung_up) {
      api_hung_up = 0;
      if (carto_server_sync(a->server, &error) != CARTO_OK) account_fail(error.text, NULL);
    }
    if (carto_server_has_work(a->server)) (void)carto_server_work(a->server, api_serve, &a->serve);
    /* a signal that comes just before the wait is seen after it */
    if (carto_serve_poll(&a->serve, carto_server_has_work(a->server) ? 0 : 500, &error) != CARTO_OK) {
      account_fail(error.text, NULL);
      return 1;
    }
  }
  return 0;
}

static int run_api(carto_server *server, const carto_warehouse *warehouses, size_t count, int argc, char **argv) {
  static api a;
  int status = 0, host;
  memset(&a, 0, sizeof a);
  a.server = server;
  a.listen = "127.0.0.1:8766";
  for (int i = 0; i < argc; i += 2) {
    const char **value = strcmp(argv[i], "--listen") == 0       ? &a.listen
                         : strcmp(argv[i], "--token-file") == 0 ? &a.bearer.token_file
                                                                : NULL;
    if (!value) return account_fail("api takes --listen ADDRESS and --token-file FILE, not", argv[i]);
    if (i + 1 == argc) return account_fail("a value is missing after", argv[i]);
    *value = argv[i + 1];
  }
  if (count == 0) return account_fail("api answers over local data: give --data DIR", NULL);
  api_catch(SIGINT, api_on_end);
  api_catch(SIGTERM, api_on_end);
  api_catch(SIGHUP, api_on_hangup);
  status = api_open(&a, warehouses, count);
  if (status == 0) {
    host = (int)(strrchr(a.listen, ':') - a.listen);
    fprintf(stderr, "carto-mcp: answering on http://%.*s:%d\n", host, a.listen, carto_serve_port(&a.serve));
    status = api_loop(&a);
    carto_serve_close(&a.serve);
  }
  carto_standin_free(&a.standin);
  return status;
}

#endif
