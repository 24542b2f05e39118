/* Corpus runners for geometries and cells: geojson, wkt, h3, quadbin, geo-ops, mask, view. */
#ifndef CORPUS_GEO_H
#define CORPUS_GEO_H

#include "corpus.h"

#include <math.h>

/* ---- GeoJSON: whole documents, so the table's reader is the one under test. In bad/ the .result beside
   a document lists what a linter found. Matters of style may be accepted: they have the level "message"
   or say what should be; so may a name that occurs twice, of which the last counts. */

static int geo_is_style(const carto_json *finding) {
  carto_str message = carto_json_string(carto_json_get(finding, "message"));
  carto_str level = carto_json_string(carto_json_get(finding, "level"));
  return carto_str_equal(level, carto_str_from("message")) || test_contains(message, "should") ||
         test_contains(message, "duplicate members");
}

static int geo_is_refused_by_linter(carto_arena *arena, const char *path) {
  size_t length = strlen(path), size, i;
  char *name = (char *)malloc(length + 1), *text;
  const carto_json *finding;
  carto_json_doc doc;
  int errors = 0;
  if (!name) exit(2);
  memcpy(name, path, length + 1);
  strcpy(strrchr(name, '.'), ".result"); /* shorter than .geojson */
  text = test_read_file(name, &size);
  if (carto_json_parse(arena, carto_str_make(text, size), &doc, NULL) != CARTO_OK) exit(2);
  finding = carto_json_first(doc.root);
  for (i = carto_json_count(doc.root); i > 0; i--, finding = carto_json_next(finding))
    if (!geo_is_style(finding)) errors++;
  free(text);
  free(name);
  return errors > 0;
}

static void corpus_geojson(corpus *c, const char *path, carto_str text) {
  carto_alloc libc;
  carto_arena arena;
  carto_call call;
  carto_table table;
  carto_error error;
  carto_status status;
  int bad = strstr(path, "/bad/") != NULL, refused;
  memset(&libc, 0, sizeof libc);
  memset(&call, 0, sizeof call);
  carto_arena_init(&arena, libc, 0);
  call.arena = &arena;
  refused = bad && geo_is_refused_by_linter(&arena, path);
  status = carto_table_read_geojson(&call, libc, carto_str_from(path), text, &table, &error);
  if (status == CARTO_OK && refused) corpus_fail(c, path, 0, "accepted");
  else if (status != CARTO_OK && !bad) corpus_fail(c, path, 0, "refused: %s", error.text);
  else corpus_pass(c);
  carto_table_free(&table);
  carto_arena_free(&arena);
}

/* ---- WKT: an array of verdicts. PostGIS reads numbers too large for a double as infinite, and NaN; here
   they are refused, so rows that hold one must be. A row refused by PostGIS only as GeoJSON is read. */

/* Infinity and NaN are not JSON: outside of strings they become something that is. */
static void geo_make_json(char *text) {
  int quoted = 0;
  for (; *text; text++) {
    if (*text == '"') quoted = !quoted;
    else if (*text == '\\') text++;
    else if (!quoted && strncmp(text, "Infinity", 8) == 0) memcpy(text, "null    ", 8);
    else if (!quoted && strncmp(text, "NaN", 3) == 0) memcpy(text, "\"\" ", 3);
  }
}

