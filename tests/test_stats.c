/* Column statistics: summary, quantiles, categories, extent. Expected values come from Python
   (tests/corpora/stats) and from sorting and exact addition done here. */
#define CARTO_MCP__LANE_FULL 1000
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
#include "test.h"

#include <math.h>

/* ---- columns by hand */

/* Arrays are copied to blocks of their exact size, so that a byte too far is seen. */
typedef struct table_column {
  carto_column column;
  size_t rows;
  void *data;
  uint64_t *valid, *selected;
  char *bytes;
  uint32_t *starts;
} table_column;

static void *copy_bytes(const void *ptr, size_t size) {
  void *copy = malloc(size ? size : 1);
  if (!copy) exit(2);
  if (size) memcpy(copy, ptr, size);
  return copy;
}

static uint64_t *new_bits(size_t rows) {
  uint64_t *bits = (uint64_t *)calloc(rows / 64 + 1, 8), *exact;
  if (!bits) exit(2);
  exact = (uint64_t *)copy_bytes(bits, (rows + 63) / 64 * 8);
  free(bits);
  return exact;
}

static table_column make_column(int type, const void *data, size_t width, size_t rows) {
  table_column c;
  memset(&c, 0, sizeof c);
  c.column.type = type;
  c.rows = rows;
  c.data = copy_bytes(data, width * rows);
  c.column.data.number = (const double *)c.data;
  return c;
}

static table_column doubles_column(const double *values, size_t rows) {
  return make_column(CARTO_TYPE_NUMBER, values, 8, rows);
}

static void add_valid(table_column *c) {
  c->valid = new_bits(c->rows);
  c->column.valid = c->valid;
}

static void free_column(table_column *c) {
  free(c->data);
  free(c->valid);
  free(c->selected);
  free(c->bytes);
  free(c->starts);
}

/* A call whose arena is new. */
static carto_arena arena;
static carto_call call;

static void begin(void) {
  carto_alloc libc;
  memset(&libc, 0, sizeof libc);
  memset(&call, 0, sizeof call);
  carto_arena_init(&arena, libc, 0);
  call.arena = &arena;
}

static void end(void) { carto_arena_free(&arena); }

static carto_stats_number number_of(const table_column *c) {
  carto_stats_number out;
  begin();
  CHECK_INT(carto_stats_of_number(&call, &c->column, c->rows, c->selected, &out), CARTO_OK);
  end();
  return out;
}

typedef struct quantile_lists {
  uint64_t count;
  double f64[CARTO_QUANTILES_SIZE];
  int64_t i64[CARTO_QUANTILES_SIZE];
} quantile_lists;

static void quantiles_of(const table_column *c, quantile_lists *out) {
  begin();
  memset(out, 0, sizeof *out);
  out->count = 99;
  CHECK_INT(carto_stats_of_quantiles(&call, &c->column, c->rows, c->selected, out->f64, out->i64,
                                     &out->count), CARTO_OK);
  end();
}

/* ---- the generator make_vectors.py has too */

static double unit(void) { return (double)(test_random_bits() >> 11) * ldexp(1, -53); }

static double generate_double(const char *kind, size_t i) {
  double value;
  if (strcmp(kind, "uniform") == 0) return unit();
  if (strcmp(kind, "signed") == 0) return unit() - 0.5;
  if (strcmp(kind, "ascending") == 0) return (double)i * 0.001;
  if (strcmp(kind, "descending") == 0) return -(double)i;
  if (strcmp(kind, "distinct") == 0) return (double)(test_random_bits() % 15);
  if (strcmp(kind, "equal") == 0) return 42.5;
  if (strcmp(kind, "zeros") == 0) return test_random_bits() % 10 < 3 ? 0 : unit();
  if (strcmp(kind, "outlier") == 0)
    return i == 77 ? 1e300 : 1000 + (double)(test_random_bits() % 1048576) * ldexp(1, -40);
  if (strcmp(kind, "exponents") == 0) {
    value = unit();
    return ldexp(value, (int)(test_random_bits() % 600) - 300);
  }
  if (strcmp(kind, "clusters") != 0) exit(2);
  value = (double)(test_random_bits() % 100);
  return value + (double)(test_random_bits() % 1024) * ldexp(1, -40);
}

static int64_t generate_integer(const char *kind) {
  int64_t value;
  uint64_t shift, bits;
  if (strcmp(kind, "small integers") == 0) return (int64_t)(test_random_bits() % 15) - 7;
  if (strcmp(kind, "timestamps") == 0) return 1400000000000000 + (int64_t)(test_random_bits() % 100000000000000);
  bits = test_random_bits();
  memcpy(&value, &bits, 8);
  if (strcmp(kind, "integers") == 0) return value;
  if (strcmp(kind, "shifted integers") != 0) exit(2);
  shift = test_random_bits() % 64;
  return value < 0 ? ~(~value >> shift) : value >> shift;
}

/* ---- vectors */

static table_column generated_column(const carto_json *test, int type) {
  int64_t size, seed;
  char kind[40];
  carto_str name = carto_json_string(carto_json_get(test, "generate"));
  table_column c;
  double *f64;
  int64_t *i64;
  size_t i, n;
  CHECK(carto_json_int64(carto_json_get(test, "size"), &size));
  CHECK(carto_json_int64(carto_json_get(test, "seed"), &seed));
  n = (size_t)size;
  snprintf(kind, sizeof kind, "%.*s", (int)name.len, name.ptr);
  test_random_state = (uint64_t)seed * UINT64_C(0x9E3779B97F4A7C15);
  f64 = (double *)malloc(n * 8);
  i64 = (int64_t *)malloc(n * 8);
  if (!f64 || !i64) exit(2);
  for (i = 0; i < n; i++) {
    if (type == CARTO_TYPE_NUMBER) f64[i] = generate_double(kind, i);
    else i64[i] = generate_integer(kind);
  }
  c = make_column(type, type == CARTO_TYPE_NUMBER ? (void *)f64 : (void *)i64, 8, n);
  free(f64);
  free(i64);
  if (carto_json_double(carto_json_get(test, "nulls")) > 0) {
    add_valid(&c);
    for (i = 0; i < n; i++)
      if (test_random_bits() % 8 != 0) carto__bit_set(c.valid, i);
  }
  if (carto_json_double(carto_json_get(test, "rows")) > 0) {
    c.selected = new_bits(n);
    for (i = 0; i < n; i++)
      if (test_random_bits() % 2 != 0) carto__bit_set(c.selected, i);
  }
  return c;
}

