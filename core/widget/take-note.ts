import type { Scope } from '../db/scope.ts';
import { pickDefault, readCompanyDefault } from '../inboxes/default.ts';
import type { InboxDirectory } from '../inboxes/directory.ts';
import type { InboxRecord } from '../inboxes/types.ts';
import type { EmailAddress } from '../lib/email-address.ts';
import { AppError, InvalidError } from '../lib/errors.ts';
import type { ChannelPlugin } from '../plugins/contract.ts';
import { expectRoom, type KeepLetterDeps, keepLetter } from '../visitors/keep-letter.ts';

const SUBJECT_CHARS = 70;

export interface Written {
  readonly name: string;
  readonly email: EmailAddress;
  /** Empty = not given. */
  readonly phone: string;
  readonly text: string;
  /** The page he wrote from; null where it is not known. */
  readonly page: string | null;
}

export interface NoteDeps extends KeepLetterDeps {
  readonly directory: Pick<InboxDirectory, 'openTo' | 'isOurs'>;
  readonly channel: (name: string) => ChannelPlugin | null;
}

/** Where what visitors write arrives: the company's default among the open inboxes whose channel takes it; null = there is none. */
export async function widgetInbox(
  scope: Scope,
  { directory, channel }: Pick<NoteDeps, 'directory' | 'channel'>,
): Promise<InboxRecord | null> {
  const taking = directory.openTo(null).filter((one) => one.status === 'open' && channel(one.channel)?.visitorLetter !== undefined);
  return pickDefault({ own: null, company: await readCompanyDefault(scope) }, taking).inbox;
}

/**
 * Keeps what a visitor wrote, as the channel of the inbox would have received it: rules, filters and the ledger treat it like any mail. When
 * this resolves, it survives a power cut. Raises invalid for an address of our own; no_inbox; TemporaryError when there is no room.
 */
export async function takeNote(scope: Scope, deps: NoteDeps, { name, email, phone, text, page }: Written, words: NoteWords): Promise<void> {
  if (deps.directory.isOurs(email)) throw new InvalidError({ email: 'widget.problem.ours' });
  const inbox = await widgetInbox(scope, deps);
  const write = inbox && deps.channel(inbox.channel)?.visitorLetter;
  if (!inbox || !write)
    throw new AppError('no_inbox', 503, 'There is no inbox that takes messages', { help: 'Add one in Settings → Inboxes.' });
  await expectRoom(deps, inbox.id);
  const facts = [...(phone === '' ? [] : [`${words.phone}: ${phone}`]), ...(page === null ? [] : [`${words.page}: ${page}`])];
  const letter = await write(
    {
      from: { name, address: email },
      subject: subjectOf(text),
      text: facts.length === 0 ? text : `${text}\n\n${facts.join('\n')}`,
      writtenAt: scope.now(),
    },
    inbox.address,
  );
  await keepLetter(deps, inbox.id, letter);
}

/** How the lines below his text begin, in the company's language. */
export interface NoteWords {
  readonly phone: string;
  readonly page: string;
}

/** The first line with something in it, cut between two words. */
export function subjectOf(text: string): string {
  const first =
    text
      .split('\n')
      .map((line) => line.trim())
      .find((line) => line !== '') ?? '';
  if (first.length <= SUBJECT_CHARS) return first;
  const cut = first.slice(0, SUBJECT_CHARS).toWellFormed();
  const space = cut.lastIndexOf(' ');
  return `${(space > SUBJECT_CHARS / 2 ? cut.slice(0, space) : cut).trimEnd()}…`;
}
