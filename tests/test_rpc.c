/* >>rpc: the core through carto_server_handle over a warehouse in memory. Expected values are those of the
   protocol's documents; fixtures/mcp holds whole conversations, see its README. */
#define CARTO_MCP_IMPLEMENTATION
#define CARTO_MCP_NO_STDIO
#define CARTO_MCP_NO_FILES
#include "../carto_mcp.h"

#include "conversation.h"

/* ---- a client that listens */

typedef struct client {
  memory_server m;
  carto_session session;
  carto_peer peer;
  carto_buf said;              /* all that was said in answer to the last message, one message a line */
  const char *const *urgent;   /* what arrives while the next request runs, NULL at the end */
  int polls, dealt;            /* how often it was asked, and how many of these were dealt with */
  bool deaf, gone;             /* takes nothing; is found to be gone */
} client;

static bool client_write(void *user, carto_str message) {
  client *c = (client *)user;
  CHECK(message.len > 0 && !memchr(message.ptr, '\n', message.len));
  if (c->said.len) carto_buf_append(&c->said, "\n", 1);
  carto_buf_append_str(&c->said, message);
  return !c->deaf;
}

static bool client_poll(void *user) {
  client *c = (client *)user;
  c->polls++;
  for (; c->urgent && *c->urgent; c->urgent++)
    c->dealt += carto_server_urgent(&c->m.server, &c->session, &c->peer, carto_str_from(*c->urgent));
  return !c->gone;
}

static carto_status client_open(client *c, const carto_server_desc *desc, carto_error *error) {
  carto_alloc libc = {NULL, NULL};
  memset(c, 0, sizeof *c);
  c->peer.write = client_write;
  c->peer.poll = client_poll;
  c->peer.user = c;
  carto_buf_init(&c->said, libc, 0);
  return memory_server_open(&c->m, desc ? *desc : conversation_desc(), error);
}

static void client_close(client *c) {
  memory_server_close(&c->m);
  carto_buf_free(&c->said);
}

static carto_status tell(client *c, const char *message) {
  carto_buf_clear(&c->said);
  return carto_server_handle(&c->m.server, &c->session, &c->peer, carto_str_from(message));
}

static carto_str ask(client *c, const char *message) {
  CHECK_INT(tell(c, message), CARTO_OK);
  return carto_buf_str(&c->said);
}

/* A new connection to the same server; revision NULL: one that says nothing first. */
static void reconnect(client *c, const char *revision) {
  char message[200];
  memset(&c->session, 0, sizeof c->session);
  if (!revision) return;
  snprintf(message, sizeof message,
           "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"%s\","
           "\"capabilities\":{},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}}", revision);
  CHECK_CONTAINS(ask(c, message), "\"result\":{\"protocolVersion\":\"2");
}

#define MODERN                                                       \
  "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","     \
  "\"io.modelcontextprotocol/clientCapabilities\":{}"
#define REQUEST(id, method) "{\"jsonrpc\":\"2.0\",\"id\":" id ",\"method\":\"" method "\"}"
#define PARAMS(id, method, params) \
  "{\"jsonrpc\":\"2.0\",\"id\":" id ",\"method\":\"" method "\",\"params\":" params "}"
#define CALL(id, tool, arguments) \
  PARAMS(id, "tools/call", "{\"name\":\"" tool "\",\"arguments\":" arguments "}")
#define EMPTY(id) "{\"jsonrpc\":\"2.0\",\"id\":" id ",\"result\":{}}"
#define ERROR(id, code) "{\"jsonrpc\":\"2.0\",\"id\":" id ",\"error\":{\"code\":" code ","

/* ---- conversations */

static void test_conversations(void) {
  client c;
  size_t i;
  for (i = 0; i < CONVERSATION_COUNT; i++) {
    carto_server_desc desc = conversation_desc_of(conversations[i]);
    CHECK_INT(client_open(&c, &desc, NULL), CARTO_OK);
    conversation_hold(&c.m.server, conversations[i]);
    client_close(&c);
  }
}

/* ---- opening */

