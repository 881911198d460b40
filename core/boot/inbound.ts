import { join } from 'node:path';
import { returnTokens } from '../deliveries/return-token.ts';
import { lookAhead } from '../ingest/ahead.ts';
import { createInterpreter } from '../ingest/interpreter.ts';
import { judgeOfSenders } from '../ingest/judge-sender.ts';
import { type Pump, startPump } from '../ingest/pump.ts';
import { receiveInbound } from '../ingest/receive.ts';
import { KEPT } from '../ingest/register.ts';
import { chainOlder } from '../ledger/chain-older.ts';
import type { InboxId } from '../lib/ids.ts';
import { errorFacts } from '../lib/log.ts';
import type { Endpoints } from '../messages/endpoint.ts';
import { blockedJudge } from '../spam/blocked-judge.ts';
import { filterJudge } from '../spam/filter-judge.ts';
import { scanJudge } from '../viruses/scan-judge.ts';
import type { Channels } from './channels.ts';
import type { Foundation } from './foundation.ts';
import { cacheOurs } from './ours.ts';
import { takeUpRests } from './rests.ts';
import type { Shutdown } from './shutdown.ts';
import { filterDeps } from './spam.ts';

/** So often a process looks for what waits although nobody said so. */
const LOOK_MS = 5_000;

/** Starts carrying kept mail on into conversations, beginning with what an earlier process left. */
export function startInbound(foundation: Foundation, channels: Channels, endpoints: Endpoints, shutdown: Shutdown): Pump {
  const { config, scope, peers, spool, blobs, log } = foundation;
  const tokens = returnTokens(foundation.keyring);
  const { directory, plugins, authenticator } = channels;
  const interpreter = createInterpreter({
    blobsDir: join(config.dataDir, 'blobs'),
    log,
    onStored: (sha256) => foundation.elsewhere?.uploads.add(sha256),
  });
  const pluginOf = (id: InboxId) => plugins.channel(directory.record(id)?.channel ?? '');
  const pump = startPump({
    scope: { ...scope, actor: { kind: 'system', task: 'ingest' } },
    spool,
    blobs,
    log,
    interpreter,
    inboxOf: async (id) => {
      // The command line can make an inbox and fill it before this process is told of either.
      if (directory.record(id) === null) await directory.reload();
      const record = directory.record(id);
      const plugin = record ? plugins.channel(record.channel) : null;
      return record && plugin ? { address: record.address, name: record.name, interpreter: plugin.interpreter } : null;
    },
    judges: [
      judgeOfSenders({
        authenticator,
        moduleOf: (id) => pluginOf(id)?.authenticator ?? null,
        pathOf: (sha256) => blobs.path(sha256),
        ours: cacheOurs(scope, directory),
      }),
      blockedJudge(scope),
      filterJudge(filterDeps(foundation, channels, endpoints)),
      scanJudge({ plugins, blobs }),
    ],
    mayReceive: () => peers.holds('receiving'),
    ahead: (tx, coming) => lookAhead(tx, endpoints, coming),
    receive: (tx, record, items, verdict) => receiveInbound(tx, endpoints, record, items, tokens, verdict),
  });
  shutdown.add('inbound', async () => {
    await Promise.all([pump.stop(), authenticator.stop()]);
  });
  if (peers.holds('receiving')) chainInBackground(foundation, shutdown);
  if (peers.me === null) return pump;
  // Whoever may have to take the receiving over is ready to read while there is mail.
  const standBy = (): void => {
    const [inbox] = directory.all();
    const code = inbox && pluginOf(inbox.id)?.interpreter;
    if (config.roles.has('jobs') && !peers.holds('receiving') && code) interpreter.warm(code.href);
  };
  peers.hear(KEPT, () => {
    pump.wake();
    standBy();
  });
  peers.onDuty(pump.wake);
  // What was said while the connection was away.
  const timer = setInterval(pump.wake, LOOK_MS).unref();
  shutdown.add('looks', async () => clearInterval(timer));
  if (config.isOneOfMany) takeUpRests(foundation, shutdown);
  return {
    ...pump,
    wake: () => {
      pump.wake();
      peers.tell(KEPT, '');
    },
  };
}

/** What an older version kept is chained beside everything else; with nothing to do it is one small query. */
function chainInBackground({ scope, log }: Foundation, shutdown: Shutdown): void {
  const stopping = new AbortController();
  const chaining = chainOlder(scope, stopping.signal)
    .then((entries) => {
      if (entries > 0) log.info('ledger_chained', { entries });
    })
    .catch((error: unknown) => log.error('ledger_not_chained', errorFacts(error)));
  shutdown.add('ledger', async () => {
    stopping.abort();
    await chaining;
  });
}
