import type { Peers } from '../db/peers.ts';
import { createStream, type Stream } from '../events/stream.ts';
import { createPresence, type Presence } from '../presence/presence.ts';

/** What may be said at once: PostgreSQL takes 8,000 bytes. */
const NAMES_AT_ONCE = 100;
/** The stream of this process; what happens beside events reaches the browsers of the others as well. */
export function sharedStream(peers: Peers): Stream {
  const stream = createStream(undefined, undefined, (names) => {
    for (let at = 0; at < names.length; at += NAMES_AT_ONCE) peers.tell('poke', JSON.stringify(names.slice(at, at + NAMES_AT_ONCE)));
  });
  peers.hear('poke', (text) => stream.pokeHere(JSON.parse(text) as string[]));
  return stream;
}

/** Who has which conversation open, whichever process his browser talks to; each forgets for itself. */
export function sharedPresence(peers: Peers, pokeHere: Stream['pokeHere']): Presence {
  const presence = createPresence(pokeHere);
  peers.hear('presence', (text) => presence.note(...(JSON.parse(text) as Parameters<Presence['note']>)));
  peers.hear('presence over', (text) => presence.finish(...(JSON.parse(text) as Parameters<Presence['finish']>)));
  return {
    ...presence,
    note: (...all) => {
      presence.note(...all);
      peers.tell('presence', JSON.stringify(all));
    },
    finish: (...all) => {
      presence.finish(...all);
      peers.tell('presence over', JSON.stringify(all));
    },
  };
}
