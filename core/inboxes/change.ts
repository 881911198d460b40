import { type Scope, transact } from '../db/scope.ts';
import { listSharedFolders } from '../folders/list.ts';
import { addPersonalFolder } from '../folders/personal.ts';
import { TOP_FOLDER } from '../folders/types.ts';
import { parseEmailAddress } from '../lib/email-address.ts';
import { ConflictError, ForbiddenError, InvalidError, NotFoundError } from '../lib/errors.ts';
import type { AgentId, FolderId, InboxId } from '../lib/ids.ts';
import type { Keyring } from '../lib/secrets.ts';
import { storable } from '../lib/text.ts';
import { CheckFailedError } from '../plugins/check-failed.ts';
import type { ChannelPlugin, CheckMeans } from '../plugins/contract.ts';
import type { Plugins } from '../plugins/host.ts';
import type { InboxDirectory } from './directory.ts';
import { openSettings, sealSettings } from './settings.ts';
import { findInboxById, insertInbox, setInboxFolder, setInboxStatus, updateInboxRow } from './store.ts';
import { type InboxRecord, type InboxStatus, isOpenTo } from './types.ts';

/** What the inbox verbs need beside a scope. */
export interface InboxDeps {
  readonly plugins: Pick<Plugins, 'channel' | 'apply'>;
  readonly keyring: Keyring;
  readonly directory: InboxDirectory;
  /** What the check of a channel's inbox may use. */
  readonly means: (channel: string) => CheckMeans;
}

export interface InboxInput {
  readonly name: string;
  readonly address: string;
  /** One value for each setting of the manifest, secrets in clear. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Where its conversations begin; absent = unchanged, at first the top folder. */
  readonly folderId?: FolderId | undefined;
  /** Of a new one: whose personal mailbox it is, with a folder of its own that he alone sees. */
  readonly ownerId?: AgentId | null;
}

const CHECK_TIMEOUT_MS = 20_000;

/** Checks the settings by a real connection, stores the inbox and opens it. Throws InvalidError, CheckFailedError or ConflictError `address_taken`. */
export async function createInbox(scope: Scope, deps: InboxDeps, channel: string, input: InboxInput): Promise<InboxRecord> {
  const { plugin, clean } = readInput(deps, channel, input);
  await check(deps, channel, plugin, clean, 0 as InboxId);
  const id = await transact(scope, async (tx) => {
    const settings = sealSettings(deps.keyring, plugin, clean.settings);
    const place = input.ownerId ? { folderId: await addPersonalFolder(tx, input.ownerId, clean.address) } : await placeOf(tx, clean);
    const created = await insertInbox(tx, channel, { ...clean, settings, ...place });
    if (created === null) throw addressTaken();
    tx.emit({ type: 'inbox.changed', data: { inboxId: created } });
    return created;
  });
  return applied(scope, deps, id);
}

/** The same for an inbox that exists; its conversations stay where they are. */
export async function updateInbox(scope: Scope, deps: InboxDeps, id: InboxId, input: InboxInput): Promise<InboxRecord> {
  const before = await existing(scope, id);
  const { plugin, clean } = readInput(deps, before.channel, input);
  await check(deps, before.channel, plugin, clean, id);
  await transact(scope, async (tx) => {
    const settings = sealSettings(deps.keyring, plugin, clean.settings);
    const stored = await updateInboxRow(tx, before, { ...clean, settings, ...(await placeOf(tx, clean)) });
    if (!stored) throw addressTaken();
    tx.emit({ type: 'inbox.changed', data: { inboxId: id } });
  });
  return applied(scope, deps, id);
}

/** Says where its conversations begin; those that are there stay. Nothing is tried, since nothing of the channel changes. Raises not_found, invalid, or forbidden for a personal one. */
export async function placeInbox(scope: Scope, deps: Pick<InboxDeps, 'directory'>, id: InboxId, folderId: FolderId): Promise<InboxRecord> {
  await transact(scope, async (tx) => {
    const before = await existing(tx, id);
    if (!isOpenTo(before, null)) throw new ForbiddenError('A personal mailbox has its own folder');
    const { folderId: place = null } = await placeOf(tx, { folderId });
    if (await setInboxFolder(tx, before, place)) tx.emit({ type: 'inbox.changed', data: { inboxId: id } });
  });
  await deps.directory.reload();
  return existing(scope, id);
}

/** Pausing stops taking and sending; nothing that was received is touched. */
export async function changeInboxStatus(scope: Scope, deps: InboxDeps, id: InboxId, status: InboxStatus): Promise<InboxRecord> {
  await existing(scope, id);
  await transact(scope, async (tx) => {
    if (await setInboxStatus(tx, id, status)) tx.emit({ type: 'inbox.changed', data: { inboxId: id } });
  });
  return applied(scope, deps, id);
}

/** The stored settings with secrets in clear, for a form that keeps them. Never shown. */
export function storedSettings(deps: Pick<InboxDeps, 'plugins' | 'keyring'>, record: InboxRecord): Record<string, unknown> {
  const plugin = deps.plugins.channel(record.channel);
  return plugin ? openSettings(deps.keyring, plugin, record.settings) : {};
}

/** The folder as it is stored: none for the top one. Raises invalid for one that is not there. */
async function placeOf(scope: Scope, { folderId }: Pick<InboxInput, 'folderId'>): Promise<{ readonly folderId?: FolderId | null }> {
  if (folderId === undefined) return {};
  if (!(await listSharedFolders(scope)).some(({ id }) => id === folderId)) throw new InvalidError({ folderId: 'folders.gone' });
  return { folderId: folderId === TOP_FOLDER ? null : folderId };
}

const addressTaken = (): ConflictError =>
  new ConflictError('address_taken', 'There is already an inbox with this address', 'Open that inbox or choose another address.');

async function existing(scope: Scope, id: InboxId): Promise<InboxRecord> {
  const record = await findInboxById(scope, id);
  if (!record) throw new NotFoundError('Inbox');
  return record;
}

/** What was given, cleaned, with its plugin. Throws InvalidError. */
export function readInput(
  deps: Pick<InboxDeps, 'plugins'>,
  channel: string,
  input: InboxInput,
): { plugin: ChannelPlugin; clean: InboxInput } {
  const plugin = deps.plugins.channel(channel);
  if (!plugin) throw new InvalidError({ channel: 'inboxes.problem.channel' });
  const name = storable(input.name).trim();
  const address = plugin.manifest.traits.addressKind === 'email' ? parseEmailAddress(input.address) : storable(input.address).trim();
  const fields: Record<string, string> = {};
  if (name === '' || name.length > 120) fields['name'] = 'inboxes.problem.name';
  if (!address || address.length > 255 || address.includes('+')) fields['address'] = 'inboxes.problem.address';
  if (Object.keys(fields).length > 0 || !address) throw new InvalidError(fields);
  plugin.readSettings(input.settings);
  return { plugin, clean: { name, address, settings: input.settings, folderId: input.folderId } };
}

async function check(deps: InboxDeps, channel: string, plugin: ChannelPlugin, input: InboxInput, id: InboxId): Promise<void> {
  const inbox = { id, name: input.name, address: input.address, settings: plugin.readSettings(input.settings) };
  const result = await plugin.check(inbox, AbortSignal.timeout(CHECK_TIMEOUT_MS), deps.means(channel));
  if (!result.ok) throw new CheckFailedError(channel, result);
}

async function applied(scope: Scope, deps: InboxDeps, id: InboxId): Promise<InboxRecord> {
  await deps.directory.reload();
  const record = await existing(scope, id);
  await deps.plugins.apply(record.channel, id);
  return record;
}
