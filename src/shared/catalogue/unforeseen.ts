import type { Entry } from './entry.ts';

/** What nobody foresaw. */
export const unforeseen = {
  Unexpected: (detail: string): Entry => ({
    message: 'Something went wrong that Deployotron does not know.',
    remedy: 'Try again; if it stays so, please report it with the log.',
    action: 'show-log',
    detail,
  }),
};
