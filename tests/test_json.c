/* >>json: what is read and refused, and where; accessors; the writer; memory. */
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"

#include "test.h"

#include <math.h>

/* A text in memory that ends where it does, so that a look behind it shows. */
static carto_str exact_copy(carto_str text) {
  char *copy = (char *)malloc(text.len ? text.len : 1);
  if (!copy) exit(2);
  if (text.len) memcpy(copy, text.ptr, text.len);
  return carto_str_make(copy, text.len);
}

static void free_copy(carto_str copy) { free((void *)(uintptr_t)copy.ptr); }

typedef struct parsed {
  test_memory memory;
  carto_arena arena;
  carto_str text;
  carto_json_doc doc;
  carto_error error;
  carto_status status;
} parsed;

static void parse(parsed *p, carto_str text) {
  memset(p, 0, sizeof *p);
  carto_arena_init(&p->arena, test_alloc(&p->memory), 0);
  p->text = exact_copy(text);
  p->status = carto_json_parse(&p->arena, p->text, &p->doc, &p->error);
}

static void done(parsed *p) {
  carto_arena_free(&p->arena);
  CHECK_UINT(p->memory.live_bytes, 0);
  free_copy(p->text);
}

/* Reads a text and writes it again. */
static void check_written(carto_str text, const char *want) {
  carto_json_writer writer;
  test_memory memory;
  carto_buf out;
  parsed p;
  parse(&p, text);
  carto_buf_init(&out, test_alloc(&memory), 0);
  if (p.status != CARTO_OK) {
    CHECK(!"reads");
    printf("  %.*s: %s\n", (int)text.len, text.ptr, p.error.text);
  } else {
    carto_json_writer_init(&writer, &out);
    carto_json_write_value(&writer, &p.doc, p.doc.root);
    CHECK_STR(carto_buf_str(&out), want);
  }
  carto_buf_free(&out);
  done(&p);
}

static void test_written(void) {
  static const char *const rows[][2] = {
    {"null", "null"},
    {" true ", "true"},
    {"\n\t\r false\n", "false"},
    {"\"\"", "\"\""},
    {"[]", "[]"},
    {"{ }", "{}"},
    {"[ [ ] , { } , [ [ ] ] ]", "[[],{},[[]]]"},
    {"{\"a\":{\"b\":[{\"c\":{}}]},\"d\":[]}", "{\"a\":{\"b\":[{\"c\":{}}]},\"d\":[]}"},
    {"[1,-2, 3.50 ,4e2,-0,0.0,1E+2]", "[1,-2,3.50,4e2,-0,0.0,1E+2]"},
    {"{\"a\":1,\"a\":2}", "{\"a\":1,\"a\":2}"},
    {"[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]", "[\"\\\"\\\\/\\b\\f\\n\\r\\t\"]"},
    {"\"\\u0000\\u001f\\u007f\\u00e9\\u20ac\\ud83d\\ude00\"",
     "\"\\u0000\\u001f\x7f\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\""},
    {"\"\\uFFFF\\uD7FF\\uE000\\uDBFF\\uDFFF\"",
     "\"\xef\xbf\xbf\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf\""},
    {"{\"\\u0061\\n\":\"x\"}", "{\"a\\n\":\"x\"}"},
    {"[\"0123456789abcde\",\"0123456789abcdef\",\"0123456789abcdef0\"]",
     "[\"0123456789abcde\",\"0123456789abcdef\",\"0123456789abcdef0\"]"},
    {"123456789012345678901234567890", "123456789012345678901234567890"},
    {"[18446744073709551616,1.00000000000000000000001]",
     "[18446744073709551616,1.00000000000000000000001]"},
    {"[1e400,-1e400,1e-400]", "[1e400,-1e400,1e-400]"},
  };
  size_t i;
  for (i = 0; i < sizeof rows / sizeof *rows; i++) check_written(STR(rows[i][0]), rows[i][1]);
}

