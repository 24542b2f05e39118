"""Random queries over the demo's tables: typed, so that nearly all of them run, and made so that there is one right
answer: an ORDER BY names all output columns, a window that counts rows is ordered by a key.

The types are int, float (the same bits everywhere), real (numeric, or a float whose last bits may differ: it is
only computed with and compared, never rounded, grouped or shown as text), text, bool, date, time, point, shape.
"""
import random

TABLES = {  # name: (key, columns)
    "countries": ("id", {"id": "int", "name": "text", "iso_a2": "text", "adm0_a3": "text", "continent": "text",
                         "subregion": "text", "economy": "text", "pop_est": "int", "gdp_md": "float",
                         "lastcensus": "int", "geom": "shape"}),
    "populated_places": ("id", {"id": "int", "name": "text", "adm0_a3": "text", "iso_a2": "text", "adm1name": "text",
                                "is_capital": "bool", "megacity": "bool", "pop_max": "int", "pop_min": "int",
                                "scalerank": "int", "timezone": "text", "latitude": "float", "longitude": "float",
                                "featurecla": "text", "geom": "point"}),
    "rivers": ("id", {"id": "int", "name": "text", "name_alt": "text", "scalerank": "int", "min_zoom": "float"}),
    "us_states": ("id", {"id": "int", "name": "text", "postal": "text", "region": "text", "region_sub": "text"}),
    "seattle_weather": ("date", {"date": "date", "precipitation": "float", "temp_max": "float", "temp_min": "float",
                                 "wind": "float", "weather": "text"}),
    "mauna_loa_co2": ('"Date"', {'"Date"': "date", '"CO2"': "float", '"adjusted CO2"': "float"}),
    "places_h3": ("h3", {"h3": "text", "places": "int", "pop_sum": "int", "pop_max": "int", "capitals": "int",
                         "largest_place": "text"}),
    "places_quadbin": ("quadbin", {"quadbin": "int", "places": "int", "pop_sum": "int", "capitals": "int",
                                   "largest_place": "text"}),
}
SPELLINGS = {"countries": ["countries", "world.countries", "demo.world.countries"],
             "seattle_weather": ["seattle_weather", "climate.seattle_weather", "demo.climate.seattle_weather"]}
JOINS = [("countries", "adm0_a3", "populated_places", "adm0_a3"),
         ("us_states", "name", "populated_places", "adm1name"),
         ("countries", "id", "rivers", "id"), ("seattle_weather", "date", "mauna_loa_co2", '"Date"'),
         ("rivers", "id", "us_states", "id"), ("countries", "iso_a2", "countries", "iso_a2"),
         ("us_states", "region", "us_states", "region"), ("populated_places", "id", "countries", "id"),
         ("places_h3", "largest_place", "populated_places", "name")]
WORDS = ["Asia", "Europe", "San Juan", "a", "e", "rain", "snow", "US", "ES", "", "New", "Ü", "%", "ia"]
PATTERNS = ["S%", "%a", "%an%", "_a%", "%", "", "New %", "%o_", "a%b", "%ü%", "__", "%\\%%"]
REGEXES = ["^S", "a$", "an", "^[A-M]", "(ia)+$", "[aeiou]{2}", "^.{4}$", "\\s", "\\d", "^(San )?", "o.*o",
           "^\\w+$"]
FORMATS = ["YYYY", "YYYY-MM", "MM/DD", "Dy", "FMMonth", "Q", "DDD", "YYYY-MM-DD", "Mon YY", "ID"]


class Node:
    """An expression: a template with {} for each part, and its type."""

    def __init__(self, type_, template, *parts):
        self.type, self.template, self.parts = type_, template, list(parts)

    def __str__(self):
        return self.template.format(*self.parts)

    def smaller(self):
        """What could stand in its place: a part of the same type, or itself with a smaller part."""
        for part in self.parts:
            if isinstance(part, Node) and part.type == self.type:
                yield part
        for i, part in enumerate(self.parts):
            if isinstance(part, (Node, Query)):
                for less in part.smaller():
                    yield Node(self.type, self.template, *self.parts[:i], less, *self.parts[i + 1:])


