/* An answer of 100 MB into columns: alone, and over loopback HTTP beside libcurl, which only keeps it in memory. Both get
   it from the same server, a process that writes it to a socket. Client and server are on one processor together, and then
   each on its own. */
#define _GNU_SOURCE
#define CARTO_MCP_NO_SQL
#define CARTO_MCP_NO_MAP
#define CARTO_MCP_NO_CHART
#define CARTO_MCP_NO_WORKFLOW
#define CARTO_MCP_IMPLEMENTATION
#include "../../carto_mcp.h"

#include "bench.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef BENCH_CURL
#include <curl/curl.h>
#endif

#define BYTES ((size_t)100 << 20)
#define ROUNDS 7

static char *answer;
static size_t answer_len;

/* Places of business, as a query of a point table answers. */
static void make_answer(void) {
  static const char *const categories[] = {"restaurant", "retail", "services", "hotel", "transport", "leisure", "grocery", "health"};
  answer = (char *)malloc(BYTES + 2000);
  if (!answer) exit(1);
  answer_len = (size_t)sprintf(answer, "{\"rows\":[");
  for (size_t i = 0; answer_len < BYTES; i++) {
    carto_lnglat at;
    int day = (int)(random_word() % 28) + 1, second = (int)(random_word() % 86400);
    at.lng = -180 + 360 * random_unit();
    at.lat = -85 + 170 * random_unit();
    answer_len += (size_t)sprintf(
      answer + answer_len,
      "%s{\"cartodb_id\":%zu,\"name\":\"Store number %d\",\"category\":\"%s\",\"revenue\":%.2f,\"visits\":%d,\"open\":%s,"
      "\"opened_at\":\"20%02d-%02d-%02dT%02d:%02d:%02d.%03dZ\",\"quadbin\":%llu,"
      "\"geom\":{\"type\":\"Point\",\"coordinates\":[%.6f,%.6f]}}",
      i ? "," : "", i, (int)(random_word() % 100000), categories[random_word() % 8], random_unit() * 100000,
      (int)(random_word() % 5000), random_word() % 2 ? "true" : "false", (int)(random_word() % 24), (int)(random_word() % 12) + 1,
      day, second / 3600, second / 60 % 60, second % 60, (int)(random_word() % 1000),
      (unsigned long long)carto_quadbin_from_point(at, 12), at.lng, at.lat);
  }
  answer_len += (size_t)sprintf(answer + answer_len,
                                "],\"schema\":[{\"name\":\"cartodb_id\",\"type\":\"number\"},{\"name\":\"name\",\"type\":\"string\"},"
                                "{\"name\":\"category\",\"type\":\"string\"},{\"name\":\"revenue\",\"type\":\"number\"},"
                                "{\"name\":\"visits\",\"type\":\"number\"},{\"name\":\"open\",\"type\":\"boolean\"},"
                                "{\"name\":\"opened_at\",\"type\":\"timestamp\"},{\"name\":\"quadbin\",\"type\":\"bigint\"},"
                                "{\"name\":\"geom\",\"type\":\"geometry\"}],\"meta\":{\"cacheHit\":false}}");
}

/* Counts what is held. */
static size_t held, peak;

static void *count_realloc(void *user, void *ptr, size_t old_size, size_t new_size) {
  void *p = NULL;
  (void)user;
  if (new_size == 0) free(ptr);
  else if (!(p = realloc(ptr, new_size))) return NULL;
  held += new_size - (ptr ? old_size : 0);
  if (held > peak) peak = held;
  return p;
}

static void die(const char *what) {
  fprintf(stderr, "%s\n", what);
  exit(1);
}

static void check_table(const carto_table *table) {
  if (table->column_count != 9 || table->row_count < 400000 || table->columns[8].type != CARTO_TYPE_GEOMETRY ||
      table->columns[6].type != CARTO_TYPE_TIMESTAMP || table->columns[7].type != CARTO_TYPE_QUADBIN)
    die("another table than was sent");
}

static double parse_once(size_t piece) {
  carto_alloc counted = {count_realloc, NULL};
  carto__rows rows;
  carto_table table;
  carto_error error;
  double start = now_ms();
  carto__rows_init(&rows, NULL, counted, 0);
  for (size_t at = 0; at < answer_len; at += piece)
    if (carto__rows_feed(&rows, carto_str_make(answer + at, answer_len - at < piece ? answer_len - at : piece), &error) != CARTO_OK)
      die(error.text);
  if (carto__rows_end(&rows, &table, &error) != CARTO_OK) die(error.text);
  start = now_ms() - start;
  check_table(&table);
  carto_table_free(&table);
  carto__rows_free(&rows);
  return start;
}

static double tree_once(void) {
  carto_alloc libc = {NULL, NULL};
  carto_arena arena;
  carto_json_doc doc;
  carto_error error;
  double start = now_ms();
  carto_arena_init(&arena, libc, 0);
  if (carto_json_parse(&arena, carto_str_make(answer, answer_len), &doc, &error) != CARTO_OK) die(error.text);
  start = now_ms() - start;
  carto_arena_free(&arena);
  return start;
}

#ifdef BENCH_CURL

static void pin(int processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor, &set);
  (void)sched_setaffinity(0, sizeof set, &set);
}

static void write_all(int fd, const char *p, size_t n) {
  while (n > 0) {
    ssize_t done = send(fd, p, n, MSG_NOSIGNAL);
    if (done <= 0) return;
    p += done;
    n -= (size_t)done;
  }
}

