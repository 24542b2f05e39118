/* engine: reads lines as tests/corpus_sql.h describes them, and after each says on one line whether the
   engine's answer is the one in it: "ok", "ok, " and where else its error is placed, or "wrong: " and why. */
#define _POSIX_C_SOURCE 200809L
#define CARTO_MCP_IMPLEMENTATION
#define CARTO_MCP__BATCH ((size_t)256) /* see tests/corpus.c */
#define CARTO_MCP__STEPS_AFTER 300
#include "../../carto_mcp.h"
#include "../corpus_sql.h"

int main(void) {
  sql_bench b;
  char *line = NULL, *at;
  size_t room = 0;
  ssize_t len;
  sql_open(&b);
  while ((len = getline(&line, &room, stdin)) > 0) {
    int ok = sql_check_line(&b, carto_str_make(line, (size_t)len));
    for (at = b.wrong; *at; at++)
      if (*at == '\n') *at = ' ';
    if (ok && b.elsewhere >= 0) printf("ok, at %ld\n", b.elsewhere);
    else if (ok) printf("ok\n");
    else printf("wrong: %s\n", b.wrong);
    fflush(stdout);
  }
  free(line);
  sql_close(&b);
  return 0;
}
