/* bench_http [URL]
   Requests one after the other over a connection that is kept, by >>net and by libcurl, in turns and the medians of
   the turns; both get the same constant answer of 256 bytes, from URL or from a server of this program's own. Then,
   from that server alone, answers of 100 MB. To be run pinned to one core, client and server alike: bench.sh does. */
#define CARTO_MCP_NO_SQL
#define CARTO_MCP_NO_MAP
#define CARTO_MCP_NO_CHART
#define CARTO_MCP_NO_WORKFLOW
#define CARTO_MCP_IMPLEMENTATION
#include "../../carto_mcp.h"
#include "bench.h"
#include <curl/curl.h>
#include <signal.h>
#include <sys/wait.h>

enum { TURNS = 11, REQUESTS = 10000, BODY = 256, LARGE = 100000000 };

static size_t received;

/* ---- a server that does as little as there can be done */

static int listen_on(int *port) {
  struct sockaddr_in at;
  socklen_t size = sizeof at;
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  memset(&at, 0, sizeof at);
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd < 0 || bind(fd, (struct sockaddr *)&at, size) != 0 || listen(fd, 16) != 0 ||
      getsockname(fd, (struct sockaddr *)&at, &size) != 0)
    exit(1);
  *port = ntohs(at.sin_port);
  return fd;
}

