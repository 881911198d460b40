import test from 'ava';
import { fieldViews } from '../../../core/plugins/field-views.ts';
import { valuesFromForm } from '../../../core/plugins/fields.ts';
import { MAILBOX_FIELDS } from '../mailbox/settings.ts';
import plugin from '../plugin.ts';
import { readEmailSettings } from '../settings.ts';

const ACCOUNT = {
  route: 'mailbox',
  login: 'biuro@firma.test',
  password: 'tajne',
  imapHost: 'imap.firma.test',
  smtpHost: 'smtp.firma.test',
};
const FOLDERS = JSON.stringify([{ path: 'INBOX', role: 'inbox' }]);

test('an account at a provider has one login for both directions and answers through its own server', (t) => {
  const { mailbox, relay } = readEmailSettings({ ...ACCOUNT, imapFolders: FOLDERS, imapSince: '2026-10-28T00:00:00.000Z' });
  t.like(mailbox, { imapPort: 993, imapSecurity: 'tls', folders: [{ path: 'INBOX', role: 'inbox' }] });
  t.is(mailbox?.since?.toISOString(), '2026-10-28T00:00:00.000Z');
  t.deepEqual(relay, { host: 'smtp.firma.test', port: 465, implicitTls: true, user: 'biuro@firma.test', password: 'tajne' });
  // An address with a plus would come back as unknown from many providers.
  t.like(readEmailSettings({ ...ACCOUNT, replyTokens: true, returnTokens: true }), { replyTokens: false, returnTokens: false });
  t.like(readEmailSettings({ ...ACCOUNT, smtpAuth: false, smtpPort: '587', smtpSecurity: 'starttls' }).relay, { port: 587, user: null });
});

test('what is missing or wrong in an account is named by its field, and asked for only with that route', (t) => {
  const wrong = (change: object) => t.throws(() => readEmailSettings({ ...ACCOUNT, ...change })) as Error & { fields?: object };
  t.like(wrong({ login: '', password: '' }).fields, { login: 'login', password: 'password' });
  t.like(wrong({ imapHost: 'imap firma', imapPort: '0' }).fields, { imapHost: 'imap_host', imapPort: 'imap_port' });
  t.like(wrong({ imapFolders: '[{"path":1}]' }).fields, { imapFolders: 'imap_folders' });
  t.is(readEmailSettings({ route: 'direct', login: '' }).mailbox, null);
});

test('the chosen folders are drawn in no form and kept when one is saved', (t) => {
  const saved = valuesFromForm(MAILBOX_FIELDS, { login: 'nowy' }, { imapFolders: FOLDERS, password: 'tajne' });
  t.like(saved, { imapFolders: FOLDERS, password: 'tajne', login: 'nowy' });
});

test('switches about addresses with a plus are drawn only where mail does not come through an account', (t) => {
  const views = fieldViews((key) => key, 'email', plugin.manifest.settings, { values: {}, stored: {}, errors: {} });
  for (const key of ['replyTokens', 'returnTokens']) t.is(views.find((one) => one.key === key)?.visibleWhen, 'route=relay|direct');
  t.is(views.find((one) => one.key === 'imapConnections')?.value, '3');
});

test('an account has at least one connection and at most ten, three unless somebody says otherwise', (t) => {
  const connections = (imapConnections?: string) =>
    readEmailSettings({ ...ACCOUNT, ...(imapConnections !== undefined && { imapConnections }) }).mailbox?.imapConnections;
  t.deepEqual([connections(), connections(''), connections('1'), connections('10')], [3, 3, 1, 10]);
  for (const wrong of ['0', '11', '-1', 'x', '2.5'])
    t.like(
      t.throws(() => connections(wrong)),
      { fields: { imapConnections: 'imap_connections' } },
    );
});