/* The code of a text in a dictionary that is being put together in order of appearance. */
static uint32_t dict_code(table_column *c, carto_str text) {
  uint32_t i, end = c->starts[c->column.dict_count];
  for (i = 0; i < c->column.dict_count; i++)
    if (carto_str_equal(text, carto_str_make(c->bytes + c->starts[i], c->starts[i + 1] - c->starts[i])))
      return i;
  if (text.len) memcpy(c->bytes + end, text.ptr, text.len);
  c->starts[++c->column.dict_count] = end + (uint32_t)text.len;
  return i;
}

static void put_value(table_column *c, size_t row, const carto_json *value) {
  if (c->column.type == CARTO_TYPE_NUMBER) {
    ((double *)c->data)[row] = carto_json_double(value);
  } else if (c->column.type == CARTO_TYPE_STRING) {
    ((uint32_t *)c->data)[row] = dict_code(c, carto_json_string(value));
  } else if (c->column.type == CARTO_TYPE_BOOLEAN) {
    ((uint8_t *)c->data)[row] = carto_json_bool(value);
  } else if (c->column.type == CARTO_TYPE_H3) {
    CHECK(carto_h3_parse(carto_json_string(value), (uint64_t *)c->data + row));
  } else if (c->column.type == CARTO_TYPE_QUADBIN) {
    CHECK(carto_uint_parse(carto_json_string(value), (uint64_t *)c->data + row));
  } else {
    CHECK(carto_json_int64(value, (int64_t *)c->data + row));
  }
}

static table_column written_column(const carto_json *test, int type) {
  const carto_json *values = carto_json_get(test, "values"), *rows = carto_json_get(test, "rows"), *value;
  size_t n = carto_json_count(values), i, nulls = 0;
  size_t width = type == CARTO_TYPE_STRING ? 4 : type == CARTO_TYPE_BOOLEAN ? 1 : 8;
  void *zeros = calloc(n + 1, 8);
  table_column c = make_column(type, zeros, width, n);
  free(zeros);
  c.bytes = (char *)malloc(1 << 16);
  c.starts = (uint32_t *)calloc(n + 2, 4);
  if (!c.bytes || !c.starts) exit(2);
  add_valid(&c);
  for (value = carto_json_first(values), i = 0; i < n; i++, value = carto_json_next(value)) {
    if (carto_json_type_of(value) == CARTO_JSON_NULL) {
      nulls++;
      continue;
    }
    carto__bit_set(c.valid, i);
    put_value(&c, i, value);
  }
  if (!nulls) c.column.valid = NULL;
  c.column.null_count = nulls;
  c.column.bytes = c.bytes;
  c.column.dict_start = c.starts;
  if (carto_json_type_of(rows) != CARTO_JSON_ARRAY) return c;
  c.selected = new_bits(n);
  for (value = carto_json_first(rows), i = 0; i < n; i++, value = carto_json_next(value))
    if (carto_json_bool(value)) carto__bit_set(c.selected, i);
  return c;
}

static uint64_t expected_uint(const carto_json *expect, const char *name) {
  uint64_t value = 0;
  CHECK(carto_json_uint64(carto_json_get(expect, name), &value));
  return value;
}

static void check_number(const table_column *c, const carto_json *expect) {
  carto_stats_number s = number_of(c);
  const carto_json *value;
  double avg = carto_json_double(carto_json_get(expect, "avg"));
  int64_t exact;
  quantile_lists q;
  size_t i;
  CHECK_UINT(s.count, expected_uint(expect, "count"));
  CHECK_UINT(s.null_count, expected_uint(expect, "nulls"));
  quantiles_of(c, &q);
  CHECK_UINT(q.count, s.count);
  CHECK_INT(s.is_integer, s.count && c->column.type != CARTO_TYPE_NUMBER);
  if (s.count == 0) return;
  CHECK_DOUBLE(s.min, carto_json_double(carto_json_get(expect, "min")));
  CHECK_DOUBLE(s.max, carto_json_double(carto_json_get(expect, "max")));
  CHECK_DOUBLE(s.sum, carto_json_double(carto_json_get(expect, "sum")));
  CHECK_NEAR(s.avg, avg, fabs(avg) * DBL_EPSILON);
  if (s.is_integer) {
    CHECK(carto_json_int64(carto_json_get(expect, "min"), &exact) && exact == s.min_i64);
    CHECK(carto_json_int64(carto_json_get(expect, "max"), &exact) && exact == s.max_i64);
    CHECK_INT(s.sum_is_exact, carto_json_is_number(carto_json_get(expect, "exact")));
    if (s.sum_is_exact)
      CHECK(carto_json_int64(carto_json_get(expect, "exact"), &exact) && exact == s.sum_i64);
  }
  value = carto_json_first(carto_json_get(expect, "quantiles"));
  CHECK_UINT(carto_json_count(carto_json_get(expect, "quantiles")), CARTO_QUANTILES_SIZE);
  for (i = 0; i < CARTO_QUANTILES_SIZE; i++, value = carto_json_next(value)) {
    CHECK_DOUBLE(q.f64[i], carto_json_double(value));
    if (s.is_integer) CHECK(carto_json_int64(value, &exact) && exact == q.i64[i]);
  }
}