/* Every text here is refused at the byte given, with a text that holds the words. */
static void test_refused(void) {
  static const struct {
    const char *text;
    size_t offset;
    const char *words;
  } rows[] = {
    {"", 0, "expected a value, but the text ends"},
    {"  ", 2, "a value, but the text ends"},
    {"nul", 3, "expected null, but the text ends"},
    {"nuLl", 2, "expected null, found 'L'"},
    {"truE", 3, "expected true"},
    {"fals3", 4, "expected false"},
    {"t", 1, "expected true"},
    {"[tru]", 4, "expected true, found ']'"},
    {"nulll", 4, "nothing more"},
    {"None", 0, "a value, found 'N'"},
    {"\xef\xbb\xbf{}", 0, "a value"},
    {"1 2", 2, "nothing more, found '2'"},
    {"[1] x", 4, "nothing more"},
    {"{} ]", 3, "nothing more, found ']'"},
    {"]", 0, "a value, found ']'"},
    {"[", 1, "a value, but"},
    {"[1", 2, "',' or ']', but"},
    {"[1 ", 3, "',' or ']', but"},
    {"[1,", 3, "a value, but"},
    {"[1,]", 3, "a value, found ']'"},
    {"[,1]", 1, "a value, found ','"},
    {"[1 2]", 3, "',' or ']', found '2'"},
    {"[1}", 2, "',' or ']', found '}'"},
    {"[[1]", 4, "',' or ']', but"},
    {"[{}", 3, "',' or ']', but"},
    {"{\"a\":[]", 7, "',' or '}', but"},
    {"{", 1, "a member's name in quotes, but"},
    {"{,}", 1, "a member's name"},
    {"{a:1}", 1, "a member's name in quotes, found 'a'"},
    {"{1:1}", 1, "a member's name"},
    {"{\"a\"", 4, "':', but"},
    {"{\"a\" 1}", 5, "':', found '1'"},
    {"{\"a\",1}", 4, "':', found ','"},
    {"{\"a\":", 5, "a value, but"},
    {"{\"a\":}", 5, "a value, found '}'"},
    {"{\"a\":1,}", 7, "a member's name in quotes, found '}'"},
    {"{\"a\":1 \"b\":2}", 7, "',' or '}', found '\"'"},
    {"{\"a\":1]", 6, "',' or '}', found ']'"},
    {"{\"a\":1}}", 7, "nothing more"},
    {"\"", 1, "a closing quote, but"},
    {"\"abc", 4, "a closing quote"},
    {"[\"abc]", 6, "a closing quote"},
    {"{\"abc}", 6, "a closing quote"},
    {"\"a\nb\"", 2, "an escape in place of a control character"},
    {"\"a\tb\"", 2, "an escape in place of a control character"},
    {"\"\x1f\"", 1, "control character"},
    {"\"0123456789abcdef0123456789\x01\"", 27, "control character"},
    {"\"\\x\"", 2, "one of \"\\/bfnrtu after a backslash, found 'x'"},
    {"\"\\", 2, "after a backslash, but"},
    {"\"\\\"", 3, "a closing quote"},
    {"\"\\u12\"", 5, "four hexadecimal digits, found '\"'"},
    {"\"\\u", 3, "four hexadecimal digits, but"},
    {"\"\\u12G4\"", 5, "four hexadecimal digits, found 'G'"},
    {"\"\\ud800\"", 1, "both halves of a surrogate pair"},
    {"\"ab\\udc00\"", 3, "both halves"},
    {"\"\\ud800\\u0041\"", 1, "both halves"},
    {"\"\\ud800\\ud800\"", 1, "both halves"},
    {"\"\\ud800\\udc0\"", 1, "both halves"},
    {"\"\\ud800xxxxxx\"", 1, "both halves"},
    {"\"\x80\"", 1, "UTF-8"},
    {"\"a\xc3\"", 2, "UTF-8"},
    {"\"\xc0\x80\"", 1, "UTF-8"},
    {"\"\xed\xa0\x80\"", 1, "UTF-8"},
    {"\"\xe0\x80\x80\"", 1, "UTF-8"},
    {"\"\xf4\x90\x80\x80\"", 1, "UTF-8"},
    {"\"\xe2\x82\xac\xe2\x82\"", 4, "UTF-8"},
    {"\"\xe2\x82", 1, "UTF-8"},
    {"\"\\n\xff\"", 3, "UTF-8"},
    {"\"\\n\x01\"", 3, "control character"},
    {"-", 1, "a digit, but"},
    {"-x", 1, "a digit, found 'x'"},
    {"[-]", 2, "a digit, found ']'"},
    {"+1", 0, "a value, found '+'"},
    {".5", 0, "a value"},
    {"1.", 2, "a digit, but"},
    {"[1.]", 3, "a digit, found ']'"},
    {"1.e5", 2, "a digit, found 'e'"},
    {"-.5", 1, "a digit, found '.'"},
    {"1e", 2, "a digit, but"},
    {"1e+", 3, "a digit, but"},
    {"[1E-]", 4, "a digit, found ']'"},
    {"1.5e,", 4, "a digit, found ','"},
    {"01", 1, "no digit after a leading 0, found '1'"},
    {"-012", 2, "no digit after a leading 0"},
    {"[00]", 2, "no digit after a leading 0"},
    {"0x10", 1, "nothing more, found 'x'"},
    {"1_000", 1, "nothing more"},
    {"NaN", 0, "a value"},
    {"Infinity", 0, "a value"},
    {"'a'", 0, "a value, found '''"},
    {"[1]//x", 3, "nothing more"},
    {"[\"\xc3\xa9\" \xc3\xa9]", 6, "found '\xc3\xa9'"},
    {"\f1", 0, "a value"},
    {"[1\xc2\xa0]", 2, "',' or ']'"},
  };
  size_t i;
  for (i = 0; i < sizeof rows / sizeof *rows; i++) {
    parsed p;
    parse(&p, STR(rows[i].text));
    CHECK_INT(p.status, CARTO_ERR_SYNTAX);
    CHECK_INT(p.error.status, CARTO_ERR_SYNTAX);
    if (!test_report(p.error.offset == rows[i].offset, __FILE__, __LINE__, rows[i].text))
      printf("  at %zu, want %zu: %s\n", p.error.offset, rows[i].offset, p.error.text);
    CHECK_CONTAINS(STR(p.error.text), rows[i].words);
    CHECK(p.doc.root == NULL && p.doc.count == 0 && p.doc.text.len == 0);
    CHECK_INT(p.arena.status, CARTO_OK);
    done(&p);
  }
}

