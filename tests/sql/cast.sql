SELECT '5'::int, '5'::bigint, ' 5 '::int, '-5'::smallint, '5.25'::numeric, '5.25'::float8, '1e3'::float8, '.5'::numeric;
SELECT 5::text, 5.25::text, true::text, 1.5::float8::text, 1e20::float8::text, 1e-7::float8::text, 100000::float8::text, 0.1::float8::text;
SELECT 1e15::float8::text, 1e16::float8::text, 123456789.123::float8::text, (-0.0)::float8::text, (1.0 / 3)::float8::text;
SELECT 2.5::int, 3.5::int, -2.5::int, (-2.5)::int, 2.4::int, 2.5::float8::int, 3.5::float8::int, (-2.5)::float8::int, 0.5::float8::int;
SELECT 'true'::boolean, 't'::boolean, 'yes'::boolean, 'on'::boolean, '1'::boolean, 'FALSE'::boolean, 'f'::boolean, 'no'::boolean, 'off'::boolean, '0'::boolean, ' true '::boolean;
SELECT 1::boolean, 0::boolean, 5::boolean, true::int, false::int;
SELECT '2020-02-29'::date, '2020-02-29 13:14:15'::timestamp, '2020-02-29T13:14:15Z'::timestamptz, '2020-02-29 13:14:15+02'::timestamptz, '2020-02-29 13:14:15.678'::timestamp;
SELECT '2020-02-29'::date::text, '2020-02-29 13:14:15'::timestamp::text, '2020-02-29 13:14:15.5+00'::timestamptz::text, '2020-02-29'::date::timestamp::text;
SELECT '2020-02-29 13:14:15'::timestamp::date, '2020-02-29 13:14:15+00'::timestamptz::date, timestamp '2020-01-01 10:00' = date '2020-01-01';
SELECT '1 day'::interval::text, '2 hours 30 minutes'::interval::text, '1 year 2 months'::interval::text;
SELECT CAST('7' AS integer), CAST(7.9 AS integer), CAST(7 AS double precision), CAST(7 AS real), CAST(7 AS decimal), CAST('7' AS varchar), CAST('abc' AS char(2)), 'abc'::varchar(2);
SELECT int '5', float8 '2.5', text 'x', bool 'true', date '2020-01-01', numeric '1.50';
SELECT 12.345::numeric(5, 2), 12.345::numeric(5, 1), 12::numeric(5, 2), 12.5::numeric(3, 0), 13.5::numeric(3, 0);
SELECT id::text || '-' || name FROM rivers ORDER BY id LIMIT 3;
SELECT pop_est::float8 / 3 FROM countries ORDER BY id LIMIT 2;
SELECT sum(pop_est)::bigint, avg(pop_est)::int, avg(gdp_md)::text FROM countries WHERE id < 4;
SELECT 'x'::int;
SELECT ''::int;
SELECT '5.5'::int;
SELECT '99999999999'::int;
SELECT 99999999999::int;
SELECT '99999999999999999999'::bigint;
SELECT 1e20::float8::bigint;
SELECT 'NaN'::float8::int;
SELECT 'abc'::float8;
SELECT '1.2.3'::numeric;
SELECT 'maybe'::boolean;
SELECT '2020-02-30'::date;
SELECT 'yesterday-ish'::date;
SELECT '2020-13-01'::timestamp;
SELECT '2020-01-01 25:00'::timestamp;
SELECT 'soon'::interval;
SELECT name::int FROM countries;
SELECT name::int FROM countries WHERE false;
SELECT 5::date;
SELECT true::float8;
SELECT 2.5::boolean;
SELECT date::int FROM seattle_weather;
SELECT 1::nosuchtype;
SELECT 'Infinity'::float8, '-inf'::float8, 'nan'::float8, 'NaN'::float8 = 'NaN'::float8, 'NaN'::float8 > 1e300;
SELECT 1::bigint::int::smallint::text;
SELECT pg_typeof(5::int8), pg_typeof(5::decimal), pg_typeof(now()::date), pg_typeof(now()::timestamp);
SELECT temp_max::int, temp_max FROM seattle_weather WHERE date < '2012-01-10' ORDER BY date;
SELECT 3.7::int / 2, '10'::int + 5, '2020-01-01'::date + 1;
SELECT 9007199254740993::text, 9007199254740993::float8::bigint, 9007199254740993::numeric::bigint;
-- a double becomes a numeric by its 15 digits
SELECT round(0.0149999999999::float8::numeric, 2) AS a, (0.1::float8 + 0.2::float8)::numeric > 0.3 AS b, (0.1::float8 + 0.2::float8)::numeric::text AS c;
SELECT x::numeric::text AS n, x::numeric = x AS same FROM (VALUES (1234567.12345678912::float8), (1000000000000005::float8), (1000000000000015::float8), (-2e-300::float8), ('NaN'::float8), (1.0 / 3.0::float8)) v(x);
SELECT round(avg(latitude)::numeric, 3) AS a, max(longitude)::numeric(10, 4) AS b, cast(min(longitude) AS numeric)::text AS c FROM populated_places;
-- names of types, and of the columns
SELECT timestamp with time zone '2020-01-01 00:00+00';
SELECT cast('2020-01-01' AS timestamp with time zone);
SELECT '2020-01-01'::timestamp without time zone;
SELECT cast(1.4 AS dec(3)) AS d, 1::pg_catalog.int4 AS i;
-- unsupported
SELECT 1::"char";
-- unsupported
SELECT '100'::interval second;
SELECT interval(0) '1 second';
SELECT timestamp(3) '2020-01-01 00:00:00.123456';
-- unsupported
SELECT INTERVAL '1-2' YEAR TO MONTH;
-- unsupported
SELECT INTERVAL '1 2' DAY TO HOUR;
-- unsupported
SELECT U&'\0061';
SELECT '2020-01-01 00:00:00.123456'::timestamp(3) AS t;
SELECT '2020-01-01 00:00:00.123456'::timestamp(6) AS t, cast('5' AS character varying(10));
