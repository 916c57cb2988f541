package workspace

import "testing"

func TestSecret(t *testing.T) {
	for _, p := range []string{
		".env", ".env.local", ".env.production", ".env.example", ".envrc", "prod.env", "id_rsa", "id_ed25519", "id_ecdsa_sk", "id_work", "id_work.pub", "id_rsa.old",
		"server.pem", "tls.key", "putty.ppk", "cert.p12", "cert.pfx", "AuthKey_1.p8", "release.jks", "app.keystore", "login.keychain-db",
		".netrc", "_netrc", ".npmrc", ".yarnrc.yml", ".pypirc", ".git-credentials", ".pgpass", ".my.cnf", ".htpasswd", ".dockercfg", ".boto", ".s3cfg", ".vault-token",
		"terraform.tfstate", "terraform.tfstate.backup", "prod.tfvars", "vault.kdbx", "key.gpg", "kubeconfig", "prod.kubeconfig", "master.key",
		"credentials", "credentials.json", "service-account-prod.json", "client_secret_1.apps.json", "secrets.yaml", "secrets.json", "secret.toml", "secrets.py", "secrets.dev.yml",
		"db-secrets.yaml", "wp-config.php", "local_settings.py", ".bash_history", "passwords.txt", "wallet.dat", "ssh_host_rsa_key", "vpn.ovpn", "rclone.conf",
		"/home/u/.aws/credentials", "/home/u/.aws/config", "/home/u/.ssh/config", "/home/u/.ssh/known_hosts", "/home/u/.gnupg/x", "/home/u/.kube/config", "/home/u/.docker/config.json",
		"/home/u/.config/gcloud/x.db", "/home/u/.m2/settings.xml", "/home/u/.cargo/credentials", "/home/u/.config/gh/hosts.yml", "/etc/shadow", "/r/.git/config",
		// Spelt otherwise, the same file.
		".ENV", "ID_RSA", "Server.PEM", "/home/u/.AWS/Credentials", ".env.", ".env ", ".env. .", ".env::$DATA", `C:\Users\u\.ssh\id`, `C:\r\.env`, ".env/", "./a/../.env",
		".e\u200cnv", "\ufeff.env", ".en\u200bv", "\uff0eenv", ".\uff45nv", "id_r\u017fa", "to\u212aen", ".env\u00a0", "/home/u/.\u200dssh/x", "/home/u/.ssh./x",
		// Copies that editors leave.
		".env~", ".env.swp", ".id_rsa.swp", "server.pem.bak", "server.pem~", "tls.key.old", "secrets.yml.enc", ".server.pem.swp",
	} {
		if !Secret(p) {
			t.Errorf("%q counts as harmless", p)
		}
	}
	for _, p := range []string{
		"", "/", "main.go", "environment.ts", "env.go", "id_generator.py", "id_map.go", "identity.go", "secrets.go", "secret_test.go", "Secrets.java", "secrets.md", "secret.rs",
		"key.go", "keys.py", "keyboard.c", "token.go", "token/token.go", "password.go", "passwd.c", "credentials.go", "Credentials.java", "config.json", "settings.xml", "config",
		"auth.go", "docker/config.json", "pem.go", "encoding/pem/pem.go", "shadow.css", "history.go", "README.md", "package.json", "Makefile", "hosts.yml", "vault.go", ".gitignore", ".editorconfig",
		"/home/u/secrets/app/main.go", "aws/credentials.go", "kube/config.go", "envoy.yaml", "a.envelope", "monkey.key.go", "tfstate.go", "go.env.md",
	} {
		if Secret(p) {
			t.Errorf("%q counts as secret", p)
		}
	}
	if n := len(secretNames) + len(secretPaths) + len(secretFolders); n < 40 {
		t.Errorf("%d rules", n)
	}
}

func FuzzSecret(f *testing.F) {
	for _, seed := range []string{".env", "a/b", "\xff", "id_rsa~~~~", ".swp.swp.swp", "::", "/././"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, p string) {
		if Secret(p) && !Secret("/some/where/"+p) {
			t.Errorf("%q is secret alone and not in a folder", p)
		}
	})
}