/* A NUL is a byte like any other, and none. */
static void test_nul(void) {
  parsed p;
  parse(&p, carto_str_make("1\0", 2));
  CHECK_INT(p.status, CARTO_ERR_SYNTAX);
  CHECK_UINT(p.error.offset, 1);
  done(&p);
  parse(&p, carto_str_make("\"a\0\"", 4));
  CHECK_INT(p.status, CARTO_ERR_SYNTAX);
  CHECK_UINT(p.error.offset, 2);
  done(&p);
  parse(&p, STR("\"a\\u0000b\""));
  CHECK(carto_str_equal(carto_json_string(p.doc.root), carto_str_make("a\0b", 3)));
  done(&p);
  parse(&p, carto_str_make(NULL, 0));
  CHECK_INT(p.status, CARTO_ERR_SYNTAX);
  done(&p);
}

/* Prefixes of a document: none is accepted, none makes the reader look behind its end, and the
   fault is never seen before the end. */
static void test_prefixes(void) {
  static const char text[] =
    "{\"name\":\"caf\\u00e9 \xe2\x82\xac\",\"list\":[1,-2.5e3,true,false,null,{\"deep\":[[],{}]}],"
    "\"long\":"
    "\"0123456789012345678901234567890123456789\\n0123456789012345678901234567890123456789\"} ";
  size_t len;
  for (len = 0; len < sizeof text - 2; len++) {
    parsed p;
    parse(&p, carto_str_make(text, len));
    CHECK_INT(p.status, CARTO_ERR_SYNTAX);
    CHECK(p.error.offset <= len);
    if (p.error.offset != len) CHECK_CONTAINS(STR(p.error.text), "UTF-8"); /* or half an escape: */
    done(&p);
  }
  check_written(STR(text),
                "{\"name\":\"caf\xc3\xa9 \xe2\x82\xac\",\"list\":[1,-2.5e3,true,false,null,"
                "{\"deep\":[[],{}]}],\"long\":\"0123456789012345678901234567890123456789\\n"
                "0123456789012345678901234567890123456789\"}");
}

/* A special byte at every place of strings of every length around the blocks they are read in,
   with every length of text behind. */
static void test_string_blocks(void) {
  static const char *const specials[] = {
    "\\n", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\\u20ac", "\x7f", "\x01", "\x80", "\""};
  char text[256], want[256];
  size_t len, at, k;
  for (len = 0; len < 80; len += len < 20 ? 1 : 7)
    for (at = 0; at <= len; at++)
      for (k = 0; k < sizeof specials / sizeof *specials; k++) {
        const char *plain = k == 0 ? "\n" : k == 4 ? "\xe2\x82\xac" : specials[k];
        parsed p;
        memset(text, 'a', sizeof text);
        text[0] = '"';
        strcpy(text + 1 + at, specials[k]);
        memset(text + strlen(text), 'b', len - at);
        strcpy(text + 1 + len + strlen(specials[k]), k % 2 ? "\"" : "\"                  ");
        snprintf(want, sizeof want, "%.*s%s%.*s", (int)at, text + 1, plain, (int)(len - at),
                 text + 1 + at + strlen(specials[k]));
        parse(&p, STR(text));
        if (k < 6) {
          if (p.status != CARTO_OK || !carto_str_equal(carto_json_string(p.doc.root), STR(want)))
            CHECK_STR(carto_json_string(p.doc.root), want);
        } else if (k == 8 && at == len) {
          CHECK_UINT(p.error.offset, 1 + at + 1);
        } else if (p.error.offset != 1 + at + (k == 8)) {
          CHECK_UINT(p.error.offset, 1 + at + (k == 8));
        }
        done(&p);
      }
}

static void test_depth(void) {
  char text[4 * CARTO_MCP_MAX_DEPTH + 16];
  parsed p;
  size_t i;
  memset(text, '[', CARTO_MCP_MAX_DEPTH);
  memset(text + CARTO_MCP_MAX_DEPTH, ']', CARTO_MCP_MAX_DEPTH);
  check_written(carto_str_make(text, 2 * CARTO_MCP_MAX_DEPTH),
                (text[2 * CARTO_MCP_MAX_DEPTH] = 0, text));
  memset(text, '[', CARTO_MCP_MAX_DEPTH + 1);
  memset(text + CARTO_MCP_MAX_DEPTH + 1, ']', CARTO_MCP_MAX_DEPTH + 1);
  parse(&p, carto_str_make(text, 2 * CARTO_MCP_MAX_DEPTH + 2));
  CHECK_INT(p.status, CARTO_ERR_LIMIT);
  CHECK_INT(p.error.status, CARTO_ERR_LIMIT);
  CHECK_UINT(p.error.offset, CARTO_MCP_MAX_DEPTH);
  CHECK_CONTAINS(STR(p.error.text), "deeper than 64");
  done(&p);
  for (i = 0; i < sizeof text; i++)
    text[i] = '{'; /* refused for what it is before it is too deep */
  parse(&p, carto_str_make(text, sizeof text));
  CHECK_INT(p.status, CARTO_ERR_SYNTAX);
  done(&p);
}

