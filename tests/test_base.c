/* >>base, >>memory and the first half of >>buffer: texts, UTF-8, errors; blocks and arenas;
   growing text, integers, times, base64. Expected values come from Unicode's tables, Python and
   RFC 4648. */
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"

#include "test.h"

/* ---- base */

static void test_status_text(void) {
  CHECK_STR(STR(carto_status_text(CARTO_OK)), "ok");
  CHECK_STR(STR(carto_status_text(CARTO_ERR_NOMEM)), "out of memory");
  CHECK_STR(STR(carto_status_text(CARTO_ERR_UNSUPPORTED)), "not supported");
  CHECK_STR(STR(carto_status_text(-99)), "unknown status");
  CHECK_STR(STR(carto_status_text(7)), "unknown status");
  CHECK_STR(STR(carto_version()), CARTO_MCP_VERSION);
}

static void test_checked_sizes(void) {
  size_t out = 7;
  CHECK(!carto__add_size(SIZE_MAX, 1, &out) && out == 7);
  CHECK(!carto__mul_size(SIZE_MAX / 2 + 1, 2, &out) && out == 7);
  CHECK(carto__add_size(SIZE_MAX - 1, 1, &out) && out == SIZE_MAX);
  CHECK(carto__mul_size(SIZE_MAX / 2, 2, &out) && out == SIZE_MAX - 1);
  CHECK(carto__mul_size(SIZE_MAX, 0, &out) && out == 0);
}

static void test_views(void) {
  carto_str rest = STR("a,bc,,d");
  CHECK_UINT(carto_str_from(NULL).len, 0);
  CHECK(carto_str_equal(carto_str_make(NULL, 0), STR("")));
  CHECK(!carto_str_equal(STR("ab"), STR("abc")));
  CHECK(carto_str_compare(STR("ab"), STR("abc")) < 0);
  CHECK(carto_str_compare(STR("b"), STR("abc")) > 0);
  CHECK(carto_str_compare(STR("\xc3\xa9"), STR("z")) > 0);
  CHECK(carto_str_compare(carto_str_make(NULL, 0), STR("")) == 0);
  CHECK(carto__str_starts(STR("carto_mcp"), STR("carto")) &&
        !carto__str_starts(STR("car"), STR("carto")));
  CHECK(carto__str_ends(STR("a.csv"), STR(".csv")) && !carto__str_ends(STR("csv"), STR(".csv")));
  CHECK_STR(carto__str_cut(&rest, ','), "a");
  CHECK_STR(carto__str_cut(&rest, ','), "bc");
  CHECK_STR(carto__str_cut(&rest, ','), "");
  CHECK_STR(carto__str_cut(&rest, ','), "d");
  CHECK_STR(carto__str_cut(&rest, ','), "");
  CHECK_UINT(carto__str_skip(STR("ab"), 9).len, 0);
  CHECK_UINT(carto__str_skip(carto_str_make(NULL, 0), 1).len, 0);
  CHECK_UINT(carto__str_find_nocase(STR("Global Stores"), STR("STOR")), 7);
  CHECK_UINT(carto__str_find_nocase(STR("abc"), STR("abcd")), SIZE_MAX);
  CHECK_UINT(carto__str_find_nocase(STR("abc"), STR("")), 0);
  CHECK(carto__str_compare_nocase(STR("Madrid"), STR("mADRID")) == 0);
  CHECK(carto__str_compare_nocase(STR("Madrid"), STR("madrids")) < 0);
}

