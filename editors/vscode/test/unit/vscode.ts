// A stand-in for the editor's own module, as far as what is tested here needs one.

type Listener<T> = (event: T) => unknown;

export class Disposable {
  static from(...all: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => {
      for (const one of all) {
        one.dispose();
      }
    });
  }
  constructor(readonly dispose: () => unknown) {}
}

export class EventEmitter<T> {
  private listeners: Listener<T>[] = [];
  readonly event = (listener: Listener<T>): Disposable => {
    this.listeners.push(listener);
    return new Disposable(() => {
      this.listeners = this.listeners.filter((other) => other !== listener);
    });
  };
  fire(event: T): void {
    for (const listener of [...this.listeners]) {
      listener(event);
    }
  }
  dispose(): void {
    this.listeners = [];
  }
}

export class CancellationError extends Error {}

export class MarkdownString {
  value = "";
  isTrusted = false;
  appendMarkdown(text: string): this {
    this.value += text;
    return this;
  }
  appendText(text: string): this {
    this.value += text.replace(/[\\`*_{}[\]()#+\-!~<>&|]/g, "\\$&");
    return this;
  }
}

export const l10n = {
  t: (text: string, ...values: unknown[]): string => text.replace(/\{(\d)\}/g, (_all, index: string) => String(values[Number(index)])),
};

export const env = { language: "en", opened: [] as string[], openExternal: (uri: Uri): Promise<void> => Promise.resolve(void env.opened.push(uri.toString())) };

interface Document {
  readonly uri: { toString(): string; readonly scheme: string };
}

interface Editor {
  readonly document: Document;
  readonly selection: { readonly active: Position };
}

const looked = new EventEmitter<Editor | undefined>();
const selected = new EventEmitter<{ textEditor: Editor }>();

export const window = {
  /** What notifications and dialogs said, for tests to look at. */
  said: [] as string[],
  /** The button that is pressed in each of them that has it. */
  press: undefined as string | undefined,
  showErrorMessage: (...words: unknown[]) => window.say(words),
  showWarningMessage: (...words: unknown[]) => window.say(words),
  showInformationMessage: (...words: unknown[]) => window.say(words),
  say([words, ...rest]: unknown[]): Promise<string | undefined> {
    const { detail } = (rest[0] ?? {}) as { detail?: string };
    window.said.push([words, detail].filter(Boolean).join(" "));
    return Promise.resolve(rest.includes(window.press) ? window.press : undefined);
  },

  activeTextEditor: undefined as Editor | undefined,
  onDidChangeActiveTextEditor: looked.event,
  look(editor: Editor | undefined): void {
    window.activeTextEditor = editor;
    looked.fire(editor);
  },
  onDidChangeTextEditorSelection: selected.event,
  move: (textEditor: Editor): void => {
    selected.fire({ textEditor });
  },
};

export enum DiagnosticSeverity {
  Error,
  Warning,
  Information,
  Hint,
}

interface Diagnostic {
  readonly range: Range;
  readonly severity: DiagnosticSeverity;
  readonly message: string;
  readonly source?: string;
}

const diagnosed = new EventEmitter<{ uris: Uri[] }>();
const opened = new EventEmitter<Document>();
const closed = new EventEmitter<Document>();

export const languages = {
  /** What tools said, by document, for tests to look at; see say. */
  said: new Map<string, Diagnostic[]>(),
  onDidChangeDiagnostics: diagnosed.event,
  getDiagnostics: (uri: Uri): Diagnostic[] => [...(languages.said.get(uri.toString()) ?? [])],
  say(uri: Uri, ...all: Diagnostic[]): void {
    languages.said.set(uri.toString(), all);
    diagnosed.fire({ uris: [uri] });
  },
  match: (selector: { scheme: string }[], document: Document): number => (selector.some(({ scheme }) => scheme === document.uri.scheme) ? 10 : 0),
};

export enum ConfigurationTarget {
  Global = 1,
  Workspace = 2,
}

export enum InlineCompletionTriggerKind {
  Invoke = 0,
  Automatic = 1,
}

type Values = Record<string, unknown>;

/** The settings of the section "sopro" that were made, for tests to look at and to write. */
export const made: { global: Values; workspace: Values } = { global: {}, workspace: {} };

const changed = new EventEmitter<{ affectsConfiguration(section: string): boolean }>();

export const workspace = {
  isTrusted: true,
  textDocuments: [] as Document[],
  onDidOpenTextDocument: opened.event,
  onDidCloseTextDocument: closed.event,
  open(document: Document): void {
    workspace.textDocuments.push(document);
    opened.fire(document);
  },
  close(document: Document): void {
    workspace.textDocuments.splice(workspace.textDocuments.indexOf(document), 1);
    closed.fire(document);
  },
  onDidChangeConfiguration: changed.event,
  getConfiguration: () => ({
    get: (key: string, fallback: unknown): unknown => made.workspace[key] ?? made.global[key] ?? fallback,
    inspect: (key: string) => ({ globalValue: made.global[key], workspaceValue: made.workspace[key] }),
    update: (key: string, value: unknown, target: ConfigurationTarget): Promise<void> => {
      made[target === ConfigurationTarget.Global ? "global" : "workspace"][key] = value;
      changed.fire({ affectsConfiguration: (section) => section === "sopro" });
      return Promise.resolve();
    },
  }),
};

export const commands = {
  /** What was run, for tests to look at. */
  run: [] as unknown[][],
  executeCommand(...command: unknown[]): Promise<void> {
    commands.run.push(command);
    return Promise.resolve();
  },
};

export class Position {
  constructor(
    readonly line: number,
    readonly character: number,
  ) {}
}

export class Range {
  readonly start: Position;
  readonly end: Position;
  constructor(start: Position, end: Position);
  constructor(line: number, character: number, endLine: number, endCharacter: number);
  constructor(...of: [Position, Position] | [number, number, number, number]) {
    [this.start, this.end] = of.length === 2 ? of : [new Position(of[0], of[1]), new Position(of[2], of[3])];
  }
}

export class Uri {
  static parse(text: string): Uri {
    return new Uri(new URL(text).href);
  }
  private constructor(private readonly text: string) {}
  get scheme(): string {
    return this.text.slice(0, this.text.indexOf(":"));
  }
  toString(): string {
    return this.text;
  }
}

export class WorkspaceEdit {
  /** What is replaced, for tests to look at. */
  readonly replaced: { uri: string; range: Range; text: string }[] = [];
  replace(uri: Uri, range: Range, text: string): void {
    this.replaced.push({ uri: uri.toString(), range, text });
  }
}

export class CodeLens {
  constructor(
    readonly range: Range,
    readonly command: { title: string; command: string },
  ) {}
}

export class CodeActionKind {
  static readonly Empty = new CodeActionKind("");
  static readonly Source = new CodeActionKind("source");
  static readonly RefactorRewrite = new CodeActionKind("refactor.rewrite");
  constructor(readonly value: string) {}
  append(part: string): CodeActionKind {
    return new CodeActionKind([this.value, part].filter((each) => each !== "").join("."));
  }
}

export class CodeAction {
  command?: { title: string; command: string; arguments?: unknown[] };
  edit?: object;
  constructor(
    readonly title: string,
    readonly kind?: CodeActionKind,
  ) {}
}
