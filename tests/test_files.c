/* Directories of the real file system: what is listed, what is read, and what is never opened. Works in a
   directory of its own under TMPDIR or /tmp, which it removes. */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#define CARTO_MCP_NO_STDIO
#define CARTO_MCP_MAX_FILES 40
#define CARTO_MCP_MAX_FILE ((size_t)9 << 20)
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
#include "test.h"

#include <sys/socket.h>
#include <sys/un.h>

static const carto_alloc libc_alloc;
static char top[200];   /* the directory of this run */
static char root[220];  /* the served one in it      */

typedef struct world {
  carto_files files;
  carto_arena arena;
  carto_call call;
  carto_error error;
  size_t asked, stop_at;
  int grow_fd;            /* a file that changes its size when asked for the first time, -1: none */
  off_t grow_to;
} world;

static bool ask(void *user) {
  world *w = (world *)user;
  if (++w->asked == 1 && w->grow_fd >= 0) CHECK_INT(ftruncate(w->grow_fd, w->grow_to), 0);
  return w->asked != w->stop_at;
}

static void open_world(world *w, const char *directory, carto_alloc alloc) {
  memset(w, 0, sizeof *w);
  w->files = carto_files_directory(directory);
  carto_arena_init(&w->arena, alloc, 0);
  w->call.arena = &w->arena;
  w->call.checkpoint = ask;
  w->call.user = w;
  w->grow_fd = -1;
}

static void close_world(world *w) { carto_arena_free(&w->arena); }

static carto_str text_of(const world *w) { return carto_str_from(w->error.text); }

/* ---- making files */

static const char *path_of(const char *name) {
  static char paths[4][600];
  static int next;
  char *path = paths[next++ % 4];
  snprintf(path, sizeof paths[0], "%s/%s", top, name);
  return path;
}

static void make_directory(const char *name) { CHECK_INT(mkdir(path_of(name), 0777), 0); }

static void make_file(const char *name, const char *text) {
  FILE *f = fopen(path_of(name), "wb");
  if (!CHECK(f != NULL)) exit(2);
  fputs(text, f);
  fclose(f);
}

static void make_link(const char *name, const char *to) { CHECK_INT(symlink(to, path_of(name)), 0); }

static void make_socket(const char *name) {
  struct sockaddr_un address;
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  memset(&address, 0, sizeof address);
  address.sun_family = AF_UNIX;
  if (strlen(path_of(name)) < sizeof address.sun_path) {
    strcpy(address.sun_path, path_of(name));
    CHECK_INT(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
  }
  close(fd);
}

static void remove_all(int dir, const char *name) {
  int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
  struct dirent *entry;
  while (d && (entry = readdir(d)) != NULL) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    if (unlinkat(fd, entry->d_name, 0) != 0) remove_all(fd, entry->d_name);
  }
  if (d) closedir(d);
  unlinkat(dir, name, AT_REMOVEDIR);
}

static void make_tree(void) {
  make_directory("root");
  make_directory("root/db");
  make_directory("root/db/s");
  make_directory("root/db/empty");
  make_directory("root/.hidden");
  make_directory("outside");
  make_file("outside/secret.csv", "secret\n42\n");
  make_file("root/db/s/t.csv", "a,b\n1,2\n");
  make_file("root/db/s/u.ndjson", "{\"a\":1}\n");
  make_file("root/db/s/.dot.csv", "a\n1\n");
  make_file("root/db/s/nothing.csv", "");
  make_file("root/db/s/od\xff" "d.csv", "a\n1\n");
  make_file("root/db/s/it's \"q\" \xc3\xa9.csv", "a\n1\n");
  make_file("root/.hidden/x.csv", "a\n1\n");
  make_link("root/db/s/inside_link.csv", "t.csv");
  make_link("root/db/s/outside_link.csv", "../../../outside/secret.csv");
  make_link("root/db/s/absolute_link.csv", "/etc/passwd");
  make_link("root/db/s/dangling.csv", "nowhere");
  make_link("root/db/s/loop.csv", "loop.csv");
  make_link("root/db/linked_schema", "../../outside");
  make_link("root/db/loop", "../db");
  make_link("root/linked_db", "/etc");
  make_link("linked_root", "root");
  CHECK_INT(mkfifo(path_of("root/db/s/fifo.csv"), 0666), 0);
  CHECK_INT(mkfifo(path_of("root/db/fifo"), 0666), 0);
  make_socket("root/db/s/socket.csv");
  make_file("root/db/s/locked.csv", "a\n1\n");
  CHECK_INT(chmod(path_of("root/db/s/locked.csv"), 0), 0);
}