static void test_utf8(void) {
  static const struct {
    const char *text;
    size_t valid;
  } rows[] = {
    {"plain ascii, long enough for words", 34},
    {"\xc2\x80", 2},
    {"\xdf\xbf", 2},
    {"\xe0\xa0\x80", 3},
    {"\xed\x9f\xbf", 3},
    {"\xee\x80\x80", 3},
    {"\xef\xbf\xbf", 3},
    {"\xf0\x90\x80\x80", 4},
    {"\xf4\x8f\xbf\xbf", 4},
    {"\x80", 0},
    {"\xc0\x80", 0},
    {"\xc1\xbf", 0},
    {"\xe0\x9f\xbf", 0},
    {"\xed\xa0\x80", 0},
    {"\xed\xbf\xbf", 0},
    {"\xf0\x8f\xbf\xbf", 0},
    {"\xf4\x90\x80\x80", 0},
    {"\xf5\x80\x80\x80", 0},
    {"\xff", 0},
    {"\xc3", 0},
    {"\xe2\x82", 0},
    {"\xf0\x9f\x98", 0},
    {"\xc3(", 0},
    {"\xe2(\xa1", 0},
    {"\xe2\x82(", 0},
    {"\xf0\x9f\x98(", 0},
    {"abc\xc3\xa9xyz\x80", 8},
    {"12345678\xc3\xa9"
     "12345678\xfe",
     18},
  };
  size_t i;
  uint32_t code;
  for (i = 0; i < sizeof rows / sizeof *rows; i++)
    CHECK_UINT(carto__utf8_check(rows[i].text, strlen(rows[i].text)), rows[i].valid);
  for (code = 0; code < 0x110000; code++) {
    char text[4];
    size_t size;
    if (code >= 0xd800 && code < 0xe000) continue;
    size = carto__utf8_put(code, text);
    if (size != (code < 0x80      ? 1u
                 : code < 0x800   ? 2u
                 : code < 0x10000 ? 3u
                                  : 4u) ||
        carto__utf8_length(text, size) != size || carto__utf8_length(text, size - 1) != 0)
      CHECK(0);
  }
}

static void test_digits(void) {
  uint64_t values[] = {0, 1, 9, 10, 99, 100, 12345, UINT64_C(9999999999), UINT64_MAX};
  size_t i;
  for (i = 0; i < sizeof values / sizeof *values; i++) {
    char room[20], want[24];
    char *digits = carto__uint_digits(values[i], room);
    snprintf(want, sizeof want, "%" PRIu64, values[i]);
    CHECK_STR(carto_str_make(digits, (size_t)(room + 20 - digits)), want);
  }
  CHECK_UINT(carto__magnitude(INT64_MIN), UINT64_C(1) << 63);
  CHECK_UINT(carto__magnitude(-5), 5);
}

static void test_distance(void) {
  carto_str best = STR("");
  size_t distance = carto__nearest_limit(STR("stors"));
  CHECK_UINT(carto__str_distance(STR("stores"), STR("stors")), 1);
  CHECK_UINT(carto__str_distance(STR("ab"), STR("BA")), 1);
  CHECK_UINT(carto__str_distance(STR(""), STR("abc")), 3);
  CHECK_UINT(carto__str_distance(STR("kitten"), STR("sitting")), 3);
  CHECK_UINT(carto__str_distance(STR("1c5b7a2e-93d1-4f0a-8e6b-0123456789ab"),
                                 STR("1c5b7a2e-93d1-4f0a-8e6b-01234567889ab")), 1);
  CHECK_UINT(carto__str_distance(STR("12345678901234567890123456789012345678901234567890123456789012345"),
                                 STR("a")), SIZE_MAX);
  carto__nearest(STR("stors"), STR("cities"), &best, &distance);
  CHECK_STR(best, "");
  carto__nearest(STR("stors"), STR("shores"), &best, &distance);
  carto__nearest(STR("stors"), STR("stores"), &best, &distance);
  carto__nearest(STR("stors"), STR("storks"), &best, &distance);
  CHECK_STR(best, "stores");
}

