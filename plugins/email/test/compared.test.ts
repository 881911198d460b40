import test from 'ava';
import type { InboxId } from '../../../core/lib/ids.ts';
import { memoryHost } from '../../../test/support/channel-host.ts';
import { startComparing } from '../mailbox/comparing.ts';

test('what another process compared is shown, also where an older comparison was looked at', async (t) => {
  const id = 1 as InboxId;
  const host = { ...memoryHost({ hasClock: false }), maxMessageBytes: 1_000, makeRoom: () => () => {} };
  const [here, there] = [startComparing(host), startComparing(host)];
  t.is(await here.compared(id), null);
  for (const at of ['2026-11-29T03:23:00.000Z', '2026-11-30T03:23:00.000Z']) {
    await host.state.set(`compared ${id}`, JSON.stringify({ at, folders: [] }));
    for (const one of [here, there]) t.is((await one.compared(id))?.at.toISOString(), at);
  }
});
