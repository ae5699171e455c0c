import type { SourceTree } from '../framework.ts';
import { type Listening, listeningIn } from '../listening.ts';
import type { GoMain } from './mains.ts';

/** Of the program first, then of all else in the module. */
export async function goListening(source: SourceTree, main: GoMain): Promise<Listening> {
  const files = (await source.files()).filter(
    (file) => /(?<!_test)\.go$/.test(file) && !/(?:^|\/)(?:tests?|examples?)\//.test(file),
  );
  const near = files.filter((file) => main.folder === '.' || file.startsWith(`${main.folder}/`));
  return listeningIn(source, [...near, ...files.filter((file) => !near.includes(file))].slice(0, 100), {
    numbers: [
      /Getenv\("PORT"\)[^{}]*\{[^{}]*?"?:?(\d{2,5})\b/,
      /\b(?:ListenAndServe(?:TLS)?|Listen|Run|Start)\(\s*(?:"tcp",\s*)?"[\w.]*:(\d{2,5})"/,
      /\bAddr:\s*"[\w.]*:(\d{2,5})"/,
      /\b(?:port|addr)\w*\s*(?::=|=)\s*"?[\w.]*:?(\d{2,5})\b/i,
      /\bport\s+u?int\d*\s+`[^`\n]*\b(?:default|envDefault):"(\d{2,5})"/i,
      /"(?:port|addr|listen)",\s*"?[\w.]*:?(\d{2,5})\b/i,
    ],
    environment: /(?:Getenv|LookupEnv)\("PORT"\)/,
    local: /\b(?:ListenAndServe(?:TLS)?|Listen|Run|Start)\(\s*(?:"tcp",\s*)?"(?:127\.0\.0\.1|localhost):\d{2,}"/,
    comment: /(?<![:"])\/\/.*$/gm,
  });
}
