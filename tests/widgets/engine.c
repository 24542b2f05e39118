/* Answers cases of tests/corpora/widgets, one a line from the standard input, for oracle.mjs: a line with
   {"answer": ...} or {"error": "..."} for each, first with mixed columns, then with typed ones. */
#define _POSIX_C_SOURCE 200809L
#define CARTO_MCP_IMPLEMENTATION
#include "../../carto_mcp.h"
#include "../widget_case.h"

#include <stdio.h>

static void answer(carto_arena *arena, carto_str line, int typed) {
  carto_json_doc doc;
  widgets_case w;
  carto_buf out;
  carto_json_writer writer;
  carto_status status;
  memset(&w, 0, sizeof w);
  w.arena = arena;
  w.typed = typed;
  status = carto_json_parse(arena, line, &doc, &w.error);
  if (status == CARTO_OK) status = widgets_answer(&w, &doc);
  carto_buf_init(&out, carto_arena_allocator(arena), 0);
  carto_json_writer_init(&writer, &out);
  carto_json_begin_object(&writer);
  carto_json_key(&writer, status == CARTO_OK ? "answer" : "error");
  if (status == CARTO_OK) carto_json_write_raw(&writer, carto_buf_str(&w.out));
  else carto_json_write_text(&writer, w.error.text);
  carto_json_end_object(&writer);
  fwrite(out.ptr, 1, out.len, stdout);
  putchar('\n');
}

int main(void) {
  static char line[1 << 20];
  carto_alloc libc = {NULL, NULL};
  carto_arena arena;
  int typed;
  carto_arena_init(&arena, libc, 0);
  while (fgets(line, sizeof line, stdin)) {
    for (typed = 0; typed < 2; typed++) {
      answer(&arena, carto_str_from(line), typed);
      carto_arena_reset(&arena);
    }
    fflush(stdout);
  }
  carto_arena_free(&arena);
  return 0;
}