class Query:
    """A query by its clauses. Each item is (expression, name, order suffix)."""

    def __init__(self):
        self.ctes, self.items, self.source, self.where, self.group, self.having = [], [], "", [], [], []
        self.distinct = self.ordered = False
        self.limit = self.offset = self.other = None

    def copy(self):
        query = Query()
        query.__dict__.update({k: list(v) if isinstance(v, list) else v for k, v in self.__dict__.items()})
        return query

    def __str__(self):
        sql = "WITH " + ", ".join(f"{n} AS ({q})" for n, q in self.ctes) + " " if self.ctes else ""
        sql += "SELECT " + ("DISTINCT " if self.distinct else "")
        sql += ", ".join(f"{e} AS {n}" for e, n, _ in self.items) + f" FROM {self.source}"
        if self.where:
            sql += " WHERE " + " AND ".join(map(str, self.where))
        if self.group:
            sql += " GROUP BY " + ", ".join(map(str, self.group))
        if self.having:
            sql += " HAVING " + " AND ".join(map(str, self.having))
        if self.other:
            sql += f" {self.other[0]} {self.other[1]}"
        if self.ordered:
            at = sorted(range(len(self.items)), key=lambda i: self.items[i][0].type == "real")
            sql += " ORDER BY " + ", ".join(f"{i + 1}{self.items[i][2]}" for i in at)
        if self.limit is not None:
            sql += f" LIMIT {self.limit}" + (f" OFFSET {self.offset}" if self.offset else "")
        return sql

    def with_(self, **changes):
        query = self.copy()
        query.__dict__.update(changes)
        return query

    def smaller(self):
        for name in ("ctes", "where", "group", "having", "items"):
            values = getattr(self, name)
            for i in range(len(values)):
                if name != "items" or len(values) > 1 and not self.other:
                    yield self.with_(**{name: values[:i] + values[i + 1:]})
        for changes in ({"other": None}, {"distinct": False}, {"offset": None}, {"limit": None},
                        {"ordered": False, "limit": None}):
            if any(getattr(self, name) for name in changes):
                yield self.with_(**changes)
        for name in ("where", "having"):
            values = getattr(self, name)
            for i, value in enumerate(values):
                for less in value.smaller():
                    yield self.with_(**{name: values[:i] + [less] + values[i + 1:]})
        for i, (e, n, o) in enumerate(self.items):
            for less in e.smaller():
                yield self.with_(items=self.items[:i] + [(less, n, o)] + self.items[i + 1:])
            if o:
                yield self.with_(items=self.items[:i] + [(e, n, "")] + self.items[i + 1:])
        for i, (n, q) in enumerate(self.ctes):
            for less in q.smaller():
                yield self.with_(ctes=self.ctes[:i] + [(n, less)] + self.ctes[i + 1:])
        if self.other:
            for less in self.other[1].smaller():
                yield self.with_(other=(self.other[0], less))
        if isinstance(self.source, Node):
            for less in self.source.smaller():
                yield self.with_(source=less)


