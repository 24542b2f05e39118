-- Areas on the spheroid may differ from PostGIS by 0.1%, so they are asked by bounds and in round figures
SELECT name FROM countries WHERE ST_Area(geom::geography) / 1e6 > 7500000 ORDER BY ST_Area(geom::geography) DESC;
SELECT ST_Area(ST_GeogFromText('POLYGON((0 0,1 0,1 1,0 1,0 0))')) BETWEEN 12308778361.469 * 0.999 AND 12308778361.469 * 1.001;
SELECT ST_Area(geom::geography) / 1e6 BETWEEN 269000 AND 270600 AS ok FROM us_states WHERE postal = 'CO';
SELECT name, round(ST_Area(geom::geography) / 1e10) AS area FROM us_states WHERE region_sub = 'Pacific' ORDER BY name;
SELECT round(sum(ST_Area(geom::geography)) / 1e13) FROM countries;
SELECT ST_Area(ST_GeogFromText('POLYGON EMPTY')), ST_Area(ST_GeogFromText('POINT(0 0)')), ST_Area(ST_GeogFromText('LINESTRING(0 0,1 1)'));
