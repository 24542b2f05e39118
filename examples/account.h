/* The connections of a CARTO account, as the program's options ask for them: over the network, recorded on a tape, or
   answered from one. Included by carto-mcp.c, after the implementation. */
#ifndef ACCOUNT_H
#define ACCOUNT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define ACCOUNT_TOKEN 16384    /* bytes of a token file */
#define ACCOUNT_CONNECTIONS 64 /* that can be named */

#define ACCOUNT_USAGE                                                                                      \
  "  --carto URL         serve the connections of a CARTO account, too; URL is its API's base, such as\n"   \
  "                      https://gcp-us-east1.api.carto.com (https needs a build with libcurl: make CURL=1)\n" \
  "  --token-file FILE   the account's token; or set CARTO_API_TOKEN in the environment\n"             \
  "  --ca-file FILE      trust the certificates in FILE (PEM), such as that of a company's proxy, for https\n" \
  "  --carto-connection NAME=PROVIDER\n" \
  "                      a connection of the account, for a token that may use it and not list it, as an API\n" \
  "                      Access Token; may be repeated; PROVIDER: carto_dw, bigquery, snowflake,\n" \
  "                      databricks, redshift, postgres, oracle\n" \
  "  --workspace URL     where the account's saved maps are listed, if not at --carto's URL\n" \
  "  --query-sources     allow an agent its own SQL over the account: execute_query, describe of a query, ...\n" \
  "  --record DIR        write what the account is asked and answers to files in DIR, without secrets\n"   \
  "  --replay DIR        answer from such files and send nothing; needs neither token nor network\n"

typedef struct account {
  const char *url; /* NULL: there is no account */
  const char *token_file, *ca_file, *record, *replay, *workspace;
  const char *named[ACCOUNT_CONNECTIONS + 1]; /* NAME=PROVIDER; the last place is for one too many */
  size_t named_count;
  carto_connection connections[ACCOUNT_CONNECTIONS];
  bool query_sources;
  char token[ACCOUNT_TOKEN + 1];
  carto_str token_text; /* without white space around it */
  carto_net net;
#ifdef CARTO_MCP_USE_CURL
  carto_curl curl;
#endif
  carto_tape tape;
  carto_rest rest;
} account;

static int account_fail(const char *text, const char *what) {
  fprintf(stderr, "carto-mcp: %s%s%s\n", text, what ? " " : "", what ? what : "");
  return 2;
}

/* Where the value of an option goes; NULL: it is none of the account's. */
static const char **account_option(account *a, const char *option) {
  if (strcmp(option, "--carto") == 0) return &a->url;
  if (strcmp(option, "--token-file") == 0) return &a->token_file;
  if (strcmp(option, "--ca-file") == 0) return &a->ca_file;
  if (strcmp(option, "--record") == 0) return &a->record;
  if (strcmp(option, "--workspace") == 0) return &a->workspace;
  if (strcmp(option, "--carto-connection") == 0) return &a->named[a->named_count];
  return strcmp(option, "--replay") == 0 ? &a->replay : NULL;
}

/* ---- the token: never in an argument, an address or a text */

static int account_read_token(account *a) {
  const char *from_environment = getenv("CARTO_API_TOKEN"), *start = a->token, *end;
  struct stat st;
  if (a->token_file) {
    FILE *f = fopen(a->token_file, "rb");
    size_t len = f ? fread(a->token, 1, sizeof a->token, f) : 0;
    bool failed = !f || ferror(f) || fstat(fileno(f), &st) != 0;
    if (f) fclose(f);
    if (failed) return account_fail("cannot read the token file", a->token_file);
    if (len > ACCOUNT_TOKEN) return account_fail("no token is so long as what is in", a->token_file);
    a->token[len] = 0;
    if (S_ISREG(st.st_mode) && (st.st_mode & (S_IRGRP | S_IROTH)))
      fprintf(stderr, "carto-mcp: warning: others may read %s; chmod 600 keeps the token yours\n", a->token_file);
  } else if (from_environment) {
    start = from_environment;
  }
  while (*start && strchr(" \t\r\n", *start)) start++;
  end = start + strlen(start);
  while (end > start && strchr(" \t\r\n", end[-1])) end--;
  a->token_text = carto_str_make(start, (size_t)(end - start));
  if (a->token_file && end == start) return account_fail("there is no token in", a->token_file);
  return 0;
}

/* ---- the way there */

static bool account_is_near(carto_str host) {
  return carto_str_equal(host, carto_str_from("localhost")) || carto_str_equal(host, carto_str_from("::1")) ||
         (host.len > 4 && memcmp(host.ptr, "127.", 4) == 0);
}