static void geo_wkt_row(corpus *c, const char *path, long at, carto_arena *arena,
                        const carto_json_doc *doc, const carto_json *row) {
  carto_str wkt = carto_json_string(carto_json_get(row, "wkt"));
  carto_str type = carto_json_string(carto_json_get(row, "type"));
  carto_str why = carto_json_string(carto_json_get(row, "error"));
  carto_str flat = carto_json_string(carto_json_get(row, "wkt_2d"));
  int parses = carto_json_bool(carto_json_get(row, "parses")), same;
  int read_only = !parses && test_contains(why, "GeoJson:");
  carto_buf want, got;
  carto_json_writer writer;
  carto_error error;
  carto_geom geom;
  carto_status status = carto_geom_from_wkt(arena, wkt, &geom, &error);
  carto_buf_init(&want, carto_arena_allocator(arena), 0);
  carto_buf_init(&got, carto_arena_allocator(arena), 0);
  carto_json_writer_init(&writer, &want);
  carto_json_write_value(&writer, doc, carto_json_get(row, "geojson"));
  if (test_contains(flat, "Infinity") || test_contains(flat, "NaN") || test_contains(flat, "nan"))
    parses = 0;
  if ((status == CARTO_OK) != (parses || read_only)) {
    corpus_fail(c, path, at, "%.*s: %s", (int)wkt.len, wkt.ptr, status == CARTO_OK ? "read" : error.text);
    return;
  }
  if (parses) {
    carto_json_writer_init(&writer, &got);
    carto_geom_to_geojson(geom, &writer);
    same = carto_str_equal(carto_buf_str(&want), carto_buf_str(&got)) &&
           carto_str_equal(type, carto_str_from(carto_geom_type_name(carto_geom_type_of(geom)))) &&
           carto_geom_is_empty(geom) == carto_json_bool(carto_json_get(row, "empty"));
    if (!same) {
      corpus_fail(c, path, at, "%.*s: is %.*s", (int)wkt.len, wkt.ptr, (int)got.len, got.ptr);
      return;
    }
    if (carto_json_double(carto_json_get(row, "coord_dim")) == 2) {
      carto_buf_clear(&got);
      carto_geom_to_wkt(geom, &got);
      if (!carto_str_equal(flat, carto_buf_str(&got))) {
        corpus_fail(c, path, at, "%.*s: is %.*s", (int)wkt.len, wkt.ptr, (int)got.len, got.ptr);
        return;
      }
    }
  }
  corpus_pass(c);
}

static void corpus_wkt(corpus *c, const char *path, carto_str text) {
  char *copy = (char *)malloc(text.len + 1);
  const carto_json *row;
  carto_json_doc doc;
  carto_arena arena;
  carto_alloc libc;
  size_t count, i;
  if (!copy) exit(2);
  memcpy(copy, text.ptr, text.len);
  copy[text.len] = 0;
  geo_make_json(copy);
  memset(&libc, 0, sizeof libc);
  carto_arena_init(&arena, libc, 0);
  if (carto_json_parse(&arena, carto_str_make(copy, text.len), &doc, NULL) != CARTO_OK) {
    corpus_fail(c, path, 0, "not a JSON array");
  } else {
    row = carto_json_first(doc.root);
    count = carto_json_count(doc.root);
    for (i = 0; i < count; i++, row = carto_json_next(row))
      geo_wkt_row(c, path, (long)i + 1, &arena, &doc, row);
  }
  carto_arena_free(&arena);
  free(copy);
}

/* ---- cells */

/* How far apart the same place may be, in degrees: some vectors have 6 decimals only, and towards the poles
   H3's arc sine loses digits. */
#ifndef GEO_TOLERANCE
#define GEO_TOLERANCE 1e-6
#endif

static double geo_tolerance(double lat) { return GEO_TOLERANCE + 2e-14 / cos(lat * 0.017453292519943295); }

static int geo_is_near(double lat, double lng, carto_lnglat p) {
  double east = fabs(lng - p.lng), north = fabs(lat - p.lat);
  if (east > 180) east = fabs(360 - east);
  east *= cos(lat * 0.017453292519943295);
  return east <= geo_tolerance(lat) && north <= geo_tolerance(lat);
}

/* [a, b] of an array of pairs */
static double geo_item(const carto_json *array, size_t index) {
  const carto_json *item = carto_json_first(array);
  while (index-- > 0) item = carto_json_next(item);
  return carto_json_double(item);
}

