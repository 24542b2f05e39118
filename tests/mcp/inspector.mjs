// The MCP Inspector's command line, started the way a person would.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { adopt, group, release, within } from './harness.mjs';
import { REFERENCE, TOOLS } from './messages.mjs';

const LIMIT_MS = 20_000;
const SCHEMA_ERRORS = 6;

function run(command, args, home) {
  // A home of its own: the Inspector keeps files there.
  const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: home, NO_COLOR: '1' };
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  adopt(child.pid);
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (bytes) => { output.stdout += bytes; });
  child.stderr.on('data', (bytes) => { output.stderr += bytes; });
  const ended = new Promise((done, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      release(child.pid);
      done({ code, ...output });
    });
  });
  return within(ended, LIMIT_MS, 'the Inspector');
}

function passed(outcome) {
  assert.equal(outcome.code, 0, `${outcome.stderr}\n${outcome.stdout}`.slice(0, 600));
  return JSON.parse(outcome.stdout);
}

// With --format json the answer comes inside an envelope; its name is not what is tested here.
function find(value, member) {
  if (value === null || typeof value !== 'object') return undefined;
  if (member in value) return value[member];
  return Object.values(value).map((inner) => find(inner, member)).find((v) => v !== undefined);
}

export async function inspectorGroup({ packages, server, scratch }) {
  const node = packages.newNode();
  const home = join(scratch, 'home');
  mkdirSync(home, { recursive: true });
  const inspect = (...args) =>
    run(node, [packages.inspector(), '--cli', server, '--format', 'json', ...args], home);
  await group('inspector', async (t) => {
    if (!node) return t.note('left out: it needs Node 22.19');
    for (const era of ['legacy', 'auto', 'modern']) {
      await t.test(`tools/list, ${era}`, async () => {
        const found = passed(await inspect('--method', 'tools/list', '--protocol-era', era));
        const names = find(found, 'tools').map((tool) => tool.name);
        for (const name of TOOLS) assert.ok(names.includes(name), name);
      });
    }
    await t.test('tools/list --strict: schemas are portable', async () => {
      const outcome = await inspect('--method', 'tools/list', '--strict');
      assert.notEqual(outcome.code, SCHEMA_ERRORS, outcome.stderr);
      passed(outcome);
      const warned = outcome.stderr.match(/^  Path: .*/gm) ?? [];
      assert.ok(!warned.some((path) => path.includes('inputSchema')), outcome.stderr);
      if (warned.length) t.note(`${warned.length} warnings about output schemas`);
    });
    await t.test('tools/call with --tool-arg', async () => {
      const found = passed(await inspect('--method', 'tools/call', '--tool-name', 'list_resources',
        '--tool-arg', 'connection_name=demo', 'maxDepth=2', 'maxItems=7'));
      const { data } = find(found, 'structuredContent');
      assert.deepEqual([data.provider, data.maxItemsApplied], ['postgres', 7]);
    });
    await t.test('tools/call with --tool-args-json, modern', async () => {
      const args = { connection_name: 'demo', table_fqn: 'demo.world.populated_places',
        column: 'pop_max' };
      const found = passed(await inspect('--method', 'tools/call', '--tool-name', 'describe',
        '--tool-args-json', JSON.stringify(args), '--protocol-era', 'modern'));
      assert.equal(find(found, 'structuredContent').max, 35676000);
    });
    await t.test('resources/list and resources/read', async () => {
      const listed = passed(await inspect('--method', 'resources/list'));
      assert.deepEqual(find(listed, 'resources').map((resource) => resource.uri), [REFERENCE]);
      const read = passed(await inspect('--method', 'resources/read', '--uri', REFERENCE));
      assert.equal(find(read, 'contents')[0].mimeType, 'text/markdown');
    });
    await t.test('a tool error is reported as one', async () => {
      const { code, stdout, stderr } = await inspect('--method', 'tools/call', '--tool-name',
        'describe', '--tool-arg', 'connection_name=demo', 'table_fqn=demo.world.nothing');
      assert.ok(code !== 0 || find(JSON.parse(stdout), 'isError') === true, stdout + stderr);
    });
    return undefined;
  });
}
