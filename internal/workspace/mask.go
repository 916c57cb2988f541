package workspace

import (
	"regexp"
	"strings"
)

// masked stands where a secret stood.
const masked = "[secret]"

// minSecret is the length from which a token is judged by its randomness:
// below it, too little is there to tell, and keys are longer.
const minSecret = 20

// shapes are the keys that services give out, by the prefixes that they chose
// so that scanners can find them, and private key blocks, whole even where the
// end is missing or the line ends are written as \n.
var shapes = regexp.MustCompile(strings.Join([]string{
	`-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?:[^-]|-[^-])*(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----)?`,
	`\b(?:A3T[A-Z0-9]|AKIA|ASIA|AGPA|AIDA|AROA|AIPA|ANPA|ANVA|ABIA|ACCA)[A-Z2-7]{16}\b`, // AWS
	`\bgh[pousr]_[A-Za-z0-9]{20,255}`, `\bgithub_pat_[A-Za-z0-9_]{22,255}`,
	`\bgl(?:pat|dt|rt|soat|cbt|ptt|ft|imt|agent|feat)-[A-Za-z0-9_\-]{20,}`,
	`\bxox[abeoprs]-[A-Za-z0-9-]{10,}`, `\bxapp-\d-[A-Za-z0-9-]{20,}`, `hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9/_-]{20,}`,
	`\bAIza[A-Za-z0-9_\-]{35}`, `\bya29\.[A-Za-z0-9_\-]{20,}`, `\bGOCSPX-[A-Za-z0-9_\-]{20,}`, // Google
	`\b[rsp]k_(?:live|test)_[A-Za-z0-9]{16,}`, `\bwhsec_[A-Za-z0-9+/=]{20,}`, // Stripe
	`\bsk-(?:proj-|svcacct-|admin-|ant-[a-z0-9]+-|or-v1-)?[A-Za-z0-9_\-]{20,}`,  // OpenAI, Anthropic, OpenRouter
	`\beyJ[A-Za-z0-9_\-]{8,}\.(?:eyJ)?[A-Za-z0-9_\-]{8,}(?:\.[A-Za-z0-9_\-]*)?`, // JSON web tokens
	`(?i:AccountKey|SharedAccessKey|sig)=[A-Za-z0-9+/%]{40,}={0,2}`,             // Azure
	`\bnpm_[A-Za-z0-9]{30,}`, `\bpypi-[A-Za-z0-9_\-]{30,}`, `\bcrates-io_[A-Za-z0-9]{20,}`, `\brubygems_[a-f0-9]{40,}`, `\bdckr_pat_[A-Za-z0-9_\-]{20,}`,
	`\bhf_[A-Za-z0-9]{30,}`, `\bglsa_[A-Za-z0-9_]{30,}`, `\bSG\.[A-Za-z0-9_\-]{16,}\.[A-Za-z0-9_\-]{16,}`, `\bkey-[a-f0-9]{32}\b`, // Hugging Face, Grafana, SendGrid, Mailgun
	`\bhv[sbr]\.[A-Za-z0-9_\-]{20,}`, `\bdop_v1_[a-f0-9]{40,}`, `\bshp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}`, `\b(?:AC|SK)[a-f0-9]{32}\b`, // Vault, DigitalOcean, Shopify, Twilio
	`\blin_api_[A-Za-z0-9]{30,}`, `\bsntr[ys]_[A-Za-z0-9+/=_]{30,}`, `\bPMAK-[a-f0-9\-]{40,}`, `\bdapi[a-f0-9]{32}`, `\bAGE-SECRET-KEY-1[A-Z0-9]{50,}`,
	`\b\d{8,10}:AA[A-Za-z0-9_\-]{32,}`,                                     // Telegram
	`\b[MNO][A-Za-z0-9_\-]{23,25}\.[A-Za-z0-9_\-]{6}\.[A-Za-z0-9_\-]{27,}`, // Discord
}, "|"))

// address finds the password in a URL; what stands around it stays.
var address = regexp.MustCompile(`(://[^\s/:@"'<>${}]*:)[^\s/@"'<>${}]{3,}(@)`)

// run is a stretch that a key could be: base64 in both alphabets, hex.
var run = regexp.MustCompile(`[A-Za-z0-9_+/=-]{20,}`)

// uuid is an identifier, not a secret, and shows up in ordinary code.
var uuid = regexp.MustCompile(`(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// Mask replaces what looks like a secret in text by "[secret]": known shapes
// of keys, private key blocks, passwords in URLs, and random-looking tokens of
// 20 characters or more (docs/security.md row 9). Hashes and checksums go the same way,
// which costs nothing. The cost is linear in text: some 20 ns a byte.
func Mask(text string) string {
	if len(text) < 8 {
		return text
	}
	text = shapes.ReplaceAllString(text, masked)
	text = address.ReplaceAllString(text, "${1}"+masked+"${2}")
	return run.ReplaceAllStringFunc(text, func(s string) string {
		if !random(s) {
			return s
		}
		return masked
	})
}

// HasSecret reports whether Mask would change token. Tokens under 20
// characters, which is nearly all, are answered without a look.
func HasSecret(token string) bool {
	return len(token) >= minSecret && Mask(token) != token
}
