import { resolve } from 'node:path';
import test from 'ava';
import { loadPlugins } from '../../core/plugins/loader.ts';
import { declareChannelTests } from './suite.ts';

declareChannelTests(test, await loadPlugins(resolve(import.meta.dirname, '../../plugins')));
