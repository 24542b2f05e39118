// node bench_stdio.mjs SERVER [--packages DIR]
// Prints rows of the benchmark table as JSON lines. The packages are those of tests/mcp; nothing
// and startup (tests/bench/*.c) are expected beside SERVER.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, readFileSync,
  rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const IN_FLIGHT = 64;
const ROUNDS = 3;
const CALLS = { ours: 200_000, theirs: 40_000, warm: 4_000 };
const STARTS = 50;
const STARTS_AT_ONCE = 10;
const FILES = 16;
const FILE_BYTES = 2 ** 30 / FILES;
const CPU_BUDGET = 0.1;
const START_BUDGET = 3;
const RESIDENT_BUDGET = 2048;
const NEWLINE = 10;

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function round(value) {
  return Number(value.toPrecision(4));
}

function print(row) {
  console.log(JSON.stringify(row));
}

/* CPU of a call. */

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

// The command name in parentheses may hold blanks, so fields count from its end.
function cpuMicroseconds(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 1e6 / ticksPerSecond;
}

function message(id, method, params) {
  return `${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`;
}

class Server {
  constructor(command, args) {
    this.child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    this.id = 0;
    this.child.stdin.on('error', () => {});
    this.child.stdout.on('data', (bytes) => this.onData(bytes));
    this.ended = new Promise((done) => this.child.on('close', done));
  }

  ask(method, params) {
    return new Promise((done, fail) => {
      let text = '';
      this.onData = (bytes) => {
        text += bytes;
        if (text.endsWith('\n')) done(JSON.parse(text).result);
      };
      this.child.once('close', () => fail(new Error(`${this.child.spawnfile} ended`)));
      this.child.stdin.write(message(++this.id, method, params));
    });
  }

  async open() {
    await this.ask('initialize', {
      protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'b', version: '1' },
    });
    this.child.stdin.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
  }

  // Keeps IN_FLIGHT calls open until count are answered.
  calls(count) {
    return new Promise((done, fail) => {
      let asked = 0;
      let answered = 0;
      const more = (n) => {
        let text = '';
        for (; n > 0 && asked < count; n--, asked++) {
          text += message(++this.id, 'tools/call', { name: 'list_connections', arguments: {} });
        }
        if (text) this.child.stdin.write(text);
      };
      this.onData = (bytes) => {
        let lines = 0;
        for (let at = -1; (at = bytes.indexOf(NEWLINE, at + 1)) >= 0;) lines++;
        answered += lines;
        if (answered >= count) done();
        else more(lines);
      };
      this.child.once('close', () => fail(new Error(`${this.child.spawnfile} ended`)));
      more(IN_FLIGHT);
    });
  }

  async cpuPerCall(count) {
    const before = cpuMicroseconds(this.child.pid);
    await this.calls(count);
    return (cpuMicroseconds(this.child.pid) - before) / count;
  }

  async close() {
    this.child.stdin.end();
    await this.ended;
  }
}

async function callRow(command, packages) {
  const ours = new Server(command, []);
  await ours.open();
  const call = { name: 'list_connections', arguments: {} };
  const ourResult = await ours.ask('tools/call', call);
  const peer = join(dirname(fileURLToPath(import.meta.url)), 'peer_server.mjs');
  const theirs = new Server(process.execPath, [peer, packages, ourResult.content[0].text]);
  await theirs.open();
  const theirResult = await theirs.ask('tools/call', call);
  assert.deepEqual(theirResult.structuredContent, ourResult.structuredContent);

  const times = { ours: [], theirs: [] };
  await ours.calls(CALLS.warm);
  await theirs.calls(CALLS.warm);
  for (let i = 0; i < ROUNDS; i++) {
    times.ours.push(await ours.cpuPerCall(CALLS.ours));
    times.theirs.push(await theirs.cpuPerCall(CALLS.theirs));
  }
  await ours.close();
  await theirs.close();
  const [mine, other] = [median(times.ours), median(times.theirs)];
  print({
    work: 'tools/call list_connections, stdio, 64 in flight, CPU',
    unit: 'us',
    ours: round(mine),
    peer: 'TypeScript SDK 1.32',
    theirs: round(other),
    ratio: round(mine / other),
    budget: `<= ${CPU_BUDGET}`,
    met: mine / other <= CPU_BUDGET,
  });
}

/* Start. */

// Files with a size and no blocks: a server that reads or maps them at start would still show it.
function makeGigabyte() {
  const root = mkdtempSync(join(tmpdir(), 'carto-mcp-bench-'));
  process.on('exit', () => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, 'big', 'files'), { recursive: true });
  for (let i = 0; i < FILES; i++) {
    const file = openSync(join(root, 'big', 'files', `part${i}.csv`), 'w');
    ftruncateSync(file, FILE_BYTES);
    closeSync(file);
  }
  return root;
}

function starts(startup, command) {
  const text = execFileSync(startup, [String(STARTS_AT_ONCE), ...command], { encoding: 'utf8' });
  return text.trim().split('\n').map((line) => line.split(' ').map(Number));
}

function startRows(command, directory) {
  const [startup, nothing] = ['startup', 'nothing'].map((name) => join(directory, name));
  const data = makeGigabyte();
  const runs = { ours: [], theirs: [] };
  for (let i = 0; i < STARTS; i += STARTS_AT_ONCE) {
    runs.theirs.push(...starts(startup, [nothing]));
    runs.ours.push(...starts(startup, [command, '--data', data]));
  }
  const column = (list, index) => median(list.map((run) => run[index]));
  const row = (work, unit, index, met) => {
    const [mine, other] = [column(runs.ours, index), column(runs.theirs, index)];
    return {
      work, unit, ours: round(mine), peer: 'do-nothing C program', theirs: round(other),
      ratio: round(mine / other), ...met(mine, mine / other),
    };
  };
  print(row('start to first initialize reply, 1 GB of data', 'us', 0,
    (_, ratio) => ({ budget: `<= ${START_BUDGET}`, met: ratio <= START_BUDGET })));
  print(row('resident at first initialize reply', 'KiB', 1,
    (kib) => ({ budget: `<= ${RESIDENT_BUDGET} KiB`, met: kib <= RESIDENT_BUDGET })));
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { packages: { type: 'string' } },
});
if (positionals.length !== 1) {
  console.error('usage: bench_stdio.mjs SERVER [--packages DIR]');
  process.exit(2);
}
const server = resolve(positionals[0]);
const directory = dirname(server);
const packages = resolve(values.packages ?? join(directory, 'mcp'));
if (existsSync(join(packages, 'node_modules'))) await callRow(server, packages);
else console.error(`no packages in ${packages} ("make test-mcp" fetches them): no call row`);
startRows(server, directory);
