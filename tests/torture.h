/* A server of faults: what it answers is a row of a table, named by the path that is asked for. It counts how
   often each request came, by its header X-Id. One thread for each connection; POSIX alone, and loopback.

     /NAME         the row of that name
     /cut/N/NAME   the first N bytes of what the row answers, then the end
     /turn/A/B     row A when the request comes for the first time, then row B
     /kept/A/B     row A for the first request of a connection, then row B
     /echo         the method and the length and hash of the body

   Include after test.h. */
#ifndef TORTURE_H
#define TORTURE_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { TORTURE_IDS = 20000, TORTURE_HEAD = 65536, TORTURE_NAME = 64 };

typedef enum { AT_ONCE, BYTE_BY_BYTE, SLOWLY } torture_how;       /* slowly: 20 ms for a byte */
typedef enum { THEN_KEEP, THEN_CLOSE, THEN_RESET, THEN_SILENCE, THEN_TALK } torture_then; /* talk: unasked, later */

typedef struct torture_row {
  const char *name;
  torture_how how;
  const char *first, *again; /* again: so many times behind first */
  size_t times;              /* SIZE_MAX: until the other side has enough */
  torture_then then;
  bool early; /* before the body of the request is read */
} torture_row;

typedef struct torture {
  const torture_row *rows;
  size_t row_count;
  int listener, port;
  pthread_t thread;
  pthread_mutex_t lock; /* for all below */
  bool stop;
  int open, connections;
  int seen[TORTURE_IDS];
  char head[TORTURE_HEAD]; /* of the last request */
} torture;

typedef struct torture_client {
  torture *t;
  int fd;
  int requests;
  char in[TORTURE_HEAD];
  size_t have;
  long id;
  size_t body; /* of the request in hand, still to be read */
} torture_client;

static bool torture_stopped(torture *t) {
  bool stop;
  pthread_mutex_lock(&t->lock);
  stop = t->stop;
  pthread_mutex_unlock(&t->lock);
  return stop;
}

/* Lets time pass; false when the other side has gone, or the test is over. */
static bool torture_sleep(torture_client *c, int ms) {
  struct timespec slice = {0, 5000000};
  struct pollfd fd;
  char byte;
  for (; ms > 0; ms -= 5) {
    fd.fd = c->fd;
    fd.events = POLLIN;
    fd.revents = 0;
    if (torture_stopped(c->t)) return false;
    if (poll(&fd, 1, 0) > 0 && recv(c->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) <= 0) return false;
    nanosleep(&slice, NULL);
  }
  return true;
}

