import { LEAN, RESOLVER } from './core/bin/bootstrap.mjs';

export default {
  extensions: ['ts'],
  // The last are made by `npm test`: core/bin/test-groups.ts.
  files: ['test/**/*.test.ts', 'plugins/*/test/**/*.test.ts', '.test-groups-*/*.test.ts'],
  // A process for each file, so that one that hangs can be ended alone.
  workerThreads: false,
  environmentVariables: { NODE_COMPILE_CACHE: LEAN.NODE_COMPILE_CACHE },
  nodeArguments: [RESOLVER],
  require: ['./test/support/journal.ts'],
  // Of silence of all files together; the limit of a file is in core/bin/run-ava.ts. ava's own report of it dies.
  timeout: '10m',
  // docs/decisions/0300
  concurrency: process.env.TEST_DATABASE_URL ? 3 : 4,
  failWithoutAssertions: true,
};
