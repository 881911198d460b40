import test, { type ExecutionContext } from 'ava';
import { filterInput } from '../../../test/contract/filter-inputs.ts';
import { memoryHost } from '../../../test/support/channel-host.ts';
import plugin from '../plugin.ts';
import { readSettings } from '../settings.ts';
import startPeer from './peer.ts';

const SOON = (): AbortSignal => AbortSignal.timeout(5_000);

async function running(t: ExecutionContext) {
  const peer = await startPeer();
  t.teardown(() => peer.stop());
  const filter = await plugin.start(memoryHost({ settings: readSettings(peer.settings) }));
  t.teardown(() => filter.stop());
  return { peer, filter };
}

test('skeleton: the score is the sum of the words that occur, and each is named', async (t) => {
  const { filter } = await running(t);
  const verdict = await filter.judge(filterInput(Buffer.from('Subject: Lottery invoice\r\n\r\nlottery\r\n')), SOON());
  t.like(verdict, { state: 'scored', score: 4.5, threshold: 5 });
  if (verdict.state === 'scored') t.deepEqual(verdict.symbols.map(({ name }) => name).sort(), ['WORD_INVOICE', 'WORD_LOTTERY']);
});

test('skeleton: what somebody called spam is spam from then on, until he says otherwise', async (t) => {
  const { filter, peer } = await running(t);
  const scoreOf = async () => {
    const verdict = await filter.judge(filterInput(peer.ham), SOON());
    return verdict.state === 'scored' ? verdict.score : null;
  };
  await filter.learn(filterInput(peer.ham), 'spam', SOON());
  t.is(await scoreOf(), 98.5);
  await filter.learn(filterInput(peer.ham), 'ham', SOON());
  t.is(await scoreOf(), -101.5);
});

test('skeleton: what is too large is not looked at, and that is in order', async (t) => {
  const { filter } = await running(t);
  t.deepEqual(await filter.judge(filterInput(Buffer.alloc(2_000_000, 0x61)), SOON()), { state: 'skipped', reason: 'too_large' });
  t.is(filter.health().state, 'ok');
});
