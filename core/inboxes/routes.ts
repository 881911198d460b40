import { z } from 'zod';
import { listFolders } from '../folders/list.ts';
import { TOP_FOLDER } from '../folders/types.ts';
import { folderChoices } from '../folders/view.ts';
import type { PageContext, Route } from '../http/context.ts';
import { NotFoundError } from '../lib/errors.ts';
import { parseId } from '../lib/ids.ts';
import { randomToken } from '../lib/secrets.ts';
import { type ChannelPlugin, isChannel } from '../plugins/contract.ts';
import { fieldViews } from '../plugins/field-views.ts';
import type { Plugins } from '../plugins/host.ts';
import { changeInboxStatus, createInbox, type InboxDeps, storedSettings, updateInbox } from './change.ts';
import { accountOf } from './connecting/begin.ts';
import { formErrors } from './form-errors.ts';
import { settingsFromForm } from './settings.ts';
import { INBOX_STATUSES, type InboxRecord, isOpenTo } from './types.ts';
import { type FormState, inboxRow } from './view.ts';

const POSTED = z.object({
  name: z.string().max(500),
  address: z.string().max(500),
  folderId: z.unknown().transform((value) => parseId<'folders'>(value) ?? undefined),
});
const STATUS = z.object({ status: z.enum(INBOX_STATUSES) });

/** Whether people know the inbox by an address; else it gets one that nobody has to think of. */
const isAddressed = ({ manifest }: ChannelPlugin): boolean => manifest.traits.addressKind !== 'opaque';

export interface InboxRouteDeps extends InboxDeps {
  readonly plugins: Plugins;
}

/** Settings → Inboxes: list, the form drawn from the plugin's settings, pause and resume. */
export function inboxRoutes(deps: InboxRouteDeps): readonly Route[] {
  const channels = () => deps.plugins.list().filter((status) => status.state === 'running' && isChannel(status.plugin));

  const list = (ctx: PageContext): void => {
    const rows = deps.directory.openTo(null).map((record) =>
      inboxRow(
        ctx.t,
        record,
        deps.directory,
        deps.plugins.list().find((status) => status.name === record.channel),
      ),
    );
    ctx.page('inboxes/list', {
      inboxes: rows,
      canConnect: channels().some(({ plugin }) => isChannel(plugin) && plugin.connecting !== undefined),
      channels: channels().map((status) => ({
        name: status.name,
        title: ctx.t(`plugin.${status.name}.title`),
        icon: status.plugin?.manifest.icon,
      })),
    });
  };

  const form = async (
    ctx: PageContext,
    plugin: ChannelPlugin,
    record: InboxRecord | null,
    state: FormState,
    status = 200,
  ): Promise<void> => {
    const { name } = plugin.manifest;
    const locals = {
      channel: {
        name,
        title: ctx.t(`plugin.${name}.title`),
        icon: plugin.manifest.icon,
        help: ctx.t(`plugin.${name}.description`),
        hasAddress: isAddressed(plugin),
      },
      id: record?.id ?? null,
      isMailbox: record !== null && accountOf(deps, record) !== null,
      name: state.name,
      address: state.address,
      folderId: state.folderId ?? TOP_FOLDER,
      folders: folderChoices(ctx.t, await listFolders(ctx.scope)),
    };
    ctx.page('inboxes/form', { ...locals, fields: fieldViews(ctx.t, name, plugin.manifest.settings, state), errors: state.errors }, status);
  };

  const save = async (ctx: PageContext, plugin: ChannelPlugin, record: InboxRecord | null): Promise<void> => {
    const address = isAddressed(plugin) ? (ctx.form['address'] ?? '') : (record?.address ?? `${plugin.manifest.name}-${randomToken(8)}`);
    const posted = POSTED.parse({ name: ctx.form['name'] ?? '', address, folderId: ctx.form['folderId'] });
    const stored = record ? storedSettings(deps, record) : {};
    const input = { ...posted, settings: settingsFromForm(plugin, ctx.form, stored) };
    try {
      if (record) await updateInbox(ctx.scope, deps, record.id, input);
      else await createInbox(ctx.scope, deps, plugin.manifest.name, input);
    } catch (error) {
      const errors = formErrors(ctx.t, plugin, error);
      if (!errors) throw error;
      return form(ctx, plugin, record, { ...posted, values: input.settings, stored, errors }, 422);
    }
    ctx.toast(ctx.t('inboxes.saved', { name: posted.name }));
    ctx.seeOther('/inboxes');
  };

  const recordOf = (ctx: PageContext): InboxRecord => {
    const id = parseId<'inboxes'>(ctx.params['id']);
    const record = id && deps.directory.record(id);
    // Somebody's own is connected and changed in his profile.
    if (!record || !isOpenTo(record, null)) throw new NotFoundError('Inbox');
    return record;
  };

  const pluginOf = (name: unknown): ChannelPlugin => {
    const plugin = typeof name === 'string' ? deps.plugins.channel(name) : null;
    if (!plugin) throw new NotFoundError('Channel');
    return plugin;
  };

  const edit = (ctx: PageContext): Promise<void> => {
    const record = recordOf(ctx);
    const stored = storedSettings(deps, record);
    const { name, address, folderId } = record;
    return form(ctx, pluginOf(record.channel), record, { name, address, folderId, values: stored, stored, errors: {} });
  };

  const changeStatus = async (ctx: PageContext): Promise<void> => {
    const record = recordOf(ctx);
    await changeInboxStatus(ctx.scope, deps, record.id, STATUS.parse(ctx.form).status);
    ctx.seeOther('/inboxes');
  };

  const empty: FormState = { name: '', address: '', values: {}, stored: {}, errors: {} };
  return [
    { method: 'GET', path: '/inboxes', may: 'administrator', handle: list },
    {
      method: 'GET',
      path: '/inboxes/new/:channel',
      may: 'administrator',
      handle: (ctx) => form(ctx, pluginOf(ctx.params['channel']), null, empty),
    },
    {
      method: 'POST',
      path: '/inboxes/new/:channel',
      may: 'administrator',
      handle: (ctx) => save(ctx, pluginOf(ctx.params['channel']), null),
    },
    { method: 'GET', path: '/inboxes/:id', may: 'administrator', handle: edit },
    {
      method: 'POST',
      path: '/inboxes/:id',
      may: 'administrator',
      handle: (ctx) => save(ctx, pluginOf(recordOf(ctx).channel), recordOf(ctx)),
    },
    { method: 'POST', path: '/inboxes/:id/status', may: 'administrator', handle: changeStatus },
  ];
}