class Maker:
    def __init__(self, rng):
        self.rng, self.names = rng, 0

    def chance(self, p):
        return self.rng.random() < p

    def pick(self, *values):
        return self.rng.choice(values)

    def name(self, prefix):
        self.names += 1
        return f"{prefix}{self.names}"

    # ---- expressions

    def column(self, scope, type_):
        names = [n for n, t in scope["columns"] if t == type_]
        return Node(type_, self.rng.choice(names)) if names else None

    def literal(self, type_):
        r = self.rng
        if type_ == "int":
            return Node("int", str(r.choice([0, 1, 2, 3, 5, 7, 10, 100, 1000, 50000, 1000000, 2000, "(-1)"])))
        if type_ == "float":
            return Node("float", r.choice(["0.5", "1.5", "2", "10", "100", "(-3.25)", "20.1", "1000"]) + "::float8")
        if type_ == "real":
            return Node("real", r.choice(["0.5", "1.25", "2.0", "10.5", "100.0", "0.1"]))
        if type_ == "text":
            return Node("text", "'" + r.choice(WORDS).replace("'", "''") + "'")
        if type_ == "bool":
            return Node("bool", r.choice(["true", "true", "true", "false"]))
        if type_ == "date":
            return Node("date", "date '" + r.choice(["2012-02-29", "2014-07-04", "1999-12-31", "2015-01-01"]) + "'")
        if type_ == "time":
            return Node("time", r.choice(["timestamptz '2013-05-01 12:00+00'", "timestamptz '2015-01-01T00:00:00Z'"]))
        if type_ == "point":
            return Node("point", f"ST_SetSRID(ST_Point({r.randint(-180, 180)}, {r.randint(-80, 80)}), 4326)")
        x, y = r.randint(-180, 100), r.randint(-80, 50)
        return Node("shape", f"ST_MakeEnvelope({x}, {y}, {x + r.randint(1, 60)}, {y + r.randint(1, 30)}, 4326)")

    def expression(self, scope, type_, depth):
        """An expression of a type over a scope's columns."""
        if depth <= 0 or self.chance(0.25):
            leaf = self.column(scope, type_) if self.chance(0.85) else None
            if type_ == "bool" and not leaf and self.chance(0.9):
                leaf = self.comparison(scope)
            if leaf:
                return leaf
            if depth <= 0 or self.chance(0.3):
                return self.literal(type_)
        rows = [row for row in RULES[type_] if all(self.can(scope, part) for part in row[1:])]
        if not rows:
            return self.literal(type_)
        template, *parts = self.rng.choice(rows)
        if template == "subquery":
            return self.subquery(scope, type_)
        parts = [self.rng.choice(p[1:].split("|")) if p[0] == "=" else self.expression(scope, p, depth - 1)
                 for p in parts]
        return Node(type_, template, *parts)

    def comparison(self, scope):
        """A column beside a constant: half of the rows or so."""
        usual = [(n, t) for n, t in scope["columns"] if t in USUAL]
        if not usual:
            return None
        name, type_ = self.rng.choice(usual)
        template = self.pick("({} > {})", "({} < {})", "({} <> {})", "({} >= {})", "({} IS NOT NULL)")
        return Node("bool", template, name, self.rng.choice(USUAL[type_]))

    def can(self, scope, part):
        return part[0] == "=" or part not in ("date", "point", "shape") or any(t == part for _, t in scope["columns"])

    def subquery(self, scope, type_):
        """A scalar, IN or EXISTS sub-query, some of them correlated by equality."""
        table = self.rng.choice(["countries", "rivers", "us_states", "places_quadbin", "seattle_weather"])
        inner = self.table(table)
        columns = [(n, t) for n, t in inner["columns"] if t in ("int", "text")]
        where = self.condition(inner, 1) if self.chance(0.6) else Node("bool", "true")
        if type_ != "bool":
            name = self.column(inner, type_) or self.literal(type_)
            link = self.link(scope, inner)
            return Node(type_, "(SELECT {}({}) FROM {} WHERE {})", self.pick("max", "min"), name, inner["sql"],
                        link if link and self.chance(0.5) else where)
        link = self.link(scope, inner)
        if link and self.chance(0.5):
            return Node("bool", "{}EXISTS (SELECT 1 FROM {} WHERE {} AND {})", self.pick("", "NOT "), inner["sql"],
                        link, where)
        column, column_type = self.rng.choice(columns)
        return Node("bool", "({} " + self.pick("", "NOT ") + "IN (SELECT {} FROM {} WHERE {}))",
                    self.expression(scope, column_type, 1), column, inner["sql"], where)

    def link(self, scope, inner):
        both = [(a, b) for a, t in scope["columns"] for b, u in inner["columns"]
                if t == u and t in ("int", "text", "date")]
        return Node("link", "{} = {}", *self.rng.choice(both)) if both else None

    def condition(self, scope, depth):
        return Node("bool", "({})", self.expression(scope, "bool", depth))

    # ---- sources: {"sql", "columns": [(name, type)], "key": names that are unique together, or None}

    def table(self, name):
        key, columns = TABLES[name]
        alias = self.name("t")
        spelling = self.rng.choice(SPELLINGS.get(name, [name]))
        return {"sql": f"{spelling} {alias}", "key": [f"{alias}.{key}"], "alias": alias,
                "columns": [(f"{alias}.{n}", t) for n, t in columns.items()]}

    def values(self):
        alias, rows = self.name("v"), []
        for _ in range(self.rng.randint(1, 6)):
            rows.append("({}, {}, {}, {})".format(
                *("NULL" if self.chance(0.2) else str(self.literal(t)) for t in ("int", "text", "bool", "float"))))
        rows[0] = "(1, 'b', true, 2.5::float8)"
        return {"sql": f"(VALUES {', '.join(rows)}) {alias}(a, b, c, d)", "key": None,
                "columns": [(f"{alias}.{n}", t) for n, t in zip("abcd", ("int", "text", "bool", "float"))]}

    def derived(self, query, alias, sql):
        return {"sql": sql, "key": None, "columns": [(f"{alias}.{n}", e.type) for e, n, _ in query.items]}

    def join(self):
        left, a, right, b = self.rng.choice(JOINS)
        if self.chance(0.5):
            left, a, right, b = right, b, left, a
        one, two = self.table(left), self.table(right)
        kind = self.pick("JOIN", "JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN")
        on = f"{one['alias']}.{a} = {two['alias']}.{b}"
        extra = Node("bool", " AND {}", self.condition(two, 1)) if kind != "FULL JOIN" and self.chance(0.3) else ""
        return {"sql": Node("source", f"{one['sql']} {kind} {two['sql']} ON {on}{{}}", extra),
                "key": one["key"] + two["key"], "columns": one["columns"] + two["columns"]}

    def source(self, depth):
        r = self.rng.random()
        if r < 0.5 or depth <= 0:
            return self.table(self.rng.choice(list(TABLES)))
        if r < 0.75:
            return self.join()
        if r < 0.85:
            return self.values()
        query, alias = self.query(depth - 1, flat=True), self.name("s")
        return self.derived(query, alias, Node("source", "({}) " + alias, query))

    # ---- queries

    def aggregate(self, scope):
        r, row = self.rng, self.rng.choice(AGGREGATES)
        type_, template, *parts = row
        parts = [self.expression(scope, p, 1) for p in parts]
        node = Node(type_, template, *parts)
        if self.chance(0.2) and not template.startswith("round"):
            node = Node(type_, "{} FILTER (WHERE {})", node, self.condition(scope, 1))
        if type_ in ("int", "real") and r.random() < 0.1:
            node = Node("real", "{} * 100.0 / nullif(count(*), 0)", node)
        return node

    def window(self, scope):
        partition = ""
        column = self.column(scope, self.pick("text", "bool", "int"))
        if column and self.chance(0.6):
            partition = f"PARTITION BY {column} "
        key = ", ".join(scope["key"]) if scope["key"] else None
        choice = self.rng.random()
        if choice < 0.25 or not key:
            peers = self.column(scope, self.pick("int", "text", "float")) or self.literal("int")
            if peers.template.lstrip("-").isdigit():
                return Node("int", f"count(*) OVER ({partition})")
            if choice < 0.1:
                return Node("int", f"count(*) OVER ({partition}ORDER BY {peers})")
            return Node("int", self.pick("rank()", "dense_rank()") + f" OVER ({partition}ORDER BY {peers}"
                        + self.pick("", " DESC", " NULLS FIRST") + ")")
        if choice < 0.4:
            call = self.pick("row_number()", "ntile(4)", "row_number()")
            return Node("int", f"{call} OVER ({partition}ORDER BY {key})")
        type_ = self.pick("int", "text", "float")
        value = self.expression(scope, type_, 1)
        if str(value).startswith("'"):
            value = Node("text", "{}::text", value)
        if choice < 0.7:
            call = self.pick("lag({})", "lead({})", "lag({}, 2)", "first_value({})", "last_value({})")
            return Node(type_, call + f" OVER ({partition}ORDER BY {key})", value)
        frame = self.pick("", " ROWS UNBOUNDED PRECEDING", " ROWS BETWEEN 2 PRECEDING AND CURRENT ROW",
                          " ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING",
                          " ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING",
                          " ROWS BETWEEN 3 PRECEDING AND 1 PRECEDING")
        call, type_, part = self.pick(("sum({})", "real", "int"), ("avg({})", "real", "float"),
                                      ("min({})", "int", "int"), ("max({})", "text", "text"),
                                      ("count({})", "int", "text"), ("sum({})", "real", "float"))
        return Node(type_, f"{call} OVER ({partition}ORDER BY {key}{frame})", self.expression(scope, part, 1))

    def query(self, depth, flat=False):
        query = Query()
        scope = self.source(depth)
        if depth > 0 and not flat and self.chance(0.15):
            inner, name = self.query(depth - 1, flat=True), self.name("c")
            query.ctes.append((name, inner))
            scope = self.derived(inner, name, name)
        query.source = scope["sql"]
        for _ in range(self.pick(0, 0, 1, 1, 1, 2)):
            query.where.append(self.condition(scope, 2))
        shape = self.rng.random()
        if shape < 0.4:
            self.grouped(query, scope)
        else:
            self.plain(query, scope, windows=shape > 0.75)
        fine = all(e.type not in ("real",) for e, _, _ in query.items)
        if fine and shape >= 0.4 and self.chance(0.15):
            query.distinct = shape <= 0.75
        orders = "", "", "", " DESC", " NULLS FIRST", " DESC NULLS LAST"
        query.items = [(e, n, self.pick(*orders)) for e, n, _ in query.items]
        if fine and not flat and not query.distinct and self.chance(0.12):
            other = Query()
            other_scope = self.table(self.rng.choice(list(TABLES)))
            other.source, other.where = other_scope["sql"], [self.condition(other_scope, 1)]
            other.items = [(self.expression(other_scope, e.type, 1), n, "") for e, n, _ in query.items]
            query.other = (self.pick("UNION", "UNION ALL", "INTERSECT", "EXCEPT", "EXCEPT ALL"), other)
        if self.chance(0.9) or shape >= 0.4:
            query.ordered = True
            if self.chance(0.8) or shape >= 0.4:
                query.limit = self.rng.randint(1, 60)
                query.offset = self.pick(None, None, None, self.rng.randint(1, 20))
        return query

    def plain(self, query, scope, windows):
        for _ in range(self.rng.randint(1, 4)):
            type_ = self.pick("int", "int", "float", "real", "text", "text", "bool", "date", "time")
            node = self.expression(scope, type_, 3)
            query.items.append((node, self.name("x"), ""))
        if windows:
            for _ in range(self.rng.randint(1, 2)):
                query.items.append((self.window(scope), self.name("w"), ""))

    def grouped(self, query, scope):
        for _ in range(self.pick(0, 1, 1, 1, 2)):
            # a key holds no sub-query and is no constant, which PostgreSQL would take for a position
            node = self.expression(scope, self.pick("text", "text", "int", "bool", "float", "date"), 1)
            if "SELECT" in str(node) or not any(n in str(node) for n, _ in scope["columns"]):
                continue
            query.group.append(node if self.chance(0.5) else len(query.items) + 1)
            query.items.append((node, self.name("g"), ""))
        for _ in range(self.rng.randint(1, 4)):
            query.items.append((self.aggregate(scope), self.name("a"), ""))
        if query.group and self.chance(0.3):
            query.having.append(Node("bool", "count(*) > {}", self.pick("1", "2", "5", "20")))


