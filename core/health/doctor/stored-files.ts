import type { Scope } from '../../db/scope.ts';
import { readProof } from '../../ledger/proof.ts';
import { broken, type Finding, text, well } from './finding.ts';

/** What the nights have seen of the stored files; nothing is read now. */
export async function storedFileFindings(scope: Scope): Promise<readonly Finding[]> {
  const what = text('health.files.what');
  const { problemCount, scrub } = await readProof(scope);
  if (problemCount > 0) return [broken(what, text('health.files.wrong', { n: problemCount }), text('health.files.advice'))];
  return [well(what, scrub.endedAt === null ? text('health.files.never') : text('health.files.ok', { n: scrub.files }))];
}
