#!/bin/sh
# oracle.sh ARGUMENT...: runs oracle.py, or what ORACLE names beside it, after installing PostgreSQL, PostGIS and psycopg2 from Debian's packages
# where they are missing and that is possible.
have() {
  ls /usr/lib/postgresql/*/bin/initdb /usr/share/postgresql/*/extension/postgis.control >/dev/null 2>&1 &&
    /usr/bin/python3 -c 'import psycopg2' 2>/dev/null
}
if ! have && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  { apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends \
      postgresql postgresql-postgis python3-psycopg2; } >build/apt.log 2>&1
fi
have || { echo "skipped: PostgreSQL, PostGIS or python3-psycopg2 is not installed"; exit 0; }
PYTHONDONTWRITEBYTECODE=1 exec /usr/bin/python3 "tests/sql/${ORACLE:-oracle}.py" "$@"
