/* Spatial filters and views: what the errors say, limits, the antimeridian, memory that runs out. Verdicts
   and views of many shapes are in tests/corpora/mask and view. */
#define _POSIX_C_SOURCE 200809L
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
#include "test.h"

#include <math.h>

static carto_str str(const char *text) { return carto_str_from(text); }

/* ---- masks */

static carto_status mask_of(carto_alloc alloc, const char *json, carto_error *error) {
  carto_arena arena;
  carto_call call;
  carto_json_doc doc;
  carto_geom geom;
  carto_status status;
  memset(&call, 0, sizeof call);
  memset(&geom, 0, sizeof geom);
  carto_arena_init(&arena, alloc, 0);
  call.arena = &arena;
  status = carto_json_parse(&arena, str(json), &doc, error);
  if (status == CARTO_OK) status = carto_mask_from_geojson(&call, doc.root, &geom, error);
  CHECK((status == CARTO_OK) == (geom.size > 0) || status == CARTO_ERR_NOMEM);
  carto_arena_free(&arena);
  return status;
}

typedef struct mask_row {
  const char *coordinates; /* of a polygon, or with four brackets of several */
  const char *wrong;       /* NULL: nothing is */
} mask_row;

static const mask_row masks[] = {
  {"[[[0,0],[4,0],[4,4],[0,4],[0,0]]]", NULL},
  {"[[[0,0],[4,0],[4,4],[0,4],[0,0]],[[1,1],[2,1],[2,2],[1,1]]]", NULL},
  {"[[[0,0,9],[4,0,9],[4,4,9],[0,4,9],[0,0,9]]]", NULL},
  {"[[[0,0],[2,2],[2,0],[0,2],[0,0]]]", "the outer ring crosses itself at [1, 1]"},
  {"[[[0,0],[4,0],[4,4],[0,4]]]", "the outer ring is not closed: it begins at [0, 0] and ends at [0, 4]"},
  {"[[[0,0],[4,0],[4,4],[0,4],[0,0]],[[1,1],[2,1],[2,2],[1,2]]]", "hole 1 is not closed: it begins at [1, 1]"},
  {"[[[0,0],[4,0],[0,0]]]", "the outer ring has 3 positions; 4 are the least"},
  {"[[[0,0],[4,0],[4,0],[0,0]]]", "the outer ring has fewer than 3 different positions, at [0, 0]"},
  {"[[[170,0],[190,0],[190,9],[170,0]]]", "the outer ring has a longitude outside -180 to 180: [190, 0]"},
  {"[[[0,0],[4,0],[4,91],[0,0]]]", "the outer ring has a latitude outside -90 to 90: [4, 91]"},
  {"[[[0,0],[4,0],[4,4],[0,4],[0,0]],[[1,1],[6,1],[6,2],[1,1]]]", "the outer ring crosses hole 1 at [4, 1]"},
  {"[[[0,0],[4,0],[4,4],[0,4],[0,0]],[[5,5],[6,5],[6,6],[5,5]]]", "hole 1 lies outside its outer ring, at [5, 5]"},
  {"[[[0,0],[9,0],[9,9],[0,9],[0,0]],[[1,1],[8,1],[8,8],[1,8],[1,1]],[[3,3],[4,3],[4,4],[3,3]]]",
   "hole 2 lies inside hole 1, at [3, 3]"},
  {"[[[0,0],[4,0],[4,4],[0,4],[0,0]],[[0,0],[4,0],[2,2],[0,0]]]", "hole 1 runs along the outer ring at [0, 0]"},
  {"[[[0,0],[4,0],[2,0],[0,0]]]", "runs along itself at [0, 0]"},
  {"[[[0,0],[4,0],[4,4],[2,0],[0,4],[0,0]]]", "touches itself at [2, 0]"},
  {"[[[0,0],[4,0],[4,4],[0,4],[0,0]],[[0,2],[2,1],[4,2],[2,3],[0,2]]]", "falls into pieces"},
  {"[[[[0,0],[4,0],[4,4],[0,4],[0,0]]],[[[4,4],[6,4],[6,6],[4,4]]]]", NULL},
  {"[[[[0,0],[4,0],[4,4],[0,4],[0,0]]],[[[1,1],[2,1],[2,2],[1,1]]]]",
   "the outer ring of polygon 2 lies inside the outer ring of polygon 1, at [1, 1]"},
  {"[[[[0,0],[4,0],[4,4],[0,4],[0,0]]],[[[0,0],[4,0],[4,4],[0,4],[0,0]]]]", "of polygon 2"},
  {"[[[[0,0],[4,0],[4,4],[0,4],[0,0]]],[[[1,1],[2,1],[2,2]]]]", "the outer ring of polygon 2 is not closed"},
  {"[[[\"a\",0],[4,0],[4,4],[\"a\",0]]]", "expected a number in a position, at coordinates[0][0][0]"},
  {"[[[0,0],[4,0],[4,4],[null,4]]]", "expected a number in a position, at coordinates[0][3][0]"},
  {"[[[0,0],[4,0],[4,4],[1e999,4],[0,0]]]", "expected finite coordinates"},
  {"[]", "it is empty"},
  {"7", "expected an array of coordinates"},
};

