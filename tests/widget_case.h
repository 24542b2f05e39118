/* One case of tests/corpora/widgets: its rows made into a table and its operation run. Include after the
   implementation. */
#ifndef WIDGET_CASE_H
#define WIDGET_CASE_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- encoded values */

/* NaN and infinities, which JSON has not; NULL when the value is none of them. */
static const char *widgets_special(const carto_json *value) {
  const carto_json *num = carto_json_get(value, "$num");
  carto_str text = carto_json_string(num);
  if (carto__str_is(text, "NaN")) return "NaN";
  if (carto__str_is(text, "Infinity")) return "Infinity";
  if (carto__str_is(text, "-Infinity")) return "-Infinity";
  return NULL;
}

static int widgets_is_absent(const carto_json *value) {
  return !value || carto_json_get(value, "$undef") != NULL;
}

static void widgets_write_number(carto_json_writer *out, double value) {
  if (value == value && value <= DBL_MAX && value >= -DBL_MAX) {
    carto_json_write_double(out, value);
    return;
  }
  carto_json_begin_object(out);
  carto_json_key(out, "$num");
  carto_json_write_text(out, value > 0 ? "Infinity" : value < 0 ? "-Infinity" : "NaN");
  carto_json_end_object(out);
}

/* ---- rows to tables */

typedef struct widgets_case {
  carto_arena *arena;
  carto_call call;
  const carto_json *line, *params;
  int typed; /* make typed columns where that can be done */
  carto_table table;
  carto_buf out;
  carto_json_writer writer;
  carto_error error;
} widgets_case;

static void widgets_put_mixed(widgets_case *w, carto_table_builder *b, size_t column, const carto_json *value) {
  const char *special = widgets_special(value);
  carto_buf text;
  carto_json_writer writer;
  carto_buf_init(&text, carto_arena_allocator(w->arena), 0);
  carto_json_writer_init(&writer, &text);
  if (special) carto_buf_append_text(&text, special);
  else if (carto_json_is_number(value)) carto_json_write_double(&writer, carto_json_double(value));
  else if (carto_json_type_of(value) == CARTO_JSON_STRING)
    carto_json_write_string(&writer, carto_json_string(value));
  else if (carto_json_type_of(value) == CARTO_JSON_NULL) carto_json_write_null(&writer);
  else carto_json_write_bool(&writer, carto_json_bool(value));
  carto_table_builder_set_string(b, column, carto_buf_str(&text));
}

/* The type that all of a column's values have, -1 when it is mixed. */
static int widgets_type(const carto_json *rows, carto_str name) {
  size_t n = carto_json_count(rows), i;
  const carto_json *row = carto_json_first(rows);
  int found = -1;
  for (i = 0; i < n; i++, row = carto_json_next(row)) {
    const carto_json *value = carto_json_find(row, name);
    int json = carto_json_type_of(value), type;
    if (!value) return -1;
    if (json == CARTO_JSON_NULL) continue;
    type = carto_json_is_number(value) || widgets_special(value) ? CARTO_TYPE_NUMBER
           : json == CARTO_JSON_STRING                           ? CARTO_TYPE_STRING
           : json == CARTO_JSON_TRUE || json == CARTO_JSON_FALSE ? CARTO_TYPE_BOOLEAN
                                                                 : -1;
    if (type < 0 || (found >= 0 && type != found)) return -1;
    found = type;
  }
  return found;
}

#define WIDGETS_COLUMNS 32

