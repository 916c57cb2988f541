// Package madecode makes source code that nobody wrote, for benchmarks of what has to do with a large workspace.
package madecode

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"
)

// Workspace yields the files of a workspace, each with its path from the root: Go files of about 200 lines, some 25 a package,
// whose names are put together from the words that programs are made of. Names follow Zipf's law, as they do in source code: a
// few are everywhere (the errors, contexts and loops of the language), each package has some hundred of its own, and of the rest
// each is in a few files. The seed and the number of lines say all.
func Workspace(seed uint64, lines int) iter.Seq2[string, string] {
	return func(yield func(rel, text string) bool) {
		m := &maker{random: rand.New(rand.NewPCG(seed, 1))}
		m.common = rand.NewZipf(m.random, 1.1, 4, uint64(len(commonNames)-1))
		m.local = rand.NewZipf(m.random, 1.2, 3, packageNames-1)
		m.spread = rand.NewZipf(m.random, 1.05, 20, 1<<20)
		for n := 0; lines > 0; n++ {
			if n%25 == 0 {
				m.enter(n / 25)
			}
			text := m.file()
			lines -= strings.Count(text, "\n")
			if !yield(fmt.Sprintf("%s/%s_%d.go", m.folder, strings.ToLower(m.word()), n), text) {
				return
			}
		}
	}
}

// Name is a name that such code may declare.
func Name(random *rand.Rand) string {
	m := &maker{random: random}
	return title(m.compound(2))
}

const packageNames = 160

type maker struct {
	random                *rand.Rand
	common, local, spread *rand.Zipf
	folder, pkg           string
	names                 [packageNames]string // of the package
	out                   strings.Builder
}

var commonNames = strings.Fields("err ctx string int error i name value key data result options config context time fmt strings request response id path file " +
	"log buffer index node list count size state status handler client server message event user token offset length source target parent child entry item " +
	"Errorf Sprintf Printf Println Close Open Read Write String Error Len Append New Get Set Add Remove Start Stop Run Wait Done Lock Unlock Context Duration Second")

var words = strings.Fields("account action active address agent alias amount archive array asset audit auth backup balance batch block body bound branch bridge broker bucket budget build " +
	"cache call card cart cell chain channel charge check chunk claim class clean clock cluster code column command commit compile connect contact content control convert copy cost cover create " +
	"cursor customer cycle daemon debug decode default delay delete delivery depth detail device diff digest direct disk dispatch document domain draft driver edge edit element email encode " +
	"engine export factor fetch field filter final find flag flow flush folder format forward frame front group guard hash header health heap history hook host image import inbound init " +
	"input insert invoice issue job join journal kernel label latest layer layout lease ledger level limit line link listen load local lookup loop manage map mark mask match member memory " +
	"merge method metric mirror mode model module monitor mount move network notice number object order origin output owner packet page pair panel parse part patch payment peer pending permit " +
	"pipe plan plugin point policy pool port post prefix price print process profile project prompt proof proxy publish pull push query queue quota range rank rate reader record refund region " +
	"register release render repair replica report reset resolve resource retry return review role root route rule sample scale scan schedule schema scope score search section secure segment " +
	"select sender sequence service session shard share shift ship signal slice slot snapshot socket sort space split stage stamp step stock store stream style submit subject suffix summary " +
	"switch symbol sync table tag task team template tenant test text thread ticket timer title topic total trace track trade transfer tree trigger trust type union unit update upload usage " +
	"validate vector vendor verify version view visit volume vote wallet watch weight widget window worker wrap writer zone")

func (m *maker) word() string { return words[m.random.IntN(len(words))] }

func (m *maker) compound(parts int) string {
	name := m.word()
	for range parts - 1 {
		name += title(m.word())
	}
	return name
}

func title(word string) string { return strings.ToUpper(word[:1]) + word[1:] }

// enter begins a package.
func (m *maker) enter(n int) {
	m.pkg = m.word() + m.word()
	m.folder = fmt.Sprintf("%s/%s/%s%d", words[n%17], words[n%71], m.pkg, n)
	for i := range m.names {
		m.names[i] = m.compound(2 + i%2)
	}
}

// name is a name as the next one in code may be.
func (m *maker) name() string {
	switch n := m.random.IntN(100); {
	case n < 45:
		return commonNames[m.common.Uint64()]
	case n < 85:
		return m.names[m.local.Uint64()]
	}
	n := m.spread.Uint64() // one of a million names, the same for all
	return words[n%uint64(len(words))] + title(words[n/7%uint64(len(words))]) + title(words[n/53%uint64(len(words))])
}

func (m *maker) file() string {
	m.out.Reset()
	m.write("package %s\n\nimport (\n\t\"context\"\n\t\"fmt\"\n\n\t\"shop/%s\"\n)\n\n", m.pkg, m.word())
	for strings.Count(m.out.String(), "\n") < 150+m.random.IntN(100) {
		m.declaration()
	}
	return m.out.String()
}

func (m *maker) write(format string, args ...any) { fmt.Fprintf(&m.out, format, args...) }

func (m *maker) declaration() {
	owner := title(m.name())
	if m.random.IntN(4) == 0 {
		m.write("// %s keeps the %s of a %s while the %s is open.\ntype %s struct {\n", owner, m.word(), m.word(), m.word(), owner)
		for range 2 + m.random.IntN(5) {
			m.write("\t%s %s\n", m.name(), m.name())
		}
		m.write("}\n\n")
		return
	}
	m.write("// %s finds the %s of each %s, and says so if there is none.\n", owner, m.word(), m.word())
	m.write("func (%c *%s) %s(%s %s, %s string) (%s, error) {\n", 'a'+rune(m.random.IntN(26)), title(m.name()), owner, m.name(), m.name(), m.name(), title(m.name()))
	for range 3 + m.random.IntN(12) {
		m.statement("\t")
	}
	m.write("\treturn %s, nil\n}\n\n", m.name())
}

func (m *maker) statement(indent string) {
	switch m.random.IntN(6) {
	case 0:
		m.write("%s%s, err := %s.%s(%s, %s)\n%sif err != nil {\n%s\treturn nil, fmt.Errorf(\"%s %s: %%w\", err)\n%s}\n",
			indent, m.name(), m.name(), title(m.name()), m.name(), m.name(), indent, indent, m.word(), m.word(), indent)
	case 1:
		m.write("%sfor _, %s := range %s.%s {\n", indent, m.name(), m.name(), m.name())
		m.write("%s\t%s.%s(%s)\n%s}\n", indent, m.name(), title(m.name()), m.name(), indent)
	case 2:
		m.write("%sif %s.%s == %s {\n%s\t%s = append(%s, %s)\n%s}\n", indent, m.name(), m.name(), m.name(), indent, m.name(), m.name(), m.name(), indent)
	case 3:
		m.write("%s// The %s has no %s yet.\n", indent, m.word(), m.word())
	case 4:
		m.write("%s%s.%s = %d\n", indent, m.name(), m.name(), m.random.IntN(1000))
	default:
		m.write("%s%s := %s.%s(%s, %q)\n", indent, m.name(), m.name(), title(m.name()), m.name(), m.word())
	}
}
