import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import test from 'ava';
import { fromBufferPromise } from 'yauzl';
import { type ZipEntry, zipOf } from '../../core/lib/zip.ts';

const AT = new Date('2026-12-01T08:00:00Z');

test('an archive holds each file under its name, made when the one before was read', async (t) => {
  const open: string[] = [];
  async function* entries(): AsyncGenerator<ZipEntry> {
    for (const name of ['1/zażółć.txt', '1/pusty.txt', '2/duży.bin']) {
      t.deepEqual(open, []);
      open.push(name);
      const content = name === '2/duży.bin' ? Readable.from([Buffer.alloc(300_000, 'a'), Buffer.alloc(300_000, 'b')]) : name.slice(0, 2);
      yield { name, at: AT, content: name === '1/pusty.txt' ? Readable.from([]) : content };
      open.pop();
    }
  }
  const zip = await fromBufferPromise(await buffer(zipOf(entries())));
  const found: [string, number][] = [];
  for await (const { fileName, uncompressedSize } of zip.eachEntry()) found.push([fileName, uncompressedSize]);
  t.deepEqual(found, [
    ['1/zażółć.txt', 2],
    ['1/pusty.txt', 0],
    ['2/duży.bin', 600_000],
  ]);
});

test('an archive breaks off with the file that cannot be read, and for a name that would leave its folder', async (t) => {
  const broken = new Readable({ read() {} });
  async function* failing(): AsyncGenerator<ZipEntry> {
    yield { name: 'a.txt', at: AT, content: 'a' };
    setImmediate(() => broken.destroy(new Error('the disk is gone')));
    yield { name: 'b.txt', at: AT, content: broken };
  }
  await t.throwsAsync(buffer(zipOf(failing())), { message: 'the disk is gone' });
  async function* leaving(): AsyncGenerator<ZipEntry> {
    yield { name: '../a.txt', at: AT, content: 'a' };
  }
  await t.throwsAsync(buffer(zipOf(leaving())), { message: /invalid relative path/ });
});

test('whoever stops taking an archive ends its making, and the file that is being read is closed', async (t) => {
  const endless = new Readable({
    read() {
      this.push(Buffer.alloc(65_536));
    },
  });
  let isOver = false;
  async function* entries(): AsyncGenerator<ZipEntry> {
    try {
      yield { name: 'a.bin', at: AT, content: endless };
      t.fail('nobody asked for another file');
    } finally {
      isOver = true;
    }
  }
  const archive = zipOf(entries());
  for await (const _ of archive) break;
  await new Promise((resolve) => endless.once('close', resolve));
  await new Promise((resolve) => setImmediate(resolve));
  t.true(endless.destroyed);
  t.true(isOver);
});
