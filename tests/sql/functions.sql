-- null, not a number and the infinities
SELECT sign('NaN'::float8), abs('-Infinity'::float8), round('NaN'::numeric), floor('-Infinity'::float8), atan('-Infinity'::float8), exp('-Infinity'::float8), cbrt('Infinity'::float8);
SELECT atan2(10::float8, '-Infinity'::float8), atan2('Infinity'::float8, 'Infinity'::float8), atan2(1e308::float8, -1e308::float8), atan2('NaN'::float8, 1), atan2(0, 0);
SELECT power('NaN'::float8, 0), power(1::float8, 'NaN'), power(2::float8, 'Infinity'), power(0.5::float8, '-Infinity'), power('-Infinity'::float8, 3), power(-1::float8, 'Infinity'), power(0::float8, 0);
SELECT 1 % 'NaN'::numeric, -3 % 2.5, 5.5 % 0.1, mod(-7, 3), mod(7::bigint, -3), div(7, -2), div(-2.675, 0.001), div(9, 2);
SELECT 3.14159 % 0::bigint;
SELECT 5 % 0;
SELECT mod(5.5, 0.0);
SELECT div(1.5, 0);
SELECT 5.5::float8 % 2;
SELECT (-9223372036854775807 - 1) % -1, mod(-2147483647 - 1, -1), gcd(0, 0), gcd(-12, 18), gcd(12::bigint, 8), lcm(4, 6), lcm(0, 5), lcm(-4::bigint, 6);
SELECT (-9223372036854775807 - 1) / -1;
SELECT abs(-9223372036854775807 - 1);
SELECT - (-2147483647 - 1);
SELECT gcd(-2147483647 - 1, 0);
SELECT lcm(2147483647, 2147483646);
-- rounding
SELECT round(2.5), round(-2.5), round(2.5::float8), round(3.5::float8), round(-0.5::float8), round(2.675, 2), round(-1.005, 2), trunc(-2.999, 2), trunc(1.999), trunc(-1.5::float8);
SELECT round(1234, -2), round(1250, -2), round(-1250, -2), round(1249::bigint, -2), trunc(1299, -2), round(5, 2), round(49, -2), round(50, -2), round(7, -30), round(99.5, -3), round(1e20, 3);
SELECT ceil(-0.5), ceiling(1.0001), floor(-0.5), floor(1e20::float8), sign(-3), sign(0.0), sign(7::bigint), abs(-5), abs(-5.5), abs(-5::bigint);
SELECT pg_typeof(abs(-5)), pg_typeof(abs(-5::bigint)), pg_typeof(round(5)), pg_typeof(round(5, 1)), pg_typeof(sqrt(4)), pg_typeof(sqrt(4.0)), pg_typeof(power(2, 3)), pg_typeof(power(2.0, 3)), pg_typeof(gcd(4, 6)), pg_typeof(lcm(4, 6::bigint)), pg_typeof(mod(5::bigint, 3)), pg_typeof(sign(1));
SELECT pg_typeof(variance(x)), pg_typeof(avg(x)), pg_typeof(sum(x)), pg_typeof(stddev(x::float8)), pg_typeof(avg(x::float8)), pg_typeof(sum(x::bigint)), pg_typeof(sum(x::numeric)) FROM (VALUES (1), (2)) v(x);
-- roots, logarithms, angles
SELECT sqrt(2), sqrt(2.25), cbrt(-27), cbrt(0), exp(1), exp(0.0), ln(10), ln(2.5), log(1000), log10(1e300::float8), log(2, 1024), power(2, 0.5), power(2, -2), power(-8, 3), 2 ^ 10, 2.0 ^ 0.5;
SELECT sqrt(-1);
SELECT ln(0);
SELECT log(-1.0);
SELECT exp(1000::float8);
SELECT exp(-1000::float8);
SELECT power(0, -1);
SELECT power(-8, 0.5);
SELECT power(10::float8, 400);
SELECT log(1.0, 5.0);
SELECT log(2.0, 0.0);
SELECT sin(1e10::float8), cos(-1e10::float8), tan(1e6::float8), sin(1e12::float8), asin(1), acos(-1), degrees(pi()), radians(180), tan(0.5::float8);
SELECT asin(1.5);
SELECT sin('Infinity'::float8);
SELECT degrees(1e308::float8);
-- buckets
SELECT width_bucket(5.35, 0.024, 10.06, 5), width_bucket(-1, 0, 10, 4), width_bucket(10, 0, 10, 4), width_bucket(3, 10, 0, 5), width_bucket('Infinity'::float8, 0, 10, 4), width_bucket(0, 0, 10, 4);
SELECT width_bucket(1, 0, 10, 0);
SELECT width_bucket(1, 5, 5, 3);
SELECT width_bucket('NaN'::float8, 0, 10, 3);
SELECT width_bucket(11::float8, 0, 10, 2147483647);
-- characters of several bytes
SELECT length('日本語'), octet_length('日本語'), bit_length('é'), ascii('é'), ascii('😀'), ascii(''), chr(128512), chr(233), reverse('aé😀'), upper('àéîõü'), lower('ΑΒΓ'), initcap('élan VITAL o''neil_2nd x-y');
SELECT substr('日本語', 2), substr('日本語', 0, 2), substr('日本語', -5), substring('日本語', 2, 1), substr('abc', 2, 2147483647), substr('abc', 2147483647), left('日本語', 2), left('日本語', -1), left('abc', -5), right('日本語', 2), right('日本語', -1), right('abc', 0);
SELECT substr('abc', 1, -1);
SELECT lpad('é', 4, '日本'), rpad('é', 4, '日本'), lpad('abc', 2), rpad('abc', -1), lpad('a', 3, ''), rpad('a', 3), lpad('', 3, 'x'), repeat('日', 3), repeat('', 5), repeat('a', -1), repeat('ab', 0);
SELECT repeat('abcdefgh', 2147483647);
SELECT trim('  a  '), btrim('éaé', 'é'), ltrim('xyxa', 'xy'), rtrim('a日本', '本日'), btrim('aaa', 'a'), btrim('abc', ''), ltrim('', 'x');
SELECT replace('aaa', 'aa', 'b'), replace('abc', '', 'x'), replace('abc', 'b', ''), replace('', 'a', 'b'), translate('12345', '143', 'ax'), translate('日本', '本', 'x'), translate('abc', '', 'x'), translate('aab', 'aa', 'xy');
SELECT strpos('日本語', '語'), strpos('abc', ''), strpos('', 'a'), strpos('', ''), position('b' in 'abc'), starts_with('abc', ''), starts_with('', 'a'), starts_with('日本', '日');
SELECT split_part('a,b,c', ',', 2), split_part('a,b,c', ',', -1), split_part('a,b,c', ',', 9), split_part('a,b,c', ',', -9), split_part('abc', '', 1), split_part('abc', '', 2), split_part('', ',', 1), split_part('a,,c', ',,', 2), split_part(',', ',', 2), split_part('aXXb', 'XX', -2);
SELECT split_part('a', ',', 0);
SELECT chr(0);
SELECT chr(-1);
SELECT chr(1114112);
SELECT concat('a', NULL, 1, true, 2.5), concat_ws('-', 'a', NULL, 'b'), concat_ws(NULL, 'a'), concat_ws(',', NULL), concat(NULL), 'a' || 1, 1 || 'a', 'a' || NULL;
-- patterns
SELECT regexp_replace('abc', 'x*', '-', 'g'), regexp_replace('hello', 'l', 'L'), regexp_replace('hello', 'L', 'x', 'gi'), regexp_replace('abc', '(a)(b)', '\2\1'), regexp_replace('abc', 'b', '[\&]'), regexp_replace('abc', 'b', '\\'), regexp_replace('abc', 'b', '\9'), regexp_replace('日本語', '.', 'x', 'g'), regexp_replace('', '^', 'x');
SELECT substring('foobar' from 'o(.)b'), substring('foobar' from 'o.b'), regexp_substr('foobar', 'o(.)b'), substring('abc' from 'x'), substring('abc' from '(x)?a');
SELECT regexp_like('ABC', 'b'), regexp_like('ABC', 'b', 'i'), regexp_like('ABC', 'b', 'ic'), 'ABC' ~* 'b', 'é' ~ '^.$';
SELECT regexp_replace('a', 'a', 'b', 'z');
SELECT regexp_like('a', 'a', 'g');
SELECT 'a' LIKE 'a' ESCAPE 'ab';
SELECT 'a' LIKE 'a\';
-- flags and patterns that change from row to row
SELECT s, regexp_replace(s, p, '-', f) FROM (VALUES ('abcABC', 'b', 'g'), ('abcABC', 'b', 'gi'), ('abcABC', 'c', 'i'), (NULL, 'b', 'g'), ('abcABC', NULL, 'g')) v(s, p, f);
-- text to values and back
SELECT ' tr '::bool, 'OFF'::bool, 'n'::bool, ' 12 '::int, '+5'::bigint, '007'::int, '.5'::float8, '5.'::float8, '-.5e-3'::numeric, '1.e2'::float8, 'nan'::float8, '-inf'::float8, ' 1e3 '::numeric;
SELECT 'o'::bool;
SELECT ''::int;
SELECT '1.5'::int;
SELECT '2147483648'::int;
SELECT '99999999999999999999'::bigint;
SELECT '.'::float8;
SELECT '1e400'::float8;
SELECT '1 2'::numeric;
SELECT 1e15::float8::text, 123456789012345::float8::text, 1e-5::float8::text, 0.0001::float8::text, (-1e-7)::float8::text, 'NaN'::float8::text, (-'Infinity'::float8)::text, '-0'::float8::text, 1e20::numeric::text, 5e-324::float8::text;
SELECT 2.5::int, -2.5::int, 2.5::float8::int, 3.5::float8::int, 2147483647.4::int, true::int, 5::bool, 0::bool;
SELECT 2147483647.5::int;
SELECT 'NaN'::float8::int;
SELECT 9223372036854775807::float8::bigint;
-- the time on the clock, and the time that it is
SELECT '2020-01-01 10:00:00+02'::timestamp, '2020-01-01 10:00:00+02'::timestamptz, '2020-01-01 01:00:00+05'::date, '2020-01-01T10:00:00Z'::timestamp, '2020-01-01 24:00:00'::timestamp, '2020-01-01 10:00-08:30'::timestamptz;
SELECT '2020-02-30'::date;
SELECT '2020-01-01 25:00'::timestamp;
SELECT '0000-01-01'::date;
SELECT '99999999999 days'::interval;
SELECT '1 month 2 fortnights'::interval;
-- units
SELECT date_trunc('week', timestamp '2021-01-03 10:00'), date_trunc('millennium', date '2000-12-31'), date_trunc('quarter', timestamptz '2020-05-17'), date_trunc('hour', interval '1 day 02:03:04'), date_trunc('MONTH', date '2020-02-29');
SELECT u, date_part(u, timestamp '2020-12-31 23:59:59.5'), date_trunc('day', timestamp '2020-12-31 23:59:59.5') FROM (VALUES ('year'), ('isoyear'), ('week'), ('doy'), ('epoch'), (NULL), ('second'), ('julian')) v(u);
SELECT date_trunc('fortnight', timestamp '2020-01-01');
SELECT date_trunc('epoch', timestamp '2020-01-01');
SELECT date_trunc('week', interval '1 day');
SELECT date_trunc('isoyear', interval '1 day');
SELECT extract(hour FROM date '2020-01-01');
SELECT extract(timezone FROM timestamp '2020-01-01');
SELECT extract(dow FROM interval '1 day');
SELECT extract(century FROM date '0001-01-01'), extract(decade FROM date '1999-01-01'), extract(isodow FROM date '2021-01-03'), extract(julian FROM date '1970-01-01'), extract(epoch FROM interval '1 year 1 day'), extract(month FROM interval '13 months');
SELECT date_trunc('month', '2020-01-15');
SELECT extract(year FROM '2020-01-15');
-- arithmetic of times
SELECT date '2020-01-31' + interval '1 month', timestamp '2020-03-31' - interval '1 month', interval '1 day' + timestamptz '2020-01-01', date '2020-01-01' - date '2019-01-01', date '2020-01-01' + 1, 1 + date '2020-01-01', date '2020-01-01' - 1, timestamp '2020-01-02' - date '2020-01-01', timestamptz '2020-01-02' - timestamp '2020-01-01 12:00';
SELECT interval '1 month' * 1.5, 2 * interval '1 day', interval '1 month' / 2, - interval '1 day 02:00', interval '1 day' - interval '2 hours', age(timestamp '2020-03-01', timestamp '2020-01-31'), age(date '2020-01-01', date '2021-02-03');
SELECT pg_typeof(date '2020-01-01' + interval '1 day'), pg_typeof(timestamptz '2020-01-01' + interval '1 day'), pg_typeof(date_trunc('day', date '2020-01-01')), pg_typeof(date_trunc('day', timestamp '2020-01-01')), pg_typeof(extract(year FROM date '2020-01-01')), pg_typeof(date_part('year', date '2020-01-01'));
SELECT interval '1 day' / 0;
SELECT date '2020-01-01' + 2147483647;
SELECT timestamp '294276-12-31' + interval '1 year';
SELECT interval '178956970 years' * 2;
SELECT date '2020-01-01' + '1 day';
SELECT timestamp '2020-01-02' - '2020-01-01';
SELECT make_date(2020, 2, 29), make_timestamp(2020, 1, 1, 24, 0, 0), make_timestamp(2020, 1, 1, 23, 59, 60), make_timestamp(2020, 1, 1, 0, 0, 1.5);
SELECT make_date(2021, 2, 29);
SELECT make_date(0, 1, 1);
SELECT make_timestamp(2020, 1, 1, 24, 0, 1);
SELECT make_timestamp(2020, 1, 1, 0, 60, 0);
SELECT to_timestamp(0), to_timestamp(1.5), to_timestamp(-1), to_timestamp(1e10);
SELECT to_timestamp('NaN'::float8);
SELECT to_timestamp(1e15);
-- empty geometries
SELECT ST_X('POINT EMPTY'::geometry), ST_XMin('POLYGON EMPTY'::geometry), ST_Area('POLYGON EMPTY'::geometry), ST_Distance('POINT EMPTY'::geometry, 'POINT(0 0)'::geometry), ST_NPoints('LINESTRING EMPTY'::geometry), ST_IsEmpty('POINT EMPTY'::geometry), ST_AsText(ST_Centroid('POLYGON EMPTY'::geometry)), ST_Intersects('POINT EMPTY'::geometry, 'POINT(0 0)'::geometry), ST_Disjoint('POINT EMPTY'::geometry, 'POINT(0 0)'::geometry);
SELECT k, ST_Distance(CASE WHEN k > 1 THEN g END, 'POINT(0 0)'::geometry), ST_X(CASE WHEN k < 4 THEN g END) FROM (VALUES (1, 'POINT(1 1)'::geometry), (2, 'POINT EMPTY'::geometry), (3, 'POINT(3 4)'::geometry), (4, 'LINESTRING(0 0,1 1)'::geometry), (5, NULL)) v(k, g);
SELECT ST_X('LINESTRING(0 0,1 1)'::geometry);
SELECT ST_AsText(ST_MakeEnvelope(10, 10, 1, 1)), ST_AsText(ST_MakeEnvelope(1, 1, 1, 1)), ST_AsText(ST_Envelope('LINESTRING(0 0,0 5)'::geometry)), ST_AsText(ST_Envelope('POINT(1 2)'::geometry));
SELECT ST_DWithin('POINT(0 0)'::geometry, 'POINT(3 4)'::geometry, 5), ST_DWithin('POINT(0 0)'::geometry, 'POINT(3 4)'::geometry, 4.99), ST_DWithin('POINT(0 0)'::geography, 'POINT(0 0)'::geography, -1);
SELECT ST_DWithin('POINT(0 0)'::geometry, 'POINT(3 4)'::geometry, -1);
SELECT ST_AsText(ST_Point(0.125, 0.375), 2), ST_AsText(ST_Point(1.005, 2.675), 2), ST_AsText(ST_Point(1.23455, -1.23445), 4), ST_AsGeoJSON(ST_Point(0.5, -2.5), 0);
-- near the poles, and what bends towards them
SELECT ST_DWithin('POINT(0 89.9)'::geography, 'POINT(180 89.9)'::geography, 22400), ST_DWithin('POINT(0 89.9)'::geography, 'POINT(180 89.9)'::geography, 22300), ST_DWithin('LINESTRING(-30 60,30 60)'::geography, 'POINT(0 63.4)'::geography, 1000), ST_DWithin('LINESTRING(-30 60,30 60)'::geography, 'POINT(0 63.4)'::geography, 10000), ST_DWithin('LINESTRING(-89 60,89 60)'::geography, 'POINT(0 89)'::geography, 1000);
SELECT ST_Intersects('LINESTRING(-30 60,30 60)'::geography, 'LINESTRING(0 63,0 64)'::geography), ST_Intersects('LINESTRING(-30 60,30 60)'::geography, 'LINESTRING(0 59,0 61)'::geography), ST_Intersects('POINT(1 1)'::geography, 'POINT(1 1.00000000005)'::geography), ST_Intersects('POINT(1 1)'::geography, 'POINT(1 1.000001)'::geography);
SELECT ST_AsText('LINESTRING(1.23456789 2,3 4)'::geometry, 3), ST_AsText('POINT(1.5 2.5)'::geography, 0), ST_AsGeoJSON('POINT(1.123456789123 2)'::geometry), ST_AsGeoJSON('POINT(1.123456789123 2)'::geometry, 2);
SELECT greatest(1, NULL, 3), least(NULL, 2.5, 1), greatest(NULL, NULL), greatest('NaN'::float8, 1), least(date '2020-01-01', timestamp '2019-01-01'), nullif(1, 1), nullif(1, NULL), nullif(NULL, 1), 1 IS DISTINCT FROM NULL, NULL IS DISTINCT FROM NULL;
