package workspace

import (
	"path"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// The names below are data: a file is secret when its folded name matches
// one of secretNames, when its path ends as one of secretPaths, or when it
// lies in one of secretFolders. They follow what scanners, backup tools and
// the tools that write these files call them. The rules err on the side of
// silence: a template such as .env.example counts as secret too, since people
// fill in real values and no completion there is a small loss.
var secretNames = []string{
	// Environments.
	".env*", "*.env", "*.envrc", "env.local",
	// SSH, TLS and code signing.
	"id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", "id_xmss*", "ssh_host_*key", "identity",
	"*.pem", "*.key", "*.ppk", "*.p12", "*.p8", "*.pfx", "*.pkcs12", "*.der.key", "*.pvk", "*.snk", "*.mobileprovision",
	"*.jks", "*.keystore", "*.bks", "*.jceks", "*.keychain", "*.keychain-db", "debug.keystore", "keystore.properties", "key.properties",
	// OpenPGP and other stores of passwords.
	"*.gpg", "*.pgp", "secring.*", "*.age", "*.kdbx", "*.kdb", "*.agilekeychain", "*.opvault", "*.1pif", "*.psafe3",
	"*.tblk", "*.ovpn", "wallet.dat", "*.wallet",
	// Credentials of tools, in the home directory or copied into a project.
	".netrc", "_netrc", ".npmrc", ".yarnrc", ".yarnrc.yml", ".pypirc", ".gemrc", ".git-credentials", ".gitcookies",
	".pgpass", "pgpass.conf", ".my.cnf", ".mylogin.cnf", ".mongorc.js", ".htpasswd", ".htdigest", ".dockercfg", ".dockerconfigjson", ".boto",
	".s3cfg", ".passwd-s3fs", ".fetchmailrc", ".msmtprc", ".mutt_secrets", ".cargo-credentials", ".rclone.conf", "rclone.conf",
	".terraformrc", "terraform.rc", ".vault-token", ".vault_pass*", "vault_pass*", ".ansible_vault*", ".esmtprc", ".remote-sync.json",
	".ftpconfig", "sftp-config.json", "sftp.json", "filezilla.xml", "recentservers.xml", "wp-config.php", "localsettings.php",
	"kubeconfig", "*.kubeconfig", "kubeconfig.*", "master.key", "local_settings.py", "shadow", "gshadow", "nuget.config",
	"settings-security.xml", "auth.json", "accesstokens.json", "azureprofile.json", "msal_token_cache*",
	// Infrastructure as code.
	"*.tfstate", "*.tfstate.*", "*.tfvars", "*.tfvars.json", "*.tfplan", "*.publishsettings",
	// Service accounts and what calls itself a secret.
	"credentials", "credentials.json", "credentials.y*ml", "credentials.y*ml.enc", "credentials.csv", "credentials.toml", "credentials.xml", "credentials.ini", "credentials.tfrc.json",
	"*credentials*.json", "service-account*.json", "service_account*.json", "serviceaccount*.json", "gcp-key*.json", "client_secret*.json",
	"*.secret", "*.secrets", "*-secrets.y*ml", "*-secret.y*ml", "*_secrets.y*ml", "secrets_*.y*ml", "arduino_secrets.h", "password", "passwords", "passwords.*", "passwd", "token", "*.token",
	// Histories hold what was typed on a command line.
	".bash_history", ".zsh_history", ".psql_history", ".mysql_history", ".python_history", ".node_repl_history", ".sqlite_history", ".rediscli_history", ".irb_history", "fish_history",
}

// secretPaths are ends of paths, for names that are harmless elsewhere.
var secretPaths = []string{
	".docker/config.json", ".kube/config", ".cargo/credentials", ".gem/credentials", ".m2/settings.xml",
	".gradle/gradle.properties", ".config/hub", "gh/hosts.yml", ".bundle/config", ".composer/auth.json",
	".subversion/auth", "etc/shadow", "etc/sudoers", ".git/config", ".jupyter/jupyter_server_config.json", ".streamlit/secrets.toml",
}

// secretFolders hold nothing else, at any depth.
var secretFolders = []string{
	".ssh", ".gnupg", ".aws", ".azure", ".password-store", ".secrets", ".vault", ".config/gcloud", ".config/op", ".config/sops",
	".mozilla", ".thunderbird", "library/keychains", ".local/share/keyrings", ".oci", ".bluemix", ".chef",
}

// secretStems are secret under any extension but those of source code:
// secrets.yaml and CircuitPython's secrets.py hold keys, secrets.go handles
// them.
var (
	secretStems = []string{"secret", "secrets"}
	codeSuffix  = []string{
		".go", ".rs", ".java", ".kt", ".cs", ".ts", ".tsx", ".mts", ".swift", ".scala", ".ex", ".exs", ".c", ".cc", ".cpp",
		".rb", ".pyi", ".md", ".rst", ".adoc", ".proto", ".html", ".css", ".svg", ".vue", ".svelte",
	}
)

// Secret reports whether a file is one whose content must never be read into
// a prompt, an index or a trace, by its path alone. It folds letter case,
// Unicode forms, characters that file systems ignore, trailing dots and
// spaces, and alternate streams, and reads both separators. It does not touch
// the disk: callers that can, ask again with the resolved path (docs/security.md row 8).
func Secret(p string) bool {
	full := fold(p)
	parts := strings.FieldsFunc(full, func(r rune) bool { return r == '/' })
	if len(parts) == 0 {
		return false
	}
	for i, part := range parts {
		parts[i] = strings.TrimRight(part, ". ")
	}
	full = "/" + strings.Join(parts, "/")
	for _, end := range secretPaths {
		if strings.HasSuffix(full, "/"+end) {
			return true
		}
	}
	for _, folder := range secretFolders {
		if strings.Contains(full+"/", "/"+folder+"/") {
			return true
		}
	}
	name := parts[len(parts)-1]
	if secretName(name) {
		return true
	}
	stream, _, cut := strings.Cut(name, ":") // NTFS: ".env::$DATA" is .env
	return cut && secretName(strings.TrimRight(stream, ". "))
}

// secretName judges one folded name without its folders.
func secretName(name string) bool {
	for _, pattern := range secretNames {
		if ok, _ := path.Match(pattern, name); ok {
			return true
		}
	}
	// OpenSSH's convention for any key, without taking id_generator.go along.
	if strings.HasPrefix(name, "id_") && (!strings.Contains(name, ".") || strings.HasSuffix(name, ".pub") || strings.HasSuffix(name, ".bak")) {
		return true
	}
	ext := path.Ext(name)
	stem, _, _ := strings.Cut(name, ".")
	for _, s := range secretStems {
		if stem == s && !slices.Contains(codeSuffix, ext) {
			return true
		}
	}
	// An editor's copy of a secret is as secret: "x.pem~", ".env.swp", "id_rsa.bak".
	if base := strings.TrimSuffix(name, "~"); base != name {
		return secretName(base)
	}
	switch ext {
	case ".swp", ".swo", ".bak", ".old", ".orig", ".save", ".tmp", ".backup", ".enc":
		return secretName(strings.TrimPrefix(strings.TrimSuffix(name, ext), ".")) || secretName(strings.TrimSuffix(name, ext))
	}
	return false
}

// secretFolder reports whether everything in a folder is secret. The names of
// files do not count: a package may well be called token.
func secretFolder(dir string) bool { return Secret(dir + "/x") }

// fold brings a path to the one spelling that the rules are written in. What
// a file system may ignore inside a name (HFS+ ignores zero-width joiners,
// CVE-2014-9390) is taken out.
func fold(p string) string {
	p = norm.NFKC.String(p)
	p = strings.Map(func(r rune) rune {
		if r == '\\' {
			return '/'
		}
		if unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r) || r == '\u034f' {
			return -1
		}
		return unicode.ToLower(unicode.ToUpper(r)) // also folds letters such as ſ, whose lower case is itself
	}, p)
	return norm.NFKC.String(p)
}
