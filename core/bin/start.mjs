#!/usr/bin/env node
// `npm start`: installs what is missing, then runs the product.
import { ensureModules, runNode } from './bootstrap.mjs';

ensureModules();
runNode('core/main.ts', process.argv.slice(2));
