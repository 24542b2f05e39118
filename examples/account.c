/* A CARTO account in a program of one's own: a carrier that says what is asked, before another one asks it. Here that is
   a tape, which needs no account; carto_net_carrier and carto_curl_carrier ask a real one.
   cc -O2 -o account examples/account.c && ./account fixtures/rest/account */
#define _POSIX_C_SOURCE 200809L
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"

#include <stdio.h>

static carto_status say(const carto_call *call, void *user, const carto_http_request *request,
                        const carto_http_sink *sink, carto_error *error) {
  const carto_carrier *next = user;
  fprintf(stderr, "%s %.*s\n", request->method, (int)request->url.len, request->url.ptr); /* no token is in a URL */
  return next->send(call, next->user, request, sink, error);
}

int main(int argc, char **argv) {
  carto_files files = carto_files_directory(argc > 1 ? argv[1] : "fixtures/rest/account");
  carto_rest_desc account = carto_rest_desc_default();
  carto_server_desc desc = carto_server_desc_default();
  carto_carrier next;
  carto_tape tape;
  carto_rest rest;
  carto_warehouse warehouse;
  carto_server server;
  carto_status status;

  if (carto_tape_replay(&tape, &files, account.alloc, NULL) != CARTO_OK) return 1;
  next = carto_tape_carrier(&tape);
  account.base_url = carto_str_from("https://gcp-us-east1.api.carto.com");
  account.carrier.send = say;
  account.carrier.user = &next;
  if (carto_rest_init(&rest, &account, NULL) != CARTO_OK) return 1;
  warehouse = carto_rest_warehouse(&rest); /* beside others, if there are any */
  desc.warehouses = &warehouse;
  desc.warehouse_count = 1;
  if (carto_server_init(&server, &desc, NULL) != CARTO_OK) return 1;
  status = carto_serve_stdio(&server, 0, 1, NULL);
  carto_server_free(&server);
  carto_rest_free(&rest);
  carto_tape_free(&tape);
  return status != CARTO_OK;
}
