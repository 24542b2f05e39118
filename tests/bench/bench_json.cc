// JSON against its peers: reading and writing. Prints one JSON object a line for each measurement.
//   cc -O2 -c bench_json_ours.c bench_json_c.c
//   c++ -std=c++17 -O2 bench_json.cc bench_json_ours.o bench_json_c.o
//     -lsimdjson -lcjson -ljansson -ljson-c
// Debian: libsimdjson-dev rapidjson-dev libcjson-dev libjansson-dev libjson-c-dev
// The documents are made here, alike in kind and size to the well-known twitter.json (nested
// objects, short strings, Japanese text), citm_catalog.json (integers as keys, small objects) and
// canada.json (outlines with 17-digit coordinates). Both sides take turns.
#include "bench_json.h"

#include <cjson/cJSON.h>
#include <jansson.h>
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <simdjson.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

static uint64_t random_state = 88172645463325252ull;

static uint64_t random_below(uint64_t n) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return (random_state >> 11) % n;
}

// Writes a document, pretty or not.
struct Maker {
  std::string text;
  unsigned indent;   // spaces a level; 0: minified
  unsigned depth = 0;
  bool first = true;

  explicit Maker(unsigned indent) : indent(indent) {}
  void line() {
    if (!indent) return;
    text += '\n';
    text.append(indent * depth, ' ');
  }
  void part() {
    if (!first) text += ',';
    if (depth) line();
    first = false;
  }
  void open(char bracket) { text += bracket, depth++, first = true; }
  void close(char bracket) {
    depth--;
    if (!first) line();
    text += bracket, first = false;
  }
  Maker &key(const std::string &name) {
    part();
    text += '"' + name + (indent ? "\": " : "\":");
    return *this;
  }
  void raw(const std::string &value) { text += value; }
  void string(const std::string &value) { text += '"' + value + '"'; }
  void number(uint64_t value) { text += std::to_string(value); }
};

static std::string words(const char *const *list, size_t count, size_t words, const char *between) {
  std::string text;
  for (size_t i = 0; i < words; i++)
    text += (i ? between : "") + std::string(list[random_below(count)]);
  return text;
}

static std::string latin(size_t count) {
  static const char *const list[] = {"the", "city",  "map",  "of",      "shops",   "river",
                                     "and", "walk",  "open", "nearest", "station", "a",
                                     "to",  "north", "data", "morning"};
  return words(list, 16, count, " ");
}

static std::string japanese(size_t count) {
  static const char *const list[] = {"名前", "前田", "あゆみ", "東京", "の", "天気",
                                     "は",   "今日", "です",   "地図", "、", "新しい",
                                     "駅",   "から", "歩いて", "。"};
  return words(list, 16, count, "");
}

static std::string digits(size_t count) {
  std::string text(1, (char)('1' + random_below(9)));
  while (text.size() < count) text += (char)('0' + random_below(10));
  return text;
}

static void user(Maker &m) {
  static const char *const flags[] = {"protected",
                                      "geo_enabled",
                                      "verified",
                                      "contributors_enabled",
                                      "is_translator",
                                      "is_translation_enabled",
                                      "profile_use_background_image",
                                      "default_profile",
                                      "default_profile_image",
                                      "following",
                                      "follow_request_sent",
                                      "notifications"};
  m.open('{');
  std::string id = digits(9 + random_below(2));
  m.key("id").raw(id);
  m.key("id_str").string(id);
  m.key("name").string(random_below(2) ? japanese(2) : latin(2));
  m.key("screen_name").string("user_" + digits(6));
  m.key("location").string(random_below(3) ? "" : japanese(3));
  m.key("description").string(japanese(12) + "\\n" + japanese(14));
  m.key("url").raw("null");
  m.key("entities").open('{');
  m.key("description").open('{');
  m.key("urls").open('[');
  m.close(']'), m.close('}'), m.close('}');
  for (const char *name :
       {"followers_count", "friends_count", "listed_count", "favourites_count", "statuses_count"})
    m.key(name).number(random_below(30000));
  m.key("created_at").string("Sun Aug 31 00:29:15 +0000 2014");
  m.key("lang").string("ja");
  for (const char *name : flags) m.key(name).raw(random_below(4) ? "false" : "true");
  for (const char *name : {"profile_background_color", "profile_link_color", "profile_text_color"})
    m.key(name).string("C0DEED");
  for (const char *name :
       {"profile_background_image_url", "profile_image_url", "profile_banner_url"})
    m.key(name).string("http:\\/\\/img.example.com\\/images\\/" + digits(18) +
                       "\\/photo_normal.jpeg");
  m.close('}');
}

