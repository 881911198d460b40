import { recordBlobs } from '../blobs/store.ts';
import { ownVariables } from '../company/read.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { ConflictError, InvalidError, NotFoundError } from '../lib/errors.ts';
import { htmlToText } from '../lib/html-to-text.ts';
import type { AgentId, CannedResponseAttachmentId, CannedResponseId, TeamId } from '../lib/ids.ts';
import { sanitiseFragment } from '../lib/sanitise-html.ts';
import { fold, storable } from '../lib/text.ts';
import type { MacroActions } from './actions.ts';
import { addFiles, type CannedColumns, countOf, deleteCanned, deleteFiles, findCanned, insertCanned, updateCanned } from './store.ts';
import { type CannedAttachment, type CannedResponse, MAX_CANNED_BYTES, MAX_CANNED_FILES } from './types.ts';
import { LETTER_VARIABLES, letterProblem } from './variables.ts';

/** So many of the company, and so many of each agent: a list is looked through as it is. */
export const MAX_CANNED = 1_000;
const MAX_CHARS = { name: 120, folder: 60, subject: 300, text: 20_000, html: 60_000 } as const;

export interface CannedInput {
  readonly name: string;
  readonly folder: string;
  readonly channel: string | null;
  readonly subject: string;
  readonly text: string;
  /** As the editor wrote it; null or empty = plain text. */
  readonly html: string | null;
  /** For the members of this team alone; absent = stays, at first for everybody. Nothing with one's own. */
  readonly teamId?: TeamId | null;
  /** What is done beside sending it; absent = stays, at first nothing. */
  readonly actions?: MacroActions | null;
}

/** Files to add, already stored, and those to leave out from now on. */
export interface FileChanges {
  readonly added: readonly Omit<CannedAttachment, 'id'>[];
  readonly removed: readonly CannedResponseAttachmentId[];
}
const NO_FILES: FileChanges = { added: [], removed: [] };

/** Adds one for an agent, or for the company (`ownerId` null). Raises invalid, too_many_canned_responses. */
export async function createCanned(
  scope: Scope,
  ownerId: AgentId | null,
  input: CannedInput,
  files: FileChanges = NO_FILES,
): Promise<CannedResponseId> {
  const columns = checked(input, [...LETTER_VARIABLES, ...(await ownVariables(scope)).keys()]);
  return transact(scope, async (tx) => {
    if ((await countOf(tx, ownerId)) >= MAX_CANNED)
      throw new ConflictError('too_many_canned_responses', `There may be ${MAX_CANNED} at most`, 'Remove some that nobody uses.');
    const id = await insertCanned(tx, ownerId, columns);
    await changeFiles(tx, id, [], files);
    tx.emit({ type: 'canned_response.changed', data: { cannedResponseId: id } });
    return id;
  });
}

/** Changes one that this owner has. Raises not_found, invalid. */
export async function changeCanned(
  scope: Scope,
  ownerId: AgentId | null,
  id: CannedResponseId,
  input: CannedInput,
  files: FileChanges = NO_FILES,
): Promise<void> {
  const columns = checked(input, [...LETTER_VARIABLES, ...(await ownVariables(scope)).keys()]);
  await transact(scope, async (tx) => {
    const before = await ownedCanned(tx, ownerId, id);
    const actions = input.actions === undefined ? before.actions : input.actions;
    const teamId = input.teamId === undefined ? before.teamId : columns.teamId;
    await updateCanned(tx, id, { ...columns, actions, teamId });
    await changeFiles(tx, id, before.attachments, files);
    tx.emit({ type: 'canned_response.changed', data: { cannedResponseId: id } });
  });
}

/** Deletes one that this owner has; what was written with it stays. Answers what it was called. Raises not_found. */
export async function removeCanned(scope: Scope, ownerId: AgentId | null, id: CannedResponseId): Promise<string> {
  return transact(scope, async (tx) => {
    const { name } = await ownedCanned(tx, ownerId, id);
    await deleteCanned(tx, id);
    tx.emit({ type: 'canned_response.changed', data: { cannedResponseId: id } });
    return name;
  });
}

/** One of this owner's and nobody else's. Raises not_found. */
export async function ownedCanned(scope: Scope, ownerId: AgentId | null, id: CannedResponseId): Promise<CannedResponse> {
  const found = await findCanned(scope, id);
  if (!found || found.ownerId !== ownerId) throw new NotFoundError('The template');
  return found;
}

async function changeFiles(tx: WriteScope, id: CannedResponseId, before: readonly CannedAttachment[], { added, removed }: FileChanges) {
  const all = [...before.filter((file) => !removed.includes(file.id)), ...added];
  if (all.length > MAX_CANNED_FILES || all.reduce((sum, { bytes }) => sum + bytes, 0) > MAX_CANNED_BYTES)
    throw new InvalidError({ files: 'canned-responses.problem.files' });
  if (removed.length > 0) await deleteFiles(tx, id, removed);
  await recordBlobs(tx, added);
  await addFiles(tx, id, added);
}

/** Cleans and checks what was written; text and HTML say the same. `allowed`: what it may name. One that acts needs no text. */
function checked(input: CannedInput, allowed: readonly string[], isActing = Boolean(input.actions)): CannedColumns {
  const line = (text: string): string => storable(text).replace(/\s+/g, ' ').trim();
  const html = input.html === null || input.html === '' ? null : sanitiseFragment(storable(input.html));
  const text = (html === null ? storable(input.text).replaceAll('\r\n', '\n') : htmlToText(html)).trim();
  const columns = {
    ...input,
    actions: input.actions ?? null,
    teamId: input.teamId ?? null,
    name: line(input.name),
    folder: line(input.folder),
    subject: line(input.subject),
    text,
    html,
  };
  const fields: Record<string, string> = {};
  if (columns.name === '') fields['name'] = 'forms.required';
  if (columns.text === '' && !isActing) fields['text'] = 'forms.required';
  for (const field of ['name', 'folder', 'subject', 'text'] as const)
    if (columns[field].length > MAX_CHARS[field]) fields[field] = 'forms.too_long';
  if ((html?.length ?? 0) > MAX_CHARS.html) fields['text'] = 'forms.too_long';
  const problems = {
    subject: letterProblem(columns.subject, 'text', allowed),
    text: letterProblem(html ?? text, html === null ? 'text' : 'html', allowed),
  };
  for (const [field, problem] of Object.entries(problems)) if (problem) fields[field] ??= `canned-responses.problem.${problem}`;
  if (Object.keys(fields).length > 0) throw new InvalidError(fields);
  const nameKey = fold(columns.name).slice(0, 200).toWellFormed();
  return { ...columns, nameKey, sought: fold(`${columns.name} ${columns.folder} ${text}`).replace(/\s+/g, ' ').toWellFormed() };
}
