// Tables made for the run, and what is known about them. Values are chosen so that sums are exact.

import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync }
  from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const DATABASE = 'interop';
export const SMALL_ROWS = 997;
export const BIG_ROWS = 300_000;
export const HUGE_ROWS = 1_500_000;

const COLOURS = ['red', 'green', 'blue', 'violet'];
const SHARES = [50, 80, 95, 100];
const DAY_MS = 86_400_000;
const FIRST_DAY = Date.UTC(2020, 0, 1);
const CHUNK_ROWS = 10_000;

const table = (schema, name) => `${DATABASE}.${schema}.${name}`;

export const TABLES = {
  small: table('plain', 'small'),
  lines: table('plain', 'lines'),
  shapes: table('plain', 'shapes'),
  broken: table('plain', 'broken'),
  missing: table('plain', 'missing'),
  big: table('large', 'big'),
  huge: table('large', 'huge'),
};

// Skewed, so that no two colours are equally frequent.
function colourOf(i) {
  const percent = (i * 37) % 100;
  return COLOURS[SHARES.findIndex((share) => percent < share)];
}

function rowOf(i) {
  const scattered = (i * 7919) % SMALL_ROWS;
  return {
    id: i,
    colour: i % 50 === 7 ? null : colourOf(i),
    amount: i % 40 === 3 ? null : (scattered - 100) / 4,
    valid: i % 3 !== 0,
    day: new Date(FIRST_DAY + (scattered % 400) * DAY_MS).toISOString().slice(0, 10),
    longitude: (scattered % 360) - 179.5,
    latitude: (scattered % 170) - 84.25,
  };
}

const smallRows = Array.from({ length: SMALL_ROWS }, (_, i) => rowOf(i));

function csvOf(rows) {
  const lines = rows.map((row) => Object.values(row).map((v) => v ?? '').join(','));
  return `${Object.keys(rows[0]).join(',')}\n${lines.join('\n')}\n`;
}

function writeLarge(path, rows) {
  const file = openSync(path, 'w');
  writeSync(file, 'id,lon,lat,category,value,at\n');
  for (let start = 0; start < rows; start += CHUNK_ROWS) {
    let text = '';
    for (let i = start; i < Math.min(rows, start + CHUNK_ROWS); i++) {
      const hour = String(i % 24).padStart(2, '0');
      text += `${i},${(i % 3600) / 10 - 180},${(i % 1700) / 10 - 85},kind ${i % 12},` +
        `${(i % 8191) / 8},2024-05-0${1 + (i % 9)}T${hour}:00:00Z\n`;
    }
    writeSync(file, text);
  }
  closeSync(file);
}

const shapes = {
  type: 'FeatureCollection',
  features: [
    {
      type: 'Feature',
      properties: { name: 'square', size: 4 },
      geometry: { type: 'Polygon', coordinates: [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]] },
    },
    { type: 'Feature', properties: { name: 'nowhere', size: null }, geometry: null },
    {
      type: 'Feature',
      properties: { name: 'far', size: 1 },
      geometry: { type: 'Polygon', coordinates: [[[9, -3], [10, -3], [10, -2], [9, -3]]] },
    },
  ],
};

export function makeData() {
  const scratch = mkdtempSync(join(tmpdir(), 'carto-mcp-interop-'));
  process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
  const root = join(scratch, 'data');
  const plain = join(root, DATABASE, 'plain');
  const large = join(root, DATABASE, 'large');
  mkdirSync(plain, { recursive: true });
  mkdirSync(large, { recursive: true });
  writeFileSync(join(plain, 'small.csv'), csvOf(smallRows));
  writeFileSync(join(plain, 'lines.ndjson'),
    smallRows.slice(0, 20).map((row) => `${JSON.stringify(row)}\n`).join(''));
  writeFileSync(join(plain, 'shapes.geojson'), JSON.stringify(shapes));
  writeFileSync(join(plain, 'broken.geojson'), JSON.stringify(shapes).slice(0, 200));
  writeLarge(join(large, 'big.csv'), BIG_ROWS);
  writeLarge(join(large, 'huge.csv'), HUGE_ROWS);
  return { scratch, root };
}

/* What the statistics of the small table must be, computed the plain way. */

function present(column) {
  return smallRows.map((row) => row[column]).filter((value) => value !== null);
}

export function expectedNumber(column) {
  const values = present(column).sort((a, b) => a - b);
  const n = values.length;
  const sum = values.reduce((a, b) => a + b, 0);
  const cut = (parts) => Array.from({ length: parts + 1 },
    (_, i) => values[Math.max(0, Math.ceil((i * n) / parts) - 1)]);
  const quantiles = {};
  for (let parts = 3; parts <= 20; parts++) quantiles[parts] = cut(parts);
  return { type: 'Number', min: values[0], max: values[n - 1], avg: sum / n, sum, quantiles };
}

export function expectedCategories(column) {
  const counts = new Map();
  for (const value of present(column)) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].map(([category, frequency]) => ({ category: String(category), frequency }))
    .sort((a, b) => b.frequency - a.frequency);
}

export function expectedDays() {
  const days = present('day').sort();
  return { min: Date.parse(days[0]), max: Date.parse(days.at(-1)) };
}

export function expectedExtent() {
  const along = present('longitude');
  const up = present('latitude');
  return {
    xmin: Math.min(...along),
    ymin: Math.min(...up),
    xmax: Math.max(...along),
    ymax: Math.max(...up),
  };
}
