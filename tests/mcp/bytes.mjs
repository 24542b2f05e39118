// The pipe itself: broken lines, framing, floods, ends, and what happens during long work.

import assert from 'node:assert/strict';
import { group, sleep } from './harness.mjs';
import { endsCleanly, oneOf, opened, Pipe, withPipe } from './pipe.mjs';
import {
  call, ERROR, initialize, initialized, modern, modernCall, notification, request,
} from './messages.mjs';
import { HUGE_ROWS, TABLES } from './data.mjs';

const PIPELINED = 20_000;
const FLOOD_MS = 30_000;
const FEW = 100;
const LONG_LINE = 1_600_000;
const PROMPT_MS = 1_500;

/* Lines. */

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
    await t.test('every message is well formed and the pipe ends cleanly', () =>
      endsCleanly(pipe, shapes));
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
      await pipe.write(flood(PIPELINED), FLOOD_MS);
      pipe.read();
      const everything = () => pipe.all.length >= PIPELINED;
      await pipe.take(everything, `${PIPELINED} answers`, FLOOD_MS);
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
      await pipe.send(await loadCall(pipe, 'h'));
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

async function loadCall(pipe, id, { token, era = 'legacy', table = TABLES.huge } = {}) {
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
          await pipe.result(await loadCall(pipe, 'h', { token, era, table: TABLES.big }));
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
      await pipe.send(await loadCall(pipe, 'h'));
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
    await pipe.send(await loadCall(pipe, 'h', { era, token: 'p' }));
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
      const first = await loadCall(pipe, 'first');
      const second = await loadCall(pipe, 'second');
      await pipe.send(first, second,
        notification('notifications/cancelled', { requestId: 'second' }));
      await pipe.reply('first');
      await pipe.alive();
      await pipe.silence();
      await pipe.close();
    }));
  await t.test('end of input while loading', () =>
    withPipe(server, ['--data', root], async (pipe) => {
      await pipe.send(await loadCall(pipe, 'h'));
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

export async function bytesGroups({ server, shapes, root }) {
  await group('pipe, broken lines', (t) => brokenLines(t, server, shapes));
  await group('pipe, framing', (t) => framing(t, server));
  await group('pipe, flood', (t) => pipelined(t, server));
  await group('pipe, endings', (t) => endings(t, server, root));
  await group('pipe, progress', (t) => progress(t, server, root));
  await group('pipe, cancellation', (t) => cancellation(t, server, root));
  await group('pipe, logging', (t) => logging(t, server));
}
