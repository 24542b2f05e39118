/* A driver like that of an account, over a local warehouse: it has no tables in memory and lends none, and computes what
   it is asked for. So what a tool answers over it can be compared with the same over the local warehouse itself. Include
   after the implementation and test.h. */
#ifndef REMOTE_DRIVER_H
#define REMOTE_DRIVER_H

typedef struct remote_counts {
  int connections, schema, statistics, query, widget, geocode, maps, documents, starts, states, cancels;
} remote_counts;

/* A job of the service: what it says of it when it is asked next. */
typedef struct remote_job {
  char id[64], table[128], failure[128];
  int state;
  double progress;
} remote_job;

typedef struct remote {
  carto_local local;
  carto_driver driver;
  remote_counts counts;
  carto_status fails;      /* what each call of the service ends in, CARTO_OK: it works */
  const char *fails_why;
  bool places_fail, no_places;
  carto_str expression;    /* of the last custom operation, whose value is 42 */
  char expression_room[200];
  carto_str spatial_column, spatial_type; /* of the last widget */
  char spatial_room[100];
  bool published, procedure;              /* of the last query */
  char text[2000], parameters[2000];      /* of the last query or job, and what was bound to it */
  remote_job jobs[32];
  size_t job_count;
  bool no_output;                         /* a start that tells no output table */
  const char *rows_sql;                   /* what a procedure that answers at once gives */
  uint32_t time_ms;
} remote;

static carto_status remote_fail(const remote *r, carto_error *error, carto_status status) {
  return carto__fail(error, status, 0, "%s", r->fails_why ? r->fails_why : "the service does not answer");
}

static const carto_driver *remote_local(const remote *r, carto_warehouse *w) {
  *w = carto_local_warehouse((carto_local *)(uintptr_t)&r->local);
  return w->driver;
}

#define REMOTE_FORWARD(member, ...)                                       \
  remote *r = (remote *)state;                                            \
  carto_warehouse w;                                                      \
  r->counts.member++;                                                     \
  if (r->fails != CARTO_OK) return remote_fail(r, error, r->fails);       \
  return remote_local(r, &w)->__VA_ARGS__

static carto_status remote_connections(const carto_call *call, void *state, carto_connection_list *out,
                                       carto_error *error) {
  REMOTE_FORWARD(connections, connections(call, w.state, out, error));
}

static carto_status remote_browse(const carto_call *call, void *state, const carto_browse_request *request,
                                  carto_browse_result *out, carto_error *error) {
  REMOTE_FORWARD(connections, browse(call, w.state, request, out, error));
}

static carto_status remote_search(const carto_call *call, void *state, const carto_search_request *request,
                                  carto_search_result *out, carto_error *error) {
  REMOTE_FORWARD(connections, search(call, w.state, request, out, error));
}

static carto_status remote_schema(const carto_call *call, void *state, const carto_source *source,
                                  carto_schema_result *out, carto_error *error) {
  ((remote *)state)->published = source->is_published;
  REMOTE_FORWARD(schema, schema(call, w.state, source, out, error));
}

static carto_status remote_statistics(const carto_call *call, void *state, const carto_stats_request *request,
                                      carto_stats_result *out, carto_error *error) {
  REMOTE_FORWARD(statistics, statistics(call, w.state, request, out, error));
}

static void remote_note(remote *r, const carto_source *source) {
  r->published = source->is_published;
  r->procedure = source->is_procedure;
  r->time_ms = source->time_ms;
  snprintf(r->text, sizeof r->text, "%.*s", (int)source->text.len, source->text.ptr);
  r->parameters[0] = 0;
  if (source->parameters) {
    carto_alloc libc = {NULL, NULL};
    carto_json_writer writer;
    carto_buf text;
    carto_buf_init(&text, libc, 0);
    carto_json_writer_init(&writer, &text);
    carto_json_write_value(&writer, source->parameters_doc, source->parameters);
    snprintf(r->parameters, sizeof r->parameters, "%.*s", (int)text.len, text.ptr);
    carto_buf_free(&text);
  }
}

