/* Corpus runners for colours, scales and saved maps: map-colors, map-styles. A case is carried out, its
   result written as JSON, and that compared with what is expected. */
#ifndef CORPUS_STYLE_H
#define CORPUS_STYLE_H

#include "corpus_geo.h"

/* ---- comparing. Objects in any order of keys; {"$undef": true} stands for no member. */

static int style_is_undefined(const carto_json *value) { return !value || carto_json_get(value, "$undef") != NULL; }

static int style_same_number(double a, double b) {
  if (a == b) return 1;
  if (b == floor(b)) return 0;
  return fabs(a - b) <= 1e-12 * fabs(b);
}

static int style_same(const carto_json *got, const carto_json *want);

static int style_same_members(const carto_json *got, const carto_json *want) {
  const carto_json *key = carto_json_first(want);
  size_t left = carto_json_count(want), defined = 0;
  for (; left > 0; left--, key = carto_json_next(carto_json_value_of(key))) {
    const carto_json *member = carto_json_value_of(key);
    if (style_is_undefined(member)) continue;
    defined++;
    if (!style_same(carto_json_find(got, carto_json_string(key)), member)) return 0;
  }
  return carto_json_count(got) == defined;
}

static int style_same(const carto_json *got, const carto_json *want) {
  const carto_json *a = carto_json_first(got), *b = carto_json_first(want);
  size_t left = carto_json_count(want);
  if (carto_json_is_number(got) && carto_json_is_number(want))
    return style_same_number(carto_json_double(got), carto_json_double(want));
  if (style_is_undefined(want) && carto_json_type_of(got) == CARTO_JSON_NULL) return 1;
  if (carto_json_type_of(got) != carto_json_type_of(want)) return 0;
  if (carto_json_type_of(want) == CARTO_JSON_OBJECT) return style_same_members(got, want);
  if (carto_json_type_of(want) == CARTO_JSON_STRING)
    return carto_str_equal(carto_json_string(got), carto_json_string(want));
  if (left != carto_json_count(got)) return 0;
  for (; left > 0; left--, a = carto_json_next(a), b = carto_json_next(b))
    if (!style_same(a, b)) return 0;
  return 1;
}

/* ---- reading parameters */

static double style_number(const carto_json *value) {
  carto_str special = carto_json_string(carto_json_get(value, "$num"));
  if (carto_str_equal(special, carto_str_from("Infinity"))) return INFINITY;
  if (carto_str_equal(special, carto_str_from("-Infinity"))) return -INFINITY;
  return special.len ? NAN : carto_json_double(value);
}

static carto_scalar style_scalar(const carto_json *value) {
  return carto_json_get(value, "$num") ? carto_scalar_of_number(style_number(value))
                                       : carto_scalar_of_json(value);
}

static carto_scalars style_scalars(carto_arena *arena, const carto_json *list) {
  carto_scalars out;
  const carto_json *item = carto_json_first(list);
  size_t i;
  out.count = carto_json_count(list);
  out.items = (carto_scalar *)carto_arena_alloc(arena, out.count * sizeof *out.items);
  if (!out.items) exit(2);
  for (i = 0; i < out.count; i++, item = carto_json_next(item)) out.items[i] = style_scalar(item);
  return out;
}

static int style_scale_type(carto_str name) {
  static const char *const names[] = {"",         "linear", "sqrt",    "log",   "quantize",
                                      "quantile", "custom", "ordinal", "point", "identity"};
  int i = 9;
  while (i > 0 && !carto_str_equal(name, carto_str_from(names[i]))) i--;
  return i;
}

static void style_write_scalars(carto_json_writer *out, carto_scalars list) {
  size_t i;
  carto_json_begin_array(out);
  for (i = 0; i < list.count; i++) carto_scalar_write(list.items[i], out);
  carto_json_end_array(out);
}

static void style_write_color(carto_json_writer *out, const carto_color *color) {
  size_t i;
  carto_json_begin_array(out);
  for (i = 0; i < color->count; i++) carto_json_write_double(out, color->channel[i]);
  carto_json_end_array(out);
}

static void style_write_rgba(carto_json_writer *out, carto_rgba c) {
  carto_json_begin_array(out);
  carto_json_write_int(out, c.r);
  carto_json_write_int(out, c.g);
  carto_json_write_int(out, c.b);
  carto_json_write_int(out, c.a);
  carto_json_end_array(out);
}

static void style_write_error(carto_json_writer *out, const carto_error *error) {
  carto_json_begin_object(out);
  carto_json_key(out, "error");
  carto_json_write_text(out, error->text);
  carto_json_end_object(out);
}

/* ---- map-colors */