static void test_handshake(void) {
  static const struct {
    const char *asked, *answered;
    bool title;
  } rows[] = {
    {"2024-11-05", "2024-11-05", false}, {"2025-03-26", "2025-03-26", false},
    {"2025-06-18", "2025-06-18", true},  {"2025-11-25", "2025-11-25", true},
    {"2026-07-28", "2025-11-25", true},  {"2099-01-01", "2025-11-25", true},
    {"1.0", "2025-11-25", true},         {"", "2025-11-25", true},
  };
  client c;
  size_t i;
  char want[600];
  CHECK_INT(client_open(&c, NULL, NULL), CARTO_OK);
  for (i = 0; i < sizeof rows / sizeof *rows; i++) {
    reconnect(&c, rows[i].asked);
    snprintf(want, sizeof want,
             "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"protocolVersion\":\"%s\",\"capabilities\":{\"tools\":{},"
             "\"resources\":{},\"logging\":{}},\"serverInfo\":{\"name\":\"carto_mcp\",%s\"version\":\"1.0.0\"},"
             "\"instructions\":\"Ask.\"}}", rows[i].answered, rows[i].title ? "\"title\":\"CARTO MCP\"," : "");
    CHECK_STR(carto_buf_str(&c.said), want);
    CHECK_CONTAINS(ask(&c, PARAMS("1", "initialize", "{\"protocolVersion\":\"2025-06-18\"}")), ERROR("1", "-32600"));
    CHECK_STR(ask(&c, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}"), "");
  }
  reconnect(&c, NULL);
  CHECK_CONTAINS(ask(&c, REQUEST("1", "initialize")), ERROR("1", "-32602"));
  CHECK_CONTAINS(ask(&c, PARAMS("1", "initialize", "{\"protocolVersion\":20250618}")), ERROR("1", "-32602"));
  CHECK_STR(ask(&c, REQUEST("2", "ping")), EMPTY("2")); /* before the handshake */
  CHECK_CONTAINS(ask(&c, REQUEST("3", "tools/list")), "\"tools\":[{\"name\":\"list_connections\"");
  CHECK_CONTAINS(ask(&c, PARAMS("4", "initialize", "{\"protocolVersion\":\"2024-11-05\"}")), "\"2024-11-05\"");
  client_close(&c);
}

/* ---- eras: each message is judged by itself, with and without a handshake before it */

static void test_eras(void) {
  static const struct {
    const char *message, *reply;
  } rows[] = {
    /* 1: metadata decides, also for a method of the other era */
    {PARAMS("1", "initialize", "{\"protocolVersion\":\"2025-06-18\",\"_meta\":{" MODERN "}}"), ERROR("1", "-32601")},
    {PARAMS("1", "ping", "{\"_meta\":{" MODERN "}}"), ERROR("1", "-32601")},
    {PARAMS("1", "logging/setLevel", "{\"level\":\"info\",\"_meta\":{" MODERN "}}"), ERROR("1", "-32601")},
    {PARAMS("1", "resources/subscribe", "{\"uri\":\"a:b\",\"_meta\":{" MODERN "}}"), ERROR("1", "-32601")},
    {PARAMS("1", "subscriptions/listen", "{\"notifications\":{},\"_meta\":{" MODERN "}}"), ERROR("1", "-32601")},
    {PARAMS("1", "tools/list", "{\"_meta\":{" MODERN "}}"), "\"resultType\":\"complete\",\"ttlMs\":300000,"},
    {PARAMS("1", "tools/call", "{\"name\":\"list_connections\",\"_meta\":{" MODERN "}}"),
     "\"resultType\":\"complete\",\"_meta\":{\"io.modelcontextprotocol/serverInfo\":{\"name\":\"carto_mcp\","},
    {PARAMS("1", "server/discover", "{\"_meta\":{" MODERN "}}"),
     "\"result\":{\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":{\"tools\":{},\"resources\":{},"
     "\"logging\":{}},"
     "\"instructions\":\"Ask.\",\"resultType\":\"complete\",\"ttlMs\":300000,\"cacheScope\":\"public\","},
    /* what metadata needs */
    {PARAMS("1", "tools/list", "{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"}}"),
     ERROR("1", "-32602")},
    {PARAMS("1", "tools/list", "{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":20260728,"
            "\"io.modelcontextprotocol/clientCapabilities\":{}}}"), ERROR("1", "-32602")},
    {PARAMS("1", "tools/list", "{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            "\"io.modelcontextprotocol/clientCapabilities\":[]}}"), ERROR("1", "-32602")},
    {PARAMS("1", "no/such", "{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2025-06-18\","
            "\"io.modelcontextprotocol/clientCapabilities\":{}}}"),
     "-32022,\"message\":\"protocol version \\\"2025-06-18\\\" is not served\",\"data\":{\"supported\":[\"2026-07-28\"],"
     "\"requested\":\"2025-06-18\"}}}"},
    {PARAMS("1", "tools/list", "{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"\","
            "\"io.modelcontextprotocol/clientCapabilities\":{}}}"), "\"requested\":\"\"}}}"},
    {PARAMS("1", "tools/list", "{\"_meta\":{" MODERN ",\"io.modelcontextprotocol/logLevel\":\"loud\"}}"),
     ERROR("1", "-32602")},
    /* 3: discover without metadata is modern all the same */
    {REQUEST("1", "server/discover"), ERROR("1", "-32602")},
    {PARAMS("1", "server/discover", "{\"_meta\":{}}"), ERROR("1", "-32602")},
    /* 4: the rest is legacy */
    {PARAMS("1", "ping", "{\"_meta\":{\"progressToken\":1}}"), EMPTY("1")},
    {PARAMS("1", "ping", "{\"_meta\":{\"io.modelcontextprotocol/clientCapabilities\":{}}}"), EMPTY("1")},
    {PARAMS("1", "logging/setLevel", "{\"level\":\"emergency\"}"), EMPTY("1")},
    {PARAMS("1", "resources/subscribe", "{\"uri\":\"carto://sql/reference\"}"), ERROR("1", "-32601")},
    {REQUEST("1", "no\\\"such\\u0000method"), "there is no method \\\"no\\\"such?method\\\" here"},
  };
  static const char *const openings[] = {NULL, "2024-11-05", "2025-11-25"};
  client c;
  size_t i, k;
  CHECK_INT(client_open(&c, NULL, NULL), CARTO_OK);
  for (k = 0; k < 3; k++) {
    reconnect(&c, openings[k]);
    for (i = 0; i < sizeof rows / sizeof *rows; i++) CHECK_CONTAINS(ask(&c, rows[i].message), rows[i].reply);
  }
  /* a modern request leaves no trace in the session */
  reconnect(&c, "2024-11-05");
  ask(&c, PARAMS("1", "tools/list", "{\"_meta\":{" MODERN ",\"io.modelcontextprotocol/logLevel\":\"debug\"}}"));
  CHECK(!test_contains(ask(&c, REQUEST("1", "tools/list")), "annotations"));
  CHECK_CONTAINS(ask(&c, REQUEST("1", "no")), "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\"");
  CHECK(!test_contains(carto_buf_str(&c.said), "notifications/message"));
  client_close(&c);
}

/* ---- ids */

static void test_ids(void) {
  static const struct {
    const char *id, *echo;   /* NULL: refused */
  } rows[] = {
    {"0", "0"},
    {"-7", "-7"},
    {"9007199254740993", "9007199254740993"},
    {"18446744073709551615", "18446744073709551615"},
    {"123456789012345678901234567890", "123456789012345678901234567890"},
    {"-0", "-0"},
    {"\"\"", "\"\""},
    {"\"1\"", "\"1\""},
    {"\"a\\\"b\\\\c\\n\\u0001\\u0000\"", "\"a\\\"b\\\\c\\n\\u0001\\u0000\""},
    {"\"\\u0041\\ud83d\\ude00\\/\"", "\"A\xf0\x9f\x98\x80/\""},
    {"1.5", NULL},
    {"1.0", NULL},
    {"1e3", NULL},
    {"null", NULL},
    {"true", NULL},
    {"{}", NULL},
    {"[1]", NULL},
  };
  client c;
  size_t i;
  char message[400], want[400];
  CHECK_INT(client_open(&c, NULL, NULL), CARTO_OK);
  for (i = 0; i < sizeof rows / sizeof *rows; i++) {
    snprintf(message, sizeof message, "{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"ping\"}", rows[i].id);
    snprintf(want, sizeof want, rows[i].echo ? "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{}}" : ERROR("null", "-32600"),
             rows[i].echo);
    if (rows[i].echo) CHECK_STR(ask(&c, message), want);
    else CHECK_CONTAINS(ask(&c, message), want);
    snprintf(message, sizeof message,
             "{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"ping\",\"params\":{\"_meta\":{" MODERN "}}}", rows[i].id);
    snprintf(want, sizeof want,
             rows[i].echo ? "{\"jsonrpc\":\"2.0\",\"id\":%s,\"error\":{\"code\":-32601,"
                          : "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32600,", rows[i].echo);
    CHECK_CONTAINS(ask(&c, message), want); /* the newest revision leaves an unknown id out */
  }
  client_close(&c);
}

/* An id too long to be echoed: the answer goes out without it, and the server goes on. */
static void test_long_id(void) {
  carto_server_desc desc = conversation_desc();
  client c;
  char message[3000], id[2001];
  desc.message_bytes = 2060;
  CHECK_INT(client_open(&c, &desc, NULL), CARTO_OK);
  memset(id, 'x', 2000);
  id[2000] = 0;
  snprintf(message, sizeof message, REQUEST("\"%s\"", "ping"), id);
  CHECK_CONTAINS(ask(&c, message), "\"result\":{}}");
  CHECK_CONTAINS(carto_buf_str(&c.said), id);
  snprintf(message, sizeof message, REQUEST("\"%s\"", "no"), id);
  CHECK_STR(ask(&c, message), ERROR("null", "-32601") "\"message\":\"there is no method \\\"no\\\" here\"}}");
  snprintf(message, sizeof message, REQUEST("\"%s\"", "tools/list"), id);
  CHECK_CONTAINS(ask(&c, message), ERROR("null", "-32603"));
  snprintf(message, sizeof message,
           PARAMS("1", "ping", "{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"%.1900s\","
                               "\"io.modelcontextprotocol/clientCapabilities\":{}}}"), id);
  CHECK_CONTAINS(ask(&c, message), "\"error\":{\"code\":-32022,");
  CHECK_STR(ask(&c, REQUEST("1", "ping")), EMPTY("1"));
  client_close(&c);
}

/* ---- messages that are none */

static void test_bad_messages(void) {
  static const struct {
    const char *message, *reply;   /* NULL: silence */
  } rows[] = {
    {"", ERROR("null", "-32700") "\"message\":\"not JSON: "},
    {"{", ERROR("null", "-32700")},
    {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}}", "(byte 40)"},
    {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"p\xff\"}", ERROR("null", "-32700")},
    {"Content-Length: 20", ERROR("null", "-32700")},
    {"1", ERROR("null", "-32600")},
    {"null", ERROR("null", "-32600")},
    {"\"ping\"", ERROR("null", "-32600")},
    {"{}", ERROR("null", "-32600")},
    {"{\"id\":7,\"method\":\"ping\"}", ERROR("7", "-32600") "\"message\":\"\\\"jsonrpc\\\" must be \\\"2.0\\\"\"}}"},
    {"{\"jsonrpc\":\"1.0\",\"id\":7,\"method\":\"ping\"}", ERROR("7", "-32600")},
    {"{\"jsonrpc\":2.0,\"id\":7,\"method\":\"ping\"}", ERROR("7", "-32600")},
    {"{\"jsonrpc\":\"2.0\",\"id\":7}", ERROR("7", "-32600") "\"message\":\"a message needs a \\\"method\\\", a string\"}}"},
    {"{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":7}", ERROR("7", "-32600")},
    {"{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"\"}", ERROR("7", "-32601")},
    {"{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\",\"params\":[]}", ERROR("7", "-32602")},
    {"{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/list\",\"params\":null}", ERROR("7", "-32602")},
    {"{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"Ping\"}", ERROR("7", "-32601")},
    {"{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"notifications/initialized\"}", ERROR("7", "-32601")},
    {" {\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"extra\":[{}],\"method\":\"ping\"}\r", EMPTY("2")},
    /* notifications and answers are never answered */
    {"{\"jsonrpc\":\"2.0\",\"method\":\"no/such\"}", NULL},
    {"{\"jsonrpc\":\"2.0\",\"method\":\"ping\"}", NULL},
    {"{\"jsonrpc\":\"2.0\",\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-06-18\"}}", NULL},
    {"{\"jsonrpc\":\"2.0\",\"method\":\"tools/call\",\"params\":7}", NULL},
    {"{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":99}}", NULL},
    {"{\"jsonrpc\":\"2.0\",\"method\":\"x\",\"params\":{\"_meta\":{" MODERN "}}}", NULL},
    {"{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}", NULL},
    {"{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":1,\"message\":\"\"}}", NULL},
  };
  static const struct {
    const char *begin, *reply;
  } cut[] = {
    {"{\"jsonrpc\":\"2.0\",\"id\":7,\"params\":", ERROR("7", "-32600")},
    {" {\"id\" : \"a\\\"}\" , \"params\":", ERROR("\"a\\\"}\"", "-32600")},
    {"{\"params\":{\"id\":1,\"a\":[\"id\",{\"id\":2}]},\"x\":\"id\",\"id\":-12345678901234567890,\"y\":",
     ERROR("-12345678901234567890", "-32600")},
    {"{\"x\":\"id\",\"params\":", ERROR("null", "-32600")},
    {"{\"id\":1.5,\"params\":", ERROR("null", "-32600")},
    {"{\"id\":{},\"params\":", ERROR("null", "-32600")},
    {"{\"id\":", ERROR("null", "-32600")},
    {"[{\"id\":1,\"params\":", ERROR("null", "-32600")},
    {"{\"params\":{\"id\":1},\"y\":", ERROR("null", "-32600")},
  };
  client c;
  size_t i;
  char deep[200];
  CHECK_INT(client_open(&c, NULL, NULL), CARTO_OK);
  for (i = 0; i < sizeof rows / sizeof *rows; i++) {
    if (rows[i].reply) CHECK_CONTAINS(ask(&c, rows[i].message), rows[i].reply);
    else CHECK_STR(ask(&c, rows[i].message), "");
  }
  memset(deep, '[', sizeof deep);
  deep[sizeof deep - 1] = 0;
  CHECK_CONTAINS(ask(&c, deep), ERROR("null", "-32600"));
  for (i = 0; i < sizeof cut / sizeof *cut; i++) { /* too deep, whatever stands before */
    char message[400];
    snprintf(message, sizeof message, "%s%s", cut[i].begin, deep);
    CHECK_CONTAINS(ask(&c, message), cut[i].reply);
  }
  CHECK_STR(ask(&c, REQUEST("1", "ping")), EMPTY("1"));
  client_close(&c);
}

