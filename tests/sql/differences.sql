-- What the engine answers otherwise than PostgreSQL does, on purpose. The answers are its own.

-- numeric is a double beyond 64 bits, which a sum of whole numbers must not pass
-- error: 22003
SELECT sum(x) FROM (VALUES (9223372036854775807), (9223372036854775807)) v(x);
-- stored
SELECT 0.1 + 0.2 = 0.3 AS same, 0.1 + 0.2 > 0.3 AS more;
-- numeric(precision, scale) rounds to the scale and does not check the precision
-- stored
SELECT 1234.5::numeric(5, 2) AS n, 1234.567::numeric(5, 2) AS r;
-- smallint is integer, and real is double precision
-- stored
SELECT 70000::smallint AS i, 32767::smallint + 1::smallint AS j, 1.1::real AS f;
-- stored
SELECT pg_typeof('5'::int2) AS i, pg_typeof(5::float4) AS f, pg_typeof(5::real) AS r;
-- varchar and char are text
-- stored
SELECT pg_typeof('a'::varchar) AS v, pg_typeof('a'::char) AS c, 'abc'::char(2) AS t;
-- round(double precision, integer) exists
-- stored
SELECT round(2.5::float8, 1) AS a, round(-1.25::float8, 1) AS b;
-- FULL JOIN takes any condition
-- stored
SELECT a.x AS a, b.x AS b FROM (VALUES (1), (2)) a(x) FULL JOIN (VALUES (2), (0)) b(x) ON a.x < b.x ORDER BY 1, 2;
-- to_char of an interval is not there
-- error: 0A000
SELECT to_char(interval '1 day 2 hours', 'HH24:MI');
-- a schema before a function's name is not looked at
-- stored
SELECT carto.upper('a') AS u;
-- -0 shows as 0 where a function rounds to it or is asked of it
-- stored
SELECT round(-0.4::float8)::text AS r, sqrt('-0'::float8)::text AS s, sum('-0'::float8)::text AS t, ('-0'::float8)::text AS z;
