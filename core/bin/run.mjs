#!/usr/bin/env node
// The developer's commands: `npm run check`, `format`, `spec`, `bench`, `faults`, `appliance`, `pictures`, `new:channel`, `new:filter`.
import { ensureModules, RESOLVER, runNode } from './bootstrap.mjs';

const SCRIPTS = new Map([
  ['check', ['core/bin/check.ts']],
  ['format', ['core/bin/format.ts']],
  ['spec', ['core/bin/spec.ts']],
  ['bench', ['test/bench/bench.ts']],
  ['faults', ['test/faults/run.ts']],
  ['appliance', ['test/appliance/run.ts']],
  ['pictures', ['test/pictures/take.ts']],
  ['new-channel', ['core/bin/new-plugin.ts', 'channel']],
  ['new-filter', ['core/bin/new-plugin.ts', 'filter']],
]);

const [name, ...args] = process.argv.slice(2);
const [script, ...given] = SCRIPTS.get(name) ?? [];
if (script === undefined) {
  console.error(`centrala: there is no command "${name ?? ''}"; there are ${[...SCRIPTS.keys()].join(', ')}.`);
  process.exit(64);
}
ensureModules();
// What the bench asks with need not be small, and is not to take the processor from what is asked.
runNode(script, [...given, ...args], name === 'bench' ? [RESOLVER] : undefined);
