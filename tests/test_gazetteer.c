/* Places by name. What must be found is taken from the rows of fixtures/data/demo/world/populated_places.csv,
   read here by columns, and looked up in every way that must lead to the same row. */
#define _POSIX_C_SOURCE 200809L
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
#include "test.h"

static carto_str str(const char *text) { return carto_str_from(text); }

static carto_table table;
static carto_gazetteer places;
static carto_arena arena;
static carto_call call;

static carto_str cell(const char *column, size_t row) {
  const carto_column *c = carto_table_find(&table, str(column));
  return carto_column_is_null(c, row) ? carto_str_make(NULL, 0) : carto_column_string(c, row);
}

static double number(const char *column, size_t row) {
  const carto_column *c = carto_table_find(&table, str(column));
  return c->type == CARTO_TYPE_INTEGER ? (double)c->data.integer[row] : c->data.number[row];
}

static carto_str lower_case(carto_str s, char room[200]) {
  size_t i;
  for (i = 0; i < s.len && i < 200; i++) room[i] = carto__lower(s.ptr[i]);
  return carto_str_make(room, i);
}

typedef struct found {
  carto_place *items;
  size_t count;
} found;

static found find(carto_str address, const char *code, size_t limit) {
  found f;
  carto_error error;
  CHECK_INT(carto_gazetteer_find(&call, &places, address, str(code), limit, &f.items, &f.count, &error), CARTO_OK);
  return f;
}

/* The place among the answers of the row, or -1. */
static int place_of(found f, size_t row) {
  size_t i;
  for (i = 0; i < f.count; i++)
    if (f.items[i].lng == number("longitude", row) && f.items[i].lat == number("latitude", row) &&
        carto_str_equal(f.items[i].name, cell("name", row)))
      return (int)i;
  return -1;
}

static void test_every_row(void) {
  size_t row, typed = 0, first = 0, asked = 0;
  for (row = 0; row < table.row_count; row += 3) {
    carto_str name = cell("name", row), ascii = cell("nameascii", row);
    char room[200], whole[400];
    found f = find(name, "", 100);
    int at = place_of(f, row), length;
    CHECK(at >= 0 || f.count == 100);
    if (at >= 0) CHECK(f.items[at].rank <= 1);
    f = find(lower_case(name, room), "", 100);
    CHECK(place_of(f, row) == at);
    if (ascii.len) {
      f = find(ascii, "", 100);
      CHECK(place_of(f, row) >= 0 || f.count == 100);
    }
    if (cell("iso_a2", row).len == 2) {
      char code[3] = {cell("iso_a2", row).ptr[0], carto__lower(cell("iso_a2", row).ptr[1]), 0};
      size_t i;
      f = find(name, code, 100);
      CHECK(place_of(f, row) >= 0);
      for (i = 0; i < f.count; i++) CHECK(carto_str_equal(f.items[i].country_code, cell("iso_a2", row)));
    }
    /* with its region and country it is alone, or the largest of those that share them */
    if (cell("adm1name", row).len && !memchr(name.ptr, ',', name.len) && !memchr(cell("adm1name", row).ptr, ',', cell("adm1name", row).len)) {
      carto_str region = cell("adm1name", row), country = cell("adm0name", row);
      length = snprintf(whole, sizeof whole, "%.*s, %.*s, %.*s", (int)name.len, name.ptr, (int)region.len, region.ptr,
                        (int)country.len, country.ptr);
      f = find(carto_str_make(whole, (size_t)length), "", 10);
      asked++;
      at = place_of(f, row);
      CHECK(at >= 0);
      first += at == 0;
      if (at >= 0 && !carto_str_equal(name, region) && !carto_str_equal(region, country)) CHECK_STR(f.items[at].address, whole);
    }
    /* without its third letter */
    if (name.len >= 7 && name.len < 30 && (unsigned char)name.ptr[2] < 0x80 && (unsigned char)name.ptr[3] < 0x80 && name.ptr[2] != name.ptr[3] &&
        name.ptr[2] != ' ' && name.ptr[2] != '-' && name.ptr[1] != '-' && name.ptr[2] != '.' && name.ptr[2] != '\'') {
      memcpy(room, name.ptr, 2);
      memcpy(room + 2, name.ptr + 3, name.len - 3);
      f = find(carto_str_make(room, name.len - 1), "", 100);
      if (place_of(f, row) >= 0) typed++;
      else CHECK(f.count > 0); /* what has that name, or begins so, is better */
    }
    carto_arena_reset(&arena);
  }
  CHECK(asked > 2000 && first * 100 >= asked * 98);
  CHECK(typed > 1000);
}

