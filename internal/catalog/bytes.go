package catalog

import "fmt"

// Bytes is a number of bytes for people, in decimal units as Ollama and its library print them: "986 MB", "4.7 GB".
func Bytes(n int64) string {
	switch {
	case n >= 10*gigabytes:
		return fmt.Sprintf("%.0f GB", float64(n)/gigabytes)
	case n >= 1000*megabytes-megabytes/2:
		return fmt.Sprintf("%.1f GB", float64(n)/gigabytes)
	case n >= megabytes:
		return fmt.Sprintf("%.0f MB", float64(n)/megabytes)
	case n >= 1000:
		return fmt.Sprintf("%.0f kB", float64(n)/1000)
	}
	return fmt.Sprintf("%d B", n)
}
