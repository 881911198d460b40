import { z } from 'zod';
import type { BackupPlace } from '../backups/repository-key.ts';
import { confirmHostKey, keptSecret, setTarget, shownFingerprint, targetState } from '../backups/set-target.ts';
import { TARGET, TARGET_KINDS } from '../backups/target.ts';
import { STAGES, tryTarget } from '../backups/try-target.ts';
import { RESTORE_PROBLEMS } from '../backups/types.ts';
import { InvalidError } from '../lib/errors.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { named } from './schemas.ts';

const target = named(
  'BackupTarget',
  z.strictObject({
    kind: z.enum(TARGET_KINDS).nullable().describe('null: it cannot be opened with the present recovery key; set it again.'),
    place: z.string().nullable().describe('As people call it: a path, `s3:https://…/bucket/path`, `sftp:user@host:path`.'),
    publicLine: z.string().nullable().describe('For `authorized_keys` of an SFTP server.'),
    fingerprint: z.string().nullable().describe('Of the host key that was confirmed; null: nothing is sent to this SFTP server yet.'),
  }),
);
const text = z.string().max(1_000);
const wanted = named(
  'BackupTargetChoice',
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('folder'), dir: text }),
    z.strictObject({
      kind: z.literal('s3'),
      endpoint: text,
      bucket: text,
      path: text,
      keyId: text,
      secret: text.optional().describe('Left out: the one that is kept for this key.'),
    }),
    z.strictObject({ kind: z.literal('sftp'), host: text, port: z.int().min(1).max(65_535).default(22), user: text, path: text }),
  ]),
);
const hostKey = named(
  'BackupHostKey',
  z.strictObject({ fingerprint: z.string().max(100).describe('`SHA256:…`, as ssh-keygen -l shows it.') }),
);
const trial = named(
  'BackupTrial',
  z.strictObject({
    done: z.array(z.enum(STAGES)),
    failed: z.strictObject({ stage: z.enum(STAGES), problem: z.enum(RESTORE_PROBLEMS), detail: z.string() }).nullable(),
  }),
);

const NO_SFTP = { 409: '`no_sftp_target`: backups go elsewhere' };

/** Where backups go, and trying that out; for keys of administrators. */
export function backupTargetEndpoints(place: BackupPlace): readonly Endpoint[] {
  const view = (): z.input<typeof target> => {
    const { target: known, ...rest } = targetState(place);
    return { kind: known?.kind ?? null, ...rest };
  };
  const needs = 'administrator' as const;
  return [
    endpoint({ method: 'GET', path: '/backups/target', summary: 'Where backups go', response: target, needs, handle: async () => view() }),
    endpoint({
      method: 'PUT',
      path: '/backups/target',
      summary: 'Set where backups go',
      body: wanted,
      response: target,
      needs,
      handle: async ({ scope, body }) => {
        const secret = body.kind === 's3' ? (body.secret ?? keptSecret(place, body.keyId)) : undefined;
        const parsed = TARGET.safeParse({ ...body, secret, hostKey: null });
        if (!parsed.success)
          throw new InvalidError(Object.fromEntries(parsed.error.issues.map((one) => [one.path.join('.'), 'forms.wrong'])));
        await setTarget(scope, place, parsed.data);
        return view();
      },
    }),
    endpoint({
      method: 'POST',
      path: '/backups/target/trial',
      summary: 'Write something where backups go, read it back, remove it',
      response: trial,
      needs,
      errors: { 409: '`backup_under_way`: wait for its end' },
      handle: async () => {
        const { target: known } = targetState(place);
        if (known === null) return { done: [], failed: { stage: 'open' as const, problem: 'no_target' as const, detail: 'Set it again.' } };
        const { done, failed } = await tryTarget(place, known);
        return { done: [...done], failed };
      },
    }),
    endpoint({
      method: 'GET',
      path: '/backups/target/host-key',
      summary: 'By which key the SFTP server proves itself now',
      response: hostKey,
      needs,
      errors: NO_SFTP,
      handle: async () => ({ fingerprint: await shownFingerprint(place) }),
    }),
    endpoint({
      method: 'PUT',
      path: '/backups/target/host-key',
      summary: 'Confirm that key',
      body: hostKey,
      response: target,
      needs,
      errors: NO_SFTP,
      handle: async ({ scope, body }) => {
        await confirmHostKey(scope, place, body.fingerprint);
        return view();
      },
    }),
  ];
}
