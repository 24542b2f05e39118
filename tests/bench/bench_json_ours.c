/* Our side of bench_json.cc, compiled as C like any program would. */
#define CARTO_MCP_NO_FILES
#define CARTO_MCP_NO_STDIO
#define CARTO_MCP_IMPLEMENTATION
#include "../../carto_mcp.h"

#include "bench_json.h"

#include <stdio.h>

static carto_arena arena;
static carto_buf out;
static carto_json_doc tree;

static void start(void) {
  static const carto_alloc libc = {NULL, NULL};
  if (arena._cap) return;
  carto_arena_init(&arena, libc, 0);
  carto_buf_init(&out, libc, 0);
}

size_t ours_read(const char *ptr, size_t len) {
  carto_error error;
  start();
  carto_arena_reset(&arena);
  if (carto_json_parse(&arena, carto_str_make(ptr, len), &tree, &error) != CARTO_OK) {
    fprintf(stderr, "ours: %s at %zu\n", error.text, error.offset);
    exit(1);
  }
  return tree.count;
}

double ours_sum(void) {
  double sum = 0;
  size_t i;
  for (i = 0; i < tree.count; i++) sum += carto_json_double(tree.root + i);
  return sum;
}

size_t ours_tree_bytes(void) {
  const unsigned char *end = (const unsigned char *)(arena._head + 1) + arena._head->used;
  return (size_t)(end - (const unsigned char *)tree.root);
}

size_t ours_write(void) {
  carto_json_writer w;
  start();
  carto_buf_clear(&out);
  carto_json_writer_init(&w, &out);
  carto_json_write_value(&w, &tree, tree.root);
  return out.len;
}

size_t ours_write_rows(const bench_row *rows, size_t count) {
  carto_json_writer w;
  size_t i;
  start();
  carto_buf_clear(&out);
  carto_json_writer_init(&w, &out);
  carto_json_begin_array(&w);
  for (i = 0; i < count; i++) {
    const bench_row *row = rows + i;
    carto_json_begin_object(&w);
    carto_json_key(&w, "id");
    carto_json_write_int(&w, row->id);
    carto_json_key(&w, "name");
    carto_json_write_string(&w, carto_str_make(row->name, row->name_len));
    carto_json_key(&w, "position");
    carto_json_begin_array(&w);
    carto_json_write_double(&w, row->lng);
    carto_json_write_double(&w, row->lat);
    carto_json_end_array(&w);
    carto_json_key(&w, "amount");
    carto_json_write_double(&w, row->amount);
    carto_json_key(&w, "open");
    carto_json_write_bool(&w, row->open != 0);
    carto_json_end_object(&w);
  }
  carto_json_end_array(&w);
  return out.len;
}
