/* The least there is: serves the tables in ./data/<database>/<schema>/ over stdio.
   cc -O2 -o minimal examples/minimal.c && ./minimal */
#define _POSIX_C_SOURCE 200809L
#define CARTO_MCP_IMPLEMENTATION   /* in one source file */
#include "../carto_mcp.h"

int main(void) {
  carto_local local;
  carto_local_desc data = carto_local_desc_default();
  carto_server server;
  carto_server_desc desc = carto_server_desc_default();
  carto_warehouse warehouse;

  data.name = carto_str_from("data");
  data.data = carto_files_directory("data");   /* data/<database>/<schema>/<table>.csv */
  if (carto_local_init(&local, &data, NULL) != CARTO_OK) return 1;
  warehouse = carto_local_warehouse(&local);
  desc.warehouses = &warehouse;
  desc.warehouse_count = 1;
  if (carto_server_init(&server, &desc, NULL) != CARTO_OK) return 1;
  return carto_serve_stdio(&server, 0, 1, NULL) != CARTO_OK;
}
