import type { Language } from '../lib/language.ts';

/** Whom a change concerns, by the headings of CHANGELOG.md, in the order that they are shown. */
export const AUDIENCES = ['everybody', 'administrators', 'programs'] as const;
export type Audience = (typeof AUDIENCES)[number];

const HEADINGS: Readonly<Record<string, Audience>> = {
  'For everybody': 'everybody',
  'For administrators': 'administrators',
  'For programs and servers': 'programs',
};

/** One change, said in each language. Text with `code` and [links](/path). */
export type Change = Readonly<Record<Language, string>>;

export interface Release {
  readonly version: string;
  readonly changes: Readonly<Record<Audience, readonly Change[]>>;
}

export interface Changelog {
  /** Newest first. */
  readonly releases: readonly Release[];
  /** Lines that are no pair of sentences below a heading; in their place the English one is shown in both languages. */
  readonly problems: readonly string[];
}

/** Reads CHANGELOG.md: below `## version` and `### For whom` each change is a line `- English`, and below it `  - pl: Polish`. */
export function parseChangelog(text: string): Changelog {
  const releases: { version: string; changes: Record<Audience, Change[]> }[] = [];
  const problems: string[] = [];
  let audience: Audience | null = null;
  let open: { list: Change[]; line: string } | null = null;
  const close = (): void => {
    if (open) problems.push(`has no Polish sentence below it: ${open.line}`);
    open = null;
  };
  for (const line of text.split(/\r?\n/)) {
    const version = /^## (\S+)/.exec(line)?.[1];
    const heading = /^### (.+?)\s*$/.exec(line)?.[1];
    const english = /^- (.+)$/.exec(line)?.[1];
    const polish = /^ {2}- pl: (.+)$/.exec(line)?.[1];
    if (polish && open) {
      const { list } = open as { list: Change[] };
      const said = list.pop();
      if (said) list.push({ ...said, pl: polish });
      open = null;
      continue;
    }
    if (polish) problems.push(`has no English sentence above it: ${line}`);
    if (version || heading || english) close();
    if (version) {
      releases.push({ version, changes: { everybody: [], administrators: [], programs: [] } });
      audience = null;
    }
    if (heading) audience = HEADINGS[heading] ?? null;
    const release = releases.at(-1);
    if (!english || !release) continue;
    if (!audience) problems.push(`is below no heading that says for whom: ${line}`);
    const list = release.changes[audience ?? 'everybody'];
    list.push({ en: english, pl: english });
    open = { list, line };
  }
  close();
  return { releases, problems };
}
