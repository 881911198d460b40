import { InvalidError } from '../lib/errors.ts';
import { TARGET, type Target } from './target.ts';

/** What the form of a target takes and shows again; secrets are not among it. */
export const TARGET_FIELDS = ['kind', 'dir', 'endpoint', 'bucket', 's3Path', 'keyId', 'host', 'port', 'user', 'sftpPath'] as const;
export const USUAL_PATH = 'centrala';

/** Our own messages are keys of the locales; zod's are sentences. */
const isKey = (message: string): boolean => /^[a-z][\w.-]+$/.test(message);

/** The target that was typed, an SFTP server with no confirmed key. Raises InvalidError by the names of the fields. */
export function readTargetForm(form: Readonly<Record<string, unknown>>, secret: string): Target {
  const path = `${String(form['kind'])}Path`;
  const parsed = TARGET.safeParse({ ...form, path: form[path], secret, hostKey: null });
  if (parsed.success) return parsed.data;
  const wrong: Record<string, string> = {};
  for (const { path: place, message } of parsed.error.issues) {
    const name = place.join('.');
    wrong[name === 'path' ? path : name] ??= isKey(message) ? message : 'forms.wrong';
  }
  throw new InvalidError(wrong);
}
