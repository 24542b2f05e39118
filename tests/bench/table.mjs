// node table.mjs [build/bench.jsonl]
// Prints the benchmark rows, one JSON object a line, as an aligned table.

import { readFileSync } from 'node:fs';

const COLUMNS = ['work', 'unit', 'ours', 'peer', 'theirs', 'ratio', 'budget', 'met'];
const RIGHT = new Set(['ours', 'theirs', 'ratio']);

function number(value) {
  if (Math.abs(value) >= 1000) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
}

function cell(row, column) {
  const value = row[column];
  if (value === undefined || value === null) return '-';
  if (column === 'met') return value ? 'yes' : 'NO';
  return typeof value === 'number' ? number(value) : String(value);
}

function line(cells, widths) {
  return cells.map((text, i) => (RIGHT.has(COLUMNS[i])
    ? text.padStart(widths[i]) : text.padEnd(widths[i]))).join('  ').trimEnd();
}

const rows = readFileSync(process.argv[2] ?? 'build/bench.jsonl', 'utf8').split('\n')
  .filter((text) => text.trim()).map((text) => JSON.parse(text));
const cells = rows.map((row) => COLUMNS.map((column) => cell(row, column)));
const widths = COLUMNS.map((column, i) =>
  Math.max(column.length, ...cells.map((texts) => texts[i].length)));

console.log(line(COLUMNS, widths));
console.log(widths.map((width) => '-'.repeat(width)).join('  '));
for (const texts of cells) console.log(line(texts, widths));

const judged = rows.filter((row) => typeof row.met === 'boolean');
console.log(`${judged.filter((row) => row.met).length} of ${judged.length} budgets met`);