typedef struct asked {
  const char *address, *code, *first; /* the address of the first answer; NULL: none */
} asked;

/* By hand from the rows of the table. */
static const asked questions[] = {
  {"Tokyo", "", "Tokyo, Japan"},
  {"tokyo", "jp", "Tokyo, Japan"},
  {"TOKYO", "ES", NULL},
  {"S\xc3\xa3o Paulo", "", "S\xc3\xa3o Paulo, Brazil"},
  {"sao paulo", "", "S\xc3\xa3o Paulo, Brazil"},
  {"Washington", "", "Washington, D.C., District of Columbia, United States of America"},
  {"Madird", "", "Madrid, Comunidad de Madrid, Spain"},
  {"Madrid, Spain", "", "Madrid, Comunidad de Madrid, Spain"},
  {"Madrid, ES", "", "Madrid, Comunidad de Madrid, Spain"},
  {"Madrid Spain", "", "Madrid, Comunidad de Madrid, Spain"},
  {"Madrid, France", "", NULL},
  {"Calle Mayor 1, 28013 Madrid, Spain", "", "Madrid, Comunidad de Madrid, Spain"},
  {"123 Main Street, New York", "", "New York, United States of America"},
  {"New York, USA", "", "New York, United States of America"},
  {"San Francisco, CA", "", "San Francisco, California, United States of America"},
  {"Dallas, TX", "", "Dallas, Texas, United States of America"},
  {"Albany, NY, USA", "", "Albany, New York, United States of America"},
  {"London, UK", "", "London, Westminster, United Kingdom"},
  {"London, ON", "", "London, Ontario, Canada"},
  {"Dallas, FR", "", NULL},
  {"Madrid, ESP", "", "Madrid, Comunidad de Madrid, Spain"},
  {"New York, United States", "", "New York, United States of America"},
  {"Xyzzyville", "", NULL},
  {"12345", "", NULL},
};

static void test_questions(void) {
  size_t i;
  for (i = 0; i < sizeof questions / sizeof *questions; i++) {
    found f = find(str(questions[i].address), questions[i].code, 0);
    CHECK(f.count <= 5);
    if (!questions[i].first) {
      CHECK_UINT(f.count, 0);
      if (f.count) printf("  %s: %.*s\n", questions[i].address, (int)f.items[0].address.len, f.items[0].address.ptr);
    } else if (f.count == 0) {
      CHECK(f.count > 0);
      printf("  %s\n", questions[i].address);
    } else {
      CHECK_STR(f.items[0].address, questions[i].first);
    }
    carto_arena_reset(&arena);
  }
}

/* The same name in several places: the most people first, unless the country says otherwise. */
static void test_order(void) {
  found f = find(str("San"), "", 100);
  size_t i;
  CHECK(f.count > 50);
  for (i = 1; i < f.count; i++)
    CHECK(f.items[i - 1].rank < f.items[i].rank ||
          (f.items[i - 1].rank == f.items[i].rank && f.items[i - 1].population >= f.items[i].population));
  CHECK_UINT(find(str("San"), "", 3).count, 3);
  CHECK_UINT(find(str("San"), "", 100000).count, 100);
}

