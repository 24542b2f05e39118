-- Texts of geographies, whose coordinates are put into their ranges.

SELECT ST_AsText(ST_GeogFromText('POINT(200 100)'));
SELECT ST_AsText(ST_GeogFromText('POINT(200 50)')), ST_AsText(ST_GeogFromText('POINT(-190 50)')), ST_AsText(ST_GeogFromText('POINT(540 10)')), ST_AsText(ST_GeogFromText('POINT(10 95)')),ST_AsText(ST_GeogFromText('POINT(10 -100)')), ST_AsText(ST_GeogFromText('LINESTRING(170 10, 190 20)')), ST_AsText(ST_GeogFromText('POINT(180 10)')), ST_AsText(ST_GeogFromText('POINT(-180 10)')), ST_AsText(ST_GeogFromText('POINT(10 200)')), ST_AsText(ST_GeogFromText('POINT(10 400)'));
SELECT ST_AsText('POINT(200 100)'::geography), ST_AsText(ST_GeogFromText('POINT EMPTY'));
SELECT GeometryType(ST_Point(1,2)), GeometryType(ST_GeomFromText('MULTIPOLYGON(((0 0,1 0,1 1,0 0)))'));
-- unsupported
SELECT ST_Centroid('POINT(1 2)'::geography);
-- unsupported
SELECT ST_MakePoint(1,2,3);
SELECT ST_AsText(ST_GeogFromText('POLYGON((170 10, 190 10, 190 20, 170 20, 170 10))'));
SELECT round(ST_Distance(ST_GeogFromText('POINT(190 0)'), ST_GeogFromText('POINT(-170 1)'))::numeric, 3);
SELECT ST_AsText('POINT(180.00000000001 90.00000000001)'::geography), ST_AsText('POINT(-180 10)'::geography), ST_AsText('LINESTRING(-180 10, -190 10)'::geography);
