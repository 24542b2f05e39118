#!/usr/bin/env python3
"""Writes vectors.json: columns and their statistics, computed with Python's exact integers, math.fsum and
sorted(). Large columns are not written out: test_stats.c makes them with the same generator.

  make_vectors.py H3_BOUNDARIES.jsonl QUADBIN_VECTORS.jsonl > vectors.json
"""
import json
import math
import random
import sys

MASK = (1 << 64) - 1


class Words:
    """xorshift64"""

    def __init__(self, seed):
        self.state = seed

    def word(self):
        s = self.state
        s ^= (s << 13) & MASK
        s ^= s >> 7
        s ^= (s << 17) & MASK
        self.state = s
        return s

    def unit(self):
        return (self.word() >> 11) * 2.0 ** -53

    def int64(self):
        w = self.word()
        return w - (1 << 64) if w >> 63 else w


def exponents(w, i):
    unit = w.unit()
    return math.ldexp(unit, w.word() % 600 - 300)


def zeros(w, i):
    return 0.0 if w.word() % 10 < 3 else w.unit()


def clusters(w, i):
    first = w.word() % 100
    return first + (w.word() % 1024) * 2.0 ** -40


def shifted(w, i):
    value = w.int64()
    return value >> (w.word() % 64)


KINDS = {
    "uniform": ("number", lambda w, i: w.unit()),
    "signed": ("number", lambda w, i: w.unit() - 0.5),
    "ascending": ("number", lambda w, i: i * 0.001),
    "descending": ("number", lambda w, i: -float(i)),
    "exponents": ("number", exponents),
    "distinct": ("number", lambda w, i: float(w.word() % 15)),
    "zeros": ("number", zeros),
    "equal": ("number", lambda w, i: 42.5),
    "clusters": ("number", clusters),
    "outlier": ("number", lambda w, i: 1e300 if i == 77 else 1000 + (w.word() % 1048576) * 2.0 ** -40),
    "small integers": ("integer", lambda w, i: w.word() % 15 - 7),
    "integers": ("integer", lambda w, i: w.int64()),
    "shifted integers": ("integer", shifted),
    "timestamps": ("timestamp", lambda w, i: 1400000000000000 + w.word() % 100000000000000),
}


