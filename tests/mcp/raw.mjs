// Hand-made messages on bare pipes: what no well-behaved client would ever send.

import assert from 'node:assert/strict';
import { group, sleep, within } from './harness.mjs';
import { Pipe, withPipe } from './pipe.mjs';
import {
  call, envelope, ERROR, initialize, initialized, KNOWS, LEGACY, META, MODERN, modern, modernCall,
  NEWEST_LEGACY, notification, request, TOOLS,
} from './messages.mjs';
import { HUGE_ROWS, TABLES } from './data.mjs';

const PIPELINED = 20_000;
const FLOOD_MS = 30_000;
const FEW = 100;
const LONG_LINE = 1_600_000;
const PROMPT_MS = 1_500;

async function opened(pipe, revision = NEWEST_LEGACY) {
  const result = await pipe.result(initialize('open', revision));
  await pipe.send(initialized);
  return result;
}

function check(pipe, shapes) {
  pipe.all.flat().forEach((message) => shapes.message(message));
}

function codeOf(reply) {
  assert.ok(reply.error, `expected an error, got ${JSON.stringify(reply)}`);
  return reply.error.code;
}

function oneOf(codes, reply) {
  assert.ok(codes.includes(codeOf(reply)), JSON.stringify(reply.error));
}

async function walkPages(ask) {
  const tools = [];
  let cursor;
  do {
    const page = await ask(cursor === undefined ? {} : { cursor });
    tools.push(...page.tools);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return tools;
}

/* Legacy conversations. */

async function legacyTools(t, pipe, revision, shapes) {
  await t.test('tools/list', async () => {
    const tools = await walkPages(async (params) => {
      const page = await pipe.result(request('list', 'tools/list', params));
      shapes.result('tools/list', revision, page);
      return page;
    });
    const names = tools.map((tool) => tool.name);
    for (const name of TOOLS) assert.ok(names.includes(name), name);
    if (KNOWS.annotations(revision)) assert.ok(tools.every((tool) => tool.annotations));
    if (KNOWS.structured(revision)) assert.ok(tools.every((tool) => tool.outputSchema));
    if (KNOWS.title(revision)) assert.ok(tools.every((tool) => tool.title));
  });
  await t.test('tools/call, arguments given and left out', async () => {
    for (const args of [{}, undefined]) {
      const result = await pipe.result(call('c', 'list_connections', args));
      shapes.result('tools/call', revision, result);
      const value = JSON.parse(result.content[0].text);
      shapes.tool('list_connections', value);
      if (KNOWS.structured(revision)) assert.deepEqual(result.structuredContent, value);
    }
  });
  await t.test('an older name of a tool is understood, not listed', async () => {
    const result = await pipe.result(call(1, 'get_column_stats',
      { connection_name: 'demo', table_fqn: 'demo.world.rivers' }));
    assert.notEqual(result.isError, true, JSON.stringify(result.content));
  });
}

async function legacyErrors(t, pipe) {
  const cases = [
    ['an unknown method', request(1, 'tools/imagine'), [ERROR.method]],
    ['resources, which are not offered', request(1, 'resources/list'), [ERROR.method]],
    ['prompts, which are not offered', request(1, 'prompts/list'), [ERROR.method]],
    ['an unknown tool', call(1, 'nothing', {}), [ERROR.params]],
    ['a tool name of 1 MB', call(1, 'x'.repeat(1_000_000), {}), [ERROR.params, ERROR.request]],
    ['no tool name', request(1, 'tools/call', { arguments: {} }), [ERROR.params]],
    ['a number for a tool name', request(1, 'tools/call', { name: 5 }), [ERROR.params]],
    ['an array for arguments', call(1, 'list_connections', []), [ERROR.params]],
    ['a string for arguments', call(1, 'list_connections', 'all'), [ERROR.params]],
    ['an array for params', request(1, 'tools/list', []), [ERROR.params, ERROR.request]],
    ['a foreign cursor', request(1, 'tools/list', { cursor: 'mine' }), [ERROR.params]],
    ['an empty cursor', request(1, 'tools/list', { cursor: '' }), [ERROR.params]],
    ['a number for a cursor', request(1, 'tools/list', { cursor: 5 }), [ERROR.params]],
    ['a bad logging level', request(1, 'logging/setLevel', { level: 'loud' }), [ERROR.params]],
    ['no logging level', request(1, 'logging/setLevel', {}), [ERROR.params]],
    ['a second handshake', initialize(1, NEWEST_LEGACY), [ERROR.request]],
    ['discovery without metadata', request(1, 'server/discover', {}), [ERROR.params]],
    ['an older JSON-RPC', { ...request(1, 'ping'), jsonrpc: '1.0' }, [ERROR.request]],
    ['no JSON-RPC version', { id: 1, method: 'ping' }, [ERROR.request]],
    ['a number for a method', request(1, 5), [ERROR.request]],
  ];
  for (const [what, message, codes] of cases) {
    await t.test(`${what} is error ${codes.join(' or ')}`, async () => {
      await pipe.send(message);
      const reply = await pipe.take((m) => m.error !== undefined || m.id === 1, what);
      oneOf(codes, reply);
      assert.ok([1, null].includes(reply.id), `id ${reply.id}`);
    });
  }
}

// Ids that JavaScript could not carry are compared as text.
async function idsEchoed(t, pipe) {
  const ids = ['"text"', '""', '0', '-1', '9007199254740993', '123456789012345678901234567890',
    '"9007199254740993"', '"caf\\u00e9 \\ud83d\\ude00 \\"quoted\\""'];
  for (const id of ids) {
    await t.test(`the id ${id} comes back`, async () => {
      const before = pipe.texts.length;
      await pipe.write(`{"jsonrpc":"2.0","id":${id},"method":"ping"}\n`);
      await pipe.take((m) => m.result !== undefined, 'the reply');
      const text = pipe.texts[before];
      if (id.startsWith('"')) assert.equal(JSON.parse(text).id, JSON.parse(id));
      else assert.match(text, new RegExp(`"id":\\s*${id}[,}]`));
    });
  }
  for (const id of ['null', '1.5', 'true', '{}', '[1]']) {
    await t.test(`the id ${id} is refused`, async () => {
      await pipe.write(`{"jsonrpc":"2.0","id":${id},"method":"ping"}\n`);
      assert.equal(codeOf(await pipe.stray()), ERROR.request);
    });
  }
}

async function legacyRest(t, pipe) {
  await t.test('ping and logging level answer an empty result', async () => {
    assert.deepEqual(await pipe.result(request('p', 'ping')), {});
    assert.deepEqual(await pipe.result(request('l', 'logging/setLevel', { level: 'error' })), {});
  });
  await t.test('notifications and responses are not answered', async () => {
    await pipe.send(notification('notifications/imagined', { a: 1 }),
      notification('tools/list'),
      notification('notifications/cancelled', { requestId: 'never seen' }),
      notification('notifications/cancelled', {}),
      { jsonrpc: '2.0', id: 77, result: {} },
      { jsonrpc: '2.0', id: 78, error: { code: 1, message: 'none' } });
    await pipe.alive();
    await pipe.silence();
  });
  await t.test('unknown members are ignored', async () => {
    const odd = { ...request('odd', 'ping', { extra: [1], _meta: { x: 1 } }), more: { a: null } };
    assert.deepEqual(await pipe.result(odd), {});
  });
}

async function batches(t, pipe, revision) {
  const batch = [request('b1', 'ping'), initialized, request('b2', 'imagined'), 5,
    call('b3', 'list_connections', {})];
  if (revision !== '2025-03-26') {
    if (revision === '2024-11-05') return;   // left open there
    await t.test('a batch is one error', async () => {
      await pipe.send(batch);
      assert.equal(codeOf(await pipe.stray()), ERROR.request);
      await pipe.silence();
    });
    return;
  }
  await t.test('a batch is answered by a batch', async () => {
    await pipe.send(batch);
    const replies = await pipe.take(Array.isArray, 'an array');
    assert.equal(replies.length, 4);
    const byId = new Map(replies.map((reply) => [reply.id, reply]));
    assert.deepEqual(byId.get('b1').result, {});
    assert.equal(codeOf(byId.get('b2')), ERROR.method);
    assert.ok(byId.get('b3').result.content);
    assert.equal(codeOf(byId.get(null)), ERROR.request);
  });
  await t.test('a batch of notifications is not answered', async () => {
    await pipe.send([initialized, notification('notifications/imagined')]);
    await pipe.alive();
    await pipe.silence();
  });
  await t.test('an empty batch is an error', async () => {
    await pipe.send([]);
    assert.equal(codeOf(await pipe.stray()), ERROR.request);
  });
  await t.test('a handshake inside a batch is refused', async () => {
    await pipe.send([initialize('again', revision)]);
    const reply = await pipe.take((m) => Array.isArray(m) || m.error, 'a refusal');
    assert.equal(codeOf(Array.isArray(reply) ? reply[0] : reply), ERROR.request);
  });
}

async function legacy(t, server, revision, shapes) {
  await withPipe(server, [], async (pipe) => {
    await t.test('the handshake gives the asked revision', async () => {
      const result = await opened(pipe, revision);
      shapes.result('initialize', revision, result);
      assert.equal(result.protocolVersion, revision);
    });
    await legacyTools(t, pipe, revision, shapes);
    await legacyErrors(t, pipe);
    await idsEchoed(t, pipe);
    await legacyRest(t, pipe);
    await batches(t, pipe, revision);
    await t.test('every message is well formed and the pipe ends cleanly', async () => {
      check(pipe, shapes);
      await pipe.close();
    });
  });
}

async function negotiation(t, server) {
  for (const asked of ['1999-01-01', '2030-01-01', MODERN, '', 'latest']) {
    await t.test(`asking for "${asked}" gives ${NEWEST_LEGACY}`, () =>
      withPipe(server, [], async (pipe) => {
        const result = await opened(pipe, asked);
        assert.equal(result.protocolVersion, NEWEST_LEGACY);
        await pipe.close();
      }));
  }
  await t.test('a request ahead of the handshake is served', () =>
    withPipe(server, [], async (pipe) => {
      await pipe.alive();
      assert.ok((await pipe.result(request('early', 'tools/list'))).tools.length);
      await opened(pipe);
      await pipe.close();
    }));
  await t.test('a malformed handshake is refused and can be repeated', () =>
    withPipe(server, [], async (pipe) => {
      await pipe.error(request('bad', 'initialize', { protocolVersion: 5 }), ERROR.params);
      assert.equal((await opened(pipe)).protocolVersion, NEWEST_LEGACY);
      await pipe.close();
    }));
}

/* Modern conversations. */

async function modernResults(t, pipe, shapes) {
  await t.test('server/discover', async () => {
    const result = await pipe.result(modern('d', 'server/discover'));
    shapes.result('server/discover', MODERN, result);
    assert.ok(result.supportedVersions.includes(MODERN));
  });
  await t.test('tools/list and tools/call', async () => {
    const tools = await walkPages(async (params) => {
      const page = await pipe.result(modern('list', 'tools/list', params));
      shapes.result('tools/list', MODERN, page);
      return page;
    });
    assert.ok(TOOLS.every((name) => tools.some((tool) => tool.name === name)));
    const result = await pipe.result(modernCall('c', 'list_connections'));
    shapes.result('tools/call', MODERN, result);
    shapes.tool('list_connections', result.structuredContent);
    assert.deepEqual(JSON.parse(result.content[0].text), result.structuredContent);
  });
  await t.test('a tool error is a complete result too', async () => {
    const result = await pipe.result(modernCall('e', 'describe'));
    shapes.result('tools/call', MODERN, result);
    assert.equal(result.isError, true);
  });
  await t.test('client information is not demanded', async () => {
    const meta = envelope();
    delete meta[META.client];
    await pipe.result(request('no-info', 'tools/list', { _meta: meta }));
  });
  await t.test('listening is answered one way or the other', async () => {
    await pipe.send(modern('listen', 'subscriptions/listen',
      { notifications: { toolsListChanged: true } }));
    const reply = await pipe.take((m) => m.id === 'listen' || m.method, 'an answer');
    if (reply.error) return assert.equal(reply.error.code, ERROR.method);
    assert.equal(reply.method, 'notifications/subscriptions/acknowledged');
    assert.equal(reply.params._meta[META.subscription], 'listen');
    return pipe.send(notification('notifications/cancelled', { requestId: 'listen' }));
  });
}

function withMeta(change) {
  const meta = envelope();
  change(meta);
  return request(1, 'tools/list', { _meta: meta });
}

async function modernErrors(t, pipe) {
  const cases = [
    ['no client capabilities', withMeta((m) => delete m[META.capabilities]), ERROR.params],
    ['an array for capabilities', withMeta((m) => { m[META.capabilities] = []; }), ERROR.params],
    ['a number for a version', withMeta((m) => { m[META.version] = 20260728; }), ERROR.params],
    ['discovery without a version', request(1, 'server/discover', {
      _meta: { [META.capabilities]: {} },
    }), ERROR.params],
    ['discovery without params', request(1, 'server/discover'), ERROR.params],
    ['ping', modern(1, 'ping'), ERROR.method],
    ['the logging level', modern(1, 'logging/setLevel', { level: 'info' }), ERROR.method],
    ['the handshake', modern(1, 'initialize', initialize(1, MODERN).params), ERROR.method],
    ['a subscription', modern(1, 'resources/subscribe', { uri: 'a:b' }), ERROR.method],
    ['old tasks', modern(1, 'tasks/list'), ERROR.method],
    ['an unknown method', modern(1, 'tools/imagine'), ERROR.method],
    ['resources, which are not offered', modern(1, 'resources/list'), ERROR.method],
    ['prompts, which are not offered', modern(1, 'prompts/list'), ERROR.method],
    ['an unknown tool', modernCall(1, 'nothing'), ERROR.params],
    ['an array for arguments', modernCall(1, 'list_connections', []), ERROR.params],
    ['a foreign cursor', modern(1, 'tools/list', { cursor: 'mine' }), ERROR.params],
  ];
  for (const [what, message, code] of cases) {
    await t.test(`${what} is error ${code}`, () => pipe.error(message, code));
  }
}

async function unsupported(t, pipe) {
  const { supportedVersions } = await pipe.result(modern('d', 'server/discover'));
  for (const asked of ['2027-01-01', '1999-01-01', 'next', '']) {
    await t.test(`the version "${asked}" is refused with what would do`, async () => {
      for (const method of ['tools/list', 'server/discover', 'tools/call']) {
        const { data } = await pipe.error(modern(1, method, {}, { [META.version]: asked }),
          ERROR.version);
        assert.equal(data.requested, asked);
        assert.ok(data.supported.includes(MODERN));
        for (const version of data.supported) assert.ok(supportedVersions.includes(version));
      }
    });
  }
}

async function modernEra(t, server, shapes) {
  await withPipe(server, [], async (pipe) => {
    await modernResults(t, pipe, shapes);
    await modernErrors(t, pipe);
    await unsupported(t, pipe);
    await t.test('without a log level nothing is logged', () => {
      assert.ok(!pipe.all.some((m) => m.method === 'notifications/message'));
    });
    await t.test('every message is well formed and the pipe ends cleanly', async () => {
      check(pipe, shapes);
      await pipe.close();
    });
  });
}

async function interleaved(t, server, shapes) {
  await withPipe(server, [], async (pipe) => {
    await t.test('modern requests before, inside and after a handshake', async () => {
      const before = await pipe.result(modern('m1', 'tools/list'));
      const { protocolVersion } = await opened(pipe, '2025-06-18');
      assert.equal(protocolVersion, '2025-06-18');
      const after = await pipe.result(modern('m2', 'tools/list'));
      assert.deepEqual(after, before);
      shapes.result('server/discover', MODERN, await pipe.result(modern('m3', 'server/discover')));
      await pipe.error(modern('m4', 'ping'), ERROR.method);
      await pipe.alive();
    });
    await t.test('both eras in turn, pipelined', async () => {
      const messages = Array.from({ length: FEW }, (_, i) => (i % 2
        ? modernCall(`m${i}`, 'list_connections')
        : call(`l${i}`, 'list_connections')));
      await pipe.send(...messages);
      for (const { id } of messages) {
        const { result } = await pipe.reply(id);
        shapes.result('tools/call', id.startsWith('m') ? MODERN : '2025-06-18', result);
      }
    });
    await t.test('every message is well formed and the pipe ends cleanly', async () => {
      check(pipe, shapes);
      await pipe.close();
    });
  });
}

/* Bytes. */

const BROKEN = [
  ['an open brace', '{', [ERROR.parse]],
  ['words', 'hello there', [ERROR.parse]],
  ['a cut message', '{"jsonrpc":"2.0","id":1,"method":"pi', [ERROR.parse]],
  ['two messages on a line', '{"jsonrpc":"2.0","id":1,"method":"ping"} {}', [ERROR.parse]],
  ['single quotes', "{'jsonrpc':'2.0'}", [ERROR.parse]],
  ['a trailing comma', '{"jsonrpc":"2.0","id":1,"method":"ping",}', [ERROR.parse]],
  ['a zero byte', '{"jsonrpc":"2.0","id":1,"method":"pi\0ng"}', [ERROR.parse]],
  ['bytes that are no UTF-8', Buffer.concat([Buffer.from('{"jsonrpc":"2.0","id":1,"method":"'),
    Buffer.from([0xc3, 0x28, 0xff]), Buffer.from('"}')]), [ERROR.parse]],
  ['half a surrogate pair', '{"jsonrpc":"2.0","id":"\\ud800","method":"ping"}',
    [ERROR.parse, ERROR.request]],
  ['deep nesting', `${'['.repeat(5000)}${']'.repeat(5000)}`, [ERROR.parse, ERROR.request]],
  ['a string', '"ping"', [ERROR.request]],
  ['a number', '42', [ERROR.request]],
  ['null', 'null', [ERROR.request]],
  ['an empty object', '{}', [ERROR.request]],
  ['an endless line', 'x'.repeat(LONG_LINE), [ERROR.parse, ERROR.request]],
];

const LONG_MESSAGE =
  `{"jsonrpc":"2.0","id":"long","method":"ping","params":{"pad":"${'y'.repeat(LONG_LINE)}"}}`;

async function brokenLines(t, server, shapes) {
  await withPipe(server, [], async (pipe) => {
    await opened(pipe);
    for (const [what, text, codes] of BROKEN) {
      await t.test(`${what} is error ${codes.join(' or ')}, and the next line counts`, async () => {
        await pipe.write(Buffer.concat([Buffer.from(text), Buffer.from('\n')]));
        const reply = await pipe.take((m) => m.error !== undefined, 'an error');
        oneOf(codes, reply);
        assert.equal(reply.id, null);
        await pipe.alive();
      });
    }
    await t.test('a long message is served or refused, and the next line counts', async () => {
      await pipe.write(`${LONG_MESSAGE}\n`);
      const reply = await pipe.take((m) => m.error !== undefined || m.id === 'long', 'an answer');
      if (reply.error) oneOf([ERROR.parse, ERROR.request], reply);
      await pipe.alive();
    });
    await t.test('every message is well formed and the pipe ends cleanly', async () => {
      check(pipe, shapes);
      await pipe.close();
    });
  });
}

const SCRIPT = [
  initialize(1, '2025-06-18'), initialized, request(2, 'ping'), request(3, 'tools/list'),
  call(4, 'list_connections', {}), call(5, 'search_resources',
    { connection_name: 'demo', query: '\u00e9\u{1f600}' }), modern(6, 'server/discover'),
  modernCall(7, 'list_resources', { connection_name: 'demo', maxDepth: 3 }), request(8, 'nothing'),
];

async function played(server, write) {
  return withPipe(server, [], async (pipe) => {
    await write(pipe, SCRIPT.map((message) => JSON.stringify(message)));
    for (const { id } of SCRIPT) if (id !== undefined) await pipe.reply(id);
    await pipe.close();
    return pipe.texts;
  });
}

async function byBytes(pipe, lines) {
  for (const byte of Buffer.from(`${lines.join('\n')}\n`)) await pipe.write(Buffer.from([byte]));
}

async function inPieces(pipe, lines) {
  const bytes = Buffer.from(`${lines.join('\n')}\n`);
  for (let at = 0, size = 1; at < bytes.length; at += size, size = (size * 5) % 97 + 1) {
    await pipe.write(bytes.subarray(at, at + size));
    if (size % 7 === 0) await sleep(1);
  }
}

async function framing(t, server) {
  const plain = await played(server, (pipe, lines) => pipe.write(`${lines.join('\n')}\n`));
  const ways = [
    ['lines ended by CR LF', (pipe, lines) => pipe.write(`${lines.join('\r\n')}\r\n`)],
    ['blank lines between', (pipe, lines) =>
      pipe.write(`\n\r\n  \n${lines.join('\n\n \t\r\n\n')}\n\n`)],
    ['blanks around', (pipe, lines) => pipe.write(lines.map((l) => ` \t${l} \t\n`).join(''))],
    ['a byte at a time', byBytes],
    ['odd pieces', inPieces],
  ];
  for (const [what, write] of ways) {
    await t.test(`${what}: the same answers`, async () => {
      assert.deepEqual((await played(server, write)).sort(), [...plain].sort());
    });
  }
}

/* Floods and ends. */

function flood(count) {
  const lines = [];
  for (let id = 0; id < count; id++) {
    const message = [request(id, 'ping'), call(id, 'list_connections', {}),
      modernCall(id, 'list_connections')][id % 3];
    lines.push(`${JSON.stringify(message)}\n`);
  }
  return lines.join('');
}

async function pipelined(t, server) {
  await t.test(`${PIPELINED} requests written before anything is read`, () =>
    withPipe(server, [], async (pipe) => {
      await within(pipe.write(flood(PIPELINED)), FLOOD_MS, 'writing (a deadlock?)');
      pipe.read();
      const last = PIPELINED - 1;
      await pipe.take((m) => m.id === last || pipe.all.length >= PIPELINED, 'the answers', FLOOD_MS);
      for (let waited = 0; pipe.all.length < PIPELINED && waited < FLOOD_MS; waited += 20) {
        await sleep(20);
      }
      assert.equal(pipe.all.length, PIPELINED);
      const ids = new Set(pipe.all.map((m) => m.id));
      assert.equal(ids.size, PIPELINED);
      assert.ok(pipe.all.every((m) => m.result), 'an error among the answers');
      pipe.queue = [];
      await pipe.close();
    }, { paused: true }), 2 * FLOOD_MS + 5_000);
}

async function endings(t, server, root) {
  const prompt = (how) => assert.ok(how.ms < PROMPT_MS, `${how.ms} ms`);
  await t.test('end of input before any message', () => withPipe(server, [], async (pipe) => {
    pipe.child.stdin.end();
    const how = await pipe.gone();
    assert.equal(how.code, 0);
    prompt(how);
  }));
  await t.test('what was asked before the end of input is answered', () =>
    withPipe(server, [], async (pipe) => {
      pipe.child.stdin.end(flood(FEW));
      assert.equal((await pipe.gone()).code, 0);
      assert.equal(pipe.all.length, FEW);
    }));
  await t.test('end of input inside a line', () => withPipe(server, [], async (pipe) => {
    pipe.child.stdin.end('{"jsonrpc":"2.0","id":1,"met');
    assert.equal((await pipe.gone()).code, 0);
  }));
  await t.test('a closed stdout ends the server', () => withPipe(server, [], async (pipe) => {
    await pipe.alive();
    pipe.child.stdout.destroy();
    for (let i = 0; i < 50 && !pipe.closed; i++) {
      await pipe.send(request(i, 'ping'));
      await sleep(10);
    }
    await pipe.gone();
  }));
  await t.test('a terminate signal ends the server', () => withPipe(server, [], async (pipe) => {
    await pipe.alive();
    pipe.child.kill('SIGTERM');
    prompt(await pipe.gone());
  }));
  await t.test('a terminate signal ends a server that is loading', () =>
    withPipe(server, ['--data', root], async (pipe) => {
      await pipe.send(await hugeCall(pipe, 'h'));
      await sleep(30);
      pipe.child.kill('SIGTERM');
      await pipe.gone();
    }));
}

/* Long work: progress, cancellation, and answers meanwhile. */

async function connectionOf(pipe) {
  const { content } = await pipe.result(call('who', 'list_connections', {}));
  return JSON.parse(content[0].text).data[0].name;
}

async function hugeCall(pipe, id, { token, era = 'legacy', table = TABLES.huge } = {}) {
  const args = { connection_name: await connectionOf(pipe), table_fqn: table };
  const meta = token === undefined ? {} : { progressToken: token };
  return era === 'modern' ? modernCall(id, 'describe', args, meta)
    : call(id, 'describe', args, token === undefined ? {} : { _meta: meta });
}

const isProgress = (m) => m.method === 'notifications/progress';

async function progress(t, server, root) {
  for (const era of ['legacy', 'modern']) {
    for (const token of ['text', 7]) {
      await t.test(`${era} progress with the token ${JSON.stringify(token)}`, () =>
        withPipe(server, ['--data', root], async (pipe) => {
          await pipe.result(await hugeCall(pipe, 'h', { token, era }));
          const notices = pipe.all.filter(isProgress).map((m) => m.params);
          assert.ok(notices.length > 0, 'no progress');
          assert.ok(notices.every((n) => n.progressToken === token));
          const steps = notices.map((n) => n.progress);
          steps.slice(1).forEach((step, i) => assert.ok(step > steps[i], `${step} <= ${steps[i]}`));
          await sleep(100);
          assert.ok(!isProgress(pipe.all.at(-1)), 'progress after the answer');
        }));
    }
  }
  await t.test('no progress unasked, and ping is answered meanwhile', () =>
    withPipe(server, ['--data', root], async (pipe) => {
      await pipe.send(await hugeCall(pipe, 'h'));
      await sleep(20);
      await pipe.result(request('meanwhile', 'ping'));
      const value = JSON.parse((await pipe.reply('h')).result.content[0].text);
      assert.equal(value.rowCount, HUGE_ROWS);
      const order = pipe.all.map((m) => m.id);
      assert.ok(order.indexOf('meanwhile') < order.indexOf('h'), 'ping waited for the load');
      assert.ok(!pipe.all.some(isProgress));
    }));
}

async function cancelledOnce(server, root, era) {
  return withPipe(server, ['--data', root], async (pipe) => {
    await pipe.send(await hugeCall(pipe, 'h', { era, token: 'p' }));
    await pipe.take(isProgress, 'the first progress');
    await pipe.send(notification('notifications/cancelled', { requestId: 'h', reason: 'enough' }));
    await pipe.alive();
    pipe.child.stdin.end();
    assert.equal((await pipe.gone()).code, 0);
    return !pipe.all.some((m) => m.id === 'h');
  });
}

async function cancellation(t, server, root) {
  for (const era of ['legacy', 'modern']) {
    await t.test(`a cancelled ${era} request is not answered`, async () => {
      for (let attempt = 0; attempt < 4; attempt++) {
        if (await cancelledOnce(server, root, era)) return;
      }
      assert.fail('answered every time');
    }, 60_000);
  }
  await t.test('a request cancelled before its turn is not answered', () =>
    withPipe(server, ['--data', root], async (pipe) => {
      const first = await hugeCall(pipe, 'first');
      const second = await hugeCall(pipe, 'second');
      await pipe.send(first, second,
        notification('notifications/cancelled', { requestId: 'second' }));
      await pipe.reply('first');
      await pipe.alive();
      await pipe.silence();
      await pipe.close();
    }));
  await t.test('end of input while loading', () =>
    withPipe(server, ['--data', root], async (pipe) => {
      await pipe.send(await hugeCall(pipe, 'h'));
      pipe.child.stdin.end();
      assert.equal((await pipe.gone(8_000)).code, 0);
    }));
}

async function logging(t, server) {
  await t.test('a log on stderr leaves stdout to messages', async () => {
    const pipe = new Pipe(server, ['--log', 'debug']);
    try {
      await opened(pipe);
      await pipe.result(call('c', 'list_connections', {}));
      pipe.queue = pipe.queue.filter((m) => m.method !== 'notifications/message');
      await pipe.close();
    } finally {
      pipe.kill();
    }
  });
}

export async function rawGroups({ server, shapes, root }) {
  for (const revision of LEGACY) {
    await group(`pipe, ${revision}`, (t) => legacy(t, server, revision, shapes));
  }
  await group(`pipe, ${MODERN}`, (t) => modernEra(t, server, shapes));
  await group('pipe, negotiation', (t) => negotiation(t, server));
  await group('pipe, both eras', (t) => interleaved(t, server, shapes));
  await group('pipe, broken lines', (t) => brokenLines(t, server, shapes));
  await group('pipe, framing', (t) => framing(t, server));
  await group('pipe, flood', (t) => pipelined(t, server));
  await group('pipe, endings', (t) => endings(t, server, root));
  await group('pipe, progress', (t) => progress(t, server, root));
  await group('pipe, cancellation', (t) => cancellation(t, server, root));
  await group('pipe, logging', (t) => logging(t, server));
}
