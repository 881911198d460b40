// In a process of its own: it awaits before it declares its tests.
import { resolve } from 'node:path';
import test from 'ava';
import { loadPlugins } from '../../core/plugins/loader.ts';
import { declarePluginTests } from './suite.ts';

declarePluginTests(test, await loadPlugins(resolve(import.meta.dirname, '../../plugins')));