/* Makes the table; geom, where a row has one, places the rows. */
static carto_status widgets_table(widgets_case *w, const carto_json *rows, carto_table *table) {
  carto_str names[WIDGETS_COLUMNS];
  int types[WIDGETS_COLUMNS], has_geom = widgets_is_absent(carto_json_get(w->line, "spatialFilter")) == 0;
  size_t n = carto_json_count(rows), columns = 0, i, k;
  const carto_json *row = carto_json_first(rows), *key;
  carto_table_builder b;
  carto_status status;
  for (i = 0; i < n; i++, row = carto_json_next(row)) {
    key = carto_json_first(row);
    for (size_t m = carto_json_count(row); m > 0; m--, key = carto_json_next(carto_json_value_of(key))) {
      carto_str name = carto_json_string(key);
      if (carto__str_is(name, "geom")) {
        has_geom = 1;
        continue;
      }
      for (k = 0; k < columns && !carto_str_equal(names[k], name);) k++;
      if (k < columns || columns == WIDGETS_COLUMNS) continue;
      types[columns] = w->typed ? widgets_type(rows, name) : -1;
      names[columns++] = name;
    }
  }
  carto_table_builder_init(&b, carto_arena_allocator(w->arena), n);
  for (k = 0; k < columns; k++)
    (void)carto_table_builder_add_column(&b, names[k], types[k] < 0 ? CARTO_TYPE_STRING : types[k]);
  if (has_geom) (void)carto_table_builder_add_column(&b, carto_str_from("geom"), CARTO_TYPE_GEOMETRY);
  for (i = 0, row = carto_json_first(rows); i < n; i++, row = carto_json_next(row)) {
    carto_geom geom;
    carto_lnglat origin = {0, 0};
    for (k = 0; k < columns; k++) {
      const carto_json *value = carto_json_find(row, names[k]);
      const char *special = widgets_special(value);
      if (!value) continue;
      if (types[k] < 0) widgets_put_mixed(w, &b, k, value);
      else if (carto_json_type_of(value) == CARTO_JSON_NULL) continue;
      else if (types[k] == CARTO_TYPE_STRING)
        carto_table_builder_set_string(&b, k, carto_json_string(value));
      else if (types[k] == CARTO_TYPE_BOOLEAN) carto_table_builder_set_bool(&b, k, carto_json_bool(value));
      else
        carto_table_builder_set_number(&b, k,
                                       !special          ? carto_json_double(value)
                                       : *special == 'N' ? carto__not_a_number()
                                       : *special == '-' ? -HUGE_VAL
                                                         : HUGE_VAL);
    }
    if (has_geom) {
      const carto_json *value = carto_json_get(row, "geom");
      if (!value) carto_table_builder_set_point(&b, columns, origin);
      else if (carto_geom_from_geojson(w->arena, value, &geom, NULL) == CARTO_OK)
        carto_table_builder_set_geom(&b, columns, geom);
    }
    carto_table_builder_end_row(&b);
  }
  status = carto_table_builder_end(&b, table, &w->error);
  for (k = 0; status == CARTO_OK && k < columns; k++)
    if (types[k] < 0) table->columns[k].mixed = true;
  return status;
}

/* ---- operations */

static carto_status widgets_area(widgets_case *w, carto_geom *area) {
  const carto_json *filter = carto_json_get(w->line, "spatialFilter");
  carto_geom geom;
  carto_status status;
  memset(area, 0, sizeof *area);
  if (!filter || carto_json_type_of(filter) == CARTO_JSON_NULL) return CARTO_OK;
  status = carto_geom_from_geojson(w->arena, filter, &geom, &w->error);
  return status == CARTO_OK ? carto_area_of_geom(w->arena, geom, area, &w->error) : status;
}

static carto_status widgets_filters(widgets_case *w, carto_filters *out) {
  const carto_json *filters = carto_json_get(w->line, "filters");
  carto_status status = CARTO_OK;
  memset(out, 0, sizeof *out);
  if (filters) status = carto_filters_read(w->arena, filters, out, &w->error);
  out->any = carto__str_is(carto_json_string(carto_json_get(w->line, "filtersLogicalOperator")), "or");
  return status;
}

static carto_status widgets_select(widgets_case *w, carto_filters filters, carto_selection *selection) {
  carto_geom area;
  carto_status status = widgets_area(w, &area);
  if (status != CARTO_OK) return status;
  return carto_select(&w->call, carto_arena_allocator(w->arena), &w->table, filters, area, selection,
                      &w->error);
}

