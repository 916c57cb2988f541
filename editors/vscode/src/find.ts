import type { PlatformPath } from "node:path";

/** Where the server may be. */
export interface Places {
  /** `sopro.server.path` of the person's own settings; "" where it is not set. */
  readonly setting: string;
  /** The folder that this extension lies in, without symbolic links in it. */
  readonly extension: string;
  /** $PATH. */
  readonly path: string;
  /** $HOME. */
  readonly home: string;
  readonly windows: boolean;
  /** The opened folders, without symbolic links in them. */
  readonly opened: readonly string[];
  /** Whether there is a program of this path. */
  executable(path: string): boolean;
  /** A path without symbolic links in it; itself where it leads nowhere. */
  real(path: string): string;
}

/**
 * Finds the server: by the setting, in this extension, on the PATH, in the repository that this extension lies in. The opened folders
 * are never looked at, also where the PATH leads into them: a workspace must not start programs. Undefined where there is none, and where the setting names none: another
 * one than the person named would be a riddle.
 */
export function find(places: Places, paths: PlatformPath): string | undefined {
  const candidates = places.setting === "" ? usual(places, paths) : [named(places, paths)];
  // A relative path, also one by a relative entry of the PATH, would be looked for where one stands.
  return candidates.find((path) => paths.isAbsolute(path) && places.executable(path));
}

function named({ setting, home }: Places, paths: PlatformPath): string {
  return /^~[/\\]/.test(setting) ? paths.join(home, setting.slice(2)) : setting;
}

function usual(places: Places, paths: PlatformPath): string[] {
  const { extension, path, windows } = places;
  const program = windows ? "sopro.exe" : "sopro";
  const found = [paths.join(extension, "bin", program)];
  for (const folder of path.split(paths.delimiter)) {
    const candidate = paths.join(folder, program);
    // Tools put folders of a workspace onto the PATH, as direnv does, and what is run by npm.
    if (!isOpened(folder, places, paths) && !isOpened(candidate, places, paths)) {
      found.push(candidate);
    }
  }
  const editors = paths.dirname(extension);
  if (paths.basename(extension) === "vscode" && paths.basename(editors) === "editors") {
    found.push(paths.join(editors, "..", "bin", program));
  }
  return found;
}

/** Whether a path leads into an opened folder. */
function isOpened(path: string, places: Places, paths: PlatformPath): boolean {
  return places.opened.some((folder) => {
    const within = paths.relative(folder, places.real(path));
    return within !== ".." && !within.startsWith(`..${paths.sep}`) && !paths.isAbsolute(within);
  });
}
