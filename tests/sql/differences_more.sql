-- More of what the engine answers otherwise than PostgreSQL does, on purpose. The answers are its own.

-- numeric keeps no scale
-- stored
SELECT 1.50::text AS a, round(1.5, 2)::text AS b, avg(x)::text AS c FROM (VALUES (4), (4)) v(x);
-- a geometry as text is WKT
-- stored
SELECT ST_Point(1, 2)::text AS g;
-- a geometry keeps longitudes beyond 180 when it is cast
-- stored
SELECT ST_AsText(ST_Point(200, 10)::geography) AS g;
-- years outside 1 to 9999, as text
SELECT ('9999-12-31'::date + 1)::text AS late, '0001-01-01 BC'::date::text AS early;
-- a point has finite coordinates
-- error: 22023
SELECT ST_Point('NaN', 1);
-- times end in 294246
-- error: 22008
SELECT '294277-01-01'::date;
-- intervals of too many years are not wrapped around
-- error: 22008
SELECT make_interval(200000000);
-- a number of a pattern beyond its range
-- error: 22008
SELECT '2020-01-01 106100'::timestamp;