static void status(Maker &m, bool again) {
  m.open('{');
  m.key("metadata").open('{');
  m.key("result_type").string("recent");
  m.key("iso_language_code").string("ja");
  m.close('}');
  m.key("created_at").string("Sun Aug 31 00:29:15 +0000 2014");
  std::string id = "50587" + digits(13);
  m.key("id").raw(id);
  m.key("id_str").string(id);
  m.key("text").string("@user_" + digits(4) + " " + japanese(20 + random_below(20)) +
                       (random_below(2) ? "\\n\\n" : "\\u266a ") + latin(4));
  m.key("source").string(
    "<a href=\\\"http:\\/\\/example.com\\/download\\\" rel=\\\"nofollow\\\">Client<\\/a>");
  for (const char *name :
       {"in_reply_to_status_id", "in_reply_to_user_id", "in_reply_to_screen_name"})
    m.key(name).raw("null");
  m.key("truncated").raw("false");
  m.key("user");
  user(m);
  for (const char *name : {"geo", "coordinates", "place", "contributors"}) m.key(name).raw("null");
  if (again) {
    m.key("retweeted_status");
    status(m, false);
  }
  m.key("retweet_count").number(random_below(100));
  m.key("favorite_count").number(random_below(100));
  m.key("entities").open('{');
  m.key("hashtags").open('['), m.close(']');
  m.key("user_mentions").open('[');
  m.part(), m.open('{');
  m.key("screen_name").string("user_" + digits(4));
  m.key("name").string(japanese(2));
  m.key("id").raw(digits(9));
  m.key("indices").open('[');
  m.part(), m.number(random_below(9)), m.part(), m.number(10 + random_below(90));
  m.close(']'), m.close('}'), m.close(']'), m.close('}');
  m.key("favorited").raw("false");
  m.key("lang").string("ja");
  m.close('}');
}

static std::string make_twitter(unsigned indent) {
  Maker m(indent);
  m.open('{');
  m.key("statuses").open('[');
  for (int i = 0; i < 100; i++) m.part(), status(m, i % 2 == 0);
  m.close(']');
  m.key("search_metadata").open('{');
  m.key("count").number(100);
  m.close('}'), m.close('}');
  return m.text;
}

