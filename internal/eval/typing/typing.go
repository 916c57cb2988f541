// Package typing measures what a completion policy is worth to somebody who types. It replays hunks that people once typed,
// key by key, against a simulated model, in virtual time: thousands of keys a second of real time, and the same figures from
// the same input on every machine, to the bit.
//
// # What goes in, what comes out
//
// A Trace is a hunk that a commit added to a file: the file with the hunk cut out, the cursor on the empty line where it
// stood, and the text of it. A Config says who types it how fast, in which editor, with which policy, and how fast the model
// is. A Report has what came out, summed over all traces; docs/eval.md defines each figure.
//
//	typist ──key──▶ editor ──request──▶ policy ──prompt──▶ server ──▶ author
//	  ▲                │   ◀──ghost───           ◀──tokens──
//	  └──── reads ─────┘
//
// Everything between two of them is a plan of one clock. Nothing runs on a goroutine of its own and nothing looks at real
// time. Traces do not know each other, so several are typed at a time.
//
// # The clock
//
// A queue of plans, ordered by their time, and for the same time by when they were made. Chance (dice.go) is a hash of the
// seed, the trace, what it is for and the place in the text: whatever a policy does, the same key comes after the same gap
// and the same token is wrong.
//
// # The typist
//
// presses the keys of the hunk one after another. Gaps are log-normal with medians of 135 ms inside a word or before a blank,
// 240 ms where a word, a sign or a line end begins and 900 ms at a line's start, scaled so that the hunk takes so many keys a
// second on average. Indentation costs no key: editors write it. The file has been open for two seconds.
//
// Whatever is shown is read while typing goes on: it takes 350 ms to see it and 8 ms a character, beginning when it is first
// shown; what typing confirms stays read, what is added to it takes its time in addition. Who has read it takes what is right
// of it: all, if all is right, else its first line, else its first word, a key each, unless that would save no key. The rest
// of a ghost that was taken in part is taken a key's time later. What is wrong costs nothing but the look: it is ignored, and
// nothing is ever deleted, so what stands in the file is always a beginning of the hunk.
//
// # The editor
//
// VS Code asks 40 ms after the last change. The next change first cancels that request; then the document changes; a ghost
// that the change agrees with stays, shortened, until the next answer, which replaces it, also by nothing. Neovim, with our
// plugin, asks at once and cancels nothing. An answer to another request than the newest is not shown.
//
// # The policy
//
// "sopro" is the engine of package complete: the same policy, prompts, token estimates and rules that serve an editor, driven
// through complete.Virtual. The others say how other programs do it (peers.go), and "ideal" is the bound: it shows at once
// all that the model would say, up to where the model errs.
//
// # The server
//
// is an Ollama with one slot. A prompt is cut into tokens (tokens.go); those that the slot has evaluated already are found
// again as far as both begin alike, and no further. The others are evaluated in batches of 512 that cannot be interrupted,
// after 10 ms for the request. A client that leaves is noticed during generation at the next token; during evaluation at the
// end of the prompt in mode 0.17, at the end of the batch in mode 0.30. Requests wait in the order in which they came.
//
// # The author
//
// is the model. It knows what will be typed, and errs on 8 % of its tokens, the same ones whoever asks, also when it is asked
// in the middle of one: measured, a 7B model is right on 92 % of the tokens of held-out code. A mistake goes on as the file does
// elsewhere, at the place before which most is alike, up to the line's end; behind it the model is right again, in the next
// line. Where the hunk ends, the model ends. Probabilities: of right tokens 80 % have .95 to 1, 15 % .7 to .95, 5 % .3 to .7; of wrong ones 10 % have .9 to
// 1, 20 % .7 to .9, 70 % .05 to .7. The tokens of a mistake after its first are as sure as right ones, since they follow.
//
// Coupled to what it is shown, it errs on 70 % of the names of the hunk that stand neither in its prompt nor in what it has said
// since, and on 4 % of all other tokens. Whether it would be right is then asked of a model that is shown everything: who shows
// less loses by it.
//
// # In real time
//
// Live has the same typist in the same editors be helped by the engine that serves real ones, and by a real model.
//
// # Non-goals
//
// It does not tell how good a model is: a better one errs less everywhere. Nothing is deleted, moved or written out of
// order, no bracket closes itself, and time that Sopro itself takes (well under a millisecond a request) does not pass.
package typing

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"sopro/internal/complete"
	"sopro/internal/gather"
)

