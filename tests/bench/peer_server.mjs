// node peer_server.mjs PACKAGES RESULT
// The peer of bench_stdio.mjs: a TypeScript SDK server whose one tool answers the JSON in RESULT.

import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const [packages, result] = process.argv.slice(2);
const require = createRequire(join(resolve(packages), 'package.json'));
const { McpServer } = require('@modelcontextprotocol/sdk/server/mcp.js');
const { StdioServerTransport } = require('@modelcontextprotocol/sdk/server/stdio.js');

const structuredContent = JSON.parse(result);
const server = new McpServer({ name: 'peer', version: '1.0.0' });

server.registerTool('list_connections', {
  title: 'List connections',
  description: 'Lists all available data warehouse connections.',
  annotations: { readOnlyHint: true, openWorldHint: false },
}, () => ({
  content: [{ type: 'text', text: JSON.stringify(structuredContent) }],
  structuredContent,
}));

await server.connect(new StdioServerTransport());