/* ---- listing */

static int by_name(const void *a, const void *b) {
  return carto_str_compare(((const carto_file *)a)->name, ((const carto_file *)b)->name);
}

/* The names of a directory in order, each directory with a '/' behind it. */
static carto_status list(world *w, const char *path, char *names) {
  carto_file *files;
  size_t count;
  carto_status status = w->files.list(&w->call, w->files.user, carto_str_from(path), &files, &count, &w->error);
  *names = 0;
  if (status != CARTO_OK) {
    CHECK(files == NULL && count == 0);
    return status;
  }
  if (count) qsort(files, count, sizeof *files, by_name);
  for (size_t i = 0; i < count; i++) {
    CHECK(files[i].modified_at > INT64_C(1500000000000000));
    CHECK(files[i].name.ptr[0] != '.');
    names += sprintf(names, "%s%.*s%s", i ? "|" : "", (int)files[i].name.len, files[i].name.ptr,
                     files[i].is_directory ? "/" : "");
  }
  return status;
}

static void test_list(void) {
  static const char *const roots[] = {"root", "linked_root", "root/db/..", "root/"};
  char names[2000];
  world w;
  for (size_t i = 0; i < 4; i++) { /* whatever the operator calls the root by */
    char path[300];
    snprintf(path, sizeof path, "%s/%s", top, roots[i]);
    open_world(&w, path, libc_alloc);
    CHECK_INT(list(&w, "", names), CARTO_OK);
    CHECK_STR(carto_str_from(names), "db/");
    CHECK_INT(list(&w, "db", names), CARTO_OK);
    CHECK_STR(carto_str_from(names), "empty/|s/");
    CHECK_INT(list(&w, "db/s", names), CARTO_OK);
    CHECK_STR(carto_str_from(names), "it's \"q\" \xc3\xa9.csv|locked.csv|nothing.csv|od\xff" "d.csv|t.csv|u.ndjson");
    CHECK_INT(list(&w, "db/empty", names), CARTO_OK);
    CHECK_STR(carto_str_from(names), "");
    close_world(&w);
  }
}

static void test_list_details(void) {
  carto_file *files;
  size_t count;
  struct stat st;
  world w;
  open_world(&w, root, libc_alloc);
  CHECK_INT(w.files.list(&w.call, w.files.user, carto_str_from("db/s"), &files, &count, &w.error), CARTO_OK);
  for (size_t i = 0; i < count; i++) {
    if (!carto__str_is(files[i].name, "t.csv")) continue;
    CHECK_INT(stat(path_of("root/db/s/t.csv"), &st), 0);
    CHECK_UINT(files[i].size, 8);
    CHECK_INT(files[i].modified_at / 1000000, st.st_mtime);
    CHECK(!files[i].is_directory);
  }
  close_world(&w);
}

