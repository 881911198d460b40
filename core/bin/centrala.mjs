#!/usr/bin/env node
// The `centrala` command: `npx centrala doctor`; inside the container just `centrala doctor`.
import { ensureModules, runNode } from './bootstrap.mjs';

ensureModules();
runNode('core/cli.ts', process.argv.slice(2));