static void check_categories(const table_column *c, const carto_json *expect) {
  const carto_json *order = carto_json_first(carto_json_get(expect, "orders")), *entry;
  int k;
  for (k = 0; k < 4; k++, order = carto_json_next(order)) {
    size_t distinct = carto_json_count(order), limits[5], i, l;
    limits[0] = 0;
    limits[1] = 1;
    limits[2] = 3;
    limits[3] = distinct;
    limits[4] = SIZE_MAX;
    for (l = 0; l < 5; l++) {
      carto_stats_categories s;
      begin();
      CHECK_INT(carto_stats_of_categories(&call, &c->column, c->rows, c->selected, k, limits[l], &s),
                CARTO_OK);
      CHECK_UINT(s.count, expected_uint(expect, "count"));
      CHECK_UINT(s.null_count, expected_uint(expect, "nulls"));
      CHECK_UINT(s.distinct_count, distinct);
      CHECK_UINT(s.size, limits[l] < distinct ? limits[l] : distinct);
      for (entry = carto_json_first(order), i = 0; i < s.size; i++, entry = carto_json_next(entry)) {
        const carto_json *name = carto_json_first(entry);
        uint64_t frequency;
        CHECK(carto_str_equal(s.categories[i].name, carto_json_string(name)));
        CHECK(carto_json_uint64(carto_json_next(name), &frequency) &&
              frequency == s.categories[i].frequency);
      }
      end();
    }
  }
}

static void check_extent(const table_column *c, const carto_json *expect) {
  const carto_json *value = carto_json_first(carto_json_get(expect, "box"));
  double want[4];
  carto_box box;
  int i;
  for (i = 0; i < 4; i++, value = carto_json_next(value)) want[i] = carto_json_double(value);
  begin();
  CHECK_INT(carto_stats_of_extent(&call, &c->column, c->rows, c->selected, &box), CARTO_OK);
  end();
  CHECK_NEAR(box.xmin, want[0], 1e-6);
  CHECK_NEAR(box.ymin, want[1], 1e-6);
  CHECK_NEAR(box.xmax, want[2], 1e-6);
  CHECK_NEAR(box.ymax, want[3], 1e-6);
}

static void test_vectors(void) {
  static const char *const types[] = {"number", "integer", "string", "boolean", "timestamp", "", "h3",
                                      "quadbin"};
  size_t len, i, count;
  char *text = test_read_file("tests/corpora/stats/vectors.json", &len);
  carto_alloc libc;
  carto_arena tree;
  carto_json_doc doc;
  const carto_json *test;
  memset(&libc, 0, sizeof libc);
  carto_arena_init(&tree, libc, 0);
  if (carto_json_parse(&tree, carto_str_make(text, len), &doc, NULL) != CARTO_OK) exit(2);
  count = carto_json_count(doc.root);
  CHECK(count > 300);
  for (test = carto_json_first(doc.root), i = 0; i < count; i++, test = carto_json_next(test)) {
    const carto_json *expect = carto_json_get(test, "expect");
    int before = test_failures, type = 0;
    table_column c;
    while (!carto_str_equal(carto_json_string(carto_json_get(test, "type")), carto_str_from(types[type])))
      type++;
    c = carto_json_get(test, "generate") ? generated_column(test, type) : written_column(test, type);
    if (carto_json_get(expect, "box")) check_extent(&c, expect);
    else if (carto_json_get(expect, "orders")) check_categories(&c, expect);
    else check_number(&c, expect);
    free_column(&c);
    if (test_failures != before) printf("  in line %d of vectors.json\n", (int)i + 2);
  }
  carto_arena_free(&tree);
  free(text);
}

/* ---- properties, against sorting and exact addition */

