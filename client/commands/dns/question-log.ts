/** `--log-questions`: a line for each question, when it is answered. */
import type { Resolver } from '../../dns-server/resolver.ts';
import { questionLine } from '../../stub/question-line.ts';

export function withQuestionLog(resolver: Resolver, print: (line: string) => void): Resolver {
  return {
    answer(message, transport) {
      const told = (answer: Uint8Array | undefined): Uint8Array | undefined => {
        print(questionLine(message, answer));
        return answer;
      };
      const answer = resolver.answer(message, transport);
      return answer instanceof Promise ? answer.then(told) : told(answer);
    },
  };
}
