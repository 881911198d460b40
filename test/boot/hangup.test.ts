import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { freePort } from '../support/free-port.ts';
import { httpClient } from '../support/http-client.ts';
import { certificateFile, nameOn } from '../support/own-certificate.ts';
import { ADMIN, product } from '../support/product.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

test('SIGHUP makes the running product use a renewed certificate at once, and one about to end is said in red to an administrator', async (t) => {
  const file = join(tempDir(t), 'mail.pem');
  copyFileSync(await certificateFile(t, 'old.firma.test', 2), file);
  const securePort = await freePort();
  const centrala = await product(t, {
    ...ADMIN,
    CENTRALA_LOG_LEVEL: 'info',
    CENTRALA_SMTPS_PORT: String(securePort),
    CENTRALA_SMTP_TLS_CERT: file,
    CENTRALA_SMTP_TLS_KEY: file,
  });
  const child = await centrala.start();
  t.is(await nameOn(securePort), 'old.firma.test');
  t.regex(centrala.output(), /smtp_certificate_ends_soon/);
  const base = `http://127.0.0.1:${centrala.httpPort}`;
  const ready = async () => (await fetch(`${base}/ready`)).text();
  await until('the plugin is ready', async () => (await ready()).includes('certificate_ends_soon'));
  const anna = httpClient(base);
  await anna.get('/login');
  await anna.post('/login', { email: ADMIN.CENTRALA_ADMIN_EMAIL, password: ADMIN.CENTRALA_ADMIN_PASSWORD });
  const bar = /<div class="site-notice">[\s\S]*callout is-bad[\s\S]*Certyfikat TLS do odbioru poczty wkrótce straci ważność/;
  t.regex((await anna.get('/conversations')).text, bar);

  copyFileSync(await certificateFile(t, 'new.firma.test', 300), file);
  const before = centrala.output().length;
  child.kill('SIGHUP');
  await until('the renewed certificate is in use', async () => (await nameOn(securePort)) === 'new.firma.test');
  const said = centrala.output().slice(before);
  t.true(said.indexOf('"hangup"') !== -1 && said.indexOf('"hangup"') < said.indexOf('smtp_certificate_changed'), said);
  await until('/ready warns no more', async () => !(await ready()).includes('certificate_ends_soon'));
  await until('the bar is gone', async () => !bar.test((await anna.get('/conversations')).text));
  t.is(child.exitCode, null);
});
