import test from 'ava';
import { machineFindings } from '../../core/health/doctor/machine.ts';
import { tempDir } from '../support/temp-dir.ts';

test('the doctor says when whoever comes through the proxy with TLS counts as one visitor', async (t) => {
  const dataDir = tempDir(t);
  const look = async (publicUrl: string, trustProxy: boolean, securePort: number | null) => {
    const http = { host: '127.0.0.1', port: 8080, trustProxy, securePort };
    const found = await machineFindings({ unknown: [], publicUrl, dataDir, http });
    return found.find(({ what }) => JSON.stringify(what).includes('health.address.what'));
  };
  const [name, plain] = ['https://centrala.firma.test', 'http://centrala.firma.test'];
  const hidden = await look(name, false, null);
  t.is(hidden?.state, 'note');
  t.deepEqual(hidden?.seen, { key: 'health.address.hidden', facts: { url: name } });
  t.is((await look(name, true, null))?.state, 'ok', 'the proxy is believed');
  t.is((await look(name, false, 8443))?.state, 'ok', 'there is none');
  t.deepEqual((await look(plain, false, null))?.seen, { key: 'health.address.plain', facts: { url: plain } });
});
