package clustersim

import "testing"

// TestNobodyIsLost: whatever happens, each person is counted once, where their
// session is.
func TestNobodyIsLost(t *testing.T) {
	shape := Shape{People: 600, Together: 3, Machines: 5, Batch: 2}
	c := newCluster(shape.Machines, true, 7)
	sound := func(when string) {
		t.Helper()
		load, sessions := 0, 0
		for _, m := range c.machines {
			load, sessions = load+m.Load, sessions+len(m.sessions)
			if m.gone && m.Load > 0 {
				t.Errorf("%s: a dead machine carries %d", when, m.Load)
			}
		}
		if load != shape.People || sessions != len(c.sessions) {
			t.Errorf("%s: %d people in %d sessions", when, load, sessions)
		}
	}
	f := Figures{Shape: shape}
	c.arrive(shape)
	sound("arrived")
	c.die(&f)
	sound("one died")
	if f.Orphans == 0 || f.Burst == 0 {
		t.Errorf("nobody was on the machine that died: %+v", f)
	}
	c.replace(&f)
	sound("replaced")
	if f.Moves < 1 {
		t.Errorf("%v moves for each session, although each machine was replaced", f.Moves)
	}
}

// TestRuleIsFairer: the rule keeps the busiest machine closer to the mean than
// chance, and never lets a replacement pile everything onto one.
func TestRuleIsFairer(t *testing.T) {
	f := Run(Shape{People: 20000, Together: 2, Machines: 20, Batch: 1}, 3)
	if f.Arrived > f.ByChance || f.Arrived > 1.2 || f.Died > 1.25 || f.Worst > 2 || f.Replaced > 2 {
		t.Errorf("%+v", f)
	}
}

// TestSameSeed: a run can be repeated.
func TestSameSeed(t *testing.T) {
	shape := Shape{People: 1000, Together: 2, Machines: 4, Batch: 1}
	if a, b := Run(shape, 5), Run(shape, 5); a != b {
		t.Errorf("%+v\n%+v", a, b)
	}
}
