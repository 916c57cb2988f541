package doctor

import "strings"

// word is something that can be said. Names in braces are filled in; docs/troubleshooting.md has them in capitals.
type word struct {
	state         State
	message, next string
	what          string // what did not come in time, where that can be the cause
}

// with fills in: name, value, name, value …
func (w word) with(values ...string) Step {
	pairs := make([]string, len(values))
	for i, v := range values {
		if pairs[i] = v; i%2 == 0 {
			pairs[i] = "{" + v + "}"
		}
	}
	fill := strings.NewReplacer(pairs...) // one pass: what is filled in is not looked at again
	return Step{State: w.state, Message: fill.Replace(w.message), Next: fill.Replace(w.next)}
}

const (
	pullSmall = `run "ollama pull qwen2.5-coder:1.5b"`
	pullAgain = "pull it again from Ollama's library, or "
)

// forServed puts next steps right for a server that is not Ollama: nobody pulls models for it.
var forServed = strings.NewReplacer(
	pullAgain, "",
	pullSmall, "start the model server with a model that infills",
	"Ollama's log", "the model server's log",
)

// say is everything that a doctor says.
var say = struct {
	late,
	settingsFine, settingIgnored, settingProtected,
	addressDefault, addressFrom, addressOverruled, remoteAllowed, remoteNeedless, modelFrom,
	logNone, logFine, logOpen, logUnreadable, logNowhere,
	gitFound, gitMissing,
	secretRule,
	builtinFine, builtinEmpty, builtinLate, builtinMany, builtinUnread,
	programFound, programMute, programMissing, programInside,
	serverUp, servedUp, serverDown, serverAbsent, serverRefused, serverStrange,
	versionFine, versionOdd, versionAncient, versionMute, versionLeaks,
	boundLocal, boundAll, boundOther, boundLikelyAll, boundUnknown, boundRemote,
	modelsListed, modelsNone, modelsRemote, modelsUnlisted,
	completionFine, completionChat, completionSuffix, completionNone,
	chatFine, chatNone,
	contextFine, contextSmall,
	memoryFine, memoryLarge, memoryTight, memoryUnknown,
	parallelFine, parallelOne, parallelApart, parallelUnknown,
	loadFine, loadFailed,
	speedFine, speedSlow, speedUnknown, speedFailed,
	holeFine, holeEmpty, holeTokens, holeTalk, holeOdd, holeFailed word
}{
	late: word{Fault, "{what} did not come in time", "the machine or the server may be overloaded: try again, and look at Ollama's log", ""},

	settingsFine:     word{OK, "every setting that was found is known and holds", "", ""},
	settingIgnored:   word{Warning, "{path}: {key}: {why}", "correct or remove it there; docs/settings.md lists the settings", ""},
	settingProtected: word{Warning, "{path}: {key} has no effect there", "set it in your own config.toml, as {variable} or with --set if you want it; if you did not write it, the repository did", ""},

	addressDefault:   word{OK, "the model server's address is the default, {url}", "", ""},
	addressFrom:      word{OK, "the model server's address is {url}, from {source}", "", ""},
	addressOverruled: word{Warning, "the model server's address is {url}, from {source}, although {other} says {value}", "remove the one that you do not mean", ""},
	remoteAllowed:    word{Warning, "privacy.allowRemote is on, from {source}: code may be sent to {url}", "turn it off unless that machine is yours and you trust the network in between", ""},
	remoteNeedless:   word{Warning, "privacy.allowRemote is on, from {source}, although {url} is on this machine", "turn it off: then nothing can be sent elsewhere", ""},
	modelFrom:        word{OK, "{key} is {name}, from {source}", "", ""},

	logNone:       word{OK, "there is no log yet; it will be {path}", "", ""},
	logFine:       word{OK, "the log is {path}, {size}, readable by you alone", "", ""},
	logOpen:       word{Warning, "the log {path} can be read by others (mode {mode})", `run "chmod 600" on it; Sopro writes none while it cannot close it`, ""},
	logUnreadable: word{Warning, "the log {path} cannot be looked at: {why}", "set log.file to a file that you may write", ""},
	logNowhere:    word{Warning, "no log can be written: the folder of {path} is not one", "set log.file to a file in a folder of yours", ""},

	gitFound:   word{OK, "the workspace is the git repository {path}", "", ""},
	gitMissing: word{OK, "there is no git repository at {path}: only this folder is the workspace", "", ""},

	secretRule: word{OK, "files that look secret by their name (.env, keys, credentials) are never read, nor what privacy.ignore names (your rules: {count})", "", ""},

	builtinFine:   word{OK, "the built-in engine read {files} in {ms} ms{passed}", "", ""},
	builtinEmpty:  word{Warning, "the built-in engine found no file to learn from in {path}{passed}", "run the doctor in your project's folder", ""},
	builtinLate:   word{Warning, "the built-in engine had read {files} when the time was over{passed}", "open a smaller folder, or shut large parts out with privacy.ignore", ""},
	builtinMany:   word{Warning, "the folder has more files than are read: {files} were{passed}", "open a smaller folder, or shut large parts out with privacy.ignore", ""},
	builtinUnread: word{Fault, "the folder {path} cannot be read: {why}", "look at its permissions", ""},

	programFound:   word{OK, "Ollama's program is {path}, version {version}", "", ""},
	programMute:    word{OK, "Ollama's program is {path}; it does not say its version", "", ""},
	programMissing: word{OK, "Ollama's program is not on PATH", "", ""},
	programInside:  word{Warning, "PATH leads to a program named ollama inside of the workspace, {path}: it was not started", "take the workspace out of PATH", ""},

	serverUp:      word{OK, "Ollama {version} answers at {url}", "", ""},
	servedUp:      word{OK, "the model server answers at {url}", "", ""},
	serverDown:    word{Fault, "Ollama is installed but not running at {url}", `start it with "ollama serve", or with its app`, ""},
	serverAbsent:  word{Fault, "nothing answers at {url}, and Ollama's program is not on PATH", `install Ollama from https://ollama.com/download, then ` + pullSmall, ""},
	serverRefused: word{Fault, "the model server is not asked: {why}", `set ollama.url to something like "http://127.0.0.1:11434"`, ""},
	serverStrange: word{Fault, "no good answer from {url}: {why}", "look at its address in the settings, and whether another program uses that port", "the answer of the model server"},

	versionFine:    word{OK, "Ollama {version} has all that Sopro uses", "", ""},
	versionOdd:     word{Warning, "the version {version} is not one that Sopro knows how to read", "if something is wrong, try a released Ollama", ""},
	versionAncient: word{Warning, "Ollama {version} is older than 0.6, with which Sopro is not tested", "update Ollama", ""},
	versionMute:    word{Warning, "Ollama {version} gives no token probabilities (0.12.11 does), so completions are not cut where the model becomes unsure; it also gives its memory away to whoever can reach it (CVE-2026-7482)", "update Ollama", ""},
	versionLeaks:   word{Warning, "Ollama {version} gives its memory away to whoever can reach it (CVE-2026-7482, fixed in 0.17.1)", "update Ollama", ""},

	boundLocal:     word{OK, "Ollama listens on {address}: only this machine reaches it", "", ""},
	boundAll:       word{Warning, "Ollama listens on all interfaces ({address}): anybody in your network can use it, and read what it leaks", "start it with OLLAMA_HOST=127.0.0.1, unless you want that", ""},
	boundOther:     word{Warning, "Ollama also listens on {address}: others in your network may reach it", "start it with OLLAMA_HOST=127.0.0.1, unless you want that", ""},
	boundLikelyAll: word{Warning, "OLLAMA_HOST is {address}: if Ollama was started with it, it listens on all interfaces and anybody in your network can use it", "start it with OLLAMA_HOST=127.0.0.1, unless you want that", ""},
	boundUnknown:   word{OK, "whether Ollama listens for this machine alone cannot be known here", "", ""},
	boundRemote:    word{OK, "who else reaches the server at {url} cannot be known from this machine", "", ""},

	modelsListed:   word{OK, "installed here: {count}", "", ""},
	modelsNone:     word{Fault, "no model is installed", pullSmall, ""},
	modelsRemote:   word{OK, "not used, because it does not run on this machine: {names}", "", ""},
	modelsUnlisted: word{Fault, "which models are installed cannot be found out: {why}", "look at Ollama's log", "the list of models"},

	completionFine:   word{OK, "{model} completes: {why}", "", ""},
	completionChat:   word{Warning, "{model} completes, but was not trained to infill: its template would break infilling, so it is asked in chat, which is slower and worse", pullSmall, ""},
	completionSuffix: word{Warning, "{model} completes through its own template, which Sopro does not know: the answers may not fit", "if they do not, " + pullSmall, ""},
	completionNone:   word{Fault, "no model completes: {why}", pullSmall, ""},

	chatFine: word{OK, "{model} explains and generates: {why}", "", ""},
	chatNone: word{Warning, "nothing explains, and code is generated by infilling at most: {why}", "", ""},

	contextFine:  word{OK, "{model} is loaded with {tokens} tokens of context, and a completion needs {need}", "", ""},
	contextSmall: word{Warning, "{model} is loaded with {tokens} tokens of context, but a completion may need {need} (completion.contextTokens + completion.maxTokens): prompts are cut shorter", "{how}", ""},

	memoryFine:    word{OK, "{model} takes {size} of this machine's {memory}", "", ""},
	memoryLarge:   word{Fault, "{model} ({size}) is larger than this machine's memory ({memory})", `name a smaller model in models.completion, or set it to "auto"`, ""},
	memoryTight:   word{Warning, "{model} ({size}) leaves little of this machine's memory ({memory}) to the editor and the compiler", `name a smaller model in models.completion, or set it to "auto"`, ""},
	memoryUnknown: word{OK, "{model} takes {size}; this machine's memory is not known", "", ""},

	parallelFine:    word{OK, "OLLAMA_NUM_PARALLEL is {value}", "", ""},
	parallelOne:     word{Warning, "OLLAMA_NUM_PARALLEL is 1 and {model} both completes and chats: each evicts the other's prompt, and both wait", "start Ollama with OLLAMA_NUM_PARALLEL=2, or update it to 0.30", ""},
	parallelApart:   word{OK, "completion and chat do not evict each other's prompts", "", ""},
	parallelUnknown: word{OK, "OLLAMA_NUM_PARALLEL is not set here; what Ollama was started with cannot be known", "if completions are slow after each explanation, start Ollama with OLLAMA_NUM_PARALLEL=2", ""},

	loadFine:   word{OK, "{model} is in memory, after {ms} ms{where}", "", ""},
	loadFailed: word{Fault, "{model} cannot be loaded: {why}", "look at Ollama's log; a smaller model may fit", "the loading of the model"},

	speedFine:    word{OK, "{model} reads {prompt} and writes {generation} tokens a second", "", ""},
	speedSlow:    word{Warning, "{model} reads {prompt} and writes {generation} tokens a second: a new prompt of {context} tokens takes {wait} s", "{how}", ""},
	speedUnknown: word{OK, "{model} answered, but does not say how fast it is", "", ""},
	speedFailed:  word{Fault, "{model} cannot be measured: {why}", "look at Ollama's log", "the answer of the model"},

	holeFine:   word{OK, "{model} filled a sample hole with {text} ({ms} ms to the first line)", "", ""},
	holeEmpty:  word{Fault, "{model} filled a sample hole with nothing", "it may not be trained to infill: " + pullSmall, ""},
	holeTokens: word{Fault, "{model} filled a sample hole with its control tokens: {text}", "its name or template says another family than it is: " + pullAgain + pullSmall, ""},
	holeTalk:   word{Fault, "{model} filled a sample hole with something that is no code: {text}", "it may not be trained to infill: " + pullSmall, ""},
	holeOdd:    word{Warning, "{model} filled a sample hole with code that does not belong there: {text}", "a larger model does better, or " + pullSmall, ""},
	holeFailed: word{Fault, "{model} filled no hole: {why}", "look at Ollama's log", "the answer of the model"},
}