def number_expectation(kind, values, valid, rows):
    chosen = [i for i in range(len(values)) if rows is None or rows[i]]
    found = sorted(values[i] for i in chosen if valid[i])
    n = len(found)
    out = {"count": n, "nulls": len(chosen) - n}
    if n == 0:
        return out
    out["min"], out["max"] = found[0], found[-1]
    if kind == "number":
        out["sum"] = math.fsum(found)
    else:
        out["sum"] = float(sum(found))
        out["exact"] = sum(found) if -(1 << 63) <= sum(found) < 1 << 63 else None
    out["avg"] = out["sum"] / n
    out["quantiles"] = [
        found[max(1, -(-i * n // buckets)) - 1] for buckets in range(3, 21) for i in range(buckets + 1)
    ]
    return out


def generated():
    seed = 1
    for name, (kind, make) in KINDS.items():
        for size, with_nulls, with_rows in ((50000, 0, 0), (20011, 1, 0), (30000, 1, 1), (9000, 0, 1), (1025, 1, 1)):
            w = Words(seed * 0x9E3779B97F4A7C15 & MASK)
            values = [make(w, i) for i in range(size)]
            valid = [w.word() % 8 != 0 if with_nulls else True for i in range(size)]
            rows = [w.word() % 2 != 0 for i in range(size)] if with_rows else None
            yield {
                "type": kind, "generate": name, "seed": seed, "size": size, "nulls": with_nulls, "rows": with_rows,
                "expect": number_expectation(kind, values, valid, rows),
            }
            seed += 1


def written():
    r = random.Random(1)
    big = (1 << 63) - 1
    columns = [
        ("number", []), ("number", [None]), ("number", [None] * 70), ("number", [3.25]), ("number", [1e308, 1e-308]),
        ("number", [1e16, 1.0, -1e16]), ("number", [0.1] * 10), ("number", [1.0, 1e100, 1.0, -1e100]),
        ("number", [r.gauss(0, 1e6) for _ in range(129)]), ("number", [5e-324, -5e-324, 2.5e-310, None]),
        ("number", [round(r.uniform(-90, 90), 6) for _ in range(200)]), ("number", [1.7976931348623157e308, -1.7976931348623157e308]),
        ("integer", [big, 1]), ("integer", [big, 1, -1]), ("integer", [-big - 1, -1]), ("integer", [-big - 1] * 3),
        ("integer", [big] * 5), ("integer", [9007199254740993]), ("integer", [9007199254740993, None, 2]),
        ("integer", [r.randrange(-10, 10) for _ in range(64)]), ("integer", [1 << 62] * 1024 + [(1 << 62) + 1]),
        ("timestamp", [0, -1, 1325376000000000]), ("timestamp", [-62135596800000000, 253402300799999999]),
    ]
    for kind, values in columns:
        for rows in (None, [r.random() < 0.7 for _ in values]):
            yield {
                "type": kind, "values": values, "rows": rows,
                "expect": number_expectation(kind, values, [v is not None for v in values], rows),
            }


def categories():
    r = random.Random(2)
    words = ["", "a", "A", "b", "B", "ab", "é", "\U0001F30D", "Zürich", "zz", "10", "9", "a\0b", "a\0"]
    columns = [
        ("string", []), ("string", [None, None]), ("string", ["x"]), ("string", [r.choice(words) for _ in range(300)]),
        ("string", [r.choice(words + [None] * 5) for _ in range(1000)]), ("string", words), ("string", ["k%d" % (r.randrange(200) ** 2 // 200) for _ in range(1500)]),
        ("boolean", [True, False, None, True]), ("boolean", [r.random() < 0.5 for _ in range(200)]), ("boolean", [False] * 3),
        ("boolean", []),
    ]
    for kind, values in columns:
        for rows in (None, [r.random() < 0.6 for _ in values]):
            chosen = [v for i, v in enumerate(values) if rows is None or rows[i]]
            count = {}
            for v in chosen:
                if v is not None:
                    name = v if kind == "string" else ("true" if v else "false")
                    count[name] = count.get(name, 0) + 1
            by_name = sorted(count, key=lambda name: name.encode())
            orders = [
                sorted(by_name, key=lambda name: -count[name]), sorted(by_name, key=lambda name: count[name]),
                by_name, by_name[::-1],
            ]
            yield {
                "type": kind, "values": values, "rows": rows,
                "expect": {
                    "count": sum(count.values()), "nulls": sum(v is None for v in chosen),
                    "orders": [[[name, count[name]] for name in order] for order in orders],
                },
            }


def around(points):
    return [min(p[0] for p in points), min(p[1] for p in points), max(p[0] for p in points), max(p[1] for p in points)]


def holds_pole(points):
    """Going round a pole, the longitude goes round once."""
    turns = 0
    for (a, _), (b, _) in zip(points, points[1:] + points[:1]):
        turns += (b - a + 180) % 360 - 180
    return abs(turns) > 180


def extents(h3_path, quadbin_path):
    """Cells alone, then some together. Where vertices are more than 180 degrees apart a cell counts with all
    longitudes."""
    boxes = {}
    for line in open(h3_path):
        cell = json.loads(line)
        if cell["res"] > 6 or len(boxes) >= 120:
            continue
        points = [(lng, lat) for lat, lng in cell["boundary"]]
        box = around(points)
        if box[2] - box[0] > 180:
            box[0], box[2] = -180, 180
            if holds_pole(points):
                box[1], box[3] = (-90, box[3]) if box[1] < 0 else (box[1], 90)
        boxes[cell["h3"]] = box
    for name, box in boxes.items():
        yield {"type": "h3", "values": [name], "rows": None, "expect": {"box": box}}
    together = [name for name, box in boxes.items() if box[2] - box[0] < 90][:20]
    yield {"type": "h3", "values": together + [None], "rows": None,
           "expect": {"box": around([(boxes[n][k], boxes[n][k + 1]) for n in together for k in (0, 2)])}}
    for k, line in enumerate(open(quadbin_path)):
        cell = json.loads(line)
        if k < 60:
            yield {"type": "quadbin", "values": [cell["quadbin"]], "rows": None,
                   "expect": {"box": around([tuple(p) for p in cell["boundary"][0]])}}


def main():
    cases = list(written()) + list(generated()) + list(categories()) + list(extents(sys.argv[1], sys.argv[2]))
    print("[")
    print(",\n".join(json.dumps(case, ensure_ascii=False, separators=(",", ":")) for case in cases))
    print("]")


main()