static void test_masks(void) {
  carto_alloc libc = {NULL, NULL};
  size_t i;
  for (i = 0; i < sizeof masks / sizeof *masks; i++) {
    char json[600];
    carto_error error;
    carto_status status;
    int many = strncmp(masks[i].coordinates, "[[[[", 4) == 0;
    snprintf(json, sizeof json, "{\"type\":\"%s\",\"coordinates\":%s}", many ? "MultiPolygon" : "Polygon",
             masks[i].coordinates);
    status = mask_of(libc, json, &error);
    CHECK_INT(status, masks[i].wrong ? CARTO_ERR_ARG : CARTO_OK);
    if (masks[i].wrong) CHECK_CONTAINS(str(error.text), masks[i].wrong);
  }
}

static void test_mask_kinds(void) {
  carto_alloc libc = {NULL, NULL};
  carto_error error;
  CHECK_INT(mask_of(libc, "{\"type\":\"Feature\",\"properties\":null,\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
                          "[[[0,0],[1,0],[1,1],[0,0]]]}}", &error), CARTO_OK);
  CHECK_INT(mask_of(libc, "{\"type\":\"Point\",\"coordinates\":[0,0]}", &error), CARTO_ERR_ARG);
  CHECK_CONTAINS(str(error.text), "a Polygon or a MultiPolygon, not a Point");
  CHECK_INT(mask_of(libc, "{\"type\":\"Circle\"}", &error), CARTO_ERR_UNSUPPORTED);
  CHECK_INT(mask_of(libc, "null", &error), CARTO_ERR_ARG);
  CHECK_INT(mask_of(libc, "{\"type\":\"Feature\"}", &error), CARTO_ERR_ARG);
  CHECK_INT(mask_of(libc, "{\"type\":\"MultiPolygon\",\"coordinates\":[7]}", &error), CARTO_ERR_ARG);
}

/* A polygon of n vertices on a circle, closed, by WKB. */
static carto_geom circle(carto_arena *arena, size_t n, int twist) {
  carto__geom_maker maker;
  carto_geom geom;
  size_t at, i;
  carto__geom_maker_init(&maker, arena, 0);
  at = carto__geom_begin(&maker, CARTO_GEOM_POLYGON);
  carto__geom_set_count(&maker, at, 1);
  at = carto__geom_begin(&maker, CARTO_MCP__RING);
  for (i = 0; i <= n; i++) {
    double angle = 6.283185307179586 * (double)(i == n ? 0 : twist && i > n / 2 ? n + n / 2 - i : i) / (double)n;
    carto__geom_add_double(&maker, 50 * cos(angle));
    carto__geom_add_double(&maker, 50 * sin(angle));
  }
  carto__geom_end_run(&maker, CARTO_MCP__RING, at);
  CHECK_INT(carto__geom_finish(&maker, &geom, NULL), CARTO_OK);
  return geom;
}

static bool never(void *user) { return (void)user, false; }

static void test_mask_limits(void) {
  carto_alloc libc = {NULL, NULL};
  carto_arena arena;
  carto_call call;
  carto_error error;
  carto_geom geom;
  memset(&call, 0, sizeof call);
  carto_arena_init(&arena, libc, 0);
  call.arena = &arena;
  geom = circle(&arena, 1000, 0);
  CHECK_INT(carto_mask_check(&call, geom, 0, &error), CARTO_OK);
  CHECK_INT(carto_mask_check(&call, geom, 1001, &error), CARTO_OK);
  CHECK_INT(carto_mask_check(&call, geom, 1000, &error), CARTO_ERR_LIMIT);
  CHECK_STR(str(error.text), "it has 1001 positions; 1000 are allowed");
  call.checkpoint = never;
  CHECK_INT(carto_mask_check(&call, geom, 0, &error), CARTO_ERR_CANCELLED);
  call.checkpoint = NULL;
  CHECK_INT(carto_mask_check(&call, circle(&arena, 1000, 1), 0, &error), CARTO_ERR_ARG);
  CHECK_CONTAINS(str(error.text), "the outer ring crosses itself at [");
  geom = circle(&arena, CARTO_MCP_MAX_MASK_POINTS, 0);
  CHECK_INT(carto_mask_check(&call, geom, 0, &error), CARTO_ERR_LIMIT);
  carto_arena_free(&arena);
}

