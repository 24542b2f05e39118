/* carto-mcp: the server as a program.
   cc -O2 -o carto-mcp examples/carto-mcp.c && ./carto-mcp --help

   Without arguments it serves the demo data over stdio. Standard output carries nothing but messages; all
   else goes to standard error. Exit status: 0 done, 1 a tool or the run failed, 2 wrong use. */
#define _POSIX_C_SOURCE 200809L
#define _XOPEN_SOURCE 700 /* realpath */
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>

#include "account.h"
#include "api.h"
#include "demo.h"
#include "sql.h"

#define MAX_ROOTS 16

#ifndef CARTO_MCP_FIXTURES
#define CARTO_MCP_FIXTURES "fixtures"
#endif

static const char usage[] =
  "usage: carto-mcp [OPTION]... [COMMAND]\n"
  "\n"
  "Serves the Model Context Protocol on standard input and output; or runs one command.\n"
  "\n"
  "  --data [NAME=]DIR   serve the tables in DIR/<database>/<schema>/<table>.<csv|geojson|ndjson>\n"
  "                      as connection NAME (the directory's name unless given); may be repeated\n"
  ACCOUNT_USAGE
  "  --maps DIR          list the map documents in DIR\n"
  "  --workflows DIR     publish the workflow documents in DIR as tools; a hangup signal reads them again\n"
  "  --state DIR         keep jobs of workflows and their results in DIR, so that they outlive the program\n"
  "  --tools LIST        offer only these tools or groups (comma separated): data, maps, map, layer,\n"
  "                      widget, parameter, insights, job, workflow (with job); or all; and extension,\n"
  "                      which is off unless named here: --tools all,extension\n"
  "  --log LEVEL         log to standard error from this level on: debug, info, notice, warning, error\n"
  "\n"
  "  call TOOL [JSON]    call one tool and print its result as JSON\n"
  "  sql QUERY           run a query and print its rows as a table; --json: as JSON; --connection NAME:\n"
  "                      over that connection (the first unless given)\n"
  "  tools               list the tools; --json: as an agent sees them; --markdown: as a table\n"
  "  demo                play a conversation over the demo data, or with --carto over an account that has it\n"
  API_USAGE
  "  --version, --help\n"
  "\n"
  "Without --data, --maps and --carto the demo's data, maps and workflows are served.\n";

typedef struct program {
  carto_local locals[MAX_ROOTS];
  carto_warehouse warehouses[MAX_ROOTS + 1]; /* those, and behind them the account's */
  size_t root_count;
  account account;
  const char *maps;
  const char *workflows;
  const char *state;
  const char *allow;
  bool plays_demo;
  int log_level;
  carto_server server;
  double started_at;   /* for progress on a terminal */
  bool progress_shown;
} program;

static int fail(const char *text, const char *what) {
  fprintf(stderr, "carto-mcp: %s%s%s\n", text, what ? " " : "", what ? what : "");
  return 2;
}

static void log_line(void *user, int level, const char *text) {
  static const char *const names[] = {"debug", "info", "notice", "warning", "error", "critical", "alert",
                                      "emergency"};
  const program *p = (const program *)user;
  if (level >= p->log_level) fprintf(stderr, "carto-mcp: %s: %s\n", names[level], text);
}

/* ---- data roots */

/* DIR or NAME=DIR; the name is a view of the argument. */
static const char *split_root(const char *argument, carto_str *name) {
  const char *equals = strchr(argument, '='), *end, *start;
  if (equals && equals != argument && !memchr(argument, '/', (size_t)(equals - argument))) {
    *name = carto_str_make(argument, (size_t)(equals - argument));
    return equals + 1;
  }
  end = argument + strlen(argument);
  while (end > argument + 1 && end[-1] == '/') end--;
  for (start = end; start > argument && start[-1] != '/'; start--) {
  }
  *name = carto_str_make(start, (size_t)(end - start));
  if (name->len == 0 || name->ptr[0] == '.') *name = carto_str_from("local");
  return argument;
}