static void test_errors(void) {
  carto_error error;
  char text[600];
  int i;
  CHECK_INT(carto__fail(NULL, CARTO_ERR_ARG, 0, "%s", "nobody hears"), CARTO_ERR_ARG);
  CHECK_INT(carto__fail(&error, CARTO_ERR_SYNTAX, 12, "%s|%v|%d|%i|%u|%%", "a", STR("b"), -7,
                        INT64_MIN, UINT64_MAX),
            CARTO_ERR_SYNTAX);
  CHECK_INT(error.status, CARTO_ERR_SYNTAX);
  CHECK_UINT(error.offset, 12);
  CHECK_UINT(error.line, 0);
  CHECK_STR(STR(error.text), "a|b|-7|-9223372036854775808|18446744073709551615|%");
  carto__fail(&error, CARTO_ERR_ARG, 0, "[%v]", carto_str_make("a\n\0\x80\xc3\xa9\x7f", 7));
  CHECK_STR(STR(error.text), "[a???\xc3\xa9?]");
  memset(text, 'x', sizeof text);
  text[sizeof text - 1] = 0;
  carto__fail(&error, CARTO_ERR_ARG, 0, "<%v>", STR(text));
  CHECK_UINT(strlen(error.text), 85);
  CHECK_CONTAINS(STR(error.text), "xxx...>");
  for (i = 0; i < 4; i++) { /* cut at a character's border, wherever it lies */
    size_t len;
    carto__fail(&error, CARTO_ERR_ARG, 0, "%s%s%s", &"aaa"[3 - i],
                "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac", text);
    len = strlen(error.text);
    CHECK_UINT(len, CARTO_MCP_ERROR_TEXT - 1);
    CHECK_STR(carto_str_make(error.text + len - 3, 3), "...");
    memset(text, 0, sizeof text);
    while (strlen(text) < sizeof text - 4) strcat(text, "\xe2\x82\xac");
    carto__fail(&error, CARTO_ERR_ARG, 0, "%s%s, and more", &"aaa"[3 - i], text);
    len = strlen(error.text);
    CHECK(len < CARTO_MCP_ERROR_TEXT && carto__utf8_check(error.text, len) == len);
    CHECK_STR(carto_str_make(error.text + len - 3, 3), "...");
    memset(text, 'x', sizeof text - 1);
  }
  carto__error_clear(&error);
  CHECK_INT(error.status, CARTO_OK);
  carto__error_clear(NULL);
}

static int test_compare_ints(const void *a, const void *b, const void *user) {
  int x = *(const int *)a, y = *(const int *)b;
  (*(size_t *)(uintptr_t)user)++;
  return x < y ? -1 : x > y;
}

static void test_sort(void) {
  enum { MOST = 300 };
  static int values[MOST];
  const void *items[MOST];
  size_t count, i, compared = 0;
  for (count = 0; count < MOST; count = count < 8 ? count + 1 : count * 2) {
    for (i = 0; i < count; i++) {
      values[i] = (int)test_random(count < 20 ? 4 : 1000);
      items[i] = values + i;
    }
    carto__sort(items, count, test_compare_ints, &compared);
    for (i = 1; i < count; i++) CHECK(*(const int *)items[i - 1] <= *(const int *)items[i]);
  }
  CHECK(compared > 0);
}

/* ---- memory */

/* Random requests against a block; contents must stay, pieces must not overlap, all must come
   back. */
