/* The stand-in over a small warehouse in memory with workflows. Include after the implementation, memory_files.h,
   test.h and flow_world.h. */
#ifndef STANDIN_WORLD_H
#define STANDIN_WORLD_H

#define STANDIN_MAP "b5a8f3a0-0000-4000-8000-000000000001"
#define STANDIN_CITIES                              \
  "name,country,population,capital,founded,lng,lat\n" \
  "Madrid,ES,3223334,true,0865-01-01,-3.7038,40.4168\n" \
  "Sevilla,ES,688592,false,,-5.9845,37.3891\n" \
  "Lisboa,PT,545796,true,,-9.1393,38.7223\n" \
  "\"Porto, o\",PT,231800,false,1123-06-15,-8.6291,41.1579\n" \
  "Tarifa,ES,,false,,-5.6044,36.0139\n"

static const memory_file standin_data[] = {
  {"demo/world/cities.csv", STANDIN_CITIES, 0, 0},
  {"demo/world/countries.geojson",
   "{\"type\":\"FeatureCollection\",\"features\":["
   "{\"type\":\"Feature\",\"properties\":{\"code\":\"ES\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
   "[[[-9.3,36],[3.3,36],[3.3,43.8],[-9.3,43.8],[-9.3,36]]]}},"
   "{\"type\":\"Feature\",\"properties\":{\"code\":\"PT\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
   "[[[-9.5,37],[-6.2,37],[-6.2,42.2],[-9.5,42.2],[-9.5,37]]]}}]}", 0, 0},
  {"demo/world/quakes.ndjson",
   "{\"at\":\"2026-01-01T00:00:00Z\",\"magnitude\":2.5,\"lon\":-4.5,\"lat\":36.5}\n"
   "{\"at\":\"2026-01-01T06:30:00Z\",\"magnitude\":3,\"lon\":-3.5,\"lat\":37.25}\n", 0, 0},
  /* in the words of H3: two hexagons in San Francisco, and one over the antimeridian */
  {"demo/cells/hexagons.csv", "h3,visits\n8928308280fffff,5\n8928308280bffff,7\n827eb7fffffffff,11\n", 0, 0},
  {"demo/cells/squares.csv", "quadbin,visits\n5256683984082960383,5\n5201657569612922879,7\n", 0, 0},
  {"demo/cells/large.csv", "id,note\n9007199254740993,a\n1,\n", 0, 0},
  {"demo/world/populated_places.csv",
   "name,adm1name,adm0name,iso_a2,pop_max,longitude,latitude\n"
   "Sevilla,Andaluc\xC3\xAD""a,Spain,ES,1212045,-5.98,37.4\n", 0, 0},
};

static const memory_file standin_maps[] = {
  {"fires.json",
   "{\"id\":\"" STANDIN_MAP "\",\"title\":\"Forest fires\",\"privacy\":\"shared\",\"token\":\"of old\",\"datasets\":[],"
   "\"keplerMapConfig\":{\"version\":\"v1\",\"config\":{}},\"createdAt\":\"2025-05-01T10:00:00Z\","
   "\"updatedAt\":\"2025-06-01T10:00:00Z\",\"views\":7}", 0, 0},
  {"stores.json", "{\"title\":\"Stores\",\"keplerMapConfig\":{\"version\":\"v1\"}}", 0, 0},
  {"cut.json", "{\"title\":\"Cut", 0, 0},
};

typedef struct standin_world {
  memory_files data, maps;
  carto_local local;
  carto_warehouse warehouse;
  carto_server server;
  carto_standin standin;
  carto_alloc alloc;
  carto_arena arena;
  carto_buf body;
  carto_http_outgoing out;
  carto_error error;
  int64_t clock;
} standin_world;

static int64_t standin_now(void *user) { return ((standin_world *)user)->clock += 10; }

static carto_status standin_open_with(standin_world *w, carto_alloc alloc, carto_standin_desc desc, size_t workflows) {
  carto_local_desc local = carto_local_desc_default();
  carto_server_desc server = carto_server_desc_default();
  carto_status status;
  memset(w, 0, sizeof *w);
  w->clock = MEMORY_TIME;
  w->alloc = local.alloc = server.alloc = desc.alloc = alloc;
  local.name = STR("local");
  local.data = memory_files_of(&w->data, standin_data, MEMORY_COUNT(standin_data));
  local.maps = memory_files_of(&w->maps, standin_maps, MEMORY_COUNT(standin_maps));
  local.created_at = local.updated_at = MEMORY_TIME;
  local.sql = memory_limits;
  server.workflows = flow_rows;
  server.workflow_count = workflows;
  server.now = standin_now;
  server.user = w;
  carto_arena_init(&w->arena, alloc, 0);
  status = carto_local_init(&w->local, &local, &w->error);
  if (status != CARTO_OK) return status;
  w->warehouse = carto_local_warehouse(&w->local);
  server.warehouses = desc.warehouses = &w->warehouse;
  server.warehouse_count = desc.warehouse_count = 1;
  status = carto_server_init(&w->server, &server, &w->error);
  if (status != CARTO_OK) return status;
  desc.server = &w->server;
  return carto_standin_init(&w->standin, &desc, &w->error);
}

static carto_status standin_open(standin_world *w, carto_alloc alloc, carto_standin_desc desc) {
  return standin_open_with(w, alloc, desc, MEMORY_COUNT(flow_rows));
}

static void standin_close(standin_world *w) {
  carto_standin_free(&w->standin);
  carto_server_free(&w->server);
  carto_local_free(&w->local);
  carto_buf_free(&w->body);
  carto_arena_free(&w->arena);
}

/* Asks for a target, a path and a query; the answer is in w->out and w->body until the next. */
static carto_status standin_ask(standin_world *w, const char *method, carto_str target, carto_str body,
                                const char *token) {
  carto_http_handler handler = carto_standin_handler(&w->standin);
  carto_http_incoming in;
  carto_header headers[2];
  carto_call call;
  size_t mark = 0;
  char bearer[100];
  memset(&call, 0, sizeof call);
  memset(&in, 0, sizeof in);
  memset(&w->out, 0, sizeof w->out);
  memset(&w->error, 0, sizeof w->error);
  carto_arena_reset(&w->arena);
  call.arena = &w->arena;
  while (mark < target.len && target.ptr[mark] != '?') mark++;
  in.method = STR(method);
  in.path = carto_str_make(target.ptr, mark);
  if (mark < target.len) in.query = carto_str_make(target.ptr + mark + 1, target.len - mark - 1);
  in.body = body;
  headers[0].name = STR("host");
  headers[0].value = STR("here:8766");
  in.headers = headers;
  in.header_count = 1;
  if (token) {
    snprintf(bearer, sizeof bearer, "Bearer %s", token);
    headers[1].name = STR("AUTHORIZATION");
    headers[1].value = STR(bearer);
    in.header_count = 2;
  }
  if (w->body.limit == 0) carto_buf_init(&w->body, w->alloc, (size_t)1 << 20);
  carto_buf_clear(&w->body);
  w->out.body = &w->body;
  return handler.handle(&call, handler.user, &in, &w->out, &w->error);
}

static int standin_status(const standin_world *w) { return w->out.status ? w->out.status : 200; }

static carto_str standin_header(const standin_world *w, const char *name) {
  for (size_t i = 0; i < w->out.header_count; i++)
    if (carto_str_equal(w->out.headers[i].name, STR(name))) return w->out.headers[i].value;
  return carto_str_make("", 0);
}

#endif
