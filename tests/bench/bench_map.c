/* bench_map: map tools that read no data, through the whole of the protocol, beside list_connections. The map has
   100 layers, 100 widgets and 1,000 markers. */
#define CARTO_MCP_IMPLEMENTATION
#include "../../carto_mcp.h"
#include "bench.h"
#include "../map_world.h"

#include <stdio.h>
#include <stdlib.h>

#define CALLS 20000
#define ROUNDS 7

static bool take(void *user, carto_str message) { return (void)user, sink += message.len, true; }

static map_world world;
static carto_session session;
static carto_peer peer;

static void tell(const char *message) {
  if (carto_server_handle(&world.server, &session, &peer, carto_str_from(message)) != CARTO_OK) exit(1);
}

static void call(const char *tool, const char *arguments) {
  char message[600];
  (void)snprintf(message, sizeof message,
                 "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\",\"arguments\":%s}}",
                 tool, arguments);
  tell(message);
}

static void fill(void) {
  char text[300];
  int i, k;
  for (i = 1; i <= 100; i++) {
    (void)snprintf(text, sizeof text, "{\"type\":\"query\",\"source\":\"SELECT * FROM stores WHERE revenue > %d\","
                   "\"connection\":\"shop\",\"provider\":\"postgres\"}", i);
    call("add_source", text);
    (void)snprintf(text, sizeof text, "{\"datasetId\":\"s%d\",\"label\":\"A layer of ordinary length\"}", i);
    call("add_layer", text);
    (void)snprintf(text, sizeof text, "{\"datasetId\":\"s%d\",\"type\":\"category\",\"column\":\"name\"}", i);
    call("add_widget", text);
    for (k = 0; k < 10; k++)
      call("add_marker", "{\"markers\":[{\"latitude\":1.5,\"longitude\":\"2.5\",\"label\":\"A marker\"}]}");
  }
}

static double round_us(const char *tool, const char *arguments) {
  double start = now_ms();
  int i;
  for (i = 0; i < CALLS; i++) call(tool, arguments);
  return (now_ms() - start) * 1e3 / CALLS;
}

/* Microseconds a call of a tool and of list_connections: the medians of rounds that take turns. */
static double measure(const char *tool, const char *arguments, double *base) {
  double rounds[ROUNDS], bases[ROUNDS];
  int r;
  for (r = 0; r < ROUNDS; r++) {
    bases[r] = round_us("list_connections", "{}");
    rounds[r] = round_us(tool, arguments);
  }
  *base = median(bases, ROUNDS);
  return median(rounds, ROUNDS);
}

int main(void) {
  static const char *const tools[][2] = {
    {"get_map_coordinates", "{}"},
    {"set_map_center_and_zoom", "{\"center\":[37.4,-5.98],\"zoom\":6}"},
    {"get_spatial_filter", "{}"},
    {"get_active_filters", "{}"},
    {"set_layer_visibility", "{\"layers\":[{\"layerId\":\"l7\",\"visibility\":true}]}"},
    {"set_layer_style", "{\"layerId\":\"l7\",\"fillColor\":\"#ff8800\",\"radius\":5}"}};
  double us, base;
  size_t i;
  if (map_world_open(&world, carto_server_desc_default()) != CARTO_OK) return 1;
  peer.write = take;
  tell("{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-06-18\","
       "\"capabilities\":{},\"clientInfo\":{\"name\":\"bench\",\"version\":\"1\"}}}");
  fill();
  for (i = 0; i < sizeof tools / sizeof *tools; i++) {
    char work[100];
    (void)snprintf(work, sizeof work, "%s, a map with 100 layers", tools[i][0]);
    us = measure(tools[i][0], tools[i][1], &base);
    report(work, "us", us, "list_connections", base, 1);
  }
  map_world_close(&world);
  return 0;
}