static void test_block(void) {
  enum { SIZE = 16384, PIECES = 40 };
  static unsigned char room[SIZE + 32];
  struct {
    unsigned char *ptr;
    size_t size;
    unsigned char fill;
  } pieces[PIECES];
  carto_block block;
  size_t whole;
  carto_alloc alloc;
  size_t refused = 0;
  int round, i;
  memset(pieces, 0, sizeof pieces);
  memset(room, 0xee, sizeof room);
  carto_block_init(&block, room + 5, SIZE);
  whole = carto__hole_at(&block, 0).size;
  alloc = carto_block_alloc(&block);
  for (round = 0; round < 20000; round++) {
    int k = (int)test_random(PIECES);
    size_t size = test_random(4)   ? test_random(300) + 1
                  : test_random(3) ? 0
                                   : test_random(3000) + 1,
           n;
    void *p;
    for (n = 0; n < pieces[k].size; n++)
      if (pieces[k].ptr[n] != pieces[k].fill) {
        CHECK(!"a piece was overwritten");
        return;
      }
    p = carto__realloc(alloc, pieces[k].ptr, pieces[k].size, size);
    if (size == 0) {
      CHECK(p == NULL);
      pieces[k].ptr = NULL;
      pieces[k].size = 0;
      continue;
    }
    if (!p) {
      refused++;
      continue;
    }
    if (((uintptr_t)p & 15) != 0) CHECK(!"aligned to 16");
    pieces[k].ptr = (unsigned char *)p;
    for (n = 0; n < (size < pieces[k].size ? size : pieces[k].size); n++)
      if (pieces[k].ptr[n] != pieces[k].fill) CHECK(!"contents moved along");
    pieces[k].size = size;
    pieces[k].fill = (unsigned char)round;
    memset(p, pieces[k].fill, size);
    if (block._used > block._peak || block._peak > whole) CHECK(!"counts");
  }
  CHECK(refused > 0);
  for (i = 0; i < PIECES; i++) carto__free(alloc, pieces[i].ptr, pieces[i].size);
  CHECK_UINT(block._used, 0);
  CHECK_UINT(block._free, 0); /* one hole again, over all of it */
  CHECK_UINT(carto__hole_at(&block, 0).size, whole);
  for (i = 0; i < 5; i++) CHECK_UINT(room[i], 0xee);
  for (i = SIZE + 5; i < SIZE + 32; i++) CHECK_UINT(room[i], 0xee);
}

static void test_block_edges(void) {
  static unsigned char room[64];
  carto_block block;
  void *p;
  size_t size;
  for (size = 0; size < 32; size++) { /* serves nothing, or what fits */
    carto_block_init(&block, room, size);
    CHECK(carto__realloc(carto_block_alloc(&block), NULL, 0, 64) == NULL);
  }
  carto_block_init(&block, NULL, 100);
  CHECK(carto__realloc(carto_block_alloc(&block), NULL, 0, 1) == NULL);
  carto_block_init(&block, room, sizeof room);
  CHECK(carto__realloc(carto_block_alloc(&block), NULL, 0, SIZE_MAX) == NULL);
  CHECK(carto__realloc(carto_block_alloc(&block), NULL, 0, SIZE_MAX - 15) == NULL);
  CHECK(carto__realloc(carto_block_alloc(&block), NULL, 0, 0) == NULL);
  p = carto__realloc(carto_block_alloc(&block), NULL, 0, 16);
  CHECK(p != NULL);
  CHECK(carto__realloc(carto_block_alloc(&block), p, 16, SIZE_MAX) == NULL);
  CHECK(carto__realloc(carto_block_alloc(&block), p, 16, 16) == p);
  carto__free(carto_block_alloc(&block), p, 16);
  CHECK_UINT(block._used, 0);
}

static void test_arenas(void) {
  test_memory memory;
  carto_arena arena;
  carto_mark start, mark;
  unsigned char *pieces[200];
  size_t sizes[200], i, n, calls;
  carto_arena_init(&arena, test_alloc(&memory), 0);
  CHECK_UINT(memory.calls, 0); /* holds nothing until it is used */
  start = carto_arena_mark(&arena);
  CHECK(carto_arena_alloc(&arena, 0) != NULL);
  for (i = 0; i < 200; i++) {
    sizes[i] = test_random(50) ? test_random(200) : test_random(20000);
    pieces[i] = (unsigned char *)carto_arena_alloc(&arena, sizes[i]);
    CHECK(pieces[i] != NULL && ((uintptr_t)pieces[i] & 15) == 0);
    memset(pieces[i], (int)i, sizes[i]);
  }
  for (i = 0; i < 200; i++)
    for (n = 0; n < sizes[i]; n++)
      if (pieces[i][n] != (unsigned char)i) CHECK(!"pieces overlap");
  CHECK_UINT(arena._used, memory.live_bytes);
  mark = carto_arena_mark(&arena);
  pieces[0] = (unsigned char *)carto_arena_alloc(&arena, 100);
  (void)carto_arena_alloc(&arena, 100000);
  carto_arena_rewind(&arena, mark);
  CHECK(carto_arena_alloc(&arena, 100) == pieces[0]);
  carto_arena_rewind(&arena, start);
  CHECK_UINT(memory.live_count, 1); /* the oldest chunk is kept */
  carto_arena_reset(&arena);
  calls = memory.calls;
  for (i = 0; i < 100; i++) {
    CHECK(carto_arena_alloc(&arena, 1000) != NULL);
    carto_arena_reset(&arena);
  }
  CHECK_UINT(memory.calls, calls); /* steady work asks for nothing */
  for (n = 0; n < 100; n++) {
    if (n == 1) calls = memory.calls; /* the first round found out how much there is */
    for (i = 0; i < 50; i++) CHECK(carto_arena_alloc(&arena, 5000) != NULL);
    carto_arena_reset(&arena);
    CHECK_UINT(memory.live_count, 1);
  }
  CHECK_UINT(memory.calls, calls);
  CHECK(memory.live_bytes < 600000);
  for (i = 0; i < 5; i++) CHECK(carto_arena_alloc(&arena, 1000000) != NULL);
  carto_arena_reset(&arena);
  CHECK(memory.live_bytes <= (1 << 20)); /* no more than that is kept */
  carto_arena_free(&arena);
  CHECK_UINT(memory.live_bytes, 0);
  carto_arena_free(&arena);
  memset(&arena, 0, sizeof arena);
  carto_arena_free(&arena);
}