/* True when the vertices are those of the cell, in the same order, from any of them on. */
static int geo_same_ring(const carto_json *ring, const carto_lnglat *vertices, size_t count) {
  size_t shift, i;
  if (carto_json_count(ring) != count) return 0;
  for (shift = 0; shift < count; shift++) {
    const carto_json *pair = carto_json_first(ring);
    for (i = 0; i < count; i++, pair = carto_json_next(pair))
      if (!geo_is_near(geo_item(pair, 0), geo_item(pair, 1), vertices[(i + shift) % count])) break;
    if (i == count) return 1;
  }
  return 0;
}

/* True when the disk has just these cells, the first of them in the middle. */
static int geo_same_disk(const carto_json *disk, uint64_t cell, int k) {
  uint64_t cells[64], want;
  size_t count = carto__h3_disk(cell, k, cells, 64), left, i;
  const carto_json *item = carto_json_first(disk);
  if (count != carto_json_count(disk) || count == 0 || cells[0] != cell) return 0;
  for (left = count; left > 0; left--, item = carto_json_next(item)) {
    if (!carto_h3_parse(carto_json_string(item), &want)) return 0;
    for (i = 0; i < count && cells[i] != want; i++) {
    }
    if (i == count) return 0;
  }
  return 1;
}

/* What is wrong with a row, or NULL. */
static const char *geo_h3_row(const carto_json_doc *doc) {
  const carto_json *row = doc->root;
  const carto_json *valid = carto_json_get(row, "valid"), *center = carto_json_get(row, "center");
  const carto_json *lat = carto_json_get(row, "lat"), *lng = carto_json_get(row, "lng");
  const carto_json *pentagon = carto_json_get(row, "pentagon"), *ring = carto_json_get(row, "boundary");
  const carto_json *disk = carto_json_get(row, "disk");
  carto_str name = carto_json_string(carto_json_get(row, "h3"));
  carto_str decimal = carto_json_string(carto_json_get(row, "h3_int"));
  carto_str parent = carto_json_string(carto_json_get(row, "parent"));
  int resolution = (int)carto_json_double(carto_json_get(row, "res"));
  carto_lnglat point, vertices[10];
  uint64_t cell, number;
  char text[17];
  int parsed = carto_h3_parse(name, &cell);
  if (valid) return parsed == carto_json_bool(valid) ? NULL : parsed ? "accepted" : "refused";
  if (!parsed) return "refused";
  carto_h3_text(cell, text);
  if (!carto_str_equal(name, carto_str_from(text))) return "has another text";
  if (decimal.len && (!carto_uint_parse(decimal, &number) || number != cell)) return "is another number";
  if (carto_h3_resolution(cell) != resolution) return "has another resolution";
  if (pentagon && carto_h3_is_pentagon(cell) != carto_json_bool(pentagon)) return "is it a pentagon?";
  point = carto_h3_center(cell);
  if (center && !geo_is_near(geo_item(center, 0), geo_item(center, 1), point)) return "has another centre";
  if (lat && pentagon && !center && !geo_is_near(carto_json_double(lat), carto_json_double(lng), point))
    return "has another centre";
  if (lat) {
    point.lat = carto_json_double(lat);
    point.lng = carto_json_double(lng);
    if (carto_h3_from_point(point, resolution) != cell) return "is not the cell of its point";
  }
  if (parent.len && (!carto_h3_parse(parent, &number) || carto_h3_parent(cell, resolution - 1) != number))
    return "has another parent";
  if (ring && !geo_same_ring(ring, vertices, carto_h3_boundary(cell, vertices))) return "has other vertices";
  if (disk && !geo_same_disk(disk, cell, (int)carto_json_double(carto_json_get(row, "k")))) return "has another disk";
  return NULL;
}

