package server

import (
	"context"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"sopro/internal/model"
)

const defaultTraced = 20 // requests, where sopro.trace does not say

type traceArgument struct {
	Last int `json:"last,omitzero"`
}

type traceResult struct {
	Requests []tracedRequest `json:"requests"`
}

type tracedRequest struct {
	ID       int            `json:"id"`
	At       time.Time      `json:"at"`
	Method   string         `json:"method"`
	Path     string         `json:"path"`
	Body     jsontext.Value `json:"body"` // the very JSON that was sent; null where there was none
	Snippets []tracedShown  `json:"snippets"`
	Tokens   int            `json:"promptTokens"` // estimated before it was sent; 0 where that was not done
	Fresh    int            `json:"freshTokens"`  // of them, those that the server had to evaluate, estimated likewise
	Status   int            `json:"status"`       // 0 while no answer has come
	MS       float64        `json:"ms"`           // 0 while it runs
}

type tracedShown struct {
	Source string   `json:"source"`
	Path   string   `json:"path"`
	Range  [2]int   `json:"range"` // first and last line, from 1
	Lines  [][2]int `json:"lines"` // of those the ones that are shown, first and last of each run
	Score  float64  `json:"score"`
	Tokens int      `json:"tokens"`
	Why    string   `json:"why"`
}

// traceCommand shows every byte that was sent to a model lately.
func (s *Server) traceCommand(a traceArgument, _ invocation) (work, error) {
	last := a.Last
	if last <= 0 {
		last = defaultTraced
	}
	endpoint := s.engines.load().Endpoint
	return func(context.Context) (any, error) {
		result := traceResult{Requests: []tracedRequest{}}
		if endpoint == nil {
			return result, nil
		}
		for _, t := range endpoint.Trace(last) {
			result.Requests = append(result.Requests, traced(t))
		}
		return result, nil
	}, nil
}

func traced(t model.Traced) tracedRequest {
	r := tracedRequest{
		ID: t.ID, At: t.At, Method: t.Method, Path: t.Path, Body: jsontext.Value(t.Body), Snippets: []tracedShown{},
		Tokens: t.Tokens, Fresh: t.Fresh, Status: t.Status, MS: float64(t.Took.Microseconds()) / 1000,
	}
	if !r.Body.IsValid() {
		r.Body = jsontext.Value("null")
		if len(t.Body) > 0 {
			r.Body, _ = json.Marshal(string(t.Body), jsontext.AllowInvalidUTF8(true))
		}
	}
	for _, shown := range t.Snippets {
		told := tracedShown{
			Source: shown.Source, Path: shown.Path, Range: fromOne(shown.Lines), Lines: [][2]int{},
			Score: shown.Score, Tokens: shown.Tokens, Why: shown.Why,
		}
		for _, run := range shown.Runs {
			told.Lines = append(told.Lines, fromOne(run))
		}
		r.Snippets = append(r.Snippets, told)
	}
	return r
}

// fromOne is the first and last line as compilers count.
func fromOne(lines [2]int) [2]int { return [2]int{lines[0] + 1, lines[1] + 1} }