static void test_batches(void) {
  static const char *const with[] = {NULL, "2025-03-26"}, *const without[] = {"2024-11-05", "2025-06-18", "2025-11-25"};
  client c;
  size_t i, n;
  carto_buf many;
  carto_alloc libc = {NULL, NULL};
  CHECK_INT(client_open(&c, NULL, NULL), CARTO_OK);
  for (i = 0; i < 3; i++) {
    reconnect(&c, without[i]);
    CHECK_CONTAINS(ask(&c, "[" REQUEST("1", "ping") "]"), ERROR("null", "-32600"));
    CHECK_CONTAINS(ask(&c, "[]"), ERROR("null", "-32600"));
  }
  for (i = 0; i < 2; i++) {
    reconnect(&c, with[i]);
    CHECK_STR(ask(&c, "[" REQUEST("1", "ping") "]"), "[" EMPTY("1") "]");
    CHECK_STR(ask(&c, "[" REQUEST("1", "ping") ",{\"jsonrpc\":\"2.0\",\"method\":\"x\"}," REQUEST("\"b\"", "ping") "]"),
              "[" EMPTY("1") "," EMPTY("\"b\"") "]");
    CHECK_STR(ask(&c, "[{\"jsonrpc\":\"2.0\",\"method\":\"x\"},{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}]"), "");
    CHECK_CONTAINS(ask(&c, "[]"), ERROR("null", "-32600"));
    CHECK_CONTAINS(ask(&c, "[1," REQUEST("2", "ping") ",[]]"), "[" ERROR("null", "-32600"));
    CHECK_CONTAINS(carto_buf_str(&c.said), "," EMPTY("2") "," ERROR("null", "-32600"));
    CHECK_CONTAINS(ask(&c, "[" PARAMS("1", "initialize", "{\"protocolVersion\":\"2025-06-18\"}") "]"),
                   "[" ERROR("1", "-32600"));
    CHECK_CONTAINS(ask(&c, "[" PARAMS("1", "tools/list", "{\"_meta\":{" MODERN "}}") "]"), "[" ERROR("1", "-32600"));
    /* a level set in a batch holds for what follows in it */
    CHECK_CONTAINS(ask(&c, "[" PARAMS("1", "logging/setLevel", "{\"level\":\"debug\"}") "," REQUEST("2", "no") "]"),
                   "notifications/message");
    CHECK_CONTAINS(carto_buf_str(&c.said), "\n[" EMPTY("1") "," ERROR("2", "-32601"));
  }
  carto_buf_init(&many, libc, 0);
  for (n = CARTO_MCP_MAX_BATCH; n <= CARTO_MCP_MAX_BATCH + 1; n++) {
    carto_buf_clear(&many);
    for (i = 0; i < n; i++) carto_buf_append_text(&many, i ? "," REQUEST("1", "ping") : "[" REQUEST("1", "ping"));
    carto_buf_append(&many, "]", 2); /* and the NUL */
    CHECK_CONTAINS(ask(&c, many.ptr), n <= CARTO_MCP_MAX_BATCH ? "[" EMPTY("1") "," EMPTY("1") : ERROR("null", "-32600"));
  }
  carto_buf_free(&many);
  client_close(&c);
}

/* ---- lists */

static void test_paging(void) {
  carto_server_desc desc = conversation_desc();
  char message[200], cursor[64], last[64] = "";
  client c;
  int pages = 0;
  size_t i;
  desc.page_size = 2;
  CHECK_INT(client_open(&c, &desc, NULL), CARTO_OK);
  reconnect(&c, "2025-11-25");
  ask(&c, REQUEST("1", "tools/list"));
  for (;;) {
    const char *next;
    carto_buf_append(&c.said, "", 1);
    next = strstr(c.said.ptr, "\"nextCursor\":\"");
    pages++;
    if (!next) break;
    CHECK(sscanf(next + 14, "%63[^\"]", cursor) == 1 && strcmp(cursor, last) != 0);
    strcpy(last, cursor);
    reconnect(&c, "2025-11-25"); /* a cursor needs no memory of the connection it came from */
    snprintf(message, sizeof message, PARAMS("1", "tools/list", "{\"cursor\":\"%s\"}"), cursor);
    ask(&c, message);
    CHECK_CONTAINS(carto_buf_str(&c.said), pages == 1 ? "search_resources" : "list_maps");
  }
  CHECK_INT(pages, 3); /* 2 + 2 + 2 */
  for (i = 0; cursor[i]; i++) { /* any digit changed: not one of ours */
    snprintf(message, sizeof message, PARAMS("1", "tools/list", "{\"cursor\":\"%s\"}"), cursor);
    strstr(message, cursor)[i] ^= 1;
    CHECK_CONTAINS(ask(&c, message), ERROR("1", "-32602"));
  }
  CHECK_CONTAINS(ask(&c, PARAMS("1", "tools/list", "{\"cursor\":\"\"}")), ERROR("1", "-32602"));
  CHECK_CONTAINS(ask(&c, PARAMS("1", "tools/list", "{\"cursor\":2}")), ERROR("1", "-32602"));
  CHECK_CONTAINS(ask(&c, PARAMS("1", "tools/list", "{\"cursor\":\"99999999999999999999999\"}")), ERROR("1", "-32602"));
  snprintf(message, sizeof message, PARAMS("1", "tools/list", "{\"cursor\":\"0%s\"}"), cursor);
  CHECK_CONTAINS(ask(&c, message), ERROR("1", "-32602"));
  client_close(&c);
  desc.allow = "list_maps,describe"; /* a changed list makes old cursors invalid */
  desc.page_size = 1;
  CHECK_INT(client_open(&c, &desc, NULL), CARTO_OK);
  snprintf(message, sizeof message, PARAMS("1", "tools/list", "{\"cursor\":\"%s\"}"), cursor);
  CHECK_CONTAINS(ask(&c, message), ERROR("1", "-32602"));
  client_close(&c);
  desc.page_size = SIZE_MAX;
  CHECK_INT(client_open(&c, &desc, NULL), CARTO_OK);
  CHECK(!test_contains(ask(&c, REQUEST("1", "tools/list")), "nextCursor"));
  client_close(&c);
}

/* What each revision knows of a tool. */
static void test_list_members(void) {
  static const struct {
    const char *revision;
    bool annotations, structured;
  } rows[] = {{"2024-11-05", false, false}, {"2025-03-26", true, false}, {"2025-06-18", true, true},
              {"2025-11-25", true, true}};
  client c;
  size_t i;
  CHECK_INT(client_open(&c, NULL, NULL), CARTO_OK);
  for (i = 0; i < 4; i++) {
    carto_str list;
    reconnect(&c, rows[i].revision);
    list = ask(&c, REQUEST("1", "tools/list"));
    CHECK_INT(test_contains(list, "\"annotations\":{\"readOnlyHint\":true,\"openWorldHint\":false}"), rows[i].annotations);
    CHECK_INT(test_contains(list, "\"outputSchema\":{\"type\":\"object\""), rows[i].structured);
    CHECK_INT(test_contains(list, "\"title\":\"List connections\""), rows[i].structured);
    CHECK_CONTAINS(list, "\"inputSchema\":{\"type\":\"object\",\"additionalProperties\":false}");
    list = ask(&c, CALL("1", "list_connections", "{}"));
    CHECK_CONTAINS(list, "\"content\":[{\"type\":\"text\",\"text\":\"{\\\"status\\\":200,\\\"data\\\":[{\\\"id\\\"");
    CHECK_INT(test_contains(list, "\"structuredContent\":{\"status\":200,\"data\":[{\"id\""), rows[i].structured);
  }
  client_close(&c);
}

/* ---- tools of the host */

static carto_status host_echo(const carto_tool_call *call, carto_json_writer *out, carto_error *error) {
  (void)error;
  carto_json_write_value(out, call->doc, carto_json_get(call->arguments, "value"));
  return CARTO_OK;
}

static carto_status host_silent(const carto_tool_call *call, carto_json_writer *out, carto_error *error) {
  (void)call, (void)out, (void)error;
  return CARTO_OK;
}

static carto_status host_half(const carto_tool_call *call, carto_json_writer *out, carto_error *error) {
  (void)call, (void)error;
  carto_json_begin_object(out);
  return CARTO_OK;
}

static carto_status host_fail(const carto_tool_call *call, carto_json_writer *out, carto_error *error) {
  (void)call, (void)error;
  carto_json_begin_array(out); /* what was written is dropped */
  return CARTO_ERR_IO;
}

/* Runs until it is told to stop, or long enough. */
static carto_status host_wait(const carto_tool_call *call, carto_json_writer *out, carto_error *error) {
  int i;
  for (i = 0; i < 10; i++)
    if (!call->work->checkpoint(call->work->user)) return memory_fail(error, CARTO_ERR_CANCELLED, "cancelled", carto_str_make("", 0));
  carto_json_write_int(out, i);
  return CARTO_OK;
}