static const char *geo_quadbin_row(const carto_json_doc *doc) {
  const carto_json *row = doc->root;
  const carto_json *tile = carto_json_get(row, "tile");
  const carto_json *ring = carto_json_first(carto_json_get(row, "boundary"));
  carto_str hex = carto_json_string(carto_json_get(row, "hex"));
  carto_str parent = carto_json_string(carto_json_get(row, "parent"));
  int level = (int)carto_json_double(carto_json_get(row, "res")), z;
  uint32_t x, y, tx = (uint32_t)carto_json_double(carto_json_get(tile, "x"));
  uint32_t ty = (uint32_t)carto_json_double(carto_json_get(tile, "y"));
  uint64_t cell, number;
  carto_lnglat point, center;
  carto_box box, want = carto_box_empty();
  char text[17];
  size_t i;
  if (!carto_uint_parse(carto_json_string(carto_json_get(row, "quadbin")), &cell)) return "no number";
  carto_h3_text(cell, text);
  if (hex.len && !carto_str_equal(hex, carto_str_from(text))) return "has another text";
  if (!carto_quadbin_is_valid(cell) || carto_quadbin_level(cell) != level) return "refused";
  carto_quadbin_to_tile(cell, &z, &x, &y);
  if (tile && (z != level || x != tx || y != ty || carto_quadbin_from_tile(z, x, y) != cell))
    return "is another tile";
  point.lng = carto_json_double(carto_json_get(row, "lng"));
  point.lat = carto_json_double(carto_json_get(row, "lat"));
  if (carto_quadbin_from_point(point, level) != cell) return "is not the cell of its point";
  if (parent.len && (!carto_uint_parse(parent, &number) || carto_quadbin_parent(cell, level - 1) != number))
    return "has another parent";
  for (i = 0; i < carto_json_count(ring); i++) {
    const carto_json *pair = carto_json_first(ring);
    size_t k;
    for (k = 0; k < i; k++) pair = carto_json_next(pair);
    carto_box_add_point(&want, geo_item(pair, 0), geo_item(pair, 1));
  }
  box = carto_quadbin_box(cell);
  if (ring && (fabs(box.xmin - want.xmin) > 1e-9 || fabs(box.xmax - want.xmax) > 1e-9 ||
               fabs(box.ymin - want.ymin) > 1e-9 || fabs(box.ymax - want.ymax) > 1e-9))
    return "has another box";
  center = carto_quadbin_center(cell);
  if (!(center.lng > box.xmin && center.lng < box.xmax && center.lat > box.ymin && center.lat < box.ymax))
    return "has its centre elsewhere";
  return NULL;
}

/* ---- operations on pairs of geometries: what PostGIS answers */

/* Whether a number is what the member says, to the tolerance of the larger of the number and 1; NaN stands
   for null. */
static int geo_is_number(const carto_json *row, const char *name, double got, double tolerance) {
  const carto_json *member = carto_json_get(row, name);
  double want = carto_json_double(member);
  if (!carto_json_is_number(member)) return got != got;
  return fabs(got - want) <= tolerance * (fabs(want) > 1 ? fabs(want) : 1);
}

static int geo_is_flag(const carto_json *row, const char *name, unsigned got) {
  return carto_json_bool(carto_json_get(row, name)) == (got != 0);
}

static const char *geo_ops_pair(carto_arena *arena, const carto_json *row, carto__shape *a,
                                carto__shape *b) {
  const double mm = 0.001;
  unsigned ab = 0, ba = 0;
  double far = carto__shape_geodesic_distance(a, b), want = carto_json_double(carto_json_get(row, "geogDistance"));
  if (carto__shape_relate(arena, a, b, 7, &ab) != CARTO_OK || carto__shape_relate(arena, b, a, 7, &ba) != CARTO_OK)
    return "no memory";
  if (!geo_is_flag(row, "intersects", ab & CARTO_MCP__INTERSECTS)) return "intersects?";
  if (!geo_is_flag(row, "intersects", ba & CARTO_MCP__INTERSECTS)) return "intersects the other way?";
  if (!geo_is_flag(row, "contains", ab & CARTO_MCP__CONTAINS)) return "contains?";
  if (!geo_is_flag(row, "covers", ab & CARTO_MCP__COVERS)) return "covers?";
  if (!geo_is_flag(row, "within", ba & CARTO_MCP__CONTAINS)) return "within?";
  if (!geo_is_flag(row, "coveredBy", ba & CARTO_MCP__COVERS)) return "covered by?";
  if (!geo_is_number(row, "distance", carto__shape_distance(a, b), 1e-12)) return "has another distance";
  if (far == far ? !(fabs(far - want) <= mm) : a->count && b->count) return "has another distance on the spheroid";
  return NULL;
}

