import type { AppPlan } from '../framework.ts';

/** A script that asks the app how it is. Where no path is known, any answer that is no failure of the server will do. */
export function probe({ healthPath }: AppPlan, port = 'process.env.PORT', exit = 'process.exit'): string {
  const limit = healthPath ? 400 : 500;
  return `fetch('http://127.0.0.1:'+${port}+'${healthPath || '/'}').then(r=>${exit}(r.status<${limit}?0:1),()=>${exit}(1))`;
}
