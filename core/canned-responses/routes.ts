import { z } from 'zod';
import { ownVariables } from '../company/read.ts';
import type { PageContext, Route } from '../http/context.ts';
import { idParam, lineField, optionalLineField, orRedraw, queryText, readForm, typed } from '../http/params.ts';
import { InvalidError } from '../lib/errors.ts';
import { type AgentId, type CannedResponseId, parseId } from '../lib/ids.ts';
import { sanitiseFragment } from '../lib/sanitise-html.ts';
import { macroForm, readMacro } from '../macros/form.ts';
import { expectKnown, macroNames } from '../macros/names.ts';
import { rulesNaming } from '../rules/naming.ts';
import { teamNames } from '../teams/list.ts';
import type { MacroActions } from './actions.ts';
import { senderValues } from './facts.ts';
import { fillLetter } from './fill.ts';
import { listCanned, listCannedFolders } from './list.ts';
import { SAMPLE_CONTACT } from './sample.ts';
import { type CannedInput, changeCanned, createCanned, ownedCanned, removeCanned } from './save.ts';
import { expectKept, expectKeptTeam, keptTeams } from './team.ts';
import { type CannedResponse, type CannedScope, MAX_CANNED_BYTES, SCOPES } from './types.ts';
import { blankIn, formView, rowView, variableViews } from './view.ts';

const PAGE = 50;
const LONG = z.string().max(200_000, 'forms.too_long').default('');
const FORM = z.object({
  name: lineField(120),
  folder: optionalLineField(60),
  channel: z.string().max(60).default(''),
  teamId: z
    .string()
    .default('')
    .transform((text) => parseId<'teams'>(text)),
  subject: optionalLineField(300),
  text: LONG,
  html: LONG,
});
const REMOVED = z
  .union([z.string().transform((one) => [one]), z.array(z.string())])
  .catch([])
  .transform((all) => all.map((one) => parseId<'canned_response_attachments'>(one)).filter((id) => id !== null));
const TYPED = ['name', 'folder', 'channel', 'teamId', 'subject', 'text', 'html'] as const;

export interface CannedRouteDeps {
  /** Channels that a canned response can be for. */
  readonly channels: () => readonly string[];
}

/** Settings → Templates: those of the company for whoever may change them, everybody's own for himself. */
export function cannedResponseRoutes(deps: CannedRouteDeps): readonly Route[] {
  return SCOPES.flatMap((scope) => routesOf(scope, deps));
}

/** What was typed of it in a form that comes back; nothing where that itself is wrong. */
function typedMacro(ctx: PageContext): MacroActions | null {
  try {
    return readMacro(ctx.form);
  } catch (error) {
    if (error instanceof InvalidError) return null;
    throw error;
  }
}

