-- Valid PostgreSQL beyond the dialect: may be refused, each by its name; what is answered must be right
-- unsupported
SELECT every(pop_max > -100) FROM populated_places;
-- unsupported
SELECT 5 BETWEEN SYMMETRIC 10 AND 1;
-- unsupported
SELECT 1 ISNULL;
-- unsupported
SELECT NULL NOTNULL;
-- unsupported
SELECT '{1,2}'::int[];
-- unsupported
SELECT ARRAY[1, 2]::text[];
-- unsupported
SELECT regexp_match('foobar', '(o+)(b)');
-- unsupported
SELECT regexp_count('banana', 'a');
-- unsupported
SELECT regexp_substr('banana', 'n.');
-- unsupported
SELECT regexp_like('banana', 'NAN', 'i');
-- unsupported
SELECT 'foo bar' ~ '\ybar\y';
-- unsupported
SELECT 'foobar' ~ '\mbar';
-- unsupported
SELECT 'foobar' ~ 'bar\M';
-- unsupported
SELECT 'aXb' ~ '(?i)axB';
-- unsupported
SELECT gcd(12, 18);
-- unsupported
SELECT lcm(4, 6);
-- unsupported
SELECT factorial(5);
-- unsupported
SELECT scale(1.250);
-- unsupported
SELECT cot(1);
-- unsupported
SELECT date 'May 17, 2020';
-- unsupported
SELECT date '17 May 2020';
-- unsupported
SELECT localtimestamp = now()::timestamp;
-- unsupported
SELECT interval 'P1Y2M3DT4H5M6S';
-- unsupported
SELECT to_char(date '2020-02-09', 'CC');
-- unsupported
SELECT to_char(date '2020-02-09', 'J');
-- unsupported
SELECT to_char(date '2020-02-09', 'Y,YYY');
-- unsupported
SELECT to_char(date '2020-02-09', 'FMDDth FMMonth YYYY');
-- unsupported
SELECT to_char(12, '99%');
-- unsupported
SELECT ST_SRID(ST_SetSRID(ST_Point(0, 0), 4326));