static int add_root(program *p, carto_str name, const char *directory) {
  carto_local_desc desc = carto_local_desc_default();
  carto_error error;
  if (p->root_count == MAX_ROOTS) return fail("at most 16 data directories can be served", NULL);
  for (size_t i = 0; i < p->root_count; i++)
    if (carto_str_equal(p->locals[i]._desc.name, name))
      return fail("two data directories have the same name; tell them apart with --data NAME=DIR:", directory);
  desc.name = name;
  if (directory) { /* without one: only maps */
    desc.data = carto_files_directory(directory);
    if (carto_files_modified(directory, &desc.updated_at, &error) != CARTO_OK) return fail(error.text, NULL);
    desc.created_at = desc.updated_at;
  }
  if (p->root_count == 0 && p->maps) {
    int64_t modified;
    if (carto_files_modified(p->maps, &modified, &error) != CARTO_OK) return fail(error.text, NULL);
    desc.maps = carto_files_directory(p->maps);
  }
  if (carto_local_init(&p->locals[p->root_count], &desc, &error) != CARTO_OK) return fail(error.text, NULL);
  p->warehouses[p->root_count] = carto_local_warehouse(&p->locals[p->root_count]);
  p->root_count++;
  return 0;
}

/* ---- workflows */

/* The directory of jobs is one program's at a time, as long as this descriptor is open. */
static int lock_state(const char *directory) {
  char path[4096];
  struct flock lock;
  int fd;
  if (snprintf(path, sizeof path, "%s/.lock", directory) >= (int)sizeof path)
    return fail("the name of the directory is too long:", directory);
  fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return fail("cannot write in the directory", directory);
  memset(&lock, 0, sizeof lock);
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  if (fcntl(fd, F_SETLK, &lock) != 0) return fail("another program keeps its jobs in", directory);
  return 0;
}

static int open_workflows(program *p, carto_server_desc *desc) {
  int64_t modified;
  carto_error error;
  if (p->workflows && carto_files_modified(p->workflows, &modified, &error) != CARTO_OK) return fail(error.text, NULL);
  if (p->state && carto_files_modified(p->state, &modified, &error) != CARTO_OK) return fail(error.text, NULL);
  if (p->workflows) desc->workflow_files = carto_files_directory(p->workflows);
  if (!p->state) return 0;
  desc->store = carto_store_directory(p->state);
  return lock_state(p->state);
}

static program *running;

static void on_hangup(int number) {
  (void)number;
  carto_server_ask_sync(&running->server);
}

/* ---- calls */

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* A line that is rewritten while a file loads, once that takes long enough to wonder. */
static void show_progress(void *user, uint64_t done, uint64_t total, const char *what) {
  program *p = (program *)user;
  if (!isatty(2) || seconds() - p->started_at < 0.3 || total == 0) return;
  fprintf(stderr, "\r%s: %d%%", what ? what : "working", (int)(done * 100 / total));
  p->progress_shown = true;
}

