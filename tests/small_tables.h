/* The demo's tables with a few rows each, nulls among them, for SQL. Include after the implementation. */
#ifndef SMALL_TABLES_H
#define SMALL_TABLES_H

#include <string.h>

static const struct {
  const char *name, *text;
} small_texts[] = {
  {"countries",
   "{\"type\":\"FeatureCollection\",\"features\":["
   "{\"type\":\"Feature\",\"properties\":{\"id\":1,\"name\":\"Spain\",\"iso_a2\":\"ES\",\"continent\":\"Europe\","
   "\"subregion\":\"Southern Europe\",\"pop_est\":48958159,\"gdp_md\":1690000,\"lastcensus\":2011},\"geometry\":"
   "{\"type\":\"Polygon\",\"coordinates\":[[[-9.3,36],[3.3,36],[3.3,43.8],[-9.3,43.8],[-9.3,36]]]}},"
   "{\"type\":\"Feature\",\"properties\":{\"id\":2,\"name\":\"Portugal\",\"iso_a2\":\"PT\",\"continent\":\"Europe\","
   "\"subregion\":\"Southern Europe\",\"pop_est\":10839514,\"gdp_md\":297100,\"lastcensus\":2011},\"geometry\":"
   "{\"type\":\"Polygon\",\"coordinates\":[[[-9.5,37],[-6.2,37],[-6.2,42.2],[-9.5,42.2],[-9.5,37]]]}},"
   "{\"type\":\"Feature\",\"properties\":{\"id\":3,\"name\":\"Japan\",\"iso_a2\":\"JP\",\"continent\":\"Asia\","
   "\"subregion\":\"Eastern Asia\",\"pop_est\":126451398,\"gdp_md\":null,\"lastcensus\":2010},\"geometry\":"
   "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[130,31],[140,35],[141,41],[130,31]]],"
   "[[[142,42],[145,43],[142,45],[142,42]],[[142.5,43],[143,43],[143,43.5],[142.5,43]]]]}},"
   "{\"type\":\"Feature\",\"properties\":{\"id\":4,\"name\":\"N. Cyprus\",\"iso_a2\":null,\"continent\":\"Asia\","
   "\"subregion\":\"Western Asia\",\"pop_est\":265100,\"gdp_md\":3600,\"lastcensus\":null},\"geometry\":null}]}"},
  {"rivers",
   "{\"type\":\"FeatureCollection\",\"features\":["
   "{\"type\":\"Feature\",\"properties\":{\"id\":1,\"name\":\"Ebro\",\"name_alt\":null,\"scalerank\":2,\"min_zoom\":2.1},"
   "\"geometry\":{\"type\":\"LineString\",\"coordinates\":[[-4,43],[-1,41.7],[0.7,40.7]]}},"
   "{\"type\":\"Feature\",\"properties\":{\"id\":2,\"name\":\"Tejo\",\"name_alt\":\"Tajo\",\"scalerank\":4,\"min_zoom\":3},"
   "\"geometry\":{\"type\":\"MultiLineString\",\"coordinates\":[[[-2,40.3],[-4,39.9]],[[-5,39.8],[-9,38.7]]]}}]}"},
  {"populated_places",
   "id,name,adm0name,iso_a2,is_capital,pop_max,pop_min,rank_max,timezone,latitude,longitude\n"
   "1,Tokyo,Japan,JP,true,35676000,8336599,14,Asia/Tokyo,35.685017,139.751407\n"
   "2,Madrid,Spain,ES,true,5567000,50437,13,Europe/Madrid,40.4,-3.68\n"
   "3,Lisbon,Portugal,PT,true,2812000,517802,12,,38.722723,-9.144866\n"
   "4,\"Porto, o\",Portugal,PT,false,1337000,249633,12,,41.15,-8.62\n"
   "5,Seville,Spain,ES,false,1212045,703206,12,Europe/Madrid,37.405,-5.98\n"
   "6,\xc3\x81vila,Spain,,false,59258,,8,Europe/Madrid,,\n"
   "7,Nowhere,,,,,,,,0,0\n"},
  {"seattle_weather",
   "date,precipitation,temp_max,temp_min,wind,weather\n2012-01-01,0.0,12.8,5.0,4.7,drizzle\n"
   "2012-01-02,10.9,10.6,2.8,4.5,rain\n2012-02-29,0.8,11.7,7.2,2.3,rain\n2013-07-04,,25,,2.9,sun\n"
   "2015-12-31,0,5.6,-2.1,3.5,sun\n"},
  {"places_h3", "h3,places,pop_sum\n83006efffffffff,1,10\n830093fffffffff,2,10\n83754efffffffff,1,\n"},
  {"places_quadbin", "quadbin,places,pop_sum\n5215347588890361855,1,10\n5215353086448500735,3,174\n"},
  {"nothing", "id,name,v\n"},
};

#define SMALL_COUNT (sizeof small_texts / sizeof small_texts[0])

typedef struct small_tables {
  carto_table tables[SMALL_COUNT];
} small_tables;

static carto_status small_open(small_tables *s, carto_alloc alloc) {
  carto_call call = {NULL, NULL, NULL, NULL, NULL};
  carto_status status = CARTO_OK;
  size_t i;
  memset(s, 0, sizeof *s);
  for (i = 0; i < SMALL_COUNT && status == CARTO_OK; i++) {
    carto_str name = carto_str_from(small_texts[i].name), text = carto_str_from(small_texts[i].text);
    status = text.ptr[0] == '{' ? carto_table_read_geojson(&call, alloc, name, text, &s->tables[i], NULL)
                                : carto_table_read_csv(&call, alloc, name, text, &s->tables[i], NULL);
  }
  return status;
}

static void small_close(small_tables *s) {
  for (size_t i = 0; i < SMALL_COUNT; i++) carto_table_free(&s->tables[i]);
}

/* For carto_sql_desc.table, with the small_tables as user. */
static carto_status small_find(const carto_call *call, void *user, carto_str name, const carto_table **out,
                               carto_error *error) {
  small_tables *s = (small_tables *)user;
  size_t i;
  (void)call;
  for (i = 0; i < SMALL_COUNT; i++) {
    if (!carto_str_equal(name, carto_str_from(small_texts[i].name))) continue;
    *out = &s->tables[i];
    return CARTO_OK;
  }
  return carto__fail(error, CARTO_ERR_NOT_FOUND, 0, "there is no table \"%v\"", name);
}

#endif