static std::string make_citm(unsigned indent) {
  Maker m(indent);
  m.open('{');
  m.key("areaNames").open('{');
  for (int i = 0; i < 17; i++) m.key("2057059" + digits(2)).string(latin(2));
  m.close('}');
  m.key("events").open('{');
  for (int i = 0; i < 184; i++) {
    std::string id = "138586" + digits(3);
    m.key(id).open('{');
    m.key("description").raw("null");
    m.key("id").raw(id);
    m.key("logo").raw(random_below(2) ? "null" : "\"/images/UE0AAAAACEKo6QAAAAZDSVRN\"");
    m.key("name").string(latin(4));
    m.key("subTopicIds").open('[');
    for (int k = 0; k < 3; k++) m.part(), m.raw("3371849" + digits(2));
    m.close(']');
    m.key("subjectCode").raw("null"), m.key("subtitle").raw("null");
    m.key("topicIds").open('[');
    for (int k = 0; k < 2; k++) m.part(), m.raw("107888604");
    m.close(']'), m.close('}');
  }
  m.close('}');
  m.key("performances").open('[');
  for (int i = 0; i < 243; i++) {
    m.part(), m.open('{');
    m.key("eventId").raw("138586" + digits(3));
    m.key("id").raw("339887" + digits(3));
    m.key("logo").raw("null"), m.key("name").raw("null");
    m.key("prices").open('[');
    for (int k = 0; k < 4; k++) {
      m.part(), m.open('{');
      m.key("amount").number(10000 + 250 * random_below(400));
      m.key("audienceSubCategoryId").raw("337100890");
      m.key("seatCategoryId").raw("338937" + digits(3));
      m.close('}');
    }
    m.close(']');
    m.key("seatCategories").open('[');
    for (int k = 0; k < 4; k++) {
      m.part(), m.open('{');
      m.key("areas").open('[');
      for (int a = 0; a < 9; a++) {
        m.part(), m.open('{');
        m.key("areaId").raw("205705" + digits(3));
        m.key("blockIds").open('['), m.close(']'), m.close('}');
      }
      m.close(']');
      m.key("seatCategoryId").raw("338937" + digits(3));
      m.close('}');
    }
    m.close(']');
    m.key("seatMapImage").raw("null");
    m.key("start").number(1372701600000 + 86400000 * random_below(300));
    m.key("venueCode").string("PLEYEL_PLEYEL");
    m.close('}');
  }
  m.close(']'), m.close('}');
  return m.text;
}

static std::string make_canada() {
  std::string text =
    "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":"
    "{\"name\":\"Canada\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[";
  for (int ring = 0; ring < 480; ring++) {
    text += ring ? ",[" : "[";
    for (int i = 0; i < 115; i++) {
      char pair[64];
      double lng = -52.0 - (double)random_below(1000000000000000) / 1e15 * 89;
      double lat = 41.0 + (double)random_below(1000000000000000) / 1e15 * 42;
      snprintf(pair, sizeof pair, "%s[%.15f,%.15f]", i ? "," : "", lng, lat);
      text += pair;
    }
    text += ']';
  }
  return text + "]}}]}";
}

// A call as an agent sends it; about 200 bytes.
static const char message_200[] =
  "{\"jsonrpc\":\"2.0\",\"id\":17,\"method\":\"tools/"
  "call\",\"params\":{\"name\":\"get_category_widget\","
  "\"arguments\":{\"source\":\"stores\",\"column\":\"segment\",\"operation\":\"sum\",\"limit\":20,"
  "\"bounds\":[-3.8,40.3,-3.6,40.5]}}}";

static std::string make_message_2k() {
  std::string text =
    "{\"jsonrpc\":\"2.0\",\"id\":18,\"method\":\"tools/call\",\"params\":{\"name\":\"add_layer\","
    "\"arguments\":{\"title\":\"" +
    latin(5) +
    "\",\"sql\":\"SELECT name, revenue FROM stores "
    "WHERE city = 'Madrid'\\nORDER BY revenue DESC LIMIT 100\",\"style\":{\"stops\":[";
  for (int i = 0; text.size() < 1950; i++)
    text += std::string(i ? "," : "") + "{\"value\":" + std::to_string(i * 25) + ",\"color\":\"#" +
            digits(6) + "\",\"label\":\"" + latin(3) + "\",\"visible\":true}";
  return text + "]}}}}";
}

static double now() {
  using namespace std::chrono;
  return duration<double>(steady_clock::now().time_since_epoch()).count();
}

static volatile size_t sink;

static double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

struct Result {
  double ours, theirs;   // seconds a call
  double
    ratio;   // how much faster we are: the median over pairs of turns, so that a machine which is
             // now faster and now slower does not show
};

