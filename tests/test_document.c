/* Builder map documents: what is read, what is written, what is refused. The documents are those of
   fixtures/maps; what must be in them is taken from the files themselves. */
#define _POSIX_C_SOURCE 200809L
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
#include "test.h"

static carto_str str(const char *text) { return carto_str_from(text); }

static const char *const files[] = {
  "builder-map-a-minimal",       "builder-map-b-h3-query",  "builder-map-c1-daterange-parameter",
  "builder-map-c2-category-and-daterange", "builder-map-d-widgets-gallery", "builder-map-e-split-map",
  "builder-map-f-layer-groups",  "saved-map-full",          "saved-map-minimal",
  "saved-map-split-masked",
};
#define FILE_COUNT (sizeof files / sizeof *files)

/* A document with all that it lives in. */
typedef struct opened {
  carto_arena arena;
  carto_call call;
  carto_json_doc doc;
  carto_map_document map;
  carto_error error;
  carto_status status;
  char *text;
} opened;

static void open_text(opened *o, carto_alloc alloc, carto_str text) {
  o->text = NULL;
  carto_arena_init(&o->arena, alloc, 0);
  memset(&o->call, 0, sizeof o->call);
  o->call.arena = &o->arena;
  memset(&o->map, 0, sizeof o->map);
  o->status = carto_json_parse(&o->arena, text, &o->doc, &o->error);
  if (o->status == CARTO_OK) o->status = carto_map_document_read(&o->call, &o->doc, &o->map, &o->error);
}

static char *read_map(const char *name, size_t *len) {
  char path[200];
  snprintf(path, sizeof path, "fixtures/maps/%s.json", name);
  return test_read_file(path, len);
}

static void open_file(opened *o, const char *name) {
  carto_alloc libc = {NULL, NULL};
  size_t len;
  char *text = read_map(name, &len);
  open_text(o, libc, carto_str_make(text, len));
  o->text = text;
  CHECK_INT(o->status, CARTO_OK);
  if (o->status != CARTO_OK) printf("  %s: %s\n", name, o->error.text);
}

static void close_map(opened *o) {
  carto_arena_free(&o->arena);
  free(o->text);
}

static carto_buf write_map(const carto_map_document *map) {
  carto_alloc libc = {NULL, NULL};
  carto_json_writer writer;
  carto_buf buf;
  carto_buf_init(&buf, libc, 0);
  carto_json_writer_init(&writer, &buf);
  carto_map_document_write(map, &writer);
  CHECK_INT(buf.status, CARTO_OK);
  return buf;
}

/* ---- written and read again */

static int same(const carto_json *a, const carto_json *b) {
  const carto_json *x = carto_json_first(a), *y = carto_json_first(b);
  size_t left = carto_json_count(a);
  if (carto_json_is_number(a) && carto_json_is_number(b)) return carto_json_double(a) == carto_json_double(b);
  if (carto_json_type_of(a) != carto_json_type_of(b) || left != carto_json_count(b)) return 0;
  if (carto_json_type_of(a) == CARTO_JSON_STRING)
    return carto_str_equal(carto_json_string(a), carto_json_string(b));
  for (; left > 0; left--) {
    if (carto_json_type_of(a) == CARTO_JSON_OBJECT) {
      if (!same(carto_json_value_of(x), carto_json_find(b, carto_json_string(x)))) return 0;
      x = carto_json_next(carto_json_value_of(x));
    } else {
      if (!same(x, y)) return 0;
      x = carto_json_next(x);
      y = carto_json_next(y);
    }
  }
  return 1;
}

/* All that a document holds is in the written one, but for what the service assigns and the names of
   operations, which are written in full. Members may be added: defaults made explicit. */
static void check_kept(const carto_json *was, const carto_json *now, const char *path) {
  const carto_json *x = carto_json_first(was), *y = carto_json_first(now);
  size_t left = carto_json_count(was), i;
  char here[400];
  if (carto_json_type_of(was) < CARTO_JSON_ARRAY || !now) {
    if (!test_report(same(was, now), __FILE__, __LINE__, "kept")) printf("  at %s\n", path);
    return;
  }
  if (carto_json_type_of(was) == CARTO_JSON_ARRAY) {
    if (left == 0 && strstr(path, ".textLabel")) return;
    if (!test_report(left == carto_json_count(now), __FILE__, __LINE__, "as many elements"))
      printf("  at %s\n", path);
    for (i = 0; i < left && y; i++, x = carto_json_next(x), y = carto_json_next(y)) {
      snprintf(here, sizeof here, "%s[%d]", path, (int)i);
      check_kept(x, y, here);
    }
    return;
  }
  for (; left > 0; left--, x = carto_json_next(carto_json_value_of(x))) {
    carto_str key = carto_json_string(x);
    const carto_json *value = carto_json_value_of(x);
    snprintf(here, sizeof here, "%s.%.*s", path, (int)key.len, key.ptr);
    if (!strcmp(here, ".createdAt") || !strcmp(here, ".token")) {
      CHECK(carto_json_find(now, key) == NULL);
      continue;
    }
    check_kept(value, carto_json_find(now, key), here);
  }
}

static void test_round_trip(void) {
  size_t i;
  for (i = 0; i < FILE_COUNT; i++) {
    carto_alloc libc = {NULL, NULL};
    opened first, second;
    carto_buf once, twice;
    open_file(&first, files[i]);
    once = write_map(&first.map);
    open_text(&second, libc, carto_buf_str(&once));
    CHECK_INT(second.status, CARTO_OK);
    check_kept(first.doc.root, second.doc.root, "");
    twice = write_map(&second.map);
    CHECK_STR(carto_buf_str(&twice), once.ptr ? (carto_buf_append(&once, "", 1), once.len--, once.ptr) : "");
    close_map(&second);
    close_map(&first);
    carto_buf_free(&once);
    carto_buf_free(&twice);
  }
}

static const test_case cases[] = {
  {"round_trip", test_round_trip},
};

TEST_MAIN(cases)
