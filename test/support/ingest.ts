import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { openBlobs } from '../../core/blobs/blobs.ts';
import type { Scope } from '../../core/db/scope.ts';
import { createInterpreter, type InterpreterOptions } from '../../core/ingest/interpreter.ts';
import { type PumpDeps, type ReceiveInbound, startPump } from '../../core/ingest/pump.ts';
import type { InterpretedMessage } from '../../core/ingest/types.ts';
import type { InboxId } from '../../core/lib/ids.ts';
import { silentLog } from '../../core/lib/log.ts';
import type { RawInbound } from '../../core/plugins/contract.ts';
import { openSpool } from '../../core/spool/spool.ts';
import { scopeFor } from './db.ts';
import { tempDir } from './temp-dir.ts';

const FIXTURE = new URL('../ingest/fixtures/interpreter.ts', import.meta.url);

/** An inbox row to keep things for. */
export async function anInbox(scope: Scope, address = 'support@example.com'): Promise<InboxId> {
  const at = scope.now().toISOString();
  const row = { channel: 'demo', name: 'Support', address, settings: '{}', created_at: at, updated_at: at };
  const [inserted] = await scope.db('inboxes').insert(row).returning('id');
  return inserted.id as InboxId;
}

/** Something to keep, given as text. */
export const rawText = (inboxId: InboxId, text: string, rest: Partial<RawInbound> = {}): RawInbound => ({
  inboxIds: [inboxId],
  contentType: 'text/plain',
  envelope: { from: 'customer@example.com' },
  maxBytes: 4 * 1024 * 1024,
  body: (async function* () {
    yield new TextEncoder().encode(text);
  })(),
  ...rest,
});

/** Spool, blob store and pump over a database of this test alone; `received` collects what came out at the end. */
export async function pipeline(
  t: ExecutionContext<unknown>,
  options: Partial<PumpDeps> & { limits?: Partial<InterpreterOptions>; dir?: string } = {},
) {
  const dir = options.dir ?? tempDir(t);
  const scope = options.scope ?? (await scopeFor(t));
  const inboxId = await anInbox(scope);
  const blobs = openBlobs(join(dir, 'blobs'));
  const spool = await openSpool({ dir, log: silentLog, onFatal: (error) => t.fail(error.message) });
  const received: InterpretedMessage[] = [];
  const receive: ReceiveInbound = async (tx, record, items) => {
    for (const item of items) if (item.kind === 'message') received.push(item);
    await tx.db('raw_inbound').where({ id: record.id, status: 'waiting' }).update({ status: 'received' });
    return 'received';
  };
  const interpreter = createInterpreter({ blobsDir: join(dir, 'blobs'), log: silentLog, ...options.limits });
  const inboxOf = async () => ({ address: 'support@example.com', name: 'Support', interpreter: FIXTURE });
  const start = () => startPump({ scope, spool, blobs, interpreter, log: silentLog, inboxOf, receive, ...options });
  const pumps = [start()];
  t.teardown(async () => {
    for (const pump of pumps) await pump.stop();
    await spool.close();
  });
  return { dir, scope, inboxId, blobs, spool, received, pump: pumps[0] as ReturnType<typeof start>, receive };
}
