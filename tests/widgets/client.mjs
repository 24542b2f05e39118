// The public JavaScript client @carto/api-client as a peer: its computation over rows in memory.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = resolve('build/widgets-npm/node_modules/@carto/api-client');

export const { version } = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8'));
export const client = await import(pathToFileURL(`${ROOT}/build/api-client.js`));

export const METHODS = {
  formula: 'getFormula', categories: 'getCategories', histogram: 'getHistogram', range: 'getRange',
  scatter: 'getScatter', table: 'getTable', timeSeries: 'getTimeSeries', aggregations: 'getAggregations',
};

export function open() {
  const source = new client.WidgetTilesetSource({
    accessToken: '', apiBaseUrl: 'https://localhost', clientId: 'test', connectionName: 'c', tableName: 't',
    tileFormat: 'mvt', spatialDataType: 'geo', spatialDataColumn: 'geom', widgetWorker: false,
  });
  return { source, version };
}

// Numbers alike to 1e-12 of their size; what JSON does not have is null on the other side.
export function same(theirs, ours) {
  if (theirs === undefined || theirs === null) return ours === undefined || ours === null;
  if (typeof theirs === 'number') {
    if (!Number.isFinite(theirs)) return ours === null;
    if (typeof ours !== 'number') return false;
    return theirs === ours || Math.abs(theirs - ours) <= 1e-12 * Math.abs(theirs);
  }
  if (typeof theirs !== 'object') return theirs === ours;
  if (typeof ours !== 'object' || ours === null || Array.isArray(theirs) !== Array.isArray(ours)) return false;
  if (Array.isArray(theirs)) {
    return theirs.length === ours.length && theirs.every((value, i) => same(value, ours[i]));
  }
  const keys = new Set([...Object.keys(theirs), ...Object.keys(ours)]);
  return [...keys].every((key) => same(theirs[key], ours[key]));
}
