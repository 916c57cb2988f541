/** How long a wait may take before it fails, in milliseconds. Generous: it tells apart what is slow from what never comes. */
export const patience = 15_000;

/** Asks again until the answer is not undefined, null, false or a throw; returns it. `what` is said when it never is. */
export async function until<T>(what: string, ask: () => T | Promise<T>, every = 25): Promise<NonNullable<T>> {
  const end = Date.now() + patience;
  for (let last: unknown; ; ) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== null && answer !== false) {
        return answer as NonNullable<T>;
      }
      last = answer;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) {
      throw new Error(`waited ${patience / 1000} s for ${what}; at last: ${last instanceof Error ? last.message : JSON.stringify(last)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}
