package catalog

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sopro/internal/model"
)

const silence = "the shelf is silent: restart it"

// A server that says no more than its version is waited for half a minute, and then it is said in words, also by the roles.
func TestSilentServer(t *testing.T) {
	for _, hangs := range []string{"models", "starcoder2:3b", "loaded"} {
		t.Run(hangs, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := shelfOf(t, "qwen2.5-coder:1.5b starcoder2:3b")
				s.hangs = hangs
				c := New(s, Preferences{ContextTokens: 1536}, 0)
				began := time.Now()
				all, err := c.List(t.Context())
				if hangs == "loaded" {
					if err != nil || len(all) != 2 || time.Since(began) != loadedWithin {
						t.Errorf("%d models, %v after %v", len(all), err, time.Since(began))
					}
					return
				}
				if err == nil || err.Error() != silence || !model.IsKind(err, model.Unreachable) || time.Since(began) != lookWithin {
					t.Errorf("%v after %v", err, time.Since(began))
				}
				for _, choose := range []func() (Choice, error){c.Completion, c.Chat} {
					if _, err := choose(); err == nil || err.Error() != silence {
						t.Errorf("chosen: %v", err)
					}
				}
				s.heal("")
				s.asked = nil
				if err := c.Refresh(t.Context()); err != nil {
					t.Fatal(err)
				}
				if choice, err := c.Completion(); choice.Model != "starcoder2:3b" {
					t.Errorf("%+v, %v", choice, err)
				}
				if was := slices.Contains(s.asked, "qwen2.5-coder:1.5b"); was != (hangs == "models") {
					t.Errorf("asked %q: what was learnt in time is kept", strings.Join(s.asked, ", "))
				}
			})
		})
	}
}

// Who waits while another look is under way can give up, and has a deadline of its own.
func TestWaitingForALook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := shelfOf(t, "qwen2.5-coder:1.5b")
		s.hangs = "models"
		began := time.Now()
		passed := func(want time.Duration) {
			t.Helper()
			if got := time.Since(began); got != want {
				t.Errorf("%v passed, want %v", got, want)
			}
		}
		c := New(s, Preferences{ContextTokens: 1536}, 0)
		first := make(chan error)
		go func() { first <- c.Refresh(t.Context()) }()
		synctest.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		second := make(chan error)
		go func() { second <- c.Refresh(ctx) }()
		synctest.Wait()
		cancel()
		if err := <-second; !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
		passed(0)
		short, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		if err := c.Refresh(short); err == nil || err.Error() != silence {
			t.Errorf("a second later: %v", err)
		}
		passed(time.Second)
		if err := <-first; err == nil || err.Error() != silence {
			t.Errorf("the first: %v", err)
		}
		passed(lookWithin)
		s.heal("")
		if err := c.Refresh(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// Models are asked about side by side, and a vocabulary, which is megabytes, is read alone.
func TestVocabulariesAreReadOneByOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := shelfOf(t, strings.Repeat("mine:latest ", 12))
		s.slow = time.Second
		for i := range s.models {
			s.models[i].Installed.Name = fmt.Sprintf("mine:%d", i)
			s.models[i].Digest = s.models[i].Installed.Name
		}
		c := New(s, Preferences{ContextTokens: 1536}, 0)
		if err := c.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		if s.reads[1] != 1 || s.most != lookAtOnce {
			t.Errorf("%d vocabularies and %d models at once", s.reads[1], s.most)
		}
		for _, m := range c.roles.all {
			if m.asking.Unknown {
				t.Errorf("%s: %+v", m.Name, m.asking)
			}
		}
	})
}
