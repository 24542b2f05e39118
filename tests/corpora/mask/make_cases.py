"""make_cases.py SEED COUNT: prints random polygons on a small grid with what PostGIS says of them.
Needs psql, and a database with PostGIS that it reaches by itself (PGHOST, PGDATABASE, ...)."""
import json
import math
import random
import subprocess
import sys


def ring(r, most, low=0, high=8):
    kind = r.random()
    if kind < 0.35:  # round a middle: mostly simple
        x, y = r.uniform(low + 1, high - 1), r.uniform(low + 1, high - 1)
        angles = sorted(r.uniform(0, 2 * math.pi) for _ in range(r.randint(3, most)))
        points = [(round(x + math.cos(a) * r.uniform(0.5, 4)), round(y + math.sin(a) * r.uniform(0.5, 4)))
                  for a in angles]
    elif kind < 0.7:  # a rectangle, sometimes with a dent or a spike
        x0, x1 = sorted(r.sample(range(low, high + 1), 2))
        y0, y1 = sorted(r.sample(range(low, high + 1), 2))
        points = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
        if r.random() < 0.3:
            points.reverse()
        if r.random() < 0.3:
            points.insert(r.randint(0, 3), (r.randint(low, high), r.randint(low, high)))
    else:
        count = 3 if kind < 0.85 else r.randint(3, most)
        points = [(r.randint(low, high), r.randint(low, high)) for _ in range(count)]
    if r.random() < 0.1:
        points.insert(0, points[0])
    return points + [points[0]]


def polygon(r):
    square = [(0, 0), (8, 0), (8, 8), (0, 8), (0, 0)]
    holes = r.choice([0, 0, 1, 1, 2, 3])
    return [ring(r, 8) if r.random() < 0.4 else square] + [ring(r, 6) for _ in range(holes)]


def part(r):
    x, y = r.randint(0, 6), r.randint(0, 6)
    return [[(a + x, b + y) for a, b in ring(r, 5, 0, 3)]] if r.random() < 0.7 else polygon(r)


def wkt(rings):
    return "(" + ",".join("(" + ",".join("%d %d" % p for p in x) + ")" for x in rings) + ")"


def case(r):
    if r.random() < 0.6:
        return "POLYGON" + wkt(polygon(r))
    return "MULTIPOLYGON(" + ",".join(wkt(part(r)) for _ in range(r.randint(1, 4))) + ")"


def main():
    r = random.Random(int(sys.argv[1]))
    cases = list(dict.fromkeys(case(r) for _ in range(int(sys.argv[2]))))
    sql = ("set client_min_messages=error;create temp table t(i serial, w text);copy t(w) from stdin;\n" +
           "\n".join(cases) + "\n\\.\ncopy (select st_isvalid(w::geometry), st_isvalidreason(w::geometry) "
           "from t order by i) to stdout;\n")
    run = subprocess.run(["psql", "-q", "-v", "ON_ERROR_STOP=1"], input=sql, capture_output=True, text=True, check=True)
    for shape, line in zip(cases, run.stdout.splitlines()):
        valid, reason = line.split("\t")
        print(json.dumps({"wkt": shape, "valid": valid == "t", "reason": reason}, separators=(",", ":")))


main()
