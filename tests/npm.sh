#!/bin/sh
# npm.sh DIR PACKAGE_JSON: installs the packages named there into DIR, unless they are there already.
set -e
command -v npm >/dev/null || { echo "skipped: npm is not installed"; exit 1; }
mkdir -p "$1"
if ! cmp -s "$2" "$1/package.json" || [ ! -d "$1/node_modules" ]; then
  rm -rf "$1/node_modules"
  cp "$2" "$1/package.json"
  npm install --prefix "$1" --no-audit --no-fund --no-package-lock --loglevel=error || {
    rm -rf "$1/package.json"; exit 1; }
fi
