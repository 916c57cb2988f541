package workspace

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// key draws n characters, the same at each run.
func key(seed uint64, alphabet string, n int) string {
	r := rand.New(rand.NewPCG(seed, 1))
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[r.IntN(len(alphabet))]
	}
	return string(b)
}

const (
	base62   = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	base32   = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	hexLower = "0123456789abcdef"
	pemBody  = "MIIEpAIBAAKCAQEA7\nabcDEF+/==\n"
)

func TestMaskFindsKeys(t *testing.T) {
	k := func(n int) string { return key(uint64(n), base62, n) }
	h := func(n int) string { return key(uint64(n), hexLower, n) }
	for name, secret := range map[string]string{
		"AWS access key": "AKIA" + key(1, base32, 16), "AWS session": "ASIA" + key(2, base32, 16), "AWS secret": k(40),
		"GitHub": "ghp_" + k(36), "GitHub app": "ghs_" + k(36), "GitHub fine": "github_pat_" + k(22) + "_" + k(59), "GitLab": "glpat-" + k(20), "GitLab runner": "glrt-" + k(20),
		"Slack bot": "xoxb-123456789012-1234567890123-" + k(24), "Slack app": "xapp-1-A0123456789-" + h(40), "Slack hook": "https://hooks.slack.com/services/T00000000/B00000000/" + k(24),
		"Google": "AIza" + k(35), "Google OAuth": "ya29." + k(60), "Google client": "GOCSPX-" + k(28), "Stripe": "sk_live_" + k(24), "Stripe test": "rk_test_" + k(24), "Stripe hook": "whsec_" + k(32),
		"OpenAI": "sk-" + k(48), "OpenAI project": "sk-proj-" + k(48), "Anthropic": "sk-ant-api03-" + k(40), "Hugging Face": "hf_" + k(34),
		"JWT": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0." + k(43), "Azure": "AccountKey=" + k(86) + "==", "Azure SAS": "sig=" + k(43) + "%3D",
		"npm": "npm_" + k(36), "PyPI": "pypi-AgEIcHlwaS5vcmc" + k(60), "RubyGems": "rubygems_" + h(48), "Docker": "dckr_pat_" + k(27), "SendGrid": "SG." + k(22) + "." + k(43),
		"Mailgun": "key-" + h(32), "Twilio": "AC" + h(32), "Telegram": "123456789:AA" + k(33), "Vault": "hvs." + k(24), "DigitalOcean": "dop_v1_" + h(64), "Shopify": "shpat_" + h(32),
		"Grafana": "glsa_" + k(32), "Linear": "lin_api_" + k(40), "Postman": "PMAK-" + h(24) + "-" + h(34), "Databricks": "dapi" + h(32), "age": "AGE-SECRET-KEY-1" + key(3, base32, 58),
		"hexadecimal": h(32), "long hexadecimal": h(64), "base64": k(30) + "+" + k(20) + "/" + k(9) + "==", "base32": key(5, base32, 32), "20 characters": k(20), "SHA-1": "6dcd4ce23d88e2ee9568ba546c007c63d9131c1b",
		"RSA key": "-----BEGIN RSA PRIVATE KEY-----\n" + pemBody + "-----END RSA PRIVATE KEY-----", "PKCS 8": "-----BEGIN PRIVATE KEY-----\n" + pemBody + "-----END PRIVATE KEY-----",
		"OpenSSH": "-----BEGIN OPENSSH PRIVATE KEY-----\n" + pemBody + "-----END OPENSSH PRIVATE KEY-----", "in one line": `-----BEGIN EC PRIVATE KEY-----\n` + "MIIEpAIBAAKC" + `\n-----END EC PRIVATE KEY-----`,
		"OpenPGP": "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n" + pemBody + "-----END PGP PRIVATE KEY BLOCK-----",
	} {
		t.Run(name, func(t *testing.T) {
			if !HasSecret(secret) {
				t.Errorf("%q is no secret", secret)
			}
			before, after := "const key = \"", "\" // used by the tests\n"
			got := Mask(before + secret + after)
			if !strings.HasPrefix(got, before) || !strings.HasSuffix(got, after) || !strings.Contains(got, Masked) {
				t.Errorf("masked to %q", got)
			}
			for i := 0; i+12 <= len(secret); i++ {
				if piece := secret[i : i+12]; strings.Contains(got, piece) && !strings.Contains(piece, "-----") && !strings.Contains("https://hooks.slack.com/services", piece) && !strings.Contains("AccountKey=", piece) {
					t.Fatalf("%q still holds %q", got, piece)
				}
			}
		})
	}
}

