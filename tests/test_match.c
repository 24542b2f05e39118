/* LIKE and regular expressions. Expected values are PostgreSQL 15's: true or false, the places of the match
   (from 1, in characters, the end behind it) and its groups, or the SQLSTATE. */
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
#include "test.h"

static carto__ask ask; /* nobody */

typedef struct match_row {
  const char *call, *text, *pattern, *expected;
} match_row;

static const match_row rows[] = {
  {"like", "abc", "abc", "true"},
  {"like", "abc", "a%", "true"},
  {"like", "abc", "%c", "true"},
  {"like", "abc", "%b%", "true"},
  {"like", "abc", "_b_", "true"},
  {"like", "abc", "__", "false"},
  {"like", "abc", "____", "false"},
  {"like", "", "%", "true"},
  {"like", "", "", "true"},
  {"like", "", "_", "false"},
  {"like", "a", "", "false"},
  {"like", "aaa", "%a%a%a%", "true"},
  {"like", "aa", "%a%a%a%", "false"},
  {"like", "a%c", "a\\%c", "true"},
  {"like", "abc", "a\\%c", "false"},
  {"like", "a_c", "a\\_c", "true"},
  {"like", "a\\c", "a\\\\c", "true"},
  {"like", "abc", "abc\\", "false"},
  {"like", "abcd", "abc\\", "!22025"},
  {"like", "abc", "x\\", "false"},
  {"like", "n\303\251", "n_", "true"},
  {"like", "n\303\251", "n__", "false"},
  {"like", "\346\227\245\346\234\254\350\252\236", "_\346\234\254_", "true"},
  {"like", "abcabd", "%ab_", "true"},
  {"like", "abab", "%ab", "true"},
  {"like", "mississippi", "%iss%ip%", "true"},
  {"like", "mississippi", "m%i%s%i%p_", "true"},
  {"like", "ABC", "abc", "false"},
  {"like", "a\nb", "a_b", "true"},
  {"like", "%", "\\%", "true"},
  {"like", "ab", "a%b%", "true"},
  {"like", "a", "%\\a", "true"},
  {"ilike", "ABC", "abc", "true"},
  {"ilike", "abc", "A%", "true"},
  {"ilike", "\303\211COLE", "\303\251cole", "true"},
  {"ilike", "stra\303\237e", "STRASSE", "false"},
  {"ilike", "\320\237\320\240\320\230\320\222\320\225\320\242", "\320\277\321\200\320\270\320\262\320\265\321\202", "true"},
  {"ilike", "\316\221\316\222\316\223", "\316\261\316\262\316\263", "true"},
  {"ilike", "\316\206\316\210\316\211", "\316\254\316\255\316\256", "true"},
  {"ilike", "\305\275LU\305\244", "\305\276lu\305\245", "true"},
  {"ilike", "x", "Y", "false"},
  {"ilike", "\320\200", "\321\220", "true"},
  {"ilike", "\324\261", "\325\241", "true"},
  {"ilike", "%", "%", "true"},
  {"ilike", "A_", "a\\_", "true"},
  {"~", "abc", "b", "2 3"},
  {"~", "abc", "", "1 1"},
  {"~", "abc", "x", "none"},
  {"~", "abc", "^a", "1 2"},
  {"~", "abc", "^b", "none"},
  {"~", "abc", "c$", "3 4"},
  {"~", "abc", "\\Ab", "none"},
  {"~", "abc", "c\\Z", "3 4"},
  {"~", "abcabc", "(b)(c)", "2 4 [b] [c]"},
  {"~", "xabbbc", "ab*", "2 6"},
  {"~", "xabbbc", "ab*?", "2 3"},
  {"~", "xabbbc", "ab+?", "2 4"},
  {"~", "xabbbc", "b{2}", "3 5"},
  {"~", "xabbbc", "b{2,}", "3 6"},
  {"~", "xabbbc", "b{1,2}", "3 5"},
  {"~", "xabbbc", "b{1,2}?", "3 4"},
  {"~", "aaa", "a?\?", "1 1"},
  {"~", "foobar", "foo|foobar", "1 7"},
  {"~", "XY1234Z", "Y*([0-9]{1,3})", "2 6 [123]"},
  {"~", "XY1234Z", "Y*?([0-9]{1,3})", "2 4 [1]"},
  {"~", "abc 123", "\\d+", "5 8"},
  {"~", "abc 123", "\\D+", "1 5"},
  {"~", "abc_9 x", "\\w+", "1 6"},
  {"~", "a b\tc", "\\s", "2 3"},
  {"~", "a-b", "\\W", "2 3"},
  {"~", "foo bar", "\\mbar\\M", "5 8"},
  {"~", "foobar", "\\mbar", "none"},
  {"~", "foo bar", "o\\y", "3 4"},
  {"~", "foobar", "o\\Yb", "3 5"},
  {"~", "a.b", "a\\.b", "1 4"},
  {"~", "a\nb", "a.b", "1 4"},
  {"~", "a\tb", "a\\tb", "1 4"},
  {"~", "a]b", "[]]", "2 3"},
  {"~", "a]b", "[^]a]", "3 4"},
  {"~", "a-b", "[a-]+", "1 3"},
  {"~", "abcXYZ09", "[[:upper:]]+", "4 7"},
  {"~", "abcXYZ09", "[[:digit:][:lower:]]+", "1 4"},
  {"~", "x y", "[[:space:]]", "2 3"},
  {"~", "\346\227\245\346\234\254\350\252\236", "\346\234\254", "2 3"},
  {"~", "\346\227\245\346\234\254\350\252\236", "^...", "1 4"},
  {"~", "\346\227\245\346\234\254\350\252\236", "[\346\234\254-\350\252\236]+", "2 4"},
  {"~", "na\303\257ve", "\\w+", "1 6"},
  {"~", "ab12", "[\\d]+", "3 5"},
  {"~", "ab12", "[^\\d]+", "1 3"},
  {"~", "ab12", "[\\D]+", "1 3"},
  {"~", "a{b", "a{b", "1 4"},
  {"~", "a{2", "{", "2 3"},
  {"~", "aa", "a{2}", "1 3"},
  {"~", "aaaaaa", "(a{2}){2}", "1 5 [aa]"},
  {"~", "abab", "(ab)*", "1 5 [ab]"},
  {"~", "abcd", "(a|ab)(c|bcd)?", "1 5 [a] [bcd]"},
  {"~", "ab", "(a)|(b)", "1 2 [a] NULL"},
  {"~", "b", "(a)|(b)", "1 2 NULL [b]"},
  {"~", "abc", "((a)(b))c", "1 4 [ab] [a] [b]"},
  {"~", "", "^$", "1 1"},
  {"~", "", "a*", "1 1"},
  {"~", "aXbX", "a.*X", "1 5"},
  {"~", "aXbX", "a.*?X", "1 3"},
  {"~", "aXbX", "(?:a.*?)X", "1 3"},
  {"~", "ab", "a|", "1 2"},
  {"~", "ab", "|a", "1 2"},
  {"~", "b", "()b", "1 2 []"},
  {"~", "foo.bar@x.org", "[\\w.]+@(\\w+)\\.org", "1 14 [x]"},
  {"~", "2024-01-31", "(\\d{4})-(\\d\\d)-(\\d\\d)", "1 11 [2024] [01] [31]"},
  {"~", "key=value", "^(\\w+)=(.*)$", "1 10 [key] [value]"},
  {"~", "aaa", "(a*)*b", "none"},
  {"~", "a\\b", "\\\\", "2 3"},
  {"~", "a\\b", "\\B", "2 3"},
  {"~", "tel: 555-1234", "[0-9]{3}-[0-9]{4}", "6 14"},
  {"~", "abc", "a(?:b)c", "1 4"},
  {"~", "a+b", "a\\+b", "1 4"},
  {"~", "xyz", "[^a-w]+", "1 4"},
  {"~", "x", "x{0}", "1 1"},
  {"~", "x", "x{0}?y", "none"},
  {"~", "}", "}", "1 2"},
  {"~", "]", "]", "1 2"},
  {"~", "b", "(?i)B", "1 2"},
  {"~", "aB", "a(?:b|B)", "1 3"},
  {"~*", "ABC", "b", "2 3"},
  {"~*", "abc", "[A-C]+", "1 4"},
  {"~*", "aBc", "[^b]", "1 2"},
  {"~*", "\303\211COLE", "\303\251", "1 2"},
  {"~*", "\320\237\320\240\320\230\320\222\320\225\320\242", "[\320\260-\321\217]+", "1 7"},
  {"~*", "K", "k", "1 2"},
  {"~*", "stra\303\237e", "SS", "none"},
  {"~*", "_A", "_a", "1 3"},
  {"~", "ab,", "(?:,|$)+", "3 4"},
  {"~*", "B", "[^b]", "none"},
  {"~", "abc", "(", "!2201B"},
  {"~", "abc", "a)", "!2201B"},
  {"~", "abc", "[a", "!2201B"},
  {"~", "abc", "[b-a]", "!2201B"},
  {"~", "abc", "*a", "!2201B"},
  {"~", "abc", "a**", "!2201B"},
  {"~", "abc", "a|*b", "!2201B"},
  {"~", "abc", "(*a)", "!2201B"},
  {"~", "abc", "^*", "!2201B"},
  {"~", "abc", "a{2,1}", "!2201B"},
  {"~", "abc", "a{256}", "!2201B"},
  {"~", "abc", "a{1", "!2201B"},
  {"~", "abc", "a{1,x}", "!2201B"},
  {"~", "abc", "\\", "!2201B"},
  {"~", "abc", "\\q", "!2201B"},
  {"~", "abc", "\\x", "!2201B"},
  {"~", "abc", "\\u12", "!2201B"},
  {"~", "abc", "[[:foo:]]", "!2201B"},
  {"~", "abc", "[[:alpha:]", "!2201B"},
  {"~", "abc", "[a-\\d]", "!2201B"},
  {"~", "abc", "a{300}", "!2201B"},
  {"~", "abc", "(?<a", "!2201B"},
  {"~", "abc", "$+", "!2201B"},
  {"~", "abc", "\\y*", "!2201B"},
  {"~", "abc", "a+++", "!2201B"},
  {"~", "abc", "(a", "!2201B"},
  {"~", "abc", "[", "!2201B"},
  {"~", "abc", "[]", "!2201B"},
  {"~", "abc", "[^]", "!2201B"},
  {"~", "abc", "a{1}{2}", "!2201B"},
  {"~", "abc", "(?", "!2201B"},
  {"~", "abc", "[[:alpha:]-z]", "!2201B"},
};

