/* How long a stdio server takes from its start to its first answer, and what it then occupies.

   cc -O2 -o build/startup tests/bench/startup.c
   build/startup RUNS COMMAND [ARGUMENT...]

   Prints one line a run: microseconds, resident KiB. Measured from C because starting a process
   from a large one (a script interpreter) costs several times what is to be measured.          */

#define _POSIX_C_SOURCE 200809L

#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static const char question[] =
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":"
    "\"2025-11-25\",\"capabilities\":{},"
    "\"clientInfo\":{\"name\":\"startup\",\"version\":\"1\"}}}\n";

static double now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static long resident_kib(pid_t pid) {
  char path[64];
  char line[256];
  long kib = -1;
  snprintf(path, sizeof path, "/proc/%ld/status", (long)pid);
  FILE *status = fopen(path, "r");
  if (status == NULL) return -1;
  while (fgets(line, sizeof line, status) != NULL) {
    if (strncmp(line, "VmRSS:", 6) == 0) kib = strtol(line + 6, NULL, 10);
  }
  fclose(status);
  return kib;
}

/* Starts the command with its stdin and stdout on our pipes. */
static pid_t start(char **command, int *to, int *from) {
  int in[2];
  int out[2];
  pid_t pid = -1;
  posix_spawn_file_actions_t actions;
  if (pipe(in) != 0 || pipe(out) != 0) return -1;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], 0);
  posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  for (int i = 0; i < 2; i++) {
    posix_spawn_file_actions_addclose(&actions, in[i]);
    posix_spawn_file_actions_addclose(&actions, out[i]);
  }
  if (posix_spawn(&pid, command[0], &actions, NULL, command, environ) != 0) pid = -1;
  posix_spawn_file_actions_destroy(&actions);
  close(in[0]);
  close(out[1]);
  *to = in[1];
  *from = out[0];
  return pid;
}

/* True when a whole line has come. */
static int answered(int from) {
  char bytes[4096];
  for (;;) {
    ssize_t got = read(from, bytes, sizeof bytes);
    if (got <= 0) return 0;
    if (memchr(bytes, '\n', (size_t)got) != NULL) return 1;
  }
}

static int measure(char **command) {
  int to = -1;
  int from = -1;
  int status = 0;
  double begun = now_us();
  pid_t pid = start(command, &to, &from);
  if (pid < 0) return 0;
  int ok = write(to, question, sizeof question - 1) == (ssize_t)sizeof question - 1 &&
           answered(from);
  double spent = now_us() - begun;
  long kib = resident_kib(pid);
  close(to);
  close(from);
  waitpid(pid, &status, 0);
  if (ok) printf("%.1f %ld\n", spent, kib);
  return ok;
}

int main(int argc, char **argv) {
  if (argc < 3) {
    fprintf(stderr, "usage: startup RUNS COMMAND [ARGUMENT...]\n");
    return 2;
  }
  for (long runs = strtol(argv[1], NULL, 10); runs > 0; runs--) {
    if (!measure(argv + 2)) {
      fprintf(stderr, "startup: %s gave no answer\n", argv[2]);
      return 1;
    }
  }
  return 0;
}
