/* Colours, palettes, scales. The vectors of tests/corpora/map are run by carto-corpus; here is what they do
   not reach: every palette in every size, colour names, odd arguments, and memory that runs out. */
#define _POSIX_C_SOURCE 200809L
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
#include "test.h"

static carto_str str(const char *text) { return carto_str_from(text); }

static carto_arena libc_arena(void) {
  carto_alloc libc = {NULL, NULL};
  carto_arena arena;
  carto_arena_init(&arena, libc, 0);
  return arena;
}

static void check_color(const char *text, int known, unsigned rgba) {
  carto_rgba c;
  CHECK_INT(carto_color_parse(str(text), &c), known);
  CHECK_UINT((unsigned)c.r << 24 | (unsigned)c.g << 16 | (unsigned)c.b << 8 | c.a, rgba);
}

static void test_color_parse(void) {
  check_color("#abc", 1, 0xaabbccffu);
  check_color("#abcd", 1, 0xaabbccddu);
  check_color("abcd", 0, 0); /* "bad" and "face" are words */
  check_color("bad", 0, 0);
  check_color("#A1b2C3", 1, 0xa1b2c3ffu);
  check_color("a1b2c300", 1, 0xa1b2c300u);
  check_color("SteelBlue", 1, 0x4682b4ffu);
  check_color("yellowgreen", 1, 0x9acd32ffu);
  check_color("aliceblue", 1, 0xf0f8ffffu);
  check_color("rebeccapurple", 1, 0x663399ffu);
  check_color("transparent", 1, 0);
  check_color("", 0, 0);
  check_color("#", 0, 0);
  check_color("#12", 0, 0);
  check_color("#12345", 0, 0);
  check_color("#1234567", 0, 0);
  check_color("#123456789", 0, 0);
  check_color("#ggg", 0, 0);
  check_color("#red", 0, 0);
  check_color("reddish", 0, 0);
  check_color("re", 0, 0);
  check_color("red=ff0000", 0, 0);
  check_color("rgb(1,2,3)", 1, 0x010203ffu);
  check_color("RGBA( 255 , 0 , 127.6 , 0.5 )", 1, 0xff008080u);
  check_color("rgb(100% 0% 50% / 20%)", 1, 0xff008033u);
  check_color("rgb(300,-5,0)", 1, 0xff0000ffu);
  check_color("hsl(120, 100%, 50%)", 1, 0x00ff00ffu);
  check_color("hsl(210, 50%, 40%)", 1, 0x336699ffu);
  check_color("hsla(-60, 100%, 25%, 0)", 1, 0x80008000u);
  check_color("hsl(0, 0%, 80%)", 1, 0xccccccffu);
  check_color("rgb(1,2)", 0, 0);
  check_color("rgb(1,2,3,4,5)", 0, 0);
  check_color("rgb(1,2,3", 0, 0);
  check_color("rgb", 0, 0);
  check_color("rgb()", 0, 0);
  check_color("hsl(1,200%,3%)", 0, 0);
  check_color("hsl(1e300,20%,3%)", 0, 0);
  check_color("rgb(a,b,c)", 0, 0);
}

static void test_color_text(void) {
  carto_rgba c = {0xa1, 0x02, 0xff, 255};
  char text[10];
  carto_color_text(c, text);
  CHECK_STR(str(text), "#a102ff");
  c.a = 8;
  carto_color_text(c, text);
  CHECK_STR(str(text), "#a102ff08");
}

static void test_opacity(void) {
  CHECK_INT(carto_opacity_to_alpha(-1), 0);
  CHECK_INT(carto_opacity_to_alpha(2), 255);
  CHECK_INT(carto_opacity_to_alpha(0.0 / 0.0 * 0), 0);
  CHECK_INT(carto_opacity_to_alpha(1e-300), 0);
}