static carto_status widgets_filter(widgets_case *w) {
  carto_filters filters;
  carto_selection selection;
  carto_status status = widgets_filters(w, &filters);
  size_t i;
  if (status == CARTO_OK) status = widgets_select(w, filters, &selection);
  if (status != CARTO_OK) return status;
  carto_json_begin_array(&w->writer);
  for (i = 0; i < w->table.row_count; i++)
    carto_json_write_bool(&w->writer, !selection.rows || carto__bit(selection.rows, i));
  carto_json_end_array(&w->writer);
  return CARTO_OK;
}

static carto_status widgets_widget(widgets_case *w, carto_str op) {
  carto_str owner = carto_json_string(carto_json_get(w->line, "filterOwner"));
  carto_filters filters, applicable;
  carto_selection selection;
  carto_widget_spec spec;
  carto_widget_result result;
  carto_status status = widgets_filters(w, &filters);
  if (carto__str_is(op, "timeSeriesDefined")) op = carto_str_from("timeSeries");
  if (status == CARTO_OK) status = carto_filters_for(w->arena, filters, owner, &applicable);
  if (status == CARTO_OK) status = widgets_select(w, applicable, &selection);
  if (status == CARTO_OK) status = carto_widget_read_spec(w->arena, op, w->params, &spec, &w->error);
  if (status == CARTO_OK)
    status = carto_widget_read(&w->call, &w->table, &selection, &spec, &result, &w->error);
  if (status == CARTO_OK) carto__put_widget(&result, &w->writer, widgets_write_number);
  return status;
}

static carto_status widgets_applicable(widgets_case *w) {
  const carto_json *owner = carto_json_get(w->params, "owner");
  carto_filters filters, applicable;
  carto_status status = widgets_filters(w, &filters);
  if (status == CARTO_OK)
    status = carto_filters_for(w->arena, filters, carto_json_string(owner), &applicable);
  if (status == CARTO_OK) carto_filters_write(applicable, &w->writer);
  return status;
}

/* {column: {type: {values, owner}}} of a step's arguments. */
static carto_status widgets_step_filter(widgets_case *w, const carto_json_doc *doc, const carto_json *args,
                                        carto_filters *out) {
  carto_buf text;
  carto_json_writer writer;
  carto_json_doc made;
  carto_status status;
  carto_buf_init(&text, carto_arena_allocator(w->arena), 0);
  carto_json_writer_init(&writer, &text);
  carto_json_begin_object(&writer);
  carto_json_key_str(&writer, carto_json_string(carto_json_get(args, "column")));
  carto_json_begin_object(&writer);
  carto_json_key_str(&writer, carto_json_string(carto_json_get(args, "type")));
  carto_json_write_value(&writer, doc, args);
  carto_json_end_object(&writer);
  carto_json_end_object(&writer);
  status = carto_json_parse(w->arena, carto_buf_str(&text), &made, &w->error);
  return status == CARTO_OK ? carto_filters_read(w->arena, made.root, out, &w->error) : status;
}

