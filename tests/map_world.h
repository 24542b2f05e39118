/* A small warehouse with a saved map over it, for the tests of maps. */
#ifndef MAP_WORLD_H
#define MAP_WORLD_H

#include "memory_files.h"

static const memory_file map_data[] = {
  {"demo/shop/stores.csv",
   "name,kind,revenue,staff,opened,active,lng,lat\n"
   "Abel,Market,100,4,2020-01-06,true,10,50\n"
   "Bern,Market,300,8,2020-01-08,false,11,51\n"
   "Cork,Drugstore,200,6,2020-01-13,true,12,52\n"
   "Dijon,Drugstore,,2,2020-02-03,true,13,53\n"
   "Espoo,Gas,50,1,2020-02-05,false,-20,-10\n"
   "Faro,,400,10,2020-03-02,true,178,20\n"
   "Gent,Market,150,5,2020-03-09,true,-178,21\n", 0, 0},
  {"demo/shop/areas.geojson",
   "{\"type\":\"FeatureCollection\",\"features\":["
   "{\"type\":\"Feature\",\"properties\":{\"district\":\"North\",\"people\":10},\"geometry\":{\"type\":\"Polygon\","
   "\"coordinates\":[[[0,10],[20,10],[20,30],[0,30],[0,10]]]}},"
   "{\"type\":\"Feature\",\"properties\":{\"district\":\"South\",\"people\":30},\"geometry\":{\"type\":\"Polygon\","
   "\"coordinates\":[[[0,-30],[20,-30],[20,-10],[0,-10],[0,-30]]]}}]}", 0, 0},
  {"demo/shop/roads.geojson",
   "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{\"name\":\"A1\"},"
   "\"geometry\":{\"type\":\"LineString\",\"coordinates\":[[0,0],[10,0]]}}]}", 0, 0},
  {"demo/shop/cells_h3.csv", "h3,visits\n8928308280fffff,5\n8928308280bffff,7\n", 0, 0},
  {"demo/shop/cells_quadbin.csv", "quadbin,visits\n5201657569612922879,5\n", 0, 0},
  {"demo/shop/populated_places.csv",
   "name,adm1name,adm0name,iso_a2,pop_max,longitude,latitude\n"
   "Sevilla,Andaluc\xC3\xAD""a,Spain,ES,1212045,-5.98,37.4\n"
   "C\xC3\xB3rdoba,Andaluc\xC3\xAD""a,Spain,ES,321376,-4.77,37.88\n"
   "C\xC3\xB3rdoba,C\xC3\xB3rdoba,Argentina,AR,1452000,-64.18,-31.4\n", 0, 0},
  {"demo/shop/one.csv", "name,lng,lat\nHere,5,45\n", 0, 0},
  /* cells and points that lie elsewhere */
  {"demo/shop/moved.csv", "name,staff,h3,lng,lat\nAnn,1,8928308280fffff,10,50\nBob,2,,-122.42,37.775\nCid,4,,10,50\n", 0, 0},
  {"demo/shop/plain.csv", "a,b\n1,x\n2,y\n", 0, 0},
};

#define MAP_ID "aaaaaaaa-0000-4000-8000-000000000001"

