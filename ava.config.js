export default {
  extensions: ['ts'],
  files: ['test/**/*.test.ts', 'plugins/*/test/**/*.test.ts'],
  timeout: '120s',
  concurrency: 2,
  failWithoutAssertions: true,
};
