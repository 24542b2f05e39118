// Hand-made JSON-RPC messages of both eras.

export const LEGACY = ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'];
export const NEWEST_LEGACY = LEGACY.at(-1);
export const MODERN = '2026-07-28';
export const TOOLS = [
  'list_connections', 'list_resources', 'search_resources', 'describe', 'execute_query',
  'list_maps', 'load_builder_map',
  'add_marker', 'get_map_coordinates', 'get_spatial_filter', 'lds_geocode',
  'set_map_center_and_zoom', 'set_map_center_and_zoom_to_layer', 'set_spatial_filter',
  'get_active_filters',
  'add_layer', 'set_layer_style', 'set_layer_visibility', 'remove_layer',
  'filter_category_widget', 'filter_histogram_widget', 'filter_range_widget',
  'get_formula_widget', 'get_category_widget', 'get_histogram_widget', 'get_time_series_widget',
  'set_sql_parameter_text', 'set_sql_parameter_date_range', 'set_sql_parameter_numeric',
  'set_sql_parameter_numeric_range',
  'add_source', 'remove_source', 'generate_chart',
  'async_workflow_job_get_status_v1_0_0', 'async_workflow_job_get_results_v1_0_0',
  'async_workflows_check_results', 'async_workflows_get_results', 'add_source_from_workflows',
];
export const REFERENCE = 'carto://sql/reference';
export const MAP_TEMPLATE = 'carto://map/{map}';

export const META = {
  version: 'io.modelcontextprotocol/protocolVersion',
  capabilities: 'io.modelcontextprotocol/clientCapabilities',
  client: 'io.modelcontextprotocol/clientInfo',
  server: 'io.modelcontextprotocol/serverInfo',
  log: 'io.modelcontextprotocol/logLevel',
  subscription: 'io.modelcontextprotocol/subscriptionId',
};

export const ERROR = {
  parse: -32700,
  request: -32600,
  method: -32601,
  params: -32602,
  version: -32022,
  resource: -32002,
};

export const KNOWS = {
  annotations: (revision) => revision >= '2025-03-26',
  structured: (revision) => revision >= '2025-06-18',
  title: (revision) => revision >= '2025-06-18',
  anyValue: (revision) => revision >= MODERN,   // as a tool's result; before, only objects
  envelope: (revision) => revision >= MODERN,
};

const CLIENT_INFO = { name: 'interop', version: '1.0.0' };

export function request(id, method, params) {
  return { jsonrpc: '2.0', id, method, ...(params === undefined ? {} : { params }) };
}

export function notification(method, params) {
  return { jsonrpc: '2.0', method, ...(params === undefined ? {} : { params }) };
}

export function initialize(id, revision) {
  return request(id, 'initialize', {
    protocolVersion: revision,
    capabilities: {},
    clientInfo: CLIENT_INFO,
  });
}

export const initialized = notification('notifications/initialized');

export function envelope(more = {}) {
  return {
    [META.version]: MODERN,
    [META.capabilities]: {},
    [META.client]: CLIENT_INFO,
    ...more,
  };
}

export function modern(id, method, params = {}, meta = {}) {
  return request(id, method, { ...params, _meta: envelope(meta) });
}

export function call(id, name, args, more = {}) {
  return request(id, 'tools/call', { name, ...(args ? { arguments: args } : {}), ...more });
}

export function modernCall(id, name, args = {}, meta = {}) {
  return modern(id, 'tools/call', { name, arguments: args }, meta);
}
