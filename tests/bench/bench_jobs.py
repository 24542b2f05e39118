"""bench_jobs.py PROGRAM DIRECTORY: hotspots over a million points, beside PostGIS with the same grid precomputed: the
cells' outlines with their index, and which are neighbours. Prints a row for table.mjs."""
import json
import os
import subprocess
import sys
import time

program, directory = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
sys.argv[1:] = []
sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "sql"))
import oracle  # noqa: E402

HOTSPOTS = """
with cells as (select g.h3, sum(p.weight)::float8 as value from points p join grid g on st_intersects(g.geom, p.geom)
               group by g.h3),
all_of_them as (select count(*)::float8 as n, avg(value) as mean, stddev_pop(value) as s from cells),
near as (select c.h3, c.value, count(*)::float8 as w, sum(o.value) as total
         from cells c join pairs on pairs.h3 = c.h3 join cells o on o.h3 = pairs.other group by c.h3, c.value)
select h3, value, (total - mean * w) / (s * sqrt((n * w - w * w) / (n - 1))) as gi from near, all_of_them"""


def main():
    os.makedirs(directory, exist_ok=True)
    ours = float(subprocess.run([program, directory], stdout=subprocess.PIPE, text=True, check=True).stdout)
    oracle.stop_server()
    oracle.start_server()
    admin = oracle.connect("postgres").cursor()
    admin.execute("drop database if exists bench")
    admin.execute("create database bench")
    cursor = oracle.connect("bench").cursor()
    cursor.execute("create extension postgis; set jit to off; set work_mem to '512MB'")
    cursor.execute("create table raw (id int, weight int, x float8, y float8); create table pairs (h3 text, other text);"
                   "create table outlines (h3 text, wkt text)")
    for name, table in (("points", "raw"), ("pairs", "pairs"), ("cells", "outlines")):
        with open(os.path.join(directory, name + ".csv"), encoding="utf-8") as file:
            cursor.copy_expert(f"copy {table} from stdin (format csv)", file)
    cursor.execute("create table points as select id, weight, st_setsrid(st_makepoint(x, y), 4326) as geom from raw;"
                   "create table grid as select h3, st_geomfromtext(wkt, 4326) as geom from outlines;"
                   "create index on grid using gist (geom); create index on points using gist (geom);"
                   "create index on pairs (h3); analyze")
    times = []
    for _ in range(3):
        start = time.monotonic()
        cursor.execute(HOTSPOTS)
        rows = len(cursor.fetchall())
        times.append((time.monotonic() - start) * 1000)
    oracle.stop_server()
    theirs = sorted(times)[1]
    print(json.dumps({"work": f"hotspots, 1 M points, {rows} cells", "unit": "ms", "ours": ours,
                      "peer": "PostGIS, grid precomputed", "theirs": round(theirs, 3), "ratio": round(ours / theirs, 3),
                      "budget": "<= 0.2", "met": ours / theirs <= 0.2}))


main()
