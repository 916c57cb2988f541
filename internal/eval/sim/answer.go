package sim

import (
	"cmp"
	"context"
	"math"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"
)

// answer is one generation.
type answer struct {
	*exchange
	question question
	model    Model
	chat     bool
	numCtx   int

	loadTime, promptTime    time.Duration
	promptTokens, evaluated int
	made                    int     // tokens made
	pending                 []Token // made and not sent: they may be the beginning of a stop or of a character
	last                    string  // for the watch on repetitions
	repeated                int
}

// line of a stream; one of Response and Message is set.
type line struct {
	Model       string    `json:"model"`
	RemoteModel string    `json:"remote_model,omitempty"`
	RemoteHost  string    `json:"remote_host,omitempty"`
	CreatedAt   time.Time `json:"created_at"`
	Response    *string   `json:"response,omitempty"`
	Thinking    string    `json:"thinking,omitempty"`
	Message     *said     `json:"message,omitempty"`
	Done        bool      `json:"done"`
	DoneReason  string    `json:"done_reason,omitempty"`
	Context     []int     `json:"context,omitempty"`
	Logprobs    []logprob `json:"logprobs,omitempty"`

	TotalDuration      time.Duration `json:"total_duration,omitempty"`
	LoadDuration       time.Duration `json:"load_duration,omitempty"`
	PromptEvalCount    int           `json:"prompt_eval_count,omitempty"`
	PromptEvalDuration time.Duration `json:"prompt_eval_duration,omitempty"`
	EvalCount          int           `json:"eval_count,omitempty"`
	EvalDuration       time.Duration `json:"eval_duration,omitempty"`
}

type said struct {
	Role     string `json:"role"`
	Content  string `json:"content"`
	Thinking string `json:"thinking,omitempty"`
}

type logprob struct {
	Token   string  `json:"token"`
	Logprob float64 `json:"logprob"`
	Bytes   []int   `json:"bytes,omitempty"`
}

// piece is a line with text.
func (a *answer) piece(text string, tokens []Token) line {
	l := line{Model: a.question.Model, CreatedAt: time.Now().UTC()}
	if a.model.Remote {
		l.RemoteModel, l.RemoteHost = a.model.upstream(), remoteHost
	}
	if a.chat {
		l.Message = &said{Role: "assistant", Content: text}
	} else {
		l.Response = &text
	}
	if a.question.Logprobs && a.server.atLeast("0.12.11") {
		for _, t := range tokens {
			l.Logprobs = append(l.Logprobs, a.logprob(t))
		}
	}
	return l
}

// maxTokenBytes is more than any token has. Of a longer one the bytes are not told once more as numbers, which would take seconds.
const maxTokenBytes = 4 << 10

// logprob is a token's entry. Half a character is printed as a replacement character. From 0.30 on, what is certain has its
// probability in the place of the logarithm.
func (a *answer) logprob(t Token) logprob {
	text := strings.ToValidUTF8(t.Text, "\ufffd")
	l := logprob{Token: text, Logprob: math.Log(cmp.Or(t.Prob, 1))}
	if l.Logprob == 0 && a.server.atLeast("0.30.0") {
		l.Logprob = 1
	}
	if len(text) > maxTokenBytes {
		return l
	}
	for _, b := range []byte(text) {
		l.Bytes = append(l.Bytes, int(b))
	}
	return l
}

// final is the last line.
func (a *answer) final(reason string) line {
	l := a.piece("", nil)
	l.Done, l.DoneReason = true, reason
	if reason == "load" {
		return l
	}
	generation := max(seconds(a.made, a.server.speed().Generation), time.Duration(a.made)*time.Microsecond)
	l.LoadDuration, l.PromptEvalDuration, l.EvalDuration = max(a.loadTime, time.Millisecond), a.promptTime, generation
	l.TotalDuration = l.LoadDuration + l.PromptEvalDuration + l.EvalDuration
	l.PromptEvalCount, l.EvalCount = a.promptTokens, a.made
	if a.server.config.Version == "0.30.0" {
		l.PromptEvalCount = a.evaluated // this version alone leaves out what was cached
	}
	if !a.chat && !a.question.Raw {
		l.Context = []int{128006, 882, 128007}
	}
	return l
}

// tokens is what the model says, with the faults of a model in it.
func (a *answer) tokens() []Token {
	if a.fault.Kind == Repeat {
		tokens := make([]Token, 40)
		for i := range tokens {
			tokens[i] = Token{Text: " =", Prob: 0.9}
		}
		return tokens
	}
	var tokens []Token
	if a.model.Answer != nil {
		tokens = a.model.Answer(a.question.asked())
	}
	if a.thinks() && !a.server.atLeast("0.9.0") {
		tokens = append(Tokens("<think>\n"+a.model.Thinking+"\n</think>\n\n"), tokens...)
	}
	return tokens
}

