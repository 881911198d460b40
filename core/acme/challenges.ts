import { type Scope, transact } from '../db/scope.ts';
import { noteSetting, readSetting, takeSetting } from '../settings/settings.ts';

const KEY = 'acme.challenge';

/** The proof that a provider asks a name for (RFC 8555 §8.3), known to every process: it asks whichever answers on the name's port 80. */
export interface Challenges {
  /** Of one order at a time; the one before is forgotten. */
  show(token: string, answer: string): Promise<void>;
  hide(token: string, answer: string): Promise<void>;
  /** What is to be answered under this token; null = nothing of ours. */
  answer(token: string): Promise<string | null>;
}

export function storedChallenges(scope: Scope): Challenges {
  return {
    show: (token, answer) => transact(scope, (tx) => noteSetting(tx, KEY, `${token} ${answer}`)),
    hide: async (token, answer) => void (await transact(scope, (tx) => takeSetting(tx, KEY, `${token} ${answer}`))),
    answer: async (asked) => {
      const [token, answer] = (await readSetting(scope, KEY))?.split(' ') ?? [];
      return answer !== undefined && token === asked ? answer : null;
    },
  };
}
