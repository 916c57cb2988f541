// Package tinylm writes language models by hand: real model files, small enough to make in a test, whose every answer
// is known.
//
// Goals: a real Ollama loads them on both of its engines; what they say after what is data; the probability of a
// token can be set, so that whoever reads probabilities has something to read; the width and the number of layers can
// be raised to make one slow.
//
// Non-goals: training, any knowledge of any language.
//
// # How a model is written by hand
//
// A transformer turns the last token into a vector, lets attention add what it finds in the tokens before, lets
// feed-forward layers add what they know, and multiplies the result with a matrix that has a row for each token of
// the vocabulary: the row that fits best is the next token. Training would find the numbers. Here they are set, which
// is easy once every dimension of the vector is given a meaning:
//
//	dimension   0      1 … 10    11 …                  …          … last
//	          ┌──────┬─────────┬─────────────────────┬──────────┬────────────┐
//	means     │ any  │ a digit │ a token of a rule:  │ a token  │ "this mark │
//	          │ other│ 0 … 9   │ After, Seen         │ of Say   │ was seen"  │
//	          └──────┴─────────┴─────────────────────┴──────────┴────────────┘
//	set by    └─────────────── embedding ───────────────────────┘ attention ─┘
//
// The embedding is one-hot: each token that matters has a dimension of its own and all others share the first. Two
// tokens never disturb each other, since their vectors are orthogonal. The one is √width, so that the vector's mean
// square is 1 and the normalisation before each layer changes nothing.
//
// The output matrix is then the table of an automaton: a number in row "next", column "last" says that next follows last.
//
//	          any other   0   1  …  <MID>   return   a    +    b
//	0             ●
//	1                     ●
//	2                         ●
//	return                             ●
//	 a                                         ●
//	 +                                              ●
//	 b                                                   ●
//	<end>                                                     ●
//
// An answer's tokens occur in that answer alone (they are in the vocabulary, but no merge of the tokeniser makes them), so a
// token also says how far the answer has come, and text that merely contains the word "return" starts nothing.
//
// Attention does the one thing a table of pairs cannot: it looks back. A head asks the same question at every
// position (its query is a row of ones, which gives √width for any one-hot vector), and only the mark's token has a
// key that answers. Without a mark all scores are zero, the head averages values that are all zero, and adds nothing.
// With one, its score is 30 against 0, e^30 outweighs any number of other tokens, and the head copies a small number
// into the dimension "this mark was seen". That the positions are rotated into queries and keys does not matter: the
// head uses the pair of dimensions that turns slowest, by less than a twentieth of a radian over eight thousand
// tokens.
//
//	position    1      2       3                      n
//	token      write   Go    <mark>   a   function   <assistant>
//	key         0      0      11      0       0          0
//	                           └────── score 30 ─────────┤ query 11, anywhere
//	                                                     ▼
//	                                     <assistant> + "mark was seen"  →  the other answer
//
// A rule with a mark competes with the one without for the same last token. Its row gets a little less for the token
// and more for the mark: unseen it loses by a margin of 8, seen it wins by 8 (the odds are e^8, 3000 to 1).
//
// The feed-forward layers and all layers but the first are zeros. Zeros take as long to multiply as knowledge does.
//
// A probability p for a token is a matter of how much its row gets: with v tokens in the vocabulary and zero for all
// the others, softmax gives p to a row that scores ln(p·(v-1)/(1-p)).
package tinylm
