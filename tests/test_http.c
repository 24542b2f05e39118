/* >>http: messages in any pieces, what is refused and where; URLs; what is sent, and sent again. What is expected
   is what RFC 9110, 9112, 3986 and 6585 say. */
#define CARTO_MCP_NO_SQL
#define CARTO_MCP_NO_MAP
#define CARTO_MCP_NO_CHART
#define CARTO_MCP_NO_WORKFLOW
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"

#include "test.h"

/* ---- messages: what a parser says of one is written down as a text */

#define REQUEST 1u
#define NO_BODY 2u /* answers a HEAD                    */
#define CLOSED 4u  /* the peer closes behind the bytes */

typedef struct reading {
  carto__http_parser *parser;
  carto_buf log, body;
  int heads;
} reading;

static carto_status read_head(void *user, const carto_http_head *head, carto_error *error) {
  reading *r = (reading *)user;
  (void)error;
  if (r->heads++ > 0) carto_buf_append_text(&r->log, "SECOND HEAD ");
  if (r->parser->is_request) {
    carto_buf_append_str(&r->log, r->parser->method);
    carto_buf_append_text(&r->log, " ");
    carto_buf_append_str(&r->log, r->parser->target);
  } else {
    carto_buf_append_int(&r->log, head->status);
  }
  for (size_t i = 0; i < head->header_count; i++) {
    carto_buf_append_text(&r->log, " <");
    carto_buf_append_str(&r->log, head->headers[i].name);
    carto_buf_append_text(&r->log, "=");
    carto_buf_append_str(&r->log, head->headers[i].value);
    carto_buf_append_text(&r->log, ">");
  }
  return CARTO_OK;
}

static carto_status read_body(void *user, carto_str piece, carto_error *error) {
  reading *r = (reading *)user;
  (void)error;
  CHECK(piece.len > 0);
  carto_buf_append_str(&r->body, piece);
  return CARTO_OK;
}

/* Feeds text cut at two places; writes "status headers |body| +used done close" or what was wrong. */
static carto_str read_cut(carto__http_parser *p, carto_buf *out, carto_str text, unsigned how, size_t first,
                          size_t second, size_t step, carto_error *error) {
  carto_alloc libc = {NULL, NULL};
  carto_http_sink sink = {read_head, read_body, NULL};
  carto_status status = CARTO_OK;
  size_t at = 0;
  reading r;
  memset(&r, 0, sizeof r);
  memset(error, 0, sizeof *error);
  r.parser = p;
  sink.user = &r;
  carto_buf_init(&r.log, libc, 0);
  carto_buf_init(&r.body, libc, 0);
  carto__http_begin(p, (how & NO_BODY) != 0);
  while (status == CARTO_OK && at < text.len && !p->done) {
    size_t end = at < first ? first : at < second ? second : step ? at + step : text.len, used = 0;
    char *copy;
    if (end > text.len) end = text.len;
    copy = (char *)malloc(end - at); /* it ends where it does, and is gone afterwards */
    memcpy(copy, text.ptr + at, end - at);
    status = carto__http_feed(p, carto_str_make(copy, end - at), &used, &sink, error);
    CHECK(used <= end - at);
    if (status == CARTO_OK && !p->done) CHECK_UINT(used, end - at);
    if (p->done) CHECK_UINT(p->received, at + used);
    memset(copy, 'X', end - at);
    free(copy);
    at += used;
  }
  if (status == CARTO_OK && (how & CLOSED)) status = carto__http_closed(p, &sink, error);
  carto_buf_clear(out);
  if (status != CARTO_OK) {
    carto_buf_append_text(out, carto_status_text(status));
    carto_buf_append_text(out, " at ");
    carto_buf_append_uint(out, error->offset);
    carto_buf_append_text(out, ": ");
    carto_buf_append_text(out, error->text);
    CHECK_INT(error->status, status);
    CHECK(p->close && !p->done);
  } else {
    carto_buf_append_str(out, carto_buf_str(&r.log));
    carto_buf_append_text(out, " |");
    carto_buf_append_str(out, carto_buf_str(&r.body));
    carto_buf_append_text(out, "|");
    if (text.len > at) carto_buf_append_text(out, " +");
    if (text.len > at) carto_buf_append_uint(out, text.len - at);
    if (p->done) carto_buf_append_text(out, p->close ? " close" : " keep");
    if (p->done) { /* the head is still there */
      for (size_t i = 0; i < p->header_count; i++)
        CHECK(test_contains(carto_buf_str(&r.log), "<") && p->headers[i].name.len > 0);
      CHECK(!p->is_request || p->method.len > 0);
    }
  }
  carto_buf_free(&r.log);
  carto_buf_free(&r.body);
  return carto_buf_str(out);
}