static carto_status remote_query(const carto_call *call, void *state, const carto_source *source, carto_alloc alloc,
                                 carto_table *out, carto_error *error) {
  carto_source instead = *source;
  remote_note((remote *)state, source);
  memset(out, 0, sizeof *out);
  if (source->table_count)
    return carto__fail(error, CARTO_ERR_UNSUPPORTED, 0, "tables of this server cannot be read elsewhere");
  if (source->is_procedure) {
    instead.text = carto_str_from(((remote *)state)->rows_sql ? ((remote *)state)->rows_sql : "SELECT 1 AS one");
    instead.parameters = NULL;
  }
  REMOTE_FORWARD(query, query(call, w.state, &instead, alloc, out, error));
}

/* The rows of a request's source: of a table those of the warehouse, of a query in the call's memory. */
static carto_status remote_rows(const carto_call *call, remote *r, const carto_source *source, const carto_table **out,
                                carto_error *error) {
  carto_warehouse w;
  carto_table *table = (carto_table *)carto_arena_alloc(call->arena, sizeof *table);
  carto_status status;
  if (!source->is_query) return remote_local(r, &w)->table(call, w.state = &r->local, source, out, error);
  if (!table) return carto__fail_memory(call->arena, error);
  status = remote_local(r, &w)->query(call, &r->local, source, carto_arena_allocator(call->arena), table, error);
  *out = table;
  return status;
}

static carto_status remote_widget(const carto_call *call, void *state, const carto_widget_request *request,
                                  carto_widget_result *out, carto_error *error) {
  remote *r = (remote *)state;
  const carto_table *table = NULL;
  const carto_column *place;
  carto_selection selection;
  carto_status status;
  r->counts.widget++;
  memset(out, 0, sizeof *out);
  r->published = request->source.is_published;
  if (r->fails != CARTO_OK) return remote_fail(r, error, r->fails);
  CHECK(request->source.connection.len > 0 && request->source.text.len > 0);
  CHECK(request->area.size == 0 || request->spatial_column.len > 0);
  CHECK((request->spatial_column.len > 0) == (request->spatial_data_type != NULL));
  snprintf(r->spatial_room, sizeof r->spatial_room, "%.*s:%s", (int)request->spatial_column.len,
           request->spatial_column.ptr, request->spatial_data_type ? request->spatial_data_type : "");
  if (request->spec->operation == CARTO_AGG_CUSTOM) {
    snprintf(r->expression_room, sizeof r->expression_room, "%.*s", (int)request->expression.len,
             request->expression.ptr);
    out->op = request->spec->op;
    out->value = carto_scalar_of_number(42);
    return CARTO_OK;
  }
  CHECK_UINT(request->expression.len, 0);
  status = remote_rows(call, r, &request->source, &table, error);
  if (status != CARTO_OK) return status;
  memset(&selection, 0, sizeof selection);
  place = carto_table_find(table, request->spatial_column);
  if (!place || place->type < CARTO_TYPE_GEOMETRY) place = carto_table_spatial(table);
  status = carto__select_by(call, carto_arena_allocator(call->arena), table, request->filters, request->area, place,
                            &selection, error);
  if (status == CARTO_OK) status = carto_widget_read(call, table, &selection, request->spec, out, error);
  carto_selection_free(&selection);
  return status;
}

static carto_status remote_geocode(const carto_call *call, void *state, carto_str address, carto_str country_code,
                                   size_t limit, carto_place **out, size_t *count, carto_error *error) {
  remote *r = (remote *)state;
  *out = NULL;
  *count = 0;
  if (r->no_places) {
    r->counts.geocode++;
    return CARTO_OK;
  }
  if (r->places_fail) {
    r->counts.geocode++;
    return carto__fail(error, CARTO_ERR_IO, 0, "the quota is used up");
  }
  {
    REMOTE_FORWARD(geocode, geocode(call, w.state, address, country_code, limit, out, count, error));
  }
}

static carto_status remote_maps(const carto_call *call, void *state, const carto_maps_request *request,
                                carto_maps_result *out, carto_error *error) {
  REMOTE_FORWARD(maps, maps(call, w.state, request, out, error));
}

