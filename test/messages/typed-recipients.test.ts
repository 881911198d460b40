import test from 'ava';
import { readRecipients } from '../../core/messages/typed-recipients.ts';

test('typed addresses are read with names, once each, and what is no address is named', (t) => {
  const { addresses, wrong } = readRecipients('Anna Nowak <a@b.pl>, "Kowalski, Jan" <JAN@x.pl>; a@b.pl\nfoo, bar@, ola@żółw.pl');
  t.deepEqual(addresses, [
    { address: 'a@b.pl', name: 'Anna Nowak' },
    { address: 'jan@x.pl', name: 'Kowalski, Jan' },
    { address: 'ola@xn--w-uga1v8h.pl', name: null },
  ]);
  t.deepEqual(wrong, ['foo', 'bar@']);
});
