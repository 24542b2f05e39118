// What an official client must be able to do with the demo's workflows: call one, drive a job of
// another, and put its result on a map.

import assert from 'node:assert/strict';
import { valueOf } from './battery.mjs';

const POLLS = 600;
const POLL_MS = 20;

async function finished(use, job) {
  for (let i = 0; i < POLLS; i++) {
    const { data } = await use('async_workflow_job_get_status_v1_0_0',
      { jobId: job.jobId, connectionName: job.connectionName });
    if (data.status !== 'pending' && data.status !== 'running') return data;
    await new Promise((done) => { setTimeout(done, POLL_MS); });
  }
  return assert.fail('the job does not end');
}

export async function flowData(t, open) {
  const session = await open([]);
  const use = async (name, args = {}) => valueOf(session, await session.call(name, args));
  try {
    await t.test('a workflow answers at once', async () => {
      const { status, data } = await use('trade_areas', { names: ['Madrid'], distanceKm: 50 });
      assert.equal(status, 200);
      assert.equal(data.rows[0].site, 'Madrid');
      assert.equal(data.schema[0].name, 'site');
    });
    await t.test('another runs as a job, whose result goes onto a map', async () => {
      const { data: job } = await use('hotspots', { resolution: 2 });
      const done = await finished(use, job);
      assert.equal(done.status, 'success', JSON.stringify(done));
      const { jobs } = await use('async_workflows_check_results', { jobId: job.jobId });
      assert.deepEqual(jobs.map((j) => [j.jobId, j.status]), [[job.jobId, 'completed']]);
      const table = await use('async_workflows_get_results',
        { jobId: job.jobId, connection: job.connectionName });
      assert.equal(table.workflowOutputTableName, job.workflowOutputTableName);
      const { data: result } = await use('async_workflow_job_get_results_v1_0_0', job);
      assert.ok(result.rows.length > 0 && result.schema.length > 0);
      const source = await use('add_source_from_workflows',
        { source: table.workflowOutputTableName, connection: table.connectionName });
      assert.deepEqual(source.schema.map((c) => c.name), result.schema.map((c) => c.name));
    });
    await t.test('what a job did not come to is told', async () => {
      const result = await session.call('async_workflow_job_get_status_v1_0_0',
        { jobId: 'no-such-job', connectionName: 'demo' });
      assert.equal(result.isError, true);
    });
  } finally {
    await session.close();
  }
}
