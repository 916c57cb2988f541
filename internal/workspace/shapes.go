package workspace

import (
	"regexp"
	"slices"
	"strings"
)

// shape is a key that a service gives out.
type shape struct {
	hint    string // stands in every such key, so that the pattern is seldom tried
	pattern *regexp.Regexp
}

// shapes go by the prefixes that the services chose so that scanners can find
// their keys.
var shapes = []shape{
	// AWS
	{"AKIA", regexp.MustCompile(`\bAKIA[A-Z2-7]{16}\b`)},
	{"ASIA", regexp.MustCompile(`\bASIA[A-Z2-7]{16}\b`)},
	{"AROA", regexp.MustCompile(`\bAROA[A-Z2-7]{16}\b`)},
	{"AIDA", regexp.MustCompile(`\bAIDA[A-Z2-7]{16}\b`)},
	{"AGPA", regexp.MustCompile(`\bAGPA[A-Z2-7]{16}\b`)},
	{"ABIA", regexp.MustCompile(`\bABIA[A-Z2-7]{16}\b`)},
	{"ACCA", regexp.MustCompile(`\bACCA[A-Z2-7]{16}\b`)},
	// GitHub, GitLab
	{"gh", regexp.MustCompile(`\bgh[pousr]_[A-Za-z0-9]{20,255}`)},
	{"github_pat_", regexp.MustCompile(`\bgithub_pat_[A-Za-z0-9_]{22,255}`)},
	{"gl", regexp.MustCompile(`\bgl(?:pat|dt|rt|soat|cbt|ptt|ft|imt|agent|feat)-[A-Za-z0-9_\-]{20,}`)},
	// Slack
	{"xox", regexp.MustCompile(`\bxox[abeoprs]-[A-Za-z0-9-]{10,}`)},
	{"xapp-", regexp.MustCompile(`\bxapp-\d-[A-Za-z0-9-]{20,}`)},
	{"hooks.slack.com", regexp.MustCompile(`hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9/_-]{20,}`)},
	// Google
	{"AIza", regexp.MustCompile(`\bAIza[A-Za-z0-9_\-]{35}`)},
	{"ya29.", regexp.MustCompile(`\bya29\.[A-Za-z0-9_\-]{20,}`)},
	{"GOCSPX-", regexp.MustCompile(`\bGOCSPX-[A-Za-z0-9_\-]{20,}`)},
	// Stripe
	{"k_", regexp.MustCompile(`\b[rsp]k_(?:live|test)_[A-Za-z0-9]{16,}`)},
	{"whsec_", regexp.MustCompile(`\bwhsec_[A-Za-z0-9+/=]{20,}`)},
	// OpenAI, Anthropic, OpenRouter, Hugging Face
	{"sk-", regexp.MustCompile(`\bsk-(?:proj|svcacct|admin|ant|or)-[A-Za-z0-9_\-]{20,}|\bsk-[A-Za-z0-9]{20,}`)},
	{"hf_", regexp.MustCompile(`\bhf_[A-Za-z0-9]{30,}`)},
	// JSON web tokens
	{"eyJ", regexp.MustCompile(`\beyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}(?:\.[A-Za-z0-9_\-]*)?`)},
	// Azure
	{"Key=", regexp.MustCompile(`(?:Account|SharedAccess)Key=[A-Za-z0-9+/%]{40,}={0,2}`)},
	{"sig=", regexp.MustCompile(`\bsig=[A-Za-z0-9+/%]{40,}={0,2}`)},
	// Registries
	{"npm_", regexp.MustCompile(`\bnpm_[A-Za-z0-9]{30,}`)},
	{"pypi-", regexp.MustCompile(`\bpypi-[A-Za-z0-9_\-]{30,}`)},
	{"rubygems_", regexp.MustCompile(`\brubygems_[a-f0-9]{40,}`)},
	{"dckr_pat_", regexp.MustCompile(`\bdckr_pat_[A-Za-z0-9_\-]{20,}`)},
	// Mail, telephones, messengers
	{"SG.", regexp.MustCompile(`\bSG\.[A-Za-z0-9_\-]{16,}\.[A-Za-z0-9_\-]{16,}`)},
	{"key-", regexp.MustCompile(`\bkey-[a-f0-9]{32}\b`)},
	{"AC", regexp.MustCompile(`\bAC[a-f0-9]{32}\b`)},
	{"SK", regexp.MustCompile(`\bSK[a-f0-9]{32}\b`)},
	{":AA", regexp.MustCompile(`\b\d{8,10}:AA[A-Za-z0-9_\-]{32,}`)},
	// Hosts, shops, tools
	{"hv", regexp.MustCompile(`\bhv[sbr]\.[A-Za-z0-9_\-]{20,}`)},
	{"dop_v1_", regexp.MustCompile(`\bdop_v1_[a-f0-9]{40,}`)},
	{"shp", regexp.MustCompile(`\bshp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}`)},
	{"glsa_", regexp.MustCompile(`\bglsa_[A-Za-z0-9_]{30,}`)},
	{"lin_api_", regexp.MustCompile(`\blin_api_[A-Za-z0-9]{30,}`)},
	{"sntr", regexp.MustCompile(`\bsntr[ys]_[A-Za-z0-9+/=_]{30,}`)},
	{"PMAK-", regexp.MustCompile(`\bPMAK-[a-f0-9\-]{40,}`)},
	{"dapi", regexp.MustCompile(`\bdapi[a-f0-9]{32}`)},
	{"AGE-SECRET-KEY-", regexp.MustCompile(`\bAGE-SECRET-KEY-1[A-Z0-9]{50,}`)},
}

// hints are those of all shapes by their first byte: looking for each in every long name took a twentieth of the time that a
// file takes to be read in.
var hints = func() (all [256][]string) {
	for _, s := range shapes {
		all[s.hint[0]] = append(all[s.hint[0]], s.hint)
	}
	return all
}()

// hinted reports whether one of the hints stands in s.
func hinted(s string) bool {
	for i := range len(s) {
		if some := hints[s[i]]; some != nil && slices.ContainsFunc(some, func(hint string) bool { return strings.HasPrefix(s[i:], hint) }) {
			return true
		}
	}
	return false
}
