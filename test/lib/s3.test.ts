import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import test from 'ava';
import { createS3 } from '../../core/lib/s3.ts';
import { tempDir } from '../support/temp-dir.ts';

test('a kept connection that the bucket closes as it is used again is no failure, a new one is tried; one that is cut at once is', async (t) => {
  const used = new Map<Socket, number>();
  const kept: string[] = [];
  let isCutting = false;
  const server = createServer(async (request, response) => {
    const times = (used.get(request.socket) ?? 0) + 1;
    used.set(request.socket, times);
    if (times > 1 || isCutting) return void request.socket.destroy();
    kept.push(`${request.method} ${await buffer(request)}`);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const s3 = createS3({ endpoint, bucket: 'kopie', keyId: 'k', secret: 's' });
  const file = join(tempDir(t), 'file');
  for (const text of ['first', 'second']) {
    writeFileSync(file, text);
    await s3.putFile('a', file);
  }
  t.deepEqual([kept, used.size], [['PUT first', 'PUT second'], 2]);

  isCutting = true;
  // A connection of the second file may be kept still.
  await t.throwsAsync(s3.remove('a'), { code: 'ECONNRESET' });
  t.true(used.size <= 4, 'once more at most');
  t.is(kept.length, 2);
});
