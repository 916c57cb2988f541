package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"sopro/internal/eval/typing"
)

// withMeans puts behind the reports that differ in the typist alone their mean, if there are several.
func withMeans(reports []typing.Report) (all []typing.Report) {
	for len(reports) > 0 {
		n := 1
		for n < len(reports) && sameBut(reports[0], reports[n]) {
			n++
		}
		all = append(all, reports[:n]...)
		if n > 1 {
			all = append(all, typing.Mean(reports[:n]))
		}
		reports = reports[n:]
	}
	return all
}

// sameBut reports whether two differ in nothing but the typist.
func sameBut(a, b typing.Report) bool {
	return a.Policy == b.Policy && a.Speed == b.Speed && a.Mode == b.Mode && strings.Join(a.Without, " ") == strings.Join(b.Without, " ")
}

// typingTable prints a line for each report; with why also the share of keys that were typed for each reason.
func typingTable(out io.Writer, reports []typing.Report, why bool) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "speed\tmode\tkeys/s\tsaved %%\tat once %%\tp50 ms\tp95 ms\ton line %%\tright %%\twrong/min\tflickers\trequests\ta 100 keys\taborted\ttokens/key\tmodel s/key\t  policy\n")
	for _, r := range reports {
		fmt.Fprintf(w, "%s%.1f\t%.1f\t%d\t%d\t%.1f\t%.1f\t%.0f\t%d\t%d\t%.1f\t%d\t%s\t%.3f\t  %s\n", circumstances(r),
			r.Saved, r.Soon, r.P50, r.P95, r.RightOnLine, r.FullyRight, r.WrongAMinute, r.Flickers, r.Requests, r.RequestsA100, r.Aborted, evaluated(r), r.SecondsAKey, typedBy(r))
	}
	if err := w.Flush(); err != nil || !why {
		return err
	}
	fmt.Fprintln(out, "\nkeys that were typed, % of all, by what was there when they were:")
	fmt.Fprint(w, "speed\tmode\tkeys/s\t")
	for _, t := range reports[0].Typed {
		fmt.Fprint(w, t.Why, "\t")
	}
	fmt.Fprintln(w, "  policy")
	for _, r := range reports {
		fmt.Fprint(w, circumstances(r))
		for _, t := range r.Typed {
			fmt.Fprintf(w, "%.1f\t", t.Percent)
		}
		fmt.Fprintln(w, "  "+typedBy(r))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return foretoldTable(out, w, reports)
}

// foretoldTable prints what Sopro estimated, before it asked, that prompts would cost.
func foretoldTable(out io.Writer, w *tabwriter.Writer, reports []typing.Report) error {
	ours := func(r typing.Report) bool { return r.Policy == "sopro" }
	if !slices.ContainsFunc(reports, ours) {
		return nil
	}
	fmt.Fprintln(out, "\nprompt tokens to be evaluated, as estimated before the model was asked:")
	fmt.Fprintln(w, "speed\tmode\tkeys/s\ttokens/key\testimated\twrong by, a prompt\t  policy")
	for _, r := range reports {
		if ours(r) {
			fmt.Fprintf(w, "%s%.1f\t%.1f\t%.1f\t  %s\n", circumstances(r), r.TokensAKey, r.ForetoldAKey, r.ForetoldOff, typedBy(r))
		}
	}
	return w.Flush()
}

// evaluated is the prompt tokens a key; a real server does not say them.
func evaluated(r typing.Report) string {
	if r.Real {
		return "-"
	}
	return fmt.Sprintf("%.1f", r.TokensAKey)
}

func circumstances(r typing.Report) string {
	if r.Real {
		return fmt.Sprintf("real\t\t%s\t", pace(r))
	}
	return fmt.Sprintf("%d/%d\t%s\t%s\t", r.Speed.Prompt, r.Speed.Generation, r.Mode, pace(r))
}

// typedBy is the policy and what it lacks.
func typedBy(r typing.Report) string {
	if len(r.Without) > 0 {
		return r.Policy + ", without " + strings.Join(r.Without, ", ")
	}
	return r.Policy
}

func pace(r typing.Report) string {
	if r.Keys == 0 {
		return "mean"
	}
	return fmt.Sprint(r.Keys)
}
