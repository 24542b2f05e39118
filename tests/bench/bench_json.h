/* What bench_json.cc calls of our library. */
#ifndef BENCH_JSON_H
#define BENCH_JSON_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct bench_row {
  int64_t id;
  const char *name;
  size_t name_len;
  double lng, lat, amount;
  int open;
} bench_row;

size_t ours_read(const char *ptr, size_t len); /* returns the nodes                       */
double ours_sum(void);                         /* of all numbers in the text read last    */
size_t ours_tree_bytes(void);                  /* memory its tree takes                   */
size_t ours_write(void);                       /* writes the text read last, returns size */
size_t ours_write_rows(const bench_row *rows, size_t count);

size_t json_c_read(const char *ptr, size_t len);

#ifdef __cplusplus
}
#endif

#endif