/* Reads a text whole, a byte at a time and in all two-way cuts: always the same. */
static carto_str read_all_ways(carto_buf *out, carto_str text, unsigned how, carto_error *error) {
  carto_alloc libc = {NULL, NULL};
  carto__http_parser p, fresh;
  carto_buf other;
  carto_error second;
  carto_buf_init(&other, libc, 0);
  carto__http_init(&p, libc, (how & REQUEST) != 0, 4096);
  read_cut(&p, out, text, how, 0, 0, 0, error);
  for (size_t cut = 0; cut <= text.len; cut++) {
    carto_str got;
    if (cut < 4) got = read_cut(&p, &other, text, how, 0, 0, cut, &second);
    else got = read_cut(&p, &other, text, how, cut - 3, cut - 3, 0, &second);
    if (test_report(carto_str_equal(got, carto_buf_str(out)), __FILE__, __LINE__, "pieces change nothing")) continue;
    printf("  of %.*s\n  cut %zu %.*s\n  whole %.*s\n", (int)text.len, text.ptr, cut, (int)got.len, got.ptr,
           (int)out->len, out->ptr);
  }
  carto__http_init(&fresh, libc, (how & REQUEST) != 0, 4096);
  CHECK(carto_str_equal(read_cut(&fresh, &other, text, how, text.len / 3, text.len / 2, 1, &second),
                        carto_buf_str(out)));
  carto__http_free(&fresh);
  carto__http_free(&p);
  carto_buf_free(&other);
  return carto_buf_str(out);
}

#define OK200 "HTTP/1.1 200 OK\r\n"

