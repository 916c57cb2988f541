/**
 * How long a wait may take before it fails, in milliseconds. It tells apart what is slow from what never comes, and costs nothing where
 * it comes: with both cores busy a window has taken 20 s to open.
 */
export const patience = 60_000;

/** Resolves or rejects as `work` does, or rejects when that takes longer than this, in milliseconds. */
export async function within<T>(limit: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took more than ${limit / 1000} s`)), limit);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** How long the steps of something take, one after the other. */
export class Steps {
  private readonly taken: string[] = [];
  private last = performance.now();

  /** A step has ended, and the next one begins. */
  done(name: string): void {
    const now = performance.now();
    this.taken.push(`${name} ${((now - this.last) / 1000).toFixed(1)} s`);
    this.last = now;
  }

  toString(): string {
    return this.taken.join(", ");
  }
}

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
