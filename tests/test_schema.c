/* Schemas: the text and the check that come from the same rows. The oracle is the JSON Schema Test Suite:
   row sets that mirror its groups must give its verdicts, twice: by carto_schema_check, and by a small
   validator of this file that reads the text of carto_schema_write. */
#define CARTO_MCP_NO_FILES
#define CARTO_MCP_NO_STDIO
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
#include "test.h"

#define ROWS(rows) rows, sizeof rows / sizeof rows[0]
#define ALL_KINDS 127u
#define MOST 1e308

static const carto_alloc libc_alloc;

static carto_json_doc parse(carto_arena *arena, carto_str text) {
  carto_json_doc doc;
  carto_error error;
  if (carto_json_parse(arena, text, &doc, &error) != CARTO_OK) {
    printf("%.*s\n  %s\n", (int)(text.len < 200 ? text.len : 200), text.ptr, error.text);
    CHECK(!"JSON");
    exit(2);
  }
  return doc;
}

/* ---- an independent validator, of the keywords that carto_schema_write writes */

static int is_whole(double x) {
  return x >= -DBL_MAX && x <= DBL_MAX && (x >= 4503599627370496.0 || x <= -4503599627370496.0 || x == (double)(int64_t)x);
}

static int has_type(const char *type, const carto_json *value) {
  double x = carto_json_double(value);
  switch (carto_json_type_of(value)) {
    case CARTO_JSON_NULL: return strcmp(type, "null") == 0;
    case CARTO_JSON_FALSE:
    case CARTO_JSON_TRUE: return strcmp(type, "boolean") == 0;
    case CARTO_JSON_STRING: return strcmp(type, "string") == 0;
    case CARTO_JSON_ARRAY: return strcmp(type, "array") == 0;
    case CARTO_JSON_OBJECT: return strcmp(type, "object") == 0;
    default:
      if (x < -DBL_MAX || x > DBL_MAX) return 0; /* Infinity to a validator in JavaScript */
      return strcmp(type, "number") == 0 || (strcmp(type, "integer") == 0 && is_whole(x));
  }
}

static int type_is_among(const carto_json *types, const carto_json *value) {
  const carto_json *one = carto_json_type_of(types) == CARTO_JSON_ARRAY ? carto_json_first(types) : types;
  size_t count = one == types ? 1 : carto_json_count(types);
  for (; count > 0; count--, one = carto_json_next(one)) {
    char name[16];
    carto_str text = carto_json_string(one);
    snprintf(name, sizeof name, "%.*s", (int)text.len, text.ptr);
    if (has_type(name, value)) return 1;
  }
  return 0;
}

static int is_among(const carto_json *list, const carto_json *value) {
  const carto_json *one = carto_json_first(list);
  for (size_t i = carto_json_count(list); i > 0; i--, one = carto_json_next(one)) {
    if (carto_json_type_of(one) != carto_json_type_of(value)) continue;
    if (carto_json_type_of(one) == CARTO_JSON_NULL) return 1;
    if (carto_str_equal(carto_json_string(one), carto_json_string(value))) return 1;
  }
  return 0;
}

static double code_points(carto_str text) {
  double count = 0;
  for (size_t i = 0; i < text.len; i++) count += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
  return count;
}

static int admits(const carto_json *schema, const carto_json *value);

static int members_fit(const carto_json *schema, const carto_json *value) {
  const carto_json *properties = carto_json_get(schema, "properties");
  const carto_json *others = carto_json_get(schema, "additionalProperties");
  const carto_json *key = carto_json_first(value);
  for (size_t i = carto_json_count(value); i > 0; i--) {
    const carto_json *member = carto_json_value_of(key);
    const carto_json *named = carto_json_find(properties, carto_json_string(key));
    if (named ? !admits(named, member) : others && !admits(others, member)) return 0;
    key = carto_json_next(member);
  }
  const carto_json *required = carto_json_get(schema, "required"), *name = carto_json_first(required);
  for (size_t i = carto_json_count(required); i > 0; i--, name = carto_json_next(name))
    if (!carto_json_find(value, carto_json_string(name))) return 0;
  return 1;
}

static int in_range(const carto_json *schema, const char *least, const char *most, double x) {
  const carto_json *low = carto_json_get(schema, least), *high = carto_json_get(schema, most);
  return (!low || x >= carto_json_double(low)) && (!high || x <= carto_json_double(high));
}

static int admits(const carto_json *schema, const carto_json *value) {
  static const char *const known[] = {"type",      "description", "enum",     "default",  "minimum",
                                      "maximum",   "minLength",   "maxLength", "minItems", "maxItems",
                                      "items",     "properties",  "required", "additionalProperties",
                                      "anyOf"};
  const carto_json *branches = carto_json_get(schema, "anyOf"), *branch = carto_json_first(branches);
  const carto_json *key = carto_json_first(schema), *item = carto_json_first(value);
  if (carto_json_type_of(schema) == CARTO_JSON_FALSE) return 0;
  for (size_t i = carto_json_count(schema); i > 0; i--, key = carto_json_next(carto_json_value_of(key))) {
    size_t k = 0;
    while (k < 15 && !carto__str_is(carto_json_string(key), known[k])) k++;
    CHECK(k < 15);
  }
  if (carto_json_get(schema, "type") && !type_is_among(carto_json_get(schema, "type"), value)) return 0;
  for (size_t i = carto_json_count(branches); i > 0 && !admits(branch, value); i--) {
    if (i == 1) return 0;
    branch = carto_json_next(branch);
  }
  if (carto_json_get(schema, "enum") && !is_among(carto_json_get(schema, "enum"), value)) return 0;
  if (carto_json_is_number(value)) return in_range(schema, "minimum", "maximum", carto_json_double(value));
  switch (carto_json_type_of(value)) {
    case CARTO_JSON_STRING:
      return in_range(schema, "minLength", "maxLength", code_points(carto_json_string(value)));
    case CARTO_JSON_ARRAY:
      if (!in_range(schema, "minItems", "maxItems", (double)carto_json_count(value))) return 0;
      for (size_t i = carto_json_count(value); i > 0 && carto_json_get(schema, "items"); i--) {
        if (!admits(carto_json_get(schema, "items"), item)) return 0;
        item = carto_json_next(item);
      }
      return 1;
    case CARTO_JSON_OBJECT: return members_fit(schema, value);
    default: return 1;
  }
}