static void test_arena_limits(void) {
  test_memory memory;
  carto_arena arena;
  carto_error error;
  carto_arena_init(&arena, test_alloc(&memory), 10000);
  CHECK(carto_arena_alloc(&arena, 9000) != NULL);
  CHECK(carto_arena_alloc(&arena, 2000) == NULL);
  CHECK_INT(arena.status, CARTO_ERR_LIMIT);
  CHECK_INT(carto__fail_memory(&arena, &error), CARTO_ERR_LIMIT);
  CHECK_CONTAINS(STR(error.text), "10000 bytes");
  CHECK(memory.live_bytes <= 10000);
  carto_arena_reset(&arena);
  CHECK_INT(arena.status, CARTO_OK);
  CHECK(carto_arena_alloc(&arena, SIZE_MAX) == NULL && arena.status == CARTO_ERR_LIMIT);
  CHECK(carto__arena_array(&arena, SIZE_MAX / 2, 3) == NULL && arena.status == CARTO_ERR_LIMIT);
  carto_arena_free(&arena);
  carto_arena_init(&arena, test_alloc(&memory), 0);
  memory.fail_at = 1;
  memory.fail_on = 1;
  CHECK(carto_arena_alloc(&arena, 1) == NULL);
  CHECK_INT(arena.status, CARTO_ERR_NOMEM);
  CHECK_INT(carto__fail_memory(&arena, &error), CARTO_ERR_NOMEM);
  CHECK_STR(STR(error.text), "out of memory");
  memory.fail_at = 0;
  CHECK(carto__arena_zero(&arena, 10, 10) != NULL); /* a later request may succeed */
  carto_arena_free(&arena);
  CHECK_UINT(memory.live_bytes, 0);
}

/* The arena as an allocator: the newest piece grows and shrinks in place, others move. */
static void test_arena_realloc(void) {
  test_memory memory;
  carto_arena arena;
  carto_alloc alloc;
  char *a, *b, *moved;
  carto_arena_init(&arena, test_alloc(&memory), 0);
  alloc = carto_arena_allocator(&arena);
  a = (char *)carto__realloc(alloc, NULL, 0, 10);
  memcpy(a, "0123456789", 10);
  CHECK(carto__realloc(alloc, a, 10, 1000) == a);
  CHECK(carto__realloc(alloc, a, 1000, 10) == a);
  b = (char *)carto__realloc(alloc, NULL, 0, 16);
  CHECK(b == a + 16);
  CHECK(carto__realloc(alloc, a, 10, 16) == a); /* within its last 16 bytes */
  moved = (char *)carto__realloc(alloc, a, 10, 100);
  CHECK(moved > b && memcmp(moved, "0123456789", 10) == 0);
  CHECK(carto__realloc(alloc, b, 16, 0) == NULL); /* not the newest: stays until the reset */
  CHECK(carto__realloc(alloc, moved, 100, 0) == NULL);
  CHECK(carto__realloc(alloc, NULL, 0, 1) == moved);
  moved = (char *)carto__realloc(alloc, moved, 1, 100000); /* does not fit the chunk */
  CHECK(moved != NULL && moved[0] == '0');
  CHECK(carto__realloc(alloc, moved, 100000, SIZE_MAX) == NULL);
  CHECK(carto__realloc(alloc, NULL, 0, 0) == NULL);
  carto_arena_free(&arena);
  CHECK_UINT(memory.live_bytes, 0);
}

