-- Names of other warehouses. PostgreSQL runs the line after "as".
-- as: SELECT count(*) FILTER (WHERE pop_est > 100000000) AS countif FROM countries
SELECT COUNTIF(pop_est > 100000000) FROM countries;
-- as: SELECT weather, count(*) FILTER (WHERE wind > 5) AS windy FROM seattle_weather GROUP BY weather ORDER BY weather
SELECT weather, COUNTIF(wind > 5) AS windy FROM seattle_weather GROUP BY weather ORDER BY weather;
-- as: SELECT 2.5::float8 AS a, NULL::float8 AS b, NULL::float8 AS c
SELECT SAFE_DIVIDE(5, 2) AS a, SAFE_DIVIDE(1, 0) AS b, SAFE_DIVIDE(NULL, 2) AS c;
-- as: SELECT name, gdp_md / nullif(pop_est, 0) AS r FROM countries ORDER BY id LIMIT 5
SELECT name, SAFE_DIVIDE(gdp_md, pop_est) AS r FROM countries ORDER BY id LIMIT 5;
-- as: SELECT count(DISTINCT continent) AS n FROM countries
SELECT APPROX_COUNT_DISTINCT(continent) AS n FROM countries;
-- as: SELECT continent, count(DISTINCT subregion) AS n FROM countries GROUP BY continent ORDER BY continent
SELECT continent, APPROX_COUNT_DISTINCT(subregion) AS n FROM countries GROUP BY continent ORDER BY continent;
-- as: SELECT adm0_a3, min(adm0name) AS name FROM populated_places WHERE adm0_a3 IN ('ESP', 'PRT') GROUP BY adm0_a3 ORDER BY 1
SELECT adm0_a3, ANY_VALUE(adm0name) AS name FROM populated_places WHERE adm0_a3 IN ('ESP', 'PRT') GROUP BY adm0_a3 ORDER BY 1;
-- as: SELECT NULL::text AS x FROM countries WHERE false
SELECT ANY_VALUE(name) AS x FROM countries WHERE false GROUP BY continent;
-- as: SELECT 5::bigint AS a, NULL::bigint AS b, NULL::float8 AS c, NULL::date AS d
SELECT SAFE_CAST('5' AS bigint) AS a, SAFE_CAST('x' AS bigint) AS b, SAFE_CAST('y' AS float8) AS c, SAFE_CAST('2020-02-30' AS date) AS d;
-- as: SELECT count(*) AS n FROM populated_places WHERE name ~ '^\d+$'
SELECT count(SAFE_CAST(name AS bigint)) AS n FROM populated_places;
-- as: SELECT 'POINT(1 2)' AS g, ST_Distance('POINT(0 0)'::geography, 'POINT(1 1)'::geography) AS d
SELECT ST_AsText(ST_GeogPoint(1, 2)) AS g, ST_Distance(ST_GeogPoint(0, 0), ST_GeogPoint(1, 1)) AS d;
-- as: SELECT count(*) AS n FROM populated_places WHERE ST_DWithin(geom::geography, ST_Point(2.35, 48.85)::geography, 200000)
SELECT count(*) AS n FROM populated_places WHERE ST_DWithin(ST_GeogPoint(longitude, latitude), ST_GeogPoint(2.35, 48.85), 200000);
-- as: SELECT name FROM demo.world.countries WHERE iso_a2 = 'ES'
SELECT name FROM `demo.world.countries` WHERE iso_a2 = 'ES';
-- as: SELECT c.name AS name FROM world.countries c WHERE c.iso_a2 = 'ES'
SELECT c.`name` FROM `world`.`countries` AS c WHERE c.`iso_a2` = 'ES';
-- as: SELECT "CO2" FROM climate.mauna_loa_co2 ORDER BY "Date" LIMIT 2
SELECT `CO2` FROM `demo`.climate.`mauna_loa_co2` ORDER BY `Date` LIMIT 2;
-- as: SELECT "adjusted CO2" AS v FROM climate.mauna_loa_co2 ORDER BY v DESC LIMIT 2
SELECT `adjusted CO2` AS v FROM `climate.mauna_loa_co2` ORDER BY v DESC LIMIT 2;
