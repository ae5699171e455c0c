/** What the suite measured on its way, for the bench. */
export const measured: Record<string, number> = {};