static void test_list_refused(void) {
  static const struct {
    const char *path, *wrong;
  } all[] = {
    {"..", "cannot open ..: there is no such file or directory"},
    {".", NULL}, {"db/..", NULL}, {"db/../..", NULL}, {"/", NULL}, {"/etc", NULL}, {"db//s", NULL},
    {"./db", NULL}, {".hidden", NULL}, {"db/.", NULL},
    {"db/s/t.csv", "cannot open db/s/t.csv: not a directory"},
    {"nowhere", "cannot open nowhere: there is no such file or directory"},
    {"linked_db", NULL}, {"linked_db/ssl", NULL}, {"db/linked_schema", NULL}, {"db/loop", NULL},
    {"db/loop/s", NULL}, {"db/fifo", NULL}, {"db/s/inside_link.csv", NULL}, {"DB", NULL},
  };
  char names[2000];
  world w;
  open_world(&w, root, libc_alloc);
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    CHECK_INT(list(&w, all[i].path, names), CARTO_ERR_IO);
    CHECK_CONTAINS(text_of(&w), all[i].wrong ? all[i].wrong : all[i].path);
    CHECK_CONTAINS(text_of(&w), "errno ");
  }
  close_world(&w);
  open_world(&w, path_of("missing"), libc_alloc);
  CHECK_INT(list(&w, "", names), CARTO_ERR_IO);
  CHECK_CONTAINS(text_of(&w), "/missing: there is no such file or directory");
  close_world(&w);
}

static void test_too_many(void) {
  char names[4000], name[80];
  world w;
  make_directory("many");
  make_directory("many/s");
  for (int i = 0; i < 40; i++) {
    snprintf(name, sizeof name, "many/s/%03d", i);
    make_file(name, "");
  }
  for (int i = 0; i < 30; i++) { /* these do not count */
    snprintf(name, sizeof name, "many/s/.%03d", i);
    make_file(name, "");
  }
  open_world(&w, path_of("many"), libc_alloc);
  CHECK_INT(list(&w, "s", names), CARTO_OK);
  CHECK_UINT(strlen(names), 40 * 4 - 1);
  make_file("many/s/more", "");
  CHECK_INT(list(&w, "s", names), CARTO_ERR_LIMIT);
  CHECK_STR(text_of(&w), "s holds more than 40 files");
  close_world(&w);
}

/* ---- reading */

static carto_status read_file(world *w, carto_str path, carto_buf *out) {
  carto_buf_init(out, libc_alloc, 0);
  memset(&w->error, 0, sizeof w->error);
  return w->files.read(&w->call, w->files.user, path, out, &w->error);
}

static void test_read(void) {
  carto_buf out;
  world w;
  open_world(&w, root, libc_alloc);
  CHECK_INT(read_file(&w, carto_str_from("db/s/t.csv"), &out), CARTO_OK);
  CHECK_STR(carto_buf_str(&out), "a,b\n1,2\n");
  CHECK_INT(w.files.read(&w.call, w.files.user, carto_str_from("db/s/u.ndjson"), &out, &w.error), CARTO_OK);
  CHECK_STR(carto_buf_str(&out), "a,b\n1,2\n{\"a\":1}\n"); /* appends */
  carto_buf_free(&out);
  CHECK_INT(read_file(&w, carto_str_from("db/s/nothing.csv"), &out), CARTO_OK);
  CHECK_UINT(out.len, 0);
  carto_buf_free(&out);
  CHECK_INT(read_file(&w, carto_str_from("db/s/it's \"q\" \xc3\xa9.csv"), &out), CARTO_OK);
  carto_buf_free(&out);
  close_world(&w);
}