static Result compare(const std::function<size_t()> &ours, const std::function<size_t()> &theirs) {
  const std::function<size_t()> *sides[2] = {&ours, &theirs};
  std::vector<double> times[2], ratios;
  long rounds[2];
  for (int s = 0; s < 2; s++) {
    double start = now();
    rounds[s] = 0;
    do sink = (*sides[s])(), rounds[s]++;
    while (now() - start < 0.001);
  }
  for (int i = 0; i < 151; i++) {
    for (int s = 0; s < 2; s++) {
      double start = now();
      for (long k = 0; k < rounds[s]; k++) sink = (*sides[s])();
      times[s].push_back((now() - start) / (double)rounds[s]);
    }
    ratios.push_back(times[1].back() / times[0].back());
  }
  return {median(times[0]), median(times[1]), median(ratios)};
}

static void measure(const char *work, double bytes, const char *peer, double budget,
                    const std::function<size_t()> &ours, const std::function<size_t()> &theirs) {
  Result r = compare(ours, theirs);
  bool met = r.ratio >= budget;
  printf("{\"work\":\"%s\",\"unit\":\"MB/"
         "s\",\"ours\":%.0f,\"peer\":\"%s\",\"theirs\":%.0f,\"ratio\":%.2f,"
         "\"budget\":\">= %g\",\"met\":%s}\n",
         work, bytes / r.ours / 1e6, peer, bytes / r.theirs / 1e6, r.ratio, budget,
         met ? "true" : "false");
  fflush(stdout);
}

static simdjson::dom::parser simd;

static size_t simd_numbers(simdjson::dom::element e, double *sum) {
  size_t count = 0;
  if (e.is_array()) {
    simdjson::dom::array array = e.get_array().value_unsafe();
    for (auto child : array) count += simd_numbers(child, sum);
  } else if (e.is_object()) {
    simdjson::dom::object object = e.get_object().value_unsafe();
    for (auto field : object) count += simd_numbers(field.value, sum);
  } else if (e.is_number()) {
    *sum += e.get_double().value_unsafe();
    count++;
  }
  return count;
}

static void read_all(const char *name, const std::string &text, double budget, bool everyone) {
  std::string work = std::string("read ") + name;
  simdjson::padded_string padded(text);
  double size = (double)text.size();
  auto ours = [&] { return ours_read(text.data(), text.size()); };
  measure(work.c_str(), size, "simdjson 3.0.1", budget, ours, [&] {
    simdjson::dom::element root;
    if (simd.parse(padded).get(root)) exit(1);
    return (size_t)root.is_object();
  });
  if (!everyone) return;
  std::vector<char> pool(16 << 20);
  measure(work.c_str(), size, "rapidjson 1.1", 1, ours, [&] {
    rapidjson::MemoryPoolAllocator<> memory(pool.data(), pool.size());
    rapidjson::Document doc(&memory);
    doc.Parse(text.data(), text.size());
    return (size_t)doc.IsObject();
  });
  measure(work.c_str(), size, "cJSON 1.7.15", 1, ours, [&] {
    cJSON *root = cJSON_ParseWithLength(text.data(), text.size());
    size_t done = root != nullptr;
    cJSON_Delete(root);
    return done;
  });
  measure(work.c_str(), size, "jansson 2.14", 1, ours, [&] {
    json_t *root = json_loadb(text.data(), text.size(), 0, nullptr);
    size_t done = root != nullptr;
    json_decref(root);
    return done;
  });
  measure(work.c_str(), size, "json-c 0.16", 1, ours,
          [&] { return json_c_read(text.data(), text.size()); });
}

static void write_tree(const char *name, const std::string &text) {
  ours_read(text.data(), text.size());
  rapidjson::Document doc;
  doc.Parse(text.data(), text.size());
  rapidjson::StringBuffer out;
  measure(name, (double)ours_write(), "rapidjson 1.1", 2, ours_write, [&] {
    out.Clear();
    rapidjson::Writer<rapidjson::StringBuffer> w(out);
    doc.Accept(w);
    return out.GetSize();
  });
}

