/* Directories in memory: rows of {path, text} served as carto_files, with fixed times, so that answers over
   them are the same everywhere, byte for byte. Include after the implementation. */
#ifndef MEMORY_FILES_H
#define MEMORY_FILES_H

#include <stdio.h>
#include <string.h>

#define MEMORY_TIME INT64_C(1767323045678000) /* 2026-01-02T03:04:05.678Z */

typedef struct memory_file {
  const char *path;      /* ending in '/': a directory with nothing else to show for it */
  const char *text;      /* NULL: is listed, and gone when it is read                   */
  size_t len;            /* 0: up to the text's NUL                                     */
  int64_t modified_at;   /* 0: MEMORY_TIME                                              */
} memory_file;

typedef struct memory_files {
  const memory_file *rows;
  size_t count;
  int lists, reads;      /* how often each was asked for */
} memory_files;

/* The part of a row's path below a directory, NULL when the row is elsewhere. */
static const char *memory_below(const memory_file *row, carto_str directory) {
  if (directory.len == 0) return row->path;
  if (strncmp(row->path, directory.ptr, directory.len) != 0 || row->path[directory.len] != '/') return NULL;
  return row->path + directory.len + 1;
}

static carto_status memory_fail(carto_error *error, carto_status status, const char *text, carto_str path) {
  if (!error) return status;
  memset(error, 0, sizeof *error);
  error->status = status;
  snprintf(error->text, sizeof error->text, "%s%.*s", text, (int)(path.len < 99 ? path.len : 99), path.ptr);
  return status;
}

/* Every name once: a directory is named by each row below it. */
static carto_status memory_list(const carto_call *call, void *user, carto_str path, carto_file **out,
                                size_t *count, carto_error *error) {
  memory_files *m = (memory_files *)user;
  carto_file *files = (carto_file *)carto_arena_alloc(call->arena, m->count * sizeof *files);
  bool found = path.len == 0;
  size_t i, k;
  m->lists++;
  *out = files;
  *count = 0;
  if (!files) return memory_fail(error, (carto_status)call->arena->status, "no memory to list ", path);
  for (i = 0; i < m->count; i++) {
    const char *below = memory_below(&m->rows[i], path);
    size_t len = below ? strcspn(below, "/") : 0;
    if (below) found = true;
    for (k = 0; k < *count; k++)
      if (carto_str_equal(files[k].name, carto_str_make(below, len))) len = 0;
    if (len == 0) continue;
    files[*count].name = carto_str_make(below, len);
    files[*count].is_directory = below[len] == '/';
    files[*count].size = m->rows[i].len ? m->rows[i].len : m->rows[i].text ? strlen(m->rows[i].text) : 0;
    files[*count].modified_at = m->rows[i].modified_at ? m->rows[i].modified_at : MEMORY_TIME;
    (*count)++;
  }
  return found ? CARTO_OK : memory_fail(error, CARTO_ERR_IO, "there is no directory ", path);
}

static carto_status memory_read(const carto_call *call, void *user, carto_str path, carto_buf *out,
                                carto_error *error) {
  memory_files *m = (memory_files *)user;
  size_t i;
  (void)call;
  m->reads++;
  for (i = 0; i < m->count; i++) {
    const memory_file *row = &m->rows[i];
    if (!row->text || !carto_str_equal(path, carto_str_from(row->path))) continue;
    carto_buf_append(out, row->text, row->len ? row->len : strlen(row->text));
    if (out->status == CARTO_OK) return CARTO_OK;
    return memory_fail(error, (carto_status)out->status, "no memory to read ", path);
  }
  return memory_fail(error, CARTO_ERR_IO, "there is no file ", path);
}

/* rows and m are borrowed for as long as the carto_files is used. */
static carto_files memory_files_of(memory_files *m, const memory_file *rows, size_t count) {
  carto_files files;
  memset(m, 0, sizeof *m);
  m->rows = rows;
  m->count = count;
  files.list = memory_list;
  files.read = memory_read;
  files.user = m;
  return files;
}

