export default {
  extensions: ['ts'],
  files: ['test/**/*.test.ts', 'plugins/*/test/**/*.test.ts'],
  // A process for each file: one that hangs can be ended alone, and compiled code comes from the cache of NODE_COMPILE_CACHE.
  workerThreads: false,
  require: ['./test/support/journal.ts'],
  timeout: '120s',
  concurrency: 2,
  failWithoutAssertions: true,
};
