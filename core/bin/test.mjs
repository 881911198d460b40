#!/usr/bin/env node
// `npm test`: installs what is missing, then runs the checks and every test on both databases.
import { ensureModules, runNode } from './bootstrap.mjs';

ensureModules();
runNode('core/bin/run-tests.ts', process.argv.slice(2));