static void serve_large(int client) {
  static char block[1 << 18];
  size_t left = LARGE;
  int len = snprintf(block, sizeof block, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", LARGE);
  if (send(client, block, (size_t)len, MSG_NOSIGNAL) != len) exit(1);
  while (left > 0) {
    ssize_t put = send(client, block, left < sizeof block ? left : sizeof block, MSG_NOSIGNAL);
    if (put < 0) exit(1);
    left -= (size_t)put;
  }
}

/* A process for each connection, which waits for nothing but the next request. */
static void serve(int listener) {
  char answer[512], in[4096];
  int len = snprintf(answer, sizeof answer,
                     "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", BODY);
  int one = 1, client;
  memset(answer + len, 'x', BODY);
  len += BODY;
  signal(SIGCHLD, SIG_IGN);
  for (;;) {
    client = accept(listener, NULL, NULL);
    if (client < 0) exit(1);
    if (fork() == 0) break;
    close(client);
  }
  close(listener);
  setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  while (recv(client, in, sizeof in, 0) > 0) /* a request comes in one piece */
    if (memcmp(in, "GET /large", 10) == 0) serve_large(client);
    else if (send(client, answer, (size_t)len, MSG_NOSIGNAL) != len) exit(1);
  exit(0);
}

/* ---- the two clients */

static carto_status ours_body(void *user, carto_str piece, carto_error *error) {
  (void)user, (void)error;
  received += piece.len;
  return CARTO_OK;
}

static carto_status ours_head(void *user, const carto_http_head *head, carto_error *error) {
  (void)user, (void)error;
  return head->status == 200 ? CARTO_OK : CARTO_ERR_IO;
}

static size_t curl_head(char *ptr, size_t size, size_t count, void *user) {
  (void)ptr, (void)user;
  return size * count;
}

static size_t curl_body(char *ptr, size_t size, size_t count, void *user) {
  (void)ptr, (void)user;
  received += size * count;
  return size * count;
}

static char urls[16][128]; /* no two requests in a row are for the same thing */

static double ours(carto_carrier *carrier, carto_http_request request, int count) {
  carto_call call;
  carto_arena arena;
  carto_alloc libc;
  carto_http_sink sink = {ours_head, ours_body, NULL};
  double started = now_ms();
  int i;
  memset(&libc, 0, sizeof libc);
  memset(&call, 0, sizeof call);
  carto_arena_init(&arena, libc, 0);
  call.arena = &arena;
  for (i = 0; i < count; i++) {
    request.url = carto_str_from(urls[i % 16]);
    if (carrier->send(&call, carrier->user, &request, &sink, NULL) != CARTO_OK) exit(1);
  }
  carto_arena_free(&arena);
  return count / (now_ms() - started) * 1e3;
}

static double theirs(CURL *easy, int count) {
  double started = now_ms();
  long status;
  int i;
  for (i = 0; i < count; i++)
    if (curl_easy_setopt(easy, CURLOPT_URL, urls[i % 16]) != CURLE_OK || curl_easy_perform(easy) != CURLE_OK || curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK ||
        status != 200)
      exit(1);
  return count / (now_ms() - started) * 1e3;
}

/* A row for table.mjs of what is better the more it is; budget 0: none is set. */
static void tell(const char *work, const char *unit, double a, double b, double budget) {
  printf("{\"work\":\"%s\",\"unit\":\"%s\",\"ours\":%.0f,\"peer\":\"libcurl %s\",\"theirs\":%.0f,\"ratio\":%.3f", work, unit,
         a, curl_version_info(CURLVERSION_NOW)->version, b, a / b);
  if (budget > 0) printf(",\"budget\":\">= %g\",\"met\":%s", budget, a / b >= budget ? "true" : "false");
  printf("}\n");
}

int main(int argc, char **argv) {
  double us[TURNS], them[TURNS], a, b;
  char url[128];
  int i, port;
  carto_alloc libc;
  carto_net net;
  carto_carrier carrier;
  carto_http_request request;
  struct curl_slist *headers = NULL;
  CURL *easy = curl_easy_init();
  pid_t server = -1;
  if (argc > 1) {
    snprintf(url, sizeof url, "%s", argv[1]);
  } else {
    int listener = listen_on(&port);
    snprintf(url, sizeof url, "http://127.0.0.1:%d/v3/sql/bench/query", port);
    server = fork();
    if (server == 0) serve(listener);
  }
  memset(&libc, 0, sizeof libc);
  memset(&request, 0, sizeof request);
  if (carto_net_init(&net, carto_str_from(""), carto_str_from(""), libc, NULL) != CARTO_OK) return 1;
  carrier = carto_net_carrier(&net);
  request.method = "GET";
  for (i = 0; i < 16; i++) snprintf(urls[i], sizeof urls[i], "%.100s?page=%d", url, i);
  request.token = carto_str_from("0123456789012345678901234567890123456789");
  request.safe = true;
  headers = curl_slist_append(headers, "Authorization: Bearer 0123456789012345678901234567890123456789");
  headers = curl_slist_append(headers, "Accept-Encoding: identity"); /* the same request, byte by byte but for order */
  headers = curl_slist_append(headers, "User-Agent: carto_mcp/" CARTO_MCP_VERSION);
  headers = curl_slist_append(headers, "Accept:");
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 60000L); /* the same work: a deadline, headers for whom they concern */
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, curl_head);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, curl_body);
  for (i = -1; i < TURNS; i++) { /* the first turn is none */
    a = ours(&carrier, request, REQUESTS);
    b = theirs(easy, REQUESTS);
    if (i >= 0) us[i] = a, them[i] = b;
  }
  if (received != (size_t)(TURNS + 1) * 2 * REQUESTS * BODY) return 1;
  a = median(us, TURNS);
  b = median(them, TURNS);
  tell(argc > 1 ? "keep-alive requests one after the other, nginx" : "keep-alive requests one after the other",
       "requests/s", a, b, argc > 1 ? 0 : 1.5);
  for (i = 0; i < 16; i++) snprintf(urls[i], sizeof urls[i], "%.40s", url), strcpy(strchr(urls[i] + 7, '/'), "/large");
  for (i = 0; i < TURNS && argc == 1; i++) {
    received = 0;
    us[i] = ours(&carrier, request, 1) * LARGE / 1e6;
    them[i] = theirs(easy, 1) * LARGE / 1e6;
    if (received != 2u * LARGE) return 1;
  }
  if (argc == 1) tell("an answer of 100 MB, taken in", "MB/s", median(us, TURNS), median(them, TURNS), 0);
  carto_net_free(&net);
  curl_easy_cleanup(easy);
  curl_slist_free_all(headers);
  if (server > 0) kill(server, SIGTERM), waitpid(server, NULL, 0);
  return 0;
}
