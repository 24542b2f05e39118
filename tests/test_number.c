/* The numbers of >>buffer: text to double and back. Expected values come from Python's exact
   integers and floats, from ECMA-262 and RFC 8785, and from the C library's strtod, which rounds
   correctly here. */
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"

#include "test.h"

#include <math.h>

static uint64_t bits_of(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static double double_of(uint64_t bits) {
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static void test_wide_product(void) {
  uint64_t low;
  CHECK_UINT(carto__mul_wide(UINT64_MAX, UINT64_MAX, &low), UINT64_MAX - 1);
  CHECK_UINT(low, 1);
  CHECK_UINT(carto__mul_wide(UINT64_C(0x123456789abcdef0), UINT64_C(0xfedcba9876543210), &low),
             UINT64_C(0x121fa00ad77d7422));
  CHECK_UINT(low, UINT64_C(0x236d88fe5618cf00));
  CHECK_UINT(carto__mul_wide(0, UINT64_MAX, &low), 0);
  CHECK_UINT(low, 0);
}

/* All 667 powers are floor(10^k * 2^s) of 128 bits, as computed with integers of any length:
     def power(k):
       v = 10**k << 1200 if k >= 0 else (1 << 2600) // 10**-k
       return v >> (v.bit_length() - 128)
     h = 0xcbf29ce484222325
     for k in range(-342, 325):
       for w in (power(k) >> 64, power(k) & 2**64 - 1): h = (h ^ w) * 0x100000001b3 & 2**64 - 1 */
static void test_powers(void) {
  uint64_t h = UINT64_C(0xcbf29ce484222325);
  int k;
  for (k = CARTO_MCP__POWER_MIN; k <= CARTO_MCP__POWER_MAX; k++) {
    carto__power power = carto__power_of_ten(k);
    h = (h ^ power.high) * UINT64_C(0x100000001b3);
    h = (h ^ power.low) * UINT64_C(0x100000001b3);
    CHECK(fabs(k * 3.32192809488736234787 - carto__log2_power(k) - 0.5) <= 0.5);
  }
  CHECK_UINT(h, UINT64_C(0xa3054fe970620861));
}

static void test_bits(void) {
  int i;
  for (i = 0; i < 64; i++) {
    CHECK_INT(carto__leading_zeros(UINT64_C(1) << i | 1), 63 - i);
    CHECK_INT(carto__trailing_zeros(UINT64_C(1) << i | UINT64_C(1) << 63), i);
  }
  CHECK_INT(carto__floor_shift(-1, 4), -1);
  CHECK_INT(carto__floor_shift(-16, 4), -1);
  CHECK_INT(carto__floor_shift(-17, 4), -2);
  CHECK_INT(carto__floor_shift(17, 4), 1);
}

/* Python: struct.pack('<d', float(text)) */
static void test_known_doubles(void) {
  static const struct {
    const char *text;
    uint64_t bits;
  } rows[] = {
    {"0", 0},
    {"-0", UINT64_C(0x8000000000000000)},
    {"-0.0e5", UINT64_C(0x8000000000000000)},
    {"1", UINT64_C(0x3ff0000000000000)},
    {"0.1", UINT64_C(0x3fb999999999999a)},
    {"0.3", UINT64_C(0x3fd3333333333333)},
    {"1e22", UINT64_C(0x4480f0cf064dd592)},
    {"1e23", UINT64_C(0x44b52d02c7e14af6)},
    {"123456789012345678", UINT64_C(0x437b69b4ba630f35)},
    {"9007199254740991", UINT64_C(0x433fffffffffffff)},
    {"9007199254740993", UINT64_C(0x4340000000000000)},
    {"9007199254740993.0", UINT64_C(0x4340000000000000)},
    {"9007199254740993.00000000000000000000001", UINT64_C(0x4340000000000001)},
    {"9007199254740992.99999999999999999999999", UINT64_C(0x4340000000000000)},
    {"18014398509481983", UINT64_C(0x4350000000000000)},
    {"36028797018963967", UINT64_C(0x4360000000000000)},
    {"0.500000000000000166533453693773481063544750213623046875", UINT64_C(0x3fe0000000000002)},
    {"3.518437208883201171875e13", UINT64_C(0x42c0000000000002)},
    {"62.5364939768271845828", UINT64_C(0x404f44abd5aa7ca4)},
    {"8.10109172351e-10", UINT64_C(0x3e0bd5cbaef0fd0c)},
    {"1.50000000000000011102230246251565", UINT64_C(0x3ff8000000000000)},
    {"2.2250738585072011e-308", UINT64_C(0x000fffffffffffff)},
    {"2.2250738585072012e-308", UINT64_C(0x0010000000000000)},
    {"4.9e-324", 1},
    {"2.4703282292062327e-324", 0},
    {"2.4703282292062328e-324", 1},
    {"7.4109846876186981626485318930233e-324", 1},
    {"7.4109846876186981626485318930234e-324", 2},
    {"1.7976931348623158e308", UINT64_C(0x7fefffffffffffff)},
    {"1.797693134862315807e308", UINT64_C(0x7fefffffffffffff)},
    {"1.797693134862315808e308", UINT64_C(0x7ff0000000000000)},
    {"-1e309", UINT64_C(0xfff0000000000000)},
    {"1e308", UINT64_C(0x7fe1ccf385ebc8a0)},
    {"1e-400", 0},
    {"1e99999999999999999999", UINT64_C(0x7ff0000000000000)},
    {"1e-99999999999999999999", 0},
    {"0e99999999999999999999", 0},
    {"000001", UINT64_C(0x3ff0000000000000)},
    {"-000.5", UINT64_C(0xbfe0000000000000)},
    {"6.02214076e23", UINT64_C(0x44dfe185ca57c517)},
    {"12345678901234567890", UINT64_C(0x43e56a95319d63e1)},
    {"123456789012345678901234567890", UINT64_C(0x45f8ee90ff6c373e)},
    {"1e00000000000000000000000000000001", UINT64_C(0x4024000000000000)},
    {"1E+5", UINT64_C(0x40f86a0000000000)},
    {"1e-05", UINT64_C(0x3ee4f8b588e368f1)},
  };
  size_t i;
  for (i = 0; i < sizeof rows / sizeof *rows; i++) {
    double value = 0;
    CHECK(carto_double_parse(STR(rows[i].text), &value));
    if (!test_report(bits_of(value) == rows[i].bits, __FILE__, __LINE__, rows[i].text))
      printf("  got %016" PRIx64 ", want %016" PRIx64 "\n", bits_of(value), rows[i].bits);
  }
}

static void test_refused(void) {
  static const char *const texts[] = {
    "",         "-",    "+1",  ".5",  "1.",    "1.e5",  "-.5",   "1e",   "1e+", "1e-",
    "e5",       " 1",   "1 ",  "1x",  "0x10",  "1_000", "1,5",   "nan",  "NaN", "inf",
    "Infinity", "-inf", "--1", "-+1", "1.2.3", "1e5.5", "1e5e5", "00-1", "1d5"};
  double value = 7;
  size_t i;
  for (i = 0; i < sizeof texts / sizeof *texts; i++)
    if (!CHECK(!carto_double_parse(STR(texts[i]), &value))) printf("  %s\n", texts[i]);
  CHECK(!carto_double_parse(carto_str_make(NULL, 0), &value));
  CHECK(!carto_double_parse(carto_str_make("1\0", 2), &value));
  CHECK_DOUBLE(value, 7);
}

/* What the scanner that JSON and CSV share takes, and as what. */
static void test_scan(void) {
  static const struct {
    const char *text;
    size_t used;
    int type;
    const char *value;
  } rows[] = {
    {"0", 1, CARTO_JSON_INT, "0"},
    {"-0", 2, CARTO_JSON_DOUBLE, "-0"},
    {"00", 1, CARTO_JSON_INT, "0"},
    {"-01", 2, CARTO_JSON_DOUBLE, "-0"},
    {"0123456789012345678901234567890", 1, CARTO_JSON_INT, "0"},
    {"12,5", 2, CARTO_JSON_INT, "12"},
    {"-7]", 2, CARTO_JSON_INT, "-7"},
    {"999999999999999999", 18, CARTO_JSON_INT, "999999999999999999"},
    {"9223372036854775807", 19, CARTO_JSON_INT, "9223372036854775807"},
    {"9223372036854775808", 19, CARTO_JSON_UINT, "9223372036854775808"},
    {"-9223372036854775808", 20, CARTO_JSON_INT, "-9223372036854775808"},
    {"-9223372036854775809", 20, CARTO_JSON_DOUBLE, "-9223372036854776000"},
    {"9999999999999999999", 19, CARTO_JSON_UINT, "9999999999999999999"},
    {"18446744073709551615", 20, CARTO_JSON_UINT, "18446744073709551615"},
    {"18446744073709551616", 20, CARTO_JSON_DOUBLE, "18446744073709552000"},
    {"20000000000000000000", 20, CARTO_JSON_DOUBLE, "20000000000000000000"},
    {"99999999999999999999", 20, CARTO_JSON_DOUBLE, "100000000000000000000"},
    {"123456789012345678901", 21, CARTO_JSON_DOUBLE, "123456789012345680000"},
    {"1.0", 3, CARTO_JSON_DOUBLE, "1"},
    {"1e2", 3, CARTO_JSON_DOUBLE, "100"},
    {"1E-2 ", 4, CARTO_JSON_DOUBLE, "0.01"},
    {"-12.25e+1}", 9, CARTO_JSON_DOUBLE, "-122.5"},
    {"1.5.5", 3, CARTO_JSON_DOUBLE, "1.5"},
    {"65.613616999999977,", 18, CARTO_JSON_DOUBLE, "65.61361699999998"},
    {"0.00000000000000000000000000000012", 34, CARTO_JSON_DOUBLE, "1.2e-31"},
    {"", 0, 0, ""},
    {"-", 0, 0, ""},
    {"-x", 0, 0, ""},
    {"+1", 0, 0, ""},
    {".5", 0, 0, ""},
    {"1.", 0, 0, ""},
    {"1.x", 0, 0, ""},
    {"1e", 0, 0, ""},
    {"1e+", 0, 0, ""},
    {"e1", 0, 0, ""},
  };
  test_memory memory;
  carto_buf out;
  size_t i;
  carto_buf_init(&out, test_alloc(&memory), 0);
  for (i = 0; i < sizeof rows / sizeof *rows; i++) {
    size_t len = strlen(rows[i].text), used;
    char *exact = (char *)malloc(len ? len : 1); /* a read behind the end would show */
    carto__number number;
    memcpy(exact, rows[i].text, len);
    used = carto__number_scan(exact, len, &number);
    CHECK_UINT(used, rows[i].used);
    if (used) {
      CHECK_INT(number.type, rows[i].type);
      carto_buf_clear(&out);
      if (number.type == CARTO_JSON_INT) carto_buf_append_int(&out, number.as.i64);
      else if (number.type == CARTO_JSON_UINT) carto_buf_append_uint(&out, number.as.u64);
      else if (bits_of(number.as.f64) == UINT64_C(1) << 63) carto_buf_append_text(&out, "-0");
      else carto_buf_append_double(&out, number.as.f64);
      CHECK_STR(carto_buf_str(&out), rows[i].value);
    }
    free(exact);
  }
  carto_buf_free(&out);
}

static void check_against_libc(const char *text) {
  double value = 0, want = strtod(text, NULL);
  if (!carto_double_parse(STR(text), &value) || bits_of(value) != bits_of(want)) {
    test_report(0, __FILE__, __LINE__, "as strtod");
    printf("  %.80s: got %.17g, want %.17g\n", text, value, want);
  }
  test_checks++;
}

/* Digits of random number and place, with and without exponents. */
static void test_random_texts(void) {
  char text[1200];
  int i, k;
  for (i = 0; i < 60000; i++) {
    int digits = 1 + (int)(test_random_bits() % (i % 100 ? 24 : 900)),
        point = (int)(test_random_bits() % (unsigned)digits);
    size_t at = 0;
    if (i & 1) text[at++] = '-';
    for (k = 0; k < digits; k++) {
      text[at++] = (char)('0' + test_random_bits() / 3 % 10);
      if (k == point && k + 1 < digits) text[at++] = '.';
    }
    text[at] = 0;
    check_against_libc(text);
    snprintf(text + at, sizeof text - at, "e%d", (int)(test_random_bits() % 700) - 370);
    check_against_libc(text);
  }
}

/* Halfway between two doubles, to the last digit; and a little above and below it. */
static void test_midpoints(void) {
  char text[1300];
  int i, k;
  for (i = 0; i < 3000; i++) {
    uint64_t bits = test_random_bits() & UINT64_C(0x7fffffffffffffff);
    long double middle;
    char *e;
    if (i % 5 == 0) bits &= UINT64_C(0x001fffffffffffff); /* subnormal, or nearly so */
    if (bits >= UINT64_C(0x7fe0000000000000)) continue;
    middle = ((long double)double_of(bits) + (long double)double_of(bits + 1)) / 2;
    if (middle == (long double)double_of(bits)) return; /* no longer type to test with */
    snprintf(text, sizeof text, "%.1100Le", middle);
    check_against_libc(text);
    e = strchr(text, 'e');
    e[-1] = '1'; /* beyond the digits that are kept */
    check_against_libc(text);
    e[-1] = '0';
    for (k = 3; k < 1000 && strspn(text + k, "0") != (size_t)(e - text - k); k++) {
    }
    text[k - 1]--; /* the last digit that is not 0, one less */
    check_against_libc(text);
    text[k - 1]++;
    text[18 + i % 30]++; /* any digit; a ':' is no number */
    if (text[18 + i % 30] <= '9') check_against_libc(text);
  }
}

/* Long runs of zeros, wherever they stand. */
static void test_long_texts(void) {
  static char text[30000];
  double value = 0;
  size_t at;
  memset(text, '0', sizeof text);
  memcpy(text, "0.", 2);
  memcpy(text + 20000, "15e20000", 9);
  CHECK(carto_double_parse(STR(text), &value));
  CHECK_DOUBLE(value, 15);
  memset(text, '0', sizeof text);
  text[0] = '3';
  memcpy(text + 20000, "e-20001", 8);
  CHECK(carto_double_parse(STR(text), &value));
  CHECK_DOUBLE(value, 0.03);
  memset(text, '9', sizeof text);
  text[1] = '.';
  text[29999] = 0;
  CHECK(carto_double_parse(STR(text), &value));
  CHECK_DOUBLE(value, 10);
  for (at = 700; at < 1200; at += 7) { /* 2^53 + 1 and a digit far behind */
    memset(text, '0', sizeof text);
    memcpy(text, "9007199254740993.", 17);
    text[at] = '1';
    text[at + 1] = 0;
    CHECK(carto_double_parse(STR(text), &value));
    CHECK_DOUBLE(value, 9007199254740994.0);
    text[at] = '0';
    CHECK(carto_double_parse(STR(text), &value));
    CHECK_DOUBLE(value, 9007199254740992.0);
  }
}

static void check_text(double value, const char *want) {
  test_memory memory;
  carto_buf out;
  carto_buf_init(&out, test_alloc(&memory), 0);
  carto_buf_append_double(&out, value);
  CHECK_STR(carto_buf_str(&out), want);
  carto_buf_free(&out);
}

/* ECMA-262 Number::toString and the samples of RFC 8785, appendix B. */
static void test_texts(void) {
  check_text(0.0, "0");
  check_text(-0.0, "0");
  check_text(1, "1");
  check_text(-1.5, "-1.5");
  check_text(100, "100");
  check_text(123456789012345680000.0, "123456789012345680000");
  check_text(1e21, "1e+21");
  check_text(999999999999999900000.0, "999999999999999900000");
  check_text(1.5e300, "1.5e+300");
  check_text(0.000001, "0.000001");
  check_text(0.0000001, "1e-7");
  check_text(-1.25e-7, "-1.25e-7");
  check_text(5e-324, "5e-324");
  check_text(2.2250738585072014e-308, "2.2250738585072014e-308");
  check_text(1.7976931348623157e308, "1.7976931348623157e+308");
  check_text(9007199254740991.0, "9007199254740991");
  check_text(9007199254740992.0, "9007199254740992");
  check_text(9007199254740994.0, "9007199254740994");
  check_text(295147905179352830000.0, "295147905179352830000");
  check_text(333333333.33333329, "333333333.3333333");
  check_text(1424953923781206.2, "1424953923781206.2");
  check_text(-3.7037, "-3.7037");
  check_text(40.4168, "40.4168");
  check_text(99999999.9999999, "99999999.9999999");
  check_text(-0.0000033333333333333333, "-0.0000033333333333333333");
  check_text((double)NAN, "null");
  check_text((double)INFINITY, "null");
  check_text(-(double)INFINITY, "null");
}

/* Every text reads back, and none of one digit less does. */
static void test_shortest(void) {
  int i;
  for (i = 0; i < 40000; i++) {
    uint64_t bits = test_random_bits();
    char text[CARTO_MCP__DOUBLE_ROOM + 1], fewer[40];
    int digits = 0, seen = 0;
    double value;
    size_t size, k;
    if (i % 4 == 1) value = (double)(int64_t)(bits >> 20) / 1e7;
    else if (i % 4 == 2)
      value = double_of((bits & UINT64_C(0x807fffffffffffff)) + UINT64_C(0x3e80000000000000));
    else if (i % 4 == 3) value = double_of(bits & UINT64_C(0xfff0000000000000)); /* powers of two */
    else value = double_of(bits);
    if (!(value - value == 0) || value == 0) continue;
    size = carto__double_text(value, text);
    text[size] = 0;
    if (strtod(text, NULL) != value) CHECK(!"reads back");
    for (k = 0; k < size && text[k] != 'e'; k++)
      if (text[k] >= '0' && text[k] <= '9' && (seen || text[k] != '0')) seen = 1, digits++;
    if (!strchr(text, '.') && !strchr(text, 'e')) continue; /* padded with zeros */
    if (digits < 2) continue;
    snprintf(fewer, sizeof fewer, "%.*e", digits - 2, value);
    if (strtod(fewer, NULL) == value) {
      CHECK(!"is shortest");
      printf("  %s, %s\n", text, fewer);
    }
  }
}

/* 15 digits as the C library prints them, also of numbers whose 16th digit is a 5. */
static void test_cut(void) {
  char text[64];
  size_t i;
  CHECK_DOUBLE(carto__double_cut(0.1 + 0.2), 0.3);
  CHECK_DOUBLE(carto__double_cut(-0.1 - 0.2), -0.3);
  CHECK_DOUBLE(carto__double_cut(1000000000000005), 1000000000000000);
  CHECK_DOUBLE(carto__double_cut(1000000000000015), 1000000000000020);
  CHECK_DOUBLE(carto__double_cut(DBL_MAX), DBL_MAX);
  CHECK_UINT(bits_of(carto__double_cut(-0.0)), UINT64_C(1) << 63);
  CHECK(isnan(carto__double_cut((double)NAN)) && isinf(carto__double_cut(-(double)INFINITY)));
  for (i = 0; i < 200000; i++) {
    double value = double_of(test_random_bits() & ~(UINT64_C(1) << 63));
    if (i % 4 == 1) value = (double)(test_random_bits() >> 11) / 1e9;
    if (i % 4 == 2) value = (double)(1000000000000005 + 10 * (test_random_bits() % 800000000000000));
    if (i % 4 == 3) value = (double)(1000000000000005 + 10 * (test_random_bits() % 100000000000000)) / 1e5;
    if (!isfinite(value) || value >= 1e308) continue;
    snprintf(text, sizeof text, "%.14e", value);
    CHECK_DOUBLE(carto__double_cut(value), strtod(text, NULL));
  }
}

static int test_append_body(carto_alloc alloc) {
  carto_buf out;
  int ok;
  carto_buf_init(&out, alloc, 0);
  carto_buf_append_double(&out, 0.1);
  ok = out.status == CARTO_OK;
  if (!ok) CHECK_INT(out.status, CARTO_ERR_NOMEM);
  carto_buf_free(&out);
  return ok;
}

static void test_append(void) {
  test_memory memory;
  carto_buf out;
  test_every_allocation(test_append_body, 5);
  carto_buf_init(&out, test_alloc(&memory), 3); /* a limit is exact */
  carto_buf_append_double(&out, 0.5);
  CHECK_STR(carto_buf_str(&out), "0.5");
  CHECK_INT(out.status, CARTO_OK);
  carto_buf_append_double(&out, 1);
  CHECK_INT(out.status, CARTO_ERR_LIMIT);
  carto_buf_free(&out);
}

static const test_case cases[] = {
  {"128-bit product", test_wide_product},
  {"powers of ten", test_powers},
  {"bits", test_bits},
  {"known doubles", test_known_doubles},
  {"refused texts", test_refused},
  {"scanner", test_scan},
  {"random texts", test_random_texts},
  {"midpoints", test_midpoints},
  {"long texts", test_long_texts},
  {"texts of doubles", test_texts},
  {"shortest texts", test_shortest},
  {"15 digits", test_cut},
  {"append", test_append},
};

TEST_MAIN(cases)