USUAL = {"int": ["0", "3", "50", "10000", "1000000"], "float": ["0", "2.5::float8", "12", "300.5", "-20"],
         "text": ["'M'", "'South America'", "'rain'", "'S'"],
         "date": ["date '2013-06-01'", "'2014-12-31'", "date '1990-01-01'"]}

# Each row: a type, how it is written, and the types of the parts; a part with "=" is one of the words after it, and
# one in capitals one of the words of that list.
RULE_ROWS = r"""
int    ({} + {}) <- int; int
int    ({} - {}) <- int; int
int    ({} * {}) <- int; =2|3|-1|10
int    ({} / {}) <- int; =2|3|7|1000|-4
int    ({} % {}) <- int; =2|3|7|10|-3
int    abs({}) <- int
int    (-{}) <- int
int    length({}) <- text
int    strpos({}, {}) <- text; text
int    coalesce({}, {}) <- int; int
int    nullif({}, {}) <- int; int
int    greatest({}, {}) <- int; int
int    least({}, {}) <- int; int
int    CASE WHEN {} THEN {} ELSE {} END <- bool; int; int
int    CASE WHEN {} THEN {} END <- bool; int
int    floor({})::bigint <- float
int    round({})::int <- float
int    ({})::int <- bool
int    sign({})::int <- int
int    ({} - {}) <- date; date
int    extract({} FROM {})::int <- =year|month|day|dow|doy|quarter|week; date
int    mod({}, {}) <- int; =4|9
int    position({} in {}) <- text; text
int    subquery
int    ascii({}) <- text
float  ({} + {}) <- float; float
float  ({} - {}) <- float; float
float  ({} * {}) <- float; float
float  ({} / {}) <- float; =2::float8|4::float8|-3::float8
float  abs({}) <- float
float  (-{}) <- float
float  ({})::float8 <- int
float  floor({}) <- float
float  ceil({}) <- float
float  round({}) <- float
float  trunc({}) <- float
float  coalesce({}, {}) <- float; float
float  nullif({}, {}) <- float; float
float  greatest({}, {}) <- float; float
float  CASE WHEN {} THEN {} ELSE {} END <- bool; float; float
float  sqrt(abs({})) <- float
float  ST_X({}) <- point
float  ST_Y({}) <- point
float  sign({}) <- float
float  ({} / nullif({}, 0)) <- float; int
float  subquery
real   ({} * {}) <- real; real
real   ({} + {}) <- real; int
real   ({} / {}) <- int; =2.0|3.5|7.25
real   ({} * {}) <- int; real
real   round(({})::numeric, {}) <- float; =0|1|2
real   ln(abs({}) + 1) <- float
real   ({} ^ 2) <- int
real   power({}, 2) <- float
real   exp({} / 1e8) <- float
real   sin({}) <- float
real   atan2({}, {}) <- float; float
real   degrees({}) <- float
real   coalesce({}, {}) <- real; real
real   abs({}) <- real
real   CASE WHEN {} THEN {} ELSE {} END <- bool; real; real
real   ST_Area({}) <- shape
real   ST_Distance({}, ST_SetSRID(ST_Point(10, 50), 4326)) <- point
real   extract(epoch FROM {}) <- date
real   date_part({}, {}) <- ='year'|'month'|'dow'; date
real   log({} + 1) <- =5|10|1000
real   ST_Distance({}::geography, ST_SetSRID(ST_Point(-3, 40), 4326)::geography) <- point
text   upper({}) <- text
text   lower({}) <- text
text   left({}, {}) <- text; =1|2|5|-1
text   right({}, {}) <- text; =1|3|-2
text   substring({}, {}, {}) <- text; =1|2|3; =0|1|4
text   replace({}, {}, {}) <- text; ='a'|'an'|' '; text
text   ({} || {}) <- text; text
text   concat({}, {}) <- text; int
text   coalesce({}, {}) <- text; text
text   nullif({}, {}) <- text; text
text   CASE WHEN {} THEN {} ELSE {} END <- bool; text; text
text   trim({}) <- text
text   split_part({}, {}, {}) <- text; =' '|'/'|'a'; =1|2
text   reverse({}) <- text
text   initcap({}) <- text
text   ({})::text <- int
text   ({})::text <- bool
text   to_char({}, {}) <- date; FORMATS
text   lpad({}, {}, {}) <- text; =3|8; ='*'|'ab'
text   greatest({}, {}) <- text; text
text   ({})::text <- date
text   regexp_replace({}, {}, {}) <- text; ='a'|'[aeiou]+'|'^S'; ='-'|''
text   subquery
text   concat_ws({}, {}, {}) <- =','|'-'; text; text
text   translate({}, {}, {}) <- text; ='aeio'; ='4310'|'x'
text   to_char({}, {}) <- int; ='FM999,999,999,999'|'999'|'FM000'
bool   ({} {} {}) <- int; ==|<>|<|<=|>|>=; int
bool   ({} {} {}) <- float; ==|<>|<|<=|>|>=; float
bool   ({} {} {}) <- text; ==|<>|<|>=; text
bool   ({} {} {}) <- date; ==|<>|<|>=; date
bool   ({} {} {}) <- int; =<|>; float
bool   ({} AND {}) <- bool; bool
bool   ({} OR {}) <- bool; bool
bool   (NOT {}) <- bool
bool   (({}) IS NULL) <- text
bool   (({}) IS NOT NULL) <- int
bool   (({}) IS TRUE) <- bool
bool   (({}) IS NOT FALSE) <- bool
bool   (({}) IS DISTINCT FROM {}) <- int; int
bool   (({}) IS DISTINCT FROM {}) <- text; text
bool   ({} BETWEEN {} AND {}) <- int; int; int
bool   ({} BETWEEN {} AND {}) <- float; float; float
bool   ({} IN ({}, {})) <- text; text; text
bool   ({} NOT IN ({}, {})) <- int; int; int
bool   ({} LIKE {}) <- text; PATTERNS
bool   ({} ILIKE {}) <- text; PATTERNS
bool   ({} NOT LIKE {}) <- text; PATTERNS
bool   ({} ~ {}) <- text; REGEXES
bool   ({} ~* {}) <- text; ='(ia[^x]land)$'|'^s'
bool   coalesce({}, {}) <- bool; bool
bool   CASE WHEN {} THEN {} ELSE {} END <- bool; bool; bool
bool   subquery
bool   ST_Contains({}, {}) <- =ST_MakeEnvelope(-10, 35, 30, 60, 4326)|ST_MakeEnvelope(-120, -30, -40, 40, 4326); point
bool   ST_Intersects({}, ST_MakeEnvelope(0, 0, 40, 30, 4326)) <- shape
bool   ST_DWithin({}, ST_SetSRID(ST_Point(10, 50), 4326), {}) <- point; =5|20.5
bool   starts_with({}, {}) <- text; text
bool   ({} >= {} AND {} < {}) <- date; date; date; date
bool   ({} = {}) <- bool; bool
date   ({} + {}) <- date; =1|7|-30|365
date   ({} + interval {})::date <- date; ='1 month'|'1 year'|'-1 day'|'2 weeks'
date   coalesce({}, {}) <- date; date
date   greatest({}, {}) <- date; date
date   CASE WHEN {} THEN {} ELSE {} END <- bool; date; date
date   date_trunc({}, {})::date <- ='month'|'year'|'week'|'quarter'; date
time   date_trunc({}, {}) <- ='month'|'year'|'week'|'day'; date
time   ({} + interval {})::timestamptz <- date; ='1 month'|'36 hours'|'90 minutes'|'1 year 2 days'
point  ST_Centroid({}) <- point
shape  ST_Envelope({}) <- shape
"""
AGGREGATE_ROWS = r"""
int    count(*)
int    count({}) <- text
int    count(DISTINCT {}) <- text
int    count(DISTINCT {}) <- int
real   sum({}) <- int
real   sum({}) <- float
real   avg({}) <- int
real   avg({}) <- float
int    min({}) <- int
int    max({}) <- int
float  min({}) <- float
float  max({}) <- float
text   min({}) <- text
text   max({}) <- text
bool   bool_or({}) <- bool
bool   bool_and({}) <- bool
real   stddev({}) <- float
real   variance({}) <- float
real   stddev_pop({}) <- int
float  percentile_disc(0.5) WITHIN GROUP (ORDER BY {}) <- float
real   percentile_cont(0.25) WITHIN GROUP (ORDER BY {}) <- int
real   percentile_cont(0.9) WITHIN GROUP (ORDER BY {}) <- float
text   string_agg(DISTINCT left({}, 2), ',') <- text
real   sum(DISTINCT {}) <- int
int    sum(CASE WHEN {} THEN 1 ELSE 0 END) <- bool
int    max({}) - min({}) <- int; int
real   round(avg({})::numeric, 2) <- int
real   round(avg({})::numeric, 2) <- float
"""