static int64_t clock_now(void *user) {
  struct timespec now;
  (void)user;
  clock_gettime(CLOCK_REALTIME, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static carto_call begin_call(program *p, carto_arena *arena) {
  carto_alloc alloc = {NULL, NULL};
  carto_call call;
  carto_arena_init(arena, alloc, 0);
  call.arena = arena;
  call.checkpoint = NULL;
  call.progress = show_progress;
  call.now = clock_now;
  call.user = p;
  p->started_at = seconds();
  return call;
}

static void end_progress(program *p) {
  if (p->progress_shown) fprintf(stderr, "\r\033[K");
  p->progress_shown = false;
}

static int call_tool(program *p, const char *tool, const char *arguments) {
  carto_arena arena;
  carto_call call = begin_call(p, &arena);
  carto_buf out;
  carto_json_writer writer;
  carto_error error;
  carto_alloc alloc = {NULL, NULL};
  carto_status status;
  carto_buf_init(&out, alloc, 0);
  carto_json_writer_init(&writer, &out);
  status = carto_server_call(&p->server, &call, carto_str_from(tool), carto_str_from(arguments), &writer,
                             &error);
  end_progress(p);
  if (status == CARTO_OK) {
    fwrite(out.ptr, 1, out.len, stdout);
    putchar('\n');
  } else {
    fprintf(stderr, "%s\n", error.text);
  }
  if (!p->state && carto_server_has_work(&p->server))
    fprintf(stderr, "carto-mcp: the job goes with this program; --state DIR runs and keeps it\n");
  while (p->state && carto_server_work(&p->server, NULL, NULL) == CARTO_OK) {
  }
  carto_buf_free(&out);
  carto_arena_free(&arena);
  return status != CARTO_OK;
}

/* ---- sql */

/* The first connection of the account. False: it has none, or it cannot be asked. */
static bool first_of_account(program *p, carto_str *out) {
  static carto_arena arena;
  carto_call call = begin_call(p, &arena);
  const carto_warehouse *warehouse = &p->warehouses[p->root_count];
  carto_connection_list list;
  carto_error error;
  bool found = warehouse->driver->connections(&call, warehouse->state, &list, &error) == CARTO_OK;
  if (!found) fprintf(stderr, "%s\n", error.text);
  else if (list.count == 0) fprintf(stderr, "carto-mcp: the account has no connection\n");
  else *out = list.items[0].name;
  return found && list.count > 0;
}

static int run_query(program *p, size_t root, carto_str connection, const char *query, bool json) {
  const carto_warehouse *warehouse = &p->warehouses[root];
  carto_alloc alloc = {NULL, NULL};
  carto_arena arena;
  carto_call call = begin_call(p, &arena);
  carto_source source;
  carto_table table;
  carto_error error;
  int status = 1;
  memset(&source, 0, sizeof source);
  source.connection = connection;
  source.is_query = true;
  source.text = carto_str_from(query);
  if (warehouse->driver->query(&call, warehouse->state, &source, alloc, &table, &error) == CARTO_OK) {
    end_progress(p);
    status = json ? sql_print_json(&call, &table) : sql_print_table(&table);
    carto_table_free(&table);
  } else {
    end_progress(p);
    sql_print_error(query, &error);
  }
  carto_arena_free(&arena);
  return status;
}

static int run_sql(program *p, int argc, char **argv) {
  const char *query = NULL, *name = NULL;
  bool json = false;
  size_t root = 0;
  carto_str connection;
  for (int i = 0; i < argc; i++) {
    if (strcmp(argv[i], "--json") == 0) json = true;
    else if (strcmp(argv[i], "--connection") == 0 && i + 1 < argc) name = argv[++i];
    else if (strcmp(argv[i], "--connection") == 0) return fail("a value is missing after", argv[i]);
    else if (query || (strncmp(argv[i], "--", 2) == 0 && !strchr(argv[i], ' ')))
      return fail("sql takes one query, --json and --connection NAME, not", argv[i]);
    else query = argv[i];
  }
  if (!query) return fail("sql takes a query", NULL);
  while (name && root < p->root_count && !carto_str_equal(p->locals[root]._desc.name, carto_str_from(name))) root++;
  connection = root < p->root_count ? p->locals[root]._desc.name : carto_str_from(name);
  if (root == p->root_count && !p->account.url) return fail("there is no connection", name);
  if (root == p->root_count && !name && !first_of_account(p, &connection)) return 1;
  return run_query(p, root, connection, query, json);
}

/* ---- tools */

static bool print_result(void *user, carto_str message) {
  carto_arena arena;
  carto_json_doc doc;
  carto_buf out;
  carto_json_writer writer;
  carto_alloc alloc = {NULL, NULL};
  (void)user;
  carto_arena_init(&arena, alloc, 0);
  carto_buf_init(&out, alloc, 0);
  if (carto_json_parse(&arena, message, &doc, NULL) == CARTO_OK) {
    carto_json_writer_init(&writer, &out);
    carto_json_write_value(&writer, &doc, carto_json_get(carto_json_get(doc.root, "result"), "tools"));
    printf("%.*s\n", (int)out.len, out.ptr);
  }
  carto_buf_free(&out);
  carto_arena_free(&arena);
  return true;
}

/* The length of a description's first sentence, or of what stands before its colon. */
static int sentence(const char *text) {
  int len = 0;
  while (text[len] && text[len] != ':' && !(text[len] == '.' && (text[len + 1] == ' ' || !text[len + 1]))) len++;
  return len;
}

/* One row of the table, its arguments as name? for those that may be left out. */
static void print_markdown(const carto_tool *tool) {
  const char *separator = "";
  printf("| `%s` | ", tool->name);
  for (size_t i = 0; i < tool->param_count; i++) {
    if (tool->params[i].depth > 0) continue;
    printf("%s`%s`%s", separator, tool->params[i].name,
           tool->params[i].kinds & CARTO_REQUIRED ? "" : "?");
    separator = ", ";
  }
  printf(" | %.*s |\n", sentence(tool->description), tool->description);
}

static int list_tools(program *p, const char *format) {
  if (format && strcmp(format, "--json") == 0) {
    carto_session session;
    carto_peer peer = {print_result, NULL, NULL};
    memset(&session, 0, sizeof session);
    carto_server_handle(&p->server, &session, &peer,
                        carto_str_from("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{"
                                       "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                                       "\"io.modelcontextprotocol/clientCapabilities\":{}}}}"));
    return 0;
  }
  if (format && strcmp(format, "--markdown") != 0) return fail("tools takes --json or --markdown, not", format);
  if (format) printf("| tool | arguments | what it does |\n|---|---|---|\n");
  for (size_t i = 0; i < carto_server_tool_count(&p->server); i++) {
    const carto_tool *tool = carto_server_tool(&p->server, i);
    if (format) print_markdown(tool);
    else printf("%-32s %.*s\n", tool->name, sentence(tool->description), tool->description);
  }
  return 0;
}

/* ---- main */

static int serve(program *p) {
  carto_error error;
  if (p->workflows) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_hangup;
    running = p;
    sigaction(SIGHUP, &action, NULL);
  }
  if (isatty(0)) fprintf(stderr, "carto-mcp: waiting for MCP messages on standard input (try: carto-mcp demo)\n");
  if (carto_serve_stdio(&p->server, 0, 1, &error) == CARTO_OK) return 0;
  fprintf(stderr, "carto-mcp: %s\n", error.text);
  return 1;
}

/* An option of the program, none of a command's. */
static bool is_option(program *p, const char *word) {
  static const char *const names[] = {"--data", "--maps", "--workflows", "--state", "--tools", "--log", "--query-sources"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strcmp(names[i], word) == 0) return true;
  return account_option(&p->account, word) != NULL;
}

static int run(program *p, int argc, char **argv) {
  bool is_api = argc > 0 && strcmp(argv[0], "api") == 0; /* has a --token-file of its own */
  if (p->plays_demo && argc > 0) return fail("demo takes no arguments but options, and was given", argv[0]);
  if (p->plays_demo) return play_demo(&p->server);
  if (argc == 0) return serve(p);
  for (int i = 1; i < argc; i++)
    if (is_option(p, argv[i]) && !(is_api && strcmp(argv[i], "--token-file") == 0))
      return fail("options stand before the command:", argv[i]);
  if (strcmp(argv[0], "call") == 0) {
    if (argc < 2 || argc > 3) return fail("call takes a tool and its arguments as one JSON object", NULL);
    return call_tool(p, argv[1], argc == 3 ? argv[2] : "{}");
  }
  if (strcmp(argv[0], "sql") == 0) return run_sql(p, argc - 1, argv + 1);
  if (strcmp(argv[0], "tools") == 0) {
    if (argc > 2) return fail("tools takes --json or --markdown", NULL);
    return list_tools(p, argc == 2 ? argv[1] : NULL);
  }
  if (is_api) return run_api(&p->server, p->warehouses, p->root_count, argc - 1, argv + 1);
  return fail("unknown command or option (try --help):", argv[0]);
}

static int log_level_of(const char *name) {
  static const char *const names[] = {"debug", "info", "notice", "warning", "error"};
  for (int i = 0; i < 5; i++)
    if (strcmp(names[i], name) == 0) return i;
  return -1;
}

/* Reads the options; *at is left at the first word that is none. */
static int read_options(program *p, int argc, char **argv, int *at, const char **roots, size_t *root_count) {
  for (; *at < argc && strncmp(argv[*at], "--", 2) == 0; *at += 2) {
    const char *option = argv[*at], *value = *at + 1 < argc ? argv[*at + 1] : NULL;
    const char **of_account = account_option(&p->account, option);
    if (strcmp(option, "--query-sources") == 0) { /* stands alone */
      p->account.query_sources = true;
      *at -= 1;
      continue;
    }
    if (!is_option(p, option)) return fail("unknown command or option (try --help):", option);
    if (!value) return fail("a value is missing after", option);
    if (of_account == &p->account.url && p->account.url) return fail("--carto may be given once", NULL);
    if (of_account && of_account == &p->account.named[ACCOUNT_CONNECTIONS])
      return fail("at most 64 connections of an account can be named", NULL);
    if (of_account && of_account == &p->account.named[p->account.named_count]) p->account.named_count++;
    if (of_account) *of_account = value;
    if (strcmp(option, "--maps") == 0) p->maps = value;
    if (strcmp(option, "--workflows") == 0) p->workflows = value;
    if (strcmp(option, "--state") == 0) p->state = value;
    if (strcmp(option, "--tools") == 0) p->allow = value;
    if (strcmp(option, "--log") == 0 && (p->log_level = log_level_of(value)) < 0)
      return fail("--log takes debug, info, notice, warning or error, not", value);
    if (strcmp(option, "--data") == 0) {
      if (*root_count == MAX_ROOTS) return fail("at most 16 data directories can be served", NULL);
      roots[(*root_count)++] = value;
    }
  }
  return 0;
}

static int check_options(const program *p) {
  const account *a = &p->account;
  if (a->url || (!a->token_file && !a->ca_file && !a->record && !a->replay && !a->workspace && !a->named_count &&
                 !a->query_sources))
    return 0;
  return fail("--token-file, --ca-file, --carto-connection, --workspace, --query-sources, --record and --replay go with "
              "--carto URL", NULL);
}

/* What was printed counts only when it has left: a full disk or a closed pipe is a failure. */
static int finish(int status) {
  bool lost = fflush(stdout) != 0 || ferror(stdout);
  if (lost && status == 0) fprintf(stderr, "carto-mcp: the output cannot be written\n");
  return lost && status == 0 ? 1 : status;
}

int main(int argc, char **argv) {
  static program p;
  const char *roots[MAX_ROOTS];
  size_t root_count = 0;
  carto_server_desc desc = carto_server_desc_default();
  carto_error error;
  int at = 1, status, asked;
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error of its job */
  if (argc == 2 && strcmp(argv[1], "--help") == 0) {
    fputs(usage, stdout);
    return finish(0);
  }
  if (argc == 2 && strcmp(argv[1], "--version") == 0) {
    printf("carto-mcp %s\n", carto_version());
    return finish(0);
  }
  p.log_level = CARTO_LOG_NONE;
  status = read_options(&p, argc, argv, &at, roots, &root_count);
  if (status == 0 && at < argc && strcmp(argv[at], "demo") == 0) { /* options may stand behind it */
    p.plays_demo = true;
    at++;
    status = read_options(&p, argc, argv, &at, roots, &root_count);
  }
  if (status == 0) status = check_options(&p);
  if (p.plays_demo && p.account.url && root_count == 0) {
    p.account.query_sources = true; /* they are not an agent's, but the demo's own */
    if (!p.workflows) p.workflows = CARTO_MCP_FIXTURES "/rest/workflows";
  }
  if (status == 0 && root_count == 0 && !p.maps && !p.account.url) {
    p.maps = CARTO_MCP_FIXTURES "/maps";
    if (!p.workflows) p.workflows = CARTO_MCP_FIXTURES "/workflows";
    roots[root_count++] = "demo=" CARTO_MCP_FIXTURES "/data";
  }
  for (size_t i = 0; i < root_count && status == 0; i++) {
    carto_str name;
    const char *directory = split_root(roots[i], &name);
    status = add_root(&p, name, directory);
  }
  if (status == 0 && root_count == 0 && p.maps) status = add_root(&p, carto_str_from("local"), NULL);
  if (status == 0 && p.account.url) status = account_open(&p.account, &p.warehouses[p.root_count]);
  if (status != 0) return status;
  desc.warehouses = p.warehouses;
  desc.warehouse_count = p.root_count + (p.account.url ? 1 : 0);
  desc.allow = p.allow;
  if (!p.allow && p.plays_demo) desc.allow = DEMO_TOOLS;
  desc.log = log_line;
  desc.now = clock_now;
  desc.user = &p;
  status = open_workflows(&p, &desc);
  if (status != 0) return status;
  asked = p.log_level;
  if (asked > CARTO_LOG_WARNING) p.log_level = CARTO_LOG_WARNING; /* at the start, in any case */
  if (carto_server_init(&p.server, &desc, &error) != CARTO_OK) return fail(error.text, NULL);
  p.log_level = asked;
  if (!p.plays_demo && (at == argc || strcmp(argv[at], "api") == 0) && asked == CARTO_LOG_NONE)
    p.log_level = CARTO_LOG_ERROR; /* a server has who reads it later */
  status = run(&p, argc - at, argv + at);
  carto_server_free(&p.server);
  account_close(&p.account);
  while (p.root_count > 0) carto_local_free(&p.locals[--p.root_count]);
  return finish(status);
}