static int test_checkpoints;

static bool test_checkpoint(void *user) {
  test_checkpoints++;
  return *(int *)user != 0;
}

static void test_progress(void *user, uint64_t done, uint64_t total, const char *what) {
  *(int *)user = done == 1 && total == 2 && strcmp(what, "rows") == 0;
}

static void test_call(void) {
  carto_call call;
  int user = 0;
  memset(&call, 0, sizeof call);
  CHECK(carto__go_on(&call));
  carto__progress(&call, 1, 2, "rows");
  call.user = &user;
  call.checkpoint = test_checkpoint;
  call.progress = test_progress;
  CHECK(!carto__go_on(&call));
  carto__progress(&call, 1, 2, "rows");
  CHECK_INT(user, 1);
  CHECK(carto__go_on(&call));
  CHECK_INT(test_checkpoints, 2);
}

/* ---- buffer */

static int test_buf_body(carto_alloc alloc) {
  carto_buf buf;
  int i, ok;
  carto_buf_init(&buf, alloc, 0);
  for (i = 0; i < 2000; i++) carto_buf_append_int(&buf, i);
  ok = buf.status == CARTO_OK;
  if (ok) {
    CHECK_UINT(buf.len, 10 + 180 + 2700 + 4000);
  } else {
    size_t len = buf.len;
    CHECK_INT(buf.status, CARTO_ERR_NOMEM);
    carto_buf_append_text(&buf, "more"); /* nothing more after a failure */
    CHECK_UINT(buf.len, len);
  }
  carto_buf_free(&buf);
  carto_buf_free(&buf);
  return ok;
}

static void test_buf(void) {
  test_memory memory;
  carto_buf buf;
  test_every_allocation(test_buf_body, 50);
  carto_buf_init(&buf, test_alloc(&memory), 10);
  carto_buf_append(&buf, NULL, 0);
  CHECK_UINT(memory.calls, 0);
  CHECK_UINT(carto_buf_str(&buf).len, 0);
  carto_buf_append_text(&buf, "12345");
  carto_buf_append_str(&buf, STR("67890"));
  CHECK_INT(buf.status, CARTO_OK);
  CHECK_STR(carto_buf_str(&buf), "1234567890");
  CHECK(buf.cap <= 10);
  carto_buf_append_text(&buf, "x");
  CHECK_INT(buf.status, CARTO_ERR_LIMIT);
  CHECK_STR(carto_buf_str(&buf), "1234567890");
  carto_buf_clear(&buf);
  CHECK_INT(buf.status, CARTO_OK);
  carto_buf_append_uint(&buf, 0);
  CHECK_STR(carto_buf_str(&buf), "0");
  carto_buf_free(&buf);
  CHECK_UINT(memory.live_bytes, 0);
}

static void test_buf_ints(void) {
  static const int64_t values[] = {0,  1,   -1,        10,        -10,
                                   99, 100, INT64_MAX, INT64_MIN, 1234567890123456789};
  test_memory memory;
  carto_buf buf;
  size_t i;
  carto_buf_init(&buf, test_alloc(&memory), 0);
  for (i = 0; i < sizeof values / sizeof *values; i++) {
    char want[24];
    int64_t back = 5;
    snprintf(want, sizeof want, "%" PRId64, values[i]);
    carto_buf_clear(&buf);
    carto_buf_append_int(&buf, values[i]);
    CHECK_STR(carto_buf_str(&buf), want);
    CHECK(carto_int_parse(carto_buf_str(&buf), &back));
    CHECK_INT(back, values[i]);
  }
  carto_buf_free(&buf);
}