/* Every variant of every palette beside the published file. */
static void test_palettes(void) {
  size_t len, i, n, k, at, seen = 0;
  char *text = test_read_file("tests/corpora/map/cartocolors.json", &len);
  carto_arena arena = libc_arena();
  carto_json_doc doc;
  const carto_json *key;
  CHECK_INT(carto_json_parse(&arena, carto_str_make(text, len), &doc, NULL), CARTO_OK);
  key = carto_json_first(doc.root);
  for (i = 0; i < carto_json_count(doc.root); i++, key = carto_json_next(carto_json_value_of(key))) {
    const carto_json *variants = carto_json_value_of(key);
    int index = carto_palette_find(carto_json_string(key));
    carto_str tag = carto_json_string(carto_json_first(carto_json_get(variants, "tags")));
    int qualitative = carto_str_equal(tag, str("qualitative"));
    static const char *const kinds[] = {"quantitative", "diverging", "aggregation", "qualitative"};
    CHECK(index >= 0);
    CHECK_STR(carto_json_string(key), carto_palette_name(index));
    CHECK_STR(tag, kinds[carto_palette_kind_of(index)]);
    for (n = 0; n < 14; n++) {
      carto_rgba got[CARTO_PALETTE_MAX];
      char name[4];
      const carto_json *list, *item;
      size_t count = carto_palette_colors(index, n, got), most = qualitative ? 11 : 7;
      CHECK_UINT(count, n < 2 ? 2 : n > most ? most : n);
      snprintf(name, sizeof name, "%d", (int)count);
      list = carto_json_get(variants, name);
      CHECK(carto_json_count(list) == count + (qualitative ? 1 : 0) ||
            (carto_str_equal(carto_json_string(key), str("TealRose")) && count == 4));
      for (k = 0, item = carto_json_first(list); k < count; k++, item = carto_json_next(item)) {
        char hex[10];
        carto_str want = carto_json_string(item);
        carto_color_text(got[k], hex);
        for (at = 0; at < want.len; at++) CHECK(carto__lower(want.ptr[at]) == hex[at]);
        seen++;
      }
    }
  }
  CHECK_UINT(i, 34);
  CHECK(carto_palette_name(33) != NULL);
  CHECK(carto_palette_name(34) == NULL && carto_palette_name(-1) == NULL);
  CHECK_INT(carto_palette_find(str("purpor")), -1);
  CHECK_INT(carto_palette_find(str("")), -1);
  CHECK_UINT(carto_palette_colors(-1, 3, NULL), 0);
  CHECK(seen > 1500);
  carto_arena_free(&arena);
  free(text);
}

/* What a style that is wrong says. */
static void check_style(int kind, const char *json, const char *wrong) {
  carto_arena arena = libc_arena();
  carto_json_doc doc;
  carto_color_style style;
  carto_error error;
  CHECK_INT(carto_json_parse(&arena, str(json), &doc, NULL), CARTO_OK);
  CHECK_INT(carto_color_style_read(&arena, kind, doc.root, &style, &error),
            wrong ? CARTO_ERR_ARG : CARTO_OK);
  if (wrong) CHECK_CONTAINS(str(error.text), wrong);
  carto_arena_free(&arena);
}

static void test_style_errors(void) {
  check_style(CARTO_COLOR_BINS, "{\"domain\":[1,2],\"colors\":[\"red\",\"#00f\",[1,2,3]]}", NULL);
  check_style(CARTO_COLOR_BINS, "{}", "Expected \"domain\" to be an array of numbers");
  check_style(CARTO_COLOR_BINS, "{\"domain\":[\"a\"]}", "Expected \"domain\" to be an array of numbers");
  check_style(CARTO_COLOR_CATEGORIES, "{\"domain\":\"a\"}", "or strings");
  check_style(CARTO_COLOR_CONTINUOUS, "{\"domain\":[1,1e400]}", "array of numbers");
  check_style(CARTO_COLOR_BINS, "{\"domain\":[1],\"colors\":[]}", "\"colors\" must be a list of one color");
  check_style(CARTO_COLOR_BINS, "{\"domain\":[1],\"colors\":7}", "\"colors\" must be a list");
  check_style(CARTO_COLOR_BINS, "{\"domain\":[1],\"colors\":[[1,2]]}", "\"colors[0]\" must be a color");
  check_style(CARTO_COLOR_BINS, "{\"domain\":[1],\"colors\":[[1,2,3],[1,2,256]]}", "\"colors[1]\"");
  check_style(CARTO_COLOR_BINS, "{\"domain\":[1],\"colors\":[\"#12\"]}", "\"colors[0]\"");
  check_style(CARTO_COLOR_BINS, "{\"domain\":[1],\"nullColor\":[1,2,-3]}", "\"nullColor\" must be a color");
  check_style(CARTO_COLOR_CATEGORIES, "{\"domain\":[1],\"othersColor\":false}", "\"othersColor\"");
  check_style(CARTO_COLOR_BINS, "{\"domain\":[1],\"colors\":\"Purp\\u0001\"}", "Palette \"Purp?\" not found");
}