static void test_numbers(void) {
  static const struct {
    const char *text;
    int type;
    int fits_int64, fits_uint64;
    int64_t i64;
    uint64_t u64;
    double f64;
  } rows[] = {
    {"0", CARTO_JSON_INT, 1, 1, 0, 0, 0},
    {"-0", CARTO_JSON_DOUBLE, 1, 1, 0, 0, 0},
    {"-1", CARTO_JSON_INT, 1, 0, -1, 0, -1},
    {"9223372036854775807", CARTO_JSON_INT, 1, 1, INT64_MAX, INT64_MAX, 9223372036854775808.0},
    {"9223372036854775808", CARTO_JSON_UINT, 0, 1, 0, UINT64_C(1) << 63, 9223372036854775808.0},
    {"-9223372036854775808", CARTO_JSON_INT, 1, 0, INT64_MIN, 0, -9223372036854775808.0},
    {"-9223372036854775809", CARTO_JSON_DOUBLE, 0, 0, 0, 0, -9223372036854775808.0},
    {"18446744073709551615", CARTO_JSON_UINT, 0, 1, 0, UINT64_MAX, 18446744073709551616.0},
    {"18446744073709551616", CARTO_JSON_DOUBLE, 0, 0, 0, 0, 18446744073709551616.0},
    {"3.0", CARTO_JSON_DOUBLE, 1, 1, 3, 3, 3},
    {"1e3", CARTO_JSON_DOUBLE, 1, 1, 1000, 1000, 1000},
    {"-1e3", CARTO_JSON_DOUBLE, 1, 0, -1000, 0, -1000},
    {"3.5", CARTO_JSON_DOUBLE, 0, 0, 0, 0, 3.5},
    {"1e18", CARTO_JSON_DOUBLE, 1, 1, INT64_C(1000000000000000000), UINT64_C(1000000000000000000),
     1e18},
    {"1e19", CARTO_JSON_DOUBLE, 0, 1, 0, UINT64_C(10000000000000000000), 1e19},
    {"1e20", CARTO_JSON_DOUBLE, 0, 0, 0, 0, 1e20},
    {"-1e19", CARTO_JSON_DOUBLE, 0, 0, 0, 0, -1e19},
    {"1e999", CARTO_JSON_DOUBLE, 0, 0, 0, 0, HUGE_VAL},
    {"0.1", CARTO_JSON_DOUBLE, 0, 0, 0, 0, 0.1},
  };
  size_t i;
  for (i = 0; i < sizeof rows / sizeof *rows; i++) {
    char wrapped[64];
    int64_t i64 = 77;
    uint64_t u64 = 77;
    const carto_json *value;
    parsed p;
    snprintf(wrapped, sizeof wrapped, "[%s]", rows[i].text);
    parse(&p, STR(wrapped));
    value = carto_json_first(p.doc.root);
    CHECK_INT(carto_json_type_of(value), rows[i].type);
    CHECK(carto_json_is_number(value));
    CHECK_DOUBLE(carto_json_double(value), rows[i].f64);
    CHECK_INT(carto_json_int64(value, &i64), rows[i].fits_int64);
    CHECK_INT(i64, rows[i].fits_int64 ? rows[i].i64 : 77);
    CHECK_INT(carto_json_uint64(value, &u64), rows[i].fits_uint64);
    CHECK_UINT(u64, rows[i].fits_uint64 ? rows[i].u64 : 77);
    CHECK_STR(carto_json_number_text(&p.doc, value), rows[i].text);
    done(&p);
  }
}

