/* A tool of your own beside the built-in ones: one row, one function, no files of its own.
   cc -O2 -o custom_tool examples/custom_tool.c && ./custom_tool   (--try: calls the tool once) */
#define _POSIX_C_SOURCE 200809L
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"

#include <stdio.h>

/* The arguments fit the rows below before this runs: only what rows cannot say is checked here. */
static carto_status meeting_point(const carto_tool_call *call, carto_json_writer *out, carto_error *error) {
  const carto_json *people = carto_json_get(call->arguments, "people"), *at = carto_json_first(people);
  double lng = 0, lat = 0, count = (double)carto_json_count(people);
  for (size_t left = carto_json_count(people); left > 0; left--, at = carto_json_next(at)) {
    lng += carto_json_double(carto_json_get(at, "lng")) / count;
    lat += carto_json_double(carto_json_get(at, "lat")) / count;
  }
  if (lat > 85 || lat < -85) {
    snprintf(error->text, sizeof error->text, "\"people\": nobody meets at latitude %.0f; move them apart", lat);
    return CARTO_ERR_ARG;
  }
  carto_json_begin_object(out);
  carto_json_key(out, "lng");
  carto_json_write_double(out, lng);
  carto_json_key(out, "lat");
  carto_json_write_double(out, lat);
  carto_json_end_object(out);
  return CARTO_OK;
}

static const carto_param params[] = {
  {0, "people", CARTO_KIND_ARRAY | CARTO_REQUIRED, NULL, 2, 50, NULL, "Where each of them is."},
  {1, "*", CARTO_KIND_OBJECT | CARTO_CLOSED, NULL, 0, 0, NULL, NULL},
  {2, "lng", CARTO_KIND_NUMBER | CARTO_REQUIRED, NULL, -180, 180, NULL, "Degrees."},
  {2, "lat", CARTO_KIND_NUMBER | CARTO_REQUIRED, NULL, -90, 90, NULL, "Degrees."}};
static const carto_param results[] = {{0, "lng", CARTO_KIND_NUMBER | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
                                      {0, "lat", CARTO_KIND_NUMBER | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL}};
static const carto_tool tools[] = {{"meeting_point", "Meeting point", "people", "Finds a place halfway between people.",
                                    params, 4, NULL, 0, results, 2, 0, meeting_point, NULL}};

static bool show(void *user, carto_str message) {
  return fwrite(message.ptr, 1, message.len, (FILE *)user) == message.len && fputc('\n', (FILE *)user) == '\n';
}

int main(int argc, char **argv) {
  static const char ask[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"meeting_point\","
                            "\"arguments\":{\"people\":[{\"lng\":2,\"lat\":40},{\"lng\":4,\"lat\":44}]}}}";
  carto_server_desc desc = carto_server_desc_default();
  carto_server server;
  carto_session session = {0};
  carto_peer peer = {show, NULL, stdout};
  carto_status status;
  desc.tools = tools;
  desc.tool_count = 1;
  if (carto_server_init(&server, &desc, NULL) != CARTO_OK) return 1;
  status = argc > 1 && argv[1] ? carto_server_handle(&server, &session, &peer, carto_str_from(ask))
                               : carto_serve_stdio(&server, 0, 1, NULL);
  carto_server_free(&server);
  return status != CARTO_OK;
}