static size_t characters(carto_str text, size_t end) {
  size_t i, count = 1;
  for (i = 0; i < end; i++) count += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
  return count;
}

static void put_match(carto_buf *out, carto__regex *re, carto_str text) {
  size_t start, end, again, groups[20], i;
  if (!carto__regex_find(re, text, 0, &start, &end, groups)) {
    carto_buf_append_text(out, "none");
    return;
  }
  CHECK(carto__regex_find(re, text, 0, &start, &again, NULL) && again == end && start == groups[0]);
  carto_buf_append_uint(out, characters(text, start));
  carto_buf_append_text(out, " ");
  carto_buf_append_uint(out, characters(text, end));
  for (i = 1; i <= re->groups && i < 10; i++) {
    bool set = groups[2 * i] != SIZE_MAX;
    carto_buf_append_text(out, set ? " [" : " NULL");
    if (!set) continue;
    carto_buf_append(out, text.ptr + groups[2 * i], groups[2 * i + 1] - groups[2 * i]);
    carto_buf_append_text(out, "]");
  }
}

static void run(carto_buf *out, const match_row *row) {
  carto_arena arena = test_arena();
  carto__regex *re;
  const char *why;
  size_t at;
  bool bad;
  if (row->call[0] != '~') {
    bool yes = carto__like(STR(row->text), STR(row->pattern), '\\', row->call[0] == 'i', &ask, &bad);
    carto_buf_append_text(out, bad ? "!22025" : yes ? "true" : "false");
  } else if (carto__regex_compile(&arena, STR(row->pattern), row->call[1] == '*', &re, &why, &at) == CARTO_OK) {
    put_match(out, re, STR(row->text));
  } else {
    carto_buf_append_text(out, "!2201B");
    CHECK(re == NULL && why != NULL && at <= strlen(row->pattern));
  }
  carto_arena_free(&arena);
}

