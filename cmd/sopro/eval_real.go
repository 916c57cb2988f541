package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"sopro/internal/complete"
	"sopro/internal/config"
	"sopro/internal/eval/typing"
	"sopro/internal/model"
	"sopro/internal/terminal"
)

// evalTypingReal types in real time with the model that completes.
func (p *program) evalTypingReal(ctx context.Context, args []string, f *typingFlags) error {
	p.useModel("models.completion", f.model)
	base, settings, err := p.typingBase(f)
	if err != nil {
		return err
	}
	var configs []typing.Config
	for _, base.Keys = range f.keys {
		base.Policy, base.Real = "sopro", true
		if err := base.Check(); err != nil {
			return usageError{err}
		}
		configs = append(configs, base)
	}
	stop := terminal.New(p.errs, os.Getenv).Wait("typing in real time")
	reports, err := p.typeReally(ctx, args, f, configs, settings)
	stop()
	if err != nil {
		return err
	}
	return p.tellTyping(withMeans(reports), false)
}

func (p *program) typeReally(ctx context.Context, args []string, f *typingFlags, configs []typing.Config, settings config.Settings) (reports []typing.Report, err error) {
	traces, err := p.cutTraces(ctx, args, f, settings)
	if err != nil {
		return nil, err
	}
	parts, err := realParts(ctx, settings)
	if err != nil {
		return nil, err
	}
	for _, c := range configs {
		if choice, err := parts.Choose(); err == nil {
			c.Model = choice.Model
		}
		parts.Options = c.Options
		r, err := typing.Live(ctx, traces, c, parts)
		if err != nil {
			return nil, err
		}
		reports = append(reports, r)
	}
	return reports, nil
}

// realParts lead to the model that completes, which is loaded.
func realParts(ctx context.Context, settings config.Settings) (complete.Parts, error) {
	b := newBuilder(slog.New(slog.DiscardHandler))
	engines, err := b.build(settings, nil)
	if err != nil {
		return complete.Parts{}, err
	}
	engines.Complete.Close()
	if _, err := engines.Endpoint.Version(ctx); err != nil {
		return complete.Parts{}, err
	}
	if err := engines.Catalog.Refresh(ctx); err != nil {
		return complete.Parts{}, err
	}
	choice, err := engines.Catalog.Completion()
	if err != nil {
		return complete.Parts{}, err
	}
	for _, err := range engines.Endpoint.Stream(ctx, model.Warm, model.Request{Model: choice.Model, Options: choice.Options}) {
		if err != nil {
			return complete.Parts{}, fmt.Errorf("%s cannot be loaded: %w", choice.Model, err)
		}
	}
	return b.parts(engines.Endpoint, engines.Catalog, completeOptions(settings)), nil
}