static uint64_t random_state = 88172645463325252u;

static uint64_t random_bits(void) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  return random_state ^= random_state << 17;
}

/* The verdict on rings of those vertices: as they are, mirrored, with the axes exchanged, or backwards. */
static carto_status verdict(carto_arena *arena, const double *xy, const size_t *sizes, size_t rings, int way) {
  carto__geom_maker maker;
  carto_geom geom;
  carto_call call;
  carto_error error;
  carto_status status;
  size_t at, r, i, first = 0;
  memset(&call, 0, sizeof call);
  call.arena = arena;
  carto__geom_maker_init(&maker, arena, 0);
  at = carto__geom_begin(&maker, CARTO_GEOM_POLYGON);
  carto__geom_set_count(&maker, at, (uint32_t)rings);
  for (r = 0; r < rings; r++) {
    at = carto__geom_begin(&maker, CARTO_MCP__RING);
    for (i = 0; i <= sizes[r]; i++) {
      size_t k = first + (way & 4 ? sizes[r] - i : i) % sizes[r];
      double x = xy[2 * k], y = xy[2 * k + 1], swap = x;
      if (way & 1) x = swap = -x;
      if (way & 2) x = y, y = swap;
      carto__geom_add_double(&maker, x);
      carto__geom_add_double(&maker, y);
    }
    carto__geom_end_run(&maker, CARTO_MCP__RING, at);
    first += sizes[r];
  }
  status = carto__geom_finish(&maker, &geom, NULL);
  if (status == CARTO_OK) status = carto_mask_check(&call, geom, 0, &error);
  CHECK(status == CARTO_OK || (status == CARTO_ERR_ARG && error.text[0]));
  carto_arena_reset(arena);
  return status;
}

/* Vertices among few numbers, some of them tiny or next to each other: no way of looking at a shape changes
   what it is. */
static void test_mask_ways(void) {
  static const double numbers[] = {0,    -0.0, 5e-324,           -5e-324,            1e-200, -1e-200, 3e-160, 1e-99, 2e-99, 1e-16,
                                   1e-15, 1,    1.0000000000000002, 0.9999999999999999, 2,      -1,      45,     89.99999999999999, 90, -90};
  carto_alloc libc = {NULL, NULL};
  carto_arena arena;
  size_t round, valid = 0;
  carto_arena_init(&arena, libc, 0);
  for (round = 0; round < 20000; round++) {
    double xy[80];
    size_t sizes[3], rings = 1 + random_bits() % 3, total = 0, r, i;
    carto_status status;
    int way;
    for (r = 0; r < rings; r++) total += sizes[r] = 3 + random_bits() % 6;
    for (i = 0; i < 2 * total; i++) xy[i] = numbers[random_bits() % (sizeof numbers / sizeof *numbers)];
    status = verdict(&arena, xy, sizes, rings, 0);
    valid += status == CARTO_OK;
    for (way = 1; way < 8; way++) CHECK_INT(verdict(&arena, xy, sizes, rings, way), status);
  }
  CHECK(valid > 1000);
  carto_arena_free(&arena);
}

static int mask_body(carto_alloc alloc) {
  carto_error error;
  return mask_of(alloc, "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[4,0],[4,4],[0,4],[0,0]],"
                        "[[1,1],[2,1],[2,2],[1,1]]]}", &error) == CARTO_OK;
}

static void test_mask_memory(void) { test_every_allocation(mask_body, 60); }

/* ---- views */

static carto_box box_of(double xmin, double ymin, double xmax, double ymax) {
  carto_box box = {xmin, ymin, xmax, ymax};
  return box;
}

