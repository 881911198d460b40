import test from 'ava';
import { expiryOf, nextAttempt } from '../../core/deliveries/backoff.ts';
import { quoteHtml, quoteText } from '../../core/deliveries/quote.ts';
import { quotedStretches } from '../../core/lib/quoted-text.ts';
import type { SafeHtml } from '../../core/lib/safe-html.ts';

const START = new Date('2026-11-24T09:00:00.000Z');

test('attempts are put off by 1, 5, 15, 30 minutes and then an hour, never longer', (t) => {
  const minutes = [1, 2, 3, 4, 5, 6, 7, 8, 50].map((attempts) => {
    const next = nextAttempt(attempts, START, new Date('2030-01-01'));
    return next ? (next.getTime() - START.getTime()) / 60_000 : null;
  });
  t.deepEqual(minutes, [1, 5, 15, 30, 60, 60, 60, 60, 60]);
});

test('the next attempt is when the other side asked for it, four times, and then in the ordinary steps', (t) => {
  const minutes = [1, 4, 5].map((attempts) => {
    const next = nextAttempt(attempts, START, new Date('2030-01-01'), 300_000);
    return next ? (next.getTime() - START.getTime()) / 60_000 : null;
  });
  t.deepEqual(minutes, [5, 5, 60]);
});

test('a delivery is tried for four days and not a minute longer', (t) => {
  const expiresAt = expiryOf(START);
  t.is(expiresAt.toISOString(), '2026-11-28T09:00:00.000Z');
  t.deepEqual(nextAttempt(1, new Date('2026-11-28T08:59:00.000Z'), expiresAt), expiresAt);
  t.is(nextAttempt(1, new Date('2026-11-28T08:59:00.001Z'), expiresAt), null);
});

const quoted = { from: { address: 'jan@x.test', name: 'Jan <b>' }, createdAt: START, text: 'Line one\n\n> earlier', html: null };

const polish = { defaultLanguage: 'pl', timeZone: 'Europe/Warsaw' } as const;
const english = { defaultLanguage: 'en', timeZone: 'America/New_York' } as const;

test('a quoted message follows with a mark before each line, introduced in the language and zone of the company', (t) => {
  const below = '> Line one\n>\n>> earlier';
  t.is(quoteText('Yes.', quoted, polish), `Yes.\n\nW dniu 24 listopada 2026, 10:00, Jan <b> <jan@x.test> pisze:\n${below}`);
  const late = { ...quoted, createdAt: new Date('2026-11-24T23:30:00.000Z') };
  t.is(quoteText('Tak.', late, polish), `Tak.\n\nW dniu 25 listopada 2026, 00:30, Jan <b> <jan@x.test> pisze:\n${below}`);
  t.is(quoteText('Yes.', late, english), `Yes.\n\nOn 24 November 2026, 18:30 GMT-5, Jan <b> <jan@x.test> wrote:\n${below}`);
});

test('what is quoted is folded when it comes back, in both languages', (t) => {
  for (const written of [polish, english]) {
    for (const name of ['Jan Lis', '']) {
      const text = quoteText('Tak.', { ...quoted, from: { address: 'jan@x.test', name } }, written);
      t.deepEqual(quotedStretches(text), [['Tak.\n\n'.length, text.length]], text);
    }
  }
});

test('a quoted message follows as a blockquote, its sender’s name escaped', (t) => {
  const html = quoteHtml('<p>Yes.</p>' as SafeHtml, quoted, polish);
  t.is(
    html as string,
    '<p>Yes.</p>\n<p>W dniu 24 listopada 2026, 10:00, Jan &lt;b&gt; &lt;jan@x.test&gt; pisze:</p>\n<blockquote type="cite"><p>Line one</p>\n<p>&gt; earlier</p></blockquote>',
  );
  t.regex(
    quoteHtml('' as SafeHtml, { ...quoted, html: '<b>x</b>' as SafeHtml }, polish),
    /<blockquote type="cite"><b>x<\/b><\/blockquote>$/,
  );
});

test('pictures that came with the quoted message are left out of the quotation, and others stay', (t) => {
  const pictures = '<p>Hej<img src="cid:image001.png@01DA.AB" alt="logo"><img width="1" src="cid:a"><img src="https://x.test/b.png"></p>';
  t.regex(quoteHtml('' as SafeHtml, { ...quoted, html: pictures as SafeHtml }, polish), /<p>Hej<img src="https:\/\/x\.test\/b\.png"><\/p>/);
});
