/* bench_serve BYTES: answers every request on 127.0.0.1 with one JSON text of so many bytes, and prints its port. Its
   peer and those who ask are bench_serve.sh's. */
#define CARTO_MCP_NO_SQL
#define CARTO_MCP_NO_MAP
#define CARTO_MCP_NO_CHART
#define CARTO_MCP_NO_WORKFLOW
#define CARTO_MCP_IMPLEMENTATION
#include "../../carto_mcp.h"

#include <stdio.h>

static char text[1 << 20];
static size_t text_len;

static carto_status answer(const carto_call *call, void *user, const carto_http_incoming *in, carto_http_outgoing *out,
                           carto_error *error) {
  (void)call, (void)user, (void)in, (void)error;
  carto_buf_append(out->body, text, text_len);
  return CARTO_OK;
}

int main(int argc, char **argv) {
  carto_serve_desc desc = carto_serve_desc_default();
  carto_serve serve;
  carto_error error;
  text_len = argc > 1 ? (size_t)atoi(argv[1]) : 200;
  if (text_len < 2 || text_len > sizeof text) return 2;
  memset(text, 'x', text_len);
  text[0] = text[text_len - 1] = '"';
  desc.listen = "127.0.0.1:0";
  desc.handler.handle = answer;
  if (carto_serve_open(&serve, &desc, &error) != CARTO_OK) return fprintf(stderr, "%s\n", error.text), 1;
  printf("%d\n", carto_serve_port(&serve));
  fflush(stdout);
  while (carto_serve_poll(&serve, -1, &error) == CARTO_OK) {
  }
  return 1;
}
