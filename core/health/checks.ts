import type { BucketState } from '../blobs/uploads.ts';
import type { Scope } from '../db/scope.ts';
import { dispatchLagMs } from '../events/store.ts';
import type { InboxDirectory } from '../inboxes/directory.ts';
import { countDamaged } from '../ledger/proof.ts';
import { isScanner, isService } from '../plugins/contract.ts';
import type { Plugins } from '../plugins/host.ts';
import type { DiskSpace } from '../spool/disk-space.ts';
import { text } from './doctor/finding.ts';
import { STARTING } from './part.ts';
import { type Check, type CheckState, failing, off, ok } from './readiness.ts';
import { pingDatabase } from './store.ts';

const MAX_LAG_MS = 60_000;
const MAX_SPOOLED = 50_000;

export interface HealthDeps {
  readonly scope: Scope;
  readonly pendingMigrations: () => Promise<number>;
  readonly plugins: Pick<Plugins, 'list'>;
  readonly directory: Pick<InboxDirectory, 'all' | 'typed'>;
  readonly spool: { count(): Promise<number>; readonly space: DiskSpace };
  readonly maxMessageBytes: number;
  /** Of the pages' own TLS; empty without. */
  readonly certificate: () => readonly CheckState[];
  /** Of the bucket of stored files; null without. */
  readonly bucket: () => BucketState | null;
}

/** What has to be well for this process to do its work. */
export function healthChecks(deps: HealthDeps): readonly Check[] {
  return [
    { name: 'database', run: async () => pingDatabase(deps.scope).then(() => [ok('database')]) },
    { name: 'migrations', run: () => migrations(deps) },
    { name: 'dispatcher', run: () => dispatcher(deps) },
    { name: 'disk', run: () => disk(deps) },
    { name: 'spool', run: () => spool(deps) },
    { name: 'files', run: () => files(deps) },
    { name: 'bucket', run: () => bucket(deps) },
    { name: 'certificate', run: async () => deps.certificate() },
    { name: 'plugins', run: () => plugins(deps) },
    { name: 'inboxes', run: () => inboxes(deps) },
  ];
}

async function migrations({ pendingMigrations }: HealthDeps): Promise<readonly CheckState[]> {
  const pending = await pendingMigrations();
  const says = text('health.migrations.pending', { n: pending });
  return [pending === 0 ? ok('migrations') : failing('migrations', `${pending} not run yet: restart Centrala`, says)];
}

async function dispatcher({ scope }: HealthDeps): Promise<readonly CheckState[]> {
  const lagMs = await dispatchLagMs(scope);
  const seconds = Math.round(lagMs / 1000);
  const detail = `the oldest event waits ${seconds} s`;
  return [lagMs < MAX_LAG_MS ? ok('dispatcher', detail) : failing('dispatcher', detail, text('health.part.lag', { seconds }))];
}

async function disk({ spool, maxMessageBytes }: HealthDeps): Promise<readonly CheckState[]> {
  const { isFull, freeBytes, neededBytes } = await spool.space.state(maxMessageBytes);
  const megabytes = (bytes: number): number => Math.floor(bytes / 1_000_000);
  const [free, needed] = [megabytes(freeBytes), megabytes(neededBytes)];
  const detail = `${free} MB free of the ${needed} MB needed to take mail`;
  return [isFull ? failing('disk', detail, text('health.part.full', { free, needed })) : ok('disk')];
}

async function spool(deps: HealthDeps): Promise<readonly CheckState[]> {
  const waiting = await deps.spool.count();
  const detail = `${waiting} waiting`;
  return [waiting < MAX_SPOOLED ? ok('spool', detail) : failing('spool', detail, text('health.part.waiting', { n: waiting }))];
}

/** A lost file is for an administrator to put back; it is no reason to send nobody here. */
async function files({ scope }: HealthDeps): Promise<readonly CheckState[]> {
  const wrong = await countDamaged(scope);
  return [ok('files', wrong === 0 ? null : `${wrong} stored files are missing or damaged: see Settings, Balance`)];
}

/** Everything is in the data folder as well: mail goes on coming in, so it is no reason to send nobody here. */
function bucket(deps: HealthDeps): readonly CheckState[] {
  const state = deps.bucket();
  if (state === null) return [];
  const waits = state.waiting === 0 ? null : `${state.waiting} files wait`;
  if (state.problem === null) return [ok('bucket', waits)];
  return [ok('bucket', `failing since ${state.failingSince?.toISOString()}: see the log; ${waits ?? 'nothing waits'}`)];
}

function plugins(deps: HealthDeps): readonly CheckState[] {
  return deps.plugins.list().map(({ name, plugin, state, problem, health }) => {
    const label = `plugin ${name}`;
    if (state === 'disabled') return off(label, 'disabled');
    // Without it mail comes in unscored or not scanned: to be told, but no reason to send nobody here.
    if (isService(plugin) && (state !== 'running' || health?.state === 'failing'))
      return ok(label, `not ${isScanner(plugin) ? 'scanning' : 'scoring'}: ${problem?.code ?? health?.problem ?? state}`);
    if (state === 'starting') return failing(label, 'starting', STARTING);
    if (state === 'failed')
      return failing(label, `failed: ${problem?.code ?? 'broken'}`, text('health.part.failed', { code: problem?.code ?? '–' }));
    return health?.state === 'failing' ? failing(label, health.problem ?? 'failing') : ok(label, health?.problem ?? null);
  });
}

/** An inbox works when it is open, its settings can be read and its plugin runs. What an administrator switched off is not a fault. */
function inboxes(deps: HealthDeps): readonly CheckState[] {
  const states = new Map(deps.plugins.list().map(({ name, state }) => [name, state]));
  return deps.directory.all().map(({ id, channel, status }) => {
    const label = `inbox ${id}`;
    if (status === 'paused') return off(label, 'paused');
    const plugin = states.get(channel);
    if (plugin === 'disabled') return off(label, `the plugin ${channel} is disabled`);
    if (plugin === 'starting') return failing(label, 'starting', STARTING);
    if (plugin !== 'running') return failing(label, `the plugin ${channel} does not run`, text('health.part.noPlugin', { channel }));
    return deps.directory.typed(id) ? ok(label) : failing(label, 'its settings cannot be read', text('health.part.settings'));
  });
}