static void test_read_refused(void) {
  static const char *const paths[] = {
    "", ".", "..", "../outside/secret.csv", "db/../../outside/secret.csv", "/etc/passwd", "//etc/passwd",
    "db//s/t.csv", "db/./s/t.csv", "db/s/.dot.csv", ".hidden/x.csv", "db/s/missing.csv",
    "db/s/t.csv/x", "db/s/inside_link.csv", "db/s/outside_link.csv", "db/s/absolute_link.csv",
    "db/s/dangling.csv", "db/s/loop.csv", "db/linked_schema/secret.csv", "db/loop/s/t.csv", "linked_db/passwd",
    "db/s/fifo.csv", "db/s/socket.csv", "db", "db/s", "db/fifo"};
  char large[600];
  carto_buf out;
  world w;
  open_world(&w, root, libc_alloc);
  alarm(20); /* a FIFO without a writer must not be waited for */
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
    CHECK_INT(read_file(&w, carto_str_from(paths[i]), &out), CARTO_ERR_IO);
    CHECK_UINT(out.len, 0);
    CHECK(w.error.text[0] != 0);
    carto_buf_free(&out);
  }
  alarm(0);
  CHECK_INT(read_file(&w, carto_str_from("db/s"), &out), CARTO_ERR_IO);
  CHECK_STR(text_of(&w), "db/s is not a file");
  CHECK_INT(read_file(&w, carto_str_from("db/s/outside_link.csv"), &out), CARTO_ERR_IO);
  CHECK_CONTAINS(text_of(&w), "cannot open db/s/outside_link.csv: a symbolic link");
  CHECK_INT(read_file(&w, carto_str_make("db/s/t.csv\0.csv", 15), &out), CARTO_ERR_IO);
  CHECK_INT(read_file(&w, carto_str_make("db/s/t.csv\0", 11), &out), CARTO_ERR_IO);
  memset(large, 'n', sizeof large);
  for (size_t len = 250; len < sizeof large; len += 50)
    CHECK_INT(read_file(&w, carto_str_make(large, len), &out), CARTO_ERR_IO);
  if (geteuid() != 0) { /* root may read anything */
    CHECK_INT(read_file(&w, carto_str_from("db/s/locked.csv"), &out), CARTO_ERR_IO);
    CHECK_CONTAINS(text_of(&w), "cannot open db/s/locked.csv: permission denied");
  }
  close_world(&w);
}

/* A file of size bytes, without the bytes. */
static int make_hole(const char *name, off_t size) {
  int fd = open(path_of(name), O_RDWR | O_CREAT, 0666);
  CHECK(fd >= 0);
  CHECK_INT(ftruncate(fd, size), 0);
  return fd;
}

static void test_size_limit(void) {
  carto_buf out;
  world w;
  close(make_hole("root/db/s/most.csv", 9 << 20));
  close(make_hole("root/db/s/more.csv", (9 << 20) + 1));
  close(make_hole("root/db/s/far_more.csv", (off_t)1 << 40));
  open_world(&w, root, libc_alloc);
  CHECK_INT(read_file(&w, carto_str_from("db/s/most.csv"), &out), CARTO_OK);
  CHECK_UINT(out.len, 9 << 20);
  carto_buf_free(&out);
  CHECK_INT(read_file(&w, carto_str_from("db/s/more.csv"), &out), CARTO_ERR_LIMIT);
  CHECK_STR(text_of(&w), "db/s/more.csv has 9437185 bytes; the limit is 9437184");
  CHECK_INT(read_file(&w, carto_str_from("db/s/far_more.csv"), &out), CARTO_ERR_LIMIT);
  close_world(&w);
  unlink(path_of("root/db/s/most.csv"));
  unlink(path_of("root/db/s/more.csv"));
  unlink(path_of("root/db/s/far_more.csv"));
}

/* A file that changes its size between the first piece and the last. */
static void test_changing_size(void) {
  static const off_t sizes[] = {0, 1, 4 << 20, (5 << 20) - 1, (5 << 20) + 1, 8 << 20};
  carto_buf out;
  world w;
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    int fd = make_hole("root/db/s/changes.csv", 5 << 20);
    open_world(&w, root, libc_alloc);
    w.grow_fd = fd;
    w.grow_to = sizes[i];
    CHECK_INT(read_file(&w, carto_str_from("db/s/changes.csv"), &out), CARTO_ERR_IO);
    CHECK_STR(text_of(&w), "db/s/changes.csv changed while it was read; try again");
    CHECK_UINT(out.len, 0);
    carto_buf_free(&out);
    w.grow_fd = -1;
    CHECK_INT(read_file(&w, carto_str_from("db/s/changes.csv"), &out), CARTO_OK);
    CHECK_UINT(out.len, (size_t)sizes[i]);
    carto_buf_free(&out);
    close_world(&w);
    close(fd);
    unlink(path_of("root/db/s/changes.csv"));
  }
}