static void test_log_steps(void) {
  double out[8];
  CHECK_UINT(carto_log_steps(5e-324, 1e308, 4, out, 8), 3);
  CHECK_DOUBLE(out[0], 1e-323);
  CHECK_UINT(carto_log_steps(1, 10, 0, out, 8), 0);
  CHECK_UINT(carto_log_steps(1, 10, 1, out, 8), 0);
  CHECK_UINT(carto_log_steps(1e-7, 10, 100000, out, 8), 8);
  CHECK_DOUBLE(out[0], 1e-6);
  CHECK_UINT(carto_log_steps(1e22, 1e300, 3, out, 8), 2);
  CHECK_DOUBLE(out[0], 1e23);
  CHECK_UINT(carto_log_steps(0.0 / 0.0, 0.0 / 0.0, 3, out, 8), 2);
  CHECK_DOUBLE(out[1], 100);
}

static void test_levels(void) {
  CHECK_INT(carto_hexagon_resolution(20, 89.999999, 512), 15);
  CHECK_INT(carto_hexagon_resolution(20, 90, 512), 15);
  CHECK_INT(carto_hexagon_resolution(3, 100, 512), 0);
  CHECK_INT(carto_hexagon_resolution(3, 10, 0), 0);
  CHECK_DOUBLE(carto_aggregation_res_level(5, 0), 5);
}

/* All that allocates, with every allocation failing in turn. */
static int style_body(carto_alloc alloc) {
  static const double quantiles[] = {1, 2, 3, 4, 5};
  carto_str colors[] = {carto_str_from("#ff0000"), carto_str_from("#00ff00"), carto_str_from("blue"),
                        carto_str_from("#000")};
  carto_scalars none = {NULL, 0};
  carto_opt opaque = {false, 0};
  carto_arena arena;
  carto_attribute attribute;
  carto_color_range range;
  carto_color_scale scale;
  carto_color_style style;
  carto_json_doc doc;
  int done = 0;
  carto_arena_init(&arena, alloc, 0);
  memset(&attribute, 0, sizeof attribute);
  memset(&range, 0, sizeof range);
  memset(&scale, 0, sizeof scale);
  memset(&style, 0, sizeof style);
  memset(&doc, 0, sizeof doc);
  attribute.quantiles[4] = quantiles;
  range.colors.items = colors;
  range.colors.count = 4;
  if (carto_json_parse(&arena, str("{\"domain\":[1,2,3],\"colors\":\"Teal\"}"), &doc, NULL) == CARTO_OK &&
      carto_color_style_read(&arena, CARTO_COLOR_BINS, doc.root, &style, NULL) == CARTO_OK &&
      carto_color_scale_make(&arena, CARTO_SCALE_QUANTILE, &range, opaque, none, &attribute, &scale, NULL) ==
        CARTO_OK)
    done = 1;
  if (!done) CHECK(scale.colors == NULL || style.colors == NULL || doc.root == NULL);
  if (done) CHECK_INT(carto_color_scale_apply(&scale, carto_scalar_of_number(4.5)).a, 255);
  carto_arena_free(&arena);
  return done;
}

static void test_memory_runs_out(void) { test_every_allocation(style_body, 100); }

static const test_case cases[] = {
  {"color_parse", test_color_parse},   {"color_text", test_color_text},
  {"opacity", test_opacity},           {"palettes", test_palettes},
  {"style_errors", test_style_errors}, {"log_steps", test_log_steps},
  {"levels", test_levels},             {"memory_runs_out", test_memory_runs_out},
};

TEST_MAIN(cases)
