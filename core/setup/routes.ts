import { z } from 'zod';
import type { PageContext, Route } from '../http/context.ts';
import {
  emailField,
  lineField,
  newPasswordFields,
  orRedraw,
  queryText,
  REPEAT_PROBLEM,
  readForm,
  samePasswords,
  typed,
  typedText,
} from '../http/params.ts';
import { createInbox, type InboxDeps } from '../inboxes/change.ts';
import { formErrors } from '../inboxes/form-errors.ts';
import { settingsFromForm } from '../inboxes/settings.ts';
import { NotFoundError } from '../lib/errors.ts';
import { LANGUAGES } from '../lib/language.ts';
import { type ChannelPlugin, isChannel } from '../plugins/contract.ts';
import type { Plugins } from '../plugins/host.ts';
import { enter, type SessionWriter } from '../sessions/enter.ts';
import type { CachedGeneral } from '../settings/cached-general.ts';
import { admitted } from './admitted.ts';
import { setUp } from './set-up.ts';
import { inboxStepView, personStepView } from './view.ts';

const PERSON = z
  .object({
    companyName: lineField(120),
    firstName: lineField(100),
    lastName: lineField(100),
    email: emailField,
    language: z.enum(LANGUAGES),
    ...newPasswordFields,
  })
  .refine(samePasswords, REPEAT_PROBLEM);
const INBOX = z.object({ name: z.string().max(500).default(''), address: z.string().max(500).default('') });

export interface SetupRouteDeps {
  readonly sessionCookie: SessionWriter;
  readonly general: CachedGeneral;
  readonly inboxes: InboxDeps & { readonly plugins: Plugins };
}

/** First start: the address printed by the program leads here. Company and administrator, then the first inbox or "later". */
export function setupRoutes({ sessionCookie, general, inboxes }: SetupRouteDeps): readonly Route[] {
  const showPerson = async (ctx: PageContext): Promise<void> => {
    const token = await admitted(ctx, queryText(ctx, 'token', 100));
    if (token !== null) ctx.page('setup/person', personStepView(token, { language: ctx.language }, {}));
  };

  const savePerson = async (ctx: PageContext): Promise<void> => {
    const token = await admitted(ctx, typedText(ctx, 'token'));
    if (token === null) return;
    await orRedraw(
      ctx,
      async () => {
        const { repeat: _repeat, ...person } = readForm(PERSON, ctx.form);
        const id = await setUp(ctx.scope, token, person);
        general.forget();
        await enter(ctx, sessionCookie, id);
        ctx.seeOther('/setup/inbox');
      },
      (errors) => {
        const entered = typed(ctx, 'companyName', 'firstName', 'lastName', 'email', 'language');
        ctx.page('setup/person', personStepView(token, entered, errors), 422);
      },
    );
  };

  const showInbox = (ctx: PageContext): void => {
    const plugin = firstMailChannel(inboxes.plugins);
    if (plugin) ctx.page('setup/inbox', inboxStepView(ctx.t, plugin, { name: '', address: '', values: {}, stored: {}, errors: {} }));
    else ctx.seeOther('/');
  };

  const saveInbox = async (ctx: PageContext): Promise<void> => {
    const plugin = firstMailChannel(inboxes.plugins);
    if (!plugin) throw new NotFoundError('Channel');
    const { name, address } = readForm(INBOX, ctx.form);
    const input = { name: name.trim() || address.trim(), address, settings: settingsFromForm(plugin, ctx.form, {}) };
    try {
      await createInbox(ctx.scope, inboxes, plugin.manifest.name, input);
    } catch (error) {
      const errors = formErrors(ctx.t, plugin, error);
      if (!errors) throw error;
      return ctx.page('setup/inbox', inboxStepView(ctx.t, plugin, { name, address, values: input.settings, stored: {}, errors }), 422);
    }
    ctx.toast(ctx.t('setup.done'));
    ctx.seeOther('/');
  };

  return [
    { method: 'GET', path: '/setup', may: 'public', handle: showPerson },
    { method: 'POST', path: '/setup', may: 'public', handle: savePerson },
    { method: 'GET', path: '/setup/inbox', may: 'administrator', handle: showInbox },
    { method: 'POST', path: '/setup/inbox', may: 'administrator', handle: saveInbox },
  ];
}

function firstMailChannel(plugins: Plugins): ChannelPlugin | null {
  const running = plugins.list().flatMap(({ state, plugin }) => (state === 'running' && isChannel(plugin) ? [plugin] : []));
  return running.find((plugin) => plugin.manifest.traits.addressKind === 'email') ?? null;
}
