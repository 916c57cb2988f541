package terminal

import (
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/schollz/progressbar/v3"
)

// Bar shows how far a download is. Where nobody looks it prints each new step on a line of its own, and no figures: a log
// wants to know what happened, not how it looked.
type Bar struct {
	t     *Terminal
	what  string
	step  string
	total int64
	bar   *progressbar.ProgressBar // nil before the first figure
}

const (
	barPause  = 100 * time.Millisecond // between two pictures
	barBeside = 48                     // columns that the figures take
	barLeast  = 10                     // columns of the bar itself
)

// Download begins a Bar. The caller calls Stop. Of a long name the end is shown, which tells more: a bar of two lines could not
// be taken away.
func (t *Terminal) Download(what string) *Bar {
	if runes, most := []rune(what), max(t.width-barBeside-barLeast, 8); len(runes) > most {
		what = "…" + string(runes[len(runes)-most+1:])
	}
	return &Bar{t: t, what: what}
}

// Step says what is being done now, in one plain line.
func (b *Bar) Step(step string) {
	if step == b.step {
		return
	}
	b.step = step
	if !b.t.live {
		fmt.Fprintln(b.t, step)
	}
}

// Set says how much of how much is there, in bytes. The total may grow.
func (b *Bar) Set(completed, total int64) {
	if !b.t.live || total <= 0 {
		return
	}
	switch {
	case b.bar != nil && !b.bar.IsFinished() && total != b.total:
		b.total = total
		b.bar.ChangeMax64(total)
	case b.bar == nil || total != b.total: // one that is full takes no more
		b.clear()
		b.total = total
		b.bar = progressbar.NewOptions64(total,
			progressbar.OptionSetWriter(b.t), progressbar.OptionSetDescription(b.what), progressbar.OptionShowBytes(true),
			progressbar.OptionShowCount(), progressbar.OptionShowTotalBytes(true),
			progressbar.OptionSetWidth(max(b.t.width-barBeside-utf8.RuneCountInString(b.what), barLeast)), progressbar.OptionThrottle(barPause),
			progressbar.OptionClearOnFinish(), progressbar.OptionUseANSICodes(true))
	}
	_ = b.bar.Set64(completed) // what it says is about figures that make no sense, which is the server's affair
}

// Stop takes the bar away.
func (b *Bar) Stop() { b.clear() }

func (b *Bar) clear() {
	if b.bar != nil {
		b.bar = nil
		fmt.Fprint(b.t, eraseLine)
	}
}