static carto_status host_progress(const carto_tool_call *call, carto_json_writer *out, carto_error *error) {
  static const uint64_t done[] = {0, 50, 50, 40, 51, 100, 100};
  size_t i;
  (void)error;
  for (i = 0; i < 7; i++) call->work->progress(call->work->user, done[i], 100, "parts");
  for (i = 101; i < 1101; i++) call->work->progress(call->work->user, i, 100000, NULL);
  call->work->progress(call->work->user, 200000, 0, NULL); /* of an unknown total */
  carto_json_write_bool(out, true);
  return CARTO_OK;
}

static carto_status host_big(const carto_tool_call *call, carto_json_writer *out, carto_error *error) {
  int64_t size = 0;
  (void)error;
  (void)carto_json_int64(carto_json_get(call->arguments, "size"), &size);
  carto_json_begin_array(out);
  for (; size > 0; size--) carto_json_write_text(out, (const char *)call->tool->user);
  carto_json_end_array(out);
  return CARTO_OK;
}

static const carto_param host_value[] = {{0, "value", CARTO_KIND_ANY | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL}};
static const carto_param host_size[] = {{0, "size", CARTO_KIND_INTEGER, NULL, 0, 1e6, "0", "How many."}};

static const carto_tool host_tools[] = {
  {"echo", "Echo", "host", "Says it.", host_value, 1, NULL, 0, NULL, 0, 0, host_echo, NULL},
  {"silent", NULL, NULL, "Says nothing.", NULL, 0, NULL, 0, NULL, 0, CARTO_TOOL_WRITES, host_silent, NULL},
  {"half", NULL, NULL, "Says half.", NULL, 0, NULL, 0, NULL, 0,
   CARTO_TOOL_WRITES | CARTO_TOOL_DESTRUCTIVE | CARTO_TOOL_IDEMPOTENT, host_half, NULL},
  {"fail", NULL, NULL, "Fails.", NULL, 0, NULL, 0, NULL, 0, CARTO_TOOL_OPEN_WORLD, host_fail, NULL},
  {"wait", NULL, NULL, "Waits.", NULL, 0, NULL, 0, NULL, 0, 0, host_wait, NULL},
  {"progress", NULL, NULL, "Goes on.", NULL, 0, NULL, 0, NULL, 0, 0, host_progress, NULL},
  {"big.size-1_A", NULL, NULL, "Says much.", host_size, 1, NULL, 0, NULL, 0, 0, host_big, (void *)"\"0123456\""},
};

static carto_server_desc host_desc(void) {
  carto_server_desc desc = carto_server_desc_default();
  desc.tools = host_tools;
  desc.tool_count = sizeof host_tools / sizeof *host_tools;
  return desc;
}

static void test_host_results(void) {
  static const struct {
    const char *value, *wrapped;
  } rows[] = {
    {"{\"a\":[1,2.50]}", NULL}, {"{}", NULL}, {"[1]", "{\"result\":[1]}"}, {"\"x\"", "{\"result\":\"x\"}"},
    {"null", "{\"result\":null}"}, {"1e400", "{\"result\":1e400}"}, {"-0.0", "{\"result\":-0.0}"},
  };
  carto_server_desc desc = host_desc();
  client c;
  size_t i;
  char message[300], want[300];
  CHECK_INT(client_open(&c, &desc, NULL), CARTO_OK);
  for (i = 0; i < sizeof rows / sizeof *rows; i++) {
    snprintf(message, sizeof message, CALL("1", "echo", "{\"value\":%s}"), rows[i].value);
    reconnect(&c, "2025-11-25");
    snprintf(want, sizeof want, "}],\"structuredContent\":%s}}", rows[i].wrapped ? rows[i].wrapped : rows[i].value);
    CHECK_CONTAINS(ask(&c, message), want);
    reconnect(&c, "2025-03-26");
    CHECK(!test_contains(ask(&c, message), "structuredContent"));
    snprintf(message, sizeof message,
             PARAMS("1", "tools/call", "{\"name\":\"echo\",\"arguments\":{\"value\":%s},\"_meta\":{" MODERN "}}"),
             rows[i].value);
    snprintf(want, sizeof want, "}],\"structuredContent\":%s,\"resultType\":\"complete\",\"_meta\":", rows[i].value);
    CHECK_CONTAINS(ask(&c, message), want);
  }
  reconnect(&c, "2025-11-25");
  CHECK_STR(ask(&c, CALL("1", "echo", "{\"value\":\"a\\nb\"}")),
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"\\\"a\\\\nb\\\"\"}],"
            "\"structuredContent\":{\"result\":\"a\\nb\"}}}");
  CHECK_STR(ask(&c, CALL("1", "silent", "{}")),
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"silent wrote no whole "
            "result\"}],\"isError\":true}}");
  CHECK_CONTAINS(ask(&c, CALL("1", "half", "{}")), "half wrote no whole result\"}],\"isError\":true}}");
  CHECK_CONTAINS(ask(&c, CALL("1", "fail", "{}")), "\"text\":\"fail: input or output failed\"}],\"isError\":true}}");
  /* the model can act on wrong arguments; the protocol is for the client's mistakes */
  CHECK_CONTAINS(ask(&c, CALL("1", "echo", "{}")), "Invalid arguments for echo: \\\"value\\\" is missing");
  CHECK_CONTAINS(carto_buf_str(&c.said), "\"isError\":true");
  CHECK_CONTAINS(ask(&c, CALL("1", "echo", "{\"value\":1,\"valeu\":2}")), "did you mean \\\"value\\\"?");
  CHECK_CONTAINS(ask(&c, CALL("1", "echo", "[]")), ERROR("1", "-32602"));
  CHECK_CONTAINS(ask(&c, CALL("1", "echo", "null")), ERROR("1", "-32602"));
  CHECK_CONTAINS(ask(&c, CALL("1", "Echo", "{}")), ERROR("1", "-32602") "\"message\":\"Unknown tool: Echo\"");
  CHECK_CONTAINS(ask(&c, PARAMS("1", "tools/call", "{\"name\":1}")), ERROR("1", "-32602"));
  CHECK_CONTAINS(ask(&c, PARAMS("1", "tools/call", "{}")), ERROR("1", "-32602"));
  CHECK_CONTAINS(ask(&c, REQUEST("1", "tools/call")), ERROR("1", "-32602"));
  CHECK_CONTAINS(ask(&c, PARAMS("1", "tools/call", "{\"name\":\"list_connections\"}")), "\"name\\\":\\\"local\\\"");
  CHECK_CONTAINS(ask(&c, CALL("1", "get_column_stats", "{}")), "Invalid arguments for describe");
  /* what the rows say is listed */
  CHECK_CONTAINS(ask(&c, REQUEST("1", "tools/list")),
                 "{\"name\":\"silent\",\"description\":\"Says nothing.\",\"inputSchema\":{\"type\":\"object\","
                 "\"additionalProperties\":false},\"annotations\":{\"readOnlyHint\":false,\"destructiveHint\":false,"
                 "\"idempotentHint\":false,\"openWorldHint\":false}}");
  CHECK_CONTAINS(carto_buf_str(&c.said), "\"destructiveHint\":true,\"idempotentHint\":true,\"openWorldHint\":false}");
  CHECK_CONTAINS(carto_buf_str(&c.said), "\"annotations\":{\"readOnlyHint\":true,\"openWorldHint\":true}");
  client_close(&c);
}

static void test_limits(void) {
  carto_server_desc desc = host_desc();
  carto_error error;
  client c;
  char message[400];
  int size;
  desc.message_bytes = 1023;
  CHECK_INT(client_open(&c, &desc, &error), CARTO_ERR_ARG);
  CHECK_CONTAINS(carto_str_from(error.text), "message_bytes must be at least 1024");
  client_close(&c);
  desc.message_bytes = 4096;
  CHECK_INT(client_open(&c, &desc, NULL), CARTO_OK);
  for (size = 0; size < 400; size++) { /* every size from well below to well above what fits */
    reconnect(&c, "2025-06-18");
    snprintf(message, sizeof message, CALL("1", "big.size-1_A", "{\"size\":%d}"), size);
    ask(&c, message);
    CHECK(c.said.len <= 4096 && c.said.ptr[c.said.len - 1] == '}');
    if (size < 100) CHECK_CONTAINS(carto_buf_str(&c.said), "\"structuredContent\":{\"result\":[");
    if (size > 150) CHECK_CONTAINS(carto_buf_str(&c.said), "\"isError\":true}}");
    if (size > 350) CHECK_CONTAINS(carto_buf_str(&c.said), "the result does not fit a message of 4096 bytes: ask for less at a time");
    snprintf(message, sizeof message, "[" CALL("1", "big.size-1_A", "{\"size\":%d}") "," REQUEST("2", "ping") "]", size);
    memset(&c.session, 0, sizeof c.session);
    ask(&c, message);
    CHECK(c.said.len <= 4096);
    if (!test_contains(carto_buf_str(&c.said), EMPTY("2") "]")) /* where the first just fitted */
      CHECK_STR(carto_buf_str(&c.said), ERROR("null", "-32603") "\"message\":\"the replies do not fit one message\"}}");
  }
  /* a list that does not fit comes in pages */
  CHECK_CONTAINS(ask(&c, REQUEST("1", "tools/list")), "\"nextCursor\":");
  /* nor do the replies of a batch */
  snprintf(message, sizeof message, "[" CALL("1", "big.size-1_A", "{\"size\":%d}") "," CALL("2", "big.size-1_A", "{\"size\":%d}")
           "," CALL("3", "big.size-1_A", "{\"size\":%d}") "," REQUEST("4", "no") "]", 120, 120, 115);
  CHECK(ask(&c, message).len <= 4096);
  client_close(&c);
}

