import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import test from 'ava';

const run = promisify(execFile);
const HERE = new URL('../../core/', import.meta.url).href;

/** How long a schedule of a machine in Warsaw waits at these moments for the next run of an expression, in seconds, asked again each half minute. */
async function waits(expression: string, moments: readonly string[]): Promise<readonly number[]> {
  const program = `
    import { mock } from 'node:test';
    import { createSchedule } from '${HERE}jobs/schedule.ts';
    import { silentLog } from '${HERE}lib/log.ts';
    const found = [];
    for (const moment of ${JSON.stringify(moments)}) {
      mock.timers.enable({ apis: ['Date'], now: Date.parse(moment) });
      let timer = null;
      let ran = false;
      const schedule = createSchedule(silentLog, (ms, then) => { timer = { ms, then }; return () => {}; });
      schedule.every('${expression}', 'x', async () => { ran = true; });
      let waited = 0;
      while (!ran && waited < 26 * 3_600_000) {
        const { ms, then } = timer;
        waited += ms;
        mock.timers.setTime(Date.parse(moment) + waited);
        then();
      }
      found.push(waited / 1000);
      await schedule.stop();
      mock.timers.reset();
    }
    console.log(JSON.stringify(found));`;
  const env = { ...process.env, TZ: 'Europe/Warsaw' };
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], { env });
  return JSON.parse(stdout);
}

test('in the hour that comes twice in autumn, what runs each few seconds, minutes or hours runs on', async (t) => {
  const twice = ['2026-10-24T23:59:55Z', '2026-10-25T00:00:05Z', '2026-10-25T00:30:05Z', '2026-10-25T00:59:55Z', '2026-10-25T01:30:05Z'];
  t.deepEqual(await waits('*/10 * * * * *', twice), [5, 5, 5, 5, 5]);
  t.deepEqual(await waits('41 * * * * *', twice), [46, 36, 36, 46, 36]);
  t.deepEqual(await waits('7 * * * *', twice), [425, 415, 2215, 425, 2215]);
});

test('on the days when the clock is changed nightly work begins at its hour of the machine, once', async (t) => {
  t.deepEqual(await waits('17 3 * * *', ['2026-03-28T23:17:00Z', '2026-10-24T22:17:00Z']), [2 * 3600, 4 * 3600]);
});
