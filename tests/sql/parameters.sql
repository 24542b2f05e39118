-- parameters: ["ES"]
SELECT name FROM countries WHERE iso_a2 = $1;
-- parameters: [100000000, "Asia"]
SELECT name FROM countries WHERE pop_est > $1 AND continent = $2 ORDER BY name;
-- parameters: ["Asia", 100000000]
SELECT name FROM countries WHERE pop_est > $2 AND continent = $1 ORDER BY name;
-- parameters: ["ES", "PT"]
SELECT name FROM countries WHERE iso_a2 = ? OR iso_a2 = ? ORDER BY name;
-- parameters: {"code": "FR"}
SELECT name FROM countries WHERE iso_a2 = :code;
-- parameters: {"code": "FR"}
SELECT name FROM countries WHERE iso_a2 = @code;
-- parameters: {"low": 5000000, "high": 6000000}
SELECT name FROM countries WHERE pop_est BETWEEN :low AND :high ORDER BY name;
-- parameters: {"low": 5000000}
SELECT count(*) FROM countries WHERE pop_est > @low AND pop_est * 2 > @low;
-- parameters: [3]
SELECT name FROM rivers ORDER BY id LIMIT $1;
-- parameters: [2, 1]
SELECT name FROM rivers ORDER BY id LIMIT ? OFFSET ?;
-- parameters: ["'; DROP TABLE countries; --"]
SELECT count(*) FROM countries WHERE name = $1;
-- parameters: ["a' OR '1'='1"]
SELECT $1 AS text, length($1::text) AS n;
-- parameters: [1, 2.5, "x", true, null]
SELECT $1 + 1 AS a, $2 * 2 AS b, $3 || 'y' AS c, NOT $4 AS d, $5 IS NULL AS e;
-- parameters: ["2015-12-30"]
SELECT date, weather FROM seattle_weather WHERE date >= $1 ORDER BY date;
-- parameters: ["2015-12-30"]
SELECT count(*) FROM seattle_weather WHERE date >= $1::date;
-- parameters: [9007199254740993]
SELECT $1 AS exact;
-- parameters: ["S%"]
SELECT name FROM us_states WHERE name LIKE $1 ORDER BY name;
-- parameters: [7.5]
SELECT count(*) FROM seattle_weather WHERE wind > $1;
-- parameters: ["{$1}"]
SELECT $1 AS text, '$1' AS quoted, "name" FROM rivers WHERE id = 1;
-- parameters: {"x": 5}
SELECT :x AS a, ':x' AS b, '5'::int AS c, @x AS d;
-- parameters: [-5]
SELECT abs($1) AS a, 3 - $1 AS b, -$1 AS c;
-- parameters: [null]
SELECT count(*) FROM countries WHERE iso_a2 = $1;
-- parameters: [5]
-- error: 42P02
SELECT $2;
-- parameters: {"x": 5}
-- error: 42P02
SELECT :y;
-- error: 42P02
SELECT $1;
-- parameters: []
-- error: 42P02
SELECT ?;
-- parameters: ["abc"]
SELECT $1::int;
-- parameters: ["5"]
SELECT count(*) FROM countries WHERE id = $1;
-- parameters: ["x"]
SELECT count(*) FROM countries WHERE id = $1;
-- close to an operator
-- parameters: {"n": "Spain", "i": 1}
SELECT name FROM countries WHERE name=@n AND id>=@i AND id<>-@i AND 'x'||@n<>@n;
-- parameters: [5, 7, 7, 2]
SELECT id FROM countries WHERE id>=? AND id<=? AND id<>? AND 1+? > 2 ORDER BY id;
-- parameters: {"n": 3}
SELECT 7-@n AS a, 7+-@n AS b, -@n AS c, 2*@n AS d, 2>=@n AS e, @n=@n AS f;
