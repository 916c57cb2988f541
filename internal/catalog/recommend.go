package catalog

import (
	"slices"

	"sopro/internal/model"
)

// Advice is a model that can be recommended, as its own library offers it.
type Advice struct {
	Name     string `json:"name"`     // to pull
	Download int64  `json:"download"` // bytes, about
	Chats    bool   `json:"chats"`    // answers in chat besides infilling
	License  string `json:"license"`
	Limits   string `json:"limits,omitempty"` // what the licence restricts, in words; "" for one that is permissive
	Note     string `json:"note,omitempty"`

	parameters float64
}

const (
	megabytes = 1_000_000
	gigabytes = 1_000_000_000
)

// recommended are in the order in which they are shown: the smallest of a family first. All of them infill. Sizes are those of the
// library's usual quantisation; licences are those of the models' own cards.
var recommended = []Advice{
	{Name: "qwen2.5-coder:0.5b", Download: 398 * megabytes, Chats: true, License: "Apache 2.0", parameters: 0.5e9, Note: "for machines with little memory"},
	{Name: "qwen2.5-coder:1.5b", Download: 986 * megabytes, Chats: true, License: "Apache 2.0", parameters: 1.5e9, Note: "completes and explains: the one to begin with"},
	{Name: "qwen2.5-coder:1.5b-base", Download: 986 * megabytes, License: "Apache 2.0", parameters: 1.5e9, Note: "completes only, beside another for chat"},
	{
		Name: "qwen2.5-coder:3b-base", Download: 1_900 * megabytes, License: "Qwen Research", parameters: 3.1e9,
		Limits: "research and evaluation only, not for commercial use",
	},
	{Name: "qwen2.5-coder:7b", Download: 4_700 * megabytes, Chats: true, License: "Apache 2.0", parameters: 7.6e9, Note: "explains; completes well with a graphics card"},
	{Name: "qwen2.5-coder:7b-base", Download: 4_700 * megabytes, License: "Apache 2.0", parameters: 7.6e9, Note: "with a graphics card"},
	{
		Name: "starcoder2:3b", Download: 1_700 * megabytes, License: "BigCode OpenRAIL-M", parameters: 3e9,
		Limits: "a list of uses is excluded, also for whoever you pass it on to",
	},
	{
		Name: "codellama:7b-code", Download: 3_800 * megabytes, License: "Llama 2 Community", parameters: 6.7e9,
		Limits: "a list of uses is excluded, and those with more than 700 million users a month need Meta's consent",
	},
	{
		Name: "deepseek-coder:1.3b-base", Download: 776 * megabytes, License: "DeepSeek", parameters: 1.3e9,
		Limits: "a list of uses is excluded, also for whoever you pass it on to",
	},
	{
		Name: "deepseek-coder:6.7b-base", Download: 3_800 * megabytes, License: "DeepSeek", parameters: 6.7e9,
		Limits: "a list of uses is excluded, also for whoever you pass it on to", Note: "with a graphics card",
	},
	{Name: "granite-code:3b-base", Download: 2_000 * megabytes, License: "Apache 2.0", parameters: 3.5e9},
	{Name: "hf.co/JetBrains/Mellum-4b-base-gguf:Q8_0", Download: 4_300 * megabytes, License: "Apache 2.0", parameters: 4e9, Note: "from Hugging Face, by its makers"},
	{
		Name: "hf.co/mradermacher/Seed-Coder-8B-Base-GGUF:Q4_K_M", Download: 5_000 * megabytes, License: "MIT", parameters: 8.3e9,
		Note: "from Hugging Face, converted by somebody else than its makers; with a graphics card",
	},
}

// Recommended returns the models of the table that fit into this machine's memory with the context that a completion needs,
// the one to begin with first; all of them where the memory is not known, and none where the server pulls none.
func (c *Catalog) Recommended() []Advice {
	if c.wanted.Served {
		return []Advice{}
	}
	first := c.completionModel()
	out := []Advice{}
	for _, a := range recommended {
		if a.Name == first {
			out = append([]Advice{a}, out...)
		} else if c.fits(a) {
			out = append(out, a)
		}
	}
	return out
}

func (c *Catalog) fits(a Advice) bool { return c.needs(a) <= c.budget() }

// needs is the memory that a model takes once it is here.
func (c *Catalog) needs(a Advice) int64 {
	return c.need(candidate{Installed: model.Installed{Size: a.Download}, parameters: a.parameters})
}

// advice is the row of the table with that name, which must be in it.
func advice(name string) Advice {
	return recommended[slices.IndexFunc(recommended, func(a Advice) bool { return a.Name == name })]
}

// completionModel is the model to pull first: one that infills and chats, and is quick without a graphics card.
func (c *Catalog) completionModel() string {
	return c.firstFit("qwen2.5-coder:1.5b", "qwen2.5-coder:0.5b")
}

// chatModel is the chat model to pull. The larger one must stand beside the small one that completes.
func (c *Catalog) chatModel() string {
	const larger = "qwen2.5-coder:7b"
	small := c.completionModel()
	if c.memory >= middleFits && c.needs(advice(larger))+c.needs(advice(small)) <= c.budget() {
		return larger
	}
	return small
}

const middleFits = 12 << 30 // bytes of memory in which a model of 7 billion parameters stands beside one of 1.5

// firstFit is the first of these that fits into memory, or the last.
func (c *Catalog) firstFit(names ...string) string {
	for _, name := range names {
		if c.fits(advice(name)) {
			return name
		}
	}
	return names[len(names)-1]
}