static void test_postgresql(void) {
  carto_alloc libc = {NULL, NULL};
  carto_buf out;
  size_t i;
  carto_buf_init(&out, libc, 0);
  for (i = 0; i < sizeof rows / sizeof *rows; i++) {
    carto_buf_clear(&out);
    run(&out, &rows[i]);
    if (!CHECK(carto__str_is(carto_buf_str(&out), rows[i].expected)))
      printf("  '%s' %s '%s': got '%.*s', want '%s'\n", rows[i].text, rows[i].call, rows[i].pattern, (int)out.len,
             out.ptr, rows[i].expected);
  }
  carto_buf_free(&out);
}

static void check_refused(const char *pattern, carto_status status, size_t at) {
  carto_arena arena = test_arena();
  carto__regex *re;
  const char *why;
  size_t where;
  if (!CHECK(carto__regex_compile(&arena, STR(pattern), false, &re, &why, &where) == status))
    printf("  %s\n", pattern);
  CHECK(re == NULL && why != NULL);
  CHECK_UINT(where, at);
  carto_arena_free(&arena);
}

static void test_refused(void) {
  char deep[200];
  check_refused("ab(c", CARTO_ERR_ARG, 4);
  check_refused("ab)c", CARTO_ERR_ARG, 2);
  check_refused("ab[c", CARTO_ERR_ARG, 4);
  check_refused("a**", CARTO_ERR_ARG, 2);
  check_refused("a\\q", CARTO_ERR_ARG, 3);
  check_refused("(a)\\1", CARTO_ERR_UNSUPPORTED, 5);
  check_refused("(?=a)", CARTO_ERR_UNSUPPORTED, 2);
  check_refused("(?<!a)", CARTO_ERR_UNSUPPORTED, 2);
  check_refused("(?#n)a", CARTO_ERR_UNSUPPORTED, 2);
  check_refused("(?x)a", CARTO_ERR_UNSUPPORTED, 2);
  check_refused("(?k)a", CARTO_ERR_ARG, 2);
  check_refused("(?i", CARTO_ERR_ARG, 3);
  check_refused("***a", CARTO_ERR_ARG, 0);
  check_refused("[[.a.]]", CARTO_ERR_UNSUPPORTED, 1);
  check_refused("\\u12", CARTO_ERR_ARG, 4);
  check_refused("\\U00110000", CARTO_ERR_ARG, 10);
  check_refused("[[.period.]]", CARTO_ERR_UNSUPPORTED, 1);
  check_refused("((a{255}){255}){255}", CARTO_ERR_LIMIT, 14);
  memset(deep, '(', sizeof deep);
  deep[sizeof deep - 1] = 0;
  check_refused(deep, CARTO_ERR_LIMIT, CARTO_MCP_MAX_DEPTH + 1);
}

