SELECT abs(-5), abs(-5.5), abs(5), sign(-3), sign(0), sign(2.5), abs(-9223372036854775807);
SELECT round(2.5), round(3.5), round(-2.5), round(2.4), round(2.567, 2), round(1234.5, -2), round(2.5::float8), round(3.5::float8), round(-0.5::float8), round(1.005, 2);
SELECT floor(2.7), floor(-2.7), ceil(2.1), ceiling(-2.1), trunc(2.7), trunc(-2.7), trunc(2.567, 2), trunc(1299, -2), floor(5), ceil(2.7::float8), trunc(-2.7::float8);
SELECT mod(7, 3), mod(-7, 3), mod(7.5, 2), div(7, 2), div(-7, 2), div(7.5, 2);
SELECT sqrt(16), sqrt(2), cbrt(27), power(2, 10), power(2, 0.5), pow(2, -1), power(0, 0), exp(1), exp(0);
SELECT ln(10), log(100), log(2, 8), log10(1000), ln(1), exp(ln(5.5)), ln(2.718281828459045::float8);
SELECT pi(), radians(180), degrees(pi()), sin(1), cos(1), tan(1), asin(0.5), acos(0.5), atan(1), atan2(1, -1);
-- unsupported
SELECT sinh(1), cosh(1), tanh(1), sind(30), cosd(60), tand(45);
-- unsupported
SELECT width_bucket(5.35, 0.024, 10.06, 5), width_bucket(-1, 0, 10, 5), width_bucket(10, 0, 10, 5), width_bucket(5, 10, 0, 5);
SELECT least(1, 2.5, 0.5), greatest(-1, -2);
SELECT pg_typeof(round(2.5)), pg_typeof(round(2.5::float8)), pg_typeof(floor(5)), pg_typeof(abs(5)), pg_typeof(sqrt(4)), pg_typeof(power(2, 2)), pg_typeof(mod(7, 2)), pg_typeof(ceil(2.5)), pg_typeof(sign(5)), pg_typeof(trunc(2.5, 1));
SELECT 10 / 4, 10 / 4.0, 10.0 / 4, 10 % 4, -10 / 4, 10 / -4, 1 / 3.0, 2 / 3;
SELECT 0.1 + 0.2, 1.1 * 1.1, 1e10 * 1e10, 1 - 0.9, 3 * 0.1;
SELECT 1000000 * 1000000::bigint, 123456789 * 1000::bigint, 4611686018427387903::bigint * 2 + 1;
SELECT round(temp_max::numeric, 0), round((temp_max / 3)::numeric, 1), floor(temp_max), ceil(temp_max) FROM seattle_weather WHERE date < '2012-01-08' ORDER BY date;
SELECT round(pop_est / 1e6::numeric, 1) AS millions, name FROM countries ORDER BY pop_est DESC LIMIT 8;
SELECT name, round(gdp_md * 1e6 / pop_est) AS per_head FROM countries WHERE pop_est > 1000000 ORDER BY gdp_md / pop_est DESC LIMIT 8;
SELECT ln(pop_est)::numeric(6, 3), log(pop_est), sqrt(pop_est), name FROM countries WHERE pop_est > 0 ORDER BY id LIMIT 6;
SELECT floor(log(greatest(pop_max, 1))) AS magnitude, count(*) FROM populated_places GROUP BY 1 ORDER BY 1;
SELECT degrees(radians(latitude)) - latitude < 1e-9 AS same, count(*) FROM populated_places GROUP BY 1;
SELECT 2 * 6371 * asin(sqrt(power(sin(radians(40.4 - 41.4) / 2), 2) + cos(radians(40.4)) * cos(radians(41.4)) * power(sin(radians(-3.7 - 2.2) / 2), 2))) AS km;
SELECT sqrt(-1);
SELECT ln(0);
SELECT ln(-1);
SELECT log(0);
SELECT power(0, -1);
SELECT power(-8, 1.0 / 3);
SELECT exp(1000::float8);
SELECT exp(-1000::float8);
SELECT asin(2);
SELECT mod(5, 0);
SELECT factorial(-1);
-- unsupported
SELECT width_bucket(5, 0, 10, 0);
SELECT round('abc');
SELECT abs('-5'), abs(-5::text);
SELECT abs((-9223372036854775807 - 1)::bigint);
SELECT 'Infinity'::float8 - 'Infinity'::float8, 'Infinity'::float8 * 0, 1 / 'Infinity'::float8, 'NaN'::float8 + 1, 'NaN'::float8 > 'Infinity'::float8, 'NaN'::float8 = 'NaN'::float8, greatest('NaN'::float8, 5), abs('-Infinity'::float8);
SELECT floor('NaN'::float8), round('Infinity'::float8), sign(-0.0::float8), 0.0::float8 = -0.0::float8, -'NaN'::float8;
-- unsupported
SELECT random() >= 0 AND random() < 1;
SELECT trunc(123.456, 1), trunc(-123.456, -1), round(-1.5), round(0.5), round(1.5), round(25, -1), round(35, -1), round(15.0, -1);
SELECT ceil(-0.5), floor(0.5::float8), trunc(0.9), round(0.49999999999999994::float8), round(4503599627370497.5::float8);
SELECT 17 / 5 * 5 + 17 % 5, (17 / 5.0)::int, 17::float8 / 5, div(17, 5), mod(17, -5), mod(-17, 5);
-- atan2 at the ends and at zeros of either sign
SELECT y, x, atan2(y, x) AS a FROM (VALUES ('inf'::float8, 'inf'::float8), ('-inf', 'inf'), ('inf', '-inf'), ('-inf', 3), (3, 'inf'), (3, '-inf'), (-3, '-inf'), ('nan', 3), (0, 0), ('-0', 0), ('-0', '-0'), (0, '-0'), (0, -1), ('-0', 1), ('-0', -2), (5, '-0'), (1e300, 1e-300), (1e308, 1e308)) v(y, x);
-- angles of any size
SELECT x, sin(x) AS s, cos(x) AS c, tan(x) AS t FROM (VALUES (1e6::float8), (1000001), (-1234567.25), (1e9), (-2e9), (4e14), (9007199254740993), (1e22), (-1e100), (1e300), (1.7976931348623157e308), (5.319372648326541e255), (6381956970095103 * 2.0::float8 ^ 797)) v(x);
SELECT sin('inf'::float8);
-- literals without a type are numeric
SELECT round('1.567', 2) AS a, trunc('1.567', 1) AS b, round('1.567') AS c;
