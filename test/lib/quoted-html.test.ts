import test from 'ava';
import { messageDocument } from '../../core/lib/message-document.ts';
import { quotedHtmlStretches, withoutHtmlStretches } from '../../core/lib/quoted-html.ts';
import { sanitiseHtml } from '../../core/lib/sanitise-html.ts';
import { cpuMs } from '../support/cpu-time.ts';

const words = (html: string): string =>
  html
    .replace(/<[^>]*>|&nbsp;/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

/** What is seen at once, and each folded stretch. */
function split(mail: string): readonly string[] {
  const html = sanitiseHtml(mail);
  const stretches = quotedHtmlStretches(html);
  return [words(withoutHtmlStretches(html, stretches)), ...stretches.map(([start, end]) => words(html.slice(start, end)))];
}

const ANNA = 'Anna &lt;<a href="mailto:a@b.pl">a@b.pl</a>&gt;';

const HABITS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  Gmail: [
    `<div dir="ltr">Tak.</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">pon., 23 lis 2026 o 14:02 ${ANNA} napisał(a):<br></div><blockquote class="gmail_quote">Pytanie</blockquote></div>`,
    'pon., 23 lis 2026',
  ],
  'Outlook on the desktop': [
    '<html><body><div class="WordSection1"><p class="MsoNormal">Tak.</p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b>From:</b> Anna<br><b>Sent:</b> Monday<br><b>To:</b> Jan<br><b>Subject:</b> x</p></div></div><p class="MsoNormal">Pytanie</p></div></body></html>',
    'From:',
  ],
  'Outlook on the web': [
    '<html><body><div>Tak.</div><div id="appendonsend"></div><hr style="width:98%"><div id="divRplyFwdMsg"><font face="Calibri"><b>Od:</b> Anna<br><b>Wysłane:</b> pon<br><b>Do:</b> Jan</font></div><div>Pytanie</div></body></html>',
    'Od:',
  ],
  'Apple Mail': [
    '<html><body>Tak.<br><div><br><blockquote type="cite">W dniu 23 lis 2026, o 14:02, Anna napisała:<br></blockquote></div><blockquote type="cite"><div>Pytanie</div></blockquote></body></html>',
    'W dniu 23 lis',
  ],
  Thunderbird: [
    '<html><body><p>Tak.</p><div class="moz-cite-prefix">W dniu 23.11.2026 o 14:02, Anna pisze:<br></div><blockquote type="cite"><p>Pytanie</p></blockquote><div class="moz-signature">-- <br>Jan</div></body></html>',
    'W dniu 23.11',
  ],
  Yahoo: [
    `<div>Tak.</div><div id="yahoo_quoted_123" class="yahoo_quoted"><div>On Monday, Anna wrote:</div><div>Pytanie</div></div>`,
    'On Monday',
  ],
  'a bare quote below its introduction': [
    `<p>Tak.</p><p>Dnia 23 listopada 2026 14:02 ${ANNA} napisał(a):</p><blockquote style="border-left:1px solid"><p>Pytanie</p></blockquote>`,
    'Dnia 23',
  ],
  'a header block within one paragraph': [
    '<div><span>Tak.<br><br><b>Od:</b> Anna<br><b>Wysłano:</b> pon<br><b>Do:</b> Jan<br>Pytanie</span></div>',
    'Od:',
  ],
  Samsung: [
    '<html><body dir="auto"><div dir="auto">Tak.</div><div dir="auto"><br></div><div id="composer_signature" dir="auto"><div style="font-size:12px" dir="auto">Wysłane z mojego Galaxy</div></div><div><br></div><div align="left" dir="auto"><div>-------- Oryginalna wiadomość --------</div><div>Od: Anna &lt;a@b.pl&gt; </div><div>Data: 23.11.2026  14:02  (GMT+01:00) </div><div>Do: jan@b.pl </div><div>Temat: x </div><div><br></div></div><p>Pytanie</p></body></html>',
    'Wysłane z mojego',
  ],
  'an original message without any mark but its line': [
    '<p>Tak.</p><p>-----Wiadomość oryginalna-----</p><p>Od: Anna</p><p>Pytanie</p>',
    '-----Wiadomość',
  ],
};

test('the quote in HTML mail is folded by the habits of the programs that write it, whole elements only', (t) => {
  for (const [name, [mail, begin]] of Object.entries(HABITS)) {
    const [own, ...folded] = split(mail);
    t.is(own, 'Tak.', name);
    t.is(folded.length, 1, name);
    t.true(folded[0]?.startsWith(begin ?? ''), `${name}: ${folded[0]}`);
    t.true(/Pytanie/.test(folded[0] ?? ''), name);
  }
});

