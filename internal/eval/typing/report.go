package typing

import (
	"math"
)

// Report is what came out. docs/eval.md says what each figure means.
type Report struct {
	Config
	Hunks        int     `json:"hunks"`
	Keystrokes   int     `json:"keystrokes"`      // without help
	Saved        float64 `json:"keystrokesSaved"` // percent
	Soon         float64 `json:"rightTextAt50ms"` // percent of the stops
	P50          int     `json:"timeToRightP50Ms"`
	P95          int     `json:"timeToRightP95Ms"`
	RightOnLine  float64 `json:"rightOnLine"` // percent of the keys after the first completion on a line
	FullyRight   float64 `json:"fullyRight"`  // percent of the ghosts
	Ghosts       int     `json:"ghosts"`
	WrongAMinute float64 `json:"wrongCharactersAMinute"`
	Flickers     int     `json:"flickers"`
	Requests     int     `json:"requests"`
	RequestsA100 float64 `json:"requestsA100Keys"`
	Aborted      int     `json:"aborted"`
	PromptTokens int     `json:"promptTokensEvaluated"`
	TokensAKey   float64 `json:"promptTokensAKey"`
	ForetoldAKey float64 `json:"promptTokensForetoldAKey"`  // of the prompts that were evaluated to their end
	ForetoldOff  float64 `json:"promptTokensForetoldWrong"` // a prompt
	Seconds      float64 `json:"modelSeconds"`
	SecondsAKey  float64 `json:"modelSecondsAnAcceptedKey"`
	Unanswered   int     `json:"unanswered"` // requests that were neither answered nor cancelled
	Errors       int     `json:"errors"`
	Typed        []Typed `json:"typed,omitempty"` // the keys that were typed, by why
}

// Typed is how many of a hundred keys were typed for a reason.
type Typed struct {
	Why     string  `json:"why"`
	Percent float64 `json:"percentOfKeystrokes"`
}

func report(c Config, hunks int, t *tally) Report {
	r := Report{
		Config: c, Hunks: hunks, Keystrokes: t.keys,
		Saved: percent(t.keys-t.typed-t.accepts, t.keys), Soon: percent(t.soon, t.stops),
		P50: t.quantile(.5), P95: t.quantile(.95),
		RightOnLine: percent(t.litRight, t.lit),
		FullyRight:  percent(t.fullyRight, t.ghosts), Ghosts: t.ghosts,
		WrongAMinute: ratio(float64(t.wrongChars), t.took.Minutes()), Flickers: t.flickers,
		RequestsA100: percent(t.requests, t.keys), Requests: t.requests, Aborted: t.aborted, PromptTokens: t.evaluated,
		TokensAKey:   ratio(float64(t.evaluated), float64(t.keys)),
		ForetoldAKey: ratio(float64(t.foretold), float64(t.keys)), ForetoldOff: ratio(float64(t.off), float64(t.prompts)),
		Seconds: round(t.busy.Seconds()), SecondsAKey: ratio(t.busy.Seconds(), float64(t.accepted)),
		Unanswered: t.unanswered, Errors: t.errors,
	}
	for i, n := range t.lost {
		r.Typed = append(r.Typed, Typed{reasonNames[i], percent(n, t.keys)})
	}
	return r
}

// Mean is the mean of several reports, and the sum of what is counted. Its Keys are 0.
func Mean(reports []Report) Report {
	m := Report{Config: reports[0].Config, Hunks: reports[0].Hunks, Keystrokes: reports[0].Keystrokes}
	m.Keys = 0
	mean := func(of func(Report) float64) float64 {
		sum := 0.0
		for _, r := range reports {
			sum += of(r)
		}
		return ratio(sum, float64(len(reports)))
	}
	m.Saved = mean(func(r Report) float64 { return r.Saved })
	m.Soon = mean(func(r Report) float64 { return r.Soon })
	m.P50 = int(mean(func(r Report) float64 { return float64(r.P50) }))
	m.P95 = int(mean(func(r Report) float64 { return float64(r.P95) }))
	m.RightOnLine = mean(func(r Report) float64 { return r.RightOnLine })
	m.RequestsA100 = mean(func(r Report) float64 { return r.RequestsA100 })
	m.FullyRight = mean(func(r Report) float64 { return r.FullyRight })
	m.WrongAMinute = mean(func(r Report) float64 { return r.WrongAMinute })
	m.TokensAKey = mean(func(r Report) float64 { return r.TokensAKey })
	m.ForetoldAKey = mean(func(r Report) float64 { return r.ForetoldAKey })
	m.ForetoldOff = mean(func(r Report) float64 { return r.ForetoldOff })
	m.SecondsAKey = mean(func(r Report) float64 { return r.SecondsAKey })
	for _, r := range reports {
		m.Ghosts += r.Ghosts
		m.Flickers += r.Flickers
		m.Requests += r.Requests
		m.Aborted += r.Aborted
		m.PromptTokens += r.PromptTokens
		m.Seconds += r.Seconds
		m.Unanswered += r.Unanswered
		m.Errors += r.Errors
	}
	for i, l := range reports[0].Typed {
		m.Typed = append(m.Typed, Typed{l.Why, mean(func(r Report) float64 { return r.Typed[i].Percent })})
	}
	return m
}

func percent(n, of int) float64 { return ratio(100*float64(n), float64(of)) }

func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return round(a / b)
}

func round(x float64) float64 { return math.Round(x*1000) / 1000 }
