import { resolve } from 'node:path';
import test from 'ava';
import { declareChannelTests } from './suite.ts';

await declareChannelTests(test, resolve(import.meta.dirname, '../../plugins'));
