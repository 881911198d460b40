import { countSpooled } from '../../spool/count.ts';
import { fileAdvice } from './file-advice.ts';
import { broken, type Finding, reasonOf, text, well } from './finding.ts';

/** Whether what was confirmed and is not in the database yet can be read. */
export function spoolFindings(dataDir: string): readonly Finding[] {
  const what = text('health.spool.what');
  try {
    return [well(what, text('health.spool.ok', { n: countSpooled(dataDir) }))];
  } catch (error) {
    return [broken(what, text('health.spool.fails', { reason: reasonOf(error) }), fileAdvice(error, dataDir, text('health.spool.advice')))];
  }
}