static void test_cancel(void) {
  char names[4000];
  carto_buf out;
  world w;
  close(make_hole("root/db/s/large.csv", 9 << 20));
  for (size_t stop = 1; stop <= 3; stop++) {
    open_world(&w, root, libc_alloc);
    w.stop_at = stop;
    CHECK_INT(read_file(&w, carto_str_from("db/s/large.csv"), &out), CARTO_ERR_CANCELLED);
    CHECK_UINT(out.len, 0);
    CHECK_STR(text_of(&w), "cancelled");
    carto_buf_free(&out);
    close_world(&w);
  }
  open_world(&w, root, libc_alloc);
  w.stop_at = 1;
  CHECK_INT(list(&w, "db/s", names), CARTO_ERR_CANCELLED);
  CHECK_INT(list(&w, "db/s", names), CARTO_OK);
  close_world(&w);
  unlink(path_of("root/db/s/large.csv"));
}

/* ---- the rest */

static void test_modified(void) {
  struct stat st;
  int64_t time = 7;
  carto_error error;
  CHECK_INT(stat(root, &st), 0);
  CHECK_INT(carto_files_modified(root, &time, &error), CARTO_OK);
  CHECK_INT(time, (int64_t)st.st_mtim.tv_sec * 1000000 + st.st_mtim.tv_nsec / 1000);
  CHECK_INT(carto_files_modified(path_of("linked_root"), &time, &error), CARTO_OK);
  CHECK_INT(carto_files_modified(path_of("root/db/s/t.csv"), &time, &error), CARTO_ERR_IO);
  CHECK_CONTAINS(carto_str_from(error.text), "not a directory");
  CHECK_INT(time, 0);
  CHECK_INT(carto_files_modified(path_of("missing"), &time, NULL), CARTO_ERR_IO);
  if (geteuid() != 0) {
    make_directory("closed");
    CHECK_INT(chmod(path_of("closed"), 0), 0);
    CHECK_INT(carto_files_modified(path_of("closed"), &time, &error), CARTO_ERR_IO);
    CHECK_CONTAINS(carto_str_from(error.text), "permission denied");
  }
}

/* Nothing stays open, whatever happened. */
static void test_descriptors(void) {
  static const char *const paths[] = {"db/s/t.csv", "..", "db/s", "db/s/fifo.csv", "db/s/loop.csv", "x/y", "db/s/t.csv/x"};
  char names[4000];
  carto_buf out;
  world w;
  int before = dup(0), after;
  close(before);
  open_world(&w, root, libc_alloc);
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
    (void)read_file(&w, carto_str_from(paths[i]), &out);
    carto_buf_free(&out);
    (void)list(&w, paths[i], names);
    for (w.asked = 0, w.stop_at = 1; w.stop_at < 3; w.stop_at++, w.asked = 0) {
      (void)read_file(&w, carto_str_from(paths[i]), &out);
      carto_buf_free(&out);
      (void)list(&w, "db/s", names);
    }
    w.stop_at = 0;
  }
  after = dup(0);
  close(after);
  CHECK_INT(after, before);
  close_world(&w);
}

static int list_and_read(carto_alloc alloc) {
  carto_file *files;
  size_t count;
  carto_buf out;
  carto_status status;
  world w;
  open_world(&w, root, alloc);
  carto_buf_init(&out, alloc, 0);
  status = w.files.list(&w.call, w.files.user, carto_str_from("db/s"), &files, &count, &w.error);
  if (status == CARTO_OK)
    status = w.files.read(&w.call, w.files.user, carto_str_from("db/s/t.csv"), &out, &w.error);
  else
    CHECK(files == NULL && count == 0);
  if (status != CARTO_OK) CHECK_INT(w.error.status, CARTO_ERR_NOMEM);
  carto_buf_free(&out);
  close_world(&w);
  return status == CARTO_OK;
}

