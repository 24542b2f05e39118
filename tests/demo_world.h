/* A server over the demo's data, maps and workflows, as old everywhere, by a clock that stands still unless it is moved.
   Include after the implementation, test.h and memory_files.h. */
#ifndef DEMO_WORLD_H
#define DEMO_WORLD_H

/* ---- the demo's directories, whose files are as old everywhere */

static carto_status dated_list(const carto_call *call, void *user, carto_str path, carto_file **out, size_t *count,
                               carto_error *error) {
  const carto_files *files = (const carto_files *)user;
  carto_status status = files->list(call, files->user, path, out, count, error);
  for (size_t i = 0; status == CARTO_OK && i < *count; i++) (*out)[i].modified_at = MEMORY_TIME;
  return status;
}

static carto_status dated_read(const carto_call *call, void *user, carto_str path, carto_buf *out,
                               carto_error *error) {
  const carto_files *files = (const carto_files *)user;
  return files->read(call, files->user, path, out, error);
}

static carto_files dated(carto_files *real, const char *directory) {
  carto_files files;
  *real = carto_files_directory(directory);
  files.list = dated_list;
  files.read = dated_read;
  files.user = real;
  return files;
}

typedef struct demo_world {
  carto_files data, maps, workflows; /* as they are */
  carto_local local;
  carto_warehouse warehouse;
  carto_server server;
} demo_world;

static int64_t demo_clock = MEMORY_TIME;

static int64_t still_now(void *user) {
  (void)user;
  return demo_clock;
}

/* Serves a warehouse, with the workflows of a directory, or (NULL) without any. */
static void demo_serve(demo_world *d, carto_warehouse warehouse, const char *workflows) {
  carto_server_desc desc = carto_server_desc_default();
  carto_error error;
  d->warehouse = warehouse;
  desc.warehouses = &d->warehouse;
  desc.warehouse_count = 1;
  if (workflows) desc.workflow_files = dated(&d->workflows, workflows);
  desc.allow = workflows ? "data,maps,map,layer,widget,parameter,insights,job,workflow,extension"
                         : "data,maps,map,layer,widget,parameter,insights,extension";
  desc.version = "1.0.0";
  desc.now = still_now;
  CHECK_INT(carto_server_init(&d->server, &desc, &error), CARTO_OK);
  for (size_t i = 0; i < carto_server_problem_count(&d->server); i++)
    CHECK_STR(carto_server_problem(&d->server, i).text, "no problem");
}

/* The demo's own data and maps. */
static carto_local_desc demo_data(demo_world *d) {
  carto_local_desc local = carto_local_desc_default();
  local.name = STR("demo");
  local.data = dated(&d->data, "fixtures/data");
  local.maps = dated(&d->maps, "fixtures/maps");
  local.created_at = local.updated_at = MEMORY_TIME;
  return local;
}

static void demo_open(demo_world *d, const char *workflows) {
  carto_local_desc local = demo_data(d);
  carto_error error;
  CHECK_INT(carto_local_init(&d->local, &local, &error), CARTO_OK);
  demo_serve(d, carto_local_warehouse(&d->local), workflows);
}

static void demo_close(demo_world *d) {
  carto_server_free(&d->server);
  carto_local_free(&d->local);
}

#endif
