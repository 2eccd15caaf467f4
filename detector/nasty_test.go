package detector

import (
	"runtime"
	"testing"

	"pixelwacht/detector/catalogue"
	"pixelwacht/detector/message"
)

// Four times the message allocates about four times as much, whatever its shape: what multiplies would be ten times or
// more. Time is measured by BenchmarkNasty, since a timed test fails on a busy machine.
func TestNastyShapesAllocateInProportion(t *testing.T) {
	d := New(catalogue.Builtin())
	perByte := func(raw []byte) float64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		d.Scan(message.Parse(raw))
		runtime.ReadMemStats(&after)
		return float64(after.TotalAlloc-before.TotalAlloc) / float64(len(raw))
	}
	for _, shape := range nastyShapes {
		small, large := perByte([]byte(shape.write(64<<10))), perByte([]byte(shape.write(256<<10)))
		if large > 1.5*small+1 {
			t.Errorf("%s: %.1f bytes for each byte of a small message, %.1f for each of a large one", shape.name, small, large)
		}
		if large > 100 {
			t.Errorf("%s: %.1f bytes allocated for each byte", shape.name, large)
		}
	}
}
