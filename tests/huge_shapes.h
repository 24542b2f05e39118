/* A table of geometries of many vertices and of their texts, and queries in which one row of one function is all the
   work: how long they go without an ask is measured by bench_sql, and counted by test_sql.
   Include after the implementation; wants -lm. */
#ifndef HUGE_SHAPES_H
#define HUGE_SHAPES_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HUGE_ID, HUGE_GEOM, HUGE_WKT, HUGE_JSON, HUGE_COLUMNS };

#ifndef HUGE_MANY
#define HUGE_MANY "5000000"
#endif

/* id 1: a star; 2: one within it; 3: one beside it; 4: 1 as a line; 5: its vertices; 6: as points by themselves */
#define HUGE_ROWS 6

typedef struct huge_query {
  const char *sql;
  int passes; /* over its vertices at least, each a step or more */
} huge_query;

#define HUGE_PAIR(what, a, b) "SELECT " what " FROM huge a, huge b WHERE a.id = " #a " AND b.id = " #b
#define HUGE_ONE(what, a) "SELECT " what " FROM huge a WHERE id = " #a

static const huge_query huge_queries[] = {
  {HUGE_ONE("ST_Area(geom)", 1), 1},
  {HUGE_ONE("ST_Length(geom)", 4), 1},
  {HUGE_ONE("ST_Perimeter(geom)", 1), 1},
  {HUGE_ONE("ST_Centroid(geom)", 1), 1},
  {HUGE_ONE("ST_Area(geom::geography)", 1), 1},
  {HUGE_ONE("ST_Length(geom::geography)", 4), 1},
  {HUGE_ONE("ST_Perimeter(geom::geography)", 1), 1},
  {HUGE_ONE("ST_Envelope(geom)", 1), 1},
  {HUGE_ONE("ST_XMin(geom)", 5), 1},
  {HUGE_ONE("ST_NPoints(geom)", 6), 1},
  {HUGE_ONE("ST_Extent(geom)", 1), 1},
  {HUGE_ONE("length(ST_AsText(geom))", 1), 1},
  {HUGE_ONE("length(ST_AsText(geom, 3))", 6), 1},
  {HUGE_ONE("length(ST_AsGeoJSON(geom))", 5), 1},
  {HUGE_ONE("length(geom::text)", 1), 1},
  {HUGE_ONE("ST_NPoints(ST_GeomFromText(wkt))", 1), 1},
  {HUGE_ONE("ST_NPoints(wkt::geometry)", 5), 1},
  {HUGE_ONE("ST_NPoints(ST_GeogFromText(wkt)::geometry)", 6), 1},
  {HUGE_ONE("ST_NPoints(ST_GeomFromGeoJSON(json))", 1), 1},
  {HUGE_ONE("ST_NPoints(ST_GeomFromGeoJSON(json))", 5), 1},
  {HUGE_PAIR("ST_Intersects(a.geom, b.geom)", 1, 2), 2},
  {HUGE_PAIR("ST_Intersects(a.geom, b.geom)", 1, 4), 2},
  {HUGE_PAIR("ST_Contains(a.geom, b.geom)", 1, 2), 4},
  {HUGE_PAIR("ST_Contains(a.geom, b.geom)", 1, 6), 4},
  {HUGE_PAIR("ST_Covers(a.geom, b.geom)", 1, 4), 4},
  {HUGE_PAIR("ST_Within(a.geom, b.geom)", 5, 1), 4},
  {HUGE_PAIR("ST_Disjoint(a.geom, b.geom)", 4, 2), 4},
  {HUGE_PAIR("ST_Distance(a.geom, b.geom)", 1, 3), 4},
  {HUGE_PAIR("ST_Distance(a.geom, b.geom)", 4, 3), 4},
  {HUGE_PAIR("ST_Distance(a.geom, b.geom)", 5, 3), 4},
  {HUGE_PAIR("ST_DWithin(a.geom, b.geom, 1)", 4, 3), 4},
  {HUGE_PAIR("ST_Distance(a.geom::geography, b.geom::geography)", 1, 3), 4},
  {HUGE_PAIR("ST_DWithin(a.geom::geography, b.geom::geography, 1000)", 5, 2), 4},
  {"SELECT count(*) FROM (SELECT g % 20 AS x FROM generate_series(1, 100000) AS g) p WHERE ST_Contains((SELECT geom FROM "
   "huge WHERE id = 1), ST_Point(x, 0))", 1},
  {"SELECT ST_NPoints(ST_Collect(ST_Point(x, x))) FROM (SELECT g % 180 AS x FROM generate_series(1, 1000000) AS g) p", 1},
  {"SELECT length(to_char(TIMESTAMP '2020-02-03', repeat('DD Month ', " HUGE_MANY "))) FROM huge WHERE id = 1", 1},
  {"SELECT length(to_char(id, repeat('\"x\" ', " HUGE_MANY "))) FROM huge WHERE id = 1", 1},
  {"SELECT to_date('2020-02-03' || b, 'YYYY-MM-DD' || b) FROM (SELECT repeat(' ', " HUGE_MANY ") AS b) s", 1},
  {"SELECT max(t) FROM (SELECT repeat('ab', 6 * " HUGE_MANY ") AS t) s", 0},
  {"SELECT length(t || 'a') FROM (SELECT repeat('ab', 6 * " HUGE_MANY ") AS t) s", 0},
  {"SELECT SAFE_CAST(t AS bigint), SAFE_CAST(t AS date) FROM (SELECT repeat(' ', 12 * " HUGE_MANY ") AS t) s", 0},
  {"SELECT SAFE_CAST(t AS double precision), SAFE_CAST(t AS interval) FROM (SELECT repeat('1', 12 * " HUGE_MANY ") AS t) s",
   0},
  {"SELECT length(concat_ws(t, 'a', 'b')), length(btrim(t, 'ab')) FROM (SELECT repeat('ab', 6 * " HUGE_MANY ") AS t) s", 0},
  {"SELECT t = t || '', t < upper(t), left(t, -1) > right(t, -1) FROM (SELECT repeat('ab', 5 * " HUGE_MANY ") AS t) s", 0},
  {"SELECT length(initcap(t)), length(translate(t, 'ab', 'ba')) FROM (SELECT repeat('ab', 5 * " HUGE_MANY ") AS t) s", 0},
  {"SELECT cardinality(ARRAY[t, t]) FROM (SELECT repeat('ab', 2 * " HUGE_MANY ") AS t) s", 0},
  {"SELECT count(DISTINCT geom), count(DISTINCT wkt) FROM huge", 0},
  {"SELECT max(wkt), min(json) FROM huge", 0},
  {"SELECT wkt || 'a' FROM huge ORDER BY 1 LIMIT 1", 0},
  {"SELECT geom, wkt, json FROM huge ORDER BY wkt", 0},
  {"SELECT count(*) FROM (SELECT geom FROM huge UNION SELECT geom FROM huge) u", 0},
  {"SELECT length(string_agg(wkt, ',')) FROM huge WHERE id = 1", 0},
};