test('what Gmail lets one type below a quote or between its parts is shown, though it lies in the element of the quote', (t) => {
  const gmail = (inside: string): string =>
    `<div dir="ltr">Witam</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">pon., 23 lis 2026 o 14:02 ${ANNA} napisał(a):<br></div><blockquote class="gmail_quote">Ile?</blockquote>${inside}</div>`;
  const [below, ...folded] = split(gmail('<div><br></div><div>Sto sztuk.</div>'));
  t.is(below, 'Witam Sto sztuk.');
  t.regex(folded.join('|'), /^pon\., 23 lis 2026.*Ile\?$/);
  t.is(split(gmail('<div>Sto.</div><blockquote class="gmail_quote">Na kiedy?</blockquote><div>Jutro.</div>')).length, 1);
  t.is(split(gmail('<div dir="ltr" class="gmail_signature">Jan</div>'))[0], 'Witam');
  t.is(split(gmail('<div>Wysłane z iPhone’a</div>'))[0], 'Witam');
});

test('HTML answers between quotes, mere quotes and mottos are shown whole', (t) => {
  for (const mail of [
    '<div class="moz-cite-prefix">W dniu 23.11.2026 Anna pisze:</div><blockquote type="cite">Raz?</blockquote><p>Tak.</p><blockquote type="cite">Dwa?</blockquote><p>Nie.</p>',
    '<div class="gmail_quote">---------- Forwarded message ---------<br>From: Anna</div>',
    '<p>List</p><blockquote>motto</blockquote>',
    '<p>Pani Anna napisała do nas 5 grudnia skargę.</p><p>Proszę o wyjaśnienie.</p>',
    '<p>W dniu 12.11.2026 Państwa konsultant napisał:</p><p>paczka będzie jutro. Nie dotarła.</p>',
    '<p>Proszę o rezerwację:</p><p>Od: 12.11.2026<br>Do: 15.11.2026</p><p>Dla dwóch osób.</p>',
    '',
  ])
    t.is(split(mail).length, 1, mail);
});

test('the control that shows a quote stands in the document without script, and nothing of the mail is lost or changed', (t) => {
  const html = sanitiseHtml(HABITS['Gmail']?.[0] ?? '');
  const folds = { stretches: quotedHtmlStretches(html), label: 'Pokaż cytat' };
  const document = messageDocument(html, { inlineImages: [], allowRemoteImages: false, folds });
  t.regex(document, /<details style="[^"]*"><summary title="Pokaż cytat"[^>]*>/);
  t.true(document.replace(/<details[^>]*><summary.*?<\/summary>|<\/details>/g, '').includes(html));
});

test('HTML made to make folding slow is looked at in no time', (t) => {
  const started = cpuMs();
  for (const piece of [
    '<p>On Mon, 23 Nov 2026 wrote</p><blockquote>x</blockquote>',
    '<blockquote type="cite">x</blockquote>y',
    '<div>x',
    '<div class="gmail_quote"><blockquote>x</blockquote>',
    '<div class="gmail_quote"><blockquote>x</blockquote></div>y',
    '<b>From: x<br>',
    '<div class="gmail_signature">x</div>',
    '<div class="gmail_signature"></div>y',
  ])
    for (const html of [piece.repeat(20_000), `<div>${piece.repeat(20_000)}</div>`]) quotedHtmlStretches(sanitiseHtml(html));
  t.true(cpuMs() - started < 9000);
});

test('a page that answers nothing holds no quote that only its first lines tell', (t) => {
  const lines = [
    'Od: Jan &lt;jan@klient.test&gt;',
    'Do: biuro@firma.test',
    'Data: 30.11.2026 12:15',
    'Temat: Oferta',
    '',
    'Proszę o ofertę.',
  ];
  const form = sanitiseHtml(`<h3>Zgłoszenie ze strony</h3><p>${lines.join('<br>')}</p>`);
  t.deepEqual(quotedHtmlStretches(form, false), []);
  t.not(quotedHtmlStretches(form).length, 0);
  const sure = sanitiseHtml(HABITS['Gmail']?.[0] ?? '');
  t.is(quotedHtmlStretches(sure, false).length, 1);
});

test('HTML of thousands of lines that are both an introduction and a signature is looked at in no time', (t) => {
  const piece = '<p>Sent from my phone, sent from my phone, sent from my iphone, she said wrote:</p><p>&gt; x</p>';
  const html = sanitiseHtml(`<p>x</p>${piece.repeat(15_000)}<p>y</p>`);
  const started = cpuMs();
  t.deepEqual(quotedHtmlStretches(html), []);
  t.true(cpuMs() - started < 4000);
});
