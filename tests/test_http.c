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

/* Each message is refused at the byte given, with a text that holds the words. */
static void test_refused(void) {
  static const struct {
    const char *text;
    unsigned how;
    size_t offset;
    const char *words;
  } rows[] = {
    /* RFC 9112 section 4: the first line of an answer */
    {"HTTP/2 200 OK\r\n", 0, 5, "expected HTTP/1.1"},
    {"HTTP/1.x 200 OK\r\n", 0, 7, "expected HTTP/1.1"},
    {"HTTP/1.12 200 OK\r\n", 0, 8, "expected a blank"},
    {"http/1.1 200 OK\r\n", 0, 0, "expected HTTP/1.1"},
    {"SSH-2.0-x", 0, 0, "expected HTTP/1.1"},
    {"HTTQ", 0, 3, "expected HTTP/1.1"},
    {"\r\nHTTP/1.1 200 OK\r\n", 0, 0, "expected HTTP/1.1"},
    {"HTTP/1.1\r\n", 0, 8, "expected a blank"},
    {"HTTP/1.1  200 OK\r\n", 0, 9, "three digits"},
    {"HTTP/1.1 20 OK\r\n", 0, 11, "three digits"},
    {"HTTP/1.1 20\r\n", 0, 11, "three digits"},
    {"HTTP/1.1 2000 OK\r\n", 0, 12, "expected a blank"},
    {"HTTP/1.1 099 OK\r\n", 0, 9, "three digits"},
    {"HTTP/1.1 -20 OK\r\n", 0, 9, "three digits"},
    {"HTTP/1.1 200 O\x01K\r\n", 0, 14, "in the reason"},
    {"HTTP/1.1 200 O\rK\r\n", 0, 14, "in the reason"},
    {"HTTP/1.1 200 OK\n\r\n", 0, 15, "without a carriage return"},
    {"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", 0, 46, "another protocol"},
    /* section 3: of a request */
    {"\x16\x03\x01", REQUEST, 0, "expected a method"},
    {" GET / HTTP/1.1\r\n", REQUEST, 0, "expected a method"},
    {"G(T / HTTP/1.1\r\n", REQUEST, 1, "expected a method"},
    {"GET\t/ HTTP/1.1\r\n", REQUEST, 3, "expected a method"},
    {"GET\r\n", REQUEST, 3, "expected a method"},
    {"GET /\r\n", REQUEST, 5, "expected a target"},
    {"GET  / HTTP/1.1\r\n", REQUEST, 4, "expected a target"},
    {"GET /a b HTTP/1.1\r\n", REQUEST, 7, "expected HTTP/1.1"},
    {"GET /\xc3\xa9 HTTP/1.1\r\n", REQUEST, 5, "escaped"},
    {"GET /a#b HTTP/1.1\r\n", REQUEST, 6, "escaped"},
    {"GET /\x7f HTTP/1.1\r\n", REQUEST, 5, "escaped"},
    {"GET a HTTP/1.1\r\n", REQUEST, 4, "no path and no URL"},
    {"GET * HTTP/1.1\r\n", REQUEST, 4, "no path and no URL"},
    {"GET ftp://a/ HTTP/1.1\r\n", REQUEST, 4, "no path and no URL"},
    {"CONNECT a:443 HTTP/1.1\r\n", REQUEST, 8, "no path and no URL"},
    {"GET / HTTP/2.0\r\n", REQUEST, 11, "expected HTTP/1.1"},
    {"GET / http/1.1\r\n", REQUEST, 6, "expected HTTP/1.1"},
    {"GET / HTTP/1.1 \r\n", REQUEST, 14, "the end of the line"},
    {"GET / HTTP/1.1\n", REQUEST, 14, "without a carriage return"},
    {"\r\n\r\nGET / HTTP/1.1\r\n", REQUEST, 2, "expected a method"},
    {"\nGET / HTTP/1.1\r\n", REQUEST, 0, "expected a method"},
    {"\rGET / HTTP/1.1\r\n", REQUEST, 0, "expected a method"},
    {"ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFG", REQUEST, 32, "more than 32"},
    /* section 3.2: Host */
    {"GET / HTTP/1.1\r\n\r\n", REQUEST, 16, "there is no Host"},
    {"GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n", REQUEST, 31, "a second Host"},
    {"GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", REQUEST, 31, "a second Host"},
    {"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", REQUEST, 23, "a Host that is none"},
    {"GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", REQUEST, 24, "a Host that is none"},
    {"GET / HTTP/1.1\r\nHost: u@b\r\n\r\n", REQUEST, 23, "a Host that is none"},
    /* section 5: header lines */
    {OK200 " A: b\r\n\r\n", 0, 17, "folded"},
    {OK200 "A: b\r\n c\r\n\r\n", 0, 23, "folded"},
    {OK200 "A: b\r\n\tc\r\n\r\n", 0, 23, "folded"},
    {OK200 "A : b\r\n\r\n", 0, 18, "a blank before a colon"},
    {OK200 "A\t: b\r\n\r\n", 0, 18, "a blank before a colon"},
    {OK200 "A\r\n\r\n", 0, 18, "without a colon"},
    {OK200 ": b\r\n\r\n", 0, 17, "without a name"},
    {OK200 "A(: b\r\n\r\n", 0, 18, "in a header's name"},
    {OK200 "\xc3\xa9: b\r\n\r\n", 0, 17, "in a header's name"},
    {OK200 "A: b\rc\r\n\r\n", 0, 21, "control character"},
    {OK200 "A: b\r\r\n\r\n", 0, 21, "control character"},
    {OK200 "A: \x7f\r\n\r\n", 0, 20, "control character"},
    {OK200 "A: b\n\r\n", 0, 21, "without a carriage return"},
    {OK200 "A: b\r\n\n", 0, 23, "without a carriage return"},
    /* section 6.1 to 6.3: lengths */
    {OK200 "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 0, 55, "beside a Content-Length"},
    {OK200 "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", 0, 61, "beside a Transfer"},
    {OK200 "Content-Length: 1\r\nContent-Length: 1\r\n\r\n", 0, 52, "a second Content-Length"},
    {OK200 "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 0, 52, "a second Content-Length"},
    {OK200 "Content-Length: 1, 1\r\n\r\n", 0, 34, "no number"},
    {OK200 "Content-Length: +1\r\n\r\n", 0, 33, "no number"},
    {OK200 "Content-Length: -1\r\n\r\n", 0, 33, "no number"},
    {OK200 "Content-Length: 1 2\r\n\r\n", 0, 34, "no number"},
    {OK200 "Content-Length: 0x1\r\n\r\n", 0, 34, "no number"},
    {OK200 "Content-Length: 1.0\r\n\r\n", 0, 34, "no number"},
    {OK200 "Content-Length:\r\n\r\n", 0, 32, "no number"},
    {OK200 "Content-Length: 9223372036854775808\r\n\r\n", 0, 33, "too large"},
    {OK200 "Content-Length: 18446744073709551617\r\n\r\n", 0, 33, "too large"},
    {OK200 "Transfer-Encoding: gzip, chunked\r\n\r\n", 0, 36, "other than chunked"},
    {OK200 "Transfer-Encoding: chunked, chunked\r\n\r\n", 0, 36, "other than chunked"},
    {OK200 "Transfer-Encoding: identity\r\n\r\n", 0, 36, "other than chunked"},
    {OK200 "Transfer-Encoding:\r\n\r\n", 0, 35, "other than chunked"},
    {OK200 "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 0, 64, "a second Transfer"},
    {"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 0, 36, "in HTTP/1.0"},
    {"HTTP/1.1 204 N\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 0, 51, "a second Content-Length"},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", REQUEST, 64,
     "beside a Content-Length"},
    {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", REQUEST, 36, "in HTTP/1.0"},
    {OK200 "Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\n", 0, 35, "not asked for"},
    {OK200 "Content-Encoding: br\r\n\r\n", 0, 35, "not asked for"},
#define CHUNKED OK200 "Transfer-Encoding: chunked\r\n\r\n" /* 47 bytes */
    /* section 7.1: chunks */
    {CHUNKED "\r\n", 0, 47, "the size of a chunk"},
    {CHUNKED "g\r\n", 0, 47, "the size of a chunk"},
    {CHUNKED "+1\r\n", 0, 47, "the size of a chunk"},
    {CHUNKED "-1\r\n", 0, 47, "the size of a chunk"},
    {CHUNKED " 1\r\n", 0, 47, "the size of a chunk"},
    {CHUNKED "1 \r\n", 0, 49, "end of a chunk's line"},
    {CHUNKED "0x1\r\n", 0, 48, "end of a chunk's line"},
    {CHUNKED "1\n", 0, 48, "without a carriage return"},
    {CHUNKED "1\r2\r\n", 0, 48, "end of a chunk's line"},
    {CHUNKED "1;\r\n", 0, 49, "end of a chunk's line"},
    {CHUNKED "1;a=\r\n", 0, 51, "end of a chunk's line"},
    {CHUNKED "1;a=\"b\r\n", 0, 53, "end of a chunk's line"},
    {CHUNKED "1;a=\"b\\\r\n", 0, 54, "end of a chunk's line"},
    {CHUNKED "1;a=\"\x01\"\r\n", 0, 52, "end of a chunk's line"},
    {CHUNKED "1;a b\r\n", 0, 51, "end of a chunk's line"},
    {CHUNKED "1;a;;b\r\n", 0, 51, "end of a chunk's line"},
    {CHUNKED "fffffffffffffffff\r\n", 0, 62, "too large"},
    {CHUNKED "10000000000000000\r\n", 0, 63, "too large"},
    {CHUNKED "1\r\nxy\r\n0\r\n\r\n", 0, 51, "line's end behind a chunk"},
    {CHUNKED "1\r\nx\n0\r\n\r\n", 0, 51, "line's end behind a chunk"},
    {CHUNKED "1\r\nx\rx", 0, 52, "line's end behind a chunk"},
    {CHUNKED "1\r\nx0\r\n\r\n", 0, 51, "line's end behind a chunk"},
    {CHUNKED "0\r\nA\r\n\r\n", 0, 51, "without a colon"},
    {CHUNKED "0\r\n A: b\r\n\r\n", 0, 50, "folded"},
    {CHUNKED "0\r\nA: b\r\nC : d\r\n\r\n", 0, 57, "a blank before a colon"},
    {CHUNKED "0\r\nA: b\n\r\n", 0, 54, "without a carriage return"},
    {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 2x0 OK\r\n", 0, 35, "three digits"},
    /* closed too early */
    {"", CLOSED, 0, "closed before the answer"},
    {"", REQUEST | CLOSED, 0, "closed before the request"},
    {"HTTP/1.1 2", CLOSED, 10, "in the middle of the answer, after 10 bytes"},
    {OK200 "Content-Length: 5\r\n\r\nhel", CLOSED, 41, "2 bytes before the end of the answer"},
    {CHUNKED "5\r\nhel", CLOSED, 53, "in the middle of the answer"},
    {CHUNKED "5\r\nhello\r\n0\r\n", CLOSED, 60, "in the middle of the answer"},
    {"HTTP/1.1 100 Continue\r\n\r\n", CLOSED, 25, "in the middle of the answer"},
    {"GET / HTTP/1.1\r\n", REQUEST | CLOSED, 16, "in the middle of the request"},
  };
  carto_alloc libc = {NULL, NULL};
  carto_buf out;
  carto_buf_init(&out, libc, 0);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    carto_error error;
    carto_str got = read_all_ways(&out, STR(rows[i].text), rows[i].how, &error);
    if (error.offset == rows[i].offset && test_contains(STR(error.text), rows[i].words) &&
        error.status == ((rows[i].how & CLOSED) ? CARTO_ERR_IO : CARTO_ERR_SYNTAX)) {
      test_checks++;
      continue;
    }
    CHECK(!"refused where and as it should be");
    printf("  %s\n  got  %.*s\n  want %zu: %s\n", rows[i].text, (int)got.len, got.ptr, rows[i].offset, rows[i].words);
  }
  { /* a zero byte */
    carto_error error;
    (void)read_all_ways(&out, carto_str_make(OK200 "A: b\0c\r\n\r\n", 27), 0, &error);
    CHECK_UINT(error.offset, 21);
    (void)read_all_ways(&out, carto_str_make("GET /\0 HTTP/1.1\r\n", 17), REQUEST, &error);
    CHECK_UINT(error.offset, 5);
    (void)read_all_ways(&out, carto_str_make("\0ET / HTTP/1.1\r\n", 16), REQUEST, &error);
    CHECK_UINT(error.offset, 0);
  }
  carto_buf_free(&out);
}

static void repeat(carto_buf *out, const char *text, size_t count) {
  while (count-- > 0) carto_buf_append_text(out, text);
}

/* Each limit: what just fits is read, one more is refused. */
static void test_limits(void) {
  carto_alloc libc = {NULL, NULL};
  carto_error error;
  carto_buf text, out;
  carto_buf_init(&text, libc, 0);
  carto_buf_init(&out, libc, 0);
  for (int more = 0; more < 2; more++) {
    /* 4096 bytes of head are allowed here: 17 + 2 + 2 are not of the value */
    carto_buf_clear(&text);
    repeat(&text, OK200 "A:", 1);
    repeat(&text, "x", 4096 - 17 - 2 - 2 - 2 - 19 + (size_t)more);
    repeat(&text, "\r\nContent-Length: 0\r\n\r\n", 1);
    text.len = 4096 + (size_t)more;
    CHECK_INT(test_contains(read_all_ways(&out, carto_buf_str(&text), 0, &error), "more than 4096 bytes of a head"), more);
    if (more) CHECK_UINT(error.offset, 4096);
    /* header lines */
    carto_buf_clear(&text);
    repeat(&text, "HTTP/1.1 204 N\r\n", 1);
    repeat(&text, "A:b\r\n", 100 + (size_t)more);
    repeat(&text, "\r\n", 1);
    CHECK_INT(test_contains(read_all_ways(&out, carto_buf_str(&text), 0, &error), "more than 100 header lines"), more);
    if (more) CHECK_UINT(error.offset, 16 + 500);
    /* those of a trailer count, too */
    carto_buf_clear(&text);
    repeat(&text, CHUNKED "0\r\n", 1);
    repeat(&text, "A:b\r\n", 99 + (size_t)more);
    repeat(&text, "\r\n", 1);
    CHECK_INT(test_contains(read_all_ways(&out, carto_buf_str(&text), 0, &error), "more than 100 header lines"), more);
    if (more) CHECK_UINT(error.offset, 50 + 99 * 5);
    /* a chunk's line, whole and in pieces */
    carto_buf_clear(&text);
    repeat(&text, CHUNKED "1;", 1);
    repeat(&text, "e", 1024 - 4 + (size_t)more);
    repeat(&text, "\r\nx\r\n0\r\n\r\n", 1);
    CHECK_INT(test_contains(read_all_ways(&out, carto_buf_str(&text), 0, &error), "more than 1024 bytes of a chunk"), more);
    if (more) CHECK_UINT(error.offset, 47 + 1024);
    /* answers 1xx */
    carto_buf_clear(&text);
    repeat(&text, "HTTP/1.1 100 C\r\n\r\n", 16 + (size_t)more);
    repeat(&text, "HTTP/1.1 204 N\r\n\r\n", 1);
    CHECK_INT(test_contains(read_all_ways(&out, carto_buf_str(&text), 0, &error), "more than 16 answers 1xx"), more);
    if (more) CHECK_UINT(error.offset, 17 * 18);
  }
  for (int more = 0; more < 2; more++) { /* a trailer of 8 KiB, one line */
    size_t fill = 8192 - 2 - 2 - 2 + (size_t)more;
    carto__http_parser p;
    carto_buf_clear(&text);
    repeat(&text, CHUNKED "0\r\nA:", 1);
    repeat(&text, "x", fill);
    repeat(&text, "\r\n\r\n", 1);
    carto__http_init(&p, libc, false, 0);
    CHECK_INT(test_contains(read_cut(&p, &out, carto_buf_str(&text), 0, 0, 0, 0, &error), "more than 8192 bytes of a trailer"), more);
    if (more) CHECK_UINT(error.offset, 50 + 8192);
    CHECK_INT(test_contains(read_cut(&p, &out, carto_buf_str(&text), 0, 0, 0, 1, &error), "more than 8192 bytes of a trailer"), more);
    carto__http_free(&p);
  }
  { /* the default of a head is 64 KiB; a method has at most 32 bytes */
    carto__http_parser p;
    carto_buf_clear(&text);
    repeat(&text, OK200 "A:", 1);
    repeat(&text, "x", 70000);
    carto__http_init(&p, libc, false, 0);
    CHECK_CONTAINS(read_cut(&p, &out, carto_buf_str(&text), 0, 0, 0, 0, &error), "at 65536: HTTP: more than 65536");
    carto__http_free(&p);
    CHECK_STR(read_all_ways(&out, STR("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEF / HTTP/1.0\r\n\r\n"), REQUEST, &error),
              "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEF / || close");
  }
  carto_buf_free(&text);
  carto_buf_free(&out);
}

/* After a failure nothing is read until the next begin; a sink's failure is the message's. */
static carto_status stop_head(void *user, const carto_http_head *head, carto_error *error) {
  (void)user, (void)head, (void)error;
  return CARTO_ERR_UNSUPPORTED;
}

static carto_status stop_body(void *user, carto_str piece, carto_error *error) {
  (void)user, (void)piece, (void)error;
  return CARTO_ERR_CANCELLED;
}

static void test_sinks(void) {
  carto_alloc libc = {NULL, NULL};
  carto_http_sink head = {stop_head, NULL, NULL}, body = {NULL, stop_body, NULL}, none = {NULL, NULL, NULL};
  carto_str text = STR(OK200 "Content-Length: 1\r\n\r\nx"), empty = STR(OK200 "Content-Length: 0\r\n\r\n");
  carto__http_parser p;
  carto_error error;
  size_t used;
  carto__http_init(&p, libc, false, 0);
  CHECK_INT(carto__http_feed(&p, text, &used, &head, NULL), CARTO_ERR_UNSUPPORTED);
  CHECK(!p.done && p.close);
  CHECK_INT(carto__http_feed(&p, text, &used, &head, &error), CARTO_ERR_SYNTAX);
  CHECK_INT(carto__http_closed(&p, &head, &error), CARTO_ERR_SYNTAX);
  carto__http_begin(&p, false);
  CHECK_INT(carto__http_feed(&p, empty, &used, &head, NULL), CARTO_ERR_UNSUPPORTED);
  CHECK(!p.done);
  carto__http_begin(&p, false);
  CHECK_INT(carto__http_feed(&p, text, &used, &body, &error), CARTO_ERR_CANCELLED);
  CHECK_UINT(used, text.len - 1);
  carto__http_begin(&p, false);
  CHECK_INT(carto__http_feed(&p, text, &used, &none, NULL), CARTO_OK);
  CHECK(p.done && !p.close && p.status == 200 && p.minor == 1 && p.length == 1);
  CHECK_INT(carto__http_closed(&p, &none, NULL), CARTO_OK);
  CHECK(p.close);
  carto__http_begin(&p, false);
  CHECK_INT(carto__http_feed(&p, STR(CHUNKED), &used, NULL, NULL), CARTO_OK);
  CHECK(!p.done && p.length == UINT64_MAX && p.received == 47);
  carto__http_free(&p);
  carto__http_free(&p);
}

/* Head lines, headers and pieces of lines are what a parser stores. */
static int parse_all(carto_alloc alloc) {
  static const char *const texts[] = {
    OK200 "A: b\r\nB: c\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nX: y\r\n\r\n",
    OK200 "A: b\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\n"
    "A: b\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\n"
    "A: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\nContent-Length: 2\r\n\r\nxx",
  };
  carto__http_parser p;
  int done = 1;
  carto__http_init(&p, alloc, false, 0);
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    carto_str text = STR(texts[i]);
    carto_error error;
    carto_status status = CARTO_OK;
    carto__http_begin(&p, false);
    for (size_t at = 0; at < text.len && status == CARTO_OK; at++) {
      size_t used;
      status = carto__http_feed(&p, carto_str_make(text.ptr + at, 1), &used, NULL, &error);
    }
    if (status == CARTO_OK) {
      CHECK(p.done && p.header_count > 0);
    } else {
      CHECK_INT(status, CARTO_ERR_NOMEM);
      CHECK_INT(error.status, CARTO_ERR_NOMEM);
      done = 0;
    }
  }
  carto__http_free(&p);
  return done;
}

static void test_parse_memory(void) { test_every_allocation(parse_all, 100); }

/* ---- URLs */

static void test_urls(void) {
  static const struct {
    const char *url, *host;
    int port;
    const char *target;
  } rows[] = {
    {"http://a", "a", 80, "/"},
    {"https://a", "a", 443, "/"},
    {"HTTP://Gcp-us-east1.API.carto.com/v3/x?y=z#f", "Gcp-us-east1.API.carto.com", 80, "/v3/x?y=z"},
    {"http://127.0.0.1:8766/", "127.0.0.1", 8766, "/"},
    {"http://[::1]:1/x", "::1", 1, "/x"},
    {"https://[2001:db8::127.0.0.1]", "2001:db8::127.0.0.1", 443, "/"},
    {"http://a:65535?x", "a", 65535, "?x"},
    {"http://a:/x", "a", 80, "/x"},
    {"http://a#x", "a", 80, "/"},
    {"http://a/%7b%7D{}|^`[]\\", "a", 80, "/%7b%7D{}|^`[]\\"},
    {"http://a//b/../c", "a", 80, "//b/../c"},
    {"http://a_b-c.d~e/", "a_b-c.d~e", 80, "/"},
  };
  static const char *const bad[] = {
    "", "a", "http", "http:", "http:/", "http:a", "http:/a", "http://", "http:///x", "http://:80/", "ftp://a", "httpx://a",
    "//a/b", "/a", " http://a", "http://a ", "http://a/b c", "http://a/\t", "http://a/\n", "http://a\r\n", "http://a b/",
    "http://u@a/", "http://u:p@a/", "http://a:0/", "http://a:65536/", "http://a:99999999999999999999/", "http://a:-1/",
    "http://a:+1/", "http://a:x/", "http://a:1:2/", "http://[::1/", "http://::1/", "http://[]/", "http://[::1]x/",
    "http://[::g]/", "http://[a]/", "http://[fe80::1%25eth0]/", "http://a/\xc3\xa9", "http://\xc3\xa9/", "http://a/%",
    "http://a/%4", "http://a/%4g", "http://a?%zz", "http://a%41/", "http://a/\"", "http://a/<", "http://a\\b/", "http://a\\@b/",
    "http://a/\x7f", "http://a,b/",
  };
  carto__url url;
  char *longest;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CHECK(carto__url_parse(STR(rows[i].url), &url));
    CHECK_STR(url.host, rows[i].host);
    CHECK_INT(url.port, rows[i].port);
    CHECK_STR(url.target, rows[i].target);
    CHECK_INT(url.is_https, carto__str_compare_nocase(url.scheme, STR("https")) == 0);
  }
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    if (!test_report(!carto__url_parse(STR(bad[i]), &url), __FILE__, __LINE__, "a bad URL is refused"))
      printf("  %s\n", bad[i]);
  CHECK(!carto__url_parse(carto_str_make("http://a\0b/", 11), &url));
  CHECK(!carto__url_parse(carto_str_make("http://a/\0", 10), &url));
  longest = (char *)malloc(65537);
  memset(longest, 'a', 65537);
  memcpy(longest, "http://a/", 9);
  CHECK(carto__url_parse(carto_str_make(longest, 65536), &url));
  CHECK(!carto__url_parse(carto_str_make(longest, 65537), &url));
  memset(longest + 7, 'a', 256);
  longest[7 + 255] = '/';
  CHECK(carto__url_parse(carto_str_make(longest, 300), &url));
  longest[7 + 255] = 'a', longest[7 + 256] = '/';
  CHECK(!carto__url_parse(carto_str_make(longest, 300), &url));
  free(longest);
}

static void test_origins(void) {
  static const struct {
    const char *a, *b;
    int same;
  } rows[] = {
    {"http://a/x", "http://A:80/y?z", 1},      {"https://a", "HTTPS://a:443/", 1},
    {"http://a:443", "https://a:443", 0},      {"http://a", "https://a", 0},
    {"http://a", "http://a:8080", 0},          {"http://a", "http://a.b", 0},
    {"http://[::1]/", "http://[::1]:80/x", 1}, {"http://a", "http://b", 0},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    carto__url a, b;
    CHECK(carto__url_parse(STR(rows[i].a), &a) && carto__url_parse(STR(rows[i].b), &b));
    CHECK_INT(carto__url_same_origin(&a, &b), rows[i].same);
    CHECK_INT(carto__url_same_origin(&b, &a), rows[i].same);
  }
}

/* RFC 3986 sections 5.4.1 and 5.4.2, without the fragments, which a request does not have; and some more. */
static void test_resolve(void) {
  static const char *const rows[][2] = {
    {"g:h", "g:h"},                       {"g", "http://a/b/c/g"},
    {"./g", "http://a/b/c/g"},            {"g/", "http://a/b/c/g/"},
    {"/g", "http://a/g"},                 {"//g", "http://g"},
    {"?y", "http://a/b/c/d;p?y"},         {"g?y", "http://a/b/c/g?y"},
    {"#s", "http://a/b/c/d;p?q"},         {"g#s", "http://a/b/c/g"},
    {"g?y#s", "http://a/b/c/g?y"},        {";x", "http://a/b/c/;x"},
    {"g;x", "http://a/b/c/g;x"},          {"g;x?y#s", "http://a/b/c/g;x?y"},
    {"", "http://a/b/c/d;p?q"},           {".", "http://a/b/c/"},
    {"./", "http://a/b/c/"},              {"..", "http://a/b/"},
    {"../", "http://a/b/"},               {"../g", "http://a/b/g"},
    {"../..", "http://a/"},               {"../../", "http://a/"},
    {"../../g", "http://a/g"},            {"../../../g", "http://a/g"},
    {"../../../../g", "http://a/g"},      {"/./g", "http://a/g"},
    {"/../g", "http://a/g"},              {"g.", "http://a/b/c/g."},
    {".g", "http://a/b/c/.g"},            {"g..", "http://a/b/c/g.."},
    {"..g", "http://a/b/c/..g"},          {"./../g", "http://a/b/g"},
    {"./g/.", "http://a/b/c/g/"},         {"g/./h", "http://a/b/c/g/h"},
    {"g/../h", "http://a/b/c/h"},         {"g;x=1/./y", "http://a/b/c/g;x=1/y"},
    {"g;x=1/../y", "http://a/b/c/y"},     {"g?y/./x", "http://a/b/c/g?y/./x"},
    {"g?y/../x", "http://a/b/c/g?y/../x"}, {"http:g", "http:g"},
    {"https://e.com/../x", "https://e.com/x"}, {"///x", "http:///x"},
    {"//e.com?x", "http://e.com?x"},      {"a//../b", "http://a/b/c/a/b"},
    {"1a:b", "http://a/b/c/1a:b"},        {"x_y:b", "http://a/b/c/x_y:b"},
  };
  carto_arena arena = test_arena();
  char *text;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    CHECK_STR(carto__url_resolve(&arena, STR("http://a/b/c/d;p?q"), STR(rows[i][0])), rows[i][1]);
  CHECK_STR(carto__url_resolve(&arena, STR("http://a"), STR("g")), "http://a/g");
  CHECK_STR(carto__url_resolve(&arena, STR("http://a?q"), STR("../g?x")), "http://a/g?x");
  CHECK_STR(carto__url_resolve(&arena, STR("http://a?q"), STR("?x")), "http://a?x");
  text = (char *)malloc(65537);
  for (size_t i = 0; i < 65537; i++) text[i] = i % 3 == 2 ? '/' : '.';
  CHECK_STR(carto__url_resolve(&arena, STR("http://a/b/c"), carto_str_make(text, 65535)), "http://a/");
  CHECK(carto__url_resolve(&arena, STR("http://a/b/c"), carto_str_make(text, 65537)).ptr == NULL);
  free(text);
  carto_arena_free(&arena);
}

static void test_escapes(void) {
  static const struct {
    const char *text;
    int plus;
    const char *want; /* NULL: refused */
  } rows[] = {
    {"", 0, ""},          {"abc", 0, "abc"},        {"a+b", 0, "a+b"},  {"a+b", 1, "a b"},      {"%41%7a%2B", 1, "Az+"},
    {"%c3%A9", 0, "\xc3\xa9"}, {"\xc3\xa9", 0, "\xc3\xa9"}, {"%", 0, NULL}, {"a%4", 0, NULL}, {"%4g", 0, NULL},
    {"%+4", 0, NULL},     {"%ff", 0, NULL},         {"%c3", 0, NULL},   {"\xff", 0, NULL},      {"%ed%a0%80", 0, NULL},
    {"%2541", 0, "%41"},
  };
  carto_alloc libc = {NULL, NULL};
  carto_arena arena = test_arena();
  carto_buf buf;
  carto_str out;
  char all[256];
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    bool ok = carto__url_decode(&arena, STR(rows[i].text), rows[i].plus != 0, &out);
    CHECK_INT(ok, rows[i].want != NULL);
    if (ok) CHECK_STR(out, rows[i].want);
  }
  CHECK(carto__url_decode(&arena, STR("a%00b"), false, &out) && out.len == 3 && out.ptr[1] == 0);
  carto_buf_init(&buf, libc, 0);
  carto_url_append(&buf, STR("a b/\xc3\xa9?&=#%+-._~Z09\"'(),;:@"));
  CHECK_STR(carto_buf_str(&buf), "a%20b%2F%C3%A9%3F%26%3D%23%25%2B-._~Z09%22%27%28%29%2C%3B%3A%40");
  carto_buf_clear(&buf);
  for (size_t i = 0; i < 128; i++) all[i] = (char)i;
  carto_url_append(&buf, carto_str_make(all, 128));
  CHECK(carto__url_decode(&arena, carto_buf_str(&buf), true, &out) && out.len == 128 && memcmp(out.ptr, all, 128) == 0);
  carto_buf_clear(&buf);
  for (size_t i = 0; i < 256; i++) all[i] = (char)i;
  carto_url_append(&buf, carto_str_make(all, 256));
  CHECK_UINT(buf.len, 66 + 190 * 3); /* 66 are unreserved (RFC 3986 section 2.3) */
  carto_buf_free(&buf);
  carto_arena_free(&arena);
}

static void test_headers(void) {
  carto_header headers[] = {{{"ETag", 4}, {"1", 1}}, {{"X", 1}, {NULL, 0}}, {{"etag", 4}, {"2", 1}}};
  CHECK_STR(carto__http_header(headers, 3, "etag"), "1");
  CHECK_STR(carto__http_header(headers, 3, "ETAG"), "1");
  CHECK_STR(carto__http_header(headers, 3, "eta"), "");
  CHECK_STR(carto__http_header(headers, 3, "x"), "");
  CHECK_STR(carto__http_header(NULL, 0, "x"), "");
  CHECK_STR(STR(carto__http_reason(200)), "OK");
  CHECK_STR(STR(carto__http_reason(429)), "Too Many Requests");
  CHECK_STR(STR(carto__http_reason(511)), "Network Authentication Required");
  CHECK_STR(STR(carto__http_reason(299)), "Unknown");
  CHECK_STR(STR(carto__http_reason(-1)), "Unknown");
}

/* ---- requests as they are written */

static carto_http_request request_of(const char *method, const char *url) {
  carto_http_request r;
  memset(&r, 0, sizeof r);
  r.method = method;
  r.url = STR(url);
  return r;
}

#define STANDARD "Accept-Encoding: identity\r\nUser-Agent: carto_mcp/" CARTO_MCP_VERSION "\r\n"

static void test_written(void) {
  carto_alloc libc = {NULL, NULL};
  carto_header accept = {{"Accept", 6}, {"application/json", 16}}, type = {{"content-type", 12}, {"text/csv", 8}},
               agent = {{"user-agent", 10}, {"me", 2}};
  carto_http_request r = request_of("GET", "http://a:8080/v3?x=%20");
  carto__url url;
  carto_buf out;
  carto_buf_init(&out, libc, 0);
  CHECK(carto__url_parse(r.url, &url));
  carto__http_write_request(&out, &r, &url, false, true);
  CHECK_STR(carto_buf_str(&out), "GET /v3?x=%20 HTTP/1.1\r\nHost: a:8080\r\n" STANDARD "\r\n");
  carto_buf_clear(&out);
  r.token = STR("ey.J_-~+/=");
  r.headers = &accept;
  r.header_count = 1;
  carto__http_write_request(&out, &r, &url, true, false);
  CHECK_STR(carto_buf_str(&out), "GET http://a:8080/v3?x=%20 HTTP/1.1\r\nHost: a:8080\r\n" STANDARD
            "Authorization: Bearer ey.J_-~+/=\r\nAccept: application/json\r\nConnection: close\r\n\r\n");
  carto_buf_clear(&out);
  r = request_of("POST", "https://[::1]?x#y");
  CHECK(carto__url_parse(r.url, &url));
  carto__http_write_request(&out, &r, &url, false, true);
  CHECK_STR(carto_buf_str(&out), "POST /?x HTTP/1.1\r\nHost: [::1]\r\n" STANDARD "Content-Length: 0\r\n\r\n");
  carto_buf_clear(&out);
  r.body = STR("{\"q\":1}");
  carto__http_write_request(&out, &r, &url, true, true);
  CHECK_STR(carto_buf_str(&out), "POST https://[::1]/?x HTTP/1.1\r\nHost: [::1]\r\n" STANDARD
            "Content-Type: application/json\r\nContent-Length: 7\r\n\r\n{\"q\":1}");
  carto_buf_clear(&out);
  r.headers = &type;
  r.header_count = 1;
  carto__http_write_request(&out, &r, &url, false, true);
  CHECK_STR(carto_buf_str(&out), "POST /?x HTTP/1.1\r\nHost: [::1]\r\n" STANDARD
            "content-type: text/csv\r\nContent-Length: 7\r\n\r\n{\"q\":1}");
  carto_buf_clear(&out);
  r = request_of("DELETE", "http://a:80");
  r.headers = &agent;
  r.header_count = 1;
  CHECK(carto__url_parse(r.url, &url));
  carto__http_write_request(&out, &r, &url, false, true);
  CHECK_STR(carto_buf_str(&out), "DELETE / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: identity\r\nuser-agent: me\r\n\r\n");
  { /* what is written can be read */
    carto_error error;
    carto_buf log;
    carto_buf_init(&log, libc, 0);
    CHECK_STR(read_all_ways(&log, carto_buf_str(&out), REQUEST, &error),
              "DELETE / <Host=a> <Accept-Encoding=identity> <user-agent=me> || keep");
    carto_buf_free(&log);
  }
  carto_buf_free(&out);
}

/* Nothing leaves that could be taken for another header. */
static void test_unwritten(void) {
  static const struct {
    const char *method, *token, *name, *value, *words;
  } rows[] = {
    {"GET X", "", "a", "b", "method"},    {"", "", "a", "b", "method"},
    {NULL, "", "a", "b", "method"},       {"GET\r\n", "", "a", "b", "method"},
    {"GET", "a\r\nX: y", "a", "b", "token"}, {"GET", "a b", "a", "b", "token"},
    {"GET", "a\x7f", "a", "b", "token"},  {"GET", "\xc3\xa9", "a", "b", "token"},
    {"GET", "", "a b", "b", "name"},      {"GET", "", "", "b", "name"},
    {"GET", "", "a:", "b", "name"},       {"GET", "", "a\r\n", "b", "name"},
    {"GET", "", "a", "b\r\nX: y", "value"}, {"GET", "", "a", "b\n", "value"},
    {"GET", "", "a", "b\x01", "value"},   {"GET", "", "Host", "b", "only the carrier"},
    {"GET", "", "Authorization", "b", "only the carrier"}, {"GET", "", "content-length", "b", "only the carrier"},
    {"GET", "", "Transfer-Encoding", "chunked", "only the carrier"}, {"GET", "", "CONNECTION", "b", "only the carrier"},
    {"GET", "", "accept-encoding", "gzip", "only the carrier"},
  };
  carto_alloc libc = {NULL, NULL};
  carto_arena arena = test_arena();
  carto_call call;
  carto_carrier carrier;
  carto_http_sink none = {NULL, NULL, NULL};
  memset(&call, 0, sizeof call);
  memset(&carrier, 0, sizeof carrier); /* it is not even called */
  call.arena = &arena;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    carto_http_request r = request_of(rows[i].method, "http://a/");
    carto_header header;
    carto_error error;
    carto__url url;
    carto_buf out;
    header.name = STR(rows[i].name);
    header.value = STR(rows[i].value);
    r.token = STR(rows[i].token);
    r.headers = &header;
    r.header_count = 1;
    CHECK(carto__url_parse(r.url, &url));
    carto_buf_init(&out, libc, 0);
    carto__http_write_request(&out, &r, &url, false, true);
    CHECK_INT(out.status, CARTO_ERR_ARG);
    CHECK_UINT(out.len, 0);
    carto_buf_free(&out);
    CHECK_INT(carto_http_fetch(&call, &carrier, &r, 3, &none, &error), CARTO_ERR_ARG);
    CHECK_CONTAINS(STR(error.text), rows[i].words);
    if (r.token.len > 2) CHECK(!test_contains(STR(error.text), rows[i].token));
  }
  {
    carto_http_request r = request_of("GET", "http://user:secret@a/");
    carto_error error;
    CHECK_INT(carto_http_fetch(&call, &carrier, &r, 3, &none, &error), CARTO_ERR_ARG);
    CHECK(test_contains(STR(error.text), "URL") && !test_contains(STR(error.text), "secret"));
  }
  carto_arena_free(&arena);
}

/* ---- fetch, against a carrier that follows a script */

typedef struct step {
  int status;          /* of the answer; 0: none comes    */
  const char *headers; /* "Name: value\n..."              */
  const char *body;    /* in pieces that '|' separates    */
  int ends;            /* carto_status behind that        */
  int64_t takes;       /* milliseconds                    */
} step;

typedef struct script {
  const step *steps;
  size_t count, sent;
  int64_t now; /* microseconds */
  int cancel_after; /* sends; 0: never */
  carto_buf log, got;
  carto_str token;
} script;

static int64_t script_now(void *user) { return ((script *)user)->now; }

static bool script_go_on(void *user) {
  script *s = (script *)user;
  return s->cancel_after == 0 || s->sent < (size_t)s->cancel_after;
}

static carto_status script_send(const carto_call *call, void *user, const carto_http_request *request,
                                const carto_http_sink *sink, carto_error *error) {
  script *s = (script *)user;
  const step *now;
  carto_status status = CARTO_OK;
  (void)call;
  carto_buf_append_text(&s->log, request->method);
  carto_buf_append_text(&s->log, " ");
  carto_buf_append_str(&s->log, request->url);
  if (request->body.len) carto_buf_append_text(&s->log, " +body");
  for (size_t i = 0; i < request->header_count; i++) {
    carto_buf_append_text(&s->log, " ");
    carto_buf_append_str(&s->log, request->headers[i].name);
  }
  carto_buf_append_text(&s->log, "\n");
  CHECK(carto_str_equal(request->token, s->token));
  CHECK(request->timeout_ms > 0);
  if (s->sent >= s->count) {
    CHECK(!"sent more often than it should be");
    return CARTO_ERR_ARG;
  }
  now = &s->steps[s->sent++];
  if (now->takes > (int64_t)request->timeout_ms) { /* as a carrier does it */
    s->now += (int64_t)request->timeout_ms * 1000;
    return carto__fail(error, CARTO_ERR_LIMIT, 0, "time over");
  }
  s->now += now->takes * 1000;
  if (now->status) {
    carto_header headers[8];
    carto_http_head head;
    carto_str lines = STR(now->headers ? now->headers : ""), body = STR(now->body ? now->body : "");
    char *copy = (char *)malloc(lines.len + 1); /* gone when the head's function returns */
    memcpy(copy, lines.ptr ? lines.ptr : "", lines.len);
    lines.ptr = copy;
    head.status = now->status;
    head.headers = headers;
    head.header_count = 0;
    while (lines.len > 0) {
      carto_str line = carto__str_cut(&lines, '\n');
      headers[head.header_count].name = carto__str_cut(&line, ':');
      headers[head.header_count++].value = carto__http_trim(line);
    }
    status = sink->head(sink->user, &head, error);
    free(copy);
    while (body.len > 0 && status == CARTO_OK) status = sink->body(sink->user, carto__str_cut(&body, '|'), error);
  }
  if (status != CARTO_OK) return status;
  return now->ends == CARTO_OK ? CARTO_OK : carto__fail(error, (carto_status)now->ends, 0, "it broke");
}

static carto_status script_wait(const carto_call *call, void *user, uint32_t ms, carto_error *error) {
  script *s = (script *)user;
  (void)call;
  carto_buf_append_text(&s->log, "wait ");
  carto_buf_append_uint(&s->log, ms);
  carto_buf_append_text(&s->log, "\n");
  s->now += (int64_t)ms * 1000;
  return script_go_on(s) ? CARTO_OK : carto__fail_cancelled(error);
}

static carto_status got_head(void *user, const carto_http_head *head, carto_error *error) {
  script *s = (script *)user;
  carto_buf_append_int(&s->got, head->status);
  for (size_t i = 0; i < head->header_count; i++) {
    carto_buf_append_text(&s->got, " ");
    carto_buf_append_str(&s->got, head->headers[i].name);
    carto_buf_append_text(&s->got, "=");
    carto_buf_append_str(&s->got, head->headers[i].value);
  }
  carto_buf_append_text(&s->got, ":");
  if (head->header_count == 0 || !test_contains(head->headers[0].name, "Refuse")) return CARTO_OK;
  return carto__fail(error, CARTO_ERR_IO, 0, "not wanted");
}

static carto_status got_body(void *user, carto_str piece, carto_error *error) {
  script *s = (script *)user;
  (void)error;
  carto_buf_append_str(&s->got, piece);
  return CARTO_OK;
}

#define CLOCKLESS 1u
#define UNSAFE 2u
#define WAITLESS 4u
#define CANCEL1 8u /* after the first answer */
#define SHORT 16u  /* 2 s in all             */
#define ONCE 32u   /* no retries             */

/* 2026-02-03T04:05:06Z: 03 Feb 2026 is a Tuesday */
#define NOW INT64_C(1770091506000000)

typedef struct fetched {
  const char *method;
  unsigned how;
  step steps[8];
  const char *log, *got; /* what was sent and waited; what reached the sink */
  int status;
  const char *words; /* of the error */
} fetched;

static void fetch_one(const fetched *c, carto_alloc alloc, int *out_of_memory) {
  carto_alloc libc = {NULL, NULL};
  carto_header headers[] = {{{"Accept", 6}, {"x", 1}}, {{"Content-Type", 12}, {"text/plain", 10}}};
  carto_http_request r = request_of(c->method, "http://h:8080/a/b?c");
  carto_carrier carrier = {script_send, script_wait, NULL};
  carto_http_sink sink = {got_head, got_body, NULL};
  carto_status status;
  carto_arena arena;
  carto_error error;
  carto_call call;
  script s;
  memset(&s, 0, sizeof s);
  memset(&call, 0, sizeof call);
  memset(&error, 0x55, sizeof error);
  carto_arena_init(&arena, alloc, 0);
  carto_buf_init(&s.log, libc, 0);
  carto_buf_init(&s.got, libc, 0);
  s.steps = c->steps;
  while (s.count < 8 && (c->steps[s.count].status || c->steps[s.count].ends)) s.count++;
  s.now = NOW;
  s.cancel_after = (c->how & CANCEL1) ? 1 : 0;
  s.token = r.token = STR("SECRET-TOKEN");
  carrier.user = sink.user = call.user = &s;
  if (c->how & WAITLESS) carrier.wait = NULL;
  call.arena = &arena;
  call.checkpoint = script_go_on;
  if (!(c->how & CLOCKLESS)) call.now = script_now;
  r.safe = !(c->how & UNSAFE);
  if (c->how & SHORT) r.timeout_ms = 2000;
  if (c->how & UNSAFE || strcmp(c->method, "POST") == 0) {
    r.headers = headers;
    r.header_count = 2;
    r.body = STR("body");
  }
  status = carto_http_fetch(&call, &carrier, &r, (c->how & ONCE) ? 0 : 5, &sink, &error);
  CHECK(!test_contains(STR(error.text), "SECRET"));
  if (out_of_memory && status == CARTO_ERR_NOMEM) {
    *out_of_memory = 1;
  } else {
    CHECK_STR(carto_buf_str(&s.log), c->log);
    CHECK_STR(carto_buf_str(&s.got), c->got);
    CHECK_INT(status, c->status);
    CHECK_INT(error.status, c->status);
    CHECK_CONTAINS(STR(error.text), c->words ? c->words : "");
    CHECK_UINT(s.sent, s.count);
  }
  carto_buf_free(&s.log);
  carto_buf_free(&s.got);
  carto_arena_free(&arena);
}

#define GET_B "GET http://h:8080/a/b?c\n"
#define POST_B "POST http://h:8080/a/b?c +body Accept Content-Type\n"

static const fetched fetches[] = {
  {"GET", 0, {{200, "A: b", "x|y|z", 0, 0}}, GET_B, "200 A=b:xyz", 0, NULL},
  {"GET", 0, {{204, NULL, NULL, 0, 0}}, GET_B, "204:", 0, NULL},
  {"GET", 0, {{404, NULL, "no", 0, 0}}, GET_B, "404:no", 0, NULL},
  {"GET", 0, {{500, NULL, "no", 0, 0}}, GET_B, "500:no", 0, NULL}, /* not one that passes */
  {"GET", 0, {{501, NULL, "no", 0, 0}}, GET_B, "501:no", 0, NULL},
  /* sent again: 429, 502, 503, 504, what broke; the time grows from 500 ms to 8 s */
  {"GET", 0, {{503, NULL, "no", 0, 0}, {200, NULL, "yes", 0, 0}}, GET_B "wait 500\n" GET_B, "200:yes", 0, NULL},
  {"GET", 0, {{429, NULL, "no", 0, 0}, {502, "X: y", "no", 0, 0}, {504, NULL, "", CARTO_ERR_IO, 0},
              {0, NULL, NULL, CARTO_ERR_IO, 0}, {503, NULL, "", 0, 0}, {503, "L: 1", "last", 0, 0}},
   GET_B "wait 500\n" GET_B "wait 1000\n" GET_B "wait 2000\n" GET_B "wait 4000\n" GET_B "wait 8000\n" GET_B, "503 L=1:last",
   0, NULL},
  {"GET", WAITLESS, {{503, NULL, "no", 0, 0}, {200, NULL, "yes", 0, 0}}, GET_B GET_B, "200:yes", 0, NULL},
  {"GET", ONCE, {{503, NULL, "no", 0, 0}}, GET_B, "503:no", 0, NULL},
  {"GET", ONCE, {{0, NULL, NULL, CARTO_ERR_IO, 0}}, GET_B, "", CARTO_ERR_IO, "it broke"},
  {"POST", 0, {{503, NULL, "no", 0, 0}, {200, NULL, "yes", 0, 0}}, POST_B "wait 500\n" POST_B, "200:yes", 0, NULL},
  /* what is not safe is never sent twice */
  {"POST", UNSAFE, {{503, "Retry-After: 1", "no", 0, 0}}, POST_B, "503 Retry-After=1:no", 0, NULL},
  {"POST", UNSAFE, {{0, NULL, NULL, CARTO_ERR_IO, 0}}, POST_B, "", CARTO_ERR_IO, "it broke"},
  {"POST", UNSAFE, {{200, NULL, "x", CARTO_ERR_IO, 0}}, POST_B, "200:x", CARTO_ERR_IO, "it broke"},
  {"DELETE", UNSAFE, {{307, "Location: /x", "", 0, 0}}, "DELETE http://h:8080/a/b?c +body Accept Content-Type\n", "",
   CARTO_ERR_SYNTAX, "must not be sent twice"},
  {"POST", UNSAFE, {{308, "Location: /x", "", 0, 0}}, POST_B, "", CARTO_ERR_SYNTAX, "must not be sent twice"},
  /* a break before a byte of the body was passed on is as if nothing had come; later it is the end */
  {"GET", 0, {{200, "A: 1", "", CARTO_ERR_IO, 0}, {200, "A: 2", "x", 0, 0}}, GET_B "wait 500\n" GET_B, "200 A=2:x", 0, NULL},
  {"GET", 0, {{200, "A: 1", "x", CARTO_ERR_IO, 0}}, GET_B, "200 A=1:x", CARTO_ERR_IO, "it broke"},
  {"GET", 0, {{200, "Refuse: 1", "x", 0, 0}}, GET_B, "200 Refuse=1:", CARTO_ERR_IO, "not wanted"}, /* the sink's own failure */
  {"GET", 0, {{0, NULL, NULL, CARTO_ERR_SYNTAX, 0}}, GET_B, "", CARTO_ERR_SYNTAX, "it broke"},
  {"GET", 0, {{503, NULL, NULL, CARTO_ERR_SYNTAX, 0}}, GET_B, "", CARTO_ERR_SYNTAX, "it broke"},
  {"GET", 0, {{0, NULL, NULL, CARTO_ERR_LIMIT, 0}}, GET_B, "", CARTO_ERR_LIMIT, "it broke"},
  {"GET", 0, {{0, NULL, NULL, CARTO_ERR_CANCELLED, 0}}, GET_B, "", CARTO_ERR_CANCELLED, "it broke"},
  /* Retry-After (RFC 9110 section 10.2.3): seconds, or a date in any of three forms (section 5.6.7) */
  {"GET", 0, {{429, "Retry-After: 3", "", 0, 0}, {503, "Retry-After: 0", "", 0, 0}, {200, NULL, "y", 0, 0}},
   GET_B "wait 3000\n" GET_B "wait 1000\n" GET_B, "200:y", 0, NULL},
  {"GET", 0, {{503, "Retry-After: Tue, 03 Feb 2026 04:05:16 GMT", "", 0, 0}, {200, NULL, "y", 0, 0}},
   GET_B "wait 10001\n" GET_B, "200:y", 0, NULL},
  {"GET", 0, {{503, "Retry-After: Tuesday, 03-Feb-26 04:05:07 GMT", "", 0, 0}, {200, NULL, "y", 0, 0}},
   GET_B "wait 1001\n" GET_B, "200:y", 0, NULL},
  {"GET", 0, {{503, "Retry-After: Tue Feb  3 04:05:07 2026", "", 0, 0}, {200, NULL, "y", 0, 0}},
   GET_B "wait 1001\n" GET_B, "200:y", 0, NULL},
  {"GET", 0, {{503, "Retry-After: Tue, 03 Feb 2026 04:05:05 GMT", "", 0, 0}, {200, NULL, "y", 0, 0}}, /* gone by */
   GET_B "wait 500\n" GET_B, "200:y", 0, NULL},
  {"GET", 0, {{503, "Retry-After: soon", "", 0, 0}, {200, NULL, "y", 0, 0}}, GET_B "wait 500\n" GET_B, "200:y", 0, NULL},
  {"GET", CLOCKLESS, {{503, "Retry-After: Tue, 03 Feb 2026 04:05:16 GMT", "", 0, 0}, {200, NULL, "y", 0, 0}},
   GET_B "wait 500\n" GET_B, "200:y", 0, NULL},
  /* longer than there is time: then it is the last answer */
  {"GET", 0, {{429, "Retry-After: 60", "no", 0, 0}}, GET_B, "429 Retry-After=60:no", 0, NULL},
  {"GET", 0, {{429, "Retry-After: 18446744073709551615", "no", 0, 0}}, GET_B, "429 Retry-After=18446744073709551615:no", 0,
   NULL},
  {"GET", CLOCKLESS, {{429, "Retry-After: 40", "no", 0, 0}, {429, "Retry-After: 40", "no", 0, 0}},
   GET_B "wait 40000\n" GET_B, "429 Retry-After=40:no", 0, NULL},
  /* the time is for all attempts */
  {"GET", SHORT, {{503, NULL, "a", 0, 400}, {503, NULL, "b", 0, 300}}, GET_B "wait 500\n" GET_B, "503:b", 0, NULL},
  {"GET", SHORT, {{0, NULL, NULL, CARTO_ERR_IO, 400}, {0, NULL, NULL, CARTO_ERR_IO, 300}}, GET_B "wait 500\n" GET_B, "",
   CARTO_ERR_IO, "it broke"},
  {"GET", SHORT, {{302, "Location: x", "", 0, 1500}, {200, NULL, "y", 0, 600}}, GET_B "GET http://h:8080/a/x\n", "",
   CARTO_ERR_LIMIT, "time over"},
  {"GET", SHORT, {{302, "Location: x", "", 0, 2000}}, GET_B, "", CARTO_ERR_LIMIT, "no answer within 2000 ms"},
  /* cancelled while waiting; before the next attempt */
  {"GET", CANCEL1, {{503, NULL, "a", 0, 0}}, GET_B "wait 500\n", "", CARTO_ERR_CANCELLED, "cancelled"},
  {"GET", CANCEL1 | WAITLESS, {{503, NULL, "a", 0, 0}}, GET_B, "", CARTO_ERR_CANCELLED, "cancelled"},
  {"GET", CANCEL1, {{302, "Location: x", "a", 0, 0}}, GET_B, "", CARTO_ERR_CANCELLED, "cancelled"},
  /* redirects (RFC 9110 section 15.4) */
  {"GET", 0, {{301, "Location: http://H:8080/x?y#z", "a", 0, 0}, {302, "Location: ../c", "b", 0, 0},
              {303, "Location: //h:8080/d/", "c", 0, 0}, {307, "Location: ?e", "d", 0, 0}, {308, "Location: /f", "e", 0, 0},
              {200, NULL, "y", 0, 0}},
   GET_B "GET http://H:8080/x?y\nGET http://H:8080/c\nGET http://h:8080/d/\nGET http://h:8080/d/?e\nGET http://h:8080/f\n",
   "200:y", 0, NULL},
  {"POST", 0, {{307, "Location: /x", "a", 0, 0}, {200, NULL, "y", 0, 0}},
   POST_B "POST http://h:8080/x +body Accept Content-Type\n", "200:y", 0, NULL},
  {"POST", 0, {{308, "Location: /x", "a", 0, 0}, {200, NULL, "y", 0, 0}},
   POST_B "POST http://h:8080/x +body Accept Content-Type\n", "200:y", 0, NULL},
  {"POST", UNSAFE, {{303, "Location: /x", "a", 0, 0}, {200, NULL, "y", 0, 0}}, POST_B "GET http://h:8080/x Accept\n", "200:y",
   0, NULL},
  {"POST", UNSAFE, {{301, "Location: /x", "a", 0, 0}, {503, NULL, "n", 0, 0}, {200, NULL, "y", 0, 0}},
   POST_B "GET http://h:8080/x Accept\nwait 500\nGET http://h:8080/x Accept\n", "200:y", 0, NULL},
  {"POST", UNSAFE, {{302, "Location: /x", "a", 0, 0}, {200, NULL, "y", 0, 0}}, POST_B "GET http://h:8080/x Accept\n", "200:y",
   0, NULL},
  {"HEAD", 0, {{303, "Location: /x", "", 0, 0}, {200, NULL, "", 0, 0}}, "HEAD http://h:8080/a/b?c\nHEAD http://h:8080/x\n",
   "200:", 0, NULL},
  {"GET", 0, {{302, "Location: /x", "broken", CARTO_ERR_IO, 0}, {200, NULL, "y", 0, 0}}, GET_B "GET http://h:8080/x\n",
   "200:y", 0, NULL},
  {"GET", 0, {{300, "Location: /x", "a", 0, 0}}, GET_B, "300 Location=/x:a", 0, NULL},
  {"GET", 0, {{304, "Location: /x", "", 0, 0}}, GET_B, "304 Location=/x:", 0, NULL},
  {"GET", 0, {{302, NULL, "a", 0, 0}}, GET_B, "302:a", 0, NULL},
  {"GET", 0, {{302, "Location: b?c", "a", 0, 0}, {302, "Location: b?c", "a", 0, 0}, {302, "Location: b?c", "a", 0, 0},
              {302, "Location: b?c", "a", 0, 0}, {302, "Location: b?c", "a", 0, 0}, {302, "Location: b?c", "a", 0, 0}},
   GET_B GET_B GET_B GET_B GET_B GET_B, "", CARTO_ERR_SYNTAX, "more than 5 times"},
  {"GET", 0, {{302, "Location: https://h:8080/", "a", 0, 0}}, GET_B, "", CARTO_ERR_SYNTAX, "https://h, port 8080"},
  {"GET", 0, {{302, "Location: http://h/", "a", 0, 0}}, GET_B, "", CARTO_ERR_SYNTAX, "http://h, port 80;"},
  {"GET", 0, {{302, "Location: //evil.example:8080/", "a", 0, 0}}, GET_B, "", CARTO_ERR_SYNTAX, "evil.example"},
  {"GET", 0, {{302, "Location: http://h:8080@evil.example/", "a", 0, 0}}, GET_B, "", CARTO_ERR_SYNTAX, "no URL"},
  {"GET", 0, {{302, "Location: ftp://h:8080/", "a", 0, 0}}, GET_B, "", CARTO_ERR_SYNTAX, "no URL"},
  {"GET", 0, {{302, "Location: ///", "a", 0, 0}}, GET_B, "", CARTO_ERR_SYNTAX, "no URL"},
  {"GET", 0, {{302, "Location: /a b", "a", 0, 0}}, GET_B, "", CARTO_ERR_SYNTAX, "no URL"},
};

static void test_fetch(void) {
  carto_alloc libc = {NULL, NULL};
  for (size_t i = 0; i < sizeof fetches / sizeof *fetches; i++) {
    int before = test_failures;
    fetch_one(&fetches[i], libc, NULL);
    if (test_failures != before) printf("  row %zu\n", i);
  }
}

static const fetched *fetch_row;

static int fetch_body_of(carto_alloc alloc) {
  int out_of_memory = 0;
  fetch_one(fetch_row, alloc, &out_of_memory);
  return !out_of_memory;
}

static void test_fetch_memory(void) {
  for (size_t i = 0; i < sizeof fetches / sizeof *fetches; i++) {
    fetch_row = &fetches[i];
    test_every_allocation(fetch_body_of, 100);
  }
}

/* A body that nobody wants is read to 64 KiB and no further. */
static carto_status endless_send(const carto_call *call, void *user, const carto_http_request *request,
                                 const carto_http_sink *sink, carto_error *error) {
  size_t *sent = (size_t *)user;
  char piece[1000];
  carto_header location = {{"Location", 8}, {"/x", 2}};
  carto_http_head head;
  carto_status status;
  (void)call;
  memset(piece, 'x', sizeof piece);
  head.status = carto__str_ends(request->url, STR("/x")) ? 200 : 302;
  head.headers = &location;
  head.header_count = 1;
  status = sink->head(sink->user, &head, error);
  while (head.status == 302 && status == CARTO_OK) {
    *sent += sizeof piece;
    status = sink->body(sink->user, carto_str_make(piece, sizeof piece), error);
  }
  return status;
}

static carto_status silent_send(const carto_call *call, void *user, const carto_http_request *request,
                                const carto_http_sink *sink, carto_error *error) {
  (void)call, (void)user, (void)request, (void)sink, (void)error;
  return CARTO_OK;
}

static void test_skipping(void) {
  carto_arena arena = test_arena();
  carto_carrier carrier = {endless_send, NULL, NULL};
  carto_http_sink none = {NULL, NULL, NULL};
  carto_http_request r = request_of("GET", "http://a/");
  carto_call call;
  carto_error error;
  size_t sent = 0;
  memset(&call, 0, sizeof call);
  call.arena = &arena;
  carrier.user = &sent;
  r.safe = true;
  CHECK_INT(carto_http_fetch(&call, &carrier, &r, 1, &none, &error), CARTO_OK);
  CHECK_INT(error.status, CARTO_OK);
  CHECK_UINT(sent, 66000);
  carrier.send = silent_send;
  CHECK_INT(carto_http_fetch(&call, &carrier, &r, 1, &none, &error), CARTO_ERR_IO);
  CHECK_CONTAINS(STR(error.text), "no answer");
  CHECK_INT(carto_http_fetch(&call, &carrier, &r, 1, &none, NULL), CARTO_ERR_IO);
  carto_arena_free(&arena);
}

static void test_dates(void) {
  static const struct {
    const char *text;
    int64_t seconds; /* -1: none */
  } rows[] = {
    {"Sun, 06 Nov 1994 08:49:37 GMT", 784111777}, /* RFC 9110 section 5.6.7: all three are one time */
    {"Sunday, 06-Nov-94 08:49:37 GMT", 784111777},
    {"Sun Nov  6 08:49:37 1994", 784111777},
    {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
    {"Sat, 29 Feb 2020 23:59:59 GMT", 1582991999 + 28800},
    {"Sun, 29 Feb 2021 00:00:00 GMT", -1},
    {"Sun, 06 Nov 1994 08:49:37", -1},
    {"Sun, 06 Nov 1994 08:49:37 CET", -1},
    {"Sun, 06 Nov 1994 24:49:37 GMT", -1},
    {"Sun, 6 Nov 1994 08:49:37 GMT", -1},
    {"Sun, 06 nov 1994 08:49:37 GMT", -1},
    {"Sun, 00 Nov 1994 08:49:37 GMT", -1},
    {"06 Nov 1994 08:49:37 GMT", -1},
    {"Sun Nov  6 08:49:37 1994 x", -1},
    {"1994-11-06T08:49:37Z", -1},
    {"", -1},
  };
  int64_t got;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    bool ok = carto__http_date(STR(rows[i].text), NOW, &got);
    CHECK_INT(ok ? got / 1000000 : -1, rows[i].seconds);
  }
  CHECK(carto__http_date(STR("Sunday, 06-Nov-77 08:49:37 GMT"), NOW, &got) && got < NOW); /* 2077 is 51 ahead */
  CHECK(carto__http_date(STR("Sunday, 06-Nov-76 08:49:37 GMT"), NOW, &got) && got > NOW);
}

static const test_case cases[] = {
  {"answers", test_answers},   {"requests", test_requests},         {"refused", test_refused},
  {"limits", test_limits},     {"sinks", test_sinks},               {"parse memory", test_parse_memory},
  {"urls", test_urls},         {"origins", test_origins},           {"resolve", test_resolve},
  {"escapes", test_escapes},   {"headers", test_headers},           {"written", test_written},
  {"unwritten", test_unwritten}, {"fetch", test_fetch},             {"fetch memory", test_fetch_memory},
  {"skipping", test_skipping}, {"dates", test_dates},
};

TEST_MAIN(cases)
