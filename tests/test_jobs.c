/* test_jobs PROGRAM [ROUNDS]: kills the program (SIGKILL) at many points of its jobs' lives and starts it again over
   the same --state: every job that was acknowledged is there, in one of the defined states, and a result is whole.
   Points are random in time and, in every other round, at the n-th reply. Run from the project's root. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MOST 900

static const char *program;
static char state[200];
static struct job {
  char id[32], table[128];
  int done; /* it was seen to have ended: 1 success, 2 failure */
} jobs[MOST];
static int job_count, passed, failed;

typedef struct server {
  pid_t pid;
  int in, out, err;
  char text[1 << 20];
  size_t len;
} server;

static int check(int ok, const char *what, const char *detail) {
  if (ok) passed++;
  else if (failed++ < 20) printf("FAILED %s: %.300s\n", what, detail);
  return ok;
}

static void start(server *s) {
  int in[2], out[2];
  char errors[240];
  if (pipe(in) != 0 || pipe(out) != 0) exit(2);
  s->pid = fork();
  if (s->pid == 0) {
    dup2(in[0], 0);
    dup2(out[1], 1);
    snprintf(errors, sizeof errors, "%s.err", state);
    if (!freopen(errors, "a", stderr)) _exit(3);
    close(in[1]), close(out[0]), close(in[0]), close(out[1]);
    execl(program, program, "--data", "demo=fixtures/data", "--workflows", "fixtures/workflows", "--state", state,
          (char *)NULL);
    _exit(3);
  }
  close(in[0]);
  close(out[1]);
  s->in = in[1];
  s->out = out[0];
  s->len = 0;
}

static void end(server *s, int number) {
  if (number) kill(s->pid, number);
  close(s->in);
  close(s->out);
  waitpid(s->pid, NULL, 0);
}

