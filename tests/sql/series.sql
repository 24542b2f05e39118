-- generate_series of decimals, arrays that keep the type of what they hold.

SELECT 'b' = ANY(string_to_array('a,b', ','));
SELECT x FROM unnest(string_to_array('a,b', ',')) x;
SELECT count(*) FROM countries WHERE continent = ANY(string_to_array('Asia,Europe', ','));
SELECT x FROM generate_series(1.0,2.0,0.5) x;
SELECT x FROM generate_series(1.5,3) x;
SELECT x FROM generate_series(0,1,0.25) x;
SELECT x FROM generate_series(1::float8,2::float8) x;
SELECT x FROM generate_series(1::float8,2) x;
SELECT x FROM generate_series(3,1,-1) x;
SELECT x, pg_typeof(x) FROM generate_series(1,2) x;
SELECT pg_typeof(x) FROM generate_series(1,2::bigint) x;
SELECT pg_typeof(x) FROM generate_series(1,2,0.5) x;
SELECT x FROM generate_series(0,1,'NaN'::numeric) x;
SELECT x FROM generate_series(0.1,0.5,0.1) x;
SELECT x FROM generate_series(0,1.0,0) x;
SELECT x + 1 FROM unnest(array[date '2020-01-01']) x;
SELECT x, pg_typeof(x) FROM unnest(array[timestamp '2020-01-01 10:00', NULL]) x;
SELECT x * 2, pg_typeof(x) FROM unnest(array[interval '1 day']) x;
SELECT pg_typeof(x) FROM unnest(array[1]) x;
SELECT pg_typeof(x) FROM unnest(array[1.0]) x;
SELECT pg_typeof(x) FROM unnest(array[1::bigint]) x;
SELECT pg_typeof(x) FROM unnest(array[1::float8]) x;
-- unsupported
SELECT ST_AsText(x) FROM unnest(array[ST_Point(1,2)]) x;
SELECT x FROM unnest(array[true,false]) x;
SELECT x FROM unnest(string_to_array('1,2',',')) x;
SELECT date '2020-01-02' = ANY(array[date '2020-01-01', date '2020-01-02']);
-- unsupported
SELECT date '2020-01-02' = ANY(array['2020-01-01', '2020-01-02']::date[]);
SELECT sum(x) FROM generate_series(1, 100000) x;
SELECT x + 2147483647 FROM generate_series(1, 2) x;
SELECT generate_series FROM generate_series(5, 1, -2);
SELECT x FROM generate_series(NULL, 3) x;
SELECT x FROM generate_series(1, 3, NULL) x;
SELECT x FROM generate_series(-1.5, -3, -0.5) x;
SELECT x FROM generate_series(timestamp '2020-01-01', timestamp '2020-01-03', '1 day') x;
SELECT x FROM generate_series(date '2020-01-03', date '2020-01-01', '-1 day') x;
SELECT x FROM generate_series('a', 3) x;
SELECT x, y FROM unnest(array[1,2]) x, unnest(array['a','b']) y ORDER BY 1, 2;
SELECT date '2020-01-01' = ANY(array['2020-01-01'::date, NULL]);
SELECT 1 = ANY(array[1.0, 2.5]), 2.5 = ANY(array[1, 2.5]);
SELECT interval '1 day' = ANY(array[interval '24 hours']);
SELECT percentile_cont(array[0.25, 0.5]) WITHIN GROUP (ORDER BY x) FROM generate_series(1, 9) x;
SELECT pg_typeof(percentile_disc(0.5) WITHIN GROUP (ORDER BY x)) FROM generate_series(1, 9) x;
SELECT date_bin('7 days', x, timestamp '2020-01-01') FROM generate_series(timestamp '2020-01-01', timestamp '2020-01-20', '6 days') x;