static const char *geo_ops_one(carto_arena *arena, const carto_json *row, carto_geom g) {
  const double mm = 0.001;
  carto_str envelope = carto_json_string(carto_json_get(row, "envelope"));
  double center[2];
  int some = carto__geom_centroid(g, center, NULL);
  carto_geom box, want;
  if (!geo_is_number(row, "length", carto__geom_measure(g, CARTO__MEASURE_LENGTH, true, NULL), 1e-14)) return "has another length";
  if (!geo_is_number(row, "perimeter", carto__geom_measure(g, CARTO__MEASURE_PERIMETER, true, NULL), 1e-14)) return "has another perimeter";
  if (!geo_is_number(row, "area", carto__geom_measure(g, CARTO__MEASURE_AREA, true, NULL), 1e-13)) return "has another area";
  if (!geo_is_number(row, "centroidX", some ? center[0] : NAN, 1e-12)) return "has another centroid";
  if (!geo_is_number(row, "centroidY", some ? center[1] : NAN, 1e-12)) return "has another centroid";
  if (!geo_is_number(row, "points", (double)carto__geom_point_count(g, NULL), 0)) return "has another number of points";
  if (fabs(carto__geom_measure(g, CARTO__MEASURE_LENGTH, false, NULL) - carto_json_double(carto_json_get(row, "geogLength"))) > mm)
    return "has another length on the spheroid";
  if (fabs(carto__geom_measure(g, CARTO__MEASURE_PERIMETER, false, NULL) - carto_json_double(carto_json_get(row, "geogPerimeter"))) > mm)
    return "has another perimeter on the spheroid";
  if (!geo_is_number(row, "geogArea", carto__geom_measure(g, CARTO__MEASURE_AREA, false, NULL), 1e-7)) return "has another area on the spheroid";
  if (carto_geom_is_empty(g)) return NULL;
  if (carto__geom_from_box(arena, carto_geom_box(g), true, &box) != CARTO_OK) return "no memory";
  if (carto_geom_from_wkt(arena, envelope, &want, NULL) != CARTO_OK) return "has no envelope";
  return box.size == want.size && memcmp(box.wkb, want.wkb, want.size) == 0 ? NULL : "has another envelope";
}

static const char *geo_ops_row(const carto_json_doc *doc) {
  const carto_json *row = doc->root;
  carto_geom g, h;
  carto__shape a, b;
  carto_arena arena;
  carto_alloc libc;
  const char *wrong = "is not WKT";
  memset(&libc, 0, sizeof libc);
  carto_arena_init(&arena, libc, 0);
  if (carto_geom_from_wkt(&arena, carto_json_string(carto_json_get(row, "a")), &g, NULL) == CARTO_OK &&
      carto_geom_from_wkt(&arena, carto_json_string(carto_json_get(row, "b")), &h, NULL) == CARTO_OK &&
      carto__shape_init(&a, &arena, g) == CARTO_OK && carto__shape_init(&b, &arena, h) == CARTO_OK) {
    wrong = geo_ops_one(&arena, row, g);
    if (!wrong) wrong = geo_ops_pair(&arena, row, &a, &b);
    carto__shape_prepare(&a, &arena, 1 << 20);
    carto__shape_prepare(&b, &arena, 1 << 20);
    if (!wrong && geo_ops_pair(&arena, row, &a, &b)) wrong = "is different when prepared";
  }
  carto_arena_free(&arena);
  return wrong;
}

