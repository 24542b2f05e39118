/* Corpus runner for tables: csv. A file csvs/NAME.csv has its rows beside it in json/NAME.json,
   an array of objects (or one object) with all values as texts. */
#ifndef CORPUS_TABLE_H
#define CORPUS_TABLE_H

#include "corpus.h"

/* Where a corpus contradicts itself, the file is right: its text, and what the JSON says. */
static const struct {
  const char *file, *text, *json;
} table_slips[] = {{"location_coordinates.csv", "2095257564", "1234567890"}};

static int table_is_slip(const char *path, carto_str text, carto_str json) {
  size_t i;
  for (i = 0; i < sizeof table_slips / sizeof *table_slips; i++)
    if (strstr(path, table_slips[i].file) &&
        carto_str_equal(text, carto_str_from(table_slips[i].text)) &&
        carto_str_equal(json, carto_str_from(table_slips[i].json)))
      return 1;
  return 0;
}

/* json/NAME.json for csvs/NAME.csv; NULL when the path is another. */
static char *table_json_path(const char *path) {
  const char *folder = strstr(path, "csvs/");
  size_t before = folder ? (size_t)(folder - path) : 0, room = strlen(path) + 8;
  char *json = (char *)malloc(room);
  if (!json) exit(2);
  if (folder)
    snprintf(json, room, "%.*sjson/%.*sjson", (int)before, path, (int)strlen(folder + 5) - 3,
             folder + 5);
  if (folder) return json;
  free(json);
  return NULL;
}

static int table_load(corpus *c, const char *path, carto_str text, carto_table *table) {
  carto_alloc libc;
  carto_call call;
  carto_error error;
  memset(&libc, 0, sizeof libc);
  memset(&call, 0, sizeof call);
  if (carto_table_read_csv(&call, libc, carto_str_from(path), text, table, &error) == CARTO_OK)
    return 1;
  corpus_fail(c, path, (long)error.line, "%s", error.text);
  return 0;
}

/* A row with a word in every column makes all of them text, so that each field can be compared
   as it was written, whatever it looks like. */
static char *table_add_words(carto_str text, size_t columns, size_t *len) {
  char *longer = (char *)malloc(text.len + 5 * columns + 2);
  if (!longer) exit(2);
  memcpy(longer, text.ptr, text.len);
  *len = text.len;
  if (*len && longer[*len - 1] != '\n') longer[(*len)++] = '\n';
  for (; columns > 0; columns--)
    *len += (size_t)sprintf(longer + *len, columns > 1 ? "word," : "word\n");
  return longer;
}

/* Compares a row with its object; says what differs, or returns NULL. */
static const char *table_compare(const char *path, const carto_table *table, size_t row,
                                 const carto_json *object) {
  const carto_json *key = carto_json_first(object);
  size_t i;
  if (carto_json_count(object) != table->column_count) return "another number of columns";
  for (i = 0; i < table->column_count; i++, key = carto_json_next(carto_json_value_of(key))) {
    carto_str want = carto_json_string(carto_json_value_of(key));
    carto_str text = carto_column_string(&table->columns[i], row);
    if (!carto_str_equal(table->columns[i].name, carto_json_string(key)))
      return "another column name";
    if (table->columns[i].type != CARTO_TYPE_STRING) return "a word in a column that is not text";
    if (!carto_str_equal(text, want) && !table_is_slip(path, text, want)) return "another text";
  }
  return NULL;
}

static void table_compare_all(corpus *c, const char *path, const carto_table *table,
                              const carto_json_doc *doc) {
  int list = carto_json_type_of(doc->root) == CARTO_JSON_ARRAY;
  size_t count = list ? carto_json_count(doc->root) : 1, row;
  const carto_json *object = list ? carto_json_first(doc->root) : doc->root;
  const char *wrong = NULL;
  if (count + 1 != table->row_count) {
    corpus_fail(c, path, 0, "%ld rows, not %ld", (long)table->row_count - 1, (long)count);
    return;
  }
  for (row = 0; row < count && !wrong; row++, object = carto_json_next(object))
    wrong = table_compare(path, table, row, object);
  if (wrong) corpus_fail(c, path, (long)row, "%s", wrong);
  else corpus_pass(c);
}

static void corpus_csv(corpus *c, const char *path, carto_str text) {
  char *json_path = table_json_path(path), *json, *longer;
  carto_alloc libc;
  carto_arena arena;
  carto_table table;
  carto_json_doc doc;
  size_t columns, len;
  if (!table_load(c, path, text, &table)) {
    free(json_path);
    return;
  }
  columns = table.column_count;
  carto_table_free(&table);
  if (!json_path) {
    corpus_pass(c);
    return;
  }
  memset(&libc, 0, sizeof libc);
  carto_arena_init(&arena, libc, 0);
  json = test_read_file(json_path, &len);
  if (carto_json_parse(&arena, carto_str_make(json, len), &doc, NULL) != CARTO_OK) exit(2);
  longer = table_add_words(text, columns, &len);
  if (table_load(c, path, carto_str_make(longer, len), &table))
    table_compare_all(c, path, &table, &doc);
  carto_table_free(&table);
  carto_arena_free(&arena);
  free(longer);
  free(json);
  free(json_path);
}

#endif