static void test_views(void) {
  carto_view view;
  /* the whole world is 256 pixels wide at zoom 0, and twice as wide a level further */
  CHECK(carto_view_fit(box_of(-180, -85.0511287798066, 180, 85.0511287798066), 256, 256, 0, &view));
  CHECK_NEAR(view.zoom, 0, 1e-12);
  CHECK_NEAR(view.lat, 0, 1e-9);
  CHECK(carto_view_fit(box_of(-180, -85.0511287798066, 180, 85.0511287798066), 1024, 1024, 0, &view));
  CHECK_NEAR(view.zoom, 2, 1e-12);
  CHECK(carto_view_fit(box_of(0, 0, 90, 0), 256, 256, 0, &view)); /* a line: a quarter of the world */
  CHECK_NEAR(view.zoom, 2, 1e-12);
  CHECK(carto_view_fit(box_of(0, 0, 90, 0), 256 + 128, 256, 64, &view));
  CHECK_NEAR(view.zoom, 2, 1e-12);
  CHECK(carto_view_fit(box_of(0, 0, 90, 0), 256, 256, 1e9, &view)); /* half of the map is left */
  CHECK_NEAR(view.zoom, 1, 1e-12);
  /* across the antimeridian */
  CHECK(carto_view_fit(box_of(170, -10, -170, 10), 256, 256, 0, &view));
  CHECK_NEAR(fabs(view.lng), 180, 1e-9);
  CHECK_NEAR(view.zoom, log2(256 / (256.0 * 20 / 360)) , 0.1);
  CHECK(carto_view_fit(box_of(179, -1, -175, 1), 256, 256, 0, &view));
  CHECK_NEAR(view.lng, -178, 1e-9);
  /* a point */
  CHECK(carto_view_fit(box_of(-3.7, 40.4, -3.7, 40.4), 800, 600, 20, &view));
  CHECK_DOUBLE(view.zoom, CARTO_VIEW_ZOOM_POINT);
  CHECK_DOUBLE(view.lat, 40.4);
  CHECK_DOUBLE(view.lng, -3.7);
  CHECK(carto_view_fit(box_of(0, 0, 1e-9, 1e-9), 800, 600, 20, &view));
  CHECK_DOUBLE(view.zoom, CARTO_VIEW_ZOOM_MAX);
  CHECK(carto_view_fit(box_of(0, 90, 0, 90), 800, 600, 0, &view));
  CHECK_DOUBLE(view.lat, 90);
  /* none */
  CHECK(!carto_view_fit(carto_box_empty(), 800, 600, 20, &view));
  CHECK(!carto_view_fit(box_of(0, 0, 1, INFINITY), 800, 600, 20, &view));
  CHECK(!carto_view_fit(box_of(0, 0, NAN, 1), 800, 600, 20, &view));
  CHECK(!carto_view_fit(box_of(0, 0, 1, 1), 0, 600, 20, &view));
  CHECK(!carto_view_fit(box_of(0, 0, 1, 1), 800, NAN, 20, &view));
  CHECK(!carto_view_fit(box_of(0, 0, 1, 91), 800, 600, 20, &view));
  CHECK(!carto_view_fit(box_of(0, 1, 1, 0), 800, 600, 20, &view));
  CHECK_DOUBLE(view.zoom, 0);
}

/* ---- the narrowest box round the globe */

static carto_box globe_of(const char *json) {
  carto_alloc libc = {NULL, NULL};
  carto_arena arena;
  carto_call call;
  carto_table table;
  carto_error error;
  carto_box box = carto_box_empty();
  size_t i;
  memset(&call, 0, sizeof call);
  carto_arena_init(&arena, libc, 0);
  call.arena = &arena;
  CHECK_INT(carto_table_read_csv(&call, libc, str("t"), str(json), &table, &error), CARTO_OK);
  for (i = 0; i < table.column_count; i++)
    if (table.columns[i].type >= CARTO_TYPE_GEOMETRY)
      CHECK_INT(carto_stats_of_globe(&call, &table.columns[i], table.row_count, NULL, &box), CARTO_OK);
  carto_table_free(&table);
  carto_arena_free(&arena);
  return box;
}

static void check_globe(const char *csv, double xmin, double ymin, double xmax, double ymax) {
  carto_box box = globe_of(csv);
  CHECK_NEAR(box.xmin, xmin, 1e-9);
  CHECK_NEAR(box.ymin, ymin, 1e-9);
  CHECK_NEAR(box.xmax, xmax, 1e-9);
  CHECK_NEAR(box.ymax, ymax, 1e-9);
}

static void test_globe(void) {
  check_globe("geom\nPOINT(1 2)\nPOINT(5 -3)\n", 1, -3, 5, 2);
  check_globe("geom\nPOINT(170 2)\nPOINT(-170 -3)\n", 170, -3, -170, 2);
  check_globe("geom\nPOINT(-180 2)\nPOINT(180 2)\n", 180, 2, -180, 2);
  check_globe("geom\nPOINT(179 1)\n", 179, 1, 179, 1);
  /* cut at the antimeridian, as GeoJSON asks */
  check_globe("geom\n\"MULTIPOLYGON(((177 -20,180 -20,180 -16,177 -16,177 -20)),((-180 -20,-178 -20,-178 -16,-180 -16,-180 -20)))\"\n",
              177, -20, -178, -16);
  check_globe("geom\n\"LINESTRING(-100 0,100 10)\"\nPOINT(-179 1)\n", -179, 0, 100, 10);
  check_globe("geom\n\"LINESTRING(-180 0,180 10)\"\n", -180, 0, 180, 10);
}

