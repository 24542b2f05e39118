/* Geometries and cells. Expected values come from the corpora (PostGIS, h3-js, quadbin; see their READMEs),
   from the specifications, and for the elementary functions from the C library. */
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
#define GEO_TOLERANCE 1e-9
#include "corpus_geo.h"

static double random_unit(void) { return (double)(test_random_bits() >> 11) / 9007199254740992.0; }

static double random_double(void) { /* any finite one */
  uint64_t bits = test_random_bits();
  double value;
  if ((bits >> 52 & 2047) == 2047) bits ^= UINT64_C(1) << 62;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static carto_arena arena_over(carto_alloc alloc) {
  carto_arena arena;
  carto_arena_init(&arena, alloc, 0);
  return arena;
}

static carto_buf arena_buf(carto_arena *arena) {
  carto_buf buf;
  carto_buf_init(&buf, carto_arena_allocator(arena), 0);
  return buf;
}

/* The geometry a WKT text stands for; the test has failed when there is none. */
static carto_geom geom_of(carto_arena *arena, const char *wkt) {
  carto_geom geom;
  carto_error error;
  if (!CHECK(carto_geom_from_wkt(arena, STR(wkt), &geom, &error) == CARTO_OK))
    printf("  %s: %s\n", wkt, error.text);
  return geom;
}

static int same_geom(carto_geom a, carto_geom b) {
  return a.size == b.size && (a.size == 0 || memcmp(a.wkb, b.wkb, a.size) == 0);
}

static carto_str wkt_of(carto_arena *arena, carto_geom geom) {
  carto_buf buf = arena_buf(arena);
  carto_geom_to_wkt(geom, &buf);
  CHECK_INT(buf.status, CARTO_OK);
  return carto_buf_str(&buf);
}

static carto_str geojson_of(carto_arena *arena, carto_geom geom) {
  carto_buf buf = arena_buf(arena);
  carto_json_writer writer;
  carto_json_writer_init(&writer, &buf);
  carto_geom_to_geojson(geom, &writer);
  CHECK_INT(buf.status, CARTO_OK);
  return carto_buf_str(&buf);
}

static carto_status from_geojson(carto_arena *arena, carto_str text, carto_geom *out, carto_error *error) {
  carto_json_doc doc;
  carto_status status = carto_json_parse(arena, text, &doc, error);
  CHECK_INT(status, CARTO_OK);
  return carto_geom_from_geojson(arena, doc.root, out, error);
}

/* ---- elementary functions */

/* Distance from the true value in units in the last place of it. */
static double ulps(double got, long double want) {
  int exponent;
  long double unit;
  if (got == (double)want) return (double)(fabsl((long double)got - want) / ldexpl(1, ilogb(got ? got : 1) - 52));
  frexpl(want, &exponent);
  unit = ldexpl(1, (exponent < -1021 ? -1021 : exponent) - 53);
  return (double)(fabsl((long double)got - want) / unit);
}

static void worst(double *most, double error) {
  if (!(error <= *most)) *most = error;
}

static void test_elementary(void) {
  double sines = 0, atans = 0, logs = 0, exps = 0, s, c;
  /* an emulator may compute long doubles as doubles, and then the reference is no better than 1 unit */
  volatile long double tiny = 0x1p-60L, sum = 1 + tiny;
  double reference = sum != 1 ? 0 : 0.5;
  int i;
  for (i = 0; i < 400000; i++) {
    double x = (random_unit() - 0.5) * (i % 3 == 0 ? 8 : i % 3 == 1 ? 1000 : 2e6), y, any = fabs(random_double());
    if (i % 5 == 0) x = 1.5707963267948966 * (double)(int64_t)x; /* next to a multiple of pi/2 */
    carto__sin_cos(x, &s, &c);
    worst(&sines, ulps(s, sinl(x)));
    worst(&sines, ulps(c, cosl(x)));
    x = random_unit() - 0.5;
    y = random_unit() - 0.5;
    if (i % 4 == 0) x *= 1e-9;
    if (i % 4 == 1) y *= 1e-9;
    if (i % 7 == 0) y = x * (double)(i % 9 + 1) / 8;
    worst(&atans, ulps(carto__atan2(y, x), atan2l(y, x)));
    worst(&logs, ulps(carto__log(any), logl(any)));
    x = 1 + (random_unit() - 0.5) * (i % 2 ? 1e-6 : 1);
    worst(&logs, ulps(carto__log(x), logl(x)));
    x = (random_unit() - 0.5) * (i % 2 ? 2 : 1400);
    worst(&exps, ulps(carto__exp(x), expl(x)));
    x = fabs(random_double());
    CHECK_DOUBLE(carto__sqrt(x), sqrt(x));
    CHECK_DOUBLE(carto__sqrt((double)i), sqrt((double)i));
  }
  printf("largest errors in units in the last place: sin and cos %.3f, atan2 %.3f, log %.3f, exp %.3f\n", sines,
         atans, logs, exps);
  CHECK(sines < 1 + reference && atans < 1.5 + reference && logs < 1 + reference && exps < 1 + reference);
  CHECK_DOUBLE(carto__atan2(0, 0), 0);
  CHECK_DOUBLE(carto__atan2(0, -1), 3.141592653589793);
  CHECK_DOUBLE(carto__atan2(-1, 0), -1.5707963267948966);
  CHECK_DOUBLE(carto__exp(0), 1);
  CHECK_DOUBLE(carto__exp(-1000), 0);
  CHECK(!carto__is_finite(carto__exp(1000)));
  CHECK_DOUBLE(carto__log(1), 0);
  CHECK_DOUBLE(carto__sqrt(-1), 0);
  CHECK_DOUBLE(carto__sqrt(0), 0);
  CHECK_DOUBLE(carto__sqrt(5e-324), sqrt(5e-324));
  CHECK_DOUBLE(carto__sqrt(1.7976931348623157e308), sqrt(1.7976931348623157e308));
}

/* ---- WKT */

static void test_wkt_refused(void) {
  static const struct {
    const char *text;
    int status;
    size_t offset;
  } cases[] = {
    {"", CARTO_ERR_SYNTAX, 0},
    {"  ", CARTO_ERR_SYNTAX, 2},
    {"POINT", CARTO_ERR_SYNTAX, 5},
    {"POINT(1 2", CARTO_ERR_SYNTAX, 9},
    {"POINT(1 2) x", CARTO_ERR_SYNTAX, 11},
    {"POINT(1,2)", CARTO_ERR_SYNTAX, 7},
    {"POINT(+1 2)", CARTO_ERR_SYNTAX, 6},
    {"POINT(1 2,3 4)", CARTO_ERR_SYNTAX, 5},
    {"POINT(1 2 3 4 5)", CARTO_ERR_SYNTAX, 14},
    {"POINT(1e 2)", CARTO_ERR_SYNTAX, 8},
    {"POINT(1e400 2)", CARTO_ERR_SYNTAX, 11},
    {"POINT(nan 2)", CARTO_ERR_SYNTAX, 6},
    {"POINT[1 2]", CARTO_ERR_SYNTAX, 5},
    {"POINT M(1 2)", CARTO_ERR_SYNTAX, 7},
    {"LINESTRING(0 0)", CARTO_ERR_SYNTAX, 10},
    {"LINESTRING(0 0,1 1 1)", CARTO_ERR_SYNTAX, 19},
    {"LINESTRING(0 0 1 1)", CARTO_ERR_SYNTAX, 10},
    {"POLYGON((0 0,1 0,0 0))", CARTO_ERR_SYNTAX, 8},
    {"POLYGON((0 0,1 0,1 1,0 1))", CARTO_ERR_SYNTAX, 8},
    {"POLYGON((0 0,1 0,1 1,0 0),EMPTY)", CARTO_ERR_SYNTAX, 26},
    {"GEOMETRYCOLLECTION(POINT(1 2),)", CARTO_ERR_SYNTAX, 30},
    {"SRID=;POINT(1 2)", CARTO_ERR_SYNTAX, 5},
    {"SRID=4326 POINT(1 2)", CARTO_ERR_SYNTAX, 10},
    {"SRID=3857;POINT(1 2)", CARTO_ERR_UNSUPPORTED, 5},
    {"SRID=99999999999999999999;POINT(1 2)", CARTO_ERR_UNSUPPORTED, 5},
    {" CIRCULARSTRING(0 0,1 1,2 0)", CARTO_ERR_UNSUPPORTED, 1},
    {"GEOMETRYCOLLECTION(TIN EMPTY)", CARTO_ERR_UNSUPPORTED, 19},
  };
  carto_arena arena = test_arena();
  size_t i;
  for (i = 0; i < sizeof cases / sizeof *cases; i++) {
    carto_geom geom;
    carto_error error;
    if (!CHECK(carto_geom_from_wkt(&arena, STR(cases[i].text), &geom, &error) == cases[i].status &&
               error.status == cases[i].status && error.offset == cases[i].offset && geom.size == 0 &&
               geom.wkb == NULL))
      printf("  %s: %d at %d: %s\n", cases[i].text, error.status, (int)error.offset, error.text);
    CHECK_INT(carto_geom_from_wkt(&arena, STR(cases[i].text), &geom, NULL), cases[i].status);
  }
  carto_arena_free(&arena);
}

/* The rows of a file of JSON lines. */
static void each_line(const char *path, void (*check)(carto_arena *arena, const carto_json_doc *row)) {
  size_t len, at = 0;
  char *text = test_read_file(path, &len);
  carto_arena arena = test_arena();
  while (at < len) {
    size_t end = at + strcspn(text + at, "\n");
    carto_json_doc doc;
    CHECK_INT(carto_json_parse(&arena, carto_str_make(text + at, end - at), &doc, NULL), CARTO_OK);
    check(&arena, &doc);
    carto_arena_reset(&arena);
    at = end + 1;
  }
  carto_arena_free(&arena);
  free(text);
}

static void check_postgis_row(carto_arena *arena, const carto_json_doc *row) {
  carto_str wkt = carto_json_string(carto_json_get(row->root, "wkt"));
  carto_str differs = carto_json_string(carto_json_get(row->root, "differs"));
  const carto_json *text = carto_json_get(row->root, "text"), *json = carto_json_get(row->root, "geojson");
  int read = carto_str_equal(differs, STR("refused")) ? 0 : carto_str_equal(differs, STR("read")) || text;
  carto_geom geom, other, flat;
  carto_error error;
  if (!CHECK((carto_geom_from_wkt(arena, wkt, &geom, &error) == CARTO_OK) == read)) {
    printf("  %.*s\n", (int)wkt.len, wkt.ptr);
    return;
  }
  if (!text || !read || carto_str_equal(differs, STR("parts kept"))) return;
  if (differs.len == 0) CHECK(carto_str_equal(wkt_of(arena, geom), carto_json_string(text)));
  CHECK_INT(carto_geom_from_hex(arena, carto_json_string(carto_json_get(row->root, "wkb")), &other, &error), CARTO_OK);
  CHECK(same_geom(geom, other));
  CHECK_INT(carto_geom_from_hex(arena, carto_json_string(carto_json_get(row->root, "ewkb")), &other, &error), CARTO_OK);
  CHECK(same_geom(geom, other));
  if (!json) return;
  /* GeoJSON has no M: what is read from PostGIS's must be what is read from ours */
  CHECK_INT(carto_geom_from_geojson(arena, json, &other, &error), CARTO_OK);
  CHECK_INT(from_geojson(arena, geojson_of(arena, geom), &flat, &error), CARTO_OK);
  CHECK(same_geom(flat, other));
  if (geom.wkb[2] == 0) CHECK(carto_str_equal(wkt_of(arena, flat), wkt_of(arena, geom))); /* two dimensions */
}

static void test_postgis(void) { each_line("tests/corpora/geojson/postgis.jsonl", check_postgis_row); }

static void test_wkt_corpus(void) {
  static const char path[] = "tests/corpora/geojson/wkt.json";
  size_t len;
  char *text = test_read_file(path, &len);
  corpus c = {0, 0};
  corpus_wkt(&c, path, carto_str_make(text, len));
  CHECK_INT(c.failed, 0);
  CHECK_INT(c.passed, 39);
  free(text);
}

/* ---- WKB */

static carto_status from_hex(carto_arena *arena, const char *hex, carto_geom *out, carto_error *error) {
  return carto_geom_from_hex(arena, STR(hex), out, error);
}

static void test_wkb_forms(void) {
  /* OGC 06-103r4, 8.2; PostGIS doc/ZMSgeoms.txt for the extended forms */
  static const struct {
    const char *hex, *wkt;
  } cases[] = {
    {"0101000000000000000000F03F0000000000000040", "POINT(1 2)"},
    {"00000000013FF00000000000004000000000000000", "POINT(1 2)"},
    {"0101000020E6100000000000000000f03f0000000000000040", "POINT(1 2)"},
    {"0020000001000010E63FF00000000000004000000000000000", "POINT(1 2)"},
    {"01010000200000000000000000000000000000000000000000", "POINT(0 0)"},
    {"01E9030000000000000000F03F00000000000000400000000000000840", "POINT Z (1 2 3)"},
    {"0101000080000000000000F03F00000000000000400000000000000840", "POINT Z (1 2 3)"},
    {"01D1070000000000000000F03F00000000000000400000000000000840", "POINT M (1 2 3)"},
    {"0101000040000000000000F03F00000000000000400000000000000840", "POINT M (1 2 3)"},
    {"01B90B0000000000000000F03F000000000000004000000000000008400000000000001040", "POINT ZM (1 2 3 4)"},
    {"01010000C0000000000000F03F000000000000004000000000000008400000000000001040", "POINT ZM (1 2 3 4)"},
    {"0101000000000000000000F87F000000000000F87F", "POINT EMPTY"},
    {"0101000000FFFFFFFFFFFFFFFF010000000000F0FF", "POINT EMPTY"}, /* any NaN */
    {"010200000000000000", "LINESTRING EMPTY"},
    {"01EB03000000000000", "POLYGON Z EMPTY"},
    {"01040000000100000000000000013FF00000000000004000000000000000", "MULTIPOINT((1 2))"}, /* both orders */
  };
  carto_arena arena = test_arena();
  size_t i;
  for (i = 0; i < sizeof cases / sizeof *cases; i++) {
    carto_geom geom, again;
    carto_error error;
    if (!CHECK(from_hex(&arena, cases[i].hex, &geom, &error) == CARTO_OK)) {
      printf("  %s: %s\n", cases[i].hex, error.text);
      continue;
    }
    CHECK_STR(wkt_of(&arena, geom), cases[i].wkt);
    CHECK(same_geom(geom, geom_of(&arena, cases[i].wkt)));
    CHECK_INT(carto_geom_from_wkb(&arena, geom.wkb, geom.size, &again, &error), CARTO_OK);
    CHECK(same_geom(geom, again));
  }
  carto_arena_free(&arena);
}

static void test_wkb_refused(void) {
  static const struct {
    const char *hex;
    int status;
    size_t offset;
  } cases[] = {
    {"", CARTO_ERR_SYNTAX, 0},
    {"01", CARTO_ERR_SYNTAX, 0},
    {"0", CARTO_ERR_SYNTAX, 1},
    {"01x1", CARTO_ERR_SYNTAX, 2},
    {"0201000000000000000000F03F0000000000000040", CARTO_ERR_SYNTAX, 0},
    {"0100000000000000000000F03F0000000000000040", CARTO_ERR_SYNTAX, 10},          /* type 0 */
    {"0112000000000000000000F03F0000000000000040", CARTO_ERR_SYNTAX, 10},          /* type 18 */
    {"01A10F0000000000000000F03F0000000000000040", CARTO_ERR_SYNTAX, 10},          /* 4001 */
    {"0101000010000000000000F03F0000000000000040", CARTO_ERR_SYNTAX, 10},          /* unknown flag */
    {"01080000000300000000000000000000000000000000000000", CARTO_ERR_UNSUPPORTED, 10},
    {"0101000020110F0000000000000000F03F0000000000000040", CARTO_ERR_UNSUPPORTED, 18}, /* SRID 3857 */
    {"0101000000000000000000F03F000000000000004000", CARTO_ERR_SYNTAX, 42},        /* a byte more */
    {"0101000000000000000000F07F0000000000000040", CARTO_ERR_SYNTAX, 10},          /* infinite */
    {"0101000000000000000000F87F0000000000000040", CARTO_ERR_SYNTAX, 10},          /* half a NaN */
    {"010200000001000000000000000000F03F0000000000000040", CARTO_ERR_SYNTAX, 18},  /* one position */
    {"0102000000FFFFFFFF000000000000F03F0000000000000040", CARTO_ERR_SYNTAX, 18},  /* too many positions */
    {"0103000000FFFFFFFF00000000", CARTO_ERR_SYNTAX, 18},                          /* too many rings */
    {"01030000000100000000000000", CARTO_ERR_SYNTAX, 26},                          /* an empty ring */
    {"0107000000FFFFFFFF01010000000000000000000000000000000000F0", CARTO_ERR_SYNTAX, 18},
    {"010400000001000000010200000000000000", CARTO_ERR_SYNTAX, 28},                /* a line in a multipoint */
    {"01070000000100000001E903000000000000000000000000000000000000000000000000F03F", CARTO_ERR_SYNTAX, 18},
  };
  carto_arena arena = test_arena();
  size_t i;
  for (i = 0; i < sizeof cases / sizeof *cases; i++) {
    carto_geom geom;
    carto_error error;
    if (!CHECK(from_hex(&arena, cases[i].hex, &geom, &error) == cases[i].status &&
               error.offset == cases[i].offset && geom.size == 0 && geom.wkb == NULL))
      printf("  %s: %d at %d: %s\n", cases[i].hex, error.status, (int)error.offset, error.text);
    CHECK_INT(from_hex(&arena, cases[i].hex, &geom, NULL), cases[i].status);
  }
  carto_arena_free(&arena);
}

static const char *const samples[] = {
  "POINT(1.5 -2.25)",
  "POINT Z EMPTY",
  "LINESTRING M (0 0 1,1 1 2)",
  "POLYGON((0 0,10 0,10 10,0 10,0 0),(1 1,2 1,2 2,1 1))",
  "MULTIPOINT((1 2),EMPTY,(3 4))",
  "MULTILINESTRING ZM ((0 0 1 2,1 1 3 4),EMPTY)",
  "MULTIPOLYGON(((0 0,9 0,9 9,0 0)),EMPTY,((0 0,9 0,9 9,0 0),(3 1,5 1,5 2,3 1)))",
  "GEOMETRYCOLLECTION(POINT(1 2),GEOMETRYCOLLECTION(LINESTRING(0 0,1 1),MULTIPOINT((0 0))),POLYGON EMPTY)",
  "GEOMETRYCOLLECTION EMPTY"};

/* Every shorter piece, in a block of exactly its size, is refused; so is every byte more. */
static void test_wkb_truncated(void) {
  carto_arena arena = test_arena();
  size_t i, n;
  int form;
  for (i = 0; i < sizeof samples / sizeof *samples; i++)
    for (form = 0; form < 2; form++) {
      carto_geom geom = geom_of(&arena, samples[i]), cut;
      carto_buf whole = arena_buf(&arena);
      carto_geom_to_wkb(geom, form ? 4326 : 0, &whole);
      for (n = 0; n <= whole.len + 1; n++) {
        char *copy = (char *)malloc(n ? n : 1);
        memset(copy, 0, n ? n : 1);
        memcpy(copy, whole.ptr, n < whole.len ? n : whole.len);
        CHECK_INT(carto_geom_from_wkb(&arena, n ? copy : NULL, n, &cut, NULL),
                  n == whole.len ? CARTO_OK : CARTO_ERR_SYNTAX);
        if (n == whole.len) CHECK(same_geom(cut, geom));
        /* as a broken carto_geom it may be anything, but nothing beyond it is touched */
        cut.wkb = (const unsigned char *)copy;
        cut.size = n;
        (void)wkt_of(&arena, cut);
        (void)geojson_of(&arena, cut);
        (void)carto_geom_box(cut);
        (void)carto_geom_is_empty(cut);
        free(copy);
      }
    }
  carto_arena_free(&arena);
}

/* Changed bytes: refused, or read to something that stays the same from then on. */
static void test_wkb_changed(void) {
  carto_arena arena = test_arena();
  int round;
  for (round = 0; round < 20000; round++) {
    carto_geom geom = geom_of(&arena, samples[round % (int)(sizeof samples / sizeof *samples)]), other, again;
    unsigned char *copy = (unsigned char *)malloc(geom.size);
    int changes = 1 + (int)(test_random_bits() % 3);
    memcpy(copy, geom.wkb, geom.size);
    while (changes-- > 0) copy[test_random_bits() % (round % 2 ? 16 : geom.size) % geom.size] = (unsigned char)test_random_bits();
    if (carto_geom_from_wkb(&arena, copy, geom.size, &other, NULL) == CARTO_OK) {
      CHECK_INT(carto_geom_from_wkb(&arena, other.wkb, other.size, &again, NULL), CARTO_OK);
      CHECK(same_geom(other, again));
    }
    free(copy);
    carto_arena_reset(&arena);
  }
  carto_arena_free(&arena);
}

/* ---- GeoJSON */

static void test_geojson_read(void) {
  static const struct {
    const char *json, *wkt;
  } cases[] = {
    {"{\"type\":\"Point\",\"coordinates\":[1,2]}", "POINT(1 2)"},
    {"{\"coordinates\":[1,2,3,4,5],\"type\":\"Point\"}", "POINT Z (1 2 3)"},
    {"{\"type\":\"Point\",\"coordinates\":[]}", "POINT EMPTY"},
    {"{\"type\":\"LineString\",\"coordinates\":[[0,0],[1,1,5]]}", "LINESTRING Z (0 0 0,1 1 5)"},
    {"{\"type\":\"LineString\",\"coordinates\":[],\"bbox\":[1,2,3,4]}", "LINESTRING EMPTY"},
    {"{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0],[1,1],[0,0]]],\"bbox\":[0,0,0,1,1,0]}",
     "POLYGON((0 0,1 0,1 1,0 0))"},
    {"{\"type\":\"MultiPoint\",\"coordinates\":[[1,2],[]]}", "MULTIPOINT((1 2),EMPTY)"},
    {"{\"type\":\"MultiPolygon\",\"coordinates\":[[],[[[0,0],[1,0],[1,1],[0,0]]]]}",
     "MULTIPOLYGON(EMPTY,((0 0,1 0,1 1,0 0)))"},
    {"{\"type\":\"GeometryCollection\",\"geometries\":[{\"type\":\"GeometryCollection\",\"geometries\":[]},"
     "{\"type\":\"Point\",\"coordinates\":[1,2]}],\"coordinates\":7}",
     "GEOMETRYCOLLECTION(GEOMETRYCOLLECTION EMPTY,POINT(1 2))"},
    {"{\"type\":\"GeometryCollection\",\"geometries\":[{\"type\":\"Point\",\"coordinates\":[1,2]},"
     "{\"type\":\"Point\",\"coordinates\":[1,2,3]}]}",
     "GEOMETRYCOLLECTION Z (POINT Z (1 2 0),POINT Z (1 2 3))"},
  };
  carto_arena arena = test_arena();
  size_t i;
  for (i = 0; i < sizeof cases / sizeof *cases; i++) {
    carto_geom geom;
    carto_error error;
    if (!CHECK(from_geojson(&arena, STR(cases[i].json), &geom, &error) == CARTO_OK))
      printf("  %s: %s\n", cases[i].json, error.text);
    CHECK_STR(wkt_of(&arena, geom), cases[i].wkt);
  }
  carto_arena_free(&arena);
}

static void test_geojson_refused(void) {
  static const struct {
    const char *json;
    int status;
    size_t offset; /* of the first number there or behind, 0 when there is none */
    const char *says;
  } cases[] = {
    {"null", CARTO_ERR_SYNTAX, 0, "geometry object"},
    {"[1,2]", CARTO_ERR_SYNTAX, 1, "geometry object"},
    {"{}", CARTO_ERR_SYNTAX, 0, "type"},
    {"{\"type\":3}", CARTO_ERR_SYNTAX, 8, "type"},
    {"{\"type\":\"Circle\",\"coordinates\":[1,2]}", CARTO_ERR_UNSUPPORTED, 32, "seven types"},
    {"{\"type\":\"point\",\"coordinates\":[1,2]}", CARTO_ERR_UNSUPPORTED, 31, "seven types"},
    {"{\"type\":\"Point\"}", CARTO_ERR_SYNTAX, 0, "coordinates"},
    {"{\"type\":\"Point\",\"coordinates\":null}", CARTO_ERR_SYNTAX, 0, "coordinates"},
    {"{\"type\":\"Point\",\"coordinates\":[1]}", CARTO_ERR_SYNTAX, 31, "2 or more numbers"},
    {"{\"type\":\"Point\",\"coordinates\":[1,\"2\"]}", CARTO_ERR_SYNTAX, 0, "number in a position"},
    {"{\"type\":\"Point\",\"coordinates\":[1,2,3,null]}", CARTO_ERR_SYNTAX, 0, "number in a position"},
    {"{\"type\":\"Point\",\"coordinates\":[1e400,2]}", CARTO_ERR_SYNTAX, 31, "finite"},
    {"{\"type\":\"Point\",\"coordinates\":[[1,2]]}", CARTO_ERR_SYNTAX, 32, "2 or more numbers"},
    {"{\"type\":\"LineString\",\"coordinates\":[1,2]}", CARTO_ERR_SYNTAX, 36, "2 or more numbers"},
    {"{\"type\":\"LineString\",\"coordinates\":[[1,2]]}", CARTO_ERR_SYNTAX, 37, "2 or more positions"},
    {"{\"type\":\"Polygon\",\"coordinates\":[1]}", CARTO_ERR_SYNTAX, 33, "array of positions"},
    {"{\"type\":\"Polygon\",\"coordinates\":[[]]}", CARTO_ERR_SYNTAX, 0, "4 or more"},
    {"{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0],[1,1],[0,1]]]}", CARTO_ERR_SYNTAX, 35, "where it begins"},
    {"{\"type\":\"MultiPolygon\",\"coordinates\":[[[1]]]}", CARTO_ERR_SYNTAX, 40, "2 or more numbers"},
    {"{\"type\":\"MultiPolygon\",\"coordinates\":[1]}", CARTO_ERR_SYNTAX, 38, "array"},
    {"{\"type\":\"Point\",\"coordinates\":[1,2],\"properties\":{}}", CARTO_ERR_SYNTAX, 31, "members of a feature"},
    {"{\"type\":\"Point\",\"coordinates\":[1,2],\"bbox\":[1,2,3]}", CARTO_ERR_SYNTAX, 31, "bbox"},
    {"{\"type\":\"Point\",\"coordinates\":[1,2],\"bbox\":[1,2,3,\"4\"]}", CARTO_ERR_SYNTAX, 31, "bbox"},
    {"{\"type\":\"Point\",\"coordinates\":[1,2],\"bbox\":null}", CARTO_ERR_SYNTAX, 31, "bbox"},
    {"{\"type\":\"GeometryCollection\",\"geometries\":[false]}", CARTO_ERR_SYNTAX, 0, "geometry object"},
    {"{\"type\":\"GeometryCollection\",\"coordinates\":[]}", CARTO_ERR_SYNTAX, 0, "geometries"},
  };
  carto_arena arena = test_arena();
  carto_geom geom;
  carto_error error;
  size_t i;
  for (i = 0; i < sizeof cases / sizeof *cases; i++) {
    if (!CHECK(from_geojson(&arena, STR(cases[i].json), &geom, &error) == cases[i].status &&
               error.offset == cases[i].offset && test_contains(STR(error.text), cases[i].says) &&
               geom.size == 0 && geom.wkb == NULL))
      printf("  %s: %d at %d: %s\n", cases[i].json, error.status, (int)error.offset, error.text);
  }
  CHECK_INT(carto_geom_from_geojson(&arena, NULL, &geom, &error), CARTO_ERR_SYNTAX);
  carto_arena_free(&arena);
}

/* ---- all of them */

/* Collections in one another, as deep as allowed and one deeper. */
static void test_depth(void) {
  carto_arena arena = test_arena();
  int depth, i;
  for (depth = CARTO_MCP_MAX_DEPTH; depth <= CARTO_MCP_MAX_DEPTH + 1; depth++) {
    int want = depth > CARTO_MCP_MAX_DEPTH ? CARTO_ERR_LIMIT : CARTO_OK;
    carto_buf wkt = arena_buf(&arena), wkb = arena_buf(&arena);
    carto_geom geom, other;
    carto_error error;
    for (i = 0; i < depth; i++) {
      carto_buf_append_text(&wkt, "GEOMETRYCOLLECTION(");
      carto_buf_append(&wkb, "\1\7\0\0\0\1\0\0\0", 9);
    }
    carto_buf_append_text(&wkt, "POINT(1 2)");
    carto_buf_append(&wkb, "\1\1\0\0\0\0\0\0\0\0\0\xf0\x3f\0\0\0\0\0\0\0\x40", 21);
    for (i = 0; i < depth; i++) carto_buf_append_text(&wkt, ")");
    CHECK_INT(carto_geom_from_wkt(&arena, carto_buf_str(&wkt), &geom, &error), want);
    CHECK_INT(carto_geom_from_wkb(&arena, wkb.ptr, wkb.len, &other, &error), want);
    CHECK(same_geom(geom, other));
    if (want == CARTO_OK) CHECK(carto_str_equal(wkt_of(&arena, geom), carto_buf_str(&wkt)));
  }
  carto_arena_free(&arena);
}

/* In GeoJSON a collection takes two levels, of which the JSON reader allows CARTO_MCP_MAX_DEPTH; so the
   geometry's own limit is seen only in a tree that was not read from text. */
static void test_geojson_depth(void) {
  enum { LEVELS = CARTO_MCP_MAX_DEPTH + 1, NODES = 5 * LEVELS };
  static carto_json nodes[NODES];
  carto_arena arena = test_arena();
  carto_geom geom;
  carto_error error;
  int i;
  for (i = 0; i < LEVELS; i++) {
    carto_json *n = nodes + 5 * i;
    n[0]._tag = CARTO_JSON_OBJECT;
    n[0]._size = 2;
    n[0]._as.skip = (size_t)(NODES - 5 * i);
    n[1]._tag = n[2]._tag = n[3]._tag = CARTO_JSON_STRING;
    n[1]._size = 4;
    n[1]._as.str = "type";
    n[2]._size = 18;
    n[2]._as.str = "GeometryCollection";
    n[3]._size = 10;
    n[3]._as.str = "geometries";
    n[4]._tag = CARTO_JSON_ARRAY;
    n[4]._size = i + 1 < LEVELS;
    n[4]._as.skip = (size_t)(NODES - 5 * i - 4);
  }
  CHECK_INT(carto_geom_from_geojson(&arena, nodes, &geom, &error), CARTO_ERR_LIMIT);
  CHECK_INT(carto_geom_from_geojson(&arena, nodes + 5, &geom, &error), CARTO_OK);
  carto_arena_free(&arena);
}

static void put_random_position(carto_buf *out, int numbers) {
  while (numbers-- > 0) {
    double value = test_random_bits() % 3 ? (random_unit() - 0.5) * 360 : random_double();
    carto_buf_append_double(out, value == 0 ? 0 : value);
    if (numbers > 0) carto_buf_append_text(out, " ");
  }
}

static void put_random_run(carto_buf *out, int type, int numbers) {
  size_t count = type == CARTO_MCP__RING ? 4 + test_random_bits() % 4 : 2 + test_random_bits() % 4, first = 0, end = 0;
  carto_buf_append_text(out, "(");
  if (type == CARTO_GEOM_POINT) count = 1;
  for (size_t i = 0; i < count; i++) {
    if (i > 0) carto_buf_append_text(out, ",");
    if (i == 0) first = out->len;
    if (i == 1) end = out->len - 1;
    if (type == CARTO_MCP__RING && i == count - 1) {
      (void)carto__buf_room(out, 1000);
      carto_buf_append(out, out->ptr + first, end - first);
    } else {
      put_random_position(out, numbers);
    }
  }
  carto_buf_append_text(out, ")");
}

static void put_random_geom(carto_buf *out, int want, int numbers, int depth) {
  static const char *const words[] = {"", "", " Z ", " ZM "};
  int type = want == CARTO_MCP__ANY ? 1 + (int)(test_random_bits() % (depth > 0 ? 7 : 6)) : want;
  if (want == CARTO_MCP__ANY) {
    carto_buf_append_text(out, carto_geom_type_name(type));
    carto_buf_append_text(out, words[numbers - 1]);
  }
  if (want != CARTO_MCP__RING && test_random_bits() % 8 == 0) {
    carto_buf_append_text(out, " EMPTY");
  } else if (!carto__geom_part(type)) {
    put_random_run(out, type, numbers);
  } else {
    carto_buf_append_text(out, "(");
    for (size_t i = 0, n = 1 + test_random_bits() % 3; i < n; i++) {
      if (i > 0) carto_buf_append_text(out, ",");
      put_random_geom(out, carto__geom_part(type), numbers, depth - 1);
    }
    carto_buf_append_text(out, ")");
  }
}

static void test_round_trips(void) {
  carto_arena arena = test_arena();
  int round;
  for (round = 0; round < 5000; round++) {
    carto_buf text = arena_buf(&arena), wkb = arena_buf(&arena);
    carto_geom geom, other;
    carto_error error;
    carto_str json;
    int numbers = 2 + round % 3;
    put_random_geom(&text, CARTO_MCP__ANY, numbers, 3);
    if (!CHECK(carto_geom_from_wkt(&arena, carto_buf_str(&text), &geom, &error) == CARTO_OK)) {
      printf("  %.*s: %s\n", (int)text.len, text.ptr, error.text);
      continue;
    }
    CHECK_INT(carto_geom_from_wkt(&arena, wkt_of(&arena, geom), &other, &error), CARTO_OK);
    CHECK(same_geom(geom, other));
    carto_geom_to_wkb(geom, 4326, &wkb);
    CHECK_INT(carto_geom_from_wkb(&arena, wkb.ptr, wkb.len, &other, &error), CARTO_OK);
    CHECK(same_geom(geom, other));
    json = geojson_of(&arena, geom);
    CHECK_INT(from_geojson(&arena, json, &other, &error), CARTO_OK);
    if (numbers == 2) CHECK(same_geom(geom, other));
    CHECK(carto_str_equal(json, geojson_of(&arena, other)));
    if (numbers == 2) { /* the box, from the text's numbers */
      carto_box box = carto_geom_box(geom), want = carto_box_empty();
      CHECK_INT(carto_geom_is_empty(geom), box.xmin > box.xmax);
      for (const char *p = text.ptr, *end = p + text.len; p < end;) {
        if ((*p >= '0' && *p <= '9') || *p == '-') {
          double x = strtod(p, (char **)&p), y = strtod(p, (char **)&p);
          carto_box_add_point(&want, x, y);
        } else {
          p++;
        }
      }
      CHECK(memcmp(&box, &want, sizeof box) == 0);
    }
    carto_arena_reset(&arena);
  }
  carto_arena_free(&arena);
}

static void test_small_things(void) {
  carto_arena arena = test_arena();
  carto_geom none, geom;
  carto_box box = carto_box_empty(), other;
  carto_buf buf = arena_buf(&arena);
  carto_json_writer writer;
  none.wkb = NULL;
  none.size = 0;
  CHECK_INT(carto_geom_type_of(none), 0);
  CHECK(carto_geom_is_empty(none));
  CHECK(carto_geom_box(none).xmin > carto_geom_box(none).xmax);
  carto_geom_to_wkt(none, &buf);
  carto_geom_to_wkb(none, 0, &buf);
  carto_geom_to_wkb(none, 4326, &buf);
  CHECK_UINT(buf.len, 0);
  CHECK_STR(geojson_of(&arena, none), "null");
  CHECK_STR(STR(carto_geom_type_name(CARTO_GEOM_POINT)), "Point");
  CHECK_STR(STR(carto_geom_type_name(CARTO_GEOM_COLLECTION)), "GeometryCollection");
  CHECK_STR(STR(carto_geom_type_name(0)), "");
  CHECK_STR(STR(carto_geom_type_name(8)), "");
  CHECK_STR(STR(carto_geom_type_name(-1)), "");
  geom = geom_of(&arena, "MULTIPOLYGON(((0 0,9 0,9 9,0 0)))");
  CHECK_INT(carto_geom_type_of(geom), CARTO_GEOM_MULTIPOLYGON);
  CHECK(!carto_geom_is_empty(geom));
  CHECK(carto_geom_is_empty(geom_of(&arena, "GEOMETRYCOLLECTION(POINT EMPTY,MULTIPOLYGON(EMPTY))")));
  carto_box_add(&box, carto_box_empty());
  CHECK(box.xmin > box.xmax && box.ymin > box.ymax);
  other = carto_geom_box(geom);
  carto_box_add(&box, other);
  CHECK(memcmp(&box, &other, sizeof box) == 0);
  other.xmin = -5, other.xmax = 3;
  carto_box_add(&box, other);
  CHECK(box.xmin == -5 && box.xmax == 9 && box.ymin == 0 && box.ymax == 9);
  /* a writer that runs out of room says so in its buffer */
  carto_buf_init(&buf, carto_arena_allocator(&arena), 20);
  carto_geom_to_wkt(geom, &buf);
  CHECK_INT(buf.status, CARTO_ERR_LIMIT);
  carto_buf_clear(&buf);
  carto_geom_to_wkb(geom, 4326, &buf);
  CHECK_INT(buf.status, CARTO_ERR_LIMIT);
  carto_buf_clear(&buf);
  carto_json_writer_init(&writer, &buf);
  carto_geom_to_geojson(geom, &writer);
  CHECK_INT(buf.status, CARTO_ERR_LIMIT);
  carto_arena_free(&arena);
}

static const char memory_hex[] =
  "0107000000020000000101000000000000000000F03F0000000000000040010200000002000000000000000000F03F"
  "000000000000F03F000000000000004000000000000008C0";

static int read_with(carto_alloc alloc, int kind) {
  carto_arena arena = arena_over(alloc);
  carto_buf text;
  carto_json_doc doc;
  carto_geom geom;
  carto_error error;
  carto_status status = CARTO_OK;
  int i;
  carto_buf_init(&text, alloc, 0);
  if (kind == 0) carto_buf_append_text(&text, "MULTIPOINT(");
  if (kind == 1) carto_buf_append_text(&text, "{\"type\":\"MultiPoint\",\"coordinates\":[");
  for (i = 0; i < 400 && kind < 2; i++) carto_buf_append_text(&text, kind ? "[0.5,-1]," : ".5 -1,");
  if (kind < 2) carto_buf_append_text(&text, kind ? "[1,2]]}" : "1 2)");
  status = (carto_status)text.status;
  if (status == CARTO_OK && kind == 0) status = carto_geom_from_wkt(&arena, carto_buf_str(&text), &geom, &error);
  if (status == CARTO_OK && kind == 1) {
    status = carto_json_parse(&arena, carto_buf_str(&text), &doc, &error);
    if (status == CARTO_OK) status = carto_geom_from_geojson(&arena, doc.root, &geom, &error);
  }
  if (kind == 2) status = carto_geom_from_hex(&arena, STR(memory_hex), &geom, &error);
  if (status != CARTO_OK) CHECK_INT(status, CARTO_ERR_NOMEM);
  else CHECK(geom.size > 0);
  carto_buf_free(&text);
  carto_arena_free(&arena);
  return status == CARTO_OK;
}

static int read_wkt(carto_alloc alloc) { return read_with(alloc, 0); }
static int read_geojson(carto_alloc alloc) { return read_with(alloc, 1); }
static int read_hex(carto_alloc alloc) { return read_with(alloc, 2); }

static void test_memory_limits(void) {
  carto_alloc libc;
  carto_arena arena;
  carto_geom geom;
  carto_error error;
  carto_json_doc doc;
  unsigned char room[8192];
  carto_block block;
  size_t size;
  test_every_allocation(read_wkt, 100);
  test_every_allocation(read_geojson, 100);
  test_every_allocation(read_hex, 100);
  memset(&libc, 0, sizeof libc);
  /* an arena with a cap */
  carto_arena_init(&arena, libc, 64);
  CHECK_INT(carto_geom_from_wkt(&arena, STR("LINESTRING(0 0,1 1,2 2,3 3,4 4,5 5)"), &geom, &error), CARTO_ERR_LIMIT);
  CHECK_INT(from_hex(&arena, memory_hex, &geom, &error), CARTO_ERR_LIMIT);
  carto_arena_free(&arena);
  carto_arena_init(&arena, libc, 0);
  CHECK_INT(carto_json_parse(&arena, STR("{\"type\":\"Point\",\"coordinates\":[1,2]}"), &doc, &error), CARTO_OK);
  {
    carto_arena small;
    carto_arena_init(&small, libc, 16);
    CHECK_INT(carto_geom_from_geojson(&small, doc.root, &geom, &error), CARTO_ERR_LIMIT);
    carto_arena_free(&small);
  }
  carto_arena_free(&arena);
  /* blocks of every size: works or says what is missing */
  for (size = 0; size <= sizeof room; size += 64) {
    carto_block_init(&block, room, size);
    carto_arena_init(&arena, carto_block_alloc(&block), 0);
    (void)CHECK(carto_geom_from_wkt(&arena, STR(samples[6]), &geom, &error) == (geom.size ? CARTO_OK : CARTO_ERR_NOMEM));
    carto_arena_free(&arena);
  }
}

/* ---- cells */

static void run_corpus(const char *path, void (*run)(corpus *, const char *, carto_str), long count) {
  size_t len;
  char *text = test_read_file(path, &len);
  corpus c = {0, 0};
  run(&c, path, carto_str_make(text, len));
  CHECK_INT(c.failed, 0);
  CHECK_INT(c.passed, count);
  free(text);
}

static void test_h3_vectors(void) {
  run_corpus("tests/corpora/h3/generated.jsonl", corpus_h3, 3376);
  run_corpus("tests/corpora/h3/latlng_to_cell.jsonl", corpus_h3, 300);
  run_corpus("tests/corpora/h3/disks.jsonl", corpus_h3, 57);
  run_corpus("tests/corpora/h3/cell_to_boundary.jsonl", corpus_h3, 421);
}

static carto_lnglat random_point(void) {
  carto_lnglat point;
  point.lng = random_unit() * 360 - 180;
  point.lat = asin(random_unit() * 2 - 1) / 0.017453292519943295;
  return point;
}

/* What must hold for every cell. */
static void test_h3_properties(void) {
  int round, i;
  for (round = 0; round < 40000; round++) {
    carto_lnglat point = random_point(), vertices[10];
    int resolution = round % 16;
    uint64_t cell = carto_h3_from_point(point, resolution), parent, again;
    size_t count;
    char text[17];
    double area = 0;
    if (!CHECK(carto_h3_is_valid(cell))) continue;
    CHECK_INT(carto_h3_resolution(cell), resolution);
    CHECK_UINT(carto_h3_from_point(carto_h3_center(cell), resolution), cell);
    carto_h3_text(cell, text);
    CHECK(carto_h3_parse(STR(text), &again) && again == cell);
    for (parent = cell, i = resolution - 1; i >= 0; i--) {
      parent = carto_h3_parent(parent, i);
      if (carto_h3_parent(cell, i) != parent || !carto_h3_is_valid(parent)) break;
    }
    CHECK_INT(i, -1);
    count = carto_h3_boundary(cell, vertices);
    CHECK(carto_h3_is_pentagon(cell) ? count == 5 || count == 10 : count >= 6 && count <= 8);
    for (i = 0; i < (int)count; i++) { /* counter-clockwise, where the antimeridian and poles are far */
      carto_lnglat a = vertices[i], b = vertices[(size_t)(i + 1) % count];
      area += a.lng * b.lat - b.lng * a.lat;
    }
    if (resolution > 3 && fabs(point.lng) < 170 && fabs(point.lat) < 80) CHECK(area > 0);
  }
}

static void test_h3_arguments(void) {
  carto_lnglat point, vertices[10];
  uint64_t cell, other;
  char text[17];
  int i;
  point.lng = -122.418;
  point.lat = 37.775;
  cell = carto_h3_from_point(point, 9);
  CHECK_UINT(cell, UINT64_C(0x89283082803ffff));
  CHECK_UINT(carto_h3_from_point(point, -1), 0);
  CHECK_UINT(carto_h3_from_point(point, 16), 0);
  point.lat = 90.0000001;
  CHECK_UINT(carto_h3_from_point(point, 9), 0);
  point.lat = NAN;
  CHECK_UINT(carto_h3_from_point(point, 9), 0);
  point.lat = 37.775;
  point.lng = INFINITY;
  CHECK_UINT(carto_h3_from_point(point, 9), 0);
  point.lng = NAN;
  CHECK_UINT(carto_h3_from_point(point, 9), 0);
  point.lng = -122.418 + 720; /* longitude wraps */
  CHECK_UINT(carto_h3_from_point(point, 9), cell);
  CHECK_UINT(carto_h3_parent(cell, 9), cell);
  CHECK_UINT(carto_h3_parent(cell, 10), 0);
  CHECK_UINT(carto_h3_parent(cell, -1), 0);
  CHECK_UINT(carto_h3_parent(0, 0), 0);
  CHECK_UINT(carto_h3_boundary(0, vertices), 0);
  CHECK_DOUBLE(carto_h3_center(0).lng, 0);
  CHECK(!carto_h3_is_pentagon(0));
  CHECK(!carto_h3_parse(carto_str_make(NULL, 0), &other));
  CHECK(!carto_h3_parse(STR("008928308280fffff"), &other)); /* 17 digits */
  CHECK(carto_h3_parse(STR("08001FFFFFFFFFFF"), &other) && other == UINT64_C(0x8001fffffffffff));
  carto_h3_text(0, text);
  CHECK_STR(STR(text), "0");
  carto_h3_text(UINT64_MAX, text);
  CHECK_STR(STR(text), "ffffffffffffffff");
  for (i = 0; i < 64; i++) { /* one bit changed: another cell or none */
    other = cell ^ UINT64_C(1) << i;
    if (carto_h3_is_valid(other)) CHECK(carto_h3_from_point(carto_h3_center(other), carto_h3_resolution(other)) == other);
  }
}

static void test_quadbin(void) {
  int round;
  run_corpus("tests/corpora/quadbin/vectors.jsonl", corpus_quadbin, 300);
  run_corpus("tests/corpora/quadbin/generated.jsonl", corpus_quadbin, 562);
  for (round = 0; round < 20000; round++) {
    int level = round % 27, z;
    uint32_t mask = (UINT32_C(1) << level) - 1, x = (uint32_t)test_random_bits() & mask, y = (uint32_t)test_random_bits() & mask;
    uint64_t cell = carto_quadbin_from_tile(level, x, y);
    uint32_t tx, ty;
    CHECK(carto_quadbin_is_valid(cell));
    carto_quadbin_to_tile(cell, &z, &tx, &ty);
    CHECK(z == level && tx == x && ty == y);
    CHECK_UINT(carto_quadbin_from_point(carto_quadbin_center(cell), level), cell);
    if (level > 0) CHECK_UINT(carto_quadbin_parent(cell, level - 1), carto_quadbin_from_tile(level - 1, x / 2, y / 2));
  }
}

static void test_quadbin_arguments(void) {
  carto_lnglat point;
  uint64_t world = carto_quadbin_from_tile(0, 0, 0), cell = carto_quadbin_from_tile(3, 5, 2);
  uint32_t x, y;
  int level;
  point.lng = 0;
  point.lat = 0;
  CHECK_UINT(world, UINT64_C(5192650370358181887)); /* 480fffffffffffff */
  CHECK_UINT(carto_quadbin_from_tile(-1, 0, 0), 0);
  CHECK_UINT(carto_quadbin_from_tile(27, 0, 0), 0);
  CHECK_UINT(carto_quadbin_from_tile(2, 4, 0), 0);
  CHECK_UINT(carto_quadbin_from_tile(2, 0, 4), 0);
  CHECK_UINT(carto_quadbin_from_point(point, -1), 0);
  CHECK_UINT(carto_quadbin_from_point(point, 27), 0);
  CHECK_UINT(carto_quadbin_parent(cell, 4), 0);
  CHECK_UINT(carto_quadbin_parent(cell, -1), 0);
  CHECK_UINT(carto_quadbin_parent(cell, 3), cell);
  CHECK_UINT(carto_quadbin_parent(cell ^ 1, 2), 0);
  CHECK(!carto_quadbin_is_valid(0));
  CHECK(!carto_quadbin_is_valid(cell ^ 1));
  CHECK(!carto_quadbin_is_valid(world | UINT64_C(1) << 63));
  CHECK(!carto_quadbin_is_valid(UINT64_C(0x49bfffffffffffff))); /* level 27 */
  CHECK(carto_quadbin_box(0).xmin > carto_quadbin_box(0).xmax);
  CHECK_DOUBLE(carto_quadbin_center(0).lng, 0);
  carto_quadbin_to_tile(UINT64_MAX, &level, &x, &y);
  CHECK(level == 31 && x == 0 && y == 0);
  point.lat = 91;
  CHECK_UINT(carto_quadbin_from_point(point, 3), 0);
  point.lat = NAN;
  CHECK_UINT(carto_quadbin_from_point(point, 3), 0);
  point.lat = 90; /* latitude is held within the square, longitude wraps */
  point.lng = 180;
  CHECK_UINT(carto_quadbin_from_point(point, 3), carto_quadbin_from_tile(3, 0, 0));
  point.lat = -90;
  point.lng = -180.0001;
  CHECK_UINT(carto_quadbin_from_point(point, 3), carto_quadbin_from_tile(3, 7, 7));
  CHECK_NEAR(carto_quadbin_box(world).ymax, 85.0511287798066, 1e-12);
  CHECK_DOUBLE(carto_quadbin_box(carto_quadbin_from_tile(1, 1, 1)).ymax, 0);
}

static size_t expect_disk(uint64_t cell, int k) {
  static uint64_t cells[3 * 250 * 251 + 1];
  size_t count = carto__h3_disk(cell, k, cells, sizeof cells / sizeof *cells);
  CHECK_UINT(count ? cells[0] : 0, count ? cell : 0);
  return count;
}

static void test_disks(void) {
  uint64_t cells[49], cell, pentagon = UINT64_C(0x821c07fffffffff), world = carto_quadbin_from_tile(0, 0, 0);
  carto_lnglat madrid;
  size_t i;
  madrid.lng = -3.7;
  madrid.lat = 40.4;
  cell = carto_h3_from_point(madrid, 9);
#ifndef CARTO_MCP_NO_H3
  CHECK_UINT(expect_disk(cell, 0), 1);
  CHECK_UINT(expect_disk(cell, 1), 7);
  CHECK_UINT(expect_disk(cell, 250), 188251);
  CHECK(carto_h3_is_pentagon(pentagon));
  CHECK_UINT(expect_disk(pentagon, 1), 6);
  CHECK_UINT(expect_disk(pentagon, 2), 16);
  CHECK_UINT(expect_disk(carto_h3_parent(cell, 0), 250), 122); /* the whole world */
  CHECK_UINT(carto__h3_disk(cell, 3, cells, 37), 37);
#endif
  CHECK_UINT(carto__h3_disk(cell, 3, cells, 36), 0);
  CHECK_UINT(carto__h3_disk(cell, -1, cells, 49), 0);
  CHECK_UINT(carto__h3_disk(cell, 251, cells, SIZE_MAX), 0);
  CHECK_UINT(carto__h3_disk(cell ^ 1, 1, cells, 49), 0);
  CHECK_UINT(carto__quadbin_disk(carto_quadbin_from_tile(4, 15, 0), 1, cells, 49), 6);
  CHECK_UINT(cells[0], carto_quadbin_from_tile(4, 14, 0));
  CHECK_UINT(cells[2], carto_quadbin_from_tile(4, 0, 0)); /* across the antimeridian */
  CHECK_UINT(cells[5], carto_quadbin_from_tile(4, 0, 1));
  CHECK_UINT(carto__quadbin_disk(carto_quadbin_from_tile(4, 7, 7), 3, cells, 49), 49);
  CHECK_UINT(carto__quadbin_disk(carto_quadbin_from_tile(26, 67108863, 67108863), 1, cells, 49), 6);
  CHECK_UINT(carto__quadbin_disk(carto_quadbin_from_tile(1, 1, 1), 3, cells, 49), 4); /* each cell once */
  for (i = 0; i < 4; i++) CHECK(carto_quadbin_level(cells[i]) == 1 && (i == 0 || cells[i] != cells[i - 1]));
  CHECK_UINT(carto__quadbin_disk(world, 0, cells, 1), 1);
  CHECK_UINT(carto__quadbin_disk(world, 1, cells, 8), 0);
  CHECK_UINT(carto__quadbin_disk(world, -1, cells, 49), 0);
  CHECK_UINT(carto__quadbin_disk(world, 251, cells, SIZE_MAX), 0);
  CHECK_UINT(carto__quadbin_disk(1, 1, cells, 49), 0);
}

/* ---- operations */

static void test_operations_corpus(void) {
  run_corpus("tests/corpora/geo-ops/cases.jsonl", corpus_geo_ops, 451);
}

/* The sign of an orientation against what 128-bit integers say. */
static void test_turn(void) {
  static const double far[4] = {0, 0, 1e300, 1e300};
  double p[6];
  int i, k;
  for (i = 0; i < 200000; i++) {
    int64_t v[6], left, right;
    for (k = 0; k < 4; k++) v[k] = (int64_t)(test_random_bits() % 2000001) - 1000000;
    if (i % 2) { /* near the line, on it for some */
      int64_t t = (int64_t)(test_random_bits() % 5);
      v[4] = v[0] + (v[2] - v[0]) * t / 4;
      v[5] = v[1] + (v[3] - v[1]) * t / 4 + (int64_t)(test_random_bits() % 3) - 1;
    } else {
      v[4] = (int64_t)(test_random_bits() % 2000001) - 1000000;
      v[5] = (int64_t)(test_random_bits() % 2000001) - 1000000;
    }
    left = (v[0] - v[4]) * (v[3] - v[5]);
    right = (v[1] - v[5]) * (v[2] - v[4]);
    for (k = 0; k < 6; k++) p[k] = (double)v[k] / 3.0; /* a rounding each, so only where it is decided */
    if (left != right && (left - right > 1000 || right - left > 1000))
      CHECK_INT(carto__turn(p, p + 2, p + 4), left > right ? 1 : -1);
    for (k = 0; k < 6; k++) p[k] = (double)v[k] * 0x1p-30;
    CHECK_INT(carto__turn(p, p + 2, p + 4), left > right ? 1 : left < right ? -1 : 0);
  }
  /* a last digit decides, where the determinant in doubles is 0 */
  p[0] = 0.1;
  p[1] = 0.1;
  p[2] = 0.3;
  p[3] = 0.3;
  p[4] = 0.2;
  p[5] = 0.2;
  CHECK_INT(carto__turn(p, p + 2, p + 4), 0);
  p[5] = 0.20000000000000004;
  CHECK_INT(carto__turn(p, p + 2, p + 4), 1);
  p[5] = 0.19999999999999998;
  CHECK_INT(carto__turn(p, p + 2, p + 4), -1);
  (void)carto__turn(far, far + 2, p);
}

/* Prepared or not, a point is where counting crossings one by one says. */
static void test_locate(void) {
  carto_arena arena = test_arena();
  double ring[400], points[128];
  uint64_t inside = 0, touching = 0;
  carto_geom geom;
  carto__shape plain, ready;
  int n, i, k;
  size_t at;
  for (n = 3; n <= 200; n += 1 + n / 3) {
    for (i = 0; i < n; i++) {
      double s, c, r = 1 + 5 * random_unit();
      carto__sin_cos(6.283185307179586 * i / n, &s, &c);
      ring[2 * i] = floor(64 * r * c) / 64;
      ring[2 * i + 1] = floor(64 * r * s) / 64;
    }
    CHECK_INT(carto__geom_from_points(&arena, CARTO_GEOM_POLYGON, ring, (size_t)n, &geom), CARTO_OK);
    CHECK_INT(carto__shape_init(&plain, &arena, geom), CARTO_OK);
    ready = plain;
    carto__shape_prepare(&ready, &arena, 1 << 20);
    CHECK(ready.verdicts != NULL);
    inside = touching = 0;
    for (i = 0; i < 4000; i++) {
      double x = floor((random_unit() - 0.5) * 14 * 64) / 64, y = floor((random_unit() - 0.5) * 14 * 64) / 64;
      int odd = 0, on = 0, want;
      for (k = 0; k < n; k++) {
        const double *e = plain.xy + 2 * k;
        double turn = (e[0] - x) * (e[3] - y) - (e[1] - y) * (e[2] - x); /* exact for these */
        if (turn == 0 && (e[0] - x) * (e[2] - x) <= 0 && (e[1] - y) * (e[3] - y) <= 0) on = 1;
        if ((e[1] > y) != (e[3] > y) && (turn > 0) == (e[3] > y)) odd = !odd;
      }
      want = on ? 0 : odd ? 1 : -1;
      CHECK_INT(carto__shape_locate(&plain, x, y), want);
      CHECK_INT(carto__shape_locate(&ready, x, y), want);
      at = i % 64;
      points[2 * at] = i % 61 ? x : i % 2 ? 1e308 : NAN; /* out of every cell */
      points[2 * at + 1] = y;
      if (i % 61) inside |= (uint64_t)(want > 0) << at, touching |= (uint64_t)(want >= 0) << at;
      if (at < 63 - i % 5) continue;
      CHECK(carto__shape_locate_word(&ready, points, at + 1, 1) == inside);
      CHECK(carto__shape_locate_word(&ready, points, at + 1, 0) == touching);
      CHECK(carto__shape_locate_word(&plain, points, at + 1, 0) == touching);
      if (at == 63) inside = touching = 0;
    }
    CHECK_INT(carto__shape_locate(&ready, NAN, 0), -1);
    CHECK_INT(carto__shape_locate(&ready, INFINITY, -INFINITY), -1);
    carto_arena_reset(&arena);
  }
  carto_arena_free(&arena);
}

static void test_geodesics(void) {
  static const struct {
    double a[2], b[2], metres;
  } cases[] = {
    {{0, 0}, {180, 0}, 20003931.45862545},
    {{0, 90}, {50, -90}, 20003931.45862545},
    {{0, 0}, {179.5, 0.5}, 19936288.57896531},
    {{-30, -30}, {149.8, 29.9}, 19989832.82760953},
    {{2.35, 48.85}, {-0.12, 51.5}, 343492.81540048},
    {{0, 0}, {0, 0}, 0},
    {{-180, 5}, {180, 5}, 0},
    {{10, 90}, {-120, 90}, 0},
  };
  carto_arena arena = test_arena();
  carto_lnglat a, b;
  size_t i;
  for (i = 0; i < sizeof cases / sizeof *cases; i++) {
    a.lng = cases[i].a[0];
    a.lat = cases[i].a[1];
    b.lng = cases[i].b[0];
    b.lat = cases[i].b[1];
    CHECK_NEAR(carto__geodesic_distance(a, b), cases[i].metres, 1e-5);
    CHECK_NEAR(carto__geodesic_distance(b, a), cases[i].metres, 1e-5);
  }
  a.lat = NAN;
  CHECK(carto__geodesic_distance(a, b) != carto__geodesic_distance(a, b));
  CHECK(isfinite(carto__geom_measure(geom_of(&arena, "POLYGON((1e300 -1e300,1e300 1e300,-1e300 5,1e300 -1e300))"), CARTO__MEASURE_AREA, false, NULL)));
  {
    carto__shape s, t;
    CHECK_INT(carto__shape_init(&s, &arena, geom_of(&arena, "LINESTRING(1e300 -1e300,-1e300 1e300,1e-300 2)")), CARTO_OK);
    CHECK_INT(carto__shape_init(&t, &arena, geom_of(&arena, "POINT(-1e300 0)")), CARTO_OK);
    CHECK(isfinite(carto__shape_geodesic_distance(&s, &t)));
    CHECK(!(carto__shape_distance(&s, &t) < 0));
    carto__shape_prepare(&s, &arena, 1 << 20);
  }
  /* an octant, around a pole, across the antimeridian */
  CHECK_NEAR(carto__geom_measure(geom_of(&arena, "POLYGON((0 0,90 0,0 90,0 0))"), CARTO__MEASURE_AREA, false, NULL), 63758202715511.07, 1);
  CHECK_NEAR(carto__geom_measure(geom_of(&arena, "POLYGON((0 -80,-90 -80,180 -80,90 -80,0 -80))"), CARTO__MEASURE_AREA, false, NULL), 2507270031169.8438, 1);
  CHECK_NEAR(carto__geom_measure(geom_of(&arena, "POLYGON((179 -1,-179 -1,-179 1,179 1,179 -1))"), CARTO__MEASURE_AREA, false, NULL), 49238887518.55441, 1);
  carto_arena_free(&arena);
}

static void test_makers(void) {
  static const double xy[] = {1, 2, 3, 4, 5, 0};
  static const struct {
    int type;
    size_t count;
    const char *wkt; /* NULL: refused */
  } cases[] = {
    {CARTO_GEOM_POINT, 1, "POINT(1 2)"},
    {CARTO_GEOM_POINT, 0, "POINT EMPTY"},
    {CARTO_GEOM_POINT, 2, NULL},
    {CARTO_GEOM_MULTIPOINT, 0, "MULTIPOINT EMPTY"},
    {CARTO_GEOM_MULTIPOINT, 2, "MULTIPOINT(1 2,3 4)"},
    {CARTO_GEOM_LINESTRING, 3, "LINESTRING(1 2,3 4,5 0)"},
    {CARTO_GEOM_LINESTRING, 1, NULL},
    {CARTO_GEOM_POLYGON, 3, "POLYGON((1 2,3 4,5 0,1 2))"},
    {CARTO_GEOM_POLYGON, 0, "POLYGON EMPTY"},
    {CARTO_GEOM_POLYGON, 2, NULL},
  };
  double bad[2] = {0, INFINITY};
  carto_arena arena = test_arena();
  carto_geom geom;
  carto_box box;
  size_t i;
  for (i = 0; i < sizeof cases / sizeof *cases; i++) {
    carto_status status = carto__geom_from_points(&arena, cases[i].type, xy, cases[i].count, &geom);
    CHECK_INT(status, cases[i].wkt ? CARTO_OK : CARTO_ERR_ARG);
    if (cases[i].wkt) CHECK(same_geom(geom, geom_of(&arena, cases[i].wkt)));
    else CHECK(geom.wkb == NULL && geom.size == 0);
  }
  CHECK_INT(carto__geom_from_points(&arena, CARTO_GEOM_POINT, bad, 1, &geom), CARTO_ERR_ARG);
  CHECK_INT(carto__geom_from_points(&arena, CARTO_GEOM_MULTIPOINT, bad, 1, &geom), CARTO_ERR_ARG);
  box.xmin = box.xmax = 1;
  box.ymin = 2;
  box.ymax = 3;
  CHECK_INT(carto__geom_from_box(&arena, box, false, &geom), CARTO_OK);
  CHECK(same_geom(geom, geom_of(&arena, "POLYGON((1 2,1 3,1 3,1 2,1 2))")));
  CHECK_INT(carto__geom_from_box(&arena, box, true, &geom), CARTO_OK);
  CHECK(same_geom(geom, geom_of(&arena, "LINESTRING(1 2,1 3)")));
  CHECK_INT(carto__geom_from_box(&arena, carto_box_empty(), true, &geom), CARTO_OK);
  CHECK(same_geom(geom, geom_of(&arena, "POLYGON EMPTY")));
  carto_arena_free(&arena);
}

/* Bytes that are no geometry are like an empty one, or end early; nothing is read beyond them. */
static void test_operations_on_broken(void) {
  carto_arena arena = test_arena();
  carto_geom whole = geom_of(&arena, "MULTIPOLYGON(((0 0,4 0,4 4,0 4,0 0),(1 1,2 1,2 2,1 1)),((5 5,6 5,6 6,5 5)))");
  carto_geom other = geom_of(&arena, "GEOMETRYCOLLECTION(LINESTRING(0 0,9 9),POINT(1 1))");
  carto__shape a, b;
  unsigned out;
  double center[2];
  size_t size;
  CHECK_INT(carto__shape_init(&b, &arena, other), CARTO_OK);
  for (size = 0; size <= whole.size; size++) {
    carto_geom part;
    unsigned char *copy = (unsigned char *)malloc(size + 1);
    if (!copy) exit(2);
    memcpy(copy, whole.wkb, size);
    part.wkb = copy;
    part.size = size;
    if (CHECK(carto__shape_init(&a, &arena, part) == CARTO_OK)) {
      carto__shape_prepare(&a, &arena, 1 << 20);
      CHECK_INT(carto__shape_relate(&arena, &a, &b, 7, &out), CARTO_OK);
      CHECK_INT(carto__shape_relate(&arena, &b, &a, 7, &out), CARTO_OK);
      CHECK(!(carto__shape_distance(&a, &b) < 0));
      CHECK(!(carto__shape_geodesic_distance(&a, &b) < 0));
    }
    CHECK(carto__geom_measure(part, CARTO__MEASURE_AREA, true, NULL) <= 16.5 && carto__geom_measure(part, CARTO__MEASURE_LENGTH, false, NULL) >= 0);
    (void)carto__geom_centroid(part, center, NULL);
    free(copy);
  }
  carto_arena_free(&arena);
}

static int relate_with_little_memory(carto_alloc alloc) {
  carto_arena arena = arena_over(alloc);
  carto_arena other = test_arena();
  carto__shape a, b;
  unsigned out = 0;
  carto_status status = carto__shape_init(&a, &arena, geom_of(&other, "POLYGON((0 0,9 0,9 9,0 9,0 0))"));
  if (status == CARTO_OK)
    status = carto__shape_init(&b, &arena, geom_of(&other, "LINESTRING(0 0,9 0,9 9,8 8,0 0,1 0,2 0)"));
  if (status == CARTO_OK) {
    carto__shape_prepare(&a, &arena, 1 << 20);
    CHECK_INT(arena.status, CARTO_OK);
    status = carto__shape_relate(&arena, &a, &b, CARTO_MCP__COVERS | CARTO_MCP__CONTAINS, &out);
  }
  CHECK(status == CARTO_OK || status == CARTO_ERR_NOMEM);
  CHECK_UINT(out, status == CARTO_OK ? CARTO_MCP__COVERS | CARTO_MCP__CONTAINS : 0);
  carto_arena_free(&other);
  carto_arena_free(&arena);
  return status == CARTO_OK && a.cells;
}

static void test_operations_memory(void) { test_every_allocation(relate_with_little_memory, 100); }

static const test_case cases[] = {
  {"elementary", test_elementary},
  {"wkt refused", test_wkt_refused},
  {"wkt corpus", test_wkt_corpus},
  {"postgis", test_postgis},
  {"wkb forms", test_wkb_forms},
  {"wkb refused", test_wkb_refused},
  {"wkb truncated", test_wkb_truncated},
  {"wkb changed", test_wkb_changed},
  {"geojson read", test_geojson_read},
  {"geojson refused", test_geojson_refused},
  {"geojson depth", test_geojson_depth},
  {"depth", test_depth},
  {"round trips", test_round_trips},
  {"small things", test_small_things},
  {"memory", test_memory_limits},
  {"h3 vectors", test_h3_vectors},
  {"h3 properties", test_h3_properties},
  {"h3 arguments", test_h3_arguments},
  {"quadbin", test_quadbin},
  {"quadbin arguments", test_quadbin_arguments},
  {"disks", test_disks},
  {"operations", test_operations_corpus},
  {"turn", test_turn},
  {"locate", test_locate},
  {"geodesics", test_geodesics},
  {"makers", test_makers},
  {"operations on broken bytes", test_operations_on_broken},
  {"operations without memory", test_operations_memory},
};

TEST_MAIN(cases)
