import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { loadCertificate } from '../../../core/lib/certificate.ts';
import { memoryHost } from '../../../test/support/channel-host.ts';
import { tempDir } from '../../../test/support/temp-dir.ts';
import { readListenerSettings } from '../listener-settings.ts';
import plugin from '../plugin.ts';

const DAY_MS = 86_400_000;

test('a process that takes no mail tells of the certificate of the one that does', async (t) => {
  const dir = tempDir(t);
  const files = { tlsCert: join(dir, 'chain.pem'), tlsKey: join(dir, 'key.pem') };
  const health = async () => {
    const host = memoryHost({ settings: readListenerSettings({}), server: { listens: 'false', tlsFolder: dir, ...files } });
    const running = await plugin.start(host);
    t.teardown(() => running.stop());
    return running.health?.();
  };
  t.like(await health(), { state: 'ok', problem: null }, 'files that are not here may be there');
  const pair = async (madeAt: Date): Promise<void> => {
    const { cert, key } = await loadCertificate({ kind: 'own', folder: tempDir(t), hostname: 'mx.firma.test' }, madeAt);
    writeFileSync(files.tlsCert, cert);
    writeFileSync(files.tlsKey, key);
  };
  await pair(new Date());
  t.like(await health(), { state: 'ok', problem: null });
  await pair(new Date(Date.now() - 500 * DAY_MS));
  t.like(await health(), { state: 'failing', problem: 'certificate_expired' });
  writeFileSync(files.tlsKey, 'no key');
  t.like(await health(), { state: 'failing', problem: 'certificate_unusable' });
});
