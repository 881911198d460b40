import { transact } from '../../db/scope.ts';
import { lockedFoldersOf } from '../../folders/personal.ts';
import type { PageContext, Route } from '../../http/context.ts';
import { idParam } from '../../http/params.ts';
import { NotFoundError } from '../../lib/errors.ts';
import { beginLogin, type LoginDeps } from '../../oauth/log-in.ts';
import type { GrantId } from '../../oauth/types.ts';
import type { ChannelPlugin } from '../../plugins/contract.ts';
import { formErrors } from '../form-errors.ts';
import { beginConnection, connectionById } from './begin.ts';
import { grantForConnection, grantOf, logInOf, withGrant } from './logging-in.ts';
import type { MailboxDeps } from './routes.ts';
import type { Shelf } from './shelf.ts';
import type { AccountState } from './step-view.ts';

export interface LoginRouteDeps extends MailboxDeps {
  readonly logins: LoginDeps;
  /** Looks after codes that are typed elsewhere. */
  readonly wake: () => Promise<void>;
}

/** What the first form of an account says: its tile, and its fields with what could be found out. */
export interface Given {
  readonly plugin: ChannelPlugin;
  readonly provider: string;
  readonly state: AccountState;
}

/** What the pages of a shelf do to log in: for a new mailbox, for one that is being connected, and for one that has to be logged in to again. */
export function mailboxLoginRoutes(
  deps: LoginRouteDeps,
  { base, may, ownerOf, expectOpen }: Shelf,
  read: (ctx: PageContext) => Promise<Given>,
  redraw: (ctx: PageContext, state: AccountState) => Promise<void>,
): readonly Route[] {
  const logIn = async (ctx: PageContext, grantId: GrantId, back: string): Promise<void> => {
    const { id: agentId, sessionId } = ctx.agent;
    if (sessionId === null) throw new NotFoundError('Session');
    const id = await beginLogin(ctx.scope, deps.logins, { grantId, agentId, sessionId, back });
    await deps.wake();
    ctx.seeOther(`/oauth/logins/${id}`);
  };

  const begin = async (ctx: PageContext): Promise<void> => {
    const { plugin, provider, state } = await read(ctx);
    const way = logInOf(plugin, provider, state.values);
    if (way === null) throw new NotFoundError('Log-in');
    const { name, address } = state;
    try {
      const [id, grantId] = await transact(ctx.scope, async (tx) => {
        const { grantId, values } = await withGrant(tx, deps.keyring, plugin, way, address, state.values);
        const input = { name, address, ownerId: ownerOf(ctx), settings: values };
        return [await beginConnection(tx, deps, plugin.manifest.name, provider, input, 'account'), grantId] as const;
      });
      await logIn(ctx, grantId, `${base}/connections/${id}`);
    } catch (error) {
      const errors = formErrors(ctx.t, plugin, error);
      if (!errors) throw error;
      await redraw(ctx, { ...state, errors });
    }
  };

  const ofConnection = async (ctx: PageContext): Promise<void> => {
    const connection = await connectionById(ctx.scope, idParam(ctx, 'inbox_connections'), ownerOf(ctx));
    const plugin = deps.plugins.channel(connection.channel);
    if (!plugin) throw new NotFoundError('Channel');
    await logIn(ctx, await grantForConnection(ctx.scope, deps, plugin, connection), `${base}/connections/${connection.id}`);
  };

  const ofMailbox = async (ctx: PageContext): Promise<void> => {
    const record = deps.directory.record(idParam(ctx, 'inboxes'));
    const isTheirs = record !== null && (record.ownerId ?? null) === ownerOf(ctx);
    const grantId = isTheirs ? grantOf(deps.plugins.channel(record.channel), record.settings) : null;
    if (!record || grantId === null) throw new NotFoundError('Mailbox');
    // Whoever opens a closed mailbox so sees it in the list first.
    const isClosed = record.ownerId ? (await lockedFoldersOf(ctx.scope, record.ownerId)).length > 0 : false;
    await logIn(ctx, grantId, isClosed ? base : `${base}/${record.id}`);
  };

  const post = (path: string, handle: Route['handle']): Route => ({ method: 'POST', path: base + path, may, handle });
  const whenOpen = (handle: Route['handle']): Route['handle'] => {
    return async (ctx) => {
      await expectOpen(ctx);
      await handle(ctx);
    };
  };
  return [
    post('/new/:channel/:provider/login', whenOpen(begin)),
    post('/connections/:id/login', whenOpen(ofConnection)),
    post('/:id/login', ofMailbox),
  ];
}
