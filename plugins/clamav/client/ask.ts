import { type Question, writeStream } from '../../../core/lib/ask-service.ts';
import type { ScanInput } from '../../../core/plugins/contract.ts';

export const DEFAULT_PORT = 3310;

/** clamd says one line; a name of a virus has no length of its own. */
const MAX_ANSWER_BYTES = 4_096;
const END = Buffer.alloc(4);

/** One of clamd's own words, ended by NUL as its answer is (clamd(8), "COMMANDS"). */
export const wordQuestion = (word: 'PING' | 'VERSION'): Question<string> => ({
  maxAnswerBytes: MAX_ANSWER_BYTES,
  read: lineOf,
  write: async (socket) => void socket.write(`z${word}\0`),
});

/** The bytes in chunks, each behind its length in four bytes, an empty one at the end. Our half stays open until the answer came. */
export const streamQuestion = <T>({ bytes, open }: ScanInput, read: (line: string) => T | null): Question<T> => ({
  maxAnswerBytes: MAX_ANSWER_BYTES,
  read: (answer) => {
    const line = lineOf(answer);
    return line === null ? null : read(line);
  },
  write: async (socket) => {
    socket.write('zINSTREAM\0');
    await writeStream(socket, open(), bytes, (piece) => (piece.length === 0 ? [] : [lengthOf(piece), piece]));
    socket.write(END);
  },
});

function lengthOf(piece: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(piece.length);
  return length;
}

/** What stands before the NUL; null when there is none, or anything behind it. */
function lineOf(answer: Buffer): string | null {
  const end = answer.indexOf(0);
  return end > 0 && end === answer.length - 1 ? answer.subarray(0, end).toString('latin1').trim() : null;
}
