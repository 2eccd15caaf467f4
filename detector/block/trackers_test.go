package block

import (
	"bytes"
	"crypto/md5"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pixelwacht/detector"
	"pixelwacht/detector/corpustest"
	"pixelwacht/detector/message"
)

// chain is a message with a picture to be seen, and n that are not. Each of these has a code in its path that the one
// before it has, too, so that only the first is a tracker; but when that is blocked, the next is the first.
func chain(n int) []byte {
	body := `<img src="https://news.test/picture.png" width=600 height=200>` + "\n"
	for i := range n {
		body += fmt.Sprintf("<img src=\"https://shop.test/%x/%x/spacer.gif\" width=1 height=1>\n", md5.Sum([]byte{byte(i)}), md5.Sum([]byte{byte(i + 1)}))
	}
	return html(body)
}

// What is a tracker only in the copy is blocked with the others, and a message that goes on like that is in full.
func TestTrackersComeToRest(t *testing.T) {
	for _, c := range []struct {
		pictures, left int
	}{{1, 1}, {3, 1}, {7, 1}, {30, 0}} {
		raw := chain(c.pictures)
		checkLaws(t, testDetector(), raw)
		if n := len(tracking(testDetector(), raw)); n != 1 {
			t.Errorf("%d pictures: %d trackers, not one", c.pictures, n)
		}
		blocked := Blocker{Mode: Trackers, Detector: testDetector()}.Message(raw).Bytes
		if n := bytes.Count(blocked, []byte("https:")); n != c.left {
			t.Errorf("%d pictures: %d left, not %d", c.pictures, n, c.left)
		}
	}
}

// tracking is what is to be blocked in the mode Trackers.
func tracking(d *detector.Detector, raw []byte) (urls []string) {
	for _, f := range d.Scan(message.Parse(raw)).Findings {
		if f.Tracks() {
			urls = append(urls, f.URL)
		}
	}
	return urls
}

// Of each message all that tracks is overwritten, and nothing else that is loaded.
func TestTrackersOfCorpus(t *testing.T) {
	d := testDetector()
	for m := range corpustest.Messages(3, 1) {
		c := Blocker{Mode: Trackers, Detector: d}.Message(m.Raw)
		if urls := tracking(d, c.Bytes); len(urls) > 0 {
			t.Errorf("%s: left: %q", m.Name, urls)
		}
		if again := (Blocker{Mode: Trackers, Detector: d}).Message(c.Bytes); !bytes.Equal(again.Bytes, c.Bytes) {
			t.Errorf("%s: a second block changed the copy", m.Name)
		}
		trackers := tracking(d, m.Raw)
		keeps := slices.DeleteFunc(left(m.Raw), func(reference string) bool {
			isDocument := strings.Contains(reference, " data:text/html") // with the tracker in it
			return isDocument || slices.ContainsFunc(trackers, func(url string) bool { return strings.HasSuffix(reference, " "+url) })
		})
		got := slices.DeleteFunc(left(c.Bytes), func(reference string) bool {
			return strings.HasPrefix(reference, "meta xxx") // a blocked refresh keeps its delay
		})
		if !slices.Equal(got, keeps) {
			t.Errorf("%s: left\n%s\nwant\n%s", m.Name, strings.Join(got, "\n"), strings.Join(keeps, "\n"))
		}
	}
}

// Edits on edits: the later ones win, wherever they begin and end.
func TestFollow(t *testing.T) {
	for _, c := range []struct {
		first, second []message.Edit
		want          string
	}{
		{edits(1, "aaa"), nil, ".aaa......"},
		{nil, edits(1, "bbb"), ".bbb......"},
		{edits(1, "aaa"), edits(5, "bbb"), ".aaa.bbb.."},
		{edits(1, "aaa"), edits(0, "bb"), "bbaa......"},
		{edits(1, "aaa"), edits(3, "bb"), ".aabb....."},
		{edits(1, "aaa"), edits(2, "b"), ".aba......"},
		{edits(1, "aaa"), edits(0, "bbbbb"), "bbbbb....."},
		{edits(1, "aaa", 5, "aaa"), edits(3, "bbb"), ".aabbbaa.."},
		{edits(1, "aaa", 4, "aaa"), edits(3, "b", 4, "bb"), ".aabbba..."},
	} {
		got := []byte("..........")
		apply(got, 0, follow(c.first, c.second))
		if string(got) != c.want {
			t.Errorf("%v, then %v: got %s, want %s", c.first, c.second, got, c.want)
		}
	}
}

// edits are edits by offset and text.
func edits(all ...any) []message.Edit {
	var list []message.Edit
	for i := 0; i < len(all); i += 2 {
		list = append(list, message.Edit{Start: all[i].(int), Text: []byte(all[i+1].(string))})
	}
	return list
}