static void test_message_length(void) {
  carto_server_desc desc = conversation_desc();
  client c;
  char *message = (char *)malloc(CARTO_MCP_MAX_MESSAGE + 2);
  const char ping[] = REQUEST("1", "ping");
  size_t limit, i;
  for (i = 0; i < 2; i++) {
    desc.message_bytes = i ? 2000 : 0;
    limit = i ? 2000 : CARTO_MCP_MAX_MESSAGE;
    CHECK_INT(client_open(&c, &desc, NULL), CARTO_OK);
    memset(message, ' ', limit + 1);
    memcpy(message, ping, sizeof ping - 1);
    message[limit] = 0;
    CHECK_STR(ask(&c, message), EMPTY("1"));
    message[limit] = ' ';
    message[limit + 1] = 0;
    CHECK_CONTAINS(ask(&c, message), ERROR("1", "-32600") "\"message\":\"the message is longer than ");
    client_close(&c);
  }
  free(message);
}

/* ---- logging, progress, cancelling */

static void test_logging(void) {
  static const char *const levels[] = {"debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"};
  carto_server_desc desc = host_desc();
  client c;
  size_t i;
  char message[400];
  CHECK_INT(client_open(&c, &desc, NULL), CARTO_OK);
  reconnect(&c, "2025-06-18");
  CHECK(!test_contains(ask(&c, REQUEST("1", "no")), "\n")); /* silent until asked */
  for (i = 0; i < 8; i++) {
    snprintf(message, sizeof message, PARAMS("1", "logging/setLevel", "{\"level\":\"%s\"}"), levels[i]);
    CHECK_STR(ask(&c, message), EMPTY("1"));
    CHECK_INT(test_contains(ask(&c, REQUEST("2", "no")),
                            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"level\":\"notice\","
                            "\"logger\":\"carto_mcp\",\"data\":\"there is no method \\\"no\\\" here\"}}\n{"), i <= 2);
    CHECK_INT(test_contains(ask(&c, CALL("3", "fail", "{}")),
                            "\"level\":\"warning\",\"logger\":\"carto_mcp\",\"data\":\"fail failed: fail: "), i <= 3);
    /* the newest revision: by request, whatever the session said */
    CHECK(!test_contains(ask(&c, PARAMS("4", "no", "{\"_meta\":{" MODERN "}}")), "\n"));
    snprintf(message, sizeof message,
             PARAMS("5", "no", "{\"_meta\":{" MODERN ",\"io.modelcontextprotocol/logLevel\":\"%s\"}}"), levels[i]);
    CHECK_INT(test_contains(ask(&c, message), "\"level\":\"notice\""), i <= 2);
  }
  CHECK_CONTAINS(ask(&c, PARAMS("1", "logging/setLevel", "{\"level\":\"Debug\"}")), ERROR("1", "-32602"));
  CHECK_CONTAINS(ask(&c, PARAMS("1", "logging/setLevel", "{\"level\":0}")), ERROR("1", "-32602"));
  CHECK_CONTAINS(ask(&c, REQUEST("1", "logging/setLevel")), ERROR("1", "-32602"));
  reconnect(&c, "2025-06-18"); /* another connection has its own level */
  CHECK(!test_contains(ask(&c, REQUEST("1", "no")), "\n"));
  client_close(&c);
}

typedef struct host_log {
  int count, last;
} host_log;

static void host_log_line(void *user, int level, const char *text) {
  host_log *log = (host_log *)user;
  CHECK(text[0] != 0);
  log->count++;
  log->last = level;
}

static void test_host_log(void) {
  carto_server_desc desc = host_desc();
  host_log log = {0, -1};
  client c;
  desc.log = host_log_line;
  desc.user = &log;
  CHECK_INT(client_open(&c, &desc, NULL), CARTO_OK);
  ask(&c, "{");
  CHECK_INT(log.count, 1);
  CHECK_INT(log.last, CARTO_LOG_NOTICE);
  ask(&c, CALL("1", "fail", "{}"));
  CHECK_INT(log.count, 2);
  CHECK_INT(log.last, CARTO_LOG_WARNING);
  CHECK(!test_contains(carto_buf_str(&c.said), "\n"));
  client_close(&c);
}

static void test_progress(void) {
  static const char *const tokens[] = {"7", "\"t\\u0041\"", "123456789012345678901234567890"};
  static const char *const echoes[] = {"7", "\"tA\"", "123456789012345678901234567890"};
  carto_server_desc desc = host_desc();
  client c;
  char message[300], want[300];
  size_t i, at;
  int reports;
  CHECK_INT(client_open(&c, &desc, NULL), CARTO_OK);
  reconnect(&c, "2025-06-18");
  for (i = 0; i < 3; i++) {
    snprintf(message, sizeof message,
             PARAMS("1", "tools/call", "{\"name\":\"progress\",\"_meta\":{\"progressToken\":%s}}"), tokens[i]);
    ask(&c, message);
    snprintf(want, sizeof want,
             "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":%s,\"progress\":0,"
             "\"total\":100,\"message\":\"parts\"}}\n{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\","
             "\"params\":{\"progressToken\":%s,\"progress\":50,\"total\":100,\"message\":\"parts\"}}\n", echoes[i],
             echoes[i]);
    CHECK_CONTAINS(carto_buf_str(&c.said), want);
    CHECK_CONTAINS(carto_buf_str(&c.said), "\"progress\":200000}}\n{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":");
    for (at = 0, reports = 0; at < c.said.len; at++) reports += c.said.ptr[at] == '\n';
    CHECK_INT(reports, 4 + 1 + 1); /* 0 50 51 100; then 1 % of 100000 once; then 200000 */
  }
  reconnect(&c, "2024-11-05"); /* knows no text */
  CHECK(!test_contains(ask(&c, message), "\"message\""));
  reconnect(&c, "2025-06-18");
  CHECK(!test_contains(ask(&c, CALL("1", "progress", "{}")), "\n"));
  CHECK(!test_contains(ask(&c, PARAMS("1", "tools/call", "{\"name\":\"progress\",\"_meta\":{\"progressToken\":1.5}}")), "\n"));
  CHECK(!test_contains(ask(&c, PARAMS("1", "tools/call", "{\"name\":\"progress\",\"_meta\":{\"progressToken\":null}}")), "\n"));
  /* loading a file reports itself */
  CHECK_CONTAINS(ask(&c, PARAMS("1", "tools/call", "{\"name\":\"describe\",\"arguments\":{\"connection_name\":\"local\","
                                "\"table_fqn\":\"cities\"},\"_meta\":{\"progressToken\":9}}")),
                 "\"progressToken\":9,\"progress\":");
  client_close(&c);
}

static void test_cancelling(void) {
  static const struct {
    const char *id, *arrives;
    bool dealt, cancelled;
  } rows[] = {
    {"1", "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":1}}", true, true},
    {"\"1\"", "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":1}}", false, false},
    {"\"\"", "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":{}}}", false, false},
    {"\"A\"", "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":\"\\u0041\","
              "\"reason\":\"enough\"}}", true, true},
    {"12345678901234567890123", "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":"
                                "12345678901234567890123}}", true, true},
    {"12345678901234567890123", "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":"
                                "12345678901234567890124}}", false, false},
    {"1", "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":1}}", false, false},
    {"1", "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\"}", false, false},
    {"1", "{\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":1}}", false, false},
    {"1", REQUEST("2", "ping"), true, false},
    {"1", PARAMS("2", "ping", "{\"_meta\":{\"progressToken\":1}}"), true, false},
    {"1", PARAMS("2", "ping", "{\"_meta\":{" MODERN "}}"), false, false}, /* to be refused in its turn */
    {"1", REQUEST("2.5", "ping"), false, false},
    {"1", REQUEST("2", "tools/list"), false, false},
    {"1", "[" REQUEST("2", "ping") "]", false, false},
    {"1", "{", false, false},
    {"1", "", false, false},
  };
  carto_server_desc desc = host_desc();
  const char *arrives[2] = {NULL, NULL};
  client c;
  char message[300];
  size_t i, k;
  CHECK_INT(client_open(&c, &desc, NULL), CARTO_OK);
  for (k = 0; k < 3; k++) {
    for (i = 0; i < sizeof rows / sizeof *rows; i++) {
      static const char *const forms[] = {
        CALL("%s", "wait", "{}"), "[" CALL("%s", "wait", "{}") "]",
        PARAMS("%s", "tools/call", "{\"name\":\"wait\",\"_meta\":{" MODERN ",\"io.modelcontextprotocol/logLevel\":\"debug\"}}")};
      arrives[0] = rows[i].arrives;
      c.urgent = arrives;
      c.dealt = c.polls = 0;
      snprintf(message, sizeof message, forms[k], rows[i].id);
      ask(&c, message);
      CHECK_INT(c.dealt, rows[i].dealt);
      CHECK_INT(c.polls, rows[i].cancelled ? 1 : 11); /* once before a host tool starts */
      if (rows[i].cancelled) CHECK_STR(carto_buf_str(&c.said), "");
      else CHECK_CONTAINS(carto_buf_str(&c.said), "\"text\":\"10\"");
      if (rows[i].dealt && !rows[i].cancelled) CHECK_CONTAINS(carto_buf_str(&c.said), EMPTY("2") "\n");
    }
  }
  /* nothing is in hand: everything has to wait */
  CHECK(!carto_server_urgent(&c.m.server, &c.session, &c.peer, carto_str_from(rows[0].arrives)));
  CHECK(!carto_server_urgent(&c.m.server, &c.session, &c.peer, carto_str_from(REQUEST("2", "ping"))));
  c.gone = true; /* found to be gone while at work */
  CHECK_INT(tell(&c, CALL("1", "wait", "{}")), CARTO_ERR_IO);
  CHECK_UINT(c.said.len, 0);
  c.gone = false;
  c.deaf = true; /* takes no more */
  CHECK_INT(tell(&c, REQUEST("1", "ping")), CARTO_ERR_IO);
  CHECK_INT(tell(&c, "[" REQUEST("1", "ping") "]"), CARTO_ERR_IO);
  CHECK_INT(tell(&c, PARAMS("1", "tools/call", "{\"name\":\"progress\",\"_meta\":{\"progressToken\":1}}")), CARTO_ERR_IO);
  CHECK(!test_contains(carto_buf_str(&c.said), "\n"));
  arrives[0] = REQUEST("2", "ping");
  c.urgent = arrives;
  CHECK_INT(tell(&c, CALL("1", "wait", "{}")), CARTO_ERR_IO);
  client_close(&c);
}

