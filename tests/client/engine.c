/* engine NAME DIR MAPS TOKEN [WORKFLOWS]: the stand-in over the tables in DIR, without a socket: answers requests that come as
   lines of JSON, {"method","path","query","headers":{},"body"}, with lines {"status","type","headers":{},"body"}. */
#define _POSIX_C_SOURCE 200809L
#define CARTO_MCP_IMPLEMENTATION
#include "../../carto_mcp.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int64_t clock_now(void *user) {
  struct timespec t;
  (void)user;
  clock_gettime(CLOCK_REALTIME, &t);
  return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void answer(carto_http_handler handler, carto_arena *arena, carto_str line) {
  carto_json_doc doc;
  carto_http_incoming in;
  carto_http_outgoing out;
  carto_header headers[64];
  carto_error error;
  carto_call call;
  carto_buf body, text;
  carto_json_writer writer;
  carto_status status;
  if (carto_json_parse(arena, line, &doc, &error) != CARTO_OK) exit(1);
  memset(&in, 0, sizeof in);
  memset(&out, 0, sizeof out);
  memset(&call, 0, sizeof call);
  call.arena = arena;
  call.now = clock_now;
  in.method = carto_json_string(carto_json_get(doc.root, "method"));
  in.path = carto_json_string(carto_json_get(doc.root, "path"));
  in.query = carto_json_string(carto_json_get(doc.root, "query"));
  in.body = carto_json_string(carto_json_get(doc.root, "body"));
  in.headers = headers;
  const carto_json *list = carto_json_get(doc.root, "headers"), *key = carto_json_first(list);
  for (size_t i = 0, n = carto_json_count(list); i < n && i < 64; i++) {
    headers[in.header_count].name = carto_json_string(key);
    headers[in.header_count++].value = carto_json_string(carto_json_value_of(key));
    if (i + 1 < n) key = carto_json_next(carto_json_value_of(key));
  }
  carto_alloc libc = {NULL, NULL};
  carto_buf_init(&body, libc, (size_t)64 << 20);
  carto_buf_init(&text, libc, 0);
  out.body = &body;
  status = handler.handle(&call, handler.user, &in, &out, &error);
  carto_json_writer_init(&writer, &text);
  carto_json_begin_object(&writer);
  carto_json_key(&writer, "status");
  carto_json_write_int(&writer, status != CARTO_OK ? 500 : out.status ? out.status : 200);
  carto_json_key(&writer, "headers");
  carto_json_begin_object(&writer);
  for (size_t i = 0; i < out.header_count; i++) {
    carto_json_key_str(&writer, out.headers[i].name);
    carto_json_write_string(&writer, out.headers[i].value);
  }
  carto_json_end_object(&writer);
  carto_json_key(&writer, "body");
  carto_json_write_string(&writer, carto_buf_str(&body));
  carto_json_end_object(&writer);
  carto_buf_append(&text, "\n", 1);
  fwrite(text.ptr, 1, text.len, stdout);
  fflush(stdout);
  carto_buf_free(&text);
  carto_buf_free(&body);
}

int main(int argc, char **argv) {
  static carto_local local;
  static carto_server server;
  static carto_standin standin;
  carto_local_desc desc = carto_local_desc_default();
  carto_server_desc server_desc = carto_server_desc_default();
  carto_standin_desc standin_desc = carto_standin_desc_default();
  carto_alloc libc = {NULL, NULL};
  carto_warehouse warehouse;
  carto_arena arena;
  carto_error error;
  char *line = NULL;
  size_t room = 0;
  ssize_t len;
  if (argc < 5) return 2;
  desc.name = carto_str_from(argv[1]);
  desc.data = carto_files_directory(argv[2]);
  desc.maps = carto_files_directory(argv[3]);
  if (carto_local_init(&local, &desc, &error) != CARTO_OK) return 1;
  warehouse = carto_local_warehouse(&local);
  server_desc.warehouses = standin_desc.warehouses = &warehouse;
  server_desc.warehouse_count = standin_desc.warehouse_count = 1;
  server_desc.now = clock_now;
  if (argc > 5) server_desc.workflow_files = carto_files_directory(argv[5]);
  if (carto_server_init(&server, &server_desc, &error) != CARTO_OK) return 1;
  standin_desc.server = &server;
  standin_desc.token = carto_str_from(argv[4]);
  standin_desc.map_token = carto_str_from("maps-only");
  if (carto_standin_init(&standin, &standin_desc, &error) != CARTO_OK) return 1;
  carto_arena_init(&arena, libc, (size_t)256 << 20);
  while ((len = getline(&line, &room, stdin)) > 0) {
    answer(carto_standin_handler(&standin), &arena, carto_str_make(line, (size_t)len));
    carto_arena_reset(&arena);
    while (carto_server_has_work(&server)) carto_server_work(&server, NULL, NULL);
  }
  free(line);
  carto_arena_free(&arena);
  carto_standin_free(&standin);
  carto_server_free(&server);
  carto_local_free(&local);
  return 0;
}