static void test_int_parse(void) {
  static const char *const refused[] = {"",
                                        "-",
                                        "+1",
                                        " 1",
                                        "1 ",
                                        "1.0",
                                        "0x1",
                                        "--1",
                                        "9223372036854775808",
                                        "-9223372036854775809",
                                        "99999999999999999999",
                                        "1e3"};
  int64_t value = 7;
  uint64_t whole = 7;
  size_t i;
  for (i = 0; i < sizeof refused / sizeof *refused; i++)
    CHECK(!carto_int_parse(STR(refused[i]), &value));
  CHECK_INT(value, 7);
  CHECK(carto_int_parse(STR("-0"), &value) && value == 0);
  CHECK(carto_int_parse(STR("007"), &value) && value == 7);
  CHECK(carto_uint_parse(STR("18446744073709551615"), &whole) && whole == UINT64_MAX);
  CHECK(!carto_uint_parse(STR("18446744073709551616"), &whole));
  CHECK(!carto_uint_parse(STR("18446744073709551620"), &whole));
  CHECK(!carto_uint_parse(STR("-1"), &whole));
  CHECK(!carto_uint_parse(carto_str_make(NULL, 0), &whole));
}

/* Expected values: Python's datetime. */
static void test_time_parse(void) {
  static const struct {
    const char *text;
    int64_t micros;
    int date_only;
  } rows[] = {
    {"1970-01-01", 0, 1},
    {"1970-01-01T00:00", 0, 0},
    {"2000-02-29T12:34:56Z", INT64_C(951827696000000), 0},
    {"2000-02-29 12:34:56.789", INT64_C(951827696789000), 0},
    {"2024-12-31T23:59:59.999999Z", INT64_C(1735689599999999), 0},
    {"2024-12-31T23:59:59.9999999Z", INT64_C(1735689599999999), 0},
    {"2024-06-01T00:00:00.5+02:00", INT64_C(1717192800500000), 0},
    {"2024-06-01T00:00:00-0530", INT64_C(1717219800000000), 0},
    {"2024-06-01T00:00:00+05", INT64_C(1717182000000000), 0},
    {"0001-01-01", INT64_C(-62135596800000000), 1},
    {"9999-12-31T23:59:59.999999Z", INT64_C(253402300799999999), 0},
    {"1900-02-28", INT64_C(-2203977600000000), 1},
    {"1969-12-31T23:59:59.999999Z", -1, 0},
  };
  static const char *const refused[] = {"",
                                        "1970",
                                        "1970-01",
                                        "1970-1-01",
                                        "0000-01-01",
                                        "1970-00-01",
                                        "1970-13-01",
                                        "1970-01-00",
                                        "1970-01-32",
                                        "1900-02-29",
                                        "2023-02-29",
                                        "1970-04-31",
                                        "1970-01-01T",
                                        "1970-01-01T00",
                                        "1970-01-01T24:00",
                                        "1970-01-01T00:60",
                                        "1970-01-01T00:00:60",
                                        "1970-01-01T00:00:00.",
                                        "1970-01-01T00:00:00.Z",
                                        "1970-01-01T00:00:00z",
                                        "1970-01-01t00:00",
                                        "1970-01-01T00:00:00Z ",
                                        " 1970-01-01",
                                        "1970-01-01T00:00+",
                                        "1970-01-01T00:00+1",
                                        "1970-01-01T00:00+16:00",
                                        "1970-01-01T00:00+01:60",
                                        "1970-01-01T00:00+01:0",
                                        "1970/01/01",
                                        "+1970-01-01",
                                        "1970-01-01T00:00:00+01:00Z",
                                        "12345678"};
  size_t i;
  int64_t value = 42;
  bool date_only;
  for (i = 0; i < sizeof rows / sizeof *rows; i++) {
    CHECK(carto_time_parse(STR(rows[i].text), &value, &date_only));
    CHECK_INT(value, rows[i].micros);
    CHECK_INT(date_only, rows[i].date_only);
    CHECK(carto_time_parse(STR(rows[i].text), &value, NULL));
  }
  value = 42;
  for (i = 0; i < sizeof refused / sizeof *refused; i++)
    if (!CHECK(!carto_time_parse(STR(refused[i]), &value, &date_only)))
      printf("  %s\n", refused[i]);
  CHECK_INT(value, 42);
}

