/* Corpus runners for JSON: jsontestsuite, json-numbers, jcs. */
#ifndef CORPUS_JSON_H
#define CORPUS_JSON_H

#include "corpus.h"

static void json_start(carto_arena *arena) {
  carto_alloc libc;
  memset(&libc, 0, sizeof libc);
  carto_arena_init(arena, libc, 0);
}

static void json_buf(carto_buf *buf) {
  carto_alloc libc;
  memset(&libc, 0, sizeof libc);
  carto_buf_init(buf, libc, 0);
}

/* ---- JSONTestSuite: the first letter of a file's name is the verdict. What is accepted must
   come out of the writer as a text that reads as the same tree. */

static void corpus_jsontestsuite(corpus *c, const char *path, carto_str text) {
  const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
  char *exact =
    (char *)malloc(text.len ? text.len : 1); /* no byte more, so that a look behind shows */
  carto_json_writer writer;
  carto_json_doc doc, again;
  carto_arena arena;
  carto_error error;
  carto_buf out;
  if (!exact) exit(2);
  memcpy(exact, text.ptr, text.len);
  json_start(&arena);
  json_buf(&out);
  if (carto_json_parse(&arena, carto_str_make(exact, text.len), &doc, &error) != CARTO_OK) {
    if (name[0] == 'y') corpus_fail(c, path, 0, "refused: %s", error.text);
    else if (error.offset > text.len || !error.text[0]) corpus_fail(c, path, 0, "no good error");
    else corpus_pass(c);
  } else {
    carto_json_writer_init(&writer, &out);
    carto_json_write_value(&writer, &doc, doc.root);
    if (name[0] == 'n') corpus_fail(c, path, 0, "accepted");
    else if (carto_json_parse(&arena, carto_buf_str(&out), &again, &error) != CARTO_OK)
      corpus_fail(c, path, 0, "written so that it does not read: %s", error.text);
    else if (again.count != doc.count) corpus_fail(c, path, 0, "changed by writing");
    else corpus_pass(c);
  }
  carto_buf_free(&out);
  carto_arena_free(&arena);
  free(exact);
}

/* ---- Numbers: "hex bits,text" is what a double must be written as; "hex bits text" what a text
   must be read as, when it is a number for us. */