/* Sends, but never waits for longer than the other side is there. */
static bool torture_put(torture_client *c, const char *text, size_t len) {
  while (len > 0) {
    ssize_t put = send(c->fd, text, len, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (put > 0) {
      text += put;
      len -= (size_t)put;
    } else if (errno != EAGAIN && errno != EINTR) {
      return false;
    } else if (!torture_sleep(c, 5)) {
      return false;
    }
  }
  return true;
}

static bool torture_put_as(torture_client *c, torture_how how, const char *text, size_t len) {
  if (how == AT_ONCE) return torture_put(c, text, len);
  for (; len > 0; text++, len--)
    if (!torture_put(c, text, 1) || (how == SLOWLY && !torture_sleep(c, 20))) return false;
  return true;
}

/* More of what the client sends; false at its end. */
static bool torture_take(torture_client *c) {
  for (;;) {
    struct pollfd fd;
    ssize_t got;
    fd.fd = c->fd;
    fd.events = POLLIN;
    fd.revents = 0;
    if (torture_stopped(c->t)) return false;
    if (poll(&fd, 1, 10) <= 0) continue;
    got = recv(c->fd, c->in + c->have, sizeof c->in - 1 - c->have, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (got <= 0) return false;
    c->have += (size_t)got;
    c->in[c->have] = 0;
    return true;
  }
}

/* The value of a header in a head; NULL when there is none. */
static const char *torture_header(const char *head, const char *name) {
  const char *at = strstr(head, name);
  return at ? at + strlen(name) : NULL;
}

/* Reads and drops what is left of the body; its hash. */
static bool torture_drop_body(torture_client *c, uint32_t *hash) {
  *hash = 2166136261u;
  while (c->body > 0) {
    size_t i, some = c->have < c->body ? c->have : c->body;
    for (i = 0; i < some; i++) *hash = (*hash ^ (unsigned char)c->in[i]) * 16777619u;
    memmove(c->in, c->in + some, c->have - some);
    c->have -= some;
    c->body -= some;
    if (c->body > 0 && !torture_take(c)) return false;
  }
  return true;
}

static bool torture_end(torture_client *c, torture_then then) {
  struct linger now = {1, 0};
  if (then == THEN_KEEP) return true;
  if (then == THEN_TALK) {
    static const char stray[] = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstray";
    return torture_put(c, stray, sizeof stray - 1);
  }
  if (then == THEN_RESET) setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  if (then == THEN_SILENCE)
    while (torture_sleep(c, 1000)) {
    }
  return false;
}

static bool torture_play(torture_client *c, const torture_row *row) {
  char block[4096];
  size_t one = row->again ? strlen(row->again) : 0, per = one ? sizeof block / one : 0, i, left = row->times;
  if (!torture_put_as(c, row->how, row->first, strlen(row->first))) return false;
  for (i = 0; i < per; i++) memcpy(block + i * one, row->again, one);
  while (one && left > 0) {
    size_t some = left < per ? left : per;
    if (!torture_put_as(c, row->how, block, some * one)) return false;
    if (left != SIZE_MAX) left -= some;
  }
  return torture_end(c, row->then);
}

static const torture_row *torture_find(const torture *t, const char *name, size_t len) {
  size_t i;
  for (i = 0; i < t->row_count; i++)
    if (strlen(t->rows[i].name) == len && memcmp(t->rows[i].name, name, len) == 0) return &t->rows[i];
  return NULL;
}

/* What a path means; *cut is where the answer ends early. */
static const torture_row *torture_choose(torture_client *c, const char *path, int times, size_t *cut) {
  const char *first = path + 6, *slash;
  *cut = SIZE_MAX;
  if (strncmp(path, "/cut/", 5) == 0) {
    char *end;
    *cut = (size_t)strtoul(path + 5, &end, 10);
    return torture_find(c->t, end + 1, strlen(end + 1));
  }
  if (strncmp(path, "/turn/", 6) != 0 && strncmp(path, "/kept/", 6) != 0)
    return torture_find(c->t, path + 1, strlen(path + 1));
  slash = strchr(first, '/');
  if ((path[1] == 't' ? times : c->requests) == 1) return torture_find(c->t, first, (size_t)(slash - first));
  return torture_find(c->t, slash + 1, strlen(slash + 1));
}

/* One request and its answer; false when the connection is over. */
static bool torture_serve(torture_client *c) {
  char path[256], method[16], body[64], answer[128];
  const char *end, *text;
  const torture_row *row;
  size_t cut, head, length;
  uint32_t hash;
  int times = 0;
  while ((end = strstr(c->in, "\r\n\r\n")) == NULL)
    if (c->have + 1 >= sizeof c->in || !torture_take(c)) return false;
  head = (size_t)(end - c->in) + 4;
  c->requests++;
  if (sscanf(c->in, "%15s %255s", method, path) != 2) return false;
  text = torture_header(c->in, "\r\nX-Id: ");
  c->id = text && text < end ? strtol(text, NULL, 10) : 0;
  text = torture_header(c->in, "\r\nContent-Length: ");
  length = c->body = text && text < end ? (size_t)strtoul(text, NULL, 10) : 0;
  pthread_mutex_lock(&c->t->lock);
  memcpy(c->t->head, c->in, head);
  c->t->head[head] = 0;
  if (c->id > 0 && c->id < TORTURE_IDS) times = ++c->t->seen[c->id];
  pthread_mutex_unlock(&c->t->lock);
  memmove(c->in, c->in + head, c->have - head + 1);
  c->have -= head;
  if (strncmp(path, "http://", 7) == 0 && (text = strchr(path + 7, '/')) != NULL) memmove(path, text, strlen(text) + 1);
  if (strchr(path, '?')) *strchr(path, '?') = 0;
  row = torture_choose(c, path, times, &cut);
  if (!(row && row->early) && !torture_drop_body(c, &hash)) return false;
  if (row && cut == SIZE_MAX) return torture_play(c, row);
  if (row) return torture_put(c, row->first, cut < strlen(row->first) ? cut : strlen(row->first)) && false;
  snprintf(body, sizeof body, "%s %zu %08" PRIx32, method, length, hash);
  snprintf(answer, sizeof answer, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s", strlen(body), body);
  return torture_put(c, answer, strlen(answer));
}

static void *torture_client_run(void *user) {
  torture_client *c = (torture_client *)user;
  torture *t = c->t;
  while (torture_serve(c)) {
  }
  close(c->fd);
  free(c);
  pthread_mutex_lock(&t->lock);
  t->open--;
  pthread_mutex_unlock(&t->lock);
  return NULL;
}

static void *torture_run(void *user) {
  torture *t = (torture *)user;
  while (!torture_stopped(t)) {
    struct pollfd fd;
    torture_client *c;
    pthread_t thread;
    int one = 1, client;
    fd.fd = t->listener;
    fd.events = POLLIN;
    if (poll(&fd, 1, 10) <= 0) continue;
    client = accept(t->listener, NULL, NULL);
    if (client < 0) continue;
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    c = (torture_client *)calloc(1, sizeof *c);
    c->t = t;
    c->fd = client;
    pthread_mutex_lock(&t->lock);
    t->open++;
    t->connections++;
    pthread_mutex_unlock(&t->lock);
    if (pthread_create(&thread, NULL, torture_client_run, c) != 0) exit(2);
    pthread_detach(thread);
  }
  return NULL;
}

/* A listening socket on loopback, IPv4 or IPv6; -1 when there is no such family here. */
static int torture_listen(int family, int backlog, int *port) {
  struct sockaddr_in six_or_four; /* filled below for IPv4 */
  struct sockaddr_in6 six;
  socklen_t size = family == AF_INET6 ? sizeof six : sizeof six_or_four;
  int fd = socket(family, SOCK_STREAM, 0), one = 1;
  struct sockaddr *address = family == AF_INET6 ? (struct sockaddr *)&six : (struct sockaddr *)&six_or_four;
  memset(&six, 0, sizeof six);
  memset(&six_or_four, 0, sizeof six_or_four);
  six.sin6_family = AF_INET6;
  six.sin6_addr = in6addr_loopback;
  six.sin6_port = htons((uint16_t)*port);
  six_or_four.sin_family = AF_INET;
  six_or_four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  six_or_four.sin_port = htons((uint16_t)*port);
  if (fd < 0) return -1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(fd, address, size) != 0 || listen(fd, backlog) != 0 || getsockname(fd, address, &size) != 0) {
    close(fd);
    return -1;
  }
  *port = ntohs(family == AF_INET6 ? six.sin6_port : six_or_four.sin_port);
  return fd;
}

/* False: not this family. */
static bool torture_start_on(torture *t, int family, const torture_row *rows, size_t row_count) {
  memset(t, 0, sizeof *t);
  t->rows = rows;
  t->row_count = row_count;
  t->listener = torture_listen(family, 64, &t->port);
  if (t->listener < 0) return false;
  pthread_mutex_init(&t->lock, NULL);
  if (pthread_create(&t->thread, NULL, torture_run, t) != 0) exit(2);
  return true;
}

static void torture_start(torture *t, const torture_row *rows, size_t row_count) {
  if (torture_start_on(t, AF_INET, rows, row_count)) return;
  printf("cannot listen on loopback\n");
  exit(2);
}

static int torture_seen(torture *t, long id) {
  int seen;
  pthread_mutex_lock(&t->lock);
  seen = t->seen[id];
  pthread_mutex_unlock(&t->lock);
  return seen;
}

static int torture_connections(torture *t) {
  int count;
  pthread_mutex_lock(&t->lock);
  count = t->connections;
  pthread_mutex_unlock(&t->lock);
  return count;
}

/* Copies the head of the last request. */
static void torture_head(torture *t, char *out, size_t size) {
  pthread_mutex_lock(&t->lock);
  snprintf(out, size, "%s", t->head);
  pthread_mutex_unlock(&t->lock);
}

static void torture_stop(torture *t) {
  struct timespec slice = {0, 2000000};
  int open = 1;
  pthread_mutex_lock(&t->lock);
  t->stop = true;
  pthread_mutex_unlock(&t->lock);
  pthread_join(t->thread, NULL);
  close(t->listener);
  while (open) {
    pthread_mutex_lock(&t->lock);
    open = t->open;
    pthread_mutex_unlock(&t->lock);
    if (open) nanosleep(&slice, NULL);
  }
  pthread_mutex_destroy(&t->lock);
}

#endif