/* Patterns that make a backtracking engine run for ever, over a long text. */
static void test_no_explosion(void) {
  static const char *const patterns[] = {"(a*)*b", "(a|a)*b", "(a|aa)+$b", "(.*)(.*)(.*)(.*)(.*)(.*)(.*)x", "((a?){30}){30}b",
                                         "(?:a?){200}a{200}b", "(x+x+)+y"};
  enum { SIZE = 10000 };
  char *text = (char *)malloc(SIZE), like[101];
  size_t i, start, end, at, groups[20];
  bool bad;
  memset(text, 'a', SIZE);
  for (i = 0; i < sizeof patterns / sizeof *patterns; i++) {
    carto_arena arena = test_arena();
    carto__regex *re;
    const char *why;
    CHECK_INT(carto__regex_compile(&arena, STR(patterns[i]), false, &re, &why, &at), CARTO_OK);
    if (re) CHECK(!carto__regex_find(re, carto_str_make(text, SIZE), 0, &start, &end, groups));
    carto_arena_free(&arena);
  }
  for (i = 0; i < 100; i++) like[i] = i % 2 ? 'a' : '%';
  like[99] = 'b';
  CHECK(!carto__like(carto_str_make(text, SIZE), carto_str_make(like, 100), '\\', false, &ask, &bad));
  free(text);
}

/* What matches is found from wherever one begins, one match after the other. */
static void test_successive(void) {
  carto_arena arena = test_arena();
  carto_str text = STR("one two  three");
  carto__regex *re = NULL;
  const char *why;
  size_t at, from = 0, start, end, count = 0;
  CHECK_INT(carto__regex_compile(&arena, STR("\\m\\w+"), false, &re, &why, &at), CARTO_OK);
  while (carto__regex_find(re, text, from, &start, &end, NULL)) {
    CHECK_STR(carto_str_make(text.ptr + start, end - start), count == 0 ? "one" : count == 1 ? "two" : "three");
    from = end;
    count++;
  }
  CHECK_UINT(count, 3);
  CHECK(!carto__regex_find(re, text, text.len + 1, &start, &end, NULL));
  carto_arena_free(&arena);
}