/* ---- resources */

#define READ(id, uri) PARAMS(id, "resources/read", "{\"uri\":\"" uri "\"}")
#define READ_MODERN(id, uri) PARAMS(id, "resources/read", "{\"uri\":\"" uri "\",\"_meta\":{" MODERN "}}")
#define REFERENCE "carto://sql/reference"

#define RESOURCE(title)                                                                                         \
  "{\"uri\":\"" REFERENCE "\",\"name\":\"sql_reference\"," title                                             \
  "\"description\":\"The SQL of local connections: statements, types, operators and functions there are.\"," \
  "\"mimeType\":\"text/markdown\"}"

/* The one resource there is: its text is what the engine says. */
static void check_reference(carto_str reply) {
  carto_alloc libc = {NULL, NULL};
  carto_arena arena;
  carto_json_doc doc;
  carto_buf want;
  const carto_json *contents, *item;
  carto_arena_init(&arena, libc, 0);
  carto_buf_init(&want, libc, 0);
  carto_sql_write_reference(&want);
  CHECK_INT(carto_json_parse(&arena, reply, &doc, NULL), CARTO_OK);
  contents = carto_json_get(carto_json_get(doc.root, "result"), "contents");
  item = carto_json_first(contents);
  CHECK_UINT(carto_json_count(contents), 1);
  CHECK_UINT(carto_json_count(item), 3);
  CHECK_STR(carto_json_string(carto_json_get(item, "uri")), REFERENCE);
  CHECK_STR(carto_json_string(carto_json_get(item, "mimeType")), "text/markdown");
  CHECK(carto_str_equal(carto_json_string(carto_json_get(item, "text")), carto_buf_str(&want)));
  carto_buf_free(&want);
  carto_arena_free(&arena);
}

static void test_resources(void) {
  static const char *const revisions[] = {NULL, "2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"};
  static const char *const others[] = {"", "carto:", "carto://sql", REFERENCE "/", REFERENCE "?", "CARTO://sql/reference",
                                       "file:///etc/passwd", "carto://sql/../sql/reference", "\\u0000", "\\u00e9 \\\"x\\\""};
  static const char *const wrong[] = {"{}", "{\"uri\":null}", "{\"uri\":5}", "{\"uri\":[\"" REFERENCE "\"]}"};
  static const char *const lists[] = {"resources/list", "resources/templates/list"};
  static const char cached[] = "\"resultType\":\"complete\",\"ttlMs\":300000,\"cacheScope\":\"public\",\"_meta\":{";
  char message[500], want[500];
  client c;
  size_t i, k;
  CHECK_INT(client_open(&c, NULL, NULL), CARTO_OK);
  for (i = 0; i < 5; i++) {
    reconnect(&c, revisions[i]);
    CHECK_STR(ask(&c, REQUEST("1", "resources/list")),
              i < 3 ? "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resources\":[" RESOURCE("") "]}}"
                    : "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resources\":[" RESOURCE("\"title\":\"SQL reference\",") "]}}");
    CHECK_STR(ask(&c, REQUEST("1", "resources/templates/list")),
              "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resourceTemplates\":[]}}");
    check_reference(ask(&c, READ("1", REFERENCE)));
    CHECK(!test_contains(carto_buf_str(&c.said), "ttlMs"));
    for (k = 0; k < sizeof others / sizeof *others; k++) {
      snprintf(message, sizeof message, READ("1", "%s"), others[k]);
      CHECK_CONTAINS(ask(&c, message), ERROR("1", "-32002") "\"message\":\"Resource not found: ");
      snprintf(want, sizeof want, "\",\"data\":{\"uri\":\"%s\"}}}", k == 9 ? "\xc3\xa9 \\\"x\\\"" : others[k]);
      CHECK_CONTAINS(carto_buf_str(&c.said), want);
    }
    for (k = 0; k < sizeof wrong / sizeof *wrong; k++) {
      snprintf(message, sizeof message, PARAMS("1", "resources/read", "%s"), wrong[k]);
      CHECK_STR(ask(&c, message), ERROR("1", "-32602") "\"message\":\"resources/read needs a \\\"uri\\\", a string\"}}");
    }
    CHECK_CONTAINS(ask(&c, REQUEST("1", "resources/read")), ERROR("1", "-32602"));
    CHECK_CONTAINS(ask(&c, REQUEST("1", "resources/unsubscribe")), ERROR("1", "-32601"));
    /* and the modern era beside it */
    CHECK_CONTAINS(ask(&c, PARAMS("1", "resources/list", "{\"_meta\":{" MODERN "}}")),
                   "\"result\":{\"resources\":[" RESOURCE("\"title\":\"SQL reference\",") "],");
    CHECK_CONTAINS(carto_buf_str(&c.said), cached);
    CHECK_CONTAINS(ask(&c, PARAMS("1", "resources/templates/list", "{\"_meta\":{" MODERN "}}")),
                   "\"result\":{\"resourceTemplates\":[],");
    CHECK_CONTAINS(carto_buf_str(&c.said), cached);
    check_reference(ask(&c, READ_MODERN("1", REFERENCE)));
    CHECK_CONTAINS(carto_buf_str(&c.said), cached);
    CHECK_STR(ask(&c, READ_MODERN("1", "carto://map/1")),
              ERROR("1", "-32602") "\"message\":\"Resource not found: carto://map/1\",\"data\":{\"uri\":\"carto://map/1\"}}}");
    CHECK_CONTAINS(ask(&c, PARAMS("1", "resources/read", "{\"_meta\":{" MODERN "}}")), ERROR("1", "-32602"));
  }
  for (i = 0; i < 2; i++) { /* one page each: no cursor was ever given out for it */
    static const char *const cursors[] = {"\"\"", "\"1\"", "1", "null", "\"4294967296\"", "\"0\""};
    for (k = 0; k < 6; k++) {
      snprintf(message, sizeof message, PARAMS("1", "%s", "{\"cursor\":%s}"), lists[i], cursors[k]);
      CHECK_CONTAINS(ask(&c, message), ERROR("1", "-32602") "\"message\":\"\\\"cursor\\\" is not one");
    }
  }
  /* in a batch, one error's data is not the next one's */
  reconnect(&c, "2025-03-26");
  CHECK_CONTAINS(ask(&c, "[" READ("1", "a:b") "," CALL("2", "no", "{}") "]"), "\"data\":{\"uri\":\"a:b\"}}},");
  CHECK_CONTAINS(carto_buf_str(&c.said), ERROR("2", "-32602") "\"message\":\"Unknown tool: no\"}}]");
  client_close(&c);
}

/* A resource goes with the tools of its group. */
static void test_resource_groups(void) {
  static const struct {
    const char *allow;
    bool offered;
  } rows[] = {{"data", true}, {"describe,list_maps", true}, {"maps", false}, {"", false}, {"host", false}, {"echo", false}};
  carto_server_desc desc = host_desc();
  client c;
  size_t i;
  for (i = 0; i < sizeof rows / sizeof *rows; i++) {
    desc.allow = rows[i].allow;
    CHECK_INT(client_open(&c, &desc, NULL), CARTO_OK);
    CHECK_INT(test_contains(ask(&c, REQUEST("1", "resources/list")), REFERENCE), rows[i].offered);
    CHECK_CONTAINS(carto_buf_str(&c.said), "\"resources\":[");
    ask(&c, READ("1", REFERENCE));
    if (rows[i].offered) check_reference(carto_buf_str(&c.said));
    else CHECK_CONTAINS(carto_buf_str(&c.said), ERROR("1", "-32002"));
    client_close(&c);
  }
}