static void style_colors(carto_arena *arena, const carto_json_doc *row, carto_json_writer *out) {
  static const char *const ops[] = {"colorBins", "colorCategories", "colorContinuous"};
  const carto_json *params = carto_json_get(row->root, "params");
  carto_str op = carto_json_string(carto_json_get(row->root, "op"));
  carto_scalars values = style_scalars(arena, carto_json_get(params, "values"));
  carto_color_style style;
  carto_error error;
  size_t i;
  int kind = 0;
  while (kind < 3 && !carto_str_equal(op, carto_str_from(ops[kind]))) kind++;
  if (kind == 3) return;
  if (carto_color_style_read(arena, kind, carto_json_get(params, "style"), &style, &error) != CARTO_OK) {
    style_write_error(out, &error);
    return;
  }
  carto_json_begin_array(out);
  for (i = 0; i < values.count; i++) {
    carto_color color = carto_color_style_apply(&style, values.items[i]);
    style_write_color(out, &color);
  }
  carto_json_end_array(out);
}

/* ---- map-styles */

/* The column's statistics, when they are of the column that the field names. */
static const carto_attribute *style_attribute(carto_arena *arena, const carto_json *params,
                                              carto_attribute *out, double *room) {
  const carto_json *stats = carto_json_get(params, "attribute"), *field = carto_json_get(params, "field");
  const carto_json *lists = carto_json_get(stats, "quantiles"), *name = carto_json_get(field, "colorColumn");
  const carto_json *list, *item = carto_json_first(carto_json_get(stats, "categories"));
  size_t n, i;
  if (!name) name = carto_json_get(field, "name");
  if (!carto_str_equal(carto_json_string(name), carto_json_string(carto_json_get(stats, "attribute"))))
    return NULL;
  memset(out, 0, sizeof *out);
  out->has_range = carto_json_get(stats, "max") != NULL;
  out->min = carto_json_double(carto_json_get(stats, "min"));
  out->max = carto_json_double(carto_json_get(stats, "max"));
  for (n = 0; n <= CARTO_QUANTILES_MAX; n++) {
    char key[4];
    snprintf(key, sizeof key, "%d", (int)n);
    list = carto_json_get(lists, key);
    if (!list) continue;
    out->quantiles[n] = room;
    for (i = 0; i < carto_json_count(list); i++) *room++ = geo_item(list, i);
  }
  out->categories.count = carto_json_count(carto_json_get(stats, "categories"));
  out->categories.items =
    (carto_scalar *)carto_arena_alloc(arena, out->categories.count * sizeof *out->categories.items);
  for (i = 0; i < out->categories.count; i++, item = carto_json_next(item))
    out->categories.items[i] = carto_scalar_of_json(carto_json_get(item, "category"));
  return out;
}

static void style_read_range(carto_arena *arena, const carto_json *json, carto_color_range *out) {
  const carto_json *colors = carto_json_get(json, "colors"), *map = carto_json_get(json, "colorMap");
  const carto_json *item = carto_json_first(colors), *pair = carto_json_first(map);
  size_t i;
  memset(out, 0, sizeof *out);
  out->ui_custom_scale_type = carto_json_string(carto_json_get(json, "uiCustomScaleType"));
  out->colors.count = carto_json_count(colors);
  out->colors.items = (carto_str *)carto_arena_alloc(arena, out->colors.count * sizeof(carto_str));
  for (i = 0; i < out->colors.count; i++, item = carto_json_next(item))
    out->colors.items[i] = carto_json_string(item);
  out->stops.count = carto_json_count(map);
  out->stops.items =
    (carto_color_stop *)carto_arena_alloc(arena, out->stops.count * sizeof *out->stops.items);
  for (i = 0; i < out->stops.count; i++, pair = carto_json_next(pair)) {
    out->stops.items[i].value = carto_scalar_of_json(carto_json_first(pair));
    out->stops.items[i].color = carto_json_string(carto_json_next(carto_json_first(pair)));
  }
}

