import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { memoryFolder } from '../../core/bin/memory-folder.ts';
import { tempDir } from '../support/temp-dir.ts';

test('the folder in memory is new and open to servers, and what a killed run left is removed', (t) => {
  const place = tempDir(t);
  mkdirSync(join(place, 'centrala-tests-999999999', 'deep'), { recursive: true });
  mkdirSync(join(place, 'of somebody else'));
  const path = memoryFolder(place);
  // Null only where there is too little room for a run of the tests.
  if (path !== null) t.is(statSync(path).mode & 0o7777, 0o1777);
  t.deepEqual(readdirSync(place).sort(), [...(path === null ? [] : [`centrala-tests-${process.pid}`]), 'of somebody else']);
});

test('without such a place the disk is used', (t) => {
  const nowhere = join(tempDir(t), 'not-there');
  t.is(memoryFolder(nowhere), null);
  t.false(existsSync(nowhere));
});
