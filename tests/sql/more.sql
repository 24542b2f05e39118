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
-- the row of a table is no value here
-- unsupported
SELECT count(t.*) FROM us_states t;
-- unsupported
SELECT count(t) FROM us_states t;
SELECT count(z.*) FROM us_states t;
-- many arguments, elements, keys and conditions
SELECT concat(NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1, NULL, 1);
SELECT concat(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
SELECT concat_ws(',', NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id) AS c FROM us_states ORDER BY 1 LIMIT 2;
SELECT greatest(NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id, NULL, id) AS g, least(id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7, id, 7) AS l FROM us_states ORDER BY 1 LIMIT 3;
SELECT coalesce(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 4) AS c;
SELECT ARRAY[id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id] AS a FROM us_states ORDER BY id LIMIT 1;
SELECT count(*) AS n, sum(x) AS s FROM unnest(ARRAY[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 122, 123, 124, 125, 126, 127, 128, 129, 130, 131, 132, 133, 134, 135, 136, 137, 138, 139, 140, 141, 142, 143, 144, 145, 146, 147, 148, 149, 150, 151, 152, 153, 154, 155, 156, 157, 158, 159, 160, 161, 162, 163, 164, 165, 166, 167, 168, 169, 170, 171, 172, 173, 174, 175, 176, 177, 178, 179, 180, 181, 182, 183, 184, 185, 186, 187, 188, 189, 190, 191, 192, 193, 194, 195, 196, 197, 198, 199, 200, 201, 202, 203, 204, 205, 206, 207, 208, 209, 210, 211, 212, 213, 214, 215, 216, 217, 218, 219, 220, 221, 222, 223, 224, 225, 226, 227, 228, 229, 230, 231, 232, 233, 234, 235, 236, 237, 238, 239, 240, 241, 242, 243, 244, 245, 246, 247, 248, 249, 250, 251, 252, 253, 254, 255, 256, 257, 258, 259, 260, 261, 262, 263, 264, 265, 266, 267, 268, 269, 270, 271, 272, 273, 274, 275, 276, 277, 278, 279, 280, 281, 282, 283, 284, 285, 286, 287, 288, 289, 290, 291, 292, 293, 294, 295, 296, 297, 298, 299]) t(x);
SELECT count(*) AS n FROM us_states GROUP BY id + 0, id + 1, id + 2, id + 3, id + 4, id + 5, id + 6, id + 7, id + 8, id + 9, id + 10, id + 11, id + 12, id + 13, id + 14, id + 15, id + 16, id + 17, id + 18, id + 19, id + 20, id + 21, id + 22, id + 23, id + 24, id + 25, id + 26, id + 27, id + 28, id + 29, id + 30, id + 31, id + 32, id + 33, id + 34, id + 35, id + 36, id + 37, id + 38, id + 39, id + 40, id + 41, id + 42, id + 43, id + 44, id + 45, id + 46, id + 47, id + 48, id + 49, id + 50, id + 51, id + 52, id + 53, id + 54, id + 55, id + 56, id + 57, id + 58, id + 59, id + 60, id + 61, id + 62, id + 63, id + 64, id + 65, id + 66, id + 67, id + 68, id + 69, id + 70, id + 71, id + 72, id + 73, id + 74, id + 75, id + 76, id + 77, id + 78, id + 79, id + 80, id + 81, id + 82, id + 83, id + 84, id + 85, id + 86, id + 87, id + 88, id + 89, id + 90, id + 91, id + 92, id + 93, id + 94, id + 95, id + 96, id + 97, id + 98, id + 99, id + 100, id + 101, id + 102, id + 103, id + 104, id + 105, id + 106, id + 107, id + 108, id + 109, id + 110, id + 111, id + 112, id + 113, id + 114, id + 115, id + 116, id + 117, id + 118, id + 119, id + 120, id + 121, id + 122, id + 123, id + 124, id + 125, id + 126, id + 127, id + 128, id + 129 ORDER BY 1 LIMIT 2;
SELECT count(*) AS n FROM us_states a JOIN us_states b ON a.id + 0 = b.id + 0 AND a.id + 1 = b.id + 1 AND a.id + 2 = b.id + 2 AND a.id + 3 = b.id + 3 AND a.id + 4 = b.id + 4 AND a.id + 5 = b.id + 5 AND a.id + 6 = b.id + 6 AND a.id + 7 = b.id + 7 AND a.id + 8 = b.id + 8 AND a.id + 9 = b.id + 9 AND a.id + 10 = b.id + 10 AND a.id + 11 = b.id + 11 AND a.id + 12 = b.id + 12 AND a.id + 13 = b.id + 13 AND a.id + 14 = b.id + 14 AND a.id + 15 = b.id + 15 AND a.id + 16 = b.id + 16 AND a.id + 17 = b.id + 17 AND a.id + 18 = b.id + 18 AND a.id + 19 = b.id + 19 AND a.id + 20 = b.id + 20 AND a.id + 21 = b.id + 21 AND a.id + 22 = b.id + 22 AND a.id + 23 = b.id + 23 AND a.id + 24 = b.id + 24 AND a.id + 25 = b.id + 25 AND a.id + 26 = b.id + 26 AND a.id + 27 = b.id + 27 AND a.id + 28 = b.id + 28 AND a.id + 29 = b.id + 29 AND a.id + 30 = b.id + 30 AND a.id + 31 = b.id + 31 AND a.id + 32 = b.id + 32 AND a.id + 33 = b.id + 33 AND a.id + 34 = b.id + 34 AND a.id + 35 = b.id + 35 AND a.id + 36 = b.id + 36 AND a.id + 37 = b.id + 37 AND a.id + 38 = b.id + 38 AND a.id + 39 = b.id + 39 AND a.id + 40 = b.id + 40 AND a.id + 41 = b.id + 41 AND a.id + 42 = b.id + 42 AND a.id + 43 = b.id + 43 AND a.id + 44 = b.id + 44 AND a.id + 45 = b.id + 45 AND a.id + 46 = b.id + 46 AND a.id + 47 = b.id + 47 AND a.id + 48 = b.id + 48 AND a.id + 49 = b.id + 49 AND a.id + 50 = b.id + 50 AND a.id + 51 = b.id + 51 AND a.id + 52 = b.id + 52 AND a.id + 53 = b.id + 53 AND a.id + 54 = b.id + 54 AND a.id + 55 = b.id + 55 AND a.id + 56 = b.id + 56 AND a.id + 57 = b.id + 57 AND a.id + 58 = b.id + 58 AND a.id + 59 = b.id + 59 AND a.id + 60 = b.id + 60 AND a.id + 61 = b.id + 61 AND a.id + 62 = b.id + 62 AND a.id + 63 = b.id + 63 AND a.id + 64 = b.id + 64 AND a.id + 65 = b.id + 65 AND a.id + 66 = b.id + 66 AND a.id + 67 = b.id + 67 AND a.id + 68 = b.id + 68 AND a.id + 69 = b.id + 69 AND a.id + 70 = b.id + 70 AND a.id + 71 = b.id + 71 AND a.id + 72 = b.id + 72 AND a.id + 73 = b.id + 73 AND a.id + 74 = b.id + 74 AND a.id + 75 = b.id + 75 AND a.id + 76 = b.id + 76 AND a.id + 77 = b.id + 77 AND a.id + 78 = b.id + 78 AND a.id + 79 = b.id + 79 AND a.id + 80 = b.id + 80 AND a.id + 81 = b.id + 81 AND a.id + 82 = b.id + 82 AND a.id + 83 = b.id + 83 AND a.id + 84 = b.id + 84 AND a.id + 85 = b.id + 85 AND a.id + 86 = b.id + 86 AND a.id + 87 = b.id + 87 AND a.id + 88 = b.id + 88 AND a.id + 89 = b.id + 89 AND a.id + 90 = b.id + 90 AND a.id + 91 = b.id + 91 AND a.id + 92 = b.id + 92 AND a.id + 93 = b.id + 93 AND a.id + 94 = b.id + 94 AND a.id + 95 = b.id + 95 AND a.id + 96 = b.id + 96 AND a.id + 97 = b.id + 97 AND a.id + 98 = b.id + 98 AND a.id + 99 = b.id + 99 AND a.id + 100 = b.id + 100 AND a.id + 101 = b.id + 101 AND a.id + 102 = b.id + 102 AND a.id + 103 = b.id + 103 AND a.id + 104 = b.id + 104 AND a.id + 105 = b.id + 105 AND a.id + 106 = b.id + 106 AND a.id + 107 = b.id + 107 AND a.id + 108 = b.id + 108 AND a.id + 109 = b.id + 109;
SELECT id FROM us_states t WHERE EXISTS (SELECT 1 FROM rivers r WHERE r.id + 0 = t.id + 0 AND r.id + 1 = t.id + 1 AND r.id + 2 = t.id + 2 AND r.id + 3 = t.id + 3 AND r.id + 4 = t.id + 4 AND r.id + 5 = t.id + 5 AND r.id + 6 = t.id + 6 AND r.id + 7 = t.id + 7 AND r.id + 8 = t.id + 8 AND r.id + 9 = t.id + 9 AND r.id + 10 = t.id + 10 AND r.id + 11 = t.id + 11 AND r.id + 12 = t.id + 12 AND r.id + 13 = t.id + 13 AND r.id + 14 = t.id + 14 AND r.id + 15 = t.id + 15 AND r.id + 16 = t.id + 16 AND r.id + 17 = t.id + 17 AND r.id + 18 = t.id + 18 AND r.id + 19 = t.id + 19 AND r.id + 20 = t.id + 20 AND r.id + 21 = t.id + 21 AND r.id + 22 = t.id + 22 AND r.id + 23 = t.id + 23 AND r.id + 24 = t.id + 24 AND r.id + 25 = t.id + 25 AND r.id + 26 = t.id + 26 AND r.id + 27 = t.id + 27 AND r.id + 28 = t.id + 28 AND r.id + 29 = t.id + 29 AND r.id + 30 = t.id + 30 AND r.id + 31 = t.id + 31 AND r.id + 32 = t.id + 32 AND r.id + 33 = t.id + 33 AND r.id + 34 = t.id + 34 AND r.id + 35 = t.id + 35 AND r.id + 36 = t.id + 36 AND r.id + 37 = t.id + 37 AND r.id + 38 = t.id + 38 AND r.id + 39 = t.id + 39 AND r.id + 40 = t.id + 40 AND r.id + 41 = t.id + 41 AND r.id + 42 = t.id + 42 AND r.id + 43 = t.id + 43 AND r.id + 44 = t.id + 44 AND r.id + 45 = t.id + 45 AND r.id + 46 = t.id + 46 AND r.id + 47 = t.id + 47 AND r.id + 48 = t.id + 48 AND r.id + 49 = t.id + 49 AND r.id + 50 = t.id + 50 AND r.id + 51 = t.id + 51 AND r.id + 52 = t.id + 52 AND r.id + 53 = t.id + 53 AND r.id + 54 = t.id + 54 AND r.id + 55 = t.id + 55 AND r.id + 56 = t.id + 56 AND r.id + 57 = t.id + 57 AND r.id + 58 = t.id + 58 AND r.id + 59 = t.id + 59 AND r.id + 60 = t.id + 60 AND r.id + 61 = t.id + 61 AND r.id + 62 = t.id + 62 AND r.id + 63 = t.id + 63 AND r.id + 64 = t.id + 64 AND r.id + 65 = t.id + 65 AND r.id + 66 = t.id + 66 AND r.id + 67 = t.id + 67 AND r.id + 68 = t.id + 68 AND r.id + 69 = t.id + 69 AND r.id + 70 = t.id + 70 AND r.id + 71 = t.id + 71 AND r.id + 72 = t.id + 72 AND r.id + 73 = t.id + 73 AND r.id + 74 = t.id + 74 AND r.id + 75 = t.id + 75 AND r.id + 76 = t.id + 76 AND r.id + 77 = t.id + 77 AND r.id + 78 = t.id + 78 AND r.id + 79 = t.id + 79 AND r.id + 80 = t.id + 80 AND r.id + 81 = t.id + 81 AND r.id + 82 = t.id + 82 AND r.id + 83 = t.id + 83 AND r.id + 84 = t.id + 84 AND r.id + 85 = t.id + 85 AND r.id + 86 = t.id + 86 AND r.id + 87 = t.id + 87 AND r.id + 88 = t.id + 88 AND r.id + 89 = t.id + 89 AND r.id + 90 = t.id + 90 AND r.id + 91 = t.id + 91 AND r.id + 92 = t.id + 92 AND r.id + 93 = t.id + 93 AND r.id + 94 = t.id + 94 AND r.id + 95 = t.id + 95 AND r.id + 96 = t.id + 96 AND r.id + 97 = t.id + 97 AND r.id + 98 = t.id + 98 AND r.id + 99 = t.id + 99 AND r.id + 100 = t.id + 100 AND r.id + 101 = t.id + 101 AND r.id + 102 = t.id + 102 AND r.id + 103 = t.id + 103 AND r.id + 104 = t.id + 104) ORDER BY 1;