static void test_arguments(void) {
  carto_error error;
  carto_place *items;
  size_t count;
  char longer[2000];
  const char *const codes[] = {"ESP", "E", "1S", "\xc3\xb1"};
  size_t i;
  for (i = 0; i < 4; i++) {
    CHECK_INT(carto_gazetteer_find(&call, &places, str("Madrid"), str(codes[i]), 0, &items, &count, &error), CARTO_ERR_ARG);
    CHECK_CONTAINS(str(error.text), "\"country_code\" must be two letters");
  }
  CHECK_INT(carto_gazetteer_find(&call, &places, str(""), str(""), 0, &items, &count, &error), CARTO_ERR_ARG);
  CHECK_CONTAINS(str(error.text), "must name a place");
  CHECK_INT(carto_gazetteer_find(&call, &places, str(" ,,!? , "), str(""), 0, &items, &count, &error), CARTO_ERR_ARG);
  memset(longer, 'a', sizeof longer);
  CHECK_INT(carto_gazetteer_find(&call, &places, carto_str_make(longer, 1001), str(""), 0, &items, &count, &error), CARTO_ERR_ARG);
  CHECK_INT(carto_gazetteer_find(&call, &places, carto_str_make(longer, 1000), str(""), 0, &items, &count, &error), CARTO_OK);
  CHECK_UINT(count, 0);
  CHECK_INT(carto_gazetteer_find(&call, &places, str("\xff\xfe\x80 a,b,c,d,e,f,g,h,i,j"), str(""), 0, &items, &count, &error), CARTO_OK);
}

/* Any bytes are an address: an answer's parts come from the table, and there are no more than asked for. */
static void test_any_bytes(void) {
  static const char pieces[] = "san new ,,  ' .-\xc3\xa9\xcc\x81\xd0\x9c\xff\xe2\x80\x99 york, paris 12 st \xc3\x9f\xc3\x86";
  uint64_t state = 88172645463325252u;
  size_t round, i, k;
  for (round = 0; round < 4000; round++) {
    char text[64];
    size_t len = 0, limit;
    carto_error error;
    carto_place *items;
    size_t count;
    carto_status status;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    while (len < 40 && (state >> len) % 11 != 0) {
      size_t from = (state >> (len % 32)) % (sizeof pieces - 1), n = 1 + (state >> (len % 40)) % 6;
      for (k = 0; k < n && from + k < sizeof pieces - 1; k++) text[len++] = pieces[from + k];
      state = state * 6364136223846793005u + 1442695040888963407u;
    }
    limit = 1 + round % 7;
    status = carto_gazetteer_find(&call, &places, carto_str_make(text, len), str(""), limit, &items, &count, &error);
    CHECK(status == CARTO_OK || (status == CARTO_ERR_ARG && count == 0));
    CHECK(count <= limit);
    for (i = 0; i < count; i++) CHECK(items[i].address.len >= items[i].name.len && items[i].name.len > 0);
    carto_arena_reset(&arena);
  }
}

/* ---- other tables */

static carto_status open_csv(carto_alloc alloc, const char *csv, carto_table *t, carto_gazetteer *g, carto_error *error) {
  carto_status status = carto_table_read_csv(&call, alloc, str("t"), str(csv), t, error);
  return status == CARTO_OK ? carto_gazetteer_init(&call, alloc, t, g, error) : status;
}

