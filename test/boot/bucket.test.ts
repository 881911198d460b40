import test from 'ava';
import { smtpPeer } from '../../plugins/email/test/smtp-peer.ts';
import { startApp } from '../support/app.ts';
import { S3_KEY, startS3 } from '../support/s3-server.ts';
import { sendOver } from '../support/smtp-load.ts';
import { until } from '../support/until.ts';

const BIURO = 'biuro@firma.test';
const mail = (n: number) => ({
  to: BIURO,
  message: Buffer.from(
    [
      `From: jan@klient.test\r\nMessage-ID: <${n}@klient.test>\r\nSubject: Sprawa ${n}\r\nContent-Type: multipart/mixed; boundary=x\r\n`,
      '--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nDzień dobry',
      '--x\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename=a.csv\r\nContent-Transfer-Encoding: base64\r\n',
      `${Buffer.from(`zamówienie ${n}`).toString('base64')}\r\n--x--\r\n`,
    ].join('\r\n'),
  ),
});

test('a mail that came in lies in the bucket too, and while the bucket is down mail comes in all the same and /ready says so', async (t) => {
  const [s3, peer] = [await startS3(t), await smtpPeer(t)];
  const app = await startApp(t, {
    env: {
      CENTRALA_BLOBS: 's3://kopie/pliki',
      CENTRALA_BLOBS_ENDPOINT: s3.endpoint,
      CENTRALA_BLOBS_KEY_ID: S3_KEY.keyId,
      CENTRALA_BLOBS_SECRET: S3_KEY.secret,
    },
  });
  await app.api('POST', '/inboxes', { channel: 'email', name: 'Biuro', address: BIURO, relay: `smtp://127.0.0.1:${peer.port}` });
  const count = async (): Promise<number> => Number((await app.scope.db('messages').count({ n: '*' }))[0]?.['n']);
  t.regex((await sendOver(app.smtpPort, [mail(1)]))[0] ?? '', /^250 /);
  const has = (text: string): boolean => [...s3.objects.values()].some((content) => content.includes(text));
  await until('it and its attachment are in the bucket', () => has('Subject: Sprawa 1') && has('zamówienie 1'));
  t.true([...s3.objects.keys()].every((key) => /^pliki\/[0-9a-f]{2}\/[0-9a-f]{62}$/.test(key)));
  s3.down(true);
  t.regex((await sendOver(app.smtpPort, [mail(2)]))[0] ?? '', /^250 /);
  await until('both are received', async () => (await count()) === 2);
  const ready = await until('it says so', async () => {
    const response = await fetch(`${app.base}/ready`);
    const text = await response.text();
    return text.includes('failing since') ? { status: response.status, text } : null;
  });
  t.is(ready.status, 200);
  t.false(ready.text.includes(S3_KEY.secret) || ready.text.includes(S3_KEY.keyId));
});
