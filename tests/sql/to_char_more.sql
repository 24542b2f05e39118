-- to_char: rare patterns, and rounding of double precision.

SELECT to_char(timestamp '2020-03-05 15:06:07.123456', 'RM'), to_char(timestamp '2020-03-05', 'rm'), to_char(timestamp '2020-08-05', 'RM|FMRM|FMrm'), to_char(timestamp '2020-08-05', 'Rm');
SELECT to_char(timestamp '2020-03-05', 'TMMonth'), to_char(timestamp '2020-03-05', 'TMMONTH|TMmon|TMDay|TMDy|TMday|TMDD');
SELECT to_char(timestamp '2020-03-05', 'DDSP');
SELECT to_char(timestamp '2020-03-05', 'FXYYYY'), to_char(timestamp '2020-03-05', 'FXFMMM'), to_char(timestamp '2020-03-05', 'FMFXMM');
SELECT to_char(timestamp '2020-03-05', 'A.D.|B.C.|a.d.|b.c.'), to_char(timestamp '2020-03-05 13:00', 'A.M.|P.M.|a.m.|p.m.'), to_char(timestamp '0044-03-05 BC', 'YYYY B.C.');
SELECT to_char(timestamp '2020-03-05', '\"x\" YYYY'), to_char(timestamp '2020-03-05', '\\YYYY'), to_char(timestamp '2020-03-05', '"a\"b" YYYY'), to_char(timestamp '2020-03-05', '"YYYY\\"YYYY'), to_char(timestamp '2020-03-05', '\YYYY');
SELECT to_char(12.5::float8,'99'), to_char(2.5::float8,'FM9'), to_char(0.125::float8,'0.99'), to_char(13.5::float8,'99'), to_char(0.375::float8,'0.99'), to_char(2.675::float8,'0.99'), to_char(1.005::float8,'0.99'), to_char(2.5,'FM9'), to_char(1.005,'0.99'), to_char(-0.5::float8,'9'), to_char(-0.4::float8,'9'), to_char(-0.4,'9');
SELECT to_char(0.1,'.99'), to_char(0.1::float8,'.99');
SELECT to_char(timestamp '2020-03-05 15:06:07.123456', 'FF1|FF2|FF3|FF4|FF5|FF6');
SELECT to_char(timestamp '2020-03-05 15:06:07.123456', 'IDDD|I|IY|IYY|IYYY|J|SSSS|SSSSS|Y,YYY|OF|TZH|TZM|TZH:TZM|tz|TZ');
SELECT to_char(timestamptz '2020-03-05 15:06:07.123456', 'IDDD|I|IY|IYY|IYYY|J|SSSS|SSSSS|Y,YYY|OF|TZH|TZM|TZH:TZM|tz|TZ');
SELECT to_char(date '2020-03-05', 'Month|MONTH|month|Mon|MON|mon|Day|DAY|day|Dy|DY|dy|FMMonth|FMDay');
SELECT to_char(date '2021-01-02', 'IYYY-IW-ID|IDDD|WW|W|CC|Q|D|DDD|FMDDD');
SELECT to_char(date '2021-01-02', 'DDth|DDTH|FMDDth|YYYYth|MMth');
SELECT to_char(timestamp '2020-03-05', 'YYYY"T"MM'), to_char(timestamp '2020-03-05', 'YYYYTMM'), to_char(timestamp '2020-03-05', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), to_char(timestamp '2020-03-05', 'hello');
SELECT to_char(timestamp '2020-03-05 15:06:07.5', 'MS|US|FMMS|HH12:MI:SS am|SSth');
SELECT to_char(timestamp '0044-03-05 BC', 'YYYY|Y|YY|YYY|IYYY|CC|BC|Y,YYY');
SELECT to_char(timestamp '12345-03-05', 'YYYY|Y|YY|YYY|Y,YYY|FMYYYY');
-- unsupported
SELECT to_char(1234.5, '9,999.99'), to_char(1234.5, 'FM9,999.00'), to_char(-1234.5, 'PR9999'), to_char(1, 'L9'), to_char(-5, '9MI'), to_char(-5, 'MI9'), to_char(5, '9PL'), to_char(5, 'S9'), to_char(5, '9S'), to_char(485, 'RN');
-- unsupported
SELECT to_char(-485, '999PR'), to_char(485, '999PR'), to_char(485, '999th'), to_char(485, 'SG999'), to_char(12, '99V999'), to_char(0.0004859, '9.99EEEE'), to_char(12, 'B99');
SELECT to_char(485.8, '"Good number:"999'), to_char(485, '9 9 9'), to_char(1485, '9G999'), to_char(148.5, '999D999');
SELECT to_char(0.5, '9'), to_char(1.5, '9'), to_char(100, '99'), to_char('Infinity'::float8, '999.9');
SELECT to_char(1234567.891::float8, 'FM999999999.00'), to_char(1e15::float8, '9999999999999999.99'), to_char(0.1+0.2::float8, '0.99999999999999999999'), to_char(123456789.123456789::float8, '999999999.999999999999');
SELECT to_char(current_timestamp, 'YYYY') = extract(year FROM now())::text;
SELECT to_char(timestamp '2020-08-05', 'Day, DD  HH12:MI:SS'), to_char(date '2020-08-05', 'FMDay, FMDD FMMonth YYYY'), to_char(date '2020-08-05', '"Quarter "Q');
SELECT to_char(-12.345, '999.99'), to_char(-12.345::float8, '999.99'), to_char(1e20::float8, '9'), to_char(0::float8, '9.99'), to_char('-0'::float8, '9.99'), to_char(5::float8, '99.9'), to_char(1.25::float8,'9.9'), to_char(1.35::float8,'9.9'), to_char(123456.5::float8, '999,999'), to_char(123457.5::float8, '999,999'), to_char(0.05::float8, '0.0'), to_char(0.15::float8, '0.0'), to_char(0.25::float8, '0.0'), to_char(0.35::float8,'0.0'), to_char(1e-20::float8,'0.00'), to_char(99.5::float8,'99'), to_char(98.5::float8,'99'), to_char(1.5e300::float8,'9');
SELECT to_char(pop_est::float8, '999,999,999,999') FROM countries ORDER BY name LIMIT 3;
SELECT to_char(area, 'FM999,990.00') FROM (VALUES (12.345::float8), (0.005), (999999.995)) v(area);