static uint64_t json_bits(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

/* The grammar carto_double_parse documents, spelled out once more. */
static int json_is_decimal(carto_str text) {
  const char *p = text.ptr, *end = p + text.len, *from;
  if (p < end && *p == '-') p++;
  for (from = p; p < end && *p >= '0' && *p <= '9'; p++) {
  }
  if (p == from) return 0;
  if (p < end && *p == '.') {
    for (from = ++p; p < end && *p >= '0' && *p <= '9'; p++) {
    }
    if (p == from) return 0;
  }
  if (p < end && (*p == 'e' || *p == 'E')) {
    p++;
    if (p < end && (*p == '+' || *p == '-')) p++;
    for (from = p; p < end && *p >= '0' && *p <= '9'; p++) {
    }
    if (p == from) return 0;
  }
  return p == end;
}

static void json_text_to_double(corpus *c, const char *path, long line, carto_arena *arena,
                                uint64_t bits, carto_str text) {
  int negative = text.len > 0 && text.ptr[0] == '-', decimal = json_is_decimal(text);
  carto_str digits = carto_str_make(text.ptr + negative, text.len - (size_t)negative);
  int json = decimal &&
             (digits.len < 2 || digits.ptr[0] != '0' || digits.ptr[1] < '0' || digits.ptr[1] > '9');
  carto_json_doc doc;
  double value = 0;
  bool ok = carto_double_parse(text, &value);
  if (ok != (decimal != 0))
    corpus_fail(c, path, line, "%.*s is %sa number", (int)text.len, text.ptr, ok ? "" : "not ");
  else if (ok && json_bits(value) != bits)
    corpus_fail(c, path, line, "%.*s gives %016" PRIx64 ", not %016" PRIx64, (int)text.len,
                text.ptr, json_bits(value), bits);
  else corpus_pass(c);
  carto_arena_reset(arena);
  ok = carto_json_parse(arena, text, &doc, NULL) == CARTO_OK;
  if (ok != (json != 0))
    corpus_fail(c, path, line, "%.*s is %sJSON", (int)text.len, text.ptr, ok ? "" : "not ");
  else if (ok && json_bits(carto_json_double(doc.root)) != bits)
    corpus_fail(c, path, line, "%.*s gives another double in JSON", (int)text.len, text.ptr);
  else if (ok) corpus_pass(c);
}

static void json_double_to_text(corpus *c, const char *path, long line, carto_buf *out,
                                uint64_t bits, carto_str text) {
  double value, back;
  memcpy(&value, &bits, sizeof value);
  carto_buf_clear(out);
  carto_buf_append_double(out, value);
  if (!carto_str_equal(carto_buf_str(out), text))
    corpus_fail(c, path, line, "%016" PRIx64 " is written %.*s, not %.*s", bits, (int)out->len,
                out->ptr, (int)text.len, text.ptr);
  else if (carto_double_parse(text, &back) ? back != value
                                           : !carto_str_equal(text, carto_str_from("null")))
    corpus_fail(c, path, line, "%.*s reads as another double", (int)text.len, text.ptr);
  else corpus_pass(c);
}

static void corpus_json_numbers(corpus *c, const char *path, carto_str text) {
  carto_arena arena;
  carto_buf out;
  long line = 0;
  json_start(&arena);
  json_buf(&out);
  while (text.len > 0) {
    carto_str row = carto__str_cut(&text, '\n');
    char *after;
    uint64_t bits = strtoull(row.ptr, &after, 16); /* the file's buffer ends in a NUL */
    carto_str rest = carto__str_skip(row, (size_t)(after - row.ptr) + 1);
    line++;
    if (row.len == 0) continue;
    if (rest.len > 0 && rest.ptr[rest.len - 1] == '\r') rest.len--;
    if (*after == ',') json_double_to_text(c, path, line, &out, bits, rest);
    else json_text_to_double(c, path, line, &arena, bits, rest);
  }
  carto_buf_free(&out);
  carto_arena_free(&arena);
}

/* ---- JCS (RFC 8785): numbers and strings in their canonical form are our writer's business,
   the order of members is done here. */

/* Compares by UTF-16 code units, as the RFC has it: surrogates come before U+E000 and up. */
static int jcs_order(carto_str a, carto_str b) {
  size_t i = 0;
  while (i < a.len && i < b.len && a.ptr[i] == b.ptr[i]) i++;
  if (i < a.len && i < b.len) {
    unsigned char x = (unsigned char)a.ptr[i], y = (unsigned char)b.ptr[i];
    if (x >= 0xf0 && (y == 0xee || y == 0xef)) return -1;
    if (y >= 0xf0 && (x == 0xee || x == 0xef)) return 1;
    return x < y ? -1 : 1;
  }
  return a.len < b.len ? -1 : a.len > b.len;
}

static int jcs_compare_keys(const void *a, const void *b) {
  return jcs_order(carto_json_string(*(const carto_json *const *)a),
                   carto_json_string(*(const carto_json *const *)b));
}

static void jcs_write(carto_json_writer *writer, const carto_json *value) {
  size_t count = carto_json_count(value), i;
  const carto_json *item = carto_json_first(value);
  const carto_json **keys;
  switch (carto_json_type_of(value)) {
  case CARTO_JSON_NULL: carto_json_write_null(writer); break;
  case CARTO_JSON_FALSE:
  case CARTO_JSON_TRUE: carto_json_write_bool(writer, carto_json_bool(value)); break;
  case CARTO_JSON_STRING: carto_json_write_string(writer, carto_json_string(value)); break;
  case CARTO_JSON_ARRAY:
    carto_json_begin_array(writer);
    for (i = 0; i < count; i++, item = carto_json_next(item)) jcs_write(writer, item);
    carto_json_end_array(writer);
    break;
  case CARTO_JSON_OBJECT:
    keys = (const carto_json **)malloc((count + 1) * sizeof *keys);
    if (!keys) exit(2);
    for (i = 0; i < count; i++, item = carto_json_next(carto_json_value_of(item))) keys[i] = item;
    qsort(keys, count, sizeof *keys, jcs_compare_keys);
    carto_json_begin_object(writer);
    for (i = 0; i < count; i++) {
      carto_json_key_str(writer, carto_json_string(keys[i]));
      jcs_write(writer, carto_json_value_of(keys[i]));
    }
    carto_json_end_object(writer);
    free(keys);
    break;
  default: carto_json_write_double(writer, carto_json_double(value)); break;
  }
}

static void corpus_jcs(corpus *c, const char *path, carto_str text) {
  const char *at = strstr(path, "/input/");
  char output[512], *want;
  carto_json_writer writer;
  carto_json_doc doc;
  carto_arena arena;
  carto_error error;
  carto_buf out;
  size_t size;
  if (!at) return; /* one of output/ */
  snprintf(output, sizeof output, "%.*s/output/%s", (int)(at - path), path, at + 7);
  want = test_read_file(output, &size);
  json_start(&arena);
  json_buf(&out);
  carto_json_writer_init(&writer, &out);
  if (carto_json_parse(&arena, text, &doc, &error) != CARTO_OK) {
    corpus_fail(c, path, 0, "refused: %s", error.text);
  } else {
    jcs_write(&writer, doc.root);
    if (!carto_str_equal(carto_buf_str(&out), carto_str_make(want, size)))
      corpus_fail(c, path, 0, "written as %.*s", (int)out.len, out.ptr);
    else corpus_pass(c);
  }
  carto_buf_free(&out);
  carto_arena_free(&arena);
  free(want);
}

#endif