static const char map_saved[] =
  "{\"id\":\"" MAP_ID "\",\"title\":\"Shops\",\"privacy\":\"private\",\"extra\":{\"kept\":[1,2.50]},\"datasets\":["
  "{\"id\":\"d-stores\",\"type\":\"query\",\"source\":\"SELECT * FROM stores WHERE kind IN (@kinds) AND revenue >= "
  "@least\",\"queryTemplate\":\"SELECT * FROM stores WHERE kind IN {{kinds}} AND revenue >= {{least}} AND opened "
  "BETWEEN {{from_day}} AND {{to_day}} AND staff BETWEEN {{few}} AND {{many}}\",\"connectionName\":\"shop\","
  "\"providerId\":\"postgres\",\"geoColumn\":\"geom\",\"label\":\"Stores\"},"
  "{\"id\":\"d-areas\",\"type\":\"table\",\"source\":\"areas\",\"connectionName\":\"shop\",\"providerId\":\"postgres\","
  "\"label\":\"Areas\"},"
  "{\"id\":\"d-all\",\"type\":\"table\",\"source\":\"demo.shop.stores\",\"connectionName\":\"shop\","
  "\"providerId\":\"postgres\",\"label\":\"All stores\"}],"
  "\"keplerMapConfig\":{\"version\":\"v1\",\"config\":{"
  "\"mapState\":{\"latitude\":50,\"longitude\":11,\"zoom\":4,\"pitch\":0,\"bearing\":0,\"isSplit\":true},"
  "\"mapStyle\":{\"styleType\":\"positron\",\"visibleLayerGroups\":{\"label\":true}},"
  "\"visState\":{\"layers\":["
  "{\"id\":\"lay-stores\",\"type\":\"tileset\",\"config\":{\"dataId\":\"d-stores\",\"label\":\"Stores\","
  "\"color\":[1,2,3],\"isVisible\":true,\"visConfig\":{\"opacity\":0.8,\"radius\":4},\"unknown\":7},"
  "\"visualChannels\":{\"colorField\":{\"name\":\"kind\",\"type\":\"string\"},\"colorScale\":\"ordinal\"}},"
  "{\"id\":\"lay-old\",\"type\":\"hexagon\",\"config\":{\"dataId\":\"d-areas\"}},"
  "{\"id\":\"lay-areas\",\"type\":\"tileset\",\"config\":{\"dataId\":\"d-areas\",\"label\":\"Areas\","
  "\"isVisible\":false,\"visConfig\":{}},\"visualChannels\":{}}],"
  "\"layerBlending\":\"normal\",\"interactionConfig\":{\"tooltip\":{\"enabled\":true}},"
  "\"splitMaps\":[{\"layers\":{\"lay-stores\":true,\"lay-areas\":false}},{\"layers\":{\"lay-areas\":true}}]},"
  "\"filters\":{\"d-all\":{\"kind\":{\"in\":{\"values\":[\"Market\"],\"owner\":\"wid-kind\"}},"
  "\"revenue\":{\"between\":{\"values\":[[0,1000]]}},"
  "\"name\":{\"stringSearch\":{\"values\":[\"e\"],\"params\":{\"mustStart\":false}}}}},"
  "\"widgets\":["
  "{\"id\":\"wid-sum\",\"type\":\"formula\",\"title\":\"Revenue\",\"dataSource\":\"d-all\",\"column\":\"revenue\","
  "\"operation\":\"sum\",\"global\":true},"
  "{\"id\":\"wid-kind\",\"type\":\"category\",\"title\":\"Kinds\",\"dataSource\":\"d-all\",\"column\":\"kind\","
  "\"operation\":\"count\",\"global\":true},"
  "{\"id\":\"wid-hist\",\"type\":\"histogram\",\"title\":\"Staff\",\"dataSource\":\"d-all\",\"column\":\"staff\","
  "\"operation\":\"count\",\"buckets\":3,\"global\":true},"
  "{\"id\":\"wid-range\",\"type\":\"range\",\"title\":\"Revenue\",\"dataSource\":\"d-all\",\"column\":\"revenue\","
  "\"global\":true},"
  "{\"id\":\"wid-time\",\"type\":\"timeseries\",\"title\":\"Opened\",\"dataSource\":\"d-all\",\"column\":\"opened\","
  "\"operation\":\"count\",\"stepSize\":\"month\",\"global\":true},"
  "{\"id\":\"wid-near\",\"type\":\"formula\",\"title\":\"Here\",\"dataSource\":\"d-all\",\"column\":\"\","
  "\"operation\":\"count\",\"global\":false},"
  "{\"id\":\"wid-query\",\"type\":\"formula\",\"title\":\"Chosen\",\"dataSource\":\"d-stores\",\"column\":\"revenue\","
  "\"operation\":\"max\",\"global\":true},"
  "{\"id\":\"wid-lost\",\"type\":\"formula\",\"title\":\"Lost\",\"dataSource\":\"gone\",\"operation\":\"count\"},"
  "{\"id\":\"wid-wrong\",\"type\":\"formula\",\"title\":\"Wrong\",\"dataSource\":\"d-all\",\"column\":\"revenu\","
  "\"operation\":\"sum\",\"global\":true}],"
  "\"sqlParameters\":["
  "{\"id\":\"par-kinds\",\"name\":\"Kinds\",\"type\":\"Category\",\"values\":[\"Market\",\"Drugstore\",\"Gas\",\"it's\"],"
  "\"item\":{\"sqlName\":\"kinds\",\"value\":[\"Market\",\"Drugstore\"]}},"
  "{\"id\":\"par-least\",\"name\":\"Least\",\"type\":\"Numeric\",\"min\":0,\"max\":1000,"
  "\"item\":{\"sqlName\":\"least\",\"value\":100}},"
  "{\"id\":\"par-days\",\"name\":\"Days\",\"type\":\"DateRange\",\"start\":{\"sqlName\":\"from_day\","
  "\"value\":\"2020-01-01\"},\"end\":{\"sqlName\":\"to_day\",\"value\":\"2020-12-31\"}},"
  "{\"id\":\"par-staff\",\"name\":\"Staff\",\"type\":\"NumericRange\",\"min\":0,\"max\":100,"
  "\"start\":{\"sqlName\":\"few\",\"value\":0},\"end\":{\"sqlName\":\"many\",\"value\":100}},"
  "{\"id\":\"par-one\",\"name\":\"One\",\"type\":\"Category\",\"selectionMode\":\"single\","
  "\"item\":{\"sqlName\":\"one\",\"value\":[\"a\"]}}],"
  "\"popupSettings\":{\"layers\":{\"lay-stores\":{\"enabled\":true,\"hover\":{\"style\":\"light\","
  "\"fields\":[{\"name\":\"kind\"}]}}}},"
  "\"spatialFilter\":null}}}";