/* Whether a polygon can be a mask, and when not, that the error says where. */
static const char *geo_mask_row(const carto_json_doc *doc) {
  static char wrong[CARTO_MCP_ERROR_TEXT + 40];
  const carto_json *row = doc->root;
  carto_alloc libc;
  carto_arena arena;
  carto_call call;
  carto_geom geom;
  carto_error error;
  carto_status status;
  const char *answer = NULL;
  int valid = carto_json_bool(carto_json_get(row, "valid"));
  memset(&libc, 0, sizeof libc);
  memset(&call, 0, sizeof call);
  memset(&error, 0, sizeof error);
  carto_arena_init(&arena, libc, 0);
  call.arena = &arena;
  status = carto_geom_from_wkt(&arena, carto_json_string(carto_json_get(row, "wkt")), &geom, NULL);
  if (status == CARTO_OK) status = carto_mask_check(&call, geom, 0, &error);
  if (status != (valid ? CARTO_OK : CARTO_ERR_ARG) || (!valid && !strchr(error.text, '['))) {
    snprintf(wrong, sizeof wrong, "status %d, %s", status, error.text);
    answer = wrong;
  }
  carto_arena_free(&arena);
  return answer;
}

/* One JSON object a line. */
static void geo_lines(corpus *c, const char *path, carto_str text,
                      const char *(*check)(const carto_json_doc *doc)) {
  carto_arena arena;
  carto_alloc libc;
  long line = 0;
  memset(&libc, 0, sizeof libc);
  carto_arena_init(&arena, libc, 0);
  while (text.len > 0) {
    carto_str row = text;
    carto_json_doc doc;
    const char *wrong;
    const char *end = (const char *)memchr(text.ptr, '\n', text.len);
    row.len = end ? (size_t)(end - text.ptr) : text.len;
    text.ptr += row.len + (end ? 1 : 0);
    text.len -= row.len + (end ? 1 : 0);
    line++;
    if (row.len == 0) continue;
    wrong = carto_json_parse(&arena, row, &doc, NULL) == CARTO_OK ? check(&doc) : "is not JSON";
    if (wrong) corpus_fail(c, path, line, "%.*s: %s", (int)(row.len < 60 ? row.len : 60), row.ptr, wrong);
    else corpus_pass(c);
    carto_arena_reset(&arena);
  }
  carto_arena_free(&arena);
}

static void corpus_h3(corpus *c, const char *path, carto_str text) { geo_lines(c, path, text, geo_h3_row); }

static void corpus_quadbin(corpus *c, const char *path, carto_str text) {
  geo_lines(c, path, text, geo_quadbin_row);
}

/* What is wrong with the view fitted to a box, or NULL. */
static const char *geo_view_row(const carto_json_doc *doc) {
  const carto_json *row = doc->root, *sides = carto_json_get(row, "box"), *size = carto_json_get(row, "size");
  carto_box box;
  carto_view view;
  box.xmin = geo_item(sides, 0);
  box.ymin = geo_item(sides, 1);
  box.xmax = geo_item(sides, 2);
  box.ymax = geo_item(sides, 3);
  if (!carto_view_fit(box, geo_item(size, 0), geo_item(size, 1),
                      carto_json_double(carto_json_get(row, "padding")), &view))
    return "no view";
  if (fabs(view.lng - carto_json_double(carto_json_get(row, "lng"))) > 1e-9) return "another longitude";
  if (fabs(view.lat - carto_json_double(carto_json_get(row, "lat"))) > 1e-9) return "another latitude";
  return fabs(view.zoom - carto_json_double(carto_json_get(row, "zoom"))) > 1e-9 ? "another zoom" : NULL;
}

static void corpus_view(corpus *c, const char *path, carto_str text) { geo_lines(c, path, text, geo_view_row); }

static void corpus_mask(corpus *c, const char *path, carto_str text) { geo_lines(c, path, text, geo_mask_row); }

static void corpus_geo_ops(corpus *c, const char *path, carto_str text) { geo_lines(c, path, text, geo_ops_row); }

#endif