static carto_status remote_map_document(const carto_call *call, void *state, carto_str id, carto_json_doc *out,
                                        carto_error *error) {
  REMOTE_FORWARD(documents, map_document(call, w.state, id, out, error));
}

/* ---- jobs */

static void remote_tell_job(const carto_call *call, const remote_job *job, carto_job *out) {
  memset(out, 0, sizeof *out);
  out->id = carto__str_copy(call->arena, carto_str_from(job->id));
  out->output_table = carto__str_copy(call->arena, carto_str_from(job->table));
  out->state = job->state;
  out->progress = job->progress;
  out->failure = carto__str_copy(call->arena, carto_str_from(job->failure));
}

static carto_status remote_job_start(const carto_call *call, void *state, const carto_source *source, carto_job *out,
                                     carto_error *error) {
  remote *r = (remote *)state;
  remote_job *job = &r->jobs[r->job_count];
  r->counts.starts++;
  memset(out, 0, sizeof *out);
  if (r->fails != CARTO_OK) return remote_fail(r, error, r->fails);
  remote_note(r, source);
  CHECK(source->is_query);
  if (r->job_count == 32) return carto__fail(error, CARTO_ERR_LIMIT, 0, "too many jobs");
  r->job_count++;
  memset(job, 0, sizeof *job);
  snprintf(job->id, sizeof job->id, "service-%zu", r->job_count);
  if (!r->no_output) snprintf(job->table, sizeof job->table, "demo.world.cities");
  remote_tell_job(call, job, out);
  return CARTO_OK;
}

static remote_job *remote_find_job(remote *r, carto_str id) {
  for (size_t i = 0; i < r->job_count; i++)
    if (carto_str_equal(carto_str_from(r->jobs[i].id), id)) return &r->jobs[i];
  return NULL;
}

static carto_status remote_job_state(const carto_call *call, void *state, carto_str connection, carto_str id,
                                     carto_job *out, carto_error *error) {
  remote *r = (remote *)state;
  remote_job *job = remote_find_job(r, id);
  r->counts.states++;
  memset(out, 0, sizeof *out);
  if (r->fails != CARTO_OK) return remote_fail(r, error, r->fails);
  CHECK(connection.len > 0);
  if (!job) return carto__fail(error, CARTO_ERR_NOT_FOUND, 0, "there is no job \"%v\"", id);
  remote_tell_job(call, job, out);
  return CARTO_OK;
}

static carto_status remote_job_cancel(const carto_call *call, void *state, carto_str connection, carto_str id,
                                      carto_job *out, carto_error *error) {
  remote *r = (remote *)state;
  remote_job *job = remote_find_job(r, id);
  r->counts.cancels++;
  memset(out, 0, sizeof *out);
  if (r->fails != CARTO_OK) return remote_fail(r, error, r->fails);
  CHECK(connection.len > 0);
  if (!job) return carto__fail(error, CARTO_ERR_NOT_FOUND, 0, "there is no job \"%v\"", id);
  job->state = 4;
  remote_tell_job(call, job, out);
  return CARTO_OK;
}

/* Makes one over what the description says. */
static carto_status remote_init(remote *r, const carto_local_desc *desc, carto_error *error) {
  memset(r, 0, sizeof *r);
  r->driver.name = "remote";
  r->driver.connections = remote_connections;
  r->driver.browse = remote_browse;
  r->driver.search = remote_search;
  r->driver.schema = remote_schema;
  r->driver.statistics = remote_statistics;
  r->driver.query = remote_query;
  r->driver.widget = remote_widget;
  r->driver.geocode = remote_geocode;
  r->driver.maps = remote_maps;
  r->driver.map_document = remote_map_document;
  r->driver.job_start = remote_job_start;
  r->driver.job_state = remote_job_state;
  r->driver.job_cancel = remote_job_cancel;
  return carto_local_init(&r->local, desc, error);
}

static carto_warehouse remote_warehouse(remote *r) {
  carto_warehouse warehouse;
  warehouse.driver = &r->driver;
  warehouse.state = r;
  return warehouse;
}

#endif
