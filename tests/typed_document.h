/* Workflow documents with every type of input. Include after memory_files.h. */
#ifndef TYPED_DOCUMENT_H
#define TYPED_DOCUMENT_H

/* Each type of input, bound as a value whatever is in it. */
static const memory_file typed_documents[] = {
  {"all.json",
   "{\"name\":\"all_types\",\"description\":\"All.\",\"inputs\":["
   "{\"name\":\"n\",\"type\":\"Number\",\"description\":\"N.\"},"
   "{\"name\":\"i\",\"type\":\"Integer\",\"description\":\"I.\",\"minimum\":1},"
   "{\"name\":\"s\",\"type\":\"String\",\"description\":\"S.\",\"minLength\":2,\"maxLength\":60},"
   "{\"name\":\"e\",\"type\":\"String\",\"description\":\"E.\",\"enum\":[\"red\",\"green\"],\"default\":\"red\"},"
   "{\"name\":\"b\",\"type\":\"Boolean\",\"description\":\"B.\",\"default\":false},"
   "{\"name\":\"d\",\"type\":\"Date\",\"description\":\"D.\",\"minimum\":\"2000-01-01\",\"maximum\":\"2030-01-01\"},"
   "{\"name\":\"g\",\"type\":\"Geometry\",\"description\":\"G.\",\"enum\":[\"Point\",\"Polygon\"]},"
   "{\"name\":\"l\",\"type\":\"Number\",\"list\":true,\"description\":\"L.\",\"maxItems\":3},"
   "{\"name\":\"sl\",\"type\":\"String\",\"list\":true,\"description\":\"SL.\",\"required\":false},"
   "{\"name\":\"gl\",\"type\":\"Geometry\",\"list\":true,\"description\":\"GL.\",\"required\":false},"
   "{\"name\":\"o\",\"type\":\"String\",\"description\":\"O.\",\"required\":false}],"
   "\"sql\":\"SELECT 7 / @n AS n, 7 / @i AS i, @s AS s, @e AS e, @b AS b, CAST(@d AS date) + 1 AS d, "
   "ST_AsText(ST_GeomFromGeoJSON(@g)) AS g, 3 IN (@l) AS l, 'x' IN (@sl) AS sl, "
   "ST_NPoints(ST_GeomFromGeoJSON(@gl)) AS gl, @o IS NULL AS o\"}", 0, 0},
  {"data.json",
   "{\"name\":\"of_data\",\"description\":\"Data.\",\"mode\":\"async\",\"inputs\":["
   "{\"name\":\"t\",\"type\":\"Table\",\"description\":\"T.\",\"default\":\"cities\"},"
   "{\"name\":\"c\",\"type\":\"Column\",\"table\":\"t\",\"description\":\"C.\",\"default\":\"population\"},"
   "{\"name\":\"rings\",\"type\":\"Integer\",\"description\":\"R.\",\"default\":1}],"
   "\"steps\":[{\"name\":\"cells\",\"sql\":\"SELECT h3_fromgeogpoint(geom, 3) AS h3, count(c) AS n FROM t GROUP BY 1\"},"
   "{\"function\":\"getis_ord_h3\",\"arguments\":{\"table\":\"cells\",\"cell\":\"h3\",\"value\":\"n\",\"size\":\"@rings\"}}]}",
   0, 0},
};

static const char *const typed_names[] = {"all_types", "of_data"};

#endif