static void test_accessors(void) {
  static const char text[] = "{\"s\":\"text\",\"n\":null,\"t\":true,\"f\":false,\"i\":5,\"d\":1.5,"
                             "\"a\":[1,[2,3],{\"x\":4},\"z\"],\"o\":{\"a\":{\"b\":\"c\"}},\"\":6,"
                             "\"i\":7,\"e\\n\":8,\"ea\":[],\"eo\":{}}";
  static const char *const names[] = {"s", "n", "t", "f",   "i",  "d", "a",
                                      "o", "",  "i", "e\n", "ea", "eo"};
  const carto_json *root, *value, *key;
  int64_t i64 = 9;
  uint64_t u64 = 9;
  parsed p;
  size_t i;
  parse(&p, STR(text));
  CHECK_INT(p.status, CARTO_OK);
  CHECK_STR(p.doc.text, text);
  CHECK_UINT(sizeof(carto_json), 16);
  root = p.doc.root;
  CHECK_INT(carto_json_type_of(root), CARTO_JSON_OBJECT);
  CHECK_UINT(carto_json_count(root), 13);
  CHECK_STR(carto_json_string(carto_json_get(root, "s")), "text");
  CHECK_INT(carto_json_type_of(carto_json_get(root, "n")), CARTO_JSON_NULL);
  CHECK(carto_json_bool(carto_json_get(root, "t")) && !carto_json_bool(carto_json_get(root, "f")));
  CHECK(!carto_json_bool(carto_json_get(root, "i")) && !carto_json_bool(NULL));
  CHECK_DOUBLE(carto_json_double(carto_json_get(root, "i")), 7); /* the last one counts */
  CHECK_DOUBLE(carto_json_double(carto_json_get(root, "")), 6);
  CHECK_DOUBLE(carto_json_double(carto_json_get(root, "e\n")), 8);
  CHECK(carto_json_get(root, "S") == NULL && carto_json_get(root, "text") == NULL);
  CHECK(carto_json_find(root, carto_str_make("sx", 1)) == carto_json_get(root, "s"));
  value = carto_json_get(carto_json_get(carto_json_get(root, "o"), "a"), "b");
  CHECK_STR(carto_json_string(value), "c");
  CHECK(carto_json_get(carto_json_get(carto_json_get(root, "no"), "a"), "b") == NULL);
  CHECK(carto_json_get(carto_json_get(root, "a"), "x") == NULL);
  for (i = 0, key = carto_json_first(root); i < carto_json_count(root); i++) {
    CHECK_STR(carto_json_string(key), names[i]);
    key = carto_json_next(carto_json_value_of(key));
  }
  CHECK(key == root + p.doc.count);
  value = carto_json_first(carto_json_get(root, "a"));
  CHECK_DOUBLE(carto_json_double(value), 1);
  value = carto_json_next(value);
  CHECK_INT(carto_json_type_of(value), CARTO_JSON_ARRAY);
  CHECK_UINT(carto_json_count(value), 2);
  value = carto_json_next(value);
  CHECK_INT(carto_json_type_of(value), CARTO_JSON_OBJECT);
  value = carto_json_next(value);
  CHECK_STR(carto_json_string(value), "z");
  CHECK_UINT(carto_json_count(carto_json_get(root, "ea")), 0);
  CHECK(carto_json_first(carto_json_get(root, "ea")) == NULL);
  CHECK(carto_json_first(carto_json_get(root, "eo")) == NULL);
  CHECK(carto_json_first(carto_json_get(root, "s")) == NULL);
  value = carto_json_get(root, "s"); /* wrong kinds give nothing */
  CHECK_UINT(carto_json_count(value), 0);
  CHECK_DOUBLE(carto_json_double(value), 0);
  CHECK(!carto_json_is_number(value) && !carto_json_int64(value, &i64) &&
        !carto_json_uint64(value, &u64));
  CHECK_UINT(carto_json_number_text(&p.doc, value).len, 0);
  CHECK_UINT(carto_json_string(root).len, 0);
  CHECK_INT(carto_json_type_of(NULL), -1); /* nor does nothing */
  CHECK_UINT(carto_json_count(NULL), 0);
  CHECK_UINT(carto_json_string(NULL).len, 0);
  CHECK_DOUBLE(carto_json_double(NULL), 0);
  CHECK(!carto_json_is_number(NULL) && !carto_json_int64(NULL, &i64) &&
        !carto_json_uint64(NULL, &u64));
  CHECK(carto_json_first(NULL) == NULL && carto_json_next(NULL) == NULL &&
        carto_json_value_of(NULL) == NULL);
  CHECK_UINT(carto_json_number_text(&p.doc, NULL).len, 0);
  CHECK(i64 == 9 && u64 == 9);
  done(&p);
}

/* Strings without escapes point into the text; those with escapes follow the nodes. */
static void test_ownership(void) {
  const carto_json *plain, *escaped;
  parsed p;
  parse(&p, STR("[\"plain\",\"with\\nescape\",\"\\u00e9\"]"));
  plain = carto_json_first(p.doc.root);
  escaped = carto_json_next(plain);
  CHECK(carto_json_string(plain).ptr == p.text.ptr + 2);
  CHECK_STR(carto_json_string(escaped), "with\nescape");
  CHECK_STR(carto_json_string(carto_json_next(escaped)), "\xc3\xa9");
  CHECK_UINT(p.doc.count, 4);
  CHECK_UINT(p.arena._head->used,
             4 * 16 + 16); /* 13 bytes of text, rounded up; nothing is wasted */
  done(&p);
}

static void test_prefix(void) {
  static const char text[] = " {\"a\":1} \n[2,\"\\t\"]\n\n-3 true\"x\"1-2 {";
  static const size_t used[] = {10, 10, 3, 4, 3, 1, 3};
  static const char *const values[] = {"{\"a\":1}", "[2,\"\\t\"]", "-3", "true",
                                       "\"x\"",     "1",           "-2"};
  test_memory memory;
  carto_arena arena;
  carto_json_doc doc;
  carto_error error;
  carto_str copy = exact_copy(STR(text)), rest = copy;
  size_t took = 99, i;
  carto_arena_init(&arena, test_alloc(&memory), 0);
  for (i = 0; i < sizeof used / sizeof *used; i++) {
    carto_json_writer writer;
    carto_buf out;
    carto_buf_init(&out, carto_arena_allocator(&arena), 0);
    CHECK_INT(carto_json_parse_prefix(&arena, rest, &took, &doc, &error), CARTO_OK);
    CHECK_UINT(took, used[i]);
    CHECK(doc.text.ptr == rest.ptr && doc.text.len == took);
    carto_json_writer_init(&writer, &out);
    carto_json_write_value(&writer, &doc, doc.root);
    CHECK_STR(carto_buf_str(&out), values[i]);
    rest = carto__str_skip(rest, took);
    carto_arena_reset(&arena);
  }
  CHECK_INT(carto_json_parse_prefix(&arena, rest, &took, &doc, &error), CARTO_ERR_SYNTAX);
  CHECK_UINT(took, 0);
  CHECK_UINT(error.offset, 1);
  CHECK(doc.root == NULL);
  carto_arena_free(&arena);
  CHECK_UINT(memory.live_bytes, 0);
  free_copy(copy);
}