static void test_time_text(void) {
  static const struct {
    int64_t micros;
    const char *text;
  } rows[] = {
    {0, "1970-01-01T00:00:00.000Z"},
    {-1, "1969-12-31T23:59:59.999999Z"},
    {INT64_C(951827696789000), "2000-02-29T12:34:56.789Z"},
    {INT64_C(951827696789012), "2000-02-29T12:34:56.789012Z"},
    {INT64_C(-62135596800000000), "0001-01-01T00:00:00.000Z"},
    {INT64_C(253402300800000000), "+010000-01-01T00:00:00.000Z"},
    {INT64_C(-62167219200000000), "0000-01-01T00:00:00.000Z"},
    {INT64_C(-62167219200000001), "-000001-12-31T23:59:59.999999Z"},
    {INT64_MAX, "+294247-01-10T04:00:54.775807Z"},
    {INT64_MIN, "-290308-12-21T19:59:05.224192Z"},
  };
  test_memory memory;
  carto_buf buf;
  size_t i;
  int64_t days;
  carto_buf_init(&buf, test_alloc(&memory), 0);
  for (i = 0; i < sizeof rows / sizeof *rows; i++) {
    carto_buf_clear(&buf);
    carto_buf_append_time(&buf, rows[i].micros);
    CHECK_STR(carto_buf_str(&buf), rows[i].text);
  }
  for (days = -719162; days < 2932896; days += 97) { /* every year from 1 to 9999 */
    int64_t micros = days * INT64_C(86400000000) + (int64_t)test_random(UINT64_C(86400000000)),
            back;
    carto_buf_clear(&buf);
    carto_buf_append_time(&buf, micros);
    if (!carto_time_parse(carto_buf_str(&buf), &back, NULL) || back != micros)
      CHECK(!"time round trip");
  }
  carto_buf_free(&buf);
}

static void test_base64(void) {
  static const char *const rows[][2] = {{"", ""},
                                        {"f", "Zg=="},
                                        {"fo", "Zm8="},
                                        {"foo", "Zm9v"},
                                        {"foob", "Zm9vYg=="},
                                        {"fooba", "Zm9vYmE="},
                                        {"foobar", "Zm9vYmFy"},
                                        {"\xff\xfe\xfd\x00", "//79"}};
  test_memory memory;
  carto_buf buf;
  size_t i;
  carto_buf_init(&buf, test_alloc(&memory), 0);
  for (i = 0; i < sizeof rows / sizeof *rows; i++) {
    carto_buf_clear(&buf);
    carto_buf_append_base64(&buf, rows[i][0], strlen(rows[i][0]));
    CHECK_STR(carto_buf_str(&buf), rows[i][1]);
  }
  carto_buf_free(&buf);
}

static const test_case cases[] = {
  {"status text", test_status_text},
  {"checked sizes", test_checked_sizes},
  {"views", test_views},
  {"utf-8", test_utf8},
  {"digits", test_digits},
  {"distance", test_distance},
  {"errors", test_errors},
  {"sort", test_sort},
  {"block", test_block},
  {"block edges", test_block_edges},
  {"arena", test_arenas},
  {"arena limits", test_arena_limits},
  {"arena realloc", test_arena_realloc},
  {"call", test_call},
  {"buffer", test_buf},
  {"integers to text", test_buf_ints},
  {"text to integers", test_int_parse},
  {"text to time", test_time_parse},
  {"time to text", test_time_text},
  {"base64", test_base64},
};

TEST_MAIN(cases)
