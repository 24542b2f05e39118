SELECT 1 + 1, 2 - 3, 4 * 5, 7 / 2, -7 / 2, 7 % 3, -7 % 3, 7 % -3;
SELECT 7.0 / 2, 7 / 2.0, 7::float8 / 2, 1.0 / 3, 2 / 3.0;
SELECT 2 ^ 10, 2 ^ 0.5, 2.0 ^ 3, (-2) ^ 3, -2 ^ 2, 2 ^ 3 ^ 2;
SELECT 2 + 3 * 4, (2 + 3) * 4, 10 - 4 - 3, 100 / 10 / 2, -(3), - -3, +5;
-- unsupported
SELECT 5 & 3, 5 | 3, 5 # 3, ~5, 1 << 4, 256 >> 2;
-- unsupported
SELECT |/ 16.0, @ -5;
SELECT 1 < 2, 2 <= 2, 3 > 4, 4 >= 4, 1 = 1.0, 1 <> 2, 1 != 1;
SELECT 'a' < 'b', 'a' < 'B', 'abc' = 'abc ', '' = '', 'Z' < 'a', 'é' > 'z';
SELECT true AND false, true OR false, NOT true, true > false, NOT false AND false, true = true;
SELECT 1 IN (1, 2), 3 IN (1, 2), 3 NOT IN (1, 2), 'a' IN ('a', 'b'), 1.0 IN (1, 2);
SELECT 5 BETWEEN 1 AND 10, 5 NOT BETWEEN 1 AND 10, 5 BETWEEN 10 AND 1, 'b' BETWEEN 'a' AND 'c';
SELECT 'a' || 'b' || 'c', 'n=' || 5, 5 || 'x', 1.5 || '', true || '!';
SELECT 1 = 1 AND 2 = 2 OR 1 = 2, 1 = 2 AND (2 = 2 OR 1 = 1), NOT 1 = 2;
SELECT 3 IN (1, 2) IS FALSE, 1 + 2 = 3 IS TRUE;
SELECT greatest(1, 5, 3), least(1, 5, 3), greatest('a', 'b'), greatest(1, 2.5), least(NULL, 2), greatest(NULL::int, NULL);
SELECT coalesce(NULL, NULL, 3), coalesce('a', 'b'), coalesce(NULL, 2.5), coalesce(1, 2.5), coalesce(NULL::text, 'x');
SELECT nullif(1, 1), nullif(1, 2), nullif('a', 'b'), nullif(NULL, 1), nullif(0, 0.0);
SELECT coalesce(lastcensus, 0) AS c, count(*) FROM countries GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 3;
-- unsupported
SELECT (1, 'a') = (1, 'a'), (1, 2) < (1, 3), (1, NULL) = (2, NULL), (1, 2) <> (1, 2);
SELECT 2147483647 + 1;
SELECT 2147483647::bigint + 1;
SELECT 9223372036854775807 + 1;
SELECT -9223372036854775808 - 1;
SELECT 9223372036854775807 * 2;
SELECT 3037000500 * 3037000500;
SELECT -(-2147483648);
SELECT (-9223372036854775807 - 1) / -1;
SELECT 1 / 0;
SELECT 1 % 0;
SELECT 1.0 / 0;
SELECT 1::float8 / 0;
SELECT id / (id - 5) FROM rivers;
SELECT pop_est / 0 FROM countries WHERE false;
SELECT 1e308::float8 * 10;
SELECT CASE WHEN id = 5 THEN 0 ELSE 10 / (id - 5) END AS safe FROM rivers ORDER BY id;
SELECT pop_est * pop_est FROM countries ORDER BY id LIMIT 3;
SELECT pop_est * pop_est * pop_est FROM countries ORDER BY id LIMIT 3;
SELECT 0.1::float8 + 0.2::float8 = 0.3::float8;
SELECT 1e-10, 1.5e3, .5, 5.;
SELECT 123456789012345678901234567890 > 1, -5 % 3.5, 5.5 % 2;
SELECT 'x' + 1;
SELECT true + 1;
SELECT 'a' AND true;
SELECT NOT 5;
SELECT 1 AND 2;
SELECT name + 1 FROM countries;
SELECT 1 = 'one';
SELECT name = 5 FROM countries;
SELECT date > 5 FROM seattle_weather;
SELECT (SELECT 1) + (SELECT 2) AS s, -(SELECT 3) AS m;
-- unsupported
SELECT ARRAY[1, 2, 3], ARRAY['a', NULL], ARRAY[1, 2.5];
-- unsupported
SELECT (ARRAY[10, 20, 30])[2], 20 = ANY (ARRAY[10, 20]), array_length(ARRAY[1, 2], 1), cardinality(ARRAY[1, 2, 3]);
-- unsupported
SELECT name FROM countries WHERE iso_a2 = ANY (ARRAY['ES', 'PT']) ORDER BY name;
-- unsupported
SELECT count(*) FROM countries WHERE iso_a2 = ANY ('{ES,PT,FR}');
SELECT pg_typeof(7 / 2), pg_typeof(7 / 2.0), pg_typeof(2 ^ 2), pg_typeof(1 + 1::bigint), pg_typeof(1.5 + 1::float8), pg_typeof(1 || 'x');