/* A small value in front of a large text costs no more than one alone. */
static void test_prefix_is_cheap(void) {
  size_t len = 1 << 22, used, i, calls;
  char *text = (char *)malloc(len);
  test_memory memory;
  carto_arena arena;
  carto_json_doc doc;
  if (!text) exit(2);
  memset(text, ' ', len);
  for (i = 0; i + 16 < len; i += 16) memcpy(text + i, "{\"a\":[1,2,3]}\n", 14);
  carto_arena_init(&arena, test_alloc(&memory), 0);
  CHECK_INT(carto_json_parse_prefix(&arena, carto_str_make(text, len), &used, &doc, NULL),
            CARTO_OK);
  CHECK_UINT(used, 16);
  CHECK(memory.peak_bytes <= 16384);
  CHECK_UINT(arena._head->used, 6 * 16);
  calls = memory.calls;
  for (i = 0; i + 16 < len; i += used) {
    carto_arena_reset(&arena);
    if (carto_json_parse_prefix(&arena, carto_str_make(text + i, len - i), &used, &doc, NULL) !=
        CARTO_OK)
      break;
  }
  CHECK(i + 16 >= len);
  CHECK_UINT(memory.calls, calls);
  carto_arena_free(&arena);
  free(text);
}

/* Texts longer than an offset can say are refused unread. */
static void test_too_long(void) {
  test_memory memory;
  carto_arena arena;
  carto_json_doc doc;
  carto_error error;
  if (SIZE_MAX <= UINT32_MAX) return;
  carto_arena_init(&arena, test_alloc(&memory), 0);
  CHECK_INT(carto_json_parse(&arena, carto_str_make("[1,2]", SIZE_MAX), &doc, &error),
            CARTO_ERR_LIMIT);
  CHECK_UINT(error.offset, UINT32_MAX);
  CHECK(doc.root == NULL);
  CHECK_UINT(memory.calls, 0);
  carto_arena_free(&arena);
}

/* Memory: the tree of a document of any kind takes less than three times its text, and what is
   left over is given back. */
static void check_size(const char *what, carto_str text, size_t most) {
  test_memory memory;
  carto_arena arena;
  carto_json_doc doc;
  carto_arena_init(&arena, test_alloc(&memory), 0);
  CHECK_INT(carto_json_parse(&arena, text, &doc, NULL), CARTO_OK);
  CHECK(arena._head->used < doc.count * 16 + text.len);
  if (!test_report(arena._head->used <= most, __FILE__, __LINE__, what))
    printf("  %zu bytes for %zu\n", arena._head->used, text.len);
  CHECK(memory.peak_bytes <= 10 * text.len + 20000);
  carto_arena_free(&arena);
}

static void test_size(void) {
  size_t len = 300000, at = 0;
  char *text = (char *)malloc(len + 200);
  if (!text) exit(2);
  text[at++] = '[';
  while (at < len)
    at += (size_t)sprintf(text + at, "%s{\"id\":%zu,\"name\":\"store %zu\",\"x\":-3.703%zu}",
                          at > 1 ? "," : "", at, at, at);
  text[at++] = ']';
  check_size("rows", carto_str_make(text, at), 3 * at);
  for (at = 1; at < len;)
    at +=
      (size_t)sprintf(text + at, "%s[-65.613616999999977,43.420273000000009]", at > 1 ? "," : "");
  text[at++] = ']';
  check_size("coordinates", carto_str_make(text, at), 3 * at);
  for (at = 1; at < len;)
    at += (size_t)sprintf(text + at, "%s\"line\\nof \\u20ac %zu\\n\"", at > 1 ? "," : "", at);
  text[at++] = ']';
  check_size("escapes", carto_str_make(text, at), 3 * at);
  for (at = 1; at < len; at += 2) memcpy(text + at, "1,", 2); /* the worst there is */
  text[at - 1] = ']';
  check_size("digits", carto_str_make(text, at), 8 * at + 32);
  text[0] = '"';
  memset(text + 1, 'x', len);
  memcpy(text + len, "\\n\"", 3);
  check_size("one string", carto_str_make(text, len + 3), len + 64);
  free(text);
}

static const char memory_text[] =
  "{\"escapes\":[\"\\n1\",\"\\u20ac "
  "two\",\"plain\",{\"\\tkey\":\"\\\"value\\\"\"}],\"numbers\":[1,2.5,-3e2,"
  "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,"
  "1,1,1,"
  "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,"
  "1,1,1],"
  "\"more\":[\"\\n\",[\"\\r\",[\"\\f\",[\"\\b\"]]],\"\\ud83d\\ude00\"]}";

/* Writes the tree and compares; returns 0 when memory ran out. */
static int memory_round(carto_arena *arena) {
  static const char want[] =
    "{\"escapes\":[\"\\n1\",\"\xe2\x82\xac "
    "two\",\"plain\",{\"\\tkey\":\"\\\"value\\\"\"}],\"numbers\":[1,2.5,-3e2,";
  carto_json_writer writer;
  carto_json_doc doc;
  carto_error error;
  carto_buf out;
  carto_status status = carto_json_parse(arena, STR(memory_text), &doc, &error);
  if (status != CARTO_OK) {
    CHECK(status == CARTO_ERR_NOMEM || status == CARTO_ERR_LIMIT);
    CHECK_INT(error.status, status);
    CHECK(doc.root == NULL && doc.count == 0);
    return 0;
  }
  CHECK_INT(arena->status, CARTO_OK);
  CHECK_STR(carto_json_string(carto_json_first(carto_json_get(doc.root, "more"))), "\n");
  carto_buf_init(&out, carto_arena_allocator(arena), 0);
  carto_json_writer_init(&writer, &out);
  carto_json_write_value(&writer, &doc, doc.root);
  if (out.status != CARTO_OK) return 0;
  CHECK_STR(carto_str_make(out.ptr, sizeof want - 1), want);
  return 1;
}

