package gather

import "testing"

func TestUseOf(t *testing.T) {
	for _, c := range []struct {
		text, name string
		weight     float64
		assigned   bool
	}{
		{"settle(owed)", "settle", useByCall, false},
		{"x := settle (owed)", "settle", useByCall, false},
		{"this.settle(owed)", "settle", useOfSelf, false},
		{"self.settled + 1", "settled", useOfSelf, false},
		{"Self::settle(owed)", "settle", useOfSelf, false},
		{"bill.settle(owed)", "settle", useAsMember, false},
		{"bill->settle(owed)", "settle", useAsMember, false},
		{"bill.settled", "settled", 0, false},
		{"class Bill extends Settlement {", "Settlement", useAsType, false},
		{"owed + settled", "settled", 0, false},
		{"resettle(owed)", "settle", 0, false},
		{"settle = later\nsettle(owed)", "settle", 0, true},
		{"settle := later\nsettle(owed)", "settle", 0, true},
		{"if settle == later {", "settle", 0, false},
		{"settle => later", "settle", 0, false},
		{"this.settle = later", "settle", useOfSelf, false},
		{"settled + settle(owed)", "settle", useByCall, false},
		{"", "settle", 0, false},
	} {
		if _, weight, assigned := useOf(c.name, c.text); weight != c.weight || assigned != c.assigned {
			t.Errorf("%q in %q: %v, %v", c.name, c.text, weight, assigned)
		}
	}
}

func TestWhereItIsUsedMost(t *testing.T) {
	text := "bill.settle(a)\nsettle(b)\nbill.settle(c)\n"
	if off, _, _ := useOf("settle", text); text[off:off+9] != "settle(b)" {
		t.Errorf("at %d", off)
	}
}