static carto_status widgets_step(widgets_case *w, const carto_json_doc *doc, const carto_json *step,
                                 carto_filters *filters) {
  const carto_json *args = carto_json_get(step, "args");
  carto_str fn = carto_json_string(carto_json_get(step, "fn"));
  carto_str column = carto_json_string(carto_json_get(args, "column"));
  carto_str owner = carto_json_string(carto_json_get(args, "owner"));
  carto_filters made;
  carto_status status = CARTO_OK;
  int has = 0;
  size_t i;
  if (carto__str_is(fn, "addFilter")) {
    status = widgets_step_filter(w, doc, args, &made);
    if (status == CARTO_OK) status = carto_filters_set(w->arena, *filters, &made.items[0], filters, &w->error);
  } else if (carto__str_is(fn, "removeFilter")) {
    status = carto_filters_remove(w->arena, *filters, column, owner, filters);
  } else if (carto__str_is(fn, "clearFilters")) {
    memset(filters, 0, sizeof *filters);
  } else if (carto__str_is(fn, "hasFilter")) {
    for (i = 0; i < filters->count; i++)
      has |= carto_str_equal(filters->items[i].column, column) &&
             (owner.len == 0 || carto_str_equal(filters->items[i].owner, owner));
    carto_json_write_bool(&w->writer, has);
    return CARTO_OK;
  } else {
    int type = carto__filter_type_of(carto_json_string(carto_json_get(args, "type")));
    const carto_filter *found = carto_filters_find(*filters, column, type);
    if (found && owner.len && !carto_str_equal(found->owner, owner)) found = NULL;
    if (found) carto__filter_write(found, &w->writer);
    else carto_json_write_null(&w->writer);
    return CARTO_OK;
  }
  carto_json_write_text(&w->writer, "ok");
  return status;
}

static carto_status widgets_sequence(widgets_case *w, const carto_json_doc *doc) {
  const carto_json *steps = carto_json_get(w->params, "steps"), *step = carto_json_first(steps);
  carto_filters filters;
  carto_status status = widgets_filters(w, &filters);
  size_t n = carto_json_count(steps), i;
  carto_json_begin_object(&w->writer);
  carto_json_key(&w->writer, "results");
  carto_json_begin_array(&w->writer);
  for (i = 0; i < n && status == CARTO_OK; i++, step = carto_json_next(step))
    status = widgets_step(w, doc, step, &filters);
  carto_json_end_array(&w->writer);
  carto_json_key(&w->writer, "filters");
  carto_filters_write(filters, &w->writer);
  carto_json_end_object(&w->writer);
  return status;
}

/* ---- geometry */

static int widgets_by_west(const void *a, const void *b) {
  const carto_box *x = (const carto_box *)a, *y = (const carto_box *)b;
  if (x->xmin != y->xmin) return x->xmin < y->xmin ? -1 : 1;
  return x->ymin < y->ymin ? -1 : x->ymin > y->ymin;
}

/* {type, bboxes, area} of an area, or null. */
static carto_status widgets_put_area(widgets_case *w, carto_geom area) {
  carto_box boxes[64];
  carto__geom_walk walk;
  carto__geom_event event;
  size_t n = 0, i;
  if (area.size == 0) {
    carto_json_write_null(&w->writer);
    return CARTO_OK;
  }
  carto__geom_walk_init(&walk, area.wkb, area.size);
  while ((event = carto__geom_step(&walk)) != CARTO__GEOM_END && n < 64) {
    if (event != CARTO__GEOM_RUN || walk.node.index > 0) continue;
    boxes[n] = carto_box_empty();
    for (i = 0; i < walk.node.count; i++)
      carto_box_add_point(&boxes[n], carto__geom_double(walk.points + 16 * i, walk.node.big),
                          carto__geom_double(walk.points + 16 * i + 8, walk.node.big));
    n++;
  }
  qsort(boxes, n, sizeof *boxes, widgets_by_west);
  carto_json_begin_object(&w->writer);
  carto_json_key(&w->writer, "type");
  carto_json_write_text(&w->writer, carto_geom_type_name(carto_geom_type_of(area)));
  carto_json_key(&w->writer, "bboxes");
  carto_json_begin_array(&w->writer);
  for (i = 0; i < n; i++) {
    carto_json_begin_array(&w->writer);
    carto_json_write_double(&w->writer, boxes[i].xmin);
    carto_json_write_double(&w->writer, boxes[i].ymin);
    carto_json_write_double(&w->writer, boxes[i].xmax);
    carto_json_write_double(&w->writer, boxes[i].ymax);
    carto_json_end_array(&w->writer);
  }
  carto_json_end_array(&w->writer);
  carto_json_key(&w->writer, "area");
  carto_json_write_double(&w->writer, carto__geom_measure(area, CARTO__MEASURE_AREA, true, NULL));
  carto_json_end_object(&w->writer);
  return CARTO_OK;
}

