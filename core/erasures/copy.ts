import { Readable } from 'node:stream';
import type { Blobs } from '../blobs/blobs.ts';
import type { Scope } from '../db/scope.ts';
import type { PageContext } from '../http/context.ts';
import { safeFilename } from '../ingest/safe-filename.ts';
import type { NamedAddress } from '../lib/email-address.ts';
import { formatDate } from '../lib/format-date.ts';
import type { ConversationId } from '../lib/ids.ts';
import type { ZipEntry } from '../lib/zip.ts';
import { listMessages } from '../messages/list.ts';
import type { Attachment, Message } from '../messages/types.ts';
import { conversationsOf } from './store.ts';
import type { Person } from './types.ts';

const AT_ONCE = 200;

export interface CopyDeps extends Pick<PageContext, 't' | 'language'> {
  readonly scope: Scope;
  readonly blobs: Pick<Blobs, 'has' | 'open'>;
  readonly timeZone: string;
}

/** A message's file: where it is in the archive, or null when it is not in it, having a virus or being lost. */
type Copied = Attachment & { readonly path: string | null };
type Shown = Omit<Message, 'attachments'> & { readonly attachments: readonly Copied[] };

/**
 * What the company has of a person, to be handed to him: `…json` for programs, and for people a folder for each conversation with its messages as
 * text and their files. Notes of the team are not in it: they were not written to him.
 */
export async function* copyFor(deps: CopyDeps, person: Person): AsyncGenerator<ZipEntry> {
  const { scope, blobs, t } = deps;
  const at = scope.now();
  yield { name: `${t('erasures.file')}.json`, at, content: Readable.from(jsonOf(deps, person)) };
  for await (const one of conversationsFor(deps, person)) {
    yield { name: `${one.id}/${t('erasures.copyText')}.txt`, at, content: textOf(deps, one) };
    for (const { path, sha256 } of one.messages.flatMap(({ attachments }) => attachments))
      if (path !== null) yield { name: path, at, content: await blobs.open(sha256) };
  }
}

async function* jsonOf(deps: CopyDeps, person: Person): AsyncGenerator<string> {
  const { address, name, addresses } = person;
  const head = JSON.stringify({ madeAt: deps.scope.now().toISOString(), address, name, addresses }, null, 2);
  yield `${head.slice(0, -2)},\n  "conversations": [`;
  let isFirst = true;
  for await (const { id, subject, inbox, createdAt, messages } of conversationsFor(deps, person)) {
    const one = { number: id, subject, inbox, createdAt, messages: messages.map(messageOf) };
    yield `${isFirst ? '' : ','}\n${JSON.stringify(one, null, 2)}`;
    isFirst = false;
  }
  yield '\n  ]\n}\n';
}

type Conversation = Awaited<ReturnType<typeof conversationsOf>>[number] & { readonly messages: readonly Shown[] };

async function* conversationsFor({ scope, blobs }: CopyDeps, { contactId }: Person): AsyncGenerator<Conversation> {
  if (contactId === null) return;
  for (const one of await conversationsOf(scope, contactId)) {
    const written = (await allMessages(scope, one.id)).filter(({ kind }) => kind !== 'note');
    yield { ...one, messages: await Promise.all(written.map((message) => withPaths(blobs, one.id, message))) };
  }
}

/** Oldest first. */
async function allMessages(scope: Scope, id: ConversationId): Promise<readonly Message[]> {
  let all: readonly Message[] = [];
  for (let cursor: string | undefined | null; cursor !== null; ) {
    const { items, earlier } = await listMessages(scope, id, { cursor, limit: AT_ONCE, withBodies: true });
    all = [...items, ...all];
    cursor = earlier;
  }
  return all;
}

async function withPaths(blobs: CopyDeps['blobs'], id: ConversationId, message: Message): Promise<Shown> {
  const pathOf = async (file: Attachment): Promise<string | null> => {
    const isInfected = message.virus?.state === 'infected' || file.virus?.state === 'infected';
    if (isInfected || !(await blobs.has(file.sha256))) return null;
    return `${id}/${file.id}-${safeFilename(file.filename, file.contentType, file.position)}`;
  };
  const attachments = await Promise.all(message.attachments.map(async (file) => ({ ...file, path: await pathOf(file) })));
  return { ...message, attachments };
}

const messageOf = ({ direction, from, to, cc, subject, text, createdAt, attachments }: Shown) => ({
  at: createdAt.toISOString(),
  direction,
  from,
  to,
  cc,
  subject,
  text,
  files: attachments.map(({ filename, contentType, bytes, path }) => ({ filename, contentType, bytes, path })),
});

const RULE = '-'.repeat(72);

function textOf({ t, language, timeZone }: CopyDeps, { id, subject, inbox, messages }: Conversation): string {
  const head = [`${t('erasures.copyNumber', { n: id })} ${subject}`, inbox];
  const parts = messages.map(({ createdAt, from, to, cc, text, attachments }) => [
    RULE,
    formatDate(createdAt, 'datetime', language, timeZone),
    `${nameOf(from)} → ${[...to, ...cc].map(nameOf).join(', ')}`,
    ...attachments.map(
      ({ filename, path }) => `${t('erasures.copyFile')} ${path?.split('/')[1] ?? `${filename} (${t('erasures.copyAbsent')})`}`,
    ),
    '',
    text,
  ]);
  // Windows shows Polish letters of a text file right when it begins so.
  return `\ufeff${[head, ...parts].flat().join('\n')}\n`.replace(/\r?\n/g, '\r\n');
}

const nameOf = ({ name, address }: NamedAddress): string => (name ? `${name} <${address}>` : address);
