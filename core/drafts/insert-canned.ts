import { type Occasion, readLetterValues } from '../canned-responses/facts.ts';
import { type Filled, fillLetter } from '../canned-responses/fill.ts';
import { noteUse, usableCanned } from '../canned-responses/list.ts';
import { type Scope, transact } from '../db/scope.ts';
import type { AgentId, CannedResponseId } from '../lib/ids.ts';
import { textToHtml } from '../lib/text-to-html.ts';
import { saveWithFiles } from './save.ts';
import type { DraftAttachment, DraftInput } from './types.ts';

/** What was put in: the letter filled in, and all files that the draft holds now. */
export interface Inserted {
  readonly filled: Filled;
  readonly files: readonly DraftAttachment[];
}

/**
 * Fills a canned response in for an occasion, puts its files into the agent's draft and counts the use. The text is the editor's to insert,
 * unless `appends`: then it stands in the draft below what was written. Raises not_found, invalid.
 */
export async function insertCanned(
  scope: Scope,
  agentId: AgentId,
  occasion: Occasion,
  draft: DraftInput,
  options: { readonly id: CannedResponseId; readonly blank: (name: string) => string; readonly appends: boolean },
): Promise<Inserted> {
  const canned = await usableCanned(scope, agentId, options.id);
  const filled = fillLetter(canned, await readLetterValues(scope, agentId, occasion), options.blank);
  return transact(scope, async (tx) => {
    const kept = options.appends ? below(draft, filled) : draft;
    const files = await saveWithFiles(tx, agentId, occasion.conversationId, kept, canned.attachments);
    await noteUse(tx, canned.id);
    return { filled, files };
  });
}

/** The draft with the letter below it; a subject only where there was none. */
function below(draft: DraftInput, { subject, text, html }: Filled): DraftInput {
  return {
    ...draft,
    text: [draft.text.trimEnd(), text].filter((part) => part !== '').join('\n\n'),
    html: draft.html === '' ? '' : draft.html + (html ?? textToHtml(text)),
    fields: { ...draft.fields, subject: draft.fields.subject || subject },
  };
}