static int by_double(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* J. R. Shewchuk's partial sums, as in Python's math.fsum, for values in moderate range. */
static double exact_sum(const double *values, size_t n) {
  double partials[2100], hi, lo, y;
  size_t i, k, kept, count = 0;
  for (i = 0; i < n; i++) {
    double x = values[i];
    for (k = kept = 0; k < count; k++) {
      y = partials[k];
      if (fabs(x) < fabs(y)) hi = x, x = y, y = hi;
      hi = x + y;
      lo = y - (hi - x);
      if (lo != 0) partials[kept++] = lo;
      x = hi;
    }
    partials[kept] = x;
    count = kept + 1;
  }
  hi = lo = 0;
  while (count > 0 && lo == 0) {
    double x = hi;
    y = partials[--count];
    hi = x + y;
    lo = y - (hi - x);
  }
  if (count > 0 && ((lo < 0 && partials[count - 1] < 0) || (lo > 0 && partials[count - 1] > 0))) {
    y = lo * 2;
    if (y == (hi + y) - hi) hi += y;
  }
  return hi;
}

static double any_double(int shape) {
  switch (shape) {
    case 0: return unit();
    case 1: return (double)(test_random_bits() % 7) - 3;
    case 2: return ldexp(unit() - 0.5, (int)(test_random_bits() % 40) - 20);
    case 3: return test_random_bits() % 3 ? 0.5 : -unit();
    case 4: return floor(unit() * 1e6) / 100;
    case 5: return 1e9 + floor(unit() * 64) * ldexp(1, -20);
    default: return ldexp(1, (int)(test_random_bits() % 2000) - 1000) * (test_random_bits() % 2 ? 1 : -1);
  }
}

static void check_quantiles(const quantile_lists *q, const double *sorted, size_t n) {
  size_t buckets, i, place = 0;
  CHECK_UINT(q->count, n);
  for (buckets = 3; buckets <= 20; buckets++) {
    CHECK_UINT(carto_quantile_start((int)buckets), place);
    for (i = 0; i <= buckets; i++, place++) {
      size_t rank = i ? (i * n + buckets - 1) / buckets : 1;
      CHECK_DOUBLE(q->f64[place], sorted[rank - 1]);
      if (i > 0) CHECK(q->f64[place - 1] <= q->f64[place]);
    }
  }
  CHECK_UINT(place, CARTO_QUANTILES_SIZE);
}

static void check_against_sort(table_column *c, double *kept, size_t n, size_t selected, int shape) {
  carto_stats_number s = number_of(c);
  quantile_lists q;
  size_t i;
  double sum = exact_sum(kept, n), most = 0;
  CHECK_UINT(s.count, n);
  CHECK_UINT(s.null_count, selected - n);
  quantiles_of(c, &q);
  if (n == 0) CHECK_UINT(q.count, 0);
  if (n == 0) return;
  qsort(kept, n, 8, by_double);
  CHECK_DOUBLE(s.min, kept[0]);
  CHECK_DOUBLE(s.max, kept[n - 1]);
  for (i = 0; i < n; i++) most = fmax(most, fabs(kept[i]));
  if (shape < 6) CHECK_DOUBLE(s.sum, sum);
  else CHECK_NEAR(s.sum, sum, most * DBL_EPSILON * DBL_EPSILON * (double)n + fabs(sum) * DBL_EPSILON);
  CHECK_NEAR(s.avg, sum / (double)n, fabs(s.avg) * DBL_EPSILON);
  check_quantiles(&q, kept, n);
}

static void test_random_columns(void) {
  static const size_t sizes[] = {0, 1, 2, 3, 7, 8, 9, 63, 64, 65, 100, 1023, 1024, 1025, 2047, 5000, 8192,
                                 8193, 8200, 20000, 40001};
  size_t k, i, form;
  int shape;
  test_random_state = 12345;
  for (shape = 0; shape < 7; shape++)
    for (k = 0; k < sizeof sizes / sizeof *sizes; k++)
      for (form = 0; form < 4; form++) { /* bit 0: nulls, bit 1: a selection */
        size_t n = sizes[k], kept_count = 0, selected = 0;
        double *values = (double *)malloc((n + 1) * 8), *kept = (double *)malloc((n + 1) * 8);
        table_column c;
        if (!values || !kept) exit(2);
        for (i = 0; i < n; i++) values[i] = any_double(shape);
        c = doubles_column(values, n);
        if (form & 1) add_valid(&c);
        if (form & 2) c.selected = new_bits(n);
        for (i = 0; i < n; i++) {
          int is_valid = !(form & 1) || test_random_bits() % 10 != 0;
          int is_selected = !(form & 2) || test_random_bits() % 16 == 0 || i % 640 < 320;
          if (is_valid && c.valid) carto__bit_set(c.valid, i);
          if (is_selected && c.selected) carto__bit_set(c.selected, i);
          if (is_selected && is_valid) kept[kept_count++] = values[i];
          selected += (size_t)is_selected;
        }
        check_against_sort(&c, kept, kept_count, selected, shape);
        free_column(&c);
        free(values);
        free(kept);
      }
}

static int same_bits(double a, double b) { return memcmp(&a, &b, 8) == 0; }

/* The same values come out the same whatever else is in the column, however it is stored. */
static void test_independent_of_storage(void) {
  enum { N = 30000 };
  double *values = (double *)malloc(N * 8), *dense = (double *)malloc(N * 8);
  table_column with_nulls, selected, with_nan, mixed, alone;
  carto_stats_number s[5];
  quantile_lists q[5];
  size_t i, kept = 0;
  if (!values || !dense) exit(2);
  test_random_state = 777;
  for (i = 0; i < N; i++) values[i] = ldexp(unit() - 0.3, (int)(test_random_bits() % 20));
  with_nulls = doubles_column(values, N);
  selected = doubles_column(values, N);
  with_nan = doubles_column(values, N);
  mixed = doubles_column(values, N);
  add_valid(&with_nulls);
  add_valid(&mixed);
  selected.selected = new_bits(N);
  mixed.selected = new_bits(N);
  for (i = 0; i < N; i++) {
    if (i % 3 && i % 1000 < 900) {
      carto__bit_set(with_nulls.valid, i);
      carto__bit_set(selected.selected, i);
      carto__bit_set(mixed.valid, i);
      carto__bit_set(mixed.selected, i);
      dense[kept++] = values[i];
    } else {
      if (i % 2) carto__bit_set(mixed.valid, i);
      if (i % 2 == 0 || i % 4 == 1) carto__bit_set(mixed.selected, i);
      if (i % 4 == 1) ((double *)mixed.data)[i] = NAN; /* else null, or not selected */
      ((double *)with_nan.data)[i] = i % 2 ? NAN : -NAN;
    }
  }
  alone = doubles_column(dense, kept);
  s[0] = number_of(&alone), s[1] = number_of(&with_nulls), s[2] = number_of(&selected);
  s[3] = number_of(&with_nan), s[4] = number_of(&mixed);
  quantiles_of(&alone, &q[0]);
  quantiles_of(&with_nulls, &q[1]);
  quantiles_of(&selected, &q[2]);
  quantiles_of(&with_nan, &q[3]);
  quantiles_of(&mixed, &q[4]);
  CHECK_UINT(s[0].null_count, 0);
  CHECK_UINT(s[1].null_count, N - kept);
  CHECK_UINT(s[2].null_count, 0);
  CHECK_UINT(s[3].null_count, N - kept);
  for (i = 1; i < 5; i++) {
    CHECK_UINT(s[i].count, kept);
    CHECK(same_bits(s[i].sum, s[0].sum) && same_bits(s[i].avg, s[0].avg));
    CHECK(same_bits(s[i].min, s[0].min) && same_bits(s[i].max, s[0].max));
    CHECK(memcmp(&q[i], &q[0], sizeof q[0]) == 0);
  }
  /* nor on the order */
  for (i = kept; i > 1; i--) {
    size_t other = test_random_bits() % i;
    double x = ((double *)alone.data)[i - 1];
    ((double *)alone.data)[i - 1] = ((double *)alone.data)[other];
    ((double *)alone.data)[other] = x;
  }
  s[1] = number_of(&alone);
  quantiles_of(&alone, &q[1]);
  CHECK(same_bits(s[1].sum, s[0].sum) && same_bits(s[1].min, s[0].min));
  CHECK(memcmp(&q[1], &q[0], sizeof q[0]) == 0);
  free_column(&with_nulls);
  free_column(&selected);
  free_column(&with_nan);
  free_column(&mixed);
  free_column(&alone);
  free(values);
  free(dense);
}

/* The bits of many results in one number, which is the same in every build: with SIMD and without, on
   every processor and with every compiler. */
static void test_same_in_every_build(void) {
  static const char *const kinds[] = {"uniform", "signed", "exponents", "clusters", "outlier", "zeros"};
  uint64_t digest = UINT64_C(0xcbf29ce484222325), bits;
  double values[3001];
  size_t k, n, i;
  test_random_state = 99;
  for (k = 0; k < 6; k++)
    for (n = 1; n < 3000; n += 1 + n / 3) {
      table_column c;
      carto_stats_number s;
      double parts[4];
      for (i = 0; i < n; i++) values[i] = generate_double(kinds[k], i) * 1.1;
      c = doubles_column(values, n);
      s = number_of(&c);
      free_column(&c);
      parts[0] = s.min, parts[1] = s.max, parts[2] = s.sum, parts[3] = s.avg;
      for (i = 0; i < 4; i++) {
        memcpy(&bits, &parts[i], 8);
        digest = (digest ^ bits) * UINT64_C(0x100000001b3);
      }
    }
  CHECK_UINT(digest, UINT64_C(6239027049146797865));
}

/* ---- unusual doubles */

static void test_zeros_and_infinities(void) {
  static const double zeros[] = {-0.0, 0.0, -0.0, -0.0}, infinite[] = {1, -INFINITY, 2, INFINITY, 3};
  static const double one_sided[] = {1, INFINITY, 2, INFINITY, 3, 4, 5, 6, 7, 8, 9};
  static const double huge[] = {1.7e308, 1.7e308, -1.7e308, 1, 2, 3, 4, 5, 6};
  table_column c = doubles_column(zeros, 4);
  carto_stats_number s = number_of(&c);
  quantile_lists q;
  size_t i;
  CHECK(same_bits(s.min, 0) && same_bits(s.max, 0) && same_bits(s.sum, 0) && same_bits(s.avg, 0));
  quantiles_of(&c, &q);
  for (i = 0; i < CARTO_QUANTILES_SIZE; i++) CHECK(same_bits(q.f64[i], 0));
  free_column(&c);

  c = doubles_column(infinite, 5);
  s = number_of(&c);
  quantiles_of(&c, &q);
  CHECK_UINT(s.count, 5);
  CHECK(s.min == -INFINITY && s.max == INFINITY && s.sum != s.sum);
  CHECK(q.f64[0] == -INFINITY && q.f64[3] == INFINITY && q.f64[1] == 1);
  free_column(&c);

  c = doubles_column(one_sided, 11);
  s = number_of(&c);
  CHECK(s.min == 1 && s.max == INFINITY && s.sum == INFINITY && s.avg == INFINITY);
  CHECK_UINT(s.null_count, 0);
  free_column(&c);

  c = doubles_column(huge, 9);
  s = number_of(&c);
  CHECK(s.count == 9 && s.min == -1.7e308 && s.max == 1.7e308 && s.sum == INFINITY);
  free_column(&c);
}

static void test_nan_is_null(void) {
  enum { N = 40000 };
  double *values = (double *)malloc(N * 8);
  table_column c;
  carto_stats_number s;
  quantile_lists q;
  size_t i, form;
  if (!values) exit(2);
  for (form = 0; form < 4; form++) {
    for (i = 0; i < N; i++) values[i] = (double)i;
    if (form == 0)
      for (i = 0; i < N; i++) values[i] = NAN;
    if (form == 1) values[0] = NAN;
    if (form == 2) values[N - 1] = -NAN;
    if (form == 3) values[N / 2] = NAN;
    c = doubles_column(values, N);
    s = number_of(&c);
    quantiles_of(&c, &q);
    CHECK_UINT(s.count, form == 0 ? 0 : N - 1);
    CHECK_UINT(s.null_count, form == 0 ? N : 1);
    CHECK_UINT(q.count, s.count);
    if (form) {
      CHECK_DOUBLE(s.min, form == 1 ? 1 : 0);
      CHECK_DOUBLE(s.max, form == 2 ? N - 2 : N - 1);
      CHECK_DOUBLE(q.f64[0], s.min);
      CHECK_DOUBLE(q.f64[CARTO_QUANTILES_SIZE - 1], s.max);
      CHECK_DOUBLE(q.f64[5], form == 1 ? N / 4 : N / 4 - 1); /* the first quartile */
    }
    free_column(&c);
  }
  c = doubles_column(values, 3);
  ((double *)c.data)[1] = NAN;
  s = number_of(&c);
  CHECK_UINT(s.count, 2);
  CHECK_DOUBLE(s.sum, 2);
  quantiles_of(&c, &q);
  CHECK_UINT(q.count, 2);
  CHECK_DOUBLE(q.f64[3], 2);
  free_column(&c);
  free(values);
}

/* Evenly spread values, which have leaves of one width, and what disturbs these: infinities that a
   sample sees or not, extremes, a step in density that it cannot tell, values that all lie in one leaf. */
static void test_even(void) {
  enum { N = 50003 };
  double *values = (double *)malloc(N * 8), *kept = (double *)malloc(N * 8);
  table_column c;
  quantile_lists q;
  size_t i;
  int shape;
  if (!values || !kept) exit(2);
  test_random_state = 99;
  for (shape = 0; shape < 7; shape++) {
    for (i = 0; i < N; i++) values[i] = (2 * unit() - 1) * (shape == 6 ? DBL_MAX : 1e6);
    if (shape == 1) values[N - 1] = INFINITY, values[3] = -INFINITY;
    for (i = 0; i < N && shape == 2; i += 9) values[i] = i % 2 ? -INFINITY : INFINITY;
    if (shape == 3) values[N / 2] = 1e300, values[N / 3] = -DBL_MAX;
    for (i = 0; i < N && shape == 4; i++) /* the sample takes every seventh */
      if (i % 7) values[i] = 1 + unit();
    for (i = 0; i < N && shape == 5; i++) values[i] = i % 7 ? 12.5 : values[i];
    c = doubles_column(values, N);
    memcpy(kept, values, N * 8);
    qsort(kept, N, 8, by_double);
    quantiles_of(&c, &q);
    check_quantiles(&q, kept, N);
    free_column(&c);
  }
  free(values);
  free(kept);
}

/* Keys that are dense at every scale, so that buckets stay large through many passes. */
static void test_many_passes(void) {
  enum { N = 200000 };
  int64_t *values = (int64_t *)malloc(N * 8);
  double *sorted = (double *)malloc(N * 8);
  table_column c;
  quantile_lists q;
  size_t i, buckets, place = 0;
  int round;
  if (!values || !sorted) exit(2);
  for (round = 0; round < 2; round++) {
    test_random_state = 4242;
    for (i = 0; i < N; i++) {
      uint64_t shift = test_random_bits() % 64;
      values[i] = round ? (int64_t)((test_random_bits() & 3) << (shift % 60) | (test_random_bits() & 1) << (shift / 2))
                        : (int64_t)(UINT64_C(0x7fffffffffffffff) >> shift);
    }
    c = make_column(CARTO_TYPE_INTEGER, values, 8, N);
    quantiles_of(&c, &q);
    for (i = 0; i < N; i++) sorted[i] = (double)values[i];
    qsort(sorted, N, 8, by_double);
    for (buckets = 3, place = 0; buckets <= 20; buckets++)
      for (i = 0; i <= buckets; i++, place++)
        CHECK_DOUBLE(q.f64[place], sorted[(i ? (i * N + buckets - 1) / buckets : 1) - 1]);
    free_column(&c);
  }
  free(values);
  free(sorted);
}

/* ---- extent */

static carto_box extent_of(const table_column *c) {
  carto_box box;
  begin();
  CHECK_INT(carto_stats_of_extent(&call, &c->column, c->rows, c->selected, &box), CARTO_OK);
  end();
  return box;
}

static void test_points(void) {
  static const size_t sizes[] = {1, 2, 3, 4, 5, 8, 33, 1024, 1027, 5000};
  size_t k, i, form;
  test_random_state = 5;
  for (k = 0; k < sizeof sizes / sizeof *sizes; k++)
    for (form = 0; form < 3; form++) { /* 1: nulls, 2: points without coordinates */
      size_t n = sizes[k];
      double *xy = (double *)malloc(n * 16), want[4] = {200, 200, -200, -200};
      table_column c;
      carto_box box;
      if (!xy) exit(2);
      for (i = 0; i < 2 * n; i++) xy[i] = i % 2 ? unit() * 180 - 90 : unit() * 360 - 180;
      if (form == 2)
        for (i = 0; i < n; i += 2) xy[2 * i] = xy[2 * i + 1] = NAN;
      c = make_column(CARTO_TYPE_GEOMETRY, xy, 16, n);
      if (form == 1) add_valid(&c);
      for (i = 0; i < n; i++) {
        if (form == 1 && i % 5 == 0) continue;
        if (form == 1) carto__bit_set(c.valid, i);
        want[0] = fmin(want[0], xy[2 * i]);
        want[1] = fmin(want[1], xy[2 * i + 1]);
        want[2] = fmax(want[2], xy[2 * i]);
        want[3] = fmax(want[3], xy[2 * i + 1]);
      }
      box = extent_of(&c);
      if (want[0] > want[2]) {
        CHECK(box.xmin > box.xmax);
      } else {
        CHECK_DOUBLE(box.xmin, want[0]);
        CHECK_DOUBLE(box.ymin, want[1]);
        CHECK_DOUBLE(box.xmax, want[2]);
        CHECK_DOUBLE(box.ymax, want[3]);
      }
      free_column(&c);
      free(xy);
    }
}

static void test_shapes(void) {
  static const char *const texts[] = {"LINESTRING(10 20, 30 -5)", "POINT EMPTY",
                                      "POLYGON((0 0, 1 0, 1 50, 0 0))", "MULTIPOINT((-170 1), (2 2))"};
  unsigned char wkb[4096];
  uint32_t starts[6] = {0, 0, 0, 0, 0, 0};
  table_column c;
  carto_box box;
  size_t i, used = 0;
  begin();
  for (i = 0; i < 4; i++) {
    carto_geom geom;
    CHECK_INT(carto_geom_from_wkt(&arena, carto_str_from(texts[i]), &geom, NULL), CARTO_OK);
    memcpy(wkb + used, geom.wkb, geom.size);
    used += geom.size;
    starts[i + 1] = (uint32_t)used;
  }
  end();
  starts[5] = starts[4]; /* the fifth row has none */
  c = make_column(CARTO_TYPE_GEOMETRY, starts, 4, 6);
  c.rows = 5;
  c.bytes = (char *)copy_bytes(wkb, used);
  c.column.bytes = c.bytes;
  box = extent_of(&c);
  CHECK(box.xmin == -170 && box.ymin == -5 && box.xmax == 30 && box.ymax == 50);
  c.selected = new_bits(5);
  carto__bit_set(c.selected, 1);
  box = extent_of(&c);
  CHECK(box.xmin > box.xmax);
  carto__bit_set(c.selected, 2);
  box = extent_of(&c);
  CHECK(box.xmin == 0 && box.ymin == 0 && box.xmax == 1 && box.ymax == 50);
  add_valid(&c);
  box = extent_of(&c);
  CHECK(box.xmin > box.xmax);
  free_column(&c);
}

/* ---- statuses */

static int all_zero(const void *ptr, size_t size) {
  const unsigned char *p = (const unsigned char *)ptr;
  while (size > 0 && p[size - 1] == 0) size--;
  return size == 0;
}

static void test_wrong_types(void) {
  int type;
  for (type = 0; type < 8; type++) {
    int has_numbers = type == CARTO_TYPE_NUMBER || type == CARTO_TYPE_INTEGER || type == CARTO_TYPE_TIMESTAMP;
    int has_names = type == CARTO_TYPE_STRING || type == CARTO_TYPE_BOOLEAN;
    table_column c = make_column(type, "", 0, 0);
    carto_stats_number number;
    carto_stats_categories categories;
    double out[CARTO_QUANTILES_SIZE];
    uint64_t count = 7;
    carto_box box;
    begin();
    memset(&number, 1, sizeof number);
    memset(&categories, 1, sizeof categories);
    memset(&box, 0, sizeof box);
    CHECK_INT(carto_stats_of_number(&call, &c.column, 0, NULL, &number),
              has_numbers ? CARTO_OK : CARTO_ERR_ARG);
    CHECK(all_zero(&number, sizeof number));
    CHECK_INT(carto_stats_of_quantiles(&call, &c.column, 0, NULL, out, NULL, &count),
              has_numbers ? CARTO_OK : CARTO_ERR_ARG);
    CHECK_UINT(count, 0);
    CHECK_INT(carto_stats_of_categories(&call, &c.column, 0, NULL, CARTO_FREQUENCY_DESC, 20, &categories),
              has_names ? CARTO_OK : CARTO_ERR_ARG);
    CHECK(categories.count == 0 && categories.size == 0 && categories.distinct_count == 0);
    CHECK_INT(carto_stats_of_extent(&call, &c.column, 0, NULL, &box),
              has_numbers || has_names ? CARTO_ERR_ARG : CARTO_OK);
    CHECK(box.xmin > box.xmax);
    CHECK_INT(carto_stats_of_categories(&call, &c.column, 0, NULL, 4, 20, &categories), CARTO_ERR_ARG);
    CHECK_INT(carto_stats_of_categories(&call, &c.column, 0, NULL, -1, 20, &categories), CARTO_ERR_ARG);
    end();
    free_column(&c);
  }
  CHECK_UINT(carto_quantile_start(2), CARTO_QUANTILES_SIZE);
  CHECK_UINT(carto_quantile_start(21), CARTO_QUANTILES_SIZE);
  CHECK_UINT(carto_quantile_start(4), 4);
  CHECK_UINT(carto_quantile_start(20), 204);
}

/* Columns that take every way through the part, all together. */
typedef struct every_column {
  table_column number, tight, string, boolean, point, cell;
} every_column;

static every_column every;

static void make_every_column(void) {
  enum { N = 20000 };
  double *values = (double *)malloc(2 * N * 8);
  uint32_t *codes = (uint32_t *)values;
  uint64_t *cells = (uint64_t *)(void *)values;
  size_t i;
  if (!values) exit(2);
  test_random_state = 31;
  for (i = 0; i < 2 * N; i++) values[i] = test_random_bits() % 3 ? 0 : unit();
  every.number = doubles_column(values, N);
  add_valid(&every.number);
  for (i = 0; i < N; i++)
    if (i % 9) carto__bit_set(every.number.valid, i);
  every.point = make_column(CARTO_TYPE_GEOMETRY, values, 16, N);
  every.point.selected = new_bits(N);
  carto__bit_set(every.point.selected, 5);
  carto__bit_set(every.point.selected, N - 1);
  for (i = 0; i < N; i++) values[i] = (double)(test_random_bits() % 4) + ldexp((double)(test_random_bits() % 4096), -45);
  every.tight = doubles_column(values, N);
  for (i = 0; i < N; i++) codes[i] = (uint32_t)(test_random_bits() % 3);
  every.string = make_column(CARTO_TYPE_STRING, codes, 4, N);
  every.string.bytes = (char *)copy_bytes("abbccc", 6);
  every.string.starts = (uint32_t *)malloc(16);
  if (!every.string.starts) exit(2);
  every.string.starts[0] = 0, every.string.starts[1] = 1;
  every.string.starts[2] = 3, every.string.starts[3] = 6;
  every.string.column.bytes = every.string.bytes;
  every.string.column.dict_start = every.string.starts;
  every.string.column.dict_count = 3;
  every.boolean = make_column(CARTO_TYPE_BOOLEAN, "\1\0\1", 1, 3);
  for (i = 0; i < 3000; i++) cells[i] = UINT64_C(0x8009fffffffffff);
  every.cell = make_column(CARTO_TYPE_H3, cells, 8, 3000);
  free(values);
}

static void free_every_column(void) {
  free_column(&every.number);
  free_column(&every.tight);
  free_column(&every.string);
  free_column(&every.boolean);
  free_column(&every.point);
  free_column(&every.cell);
}

/* Runs everything; the first status that is not CARTO_OK, after which outputs must be as they should. */
static carto_status run_everything(const carto_call *with) {
  const table_column *numbers[2];
  carto_stats_number number;
  carto_stats_categories categories;
  double out[CARTO_QUANTILES_SIZE];
  uint64_t count;
  carto_box box;
  carto_status status = CARTO_OK;
  int i;
  numbers[0] = &every.number;
  numbers[1] = &every.tight;
  for (i = 0; i < 2; i++) {
    const table_column *c = numbers[i];
    status = carto_stats_of_number(with, &c->column, c->rows, c->selected, &number);
    if (status != CARTO_OK) CHECK(all_zero(&number, sizeof number));
    if (status != CARTO_OK) return status;
    count = 7;
    status = carto_stats_of_quantiles(with, &c->column, c->rows, c->selected, out, NULL, &count);
    if (status != CARTO_OK) CHECK_UINT(count, 0);
    if (status != CARTO_OK) return status;
    CHECK_UINT(count, number.count);
  }
  for (i = 0; i < 2; i++) {
    const table_column *c = i ? &every.boolean : &every.string;
    status = carto_stats_of_categories(with, &c->column, c->rows, c->selected, CARTO_FREQUENCY_DESC, 20,
                                       &categories);
    if (status != CARTO_OK) CHECK(all_zero(&categories, sizeof categories));
    if (status != CARTO_OK) return status;
    CHECK_UINT(categories.size, i ? 2 : 3);
  }
  for (i = 0; i < 2; i++) {
    const table_column *c = i ? &every.cell : &every.point;
    status = carto_stats_of_extent(with, &c->column, c->rows, c->selected, &box);
    if (status != CARTO_OK) CHECK(box.xmin > box.xmax);
    if (status != CARTO_OK) return status;
    CHECK(box.xmin <= box.xmax);
  }
  return status;
}

static int everything_in(carto_alloc alloc) {
  carto_arena own;
  carto_call with;
  carto_status status;
  memset(&with, 0, sizeof with);
  carto_arena_init(&own, alloc, 0);
  with.arena = &own;
  status = run_everything(&with);
  CHECK(status == CARTO_OK || status == CARTO_ERR_NOMEM);
  carto_arena_free(&own);
  return status == CARTO_OK;
}

static void test_out_of_memory(void) {
  size_t cap;
  int reached = 0;
  make_every_column();
  test_every_allocation(everything_in, 200);
  for (cap = 64; cap < ((size_t)1 << 24) && !reached; cap += cap / 2) {
    carto_status status;
    carto_alloc libc;
    memset(&libc, 0, sizeof libc);
    memset(&call, 0, sizeof call);
    carto_arena_init(&arena, libc, cap);
    call.arena = &arena;
    status = run_everything(&call);
    CHECK(status == CARTO_OK || status == CARTO_ERR_LIMIT);
    reached = status == CARTO_OK;
    if (cap == 64) CHECK_INT(status, CARTO_ERR_LIMIT);
    end();
  }
  CHECK(reached);
  free_every_column();
}

static int go_on(void *user) {
  int *left = (int *)user;
  return (*left)-- > 0;
}

static bool checkpoint(void *user) { return go_on(user) != 0; }

static void test_cancelled(void) {
  enum { N = 600000 };
  int left, asked;
  size_t i;
  double *values = (double *)calloc(N, 8);
  carto_stats_number number;
  double out[CARTO_QUANTILES_SIZE];
  uint64_t count;
  carto_status status;
  table_column c;
  if (!values) exit(2);
  make_every_column();
  for (left = 0; left < 100; left++) {
    begin();
    asked = left;
    call.checkpoint = checkpoint;
    call.user = &asked;
    status = run_everything(&call);
    end();
    if (status == CARTO_OK) break;
    CHECK_INT(status, CARTO_ERR_CANCELLED);
  }
  CHECK(left > 2 && left < 100);
  free_every_column();

  /* a long column: at least every 2^17 rows, in each pass */
  for (i = 0; i < N; i++) values[i] = (double)(i % 1000);
  c = doubles_column(values, N);
  for (left = 0; left < 100; left++) {
    begin();
    asked = left;
    call.checkpoint = checkpoint;
    call.user = &asked;
    status = carto_stats_of_number(&call, &c.column, N, NULL, &number);
    if (status == CARTO_OK) status = carto_stats_of_quantiles(&call, &c.column, N, NULL, out, NULL, &count);
    end();
    if (status == CARTO_OK) break;
    CHECK_INT(status, CARTO_ERR_CANCELLED);
  }
  CHECK(left >= 4 * 4 && left < 100);
  free_column(&c);
  free(values);
}

/* More codes than are counted in lanes, and many ties. */
static void test_many_categories(void) {
  enum { D = 5000 };
  uint32_t starts[D + 1], *codes = (uint32_t *)malloc(4 * D * 3);
  char *names = (char *)malloc(5 * D);
  carto_stats_categories s;
  table_column c;
  size_t i;
  int order;
  if (!codes || !names) exit(2);
  for (i = 0; i < D; i++) {
    char name[6];
    starts[i] = (uint32_t)(5 * i);
    snprintf(name, sizeof name, "%05d", (int)((i * 1777) % D));
    memcpy(names + 5 * i, name, 5);
  }
  starts[D] = 5 * D;
  for (i = 0; i < 3 * D; i++) codes[i] = (uint32_t)(i % (i < 2 * D ? D : 10));
  c = make_column(CARTO_TYPE_STRING, codes, 4, 3 * D);
  c.column.bytes = names;
  c.column.dict_start = starts;
  c.column.dict_count = D;
  for (order = 0; order < 4; order++) {
    begin();
    CHECK_INT(carto_stats_of_categories(&call, &c.column, c.rows, NULL, order, D, &s), CARTO_OK);
    CHECK_UINT(s.distinct_count, D);
    CHECK_UINT(s.size, D);
    for (i = 1; i < s.size; i++) {
      const carto_category *a = &s.categories[i - 1], *b = &s.categories[i];
      int text = carto_str_compare(a->name, b->name);
      if (order == CARTO_FREQUENCY_DESC)
        CHECK(a->frequency > b->frequency || (a->frequency == b->frequency && text < 0));
      if (order == CARTO_FREQUENCY_ASC)
        CHECK(a->frequency < b->frequency || (a->frequency == b->frequency && text < 0));
      if (order == CARTO_ALPHABETICAL_ASC) CHECK(text < 0);
      if (order == CARTO_ALPHABETICAL_DESC) CHECK(text > 0);
    }
    end();
  }
  free_column(&c);
  free(codes);
  free(names);
}

static const test_case cases[] = {
  {"vectors", test_vectors},
  {"random columns", test_random_columns},
  {"independent of storage", test_independent_of_storage},
  {"same in every build", test_same_in_every_build},
  {"zeros and infinities", test_zeros_and_infinities},
  {"NaN is null", test_nan_is_null},
  {"even", test_even},
  {"many passes", test_many_passes},
  {"points", test_points},
  {"shapes", test_shapes},
  {"wrong types", test_wrong_types},
  {"many categories", test_many_categories},
  {"out of memory", test_out_of_memory},
  {"cancelled", test_cancelled},
};

TEST_MAIN(cases)
