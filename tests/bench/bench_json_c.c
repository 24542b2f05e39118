/* json-c's side of bench_json.cc: its names clash with jansson's, so it has a file of its own. */
#include "bench_json.h"

#include <json-c/json.h>

size_t json_c_read(const char *ptr, size_t len) {
  static json_tokener *tokener;
  json_object *root;
  if (!tokener) tokener = json_tokener_new();
  json_tokener_reset(tokener);
  root = json_tokener_parse_ex(tokener, ptr, (int)len);
  json_object_put(root);
  return root != NULL;
}
