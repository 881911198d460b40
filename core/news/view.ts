import type { Language } from '../lib/language.ts';
import { sentenceParts } from '../lib/linked-text.ts';
import { AUDIENCES, type Release } from './parse.ts';

/** Each release with what concerns its reader: an administrator all of it, others what everybody sees. `since` null = it was never here. */
export function newsView(releases: readonly Release[], since: ReadonlyMap<string, string>, language: Language, isAdministrator: boolean) {
  return releases.map(({ version, changes }) => ({
    version,
    since: since.get(version) ?? null,
    groups: AUDIENCES.filter((audience) => changes[audience].length > 0 && (isAdministrator || audience === 'everybody')).map(
      (audience) => ({
        audience,
        sentences: changes[audience].map((change) => sentenceParts(change[language])),
      }),
    ),
  }));
}
