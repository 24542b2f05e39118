// node run.mjs SERVER [--packages DIR] [--only TEXT] [--seed N]
// Drives an MCP server program with the official clients, the Inspector and hand-made messages.

import { accessSync, constants } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { argumentGroup } from './arguments.mjs';
import { bytesGroups } from './bytes.mjs';
import { clientGroups } from './clients.mjs';
import { makeData } from './data.mjs';
import { finish } from './harness.mjs';
import { inspectorGroup } from './inspector.mjs';
import { Packages } from './packages.mjs';
import { rawGroups } from './raw.mjs';
import { Shapes } from './shapes.mjs';

const WHOLE_RUN_MS = 120_000;
const SUITES = {
  pipe: rawGroups,
  bytes: bytesGroups,
  client: clientGroups,
  arguments: argumentGroup,
  inspector: inspectorGroup,
};

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      packages: { type: 'string' },
      only: { type: 'string' },
      seed: { type: 'string', default: '20260728' },
    },
  });
  if (positionals.length !== 1) throw new Error('usage: run.mjs SERVER [--packages DIR] ' +
    `[--only ${Object.keys(SUITES).join('|')}] [--seed N]`);
  const server = resolve(positionals[0]);
  accessSync(server, constants.X_OK);
  return { ...values, server, directory: values.packages ?? join(dirname(server), 'mcp') };
}

async function main() {
  const { server, directory, only, seed } = readArguments();
  const packages = new Packages(directory);
  const context = {
    server, packages, shapes: new Shapes(packages), seed: Number(seed), ...makeData(),
  };
  for (const [name, suite] of Object.entries(SUITES)) {
    if (!only || only === name) await suite(context);
  }
}

setTimeout(() => finish(`the whole run took more than ${WHOLE_RUN_MS / 1000} s`),
  WHOLE_RUN_MS).unref();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130));

try {
  await main();
} catch (error) {
  console.error(error.message);
  process.exit(2);
}
finish();