static void test_allocation(void) {
  carto_buf out;
  world w;
  test_every_allocation(list_and_read, 50);
  /* a read that memory refuses is told as that */
  open_world(&w, root, libc_alloc);
  carto_buf_init(&out, libc_alloc, 4);
  CHECK_INT(w.files.read(&w.call, w.files.user, carto_str_from("db/s/t.csv"), &out, &w.error), CARTO_ERR_LIMIT);
  CHECK_STR(text_of(&w), "db/s/t.csv needs 8 bytes: a configured limit was hit");
  carto_buf_free(&out);
  close_world(&w);
}

/* The local warehouse over the tree sees the three tables that are files, and no link. */
static void test_warehouse(void) {
  carto_local local;
  carto_local_desc desc = carto_local_desc_default();
  carto_warehouse warehouse;
  carto_search_request request;
  carto_search_result found;
  carto_source source;
  carto_schema_result info;
  world w;
  open_world(&w, root, libc_alloc);
  desc.data = w.files;
  CHECK_INT(carto_local_init(&local, &desc, &w.error), CARTO_OK);
  warehouse = carto_local_warehouse(&local);
  memset(&request, 0, sizeof request);
  request.limit = 100;
  CHECK_INT(warehouse.driver->search(&w.call, warehouse.state, &request, &found, &w.error), CARTO_OK);
  CHECK_UINT(found.total_count, 5); /* it's "q", locked, nothing, t, u */
  for (size_t i = 0; i < found.count; i++) CHECK(!test_contains(found.items[i].name, "link"));
  memset(&source, 0, sizeof source);
  source.text = carto_str_from("t");
  CHECK_INT(warehouse.driver->schema(&w.call, warehouse.state, &source, &info, &w.error), CARTO_OK);
  CHECK_UINT(info.column_count, 2);
  source.text = carto_str_from("db.s.outside_link");
  CHECK_INT(warehouse.driver->schema(&w.call, warehouse.state, &source, &info, &w.error), CARTO_ERR_NOT_FOUND);
  unlink(path_of("root/db/s/u.ndjson"));
  make_link("root/db/s/u.ndjson", "../../../outside/secret.csv");
  source.text = carto_str_from("db.s.u");
  CHECK_INT(warehouse.driver->schema(&w.call, warehouse.state, &source, &info, &w.error), CARTO_ERR_NOT_FOUND);
  carto_local_free(&local);
  close_world(&w);
}

static const test_case tests[] = {
  {"list", test_list},
  {"list_details", test_list_details},
  {"list_refused", test_list_refused},
  {"too_many", test_too_many},
  {"read", test_read},
  {"read_refused", test_read_refused},
  {"size_limit", test_size_limit},
  {"changing_size", test_changing_size},
  {"cancel", test_cancel},
  {"modified", test_modified},
  {"descriptors", test_descriptors},
  {"allocation", test_allocation},
  {"warehouse", test_warehouse},
};

int main(int argc, char **argv) {
  const char *under = getenv("TMPDIR");
  int status;
  snprintf(top, sizeof top, "%s/carto_files_XXXXXX", under && strlen(under) < 100 ? under : "/tmp");
  if (!mkdtemp(top)) {
    printf("cannot make a directory under %s\n", top);
    return 2;
  }
  snprintf(root, sizeof root, "%s/root", top);
  make_tree();
  status = test_main(argc, argv, tests, sizeof tests / sizeof *tests);
  chmod(path_of("closed"), 0777);
  remove_all(AT_FDCWD, top);
  return status;
}
