// What an official client must be able to do with a map: build one, filter it, read it, watch it.

import assert from 'node:assert/strict';
import { valueOf } from './battery.mjs';

const PLACES = 'demo.world.populated_places';
const SPAIN = {
  type: 'Polygon',
  coordinates: [[[-10, 35], [5, 35], [5, 45], [-10, 45], [-10, 35]]],
};
const MAP = 'carto://map/default';
const UPDATED = 'notifications/resources/updated';

async function build(t, session, use) {
  await t.test('a dataset and a layer are added, styled and fitted', async () => {
    const source = await use('add_source',
      { type: 'table', source: PLACES, connection: 'demo', provider: 'postgres' });
    assert.equal(source.geoColumn, 'geom');
    assert.ok(source.schema.some((column) => column.name === 'pop_max'));
    const { layerId } = await use('add_layer', { datasetId: source.id, label: 'Places' });
    await use('set_layer_style', { layerId, fillColor: '#ff0000', radius: 4 });
    await use('set_map_center_and_zoom', { center: [40, -3], zoom: 5 });
    assert.deepEqual(await use('get_map_coordinates'), { latitude: 40, longitude: -3, zoom: 5 });
    await use('set_map_center_and_zoom_to_layer', { layerId });
    assert.notEqual((await use('get_map_coordinates')).zoom, 5);
    await use('remove_layer', { layerId });
    await use('remove_source', { datasetId: source.id });
  });
  await t.test('a spatial filter is set, read and taken away', async () => {
    await use('set_spatial_filter', { geometry: SPAIN });
    assert.deepEqual(await use('get_spatial_filter'), { type: 'mask', geometry: SPAIN });
    await use('set_spatial_filter', { geometry: null });
    assert.equal((await use('get_spatial_filter')).type, 'viewport');
  });
}

async function widgets(t, session, use) {
  await t.test('a saved map is loaded, and its widgets follow a filter', async () => {
    await use('load_builder_map', { mapId: 'world-places' });
    const read = () => use('get_category_widget', { widgetId: 'countries-by-people' });
    const [largest] = await read();
    await use('filter_category_widget',
      { widgetId: 'countries-by-people', categories: [largest.name] });
    assert.equal((await read())[0].value, largest.value);
    assert.equal(await use('get_formula_widget', { widgetId: 'people' }), largest.value);
    const { widgets: filtered } = await use('get_active_filters');
    assert.deepEqual(filtered.map((filter) => filter.value), [[largest.name]]);
    await use('filter_category_widget', { widgetId: 'countries-by-people', categories: [] });
    assert.deepEqual((await use('get_active_filters')).widgets, []);
  });
  await t.test('an SQL parameter changes what widgets read', async () => {
    const before = await use('get_formula_widget', { widgetId: 'people' });
    await use('set_sql_parameter_numeric', { parameterId: 'least', value: 1_000_000 });
    const after = await use('get_formula_widget', { widgetId: 'people' });
    assert.ok(after < before);
  });
}

async function watching(t, session, use) {
  if (session.era !== 'legacy') return;
  await t.test('who subscribes to a map is told of its changes', async () => {
    await session.client.subscribeResource({ uri: MAP });
    await use('set_map_center_and_zoom', { center: [1, 2], zoom: 3 });
    const told = session.received.filter((message) => message.method === UPDATED);
    assert.deepEqual(told.map((message) => message.params.uri), [MAP]);
    await session.client.unsubscribeResource({ uri: MAP });
    const { contents } = await session.client.readResource({ uri: MAP });
    assert.ok(JSON.parse(contents[0].text).keplerMapConfig);
  });
}

export async function mapData(t, session) {
  const use = async (name, args = {}) => valueOf(session, await session.call(name, args));
  await build(t, session, use);
  await widgets(t, session, use);
  await watching(t, session, use);
}
