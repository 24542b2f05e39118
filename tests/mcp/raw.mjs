// Hand-made conversations on bare pipes, with what no well-behaved client would ever send.

import assert from 'node:assert/strict';
import { group } from './harness.mjs';
import { codeOf, endsCleanly, oneOf, opened, withPipe } from './pipe.mjs';
import {
  call, envelope, ERROR, initialize, initialized, KNOWS, LEGACY, MAP_TEMPLATE, META, MODERN, modern,
  modernCall, NEWEST_LEGACY, notification, REFERENCE, request, TOOLS,
} from './messages.mjs';

const FEW = 100;

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

// The resources, by whatever makes a request of an era.
async function resources(t, pipe, revision, shapes, ask) {
  const get = async (method, params) => {
    const result = await pipe.result(ask('r', method, params));
    shapes.result(method, revision, result);
    return result;
  };
  await t.test('resources are listed and read', async () => {
    const { resources: [found], nextCursor } = await get('resources/list');
    assert.deepEqual([found.uri, found.mimeType, nextCursor],
      [REFERENCE, 'text/markdown', undefined]);
    assert.equal('title' in found, KNOWS.title(revision));
    const { resourceTemplates } = await get('resources/templates/list');
    assert.deepEqual(resourceTemplates.map((template) => template.uriTemplate), [MAP_TEMPLATE]);
    const { contents } = await get('resources/read', { uri: found.uri });
    assert.deepEqual([contents.length, contents[0].uri, contents[0].mimeType],
      [1, found.uri, found.mimeType]);
    assert.match(contents[0].text, /^# /);
  });
  await t.test('a resource that is not there is named', async () => {
    const uri = 'carto://caf\u00e9/"x"';
    const code = KNOWS.envelope(revision) ? ERROR.params : ERROR.resource;
    const { data } = await pipe.error(ask(1, 'resources/read', { uri }), code);
    assert.deepEqual(data, { uri });
  });
}

async function legacyErrors(t, pipe) {
  const cases = [
    ['an unknown method', request(1, 'tools/imagine'), [ERROR.method]],
    ['a subscription to nothing', request(1, 'resources/subscribe', { uri: 'a:b' }),
      [ERROR.resource]],
    ['an unknown resource', request(1, 'resources/read', { uri: 'a:b' }), [ERROR.resource]],
    ['no URI', request(1, 'resources/read', {}), [ERROR.params]],
    ['a number for a URI', request(1, 'resources/read', { uri: 5 }), [ERROR.params]],
    ['a foreign cursor of resources', request(1, 'resources/list', { cursor: 'mine' }),
      [ERROR.params]],
    ['a foreign cursor of templates', request(1, 'resources/templates/list', { cursor: '' }),
      [ERROR.params]],
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
    await resources(t, pipe, revision, shapes, request);
    await legacyErrors(t, pipe);
    await idsEchoed(t, pipe);
    await legacyRest(t, pipe);
    await batches(t, pipe, revision);
    await t.test('every message is well formed and the pipe ends cleanly', () =>
      endsCleanly(pipe, shapes));
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
    ['an unknown resource', modern(1, 'resources/read', { uri: 'a:b' }), ERROR.params],
    ['no URI', modern(1, 'resources/read'), ERROR.params],
    ['a foreign cursor of resources', modern(1, 'resources/list', { cursor: '' }), ERROR.params],
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
    await resources(t, pipe, MODERN, shapes, modern);
    await modernErrors(t, pipe);
    await unsupported(t, pipe);
    await t.test('without a log level nothing is logged', () => {
      assert.ok(!pipe.all.some((m) => m.method === 'notifications/message'));
    });
    await t.test('every message is well formed and the pipe ends cleanly', () =>
      endsCleanly(pipe, shapes));
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
    await t.test('every message is well formed and the pipe ends cleanly', () =>
      endsCleanly(pipe, shapes));
  });
}

export async function rawGroups({ server, shapes }) {
  for (const revision of LEGACY) {
    await group(`pipe, ${revision}`, (t) => legacy(t, server, revision, shapes));
  }
  await group(`pipe, ${MODERN}`, (t) => modernEra(t, server, shapes));
  await group('pipe, negotiation', (t) => negotiation(t, server));
  await group('pipe, both eras', (t) => interleaved(t, server, shapes));
}
