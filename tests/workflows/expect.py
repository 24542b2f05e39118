#!/usr/bin/env python3
"""expect.py H3-JS-DIRECTORY: computes what the workflows of fixtures/workflows must give, without the code
under test: PostgreSQL and PostGIS for geometry, h3-js for cells, the published formula of Gi* (Ord and Getis
1995) for hotspots. Writes tests/workflows/<case>.json: {tool, arguments, rows}; make test compares.

    mkdir build/h3 && cd build/h3 && npm install h3-js@4 && cd ../..
    /usr/bin/python3 tests/workflows/expect.py build/h3
"""
import json
import math
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "sql"))
sys.argv[1:], directory = [], sys.argv[1]
import oracle  # noqa: E402


def cells_of(resolution, steps, points):
    text = "".join(f"{resolution} {steps} {x!r} {y!r}\n" for x, y in points)
    done = subprocess.run(["node", os.path.join(HERE, "cells.mjs")], input=text, cwd=directory, text=True,
                          stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def write(name, tool, arguments, rows):
    with open(os.path.join(HERE, name + ".json"), "w", encoding="utf-8") as file:
        file.write(json.dumps({"tool": tool, "arguments": arguments})[:-1] + ', "rows": [\n')
        file.write(",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]}\n")


def site_selection(cursor, name, arguments, area, resolution, people, distance, count):
    cursor.execute("select longitude, latitude, pop_max from world.populated_places "
                   "where st_intersects(geom, st_setsrid(st_geomfromgeojson(%s), 4326))", [json.dumps(area)])
    found = cursor.fetchall()
    told = cells_of(resolution, 0, [(x, y) for x, y, _ in found])
    sums = {}
    for cell, (_, _, population) in zip(told["cells"], found):
        sums[cell] = sums.get(cell, 0) + population
    kilometres = {}
    for cell in sums:
        cursor.execute("select min(st_distance(geom::geography, st_setsrid(st_makepoint(%s, %s), 4326)::geography))"
                       " / 1000 from world.populated_places where is_capital", told["centers"][cell])
        kilometres[cell] = cursor.fetchone()[0]
    most, farthest = max(sums.values()), max((k for k in kilometres.values() if k is not None), default=None)
    rows = [{"h3": cell, "people": sums[cell], "site_km": kilometres[cell],
             "score": people * sums[cell] / most +
             (distance * kilometres[cell] / farthest if kilometres[cell] is not None else 0)} for cell in sums]
    rows.sort(key=lambda row: (-row["score"], row["h3"]))
    write(name, "site_selection", arguments, rows[:count])


def trade_areas(cursor, name, arguments, names, kilometres, overlap):
    cursor.execute("""
        with s as (select ctid as id, name, geom from world.populated_places where name = any(%(names)s)),
        pairs as (select s.id, c.ctid as customer, c.pop_max, st_distance(s.geom::geography, c.geom::geography) / 1000 km
                  from s join world.populated_places c
                    on st_dwithin(s.geom::geography, c.geom::geography, %(km)s * 1000)),
        kept as (select distinct on (case when %(overlap)s then id::text end, customer) * from pairs
                 order by case when %(overlap)s then id::text end, customer, km, id)
        select s.name, count(km), coalesce(sum(pop_max), 0), avg(km), max(km) from s left join kept k using (id)
        group by s.id, s.name order by 3 desc, 1""",
                   {"names": names, "km": kilometres, "overlap": overlap})
    write(name, "trade_areas", arguments,
          [{"site": n, "customers": c, "total": int(t), "mean_km": m, "farthest_km": f}
           for n, c, t, m, f in cursor.fetchall()])


WEIGHTS = {"uniform": lambda u: 1, "triangular": lambda u: 1 - u, "quadratic": lambda u: 1 - u * u,
           "quartic": lambda u: (1 - u * u) ** 2}


def hotspots(cursor, name, arguments, resolution, steps, kernel, significance, counts=False):
    cursor.execute("select longitude, latitude, pop_max from world.populated_places")
    found = cursor.fetchall()
    told = cells_of(resolution, steps, [(x, y) for x, y, _ in found])
    values = {}
    for cell, (_, _, population) in zip(told["cells"], found):
        values[cell] = values.get(cell, 0) + (1 if counts else population)
    n = len(values)
    mean = math.fsum(values.values()) / n
    deviation = math.sqrt(math.fsum(v * v for v in values.values()) / n - mean * mean)
    rows = []
    for cell, value in values.items():
        near = [(WEIGHTS[kernel](ring / (steps + 1)), values[other])
                for ring, others in enumerate(told["rings"][cell]) for other in others if other in values]
        total, squares = math.fsum(w for w, _ in near), math.fsum(w * w for w, _ in near)
        gi = (math.fsum(w * v for w, v in near) - mean * total) / (
            deviation * math.sqrt((n * squares - total * total) / (n - 1)))
        p = math.erfc(abs(gi) / math.sqrt(2))
        if p <= significance:
            rows.append({"h3": cell, "value": value, "gi": gi, "p_value": p, "spot": "hot" if gi > 0 else "cold"})
    rows.sort(key=lambda row: (-row["gi"], row["h3"]))
    write(name, "hotspots", arguments, rows)


def main():
    oracle.stop_server()
    oracle.start_server()
    oracle.load_data()
    cursor = oracle.connect("demo").cursor()
    iberia = {"type": "Polygon", "coordinates": [[[-10, 35], [5, 35], [5, 44], [-10, 44], [-10, 35]]]}
    islands = {"type": "MultiPolygon", "coordinates": [[[[166, -48], [179, -48], [179, -34], [166, -34], [166, -48]]],
                                                       [[[129, 30], [146, 30], [146, 46], [129, 46], [129, 30]]]]}
    site_selection(cursor, "site_selection-default", {}, iberia, 4, 0.7, 0.3, 10)
    site_selection(cursor, "site_selection-islands",
                   {"area": {"type": "Feature", "properties": {}, "geometry": islands}, "resolution": 5,
                    "populationWeight": 0.25, "distanceWeight": 1, "count": 40}, islands, 5, 0.25, 1, 40)
    north = {"type": "Polygon", "coordinates": [[[15, 67], [30, 67], [30, 71], [15, 71], [15, 67]]]}
    site_selection(cursor, "site_selection-north", {"area": north, "resolution": 3}, north, 3, 0.7, 0.3, 10)
    trade_areas(cursor, "trade_areas-default", {}, ["Madrid", "Barcelona", "Lisbon", "Porto"], 150, False)
    trade_areas(cursor, "trade_areas-overlap",
                {"names": ["Paris", "Brussels", "Rotterdam", "London"], "distanceKm": 400, "overlap": True},
                ["Paris", "Brussels", "Rotterdam", "London"], 400, True)
    trade_areas(cursor, "trade_areas-nearest",
                {"names": ["Paris", "Brussels", "Rotterdam", "London"], "distanceKm": 400},
                ["Paris", "Brussels", "Rotterdam", "London"], 400, False)
    hotspots(cursor, "hotspots-default", {}, 3, 1, "uniform", 0.05)
    hotspots(cursor, "hotspots-quartic", {"resolution": 2, "rings": 3, "kernel": "quartic", "significance": 0.2},
             2, 3, "quartic", 0.2)
    hotspots(cursor, "hotspots-counts", {"resolution": 1, "rings": 2, "kernel": "triangular", "counts": True,
                                         "significance": 1}, 1, 2, "triangular", 1, True)
    oracle.stop_server()


main()