/* The verdict of both; they must agree. */
static int verdict(const carto_param *rows, size_t count, int closed, carto_str text) {
  carto_arena arena;
  carto_buf schema;
  carto_json_writer writer;
  carto_json_doc doc, schema_doc;
  carto_error error;
  int checked, admitted;
  carto_arena_init(&arena, libc_alloc, 0);
  carto_buf_init(&schema, libc_alloc, 0);
  carto_json_writer_init(&writer, &schema);
  carto_schema_write(&writer, rows, count, closed);
  schema_doc = parse(&arena, carto_buf_str(&schema));
  doc = parse(&arena, text);
  memset(&error, 0x55, sizeof error);
  checked = carto_schema_check(rows, count, closed, doc.root, &error) == CARTO_OK;
  admitted = admits(schema_doc.root, doc.root);
  CHECK_INT(checked, admitted);
  if (checked != admitted)
    printf("  %.*s\n  %.*s\n", (int)text.len, text.ptr, (int)schema.len, schema.ptr);
  if (!checked) {
    CHECK_INT(error.status, CARTO_ERR_ARG);
    CHECK(error.text[0] == '"' || strncmp(error.text, "there is no \"", 13) == 0);
    CHECK_UINT(carto__utf8_check(error.text, strlen(error.text)), strlen(error.text));
  }
  carto_buf_free(&schema);
  carto_arena_free(&arena);
  return checked;
}

/* ---- the suite */

static const carto_param v_integer[] = {{0, "v", CARTO_KIND_INTEGER, NULL, 0, 0, NULL, NULL}};
static const carto_param v_number[] = {{0, "v", CARTO_KIND_NUMBER, NULL, 0, 0, NULL, NULL}};
static const carto_param v_string[] = {{0, "v", CARTO_KIND_STRING, NULL, 0, 0, NULL, NULL}};
static const carto_param v_object[] = {{0, "v", CARTO_KIND_OBJECT, NULL, 0, 0, NULL, NULL}};
static const carto_param v_array[] = {{0, "v", CARTO_KIND_ARRAY, NULL, 0, 0, NULL, NULL}};
static const carto_param v_boolean[] = {{0, "v", CARTO_KIND_BOOLEAN, NULL, 0, 0, NULL, NULL}};
static const carto_param v_null[] = {{0, "v", CARTO_KIND_NULL, NULL, 0, 0, NULL, NULL}};
static const carto_param v_integer_string[] = {
  {0, "v", CARTO_KIND_INTEGER | CARTO_KIND_STRING, NULL, 0, 0, NULL, NULL}};
static const carto_param v_array_object[] = {
  {0, "v", CARTO_KIND_ARRAY | CARTO_KIND_OBJECT, NULL, 0, 0, NULL, NULL}};
static const carto_param v_array_object_null[] = {
  {0, "v", CARTO_KIND_ARRAY | CARTO_KIND_OBJECT | CARTO_KIND_NULL, NULL, 0, 0, NULL, NULL}};
static const carto_param v_least_1_1[] = {{0, "v", CARTO_KIND_ANY, NULL, 1.1, MOST, NULL, NULL}};
static const carto_param v_least_minus_2[] = {{0, "v", CARTO_KIND_ANY, NULL, -2, MOST, NULL, NULL}};
static const carto_param v_most_3[] = {{0, "v", CARTO_KIND_ANY, NULL, -MOST, 3, NULL, NULL}};
static const carto_param v_most_300[] = {{0, "v", CARTO_KIND_ANY, NULL, -MOST, 300, NULL, NULL}};
static const carto_param v_least_length_2[] = {{0, "v", ALL_KINDS, NULL, 2, MOST, NULL, NULL}};
static const carto_param v_most_length_2[] = {{0, "v", ALL_KINDS, NULL, 0, 2, NULL, NULL}};
static const carto_param v_least_items_1[] = {{0, "v", CARTO_KIND_ARRAY, NULL, 1, MOST, NULL, NULL}};
static const carto_param v_most_items_2[] = {{0, "v", CARTO_KIND_ARRAY, NULL, 0, 2, NULL, NULL}};
static const carto_param v_items_integer[] = {
  {0, "v", CARTO_KIND_ARRAY, NULL, 0, 0, NULL, NULL},
  {1, "*", CARTO_KIND_INTEGER, NULL, 0, 0, NULL, NULL}};
static const carto_param v_items_null[] = {
  {0, "v", CARTO_KIND_ARRAY, NULL, 0, 0, NULL, NULL},
  {1, "*", CARTO_KIND_NULL, NULL, 0, 0, NULL, NULL}};
static const carto_param v_items_nested[] = {
  {0, "v", CARTO_KIND_ARRAY, NULL, 0, 0, NULL, NULL}, {1, "*", CARTO_KIND_ARRAY, NULL, 0, 0, NULL, NULL},
  {2, "*", CARTO_KIND_ARRAY, NULL, 0, 0, NULL, NULL}, {3, "*", CARTO_KIND_ARRAY, NULL, 0, 0, NULL, NULL},
  {4, "*", CARTO_KIND_NUMBER, NULL, 0, 0, NULL, NULL}};
