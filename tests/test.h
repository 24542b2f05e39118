/* The whole test harness: checks that print both values and go on, a table of tests, a filter argument,
   random numbers, and allocators that fail on demand. Include after the implementation. */
#ifndef TEST_H
#define TEST_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int test_checks;
static int test_failures;

static int test_report(int ok, const char *file, int line, const char *what) {
  test_checks++;
  if (!ok) {
    test_failures++;
    if (test_failures <= 50) printf("%s:%d: %s\n", file, line, what);
  }
  return ok;
}

#define CHECK(condition) test_report((condition) ? 1 : 0, __FILE__, __LINE__, #condition)

#define CHECK_INT(actual, expected)                                                          \
  do {                                                                                       \
    intmax_t a_ = (intmax_t)(actual), e_ = (intmax_t)(expected);                             \
    if (!test_report(a_ == e_, __FILE__, __LINE__, #actual " == " #expected))                \
      printf("  got %jd, want %jd\n", a_, e_);                                               \
  } while (0)

#define CHECK_UINT(actual, expected)                                                         \
  do {                                                                                       \
    uintmax_t a_ = (uintmax_t)(actual), e_ = (uintmax_t)(expected);                          \
    if (!test_report(a_ == e_, __FILE__, __LINE__, #actual " == " #expected))                \
      printf("  got %ju, want %ju\n", a_, e_);                                               \
  } while (0)

#define CHECK_DOUBLE(actual, expected)                                                       \
  do {                                                                                       \
    double a_ = (actual), e_ = (expected);                                                   \
    if (!test_report(memcmp(&a_, &e_, sizeof a_) == 0 || a_ == e_, __FILE__, __LINE__,       \
                     #actual " == " #expected))                                              \
      printf("  got %.17g, want %.17g\n", a_, e_);                                           \
  } while (0)

#define CHECK_NEAR(actual, expected, tolerance)                                              \
  do {                                                                                       \
    double a_ = (actual), e_ = (expected), d_ = a_ < e_ ? e_ - a_ : a_ - e_;                 \
    if (!test_report(d_ <= (tolerance), __FILE__, __LINE__, #actual " is near " #expected))  \
      printf("  got %.17g, want %.17g\n", a_, e_);                                           \
  } while (0)

/* Compares a carto_str with a C string. */
#define CHECK_STR(actual, expected)                                                          \
  do {                                                                                       \
    carto_str a_ = (actual), e_ = carto_str_from(expected);                                  \
    if (!test_report(carto_str_equal(a_, e_), __FILE__, __LINE__, #actual " == " #expected)) \
      printf("  got  %.*s\n  want %.*s\n", (int)(a_.len < 4000 ? a_.len : 4000), a_.ptr,     \
             (int)e_.len, e_.ptr);                                                           \
  } while (0)

#define STR(text) carto_str_from(text)

/* Random numbers, the same ones in every run (Marsaglia's xorshift). */
static uint64_t test_random_state = UINT64_C(88172645463325252);

static uint64_t test_random_bits(void) {
  test_random_state ^= test_random_state << 13;
  test_random_state ^= test_random_state >> 7;
  return test_random_state ^= test_random_state << 17;
}

static uint64_t test_random(uint64_t below) { return (test_random_bits() >> 11) % below; }

/* True when text holds part. */
static int test_contains(carto_str text, const char *part) {
  size_t n = strlen(part);
  for (size_t i = 0; i + n <= text.len; i++)
    if (memcmp(text.ptr + i, part, n) == 0) return 1;
  return 0;
}

#define CHECK_CONTAINS(actual, part)                                                         \
  do {                                                                                       \
    carto_str a_ = (actual);                                                                 \
    if (!test_report(test_contains(a_, part), __FILE__, __LINE__, #actual " contains " #part)) \
      printf("  got  %.*s\n  want %s\n", (int)(a_.len < 4000 ? a_.len : 4000), a_.ptr, part); \
  } while (0)

/* An allocator over malloc that counts what is alive, and can fail: when fail_at is N > 0 the Nth request
   for memory fails; with fail_on also every later one. */
typedef struct test_memory {
  size_t calls, fail_at;
  int fail_on;
  size_t live_bytes, live_count, peak_bytes;
} test_memory;

static void *test_realloc(void *user, void *ptr, size_t old_size, size_t new_size) {
  test_memory *m = (test_memory *)user;
  void *p;
  if (new_size == 0) {
    if (ptr) m->live_bytes -= old_size, m->live_count--;
    free(ptr);
    return NULL;
  }
  m->calls++;
  if (m->fail_at && (m->calls == m->fail_at || (m->fail_on && m->calls > m->fail_at))) return NULL;
  p = realloc(ptr, new_size);
  if (!p) return NULL;
  m->live_bytes += new_size - (ptr ? old_size : 0);
  if (!ptr) m->live_count++;
  if (m->live_bytes > m->peak_bytes) m->peak_bytes = m->live_bytes;
  return p;
}

static carto_alloc test_alloc(test_memory *m) {
  carto_alloc a;
  memset(m, 0, sizeof *m);
  a.fn = test_realloc;
  a.user = m;
  return a;
}

/* An arena over the C library's memory. */
static carto_arena test_arena(void) {
  carto_alloc libc;
  carto_arena arena;
  memset(&libc, 0, sizeof libc);
  carto_arena_init(&arena, libc, 0);
  return arena;
}

/* Runs body(alloc) with the Nth allocation failing, N = 1, 2, ... until it passes untouched: first failing
   once, then from there on. body returns 1 when it got through, 0 when it reported out of memory, and must
   release all it took either way. */
static void test_every_allocation(int (*body)(carto_alloc alloc), size_t most) {
  for (int fail_on = 0; fail_on < 2; fail_on++) {
    for (size_t n = 1; n <= most; n++) {
      test_memory m;
      carto_alloc alloc = test_alloc(&m);
      int done;
      m.fail_at = n;
      m.fail_on = fail_on;
      done = body(alloc);
      CHECK_UINT(m.live_count, 0);
      CHECK_UINT(m.live_bytes, 0);
      if (m.calls < n) {
        CHECK(done);
        break;
      }
      CHECK(n < most);
    }
  }
}

/* A whole file; the buffer is NUL-terminated and released by the caller. Exits when it cannot be read,
   since a test without its data proves nothing. */
static char *test_read_file(const char *path, size_t *len) {
  FILE *f = fopen(path, "rb");
  long size;
  char *text;
  if (!f || fseek(f, 0, SEEK_END) != 0 || (size = ftell(f)) < 0) {
    printf("cannot read %s\n", path);
    exit(2);
  }
  rewind(f);
  text = (char *)malloc((size_t)size + 1);
  if (!text || fread(text, 1, (size_t)size, f) != (size_t)size) exit(2);
  fclose(f);
  text[size] = 0;
  *len = (size_t)size;
  return text;
}

typedef struct test_case {
  const char *name;
  void (*run)(void);
} test_case;

/* Runs the tests whose name contains the argument, or behind a - does not contain it, prints the count line,
   returns the exit status. */
static int test_main(int argc, char **argv, const test_case *cases, size_t count) {
  int passed = 0, failed = 0;
  for (size_t i = 0; i < count; i++) {
    int before = test_failures;
    int without = argc > 1 && argv[1][0] == '-';
    if (argc > 1 && !strstr(cases[i].name, argv[1] + without) != without) continue;
    cases[i].run();
    if (test_failures == before) {
      passed++;
    } else {
      failed++;
      printf("FAILED %s\n", cases[i].name);
    }
  }
  printf("%d passed, %d failed\n", passed, failed);
  return failed != 0 || passed == 0;
}

#define TEST_MAIN(cases) \
  int main(int argc, char **argv) { return test_main(argc, argv, cases, sizeof cases / sizeof *cases); }

#endif
