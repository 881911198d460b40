import { type Dirent, existsSync } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError } from '../lib/errors.ts';
import { readMbox } from './mbox.ts';
import { type Noted, notedByFolder } from './noted.ts';
import { BEGINNING, type Found, type Place } from './types.ts';

/** Whoever names a folder of trash, spam or drafts wants what is in it. */
const asked = ({ isSent }: Noted): Noted => (isSent ? { isSent } : {});

/**
 * Reads an archive of mail: one message (`.eml`), an mbox file, a Maildir with its folders, or a folder with any of these below it. Oldest
 * first within a folder, as far as it can be told, so that an answer comes after what it answers. Folders of trash, spam and drafts below it
 * are told, not taken.
 * Raises archive_unknown when there is nothing at `path`.
 */
export async function* readArchive(path: string, maxBytes: number): AsyncGenerator<Found> {
  const about = await stat(path).catch(() => null);
  if (!about)
    throw new AppError('archive_unknown', 404, `There is nothing at ${path}.`, { help: 'Name a file or a folder of this machine.' });
  if (about.isFile()) yield* readFileOf({ path, filename: path }, asked(notedByFolder(basename(path))), maxBytes);
  else yield* readFolder(path, asked(notedByFolder(basename(path))), maxBytes);
}

async function* readFolder(dir: string, noted: Noted, maxBytes: number): AsyncGenerator<Found> {
  const isMaildir = existsSync(join(dir, 'cur')) && existsSync(join(dir, 'new'));
  if (isMaildir) yield* readMaildir(dir, noted, maxBytes);
  const entries = (await readdir(dir, { withFileTypes: true })).sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  for (const entry of entries) {
    const path = join(dir, entry.name);
    if (entry.isDirectory() && !(isMaildir && ['cur', 'new', 'tmp'].includes(entry.name)))
      yield* readFolder(path, { ...noted, ...notedByFolder(entry.name) }, maxBytes);
    // What a Maildir keeps beside its messages is no mail, and a link could lead anywhere.
    else if (entry.isFile() && !isMaildir) {
      const here = { ...noted, ...notedByFolder(entry.name) };
      if (isMail(entry)) yield* readFileOf({ path, filename: path }, here, maxBytes);
      else if ((await beginningOf(path)).startsWith(FROM)) yield* readMbox(path, here, maxBytes);
    }
  }
}

/** Programs keep indexes beside their mail; those end in something else. So does a folder of Thunderbird with a dot in its name. */
const isMail = ({ name }: Dirent): boolean => /\.(?:eml|mbox|mbx)$/i.test(name) || !/\./.test(name);

/** One file that was called `filename` where it comes from, on from a place in it. */
export async function* readFileFrom(path: string, filename: string, from: Place, maxBytes: number): AsyncGenerator<Found> {
  for await (const one of readFileOf({ path, filename }, asked(notedByFolder(filename)), maxBytes, from))
    yield { ...one, name: one.name.replace(path, () => filename) };
}

/** How an mbox begins. */
const FROM = 'From ';

interface Named {
  readonly path: string;
  /** What it was called where it comes from. */
  readonly filename: string;
}

async function* readFileOf({ path, filename }: Named, noted: Noted, maxBytes: number, from: Place = BEGINNING): AsyncGenerator<Found> {
  const beginning = await beginningOf(path);
  let isNoMail = from.at === 0;
  if (beginning.startsWith(FROM))
    for await (const one of readMbox(path, noted, maxBytes, from)) {
      yield one;
      isNoMail = false;
    }
  else if (beginning === '' || /\.eml$/i.test(filename) || MESSAGE.test(beginning)) return yield* readMessage(path, noted, null, maxBytes);
  if (isNoMail) yield { ...NOTHING, name: path, leftOut: 'no mail' };
}

/** A field of a header comes first (RFC 5322 §2.2); programs put a byte order mark before it, or empty lines. Cards and calendars are no mail. */
const MESSAGE = /^(?:\u00ef\u00bb\u00bf)?\s*(?!BEGIN:)[a-z][\w.-]*[ \t]*:/i;
const BEGINNING_BYTES = 1000;

async function* readMaildir(dir: string, noted: Noted, maxBytes: number): AsyncGenerator<Found> {
  const files: { path: string; at: number }[] = [];
  for (const part of ['cur', 'new'])
    for (const name of await readdir(join(dir, part))) {
      if (name.startsWith('.')) continue;
      const path = join(dir, part, name);
      // The time of the file is when it arrived: mail servers set it; a name begins with when it was put there.
      files.push({ path, at: (await stat(path)).mtimeMs });
    }
  files.sort((a, b) => a.at - b.at || a.path.localeCompare(b.path));
  for (const { path, at } of files) yield* readMessage(path, { ...noted, ...flagged(path) }, new Date(at), maxBytes);
}

/** Trashed and draft among the flags of its name (cr.yp.to/proto/maildir.html). */
function flagged(path: string): Noted {
  const flags = /:2,([A-Z]*)/.exec(path)?.[1] ?? '';
  return flags.includes('T') ? { leftOut: 'deleted' } : flags.includes('D') ? { leftOut: 'draft' } : {};
}

const NOTHING = { body: Buffer.alloc(0), arrivedAt: null, isSent: false };

async function* readMessage(path: string, noted: Noted, arrivedAt: Date | null, maxBytes: number): AsyncGenerator<Found> {
  const { size } = await stat(path);
  if (size === 0) return;
  const message = { ...NOTHING, name: path, arrivedAt, ...noted };
  if (message.leftOut) yield message;
  else if (size > maxBytes) yield { ...message, leftOut: 'too large' };
  else yield { ...message, body: await readFile(path) };
}

async function beginningOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(BEGINNING_BYTES), position: 0 });
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await file.close();
  }
}
