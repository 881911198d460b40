import { join } from 'node:path';
import { z } from 'zod';
import { BackupError } from '../backups/backup-error.ts';
import { type Look, reading, type Shown } from '../backups/look.ts';
import { momentView, spansView } from '../backups/moment-view.ts';
import { type BackupPlace, normalKey } from '../backups/repository-key.ts';
import { contentsView, problemKey, snapshotLine } from '../backups/restore-view.ts';
import type { BackupSource, Restorer } from '../backups/restorer.ts';
import { fingerprintOf, hostKeyOf, makeSshKey } from '../backups/ssh.ts';
import type { SftpTarget } from '../backups/target.ts';
import type { SshKey } from '../backups/target-file.ts';
import { readTargetForm, TARGET_FIELDS, USUAL_PATH } from '../backups/target-form.ts';
import type { Scope } from '../db/scope.ts';
import type { PageContext, Route } from '../http/context.ts';
import { orRedraw, queryText, readForm, typed, typedText } from '../http/params.ts';
import { NotFoundError } from '../lib/errors.ts';
import { readLocalTime } from '../lib/local-time.ts';
import { admitted } from './admitted.ts';

export interface SetupRestoreDeps {
  readonly look: Look;
  readonly restorer: Pick<Restorer, 'begin'>;
  readonly place: BackupPlace;
  readonly timeZone: (scope: Scope) => Promise<string>;
}

const KEY = z.object({ key: z.string().trim().min(1, 'forms.required').max(200, 'forms.too_long') });
const EMPTY = { errors: {}, problem: null, lines: null, spans: [], asked: null, publicLine: null };