// Editor is whose habits the simulated editor has.
type Editor string

const (
	VSCode Editor = "vscode" // asks 40 ms after the last key and cancels what it asked before
	Neovim Editor = "neovim" // asks at once and cancels nothing
)

// Accepts is whether a typist takes ghosts, and how much of one of which only the beginning is right.
type Accepts string

const (
	ByWord Accepts = "word" // line by line, and what is left of a line word by word
	ByLine Accepts = "line" // line by line
	Never  Accepts = "none" // not at all: every key is typed, whatever is shown
)

// Config is under which circumstances traces are typed.
type Config struct {
	Policy     string           `json:"policy"`
	Without    complete.Without `json:"without,omitempty"` // of Switchable; for "sopro" alone
	Speed      Speed            `json:"speed"`
	Mode       Mode             `json:"mode"`
	Keys       float64          `json:"keysPerSecond"`
	Editor     Editor           `json:"editor"`
	Warm       bool             `json:"warm"`  // the prompt is read ahead when a file is opened, and when typing rests
	Model      string           `json:"model"` // whose layout the prompt has
	Seed       int              `json:"seed"`
	Real       bool             `json:"real"` // in real time with a real model: no speed and no mode
	Accepts    Accepts          `json:"accepts"`
	FirstToken time.Duration    `json:"firstToken"` // the model's first token comes so long after it was asked, whatever the prompt; 0: as Speed has it
	Steady     bool             `json:"steady"`     // every key comes after the same time
	Coupled    bool             `json:"coupled"`    // the model errs on most names that its prompt lacks
	Options    complete.Options `json:"-"`          // as the settings have them

	// Sources are what the engine may show besides the file, by the repositories of traces; without any it is the file alone.
	// The files of a repository lie in Workspace.
	Sources map[string]gather.Sources `json:"-"`
}

// Workspace is the folder that the files of every trace lie in.
const Workspace = "/repo"

// Check says what of a configuration cannot be.
func (c Config) Check() error {
	switch {
	case policies[c.Policy] == nil:
		return fmt.Errorf("%q is no policy: one of %v", c.Policy, Policies())
	case !c.Real && (c.Speed.Prompt <= 0 || c.Speed.Generation <= 0):
		return fmt.Errorf("the speed %d/%d is none: tokens a second, of the prompt and generated, such as 500/30", c.Speed.Prompt, c.Speed.Generation)
	case !c.Real && c.Mode != Mode017 && c.Mode != Mode030:
		return fmt.Errorf("%q is no mode: %s or %s", c.Mode, Mode017, Mode030)
	case c.FirstToken < 0 || c.FirstToken > time.Hour:
		return fmt.Errorf("a first token cannot come after %v", c.FirstToken)
	case !(c.Keys > 0 && c.Keys <= 50): // NaN neither
		return fmt.Errorf("%v keys a second cannot be typed", c.Keys)
	case c.Editor != VSCode && c.Editor != Neovim:
		return fmt.Errorf("%q is no editor: %s or %s", c.Editor, VSCode, Neovim)
	}
	if c.Accepts != ByWord && c.Accepts != ByLine && c.Accepts != Never {
		return fmt.Errorf("%q is no way to accept: %s, %s or %s", c.Accepts, ByWord, ByLine, Never)
	}
	for _, name := range c.Without {
		if !slices.Contains(Switchable(), name) {
			return fmt.Errorf("%q cannot be switched off: one of %v", name, Switchable())
		}
	}
	return nil
}

// Run types all traces, several at a time, and sums up. What comes out depends on nothing but what goes in.
func Run(ctx context.Context, traces []Trace, c Config) (Report, error) {
	if err := c.Check(); err != nil {
		return Report{}, err
	}
	tallies := make([]*tally, len(traces))
	var work sync.WaitGroup
	next := make(chan int)
	for range min(runtime.GOMAXPROCS(0), len(traces)) {
		work.Go(func() {
			for i := range next {
				tallies[i] = typeTrace(traces[i], c)
			}
		})
	}
	for i := range traces {
		if ctx.Err() != nil {
			break
		}
		next <- i
	}
	close(next)
	work.Wait()
	if err := ctx.Err(); err != nil {
		return Report{}, err
	}
	sum := &tally{}
	for _, t := range tallies {
		sum.add(t)
	}
	return report(c, len(traces), sum), nil
}