/* What is too large for a message is an error, never a broken message. */
static void test_resource_size(void) {
  carto_server_desc desc = conversation_desc();
  static const size_t sizes[] = {1024, 2048, 4096};
  char message[900];
  client c;
  size_t i, len;
  for (i = 0; i < 3; i++) {
    desc.message_bytes = sizes[i];
    CHECK_INT(client_open(&c, &desc, NULL), CARTO_OK);
    snprintf(message, sizeof message, ERROR("1", "-32603") "\"message\":\"the resource does not fit a message of %d bytes\"}}",
             (int)sizes[i]);
    CHECK_STR(ask(&c, READ("1", REFERENCE)), message);
    CHECK_CONTAINS(ask(&c, REQUEST("1", "resources/list")), REFERENCE);
    for (len = 0; len < 750; len += 3) { /* where the URI does not fit the error's data, there is none */
      size_t start = (size_t)sprintf(message, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"resources/read\",\"params\":{\"uri\":\"");
      memset(message + start, 'u', len);
      strcpy(message + start + len, "\"}}");
      CHECK(ask(&c, message).len <= sizes[i]);
      CHECK_CONTAINS(carto_buf_str(&c.said), ERROR("1", "-32002") "\"message\":\"Resource not found: ");
      if (len < 400) CHECK_CONTAINS(carto_buf_str(&c.said), "\"data\":{\"uri\":\"");
    }
    client_close(&c);
  }
}

/* A row may stand for many URIs. */
static void test_resource_templates(void) {
  static const carto__resource rows[] = {
    {"carto://map/{map}", "map", "Map", "A map.", "application/json", "maps", NULL},
    {"carto://map", "maps", "Maps", "All.", "application/json", "maps", NULL}};
  static const struct {
    const char *uri;
    bool matches[2];
    const char *rest;
  } all[] = {{"carto://map/7", {true, false}, "7"},    {"carto://map/a/b", {true, false}, "a/b"},
             {"carto://map/", {false, false}, ""},     {"carto://map", {false, true}, ""},
             {"carto://maps", {false, false}, ""},     {"carto://ma", {false, false}, ""},
             {"carto://map/{map}", {true, false}, "{map}"}};
  carto_alloc libc = {NULL, NULL};
  carto_buf out;
  carto_json_writer writer;
  carto_str rest;
  size_t i, k;
  for (i = 0; i < sizeof all / sizeof *all; i++)
    for (k = 0; k < 2; k++) {
      CHECK_INT(carto__resource_matches(&rows[k], carto_str_from(all[i].uri), &rest), all[i].matches[k]);
      if (all[i].matches[k]) CHECK_STR(rest, all[i].rest);
    }
  CHECK(!carto__resource_matches(&rows[0], carto_str_make(NULL, 0), &rest));
  carto_buf_init(&out, libc, 0);
  carto_json_writer_init(&writer, &out);
  carto__resource_write(&writer, &rows[0], true);
  CHECK_STR(carto_buf_str(&out), "{\"uriTemplate\":\"carto://map/{map}\",\"name\":\"map\",\"title\":\"Map\","
                                 "\"description\":\"A map.\",\"mimeType\":\"application/json\"}");
  carto_buf_free(&out);
}

/* ---- setting up */

static void test_descriptor(void) {
  static const carto_param nameless[] = {{0, NULL, 0, NULL, 0, 0, NULL, NULL}};
  static const carto_param too_deep[] = {{0, "a", 0, NULL, 0, 0, NULL, NULL}, {2, "b", 0, NULL, 0, 0, NULL, NULL}};
  static const carto_param not_at_root[] = {{1, "a", 0, NULL, 0, 0, NULL, NULL}};
  static const struct {
    carto_tool tool;
    const char *says;
  } rows[] = {
    {{"", NULL, NULL, "d", NULL, 0, NULL, 0, NULL, 0, 0, host_echo, NULL}, "a tool's name is 1 to 64 of"},
    {{NULL, NULL, NULL, "d", NULL, 0, NULL, 0, NULL, 0, 0, host_echo, NULL}, "a tool's name is 1 to 64 of"},
    {{"a b", NULL, NULL, "d", NULL, 0, NULL, 0, NULL, 0, 0, host_echo, NULL}, "not \"a b\""},
    {{"a/b", NULL, NULL, "d", NULL, 0, NULL, 0, NULL, 0, 0, host_echo, NULL}, "not \"a/b\""},
    {{"\xc3\xa9", NULL, NULL, "d", NULL, 0, NULL, 0, NULL, 0, 0, host_echo, NULL}, "not \"\xc3\xa9\""},
    {{"a1234567890123456789012345678901234567890123456789012345678901234", NULL, NULL, "d", NULL, 0, NULL, 0, NULL, 0, 0,
      host_echo, NULL}, "1 to 64"},
    {{"a", NULL, NULL, NULL, NULL, 0, NULL, 0, NULL, 0, 0, host_echo, NULL}, "tool a needs a description"},
    {{"a", NULL, NULL, "d", NULL, 0, NULL, 0, NULL, 0, 0, NULL, NULL}, "and a function"},
    {{"a", NULL, NULL, "d", NULL, 1, NULL, 0, NULL, 0, 0, host_echo, NULL}, "tool a has a row"},
    {{"a", NULL, NULL, "d", nameless, 1, NULL, 0, NULL, 0, 0, host_echo, NULL}, "tool a has a row"},
    {{"a", NULL, NULL, "d", too_deep, 2, NULL, 0, NULL, 0, 0, host_echo, NULL}, "tool a has a row"},
    {{"a", NULL, NULL, "d", NULL, 0, NULL, 0, not_at_root, 1, 0, host_echo, NULL}, "tool a has a row"},
    {{"a", NULL, NULL, "d", NULL, 0, NULL, 2, NULL, 0, 0, host_echo, NULL}, "tool a has a row"},
    {{"describe", NULL, NULL, "d", NULL, 0, NULL, 0, NULL, 0, 0, host_echo, NULL}, "there are two tools named describe"},
  };
  carto_server server;
  carto_server_desc desc;
  carto_error error;
  carto_tool twice[2];
  client c;
  size_t i;
  for (i = 0; i < sizeof rows / sizeof *rows; i++) {
    desc = carto_server_desc_default();
    desc.tools = &rows[i].tool;
    desc.tool_count = 1;
    CHECK_INT(carto_server_init(&server, &desc, &error), CARTO_ERR_ARG);
    CHECK_INT(error.status, CARTO_ERR_ARG);
    CHECK_CONTAINS(carto_str_from(error.text), rows[i].says);
    CHECK_INT(carto_server_init(&server, &desc, NULL), CARTO_ERR_ARG);
    carto_server_free(&server); /* a failed one is zeroed: freeing is harmless */
  }
  twice[0] = twice[1] = host_tools[0];
  desc.tools = twice;
  desc.tool_count = 2;
  desc.allow = "describe"; /* the rules hold for what is not allowed, too */
  CHECK_INT(carto_server_init(&server, &desc, &error), CARTO_ERR_ARG);
  CHECK_CONTAINS(carto_str_from(error.text), "there are two tools named echo");
  desc = carto_server_desc_default();
  desc._start = 1;
  CHECK_INT(carto_server_init(&server, &desc, &error), CARTO_ERR_ARG);
  desc._start = 0;
  desc._end = 0xabababab;
  CHECK_INT(carto_server_init(&server, &desc, &error), CARTO_ERR_ARG);
  CHECK_CONTAINS(carto_str_from(error.text), "carto_server_desc_default()");
  CHECK_INT(carto_server_init(&server, NULL, &error), CARTO_ERR_ARG);
  /* an old name may be taken by a tool of the host */
  twice[0].name = "get_column_stats";
  desc = carto_server_desc_default();
  desc.tools = twice;
  desc.tool_count = 1;
  CHECK_INT(client_open(&c, &desc, NULL), CARTO_OK);
  CHECK_CONTAINS(ask(&c, CALL("1", "get_column_stats", "{\"value\":3}")), "\"text\":\"3\"");
  client_close(&c);
}

static void test_allow(void) {
  static const struct {
    const char *allow;
    int count;          /* -1: refused, and says */
    const char *says;
  } rows[] = {
    {"describe", 1, NULL},
    {"describe,describe", 1, NULL},
    {"list_maps,describe", 2, NULL},
    {"maps", 2, NULL},
    {"data", 7, NULL},
    {"host", 1, NULL},
    {"maps,echo,wait", 4, NULL},
    {"", 0, NULL},
    {"descrbe", -1, "no tool or group is named \"descrbe\"; nearest: describe"},
    {"describe, maps", -1, "no tool or group is named \" maps\""},
    {"describe,,maps", -1, "no tool or group is named \"\""},
    {"zzzzzzzz", -1, "no tool or group is named \"zzzzzzzz\""},
  };
  carto_server_desc desc = host_desc();
  carto_error error;
  client c;
  size_t i;
  for (i = 0; i < sizeof rows / sizeof *rows; i++) {
    desc.allow = rows[i].allow;
    CHECK_INT(client_open(&c, &desc, &error), rows[i].count < 0 ? CARTO_ERR_ARG : CARTO_OK);
    if (rows[i].count < 0) CHECK_CONTAINS(carto_str_from(error.text), rows[i].says);
    else CHECK_UINT(carto_server_tool_count(&c.m.server), (size_t)rows[i].count);
    client_close(&c);
  }
  desc.allow = "list_maps,describe"; /* order is that of the table, not of the list */
  CHECK_INT(client_open(&c, &desc, &error), CARTO_OK);
  CHECK_STR(carto_str_from(carto_server_tool(&c.m.server, 0)->name), "describe");
  CHECK_STR(carto_str_from(carto_server_tool(&c.m.server, 1)->name), "list_maps");
  CHECK(!carto_server_tool(&c.m.server, 2));
  CHECK_CONTAINS(ask(&c, CALL("1", "list_connections", "{}")), "Unknown tool: list_connections");
  client_close(&c);
}