/** An empty machine becomes the one of a backup: where it lies and its recovery key, which one, and then it is put in its place. */
export function setupRestoreRoutes({ look, restorer, place, timeZone }: SetupRestoreDeps): readonly Route[] {
  /** Typed with the set-up token and not shown again; set on this machine only when a restore begins. */
  let source: BackupSource | null = null;
  let sshKey: SshKey | null = null;
  /** An SFTP server whose key nobody has compared yet. */
  let asked: { readonly target: SftpTarget & { readonly hostKey: string }; readonly key: string } | null = null;

  const form = (ctx: PageContext, token: string, more: { values?: object; [name: string]: unknown } = {}, status = 200): void => {
    const values = { kind: 'folder', dir: place.dir, port: 22, s3Path: USUAL_PATH, sftpPath: USUAL_PATH, ...more.values };
    ctx.page('setup/restore', { ...EMPTY, token, hasSecret: false, typed: '', ...more, values }, status);
  };

  const ask = async (ctx: PageContext): Promise<void> => {
    const token = await admitted(ctx, queryText(ctx, 'token', 100));
    if (token !== null) form(ctx, token);
  };

  /** The form again with what is wrong with a place, and for an SFTP server with what it has to know. */
  const list = async (ctx: PageContext, token: string, from: BackupSource, values: object): Promise<void> => {
    const zone = await timeZone(ctx.scope);
    const read = async () => ({ lines: (await look.list(from)).map(snapshotLine), spans: spansView(await look.spans(from), zone) });
    const { lines, spans, problem } = await reading(read, { lines: [], spans: [] });
    if (problem !== null) {
      const server = asked && { asked: fingerprintOf(asked.target.hostKey), publicLine: sshKey?.publicLine };
      return form(ctx, token, { values, problem, ...server }, 422);
    }
    source = from;
    form(ctx, token, { lines, spans, zone });
  };

  const open = async (ctx: PageContext): Promise<void> => {
    const token = await admitted(ctx, typedText(ctx, 'token'));
    if (token === null) return;
    const values = typed(ctx, ...TARGET_FIELDS);
    asked = null;
    await orRedraw(
      ctx,
      async () => {
        const target = readTargetForm(ctx.form, String(ctx.form['secret'] ?? ''));
        const key = normalKey(readForm(KEY, ctx.form).key);
        if (target.kind === 'folder') return list(ctx, token, { dir: target.dir, key }, values);
        if (target.kind === 's3') return list(ctx, token, { dir: place.dir, key, elsewhere: { target, sshKey: null } }, values);
        try {
          sshKey ??= await makeSshKey(join(place.dataDir, '.cache'), place.path);
          const hostKey = await hostKeyOf(target, place.path);
          if (hostKey === null) return form(ctx, token, { values, problem: problemKey('unreachable') }, 422);
          asked = { target: { ...target, hostKey }, key };
          form(ctx, token, { values, asked: fingerprintOf(hostKey), publicLine: sshKey.publicLine });
        } catch (error) {
          if (!(error instanceof BackupError)) throw error;
          form(ctx, token, { values, problem: problemKey(error.problem) }, 422);
        }
      },
      (errors) => form(ctx, token, { values, errors }, 422),
    );
  };

  const confirm = async (ctx: PageContext): Promise<void> => {
    const token = await admitted(ctx, typedText(ctx, 'token'));
    if (token === null) return;
    if (asked === null || fingerprintOf(asked.target.hostKey) !== typedText(ctx, 'fingerprint')) return form(ctx, token);
    const { target, key } = asked;
    const { path: sftpPath, hostKey: _shown, ...values } = target;
    await list(ctx, token, { dir: place.dir, key, elsewhere: { target, sshKey } }, { ...values, sftpPath });
  };

  const chosen = async (ctx: PageContext) => {
    const shown = source ? await look.at(source, ctx.params['name'] ?? '') : null;
    if (!source || !shown) throw new NotFoundError('Backup');
    return { source, shown };
  };

  const show = async (ctx: PageContext): Promise<void> => {
    const token = await admitted(ctx, queryText(ctx, 'token', 100));
    if (token === null) return;
    const { shown } = await chosen(ctx);
    ctx.page('setup/restore-one', { token, ...contentsView(shown), order: `/setup/restore/${shown.snapshot.shortId}` });
  };

  const begun = (ctx: PageContext, ticket: string | null, otherwise: string): void => {
    if (ticket === null) ctx.toast(ctx.t('backups.restore.problem.busy'), 'problem');
    ctx.seeOther(ticket === null ? otherwise : `/restorations/${ticket}`);
  };

  const begin = async (ctx: PageContext): Promise<void> => {
    const token = await admitted(ctx, typedText(ctx, 'token'));
    if (token === null) return;
    const { source: from, shown } = await chosen(ctx);
    const name = shown.snapshot.shortId;
    begun(ctx, shown.problem ? null : restorer.begin(from, name), `/setup/restore/${name}?token=${token}`);
  };

  const momentOf = async (ctx: PageContext, text: string) => {
    const zone = await timeZone(ctx.scope);
    const [from, at] = [source, readLocalTime(text, zone)];
    if (!from || !at) throw new NotFoundError('Backup');
    const { shown, problem } = await reading(async () => ({ shown: (await look.moment(from, at)) as Shown | null }), { shown: null });
    return { from, at, shown, problem, view: shown && momentView(shown, at, zone) };
  };

  const showMoment = async (ctx: PageContext): Promise<void> => {
    const token = await admitted(ctx, queryText(ctx, 'token', 100));
    if (token === null) return;
    const { view, problem } = await momentOf(ctx, queryText(ctx, 'at', 30));
    ctx.page('setup/restore-moment', { token, moment: view, problem: problem ?? view?.problem });
  };

  const beginMoment = async (ctx: PageContext): Promise<void> => {
    const token = await admitted(ctx, typedText(ctx, 'token'));
    if (token === null) return;
    const { from, at, shown } = await momentOf(ctx, typedText(ctx, 'at'));
    begun(ctx, !shown || shown.problem ? null : restorer.begin(from, at), `/setup/restore?token=${token}`);
  };

  return [
    { method: 'GET', path: '/setup/restore', may: 'public', handle: ask },
    { method: 'POST', path: '/setup/restore', may: 'public', handle: open },
    { method: 'POST', path: '/setup/restore/host-key', may: 'public', handle: confirm },
    { method: 'GET', path: '/setup/restore/moment', may: 'public', handle: showMoment },
    { method: 'POST', path: '/setup/restore/moment', may: 'public', handle: beginMoment },
    { method: 'GET', path: '/setup/restore/:name', may: 'public', handle: show },
    { method: 'POST', path: '/setup/restore/:name', may: 'public', handle: begin },
  ];
}