static void test_tables(void) {
  static const struct {
    const char *csv, *wrong;
  } rows[] = {
    {"City,Lat,Lng,Population,State\nSpringfield,39.8,-89.6,100000,Illinois\nSpringfield,42.1,-72.6,150000,Massachusetts\n", NULL},
    {"place,geom\nHere,POINT(1 2)\n", NULL},
    {"title,lat,lng\nHere,1,2\n", "a column of text called name"},
    {"name,lat\nHere,1\n", "columns latitude and longitude, or a geometry of points"},
    {"name,geom\nHere,\"LINESTRING(1 2,3 4)\"\n", "columns latitude and longitude"},
    {"name,lat,lng\n1,1,2\n", "a column of text called name"},
  };
  carto_alloc libc = {NULL, NULL};
  size_t i;
  for (i = 0; i < sizeof rows / sizeof *rows; i++) {
    carto_table t;
    carto_gazetteer g;
    carto_error error;
    carto_place *items;
    size_t count;
    carto_status status = open_csv(libc, rows[i].csv, &t, &g, &error);
    CHECK_INT(status, rows[i].wrong ? CARTO_ERR_UNSUPPORTED : CARTO_OK);
    if (rows[i].wrong) CHECK_CONTAINS(str(error.text), rows[i].wrong);
    if (i == 0) {
      CHECK_INT(carto_gazetteer_find(&call, &g, str("springfield"), str(""), 0, &items, &count, &error), CARTO_OK);
      CHECK_UINT(count, 2);
      CHECK_STR(items[0].address, "Springfield, Massachusetts");
      CHECK_INT(carto_gazetteer_find(&call, &g, str("springfield, ill"), str(""), 0, &items, &count, &error), CARTO_OK);
      CHECK_UINT(count, 1);
      CHECK_STR(items[0].address, "Springfield, Illinois");
      CHECK_DOUBLE(items[0].lat, 39.8);
      CHECK_INT(carto_gazetteer_find(&call, &g, str("springfield massachusetts"), str(""), 0, &items, &count, &error), CARTO_OK);
      CHECK_UINT(count, 1);
      CHECK_INT(carto_gazetteer_find(&call, &g, str("springfield"), str("US"), 0, &items, &count, &error),
                CARTO_ERR_UNSUPPORTED);
    }
    if (i == 1) {
      CHECK_INT(carto_gazetteer_find(&call, &g, str("here"), str(""), 0, &items, &count, &error), CARTO_OK);
      CHECK_UINT(count, 1);
      CHECK_DOUBLE(items[0].lng, 1);
      CHECK_DOUBLE(items[0].lat, 2);
    }
    if (status == CARTO_OK) carto_gazetteer_free(&g);
    carto_table_free(&t);
  }
}

static int gazetteer_body(carto_alloc alloc) {
  carto_table t;
  carto_gazetteer g;
  carto_arena own;
  carto_call mine;
  carto_place *items;
  size_t count;
  int done = 0;
  memset(&t, 0, sizeof t);
  memset(&g, 0, sizeof g);
  memset(&mine, 0, sizeof mine);
  carto_arena_init(&own, alloc, 0);
  mine.arena = &own;
  if (carto_table_read_csv(&mine, alloc, str("t"), str("name,lat,lng,country\nHere,1,2,There\nHereford,3,4,There\n"), &t, NULL) == CARTO_OK &&
      carto_gazetteer_init(&mine, alloc, &t, &g, NULL) == CARTO_OK &&
      carto_gazetteer_find(&mine, &g, str("Here, There"), str(""), 0, &items, &count, NULL) == CARTO_OK) {
    CHECK_UINT(count, 2);
    done = 1;
  }
  carto_gazetteer_free(&g);
  carto_table_free(&t);
  carto_arena_free(&own);
  return done;
}

static void test_memory_runs_out(void) { test_every_allocation(gazetteer_body, 300); }

static const test_case cases[] = {
  {"every_row", test_every_row}, {"questions", test_questions}, {"order", test_order},
  {"arguments", test_arguments}, {"any_bytes", test_any_bytes}, {"tables", test_tables},       {"memory", test_memory_runs_out},
};

int main(int argc, char **argv) {
  carto_alloc libc = {NULL, NULL};
  carto_error error;
  size_t len;
  char *text = test_read_file("fixtures/data/demo/world/populated_places.csv", &len);
  int status;
  carto_arena_init(&arena, libc, 0);
  memset(&call, 0, sizeof call);
  call.arena = &arena;
  if (carto_table_read_csv(&call, libc, str("places"), carto_str_make(text, len), &table, &error) != CARTO_OK ||
      carto_gazetteer_init(&call, libc, &table, &places, &error) != CARTO_OK) {
    printf("%s\n", error.text);
    return 2;
  }
  status = test_main(argc, argv, cases, sizeof cases / sizeof *cases);
  carto_gazetteer_free(&places);
  carto_table_free(&table);
  carto_arena_free(&arena);
  free(text);
  return status;
}