static const carto_param v_enum_escaped[] = {
  {0, "v", CARTO_KIND_STRING, "foo\nbar|foo\rbar", 0, 0, NULL, NULL}};
static const carto_param v_enum_members[] = {
  {0, "v", CARTO_KIND_OBJECT, NULL, 0, 0, NULL, NULL},
  {1, "foo", CARTO_KIND_STRING, "foo", 0, 0, NULL, NULL},
  {1, "bar", CARTO_KIND_STRING | CARTO_REQUIRED, "bar", 0, 0, NULL, NULL}};
static const carto_param v_properties[] = {
  {0, "v", CARTO_KIND_OBJECT, NULL, 0, 0, NULL, NULL},
  {1, "foo", CARTO_KIND_INTEGER, NULL, 0, 0, NULL, NULL},
  {1, "bar", CARTO_KIND_STRING, NULL, 0, 0, NULL, NULL}};
static const carto_param v_properties_escaped[] = {
  {0, "v", CARTO_KIND_OBJECT, NULL, 0, 0, NULL, NULL},
  {1, "foo\nbar", CARTO_KIND_NUMBER, NULL, 0, 0, NULL, NULL},
  {1, "foo\"bar", CARTO_KIND_NUMBER, NULL, 0, 0, NULL, NULL},
  {1, "foo\\bar", CARTO_KIND_NUMBER, NULL, 0, 0, NULL, NULL},
  {1, "foo\rbar", CARTO_KIND_NUMBER, NULL, 0, 0, NULL, NULL},
  {1, "foo\tbar", CARTO_KIND_NUMBER, NULL, 0, 0, NULL, NULL},
  {1, "foo\fbar", CARTO_KIND_NUMBER, NULL, 0, 0, NULL, NULL}};
static const carto_param v_property_null[] = {
  {0, "v", CARTO_KIND_OBJECT, NULL, 0, 0, NULL, NULL},
  {1, "foo", CARTO_KIND_NULL, NULL, 0, 0, NULL, NULL}};
static const carto_param v_property_script[] = {
  {0, "v", CARTO_KIND_OBJECT, NULL, 0, 0, NULL, NULL},
  {1, "__proto__", CARTO_KIND_NUMBER, NULL, 0, 0, NULL, NULL},
  {1, "toString", CARTO_KIND_OBJECT, NULL, 0, 0, NULL, NULL},
  {2, "length", CARTO_KIND_STRING, NULL, 0, 0, NULL, NULL},
  {1, "constructor", CARTO_KIND_NUMBER, NULL, 0, 0, NULL, NULL}};
