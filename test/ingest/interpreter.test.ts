import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openBlobs } from '../../core/blobs/blobs.ts';
import { createInterpreter } from '../../core/ingest/interpreter.ts';
import { silentLog } from '../../core/lib/log.ts';
import { tempDir } from '../support/temp-dir.ts';

const READER = `import { text } from 'node:stream/consumers';
const message = (subject) => ({ kind: 'message', externalId: null, from: { address: 'a@b.test', name: null }, to: [], cc: [], replyTo: [],
  subject, text: '', html: null, attachments: [], references: [], replyTokens: [], sentAt: null, automated: false });
export default async ({ open }) => {
  const subject = await text(open());
  if (subject === 'fault') { setImmediate(() => { throw new Error('of its own'); }); await new Promise(() => {}); }
  if (subject === 'endless') await new Promise(() => {});
  return [message(subject)];
};`;

/** A reader of files whose text becomes the subject; "fault" ends its thread by an error that nobody catches, "endless" never ends. */
async function readerFor(t: ExecutionContext) {
  const dir = tempDir(t);
  const module = join(dir, 'reader.mjs');
  writeFileSync(module, READER);
  mkdirSync(join(dir, 'blobs'));
  const blobs = openBlobs(join(dir, 'blobs'));
  const interpreter = createInterpreter({ blobsDir: join(dir, 'blobs'), log: silentLog });
  t.teardown(() => interpreter.stop());
  const store = async (text: string) => {
    const [blob] = await blobs.putAll([Buffer.from(text)]);
    return blob ?? { sha256: '', bytes: 0 };
  };
  const readStored = async ({ sha256, bytes }: Awaited<ReturnType<typeof store>>, onReading?: () => void) => {
    const inbox = { address: 'support@example.com', name: 'Support' };
    const job = { interpreter: `file://${module}`, inbox, contentType: 'text/plain', envelope: {}, receivedAt: '2026-11-27T10:00:00Z' };
    const [item] = await interpreter.interpret({ ...job, bytes, sha256 }, onReading);
    return item?.kind === 'message' ? item.subject : null;
  };
  const read = async (text: string, onReading?: () => void) => readStored(await store(text), onReading);
  return { read, store, readStored, interpreter, code: `file://${module}` };
}

test('each of several things asked for at once gets its own answer, and is told of when it is read', async (t) => {
  const { read } = await readerFor(t);
  const told: string[] = [];
  const texts = ['one', 'two', 'three', 'four'];
  t.deepEqual(await Promise.all(texts.map((text) => read(text, () => told.push(text)))), texts);

  t.deepEqual(told.toSorted(), texts.toSorted());
});

test('an error that ends the thread is put down to the thing that made it, not to its neighbours', async (t) => {
  const { read } = await readerFor(t);
  const answers = await Promise.allSettled(['one', 'fault', 'two', 'three'].map((text) => read(text)));
  t.deepEqual(
    answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : answer.reason.code)),
    ['one', 'unreadable', 'two', 'three'],
  );
});

test('what the thread said before it ended counts, though the program was too busy to listen until then', async (t) => {
  const { store, readStored } = await readerFor(t);
  const stored = await Promise.all(['one', 'fault', 'two'].map(store));
  const reading = Promise.allSettled(stored.map((one) => readStored(one)));
  // Everything waits for this, the thread does not.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_500);
  const answers = await reading;
  t.deepEqual(
    answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : answer.reason.code)),
    ['one', 'unreadable', 'two'],
  );
});

test('a thread that was warmed has the code loaded before the first thing comes, which is read at once and told of', async (t) => {
  const { read, interpreter, code } = await readerFor(t);
  interpreter.warm(code);
  interpreter.warm(code);
  const told: string[] = [];
  t.is(await read('one', () => told.push('one')), 'one');
  t.is(await read('two', () => told.push('two')), 'two');
  t.deepEqual(told, ['one', 'two']);
  await interpreter.stop();
  interpreter.warm(code);
  await t.throwsAsync(read('three'), { code: 'interrupted' });
});

test('after the end nothing is read any more, and what waited is told so', async (t) => {
  const { read, interpreter } = await readerFor(t);
  const reading = Promise.withResolvers<void>();
  const isTold = (one: Promise<unknown>) => t.throwsAsync(one, { code: 'interrupted' });
  const first = isTold(read('endless', reading.resolve));
  // Only now: which of two files is stored first nobody knows.
  await reading.promise;
  const waiting = [first, isTold(read('two'))];
  await interpreter.stop();
  await Promise.all(waiting);
  await t.throwsAsync(read('four'), { code: 'interrupted' });
});
