import test from 'ava';
import { expiryOf, nextAttempt } from '../../core/deliveries/backoff.ts';
import { quoteHtml, quoteText } from '../../core/deliveries/quote.ts';
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

test('a quoted message follows with a mark before each line', (t) => {
  t.is(quoteText('Yes.', quoted), 'Yes.\n\nJan <b> <jan@x.test>, 2026-11-24:\n> Line one\n>\n>> earlier');
});

test('a quoted message follows as a blockquote, its sender’s name escaped', (t) => {
  const html = quoteHtml('<p>Yes.</p>' as SafeHtml, quoted);
  t.is(
    html as string,
    '<p>Yes.</p>\n<p>Jan &lt;b&gt; &lt;jan@x.test&gt;, 2026-11-24:</p>\n<blockquote type="cite"><p>Line one</p>\n<p>&gt; earlier</p></blockquote>',
  );
  t.regex(quoteHtml('' as SafeHtml, { ...quoted, html: '<b>x</b>' as SafeHtml }), /<blockquote type="cite"><b>x<\/b><\/blockquote>$/);
});