static void style_color_scale(carto_arena *arena, const carto_json *params, carto_json_writer *out) {
  int type = style_scale_type(carto_json_string(carto_json_get(params, "scale")));
  carto_scalars values = style_scalars(arena, carto_json_get(params, "values"));
  carto_scalars domain = style_scalars(arena, carto_json_get(params, "domainOverride"));
  carto_attribute room;
  double quantiles[CARTO_QUANTILES_SIZE];
  const carto_attribute *attribute = style_attribute(arena, params, &room, quantiles);
  carto_color_range range;
  carto_color_scale scale;
  carto_opt opacity;
  carto_error error;
  size_t i;
  style_read_range(arena, carto_json_get(params, "range"), &range);
  opacity.is_set = carto_json_get(params, "opacity") != NULL;
  opacity.value = carto_json_double(carto_json_get(params, "opacity"));
  if (carto_json_get(carto_json_get(params, "field"), "colorColumn")) type = CARTO_SCALE_IDENTITY;
  if (carto_color_scale_make(arena, type, &range, opacity, domain, attribute, &scale, &error) != CARTO_OK) {
    style_write_error(out, &error);
    return;
  }
  carto_json_begin_object(out);
  carto_json_key(out, "colors");
  carto_json_begin_array(out);
  for (i = 0; i < values.count; i++) style_write_rgba(out, carto_color_scale_apply(&scale, values.items[i]));
  carto_json_end_array(out);
  carto_json_key(out, "domain");
  style_write_scalars(out, scale.domain);
  if (scale.scale_domain.count > 0) {
    carto_json_key(out, "scaleDomain");
    style_write_scalars(out, scale.scale_domain);
  }
  carto_json_key(out, "range");
  carto_json_begin_array(out);
  for (i = 0; i < scale.range.count; i++) carto_json_write_string(out, scale.range.items[i]);
  carto_json_end_array(out);
  carto_json_end_object(out);
}

static carto_opt2 style_pair(const carto_json *pair) {
  carto_opt2 out;
  out.is_set = carto_json_count(pair) == 2;
  out.from = out.is_set ? geo_item(pair, 0) : 0;
  out.to = out.is_set ? geo_item(pair, 1) : 0;
  return out;
}

static void style_size_scale(carto_arena *arena, const carto_json *params, carto_json_writer *out) {
  int type = style_scale_type(carto_json_string(carto_json_get(params, "scale")));
  carto_scalars values = style_scalars(arena, carto_json_get(params, "values"));
  carto_attribute room;
  double quantiles[CARTO_QUANTILES_SIZE];
  const carto_attribute *attribute = style_attribute(arena, params, &room, quantiles);
  carto_str aggregation = carto_json_string(carto_json_get(params, "aggregation"));
  carto_size_scale scale =
    carto_size_scale_make(type, style_pair(carto_json_get(params, "range")),
                          carto_str_equal(aggregation, carto_str_from("count")), attribute);
  size_t i;
  carto_json_begin_object(out);
  carto_json_key(out, "sizes");
  carto_json_begin_array(out);
  for (i = 0; i < values.count; i++)
    carto_json_write_double(out, carto_size_scale_apply(&scale, values.items[i].number));
  carto_json_end_array(out);
  carto_json_key(out, "domain");
  carto_json_begin_array(out);
  if (scale.has_domain) {
    carto_json_write_double(out, scale.min);
    carto_json_write_double(out, scale.max);
  }
  carto_json_end_array(out);
  carto_json_end_object(out);
}

/* The operations over a list: what is written for one item of it. */
typedef struct style_list_op {
  const char *name, *list;
  void (*write)(const carto_json *params, const carto_json *item, carto_json_writer *out);
} style_list_op;

static void style_opacity(const carto_json *params, const carto_json *item, carto_json_writer *out) {
  (void)params;
  carto_json_write_int(out, carto_opacity_to_alpha(carto_json_double(item)));
}

static void style_alias(const carto_json *params, const carto_json *item, carto_json_writer *out) {
  char alias[20];
  carto_str provider = carto_json_string(carto_json_get(params, "provider"));
  carto_custom_aggregation_alias(carto_json_string(item),
                                 carto_str_equal(provider, carto_str_from("snowflake")), alias);
  carto_json_write_text(out, alias);
}

static void style_cluster_radius(const carto_json *params, const carto_json *item, carto_json_writer *out) {
  carto_json_write_double(out, carto_cluster_radius(carto_json_double(item),
                                                    carto_json_double(carto_json_get(params, "min")),
                                                    carto_json_double(carto_json_get(params, "max")),
                                                    style_pair(carto_json_get(params, "radiusRange"))));
}

static void style_cluster_text(const carto_json *params, const carto_json *item, carto_json_writer *out) {
  (void)params;
  carto_json_write_int(out, carto_cluster_text_size(carto_json_double(item)));
}

static void style_geo_column(const carto_json *params, const carto_json *item, carto_json_writer *out) {
  carto_str column;
  const char *index;
  int known = carto_json_type_of(item) == CARTO_JSON_STRING &&
              carto_geo_column(carto_json_string(item), &column, &index);
  (void)params;
  carto_json_begin_object(out);
  carto_json_key(out, "column");
  if (known) carto_json_write_string(out, column);
  else carto_json_write_null(out);
  carto_json_key(out, "index");
  if (known && index) carto_json_write_text(out, index);
  else carto_json_write_null(out);
  carto_json_end_object(out);
}

