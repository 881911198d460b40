import type { StoredAttachment } from '../ingest/types.ts';
import { InvalidError } from '../lib/errors.ts';
import type { Attachment, Message } from '../messages/types.ts';

/**
 * The files of messages, each once, byte for byte as it came: first the pictures of their texts, under names that nothing else has which goes
 * along with them, as a channel finds a picture by its name. Raises invalid when one is infected.
 */
export function filesOf(messages: readonly Message[], own: readonly StoredAttachment[]): readonly StoredAttachment[] {
  if (messages.some(({ virus }) => virus?.state === 'infected')) throw new InvalidError({ withFiles: 'forwards.problem.infected' });
  const all: readonly Attachment[] = messages.flatMap(({ attachments }) => attachments.filter(({ inside }) => inside === null));
  const files = all.filter((one, at) => !one.inline && all.findIndex((other) => !other.inline && isSame(one, other)) === at);
  const taken = new Set([...own, ...files].map(({ filename }) => filename));
  const pictures = new Map(all.filter(({ inline }) => inline).map((one) => [one.sha256, one]));
  return [...[...pictures.values()].map((one) => ({ ...one, filename: freeName(one, taken) })), ...files].map(carried);
}

const isSame = (one: Attachment, other: Attachment): boolean => one.sha256 === other.sha256 && one.filename === other.filename;

/** Its own name, or with a number before it; `image.png` for one that has none. */
function freeName({ filename, contentType }: Attachment, taken: Set<string>): string {
  const name = filename || `image.${/^image\/([a-z0-9]{1,8})/i.exec(contentType)?.[1] ?? 'png'}`;
  let free = name;
  for (let number = 2; taken.has(free); number += 1) free = `${number}-${name}`;
  taken.add(free);
  return free;
}

const carried = ({ filename, contentType, bytes, sha256 }: Attachment): StoredAttachment => ({
  ...{ filename, contentType, bytes, sha256, contentId: null, inline: false },
});