/* ---- a host's own calls */

static void test_call(void) {
  static const struct {
    const char *tool, *arguments;
    carto_status status;
    const char *says;   /* the result, or part of the error's text */
  } rows[] = {
    {"echo", "{\"value\":[1, 2]}", CARTO_OK, "[1,2]"},
    {"wait", "", CARTO_OK, "10"},
    {"ecko", "{}", CARTO_ERR_NOT_FOUND, "Unknown tool: ecko; nearest: echo"},
    {"zzzzzzzzz", "{}", CARTO_ERR_NOT_FOUND, "Unknown tool: zzzzzzzzz"},
    {"echo", "{\"value\"", CARTO_ERR_SYNTAX, "the arguments are not JSON: "},
    {"echo", "[]", CARTO_ERR_ARG, "the arguments must be a JSON object"},
    {"echo", "{}", CARTO_ERR_ARG, "\"value\" is missing"},
    {"fail", "{}", CARTO_ERR_IO, "fail: input or output failed"},
    {"silent", "{}", CARTO_ERR_ARG, "silent wrote no whole result"},
  };
  carto_server_desc desc = host_desc();
  client c;
  carto_alloc libc = {NULL, NULL};
  carto_arena arena;
  carto_buf buf;
  carto_json_writer out;
  carto_call call;
  carto_error error;
  size_t i;
  CHECK_INT(client_open(&c, &desc, NULL), CARTO_OK);
  carto_arena_init(&arena, libc, 0);
  memset(&call, 0, sizeof call);
  call.arena = &arena;
  call.checkpoint = client_poll;
  call.user = &c;
  carto_buf_init(&buf, libc, 0);
  for (i = 0; i < sizeof rows / sizeof *rows; i++) {
    carto_buf_clear(&buf);
    carto_json_writer_init(&out, &buf);
    CHECK_INT(carto_server_call(&c.m.server, &call, carto_str_from(rows[i].tool), carto_str_from(rows[i].arguments), &out,
                                &error), rows[i].status);
    CHECK_INT(error.status, rows[i].status);
    if (rows[i].status == CARTO_OK) CHECK_STR(carto_buf_str(&buf), rows[i].says);
    else CHECK_CONTAINS(carto_str_from(error.text), rows[i].says);
    if (rows[i].status != CARTO_OK) CHECK_UINT(buf.len, 0);
    CHECK_INT(carto_server_call(&c.m.server, &call, carto_str_from(rows[i].tool), carto_str_from(rows[i].arguments), &out,
                                NULL), rows[i].status);
  }
  c.gone = true;
  CHECK_INT(carto_server_call(&c.m.server, &call, carto_str_from("wait"), carto_str_from("{}"), &out, &error),
            CARTO_ERR_CANCELLED);
  carto_buf_free(&buf);
  carto_arena_free(&arena);
  client_close(&c);
}

/* ---- memory */

static const char *const session_messages[] = {
  PARAMS("1", "initialize", "{\"protocolVersion\":\"2025-03-26\",\"capabilities\":{},\"clientInfo\":{\"name\":\"t\"}}"),
  "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}",
  PARAMS("\"a long enough id to need room of its own somewhere\"", "logging/setLevel", "{\"level\":\"debug\"}"),
  REQUEST("3", "tools/list"),
  CALL("4", "list_connections", "{}"),
  CALL("5", "list_resources", "{\"connection_name\":\"local\",\"maxDepth\":3}"),
  CALL("6", "search_resources", "{\"connection_name\":\"local\",\"query\":\"c\"}"),
  CALL("7", "describe", "{\"connection_name\":\"local\",\"table_fqn\":\"demo.world.cities\"}"),
  CALL("8", "describe", "{\"connection_name\":\"local\",\"table_fqn\":\"cities\",\"column\":\"population\"}"),
  CALL("9", "describe", "{\"connection_name\":\"local\",\"table_fqn\":\"countries\",\"column\":\"geom\"}"),
  CALL("10", "list_maps", "{\"search\":\"o\"}"),
  "[" REQUEST("11", "ping") "," CALL("12", "list_connections", "{}") "," REQUEST("13", "no") "]",
  PARAMS("14", "server/discover", "{\"_meta\":{" MODERN "}}"),
  REQUEST("16", "resources/list"),
  PARAMS("17", "resources/read", "{\"uri\":\"carto://sql/reference\"}"),
  PARAMS("18", "resources/read", "{\"uri\":\"carto://nowhere\",\"_meta\":{" MODERN "}}"),
  "{\"jsonrpc\":\"2.0\",\"id\":15,\"method\":\"tools/call\",\"params\":{\"name\":\"describe\"",
};

#define SESSION_COUNT (sizeof session_messages / sizeof *session_messages)

/* An answer that memory was short for: an error of the server, or of a tool, that says so. */
static bool is_shortage(carto_str said) {
  return test_contains(said, "\"code\":-32603") || test_contains(said, "memory") || test_contains(said, "no reply");
}

/* A whole session. Returns 1 when memory was never short. */
static int run_session(carto_alloc alloc, test_memory *m) {
  carto_server_desc desc = carto_server_desc_default();
  client c;
  carto_error error;
  size_t i;
  int whole = 1;
  carto_status status;
  desc.alloc = alloc;
  status = client_open(&c, &desc, &error);
  if (status != CARTO_OK) {
    CHECK_INT(status, CARTO_ERR_NOMEM);
    CHECK_INT(error.status, CARTO_ERR_NOMEM);
    client_close(&c);
    return 0;
  }
  for (i = 0; i < SESSION_COUNT; i++) {
    carto_str said = ask(&c, session_messages[i]);
    CHECK(i == 1 ? said.len == 0 || is_shortage(said) : said.len > 0); /* the notification */
    if (i != SESSION_COUNT - 1 && is_shortage(said)) whole = 0;
  }
  if (m) { /* once there is memory again, everything works */
    m->fail_at = 0;
    CHECK_CONTAINS(ask(&c, CALL("4", "list_connections", "{}")), "\\\"name\\\":\\\"local\\\"");
    CHECK_CONTAINS(ask(&c, session_messages[7]), "\\\"rowCount\\\":5");
    CHECK_CONTAINS(ask(&c, session_messages[0]), whole ? ERROR("1", "-32600") : "{\"jsonrpc\":\"2.0\",\"id\":1,");
  }
  client_close(&c);
  return whole;
}

static int session_body(carto_alloc alloc) { return run_session(alloc, (test_memory *)alloc.user); }

static void test_every_allocation_of_a_session(void) { test_every_allocation(session_body, 2000); }

static void test_block(void) {
  static uint64_t room[256 * 1024 / 8];
  carto_block block;
  size_t size, least = 0;
  for (size = sizeof room; size > 0; size -= size > 16384 ? 1536 : 256) {
    carto_block_init(&block, room, size);
    if (!run_session(carto_block_alloc(&block), NULL) && least == 0) least = size;
    if (size == sizeof room) CHECK_UINT(least, 0);
    CHECK_UINT(block._used, 0);
  }
  CHECK(least > 0);
}

/* A steady run of requests asks the allocator for nothing. */
static void test_steady_state(void) {
  carto_server_desc desc = carto_server_desc_default();
  test_memory m;
  client c;
  size_t i, round, before;
  desc.alloc = test_alloc(&m);
  CHECK_INT(client_open(&c, &desc, NULL), CARTO_OK);
  for (i = 0; i < SESSION_COUNT; i++) {
    if (i == 10) continue; /* list_maps reads its documents each time */
    for (round = 0; round < 3; round++) ask(&c, session_messages[i]);
    before = m.calls;
    for (round = 0; round < 1000; round++) ask(&c, session_messages[i]);
    if (!CHECK(m.calls == before)) printf("  %zu more for %s\n", m.calls - before, session_messages[i]);
  }
  client_close(&c);
  CHECK_UINT(m.live_count, 0);
}

static const test_case cases[] = {
  {"conversations", test_conversations},
  {"handshake", test_handshake},
  {"eras", test_eras},
  {"ids", test_ids},
  {"long id", test_long_id},
  {"bad messages", test_bad_messages},
  {"batches", test_batches},
  {"paging", test_paging},
  {"list members", test_list_members},
  {"host results", test_host_results},
  {"limits", test_limits},
  {"message length", test_message_length},
  {"logging", test_logging},
  {"host log", test_host_log},
  {"progress", test_progress},
  {"cancelling", test_cancelling},
  {"resources", test_resources},
  {"resource groups", test_resource_groups},
  {"resource size", test_resource_size},
  {"resource templates", test_resource_templates},
  {"descriptor", test_descriptor},
  {"allow", test_allow},
  {"call", test_call},
  {"every allocation", test_every_allocation_of_a_session},
  {"block", test_block},
  {"steady state", test_steady_state},
};

TEST_MAIN(cases)
