// Preloaded (`--import`): writes what the main thread loaded, one address a line, Node's own parts by their names, into the file LOADED_MODULES when the process ends.
import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
  const loaded = new Set();
  registerHooks({
    load: (url, context, next) => {
      loaded.add(url);
      return next(url, context);
    },
  });
  process.on('exit', () => writeFileSync(process.env['LOADED_MODULES'] ?? '', [...loaded, ...process.moduleLoadList].join('\n')));
}
