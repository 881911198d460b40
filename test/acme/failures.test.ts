import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import { createRenewal } from '../../core/acme/renew.ts';
import { silentLog } from '../../core/lib/log.ts';
import { createKeyring } from '../../core/lib/secrets.ts';
import { scopeFor } from '../support/db.ts';
import { tempDir } from '../support/temp-dir.ts';

test('after a failure whoever takes the clock waits as well, and a start may try at once, but not again and again', async (t) => {
  let asked = 0;
  const provider = createServer((_request, answer) => {
    asked += 1;
    answer.writeHead(403).end();
  });
  await new Promise<void>((done) => provider.listen(0, '127.0.0.1', done));
  t.teardown(() => provider.close());
  const { port } = provider.address() as AddressInfo;
  const clock = { at: Date.now() };
  const scope = { ...(await scopeFor(t)), now: () => new Date(clock.at) };
  const about = { directoryUrl: `http://127.0.0.1:${port}/`, email: null, folder: tempDir(t), log: silentLog };
  const process = (name = 'centrala.firma.test') =>
    createRenewal({ ...about, name, scope, keyring: createKeyring('a secret that is long enough for this') });
  /** Whether the provider was asked. */
  const asks = async (renewal: ReturnType<typeof process>, isStart?: boolean): Promise<boolean> => {
    const before = asked;
    await renewal.look(isStart);
    return asked > before;
  };
  t.true(await asks(process(), true));
  const next = process();
  t.false(await asks(next), 'the clock went to another process');
  t.regex(next.problem() ?? '', /403/, 'which knows why there is no certificate');
  clock.at += 5 * 3_600_000;
  t.false(await asks(process()));
  clock.at += 3_600_001;
  t.true(await asks(process()), 'six hours later');
  t.deepEqual([await asks(process(), true), await asks(process(), true), await asks(process(), true)], [true, true, false]);
  t.true(await asks(process('inna.firma.test'), true), 'another name is another matter');
});
