#ifndef CARTO_BENCH_H
#define CARTO_BENCH_H

/* What the benches share: a clock, random numbers that are the same in every run, and streaming a column once,
   their yardstick. Wants _POSIX_C_SOURCE, and -lm. */

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#if defined(__GNUC__)
#define BENCH_UNUSED __attribute__((unused))
#else
#define BENCH_UNUSED
#endif

BENCH_UNUSED static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static uint64_t random_state = 88172645463325252u;

BENCH_UNUSED static uint64_t random_word(void) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return random_state;
}

BENCH_UNUSED static double random_unit(void) { return (double)(random_word() >> 11) * 0x1p-53; }

BENCH_UNUSED static double random_normal(void) {
  return sqrt(-2 * log(1 - random_unit())) * cos(6.283185307179586 * random_unit());
}

BENCH_UNUSED static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Sorts them. */
BENCH_UNUSED static double median(double *values, size_t count) {
  qsort(values, count, sizeof *values, by_value);
  return values[count / 2];
}

/* A row for table.mjs; of the ratio at most budget is allowed, 0: none is set. */
BENCH_UNUSED static void report(const char *work, const char *unit, double ours, const char *peer, double theirs,
                                double budget) {
  double ratio = ours / theirs;
  printf("{\"work\":\"%s\",\"unit\":\"%s\",\"ours\":%.3f,\"peer\":\"%s\",\"theirs\":%.3f,\"ratio\":%.3f",
         work, unit, ours, peer, theirs, ratio);
  if (budget > 0) printf(",\"budget\":\"<= %g\",\"met\":%s", budget, ratio <= budget ? "true" : "false");
  printf("}\n");
  fflush(stdout);
}

/* Streaming: the widest loads every machine of the kind has. Counts are multiples of 8 values. */
static volatile uint64_t sink;

#if defined(__SSE2__)
BENCH_UNUSED static void stream_doubles(const double *x, size_t count) {
  __m128d a = _mm_setzero_pd(), b = a, c = a, d = a;
  double lanes[2];
  size_t i;
  for (i = 0; i < count; i += 8) {
    a = _mm_add_pd(a, _mm_loadu_pd(x + i));
    b = _mm_add_pd(b, _mm_loadu_pd(x + i + 2));
    c = _mm_add_pd(c, _mm_loadu_pd(x + i + 4));
    d = _mm_add_pd(d, _mm_loadu_pd(x + i + 6));
  }
  _mm_storeu_pd(lanes, _mm_add_pd(_mm_add_pd(a, b), _mm_add_pd(c, d)));
  sink += lanes[0] + lanes[1] > 0;
}

BENCH_UNUSED static void stream_words(const void *words, size_t bytes) {
  const __m128i *x = (const __m128i *)words;
  __m128i a = _mm_setzero_si128(), b = a, c = a, d = a;
  uint64_t lanes[2];
  size_t i;
  for (i = 0; i < bytes / 16; i += 4) {
    a = _mm_add_epi64(a, _mm_loadu_si128(x + i));
    b = _mm_add_epi64(b, _mm_loadu_si128(x + i + 1));
    c = _mm_add_epi64(c, _mm_loadu_si128(x + i + 2));
    d = _mm_add_epi64(d, _mm_loadu_si128(x + i + 3));
  }
  a = _mm_add_epi64(_mm_add_epi64(a, b), _mm_add_epi64(c, d));
  memcpy(lanes, &a, 16);
  sink += lanes[0] + lanes[1];
}
#else
BENCH_UNUSED static void stream_doubles(const double *x, size_t count) {
  double a = 0, b = 0, c = 0, d = 0;
  size_t i;
  for (i = 0; i < count; i += 4) a += x[i], b += x[i + 1], c += x[i + 2], d += x[i + 3];
  sink += a + b + c + d > 0;
}

BENCH_UNUSED static void stream_words(const void *words, size_t bytes) {
  const uint64_t *x = (const uint64_t *)words;
  uint64_t a = 0, b = 0, c = 0, d = 0;
  size_t i;
  for (i = 0; i < bytes / 8; i += 4) a += x[i], b += x[i + 1], c += x[i + 2], d += x[i + 3];
  sink += a + b + c + d;
}
#endif

#endif
