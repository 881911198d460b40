import test from 'ava';

// ava loads this into every worker. The files of a group (core/bin/test-groups.ts) would begin all their tests at once; so they take turns.
// `--serial` would do the same, but runs one process at a time as well.
if (process.env['TEST_GROUPS']) {
  const waiting: (() => void)[] = [];
  let isRunning = false;
  test.serial.beforeEach('its turn', async () => {
    if (isRunning) await new Promise<void>((begin) => waiting.push(begin));
    isRunning = true;
  });
  test.serial.afterEach.always('the next one', () => {
    const next = waiting.shift();
    if (next) next();
    else isRunning = false;
  });
}
