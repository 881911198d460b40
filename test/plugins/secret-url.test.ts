import test from 'ava';
import { fieldViews } from '../../core/plugins/field-views.ts';
import { valuesFromForm } from '../../core/plugins/fields.ts';
import { HIDDEN } from '../../core/plugins/secret-url.ts';

const FIELDS = [{ key: 'relay', type: 'secret-url', required: false }] as const;
const STORED = { relay: 'smtps://biuro@firma.pl:tajne@haslo@mail.firma.pl:465' };
const dots = (after: string): string => `smtps://biuro@firma.pl:${HIDDEN}@${after}`;
const shown = (relay: string, stored = {}) =>
  fieldViews((key) => key, 'email', FIELDS, { values: { relay }, stored, errors: {} })[0]?.value;
const posted = (relay: string, stored = {}) => valuesFromForm(FIELDS, { relay }, stored)['relay'];

test('an address with a stored password is shown with dots for the password, one without a password as it is', (t) => {
  t.is(shown(STORED.relay, STORED), dots('mail.firma.pl:465'));
  t.is(shown('smtp://mail.firma.pl:25', { relay: 'smtp://mail.firma.pl:25' }), 'smtp://mail.firma.pl:25');
  t.is(shown(''), '');
});

test('an address that was just typed and refused is shown as it was typed', (t) => {
  t.is(shown('smtps://jan:nowe@mail.firma.pl', STORED), 'smtps://jan:nowe@mail.firma.pl');
  t.is(shown('mail.firma.pl'), 'mail.firma.pl');
});

test('dots in a posted address stand for the stored password, with another port or user too', (t) => {
  t.is(posted(dots('mail.firma.pl:465'), STORED), STORED.relay);
  t.is(posted(dots('MAIL.firma.pl:587'), STORED), 'smtps://biuro@firma.pl:tajne@haslo@MAIL.firma.pl:587');
  t.is(posted(`smtp://jan:${HIDDEN}@mail.firma.pl`, STORED), 'smtp://jan:tajne@haslo@mail.firma.pl');
});

test('a stored password is never sent to another host', (t) => {
  for (const host of ['evil.test', 'mail.firma.pl.evil.test', '[::1]:25', 'mail.firma.pl@evil.test', ''])
    t.false(String(posted(dots(host), STORED)).includes('tajne'), host);
  t.false(String(posted(`smtp://u:${HIDDEN}@[::2]`, { relay: 'smtp://u:tajne@[::1]' })).includes('tajne'));
});

test('an emptied address removes the stored one', (t) => {
  t.is(posted('', STORED), '');
});