/* ---- a small warehouse: two databases, every format, every kind of column, a file that cannot be read */

static const memory_file memory_data[] = {
  {"demo/world/cities.csv",
   "name,country,population,capital,founded,lng,lat\n"
   "Madrid,ES,3223334,true,0865-01-01,-3.7038,40.4168\n"
   "Sevilla,ES,688592,false,,-5.9845,37.3891\n"
   "Lisboa,PT,545796,true,,-9.1393,38.7223\n"
   "\"Porto, o\",PT,231800,false,1123-06-15,-8.6291,41.1579\n"
   "Tarifa,ES,,false,,-5.6044,36.0139\n", 0, 0},
  {"demo/world/countries.geojson",
   "{\"type\":\"FeatureCollection\",\"features\":["
   "{\"type\":\"Feature\",\"properties\":{\"code\":\"ES\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
   "[[[-9.3,36],[3.3,36],[3.3,43.8],[-9.3,43.8],[-9.3,36]]]}},"
   "{\"type\":\"Feature\",\"properties\":{\"code\":\"PT\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
   "[[[-9.5,37],[-6.2,37],[-6.2,42.2],[-9.5,42.2],[-9.5,37]]]}}]}", 0, 0},
  {"demo/world/quakes.ndjson",
   "{\"at\":\"2026-01-01T00:00:00Z\",\"magnitude\":2.5,\"lon\":-4.5,\"lat\":36.5}\n"
   "{\"at\":\"2026-01-01T06:30:00Z\",\"magnitude\":3,\"lon\":-3.5,\"lat\":37.25}\n", 0, 0},
  {"demo/broken/cut.geojson", "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Fea", 0, 0},
  {"demo/broken/gone.csv", NULL, 0, 0},
  {"shop/sales/orders.csv", "id,total\n1,9.5\n2,20\n3,0.25\n", 0, 0},
  {"shop/staging/", NULL, 0, 0},
};

static const memory_file memory_maps[] = {
  {"fires.json",
   "{\"id\":\"b5a8f3a0-0000-4000-8000-000000000001\",\"title\":\"Forest fires\",\"privacy\":\"shared\","
   "\"keplerMapConfig\":{\"version\":\"v1\"},\"createdAt\":\"2025-05-01T10:00:00Z\","
   "\"updatedAt\":\"2025-06-01T10:00:00Z\",\"views\":7}", 0, 0},
  {"stores.json", "{\"title\":\"Stores\",\"keplerMapConfig\":{\"version\":\"v1\"}}", 0, 0},
  {"cut.json", "{\"title\":\"Cut", 0, 0},
};

#define MEMORY_COUNT(rows) (sizeof(rows) / sizeof(rows)[0])

/* What a query of it may take; zeroed: the defaults. */
static carto_sql_limits memory_limits;

/* A server over that warehouse, as connection "local". */
typedef struct memory_server {
  memory_files data, maps;
  carto_local local;
  carto_warehouse warehouse;
  carto_server server;
} memory_server;

static carto_status memory_server_open(memory_server *m, carto_server_desc desc, carto_error *error) {
  carto_local_desc local = carto_local_desc_default();
  carto_status status;
  local.data = memory_files_of(&m->data, memory_data, MEMORY_COUNT(memory_data));
  local.maps = memory_files_of(&m->maps, memory_maps, MEMORY_COUNT(memory_maps));
  local.created_at = local.updated_at = MEMORY_TIME;
  local.alloc = desc.alloc;
  local.sql = memory_limits;
  status = carto_local_init(&m->local, &local, error);
  if (status != CARTO_OK) return status;
  m->warehouse = carto_local_warehouse(&m->local);
  desc.warehouses = &m->warehouse;
  desc.warehouse_count = 1;
  return carto_server_init(&m->server, &desc, error);
}

static void memory_server_close(memory_server *m) {
  carto_server_free(&m->server);
  carto_local_free(&m->local);
}

#endif
