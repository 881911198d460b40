import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { type Blobs, openBlobs } from '../../core/blobs/blobs.ts';
import { blockedAddressRoutes } from '../../core/blocked-addresses/routes.ts';
import { bulkRoutes } from '../../core/bulk-actions/routes.ts';
import { cannedResponseRoutes } from '../../core/canned-responses/routes.ts';
import { commandRoutes } from '../../core/commands/routes.ts';
import { assignRoutes } from '../../core/conversations/assign-routes.ts';
import { conversationRoutes } from '../../core/conversations/routes.ts';
import type { WorkspaceDeps } from '../../core/conversations/screens.ts';
import { shareRoutes } from '../../core/conversations/share-routes.ts';
import { deliveryRoutes } from '../../core/deliveries/routes.ts';
import { draftVersionRoutes } from '../../core/draft-versions/routes.ts';
import { choiceRoutes } from '../../core/drafts/choice-routes.ts';
import { draftFileRoutes } from '../../core/drafts/file-routes.ts';
import { draftRoutes } from '../../core/drafts/routes.ts';
import { fileRoutes } from '../../core/files/routes.ts';
import { knowFolders } from '../../core/folders/known.ts';
import { folderPickerRoutes } from '../../core/folders/picker-routes.ts';
import { folderRoutes } from '../../core/folders/routes.ts';
import { followerRoutes } from '../../core/followers/routes.ts';
import { footerRoutes } from '../../core/footers/routes.ts';
import type { HttpAppParts } from '../../core/http/app.ts';
import { loadAssets } from '../../core/http/assets.ts';
import type { Route } from '../../core/http/context.ts';
import type { InboxRecord } from '../../core/inboxes/types.ts';
import { knowLabels } from '../../core/labels/known.ts';
import { labelPickerRoutes } from '../../core/labels/picker-routes.ts';
import { labelRoutes } from '../../core/labels/routes.ts';
import type { AgentId, InboxId } from '../../core/lib/ids.ts';
import { heldRoutes } from '../../core/messages/held-routes.ts';
import { messageRoutes } from '../../core/messages/routes.ts';
import { createPresence } from '../../core/presence/presence.ts';
import { presenceRoutes } from '../../core/presence/routes.ts';
import { savedViewRoutes } from '../../core/saved-views/routes.ts';
import { teamRoutes } from '../../core/teams/routes.ts';
import { transferRoutes } from '../../core/transfers/routes.ts';
import { trashRoutes } from '../../core/trash/routes.ts';
import { type House, houseFor } from './house.ts';
import { type HttpClient, httpClient } from './http-client.ts';
import { strictRenderer, VIEWS } from './render.ts';
import { tempDir } from './temp-dir.ts';
import { signIn, web } from './web.ts';

export interface Workspace extends House {
  readonly base: string;
  readonly blobs: Blobs;
  /** Anna, who is agent 1 and an administrator. */
  readonly anna: HttpClient;
  readonly nobody: HttpClient;
  readonly piotr: AgentId;
  /** Who opened what, as it would be counted. */
  readonly opened: string[];
  /** Names that were poked without an event. */
  readonly poked: string[];
  /** Since when mail of an inbox cannot be fetched. */
  readonly silent: Map<InboxId, Date>;
}

/** The agents' screens on a free port over a house of this test alone, with the real templates. */
export async function workspaceFor(
  t: ExecutionContext<unknown>,
  parts: Partial<HttpAppParts> = {},
  more: readonly Route[] = [],
): Promise<Workspace> {
  const house = await houseFor(t);
  const blobs = openBlobs(join(tempDir(t), 'blobs'));
  const record = (id: InboxId): InboxRecord | null => {
    const found = house.endpoints.find(id);
    return found && { id, channel: 'email', name: found.name, address: found.address, settings: {}, status: 'open', createdAt: new Date() };
  };
  const silent = new Map<InboxId, Date>();
  const poked: string[] = [];
  const opened: string[] = [];
  const presence = createPresence((names) => poked.push(...names), house.scope.now);
  t.teardown(presence.close);
  const deps: WorkspaceDeps = {
    directory: { record, openTo: () => [house.inboxId].map(record).filter((one) => one !== null) },
    endpoints: house.endpoints,
    presence,
    labels: knowLabels(),
    folders: knowFolders(),
    iconOf: () => 'mail',
    stateOf: () => 'ok',
    silentSince: ({ id }) => silent.get(id) ?? null,
  };
  const piotr = await house.addAgent('piotr@company.test');
  const agents = async () => [
    { id: house.agentId, name: 'Anna Nowak' },
    { id: piotr, name: 'Piotr Wrona' },
  ];
  const routes = [
    ...draftRoutes({ ...deps, maxMessageBytes: 5_000_000 }),
    ...draftVersionRoutes(deps),
    ...bulkRoutes({ ...deps, agents, poke: (names) => void poked.push(...names) }),
    ...savedViewRoutes(),
    ...commandRoutes(deps),
    ...followerRoutes(),
    ...presenceRoutes(presence),
    ...transferRoutes(deps),
    ...choiceRoutes({ ...deps, maxMessageBytes: 5_000_000 }),
    ...draftFileRoutes({ maxMessageBytes: 5_000_000 }),
    ...fileRoutes({ blobs }),
    ...footerRoutes(deps),
    ...cannedResponseRoutes({ channels: () => ['email'] }),
    ...conversationRoutes({
      ...deps,
      agents,
      readings: { note: (agentId, id) => void opened.push(`${agentId} ${id}`) },
      poke: (names) => void poked.push(...names),
    }),
    ...assignRoutes({ ...deps, agents }),
    ...messageRoutes({ blobs }),
    ...heldRoutes(deps),
    ...labelPickerRoutes(deps),
    ...folderPickerRoutes(deps),
    ...shareRoutes({ agents }),
    ...trashRoutes({ ...deps, agents }),
    ...labelRoutes(),
    ...folderRoutes(),
    ...teamRoutes(),
    ...deliveryRoutes(deps),
    ...blockedAddressRoutes(),
    ...more,
  ];
  const renderer = strictRenderer();
  const assets = loadAssets([{ dir: `${VIEWS}/assets` }], renderer.sprite).middleware;
  const { base } = await web(t, routes, { renderer, assets, scope: house.scope, uploads: blobs, ...parts });
  const anna = httpClient(base);
  signIn(anna, house.agentId);
  return { ...house, base, blobs, anna, nobody: httpClient(base), piotr, opened, poked, silent };
}