/* Answers every request with the answer; one connection after the other. */
static int start_server(int processor, int *port) {
  struct sockaddr_in address;
  socklen_t len = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM, 0), pid;
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 8) != 0 ||
      getsockname(listener, (struct sockaddr *)&address, &len) != 0)
    die("no socket");
  *port = ntohs(address.sin_port);
  pid = fork();
  if (pid == 0) {
    pin(processor);
    for (;;) {
      static char request[65536];
      size_t got = 0;
      int fd = accept(listener, NULL, NULL);
      while (fd >= 0) {
        char head[200];
        ssize_t n = recv(fd, request + got, sizeof request - got - 1, 0);
        if (n <= 0) break;
        got += (size_t)n;
        request[got] = 0;
        if (!strstr(request, "\r\n\r\n")) continue;
        got = 0;
        n = snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n", answer_len);
        write_all(fd, head, (size_t)n);
        write_all(fd, answer, answer_len);
      }
      if (fd >= 0) close(fd);
    }
  }
  close(listener);
  return pid;
}

typedef struct memory {
  char *ptr;
  size_t len, cap;
} memory;

static size_t keep(char *ptr, size_t size, size_t count, void *user) {
  memory *m = (memory *)user;
  size *= count;
  if (m->cap - m->len < size) {
    m->cap = m->cap ? 2 * m->cap : 1 << 16;
    m->ptr = (char *)realloc(m->ptr, m->cap);
    if (!m->ptr) die("no memory");
  }
  memcpy(m->ptr + m->len, ptr, size);
  m->len += size;
  return size;
}

static double curl_once(CURL *curl, const char *url) {
  memory m;
  double start = now_ms();
  memset(&m, 0, sizeof m);
  curl_easy_setopt(curl, CURLOPT_URL, url);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &m);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  if (curl_easy_perform(curl) != CURLE_OK || m.len != answer_len) die("libcurl did not get it");
  start = now_ms() - start;
  free(m.ptr);
  return start;
}

static carto_status get_head(void *user, const carto_http_head *head, carto_error *error) {
  (void)user;
  (void)error;
  return head->status == 200 ? CARTO_OK : CARTO_ERR_IO;
}

static carto_status get_body(void *user, carto_str piece, carto_error *error) {
  return carto__rows_feed((carto__rows *)user, piece, error);
}

static double fetch_once(const carto_carrier *carrier, const char *url) {
  carto_alloc counted = {count_realloc, NULL};
  carto_http_request request;
  carto_http_sink sink;
  carto_call call;
  carto__rows rows;
  carto_table table;
  carto_error error;
  carto_arena arena;
  double start = now_ms();
  carto_arena_init(&arena, counted, 0);
  memset(&request, 0, sizeof request);
  memset(&call, 0, sizeof call);
  call.arena = &arena;
  request.method = "GET";
  request.url = carto_str_from(url);
  request.safe = true;
  carto__rows_init(&rows, NULL, counted, 0);
  sink.head = get_head;
  sink.body = get_body;
  sink.user = &rows;
  if (carrier->send(&call, carrier->user, &request, &sink, &error) != CARTO_OK) die(error.text);
  if (carto__rows_end(&rows, &table, &error) != CARTO_OK) die(error.text);
  start = now_ms() - start;
  check_table(&table);
  carto_table_free(&table);
  carto__rows_free(&rows);
  carto_arena_free(&arena);
  return start;
}

static void over_http(int apart) {
  carto_alloc libc = {NULL, NULL};
  double ours[ROUNDS], theirs[ROUNDS];
  int port, pid = start_server(apart, &port);
  carto_carrier carrier;
  carto_error error;
  carto_net net;
  char url[100];
  CURL *curl = curl_easy_init();
  pin(0);
  snprintf(url, sizeof url, "http://127.0.0.1:%d/v3/sql/x/query?q=SELECT%%201", port);
  if (!curl || carto_net_init(&net, carto_str_make(NULL, 0), carto_str_make(NULL, 0), libc, &error) != CARTO_OK) die("cannot start");
  carrier = carto_net_carrier(&net);
  /* one client at a time: the server has one connection */
  for (int i = 0; i < ROUNDS; i++) theirs[i] = curl_once(curl, url);
  curl_easy_cleanup(curl);
  held = peak = 0;
  for (int i = 0; i < ROUNDS; i++) ours[i] = fetch_once(&carrier, url);
  carto_net_free(&net);
  kill(pid, SIGKILL);
  waitpid(pid, NULL, 0);
  report(apart ? "100 MB answer over HTTP into columns, two processors" : "100 MB answer over HTTP into columns, one processor", "ms",
         median(ours, ROUNDS), "libcurl to memory", median(theirs, ROUNDS), apart ? 0 : 2.5);
  if (!apart)
    report("memory for the answer while it comes", "MB", (double)peak / 1048576, "the answer itself",
           (double)answer_len / 1048576, 1);
}

#endif

int main(void) {
  double ours[ROUNDS], theirs[ROUNDS];
  make_answer();
  for (int i = 0; i < ROUNDS; i++) {
    ours[i] = parse_once(65536);
    theirs[i] = tree_once();
  }
  report("100 MB answer in memory into columns", "ms", median(ours, ROUNDS), "a tree of it, by carto_json_parse",
         median(theirs, ROUNDS), 0);
#ifdef BENCH_CURL
  over_http(0);
  over_http(1);
#endif
  free(answer);
  return 0;
}
