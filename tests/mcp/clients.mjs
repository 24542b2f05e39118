// The official clients, v1 and v2, brought to one interface: see battery.mjs for it.

import assert from 'node:assert/strict';
import { adopt, group, release } from './harness.mjs';
import { flowData } from './flows.mjs';
import { mapData } from './maps.mjs';
import { LEGACY, META, MODERN, NEWEST_LEGACY } from './messages.mjs';
import { demoData, ownData, toolList, valueOf } from './battery.mjs';

const INFO = { name: 'interop', version: '1.0.0' };
const TIMEOUT_MS = 15_000;

// Notes what passes; rewrite may change what goes out.
function tap(transport, rewrite = (message) => message) {
  const log = { sent: [], received: [] };
  const send = transport.send.bind(transport);
  transport.send = (message, options) => {
    const changed = rewrite(message);
    log.sent.push(changed);
    return send(changed, options);
  };
  let handler;
  Object.defineProperty(transport, 'onmessage', {
    configurable: true,
    get: () => handler,
    set: (inner) => {
      handler = inner && ((message, extra) => {
        log.received.push(message);
        inner(message, extra);
      });
    },
  });
  return log;
}

async function begin(client, transport, log, rest) {
  await client.connect(transport, { timeout: TIMEOUT_MS });
  adopt(transport.pid);
  const { pid } = transport;
  const close = async () => {
    await client.close();
    release(pid);
  };
  const session = { client, close, ...log, ...rest };
  const { data } = valueOf(session, await session.call('list_connections', {}));
  session.connection = data[0].name;
  return session;
}

/* Client v1 always asks for the newest revision it knows: older ones need a hand on the message. */

function asking(revision) {
  return (message) => (message.method === 'initialize'
    ? { ...message, params: { ...message.params, protocolVersion: revision } }
    : message);
}

function openFirst(packages, server, args, revision) {
  const { Client } = packages.load('@modelcontextprotocol/sdk/client/index.js');
  const { StdioClientTransport } = packages.load('@modelcontextprotocol/sdk/client/stdio.js');
  const transport = new StdioClientTransport({ command: server, args, stderr: 'ignore' });
  const log = tap(transport, asking(revision));
  const client = new Client(INFO, { capabilities: {} });
  return begin(client, transport, log, {
    era: 'legacy',
    revision,
    list: () => client.listTools(),
    call: (name, args_, options) => client.callTool({ name, arguments: args_ }, undefined,
      { timeout: TIMEOUT_MS, ...options }),
  });
}

// Client v2 probes the era on a server process of its own, but not with a transport it does not
// know: a subclass has it probe the pipe that is then used.
function openSecond(packages, server, args, { mode, revision, samePipe = false }) {
  const { Client } = packages.load('@modelcontextprotocol/client');
  const { StdioClientTransport } = packages.load('@modelcontextprotocol/client/stdio');
  const Transport = samePipe ? class extends StdioClientTransport {} : StdioClientTransport;
  const transport = new Transport({ command: server, args, stderr: 'ignore' });
  const log = tap(transport);
  const client = new Client(INFO, {
    capabilities: {},
    versionNegotiation: { mode },
    ...(mode === 'legacy' ? { supportedProtocolVersions: [revision] } : {}),
  });
  return begin(client, transport, log, {
    era: mode === 'legacy' ? 'legacy' : 'modern',
    revision,
    list: () => client.listTools(undefined, { cacheMode: 'refresh' }),
    call: (name, args_, options) => client.callTool({ name, arguments: args_ },
      { timeout: TIMEOUT_MS, ...options }),
  });
}

/* Checks that belong to one era. */

async function opening(t, session) {
  await t.test('the handshake settles on the asked revision', () => {
    const answer = session.received.find((message) => message.result?.protocolVersion);
    assert.equal(answer?.result.protocolVersion, session.revision);
    const { name, version } = session.client.getServerVersion();
    assert.ok(name && version);
  });
  await t.test('tools, resources and logging are offered', () => {
    const capabilities = session.client.getServerCapabilities();
    assert.ok(capabilities.tools && capabilities.resources && capabilities.logging);
  });
  await t.test('ping', () => session.client.ping());
  await t.test('logging level', () => session.client.setLoggingLevel
    ? session.client.setLoggingLevel('warning')
    : session.client.request({ method: 'logging/setLevel', params: { level: 'warning' } }));
}

async function discovery(t, session, shapes) {
  await t.test('discovery settles on the modern revision', () => {
    assert.equal(session.client.getNegotiatedProtocolVersion(), MODERN);
    assert.ok(session.client.getDiscoverResult().supportedVersions.includes(MODERN));
    assert.ok(session.client.getServerVersion().name);
  });
  await t.test('discover again on the open pipe', async () => {
    const found = await session.client.discover();
    assert.ok(found.supportedVersions.includes(MODERN));
    assert.ok(found.capabilities.tools);
  });
  await t.test('results carry type, identity and cache hints', () => {
    const methods = new Map(session.sent.map((message) => [message.id, message.method]));
    const results = session.received.filter((message) => message.result);
    assert.ok(results.length > 10);
    for (const { id, result } of results) shapes.result(methods.get(id), MODERN, result);
    const identity = results.at(-1).result._meta[META.server];
    assert.equal(identity.name, session.client.getServerVersion().name);
  });
  await t.test('the server asked nothing', () => {
    assert.deepEqual(session.received.filter((m) => m.method && m.id !== undefined), []);
  });
}

function wellFormed(t, session, shapes) {
  return t.test('every message of the server is well formed', () => {
    session.received.forEach((message) => shapes.message(message));
  });
}

async function battery(t, open, shapes, { root, cancel }) {
  const session = await open([]);
  try {
    if (session.era === 'legacy') await opening(t, session);
    await toolList(t, session, shapes);
    await demoData(t, session, shapes);
    await mapData(t, session);
    if (session.era === 'modern') await discovery(t, session, shapes);
    await wellFormed(t, session, shapes);
  } finally {
    await session.close();
  }
  await flowData(t, open);
  await ownData(t, () => open(['--data', root]), shapes, { cancel });
}

// Cancelling means loading the largest table, so only one revision of a client and era does it.
export async function clientGroups({ packages, server, shapes, root }) {
  const run = (title, cancel, open) =>
    group(title, (t) => battery(t, open, shapes, { root, cancel }));
  for (const revision of LEGACY) {
    await run(`client v1, ${revision}`, revision === NEWEST_LEGACY,
      (args) => openFirst(packages, server, args, revision));
  }
  for (const revision of LEGACY) {
    await run(`client v2, legacy, ${revision}`, false,
      (args) => openSecond(packages, server, args, { mode: 'legacy', revision }));
  }
  const modern = [
    ['auto', { mode: 'auto' }],
    ['auto, probing the open pipe', { mode: 'auto', samePipe: true }],
    [`pinned to ${MODERN}`, { mode: { pin: MODERN } }],
  ];
  for (const [title, how] of modern) {
    await run(`client v2, ${title}`, how.mode !== 'auto',
      (args) => openSecond(packages, server, args, { ...how, revision: MODERN }));
  }
}