// thinks reports whether the model thinks first.
func (a *answer) thinks() bool {
	told := a.question.Think != nil && !*a.question.Think && a.server.atLeast("0.9.0")
	return a.model.Thinking != "" && a.model.can("thinking") && !a.question.Raw && !told
}

// stream generates; a client that leaves stops it at once.
func (a *answer) stream(connection context.Context) {
	if a.thinks() && a.server.atLeast("0.9.0") {
		l := a.piece("", nil)
		if a.chat {
			l.Message.Thinking = a.model.Thinking
		} else {
			l.Thinking = a.model.Thinking
		}
		if a.line(l) != nil {
			return
		}
	}
	for i, t := range a.tokens() {
		if a.stumbles(i) {
			return
		}
		if t.After != nil {
			select {
			case <-t.After:
			case <-connection.Done():
				return
			}
		}
		if !pause(connection, seconds(1, a.server.speed().Generation)) {
			return
		}
		a.made++
		a.server.slot.grow(t.Text)
		if a.repeats(t.Text) {
			a.whole = true // the server says nothing of it
			return
		}
		reason, err := a.push(t)
		if err != nil {
			return
		}
		if reason != "" {
			a.end(reason)
			return
		}
	}
	if a.stumbles(math.MaxInt) {
		return
	}
	a.made++ // the token that ends the text
	a.end("stop")
}

// stumbles applies a fault that is due before the i-th token, and reports whether it ended the answer.
func (a *answer) stumbles(i int) bool {
	if i < a.fault.After {
		return false
	}
	switch a.fault.Kind {
	case Cut: // the connection breaks when the handler returns with an answer that is not whole
	case NoDone:
		a.header(http.StatusOK, "application/x-ndjson")
		a.whole = true
	case ErrorLine:
		a.whole = a.line(map[string]string{"error": a.fault.Text}) == nil
	default:
		return false
	}
	return true
}

// repeats is the server's watch: the 32nd equal token in a row ends the stream. White space counts as no token at all, so
// an answer that begins with it is nearer to that end.
func (a *answer) repeats(text string) bool {
	text = strings.TrimSpace(text)
	if text == a.last {
		a.repeated++
	} else {
		a.last, a.repeated = text, 0
	}
	return a.repeated > 30
}

// push adds a token and sends what can be sent. A reason means that the answer ends.
func (a *answer) push(t Token) (reason string, err error) {
	a.pending = append(a.pending, t)
	text := joined(a.pending)
	if limit := a.question.Options.NumPredict; limit > 0 && a.made >= limit {
		return "length", nil
	}
	hold := false
	for _, stop := range a.question.Options.Stop {
		if before, _, found := strings.Cut(text, stop); found {
			err := a.send(before, a.pending[:spelling(a.pending, before)])
			a.pending = nil
			return "stop", err
		}
		hold = hold || endsIn(text, stop)
	}
	if hold || !utf8.ValidString(text) {
		return "", nil
	}
	return "", a.flush()
}

// flush sends what is pending, as far as it is whole characters.
func (a *answer) flush() error {
	text := joined(a.pending)
	for n := 0; n < utf8.UTFMax && !utf8.ValidString(text); n++ {
		text = text[:len(text)-1]
	}
	tokens := a.pending
	a.pending = nil
	return a.send(text, tokens)
}

// send sends a line of text and the probabilities of the tokens that it came from. The last of them may have been longer
// than what the text has left of it; from 0.30 on, those that were held back are not told.
func (a *answer) send(text string, tokens []Token) error {
	if text == "" {
		return nil
	}
	if len(tokens) > 1 && a.server.atLeast("0.30.0") {
		tokens = tokens[len(tokens)-1:]
	}
	sent := a.made
	a.note(func(r *Request) { r.Tokens = sent })
	return a.line(a.piece(text, tokens))
}

func (a *answer) end(reason string) {
	if a.flush() != nil {
		return
	}
	a.whole = a.line(a.final(reason)) == nil
}

func joined(tokens []Token) string {
	var b strings.Builder
	for _, t := range tokens {
		b.WriteString(t.Text)
	}
	return b.String()
}

// spelling is how many tokens it takes to spell text, which theirs begins with.
func spelling(tokens []Token, text string) int {
	n := 0
	for length := 0; length < len(text); n++ {
		length += len(tokens[n].Text)
	}
	return n
}

// endsIn reports whether the end of text may be the beginning of stop.
func endsIn(text, stop string) bool {
	for n := min(len(text), len(stop)-1); n > 0; n-- {
		if strings.HasSuffix(text, stop[:n]) {
			return true
		}
	}
	return false
}