static int memory_body(carto_alloc alloc) {
  carto_arena arena;
  int ok;
  carto_arena_init(&arena, alloc, 0);
  ok = memory_round(&arena);
  carto_arena_free(&arena);
  return ok;
}

/* Every allocation failing, every cap, every size of a fixed block. */
static void test_memory_limits(void) {
  static unsigned char room[32768];
  size_t cap;
  int ok = 0;
  test_every_allocation(memory_body, 50);
  for (cap = 32; cap < 32768 && !ok; cap += 16) {
    test_memory memory;
    carto_arena arena;
    carto_arena_init(&arena, test_alloc(&memory), cap);
    ok = memory_round(&arena);
    CHECK(memory.peak_bytes <= cap);
    carto_arena_free(&arena);
  }
  CHECK(ok && cap < 12000);
  for (ok = 0, cap = 0; cap < sizeof room && !ok; cap += 32) {
    carto_block block;
    carto_arena arena;
    carto_block_init(&block, room, cap);
    carto_arena_init(&arena, carto_block_alloc(&block), 0);
    ok = memory_round(&arena);
    carto_arena_free(&arena);
    CHECK_UINT(block._used, 0);
  }
  CHECK(ok);
}

/* ---- writing */

static carto_buf written;
static test_memory written_memory;

static carto_json_writer start_writing(void) {
  carto_json_writer writer;
  carto_buf_free(&written);
  carto_buf_init(&written, test_alloc(&written_memory), 0);
  carto_json_writer_init(&writer, &written);
  return writer;
}

static void test_writer(void) {
  carto_json_writer w = start_writing();
  carto_json_begin_object(&w);
  carto_json_key(&w, "null");
  carto_json_write_null(&w);
  carto_json_key_str(&w, carto_str_make("boolXX", 4));
  carto_json_write_bool(&w, true);
  carto_json_key(&w, "list");
  carto_json_begin_array(&w);
  carto_json_write_int(&w, INT64_MIN);
  carto_json_write_uint(&w, UINT64_MAX);
  carto_json_write_double(&w, -0.5);
  carto_json_write_double(&w, HUGE_VAL);
  carto_json_begin_array(&w);
  carto_json_end_array(&w);
  carto_json_begin_object(&w);
  carto_json_end_object(&w);
  carto_json_begin_array(&w);
  carto_json_begin_array(&w);
  carto_json_write_bool(&w, false);
  carto_json_end_array(&w);
  carto_json_write_text(&w, "x");
  carto_json_end_array(&w);
  carto_json_end_array(&w);
  carto_json_key(&w, "time");
  carto_json_write_time(&w, INT64_C(951827696789000));
  carto_json_key(&w, "raw");
  carto_json_write_raw(&w, STR("[1, 2]"));
  carto_json_key(&w, "");
  carto_json_write_string(&w, carto_str_make(NULL, 0));
  carto_json_key(&w, "absent");
  carto_json_write_value(&w, NULL, NULL);
  carto_json_write_text(&w, NULL);
  carto_json_end_object(&w);
  CHECK_INT(written.status, CARTO_OK);
  CHECK_UINT(w._depth, 0);
  CHECK_STR(carto_buf_str(&written), "{\"null\":null,\"bool\":true,\"list\":[-9223372036854775808,"
                                     "18446744073709551615,-0.5,null,[],{},"
                                     "[[false],\"x\"]],\"time\":\"2000-02-29T12:34:56.789Z\","
                                     "\"raw\":[1, 2],\"\":\"\",\"absent\":null,\"\"}");
}

