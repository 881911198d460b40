#!/usr/bin/env node
// `npm start`: installs what is missing, then runs the product.
import { ensureModules, ensureRestic, runNode } from './bootstrap.mjs';

ensureModules();
ensureRestic();
runNode('core/main.ts', process.argv.slice(2));