static void test_globe_random(void) {
  uint64_t state = 88172645463325252u;
  carto_alloc libc = {NULL, NULL};
  size_t round;
  for (round = 0; round < 300; round++) {
    double lng[40], points[80], best = -1, xmin = 0, xmax = 0, ymin = 100, ymax = -100;
    size_t n = 1 + round % 40, i, k;
    carto_column column;
    carto_arena arena;
    carto_call call;
    carto_box box;
    memset(&column, 0, sizeof column);
    memset(&call, 0, sizeof call);
    for (i = 0; i < n; i++) {
      state ^= state << 13;
      state ^= state >> 7;
      state ^= state << 17;
      points[2 * i] = lng[i] = (double)(state % 36001) / 100 - 180;
      if (round % 3 == 0) points[2 * i] = lng[i] = lng[i] / 20 + (lng[i] < 0 ? 180 - 10 : -180 + 10);
      points[2 * i + 1] = (double)(state >> 40) / 16777216 * 180 - 90;
      if (points[2 * i + 1] < ymin) ymin = points[2 * i + 1];
      if (points[2 * i + 1] > ymax) ymax = points[2 * i + 1];
    }
    for (i = 0; i < n; i++)
      for (k = i + 1; k < n; k++)
        if (lng[k] < lng[i]) {
          double swap = lng[i];
          lng[i] = lng[k];
          lng[k] = swap;
        }
    for (i = 0; i < n; i++) { /* the gap before the i-th; the one over the antimeridian first */
      double gap = i ? lng[i] - lng[i - 1] : lng[0] + 360 - lng[n - 1];
      if (gap <= best) continue;
      best = gap;
      xmin = lng[i];
      xmax = i ? lng[i - 1] : lng[n - 1];
    }
    column.type = CARTO_TYPE_GEOMETRY;
    column.data.point = points;
    carto_arena_init(&arena, libc, 0);
    call.arena = &arena;
    CHECK_INT(carto_stats_of_globe(&call, &column, n, NULL, &box), CARTO_OK);
    if (best > 1) { /* narrower gaps than a part of the globe need not be told apart */
      CHECK_DOUBLE(box.xmin, xmin);
      CHECK_DOUBLE(box.xmax, xmax);
    }
    CHECK_DOUBLE(box.ymin, ymin);
    CHECK_DOUBLE(box.ymax, ymax);
    carto_arena_free(&arena);
  }
}

/* Cells that the antimeridian or a pole is in. */
static void test_globe_cells(void) {
  carto_alloc libc = {NULL, NULL};
  carto_lnglat places[] = {{180, 0}, {-179.99, 60}, {20, 89.99}};
  carto_arena arena;
  carto_call call;
  carto_column column;
  carto_box box;
  size_t i;
  memset(&call, 0, sizeof call);
  memset(&column, 0, sizeof column);
  carto_arena_init(&arena, libc, 0);
  call.arena = &arena;
  for (i = 0; i < 3; i++) {
    uint64_t cell = carto_h3_from_point(places[i], 3);
    column.type = CARTO_TYPE_H3;
    column.data.cell = &cell;
    CHECK_INT(carto_stats_of_globe(&call, &column, 1, NULL, &box), CARTO_OK);
    if (i < 2) CHECK(box.xmin > 175 && box.xmax < -175 && box.xmin < 180);
    else CHECK(box.xmin == -180 && box.xmax == 180 && box.ymax == 90);
  }
  column.type = CARTO_TYPE_NUMBER;
  CHECK_INT(carto_stats_of_globe(&call, &column, 1, NULL, &box), CARTO_ERR_ARG);
  carto_arena_free(&arena);
}

static const test_case cases[] = {
  {"masks", test_masks},           {"mask_kinds", test_mask_kinds},     {"mask_limits", test_mask_limits},
  {"mask_ways", test_mask_ways},
  {"mask_memory", test_mask_memory}, {"views", test_views},             {"globe", test_globe},
  {"globe_random", test_globe_random}, {"globe_cells", test_globe_cells},
};

TEST_MAIN(cases)
