import { Readable } from 'node:stream';
import type { PageContext, Route } from '../http/context.ts';
import { sendFile } from '../http/files.ts';
import { queryText } from '../http/params.ts';
import type { InboxDirectory } from '../inboxes/directory.ts';
import { BYTE_ORDER_MARK, csvRow } from '../lib/csv.ts';
import { isDay } from '../lib/day.ts';
import { parseId } from '../lib/ids.ts';
import { type AuditFilters, auditPeriod, everyEntry, listAudit, readAuditHead } from './list.ts';
import { auditNames } from './names.ts';
import { noteExport } from './note.ts';
import { AREA_NAMES } from './types.ts';
import { verifyAudit } from './verify.ts';
import { type AuditNames, auditRow } from './view.ts';

/** What the address asks for, as it is shown again, and as it is looked for. */
interface Asked {
  readonly shown: { readonly agent: number | null; readonly area: string; readonly from: string; readonly until: string };
  readonly filters: AuditFilters;
}

const MAX_FINDINGS = 100;

/** Settings → Audit: who did what and when, with the end of the chain that proves it, and all of it as a file. */
export function auditRoutes({ directory }: { readonly directory: Pick<InboxDirectory, 'all'> }): readonly Route[] {
  const list = async (ctx: PageContext): Promise<void> => {
    const { shown, filters } = await asked(ctx);
    const cursor = queryText(ctx, 'cursor') || null;
    const names = await auditNames(ctx.scope, directory, ctx.t);
    const { items, next } = await listAudit(ctx.scope, filters, cursor);
    const view = {
      entries: items.map((entry) => auditRow(entry, names)),
      more: next === null ? null : `/audit?${queryOf(shown, { cursor: next })}`,
    };
    if (ctx.isFragment && cursor) return ctx.fragment('audit/_rows', view);
    const agents = [...names.agent].map(([value, text]) => ({ value, text }));
    const files = (['csv', 'json'] as const).map((format) => ({ format, href: `/audit/export?${queryOf(shown, { format })}` }));
    ctx.page('audit/list', { ...view, shown, agents, areas: AREA_NAMES, files, head: await readAuditHead(ctx.scope) });
  };

  const download = async (ctx: PageContext): Promise<void> => {
    const { filters } = await asked(ctx);
    const isJson = queryText(ctx, 'format') === 'json';
    await noteExport(ctx.scope, 'audit');
    const names = await auditNames(ctx.scope, directory, ctx.t);
    const content = Readable.from(isJson ? jsonOf(ctx, filters) : csvOf(ctx, filters, names));
    sendFile(ctx, content, { filename: `audit.${isJson ? 'json' : 'csv'}`, contentType: isJson ? 'application/json' : 'text/csv' });
  };

  /** Proves the whole chain, and names what is wrong with it. */
  const verify = async (ctx: PageContext): Promise<void> => {
    const findings = [];
    for await (const finding of verifyAudit(ctx.scope)) if (findings.push(finding) >= MAX_FINDINGS) break;
    ctx.page('audit/verified', { findings, most: MAX_FINDINGS, head: await readAuditHead(ctx.scope) });
  };

  return [
    { method: 'GET', path: '/audit', may: 'audit', handle: list },
    { method: 'GET', path: '/audit/verification', may: 'audit', handle: verify },
    { method: 'GET', path: '/audit/export', may: 'audit', handle: download },
  ];
}

async function asked(ctx: PageContext): Promise<Asked> {
  const [from, until, area] = [queryText(ctx, 'from', 20), queryText(ctx, 'until', 20), queryText(ctx, 'area', 20)];
  const agentId = parseId(queryText(ctx, 'agent', 20));
  return {
    shown: { agent: agentId, area, from: isDay(from) ? from : '', until: isDay(until) ? until : '' },
    filters: {
      agentId,
      area: AREA_NAMES.find((one) => one === area) ?? null,
      ...(await auditPeriod(ctx.scope, from, until)),
    },
  };
}

function queryOf(shown: Asked['shown'], more: Readonly<Record<string, string>>): URLSearchParams {
  const query = new URLSearchParams(more);
  for (const [name, value] of Object.entries(shown)) if (value !== null && value !== '') query.set(name, String(value));
  return query;
}

async function* csvOf({ scope, t, language }: PageContext, filters: AuditFilters, names: AuditNames): AsyncGenerator<string> {
  const columns = ['seq', 'at', 'who', 'act', 'subject', 'hash'] as const;
  yield BYTE_ORDER_MARK +
    csvRow(
      columns.map((one) => t(`audit.column.${one}`)),
      language,
    );
  for await (const entry of everyEntry(scope, filters)) {
    const { who, act, subject } = auditRow(entry, names);
    yield csvRow([entry.seq, entry.at, who ?? entry.origin, t(`audit.act.${act}`), subject, entry.hash], language);
  }
}

/** As it is kept, so that the chain can be proved from the file. */
async function* jsonOf({ scope }: PageContext, filters: AuditFilters): AsyncGenerator<string> {
  let before = '[\n';
  for await (const entry of everyEntry(scope, filters)) {
    yield before + JSON.stringify(entry);
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}