static int send_line(server *s, const char *line) {
  return write(s->in, line, strlen(line)) == (ssize_t)strlen(line) && write(s->in, "\n", 1) == 1;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The next line, without waiting beyond the deadline; NULL: none came. */
static char *line_by(server *s, double deadline) {
  static char line[1 << 20];
  for (;;) {
    char *newline = memchr(s->text, '\n', s->len);
    struct pollfd fd = {0};
    ssize_t got;
    int wait = (int)((deadline - now()) * 1000);
    if (newline) {
      size_t len = (size_t)(newline - s->text);
      memcpy(line, s->text, len);
      line[len] = 0;
      s->len -= len + 1;
      memmove(s->text, newline + 1, s->len);
      return line;
    }
    fd.fd = s->out;
    fd.events = POLLIN;
    if (wait < 0 || poll(&fd, 1, wait) <= 0) return NULL;
    got = read(s->out, s->text + s->len, sizeof s->text - s->len);
    if (got <= 0) return NULL;
    s->len += (size_t)got;
  }
}

static char *ask(server *s, const char *tool, const char *arguments) {
  char message[1000];
  static int id = 100;
  snprintf(message, sizeof message,
           "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\",\"arguments\":%s}}",
           ++id, tool, arguments);
  if (!send_line(s, message)) return NULL;
  return line_by(s, now() + 20);
}

/* A member of the escaped JSON in a reply. */
static void member(const char *reply, const char *name, char *out, size_t size) {
  char key[64];
  const char *at;
  size_t i = 0;
  snprintf(key, sizeof key, "\\\"%s\\\":\\\"", name);
  at = strstr(reply, key);
  for (at = at ? at + strlen(key) : ""; *at && *at != '\\' && i + 1 < size; at++) out[i++] = *at;
  out[i] = 0;
}

static void remember(const char *reply) {
  if (!strstr(reply, "workflowOutputTableName") || strstr(reply, "isError") || job_count == MOST) return;
  member(reply, "jobId", jobs[job_count].id, sizeof jobs->id);
  member(reply, "workflowOutputTableName", jobs[job_count].table, sizeof jobs->table);
  if (check(strlen(jobs[job_count].id) == 20, "a job has an id", reply)) job_count++;
}

/* Launches jobs, which run, until the program is killed: after so many seconds, or so many replies. */
static void round_of(double seconds, int replies) {
  static server s;
  double deadline;
  char *line;
  int seen = 0;
  start(&s);
  for (int i = 0; i < 3; i++) {
    char message[300];
    snprintf(message, sizeof message,
             "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"tools/call\",\"params\":{\"name\":\"hotspots\",\"arguments\":{"
             "\"resolution\":%d,\"significance\":1}}}", i, 1 + i);
    if (!send_line(&s, message)) break;
  }
  deadline = now() + 5;
  line = line_by(&s, deadline); /* it is up */
  if (line) remember(line);
  if (replies == 0) deadline = now() + seconds;
  while ((replies == 0 || ++seen < replies) && (line = line_by(&s, deadline)) != NULL) remember(line);
  end(&s, SIGKILL);
  while ((line = line_by(&s, 0)) != NULL) remember(line);
}

static void look_at(server *s, struct job *job) {
  char arguments[400], status[20];
  char *reply;
  snprintf(arguments, sizeof arguments, "{\"jobId\":\"%s\",\"connectionName\":\"demo\"}", job->id);
  reply = ask(s, "async_workflow_job_get_status_v1_0_0", arguments);
  if (!check(reply && !strstr(reply, "isError"), "an acknowledged job is there", reply ? reply : job->id)) return;
  if (strstr(reply, "\\\"status\\\":\\\"success")) strcpy(status, "success");
  else if (strstr(reply, "\\\"status\\\":\\\"failure")) strcpy(status, "failure");
  else if (strstr(reply, "\\\"status\\\":\\\"running")) strcpy(status, "running");
  else strcpy(status, strstr(reply, "\\\"status\\\":\\\"pending") ? "pending" : "none");
  check(strcmp(status, "none") != 0, "it is in a defined state", reply);
  check(job->done != 1 || strcmp(status, "success") == 0, "a success stays one", reply);
  check(job->done != 2 || strcmp(status, "failure") == 0, "a failure stays one", reply);
  if (strcmp(status, "failure") == 0) {
    job->done = 2;
    check(strstr(reply, "the server stopped while the job ran") != NULL, "it says why it failed", reply);
  }
  if (strcmp(status, "success") != 0) return;
  if (job->done == 1) return;
  job->done = 1;
  snprintf(arguments, sizeof arguments,
           "{\"jobId\":\"%s\",\"connectionName\":\"demo\",\"providerId\":\"postgres\",\"workflowOutputTableName\":\"%s\"}",
           job->id, job->table);
  reply = ask(s, "async_workflow_job_get_results_v1_0_0", arguments);
  check(reply && !strstr(reply, "isError") &&
          (strstr(reply, "\\\"total\\\":409}") || strstr(reply, "\\\"total\\\":1734}") ||
           strstr(reply, "\\\"total\\\":4868}")), /* cells of resolution 1, 2, 3 as h3-js counts them */
        "its result is whole", reply ? reply : job->id);
}

int main(int argc, char **argv) {
  static server s;
  int rounds = argc > 2 ? atoi(argv[2]) : 40, ended = 0, waits = 0;
  char command[500], path[300];
  struct stat errors;
  program = argc > 1 ? argv[1] : "build/carto-mcp";
  signal(SIGPIPE, SIG_IGN);
  snprintf(state, sizeof state, "build/jobs-%d", (int)getpid());
  snprintf(command, sizeof command, "rm -rf %s %s.err", state, state);
  if (system(command) != 0 || mkdir(state, 0700) != 0) return 2;
  srand(7);
  for (int i = 0; i < rounds; i++) {
    round_of((rand() % 1000) / 4000.0, i % 2 ? 1 + i / 2 % 3 : 0);
    start(&s);
    for (int k = job_count > 12 ? job_count - 12 : 0; k < job_count; k++) look_at(&s, &jobs[k]);
    end(&s, i % 3 ? SIGKILL : SIGTERM);
  }
  /* left alone, all of them come to an end */
  start(&s);
  for (waits = 0; waits < 200 && ended < job_count; waits++) {
    struct timespec pause = {0, 100 * 1000 * 1000};
    ended = 0;
    for (int k = 0; k < job_count; k++) {
      if (!jobs[k].done) look_at(&s, &jobs[k]);
      ended += jobs[k].done != 0;
    }
    if (ended < job_count) nanosleep(&pause, NULL);
  }
  check(ended == job_count && job_count > rounds / 2, "all jobs end", state);
  end(&s, 0);
  snprintf(path, sizeof path, "%s.err", state);
  check(stat(path, &errors) == 0 && errors.st_size == 0, "nothing was damaged", path);
  if (system(command) != 0) failed++;
  printf("%d jobs, %d passed, %d failed\n", job_count, passed, failed);
  printf("%d passed, %d failed\n", passed, failed);
  return failed != 0;
}