static carto_status widgets_viewport(widgets_case *w) {
  const carto_json *v = carto_json_first(carto_json_get(w->params, "bounds"));
  carto_box box;
  carto_geom area;
  carto_status status;
  if (carto_json_count(carto_json_get(w->params, "bounds")) != 4)
    return carto__fail(&w->error, CARTO_ERR_ARG, 0, "a view has four bounds");
  box.xmin = carto_json_double(v);
  box.ymin = carto_json_double(v = carto_json_next(v));
  box.xmax = carto_json_double(v = carto_json_next(v));
  box.ymax = carto_json_double(carto_json_next(v));
  status = carto_area_of_view(w->arena, box, &area, &w->error);
  return status == CARTO_OK ? widgets_put_area(w, area) : status;
}

static carto_status widgets_polygon(widgets_case *w) {
  carto_geom geom, area;
  carto_status status =
    carto_geom_from_geojson(w->arena, carto_json_get(w->params, "geometry"), &geom, &w->error);
  if (status == CARTO_OK) status = carto_area_of_geom(w->arena, geom, &area, &w->error);
  return status == CARTO_OK ? widgets_put_area(w, area) : status;
}

/* ---- tiles */

static double widgets_side(const carto_json *tile, const char *side) {
  return carto_json_double(carto_json_get(carto_json_get(tile, "bbox"), side));
}

/* A tile's table: properties, numbers mixed with texts, then the geometry or the cell. */
static carto_status widgets_tile(widgets_case *w, const carto_json *tile, carto_tile *out, carto_table *table) {
  const carto_json *features = carto_json_get(tile, "features"), *cells = carto_json_get(tile, "cells");
  const carto_json *list = features ? features : cells, *item = carto_json_first(list), *key;
  int is_h3 = carto__str_is(carto_json_string(carto_json_get(w->params, "spatialDataType")), "h3");
  carto_str place = carto_json_string(carto_json_get(w->params, "spatialDataColumn"));
  carto_str names[WIDGETS_COLUMNS];
  size_t n = carto_json_count(list), columns = 0, i, k, m;
  carto_table_builder b;
  carto_status status;
  memset(out, 0, sizeof *out);
  out->hidden = carto_json_type_of(carto_json_get(tile, "isVisible")) == CARTO_JSON_FALSE;
  out->box.xmin = widgets_side(tile, "west");
  out->box.ymin = widgets_side(tile, "south");
  out->box.xmax = widgets_side(tile, "east");
  out->box.ymax = widgets_side(tile, "north");
  if (!list) return CARTO_OK;
  for (i = 0; i < n; i++, item = carto_json_next(item)) {
    const carto_json *properties = carto_json_get(item, "properties");
    key = carto_json_first(properties);
    for (m = carto_json_count(properties); m > 0; m--, key = carto_json_next(carto_json_value_of(key))) {
      for (k = 0; k < columns && !carto_str_equal(names[k], carto_json_string(key));) k++;
      if (k == columns && columns < WIDGETS_COLUMNS) names[columns++] = carto_json_string(key);
    }
  }
  carto_table_builder_init(&b, carto_arena_allocator(w->arena), n);
  for (k = 0; k < columns; k++) (void)carto_table_builder_add_column(&b, names[k], CARTO_TYPE_STRING);
  (void)carto_table_builder_add_column(&b, place.len ? place : carto_str_from("geom"),
                                       features ? CARTO_TYPE_GEOMETRY
                                       : is_h3  ? CARTO_TYPE_H3
                                                : CARTO_TYPE_QUADBIN);
  for (i = 0, item = carto_json_first(list); i < n; i++, item = carto_json_next(item)) {
    carto_geom geom;
    uint64_t cell = 0;
    carto_str id = carto_json_string(carto_json_get(item, "id"));
    for (k = 0; k < columns; k++) {
      const carto_json *value = carto_json_find(carto_json_get(item, "properties"), names[k]);
      if (value) widgets_put_mixed(w, &b, k, value);
    }
    if (features) {
      status = carto_geom_from_geojson(w->arena, carto_json_get(item, "geometry"), &geom, &w->error);
      if (status == CARTO_OK) carto_table_builder_set_geom(&b, columns, geom);
    } else {
      if (is_h3 ? carto_h3_parse(id, &cell) : carto_uint_parse(id, &cell))
        carto_table_builder_set_cell(&b, columns, cell);
    }
    carto_table_builder_end_row(&b);
  }
  status = carto_table_builder_end(&b, table, &w->error);
  for (k = 0; status == CARTO_OK && k < columns; k++) table->columns[k].mixed = true;
  out->table = table;
  return status;
}