/* Texts that are no UTF-8, and patterns with bytes changed, in exact blocks. */
static void test_broken_text(void) {
  int round;
  for (round = 0; round < 20000; round++) {
    const match_row *row = &rows[test_random_bits() % (sizeof rows / sizeof *rows)];
    carto_arena arena = test_arena();
    carto_str text = STR(row->text), pattern = STR(row->pattern);
    char *t = (char *)malloc(text.len + 1), *p = (char *)malloc(pattern.len + 1);
    size_t start, end, at, groups[20], skip = text.len < 2 ? 0 : 1, i;
    carto__regex *re;
    const char *why;
    bool bad;
    memcpy(t, text.ptr, text.len);
    memcpy(p, pattern.ptr, pattern.len);
    if (text.len) t[test_random_bits() % text.len] = (char)test_random_bits();
    if (pattern.len && round % 3) p[test_random_bits() % pattern.len] = (char)test_random_bits();
    text = carto_str_make((char *)realloc(t, text.len ? text.len : 1), text.len);
    pattern = carto_str_make((char *)realloc(p, pattern.len ? pattern.len : 1), pattern.len);
    (void)carto__like(text, pattern, '\\', round % 2 == 0, &ask, &bad);
    if (carto__regex_compile(&arena, pattern, round % 2 == 0, &re, &why, &at) == CARTO_OK &&
        carto__regex_find(re, text, skip, &start, &end, groups)) {
      CHECK(skip <= start && start <= end && end <= text.len);
      for (i = 0; i < 10; i++)
        CHECK(groups[2 * i] == SIZE_MAX || groups[2 * i + 1] == SIZE_MAX ||
              (start <= groups[2 * i] && groups[2 * i] <= groups[2 * i + 1] && groups[2 * i + 1] <= end));
    }
    carto_arena_free(&arena);
    free((char *)(uintptr_t)text.ptr);
    free((char *)(uintptr_t)pattern.ptr);
  }
}

static int compile_body(carto_alloc alloc) {
  carto_arena arena;
  carto__regex *re;
  const char *why;
  size_t at, start, end, groups[20];
  carto_status status;
  carto_arena_init(&arena, alloc, 0);
  status = carto__regex_compile(&arena, STR("((a|[b-d\\d]){3,40}|(x+?y){20}[[:alpha:]]*)+"), true, &re, &why, &at);
  CHECK(status == CARTO_OK || (status == CARTO_ERR_NOMEM && re == NULL));
  if (status == CARTO_OK) CHECK(carto__regex_find(re, STR("zzabcd"), 0, &start, &end, groups) && start == 2);
  carto_arena_free(&arena);
  return status == CARTO_OK;
}

static void test_memory_limits(void) {
  carto_alloc libc = {NULL, NULL};
  carto_arena arena;
  carto__regex *re;
  const char *why;
  size_t at;
  test_every_allocation(compile_body, 100);
  carto_arena_init(&arena, libc, 16384);
  CHECK_INT(carto__regex_compile(&arena, STR("a{255}"), false, &re, &why, &at), CARTO_ERR_LIMIT);
  carto_arena_free(&arena);
}

/* ---- long texts: it asks, and stops when told to */

static size_t asked_steps, asked_most;

static bool allows_some(void *user, size_t steps) {
  size_t *left = (size_t *)user;
  asked_steps += steps;
  if (steps > asked_most) asked_most = steps;
  return (*left)-- > 0;
}

static void test_asks(void) {
  static const struct {
    const char *pattern;
    bool like, nocase;
  } some[] = {{"%b%a%c%", true, false}, {"%B%a%c%", true, true}, {"%c", true, false}, {"_%_%x", true, false},
              {"(a|b)*c", false, false}, {"(A|B)+c", false, true}, {"c", false, false}, {"bb", false, false},
              {"[ab]c", false, false}, {"(a?b?){1,40}c", false, false}};
  size_t size = (size_t)4 << 20, i;
  char *text = (char *)malloc(size);
  for (i = 0; i < size; i++) text[i] = i % 2 ? 'b' : 'a';
  for (i = 0; i < sizeof some / sizeof *some; i++) {
    carto_arena arena = test_arena();
    carto__ask three;
    size_t left = 3, start, end, at;
    carto__regex *re = NULL;
    const char *why;
    bool bad, hit;
    three.go_on = allows_some;
    three.user = &left;
    three.steps = 0;
    asked_steps = asked_most = 0;
    if (some[i].like) {
      hit = carto__like(carto_str_make(text, size), STR(some[i].pattern), '\\', some[i].nocase, &three, &bad);
      CHECK(!bad);
    } else {
      CHECK_INT(carto__regex_compile(&arena, STR(some[i].pattern), some[i].nocase, &re, &why, &at), CARTO_OK);
      re->ask = three;
      hit = carto__regex_find(re, carto_str_make(text, size), 0, &start, &end, NULL);
    }
    CHECK(!hit);
    if (!CHECK(left == SIZE_MAX)) printf("  %s\n", some[i].pattern); /* stopped by the fourth */
    CHECK(asked_steps < 4 * 100000 && asked_most < 100000);
    carto_arena_free(&arena);
  }
  free(text);
}

static const test_case cases[] = {
  {"postgresql", test_postgresql},     {"refused", test_refused},         {"no explosion", test_no_explosion},
  {"successive", test_successive},     {"broken text", test_broken_text}, {"memory", test_memory_limits},
  {"asks", test_asks},
};

TEST_MAIN(cases)