func TestMaskKeepsTheRest(t *testing.T) {
	for text, want := range map[string]string{
		"dsn = postgres://app:hunter2@db:5432/x":                                                                         "dsn = postgres://app:[secret]@db:5432/x",
		"-----BEGIN PRIVATE KEY-----\nMIIEpAIBAAKCAQEA cut short":                                                        "[secret]",
		"two: " + key(1, base62, 30) + ", " + key(2, base62, 30) + "!":                                                   "two: [secret], [secret]!",
		"see golden/files/of/the/repository/internal/documentation/translations/resources/" + key(3, hexLower, 24) + "!": "see golden/files/of/the/repository/internal/documentation/translations/resources/[secret]!",
		"ключ = " + key(1, base62, 30) + " // конец":                                                                     "ключ = [secret] // конец",
	} {
		if got := Mask(text); got != want {
			t.Errorf("Mask(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestMaskLeavesCodeAlone(t *testing.T) {
	for _, text := range []string{
		"", "x", "internationalization", "getElementsByClassNameOrSelector", "AbstractSingletonProxyFactoryBean", "NotImplementedExceptionHandler", "MAX_CONCURRENT_REQUESTS_PER_HOST",
		"TestUnmarshalInvalidUTF8FromString", "should_return_not_found_when_missing", "handleTextDocumentInlineCompletion", "XMLHttpRequestEventTargetImpl", "convertUint64ToFloat32Slice",
		"x86_64-unknown-linux-gnu", "aarch64-apple-darwin20.3.0", "_mm256_unpacklo_epi32_maskz", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "SNDRV_PCM_IOCTL_HW_PARAMS", "CMAKE_INTERPROCEDURAL_OPTIMIZATION",
		"123e4567-e89b-12d3-a456-426614174000", "550E8400-E29B-41D4-A716-446655440000", "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "{6B29FC40-CA47-1067-B31D-00DD010662DA}",
		"github.com/hashicorp/golang-lru/v2", "internal/workspace/testdata/golden.txt", "/usr/local/share/ca-certificates", "../../node_modules/typescript/lib", "https://pkg.go.dev/net/http/httptest",
		"com.fasterxml.jackson.databind.ObjectMapper", "org.springframework.boot.autoconfigure", "std::chrono::steady_clock::time_point", "java.util.concurrent.atomic.AtomicReference",
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", "0123456789abcdef0123456789abcdef",
		"2024-01-02T15:04:05.999999999Z07:00", "20240102150405.000000000", "18446744073709551615", "340282366920938463463374607431768211455", "0xFFFFFFFFFFFFFFFFFFFFFFFF", "0x0000000000000000000000000000000000000000",
		"3.14159265358979323846264338327950288", "========================================", "----------------------------------------", "/******************************/", "____________________",
		"application/vnd.openxmlformats-officedocument", "text/html; charset=utf-8; boundary=something", "--experimental-strip-types", "data-testid-navigation-header", "font-feature-settings",
		"pneumonoultramicroscopicsilicovolcanoconiosis", "Donaudampfschifffahrtsgesellschaftskapitaen", "llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch",
		"loremipsumdolorsitametconsectetur", "veryLongVariableNameThatGoesOnAndOn", "kubernetes_namespace_resource_quota", "sk_buff_head_init_class", "task-list-item-checkbox", "glibc-compat-headers-version",
		"-----BEGIN CERTIFICATE-----", "-----BEGIN PUBLIC KEY-----", "http://localhost:8080/a:b@c", "https://example.com/path?x=1&y=2", "mailto:someone@example.com", "://${user}:${password}@host",
		"password := os.Getenv(\"DATABASE_PASSWORD\")", "SELECT * FROM information_schema.columns", "rgba(255,255,255,0.5)", "#ffffff #000000 #123abc", "v1.2.3-0.20240102150405-beta",
	} {
		if got := Mask(text); got != text {
			t.Errorf("Mask(%q) = %q", text, got)
		}
	}
}

// TestRandomAgainstSource holds the bounds of random to what they were chosen
// for: of the words in the standard library's sources hardly one in a hundred
// is taken for a key, of generated keys hardly one is missed.
func TestRandomAgainstSource(t *testing.T) {
	out, err := exec.Command("go", "env", "GOROOT").Output()
	must(t, err)
	src := filepath.Join(strings.TrimSpace(string(out)), "src")
	words, wrong := map[string]bool{}, 0
	for _, dir := range []string{"net/http", "go/types", "database/sql", "html/template", "os", "reflect", "text/template", "encoding/json"} {
		files, err := filepath.Glob(filepath.Join(src, dir, "*.go"))
		must(t, err)
		for _, file := range files {
			text, err := os.ReadFile(file)
			must(t, err)
			for _, word := range strings.FieldsFunc(string(text), func(r rune) bool { return r > 127 || !keyChar(byte(r)) }) {
				if len(word) >= minSecret && !words[word] {
					words[word] = true
					if random(word) {
						wrong++
					}
				}
			}
		}
	}
	t.Logf("%d of %d words of 20 characters or more are taken for keys", wrong, len(words))
	if len(words) < 1000 || wrong*100 > len(words) {
		t.Errorf("%d of %d words are taken for keys", wrong, len(words))
	}
	for alphabet, least := range map[string]int{base62: 980, base62 + "+/": 980, base32: 980, hexLower: 940, "abcdefghijklmnopqrstuvwxyz0123456789": 980} {
		found := 0
		for i := range uint64(1000) {
			if random(key(i, alphabet, 24)) {
				found++
			}
		}
		t.Logf("%d of 1000 keys of 24 characters out of %d are found", found, len(alphabet))
		if found < least {
			t.Errorf("%d of 1000 keys out of %q are found", found, alphabet)
		}
	}
}

func FuzzMask(f *testing.F) {
	for _, seed := range []string{"", "AKIAIOSFODNN7EXAMPLE", "://a:bcd@", "-----BEGIN PRIVATE KEY-----", "\xff\xfe", strings.Repeat("a", 40), "eyJ.eyJ.eyJ", Masked} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		once := Mask(text)
		if len(text) < minShape && !strings.Contains(text, "://") && once != text {
			t.Errorf("%q is too short for a key", text)
		}
		if strings.ToValidUTF8(text, "") == text && strings.ToValidUTF8(once, "") != once {
			t.Errorf("Mask(%q) = %q is not UTF-8", text, once)
		}
	})
}

func BenchmarkMask(b *testing.B) {
	text := strings.Repeat("func (s *Server) handleTextDocumentDidChange(ctx context.Context, p *protocol.Params) error {\n\treturn s.documents.Apply(ctx, p)\n}\n\n", 100)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Mask(text)
	}
}
