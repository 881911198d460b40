import test from 'ava';
import { pickDefault } from '../../core/inboxes/default.ts';
import type { InboxId } from '../../core/lib/ids.ts';

const [office, shop, own] = [{ id: 1 as InboxId }, { id: 2 as InboxId }, { id: 3 as InboxId }];
const nothing = { own: null, company: null };

test('a new message leaves from the own default, else the one of the company, else the first inbox that sends', (t) => {
  const all = [office, shop, own];
  t.deepEqual(pickDefault({ own: own.id, company: shop.id }, all), { inbox: own, missing: null });
  t.deepEqual(pickDefault({ own: null, company: shop.id }, all), { inbox: shop, missing: null });
  t.deepEqual(pickDefault(nothing, all), { inbox: office, missing: null });
  t.deepEqual(pickDefault(nothing, []), { inbox: null, missing: null });
});

test('a default that cannot send is named, and the next one takes its place', (t) => {
  t.deepEqual(pickDefault({ own: own.id, company: shop.id }, [office, shop]), { inbox: shop, missing: own.id });
  t.deepEqual(pickDefault({ own: null, company: shop.id }, [office]), { inbox: office, missing: shop.id });
  t.deepEqual(pickDefault({ own: own.id, company: null }, []), { inbox: null, missing: own.id });
});