static carto_status widgets_features(widgets_case *w) {
  const carto_json *list = carto_json_get(w->params, "tiles"), *tile = carto_json_first(list);
  carto_str id = carto_json_string(carto_json_get(w->params, "uniqueIdProperty"));
  carto_table tables[16];
  carto_tile tiles[16];
  carto_tile_row *rows;
  size_t n = carto_json_count(list), count, i, k;
  carto_geom area;
  carto_status status = widgets_area(w, &area);
  for (i = 0; i < n && i < 16 && status == CARTO_OK; i++, tile = carto_json_next(tile))
    status = widgets_tile(w, tile, &tiles[i], &tables[i]);
  if (status == CARTO_OK)
    status = carto_tiles_select(&w->call, tiles, n < 16 ? n : 16, area, id, &rows, &count, &w->error);
  if (status != CARTO_OK) return status;
  carto_json_begin_array(&w->writer);
  for (i = 0; i < count; i++) {
    const carto_table *table = tiles[rows[i].tile].table;
    carto_json_begin_object(&w->writer);
    for (k = 0; k < table->column_count; k++) {
      const carto_column *c = &table->columns[k];
      if (c->type == CARTO_TYPE_GEOMETRY || carto_column_is_null(c, rows[i].row)) continue;
      carto_json_key_str(&w->writer, c->name);
      carto__write_value(&w->writer, c, rows[i].row);
    }
    carto_json_end_object(&w->writer);
  }
  carto_json_end_array(&w->writer);
  return CARTO_OK;
}

/* ---- one case */

static carto_status widgets_run_op(widgets_case *w, const carto_json_doc *doc) {
  carto_str op = carto_json_string(carto_json_get(w->line, "op"));
  if (carto__str_is(op, "filter")) return widgets_filter(w);
  if (carto__str_is(op, "applicableFilters")) return widgets_applicable(w);
  if (carto__str_is(op, "filterSequence")) return widgets_sequence(w, doc);
  if (carto__str_is(op, "viewportSpatialFilter")) return widgets_viewport(w);
  if (carto__str_is(op, "polygonSpatialFilter")) return widgets_polygon(w);
  if (carto__str_is(op, "viewportFeatures")) return widgets_features(w);
  return widgets_widget(w, op);
}

/* The case of a line; the answer is in w->out, what went wrong in w->error. w->arena and w->typed, and of
   w->call all but the arena, are the caller's. */
static carto_status widgets_answer(widgets_case *w, const carto_json_doc *doc) {
  carto_status status;
  memset(&w->error, 0, sizeof w->error);
  w->call.arena = w->arena;
  w->line = doc->root;
  w->params = carto_json_get(w->line, "params");
  carto_buf_init(&w->out, carto_arena_allocator(w->arena), 0);
  carto_json_writer_init(&w->writer, &w->out);
  status = widgets_table(w, carto_json_get(w->line, "rows"), &w->table);
  if (status == CARTO_OK) status = widgets_run_op(w, doc);
  if (status == CARTO_OK) status = (carto_status)w->out.status;
  return status;
}

#endif
