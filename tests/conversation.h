/* Conversations of fixtures/mcp: one message a line, {"dir":">","msg":...} from the client, "<" from the
   server; what is no JSON stands as {"dir":">","text":"..."}; "#" is a remark. All of them are held with the
   same server: the one of conversation_desc over the warehouse of memory_files.h. */
#ifndef CONVERSATION_H
#define CONVERSATION_H

#include "memory_files.h"
#include "test.h"

#define CONVERSATION_MOST 200

static const char *const conversations[] = {
  "fixtures/mcp/2024-11-05.jsonl", "fixtures/mcp/2025-03-26.jsonl", "fixtures/mcp/2025-06-18.jsonl",
  "fixtures/mcp/2025-11-25.jsonl", "fixtures/mcp/2026-07-28.jsonl", "fixtures/mcp/mixed-era.jsonl",
  "fixtures/mcp/errors.jsonl",     "fixtures/mcp/batches.jsonl",
  "fixtures/mcp/map-2025-06-18.jsonl", "fixtures/mcp/map-2026-07-28.jsonl",
};

#define CONVERSATION_COUNT (sizeof conversations / sizeof *conversations)

typedef struct turn {
  char dir;
  carto_str line;   /* of the file */
  carto_str text;   /* the message */
} turn;

typedef struct conversation {
  const char *path;
  char *file, *decoded;
  turn turns[CONVERSATION_MOST];
  size_t count;
} conversation;

static carto_server_desc conversation_desc(void) {
  carto_server_desc desc = carto_server_desc_default();
  desc.allow = "list_connections,list_resources,search_resources,describe,execute_query,list_maps";
  desc.page_size = 3;
  desc.version = "1.0.0";
  desc.instructions = "Ask.";
  return desc;
}

/* The server of a conversation: those about maps are held with all tools. */
static carto_server_desc conversation_desc_of(const char *path) {
  carto_server_desc desc = conversation_desc();
  if (strstr(path, "/map-")) desc.allow = "data,maps,map,layer,widget,parameter,extension";
  return desc;
}

/* The text of a line that is no JSON message, decoded at room. */
static carto_str conversation_text(carto_str line, char *room) {
  carto_alloc libc = {NULL, NULL};
  carto_arena arena;
  carto_json_doc doc;
  carto_str text = carto_str_make(room, 0);
  carto_arena_init(&arena, libc, 0);
  if (CHECK(carto_json_parse(&arena, line, &doc, NULL) == CARTO_OK)) {
    carto_str decoded = carto_json_string(carto_json_get(doc.root, "text"));
    if (decoded.len) memcpy(room, decoded.ptr, decoded.len);
    text.len = decoded.len;
  }
  carto_arena_free(&arena);
  return text;
}

static void conversation_open(conversation *c, const char *path) {
  size_t len, start = 0, end;
  c->path = path;
  c->file = test_read_file(path, &len);
  c->decoded = (char *)malloc(len + 1);
  c->count = 0;
  for (; start < len && c->count < CONVERSATION_MOST; start = end + 1) {
    turn *t = &c->turns[c->count++];
    for (end = start; end < len && c->file[end] != '\n'; end++) {
    }
    t->line = carto_str_make(c->file + start, end - start);
    if (!CHECK(t->line.len > 18 && memcmp(t->line.ptr, "{\"dir\":\"", 8) == 0)) break;
    t->dir = t->line.ptr[8];
    t->text = carto_str_make(t->line.ptr + 17, t->line.len - 18);
    if (memcmp(t->line.ptr + 9, "\",\"msg\":", 8) != 0) t->text = conversation_text(t->line, c->decoded + start);
  }
  CHECK(c->count > 0 && start >= len);
}

static void conversation_close(conversation *c) {
  free(c->file);
  free(c->decoded);
}

/* ---- holding one */

static bool conversation_hear(void *user, carto_str message) {
  carto_buf *said = (carto_buf *)user;
  CHECK(message.len > 0 && !memchr(message.ptr, '\n', message.len));
  if (said->len) carto_buf_append(said, "\n", 1);
  carto_buf_append_str(said, message);
  return true;
}

/* What the file has as the server's answer to turn *i, which is moved to the last line of it. */
static carto_str conversation_wanted(const conversation *talk, size_t *i, carto_buf *room) {
  carto_buf_clear(room);
  for (; *i + 1 < talk->count && talk->turns[*i + 1].dir == '<'; ++*i) {
    if (room->len) carto_buf_append(room, "\n", 1);
    carto_buf_append_str(room, talk->turns[*i + 1].text);
  }
  return carto_buf_str(room);
}

/* Sends the client's messages one by one and compares the answers byte for byte; the remark "Time passes." lets jobs
   run. CARTO_MCP_WRITE=1 writes down what the server says instead: read it before it is kept. */
static void conversation_hold(carto_server *server, const char *path) {
  const char *write = getenv("CARTO_MCP_WRITE");
  carto_alloc libc = {NULL, NULL};
  carto_session session;
  carto_buf said, want;
  carto_peer peer = {conversation_hear, NULL, &said};
  conversation talk;
  FILE *f = NULL;
  size_t i;
  memset(&session, 0, sizeof session);
  carto_buf_init(&said, libc, 0);
  carto_buf_init(&want, libc, 0);
  conversation_open(&talk, path);
  if (write && *write == '1') f = fopen(path, "w");
  for (i = 0; i < talk.count; i++) {
    const turn *t = &talk.turns[i];
    carto_str rest;
    if (f && t->dir != '<') fprintf(f, "%.*s\n", (int)t->line.len, t->line.ptr);
    if (t->dir == '#' && carto_str_equal(t->text, carto_str_from("\"Time passes.\"")))
      while (carto_server_has_work(server)) CHECK_INT(carto_server_work(server, NULL, NULL), CARTO_OK);
    if (t->dir != '>') continue;
    carto_buf_clear(&said);
    CHECK_INT(carto_server_handle(server, &session, &peer, t->text), CARTO_OK);
    rest = conversation_wanted(&talk, &i, &want);
    if (!f && !CHECK(carto_str_equal(carto_buf_str(&said), rest)))
      printf("  %s line %zu\n  got  %.*s\n  want %.*s\n", path, i + 1, (int)said.len, said.ptr, (int)rest.len,
             rest.ptr);
    for (rest = carto_buf_str(&said); f && rest.len > 0;) {
      carto_str line = carto__str_cut(&rest, '\n');
      fprintf(f, "{\"dir\":\"<\",\"msg\":%.*s}\n", (int)line.len, line.ptr);
    }
  }
  if (f) fclose(f);
  conversation_close(&talk);
  carto_buf_free(&said);
  carto_buf_free(&want);
}

#endif