static void write_rows() {
  std::vector<std::string> names;
  std::vector<bench_row> rows;
  for (int i = 0; i < 2000; i++) names.push_back(i % 8 ? latin(1 + random_below(5)) : japanese(4));
  for (int i = 0; i < 2000; i++)
    rows.push_back({(int64_t)random_below(10000000), names[(size_t)i].data(),
                    names[(size_t)i].size(), ((double)random_below(360000000) - 180e6) / 1e6,
                    ((double)random_below(180000000) - 90e6) / 1e6,
                    (double)random_below(1000000) / 100, (int)random_below(2)});
  rapidjson::StringBuffer out;
  auto ours = [&] { return ours_write_rows(rows.data(), rows.size()); };
  measure("write rows of integers, text, doubles", (double)ours(), "rapidjson 1.1", 2, ours, [&] {
    out.Clear();
    rapidjson::Writer<rapidjson::StringBuffer> w(out);
    w.StartArray();
    for (const bench_row &row : rows) {
      w.StartObject();
      w.Key("id"), w.Int64(row.id);
      w.Key("name"), w.String(row.name, (rapidjson::SizeType)row.name_len);
      w.Key("position"), w.StartArray(), w.Double(row.lng), w.Double(row.lat), w.EndArray();
      w.Key("amount"), w.Double(row.amount);
      w.Key("open"), w.Bool(row.open != 0);
      w.EndObject();
    }
    w.EndArray();
    return out.GetSize();
  });
}

// Makes the doubles of the 17-digit text, and checks that both sides sum to the same.
static void check_sum(const std::string &text) {
  double sum = 0;
  simdjson::padded_string padded(text);
  simdjson::dom::element root;
  if (simd.parse(padded).get(root)) exit(1);
  simd_numbers(root, &sum);
  ours_read(text.data(), text.size());
  if (ours_sum() != sum) {
    fprintf(stderr, "sums differ: %.17g and %.17g\n", ours_sum(), sum);
    exit(1);
  }
}

int main(int argc, char **argv) {
  const char *only = argc > 1 ? argv[1] : nullptr;   // "quick": simdjson alone
  bool everyone = !only;
  std::string twitter = make_twitter(2), twitter_mini = make_twitter(0), citm = make_citm(4),
              citm_mini = make_citm(0), canada = make_canada(), message = make_message_2k();
  check_sum(canada);
  check_sum(citm);
  read_all("twitter-like, pretty", twitter, 0.45, everyone);
  read_all("twitter-like, minified", twitter_mini, 0.45, everyone);
  read_all("citm-like, pretty", citm, 0.45, everyone);
  read_all("citm-like, minified", citm_mini, 0.45, everyone);
  read_all("canada-like", canada, 0.7, everyone);
  read_all("message of 200 bytes", message_200, 0.9, everyone);
  read_all("message of 2 KB", message, 0.8, everyone);
  write_rows();
  write_tree("write the twitter-like tree", twitter);
  write_tree("write the canada-like tree", canada);
  const std::pair<const char *, const std::string *> texts[] = {
    {"twitter-like, pretty", &twitter},
    {"twitter-like, minified", &twitter_mini},
    {"citm-like, pretty", &citm},
    {"citm-like, minified", &citm_mini},
    {"canada-like", &canada}};
  for (auto &t : texts) {
    ours_read(t.second->data(), t.second->size());
    double ratio = (double)ours_tree_bytes() / (double)t.second->size();
    printf("{\"work\":\"tree of %s\",\"unit\":\"bytes per byte of "
           "text\",\"ours\":%.2f,\"budget\":\"<= 3\","
           "\"met\":%s}\n",
           t.first, ratio, ratio <= 3 ? "true" : "false");
  }
  return 0;
}