static void style_res_level(const carto_json *params, const carto_json *item, carto_json_writer *out) {
  (void)params;
  if (!carto_json_is_number(carto_json_first(item))) carto_json_write_null(out);
  else carto_json_write_double(out, carto_aggregation_res_level(geo_item(item, 0), geo_item(item, 1)));
}

static void style_hexagon(const carto_json *params, const carto_json *item, carto_json_writer *out) {
  (void)params;
  carto_json_write_int(out, carto_hexagon_resolution(geo_item(item, 0), geo_item(item, 1), geo_item(item, 2)));
}

static void style_log_steps(const carto_json *params, carto_json_writer *out) {
  double steps[32];
  size_t i, count = carto_log_steps(style_number(carto_json_get(params, "min")),
                                    style_number(carto_json_get(params, "max")),
                                    (size_t)carto_json_double(carto_json_get(params, "steps")), steps, 32);
  carto_json_begin_array(out);
  for (i = 0; i < count; i++) carto_json_write_double(out, steps[i]);
  carto_json_end_array(out);
}

static void style_map(carto_arena *arena, const carto_json *params, const carto_json_doc *doc,
                      carto_json_writer *out) {
  carto_json_doc map_doc = *doc;
  carto_map_document map;
  carto_error error;
  carto_call call;
  memset(&call, 0, sizeof call);
  call.arena = arena;
  map_doc.root = carto_json_get(params, "map");
  if (carto_map_document_read(&call, &map_doc, &map, &error) != CARTO_OK ||
      carto_map_document_draw(&call, &map, out, &error) != CARTO_OK)
    style_write_error(out, &error);
}

static void style_styles(carto_arena *arena, const carto_json_doc *doc, carto_json_writer *out) {
  static const style_list_op lists[] = {
    {"opacityToAlpha", "values", style_opacity},      {"customAggregationAlias", "expressions", style_alias},
    {"clusterRadius", "values", style_cluster_radius}, {"clusterTextSize", "radii", style_cluster_text},
    {"geoColumn", "values", style_geo_column},        {"aggregationResLevel", "cases", style_res_level},
    {"hexagonResolution", "cases", style_hexagon},
  };
  const carto_json *params = carto_json_get(doc->root, "params"), *item;
  carto_str op = carto_json_string(carto_json_get(doc->root, "op"));
  size_t i, left;
  if (carto_str_equal(op, carto_str_from("parseMap"))) style_map(arena, params, doc, out);
  if (carto_str_equal(op, carto_str_from("colorScale"))) style_color_scale(arena, params, out);
  if (carto_str_equal(op, carto_str_from("sizeScale"))) style_size_scale(arena, params, out);
  if (carto_str_equal(op, carto_str_from("logSteps"))) style_log_steps(params, out);
  for (i = 0; i < sizeof lists / sizeof *lists; i++) {
    const carto_json *list = carto_json_get(params, lists[i].list);
    if (!carto_str_equal(op, carto_str_from(lists[i].name))) continue;
    carto_json_begin_array(out);
    for (left = carto_json_count(list), item = carto_json_first(list); left > 0;
         left--, item = carto_json_next(item))
      lists[i].write(params, item, out);
    carto_json_end_array(out);
  }
}

/* ---- both */

static const char *style_row(const carto_json_doc *row,
                             void (*run)(carto_arena *arena, const carto_json_doc *doc, carto_json_writer *out)) {
  static char wrong[6000];
  carto_alloc libc;
  carto_arena arena;
  carto_buf text;
  carto_json_writer writer;
  carto_json_doc doc;
  const char *answer = NULL;
  memset(&libc, 0, sizeof libc);
  carto_arena_init(&arena, libc, 0);
  carto_buf_init(&text, libc, 0);
  carto_json_writer_init(&writer, &text);
  run(&arena, row, &writer);
  if (carto_json_parse(&arena, carto_buf_str(&text), &doc, NULL) != CARTO_OK ||
      !style_same(doc.root, carto_json_get(row->root, "expected"))) {
    snprintf(wrong, sizeof wrong, "is %.*s", (int)text.len, text.ptr ? text.ptr : "");
    answer = wrong;
  }
  carto_buf_free(&text);
  carto_arena_free(&arena);
  return answer;
}

static const char *style_colors_row(const carto_json_doc *row) { return style_row(row, style_colors); }
static const char *style_styles_row(const carto_json_doc *row) { return style_row(row, style_styles); }

static void corpus_map_colors(corpus *c, const char *path, carto_str text) {
  geo_lines(c, path, text, style_colors_row);
}

static void corpus_map_styles(corpus *c, const char *path, carto_str text) {
  geo_lines(c, path, text, style_styles_row);
}

#endif