static const carto_param v_required[] = {
  {0, "v", CARTO_KIND_OBJECT, NULL, 0, 0, NULL, NULL},
  {1, "foo", CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {1, "bar", CARTO_KIND_ANY, NULL, 0, 0, NULL, NULL}};
static const carto_param v_not_required[] = {
  {0, "v", CARTO_KIND_OBJECT, NULL, 0, 0, NULL, NULL},
  {1, "foo", CARTO_KIND_ANY, NULL, 0, 0, NULL, NULL}};
static const carto_param v_required_escaped[] = {
  {0, "v", CARTO_KIND_OBJECT, NULL, 0, 0, NULL, NULL},
  {1, "foo\nbar", CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {1, "foo\"bar", CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {1, "foo\\bar", CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {1, "foo\rbar", CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {1, "foo\tbar", CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {1, "foo\fbar", CARTO_REQUIRED, NULL, 0, 0, NULL, NULL}};
static const carto_param v_required_script[] = {
  {0, "v", CARTO_KIND_OBJECT, NULL, 0, 0, NULL, NULL},
  {1, "__proto__", CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {1, "toString", CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {1, "constructor", CARTO_REQUIRED, NULL, 0, 0, NULL, NULL}};
static const carto_param v_closed[] = {
  {0, "v", CARTO_KIND_OBJECT | CARTO_CLOSED, NULL, 0, 0, NULL, NULL},
  {1, "foo", CARTO_KIND_ANY, NULL, 0, 0, NULL, NULL},
  {1, "bar", CARTO_KIND_ANY, NULL, 0, 0, NULL, NULL}};
static const carto_param v_others_boolean[] = {
  {0, "v", CARTO_KIND_OBJECT, NULL, 0, 0, NULL, NULL},
  {1, "foo", CARTO_KIND_ANY, NULL, 0, 0, NULL, NULL},
  {1, "*", CARTO_KIND_BOOLEAN, NULL, 0, 0, NULL, NULL},
  {1, "bar", CARTO_KIND_ANY, NULL, 0, 0, NULL, NULL}};
static const carto_param v_all_boolean[] = {
  {0, "v", CARTO_KIND_OBJECT, NULL, 0, 0, NULL, NULL},
  {1, "*", CARTO_KIND_BOOLEAN, NULL, 0, 0, NULL, NULL}};
static const carto_param v_all_null[] = {
  {0, "v", CARTO_KIND_OBJECT, NULL, 0, 0, NULL, NULL},
  {1, "*", CARTO_KIND_NULL, NULL, 0, 0, NULL, NULL}};
static const carto_param v_open[] = {
  {0, "v", CARTO_KIND_OBJECT, NULL, 0, 0, NULL, NULL},
  {1, "foo", CARTO_KIND_ANY, NULL, 0, 0, NULL, NULL},
  {1, "bar", CARTO_KIND_ANY, NULL, 0, 0, NULL, NULL}};

/* One group and the rows that mirror it. A keyword of the suite says nothing of other kinds of value, while
   a row always names its kinds: where that differs, only the data of one kind is taken. */
typedef struct mirror {
  const char *file, *group;
  const carto_param *rows;
  size_t count;
  int only;           /* carto_json_type, 0: all data */
  const char *skip;   /* a test about something that rows cannot say */
} mirror;

#define OBJECTS CARTO_JSON_OBJECT
#define ARRAYS CARTO_JSON_ARRAY

static const mirror mirrors[] = {
  {"type", "integer type matches integers", ROWS(v_integer), 0, NULL},
  {"type", "number type matches numbers", ROWS(v_number), 0, NULL},
  {"type", "string type matches strings", ROWS(v_string), 0, NULL},
  {"type", "object type matches objects", ROWS(v_object), 0, NULL},
  {"type", "array type matches arrays", ROWS(v_array), 0, NULL},
  {"type", "boolean type matches booleans", ROWS(v_boolean), 0, NULL},
  {"type", "null type matches only the null object", ROWS(v_null), 0, NULL},
  {"type", "multiple types can be specified in an array", ROWS(v_integer_string), 0, NULL},
  {"type", "type as array with one item", ROWS(v_string), 0, NULL},
  {"type", "type: array or object", ROWS(v_array_object), 0, NULL},
  {"type", "type: array, object or null", ROWS(v_array_object_null), 0, NULL},
  {"minimum", "minimum validation", ROWS(v_least_1_1), 0, NULL},
  {"minimum", "minimum validation with signed integer", ROWS(v_least_minus_2), 0, NULL},
  {"maximum", "maximum validation", ROWS(v_most_3), 0, NULL},
  {"maximum", "maximum validation with unsigned integer", ROWS(v_most_300), 0, NULL},
  {"minLength", "minLength validation", ROWS(v_least_length_2), 0, NULL},
  {"minLength", "minLength validation with a decimal", ROWS(v_least_length_2), 0, NULL},
  {"maxLength", "maxLength validation", ROWS(v_most_length_2), 0, NULL},
  {"maxLength", "maxLength validation with a decimal", ROWS(v_most_length_2), 0, NULL},
  {"minItems", "minItems validation", ROWS(v_least_items_1), ARRAYS, NULL},
  {"minItems", "minItems validation with a decimal", ROWS(v_least_items_1), ARRAYS, NULL},
  {"maxItems", "maxItems validation", ROWS(v_most_items_2), ARRAYS, NULL},
  {"maxItems", "maxItems validation with a decimal", ROWS(v_most_items_2), ARRAYS, NULL},
  {"items", "a schema given for items", ROWS(v_items_integer), ARRAYS, NULL},
  {"items", "nested items", ROWS(v_items_nested), ARRAYS, NULL},
  {"items", "items with null instance elements", ROWS(v_items_null), ARRAYS, NULL},
  {"enum", "enum with escaped characters", ROWS(v_enum_escaped), 0, NULL},
  {"enum", "enums in properties", ROWS(v_enum_members), 0, NULL},
  {"properties", "object properties validation", ROWS(v_properties), OBJECTS, NULL},
  {"properties", "properties with escaped characters", ROWS(v_properties_escaped), OBJECTS, NULL},
  {"properties", "properties with null valued instance properties", ROWS(v_property_null), OBJECTS, NULL},
  {"properties", "properties whose names are Javascript object property names", ROWS(v_property_script),
   OBJECTS, NULL},
  {"required", "required validation", ROWS(v_required), OBJECTS, NULL},
  {"required", "required default validation", ROWS(v_not_required), OBJECTS, NULL},
  {"required", "required with empty array", ROWS(v_not_required), OBJECTS, NULL},
  {"required", "required with escaped characters", ROWS(v_required_escaped), OBJECTS, NULL},
  {"required", "required properties whose names are Javascript object property names",
   ROWS(v_required_script), OBJECTS, NULL},
  {"additionalProperties", "additionalProperties being false does not allow other properties",
   ROWS(v_closed), OBJECTS, "patternProperties are not additional properties"},
  {"additionalProperties", "additionalProperties with schema", ROWS(v_others_boolean), OBJECTS, NULL},
  {"additionalProperties", "additionalProperties can exist by itself", ROWS(v_all_boolean), OBJECTS, NULL},
  {"additionalProperties", "additionalProperties are allowed by default", ROWS(v_open), OBJECTS, NULL},
  {"additionalProperties", "additionalProperties with null valued instance properties", ROWS(v_all_null),
   OBJECTS, NULL},
};

/* Runs one group, returns how many of its tests were compared. */
static size_t run_mirror(const mirror *m) {
  char path[200];
  size_t len, compared = 0;
  char *text;
  carto_arena arena;
  carto_json_doc doc;
  const carto_json *group;
  snprintf(path, sizeof path, "tests/corpora/json_schema/draft2020-12/%s.json", m->file);
  text = test_read_file(path, &len);
  carto_arena_init(&arena, libc_alloc, 0);
  doc = parse(&arena, carto_str_make(text, len));
  group = carto_json_first(doc.root);
  for (size_t i = carto_json_count(doc.root); i > 0; i--, group = carto_json_next(group)) {
    const carto_json *tests = carto_json_get(group, "tests"), *t = carto_json_first(tests);
    if (!carto__str_is(carto_json_string(carto_json_get(group, "description")), m->group)) continue;
    for (size_t k = carto_json_count(tests); k > 0; k--, t = carto_json_next(t)) {
      const carto_json *data = carto_json_get(t, "data");
      carto_str about = carto_json_string(carto_json_get(t, "description"));
      carto_buf wrapped;
      carto_json_writer writer;
      if ((m->only && carto_json_type_of(data) != m->only) || (m->skip && carto__str_is(about, m->skip)))
        continue;
      carto_buf_init(&wrapped, libc_alloc, 0);
      carto_json_writer_init(&writer, &wrapped);
      carto_json_begin_object(&writer);
      carto_json_key(&writer, "v");
      carto_json_write_value(&writer, &doc, data);
      carto_json_end_object(&writer);
      int valid = carto_json_bool(carto_json_get(t, "valid"));
      int found = verdict(m->rows, m->count, 1, carto_buf_str(&wrapped));
      CHECK_INT(found, valid);
      if (found != valid) printf("  %s: %s: %.*s\n", m->file, m->group, (int)about.len, about.ptr);
      carto_buf_free(&wrapped);
      compared++;
    }
  }
  carto_arena_free(&arena);
  free(text);
  return compared;
}

static void test_suite(void) {
  size_t compared = 0;
  for (size_t i = 0; i < sizeof mirrors / sizeof *mirrors; i++) {
    size_t n = run_mirror(&mirrors[i]);
    CHECK(n > 0); /* the group is there */
    compared += n;
  }
  CHECK_UINT(compared, 170);
}

/* ---- a set of rows with everything in it */

static const carto_param shapes[] = {
  {0, "name", CARTO_KIND_STRING | CARTO_REQUIRED, NULL, 1, 8, NULL, "Name of the shape."},
  {0, "count", CARTO_KIND_INTEGER, NULL, 1, 500, "30", "How many."},
  {0, "opacity", CARTO_KIND_NUMBER, NULL, 0.25, 0.75, NULL, NULL},
  {0, "order", CARTO_KIND_STRING | CARTO_KIND_NULL, "asc|desc", 0, 0, "\"asc\"", NULL},
  {0, "lng", CARTO_KIND_STRING | CARTO_KIND_NUMBER, NULL, 0, 0, NULL, NULL},
  {0, "center", CARTO_KIND_OBJECT | CARTO_CLOSED, NULL, 0, 0, NULL, NULL},
  {1, "lng", CARTO_KIND_NUMBER | CARTO_REQUIRED, NULL, -180, 180, NULL, "Longitude."},
  {1, "lat", CARTO_KIND_NUMBER | CARTO_REQUIRED, NULL, -90, 90, NULL, NULL},
  {0, "rings", CARTO_KIND_ARRAY, NULL, 0, 3, NULL, NULL},
  {1, "*", CARTO_KIND_ARRAY, NULL, 2, 4, NULL, NULL},
  {2, "*", CARTO_KIND_OBJECT, NULL, 0, 0, NULL, NULL},
  {3, "x", CARTO_KIND_NUMBER | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {3, "*", CARTO_KIND_BOOLEAN, NULL, 0, 0, NULL, NULL},
  {0, "flag", CARTO_KIND_BOOLEAN, NULL, 0, 0, "false", NULL},
  {0, "any", CARTO_KIND_ANY, NULL, 0, 0, NULL, "Whatever."},
};

static void test_text(void) {
  carto_buf out;
  carto_json_writer writer;
  carto_buf_init(&out, libc_alloc, 0);
  carto_json_writer_init(&writer, &out);
  carto_schema_write(&writer, ROWS(shapes), true);
  CHECK_STR(
    carto_buf_str(&out),
    "{\"type\":\"object\",\"properties\":{"
    "\"name\":{\"type\":\"string\",\"description\":\"Name of the shape.\",\"minLength\":1,\"maxLength\":8},"
    "\"count\":{\"type\":\"integer\",\"description\":\"How many.\",\"minimum\":1,\"maximum\":500,"
    "\"default\":30},"
    "\"opacity\":{\"type\":\"number\",\"minimum\":0.25,\"maximum\":0.75},"
    "\"order\":{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}],\"enum\":[\"asc\",\"desc\",null],\"default\":\"asc\"},"
    "\"lng\":{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"number\"}]},"
    "\"center\":{\"type\":\"object\",\"properties\":{"
    "\"lng\":{\"type\":\"number\",\"description\":\"Longitude.\",\"minimum\":-180,\"maximum\":180},"
    "\"lat\":{\"type\":\"number\",\"minimum\":-90,\"maximum\":90}},"
    "\"required\":[\"lng\",\"lat\"],\"additionalProperties\":false},"
    "\"rings\":{\"type\":\"array\",\"minItems\":0,\"maxItems\":3,\"items\":{\"type\":\"array\",\"minItems\":2,"
    "\"maxItems\":4,\"items\":{\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"number\"}},"
    "\"required\":[\"x\"],\"additionalProperties\":{\"type\":\"boolean\"}}}},"
    "\"flag\":{\"type\":\"boolean\",\"default\":false},"
    "\"any\":{\"description\":\"Whatever.\"}},"
    "\"required\":[\"name\"],\"additionalProperties\":false}");
  carto_buf_clear(&out);
  carto_json_writer_init(&writer, &out);
  carto_schema_write(&writer, NULL, 0, true);
  CHECK_STR(carto_buf_str(&out), "{\"type\":\"object\",\"additionalProperties\":false}");
  carto_buf_clear(&out);
  carto_json_writer_init(&writer, &out);
  carto_schema_write(&writer, NULL, 0, false);
  CHECK_STR(carto_buf_str(&out), "{\"type\":\"object\"}");
  carto_buf_free(&out);
}

/* What is wrong with which arguments, word for word; NULL: nothing. */
static const struct {
  const char *text, *wrong;
} cases[] = {
  {"{\"name\":\"a\"}", NULL},
  {"{\"name\":\"a\",\"count\":3.0,\"opacity\":0.5,\"order\":null,\"lng\":\"-3.7\",\"flag\":false,\"any\":[{}]}", NULL},
  {"{\"name\":\"a\",\"count\":5e2,\"center\":{\"lng\":-180,\"lat\":90.0},\"rings\":[],\"any\":null}", NULL},
  {"{\"name\":\"a\",\"rings\":[[{\"x\":1},{\"x\":2.5,\"up\":true}]]}", NULL},
  {"{\"name\":\"\\u00e9\\ud83d\\ude00345678\"}", NULL},
  /* missing */
  {"{}", "\"name\" is missing: Name of the shape."},
  {"{\"name\":\"a\",\"center\":{\"lat\":0}}", "\"center.lng\" is missing: Longitude."},
  {"{\"name\":\"a\",\"center\":{\"lng\":0}}", "\"center.lat\" is missing: it is required"},
  {"{\"name\":\"a\",\"rings\":[[{\"x\":1},{\"up\":true}]]}", "\"rings[0][1].x\" is missing: it is required"},
  /* unknown */
  {"{\"name\":\"a\",\"Counts\":1}", "there is no \"Counts\"; did you mean \"count\"?"},
  {"{\"name\":\"a\",\"zoom\":1}",
   "there is no \"zoom\"; it takes name, count, opacity, order, lng, center, rings, flag, any"},
  {"{\"name\":\"a\",\"\":1}", "there is no \"\"; it takes name, count, opacity, order, lng, center, rings, flag, any"},
  {"{\"name\":\"a\",\"center\":{\"lon\":1,\"lat\":1,\"lng\":1}}",
   "there is no \"center.lon\"; did you mean \"lng\"?"},
  /* kinds */
  {"{\"name\":1}", "\"name\" must be a string, not a number"},
  {"{\"name\":null}", "\"name\" must be a string, not null"},
  {"{\"name\":[]}", "\"name\" must be a string, not an array"},
  {"{\"name\":\"a\",\"count\":null}", "\"count\" must be an integer, not null; leave it out instead"},
  {"{\"name\":\"a\",\"count\":2.5}", "\"count\" must be an integer, not a fraction"},
  {"{\"name\":\"a\",\"count\":\"5\"}", "\"count\" must be an integer, not a string"},
  {"{\"name\":\"a\",\"lng\":true}", "\"lng\" must be a string or a number, not a boolean"},
  {"{\"name\":\"a\",\"flag\":1}", "\"flag\" must be a boolean, not a number"},
  {"{\"name\":\"a\",\"flag\":\"true\"}", "\"flag\" must be a boolean, not a string"},
  {"{\"name\":\"a\",\"center\":[0,0]}", "\"center\" must be an object, not an array"},
  {"{\"name\":\"a\",\"rings\":{}}", "\"rings\" must be an array, not an object"},
  {"{\"name\":\"a\",\"rings\":[[{\"x\":1},{\"x\":null}]]}",
   "\"rings[0][1].x\" must be a number, not null"},
  {"{\"name\":\"a\",\"rings\":[[{\"x\":1},{\"x\":1,\"up\":0}]]}",
   "\"rings[0][1].up\" must be a boolean, not a number"},
  {"{\"name\":\"a\",\"rings\":[[1,2]]}", "\"rings[0][0]\" must be an object, not a number"},
  {"{\"name\":\"a\",\"rings\":[null]}", "\"rings[0]\" must be an array, not null"},
  {"[]", "\"the value\" must be an object, not an array"},
  {"\"name\"", "\"the value\" must be an object, not a string"},
  {"null", "\"the value\" must be an object, not null"},
  {"7", "\"the value\" must be an object, not a number"},
  /* lists */
  {"{\"name\":\"a\",\"order\":\"ASC\"}", "\"order\" must be one of asc|desc, not \"ASC\""},
  {"{\"name\":\"a\",\"order\":\"\"}", "\"order\" must be one of asc|desc, not \"\""},
  {"{\"name\":\"a\",\"order\":\"asc|desc\"}", "\"order\" must be one of asc|desc, not \"asc|desc\""},
  {"{\"name\":\"a\",\"order\":1}", "\"order\" must be a string or null, not a number"},
  /* ranges */
  {"{\"name\":\"\"}", "\"name\" must be 1 to 8 characters long, not 0"},
  {"{\"name\":\"\\u00e9\\ud83d\\ude003456789\"}", "\"name\" must be 1 to 8 characters long, not 9"},
  {"{\"name\":\"a\",\"count\":0}", "\"count\" must be 1 to 500, not 0"},
  {"{\"name\":\"a\",\"count\":-1}", "\"count\" must be 1 to 500, not -1"},
  {"{\"name\":\"a\",\"count\":501}", "\"count\" must be 1 to 500, not 501"},
  {"{\"name\":\"a\",\"count\":9007199254740993}", "\"count\" must be 1 to 500, not 9007199254740992"},
  {"{\"name\":\"a\",\"count\":18446744073709551616}", "\"count\" must be 1 to 500, not 18446744073709552000"},
  {"{\"name\":\"a\",\"count\":1e300}", "\"count\" must be 1 to 500, not 1e+300"},
  {"{\"name\":\"a\",\"count\":1e400}", "\"count\" must be an integer, not a number so large"},
  {"{\"name\":\"a\",\"count\":-1e400}", "\"count\" must be an integer, not a number so large"},
  {"{\"name\":\"a\",\"lng\":1e999}", "\"lng\" must be a string or a number, not a number so large"},
  {"{\"name\":\"a\",\"opacity\":0.2}", "\"opacity\" must be 0.25 to 0.75, not 0.2"},
  {"{\"name\":\"a\",\"opacity\":0.75000001}", "\"opacity\" must be 0.25 to 0.75, not 0.75000001"},
  {"{\"name\":\"a\",\"center\":{\"lng\":0,\"lat\":90.5}}", "\"center.lat\" must be -90 to 90, not 90.5"},
  {"{\"name\":\"a\",\"rings\":[[],[],[],[]]}", "\"rings\" must be 0 to 3 elements long, not 4"},
  {"{\"name\":\"a\",\"rings\":[[{\"x\":1},{\"x\":1}],[{\"x\":1}]]}",
   "\"rings[1]\" must be 2 to 4 elements long, not 1"},
};

static void test_errors(void) {
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    carto_arena arena;
    carto_error error;
    carto_status status;
    memset(&error, 0, sizeof error);
    carto_arena_init(&arena, libc_alloc, 0);
    carto_json_doc doc = parse(&arena, carto_str_from(cases[i].text));
    status = carto_schema_check(ROWS(shapes), true, doc.root, &error);
    CHECK_INT(status, cases[i].wrong ? CARTO_ERR_ARG : CARTO_OK);
    CHECK_STR(carto_str_from(error.text), cases[i].wrong ? cases[i].wrong : "");
    CHECK_INT(carto_schema_check(ROWS(shapes), true, doc.root, NULL), status);
    CHECK_INT(verdict(ROWS(shapes), 1, carto_str_from(cases[i].text)), status == CARTO_OK);
    carto_arena_free(&arena);
  }
}

static void test_absent(void) {
  carto_error error;
  CHECK_INT(carto_schema_check(NULL, 0, true, NULL, &error), CARTO_OK);
  CHECK_INT(carto_schema_check(ROWS(v_integer), true, NULL, &error), CARTO_OK);
  CHECK_INT(carto_schema_check(ROWS(shapes), true, NULL, &error), CARTO_ERR_ARG);
  CHECK_STR(carto_str_from(error.text), "\"name\" is missing: Name of the shape.");
}

/* Closed or open, an unknown member is refused or passed over with whatever it holds. */
static void test_closed(void) {
  carto_arena arena;
  carto_error error;
  carto_arena_init(&arena, libc_alloc, 0);
  carto_json_doc doc = parse(&arena, carto_str_from("{\"other\":{\"v\":\"no\"},\"v\":1}"));
  CHECK_INT(carto_schema_check(ROWS(v_integer), false, doc.root, &error), CARTO_OK);
  CHECK_INT(carto_schema_check(ROWS(v_integer), true, doc.root, &error), CARTO_ERR_ARG);
  CHECK_INT(carto_schema_check(NULL, 0, true, doc.root, &error), CARTO_ERR_ARG);
  CHECK_STR(carto_str_from(error.text), "there is no \"other\"; it takes nothing");
  carto_arena_free(&arena);
}

/* Names and values from outside are clipped and made printable, however long they are. */
static void test_outside_text(void) {
  size_t size = 10 << 20, at = 0;
  char *text = (char *)malloc(size + 100);
  carto_arena arena;
  carto_error error;
  for (int kind = 0; kind < 3; kind++) {
    at = (size_t)sprintf(text, kind == 0 ? "{\"" : kind == 1 ? "{\"name\":\"" : "{\"name\":\"a\",\"order\":\"");
    for (size_t i = 0; i + 2 < size; i += 2) at += (size_t)sprintf(text + at, "\xc3\xa9");
    at += (size_t)sprintf(text + at, kind == 0 ? "\":1}" : "\"}");
    carto_arena_init(&arena, libc_alloc, 0);
    carto_json_doc doc = parse(&arena, carto_str_make(text, at));
    CHECK_INT(carto_schema_check(ROWS(shapes), true, doc.root, &error), CARTO_ERR_ARG);
    CHECK(strlen(error.text) < sizeof error.text);
    CHECK_UINT(carto__utf8_check(error.text, strlen(error.text)), strlen(error.text));
    if (kind == 1) CHECK_STR(carto_str_from(error.text), "\"name\" must be 1 to 8 characters long, not 5242879");
    carto_arena_free(&arena);
  }
  at = (size_t)sprintf(text, "{\"a\\u0000b\\u0007\\n\":1}");
  carto_arena_init(&arena, libc_alloc, 0);
  carto_json_doc doc = parse(&arena, carto_str_make(text, at));
  CHECK_INT(carto_schema_check(ROWS(shapes), true, doc.root, &error), CARTO_ERR_ARG);
  CHECK_CONTAINS(carto_str_from(error.text), "there is no \"a?b??\"");
  carto_arena_free(&arena);
  free(text);
}

/* Of a place deep down the beginning and the end are told. */
static void test_long_place(void) {
  static const carto_param rows[] = {
    {0, "a_rather_long_name_of_a_member_number_one", CARTO_KIND_OBJECT, NULL, 0, 0, NULL, NULL},
    {1, "a_rather_long_name_of_a_member_number_two", CARTO_KIND_OBJECT, NULL, 0, 0, NULL, NULL},
    {2, "leaf", CARTO_KIND_NULL, NULL, 0, 0, NULL, NULL}};
  carto_arena arena;
  carto_error error;
  carto_arena_init(&arena, libc_alloc, 0);
  carto_json_doc doc = parse(&arena, carto_str_from("{\"a_rather_long_name_of_a_member_number_one\":"
    "{\"a_rather_long_name_of_a_member_number_two\":{\"leaf\":1}}}"));
  CHECK_INT(carto_schema_check(ROWS(rows), true, doc.root, &error), CARTO_ERR_ARG);
  CHECK_CONTAINS(carto_str_from(error.text), "\"a_rather_long_...ber_number_one....leaf\" must be null");
  carto_arena_free(&arena);
}

/* ---- random values against the validator */

static uint32_t seed = 1;

static uint32_t below(uint32_t n) {
  seed = seed * 1664525u + 1013904223u;
  return (seed >> 8) % n;
}

static void put(char **p, const char *text) { *p += sprintf(*p, "%s", text); }

static void put_random(char **p, int depth) {
  static const char *const scalars[] = {
    "null", "true", "false", "0", "1", "-1", "3.0", "2.5", "500", "501", "0.25", "0.75", "0.8", "-180", "90.5",
    "1e400", "-1e400", "9007199254740993", "18446744073709551615", "1e300", "1e-400", "\"\"", "\"a\"", "\"asc\"",
    "\"desc\"", "\"\\u00e9\\u00e9\\u00e9\\u00e9\\u00e9\\u00e9\\u00e9\\u00e9\"", "\"123456789\"", "[]", "{}"};
  static const char *const names[] = {"name", "count", "opacity", "order", "lng", "center", "lat", "rings", "x",
                                      "flag", "any", "up", "*", "other"};
  uint32_t kind = depth > 4 ? 0 : below(6), n, i;
  if (kind < 3) {
    put(p, scalars[below(sizeof scalars / sizeof *scalars)]);
  } else if (kind == 3) {
    put(p, "[");
    for (n = below(5), i = 0; i < n; i++) {
      if (i) put(p, ",");
      put_random(p, depth + 1);
    }
    put(p, "]");
  } else {
    put(p, "{");
    for (n = below(4), i = 0; i < n; i++) {
      if (i) put(p, ",");
      *p += sprintf(*p, "\"%s\":", names[(i * 5 + below(5)) % 14]);
      put_random(p, depth + 1);
    }
    put(p, "}");
  }
}

/* A value of the rows' shape with one random place, so that both verdicts are common. */
static void put_likely(char **p) {
  static const char *const members[] = {"count", "opacity", "order", "lng", "flag", "any"};
  static const char *const good[] = {"7", "0.5", "\"asc\"", "-3", "true", "[1]"};
  put(p, "{\"name\":\"n\"");
  for (uint32_t i = 0; i < 6; i++) {
    if (below(3) == 0) continue;
    *p += sprintf(*p, ",\"%s\":", members[i]);
    if (below(6) == 0) put_random(p, 3);
    else put(p, good[i]);
  }
  if (below(2)) {
    put(p, ",\"center\":{\"lng\":1,\"lat\":");
    if (below(3) == 0) put_random(p, 4);
    else put(p, "2");
    put(p, "}");
  }
  if (below(2)) {
    put(p, ",\"rings\":[[{\"x\":1},");
    if (below(3) == 0) put_random(p, 3);
    else put(p, "{\"x\":2,\"up\":false}");
    put(p, "]]");
  }
  put(p, "}");
}

static void test_random_cases(void) {
  static char text[1 << 16];
  int taken = 0, rounds = 6000;
  for (int i = 0; i < rounds; i++) {
    char *p = text;
    if (i % 2) put_likely(&p);
    else put_random(&p, 0);
    taken += verdict(ROWS(shapes), i % 4 < 2, carto_str_make(text, (size_t)(p - text)));
  }
  CHECK(taken > rounds / 10 && taken < rounds * 9 / 10);
}

/* Limits belong to strings where a row takes strings, whatever else it takes: both readers agree. */
static void test_mixed_limits(void) {
  static const carto_param rows[] = {
    {0, "v", CARTO_KIND_STRING | CARTO_KIND_NUMBER | CARTO_KIND_ARRAY, NULL, 2, 3, NULL, NULL},
    {0, "w", CARTO_KIND_ARRAY | CARTO_KIND_NUMBER, NULL, 2, 3, NULL, NULL},
    {0, "e", CARTO_KIND_STRING | CARTO_KIND_NUMBER | CARTO_KIND_NULL, "a|b", 0, 0, NULL, NULL},
    {0, "f", CARTO_KIND_ANY, "a|b", 0, 0, NULL, NULL}};
  static const struct {
    const char *text;
    int valid;
  } data[] = {{"{\"v\":\"ab\"}", 1}, {"{\"v\":\"a\"}", 0}, {"{\"v\":99}", 1}, {"{\"v\":[1,2,3,4]}", 1},
              {"{\"w\":99}", 1}, {"{\"w\":[1]}", 0}, {"{\"w\":[1,2]}", 1}, {"{\"e\":\"a\"}", 1}, {"{\"e\":1}", 0},
              {"{\"e\":null}", 1}, {"{\"e\":\"c\"}", 0}, {"{\"f\":\"b\"}", 1}, {"{\"f\":null}", 0}, {"{\"f\":{}}", 0}};
  for (size_t i = 0; i < sizeof data / sizeof *data; i++)
    CHECK_INT(verdict(ROWS(rows), 1, carto_str_from(data[i].text)), data[i].valid);
}

static int write_once(carto_alloc alloc) {
  carto_buf out;
  carto_json_writer writer;
  int ok;
  carto_buf_init(&out, alloc, 0);
  carto_json_writer_init(&writer, &out);
  carto_schema_write(&writer, ROWS(shapes), true);
  ok = out.status == CARTO_OK;
  CHECK_INT(out.status, ok ? CARTO_OK : CARTO_ERR_NOMEM);
  carto_buf_free(&out);
  return ok;
}

static void test_allocation(void) { test_every_allocation(write_once, 100); }

static const test_case tests[] = {
  {"suite", test_suite},           {"text", test_text},
  {"errors", test_errors},         {"absent", test_absent},
  {"closed", test_closed},         {"outside_text", test_outside_text},
  {"long_place", test_long_place}, {"random", test_random_cases},
  {"mixed_limits", test_mixed_limits}, {"allocation", test_allocation},
};

TEST_MAIN(tests)
