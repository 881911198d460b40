import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { giveBack } from '../../core/lib/give-back.ts';

test('the memory of large bytes is given back at once, also when several views of them are given', (t) => {
  const whole = Buffer.allocUnsafe(300_000);
  const part = whole.subarray(100, 200_000);
  giveBack(part);
  giveBack(whole);
  t.deepEqual([whole.length, part.length, whole.buffer.byteLength], [0, 0, 0]);
});

test('small ones stay, for Node keeps others beside them', (t) => {
  const [one, other] = [Buffer.from('one'), Buffer.from('other')];
  giveBack(one);
  giveBack(readFileSync(fileURLToPath(import.meta.url)));
  t.deepEqual([one.toString(), other.toString(), Buffer.from('next').toString()], ['one', 'other', 'next']);
});
