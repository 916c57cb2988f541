/** The settings that the manifest declares, by their key without "sopro.". */
export type Declared = Readonly<Record<string, { readonly scope?: string }>>;

/** Where a setting was made, as VS Code tells; undefined where it was not. */
export interface Made {
  readonly globalValue?: unknown;
  readonly workspaceValue?: unknown;
}

export type Inspect = (key: string) => Made | undefined;

/** The settings that are the extension's own, and mean nothing to the server. */
const own = "server.";

/** The settings that the manifest of this extension declares. */
export function declared(manifest: unknown): Declared {
  const { properties } = (manifest as { contributes: { configuration: { properties: Record<string, { scope?: string }> } } }).contributes.configuration;
  return Object.fromEntries(Object.entries(properties).map(([name, property]) => [name.replace(/^sopro\./, ""), property]));
}

/** Protected settings count from the person alone; the manifest gives them to the machine. */
function isProtected(all: Declared, key: string): boolean {
  return all[key]?.scope === "machine";
}

function keys(all: Declared): string[] {
  return Object.keys(all).filter((key) => !key.startsWith(own));
}

/**
 * The settings that somebody made, for the server. Defaults are not handed on, since they would overrule the workspace's
 * `.sopro.toml`; nor are protected settings (see flags), nor what an untrusted workspace says.
 */
export function explicit(all: Declared, inspect: Inspect, trusted: boolean): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  for (const key of keys(all)) {
    const { globalValue, workspaceValue } = inspect(key) ?? {};
    const value = isProtected(all, key) ? undefined : added(globalValue, trusted ? workspaceValue : undefined);
    if (value !== undefined) {
      made[key] = value;
    }
  }
  return made;
}

/** What two places add up to: entries of tables and lists are gathered, of anything else the nearer counts. */
function added(far: unknown, near: unknown): unknown {
  if (Array.isArray(far) && Array.isArray(near)) {
    return [...(far as unknown[]), ...(near as unknown[])];
  }
  if (isTable(far) && isTable(near)) {
    return { ...far, ...near };
  }
  return near ?? far;
}

/** The protected settings that the person made, as arguments of the server: --set key=value. A workspace's count for nothing. */
export function flags(all: Declared, inspect: Inspect): string[] {
  return keys(all)
    .filter((key) => isProtected(all, key))
    .flatMap((key) => flag(key, inspect(key)?.globalValue));
}

/** All settings that somebody made as arguments, for a program that no editor speaks with. Lists cannot be told so without loss, and are left out. */
export function allFlags(all: Declared, inspect: Inspect, trusted: boolean): string[] {
  const others = Object.entries(explicit(all, inspect, trusted)).filter(([, value]) => !Array.isArray(value));
  return [...flags(all, inspect), ...others.flatMap(([key, value]) => flag(key, value))];
}

function flag(key: string, value: unknown): string[] {
  switch (typeof value) {
    case "boolean":
    case "number":
    case "string":
      return ["--set", `${key}=${String(value)}`];
    case "object":
      if (value === null) {
        return [];
      }
      if (Object.values(value).every((entry) => typeof entry === "boolean")) {
        return Object.entries(value).flatMap(([name, on]) => ["--set", `${key}.${name}=${String(on)}`]);
      }
      return ["--set", `${key}=${JSON.stringify(value)}`];
    default:
      return [];
  }
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Whether the person's and the workspace's settings switch completions off in a language, so that the server need not be asked. What
 * else may switch them off (`.sopro.toml`, the environment) the server knows.
 */
export function switchedOff(made: Record<string, unknown>, language: string): boolean {
  const languages = made["completion.languages"];
  return made["enabled"] === false || made["completion.enabled"] === false || (isTable(languages) && languages[language] === false);
}

/** Whether completions come only when they are asked for. */
export function manual(made: Record<string, unknown>): boolean {
  return made["completion.trigger"] === "manual";
}
