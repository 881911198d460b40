import test from 'ava';
import type { Blobs } from '../../core/blobs/blobs.ts';
import { prepareInbound } from '../../core/ingest/prepare.ts';
import type { InboundMessage } from '../../core/plugins/contract.ts';

const NO_BLOBS = { putAll: async () => [] } as Pick<Blobs, 'putAll'> as Blobs;
const MAIL: Omit<InboundMessage, 'text' | 'html'> = {
  ...{ kind: 'message', externalId: null, to: [], cc: [], replyTo: [], attachments: [], references: [] },
  ...{ replyTokens: [], sentAt: null, automated: false, from: { address: 'x@klient.test', name: null }, subject: null },
};

async function prepared(text: string | null, html: string) {
  const item = await prepareInbound({ ...MAIL, text, html }, NO_BLOBS);
  return item.kind === 'message' ? { text: item.text, own: item.ownWords } : null;
}

test('what only the HTML says is the text of a message whose plain form says that there is HTML, or nearly nothing', async (t) => {
  const html = '<table><tr><td>Faktura FV/12/2026</td><td>1230,00 zł</td></tr></table><p>Termin płatności: <b>15.12.2026</b></p>';
  const said = {
    text: 'Faktura FV/12/2026 1230,00 zł\n\nTermin płatności: 15.12.2026',
    own: 'Faktura FV/12/2026 1230,00 zł\n\nTermin płatności: 15.12.2026',
  };
  for (const stub of [
    'Twój program pocztowy nie obsługuje HTML.',
    'To view this message, use an HTML compatible viewer!',
    '-- \n',
    'Faktura',
  ])
    t.deepEqual(await prepared(stub, html), said, stub);
  const long = 'Ta wiadomość została wysłana w formacie HTML. Jeśli widzisz ten tekst, Twój program go nie obsługuje.';
  t.is((await prepared(long, '<p>Paczka 123 w drodze</p>'))?.text, 'Paczka 123 w drodze');
});

test('a plain form that says what the HTML says stays as its sender wrote it', async (t) => {
  for (const [text, html] of [
    ['Dzień dobry,\n  a) jedno\n  b) drugie\n', '<div>Dzień dobry,<br>a) jedno<br>b) drugie</div>'],
    ['Zobacz ofertę', '<p>Zobacz <a href="https://sklep.test/oferta/pl/12/abc?x=1">ofertę</a></p>'],
    ['Zdjęcie w załączniku', '<img src="https://x.test/a.png">'],
    ['Wysłaliśmy paczkę 123', '<img src="https://x.test/a.png" alt="Logo">'],
    ['Regulamin. '.repeat(100), `<p>${'Zupełnie inne słowa niż wyżej. '.repeat(20)}</p>`],
  ] as const)
    t.is((await prepared(text, html))?.text, text, text);
});
