/* For >>rows: reading an answer in pieces, all of a table as text, and a second reading of the same answer by
   carto_json_parse. Include after the implementation. */
#ifndef ROWS_CHECK_H
#define ROWS_CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct rows_read {
  carto__rows rows;
  carto_table table;
  carto_error error;
  carto_status status;
} rows_read;

/* Feeds an answer: `first` bytes, then pieces of `step`. */
static void rows_open(rows_read *r, const carto_call *call, carto_alloc alloc, size_t limit, carto_str text,
                      size_t first, size_t step) {
  memset(r, 0, sizeof *r);
  carto__rows_init(&r->rows, call, alloc, limit);
  while (text.len > 0 && r->status == CARTO_OK) {
    size_t n = first ? first : step;
    if (n > text.len) n = text.len;
    /* a copy that ends where the piece does, so that a look behind it shows, and that is gone afterwards */
    char *piece = (char *)malloc(n);
    if (!piece) exit(2);
    memcpy(piece, text.ptr, n);
    r->status = carto__rows_feed(&r->rows, carto_str_make(piece, n), &r->error);
    free(piece);
    text.ptr += n;
    text.len -= n;
    first = 0;
  }
  if (r->status == CARTO_OK) r->status = carto__rows_end(&r->rows, &r->table, &r->error);
}

static void rows_close(rows_read *r) {
  carto_table_free(&r->table);
  carto__rows_free(&r->rows);
}

/* All there is to see of the result. */
static void rows_dump(const rows_read *r, carto_buf *out) {
  char line[400];
  carto_buf_clear(out);
  if (r->status != CARTO_OK) {
    snprintf(line, sizeof line, "error %d at %zu", (int)r->status, r->error.offset);
    carto_buf_append_text(out, line);
    return;
  }
  snprintf(line, sizeof line, "rows %d %zu %zu ", r->rows.had_rows, r->rows.row_count, r->table.row_count);
  carto_buf_append_text(out, line);
  carto_buf_append_str(out, carto_buf_str(&r->rows.rest));
  for (size_t i = 0; i < r->table.column_count; i++) {
    const carto_column *c = &r->table.columns[i];
    carto_json_writer writer;
    carto_buf_append_text(out, "\n");
    carto_buf_append_str(out, c->name);
    snprintf(line, sizeof line, " %d%s%s%s %u %zu: ", c->type, c->cell_text ? " text" : "", c->date_only ? " days" : "",
             c->json ? " json" : "", c->geom_types, c->null_count);
    carto_buf_append_text(out, line);
    carto_json_writer_init(&writer, out);
    for (size_t row = 0; row < r->table.row_count; row++) carto__write_value(&writer, c, row);
  }
}

/* ---- the second reading */

static carto_str rows_compact(carto_arena *arena, const carto_json_doc *doc, const carto_json *value) {
  carto_json_writer writer;
  carto_buf out;
  carto_buf_init(&out, carto_arena_allocator(arena), 0);
  carto_json_writer_init(&writer, &out);
  carto_json_write_value(&writer, doc, value);
  return carto_buf_str(&out);
}

static carto_str rows_cell_text(carto_arena *arena, const carto_column *c, size_t row) {
  carto_json_writer writer;
  carto_buf out;
  carto_buf_init(&out, carto_arena_allocator(arena), 0);
  carto_json_writer_init(&writer, &out);
  carto__write_value(&writer, c, row);
  return carto_buf_str(&out);
}

static int rows_same_geom(carto_arena *arena, const carto_column *c, size_t row, const carto_json *value) {
  unsigned char room[21];
  carto_geom has = carto_column_geom(c, row, room), want;
  carto_json_doc doc;
  carto_str text = carto_json_string(value);
  memset(&want, 0, sizeof want);
  if (carto_json_type_of(value) != CARTO_JSON_STRING) {
    if (carto_geom_from_geojson(arena, value, &want, NULL) != CARTO_OK) return 0;
  } else if (text.ptr[0] == '{') {
    if (carto_json_parse(arena, text, &doc, NULL) != CARTO_OK ||
        carto_geom_from_geojson(arena, doc.root, &want, NULL) != CARTO_OK)
      return 0;
  } else if (carto_geom_from_wkt(arena, text, &want, NULL) != CARTO_OK &&
             carto_geom_from_hex(arena, text, &want, NULL) != CARTO_OK) {
    return 0;
  }
  return has.size == want.size && memcmp(has.wkb, want.wkb, has.size) == 0;
}

