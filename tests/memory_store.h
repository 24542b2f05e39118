/* A store in memory, whose writes can be told to fail. Include after the implementation and memory_files.h. */
#ifndef MEMORY_STORE_H
#define MEMORY_STORE_H

/* ---- a store in memory: what was written is what is read, unless it is told otherwise */

typedef struct store_file {
  char name[128];
  char *text;
  size_t len;
} store_file;

typedef struct memory_store {
  store_file files[512];
  size_t count;
  int writes, fail_at; /* the write of that number fails, as when the disk is full; 0: none */
  int stop_at;         /* from that write on nothing more is kept, as when the power is cut */
} memory_store;

static store_file *store_find(memory_store *s, carto_str name) {
  for (size_t i = 0; i < s->count; i++)
    if (carto_str_equal(carto_str_from(s->files[i].name), name)) return &s->files[i];
  return NULL;
}

static carto_status store_list(const carto_call *call, void *user, carto_str path, carto_file **out, size_t *count,
                               carto_error *error) {
  memory_store *s = (memory_store *)user;
  (void)path;
  *count = 0;
  *out = (carto_file *)carto_arena_alloc(call->arena, (s->count + 1) * sizeof **out);
  if (!*out) return memory_fail(error, (carto_status)call->arena->status, "no memory to list ", path);
  for (; *count < s->count; (*count)++) {
    carto_file *file = &(*out)[*count];
    memset(file, 0, sizeof *file);
    file->name = carto_str_from(s->files[*count].name);
    file->size = s->files[*count].len;
  }
  return CARTO_OK;
}

static carto_status store_read(const carto_call *call, void *user, carto_str name, carto_buf *out,
                               carto_error *error) {
  store_file *file = store_find((memory_store *)user, name);
  (void)call;
  if (!file) return memory_fail(error, CARTO_ERR_IO, "there is no file ", name);
  carto_buf_append(out, file->text, file->len);
  return out->status == CARTO_OK ? CARTO_OK : memory_fail(error, (carto_status)out->status, "no memory for ", name);
}

static carto_status store_write(const carto_call *call, void *user, carto_str name, const carto_str *parts,
                                size_t count, carto_error *error) {
  memory_store *s = (memory_store *)user;
  store_file *file = store_find(s, name);
  size_t len = 0;
  (void)call;
  s->writes++;
  if (s->fail_at == s->writes) return memory_fail(error, CARTO_ERR_IO, "no space is left for ", name);
  if (s->stop_at && s->writes >= s->stop_at) return CARTO_OK;
  for (size_t i = 0; i < count; i++) len += parts[i].len;
  if (!file) {
    if (s->count == sizeof s->files / sizeof *s->files || name.len >= sizeof file->name) return memory_fail(error, CARTO_ERR_IO, "no room for ", name);
    file = &s->files[s->count++];
    memset(file, 0, sizeof *file);
    memcpy(file->name, name.ptr, name.len);
  }
  free(file->text);
  file->text = (char *)malloc(len + 1);
  file->len = 0;
  for (size_t i = 0; i < count; i++) {
    if (parts[i].len) memcpy(file->text + file->len, parts[i].ptr, parts[i].len);
    file->len += parts[i].len;
  }
  return CARTO_OK;
}

static carto_status store_remove(const carto_call *call, void *user, carto_str name, carto_error *error) {
  memory_store *s = (memory_store *)user;
  store_file *file = store_find(s, name);
  (void)call;
  (void)error;
  if (!file || s->stop_at) return CARTO_OK;
  free(file->text);
  *file = s->files[--s->count];
  return CARTO_OK;
}

static carto_store store_of(memory_store *s) {
  carto_store store;
  store.list = store_list;
  store.read = store_read;
  store.write = store_write;
  store.remove = store_remove;
  store.user = s;
  return store;
}

static void store_clear(memory_store *s) {
  while (s->count > 0) free(s->files[--s->count].text);
  memset(s, 0, sizeof *s);
}

#endif
