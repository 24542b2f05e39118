"""Checks describe against values computed here, with Python's own csv, json and exact arithmetic, for every
column of every table in fixtures/data. Usage: oracles.py PROGRAM"""
import csv, json, math, os, subprocess, sys
from collections import Counter
from datetime import datetime, timezone
from fractions import Fraction

program = sys.argv[1]
root = "fixtures/data"
passed = failed = 0


def describe(**arguments):
    out = subprocess.run([program, "call", "describe", json.dumps({"connection_name": "demo", **arguments})],
                         capture_output=True, text=True)
    if out.returncode != 0:
        raise AssertionError(out.stderr.strip())
    return json.loads(out.stdout)


def check(what, actual, expected):
    global passed, failed
    if actual == expected:
        passed += 1
    else:
        failed += 1
        print(f"FAILED {what}: got {str(actual)[:200]}, want {str(expected)[:200]}")


def near(a, b):
    return a == b or (a is not None and b is not None and abs(a - b) <= 1e-12 * max(abs(a), abs(b)))


def number(text):
    return int(text) if text.lstrip("-").isdigit() else float(text)


def quantile(values, i, n):
    rank = -(-i * len(values) // n)
    return values[max(rank, 1) - 1]


def check_numbers(what, values, stats):
    values = sorted(values)
    check(what + " type", stats["type"], "Number")
    check(what + " min", stats["min"], values[0])
    check(what + " max", stats["max"], values[-1])
    total = sum(Fraction(v) for v in values)
    check(what + " sum", near(stats["sum"], float(total)), True)
    check(what + " avg", near(stats["avg"], float(total / len(values))), True)
    for n in range(3, 21):
        check(f"{what} quantiles {n}", stats["quantiles"][str(n)], [quantile(values, i, n) for i in range(n + 1)])


def check_categories(what, values, stats):
    count = Counter(values)
    order = sorted(count.items(), key=lambda kv: (-kv[1], str(kv[0]).encode()))[:20]
    check(what + " categories", [(c["category"], c["frequency"]) for c in stats["categories"]], order)
    check(what + " total", stats["total"], len(count))


def iso(text):
    time = datetime.fromisoformat(text.replace("Z", "+00:00"))
    time = time if time.tzinfo else time.replace(tzinfo=timezone.utc)
    return time.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.") + f"{time.microsecond // 1000:03d}Z"


def points(geometry):
    if geometry["type"] == "GeometryCollection":
        for g in geometry["geometries"]:
            yield from points(g)
        return
    stack = [geometry["coordinates"]]
    while stack:
        c = stack.pop()
        if c and isinstance(c[0], (int, float)):
            yield c
        else:
            stack.extend(c)


def check_column(what, table, name, kind, values):
    values = [v for v in values if v is not None]
    stats = describe(table_fqn=table, column=name)
    if kind == "Number":
        check_numbers(what, [number(v) if isinstance(v, str) else v for v in values], stats)
    elif kind == "String":
        check_categories(what, values, stats)
    elif kind == "Boolean":
        check_categories(what, [v == "true" if isinstance(v, str) else v for v in values], stats)
    elif kind == "Timestamp":
        times = sorted(iso(v) for v in values)
        check(what + " range", (stats["min"], stats["max"]), (times[0], times[-1]))
    else:
        at = [p for g in values for p in points(g)]
        box = {"xmin": min(p[0] for p in at), "ymin": min(p[1] for p in at),
               "xmax": max(p[0] for p in at), "ymax": max(p[1] for p in at)}
        check(what + " extent", stats["extent"], box)


def load(path):
    """Rows as dictionaries of texts (CSV) or values (GeoJSON), with the geometry under its column's name."""
    if path.endswith(".csv"):
        with open(path, encoding="utf-8", newline="") as f:
            rows = [{k: v if v != "" else None for k, v in row.items()} for row in csv.DictReader(f)]
        if rows and {"longitude", "latitude"} <= set(rows[0]):
            for row in rows:
                row["geom"] = {"type": "Point", "coordinates": [number(row["longitude"]), number(row["latitude"])]}
        return rows
    with open(path, encoding="utf-8") as f:
        features = json.load(f)["features"]
    return [{**f["properties"], "geom": f["geometry"]} for f in features]


for folder, _, files in sorted(os.walk(root)):
    for file in sorted(files):
        path = os.path.join(folder, file)
        if not path.endswith((".csv", ".geojson")):
            continue
        table = os.path.relpath(path, root).rsplit(".", 1)[0].replace(os.sep, ".")
        rows = load(path)
        schema = describe(table_fqn=table)
        check(table + " rows", schema["rowCount"], len(rows))
        for column in schema["schema"]:
            name = column["name"]
            values = [row.get(name) for row in rows]
            try:
                check_column(f"{table}.{name}", table, name, column["type"], values)
            except Exception as e:
                failed += 1
                print(f"FAILED {table}.{name}: {type(e).__name__} {e}")

print(f"{passed} passed, {failed} failed")
sys.exit(failed != 0 or passed == 0)