/* Whether a value of the table is that of the JSON. */
static int rows_same(carto_arena *arena, const carto_column *c, size_t row, const carto_json_doc *doc,
                     const carto_json *value) {
  int type = carto_json_type_of(value);
  carto_str text = type == CARTO_JSON_STRING ? carto_json_string(value) : rows_compact(arena, doc, value), has;
  carto_json_doc number;
  int64_t time;
  uint64_t cell;
  double a, b;
  if (type <= CARTO_JSON_NULL || carto_column_is_null(c, row)) return type <= CARTO_JSON_NULL && carto_column_is_null(c, row);
  switch (c->type) {
  case CARTO_TYPE_INTEGER:
  case CARTO_TYPE_NUMBER:
    if (carto_json_parse(arena, text, &number, NULL) != CARTO_OK || !carto_json_is_number(number.root)) return 0;
    if (c->type == CARTO_TYPE_INTEGER)
      return carto_json_type_of(number.root) == CARTO_JSON_INT && carto_json_int64(number.root, &time) &&
             time == c->data.integer[row];
    a = carto_json_double(number.root);
    b = c->data.number[row];
    return memcmp(&a, &b, 8) == 0;
  case CARTO_TYPE_BOOLEAN:
    return carto__str_compare_nocase(text, carto_str_from(c->data.boolean[row] ? "true" : "false")) == 0;
  case CARTO_TYPE_TIMESTAMP:
    return type == CARTO_JSON_STRING && carto_time_parse(text, &time, NULL) && time == c->data.integer[row];
  case CARTO_TYPE_GEOMETRY: return rows_same_geom(arena, c, row, value);
  case CARTO_TYPE_STRING:
    has = carto_column_string(c, row);
    if (carto_str_equal(has, text)) return 1;
    if (type == CARTO_JSON_DOUBLE) /* other columns' values: the same number, the same geometry */
      return carto_double_parse(has, &a) && carto_double_parse(text, &b) && memcmp(&a, &b, 8) == 0;
    if (type == CARTO_JSON_OBJECT) {
      carto_geom one, two;
      return carto_json_parse(arena, has, &number, NULL) == CARTO_OK &&
             carto_geom_from_geojson(arena, number.root, &one, NULL) == CARTO_OK &&
             carto_geom_from_geojson(arena, value, &two, NULL) == CARTO_OK && one.size == two.size &&
             memcmp(one.wkb, two.wkb, one.size) == 0;
    }
    return 0;
  default:
    if (!carto_uint_parse(text, &cell) && !carto__hex_parse(text, &cell)) return 0;
    return cell == c->data.cell[row];
  }
}

/* The last member whose name is `rows` in any case. */
static const carto_json *rows_member(const carto_json *root, const char *name) {
  const carto_json *key = carto_json_first(root), *found = NULL;
  size_t left = carto_json_type_of(root) == CARTO_JSON_OBJECT ? carto_json_count(root) : 0;
  for (; left > 0; left--, key = carto_json_next(key + 1))
    if (carto__str_compare_nocase(carto_json_string(key), carto_str_from(name)) == 0) found = key + 1;
  return found;
}

/* NULL when the table holds what carto_json_parse finds in the text; else what is wrong. */
static const char *rows_compare(const rows_read *r, carto_str text) {
  static char wrong[400];
  carto_alloc libc = {NULL, NULL};
  carto_arena arena, scratch;
  carto_json_doc doc;
  carto_error error;
  const char *result = NULL;
  carto_status status;
  carto_arena_init(&arena, libc, 0);
  carto_arena_init(&scratch, libc, 0);
  memset(&error, 0, sizeof error);
  status = carto_json_parse(&arena, text, &doc, &error);
  if (status != CARTO_OK) {
    if (r->status == CARTO_OK) result = "JSON refuses it";
    /* our own rules may see something wrong before */
    else if (r->error.offset > error.offset) result = "JSON refuses it earlier";
  } else if (r->status == CARTO_OK) {
    const carto_json *rows = rows_member(doc.root, "rows"), *row = carto_json_first(rows);
    size_t count = carto_json_type_of(rows) == CARTO_JSON_ARRAY ? carto_json_count(rows) : 0;
    if ((carto_json_type_of(rows) == CARTO_JSON_ARRAY) != r->rows.had_rows) result = "had_rows";
    else if (count != r->table.row_count || count != r->rows.row_count) result = "another number of rows";
    for (size_t i = 0; i < count && !result; i++, row = carto_json_next(row)) {
      const carto_json *key = carto_json_first(row);
      for (size_t k = 0; k < carto_json_count(row) && !result; k++, key = carto_json_next(key + 1))
        if (!carto_table_find(&r->table, carto_json_string(key)) &&
            carto_json_type_of(key + 1) != CARTO_JSON_NULL) result = "no column for a key";
      for (size_t k = 0; k < r->table.column_count && !result; k++) {
        const carto_column *c = &r->table.columns[k];
        if (!rows_same(&scratch, c, i, &doc, carto_json_find(row, c->name))) {
          carto_str has = rows_cell_text(&scratch, c, i);
          snprintf(wrong, sizeof wrong, "row %zu, \"%.*s\", type %d: %.*s", i, (int)c->name.len, c->name.ptr, c->type,
                   (int)(has.len < 200 ? has.len : 200), has.ptr);
          result = wrong;
        }
        carto_arena_reset(&scratch);
      }
    }
  }
  carto_arena_free(&scratch);
  carto_arena_free(&arena);
  return result;
}

#endif