static const memory_file map_documents[] = {
  {"shops.json", map_saved, 0, 0},
  {"empty.json", "{\"title\":\"Empty\",\"datasets\":[],\"keplerMapConfig\":{\"version\":\"v1\",\"config\":{}}}", 0, 0},
  {"newer.json", "{\"title\":\"Newer\",\"datasets\":[],\"keplerMapConfig\":{\"version\":\"v2\"}}", 0, 0},
  {"cut.json", "{\"title\":\"Cut", 0, 0},
  {"bare.json", "{\"title\":\"Bare\",\"datasets\":[]}", 0, 0},
  {"partly.json", "{\"title\":\"Partly\",\"datasets\":[{\"id\":\"d\",\"type\":\"table\",\"source\":\"stores\","
   "\"connectionName\":\"shop\"}],\"keplerMapConfig\":{\"version\":\"v1\",\"config\":{\"visState\":{\"layers\":["
   "{\"id\":\"lost\",\"type\":\"tileset\",\"config\":{\"dataId\":\"nope\"}},"
   "{\"id\":\"good\",\"type\":\"tileset\",\"config\":{\"dataId\":\"d\",\"label\":\"Good\"}},"
   "{\"id\":\"old\",\"type\":\"point\",\"config\":{\"dataId\":\"d\"}},"
   "{\"id\":\"new\",\"type\":\"zzz\",\"config\":{\"dataId\":\"d\"}}]},"
   "\"widgets\":[{\"id\":\"odd\",\"type\":\"gauge\",\"dataSource\":\"d\"}],"
   "\"filters\":{\"nope\":{\"kind\":{\"in\":{\"values\":[\"Gas\"]}}}}}}}", 0, 0},
};

#define MAP_WIDGETS
#define MAP_TOOLS "data,maps,map,layer,widget,parameter,extension"

/* A server over these, as connection "shop", with a caller of its tools. */
typedef struct map_world {
  memory_files data, maps;
  carto_local local;
  carto_warehouse warehouse;
  carto_server server;
  carto_arena arena;
  carto_call call;
  carto_buf out;        /* the result as text */
  carto_error error;
} map_world;

static carto_status map_world_open(map_world *w, carto_server_desc desc) {
  carto_local_desc local = carto_local_desc_default();
  carto_status status;
  memset(w, 0, sizeof *w);
  local.name = carto_str_from("shop");
  local.data = memory_files_of(&w->data, map_data, MEMORY_COUNT(map_data));
  local.maps = memory_files_of(&w->maps, map_documents, MEMORY_COUNT(map_documents));
  local.created_at = local.updated_at = MEMORY_TIME;
  local.alloc = desc.alloc;
  carto_arena_init(&w->arena, desc.alloc, 0);
  carto_buf_init(&w->out, desc.alloc, 0);
  w->call.arena = &w->arena;
  status = carto_local_init(&w->local, &local, &w->error);
  if (status != CARTO_OK) return status;
  w->warehouse = carto_local_warehouse(&w->local);
  desc.warehouses = &w->warehouse;
  desc.warehouse_count = 1;
  if (!desc.allow) desc.allow = MAP_TOOLS;
  return carto_server_init(&w->server, &desc, &w->error);
}

static void map_world_close(map_world *w) {
  carto_server_free(&w->server);
  carto_local_free(&w->local);
  carto_buf_free(&w->out);
  carto_arena_free(&w->arena);
}

/* Calls a tool; the result is in w->out, or the failure in w->error. */
static carto_status map_world_call(map_world *w, const char *tool, const char *arguments) {
  carto_json_writer writer;
  carto_arena_reset(&w->arena);
  carto_buf_clear(&w->out);
  carto_json_writer_init(&writer, &w->out);
  memset(&w->error, 0, sizeof w->error);
  return carto_server_call(&w->server, &w->call, carto_str_from(tool), carto_str_from(arguments), &writer, &w->error);
}

/* The caller's own map, NULL before it has one. */
static carto__map *map_world_map(map_world *w) {
  carto__map_slot *slot = w->server._maps;
  while (slot && strcmp(slot->name, "default") != 0) slot = slot->next;
  return slot ? &slot->map : NULL;
}

/* Makes the caller's own map, as it is without anything, where there is none. */
static carto__map *map_world_begin(map_world *w) {
  if (!map_world_map(w)) (void)map_world_call(w, "set_map_center_and_zoom", "{\"center\":[0,0],\"zoom\":1}");
  return map_world_map(w);
}

#endif