static int account_connect_https(account *a, carto_carrier *out, carto_error *error) {
#ifdef CARTO_MCP_USE_CURL
  carto_curl_desc desc = carto_curl_desc_default();
  FILE *f = a->ca_file ? fopen(a->ca_file, "rb") : NULL;
  if (a->ca_file && !f) return account_fail("cannot read the CA file", a->ca_file);
  if (f) fclose(f);
  if (a->token_text.len == 0) return account_fail("an account needs a token: --token-file FILE, or CARTO_API_TOKEN in "
    "the environment", NULL);
  desc.ca_file = a->ca_file;
  if (carto_curl_init(&a->curl, &desc, error) != CARTO_OK) return account_fail(error->text, NULL);
  *out = carto_curl_carrier(&a->curl);
  return 0;
#else
  (void)out, (void)error;
  return account_fail("https needs a build with libcurl (make CURL=1, which defines CARTO_MCP_USE_CURL):", a->url);
#endif
}

static int account_connect(account *a, carto_carrier *out, carto_error *error) {
  const char *proxy = getenv("http_proxy"), *no_proxy = getenv("no_proxy");
  carto_alloc alloc = {NULL, NULL};
  carto__url url;
  if (!carto__url_parse(carto_str_from(a->url), &url)) return account_fail("--carto takes an address, such as "
    "https://gcp-us-east1.api.carto.com, not", a->url);
  if (url.is_https) return account_connect_https(a, out, error);
  if (a->ca_file) return account_fail("--ca-file is for https, not", a->url);
  if (a->token_text.len > 0 && !account_is_near(url.host))
    fprintf(stderr, "carto-mcp: warning: the token is sent unencrypted to %s\n", a->url);
  if (!no_proxy) no_proxy = getenv("NO_PROXY");
  if (carto_net_init(&a->net, carto_str_from(proxy), carto_str_from(no_proxy), alloc, error) != CARTO_OK)
    return account_fail(error->text, "(from http_proxy)");
  *out = carto_net_carrier(&a->net);
  return 0;
}

/* The carrier that the options ask for: the network, that and a tape, or a tape alone. */
static int account_carrier(account *a, carto_carrier *out) {
  carto_alloc alloc = {NULL, NULL};
  const char *directory = a->record ? a->record : a->replay;
  carto_carrier carrier;
  carto_store store;
  carto_files files;
  carto_error error;
  int64_t modified;
  int status;
  if (directory && carto_files_modified(directory, &modified, &error) != CARTO_OK) return account_fail(error.text, NULL);
  if (a->replay) {
    files = carto_files_directory(a->replay);
    if (carto_tape_replay(&a->tape, &files, alloc, &error) != CARTO_OK) return account_fail(error.text, NULL);
    *out = carto_tape_carrier(&a->tape);
    return 0;
  }
  status = account_read_token(a);
  if (status == 0) status = account_connect(a, &carrier, &error);
  if (status != 0) return status;
  *out = carrier;
  if (!a->record) return 0;
  store = carto_store_directory(a->record);
  if (carto_tape_record(&a->tape, &carrier, &store, alloc, &error) != CARTO_OK) return account_fail(error.text, NULL);
  *out = carto_tape_carrier(&a->tape);
  return 0;
}

/* The connections that are named, since the token may not list them. */
static int account_name_connections(account *a) {
  for (size_t i = 0; i < a->named_count; i++) {
    const char *given = a->named[i], *mark = strrchr(given, '=');
    carto_connection *c = &a->connections[i];
    if (mark) c->name = carto_str_make(given, (size_t)(mark - given));
    if (mark) c->provider_id = carto_str_from(mark + 1);
    c->privacy = carto_str_from("private");
    if (c->name.len == 0 || !carto__dialect_of(c->provider_id)->provider[0])
      return account_fail("--carto-connection takes NAME=PROVIDER, where PROVIDER is carto_dw, bigquery, snowflake, "
        "databricks, redshift, postgres or oracle, not", given);
    for (size_t k = 0; k < i; k++)
      if (carto_str_equal(a->connections[k].name, c->name)) return account_fail("a connection is named twice:", given);
  }
  return 0;
}

/* Prepares the account's connections; asks for none of them yet. The exit status of wrong use, or 0. */
static int account_open(account *a, carto_warehouse *out) {
  carto_rest_desc desc = carto_rest_desc_default();
  carto_error error;
  int status;
  if (a->record && a->replay) return account_fail("--record and --replay exclude each other", NULL);
  desc.base_url = carto_str_from(a->url);
  desc.workspace_url = carto_str_from(a->workspace);
  desc.query_sources = a->query_sources;
  status = account_name_connections(a);
  desc.connections = a->connections;
  desc.connection_count = a->named_count;
  if (status == 0) status = account_carrier(a, &desc.carrier);
  desc.token = a->token_text;
  if (status == 0 && carto_rest_init(&a->rest, &desc, &error) != CARTO_OK) status = account_fail(error.text, NULL);
  if (status == 0) *out = carto_rest_warehouse(&a->rest);
  return status;
}

static void account_close(account *a) {
  carto_rest_free(&a->rest);
  carto_tape_free(&a->tape);
  carto_net_free(&a->net);
#ifdef CARTO_MCP_USE_CURL
  carto_curl_free(&a->curl);
#endif
  memset(a, 0, sizeof *a);
}

#endif