#define HUGE_QUERIES (sizeof huge_queries / sizeof huge_queries[0])

typedef struct huge_shapes {
  carto_table table;
  size_t vertices;
} huge_shapes;

/* The star's vertices as the text of a type; a polygon's and a line's come back to the first one. */
static size_t huge_text(int type, size_t vertices, double radius, double x, char *to) {
  int deep = type == CARTO_GEOM_POLYGON;
  size_t len = (size_t)sprintf(to, "%s(%s", carto_geom_type_name(type), deep ? "(" : ""), i;
  for (i = 0; i <= vertices; i++) {
    double angle = 6.283185307179586 * (double)(i % vertices) / (double)vertices, r = radius * (i % 2 ? 0.99 : 1);
    len += (size_t)sprintf(to + len, "%s%.6f %.6f", i ? "," : "", x + r * cos(angle), r * sin(angle));
  }
  return len + (size_t)sprintf(to + len, ")%s", deep ? ")" : "");
}

static carto_status huge_row(carto_table_builder *b, carto_arena *arena, size_t row, size_t vertices, char *text) {
  static const struct {
    int type;
    double radius, x;
  } rows[HUGE_ROWS] = {{CARTO_GEOM_POLYGON, 20, 0},    {CARTO_GEOM_POLYGON, 10, 0},    {CARTO_GEOM_POLYGON, 20, 60},
                       {CARTO_GEOM_LINESTRING, 15, 0}, {CARTO_GEOM_MULTIPOINT, 15, 0}, {CARTO_GEOM_MULTIPOINT, 8, 0}};
  carto_str wkt = carto_str_make(text, huge_text(rows[row].type, vertices, rows[row].radius, rows[row].x, text));
  carto_json_writer json;
  carto_geom geom;
  carto_buf buf;
  carto_status status = carto_geom_from_wkt(arena, wkt, &geom, NULL);
  if (status != CARTO_OK) return status;
  carto_buf_init(&buf, carto_arena_allocator(arena), 0);
  carto_json_writer_init(&json, &buf);
  carto_geom_to_geojson(geom, &json);
  carto_table_builder_set_integer(b, HUGE_ID, (int64_t)row + 1);
  carto_table_builder_set_geom(b, HUGE_GEOM, geom);
  carto_table_builder_set_string(b, HUGE_WKT, wkt);
  carto_table_builder_set_string(b, HUGE_JSON, carto_buf_str(&buf));
  carto_table_builder_end_row(b);
  return (carto_status)buf.status;
}

static carto_status huge_open(huge_shapes *huge, carto_alloc alloc, size_t vertices) {
  static const struct {
    const char *name;
    int type;
  } columns[HUGE_COLUMNS] = {
    {"id", CARTO_TYPE_INTEGER}, {"geom", CARTO_TYPE_GEOMETRY}, {"wkt", CARTO_TYPE_STRING}, {"json", CARTO_TYPE_STRING}};
  carto_table_builder b;
  carto_arena arena;
  carto_status status = CARTO_OK;
  char *text = (char *)malloc(vertices * 28 + 100);
  size_t i;
  if (!text) return CARTO_ERR_NOMEM;
  memset(huge, 0, sizeof *huge);
  huge->vertices = vertices;
  carto_arena_init(&arena, alloc, 0);
  carto_table_builder_init(&b, alloc, HUGE_ROWS);
  for (i = 0; i < HUGE_COLUMNS; i++)
    (void)carto_table_builder_add_column(&b, carto_str_from(columns[i].name), columns[i].type);
  for (i = 0; i < HUGE_ROWS && status == CARTO_OK; i++) {
    status = huge_row(&b, &arena, i, vertices, text);
    carto_arena_reset(&arena);
  }
  if (status == CARTO_OK) status = carto_table_builder_end(&b, &huge->table, NULL);
  else carto_table_builder_free(&b);
  carto_arena_free(&arena);
  free(text);
  return status;
}

#endif