static void test_answers(void) {
  static const struct {
    const char *text;
    unsigned how;
    const char *want;
  } rows[] = {
    {OK200 "Content-Length: 5\r\n\r\nhello", 0, "200 <Content-Length=5> |hello| keep"},
    {OK200 "Content-Length: 5\r\n\r\nhelloHTTP/1.1", 0, "200 <Content-Length=5> |hello| +8 keep"},
    {OK200 "content-LENGTH:0\r\n\r\n", 0, "200 <content-LENGTH=0> || keep"},
    {OK200 "Content-Length: 005\r\n\r\nhello", 0, "200 <Content-Length=005> |hello| keep"},
    {OK200 "Content-Length: 5\r\nConnection: x, CLOSE\r\n\r\nhello", 0,
     "200 <Content-Length=5> <Connection=x, CLOSE> |hello| close"},
    {"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", 0, "200 <Content-Length=1> |x| close"},
    {"HTTP/1.0 200 OK\r\nContent-Length: 1\r\nConnection: Keep-Alive\r\n\r\nx", 0,
     "200 <Content-Length=1> <Connection=Keep-Alive> |x| keep"},
    {OK200 "\r\nall that comes", CLOSED, "200 |all that comes| close"},
    {OK200 "\r\n", CLOSED, "200 || close"},
    {OK200 "\r\nmore may come", 0, "200 |more may come|"},
    {"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\nx", CLOSED, "200 <Connection=keep-alive> |x| close"},
    {OK200 "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", 0,
     "200 <Transfer-Encoding=chunked> |hello world| keep"},
    {OK200 "transfer-encoding: Chunked\r\n\r\n0\r\n\r\nHTTP", 0, "200 <transfer-encoding=Chunked> || +4 keep"},
    {OK200 "Transfer-Encoding: chunked\r\n\r\n00000a;x;y=1 ; z = \"a;\\\"\r b\"\r\n", 0,
     "malformed input at 71: HTTP answer: expected the end of a chunk's line"},
    {OK200 "Transfer-Encoding: chunked\r\n\r\n00000A;x;y=1 ; z = \"a;\\\" b\" ;q\r\n0123456789\r\n0;last\r\n\r\n", 0,
     "200 <Transfer-Encoding=chunked> |0123456789| keep"},
    {OK200 "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nExpires: never\r\nX:\r\n\r\n+", 0,
     "200 <Transfer-Encoding=chunked> |x| +1 keep"},
    {"HTTP/1.1 204 No Content\r\n\r\nX", 0, "204 || +1 keep"},
    {"HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\nX", 0, "304 <Content-Length=99> || +1 keep"},
    {OK200 "Content-Length: 99\r\nContent-Encoding: gzip\r\n\r\n", NO_BODY,
     "200 <Content-Length=99> <Content-Encoding=gzip> || keep"},
    {OK200 "Transfer-Encoding: chunked\r\n\r\n", NO_BODY, "200 <Transfer-Encoding=chunked> || keep"},
    {OK200 "\r\n", NO_BODY, "200 || keep"},
    {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: </a>\r\nContent-Length: 3\r\n\r\n" OK200
     "Content-Length: 1\r\n\r\nx", 0, "200 <Content-Length=1> |x| keep"},
    {"HTTP/1.1 100 Continue\r\n\r\n" OK200 "Content-Length: 7\r\n\r\n", NO_BODY, "200 <Content-Length=7> || keep"},
    {"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", 0, "200 <Content-Length=0> || keep"},
    {"HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", 0, "200 <Content-Length=0> || keep"},
    {"HTTP/1.7 999 \t\xc3\xa9 ~\r\nContent-Length: 0\r\n\r\n", 0, "999 <Content-Length=0> || keep"},
    {OK200 "A:\r\nB: \t \r\nC: \t x\ty \x80 \t\r\n!#$%&'*+-.^_`|~09: z\r\nContent-Length:0\t\r\n\r\n", 0,
     "200 <A=> <B=> <C=x\ty \x80> <!#$%&'*+-.^_`|~09=z> <Content-Length=0> || keep"},
    {OK200 "Content-Encoding: identity\r\nContent-Length: 1\r\n\r\nx", 0,
     "200 <Content-Encoding=identity> <Content-Length=1> |x| keep"},
    {OK200 "Content-Length: 5\r\n\r\nhel", 0, "200 <Content-Length=5> |hel|"},
    {"", 0, " ||"},
  };
  carto_alloc libc = {NULL, NULL};
  carto_error error;
  carto_buf out;
  carto_buf_init(&out, libc, 0);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    CHECK_STR(read_all_ways(&out, STR(rows[i].text), rows[i].how, &error), rows[i].want);
  carto_buf_free(&out);
}

static void test_requests(void) {
  static const struct {
    const char *text, *want;
  } rows[] = {
    {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / <Host=a> || keep"},
    {"\r\nGET /v3/x?y=%7Bz%7D HTTP/1.1\r\nHOST:[::1]:80\r\n\r\nGET", "GET /v3/x?y=%7Bz%7D <HOST=[::1]:80> || +3 keep"},
    {"GET /x?a={b}|^`\\[] HTTP/1.1\r\nHost:\r\n\r\n", "GET /x?a={b}|^`\\[] <Host=> || keep"},
    {"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}", "POST /x <Host=a> <Content-Length=2> |{}| keep"},
    {"POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
     "POST /x <Host=a> <Transfer-Encoding=chunked> |{}| keep"},
    {"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "GET / <Host=a> <Connection=close> || close"},
    {"GET / HTTP/1.0\r\n\r\n", "GET / || close"},
    {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "GET / <Connection=keep-alive> || keep"},
    {"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS * <Host=a> || keep"},
    {"GET http://a:80/b HTTP/1.1\r\nHost: a\r\n\r\n", "GET http://a:80/b <Host=a> || keep"},
    {"GET HTTPS://a HTTP/1.1\r\nHost: a\r\n\r\n", "GET HTTPS://a <Host=a> || keep"},
    {"PUT / HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx",
     "PUT / <Host=a> <Content-Encoding=gzip> <Content-Length=1> |x| keep"},
  };
  carto_alloc libc = {NULL, NULL};
  carto_error error;
  carto_buf out;
  carto_buf_init(&out, libc, 0);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    CHECK_STR(read_all_ways(&out, STR(rows[i].text), REQUEST, &error), rows[i].want);
  carto_buf_free(&out);
}

static const test_case cases[] = {
  {"answers", test_answers},
  {"requests", test_requests},
};

TEST_MAIN(cases)