/* Strings of every length, with a special byte at every place and every kind of neighbourhood. */
static void test_writer_strings(void) {
  static const struct {
    const char *in, *out;
  } specials[] = {
    {"\"", "\\\""},
    {"\\", "\\\\"},
    {"\b", "\\b"},
    {"\f", "\\f"},
    {"\n", "\\n"},
    {"\r", "\\r"},
    {"\t", "\\t"},
    {"\x01", "\\u0001"},
    {"\x0b", "\\u000b"},
    {"\x1f", "\\u001f"},
    {"/", "/"},
    {"\x7f", "\x7f"},
    {"\xc3\xa9", "\xc3\xa9"},
    {"\xe2\x82\xac", "\xe2\x82\xac"},
    {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
    {"\x80", "\xef\xbf\xbd"},
    {"\xff\xfe", "\xef\xbf\xbd\xef\xbf\xbd"},
    {"\xc3(", "\xef\xbf\xbd("},
    {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
    {"\xe2\x82", "\xef\xbf\xbd\xef\xbf\xbd"},
  };
  char in[160], want[200];
  size_t len, at, k;
  carto_json_writer w = start_writing();
  carto_json_write_string(&w, carto_str_make("a\0b", 3));
  CHECK_STR(carto_buf_str(&written), "\"a\\u0000b\"");
  for (len = 0; len < 70; len += len < 40 ? 1 : 9)
    for (at = 0; at <= len; at++)
      for (k = 0; k < sizeof specials / sizeof *specials; k++) {
        carto_str copy;
        memset(in, 'a', sizeof in);
        in[len] = 0;
        snprintf(want, sizeof want, "\"%.*s%s%s\"", (int)at, in, specials[k].out, in + at);
        snprintf(in, sizeof in, "%.*s%s%.*s", (int)at,
                 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                 specials[k].in, (int)(len - at),
                 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
        w = start_writing();
        copy = exact_copy(STR(in));
        carto_json_write_string(&w, copy);
        free_copy(copy);
        if (!carto_str_equal(carto_buf_str(&written), STR(want)))
          CHECK_STR(carto_buf_str(&written), want);
      }
  w = start_writing();
  for (k = 0; k < 1000; k++)
    carto_json_write_text(&w, "\"\\\x01\xc3\xa9\x80"); /* grows while it escapes */
  CHECK_UINT(written.len, 1000 * (2 + 2 + 2 + 6 + 2 + 3) + 999);
}

/* A limit is exact to the byte, wherever it falls. */
static void test_writer_limits(void) {
  static const char want[] =
    "{\"key\":[\"a\\n\xc3\xa9\",12345,-0.25,true,null],\"z\":\"long enough for a block\"}";
  size_t limit;
  for (limit = 1; limit < sizeof want + 1; limit++) {
    carto_json_writer w;
    carto_buf out;
    carto_buf_init(&out, test_alloc(&written_memory), limit);
    carto_json_writer_init(&w, &out);
    carto_json_begin_object(&w);
    carto_json_key(&w, "key");
    carto_json_begin_array(&w);
    carto_json_write_text(&w, "a\n\xc3\xa9");
    carto_json_write_int(&w, 12345);
    carto_json_write_double(&w, -0.25);
    carto_json_write_bool(&w, true);
    carto_json_write_null(&w);
    carto_json_end_array(&w);
    carto_json_key(&w, "z");
    carto_json_write_text(&w, "long enough for a block");
    carto_json_end_object(&w);
    CHECK_INT(out.status, limit < sizeof want - 1 ? CARTO_ERR_LIMIT : CARTO_OK);
    CHECK(out.len <= limit && out.cap <= limit);
    if (out.status == CARTO_OK) CHECK_STR(carto_buf_str(&out), want);
    carto_buf_free(&out);
  }
  CHECK_UINT(written_memory.live_bytes, 0);
}

/* Random documents: what was written reads, and is written again as it was. */
static void write_random(carto_json_writer *w, int depth) {
  static const char *const texts[] = {"",
                                      "a",
                                      "key",
                                      "caf\xc3\xa9",
                                      "\xe6\x9d\xb1\xe4\xba\xac",
                                      "tab\there",
                                      "quote\"d",
                                      "a longer text, over sixteen bytes",
                                      "\xf0\x9f\x98\x80",
                                      "\\u0000",
                                      "line\nline\nline\nline\nline\nline\nline\nline\nline\nline"};
  uint64_t kind = test_random(depth > 5 ? 7 : 10), i, count = test_random(6);
  switch (kind) {
  case 0: carto_json_write_null(w); break;
  case 1: carto_json_write_bool(w, test_random(2) != 0); break;
  case 2: carto_json_write_int(w, (int64_t)(test_random_state >> test_random(64))); break;
  case 3: carto_json_write_uint(w, test_random_state >> test_random(3)); break;
  case 4: carto_json_write_double(w, (double)(int64_t)test_random(1000000000) / 1e5 - 180); break;
  case 5:
  case 6: carto_json_write_text(w, texts[test_random(11)]); break;
  case 7:
  case 8:
    carto_json_begin_object(w);
    for (i = 0; i < count; i++) {
      carto_json_key(w, texts[test_random(11)]);
      write_random(w, depth + 1);
    }
    carto_json_end_object(w);
    break;
  default:
    carto_json_begin_array(w);
    for (i = 0; i < count; i++) write_random(w, depth + 1);
    carto_json_end_array(w);
    break;
  }
}

static void test_round_trip(void) {
  int i;
  for (i = 0; i < 2000; i++) {
    carto_json_writer w = start_writing();
    parsed p;
    carto_buf first;
    carto_json_begin_array(&w);
    write_random(&w, 0);
    write_random(&w, 0);
    carto_json_end_array(&w);
    parse(&p, carto_buf_str(&written));
    if (p.status != CARTO_OK) {
      CHECK(!"reads");
      printf("  %.*s\n", (int)written.len, written.ptr);
    }
    first = written;
    memset(&written, 0, sizeof written);
    w = start_writing();
    carto_json_write_value(&w, &p.doc, p.doc.root);
    if (!carto_str_equal(carto_buf_str(&first), carto_buf_str(&written))) CHECK(!"the same again");
    carto_buf_free(&first);
    done(&p);
  }
  carto_buf_free(&written);
}

static const test_case cases[] = {
  {"written again", test_written},
  {"refused", test_refused},
  {"nul", test_nul},
  {"prefixes of a document", test_prefixes},
  {"string blocks", test_string_blocks},
  {"depth", test_depth},
  {"numbers", test_numbers},
  {"accessors", test_accessors},
  {"ownership", test_ownership},
  {"prefix", test_prefix},
  {"prefix is cheap", test_prefix_is_cheap},
  {"too long", test_too_long},
  {"size", test_size},
  {"memory limits", test_memory_limits},
  {"writer", test_writer},
  {"writer strings", test_writer_strings},
  {"writer limits", test_writer_limits},
  {"round trip", test_round_trip},
};

TEST_MAIN(cases)