function routesOf(scope: CannedScope, { channels }: CannedRouteDeps): readonly Route[] {
  const base = `/canned-responses/${scope}`;
  const may = scope === 'company' ? 'templates' : 'agent';
  const ownerOf = (ctx: PageContext): AgentId | null => (scope === 'company' ? null : ctx.agent.id);
  const idOf = (ctx: PageContext): CannedResponseId => idParam(ctx, 'canned_responses');

  /** The one in the path, when this agent may change it. */
  const kept = async (ctx: PageContext): Promise<CannedResponse> => {
    const one = await ownedCanned(ctx.scope, ownerOf(ctx), idOf(ctx));
    await expectKept(ctx.scope, ctx.agent, one);
    return one;
  };

  const list = async (ctx: PageContext): Promise<void> => {
    const [q, cursor] = [queryText(ctx, 'q', 200), queryText(ctx, 'after', 1_000) || null];
    const { items, next } = await listCanned(
      ctx.scope,
      { company: scope === 'company', teamsOf: ctx.agent.role === 'administrator' ? 'all' : ctx.agent.id, agentId: ownerOf(ctx) },
      { q, cursor, limit: PAGE },
    );
    const more = next === null ? null : `${base}?${new URLSearchParams({ ...(q ? { q } : {}), after: next })}`;
    const teams = scope === 'company' ? await teamNames(ctx.scope) : new Map();
    const shown = { base, q, more, responses: items.map((one) => rowView(one, scope, teams)) };
    if (ctx.isFragment && cursor) ctx.fragment('canned-responses/_rows', shown);
    else ctx.page('canned-responses/list', { ...shown, whose: scope });
  };

  const form = async (ctx: PageContext, one: CannedResponse | null, errors: Readonly<Record<string, string>> = {}): Promise<void> => {
    const values = formView(one, typed(ctx, ...TYPED.filter((name) => name in ctx.form)));
    const [known, folders] = [channels(), await listCannedFolders(ctx.scope, ownerOf(ctx))];
    const problem = errors['html'] ?? errors['text'] ?? '';
    const locals = { base, whose: scope, id: one?.id ?? null, name: one?.name ?? '', values, errors: { ...errors, text: problem } };
    const names = await macroNames(ctx.scope, ctx.t('folders.top'));
    const macro = macroForm(ctx.t, 'state' in ctx.form ? typedMacro(ctx) : (one?.actions ?? null), names);
    const shown = {
      ...locals,
      macro,
      teams: scope === 'company' ? await keptTeams(ctx.scope, ctx.agent) : [],
      folders,
      channels: known,
      variables: variableViews(ctx.t, await ownVariables(ctx.scope)),
      files: one?.attachments ?? [],
      rules: one ? await rulesNaming(ctx.scope, { answerId: one.id }) : [],
    };
    const status = Object.keys(errors).length > 0 ? 422 : 200;
    ctx.page('canned-responses/edit', { ...shown, ...(await previewOf(ctx, values)) }, status);
  };

  const previewOf = async (ctx: PageContext, letter: { readonly subject: string; readonly text: string; readonly html: string }) => {
    const sender = await senderValues(ctx.scope, ctx.agent.id, {
      name: ctx.t('canned-responses.sample_inbox'),
      address: 'biuro@example.com',
    });
    try {
      const html = letter.html === '' ? null : sanitiseFragment(letter.html);
      return {
        filled: fillLetter({ ...letter, html }, { ...SAMPLE_CONTACT, ...sender }, blankIn(ctx.t, await ownVariables(ctx.scope))),
        problem: null,
      };
    } catch (error) {
      if (!(error instanceof InvalidError)) throw error;
      return { filled: null, problem: ctx.t('canned-responses.problem.liquid') };
    }
  };
  const preview = async (ctx: PageContext): Promise<void> => {
    const { subject = '', text = '', html = '' } = typed(ctx, 'subject', 'text', 'html');
    ctx.fragment('canned-responses/_filled', { ...(await previewOf(ctx, { subject, text, html })), files: [] });
  };

  const inputOf = async (ctx: PageContext): Promise<CannedInput> => {
    const { channel, teamId, ...rest } = readForm(FORM, ctx.form);
    if (scope === 'company') await expectKeptTeam(ctx.scope, ctx.agent, teamId);
    const actions = readMacro(ctx.form);
    if (actions) expectKnown(actions, await macroNames(ctx.scope, ''));
    return { ...rest, ...(scope === 'company' ? { teamId } : {}), actions, channel: channels().includes(channel) ? channel : null };
  };
  const filesOf = (ctx: PageContext) => ({ added: ctx.uploads, removed: REMOVED.parse(ctx.form['removed']) });

  const create = (ctx: PageContext): Promise<void> =>
    orRedraw(
      ctx,
      async () => {
        const input = await inputOf(ctx);
        await createCanned(ctx.scope, ownerOf(ctx), input, filesOf(ctx));
        ctx.toast(ctx.t('canned-responses.saved', { name: input.name }));
        ctx.seeOther(base);
      },
      (errors) => form(ctx, null, errors),
    );

  const save = async (ctx: PageContext): Promise<void> => {
    const one = await kept(ctx);
    await orRedraw(
      ctx,
      async () => {
        const input = await inputOf(ctx);
        await changeCanned(ctx.scope, ownerOf(ctx), one.id, input, filesOf(ctx));
        ctx.toast(ctx.t('canned-responses.saved', { name: input.name }));
        ctx.seeOther(base);
      },
      (errors) => form(ctx, one, errors),
    );
  };

  const remove = async (ctx: PageContext): Promise<void> => {
    const { id } = await kept(ctx);
    ctx.toast(ctx.t('canned-responses.removed', { name: await removeCanned(ctx.scope, ownerOf(ctx), id) }));
    ctx.seeOther(base);
  };
  const edit = async (ctx: PageContext): Promise<void> => form(ctx, await kept(ctx));

  const maxBodyBytes = MAX_CANNED_BYTES + 1_000_000;
  return [
    { method: 'GET', path: base, may, handle: list },
    { method: 'POST', path: base, may, handle: create, maxBodyBytes },
    { method: 'GET', path: `${base}/new`, may, handle: (ctx) => form(ctx, null) },
    { method: 'POST', path: `${base}/preview`, may, handle: preview },
    { method: 'GET', path: `${base}/:id`, may, handle: edit },
    { method: 'POST', path: `${base}/:id`, may, handle: save, maxBodyBytes },
    { method: 'POST', path: `${base}/:id/removal`, may, handle: remove },
  ];
}
