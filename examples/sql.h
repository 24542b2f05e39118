/* carto-mcp sql: one query, its rows as an aligned table or as JSON. Included by carto-mcp.c, after the
   implementation. */
#ifndef SQL_H
#define SQL_H

#include <stdio.h>

#define SQL_CELL 48 /* characters shown of a value; --json has all of it */

/* A value as it is shown: as an agent gets it, but texts without quotes and long ones cut. Control characters
   stay escaped. */
static carto_str sql_cell(const carto_table *table, size_t column, size_t row, carto_buf *room) {
  carto_json_writer writer;
  size_t from, to = 0, end, shown = 0;
  carto_buf_clear(room);
  carto_json_writer_init(&writer, room);
  carto__write_value(&writer, &table->columns[column], row);
  carto_buf_append_text(room, "...");
  if (room->status != CARTO_OK) return carto_str_from("(out of memory)");
  from = room->ptr[0] == '"';
  end = room->len - 3 - from;
  for (; from < end; from++) {
    bool first_byte = ((unsigned char)room->ptr[from] & 0xc0) != 0x80;
    if (first_byte && shown++ == SQL_CELL) {
      memcpy(room->ptr + to, "...", 3);
      return carto_str_make(room->ptr, to + 3);
    }
    if (room->ptr[from] == '\\' && from + 1 < end && strchr("\"\\", room->ptr[from + 1])) from++;
    room->ptr[to++] = room->ptr[from];
  }
  return carto_str_make(room->ptr, to);
}

static size_t sql_width(carto_str text) {
  size_t width = 0;
  for (size_t i = 0; i < text.len; i++) width += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
  return width;
}

static void sql_put(carto_str text, size_t width, bool right, bool last) {
  int pad = (int)(width - sql_width(text));
  if (right) printf("%*s", pad, "");
  fwrite(text.ptr, 1, text.len, stdout);
  if (!right && !last) printf("%*s", pad, "");
  fputs(last ? "\n" : "  ", stdout);
}

static bool sql_is_number(const carto_column *column) {
  bool cell = column->type == CARTO_TYPE_H3 || column->type == CARTO_TYPE_QUADBIN;
  return column->type == CARTO_TYPE_NUMBER || column->type == CARTO_TYPE_INTEGER || (cell && !column->cell_text);
}

static int sql_print_table(const carto_table *table) {
  carto_alloc alloc = {NULL, NULL};
  size_t *widths = (size_t *)calloc(table->column_count + 1, sizeof *widths);
  carto_buf room;
  if (!widths) return 1;
  carto_buf_init(&room, alloc, 0);
  for (size_t i = 0; i < table->column_count; i++) widths[i] = sql_width(table->columns[i].name);
  for (size_t row = 0; row < table->row_count; row++)
    for (size_t i = 0; i < table->column_count; i++) {
      size_t width = sql_width(sql_cell(table, i, row, &room));
      if (width > widths[i]) widths[i] = width;
    }
  for (size_t i = 0; i < table->column_count; i++)
    sql_put(table->columns[i].name, widths[i], sql_is_number(&table->columns[i]), i + 1 == table->column_count);
  for (size_t i = 0; i < table->column_count; i++) {
    for (size_t k = 0; k < widths[i]; k++) putchar('-');
    fputs(i + 1 == table->column_count ? "\n" : "  ", stdout);
  }
  for (size_t row = 0; row < table->row_count; row++)
    for (size_t i = 0; i < table->column_count; i++)
      sql_put(sql_cell(table, i, row, &room), widths[i], sql_is_number(&table->columns[i]),
              i + 1 == table->column_count);
  printf("(%zu row%s)\n", table->row_count, table->row_count == 1 ? "" : "s");
  carto_buf_free(&room);
  free(widths);
  return 0;
}

static int sql_print_json(const carto_call *call, const carto_table *table) {
  carto_alloc alloc = {NULL, NULL};
  carto_buf out;
  carto_json_writer writer;
  int status;
  carto_buf_init(&out, alloc, 0);
  carto_json_writer_init(&writer, &out);
  status = carto__write_table(call, table, SIZE_MAX, &writer, NULL) != CARTO_OK || out.status != CARTO_OK;
  if (status == 0) printf("%.*s\n", (int)out.len, out.ptr);
  else fprintf(stderr, "%s\n", carto_status_text(out.status));
  carto_buf_free(&out);
  return status;
}

/* The message, the line it is about, and a mark below the place. */
static void sql_print_error(const char *query, const carto_error *error) {
  size_t len = strlen(query), at = error->offset < len ? error->offset : len, start = at;
  fprintf(stderr, error->code[0] ? "%s (SQLSTATE %s)\n" : "%s\n", error->text, error->code);
  if (!error->code[0] || (error->offset == 0 && error->line == 0)) return;
  while (start > 0 && query[start - 1] != '\n') start--;
  fprintf(stderr, "  %.*s\n  ", (int)strcspn(query + start, "\n"), query + start);
  for (; start < at; start++)
    if (((unsigned char)query[start] & 0xc0) != 0x80) fputc(query[start] == '\t' ? '\t' : ' ', stderr);
  fputs("^\n", stderr);
}

#endif
