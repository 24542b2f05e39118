/* carto_mcp.h 0.1.0 - any program as a CARTO MCP server - MIT or public domain

   --------------------------------------------------------------------- >>manual

   An AI agent connects, finds tables in a data warehouse, describes them, and
   asks for statistics, through the tools that CARTO's MCP server has. This file
   is that server. It needs a C compiler and libc; no account, no packages.


   USE

   In exactly one source file:

       #define CARTO_MCP_IMPLEMENTATION
       #include "carto_mcp.h"

   and in any others only the second line. Compile as C99 or later, or C++11 or
   later:

       cc -D_POSIX_C_SOURCE=200809L -O2 -c one_file.c

   The parts that reach the system (files, stdio) want _POSIX_C_SOURCE at
   200809L or more; without these parts nothing is asked for.


   EXAMPLE

   A complete server: it serves the tables in ./data/<database>/<schema>/ to
   the agent that started it.

       #define _POSIX_C_SOURCE 200809L
       #define CARTO_MCP_IMPLEMENTATION
       #include "carto_mcp.h"

       int main(void) {
         carto_local local;
         carto_local_desc data = carto_local_desc_default();
         carto_server server;
         carto_server_desc desc = carto_server_desc_default();
         carto_warehouse warehouse;

         data.name = carto_str_from("data");
         data.data = carto_files_directory("data");
         if (carto_local_init(&local, &data, NULL) != CARTO_OK) return 1;
         warehouse = carto_local_warehouse(&local);

         desc.warehouses = &warehouse;
         desc.warehouse_count = 1;
         if (carto_server_init(&server, &desc, NULL) != CARTO_OK) return 1;
         return carto_serve_stdio(&server, 0, 1, NULL) != CARTO_OK;
       }

   A tool of your own is a row (carto_tool) with a function; give the rows in
   desc.tools. Its arguments are checked before the function runs:

       static carto_status now_serving(const carto_tool_call *call,
                                       carto_json_writer *out,
                                       carto_error *error) {
         carto_json_begin_object(out);
         carto_json_key(out, "queue");
         carto_json_write_int(out, 7);
         carto_json_end_object(out);
         return CARTO_OK;
       }

       static const carto_tool rows[] = {
         {"now_serving", "Now serving", "counter", "Whose turn it is.",
          NULL, 0, NULL, 0, NULL, 0, 0, now_serving, NULL},
       };


   CONFIGURATION

   Define before the include. NO_ switches matter only where the
   implementation is; limits must be the same wherever the header is included.

   CARTO_MCP_IMPLEMENTATION   emit the code here
   CARTO_MCP_STATIC           every function file-local, so that two copies can
                              coexist in a program
   CARTO_MCP_API              decoration of the public functions (extern)
   CARTO_MCP_NO_STDIO         no stdio transport, no poll, no sockets
   CARTO_MCP_NO_FILES         no access to directories; bring your carto_files
   CARTO_MCP_NO_MALLOC        no default allocator: every carto_alloc needs a fn
   CARTO_MCP_NO_H3            no H3 cells: their functions accept nothing
   CARTO_MCP_SQRT(x)          a square root of your own
   CARTO_MCP_ASSERT(x)        internal invariants only (nothing)
   CARTO_MCP_MAX_DEPTH        nesting in JSON, WKT and GeoJSON input (64)
   CARTO_MCP_MAX_MESSAGE      bytes in a message, either way (1 MiB)
   CARTO_MCP_MAX_BATCH        messages in a batch (100)
   CARTO_MCP_MAX_QUEUE        bytes a client may send ahead on stdio (64 MiB)
   CARTO_MCP_MAX_FILE         bytes in a data file (2 GiB - 1)
   CARTO_MCP_MAX_FIELD        bytes in one field of a CSV file (64 MiB)
   CARTO_MCP_MAX_FILES        entries in one directory (100,000)
   CARTO_MCP_MAX_COLUMNS      columns in a table (1,024)
   CARTO_MCP_MAX_NAME         bytes in a name (255)
   CARTO_MCP_ERROR_TEXT       bytes in an error's text (256)


   MEMORY

   One callback does everything: carto_alloc. Sizes are given back when memory
   is resized or freed, so a simple allocator is enough. A zeroed carto_alloc is
   libc's.

   A request lives in one arena: its parsed message, the work, the reply. The
   arena is reset before the next message and keeps one chunk, so a steady run
   of requests asks the allocator for nothing. A request that wants more than
   desc.arena_bytes gets an error reply.

   What outlives a request is little: the server's own table of tools and two
   buffers, and the tables that were read. A table's columns take about what
   their values take; texts are kept once each.

   A fixed block is an ordinary way to run:

       static unsigned char block[256 * 1024];
       carto_block memory;
       carto_block_init(&memory, block, sizeof block);
       desc.alloc = carto_block_alloc(&memory);

   There are no mutable statics. Nothing is freed for you that you gave, and
   nothing borrowed is kept longer than its comment says. The words are always
   the same: borrowed until the call returns, borrowed until X is freed, copied,
   handed over; and for results: lives in the arena, points into the input,
   static.


   ERRORS

   Three kinds, never mixed:

   host error       out of memory, a bad descriptor, a closed output. Returned
                    as a carto_status: 0 is CARTO_OK, failures are negative.
   protocol error   not JSON, an unknown method, wrong parameters. A JSON-RPC
                    error to the peer; the function returned CARTO_OK.
   tool failure     no such table, an unreadable file. A result with isError
                    and a sentence that says what was wrong and what to do next;
                    again CARTO_OK.

   A carto_error tells a status in words, with the byte or line where it was
   noticed. It is the caller's, and NULL is allowed. On failure outputs are
   zeroed and nothing is left half-changed. Nothing here prints, exits, aborts,
   or touches a signal handler; diagnostics go to desc.log.

   No outside input reaches an assertion. Every length, depth and count that a
   peer or a file can choose is bounded by a macro above or a descriptor field.


   THREADS

   No threads and no locks inside. A server with its warehouses, sessions and
   buffers belongs to one thread at a time; two servers are independent. A
   built table is immutable and may be read by many.

   Long work asks the call's checkpoint every few milliseconds whether to go
   on. Over stdio that is when ping is answered and a cancellation obeyed.


   TOOLS

   list_connections    ()
                       what warehouses there are
   list_resources      (connection_name, fqn?, maxDepth? 1..3, maxItems? 1..500)
                       databases, schemas and tables as a tree
   search_resources    (connection_name, query, type?, limit? 1..100, scopeFqn?)
                       tables by part of their name, best match first
   describe            (connection_name, table_fqn)
                       columns, geometry column and type, row count
   describe            (connection_name, table_fqn, column, max_categories?,
                        categories_order_by?, spatial_data_type?)
                       min, max, avg, sum, quantiles 3..20; or categories; or
                       the range of time; or the extent
   describe            (connection_name, query, query_parameters?, ...)
                       either of these over a query's rows
   execute_query       (connection_name, sql, query_parameters?)
                       the names of the columns, and rows of values
   list_maps           (search?, page?, page_size?, order_by?,
                        order_direction?, privacy?, mine_only?)
                       saved map documents

   query_parameters is an object, {"name": 1} for @name and :name, {"1": 1} for
   $1; execute_query takes an array for $1 and ? too. A query that is wrong is
   answered with its SQLSTATE and the place in its text. Rows that do not fit
   the reply are left out and counted.

   desc.allow narrows the list by name or group (data, maps).

   Resource: carto://sql/reference, the SQL of local connections, as Markdown.
   A resource is offered as long as a tool of its group is.

   The local warehouse reads <database>/<schema>/<table> with one of the
   endings .csv, .geojson and .ndjson. Types are inferred over the whole file:
   boolean, whole number, number, time, H3 and quadbin cell, geometry (WKT,
   GeoJSON, hexadecimal WKB, or a pair of longitude and latitude columns), text.
   A table is read on first use and does not change afterwards.


   PROTOCOL

   Model Context Protocol 2024-11-05, 2025-03-26, 2025-06-18, 2025-11-25 (with
   a handshake) and 2026-07-28 (without), decided message by message, both on
   one pipe. Transport: stdio, one message a line.

   tools, resources, logging, progress, cancellation, ping, and batches in
   2025-03-26. Not offered, and answered with -32601: prompts, completion,
   subscriptions of any kind, tasks. The server asks its client nothing.


   INDEX

   interface        >>version >>config >>types >>api >>end
   foundations      >>base >>memory >>buffer >>match >>time >>json >>schema
   data             >>geo >>table >>stats
   warehouses       >>warehouse >>local
   protocol         >>tools >>rpc
   the system       >>files >>stdio
   the end          >>license                                                 */

#ifndef CARTO_MCP_H
#define CARTO_MCP_H

/* -------------------------------------------------------------------- >>version */

#define CARTO_MCP_VERSION_MAJOR 0
#define CARTO_MCP_VERSION_MINOR 1
#define CARTO_MCP_VERSION_PATCH 0
#define CARTO_MCP_VERSION "0.1.0"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* --------------------------------------------------------------------- >>config */

/* Linkage of every public function; for a shared library, the export decoration. */
#ifndef CARTO_MCP_API
#ifdef CARTO_MCP_STATIC
#define CARTO_MCP_API static
#else
#define CARTO_MCP_API extern
#endif
#endif

/* Internal invariants only, never outside input; the test build sets it to assert. */
#ifndef CARTO_MCP_ASSERT
#define CARTO_MCP_ASSERT(x) ((void)0)
#endif

/* Nesting allowed in JSON, WKT and GeoJSON input. */
#ifndef CARTO_MCP_MAX_DEPTH
#define CARTO_MCP_MAX_DEPTH 64
#endif

/* Bytes in the largest message accepted or produced. */
#ifndef CARTO_MCP_MAX_MESSAGE
#define CARTO_MCP_MAX_MESSAGE ((size_t)1 << 20)
#endif

/* Messages in one batch. */
#ifndef CARTO_MCP_MAX_BATCH
#define CARTO_MCP_MAX_BATCH 100
#endif

/* Bytes that a stdio client may send ahead while its answers wait to be read. */
#ifndef CARTO_MCP_MAX_QUEUE
#define CARTO_MCP_MAX_QUEUE ((size_t)64 << 20)
#endif

/* Bytes in one field of a CSV file. */
#ifndef CARTO_MCP_MAX_FIELD
#define CARTO_MCP_MAX_FIELD ((size_t)64 << 20)
#endif

/* Entries in one directory of data files or map documents. */
#ifndef CARTO_MCP_MAX_FILES
#define CARTO_MCP_MAX_FILES 100000
#endif

/* Bytes in the largest data file: at most 4 GiB - 1, since offsets into one are 32 bits wide. */
#ifndef CARTO_MCP_MAX_FILE
#define CARTO_MCP_MAX_FILE ((size_t)0x7fffffff)
#endif

/* Columns in one table. */
#ifndef CARTO_MCP_MAX_COLUMNS
#define CARTO_MCP_MAX_COLUMNS 1024
#endif

/* Bytes in the name of a connection, database, schema, table, column or tool. */
#ifndef CARTO_MCP_MAX_NAME
#define CARTO_MCP_MAX_NAME 255
#endif

/* Bytes of a carto_error text, the terminating NUL included. */
#ifndef CARTO_MCP_ERROR_TEXT
#define CARTO_MCP_ERROR_TEXT 256
#endif

/* ---------------------------------------------------------------------- >>types */

#ifdef __cplusplus
extern "C" {
#endif

/* Every status a function can return. The list makes the enum and the names. */
#define CARTO_STATUS_LIST(X)                     \
  X(OK, 0, "ok")                                 \
  X(ERR_ARG, -1, "invalid argument")             \
  X(ERR_NOMEM, -2, "out of memory")              \
  X(ERR_LIMIT, -3, "a configured limit was hit") \
  X(ERR_SYNTAX, -4, "malformed input")           \
  X(ERR_NOT_FOUND, -5, "not found")              \
  X(ERR_IO, -6, "input or output failed")        \
  X(ERR_CANCELLED, -7, "cancelled")              \
  X(ERR_UNSUPPORTED, -8, "not supported")

typedef enum carto_status {
#define CARTO_MCP__STATUS_ENUM(name, value, text) CARTO_##name = value,
  CARTO_STATUS_LIST(CARTO_MCP__STATUS_ENUM)
#undef CARTO_MCP__STATUS_ENUM
    CARTO_STATUS__LAST = 1
} carto_status;

/* What went wrong, for a person: the caller owns it, NULL is allowed wherever one is taken. */
typedef struct carto_error {
  int status;                      /* carto_status                                  */
  size_t offset;                   /* byte in the input where it was noticed, else 0 */
  size_t line;                     /* 1-based line in the input, 0 when not a text file */
  char code[6];                    /* SQLSTATE where a query is at fault, else empty     */
  char text[CARTO_MCP_ERROR_TEXT]; /* NUL-terminated UTF-8, no secrets              */
} carto_error;

/* Text by pointer and length: not NUL-terminated, never owned. */
typedef struct carto_str {
  const char *ptr;
  size_t len;
} carto_str;

/* new_size 0 frees; ptr NULL allocates. Returns NULL on failure, leaving ptr as it was. Results are
   aligned to 16 bytes. Does not call back into this library. */
typedef void *(*carto_realloc_fn)(void *user, void *ptr, size_t old_size, size_t new_size);

typedef struct carto_alloc {
  carto_realloc_fn fn; /* NULL: libc, unless CARTO_MCP_NO_MALLOC */
  void *user;
} carto_alloc;

/* A caller's block served as a carto_alloc: first fit, neighbours merged on free. */
typedef struct carto_block {
  unsigned char *_base;
  size_t _free; /* offset of the first free chunk, in address order */
  size_t _used; /* bytes handed out now                             */
  size_t _peak; /* the most ever handed out                         */
} carto_block;

/* Memory that is released all at once. Chains chunks from an allocator, up to a cap. */
typedef struct carto_arena {
  carto_alloc _alloc;
  struct carto__chunk *_head; /* newest first */
  size_t _used;               /* bytes held in chunks */
  size_t _cap;                /* hard limit for _used */
  int status;                 /* why one failed since the last reset or rewind; else CARTO_OK */
} carto_arena;

/* A place in an arena to return to. */
typedef struct carto_mark {
  struct carto__chunk *_chunk;
  size_t _at;
} carto_mark;

/* Growing text. The first failure sticks: later appends do nothing, status says why. */
typedef struct carto_buf {
  char *ptr;
  size_t len;
  size_t cap;
  size_t limit; /* bytes it may hold */
  carto_alloc _alloc;
  int status; /* carto_status */
} carto_buf;

/* The request in whose name work is done; every long-running function takes one. */
typedef struct carto_call {
  carto_arena *arena; /* what dies with the request */
  /* Asked every 10 ms of work or oftener; may not call back into the server. False: stop now. NULL:
     never stops. */
  bool (*checkpoint)(void *user);
  /* What has been done of what there is to do; or NULL. */
  void (*progress)(void *user, uint64_t done, uint64_t total, const char *what);
  /* Microseconds since 1970; or NULL: there is no clock, so no limit of time either. */
  int64_t (*now)(void *user);
  void *user; /* for all */
} carto_call;

/* What a JSON value is. Numbers come in three kinds so that 64-bit integers stay exact. */
typedef enum carto_json_type {
  CARTO_JSON_NULL,
  CARTO_JSON_FALSE,
  CARTO_JSON_TRUE,
  CARTO_JSON_INT,    /* a number without fraction or exponent that fits int64_t      */
  CARTO_JSON_UINT,   /* the same, above INT64_MAX and within uint64_t                */
  CARTO_JSON_DOUBLE, /* any other number, correctly rounded                          */
  CARTO_JSON_STRING, /* UTF-8, may hold NUL                                          */
  CARTO_JSON_ARRAY,
  CARTO_JSON_OBJECT
} carto_json_type;

/* One value of a parsed tree, 16 bytes, in reading order: a container is followed by its contents,
   a member is its key (a string) and then its value. Read through the accessors. */
typedef struct carto_json {
  uint32_t _tag;  /* low 4 bits: carto_json_type; the rest: see >>json                  */
  uint32_t _size; /* string: bytes; array, object: elements or members; number: text offset */
  union {
    int64_t i64;
    uint64_t u64;
    double f64;
    const char *str; /* into the input when it has no escapes, else in the arena */
    size_t skip;     /* container: nodes to the next sibling                     */
  } _as;
} carto_json;

/* A parsed text. */
typedef struct carto_json_doc {
  const carto_json *root;
  size_t count;   /* nodes                                   */
  carto_str text; /* the input, borrowed; numbers point into it */
} carto_json_doc;

/* Writes JSON into a buffer, without white space. Commas and colons are its business. */
typedef struct carto_json_writer {
  carto_buf *out;
  uint32_t _depth;
  bool _comma;
} carto_json_writer;

/* A geometry as bytes: little-endian ISO WKB (type + 1000 Z, + 2000 M, + 3000 ZM), no SRID, checked
   for structure. Longitude before latitude, degrees. Size 0: no geometry. */
typedef struct carto_geom {
  const unsigned char *wkb;
  size_t size;
} carto_geom;

typedef enum carto_geom_type {
  CARTO_GEOM_POINT = 1,
  CARTO_GEOM_LINESTRING,
  CARTO_GEOM_POLYGON,
  CARTO_GEOM_MULTIPOINT,
  CARTO_GEOM_MULTILINESTRING,
  CARTO_GEOM_MULTIPOLYGON,
  CARTO_GEOM_COLLECTION
} carto_geom_type;

/* Degrees. Empty when xmin > xmax. */
typedef struct carto_box {
  double xmin, ymin, xmax, ymax;
} carto_box;

typedef struct carto_lnglat {
  double lng, lat; /* degrees */
} carto_lnglat;

/* The physical kinds of a column. */
typedef enum carto_type {
  CARTO_TYPE_NUMBER,    /* double                                                     */
  CARTO_TYPE_INTEGER,   /* int64_t                                                    */
  CARTO_TYPE_STRING,    /* uint32_t code into the column's dictionary                 */
  CARTO_TYPE_BOOLEAN,   /* uint8_t, 0 or 1                                            */
  CARTO_TYPE_TIMESTAMP, /* int64_t microseconds since 1970-01-01T00:00:00Z            */
  CARTO_TYPE_GEOMETRY,  /* points: two doubles a row; otherwise WKB by offset         */
  CARTO_TYPE_H3,        /* uint64_t cell                                              */
  CARTO_TYPE_QUADBIN    /* uint64_t cell                                              */
} carto_type;

/* One column: immutable once its table is built. A null row has a zero value (code 0 for
   strings). */
typedef struct carto_column {
  carto_str name;
  int type;            /* carto_type */
  uint32_t geom_types; /* GEOMETRY: bit 1 << carto_geom_type for each type present */
  bool cell_text;      /* H3, QUADBIN: the file holds hexadecimal text, not a decimal integer */
  bool date_only;      /* TIMESTAMP: every value is a whole day written without time */
  bool json;           /* STRING: each text is JSON, such as the array of a query's array_agg */
  size_t null_count;
  const uint64_t *valid; /* bit i of word i / 64 set: row i has a value; NULL when none is null */
  union {
    const double *number;
    const int64_t *integer; /* also TIMESTAMP */
    const uint32_t *code;
    const uint8_t *boolean;
    const uint64_t *cell;
    const double *point;       /* GEOMETRY with only 2-D points: x at 2 * i, y at 2 * i + 1 */
    const uint32_t *wkb_start; /* other GEOMETRY: row_count + 1 offsets into bytes          */
  } data;
  const char *bytes;          /* STRING: dictionary text; GEOMETRY: WKB, NULL when points  */
  const uint32_t *dict_start; /* STRING: dict_count + 1 offsets into bytes                 */
  uint32_t dict_count;
} carto_column;

/* An immutable columnar table; columns and their data belong to it. */
typedef struct carto_table {
  size_t row_count;
  size_t column_count;
  carto_column *columns;
  size_t memory_bytes; /* all it holds */
  carto_alloc _alloc;
  struct carto__piece *_pieces; /* its allocations */
} carto_table;

/* Quantile lists hold 3 to 20 buckets; all of them together have this many values, list N starting
   at carto_quantile_start(N). */
#define CARTO_QUANTILES_MIN 3
#define CARTO_QUANTILES_MAX 20
#define CARTO_QUANTILES_SIZE 225

/* Statistics of a NUMBER, INTEGER or TIMESTAMP column. For whole-number columns the i64 members are
   exact and the doubles their nearest; for doubles only the doubles are set. count 0: nothing else
   is set. */
typedef struct carto_stats_number {
  uint64_t count;      /* values                  */
  uint64_t null_count; /* nulls, and NaN          */
  bool is_integer;     /* the i64 members are set */
  bool sum_is_exact;   /* sum_i64 did not overflow */
  double min, max, avg, sum;
  int64_t min_i64, max_i64, sum_i64;
} carto_stats_number;

/* The order of categories. Ties in frequency: byte order of the text, either way. */
typedef enum carto_category_order {
  CARTO_FREQUENCY_DESC, /* the default */
  CARTO_FREQUENCY_ASC,
  CARTO_ALPHABETICAL_ASC,
  CARTO_ALPHABETICAL_DESC
} carto_category_order;

typedef struct carto_category {
  carto_str name;     /* STRING: into the column's dictionary; BOOLEAN: "true" or "false" */
  uint64_t frequency; /* rows, 1 or more */
} carto_category;

typedef struct carto_stats_categories {
  uint64_t count; /* values     */
  uint64_t null_count;
  uint64_t distinct_count; /* before the limit */
  size_t size;             /* entries in categories */
  carto_category *categories;
} carto_stats_categories;

/* Makes a table row by row. The first failure sticks: later calls do nothing, and
   carto_table_builder_end says why. Private throughout; lives in the caller's storage. */
typedef struct carto_table_builder {
  carto_alloc _alloc;
  struct carto__column *_columns;
  size_t _column_count;
  size_t _column_room;
  size_t _row_count;       /* finished rows                    */
  size_t _row_hint;        /* rows to expect, 0 when not known */
  carto_buf _names;        /* all column names, end to end     */
  const carto_call *_call; /* whom long loops ask whether to go on, or NULL */
  int status;              /* carto_status */
} carto_table_builder;

/* Kinds of JSON value that a schema row allows, combined by |. */
#define CARTO_KIND_NULL 1u
#define CARTO_KIND_BOOLEAN 2u
#define CARTO_KIND_INTEGER 4u /* any number without a fraction: 3, 3.0 */
#define CARTO_KIND_NUMBER 8u
#define CARTO_KIND_STRING 16u
#define CARTO_KIND_ARRAY 32u
#define CARTO_KIND_OBJECT 64u
#define CARTO_KIND_ANY 0u   /* no restriction */
#define CARTO_REQUIRED 128u /* the member must be there */
#define CARTO_CLOSED 256u   /* an object with no members but those in rows */

/* One row of a schema: a member of the object, or the elements of the array, that the nearest row
   above with a smaller depth describes. Rows of depth 0 are members of the root object. */
typedef struct carto_param {
  uint32_t depth;
  const char *name;        /* "*": each element of an array, or each other member of an object */
  uint32_t kinds;          /* CARTO_KIND_..., CARTO_REQUIRED, CARTO_CLOSED                     */
  const char *allowed;     /* strings: "a|b|c", nothing else is taken; or NULL                 */
  double min, max;         /* code points where a string is taken, else elements where an array
                                is, else the value; 0, 0: any */
  const char *fallback;    /* the default as JSON text, for the reader; or NULL                */
  const char *description; /* or NULL */
} carto_param;

/* What holds between arguments. */
typedef enum carto_rule_type {
  CARTO_RULE_EXACTLY_ONE, /* one of the two is given, not both */
  CARTO_RULE_NEEDS        /* the first may be given only together with the second */
} carto_rule_type;

typedef struct carto_rule {
  int type; /* carto_rule_type */
  const char *first, *second;
} carto_rule;

/* ---- SQL */

/* What one query may take. Zero in a field means its default. */
typedef struct carto_sql_limits {
  size_t memory_bytes; /* beside the tables; 0 means 512 MiB                     */
  size_t result_bytes; /* of the result alone; 0 means 256 MiB                   */
  size_t rows;         /* of the result; 0 means 10,000,000                      */
  size_t depth;        /* nested expressions and sub-queries; 0 means 64         */
  uint32_t time_ms;    /* 0 means 60,000; needs call->now                        */
} carto_sql_limits;

/* Where a query runs. */
typedef struct carto_sql_desc {
  /* The table of a name of one to three parts, joined by dots. It stays as long as the query runs. */
  carto_status (*table)(const carto_call *call, void *user, carto_str name, const carto_table **out,
                        carto_error *error);
  void *user;
  const carto_json_doc *parameters_doc;
  const carto_json *parameters; /* object or array bound to placeholders, or NULL */
  carto_sql_limits limits;
  carto_alloc alloc; /* for all that the query takes */
} carto_sql_desc;

/* ---- warehouse */

typedef struct carto_connection {
  carto_str id; /* UUID form */
  carto_str name;
  carto_str provider_id; /* "postgres", "bigquery", ... */
  carto_str privacy;     /* "private" or "shared" */
  bool carto_dw;
  int64_t created_at, updated_at; /* microseconds since 1970 */
} carto_connection;

typedef struct carto_connection_list {
  carto_connection *items;
  size_t count;
} carto_connection_list;

typedef enum carto_resource_type {
  CARTO_RESOURCE_CONNECTION,
  CARTO_RESOURCE_DATABASE,
  CARTO_RESOURCE_SCHEMA,
  CARTO_RESOURCE_TABLE,
  CARTO_RESOURCE_VIEW
} carto_resource_type;

/* One node of a browse result. Nodes stand in order of level; the children of one are
   contiguous. */
typedef struct carto_resource {
  carto_str name;
  carto_str fqn;      /* names joined by dots; empty for the connection */
  int type;           /* carto_resource_type */
  bool expanded;      /* its children were looked up: the next three are set */
  size_t first_child; /* index */
  size_t returned;    /* children in the result */
  size_t child_count; /* children there are    */
} carto_resource;

typedef struct carto_browse_request {
  carto_str connection;
  carto_str fqn;    /* empty: the connection itself */
  size_t depth;     /* levels below it, 1 or more */
  size_t max_items; /* nodes below it */
} carto_browse_request;

/* items[0] is what was asked for. truncated: some children of expanded nodes are not in the
   result. */
typedef struct carto_browse_result {
  carto_str provider_id;
  carto_resource *items;
  size_t count;
  bool truncated;
} carto_browse_result;

typedef struct carto_search_request {
  carto_str connection;
  carto_str query;
  carto_str scope_fqn; /* empty: everywhere */
  int type;            /* CARTO_RESOURCE_TABLE, CARTO_RESOURCE_VIEW, or 0 for both */
  size_t limit;
} carto_search_request;

typedef struct carto_match {
  carto_str database, schema, name, fqn;
  int type;
  int rank; /* 0 exact, 1 prefix, 2 contains */
} carto_match;

typedef struct carto_search_result {
  carto_str provider_id;
  carto_match *items; /* best first: rank, then name, then fqn */
  size_t count;       /* at most the limit */
  size_t total_count;
  size_t searched_containers, total_containers;
} carto_search_result;

/* What rows come from. */
typedef struct carto_source {
  carto_str connection;
  bool is_query;
  carto_str text; /* table name, or SQL */
  const carto_json_doc *parameters_doc;
  const carto_json *parameters; /* object or array bound to the query, or NULL */
} carto_source;

/* The kinds of column that describe and the Maps API know. */
typedef enum carto_column_kind {
  CARTO_COLUMN_NUMBER,
  CARTO_COLUMN_STRING,
  CARTO_COLUMN_BOOLEAN,
  CARTO_COLUMN_TIMESTAMP,
  CARTO_COLUMN_GEOMETRY
} carto_column_kind;

typedef struct carto_column_info {
  carto_str name;
  int kind; /* carto_column_kind */
} carto_column_info;

typedef struct carto_schema_result {
  carto_str name; /* full name of a table */
  carto_column_info *columns;
  size_t column_count;
  carto_str geom_field;      /* empty: none */
  const char *geometry_type; /* "Point", "LineString", "Polygon", or NULL when unknown or mixed */
  const char *spatial_data_type; /* "geo", "h3", "h3int", "quadbin", or NULL without geom_field */
  bool has_row_count;
  uint64_t row_count;
} carto_schema_result;

typedef struct carto_stats_request {
  carto_source source;
  carto_str column;
  carto_str spatial_data_type; /* "geo", "h3", "h3int", "quadbin", or empty */
  int order;                   /* carto_category_order */
  size_t max_categories;
} carto_stats_request;

/* kind says which members are set. A count of 0 means: no values. */
typedef struct carto_stats_result {
  int kind;                          /* carto_column_kind */
  carto_stats_number number;         /* NUMBER, TIMESTAMP (microseconds, in the i64 members) */
  const double *quantiles;           /* NUMBER: CARTO_QUANTILES_SIZE values */
  const int64_t *quantiles_i64;      /* the same exactly, when number.is_integer */
  carto_stats_categories categories; /* STRING, BOOLEAN */
  carto_box extent;                  /* GEOMETRY */
} carto_stats_result;

typedef enum carto_map_order {
  CARTO_MAPS_BY_UPDATED, /* the default */
  CARTO_MAPS_BY_CREATED,
  CARTO_MAPS_BY_TITLE,
  CARTO_MAPS_BY_VIEWS,
  CARTO_MAPS_BY_DEMO
} carto_map_order;

typedef struct carto_maps_request {
  carto_str search;  /* empty: all */
  carto_str privacy; /* empty: all */
  bool mine_only;
  int order; /* carto_map_order */
  bool ascending;
  size_t page; /* from 1 */
  size_t page_size;
} carto_maps_request;

typedef struct carto_map_entry {
  carto_str id, title, description, privacy, owner, thumbnail;
  int64_t created_at, updated_at; /* microseconds since 1970 */
  uint64_t views;
  bool demo, mine;
} carto_map_entry;

/* A document that could not be listed, and why. */
typedef struct carto_map_problem {
  carto_str file;
  carto_str text;
} carto_map_problem;

typedef struct carto_maps_result {
  carto_map_entry *items; /* the page */
  size_t count;
  size_t total_count; /* entries on all pages */
  carto_map_problem *problems;
  size_t problem_count;
} carto_maps_result;

typedef struct carto_job {
  carto_str id, output_table;
  int state;       /* as in the order pending, running, success, failure, cancelled */
  double progress; /* 0..1 */
  carto_str failure;
} carto_job;

/* A kind of warehouse: what a tool may ask of it. Each function writes a result that lives in
   call->arena (a query's table: with alloc) and is zeroed on failure. A function a driver lacks is
   NULL, and the tool that needs it says so. state is the warehouse's.

   errors   CARTO_ERR_NOT_FOUND     no such connection, resource, column; the text names the nearest
            CARTO_ERR_UNSUPPORTED   not in this driver
            CARTO_ERR_IO, CARTO_ERR_SYNTAX   the data cannot be read: file and line in the text
            CARTO_ERR_CANCELLED, CARTO_ERR_NOMEM, CARTO_ERR_LIMIT */
typedef struct carto_driver {
  const char *name;
  carto_status (*connections)(const carto_call *call, void *state, carto_connection_list *out,
                              carto_error *error);
  carto_status (*browse)(const carto_call *call, void *state, const carto_browse_request *request,
                         carto_browse_result *out, carto_error *error);
  carto_status (*search)(const carto_call *call, void *state, const carto_search_request *request,
                         carto_search_result *out, carto_error *error);
  carto_status (*schema)(const carto_call *call, void *state, const carto_source *source,
                         carto_schema_result *out, carto_error *error);
  carto_status (*statistics)(const carto_call *call, void *state,
                             const carto_stats_request *request, carto_stats_result *out,
                             carto_error *error);
  carto_status (*query)(const carto_call *call, void *state, const carto_source *source,
                        carto_alloc alloc, carto_table *out, carto_error *error);
  carto_status (*widget)(const carto_call *call, void *state, const carto_source *source,
                         carto_str model, const carto_json *params, carto_json_writer *out,
                         carto_error *error);
  carto_status (*geocode)(const carto_call *call, void *state, carto_str address,
                          carto_str country_code, size_t limit, carto_json_writer *out,
                          carto_error *error);
  carto_status (*maps)(const carto_call *call, void *state, const carto_maps_request *request,
                       carto_maps_result *out, carto_error *error);
  carto_status (*map_document)(const carto_call *call, void *state, carto_str id,
                               carto_json_doc *out, carto_error *error);
  carto_status (*job_start)(const carto_call *call, void *state, const carto_source *source,
                            carto_job *out, carto_error *error);
  carto_status (*job_state)(const carto_call *call, void *state, carto_str id, carto_job *out,
                            carto_error *error);
  carto_status (*job_cancel)(const carto_call *call, void *state, carto_str id, carto_job *out,
                             carto_error *error);
} carto_driver;

typedef struct carto_warehouse {
  const carto_driver *driver;
  void *state;
} carto_warehouse;

/* One entry of a directory. */
typedef struct carto_file {
  carto_str name;
  bool is_directory;
  uint64_t size;       /* bytes */
  int64_t modified_at; /* microseconds since 1970 */
} carto_file;

/* Access to the files below one root. A path is names joined by '/', never starts with one, and
   never holds an empty name, "." or ".."; the empty path is the root. */
typedef struct carto_files {
  /* The entries of a directory, in any order, in call->arena. Opens no file. */
  carto_status (*list)(const carto_call *call, void *user, carto_str path, carto_file **out,
                       size_t *count, carto_error *error);
  /* Appends a whole file to out. A file larger than CARTO_MCP_MAX_FILE is CARTO_ERR_LIMIT. */
  carto_status (*read)(const carto_call *call, void *user, carto_str path, carto_buf *out,
                       carto_error *error);
  void *user;
} carto_files;

/* The local warehouse: a connection over a directory
   <database>/<schema>/<table>.<csv|geojson|ndjson>. Zero in a field means its default; start from
   carto_local_desc_default(). */
typedef struct carto_local_desc {
  uint32_t _start;
  carto_str name;     /* of the connection; "local" when empty                       */
  carto_str owner;    /* of map documents that name none; "local" when empty         */
  carto_files data;   /* the data directory; list NULL: no connection                */
  carto_files maps;   /* the directory of map documents; list NULL: no maps          */
  int64_t created_at; /* microseconds since 1970, for list_connections               */
  int64_t updated_at;
  carto_alloc alloc;  /* for tables and files                                        */
  size_t table_bytes; /* all loaded tables together; 0: no limit                     */
  carto_sql_limits sql; /* of each query                                             */
  uint32_t _end;
} carto_local_desc;

typedef struct carto_local {
  carto_local_desc _desc;
  char _id[37];
  size_t _loaded_bytes;
  struct carto__local_table *_tables;
} carto_local;

/* ---- tools and server */

struct carto_server;
struct carto_session;
struct carto_tool;

/* A call of a tool, its arguments checked against the rows. */
typedef struct carto_tool_call {
  const carto_call *work;
  struct carto_server *server;
  struct carto_session *session; /* NULL in the modern era and in carto_server_call */
  const struct carto_tool *tool;
  const carto_json_doc *doc;
  const carto_json *arguments; /* object, or NULL when none were given */
} carto_tool_call;

/* Writes one JSON value to out and returns CARTO_OK; or returns a failure and says in error what
   was wrong, what would be accepted and what to do next: the agent reads it. What was written is
   dropped then. */
typedef carto_status (*carto_tool_fn)(const carto_tool_call *call, carto_json_writer *out,
                                      carto_error *error);

#define CARTO_TOOL_WRITES 1u      /* not read-only: changes what other calls see          */
#define CARTO_TOOL_DESTRUCTIVE 2u /* with WRITES: may remove or overwrite                 */
#define CARTO_TOOL_IDEMPOTENT 4u  /* with WRITES: the same call again changes nothing more */
#define CARTO_TOOL_OPEN_WORLD 8u  /* reaches out to other systems                         */

/* One tool: everything about it stands in its row, and a host's own rows are no different. */
typedef struct carto_tool {
  const char *name; /* 1 to 64 of A-Z a-z 0-9 _ - . */
  const char *title;
  const char *group; /* for the operator's allow list */
  const char *description;
  const carto_param *params;
  size_t param_count;
  const carto_rule *rules;
  size_t rule_count;
  const carto_param *results; /* members of the result object */
  size_t result_count;
  uint32_t flags; /* CARTO_TOOL_... */
  carto_tool_fn run;
  void *user; /* the host's own */
} carto_tool;

/* As in RFC 5424 and MCP, most severe last. */
typedef enum carto_log_level {
  CARTO_LOG_DEBUG,
  CARTO_LOG_INFO,
  CARTO_LOG_NOTICE,
  CARTO_LOG_WARNING,
  CARTO_LOG_ERROR,
  CARTO_LOG_CRITICAL,
  CARTO_LOG_ALERT,
  CARTO_LOG_EMERGENCY,
  CARTO_LOG_NONE
} carto_log_level;

/* Zero in a field means its default; start from carto_server_desc_default(). */
typedef struct carto_server_desc {
  uint32_t _start;
  const char *name;                  /* "carto_mcp"                                              */
  const char *title;                 /* "CARTO MCP"                                              */
  const char *version;               /* CARTO_MCP_VERSION                                        */
  const char *instructions;          /* for the agent; a text that explains the tools            */
  const carto_warehouse *warehouses; /* borrowed until the server is freed               */
  size_t warehouse_count;
  const carto_tool *tools; /* the host's own, listed after the built-in ones; borrowed  */
  size_t tool_count;
  const char *allow;    /* "name,group,...": only these tools; NULL: all            */
  size_t page_size;     /* entries in one page of a list; 0 means 100               */
  carto_alloc alloc;    /* for everything                                           */
  size_t arena_bytes;   /* most that one request may take; 0 means 64 MiB           */
  size_t message_bytes; /* largest message, at least 1024; 0 means CARTO_MCP_MAX_MESSAGE,
                                  the upper bound                                          */
  void (*log)(void *user, int level, const char *text); /* diagnostics; NULL: dropped     */
  int64_t (*now)(void *user); /* microseconds since 1970, for now() and limits of time; NULL: no
                                 clock */
  void *user;                 /* for log and now */
  uint32_t _end;
} carto_server_desc;

/* The server: tools over warehouses. One message at a time; private inside. */
typedef struct carto_server {
  carto_server_desc _desc;
  const carto_tool **_tools; /* those allowed, in listing order */
  size_t _tool_count;
  carto_arena _arena;              /* the request in hand */
  carto_arena _side;               /* a message looked at while another is in hand */
  carto_buf _out;                  /* the reply being written */
  carto_buf _note;                 /* what is said while a request is in hand */
  struct carto__request *_request; /* the one in hand, NULL between messages */
} carto_server;

/* One client's state: of a pipe, or of an HTTP session. Zeroed, it is a client that has said
   nothing. */
typedef struct carto_session {
  int _revision;  /* index of the negotiated revision + 1, 0 before initialize */
  int _log_level; /* carto_log_level + 1 that the client asked for; 0: none    */
} carto_session;

/* The other end. */
typedef struct carto_peer {
  /* Takes one whole message, without a line end. False: it is gone. */
  bool (*write)(void *user, carto_str message);
  /* Asked while a long request runs: look at what has arrived and give it to carto_server_urgent.
     False: the peer is gone, give up. Or NULL. */
  bool (*poll)(void *user);
  void *user;
} carto_peer;

/* ------------------------------------------------------------------------ >>api */

#ifndef CARTO_MCP__LAYER_CHECK

/* ---- base */

/* The short text of a status, such as "out of memory"; static. Unknown values give "unknown
   status". */
CARTO_MCP_API const char *carto_status_text(int status);

/* Version of the implementation, as CARTO_MCP_VERSION was when it was compiled; static. */
CARTO_MCP_API const char *carto_version(void);

/* Views; neither copies. carto_str_from takes a NUL-terminated text, NULL gives an empty view. */
CARTO_MCP_API carto_str carto_str_make(const char *ptr, size_t len);
CARTO_MCP_API carto_str carto_str_from(const char *text);
CARTO_MCP_API bool carto_str_equal(carto_str a, carto_str b);

/* Byte order of the texts: negative, 0 or positive. */
CARTO_MCP_API int carto_str_compare(carto_str a, carto_str b);

/* ---- memory */

/* Makes a caller's block serve as an allocator. Nothing outside the block is touched.

   memory     block, size   borrowed until the carto_block is no longer used
   errors     a block too small to hold anything serves nothing: every allocation fails   */
CARTO_MCP_API void carto_block_init(carto_block *block, void *memory, size_t size);
CARTO_MCP_API carto_alloc carto_block_alloc(carto_block *block);

/* Prepares an arena; it holds no memory until first used. cap_bytes 0 means no limit of its own. */
CARTO_MCP_API void carto_arena_init(carto_arena *arena, carto_alloc alloc, size_t cap_bytes);

/* Memory for size bytes, aligned to 16; lives until the arena is reset or rewound. NULL on failure,
   and then arena->status says CARTO_ERR_NOMEM or CARTO_ERR_LIMIT. Size 0 gives a non-NULL
   pointer. */
CARTO_MCP_API void *carto_arena_alloc(carto_arena *arena, size_t size);

/* The arena as an allocator. Growing the newest piece happens in place; freeing is a no-op unless
   it is the newest piece. */
CARTO_MCP_API carto_alloc carto_arena_allocator(carto_arena *arena);

/* A mark, and back to it: everything allocated since is gone. */
CARTO_MCP_API carto_mark carto_arena_mark(const carto_arena *arena);
CARTO_MCP_API void carto_arena_rewind(carto_arena *arena, carto_mark mark);

/* Forgets all contents and the sticky status; keeps one chunk for the next use. */
CARTO_MCP_API void carto_arena_reset(carto_arena *arena);

/* Gives everything back. A zeroed or freed arena is allowed. */
CARTO_MCP_API void carto_arena_free(carto_arena *arena);

/* ---- buffer */

/* An empty buffer that may grow to limit bytes (0: no limit). Appending past the limit makes its
   status CARTO_ERR_LIMIT; a refused allocation makes it CARTO_ERR_NOMEM. */
CARTO_MCP_API void carto_buf_init(carto_buf *buf, carto_alloc alloc, size_t limit);
CARTO_MCP_API void carto_buf_free(carto_buf *buf);
CARTO_MCP_API void carto_buf_clear(carto_buf *buf);
CARTO_MCP_API void carto_buf_append(carto_buf *buf, const void *ptr, size_t len);
CARTO_MCP_API void carto_buf_append_str(carto_buf *buf, carto_str text);
CARTO_MCP_API void carto_buf_append_text(carto_buf *buf, const char *text);
CARTO_MCP_API void carto_buf_append_int(carto_buf *buf, int64_t value);
CARTO_MCP_API void carto_buf_append_uint(carto_buf *buf, uint64_t value);
CARTO_MCP_API carto_str carto_buf_str(const carto_buf *buf);

/* Appends the shortest decimal text that reads back as value, in ECMAScript's form (ECMA-262
   Number::toString, as RFC 8785 asks). NaN and infinities append "null". */
CARTO_MCP_API void carto_buf_append_double(carto_buf *buf, double value);

/* Reads a decimal number: [-] digits [. digits] [(e|E) [+|-] digits], all of text, nothing else;
   leading zeros are allowed here, a leading + or a bare point is not. Correctly rounded, ties to
   even; too large gives an infinity. False when text is no such number. */
CARTO_MCP_API bool carto_double_parse(carto_str text, double *out);

/* Reads a decimal integer, all of text: an optional minus, digits. False when it is none or does
   not fit. */
CARTO_MCP_API bool carto_int_parse(carto_str text, int64_t *out);
CARTO_MCP_API bool carto_uint_parse(carto_str text, uint64_t *out);

/* Reads ISO 8601 date and time: YYYY-MM-DD, optionally 'T' or ' ' and hh:mm[:ss[.fraction]],
   optionally 'Z' or (+|-)hh[[:]mm]; without a zone it is UTC. Years 0001 to 9999, checked against
   the calendar; fractions beyond microseconds are cut; 24:00 and second 60 are refused.
   out         microseconds since 1970-01-01T00:00:00Z
   date_only   set when there was no time part; or NULL
   False when text is no such time. */
CARTO_MCP_API bool carto_time_parse(carto_str text, int64_t *out, bool *date_only);

/* Appends YYYY-MM-DDThh:mm:ss.sssZ; microseconds are written when they are not whole
   milliseconds. Years outside 0000 to 9999 are written as ECMA-262's expanded years, which
   carto_time_parse does not read. */
CARTO_MCP_API void carto_buf_append_time(carto_buf *buf, int64_t microseconds);

/* Appends base64 (RFC 4648, padded). */
CARTO_MCP_API void carto_buf_append_base64(carto_buf *buf, const void *ptr, size_t len);

/* ---- json */

/* Reads one JSON text (RFC 8259, strict: UTF-8 checked, no lone surrogates, nothing after the value
   but white space). Where a name occurs twice in an object, the last one counts.

   text      borrowed until doc is no longer used: strings and numbers point into it
   doc       lives in the arena
   errors    CARTO_ERR_SYNTAX   with the byte offset and what was expected
             CARTO_ERR_LIMIT    deeper than CARTO_MCP_MAX_DEPTH, longer than 4 GiB - 1, or the
                                arena's cap
             CARTO_ERR_NOMEM */
CARTO_MCP_API carto_status carto_json_parse(carto_arena *arena, carto_str text, carto_json_doc *doc,
                                            carto_error *error);

/* The same for one value at the start of a longer text, as in newline-delimited files: *used is set
   to the bytes read, white space before and after the value included. */
CARTO_MCP_API carto_status carto_json_parse_prefix(carto_arena *arena, carto_str text, size_t *used,
                                                   carto_json_doc *doc, carto_error *error);

/* Accessors. All of them take NULL (absent) as a value of no type: so lookups can be chained. */
CARTO_MCP_API int carto_json_type_of(const carto_json *value); /* -1 for NULL */
CARTO_MCP_API bool carto_json_is_number(const carto_json *value);
CARTO_MCP_API size_t carto_json_count(const carto_json *value); /* elements or members, else 0 */
CARTO_MCP_API carto_str carto_json_string(const carto_json *value); /* empty unless a string */
CARTO_MCP_API bool carto_json_bool(const carto_json *value);        /* true only for true */
CARTO_MCP_API double carto_json_double(const carto_json *value);    /* any number, else 0 */
CARTO_MCP_API bool carto_json_int64(
  const carto_json *value,
  int64_t *out); /* exact for integers; also doubles that are whole, such as 3.0 and 1e3 */
CARTO_MCP_API bool carto_json_uint64(const carto_json *value, uint64_t *out); /* exact */
CARTO_MCP_API carto_str carto_json_number_text(const carto_json_doc *doc, const carto_json *value);
CARTO_MCP_API const carto_json *carto_json_find(const carto_json *object, carto_str key);
CARTO_MCP_API const carto_json *carto_json_get(const carto_json *object, const char *key);

/* Walking. For an array: first element, then carto_json_next of it, count times. For an object:
   first is a key, carto_json_value_of(key) its value, and carto_json_next of the value the next
   key. */
CARTO_MCP_API const carto_json *carto_json_first(const carto_json *container);
CARTO_MCP_API const carto_json *carto_json_value_of(const carto_json *key);
CARTO_MCP_API const carto_json *carto_json_next(const carto_json *value);

/* Writing. Errors stick in the buffer: check out->status once at the end. A text that is not UTF-8
   is written with U+FFFD for each byte that does not belong. */
CARTO_MCP_API void carto_json_writer_init(carto_json_writer *writer, carto_buf *out);
CARTO_MCP_API void carto_json_begin_object(carto_json_writer *writer);
CARTO_MCP_API void carto_json_end_object(carto_json_writer *writer);
CARTO_MCP_API void carto_json_begin_array(carto_json_writer *writer);
CARTO_MCP_API void carto_json_end_array(carto_json_writer *writer);
CARTO_MCP_API void carto_json_key(carto_json_writer *writer, const char *key);
CARTO_MCP_API void carto_json_key_str(carto_json_writer *writer, carto_str key);
CARTO_MCP_API void carto_json_write_null(carto_json_writer *writer);
CARTO_MCP_API void carto_json_write_bool(carto_json_writer *writer, bool value);
CARTO_MCP_API void carto_json_write_int(carto_json_writer *writer, int64_t value);
CARTO_MCP_API void carto_json_write_uint(carto_json_writer *writer, uint64_t value);
CARTO_MCP_API void carto_json_write_double(carto_json_writer *writer, double value);
CARTO_MCP_API void carto_json_write_string(carto_json_writer *writer, carto_str value);
CARTO_MCP_API void carto_json_write_text(carto_json_writer *writer, const char *value);
CARTO_MCP_API void carto_json_write_time(carto_json_writer *writer, int64_t microseconds);

/* Writes text that is JSON already; the caller vouches for it. */
CARTO_MCP_API void carto_json_write_raw(carto_json_writer *writer, carto_str json);

/* Writes a parsed value; numbers keep their text as it was read. */
CARTO_MCP_API void carto_json_write_value(carto_json_writer *writer, const carto_json_doc *doc,
                                          const carto_json *value);

/* ---- geo */

/* Readers. The result lives in the arena.

   errors    CARTO_ERR_SYNTAX        with offset and what was expected
             CARTO_ERR_UNSUPPORTED   a type outside the seven, or an SRID other than 0 or 4326
             CARTO_ERR_LIMIT         nested deeper than CARTO_MCP_MAX_DEPTH, or the arena's cap
             CARTO_ERR_NOMEM
   WKT       ISO and PostGIS forms: POINT Z (1 2 3), SRID=4326;..., EMPTY, case-blind
   WKB       ISO and extended (EWKB), either byte order; carto_geom_from_hex reads it as hexadecimal
             text
   GeoJSON   RFC 7946 geometry objects; structure is checked, rings must close, positions have 2 or
             more numbers (the 4th and later are dropped) */
CARTO_MCP_API carto_status carto_geom_from_wkt(carto_arena *arena, carto_str text, carto_geom *out,
                                               carto_error *error);
CARTO_MCP_API carto_status carto_geom_from_wkb(carto_arena *arena, const void *ptr, size_t len,
                                               carto_geom *out, carto_error *error);
CARTO_MCP_API carto_status carto_geom_from_hex(carto_arena *arena, carto_str text, carto_geom *out,
                                               carto_error *error);
CARTO_MCP_API carto_status carto_geom_from_geojson(carto_arena *arena, const carto_json *value,
                                                   carto_geom *out, carto_error *error);

/* Writers. GeoJSON drops M; WKT and WKB keep all. carto_geom_to_wkb copies; srid 0 writes ISO WKB,
   any other value EWKB with that SRID. */
CARTO_MCP_API void carto_geom_to_wkt(carto_geom geom, carto_buf *out);
CARTO_MCP_API void carto_geom_to_wkb(carto_geom geom, uint32_t srid, carto_buf *out);
CARTO_MCP_API void carto_geom_to_geojson(carto_geom geom, carto_json_writer *out);

CARTO_MCP_API int carto_geom_type_of(carto_geom geom);    /* carto_geom_type, 0 when none */
CARTO_MCP_API const char *carto_geom_type_name(int type); /* "Point", ... static          */
CARTO_MCP_API bool carto_geom_is_empty(carto_geom geom);
CARTO_MCP_API carto_box carto_geom_box(carto_geom geom); /* empty box for an empty geometry */

CARTO_MCP_API carto_box carto_box_empty(void);
CARTO_MCP_API void carto_box_add_point(carto_box *box, double x, double y);
CARTO_MCP_API void carto_box_add(carto_box *box, carto_box other);

/* H3 cells (h3geo.org), as 64-bit integers or as their lower-case hexadecimal text. */
CARTO_MCP_API bool carto_h3_parse(carto_str text,
                                  uint64_t *out); /* text of a valid cell, either case */
CARTO_MCP_API void carto_h3_text(uint64_t cell, char out[17]); /* NUL-terminated */
CARTO_MCP_API bool carto_h3_is_valid(uint64_t cell);
CARTO_MCP_API int carto_h3_resolution(uint64_t cell); /* 0..15 */
CARTO_MCP_API bool carto_h3_is_pentagon(uint64_t cell);
/* The cell itself at its own resolution; 0 for a finer one, or an invalid cell. */
CARTO_MCP_API uint64_t carto_h3_parent(uint64_t cell, int resolution);
CARTO_MCP_API uint64_t carto_h3_from_point(carto_lnglat point,
                                           int resolution); /* 0 for a bad argument */
CARTO_MCP_API carto_lnglat carto_h3_center(uint64_t cell);

/* Vertices in counter-clockwise order, unclosed; at most 10. Returns their number, 0 for an invalid
   cell. Longitudes are in -180..180, so a cell across the antimeridian has vertices on both
   sides. */
CARTO_MCP_API size_t carto_h3_boundary(uint64_t cell, carto_lnglat out[10]);

/* Quadbin cells (levels 0..26). */
CARTO_MCP_API bool carto_quadbin_is_valid(uint64_t cell);
CARTO_MCP_API int carto_quadbin_level(uint64_t cell);
CARTO_MCP_API uint64_t carto_quadbin_from_point(carto_lnglat point,
                                                int level); /* 0 for a bad argument */
CARTO_MCP_API uint64_t carto_quadbin_from_tile(int level, uint32_t x, uint32_t y);
CARTO_MCP_API void carto_quadbin_to_tile(uint64_t cell, int *level, uint32_t *x, uint32_t *y);
CARTO_MCP_API uint64_t carto_quadbin_parent(uint64_t cell, int level); /* as for H3 */
CARTO_MCP_API carto_box carto_quadbin_box(uint64_t cell);
CARTO_MCP_API carto_lnglat carto_quadbin_center(uint64_t cell);

/* ---- table */

/* Read a whole file's text into a table. A column's type is the narrowest that holds all its
   values:

   boolean     true and false, in CSV in any case
   integer     as JSON writes it and within int64_t; larger ones, 007 and +1 are text
   number      as JSON writes it; text when next to an integer that a double cannot hold
   timestamp   what carto_time_parse reads
   cell        H3 or quadbin, hexadecimal or decimal, in a column whose name has h3, hex, quadbin or
               cell
   geometry    WKT, GeoJSON, hexadecimal (E)WKB; in JSON also GeoJSON objects
   text        all else, and a mixture; each as it was written, JSON objects and arrays made compact

   CSV         RFC 4180: comma, quotes, LF or CRLF, a header line. An empty field is NULL; a quoted
               one is too, but in a text column it is the empty text. Empty lines are passed over;
               in a file of one column they are NULL
   GeoJSON     a FeatureCollection, a Feature, a geometry. The properties in the order of their
               first appearance; before them the features' ids as `id`, unless a property has that
               name; last the geometry as `geom`, else `geometry`, else `geometry_` and so on. A
               missing property is NULL
   NDJSON      an object a line, or (RFC 8142) behind each record separator; GeoJSON features if the
               first is
   points      CSV and NDJSON without a geometry get the column `geom` for a pair of number columns
               named longitude, lon, lng, long and latitude, lat, or x and y, when all values are
               within +-180 and +-90

   alloc     the table's memory
   file      name for error texts, borrowed until the call returns
   text      borrowed until the call returns
   out       zeroed on failure; give back with carto_table_free
   errors    CARTO_ERR_SYNTAX        with the 1-based line and the byte offset
             CARTO_ERR_UNSUPPORTED   GeoJSON in coordinates other than WGS 84 longitude and
                                     latitude, or with a type of geometry outside the seven
             CARTO_ERR_LIMIT         more than CARTO_MCP_MAX_COLUMNS columns, CARTO_MCP_MAX_NAME
                                     bytes in a name, CARTO_MCP_MAX_DEPTH levels, CARTO_MCP_MAX_FILE
                                     bytes; 4 GiB of text or geometry in one column
             CARTO_ERR_NOMEM, CARTO_ERR_CANCELLED
   progress  bytes read of bytes */
CARTO_MCP_API carto_status carto_table_read_csv(const carto_call *call, carto_alloc alloc,
                                                carto_str file, carto_str text, carto_table *out,
                                                carto_error *error);
CARTO_MCP_API carto_status carto_table_read_geojson(const carto_call *call, carto_alloc alloc,
                                                    carto_str file, carto_str text,
                                                    carto_table *out, carto_error *error);
CARTO_MCP_API carto_status carto_table_read_ndjson(const carto_call *call, carto_alloc alloc,
                                                   carto_str file, carto_str text, carto_table *out,
                                                   carto_error *error);
CARTO_MCP_API void carto_table_free(carto_table *table);

/* The column of that exact name, or NULL. */
CARTO_MCP_API const carto_column *carto_table_find(const carto_table *table, carto_str name);

/* The column that places the rows: the first GEOMETRY column, else the first cell column, else
   NULL. */
CARTO_MCP_API const carto_column *carto_table_spatial(const carto_table *table);

/* One row's value. row must be below row_count; a null row has the zero value. */
CARTO_MCP_API bool carto_column_is_null(const carto_column *column, size_t row);
CARTO_MCP_API carto_str carto_column_string(const carto_column *column, size_t row);
CARTO_MCP_API carto_str carto_column_dict(const carto_column *column, uint32_t code);

/* room is used for a point of a point column; the result points there or into the table. */
CARTO_MCP_API carto_geom carto_column_geom(const carto_column *column, size_t row,
                                           unsigned char room[21]);

/* ---- stats */

/* Statistics of one column over the rows whose bit is set in rows (row_count bits; NULL: all rows).
   Scratch memory comes from call->arena and stays until it is reset.

   errors    CARTO_ERR_ARG        the column's type does not have these statistics, or order is
                                  none of carto_category_order
             CARTO_ERR_NOMEM, CARTO_ERR_LIMIT   the arena
             CARTO_ERR_CANCELLED

   number      NUMBER, INTEGER, TIMESTAMP
   quantiles   the same types, exact: value at 1-based rank ceil(i * n / N) in ascending order, rank
               1 for i = 0 (inverted CDF). out has CARTO_QUANTILES_SIZE entries; out_i64 too, or
               NULL, filled for the integer types. Nulls and NaN are left out; with no values
               nothing is written and *count is 0
   categories  STRING and BOOLEAN; limit entries at most
   extent      GEOMETRY, H3, QUADBIN; the empty box when there are no values. A cell counts with its
               boundary; one that crosses the antimeridian with longitudes -180 to 180, one that
               holds a pole with that latitude too */
CARTO_MCP_API carto_status carto_stats_of_number(const carto_call *call, const carto_column *column,
                                                 size_t row_count, const uint64_t *rows,
                                                 carto_stats_number *out);
CARTO_MCP_API carto_status carto_stats_of_quantiles(const carto_call *call,
                                                    const carto_column *column, size_t row_count,
                                                    const uint64_t *rows, double *out,
                                                    int64_t *out_i64, uint64_t *count);
CARTO_MCP_API carto_status carto_stats_of_categories(const carto_call *call,
                                                     const carto_column *column, size_t row_count,
                                                     const uint64_t *rows, int order, size_t limit,
                                                     carto_stats_categories *out);
CARTO_MCP_API carto_status carto_stats_of_extent(const carto_call *call, const carto_column *column,
                                                 size_t row_count, const uint64_t *rows,
                                                 carto_box *out);
CARTO_MCP_API size_t carto_quantile_start(int buckets);

/* ---- sql */

/* Runs one SELECT, WITH or VALUES over tables; the dialect is in the resource carto://sql/reference.

   text      borrowed until the call returns
   alloc     the result's memory
   out       zeroed on failure; give back with carto_table_free. Columns that SQL has and tables
             have not: interval as text, arrays as text that is JSON (carto_column.json)
   errors    error->code is the SQLSTATE that PostgreSQL gives, error->offset the byte in text
             CARTO_ERR_ARG           the query is wrong, or a value in it
             CARTO_ERR_UNSUPPORTED   it is PostgreSQL, but not part of this dialect
             CARTO_ERR_LIMIT         a limit of desc->limits, named in the text
             CARTO_ERR_CANCELLED, CARTO_ERR_NOMEM, and what desc->table returns
   progress  rows read of rows to read */
CARTO_MCP_API carto_status carto_sql_query(const carto_call *call, const carto_sql_desc *desc,
                                           carto_str text, carto_alloc alloc, carto_table *out,
                                           carto_error *error);

/* The columns that a query would have, without running it: a table without rows. */
CARTO_MCP_API carto_status carto_sql_describe(const carto_call *call, const carto_sql_desc *desc,
                                              carto_str text, carto_alloc alloc, carto_table *out,
                                              carto_error *error);

/* What the dialect has, as Markdown: from the tables that the engine itself reads. */
CARTO_MCP_API void carto_sql_write_reference(carto_buf *out);

/* ---- table builder */

/* Tables made by a program. Add the columns, then for each row set what is not null and end the
   row; then end the table, or free the builder to give it up.

   alloc     the table's memory; borrowed until the table is freed
   rows      how many will come, so that room is made once; 0 when not known
   name      copied: 1 to CARTO_MCP_MAX_NAME bytes that no other column has
   type      carto_type. H3 cells are shown as hexadecimal text, quadbins as decimal integers
   result    the column's index
   values    copied; texts are UTF-8. set_geom with size 0 leaves a null
   errors    kept in builder->status and returned by carto_table_builder_end, with the table zeroed;
             the builder is freed either way:
             CARTO_ERR_ARG     a bad name, type, column index or cell; a point that
                               is not finite; a value of another type than
                               its column's; a column set twice in a row; a column added after the
                               first row; a last row that was not ended
             CARTO_ERR_LIMIT   more than CARTO_MCP_MAX_COLUMNS columns, 2^32 - 2 rows, or 4 GiB of
                               text or geometry in one column
             CARTO_ERR_NOMEM */
CARTO_MCP_API void carto_table_builder_init(carto_table_builder *builder, carto_alloc alloc,
                                            size_t rows);
CARTO_MCP_API size_t carto_table_builder_add_column(carto_table_builder *builder, carto_str name,
                                                    int type);
CARTO_MCP_API void carto_table_builder_set_number(carto_table_builder *builder, size_t column,
                                                  double value);
CARTO_MCP_API void carto_table_builder_set_integer(carto_table_builder *builder, size_t column,
                                                   int64_t value);
CARTO_MCP_API void carto_table_builder_set_string(carto_table_builder *builder, size_t column,
                                                  carto_str value);
CARTO_MCP_API void carto_table_builder_set_bool(carto_table_builder *builder, size_t column,
                                                bool value);
CARTO_MCP_API void carto_table_builder_set_time(carto_table_builder *builder, size_t column,
                                                int64_t microseconds);
CARTO_MCP_API void carto_table_builder_set_point(carto_table_builder *builder, size_t column,
                                                 carto_lnglat point);
CARTO_MCP_API void carto_table_builder_set_geom(carto_table_builder *builder, size_t column,
                                                carto_geom value);
CARTO_MCP_API void carto_table_builder_set_cell(carto_table_builder *builder, size_t column,
                                                uint64_t cell);
CARTO_MCP_API void carto_table_builder_end_row(carto_table_builder *builder);
CARTO_MCP_API carto_status carto_table_builder_end(carto_table_builder *builder, carto_table *out,
                                                   carto_error *error);
CARTO_MCP_API void carto_table_builder_free(carto_table_builder *builder);

/* ---- schema */

/* Writes the JSON Schema (2020-12) of an object with these members. */
CARTO_MCP_API void carto_schema_write(carto_json_writer *out, const carto_param *rows, size_t count,
                                      bool closed);

/* Checks a value against rows.

   closed    members that no row names are refused
   errors    CARTO_ERR_ARG   the text names the member, what it was and what would be accepted   */
CARTO_MCP_API carto_status carto_schema_check(const carto_param *rows, size_t count, bool closed,
                                              const carto_json *value, carto_error *error);

/* ---- local */

CARTO_MCP_API carto_local_desc carto_local_desc_default(void);

/* Prepares a local warehouse; opens nothing. desc is copied, its texts are borrowed until
   carto_local_free.

   errors    CARTO_ERR_ARG   a descriptor not made by carto_local_desc_default, or a bad name */
CARTO_MCP_API carto_status carto_local_init(carto_local *local, const carto_local_desc *desc,
                                            carto_error *error);
CARTO_MCP_API void carto_local_free(carto_local *local);
CARTO_MCP_API carto_warehouse carto_local_warehouse(carto_local *local);

/* ---- tools */

/* The built-in rows, in listing order; static. */
CARTO_MCP_API const carto_tool *carto_tools(size_t *count);

/* ---- server */

CARTO_MCP_API carto_server_desc carto_server_desc_default(void);

/* Prepares a server; desc is copied, what it points to is borrowed until carto_server_free.

   errors    CARTO_ERR_ARG     a descriptor not made by carto_server_desc_default, message_bytes
                               below 1024, a tool row that breaks the rules of its fields, two tools
                               of one name, an unknown name in allow
             CARTO_ERR_NOMEM */
CARTO_MCP_API carto_status carto_server_init(carto_server *server, const carto_server_desc *desc,
                                             carto_error *error);
CARTO_MCP_API void carto_server_free(carto_server *server);

/* Answers one message (one JSON text). Everything it has to say goes to peer->write: notifications
   first, then the reply, if there is one. Whatever the message holds, the answer to it is the
   peer's business: the status speaks of this side only.

   message   borrowed until the call returns
   errors    CARTO_ERR_IO      peer->write or peer->poll returned false */
CARTO_MCP_API carto_status carto_server_handle(carto_server *server, carto_session *session,
                                               const carto_peer *peer, carto_str message);

/* For peer->poll: looks at a message that arrived while another is in hand. Answers ping and obeys
   notifications/cancelled; true when that was all and the message is dealt with, false when it has
   to wait for carto_server_handle. */
CARTO_MCP_API bool carto_server_urgent(carto_server *server, carto_session *session,
                                       const carto_peer *peer, carto_str message);

/* Calls one tool without a client: result is written to out on CARTO_OK. For a host's own use. */
CARTO_MCP_API carto_status carto_server_call(carto_server *server, const carto_call *call,
                                             carto_str tool, carto_str arguments_json,
                                             carto_json_writer *out, carto_error *error);

/* The allowed tools, in listing order. */
CARTO_MCP_API size_t carto_server_tool_count(const carto_server *server);
CARTO_MCP_API const carto_tool *carto_server_tool(const carto_server *server, size_t index);

/* ---- files (not with CARTO_MCP_NO_FILES) */

#ifndef CARTO_MCP_NO_FILES

/* A directory of the file system. Symbolic links below root are neither listed nor followed.
   root     NUL-terminated, borrowed until the carto_files is no longer used */
CARTO_MCP_API carto_files carto_files_directory(const char *root);

/* When a directory last changed, for carto_local_desc. CARTO_ERR_IO: it is not a readable
   directory. */
CARTO_MCP_API carto_status carto_files_modified(const char *path, int64_t *out, carto_error *error);

#endif

/* ---- stdio (not with CARTO_MCP_NO_STDIO) */

#ifndef CARTO_MCP_NO_STDIO

/* Serves one client over a pair of descriptors, newline-delimited, until the input ends. Reads on
   while the output is full, up to CARTO_MCP_MAX_QUEUE, so that a client that writes everything
   before it reads anything gets its answers.

   errors    CARTO_ERR_IO      a descriptor is not open, the output is closed, or reading failed
             CARTO_ERR_NOMEM   not even the memory to go on with */
CARTO_MCP_API carto_status carto_serve_stdio(carto_server *server, int in, int out,
                                             carto_error *error);

#endif

#endif /* CARTO_MCP__LAYER_CHECK */

#ifdef __cplusplus
}
#endif

/* ------------------------------------------------------------------------ >>end
   End of the interface. Stop here if you only use the library.                    */

#endif /* CARTO_MCP_H */

#ifdef CARTO_MCP_IMPLEMENTATION
#ifndef CARTO_MCP__IMPLEMENTED
#define CARTO_MCP__IMPLEMENTED

#include <float.h>
#include <limits.h>
#include <stdarg.h>
#include <string.h>

/* The limits make sense; a negative size here means that one does not. */
typedef char carto__config_check[CARTO_MCP_ERROR_TEXT >= 64 && CARTO_MCP_MAX_NAME >= 16 &&
                                     CARTO_MCP_MAX_DEPTH >= 8 && CARTO_MCP_MAX_COLUMNS >= 1 &&
                                     CARTO_MCP_MAX_BATCH >= 1 && CARTO_MCP_MAX_MESSAGE >= 1024 &&
                                     (uint64_t)CARTO_MCP_MAX_FILE <= UINT64_C(0xffffffff)
                                   ? 1
                                   : -1];

/* The x87 unit rounds twice, and then neither sums nor coordinates come out as they must. */
#if defined(FLT_EVAL_METHOD) && FLT_EVAL_METHOD != 0 && FLT_EVAL_METHOD != 1
#error "carto_mcp: doubles must be computed as doubles; on x86 use -msse2 -mfpmath=sse"
#endif

#ifdef CARTO_MCP_STATIC
#ifdef __GNUC__
#define CARTO_MCP__DEF static __attribute__((unused))
#else
#define CARTO_MCP__DEF static
#endif
#else
#define CARTO_MCP__DEF
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------ >>base
   Status texts, checked arithmetic, text views, UTF-8, formatted errors, small searches.
   Uses: nothing.   Used by: everything.
   Nothing here allocates, and no function looks past the length it is given.        */

CARTO_MCP__DEF const char *carto_status_text(int status) {
  switch (status) {
#define CARTO_MCP__STATUS_TEXT(name, value, text) \
  case CARTO_##name: return text;
    CARTO_STATUS_LIST(CARTO_MCP__STATUS_TEXT)
#undef CARTO_MCP__STATUS_TEXT
  default: return "unknown status";
  }
}

CARTO_MCP__DEF const char *carto_version(void) { return CARTO_MCP_VERSION; }

/* Sums and products of outside sizes: false, and *out untouched, when they do not fit. */
static bool carto__add_size(size_t a, size_t b, size_t *out) {
  if (a > SIZE_MAX - b) return false;
  *out = a + b;
  return true;
}

static bool carto__mul_size(size_t a, size_t b, size_t *out) {
  if (b != 0 && a > SIZE_MAX / b) return false;
  *out = a * b;
  return true;
}

static size_t carto__min_size(size_t a, size_t b) { return a < b ? a : b; }

CARTO_MCP__DEF carto_str carto_str_make(const char *ptr, size_t len) {
  carto_str s;
  s.ptr = ptr;
  s.len = len;
  return s;
}

CARTO_MCP__DEF carto_str carto_str_from(const char *text) {
  size_t len = 0;
  if (text)
    while (text[len]) len++;
  return carto_str_make(text, len);
}

CARTO_MCP__DEF bool carto_str_equal(carto_str a, carto_str b) {
  return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

CARTO_MCP__DEF int carto_str_compare(carto_str a, carto_str b) {
  size_t shorter = carto__min_size(a.len, b.len);
  int order = shorter ? memcmp(a.ptr, b.ptr, shorter) : 0;
  if (order != 0) return order;
  return a.len < b.len ? -1 : a.len > b.len;
}

static bool carto__str_is(carto_str s, const char *text) {
  return carto_str_equal(s, carto_str_from(text));
}

static bool carto__str_starts(carto_str s, carto_str prefix) {
  return s.len >= prefix.len && carto_str_equal(carto_str_make(s.ptr, prefix.len), prefix);
}

static bool carto__str_ends(carto_str s, carto_str suffix) {
  return s.len >= suffix.len &&
         carto_str_equal(carto_str_make(s.ptr + (s.len - suffix.len), suffix.len), suffix);
}

static carto_str carto__str_skip(carto_str s, size_t count) {
  count = carto__min_size(count, s.len);
  return carto_str_make(s.ptr ? s.ptr + count : s.ptr, s.len - count);
}

/* First place of a byte, s.len when it is not there. */
static size_t carto__str_index(carto_str s, char byte) {
  size_t i = 0;
  while (i < s.len && s.ptr[i] != byte) i++;
  return i;
}

/* Cuts *rest at the first separator: the part before it is returned, *rest is what follows. */
static carto_str carto__str_cut(carto_str *rest, char separator) {
  size_t at = carto__str_index(*rest, separator);
  carto_str part = carto_str_make(rest->ptr, at);
  *rest = carto__str_skip(*rest, at + 1);
  return part;
}

/* ASCII only: letters of other scripts keep their case, as in CARTO's own name search. */
static char carto__lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }

/* Where part stands in s, blind to ASCII case; SIZE_MAX when nowhere. */
static size_t carto__str_find_nocase(carto_str s, carto_str part) {
  size_t i, k;
  for (i = 0; part.len <= s.len && i <= s.len - part.len; i++) {
    for (k = 0; k < part.len && carto__lower(s.ptr[i + k]) == carto__lower(part.ptr[k]); k++) {
    }
    if (k == part.len) return i;
  }
  return SIZE_MAX;
}

static int carto__str_compare_nocase(carto_str a, carto_str b) {
  size_t i;
  for (i = 0; i < a.len && i < b.len; i++) {
    unsigned char x = (unsigned char)carto__lower(a.ptr[i]);
    unsigned char y = (unsigned char)carto__lower(b.ptr[i]);
    if (x != y) return x < y ? -1 : 1;
  }
  return a.len < b.len ? -1 : a.len > b.len;
}

/* Bytes of the UTF-8 sequence that starts at ptr, 0 when none well-formed does (Unicode table
   3-7). */
static size_t carto__utf8_length(const char *ptr, size_t len) {
  const unsigned char *p = (const unsigned char *)ptr;
  unsigned char low = 0x80, high = 0xbf;
  size_t need, i;
  if (len == 0) return 0;
  if (p[0] < 0x80) return 1;
  if (p[0] < 0xc2 || p[0] > 0xf4) return 0;
  need = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
  if (len < need) return 0;
  if (p[0] == 0xe0) low = 0xa0;       /* overlong  */
  else if (p[0] == 0xed) high = 0x9f; /* surrogate */
  else if (p[0] == 0xf0) low = 0x90;  /* overlong  */
  else if (p[0] == 0xf4) high = 0x8f; /* above U+10FFFF */
  if (p[1] < low || p[1] > high) return 0;
  for (i = 2; i < need; i++)
    if (p[i] < 0x80 || p[i] > 0xbf) return 0;
  return need;
}

/* Offset of the first byte that is not UTF-8; len when all are. */
static size_t carto__utf8_check(const char *ptr, size_t len) {
  size_t at = 0;
  while (at < len) {
    uint64_t word;
    size_t step;
    if (len - at >= 8) {
      memcpy(&word, ptr + at, 8);
      if ((word & UINT64_C(0x8080808080808080)) == 0) {
        at += 8;
        continue;
      }
    }
    step = carto__utf8_length(ptr + at, len - at);
    if (step == 0) return at;
    at += step;
  }
  return len;
}

/* Writes a code point as UTF-8; the caller checked that it is a scalar value. Returns the bytes. */
static size_t carto__utf8_put(uint32_t code, char *out) {
  if (code < 0x80) {
    out[0] = (char)code;
    return 1;
  }
  if (code < 0x800) {
    out[0] = (char)(0xc0 | (code >> 6));
    out[1] = (char)(0x80 | (code & 0x3f));
    return 2;
  }
  if (code < 0x10000) {
    out[0] = (char)(0xe0 | (code >> 12));
    out[1] = (char)(0x80 | ((code >> 6) & 0x3f));
    out[2] = (char)(0x80 | (code & 0x3f));
    return 3;
  }
  out[0] = (char)(0xf0 | (code >> 18));
  out[1] = (char)(0x80 | ((code >> 12) & 0x3f));
  out[2] = (char)(0x80 | ((code >> 6) & 0x3f));
  out[3] = (char)(0x80 | (code & 0x3f));
  return 4;
}

/* Decimal digits of value, written from the right end of room; returns where they start. */
static char *carto__uint_digits(uint64_t value, char room[20]) {
  static const char pairs[] = "0001020304050607080910111213141516171819"
                              "2021222324252627282930313233343536373839"
                              "4041424344454647484950515253545556575859"
                              "6061626364656667686970717273747576777879"
                              "8081828384858687888990919293949596979899";
  char *p = room + 20;
  while (value >= 100) {
    p -= 2;
    memcpy(p, pairs + 2 * (value % 100), 2);
    value /= 100;
  }
  if (value >= 10) {
    p -= 2;
    memcpy(p, pairs + 2 * value, 2);
  } else {
    *--p = (char)('0' + value);
  }
  return p;
}

static uint64_t carto__magnitude(int64_t value) {
  return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

/* FNV-1a with a final mix: for tables of names, and for the ids that >>local makes of names. */
static uint64_t carto__hash(const char *ptr, size_t len) {
  uint64_t h = UINT64_C(0xcbf29ce484222325);
  size_t i;
  for (i = 0; i < len; i++) h = (h ^ (unsigned char)ptr[i]) * UINT64_C(0x100000001b3);
  return h ^ (h >> 32);
}

/* Edits (insert, delete, replace, swap of neighbours) between two names, blind to case; counted up
   to a limit of 32 bytes, since it serves only to suggest what was meant. */
static size_t carto__str_distance(carto_str a, carto_str b) {
  unsigned char rows[3][34];
  unsigned char *before = rows[0], *last = rows[1], *row = rows[2], *spare;
  size_t i, k;
  if (a.len > 32 || b.len > 32) return SIZE_MAX;
  for (k = 0; k <= b.len; k++) last[k] = (unsigned char)k;
  memset(before, 0, sizeof rows[0]);
  for (i = 1; i <= a.len; i++) {
    row[0] = (unsigned char)i;
    for (k = 1; k <= b.len; k++) {
      char x = carto__lower(a.ptr[i - 1]), y = carto__lower(b.ptr[k - 1]);
      unsigned best = last[k - 1] + (x == y ? 0u : 1u);
      if (last[k] + 1u < best) best = last[k] + 1u;
      if (row[k - 1] + 1u < best) best = row[k - 1] + 1u;
      if (i > 1 && k > 1 && x == carto__lower(b.ptr[k - 2]) && carto__lower(a.ptr[i - 2]) == y &&
          before[k - 2] + 1u < best)
        best = before[k - 2] + 1u;
      row[k] = (unsigned char)best;
    }
    spare = before;
    before = last;
    last = row;
    row = spare;
  }
  return last[b.len];
}

/* The better of two suggestions for name: keeps *best with its *distance when the candidate is no
   nearer. Start with *distance = carto__nearest_limit(name). */
static size_t carto__nearest_limit(carto_str name) { return 1 + name.len / 3; }

static void carto__nearest(carto_str name, carto_str candidate, carto_str *best, size_t *distance) {
  size_t d = carto__str_distance(name, candidate);
  if (d == SIZE_MAX || d > *distance || (d == *distance && best->len != 0)) return;
  *best = candidate;
  *distance = d;
}

/* Room for an error's text as it is put together. */
typedef struct carto__text {
  char *ptr;
  size_t len;
  size_t cap; /* without the NUL */
} carto__text;

/* Adds as much as fits; where it does not, the text ends in "..." at a character's border. */
static void carto__text_add(carto__text *t, const char *ptr, size_t len) {
  size_t room = t->cap - t->len;
  if (len == 0) return;
  if (len <= room) {
    memcpy(t->ptr + t->len, ptr, len);
    t->len += len;
    return;
  }
  memcpy(t->ptr + t->len, ptr, room);
  t->len = t->cap - 3;
  while (t->len > 0 && ((unsigned char)t->ptr[t->len] & 0xc0) == 0x80) t->len--;
  memcpy(t->ptr + t->len, "...", 3);
  t->len += 3;
  t->cap = t->len;
}

/* Adds outside text: what is not printable UTF-8 becomes '?', and long text is clipped. */
static void carto__text_add_outside(carto__text *t, carto_str s) {
  const size_t most = 80;
  size_t at = 0;
  while (at < s.len && at < most) {
    size_t step = carto__utf8_length(s.ptr + at, s.len - at);
    bool plain = step > 1 || (step == 1 && (unsigned char)s.ptr[at] >= 0x20 && s.ptr[at] != 0x7f);
    carto__text_add(t, plain ? s.ptr + at : "?", plain ? step : 1);
    at += step ? step : 1;
  }
  if (at < s.len) carto__text_add(t, "...", 3);
}

static void carto__text_add_int(carto__text *t, int64_t value) {
  char room[20];
  char *digits = carto__uint_digits(carto__magnitude(value), room);
  if (value < 0) carto__text_add(t, "-", 1);
  carto__text_add(t, digits, (size_t)(room + 20 - digits));
}

/* Fills an error and returns its status. fmt knows %s (const char *), %v (carto_str: outside text,
   made printable and clipped), %d (int), %i (int64_t), %u (uint64_t) and %%. */
static carto_status carto__fail(carto_error *error, carto_status status, size_t offset,
                                const char *fmt, ...) {
  carto__text t;
  carto_str s;
  va_list args;
  char room[20];
  char *digits;
  if (!error) return status;
  error->status = status;
  error->offset = offset;
  error->line = 0;
  error->code[0] = 0;
  t.ptr = error->text;
  t.len = 0;
  t.cap = sizeof error->text - 1;
  va_start(args, fmt);
  for (; *fmt; fmt++) {
    if (*fmt != '%') {
      carto__text_add(&t, fmt, 1);
      continue;
    }
    switch (*++fmt) {
    case 's':
      s = carto_str_from(va_arg(args, const char *));
      carto__text_add(&t, s.ptr, s.len);
      break;
    case 'v': carto__text_add_outside(&t, va_arg(args, carto_str)); break;
    case 'd': carto__text_add_int(&t, va_arg(args, int)); break;
    case 'i': carto__text_add_int(&t, va_arg(args, int64_t)); break;
    case 'u':
      digits = carto__uint_digits(va_arg(args, uint64_t), room);
      carto__text_add(&t, digits, (size_t)(room + 20 - digits));
      break;
    default: carto__text_add(&t, fmt, 1); break;
    }
  }
  va_end(args);
  error->text[t.len] = 0;
  return status;
}

static void carto__error_clear(carto_error *error) {
  if (error) memset(error, 0, sizeof *error);
}

static bool carto__bit(const uint64_t *bits, size_t index) {
  return (bits[index / 64] >> (index % 64)) & 1;
}

static void carto__bit_set(uint64_t *bits, size_t index) {
  bits[index / 64] |= UINT64_C(1) << (index % 64);
}

/* Heap sort: in place, no worse on any input than on the best, no recursion. compare gives a total
   order wherever the result shows (equal items may change places). */
static void carto__sort_sift(const void **items, size_t at, size_t count,
                             int (*compare)(const void *a, const void *b, const void *user),
                             const void *user) {
  const void *moved = items[at];
  size_t child;
  while ((child = 2 * at + 1) < count) {
    if (child + 1 < count && compare(items[child], items[child + 1], user) < 0) child++;
    if (compare(moved, items[child], user) >= 0) break;
    items[at] = items[child];
    at = child;
  }
  items[at] = moved;
}

static void carto__sort(const void **items, size_t count,
                        int (*compare)(const void *a, const void *b, const void *user),
                        const void *user) {
  size_t i;
  for (i = count / 2; i > 0; i--) carto__sort_sift(items, i - 1, count, compare, user);
  for (i = count; i > 1; i--) {
    const void *largest = items[0];
    items[0] = items[i - 1];
    items[i - 1] = largest;
    carto__sort_sift(items, 0, i - 1, compare, user);
  }
}

/* ---------------------------------------------------------------------- >>memory
   The allocator behind every allocation, a caller's block as an allocator, arenas.
   Uses: >>base.   Used by: everything that stores.
   No other part allocates. An arena never holds more than its cap; after a reset it keeps one chunk
   of at most 1 MiB, so a steady run of requests that fit asks the allocator for nothing. */

#ifndef CARTO_MCP_NO_MALLOC
#include <stdlib.h>
#endif

static void *carto__realloc(carto_alloc alloc, void *ptr, size_t old_size, size_t new_size) {
  if (alloc.fn) return alloc.fn(alloc.user, ptr, old_size, new_size);
#ifndef CARTO_MCP_NO_MALLOC
  if (new_size == 0) {
    free(ptr);
    return NULL;
  }
  return realloc(ptr, new_size);
#else
  return NULL;
#endif
}

static void carto__free(carto_alloc alloc, void *ptr, size_t size) {
  if (ptr) (void)carto__realloc(alloc, ptr, size, 0);
}

/* False when size cannot be rounded up to the alignment every allocation has. */
static bool carto__align_size(size_t size, size_t *out) {
  if (!carto__add_size(size, 15, out)) return false;
  *out &= ~(size_t)15;
  return true;
}

/* A free piece of a block; pieces in use carry nothing, since sizes are given back. */
typedef struct carto__hole {
  size_t size; /* a multiple of 16 */
  size_t next; /* offset of the next hole, SIZE_MAX at the end */
} carto__hole;

static carto__hole carto__hole_at(const carto_block *block, size_t at) {
  carto__hole hole;
  memcpy(&hole, block->_base + at, sizeof hole);
  return hole;
}

static void carto__hole_put(carto_block *block, size_t at, size_t size, size_t next) {
  carto__hole hole;
  hole.size = size;
  hole.next = next;
  memcpy(block->_base + at, &hole, sizeof hole);
}

/* Makes the link that leads to the hole after `before` point to `at`. */
static void carto__hole_link(carto_block *block, size_t before, size_t at) {
  if (before == SIZE_MAX) block->_free = at;
  else carto__hole_put(block, before, carto__hole_at(block, before).size, at);
}

static void *carto__block_take(carto_block *block, size_t size) {
  size_t before = SIZE_MAX, at = block->_free;
  while (at != SIZE_MAX) {
    carto__hole hole = carto__hole_at(block, at);
    if (hole.size >= size) {
      size_t rest = hole.next;
      if (hole.size > size) {
        rest = at + size;
        carto__hole_put(block, rest, hole.size - size, hole.next);
      }
      carto__hole_link(block, before, rest);
      block->_used += size;
      if (block->_used > block->_peak) block->_peak = block->_used;
      return block->_base + at;
    }
    before = at;
    at = hole.next;
  }
  return NULL;
}

static void carto__block_give(carto_block *block, size_t at, size_t size) {
  size_t before = SIZE_MAX, next = block->_free;
  block->_used -= size;
  while (next != SIZE_MAX && next < at) {
    before = next;
    next = carto__hole_at(block, next).next;
  }
  if (next != SIZE_MAX && at + size == next) {
    carto__hole hole = carto__hole_at(block, next);
    size += hole.size;
    next = hole.next;
  }
  if (before != SIZE_MAX && before + carto__hole_at(block, before).size == at) {
    carto__hole_put(block, before, carto__hole_at(block, before).size + size, next);
    return;
  }
  carto__hole_put(block, at, size, next);
  carto__hole_link(block, before, at);
}

/* Takes the front of the hole at `at`, if there is one and it is large enough. */
static bool carto__block_extend(carto_block *block, size_t at, size_t size) {
  size_t before = SIZE_MAX, next = block->_free;
  carto__hole hole;
  while (next != SIZE_MAX && next < at) {
    before = next;
    next = carto__hole_at(block, next).next;
  }
  if (next != at) return false;
  hole = carto__hole_at(block, at);
  if (hole.size < size) return false;
  if (hole.size > size) carto__hole_put(block, at + size, hole.size - size, hole.next);
  carto__hole_link(block, before, hole.size > size ? at + size : hole.next);
  block->_used += size;
  if (block->_used > block->_peak) block->_peak = block->_used;
  return true;
}

static void *carto__block_realloc(void *user, void *ptr, size_t old_size, size_t new_size) {
  carto_block *block = (carto_block *)user;
  size_t have = 0, want = 0;
  void *moved;
  if (!carto__align_size(new_size, &want)) return NULL;
  if (ptr) (void)carto__align_size(old_size, &have);
  if (!ptr) return want ? carto__block_take(block, want) : NULL;
  if (want == 0 || want < have) {
    carto__block_give(block, (size_t)((unsigned char *)ptr - block->_base) + want, have - want);
    return want ? ptr : NULL;
  }
  if (want == have) return ptr;
  if (carto__block_extend(block, (size_t)((unsigned char *)ptr - block->_base) + have, want - have))
    return ptr;
  moved = carto__block_take(block, want);
  if (!moved) return NULL;
  memcpy(moved, ptr, old_size);
  carto__block_give(block, (size_t)((unsigned char *)ptr - block->_base), have);
  return moved;
}

CARTO_MCP__DEF void carto_block_init(carto_block *block, void *memory, size_t size) {
  size_t skip = (size_t)(0 - (uintptr_t)memory) & 15;
  memset(block, 0, sizeof *block);
  block->_free = SIZE_MAX;
  if (!memory || size < skip + sizeof(carto__hole) + 16) return;
  block->_base = (unsigned char *)memory + skip;
  block->_free = 0;
  carto__hole_put(block, 0, (size - skip) & ~(size_t)15, SIZE_MAX);
}

CARTO_MCP__DEF carto_alloc carto_block_alloc(carto_block *block) {
  carto_alloc alloc;
  alloc.fn = carto__block_realloc;
  alloc.user = block;
  return alloc;
}

typedef struct carto__chunk {
  struct carto__chunk *older;
  size_t size; /* bytes of data behind this head */
  size_t used;
  size_t unused; /* keeps the data aligned to 16 */
} carto__chunk;

static unsigned char *carto__chunk_data(carto__chunk *chunk) {
  return (unsigned char *)(chunk + 1);
}

/* Ordinary chunks grow with the arena; one for a larger piece has just its size. */
#define CARTO_MCP__CHUNK_MIN ((size_t)4096 - sizeof(carto__chunk))
#define CARTO_MCP__CHUNK_MAX (((size_t)1 << 20) - sizeof(carto__chunk))

static carto__chunk *carto__arena_grow(carto_arena *arena, size_t need) {
  size_t left = arena->_cap - arena->_used;
  size_t size = carto__min_size(arena->_used, CARTO_MCP__CHUNK_MAX);
  carto__chunk *chunk;
  if (need > left || left - need < sizeof *chunk) {
    arena->status = CARTO_ERR_LIMIT;
    return NULL;
  }
  if (size < CARTO_MCP__CHUNK_MIN) size = CARTO_MCP__CHUNK_MIN;
  size = carto__min_size(size, left - sizeof *chunk) & ~(size_t)15;
  if (size < need) size = need;
  chunk = (carto__chunk *)carto__realloc(arena->_alloc, NULL, 0, sizeof *chunk + size);
  if (!chunk && size > need) {
    size = need;
    chunk = (carto__chunk *)carto__realloc(arena->_alloc, NULL, 0, sizeof *chunk + size);
  }
  if (!chunk) {
    arena->status = CARTO_ERR_NOMEM;
    return NULL;
  }
  chunk->older = arena->_head;
  chunk->size = size;
  chunk->used = 0;
  chunk->unused = 0;
  arena->_head = chunk;
  arena->_used += sizeof *chunk + size;
  return chunk;
}

static void carto__arena_drop_newest(carto_arena *arena) {
  carto__chunk *chunk = arena->_head;
  arena->_head = chunk->older;
  arena->_used -= sizeof *chunk + chunk->size;
  carto__free(arena->_alloc, chunk, sizeof *chunk + chunk->size);
}

CARTO_MCP__DEF void carto_arena_init(carto_arena *arena, carto_alloc alloc, size_t cap_bytes) {
  memset(arena, 0, sizeof *arena);
  arena->_alloc = alloc;
  arena->_cap = cap_bytes ? cap_bytes : SIZE_MAX;
}

CARTO_MCP__DEF void *carto_arena_alloc(carto_arena *arena, size_t size) {
  carto__chunk *chunk = arena->_head;
  size_t need;
  void *ptr;
  if (!carto__align_size(size, &need)) {
    arena->status = CARTO_ERR_LIMIT;
    return NULL;
  }
  if (!chunk || chunk->size - chunk->used < need) {
    chunk = carto__arena_grow(arena, need);
    if (!chunk) return NULL;
  }
  ptr = carto__chunk_data(chunk) + chunk->used;
  chunk->used += need;
  return ptr;
}

/* An array, its size checked. */
static void *carto__arena_array(carto_arena *arena, size_t count, size_t size) {
  size_t bytes;
  if (!carto__mul_size(count, size, &bytes)) {
    arena->status = CARTO_ERR_LIMIT;
    return NULL;
  }
  return carto_arena_alloc(arena, bytes);
}

static void *carto__arena_zero(carto_arena *arena, size_t count, size_t size) {
  void *ptr = carto__arena_array(arena, count, size);
  if (ptr && count) memset(ptr, 0, count * size);
  return ptr;
}

/* The status of the allocation that has just failed. */
static carto_status carto__arena_failed(const carto_arena *arena) {
  return arena->status == CARTO_ERR_LIMIT ? CARTO_ERR_LIMIT : CARTO_ERR_NOMEM;
}

/* Names the shortage in an error. */
static carto_status carto__fail_memory(const carto_arena *arena, carto_error *error) {
  carto_status status = carto__arena_failed(arena);
  return carto__fail(error, status, 0,
                     status == CARTO_ERR_LIMIT
                       ? "the request needs more than its memory limit of %u bytes"
                       : "out of memory",
                     (uint64_t)arena->_cap);
}

static void *carto__arena_realloc(void *user, void *ptr, size_t old_size, size_t new_size) {
  carto_arena *arena = (carto_arena *)user;
  carto__chunk *chunk = arena->_head;
  size_t have = 0, want = 0;
  void *moved;
  if (!carto__align_size(new_size, &want)) return NULL;
  if (ptr) (void)carto__align_size(old_size, &have);
  if (ptr && chunk && chunk->used >= have &&
      carto__chunk_data(chunk) + (chunk->used - have) == (unsigned char *)ptr &&
      want <= chunk->size - (chunk->used - have)) {
    chunk->used = chunk->used - have + want;
    return want ? ptr : NULL;
  }
  if (want <= have) return want ? ptr : NULL;
  moved = carto_arena_alloc(arena, new_size);
  if (moved && old_size) memcpy(moved, ptr, old_size);
  return moved;
}

CARTO_MCP__DEF carto_alloc carto_arena_allocator(carto_arena *arena) {
  carto_alloc alloc;
  alloc.fn = carto__arena_realloc;
  alloc.user = arena;
  return alloc;
}

CARTO_MCP__DEF carto_mark carto_arena_mark(const carto_arena *arena) {
  carto_mark mark;
  mark._chunk = arena->_head;
  mark._at = arena->_head ? arena->_head->used : 0;
  return mark;
}

CARTO_MCP__DEF void carto_arena_rewind(carto_arena *arena, carto_mark mark) {
  while (arena->_head && arena->_head != mark._chunk) {
    /* the oldest chunk is kept: rewinding to the start is the common case in a loop */
    if (!arena->_head->older) break;
    carto__arena_drop_newest(arena);
  }
  if (arena->_head) arena->_head->used = arena->_head == mark._chunk ? mark._at : 0;
  arena->status = CARTO_OK;
}

CARTO_MCP__DEF void carto_arena_reset(carto_arena *arena) {
  size_t held = carto__min_size(arena->_used, CARTO_MCP__CHUNK_MAX + sizeof(carto__chunk));
  if (arena->_head &&
      (arena->_head->older ||
       arena->_used > held)) { /* one chunk as large as all of them serves the next time */
    while (arena->_head) carto__arena_drop_newest(arena);
    (void)carto__arena_grow(arena, held - sizeof(carto__chunk));
  }
  if (arena->_head) arena->_head->used = 0;
  arena->status = CARTO_OK;
}

CARTO_MCP__DEF void carto_arena_free(carto_arena *arena) {
  while (arena->_head) carto__arena_drop_newest(arena);
  memset(arena, 0, sizeof *arena);
}

/* Reallocates to *size, or where that cannot be had to need; the first failure does not stick in an
   arena. */
static void *carto__realloc_or(carto_alloc alloc, void *ptr, size_t old_size, size_t need,
                               size_t *size) {
  carto_arena *arena = alloc.fn == carto__arena_realloc ? (carto_arena *)alloc.user : NULL;
  int status = arena ? arena->status : CARTO_OK;
  void *room = carto__realloc(alloc, ptr, old_size, *size);
  if (room || *size <= need) return room;
  if (arena) arena->status = status;
  *size = need;
  return carto__realloc(alloc, ptr, old_size, need);
}

/* False when the one who asked no longer wants the answer. */
static bool carto__go_on(const carto_call *call) {
  return !call->checkpoint || call->checkpoint(call->user);
}

static void carto__progress(const carto_call *call, uint64_t done, uint64_t total,
                            const char *what) {
  if (call->progress) call->progress(call->user, done, total, what);
}

/* ---------------------------------------------------------------------- >>buffer
   Growing text; numbers, times and bytes to text and back, exact and without a locale.
   Uses: >>base, >>memory.   Used by: >>json and everything that writes.
   After the first failure a buffer takes nothing more, so one check at the end is enough.  */

CARTO_MCP__DEF void carto_buf_init(carto_buf *buf, carto_alloc alloc, size_t limit) {
  memset(buf, 0, sizeof *buf);
  buf->_alloc = alloc;
  buf->limit = limit ? limit : SIZE_MAX;
}

CARTO_MCP__DEF void carto_buf_free(carto_buf *buf) {
  carto__free(buf->_alloc, buf->ptr, buf->cap);
  memset(buf, 0, sizeof *buf);
}

CARTO_MCP__DEF void carto_buf_clear(carto_buf *buf) {
  buf->len = 0;
  buf->status = CARTO_OK;
}

/* Makes room for len more bytes and returns where they go; the caller adds to buf->len what it
   wrote. NULL when the buffer cannot grow. */
static char *carto__buf_room(carto_buf *buf, size_t len) {
  size_t need, cap;
  char *ptr;
  if (buf->status != CARTO_OK) return NULL;
  if (len <= buf->cap - buf->len) return buf->ptr + buf->len;
  if (!carto__add_size(buf->len, len, &need) || need > buf->limit) {
    buf->status = CARTO_ERR_LIMIT;
    return NULL;
  }
  cap = buf->cap < 128 ? 256 : buf->cap <= SIZE_MAX / 2 ? buf->cap * 2 : SIZE_MAX;
  cap = carto__min_size(cap, buf->limit);
  if (cap < need) cap = need;
  ptr = (char *)carto__realloc_or(buf->_alloc, buf->ptr, buf->cap, need, &cap);
  if (!ptr) {
    buf->status = CARTO_ERR_NOMEM;
    return NULL;
  }
  buf->ptr = ptr;
  buf->cap = cap;
  return ptr + buf->len;
}

CARTO_MCP__DEF void carto_buf_append(carto_buf *buf, const void *ptr, size_t len) {
  char *to;
  if (len == 0) return;
  to = carto__buf_room(buf, len);
  if (!to) return;
  memcpy(to, ptr, len);
  buf->len += len;
}

CARTO_MCP__DEF void carto_buf_append_str(carto_buf *buf, carto_str text) {
  carto_buf_append(buf, text.ptr, text.len);
}

CARTO_MCP__DEF void carto_buf_append_text(carto_buf *buf, const char *text) {
  carto_buf_append_str(buf, carto_str_from(text));
}

CARTO_MCP__DEF void carto_buf_append_uint(carto_buf *buf, uint64_t value) {
  char room[20];
  char *digits = carto__uint_digits(value, room);
  carto_buf_append(buf, digits, (size_t)(room + 20 - digits));
}

CARTO_MCP__DEF void carto_buf_append_int(carto_buf *buf, int64_t value) {
  if (value < 0) carto_buf_append(buf, "-", 1);
  carto_buf_append_uint(buf, carto__magnitude(value));
}

CARTO_MCP__DEF carto_str carto_buf_str(const carto_buf *buf) {
  return carto_str_make(buf->ptr, buf->len);
}

CARTO_MCP__DEF bool carto_uint_parse(carto_str text, uint64_t *out) {
  uint64_t value = 0;
  size_t i;
  if (text.len == 0) return false;
  for (i = 0; i < text.len; i++) {
    unsigned digit = (unsigned)(unsigned char)text.ptr[i] - '0';
    if (digit > 9 || value > UINT64_MAX / 10 ||
        (value == UINT64_MAX / 10 && digit > UINT64_MAX % 10))
      return false;
    value = value * 10 + digit;
  }
  *out = value;
  return true;
}

CARTO_MCP__DEF bool carto_int_parse(carto_str text, int64_t *out) {
  bool negative = text.len > 0 && text.ptr[0] == '-';
  uint64_t value;
  if (!carto_uint_parse(carto__str_skip(text, negative ? 1 : 0), &value)) return false;
  if (value > (uint64_t)INT64_MAX + (negative ? 1u : 0u)) return false;
  *out = negative && value ? -(int64_t)(value - 1) - 1 : (int64_t)value;
  return true;
}

/* Days from 1970-01-01 to a date of the proleptic Gregorian calendar, and back. Counted in years
   that begin in March, so that the leap day is the last of its year. */
static int64_t carto__days_from_date(int64_t year, int month, int day) {
  int64_t y = month <= 2 ? year - 1 : year;
  int64_t era = (y >= 0 ? y : y - 399) / 400;
  int64_t year_of_era = y - era * 400;
  int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
         719468;
}

static void carto__date_from_days(int64_t days, int64_t *year, int *month, int *day) {
  int64_t z = days + 719468;
  int64_t era = (z >= 0 ? z : z - 146096) / 146097;
  int64_t day_of_era = z - era * 146097;
  int64_t year_of_era =
    (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int64_t m = (5 * day_of_year + 2) / 153;
  *day = (int)(day_of_year - (153 * m + 2) / 5 + 1);
  *month = (int)(m < 10 ? m + 3 : m - 9);
  *year = year_of_era + era * 400 + (*month <= 2 ? 1 : 0);
}

static int carto__days_in_month(int year, int month) {
  static const unsigned char days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : days[month - 1];
}

/* Takes exactly width digits from the front of *s; -1 when they are not there. */
static int carto__take_digits(carto_str *s, size_t width) {
  int value = 0;
  size_t i;
  if (s->len < width) return -1;
  for (i = 0; i < width; i++) {
    unsigned digit = (unsigned)(unsigned char)s->ptr[i] - '0';
    if (digit > 9) return -1;
    value = value * 10 + (int)digit;
  }
  *s = carto__str_skip(*s, width);
  return value;
}

static bool carto__take_byte(carto_str *s, char byte) {
  if (s->len == 0 || s->ptr[0] != byte) return false;
  *s = carto__str_skip(*s, 1);
  return true;
}

/* hh:mm[:ss[.fraction]] in microseconds; -1 when it is none. */
static int64_t carto__take_clock(carto_str *s) {
  int hour = carto__take_digits(s, 2), minute, second = 0;
  int64_t micros = 0, scale = 100000;
  if (hour < 0 || hour > 23 || !carto__take_byte(s, ':')) return -1;
  minute = carto__take_digits(s, 2);
  if (minute < 0 || minute > 59) return -1;
  if (carto__take_byte(s, ':')) {
    second = carto__take_digits(s, 2);
    if (second < 0 || second > 59) return -1;
    if (carto__take_byte(s, '.')) {
      if (s->len == 0 || (unsigned)(unsigned char)s->ptr[0] - '0' > 9u) return -1;
      while (s->len > 0 && (unsigned)(unsigned char)s->ptr[0] - '0' <= 9u) {
        micros += (s->ptr[0] - '0') * scale;
        scale /= 10;
        *s = carto__str_skip(*s, 1);
      }
    }
  }
  return ((hour * INT64_C(60) + minute) * 60 + second) * 1000000 + micros;
}

/* Z or an offset from UTC in minutes. False when something else follows. */
static bool carto__take_zone(carto_str *s, int *minutes) {
  int sign, hour, minute = 0;
  *minutes = 0;
  if (s->len == 0 || carto__take_byte(s, 'Z')) return true;
  sign = s->ptr[0] == '-' ? -1 : 1;
  if (!carto__take_byte(s, '+') && !carto__take_byte(s, '-')) return false;
  hour = carto__take_digits(s, 2);
  if (hour < 0 || hour > 15) return false;
  if (carto__take_byte(s, ':') || s->len > 0) minute = carto__take_digits(s, 2);
  if (minute < 0 || minute > 59) return false;
  *minutes = sign * (hour * 60 + minute);
  return true;
}

CARTO_MCP__DEF bool carto_time_parse(carto_str text, int64_t *out, bool *date_only) {
  carto_str s = text;
  int year = carto__take_digits(&s, 4), month, day, zone = 0;
  int64_t clock = 0;
  bool date = true;
  if (year < 1 || !carto__take_byte(&s, '-')) return false;
  month = carto__take_digits(&s, 2);
  if (month < 1 || month > 12 || !carto__take_byte(&s, '-')) return false;
  day = carto__take_digits(&s, 2);
  if (day < 1 || day > carto__days_in_month(year, month)) return false;
  if (s.len > 0) {
    date = false;
    if (!carto__take_byte(&s, 'T') && !carto__take_byte(&s, ' ')) return false;
    clock = carto__take_clock(&s);
    if (clock < 0 || !carto__take_zone(&s, &zone) || s.len > 0) return false;
  }
  *out = carto__days_from_date(year, month, day) * INT64_C(86400000000) + clock -
         zone * INT64_C(60000000);
  if (date_only) *date_only = date;
  return true;
}

/* value as exactly width digits. */
static void carto__put_digits(char *out, int value, int width) {
  while (width-- > 0) {
    out[width] = (char)('0' + value % 10);
    value /= 10;
  }
}

/* The day of a time, and in *clock the microseconds since its midnight. */
static int64_t carto__days_from_time(int64_t microseconds, int64_t *clock) {
  int64_t days = microseconds / INT64_C(86400000000), rest = microseconds % INT64_C(86400000000);
  *clock = rest < 0 ? rest + INT64_C(86400000000) : rest;
  return days - (rest < 0 ? 1 : 0);
}

CARTO_MCP__DEF void carto_buf_append_time(carto_buf *buf, int64_t microseconds) {
  char text[] = "0000-00-00T00:00:00.000";
  int64_t rest, days = carto__days_from_time(microseconds, &rest), year;
  int month, day, clock, micros;
  carto__date_from_days(days, &year, &month, &day);
  clock = (int)(rest / 1000000);
  micros = (int)(rest % 1000000);
  if (year < 0 || year > 9999) { /* ECMA-262's expanded years */
    char expanded[7];
    expanded[0] = year < 0 ? '-' : '+';
    carto__put_digits(expanded + 1, (int)(year < 0 ? -year : year), 6);
    carto_buf_append(buf, expanded, sizeof expanded);
  } else {
    carto__put_digits(text, (int)year, 4);
    carto_buf_append(buf, text, 4);
  }
  carto__put_digits(text + 5, month, 2);
  carto__put_digits(text + 8, day, 2);
  carto__put_digits(text + 11, clock / 3600, 2);
  carto__put_digits(text + 14, clock / 60 % 60, 2);
  carto__put_digits(text + 17, clock % 60, 2);
  carto__put_digits(text + 20, micros / 1000, 3);
  carto_buf_append(buf, text + 4, sizeof text - 5);
  if (micros % 1000 != 0) {
    carto__put_digits(text, micros % 1000, 3);
    carto_buf_append(buf, text, 3);
  }
  carto_buf_append(buf, "Z", 1);
}

CARTO_MCP__DEF void carto_buf_append_base64(carto_buf *buf, const void *ptr, size_t len) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const unsigned char *p = (const unsigned char *)ptr;
  size_t i;
  for (i = 0; i < len; i += 3) {
    size_t have = carto__min_size(len - i, 3);
    uint32_t group = (uint32_t)p[i] << 16;
    char text[4];
    if (have > 1) group |= (uint32_t)p[i + 1] << 8;
    if (have > 2) group |= p[i + 2];
    text[0] = digits[group >> 18];
    text[1] = digits[(group >> 12) & 63];
    text[2] = have > 1 ? digits[(group >> 6) & 63] : '=';
    text[3] = have > 2 ? digits[group & 63] : '=';
    carto_buf_append(buf, text, 4);
  }
}

/* Decimal text to double and back, always correctly rounded. Both ways rest on one table of
   powers of ten. Reading: W. D. Clinger's exact cases, then D. Lemire's 128-bit product, and
   where that cannot decide, big integers. Writing: R. Giulietti's Schubfach. */

/* For the few functions that run for every byte or value, and for what is better kept out of
   them. */
#if defined(__GNUC__) && !defined(__OPTIMIZE_SIZE__)
#define CARTO_MCP__INLINE static inline __attribute__((always_inline))
#define CARTO_MCP__NOINLINE static __attribute__((noinline))
#else
#define CARTO_MCP__INLINE static
#define CARTO_MCP__NOINLINE static
#endif

static uint64_t carto__mul_wide(uint64_t a, uint64_t b, uint64_t *low) {
#if defined(__SIZEOF_INT128__) && !defined(CARTO_MCP__NO_INT128)
  __extension__ typedef unsigned __int128 carto__u128;
  carto__u128 product = (carto__u128)a * b;
  *low = (uint64_t)product;
  return (uint64_t)(product >> 64);
#else
  uint64_t a0 = a & 0xffffffffu, a1 = a >> 32, b0 = b & 0xffffffffu, b1 = b >> 32;
  uint64_t outer = a0 * b0, inner = a1 * b0 + (outer >> 32);
  uint64_t cross = a0 * b1 + (inner & 0xffffffffu);
  *low = (cross << 32) | (outer & 0xffffffffu);
  return a1 * b1 + (inner >> 32) + (cross >> 32);
#endif
}

/* Leading zero bits of a word that is not 0. */
static int carto__leading_zeros(uint64_t word) {
#if defined(__GNUC__)
  return __builtin_clzll(word);
#else
  int count = 0, step;
  for (step = 32; step > 0; step /= 2)
    if (word >> (64 - step) == 0) {
      word <<= step;
      count += step;
    }
  return count;
#endif
}

/* Zero bits below the lowest that is set. */
static int carto__trailing_zeros(uint64_t word) {
#if defined(__GNUC__)
  return __builtin_ctzll(word);
#else
  return 63 - carto__leading_zeros(word & (0 - word));
#endif
}

/* floor(x / 2^bits), also for negative x. */
static int carto__floor_shift(int x, int bits) {
  return x >= 0 ? x >> bits : -((-x + (1 << bits) - 1) >> bits);
}

/* floor(log2(10^k)), exact while |k| <= 350. */
static int carto__log2_power(int k) { return carto__floor_shift(k * 217706, 16); }

/* A power of ten, scaled by a power of two so that the top bit of high is set, and cut to 128
   bits. */
typedef struct carto__power {
  uint64_t high, low;
} carto__power;

#define CARTO_MCP__POWER_MIN (-342)
#define CARTO_MCP__POWER_MAX 324

/* Every 28th power is stored, cut to 192 bits; times one of the exact 5^0..5^27 that gives all
   others. The 64 extra bits make the first 128 of the product right for every k in the range:
   shown by computing them all with integers of any length. 10^0..10^55 are exact. */
static carto__power carto__power_of_ten(int k) {
  static const uint64_t coarse[25][3] = {
    {UINT64_C(0xe1afa13afbd14d6d), UINT64_C(0x82189c09a3a1ec21), UINT64_C(0x7a43516213c7e04c)},
    {UINT64_C(0xe3e27a444d8d98b7), UINT64_C(0xfd1b1b2308169b25), UINT64_C(0x363b1f2c568dc3e2)},
    {UINT64_C(0xe61acf033d1a45df), UINT64_C(0x6fb92487298e33bd), UINT64_C(0xadd7728c20b99bd1)},
    {UINT64_C(0xe858ad248f5c22c9), UINT64_C(0xd1b3400f8f9cff68), UINT64_C(0xf910f9f648232f14)},
    {UINT64_C(0xea9c227723ee8bcb), UINT64_C(0x465e15a979c1cadc), UINT64_C(0x0a0ce827eac11f2d)},
    {UINT64_C(0xece53cec4a314ebd), UINT64_C(0xa4f8bf5635246428), UINT64_C(0x4609ac5c7899ca36)},
    {UINT64_C(0xef340a98172aace4), UINT64_C(0x86fb897116c87c34), UINT64_C(0x9c39c1da4c49278d)},
    {UINT64_C(0xf18899b1bc3f8ca1), UINT64_C(0xdc44e6c3cb279ac1), UINT64_C(0xf80f36174730ca34)},
    {UINT64_C(0xf3e2f893dec3f126), UINT64_C(0x5a89dba3c3efccfa), UINT64_C(0xd8ecb58659be9c90)},
    {UINT64_C(0xf64335bcf065d37d), UINT64_C(0x4d4617b5ff4a16d5), UINT64_C(0xaa09501d5954a559)},
    {UINT64_C(0xf8a95fcf88747d94), UINT64_C(0x75a44c6397ce912a), UINT64_C(0x33cca6c06b07b74d)},
    {UINT64_C(0xfb158592be068d2e), UINT64_C(0xeed6e2f0f0d56712), UINT64_C(0xac2e4f162cfad40a)},
    {UINT64_C(0xfd87b5f28300ca0d), UINT64_C(0x8bca9d6e188853fc), UINT64_C(0x76dcb60081ce0fa5)},
    {UINT64_C(0x8000000000000000), UINT64_C(0x0000000000000000), UINT64_C(0x0000000000000000)},
    {UINT64_C(0x813f3978f8940984), UINT64_C(0x4000000000000000), UINT64_C(0x0000000000000000)},
    {UINT64_C(0x82818f1281ed449f), UINT64_C(0xbff8f10e7a8921a4), UINT64_C(0x2000000000000000)},
    {UINT64_C(0x83c7088e1aab65db), UINT64_C(0x792667c6da79e0fa), UINT64_C(0x0861d3ee22d1cc53)},
    {UINT64_C(0x850fadc09923329e), UINT64_C(0x03e2cf6bc604ddb0), UINT64_C(0x74a7ef0198791097)},
    {UINT64_C(0x865b86925b9bc5c2), UINT64_C(0x0b8a2392ba45a9b2), UINT64_C(0x5c6658d409fb8bf7)},
    {UINT64_C(0x87aa9aff79042286), UINT64_C(0x90fb44d2f05d0842), UINT64_C(0xfb118fc9c217a1d2)},
    {UINT64_C(0x88fcf317f22241e2), UINT64_C(0x441fece3bdf81f03), UINT64_C(0x12f274928400100d)},
    {UINT64_C(0x8a5296ffe33cc92f), UINT64_C(0x82bd6b70d99aaa6f), UINT64_C(0xbc10c5c5cda97c8d)},
    {UINT64_C(0x8bab8eefb6409c1a), UINT64_C(0x1ad089b6c2f7548e), UINT64_C(0x25c7b885ba466e37)},
    {UINT64_C(0x8d07e33455637eb2), UINT64_C(0xdb0b487b6423e1e8), UINT64_C(0x7ec63730f500b406)},
    {UINT64_C(0x8e679c2f5e44ff8f), UINT64_C(0x570f09eaa7ea7648), UINT64_C(0x5961db50c6d2b886)}};
  static const uint64_t fine[28] = {
    /* 5^j, shifted until the top bit is set */
    UINT64_C(0x8000000000000000), UINT64_C(0xa000000000000000), UINT64_C(0xc800000000000000),
    UINT64_C(0xfa00000000000000), UINT64_C(0x9c40000000000000), UINT64_C(0xc350000000000000),
    UINT64_C(0xf424000000000000), UINT64_C(0x9896800000000000), UINT64_C(0xbebc200000000000),
    UINT64_C(0xee6b280000000000), UINT64_C(0x9502f90000000000), UINT64_C(0xba43b74000000000),
    UINT64_C(0xe8d4a51000000000), UINT64_C(0x9184e72a00000000), UINT64_C(0xb5e620f480000000),
    UINT64_C(0xe35fa931a0000000), UINT64_C(0x8e1bc9bf04000000), UINT64_C(0xb1a2bc2ec5000000),
    UINT64_C(0xde0b6b3a76400000), UINT64_C(0x8ac7230489e80000), UINT64_C(0xad78ebc5ac620000),
    UINT64_C(0xd8d726b7177a8000), UINT64_C(0x878678326eac9000), UINT64_C(0xa968163f0a57b400),
    UINT64_C(0xd3c21bcecceda100), UINT64_C(0x84595161401484a0), UINT64_C(0xa56fa5b99019a5c8),
    UINT64_C(0xcecb8f27f4200f3a)};
  unsigned at = (unsigned)(k + 13 * 28);
  const uint64_t *row = coarse[at / 28];
  uint64_t five = fine[at % 28], high, middle, low, carry, unused;
  carto__power power;
  high = carto__mul_wide(row[0], five, &middle);
  carry = carto__mul_wide(row[1], five, &low);
  middle += carry;
  high += middle < carry;
  carry = carto__mul_wide(row[2], five, &unused);
  low += carry;
  carry = low < carry;
  middle += carry;
  high += middle < carry;
  if (high >> 63 == 0) {
    high = high << 1 | middle >> 63;
    middle = middle << 1 | low >> 63;
  }
  power.high = high;
  power.low = middle;
  return power;
}

static bool carto__power_is_exact(int k) { return k >= 0 && k <= 55; }

/* A number as it was read: digits * 10^exponent, and behind the 19 significant digits that fit,
   those in the text between more and end, which may hold the decimal point too. */
typedef struct carto__decimal {
  uint64_t digits;
  int64_t exponent;
  const char *more, *end;
} carto__decimal;

/* Finds the double next to digits * 10^exponent towards zero (its bits in *down) and whether the
   next one up is nearer: 0 or 1, or -1 when 128 bits do not tell. */
static int carto__decimal_round(uint64_t digits, int64_t exponent, uint64_t *down) {
  const uint64_t infinity = UINT64_C(0x7ff) << 52;
  uint64_t high, middle, low, carry, rest, half;
  carto__power power;
  int k, shift, top, biased, drop;
  bool exact;
  *down = 0;
  if (digits == 0 || exponent < CARTO_MCP__POWER_MIN) return 0;
  *down = infinity;
  if (exponent > 308) return 0;
  k = (int)exponent;
  shift = carto__leading_zeros(digits);
  digits <<= shift;
  power = carto__power_of_ten(k);
  exact = carto__power_is_exact(k);
  high = carto__mul_wide(digits, power.high, &middle);
  carry = carto__mul_wide(digits, power.low, &low);
  middle += carry;
  high += middle < carry;
  /* the value is high:middle:low times a power of two, and unless exact less than `digits` more */
  top = (int)(high >> 63);
  biased = 1023 + 63 + top + carto__log2_power(k) - shift;
  drop = 10 + top;
  if (biased >= 2047) return 0;
  if (biased < 1) { /* subnormal */
    drop += 1 - biased;
    biased = 1;
  }
  *down = ((uint64_t)(biased - 1) << 52) + (drop < 64 ? high >> drop : 0);
  if (drop > 64) return middle == UINT64_MAX && high == UINT64_MAX ? -1 : 0;
  half = UINT64_C(1) << (drop - 1);
  rest = high & (half | (half - 1));
  if (rest == half) return middle != 0 || low != 0 || !exact || (*down & 1);
  if (rest + 1 == half && middle == UINT64_MAX && !exact && low + digits < low) return -1;
  return rest > half;
}

/* Non-negative integers below 2^3072: room for 770 decimal digits or 5^1100 and a double's bits. */
typedef struct carto__big {
  uint32_t limb[96]; /* lowest first */
  int count;
} carto__big;

static void carto__big_set(carto__big *big, uint64_t value) {
  big->limb[0] = (uint32_t)value;
  big->limb[1] = (uint32_t)(value >> 32);
  big->count = big->limb[1] ? 2 : 1;
}

static void carto__big_mul_add(carto__big *big, uint32_t factor, uint32_t term) {
  uint64_t carry = term;
  int i;
  for (i = 0; i < big->count; i++) {
    carry += (uint64_t)big->limb[i] * factor;
    big->limb[i] = (uint32_t)carry;
    carry >>= 32;
  }
  CARTO_MCP_ASSERT(carry == 0 || big->count < 96);
  if (carry) big->limb[big->count++] = (uint32_t)carry;
}

static void carto__big_mul_five(carto__big *big, int power) {
  for (; power >= 13; power -= 13) carto__big_mul_add(big, 1220703125, 0); /* 5^13 */
  for (; power > 0; power--) carto__big_mul_add(big, 5, 0);
}

static void carto__big_shift(carto__big *big, int bits) {
  int limbs = bits / 32;
  carto__big_mul_add(big, (uint32_t)1 << bits % 32, 0);
  CARTO_MCP_ASSERT(big->count + limbs <= 96);
  memmove(big->limb + limbs, big->limb, (size_t)big->count * sizeof big->limb[0]);
  memset(big->limb, 0, (size_t)limbs * sizeof big->limb[0]);
  big->count += limbs;
}

static int carto__big_compare(const carto__big *a, const carto__big *b) {
  int i;
  if (a->count != b->count) return a->count < b->count ? -1 : 1;
  for (i = a->count; i-- > 0;)
    if (a->limb[i] != b->limb[i]) return a->limb[i] < b->limb[i] ? -1 : 1;
  return 0;
}

/* Adds the digits of d that did not fit the first word; returns how many. No double and no
   midpoint of two has more than 768 significant digits, so of those behind only whether all are
   zero matters. */
static int carto__big_add_more(carto__big *big, const carto__decimal *d) {
  const char *p;
  int count = 0;
  for (p = d->more; p < d->end && count < 750; p++)
    if (*p != '.') {
      carto__big_mul_add(big, 10, (uint32_t)(*p - '0'));
      count++;
    }
  while (p < d->end && (*p == '0' || *p == '.')) p++;
  if (p == d->end) return count;
  carto__big_mul_add(big, 10, 1);
  return count + 1;
}

/* Compares d with the middle between the double with the given bits and the next; 1 when d
   rounds up. */
static int carto__decimal_round_exact(const carto__decimal *d, uint64_t down) {
  carto__big value, middle;
  uint64_t fraction = down & ((UINT64_C(1) << 52) - 1);
  int biased = (int)(down >> 52), order;
  int two = (biased ? biased : 1) - 1076, ten; /* the middle is (2 * mantissa + 1) * 2^two */
  carto__big_set(&middle, 2 * (biased ? fraction | UINT64_C(1) << 52 : fraction) + 1);
  carto__big_set(&value, d->digits);
  ten = (int)d->exponent - carto__big_add_more(&value, d);
  if (ten >= 0) carto__big_mul_five(&value, ten);
  else carto__big_mul_five(&middle, -ten);
  if (ten >= two) carto__big_shift(&value, ten - two);
  else carto__big_shift(&middle, two - ten);
  order = carto__big_compare(&value, &middle);
  return order > 0 || (order == 0 && (down & 1));
}

/* The same for what it leaves open, and for numbers with more digits than fit a word: those lie
   between digits and digits + 1, and often both of them round alike. */
CARTO_MCP__NOINLINE int carto__decimal_round_hard(const carto__decimal *d, int up, uint64_t *down) {
  uint64_t above;
  if (up >= 0) {
    int up_above = carto__decimal_round(d->digits + 1, d->exponent, &above);
    if (up_above >= 0 && above + (unsigned)up_above == *down + (unsigned)up) return up;
  }
  return carto__decimal_round_exact(d, *down);
}

/* The double nearest to d, ties to even; infinity when it is too large. */
CARTO_MCP__INLINE double carto__double_from_decimal(const carto__decimal *d) {
  static const double tens[23] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                  1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  double value;
  uint64_t bits;
  int up;
  if (FLT_EVAL_METHOD == 0 && d->digits <= UINT64_C(1) << 53 && d->exponent >= -22 &&
      d->exponent <= 22 &&
      d->more == d->end) { /* both factors are exact, so there is but one rounding */
    value = (double)(int64_t)d->digits;
    return d->exponent <= 0 ? value / tens[-d->exponent] : value * tens[d->exponent];
  }
  up = carto__decimal_round(d->digits, d->exponent, &bits);
  if (up < 0 || d->more != d->end) up = carto__decimal_round_hard(d, up, &bits);
  bits += (unsigned)up;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/* A number as the scanner below found it. */
typedef struct carto__number {
  int type; /* CARTO_JSON_INT, _UINT or _DOUBLE */
  union {
    int64_t i64;
    uint64_t u64;
    double f64;
  } as;
} carto__number;

static bool carto__is_digit(char c) { return (unsigned)(unsigned char)c - '0' <= 9; }

/* Eight bytes, the first of them lowest. */
static uint64_t carto__load_le64(const char *ptr) {
  const unsigned char *p = (const unsigned char *)ptr;
  return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 |
         (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 | (uint64_t)p[7] << 56;
}

/* Appends the digits at the start of 8 bytes to *value, all at once; returns how many there are. */
CARTO_MCP__INLINE int carto__eight_digits(const char *ptr, uint64_t *value) {
  static const uint32_t tens[9] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};
  uint64_t word = carto__load_le64(ptr);
  /* The first byte that is no digit has its top bit set in one of these; carries spoil only
     those behind. */
  uint64_t above = word + UINT64_C(0x4646464646464646), below = word - UINT64_C(0x3030303030303030);
  uint64_t other = (above | below) & UINT64_C(0x8080808080808080);
  int count = other ? carto__trailing_zeros(other) / 8 : 8;
  if (count == 0) return 0;
  word = below << (64 - 8 * count);                                  /* zeros in front    */
  word = (word * 10 + (word >> 8)) & UINT64_C(0x00ff00ff00ff00ff);   /* four times 0..99  */
  word = (word * 100 + (word >> 16)) & UINT64_C(0x0000ffff0000ffff); /* twice 0..9999     */
  *value = *value * tens[count] + (word * 10000 + (word >> 32)) % (UINT64_C(1) << 32);
  return count;
}

/* Reads on over digits, *value modulo 2^64. */
static const char *carto__scan_digits(const char *p, const char *end, uint64_t *value) {
  while (end - p >= 8) {
    int count = carto__eight_digits(p, value);
    p += count;
    if (count < 8) return p;
  }
  for (; p < end && carto__is_digit(*p); p++) *value = *value * 10 + (uint64_t)(*p - '0');
  return p;
}

/* Reads an exponent behind its 'e'; NULL when there is no digit. */
CARTO_MCP__NOINLINE const char *carto__scan_exponent(const char *p, const char *end,
                                                     int64_t *exponent) {
  bool negative = p < end && *p == '-';
  int64_t value = 0;
  if (p < end && (*p == '-' || *p == '+')) p++;
  if (p == end || !carto__is_digit(*p)) return NULL;
  for (; p < end && carto__is_digit(*p); p++)
    if (value < INT64_C(1000000000000000000) / 10 - 1) value = value * 10 + (*p - '0');
  *exponent += negative ? -value : value;
  return p;
}

/* For more digits than a word holds: keeps the first 19 significant ones and points to the others.
   d->exponent is that of the last digit of all, and becomes that of the last one kept. */
CARTO_MCP__NOINLINE void carto__decimal_cut(carto__decimal *d, const char *p, const char *end) {
  int kept = 0;
  d->digits = 0;
  for (; p < end && kept < 19; p++) {
    if (*p == '.') continue;
    d->digits = d->digits * 10 + (uint64_t)(*p - '0');
    if (d->digits) kept++; /* leading zeros do not count */
  }
  d->more = p;
  d->end = end;
  for (; p < end; p++)
    if (*p != '.') d->exponent++;
}

/* An integer of `count` digits, value modulo 2^64; false when it fits no type, and for -0. */
CARTO_MCP__NOINLINE bool carto__number_integer(uint64_t value, size_t count, bool negative,
                                               const char *digits, carto__number *out) {
  bool small = value <= (uint64_t)INT64_MAX + (negative ? 1 : 0);
  if (count > 20 || (count == 20 && (*digits > '1' || value < UINT64_C(10000000000000000000))))
    return false;
  if (negative && (value == 0 || !small)) return false;
  out->type = small ? CARTO_JSON_INT : CARTO_JSON_UINT;
  out->as.u64 = negative ? 0 - value : value;
  return true;
}

/* Reads on from p, behind the first digits of a number; value is theirs modulo 2^64. */
CARTO_MCP__NOINLINE size_t carto__number_rest(const char *ptr, const char *p, const char *end,
                                              uint64_t value, carto__number *out) {
  bool negative = *ptr == '-';
  const char *digits = ptr + (negative ? 1 : 0), *fraction;
  size_t count = (size_t)(p - digits);
  carto__decimal d;
  if (count == 0) return 0;
  if (*digits == '0' && count > 1) {
    end = p = digits + 1;
    value = 0;
    count = 1;
  }
  d.digits = value;
  d.exponent = 0;
  if (p < end && *p == '.') {
    fraction = p + 1;
    p = carto__scan_digits(fraction, end, &d.digits);
    if (p == fraction) return 0;
    d.exponent = fraction - p;
    count += (size_t)(p - fraction);
  } else if (p == end || (*p | 0x20) != 'e') {
    if (carto__number_integer(value, count, negative, digits, out)) return (size_t)(p - ptr);
  }
  d.more = d.end = p;
  if (p < end && (*p | 0x20) == 'e') {
    p = carto__scan_exponent(p + 1, end, &d.exponent);
    if (!p) return 0;
  }
  if (count > 19) carto__decimal_cut(&d, digits, d.end);
  out->type = CARTO_JSON_DOUBLE;
  out->as.f64 = carto__double_from_decimal(&d);
  if (negative) out->as.f64 = -out->as.f64;
  return (size_t)(p - ptr);
}

/* Reads a number in JSON's strict grammar at the start of a text, in one pass over its bytes.
   Returns how many it takes, 0 when there is none; no byte is touched behind the one that ends
   the number. The caller looks at what follows: a whole field is a number when the bytes taken
   are all it has. An integer that fits is INT or UINT, anything else, -0 included, is DOUBLE. A
   leading 0 with a digit behind it is a 0. */
static size_t carto__number_scan(const char *ptr, size_t len, carto__number *out) {
  const char *p = ptr, *end = ptr + len;
  uint64_t value = 0;
  if (len == 0) return 0;
  if (*p == '-') p++;
  for (; p < end && carto__is_digit(*p); p++) value = value * 10 + (uint64_t)(*p - '0');
  return carto__number_rest(ptr, p, end, value, out);
}

static double carto__number_double(const carto__number *number) {
  if (number->type == CARTO_JSON_INT) return (double)number->as.i64;
  if (number->type == CARTO_JSON_UINT) return (double)number->as.u64;
  return number->as.f64;
}

CARTO_MCP__DEF bool carto_double_parse(carto_str text, double *out) {
  bool negative = text.len > 0 && text.ptr[0] == '-';
  carto_str digits = carto__str_skip(text, negative ? 1 : 0);
  carto__number number;
  double value;
  while (digits.len > 1 && digits.ptr[0] == '0' && carto__is_digit(digits.ptr[1]))
    digits = carto__str_skip(digits, 1);
  if (digits.len == 0 || !carto__is_digit(digits.ptr[0])) return false;
  if (carto__number_scan(digits.ptr, digits.len, &number) != digits.len) return false;
  value = carto__number_double(&number);
  *out = negative ? -value : value;
  return true;
}

/* value * power, in units of 2^64 * 2^64, rounded to odd: the last bit is set when it is not
   exact. */
static uint64_t carto__mul_odd(carto__power power, uint64_t value) {
  uint64_t low, unused, high = carto__mul_wide(power.high, value, &low);
  uint64_t carry = carto__mul_wide(power.low, value, &unused);
  low += carry;
  high += low < carry;
  return high | (low > 1);
}

/* The shortest decimal that reads back as the finite positive double with these bits, and of
   several the closest (Giulietti, "The Schubfach way to render doubles", 2020, section 9). */
static void carto__decimal_shortest(uint64_t bits, carto__decimal *out) {
  uint64_t fraction = bits & ((UINT64_C(1) << 52) - 1), mantissa, value, lower, upper, s;
  int biased = (int)(bits >> 52), two, ten, shift;
  bool uneven = fraction == 0 && biased > 1; /* the double below is nearer than the one above */
  bool low_in, high_in;
  carto__power power;
  mantissa = biased ? fraction | UINT64_C(1) << 52 : fraction;
  two = (biased ? biased : 1) - 1075;
  /* 10^ten is the greatest power not above the interval that rounds to the double */
  ten = carto__floor_shift(two * 1262611 - (uneven ? 524031 : 0), 22);
  power = carto__power_of_ten(-ten);
  if (!carto__power_is_exact(-ten) && ++power.low == 0) power.high++;
  shift = two + carto__log2_power(-ten) + 1;
  value = carto__mul_odd(power, (4 * mantissa) << shift);
  lower = carto__mul_odd(power, (4 * mantissa - 2 + uneven) << shift) + (mantissa & 1);
  upper = carto__mul_odd(power, (4 * mantissa + 2) << shift) - (mantissa & 1);
  s = value / 4;
  if (s >= 10) {
    uint64_t t = s / 10 * 40;
    low_in = lower <= t;
    high_in = t + 40 <= upper;
    if (low_in != high_in) {
      out->digits = s / 10 + high_in;
      out->exponent = ten + 1;
      return;
    }
  }
  low_in = lower <= 4 * s;
  high_in = 4 * s + 4 <= upper;
  if (low_in == high_in) high_in = value > 4 * s + 2 || (value == 4 * s + 2 && (s & 1));
  out->digits = s + high_in;
  out->exponent = ten;
}

/* The same at once for whole numbers and for up to 7 decimals, as most coordinates and amounts
   have. Two decimals of up to 15 digits never read as the same double, so one that reads back as
   value is the shortest; and below 2^53 no other number of as few digits is near a whole one. */
static bool carto__decimal_short(double value, carto__decimal *out) {
  const double scale = 1e7;
  if (FLT_EVAL_METHOD != 0 || value >= 9007199254740992.0) return false;
  out->digits = (uint64_t)(int64_t)value;
  out->exponent = 0;
  if ((double)(int64_t)out->digits == value) return true;
  if (value >= 1e8) return false;
  out->digits = (uint64_t)(int64_t)(value * scale + 0.5);
  out->exponent = -7;
  return (double)(int64_t)out->digits / scale == value;
}

/* Room for the text of a double; more than any has, so that pieces can be copied in sizes that
   are fixed. */
#define CARTO_MCP__DOUBLE_ROOM 48

/* Writes d in ECMAScript's form (ECMA-262, Number::toString, radix 10); returns the bytes. */
static size_t carto__decimal_text(const carto__decimal *d, char *out) {
  char room[48], exponent[20];
  const char *digits;
  int count, point, size;
  memset(room, '0', sizeof room); /* zeros stand behind the digits */
  digits = carto__uint_digits(d->digits, room);
  count = (int)(room + 20 - digits);
  point = count + (int)d->exponent;
  while (count > 1 && digits[count - 1] == '0') count--;
  if (point > 21 || point < -5) {
    out[0] = digits[0];
    out[1] = '.';
    memcpy(out + 2, digits + 1, 24);
    size = count > 1 ? count + 1 : 1;
    out[size++] = 'e';
    out[size++] = point > 0 ? '+' : '-';
    digits = carto__uint_digits((uint64_t)(point > 0 ? point - 1 : 1 - point), exponent);
    count = (int)(exponent + 20 - digits);
    memcpy(out + size, digits, (size_t)count);
    return (size_t)(size + count);
  }
  if (point <= 0) {
    memcpy(out, "0.00000", 8);
    memcpy(out + 2 - point, digits, 24);
    return (size_t)(2 - point + count);
  }
  memcpy(out, digits, 24);
  if (count <= point) return (size_t)point;
  out[point] = '.';
  memcpy(out + point + 1, digits + point, 24);
  return (size_t)count + 1;
}

/* The text of a double, not NUL-terminated; returns the bytes. */
static size_t carto__double_text(double value, char out[CARTO_MCP__DOUBLE_ROOM]) {
  carto__decimal d;
  uint64_t bits;
  size_t sign = 0;
  memcpy(&bits, &value, sizeof bits);
  if ((bits >> 52 & 0x7ff) == 0x7ff) {
    memcpy(out, "null", 4);
    return 4;
  }
  if (bits >> 63) {
    value = -value;
    out[0] = '-';
    sign = 1;
  }
  if (value == 0) {
    out[0] = '0';
    return 1;
  }
  if (!carto__decimal_short(value, &d)) carto__decimal_shortest(bits & ~(UINT64_C(1) << 63), &d);
  return sign + carto__decimal_text(&d, out + sign);
}

CARTO_MCP__DEF void carto_buf_append_double(carto_buf *buf, double value) {
  char text[CARTO_MCP__DOUBLE_ROOM];
  carto_buf_append(buf, text, carto__double_text(value, text));
}

/* ----------------------------------------------------------------------- >>match
   LIKE, and PostgreSQL's regular expressions without back-references and look-around.
   Uses: >>base, >>memory, >>buffer.   Used by: >>time, >>sql.
   Both read UTF-8; a byte that is none counts as a character of its own. Time is at most text times
   pattern: LIKE goes back only to its last %, and an expression becomes a program whose states are
   followed all at once (Thompson's construction, Pike's threads).                               */

/* Reads the character at s.ptr[at], at < s.len; returns its bytes. */
static size_t carto__utf8_take(carto_str s, size_t at, uint32_t *code) {
  const unsigned char *p = (const unsigned char *)s.ptr + at;
  size_t len = p[0] < 0x80 ? 1 : carto__utf8_length(s.ptr + at, s.len - at), i;
  *code = len == 0 ? p[0] + 0x110000u : p[0];
  if (len < 2) return 1;
  *code &= 0x7fu >> len;
  for (i = 1; i < len; i++) *code = *code << 6 | (p[i] & 0x3fu);
  return len;
}

/* Takes digits off the front and returns how many; a value too large becomes INT64_MAX. */
static size_t carto__take_int(carto_str *s, int64_t *out) {
  size_t count = 0;
  int64_t value = 0;
  for (; count < s->len && carto__is_digit(s->ptr[count]); count++)
    value = value < INT64_MAX / 10 ? value * 10 + (s->ptr[count] - '0') : INT64_MAX;
  *s = carto__str_skip(*s, count);
  *out = value;
  return count;
}

/* The same letter in the other case, where it has one: Latin, Greek, Cyrillic, Armenian. */
static uint32_t carto__other_case(uint32_t c) {
  /* capitals from first to last are `step` below their small letters, or with step 1 every other
     one is */
  static const struct {
    uint16_t first, last, step;
  } cases[] = {{0x41, 0x5a, 32},   {0xc0, 0xd6, 32},   {0xd8, 0xde, 32},   {0x100, 0x137, 1},
               {0x139, 0x148, 1},  {0x14a, 0x177, 1},  {0x179, 0x17e, 1},  {0x386, 0x386, 38},
               {0x388, 0x38a, 37}, {0x391, 0x3ab, 32}, {0x400, 0x40f, 80}, {0x410, 0x42f, 32},
               {0x48a, 0x4bf, 1},  {0x4d0, 0x52f, 1},  {0x531, 0x556, 48}, {0x1e00, 0x1eff, 1}};
  size_t i;
  for (i = 0; i < sizeof cases / sizeof cases[0] && c >= cases[i].first; i++) {
    uint32_t first = cases[i].first, last = cases[i].last, step = cases[i].step;
    if (c <= last) return step > 1 ? c + step : (c - first) % 2 == 0 ? c + 1 : c - 1;
    if (step > 1 && c >= first + step && c <= last + step) return c - step;
  }
  return c;
}

/* The small letter of a capital. */
static uint32_t carto__fold(uint32_t c) {
  uint32_t other = carto__other_case(c);
  return other > c ? other : c;
}

/* Matches as PostgreSQL's LIKE, or with nocase ILIKE; escape 0 is none. *bad is set when the
   pattern ends in the escape and the text gets that far. */
static bool carto__like(carto_str text, carto_str pattern, char escape, bool nocase, bool *bad) {
  size_t t = 0, p = 0, again_t = 0, again_p = SIZE_MAX;
  *bad = false;
  for (;;) {
    bool more = p < pattern.len, escaped = more && escape && pattern.ptr[p] == escape;
    uint32_t want, have;
    if (more && !escaped && pattern.ptr[p] == '%') {
      again_p = ++p;
      again_t = t;
      if (p == pattern.len) return true;
      continue;
    }
    if (!more && t == text.len) return true;
    *bad = escaped && p + 1 == pattern.len && t < text.len;
    if (*bad) return false;
    if (more && t < text.len) {
      size_t at = p + (escaped ? 1 : 0), step = carto__utf8_take(text, t, &have);
      at += carto__utf8_take(pattern, at, &want);
      if (want == have || (want == '_' && !escaped) ||
          (nocase && carto__fold(want) == carto__fold(have))) {
        t += step;
        p = at;
        continue;
      }
    }
    if (again_p == SIZE_MAX || again_t >= text.len) return false;
    again_t += carto__utf8_take(text, again_t, &have);
    p = again_p;
    if (!nocase && pattern.ptr[p] != '_' && pattern.ptr[p] != escape)
      while (again_t < text.len && text.ptr[again_t] != pattern.ptr[p]) again_t++;
    t = again_t;
  }
}

/* The named classes, from 1 on. Of each: which characters beyond ASCII, and ranges within it. */
static const char carto__kind_names[] =
  " alpha digit alnum word upper lower space blank punct print graph cntrl xdigit";
static const char carto__kinds[][10] = {
  "-",       "aAZaz",     "-09", "a09AZaz", "a09AZ__az",       "uAZ",    "laz", "s\t\r  ",
  "s\t\t  ", "p!/:@[`{~", "+ ~", "+!~",     "-\1\037\177\177", "-09AFaf"};

#define CARTO_MCP__WORD 4

static bool carto__is_kind(int kind, uint32_t c) {
  /* beyond ASCII, about what is no letter */
  static const uint32_t signs[][2] = {
    {0x80, 0xa9},     {0xab, 0xb4},     {0xb6, 0xbf},       {0xd7, 0xd7},         {0xf7, 0xf7},
    {0x2c2, 0x36f},   {0x2000, 0x2bff}, {0x3000, 0x3004},   {0x3008, 0x3020},     {0xd800, 0xf8ff},
    {0xfe00, 0xfe6f}, {0xff00, 0xff0f}, {0x1d000, 0x1ffff}, {0xe0000, UINT32_MAX}};
  const char *pair = carto__kinds[kind] + 1;
  bool space = (c >= 0x2000 && c <= 0x200a) || c == 0x3000;
  size_t i = 0;
  while (*pair && (c < (unsigned char)pair[0] || c > (unsigned char)pair[1])) pair += 2;
  if (c < 0x80) return *pair != 0;
  while (c > signs[i][1]) i++;
  switch (carto__kinds[kind][0]) {
  case 'a': return c < signs[i][0];
  case 'u': return carto__other_case(c) > c;
  case 'l': return carto__other_case(c) < c;
  case 's': return space;
  case 'p': return c >= signs[i][0] && !space;
  default: return carto__kinds[kind][0] == '+';
  }
}

enum carto__regex_opcode {
  CARTO__REGEX_RANGE,  /* characters from arg to first, or where second is not 0 of that kind; below
                          0: not of it */
  CARTO__REGEX_SET,    /* in any of the `first` ranges that follow; arg: in none */
  CARTO__REGEX_SPLIT,  /* to both, relative; first is preferred where groups are told apart */
  CARTO__REGEX_SAVE,   /* the place to slot arg */
  CARTO__REGEX_ASSERT, /* arg is the letter of its escape */
  CARTO__REGEX_MATCH
};

typedef struct carto__regex_op {
  uint32_t code, arg;
  int32_t first, second;
} carto__regex_op;

/* Instructions of a program, in all copies of what is repeated. */
#define CARTO_MCP__REGEX_OPS 4096

/* A state is `width` slots: where its match began, its instruction, and the places of groups. */
typedef struct carto__regex {
  carto__regex_op ops[CARTO_MCP__REGEX_OPS + 2];
  size_t op_count, groups; /* of the groups the places of 9 are kept */
  bool nocase, shortest;
  carto_str rest; /* of the pattern, and what is wrong there */
  carto_status status;
  const char *why;
  carto_str text; /* of a search */
  size_t width;
  size_t *states[2], count[2]; /* alive here and at the next place, the preferred ones first */
  size_t *mark;                /* by instruction: the last place where it was reached, + 1 */
  size_t *stack;               /* instructions to look at, and slots to set back */
} carto__regex;

static bool carto__regex_fail(carto__regex *re, carto_status status, const char *why) {
  re->status = status;
  re->why = why;
  return false;
}

static bool carto__regex_wrong(carto__regex *re, const char *why) {
  return carto__regex_fail(re, CARTO_ERR_ARG, why);
}

static bool carto__regex_emit(carto__regex *re, int code, uint32_t arg, int64_t first,
                              int64_t second) {
  carto__regex_op *op = &re->ops[re->op_count];
  if (re->op_count == CARTO_MCP__REGEX_OPS)
    return carto__regex_fail(re, CARTO_ERR_LIMIT, "regular expression is too complex");
  re->op_count++;
  op->code = (uint32_t)code;
  op->arg = arg;
  op->first = (int32_t)first; /* characters, or less than CARTO_MCP__REGEX_OPS */
  op->second = (int32_t)second;
  return true;
}

/* Inserts a way to two places, of which lazy prefers `out`. */
static bool carto__regex_split(carto__regex *re, size_t at, int64_t in, int64_t out, bool lazy) {
  carto__regex_op *op = &re->ops[at], split;
  if (!carto__regex_emit(re, CARTO__REGEX_SPLIT, 0, lazy ? out : in, lazy ? in : out)) return false;
  split = re->ops[re->op_count - 1];
  memmove(op + 1, op, (re->op_count - at - 1) * sizeof split);
  *op = split;
  return true;
}

/* Repeats the instructions from atom on; most below 0 is no bound. Jumps are relative, so copies
   need no change. */
static bool carto__regex_repeat(carto__regex *re, size_t atom, int64_t least, int64_t most,
                                bool lazy) {
  int64_t size = (int64_t)(re->op_count - atom), i, k, count = most >= 0 ? most : least ? least : 1;
  if (most == 0) re->op_count = atom;
  if (most == 0) return true;
  if (least == 0 && !carto__regex_split(re, atom++, 1, count * (size + 1) + (most < 0), lazy))
    return false;
  for (i = 1; i < count; i++) {
    if (i >= least && !carto__regex_split(re, re->op_count, 1, (count - i) * (size + 1), lazy))
      return false;
    for (k = 0; k < size; k++) {
      carto__regex_op op = re->ops[atom + (size_t)k];
      if (!carto__regex_emit(re, (int)op.code, op.arg, op.first, op.second)) return false;
    }
  }
  return most >= 0 || carto__regex_split(re, re->op_count, -size, 1, lazy);
}

static bool carto__regex_quantified(carto_str rest) {
  if (rest.len > 1 && rest.ptr[0] == '{') return carto__is_digit(rest.ptr[1]);
  return rest.len > 0 && carto__str_index(carto_str_from("*+?"), rest.ptr[0]) < 3;
}

/* *, +, ?, {m}, {m,}, {m,n}, each with ? behind it for the shortest. *prefer is what the atom
   prefers: 0 nothing, 1 the longest, 2 the shortest. */
static bool carto__regex_quantifier(carto__regex *re, size_t atom, int *prefer) {
  char c = re->rest.len > 0 ? re->rest.ptr[0] : '\0';
  int64_t least = c == '+' ? 1 : 0, most = c == '?' ? 1 : -1;
  bool lazy;
  if (!carto__regex_quantified(re->rest)) return true;
  re->rest = carto__str_skip(re->rest, 1);
  if (c == '{') {
    (void)carto__take_int(&re->rest, &least);
    most = least;
    if (carto__take_byte(&re->rest, ',') && carto__take_int(&re->rest, &most) == 0) most = -1;
    if (!carto__take_byte(&re->rest, '}') || least > 255 || most > 255 ||
        (most >= 0 && least > most))
      return carto__regex_wrong(re, "invalid repetition count(s)");
  }
  lazy = carto__take_byte(&re->rest, '?');
  if ((re->op_count == atom + 1 && re->ops[atom].code == CARTO__REGEX_ASSERT) ||
      carto__regex_quantified(re->rest))
    return carto__regex_wrong(re, "quantifier operand invalid");
  if (least != most) *prefer = lazy ? 2 : 1;
  return carto__regex_repeat(re, atom, least, most, lazy);
}

/* [:name:] within brackets. */
static bool carto__regex_named(carto__regex *re) {
  carto_str name = carto__str_skip(re->rest, 2), names = carto_str_from(carto__kind_names);
  int kind = 0;
  name.len = carto__str_index(name, ':');
  re->rest = carto__str_skip(re->rest, name.len + 3);
  for (; names.len > 0 && !carto_str_equal(carto__str_cut(&names, ' '), name); kind++) continue;
  return kind > 0 && kind < (int)(sizeof carto__kinds / sizeof carto__kinds[0]) &&
             carto__take_byte(&re->rest, ']')
           ? carto__regex_emit(re, CARTO__REGEX_RANGE, 0, 0, kind)
           : carto__regex_wrong(re, "invalid character class");
}

/* A character, an escape, or where no brackets are one of . ^ $ */
static bool carto__regex_item(carto__regex *re, bool brackets) {
  static const char escapes[] = "abBefnrtvdwsDWSAmMyYZ", values[] = "\a\b\\\033\f\n\r\t\v";
  static const signed char kinds[] = {2, CARTO_MCP__WORD, 7, -2, -CARTO_MCP__WORD, -7};
  bool escaped = carto__take_byte(&re->rest, '\\'), plain = brackets || escaped;
  size_t at = sizeof escapes;
  uint32_t c;
  int kind = 0;
  if (re->rest.len == 0) return carto__regex_wrong(re, "brackets [] or escape not complete");
  if (escaped) at = carto__str_index(carto_str_from(escapes), re->rest.ptr[0]);
  re->rest = carto__str_skip(re->rest, carto__utf8_take(re->rest, 0, &c));
  if (!plain && c == '.') return carto__regex_emit(re, CARTO__REGEX_RANGE, 0, INT32_MAX, 0);
  if (!plain && (c == '^' || c == '$'))
    return carto__regex_emit(re, CARTO__REGEX_ASSERT, c == '^' ? 'A' : 'Z', 0, 0);
  if (at < 9) c = (unsigned char)values[at];
  else if (at < 15) kind = kinds[at - 9];
  else if (at < 21 && !brackets) return carto__regex_emit(re, CARTO__REGEX_ASSERT, c, 0, 0);
  else if (escaped && carto__is_kind(CARTO_MCP__WORD, c))
    return carto__regex_fail(re, CARTO_ERR_UNSUPPORTED, "escapes of groups and by number");
  return carto__regex_emit(re, CARTO__REGEX_RANGE, c, c, kind);
}

/* [...], behind the opening bracket. */
static bool carto__regex_brackets(carto__regex *re) {
  size_t set = re->op_count;
  bool negated = carto__take_byte(&re->rest, '^');
  if (!carto__regex_emit(re, CARTO__REGEX_SET, negated, 0, 0)) return false;
  for (; re->op_count == set + 1 || !carto__take_byte(&re->rest, ']'); re->ops[set].first++) {
    carto__regex_op *low = &re->ops[re->op_count], *high = low + 1;
    bool named = re->rest.len > 1 && re->rest.ptr[0] == '[' &&
                 carto__str_index(carto_str_from(":.="), re->rest.ptr[1]) < 3;
    if (!(named ? carto__regex_named(re) : carto__regex_item(re, true))) return false;
    if (re->rest.len < 2 || re->rest.ptr[0] != '-' || re->rest.ptr[1] == ']') continue;
    re->rest = carto__str_skip(re->rest, 1);
    if (!carto__regex_item(re, true)) return false;
    if (low->second || high->second || high->first < low->first)
      return carto__regex_wrong(re, "invalid character range");
    low->first = high->first;
    re->op_count--;
  }
  return true;
}

/* Alternatives up to the end of the pattern or of a group; *prefer as with a quantifier. */
static bool carto__regex_branches(carto__regex *re, int depth, int *prefer) {
  size_t start = re->op_count, jump = 0;
  *prefer = 0;
  for (;;) {
    size_t atom = re->op_count, group = 0;
    int wants = 0;
    if (re->rest.len == 0 || re->rest.ptr[0] == ')' || re->rest.ptr[0] == '|') {
      if (jump != 0) re->ops[jump].first = re->ops[jump].second = (int32_t)(atom - jump);
      if (!carto__take_byte(&re->rest, '|')) return true;
      jump = atom + 1;
      *prefer = 1;
      if (!carto__regex_split(re, start, 1, (int64_t)(jump - start) + 1, false) ||
          !carto__regex_split(re, jump, 0, 0, false))
        return false;
      continue;
    }
    if (!carto__take_byte(&re->rest, '(')) {
      if (carto__regex_quantified(re->rest))
        return carto__regex_wrong(re, "quantifier operand invalid");
      if (!(carto__take_byte(&re->rest, '[') ? carto__regex_brackets(re)
                                             : carto__regex_item(re, false)))
        return false;
    } else {
      if (depth == CARTO_MCP_MAX_DEPTH)
        return carto__regex_fail(re, CARTO_ERR_LIMIT, "parentheses are nested too deeply");
      if (!carto__take_byte(&re->rest, '?')) group = 2 * ++re->groups;
      else if (!carto__take_byte(&re->rest, ':'))
        return carto__regex_fail(re, CARTO_ERR_UNSUPPORTED, "look-around, options and comments");
      if ((group && !carto__regex_emit(re, CARTO__REGEX_SAVE, (uint32_t)group, 0, 0)) ||
          !carto__regex_branches(re, depth + 1, &wants))
        return false;
      if (!carto__take_byte(&re->rest, ')'))
        return carto__regex_wrong(re, "parentheses () not balanced");
      if (group && !carto__regex_emit(re, CARTO__REGEX_SAVE, (uint32_t)group + 1, 0, 0))
        return false;
    }
    if (!carto__regex_quantifier(re, atom, &wants)) return false;
    if (*prefer == 0) *prefer = wants;
  }
}

/* Compiles a pattern into the arena. On failure *why says what is wrong with it and *at where:
   CARTO_ERR_ARG malformed, CARTO_ERR_UNSUPPORTED valid but not had here, CARTO_ERR_LIMIT. */
static carto_status carto__regex_compile(carto_arena *arena, carto_str pattern, bool nocase,
                                         carto__regex **out, const char **why, size_t *at) {
  carto__regex *re = (carto__regex *)carto__arena_zero(arena, 1, sizeof *re);
  bool option = carto__str_starts(pattern, carto_str_from("(?i)"));
  size_t n, slots;
  int prefer = 0;
  *out = NULL;
  *why = "out of memory";
  *at = 0;
  if (!re) return carto__arena_failed(arena);
  re->nocase = nocase || option;
  re->rest = carto__str_skip(pattern, option ? 4 : 0);
  if (carto__regex_branches(re, 0, &prefer) && re->rest.len > 0)
    (void)carto__regex_wrong(re, "parentheses () not balanced");
  if (re->status == CARTO_OK) (void)carto__regex_emit(re, CARTO__REGEX_MATCH, 0, 0, 0);
  if (re->status != CARTO_OK) {
    *why = re->why;
    *at = pattern.len - re->rest.len;
    return re->status;
  }
  re->shortest = prefer == 2;
  n = re->op_count;
  slots = n * (2 + 2 * carto__min_size(re->groups, 9));
  re->mark = (size_t *)carto__arena_array(arena, 3 * n + 2 + 2 * slots, sizeof(size_t));
  if (!re->mark) return carto__arena_failed(arena);
  re->states[0] = re->mark + n;
  re->states[1] = re->states[0] + slots;
  re->stack = re->states[1] + slots;
  *out = re;
  return CARTO_OK;
}

static bool carto__regex_holds(carto_str text, size_t at, uint32_t assertion) {
  size_t start = at;
  uint32_t before = 0, after = 0;
  if (assertion == 'A') return at == 0;
  if (assertion == 'Z') return at == text.len;
  while (start > 0 && start + 4 > at && ((unsigned char)text.ptr[--start] & 0xc0) == 0x80) continue;
  if (at > 0) (void)carto__utf8_take(text, start, &before);
  if (at < text.len) (void)carto__utf8_take(text, at, &after);
  before = carto__is_kind(CARTO_MCP__WORD, before);
  after = carto__is_kind(CARTO_MCP__WORD, after);
  if (assertion == 'm' || assertion == 'M') return before != after && after == (assertion == 'm');
  return (before != after) == (assertion == 'y');
}

/* Adds a state, and what can be reached from it without a character. */
static void carto__regex_add(carto__regex *re, int list, size_t pc, size_t at, size_t *slots) {
  const size_t restore = ~(SIZE_MAX >> 1); /* a slot to set back, to the value below it */
  size_t depth = 1;
  re->stack[0] = pc;
  while (depth > 0) {
    const carto__regex_op *op;
    pc = re->stack[--depth];
    if (pc & restore) {
      slots[pc ^ restore] = re->stack[--depth];
      continue;
    }
    op = &re->ops[pc];
    if (re->mark[pc] == at + 1) continue;
    re->mark[pc] = at + 1;
    if (op->code == CARTO__REGEX_SPLIT) {
      re->stack[depth++] = (size_t)((int64_t)pc + op->second);
      re->stack[depth++] = (size_t)((int64_t)pc + op->first);
    } else if (op->code == CARTO__REGEX_SAVE) {
      if (op->arg < re->width) {
        re->stack[depth++] = slots[op->arg];
        re->stack[depth++] = op->arg | restore;
        slots[op->arg] = at;
      }
      re->stack[depth++] = pc + 1;
    } else if (op->code == CARTO__REGEX_ASSERT) {
      if (carto__regex_holds(re->text, at, op->arg)) re->stack[depth++] = pc + 1;
    } else {
      slots[1] = pc;
      memcpy(re->states[list] + re->count[list]++ * re->width, slots, re->width * sizeof slots[0]);
    }
  }
}

static bool carto__regex_accepts(const carto__regex_op *op, uint32_t c, uint32_t other) {
  bool set = op->code == CARTO__REGEX_SET;
  const carto__regex_op *r = set ? op + 1 : op, *end = set ? r + op->first : r + 1;
  for (; r < end; r++) {
    int kind = r->second < 0 ? -r->second : r->second;
    uint32_t last = (uint32_t)r->first;
    if (kind ? carto__is_kind(kind, c) == (r->second > 0)
             : (c >= r->arg && c <= last) || (other >= r->arg && other <= last))
      break;
  }
  return (r < end) != (set && op->arg);
}

/* Finds the first match at or behind from: of those with the leftmost start the longest or the
   shortest. groups has the start and end of the whole and of groups 1 to 9, SIZE_MAX for one that
   took no part; NULL when they are not wanted, which is faster. From left to right each repetition
   takes as much as it can, or as little, and of alternatives the first that leads to the end: there
   PostgreSQL takes the longest. */
static bool carto__regex_find(carto__regex *re, carto_str text, size_t from, size_t *start,
                              size_t *end, size_t groups[20]) {
  int now = 0;
  const carto__regex_op *lead = re->ops;
  size_t best[20], slots[20], at, step = 1, i;
  bool found = false;
  re->text = text;
  re->width = groups ? 2 + 2 * carto__min_size(re->groups, 9) : 2;
  memset(re->mark, 0, re->op_count * sizeof re->mark[0]);
  re->count[0] = 0;
  while (lead->code == CARTO__REGEX_SAVE) lead++;
  for (at = from; at <= text.len && step > 0 && (re->count[now] > 0 || !found); at += step) {
    uint32_t c = 0, other;
    if (re->count[now] == 0 && lead->code == CARTO__REGEX_RANGE &&
        lead->arg == (uint32_t)lead->first && lead->arg < 0x80 && lead->second == 0 && !re->nocase)
      while (at < text.len && (unsigned char)text.ptr[at] != lead->arg) at++;
    memset(slots, 0xff, sizeof slots);
    slots[0] = at;
    if (!found) carto__regex_add(re, now, 0, at, slots);
    step = at < text.len ? carto__utf8_take(text, at, &c) : 0;
    other = re->nocase ? carto__other_case(c) : c;
    re->count[!now] = 0;
    for (i = 0; i < re->count[now]; i++) {
      const carto__regex_op *op;
      memcpy(slots, re->states[now] + i * re->width, re->width * sizeof slots[0]);
      op = &re->ops[slots[1]];
      if (found && (slots[0] > best[0] || (re->shortest && slots[0] == best[0]))) break;
      if (op->code == CARTO__REGEX_MATCH) {
        found = true;
        memcpy(best, slots, sizeof best);
        best[1] = at;
      } else if (step > 0 && carto__regex_accepts(op, c, other)) {
        size_t pc = slots[1] + 1 + (op->code == CARTO__REGEX_SET ? (size_t)op->first : 0);
        carto__regex_add(re, !now, pc, at + step, slots);
      }
    }
    now = !now;
  }
  if (!found) return false;
  *start = best[0];
  *end = best[1];
  if (groups) memcpy(groups, best, sizeof best);
  return true;
}

/* ------------------------------------------------------------------------ >>time
   SQL's calendar as PostgreSQL 15 has it: fields of a time, truncation, intervals, to_char.
   Uses: >>base, >>buffer, >>match.   Used by: >>sql.
   A time is microseconds since 1970-01-01 UTC, a date such a time at midnight, and the session's
   zone is UTC. Every function takes any int64_t; what does not fit the result is refused.       */

/* Months, days and time are kept apart, since a month has no fixed number of days. */
typedef struct carto__interval {
  int32_t months;
  int32_t days;
  int64_t us;
} carto__interval;

/* Spans by length, then what is only a field. */
enum carto__unit {
  CARTO__UNIT_NONE = 0,
  CARTO__UNIT_MICROSECOND,
  CARTO__UNIT_MILLISECOND,
  CARTO__UNIT_SECOND,
  CARTO__UNIT_MINUTE,
  CARTO__UNIT_HOUR,
  CARTO__UNIT_DAY,
  CARTO__UNIT_WEEK,
  CARTO__UNIT_MONTH,
  CARTO__UNIT_QUARTER,
  CARTO__UNIT_YEAR,
  CARTO__UNIT_DECADE,
  CARTO__UNIT_CENTURY,
  CARTO__UNIT_MILLENNIUM,
  CARTO__UNIT_DOW,
  CARTO__UNIT_ISODOW,
  CARTO__UNIT_DOY,
  CARTO__UNIT_ISOYEAR,
  CARTO__UNIT_EPOCH,
  CARTO__UNIT_JULIAN,
  CARTO__UNIT_TIMEZONE, /* with its hour and minute: always 0 */
  CARTO__UNIT_COUNT
};

#define CARTO_MCP__MINUTE INT64_C(60000000)
#define CARTO_MCP__HOUR INT64_C(3600000000)
#define CARTO_MCP__DAY INT64_C(86400000000)
#define CARTO_MCP__JULIAN 2440588 /* the Julian day of 1970-01-01; PostgreSQL begins at day 0 */

/* What a unit has of the next one that is kept apart: microseconds, days, months. */
static const int64_t carto__unit_size[] = {
  0,  1,   1000, 1000000, CARTO_MCP__MINUTE, CARTO_MCP__HOUR, CARTO_MCP__DAY, 7, 1, 3,
  12, 120, 1200, 12000};

/* An s at the end is not looked at. */
static int carto__time_unit(carto_str name) {
  static const char names[] =
    ";us microsecond usec usecond;ms millisecond msec msecond;s second sec;m minute min;h hour hr;"
    "d day;w week;mon month;quarter qtr;y year yr;dec decade;c century centurie cent;"
    "mil millennium millennia;dow;isodow;doy;isoyear;epoch;julian j jd;"
    "timezone timezone_hour timezone_minute";
  carto_str rest = carto_str_from(names), words;
  int unit;
  if (name.len > 2 && carto__lower(name.ptr[name.len - 1]) == 's') name.len--;
  for (unit = CARTO__UNIT_NONE; rest.len > 0 && name.len > 0; unit++)
    for (words = carto__str_cut(&rest, ';'); words.len > 0;)
      if (carto__str_compare_nocase(carto__str_cut(&words, ' '), name) == 0) return unit;
  return CARTO__UNIT_NONE;
}

/* a * size + more; false when that does not fit. */
static bool carto__mul_add(int64_t a, int64_t size, int64_t more, int64_t *out) {
  if (size < 0) {
    if (a == INT64_MIN) return false;
    a = -a;
    size = -size;
  }
  if (a > INT64_MAX / size || a < INT64_MIN / size) return false;
  a *= size;
  if (more >= 0 ? a > INT64_MAX - more : a < INT64_MIN - more) return false;
  *out = a + more;
  return true;
}

static int64_t carto__floor_div(int64_t a, int64_t size) {
  return a / size - (a % size < 0 ? 1 : 0);
}

static bool carto__to_int32(int64_t value, int32_t *out) {
  if (value < INT32_MIN || value > INT32_MAX) return false;
  *out = (int32_t)value;
  return true;
}

/* To the nearest whole number, ties to the even one; false when it does not fit, and for NaN. */
static bool carto__round_even(double value, int64_t *out) {
  double rest;
  if (!(value >= -9223372036854775808.0 && value < 9223372036854775808.0)) return false;
  *out = (int64_t)value;
  rest = value - (double)*out;
  if (rest > 0.5 || (rest == 0.5 && *out % 2 != 0)) ++*out;
  else if (rest < -0.5 || (rest == -0.5 && *out % 2 != 0)) --*out;
  return true;
}

/* A time taken apart. Year 0 is 1 BC; clock is the time of day in microseconds. */
typedef struct carto__civil {
  int64_t days, clock, year;
  int month, day;
} carto__civil;

static carto__civil carto__civil_from(int64_t us) {
  carto__civil c;
  c.days = carto__days_from_time(us, &c.clock);
  carto__date_from_days(c.days, &c.year, &c.month, &c.day);
  return c;
}

static bool carto__time_make(int64_t days, int64_t clock, int64_t *out) {
  return days >= -CARTO_MCP__JULIAN && carto__mul_add(days, CARTO_MCP__DAY, clock, out);
}

/* 0 is Monday. */
static int carto__weekday(int64_t days) {
  return (int)(days + 3 - carto__floor_div(days + 3, 7) * 7);
}

/* The week of ISO 8601 and the year it belongs to, that of its Thursday. */
static int carto__iso_week(int64_t days, int64_t *year) {
  int64_t thursday = days - carto__weekday(days) + 3;
  int month, day;
  carto__date_from_days(thursday, year, &month, &day);
  return (int)((thursday - carto__days_from_date(*year, 1, 1)) / 7) + 1;
}

/* The first day of a month counted from January of year 0. */
static int64_t carto__days_from_months(int64_t months) {
  int64_t year = carto__floor_div(months, 12);
  return carto__days_from_date(year, (int)(months - year * 12) + 1, 1);
}

/* date_trunc. False when there is no truncating to the unit, or no time that early. */
static bool carto__time_trunc(int unit, int64_t us, int64_t *out) {
  carto__civil c = carto__civil_from(us);
  int64_t months, size, first = unit >= CARTO__UNIT_CENTURY ? 12 : 0; /* they begin with a year 1 */
  if (unit <= CARTO__UNIT_NONE || unit > CARTO__UNIT_MILLENNIUM) return false;
  size = carto__unit_size[unit];
  if (unit <= CARTO__UNIT_DAY) return carto__time_make(c.days, c.clock - c.clock % size, out);
  if (unit == CARTO__UNIT_WEEK) return carto__time_make(c.days - carto__weekday(c.days), 0, out);
  months = carto__floor_div(c.year * 12 + c.month - 1 - first, size) * size + first;
  return carto__time_make(carto__days_from_months(months), 0, out);
}

/* extract. False when a time has no such field. */
static bool carto__time_part(int unit, int64_t us, double *out) {
  carto__civil c = carto__civil_from(us);
  int64_t year = c.year, value = 0, size = unit == CARTO__UNIT_CENTURY ? 100 : 1000;
  switch (unit) {
  case CARTO__UNIT_MICROSECOND:
  case CARTO__UNIT_MILLISECOND:
  case CARTO__UNIT_SECOND:
    *out = (double)(c.clock % CARTO_MCP__MINUTE) / (double)carto__unit_size[unit];
    return true;
  case CARTO__UNIT_EPOCH: *out = (double)us / 1e6; return true;
  case CARTO__UNIT_JULIAN:
    *out = (double)(c.days + CARTO_MCP__JULIAN) + (double)c.clock / (double)CARTO_MCP__DAY;
    return true;
  case CARTO__UNIT_MINUTE: value = c.clock / CARTO_MCP__MINUTE % 60; break;
  case CARTO__UNIT_HOUR: value = c.clock / CARTO_MCP__HOUR; break;
  case CARTO__UNIT_DAY: value = c.day; break;
  case CARTO__UNIT_WEEK: value = carto__iso_week(c.days, &year); break;
  case CARTO__UNIT_MONTH: value = c.month; break;
  case CARTO__UNIT_QUARTER: value = (c.month + 2) / 3; break;
  case CARTO__UNIT_DECADE: value = carto__floor_div(year, 10); break;
  case CARTO__UNIT_DOW: value = (carto__weekday(c.days) + 1) % 7; break;
  case CARTO__UNIT_ISODOW: value = carto__weekday(c.days) + 1; break;
  case CARTO__UNIT_DOY: value = c.days - carto__days_from_date(year, 1, 1) + 1; break;
  case CARTO__UNIT_TIMEZONE: break;
  case CARTO__UNIT_ISOYEAR:
  case CARTO__UNIT_CENTURY:
  case CARTO__UNIT_MILLENNIUM:
  case CARTO__UNIT_YEAR: /* years before Christ are counted from -1 down */
    if (unit == CARTO__UNIT_ISOYEAR) (void)carto__iso_week(c.days, &year);
    else if (unit != CARTO__UNIT_YEAR) year = carto__floor_div(year - 1, size) + 1;
    value = year > 0 ? year : year - 1;
    break;
  default: return false;
  }
  *out = (double)value;
  return true;
}

/* Weeks are no field of an interval, since months have no whole number of them. */
static bool carto__is_interval_unit(int unit) {
  return unit > CARTO__UNIT_NONE && unit <= CARTO__UNIT_MILLENNIUM && unit != CARTO__UNIT_WEEK;
}

/* extract. In an epoch a year has 365.25 days, a month of the rest 30. */
static bool carto__interval_part(int unit, carto__interval v, double *out) {
  int64_t size, value = v.months / 12 * INT64_C(1461) + v.months % 12 * 120 + v.days * INT64_C(4);
  if (unit == CARTO__UNIT_EPOCH) {
    if (carto__mul_add(value, CARTO_MCP__DAY / 4, v.us, &size)) *out = (double)size / 1e6;
    else *out = (double)value * 21600 + (double)v.us / 1e6;
    return true;
  }
  if (!carto__is_interval_unit(unit)) return false;
  size = carto__unit_size[unit];
  value = unit < CARTO__UNIT_DAY ? v.us / size : v.months / size;
  if (unit <= CARTO__UNIT_SECOND) *out = (double)(v.us % CARTO_MCP__MINUTE) / (double)size;
  else if (unit == CARTO__UNIT_DAY) *out = v.days;
  else if (unit == CARTO__UNIT_QUARTER) *out = v.months % 12 / 3 + 1;
  else
    *out = (double)(unit == CARTO__UNIT_MINUTE  ? value % 60
                    : unit == CARTO__UNIT_MONTH ? value % 12
                                                : value);
  return true;
}

/* Towards zero. */
static bool carto__interval_trunc(int unit, carto__interval v, carto__interval *out) {
  if (!carto__is_interval_unit(unit)) return false;
  v.us = unit < CARTO__UNIT_DAY ? v.us - v.us % carto__unit_size[unit] : 0;
  if (unit > CARTO__UNIT_DAY) v.days = 0;
  if (unit > CARTO__UNIT_DAY) v.months -= (int32_t)(v.months % carto__unit_size[unit]);
  *out = v;
  return true;
}

/* Months of 30 days, days of 24 hours. */
static int carto__interval_compare(carto__interval a, carto__interval b) {
  int64_t clock_a, clock_b;
  int64_t days_a = a.months * INT64_C(30) + a.days + carto__days_from_time(a.us, &clock_a);
  int64_t days_b = b.months * INT64_C(30) + b.days + carto__days_from_time(b.us, &clock_b);
  if (days_a != days_b) return days_a < days_b ? -1 : 1;
  return clock_a < clock_b ? -1 : clock_a > clock_b;
}

static bool carto__interval_add(carto__interval a, carto__interval b, int sign,
                                carto__interval *out) {
  return carto__to_int32(a.months + (int64_t)sign * b.months, &out->months) &&
         carto__to_int32(a.days + (int64_t)sign * b.days, &out->days) &&
         carto__mul_add(b.us, sign, a.us, &out->us);
}

/* To whole microseconds, as PostgreSQL takes the fraction of a day on its way down. */
static double carto__round_micro(double value) {
  int64_t micros;
  return carto__round_even(value * 1e6, &micros) ? (double)micros / 1e6 : value;
}

/* Puts together what scaling gave: a fraction of a month is one of 30 days, that of a day one of
   24 hours. */
static bool carto__interval_settle(double months, double days, double us, carto__interval *out) {
  double month_days, seconds;
  int64_t whole;
  if (!(months >= INT32_MIN && months <= INT32_MAX && days >= INT32_MIN && days <= INT32_MAX))
    return false;
  out->months = (int32_t)months;
  month_days = carto__round_micro((months - out->months) * 30);
  whole = (int64_t)days;
  seconds = (days - (double)whole) + month_days - (double)(int64_t)month_days;
  seconds = carto__round_micro(seconds * 86400);
  whole += (int64_t)(seconds / 86400) + (int64_t)month_days;
  seconds -= (double)((int64_t)(seconds / 86400) * 86400);
  return carto__to_int32(whole, &out->days) && carto__round_even(us + seconds * 1e6, &out->us);
}

static bool carto__interval_scale(carto__interval a, double factor, carto__interval *out) {
  return carto__interval_settle(a.months * factor, a.days * factor, (double)a.us * factor, out);
}

/* a / divisor, which is not the same as times its inverse; the caller refuses a divisor of 0. */
static bool carto__interval_divide(carto__interval a, double divisor, carto__interval *out) {
  return carto__interval_settle(a.months / divisor, a.days / divisor, (double)a.us / divisor, out);
}

/* Months first, held to the last day of the month they end in, then days, then the rest. */
static bool carto__time_shift(int64_t us, carto__interval v, int sign, int64_t *out) {
  carto__civil c = carto__civil_from(us);
  if (v.months != 0) {
    int64_t months = c.year * 12 + c.month - 1 + (int64_t)sign * v.months;
    int64_t first = carto__days_from_months(months), next = carto__days_from_months(months + 1);
    c.days = first + c.day <= next ? first + c.day - 1 : next - 1;
  }
  return carto__time_make(c.days, c.clock, &us) &&
         carto__time_make(c.days + (int64_t)sign * v.days, c.clock, &us) &&
         carto__mul_add(v.us, sign, us, out) && *out >= -CARTO_MCP__JULIAN * CARTO_MCP__DAY;
}

/* a - b in days and time, both with the same sign. */
static carto__interval carto__time_between(int64_t a, int64_t b) {
  carto__interval v;
  int64_t clock_a, clock_b;
  int64_t days = carto__days_from_time(a, &clock_a) - carto__days_from_time(b, &clock_b);
  int over = days > 0 && clock_a < clock_b ? 1 : days < 0 && clock_a > clock_b ? -1 : 0;
  v.months = 0;
  v.days = (int32_t)(days - over); /* all of int64_t are 213,503,982 days */
  v.us = clock_a - clock_b + over * CARTO_MCP__DAY;
  return v;
}

/* age: a - b in years, months, days and time as a person counts; where days must be borrowed, from
   the month of the earlier time. */
static carto__interval carto__time_age(int64_t a, int64_t b) {
  carto__civil high = carto__civil_from(a < b ? b : a), low = carto__civil_from(a < b ? a : b);
  int64_t us = high.clock - low.clock;
  int64_t months = (high.year - low.year) * 12 + high.month - low.month;
  int days = high.day - low.day - (us < 0 ? 1 : 0), sign = a < b ? -1 : 1;
  carto__interval v;
  for (; days < 0; months--) days += carto__days_in_month((int)low.year, low.month);
  v.months = (int32_t)(sign * months);
  v.days = sign * days;
  v.us = sign * (us < 0 ? us + CARTO_MCP__DAY : us);
  return v;
}

static bool carto__is_letter(char c) { return carto__lower(c) >= 'a' && carto__lower(c) <= 'z'; }

static carto_str carto__skip_blanks(carto_str s) {
  while (s.len > 0 && (s.ptr[0] == ' ' || (s.ptr[0] >= '\t' && s.ptr[0] <= '\r')))
    s = carto__str_skip(s, 1);
  return s;
}

/* Takes a word's letters in any case. */
static bool carto__take_nocase(carto_str *s, const char *word) {
  carto_str name = carto_str_from(word);
  if (s->len < name.len || carto__str_compare_nocase(name, carto_str_make(s->ptr, name.len)) != 0)
    return false;
  *s = carto__str_skip(*s, name.len);
  return true;
}

/* The value of ".digits", 0 where none follow. Of the digits 15 matter. */
static double carto__take_fraction(carto_str *s) {
  double value = 0, size = 1;
  if (!carto__take_byte(s, '.')) return 0;
  for (; s->len > 0 && carto__is_digit(s->ptr[0]); *s = carto__str_skip(*s, 1)) {
    if (size == 1e15) continue;
    value = value * 10 + (s->ptr[0] - '0');
    size *= 10;
  }
  return value / size;
}

/* The readers of text return 0, or one of these. */
#define CARTO_MCP__MALFORMED 1
#define CARTO_MCP__RANGE 2

/* h:m, h:m:s or h:m:s.f, of any number of hours. */
static int carto__take_time(carto_str *s, int64_t *us) {
  int64_t hour, minute, second = 0, micros = 0;
  double fraction = 0;
  if (!carto__take_int(s, &hour) || !carto__take_byte(s, ':') || !carto__take_int(s, &minute))
    return CARTO_MCP__MALFORMED;
  if (carto__take_byte(s, ':')) {
    if (!carto__take_int(s, &second)) return CARTO_MCP__MALFORMED;
    fraction = carto__take_fraction(s);
  }
  if (minute > 59 || second > 60 || !carto__round_even(fraction * 1e6, &micros))
    return CARTO_MCP__RANGE;
  micros += minute * CARTO_MCP__MINUTE + second * 1000000;
  return carto__mul_add(hour, CARTO_MCP__HOUR, micros, us) ? 0 : CARTO_MCP__RANGE;
}

/* An interval while its text is read. */
typedef struct carto__interval_sum {
  int64_t months, days, us;
  unsigned seen;   /* bits by unit */
  bool iso, clock; /* ISO 8601's form, behind its T */
} carto__interval_sum;

/* Adds count and a fraction (below 1) of a unit; what is no whole month or day goes on down. */
static bool carto__interval_sum_add(carto__interval_sum *sum, int unit, int64_t count,
                                    double fraction) {
  int64_t size = unit == CARTO__UNIT_DAY ? 1 : carto__unit_size[unit], whole;
  int64_t *field = unit < CARTO__UNIT_DAY     ? &sum->us
                   : unit <= CARTO__UNIT_WEEK ? &sum->days
                                              : &sum->months;
  if (!carto__mul_add(count, size, *field, field)) return false;
  fraction *= unit == CARTO__UNIT_MONTH ? 30 : (double)size;
  if (unit > CARTO__UNIT_MONTH)
    return carto__round_even(fraction, &whole) && carto__mul_add(whole, 1, *field, field);
  whole = (int64_t)fraction;
  if (unit >= CARTO__UNIT_DAY) {
    if (!carto__mul_add(whole, 1, sum->days, &sum->days)) return false;
    fraction = (fraction - (double)whole) * (double)CARTO_MCP__DAY;
    whole = (int64_t)fraction;
  }
  fraction -= (double)whole;
  return carto__mul_add(whole + (fraction > 0.5) - (fraction < -0.5), 1, sum->us, &sum->us);
}

/* The unit behind a number. Without one it is seconds at the end, days elsewhere. */
static int carto__take_unit(const carto__interval_sum *sum, carto_str *s) {
  size_t len = 0;
  int unit = CARTO__UNIT_NONE;
  if (!sum->iso) *s = carto__skip_blanks(*s);
  while (len < s->len && carto__is_letter(s->ptr[len]) && !(sum->iso && len == 1)) len++;
  if (len > 0) unit = carto__time_unit(carto_str_make(s->ptr, len));
  else if (!sum->iso) unit = s->len > 0 ? (int)CARTO__UNIT_DAY : (int)CARTO__UNIT_SECOND;
  *s = carto__str_skip(*s, len);
  if (sum->iso && !sum->clock && unit == CARTO__UNIT_MINUTE) unit = CARTO__UNIT_MONTH;
  return unit > CARTO__UNIT_MILLENNIUM || unit == CARTO__UNIT_QUARTER ? CARTO__UNIT_NONE : unit;
}

/* A time of day, years-months, or a number and its unit. */
static int carto__interval_item(carto__interval_sum *sum, carto_str *s) {
  int sign = carto__take_byte(s, '-') ? -1 : 1, unit, status;
  carto_str start;
  int64_t count, months = 0;
  double fraction = 0;
  unsigned bits = 0;
  if (sign > 0) (void)carto__take_byte(s, '+');
  start = *s = carto__skip_blanks(*s);
  if (carto__take_int(s, &count) == 0 &&
      (s->len < 2 || s->ptr[0] != '.' || !carto__is_digit(s->ptr[1])))
    return CARTO_MCP__MALFORMED;
  if (count == INT64_MAX) return CARTO_MCP__RANGE;
  if (!sum->iso && s->len > 0 && s->ptr[0] == ':') {
    *s = start;
    status = carto__take_time(s, &count);
    if (status != 0) return status;
    unit = CARTO__UNIT_MICROSECOND;
    bits = 1u << CARTO__UNIT_HOUR | 1u << CARTO__UNIT_MINUTE | 1u << CARTO__UNIT_SECOND;
  } else if (!sum->iso && carto__take_byte(s, '-')) {
    if (!carto__take_int(s, &months)) return CARTO_MCP__MALFORMED;
    if (months > 11 || !carto__mul_add(count, 12, months, &count)) return CARTO_MCP__RANGE;
    unit = CARTO__UNIT_MONTH;
  } else {
    fraction = carto__take_fraction(s);
    unit = carto__take_unit(sum, s);
  }
  bits |= 1u << unit;
  if (unit == CARTO__UNIT_NONE || (sum->seen & bits && !sum->iso)) return CARTO_MCP__MALFORMED;
  sum->seen |= bits;
  if (carto__interval_sum_add(sum, unit, sign * count, sign * fraction)) return 0;
  return CARTO_MCP__RANGE;
}

static int carto__interval_parse(carto_str text, carto__interval *out) {
  carto_str s = carto__skip_blanks(text);
  carto__interval_sum sum;
  int status = 0, sign = 1;
  memset(&sum, 0, sizeof sum);
  sum.iso = carto__take_byte(&s, 'P');
  if (carto__take_byte(&s, '@')) s = carto__skip_blanks(s);
  if (s.len == 0) return CARTO_MCP__MALFORMED;
  while (s.len > 0 && status == 0) {
    if (sum.iso && carto__take_byte(&s, 'T')) {
      sum.clock = true;
      continue;
    }
    if (sum.seen && carto__take_nocase(&s, "ago")) sign = -1;
    else status = sign < 0 ? CARTO_MCP__MALFORMED : carto__interval_item(&sum, &s);
    s = carto__skip_blanks(s);
    if (carto__take_byte(&s, ',')) s = carto__skip_blanks(s);
  }
  if (status != 0) return status;
  return carto__to_int32(sign * sum.months, &out->months) &&
             carto__to_int32(sign * sum.days, &out->days) &&
             carto__mul_add(sum.us, sign, 0, &out->us)
           ? 0
           : CARTO_MCP__RANGE;
}

/* What the text of a time says: the time on the clock, and how far that is ahead of UTC. */
typedef struct carto__time_text {
  int64_t local, zone;
  bool has_clock, has_zone;
} carto__time_text;

/* year-month-day with - or / between, or yyyymmdd. */
static bool carto__take_date(carto_str *s, int64_t *year, int64_t *month, int64_t *day) {
  size_t digits = carto__take_int(s, year);
  char between = s->len > 0 && s->ptr[0] == '/' ? '/' : '-';
  if (digits == 8) {
    *day = *year % 100;
    *month = *year / 100 % 100;
    *year /= 10000;
    return true;
  }
  return digits > 2 && carto__take_byte(s, between) && carto__take_int(s, month) &&
         carto__take_byte(s, between) && carto__take_int(s, day);
}

/* hh, hhmm or hh:mm, behind the sign. */
static int carto__take_offset(carto_str *s, int64_t *us) {
  carto_str rest = *s;
  int64_t number;
  size_t digits = carto__take_int(&rest, &number);
  if (digits > 0 && rest.len > 0 && rest.ptr[0] == ':') {
    int status = carto__take_time(s, us);
    if (status != 0) return status;
  } else {
    *s = rest;
    if (digits == 0 || digits > 4) return CARTO_MCP__MALFORMED;
    if (digits < 3) number *= 100;
    *us = (number / 100 * 60 + number % 100) * CARTO_MCP__MINUTE;
  }
  return *us < 16 * CARTO_MCP__HOUR ? 0 : CARTO_MCP__RANGE;
}

/* Reads a date or a time as the standard writes them; a name of a month is no part of that. */
static int carto__time_read(carto_str text, carto__time_text *out) {
  carto_str s = carto__skip_blanks(text);
  int64_t year, month, day;
  int status = 0;
  memset(out, 0, sizeof *out);
  if (carto__take_nocase(&s, "epoch") && s.len == 0) return 0;
  if (!carto__take_date(&s, &year, &month, &day)) return CARTO_MCP__MALFORMED;
  if (year == 0) return CARTO_MCP__RANGE;
  if (s.len > 1 && (s.ptr[0] | 0x20) == 't' && carto__is_digit(s.ptr[1])) s = carto__str_skip(s, 1);
  for (s = carto__skip_blanks(s); s.len > 0 && status == 0; s = carto__skip_blanks(s)) {
    char c = s.ptr[0];
    if (carto__take_nocase(&s, "bc")) {
      year = 1 - year;
    } else if (out->has_clock && !out->has_zone &&
               (carto__take_nocase(&s, "z") || carto__take_nocase(&s, "utc") ||
                carto__take_nocase(&s, "gmt"))) {
      out->has_zone = true;
    } else if ((c == '+' || c == '-') && out->has_clock && !out->has_zone) {
      s = carto__str_skip(s, 1);
      status = carto__take_offset(&s, &out->zone);
      if (c == '-') out->zone = -out->zone;
      out->has_zone = true;
    } else {
      status = out->has_clock ? CARTO_MCP__MALFORMED : carto__take_time(&s, &out->local);
      if (out->local > CARTO_MCP__DAY) status = CARTO_MCP__RANGE;
      out->has_clock = true;
    }
  }
  if (status != 0) return status;
  if (year < -4800 || year > 300000 || month < 1 || month > 12 || day < 1 ||
      day > carto__days_in_month((int)year, (int)month))
    return CARTO_MCP__RANGE;
  day = carto__days_from_date(year, (int)month, (int)day);
  return carto__time_make(day, out->local, &out->local) ? 0 : CARTO_MCP__RANGE;
}

static int carto__time_parse(carto_str text, int64_t *out) {
  carto__time_text t;
  int status = carto__time_read(text, &t);
  if (status != 0) return status;
  return carto__mul_add(t.zone, -1, t.local, out) ? 0 : CARTO_MCP__RANGE;
}

/* value, not below 0, with zeros in front up to width digits. */
static void carto__write_padded(carto_buf *out, int64_t value, int width) {
  char room[20], *digits = carto__uint_digits(carto__magnitude(value), room);
  for (width -= (int)(room + 20 - digits); width > 0; width--) carto_buf_append(out, "0", 1);
  carto_buf_append(out, digits, (size_t)(room + 20 - digits));
}

/* hh:mm:ss and what is not 0 of a fraction, without the sign. */
static void carto__write_clock(carto_buf *out, int64_t time) {
  uint64_t us = carto__magnitude(time);
  char text[] = ":00:00.000000";
  size_t len = sizeof text - 1;
  carto__put_digits(text + 1, (int)(us / 60000000 % 60), 2);
  carto__put_digits(text + 4, (int)(us / 1000000 % 60), 2);
  carto__put_digits(text + 7, (int)(us % 1000000), 6);
  while (text[len - 1] == '0' && len > 6) len--;
  carto__write_padded(out, (int64_t)(us / 60000000 / 60), 2);
  carto_buf_append(out, text, len > 7 ? len : 6);
}

static void carto__write_civil(carto_buf *out, int64_t us, bool clock, bool zone) {
  carto__civil c = carto__civil_from(us);
  char text[] = "-00-00";
  carto__put_digits(text + 1, c.month, 2);
  carto__put_digits(text + 4, c.day, 2);
  carto__write_padded(out, c.year > 0 ? c.year : 1 - c.year, 4);
  carto_buf_append_text(out, text);
  if (clock) carto_buf_append(out, " ", 1);
  if (clock) carto__write_clock(out, c.clock);
  if (zone) carto_buf_append_text(out, "+00");
  if (c.year <= 0) carto_buf_append_text(out, " BC");
}

static void carto__write_date(carto_buf *out, int64_t us) {
  carto__write_civil(out, us, false, false);
}

static void carto__write_timestamp(carto_buf *out, int64_t us, bool zone) {
  carto__write_civil(out, us, true, zone);
}

/* A part that follows one below 0 shows its sign. */
static void carto__write_interval(carto_buf *out, carto__interval v) {
  static const char *const names[3] = {" year", " mon", " day"};
  int parts[3];
  bool before = false, some = false;
  size_t i;
  parts[0] = v.months / 12;
  parts[1] = v.months % 12;
  parts[2] = v.days;
  for (i = 0; i < 3; i++) {
    if (parts[i] == 0) continue;
    if (some) carto_buf_append(out, " ", 1);
    if (before && parts[i] > 0) carto_buf_append(out, "+", 1);
    carto_buf_append_int(out, parts[i]);
    carto_buf_append_text(out, names[i]);
    if (parts[i] != 1) carto_buf_append(out, "s", 1);
    before = parts[i] < 0;
    some = true;
  }
  if (some && v.us == 0) return;
  if (some) carto_buf_append(out, " ", 1);
  if (v.us < 0 || before) carto_buf_append(out, v.us < 0 ? "-" : "+", 1);
  carto__write_clock(out, v.us);
}

/* A pattern of to_char; x is one that is not had. Of two that fit the longer stands first. */
typedef struct carto__pattern {
  char name[6], item;
  unsigned char width;
} carto__pattern;

static const carto__pattern carto__patterns[] = {
  {"A.M.", 'x', 0}, {"P.M.", 'x', 0}, {"AD", 'e', 2},    {"AM", 'h', 2},    {"BC", 'e', 2},
  {"CC", 'C', 2},   {"DAY", 'd', 9},  {"DDD", 'N', 3},   {"DD", 'D', 2},    {"DY", 'd', 3},
  {"D", 'U', 1},    {"FF", 'x', 0},   {"HH24", 'H', 2},  {"HH12", 'G', 2},  {"HH", 'G', 2},
  {"IDDD", 'x', 0}, {"ID", 'T', 1},   {"IW", 'V', 2},    {"IYYY", 'I', 4},  {"I", 'x', 0},
  {"J", 'x', 0},    {"MI", 'E', 2},   {"MM", 'M', 2},    {"MONTH", 'm', 9}, {"MON", 'm', 3},
  {"MS", 'F', 3},   {"OF", 'x', 0},   {"PM", 'h', 2},    {"Q", 'Q', 1},     {"SSSS", 'x', 0},
  {"SS", 'S', 2},   {"TZH", 'x', 0},  {"TZM", 'x', 0},   {"TZ", 'z', 3},    {"US", 'F', 6},
  {"WW", 'W', 2},   {"W", 'K', 1},    {"Y,YYY", 'x', 0}, {"YYYY", 'Y', 4},  {"YYY", 'Y', 3},
  {"YY", 'Y', 2},   {"Y", 'Y', 1}};

/* Items with what they are made of; to_date has the first nine. */
static const char carto__items[] = "YmMDHGESFIdTUNWVQCK";
static const unsigned char carto__item_units[] = {
  CARTO__UNIT_YEAR,        CARTO__UNIT_MONTH,   CARTO__UNIT_MONTH,  CARTO__UNIT_DAY,
  CARTO__UNIT_HOUR,        CARTO__UNIT_HOUR,    CARTO__UNIT_MINUTE, CARTO__UNIT_SECOND,
  CARTO__UNIT_MICROSECOND, CARTO__UNIT_ISOYEAR, CARTO__UNIT_ISODOW, CARTO__UNIT_ISODOW,
  CARTO__UNIT_DOW,         CARTO__UNIT_DOY,     CARTO__UNIT_DOY,    CARTO__UNIT_WEEK,
  CARTO__UNIT_QUARTER,     CARTO__UNIT_CENTURY, CARTO__UNIT_DAY,    CARTO__UNIT_NONE};

/* A pattern as it was found. */
typedef struct carto__found {
  carto__pattern p;
  size_t item;                /* among carto__items */
  const char *text, *ordinal; /* as written; TH behind it, or NULL */
  bool fill;                  /* FM before it: no padding */
} carto__found;

/* Takes a pattern off the front of a format. */
static bool carto__take_pattern(carto_str *s, carto__found *found) {
  carto_str rest = *s;
  size_t i;
  found->fill = carto__take_nocase(&rest, "FM");
  found->text = rest.ptr;
  for (i = 0; i < sizeof carto__patterns / sizeof carto__patterns[0]; i++) {
    if (!carto__take_nocase(&rest, carto__patterns[i].name)) continue;
    found->p = carto__patterns[i];
    found->item = carto__str_index(carto_str_from(carto__items), found->p.item);
    found->ordinal = carto__take_nocase(&rest, "TH") ? rest.ptr - 2 : NULL;
    *s = rest;
    return true;
  }
  return false;
}

/* Monday is at 12. */
static const char *const carto__names[19] = {
  "January",   "February",  "March",   "April",    "May",      "June",   "July",
  "August",    "September", "October", "November", "December", "Monday", "Tuesday",
  "Wednesday", "Thursday",  "Friday",  "Saturday", "Sunday"};

/* A word in the letters of its pattern; only whole names are filled with blanks, to 9. */
static void carto__write_name(carto_buf *out, const char *name, const carto__found *found) {
  size_t i, most = found->p.width;
  for (i = 0; name[i] && i < most; i++) {
    char like = found->text[i > 0 ? 1 : 0], c = carto__lower(name[i]);
    if (like >= 'A' && like <= 'Z') c = (char)(c - 'a' + 'A');
    carto_buf_append(out, &c, 1);
  }
  for (; most == 9 && i < most && !found->fill; i++) carto_buf_append(out, " ", 1);
}

static void carto__write_item(carto_buf *out, int64_t us, const carto__found *found) {
  static const char *const endings[2][4] = {{"TH", "ST", "ND", "RD"}, {"th", "st", "nd", "rd"}};
  static const int tens[] = {1, 10, 100, 1000};
  const carto__pattern *p = &found->p;
  carto__civil c = carto__civil_from(us);
  double part = 0;
  int64_t value, last;
  (void)carto__time_part(carto__item_units[found->item], us, &part);
  value = (int64_t)part;
  switch (p->item) {
  case 'm': carto__write_name(out, carto__names[value - 1], found); return;
  case 'd': carto__write_name(out, carto__names[11 + value], found); return;
  case 'h': carto__write_name(out, c.clock < CARTO_MCP__DAY / 2 ? "AM" : "PM", found); return;
  case 'e': carto__write_name(out, c.year > 0 ? "AD" : "BC", found); return;
  case 'z': carto__write_name(out, "UTC", found); return;
  case 'G': value = (value + 11) % 12 + 1; break;
  case 'U': value++; break;
  case 'K':
  case 'W': value = (value - 1) / 7 + 1; break;
  case 'F': value = value % 1000000 / (p->width == 3 ? 1000 : 1); break;
  case 'I':
  case 'Y':
    value = (value < 0 ? -value : value) % (p->width < 4 ? tens[p->width] : INT64_MAX);
    break;
  default: break;
  }
  if (value < 0) carto_buf_append(out, "-", 1); /* centuries before Christ */
  value = value < 0 ? -value : value;
  carto__write_padded(out, value, found->fill && p->item != 'F' ? 0 : p->width);
  last = value / 10 % 10 == 1 || value % 10 > 3 ? 0 : value % 10;
  if (found->ordinal) carto_buf_append_text(out, endings[found->ordinal[0] == 't'][last]);
}

/* to_char of a time. False for a pattern that is not had; text between quotes is itself. */
static bool carto__to_char_time(carto_buf *out, int64_t us, carto_str format) {
  bool quoted = false;
  while (format.len > 0) {
    carto__found found;
    if (carto__take_byte(&format, '"')) {
      quoted = !quoted;
    } else if (!quoted && carto__take_pattern(&format, &found)) {
      if (found.p.item == 'x') return false;
      carto__write_item(out, us, &found);
    } else {
      carto_buf_append(out, format.ptr, 1);
      format = carto__str_skip(format, 1);
    }
  }
  return out->status == CARTO_OK;
}

/* to_char of a number: what the format asks for, and the number rounded to that. */
typedef struct carto__number_text {
  int before, after;      /* places for digits on both sides of the point */
  int zero_from, zero_to; /* places that are filled with zeros, before and behind it */
  bool fill, point;
  char sign; /* S: always before the first digit; M: where its pattern stands; 0: there when - */
  char digits[20]; /* the last `count` of them, the very last times 10^exponent */
  int count, exponent;
  bool negative, overflow;
  int first, last; /* places that are shown */
  bool started;    /* the sign has been written */
} carto__number_text;

/* Takes a pattern of to_char: one of 9 0 . , S, M for MI, F for FM; 0 for other text, X for
   what is not had. */
static char carto__take_number_pattern(carto_str *s) {
  static const char names[][5] = {"FM", "MI", "SG", "EEEE", "PL", "PR", "RN", "SP", "TH", "9",
                                  "0",  ".",  ",",  "D",    "G",  "S",  "L",  "B",  "C",  "V"};
  size_t i;
  for (i = 0; i < sizeof names / sizeof names[0]; i++)
    if (carto__take_nocase(s, names[i])) return "FMXXXXXXX90.,.,SXXXX"[i];
  return 0;
}

/* False for what is contradictory or not had. */
static bool carto__number_format(carto_str s, carto__number_text *n) {
  bool quoted = false;
  memset(n, 0, sizeof *n);
  n->zero_from = INT32_MAX;
  while (s.len > 0) {
    char item = quoted ? '\0' : carto__take_number_pattern(&s);
    if (item == 'X' || n->before + n->after >= 1000 || (item == '.' && n->point)) return false;
    if (item == 0 && s.ptr[0] == '"') quoted = !quoted;
    if (item == 0) s = carto__str_skip(s, 1);
    if (item == '.') n->point = true;
    if (item == 'F') n->fill = true;
    if (item == '0' && n->zero_from > n->before) n->zero_from = n->before;
    if (item == '0' || item == '9') ++*(n->point ? &n->after : &n->before);
    if (item == '0' && n->point) n->zero_to = n->after;
    if (item != 'S' && item != 'M') continue;
    if (n->sign) return false;
    n->sign = item == 'S' && n->before + n->after == 0 ? 'S' : 'M';
  }
  return true;
}

/* The digit that counts 10^power. */
static char carto__number_digit(const carto__number_text *n, int power) {
  int at = 19 - (power - n->exponent);
  if (n->overflow) return '#';
  return at < 20 && at >= 20 - n->count ? n->digits[at] : '0';
}

/* Rounds to the places of the format; half goes away from 0, as with PostgreSQL's numeric. */
static void carto__number_round(carto__number_text *n, double value, bool is_integer,
                                int64_t integer) {
  carto__decimal d;
  uint64_t bits, cut = 0;
  int whole;
  memcpy(&bits, &value, sizeof bits);
  bits &= ~(UINT64_C(1) << 63);
  d.digits = is_integer ? carto__magnitude(integer) : 0;
  d.exponent = 0;
  n->overflow = !is_integer && bits >> 52 == 0x7ff;
  if (!is_integer && bits != 0 && !n->overflow) carto__decimal_shortest(bits, &d);
  for (; d.exponent < -n->after; d.exponent++) {
    cut = d.digits % 10;
    d.digits /= 10;
  }
  d.digits += cut >= 5 ? 1 : 0;
  n->exponent = (int)d.exponent;
  n->negative = (is_integer ? integer < 0 : value < 0) && (d.digits > 0 || n->overflow);
  if (d.digits > 0) n->count = (int)(n->digits + 20 - carto__uint_digits(d.digits, n->digits));
  whole = n->count > 0 && n->count + n->exponent > 0 ? n->count + n->exponent : 0;
  n->overflow = n->overflow || whole > n->before;
  if (n->overflow) whole = n->before;
  for (n->last = n->after; n->fill && n->last > n->zero_to; n->last--)
    if (carto__number_digit(n, -n->last) != '0') break;
  n->first = n->before - (whole == 0 && n->last == 0 ? 1 : whole);
  if (n->first > n->zero_from) n->first = n->zero_from;
}

/* to_char of a number, of value or where is_integer of integer. False for a format that is
   malformed or has EEEE, L, PL, PR, RN, SG, SP, TH, B, C or V. */
static bool carto__to_char_number(carto_buf *out, double value, bool is_integer, int64_t integer,
                                  carto_str format) {
  carto__number_text n;
  bool quoted = false;
  int place;
  if (!carto__number_format(format, &n)) return false;
  carto__number_round(&n, value, is_integer, integer);
  for (place = 0; format.len > 0;) {
    char text = format.ptr[0], item = quoted ? '\0' : carto__take_number_pattern(&format);
    char blank = n.fill ? '\0' : ' ', c = 0;
    bool digit = item == '9' || item == '0', shown = place >= n.first && place < n.before + n.last;
    if (!n.started && (item == '.' || (digit && shown))) {
      const char *plus = n.sign == 'S' ? "+" : n.fill ? "" : " ";
      if (n.sign != 'M') carto_buf_append_text(out, n.negative ? "-" : plus);
      n.started = true;
    }
    if (digit)
      c = shown ? carto__number_digit(&n, n.before - 1 - place) : place < n.first ? blank : '\0';
    place += digit ? 1 : 0;
    switch (item) {
    case '.': c = n.after > 0 ? '.' : '\0'; break;
    case ',': c = n.started ? ',' : blank; break;
    case 'M': c = n.negative ? '-' : blank; break;
    case 'S': c = n.sign == 'S' ? '\0' : n.negative ? '-' : '+'; break;
    case 0:
      format = carto__str_skip(format, 1);
      if (text == '"') quoted = !quoted;
      else c = text;
      break;
    default: break;
    }
    if (c) carto_buf_append(out, &c, 1);
  }
  return true;
}

/* Reads what a pattern of to_date stands for. Of the fields the first holds 1 where the clock has
   twelve hours, and 3 in the afternoon. */
static int carto__from_char_item(carto_str *s, const carto__found *found, bool fixed,
                                 int64_t fields[CARTO__UNIT_COUNT]) {
  const carto__pattern *p = &found->p;
  carto_str part = carto_str_make(s->ptr, fixed ? carto__min_size(p->width, s->len) : s->len);
  char mon[4] = {0};
  int64_t *field = &fields[carto__item_units[found->item]], value;
  size_t digits;
  if (p->item == 'h') {
    fields[0] = carto__take_nocase(s, "PM") ? 3 : 1;
    return fields[0] == 3 || carto__take_nocase(s, "AM") ? 0 : CARTO_MCP__MALFORMED;
  }
  for (*field = 1; p->item == 'm' && *field <= 12; ++*field) {
    memcpy(mon, carto__names[*field - 1], 3);
    if (carto__take_nocase(s, p->width == 9 ? carto__names[*field - 1] : mon)) return 0;
  }
  digits = carto__take_int(&part, &value);
  if (digits == 0 || digits > 9 || (fixed && digits < p->width) || found->item > 8 ||
      p->item == 'm')
    return CARTO_MCP__MALFORMED;
  *s = carto__str_skip(*s, digits);
  if (p->item == 'G') fields[0] |= 1;
  if (p->item == 'Y' && p->width < 4 && digits < 3) value += value < 70 ? 2000 : 1900;
  for (; p->item == 'F' && digits < 6; digits++) value *= 10;
  *field = value;
  return 0;
}

/* The time of what was read. */
static int carto__from_char_make(const int64_t fields[CARTO__UNIT_COUNT], int64_t *out) {
  int64_t year = fields[CARTO__UNIT_YEAR], hour = fields[CARTO__UNIT_HOUR];
  int64_t minute = fields[CARTO__UNIT_MINUTE], second = fields[CARTO__UNIT_SECOND];
  int month = (int)fields[CARTO__UNIT_MONTH], day = (int)fields[CARTO__UNIT_DAY];
  if (fields[0] && (hour > 12 || hour < 1)) return CARTO_MCP__MALFORMED;
  if (fields[0]) hour = hour % 12 + (fields[0] == 3 ? 12 : 0);
  if (year > 290000 || month < 1 || month > 12 || day < 1 ||
      day > carto__days_in_month((int)year, month) || hour > 23 || minute > 59 || second > 59 ||
      fields[CARTO__UNIT_MICROSECOND] > 999999)
    return CARTO_MCP__RANGE;
  second += (hour * 60 + minute) * 60;
  (void)carto__time_make(carto__days_from_date(year, month, day),
                         second * 1000000 + fields[CARTO__UNIT_MICROSECOND], out);
  return 0;
}

/* to_date and to_timestamp of a text. Blanks before a field do not count, a separator of the format
   is any one of the text or none, and what stands behind the format is not read. Of the patterns
   those of years, months, days, hours and what is less are had. */
static int carto__from_char_time(carto_str text, carto_str format, int64_t *out) {
  int64_t fields[CARTO__UNIT_COUNT];
  bool quoted = false;
  int status = 0;
  memset(fields, 0, sizeof fields);
  fields[CARTO__UNIT_MONTH] = fields[CARTO__UNIT_DAY] = 1;
  for (text = carto__skip_blanks(text); format.len > 0 && text.len > 0 && status == 0;) {
    carto__found found, next;
    carto_str ahead;
    bool fixed;
    if (!quoted && carto__take_pattern(&format, &found)) {
      ahead = format;
      text = carto__skip_blanks(text);
      fixed = carto__take_pattern(&ahead, &next) && next.item < sizeof carto__items - 1;
      status = carto__from_char_item(&text, &found, fixed, fields);
    } else if (carto__take_byte(&format, '"')) {
      quoted = !quoted;
    } else {
      bool word = quoted || carto__is_letter(format.ptr[0]) || carto__is_digit(format.ptr[0]);
      bool letter = carto__is_letter(text.ptr[0]) || carto__is_digit(text.ptr[0]);
      if (word || !letter) text = carto__str_skip(text, 1);
      format = carto__str_skip(format, 1);
    }
  }
  return status != 0 ? status : carto__from_char_make(fields, out);
}

/* ------------------------------------------------------------------------ >>json
   Strict reader of RFC 8259 text to a tree of 16-byte nodes, accessors, a streaming writer.
   Uses: >>base, >>memory, >>buffer.   Used by: >>schema, >>geo, >>table, >>map, >>rpc and others.
   The nodes of a text are one array in reading order. A container is followed by its contents and
   knows how many nodes that is, so a walk needs no pointers. No byte behind the text is touched. */

#if defined(CARTO_MCP__NO_SIMD)
#elif defined(__SSE2__)
#include <emmintrin.h>
#define CARTO_MCP__SSE2
#elif defined(__aarch64__) && defined(__ARM_NEON) && !defined(__AARCH64EB__)
#include <arm_neon.h>
#define CARTO_MCP__NEON
#endif

/* A byte of a string that is neither the end, an escape, forbidden, nor part of a longer
   character. */
static bool carto__json_is_plain(char c) {
  return (unsigned char)c >= 0x20 && (unsigned char)c < 0x80 && c != '"' && c != '\\';
}

static bool carto__json_is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

#define CARTO_MCP__EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* For 16 bytes at p, a bit for each that is not plain; and for each that is not a blank. */
#if defined(CARTO_MCP__SSE2)
static uint32_t carto__json_not_plain(const char *p) {
  __m128i block, other, escape;
  memcpy(&block, p, sizeof block);
  escape = _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'));
  /* Flipping bit 1 moves the quote to 0x20 and what stood next to it out of the way, so that all
     others are those below 0x21 as signed bytes; of the difference only the sign counts. */
  other = _mm_subs_epi8(_mm_xor_si128(block, _mm_set1_epi8(2)), _mm_set1_epi8(0x21));
  return (uint32_t)_mm_movemask_epi8(_mm_or_si128(escape, other));
}

static uint32_t carto__json_not_blank(const char *p) {
  __m128i block;
  memcpy(&block, p, sizeof block);
  return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(block, _mm_set1_epi8(' '))) ^ 0xffff;
}
#elif defined(CARTO_MCP__NEON)
/* A bit for each byte that is 0xff, of bytes that are that or 0. */
static uint32_t carto__json_bits(uint8x16_t flags) {
  static const uint8_t weights[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
  uint8x16_t bits = vandq_u8(flags, vld1q_u8(weights));
  return vaddv_u8(vget_low_u8(bits)) | (uint32_t)vaddv_u8(vget_high_u8(bits)) << 8;
}

static uint32_t carto__json_not_plain(const char *p) {
  uint8x16_t block = vld1q_u8((const uint8_t *)p);
  uint8x16_t quote = vceqq_u8(block, vdupq_n_u8('"'));
  uint8x16_t escape = vceqq_u8(block, vdupq_n_u8('\\'));
  /* as signed bytes, so that those above 0x7f are among them */
  uint8x16_t other = vcltq_s8(vreinterpretq_s8_u8(block), vdupq_n_s8(0x20));
  return carto__json_bits(vorrq_u8(vorrq_u8(quote, escape), other));
}

static uint32_t carto__json_not_blank(const char *p) {
  return carto__json_bits(vmvnq_u8(vceqq_u8(vld1q_u8((const uint8_t *)p), vdupq_n_u8(' '))));
}
#else
/* The top bits of 8 bytes as 8 bits. */
static uint32_t carto__json_bits(uint64_t word) {
  return (uint32_t)((word >> 7 & CARTO_MCP__EACH(1)) * UINT64_C(0x0102040810204080) >> 56);
}

/* Sets the top bit of every byte that is 0, and no other top bit. */
static uint64_t carto__json_zeros(uint64_t word) {
  return ~(((word & CARTO_MCP__EACH(0x7f)) + CARTO_MCP__EACH(0x7f)) | word);
}

static uint32_t carto__json_not_plain8(const char *p) {
  uint64_t word = carto__load_le64(p);
  return carto__json_bits(word | carto__json_zeros(word & CARTO_MCP__EACH(0xe0)) |
                          carto__json_zeros(word ^ CARTO_MCP__EACH('"')) |
                          carto__json_zeros(word ^ CARTO_MCP__EACH('\\')));
}

static uint32_t carto__json_not_plain(const char *p) {
  return carto__json_not_plain8(p) | carto__json_not_plain8(p + 8) << 8;
}

static uint32_t carto__json_not_blank8(const char *p) {
  return carto__json_bits(~carto__json_zeros(carto__load_le64(p) ^ CARTO_MCP__EACH(' ')));
}

static uint32_t carto__json_not_blank(const char *p) {
  return carto__json_not_blank8(p) | carto__json_not_blank8(p + 8) << 8;
}
#endif

/* Skips plain bytes of a string. */
static const char *carto__json_skip_plain(const char *p, const char *end) {
  for (; end - p >= 16; p += 16) {
    uint32_t other = carto__json_not_plain(p);
    if (other) return p + carto__trailing_zeros(other);
  }
  while (p < end && carto__json_is_plain(*p)) p++;
  return p;
}

/* Skips characters that are not ASCII; stops at the first byte that is, or that does not belong. */
CARTO_MCP__INLINE const char *carto__json_skip_wide(const char *p, const char *end) {
  while (p < end && (unsigned char)*p >= 0x80) {
    size_t step = 3; /* the most frequent kind first */
    if (((unsigned char)*p & 0xf0) == 0xe0 && end - p >= 3) {
      unsigned b = (unsigned char)p[1] ^ 0x80u, c = (unsigned char)p[2] ^ 0x80u;
      unsigned top = ((unsigned char)*p & 0xfu) << 6 | (b & 0x3f); /* code point / 64 */
      if ((b | c) >= 0x40 || top < 0x20 || top - 0x360 < 0x20) return p;
    } else {
      step = carto__utf8_length(p, (size_t)(end - p));
      if (step == 0) return p;
    }
    p += step;
  }
  return p;
}

/* Skips all of a string that stands for itself. */
static const char *carto__json_skip_text(const char *p, const char *end) {
  const char *from;
  do {
    from = carto__json_skip_plain(p, end);
    p = carto__json_skip_wide(from, end);
  } while (p != from);
  return p;
}

/* Skips blanks. */
CARTO_MCP__INLINE const char *carto__json_skip_blanks(const char *p, const char *end) {
  for (; end - p >= 16; p += 16) {
    uint32_t other = carto__json_not_blank(p);
    if (other) return p + carto__trailing_zeros(other);
  }
  while (p < end && *p == ' ') p++;
  return p;
}

/* Skips white space: mostly a line break and then blanks. */
CARTO_MCP__NOINLINE const char *carto__json_skip_spaces(const char *p, const char *end) {
  while (p < end && carto__json_is_space(*p)) p = carto__json_skip_blanks(p + 1, end);
  return p;
}

/* The same, quick where there is none or one, as in most places. closed: p < end is known. */
CARTO_MCP__INLINE const char *carto__json_skip_space(const char *p, const char *end, bool closed) {
  if ((closed || p < end) && (unsigned char)*p > ' ') return p;
  if (end - p > 1 && *p == ' ' && (unsigned char)p[1] > ' ') return p + 1;
  return carto__json_skip_spaces(p, end);
}

/* One text being read. Its room is one piece of the arena: nodes grow from the front, the text
   of strings with escapes grows from the back, and when they meet the room is made larger. */
typedef struct carto__json_reader {
  carto_arena *arena;
  carto_error *error;
  carto_status status;
  const char *text, *end;
  carto_json *nodes;
  carto_json *limit;     /* a node below this has room for one more behind it         */
  size_t count;          /* nodes of the value                                        */
  size_t room;           /* bytes                                                     */
  size_t decoded;        /* bytes of text at the back                                 */
  uint32_t last_decoded; /* 1 + index of its newest node, which leads to those before */
  bool whole;            /* the value is all of the text                              */
  bool cut;              /* the text is longer than its offsets can say               */
} carto__json_reader;

/* Reports what should have been at p; always returns NULL, as a reading function does that
   failed. */
CARTO_MCP__NOINLINE const char *carto__json_expected(carto__json_reader *r, const char *p,
                                                     const char *what) {
  size_t offset = (size_t)(p - r->text), step;
  if (p == r->end && r->cut) {
    r->status = carto__fail(r->error, CARTO_ERR_LIMIT, offset, "JSON value longer than 4 GiB");
  } else if (p == r->end) {
    r->status =
      carto__fail(r->error, CARTO_ERR_SYNTAX, offset, "expected %s, but the text ends", what);
  } else {
    step = carto__utf8_length(p, (size_t)(r->end - p));
    r->status = carto__fail(r->error, CARTO_ERR_SYNTAX, offset, "expected %s, found '%v'", what,
                            carto_str_make(p, step ? step : 1));
  }
  return NULL;
}

static const char *carto__json_too_deep(carto__json_reader *r, const char *p) {
  r->status = carto__fail(r->error, CARTO_ERR_LIMIT, (size_t)(p - r->text),
                          "JSON nested deeper than %d levels", (int)CARTO_MCP_MAX_DEPTH);
  return NULL;
}

/* Bytes worth asking for when a tree needs more. Where the tree will be that of the whole text,
   what was read of it up to p tells how much. */
static size_t carto__json_guess(const carto__json_reader *r, size_t need, const char *p) {
  uint64_t done = (uint64_t)(p - r->text), total = (uint64_t)(r->end - r->text), guess;
  if (!r->nodes) return (size_t)(2 * (total < 4096 ? total : 4096) + 128);
  if (!r->whole) return need + need / 2;
  guess = (need / (done / 16 + 1) * 9 / 8 + 1) * (total / 16 + 1);
  return guess > need + need / 2 && guess <= SIZE_MAX ? (size_t)guess : need + need / 2;
}

/* Makes room for one node more than `used` and for `extra` bytes of text, when p was reached in
   reading. */
CARTO_MCP__NOINLINE bool carto__json_reserve(carto__json_reader *r, size_t used, size_t extra,
                                             const char *p) {
  size_t need = (used + 1) * sizeof(carto_json) + r->decoded + extra, size;
  void *room;
  if (r->nodes && need <= r->room) return true;
  need = (need + 15) & ~(size_t)15;
  size = carto__json_guess(r, need, p) & ~(size_t)15;
  if (size < need) size = need;
  room = carto__realloc_or(carto_arena_allocator(r->arena), r->nodes, r->room, need, &size);
  if (!room) {
    r->status = carto__fail_memory(r->arena, r->error);
    return false;
  }
  if (r->decoded)
    memmove((char *)room + size - r->decoded, (char *)room + r->room - r->decoded, r->decoded);
  r->nodes = (carto_json *)room;
  r->room = size;
  r->limit = r->nodes + (r->room - r->decoded) / sizeof(carto_json) - 1;
  return true;
}

static int carto__json_hex_digit(char c) {
  char lower = (char)(c | 0x20);
  if (c >= '0' && c <= '9') return c - '0';
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* Four hexadecimal digits, -1 when they are not there. */
static int32_t carto__json_hex(const char *p, const char *end) {
  int32_t code = 0;
  int i;
  if (end - p < 4) return -1;
  for (i = 0; i < 4; i++) {
    int digit = carto__json_hex_digit(p[i]);
    if (digit < 0) return -1;
    code = code * 16 + digit;
  }
  return code;
}

/* Reads the escape at p; returns its bytes, 0 when it is none. Halves of a surrogate pair must
   stand together. */
static size_t carto__json_escape(const char *p, const char *end, uint32_t *code) {
  static const char meaning[] = /* of the letters from '"' to 't'; '-' where there is none */
    "\"------------/--------------------------------------------\\-----\b---\f-------\n---\r-\t";
  unsigned letter;
  int32_t high, low;
  if (end - p < 2) return 0;
  letter = (unsigned)(unsigned char)p[1] - '"';
  if (letter < sizeof meaning - 1 && meaning[letter] != '-') {
    *code = (unsigned char)meaning[letter];
    return 2;
  }
  high = p[1] == 'u' ? carto__json_hex(p + 2, end) : -1;
  if (high < 0 || (high >= 0xdc00 && high <= 0xdfff)) return 0;
  *code = (uint32_t)high;
  if (high < 0xd800 || high > 0xdfff) return 6;
  low = end - p >= 12 && p[6] == '\\' && p[7] == 'u' ? carto__json_hex(p + 8, end) : -1;
  if (low < 0xdc00 || low > 0xdfff) return 0;
  *code = 0x10000 + ((uint32_t)(high - 0xd800) << 10) + (uint32_t)(low - 0xdc00);
  return 12;
}

/* Says what is wrong with the escape at p. */
static const char *carto__json_bad_escape(carto__json_reader *r, const char *p) {
  const char *at = p + 1;
  if (at == r->end || *at != 'u')
    return carto__json_expected(r, at, "one of \"\\/bfnrtu after a backslash");
  for (at++; at < p + 6; at++)
    if (at == r->end || carto__json_hex_digit(*at) < 0)
      return carto__json_expected(r, at, "four hexadecimal digits");
  return carto__json_expected(r, p, "both halves of a surrogate pair");
}

static void carto__json_set_string(carto_json *node, const char *start, const char *end) {
  node->_tag = CARTO_JSON_STRING;
  node->_size = (uint32_t)(end - start);
  node->_as.str = start;
}

/* Reads the rest of a string, plain up to p, to the node at index. Where it has escapes its text
   is put together in the free middle of the room, and room is kept for one more node: the value,
   if it is a key. */
CARTO_MCP__NOINLINE const char *carto__json_string_rest(carto__json_reader *r, size_t index,
                                                        const char *start, const char *p) {
  carto_json *node;
  size_t len = 0, step;
  uint32_t code;
  bool escaped = false;
  for (;;) {
    char *text;
    p = carto__json_skip_text(p, r->end);
    if (p == r->end) return carto__json_expected(r, p, "a closing quote");
    if (*p == '"' && !escaped) {
      carto__json_set_string(r->nodes + index, start, p);
      return p + 1;
    }
    step = (size_t)(p - start);
    if (!carto__json_reserve(r, index + 1, len + step + 4, p)) return NULL;
    text = (char *)(r->nodes + index + 1);
    memcpy(text + len, start, step);
    len += step;
    if (*p == '"') break;
    if ((unsigned char)*p < 0x20)
      return carto__json_expected(r, p, "an escape in place of a control character");
    if (*p != '\\') return carto__json_expected(r, p, "UTF-8");
    step = carto__json_escape(p, r->end, &code);
    if (step == 0) return carto__json_bad_escape(r, p);
    len += carto__utf8_put(code, text + len);
    escaped = true;
    p += step;
    start = p;
  }
  node = r->nodes + index;
  r->decoded += len;
  r->limit = r->nodes + (r->room - r->decoded) / sizeof(carto_json) - 1;
  memmove((char *)r->nodes + r->room - r->decoded, node + 1, len);
  node->_tag = CARTO_JSON_STRING;
  node->_size = (uint32_t)len;
  node->_as.u64 = (uint64_t)r->last_decoded << 32 | r->decoded;
  r->last_decoded = (uint32_t)index + 1;
  return p + 1;
}

/* 64 bytes of the text: a bit for each that is not plain. To look for the end of a string here,
   again and again, takes less waiting than to look in the text. */
typedef struct carto__json_window {
  const char *base;
  uint64_t special;
} carto__json_window;

static void carto__json_look(carto__json_window *window, const char *p, const char *end) {
  char tail[64];
  window->base = p;
  if (end - p < 64) { /* blanks stand for what lies behind the end */
    memset(tail, ' ', sizeof tail);
    if (p < end) memcpy(tail, p, (size_t)(end - p));
    p = tail;
  }
  window->special =
    (uint64_t)carto__json_not_plain(p) | (uint64_t)carto__json_not_plain(p + 16) << 16 |
    (uint64_t)carto__json_not_plain(p + 32) << 32 | (uint64_t)carto__json_not_plain(p + 48) << 48;
}

/* Reads the string behind its opening quote to *node; may move the nodes. */
CARTO_MCP__INLINE const char *carto__json_string(carto__json_reader *r, carto_json **node,
                                                 const char *start, carto__json_window *window) {
  size_t offset = (size_t)(start - window->base), index;
  uint64_t special = offset < 64 ? window->special >> offset : 0;
  const char *p = start;
  if (special == 0) {
    carto__json_look(window, start, r->end);
    special = window->special;
  }
  if (special != 0) {
    p += carto__trailing_zeros(special);
    if (*p == '"') {
      carto__json_set_string(*node, start, p);
      return p + 1;
    }
  }
  index = (size_t)(*node - r->nodes);
  p = carto__json_string_rest(r, index, start, p);
  *node = r->nodes + index;
  return p;
}

/* Says what is wrong with the number at p. */
static const char *carto__json_bad_number(carto__json_reader *r, const char *p) {
  const char *end = r->end;
  if (*p == '-') p++;
  while (p < end && carto__is_digit(*p)) p++;
  if (p < end && *p == '.' && carto__is_digit(p[-1])) {
    for (p++; p < end && carto__is_digit(*p); p++) {
    }
  }
  if (p < end && (*p == 'e' || *p == 'E') && carto__is_digit(p[-1])) {
    p++;
    if (p < end && (*p == '+' || *p == '-')) p++;
  }
  return carto__json_expected(r, p, "a digit");
}

/* Reads a number; at once where it is one of most: an integer of not too many digits. */
CARTO_MCP__INLINE const char *carto__json_number(carto__json_reader *r, const char *p,
                                                 carto_json *node, bool closed) {
  const char *end = r->end, *digits = p + (*p == '-'), *q = digits;
  carto__number number;
  uint64_t value = 0;
  size_t used;
  node->_size = (uint32_t)(p - r->text);
  for (; (closed || q < end) && carto__is_digit(*q); q++) value = value * 10 + (uint64_t)(*q - '0');
  used = (size_t)(q - digits);
  if (used - 1 < 18 && (closed || q < end) && *q != '.' && (*q | 0x20) != 'e' && *digits != '0') {
    node->_tag = CARTO_JSON_INT;
    node->_as.i64 = *p == '-' ? -(int64_t)value : (int64_t)value;
    return q;
  }
  used = carto__number_rest(p, q, end, value, &number);
  if (used == 0) return carto__json_bad_number(r, p);
  node->_tag = (uint32_t)number.type;
  node->_as.u64 = number.as.u64;
  p += used;
  if (p < end && carto__is_digit(*p))
    return carto__json_expected(r, p, "no digit after a leading 0");
  return p;
}

/* Says what is wrong where a value should be at p. */
static const char *carto__json_bad_word(carto__json_reader *r, const char *p) {
  static const char *const words[] = {"null", "true", "false"};
  int i;
  for (i = 0; i < 3; i++)
    if (*p == words[i][0]) {
      const char *word = words[i];
      while (p < r->end && *p == *word) p++, word++;
      return carto__json_expected(r, p, words[i]);
    }
  return carto__json_expected(r, p, "a value");
}

CARTO_MCP__INLINE const char *carto__json_word(carto__json_reader *r, const char *p,
                                               carto_json *node) {
  size_t left = (size_t)(r->end - p);
  node->_size = 0;
  node->_as.u64 = 0;
  if (left >= 4 && memcmp(p, "null", 4) == 0) {
    node->_tag = CARTO_JSON_NULL;
    return p + 4;
  }
  if (left >= 4 && memcmp(p, "true", 4) == 0) {
    node->_tag = CARTO_JSON_TRUE;
    return p + 4;
  }
  if (left >= 5 && memcmp(p, "false", 5) == 0) {
    node->_tag = CARTO_JSON_FALSE;
    return p + 5;
  }
  return carto__json_bad_word(r, p);
}

/* Where reading is among the containers. The node of an open one holds how far back the node of
   the one around it is, and the commas of that one so far. */
typedef struct carto__json_nest {
  size_t open;     /* index of the innermost's node */
  size_t depth;    /* containers open               */
  uint32_t commas; /* in the innermost, so far      */
  char close;      /* what ends the innermost       */
} carto__json_nest;

CARTO_MCP__INLINE void carto__json_enter(carto__json_nest *nest, carto_json *nodes,
                                         carto_json *node, char bracket) {
  size_t index = (size_t)(node - nodes);
  node->_tag = bracket == '{' ? CARTO_JSON_OBJECT : CARTO_JSON_ARRAY;
  node->_size = nest->commas;
  node->_as.skip = index - nest->open;
  nest->open = index;
  nest->depth++;
  nest->commas = 0;
  nest->close = (char)(bracket + 2); /* as ASCII has it */
}

CARTO_MCP__INLINE void carto__json_leave(carto__json_nest *nest, carto_json *nodes,
                                         carto_json *behind) {
  carto_json *node = nodes + nest->open;
  uint32_t count = nest->commas + 1;
  nest->open -= node->_as.skip;
  nest->depth--;
  nest->commas = node->_size;
  nest->close = nodes[nest->open]._tag == CARTO_JSON_OBJECT ? '}' : ']';
  node->_size = count;
  node->_as.skip = (size_t)(behind - node);
}

/* Reads the value at p; returns the place behind it, NULL when there is none.
   closed   the last byte of the text is a closing bracket. No run of digits or white space gets
            past it, so whether the text ends is asked only behind one, in strings and words. */
CARTO_MCP__INLINE const char *carto__json_read(carto__json_reader *r, const char *p, bool closed) {
  const char *end = r->end;
  carto_json *node = r->nodes;
  carto__json_nest nest = {0, 0, 0, 0};
  carto__json_window window = {p, 0};
  for (;;) {
    if (node >= r->limit) {
      size_t used = (size_t)(node - r->nodes);
      if (!carto__json_reserve(r, used + 1, 0, p)) return NULL;
      node = r->nodes + used;
    }
    if (nest.close == '}') {
      if ((!closed && p == end) || *p != '"')
        return carto__json_expected(r, p, "a member's name in quotes");
      p = carto__json_string(r, &node, p + 1, &window);
      if (!p) return NULL;
      node++;
      if ((!closed && p == end) || *p != ':') p = carto__json_skip_spaces(p, end);
      if (p == end || *p != ':') return carto__json_expected(r, p, "':'");
      p = carto__json_skip_space(p + 1, end, closed);
    }
    if (!closed && p == end) return carto__json_expected(r, p, "a value");
    if (*p == '{' || *p == '[') {
      if (nest.depth == CARTO_MCP_MAX_DEPTH) return carto__json_too_deep(r, p);
      carto__json_enter(&nest, r->nodes, node++, *p);
      p = carto__json_skip_space(p + 1, end, closed);
      if ((!closed && p == end) || *p != nest.close) continue;
      nest.commas = UINT32_MAX; /* empty: one less than with one element */
    } else {
      if (*p == '"') p = carto__json_string(r, &node, p + 1, &window);
      else if (*p == '-' || carto__is_digit(*p)) p = carto__json_number(r, p, node, closed);
      else p = carto__json_word(r, p, node);
      if (!p) return NULL;
      node++;
    }
    for (;;) { /* what stands behind a value: a comma, or the ends of containers */
      if (nest.depth == 0) {
        r->count = (size_t)(node - r->nodes);
        return p;
      }
      if (p < end && *p != ',') p = carto__json_skip_space(p, end, closed);
      if (p == end || *p != nest.close) break;
      carto__json_leave(&nest, r->nodes, node);
      p++;
    }
    if (p == end || *p != ',')
      return carto__json_expected(r, p, nest.close == '}' ? "',' or '}'" : "',' or ']'");
    nest.commas++;
    p = carto__json_skip_space(p + 1, end, closed);
  }
}

/* Moves the decoded text up to the nodes, points the strings to it, and gives the rest of the
   room back. */
static void carto__json_finish(carto__json_reader *r) {
  size_t nodes_size = r->count * sizeof(carto_json);
  char *text = (char *)r->nodes + nodes_size;
  if (r->decoded) memmove(text, (char *)r->nodes + r->room - r->decoded, r->decoded);
  while (r->last_decoded) {
    carto_json *node = r->nodes + (r->last_decoded - 1);
    r->last_decoded = (uint32_t)(node->_as.u64 >> 32);
    node->_as.str = text + r->decoded - (size_t)(uint32_t)node->_as.u64;
  }
  (void)carto__arena_realloc(r->arena, r->nodes, r->room, nodes_size + r->decoded);
}

/* True when the last byte, but for a little white space, is a closing bracket. */
static bool carto__json_is_closed(const char *text, const char *end) {
  int i;
  for (i = 0; i < 4 && end > text && carto__json_is_space(end[-1]); i++) end--;
  return end > text && (end[-1] == '}' || end[-1] == ']');
}

/* used: NULL when the value is all of the text. */
static carto_status carto__json_parse(carto_arena *arena, carto_str text, size_t *used,
                                      carto_json_doc *doc, carto_error *error) {
  carto__json_reader r;
  const char *p;
  r.arena = arena;
  r.error = error;
  r.status = CARTO_OK;
  r.whole = !used;
  r.cut = text.len > UINT32_MAX;
  r.text = text.ptr ? text.ptr : "";
  r.end = r.text + (r.cut ? UINT32_MAX : text.len);
  r.nodes = r.limit = NULL;
  r.count = r.room = r.decoded = 0;
  r.last_decoded = 0;
  memset(doc, 0, sizeof *doc);
  if (r.cut && r.whole)
    return carto__fail(error, CARTO_ERR_LIMIT, UINT32_MAX, "JSON text longer than 4 GiB");
  if (!carto__json_reserve(&r, 1, 0, r.text)) return r.status;
  p = carto__json_skip_spaces(r.text, r.end);
  p = carto__json_is_closed(p, r.end) ? carto__json_read(&r, p, true)
                                      : carto__json_read(&r, p, false);
  if (p == r.end && r.cut) p = carto__json_expected(&r, p, "more"); /* a number may go on */
  if (p) p = carto__json_skip_spaces(p, r.end);
  if (p && r.whole && p < r.end) p = carto__json_expected(&r, p, "nothing more");
  if (!p) {
    (void)carto__arena_realloc(arena, r.nodes, r.room, 0);
    return r.status;
  }
  carto__json_finish(&r);
  if (used) *used = (size_t)(p - r.text);
  doc->root = r.nodes;
  doc->count = r.count;
  doc->text = carto_str_make(r.text, (size_t)(p - r.text));
  return CARTO_OK;
}

CARTO_MCP__DEF carto_status carto_json_parse(carto_arena *arena, carto_str text,
                                             carto_json_doc *doc, carto_error *error) {
  return carto__json_parse(arena, text, NULL, doc, error);
}

CARTO_MCP__DEF carto_status carto_json_parse_prefix(carto_arena *arena, carto_str text,
                                                    size_t *used, carto_json_doc *doc,
                                                    carto_error *error) {
  *used = 0;
  return carto__json_parse(arena, text, used, doc, error);
}

CARTO_MCP__DEF int carto_json_type_of(const carto_json *value) {
  return value ? (int)value->_tag : -1;
}

CARTO_MCP__DEF bool carto_json_is_number(const carto_json *value) {
  return value && value->_tag >= CARTO_JSON_INT && value->_tag <= CARTO_JSON_DOUBLE;
}

static bool carto__json_is_container(const carto_json *value) {
  return value && value->_tag >= CARTO_JSON_ARRAY;
}

CARTO_MCP__DEF size_t carto_json_count(const carto_json *value) {
  return carto__json_is_container(value) ? value->_size : 0;
}

CARTO_MCP__DEF carto_str carto_json_string(const carto_json *value) {
  if (!value || value->_tag != CARTO_JSON_STRING) return carto_str_make(NULL, 0);
  return carto_str_make(value->_as.str, value->_size);
}

CARTO_MCP__DEF bool carto_json_bool(const carto_json *value) {
  return value && value->_tag == CARTO_JSON_TRUE;
}

CARTO_MCP__DEF double carto_json_double(const carto_json *value) {
  switch (carto_json_type_of(value)) {
  case CARTO_JSON_INT: return (double)value->_as.i64;
  case CARTO_JSON_UINT: return (double)value->_as.u64;
  case CARTO_JSON_DOUBLE: return value->_as.f64;
  default: return 0;
  }
}

CARTO_MCP__DEF bool carto_json_int64(const carto_json *value, int64_t *out) {
  double f;
  if (carto_json_type_of(value) == CARTO_JSON_INT) {
    *out = value->_as.i64;
    return true;
  }
  if (carto_json_type_of(value) != CARTO_JSON_DOUBLE) return false;
  f = value->_as.f64;
  /* an integer that did not fit is at the bounds or beyond, however it was rounded */
  if (!(f > -9223372036854775808.0 && f < 9223372036854775808.0) || (double)(int64_t)f != f)
    return false;
  *out = (int64_t)f;
  return true;
}

CARTO_MCP__DEF bool carto_json_uint64(const carto_json *value, uint64_t *out) {
  int64_t whole;
  double f;
  if (carto_json_type_of(value) == CARTO_JSON_UINT) {
    *out = value->_as.u64;
    return true;
  }
  if (carto_json_int64(value, &whole)) {
    if (whole < 0) return false;
    *out = (uint64_t)whole;
    return true;
  }
  if (carto_json_type_of(value) != CARTO_JSON_DOUBLE) return false;
  f = value->_as.f64;
  if (!(f >= 9223372036854775808.0 && f < 18446744073709551616.0)) return false;
  *out = (uint64_t)f; /* a double this large is whole */
  return true;
}

CARTO_MCP__DEF carto_str carto_json_number_text(const carto_json_doc *doc,
                                                const carto_json *value) {
  const char *p, *start, *end;
  if (!carto_json_is_number(value)) return carto_str_make(NULL, 0);
  end = doc->text.ptr + doc->text.len;
  start = p = doc->text.ptr + value->_size;
  while (p < end &&
         (carto__is_digit(*p) || *p == '.' || *p == '-' || *p == '+' || (*p | 0x20) == 'e'))
    p++;
  return carto_str_make(start, (size_t)(p - start));
}

CARTO_MCP__DEF const carto_json *carto_json_first(const carto_json *container) {
  return carto_json_count(container) ? container + 1 : NULL;
}

CARTO_MCP__DEF const carto_json *carto_json_value_of(const carto_json *key) {
  return key ? key + 1 : NULL;
}

CARTO_MCP__DEF const carto_json *carto_json_next(const carto_json *value) {
  if (!value) return NULL;
  return value + (carto__json_is_container(value) ? value->_as.skip : 1);
}

CARTO_MCP__DEF const carto_json *carto_json_find(const carto_json *object, carto_str key) {
  const carto_json *found = NULL, *name;
  size_t left;
  if (carto_json_type_of(object) != CARTO_JSON_OBJECT) return NULL;
  name = object + 1;
  for (left = object->_size; left > 0; left--) {
    if (name->_size == key.len && carto_str_equal(carto_json_string(name), key)) found = name + 1;
    name = carto_json_next(name + 1);
  }
  return found;
}

CARTO_MCP__DEF const carto_json *carto_json_get(const carto_json *object, const char *key) {
  return carto_json_find(object, carto_str_from(key));
}

/* ---- writing */

CARTO_MCP__DEF void carto_json_writer_init(carto_json_writer *writer, carto_buf *out) {
  writer->out = out;
  writer->_depth = 0;
  writer->_comma = false;
}

/* carto__buf_room, at once where there is room. */
CARTO_MCP__INLINE char *carto__json_room(carto_buf *out, size_t len) {
  if (out->status == CARTO_OK && len <= out->cap - out->len) return out->ptr + out->len;
  return carto__buf_room(out, len);
}

static void carto__json_put(carto_buf *out, char byte) {
  char *to = carto__json_room(out, 1);
  if (!to) return;
  *to = byte;
  out->len++;
}

/* Before a value or a key: the comma that parts it from the one before. */
static void carto__json_part(carto_json_writer *writer) {
  if (writer->_comma) carto__json_put(writer->out, ',');
  writer->_comma = true;
}

static void carto__json_begin(carto_json_writer *writer, char bracket) {
  carto__json_part(writer);
  carto__json_put(writer->out, bracket);
  writer->_depth++;
  writer->_comma = false;
}

static void carto__json_end(carto_json_writer *writer, char bracket) {
  CARTO_MCP_ASSERT(writer->_depth > 0);
  carto__json_put(writer->out, bracket);
  writer->_depth--;
  writer->_comma = true;
}

CARTO_MCP__DEF void carto_json_begin_object(carto_json_writer *writer) {
  carto__json_begin(writer, '{');
}

CARTO_MCP__DEF void carto_json_end_object(carto_json_writer *writer) {
  carto__json_end(writer, '}');
}

CARTO_MCP__DEF void carto_json_begin_array(carto_json_writer *writer) {
  carto__json_begin(writer, '[');
}

CARTO_MCP__DEF void carto_json_end_array(carto_json_writer *writer) {
  carto__json_end(writer, ']');
}

CARTO_MCP__DEF void carto_json_write_raw(carto_json_writer *writer, carto_str json) {
  carto__json_part(writer);
  carto_buf_append_str(writer->out, json);
}

/* What stands for a byte that cannot be in a string as it is, in up to 6 bytes; returns how
   many. */
static size_t carto__json_write_escape(char *out, char c) {
  static const char names[] = "uuuuuuuubtnufruuuuuuuuuuuuuuuuuu", hex[] = "0123456789abcdef";
  if ((unsigned char)c >= 0x80) {
    memcpy(out, "\xef\xbf\xbd", 3); /* U+FFFD: the byte belongs to no character */
    return 3;
  }
  out[0] = '\\';
  out[1] = (unsigned char)c < 0x20 ? names[(unsigned char)c] : c;
  if (out[1] != 'u') return 2;
  out[2] = out[3] = '0';
  out[4] = hex[(unsigned char)c >> 4];
  out[5] = hex[c & 15];
  return 6;
}

/* True when all 8 bytes are plain: nothing below borrows unless a byte is not. */
static bool carto__json_is_plain8(uint64_t word) {
  uint64_t quote = word ^ CARTO_MCP__EACH('"'), escape = word ^ CARTO_MCP__EACH('\\');
  uint64_t any = word | (word - CARTO_MCP__EACH(0x20)) | (quote - CARTO_MCP__EACH(1)) |
                 (escape - CARTO_MCP__EACH(1));
  return (any & CARTO_MCP__EACH(0x80)) == 0;
}

/* Copies up to 15 bytes, in two pieces that overlap; false when not all are plain. */
static bool carto__json_copy_plain(char *to, const char *p, size_t len) {
  uint64_t first, last;
  uint32_t head, tail;
  if (len >= 8) {
    memcpy(&first, p, 8);
    memcpy(&last, p + len - 8, 8);
    memcpy(to, &first, 8);
    memcpy(to + len - 8, &last, 8);
    return carto__json_is_plain8(first) && carto__json_is_plain8(last);
  }
  if (len >= 4) {
    memcpy(&head, p, 4);
    memcpy(&tail, p + len - 4, 4);
    memcpy(to, &head, 4);
    memcpy(to + len - 4, &tail, 4);
    return carto__json_is_plain8((uint64_t)head << 32 | tail);
  }
  for (; len > 0 && carto__json_is_plain(*p); len--) *to++ = *p++;
  return len == 0;
}

/* Writes a text in quotes, and a colon when it is a key. At any time there is room for what is
   left of it as it is, and for what ends it. */
static void carto__json_quote(carto_json_writer *writer, carto_str text, bool key) {
  carto_buf *out = writer->out;
  const char *p = text.ptr ? text.ptr : "", *end = p + text.len, *stop;
  size_t comma = writer->_comma, after = key ? 2 : 1, size;
  char *to = carto__json_room(out, text.len + comma + after + 1);
  if (!to) return;
  *to = ',';
  to += comma;
  *to++ = '"';
  for (;;) {
    char escape[6];
    uint32_t other = 0;
    while (end - p >= 16 && other == 0) {
      other = carto__json_not_plain(p);
      size = other ? (size_t)carto__trailing_zeros(other) : 16;
      memcpy(to, p, 16);
      p += size;
      to += size;
    }
    if (end - p < 16 && carto__json_copy_plain(to, p, (size_t)(end - p))) break;
    while (p < end && carto__json_is_plain(*p)) *to++ = *p++;
    stop = carto__json_skip_wide(p, end);
    size = (size_t)(stop - p);
    if (size > 0) {
      memcpy(to, p, size);
      p = stop;
    } else {
      size = carto__json_write_escape(escape, *p++);
      out->len = (size_t)(to - out->ptr);
      to = carto__json_room(out, size + (size_t)(end - p) + after);
      if (!to) return;
      memcpy(to, escape, size);
    }
    to += size;
  }
  to += end - p;
  *to++ = '"';
  if (key) *to++ = ':';
  out->len = (size_t)(to - out->ptr);
  writer->_comma = !key;
}

CARTO_MCP__DEF void carto_json_key_str(carto_json_writer *writer, carto_str key) {
  carto__json_quote(writer, key, true);
}

CARTO_MCP__DEF void carto_json_key(carto_json_writer *writer, const char *key) {
  carto_json_key_str(writer, carto_str_from(key));
}

CARTO_MCP__DEF void carto_json_write_null(carto_json_writer *writer) {
  carto_json_write_raw(writer, carto_str_make("null", 4));
}

CARTO_MCP__DEF void carto_json_write_bool(carto_json_writer *writer, bool value) {
  carto_json_write_raw(writer, value ? carto_str_make("true", 4) : carto_str_make("false", 5));
}

CARTO_MCP__DEF void carto_json_write_int(carto_json_writer *writer, int64_t value) {
  carto__json_part(writer);
  carto_buf_append_int(writer->out, value);
}

CARTO_MCP__DEF void carto_json_write_uint(carto_json_writer *writer, uint64_t value) {
  carto__json_part(writer);
  carto_buf_append_uint(writer->out, value);
}

CARTO_MCP__DEF void carto_json_write_double(carto_json_writer *writer, double value) {
  carto_buf *out = writer->out;
  carto__json_part(writer);
  if (out->status == CARTO_OK && out->cap - out->len >= CARTO_MCP__DOUBLE_ROOM)
    out->len += carto__double_text(value, out->ptr + out->len);
  else carto_buf_append_double(out, value);
}

CARTO_MCP__DEF void carto_json_write_string(carto_json_writer *writer, carto_str value) {
  carto__json_quote(writer, value, false);
}

CARTO_MCP__DEF void carto_json_write_text(carto_json_writer *writer, const char *value) {
  carto_json_write_string(writer, carto_str_from(value));
}

CARTO_MCP__DEF void carto_json_write_time(carto_json_writer *writer, int64_t microseconds) {
  carto__json_part(writer);
  carto__json_put(writer->out, '"');
  carto_buf_append_time(writer->out, microseconds);
  carto__json_put(writer->out, '"');
}

CARTO_MCP__DEF void carto_json_write_value(carto_json_writer *writer, const carto_json_doc *doc,
                                           const carto_json *value) {
  const carto_json *open[CARTO_MCP_MAX_DEPTH];
  const carto_json *at = value;
  size_t depth = 0;
  if (!value) {
    carto_json_write_null(writer);
    return;
  }
  for (;;) {
    if (depth > 0 && open[depth - 1]->_tag == CARTO_JSON_OBJECT)
      carto_json_key_str(writer, carto_json_string(at++));
    switch (at->_tag) {
    case CARTO_JSON_NULL: carto_json_write_null(writer); break;
    case CARTO_JSON_FALSE:
    case CARTO_JSON_TRUE: carto_json_write_bool(writer, at->_tag == CARTO_JSON_TRUE); break;
    case CARTO_JSON_STRING: carto_json_write_string(writer, carto_json_string(at)); break;
    case CARTO_JSON_ARRAY:
    case CARTO_JSON_OBJECT:
      carto__json_begin(writer, at->_tag == CARTO_JSON_OBJECT ? '{' : '[');
      open[depth++] = at;
      break;
    default: carto_json_write_raw(writer, carto_json_number_text(doc, at)); break;
    }
    at++;
    while (depth > 0 && at == open[depth - 1] + open[depth - 1]->_as.skip)
      carto__json_end(writer, open[--depth]->_tag == CARTO_JSON_OBJECT ? '}' : ']');
    if (depth == 0) return;
  }
}

/* ---------------------------------------------------------------------- >>schema
   Rows that describe a JSON object; from the same rows its JSON Schema and the check of a value.
   Uses: >>base, >>buffer, >>json.   Used by: >>tools, >>rpc.
   carto_schema_check takes what the text of carto_schema_write admits: tests compare the two
   with a JSON Schema validator. Nesting is bounded by the depth of the rows, never by the value. */

static const struct {
  uint32_t kind;
  const char *name;
  const char *phrase;
} carto__schema_kinds[] = {
  {CARTO_KIND_STRING, "string", "a string"},
  {CARTO_KIND_NUMBER, "number", "a number"},
  {CARTO_KIND_INTEGER, "integer", "an integer"},
  {CARTO_KIND_BOOLEAN, "boolean", "a boolean"},
  {CARTO_KIND_ARRAY, "array", "an array"},
  {CARTO_KIND_OBJECT, "object", "an object"},
  {CARTO_KIND_NULL, "null", "null"},
};

#define CARTO_MCP__KIND_COUNT (sizeof carto__schema_kinds / sizeof carto__schema_kinds[0])
#define CARTO_MCP__KIND_MASK 127u

/* The row after row i and everything nested in it. */
static size_t carto__schema_next(const carto_param *rows, size_t count, size_t i) {
  uint32_t depth = rows[i].depth;
  for (i++; i < count && rows[i].depth > depth; i++) {
  }
  return i;
}

static bool carto__schema_is_rest(const carto_param *row) {
  return row->name[0] == '*' && row->name[1] == 0;
}

/* Which of its kinds a row's limits are about: 0 when it has none. */
static uint32_t carto__schema_limited(const carto_param *row) {
  if (row->min == 0 && row->max == 0) return 0;
  if (row->kinds & CARTO_KIND_STRING) return CARTO_KIND_STRING;
  return row->kinds & CARTO_KIND_ARRAY ? CARTO_KIND_ARRAY : CARTO_KIND_NUMBER;
}

/* A row for the root, which has none of its own. */
static carto_param carto__schema_root(bool closed) {
  carto_param row;
  memset(&row, 0, sizeof row);
  row.name = "";
  row.kinds = CARTO_KIND_OBJECT | (closed ? CARTO_CLOSED : 0);
  return row;
}

/* ---- writing */

/* Several kinds as branches of one type each: not all hosts take a list of types. */
static void carto__schema_write_kinds(carto_json_writer *out, uint32_t kinds) {
  size_t i, set = 0;
  for (i = 0; i < CARTO_MCP__KIND_COUNT; i++) set += (kinds & carto__schema_kinds[i].kind) != 0;
  if (set == 0) return;
  if (set > 1) carto_json_key(out, "anyOf");
  if (set > 1) carto_json_begin_array(out);
  for (i = 0; i < CARTO_MCP__KIND_COUNT; i++) {
    if (!(kinds & carto__schema_kinds[i].kind)) continue;
    if (set > 1) carto_json_begin_object(out);
    carto_json_key(out, "type");
    carto_json_write_text(out, carto__schema_kinds[i].name);
    if (set > 1) carto_json_end_object(out);
  }
  if (set > 1) carto_json_end_array(out);
}

static void carto__schema_write_allowed(carto_json_writer *out, const carto_param *row) {
  carto_str rest = carto_str_from(row->allowed);
  carto_json_key(out, "enum");
  carto_json_begin_array(out);
  while (rest.len > 0) carto_json_write_string(out, carto__str_cut(&rest, '|'));
  if (row->kinds & CARTO_KIND_NULL) carto_json_write_null(out);
  carto_json_end_array(out);
}

static void carto__schema_write_limits(carto_json_writer *out, const carto_param *row) {
  uint32_t kind = carto__schema_limited(row);
  if (kind == 0) return;
  carto_json_key(out, kind == CARTO_KIND_STRING  ? "minLength"
                      : kind == CARTO_KIND_ARRAY ? "minItems"
                                                 : "minimum");
  carto_json_write_double(out, row->min);
  carto_json_key(out, kind == CARTO_KIND_STRING  ? "maxLength"
                      : kind == CARTO_KIND_ARRAY ? "maxItems"
                                                 : "maximum");
  carto_json_write_double(out, row->max);
}

static void carto__schema_write_required(carto_json_writer *out, const carto_param *rows,
                                         size_t count) {
  bool begun = false;
  size_t i;
  for (i = 0; i < count; i = carto__schema_next(rows, count, i)) {
    if (!(rows[i].kinds & CARTO_REQUIRED)) continue;
    if (!begun) carto_json_key(out, "required");
    if (!begun) carto_json_begin_array(out);
    begun = true;
    carto_json_write_text(out, rows[i].name);
  }
  if (begun) carto_json_end_array(out);
}

/* The schema of what row describes; rows are those nested in it.
   recursion: bounded by the depth of the rows */
static void carto__schema_write(carto_json_writer *out, const carto_param *row,
                                const carto_param *rows, size_t count) {
  const carto_param *rest = NULL;
  bool begun = false;
  size_t i, next;
  carto_json_begin_object(out);
  carto__schema_write_kinds(out, row->kinds & CARTO_MCP__KIND_MASK);
  if (row->description) {
    carto_json_key(out, "description");
    carto_json_write_text(out, row->description);
  }
  if (row->allowed) carto__schema_write_allowed(out, row);
  carto__schema_write_limits(out, row);
  if (row->fallback) {
    carto_json_key(out, "default");
    carto_json_write_raw(out, carto_str_from(row->fallback));
  }
  if (row->kinds & CARTO_KIND_ARRAY) {
    if (count > 0) carto_json_key(out, "items");
    if (count > 0) carto__schema_write(out, rows, rows + 1, count - 1);
  } else if (row->kinds & CARTO_KIND_OBJECT) {
    for (i = 0; i < count; i = next) {
      next = carto__schema_next(rows, count, i);
      if (carto__schema_is_rest(&rows[i])) {
        rest = &rows[i];
        continue;
      }
      if (!begun) carto_json_key(out, "properties");
      if (!begun) carto_json_begin_object(out);
      begun = true;
      carto_json_key(out, rows[i].name);
      carto__schema_write(out, &rows[i], &rows[i] + 1, next - i - 1);
    }
    if (begun) carto_json_end_object(out);
    carto__schema_write_required(out, rows, count);
    if (rest || (row->kinds & CARTO_CLOSED)) carto_json_key(out, "additionalProperties");
    i = rest ? (size_t)(rest - rows) : 0;
    if (rest) carto__schema_write(out, rest, rest + 1, carto__schema_next(rows, count, i) - i - 1);
    else if (row->kinds & CARTO_CLOSED) carto_json_write_bool(out, false);
  }
  carto_json_end_object(out);
}

CARTO_MCP__DEF void carto_schema_write(carto_json_writer *out, const carto_param *rows,
                                       size_t count, bool closed) {
  carto_param root = carto__schema_root(closed);
  carto__schema_write(out, &root, rows, count);
}

/* ---- checking */

/* A place in the value: a member by its name, or an element by its index. */
typedef struct carto__schema_at {
  const struct carto__schema_at *parent; /* NULL: of the root */
  carto_str name;
  bool is_element;
  size_t index;
} carto__schema_at;

#define CARTO_MCP__WHERE 80

/* The place as text, such as points[2].lng; written from its end, which tells most. */
static carto_str carto__schema_where(const carto__schema_at *at, char room[CARTO_MCP__WHERE]) {
  char *p = room + CARTO_MCP__WHERE;
  for (; at && p > room + 1; at = at->parent) {
    char number[22];
    char *digits = carto__uint_digits(at->index, number + 1);
    carto_str part = at->name;
    if (at->is_element) {
      *--digits = '[';
      number[21] = ']';
      part = carto_str_make(digits, (size_t)(number + 22 - digits));
    }
    part.len = carto__min_size(part.len, (size_t)(p - room) - 1);
    p -= part.len;
    if (part.len) memcpy(p, part.ptr, part.len);
    if (at->parent && !at->is_element) *--p = '.';
  }
  return carto_str_make(p, (size_t)(room + CARTO_MCP__WHERE - p));
}

/* The kinds that a value is of. A whole number is both integer and number, as every double is from
   2^53 on; a number beyond all doubles is of no kind. */
static uint32_t carto__schema_kind_of(const carto_json *value) {
  static const uint32_t kinds[] = {CARTO_KIND_NULL,
                                   CARTO_KIND_BOOLEAN,
                                   CARTO_KIND_BOOLEAN,
                                   CARTO_KIND_INTEGER | CARTO_KIND_NUMBER,
                                   CARTO_KIND_INTEGER | CARTO_KIND_NUMBER,
                                   CARTO_KIND_NUMBER,
                                   CARTO_KIND_STRING,
                                   CARTO_KIND_ARRAY,
                                   CARTO_KIND_OBJECT}; /* by carto_json_type */
  double number = carto_json_double(value);
  int64_t whole;
  int type = carto_json_type_of(value);
  if (type != CARTO_JSON_DOUBLE) return kinds[type];
  if (number < -DBL_MAX || number > DBL_MAX) return 0;
  return carto_json_int64(value, &whole) || number >= 9007199254740992.0 ||
             number <= -9007199254740992.0
           ? CARTO_KIND_INTEGER | CARTO_KIND_NUMBER
           : CARTO_KIND_NUMBER;
}

/* "a string or null" */
static const char *carto__schema_phrase(uint32_t kinds, char room[CARTO_MCP__WHERE + 1]) {
  carto__text t;
  size_t i;
  t.ptr = room;
  t.len = 0;
  t.cap = CARTO_MCP__WHERE;
  for (i = 0; i < CARTO_MCP__KIND_COUNT; i++) {
    carto_str phrase = carto_str_from(carto__schema_kinds[i].phrase);
    if (!(kinds & carto__schema_kinds[i].kind)) continue;
    if (t.len > 0) carto__text_add(&t, " or ", 4);
    carto__text_add(&t, phrase.ptr, phrase.len);
  }
  room[t.len] = 0;
  return room;
}

static carto_status carto__schema_wrong_kind(const carto_param *row, uint32_t kind,
                                             const carto__schema_at *at, carto_error *error) {
  char room[CARTO_MCP__WHERE], wanted[CARTO_MCP__WHERE + 1], found[CARTO_MCP__WHERE + 1];
  uint32_t known = kind & (CARTO_KIND_NUMBER | CARTO_KIND_INTEGER) ? CARTO_KIND_NUMBER : kind;
  bool fraction = kind == CARTO_KIND_NUMBER && (row->kinds & CARTO_KIND_INTEGER);
  bool spare = kind == CARTO_KIND_NULL && at && !at->is_element && !(row->kinds & CARTO_REQUIRED);
  return carto__fail(error, CARTO_ERR_ARG, 0, "\"%v\" must be %s, not %s%s",
                     at ? carto__schema_where(at, room) : carto_str_from("the value"),
                     carto__schema_phrase(row->kinds, wanted),
                     fraction    ? "a fraction"
                     : kind == 0 ? "a number so large"
                                 : carto__schema_phrase(known, found),
                     spare ? "; leave it out instead" : "");
}

static size_t carto__utf8_count(carto_str text) {
  size_t i, count = 0;
  for (i = 0; i < text.len; i++) count += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
  return count;
}

static carto_str carto__schema_number(double value, char room[CARTO_MCP__DOUBLE_ROOM]) {
  return carto_str_make(room, carto__double_text(value, room));
}

static bool carto__schema_allows(const char *allowed, carto_str text) {
  carto_str rest = carto_str_from(allowed);
  while (rest.len > 0)
    if (carto_str_equal(carto__str_cut(&rest, '|'), text)) return true;
  return false;
}

/* Checks a value against its own row, whatever is in it. */
static carto_status carto__schema_check_itself(const carto_param *row, const carto_json *value,
                                               const carto__schema_at *at, carto_error *error) {
  char room[CARTO_MCP__WHERE], numbers[3][CARTO_MCP__DOUBLE_ROOM];
  uint32_t kind = carto__schema_kind_of(value), wanted = row->kinds & CARTO_MCP__KIND_MASK;
  double size = carto_json_double(value);
  const char *unit = "";
  if (wanted != 0 && (wanted & kind) == 0) return carto__schema_wrong_kind(row, kind, at, error);
  if (row->allowed && !(wanted & kind & CARTO_KIND_NULL) &&
      !(kind == CARTO_KIND_STRING && carto__schema_allows(row->allowed, carto_json_string(value))))
    return kind == CARTO_KIND_STRING
             ? carto__fail(error, CARTO_ERR_ARG, 0, "\"%v\" must be one of %s, not \"%v\"",
                           carto__schema_where(at, room), row->allowed, carto_json_string(value))
             : carto__fail(error, CARTO_ERR_ARG, 0, "\"%v\" must be one of %s",
                           carto__schema_where(at, room), row->allowed);
  if ((carto__schema_limited(row) & kind) == 0) return CARTO_OK;
  if (kind == CARTO_KIND_STRING) {
    size = (double)carto__utf8_count(carto_json_string(value));
    unit = " characters long";
  } else if (kind == CARTO_KIND_ARRAY) {
    size = (double)carto_json_count(value);
    unit = " elements long";
  }
  if (size >= row->min && size <= row->max) return CARTO_OK;
  return carto__fail(error, CARTO_ERR_ARG, 0, "\"%v\" must be %v to %v%s, not %v",
                     carto__schema_where(at, room), carto__schema_number(row->min, numbers[0]),
                     carto__schema_number(row->max, numbers[1]), unit,
                     carto__schema_number(size, numbers[2]));
}

/* The row for a member; NULL when it is named by none and there is no "*". */
static const carto_param *carto__schema_row(const carto_param *rows, size_t count, carto_str name,
                                            size_t *nested) {
  const carto_param *found = NULL;
  size_t i, next;
  for (i = 0; i < count; i = next) {
    bool named = !carto__schema_is_rest(&rows[i]);
    next = carto__schema_next(rows, count, i);
    if (named && !carto__str_is(name, rows[i].name)) continue;
    found = &rows[i];
    *nested = next - i - 1;
    if (named) return found;
  }
  return found;
}

/* Refuses a member that no row names: says which was probably meant, else which there are. */
static carto_status carto__schema_unknown(const carto_param *rows, size_t count,
                                          const carto__schema_at *at, carto_error *error) {
  char room[CARTO_MCP__WHERE], names[CARTO_MCP__WHERE * 2 + 1];
  carto_str best = carto_str_make(NULL, 0), where = carto__schema_where(at, room);
  size_t i, distance = carto__nearest_limit(at->name);
  carto__text t;
  t.ptr = names;
  t.len = 0;
  t.cap = sizeof names - 1;
  for (i = 0; i < count; i = carto__schema_next(rows, count, i)) {
    carto_str name = carto_str_from(rows[i].name);
    carto__nearest(at->name, name, &best, &distance);
    if (t.len > 0) carto__text_add(&t, ", ", 2);
    carto__text_add(&t, name.ptr, name.len);
  }
  names[t.len] = 0;
  if (best.len)
    return carto__fail(error, CARTO_ERR_ARG, 0, "there is no \"%v\"; did you mean \"%v\"?", where,
                       best);
  if (t.len == 0)
    return carto__fail(error, CARTO_ERR_ARG, 0, "there is no \"%v\"; it takes nothing", where);
  return carto__fail(error, CARTO_ERR_ARG, 0, "there is no \"%v\"; it takes %s", where, names);
}

/* Checks a value against row, and what is in it against rows.
   recursion: bounded by the depth of the rows */
static carto_status carto__schema_check(const carto_param *row, const carto_param *rows,
                                        size_t count, const carto_json *value,
                                        const carto__schema_at *at, carto_error *error) {
  const carto_json *item = carto_json_first(value), *member;
  bool in_array = (row->kinds & CARTO_KIND_ARRAY) != 0;
  size_t i, nested = 0, left = carto_json_count(value);
  carto__schema_at here;
  char room[CARTO_MCP__WHERE];
  carto_status status = value ? carto__schema_check_itself(row, value, at, error) : CARTO_OK;
  memset(&here, 0, sizeof here);
  here.parent = at;
  here.is_element = in_array;
  if (value && carto_json_type_of(value) != (in_array ? CARTO_JSON_ARRAY : CARTO_JSON_OBJECT))
    return status;
  if (in_array) {
    for (; left > 0 && count > 0 && status == CARTO_OK;
         left--, here.index++, item = carto_json_next(item))
      status = carto__schema_check(rows, rows + 1, count - 1, item, &here, error);
    return status;
  }
  if (!(row->kinds & CARTO_KIND_OBJECT)) return status;
  for (; left > 0 && status == CARTO_OK; left--, item = carto_json_next(member)) {
    const carto_param *found = carto__schema_row(rows, count, carto_json_string(item), &nested);
    member = carto_json_value_of(item);
    here.name = carto_json_string(item);
    if (found) status = carto__schema_check(found, found + 1, nested, member, &here, error);
    else if (row->kinds & CARTO_CLOSED) status = carto__schema_unknown(rows, count, &here, error);
  }
  for (i = 0; i < count && status == CARTO_OK; i = carto__schema_next(rows, count, i)) {
    if (!(rows[i].kinds & CARTO_REQUIRED) || carto_json_get(value, rows[i].name)) continue;
    here.name = carto_str_from(rows[i].name);
    status = carto__fail(error, CARTO_ERR_ARG, 0, "\"%v\" is missing: %s",
                         carto__schema_where(&here, room),
                         rows[i].description ? rows[i].description : "it is required");
  }
  return status;
}

CARTO_MCP__DEF carto_status carto_schema_check(const carto_param *rows, size_t count, bool closed,
                                               const carto_json *value, carto_error *error) {
  carto_param root = carto__schema_root(closed);
  return carto__schema_check(&root, rows, count, value, NULL, error);
}

/* ------------------------------------------------------------------------- >>geo
   Geometries from and to WKT, WKB and GeoJSON, their boxes; what lies in what, distances and other
   measures, in the plane and on the spheroid; H3 and quadbin cells.
   Uses: >>base, >>memory, >>buffer, >>json.   Used by: >>table, >>stats, >>sql, >>draw and others.
   A geometry is always the same kind of bytes: little-endian ISO WKB, all parts with the dimensions
   of the whole, every coordinate finite (an empty point alone is written as NaN), rings closed. One
   walk over those bytes serves all readers of them; one maker, which checks, serves all that write
   them.                                                                                       */

/* ---- elementary functions, so that the core needs no libm. The errors seen are at most 1.1
   units in the last place, 1.4 for atan2; the square root is exact. Coefficients: minimax fits
   for the ranges used here. */

/* Rounded correctly; 0 for a negative argument. */
static double carto__sqrt(double x) {
#if defined(CARTO_MCP_SQRT)
  return x > 0 ? CARTO_MCP_SQRT(x) : 0;
#elif defined(CARTO_MCP__SSE2)
  __m128d v = _mm_set_sd(x);
  return x > 0 ? _mm_cvtsd_f64(_mm_sqrt_sd(v, v)) : 0;
#elif defined(CARTO_MCP__NEON)
  return x > 0 ? vget_lane_f64(vsqrt_f64(vdup_n_f64(x)), 0) : 0;
#else
  uint64_t bits, rest = 0, root = 0;
  int exponent, i;
  if (!(x > 0) || x > DBL_MAX) return x > 0 ? x : 0;
  exponent = x < DBL_MIN ? -54 : 0;
  if (x < DBL_MIN) x *= 18014398509481984.0;
  memcpy(&bits, &x, sizeof bits);
  exponent += (int)(bits >> 52) - 1023;
  bits = (bits & ((UINT64_C(1) << 52) - 1)) | UINT64_C(1) << 52;
  if (exponent & 1) {
    bits <<= 1;
    exponent--;
  }
  for (i = 0; i < 54; i++) { /* a digit of the root from two of the square: 53, and one to round */
    rest = rest << 2 | (i < 27 ? bits >> (52 - 2 * i) & 3 : 0);
    root <<= 1;
    if (rest > root << 1) {
      rest -= root << 1 | 1;
      root |= 1;
    }
  }
  bits = ((root + 1) >> 1) + ((uint64_t)(exponent / 2 + 1022) << 52);
  memcpy(&x, &bits, sizeof x);
  return x;
#endif
}

/* c[0] + c[1] x + ... + c[count - 1] x^(count - 1) */
static double carto__polynomial(const double *c, int count, double x) {
  double sum = c[--count];
  while (count > 0) sum = sum * x + c[--count];
  return sum;
}

/* For |x| up to a million. pi/2 in three pieces, the first two short enough that their products
   with the quadrant are exact, keeps what is left of x good to the last bit also near a multiple
   of pi/2. */
static void carto__sin_cos(double x, double *sine, double *cosine) {
  static const double s[] = {-0.16666666666666632,    0.00833333333332237,
                             -0.00019841269829771172, 2.755731367866806e-06,
                             -2.5050755961840936e-08, 1.5896666535668419e-10};
  static const double c[] = {0.0416666666666666,    -0.0013888888888874064,
                             2.480158728944345e-05, -2.755731434065252e-07,
                             2.087572162291273e-09, -1.135955929367365e-11};
  double turns = x * 0.6366197723675814;
  int quadrant = (int)(turns < 0 ? turns - 0.5 : turns + 0.5);
  double t = x - quadrant * 1.5707963267341256, w = quadrant * 6.077100506303966e-11;
  double most = t - w, rest = ((t - most) - w) - quadrant * 2.0222662487959506e-21;
  double r = most + rest, low = rest - (r - most);
  double y = r * r, half = 0.5 * y, one = 1 - half;
  double a = r + (r * y * carto__polynomial(s, 6, y) + low * one);
  double b = one + (((1 - one) - half) + (y * y * carto__polynomial(c, 6, y) - r * low));
  double swap = quadrant & 1 ? a : b;
  if (quadrant & 1) a = b;
  *sine = quadrant & 2 ? -a : a;
  *cosine = (quadrant + 1) & 2 ? -swap : swap;
}

/* The angle of (x, y) in -pi..pi; 0 for (0, 0). With t = y / x in 0..1 and c the nearest quarter,
   atan t = atan c + atan((y - cx) / (x + cy)). */
static double carto__atan2(double y, double x) {
  static const double p[] = {-0.3333333333333333, 0.1999999999999445,   -0.1428571428264462,
                             0.11111110305822783, -0.09090795993022821, 0.07683559862424572,
                             -0.06314084767013166};
  static const double quarters[5][2] = {{0, 0},
                                        {0.24497866312686414, 1.0698755618734451e-17},
                                        {0.4636476090008061, 2.2698777452961687e-17},
                                        {0.6435011087932844, 1.5834785051444286e-17},
                                        {0.7853981633974483, 3.061616997868383e-17}};
  double across = x < 0 ? -x : x, up = y < 0 ? -y : y, angle, low, t, s;
  bool steep = up > across;
  int i;
  if (steep) {
    t = across;
    across = up;
    up = t;
  }
  if (!(across > 0)) return 0;
  i = (int)(up / across * 4 + 0.5);
  t = (up - across * i / 4) / (across + up * i / 4);
  s = t * t;
  angle = quarters[i][0];
  low = t + (t * s * carto__polynomial(p, 7, s) + quarters[i][1]);
  if (steep) { /* pi/2 - angle */
    angle = 1.5707963267948966 - angle;
    low = 6.123233995736766e-17 - low;
  }
  if (x < 0) { /* pi - angle */
    angle = 3.141592653589793 - angle;
    low = 1.2246467991473532e-16 - low;
  }
  return y < 0 ? -(angle + low) : angle + low;
}

/* Natural logarithm of a positive finite number: 2^k * m with m between the roots of 1/2 and 2, and
   log m as a series in (m - 1) / (m + 1). */
static double carto__log(double x) {
  static const double p[] = {0.6666666666666735,  0.3999999999941109, 0.2857142874326311,
                             0.22222198475955784, 0.181835697407507,  0.15313903236519316,
                             0.14797507692232995};
  double f, s, z, half;
  uint64_t bits;
  int k = 0;
  if (x < DBL_MIN) {
    x *= 18014398509481984.0;
    k = -54;
  }
  memcpy(&bits, &x, sizeof bits);
  k += (int)(bits >> 52) - 1023;
  bits = (bits & ((UINT64_C(1) << 52) - 1)) | UINT64_C(1023) << 52;
  memcpy(&x, &bits, sizeof x);
  if (x > 1.4142135623730951) {
    x *= 0.5;
    k++;
  }
  f = x - 1;
  s = f / (2 + f);
  z = s * s;
  half = 0.5 * f * f;
  return k * 0.6931471803691238 -
         ((half - (s * (half + z * carto__polynomial(p, 7, z)) + k * 1.9082149292705877e-10)) - f);
}

static double carto__power_of_two(int k) {
  uint64_t bits = (uint64_t)(k + 1023) << 52;
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/* 2^k * e^r, r within half a log 2. */
static double carto__exp(double x) {
  static const double p[] = {0.5000000000000013,     0.166666666666667,     0.04166666666651432,
                             0.008333333333307017,   0.0013888888947330977, 0.00019841269917791549,
                             2.4801489590750684e-05, 2.755721593350991e-06, 2.7631413750257116e-07,
                             2.511797826500634e-08};
  double high, low, r, value;
  int k;
  if (!(x > -746)) return 0;
  if (x > 710) return DBL_MAX * 2;
  k = (int)(x * 1.4426950408889634 + (x < 0 ? -0.5 : 0.5));
  high = x - k * 0.6931471803691238;
  low = k * 1.9082149292705877e-10;
  r = high - low;
  value = 1 + (high - (low - r * r * carto__polynomial(p, 10, r)));
  return value * carto__power_of_two(k / 2) * carto__power_of_two(k - k / 2);
}

static double carto__abs(double x) { return x < 0 ? -x : x; }

static bool carto__is_finite(double x) { return x >= -DBL_MAX && x <= DBL_MAX; }

#define CARTO_MCP__DEGREE 0.017453292519943295 /* in radians */
#define CARTO_MCP__PI 3.141592653589793

/* ---- the shape of a geometry: a run of positions, or parts that are again geometries */

/* Beside the public types: a polygon's ring, and any of the seven, which then says itself which. */
#define CARTO_MCP__RING 8
#define CARTO_MCP__ANY 9

#define CARTO_MCP__Z 1u
#define CARTO_MCP__M 2u

/* What the parts of a type are; 0 where it is one run of positions. */
static int carto__geom_part(int type) {
  if (type == CARTO_GEOM_POLYGON) return CARTO_MCP__RING;
  if (type == CARTO_GEOM_COLLECTION) return CARTO_MCP__ANY;
  if (type < CARTO_GEOM_MULTIPOINT || type > CARTO_GEOM_MULTIPOLYGON) return 0;
  return type - CARTO_GEOM_MULTIPOINT + CARTO_GEOM_POINT;
}

CARTO_MCP__DEF const char *carto_geom_type_name(int type) {
  static const char *const names[] = {
    "",           "Point",           "LineString",   "Polygon",
    "MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection"};
  return type >= CARTO_GEOM_POINT && type <= CARTO_GEOM_COLLECTION ? names[type] : "";
}

static size_t carto__geom_stride(unsigned dims) { return 8 * (2 + (dims & 1) + (dims >> 1)); }

static uint32_t carto__geom_u32(const unsigned char *p, bool big) {
  return big ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]
             : (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static double carto__geom_double(const unsigned char *p, bool big) {
  uint64_t high = carto__geom_u32(big ? p : p + 4, big),
           low = carto__geom_u32(big ? p + 4 : p, big);
  double value;
  low |= high << 32;
  memcpy(&value, &low, sizeof value);
  return value;
}

/* Little-endian; returns the place behind. */
static char *carto__geom_put_u32(char *to, uint32_t value) {
  int i;
  for (i = 0; i < 4; i++) *to++ = (char)(unsigned char)(value >> 8 * i);
  return to;
}

/* ---- the walk */

typedef enum carto__geom_event {
  CARTO__GEOM_END,
  CARTO__GEOM_OPEN,  /* something with parts, which follow */
  CARTO__GEOM_CLOSE, /* its end */
  CARTO__GEOM_RUN,   /* positions */
  CARTO__GEOM_BAD    /* walk->wrong says what, walk->at where */
} carto__geom_event;

typedef struct carto__geom_node {
  uint32_t count;     /* parts, or positions */
  uint32_t index;     /* among the parts around it; while it is open, its parts begun */
  unsigned char type; /* carto_geom_type or CARTO_MCP__RING */
  unsigned char dims; /* CARTO_MCP__Z, CARTO_MCP__M */
  bool big;           /* its numbers have their highest byte first */
  bool tagged;        /* its type is not given by what it is a part of */
} carto__geom_node;

/* Goes through WKB in reading order: ISO or extended, either byte order. Trusts nothing. */
typedef struct carto__geom_walk {
  const unsigned char *ptr;
  size_t size, at;
  carto__geom_node node;       /* what the event is about */
  const unsigned char *points; /* of a run */
  carto_status status;         /* of what is BAD */
  const char *wrong;
  size_t depth;
  carto__geom_node open[CARTO_MCP_MAX_DEPTH];
} carto__geom_walk;

static void carto__geom_walk_init(carto__geom_walk *walk, const void *ptr, size_t size) {
  walk->ptr = (const unsigned char *)ptr;
  walk->size = size;
  walk->at = 0;
  walk->depth = 0;
}

static bool carto__geom_bad(carto__geom_walk *walk, carto_status status, const char *wrong) {
  walk->status = status;
  walk->wrong = wrong;
  return false;
}

static bool carto__geom_need(carto__geom_walk *walk, size_t size) {
  return size <= walk->size - walk->at ||
         carto__geom_bad(walk, CARTO_ERR_SYNTAX, "the bytes end too early");
}

static bool carto__geom_take_u32(carto__geom_walk *walk, uint32_t *out) {
  if (!carto__geom_need(walk, 4)) return false;
  *out = carto__geom_u32(walk->ptr + walk->at, walk->node.big);
  walk->at += 4;
  return true;
}

/* Byte order and type; extended WKB has flags in the type and perhaps an SRID behind it. */
static bool carto__geom_header(carto__geom_walk *walk, int want) {
  carto__geom_node *node = &walk->node;
  uint32_t code, type, srid;
  if (!carto__geom_need(walk, 5)) return false;
  if (walk->ptr[walk->at] > 1)
    return carto__geom_bad(walk, CARTO_ERR_SYNTAX, "expected a byte order, 0 or 1");
  node->big = walk->ptr[walk->at++] == 0;
  (void)carto__geom_take_u32(walk, &code);
  type = code & 0x1fffffffu;
  node->dims = (unsigned char)(type / 1000 | code >> 31 | (code >> 29 & CARTO_MCP__M));
  node->type = (unsigned char)(type % 1000);
  if (type >= 4000 || type % 1000 < 1 || type % 1000 > 17)
    return carto__geom_bad(walk, CARTO_ERR_SYNTAX, "expected the code of a geometry type");
  if (node->type > CARTO_GEOM_COLLECTION)
    return carto__geom_bad(walk, CARTO_ERR_UNSUPPORTED,
                           "curves, surfaces and triangles are not supported");
  if (want != CARTO_MCP__ANY && want != node->type)
    return carto__geom_bad(walk, CARTO_ERR_SYNTAX,
                           "the part has a type that the whole does not allow");
  if (!(code & 0x20000000u)) return true;
  if (!carto__geom_take_u32(walk, &srid)) return false;
  return srid == 0 || srid == 4326 ||
         carto__geom_bad(walk, CARTO_ERR_UNSUPPORTED, "expected SRID 4326");
}

/* Reads what comes next, as far as its count and positions. */
static bool carto__geom_enter(carto__geom_walk *walk) {
  carto__geom_node *node = &walk->node, *around = walk->depth ? &walk->open[walk->depth - 1] : NULL;
  int want = around ? carto__geom_part(around->type) : CARTO_MCP__ANY;
  size_t stride;
  node->index = around ? around->index++ : 0;
  node->tagged = want == CARTO_MCP__ANY;
  node->count = 1;
  if (want == CARTO_MCP__RING) {
    node->type = CARTO_MCP__RING;
    node->dims = around->dims;
    node->big = around->big;
  } else if (!carto__geom_header(walk, want)) {
    return false;
  }
  if (node->type != CARTO_GEOM_POINT && !carto__geom_take_u32(walk, &node->count)) return false;
  stride = carto__geom_stride(node->dims);
  walk->points = NULL;
  if (carto__geom_part(node->type)) { /* a ring takes at least its count, a geometry 9 bytes */
    if (node->count > (walk->size - walk->at) / (node->type == CARTO_GEOM_POLYGON ? 4 : 9))
      return carto__geom_bad(walk, CARTO_ERR_SYNTAX, "more parts than the bytes can hold");
    if (walk->depth == CARTO_MCP_MAX_DEPTH)
      return carto__geom_bad(walk, CARTO_ERR_LIMIT, "nested too deeply");
    walk->open[walk->depth] = *node;
    walk->open[walk->depth++].index = 0;
    return true;
  }
  if (node->count > (walk->size - walk->at) / stride)
    return carto__geom_bad(walk, CARTO_ERR_SYNTAX, "more positions than the bytes can hold");
  walk->points = walk->ptr + walk->at;
  walk->at += node->count * stride;
  if (node->type == CARTO_GEOM_POINT) { /* NaN: it is empty */
    double x = carto__geom_double(walk->points, node->big);
    double y = carto__geom_double(walk->points + 8, node->big);
    if (x != x && y != y) node->count = 0;
  }
  return true;
}

static carto__geom_event carto__geom_next(carto__geom_walk *walk) {
  const carto__geom_node *around = walk->depth ? &walk->open[walk->depth - 1] : NULL;
  if (around && around->index == around->count) {
    walk->node = *around;
    walk->depth--;
    return CARTO__GEOM_CLOSE;
  }
  if (!around && (walk->at > 0 || walk->size == 0)) return CARTO__GEOM_END;
  if (!carto__geom_enter(walk)) return CARTO__GEOM_BAD;
  return walk->points ? CARTO__GEOM_RUN : CARTO__GEOM_OPEN;
}

/* The same where the bytes are a carto_geom: a caller's broken one just ends early. */
static carto__geom_event carto__geom_step(carto__geom_walk *walk) {
  carto__geom_event event = carto__geom_next(walk);
  return event == CARTO__GEOM_BAD ? CARTO__GEOM_END : event;
}

CARTO_MCP__DEF int carto_geom_type_of(carto_geom geom) {
  carto__geom_walk walk;
  carto__geom_walk_init(&walk, geom.wkb, geom.size);
  return carto__geom_step(&walk) == CARTO__GEOM_END ? 0 : walk.node.type;
}

CARTO_MCP__DEF bool carto_geom_is_empty(carto_geom geom) {
  carto__geom_walk walk;
  carto__geom_event event;
  carto__geom_walk_init(&walk, geom.wkb, geom.size);
  while ((event = carto__geom_step(&walk)) != CARTO__GEOM_END)
    if (event == CARTO__GEOM_RUN && walk.node.count > 0) return false;
  return true;
}

CARTO_MCP__DEF carto_box carto_box_empty(void) {
  carto_box box;
  box.xmin = box.ymin = DBL_MAX;
  box.xmax = box.ymax = -DBL_MAX;
  return box;
}

CARTO_MCP__DEF void carto_box_add_point(carto_box *box, double x, double y) {
  if (x < box->xmin) box->xmin = x;
  if (x > box->xmax) box->xmax = x;
  if (y < box->ymin) box->ymin = y;
  if (y > box->ymax) box->ymax = y;
}

CARTO_MCP__DEF void carto_box_add(carto_box *box, carto_box other) {
  if (other.xmin > other.xmax || other.ymin > other.ymax) return;
  carto_box_add_point(box, other.xmin, other.ymin);
  carto_box_add_point(box, other.xmax, other.ymax);
}

CARTO_MCP__DEF carto_box carto_geom_box(carto_geom geom) {
  carto_box box = carto_box_empty();
  carto__geom_walk walk;
  carto__geom_event event;
  uint32_t i;
  carto__geom_walk_init(&walk, geom.wkb, geom.size);
  while ((event = carto__geom_step(&walk)) != CARTO__GEOM_END) {
    const unsigned char *p = walk.points;
    if (event != CARTO__GEOM_RUN) continue;
    for (i = 0; i < walk.node.count; i++, p += carto__geom_stride(walk.node.dims))
      carto_box_add_point(&box, carto__geom_double(p, walk.node.big),
                          carto__geom_double(p + 8, walk.node.big));
  }
  return box;
}

/* ---- the maker */

/* Puts a geometry together in an arena and checks every run. */
typedef struct carto__geom_maker {
  carto_arena *arena;
  carto_buf out;
  unsigned dims;
} carto__geom_maker;

static void carto__geom_maker_init(carto__geom_maker *maker, carto_arena *arena, unsigned dims) {
  maker->arena = arena;
  maker->dims = dims;
  carto_buf_init(&maker->out, carto_arena_allocator(arena), 0);
}

/* What stands before the parts or positions: byte order, code, SRID unless 0, and but for a
   point the count. A ring has only the count. */
static void carto__geom_append_head(carto_buf *out, int type, uint32_t code, uint32_t srid,
                                    uint32_t count) {
  char head[13] = {1};
  char *end = carto__geom_put_u32(head + 1, code), *start = head;
  if (srid) end = carto__geom_put_u32(end, srid);
  if (type != CARTO_GEOM_POINT) end = carto__geom_put_u32(end, count);
  if (type == CARTO_MCP__RING) start = end - 4;
  carto_buf_append(out, start, (size_t)(end - start));
}

/* Begins a geometry, a ring or a run; returns where its count stands, for carto__geom_set_count. */
static size_t carto__geom_begin(carto__geom_maker *maker, int type) {
  carto__geom_append_head(&maker->out, type, (uint32_t)type + 1000 * maker->dims, 0, 0);
  return maker->out.len - 4;
}

static void carto__geom_set_count(carto__geom_maker *maker, size_t at, uint32_t count) {
  if (maker->out.status == CARTO_OK) (void)carto__geom_put_u32(maker->out.ptr + at, count);
}

static void carto__geom_add_double(carto__geom_maker *maker, double value) {
  char bytes[8];
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  (void)carto__geom_put_u32(carto__geom_put_u32(bytes, (uint32_t)bits), (uint32_t)(bits >> 32));
  carto_buf_append(&maker->out, bytes, sizeof bytes);
}

/* Ends the run of a type that began at `at`: writes its count, checks it. Returns what is wrong,
   or NULL. */
static const char *carto__geom_end_run(carto__geom_maker *maker, int type, size_t at) {
  size_t stride = carto__geom_stride(maker->dims), size, i;
  const unsigned char *first, *last;
  static const unsigned char none[8] = {0, 0, 0, 0, 0, 0, 0xf8, 0x7f}; /* NaN */
  if (maker->out.status != CARTO_OK) return NULL;                      /* reported at the end */
  size = maker->out.len - (at + 4);
  first = (const unsigned char *)maker->out.ptr + at + 4;
  for (i = 0; i < size; i += 8)
    if (!carto__is_finite(carto__geom_double(first + i, false)))
      return "expected finite coordinates";
  if (type == CARTO_GEOM_POINT && size > stride) return "expected one position in a point";
  if (type == CARTO_GEOM_LINESTRING && size == stride)
    return "expected 2 or more positions in a line";
  if (type == CARTO_MCP__RING) {
    if (size < 4 * stride) return "expected 4 or more positions in a ring";
    last = first + (size - stride);
    if (carto__geom_double(first, false) != carto__geom_double(last, false) ||
        carto__geom_double(first + 8, false) != carto__geom_double(last + 8, false))
      return "expected a ring to end where it begins";
  }
  if (type != CARTO_GEOM_POINT) carto__geom_set_count(maker, at, (uint32_t)(size / stride));
  else
    for (; size < stride; size += 8) carto_buf_append(&maker->out, none, 8);
  return NULL;
}

/* The memory the result does not need goes back to the arena. */
static carto_status carto__geom_finish(carto__geom_maker *maker, carto_geom *out,
                                       carto_error *error) {
  carto_buf *buf = &maker->out;
  if (buf->status != CARTO_OK) return carto__fail_memory(maker->arena, error);
  out->wkb =
    (const unsigned char *)carto__arena_realloc(maker->arena, buf->ptr, buf->cap, buf->len);
  out->size = buf->len;
  return CARTO_OK;
}

/* ---- WKB */

/* WKB to a geometry; one byte of it is `scale` bytes of the text that errors are about. */
static carto_status carto__geom_read(carto_arena *arena, const void *ptr, size_t len, size_t scale,
                                     carto_geom *out, carto_error *error) {
  carto__geom_maker maker;
  carto__geom_walk walk;
  carto__geom_event event;
  size_t begin = 0;
  carto__geom_walk_init(&walk, ptr, len);
  walk.wrong = NULL;
  carto__geom_maker_init(&maker, arena, 0);
  if (len > 0) (void)carto__buf_room(&maker.out, len);
  for (; (event = carto__geom_next(&walk)) != CARTO__GEOM_END; begin = walk.at) {
    const carto__geom_node *node = &walk.node;
    size_t at, i;
    if (event == CARTO__GEOM_BAD) break;
    if (event == CARTO__GEOM_CLOSE) continue;
    if (begin == 0) maker.dims = node->dims;
    if (node->dims != maker.dims) walk.wrong = "the part has other dimensions than the whole";
    if (walk.wrong) break;
    at = carto__geom_begin(&maker, node->type);
    if (event == CARTO__GEOM_OPEN) {
      carto__geom_set_count(&maker, at, node->count);
      continue;
    }
    for (i = 0; i < node->count * carto__geom_stride(node->dims); i += 8)
      carto__geom_add_double(&maker, carto__geom_double(walk.points + i, node->big));
    begin = (size_t)(walk.points - walk.ptr);
    walk.wrong = carto__geom_end_run(&maker, node->type, at);
    if (walk.wrong) break;
  }
  if (event == CARTO__GEOM_BAD)
    return carto__fail(error, walk.status, walk.at * scale, "WKB: %s", walk.wrong);
  if (walk.wrong) return carto__fail(error, CARTO_ERR_SYNTAX, begin * scale, "WKB: %s", walk.wrong);
  if (walk.at < len || len == 0)
    return carto__fail(error, CARTO_ERR_SYNTAX, walk.at * scale, "WKB: %s",
                       len ? "expected the end" : "the bytes end too early");
  return carto__geom_finish(&maker, out, error);
}

static void carto__geom_none(carto_geom *out) {
  out->wkb = NULL;
  out->size = 0;
}

CARTO_MCP__DEF carto_status carto_geom_from_wkb(carto_arena *arena, const void *ptr, size_t len,
                                                carto_geom *out, carto_error *error) {
  carto__geom_none(out);
  return carto__geom_read(arena, ptr, len, 1, out, error);
}

CARTO_MCP__DEF carto_status carto_geom_from_hex(carto_arena *arena, carto_str text, carto_geom *out,
                                                carto_error *error) {
  unsigned char *bytes;
  carto_mark mark;
  carto_geom geom;
  carto_status status;
  size_t i;
  carto__geom_none(out);
  for (i = 0; i < text.len && carto__json_hex_digit(text.ptr[i]) >= 0; i++) {
  }
  if (i < text.len || i % 2)
    return carto__fail(error, CARTO_ERR_SYNTAX, i, "expected pairs of hexadecimal digits");
  bytes = (unsigned char *)carto_arena_alloc(arena, text.len / 2);
  if (!bytes) return carto__fail_memory(arena, error);
  for (i = 0; i < text.len; i += 2)
    bytes[i / 2] = (unsigned char)(carto__json_hex_digit(text.ptr[i]) * 16 +
                                   carto__json_hex_digit(text.ptr[i + 1]));
  mark = carto_arena_mark(arena);
  status = carto__geom_read(arena, bytes, text.len / 2, 2, &geom, error);
  if (status == CARTO_OK) {
    /* never longer than what it was read from, so it takes that one's place */
    memmove(bytes, geom.wkb, geom.size);
    out->wkb = bytes;
    out->size = geom.size;
    carto_arena_rewind(arena, mark);
  }
  return status;
}

CARTO_MCP__DEF void carto_geom_to_wkb(carto_geom geom, uint32_t srid, carto_buf *out) {
  carto__geom_walk walk;
  carto__geom_event event;
  if (srid == 0) {
    carto_buf_append(out, geom.wkb, geom.size);
    return;
  }
  carto__geom_walk_init(&walk, geom.wkb, geom.size);
  while ((event = carto__geom_step(&walk)) != CARTO__GEOM_END) {
    const carto__geom_node *node = &walk.node;
    bool top = walk.depth == (event == CARTO__GEOM_OPEN ? 1u : 0u);
    uint32_t code =
      node->type | (node->dims & CARTO_MCP__Z) << 31 | (node->dims & CARTO_MCP__M) << 29;
    if (event == CARTO__GEOM_CLOSE) continue;
    carto__geom_append_head(out, node->type, top ? code | 0x20000000u : code, top ? srid : 0,
                            node->count);
    if (event == CARTO__GEOM_RUN) /* also the NaN of an empty point */
      carto_buf_append(out, walk.points, (size_t)(walk.ptr + walk.at - walk.points));
  }
}

/* ---- WKT, as PostGIS reads it */

typedef struct carto__wkt {
  const char *ptr;
  size_t len, at;
  carto__geom_maker maker;
  bool positions; /* there is one somewhere, and it gave maker.dims */
  carto_status status;
  const char *wrong;
} carto__wkt;

static bool carto__wkt_bad(carto__wkt *p, carto_status status, const char *wrong) {
  p->status = status;
  p->wrong = wrong;
  return false;
}

static bool carto__wkt_expected(carto__wkt *p, const char *what) {
  return carto__wkt_bad(p, CARTO_ERR_SYNTAX, what);
}

/* Takes a word if it comes next. None has to end where it does: POINTZ(1 2 3) is two words. */
static bool carto__wkt_word(carto__wkt *p, const char *word) {
  size_t i;
  while (p->at < p->len && carto__json_is_space(p->ptr[p->at])) p->at++;
  for (i = 0; word[i]; i++)
    if (i == p->len - p->at || carto__lower(p->ptr[p->at + i]) != carto__lower(word[i]))
      return false;
  p->at += i;
  return true;
}

static bool carto__wkt_letter(const carto__wkt *p, size_t at) {
  return at < p->len && carto__lower(p->ptr[at]) >= 'a' && carto__lower(p->ptr[at]) <= 'z';
}

/* Looks ahead for the first position: the headers in front of it need to know its dimensions. Three
   numbers are XYM where the last word before them, not counting EMPTY, ends in an M. */
static void carto__wkt_look(carto__wkt *p) {
  static const unsigned char dims[4] = {0, 0, CARTO_MCP__Z, CARTO_MCP__Z | CARTO_MCP__M};
  size_t at = p->at, more = 0;
  char last = 0;
  for (; at < p->len && !carto__is_digit(p->ptr[at]) && p->ptr[at] != '.' && p->ptr[at] != '-';
       at++)
    if (carto__wkt_letter(p, at) && !carto__wkt_letter(p, at + 1) &&
        carto__lower(p->ptr[at]) != 'y')
      last = carto__lower(p->ptr[at]);
  p->positions = at < p->len;
  for (at++; at < p->len && p->ptr[at] != ',' && p->ptr[at] != ')'; at++)
    if (!carto__json_is_space(p->ptr[at]) && carto__json_is_space(p->ptr[at - 1])) more++;
  p->maker.dims = more == 2 && last == 'm' ? CARTO_MCP__M : dims[carto__min_size(more, 3)];
}

static void carto__wkt_digits(carto__wkt *p) {
  while (p->at < p->len && carto__is_digit(p->ptr[p->at])) p->at++;
}

/* A number as PostGIS has them: no plus, but 1. and .5 too; a space, a comma or a parenthesis
   ends it. */
static bool carto__wkt_number(carto__wkt *p) {
  carto_buf *out = &p->maker.out;
  size_t start, before = out->len;
  bool negative = carto__wkt_word(p, "-");
  carto_str text;
  double value = 0;
  start = p->at;
  carto__wkt_digits(p);
  if (p->at < p->len && p->ptr[p->at] == '.') p->at++;
  carto__wkt_digits(p);
  text = carto_str_make(p->ptr + start, p->at - start);
  if (text.len == 0 || carto__str_is(text, ".")) return carto__wkt_expected(p, "expected a number");
  if (text.ptr[text.len - 1] == '.') {
    text.len--;
  } else if (p->at < p->len && carto__lower(p->ptr[p->at]) == 'e') {
    p->at++;
    if (p->at < p->len && (p->ptr[p->at] == '-' || p->ptr[p->at] == '+')) p->at++;
    carto__wkt_digits(p);
    text.len = p->at - start;
  }
  if (text.ptr[0] == '.') {
    /* the 0 it lacks is put in front of it, in room that is not yet in use */
    carto_buf_append(out, "0", 1);
    carto_buf_append_str(out, text);
    if (out->status != CARTO_OK) return true;
    text = carto_str_make(out->ptr + before, text.len + 1);
    out->len = before;
  }
  if (!carto_double_parse(text, &value) || p->at == p->len ||
      (p->ptr[p->at] != ',' && p->ptr[p->at] != ')' && !carto__json_is_space(p->ptr[p->at])))
    return carto__wkt_expected(p, "expected the rest of a number");
  if (!carto__is_finite(value))
    return carto__wkt_expected(p, "expected a number that is not too large");
  carto__geom_add_double(&p->maker, negative ? -value : value);
  return true;
}

/* What comes in parentheses; a point of a MULTIPOINT may do without them. */
static bool carto__wkt_run(carto__wkt *p, int type, bool bare_allowed, bool empty) {
  size_t at = carto__geom_begin(&p->maker, type), start = p->at, i;
  bool bare = !empty && !carto__wkt_word(p, "(");
  const char *wrong;
  if (bare && !bare_allowed) return carto__wkt_expected(p, "expected '('");
  if (!empty) {
    do {
      for (i = carto__geom_stride(p->maker.dims); i > 0; i -= 8)
        if (!carto__wkt_number(p)) return false;
    } while (!bare && carto__wkt_word(p, ","));
    if (!bare && !carto__wkt_word(p, ")")) return carto__wkt_expected(p, "expected ',' or ')'");
  }
  wrong = carto__geom_end_run(&p->maker, type, at);
  if (!wrong) return true;
  p->at = start;
  return carto__wkt_expected(p, wrong);
}

/* Reads the name of a type, perhaps with dimensions, perhaps EMPTY. */
static bool carto__wkt_type(carto__wkt *p, bool whole, int *type, bool *empty) {
  static const char *const others[] = {
    "CIRCULARSTRING", "COMPOUNDCURVE",     "CURVEPOLYGON", "MULTICURVE",
    "MULTISURFACE",   "POLYHEDRALSURFACE", "TRIANGLE",     "TIN"};
  unsigned tag;
  size_t i;
  for (*type = CARTO_GEOM_COLLECTION; *type > 0; --*type)
    if (carto__wkt_word(p, carto_geom_type_name(*type))) break;
  for (i = 0; *type == 0 && i < sizeof others / sizeof *others; i++)
    if (carto__wkt_word(p, others[i])) {
      p->at -= carto_str_from(others[i]).len;
      return carto__wkt_bad(p, CARTO_ERR_UNSUPPORTED,
                            "curves, surfaces and triangles are not supported");
    }
  if (*type == 0) return carto__wkt_expected(p, "expected a geometry type");
  tag = carto__wkt_word(p, "ZM")  ? CARTO_MCP__Z | CARTO_MCP__M
        : carto__wkt_word(p, "Z") ? CARTO_MCP__Z
        : carto__wkt_word(p, "M") ? CARTO_MCP__M
                                  : 0;
  *empty = carto__wkt_word(p, "EMPTY");
  if (!p->positions) {
    if (whole) p->maker.dims = tag;
  } else if (!*empty && tag != p->maker.dims &&
             (tag || (p->maker.dims == CARTO_MCP__M && *type != CARTO_GEOM_COLLECTION))) {
    /* without a word, the numbers of a position tell all but M */
    return carto__wkt_expected(p, "expected the same dimensions all through");
  }
  return true;
}

static bool carto__wkt_geometry(carto__wkt *p) {
  struct {
    size_t at; /* where its count stands */
    uint32_t count;
    int type;
  } open[CARTO_MCP_MAX_DEPTH];
  size_t depth = 0;
  int want = CARTO_MCP__ANY;
  do {
    int type = want;
    bool empty = false;
    if (want == CARTO_MCP__ANY) {
      if (!carto__wkt_type(p, depth == 0, &type, &empty)) return false;
    } else if (want != CARTO_MCP__RING) {
      empty = carto__wkt_word(p, "EMPTY");
    }
    if (!carto__geom_part(type)) {
      if (!carto__wkt_run(p, type, want == CARTO_GEOM_POINT, empty)) return false;
    } else if (empty) {
      (void)carto__geom_begin(&p->maker, type);
    } else {
      if (depth == CARTO_MCP_MAX_DEPTH)
        return carto__wkt_bad(p, CARTO_ERR_LIMIT, "nested too deeply");
      if (!carto__wkt_word(p, "(")) return carto__wkt_expected(p, "expected '('");
      open[depth].at = carto__geom_begin(&p->maker, type);
      open[depth].count = 0;
      open[depth++].type = type;
      want = carto__geom_part(type);
      continue;
    }
    for (; depth > 0; depth--) {
      open[depth - 1].count++;
      want = carto__geom_part(open[depth - 1].type);
      if (carto__wkt_word(p, ",")) break;
      if (!carto__wkt_word(p, ")")) return carto__wkt_expected(p, "expected ',' or ')'");
      carto__geom_set_count(&p->maker, open[depth - 1].at, open[depth - 1].count);
    }
  } while (depth > 0);
  return true;
}

static bool carto__wkt_srid(carto__wkt *p) {
  size_t start;
  uint64_t srid;
  if (!carto__wkt_word(p, "SRID=")) return true;
  start = p->at;
  if (p->at < p->len && p->ptr[p->at] == '-') p->at++;
  carto__wkt_digits(p);
  if (p->at == start) return carto__wkt_expected(p, "expected a number");
  if (!carto_uint_parse(carto_str_make(p->ptr + start, p->at - start), &srid) ||
      (srid != 0 && srid != 4326)) {
    p->at = start;
    return carto__wkt_bad(p, CARTO_ERR_UNSUPPORTED, "expected SRID 4326");
  }
  return carto__wkt_word(p, ";") || carto__wkt_expected(p, "expected ';'");
}

CARTO_MCP__DEF carto_status carto_geom_from_wkt(carto_arena *arena, carto_str text, carto_geom *out,
                                                carto_error *error) {
  carto__wkt p;
  carto__geom_none(out);
  p.ptr = text.ptr;
  p.len = text.len;
  p.at = 0;
  p.wrong = NULL;
  p.status = CARTO_OK;
  carto__geom_maker_init(&p.maker, arena, 0);
  if (carto__wkt_srid(&p)) {
    carto__wkt_look(&p);
    if (carto__wkt_geometry(&p)) {
      (void)carto__wkt_word(&p, "");
      if (p.at < p.len) (void)carto__wkt_expected(&p, "expected the end");
    }
  }
  if (p.status != CARTO_OK) return carto__fail(error, p.status, p.at, "WKT: %s", p.wrong);
  return carto__geom_finish(&p.maker, out, error);
}

CARTO_MCP__DEF void carto_geom_to_wkt(carto_geom geom, carto_buf *out) {
  static const char *const dims[] = {"", " Z ", " M ", " ZM "};
  carto__geom_walk walk;
  carto__geom_event event;
  carto__geom_walk_init(&walk, geom.wkb, geom.size);
  while ((event = carto__geom_step(&walk)) != CARTO__GEOM_END) {
    const carto__geom_node *node = &walk.node;
    const unsigned char *p = walk.points;
    size_t stride = carto__geom_stride(node->dims), i, k;
    if (event == CARTO__GEOM_CLOSE) {
      if (node->count > 0) carto_buf_append(out, ")", 1);
      continue;
    }
    if (node->index > 0) carto_buf_append(out, ",", 1);
    if (node->tagged) {
      const char *name = carto_geom_type_name(node->type);
      for (; *name; name++) {
        char upper = *name >= 'a' ? (char)(*name - 'a' + 'A') : *name;
        carto_buf_append(out, &upper, 1);
      }
      carto_buf_append_text(out, dims[node->dims]);
      if (node->count == 0 && node->dims == 0) carto_buf_append(out, " ", 1);
    }
    carto_buf_append_text(out, node->count > 0 ? "(" : "EMPTY");
    if (event == CARTO__GEOM_OPEN) continue;
    for (i = 0; i < node->count; i++, p += stride) {
      if (i > 0) carto_buf_append(out, ",", 1);
      for (k = 0; k < stride; k += 8) {
        if (k > 0) carto_buf_append(out, " ", 1);
        carto_buf_append_double(out, carto__geom_double(p + k, node->big));
      }
    }
    if (node->count > 0) carto_buf_append(out, ")", 1);
  }
}

/* ---- GeoJSON */

typedef struct carto__geojson {
  carto__geom_maker maker;
  bool height;          /* a position has a third number */
  const carto_json *at; /* where something is wrong */
  carto_status status;
  const char *wrong;
} carto__geojson;

static bool carto__geojson_bad(carto__geojson *g, const carto_json *at, const char *wrong) {
  g->at = at;
  g->status = CARTO_ERR_SYNTAX;
  g->wrong = wrong;
  return false;
}

/* A box is an even number of numbers, four or more. */
static bool carto__geojson_is_box(const carto_json *box) {
  size_t count = carto_json_count(box), i;
  const carto_json *item = carto_json_first(box);
  for (i = 0; i < count; i++, item = carto_json_next(item))
    if (!carto_json_is_number(item)) return false;
  return count >= 4 && count % 2 == 0;
}

/* Finds what a geometry object is and what it is made of. */
static bool carto__geojson_object(carto__geojson *g, const carto_json *object, int *type,
                                  const carto_json **body) {
  static const char *const forbidden[] = {"geometry", "properties", "features"}; /* section 7.1 */
  carto_str name = carto_json_string(carto_json_get(object, "type"));
  const carto_json *bbox;
  size_t i;
  if (carto_json_type_of(object) != CARTO_JSON_OBJECT || name.len == 0)
    return carto__geojson_bad(g, object, "expected a geometry object with a type");
  for (*type = CARTO_GEOM_COLLECTION; *type > 0; --*type)
    if (carto__str_is(name, carto_geom_type_name(*type))) break;
  if (*type == 0) {
    (void)carto__geojson_bad(g, object, "expected one of the seven types of geometry");
    g->status = CARTO_ERR_UNSUPPORTED;
    return false;
  }
  for (i = 0; i < 3; i++)
    if (carto_json_get(object, forbidden[i]))
      return carto__geojson_bad(g, object, "expected a geometry without members of a feature");
  bbox = carto_json_get(object, "bbox"); /* RFC 7946, section 5 */
  if (bbox && !carto__geojson_is_box(bbox))
    return carto__geojson_bad(g, object, "expected a bbox of 4 or more numbers");
  *body = carto_json_get(object, *type == CARTO_GEOM_COLLECTION ? "geometries" : "coordinates");
  if (carto_json_type_of(*body) == CARTO_JSON_ARRAY) return true;
  return carto__geojson_bad(g, object,
                            *type == CARTO_GEOM_COLLECTION ? "expected an array of geometries"
                                                           : "expected an array of coordinates");
}

static bool carto__geojson_position(carto__geojson *g, const carto_json *position) {
  const carto_json *number = carto_json_first(position);
  size_t count = carto_json_count(position), take = 2 + g->maker.dims, i;
  if (carto_json_type_of(position) != CARTO_JSON_ARRAY || count < 2)
    return carto__geojson_bad(g, position, "expected a position of 2 or more numbers");
  if (count > 2) g->height = true;
  for (i = 0; i < count; i++, number = carto_json_next(number)) {
    if (!carto_json_is_number(number))
      return carto__geojson_bad(g, number, "expected a number in a position");
    if (i < take) carto__geom_add_double(&g->maker, carto_json_double(number));
  }
  for (; i < take; i++) carto__geom_add_double(&g->maker, 0);
  return true;
}

static bool carto__geojson_run(carto__geojson *g, int type, const carto_json *body) {
  size_t at = carto__geom_begin(&g->maker, type), count = carto_json_count(body), i;
  const carto_json *position = carto_json_first(body);
  const char *wrong;
  if (carto_json_type_of(body) != CARTO_JSON_ARRAY)
    return carto__geojson_bad(g, body, "expected an array of positions");
  if (type == CARTO_GEOM_POINT) { /* the body is the position, [] an empty point */
    position = body;
    count = count > 0;
  }
  for (i = 0; i < count; i++, position = carto_json_next(position))
    if (!carto__geojson_position(g, position)) return false;
  wrong = carto__geom_end_run(&g->maker, type, at);
  return !wrong || carto__geojson_bad(g, body, wrong);
}

static bool carto__geojson_geometry(carto__geojson *g, const carto_json *value) {
  struct {
    const carto_json *next;
    uint32_t left;
    int type;
  } open[CARTO_MCP_MAX_DEPTH];
  size_t depth = 0;
  int want = CARTO_MCP__ANY;
  for (;;) {
    const carto_json *body = value;
    int type = want;
    if (want == CARTO_MCP__ANY && !carto__geojson_object(g, value, &type, &body)) return false;
    if (carto__geom_part(type)) {
      if (carto_json_type_of(body) != CARTO_JSON_ARRAY)
        return carto__geojson_bad(g, body, "expected an array");
      if (depth == CARTO_MCP_MAX_DEPTH) {
        (void)carto__geojson_bad(g, body, "nested too deeply");
        g->status = CARTO_ERR_LIMIT;
        return false;
      }
      open[depth].next = carto_json_first(body);
      open[depth].left = (uint32_t)carto_json_count(body);
      open[depth].type = type;
      carto__geom_set_count(&g->maker, carto__geom_begin(&g->maker, type), open[depth++].left);
    } else if (!carto__geojson_run(g, type, body)) {
      return false;
    }
    while (depth > 0 && open[depth - 1].left == 0) depth--;
    if (depth == 0) return true;
    value = open[depth - 1].next;
    want = carto__geom_part(open[depth - 1].type);
    open[depth - 1].next = carto_json_next(value);
    open[depth - 1].left--;
  }
}

/* Only numbers know where they stand in the text: the offset is that of the first one there or
   behind. */
static size_t carto__geojson_offset(const carto_json *at, const carto_json *end) {
  while (at < end && !carto_json_is_number(at)) at++;
  return at < end ? at->_size : 0;
}

CARTO_MCP__DEF carto_status carto_geom_from_geojson(carto_arena *arena, const carto_json *value,
                                                    carto_geom *out, carto_error *error) {
  carto__geojson g;
  bool done;
  carto__geom_none(out);
  memset(&g, 0, sizeof g);
  carto__geom_maker_init(&g.maker, arena, 0);
  done = carto__geojson_geometry(&g, value);
  if (g.height) { /* then all positions get one */
    carto_buf_clear(&g.maker.out);
    g.maker.dims = CARTO_MCP__Z;
    done = carto__geojson_geometry(&g, value);
  }
  if (done) return carto__geom_finish(&g.maker, out, error);
  return carto__fail(error, g.status,
                     value ? carto__geojson_offset(g.at, carto_json_next(value)) : 0, "GeoJSON: %s",
                     g.wrong);
}

static void carto__geojson_write_position(const unsigned char *p, unsigned dims,
                                          carto_json_writer *out) {
  carto_json_begin_array(out);
  carto_json_write_double(out, carto__geom_double(p, false));
  carto_json_write_double(out, carto__geom_double(p + 8, false));
  if (dims & CARTO_MCP__Z) carto_json_write_double(out, carto__geom_double(p + 16, false));
  carto_json_end_array(out);
}

CARTO_MCP__DEF void carto_geom_to_geojson(carto_geom geom, carto_json_writer *out) {
  carto__geom_walk walk;
  carto__geom_event event;
  carto__geom_walk_init(&walk, geom.wkb, geom.size);
  if (carto_geom_type_of(geom) == 0) carto_json_write_null(out);
  while ((event = carto__geom_step(&walk)) != CARTO__GEOM_END) {
    const carto__geom_node *node = &walk.node;
    const unsigned char *p = walk.points;
    bool single = node->type == CARTO_GEOM_POINT && node->count == 1;
    uint32_t i;
    if (event != CARTO__GEOM_CLOSE) {
      if (node->tagged) {
        carto_json_begin_object(out);
        carto_json_key(out, "type");
        carto_json_write_text(out, carto_geom_type_name(node->type));
        carto_json_key(out, node->type == CARTO_GEOM_COLLECTION ? "geometries" : "coordinates");
      }
      if (!single) carto_json_begin_array(out);
    }
    if (event == CARTO__GEOM_OPEN) continue;
    if (event == CARTO__GEOM_RUN)
      for (i = 0; i < node->count; i++, p += carto__geom_stride(node->dims))
        carto__geojson_write_position(p, node->dims, out);
    if (!single) carto_json_end_array(out);
    if (node->tagged) carto_json_end_object(out);
  }
}

/* ---- calculating with geometries

   What lies on what is decided by the exact sign of one determinant; nothing is compared with a
   tolerance. So a point is on a line where that holds for the doubles as they are. */

/* Adds b to an exact sum: parts that do not overlap, the smallest first (Shewchuk 1997). */
static int carto__exact_add(double *parts, int count, double b) {
  int i, kept = 0;
  for (i = 0; i < count; i++) {
    double sum = parts[i] + b, most = sum - parts[i];
    double rest = (parts[i] - (sum - most)) + (b - most);
    if (rest < 0 || rest > 0) parts[kept++] = rest;
    b = sum;
  }
  if (b < 0 || b > 0 || kept == 0) parts[kept++] = b;
  return kept;
}

/* Adds a b, which is a double and another for what that lost (Dekker 1971). */
static int carto__exact_add_product(double *parts, int count, double a, double b) {
  double product = a * b, wide = a * 134217729, high = wide - (wide - a), low = a - high, top, rest;
  wide = b * 134217729;
  top = wide - (wide - b);
  rest = b - top;
  rest = low * rest - (((product - high * top) - low * top) - high * rest);
  return carto__exact_add(parts, carto__exact_add(parts, count, rest), product);
}

/* 1 when p is to the left of the way from a to b, -1 to the right, 0 on their line. */
static int carto__turn(const double *a, const double *b, const double *p) {
  double left = (a[0] - p[0]) * (b[1] - p[1]), right = (a[1] - p[1]) * (b[0] - p[0]);
  double turn = left - right, parts[12];
  double bound =
    ((left < 0 ? -left : left) + (right < 0 ? -right : right)) * 3.3306690738754716e-16;
  int count = 0;
  if (turn > bound) return 1;
  if (turn < -bound) return -1;
  count = carto__exact_add_product(parts, count, a[0], b[1]);
  count = carto__exact_add_product(parts, count, -a[0], p[1]);
  count = carto__exact_add_product(parts, count, -p[0], b[1]);
  count = carto__exact_add_product(parts, count, -a[1], b[0]);
  count = carto__exact_add_product(parts, count, a[1], p[0]);
  count = carto__exact_add_product(parts, count, p[1], b[0]);
  return parts[count - 1] > 0 ? 1 : parts[count - 1] < 0 ? -1 : 0;
}

static carto_box carto__edge_box(const double *e) {
  carto_box box;
  box.xmin = e[0] < e[2] ? e[0] : e[2];
  box.xmax = e[0] < e[2] ? e[2] : e[0];
  box.ymin = e[1] < e[3] ? e[1] : e[3];
  box.ymax = e[1] < e[3] ? e[3] : e[1];
  return box;
}

/* The square of the distance between two boxes. */
static double carto__box_gap(const carto_box *a, const carto_box *b) {
  double dx = a->xmin > b->xmax ? a->xmin - b->xmax : b->xmin > a->xmax ? b->xmin - a->xmax : 0;
  double dy = a->ymin > b->ymax ? a->ymin - b->ymax : b->ymin > a->ymax ? b->ymin - a->ymax : 0;
  return dx * dx + dy * dy;
}

/* 2: the edges cross inside both; 1: they have a point in common otherwise; 0: none. */
static int carto__edges_meet(const double *a, const double *b) {
  carto_box box = carto__edge_box(a), other = carto__edge_box(b);
  int from, to, start, end;
  if (box.xmin > other.xmax || other.xmin > box.xmax || box.ymin > other.ymax ||
      other.ymin > box.ymax)
    return 0;
  from = carto__turn(a, a + 2, b);
  to = carto__turn(a, a + 2, b + 2);
  if (from * to > 0) return 0;
  start = carto__turn(b, b + 2, a);
  end = carto__turn(b, b + 2, a + 2);
  if (start * end > 0) return 0;
  return from * to < 0 && start * end < 0 ? 2 : 1;
}

/* A ray from (x, y) in the direction of x: 1 when it crosses the edge, 0 when not, -1 when the
   point is on the edge. An edge has its upper end, not its lower one. */
static int carto__ray_meets(const double *e, double x, double y) {
  bool up = e[3] > y;
  double p[2];
  if ((e[1] > y) == up) {
    if (up) return 0;
    if (e[1] >= y && e[3] >= y)
      return (e[0] <= x && e[2] >= x) || (e[2] <= x && e[0] >= x) ? -1 : 0;
    return (e[1] >= y && e[0] == x) || (e[3] >= y && e[2] == x) ? -1 : 0;
  }
  if (e[0] < x && e[2] < x) return 0;
  if (e[0] > x && e[2] > x) return 1;
  p[0] = x;
  p[1] = y;
  switch (carto__turn(e, e + 2, p)) {
  case 0: return -1;
  case 1: return up;
  default: return !up;
  }
}

/* What a vertex of a shape is: bits. */
#define CARTO_MCP__POINT 1u /* a point by itself */
#define CARTO_MCP__LINE 2u  /* an edge of a line begins here */
#define CARTO_MCP__AREA 4u  /* an edge of a polygon begins here */
#define CARTO_MCP__LEFT 8u  /* and has the polygon's inside to its left */
#define CARTO_MCP__TIP 16u  /* an end of a line that is not closed */
#define CARTO_MCP__FIRST 32u
#define CARTO_MCP__EDGE (CARTO_MCP__LINE | CARTO_MCP__AREA)

#define CARTO_MCP__FAN 16
#define CARTO_MCP__LEVELS 8

/* A geometry for calculating: its positions in one array, and a tree over them. A leaf is a run of
   16 vertices with the edges that begin there, a node above is 16 of those below, and as
   neighbours in a ring are neighbours in space, that is all the order it takes. */
typedef struct carto__shape {
  carto_box box;
  int type; /* carto_geom_type */
  bool empty;
  unsigned kinds; /* the marks that occur */
  size_t count;
  const double *xy;
  const unsigned char *marks;
  const uint32_t *owner;  /* a number for each polygon, the same for all vertices of it */
  const carto_box *boxes; /* the levels one after the other, leaves first */
  size_t level_at[CARTO_MCP__LEVELS], level_size[CARTO_MCP__LEVELS];
  int top;
  const unsigned char *cells; /* prepared: a square of side cells over the box; NULL when not */
  size_t side;
  double column_scale, row_scale;
  const double *vectors; /* prepared for the sphere: of the vertices, and the leaves' caps */
  const double *caps;
} carto__shape;

/* Puts the positions of a run behind those that are there, and says what they are. */
static void carto__shape_add_run(carto__shape *s, const carto__geom_walk *walk, double *xy,
                                 unsigned char *marks) {
  const carto__geom_node *node = &walk->node;
  const unsigned char *p = walk->points;
  size_t n = node->count, i;
  double area = 0;
  bool closed;
  for (i = 0; i < n; i++, p += carto__geom_stride(node->dims)) {
    xy[2 * i] = carto__geom_double(p, node->big);
    xy[2 * i + 1] = carto__geom_double(p + 8, node->big);
    carto_box_add_point(&s->box, xy[2 * i], xy[2 * i + 1]);
    marks[i] = node->type == CARTO_GEOM_POINT        ? CARTO_MCP__POINT
               : i + 1 == n                          ? 0
               : node->type == CARTO_GEOM_LINESTRING ? CARTO_MCP__LINE
                                                     : CARTO_MCP__AREA;
    if (i > 0)
      area += (xy[2 * i - 2] - xy[0]) * (xy[2 * i + 1] - xy[1]) -
              (xy[2 * i] - xy[0]) * (xy[2 * i - 1] - xy[1]);
  }
  if (n == 0) return;
  s->kinds |= marks[0];
  for (i = 0; node->type == CARTO_MCP__RING && i + 1 < n; i++)
    if ((area > 0) == (node->index == 0)) marks[i] |= CARTO_MCP__LEFT;
  marks[0] |= CARTO_MCP__FIRST;
  closed = !(xy[0] < xy[2 * n - 2] || xy[0] > xy[2 * n - 2] || xy[1] < xy[2 * n - 1] ||
             xy[1] > xy[2 * n - 1]);
  if (node->type != CARTO_GEOM_LINESTRING || closed) return;
  marks[0] |= CARTO_MCP__TIP;
  marks[n - 1] |= CARTO_MCP__TIP;
}

static void carto__shape_build_tree(carto__shape *s, carto_box *boxes) {
  size_t size = s->count, at = 0, i, k;
  for (s->top = 0;; s->top++) {
    size_t below = size;
    size = (size + CARTO_MCP__FAN - 1) / CARTO_MCP__FAN;
    s->level_at[s->top] = at;
    s->level_size[s->top] = size;
    for (i = 0; i < size; i++) {
      carto_box *box = &boxes[at + i];
      size_t end = carto__min_size((i + 1) * CARTO_MCP__FAN, below);
      *box = carto_box_empty();
      for (k = i * CARTO_MCP__FAN; k < end; k++)
        if (s->top > 0) carto_box_add(box, boxes[s->level_at[s->top - 1] + k]);
        else carto_box_add_point(box, s->xy[2 * k], s->xy[2 * k + 1]);
      if (s->top == 0 && (s->marks[end - 1] & CARTO_MCP__EDGE))
        carto_box_add_point(box, s->xy[2 * end], s->xy[2 * end + 1]);
    }
    at += size;
    if (size == 1) break;
  }
}

static carto_status carto__shape_init(carto__shape *s, carto_arena *arena, carto_geom geom) {
  carto__geom_walk walk;
  carto__geom_event event;
  size_t at = 0, count = 0, i;
  uint32_t owner = 0;
  double *xy;
  unsigned char *marks;
  uint32_t *owners;
  carto_box *boxes;
  memset(s, 0, sizeof *s);
  s->box = carto_box_empty();
  s->type = carto_geom_type_of(geom);
  carto__geom_walk_init(&walk, geom.wkb, geom.size);
  while ((event = carto__geom_step(&walk)) != CARTO__GEOM_END)
    if (event == CARTO__GEOM_RUN) count += walk.node.count;
  s->empty = count == 0;
  if (count == 0) return CARTO_OK;
  if (count > UINT32_MAX - CARTO_MCP__FAN) return CARTO_ERR_LIMIT;
  xy = (double *)carto__arena_array(arena, count, 2 * sizeof *xy);
  marks = (unsigned char *)carto__arena_array(arena, count, 1);
  owners = (uint32_t *)carto__arena_array(arena, count, sizeof *owners);
  boxes = (carto_box *)carto__arena_array(arena, count / 15 + CARTO_MCP__LEVELS, sizeof *boxes);
  if (!xy || !marks || !owners || !boxes) return carto__arena_failed(arena);
  carto__geom_walk_init(&walk, geom.wkb, geom.size);
  while ((event = carto__geom_step(&walk)) != CARTO__GEOM_END) {
    if (event == CARTO__GEOM_OPEN && walk.node.type == CARTO_GEOM_POLYGON) owner++;
    if (event != CARTO__GEOM_RUN) continue;
    carto__shape_add_run(s, &walk, xy + 2 * at, marks + at);
    for (i = 0; i < walk.node.count; i++) owners[at + i] = owner;
    at += walk.node.count;
  }
  s->count = count;
  s->xy = xy;
  s->marks = marks;
  s->owner = owners;
  s->boxes = boxes;
  carto__shape_build_tree(s, boxes);
  return CARTO_OK;
}

/* Goes through the leaves whose boxes are near enough to a box, in order. The reach may shrink on
   the way. */
typedef struct carto__leaves {
  const carto__shape *s;
  carto_box box;
  double reach; /* square of the distance */
  int level;
  size_t at;
  size_t first, end; /* the vertices of the leaf that was found */
} carto__leaves;

static void carto__leaves_init(carto__leaves *it, const carto__shape *s, carto_box box,
                               double reach) {
  it->s = s;
  it->box = box;
  it->reach = reach;
  it->level = s->top;
  it->at = 0;
}

static bool carto__leaves_next(carto__leaves *it) {
  const carto__shape *s = it->s;
  while (it->at < s->level_size[it->level]) {
    const carto_box *box = &s->boxes[s->level_at[it->level] + it->at];
    bool is_near = carto__box_gap(box, &it->box) <= it->reach;
    if (is_near && it->level > 0) {
      it->level--;
      it->at *= CARTO_MCP__FAN;
      continue;
    }
    it->first = it->at++ * CARTO_MCP__FAN;
    it->end = carto__min_size(it->first + CARTO_MCP__FAN, s->count);
    while (it->level < s->top &&
           (it->at % CARTO_MCP__FAN == 0 || it->at == s->level_size[it->level])) {
      it->at = (it->at + CARTO_MCP__FAN - 1) / CARTO_MCP__FAN;
      it->level++;
    }
    if (is_near) return true;
  }
  return false;
}

/* What of a shape's polygons is in a cell of its square: a bit of an edge, perhaps; or nothing but
   inside, or outside. */
#define CARTO_MCP__CELL_OPEN 0u /* not yet known */
#define CARTO_MCP__CELL_MIXED 1u
#define CARTO_MCP__CELL_INSIDE 2u
#define CARTO_MCP__CELL_OUTSIDE 3u

static size_t carto__shape_column(const carto__shape *s, double x) {
  return carto__min_size((size_t)((x - s->box.xmin) * s->column_scale), s->side - 1);
}

static size_t carto__shape_row(const carto__shape *s, double y) {
  return carto__min_size((size_t)((y - s->box.ymin) * s->row_scale), s->side - 1);
}

/* What a point has met so far. */
typedef struct carto__place {
  uint32_t owner; /* the polygon at hand */
  bool odd, on_edge, inside, on_border, on_line, at_tip;
} carto__place;

static void carto__place_end_polygon(carto__place *place) {
  place->inside |= place->odd && !place->on_edge;
  place->on_border |= place->on_edge;
  place->odd = place->on_edge = false;
}

static void carto__place_meet(carto__place *place, const carto__shape *s, size_t i, double x,
                              double y) {
  const double *p = s->xy + 2 * i;
  unsigned mark = s->marks[i];
  double at[2];
  at[0] = x;
  at[1] = y;
  if (mark & CARTO_MCP__AREA) {
    int hit = carto__ray_meets(p, x, y);
    if (s->owner[i] != place->owner) carto__place_end_polygon(place);
    place->owner = s->owner[i];
    place->odd ^= hit > 0;
    place->on_edge |= hit < 0;
  }
  if (mark & CARTO_MCP__LINE) {
    carto_box box = carto__edge_box(p);
    place->on_line |= x >= box.xmin && x <= box.xmax && y >= box.ymin && y <= box.ymax &&
                      carto__turn(p, p + 2, at) == 0;
  }
  if (p[0] < x || p[0] > x || p[1] < y || p[1] > y) return;
  place->on_line |= (mark & CARTO_MCP__POINT) != 0;
  place->at_tip ^= (mark & CARTO_MCP__TIP) != 0;
}

static int carto__shape_search(const carto__shape *s, double x, double y, unsigned marks) {
  carto__place place;
  carto__leaves it;
  carto_box ray;
  size_t i;
  ray.xmin = x;
  ray.xmax = DBL_MAX;
  ray.ymin = ray.ymax = y;
  memset(&place, 0, sizeof place);
  carto__leaves_init(&it, s, ray, 0);
  while (carto__leaves_next(&it))
    for (i = it.first; i < it.end; i++)
      if (s->marks[i] & marks) carto__place_meet(&place, s, i, x, y);
  carto__place_end_polygon(&place);
  if (place.on_border || (place.at_tip && !place.inside)) return 0;
  return place.inside || place.on_line ? 1 : -1;
}

/* Where a point is in those parts of a shape that have the marks. */
static int carto__shape_find(const carto__shape *s, double x, double y, unsigned marks) {
  if (!(x >= s->box.xmin && x <= s->box.xmax && y >= s->box.ymin && y <= s->box.ymax)) return -1;
  if (s->cells) {
    unsigned char cell = s->cells[carto__shape_row(s, y) * s->side + carto__shape_column(s, x)];
    if (cell != CARTO_MCP__CELL_MIXED) return cell == CARTO_MCP__CELL_INSIDE ? 1 : -1;
  }
  return carto__shape_search(s, x, y, marks);
}

/* 1 inside, 0 on the boundary, -1 outside. The boundary of lines: what is an end of an odd number
   of them. */
static int carto__shape_locate(const carto__shape *s, double x, double y) {
  return carto__shape_find(s, x, y, CARTO_MCP__POINT | CARTO_MCP__EDGE | CARTO_MCP__TIP);
}

/* Marks the cells that an edge may touch. Where it goes through a row follows from its slope, give
   or take a cell; not so when it is flat. */
static void carto__shape_mark_edge(const carto__shape *s, const double *e, unsigned char *cells) {
  carto_box box = carto__edge_box(e);
  size_t first = carto__shape_row(s, box.ymin), last = carto__shape_row(s, box.ymax), row;
  for (row = first; row <= last; row++) {
    double low = box.xmin, high = box.xmax;
    size_t from, to;
    if (last - first > 2) {
      double slope = (e[2] - e[0]) / (e[3] - e[1]), start = box.ymin, end = box.ymax;
      if (row > first) start = s->box.ymin + (double)row / s->row_scale;
      if (row < last) end = s->box.ymin + (double)(row + 1) / s->row_scale;
      low = e[0] + ((slope > 0 ? start : end) - e[1]) * slope;
      high = e[0] + ((slope > 0 ? end : start) - e[1]) * slope;
      if (!(low > box.xmin)) low = box.xmin;
      if (!(high < box.xmax)) high = box.xmax;
    }
    from = carto__shape_column(s, low);
    to = carto__min_size(carto__shape_column(s, high) + 1, s->side - 1);
    for (from -= from > 0; from <= to; from++) cells[row * s->side + from] = CARTO_MCP__CELL_MIXED;
  }
}

/* Lays a square of cells over polygons, so that most of the many tests of points that follow take one
   look. Does nothing where it would not help, or there is no memory for it. */
static void carto__shape_prepare(carto__shape *s, carto_arena *arena) {
  double wide = s->box.xmax - s->box.xmin, high = s->box.ymax - s->box.ymin, far;
  int status = arena->status;
  unsigned char *cells;
  size_t i;
  far = carto__abs(s->box.xmin) + carto__abs(s->box.xmax) + carto__abs(s->box.ymin) +
        carto__abs(s->box.ymax);
  if (s->cells || s->kinds != CARTO_MCP__AREA || !(wide > far * 1e-9 && high > far * 1e-9) ||
      !(far < 1e100))
    return;
  for (s->side = 256; s->side < 1024 && s->side * s->side < 128 * s->count;) s->side *= 2;
  cells = (unsigned char *)carto__arena_zero(arena, s->side * s->side, 1);
  if (!cells) {
    arena->status = status;
    return;
  }
  s->column_scale = (double)s->side / wide;
  s->row_scale = (double)s->side / high;
  for (i = 0; i < s->count; i++)
    if (s->marks[i] & CARTO_MCP__AREA) carto__shape_mark_edge(s, s->xy + 2 * i, cells);
  for (i = 0; i < s->side * s->side; i++) { /* free cells side by side are alike */
    size_t row = i / s->side, column = i % s->side;
    if (cells[i] != CARTO_MCP__CELL_OPEN) continue;
    if (column > 0 && cells[i - 1] != CARTO_MCP__CELL_MIXED) cells[i] = cells[i - 1];
    else if (row > 0 && cells[i - s->side] != CARTO_MCP__CELL_MIXED) cells[i] = cells[i - s->side];
    else
      cells[i] = carto__shape_locate(s, s->box.xmin + ((double)column + 0.5) / s->column_scale,
                                     s->box.ymin + ((double)row + 0.5) / s->row_scale) > 0
                   ? CARTO_MCP__CELL_INSIDE
                   : CARTO_MCP__CELL_OUTSIDE;
  }
  s->cells = cells;
}

static bool carto__boxes_apart(const carto_box *a, const carto_box *b) {
  return a->xmin > b->xmax || b->xmin > a->xmax || a->ymin > b->ymax || b->ymin > a->ymax;
}

/* True when a part of a begins inside b or on it. */
static bool carto__shape_begins_in(const carto__shape *a, const carto__shape *b) {
  carto__leaves it;
  size_t i;
  carto__leaves_init(&it, a, b->box, 0);
  while (carto__leaves_next(&it))
    for (i = it.first; i < it.end; i++)
      if ((a->marks[i] & CARTO_MCP__FIRST) &&
          carto__shape_locate(b, a->xy[2 * i], a->xy[2 * i + 1]) >= 0)
        return true;
  return false;
}

/* True when an edge of a and one of b have a point in common. */
static bool carto__shape_edges_meet(const carto__shape *a, const carto__shape *b) {
  carto__leaves outer, inner;
  size_t i, k;
  if (!(a->kinds & CARTO_MCP__EDGE) || !(b->kinds & CARTO_MCP__EDGE)) return false;
  carto__leaves_init(&outer, a, b->box, 0);
  while (carto__leaves_next(&outer)) {
    for (i = outer.first; i < outer.end; i++) {
      if (!(a->marks[i] & CARTO_MCP__EDGE)) continue;
      carto__leaves_init(&inner, b, carto__edge_box(a->xy + 2 * i), 0);
      while (carto__leaves_next(&inner))
        for (k = inner.first; k < inner.end; k++)
          if ((b->marks[k] & CARTO_MCP__EDGE) && carto__edges_meet(a->xy + 2 * i, b->xy + 2 * k))
            return true;
    }
  }
  return false;
}

static bool carto__shape_meets(const carto__shape *a, const carto__shape *b) {
  if (a->empty || b->empty || carto__boxes_apart(&a->box, &b->box)) return false;
  return carto__shape_begins_in(a, b) || carto__shape_begins_in(b, a) ||
         carto__shape_edges_meet(a, b);
}

#define CARTO_MCP__INTERSECTS 1u
#define CARTO_MCP__CONTAINS 2u
#define CARTO_MCP__COVERS 4u

/* What an edge does in another shape: bits. */
#define CARTO_MCP__INSIDE 1u
#define CARTO_MCP__OUTSIDE 2u
#define CARTO_MCP__ALONG 4u   /* a line of it, or an edge of a polygon on the same side */
#define CARTO_MCP__AGAINST 8u /* an edge of a polygon that is on the other side */

/* A part of an edge, which another shape's edge shares or, as a point, touches. */
typedef struct carto__span {
  double from[2], to[2];
} carto__span;

typedef struct carto__relating {
  carto_arena *arena;
  carto_buf spans, order;
  double e[4];   /* the edge at hand, turned so that it goes up along the axis */
  int axis;      /* 0: x, 1: y, where it is longer */
  bool area;     /* it is a polygon's */
  unsigned does; /* what is known of it */
} carto__relating;

static int carto__span_order(const void *a, const void *b, const void *user) {
  int axis = *(const int *)user;
  double x = ((const carto__span *)a)->from[axis], y = ((const carto__span *)b)->from[axis];
  return x < y ? -1 : x > y;
}

static void carto__relating_add(carto__relating *r, const double *from, const double *to) {
  carto__span span;
  memcpy(span.from, from, sizeof span.from);
  memcpy(span.to, to, sizeof span.to);
  carto_buf_append(&r->spans, &span, sizeof span);
}

/* Where two edges cross. */
static void carto__crossing(const double *a, const double *b, double out[2]) {
  double ax = a[2] - a[0], ay = a[3] - a[1], bx = b[2] - b[0], by = b[3] - b[1];
  double t = ((b[0] - a[0]) * by - (b[1] - a[1]) * bx) / (ax * by - ay * bx);
  out[0] = a[0] + ax * t;
  out[1] = a[1] + ay * t;
}

/* Notes what edge i of s has in common with the edge at hand. */
static void carto__relating_meet(carto__relating *r, const carto__shape *s, size_t i, bool left) {
  const double *e = r->e, *o = s->xy + 2 * i, *low = o, *high = o + 2;
  bool area = (s->marks[i] & CARTO_MCP__AREA) != 0, turned = o[r->axis] > o[2 + r->axis];
  int meet = carto__edges_meet(e, o), start, end;
  double at[2];
  if (meet == 0) return;
  if (meet == 2) { /* of valid polygons, one side of an edge is outside */
    if (area && s->type != CARTO_GEOM_COLLECTION) r->does |= CARTO_MCP__OUTSIDE | CARTO_MCP__INSIDE;
    carto__crossing(e, o, at);
    carto__relating_add(r, at, at);
    return;
  }
  start = carto__turn(e, e + 2, o);
  end = carto__turn(e, e + 2, o + 2);
  if (start != 0 || end != 0) {
    if (start == 0) carto__relating_add(r, o, o);
    if (end == 0) carto__relating_add(r, o + 2, o + 2);
    return;
  }
  if (turned) {
    low = o + 2;
    high = o;
  }
  if (low[r->axis] < e[r->axis]) low = e;
  if (high[r->axis] > e[2 + r->axis]) high = e + 2;
  carto__relating_add(r, low, high);
  if (!(low[r->axis] < high[r->axis])) return;
  if (!area) r->does |= CARTO_MCP__ALONG;
  else if (r->area)
    r->does |= left == (turned != ((s->marks[i] & CARTO_MCP__LEFT) != 0)) ? CARTO_MCP__ALONG
                                                                          : CARTO_MCP__AGAINST;
}

/* Where the part of the edge between two points is, which meets nothing inside. Only when both ends
   are on a boundary the middle has to tell, and that is rounded. */
static void carto__relating_gap(carto__relating *r, const carto__shape *s, const double *from,
                                const double *to) {
  bool rounded = s->type == CARTO_GEOM_COLLECTION; /* where edges cross */
  int at = rounded ? 0 : carto__shape_find(s, from[0], from[1], CARTO_MCP__AREA);
  if (at == 0 && !rounded) at = carto__shape_find(s, to[0], to[1], CARTO_MCP__AREA);
  if (at == 0)
    at = carto__shape_find(s, from[0] + (to[0] - from[0]) / 2, from[1] + (to[1] - from[1]) / 2,
                           CARTO_MCP__AREA);
  r->does |= at < 0 ? CARTO_MCP__OUTSIDE : CARTO_MCP__INSIDE;
}

/* Finds what an edge with a mark does in s, as far as something of enough; only polygons count for a
   polygon's edge. False when there is no memory. */
static bool carto__relating_edge(carto__relating *r, const carto__shape *s, const double *e,
                                 unsigned mark, unsigned enough) {
  unsigned kinds = mark & CARTO_MCP__AREA ? CARTO_MCP__AREA : CARTO_MCP__EDGE;
  carto_box box = carto__edge_box(e);
  carto__leaves it;
  const carto__span **order;
  const double *reach;
  bool left = (mark & CARTO_MCP__LEFT) != 0, turn;
  size_t i, count;
  r->axis = box.xmax - box.xmin < box.ymax - box.ymin;
  turn = e[r->axis] > e[2 + r->axis];
  r->does = 0;
  carto_buf_clear(&r->spans);
  carto_buf_clear(&r->order);
  memcpy(r->e, turn ? e + 2 : e, 2 * sizeof *e);
  memcpy(r->e + 2, turn ? e : e + 2, 2 * sizeof *e);
  r->area = (mark & CARTO_MCP__AREA) != 0;
  if (!(box.xmin < box.xmax || box.ymin < box.ymax)) {
    int at = carto__shape_locate(s, e[0], e[1]);
    r->does = at < 0 ? CARTO_MCP__OUTSIDE : at > 0 ? CARTO_MCP__INSIDE : CARTO_MCP__ALONG;
    return true;
  }
  carto__leaves_init(&it, s, box, 0);
  while (!(r->does & enough) && carto__leaves_next(&it))
    for (i = it.first; i < it.end; i++)
      if (s->marks[i] & kinds) carto__relating_meet(r, s, i, left != turn);
  if (r->does & enough) return true;
  count = r->spans.len / sizeof(carto__span);
  order = (const carto__span **)(void *)carto__buf_room(&r->order, (count + 1) * sizeof *order);
  if (!order || r->spans.status != CARTO_OK) return false;
  for (i = 0; i < count; i++) order[i] = (const carto__span *)(const void *)r->spans.ptr + i;
  carto__sort((const void **)order, count, carto__span_order, &r->axis);
  reach = r->e;
  for (i = 0; i < count; i++) {
    if (order[i]->from[r->axis] > reach[r->axis]) carto__relating_gap(r, s, reach, order[i]->from);
    if (order[i]->to[r->axis] > reach[r->axis]) reach = order[i]->to;
  }
  if (r->e[2 + r->axis] > reach[r->axis]) carto__relating_gap(r, s, reach, r->e + 2);
  return true;
}

/* Whether all of b is in a or on it, and *inside: some of it inside. */
static carto_status carto__shape_covers(carto__relating *r, const carto__shape *a,
                                        const carto__shape *b, bool *covers, bool *inside) {
  const unsigned bad = CARTO_MCP__OUTSIDE | CARTO_MCP__AGAINST;
  carto__leaves it;
  size_t i;
  *covers = *inside = false;
  if (a->empty || b->empty || b->box.xmin < a->box.xmin || b->box.xmax > a->box.xmax ||
      b->box.ymin < a->box.ymin || b->box.ymax > a->box.ymax ||
      ((b->kinds & ~a->kinds) & CARTO_MCP__AREA))
    return CARTO_OK;
  for (i = 0; i < b->count; i++) {
    const double *e = b->xy + 2 * i;
    unsigned mark = b->marks[i];
    if (mark & CARTO_MCP__POINT) {
      int at = carto__shape_locate(a, e[0], e[1]);
      if (at < 0) return CARTO_OK;
      *inside |= at > 0;
    }
    if (!(mark & CARTO_MCP__EDGE)) continue;
    if (!carto__relating_edge(r, a, e, mark, bad)) return carto__arena_failed(r->arena);
    if (r->does & bad) return CARTO_OK;
    *inside |= (mark & CARTO_MCP__AREA) || (r->does & (CARTO_MCP__INSIDE | CARTO_MCP__ALONG));
  }
  /* no hole of a, nor a gap between its polygons, may be in a polygon of b */
  carto__leaves_init(&it, a, b->box, 0);
  while ((b->kinds & CARTO_MCP__AREA) && carto__leaves_next(&it))
    for (i = it.first; i < it.end; i++) {
      if (!(a->marks[i] & CARTO_MCP__AREA)) continue;
      if (!carto__relating_edge(r, b, a->xy + 2 * i, a->marks[i], CARTO_MCP__INSIDE))
        return carto__arena_failed(r->arena);
      if (r->does & CARTO_MCP__INSIDE) return CARTO_OK;
    }
  *covers = true;
  return CARTO_OK;
}

/* Of what is wanted, *out is what holds of a and b: they have a point in common; all of b is in a
   or on it, COVERS; and besides their insides have a point in common, CONTAINS. */
static carto_status carto__shape_relate(carto_arena *arena, const carto__shape *a,
                                        const carto__shape *b, unsigned wanted, unsigned *out) {
  carto__relating r;
  carto_mark mark = carto_arena_mark(arena);
  carto_status status = CARTO_OK;
  bool covers, inside;
  *out = 0;
  if ((wanted & CARTO_MCP__INTERSECTS) && carto__shape_meets(a, b)) *out |= CARTO_MCP__INTERSECTS;
  if (!(wanted & (CARTO_MCP__CONTAINS | CARTO_MCP__COVERS))) return CARTO_OK;
  r.arena = arena;
  carto_buf_init(&r.spans, carto_arena_allocator(arena), 0);
  carto_buf_init(&r.order, carto_arena_allocator(arena), 0);
  status = carto__shape_covers(&r, a, b, &covers, &inside);
  if (covers) *out |= CARTO_MCP__COVERS;
  if (covers && inside) *out |= CARTO_MCP__CONTAINS;
  *out &= wanted;
  if (status == CARTO_OK) carto_arena_rewind(arena, mark);
  return status;
}

/* The square of the distance of a point from an edge. */
static double carto__edge_gap(const double *e, const double *p) {
  double x = e[2] - e[0], y = e[3] - e[1], dx = p[0] - e[0], dy = p[1] - e[1];
  double square = x * x + y * y, along = x * dx + y * dy, across = x * dy - y * dx;
  if (!(along > 0)) return dx * dx + dy * dy;
  if (along < square) return across * across / square;
  dx = p[0] - e[2];
  dy = p[1] - e[3];
  return dx * dx + dy * dy;
}

/* Edges that do not cross are nearest at an end of one. A vertex without an edge is one of length
   0. */
static double carto__edges_gap(const double *a, const double *b) {
  double best = carto__edge_gap(a, b), gap = carto__edge_gap(a, b + 2);
  if (gap < best) best = gap;
  gap = carto__edge_gap(b, a);
  if (gap < best) best = gap;
  gap = carto__edge_gap(b, a + 2);
  return gap < best ? gap : best;
}

static void carto__shape_edge(const carto__shape *s, size_t i, double e[4]) {
  memcpy(e, s->xy + 2 * i, 2 * sizeof *e);
  memcpy(e + 2, s->xy + 2 * (i + (s->marks[i] & CARTO_MCP__EDGE ? 1 : 0)), 2 * sizeof *e);
}

/* 0 where they have a point in common, NaN when one is empty. */
static double carto__shape_distance(const carto__shape *a, const carto__shape *b) {
  const unsigned kinds = CARTO_MCP__POINT | CARTO_MCP__EDGE;
  double best = DBL_MAX, e[4], o[4], gap;
  carto__leaves outer, inner;
  carto_box box;
  size_t i, k;
  if (a->empty || b->empty) return (best * 2) - (best * 2);
  if (carto__shape_meets(a, b)) return 0;
  if (a->count > b->count) {
    const carto__shape *swap = a;
    a = b;
    b = swap;
  }
  carto__leaves_init(&outer, a, b->box, DBL_MAX);
  while (carto__leaves_next(&outer)) {
    carto__leaves_init(&inner, b, a->boxes[outer.first / CARTO_MCP__FAN], best);
    while (carto__leaves_next(&inner)) {
      for (i = outer.first; i < outer.end; i++) {
        if (!(a->marks[i] & kinds)) continue;
        carto__shape_edge(a, i, e);
        box = carto__edge_box(e);
        if (carto__box_gap(&box, &b->boxes[inner.first / CARTO_MCP__FAN]) > best) continue;
        for (k = inner.first; k < inner.end; k++) {
          if (!(b->marks[k] & kinds)) continue;
          carto__shape_edge(b, k, o);
          gap = carto__edges_gap(e, o);
          if (gap < best) best = gap;
        }
      }
      inner.reach = best;
    }
    outer.reach = best;
  }
  return carto__sqrt(best);
}

/* ---- measures */

static void carto__run_point(const carto__geom_walk *run, size_t i, double out[2]) {
  const unsigned char *p = run->points + i * carto__geom_stride(run->node.dims);
  out[0] = carto__geom_double(p, run->node.big);
  out[1] = carto__geom_double(p + 8, run->node.big);
}

/* What the edges of the runs of a type measure together. Of areas there is a most, all that is: a run
   has the smaller of what is to its left and right, and holes are taken away. */
static double carto__geom_sum(carto_geom geom, int type, double most,
                              double (*measure)(const double *first, const double *edge)) {
  carto__geom_walk walk;
  carto__geom_event event;
  double total = 0, first[2], e[4], sum;
  uint32_t i;
  carto__geom_walk_init(&walk, geom.wkb, geom.size);
  while ((event = carto__geom_step(&walk)) != CARTO__GEOM_END) {
    if (event != CARTO__GEOM_RUN || walk.node.type != type || walk.node.count == 0) continue;
    carto__run_point(&walk, 0, first);
    memcpy(e, first, sizeof first);
    for (sum = 0, i = 1; i < walk.node.count; i++) {
      carto__run_point(&walk, i, e + 2);
      sum += measure(first, e);
      memcpy(e, e + 2, sizeof first);
    }
    if (most > 0) {
      sum = carto__abs(sum);
      if (most - sum < sum) sum = most - sum;
    }
    total += most > 0 && walk.node.index > 0 ? -sum : sum;
  }
  return total;
}

static double carto__edge_length(const double *first, const double *e) {
  double x = e[2] - e[0], y = e[3] - e[1];
  (void)first;
  return carto__sqrt(x * x + y * y);
}

/* Of the triangle with the first position. */
static double carto__edge_area(const double *first, const double *e) {
  return ((e[0] - first[0]) * (e[3] - first[1]) - (e[2] - first[0]) * (e[1] - first[1])) / 2;
}

static double carto__geom_length(carto_geom geom) {
  return carto__geom_sum(geom, CARTO_GEOM_LINESTRING, 0, carto__edge_length);
}

static double carto__geom_perimeter(carto_geom geom) {
  return carto__geom_sum(geom, CARTO_MCP__RING, 0, carto__edge_length);
}

static double carto__geom_area(carto_geom geom) {
  return carto__geom_sum(geom, CARTO_MCP__RING, DBL_MAX, carto__edge_area);
}

static uint64_t carto__geom_point_count(carto_geom geom) {
  carto__geom_walk walk;
  carto__geom_event event;
  uint64_t count = 0;
  carto__geom_walk_init(&walk, geom.wkb, geom.size);
  while ((event = carto__geom_step(&walk)) != CARTO__GEOM_END)
    if (event == CARTO__GEOM_RUN) count += walk.node.count;
  return count;
}

/* Sums for a centroid, by dimension: the weights, and x and y times them. Areas are triangles from
   one base point for all. */
typedef struct carto__centroid {
  double base[2], sum[3][3];
  bool has_base;
} carto__centroid;

static void carto__centroid_add(carto__centroid *c, int dimension, double weight, double x,
                                double y) {
  c->sum[dimension][0] += weight;
  c->sum[dimension][1] += weight * x;
  c->sum[dimension][2] += weight * y;
}

static void carto__centroid_add_run(carto__centroid *c, const carto__geom_walk *run) {
  double e[4], ring[3], length = 0, weight;
  uint32_t i;
  carto__run_point(run, 0, e);
  if (!c->has_base) memcpy(c->base, e, sizeof c->base);
  c->has_base = true;
  ring[0] = ring[1] = ring[2] = 0;
  for (i = 1; i < run->node.count; i++) {
    carto__run_point(run, i, e + 2);
    weight = carto__edge_length(NULL, e);
    length += weight;
    carto__centroid_add(c, 1, weight, (e[0] + e[2]) / 2, (e[1] + e[3]) / 2);
    weight = carto__edge_area(c->base, e);
    ring[0] += weight;
    ring[1] += weight * ((e[0] - c->base[0]) + (e[2] - c->base[0]));
    ring[2] += weight * ((e[1] - c->base[1]) + (e[3] - c->base[1]));
    memcpy(e, e + 2, 2 * sizeof *e);
  }
  if (!(length > 0)) carto__centroid_add(c, 0, 1, e[0], e[1]);
  if (run->node.type != CARTO_MCP__RING) return;
  weight = (ring[0] < 0) == (run->node.index > 0) ? 1 : -1;
  for (i = 0; i < 3; i++) c->sum[2][i] += weight * ring[i];
}

/* Of what has the highest dimension; what is flat counts as lines, and those without length as
   points. False when empty. */
static bool carto__geom_centroid(carto_geom geom, double out[2]) {
  carto__centroid c;
  carto__geom_walk walk;
  carto__geom_event event;
  int d = 2;
  memset(&c, 0, sizeof c);
  carto__geom_walk_init(&walk, geom.wkb, geom.size);
  while ((event = carto__geom_step(&walk)) != CARTO__GEOM_END)
    if (event == CARTO__GEOM_RUN && walk.node.count > 0) carto__centroid_add_run(&c, &walk);
  while (d > 0 && !(c.sum[d][0] < 0 || c.sum[d][0] > 0)) d--;
  out[0] = out[1] = 0;
  if (!(c.sum[d][0] < 0 || c.sum[d][0] > 0)) return false;
  out[0] = c.sum[d][1] / c.sum[d][0];
  out[1] = c.sum[d][2] / c.sum[d][0];
  if (d == 2) {
    out[0] = c.base[0] + out[0] / 3;
    out[1] = c.base[1] + out[1] / 3;
  }
  return true;
}

/* ---- small geometries made from numbers */

/* A point, points, a line, or a polygon whose one ring is closed here. */
static carto_status carto__geom_from_points(carto_arena *arena, int type, const double *xy,
                                            size_t count, carto_geom *out) {
  carto__geom_maker maker;
  size_t at, i, total = count + (type == CARTO_GEOM_POLYGON && count > 0);
  carto__geom_none(out);
  if (count >= UINT32_MAX / 32) return CARTO_ERR_LIMIT;
  carto__geom_maker_init(&maker, arena, 0);
  at = carto__geom_begin(&maker, type);
  if (type == CARTO_GEOM_MULTIPOINT) carto__geom_set_count(&maker, at, (uint32_t)count);
  if (type == CARTO_GEOM_POLYGON) {
    carto__geom_set_count(&maker, at, total > 0);
    if (total > 0) at = carto__geom_begin(&maker, CARTO_MCP__RING);
  }
  for (i = 0; i < total; i++) {
    const double *p = xy + 2 * (i < count ? i : 0);
    if (type == CARTO_GEOM_MULTIPOINT) at = carto__geom_begin(&maker, CARTO_GEOM_POINT);
    carto__geom_add_double(&maker, p[0]);
    carto__geom_add_double(&maker, p[1]);
    if (type == CARTO_GEOM_MULTIPOINT && carto__geom_end_run(&maker, CARTO_GEOM_POINT, at))
      return CARTO_ERR_ARG;
  }
  if (type == CARTO_GEOM_POLYGON) type = total ? CARTO_MCP__RING : 0;
  if (type == CARTO_GEOM_POINT || type == CARTO_GEOM_LINESTRING || type == CARTO_MCP__RING)
    if (carto__geom_end_run(&maker, type, at)) return CARTO_ERR_ARG;
  return carto__geom_finish(&maker, out, NULL);
}

/* A box as a polygon, in PostGIS's order of corners; when it may collapse, a flat one becomes a
   line or a point. */
static carto_status carto__geom_from_box(carto_arena *arena, carto_box box, bool collapse,
                                         carto_geom *out) {
  bool flat = !(box.xmin < box.xmax), low = !(box.ymin < box.ymax);
  double xy[8];
  if (box.xmin > box.xmax || box.ymin > box.ymax)
    return carto__geom_from_points(arena, CARTO_GEOM_POLYGON, NULL, 0, out);
  xy[0] = xy[2] = box.xmin;
  xy[1] = xy[7] = box.ymin;
  xy[3] = xy[5] = box.ymax;
  xy[4] = xy[6] = box.xmax;
  if (!collapse || !(flat || low))
    return carto__geom_from_points(arena, CARTO_GEOM_POLYGON, xy, 4, out);
  xy[2] = box.xmax;
  return carto__geom_from_points(arena, flat && low ? CARTO_GEOM_POINT : CARTO_GEOM_LINESTRING, xy,
                                 flat && low ? 1 : 2, out);
}

/* ---- the spheroid: WGS 84

   A geodesic maps to a great circle on the auxiliary sphere, whose latitudes are the reduced ones;
   what is between its ends, length, longitude and area, are integrals over the arc (Karney 2013).
   Their integrands are series in the square of the sine of the arc, of which few terms give all
   digits. */

#define CARTO_MCP__WGS84_F (1 / 298.257223563)
#define CARTO_MCP__WGS84_B 6356752.314245179
#define CARTO_MCP__WGS84_BELT 40589732499314.76 /* the area over 4 pi */

/* Of a geodesic that goes east, the arcs counted from where its great circle crosses the equator
   northwards. */
typedef struct carto__geodesic {
  double sin1, cos1, sin2, cos2; /* of the ends' reduced latitudes */
  double omega;                  /* difference of longitudes on the sphere */
  double sin_azimuth, from, to;  /* of the azimuth at the equator, and the arcs */
} carto__geodesic;

/* out: the length over b, the square root of 1 + x integrated, x = (k sin arc)^2; by how much the
   longitude falls short of omega, from (2 - f) / (1 + (1 - f) root(1 + x)); and what is to be added
   to the sphere's area below the arc, in radians times BELT: of a point with the sine s of its
   reduced latitude, how much the belt below it has more than s, over its squared cosine. */
static void carto__geodesic_integrate(const carto__geodesic *g, double out[3]) {
  static const double length[6] = {1, 0.5, -0.125, 0.0625, -0.0390625, 0.02734375};
  static const double lag[6] = {1,
                                -0.24958019490340408,
                                0.12468532241387219,
                                -0.0778890798545788,
                                0.054504055436195666,
                                -0.040868243635892365};
  static const double belt[6] = {-0.004469911563383121,   3.002961854712247e-06,
                                 -1.1557432416771674e-08, 5.1906376773252754e-11,
                                 -2.543213751083563e-13,  1.2972103753867307e-15};
  const double f = CARTO_MCP__WGS84_F, e2 = f * (2 - f);
  double cos_square = 1 - g->sin_azimuth * g->sin_azimuth, k2 = e2 / (1 - e2) * cos_square;
  double sin1, cos1, sin2, cos2, even, odd, power = 1, other = carto__sqrt(cos_square);
  int i;
  carto__sin_cos(g->from, &sin1, &cos1);
  carto__sin_cos(g->to, &sin2, &cos2);
  even = g->to - g->from; /* the integrals of sin^0, sin^2, ... and of sin^1, sin^3, ... */
  odd = cos1 - cos2;
  out[0] = out[1] = out[2] = 0;
  for (i = 0; i < 6; i++) {
    out[0] += length[i] * power * even;
    out[1] += lag[i] * power * even;
    out[2] += belt[i] * other * odd;
    power *= k2;
    other *= cos_square;
    cos1 *= sin1;
    cos2 *= sin2;
    even = ((2 * i + 1) * even - (cos2 - cos1)) / (2 * i + 2);
    cos1 *= sin1;
    cos2 *= sin2;
    odd = ((2 * i + 2) * odd - (cos2 - cos1)) / (2 * i + 3);
  }
  out[1] *= f * g->sin_azimuth;
  out[2] *= g->sin_azimuth;
}

/* With omega given, the great circle between the ends. */
static void carto__geodesic_span(carto__geodesic *g) {
  double sine, cosine, east, north, length;
  carto__sin_cos(g->omega, &sine, &cosine);
  east = g->cos2 * sine;
  north = g->cos1 * g->sin2 - g->sin1 * g->cos2 * cosine;
  length = carto__sqrt(east * east + north * north);
  g->sin_azimuth = length > 0 ? east * g->cos1 / length : 0;
  g->from = carto__atan2(g->sin1 * length, g->cos1 * north);
  g->to = g->from + carto__atan2(length, g->sin1 * g->sin2 + g->cos1 * g->cos2 * cosine);
}

/* With the azimuth at the first end given, which is the one farther from the equator and south of
   it: the great circle as far as the second end's latitude. */
static void carto__geodesic_shoot(carto__geodesic *g, double azimuth) {
  double sine, cosine, north2, omega1;
  carto__sin_cos(azimuth, &sine, &cosine);
  g->sin_azimuth = sine * g->cos1;
  north2 = cosine * cosine * g->cos1 * g->cos1 + (g->cos2 - g->cos1) * (g->cos2 + g->cos1);
  north2 = carto__sqrt(north2);
  g->from = carto__atan2(g->sin1, cosine * g->cos1);
  g->to = carto__atan2(g->sin2, north2);
  omega1 = carto__atan2(g->sin_azimuth * g->sin1, cosine * g->cos1);
  g->omega = carto__atan2(g->sin_azimuth * g->sin2, north2) - omega1;
}

static void carto__reduced(double lat, double *sine, double *cosine) {
  double s, c, length;
  carto__sin_cos(lat * CARTO_MCP__DEGREE, &s, &c);
  s *= 1 - CARTO_MCP__WGS84_F;
  length = carto__sqrt(s * s + c * c);
  *sine = s / length;
  *cosine = c > 0 ? c / length : 0;
}

/* Nearly antipodal ends: turns the azimuth at the first end until the longitude is right. It grows
   with the azimuth as far as it is needed (Karney 2013, section 4). Returns -1 when north and south
   were exchanged for that. */
static double carto__geodesic_search(carto__geodesic *g, double lambda, double out[3]) {
  double low = 0, high = CARTO_MCP__PI, swap, sign = 1;
  int i;
  if (carto__abs(g->sin2) > carto__abs(g->sin1)) {
    swap = g->sin1;
    g->sin1 = g->sin2;
    g->sin2 = swap;
    swap = g->cos1;
    g->cos1 = g->cos2;
    g->cos2 = swap;
  }
  if (g->sin1 > 0) {
    g->sin1 = -g->sin1;
    g->sin2 = -g->sin2;
    sign = -1;
  }
  if (!(g->sin1 < 0)) g->sin1 = -1e-150; /* the equator: there the azimuth counts from one side */
  for (i = 0; i < 60; i++) {
    double azimuth = low + (high - low) / 2;
    carto__geodesic_shoot(g, azimuth);
    carto__geodesic_integrate(g, out);
    if (g->omega - out[1] < lambda) low = azimuth;
    else high = azimuth;
  }
  return sign;
}

/* The geodesic between two points: its length in metres, and the area between it and the equator,
   counted eastwards, in square metres; area may be NULL. */
static double carto__geodesic_inverse(carto_lnglat a, carto_lnglat b, double *area) {
  carto__geodesic g;
  double lambda = b.lng - a.lng, change = 1, sign = 1, sine, cosine, out[3], t1, t2;
  int i;
  if (!(carto__abs(a.lat) <= 90 && carto__abs(b.lat) <= 90 && carto__abs(lambda) <= 1e6)) {
    lambda = DBL_MAX * 2;
    if (area) *area = lambda - lambda;
    return lambda - lambda;
  }
  lambda -= 360 * (double)(int64_t)(lambda / 360);
  lambda += lambda > 180 ? -360 : lambda <= -180 ? 360 : 0;
  if (lambda < 0) sign = -1;
  lambda = carto__abs(lambda) * CARTO_MCP__DEGREE;
  carto__reduced(a.lat, &g.sin1, &g.cos1);
  carto__reduced(b.lat, &g.sin2, &g.cos2);
  g.omega = lambda;
  for (i = 0; i < 12 && change > 1e-14 && g.omega <= CARTO_MCP__PI; i++) {
    carto__geodesic_span(&g);
    carto__geodesic_integrate(&g, out);
    change = carto__abs(lambda + out[1] - g.omega);
    g.omega = lambda + out[1];
  }
  if (change > 1e-14 || g.omega > CARTO_MCP__PI) sign *= carto__geodesic_search(&g, lambda, out);
  if (area) {
    carto__sin_cos(g.omega / 2, &sine, &cosine);
    t1 = g.sin1 / (1 + g.cos1);
    t2 = g.sin2 / (1 + g.cos2);
    *area = 2 * carto__atan2(sine * (t1 + t2), cosine * (1 + t1 * t2)) + out[2];
    *area *= CARTO_MCP__WGS84_BELT * sign;
  }
  return out[0] * CARTO_MCP__WGS84_B;
}

/* Metres on WGS 84; NaN for what is not a place. */
static double carto__geodesic_distance(carto_lnglat a, carto_lnglat b) {
  return carto__geodesic_inverse(a, b, NULL);
}

/* A position as a place on earth; what is none is held in the range, or 0. */
static carto_lnglat carto__lnglat(const double *xy) {
  carto_lnglat point;
  point.lng = carto__abs(xy[0]) <= 1e5 ? xy[0] : 0;
  point.lat = xy[1] < -90 ? -90 : xy[1] > 90 ? 90 : xy[1];
  return point;
}

static double carto__edge_geodesic_length(const double *first, const double *e) {
  (void)first;
  return carto__geodesic_distance(carto__lnglat(e), carto__lnglat(e + 2));
}

/* Between the edge and the equator. The antimeridian counts as a way to the south pole and back, so
   that also what goes around a pole is closed. */
static double carto__edge_geodesic_area(const double *first, const double *e) {
  const double half = 2 * CARTO_MCP__PI * CARTO_MCP__WGS84_BELT;
  double area;
  (void)first;
  (void)carto__geodesic_inverse(carto__lnglat(e), carto__lnglat(e + 2), &area);
  return e[2] - e[0] <= -180 ? area - half : e[2] - e[0] > 180 ? area + half : area;
}

/* As PostGIS has it: of a collection, lines and rings count for both. */
static double carto__geog_length(carto_geom geom) {
  double sum = carto__geom_sum(geom, CARTO_GEOM_LINESTRING, 0, carto__edge_geodesic_length);
  if (carto_geom_type_of(geom) != CARTO_GEOM_COLLECTION) return sum;
  return sum + carto__geom_sum(geom, CARTO_MCP__RING, 0, carto__edge_geodesic_length);
}

static double carto__geog_perimeter(carto_geom geom) {
  if (carto_geom_type_of(geom) == CARTO_GEOM_COLLECTION) return carto__geog_length(geom);
  return carto__geom_sum(geom, CARTO_MCP__RING, 0, carto__edge_geodesic_length);
}

static double carto__geog_area(carto_geom geom) {
  return carto__geom_sum(geom, CARTO_MCP__RING, 4 * CARTO_MCP__PI * CARTO_MCP__WGS84_BELT,
                         carto__edge_geodesic_area);
}

/* ---- distances of shapes on the spheroid: as PostGIS, the nearest pair of points is found on a
   sphere, with great circles between the vertices, and then measured on the spheroid */

static double carto__dot(const double *a, const double *b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static void carto__cross(const double *a, const double *b, double out[3]) {
  out[0] = a[1] * b[2] - a[2] * b[1];
  out[1] = a[2] * b[0] - a[0] * b[2];
  out[2] = a[0] * b[1] - a[1] * b[0];
}

/* Across both, also where they are close together, since the difference is exact then. */
static void carto__normal(const double *a, const double *b, double out[3]) {
  double sum[3], difference[3];
  int i;
  for (i = 0; i < 3; i++) {
    sum[i] = (a[i] + b[i]) / 2;
    difference[i] = b[i] - a[i];
  }
  carto__cross(sum, difference, out);
}

static double carto__chord(const double *a, const double *b) {
  double x = a[0] - b[0], y = a[1] - b[1], z = a[2] - b[2];
  return x * x + y * y + z * z;
}

static void carto__unit_vector(const double *xy, double out[3]) {
  carto_lnglat point = carto__lnglat(xy);
  double sine, cosine, across;
  carto__sin_cos(point.lat * CARTO_MCP__DEGREE, &out[2], &across);
  carto__sin_cos(point.lng * CARTO_MCP__DEGREE, &sine, &cosine);
  out[0] = across * cosine;
  out[1] = across * sine;
}

/* The vertices from first on, as vectors: those prepared, or into room. */
static const double *carto__shape_vectors(const carto__shape *s, size_t first, size_t end,
                                          double *room) {
  size_t i;
  if (s->vectors) return s->vectors + 3 * first;
  for (i = first; i < end; i++) carto__unit_vector(s->xy + 2 * i, room + 3 * (i - first));
  return room;
}

/* A leaf's vertices, and one more when an edge leads there. */
static size_t carto__shape_leaf_end(const carto__shape *s, size_t end) {
  return end + ((s->marks[end - 1] & CARTO_MCP__EDGE) ? 1 : 0);
}

/* A centre, and how far it is at most to what is between the vectors: straight through the sphere.
   A cap as large as a hemisphere does not tell anything, and is made to say so. */
static void carto__cap(const double *v, size_t count, double out[4]) {
  double length, gap, most = 0;
  size_t i;
  out[0] = out[1] = out[2] = 0;
  for (i = 0; i < 3 * count; i++) out[i % 3] += v[i];
  length = carto__sqrt(carto__dot(out, out));
  for (i = 0; i < 3; i++) out[i] = length > 0 ? out[i] / length : 0;
  for (i = 0; i < count; i++) {
    gap = carto__chord(out, v + 3 * i);
    if (gap > most) most = gap;
  }
  out[3] = most < 1.9 && length > 0 ? carto__sqrt(most) + 1e-15 : 4;
}

/* Keeps what distances on the sphere need of each vertex; for when many will follow. */
static void carto__shape_prepare_sphere(carto__shape *s, carto_arena *arena) {
  size_t leaves = (s->count + CARTO_MCP__FAN - 1) / CARTO_MCP__FAN, i;
  int status = arena->status;
  double *vectors, *caps;
  if (s->empty || s->vectors) return;
  vectors = (double *)carto__arena_array(arena, s->count, 3 * sizeof *vectors);
  caps = (double *)carto__arena_array(arena, leaves, 4 * sizeof *caps);
  if (!vectors || !caps) {
    arena->status = status;
    return;
  }
  (void)carto__shape_vectors(s, 0, s->count, vectors);
  for (i = 0; i < leaves; i++) {
    size_t first = i * CARTO_MCP__FAN, end = carto__min_size(first + CARTO_MCP__FAN, s->count);
    carto__cap(vectors + 3 * first, carto__shape_leaf_end(s, end) - first, caps + 4 * i);
  }
  s->vectors = vectors;
  s->caps = caps;
}

/* Whether a vector is inside the polygon whose vertices are those from first on: the arc from there
   to a place outside crosses an odd number of edges. */
static bool carto__sphere_inside(const carto__shape *s, size_t first, size_t end,
                                 const double *outside, const double *p) {
  double normal[3], room[6], meet[3], side[3], from, to;
  bool odd = false, opposite;
  const double *v;
  size_t i;
  int k;
  carto__cross(p, outside, normal);
  opposite = !(carto__dot(normal, normal) > 1e-24);
  if (opposite) { /* any half of a great circle */
    if (carto__dot(p, outside) > 0) return false;
    meet[0] = meet[1] = meet[2] = 0;
    meet[carto__abs(p[0]) < 0.6 ? 0 : 1] = 1;
    carto__cross(p, meet, normal);
  }
  for (i = first; i < end; i++) {
    if (!(s->marks[i] & CARTO_MCP__AREA)) continue;
    v = carto__shape_vectors(s, i, i + 2, room);
    from = carto__dot(normal, v);
    to = carto__dot(normal, v + 3);
    if ((from < 0) == (to < 0)) continue;
    for (k = 0; k < 3; k++) meet[k] = (v[k] * to - v[3 + k] * from) / (to - from);
    carto__cross(p, meet, side);
    if (!(carto__dot(side, normal) > 0)) continue;
    carto__cross(meet, outside, side);
    if (opposite || carto__dot(side, normal) > 0) odd = !odd;
  }
  return odd;
}

/* A cap around the polygon that begins at first, and where that ends. */
static size_t carto__sphere_polygon(const carto__shape *s, size_t first, double cap[4]) {
  size_t end = first, i;
  double v[3], sum[3], length;
  sum[0] = sum[1] = sum[2] = 0;
  while (end < s->count && s->owner[end] == s->owner[first]) end++;
  if (s->vectors) {
    carto__cap(s->vectors + 3 * first, end - first, cap);
    return end;
  }
  for (i = first; i < end; i++) {
    carto__unit_vector(s->xy + 2 * i, v);
    sum[0] += v[0];
    sum[1] += v[1];
    sum[2] += v[2];
  }
  length = carto__sqrt(carto__dot(sum, sum));
  for (i = 0; i < 3; i++) cap[i] = length > 0 ? sum[i] / length : 0;
  cap[3] = 4;
  return end;
}

/* True when a part of a begins inside a polygon of b. What is outside of that: the antipode of its
   middle. */
static bool carto__sphere_begins_in(const carto__shape *a, const carto__shape *b) {
  double room[3], cap[4], outside[3];
  size_t i, k, first, end;
  if (!(b->kinds & CARTO_MCP__AREA)) return false;
  for (first = 0; first < b->count; first = end) {
    end = carto__sphere_polygon(b, first, cap);
    for (k = 0; k < 3; k++) outside[k] = -cap[k];
    for (i = 0; i < a->count && (b->marks[first] & CARTO_MCP__AREA); i++) {
      const double *p;
      if (!(a->marks[i] & CARTO_MCP__FIRST)) continue;
      p = carto__shape_vectors(a, i, i + 1, room);
      if (carto__chord(p, cap) <= cap[3] * cap[3] &&
          carto__sphere_inside(b, first, end, outside, p))
        return true;
    }
  }
  return false;
}

/* The nearest pair so far, and the square of the chord between them. */
typedef struct carto__closest {
  double chord, a[3], b[3];
} carto__closest;

static void carto__closest_offer(carto__closest *best, const double *a, const double *b,
                                 bool swapped) {
  double chord = carto__chord(a, b);
  if (!(chord < best->chord)) return;
  best->chord = chord;
  memcpy(swapped ? best->b : best->a, a, sizeof best->a);
  memcpy(swapped ? best->a : best->b, b, sizeof best->b);
}

/* A point, and an arc from v to v + 3 with a normal: inside the arc if the point is beside it. */
static void carto__closest_on_arc(carto__closest *best, const double *p, const double *v,
                                  const double *normal, bool swapped) {
  double side[3], foot[3], square = carto__dot(normal, normal), off, length;
  int i;
  carto__closest_offer(best, p, v, swapped);
  carto__closest_offer(best, p, v + 3, swapped);
  if (!(square > 0)) return;
  carto__cross(normal, v, side);
  if (!(carto__dot(side, p) > 0)) return;
  carto__cross(v + 3, normal, side);
  if (!(carto__dot(side, p) > 0)) return;
  off = carto__dot(p, normal) / square;
  for (i = 0; i < 3; i++) foot[i] = p[i] - off * normal[i];
  length = carto__sqrt(carto__dot(foot, foot));
  if (!(length > 0)) return;
  for (i = 0; i < 3; i++) foot[i] /= length;
  carto__closest_offer(best, p, foot, swapped);
}

/* Two arcs, each perhaps only a point. */
static void carto__closest_arcs(carto__closest *best, const double *a, bool a_is_arc,
                                const double *b, bool b_is_arc) {
  double m[3] = {0, 0, 0}, n[3] = {0, 0, 0}, meet[3];
  double from, to, start, end;
  int i;
  if (a_is_arc) carto__normal(a, a + 3, m);
  if (b_is_arc) carto__normal(b, b + 3, n);
  from = carto__dot(n, a);
  start = carto__dot(m, b);
  if (a_is_arc && b_is_arc) {
    to = carto__dot(n, a + 3);
    end = carto__dot(m, b + 3);
    if ((from < 0) != (to < 0) && (start < 0) != (end < 0)) {
      double side = 0;
      for (i = 0; i < 3; i++) meet[i] = (a[i] * to - a[3 + i] * from) / (to - from);
      for (i = 0; i < 3; i++) side += meet[i] * (b[i] * end - b[3 + i] * start) / (end - start);
      if (side > 0) best->chord = 0; /* they cross here, not on the other side of the sphere */
    }
  }
  if (b_is_arc) carto__closest_on_arc(best, a, b, n, false);
  else carto__closest_offer(best, a, b, false);
  if (b_is_arc && a_is_arc) carto__closest_on_arc(best, a + 3, b, n, false);
  if (!a_is_arc) return;
  carto__closest_on_arc(best, b, a, m, true);
  if (b_is_arc) carto__closest_on_arc(best, b + 3, a, m, true);
}

/* True when two leaves with prepared caps are too far apart to be of interest. */
static bool carto__caps_apart(const double *a, const double *b, double chord) {
  double gap = carto__sqrt(carto__chord(a, b)) - a[3] - b[3];
  return gap > 0 && gap * gap > chord;
}

static void carto__closest_leaves(carto__closest *best, const carto__shape *a, size_t from,
                                  const double *v, const carto__shape *b, size_t to,
                                  const double *w) {
  const unsigned kinds = CARTO_MCP__POINT | CARTO_MCP__EDGE;
  size_t i, k;
  for (i = 0; i < CARTO_MCP__FAN && from + i < a->count; i++)
    for (k = 0; (a->marks[from + i] & kinds) && k < CARTO_MCP__FAN && to + k < b->count; k++)
      if (b->marks[to + k] & kinds)
        carto__closest_arcs(best, v + 3 * i, (a->marks[from + i] & CARTO_MCP__EDGE) != 0, w + 3 * k,
                            (b->marks[to + k] & CARTO_MCP__EDGE) != 0);
}

static carto_lnglat carto__lnglat_of_vector(const double *v) {
  carto_lnglat point;
  point.lng = carto__atan2(v[1], v[0]) / CARTO_MCP__DEGREE;
  point.lat = carto__atan2(v[2], carto__sqrt(v[0] * v[0] + v[1] * v[1])) / CARTO_MCP__DEGREE;
  return point;
}

/* Metres; 0 where they have a point in common, NaN when one is empty. */
static double carto__shape_geodesic_distance(const carto__shape *a, const carto__shape *b) {
  double room_a[3 * (CARTO_MCP__FAN + 1)], room_b[3 * (CARTO_MCP__FAN + 1)];
  carto__closest best;
  size_t i, k;
  if (a->empty || b->empty) return (DBL_MAX * 2) - (DBL_MAX * 2);
  if (a->count == 1 && b->count == 1)
    return carto__geodesic_distance(carto__lnglat(a->xy), carto__lnglat(b->xy));
  if (carto__sphere_begins_in(a, b) || carto__sphere_begins_in(b, a)) return 0;
  best.chord = 8;
  for (i = 0; i < a->count; i += CARTO_MCP__FAN) {
    size_t end = carto__min_size(i + CARTO_MCP__FAN, a->count);
    const double *v = carto__shape_vectors(a, i, carto__shape_leaf_end(a, end), room_a), *w;
    for (k = 0; k < b->count; k += CARTO_MCP__FAN) {
      if (a->caps && b->caps &&
          carto__caps_apart(a->caps + i / CARTO_MCP__FAN * 4, b->caps + k / CARTO_MCP__FAN * 4,
                            best.chord))
        continue;
      end = carto__min_size(k + CARTO_MCP__FAN, b->count);
      w = carto__shape_vectors(b, k, carto__shape_leaf_end(b, end), room_b);
      carto__closest_leaves(&best, a, i, v, b, k, w);
    }
  }
  if (!(best.chord > 0)) return 0;
  return carto__geodesic_distance(carto__lnglat_of_vector(best.a), carto__lnglat_of_vector(best.b));
}

/* ---- cells: H3 and quadbin */

/* Steps from a cell to the farthest cells of a disk. */
#define CARTO_MCP__MAX_DISK 250

/* A cell in bits: 0, mode 1 (4 bits), 0 (3), resolution (4), base cell (7), 15 digits (3 each),
   the first one highest; those beyond the resolution are 7. */
CARTO_MCP__DEF int carto_h3_resolution(uint64_t cell) { return (int)(cell >> 52 & 15); }

#ifndef CARTO_MCP_NO_H3

/* H3 (h3geo.org, Uber Technologies, Apache-2.0): the numbering of its base cells and the place of
   its icosahedron are facts of that system, kept in the four tables below; the rest follows from
   geometry.

   Each face of the icosahedron carries a hexagonal lattice: points x + y w with w a third of a full
   turn, the face's centre as 0, its corner 0 in the direction of 1, corner 1 of w and corner 2 of
   w^2. A cell's seven children lie around (x + y w) * m with m = 2 - w into odd resolutions and m =
   3 + w into even ones; their product is 7. A digit is the child's direction: 4 stands for 1, 2 for
   w, 1 for w^2, and they add up.

   H3 projects gnomonically: the corners' unit vectors, weighted and summed, lie over the place
   in the plane. So a place is three weights, and nothing here needs an angle but the two ends,
   longitude and latitude. A negative weight means beyond the opposite edge: there the place
   unfolds to the neighbouring face. */

/* Corners 0 to 5; corner 11 - i is opposite to i. */
static const double carto__h3_corners[6][3] = {
  {0.42015242670871, 0.07814524940278296, 0.9040825506150193},
  {0.5188367303273644, 0.8354203803782358, 0.18133183755726243},
  {-0.4146822253203351, 0.6559624054348007, 0.6306758078914753},
  {-0.5154559599440419, -0.38171689828713296, 0.7672009925177475},
  {0.35578140253294477, -0.8435800024661781, 0.4022342266029255},
  {0.9950094394362415, -0.09134779527642792, 0.040147175877166666}};

static const unsigned char carto__h3_faces[20][3] = {
  {0, 1, 2},  {0, 2, 3},  {0, 3, 4},   {0, 4, 5},   {0, 5, 1},  {7, 2, 1},  {6, 3, 2},
  {10, 4, 3}, {9, 5, 4},  {8, 1, 5},   {2, 7, 6},   {3, 6, 10}, {4, 10, 9}, {5, 9, 8},
  {1, 8, 7},  {11, 6, 7}, {11, 10, 6}, {11, 9, 10}, {11, 8, 9}, {11, 7, 8}};

/* Base cells, 7 for each face: at its centre and in the directions 1 to 6. Then those on the
   corners. */
static const unsigned char carto__h3_bases[140] = {
  16,  18,  33, 30,  8,  5,   22,  2,   6,   10,  11,  0,   1,   5,   7,   21,  9,   19,  3,   13,
  1,   26,  42, 29,  43, 12,  28,  13,  31,  41,  44,  53,  15,  22,  28,  50,  48,  32,  30,  70,
  67,  52,  25, 23,  17, 11,  45,  39,  35,  36,  20,  34,  19,  55,  40,  54,  64,  47,  62,  43,
  84,  69,  82, 75,  65, 61,  53,  94,  86,  81,  57,  59,  74,  78,  37,  39,  52,  46,  60,  56,
  68,  27,  40, 35,  71, 89,  73,  91,  51,  69,  54,  96,  104, 98,  110, 76,  86,  82,  85,  87,
  101, 102, 66, 67,  81, 95,  92,  79,  78,  109, 108, 93,  90,  77,  80,  68,  106, 93,  99,  105,
  88,  103, 91, 113, 99, 116, 119, 111, 115, 110, 121, 116, 120, 114, 112, 100, 102, 118, 120, 108};

static const unsigned char carto__h3_pentagons[12] = {4,  49, 24,  14, 38, 58,
                                                      63, 83, 107, 97, 72, 117};

/* The face in whose lattice a base cell counts its digits, times 8, and its direction there; 7:
   corner 0. */
static const unsigned char carto__h3_homes[122] = {
  12,  22,  8,   20,  7,   14,  9,   16,  4,   18,  10,  11,  28,  30,  95,  36,  0,   50,
  1,   19,  57,  17,  6,   49,  87,  48,  24,  92,  38,  26,  3,   32,  42,  2,   58,  94,
  56,  84,  103, 53,  61,  33,  25,  27,  34,  52,  88,  65,  41,  119, 40,  100, 86,  35,
  102, 60,  90,  80,  111, 81,  89,  74,  66,  55,  64,  73,  116, 45,  131, 69,  44,  96,
  63,  98,  82,  72,  108, 129, 123, 122, 130, 118, 110, 47,  68,  112, 77,  113, 137, 97,
  128, 139, 121, 133, 76,  120, 104, 71,  106, 141, 154, 114, 155, 138, 105, 136, 132, 79,
  125, 124, 147, 145, 153, 140, 152, 146, 149, 159, 156, 144, 157, 148};

/* A place on a face, as weights of the face's corners. They sum to 6 times the scale, which is
   how many steps of the lattice at hand make one of resolution 0. */
typedef struct carto__h3_place {
  int face;
  int turn; /* sixths by which directions are turned against those where it was first seen */
  int64_t w[3];
} carto__h3_place;

/* x + y w */
typedef struct carto__h3_step {
  int64_t x, y;
} carto__h3_step;

static carto__h3_step carto__h3_add(carto__h3_step a, carto__h3_step b) {
  a.x += b.x;
  a.y += b.y;
  return a;
}

static carto__h3_step carto__h3_direction(int digit) {
  carto__h3_step d;
  d.x = (digit >> 2) - (digit & 1);
  d.y = (digit >> 1 & 1) - (digit & 1);
  return d;
}

/* Times 2 - w when odd, else times 3 + w. */
static carto__h3_step carto__h3_down(carto__h3_step a, bool odd) {
  carto__h3_step b;
  b.x = odd ? 2 * a.x + a.y : 3 * a.x - a.y;
  b.y = odd ? 3 * a.y - a.x : a.x + 2 * a.y;
  return b;
}

/* Times 1 + w: a sixth of a turn, counter-clockwise. */
static carto__h3_step carto__h3_sixth(carto__h3_step a) {
  carto__h3_step b;
  b.x = a.x - a.y;
  b.y = a.x;
  return b;
}

/* The digit that leads to a from its parent. The lattice modulo 2 - w is the integers modulo 7
   with w as 2, modulo 3 + w with w as 4. */
static int carto__h3_digit_of(carto__h3_step a, bool odd) {
  static const unsigned char digits[2][7] = {{0, 4, 1, 5, 2, 6, 3}, {0, 4, 2, 6, 1, 5, 3}};
  int64_t rest = (a.x + (odd ? 2 : 4) * a.y) % 7;
  return digits[odd][rest < 0 ? rest + 7 : rest];
}

/* A digit turned by sixths, counter-clockwise. */
static int carto__h3_turn_digit(int digit, int sixths) {
  static const unsigned char around[6] = {4, 6, 2, 3, 1, 5}, angle[7] = {0, 4, 2, 3, 0, 5, 1};
  return digit ? around[(angle[digit] + sixths) % 6] : 0;
}

static void carto__h3_set_weights(carto__h3_place *place, carto__h3_step a, int64_t scale) {
  place->w[0] = 2 * a.x - a.y + 2 * scale;
  place->w[1] = 2 * a.y - a.x + 2 * scale;
  place->w[2] = -a.x - a.y + 2 * scale;
}

static carto__h3_step carto__h3_from_weights(const carto__h3_place *place) {
  carto__h3_step a;
  a.x = (place->w[0] - place->w[2]) / 3;
  a.y = (place->w[1] - place->w[2]) / 3;
  return a;
}

/* Goes to the face beyond the edge that is opposite to corner m. There the edge's corners stand
   the other way round, and the new corner lies opposite to the old one: C' = A + B - C in the
   plane, half a turn. */
static void carto__h3_unfold(carto__h3_place *place, int m) {
  const unsigned char *from = carto__h3_faces[place->face], *to = from;
  int a = (m + 1) % 3, b = (m + 2) % 3, face, k = 0;
  int64_t w[3];
  for (face = 0; face < 20; face++) {
    to = carto__h3_faces[face];
    for (k = 0; k < 3; k++)
      if (to[(k + 1) % 3] == from[b] && to[(k + 2) % 3] == from[a]) break;
    if (k < 3) break;
  }
  w[k] = -place->w[m];
  w[(k + 1) % 3] = place->w[b] + place->w[m];
  w[(k + 2) % 3] = place->w[a] + place->w[m];
  memcpy(place->w, w, sizeof w);
  place->face = face;
  place->turn = (place->turn + 9 + 2 * (k - m)) % 6;
}

/* To the face where no weight is negative. */
static void carto__h3_settle(carto__h3_place *place) {
  int m = 0;
  while (m < 3) {
    if (place->w[m] >= 0) {
      m++;
    } else {
      carto__h3_unfold(place, m);
      m = 0;
    }
  }
}

/* For a place on an edge or corner: to the next face it is on, around a corner counter-clockwise
   when forward. */
static void carto__h3_next_face(carto__h3_place *place, bool forward) {
  int m = 0;
  while (m < 2 && (place->w[m] != 0 || place->w[(m + (forward ? 2 : 1)) % 3] == 0)) m++;
  carto__h3_unfold(place, m);
}

static void carto__h3_add_corners(const carto__h3_place *place, double v[3]) {
  int m, i;
  for (m = 0; m < 3; m++) {
    int corner = carto__h3_faces[place->face][m];
    double w = corner < 6 ? (double)place->w[m] : -(double)place->w[m];
    for (i = 0; i < 3; i++) v[i] += w * carto__h3_corners[corner < 6 ? corner : 11 - corner][i];
  }
}

static carto_lnglat carto__h3_to_point(carto__h3_place place) {
  double v[3] = {0, 0, 0};
  carto_lnglat point;
  carto__h3_settle(&place);
  carto__h3_add_corners(&place, v);
  point.lng = carto__atan2(v[1], v[0]) / CARTO_MCP__DEGREE;
  point.lat = carto__atan2(v[2], carto__sqrt(v[0] * v[0] + v[1] * v[1])) / CARTO_MCP__DEGREE;
  return point;
}

static int carto__h3_base(uint64_t cell) { return (int)(cell >> 45 & 127); }

static int carto__h3_digit(uint64_t cell, int resolution) {
  return (int)(cell >> 3 * (15 - resolution) & 7);
}

static uint64_t carto__h3_set_digit(uint64_t cell, int resolution, int digit) {
  int shift = 3 * (15 - resolution);
  return (cell & ~(UINT64_C(7) << shift)) | (uint64_t)digit << shift;
}

static bool carto__h3_on_corner(int base) { return (carto__h3_homes[base] & 7) == 7; }

/* The first digit that is not 0; 0 when all are. */
static int carto__h3_leading(uint64_t cell) {
  int r, digit = 0;
  for (r = 1; r <= carto_h3_resolution(cell) && digit == 0; r++) digit = carto__h3_digit(cell, r);
  return digit;
}

CARTO_MCP__DEF bool carto_h3_is_valid(uint64_t cell) {
  int resolution = carto_h3_resolution(cell), r;
  if (cell >> 56 != 8 || carto__h3_base(cell) >= 122) return false;
  for (r = 1; r <= 15; r++)
    if ((carto__h3_digit(cell, r) == 7) != (r > resolution)) return false;
  /* only five directions lead away from a corner: there is no 1 */
  return !carto__h3_on_corner(carto__h3_base(cell)) || carto__h3_leading(cell) != 1;
}

CARTO_MCP__DEF bool carto_h3_is_pentagon(uint64_t cell) {
  return carto_h3_is_valid(cell) && carto__h3_on_corner(carto__h3_base(cell)) &&
         carto__h3_leading(cell) == 0;
}

/* Finds a cell's centre, in the lattice of its own or the next resolution, whichever is even;
   returns the scale. The lattice has a gap around a corner, so what belongs to each of the five
   directions there begins on the face that lies that way. */
static int64_t carto__h3_locate(uint64_t cell, carto__h3_place *place) {
  static const unsigned char steps[7] = {0, 0, 1, 0, 3, 4, 2};
  int home = carto__h3_homes[carto__h3_base(cell)], resolution = carto_h3_resolution(cell), r;
  carto__h3_step at = carto__h3_direction((home & 7) == 7 ? 4 : home & 7);
  int64_t scale = 1;
  if ((home & 7) == 7) at.x = 2;
  place->face = home >> 3;
  place->turn = 0;
  carto__h3_set_weights(place, at, scale);
  if ((home & 7) == 7)
    for (r = steps[carto__h3_leading(cell)]; r > 0; r--) carto__h3_next_face(place, false);
  at = carto__h3_from_weights(place);
  for (r = 1; r <= resolution; r++) {
    int digit = carto__h3_turn_digit(carto__h3_digit(cell, r), place->turn);
    at = carto__h3_add(carto__h3_down(at, r & 1), carto__h3_direction(digit));
    if (r % 2 == 0) scale *= 7;
  }
  if (resolution & 1) {
    at = carto__h3_down(at, false);
    scale *= 7;
  }
  carto__h3_set_weights(place, at, scale);
  return scale;
}

CARTO_MCP__DEF carto_lnglat carto_h3_center(uint64_t cell) {
  carto__h3_place place;
  carto_lnglat none;
  none.lng = none.lat = 0;
  if (!carto_h3_is_valid(cell)) return none;
  (void)carto__h3_locate(cell, &place);
  return carto__h3_to_point(place);
}

/* Where the line from a to b crosses an edge of the face; false when it does not. */
static bool carto__h3_crossing(const carto__h3_place *a, const carto__h3_place *b,
                               carto__h3_place *out) {
  int m, i;
  for (m = 0; m < 3; m++) {
    int64_t from = a->w[m], to = b->w[m];
    if ((from < 0 && to > 0) || (from > 0 && to < 0)) {
      if (from < 0) from = -from;
      if (to < 0) to = -to;
      *out = *a;
      for (i = 0; i < 3; i++) out->w[i] = a->w[i] * to + b->w[i] * from;
      return true;
    }
  }
  return false;
}

/* In units of a third of a step, the corners of a cell lie 2 + w from its centre, and sixths of
   a turn on; in the lattice of the next resolution that is (2 + w)(3 + w). Where a side crosses
   an edge of the icosahedron it bends, so there is a vertex. Of a pentagon one corner is on each
   of the five faces. */
CARTO_MCP__DEF size_t carto_h3_boundary(uint64_t cell, carto_lnglat out[10]) {
  bool pentagon = carto_h3_is_pentagon(cell);
  carto__h3_place place, vertex, next, bend;
  carto__h3_step first, center, corner;
  int64_t scale;
  size_t count = 0;
  int i, k, turns;
  if (!carto_h3_is_valid(cell)) return 0;
  scale = carto__h3_locate(cell, &place);
  carto__h3_settle(&place);
  first.x = 2;
  first.y = 1;
  if (carto_h3_resolution(cell) & 1) first = carto__h3_down(first, false);
  for (i = 0; i < 2 && pentagon; i++) carto__h3_next_face(&place, false);
  for (i = 0; i < (pentagon ? 5 : 6); i++) {
    turns = pentagon ? 2 + 2 * (place.w[1] ? 1 : place.w[2] ? 2 : 0) : i;
    center = carto__h3_from_weights(&place);
    center.x *= 3;
    center.y *= 3;
    corner = first;
    for (k = 0; k < turns; k++) corner = carto__h3_sixth(corner);
    vertex = next = place;
    carto__h3_set_weights(&vertex, carto__h3_add(center, corner), 3 * scale);
    carto__h3_set_weights(&next, carto__h3_add(center, carto__h3_sixth(corner)), 3 * scale);
    out[count++] = carto__h3_to_point(vertex);
    if (carto__h3_crossing(&vertex, &next, &bend)) out[count++] = carto__h3_to_point(bend);
    if (pentagon) carto__h3_next_face(&place, true);
  }
  return count;
}

static int64_t carto__round(double x) { return (int64_t)(x < 0 ? x - 0.5 : x + 0.5); }

/* The point of the lattice that is nearest to x + y w. */
static carto__h3_step carto__h3_nearest(double x, double y) {
  carto__h3_step a;
  int64_t diagonal = carto__round(y - x);
  double dx, dy, dd = (double)diagonal - (y - x);
  a.x = carto__round(x);
  a.y = carto__round(y);
  dx = (double)a.x - x;
  dy = (double)a.y - y;
  /* three coordinates were rounded, of which the worst follows from the others */
  if (dx * dx > dy * dy && dx * dx > dd * dd) a.x = a.y - diagonal;
  else if (dy * dy > dd * dd) a.y = a.x + diagonal;
  return a;
}

/* The point's face and the nearest lattice point. With d the products of the point and the corners,
   weights differ by (d - d') / (1 - c) and sum to the sum of d / (1 + 2c), where c = 0.4472... is
   the product of two corners. */
static carto__h3_step carto__h3_find(carto_lnglat point, int resolution, int *face) {
  double sin_lng, cos_lng, sin_lat, cos_lat, d[12], most = 0, unit, x, y;
  const unsigned char *corners;
  int i;
  carto__sin_cos(point.lng * CARTO_MCP__DEGREE, &sin_lng, &cos_lng);
  carto__sin_cos(point.lat * CARTO_MCP__DEGREE, &sin_lat, &cos_lat);
  for (i = 0; i < 6; i++) {
    const double *v = carto__h3_corners[i];
    d[i] = cos_lat * (cos_lng * v[0] + sin_lng * v[1]) + sin_lat * v[2];
    d[11 - i] = -d[i];
  }
  *face = 0;
  for (i = 0; i < 20; i++) {
    double sum = d[carto__h3_faces[i][0]] + d[carto__h3_faces[i][1]] + d[carto__h3_faces[i][2]];
    if (sum > most) {
      most = sum;
      *face = i;
    }
  }
  unit = 2 * 3.4270509831248424 / most; /* 2 (1 + 2c) / (1 - c) */
  for (i = 2; i <= resolution; i += 2) unit *= 7;
  corners = carto__h3_faces[*face];
  x = (d[corners[0]] - d[corners[2]]) * unit;
  y = (d[corners[1]] - d[corners[2]]) * unit;
  return resolution & 1 ? carto__h3_nearest(2 * x + y, 3 * y - x) : carto__h3_nearest(x, y);
}

static uint64_t carto__h3_turn(uint64_t cell, int sixths) {
  int r;
  for (r = 1; r <= carto_h3_resolution(cell); r++)
    cell = carto__h3_set_digit(cell, r, carto__h3_turn_digit(carto__h3_digit(cell, r), sixths));
  return cell;
}

/* Goes up from the lattice point of a face to a base cell, which gives the digits as they are on
   that face; then they are turned to the base cell's home face. */
static uint64_t carto__h3_cell(int face, carto__h3_step at, int resolution) {
  carto__h3_place place;
  carto__h3_step step;
  uint64_t cell = UINT64_C(8) << 56 | ((UINT64_C(1) << 45) - 1);
  int base, corner = -1, steps = 0, digit, m, r;
  cell |= (uint64_t)resolution << 52;
  for (r = resolution; r > 0; r--) {
    digit = carto__h3_digit_of(at, r & 1);
    step = carto__h3_direction(digit);
    at.x -= step.x;
    at.y -= step.y;
    at = carto__h3_down(at, !(r & 1)); /* times the other factor and over 7: divided by this one */
    at.x /= 7;
    at.y /= 7;
    cell = carto__h3_set_digit(cell, r, digit);
  }
  place.face = face;
  place.turn = 0;
  carto__h3_set_weights(&place, at, 1);
  carto__h3_settle(&place);
  for (m = 0; m < 3; m++)
    if (place.w[m] == 6) corner = carto__h3_faces[place.face][m];
  digit = carto__h3_digit_of(carto__h3_from_weights(&place), true);
  base = corner >= 0 ? carto__h3_pentagons[corner] : carto__h3_bases[7 * place.face + digit];
  for (; place.face != carto__h3_homes[base] >> 3; steps++) carto__h3_next_face(&place, true);
  cell = carto__h3_turn(cell, place.turn) | (uint64_t)base << 45;
  /* a direction in the gap around a corner: closed from the side where it was seen */
  if (corner >= 0 && carto__h3_leading(cell) == 1) cell = carto__h3_turn(cell, steps ? 5 : 1);
  return cell;
}

CARTO_MCP__DEF uint64_t carto_h3_from_point(carto_lnglat point, int resolution) {
  carto__h3_step at;
  int face;
  if (resolution < 0 || resolution > 15 || !(point.lat >= -90 && point.lat <= 90) ||
      !(point.lng >= -1e6 && point.lng <= 1e6))
    return 0;
  at = carto__h3_find(point, resolution, &face);
  return carto__h3_cell(face, at, resolution);
}

/* The cells around one, 6 or for a pentagon 5: there each face has one of them. */
static size_t carto__h3_around(uint64_t cell, uint64_t out[6]) {
  bool pentagon = carto_h3_is_pentagon(cell);
  int resolution = carto_h3_resolution(cell), i, k;
  carto__h3_place place, next;
  carto__h3_step at;
  int64_t scale = carto__h3_locate(cell, &place);
  size_t count = 0;
  carto__h3_settle(&place);
  for (i = 0; i < (pentagon ? 5 : 1); i++) {
    for (k = 1; k <= 6; k++) {
      at = carto__h3_direction(k);
      if (resolution & 1) at = carto__h3_down(at, false);
      next = place;
      carto__h3_set_weights(&next, carto__h3_add(carto__h3_from_weights(&place), at), scale);
      if (pentagon && (next.w[0] < 0 || next.w[1] < 0 || next.w[2] < 0)) continue;
      carto__h3_settle(&next);
      at = carto__h3_from_weights(&next);
      if (resolution & 1) { /* back to the cell's own lattice, as above */
        at = carto__h3_down(at, true);
        at.x /= 7;
        at.y /= 7;
      }
      out[count++] = carto__h3_cell(next.face, at, resolution);
    }
    if (pentagon) carto__h3_next_face(&place, true);
  }
  return count;
}

/* Where a cell is in a part of an ascending array, or belongs. */
static size_t carto__h3_rank(const uint64_t *cells, size_t first, size_t end, uint64_t cell) {
  while (first < end) {
    size_t middle = first + (end - first) / 2;
    if (cells[middle] < cell) first = middle + 1;
    else end = middle;
  }
  return first;
}

static bool carto__h3_has(const uint64_t *cells, size_t first, size_t end, uint64_t cell) {
  size_t at = carto__h3_rank(cells, first, end, cell);
  return at < end && cells[at] == cell;
}

/* The cells within k steps: the cell, then ring by ring, each ascending. Returns how many; 0 for a
   bad argument, or room for less than 3 k (k + 1) + 1. */
static size_t carto__h3_disk(uint64_t cell, int k, uint64_t *out, size_t room) {
  size_t before = 0, from = 0, to = 1, count = 1, i, m, at; /* rings: before, from, to, count */
  uint64_t around[6];
  if (!carto_h3_is_valid(cell) || k < 0 || k > CARTO_MCP__MAX_DISK ||
      room < 3 * (size_t)k * ((size_t)k + 1) + 1)
    return 0;
  out[0] = cell;
  for (; k > 0; k--) {
    for (i = from; i < to; i++) {
      for (m = carto__h3_around(out[i], around); m > 0; m--) {
        if (carto__h3_has(out, before, from, around[m - 1]) ||
            carto__h3_has(out, from, to, around[m - 1]) ||
            carto__h3_has(out, to, count, around[m - 1]))
          continue;
        at = carto__h3_rank(out, to, count, around[m - 1]);
        memmove(out + at + 1, out + at, (count - at) * sizeof *out);
        out[at] = around[m - 1];
        count++;
      }
    }
    before = from;
    from = to;
    to = count;
  }
  return count;
}

#else

CARTO_MCP__DEF bool carto_h3_is_valid(uint64_t cell) { return (void)cell, false; }

CARTO_MCP__DEF bool carto_h3_is_pentagon(uint64_t cell) { return carto_h3_is_valid(cell); }

CARTO_MCP__DEF carto_lnglat carto_h3_center(uint64_t cell) {
  carto_lnglat none;
  none.lng = none.lat = 0;
  return (void)cell, none;
}

CARTO_MCP__DEF size_t carto_h3_boundary(uint64_t cell, carto_lnglat out[10]) {
  return (void)cell, (void)out, 0;
}

CARTO_MCP__DEF uint64_t carto_h3_from_point(carto_lnglat point, int resolution) {
  return (void)point, (void)resolution, 0;
}

static size_t carto__h3_disk(uint64_t cell, int k, uint64_t *out, size_t room) {
  return (void)cell, (void)k, (void)out, (void)room, 0;
}

#endif /* CARTO_MCP_NO_H3 */

CARTO_MCP__DEF uint64_t carto_h3_parent(uint64_t cell, int resolution) {
  if (!carto_h3_is_valid(cell) || resolution < 0 || resolution > carto_h3_resolution(cell))
    return 0;
  cell = (cell & ~(UINT64_C(15) << 52)) | (uint64_t)resolution << 52;
  return cell | ((UINT64_C(1) << 3 * (15 - resolution)) - 1);
}

static bool carto__hex_parse(carto_str text, uint64_t *out) {
  size_t i;
  *out = 0;
  if (text.len == 0 || text.len > 16) return false;
  for (i = 0; i < text.len; i++) {
    int digit = carto__json_hex_digit(text.ptr[i]);
    if (digit < 0) return false;
    *out = *out << 4 | (unsigned)digit;
  }
  return true;
}

CARTO_MCP__DEF bool carto_h3_parse(carto_str text, uint64_t *out) {
  uint64_t cell;
  if (!carto__hex_parse(text, &cell) || !carto_h3_is_valid(cell)) return false;
  *out = cell;
  return true;
}

CARTO_MCP__DEF void carto_h3_text(uint64_t cell, char out[17]) {
  int length = 1, i;
  while (length < 16 && cell >> 4 * length != 0) length++;
  out[length] = 0;
  for (i = length - 1; i >= 0; i--, cell >>= 4) out[i] = "0123456789abcdef"[cell & 15];
}

/* ---- quadbin (CARTO): 0100 1000, 0, level (5 bits), then x and y of the Web Mercator tile,
   their bits interleaved, y's above x's, the highest first, and ones below */

static uint64_t carto__quadbin_tail(int level) { return (UINT64_C(1) << (52 - 2 * level)) - 1; }

/* Every second bit of a word moved together, and apart again. */
static uint32_t carto__quadbin_gather(uint64_t bits) {
  bits &= UINT64_C(0x5555555555555555);
  bits = (bits | bits >> 1) & UINT64_C(0x3333333333333333);
  bits = (bits | bits >> 2) & UINT64_C(0x0f0f0f0f0f0f0f0f);
  bits = (bits | bits >> 4) & UINT64_C(0x00ff00ff00ff00ff);
  bits = (bits | bits >> 8) & UINT64_C(0x0000ffff0000ffff);
  return (uint32_t)(bits | bits >> 16);
}

static uint64_t carto__quadbin_spread(uint32_t value) {
  uint64_t bits = value;
  bits = (bits | bits << 16) & UINT64_C(0x0000ffff0000ffff);
  bits = (bits | bits << 8) & UINT64_C(0x00ff00ff00ff00ff);
  bits = (bits | bits << 4) & UINT64_C(0x0f0f0f0f0f0f0f0f);
  bits = (bits | bits << 2) & UINT64_C(0x3333333333333333);
  return (bits | bits << 1) & UINT64_C(0x5555555555555555);
}

CARTO_MCP__DEF int carto_quadbin_level(uint64_t cell) { return (int)(cell >> 52 & 31); }

CARTO_MCP__DEF bool carto_quadbin_is_valid(uint64_t cell) {
  int level = carto_quadbin_level(cell);
  return cell >> 57 == 0x24 && level <= 26 &&
         (cell & carto__quadbin_tail(level)) == carto__quadbin_tail(level);
}

CARTO_MCP__DEF uint64_t carto_quadbin_from_tile(int level, uint32_t x, uint32_t y) {
  uint64_t bits;
  if (level < 0 || level > 26 || x >> level != 0 || y >> level != 0) return 0;
  bits = carto__quadbin_spread(x) | carto__quadbin_spread(y) << 1;
  return UINT64_C(0x24) << 57 | (uint64_t)level << 52 | bits << (52 - 2 * level) |
         carto__quadbin_tail(level);
}

CARTO_MCP__DEF void carto_quadbin_to_tile(uint64_t cell, int *level, uint32_t *x, uint32_t *y) {
  uint64_t bits;
  *level = carto_quadbin_level(cell);
  *x = *y = 0;
  if (*level > 26) return;
  bits = (cell & carto__quadbin_tail(0)) >> (52 - 2 * *level);
  *x = carto__quadbin_gather(bits);
  *y = carto__quadbin_gather(bits >> 1);
}

CARTO_MCP__DEF uint64_t carto_quadbin_parent(uint64_t cell, int level) {
  if (!carto_quadbin_is_valid(cell) || level < 0 || level > carto_quadbin_level(cell)) return 0;
  return (cell & ~(UINT64_C(31) << 52)) | (uint64_t)level << 52 | carto__quadbin_tail(level);
}

/* Latitude at a part of the Web Mercator square's height, from its top: the Gudermannian
   function. */
static double carto__mercator_latitude(double part) {
  const double pi = 3.141592653589793;
  return (2 * carto__atan2(carto__exp(pi * (1 - 2 * part)), 1) - pi / 2) / CARTO_MCP__DEGREE;
}

/* Longitude wraps; latitude is held within the square, which ends at 85.05 degrees. */
CARTO_MCP__DEF uint64_t carto_quadbin_from_point(carto_lnglat point, int level) {
  double tiles, across, down, sine, unused;
  double lat = point.lat < -89 ? -89 : point.lat > 89 ? 89 : point.lat;
  if (level < 0 || level > 26 || !(point.lat >= -90 && point.lat <= 90) ||
      !(point.lng >= -1e6 && point.lng <= 1e6))
    return 0;
  tiles = (double)(UINT32_C(1) << level);
  across = point.lng / 360 + 0.5;
  across -= (double)(int64_t)across;
  if (across < 0) across += 1;
  carto__sin_cos(lat * CARTO_MCP__DEGREE, &sine, &unused);
  down = tiles * (0.5 - 0.25 * carto__log((1 + sine) / (1 - sine)) / 3.141592653589793);
  down = down < 0 ? 0 : down >= tiles ? tiles - 1 : down;
  return carto_quadbin_from_tile(level, (uint32_t)(across * tiles) & ((UINT32_C(1) << level) - 1),
                                 (uint32_t)down);
}

CARTO_MCP__DEF carto_box carto_quadbin_box(uint64_t cell) {
  carto_box box = carto_box_empty();
  double tiles;
  uint32_t x, y;
  int level;
  if (!carto_quadbin_is_valid(cell)) return box;
  carto_quadbin_to_tile(cell, &level, &x, &y);
  tiles = (double)(UINT32_C(1) << level);
  box.xmin = x / tiles * 360 - 180;
  box.xmax = (x + 1) / tiles * 360 - 180;
  box.ymin = carto__mercator_latitude((y + 1) / tiles);
  box.ymax = carto__mercator_latitude(y / tiles);
  return box;
}

CARTO_MCP__DEF carto_lnglat carto_quadbin_center(uint64_t cell) {
  carto_lnglat center;
  double tiles;
  uint32_t x, y;
  int level;
  center.lng = center.lat = 0;
  if (!carto_quadbin_is_valid(cell)) return center;
  carto_quadbin_to_tile(cell, &level, &x, &y);
  tiles = (double)(UINT32_C(1) << level);
  center.lng = (x + 0.5) / tiles * 360 - 180;
  center.lat = carto__mercator_latitude((y + 0.5) / tiles);
  return center;
}

/* The square of cells within k steps, row by row from the north and west: it goes on across the
   antimeridian, but ends at the top and bottom. Returns how many; 0 for a bad argument, or room for
   less than (2 k + 1)^2. */
static size_t carto__quadbin_disk(uint64_t cell, int k, uint64_t *out, size_t room) {
  uint32_t tiles, x, y, row, column, wide = 2 * (uint32_t)k + 1;
  size_t count = 0;
  int level;
  if (!carto_quadbin_is_valid(cell) || k < 0 || k > CARTO_MCP__MAX_DISK ||
      room < (size_t)wide * wide)
    return 0;
  carto_quadbin_to_tile(cell, &level, &x, &y);
  tiles = UINT32_C(1) << level;
  for (row = y < (uint32_t)k ? 0 : y - (uint32_t)k; row < tiles && row <= y + (uint32_t)k; row++)
    for (column = 0; column < wide && column < tiles; column++)
      out[count++] = carto_quadbin_from_tile(level, (x + column - (uint32_t)k) & (tiles - 1), row);
  return count;
}

/* ----------------------------------------------------------------------- >>table
   Immutable columnar tables: their builder, and the readers of CSV, GeoJSON and newline-delimited
   JSON.
   Uses: >>base, >>memory, >>buffer, >>json, >>geo.   Used by: >>stats, >>sql, >>local.
   A column's type is the narrowest that holds every value of the file. A reader starts from a
   sample, then reads everything once into typed columns; a value that does not fit widens its
   column, in place where nothing is lost, else to text, and only such columns are read once more.
   An integer that a double cannot hold, or a number written in an unusual way, makes a text column;
   decimals are rounded to the nearest double. Failures to store stick in the builder, so that
   filling goes on regardless, and it is enough to look once a row. */

/* ---- dictionaries */

/* Texts end to end; a dictionary has each only once, in order of first appearance, and its code
   is its place. Open addressing: a slot is the hash in the high half and the code + 1 in the low
   one, 0 when free; at most half of them are taken. */
typedef struct carto__dict {
  carto_buf bytes;
  carto_buf starts; /* uint32_t, count + 1, of which the last is not in its length */
  carto_buf slots;  /* uint64_t, a power of two of them                            */
  uint64_t seed;
  uint32_t count;
} carto__dict;

static void carto__dict_init(carto__dict *dict, carto_alloc alloc) {
  memset(dict, 0, sizeof *dict);
  carto_buf_init(&dict->bytes, alloc, (size_t)UINT32_MAX);
  carto_buf_init(&dict->starts, alloc, 0);
  carto_buf_init(&dict->slots, alloc, 0);
}

static void carto__dict_free(carto__dict *dict) {
  carto_buf_free(&dict->bytes);
  carto_buf_free(&dict->starts);
  carto_buf_free(&dict->slots);
}

/* Both halves of the product: every bit of one factor reaches all of the result. */
static uint64_t carto__mul_fold(uint64_t a, uint64_t b) {
  uint64_t low, high = carto__mul_wide(a, b, &low);
  return high ^ low;
}

/* Eight bytes at a time; like carto__hash, never visible outside. */
static uint32_t carto__dict_hash(const carto__dict *dict, carto_str text) {
  const char *p = text.ptr;
  uint64_t h = dict->seed ^ text.len, word = 0;
  size_t len = text.len;
  for (; len >= 8; p += 8, len -= 8) {
    memcpy(&word, p, 8);
    h = carto__mul_fold(h ^ word, UINT64_C(0x9e3779b97f4a7c15));
  }
  word = 0;
  if (len >= 4) { /* both ends, overlapping */
    uint32_t ends[2];
    memcpy(&ends[0], p, 4);
    memcpy(&ends[1], p + len - 4, 4);
    word = (uint64_t)ends[1] << 32 | ends[0];
  } else if (len) {
    word = (uint64_t)(unsigned char)p[0] << 16 | (uint64_t)(unsigned char)p[len / 2] << 8 |
           (unsigned char)p[len - 1];
  }
  return (uint32_t)(carto__mul_fold(h ^ word, UINT64_C(0xd6e8feb86659fd93)) >> 16);
}

static carto_str carto__dict_text(const carto__dict *dict, uint32_t code) {
  const uint32_t *starts = (const uint32_t *)(const void *)dict->starts.ptr;
  return carto_str_make(dict->bytes.ptr + starts[code], starts[code + 1] - starts[code]);
}

/* Twice the slots; the stored halves of the hashes are enough to place what is there. Where the
   first slots happen to lie makes the seed: a file made to have all its texts in one slot would
   have to know that. */
static carto_status carto__dict_grow(carto__dict *dict) {
  carto_buf slots;
  const uint64_t *old = (const uint64_t *)(const void *)dict->slots.ptr;
  size_t count = dict->slots.len ? dict->slots.len / 4 : 64, i, at;
  uint64_t *fresh;
  carto_buf_init(&slots, dict->slots._alloc, 0);
  fresh = (uint64_t *)(void *)carto__buf_room(&slots, count * 8);
  if (!fresh) return (carto_status)slots.status;
  slots.len = count * 8;
  memset(fresh, 0, slots.len);
  for (i = 0; i < dict->slots.len / 8; i++) {
    if (old[i] == 0) continue;
    for (at = (size_t)(old[i] >> 32) & (count - 1); fresh[at]; at = (at + 1) & (count - 1)) {
    }
    fresh[at] = old[i];
  }
  if (!old) dict->seed = carto__mul_fold((uintptr_t)fresh, UINT64_C(0xa0761d6478bd642f));
  carto_buf_free(&dict->slots);
  dict->slots = slots;
  return CARTO_OK;
}

/* Adds a text behind the others. */
static carto_status carto__dict_append(carto__dict *dict, carto_str text) {
  size_t used = dict->bytes.len;
  uint32_t *start = (uint32_t *)(void *)carto__buf_room(&dict->starts, 8);
  char *room = carto__buf_room(&dict->bytes, text.len + 1); /* also an empty text has a place */
  if (!start || !room) return (carto_status)(start ? dict->bytes.status : dict->starts.status);
  if (text.len) memcpy(room, text.ptr, text.len);
  dict->bytes.len += text.len;
  start[0] = (uint32_t)used;
  start[1] = (uint32_t)(used + text.len);
  dict->starts.len += 4;
  dict->count++;
  return CARTO_OK;
}

/* The code of a text, which is added when it is new. */
static carto_status carto__dict_code(carto__dict *dict, carto_str text, uint32_t *code) {
  carto_status status = dict->slots.len / 16 <= dict->count ? carto__dict_grow(dict) : CARTO_OK;
  uint32_t hash = carto__dict_hash(dict, text);
  uint64_t *slots = (uint64_t *)(void *)dict->slots.ptr;
  size_t mask = dict->slots.len / 8 - 1, at;
  if (status != CARTO_OK) return status;
  for (at = hash & mask; slots[at]; at = (at + 1) & mask) {
    *code = (uint32_t)slots[at] - 1;
    if (slots[at] >> 32 == hash && carto_str_equal(carto__dict_text(dict, *code), text))
      return CARTO_OK;
  }
  *code = dict->count;
  status = carto__dict_append(dict, text);
  if (status == CARTO_OK) slots[at] = (uint64_t)hash << 32 | dict->count;
  return status;
}

/* ---- columns as they grow */

#define CARTO_MCP__TYPE_NONE (-1) /* of a column without a value so far */

/* What a pass over the file does with a column. */
enum {
  CARTO_MCP__COLUMN_OPEN,  /* values are stored                              */
  CARTO_MCP__COLUMN_LATER, /* it became text: its values come in the next pass */
  CARTO_MCP__COLUMN_DONE   /* complete since an earlier pass                 */
};

typedef struct carto__column {
  size_t name_at, name_len; /* in the builder's names */
  int type;                 /* carto_type, or CARTO_MCP__TYPE_NONE */
  int phase;
  bool cell_text;
  bool date_only;
  bool points;       /* GEOMETRY: all of them 2-D points so far */
  bool quoted_empty; /* CSV: a "" was taken as null: text columns want it back */
  uint32_t geom_types;
  size_t rows; /* values and nulls so far */
  size_t null_count;
  carto_buf data;   /* values of fixed width */
  carto_buf nulls;  /* uint64_t, bit i of word i / 64 set: row i is null; none behind */
  carto__dict dict; /* STRING; GEOMETRY has WKB here, a null an empty text */
} carto__column;

/* Bytes of a value, by carto_type; of a GEOMETRY when it is a point. */
static const unsigned char carto__type_width[] = {8, 8, 4, 1, 8, 16, 8, 8};

/* Bytes of a row in data. */
static size_t carto__column_width(const carto__column *col) {
  return col->type == CARTO_TYPE_GEOMETRY && !col->points ? 0 : carto__type_width[col->type];
}

static bool carto__column_is_null(const carto__column *col, size_t row) {
  return row / 64 * 8 < col->nulls.len &&
         carto__bit((const uint64_t *)(const void *)col->nulls.ptr, row);
}

/* Forgets the contents; name and what is known of the type stay. */
static void carto__column_clear(carto__column *col, carto_alloc alloc) {
  carto_buf_free(&col->data);
  carto_buf_free(&col->nulls);
  carto__dict_free(&col->dict);
  carto_buf_init(&col->data, alloc, 0);
  carto_buf_init(&col->nulls, alloc, 0);
  carto__dict_init(&col->dict, alloc);
  col->rows = col->null_count = 0;
  col->points = col->date_only = true;
  col->geom_types = 0;
}

/* The first failure counts. */
static bool carto__builder_note(carto_table_builder *b, int status) {
  if (b->status == CARTO_OK) b->status = status;
  return status == CARTO_OK;
}

/* In loops over rows: now and then asks whether to go on. */
static bool carto__builder_go_on(carto_table_builder *b, size_t row) {
  if (row % ((size_t)1 << 16) == 0 && b->_call && !carto__go_on(b->_call))
    (void)carto__builder_note(b, CARTO_ERR_CANCELLED);
  return b->status == CARTO_OK;
}

/* Room for more of a column's values: for all that are expected, if that can be had. */
CARTO_MCP__NOINLINE char *carto__column_grow(carto_table_builder *b, carto__column *col,
                                             size_t size) {
  carto_buf *data = &col->data;
  size_t all;
  char *room;
  if (carto__mul_size(b->_row_hint, carto__column_width(col), &all) && all >= data->len + size &&
      !carto__buf_room(data, all - data->len))
    data->status = CARTO_OK;
  room = carto__buf_room(data, size);
  (void)carto__builder_note(b, data->status);
  return room;
}

/* A value as the column stores it. */
CARTO_MCP__INLINE void carto__column_add_fixed(carto_table_builder *b, carto__column *col,
                                               const void *value, size_t width) {
  carto_buf *data = &col->data;
  char *room =
    width <= data->cap - data->len ? data->ptr + data->len : carto__column_grow(b, col, width);
  if (!room) return;
  memcpy(room, value, width);
  data->len += width;
  col->rows++;
}

static void carto__column_add_string(carto_table_builder *b, carto__column *col, carto_str value) {
  uint32_t code;
  if (carto__builder_note(b, carto__dict_code(&col->dict, value, &code)))
    carto__column_add_fixed(b, col, &code, 4);
}

static carto_geom carto__geom_make(const void *wkb, size_t size) {
  carto_geom geom;
  geom.wkb = (const unsigned char *)wkb;
  geom.size = size;
  return geom;
}

static void carto__column_add_wkb(carto_table_builder *b, carto__column *col, carto_geom geom) {
  carto_str bytes = carto_str_make((const char *)(const void *)geom.wkb, geom.size);
  if (carto__builder_note(b, carto__dict_append(&col->dict, bytes))) col->rows++;
}

/* Makes the bitmap of nulls reach so many rows. */
static bool carto__column_cover(carto_table_builder *b, carto__column *col, size_t rows) {
  size_t size = (rows + 63) / 64 * 8, more = size > col->nulls.len ? size - col->nulls.len : 0;
  char *room = carto__buf_room(&col->nulls, more);
  if (!carto__builder_note(b, col->nulls.status)) return false;
  if (more) memset(room, 0, more);
  col->nulls.len += more;
  return true;
}

/* Nulls up to a row. */
static void carto__column_pad(carto_table_builder *b, carto__column *col, size_t row) {
  static const unsigned char zero[16] = {0};
  if (col->rows >= row) return;
  if (col->type == CARTO_MCP__TYPE_NONE) col->rows = col->null_count = row;
  if (!carto__column_cover(b, col, row)) return;
  while (col->rows < row && carto__builder_go_on(b, col->rows)) {
    size_t width = carto__column_width(col);
    carto__bit_set((uint64_t *)(void *)col->nulls.ptr, col->rows);
    col->null_count++;
    if (width) carto__column_add_fixed(b, col, zero, width);
    else carto__column_add_wkb(b, col, carto__geom_make(NULL, 0));
  }
}

static void carto__column_add_null(carto_table_builder *b, carto__column *col) {
  carto__column_pad(b, col, col->rows + 1);
}

/* Gives a type to a column that had only nulls. */
static void carto__column_begin(carto_table_builder *b, carto__column *col, int type) {
  size_t rows = col->rows;
  col->type = type;
  col->rows = col->null_count = 0;
  carto__column_pad(b, col, rows);
}

/* Little-endian ISO WKB of a 2-D point. */
static carto_geom carto__point_wkb(const double *point, unsigned char room[21]) {
  uint64_t bits[2];
  int i;
  memcpy(bits, point, 16);
  memcpy(room, "\1\1\0\0", 5);
  for (i = 0; i < 16; i++) room[5 + i] = (unsigned char)(bits[i / 8] >> (i % 8 * 8));
  return carto__geom_make(room, 21);
}

/* True for a 2-D point that is not empty. */
static bool carto__wkb_point(carto_geom geom, double point[2]) {
  if (geom.size != 21 || memcmp(geom.wkb, "\1\1\0\0", 5) != 0) return false;
  point[0] = carto__geom_double(geom.wkb + 5, false);
  point[1] = carto__geom_double(geom.wkb + 13, false);
  return point[0] == point[0] && point[1] == point[1];
}

/* From pairs of doubles to WKB, because something else than a point follows. */
static void carto__column_leave_points(carto_table_builder *b, carto__column *col) {
  const double *points = (const double *)(const void *)col->data.ptr;
  size_t rows = col->rows, row;
  unsigned char room[21];
  carto_geom geom;
  for (row = col->rows = 0; row < rows && carto__builder_go_on(b, row); row++) {
    geom = carto__point_wkb(points + 2 * row, room);
    if (carto__column_is_null(col, row)) geom.size = 0;
    carto__column_add_wkb(b, col, geom);
  }
  carto_buf_free(&col->data);
  col->points = false;
}

static void carto__column_add_point(carto_table_builder *b, carto__column *col,
                                    const double point[2]) {
  unsigned char room[21];
  col->geom_types |= 1u << CARTO_GEOM_POINT;
  if (col->points) carto__column_add_fixed(b, col, point, 16);
  else carto__column_add_wkb(b, col, carto__point_wkb(point, room));
}

static void carto__column_add_geom(carto_table_builder *b, carto__column *col, carto_geom geom) {
  double point[2];
  if (carto__wkb_point(geom, point)) {
    carto__column_add_point(b, col, point);
    return;
  }
  if (col->points) carto__column_leave_points(b, col);
  col->geom_types |= 1u << carto_geom_type_of(geom);
  carto__column_add_wkb(b, col, geom);
}

/* A value of some type. */
typedef union carto__value {
  double number;
  int64_t integer; /* also TIMESTAMP */
  uint64_t cell;
  bool boolean;
  carto_str text;
  carto_geom geom;
} carto__value;

/* Adds a value of the column's type: the member of a carto__value for it. */
static void carto__column_add(carto_table_builder *b, carto__column *col, const void *value) {
  switch (col->type) {
  case CARTO_TYPE_STRING: carto__column_add_string(b, col, *(const carto_str *)value); return;
  case CARTO_TYPE_GEOMETRY: carto__column_add_geom(b, col, *(const carto_geom *)value); return;
  case CARTO_TYPE_BOOLEAN: carto__column_add_fixed(b, col, value, 1); return;
  case CARTO_TYPE_TIMESTAMP:
    col->date_only = col->date_only && *(const int64_t *)value % INT64_C(86400000000) == 0;
    break;
  default: break;
  }
  carto__column_add_fixed(b, col, value, 8);
}

/* ---- the builder */

static carto_str carto__column_name(const carto_table_builder *b, const carto__column *col) {
  return carto_str_make(b->_names.ptr ? b->_names.ptr + col->name_at : "", col->name_len);
}

static bool carto__builder_has(const carto_table_builder *b, carto_str name) {
  size_t i;
  for (i = 0; i < b->_column_count; i++)
    if (carto_str_equal(carto__column_name(b, &b->_columns[i]), name)) return true;
  return false;
}

static void carto__builder_rename(carto_table_builder *b, carto__column *col, carto_str name) {
  col->name_at = b->_names.len;
  col->name_len = name.len;
  carto_buf_append_str(&b->_names, name);
  (void)carto__builder_note(b, b->_names.status);
}

/* A new last column; NULL when there can be none. */
static carto__column *carto__builder_push(carto_table_builder *b, carto_str name, int type) {
  size_t room = b->_column_room ? b->_column_room * 2 : 8, size = sizeof(carto__column);
  carto__column *col;
  if (b->_column_count == CARTO_MCP_MAX_COLUMNS) (void)carto__builder_note(b, CARTO_ERR_LIMIT);
  if (b->status != CARTO_OK) return NULL;
  if (b->_column_count == b->_column_room) {
    void *grown = carto__realloc(b->_alloc, b->_columns, b->_column_room * size, room * size);
    if (!carto__builder_note(b, grown ? CARTO_OK : CARTO_ERR_NOMEM)) return NULL;
    b->_columns = (carto__column *)grown;
    b->_column_room = room;
  }
  col = &b->_columns[b->_column_count++];
  memset(col, 0, size);
  col->type = type;
  col->cell_text = type == CARTO_TYPE_H3;
  carto__column_clear(col, b->_alloc);
  carto__builder_rename(b, col, name);
  return b->status == CARTO_OK ? col : NULL;
}

CARTO_MCP__DEF void carto_table_builder_init(carto_table_builder *builder, carto_alloc alloc,
                                             size_t rows) {
  memset(builder, 0, sizeof *builder);
  builder->_alloc = alloc;
  builder->_row_hint = rows;
  carto_buf_init(&builder->_names, alloc, 0);
}

CARTO_MCP__DEF void carto_table_builder_free(carto_table_builder *builder) {
  size_t i;
  for (i = 0; i < builder->_column_count; i++)
    carto__column_clear(&builder->_columns[i], builder->_alloc);
  carto__free(builder->_alloc, builder->_columns,
              builder->_column_room * sizeof *builder->_columns);
  carto_buf_free(&builder->_names);
  memset(builder, 0, sizeof *builder);
}

CARTO_MCP__DEF size_t carto_table_builder_add_column(carto_table_builder *builder, carto_str name,
                                                     int type) {
  size_t index = builder->_column_count;
  bool good = type >= CARTO_TYPE_NUMBER && type <= CARTO_TYPE_QUADBIN && name.len > 0 &&
              name.len <= CARTO_MCP_MAX_NAME && builder->_row_count == 0;
  if (builder->status != CARTO_OK) return index; /* the last name may not be there */
  good = good && !carto__builder_has(builder, name);
  if (carto__builder_note(builder, good ? CARTO_OK : CARTO_ERR_ARG))
    (void)carto__builder_push(builder, name, type);
  return index;
}

/* Sets a value, given as carto__column_add takes it, in the row at hand. */
static void carto__builder_set(carto_table_builder *b, size_t column, int type, const void *value) {
  carto__column *col = column < b->_column_count ? &b->_columns[column] : NULL;
  bool good = col && col->type == type && col->rows <= b->_row_count;
  if (b->status != CARTO_OK || !carto__builder_note(b, good ? CARTO_OK : CARTO_ERR_ARG)) return;
  carto__column_pad(b, col, b->_row_count);
  carto__column_add(b, col, value);
}

CARTO_MCP__DEF void carto_table_builder_set_number(carto_table_builder *builder, size_t column,
                                                   double value) {
  carto__builder_set(builder, column, CARTO_TYPE_NUMBER, &value);
}

CARTO_MCP__DEF void carto_table_builder_set_integer(carto_table_builder *builder, size_t column,
                                                    int64_t value) {
  carto__builder_set(builder, column, CARTO_TYPE_INTEGER, &value);
}

CARTO_MCP__DEF void carto_table_builder_set_string(carto_table_builder *builder, size_t column,
                                                   carto_str value) {
  carto__builder_set(builder, column, CARTO_TYPE_STRING, &value);
}

CARTO_MCP__DEF void carto_table_builder_set_bool(carto_table_builder *builder, size_t column,
                                                 bool value) {
  carto__builder_set(builder, column, CARTO_TYPE_BOOLEAN, &value);
}

CARTO_MCP__DEF void carto_table_builder_set_time(carto_table_builder *builder, size_t column,
                                                 int64_t value) {
  carto__builder_set(builder, column, CARTO_TYPE_TIMESTAMP, &value);
}

CARTO_MCP__DEF void carto_table_builder_set_geom(carto_table_builder *builder, size_t column,
                                                 carto_geom value) {
  if (value.size) carto__builder_set(builder, column, CARTO_TYPE_GEOMETRY, &value);
}

CARTO_MCP__DEF void carto_table_builder_set_point(carto_table_builder *builder, size_t column,
                                                  carto_lnglat point) {
  unsigned char room[21];
  double pair[2];
  bool good = carto__is_finite(point.lng) && carto__is_finite(point.lat);
  pair[0] = point.lng;
  pair[1] = point.lat;
  if (carto__builder_note(builder, good ? CARTO_OK : CARTO_ERR_ARG))
    carto_table_builder_set_geom(builder, column, carto__point_wkb(pair, room));
}

static bool carto__is_cell(int type) { return type == CARTO_TYPE_H3 || type == CARTO_TYPE_QUADBIN; }

static bool carto__cell_is_valid(int type, uint64_t cell) {
  return type == CARTO_TYPE_H3 ? carto_h3_is_valid(cell) : carto_quadbin_is_valid(cell);
}

CARTO_MCP__DEF void carto_table_builder_set_cell(carto_table_builder *builder, size_t column,
                                                 uint64_t cell) {
  int type = column < builder->_column_count ? builder->_columns[column].type : CARTO_TYPE_NUMBER;
  bool good = carto__is_cell(type) && carto__cell_is_valid(type, cell);
  if (carto__builder_note(builder, good ? CARTO_OK : CARTO_ERR_ARG))
    carto__builder_set(builder, column, type, &cell);
}

CARTO_MCP__DEF void carto_table_builder_end_row(carto_table_builder *builder) {
  bool good = builder->_row_count < UINT32_MAX - 1;
  if (carto__builder_note(builder, good ? CARTO_OK : CARTO_ERR_LIMIT)) builder->_row_count++;
}

/* Completes a column: a type, all rows, and the bitmap of nulls becomes that of values. */
static void carto__column_end(carto_table_builder *b, carto__column *col) {
  uint64_t *words;
  size_t i;
  if (col->type == CARTO_MCP__TYPE_NONE) carto__column_begin(b, col, CARTO_TYPE_STRING);
  if (col->rows > b->_row_count) (void)carto__builder_note(b, CARTO_ERR_ARG); /* row not ended */
  carto__column_pad(b, col, b->_row_count);
  if (col->null_count == 0 || !carto__column_cover(b, col, col->rows)) return;
  words = (uint64_t *)(void *)col->nulls.ptr;
  for (i = 0; i < col->nulls.len / 8; i++) words[i] = ~words[i];
  if (col->rows % 64) words[i - 1] &= (UINT64_C(1) << col->rows % 64) - 1;
}

/* One allocation of a table. The first is the head: all of these, the columns and their names;
   for each column four follow, some of them perhaps without memory. */
typedef struct carto__piece {
  void *ptr;
  size_t size;
} carto__piece;

/* Hands a buffer's memory over to the table, cut to what is used; an allocator that will not cut
   leaves it longer. */
static void *carto__table_take(carto_table *table, carto__piece *piece, carto_buf *buf,
                               size_t size) {
  void *cut;
  if (size == 0) return NULL; /* the builder keeps it, and frees it */
  cut = size < buf->cap ? carto__realloc(buf->_alloc, buf->ptr, buf->cap, size) : NULL;
  piece->ptr = cut ? cut : buf->ptr;
  piece->size = cut ? size : buf->cap;
  table->memory_bytes += piece->size;
  buf->ptr = NULL;
  buf->len = buf->cap = 0;
  return piece->ptr;
}

/* Moves a complete column into its table; cannot fail. */
static void carto__table_take_column(carto_table *table, carto__piece *pieces, carto__column *col,
                                     carto_column *out) {
  static const uint32_t no_starts[1] = {0};
  carto__dict *dict = &col->dict;
  size_t starts_size = dict->count ? dict->starts.len + 4 : 0;
  const uint32_t *starts =
    (const uint32_t *)carto__table_take(table, &pieces[0], &dict->starts, starts_size);
  out->type = col->type;
  out->geom_types = col->geom_types;
  out->cell_text = carto__is_cell(col->type) && col->cell_text;
  out->date_only = col->type == CARTO_TYPE_TIMESTAMP && col->date_only;
  out->null_count = col->null_count;
  out->bytes = (const char *)carto__table_take(table, &pieces[1], &dict->bytes, dict->bytes.len);
  out->valid = (const uint64_t *)carto__table_take(table, &pieces[2], &col->nulls, col->nulls.len);
  out->data.number =
    (const double *)carto__table_take(table, &pieces[3], &col->data, col->data.len);
  if (carto__column_width(col) == 0) out->data.wkb_start = starts;
  if (col->type != CARTO_TYPE_STRING) return;
  out->dict_count = dict->count;
  out->dict_start = starts ? starts : no_starts;
}

CARTO_MCP__DEF carto_status carto_table_builder_end(carto_table_builder *builder, carto_table *out,
                                                    carto_error *error) {
  size_t count = builder->_column_count, i, head = (4 * count + 1) * sizeof(carto__piece);
  size_t size = head + count * sizeof(carto_column) + builder->_names.len;
  carto__piece *pieces = NULL;
  carto_status status;
  char *names = NULL;
  memset(out, 0, sizeof *out);
  for (i = 0; i < count && builder->status == CARTO_OK; i++)
    carto__column_end(builder, &builder->_columns[i]);
  if (builder->status == CARTO_OK) {
    pieces = (carto__piece *)carto__realloc(builder->_alloc, NULL, 0, size);
    (void)carto__builder_note(builder, pieces ? CARTO_OK : CARTO_ERR_NOMEM);
  }
  status = (carto_status)builder->status;
  if (status == CARTO_OK) {
    memset(pieces, 0, size);
    pieces->ptr = pieces;
    pieces->size = out->memory_bytes = size;
    out->_pieces = pieces;
    out->_alloc = builder->_alloc;
    out->row_count = builder->_row_count;
    out->column_count = count;
    out->columns = (carto_column *)(void *)(pieces + 4 * count + 1);
    names = (char *)(out->columns + count);
    if (builder->_names.len) memcpy(names, builder->_names.ptr, builder->_names.len);
  }
  for (i = 0; i < out->column_count; i++) {
    carto__column *col = &builder->_columns[i];
    out->columns[i].name = carto_str_make(names + col->name_at, col->name_len);
    carto__table_take_column(out, pieces + 4 * i + 1, col, &out->columns[i]);
  }
  carto_table_builder_free(builder);
  return status == CARTO_OK ? status
                            : carto__fail(error, status, 0, "the table cannot be built: %s",
                                          carto_status_text(status));
}

/* ---- the table */

CARTO_MCP__DEF void carto_table_free(carto_table *table) {
  size_t i = table->_pieces ? 4 * table->column_count + 1 : 0;
  while (i-- > 0) carto__free(table->_alloc, table->_pieces[i].ptr, table->_pieces[i].size);
  memset(table, 0, sizeof *table);
}

CARTO_MCP__DEF const carto_column *carto_table_find(const carto_table *table, carto_str name) {
  size_t i;
  for (i = 0; i < table->column_count; i++)
    if (carto_str_equal(table->columns[i].name, name)) return &table->columns[i];
  return NULL;
}

CARTO_MCP__DEF const carto_column *carto_table_spatial(const carto_table *table) {
  const carto_column *cell = NULL;
  size_t i;
  for (i = 0; i < table->column_count; i++) {
    const carto_column *column = &table->columns[i];
    if (column->type == CARTO_TYPE_GEOMETRY) return column;
    if (!cell && carto__is_cell(column->type)) cell = column;
  }
  return cell;
}

CARTO_MCP__DEF bool carto_column_is_null(const carto_column *column, size_t row) {
  return column->valid && !carto__bit(column->valid, row);
}

CARTO_MCP__DEF carto_str carto_column_dict(const carto_column *column, uint32_t code) {
  const uint32_t *start = column->dict_start;
  if (code >= column->dict_count) return carto_str_make("", 0);
  return carto_str_make(column->bytes ? column->bytes + start[code] : "",
                        start[code + 1] - start[code]);
}

CARTO_MCP__DEF carto_str carto_column_string(const carto_column *column, size_t row) {
  if (column->type != CARTO_TYPE_STRING || carto_column_is_null(column, row))
    return carto_str_make("", 0);
  return carto_column_dict(column, column->data.code[row]);
}

CARTO_MCP__DEF carto_geom carto_column_geom(const carto_column *column, size_t row,
                                            unsigned char room[21]) {
  const uint32_t *start = column->data.wkb_start;
  if (column->type != CARTO_TYPE_GEOMETRY || carto_column_is_null(column, row))
    return carto__geom_make(NULL, 0);
  if (!column->bytes) return carto__point_wkb(column->data.point + 2 * row, room);
  return carto__geom_make(column->bytes + start[row], start[row + 1] - start[row]);
}

/* ---- from a file's value to a column */

/* Rows to go over between two questions whether to go on. */
#define CARTO_MCP__READ_ROWS ((size_t)1 << 16)

/* What reading one file needs. */
typedef struct carto__reader {
  const carto_call *call;
  carto_str file, text;
  carto_error *error;
  carto_status status;
  carto_table_builder build;
  carto_arena scratch; /* one JSON document, or the geometries of a row, at a time            */
  carto_buf buffer;    /* one text at a time: without doubled quotes, or JSON made compact */
  size_t body;         /* where the rows begin                         */
  size_t at;           /* how far this pass has come                   */
  size_t stop;         /* a sample ends at the first row from here on  */
  size_t tick;         /* where to ask next whether to go on           */
  size_t reported;     /* progress so far                              */
  carto__dict keys;    /* the columns' names, but for first_key of them */
  size_t first_key;
  bool features; /* NDJSON: the first line is a GeoJSON feature, so all must be */
} carto__reader;

/* Fails with "FILE, line N: what" and the quoted text it is about. */
static bool carto__reader_fail_about(carto__reader *r, carto_status status, size_t offset,
                                     const char *what, carto_str about) {
  uint64_t line = 1;
  size_t i;
  for (i = 0; i < offset && i < r->text.len; i++)
    if (r->text.ptr[i] == '\n') line++;
  r->status =
    carto__fail(r->error, status, offset, about.len ? "%v, line %u: %s \"%v\"" : "%v, line %u: %s",
                r->file, line, what, about);
  if (r->error) r->error->line = (size_t)line;
  return false;
}

static bool carto__reader_fail(carto__reader *r, carto_status status, size_t offset,
                               const char *what) {
  return carto__reader_fail_about(r, status, offset, what, carto_str_make("", 0));
}

static bool carto__reader_bad(carto__reader *r, size_t offset, const char *what) {
  return carto__reader_fail(r, CARTO_ERR_SYNTAX, offset, what);
}

static bool carto__reader_bad_about(carto__reader *r, size_t offset, const char *what,
                                    carto_str about) {
  return carto__reader_fail_about(r, CARTO_ERR_SYNTAX, offset, what, about);
}

/* Nothing has failed. What the builder could not do is reported here. */
static bool carto__reader_ok(carto__reader *r) {
  carto_status status = (carto_status)r->build.status;
  if (r->status == CARTO_OK && status != CARTO_OK)
    (void)carto__reader_fail(r, status, r->at,
                             status == CARTO_ERR_LIMIT
                               ? "more rows, text or geometry than a column can hold"
                               : carto_status_text(status));
  return r->status == CARTO_OK;
}

/* Also asks whether to go on; after a failure that is not asked any more. */
static bool carto__reader_ask(carto__reader *r) {
  return carto__reader_ok(r) &&
         (carto__go_on(r->call) || carto__reader_fail(r, CARTO_ERR_CANCELLED, r->at,
                                                      carto_status_text(CARTO_ERR_CANCELLED)));
}

/* A value as the file has it. */
typedef struct carto__field {
  carto_str text;            /* CSV: the field; JSON: a string's contents, else empty */
  const carto_json *node;    /* JSON only */
  const carto_json_doc *doc; /* JSON only */
} carto__field;

static bool carto__field_is(const carto__field *f, int json_type) {
  return f->node && carto_json_type_of(f->node) == json_type;
}

/* Text of a scalar as it is written, without quotes. */
static carto_str carto__field_written(const carto__field *f) {
  return f->node && carto_json_is_number(f->node) ? carto_json_number_text(f->doc, f->node)
                                                  : f->text;
}

static bool carto__field_number(const carto__field *f, carto__number *out) {
  if (!f->node)
    return f->text.len > 0 && carto__number_scan(f->text.ptr, f->text.len, out) == f->text.len;
  out->type = carto_json_type_of(f->node);
  out->as.u64 = f->node->_as.u64; /* of whichever kind */
  return carto_json_is_number(f->node);
}

/* A number as a double, if there is an equal one. f is where it stands: an integer beyond 64 bits
   is an identifier, and what overflows a double would be lost. */
static bool carto__number_exact(const carto__number *number, const carto__field *f, double *out) {
  carto_str text;
  uint64_t m = carto__magnitude(number->as.i64);
  *out = carto__number_double(number);
  if (number->type == CARTO_JSON_INT) {
    while (m > UINT64_C(1) << 53 && m % 2 == 0) m /= 2;
    return m <= UINT64_C(1) << 53;
  }
  if (number->type != CARTO_JSON_DOUBLE) return false;
  if (*out < 9e18 && *out > -9e18) return true;
  text = carto__field_written(f);
  return carto__is_finite(*out) && (carto__str_index(text, '.') < text.len ||
                                    carto__str_find_nocase(text, carto_str_from("e")) < text.len);
}

static bool carto__field_boolean(const carto__field *f, bool *out) {
  carto_str no = carto_str_from("false");
  *out = f->node ? carto_json_bool(f->node)
                 : carto__str_compare_nocase(f->text, carto_str_from("true")) == 0;
  return *out || (f->node ? carto__field_is(f, CARTO_JSON_FALSE)
                          : carto__str_compare_nocase(f->text, no) == 0);
}

/* A valid cell, as a decimal integer or as hexadecimal text. The latter always has a letter:
   unused bits at the end of a cell are set, and at the finest H3 resolution the second digit is
   an f. */
static bool carto__field_cell(const carto__field *f, int type, uint64_t *cell, bool *hex) {
  carto_str text = carto__field_written(f);
  *hex = !carto_uint_parse(text, cell);
  return (!*hex || carto__hex_parse(text, cell)) && carto__cell_is_valid(type, *cell);
}

/* A GeoJSON object, or text in WKT, GeoJSON or hexadecimal (E)WKB; the result lives in the
   scratch arena. */
static bool carto__field_geom(carto__reader *r, const carto__field *f, carto_geom *out) {
  char first = f->text.len ? carto__lower(f->text.ptr[0]) : 0;
  carto_status status = CARTO_ERR_SYNTAX;
  carto_json_doc doc;
  if (first == '{') {
    status = carto_json_parse(&r->scratch, f->text, &doc, NULL);
    if (status == CARTO_OK) status = carto_geom_from_geojson(&r->scratch, doc.root, out, NULL);
  } else if (first == '0') {
    status = carto_geom_from_hex(&r->scratch, f->text, out, NULL);
  } else if (first >= 'a' && first <= 'z') {
    status = carto_geom_from_wkt(&r->scratch, f->text, out, NULL);
  } else if (carto_json_get(f->node, "type")) {
    status = carto_geom_from_geojson(&r->scratch, f->node, out, NULL);
  }
  if (status == CARTO_ERR_NOMEM) (void)carto__builder_note(&r->build, status);
  return status == CARTO_OK && out->size > 0;
}

/* The text of a value for a text column: JSON keeps a number as it was written and makes the
   rest compact. */
static bool carto__field_text(carto__reader *r, const carto__field *f, carto_str *out) {
  carto_json_writer writer;
  *out = carto__field_written(f);
  if (!f->node || out->len || carto__field_is(f, CARTO_JSON_STRING)) return true;
  carto_buf_clear(&r->buffer);
  carto_json_writer_init(&writer, &r->buffer);
  carto_json_write_value(&writer, f->doc, f->node);
  *out = carto_buf_str(&r->buffer);
  return carto__builder_note(&r->build, r->buffer.status);
}

/* Reads a field as a value of a type; false when it is none. *flag tells of a time that it was
   written without clock, of a cell that it was written as hexadecimal text. */
static bool carto__field_as(carto__reader *r, const carto__field *f, int type, carto__value *v,
                            bool *flag) {
  carto__number number;
  *flag = false;
  switch (type) {
  case CARTO_TYPE_NUMBER:
    return carto__field_number(f, &number) && carto__number_exact(&number, f, &v->number);
  case CARTO_TYPE_INTEGER:
    if (!carto__field_number(f, &number)) return false;
    v->integer = number.as.i64;
    return number.type == CARTO_JSON_INT;
  case CARTO_TYPE_BOOLEAN: return carto__field_boolean(f, &v->boolean);
  case CARTO_TYPE_TIMESTAMP: return carto_time_parse(f->text, &v->integer, flag);
  case CARTO_TYPE_GEOMETRY: return carto__field_geom(r, f, &v->geom);
  case CARTO_TYPE_STRING: return carto__field_text(r, f, &v->text);
  default: return carto__field_cell(f, type, &v->cell, flag);
  }
}

/* The narrowest type for a column's first value. Cells count only in a column whose name says
   so. */
static int carto__field_guess(carto__reader *r, carto__column *col, const carto__field *f) {
  static const struct {
    const char *name_part;
    int type;
  } order[] = {{"h3", CARTO_TYPE_H3},        {"hex", CARTO_TYPE_H3},
               {"cell", CARTO_TYPE_H3},      {"quadbin", CARTO_TYPE_QUADBIN},
               {"cell", CARTO_TYPE_QUADBIN}, {"", CARTO_TYPE_INTEGER},
               {"", CARTO_TYPE_NUMBER},      {"", CARTO_TYPE_BOOLEAN},
               {"", CARTO_TYPE_TIMESTAMP},   {"", CARTO_TYPE_GEOMETRY}};
  carto_str name = carto__column_name(&r->build, col);
  carto__value v;
  size_t i;
  for (i = 0; i < sizeof order / sizeof *order; i++)
    if (carto__str_find_nocase(name, carto_str_from(order[i].name_part)) != SIZE_MAX &&
        carto__field_as(r, f, order[i].type, &v, &col->cell_text))
      return order[i].type;
  return CARTO_TYPE_STRING;
}

/* The column becomes text. What the earlier rows had is no longer known: the next pass reads
   them again. */
static void carto__column_to_text(carto_table_builder *b, carto__column *col) {
  carto__column_clear(col, b->_alloc);
  col->type = CARTO_TYPE_STRING;
  col->phase = CARTO_MCP__COLUMN_LATER;
}

/* Integers become doubles in place; false when one of them has no equal double, and then the
   column is to become text, or when the work was cancelled. */
static bool carto__column_to_number(carto__reader *r, carto__column *col) {
  char *data = col->data.ptr;
  carto__number number;
  size_t row;
  double d;
  number.type = CARTO_JSON_INT;
  for (row = 0; row < col->rows; row++, data += 8) {
    if (row % CARTO_MCP__READ_ROWS == 0 && !carto__reader_ask(r)) return false;
    memcpy(&number.as.i64, data, 8);
    if (!carto__number_exact(&number, NULL, &d)) return false;
    memcpy(data, &d, 8);
  }
  col->type = CARTO_TYPE_NUMBER;
  return true;
}

/* The next wider type, for a value that is not of the column's: cells written as integers (all
   cells are below 2^63) are integers, integers are numbers, anything is text. */
static void carto__column_widen(carto__reader *r, carto__column *col, const carto__field *f) {
  carto__number number;
  bool numeric = carto__field_number(f, &number);
  if (numeric && carto__is_cell(col->type) && !col->cell_text) col->type = CARTO_TYPE_INTEGER;
  else if (!numeric || col->type != CARTO_TYPE_INTEGER || !carto__column_to_number(r, col))
    carto__column_to_text(&r->build, col);
}

/* Adds a field that is not null, whatever that does to the column's type. */
static void carto__column_put(carto__reader *r, carto__column *col, const carto__field *f) {
  carto__value v;
  bool flag;
  if (col->type == CARTO_TYPE_STRING && f->text.len) { /* most often */
    carto__column_add_string(&r->build, col, f->text);
    return;
  }
  if (col->type == CARTO_MCP__TYPE_NONE) {
    carto__column_begin(&r->build, col, carto__field_guess(r, col, f));
    if (col->type == CARTO_TYPE_STRING && col->quoted_empty) carto__column_to_text(&r->build, col);
  }
  while (col->phase == CARTO_MCP__COLUMN_OPEN) {
    if (carto__field_as(r, f, col->type, &v, &flag) &&
        (!carto__is_cell(col->type) || flag == col->cell_text)) {
      carto__column_add(&r->build, col, &v);
      col->date_only = col->date_only && flag;
      return;
    }
    carto__column_widen(r, col, f);
  }
}

/* ---- passes over a file */

#define CARTO_MCP__READ_SAMPLE ((size_t)1 << 18) /* bytes */
#define CARTO_MCP__READ_TICK ((size_t)1 << 18)   /* bytes */

/* At the start of a row: looks for a failure; now and then asks whether to go on, and reports. */
CARTO_MCP__INLINE bool carto__reader_tick(carto__reader *r) {
  if (r->at < r->tick && r->build.status == CARTO_OK && r->status == CARTO_OK) return true;
  r->tick = r->at + CARTO_MCP__READ_TICK;
  if (r->at > r->reported + r->text.len / 64) {
    r->reported = r->at;
    carto__progress(r->call, r->at, r->text.len, "bytes read");
  }
  return carto__reader_ask(r);
}

/* The columns that are not complete start afresh; rows is what is expected. */
static void carto__reader_restart(carto__reader *r, size_t rows) {
  carto_table_builder *b = &r->build;
  size_t i;
  for (i = 0; i < b->_column_count; i++) {
    carto__column *col = &b->_columns[i];
    if (col->phase == CARTO_MCP__COLUMN_DONE) continue;
    carto__column_clear(col, b->_alloc);
    col->phase = CARTO_MCP__COLUMN_OPEN;
  }
  b->_row_count = 0;
  b->_row_hint = rows;
  r->at = r->tick = r->body;
}

/* After a pass over the whole file: notes which columns are complete; *left is set when not all
   are. */
static bool carto__reader_settle(carto__reader *r, bool *left) {
  carto_table_builder *b = &r->build;
  size_t i;
  for (i = 0, *left = false; i < b->_column_count; i++) {
    carto__column *col = &b->_columns[i];
    if (col->type == CARTO_MCP__TYPE_NONE && col->quoted_empty) carto__column_to_text(b, col);
    if (col->phase == CARTO_MCP__COLUMN_LATER) *left = true;
    if (col->phase != CARTO_MCP__COLUMN_OPEN) continue;
    carto__column_pad(b, col, b->_row_count);
    col->phase = CARTO_MCP__COLUMN_DONE;
  }
  return carto__reader_ok(r);
}

/* How a kind of file is read. */
typedef struct carto__format {
  bool (*pass)(carto__reader *r);   /* rows up to r->stop or the end, where it leaves r->at */
  bool (*finish)(carto__reader *r); /* adds or names what follows from all of them           */
} carto__format;

/* Sample, all, and what is left. */
static bool carto__reader_run(carto__reader *r, const carto__format *format) {
  bool left;
  r->stop = CARTO_MCP__READ_SAMPLE;
  if (!format->pass(r)) return false;
  if (r->at < r->text.len) {
    double rows = (double)r->build._row_count * ((double)r->text.len / (double)r->at) * 1.02 + 16;
    carto__reader_restart(r, rows < 4e9 ? (size_t)rows : UINT32_MAX - 1);
    r->stop = SIZE_MAX;
    if (!format->pass(r)) return false;
  }
  if (!carto__reader_settle(r, &left)) return false;
  if (left) {
    carto__reader_restart(r, r->build._row_count);
    if (!format->pass(r) || !carto__reader_settle(r, &left)) return false;
  }
  if (r->text.len > r->reported) carto__progress(r->call, r->text.len, r->text.len, "bytes read");
  return format->finish(r) && carto__reader_ok(r);
}

static carto_status carto__reader_read(const carto__format *format, const carto_call *call,
                                       carto_alloc alloc, carto_str file, carto_str text,
                                       carto_table *out, carto_error *error) {
  carto__reader r;
  memset(&r, 0, sizeof r);
  memset(out, 0, sizeof *out);
  r.call = call;
  r.file = file;
  r.text = text;
  r.error = error;
  r.body = r.at = carto__str_starts(text, carto_str_from("\xef\xbb\xbf")) ? 3 : 0;
  carto_table_builder_init(&r.build, alloc, 0);
  r.build._call = call;
  carto_arena_init(&r.scratch, alloc, 0);
  carto_buf_init(&r.buffer, alloc, 0);
  carto__dict_init(&r.keys, alloc);
  if (text.len > CARTO_MCP_MAX_FILE)
    (void)carto__reader_fail(&r, CARTO_ERR_LIMIT, 0, "the file is too long");
  else if (text.len == r.body) (void)carto__reader_bad(&r, 0, "the file is empty");
  else if (carto__reader_run(&r, format)) {
    r.build.status = carto_table_builder_end(&r.build, out, NULL);
    (void)carto__reader_ok(&r);
  }
  carto_table_builder_free(&r.build);
  carto__dict_free(&r.keys);
  carto_arena_free(&r.scratch);
  carto_buf_free(&r.buffer);
  return r.status;
}

/* The column for a name in the file; at is where that stands. */
static bool carto__reader_column(carto__reader *r, carto_str name, size_t at, size_t *index) {
  carto_table_builder *b = &r->build;
  uint32_t code;
  if (!carto__builder_note(b, carto__dict_code(&r->keys, name, &code))) return carto__reader_ok(r);
  *index = r->first_key + code;
  if (*index < b->_column_count) return true;
  if (name.len == 0) return carto__reader_bad(r, at, "a column needs a name");
  if (name.len > CARTO_MCP_MAX_NAME)
    return carto__reader_fail_about(r, CARTO_ERR_LIMIT, at, "a column's name is too long:", name);
  if (b->_column_count == CARTO_MCP_MAX_COLUMNS)
    return carto__reader_fail_about(r, CARTO_ERR_LIMIT, at, "too many columns, no room for", name);
  return carto__builder_push(b, name, CARTO_MCP__TYPE_NONE) || carto__reader_ok(r);
}

/* A number of a row; 0 when it is null. */
static double carto__column_get(const carto__column *col, size_t row) {
  const void *data = col->data.ptr;
  return col->type == CARTO_TYPE_INTEGER ? (double)((const int64_t *)data)[row]
                                         : ((const double *)data)[row];
}

/* The column whose name is one of a list ("longitude|lon"), blind to case, and whose values are
   numbers within +-limit; NULL when there is none. */
static const carto__column *carto__reader_degrees(carto__reader *r, const char *names,
                                                  double limit) {
  const carto_table_builder *b = &r->build;
  carto_str rest = carto_str_from(names);
  size_t i, row;
  while (rest.len) {
    carto_str name = carto__str_cut(&rest, '|');
    for (i = 0; i < b->_column_count; i++) {
      const carto__column *col = &b->_columns[i];
      if (carto__str_compare_nocase(carto__column_name(b, col), name) != 0) continue;
      if (col->type != CARTO_TYPE_INTEGER && col->type != CARTO_TYPE_NUMBER) continue;
      for (row = 0; row < col->rows; row++) {
        double d = carto__column_get(col, row);
        if (row % CARTO_MCP__READ_ROWS == 0 && !carto__reader_ask(r)) return NULL;
        if (d < -limit || d > limit) break;
      }
      if (row == col->rows) return col;
    }
  }
  return NULL;
}

/* Adds the point column `geom` for a pair of columns with longitudes and latitudes, unless the
   file has a geometry or that name already. */
static bool carto__reader_add_points(carto__reader *r) {
  carto_table_builder *b = &r->build;
  const carto__column *lng = carto__reader_degrees(r, "longitude|lon|lng|long", 180);
  const carto__column *lat = carto__reader_degrees(r, "latitude|lat", 90);
  carto_str name = carto_str_from("geom");
  size_t row, i, x, y;
  carto__column *col;
  double point[2];
  if (!lng || !lat) {
    lng = carto__reader_degrees(r, "x", 180);
    lat = carto__reader_degrees(r, "y", 90);
  }
  if (!carto__reader_ok(r)) return false;
  if (!lng || !lat || b->_column_count == CARTO_MCP_MAX_COLUMNS) return true;
  for (i = 0; i < b->_column_count; i++)
    if (b->_columns[i].type == CARTO_TYPE_GEOMETRY ||
        carto__str_compare_nocase(carto__column_name(b, &b->_columns[i]), name) == 0)
      return true;
  x = (size_t)(lng - b->_columns); /* the columns may move */
  y = (size_t)(lat - b->_columns);
  col = carto__builder_push(b, name, CARTO_TYPE_GEOMETRY);
  for (row = 0; b->status == CARTO_OK && row < b->_row_count; row++) {
    lng = &b->_columns[x];
    lat = &b->_columns[y];
    if (row % CARTO_MCP__READ_ROWS == 0 && !carto__reader_ask(r)) return false;
    point[0] = carto__column_get(lng, row);
    point[1] = carto__column_get(lat, row);
    if (carto__column_is_null(lng, row) || carto__column_is_null(lat, row))
      carto__column_add_null(b, col);
    else carto__column_add_point(b, col, point);
  }
  return true;
}

/* ---- CSV (RFC 4180) */

/* First place of any of three bytes, end when there is none; eight bytes at a time. */
static const char *carto__scan_any(const char *p, const char *end, char a, char b, char c) {
  const uint64_t ones = CARTO_MCP__EACH(1);
  for (; end - p >= 8; p += 8) {
    uint64_t word = carto__load_le64(p);
    uint64_t x = word ^ ones * (unsigned char)a, y = word ^ ones * (unsigned char)b,
             z = word ^ ones * (unsigned char)c;
    uint64_t hit = (((x - ones) & ~x) | ((y - ones) & ~y) | ((z - ones) & ~z)) & ones << 7;
    if (hit) return p + carto__trailing_zeros(hit) / 8; /* exact up to the first hit */
  }
  while (p < end && *p != a && *p != b && *p != c) p++;
  return p;
}

static bool carto__csv_is_end(const char *p, const char *end) {
  return p == end || *p == ',' || *p == '\n' || *p == '\r';
}

static const char *carto__reader_end(const carto__reader *r) { return r->text.ptr + r->text.len; }

static size_t carto__reader_offset(const carto__reader *r, const char *p) {
  return (size_t)(p - r->text.ptr);
}

/* As far as a field that begins at p may reach. */
static const char *carto__csv_field_end(const carto__reader *r, const char *p) {
  const char *end = carto__reader_end(r);
  return (size_t)(end - p) > CARTO_MCP_MAX_FIELD ? p + CARTO_MCP_MAX_FIELD : end;
}

static const char *carto__csv_too_long(carto__reader *r, const char *p) {
  (void)carto__reader_fail(r, CARTO_ERR_LIMIT, carto__reader_offset(r, p),
                           "a field is longer than CARTO_MCP_MAX_FIELD bytes");
  return NULL;
}

/* A quoted field; returns what follows its closing quote, NULL after a failure. */
static const char *carto__csv_quoted(carto__reader *r, const char *open, carto_str *text) {
  const char *end = carto__csv_field_end(r, open), *from = open + 1, *p = from, *wrong = NULL;
  carto_buf_clear(&r->buffer);
  for (;; from = p) {
    p = carto__scan_any(p, end, '"', '"', '"');
    if (p == end || p + 1 == end || p[1] != '"') break;
    carto_buf_append(&r->buffer, from, (size_t)(p + 1 - from));
    p += 2;
  }
  *text = carto_str_make(from, (size_t)(p - from));
  if (r->buffer.len) {
    carto_buf_append_str(&r->buffer, *text);
    *text = carto_buf_str(&r->buffer);
  }
  if (p == end && end != carto__reader_end(r)) return carto__csv_too_long(r, open);
  if (p == end) wrong = "a quote is opened here and never closed";
  else if (!carto__csv_is_end(p + 1, end)) wrong = "text follows a closing quote";
  if (wrong) (void)carto__reader_bad(r, carto__reader_offset(r, p == end ? open : p + 1), wrong);
  return carto__builder_note(&r->build, r->buffer.status) && !wrong ? p + 1 : NULL;
}

/* The field at p; returns its end, NULL after a failure. */
static const char *carto__csv_field(carto__reader *r, const char *p, carto_str *text) {
  const char *end = carto__csv_field_end(r, p), *stop;
  if (p < end && *p == '"') return carto__csv_quoted(r, p, text);
  stop = carto__scan_any(p, end, ',', '\n', '\r');
  if (stop == end && end != carto__reader_end(r)) return carto__csv_too_long(r, p);
  *text = carto_str_make(p, (size_t)(stop - p));
  return stop;
}

/* One field into its column; returns its end, NULL after a failure. Numbers, for columns of them,
   are read without looking for their end first. */
static const char *carto__csv_value(carto__reader *r, carto__column *col, const char *p) {
  const char *end = carto__reader_end(r), *stop;
  bool open = col->phase == CARTO_MCP__COLUMN_OPEN;
  carto__number number;
  carto__field field;
  double exact;
  memset(&field, 0, sizeof field);
  if (open && (col->type == CARTO_TYPE_NUMBER || col->type == CARTO_TYPE_INTEGER)) {
    stop = p + carto__number_scan(p, (size_t)(end - p), &number);
    field.text = carto_str_make(p, (size_t)(stop - p));
    if (stop > p && carto__csv_is_end(stop, end) &&
        (col->type == CARTO_TYPE_INTEGER ? number.type == CARTO_JSON_INT
                                         : carto__number_exact(&number, &field, &exact))) {
      if (col->type == CARTO_TYPE_INTEGER)
        carto__column_add_fixed(&r->build, col, &number.as.i64, 8);
      else carto__column_add_fixed(&r->build, col, &exact, 8);
      return stop;
    }
  }
  stop = carto__csv_field(r, p, &field.text);
  if (!stop || !open) return stop;
  if (field.text.len > 0 || (stop > p && col->type == CARTO_TYPE_STRING)) {
    carto__column_put(r, col, &field);
  } else {
    if (stop > p) col->quoted_empty = true;
    carto__column_add_null(&r->build, col);
  }
  return stop;
}

/* Behind the last field of a row: the start of the next one, NULL when the row does not end
   there. */
static const char *carto__csv_next_row(const char *p, const char *end) {
  if (p < end && *p == '\r' && (p + 1 == end || p[1] == '\n')) p++;
  return p == end ? p : *p == '\n' ? p + 1 : NULL;
}

/* Says what is wrong where neither the next field nor the row's end is. */
static bool carto__csv_ragged(carto__reader *r, const char *p, size_t column) {
  const carto_table_builder *b = &r->build;
  bool fewer = column + 1 < b->_column_count;
  if (p < carto__reader_end(r) && *p == '\r' && !carto__csv_next_row(p, carto__reader_end(r)))
    return carto__reader_bad(r, carto__reader_offset(r, p),
                             "a carriage return without line feed must be quoted");
  return carto__reader_bad_about(
    r, r->at, fewer ? "the row has too few fields, none for" : "the row has fields after its last,",
    carto__column_name(b, &b->_columns[fewer ? column + 1 : column]));
}

/* The row at r->at. A line with nothing on it is a null in a file of one column, else it is
   passed over. */
static bool carto__csv_row(carto__reader *r) {
  const char *p = r->text.ptr + r->at, *next = carto__csv_next_row(p, carto__reader_end(r));
  carto_table_builder *b = &r->build;
  size_t i = 0;
  carto_arena_reset(&r->scratch);
  if (!next || b->_column_count == 1) {
    for (;; p++) {
      p = carto__csv_value(r, &b->_columns[i], p);
      if (!p) return carto__reader_ok(r);
      if (++i == b->_column_count) break;
      if (p == carto__reader_end(r) || *p != ',') return carto__csv_ragged(r, p, i - 1);
    }
    next = carto__csv_next_row(p, carto__reader_end(r));
    if (!next) return carto__csv_ragged(r, p, i - 1);
    carto_table_builder_end_row(b);
  }
  r->at = carto__reader_offset(r, next);
  return true;
}

/* Whether a field is UTF-8 without NUL; if not, fails with the first byte in the file that is
   neither. */
static bool carto__csv_is_text(carto__reader *r, carto_str text) {
  const char *end = text.ptr + text.len;
  size_t bad, nul;
  if (carto__utf8_check(text.ptr, text.len) == text.len &&
      carto__scan_any(text.ptr, end, 0, 0, 0) == end)
    return true;
  bad = carto__utf8_check(r->text.ptr, r->text.len);
  nul = carto__str_index(r->text, 0);
  return carto__reader_bad(r, bad < nul ? bad : nul,
                           bad < nul ? "expected UTF-8 text" : "a NUL byte in a text");
}

static bool carto__csv_header(carto__reader *r) {
  const char *p = r->text.ptr + r->at, *stop, *next;
  size_t count = 0, at, index;
  carto_str name;
  for (;; p = stop + 1) {
    at = carto__reader_offset(r, p);
    stop = carto__csv_field(r, p, &name);
    if (!stop) return carto__reader_ok(r);
    if (!carto__csv_is_text(r, name) || !carto__reader_column(r, name, at, &index)) return false;
    if (index != count++) return carto__reader_bad_about(r, at, "two columns are named", name);
    if (stop == carto__reader_end(r) || *stop != ',') break;
  }
  next = carto__csv_next_row(stop, carto__reader_end(r));
  if (!next) return carto__csv_ragged(r, stop, 0);
  r->body = r->at = carto__reader_offset(r, next);
  return true;
}

static bool carto__csv_pass(carto__reader *r) {
  if (!carto__reader_tick(r)) return false;
  if (r->build._column_count == 0 && !carto__csv_header(r)) return false;
  while (r->at < r->text.len && r->at < r->stop)
    if (!carto__reader_tick(r) || !carto__csv_row(r)) return false;
  return true;
}

/* Numbers and the like cannot hold a byte that does not belong; texts are looked at once they
   are in a dictionary, where each is only once. */
static bool carto__csv_finish(carto__reader *r) {
  size_t i, size = 0;
  uint32_t code;
  for (i = 0; i < r->build._column_count; i++) {
    const carto__column *col = &r->build._columns[i];
    for (code = 0; col->type == CARTO_TYPE_STRING && code < col->dict.count; code++) {
      carto_str text = carto__dict_text(&col->dict, code);
      if (!carto__csv_is_text(r, text)) return false;
      size += text.len + 1;
      if (size < CARTO_MCP__READ_TICK) continue;
      if (!carto__reader_ask(r)) return false;
      size = 0;
    }
  }
  return carto__reader_add_points(r);
}

/* ---- JSON: GeoJSON (RFC 7946) and newline-delimited */

/* Skips white space from r->at on; what stands there then, 0 at the end. */
static char carto__reader_peek(carto__reader *r) {
  while (r->at < r->text.len && carto__json_is_space(r->text.ptr[r->at])) r->at++;
  return r->at < r->text.len ? r->text.ptr[r->at] : 0;
}

/* Takes one byte, behind white space. */
static bool carto__reader_take(carto__reader *r, char byte, const char *expected) {
  if (carto__reader_peek(r) != byte) return carto__reader_bad(r, r->at, expected);
  r->at++;
  return true;
}

/* Fails with what a lower part reported about the text from offset on. */
static bool carto__reader_detail(carto__reader *r, size_t offset, const carto_error *detail) {
  carto_status status = (carto_status)detail->status;
  if (status == CARTO_ERR_NOMEM) return carto__reader_fail(r, status, offset, "out of memory");
  return carto__reader_fail(r, status, offset + detail->offset, detail->text);
}

/* Reads the value behind white space, up to end, into the scratch arena, in place of the one
   before; *offset is where it stands. */
static bool carto__reader_json(carto__reader *r, size_t end, carto_json_doc *doc, size_t *offset) {
  carto_error detail;
  carto_str text;
  size_t used;
  (void)carto__reader_peek(r);
  *offset = r->at;
  text = carto_str_make(r->text.ptr + r->at, end > r->at ? end - r->at : 0);
  carto_arena_reset(&r->scratch);
  if (carto_json_parse_prefix(&r->scratch, text, &used, doc, &detail) != CARTO_OK)
    return carto__reader_detail(r, r->at, &detail);
  r->at += used;
  return true;
}

/* One member's value into its column; offset is where its object stands. */
static bool carto__reader_put(carto__reader *r, carto__column *col, const carto_json_doc *doc,
                              const carto_json *node, size_t offset) {
  carto_table_builder *b = &r->build;
  int type = carto_json_type_of(node);
  carto__field field;
  if (type == CARTO_JSON_NULL || col->phase != CARTO_MCP__COLUMN_OPEN) return true;
  if (col->rows > b->_row_count)
    return carto__reader_bad_about(r, offset, "an object has two members",
                                   carto__column_name(b, col));
  carto__column_pad(b, col, b->_row_count);
  field.text = carto_json_string(node);
  field.node = node;
  field.doc = doc;
  carto__column_put(r, col, &field);
  return true;
}

/* All members. Objects of a file are mostly alike, so the column behind the last one is tried
   first. */
static bool carto__reader_put_members(carto__reader *r, const carto_json_doc *doc,
                                      const carto_json *object, size_t offset) {
  const carto_json *key = carto_json_first(object), *value;
  const carto_table_builder *b = &r->build;
  size_t left = carto_json_count(object), at = r->first_key;
  for (; left > 0; left--, at++, key = carto_json_next(value)) {
    carto_str name = carto_json_string(key);
    value = carto_json_value_of(key);
    if (at >= b->_column_count || !carto_str_equal(name, carto__column_name(b, &b->_columns[at])))
      if (!carto__reader_column(r, name, offset, &at)) return false;
    if (!carto__reader_put(r, &b->_columns[at], doc, value, offset)) return false;
  }
  carto_table_builder_end_row(&r->build);
  return true;
}

/* Members with a meaning, and their names in the same order. */
enum {
  CARTO_MCP__GEOJSON_TYPE,
  CARTO_MCP__GEOJSON_FEATURES,
  CARTO_MCP__GEOJSON_GEOMETRY,
  CARTO_MCP__GEOJSON_PROPERTIES,
  CARTO_MCP__GEOJSON_COORDINATES,
  CARTO_MCP__GEOJSON_GEOMETRIES,
  CARTO_MCP__GEOJSON_ID,
  CARTO_MCP__GEOJSON_BBOX,
  CARTO_MCP__GEOJSON_CRS,
  CARTO_MCP__GEOJSON_MEMBERS
};

static const char *const carto__geojson_members[CARTO_MCP__GEOJSON_MEMBERS] = {
  "type", "features", "geometry", "properties", "coordinates", "geometries", "id", "bbox", "crs"};

/* What an object must have, and may not have (RFC 7946, section 7.1): one bit for each member. */
typedef struct carto__geojson_kind {
  const char *type; /* NULL: a geometry, which >>geo checks */
  unsigned required, forbidden;
} carto__geojson_kind;

#define CARTO_MCP__HAS(member) (1u << CARTO_MCP__GEOJSON_##member)

static const carto__geojson_kind carto__geojson_kinds[] = {
  {"FeatureCollection", CARTO_MCP__HAS(TYPE) | CARTO_MCP__HAS(FEATURES),
   CARTO_MCP__HAS(GEOMETRY) | CARTO_MCP__HAS(PROPERTIES) | CARTO_MCP__HAS(COORDINATES) |
     CARTO_MCP__HAS(GEOMETRIES)},
  {"Feature", CARTO_MCP__HAS(TYPE) | CARTO_MCP__HAS(GEOMETRY) | CARTO_MCP__HAS(PROPERTIES),
   CARTO_MCP__HAS(FEATURES) | CARTO_MCP__HAS(COORDINATES) | CARTO_MCP__HAS(GEOMETRIES)},
  {NULL, CARTO_MCP__HAS(TYPE), 0}};

#define CARTO_MCP__GEOJSON_COLLECTION (&carto__geojson_kinds[0])
#define CARTO_MCP__GEOJSON_FEATURE (&carto__geojson_kinds[1])
#define CARTO_MCP__GEOJSON_GEOMETRY_ALONE (&carto__geojson_kinds[2])

/* An object as far as its members are read. */
typedef struct carto__geojson_seen {
  size_t offset;                                       /* where it stands, or the member at hand */
  const carto__geojson_kind *kind;                     /* from its type */
  unsigned seen;                                       /* a bit for each member */
  const carto_json *value[CARTO_MCP__GEOJSON_MEMBERS]; /* for a Feature */
} carto__geojson_seen;

/* Which of them a name is; their number for one without a meaning. */
static int carto__geojson_member(carto_str key) {
  int i = 0;
  while (i < CARTO_MCP__GEOJSON_MEMBERS && !carto__str_is(key, carto__geojson_members[i])) i++;
  return i;
}

/* Coordinates are longitude and latitude on WGS 84; files of the older format may say so or
   otherwise. */
static bool carto__geojson_is_wgs84(const carto_json *crs) {
  carto_str name = carto_json_string(carto_json_get(carto_json_get(crs, "properties"), "name"));
  size_t i = name.len;
  while (i > 0 && name.ptr[i - 1] != ':' && name.ptr[i - 1] != '/') i--;
  name = carto__str_skip(name, i);
  return carto_json_type_of(crs) == CARTO_JSON_NULL || carto__str_is(name, "CRS84") ||
         carto__str_is(name, "4326");
}

/* Notes a member, and checks what can be checked by itself. */
static bool carto__geojson_note(carto__reader *r, carto__geojson_seen *object, int member,
                                const carto_json *value) {
  int type = carto_json_type_of(value);
  const char *wrong = NULL;
  if (member == CARTO_MCP__GEOJSON_MEMBERS) return true;
  if (object->seen >> member & 1)
    return carto__reader_bad_about(r, object->offset, "an object has two members",
                                   carto_str_from(carto__geojson_members[member]));
  object->seen |= 1u << member;
  object->value[member] = value;
  if (member == CARTO_MCP__GEOJSON_TYPE) {
    const carto__geojson_kind *kind = carto__geojson_kinds;
    while (kind->type && !carto__str_is(carto_json_string(value), kind->type)) kind++;
    object->kind = kind;
  } else if (member == CARTO_MCP__GEOJSON_CRS && !carto__geojson_is_wgs84(value)) {
    return carto__reader_fail(
      r, CARTO_ERR_UNSUPPORTED, object->offset,
      "coordinates must be WGS 84 longitude and latitude; convert the file first");
  } else if (member == CARTO_MCP__GEOJSON_PROPERTIES && type != CARTO_JSON_OBJECT &&
             type != CARTO_JSON_NULL) {
    wrong = "the properties of a Feature must be an object or null";
  } else if (member == CARTO_MCP__GEOJSON_ID && type != CARTO_JSON_STRING &&
             !carto_json_is_number(value)) {
    wrong = "the id of a Feature must be a string or a number";
  } else if (member == CARTO_MCP__GEOJSON_BBOX && !carto__geojson_is_box(value)) {
    wrong = "a bbox must be an array of 4 or 6 numbers";
  }
  return !wrong || carto__reader_bad(r, object->offset, wrong);
}

/* With all members noted: whether they are those of its kind. */
static bool carto__geojson_check(carto__reader *r, const carto__geojson_seen *object) {
  unsigned missing = object->kind->required & ~object->seen;
  unsigned wrong = missing ? missing : object->kind->forbidden & object->seen;
  const char *const *name = carto__geojson_members;
  if (!wrong) return true;
  for (; !(wrong & 1); wrong >>= 1) name++;
  return carto__reader_bad_about(r, object->offset,
                                 missing ? "the GeoJSON object needs a member"
                                         : "the GeoJSON object may not have a member",
                                 carto_str_from(*name));
}

/* A point as most files have it: {"type":"Point","coordinates":[x,y]}, in this order. */
static bool carto__geojson_point(const carto_json *geometry, double point[2]) {
  const carto_json *node = carto_json_first(geometry); /* then type, coordinates, pair, x, y */
  if (carto_json_count(geometry) != 2 || !carto__str_is(carto_json_string(node), "type") ||
      !carto__str_is(carto_json_string(node + 1), "Point") ||
      !carto__str_is(carto_json_string(node + 2), "coordinates") ||
      carto_json_type_of(node + 3) != CARTO_JSON_ARRAY || carto_json_count(node + 3) != 2 ||
      !carto_json_is_number(node + 4) || !carto_json_is_number(node + 5))
    return false;
  point[0] = carto_json_double(node + 4);
  point[1] = carto_json_double(node + 5);
  return carto__is_finite(point[0]) && carto__is_finite(point[1]);
}

/* Columns of features ahead of the properties. Their names are known only when all properties
   are. */
enum { CARTO_MCP__FEATURE_ID, CARTO_MCP__FEATURE_GEOM, CARTO_MCP__FEATURE_COLUMNS };

static bool carto__geojson_columns(carto__reader *r) {
  carto_str no_name = carto_str_make("", 0);
  if (r->build._column_count > 0) return true;
  r->first_key = CARTO_MCP__FEATURE_COLUMNS;
  (void)carto__builder_push(&r->build, no_name, CARTO_MCP__TYPE_NONE);
  return carto__builder_push(&r->build, no_name, CARTO_TYPE_GEOMETRY) || carto__reader_ok(r);
}

static bool carto__geojson_put_geometry(carto__reader *r, const carto_json *geometry,
                                        size_t offset) {
  carto_table_builder *b = &r->build;
  carto__column *col = &b->_columns[CARTO_MCP__FEATURE_GEOM];
  carto_error detail;
  carto_geom geom;
  double point[2];
  if (col->phase != CARTO_MCP__COLUMN_OPEN || carto_json_type_of(geometry) == CARTO_JSON_NULL)
    return true;
  carto__column_pad(b, col, b->_row_count);
  if (carto__geojson_point(geometry, point)) {
    carto__column_add_point(b, col, point);
    return true;
  }
  if (carto_geom_from_geojson(&r->scratch, geometry, &geom, &detail) != CARTO_OK)
    return carto__reader_detail(r, offset, &detail);
  carto__column_add_geom(b, col, geom);
  return true;
}

/* A row from a Feature, whose text starts at offset. Members without a meaning are dropped. */
static bool carto__geojson_put_feature(carto__reader *r, const carto_json_doc *doc, size_t offset) {
  const carto_json *key = carto_json_first(doc->root), *value, *id;
  size_t left = carto_json_count(doc->root);
  carto__geojson_seen object;
  memset(&object, 0, sizeof object);
  object.offset = offset;
  if (carto_json_type_of(doc->root) != CARTO_JSON_OBJECT)
    return carto__reader_bad(r, offset, "expected a Feature object");
  for (; left > 0; left--, key = carto_json_next(value)) {
    value = carto_json_value_of(key);
    if (!carto__geojson_note(r, &object, carto__geojson_member(carto_json_string(key)), value))
      return false;
  }
  if (object.kind != CARTO_MCP__GEOJSON_FEATURE)
    return carto__reader_bad(r, offset, "expected an object of type \"Feature\"");
  if (!carto__geojson_check(r, &object) || !carto__geojson_columns(r) ||
      !carto__geojson_put_geometry(r, object.value[CARTO_MCP__GEOJSON_GEOMETRY], offset))
    return false;
  id = object.value[CARTO_MCP__GEOJSON_ID];
  if (id && !carto__reader_put(r, &r->build._columns[CARTO_MCP__FEATURE_ID], doc, id, offset))
    return false;
  return carto__reader_put_members(r, doc, object.value[CARTO_MCP__GEOJSON_PROPERTIES], offset);
}

/* A sample ends in the middle: only the next pass sees whether the end is as it should be. */
static bool carto__reader_stops(const carto__reader *r) {
  return r->at >= r->stop && r->at < r->text.len;
}

/* The array of features, to its end or the sample's. */
static bool carto__geojson_features(carto__reader *r) {
  carto_json_doc doc;
  size_t offset;
  if (!carto__reader_take(r, '[', "the features must be an array")) return false;
  if (carto__reader_peek(r) == ']') return carto__reader_take(r, ']', "");
  for (;;) {
    if (!carto__reader_tick(r) || !carto__reader_json(r, r->text.len, &doc, &offset) ||
        !carto__geojson_put_feature(r, &doc, offset))
      return false;
    if (carto__reader_peek(r) == ']') return carto__reader_take(r, ']', "");
    if (!carto__reader_take(r, ',', "expected ',' or ']' after a Feature")) return false;
    if (carto__reader_stops(r)) return true;
  }
}

/* Reads the members of the document, and of its features one at a time. */
static bool carto__geojson_document(carto__reader *r, carto__geojson_seen *object) {
  carto_json_doc doc;
  size_t offset;
  if (carto__reader_peek(r) == '}') return carto__reader_take(r, '}', "");
  do {
    int member;
    if (!carto__reader_json(r, r->text.len, &doc, &object->offset)) return false;
    if (carto_json_type_of(doc.root) != CARTO_JSON_STRING)
      return carto__reader_bad(r, object->offset, "expected a member's name in quotes");
    member = carto__geojson_member(carto_json_string(doc.root));
    if (!carto__reader_take(r, ':', "expected ':' after a member's name")) return false;
    if (member == CARTO_MCP__GEOJSON_FEATURES && !(object->seen >> member & 1)) {
      object->seen |= 1u << member;
      if (!carto__geojson_features(r)) return false;
      if (carto__reader_stops(r)) return true;
    } else if (!carto__reader_json(r, r->text.len, &doc, &offset) ||
               !carto__geojson_note(r, object, member, doc.root)) {
      return false;
    }
  } while (carto__reader_peek(r) == ',' && ++r->at);
  return carto__reader_take(r, '}', "expected ',' or '}' after a member");
}

static bool carto__geojson_pass(carto__reader *r) {
  carto__geojson_seen object;
  carto_json_doc doc;
  size_t offset;
  memset(&object, 0, sizeof object);
  object.kind = CARTO_MCP__GEOJSON_GEOMETRY_ALONE;
  if (!carto__reader_tick(r) || !carto__geojson_columns(r)) return false;
  (void)carto__reader_peek(r);
  offset = r->at;
  if (!carto__reader_take(r, '{', "expected a GeoJSON object")) return false;
  if (!carto__geojson_document(r, &object)) return false;
  if (carto__reader_stops(r)) return true;
  (void)carto__reader_peek(r);
  if (r->at < r->text.len) return carto__reader_bad(r, r->at, "text follows the GeoJSON object");
  object.offset = offset;
  if (!carto__geojson_check(r, &object)) return false;
  if (object.kind == CARTO_MCP__GEOJSON_COLLECTION) return true;
  r->at = offset; /* it is one Feature or one geometry: a table of one row */
  if (!carto__reader_json(r, r->text.len, &doc, &offset)) return false;
  if (object.kind == CARTO_MCP__GEOJSON_FEATURE) return carto__geojson_put_feature(r, &doc, offset);
  if (!carto__geojson_put_geometry(r, doc.root, offset)) return false;
  carto_table_builder_end_row(&r->build);
  return true;
}

/* Moves a column behind the last one. */
static carto__column *carto__builder_to_end(carto_table_builder *b, size_t from) {
  carto__column *col = &b->_columns[from], *last = &b->_columns[b->_column_count - 1];
  carto__column moved = *col;
  memmove(col, col + 1, (size_t)(last - col) * sizeof *col);
  *last = moved;
  return last;
}

/* Names the columns ahead of the properties: the feature's id is `id`, first, unless a property
   has that name; the geometry stands last and is `geom`, else `geometry`, else that with
   underscores. */
static bool carto__geojson_finish(carto__reader *r) {
  carto_table_builder *b = &r->build;
  carto_str id = carto_str_from("id");
  char name[CARTO_MCP_MAX_NAME + 1] = "geom";
  size_t len = 4;
  if (carto__builder_has(b, carto_str_make(name, len))) memcpy(name, "geometry", len = 8);
  for (; carto__builder_has(b, carto_str_make(name, len)); name[len++] = '_')
    if (len == CARTO_MCP_MAX_NAME)
      return carto__reader_fail(r, CARTO_ERR_LIMIT, 0, "no name is left for the geometry");
  carto__builder_rename(b, carto__builder_to_end(b, CARTO_MCP__FEATURE_GEOM),
                        carto_str_make(name, len));
  if (b->_columns[CARTO_MCP__FEATURE_ID].null_count < b->_row_count && !carto__builder_has(b, id)) {
    carto__builder_rename(b, &b->_columns[CARTO_MCP__FEATURE_ID], id);
  } else {
    carto__column_clear(carto__builder_to_end(b, CARTO_MCP__FEATURE_ID), b->_alloc);
    b->_column_count--;
  }
  return true;
}

/* One record, which ends before `end`: a Feature when the first one is, else any object. */
static bool carto__ndjson_record(carto__reader *r, size_t end) {
  carto_json_doc doc;
  size_t offset;
  if (!carto__reader_json(r, end, &doc, &offset)) return false;
  if (r->at < end) return carto__reader_bad(r, r->at, "text follows the object of this line");
  if (carto_json_type_of(doc.root) != CARTO_JSON_OBJECT)
    return carto__reader_bad(r, offset, "expected an object on this line");
  if (r->build._row_count == 0)
    r->features = carto__str_is(carto_json_string(carto_json_get(doc.root, "type")), "Feature") &&
                  carto_json_get(doc.root, "geometry");
  return r->features ? carto__geojson_put_feature(r, &doc, offset)
                     : carto__reader_put_members(r, &doc, doc.root, offset);
}

/* A record is a line, or (RFC 8142) what follows a record separator, up to the next. */
static bool carto__ndjson_pass(carto__reader *r) {
  for (;;) {
    char first = carto__reader_peek(r);
    const char *stop;
    size_t end;
    if (r->at == r->text.len || r->at >= r->stop) break;
    if (!carto__reader_tick(r)) return false;
    stop = carto__scan_any(r->text.ptr + r->at + 1, carto__reader_end(r),
                           first == 0x1e ? 0x1e : '\n', 0x1e, 0x1e);
    end = carto__reader_offset(r, stop);
    if (first == 0x1e) {
      r->at++;
      (void)carto__reader_peek(r);
    }
    if (r->at < end && !carto__ndjson_record(r, end)) return false;
  }
  return r->build._row_count > 0 || carto__reader_bad(r, 0, "the file has no objects");
}

static bool carto__ndjson_finish(carto__reader *r) {
  return r->features ? carto__geojson_finish(r) : carto__reader_add_points(r);
}

CARTO_MCP__DEF carto_status carto_table_read_csv(const carto_call *call, carto_alloc alloc,
                                                 carto_str file, carto_str text, carto_table *out,
                                                 carto_error *error) {
  static const carto__format format = {carto__csv_pass, carto__csv_finish};
  return carto__reader_read(&format, call, alloc, file, text, out, error);
}

CARTO_MCP__DEF carto_status carto_table_read_geojson(const carto_call *call, carto_alloc alloc,
                                                     carto_str file, carto_str text,
                                                     carto_table *out, carto_error *error) {
  static const carto__format format = {carto__geojson_pass, carto__geojson_finish};
  return carto__reader_read(&format, call, alloc, file, text, out, error);
}

CARTO_MCP__DEF carto_status carto_table_read_ndjson(const carto_call *call, carto_alloc alloc,
                                                    carto_str file, carto_str text,
                                                    carto_table *out, carto_error *error) {
  static const carto__format format = {carto__ndjson_pass, carto__ndjson_finish};
  return carto__reader_read(&format, call, alloc, file, text, out, error);
}

/* ----------------------------------------------------------------------- >>stats
   Statistics of a column over selected rows: summary, exact quantiles, categories, extent.
   Uses: >>base, >>memory, >>buffer, >>json (for the kind of SIMD), >>geo, >>table.
   Used by: >>local.
   A scan hands out values in runs of one length, so no result depends on how nulls and the
   selection are stored. Sums have the same bits with SIMD and without; they only add, so
   contraction is no matter. */

#define CARTO_MCP__RUN 1024                   /* values in a run */
#define CARTO_MCP__SCAN_ASK ((size_t)1 << 17) /* rows between checkpoints: 1 ms of slow passes */
#define CARTO_MCP__SIGN (UINT64_C(1) << 63)
#define CARTO_MCP__NAN_ABOVE UINT64_C(0xffe0000000000000) /* a double's bits, shifted left once */

/* Asks for the memory a run or so after p: the processor's own guesses end at every page border. */
static inline void carto__prefetch(const void *p) {
#if defined(__GNUC__)
  __builtin_prefetch((const void *)((uintptr_t)p + 8 * CARTO_MCP__RUN));
#else
  (void)p;
#endif
}

static inline uint64_t carto__load64(const unsigned char *p) {
  uint64_t v;
  memcpy(&v, p, 8);
  return v;
}

static unsigned carto__bit_count(uint64_t v) {
  v -= (v >> 1) & UINT64_C(0x5555555555555555);
  v = (v & UINT64_C(0x3333333333333333)) + ((v >> 2) & UINT64_C(0x3333333333333333));
  v = (v + (v >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
  return (unsigned)((v * UINT64_C(0x0101010101010101)) >> 56);
}

/* ---- scan */

/* Walks the selected values of a column. NaN counts as null. */
typedef struct carto__scan {
  const carto_call *call;
  const unsigned char *data;
  const uint64_t *valid, *rows;
  size_t width; /* bytes of a value: 1, 4, 8 or 16 */
  size_t row_count;
  size_t row;        /* the next to look at */
  size_t ask;        /* the row at which to ask whether to go on */
  uint64_t selected; /* rows passed that are selected, nulls included */
  bool packs;        /* values are gathered in room; else runs lie in the column */
  bool drops_nan;
  unsigned char *room;
  size_t held, given; /* values in room; how many of them the last run was */
  carto_status status;
} carto__scan;

static void carto__scan_rewind(carto__scan *s) {
  s->row = s->held = s->given = 0;
  s->ask = CARTO_MCP__SCAN_ASK;
  s->selected = 0;
}

static void carto__scan_init(carto__scan *s, const carto_call *call, const carto_column *column,
                             size_t row_count, const uint64_t *rows) {
  memset(s, 0, sizeof *s);
  s->call = call;
  memcpy(&s->data, &column->data, sizeof s->data); /* whichever member it is */
  s->valid = column->valid;
  s->rows = rows;
  s->width = carto__type_width[column->type];
  s->row_count = row_count;
  s->packs = column->valid || rows;
  carto__scan_rewind(s);
}

/* Copies those values whose bit is set, and returns the end of the copies. Every value is copied,
   and stepped over where it is not wanted: there is no branch to mispredict. */
static inline unsigned char *carto__pack(unsigned char *out, const unsigned char *in, size_t width,
                                         uint64_t mask) {
  for (; mask; mask >>= 1, in += width) {
    memcpy(out, in, width);
    out += (size_t)(mask & 1) * width;
  }
  return out;
}

/* Appends to room those of the next 64 values whose bit is set. */
static void carto__scan_pack(carto__scan *s, uint64_t mask) {
  const unsigned char *in = s->data + s->row * s->width;
  unsigned char *out = s->room + s->held * s->width;
  size_t i;
  if (s->row_count - s->row >= 64)
    for (i = 0; i < 64 * s->width; i += 64) carto__prefetch(in + i);
  for (i = 0; s->drops_nan && i < 64 && mask >> i; i++)
    if (carto__load64(in + 8 * i) << 1 > CARTO_MCP__NAN_ABOVE) mask &= ~(UINT64_C(1) << i);
  if (mask == UINT64_MAX) {
    memcpy(out, in, 64 * s->width);
    s->held += 64;
    return;
  }
  switch (s->width) {
  case 1: out = carto__pack(out, in, 1, mask); break;
  case 4: out = carto__pack(out, in, 4, mask); break;
  case 8: out = carto__pack(out, in, 8, mask); break;
  default: out = carto__pack(out, in, 16, mask); break;
  }
  s->held = (size_t)(out - s->room) / s->width;
}

static bool carto__scan_go_on(carto__scan *s) {
  if (s->row < s->ask) return true;
  s->ask = s->row + CARTO_MCP__SCAN_ASK;
  if (!carto__go_on(s->call)) s->status = CARTO_ERR_CANCELLED;
  return s->status == CARTO_OK;
}

/* Packs at least one run, or all that is left. */
static bool carto__scan_fill(carto__scan *s) {
  if (!s->room) {
    s->room = (unsigned char *)carto__arena_array(s->call->arena, CARTO_MCP__RUN + 64, s->width);
    if (!s->room) s->status = carto__arena_failed(s->call->arena);
    if (!s->room) return false;
  }
  s->held -= s->given;
  memmove(s->room, s->room + s->given * s->width, s->held * s->width);
  s->given = 0;
  for (; s->held < CARTO_MCP__RUN && s->row < s->row_count; s->row += 64) {
    size_t left = s->row_count - s->row;
    uint64_t mask = left < 64 ? (UINT64_C(1) << left) - 1 : UINT64_MAX;
    if (!carto__scan_go_on(s)) return false;
    if (s->rows) mask &= s->rows[s->row / 64];
    s->selected += carto__bit_count(mask);
    if (s->valid) mask &= s->valid[s->row / 64];
    if (mask) carto__scan_pack(s, mask);
  }
  return true;
}

/* The next values: a whole run, fewer only at the end. NULL when there are no more, or when status
   says why. The run is borrowed until the next call. */
static const unsigned char *carto__scan_next(carto__scan *s, size_t *count) {
  const unsigned char *run;
  if (s->packs) {
    if (!carto__scan_fill(s)) return NULL;
    s->given = *count = carto__min_size(s->held, CARTO_MCP__RUN);
    return *count ? s->room : NULL;
  }
  if (s->row == s->row_count || !carto__scan_go_on(s)) return NULL;
  run = s->data + s->row * s->width;
  *count = carto__min_size(s->row_count - s->row, CARTO_MCP__RUN);
  s->row += *count;
  s->selected += *count;
  return run;
}

/* Starts again, without NaN from now on. False when that is so already. */
static bool carto__scan_drop_nan(carto__scan *s) {
  if (s->drops_nan) return false;
  s->drops_nan = s->packs = true;
  carto__scan_rewind(s);
  return true;
}

/* ---- number */

/* Two doubles at a time. min and max give their second argument when the first is NaN. */
#if defined(CARTO_MCP__SSE2)
typedef __m128d carto__pair;
static carto__pair carto__pair_all(double x) { return _mm_set1_pd(x); }
static carto__pair carto__pair_add(carto__pair a, carto__pair b) { return _mm_add_pd(a, b); }
static carto__pair carto__pair_sub(carto__pair a, carto__pair b) { return _mm_sub_pd(a, b); }
static carto__pair carto__pair_min(carto__pair a, carto__pair b) { return _mm_min_pd(a, b); }
static carto__pair carto__pair_max(carto__pair a, carto__pair b) { return _mm_max_pd(a, b); }
#elif defined(CARTO_MCP__NEON)
typedef float64x2_t carto__pair;
static carto__pair carto__pair_all(double x) { return vdupq_n_f64(x); }
static carto__pair carto__pair_add(carto__pair a, carto__pair b) { return vaddq_f64(a, b); }
static carto__pair carto__pair_sub(carto__pair a, carto__pair b) { return vsubq_f64(a, b); }
static carto__pair carto__pair_min(carto__pair a, carto__pair b) {
  return vbslq_f64(vcltq_f64(a, b), a, b);
}
static carto__pair carto__pair_max(carto__pair a, carto__pair b) {
  return vbslq_f64(vcgtq_f64(a, b), a, b);
}
#else
typedef struct carto__pair {
  double x, y;
} carto__pair;
static carto__pair carto__pair_make(double x, double y) {
  carto__pair v;
  v.x = x;
  v.y = y;
  return v;
}
static carto__pair carto__pair_all(double x) { return carto__pair_make(x, x); }
static carto__pair carto__pair_add(carto__pair a, carto__pair b) {
  return carto__pair_make(a.x + b.x, a.y + b.y);
}
static carto__pair carto__pair_sub(carto__pair a, carto__pair b) {
  return carto__pair_make(a.x - b.x, a.y - b.y);
}
static carto__pair carto__pair_min(carto__pair a, carto__pair b) {
  return carto__pair_make(a.x < b.x ? a.x : b.x, a.y < b.y ? a.y : b.y);
}
static carto__pair carto__pair_max(carto__pair a, carto__pair b) {
  return carto__pair_make(a.x > b.x ? a.x : b.x, a.y > b.y ? a.y : b.y);
}
#endif

static carto__pair carto__pair_load(const void *p) {
  carto__pair v;
  memcpy(&v, p, sizeof v);
  return v;
}

/* What one pass finds out. */
typedef struct carto__summary {
  uint64_t count;
  double min, max;
  double sum, rest;  /* doubles: the sum is both parts, the second far below the first */
  int64_t low, high; /* whole numbers: least and greatest */
  uint64_t total[2]; /* and the sum in two's complement, low word first */
} carto__summary;

/* D. E. Knuth's sum without loss: what rounding took from the sum goes to the rest. */
static void carto__sum_add(carto__summary *t, double x) {
  double sum = t->sum + x, part = sum - t->sum;
  t->rest += (t->sum - (sum - part)) + (x - part);
  t->sum = sum;
}

/* Adds x to an anchor far above it, and to the rest what rounding took off, which is then known
   exactly. */
static inline void carto__anchor_add(carto__pair *anchor, carto__pair *rest, carto__pair x) {
  carto__pair sum = carto__pair_add(*anchor, x);
  *rest = carto__pair_add(*rest, carto__pair_sub(x, carto__pair_sub(sum, *anchor)));
  *anchor = sum;
}

/* Adds count values of a run, a multiple of 8, none larger than largest either way. Each of eight
   lanes has an anchor large enough for its 128 values. False where that would be infinite. */
static bool carto__sum_run(carto__summary *t, const unsigned char *x, size_t count,
                           double largest) {
  carto__pair start, a, b, c, d, ra = carto__pair_all(0), rb = ra, rc = ra, rd = ra;
  double lanes[6];
  uint64_t bits;
  size_t i;
  memcpy(&bits, &largest, 8);
  bits = ((bits << 1 >> 53) + 10) << 52 | UINT64_C(1) << 51; /* 1.5 * 2^(exponent + 10) */
  if (bits >> 52 >= 0x7ff) return false;
  memcpy(lanes, &bits, 8);
  a = b = c = d = start = carto__pair_all(lanes[0]);
  for (i = 0; i < count; i += 8, x += 64) {
    carto__anchor_add(&a, &ra, carto__pair_load(x));
    carto__anchor_add(&b, &rb, carto__pair_load(x + 16));
    carto__anchor_add(&c, &rc, carto__pair_load(x + 32));
    carto__anchor_add(&d, &rd, carto__pair_load(x + 48));
  }
  /* multiples of one power of two, and small ones: adding two of them is exact as well */
  a = carto__pair_add(carto__pair_sub(a, start), carto__pair_sub(b, start));
  c = carto__pair_add(carto__pair_sub(c, start), carto__pair_sub(d, start));
  ra = carto__pair_add(carto__pair_add(ra, rb), carto__pair_add(rc, rd));
  memcpy(lanes, &a, 16);
  memcpy(lanes + 2, &c, 16);
  memcpy(lanes + 4, &ra, 16);
  for (i = 0; i < 4; i++) carto__sum_add(t, lanes[i]);
  t->rest += lanes[4] + lanes[5];
  return true;
}

static inline void carto__range_step(carto__pair *low, carto__pair *high, carto__pair x) {
  *low = carto__pair_min(x, *low);
  *high = carto__pair_max(x, *high);
}

/* Widens a range by count values, a multiple of 8: by every other one in each half. */
static void carto__range_add(carto__pair *low, carto__pair *high, const unsigned char *x,
                             size_t count) {
  carto__pair la = *low, lb = la, lc = la, ld = la, ha = *high, hb = ha, hc = ha, hd = ha;
  size_t i;
  for (i = 0; i < count; i += 8, x += 64) {
    carto__prefetch(x);
    carto__range_step(&la, &ha, carto__pair_load(x));
    carto__range_step(&lb, &hb, carto__pair_load(x + 16));
    carto__range_step(&lc, &hc, carto__pair_load(x + 32));
    carto__range_step(&ld, &hd, carto__pair_load(x + 48));
  }
  *low = carto__pair_min(carto__pair_min(la, lb), carto__pair_min(lc, ld));
  *high = carto__pair_max(carto__pair_max(ha, hb), carto__pair_max(hc, hd));
}

static void carto__summary_doubles(carto__summary *t, const unsigned char *x, size_t count) {
  size_t i = 0, whole = count & ~(size_t)7;
  double v, lanes[4];
  carto__pair low, high;
  memcpy(&v, x, 8);
  if (t->count == 0) t->min = t->max = v;
  low = high = carto__pair_all(v);
  carto__range_add(&low, &high, x, whole);
  memcpy(lanes, &low, 16);
  memcpy(lanes + 2, &high, 16);
  if (lanes[1] < lanes[0]) lanes[0] = lanes[1];
  if (lanes[3] > lanes[2]) lanes[2] = lanes[3];
  if (lanes[0] < t->min) t->min = lanes[0];
  if (lanes[2] > t->max) t->max = lanes[2];
  if (carto__sum_run(t, x, whole, lanes[2] > -lanes[0] ? lanes[2] : -lanes[0])) i = whole;
  for (; i < count; i++) {
    memcpy(&v, x + 8 * i, 8);
    if (v < t->min) t->min = v;
    if (v > t->max) t->max = v;
    carto__sum_add(t, v);
  }
  t->count += count;
}

static void carto__wide_add(uint64_t total[2], uint64_t v) {
  total[0] += v;
  total[1] += (uint64_t)(total[0] < v) - (v >> 63);
}

static void carto__summary_integers(carto__summary *t, const unsigned char *x, size_t count) {
  const int64_t most = INT64_MAX / CARTO_MCP__RUN;
  int64_t low = INT64_MAX, high = INT64_MIN;
  uint64_t sum = 0;
  size_t i;
  for (i = 0; i < count; i++) {
    int64_t v = (int64_t)carto__load64(x + 8 * i);
    carto__prefetch(x + 8 * i);
    if (v < low) low = v;
    if (v > high) high = v;
    sum += (uint64_t)v;
  }
  if (low >= -most && high <= most) carto__wide_add(t->total, sum);
  else
    for (i = 0; i < count; i++) carto__wide_add(t->total, carto__load64(x + 8 * i));
  if (t->count == 0 || low < t->low) t->low = low;
  if (t->count == 0 || high > t->high) t->high = high;
  t->count += count;
}

/* A 128-bit number in two's complement, low word first, to the nearest double. */
static double carto__wide_to_double(const uint64_t word[2]) {
  bool negative = word[1] >> 63;
  uint64_t low = negative ? 0 - word[0] : word[0];
  uint64_t high = negative ? ~word[1] + (word[0] == 0) : word[1];
  double value = (double)low;
  if (high) {
    int shift = carto__leading_zeros(high);
    if (shift) high = high << shift | low >> (64 - shift);
    if (low << shift) high |= 1; /* decides a tie, far below the 53 bits kept */
    value = (double)high * 2 * (double)(UINT64_C(1) << (63 - shift));
  }
  return negative ? -value : value;
}

static bool carto__column_has_numbers(const carto_column *column) {
  return column->type == CARTO_TYPE_NUMBER || column->type == CARTO_TYPE_INTEGER ||
         column->type == CARTO_TYPE_TIMESTAMP;
}

CARTO_MCP__DEF carto_status carto_stats_of_number(const carto_call *call,
                                                  const carto_column *column, size_t row_count,
                                                  const uint64_t *rows, carto_stats_number *out) {
  const bool is_integer = column->type != CARTO_TYPE_NUMBER;
  const unsigned char *run;
  carto__scan scan;
  carto__summary t;
  size_t count;
  memset(out, 0, sizeof *out);
  memset(&t, 0, sizeof t);
  if (!carto__column_has_numbers(column)) return CARTO_ERR_ARG;
  carto__scan_init(&scan, call, column, row_count, rows);
  while ((run = carto__scan_next(&scan, &count)) != NULL) {
    if (is_integer) carto__summary_integers(&t, run, count);
    else carto__summary_doubles(&t, run, count);
    if (t.sum != t.sum && carto__scan_drop_nan(&scan)) memset(&t, 0, sizeof t);
  }
  if (scan.status != CARTO_OK) return scan.status;
  out->count = t.count;
  out->null_count = scan.selected - t.count;
  if (t.count == 0) return CARTO_OK;
  out->is_integer = is_integer;
  if (is_integer) {
    out->min = (double)(out->min_i64 = t.low);
    out->max = (double)(out->max_i64 = t.high);
    out->sum = carto__wide_to_double(t.total);
    out->sum_is_exact = t.total[1] == 0 - (t.total[0] >> 63);
    if (out->sum_is_exact) out->sum_i64 = (int64_t)t.total[0];
  } else {
    out->min = t.min + 0.0; /* no negative zero: which of the two it is would depend on the order */
    out->max = t.max + 0.0;
    out->sum = t.sum + t.rest;
    if (out->sum != out->sum) out->sum = t.sum; /* infinite: the rest means nothing */
  }
  out->avg = out->sum / (double)t.count;
  return CARTO_OK;
}

/* ---- quantiles

   Many ranks are found together, in few passes and little memory. The first pass counts the keys in
   some 32,000 leaves, which are narrowest where a sample of the keys is densest. Of these only the
   buckets matter further: the leaves that a wanted rank falls in. The next pass collects those of
   few keys, to be sorted, and finds the ranges of the others: mostly single keys that occur often.
   What has a range still is cut in leaves again, until all ranks are settled. */

#define CARTO_MCP__RANK_SAMPLE ((size_t)8192)    /* keys at most */
#define CARTO_MCP__RANK_PARTS ((size_t)1 << 12)  /* of the sample's range */
#define CARTO_MCP__RANK_LEAVES ((size_t)1 << 15) /* aimed at in the first pass */
#define CARTO_MCP__RANK_SPLIT ((size_t)1 << 14)  /* and in later ones */
#define CARTO_MCP__RANK_LEVELS 18                /* one, then at least 4 of 64 bits with each */

/* Doubles as whole numbers in the same order: the sign is turned round, and below zero all other
   bits too. For whole numbers fold is 0, and the sign is all. */
static inline uint64_t carto__key(uint64_t bits, uint64_t fold) {
  return bits ^ (CARTO_MCP__SIGN | ((0 - (bits >> 63)) & fold));
}

static uint64_t carto__key_bits(uint64_t key, uint64_t fold) {
  return key ^ (CARTO_MCP__SIGN | (((key >> 63) - 1) & fold));
}

/* What takes a key to its leaf in the first pass. Keys outside the sample's range count at its
   ends: a few extremes must not make all leaves wide. */
typedef struct carto__spread {
  uint64_t fold;         /* see carto__key */
  uint64_t low, span;    /* the sample's range */
  uint64_t mask;         /* of the bits within a part */
  unsigned shift;        /* how many these are */
  const uint32_t *parts; /* first leaf << 6 | how many bits to leave out to choose it */
} carto__spread;

static inline size_t carto__spread_leaf(const carto__spread *s, uint64_t key) {
  uint64_t above = key >= s->low ? key - s->low : 0;
  uint32_t part;
  if (above > s->span) above = s->span;
  part = s->parts[above >> s->shift];
  return (part >> 6) + (size_t)((above & s->mask) >> (part & 63));
}

typedef struct carto__bucket {
  uint64_t below;     /* keys before its first */
  uint64_t count;     /* keys in it */
  size_t leaf;        /* that it was, in the pass before */
  size_t first, last; /* its part of wanted */
  uint64_t low, span; /* its range, once it is known */
  unsigned shift;     /* 2^shift keys a leaf; 64: all in one */
  bool is_small;      /* its keys are collected */
  size_t start;       /* its first leaf, or where the next key collected goes */
} carto__bucket;

/* The buckets of one pass after the first. */
typedef struct carto__level {
  const uint8_t *bucket;  /* of a leaf of the pass before: index in buckets, 0 for none */
  carto__bucket *buckets; /* from 1 on */
} carto__level;

typedef struct carto__ranks {
  carto__scan scan;
  carto__spread spread;
  carto__level level[CARTO_MCP__RANK_LEVELS];
  int depth;
  uint64_t count;   /* of all keys */
  uint64_t *wanted; /* rank << 8 | place in the result, ascending */
  uint64_t *found;  /* keys by place */
  uint64_t *sample;
  size_t sample_size;
  uint64_t *leaves; /* words of each: how many keys; after the first pass their range too */
  size_t words, leaf_count, leaf_room;
  uint32_t *hits; /* of a run: leaf << 16 | place */
  uint64_t *pool; /* keys collected */
  size_t pool_size;
} carto__ranks;

/* D. L. Shell's sort with the gaps of G. H. Gonnet and R. Baeza-Yates: what is sorted here is
   mostly some hundreds of keys, many times. */
static void carto__sort_keys(uint64_t *keys, size_t count) {
  size_t gap = count, i, k;
  while (gap > 1) {
    gap = gap < 5 ? 1 : gap * 5 / 11;
    for (i = gap; i < count; i++) {
      uint64_t key = keys[i];
      for (k = i; k >= gap && keys[k - gap] > key; k -= gap) keys[k] = keys[k - gap];
      keys[k] = key;
    }
  }
}

CARTO_MCP__DEF size_t carto_quantile_start(int buckets) {
  size_t n = (size_t)buckets;
  if (buckets < CARTO_QUANTILES_MIN || buckets > CARTO_QUANTILES_MAX) return CARTO_QUANTILES_SIZE;
  return n * (n + 1) / 2 - 6; /* 4 + 5 + ... + n */
}

static void carto__ranks_want(carto__ranks *r) {
  uint64_t n, i, place = 0;
  for (n = CARTO_QUANTILES_MIN; n <= CARTO_QUANTILES_MAX; n++)
    for (i = 0; i <= n; i++, place++) {
      uint64_t rank = i ? (i * r->count + n - 1) / n : 1;
      r->wanted[place] = rank << 8 | place;
    }
  carto__sort_keys(r->wanted, CARTO_QUANTILES_SIZE);
}

/* Sorts keys, the first of which then has rank below + 1, and settles wanted ranks by them. */
static void carto__ranks_settle(carto__ranks *r, uint64_t *keys, size_t count, uint64_t below,
                                size_t first, size_t last) {
  carto__sort_keys(keys, count);
  for (; first < last; first++)
    r->found[r->wanted[first] & 0xff] = keys[(size_t)((r->wanted[first] >> 8) - below - 1)];
}

/* Takes every stride-th key. A full sample drops every other one and goes on at twice the stride,
   so the count need not be known before. 2^k - 1 is not a likely period of the data. */
static void carto__ranks_sample(carto__ranks *r) {
  const unsigned char *run;
  size_t size, stride = 1, skip = 0, i;
  r->sample_size = 0;
  r->count = 0;
  carto__scan_rewind(&r->scan);
  for (; (run = carto__scan_next(&r->scan, &size)) != NULL; skip -= size, r->count += size)
    for (; skip < size; skip += stride) {
      if (r->sample_size == CARTO_MCP__RANK_SAMPLE) {
        r->sample_size /= 2;
        stride = 2 * stride + 1;
        for (i = 0; i < r->sample_size; i++) r->sample[i] = r->sample[2 * i];
      }
      r->sample[r->sample_size++] = carto__key(carto__load64(run + 8 * skip), r->spread.fold);
    }
  carto__sort_keys(r->sample, r->sample_size);
}

/* Cuts the sample's range in parts of one width, and each into leaves by its share of it. */
static bool carto__ranks_spread(carto__ranks *r) {
  carto_arena *arena = r->scan.call->arena;
  carto__spread *s = &r->spread;
  const size_t size = r->sample_size;
  size_t leaves = CARTO_MCP__RANK_LEAVES, part, i = 0, k;
  uint32_t *parts = (uint32_t *)carto__arena_array(arena, CARTO_MCP__RANK_PARTS, sizeof *parts);
  if (r->count / 4 < leaves) leaves = (size_t)(r->count / 4);
  r->leaves = (uint64_t *)carto__arena_zero(arena, leaves + CARTO_MCP__RANK_PARTS, 8);
  if (!parts || !r->leaves) return false;
  s->parts = parts;
  s->low = r->sample[0];
  s->span = r->sample[size - 1] - s->low;
  for (s->shift = 0; s->span >> s->shift >= CARTO_MCP__RANK_PARTS; s->shift++) {
  }
  s->mask = (UINT64_C(1) << s->shift) - 1;
  for (part = 0, r->leaf_count = 0; part < CARTO_MCP__RANK_PARTS; part++, i = k) {
    unsigned shift = s->shift;
    for (k = i; k < size && (r->sample[k] - s->low) >> s->shift == part; k++) {
    }
    while (shift > 0 && (k - i) * leaves / size >> (s->shift - shift) > 1) shift--;
    parts[part] = (uint32_t)r->leaf_count << 6 | shift;
    r->leaf_count += (size_t)1 << (s->shift - shift);
  }
  return true;
}

static void carto__ranks_count(carto__ranks *r) {
  const carto__spread spread = r->spread;
  uint64_t *count = r->leaves;
  const unsigned char *run;
  size_t size, i;
  carto__scan_rewind(&r->scan);
  while ((run = carto__scan_next(&r->scan, &size)) != NULL)
    for (i = 0; i < size; i++) {
      carto__prefetch(run + 8 * i);
      count[carto__spread_leaf(&spread, carto__key(carto__load64(run + 8 * i), spread.fold))]++;
    }
}

/* The leaves of a parent that hold its wanted ranks: settles those of a single key, appends the
   others to buckets, and returns the end of these. */
static size_t carto__ranks_buckets(carto__ranks *r, const carto__bucket *parent,
                                   carto__bucket *buckets, size_t end) {
  uint64_t below = parent->below;
  size_t leaf, first, last = parent->first;
  for (leaf = parent->start; last < parent->last; leaf++) {
    uint64_t *words = r->leaves + leaf * r->words;
    carto__bucket *b = &buckets[end];
    for (first = last; last < parent->last && r->wanted[last] >> 8 <= below + words[0]; last++) {
      if (r->words > 1 && words[1] == words[2]) r->found[r->wanted[last] & 0xff] = words[1];
    }
    if (first < last && (r->words == 1 || words[1] < words[2])) {
      memset(b, 0, sizeof *b);
      b->below = below;
      b->count = words[0];
      b->leaf = leaf;
      b->first = first;
      b->last = last;
      b->low = r->words > 1 ? words[1] : 0;
      b->span = r->words > 1 ? words[2] - words[1] : 0;
      end++;
    }
    below += words[0];
  }
  return end;
}

/* Decides which buckets are small, and cuts the others. */
static bool carto__ranks_split(carto__ranks *r, carto__bucket *buckets, size_t end) {
  carto_arena *arena = r->scan.call->arena;
  uint8_t *bucket = (uint8_t *)carto__arena_zero(arena, r->leaf_count, 1);
  carto__level *level = &r->level[r->depth++];
  size_t leaf = 0, used = 0, i;
  uint64_t large = 0;
  if (!bucket) return false;
  level->bucket = bucket;
  level->buckets = buckets;
  for (i = 1; i < end; i++) {
    carto__bucket *b = &buckets[i];
    bucket[b->leaf] = (uint8_t)i;
    b->start = used;
    b->is_small = b->count <= r->pool_size / 16 && b->count <= r->pool_size - used;
    if (b->is_small) used += (size_t)b->count;
    else large += b->count;
  }
  for (i = 1; i < end; i++) {
    carto__bucket *b = &buckets[i];
    uint64_t leaves = 32 + b->count / (64 + large / CARTO_MCP__RANK_SPLIT);
    if (b->is_small) continue;
    if (r->words == 1) b->shift = 64;
    else
      while (b->span >> b->shift >= leaves) b->shift++;
    b->start = leaf;
    leaf += 1 + (r->words == 1 ? 0 : (size_t)(b->span >> b->shift));
  }
  r->words = 3;
  r->leaf_count = leaf;
  if (leaf > r->leaf_room)
    r->leaves = (uint64_t *)carto__arena_array(arena, r->leaf_room = leaf, 3 * sizeof *r->leaves);
  for (i = 0; r->leaves && i < leaf; i++) {
    r->leaves[3 * i] = r->leaves[3 * i + 2] = 0;
    r->leaves[3 * i + 1] = UINT64_MAX;
  }
  return r->leaves != NULL;
}

/* Follows a key through the passes so far, there to be collected or counted. */
static void carto__ranks_take(carto__ranks *r, uint64_t key, size_t leaf) {
  uint64_t *words;
  int i;
  for (i = 0; i < r->depth; i++) {
    size_t index = r->level[i].bucket[leaf];
    carto__bucket *b = &r->level[i].buckets[index];
    if (index == 0) return;
    if (b->is_small) {
      if (i == r->depth - 1) r->pool[b->start++] = key;
      return;
    }
    leaf = b->start + (b->shift < 64 ? (size_t)((key - b->low) >> b->shift) : 0);
  }
  words = r->leaves + 3 * leaf;
  words[0]++;
  if (key < words[1]) words[1] = key;
  if (key > words[2]) words[2] = key;
}

/* Every pass after the first. It finds the keys of interest without a branch, since there is no
   telling which they are. */
static void carto__ranks_visit(carto__ranks *r) {
  const carto__spread spread = r->spread;
  const uint8_t *bucket = r->level[0].bucket;
  uint32_t *hits = r->hits;
  const unsigned char *run;
  size_t size, i, count;
  carto__scan_rewind(&r->scan);
  while ((run = carto__scan_next(&r->scan, &size)) != NULL) {
    for (i = count = 0; i < size; i++) {
      uint64_t key = carto__key(carto__load64(run + 8 * i), spread.fold);
      size_t leaf = carto__spread_leaf(&spread, key);
      carto__prefetch(run + 8 * i);
      hits[count] = (uint32_t)(leaf << 16 | i);
      count += bucket[leaf] != 0;
    }
    for (i = 0; i < count; i++) {
      uint64_t bits = carto__load64(run + 8 * (hits[i] & 0xffff));
      carto__ranks_take(r, carto__key(bits, spread.fold), hits[i] >> 16);
    }
  }
}

/* Settles all wanted ranks of more keys than a sample holds. */
static carto_status carto__ranks_find(carto__ranks *r) {
  carto_arena *arena = r->scan.call->arena;
  carto__bucket all[2], *parents = all, *buckets;
  size_t parents_end = 2, end, i;
  r->words = 1;
  r->leaf_room = 0;
  r->depth = 0;
  r->pool_size = (size_t)(r->count / 32) + CARTO_MCP__RANK_SAMPLE;
  r->pool = (uint64_t *)carto__arena_array(arena, r->pool_size, sizeof *r->pool);
  r->hits = (uint32_t *)carto__arena_array(arena, CARTO_MCP__RUN, sizeof *r->hits);
  if (!r->pool || !r->hits || !carto__ranks_spread(r)) return carto__arena_failed(arena);
  memset(all, 0, sizeof all);
  all[1].last = CARTO_QUANTILES_SIZE;
  for (carto__ranks_count(r); r->scan.status == CARTO_OK; parents = buckets, parents_end = end) {
    buckets = (carto__bucket *)carto__arena_array(arena, CARTO_QUANTILES_SIZE + 2, sizeof *buckets);
    if (!buckets) return carto__arena_failed(arena);
    for (i = 1, end = 1; i < parents_end; i++)
      if (!parents[i].is_small) end = carto__ranks_buckets(r, &parents[i], buckets, end);
    if (end == 1) break;
    CARTO_MCP_ASSERT(r->depth < CARTO_MCP__RANK_LEVELS);
    if (!carto__ranks_split(r, buckets, end)) return carto__arena_failed(arena);
    carto__ranks_visit(r);
    for (i = 1; i < end && r->scan.status == CARTO_OK; i++) {
      const carto__bucket *b = &buckets[i];
      if (b->is_small)
        carto__ranks_settle(r, r->pool + (b->start - (size_t)b->count), (size_t)b->count, b->below,
                            b->first, b->last);
    }
  }
  return r->scan.status;
}

/* NaN sorts outside the infinities: it is among the keys when it is at either end. */
static bool carto__ranks_have_nan(const carto__ranks *r) {
  uint64_t fold = r->spread.fold, least = carto__key_bits(r->found[0], fold);
  uint64_t greatest = carto__key_bits(r->found[CARTO_QUANTILES_SIZE - 1], fold);
  return fold && (least << 1 > CARTO_MCP__NAN_ABOVE || greatest << 1 > CARTO_MCP__NAN_ABOVE);
}

CARTO_MCP__DEF carto_status carto_stats_of_quantiles(const carto_call *call,
                                                     const carto_column *column, size_t row_count,
                                                     const uint64_t *rows, double *out,
                                                     int64_t *out_i64, uint64_t *count) {
  const size_t size = CARTO_QUANTILES_SIZE;
  carto_status status = CARTO_OK;
  carto__ranks r;
  size_t i;
  *count = 0;
  if (!carto__column_has_numbers(column)) return CARTO_ERR_ARG;
  memset(&r, 0, sizeof r);
  carto__scan_init(&r.scan, call, column, row_count, rows);
  r.spread.fold = column->type == CARTO_TYPE_NUMBER ? ~CARTO_MCP__SIGN : 0;
  r.wanted = (uint64_t *)carto__arena_array(call->arena, size, sizeof *r.wanted);
  r.found = (uint64_t *)carto__arena_array(call->arena, size, sizeof *r.found);
  r.sample = (uint64_t *)carto__arena_array(call->arena, CARTO_MCP__RANK_SAMPLE, sizeof *r.sample);
  if (!r.wanted || !r.found || !r.sample) return carto__arena_failed(call->arena);
  do {
    carto__ranks_sample(&r);
    if (r.scan.status != CARTO_OK || r.count == 0) return r.scan.status;
    carto__ranks_want(&r);
    if (r.count > r.sample_size) status = carto__ranks_find(&r);
    else carto__ranks_settle(&r, r.sample, r.sample_size, 0, 0, size);
    if (status != CARTO_OK) return status;
  } while (carto__ranks_have_nan(&r) && carto__scan_drop_nan(&r.scan));
  for (i = 0; i < size; i++) {
    uint64_t bits = carto__key_bits(r.found[i], r.spread.fold);
    if (column->type == CARTO_TYPE_NUMBER) {
      memcpy(&out[i], &bits, 8);
      out[i] += 0.0; /* as for the summary */
    } else {
      out[i] = (double)(int64_t)bits;
      if (out_i64) out_i64[i] = (int64_t)bits;
    }
  }
  *count = r.count;
  return CARTO_OK;
}

/* ---- categories */

/* Whether a comes before b. */
static bool carto__category_before(const carto_category *a, const carto_category *b, int order) {
  int text;
  if (a->frequency != b->frequency) {
    if (order == CARTO_FREQUENCY_DESC) return a->frequency > b->frequency;
    if (order == CARTO_FREQUENCY_ASC) return a->frequency < b->frequency;
  }
  text = carto_str_compare(a->name, b->name);
  return order == CARTO_ALPHABETICAL_DESC ? text > 0 : text < 0;
}

/* Lets entry sink in a heap with the last category on top, from the free place at. */
static void carto__category_sink(carto_category *heap, size_t size, size_t at, carto_category entry,
                                 int order) {
  size_t child;
  while ((child = 2 * at + 1) < size) {
    if (child + 1 < size && carto__category_before(&heap[child], &heap[child + 1], order)) child++;
    if (!carto__category_before(&entry, &heap[child], order)) break;
    heap[at] = heap[child];
    at = child;
  }
  heap[at] = entry;
}

/* Counts codes in four lanes, lane counters apart, since neighbours that are equal would wait for
   one another. With so many codes that the lanes would leave the nearest cache they are all the
   same lane. */
#define CARTO_MCP__LANE_CODES 4096

static void carto__codes_count(uint64_t *lanes, size_t lane, const unsigned char *run,
                               size_t count) {
  uint32_t c[4];
  size_t i;
  for (i = 0; i + 4 <= count; i += 4) {
    memcpy(c, run + 4 * i, 16);
    carto__prefetch(run + 4 * i);
    if (((c[0] ^ c[1]) | (c[0] ^ c[2]) | (c[0] ^ c[3])) == 0) {
      lanes[c[0]] += 4;
      continue;
    }
    lanes[c[0]]++;
    lanes[lane + c[1]]++;
    lanes[2 * lane + c[2]]++;
    lanes[3 * lane + c[3]]++;
  }
  for (; i < count; i++) {
    memcpy(c, run + 4 * i, 4);
    lanes[c[0]]++;
  }
}

static void carto__booleans_count(uint64_t *lanes, const unsigned char *run, size_t count) {
  size_t i, set = 0;
  for (i = 0; i < count; i++) set += run[i] != 0;
  lanes[0] += count - set;
  lanes[1] += set;
}

static carto_str carto__category_name(const carto_column *column, size_t code) {
  if (column->type == CARTO_TYPE_BOOLEAN) return carto_str_from(code ? "true" : "false");
  return carto_column_dict(column, (uint32_t)code);
}

/* Fills categories with the first of those that occur, in order. There are at least out->size of
   them. */
static carto_status carto__categories_pick(const carto_call *call, const carto_column *column,
                                           const uint64_t *count, size_t codes, int order,
                                           const carto_stats_categories *out) {
  carto_category *heap = out->categories, entry;
  size_t used = 0, code, i;
  for (code = 0; code < codes && out->size; code++) {
    if (code % 0x8000 == 0 && !carto__go_on(call)) return CARTO_ERR_CANCELLED;
    if (count[code] == 0) continue;
    entry.name = carto__category_name(column, code);
    entry.frequency = count[code];
    if (used == out->size) {
      if (carto__category_before(&entry, &heap[0], order))
        carto__category_sink(heap, used, 0, entry, order);
      continue;
    }
    heap[used++] = entry;
    for (i = used == out->size ? used / 2 : 0; i-- > 0;)
      carto__category_sink(heap, used, i, heap[i], order);
  }
  while (used > 1) {
    if (used % 0x2000 == 0 && !carto__go_on(call)) return CARTO_ERR_CANCELLED;
    entry = heap[--used];
    heap[used] = heap[0];
    carto__category_sink(heap, used, 0, entry, order);
  }
  return CARTO_OK;
}

CARTO_MCP__DEF carto_status carto_stats_of_categories(const carto_call *call,
                                                      const carto_column *column, size_t row_count,
                                                      const uint64_t *rows, int order, size_t limit,
                                                      carto_stats_categories *out) {
  carto_stats_categories t;
  carto__scan scan;
  const unsigned char *run;
  uint64_t *lanes;
  size_t codes = 2, lane = 0, run_size, code;
  carto_status status;
  memset(out, 0, sizeof *out);
  memset(&t, 0, sizeof t);
  if (column->type == CARTO_TYPE_STRING) codes = column->dict_count;
  else if (column->type != CARTO_TYPE_BOOLEAN) return CARTO_ERR_ARG;
  if (order < CARTO_FREQUENCY_DESC || order > CARTO_ALPHABETICAL_DESC) return CARTO_ERR_ARG;
  if (codes <= CARTO_MCP__LANE_CODES) lane = codes;
  lanes = (uint64_t *)carto__arena_zero(call->arena, codes + 3 * lane, sizeof *lanes);
  if (!lanes) return carto__arena_failed(call->arena);
  carto__scan_init(&scan, call, column, row_count, rows);
  while ((run = carto__scan_next(&scan, &run_size)) != NULL) {
    if (column->type == CARTO_TYPE_STRING) carto__codes_count(lanes, lane, run, run_size);
    else carto__booleans_count(lanes, run, run_size);
    t.count += run_size;
  }
  if (scan.status != CARTO_OK) return scan.status;
  t.null_count = scan.selected - t.count;
  for (code = 0; code < codes; code++) {
    if (code % 0x100000 == 0 && !carto__go_on(call)) return CARTO_ERR_CANCELLED;
    if (lane) lanes[code] += lanes[lane + code] + lanes[2 * lane + code] + lanes[3 * lane + code];
    t.distinct_count += lanes[code] != 0;
  }
  t.size = t.distinct_count < limit ? (size_t)t.distinct_count : limit;
  t.categories = (carto_category *)carto__arena_array(call->arena, t.size, sizeof *t.categories);
  if (!t.categories) return carto__arena_failed(call->arena);
  status = carto__categories_pick(call, column, lanes, codes, order, &t);
  if (status == CARTO_OK) *out = t;
  return status;
}

/* ---- extent */

#define CARTO_MCP__EXTENT_ASK ((size_t)1 << 20) /* bytes of WKB between checkpoints */

/* Infinite and missing coordinates do not count, since they are outside the start values. */
static void carto__extent_points(const unsigned char *points, size_t count, carto_box *box) {
  carto__pair low = carto__pair_all(DBL_MAX), high = carto__pair_all(-DBL_MAX);
  size_t i = count & ~(size_t)3;
  double lanes[4];
  carto__range_add(&low, &high, points, 2 * i);
  for (; i < count; i++) carto__range_step(&low, &high, carto__pair_load(points + 16 * i));
  memcpy(lanes, &low, 16);
  memcpy(lanes + 2, &high, 16);
  if (lanes[0] > lanes[2] || lanes[1] > lanes[3]) return;
  carto_box_add_point(box, lanes[0], lanes[1]);
  carto_box_add_point(box, lanes[2], lanes[3]);
}

/* The box around a cell's vertices. Vertices more than half the world apart mean that it crosses
   the antimeridian or holds a pole: it then counts with all longitudes, and with the pole if it has
   one. */
static void carto__extent_h3(uint64_t cell, carto_box *box) {
  carto_lnglat vertices[10], pole;
  size_t count = carto_h3_boundary(cell, vertices), i;
  carto_box own = carto_box_empty();
  for (i = 0; i < count; i++) carto_box_add_point(&own, vertices[i].lng, vertices[i].lat);
  if (count && own.xmax - own.xmin > 180) {
    carto_box_add_point(&own, -180, own.ymin);
    carto_box_add_point(&own, 180, own.ymin);
    pole.lng = 0;
    for (pole.lat = -90; pole.lat <= 90; pole.lat += 180)
      if (carto_h3_from_point(pole, carto_h3_resolution(cell)) == cell)
        carto_box_add_point(&own, 0, pole.lat);
  }
  carto_box_add(box, own);
}

static void carto__extent_row(const carto_column *column, size_t row, carto_box *box) {
  carto_geom geom;
  if (column->type == CARTO_TYPE_H3) {
    carto__extent_h3(column->data.cell[row], box);
  } else if (column->type == CARTO_TYPE_QUADBIN) {
    if (carto_quadbin_is_valid(column->data.cell[row]))
      carto_box_add(box, carto_quadbin_box(column->data.cell[row]));
  } else {
    geom.wkb = (const unsigned char *)column->bytes + column->data.wkb_start[row];
    geom.size = column->data.wkb_start[row + 1] - column->data.wkb_start[row];
    if (geom.size) carto_box_add(box, carto_geom_box(geom));
  }
}

CARTO_MCP__DEF carto_status carto_stats_of_extent(const carto_call *call,
                                                  const carto_column *column, size_t row_count,
                                                  const uint64_t *rows, carto_box *out) {
  carto_box box = carto_box_empty();
  carto__scan scan;
  const unsigned char *run;
  size_t count, row, work = 0;
  *out = box;
  if (column->type == CARTO_TYPE_GEOMETRY && !column->bytes) {
    carto__scan_init(&scan, call, column, row_count, rows);
    while ((run = carto__scan_next(&scan, &count)) != NULL) carto__extent_points(run, count, &box);
    if (scan.status != CARTO_OK) return scan.status;
  } else if (column->type == CARTO_TYPE_GEOMETRY || column->type == CARTO_TYPE_H3 ||
             column->type == CARTO_TYPE_QUADBIN) {
    for (row = 0; row < row_count; row++) {
      if (row % 1024 == 0 || work > CARTO_MCP__EXTENT_ASK) {
        if (!carto__go_on(call)) return CARTO_ERR_CANCELLED;
        work = 0;
      }
      if (rows && !carto__bit(rows, row)) continue;
      if (column->valid && !carto__bit(column->valid, row)) continue;
      if (column->type == CARTO_TYPE_GEOMETRY)
        work += column->data.wkb_start[row + 1] - column->data.wkb_start[row];
      carto__extent_row(column, row, &box);
    }
  } else {
    return CARTO_ERR_ARG;
  }
  *out = box;
  return CARTO_OK;
}

/* ------------------------------------------------------------------- >>warehouse
   The catalogue: which connections there are, and which driver serves each.
   Uses: >>base, >>memory.   Used by: >>tools, drivers.
   A tool reaches data only through a carto_driver; a function a driver lacks is an answer, not a
   crash. */

static const char *const carto__column_kind_names[] = {"Number", "String", "Boolean", "Timestamp",
                                                       "Geometry"};

static const char *const carto__resource_type_names[] = {"connection", "database", "schema",
                                                         "table", "view"};

/* A copy in the arena; an empty text on failure, and then arena->status says why. */
static carto_str carto__str_copy(carto_arena *arena, carto_str s) {
  char *ptr = s.len ? (char *)carto_arena_alloc(arena, s.len) : NULL;
  if (!ptr) return carto_str_make(NULL, 0);
  memcpy(ptr, s.ptr, s.len);
  return carto_str_make(ptr, s.len);
}

/* first, a separator byte, second; just second when first is empty. */
static carto_str carto__str_join(carto_arena *arena, carto_str first, char separator,
                                 carto_str second) {
  size_t len = first.len + 1 + second.len;
  char *ptr;
  if (first.len == 0) return second;
  ptr = (char *)carto_arena_alloc(arena, len);
  if (!ptr) return carto_str_make(NULL, 0);
  memcpy(ptr, first.ptr, first.len);
  ptr[first.len] = separator;
  if (second.len) memcpy(ptr + first.len + 1, second.ptr, second.len);
  return carto_str_make(ptr, len);
}

static carto_status carto__fail_cancelled(carto_error *error) {
  return carto__fail(error, CARTO_ERR_CANCELLED, 0, "cancelled");
}

/* The warehouse that has a connection of that name. Names are compared exactly. A warehouse that
   cannot say what it has is passed over: the others still serve theirs. */
static carto_status carto__warehouse_find(const carto_call *call, const carto_warehouse *warehouses,
                                          size_t count, carto_str name, const carto_warehouse **out,
                                          carto_error *error) {
  carto_str best = carto_str_make(NULL, 0), only = best;
  size_t distance = carto__nearest_limit(name), seen = 0, i, k;
  carto_status failed = CARTO_OK;
  *out = NULL;
  for (i = 0; i < count; i++) {
    carto_connection_list list;
    carto_status status =
      warehouses[i].driver->connections(call, warehouses[i].state, &list, error);
    if (status != CARTO_OK) failed = status;
    for (k = 0; k < list.count && status == CARTO_OK; k++) {
      if (carto_str_equal(list.items[k].name, name)) {
        *out = &warehouses[i];
        return CARTO_OK;
      }
      only = list.items[k].name;
      seen++;
      carto__nearest(name, list.items[k].name, &best, &distance);
    }
  }
  if (failed != CARTO_OK) return failed;
  if (seen == 0)
    return carto__fail(error, CARTO_ERR_NOT_FOUND, 0,
                       "this server has no connections; its operator has to add one");
  if (best.len == 0 && seen == 1) best = only;
  if (best.len)
    return carto__fail(error, CARTO_ERR_NOT_FOUND, 0,
                       "no connection \"%v\"; nearest: \"%v\"; use list_connections", name, best);
  return carto__fail(error, CARTO_ERR_NOT_FOUND, 0, "no connection \"%v\"; use list_connections",
                     name);
}

/* ----------------------------------------------------------------------- >>local
   Driver for a directory of files: <database>/<schema>/<table>.<csv|geojson|ndjson>, and a
   directory of map documents. Reports provider "postgres", since its SQL is a subset of
   PostgreSQL's.
   Uses: >>base, >>memory, >>json, >>table, >>stats, >>warehouse.   Used by: the program that
   sets it up.
   Only names that a listing has shown are ever opened. A table is read on first use and stays as
   it is. */

static const struct {
  const char *ending;
  carto_status (*read)(const carto_call *call, carto_alloc alloc, carto_str file, carto_str text,
                       carto_table *out, carto_error *error);
} carto__local_formats[] = {
  {".csv", carto_table_read_csv},
  {".geojson", carto_table_read_geojson},
  {".ndjson", carto_table_read_ndjson},
};

#define CARTO_MCP__FORMAT_COUNT (sizeof carto__local_formats / sizeof carto__local_formats[0])

typedef struct carto__local_table {
  struct carto__local_table *next;
  carto_str fqn; /* its text follows this struct in the same allocation */
  carto_table table;
} carto__local_table;

/* A name in the tree as a listing showed it. */
typedef struct carto__local_entry {
  carto_str name; /* of the resource */
  carto_str file; /* in the file system: the same, for a table with its ending */
  size_t format;  /* of a table, index into carto__local_formats */
  bool doubled;   /* another file of another format has the same name */
} carto__local_entry;

/* Where a name leads: level 0 is the connection, 1 a database, 2 a schema, 3 a table. */
typedef struct carto__local_place {
  int level;
  carto_str database; /* from level 1 on */
  carto_str fqn;
  carto_str path;           /* directory, or a table's file */
  carto__local_entry entry; /* the last name, from level 1 on */
} carto__local_place;

CARTO_MCP__DEF carto_local_desc carto_local_desc_default(void) {
  carto_local_desc desc;
  memset(&desc, 0, sizeof desc);
  return desc;
}

/* The text of a name as a UUID (version 8: our own hash), so that ids are stable and need no
   storage. */
static void carto__local_id(carto_str name, char out[37]) {
  static const char digits[] = "0123456789abcdef";
  char salted[CARTO_MCP_MAX_NAME + 1];
  uint64_t half[2];
  size_t i, k, at = 0;
  memcpy(salted + 1, name.ptr, name.len);
  for (k = 0; k < 2; k++) {
    salted[0] = (char)('0' + k);
    half[k] = carto__hash(salted, name.len + 1);
  }
  half[0] = (half[0] & ~UINT64_C(0xf000)) | UINT64_C(0x8000);
  half[1] = (half[1] & ~(UINT64_C(3) << 62)) | (UINT64_C(2) << 62);
  for (i = 0; i < 32; i++) {
    if (i == 8 || i == 12 || i == 16 || i == 20) out[at++] = '-';
    out[at++] = digits[(half[i / 16] >> (60 - 4 * (i % 16))) & 15];
  }
  out[at] = 0;
}

static bool carto__local_name_is_good(carto_str name) {
  size_t i;
  if (name.len == 0 || name.len > CARTO_MCP_MAX_NAME || name.ptr[0] == '.') return false;
  for (i = 0; i < name.len; i++)
    if ((unsigned char)name.ptr[i] < 0x20 || name.ptr[i] == '/' || name.ptr[i] == '\\')
      return false;
  return carto__utf8_check(name.ptr, name.len) == name.len;
}

CARTO_MCP__DEF carto_status carto_local_init(carto_local *local, const carto_local_desc *desc,
                                             carto_error *error) {
  carto__error_clear(error);
  memset(local, 0, sizeof *local);
  if (!desc || desc->_start != 0 || desc->_end != 0)
    return carto__fail(error, CARTO_ERR_ARG, 0, "start from carto_local_desc_default()");
  if (desc->name.len && !carto__local_name_is_good(desc->name))
    return carto__fail(error, CARTO_ERR_ARG, 0, "\"%v\" is no name for a connection", desc->name);
  local->_desc = *desc;
  if (local->_desc.name.len == 0) local->_desc.name = carto_str_from("local");
  if (local->_desc.owner.len == 0) local->_desc.owner = carto_str_from("local");
  carto__local_id(local->_desc.name, local->_id);
  return CARTO_OK;
}

CARTO_MCP__DEF void carto_local_free(carto_local *local) {
  while (local->_tables) {
    carto__local_table *gone = local->_tables;
    local->_tables = gone->next;
    carto_table_free(&gone->table);
    carto__free(local->_desc.alloc, gone, sizeof *gone + gone->fqn.len);
  }
  memset(local, 0, sizeof *local);
}

static carto_status carto__local_connections(const carto_call *call, void *state,
                                             carto_connection_list *out, carto_error *error) {
  const carto_local *local = (const carto_local *)state;
  carto_connection *item;
  out->items = NULL;
  out->count = 0;
  if (!local->_desc.data.list) return CARTO_OK;
  item = (carto_connection *)carto__arena_zero(call->arena, 1, sizeof *item);
  if (!item) return carto__fail_memory(call->arena, error);
  item->id = carto_str_from(local->_id);
  item->name = local->_desc.name;
  item->provider_id = carto_str_from("postgres");
  item->privacy = carto_str_from("private");
  item->created_at = local->_desc.created_at;
  item->updated_at = local->_desc.updated_at;
  out->items = item;
  out->count = 1;
  return CARTO_OK;
}

/* ---- the tree of names */

static int carto__local_entry_order(const void *a, const void *b, const void *user) {
  const carto__local_entry *x = (const carto__local_entry *)a, *y = (const carto__local_entry *)b;
  int order = carto_str_compare(x->name, y->name);
  (void)user;
  return order ? order : x->format < y->format ? -1 : x->format > y->format;
}

/* Whether a file of the file system is a resource below a directory of that level, and under what
   name. */
static bool carto__local_entry_of(const carto_file *file, int level, carto__local_entry *out) {
  size_t i;
  memset(out, 0, sizeof *out);
  if (!carto__local_name_is_good(file->name) || file->is_directory != (level < 2)) return false;
  out->name = out->file = file->name;
  if (level < 2) return true;
  for (i = 0; i < CARTO_MCP__FORMAT_COUNT; i++) {
    carto_str ending = carto_str_from(carto__local_formats[i].ending);
    if (file->name.len <= ending.len || !carto__str_ends(file->name, ending)) continue;
    out->name.len = file->name.len - ending.len;
    out->format = i;
    return true;
  }
  return false;
}

/* The resources in a directory of a level, ordered by name, each name once. */
static carto_status carto__local_list(const carto_call *call, const carto_local *local,
                                      carto_str path, int level, const carto__local_entry ***out,
                                      size_t *out_count, carto_error *error) {
  carto_file *files = NULL;
  carto__local_entry *entries;
  const carto__local_entry **items;
  size_t file_count = 0, count = 0, kept = 0, i;
  carto_status status = CARTO_OK;
  *out = NULL;
  *out_count = 0;
  if (local->_desc.data.list)
    status = local->_desc.data.list(call, local->_desc.data.user, path, &files, &file_count, error);
  if (status != CARTO_OK) return status;
  entries = (carto__local_entry *)carto__arena_array(call->arena, file_count, sizeof *entries);
  items = (const carto__local_entry **)carto__arena_array(call->arena, file_count, sizeof *items);
  if (!entries || !items) return carto__fail_memory(call->arena, error);
  for (i = 0; i < file_count; i++) {
    if (!carto__local_entry_of(&files[i], level, &entries[count])) continue;
    items[count] = &entries[count];
    count++;
  }
  carto__sort((const void **)items, count, carto__local_entry_order, NULL);
  for (i = 0; i < count; i++) {
    if (kept > 0 && carto_str_equal(items[kept - 1]->name, items[i]->name))
      entries[items[kept - 1] - entries].doubled = true;
    else items[kept++] = items[i];
  }
  *out = items;
  *out_count = kept;
  return CARTO_OK;
}

/* The entry that the text starts with, as a whole name or followed by a dot; the longest, since
   names may hold dots themselves. */
static const carto__local_entry *carto__local_match(const carto__local_entry **items, size_t count,
                                                    carto_str text) {
  const carto__local_entry *best = NULL;
  size_t i;
  for (i = 0; i < count; i++) {
    carto_str name = items[i]->name;
    if (!carto__str_starts(text, name) || (text.len > name.len && text.ptr[name.len] != '.'))
      continue;
    if (!best || best->name.len < name.len) best = items[i];
  }
  return best;
}

static carto_status carto__local_no_such(const carto_local *local, const carto__local_place *place,
                                         const carto__local_entry **items, size_t count,
                                         carto_str name, carto_error *error) {
  static const char *const kinds[] = {"database", "schema", "table"};
  carto_str best = carto_str_make(NULL, 0), in = place->level ? place->fqn : local->_desc.name;
  size_t distance, i, dot = carto__str_index(name, '.');
  if (dot > 0) name.len = dot;
  distance = carto__nearest_limit(name);
  for (i = 0; i < count; i++) carto__nearest(name, items[i]->name, &best, &distance);
  if (best.len)
    return carto__fail(error, CARTO_ERR_NOT_FOUND, 0, "no %s \"%v\" in %v; nearest: \"%v\"; use %s",
                       kinds[place->level], name, in, best,
                       place->level == 2 ? "search_resources" : "list_resources");
  return carto__fail(error, CARTO_ERR_NOT_FOUND, 0, "no %s \"%v\" in %v; use %s",
                     kinds[place->level], name, in,
                     place->level == 2 ? "search_resources" : "list_resources");
}

/* Goes one name down. */
static carto_status carto__local_enter(const carto_call *call, carto__local_place *place,
                                       const carto__local_entry *entry, carto_error *error) {
  place->fqn = carto__str_join(call->arena, place->fqn, '.', entry->name);
  place->path = carto__str_join(call->arena, place->path, '/', entry->file);
  place->entry = *entry;
  if (place->level++ == 0) place->database = entry->name;
  return place->fqn.len && place->path.len ? CARTO_OK : carto__fail_memory(call->arena, error);
}

/* Follows a full name from the connection down. */
static carto_status carto__local_locate(const carto_call *call, const carto_local *local,
                                        carto_str fqn, carto__local_place *out,
                                        carto_error *error) {
  memset(out, 0, sizeof *out);
  while (fqn.len > 0) {
    const carto__local_entry **items, *entry;
    size_t count;
    carto_status status;
    if (out->level == 3)
      return carto__fail(error, CARTO_ERR_NOT_FOUND, 0, "%v is a table and has nothing below it",
                         out->fqn);
    status = carto__local_list(call, local, out->path, out->level, &items, &count, error);
    if (status != CARTO_OK) return status;
    entry = carto__local_match(items, count, fqn);
    if (!entry) return carto__local_no_such(local, out, items, count, fqn, error);
    fqn = carto__str_skip(fqn, entry->name.len + 1);
    status = carto__local_enter(call, out, entry, error);
    if (status != CARTO_OK) return status;
  }
  return CARTO_OK;
}

/* A walk over all tables below a place, in order of name; each visit gets the schema and one table
   in it and returns false to end the walk. */
typedef bool (*carto__local_visit_fn)(void *user, const carto__local_place *schema,
                                      const carto__local_entry *table);

/* Databases that a walk went through, and those of which something could not be listed. */
typedef struct carto__local_seen {
  size_t databases, unread;
} carto__local_seen;

typedef struct carto__local_level {
  carto__local_place place;
  const carto__local_entry **items;
  size_t count, at;
} carto__local_level;

/* Whether a directory that could not be listed is the only thing that failed: what else there is
   can still be shown. */
static bool carto__local_may_skip(const carto_call *call, carto_status status) {
  return (status == CARTO_ERR_IO || status == CARTO_ERR_LIMIT) && call->arena->status == CARTO_OK;
}

/* Tables between checkpoints. */
#define CARTO_MCP__VISIT_ASK 4096

static carto_status carto__local_walk(const carto_call *call, const carto_local *local,
                                      const carto__local_place *start, carto__local_visit_fn visit,
                                      void *user, carto__local_seen *seen, carto_error *error) {
  carto__local_level levels[3], *level;
  int at = start->level;
  size_t last_unread = SIZE_MAX;
  carto_status status;
  memset(levels, 0, sizeof levels);
  levels[at].place = *start;
  status =
    carto__local_list(call, local, start->path, at, &levels[at].items, &levels[at].count, error);
  seen->databases = at == 0 ? levels[0].count : 1;
  seen->unread = 0;
  while (status == CARTO_OK && at >= start->level) {
    level = &levels[at];
    if (level->at % CARTO_MCP__VISIT_ASK == 0 && !carto__go_on(call))
      return carto__fail_cancelled(error);
    if (level->at == level->count) {
      at--;
    } else if (at == 2) {
      if (!visit(user, &level->place, level->items[level->at++])) break;
    } else {
      level[1].place = level->place;
      level[1].at = 0;
      status = carto__local_enter(call, &level[1].place, level->items[level->at++], error);
      if (status != CARTO_OK) break;
      at++;
      status = carto__local_list(call, local, level[1].place.path, at, &level[1].items,
                                 &level[1].count, error);
      if (!carto__local_may_skip(call, status)) continue;
      status = CARTO_OK;
      at--;
      if (levels[0].at != last_unread) seen->unread++;
      last_unread = levels[0].at;
    }
  }
  return status;
}

/* Looks for tables whose full name is a given one, or ends in it. */
typedef struct carto__local_short {
  const carto_call *call;
  carto_str name, last; /* what was asked for, and its last part */
  carto__local_place found[3];
  size_t count;
  carto_str best; /* nearest full name */
  size_t distance;
} carto__local_short;

static bool carto__local_short_visit(void *user, const carto__local_place *schema,
                                     const carto__local_entry *table) {
  carto__local_short *s = (carto__local_short *)user;
  carto__local_place place = *schema;
  carto_str best = carto_str_make(NULL, 0), full;
  size_t before = s->distance, rest;
  bool ends = carto__str_ends(table->name, s->last);
  carto__nearest(s->last, table->name, &best, &s->distance);
  if (!ends && !best.len) return true;
  if (carto__local_enter(s->call, &place, table, NULL) != CARTO_OK) return false;
  full = place.fqn;
  if (best.len && (s->best.len == 0 || s->distance < before)) s->best = full;
  if (!carto__str_ends(full, s->name)) return true;
  rest = full.len - s->name.len;
  if (rest != 0 && full.ptr[rest - 1] != '.') return true;
  if (rest == 0) s->count = 0;
  if (s->count < 3) s->found[s->count] = place;
  s->count++;
  return rest != 0;
}

static carto_status carto__local_ambiguous(const carto__local_short *s, carto_error *error) {
  if (s->count == 2)
    return carto__fail(error, CARTO_ERR_NOT_FOUND, 0, "\"%v\" is ambiguous: %v or %v", s->name,
                       s->found[0].fqn, s->found[1].fqn);
  return carto__fail(error, CARTO_ERR_NOT_FOUND, 0, "\"%v\" is ambiguous: %v, %v, %v%s", s->name,
                     s->found[0].fqn, s->found[1].fqn, s->found[2].fqn,
                     s->count > 3 ? ", ..." : "");
}

/* Finds a table by its full name, or by its last one or two names while that is unambiguous. Where
   names hold dots, the walk also finds the full names that locate took apart at another dot. */
static carto_status carto__local_find_table(const carto_call *call, const carto_local *local,
                                            carto_str name, carto__local_place *out,
                                            carto_error *error) {
  carto__local_short s;
  carto__local_place root;
  carto__local_seen seen;
  carto_error why;
  size_t dot;
  carto_status located = carto__local_locate(call, local, name, out, &why), status;
  if (located == CARTO_OK && out->level == 3) return CARTO_OK;
  memset(&s, 0, sizeof s);
  memset(&root, 0, sizeof root);
  s.call = call;
  s.name = s.last = name;
  while ((dot = carto__str_index(s.last, '.')) < s.last.len)
    s.last = carto__str_skip(s.last, dot + 1);
  s.distance = carto__nearest_limit(s.last);
  if (name.len > 0 && (located == CARTO_OK || located == CARTO_ERR_NOT_FOUND)) {
    status = carto__local_walk(call, local, &root, carto__local_short_visit, &s, &seen, error);
    if (status == CARTO_OK && call->arena->status != CARTO_OK)
      status = carto__fail_memory(call->arena, error);
    if (status != CARTO_OK) return status;
    if (s.count > 1) return carto__local_ambiguous(&s, error);
    if (s.count == 1) *out = s.found[0];
    if (s.count == 1) return CARTO_OK;
  }
  if (located == CARTO_OK)
    return carto__fail(error, CARTO_ERR_NOT_FOUND, 0,
                       "\"%v\" is a %s, not a table; list_resources shows what is in it", name,
                       carto__resource_type_names[out->level]);
  if (located != CARTO_ERR_NOT_FOUND || out->level != 0) {
    if (error) *error = why;
    return located;
  }
  if (s.best.len)
    return carto__fail(error, CARTO_ERR_NOT_FOUND, 0,
                       "no table \"%v\" in connection %v; nearest: \"%v\"; use search_resources",
                       name, local->_desc.name, s.best);
  return carto__fail(error, CARTO_ERR_NOT_FOUND, 0,
                     "no table \"%v\" in connection %v; use search_resources", name,
                     local->_desc.name);
}

/* ---- browse and search */

static void carto__local_resource(const carto__local_place *place, carto_resource *out) {
  memset(out, 0, sizeof *out);
  out->name = place->entry.name;
  out->fqn = place->fqn;
  out->type = CARTO_RESOURCE_CONNECTION + place->level;
}

/* Level by level, so that a budget is spent on what is near first. */
static carto_status carto__local_browse(const carto_call *call, void *state,
                                        const carto_browse_request *request,
                                        carto_browse_result *out, carto_error *error) {
  const carto_local *local = (const carto_local *)state;
  carto__local_place start, *places;
  size_t at, i, room;
  carto_status status;
  memset(out, 0, sizeof *out);
  status = carto__local_locate(call, local, request->fqn, &start, error);
  if (status != CARTO_OK) return status;
  if (start.level == 3)
    return carto__fail(error, CARTO_ERR_ARG, 0,
                       "%v is a table: there is nothing below it; use describe to see its columns",
                       start.fqn);
  if (!carto__add_size(request->max_items, 1, &room)) room = SIZE_MAX;
  places = (carto__local_place *)carto__arena_array(call->arena, room, sizeof *places);
  out->items = (carto_resource *)carto__arena_array(call->arena, room, sizeof *out->items);
  status = places && out->items ? CARTO_OK : carto__fail_memory(call->arena, error);
  out->provider_id = carto_str_from("postgres");
  if (status == CARTO_OK) {
    places[0] = start;
    carto__local_resource(&start, &out->items[0]);
    if (start.level == 0) out->items[0].name = local->_desc.name;
    out->count = 1;
  }
  for (at = 0; at < out->count && status == CARTO_OK; at++) {
    const carto__local_entry **items;
    carto_resource *parent = &out->items[at];
    size_t count;
    if (places[at].level == 3 || (size_t)(places[at].level - start.level) >= request->depth)
      continue;
    if (out->count == room && at > 0) { /* nothing fits any more: not even looked up */
      out->truncated = true;
      continue;
    }
    status = carto__go_on(call) ? carto__local_list(call, local, places[at].path, places[at].level,
                                                    &items, &count, error)
                                : carto__fail_cancelled(error);
    if (at > 0 && carto__local_may_skip(call, status)) { /* asked for itself, it will say why */
      out->truncated = true;
      status = CARTO_OK;
      continue;
    }
    if (status != CARTO_OK) break;
    parent->expanded = true;
    parent->first_child = out->count;
    parent->child_count = count;
    parent->returned = carto__min_size(count, room - out->count);
    if (parent->returned < count) out->truncated = true;
    for (i = 0; i < parent->returned && status == CARTO_OK; i++) {
      places[out->count] = places[at];
      status = carto__local_enter(call, &places[out->count], items[i], error);
      carto__local_resource(&places[out->count], &out->items[out->count]);
      out->count++;
    }
  }
  if (status != CARTO_OK) memset(out, 0, sizeof *out);
  return status;
}

typedef struct carto__local_search {
  const carto_call *call;
  const carto_search_request *request;
  carto_search_result *out;
} carto__local_search;

static int carto__local_match_order(const carto_match *x, const carto_match *y) {
  int order = x->rank - y->rank;
  if (order == 0) order = carto__str_compare_nocase(x->name, y->name);
  return order ? order : carto_str_compare(x->fqn, y->fqn);
}

/* Keeps the best in order, and counts them all. */
static bool carto__local_search_visit(void *user, const carto__local_place *schema,
                                      const carto__local_entry *table) {
  carto__local_search *s = (carto__local_search *)user;
  carto_search_result *out = s->out;
  size_t found = carto__str_find_nocase(table->name, s->request->query), at;
  carto_match match;
  if (!out->items) return false;
  if (found == SIZE_MAX || s->request->type == CARTO_RESOURCE_VIEW)
    return true; /* all are tables */
  out->total_count++;
  match.database = schema->database;
  match.schema = schema->entry.name;
  match.name = table->name;
  match.fqn = carto__str_join(s->call->arena, schema->fqn, '.', table->name);
  match.type = CARTO_RESOURCE_TABLE;
  match.rank = found != 0 ? 2 : table->name.len == s->request->query.len ? 0 : 1;
  if (match.fqn.len == 0) return false;
  for (at = out->count; at > 0 && carto__local_match_order(&match, &out->items[at - 1]) < 0; at--) {
  }
  if (at == s->request->limit) return true;
  if (out->count < s->request->limit) out->count++;
  memmove(out->items + at + 1, out->items + at, (out->count - at - 1) * sizeof *out->items);
  out->items[at] = match;
  return true;
}

static carto_status carto__local_search_tables(const carto_call *call, void *state,
                                               const carto_search_request *request,
                                               carto_search_result *out, carto_error *error) {
  const carto_local *local = (const carto_local *)state;
  carto__local_place start;
  carto__local_search s;
  carto__local_seen seen;
  carto_status status;
  memset(out, 0, sizeof *out);
  status = carto__local_locate(call, local, request->scope_fqn, &start, error);
  if (status != CARTO_OK) return status;
  if (start.level == 3)
    return carto__fail(error, CARTO_ERR_ARG, 0,
                       "\"scopeFqn\" must be a database or a schema; %v is a table", start.fqn);
  out->provider_id = carto_str_from("postgres");
  out->items = (carto_match *)carto__arena_array(call->arena, request->limit, sizeof *out->items);
  s.call = call;
  s.request = request;
  s.out = out;
  status = carto__local_walk(call, local, &start, carto__local_search_visit, &s, &seen, error);
  if (status == CARTO_OK && call->arena->status != CARTO_OK)
    status = carto__fail_memory(call->arena, error);
  out->total_containers = seen.databases;
  out->searched_containers = seen.databases - seen.unread;
  if (status != CARTO_OK) memset(out, 0, sizeof *out);
  return status;
}

/* ---- tables */

static const carto__local_table *carto__local_loaded(const carto_local *local, carto_str fqn) {
  const carto__local_table *t = local->_tables;
  while (t && !carto_str_equal(t->fqn, fqn)) t = t->next;
  return t;
}

/* Reads a table's file and keeps the table. */
static carto_status carto__local_load(const carto_call *call, carto_local *local,
                                      const carto__local_place *place,
                                      const carto__local_table **out, carto_error *error) {
  const carto_local_desc *desc = &local->_desc;
  carto__local_table *t;
  carto_buf text;
  carto_status status;
  if (place->entry.doubled)
    return carto__fail(error, CARTO_ERR_ARG, 0, "there are several files for %v; keep one of them",
                       place->fqn);
  t = (carto__local_table *)carto__realloc(desc->alloc, NULL, 0, sizeof *t + place->fqn.len);
  if (!t) return carto__fail(error, CARTO_ERR_NOMEM, 0, "out of memory for table %v", place->fqn);
  memset(t, 0, sizeof *t);
  memcpy(t + 1, place->fqn.ptr, place->fqn.len);
  t->fqn = carto_str_make((const char *)(t + 1), place->fqn.len);
  carto_buf_init(&text, desc->alloc, 0);
  status = desc->data.read(call, desc->data.user, place->path, &text, error);
  if (status == CARTO_OK)
    status = carto__local_formats[place->entry.format].read(call, desc->alloc, place->path,
                                                            carto_buf_str(&text), &t->table, error);
  carto_buf_free(&text);
  if (status == CARTO_OK && desc->table_bytes != 0 &&
      t->table.memory_bytes > desc->table_bytes - local->_loaded_bytes) {
    status = carto__fail(
      error, CARTO_ERR_LIMIT, 0,
      "table %v needs %u bytes; the limit for all tables is %u, and %u are in use", place->fqn,
      (uint64_t)t->table.memory_bytes, (uint64_t)desc->table_bytes, (uint64_t)local->_loaded_bytes);
    carto_table_free(&t->table);
  }
  if (status != CARTO_OK) {
    carto__free(desc->alloc, t, sizeof *t + place->fqn.len);
    return status;
  }
  local->_loaded_bytes += t->table.memory_bytes;
  t->next = local->_tables;
  local->_tables = t;
  *out = t;
  return CARTO_OK;
}

/* The table of a source, loaded if need be. */
static carto_status carto__local_table_of(const carto_call *call, carto_local *local,
                                          const carto_source *source,
                                          const carto__local_table **out, carto_error *error) {
  carto__local_place place;
  carto_status status;
  if (source->is_query)
    return carto__fail(
      error, CARTO_ERR_UNSUPPORTED, 0,
      "SQL is not part of this build; describe a table with \"table_fqn\" instead");
  *out = carto__local_loaded(local, source->text);
  if (*out) return CARTO_OK;
  status = carto__local_find_table(call, local, source->text, &place, error);
  if (status != CARTO_OK) return status;
  *out = carto__local_loaded(local, place.fqn);
  return *out ? CARTO_OK : carto__local_load(call, local, &place, out, error);
}

static int carto__local_kind(const carto_column *column) {
  switch (column->type) {
  case CARTO_TYPE_STRING: return CARTO_COLUMN_STRING;
  case CARTO_TYPE_BOOLEAN: return CARTO_COLUMN_BOOLEAN;
  case CARTO_TYPE_TIMESTAMP: return CARTO_COLUMN_TIMESTAMP;
  case CARTO_TYPE_GEOMETRY: return CARTO_COLUMN_GEOMETRY;
  case CARTO_TYPE_H3:
  case CARTO_TYPE_QUADBIN: return column->cell_text ? CARTO_COLUMN_STRING : CARTO_COLUMN_NUMBER;
  default: return CARTO_COLUMN_NUMBER;
  }
}

static const char *carto__local_spatial_type(const carto_column *column) {
  if (column->type == CARTO_TYPE_GEOMETRY) return "geo";
  if (column->type == CARTO_TYPE_QUADBIN) return "quadbin";
  return column->cell_text ? "h3" : "h3int";
}

/* Points and multipoints are both drawn as points, and so on; NULL when kinds are mixed. */
static const char *carto__local_geometry_type(const carto_column *column) {
  static const int families[3][2] = {{CARTO_GEOM_POINT, CARTO_GEOM_MULTIPOINT},
                                     {CARTO_GEOM_LINESTRING, CARTO_GEOM_MULTILINESTRING},
                                     {CARTO_GEOM_POLYGON, CARTO_GEOM_MULTIPOLYGON}};
  size_t i;
  if (column->type != CARTO_TYPE_GEOMETRY) return "Polygon";
  for (i = 0; i < 3; i++) {
    uint32_t family = (UINT32_C(1) << families[i][0]) | (UINT32_C(1) << families[i][1]);
    if (column->geom_types != 0 && (column->geom_types & ~family) == 0)
      return carto_geom_type_name(families[i][0]);
  }
  return NULL;
}

static carto_status carto__local_schema(const carto_call *call, void *state,
                                        const carto_source *source, carto_schema_result *out,
                                        carto_error *error) {
  const carto__local_table *t;
  const carto_column *spatial;
  size_t i;
  carto_status status = carto__local_table_of(call, (carto_local *)state, source, &t, error);
  memset(out, 0, sizeof *out);
  if (status != CARTO_OK) return status;
  out->columns = (carto_column_info *)carto__arena_array(call->arena, t->table.column_count,
                                                         sizeof *out->columns);
  if (!out->columns) return carto__fail_memory(call->arena, error);
  for (i = 0; i < t->table.column_count; i++) {
    out->columns[i].name = t->table.columns[i].name;
    out->columns[i].kind = carto__local_kind(&t->table.columns[i]);
  }
  out->column_count = t->table.column_count;
  out->name = t->fqn;
  out->has_row_count = true;
  out->row_count = t->table.row_count;
  spatial = carto_table_spatial(&t->table);
  if (!spatial) return CARTO_OK;
  out->geom_field = spatial->name;
  out->geometry_type = carto__local_geometry_type(spatial);
  out->spatial_data_type = carto__local_spatial_type(spatial);
  return CARTO_OK;
}

/* ---- statistics */

/* Rows between checkpoints. */
#define CARTO_MCP__CELLS_ASK 32768

/* Reads a row's value as a cell of the asked kind: from a whole number, or from text of one, in
   decimal or hexadecimal digits. No cell's text can be read as both. */
static bool carto__local_cell(const carto_column *column, size_t row, bool quadbin, uint64_t *out) {
  if (column->type == CARTO_TYPE_STRING) {
    carto_str text = carto_column_string(column, row);
    if (!carto_uint_parse(text, out) && !carto__hex_parse(text, out)) return false;
  } else {
    *out = (uint64_t)column->data.integer[row];
  }
  return quadbin ? carto_quadbin_is_valid(*out) : carto_h3_is_valid(*out);
}

/* The column read as cells. An ordinary column of text or whole numbers will do when all its values
   are. */
static carto_status carto__local_cells(const carto_call *call, const carto_table *table,
                                       const carto_column *column, carto_str kind,
                                       carto_column *out, carto_error *error) {
  bool quadbin = carto__str_is(kind, "quadbin");
  int type = quadbin ? CARTO_TYPE_QUADBIN : CARTO_TYPE_H3;
  uint64_t *cells;
  size_t row;
  *out = *column;
  if (column->type == type) return CARTO_OK;
  cells = (uint64_t *)carto__arena_zero(call->arena, table->row_count, sizeof *cells);
  if (!cells) return carto__fail_memory(call->arena, error);
  for (row = 0; row < table->row_count; row++) {
    bool known = column->type == CARTO_TYPE_STRING || column->type == CARTO_TYPE_INTEGER;
    if (row % CARTO_MCP__CELLS_ASK == 0 && !carto__go_on(call)) return carto__fail_cancelled(error);
    if (known && carto_column_is_null(column, row)) continue;
    if (!known || !carto__local_cell(column, row, quadbin, &cells[row]))
      return carto__fail(
        error, CARTO_ERR_ARG, 0,
        "column \"%v\" does not hold %v cells; leave out \"spatial_data_type\" for plain "
        "statistics",
        column->name, kind);
  }
  out->type = type;
  out->data.cell = cells;
  return CARTO_OK;
}

/* Cells that the file holds as hexadecimal text, as a column of that text: for their
   frequencies. */
static carto_status carto__local_cell_text(const carto_call *call, const carto_table *table,
                                           const carto_column *column, carto_column *out,
                                           carto_error *error) {
  size_t slots = 16, row, i;
  uint32_t *codes, *slot_codes, *starts, count = 0;
  uint64_t *cells;
  char *bytes;
  while (slots < table->row_count * 2) slots *= 2;
  codes = (uint32_t *)carto__arena_zero(call->arena, table->row_count, sizeof *codes);
  cells = (uint64_t *)carto__arena_array(call->arena, table->row_count, sizeof *cells);
  slot_codes = (uint32_t *)carto__arena_zero(call->arena, slots, sizeof *slot_codes);
  if (!codes || !cells || !slot_codes) return carto__fail_memory(call->arena, error);
  for (row = 0; row < table->row_count; row++) {
    uint64_t cell = column->data.cell[row];
    size_t slot = (size_t)(cell * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (slots - 1);
    if (row % CARTO_MCP__CELLS_ASK == 0 && !carto__go_on(call)) return carto__fail_cancelled(error);
    if (carto_column_is_null(column, row)) continue;
    while (slot_codes[slot] != 0 && cells[slot_codes[slot] - 1] != cell)
      slot = (slot + 1) & (slots - 1);
    if (slot_codes[slot] == 0) {
      cells[count] = cell;
      slot_codes[slot] = ++count;
    }
    codes[row] = slot_codes[slot] - 1;
  }
  starts = (uint32_t *)carto__arena_zero(call->arena, (size_t)count + 1, sizeof *starts);
  bytes = (char *)carto__arena_array(call->arena, (size_t)count + 1, 17);
  if (!starts || !bytes) return carto__fail_memory(call->arena, error);
  for (i = 0; i < count; i++) {
    carto_h3_text(cells[i], bytes + starts[i]);
    starts[i + 1] = starts[i] + (uint32_t)carto_str_from(bytes + starts[i]).len;
  }
  *out = *column;
  out->type = CARTO_TYPE_STRING;
  out->data.code = codes;
  out->bytes = bytes;
  out->dict_start = starts;
  out->dict_count = count;
  return CARTO_OK;
}

/* Which statistics are meant, and over what: cells count as geometry when asked for by
   spatial_data_type, otherwise as what the file holds, text or whole numbers. */
static carto_status carto__local_stats_column(const carto_call *call, const carto_table *table,
                                              const carto_stats_request *request, carto_column *out,
                                              carto_error *error) {
  const carto_column *column = carto_table_find(table, request->column);
  carto_str best = carto_str_make(NULL, 0);
  size_t distance = carto__nearest_limit(request->column), i;
  if (!column) {
    for (i = 0; i < table->column_count; i++)
      carto__nearest(request->column, table->columns[i].name, &best, &distance);
    if (best.len)
      return carto__fail(error, CARTO_ERR_NOT_FOUND, 0,
                         "no column \"%v\" in %v; did you mean \"%v\"?", request->column,
                         request->source.text, best);
    return carto__fail(error, CARTO_ERR_NOT_FOUND, 0,
                       "no column \"%v\" in %v; describe without \"column\" lists them",
                       request->column, request->source.text);
  }
  *out = *column;
  if (request->spatial_data_type.len == 0) {
    if (column->type != CARTO_TYPE_H3 && column->type != CARTO_TYPE_QUADBIN) return CARTO_OK;
    if (column->cell_text) return carto__local_cell_text(call, table, column, out, error);
    out->type = CARTO_TYPE_INTEGER;
    out->data.integer = (const int64_t *)column->data.cell; /* valid cells are below 2^63 */
    return CARTO_OK;
  }
  if (!carto__str_is(request->spatial_data_type, "geo"))
    return carto__local_cells(call, table, column, request->spatial_data_type, out, error);
  if (column->type == CARTO_TYPE_GEOMETRY) return CARTO_OK;
  return carto__fail(
    error, CARTO_ERR_ARG, 0,
    "column \"%v\" is no geometry; give h3, h3int or quadbin for cells, or leave out "
    "\"spatial_data_type\" for plain statistics",
    request->column);
}

static carto_status carto__local_stats_of(const carto_call *call, const carto_column *column,
                                          size_t rows, const carto_stats_request *request,
                                          carto_stats_result *out) {
  double *quantiles;
  int64_t *exact;
  uint64_t count;
  carto_status status;
  bool is_cell = column->type == CARTO_TYPE_H3 || column->type == CARTO_TYPE_QUADBIN;
  out->kind = is_cell ? (int)CARTO_COLUMN_GEOMETRY : carto__local_kind(column);
  if (out->kind == CARTO_COLUMN_GEOMETRY)
    return carto_stats_of_extent(call, column, rows, NULL, &out->extent);
  if (out->kind == CARTO_COLUMN_STRING || out->kind == CARTO_COLUMN_BOOLEAN)
    return carto_stats_of_categories(call, column, rows, NULL, request->order,
                                     request->max_categories, &out->categories);
  status = carto_stats_of_number(call, column, rows, NULL, &out->number);
  if (status != CARTO_OK || out->kind == CARTO_COLUMN_TIMESTAMP) return status;
  out->quantiles = quantiles =
    (double *)carto__arena_zero(call->arena, CARTO_QUANTILES_SIZE, sizeof *quantiles);
  out->quantiles_i64 = exact =
    (int64_t *)carto__arena_zero(call->arena, CARTO_QUANTILES_SIZE, sizeof *exact);
  if (!quantiles || !exact) return carto__arena_failed(call->arena);
  return carto_stats_of_quantiles(call, column, rows, NULL, quantiles, exact, &count);
}

static carto_status carto__local_statistics(const carto_call *call, void *state,
                                            const carto_stats_request *request,
                                            carto_stats_result *out, carto_error *error) {
  const carto__local_table *t;
  carto_column column;
  carto_status status =
    carto__local_table_of(call, (carto_local *)state, &request->source, &t, error);
  memset(out, 0, sizeof *out);
  if (status == CARTO_OK)
    status = carto__local_stats_column(call, &t->table, request, &column, error);
  if (status != CARTO_OK) return status;
  status = carto__local_stats_of(call, &column, t->table.row_count, request, out);
  if (status == CARTO_OK) return CARTO_OK;
  memset(out, 0, sizeof *out);
  return status == CARTO_ERR_CANCELLED ? carto__fail_cancelled(error)
                                       : carto__fail_memory(call->arena, error);
}

/* ---- map documents */

static carto_str carto__local_member(carto_arena *arena, const carto_json *object, const char *name,
                                     const char *other, carto_str fallback) {
  carto_str text = carto_json_string(carto_json_get(object, name));
  if (text.len == 0 && other) text = carto_json_string(carto_json_get(object, other));
  return carto__str_copy(arena, text.len ? text : fallback);
}

static int64_t carto__local_member_time(const carto_json *object, const char *name,
                                        const char *other, int64_t fallback) {
  int64_t time;
  carto_str text = carto_json_string(carto_json_get(object, name));
  if (text.len == 0) text = carto_json_string(carto_json_get(object, other));
  return carto_time_parse(text, &time, NULL) ? time : fallback;
}

/* What a listing says of a map document, copied out of it. */
static void carto__local_map_entry(carto_arena *arena, const carto_local *local,
                                   const carto_json *root, const carto_file *file,
                                   carto_map_entry *out) {
  carto_str none = carto_str_make(NULL, 0),
            stem = carto_str_make(file->name.ptr, file->name.len - 5);
  memset(out, 0, sizeof *out);
  out->id = carto__local_member(arena, root, "id", NULL, stem);
  out->title = carto__local_member(arena, root, "title", "name", stem);
  out->description = carto__local_member(arena, root, "description", NULL, none);
  out->privacy = carto__local_member(arena, root, "privacy", NULL, carto_str_from("private"));
  out->owner = carto__local_member(arena, root, "owner", "ownerId", local->_desc.owner);
  out->thumbnail = carto__local_member(arena, root, "thumbnailUrl", "thumbnail", none);
  out->created_at = carto__local_member_time(root, "createdAt", "created_at", file->modified_at);
  out->updated_at = carto__local_member_time(root, "updatedAt", "updated_at", file->modified_at);
  out->mine = carto_str_equal(out->owner, local->_desc.owner);
  out->demo = carto_json_bool(carto_json_get(root, "demo"));
  (void)carto_json_uint64(carto_json_get(root, "views"), &out->views);
}

static int carto__local_file_order(const void *a, const void *b, const void *user) {
  (void)user;
  return carto_str_compare(((const carto_file *)a)->name, ((const carto_file *)b)->name);
}

/* Bytes in the largest map document: far more than any map has, little enough to read at each
   listing. */
#define CARTO_MCP__MAP_BYTES ((size_t)16 << 20)

/* Reads one document. */
static carto_status carto__local_map_read(const carto_call *call, const carto_local *local,
                                          carto_arena *scratch, const carto_file *file,
                                          carto_map_entry *out, carto_error *error) {
  carto_json_doc doc;
  carto_buf text;
  carto_error why;
  carto_status status;
  if (file->size > CARTO_MCP__MAP_BYTES)
    return carto__fail(error, CARTO_ERR_LIMIT, 0,
                       "has %u bytes; the limit for a map document is %u", file->size,
                       (uint64_t)CARTO_MCP__MAP_BYTES);
  carto_buf_init(&text, local->_desc.alloc, CARTO_MCP__MAP_BYTES);
  carto_arena_reset(scratch);
  status = local->_desc.maps.read(call, local->_desc.maps.user, file->name, &text, error);
  if (status == CARTO_OK) {
    status = carto_json_parse(scratch, carto_buf_str(&text), &doc, &why);
    if (status != CARTO_OK)
      (void)carto__fail(error, status, why.offset, "not JSON: %s (byte %u)", why.text,
                        (uint64_t)why.offset);
  }
  if (status == CARTO_OK && carto_json_type_of(doc.root) != CARTO_JSON_OBJECT)
    status = carto__fail(error, CARTO_ERR_SYNTAX, 0, "a map document is an object");
  if (status == CARTO_OK && !carto_json_get(doc.root, "keplerMapConfig"))
    status = carto__fail(error, CARTO_ERR_SYNTAX, 0, "a map document has a \"keplerMapConfig\"");
  if (status == CARTO_OK) carto__local_map_entry(call->arena, local, doc.root, file, out);
  carto_buf_free(&text);
  return status;
}

static bool carto__local_map_wanted(const carto_maps_request *request,
                                    const carto_map_entry *entry) {
  if (request->search.len && carto__str_find_nocase(entry->title, request->search) == SIZE_MAX)
    return false;
  if (request->privacy.len && !carto_str_equal(entry->privacy, request->privacy)) return false;
  return entry->mine || !request->mine_only;
}

static int carto__local_map_order(const void *a, const void *b, const void *user) {
  const carto_map_entry *x = (const carto_map_entry *)a, *y = (const carto_map_entry *)b;
  const carto_maps_request *request = (const carto_maps_request *)user;
  int order = 0;
  switch (request->order) {
  case CARTO_MAPS_BY_TITLE: order = carto__str_compare_nocase(x->title, y->title); break;
  case CARTO_MAPS_BY_CREATED:
    order = (x->created_at > y->created_at) - (x->created_at < y->created_at);
    break;
  case CARTO_MAPS_BY_VIEWS: order = (x->views > y->views) - (x->views < y->views); break;
  case CARTO_MAPS_BY_DEMO: order = (int)x->demo - (int)y->demo; break;
  default: order = (x->updated_at > y->updated_at) - (x->updated_at < y->updated_at); break;
  }
  if (!request->ascending) order = -order;
  return order ? order : carto_str_compare(x->id, y->id);
}

/* Sorts the entries and cuts out the page. */
static carto_status carto__local_map_page(const carto_call *call, const carto_maps_request *request,
                                          const carto_map_entry *entries, size_t count,
                                          carto_maps_result *out, carto_error *error) {
  const carto_map_entry **order =
    (const carto_map_entry **)carto__arena_array(call->arena, count, sizeof *order);
  size_t i, first;
  if (!order) return carto__fail_memory(call->arena, error);
  for (i = 0; i < count; i++) order[i] = &entries[i];
  carto__sort((const void **)order, count, carto__local_map_order, request);
  out->total_count = count;
  if (!carto__mul_size(request->page - 1, request->page_size, &first) || first >= count)
    return CARTO_OK;
  out->count = carto__min_size(count - first, request->page_size);
  out->items = (carto_map_entry *)carto__arena_array(call->arena, out->count, sizeof *out->items);
  if (!out->items) return carto__fail_memory(call->arena, error);
  for (i = 0; i < out->count; i++) out->items[i] = *order[first + i];
  return CARTO_OK;
}

/* Whatever is wrong with a document, the others are listed. */
static carto_status carto__local_maps(const carto_call *call, void *state,
                                      const carto_maps_request *request, carto_maps_result *out,
                                      carto_error *error) {
  const carto_local *local = (const carto_local *)state;
  const carto_files *maps = &local->_desc.maps;
  carto_file *files;
  const carto_file **order;
  carto_map_entry *entries;
  carto_error why;
  carto_arena scratch;
  size_t file_count, count = 0, i;
  carto_status status, read;
  memset(out, 0, sizeof *out);
  if (!maps->list)
    return carto__fail(error, CARTO_ERR_UNSUPPORTED, 0, "connection %v has no maps",
                       local->_desc.name);
  status = maps->list(call, maps->user, carto_str_make("", 0), &files, &file_count, error);
  if (status != CARTO_OK) return status;
  entries = (carto_map_entry *)carto__arena_array(call->arena, file_count, sizeof *entries);
  out->problems =
    (carto_map_problem *)carto__arena_array(call->arena, file_count, sizeof *out->problems);
  order = (const carto_file **)carto__arena_array(call->arena, file_count, sizeof *order);
  if (!entries || !out->problems || !order) status = carto__fail_memory(call->arena, error);
  for (i = 0; i < file_count && status == CARTO_OK; i++) order[i] = &files[i];
  if (status == CARTO_OK)
    carto__sort((const void **)order, file_count, carto__local_file_order, NULL);
  carto_arena_init(&scratch, local->_desc.alloc, 0);
  for (i = 0; i < file_count && status == CARTO_OK; i++) {
    if (order[i]->is_directory || !carto__str_ends(order[i]->name, carto_str_from(".json")) ||
        !carto__local_name_is_good(order[i]->name))
      continue;
    read = carto__go_on(call)
             ? carto__local_map_read(call, local, &scratch, order[i], &entries[count], &why)
             : carto__fail_cancelled(&why);
    if (read == CARTO_OK) {
      if (carto__local_map_wanted(request, &entries[count])) count++;
    } else if (read == CARTO_ERR_CANCELLED || read == CARTO_ERR_NOMEM) {
      status = read;
      if (error) *error = why;
    } else {
      carto_map_problem *p = &out->problems[out->problem_count++];
      p->file = order[i]->name;
      p->text = carto__str_copy(call->arena, carto_str_from(why.text));
    }
    if (status == CARTO_OK && call->arena->status != CARTO_OK)
      status = carto__fail_memory(call->arena, error);
  }
  carto_arena_free(&scratch);
  if (status == CARTO_OK) status = carto__local_map_page(call, request, entries, count, out, error);
  if (status != CARTO_OK) memset(out, 0, sizeof *out);
  return status;
}

static const carto_driver carto__local_driver = {
  "local",
  carto__local_connections,
  carto__local_browse,
  carto__local_search_tables,
  carto__local_schema,
  carto__local_statistics,
  NULL, /* query */
  NULL, /* widget */
  NULL, /* geocode */
  carto__local_maps,
  NULL, /* map_document */
  NULL, /* job_start */
  NULL, /* job_state */
  NULL, /* job_cancel */
};

CARTO_MCP__DEF carto_warehouse carto_local_warehouse(carto_local *local) {
  carto_warehouse warehouse;
  warehouse.driver = &carto__local_driver;
  warehouse.state = local;
  return warehouse;
}

/* ----------------------------------------------------------------------- >>tools
   The tool table: one row and one handler each.
   Uses: >>json, >>schema, >>warehouse.   Used by: >>rpc.
   Names and shapes are those of CARTO's tool reference, to the letter. A handler gets checked
   arguments, reads a warehouse and writes one JSON value; it knows nothing of JSON-RPC. */

/* Bytes that one result may have: it goes out twice, once with its quotes escaped. What a tool
   lists stops at this by whole elements, and says so. */
static size_t carto__tool_budget(const carto_tool_call *call) {
  return call->server->_desc.message_bytes / 4;
}

/* An element of a list that is being written: it is kept if it fits, else taken back. */
typedef struct carto__draft {
  carto_json_writer writer;
  size_t len;
} carto__draft;

static carto__draft carto__draft_begin(const carto_json_writer *out) {
  carto__draft draft;
  draft.writer = *out;
  draft.len = out->out->len;
  return draft;
}

static bool carto__draft_keep(const carto__draft *draft, carto_json_writer *out, size_t budget) {
  carto_buf *buf = out->out;
  if (buf->len <= budget && buf->status != CARTO_ERR_LIMIT) return true;
  if (buf->status == CARTO_ERR_LIMIT) buf->status = CARTO_OK;
  buf->len = draft->len;
  *out = draft->writer;
  return false;
}

static carto_str carto__arg_str(const carto_tool_call *call, const char *name) {
  return carto_json_string(carto_json_get(call->arguments, name));
}

/* A whole number that the schema has bounded. */
static size_t carto__arg_size(const carto_tool_call *call, const char *name, size_t fallback) {
  int64_t value;
  return carto_json_int64(carto_json_get(call->arguments, name), &value) ? (size_t)value : fallback;
}

/* The place of an argument in a list of the schema's form "a|b|c"; 0 when it is not given. */
static int carto__arg_choice(const carto_tool_call *call, const char *name, const char *allowed) {
  carto_str value = carto__arg_str(call, name), rest = carto_str_from(allowed);
  int i;
  for (i = 0; rest.len > 0; i++)
    if (carto_str_equal(carto__str_cut(&rest, '|'), value)) return i;
  return 0;
}

static void carto__put_str(carto_json_writer *out, const char *key, carto_str value) {
  carto_json_key(out, key);
  carto_json_write_string(out, value);
}

static void carto__put_text(carto_json_writer *out, const char *key, const char *value) {
  carto__put_str(out, key, carto_str_from(value));
}

static void carto__put_size(carto_json_writer *out, const char *key, size_t value) {
  carto_json_key(out, key);
  carto_json_write_uint(out, value);
}

static void carto__put_bool(carto_json_writer *out, const char *key, bool value) {
  carto_json_key(out, key);
  carto_json_write_bool(out, value);
}

static void carto__put_double(carto_json_writer *out, const char *key, double value) {
  carto_json_key(out, key);
  carto_json_write_double(out, value);
}

static void carto__put_time(carto_json_writer *out, const char *key, int64_t value) {
  carto_json_key(out, key);
  carto_json_write_time(out, value);
}

/* How much of a list is here. */
static void carto__put_counts(carto_json_writer *out, size_t returned, size_t total) {
  carto__put_bool(out, "truncated", returned < total);
  carto__put_size(out, "returned", returned);
  carto__put_size(out, "total", total);
}

/* The frame {"status": 200, "data": ...} of the platform tools. */
static void carto__begin_data(carto_json_writer *out) {
  carto_json_begin_object(out);
  carto__put_size(out, "status", 200);
  carto_json_key(out, "data");
}

/* The warehouse behind the argument connection_name, which is copied to *name. */
static carto_status carto__tool_warehouse(const carto_tool_call *call, carto_str *name,
                                          const carto_warehouse **out, carto_error *error) {
  const carto_server_desc *desc = &call->server->_desc;
  *name = carto__arg_str(call, "connection_name");
  return carto__warehouse_find(call->work, desc->warehouses, desc->warehouse_count, *name, out,
                               error);
}

static carto_status carto__tool_lacks(carto_str connection, const char *what, carto_error *error) {
  return carto__fail(error, CARTO_ERR_UNSUPPORTED, 0, "connection \"%v\" cannot %s", connection,
                     what);
}

/* A failed query's error with its SQLSTATE and its place in the query told in its text: bytes and
   lines from 1, as PostgreSQL counts. */
static carto_status carto__tool_query_failed(carto_str query, carto_status status,
                                             carto_error *error) {
  carto_error message = *error, place;
  carto__text t;
  size_t i, line = 1, len;
  if (!error->code[0]) return status;
  for (i = 0; i < error->offset && i < query.len; i++) line += query.ptr[i] == '\n';
  if (error->offset > 0 || error->line > 0)
    (void)carto__fail(&place, status, 0, " (SQLSTATE %s, at byte %u, line %u)", error->code,
                      (uint64_t)error->offset + 1, (uint64_t)line);
  else (void)carto__fail(&place, status, 0, " (SQLSTATE %s)", error->code);
  len = carto_str_from(place.text).len;
  if (len + 3 >= sizeof error->text) return status; /* no room to say more than that */
  t.ptr = error->text;
  t.len = 0;
  t.cap = sizeof error->text - 1 - len;
  carto__text_add(&t, message.text, carto_str_from(message.text).len);
  memcpy(t.ptr + t.len, place.text, len + 1);
  return status;
}

/* ---- list_connections */

static void carto__write_connection(carto_json_writer *out, const carto_connection *connection) {
  carto_json_begin_object(out);
  carto__put_str(out, "id", connection->id);
  carto__put_str(out, "name", connection->name);
  carto__put_str(out, "provider_id", connection->provider_id);
  carto__put_str(out, "privacy", connection->privacy);
  carto__put_bool(out, "carto_dw", connection->carto_dw);
  carto__put_time(out, "created_at", connection->created_at);
  carto__put_time(out, "updated_at", connection->updated_at);
  carto_json_end_object(out);
}

/* A warehouse that cannot say what it has does not hide the others; its error counts only when
   there is nothing else to show. */
static carto_status carto__tool_list_connections(const carto_tool_call *call,
                                                 carto_json_writer *out, carto_error *error) {
  const carto_server_desc *desc = &call->server->_desc;
  size_t i, k, written = 0, total = 0, unavailable = 0, budget = carto__tool_budget(call);
  carto_status status, failed = CARTO_OK;
  carto__begin_data(out);
  carto_json_begin_array(out);
  for (i = 0; i < desc->warehouse_count; i++) {
    const carto_warehouse *warehouse = &desc->warehouses[i];
    carto_connection_list list;
    status = warehouse->driver->connections(call->work, warehouse->state, &list, error);
    if (status == CARTO_ERR_CANCELLED || status == CARTO_ERR_NOMEM) return status;
    if (status != CARTO_OK) {
      failed = status;
      unavailable++;
      continue;
    }
    for (k = 0; k < list.count; k++, total++) {
      carto__draft draft = carto__draft_begin(out);
      if (written < total) continue; /* one did not fit already */
      carto__write_connection(out, &list.items[k]);
      if (carto__draft_keep(&draft, out, budget)) written++;
    }
  }
  if (failed != CARTO_OK && total == 0) return failed;
  carto_json_end_array(out);
  if (written < total) carto__put_counts(out, written, total);
  if (unavailable) carto__put_size(out, "unavailable", unavailable);
  carto_json_end_object(out);
  return CARTO_OK;
}

static const carto_param carto__list_connections_results[] = {
  {0, "status", CARTO_KIND_INTEGER | CARTO_REQUIRED, NULL, 0, 0, NULL, "200"},
  {0, "data", CARTO_KIND_ARRAY | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {1, "*", CARTO_KIND_OBJECT, NULL, 0, 0, NULL, NULL},
  {2, "id", CARTO_KIND_STRING | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {2, "name", CARTO_KIND_STRING | CARTO_REQUIRED, NULL, 0, 0, NULL,
   "What other tools take as connection_name."},
  {2, "provider_id", CARTO_KIND_STRING | CARTO_REQUIRED, NULL, 0, 0, NULL,
   "Kind of warehouse; decides the SQL dialect."},
  {2, "privacy", CARTO_KIND_STRING | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {2, "carto_dw", CARTO_KIND_BOOLEAN | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {2, "created_at", CARTO_KIND_STRING | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {2, "updated_at", CARTO_KIND_STRING | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {0, "truncated", CARTO_KIND_BOOLEAN, NULL, 0, 0, NULL, "Only when not all connections fit."},
  {0, "returned", CARTO_KIND_INTEGER, NULL, 0, 0, NULL, NULL},
  {0, "total", CARTO_KIND_INTEGER, NULL, 0, 0, NULL, NULL},
  {0, "unavailable", CARTO_KIND_INTEGER, NULL, 0, 0, NULL,
   "Warehouses that could not be asked just now; only when there are any."},
};

/* ---- list_resources */

typedef struct carto__tree {
  carto_json_writer *out;
  const carto_browse_result *result;
  size_t budget;  /* bytes after which no more nodes are begun */
  size_t written; /* nodes below the root */
  size_t at_root; /* of these, the root's own children */
  bool truncated;
} carto__tree;

/* Writes the children of a node: a tree of at most three levels, since maxDepth is. */
static void carto__tree_write(carto__tree *tree, const carto_resource *parent, int depth) {
  carto_json_writer *out = tree->out;
  size_t i;
  carto_json_key(out, "children");
  carto_json_begin_array(out);
  for (i = 0; i < parent->returned; i++) {
    const carto_resource *node = &tree->result->items[parent->first_child + i];
    carto__draft draft = carto__draft_begin(out);
    carto_json_begin_object(out);
    carto__put_str(out, "id", node->fqn);
    carto__put_str(out, "name", node->name);
    carto__put_text(out, "type", carto__resource_type_names[node->type]);
    if (!carto__draft_keep(&draft, out, tree->budget)) break;
    if (node->expanded) carto__tree_write(tree, node, depth + 1);
    carto_json_end_object(out);
    tree->written++;
  }
  carto_json_end_array(out);
  if (i < parent->child_count) tree->truncated = true;
  if (depth == 0) {
    tree->at_root = i;
    return;
  }
  carto__put_size(out, "childCount", parent->child_count);
  carto__put_bool(out, "childrenTruncated", i < parent->child_count);
}

static carto_status carto__tool_list_resources(const carto_tool_call *call, carto_json_writer *out,
                                               carto_error *error) {
  const carto_warehouse *warehouse;
  carto_browse_request request;
  carto_browse_result result;
  carto__tree tree;
  carto_status status;
  memset(&request, 0, sizeof request);
  status = carto__tool_warehouse(call, &request.connection, &warehouse, error);
  if (status != CARTO_OK) return status;
  if (!warehouse->driver->browse) return carto__tool_lacks(request.connection, "be browsed", error);
  request.fqn = carto__arg_str(call, "fqn");
  request.depth = carto__arg_size(call, "maxDepth", 1);
  request.max_items = carto__arg_size(call, "maxItems", 30);
  status = warehouse->driver->browse(call->work, warehouse->state, &request, &result, error);
  if (status != CARTO_OK) return status;
  memset(&tree, 0, sizeof tree);
  tree.out = out;
  tree.result = &result;
  tree.budget = carto__tool_budget(call);
  tree.truncated = result.truncated;
  carto__begin_data(out);
  carto_json_begin_object(out);
  carto__put_str(out, "provider", result.provider_id);
  carto__put_text(out, "type", carto__resource_type_names[result.items[0].type]);
  if (request.fqn.len) {
    carto__put_str(out, "id", result.items[0].fqn);
    carto__put_str(out, "name", result.items[0].name);
  }
  carto__tree_write(&tree, &result.items[0], 0);
  carto__put_size(out, "returnedItems", tree.written);
  carto__put_size(out, "maxItemsApplied", request.max_items);
  carto__put_bool(out, "truncated", tree.truncated);
  carto__put_bool(out, "rootChildrenTruncated", tree.at_root < result.items[0].child_count);
  carto__put_size(out, "totalRootChildren", result.items[0].child_count);
  carto_json_end_object(out);
  carto_json_end_object(out);
  return CARTO_OK;
}

static const carto_param carto__list_resources_params[] = {
  {0, "connection_name", CARTO_KIND_STRING | CARTO_REQUIRED, NULL, 0, 0, NULL,
   "Name of the connection (from list_connections)."},
  {0, "fqn", CARTO_KIND_STRING, NULL, 0, 0, NULL,
   "Fully qualified name to browse. Omit for the top level. Examples: \"my_database\", "
   "\"my_database.my_schema\"."},
  {0, "maxDepth", CARTO_KIND_INTEGER, NULL, 1, 3, "1",
   "How many levels deep to expand (1=current level only, 2=include children, 3=include "
   "grandchildren)."},
  {0, "maxItems", CARTO_KIND_INTEGER, NULL, 1, 500, "30",
   "Maximum total items to return across all levels."},
};

static const carto_param carto__list_resources_results[] = {
  {0, "status", CARTO_KIND_INTEGER | CARTO_REQUIRED, NULL, 0, 0, NULL, "200"},
  {0, "data", CARTO_KIND_OBJECT | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {1, "provider", CARTO_KIND_STRING | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {1, "type", CARTO_KIND_STRING | CARTO_REQUIRED, "connection|database|schema|table|view", 0, 0,
   NULL, "What was browsed."},
  {1, "id", CARTO_KIND_STRING, NULL, 0, 0, NULL, "Fully qualified name of what was browsed."},
  {1, "name", CARTO_KIND_STRING, NULL, 0, 0, NULL, NULL},
  {1, "children", CARTO_KIND_ARRAY | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {2, "*", CARTO_KIND_OBJECT, NULL, 0, 0, NULL, NULL},
  {3, "id", CARTO_KIND_STRING | CARTO_REQUIRED, NULL, 0, 0, NULL, "Fully qualified name."},
  {3, "name", CARTO_KIND_STRING | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {3, "type", CARTO_KIND_STRING | CARTO_REQUIRED, "database|schema|table|view", 0, 0, NULL, NULL},
  {3, "children", CARTO_KIND_ARRAY, NULL, 0, 0, NULL, "The same again, when expanded."},
  {3, "childCount", CARTO_KIND_INTEGER, NULL, 0, 0, NULL, "Children there are, when expanded."},
  {3, "childrenTruncated", CARTO_KIND_BOOLEAN, NULL, 0, 0, NULL, NULL},
  {1, "returnedItems", CARTO_KIND_INTEGER | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {1, "maxItemsApplied", CARTO_KIND_INTEGER | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {1, "truncated", CARTO_KIND_BOOLEAN | CARTO_REQUIRED, NULL, 0, 0, NULL,
   "Something was left out somewhere: raise maxItems, or drill down with fqn."},
  {1, "rootChildrenTruncated", CARTO_KIND_BOOLEAN | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {1, "totalRootChildren", CARTO_KIND_INTEGER | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
};

/* ---- search_resources */

/* Adds a text as one segment of a URL's path (RFC 3986, section 2.3). */
static void carto__append_segment(carto_buf *out, carto_str text) {
  static const char digits[] = "0123456789ABCDEF";
  char escape[3];
  size_t i;
  for (i = 0; i < text.len; i++) {
    unsigned char c = (unsigned char)text.ptr[i];
    bool word = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    escape[0] = '%';
    escape[1] = digits[c >> 4];
    escape[2] = digits[c & 15];
    if (word || c == '-' || c == '.' || c == '_' || c == '~')
      carto_buf_append(out, &text.ptr[i], 1);
    else carto_buf_append(out, escape, 3);
  }
}

static void carto__write_match(carto_json_writer *out, const carto_match *match,
                               carto_str connection, carto_buf *link) {
  carto_buf_clear(link);
  carto_buf_append_text(link, "/connections/");
  carto__append_segment(link, connection);
  carto_buf_append_text(link, "/resources/");
  carto__append_segment(link, match->fqn);
  carto_json_begin_object(out);
  carto__put_str(out, "id", match->fqn);
  carto__put_str(out, "name", match->name);
  carto__put_text(out, "type", carto__resource_type_names[match->type]);
  carto__put_str(out, "database", match->database);
  carto__put_str(out, "schema", match->schema);
  carto__put_str(out, "fqn", match->fqn);
  carto_json_key(out, "_links");
  carto_json_begin_object(out);
  carto__put_str(out, "resources", carto_buf_str(link));
  carto_json_end_object(out);
  carto_json_end_object(out);
}

static carto_status carto__tool_search_resources(const carto_tool_call *call,
                                                 carto_json_writer *out, carto_error *error) {
  static const int types[] = {CARTO_RESOURCE_TABLE, CARTO_RESOURCE_VIEW};
  const carto_warehouse *warehouse;
  carto_search_request request;
  carto_search_result result;
  carto_buf link;
  size_t i, budget = carto__tool_budget(call);
  carto_status status;
  memset(&request, 0, sizeof request);
  status = carto__tool_warehouse(call, &request.connection, &warehouse, error);
  if (status != CARTO_OK) return status;
  if (!warehouse->driver->search)
    return carto__tool_lacks(request.connection, "be searched", error);
  request.query = carto__arg_str(call, "query");
  request.scope_fqn = carto__arg_str(call, "scopeFqn");
  request.limit = carto__arg_size(call, "limit", 20);
  request.type = 0;
  if (carto__arg_str(call, "type").len)
    request.type = types[carto__arg_choice(call, "type", "table|view")];
  status = warehouse->driver->search(call->work, warehouse->state, &request, &result, error);
  if (status != CARTO_OK) return status;
  carto__begin_data(out);
  carto_json_begin_object(out);
  carto__put_str(out, "provider", result.provider_id);
  carto_json_key(out, "results");
  carto_json_begin_array(out);
  carto_buf_init(&link, carto_arena_allocator(call->work->arena), 0);
  for (i = 0; i < result.count; i++) {
    carto__draft draft = carto__draft_begin(out);
    carto__write_match(out, &result.items[i], request.connection, &link);
    if (!carto__draft_keep(&draft, out, budget)) break;
  }
  if (link.status != CARTO_OK) return carto__fail_memory(call->work->arena, error);
  carto_json_end_array(out);
  carto__put_size(out, "returnedResults", i);
  carto__put_size(out, "totalResults", result.total_count);
  carto__put_bool(out, "truncated", i < result.total_count);
  carto__put_str(out, "query", request.query);
  if (request.scope_fqn.len) carto__put_str(out, "scopeFqn", request.scope_fqn);
  carto__put_size(out, "searchedContainers", result.searched_containers);
  carto__put_size(out, "totalContainers", result.total_containers);
  carto_json_end_object(out);
  carto_json_end_object(out);
  return CARTO_OK;
}

static const carto_param carto__search_resources_params[] = {
  {0, "connection_name", CARTO_KIND_STRING | CARTO_REQUIRED, NULL, 0, 0, NULL,
   "Name of the connection (from list_connections)."},
  {0, "query", CARTO_KIND_STRING | CARTO_REQUIRED, NULL, 1, CARTO_MCP_MAX_NAME, NULL,
   "Search string to match against table/view names (case-insensitive)."},
  {0, "type", CARTO_KIND_STRING, "table|view", 0, 0, NULL,
   "Filter results to only \"table\" or only \"view\"."},
  {0, "limit", CARTO_KIND_INTEGER, NULL, 1, 100, "20", "Max results to return."},
  {0, "scopeFqn", CARTO_KIND_STRING, NULL, 0, 0, NULL,
   "Narrow search to a specific database, schema, or dataset. Examples: \"my_database\", "
   "\"my_database.my_schema\"."},
};

static const carto_param carto__search_resources_results[] = {
  {0, "status", CARTO_KIND_INTEGER | CARTO_REQUIRED, NULL, 0, 0, NULL, "200"},
  {0, "data", CARTO_KIND_OBJECT | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {1, "provider", CARTO_KIND_STRING | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {1, "results", CARTO_KIND_ARRAY | CARTO_REQUIRED, NULL, 0, 0, NULL, "Best match first."},
  {2, "*", CARTO_KIND_OBJECT, NULL, 0, 0, NULL, NULL},
  {3, "id", CARTO_KIND_STRING | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {3, "name", CARTO_KIND_STRING | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {3, "type", CARTO_KIND_STRING | CARTO_REQUIRED, "table|view", 0, 0, NULL, NULL},
  {3, "database", CARTO_KIND_STRING | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {3, "schema", CARTO_KIND_STRING | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {3, "fqn", CARTO_KIND_STRING | CARTO_REQUIRED, NULL, 0, 0, NULL,
   "What describe takes as table_fqn."},
  {3, "_links", CARTO_KIND_OBJECT | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {4, "resources", CARTO_KIND_STRING | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {1, "returnedResults", CARTO_KIND_INTEGER | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {1, "totalResults", CARTO_KIND_INTEGER | CARTO_REQUIRED, NULL, 0, 0, NULL, "Matches there are."},
  {1, "truncated", CARTO_KIND_BOOLEAN | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {1, "query", CARTO_KIND_STRING | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {1, "scopeFqn", CARTO_KIND_STRING, NULL, 0, 0, NULL, NULL},
  {1, "searchedContainers", CARTO_KIND_INTEGER | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {1, "totalContainers", CARTO_KIND_INTEGER | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
};

/* ---- describe */

#define CARTO_MCP__CATEGORY_ORDERS "frequency_desc|frequency_asc|alphabetical_asc|alphabetical_desc"

static void carto__write_schema(const carto_source *source, const carto_schema_result *schema,
                                size_t budget, carto_json_writer *out) {
  size_t i;
  carto_json_begin_object(out);
  carto_json_key(out, "source");
  carto_json_begin_object(out);
  carto__put_text(out, "type", source->is_query ? "query" : "table");
  if (source->is_query) carto__put_str(out, "sql", source->text);
  else carto__put_str(out, "fqn", schema->name);
  carto_json_end_object(out);
  carto_json_key(out, "schema");
  carto_json_begin_array(out);
  for (i = 0; i < schema->column_count; i++) {
    carto__draft draft = carto__draft_begin(out);
    carto_json_begin_object(out);
    carto__put_str(out, "name", schema->columns[i].name);
    carto__put_text(out, "type", carto__column_kind_names[schema->columns[i].kind]);
    carto_json_end_object(out);
    if (!carto__draft_keep(&draft, out, budget)) break;
  }
  carto_json_end_array(out);
  if (i < schema->column_count) carto__put_counts(out, i, schema->column_count);
  if (schema->geom_field.len) carto__put_str(out, "geomField", schema->geom_field);
  if (schema->geometry_type) carto__put_text(out, "geometryType", schema->geometry_type);
  if (schema->spatial_data_type) carto__put_text(out, "spatialDataType", schema->spatial_data_type);
  if (schema->has_row_count) {
    carto_json_key(out, "rowCount");
    carto_json_write_uint(out, schema->row_count);
  }
  carto_json_end_object(out);
}

static void carto__write_number_stats(const carto_stats_result *stats, carto_json_writer *out) {
  static const char *const names[] = {"min", "max", "avg", "sum"};
  const carto_stats_number *n = &stats->number;
  int buckets, i;
  if (n->count == 0) {
    for (i = 0; i < 4; i++) {
      carto_json_key(out, names[i]);
      carto_json_write_null(out);
    }
    carto_json_key(out, "quantiles");
    carto_json_write_null(out);
    return;
  }
  carto_json_key(out, "min");
  if (n->is_integer) carto_json_write_int(out, n->min_i64);
  else carto_json_write_double(out, n->min);
  carto_json_key(out, "max");
  if (n->is_integer) carto_json_write_int(out, n->max_i64);
  else carto_json_write_double(out, n->max);
  carto__put_double(out, "avg", n->avg);
  carto_json_key(out, "sum");
  if (n->is_integer && n->sum_is_exact) carto_json_write_int(out, n->sum_i64);
  else carto_json_write_double(out, n->sum);
  carto_json_key(out, "quantiles");
  carto_json_begin_object(out);
  for (buckets = CARTO_QUANTILES_MIN; buckets <= CARTO_QUANTILES_MAX; buckets++) {
    size_t start = carto_quantile_start(buckets);
    char room[20];
    char *digits = carto__uint_digits((uint64_t)buckets, room);
    carto_json_key_str(out, carto_str_make(digits, (size_t)(room + 20 - digits)));
    carto_json_begin_array(out);
    for (i = 0; i <= buckets; i++) {
      if (n->is_integer) carto_json_write_int(out, stats->quantiles_i64[start + (size_t)i]);
      else carto_json_write_double(out, stats->quantiles[start + (size_t)i]);
    }
    carto_json_end_array(out);
  }
  carto_json_end_object(out);
}

static void carto__write_category_stats(const carto_stats_result *stats, size_t budget,
                                        carto_json_writer *out) {
  const carto_stats_categories *c = &stats->categories;
  size_t i;
  carto_json_key(out, "categories");
  carto_json_begin_array(out);
  for (i = 0; i < c->size; i++) {
    const carto_category *category = &c->categories[i];
    carto__draft draft = carto__draft_begin(out);
    carto_json_begin_object(out);
    carto_json_key(out, "category");
    if (stats->kind == CARTO_COLUMN_BOOLEAN)
      carto_json_write_bool(out, carto__str_is(category->name, "true"));
    else carto_json_write_string(out, category->name);
    carto_json_key(out, "frequency");
    carto_json_write_uint(out, category->frequency);
    carto_json_end_object(out);
    if (!carto__draft_keep(&draft, out, budget)) break;
  }
  carto_json_end_array(out);
  carto__put_counts(out, i, (size_t)c->distinct_count);
}

static void carto__write_extent(const carto_box *box, carto_json_writer *out) {
  carto_json_key(out, "extent");
  if (box->xmin > box->xmax) {
    carto_json_write_null(out);
    return;
  }
  carto_json_begin_object(out);
  carto__put_double(out, "xmin", box->xmin);
  carto__put_double(out, "ymin", box->ymin);
  carto__put_double(out, "xmax", box->xmax);
  carto__put_double(out, "ymax", box->ymax);
  carto_json_end_object(out);
}

static void carto__write_stats(const carto_stats_result *stats, size_t budget,
                               carto_json_writer *out) {
  carto_json_begin_object(out);
  carto__put_text(out, "type", carto__column_kind_names[stats->kind]);
  switch (stats->kind) {
  case CARTO_COLUMN_NUMBER: carto__write_number_stats(stats, out); break;
  case CARTO_COLUMN_TIMESTAMP:
    carto_json_key(out, "min");
    if (stats->number.count) carto_json_write_time(out, stats->number.min_i64);
    else carto_json_write_null(out);
    carto_json_key(out, "max");
    if (stats->number.count) carto_json_write_time(out, stats->number.max_i64);
    else carto_json_write_null(out);
    break;
  case CARTO_COLUMN_GEOMETRY: carto__write_extent(&stats->extent, out); break;
  default: carto__write_category_stats(stats, budget, out); break;
  }
  carto_json_end_object(out);
}

static carto_status carto__tool_describe(const carto_tool_call *call, carto_json_writer *out,
                                         carto_error *error) {
  const carto_warehouse *warehouse;
  carto_stats_request request;
  carto_schema_result schema;
  carto_stats_result stats;
  size_t budget = carto__tool_budget(call);
  carto_status status;
  memset(&request, 0, sizeof request);
  status = carto__tool_warehouse(call, &request.source.connection, &warehouse, error);
  if (status != CARTO_OK) return status;
  request.source.is_query = carto_json_get(call->arguments, "query") != NULL;
  request.source.text = carto__arg_str(call, request.source.is_query ? "query" : "table_fqn");
  request.source.parameters_doc = call->doc;
  request.source.parameters = carto_json_get(call->arguments, "query_parameters");
  if (!carto_json_get(call->arguments, "column")) {
    if (!warehouse->driver->schema)
      return carto__tool_lacks(request.source.connection, "be described", error);
    status =
      warehouse->driver->schema(call->work, warehouse->state, &request.source, &schema, error);
    if (status != CARTO_OK) return carto__tool_query_failed(request.source.text, status, error);
    carto__write_schema(&request.source, &schema, budget, out);
    return CARTO_OK;
  }
  if (!warehouse->driver->statistics)
    return carto__tool_lacks(request.source.connection, "give statistics", error);
  request.column = carto__arg_str(call, "column");
  request.spatial_data_type = carto__arg_str(call, "spatial_data_type");
  request.order = carto__arg_choice(call, "categories_order_by", CARTO_MCP__CATEGORY_ORDERS);
  request.max_categories = carto__arg_size(call, "max_categories", 20);
  status = warehouse->driver->statistics(call->work, warehouse->state, &request, &stats, error);
  if (status != CARTO_OK) return carto__tool_query_failed(request.source.text, status, error);
  carto__write_stats(&stats, budget, out);
  return CARTO_OK;
}

static const carto_param carto__describe_params[] = {
  {0, "connection_name", CARTO_KIND_STRING | CARTO_REQUIRED, NULL, 0, 0, NULL,
   "Name of the connection (from list_connections)."},
  {0, "table_fqn", CARTO_KIND_STRING, NULL, 0, 0, NULL,
   "Fully qualified table name (e.g., \"db.schema.table\"). Provide this OR query, not both."},
  {0, "query", CARTO_KIND_STRING, NULL, 0, 0, NULL,
   "SQL query to inspect. Provide this OR table_fqn, not both."},
  {0, "query_parameters", CARTO_KIND_OBJECT, NULL, 0, 0, NULL,
   "Parameter bindings for query, by name: {\"name\": 1} for @name and :name, {\"1\": 1} for $1. "
   "Only valid when query is set."},
  {0, "column", CARTO_KIND_STRING, NULL, 0, 0, NULL,
   "Column to compute statistics for. When present, switches from schema mode to stats mode."},
  {0, "max_categories", CARTO_KIND_INTEGER, NULL, 1, 1000, "20",
   "Stats mode only. Max categories returned for string/boolean columns."},
  {0, "categories_order_by", CARTO_KIND_STRING, CARTO_MCP__CATEGORY_ORDERS, 0, 0,
   "\"frequency_desc\"", "Stats mode only. Order of the categories."},
  {0, "spatial_data_type", CARTO_KIND_STRING, "h3|h3int|quadbin|geo", 0, 0, NULL,
   "Stats mode only, for geometry columns: how the column holds its geometry."},
};

static const carto_rule carto__describe_rules[] = {
  {CARTO_RULE_EXACTLY_ONE, "table_fqn", "query"},
  {CARTO_RULE_NEEDS, "query_parameters", "query"},
  {CARTO_RULE_NEEDS, "max_categories", "column"},
  {CARTO_RULE_NEEDS, "categories_order_by", "column"},
  {CARTO_RULE_NEEDS, "spatial_data_type", "column"},
};

#define CARTO_MCP__NUMBER_OR_NULL (CARTO_KIND_NUMBER | CARTO_KIND_NULL)

static const carto_param carto__describe_results[] = {
  {0, "source", CARTO_KIND_OBJECT, NULL, 0, 0, NULL, "Schema mode."},
  {1, "type", CARTO_KIND_STRING | CARTO_REQUIRED, "table|query", 0, 0, NULL, NULL},
  {1, "fqn", CARTO_KIND_STRING, NULL, 0, 0, NULL, NULL},
  {1, "sql", CARTO_KIND_STRING, NULL, 0, 0, NULL, NULL},
  {0, "schema", CARTO_KIND_ARRAY, NULL, 0, 0, NULL, "Schema mode: the columns."},
  {1, "*", CARTO_KIND_OBJECT, NULL, 0, 0, NULL, NULL},
  {2, "name", CARTO_KIND_STRING | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {2, "type", CARTO_KIND_STRING | CARTO_REQUIRED, "Number|String|Boolean|Timestamp|Geometry", 0, 0,
   NULL, NULL},
  {0, "geomField", CARTO_KIND_STRING, NULL, 0, 0, NULL, "The column that places the rows."},
  {0, "geometryType", CARTO_KIND_STRING, "Point|LineString|Polygon", 0, 0, NULL, NULL},
  {0, "spatialDataType", CARTO_KIND_STRING, "geo|h3|h3int|quadbin", 0, 0, NULL,
   "What to give as spatial_data_type for geomField."},
  {0, "rowCount", CARTO_KIND_INTEGER, NULL, 0, 0, NULL, NULL},
  {0, "type", CARTO_KIND_STRING, "Number|String|Boolean|Timestamp|Geometry", 0, 0, NULL,
   "Stats mode: decides which members follow."},
  {0, "min", CARTO_MCP__NUMBER_OR_NULL | CARTO_KIND_STRING, NULL, 0, 0, NULL,
   "Number; or ISO 8601 text for Timestamp; null when there are no values."},
  {0, "max", CARTO_MCP__NUMBER_OR_NULL | CARTO_KIND_STRING, NULL, 0, 0, NULL, NULL},
  {0, "avg", CARTO_MCP__NUMBER_OR_NULL, NULL, 0, 0, NULL, NULL},
  {0, "sum", CARTO_MCP__NUMBER_OR_NULL, NULL, 0, 0, NULL, NULL},
  {0, "quantiles", CARTO_KIND_OBJECT | CARTO_KIND_NULL, NULL, 0, 0, NULL,
   "Keys \"3\" to \"20\": for N buckets N + 1 values from min to max."},
  {1, "*", CARTO_KIND_ARRAY, NULL, 0, 0, NULL, NULL},
  {2, "*", CARTO_KIND_NUMBER, NULL, 0, 0, NULL, NULL},
  {0, "categories", CARTO_KIND_ARRAY, NULL, 0, 0, NULL, NULL},
  {1, "*", CARTO_KIND_OBJECT, NULL, 0, 0, NULL, NULL},
  {2, "category", CARTO_KIND_STRING | CARTO_KIND_BOOLEAN | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {2, "frequency", CARTO_KIND_INTEGER | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {0, "truncated", CARTO_KIND_BOOLEAN, NULL, 0, 0, NULL, "There are more categories, or columns."},
  {0, "returned", CARTO_KIND_INTEGER, NULL, 0, 0, NULL, NULL},
  {0, "total", CARTO_KIND_INTEGER, NULL, 0, 0, NULL, "Categories there are, or columns."},
  {0, "extent", CARTO_KIND_OBJECT | CARTO_KIND_NULL, NULL, 0, 0, NULL, "Degrees."},
  {1, "xmin", CARTO_KIND_NUMBER | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {1, "ymin", CARTO_KIND_NUMBER | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {1, "xmax", CARTO_KIND_NUMBER | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {1, "ymax", CARTO_KIND_NUMBER | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
};

/* ---- execute_query */

/* A day: the time up to its clock, which says nothing. */
static void carto__write_day(carto_json_writer *out, int64_t microseconds) {
  carto_buf *buf = out->out;
  carto_json_write_time(out, microseconds);
  if (buf->status != CARTO_OK) return;
  while (buf->ptr[buf->len - 1] != 'T') buf->len--;
  buf->ptr[buf->len - 1] = '"';
}

/* A double; those that JSON does not know are written as PostgreSQL names them. */
static void carto__write_number(carto_json_writer *out, double value) {
  if (value != value) carto_json_write_text(out, "NaN");
  else if (value > DBL_MAX) carto_json_write_text(out, "Infinity");
  else if (value < -DBL_MAX) carto_json_write_text(out, "-Infinity");
  else carto_json_write_double(out, value);
}

static void carto__write_cell(carto_json_writer *out, uint64_t cell, bool as_text) {
  char text[17];
  carto_h3_text(cell, text); /* hexadecimal, whatever the kind of cell */
  if (as_text) carto_json_write_text(out, text);
  else carto_json_write_uint(out, cell);
}

/* A geometry takes a quarter of its bytes in WKB at the least: one that cannot fit is not begun,
   since a large one takes long. */
static void carto__write_geom(carto_json_writer *out, carto_geom geom) {
  carto_buf *buf = out->out;
  if (buf->limit == 0 || geom.size / 4 <= buf->limit) carto_geom_to_geojson(geom, out);
  else if (buf->status == CARTO_OK) buf->status = CARTO_ERR_LIMIT;
}

/* One value of a table as JSON. */
static void carto__write_value(carto_json_writer *out, const carto_column *column, size_t row) {
  unsigned char room[21];
  carto_str text;
  if (carto_column_is_null(column, row)) {
    carto_json_write_null(out);
    return;
  }
  switch (column->type) {
  case CARTO_TYPE_NUMBER: carto__write_number(out, column->data.number[row]); break;
  case CARTO_TYPE_INTEGER: carto_json_write_int(out, column->data.integer[row]); break;
  case CARTO_TYPE_BOOLEAN: carto_json_write_bool(out, column->data.boolean[row] != 0); break;
  case CARTO_TYPE_TIMESTAMP:
    if (column->date_only) carto__write_day(out, column->data.integer[row]);
    else carto_json_write_time(out, column->data.integer[row]);
    break;
  case CARTO_TYPE_GEOMETRY: carto__write_geom(out, carto_column_geom(column, row, room)); break;
  case CARTO_TYPE_H3:
  case CARTO_TYPE_QUADBIN: carto__write_cell(out, column->data.cell[row], column->cell_text); break;
  default:
    text = carto_column_string(column, row);
    if (column->json) carto_json_write_raw(out, text);
    else carto_json_write_string(out, text);
    break;
  }
}

static void carto__write_row(carto_json_writer *out, const carto_table *table, size_t row) {
  size_t i;
  carto_json_begin_array(out);
  for (i = 0; i < table->column_count; i++) carto__write_value(out, &table->columns[i], row);
  carto_json_end_array(out);
}

static void carto__write_column_names(carto_json_writer *out, const carto_table *table) {
  size_t i;
  carto_json_key(out, "columns");
  carto_json_begin_array(out);
  for (i = 0; i < table->column_count; i++) carto_json_write_string(out, table->columns[i].name);
  carto_json_end_array(out);
}

#define CARTO_MCP__ROWS_ASK 64 /* rows between checkpoints */

/* A table as columns and rows: as many whole rows as fit the budget. */
static carto_status carto__write_table(const carto_call *call, const carto_table *table,
                                       size_t budget, carto_json_writer *out, carto_error *error) {
  size_t row;
  carto_json_begin_object(out);
  carto__write_column_names(out, table);
  carto_json_key(out, "rows");
  carto_json_begin_array(out);
  for (row = 0; row < table->row_count; row++) {
    carto__draft draft = carto__draft_begin(out);
    if (row % CARTO_MCP__ROWS_ASK == 0 && !carto__go_on(call)) return carto__fail_cancelled(error);
    carto__write_row(out, table, row);
    if (!carto__draft_keep(&draft, out, budget)) break;
  }
  carto_json_end_array(out);
  carto__put_counts(out, row, table->row_count);
  carto_json_end_object(out);
  return CARTO_OK;
}

static carto_status carto__tool_execute_query(const carto_tool_call *call, carto_json_writer *out,
                                              carto_error *error) {
  const carto_warehouse *warehouse;
  carto_source source;
  carto_table table;
  carto_status status;
  memset(&source, 0, sizeof source);
  status = carto__tool_warehouse(call, &source.connection, &warehouse, error);
  if (status != CARTO_OK) return status;
  if (!warehouse->driver->query) return carto__tool_lacks(source.connection, "run queries", error);
  source.is_query = true;
  source.text = carto__arg_str(call, "sql");
  source.parameters_doc = call->doc;
  source.parameters = carto_json_get(call->arguments, "query_parameters");
  status = warehouse->driver->query(call->work, warehouse->state, &source,
                                    call->server->_desc.alloc, &table, error);
  if (status != CARTO_OK) return carto__tool_query_failed(source.text, status, error);
  status = carto__write_table(call->work, &table, carto__tool_budget(call), out, error);
  carto_table_free(&table);
  return status;
}

static const carto_param carto__execute_query_params[] = {
  {0, "connection_name", CARTO_KIND_STRING | CARTO_REQUIRED, NULL, 0, 0, NULL,
   "Connection name to execute against (from list_connections)."},
  {0, "sql", CARTO_KIND_STRING | CARTO_REQUIRED, NULL, 0, 0, NULL,
   "The SQL query to execute (SELECT statements only)."},
  {0, "query_parameters", CARTO_KIND_OBJECT | CARTO_KIND_ARRAY, NULL, 0, 0, NULL,
   "Values for the placeholders in sql: an object for @name and :name, an array for $1 and ?."},
  {1, "*", CARTO_KIND_STRING | CARTO_KIND_NUMBER | CARTO_KIND_BOOLEAN | CARTO_KIND_NULL, NULL, 0, 0,
   NULL, "A value."},
};

static const carto_param carto__execute_query_results[] = {
  {0, "columns", CARTO_KIND_ARRAY | CARTO_REQUIRED, NULL, 0, 0, NULL, "The columns' names."},
  {1, "*", CARTO_KIND_STRING, NULL, 0, 0, NULL, NULL},
  {0, "rows", CARTO_KIND_ARRAY | CARTO_REQUIRED, NULL, 0, 0, NULL,
   "A value for each column: times as ISO 8601 text, geometry as GeoJSON."},
  {1, "*", CARTO_KIND_ARRAY, NULL, 0, 0, NULL, NULL},
  {2, "*", CARTO_KIND_ANY, NULL, 0, 0, NULL, NULL},
  {0, "truncated", CARTO_KIND_BOOLEAN | CARTO_REQUIRED, NULL, 0, 0, NULL,
   "Not all rows fit the reply: ask for fewer, or aggregate."},
  {0, "returned", CARTO_KIND_INTEGER | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {0, "total", CARTO_KIND_INTEGER | CARTO_REQUIRED, NULL, 0, 0, NULL, "Rows of the result."},
};

/* ---- list_maps */

#define CARTO_MCP__MAP_ORDERS "updated_at|created_at|title|views|demo"

static void carto__write_map_entry(carto_json_writer *out, const carto_map_entry *entry) {
  carto_json_begin_object(out);
  carto__put_str(out, "id", entry->id);
  carto__put_str(out, "name", entry->title);
  if (entry->description.len) carto__put_str(out, "description", entry->description);
  carto__put_str(out, "privacy", entry->privacy);
  carto__put_str(out, "owner", entry->owner);
  carto_json_key(out, "thumbnail");
  if (entry->thumbnail.len) carto_json_write_string(out, entry->thumbnail);
  else carto_json_write_null(out);
  carto_json_key(out, "views");
  carto_json_write_uint(out, entry->views);
  carto__put_bool(out, "demo", entry->demo);
  carto__put_time(out, "created_at", entry->created_at);
  carto__put_time(out, "updated_at", entry->updated_at);
  carto_json_end_object(out);
}

static void carto__write_map_problems(carto_json_writer *out, const carto_maps_result *result,
                                      size_t budget) {
  size_t i;
  carto_json_key(out, "unreadable");
  carto_json_begin_array(out);
  for (i = 0; i < result->problem_count; i++) {
    carto__draft draft = carto__draft_begin(out);
    carto_json_begin_object(out);
    carto__put_str(out, "file", result->problems[i].file);
    carto__put_str(out, "error", result->problems[i].text);
    carto_json_end_object(out);
    if (!carto__draft_keep(&draft, out, budget)) break;
  }
  carto_json_end_array(out);
  carto__put_size(out, "unreadable_total", result->problem_count);
}

/* The maps are those of the first warehouse that has any to list: the account's. */
static carto_status carto__tool_maps(const carto_tool_call *call, const carto_maps_request *request,
                                     carto_maps_result *out, carto_error *error) {
  const carto_server_desc *desc = &call->server->_desc;
  size_t i;
  memset(out, 0, sizeof *out);
  for (i = 0; i < desc->warehouse_count; i++) {
    const carto_warehouse *warehouse = &desc->warehouses[i];
    carto_status status = CARTO_ERR_UNSUPPORTED;
    if (warehouse->driver->maps)
      status = warehouse->driver->maps(call->work, warehouse->state, request, out, error);
    if (status != CARTO_ERR_UNSUPPORTED) return status;
  }
  return CARTO_OK;
}

static carto_status carto__tool_list_maps(const carto_tool_call *call, carto_json_writer *out,
                                          carto_error *error) {
  carto_maps_request request;
  carto_maps_result result;
  size_t i, budget = carto__tool_budget(call);
  carto_status status;
  request.search = carto__arg_str(call, "search");
  request.privacy = carto__arg_str(call, "privacy");
  request.mine_only = carto_json_bool(carto_json_get(call->arguments, "mine_only"));
  request.order = carto__arg_choice(call, "order_by", CARTO_MCP__MAP_ORDERS);
  request.ascending = carto__str_is(carto__arg_str(call, "order_direction"), "asc");
  request.page = carto__arg_size(call, "page", 1);
  request.page_size = carto__arg_size(call, "page_size", 20);
  status = carto__tool_maps(call, &request, &result, error);
  if (status != CARTO_OK) return status;
  carto__begin_data(out);
  carto_json_begin_object(out);
  carto_json_key(out, "maps");
  carto_json_begin_array(out);
  for (i = 0; i < result.count; i++) {
    carto__draft draft = carto__draft_begin(out);
    carto__write_map_entry(out, &result.items[i]);
    if (!carto__draft_keep(&draft, out, budget)) break;
  }
  carto_json_end_array(out);
  carto__put_size(out, "page", request.page);
  carto__put_size(out, "page_size", request.page_size);
  carto__put_size(out, "returned", i);
  carto__put_size(out, "total", result.total_count);
  carto__put_bool(out, "truncated", i < result.count);
  if (result.problem_count > 0) carto__write_map_problems(out, &result, budget);
  carto_json_end_object(out);
  carto_json_end_object(out);
  return CARTO_OK;
}

static const carto_param carto__list_maps_params[] = {
  {0, "search", CARTO_KIND_STRING, NULL, 0, 0, NULL,
   "Free-text search by map name (case-insensitive substring match)."},
  {0, "page", CARTO_KIND_INTEGER, NULL, 1, 1000000, "1", "1-indexed page number."},
  {0, "page_size", CARTO_KIND_INTEGER, NULL, 1, 100, "20", "Items per page."},
  {0, "order_by", CARTO_KIND_STRING, CARTO_MCP__MAP_ORDERS, 0, 0, "\"updated_at\"", "Sort field."},
  {0, "order_direction", CARTO_KIND_STRING, "asc|desc", 0, 0, "\"desc\"", "asc or desc."},
  {0, "privacy", CARTO_KIND_STRING, "private|shared|public", 0, 0, NULL, "Filter by privacy."},
  {0, "mine_only", CARTO_KIND_BOOLEAN, NULL, 0, 0, "false",
   "When true, only maps owned by the calling user (leaves out maps shared with them)."},
};

static const carto_param carto__list_maps_results[] = {
  {0, "status", CARTO_KIND_INTEGER | CARTO_REQUIRED, NULL, 0, 0, NULL, "200"},
  {0, "data", CARTO_KIND_OBJECT | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {1, "maps", CARTO_KIND_ARRAY | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {2, "*", CARTO_KIND_OBJECT, NULL, 0, 0, NULL, NULL},
  {3, "id", CARTO_KIND_STRING | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {3, "name", CARTO_KIND_STRING | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {3, "description", CARTO_KIND_STRING, NULL, 0, 0, NULL, NULL},
  {3, "privacy", CARTO_KIND_STRING | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {3, "owner", CARTO_KIND_STRING | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {3, "thumbnail", CARTO_KIND_STRING | CARTO_KIND_NULL | CARTO_REQUIRED, NULL, 0, 0, NULL, "URL."},
  {3, "views", CARTO_KIND_INTEGER | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {3, "demo", CARTO_KIND_BOOLEAN | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {3, "created_at", CARTO_KIND_STRING | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {3, "updated_at", CARTO_KIND_STRING | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {1, "page", CARTO_KIND_INTEGER | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {1, "page_size", CARTO_KIND_INTEGER | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {1, "returned", CARTO_KIND_INTEGER | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {1, "total", CARTO_KIND_INTEGER | CARTO_REQUIRED, NULL, 0, 0, NULL, "Maps on all pages."},
  {1, "truncated", CARTO_KIND_BOOLEAN | CARTO_REQUIRED, NULL, 0, 0, NULL,
   "This page did not fit the reply."},
  {1, "unreadable", CARTO_KIND_ARRAY, NULL, 0, 0, NULL, "Documents that could not be read."},
  {2, "*", CARTO_KIND_OBJECT, NULL, 0, 0, NULL, NULL},
  {3, "file", CARTO_KIND_STRING | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {3, "error", CARTO_KIND_STRING | CARTO_REQUIRED, NULL, 0, 0, NULL, NULL},
  {1, "unreadable_total", CARTO_KIND_INTEGER, NULL, 0, 0, NULL,
   "Documents that could not be read."},
};

/* ---- the table */

#define CARTO_MCP__ROWS(rows) rows, sizeof rows / sizeof rows[0]

static const carto_tool carto__tools[] = {
  {"list_connections", "List connections", "data",
   "Lists all available data warehouse connections for the account. Returns connection names, "
   "provider "
   "types, and IDs.",
   NULL, 0, NULL, 0, CARTO_MCP__ROWS(carto__list_connections_results), 0,
   carto__tool_list_connections, NULL},
  {"list_resources", "Browse a connection", "data",
   "Browses the contents of a data warehouse connection hierarchically. Returns databases, "
   "schemas, tables, "
   "and views at the requested level. Call with no fqn to see the top level, then pass an fqn to "
   "drill into "
   "a database or schema; maxDepth=2 expands one level deeper in a single call.",
   CARTO_MCP__ROWS(carto__list_resources_params), NULL, 0,
   CARTO_MCP__ROWS(carto__list_resources_results), 0, carto__tool_list_resources, NULL},
  {"search_resources", "Search tables by name", "data",
   "Searches for tables and views by name across a data warehouse connection. Returns a flat, "
   "ranked list of "
   "matches (exact match first, then prefix, then contains). Use this instead of list_resources "
   "when you "
   "know part of the table name but not where it lives.",
   CARTO_MCP__ROWS(carto__search_resources_params), NULL, 0,
   CARTO_MCP__ROWS(carto__search_resources_results), 0, carto__tool_search_resources, NULL},
  {"describe", "Describe a table, query or column", "data",
   "Inspects a table or a SQL query: returns the column schema (and geometry column, geometry "
   "type, row count "
   "when available) or, when a column is provided, distribution statistics for that column: min, "
   "max, avg, "
   "sum and quantiles for numbers, categories for text and booleans, the range of timestamps, the "
   "extent of "
   "geometry. Exactly one of table_fqn and query is required.",
   CARTO_MCP__ROWS(carto__describe_params), CARTO_MCP__ROWS(carto__describe_rules),
   CARTO_MCP__ROWS(carto__describe_results), 0, carto__tool_describe, NULL},
  {"execute_query", "Run a SQL query", "data",
   "Runs SQL analysis (sync mode, immediate results). SELECT statements only; the result is the "
   "names of the columns and the rows. Only as many rows are returned as fit the reply: aggregate "
   "in SQL, or use LIMIT. list_connections tells the dialect; a local connection's is documented "
   "in the resource carto://sql/reference.",
   CARTO_MCP__ROWS(carto__execute_query_params), NULL, 0,
   CARTO_MCP__ROWS(carto__execute_query_results), 0, carto__tool_execute_query, NULL},
  {"list_maps", "List saved maps", "maps",
   "Lists the user's saved CARTO Builder maps. Returns paginated entries with id, name, privacy, "
   "owner, "
   "thumbnail, and timestamps, most recently edited first unless asked otherwise.",
   CARTO_MCP__ROWS(carto__list_maps_params), NULL, 0, CARTO_MCP__ROWS(carto__list_maps_results), 0,
   carto__tool_list_maps, NULL},
};

/* Other names under which a tool was published; taken in calls, never listed. */
static const struct {
  const char *alias;
  const char *name;
} carto__tool_aliases[] = {
  {"get_column_stats", "describe"},
};

CARTO_MCP__DEF const carto_tool *carto_tools(size_t *count) {
  *count = sizeof carto__tools / sizeof carto__tools[0];
  return carto__tools;
}

/* ---- resources */

/* A document that the server writes when it is asked for. */
typedef struct carto__resource {
  const char *uri; /* or a template: the text before its one {expression} is that of the URIs */
  const char *name;
  const char *title;
  const char *description;
  const char *mime_type;
  const char *group; /* as of a tool: it is there when a tool of its group is */
  /* rest: of the URI, what stands for the expression. A failure stays in out->status. */
  void (*write)(carto_str rest, carto_buf *out);
} carto__resource;

static void carto__resource_sql_reference(carto_str rest, carto_buf *out) {
  (void)rest;
  carto_sql_write_reference(out);
}

static const carto__resource carto__resources[] = {
  {"carto://sql/reference", "sql_reference", "SQL reference",
   "The SQL of local connections: statements, types, operators and functions there are.",
   "text/markdown", "data", carto__resource_sql_reference},
};

#define CARTO_MCP__RESOURCE_COUNT (sizeof carto__resources / sizeof carto__resources[0])

static bool carto__resource_is_allowed(const carto_server *server, const carto__resource *row) {
  carto_str group = carto_str_from(row->group);
  size_t i;
  for (i = 0; i < server->_tool_count; i++)
    if (server->_tools[i]->group && carto__str_is(group, server->_tools[i]->group)) return true;
  return false;
}

/* The bytes of a row's URI that each of its URIs begins with; all of them unless it is a
   template. */
static size_t carto__resource_fixed(const carto__resource *row) {
  size_t len = 0;
  while (row->uri[len] && row->uri[len] != '{') len++;
  return len;
}

static bool carto__resource_is_template(const carto__resource *row) {
  return row->uri[carto__resource_fixed(row)] == '{';
}

/* Whether a URI is the row's; rest is what stands for its expression. */
static bool carto__resource_matches(const carto__resource *row, carto_str uri, carto_str *rest) {
  size_t fixed = carto__resource_fixed(row);
  if (uri.len < fixed || memcmp(uri.ptr, row->uri, fixed) != 0) return false;
  *rest = carto_str_make(uri.ptr + fixed, uri.len - fixed);
  return (rest->len > 0) == carto__resource_is_template(row);
}

static const carto__resource *carto__resource_find(const carto_server *server, carto_str uri,
                                                   carto_str *rest) {
  size_t i;
  for (i = 0; i < CARTO_MCP__RESOURCE_COUNT; i++)
    if (carto__resource_matches(&carto__resources[i], uri, rest))
      return carto__resource_is_allowed(server, &carto__resources[i]) ? &carto__resources[i] : NULL;
  return NULL;
}

/* The row as resources/list shows it, or resources/templates/list. */
static void carto__resource_write(carto_json_writer *out, const carto__resource *row, bool titles) {
  carto_json_begin_object(out);
  carto__put_text(out, carto__resource_is_template(row) ? "uriTemplate" : "uri", row->uri);
  carto__put_text(out, "name", row->name);
  if (titles) carto__put_text(out, "title", row->title);
  carto__put_text(out, "description", row->description);
  carto__put_text(out, "mimeType", row->mime_type);
  carto_json_end_object(out);
}

/* ---- calling */

static carto_status carto__tool_check_rules(const carto_tool *tool, const carto_json *arguments,
                                            carto_error *error) {
  size_t i;
  for (i = 0; i < tool->rule_count; i++) {
    const carto_rule *rule = &tool->rules[i];
    bool first = carto_json_get(arguments, rule->first) != NULL;
    bool second = carto_json_get(arguments, rule->second) != NULL;
    if (rule->type == CARTO_RULE_EXACTLY_ONE && first == second)
      return carto__fail(error, CARTO_ERR_ARG, 0,
                         first ? "give only one of \"%s\" and \"%s\"" : "give \"%s\" or \"%s\"",
                         rule->first, rule->second);
    if (rule->type == CARTO_RULE_NEEDS && first && !second)
      return carto__fail(error, CARTO_ERR_ARG, 0, "\"%s\" is only valid together with \"%s\"",
                         rule->first, rule->second);
  }
  return CARTO_OK;
}

/* Checks the arguments against the row and runs the handler. */
static carto_status carto__tool_run(const carto_tool_call *call, carto_json_writer *out,
                                    carto_error *error) {
  const carto_tool *tool = call->tool;
  carto_error why;
  carto_status status =
    carto_schema_check(tool->params, tool->param_count, true, call->arguments, &why);
  if (status == CARTO_OK) status = carto__tool_check_rules(tool, call->arguments, &why);
  if (status != CARTO_OK)
    return carto__fail(error, status, 0, "Invalid arguments for %s: %s", tool->name, why.text);
  status = tool->run(call, out, error);
  return status == CARTO_OK ? (carto_status)out->out->status : status;
}

/* The row as tools/list shows it; what a revision does not know is left out. */
static void carto__tool_write(carto_json_writer *out, const carto_tool *tool, bool annotations,
                              bool structured) {
  carto_json_begin_object(out);
  carto__put_text(out, "name", tool->name);
  if (tool->title && structured) carto__put_text(out, "title", tool->title);
  carto__put_text(out, "description", tool->description);
  carto_json_key(out, "inputSchema");
  carto_schema_write(out, tool->params, tool->param_count, true);
  if (tool->result_count && structured) {
    carto_json_key(out, "outputSchema");
    carto_schema_write(out, tool->results, tool->result_count, false);
  }
  if (annotations) {
    carto_json_key(out, "annotations");
    carto_json_begin_object(out);
    carto__put_bool(out, "readOnlyHint", (tool->flags & CARTO_TOOL_WRITES) == 0);
    if (tool->flags & CARTO_TOOL_WRITES) {
      carto__put_bool(out, "destructiveHint", (tool->flags & CARTO_TOOL_DESTRUCTIVE) != 0);
      carto__put_bool(out, "idempotentHint", (tool->flags & CARTO_TOOL_IDEMPOTENT) != 0);
    }
    carto__put_bool(out, "openWorldHint", (tool->flags & CARTO_TOOL_OPEN_WORLD) != 0);
    carto_json_end_object(out);
  }
  carto_json_end_object(out);
}

/* ------------------------------------------------------------------------- >>rpc
   JSON-RPC 2.0 and the Model Context Protocol: one message in, messages out.
   Uses: >>json, >>schema, >>tools.   Used by: transports.
   Speaks two eras on one pipe, decided message by message: the legacy one opens with a handshake
   and keeps a session; the modern one carries everything in each request. A request is answered
   exactly once, a notification never, a cancelled request not at all.                          */

#define CARTO_MCP__PARSE_ERROR (-32700)
#define CARTO_MCP__INVALID_REQUEST (-32600)
#define CARTO_MCP__METHOD_NOT_FOUND (-32601)
#define CARTO_MCP__INVALID_PARAMS (-32602)
#define CARTO_MCP__INTERNAL_ERROR (-32603)
#define CARTO_MCP__NO_RESOURCE (-32002) /* up to 2025-11-25; later ones: parameters are invalid */
#define CARTO_MCP__UNSUPPORTED_VERSION (-32022)

typedef struct carto__revision {
  const char *name;
  bool modern;
  bool batches;     /* a message may be an array of messages               */
  bool annotations; /* on tools; also a text with progress                 */
  bool structured;  /* structuredContent, outputSchema, titles             */
} carto__revision;

/* Oldest first. */
static const carto__revision carto__revisions[] = {
  {"2024-11-05", false, false, false, false}, {"2025-03-26", false, true, true, false},
  {"2025-06-18", false, false, true, true},   {"2025-11-25", false, false, true, true},
  {"2026-07-28", true, false, true, true},
};

#define CARTO_MCP__REVISION_COUNT (sizeof carto__revisions / sizeof carto__revisions[0])
#define CARTO_MCP__REVISION_ASSUMED 1 /* when no handshake and no metadata say otherwise */
#define CARTO_MCP__REVISION_LEGACY 3  /* the newest with a handshake */

#define CARTO_MCP__META "io.modelcontextprotocol/"

static const char *const carto__log_levels[] = {"debug", "info",     "notice", "warning",
                                                "error", "critical", "alert",  "emergency"};

/* The request in hand. */
typedef struct carto__request {
  carto_server *server;
  carto_session *session;
  const carto_peer *peer;
  const carto_json_doc *doc;
  const carto_json *id;             /* NULL: none, or it cannot be read */
  const carto_json *params;         /* object or NULL */
  const carto_json *progress_token; /* NULL: progress is not wanted */
  const carto__revision *revision;
  int log_level;          /* carto_log_level from which messages are wanted */
  size_t start;           /* of the reply in server->_out, behind others of a batch */
  uint64_t progress_done; /* last reported, since reports must rise */
  bool progress_begun;
  bool cancelled;
  bool gone;                     /* the peer took no more */
  const carto_json *no_resource; /* the URI that an error reply is about, or NULL */
  carto_error why;               /* text of an error reply */
} carto__request;

/* ---- writing messages */

static bool carto__rpc_send(carto__request *r, const carto_buf *message) {
  if (message->status != CARTO_OK || r->gone) return false;
  if (!r->peer->write(r->peer->user, carto_buf_str(message))) r->gone = true;
  return !r->gone;
}

/* Begins a message in buf, after the bytes of it that are to stay. */
static void carto__begin_message(carto_json_writer *out, carto_buf *buf, size_t keep) {
  buf->len = keep;
  buf->status = CARTO_OK;
  carto_json_writer_init(out, buf);
  carto_json_begin_object(out);
  carto__put_text(out, "jsonrpc", "2.0");
}

/* The id as it came, digit by digit. Without one, older clients expect null, newer ones nothing. */
static void carto__begin_reply(const carto__request *r, carto_json_writer *out,
                               const carto_json *id) {
  carto__begin_message(out, &r->server->_out, r->start);
  if (!id && r->revision->modern) return;
  carto_json_key(out, "id");
  if (id) carto_json_write_value(out, r->doc, id);
  else carto_json_write_null(out);
}

static void carto__begin_notification(const carto__request *r, carto_json_writer *out,
                                      const char *method) {
  carto__begin_message(out, &r->server->_note, 0);
  carto__put_text(out, "method", method);
  carto_json_key(out, "params");
  carto_json_begin_object(out);
}

static void carto__end_notification(carto__request *r, carto_json_writer *out) {
  carto_json_end_object(out);
  carto_json_end_object(out);
  (void)carto__rpc_send(r, out->out);
}

static void carto__rpc_log(carto__request *r, int level, const char *text) {
  const carto_server_desc *desc = &r->server->_desc;
  carto_json_writer out;
  if (desc->log) desc->log(desc->user, level, text);
  if (level < r->log_level) return;
  carto__begin_notification(r, &out, "notifications/message");
  carto__put_text(&out, "level", carto__log_levels[level]);
  carto__put_text(&out, "logger", desc->name);
  carto__put_text(&out, "data", text);
  carto__end_notification(r, &out);
}

/* carto_call.progress: only where a token was given, only rising, and at most a hundred
   times; without a total ever more seldom. */
static void carto__report_progress(void *user, uint64_t done, uint64_t total, const char *what) {
  carto__request *r = (carto__request *)user;
  carto_json_writer out;
  uint64_t step = total ? total / 100 : r->progress_done / 8 + 1;
  if (!r->progress_token || r->cancelled) return;
  if (r->progress_begun && (done <= r->progress_done || done - r->progress_done < step)) return;
  r->progress_begun = true;
  r->progress_done = done;
  carto__begin_notification(r, &out, "notifications/progress");
  carto_json_key(&out, "progressToken");
  carto_json_write_value(&out, r->doc, r->progress_token);
  carto_json_key(&out, "progress");
  carto_json_write_uint(&out, done);
  if (total) {
    carto_json_key(&out, "total");
    carto_json_write_uint(&out, total);
  }
  if (what && r->revision->annotations) carto__put_text(&out, "message", what);
  carto__end_notification(r, &out);
}

/* carto_call.checkpoint */
static bool carto__request_goes_on(void *user) {
  carto__request *r = (carto__request *)user;
  if (!r->gone && r->peer->poll && !r->peer->poll(r->peer->user)) r->gone = true;
  return !r->gone && !r->cancelled;
}

/* carto_call.now */
static int64_t carto__request_now(void *user) {
  const carto_server_desc *desc = &((carto__request *)user)->server->_desc;
  return desc->now(desc->user);
}

static void carto__write_modern_revisions(carto_json_writer *out, const char *key) {
  size_t i;
  carto_json_key(out, key);
  carto_json_begin_array(out);
  for (i = 0; i < CARTO_MCP__REVISION_COUNT; i++)
    if (carto__revisions[i].modern) carto_json_write_text(out, carto__revisions[i].name);
  carto_json_end_array(out);
}

/* What an error reply carries beside its text, for an unsupported revision or a resource that is
   not there. */
static void carto__write_error_data(const carto__request *r, carto_json_writer *out) {
  const carto_json *meta = carto_json_get(r->params, "_meta");
  carto_json_key(out, "data");
  carto_json_begin_object(out);
  if (r->no_resource) {
    carto__put_str(out, "uri", carto_json_string(r->no_resource));
  } else {
    carto__write_modern_revisions(out, "supported");
    carto__put_str(out, "requested",
                   carto_json_string(carto_json_get(meta, CARTO_MCP__META "protocolVersion")));
  }
  carto_json_end_object(out);
}

static void carto__write_error_with(const carto__request *r, int code, const carto_json *id,
                                    bool data) {
  carto_json_writer out;
  carto__begin_reply(r, &out, id);
  carto_json_key(&out, "error");
  carto_json_begin_object(&out);
  carto_json_key(&out, "code");
  carto_json_write_int(&out, code);
  carto__put_text(&out, "message", r->why.text);
  if (data) carto__write_error_data(r, &out);
  carto_json_end_object(&out);
  carto_json_end_object(&out);
}

/* The reply to a request that failed, with its text in r->why. Where there is no room for what the
   client sent (an id may be as long as a message) it goes out without: that always fits, since
   carto_server_init makes room for it. */
static void carto__write_error(carto__request *r, int code) {
  carto__rpc_log(r, CARTO_LOG_NOTICE, r->why.text);
  carto__write_error_with(r, code, r->id, code == CARTO_MCP__UNSUPPORTED_VERSION || r->no_resource);
  if (r->server->_out.status != CARTO_OK) carto__write_error_with(r, code, r->id, false);
  if (r->server->_out.status != CARTO_OK) carto__write_error_with(r, code, NULL, false);
}

/* ---- methods: each writes the members of its result and returns 0, or the code of an error reply,
   with its text in r->why */

static int carto__refuse(carto__request *r, int code, const char *text) {
  (void)carto__fail(&r->why, CARTO_ERR_ARG, 0, "%s", text);
  return code;
}

/* The same with a piece of the message, at the %v in fmt. */
static int carto__refuse_this(carto__request *r, int code, const char *fmt, carto_str what) {
  (void)carto__fail(&r->why, CARTO_ERR_ARG, 0, fmt, what);
  return code;
}

static void carto__write_identity(const carto__request *r, carto_json_writer *out) {
  const carto_server_desc *desc = &r->server->_desc;
  carto_json_begin_object(out);
  carto__put_text(out, "name", desc->name);
  if (r->revision->structured) carto__put_text(out, "title", desc->title);
  carto__put_text(out, "version", desc->version);
  carto_json_end_object(out);
}

static void carto__write_capabilities(carto_json_writer *out) {
  static const char *const offered[] = {"tools", "resources", "logging"};
  size_t i;
  carto_json_key(out, "capabilities");
  carto_json_begin_object(out);
  for (i = 0; i < 3; i++) {
    carto_json_key(out, offered[i]);
    carto_json_begin_object(out);
    carto_json_end_object(out);
  }
  carto_json_end_object(out);
}

static int carto__method_initialize(carto__request *r, carto_json_writer *out) {
  const carto_json *version = carto_json_get(r->params, "protocolVersion");
  carto_str asked = carto_json_string(version);
  size_t i, revision = CARTO_MCP__REVISION_LEGACY;
  if (r->session->_revision != 0)
    return carto__refuse(r, CARTO_MCP__INVALID_REQUEST, "this connection is already initialized");
  if (carto_json_type_of(version) != CARTO_JSON_STRING)
    return carto__refuse(r, CARTO_MCP__INVALID_PARAMS,
                         "initialize needs a \"protocolVersion\", a string");
  for (i = 0; i < CARTO_MCP__REVISION_COUNT; i++)
    if (!carto__revisions[i].modern && carto__str_is(asked, carto__revisions[i].name)) revision = i;
  r->session->_revision = (int)revision + 1;
  r->revision = &carto__revisions[revision];
  carto__put_text(out, "protocolVersion", r->revision->name);
  carto__write_capabilities(out);
  carto_json_key(out, "serverInfo");
  carto__write_identity(r, out);
  carto__put_text(out, "instructions", r->server->_desc.instructions);
  return 0;
}

static int carto__method_discover(carto__request *r, carto_json_writer *out) {
  carto__write_modern_revisions(out, "supportedVersions");
  carto__write_capabilities(out);
  carto__put_text(out, "instructions", r->server->_desc.instructions);
  return 0;
}

static int carto__method_ping(carto__request *r, carto_json_writer *out) {
  (void)r;
  (void)out;
  return 0;
}

/* The place of a level's name, -1 when there is none of that name. */
static int carto__log_level_of(carto_str name) {
  int i;
  for (i = 0; i < (int)CARTO_LOG_NONE; i++)
    if (carto__str_is(name, carto__log_levels[i])) return i;
  return -1;
}

static int carto__method_set_level(carto__request *r, carto_json_writer *out) {
  carto_str name = carto_json_string(carto_json_get(r->params, "level"));
  int level = carto__log_level_of(name);
  (void)out;
  if (level < 0)
    return carto__refuse_this(r, CARTO_MCP__INVALID_PARAMS,
                              "\"level\" must be debug, info, notice, warning, error, critical, "
                              "alert or emergency, not \"%v\"",
                              name);
  r->session->_log_level = level + 1;
  return 0;
}

/* A page of a list. First all rows are named, then the page begins, then each row is shown if it is
   wanted. A cursor is the index of the next row and a check, so that it needs no memory here and
   survives a restart; a list that has changed makes it invalid. */
typedef struct carto__page {
  carto__request *request;
  uint64_t seal;      /* of the names */
  size_t count;       /* rows there are */
  size_t first, end;  /* the page, if it fits */
  size_t at;          /* the row to be shown next */
  size_t next;        /* the row after those that are written */
  carto__draft draft; /* the row in hand */
} carto__page;

static void carto__page_name(carto__page *page, const char *name) {
  carto_str s = carto_str_from(name);
  page->seal = (page->seal ^ carto__hash(s.ptr, s.len)) * UINT64_C(0x100000001b3);
  page->count++;
}

static uint64_t carto__page_cursor(const carto__page *page, size_t index) {
  uint64_t check = (page->seal ^ index) * UINT64_C(0x9e3779b97f4a7c15);
  return ((uint64_t)index << 32) | (check >> 32);
}

static bool carto__page_find(carto__page *page, const carto_json *cursor) {
  carto_str text = carto_json_string(cursor);
  uint64_t value;
  if (text.len == 0 || text.ptr[0] == '0' || !carto_uint_parse(text, &value)) return false;
  page->first = (size_t)(value >> 32);
  return page->first > 0 && page->first < page->count &&
         value == carto__page_cursor(page, page->first);
}

/* Returns 0 or the code of an error reply. */
static int carto__page_begin(carto__page *page, carto_json_writer *out, const char *key) {
  carto__request *r = page->request;
  const carto_json *cursor = carto_json_get(r->params, "cursor");
  if (cursor && !carto__page_find(page, cursor))
    return carto__refuse(r, CARTO_MCP__INVALID_PARAMS,
                         "\"cursor\" is not one that this server gave out: start again without it");
  page->next = page->first;
  page->end = page->first + carto__min_size(page->count - page->first, r->server->_desc.page_size);
  carto_json_key(out, key);
  carto_json_begin_array(out);
  return 0;
}

/* Whether the next row is to be written now. */
static bool carto__page_wants(carto__page *page, const carto_json_writer *out) {
  size_t at = page->at++;
  page->draft = carto__draft_begin(out);
  return at == page->next && at < page->end;
}

/* The row is written: it stays where the message takes it, else the page ends early. */
static void carto__page_keep(carto__page *page, carto_json_writer *out) {
  size_t budget = page->request->server->_desc.message_bytes / 4 * 3;
  if (carto__draft_keep(&page->draft, out, budget)) page->next++;
}

/* Returns 0 or the code of an error reply. */
static int carto__page_end(const carto__page *page, carto_json_writer *out) {
  char room[20];
  char *digits;
  carto_json_end_array(out);
  if (page->next == page->first && page->first < page->end)
    return carto__refuse(page->request, CARTO_MCP__INTERNAL_ERROR,
                         "a description in this list does not fit a message");
  if (page->next == page->count) return 0;
  digits = carto__uint_digits(carto__page_cursor(page, page->next), room);
  carto__put_str(out, "nextCursor", carto_str_make(digits, (size_t)(room + 20 - digits)));
  return 0;
}

static int carto__method_tools_list(carto__request *r, carto_json_writer *out) {
  const carto_server *server = r->server;
  carto__page page;
  size_t i;
  int code;
  memset(&page, 0, sizeof page);
  page.request = r;
  for (i = 0; i < server->_tool_count; i++) carto__page_name(&page, server->_tools[i]->name);
  code = carto__page_begin(&page, out, "tools");
  if (code != 0) return code;
  for (i = 0; i < server->_tool_count; i++) {
    if (!carto__page_wants(&page, out)) continue;
    carto__tool_write(out, server->_tools[i], r->revision->annotations, r->revision->structured);
    carto__page_keep(&page, out);
  }
  return carto__page_end(&page, out);
}

/* The rows that are templates, or those that are not. */
static int carto__list_resources(carto__request *r, carto_json_writer *out, bool templates) {
  const carto__resource *rows[CARTO_MCP__RESOURCE_COUNT];
  carto__page page;
  size_t i;
  int code;
  memset(&page, 0, sizeof page);
  page.request = r;
  for (i = 0; i < CARTO_MCP__RESOURCE_COUNT; i++) {
    const carto__resource *row = &carto__resources[i];
    if (carto__resource_is_template(row) != templates ||
        !carto__resource_is_allowed(r->server, row))
      continue;
    rows[page.count] = row;
    carto__page_name(&page, row->uri);
  }
  code = carto__page_begin(&page, out, templates ? "resourceTemplates" : "resources");
  if (code != 0) return code;
  for (i = 0; i < page.count; i++) {
    if (!carto__page_wants(&page, out)) continue;
    carto__resource_write(out, rows[i], r->revision->structured);
    carto__page_keep(&page, out);
  }
  return carto__page_end(&page, out);
}

static int carto__method_resources_list(carto__request *r, carto_json_writer *out) {
  return carto__list_resources(r, out, false);
}

static int carto__method_resource_templates(carto__request *r, carto_json_writer *out) {
  return carto__list_resources(r, out, true);
}

static int carto__resource_failed(carto__request *r, int status) {
  if (status != CARTO_ERR_LIMIT)
    return carto__refuse(r, CARTO_MCP__INTERNAL_ERROR, carto_status_text(status));
  (void)carto__fail(&r->why, CARTO_ERR_LIMIT, 0, "the resource does not fit a message of %u bytes",
                    (uint64_t)r->server->_desc.message_bytes);
  return CARTO_MCP__INTERNAL_ERROR;
}

static int carto__method_resources_read(carto__request *r, carto_json_writer *out) {
  const carto_json *uri = carto_json_get(r->params, "uri");
  const carto__resource *row;
  carto_buf text;
  carto_str rest;
  if (carto_json_type_of(uri) != CARTO_JSON_STRING)
    return carto__refuse(r, CARTO_MCP__INVALID_PARAMS, "resources/read needs a \"uri\", a string");
  row = carto__resource_find(r->server, carto_json_string(uri), &rest);
  if (!row) {
    r->no_resource = uri;
    return carto__refuse_this(
      r, r->revision->modern ? CARTO_MCP__INVALID_PARAMS : CARTO_MCP__NO_RESOURCE,
      "Resource not found: %v", carto_json_string(uri));
  }
  carto_buf_init(&text, carto_arena_allocator(&r->server->_arena), r->server->_desc.message_bytes);
  row->write(rest, &text);
  if (text.status != CARTO_OK) return carto__resource_failed(r, text.status);
  carto_json_key(out, "contents");
  carto_json_begin_array(out);
  carto_json_begin_object(out);
  carto__put_str(out, "uri", carto_json_string(uri));
  carto__put_text(out, "mimeType", row->mime_type);
  carto__put_str(out, "text", carto_buf_str(&text));
  carto_json_end_object(out);
  carto_json_end_array(out);
  return out->out->status == CARTO_OK ? 0 : carto__resource_failed(r, out->out->status);
}

static const carto_tool *carto__tool_named(const carto_server *server, carto_str name) {
  size_t i;
  for (i = 0; i < server->_tool_count; i++)
    if (carto__str_is(name, server->_tools[i]->name)) return server->_tools[i];
  return NULL;
}

/* By its name, or else by another under which it was published. */
static const carto_tool *carto__find_tool(const carto_server *server, carto_str name) {
  const carto_tool *tool = carto__tool_named(server, name);
  size_t i;
  for (i = 0; !tool && i < sizeof carto__tool_aliases / sizeof carto__tool_aliases[0]; i++)
    if (carto__str_is(name, carto__tool_aliases[i].alias))
      tool = carto__tool_named(server, carto_str_from(carto__tool_aliases[i].name));
  return tool;
}

static void carto__write_text_content(carto_json_writer *out, carto_str text) {
  carto_json_key(out, "content");
  carto_json_begin_array(out);
  carto_json_begin_object(out);
  carto__put_text(out, "type", "text");
  carto__put_str(out, "text", text);
  carto_json_end_object(out);
  carto_json_end_array(out);
}

/* The result of a tool: one value, as text and as data. Older revisions allow only an object as
   data. */
static void carto__write_tool_result(const carto__request *r, carto_json_writer *out,
                                     carto_str value) {
  bool wrap = !r->revision->modern && value.ptr[0] != '{';
  carto__write_text_content(out, value);
  if (!r->revision->structured) return;
  carto_json_key(out, "structuredContent");
  if (wrap) {
    carto_json_begin_object(out);
    carto_json_key(out, "result");
  }
  carto_json_write_raw(out, value);
  if (wrap) carto_json_end_object(out);
}

static void carto__write_tool_failure(carto__request *r, carto_json_writer *out,
                                      const carto_tool *tool, const carto_error *error) {
  carto_error line;
  (void)carto__fail(&line, CARTO_OK, 0, "%s failed: %s", tool->name, error->text);
  carto__rpc_log(r, CARTO_LOG_WARNING, line.text);
  carto__write_text_content(out, carto_str_from(error->text));
  carto__put_bool(out, "isError", true);
}

static carto_status carto__fail_too_large(const carto_server *server, carto_error *error) {
  return carto__fail(error, CARTO_ERR_LIMIT, 0,
                     "the result does not fit a message of %u bytes: ask for less at a time",
                     (uint64_t)server->_desc.message_bytes);
}

static bool carto__is_host_tool(const carto_server *server, const carto_tool *tool) {
  size_t i;
  for (i = 0; i < server->_desc.tool_count; i++)
    if (tool == &server->_desc.tools[i]) return true;
  return false;
}

/* A host's function may write what is no JSON, or two values; ours do not. */
static bool carto__is_one_value(carto_arena *arena, carto_str json) {
  carto_mark mark = carto_arena_mark(arena);
  carto_json_doc doc;
  bool one = carto_json_parse(arena, json, &doc, NULL) == CARTO_OK;
  carto_arena_rewind(arena, mark);
  return one;
}

/* Runs a tool for a request. Its result lives in the arena; on failure error is filled. */
static carto_status carto__call_tool(carto_server *server, carto_session *session,
                                     const carto_call *work, const carto_tool *tool,
                                     const carto_json_doc *doc, const carto_json *arguments,
                                     carto_buf *result, carto_error *error) {
  carto_tool_call call;
  carto_json_writer out;
  carto_status status;
  call.work = work;
  call.server = server;
  call.session = session;
  call.tool = tool;
  call.doc = doc;
  call.arguments = arguments;
  carto_buf_init(result, carto_arena_allocator(work->arena), server->_desc.message_bytes);
  carto_json_writer_init(&out, result);
  memset(error, 0, sizeof *error);
  status = carto__tool_run(&call, &out, error);
  if (result->status == CARTO_ERR_LIMIT) return carto__fail_too_large(server, error);
  if (status == CARTO_OK && carto__is_host_tool(server, tool) &&
      (out._depth != 0 || !carto__is_one_value(work->arena, carto_buf_str(result))))
    return carto__fail(error, CARTO_ERR_ARG, 0, "%s wrote no whole result", tool->name);
  if (status != CARTO_OK && error->text[0] == 0)
    (void)carto__fail(error, status, 0, "%s: %s", tool->name, carto_status_text(status));
  return status;
}

static int carto__method_tools_call(carto__request *r, carto_json_writer *out) {
  const carto_json *name = carto_json_get(r->params, "name");
  const carto_json *arguments = carto_json_get(r->params, "arguments");
  const carto_tool *tool;
  carto_call work;
  carto_buf result, *reply = out->out;
  carto_error error;
  carto_json_writer rewind = *out;
  size_t start = reply->len;
  carto_status status;
  if (carto_json_type_of(name) != CARTO_JSON_STRING)
    return carto__refuse(r, CARTO_MCP__INVALID_PARAMS, "tools/call needs a \"name\", a string");
  if (arguments && carto_json_type_of(arguments) != CARTO_JSON_OBJECT)
    return carto__refuse(r, CARTO_MCP__INVALID_PARAMS, "\"arguments\" must be an object");
  tool = carto__find_tool(r->server, carto_json_string(name));
  if (!tool)
    return carto__refuse_this(r, CARTO_MCP__INVALID_PARAMS, "Unknown tool: %v",
                              carto_json_string(name));
  /* a host's tool may not ask for long: what waits leaves first, and what has come is looked at */
  if (carto__is_host_tool(r->server, tool) && !carto__request_goes_on(r)) return 0;
  work.arena = &r->server->_arena;
  work.checkpoint = carto__request_goes_on;
  work.progress = carto__report_progress;
  work.now = r->server->_desc.now ? carto__request_now : NULL;
  work.user = r;
  status = carto__call_tool(r->server, r->revision->modern ? NULL : r->session, &work, tool, r->doc,
                            arguments, &result, &error);
  if (r->cancelled || r->gone) return 0;
  if (status == CARTO_OK) {
    carto__write_tool_result(r, out, carto_buf_str(&result));
    if (reply->status != CARTO_ERR_LIMIT) return 0;
    *out = rewind;
    reply->len = start;
    reply->status = CARTO_OK;
    (void)carto__fail_too_large(r->server, &error);
  }
  carto__write_tool_failure(r, out, tool, &error);
  return 0;
}

typedef struct carto__method {
  const char *name;
  bool legacy, modern;
  bool cacheable; /* modern results say for how long and for whom */
  int (*run)(carto__request *r, carto_json_writer *out);
} carto__method;

static const carto__method carto__methods[] = {
  {"tools/call", true, true, false, carto__method_tools_call},
  {"tools/list", true, true, true, carto__method_tools_list},
  {"resources/list", true, true, true, carto__method_resources_list},
  {"resources/read", true, true, true, carto__method_resources_read},
  {"resources/templates/list", true, true, true, carto__method_resource_templates},
  {"ping", true, false, false, carto__method_ping},
  {"initialize", true, false, false, carto__method_initialize},
  {"server/discover", false, true, true, carto__method_discover},
  {"logging/setLevel", true, false, false, carto__method_set_level},
};

/* Lists and resources change only with the program: five minutes cost nobody anything. */
#define CARTO_MCP__TTL_MS 300000

static void carto__end_result(const carto__request *r, const carto__method *method,
                              carto_json_writer *out) {
  if (r->revision->modern) {
    carto__put_text(out, "resultType", "complete");
    if (method->cacheable) {
      carto__put_size(out, "ttlMs", CARTO_MCP__TTL_MS);
      carto__put_text(out, "cacheScope", "public");
    }
    carto_json_key(out, "_meta");
    carto_json_begin_object(out);
    carto_json_key(out, CARTO_MCP__META "serverInfo");
    carto__write_identity(r, out);
    carto_json_end_object(out);
  }
  carto_json_end_object(out);
  carto_json_end_object(out);
}

/* ---- reading messages */

static bool carto__is_id(const carto_json_doc *doc, const carto_json *id) {
  carto_str text;
  size_t i;
  if (carto_json_type_of(id) == CARTO_JSON_STRING) return true;
  if (!carto_json_is_number(id)) return false;
  text = carto_json_number_text(doc, id);
  for (i = 0; i < text.len; i++)
    if (text.ptr[i] == '.' || text.ptr[i] == 'e' || text.ptr[i] == 'E') return false;
  return true;
}

/* Decides the era and the revision of a request. Returns 0 or the code of an error reply. */
static int carto__request_revision(carto__request *r, carto_str method) {
  const carto_json *meta = carto_json_get(r->params, "_meta");
  const carto_json *version = carto_json_get(meta, CARTO_MCP__META "protocolVersion");
  const carto_json *capabilities = carto_json_get(meta, CARTO_MCP__META "clientCapabilities");
  const carto_json *level = carto_json_get(meta, CARTO_MCP__META "logLevel");
  const carto_json *token = carto_json_get(meta, "progressToken");
  size_t i;
  if (carto__is_id(r->doc, token)) r->progress_token = token;
  if (!version && !carto__str_is(method, "server/discover")) return 0;
  r->revision = &carto__revisions[CARTO_MCP__REVISION_COUNT - 1];
  r->log_level = CARTO_LOG_NONE;
  if (carto_json_type_of(version) != CARTO_JSON_STRING ||
      carto_json_type_of(capabilities) != CARTO_JSON_OBJECT)
    return carto__refuse(r, CARTO_MCP__INVALID_PARAMS,
                         "\"_meta\" needs \"" CARTO_MCP__META
                         "protocolVersion\", a string, and \"" CARTO_MCP__META
                         "clientCapabilities\", an object");
  for (i = 0; i < CARTO_MCP__REVISION_COUNT; i++) {
    if (!carto__revisions[i].modern ||
        !carto__str_is(carto_json_string(version), carto__revisions[i].name))
      continue;
    r->revision = &carto__revisions[i];
    if (!level) return 0;
    if (carto__log_level_of(carto_json_string(level)) < 0)
      return carto__refuse_this(r, CARTO_MCP__INVALID_PARAMS, "\"%v\" is no log level",
                                carto_json_string(level));
    r->log_level = carto__log_level_of(carto_json_string(level));
    return 0;
  }
  return carto__refuse_this(r, CARTO_MCP__UNSUPPORTED_VERSION,
                            "protocol version \"%v\" is not served", carto_json_string(version));
}

/* Answers a well-formed request. Returns 0 or the code of an error reply. */
static int carto__answer(carto__request *r, carto_str name) {
  carto_buf *reply = &r->server->_out;
  const carto__method *method = NULL;
  carto_session before = *r->session;
  carto_json_writer out;
  size_t i;
  int code;
  for (i = 0; i < sizeof carto__methods / sizeof carto__methods[0]; i++) {
    const carto__method *m = &carto__methods[i];
    if ((r->revision->modern ? m->modern : m->legacy) && carto__str_is(name, m->name)) method = m;
  }
  if (r->params && carto_json_type_of(r->params) != CARTO_JSON_OBJECT)
    return carto__refuse(r, CARTO_MCP__INVALID_PARAMS, "\"params\" must be an object");
  if (!method)
    return carto__refuse_this(r, CARTO_MCP__METHOD_NOT_FOUND, "there is no method \"%v\" here",
                              name);
  carto__begin_reply(r, &out, r->id);
  carto_json_key(&out, "result");
  carto_json_begin_object(&out);
  code = method->run(r, &out);
  if (r->cancelled) {
    reply->len = r->start;
    reply->status = CARTO_OK;
    return 0;
  }
  if (code == 0) carto__end_result(r, method, &out);
  if (code != 0 || reply->status == CARTO_OK) return code;
  *r->session = before; /* what could not be said has not happened */
  (void)carto__fail(&r->why, CARTO_ERR_LIMIT, 0, "no reply: %s", carto_status_text(reply->status));
  return CARTO_MCP__INTERNAL_ERROR;
}

/* One message that is no batch. The reply, if there is one, is left at r->start of server->_out. */
static void carto__handle_one(carto__request *r, const carto_json *message, bool in_batch) {
  const carto_json *method = carto_json_get(message, "method");
  const carto_json *id = carto_json_get(message, "id");
  carto_str name = carto_json_string(method);
  const char *wrong = NULL;
  int code;
  r->id = carto__is_id(r->doc, id) ? id : NULL;
  r->params = carto_json_get(message, "params");
  code = carto__request_revision(r, name);
  if (carto_json_type_of(message) != CARTO_JSON_OBJECT) wrong = "a message is an object";
  else if (!carto__str_is(carto_json_string(carto_json_get(message, "jsonrpc")), "2.0"))
    wrong = "\"jsonrpc\" must be \"2.0\"";
  else if (!method && (carto_json_get(message, "result") || carto_json_get(message, "error")))
    return; /* an answer to something that was not asked here */
  else if (carto_json_type_of(method) != CARTO_JSON_STRING)
    wrong = "a message needs a \"method\", a string";
  else if (!id) return; /* a notification */
  else if (!r->id) wrong = "\"id\" must be a string or an integer";
  else if (in_batch && (r->revision->modern || carto__str_is(name, "initialize")))
    wrong = "this request cannot be part of a batch";
  if (wrong) code = carto__refuse(r, CARTO_MCP__INVALID_REQUEST, wrong);
  else if (code == 0) code = carto__answer(r, name);
  if (code != 0) carto__write_error(r, code);
}

static void carto__request_init(carto__request *r, carto_server *server, carto_session *session,
                                const carto_peer *peer) {
  memset(r, 0, sizeof *r);
  r->server = server;
  r->session = session;
  r->peer = peer;
  r->revision =
    &carto__revisions[session->_revision ? session->_revision - 1 : CARTO_MCP__REVISION_ASSUMED];
  r->log_level = session->_log_level ? session->_log_level - 1 : (int)CARTO_LOG_NONE;
}

/* Replies are put together in server->_out. Returns 0, or the code of one error reply to all. */
static int carto__handle_batch(carto__request *r, const carto_json *messages) {
  carto_server *server = r->server;
  carto_buf *out = &server->_out;
  const carto_json *message = carto_json_first(messages);
  size_t left;
  for (left = carto_json_count(messages); left > 0 && !r->gone;
       left--, message = carto_json_next(message)) {
    carto__request one;
    carto_mark mark = carto_arena_mark(&server->_arena);
    carto_buf_append(out, out->len ? "," : "[", 1);
    if (out->status != CARTO_OK) break;
    carto__request_init(&one, server, r->session, r->peer);
    one.doc = r->doc;
    one.start = out->len;
    server->_request = &one;
    carto__handle_one(&one, message, true);
    server->_request = r;
    r->gone = one.gone;
    if (out->status != CARTO_OK) break;
    if (out->len == one.start) out->len--;
    carto_arena_rewind(&server->_arena, mark);
  }
  if (out->len) carto_buf_append(out, "]", 1);
  if (out->status == CARTO_OK) return 0;
  return carto__refuse(r, CARTO_MCP__INTERNAL_ERROR, "the replies do not fit one message");
}

/* Returns 0, or the code of an error reply to the message as a whole. */
static int carto__handle_message(carto__request *r, carto_str message, carto_json_doc *doc) {
  carto_server *server = r->server;
  carto_error why;
  size_t count;
  carto_status status;
  if (message.len > server->_desc.message_bytes) {
    (void)carto__fail(&r->why, CARTO_ERR_LIMIT, 0, "the message is longer than %u bytes",
                      (uint64_t)server->_desc.message_bytes);
    return CARTO_MCP__INVALID_REQUEST;
  }
  status = carto_json_parse(&server->_arena, message, doc, &why);
  if (status != CARTO_OK) {
    (void)carto__fail(&r->why, status, 0,
                      status == CARTO_ERR_SYNTAX ? "not JSON: %s (byte %u)" : "%s", why.text,
                      (uint64_t)why.offset);
    if (status == CARTO_ERR_SYNTAX) return CARTO_MCP__PARSE_ERROR;
    return status == CARTO_ERR_LIMIT ? CARTO_MCP__INVALID_REQUEST : CARTO_MCP__INTERNAL_ERROR;
  }
  r->doc = doc;
  count = carto_json_count(doc->root);
  if (carto_json_type_of(doc->root) != CARTO_JSON_ARRAY) {
    carto__handle_one(r, doc->root, false);
    return 0;
  }
  if (!r->revision->batches)
    return carto__refuse(r, CARTO_MCP__INVALID_REQUEST, "this revision has no batches");
  if (count >= 1 && count <= CARTO_MCP_MAX_BATCH) return carto__handle_batch(r, doc->root);
  (void)carto__fail(&r->why, CARTO_ERR_LIMIT, 0, "a batch has 1 to %d messages",
                    CARTO_MCP_MAX_BATCH);
  return CARTO_MCP__INVALID_REQUEST;
}

/* Sends the error reply for a code, or else what stands in server->_out. */
static carto_status carto__request_end(carto__request *r, int code) {
  if (code != 0) carto__write_error(r, code);
  CARTO_MCP_ASSERT(r->server->_out.status == CARTO_OK); /* an error reply always fits */
  if (r->server->_out.len > 0) (void)carto__rpc_send(r, &r->server->_out);
  return r->gone ? CARTO_ERR_IO : CARTO_OK;
}

CARTO_MCP__DEF carto_status carto_server_handle(carto_server *server, carto_session *session,
                                                const carto_peer *peer, carto_str message) {
  carto__request r;
  carto_json_doc doc;
  int code;
  carto__request_init(&r, server, session, peer);
  carto_arena_reset(&server->_arena);
  carto_buf_clear(&server->_out);
  server->_request = &r;
  code = carto__handle_message(&r, message, &doc);
  server->_request = NULL;
  return carto__request_end(&r, code);
}

/* Bytes in the longest message that is looked at while another is in hand. */
#define CARTO_MCP__URGENT_BYTES 2048

/* A message that waits, as far as it matters before its turn. */
typedef struct carto__waiting {
  carto_json_doc doc;
  carto_str method;
  const carto_json *id;      /* of a request, else NULL                      */
  const carto_json *cancels; /* the id that a cancellation names, else NULL  */
  bool is_ping;
} carto__waiting;

/* Reads it into the side arena; false when it is too long or nothing of interest. */
static bool carto__waiting_read(carto_server *server, carto_str message, carto__waiting *out) {
  const carto_json *root, *params, *id, *meta;
  memset(out, 0, sizeof *out);
  if (message.len > CARTO_MCP__URGENT_BYTES) return false;
  carto_arena_reset(&server->_side);
  if (carto_json_parse(&server->_side, message, &out->doc, NULL) != CARTO_OK) return false;
  root = out->doc.root;
  if (!carto__str_is(carto_json_string(carto_json_get(root, "jsonrpc")), "2.0")) return false;
  id = carto_json_get(root, "id");
  params = carto_json_get(root, "params");
  out->method = carto_json_string(carto_json_get(root, "method"));
  if (carto__is_id(&out->doc, id)) out->id = id;
  if (!id && carto__str_is(out->method, "notifications/cancelled")) {
    out->cancels = carto_json_get(params, "requestId");
    if (!carto__is_id(&out->doc, out->cancels)) out->cancels = NULL;
  }
  meta = carto_json_get(params, "_meta");
  out->is_ping = out->id && carto__str_is(out->method, "ping") &&
                 !carto_json_get(meta, CARTO_MCP__META "protocolVersion");
  return out->id || out->cancels;
}

/* Tells ids apart, 1 from "1" too; never 0. */
static uint64_t carto__id_hash(const carto_json_doc *doc, const carto_json *id) {
  bool number = carto_json_is_number(id);
  carto_str text = number ? carto_json_number_text(doc, id) : carto_json_string(id);
  return (carto__hash(text.ptr, text.len) << 2) | (number ? 3u : 1u);
}

static bool carto__urgent_ping(carto_server *server, carto_session *session, const carto_peer *peer,
                               const carto__waiting *ping) {
  carto__request r;
  carto_json_writer out;
  carto__request_init(&r, server, session, peer);
  carto__begin_message(&out, &server->_note, 0);
  carto_json_key(&out, "id");
  carto_json_write_value(&out, &ping->doc, ping->id);
  carto_json_key(&out, "result");
  carto_json_begin_object(&out);
  carto_json_end_object(&out);
  carto_json_end_object(&out);
  if (carto__rpc_send(&r, &server->_note)) return true;
  server->_request->gone = server->_request->gone || r.gone;
  return r.gone;
}

/* carto_server_urgent, which also says which other request a message cancels, one that waits itself
   or is done; 0: none. */
static bool carto__server_look(carto_server *server, carto_session *session, const carto_peer *peer,
                               carto_str message, uint64_t *cancels) {
  carto__request *current = server->_request;
  carto__waiting waiting;
  *cancels = 0;
  if (!current || current->session != session || !carto__waiting_read(server, message, &waiting))
    return false;
  if (waiting.is_ping) return carto__urgent_ping(server, session, peer, &waiting);
  if (!waiting.cancels) return false;
  *cancels = carto__id_hash(&waiting.doc, waiting.cancels);
  if (!current->id || carto__id_hash(current->doc, current->id) != *cancels) return false;
  current->cancelled = true;
  *cancels = 0;
  return true;
}

CARTO_MCP__DEF bool carto_server_urgent(carto_server *server, carto_session *session,
                                        const carto_peer *peer, carto_str message) {
  uint64_t other;
  return carto__server_look(server, session, peer, message, &other);
}

/* ---- the server */

CARTO_MCP__DEF carto_server_desc carto_server_desc_default(void) {
  carto_server_desc desc;
  memset(&desc, 0, sizeof desc);
  return desc;
}

static void carto__server_defaults(carto_server_desc *desc) {
  if (!desc->name) desc->name = "carto_mcp";
  if (!desc->title) desc->title = "CARTO MCP";
  if (!desc->version) desc->version = CARTO_MCP_VERSION;
  if (!desc->instructions)
    desc->instructions =
      "Spatial data tools. Start with list_connections; list_resources and search_resources find "
      "tables; describe shows the columns of a table or, with column, the statistics of one. Read "
      "the distribution of a column before you filter or style by it. execute_query answers by "
      "SQL, whose dialect is in the resource carto://sql/reference. A failed call says what to do "
      "next.";
  if (desc->page_size == 0) desc->page_size = 100;
  if (desc->arena_bytes == 0) desc->arena_bytes = (size_t)64 << 20;
  if (desc->message_bytes == 0 || desc->message_bytes > CARTO_MCP_MAX_MESSAGE)
    desc->message_bytes = CARTO_MCP_MAX_MESSAGE;
}

static bool carto__tool_name_is_good(const char *name) {
  size_t i;
  if (!name) return false;
  for (i = 0; name[i]; i++) {
    char c = name[i];
    bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!word && c != '_' && c != '-' && c != '.') return false;
  }
  return i >= 1 && i <= 64;
}

/* Named, and each at most one level below the row before it. */
static bool carto__rows_are_good(const carto_param *rows, size_t count) {
  size_t i;
  for (i = 0; i < count; i++)
    if (!rows || !rows[i].name || rows[i].depth > (i ? rows[i - 1].depth + 1 : 0) ||
        rows[i].depth >= CARTO_MCP_MAX_DEPTH)
      return false;
  return true;
}

/* The tools there are, whether allowed or not: the built-in ones, then the host's. */
static const carto_tool *carto__tool_row(const carto_server_desc *desc, size_t index) {
  size_t count;
  const carto_tool *builtin = carto_tools(&count);
  if (index < count) return &builtin[index];
  return index - count < desc->tool_count ? &desc->tools[index - count] : NULL;
}

static bool carto__allows(const char *allow, const char *word) {
  carto_str rest = carto_str_from(allow);
  if (!allow) return true;
  while (word && rest.len > 0)
    if (carto__str_is(carto__str_cut(&rest, ','), word)) return true;
  return false;
}

/* Adds a row if it is sound, has a new name, and the operator allows it. */
static carto_status carto__server_add(carto_server *server, size_t index, carto_error *error) {
  const carto_server_desc *desc = &server->_desc;
  const carto_tool *tool = carto__tool_row(desc, index);
  size_t i;
  if (!carto__tool_name_is_good(tool->name))
    return carto__fail(error, CARTO_ERR_ARG, 0,
                       "a tool's name is 1 to 64 of A-Z a-z 0-9 _ - ., not \"%v\"",
                       carto_str_from(tool->name));
  if (!tool->run || !tool->description)
    return carto__fail(error, CARTO_ERR_ARG, 0, "tool %s needs a description and a function",
                       tool->name);
  if (!carto__rows_are_good(tool->params, tool->param_count) ||
      !carto__rows_are_good(tool->results, tool->result_count) ||
      (tool->rule_count && !tool->rules))
    return carto__fail(error, CARTO_ERR_ARG, 0, "tool %s has a row without a name or too deep",
                       tool->name);
  for (i = 0; i < index; i++)
    if (carto__str_is(carto_str_from(tool->name), carto__tool_row(desc, i)->name))
      return carto__fail(error, CARTO_ERR_ARG, 0, "there are two tools named %s", tool->name);
  if (carto__allows(desc->allow, tool->name) || carto__allows(desc->allow, tool->group))
    server->_tools[server->_tool_count++] = tool;
  return CARTO_OK;
}

/* Every word of the allow list must mean something, or a misspelt one would go unnoticed. */
static carto_status carto__server_check_allow(const carto_server_desc *desc, carto_error *error) {
  carto_str rest = carto_str_from(desc->allow);
  const carto_tool *tool;
  size_t i;
  while (rest.len > 0) {
    carto_str word = carto__str_cut(&rest, ','), best = carto_str_make(NULL, 0);
    size_t distance = carto__nearest_limit(word);
    bool known = false;
    for (i = 0; !known && (tool = carto__tool_row(desc, i)) != NULL; i++) {
      known = carto__str_is(word, tool->name) || (tool->group && carto__str_is(word, tool->group));
      carto__nearest(word, carto_str_from(tool->name), &best, &distance);
    }
    if (!known)
      return carto__fail(error, CARTO_ERR_ARG, 0, "no tool or group is named \"%v\"%s%v", word,
                         best.len ? "; nearest: " : "", best);
  }
  return CARTO_OK;
}

static size_t carto__server_row_count(const carto_server_desc *desc) {
  size_t count;
  (void)carto_tools(&count);
  return count + desc->tool_count;
}

CARTO_MCP__DEF void carto_server_free(carto_server *server) {
  carto__free(server->_desc.alloc, (void *)server->_tools,
              carto__server_row_count(&server->_desc) * sizeof *server->_tools);
  carto_arena_free(&server->_arena);
  carto_arena_free(&server->_side);
  carto_buf_free(&server->_out);
  carto_buf_free(&server->_note);
  memset(server, 0, sizeof *server);
}

/* Bytes that every error reply and log message fits, without what the client sent. */
#define CARTO_MCP__MESSAGE_MIN 1024

/* connections is the one function that a driver cannot do without: every call is routed by it. */
static bool carto__server_lists_are_good(const carto_server_desc *desc) {
  size_t i;
  if (desc->warehouse_count && !desc->warehouses) return false;
  for (i = 0; i < desc->warehouse_count; i++)
    if (!desc->warehouses[i].driver || !desc->warehouses[i].driver->connections) return false;
  return desc->tool_count == 0 || desc->tools;
}

CARTO_MCP__DEF carto_status carto_server_init(carto_server *server, const carto_server_desc *desc,
                                              carto_error *error) {
  carto_status status;
  size_t i, count, bytes = 0;
  carto__error_clear(error);
  memset(server, 0, sizeof *server);
  if (!desc || desc->_start != 0 || desc->_end != 0)
    return carto__fail(error, CARTO_ERR_ARG, 0, "start from carto_server_desc_default()");
  if (!carto__server_lists_are_good(desc))
    return carto__fail(error, CARTO_ERR_ARG, 0,
                       "a count without its list, or a warehouse without driver or connections");
  server->_desc = *desc;
  carto__server_defaults(&server->_desc);
  count = carto__server_row_count(desc);
  if (server->_desc.message_bytes < CARTO_MCP__MESSAGE_MIN)
    status = carto__fail(error, CARTO_ERR_ARG, 0, "message_bytes must be at least %d",
                         CARTO_MCP__MESSAGE_MIN);
  else status = carto__server_check_allow(desc, error);
  carto_arena_init(&server->_arena, desc->alloc, server->_desc.arena_bytes);
  carto_arena_init(&server->_side, desc->alloc, 64 * 1024);
  carto_buf_init(&server->_out, desc->alloc, server->_desc.message_bytes);
  carto_buf_init(&server->_note, desc->alloc, server->_desc.message_bytes);
  if (status == CARTO_OK && carto__mul_size(count, sizeof *server->_tools, &bytes))
    server->_tools = (const carto_tool **)carto__realloc(desc->alloc, NULL, 0, bytes);
  if (status == CARTO_OK &&
      (!server->_tools || !carto__buf_room(&server->_out, CARTO_MCP__MESSAGE_MIN) ||
       !carto__buf_room(&server->_note, CARTO_MCP__MESSAGE_MIN)))
    status = carto__fail(error, CARTO_ERR_NOMEM, 0, "out of memory");
  for (i = 0; i < count && status == CARTO_OK; i++) status = carto__server_add(server, i, error);
  if (status != CARTO_OK) carto_server_free(server);
  return status;
}

CARTO_MCP__DEF size_t carto_server_tool_count(const carto_server *server) {
  return server->_tool_count;
}

CARTO_MCP__DEF const carto_tool *carto_server_tool(const carto_server *server, size_t index) {
  return index < server->_tool_count ? server->_tools[index] : NULL;
}

CARTO_MCP__DEF carto_status carto_server_call(carto_server *server, const carto_call *call,
                                              carto_str tool, carto_str arguments_json,
                                              carto_json_writer *out, carto_error *error) {
  const carto_tool *row = carto__find_tool(server, tool);
  carto_json_doc doc;
  carto_buf result;
  carto_error why;
  carto_str best = carto_str_make(NULL, 0);
  size_t i, distance = carto__nearest_limit(tool);
  carto_status status;
  carto__error_clear(error);
  if (!row) {
    for (i = 0; i < server->_tool_count; i++)
      carto__nearest(tool, carto_str_from(server->_tools[i]->name), &best, &distance);
    return carto__fail(error, CARTO_ERR_NOT_FOUND, 0, "Unknown tool: %v%s%v", tool,
                       best.len ? "; nearest: " : "", best);
  }
  if (arguments_json.len == 0) arguments_json = carto_str_from("{}");
  status = carto_json_parse(call->arena, arguments_json, &doc, &why);
  if (status != CARTO_OK)
    return carto__fail(error, status, why.offset, "the arguments are not JSON: %s (byte %u)",
                       why.text, (uint64_t)why.offset);
  if (carto_json_type_of(doc.root) != CARTO_JSON_OBJECT)
    return carto__fail(error, CARTO_ERR_ARG, 0, "the arguments must be a JSON object");
  status = carto__call_tool(server, NULL, call, row, &doc, doc.root, &result, &why);
  if (status == CARTO_OK) carto_json_write_raw(out, carto_buf_str(&result));
  else if (error) *error = why;
  return status == CARTO_OK ? (carto_status)out->out->status : status;
}

/* ----------------------------------------------------------------------- >>files
   A directory of the file system as carto_files, on POSIX.1-2008.
   Uses: >>base, >>memory, >>buffer, >>warehouse.   Used by: the program that sets up >>local.
   Every name is opened from its parent directory and never through a symbolic link, so nothing
   outside the root can be reached whatever a path says. */

#ifndef CARTO_MCP_NO_FILES

#if !defined(_POSIX_C_SOURCE) || _POSIX_C_SOURCE < 200809L
#error "carto_mcp: define _POSIX_C_SOURCE as 200809L, or CARTO_MCP_NO_FILES"
#endif

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *carto__errno_text(int number) {
  static const struct {
    int number;
    const char *text;
  } texts[] = {
    {ENOENT, "there is no such file or directory"},
    {EACCES, "permission denied"},
    {ENOTDIR, "not a directory"},
    {ELOOP, "a symbolic link"},
    {EMFILE, "too many open files"},
    {ENFILE, "too many open files"},
    {ENOMEM, "out of memory"},
    {EIO, "input or output error"},
    {EISDIR, "a directory"},
  };
  size_t i;
  for (i = 0; i < sizeof texts / sizeof texts[0]; i++)
    if (texts[i].number == number) return texts[i].text;
  return "the system refused";
}

static carto_status carto__files_fail(carto_error *error, carto_str path, int number) {
  return carto__fail(error, CARTO_ERR_IO, 0, "cannot open %v: %s (errno %d)", path,
                     carto__errno_text(number), number);
}

/* Opens a path below root, name by name; -1 and errno when it cannot. */
static int carto__files_open(const char *root, carto_str path, bool directory) {
  char name[CARTO_MCP_MAX_NAME + 1];
  int at = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC), next;
  while (at >= 0 && path.len > 0) {
    carto_str part = carto__str_cut(&path, '/');
    int flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
    if (part.len == 0 || part.len > CARTO_MCP_MAX_NAME || part.ptr[0] == '.' ||
        carto__str_index(part, 0) < part.len) {
      close(at);
      errno = ENOENT;
      return -1;
    }
    memcpy(name, part.ptr, part.len);
    name[part.len] = 0;
    if (path.len > 0 || directory) flags |= O_DIRECTORY;
    next = openat(at, name, flags);
    if (next < 0) {
      int number = errno;
      close(at);
      errno = number;
      return -1;
    }
    close(at);
    at = next;
  }
  return at;
}

static int64_t carto__files_time(const struct stat *st) {
  return (int64_t)st->st_mtim.tv_sec * 1000000 + st->st_mtim.tv_nsec / 1000;
}

/* Describes one entry; false when it is neither a file nor a directory, or has just gone. */
static bool carto__files_entry(carto_arena *arena, int dir, const char *name, carto_file *out) {
  struct stat st;
  if (name[0] == '.' || fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0) return false;
  if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)) return false;
  out->name = carto__str_copy(arena, carto_str_from(name));
  out->is_directory = S_ISDIR(st.st_mode) != 0;
  out->size = st.st_size > 0 ? (uint64_t)st.st_size : 0;
  out->modified_at = carto__files_time(&st);
  return true;
}

/* Entries between checkpoints. */
#define CARTO_MCP__FILES_ASK 1024

static carto_status carto__files_list(const carto_call *call, void *user, carto_str path,
                                      carto_file **out, size_t *out_count, carto_error *error) {
  int fd = carto__files_open((const char *)user, path, true);
  DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
  struct dirent *entry;
  carto_file file;
  carto_buf files;
  size_t asked;
  carto_status status = CARTO_OK;
  *out = NULL;
  *out_count = 0;
  if (!dir) {
    status = carto__files_fail(error, path.len ? path : carto_str_from((const char *)user), errno);
    if (fd >= 0) close(fd);
    return status;
  }
  carto_buf_init(&files, carto_arena_allocator(call->arena), 0);
  for (asked = 0; status == CARTO_OK; asked++) {
    errno = 0;
    entry = readdir(dir);
    if (!entry && errno != 0)
      status =
        carto__files_fail(error, path.len ? path : carto_str_from((const char *)user), errno);
    if (!entry) break;
    if (asked % CARTO_MCP__FILES_ASK == 0 && !carto__go_on(call))
      status = carto__fail_cancelled(error);
    if (status != CARTO_OK || !carto__files_entry(call->arena, fd, entry->d_name, &file)) continue;
    carto_buf_append(&files, &file, sizeof file);
    if (call->arena->status != CARTO_OK) status = carto__fail_memory(call->arena, error);
    else if (files.len / sizeof file > CARTO_MCP_MAX_FILES)
      status =
        carto__fail(error, CARTO_ERR_LIMIT, 0, "%v holds more than %d files",
                    path.len ? path : carto_str_from("the directory"), (int)CARTO_MCP_MAX_FILES);
  }
  closedir(dir);
  if (status != CARTO_OK) return status;
  *out = (carto_file *)(void *)files.ptr;
  *out_count = files.len / sizeof file;
  return CARTO_OK;
}

static carto_status carto__files_read_all(const carto_call *call, int fd, size_t size,
                                          carto_str path, carto_buf *out, carto_error *error) {
  size_t done = 0;
  char *to = carto__buf_room(out, size + 1); /* one more shows whether the file has grown */
  if (!to)
    return carto__fail(error, (carto_status)out->status, 0, "%v needs %u bytes: %s", path,
                       (uint64_t)size, carto_status_text(out->status));
  while (done <= size) {
    ssize_t got = read(fd, to + done, carto__min_size(size + 1 - done, (size_t)4 << 20));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0)
      return carto__fail(error, CARTO_ERR_IO, 0, "cannot read %v: %s", path,
                         carto__errno_text(errno));
    if (got == 0) break;
    done += (size_t)got;
    if (!carto__go_on(call)) return carto__fail_cancelled(error);
  }
  if (done != size)
    return carto__fail(error, CARTO_ERR_IO, 0, "%v changed while it was read; try again", path);
  out->len += size;
  return CARTO_OK;
}

static carto_status carto__files_read(const carto_call *call, void *user, carto_str path,
                                      carto_buf *out, carto_error *error) {
  int fd = carto__files_open((const char *)user, path, false);
  struct stat st;
  carto_status status;
  if (fd < 0) return carto__files_fail(error, path, errno);
  if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
    status = carto__fail(error, CARTO_ERR_IO, 0, "%v is not a file", path);
  else if ((uint64_t)st.st_size > CARTO_MCP_MAX_FILE)
    status = carto__fail(error, CARTO_ERR_LIMIT, 0, "%v has %u bytes; the limit is %u", path,
                         (uint64_t)st.st_size, (uint64_t)CARTO_MCP_MAX_FILE);
  else status = carto__files_read_all(call, fd, (size_t)st.st_size, path, out, error);
  close(fd);
  return status;
}

CARTO_MCP__DEF carto_files carto_files_directory(const char *root) {
  carto_files files;
  files.list = carto__files_list;
  files.read = carto__files_read;
  files.user = (void *)(uintptr_t)root; /* only ever read */
  return files;
}

CARTO_MCP__DEF carto_status carto_files_modified(const char *path, int64_t *out,
                                                 carto_error *error) {
  struct stat st;
  *out = 0;
  if (stat(path, &st) != 0) return carto__files_fail(error, carto_str_from(path), errno);
  if (!S_ISDIR(st.st_mode)) return carto__files_fail(error, carto_str_from(path), ENOTDIR);
  if (access(path, R_OK | X_OK) != 0) return carto__files_fail(error, carto_str_from(path), errno);
  *out = carto__files_time(&st);
  return CARTO_OK;
}

#endif /* CARTO_MCP_NO_FILES */

/* ----------------------------------------------------------------------- >>stdio
   One client over a pair of descriptors, one message a line.
   Uses: >>buffer, >>rpc.   Used by: programs.
   Never waits on one direction alone: while answers cannot leave, requests are still taken in. A
   full queue is the only reason to stop reading. No signal handler is touched: a program that wants
   an error instead of SIGPIPE ignores that signal itself.                                        */

#ifndef CARTO_MCP_NO_STDIO

#if !defined(_POSIX_C_SOURCE) || _POSIX_C_SOURCE < 200809L
#error "carto_mcp: define _POSIX_C_SOURCE as 200809L, or CARTO_MCP_NO_STDIO"
#endif

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* Bytes read at once, and replies held back so that many leave in one write. */
#define CARTO_MCP__STDIO_READ ((size_t)64 << 10)
#define CARTO_MCP__STDIO_HOLD ((size_t)64 << 10)

/* Bytes that either queue has from the start: with them alone it works, only slower. */
#define CARTO_MCP__STDIO_MIN 4096

/* Requests that wait and are cancelled already: with more, the oldest are answered all the same. */
#define CARTO_MCP__STDIO_CANCELLED 16

/* A pipe that polls writable takes this much without blocking. */
#ifdef PIPE_BUF
#define CARTO_MCP__STDIO_PIPE ((size_t)PIPE_BUF)
#else
#define CARTO_MCP__STDIO_PIPE ((size_t)_POSIX_PIPE_BUF)
#endif

/* A socket that can be told not to wait takes what it has room for. */
#if defined(MSG_DONTWAIT) && defined(MSG_NOSIGNAL)
#define CARTO_MCP__STDIO_SEND (MSG_DONTWAIT | MSG_NOSIGNAL)
#endif

typedef struct carto__stdio {
  carto_server *server;
  carto_session session;
  carto_peer peer;
  int in, out;
  bool out_is_socket;
  bool in_ended, out_ended;
  int in_errno;    /* why reading failed, 0 while it has not               */
  bool skipping;   /* inside a line that is answered already               */
  carto_buf inbox; /* read and not yet handled, from inbox_at on           */
  size_t inbox_at;
  size_t lines_end; /* of the whole lines in the inbox                      */
  size_t urgent_at; /* lines before this were looked at while a request ran */
  carto_buf line;   /* the message in hand: the inbox may move meanwhile    */
  carto_buf outbox; /* to be written, from outbox_at on                     */
  size_t outbox_at;
  uint64_t cancelled[CARTO_MCP__STDIO_CANCELLED]; /* ids as carto__id_hash has them; 0: free */
  size_t cancelled_at;
} carto__stdio;

/* Takes away the front of a queue, which is done with. Returns the bytes taken away. */
static size_t carto__stdio_drop(carto_buf *queue, size_t *at) {
  size_t done = *at;
  if (done == 0) return 0;
  memmove(queue->ptr, queue->ptr + done, queue->len - done);
  queue->len -= done;
  *at = 0;
  return done;
}

/* Makes the inbox take more, as much as there is memory for; false when it takes nothing at all.
   What is done with is dropped once it is the larger part, or where memory is refused: so bytes
   move no more than once on average. */
static bool carto__stdio_make_room(carto__stdio *io) {
  carto_buf *inbox = &io->inbox;
  if (io->inbox_at >= inbox->len - io->inbox_at || !carto__buf_room(inbox, CARTO_MCP__STDIO_READ)) {
    size_t done = carto__stdio_drop(inbox, &io->inbox_at);
    io->lines_end -= carto__min_size(io->lines_end, done);
    io->urgent_at -= carto__min_size(io->urgent_at, done);
    inbox->status = CARTO_OK;
    (void)carto__buf_room(inbox, CARTO_MCP__STDIO_READ);
    inbox->status = CARTO_OK;
  }
  return inbox->len < inbox->cap;
}

/* Takes what can be read without waiting. */
static void carto__stdio_fill(carto__stdio *io) {
  carto_buf *inbox = &io->inbox;
  ssize_t got = read(io->in, inbox->ptr + inbox->len, inbox->cap - inbox->len);
  size_t end;
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (got < 0) io->in_errno = errno;
  if (got <= 0) {
    io->in_ended = true;
    return;
  }
  end = inbox->len + (size_t)got;
  while (end > inbox->len && inbox->ptr[end - 1] != '\n') end--;
  if (end > inbox->len) io->lines_end = end;
  inbox->len += (size_t)got;
}

/* Writes what can be written without waiting. */
static void carto__stdio_drain(carto__stdio *io) {
  const char *ptr = io->outbox.ptr + io->outbox_at;
  size_t left = io->outbox.len - io->outbox_at;
  ssize_t put;
#ifdef CARTO_MCP__STDIO_SEND
  if (io->out_is_socket) put = send(io->out, ptr, left, CARTO_MCP__STDIO_SEND);
  else
#endif
    put = write(io->out, ptr, carto__min_size(left, CARTO_MCP__STDIO_PIPE));
  if (put < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (put <= 0) {
    io->out_ended = true;
    return;
  }
  io->outbox_at += (size_t)put;
  if (io->outbox_at >= io->outbox.len - io->outbox_at)
    (void)carto__stdio_drop(&io->outbox, &io->outbox_at);
}

/* The queue takes no more; but a line shorter than a message is read to its end. */
static bool carto__stdio_is_full(const carto__stdio *io) {
  size_t have = io->inbox.len - io->inbox_at;
  return have >= CARTO_MCP_MAX_QUEUE &&
         (io->lines_end > io->inbox_at || have > io->server->_desc.message_bytes);
}

/* Moves bytes in both directions; waits for the first when asked to. While a request is in hand, a
   closed output is noticed even with nothing to write. */
static void carto__stdio_pump(carto__stdio *io, bool wait) {
  struct pollfd fds[2];
  do {
    bool pending = io->outbox.len > io->outbox_at;
    bool take = !io->in_ended && !carto__stdio_is_full(io) && carto__stdio_make_room(io);
    fds[0].fd = take ? io->in : -1;
    fds[0].events = POLLIN;
    fds[1].fd = pending || io->server->_request ? io->out : -1;
    fds[1].events = pending ? POLLOUT : 0;
    fds[0].revents = fds[1].revents = 0;
    if (poll(fds, 2, wait ? -1 : 0) < 0) {
      if (errno != EINTR) io->out_ended = true;
      return;
    }
    if (fds[0].revents) carto__stdio_fill(io);
    if (fds[1].revents & ~POLLOUT) io->out_ended = true;
    else if (fds[1].revents) carto__stdio_drain(io);
    wait = false;
  } while (fds[1].revents && !io->out_ended && io->outbox.len > io->outbox_at);
}

/* Queues a text; where memory is refused it leaves piece by piece, each waited for. */
static void carto__stdio_put(carto__stdio *io, carto_str text) {
  while (text.len > 0 && !io->out_ended) {
    size_t fits =
      carto__buf_room(&io->outbox, text.len) ? text.len : io->outbox.cap - io->outbox.len;
    io->outbox.status = CARTO_OK;
    carto_buf_append(&io->outbox, text.ptr, fits);
    text = carto__str_skip(text, fits);
    if (text.len > 0) carto__stdio_pump(io, true);
  }
}

static bool carto__stdio_write(void *user, carto_str message) {
  carto__stdio *io = (carto__stdio *)user;
  carto__stdio_put(io, message);
  carto__stdio_put(io, carto_str_make("\n", 1));
  return !io->out_ended;
}

/* The next line from *at on, without its end; false when there is no whole one. */
static bool carto__stdio_line(const carto__stdio *io, size_t *at, carto_str *line) {
  const char *start = io->inbox.ptr + *at, *end;
  if (*at >= io->lines_end) return false;
  end = (const char *)memchr(start, '\n', io->lines_end - *at);
  *line = carto_str_make(start, (size_t)(end - start));
  *at += line->len + 1;
  return true;
}

/* While a request runs: looks at the lines that have come in since the last look. A line that is
   dealt with becomes a blank one; the cancellation of a request that waits itself is remembered. */
static bool carto__stdio_poll(void *user) {
  carto__stdio *io = (carto__stdio *)user;
  carto_str line;
  size_t next;
  uint64_t cancels;
  carto__stdio_pump(io, false);
  if (io->urgent_at < io->inbox_at) io->urgent_at = io->inbox_at;
  while (next = io->urgent_at, carto__stdio_line(io, &next, &line)) {
    if (carto__server_look(io->server, &io->session, &io->peer, line, &cancels))
      memset(io->inbox.ptr + io->urgent_at, ' ', line.len);
    if (cancels) io->cancelled[io->cancelled_at++ % CARTO_MCP__STDIO_CANCELLED] = cancels;
    io->urgent_at += line.len + 1; /* not next: the inbox may have moved */
  }
  return !io->out_ended;
}

/* Whether a line whose turn has come is a request that was cancelled meanwhile. The cancellation
   comes by once more behind it: then it is forgotten. */
static bool carto__stdio_is_cancelled(carto__stdio *io, carto_str line) {
  carto__waiting waiting;
  const carto_json *id;
  uint64_t hash;
  size_t i;
  for (i = 0; i < CARTO_MCP__STDIO_CANCELLED && io->cancelled[i] == 0; i++) {
  }
  if (i == CARTO_MCP__STDIO_CANCELLED || !carto__waiting_read(io->server, line, &waiting))
    return false;
  id = waiting.cancels ? waiting.cancels : waiting.id;
  hash = carto__id_hash(&waiting.doc, id);
  for (; i < CARTO_MCP__STDIO_CANCELLED && io->cancelled[i] != hash; i++) {
  }
  if (i == CARTO_MCP__STDIO_CANCELLED) return false;
  if (waiting.cancels) io->cancelled[i] = 0;
  return waiting.id && !carto__str_is(waiting.method, "initialize");
}

static bool carto__stdio_is_blank(carto_str line) {
  size_t i;
  for (i = 0; i < line.len; i++)
    if (line.ptr[i] != ' ' && line.ptr[i] != '\t' && line.ptr[i] != '\r') return false;
  return true;
}

/* Answers a message that there is no memory to take in. */
static carto_status carto__stdio_refuse(carto__stdio *io) {
  carto__request r;
  int code;
  carto__request_init(&r, io->server, &io->session, &io->peer);
  code = carto__refuse(&r, CARTO_MCP__INTERNAL_ERROR, "out of memory for the message");
  return carto__request_end(&r, code);
}

/* Handles the next line. False when there is none and more input is needed. */
static bool carto__stdio_step(carto__stdio *io, carto_status *status) {
  size_t at = io->inbox_at, limit = io->server->_desc.message_bytes;
  bool skip = io->skipping, stuck = false;
  carto_str line;
  io->skipping = false;
  if (!carto__stdio_line(io, &at, &line)) {
    stuck = !io->in_ended && !carto__stdio_make_room(io);
    at = io->inbox.len;
    line = carto_str_make(io->inbox.ptr + io->inbox_at, at - io->inbox_at);
    io->skipping = skip || stuck || line.len > limit;
    if (line.len == 0 || (!io->in_ended && !io->skipping)) return false;
  }
  io->inbox_at = at;
  if (skip || carto__stdio_is_blank(line) || carto__stdio_is_cancelled(io, line)) return true;
  carto_buf_clear(&io->line);
  if (line.len <= limit && !stuck) {
    carto_buf_append_str(&io->line, line);
    stuck = io->line.status != CARTO_OK;
    line = carto_buf_str(&io->line);
  }
  if (stuck) *status = carto__stdio_refuse(io);
  else *status = carto_server_handle(io->server, &io->session, &io->peer, line);
  return true;
}

static carto_status carto__stdio_open(carto__stdio *io, carto_server *server, int in, int out,
                                      carto_error *error) {
  struct stat st;
  memset(io, 0, sizeof *io);
  io->server = server;
  io->in = in;
  io->out = out;
  io->peer.write = carto__stdio_write;
  io->peer.poll = carto__stdio_poll;
  io->peer.user = io;
  carto_buf_init(&io->inbox, server->_desc.alloc, 0);
  carto_buf_init(&io->line, server->_desc.alloc, 0);
  carto_buf_init(&io->outbox, server->_desc.alloc, 0);
  if (fstat(in, &st) != 0 || fstat(out, &st) != 0)
    return carto__fail(error, CARTO_ERR_IO, 0, "the input or the output is no open descriptor");
  io->out_is_socket = S_ISSOCK(st.st_mode);
  if (carto__buf_room(&io->inbox, CARTO_MCP__STDIO_MIN) &&
      carto__buf_room(&io->outbox, CARTO_MCP__STDIO_MIN))
    return CARTO_OK;
  return carto__fail(error, CARTO_ERR_NOMEM, 0, "out of memory");
}

CARTO_MCP__DEF carto_status carto_serve_stdio(carto_server *server, int in, int out,
                                              carto_error *error) {
  carto__stdio io;
  carto_status status;
  carto__error_clear(error);
  status = carto__stdio_open(&io, server, in, out, error);
  while (status == CARTO_OK && !io.out_ended) {
    size_t pending = io.outbox.len - io.outbox_at;
    if (pending < CARTO_MCP__STDIO_HOLD && carto__stdio_step(&io, &status)) continue;
    if (io.in_ended && io.inbox_at == io.inbox.len && pending == 0) break;
    carto__stdio_pump(&io, true);
  }
  if (io.out_ended) status = carto__fail(error, CARTO_ERR_IO, 0, "the output is closed");
  else if (status == CARTO_OK && io.in_errno != 0)
    status = carto__fail(error, CARTO_ERR_IO, 0, "reading failed (errno %d)", io.in_errno);
  carto_buf_free(&io.inbox);
  carto_buf_free(&io.line);
  carto_buf_free(&io.outbox);
  return status;
}

#endif /* CARTO_MCP_NO_STDIO */

#ifdef __cplusplus
}
#endif

#endif /* CARTO_MCP__IMPLEMENTED */
#endif /* CARTO_MCP_IMPLEMENTATION */

/* --------------------------------------------------------------------- >>license

   This software is available under two licences: choose whichever you prefer.

   A: MIT Copyright (c) 2026 the carto_mcp authors Permission is hereby granted, free of charge, to
   any person obtaining a copy of this software and associated documentation files (the "Software"),
   to deal in the Software without restriction, including without limitation the rights to use,
   copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to
   permit persons to whom the Software is furnished to do so, subject to the following conditions:
   The above copyright notice and this permission notice shall be included in all copies or
   substantial portions of the Software. THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY
   KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS
   FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS
   BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
   OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS
   IN THE SOFTWARE.

   B: Public domain (www.unlicense.org) This is free and unencumbered software released into the
   public domain. Anyone is free to copy, modify, publish, use, compile, sell, or distribute this
   software, either in source code form or as a compiled binary, for any purpose, commercial or
   non-commercial, and by any means. In jurisdictions that recognize copyright laws, the author or
   authors of this software dedicate any and all copyright interest in the software to the public
   domain. We make this dedication for the benefit of the public at large and to the detriment of
   our heirs and successors. We intend this dedication to be an overt act of relinquishment in
   perpetuity of all present and future rights to this software under copyright law. THE SOFTWARE IS
   PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO
   THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO
   EVENT SHALL THE AUTHORS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION
   OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE
   USE OR OTHER DEALINGS IN THE SOFTWARE.

   The numbering of H3's base cells and the orientation of its faces are facts of the H3 system
   (Uber Technologies, Apache License 2.0). */
