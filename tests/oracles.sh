#!/bin/sh
# describe against an independent computation.
command -v python3 >/dev/null || { echo "skipped: python3 is not installed"; exit 0; }
exec python3 tests/oracles.py build/carto-mcp