def read_rows(text):
    rows = []
    for line in text.strip().split("\n"):
        type_, rest = line.split(None, 1)
        template, _, parts = rest.partition(" <- ")
        parts = ["=" + "|".join(f"'{w}'" for w in globals()[p]) if p.isalpha() and p.isupper() else p
                 for p in parts.split("; ") if p]
        rows.append((type_, template, *parts))
    return rows


RULES = {}
for type_, *row in read_rows(RULE_ROWS):
    RULES.setdefault(type_, []).append(row)
AGGREGATES = read_rows(AGGREGATE_ROWS)


def query(seed, count):
    return Maker(random.Random(f"{seed}:{count}")).query(2)


def is_loose(answer):
    """Whether an answer may be another one elsewhere: a data exception that depends on what is evaluated first,
    a query that took too long, a result too large to compare."""
    return answer.get("error", "").startswith(("22", "57", "53", "54")) or len(answer.get("rows", ())) > 2000


def is_difference(wrong):
    """Whether a wrong answer is one of the known differences, which README.md lists and differences.sql shows: sums
    beyond 64 bits, the schema of a function."""
    return wrong is not None and (wrong.startswith("22003 the sum is out of the range of 64 bits")
                                  or (wrong.startswith("42883 function") and wrong.endswith("not 3F000")))


def shrink(query, fails, tries=300):
    """A smaller query that still fails."""
    found = True
    while found and tries > 0:
        found = False
        for smaller in query.smaller():
            tries -= 1
            if tries <= 0:
                break
            if len(str(smaller)) < len(str(query)) and fails(smaller):
                query, found = smaller, True
                break
    return query
